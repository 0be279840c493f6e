"""The code lists that stand in the checklist itself: its points, their groups, and the legal bases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat.agreements.checklist import DEKKET, Punkt, load_sjekkliste
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.agreements.municipalities import load_kommuner
from krisestat.base.display import capitalised
from krisestat.model.declared import STANDARDS, Cubes, Model, Reader, in_text
from krisestat.model.disclosure import HIDDEN
from krisestat.model.register import REGISTER


def _named(points: Iterable[Punkt]) -> dict[str, Any]:
    return {point.id: {s: [point.tittel[s], in_text(point.tittel[s])] for s in STANDARDS} for point in points}


def _points(root: Path) -> Mapping[str, Any]:
    return _named(load_sjekkliste(root=root).punkter)


def _leaves(root: Path) -> Mapping[str, Any]:
    found = load_sjekkliste(root=root)
    return _named(sorted(found.leaves, key=lambda leaf: leaf not in found.punkter))


def _origins(root: Path) -> Mapping[str, str]:
    return {point.id: point.opphav for point in load_sjekkliste(root=root).punkter}


def _laws(root: Path) -> Mapping[str, Any]:
    laws = load_lovgrunnlag(root=root)
    return {
        code: {s: [capitalised(law.kort[s]), in_text(law.navn[s])] for s in STANDARDS} for code, law in laws.items()
    }


def _municipalities(root: Path) -> Mapping[str, Any]:
    return {row["kommunenr"]: [row["navn"], row["navn"]] for row in load_kommuner(root / REGISTER).rows}


# By the name that a declaration has for each.
READERS: dict[str, Reader] = {
    "sjekkliste.punkter": _points,
    "sjekkliste.underpunkter": _leaves,
    "sjekkliste.deler": _origins,
    "sjekkliste.lovgrunnlag": _laws,
    "register.kommuner": _municipalities,
}


def source_points(model: Model, cubes: Cubes, aar: int, over_time: bool = False) -> list[str]:
    """The points of the checklist's source, without the additions, that have numbers for all agreements of the last
    collection up to a year; none where there is no collection. Parameters: `over_time`, without those whose number is
    hidden in an earlier collection, which nothing can be compared with."""
    rows = [row for row in cubes.get("avtalepunkt", ()) if row["aar"] <= aar]
    if not rows:
        return []
    points, laws = (model["avtalepunkt"].per[name] for name in ("punkt", "lovgrunnlag"))
    last = max(row["aar"] for row in rows)
    of_all = [row for row in rows if (row["aar"], row["lovgrunnlag"]) == (last, laws.total)]
    told = {row["punkt"] for row in of_all if row["dekning"] == DEKKET and row["nevner"] and not row["status"]}
    if over_time:
        told -= {row["punkt"] for row in rows if row["lovgrunnlag"] == laws.total and row["status"] == HIDDEN}
    return [code for code in points.in_order(told) if points.grupper[code] == "kilden"]
