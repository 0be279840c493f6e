"""Data that was lost or gained between two runs: years, files, records, columns, centres, services, quarantine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


def coded(old: Mapping[str, Rows], new: Mapping[str, Rows]) -> list[dict[str, Any]]:
    """What differs in the answers. Parameters: rows of `klargjort` by file, of those that differ."""
    found = []
    for name in sorted(old.keys() & new.keys()):
        sides = (old[name], new[name])
        found += number_change("rader i klargjort", name, *map(len, sides))
        answered = [{r["senter_id"] for r in rows if r["linje"] != "0"} for rows in sides]
        found += gone_and_new("sentre med svar", name, *answered)
    return found


def register_changes(old: Rows, new: Rows) -> list[dict[str, Any]]:
    """What differs in the register: years, and centres and services of each year that both have."""
    years = [{r["aar"] for r in rows} for rows in (old, new)]
    found = gone_and_new("år", "serien", *years)
    groups: list[tuple[str, Callable[[Mapping[str, str]], str]]] = [
        ("sentre", lambda r: r["senter_id"]),
        ("tilbud", lambda r: f"{r['senter_id']} {r['tilbud']}"),
    ]
    for year in sorted(years[0] & years[1]):
        for what, name in groups:
            found += gone_and_new(what, year, *({name(r) for r in rows if r["aar"] == year} for rows in (old, new)))
    return found
