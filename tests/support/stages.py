"""Stages run as their rules have them, without Snakemake, and what those from raw files to `utdata` make of the
committed files."""

from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import PROJECT
from tests.support.shared import once
from tools.steps import Work, bind, steps

YEARS = list(range(2015, 2021))
FOLDERS = {"inndata": "inndata", "svar": "klargjort"}


@cache
def rules() -> dict[str, dict]:
    """What the rules say of each stage, for the edition of 2020: `steps` reads them once in a process."""
    return steps(PROJECT, aar=2020)


def bound(stage: str, to: Path, root: Path = Path(), **changed: Any) -> Work:
    """A stage with what its rule gives it. Parameters: `to`, the edition's folder; `root`, the project's, where one
    stands by default; `changed`, what is otherwise than in the rule, by name."""
    return bind(stage, rules()[stage], to, root, **changed)


def run(stage: str, to: Path, root: Path = Path(), **changed: Any) -> Any:
    """Run a stage; returns what it returns. Parameters: as `bound`."""
    return bound(stage, to, root, **changed)()


def run_agreements(to: Path, aar: int = 2020, **changed: Any) -> None:
    """Run the stage `agreements` on the collections up to a year. Parameters: as `run`."""
    from krisestat.agreements.collections import load_innsamlinger

    years = [one.aar for one in load_innsamlinger(aar)]
    places = {name: [to / f"{folder}/avtaler_p{y}.csv" for y in years] for name, folder in FOLDERS.items()}
    run("agreements", to, aar=aar, **places, **changed)


@pytest.fixture(scope="session")
def committed(tmp_path_factory) -> Path:
    """The committed raw files through the stages: folders `inndata`, `klargjort`, `statistikk`, `utdata` and
    `etterproving`, which tests copy and do not touch."""

    def make(folder: Path) -> None:
        with chdir(PROJECT):
            for stage in ("clean", "agreements", "compute"):
                run(stage, folder)

    return once(tmp_path_factory, "lagret", make)
