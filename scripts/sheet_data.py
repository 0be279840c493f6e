"""Binds the rule `sheet_data` to `krisestat.stages.sheet_data.run`."""

from krisestat.build.job import bound, job

with job("sheet_data", snakemake):
    from krisestat.stages import sheet_data

    sheet_data.run(*bound(snakemake), **snakemake.params)
