"""Binds the rule `checklist` to `krisestat.checklist.run`."""

from pathlib import Path

from krisestat.job import job

with job("checklist", snakemake):
    from krisestat import checklist

    checklist.run(
        root=Path(),
        config=snakemake.params.config,
        store=Path("results/.lager/skrifter"),
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
