"""Binds the rule `draw` to `krisestat.stages.draw.run`."""

from krisestat.build.job import bound, job

with job("draw", snakemake):
    from krisestat.stages import draw

    draw.run(*bound(snakemake), **snakemake.params)
