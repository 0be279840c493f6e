"""Rows of the tables of editions from before the declared model, as observations of its statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from krisestat.base.contracts import Row
from krisestat.model.declared import Model, Statistic

_PANEL = "_panel"
# Indicators of agreements → the statistic, and the answer that they count.
_AGREEMENTS = {
    **{
        f"avtale_{kind}": ("avtalepunkt", kind)
        for kind in ("dekket", "delvis", "mangler", "ikke_relevant", "ikke_spurt")
    },
    "avtale_underpunkt": ("avtaleunderpunkt", ""),
}


def cubes_of(model: Model, rows: Iterable[Row], persons: Iterable[Row] = ()) -> dict[str, list[Row]]:
    """Observations by statistic. Parameters: `rows` of the contracts TALL or UTDATA; `persons`, of PERSONER or
    PERSONER_UTDATA."""
    found: dict[str, list[Row]] = {name: [] for name in model.statistikk}
    for row in rows:
        name, kind = _AGREEMENTS.get(row["indikator"], (row["indikator"], ""))
        if name in found:
            found[name].append(_observation(model[name], row, kind))
            if row["indikator"] == "avtale_dekket":
                silent = {**row, "antall": None if row["status"] else row["ubesvart"]}
                found[name].append(_observation(model[name], silent, "ubesvart"))
    for row in persons:
        if row["maal"] in found:
            statistic = model[row["maal"]]
            place = {"senter": row["senter_id"] or statistic.per["senter"].total, "kjonn": row["gruppe"]}
            found[statistic.id].append(_row(statistic, row, place))
    return {name: sorted(own, key=model[name].order) for name, own in found.items()}


def _observation(statistic: Statistic, row: Row, kind: str) -> Row:
    first = row["gruppe"].removesuffix(_PANEL)
    place: dict[str, str] = {}
    for name in statistic.per:
        if name == "tilbud":
            place[name] = first
        elif name == "dekning":
            place[name] = kind
        elif name in ("samarbeidsform", "lovgrunnlag"):
            place[name] = row["samarbeidsform"] or statistic.per[name].total
        else:
            place[name] = row["instans"]
    return _row(statistic, row, place)


def _row(statistic: Statistic, row: Row, place: Mapping[str, str]) -> Row:
    told: dict[str, Any] = {**row, **place, "verdi": row["antall"], "nevner": row.get("base")}
    if statistic.id == "avtaleunderpunkt":
        told |= {"delvis": row["nei"], "mangler": 0, "ikke_relevant": 0}
    return {name: told[name] for name in statistic.columns}
