"""Binds the rule `audit` to `krisestat.stages.audit.run`."""

from krisestat.build.job import bound, job

with job("audit", snakemake):
    from krisestat.stages import audit

    audit.run(*bound(snakemake), **snakemake.params)
