"""Binds the rule `compare` to `krisestat.stages.compare.run`."""

from pathlib import Path

from krisestat.build.job import job

with job(snakemake):
    from krisestat.stages import compare

    compare.run(
        gammel=Path(snakemake.params.gammel),
        ny=Path(snakemake.params.ny),
        ut=Path(snakemake.output.side).parent,
    )
