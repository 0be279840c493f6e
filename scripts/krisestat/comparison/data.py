"""Data lost or gained between two runs: years, files, records, columns, numbers, and what the data speak of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from krisestat.comparison.changes import Rows


def gone_and_new(what: str, about: str, old: Iterable[str], new: Iterable[str]) -> list[dict[str, Any]]:
    """One entry if two sets of names differ: how many before and now, and which went and came."""
    before, after = set(old), set(new)
    if before == after:
        return []
    return [
        {
            "hva": what,
            "gjelder": about,
            "gammel": len(before),
            "ny": len(after),
            "tapt": sorted(before - after),
            "nye": sorted(after - before),
        }
    ]


def number_change(what: str, about: str, old: int, new: int) -> list[dict[str, Any]]:
    """One entry if two numbers differ."""
    if old == new:
        return []
    return [{"hva": what, "gjelder": about, "gammel": old, "ny": new, "tapt": [], "nye": []}]


def received(old: Mapping[str, Rows], new: Mapping[str, Rows]) -> list[dict[str, Any]]:
    """What differs in the files as received. Parameters: rows of `inndata` by file, of those that differ."""
    found: list[dict[str, Any]] = []
    for name in sorted(old.keys() & new.keys()):
        source = next((r["fil"] for r in (*new[name], *old[name])), name)
        sides = (old[name], new[name])
        lines = [len({r["linje"] for r in rows}) for rows in sides]
        found += number_change("rader i filen", source, *lines)
        found += gone_and_new("kolonner", source, *({r["kolonne"] for r in rows} for rows in sides))
    return found


def spoken_of(
    kind: str, runs: Sequence[Rows], named: Mapping[str, Sequence[str]], silent: Collection[str] = ()
) -> list[dict[str, Any]]:
    """What differs in what data of a kind speak of: the years; of each year that both have, what `named` has columns
    of, and how much there is. Parameters: `runs`, rows of the tables that differ in each; those whose answer is
    `silent` do not count."""
    sides = [[r for r in rows if r.get("svar") not in silent] for rows in runs]
    years = [{str(r["aar"]) for r in rows} for rows in sides]
    found = gone_and_new("år", kind, *years)
    for year in sorted(years[0] & years[1]):
        own = [[r for r in rows if str(r["aar"]) == year] for rows in sides]
        for what, columns in named.items():
            names = ({" ".join(str(r[c]) for c in columns if r.get(c)) for r in rows} - {""} for rows in own)
            found += gone_and_new(what, f"{kind}, {year}", *names)
        found += number_change("opplysninger", f"{kind}, {year}", *map(len, own))
    return found
