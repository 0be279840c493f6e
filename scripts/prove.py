"""Binds the rule `prove` to `krisestat.prove.run`."""

from pathlib import Path

from krisestat.job import job

FILES = ("belegg", "side", "tilbud", "personer", "avtaler", "avtalepunkter")
LISTS = ("kvalitet", "svar", "aggregerte", "inndata", "avtaleinndata")

with job("prove", snakemake):
    from krisestat import prove

    prove.run(
        **{name: Path(snakemake.input[name]) for name in FILES},
        **{name: [Path(p) for p in snakemake.input[name]] for name in LISTS},
        codebooks=Path("data/raw/codebooks"),
        templates=Path("templates"),
        store=Path("results/.lager/skrifter"),
        **snakemake.params,
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
