"""Binds the rule `persons` to `krisestat.persons.run`."""

from os.path import relpath
from pathlib import Path

from krisestat.job import job

with job("persons", snakemake):
    from krisestat import persons

    persons.run(
        register=Path("data/raw/register"),
        aar=snakemake.params.aar,
        tables=Path(snakemake.output.utdata).parent / "tabeller",
        **{name: Path(relpath(snakemake.input[name])) for name in ("manifest", "policy", "published", "texts")},
        **{name: Path(snakemake.output[name]) for name in ("inndata", "klargjort", "statistikk", "utdata")},
    )
