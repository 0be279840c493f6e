"""Binds the rule `checklist` to `krisestat.stages.checklist.run`."""

from krisestat.build.job import bound, job

with job("checklist", snakemake):
    from krisestat.stages import checklist

    checklist.run(*bound(snakemake), **snakemake.params)
