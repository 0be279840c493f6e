"""Binds the rule `draw` to `krisestat.draw.run`."""

from pathlib import Path

from krisestat.job import job

with job("draw", snakemake):
    from krisestat import draw

    draw.run(
        utdata=Path(snakemake.input.utdata),
        codebooks=Path("data/raw/codebooks"),
        texts=Path(snakemake.input.texts),
        fonts=Path("templates/fonts"),
        store=Path("results/.lager/tegninger"),
        figures={Path(p).name: Path(p) for p in snakemake.output},
        **snakemake.params,
    )
