"""Binds the rule `sheet_data` to `krisestat.sheet_data.run`."""

from pathlib import Path

from krisestat.job import job

with job("sheet_data", snakemake):
    from krisestat import sheet_data

    sheet_data.run(
        svar=[Path(path) for path in snakemake.input.svar],
        **{name: Path(snakemake.input[name]) for name in ("avtaler", "punkter", "landstall", "avtaletall", "personer")},
        root=Path(),
        **snakemake.params,
        **{name: Path(snakemake.output[name]) for name in ("enheter", "tall")},
    )
