"""Binds the rule `clean` to `krisestat.clean.run`."""

from pathlib import Path

from krisestat.job import job

with job("clean", snakemake):
    from krisestat import clean

    clean.run(
        aar=snakemake.params.aar,
        codebooks=Path("data/raw/codebooks"),
        register=Path("data/raw/register"),
        inndata=Path(snakemake.params.results, "inndata"),
        klargjort=Path(snakemake.params.results, "klargjort"),
        period=snakemake.params.period,
    )
