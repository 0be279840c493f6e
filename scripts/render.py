"""Binds the rule `render` to `krisestat.render.run`."""

from pathlib import Path

from krisestat.job import job

with job("render", snakemake.log[0]):
    from krisestat import render

    render.run(
        utdata=Path(snakemake.input.utdata),
        personer=Path(snakemake.input.personer),
        avtaler=Path(snakemake.input.avtaler),
        kvalitet=Path(snakemake.input.kvalitet),
        publisert=[Path(p) for p in snakemake.input.publisert],
        rettelser=Path(snakemake.input.rettelser),
        nedlasting=Path(snakemake.input.nedlasting),
        codebooks=Path("data/raw/codebooks"),
        templates=Path("templates"),
        figures={Path(p).name: Path(p) for p in snakemake.input.figures},
        config=snakemake.params.config,
        store=Path("results/.lager/skrifter"),
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
