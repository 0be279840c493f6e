"""Binds the rule `audit` to `krisestat.audit.run`."""

from pathlib import Path

from krisestat.job import job

with job("audit", snakemake):
    from krisestat import audit

    audit.run(
        statistikk=Path(snakemake.input.statistikk),
        published=Path(snakemake.input.published),
        editions=[Path(p) for p in snakemake.input.editions],
        policy=Path(snakemake.input.policy),
        results=Path(snakemake.params.results),
        config=snakemake.params.config,
        revisjon=Path(snakemake.output.revisjon),
    )
