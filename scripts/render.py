"""Binds the rule `render` to `krisestat.stages.render.run`."""

from krisestat.build.job import bound, job

with job("render", snakemake):
    from krisestat.stages import render

    render.run(*bound(snakemake), **snakemake.params)
