"""The forms on agreements read again for the proof: what each answers, down to file and field.

What is read here shares no code with `krisestat.model.count`: two ways to the same number prove more than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from krisestat.agreements.check import Oppslag
from krisestat.agreements.checklist import Punkt
from krisestat.agreements.words import UNITS, fold, read_date, read_number
from krisestat.base.contracts import Row
from krisestat.model.declared import Statistic

_LEFT_OUT = ("ikke_relevant", "ikke_spurt")
# What is asked of an agreement as a whole, and the fields that it is judged from.
_FIELDS = {"avtale_foreldet": ("lovgrunnlag",), "avtale_evaluering": ("signert", "sist_evaluert", "evalueres_hvert")}


@dataclass(frozen=True)
class Forms:
    """What the forms said, and what they are judged by.

    `avtaler`, rows of the contract AVTALER by year; `svar`, rows of AVTALEPUNKTER by (year, agreement) and leaf; `raw`,
    the value as received by (file, field); `oppslag`, what forms are held against.
    """

    avtaler: Mapping[int, Sequence[Row]]
    svar: Mapping[tuple[int, str], Mapping[str, Row]]
    raw: Mapping[tuple[str, str], str]
    oppslag: Oppslag


def gather_forms(
    avtaler: Iterable[Row],
    punkter: Iterable[Row],
    inndata: Iterable[Row],
    oppslag: Oppslag,
) -> Forms:
    """Index the tables: rows of the contracts AVTALER, AVTALEPUNKTER and AVTALER_INNDATA. The rest as `Forms`."""
    by_year: dict[int, list[Row]] = {}
    for row in avtaler:
        by_year.setdefault(int(row["aar"] or 0), []).append(row)
    answers: dict[tuple[int, str], dict[str, Row]] = {}
    for row in punkter:
        answers.setdefault((int(row["aar"] or 0), str(row["avtale_id"])), {})[str(row["punkt"])] = row
    raw = {(str(row["fil"]), str(row["kolonne"])): str(row["verdi"] or "") for row in inndata}
    return Forms(by_year, answers, raw, oppslag)


def reread(statistic: Statistic, cell: Mapping[str, Any], known: Forms) -> list[dict[str, Any]]:
    """What each agreement that a cell counts answers: its `enhet`, `fil`, `svar`, and the `felt` that decided it, each
    with its `sted`, the `verdi` as received, and whether that is what was kept (`stemmer`).

    Parameters: `cell`, as in the evidence. A cell may be of a point of the list, or of agreements as they are.
    """
    question, place = str(statistic.svar.get("sporsmaal", statistic.id)), cell["koder"]
    wanted = {
        name: code
        for name, code in place.items()
        if name not in (question, statistic.answer_dim) and code != statistic.per[name].total
    }
    own = [row for row in known.avtaler.get(cell["aar"], ()) if all(row[name] == code for name, code in wanted.items())]
    if question in place:
        return [_of_point(row, known.oppslag.newest.by_id[place[question]], known) for row in own]
    return [_of_fields(row, question, statistic.answer_dim, known) for row in own]


def _of_point(row: Row, punkt: Punkt, known: Forms) -> dict[str, Any]:
    """What an agreement says of a point: its status, and each field that decided it."""
    answers = known.svar[int(row["aar"] or 0), str(row["avtale_id"])]
    fields, given = [], []
    for leaf in _leaves(punkt):
        answer = answers.get(leaf.id)
        if leaf.lovgrunnlag and row["lovgrunnlag"] not in leaf.lovgrunnlag:
            given.append("ikke_relevant")
        elif answer is None or answer["svar"] == "ikke_spurt":
            given.append("ikke_spurt")
        else:
            aside = answer["svar"] == "ikke_relevant" and leaf.vekt > 1
            given.append("ubesvart" if aside else str(answer["svar"]))
            value = known.raw.get((str(row["fil"]), f"{leaf.id}.svar"), "ingen celle")
            fields.append(_field(leaf.id, answer["sted"], value, answer["svar"], known))
    return {"enhet": row["avtale_id"], "fil": row["fil"], "svar": judged(given), "felt": fields}


def _field(name: str, place: str, value: str, kept: str, known: Forms) -> dict[str, Any]:
    called = (names.get(fold(value), "") for names in known.oppslag.koder.values())
    read = {read_date(value), *called, *(str(read_number(value, unit)) for unit in UNITS)} - {"", "None"}
    same = kept == value or kept in read or (value, kept) == ("", "ubesvart")
    return {"felt": name, "sted": place, "verdi": value, "svar": kept, "stemmer": same}


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


def _of_fields(row: Row, question: str, listed: str, known: Forms) -> dict[str, Any]:
    """What an agreement as a whole answers: what it is of a list, or whether («ja», «nei») it is what is asked.
    Parameters: `listed`, the field that holds the answer itself, or «»."""
    day = f"{row['aar']}-12-31"
    if listed:
        answer = str(row[listed])
    elif question == "avtale_foreldet":
        ended = known.oppslag.lover[str(row["lovgrunnlag"])].overgang_til
        answer = "ja" if ended and ended < day else "nei"
    else:
        answer = "ja" if _overdue(row, date.fromisoformat(day)) else "nei"
    fields = []
    for name in (listed,) if listed else _FIELDS[question]:
        text = "" if row[name] is None else str(row[name])
        value = known.raw.get((str(row["fil"]), f"avtale.{name}"), "")
        fields.append(_field(f"avtale.{name}", f"feltet «{name}»", value, text, known))
    return {"enhet": row["avtale_id"], "fil": row["fil"], "svar": answer, "felt": fields}


def _overdue(row: Row, day: date) -> bool:
    """Whether more years than the agreement allows have gone since it was evaluated, or else signed, on a day."""
    start, years = row["sist_evaluert"] or row["signert"], row["evalueres_hvert"]
    if not (start and years):
        return False
    begun = date.fromisoformat(str(start))
    whole = day.year - begun.year - ((day.month, day.day) < (begun.month, begun.day))
    passed = (day.month, day.day) != (begun.month, begun.day)
    return whole > int(years) or (whole == int(years) and passed)
