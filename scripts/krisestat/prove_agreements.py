"""Agreements counted again for the reviewer: every number from the answers of each form, down to file and field.

The count shares no code with `krisestat.agreements.count`: two ways to the same number prove more than one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from krisestat.agreements.checklist import Punkt, Sjekkliste
from krisestat.agreements.legal_basis import Lovgrunnlag
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, shown

# The indicators of a point, with the status that each counts; a leaf is a point with one answer.
_STATUS = {
    "avtale_dekket": "dekket",
    "avtale_delvis": "delvis",
    "avtale_mangler": "mangler",
    "avtale_ikke_relevant": "ikke_relevant",
    "avtale_ikke_spurt": "ikke_spurt",
    "avtale_underpunkt": "dekket",
}
# Indicators whose base is every agreement, also those that the point does not concern.
_OF_ALL = ("avtale_ikke_relevant", "avtale_ikke_spurt")
_LEFT_OUT = ("ikke_relevant", "ikke_spurt")
# The fields of an agreement that each of the others is judged from.
_FIELDS = {
    "avtale_lovgrunnlag": ("lovgrunnlag",),
    "avtale_foreldet": ("lovgrunnlag",),
    "avtale_evaluering": ("signert", "sist_evaluert", "evalueres_hvert"),
}
_REBUILD = "Slett mappen results/<aar> og bygg på nytt. Kommer feilen igjen, er den i Krisestat: meld den med loggen."


@dataclass(frozen=True)
class Agreements:
    """What numbers on agreements are counted again from.

    `avtaler`, rows of the contract AVTALER by year; `svar`, rows of AVTALEPUNKTER by (year, agreement) and leaf; `raw`,
    the value as received by (file, field); `liste`, the newest checklist with its additions; `lover`, legal bases by
    code; `vurdert`, the day of the assessment (ISO).
    """

    avtaler: Mapping[int, Sequence[Row]]
    svar: Mapping[tuple[int, str], Mapping[str, Row]]
    raw: Mapping[tuple[str, str], str]
    liste: Sjekkliste
    lover: Mapping[str, Lovgrunnlag]
    vurdert: str


def gather_agreements(
    avtaler: Iterable[Row],
    punkter: Iterable[Row],
    inndata: Iterable[Row],
    liste: Sjekkliste,
    lover: Mapping[str, Lovgrunnlag],
    vurdert: str,
) -> Agreements:
    """Index the tables: rows of the contracts AVTALER, AVTALEPUNKTER and AVTALER_INNDATA. The rest as `Agreements`."""
    by_year: dict[int, list[Row]] = {}
    for row in avtaler:
        by_year.setdefault(int(row["aar"] or 0), []).append(row)
    answers: dict[tuple[int, str], dict[str, Row]] = {}
    for row in punkter:
        answers.setdefault((int(row["aar"] or 0), str(row["avtale_id"])), {})[str(row["punkt"])] = row
    raw = {(str(row["fil"]), str(row["kolonne"])): str(row["verdi"] or "") for row in inndata}
    return Agreements(by_year, answers, raw, liste, lover, vurdert)


def prove_agreement_cell(cell: Mapping[str, Any], known: Agreements) -> tuple[dict, ProblemList]:
    """Count a cell of agreements again.

    Parameters: `cell`, as in the evidence. Returns the cell with what each agreement counted for and where that stands
    (`avtaler`), and a problem for all that differs from the evidence, or in a form from what was received.
    """
    own = [row for row in known.avtaler.get(cell["aar"], ()) if cell["indikator"] in _FIELDS or _has_law(row, cell)]
    judge = _of_field if cell["indikator"] in _FIELDS else _of_point
    told = [judge(row, cell, known) for row in own]
    problems = ProblemList()
    kinds = Counter(one["svar"] for one in told)
    left_out = 0 if cell["indikator"] in (*_OF_ALL, *_FIELDS) else sum(kinds[kind] for kind in _LEFT_OUT)
    wanted = _STATUS.get(cell["indikator"], "ja")
    silent = 0 if cell["indikator"] in _OF_ALL else kinds["ubesvart"]
    counted = {"antall": kinds[wanted], "base": len(own) - left_out, "vet_ikke": 0, "ubesvart": silent, "ikke_spurt": 0}
    counted["nei"] = counted["base"] - counted["antall"] - silent
    for name, value in counted.items():
        if cell[name] != value:
            found = f"{cell[name]} i belegget, men {value} talt på nytt fra avtalene"
            problems.add("belegg.json", f"{cell['celle']}, «{name}»", found, "samme tall", _REBUILD)
    for one in told:
        for field in one["felt"]:
            if not _agree(field["verdi"], field["svar"]):
                found = f"{shown(field['svar'])} i klargjort, men {shown(field['verdi'])} i inndata"
                problems.add(one["fil"], field["sted"], found, "det samme", _REBUILD)
    agreements = [
        one | {"felt": [{name: field[name] for name in ("felt", "sted", "verdi")} for field in one["felt"]]}
        for one in told
    ]
    return {**cell, "fil": "", "svar": [], "kolonner": [], "avtaler": agreements}, problems


def _has_law(row: Row, cell: Mapping[str, Any]) -> bool:
    return cell["form"] in ("", row["lovgrunnlag"])


def _of_point(row: Row, cell: Mapping[str, Any], known: Agreements) -> dict[str, Any]:
    """What an agreement says of a point: its status, and each field that decided it."""
    answers = known.svar[int(row["aar"] or 0), str(row["avtale_id"])]
    fields, given = [], []
    for leaf in _leaves(known.liste.by_id[cell["instans"]]):
        answer = answers.get(leaf.id)
        if answer is None or answer["svar"] == "ikke_spurt":
            given.append("ikke_spurt")
        elif leaf.lovgrunnlag and row["lovgrunnlag"] not in leaf.lovgrunnlag:
            given.append("ikke_relevant")
        else:
            given.append(str(answer["svar"]))
            value = known.raw.get((str(row["fil"]), f"{leaf.id}.svar"), "ingen celle")
            fields.append({"felt": leaf.id, "sted": answer["sted"], "verdi": value, "svar": answer["svar"]})
    return {"avtale": row["avtale_id"], "fil": row["fil"], "svar": judged(given), "felt": fields}


def _leaves(punkt: Punkt) -> list[Punkt]:
    """The points at the bottom of a branch; the additions are no part of a point of the source."""
    return [one for one in punkt.walk() if not one.underpunkter and one.opphav == punkt.opphav]


def judged(given: Sequence[str]) -> str:
    """The status of a point from the answers that stand under it, which are not all left out of the count."""
    counting = [answer for answer in given if answer not in _LEFT_OUT]
    if not counting:
        return "ikke_relevant" if "ikke_relevant" in given else "ikke_spurt"
    if "delvis" in counting or {"dekket", "mangler"}.issubset(counting):
        return "delvis"
    return "ubesvart" if "ubesvart" in counting else counting[0]


def _of_field(row: Row, cell: Mapping[str, Any], known: Agreements) -> dict[str, Any]:
    """Whether («ja», «nei») an agreement is one of those that a number of all agreements counts, and the fields that
    decided it."""
    day = min(known.vurdert, f"{row['aar']}-12-31")
    if cell["indikator"] == "avtale_lovgrunnlag":
        counts = row["lovgrunnlag"] == cell["form"]
    elif cell["indikator"] == "avtale_foreldet":
        ended = known.lover[str(row["lovgrunnlag"])].gyldig_til
        counts = bool(ended) and ended < day
    else:
        counts = _overdue(row, date.fromisoformat(day))
    fields = []
    for name in _FIELDS[cell["indikator"]]:
        text = "" if row[name] is None else str(row[name])
        value = known.raw.get((str(row["fil"]), f"avtale.{name}"), "")
        fields.append({"felt": f"avtale.{name}", "sted": f"feltet «{name}»", "verdi": value, "svar": text})
    return {"avtale": row["avtale_id"], "fil": row["fil"], "svar": "ja" if counts else "nei", "felt": fields}


def _agree(value: str, kept: str) -> bool:
    return kept in (value, _as_kept(value)) or (value, kept) == ("", "ubesvart")


def _as_kept(value: str) -> str:
    """A number or a day as the forms may write it, as it is kept: «3» for «03», «2019-04-30» for «30.04.2019»."""
    if value.isdecimal():
        return str(int(value))
    day, *rest = value.split(".")
    if len(rest) == 2 and all(part.isdecimal() for part in (day, *rest)):
        return f"{rest[1]}-{int(rest[0]):02}-{int(day):02}"
    return value


def _overdue(row: Row, day: date) -> bool:
    """Whether more years than the agreement allows have gone since it was evaluated, or else signed, on a day."""
    start, years = row["sist_evaluert"] or row["signert"], row["evalueres_hvert"]
    if not (start and years):
        return False
    begun = date.fromisoformat(str(start))
    whole = day.year - begun.year - ((day.month, day.day) < (begun.month, begun.day))
    passed = (day.month, day.day) != (begun.month, begun.day)
    return whole > int(years) or (whole == int(years) and passed)
