"""Rows of the tables before the declared model, as observations of its statistics, and the other way.

Goes when nothing reads those tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from krisestat.base.contracts import Row, read_rows
from krisestat.model.contracts import PERSONER_UTDATA, UTDATA
from krisestat.model.declared import Model, Statistic
from krisestat.model.disclosure import ALLE, LAND

_PANEL = "_panel"
# Indicators of agreements → the statistic, and the answer that they count.
_AGREEMENTS = {
    **{
        f"avtale_{kind}": ("avtalepunkt", kind)
        for kind in ("dekket", "delvis", "mangler", "ikke_relevant", "ikke_spurt")
    },
    "avtale_underpunkt": ("avtaleunderpunkt", ""),
}


# The files of `utdata`, and their contracts.
BEFORE = {"tall": UTDATA, "personer": PERSONER_UTDATA, "avtaler": UTDATA}


def read_cubes(model: Model, files: Iterable[Path]) -> dict[str, list[Row]]:
    """The observations in files of `utdata`. Raises `Problems` for a file that does not keep its contract."""
    read = {path.stem: read_rows(path, BEFORE[path.stem]) for path in files}
    persons = read.pop("personer", [])
    return cubes_of(model, [row for rows in read.values() for row in rows], persons)


def statistics_in(model: Model, file: str) -> list[str]:
    """The statistics in a file of `utdata`, by its name."""
    other = [name for name in BEFORE if name != "tall"]
    of = {name: one.kilde if one.kilde in other else "tall" for name, one in model.statistikk.items()}
    return [name for name, place in of.items() if place == file]


def national_rows(rows: Sequence[Row], aar: int) -> list[Row]:
    """The national counts of persons in the form that statements ask. Parameters: as `count_rows`; `aar`, the edition's
    year."""
    return count_rows([row for row in rows if row["senter_id"] == LAND and row["aar"] <= aar])


def count_rows(rows: Iterable[Row]) -> list[Row]:
    """Counts of persons in the form of other numbers (contract `UTDATA`): the measure is the indicator, the centre
    stands where the partner does, and groups have names of their own, so that nobody can take persons for services.

    Parameters: `rows` of `PERSONER_UTDATA`.
    """
    empty = dict.fromkeys(("base", "andel", "nei", "vet_ikke", "ubesvart", "ikke_spurt"))
    return [
        {
            "indikator": row["maal"],
            "gruppe": "personer" if row["gruppe"] == ALLE else f"personer_{row['gruppe']}",
            "instans": row["senter_id"],
            "samarbeidsform": "",
            "aar": row["aar"],
            "antall": row["antall"],
            **empty,
            "status": row["status"],
            "opphav": row["opphav"],
        }
        for row in rows
    ]


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
