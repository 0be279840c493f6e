"""Binds a rule to the `run` of the stage that has its name, unless that has a script of its own."""

from importlib import import_module

from krisestat.build.job import bound, job

with job(snakemake):
    import_module(f"krisestat.stages.{snakemake.rule}").run(*bound(snakemake), **snakemake.params)
