"""Agreements as those who answer: how far each covers each point, what it is founded on, and what is overdue. Pure.

They are counted as every other source of answers is (`model.count`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from krisestat.agreements.assess import assessment_day, overdue
from krisestat.agreements.checklist import IKKE_SPURT, Sjekkliste
from krisestat.agreements.coverage import own_answers, status
from krisestat.agreements.legal_basis import Lovgrunnlag
from krisestat.base.contracts import Row
from krisestat.model.declared import Questions

# The questions that the forms answer, and what an agreement is called in them.
SOURCE, UNIT, BASIS = "avtaler", "avtale", "lovgrunnlag"
POINT, LEAF, BY_LAW, OUTDATED, OVERDUE = (
    *("punkt", "underpunkt"),
    *("avtale_lovgrunnlag", "avtale_foreldet", "avtale_evaluering"),
)


def form_answers(
    avtaler: Iterable[Row],
    punkter: Iterable[Row],
    liste: Sjekkliste,
    lover: Mapping[str, Lovgrunnlag],
    asked: Questions,
) -> list[Row]:
    """What each agreement answers to each question.

    Parameters: `avtaler` and `punkter`, as the contracts `AVTALER` and `AVTALEPUNKTER`; `liste`, the newest checklist,
    with the additions if they are to be counted; `lover`, legal bases by code; `asked`, the questions of the source. A
    legal basis is outdated and an evaluation overdue on the last day of the collection's year. Returns rows as the
    contract of `asked`: of a numbered point and of a leaf their status. Source: docs/metode.md, «Samarbeidsavtaler
    mellom kommuner».
    """
    given: dict[tuple, dict[str, str]] = {}
    for row in punkter:
        given.setdefault((row["aar"], row["avtale_id"]), {})[row["punkt"]] = row["svar"]
    rows: list[Row] = []
    for avtale in avtaler:
        law, day = avtale[BASIS], assessment_day(avtale["aar"])
        mine = given[avtale["aar"], avtale["avtale_id"]]
        answers = [(POINT, p.id, status(own_answers(p, mine, law))) for p in liste.punkter]
        answers += [(LEAF, p.id, status(own_answers(p, mine, law))) for p in liste.leaves]
        answers.append((BY_LAW, "", law))
        answers.append((OUTDATED, "", _yes(lover[law].ended(day))))
        answers.append((OVERDUE, "", _yes(overdue(avtale, day))))
        common = {"aar": avtale["aar"], UNIT: avtale["avtale_id"], BASIS: law, "rettelse": ""}
        common |= {"fil": avtale["fil"], "linje": 1}
        for question, code, answer in answers:
            if question in asked.asked:
                place = {name: code if name == question else "" for name in asked.dims}
                column = "" if answer == IKKE_SPURT else code or question
                told = {**common, "sporsmaal": question, **place, "svar": answer, "kolonne": column}
                rows.append({name: told[name] for name in asked.contract.columns})
    return rows


def form_units(avtaler: Iterable[Row]) -> list[Row]:
    """The agreements of each collection, as those who answer. Parameters: `avtaler`, rows of `AVTALER`."""
    return [{"aar": row["aar"], UNIT: row["avtale_id"], BASIS: row[BASIS], "opphav": row["opphav"]} for row in avtaler]


def _yes(true: bool) -> str:
    return "ja" if true else "nei"
