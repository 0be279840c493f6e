"""Binds the rule `manifest` to `krisestat.manifest.run`."""

import subprocess
from os.path import relpath
from pathlib import Path

from krisestat.job import job
from krisestat.records import made

# What git says of the folder is asked for when the manifest is written, and never makes a rule run.
GIT = "git --no-optional-locks --git-dir=.git --work-tree=. status --porcelain=v2 --branch 2>/dev/null"

with job("manifest", snakemake):
    from krisestat import manifest

    manifest.run(
        inndata=[relpath(p) for p in (*snakemake.input.inndata, *snakemake.input.modules)],
        lock=Path(snakemake.input.lock),
        **made(snakemake.params.utdata),
        git_status=subprocess.getoutput(GIT),
        manifest=Path(snakemake.output.manifest),
        **snakemake.params,
    )
