"""Binds the rule `sheet_audit` to `krisestat.stages.sheet_audit.run`."""

from krisestat.build.job import bound, job

with job("sheet_audit", snakemake):
    from krisestat.stages import sheet_audit

    sheet_audit.run(*bound(snakemake), **snakemake.params)
