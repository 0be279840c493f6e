"""Binds the rule `reports` to `krisestat.stages.reports.run`."""

from krisestat.build.job import bound, job

with job("reports", snakemake):
    from krisestat.stages import reports

    reports.run(*bound(snakemake), **snakemake.params)
