"""What the reports on agreements tell: for one agreement, for a county and for all of them, as values for a template.

Nothing is counted in a template: every number that it prints stands here, made from the rows of the agreement and of
its answers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from krisestat.agreements.assess import Regel, Vurdering, evaluation_due, vurder
from krisestat.agreements.checklist import IKKE_SPURT, PUNKTSVAR, UBESVART, Punkt, Sjekkliste
from krisestat.agreements.coverage import applying, counts, leaf_answers
from krisestat.agreements.legal_basis import Lovendring, Lovgrunnlag
from krisestat.agreements.municipalities import ANOTHER, Kommuner
from krisestat.agreements.skjema import FELT
from krisestat.base.contracts import Row

# Characters that do nothing a reader can see, or turn the text round, are shown by their number; a line break stays.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_LET_BE = "\n\t\u00ad"
_GRAVEST = 3


@dataclass(frozen=True)
class Grunnlag:
    """What agreements are assessed by: the list, the legal bases, the changes of the acts and the day they were read,
    the rules and the municipalities, the day of the assessment (ISO), the edition's year, the written standard, and the
    title of each leaf that the list has or has had."""

    liste: Sjekkliste
    lover: Mapping[str, Lovgrunnlag]
    endringer: Sequence[Lovendring]
    lest: str
    regler: Sequence[Regel]
    kommuner: Kommuner
    dato: str
    aar: int
    spraak: str
    titler: Mapping[str, str]


@dataclass(frozen=True)
class Avtale:
    """An agreement in one collection: its row of `AVTALER`, and its rows of `AVTALEPUNKTER` by point."""

    rad: Row
    svar: Mapping[str, Row]

    @property
    def answers(self) -> dict[str, str]:
        """Answer by leaf."""
        return {punkt: row["svar"] for punkt, row in self.svar.items()}


@dataclass(frozen=True)
class Party:
    """A municipality of an agreement: its number and name when it was signed; `naa`, the names of what it has become
    since, none when it is still there under the same name; `annen`, whether that is another municipality, after a
    merger or a split, and not only another name."""

    nr: str
    navn: str
    naa: tuple[str, ...]
    annen: bool


@dataclass(frozen=True)
class Punktsvar:
    """What an agreement says of a leaf.

    `navn` is its number and title, `punkt` the leaf itself (None for one that is not in this version of the list);
    `svar` the answer as given, and `teller` as it counts, which is `ikke_relevant` when the legal basis does not ask
    it; `henvisning` and `merknad` as written.
    """

    id: str
    navn: str
    punkt: Punkt | None
    svar: str
    teller: str
    henvisning: str
    merknad: str


@dataclass(frozen=True)
class Dekning:
    """How far a numbered point is covered: `antall` leaves with each answer."""

    punkt: Punkt
    status: str
    antall: Mapping[str, int]

    @property
    def gjelder(self) -> int:
        """How many of them count."""
        return applying(self.antall)


@dataclass(frozen=True)
class Steg:
    """A next step: `slag` is what it is, and names its text; `punkter` and `parter` what it is about, `regel` the rule
    that it comes from."""

    slag: str
    punkter: tuple[Punktsvar, ...] = ()
    parter: tuple[Party, ...] = ()
    regel: Regel | None = None


@dataclass(frozen=True)
class Endring:
    """What has changed since the collection of `aar`: `felt` of the agreement with what they were and are, leaves with
    their answer then and now, and the leaves that were not asked then."""

    aar: int
    felt: tuple[tuple[str, Any, Any], ...]
    punkter: tuple[tuple[Punktsvar, str, str], ...]
    nye: tuple[Punktsvar, ...]


def visible(text: str, letters: Container[str] | None = None) -> str:
    """Text from a form so that all of it can be seen.

    Parameters: `letters`, the characters that there are to print it with, all when none are given. What is not seen,
    turns the text round or cannot be printed is shown as «[U+202E]».
    """
    if not text:
        return text
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    if letters is not None:
        whole = unicodedata.normalize("NFC", whole)

    def unseen(c: str) -> bool:
        return c not in _LET_BE and (unicodedata.category(c) in _UNSEEN or (letters is not None and c not in letters))

    return whole.translate({ord(c): f"[U+{ord(c):04X}]" for c in set(whole) if unseen(c)})


def collect(avtaler: Iterable[Row], punkter: Iterable[Row]) -> dict[int, dict[str, Avtale]]:
    """Agreements by year and id, both in order. Parameters: rows of `AVTALER` and `AVTALEPUNKTER`."""
    answers: dict[tuple, dict[str, Row]] = {}
    for row in punkter:
        answers.setdefault((row["aar"], row["avtale_id"]), {})[row["punkt"]] = row
    years: dict[int, dict[str, Avtale]] = {}
    for row in avtaler:
        given = answers.get((row["aar"], row["avtale_id"]), {})
        years.setdefault(row["aar"], {})[row["avtale_id"]] = Avtale(row, given)
    return years


def earlier(years: Mapping[int, Mapping[str, Avtale]], avtale: Row) -> Avtale | None:
    """The same agreement in the collection before, if it was in any. Parameters: `years`, from `collect`."""
    before = [
        years[aar][avtale["avtale_id"]]
        for aar in sorted(years)
        if aar < avtale["aar"]
        if avtale["avtale_id"] in years[aar]
    ]
    return before[-1] if before else None


def assess(one: Avtale, by: Grunnlag) -> Vurdering:
    """The assessment of an agreement on the day of `by`."""
    return vurder(one.rad, one.answers, by.liste, by.lover, by.regler, by.dato)


def parties(avtale: Row, by: Grunnlag) -> list[Party]:
    """The parties, in the order of the form."""
    return [_part(nr, avtale, by) for nr in avtale["parter"].split(",")]


def counties(avtale: Row, by: Grunnlag) -> set[str]:
    """Numbers of the counties of the edition's year that any party lies in, or what it has become."""
    there = by.kommuner.in_year(by.aar)
    return {
        there[nr]["fylkesnr"] for part in avtale["parter"].split(",") for nr in by.kommuner.successors(part, by.aar)
    }


