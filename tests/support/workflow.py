"""A copy of the whole project, built by Snakemake, for the tests of the workflow."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.project import PROJECT, Workspace, listed
from tests.support.shared import once
from tools import reproduser

ALL = [
    *("clean", "agreements", "compute", "draw", "package", "render", "prove", "typeset"),
    *("checklist", "forms", "audit", "manifest"),
]
# With what the target `avtaler` makes beside the publication, for the parties.
EVERY, WHOLE = [*ALL, "reports"], reproduser.TARGETS


class Project(Workspace):
    """A copy of the whole project, built by Snakemake."""

    def snakemake(
        self, *args: str, env: dict[str, str] | None = None, cores: int = 2, umask: int = -1
    ) -> subprocess.CompletedProcess:
        """Run Snakemake as a user would, with an environment that holds the least."""
        least = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(self.root)}
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), *args]
        return subprocess.run(
            command, cwd=self.root, env=least | (env or {}), umask=umask, capture_output=True, text=True, timeout=300
        )

    def build(self, *args: str, **options) -> list[str]:
        """Run Snakemake; returns the rules that ran, in the order of the pipeline (the last two wait for the same and
        may come in any). Fails if the build does."""
        done = self.snakemake(*args, **options)
        assert done.returncode == 0, done.stderr[-6000:]
        ran = re.findall(r"^localrule (\w+):", done.stderr, re.MULTILINE)
        return sorted((rule for rule in ran if rule not in ("sjekkliste", *WHOLE)), key=EVERY.index)

    def digests(self) -> dict[str, str]:
        """sha256 of every output, by path."""
        files = [p for p in (self.root / "results" / "2020").rglob("*") if p.is_file()]
        return {str(p.relative_to(self.root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}

    def changed(self, before: dict[str, str]) -> set[str]:
        """Outputs whose bytes differ from before, by path within the edition's folder."""
        after = self.digests()
        names = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
        return {n.removeprefix("results/2020/") for n in names}

    def copied(self, folder: Path) -> "Project":
        """A copy of all of it in a folder, to change and build anew."""
        return Project(shutil.copytree(self.root, folder / "kopi", symlinks=True))


def copy_project(target: Path) -> Project:
    """The project as a new clone has it."""
    for name in listed(PROJECT):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, target / name)
    return Project(target)


class Shared(Project):
    """A build that several processes copy, perhaps at this moment: no command of Snakemake runs in it."""

    def snakemake(self, *args: str, **_) -> NoReturn:
        raise AssertionError(f"{self.root} is shared: build in a copy of it")


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Shared:
    """A clean build that tests copy and do not touch, by one who shows others nothing unasked."""

    def build(folder: Path) -> None:
        assert copy_project(folder).build(umask=0o077) == ALL

    return Shared(once(tmp_path_factory, "bygd", build))


@pytest.fixture(scope="session")
def with_reports(built, tmp_path_factory) -> Shared:
    """The same, with the reports to the parties beside it."""

    def build(folder: Path) -> None:
        assert built.copied(folder).build("avtaler") == ["reports"]

    return Shared(once(tmp_path_factory, "bygd-med-rapporter", build) / "kopi")


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
