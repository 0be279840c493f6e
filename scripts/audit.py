"""Binds the rule `audit` to `krisestat.stages.audit.run`."""

from pathlib import Path

from krisestat.build.job import job

with job("audit", snakemake):
    from krisestat.stages import audit

    audit.run(
        statistikk=Path(snakemake.input.statistikk),
        published=Path(snakemake.input.published),
        editions=[Path(p) for p in snakemake.input.editions],
        policy=Path(snakemake.input.policy),
        results=Path(snakemake.params.results),
        config=snakemake.params.config,
        revisjon=Path(snakemake.output.revisjon),
    )
