"""Binds the rule `agreements` to `krisestat.stages.agreements.run`."""

from krisestat.build.job import bound, job

with job("agreements", snakemake):
    from krisestat.stages import agreements

    agreements.run(*bound(snakemake), **snakemake.params)
