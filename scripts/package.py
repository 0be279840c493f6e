"""Binds the rule `package` to `krisestat.package.run`."""

from pathlib import Path

from krisestat.job import job

with job("package", snakemake):
    from krisestat import package

    package.run(
        tables=[Path(p) for p in snakemake.input.tables],
        codebooks=Path("data/raw/codebooks"),
        results=Path(snakemake.output.pakke).parent,
        **{name: Path(snakemake.input[name]) for name in ("utdata", "personer", "avtaler", "texts", "words")},
        **{name: snakemake.params[name] for name in ("publikasjon", "spraak", "aar")},
    )
