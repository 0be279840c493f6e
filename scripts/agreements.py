"""Binds the rule `agreements` to `krisestat.agreements.run`."""

from pathlib import Path

from krisestat.job import job

with job("agreements", snakemake):
    from krisestat import agreements

    agreements.run(
        codebooks=Path("data/raw/codebooks"),
        register=Path("data/raw/register"),
        inndata=[Path(path) for path in snakemake.output.inndata],
        tables=Path(snakemake.output.utdata).parent / "tabeller",
        aar=snakemake.params.aar,
        vurdert=snakemake.params.vurdert,
        tillegg=snakemake.params.tillegg,
        language=snakemake.params.language,
        **{name: Path(snakemake.input[name]) for name in ("policy", "texts")},
        **{
            name: Path(snakemake.output[name])
            for name in ("avtaler", "punkter", "karantene", "kontroller", "statistikk", "utdata")
        },
    )
