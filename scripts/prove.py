"""Binds the rule `prove` to `krisestat.prove.run`."""

from pathlib import Path

from krisestat.job import job

with job("prove", snakemake.log[0]):
    from krisestat import prove

    prove.run(
        belegg=Path(snakemake.input.belegg),
        side=Path(snakemake.input.side),
        kvalitet=Path(snakemake.input.kvalitet),
        svar=[Path(p) for p in snakemake.input.svar],
        tilbud=Path(snakemake.input.tilbud),
        aggregerte=[Path(p) for p in snakemake.input.aggregerte],
        personer=Path(snakemake.input.personer),
        inndata=[Path(p) for p in snakemake.input.inndata],
        codebooks=Path("data/raw/codebooks"),
        templates=Path("templates"),
        store=Path("results/.lager/skrifter"),
        **snakemake.params,
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
