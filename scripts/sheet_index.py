"""Binds the rule `sheet_index` to `krisestat.sheet_index.run`."""

from pathlib import Path

from krisestat.job import job

with job("sheet_index", snakemake) as beside:
    from krisestat import sheet_index

    beside += sheet_index.run(
        bunter=[Path(path) for path in snakemake.input.bunter],
        enheter=Path(snakemake.input.enheter),
        root=Path(),
        store=Path("results/.lager"),
        **snakemake.params,
        **{name: Path(snakemake.output[name]) for name in ("side", "pakke", "liste")},
    )
