"""What differs in the inputs of two runs: settings, files, answers and the raw cells behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

Rows = Sequence[Mapping[str, str]]
ANSWER_KEY = ("aar", "senter_id", "tilbud", "sporsmaal", "instans", "samarbeidsform")
# In this order they are told.
KINDS = (
    "raarad",
    "raafil",
    "rettelse",
    "register",
    "kodebok",
    "innstilling",
    "leksikon",
    "mal",
    "stil",
    "skrift",
    "kode",
    "laas",
    "publisert",
    "annet",
)
_KIND_OF_INPUT = {
    "raadata": "raafil",
    "kildeopplysning": "raafil",
    "rettelser": "rettelse",
    "innstillinger": "innstilling",
}


@dataclass(frozen=True)
class Change:
    """One thing that differs in the inputs, and may have caused something.

    `slag`, one of `KINDS`; `fil` and `sted`, where; `gammel` and `ny`, what stood and stands there (None when it is not
    known or not there); `om`, what it is about: an answer's key, a service, a code, a setting's key.
    """

    slag: str
    fil: str
    sted: str = ""
    gammel: str | None = None
    ny: str | None = None
    om: tuple[str, ...] = field(default=(), compare=False)

    @cached_property
    def rank(self) -> tuple:
        """The order in which changes are told: numbers in places by value."""
        place = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", self.sted))
        return (KINDS.index(self.slag), self.fil, place, self.gammel or "", self.ny or "")

    def told(self) -> str:
        """The change in one line of Norwegian."""
        where = ", ".join(filter(None, (self.fil, self.sted)))
        if self.gammel is None and self.ny is None:
            return f"{where} er endret"
        before = "(fantes ikke)" if self.gammel is None else _value(self.gammel)
        after = "(borte)" if self.ny is None else _value(self.ny)
        return f"{where}: {before} → {after}"


def _value(text: str) -> str:
    return f"«{text}»" if text else "tomt felt"


def flat(data: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """A configuration as texts by key path."""
    if isinstance(data, Mapping) and data:
        return {k: v for key, value in data.items() for k, v in flat(value, (*path, str(key))).items()}
    return {path: data if isinstance(data, str) else str(data)}


def settings_changed(old: Mapping, new: Mapping) -> list[Change]:
    """A change for each setting that differs."""
    before, after = flat(old), flat(new)
    return [
        Change("innstilling", "config.yaml", f"nøkkelen «{'.'.join(key)}»", before.get(key), after.get(key), key)
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def hunks(old: str, new: str) -> list[tuple[int, list[str], list[str]]]:
    """Lines that differ: (first line, old lines, new lines); pairs of single lines where as many came as went."""
    before, after = old.splitlines(), new.splitlines()
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            found += [(c + n + 1, [before[a + n]], [after[c + n]]) for n in range(b - a)]
        elif kind != "equal":
            found.append((c + 1, before[a:b], after[c:d]))
    return found


def file_changed(name: str, kind: str, old: str | None, new: str | None) -> list[Change]:
    """The changes in one input: line by line where both texts are at hand, else the file as a whole.

    Parameters: `kind`, as in the manifest; `old`, `new`, its text or None.
    """
    slag = _KIND_OF_INPUT.get(kind, kind if kind in KINDS else "annet")
    if old is None or new is None or slag in ("raafil", "skrift", "kode", "laas", "stil"):
        return [Change(slag, name)]
    return [
        Change(slag, name, f"linje {line}", "\n".join(before).strip(), "\n".join(after).strip())
        for line, before, after in hunks(old, new)
    ]


def answers_changed(old: Rows, new: Rows, years: Iterable[int]) -> list[tuple[tuple, Mapping | None, Mapping | None]]:
    """Answers of `klargjort` that differ: (key, old row, new row), in years that both runs have."""
    shared = {str(year) for year in years}
    before, after = ({tuple(r[c] for c in ANSWER_KEY): r for r in rows if r["aar"] in shared} for rows in (old, new))
    return [
        (key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if key not in before
        or key not in after
        or (before[key]["svar"], before[key]["rettelse"]) != (after[key]["svar"], after[key]["rettelse"])
    ]


@dataclass(frozen=True)
class RawCells:
    """Cells as received, by (file, line, column), of the files that differ."""

    gammel: Mapping[tuple[str, str, str], str]
    ny: Mapping[tuple[str, str, str], str]

    def pair(self, old: Mapping | None, new: Mapping | None) -> tuple[str | None, str | None]:
        """What each run received for an answer; None where there is no such row."""
        return _received(self.gammel, old), _received(self.ny, new)

    def line(self, row: Mapping, old: bool) -> tuple[str, ...]:
        """The whole record that a row comes from."""
        side = self.gammel if old else self.ny
        return tuple(v for (file, line, _), v in sorted(side.items()) if (file, line) == (row["fil"], row["linje"]))


def _received(cells: Mapping, row: Mapping | None) -> str | None:
    return None if row is None or row["linje"] == "0" else cells.get((row["fil"], row["linje"], row["kolonne"]))


def raw_cells(rows: Rows) -> dict[tuple[str, str, str], str]:
    """Cells of `inndata` by place."""
    return {(r["fil"], r["linje"], r["kolonne"]): r["verdi"] for r in rows}


def cause_of_answer(
    old: Mapping | None, new: Mapping | None, raw: RawCells, services: Mapping[tuple, Change], same_raw: bool
) -> list[Change]:
    """What changed one answer, looked for in this order: the service, a correction, the raw record, the raw cell.

    Parameters: `old`, `new`, rows of `klargjort`; `services`, changes of the register by (aar, tilbud, senter_id);
    `same_raw`, the file as received is the same in both runs. Returns an empty list when the answer differs though all
    these are the same; then it is the codebook or the code.
    """
    row = new or old or {}
    service = services.get((row["aar"], row["tilbud"], row["senter_id"]))
    if service:
        return [service]
    key = tuple(row[c] for c in ANSWER_KEY)
    found = []
    ids = tuple(r["rettelse"] if r else "" for r in (old, new))
    if ids[0] != ids[1]:
        place = next(r for r, id in zip((old, new), ids, strict=True) if r and id)
        what = f"rettelse {ids[1] or ids[0]}"
        where = f"{what} av {place['fil']}, linje {place['linje']}, kolonne «{place['kolonne']}»"
        before, after = (r["svar"] if r else None for r in (old, new))
        found.append(Change("rettelse", "data/rettelser.yaml", where, before, after, key))
    if old is None or new is None:
        return found
    if "0" in (old["linje"], new["linje"]) and old["linje"] != new["linje"]:
        there = new if old["linje"] == "0" else old
        gone = there is old
        if same_raw:
            where = f"raden i {there['fil']}, linje {there['linje']}, satt i karantene"
            return [*found, Change("rettelse", "data/rettelser.yaml", where, "i bruk" if gone else None, None, key)]
        before, after = ("raden til senteret", None) if gone else (None, "raden til senteret")
        where = f"linje {there['linje']} ({there['senter_id']})"
        return [*found, Change("raarad", there["fil"], where, before, after, key)]
    before, after = raw.pair(old, new)
    if before != after and not same_raw:
        column = new["kolonne"] if old["kolonne"] == new["kolonne"] else f"{old['kolonne']} / {new['kolonne']}"
        found.append(
            Change("raarad", new["fil"], f"linje {new['linje']}, kolonne «{column}»", before or "", after or "", key)
        )
    return found


def services_changed(old: Rows, new: Rows, years: Iterable[int]) -> dict[tuple, Change]:
    """Services that are in the register of one run alone, by (aar, tilbud, senter_id), in years that both have."""
    shared = {str(year) for year in years}
    before, after = (
        {(r["aar"], r["tilbud"], r["senter_id"]) for r in rows if r["aar"] in shared} for rows in (old, new)
    )
    return {
        key: Change(
            "register",
            "data/raw/register",
            f"{key[2]}, tilbudet til {key[1]}, {key[0]}",
            "i registeret" if key in before else None,
            "i registeret" if key in after else None,
            key,
        )
        for key in sorted(before ^ after)
    }
