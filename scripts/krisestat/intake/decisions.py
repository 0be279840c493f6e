"""What people have decided of raw data, as `data/rettelser.yaml` has it: cells that are put right, and records that are
set aside. `intake.corrections` does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.yaml_files import check_ids, check_schema, load_yaml

FILE = Path("data/rettelser.yaml")
SCHEMA = Path("workflow/schemas/rettelser.schema.yaml")


# What says which cells a correction is of.
CHOOSES = {
    "linje": "linje {}",
    "senter_id": "{}",
    "kolonne": "kolonne «{}»",
    "variabel": "variabel «{}»",
    "tilbud": "tilbud «{}»",
    "uten_tilbud": "tilbud som ikke finnes",
}


def one_cell(entry: Mapping[str, Any]) -> bool:
    """Whether a correction names one cell, and not all of many that hold the same."""
    return ("linje" in entry or "senter_id" in entry) and "kolonne" in entry


def chosen(entry: Mapping[str, Any]) -> str:
    """Which cells a correction is of, in words."""
    return ", ".join(told.format(entry[name]) for name, told in CHOOSES.items() if name in entry)


@dataclass(frozen=True)
class Decisions:
    """What `data/rettelser.yaml` says, as read; each entry has its line in `_linje`."""

    path: Path = FILE
    rettelser: list[dict] = field(default_factory=list)
    karantene: list[dict] = field(default_factory=list)

    def of(self, source: Path) -> Decisions:
        """The decisions on one raw file."""
        mine = source.as_posix()
        return Decisions(
            self.path,
            [r for r in self.rettelser if r["fil"] == mine],
            [r for r in self.karantene if r["fil"] == mine],
        )


def load_decisions(path: Path = FILE, root: Path = Path()) -> Decisions:
    """Read the decisions.

    Raises `Problems` with every fault: unknown keys, neither or both of `linje` and `senter_id`, an id twice.
    """
    data, lines = load_yaml(root / path)
    check_schema(data or {}, root / SCHEMA, str(path), lines)
    read = {
        kind: [entry | {"_linje": lines[(kind, n)][0]} for n, entry in enumerate(data[kind])]
        for kind in ("rettelser", "karantene")
    }
    problems = ProblemList()
    for entry in read["rettelser"]:
        where = [name for name in CHOOSES if name in entry]
        place = f"linje {entry['_linje']} ({entry['id']})"
        if {"linje", "senter_id"} <= {*where}:
            problems.add(path, place, "både «linje» og «senter_id»", "én av dem", "Slett den ene.")
        elif not where:
            wanted = f"minst én av {', '.join(CHOOSES)}"
            problems.add(path, place, "ingen nøkkel som sier hvilke celler", wanted, "Skriv hvor cellene står.")
        elif one_cell(entry) == ("antall" in entry):
            found, wanted = ("«antall» for én celle", "bare cellen") if one_cell(entry) else (
                f"ikke «antall», men bare {' og '.join(where)}", "hvor mange celler som rettes, eller én celle"
            )  # fmt: skip
            fix = "En celle er «linje» eller «senter_id», og «kolonne»; ellers sier «antall» hvor mange celler det er."
            problems.add(path, place, found, wanted, fix)
    every = (*read["rettelser"], *read["karantene"])
    problems.extend(check_ids(((entry["id"], entry["_linje"]) for entry in every), path))
    problems.raise_if_any()
    return Decisions(path, **read)


def check_files(decisions: Decisions, files: Iterable[Path]) -> ProblemList:
    """A problem for each decision on a file that is not among `files`, the raw files of the project."""
    problems = ProblemList()
    known = [path.as_posix() for path in files]
    for entry in (*decisions.rettelser, *decisions.karantene):
        if entry["fil"] not in known:
            problems.add(
                decisions.path,
                f"linje {entry['_linje']} ({entry['id']})",
                f"filen {shown(entry['fil'])}" + nearest(entry["fil"], known),
                "en rådatafil i data/raw",
                "Rett «fil:», eller ta posten bort hvis filen er borte.",
            )
    return problems
