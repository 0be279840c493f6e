"""Binds the rule `compute` to `krisestat.compute.run`."""

from pathlib import Path

from krisestat.job import job

with job("compute", snakemake):
    from krisestat import compute

    compute.run(
        svar=[Path(p) for p in snakemake.input.svar],
        tilbud=Path(snakemake.input.tilbud),
        aggregerte=[Path(p) for p in snakemake.input.aggregerte],
        kontroller=Path(snakemake.input.kontroller),
        published=Path(snakemake.input.published),
        codebooks=Path("data/raw/codebooks"),
        texts=Path(snakemake.input.texts),
        statistikk=Path(snakemake.output.statistikk),
        utdata=Path(snakemake.output.utdata),
        kvalitet=Path(snakemake.output.kvalitet),
        tables=Path(snakemake.output.tables[0]).parent,
        **snakemake.params,
    )
