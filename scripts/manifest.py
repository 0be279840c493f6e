"""Binds the rule `manifest` to `krisestat.stages.manifest.run`."""

import subprocess

from krisestat.base.records import made
from krisestat.build.job import bound, job

# What git says of the folder is asked for when the manifest is written, and never makes a rule run.
GIT = "git --no-optional-locks --git-dir=.git --work-tree=. status --porcelain=v2 --branch 2>/dev/null"

with job(snakemake):
    from krisestat.stages import manifest

    built = made(snakemake.params.utdata)
    manifest.run(*bound(snakemake), git_status=subprocess.getoutput(GIT), **built, **snakemake.params)
