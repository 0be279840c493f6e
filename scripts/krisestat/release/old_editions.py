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
from krisestat.model.declared import Cubes, Model, Statistic


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
# The tables of numbers by the name of their files, and the one that held persons.
TABLES: dict[str, Contract] = {"tall.csv": TALL, "personer.csv": PERSONER, "avtaler.csv": TALL}
NUMBERS, PERSONS = "tall.csv", "personer.csv"
# The columns by which the tables that raw files become are known.
CODED: tuple[tuple[Contract, set[str]], ...] = (
    (INNDATA, {"kolonnenr", "verdi"}),
    (KLARGJORT, {"sporsmaal", "svar"}),
    (TILBUD_PER_AAR, {"senter_id", "tilbud", "opphav"}),
    (AGGREGERT, {"instans", "antall", "fil"}),
    (PERSONER_KLARGJORT, {"senter_id", "gruppe", "fil"}),
)
_PANEL = "_panel"
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
_OF_PERSONS = re.compile(r"personer_?")
# Columns that have other names now; those of one respondent were of centres.
_NAMES = {"senter_id": "senter", "gruppe": "kjonn", "antall": "verdi", "base": "nevner"}
_NUMBERS = ("antall", "base", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
# What was counted together, and is not known one by one.
_TOGETHER = {"avtaleunderpunkt": ("delvis", "mangler", "ikke_relevant", "ikke_spurt")}


def _counted(model: Model, row: Mapping[str, Any]) -> tuple[Statistic, Row] | None:
    """A row of the numbers that statements asked, as an observation; None for what is not declared any more."""
    row = {**dict.fromkeys((*_NUMBERS, "andel", "status", "opphav"), None), "samarbeidsform": "", **row}
    parts = _OF_PERSONS.split(row["gruppe"])
    whole = {"maal": row["indikator"], "senter_id": row["instans"], "gruppe": parts[-1] or "alle"}
    cubes = cubes_of(model, [row]) if len(parts) == 1 else cubes_of(model, [], [row | whole])
    return next(((model[name], rows[0]) for name, rows in _known(cubes).items() if rows), None)


def cell_id(model: Model, name: str) -> str:
    """The id that a cell has now. Parameters: `name`, of today or of an earlier edition."""
    hit = _CELL.fullmatch(name)
    found = _counted(model, dict(zip(_KEY, hit.groups(), strict=True))) if hit else None
    return found[0].cell(found[1]) if found else name


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
    """The id of the cell that a row of a table for machines has."""
    if "statistikk" in row:
        return model[row["statistikk"]].cell(row)
    if "maal" not in row:
        return cell_id(model, "/".join(row[name] for name in _KEY))
    group = "personer" if row["gruppe"] == "alle" else f"personer_{row['gruppe']}"
    return cell_id(model, f"{row['maal']}/{group}/{row['senter_id']}//{row['aar']}")


def observations(model: Model, file: str, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of a table of numbers, as observations by statistic. Parameters: `file`, the name of the table."""
    cubes = cubes_of(model, [], rows) if file == PERSONS else cubes_of(model, rows)
    return {name: own for name, own in _known(cubes).items() if own}


def cubes_of(model: Model, rows: Iterable[Row], persons: Iterable[Row] = ()) -> dict[str, list[Row]]:
    """Observations by statistic. Parameters: `rows` as TALL, `persons` as PERSONER."""
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


def _known(cubes: Cubes) -> dict[str, list[Row]]:
    """Observations without what the tables did not say."""
    return {name: [row | dict.fromkeys(_TOGETHER.get(name, ())) for row in rows] for name, rows in cubes.items()}


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
