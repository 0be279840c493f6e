"""Corrections of raw data, decided by people and written in `data/rettelser.yaml`: cells that are put right and records
that are set aside, between `inndata` (which stays as received) and `klargjort`.

Each carries what stands in the file. When that no longer matches, the file has changed since the decision was made, and
nothing is corrected until a person has looked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.frames import constant, kept
from krisestat.base.yaml_files import check_ids, check_schema, load_yaml

FILE = Path("data/rettelser.yaml")
SCHEMA = Path("workflow/schemas/rettelser.schema.yaml")


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
        if ("linje" in entry) == ("senter_id" in entry):
            problems.add(
                path,
                f"linje {entry['_linje']} ({entry['id']})",
                "både «linje» og «senter_id»" if "linje" in entry else "verken «linje» eller «senter_id»",
                "én av dem",
                "Skriv linjen i filen eller senterets id.",
            )
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


def set_aside(
    inndata: pd.DataFrame, decisions: Decisions, column: str
) -> tuple[tuple[pd.DataFrame, list[int]], ProblemList]:
    """Take the records that are in quarantine out of a file.

    Parameters: `inndata`, the file's cells; `decisions`, those on the file; `column`, the column with the centre's
    name. Returns the cells that are left with the lines that were set aside, and a problem for each line that is not
    there or does not hold the name that the decision was about.
    """
    problems = ProblemList()
    of_centres = inndata[inndata["kolonne"] == column]
    places, values = of_centres["linje"].tolist(), of_centres["verdi"].tolist()
    names = dict(zip(places, values, strict=True))
    lines: list[int] = []
    for entry in decisions.karantene:
        found = names.get(entry["linje"])
        place = f"linje {entry['_linje']} ({entry['id']})"
        where = f"linje {entry['linje']} i {entry['fil']}"
        if found is None:
            wanted = f"en linje fra {min(places, default=0)} til {max(places, default=0)}"
            problems.add(decisions.path, place, f"{where}, som ikke er en rad med svar", wanted, "Rett «linje:».")
        elif found != entry["navn"]:
            wanted = f"{shown(entry['navn'])}, slik det sto da raden ble satt i karantene"
            fix = "Se på filen igjen, og rett eller fjern posten."
            problems.add(decisions.path, place, f"{shown(found)} på {where}", wanted, fix)
        elif entry["linje"] in lines:
            found = f"linje {entry['linje']} en gang til"
            problems.add(decisions.path, place, found, "én post per rad", "Slett den ene.")
        else:
            lines.append(entry["linje"])
    return (kept(inndata, ~inndata["linje"].isin(lines)), sorted(lines)), problems


def correct(
    inndata: pd.DataFrame, decisions: Decisions, lines_of: Mapping[str, Sequence[int]]
) -> tuple[pd.DataFrame, ProblemList]:
    """Put cells right.

    Parameters: `inndata`, a file's cells; `decisions`, those on the file; `lines_of`, the lines of each `senter_id`.
    Returns the cells with the column `rettelse` (the id of the correction, or «»), and a problem for each correction
    whose line, centre or column is not there, whose `fra` is not what stands in the cell, or whose cell is another's.
    """
    problems = ProblemList()
    if not decisions.rettelser:
        return inndata.assign(rettelse=constant("", len(inndata))), problems
    cells = inndata.assign(verdi=inndata["verdi"].astype(object), rettelse="")
    index = {(n, k): at for at, n, k in zip(cells.index, cells["linje"], cells["kolonne"], strict=True)}
    columns = list(cells["kolonne"].unique())
    lines = set(cells["linje"])
    taken: dict[int, str] = {}
    for entry in decisions.rettelser:
        place = f"linje {entry['_linje']} ({entry['id']})"
        if entry["kolonne"] not in columns:
            problems.add(
                decisions.path,
                place,
                f"kolonnen {shown(entry['kolonne'])}" + nearest(entry["kolonne"], columns),
                f"en kolonne i {entry['fil']}",
                "Rett «kolonne:».",
            )
            continue
        own = list(lines_of.get(entry["senter_id"], ())) if "senter_id" in entry else [entry["linje"]]
        if len(own) != 1 or own[0] not in lines:
            found, expected = _unlike(entry, own, lines, lines_of)
            problems.add(decisions.path, place, found, expected, "Rett «linje:» eller «senter_id:».")
            continue
        line = own[0]
        at = index[(line, entry["kolonne"])]
        now = inndata.at[at, "verdi"]
        if at in taken:
            problems.add(
                decisions.path,
                place,
                f"cellen som {taken[at]} også retter (linje {line}, kolonne «{entry['kolonne']}»)",
                "én rettelse per celle",
                "Slett den som ikke gjelder.",
            )
        elif now != entry["fra"]:
            problems.add(
                decisions.path,
                place,
                f"{shown(now)} i {entry['fil']}, linje {line}, kolonne «{entry['kolonne']}»",
                f"{shown(entry['fra'])}, slik det sto da rettelsen ble bestemt",
                "Filen er ny eller endret: se på cellen igjen, og rett «fra:» eller fjern rettelsen.",
            )
        else:
            cells.at[at, "verdi"] = entry["til"]
            cells.at[at, "rettelse"] = entry["id"]
        taken.setdefault(at, entry["id"])
    return cells, problems


def _unlike(
    entry: Mapping[str, Any], own: Sequence[int], lines: Collection[int], lines_of: Mapping[str, Sequence[int]]
) -> tuple[str, str]:
    """What was found and expected where a correction does not name one of the file's `lines`; `own`, those it names."""
    if "senter_id" not in entry:
        found = f"linje {entry['linje']} i {entry['fil']}, som ikke er en rad med svar"
        return found, f"en linje fra {min(lines)} til {max(lines)}"
    found = f"{entry['senter_id']}, som har {len(own)} rader i {entry['fil']}"
    return found + ("" if own else nearest(entry["senter_id"], lines_of)), "et senter som har én rad i filen"
