"""Measures what Snakemake itself needs for many jobs: CPU and memory of a dry run of workflows shaped like the fact
sheets' batches (one job that all read, a number of batches, one job that reads all of them).

Run as `python benchmark/dag.py`, or with the numbers of jobs: `python benchmark/dag.py --jobber 1000 10000`. The last
line is JSON: the time of the last of them against that of the first, and the megabytes of the last.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from maaling import Cost, measure

# As many inputs as a rule of this project has beside the data: modules, templates, fonts and the lock.
INPUTS = 60
SNAKEFILE = Path(__file__).with_suffix(".smk")


def workflow(folder: Path, jobs: int) -> None:
    """Write a workflow of a number of jobs, of which all but three are batches, in a folder."""
    (folder / "Snakefile").write_text(
        SNAKEFILE.read_text(encoding="utf-8").format(inputs=INPUTS, batches=jobs - 3), encoding="utf-8"
    )
    (folder / "inn").mkdir()
    for n in range(INPUTS):
        (folder / "inn" / str(n)).write_text(f"{n}\n", encoding="utf-8")


def main() -> None:
    """Measure every number of jobs, tell it, and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobber", type=int, nargs="+", default=[10, 1000], help="antall jobber i arbeidsflyten")
    parser.add_argument("--profil", help="en profil for Snakemake, for eksempel workflow/profiles/slurm")
    given = parser.parse_args()
    extra = ["--profile", str(Path(given.profil).resolve())] if given.profil else []
    found: list[Cost] = []
    for jobs in given.jobber:
        with tempfile.TemporaryDirectory() as name:
            workflow(Path(name), jobs)
            command = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all", "--dry-run", *extra]
            found.append(measure(command, Path(name)))
        print(f"{jobs:>7} jobber: {found[-1].cpu:.1f} CPU-sekunder, {found[-1].memory:.0f} MB", file=sys.stderr)
    print(json.dumps({"tid": found[-1].cpu / found[0].cpu, "minne": found[-1].memory}))


if __name__ == "__main__":
    main()
