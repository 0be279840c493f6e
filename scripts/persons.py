"""Binds the rule `persons` to `krisestat.persons.run`."""

from krisestat.build.job import bound, job

with job("persons", snakemake):
    from krisestat import persons

    persons.run(*bound(snakemake), **snakemake.params)
