"""Binds the rule `compare` to `krisestat.compare.run`."""

from pathlib import Path

from krisestat.job import job

with job("compare", snakemake):
    from krisestat import compare

    compare.run(
        gammel=Path(snakemake.params.gammel),
        ny=Path(snakemake.params.ny),
        ut=Path(snakemake.output.side).parent,
    )
