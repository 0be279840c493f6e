"""Binds the rule `clean` to `krisestat.stages.clean.run`."""

from krisestat.build.job import bound, job

with job("clean", snakemake):
    from krisestat.stages import clean

    clean.run(*bound(snakemake), **snakemake.params)
