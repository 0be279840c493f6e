"""Binds the rule `sheet_index` to `krisestat.stages.sheet_index.run`."""

from krisestat.build.job import bound, job

with job(snakemake) as beside:
    from krisestat.stages import sheet_index

    beside += sheet_index.run(*bound(snakemake), **snakemake.params)
