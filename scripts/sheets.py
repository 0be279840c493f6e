"""Binds the rule `sheets` to `krisestat.sheets.run`."""

from pathlib import Path

from krisestat.job import job

with job("sheets", snakemake):
    from krisestat import sheets

    sheets.run(
        **{name: Path(snakemake.input[name]) for name in ("enheter", "tall", "landstall", "avtaletall", "personer")},
        root=Path(),
        number=int(snakemake.wildcards.bunt),
        **snakemake.params,
        store=Path("results/.lager"),
        ut=Path(snakemake.output[0]),
    )
