"""A copy of the whole project, built by Snakemake, for the tests of the workflow."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.project import PROJECT, Workspace

ALL = [
    *("clean", "persons", "agreements", "compute", "draw", "package", "render", "prove", "typeset"),
    *("checklist", "forms", "reports", "audit", "manifest"),
]
# What an answer of a centre touches: the counts of persons, the agreements and the checklist go their own way.
OF_ANSWERS = [rule for rule in ALL if rule not in ("persons", "agreements", "checklist", "forms", "reports")]


class Project(Workspace):
    """A copy of the whole project, built by Snakemake."""

    def snakemake(self, *args: str, env: dict[str, str] | None = None, cores: int = 2) -> subprocess.CompletedProcess:
        """Run Snakemake as a user would, with an environment that holds the least."""
        least = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(self.root)}
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), *args]
        return subprocess.run(
            command, cwd=self.root, env=least | (env or {}), capture_output=True, text=True, timeout=300
        )

    def build(self, *args: str, **options) -> list[str]:
        """Run Snakemake; returns the rules that ran, in the order of the pipeline (the last two wait for the same and
        may come in any). Fails if the build does."""
        done = self.snakemake(*args, **options)
        assert done.returncode == 0, done.stderr[-6000:]
        if not _REPORTS:
            _REPORTS.update({p.name: p.read_bytes() for p in (self.root / STORE).iterdir()})
        ran = re.findall(r"^localrule (\w+):", done.stderr, re.MULTILINE)
        return sorted((rule for rule in ran if rule not in ("publication", "sjekkliste", "avtaler")), key=ALL.index)

    def digests(self) -> dict[str, str]:
        """sha256 of every output, by path."""
        files = [p for p in (self.root / "results" / "2020").rglob("*") if p.is_file()]
        return {str(p.relative_to(self.root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}

    def changed(self, before: dict[str, str]) -> set[str]:
        """Outputs whose bytes differ from before, by path within the edition's folder."""
        after = self.digests()
        names = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
        return {n.removeprefix("results/2020/") for n in names}


# The reports of the run's first build, which cost half of it. They are kept by what they are made of, so that a build
# that finds them there makes the same; a test of clean builds asks for none.
STORE = "results/.lager/avtalerapporter"
_REPORTS: dict[str, bytes] = {}


def copy_project(target: Path, reports: bool = True) -> Project:
    """The files that git knows or would take in, as a new clone has them.

    Parameters: `reports`, whether the reports that an earlier build of this run has set lie in the store.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=PROJECT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, target / name)
    for name, data in _REPORTS.items() if reports else ():
        (target / STORE).mkdir(parents=True, exist_ok=True)
        (target / STORE / name).write_bytes(data)
    return Project(target)


def change_2018_cell(project: Project) -> None:
    """One answer of 2018: S01's cooperation with the housing office, women's service."""

    def change(text: str) -> str:
        rows = text.split("\r\n")
        at = rows[0].split(";").index("boligkontor_kvinner_fast_kontakt_på_stedet")
        row = next(n for n, r in enumerate(rows) if n and r.split(";")[at] in ("Ja", "Nei"))
        cells = rows[row].split(";")
        cells[at] = "Nei" if cells[at] == "Ja" else "Ja"
        rows[row] = ";".join(cells)
        return "\r\n".join(rows)

    project.edit("data/raw/2018/samarbeid_p2018.csv", change, "cp1252", "2018")
