"""What editions from before the declared model have, as it is now: cell ids and tables of numbers.

Published editions are never rewritten; this is the one place that still knows what their files look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Column, Contract, Row
from krisestat.model.declared import Model, Statistic


def _table(texts: str, whole: str) -> Contract:
    """What a table had, beside others: columns of text, and of whole numbers."""
    columns = dict.fromkeys(texts.split(), Column(empty=True)) | dict.fromkeys(whole.split(), Column(int, empty=True))
    return Contract("eldre", columns, ())


TALL = _table(
    "indikator gruppe instans samarbeidsform andel status opphav", "aar antall base nei vet_ikke ubesvart ikke_spurt"
)
PERSONER = _table("senter_id senter gruppe maal status opphav", "aar antall")
# The tables of numbers by the name of their files.
TABLES: dict[str, Contract] = {"tall.csv": TALL, "personer.csv": PERSONER, "avtaler.csv": TALL}
# Indicators of agreements → the statistic, and the answer that they count.
_AGREEMENTS = {
    **{
        f"avtale_{kind}": ("avtalepunkt", kind)
        for kind in ("dekket", "delvis", "mangler", "ikke_relevant", "ikke_spurt")
    },
    "avtale_underpunkt": ("avtaleunderpunkt", ""),
}
# A cell by indicator, group, partner, form and year.
_KEY = ("indikator", "gruppe", "instans", "samarbeidsform", "aar")
_CELL = re.compile(r"([a-z_]+)/([a-z_]+)/([A-Za-z0-9_-]*)/([a-z0-9_]*)/(\d{4})")
# Columns that have other names now.
_NAMES = {"antall": "verdi", "base": "nevner"}


def observed(model: Model, row: Mapping[str, Any]) -> list[tuple[Statistic, Row]]:
    """A row of a table of numbers as observations; none for what is not declared any more."""
    indicator = row.get("maal") or row["indikator"]
    name, kind = _AGREEMENTS.get(indicator, (indicator, ""))
    if name not in model.statistikk:
        return []
    found = [(model[name], _observation(model[name], row, kind))]
    if indicator == "avtale_dekket":
        silent = {**row, "antall": None if row.get("status") else row.get("ubesvart")}
        found.append((model[name], _observation(model[name], silent, "ubesvart")))
    return found


def _observation(statistic: Statistic, row: Mapping[str, Any], kind: str) -> Row:
    """A row as an observation. Parameters: `kind`, the answer that it counts, where that is a dimension now."""
    form = row.get("samarbeidsform")
    named = {"tilbud": row["gruppe"].removesuffix("_panel"), "samarbeidsform": form, "lovgrunnlag": form}
    named |= {"senter": row.get("senter_id"), "kjonn": row["gruppe"], "dekning": kind}
    place = {name: named.get(name, row.get("instans")) or codes.total for name, codes in statistic.per.items()}
    told = {**dict.fromkeys(statistic.columns), **row, **place, "verdi": row.get("antall"), "nevner": row.get("base")}
    # Of a point, those that were not asked were not among the others.
    unknown = () if "nei" in statistic.others else ("ikke_spurt",)
    return {name: None if name in unknown else told[name] for name in statistic.columns}


def cell_id(model: Model, name: str) -> str:
    """The id that a cell has now. Parameters: `name`, of today or of an earlier edition."""
    if not (hit := _CELL.fullmatch(name)):
        return name
    row = dict(zip(_KEY, hit.groups(), strict=True))
    if row["gruppe"].startswith("personer"):
        group = row["gruppe"].removeprefix("personer").removeprefix("_") or "alle"
        row |= {"maal": row["indikator"], "senter_id": row["instans"], "gruppe": group}
    return next((statistic.cell(one) for statistic, one in observed(model, row)), name)


def as_now(model: Model, change: Mapping[str, Any]) -> dict[str, Any]:
    """A correction of a cell as it is written now, its fractions as such: of one of an earlier edition, what its
    statistic still has columns of."""
    name, told = cell_id(model, change["celle"]), {}
    known = () if name == change["celle"] else model.place(name)[0].columns
    for side in ("fra", "til"):
        named = {_NAMES.get(field, field) if known else field: number for field, number in change[side].items()}
        exact = {field: Fraction(n) if "/" in str(n) else n for field, n in named.items()}
        told[side] = {field: n for field, n in exact.items() if field in known or not known}
    return {"celle": name, **told}


def cell_of_row(model: Model, row: Row) -> str:
    """The id of the cell that a row of a table for machines has; «» for what is not declared any more."""
    if "statistikk" in row:
        return model[row["statistikk"]].cell(row) if row["statistikk"] in model.statistikk else ""
    return next((statistic.cell(one) for statistic, one in observed(model, row)), "")
