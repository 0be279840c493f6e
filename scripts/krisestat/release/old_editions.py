"""What editions from before the declared model have, as it is now: cell ids, tables of numbers, and coded answers.

Published editions are never rewritten; this is the one place that still knows what their files look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Column, Contract, Row
from krisestat.model.contracts import INNDATA
from krisestat.model.declared import Model, Statistic


def _table(texts: str, whole: str) -> Contract:
    """What a table had, beside others: columns of text, and of whole numbers."""
    columns = dict.fromkeys(texts.split(), Column(empty=True)) | dict.fromkeys(whole.split(), Column(int, empty=True))
    return Contract("eldre", columns, ())


KLARGJORT = _table("senter_id tilbud sporsmaal instans samarbeidsform svar fil kolonne rettelse", "aar linje")
TILBUD_PER_AAR = _table("senter_id tilbud opphav", "aar")
AGGREGERT = _table("indikator gruppe instans status opphav fil kolonne rettelse", "aar antall base linje")
TALL = _table(
    "indikator gruppe instans samarbeidsform andel status opphav", "aar antall base nei vet_ikke ubesvart ikke_spurt"
)
PERSONER_KLARGJORT = _table("senter_id gruppe senter opphav fil", "aar beboere opphold linje")
PERSONER = _table("senter_id senter gruppe maal status opphav", "aar antall")
# The tables of numbers by the name of their files.
TABLES: dict[str, Contract] = {"tall.csv": TALL, "personer.csv": PERSONER, "avtaler.csv": TALL}
# The columns by which the tables that raw files become are known.
CODED: tuple[tuple[Contract, set[str]], ...] = (
    (INNDATA, {"kolonnenr", "verdi"}),
    (KLARGJORT, {"sporsmaal", "svar"}),
    (TILBUD_PER_AAR, {"senter_id", "tilbud", "opphav"}),
    (AGGREGERT, {"instans", "antall", "fil"}),
    (PERSONER_KLARGJORT, {"senter_id", "gruppe", "fil"}),
)
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
# Columns that have other names now; those of one respondent were of centres.
_NAMES = {"senter_id": "senter", "gruppe": "kjonn", "antall": "verdi", "base": "nevner"}


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


def coded_answers(rows: Iterable[Row]) -> list[Row]:
    """Coded answers, or units in the register, with the names that their columns have now: the code of a unit is its
    column, and what it was called is left out."""
    rows = list(rows)
    taken = {new for old, new in _NAMES.items() if rows and old in rows[0]}
    return [{_NAMES.get(name, name): value for name, value in row.items() if name not in taken} for row in rows]


def coded_numbers(model: Model, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows of finished tables by statistic. Parameters: `rows`, each of one indicator, or with a column for each."""
    found: dict[str, list[Row]] = {}
    for row in coded_answers(rows):
        for name in [row["indikator"]] if "indikator" in row else [one for one in model.statistikk if one in row]:
            if name in model.statistikk:
                place = {dimension: row[dimension] for dimension in ("aar", *model[name].per)}
                own = {"verdi": row.get(name), "nevner": None, "status": "", "rettelse": ""}
                own["kolonne"] = model[name].tabell["kolonner"]["verdi"]
                kept = ("verdi", "nevner", "status", "opphav", "fil", "linje", "kolonne", "rettelse")
                found.setdefault(name, []).append(place | {k: row.get(k, own.get(k)) for k in kept})
    return found
