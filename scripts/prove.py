"""Binds the rule `prove` to `krisestat.stages.prove.run`."""

from krisestat.build.job import bound, job

with job("prove", snakemake):
    from krisestat.stages import prove

    prove.run(*bound(snakemake), **snakemake.params)
