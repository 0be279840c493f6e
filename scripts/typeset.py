"""Binds the rule `typeset` to `krisestat.stages.typeset.run`."""

from krisestat.build.job import bound, job

with job("typeset", snakemake):
    from krisestat.stages import typeset

    typeset.run(*bound(snakemake))
