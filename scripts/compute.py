"""Binds the rule `compute` to `krisestat.stages.compute.run`."""

from krisestat.build.job import bound, job

with job("compute", snakemake):
    from krisestat.stages import compute

    compute.run(*bound(snakemake), **snakemake.params)
