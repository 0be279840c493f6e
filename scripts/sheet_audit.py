"""Binds the rule `sheet_audit` to `krisestat.sheet_audit.run`."""

from pathlib import Path

from krisestat.job import job

with job("sheet_audit", snakemake):
    from krisestat import sheet_audit

    sheet_audit.run(
        bunter=[Path(path) for path in snakemake.input.bunter],
        **{name: Path(snakemake.input[name]) for name in ("liste", "enheter", "statistikk", "personer", "policy")},
        **snakemake.params,
        revisjon=Path(snakemake.output.revisjon),
    )
