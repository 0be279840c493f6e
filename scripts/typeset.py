"""Binds the rule `typeset` to `krisestat.stages.typeset.run`."""

from pathlib import Path

from krisestat.build.job import job

with job("typeset", snakemake):
    from krisestat.stages import typeset

    typeset.run(
        html=Path(snakemake.input.html),
        pdf=Path(snakemake.output.pdf),
        fonts=Path("templates/fonts"),
    )
