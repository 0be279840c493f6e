"""Data that was lost or gained between two runs: years, files, records, columns, and what the data speak of: centres,
services, questions, partners, forms of cooperation, agreements and their points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, str]]
# What each kind of data speaks of: the columns that together name it.
SPEAKS_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "registeret": {"sentre": ("senter_id",), "tilbud": ("senter_id", "tilbud")},
    "svarene": {
        "sentre": ("senter_id",),
        "spørsmål": ("sporsmaal", "instans", "samarbeidsform", "tilbud"),
        "instanser": ("instans",),
        "samarbeidsformer": ("samarbeidsform",),
    },
    "personer": {"sentre": ("senter_id",), "grupper": ("gruppe",)},
    "avtalene": {"avtaler": ("avtale_id",)},
    "svarene om avtalene": {"avtaler": ("avtale_id",), "punkter": ("punkt",)},
}
_SILENT = ("ubesvart", "ikke_spurt")


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


def spoken_of(kind: str, old: Rows, new: Rows) -> list[dict[str, Any]]:
    """What differs in what data of a kind speak of: the years; of each year that both have, what `SPEAKS_OF` names, and
    how much there is. Parameters: rows of the tables that differ; those that say nothing do not count."""
    sides = [[r for r in rows if r.get("svar") not in _SILENT] for rows in (old, new)]
    years = [{r["aar"] for r in rows} for rows in sides]
    found = gone_and_new("år", kind, *years)
    for year in sorted(years[0] & years[1]):
        own = [[r for r in rows if r["aar"] == year] for rows in sides]
        for what, columns in SPEAKS_OF[kind].items():
            names = ({" ".join(filter(None, (r[c] for c in columns))) for r in rows} - {""} for rows in own)
            found += gone_and_new(what, f"{kind}, {year}", *names)
        found += number_change("opplysninger", f"{kind}, {year}", *map(len, own))
    return found