def coverage(made: Vurdering, liste: Sjekkliste) -> list[Dekning]:
    """How far each numbered point is covered, in the order of the list."""
    points = ((top, made.punkter[top.id]) for top in liste.punkter)
    return [Dekning(top, told["status"], {answer: told[answer] for answer in PUNKTSVAR}) for top, told in points]


def agreement_report(one: Avtale, before: Avtale | None, by: Grunnlag) -> dict[str, Any]:
    """What the report on an agreement tells.

    Parameters: `before`, the same agreement in the collection before. Returns the template's values: see `Punktsvar`,
    `Dekning`, `Steg` and `Endring`; `samlet` is how many numbered points have each status, and `gjelder` how many have
    one that counts; `utenfor` are leaves that the legal basis does not ask, `ikke_spurt` those that the form's version
    of the list did not have, and `utgaatt` answers to leaves that the list no longer has.
    """
    avtale, made = one.rad, assess(one, by)
    leaves = _leaves(one, by)
    told = {leaf.id: leaf for leaf in leaves}
    lov = by.lover.get(avtale["lovgrunnlag"])
    parter, dekning = parties(avtale, by), coverage(made, by.liste)
    samlet = counts(row.status for row in dekning)
    rules = {rule.id: rule for rule in by.regler}
    values = {
        "avtale": avtale,
        "parter": parter,
        "endrede_parter": [part for part in parter if part.annen],
        "vert": _part(avtale["vertskommune"], avtale, by) if avtale["vertskommune"] else None,
        "lov": lov,
        "lov_utgaatt": lov is not None and lov.ended(by.dato),
        "erstattet": [by.lover[code] for code in (*lov.erstattet_av, *lov.viderefoert_i)] if lov else [],
        "lovendringer": _law_changes(avtale["signert"], told, by),
        "lest": by.lest,
        "frist": evaluation_due(avtale),
        "dekning": dekning,
        "samlet": samlet,
        "gjelder": applying(samlet),
        **{
            kind: [(rules[found.regel], told.get(found.punkt)) for found in getattr(made, kind)]
            for kind in ("funn", "kontroller")
        },
        **{kind: [told[id] for id in getattr(made, kind)] for kind in ("mangler", "delvis", "ubesvart", "fritatt")},
        "ikke_spurt": [leaf for leaf in leaves if leaf.teller == IKKE_SPURT],
        "utenfor": [leaf for leaf in leaves if leaf.punkt and not leaf.punkt.asked_under(avtale["lovgrunnlag"])],
        "svar": [(top, [told[leaf.id] for leaf in top.leaves]) for top in by.liste.punkter],
        "utgaatt": [_answer(id, None, one, by) for id in one.svar if id not in told],
        "endring": _changes(one, before, leaves, by) if before else None,
    }
    return values | {"steg": _steps(values)}


def _law_changes(signed: str, told: Mapping[str, Punktsvar], by: Grunnlag) -> list[tuple[str, list[tuple]]]:
    """The changes of the acts since the agreement was signed, each with the leaves that it is about: those that were in
    force on the day of the assessment («foer»), and those that came later («etter»)."""
    since = [(one, [told[id] for id in one.punkter if id in told]) for one in by.endringer if signed < one.fra]
    parts = (
        ("foer", [pair for pair in since if pair[0].fra <= by.dato]),
        ("etter", [pair for pair in since if pair[0].fra > by.dato]),
    )
    return [part for part in parts if part[1]]


