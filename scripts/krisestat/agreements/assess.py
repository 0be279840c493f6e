"""The assessment of an agreement: what it covers, what is missing, and what needs a new look.

The rules are data (`regler.yaml`), so that the page of the checklist and the pipeline evaluate the same file. Days are
ISO dates as text, which compare in order of time; the same comparison is done in the page.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from krisestat.agreements.checklist import DELVIS, MANGLER, UBESVART, Sjekkliste
from krisestat.agreements.coverage import counts, exempt, given_under, leaf_answers, own_answers, status
from krisestat.agreements.legal_basis import CHECKLIST_FOLDER, Lovgrunnlag
from krisestat.base.errors import ProblemList, did_you_mean, shown
from krisestat.base.yaml_files import check_schema, load_yaml

RULEBOOK = CHECKLIST_FOLDER / "regler.yaml"
SCHEMA = Path("workflow/schemas/avtaleregler.schema.yaml")


@dataclass(frozen=True)
class Regel:
    """A rule of what needs a new look.

    `id` names it; `slag` is one of those of the schema: «motsigelse», or a kind that compares days; `vekt` 1 to 3, or 0
    for what the parties should look at, which is no finding; `punkt` the point that it speaks of, «» for none.
    `tittel`, `tekst` (what is wrong) and `tiltak` (what to do) by written standard. A «motsigelse» holds when all of
    this does: each of `naar` (a point and the answers, one of which is given beneath it), `maalgruppe` is among the
    target groups and `uten_maalgruppe` is not, the legal basis is one of `lovgrunnlag`, and each of `felt` is «tom» or
    «utfylt» as it says.
    """

    id: str
    slag: str
    vekt: int
    punkt: str
    tittel: Mapping[str, str]
    tekst: Mapping[str, str]
    tiltak: Mapping[str, str]
    naar: tuple[tuple[str, tuple[str, ...]], ...]
    maalgruppe: str
    uten_maalgruppe: str
    lovgrunnlag: tuple[str, ...]
    felt: Mapping[str, str]


@dataclass(frozen=True)
class Funn:
    """A rule that holds for an agreement: the rule, the point that it speaks of, and its weight."""

    regel: str
    punkt: str
    vekt: int


@dataclass(frozen=True)
class Vurdering:
    """The assessment of an agreement.

    `punkter`: for each numbered point its `status` and how many leaves of its own origin have each answer; `mangler`,
    `delvis`, `ubesvart` and `fritatt` (weighty ones that the parties have set aside): ids of leaves, the additions with
    them, the gravest first, then in the order of the list; `funn`: the rules that hold, the gravest first, then in the
    order of the rules; `kontroller`: those without a weight.
    """

    punkter: Mapping[str, Mapping[str, Any]]
    mangler: tuple[str, ...]
    delvis: tuple[str, ...]
    ubesvart: tuple[str, ...]
    fritatt: tuple[str, ...]
    funn: tuple[Funn, ...]
    kontroller: tuple[Funn, ...]


def assessment_day(aar: int) -> str:
    """The day (ISO) that the agreements of a collection are assessed for: the last one of its year."""
    return f"{aar}-12-31"


def load_regler(punkter: Collection[str], lover: Collection[str], root: Path = Path()) -> tuple[Regel, ...]:
    """Read the rules.

    Parameters: `punkter`, every id of the newest list with its additions; `lover`, every code of legal basis; `root`,
    the project's folder. Raises `Problems` with every fault, also for a point or a code that there is none of.
    """
    data, lines = load_yaml(root / RULEBOOK)
    check_schema(data, root / SCHEMA, str(RULEBOOK), lines)
    problems, seen = ProblemList(), set()
    for number, one in enumerate(data["regler"]):
        place = f"linje {lines[('regler', number)][0]}"
        if one["id"] in seen:
            problems.add(RULEBOOK, place, f"regelen {shown(one['id'])} en gang til", "hver id én gang", "Rett id-en.")
        seen.add(one["id"])
        named = [one["punkt"], *(when["punkt"] for when in one.get("naar", ()))]
        for kind, names, known in (("punktet", named, punkter), ("lovgrunnlaget", one.get("lovgrunnlag", ()), lover)):
            for name in sorted({*names} - {*known, ""}):
                found = f"{kind} {shown(name)}, som ikke finnes. {did_you_mean(name, known)}".rstrip()
                problems.add(
                    RULEBOOK, place, found, "en id i sjekklisten eller en kode i lovgrunnlaget", "Rett navnet."
                )
    problems.raise_if_any()
    return tuple(_rule(one) for one in data["regler"])


def _rule(one: Mapping[str, Any]) -> Regel:
    return Regel(
        naar=tuple((when["punkt"], tuple(when["svar"])) for when in one.get("naar", ())),
        maalgruppe=one.get("maalgruppe", ""),
        uten_maalgruppe=one.get("uten_maalgruppe", ""),
        lovgrunnlag=tuple(one.get("lovgrunnlag", ())),
        felt=one.get("felt", {}),
        **{key: one[key] for key in ("id", "slag", "vekt", "punkt", "tittel", "tekst", "tiltak")},
    )


def vurder(
    avtale: Mapping[str, Any],
    svar: Mapping[str, str],
    liste: Sjekkliste,
    lover: Mapping[str, Lovgrunnlag],
    regler: Sequence[Regel],
    dato: str,
) -> Vurdering:
    """Assess an agreement.

    Parameters: `avtale`, its fields as in a row of `AVTALER`; `svar`, answer by leaf; `liste`, the version of the list
    to hold it against; `lover`, the legal bases by code; `regler`; `dato`, the day of the assessment (ISO).
    """
    basis = avtale["lovgrunnlag"]
    answers = {top.id: own_answers(top, svar, basis) for top in liste.punkter}
    by_leaf = {leaf.id: leaf_answers(leaf, svar, basis)[0] for leaf in liste.leaves}
    gravest = sorted(liste.leaves, key=lambda leaf: -leaf.vekt)
    told = {
        kind: tuple(leaf.id for leaf in gravest if by_leaf[leaf.id] == kind) for kind in (MANGLER, DELVIS, UBESVART)
    }

    def given(id: str) -> list[str]:
        return given_under(liste.by_id[id], svar, basis) if id in liste.by_id else []

    holding = [
        Funn(rule.id, rule.punkt, rule.vekt)
        for rule in sorted(regler, key=lambda rule: -rule.vekt)
        if _holds(rule, avtale, lover.get(basis), given, dato)
    ]
    return Vurdering(
        punkter={id: {"status": status(given), **counts(given)} for id, given in answers.items()},
        mangler=told[MANGLER],
        delvis=told[DELVIS],
        ubesvart=told[UBESVART],
        fritatt=tuple(leaf.id for leaf in gravest if exempt(leaf, by_leaf[leaf.id], basis)),
        funn=tuple(one for one in holding if one.vekt),
        kontroller=tuple(one for one in holding if not one.vekt),
    )


def evaluation_due(avtale: Mapping[str, Any]) -> str:
    """The last day for the next evaluation by the agreement's own rule, or «».

    Counted in years from the last evaluation, or from the signing when there has been none; what falls on a 29 February
    that is not in the calendar is due the day before.
    """
    years, start = avtale["evalueres_hvert"], avtale["sist_evaluert"] or avtale["signert"]
    if not (years and start):
        return ""
    year, day = int(start[:4]) + years, start[4:]
    return f"{year:04d}{day}" if day != "-02-29" or isleap(year) else f"{year:04d}-02-28"


def overdue(avtale: Mapping[str, Any], dato: str) -> bool:
    """Whether the next evaluation was due before a day (ISO)."""
    return "" < evaluation_due(avtale) < dato


def _holds(rule: Regel, avtale: Mapping[str, Any], lov: Lovgrunnlag | None, given: Any, dato: str) -> bool:
    """Whether a rule holds. Parameters: `given`, what is answered beneath a point, none for one not in the list."""
    match rule.slag:
        case "foreldet_lovgrunnlag":
            return lov is not None and lov.ended(dato)
        case "lovgrunnlag_stengt":
            return lov is not None and lov.closed(avtale["signert"])
        case "overgang":
            return lov is not None and lov.closed(dato) and dato <= lov.overgang_til
        case "viderefoert":
            return lov is not None and lov.closed(dato) and bool(lov.viderefoert_i)
        case "lovgrunnlag_kom_senere":
            return lov is not None and bool(avtale["signert"]) and avtale["signert"] < lov.gyldig_fra
        case "evaluering_forfalt":
            return overdue(avtale, dato)
        case "utloept":
            return bool(avtale["varer_til"]) and avtale["varer_til"] < dato
    groups = avtale["maalgrupper"].split(",")
    return (
        all(not {*allowed}.isdisjoint(given(punkt)) for punkt, allowed in rule.naar)
        and (not rule.maalgruppe or rule.maalgruppe in groups)
        and (not rule.uten_maalgruppe or rule.uten_maalgruppe not in groups)
        and (not rule.lovgrunnlag or avtale["lovgrunnlag"] in rule.lovgrunnlag)
        and all((avtale[felt] in ("", None)) == (state == "tom") for felt, state in rule.felt.items())
    )
