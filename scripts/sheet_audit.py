"""Binds the rule `sheet_audit` to `krisestat.stages.sheet_audit.run`."""

from pathlib import Path

from krisestat.build.job import job

with job("sheet_audit", snakemake):
    from krisestat.stages import sheet_audit

    sheet_audit.run(
        bunter=[Path(path) for path in snakemake.input.bunter],
        **{name: Path(snakemake.input[name]) for name in ("liste", "enheter", "statistikk", "personer", "policy")},
        **snakemake.params,
        revisjon=Path(snakemake.output.revisjon),
    )
