"""Binds the rule `package` to `krisestat.stages.package.run`."""

from krisestat.build.job import bound, job

with job("package", snakemake):
    from krisestat.stages import package

    package.run(*bound(snakemake), **snakemake.params)
