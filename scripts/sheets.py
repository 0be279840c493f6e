"""Binds the rule `sheets` to `krisestat.stages.sheets.run`."""

from krisestat.build.job import bound, job

with job(snakemake):
    from krisestat.stages import sheets

    sheets.run(*bound(snakemake), number=int(snakemake.wildcards.bunt), **snakemake.params)
