"""Binds the rule `typeset` to `krisestat.typeset.run`."""

from pathlib import Path

from krisestat.job import job

with job("typeset", snakemake):
    from krisestat import typeset

    typeset.run(
        html=Path(snakemake.input.html),
        pdf=Path(snakemake.output.pdf),
        fonts=Path("templates/fonts"),
    )
