"""Binds the rule `forms` to `krisestat.stages.forms.run`."""

from krisestat.build.job import bound, job

with job("forms", snakemake):
    from krisestat.stages import forms

    forms.run(*bound(snakemake))
