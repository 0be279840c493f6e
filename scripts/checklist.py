"""Binds the rule `checklist` to `krisestat.stages.checklist.run`."""

from pathlib import Path

from krisestat.build.job import job

with job("checklist", snakemake):
    from krisestat.stages import checklist

    checklist.run(
        root=Path(),
        config=snakemake.params.config,
        store=Path("results/.lager/skrifter"),
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
