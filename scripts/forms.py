"""Binds the rule `forms` to `krisestat.stages.forms.run`."""

from pathlib import Path

from krisestat.build.job import job

with job("forms", snakemake):
    from krisestat.stages import forms

    forms.run(
        lesing=Path(snakemake.input.lesing),
        skjema=Path(snakemake.input.skjema),
        fonts=Path("templates/fonts"),
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
