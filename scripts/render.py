"""Binds the rule `render` to `krisestat.render.run`."""

from pathlib import Path

from krisestat.job import job

FILES = ("utdata", "personer", "avtaler", "kvalitet", "rettelser", "nedlasting", "tilgjengelighet")

with job("render", snakemake):
    from krisestat import render

    render.run(
        **{name: Path(snakemake.input[name]) for name in FILES},
        publisert=[Path(p) for p in snakemake.input.publisert],
        codebooks=Path("data/raw/codebooks"),
        templates=Path("templates"),
        figures={Path(p).name: Path(p) for p in snakemake.input.figures},
        config=snakemake.params.config,
        store=Path("results/.lager/skrifter"),
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
