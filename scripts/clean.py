"""Binds the rule `clean` to `krisestat.stages.clean.run`."""

from pathlib import Path

from krisestat.build.job import job

with job("clean", snakemake):
    from krisestat.stages import clean

    clean.run(
        aar=snakemake.params.aar,
        codebooks=Path("data/raw/codebooks"),
        register=Path("data/raw/register"),
        inndata=Path(snakemake.params.results, "inndata"),
        klargjort=Path(snakemake.params.results, "klargjort"),
        period=snakemake.params.period,
    )
