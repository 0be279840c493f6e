"""Binds the rule `reports` to `krisestat.reports.run`."""

from pathlib import Path

from krisestat.job import job

with job("reports", snakemake):
    from krisestat import reports

    reports.run(
        root=Path(),
        store=Path("results/.lager"),
        ut=Path(snakemake.output[0]).parent,
        **{name: Path(snakemake.input[name]) for name in ("avtaler", "punkter", "karantene")},
        **{name: Path(snakemake.input[name]) for name in ("statistikk", "personer", "policy")},
        **snakemake.params,
    )
