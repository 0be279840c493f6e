"""Measures what Snakemake itself needs for many jobs: wall, CPU and memory of a dry run of workflows shaped like the
fact sheets' batches (one job that all read, a number of batches, one job that reads all of them), and of their start.

Run as `python benchmark/dag.py`, or with the numbers of jobs: `python benchmark/dag.py --jobber 1000 10000`. The last
line is JSON: for each number of jobs, seconds of wall and CPU, and megabytes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

# As many inputs as a rule of this project has beside the data: modules, templates, fonts and the lock.
INPUTS = 60
SNAKEFILE = """
import gc
import sys

# As in the project's own.
gc.freeze()
gc.set_threshold(100_000)
sys.modules.setdefault("pandas", None)
FELLES = [f"inn/{{n}}" for n in range({inputs})]
BUNTER = [f"bunt-{{n:05d}}" for n in range({batches})]


rule alle:
    input:
        "index.html",


rule tall:
    input:
        FELLES,
    output:
        update(["enheter.csv", "tall.csv"]),
    shell:
        "touch {{output}}"


rule ark:
    input:
        rules.tall.output,
        FELLES,
    output:
        update("bunter/{{bunt}}.zip"),
    resources:
        mem_mb=1000,
        runtime=30,
    shell:
        "touch {{output}}"


rule liste:
    input:
        expand("bunter/{{bunt}}.zip", bunt=BUNTER),
        FELLES,
    output:
        update("index.html"),
    shell:
        "touch {{output}}"
"""


def workflow(folder: Path, jobs: int) -> None:
    """Write a workflow of a number of jobs, of which all but three are batches, in a folder."""
    (folder / "Snakefile").write_text(SNAKEFILE.format(inputs=INPUTS, batches=jobs - 3), encoding="utf-8")
    (folder / "inn").mkdir()
    for n in range(INPUTS):
        (folder / "inn" / str(n)).write_text(f"{n}\n", encoding="utf-8")


def measure(folder: Path, *arguments: str) -> dict[str, float]:
    """Run Snakemake in a folder: seconds of wall and CPU, and megabytes at the most. Ends the program if it fails."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all", *arguments]
    begun = time.perf_counter()
    shell = ["sh", "-c", 'cd "$0" && exec "$@" >ut.txt 2>&1', str(folder), *command]
    pid = os.posix_spawn("/bin/sh", shell, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - begun
    if status:
        print((folder / "ut.txt").read_text(encoding="utf-8")[-2000:], file=sys.stderr)
        sys.exit(f"Snakemake stoppet med {os.waitstatus_to_exitcode(status)}: {' '.join(command)}")
    return {
        "vegg_s": round(wall, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "minne_mb": round(usage.ru_maxrss / 1024),
    }


def main() -> None:
    """Measure every number of jobs, tell it, and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobber", type=int, nargs="+", default=[10, 1000], help="antall jobber i arbeidsflyten")
    parser.add_argument("--profil", help="en profil for Snakemake, for eksempel workflow/profiles/slurm")
    given = parser.parse_args()
    extra = ["--profile", str(Path(given.profil).resolve())] if given.profil else []
    found = {}
    for jobs in given.jobber:
        with tempfile.TemporaryDirectory() as name:
            workflow(Path(name), jobs)
            found[str(jobs)] = measure(Path(name), "--dry-run", *extra)
        one = found[str(jobs)]
        print(
            f"{jobs:>7} jobber: {one['vegg_s']:.1f} s, {one['cpu_s']:.1f} CPU-sekunder, {one['minne_mb']} MB",
            file=sys.stderr,
        )
    print(json.dumps({"dag": found}, ensure_ascii=False))


if __name__ == "__main__":
    main()