def summary(one: Avtale, by: Grunnlag) -> dict[str, Any]:
    """An agreement as a line of a list: the row, the names of its parties, its legal basis, how many numbered points
    have each status, how many count, how many leaves are missing and how many things need a look."""
    made = assess(one, by)
    punkter = {id: point["status"] for id, point in made.punkter.items()}
    samlet = counts(punkter.values())
    return {
        "avtale": one.rad,
        "parter": parties(one.rad, by),
        "lov": by.lover.get(one.rad["lovgrunnlag"]),
        "samlet": samlet,
        "gjelder": applying(samlet),
        "mangler": len(made.mangler),
        "funn": len(made.funn),
        "punkter": punkter,
    }


def county_coverage(lines: Sequence[Mapping[str, Any]], liste: Sjekkliste) -> list[Dekning]:
    """How many agreements have each status at each numbered point. Parameters: `lines`, from `summary`."""
    return [Dekning(top, "", counts(line["punkter"][top.id] for line in lines)) for top in liste.punkter]


def _part(nr: str, avtale: Row, by: Grunnlag) -> Party:
    """A municipality on the day of signing, and what it is in the year of the assessment."""
    signed, year = int(avtale["signert"][:4]), int(by.dato[:4])
    then = by.kommuner.in_year(signed).get(nr)
    name = then["navn"] if then else nr
    now = tuple(by.kommuner.in_year(year)[one]["navn"] for one in by.kommuner.successors(nr, year))
    changed = () if now == (name,) else now
    return Party(nr, name, changed, bool(changed) and _became_another(nr, signed, year, by.kommuner))


def _became_another(nr: str, after: int, until: int, kommuner: Kommuner) -> bool:
    """Whether a municipality has been merged or split, itself or under a later number, after one year until another."""
    changes = [c for c in kommuner.changes if c["fra_nr"] == nr and after < c["aar"] <= until]
    return any(c["slag"] in ANOTHER for c in changes) or any(
        _became_another(c["til_nr"], c["aar"], until, kommuner) for c in changes
    )


def _answer(id: str, punkt: Punkt | None, one: Avtale, by: Grunnlag) -> Punktsvar:
    given = one.svar.get(id, {})
    answer = given.get("svar") or UBESVART
    counts = leaf_answers(punkt, {id: answer}, one.rad["lovgrunnlag"])[0] if punkt else answer
    title = by.titler.get(id, id)
    return Punktsvar(id, title, punkt, answer, counts, given.get("henvisning", ""), given.get("merknad", ""))


def _leaves(one: Avtale, by: Grunnlag) -> list[Punktsvar]:
    return [_answer(leaf.id, leaf, one, by) for leaf in by.liste.leaves]


def _changes(one: Avtale, before: Avtale, leaves: Sequence[Punktsvar], by: Grunnlag) -> Endring:
    then = {leaf.id: leaf.teller for leaf in _leaves(before, by)}
    changed = [
        leaf for leaf in leaves if leaf.teller != then[leaf.id] and IKKE_SPURT not in (leaf.teller, then[leaf.id])
    ]
    return Endring(
        aar=before.rad["aar"],
        felt=tuple(
            (felt.id, before.rad[felt.id], one.rad[felt.id])
            for felt in FELT
            if (before.rad[felt.id] or "") != (one.rad[felt.id] or "")
        ),
        punkter=tuple((leaf, then[leaf.id], leaf.teller) for leaf in changed),
        nye=tuple(leaf for leaf in leaves if then[leaf.id] == IKKE_SPURT != leaf.teller),
    )


def _steps(told: Mapping[str, Any]) -> list[Steg]:
    """What to do, the gravest first: by each weight what the rules found, then what is missing; then what is partly
    covered, not answered, or new in the list."""

    def of_weight(weight: int) -> list[Steg]:
        steps = [Steg("regel", regel=rule) for rule, _ in told["funn"] if rule.vekt == weight]
        missing = tuple(leaf for leaf in told["mangler"] if leaf.punkt.vekt == weight)
        return [*steps, *([Steg(f"mangler_{weight}", missing)] if missing else [])]

    steps = of_weight(_GRAVEST)
    if told["endrede_parter"]:
        steps.append(Steg("parter", parter=tuple(told["endrede_parter"])))
    steps += of_weight(2)
    steps += [Steg(kind, tuple(told[kind])) for kind in ("delvis", "ubesvart", "ikke_spurt") if told[kind]]
    steps += of_weight(1)
    return steps or [Steg("ferdig")]
