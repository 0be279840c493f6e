"""Binds the rule `forms` to `krisestat.forms.run`."""

from pathlib import Path

from krisestat.job import job

with job("forms", snakemake):
    from krisestat import forms

    forms.run(
        lesing=Path(snakemake.input.lesing),
        skjema=Path(snakemake.input.skjema),
        fonts=Path("templates/fonts"),
        **{name: Path(path) for name, path in snakemake.output.items()},
    )
