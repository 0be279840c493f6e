"""What differs in the inputs of two runs: settings, files, answers and the raw cells behind them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from krisestat.base.contracts import Row
from krisestat.model.declared import Statistic

Rows = Sequence[Row]
# What an answer or a respondent is known by: columns with their codes.
Key = tuple[tuple[str, str], ...]
# Columns that say what was answered and where it stands, not what was asked.
SAID = {"svar", "verdi", "nevner", "for_brudd", "status", "opphav", "fil", "linje", "kolonne", "rettelse"}
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
# Columns of codebooks and registers that say when a row holds, and those that say what a thing is called.
_WHEN = ("gyldig_fra", "gyldig_til")
_CALLED = re.compile(r"(?:navn|bestemt|kort|merknad|note|source|rekkefolge).*")


@dataclass(frozen=True)
class Change:
    """One thing that differs in the inputs, and may have caused something.

    `slag`, one of `KINDS`; `fil` and `sted`, where; `gammel` and `ny`, what stood and stands there (None when it is not
    known or not there); `om`, the path of a key; `rader`, the row of a codebook or a register before and now.
    """

    slag: str
    fil: str
    sted: str = ""
    gammel: str | None = None
    ny: str | None = None
    om: tuple[str, ...] = field(default=(), compare=False)
    rader: tuple[Row | None, ...] = field(default=(), compare=False)

    @cached_property
    def rank(self) -> tuple:
        """The order in which changes are told: numbers in places by value."""
        place = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", self.sted))
        return (KINDS.index(self.slag), self.fil, place, self.gammel or "", self.ny or "")

    def touches(self, aar: str, called: bool = False, /, **named: str) -> bool:
        """Whether the row says something else of a year, and speaks of what is named (or leaves that open).

        Parameters: `called`, whether other names of the same things count; `named`, values by column.
        """
        sides = self.sides(aar, called)
        about = (side is not None and all(side.get(c, v) in ("", v) for c, v in named.items()) for side in sides)
        return sides[:1] != sides[1:] and any(about)

    def sides(self, aar: str, called: bool = False) -> list[Row | None]:
        """What the row said, and says, of a year. Parameters: `called`, with what things are called."""
        return [_said(row, aar, called) for row in self.rader]

    def told(self) -> str:
        """The change in one line of Norwegian."""
        where = ", ".join(filter(None, (self.fil, self.sted)))
        if self.gammel is None and self.ny is None:
            return f"{where} er endret"
        before = "(fantes ikke)" if self.gammel is None else _value(self.gammel)
        after = "(borte)" if self.ny is None else _value(self.ny)
        return f"{where}: {before} → {after}"


def _said(row: Row | None, aar: str, called: bool) -> Row | None:
    """What a row says of a year; None where it is not there or does not hold."""
    if row is None or row.get("aar", aar) != aar:
        return None
    if not row.get("gyldig_fra", "") <= aar <= (row.get("gyldig_til") or aar):
        return None
    return {c: v for c, v in row.items() if c not in _WHEN and (called or not _CALLED.fullmatch(c))}


def _value(text: str) -> str:
    return f"«{text}»" if text else "tomt felt"


def flat(data: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """A configuration as texts by key path."""
    if isinstance(data, Mapping) and data:
        return {k: v for key, value in data.items() for k, v in flat(value, (*path, str(key))).items()}
    return {path: data if isinstance(data, str) else str(data)}


def keys_changed(slag: str, name: str, old: Any, new: Any) -> list[Change]:
    """A change for each key that differs, of settings or of another file of keys and values."""
    before, after = flat(old), flat(new)
    return [
        Change(slag, name, f"nøkkelen «{'.'.join(key)}»", before.get(key), after.get(key), key)
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def rows_changed(slag: str, name: str, old: str, new: str, secret: bool = False) -> list[Change]:
    """A change for each row of a CSV file that differs, wherever it stands; rows that are alike in half of their cells
    are one row before and now. Parameters: `secret`, what stands in the file may be hidden, and is not told."""
    sides = []
    for text in (old, new):
        reader = csv.DictReader(io.StringIO(text))
        sides.append([(reader.line_num, row) for row in reader])
    gone, came = (
        [entry for entry in own if entry[1] not in [row for _, row in other]] for own, other in (sides, sides[::-1])
    )
    pairs: list[tuple] = []
    for line, row in gone:
        alike = [(sum(row.get(c) == v for c, v in entry[1].items()), entry) for entry in came]
        shared, mate = max(alike, key=lambda found: found[0], default=(0, None))
        if mate and 2 * shared >= len(row):
            came.remove(mate)
            pairs.append((mate[0], row, mate[1]))
        else:
            pairs.append((line, row, None))
    pairs += [(line, None, row) for line, row in came]
    found = []
    for line, *rows in pairs:
        was, is_now = (None if row is None or secret else ",".join(v or "" for v in row.values()) for row in rows)
        found.append(Change(slag, name, f"linje {line}", was, is_now, rader=tuple(rows)))
    return found


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


def file_changed(name: str, kind: str, old: str | None, new: str | None, secret: bool = False) -> list[Change]:
    """The changes in one input: row by row or line by line where both texts are at hand, else the file as a whole.

    Parameters: `kind`, as in the manifest; `old`, `new`, its text or None; `secret`, as `rows_changed`.
    """
    slag = _KIND_OF_INPUT.get(kind, kind if kind in KINDS else "annet")
    if old is None or new is None or slag in ("raafil", "skrift", "kode", "laas", "stil"):
        return [Change(slag, name)]
    if name.endswith(".csv"):
        return rows_changed(slag, name, old, new, secret)
    return [
        Change(slag, name, f"linje {line}", "\n".join(before).strip(), "\n".join(after).strip())
        for line, before, after in hunks(old, new)
    ]


def answers_changed(sides: Sequence[Rows], years: Iterable[int]) -> dict[Key, tuple[Row | None, Row | None]]:
    """Answers that differ, before and now, in years that both runs have. Parameters: `sides`, those of each run."""
    shared = set(years)
    before, after = ({key_of(r): r for r in rows if r["aar"] in shared} for rows in sides)
    pairs = {key: (before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())}
    said = ("svar", "rettelse")
    return {k: (a, b) for k, (a, b) in pairs.items() if not (a and b and [a[c] for c in said] == [b[c] for c in said])}


def key_of(row: Row) -> Key:
    """What an answer answers, or what a row of a table is about."""
    return tuple((name, str(value)) for name, value in row.items() if name not in SAID and value not in ("", None))


def as_answer(row: Row, statistic: Statistic) -> Row:
    """A row of a finished table as an answer to the question that its statistic is."""
    value = row["verdi"] if row["verdi"] is not None else row["status"]
    return {"kilde": statistic.kilde, "sporsmaal": statistic.id, **row, "svar": str(value)}


@dataclass(frozen=True)
class RawCells:
    """Cells as received, by (file, line, column), of the files that differ."""

    gammel: Mapping[tuple[str, int, str], str]
    ny: Mapping[tuple[str, int, str], str]

    def pair(self, old: Mapping | None, new: Mapping | None) -> tuple[str | None, str | None]:
        """What each run received for an answer; None where there is no such row."""
        return _received(self.gammel, old), _received(self.ny, new)

    def apart(self, keys: Sequence[Mapping[tuple[str, int], Any]]) -> list[tuple[tuple[str, int, str], str, str]]:
        """Cells that differ in records that both runs have: (place now, before, now). A record that is the same has at
        most moved; others are known by their key, or else by their line.

        Parameters: `keys`, of the records of each run by (file, line).
        """
        sides = []
        for cells, own in zip((self.gammel, self.ny), keys, strict=True):
            records: dict[tuple, dict] = {}
            for (file, line, column), value in cells.items():
                records.setdefault((file, line), {})[column] = value
            sides.append({(file, own.get((file, line), line)): (line, r) for (file, line), r in records.items()})
        same = {(k[0], *r.items()) for k, (_, r) in sides[0].items()} & {
            (k[0], *r.items()) for k, (_, r) in sides[1].items()
        }
        return [
            ((key[0], line, column), sides[0][key][1][column], value)
            for key, (line, record) in sides[1].items()
            if key in sides[0] and (key[0], *record.items()) not in same
            for column, value in record.items()
            if sides[0][key][1].get(column, value) != value
        ]


def _received(cells: Mapping, row: Mapping | None) -> str | None:
    return cells.get((row["fil"], row["linje"], row["kolonne"])) if row and row["linje"] else None


def raw_cells(rows: Rows) -> dict[tuple[str, int, str], str]:
    """Cells of `inndata` by place."""
    return {(r["fil"], r["linje"], r["kolonne"]): r["verdi"] for r in rows}


def cause_of_answer(
    old: Row | None,
    new: Row | None,
    raw: RawCells,
    services: Mapping[Key, tuple[Change, ...]],
    same_raw: bool,
    answered: Collection[Key] = (),
    units: Sequence[str] = (),
) -> list[Change]:
    """What changed one answer, looked for in this order: the respondent, a correction, the raw record, the raw cell.

    Parameters: `old`, `new`, coded answers; `services`, changes of the register by respondent and year; `same_raw`, the
    file as received is the same in both runs; `answered`, the year and the first unit of those of whom both runs use a
    record; `units`, the columns that name a respondent. Returns an empty list when the answer differs though all these
    are the same; then it is the codebook or the code.
    """
    row = new or old or {}
    if service := services.get(respondent(row, units)):
        return [*service]
    found = []
    ids = tuple(r["rettelse"] if r else "" for r in (old, new))
    if ids[0] != ids[1]:
        place = next(r for r, id in zip((old, new), ids, strict=True) if r and id)
        what = f"rettelse {ids[1] or ids[0]}"
        where = f"{what} av {place['fil']}, linje {place['linje']}, kolonne «{place['kolonne']}»"
        before, after = (r["svar"] if r else None for r in (old, new))
        found.append(Change("rettelse", "data/rettelser.yaml", where, before, after))
    if old is None or new is None:
        return found
    if (not old["linje"]) != (not new["linje"]):
        if respondent(row, units[:1]) in answered:
            return found  # the record is in use as before, but not this column of it
        there = old if old["linje"] else new
        gone = there is old
        if same_raw:
            where = f"raden i {there['fil']}, linje {there['linje']}"
            was, is_now = ("i bruk", "i karantene") if gone else ("i karantene", "i bruk")
            return [*found, Change("rettelse", "data/rettelser.yaml", where, was, is_now)]
        before, after = ("raden", None) if gone else (None, "raden")
        where = f"linje {there['linje']} ({', '.join(str(there[unit]) for unit in units[:1])})"
        return [*found, Change("raarad", there["fil"], where, before, after)]
    before, after = raw.pair(old, new)
    if before != after and not same_raw:
        column = new["kolonne"] if old["kolonne"] == new["kolonne"] else f"{old['kolonne']} / {new['kolonne']}"
        found.append(
            Change("raarad", new["fil"], f"linje {new['linje']}, kolonne «{column}»", before or "", after or "")
        )
    return found


def respondent(row: Row, units: Sequence[str]) -> Key:
    """Who was to answer in a year."""
    return tuple((name, str(row.get(name, ""))) for name in ("kilde", "aar", *units))


def coding(changed: Iterable[Change], old: Row | None, new: Row | None) -> tuple[Change, ...]:
    """Rows of codebooks that make another answer of the same cell: of its column, and of what stands in it."""
    answers = (old, new)
    aar = str((new or old or {})["aar"])
    return tuple(
        c
        for c in changed
        if (
            c.fil.endswith(f"_p{aar}.csv")
            and any(c.touches(aar, kolonne=answer["kolonne"]) for answer in answers if answer)
        )
        or (
            c.fil.endswith("/svarkoder.csv")
            and c.touches(aar)
            and all(r is None or (a and r["svar"] == a["svar"]) for r, a in zip(c.rader, answers, strict=True))
        )
    )


def services_changed(
    sides: Sequence[Rows], years: Iterable[int], register: Iterable[Change], units: Sequence[str]
) -> dict[Key, tuple[Change, ...]]:
    """Respondents that one run alone has, by year, in years that both have: the rows of the register that say so; that
    the register does, where its rows are not at hand. Parameters: `units`, the columns that name them."""
    shared = set(years)
    before, after = ({respondent(r, units) for r in rows if r["aar"] in shared} for rows in sides)
    found = {}
    for key in sorted(before ^ after):
        _, (_, aar), *named = key
        # The register has the id of a unit in a column of that name.
        asked = {column: code for name, code in named for column in (name, f"{name}_id")}
        rows = tuple(c for c in register if c.touches(aar, **asked))
        was, is_now = ("i registeret" if key in side else None for side in (before, after))
        where = ", ".join([*(code for _, code in named), aar])
        found[key] = rows or (Change("register", "data/raw/register", where, was, is_now),)
    return found
