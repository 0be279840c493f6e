"""Agreements counted: how many cover each point, what they are founded on, and what is overdue. Pure.

The unit is the agreement. It is never counted together with services, municipalities or centres.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from krisestat.avtaler.dekning import own_answers, status
from krisestat.avtaler.lovgrunnlag import Lovgrunnlag
from krisestat.avtaler.navn import BY_LAW, ENHET, GRUPPE, INDIKATORER, LEFT_OUT, OF_LEAF, OF_POINT, OUTDATED, OVERDUE
from krisestat.avtaler.sjekkliste import DEKKET, IKKE_RELEVANT, IKKE_SPURT, UBESVART, Punkt, Sjekkliste
from krisestat.avtaler.vurdering import evaluation_due
from krisestat.contracts import Row
from krisestat.disclosure import disclose


def count_agreements(
    avtaler: Sequence[Row],
    punkter: Iterable[Row],
    liste: Sjekkliste,
    lover: Mapping[str, Lovgrunnlag],
    vurdert: str,
) -> list[Row]:
    """Count the agreements of each collection.

    Parameters: `avtaler` and `punkter`, as the contracts `AVTALER` and `AVTALEPUNKTER`; `liste`, the newest checklist,
    with the additions if they are to be counted; `lover`, legal bases by code; `vurdert`, the day (ISO) of the
    assessment, on which a legal basis is outdated and an evaluation overdue; for an earlier collection that is the end
    of its year. Returns rows as the contract `TALL`: `instans` is a numbered point (a leaf for `OF_LEAF`),
    `samarbeidsform` a legal basis or «» for all. The base of a point is the agreements that were asked and for which it
    is relevant; the base of the rest is all agreements. Source: docs/metode.md, «Samarbeidsavtaler mellom kommuner».
    """
    answers: dict[tuple, dict[str, str]] = {}
    for row in punkter:
        answers.setdefault((row["aar"], row["avtale_id"]), {})[str(row["punkt"])] = str(row["svar"])
    counted: list[Row] = []
    for aar in sorted({int(row["aar"] or 0) for row in avtaler}):
        mine = [row for row in avtaler if row["aar"] == aar]
        opphav = "rekonstruert" if any(row["opphav"] == "rekonstruert" for row in mine) else "mottatt"
        common, day = {"aar": aar, "opphav": opphav}, min(vurdert, f"{aar}-12-31")

        def statuses(punkt: Punkt, law: str = "", mine: Sequence[Row] = mine) -> Counter[str]:
            return Counter(
                status(own_answers(punkt, answers[row["aar"], row["avtale_id"]], str(row["lovgrunnlag"])))
                for row in mine
                if law in ("", row["lovgrunnlag"])
            )

        for law in ("", *sorted({str(row["lovgrunnlag"]) for row in mine})):
            for punkt in liste.punkter:
                counted += _of_point(punkt.id, law, statuses(punkt, law), common)
        for leaf in liste.leaves:
            counted += _counted({OF_LEAF: DEKKET}, leaf.id, "", statuses(leaf), common)
        laws = Counter(str(row["lovgrunnlag"]) for row in mine)
        counted += [_of_all(BY_LAW, law, laws[law], len(mine), common) for law in lover]
        outdated = sum(_ended(lover[str(row["lovgrunnlag"])], day) for row in mine)
        overdue = sum(bool(due := evaluation_due(row)) and due < day for row in mine)
        counted += [_of_all(OUTDATED, "", outdated, len(mine), common)]
        counted += [_of_all(OVERDUE, "", overdue, len(mine), common)]
    return counted


def _ended(lov: Lovgrunnlag, dato: str) -> bool:
    return bool(lov.gyldig_til) and lov.gyldig_til < dato


def _of_point(punkt: str, law: str, statuses: Counter[str], common: Mapping[str, Any]) -> list[Row]:
    """The rows of a numbered point."""
    every = sum(statuses.values())
    left_out = [
        _row(name, punkt, law, statuses[kind], every, (every - statuses[kind], 0, 0, 0), "", common)
        for name, kind in LEFT_OUT.items()
    ]
    return _counted(OF_POINT, punkt, law, statuses, common) + left_out


def _counted(
    indicators: Mapping[str, str], punkt: str, law: str, statuses: Counter[str], common: Mapping[str, Any]
) -> list[Row]:
    """How many have each status: what no agreement was asked has no count, which differs from none that covers it."""
    every = sum(statuses.values())
    base = every - statuses[IKKE_RELEVANT] - statuses[IKKE_SPURT]
    unasked = statuses[IKKE_SPURT] == every
    rows = []
    for name, kind in indicators.items():
        rest = base - statuses[kind] - statuses[UBESVART]
        if unasked:
            rows.append(_row(name, punkt, law, None, every, (0, 0, 0, every), "ikke_spurt", common))
        else:
            rows.append(_row(name, punkt, law, statuses[kind], base, (rest, 0, statuses[UBESVART], 0), "", common))
    return rows


def _of_all(name: str, law: str, count: int, base: int, common: Mapping[str, Any]) -> Row:
    return _row(name, "", law, count, base, (base - count, 0, 0, 0), "", common)


def _row(
    name: str,
    punkt: str,
    law: str,
    count: int | None,
    base: int | None,
    others: Sequence[int | None],
    why: str,
    common: Mapping[str, Any],
) -> Row:
    """A row of `TALL`. Parameters: `others`, the counts of the other four kinds of answer; `why`, the status."""
    return {
        "indikator": name,
        "gruppe": GRUPPE,
        "instans": punkt,
        "samarbeidsform": law,
        "aar": common["aar"],
        "antall": count,
        "base": base,
        "andel": str(Fraction(count, base)) if count is not None and base else None,
        **dict(zip(("nei", "vet_ikke", "ubesvart", "ikke_spurt"), others, strict=True)),
        "status": why,
        "opphav": common["opphav"],
    }


def hidden_laws(rows: Sequence[Row], aar: int, least: int) -> set[str]:
    """The legal bases of a collection that must not be shown by point, since they would show a single agreement; «» for
    all agreements together, when they are too few.

    Parameters: `rows` of `TALL`; `least`, how many agreements a legal basis must have. Those with fewer are hidden; and
    when they are together fewer than that, the smallest of the others with them, so that the difference between all and
    what is shown is never a single agreement's either.
    """
    sizes = {
        str(row["samarbeidsform"]): row["antall"]
        for row in rows
        if row["indikator"] == BY_LAW and row["aar"] == aar and row["antall"]
    }
    if sum(sizes.values()) < least:
        return {"", *sizes}
    hidden = {law for law, size in sizes.items() if size < least}
    while hidden and sum(sizes[law] for law in hidden) < least and hidden != sizes.keys():
        hidden.add(min(sizes.keys() - hidden, key=lambda law: (sizes[law], law)))
    return hidden


def disclosed(rows: Sequence[Row], policy: Mapping[str, Any]) -> list[Row]:
    """The step `statistikk` → `utdata`: counts of all agreements as they are, and by legal basis where none is alone.

    Parameters: `rows` of `TALL`; `policy`, the parsed policy. A hidden cell has the status `undertrykt` and no number.
    Raises `Problems` for a unit or a breakdown that is not on the policy's list.
    """
    units = {name: {"enhet": ENHET} for name in INDIKATORER}
    rows = disclose(rows, units, policy, "avtaler", "statistikk/avtaler.csv")
    least = policy["avtaler"]["minste_antall"]
    hidden = {aar: hidden_laws(rows, aar, least) for aar in sorted({int(row["aar"] or 0) for row in rows})}
    numbers = dict.fromkeys(("antall", "base", "andel", "nei", "vet_ikke", "ubesvart", "ikke_spurt"))
    return [
        row | numbers | {"status": "undertrykt"}
        if row["instans"] and row["samarbeidsform"] in hidden[int(row["aar"] or 0)]
        else row
        for row in rows
    ]
