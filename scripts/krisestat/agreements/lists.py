"""The code lists that stand in the checklist itself: its points, their groups, and the legal bases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krisestat.agreements.checklist import Punkt, load_sjekkliste
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.agreements.names import counted_points
from krisestat.base.display import capitalised
from krisestat.model.declared import STANDARDS, Reader, in_text


def _named(points: list[Punkt]) -> dict[str, Any]:
    return {point.id: {s: [point.tittel[s], in_text(point.tittel[s])] for s in STANDARDS} for point in points}


def _points(root: Path) -> Mapping[str, Any]:
    return _named([*load_sjekkliste(root=root).punkter])


def _leaves(root: Path) -> Mapping[str, Any]:
    found = load_sjekkliste(root=root)
    return _named([point for point in counted_points(found) if point in found.leaves])


def _origins(root: Path) -> Mapping[str, str]:
    return {point.id: point.opphav for point in load_sjekkliste(root=root).punkter}


def _laws(root: Path) -> Mapping[str, Any]:
    laws = load_lovgrunnlag(root=root)
    return {
        code: {s: [capitalised(law.kort[s]), in_text(law.navn[s])] for s in STANDARDS} for code, law in laws.items()
    }


# By the name that a declaration has for each.
READERS: dict[str, Reader] = {
    "sjekkliste.punkter": _points,
    "sjekkliste.underpunkter": _leaves,
    "sjekkliste.deler": _origins,
    "sjekkliste.lovgrunnlag": _laws,
}
