"""What a clause is about: every reading that its words, the sentences before it and the headings above it allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from krisestat.display import listing
from krisestat.statements.cells import Cell
from krisestat.statements.data import Data
from krisestat.statements.textcheck.clauses import Clause

_MOST = 24  # readings of one clause
LISTED, EVERY, GENERAL, NONE = "liste", "alle", "generelt", ""


class Unresolved(Exception):
    """A clause that cannot be turned into a query; the text says why."""


class Reading(NamedTuple):
    """One way to understand a clause as a query. `scope`: partners that are listed, «alle instansene», or unnamed."""

    indikator: str
    form: str
    scope: str
    partners: tuple[str, ...]
    groups: tuple[str, ...]
    aar: int

    def query(self) -> dict:
        """The reading as it is told in the report."""
        return {
            "indikator": self.indikator,
            "gruppe": list(self.groups),
            "instans": list(self.partners) if self.scope == LISTED else ["alle"] if self.partners else [],
            "form": self.form,
            "aar": self.aar,
        }


@dataclass(frozen=True)
class Context:
    """What earlier clauses, or the headings, said: the options that were open there. `years` were named, `years_open`
    are those that a clause without a year may have meant."""

    subject: tuple[str, tuple[str, ...]] | None = None
    partners: tuple[tuple[str, tuple[str, ...]], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    years: tuple[int, ...] = ()
    years_open: tuple[int, ...] = ()
    sure: bool = True


@dataclass(frozen=True)
class Resolved:
    """The readings of a clause, whether it names its groups and its year, and whether it is known who it speaks of.

    `leaning`: what it speaks of was said elsewhere, so that it may speak of something else.
    """

    readings: tuple[Reading, ...]
    named_group: bool
    named_year: bool
    has_subject: bool
    leaning: bool
    context: Context


class Facts:
    """The data as readings ask for it, with each series found once."""

    def __init__(self, data: Data, limits: Mapping[str, Fraction]):
        self.data, self.limits = data, limits
        self.both = tuple(data.groups())
        self.years = {c.aar for c in data.cells.values()}
        self.series: dict[tuple, dict[int, Cell]] = {}
        for key in sorted(data.cells):
            self.series.setdefault(key[:4], {})[key[4]] = data.cells[key]
        self.partners: dict[tuple[str, int], tuple[str, ...]] = {}
        for key in sorted(data.cells):
            if key[2]:
                self.partners.setdefault((key[0], key[4]), ())
        for indikator, aar in self.partners:
            found = {k[2] for k in data.cells if k[0] == indikator and k[4] == aar and k[2]}
            self.partners[(indikator, aar)] = tuple(data.in_order("instans", found, indikator))
        self.bases = {(c.gruppe, c.aar): c.base for c in data.cells.values() if c.base is not None}

    def cell(self, key: tuple) -> Cell:
        """An open cell. Raises `Unresolved` for one that is missing or may not be spoken of."""
        cell = self.series.get(key[:4], {}).get(key[4])
        if cell is None:
            year = f"året {key[4]} er ikke med i tallene" if key[4] not in self.years else ""
            raise Unresolved(year or f"tallene har ikke {self.name(key)}")
        if not cell.open:
            why = "ble ikke spurt om" if cell.status == "ikke_spurt" else "kan ikke omtales"
            raise Unresolved(f"{self.name(key)} {why}")
        return cell

    def cells(self, reading: Reading) -> list[list[Cell]]:
        """The cells of a reading, one list for each group."""
        partners = reading.partners or ("",)
        return [
            [self.cell((reading.indikator, g, p, reading.form, reading.aar)) for p in partners] for g in reading.groups
        ]

    def name(self, key: tuple) -> str:
        """A cell's name in words: «kvinner, politiet, skriftlig samarbeidsavtale, 2020»."""
        parts = [key[1], self.data.name("instans", key[2], key[0]) if key[2] else "", self.data.name("form", key[3])]
        return ", ".join([*filter(None, parts), str(key[4])])

    def told(self, reading: Reading) -> str:
        """A reading in words."""
        what = {
            "samarbeid": "samarbeid med",
            "samarbeidsform": f"{self.data.name('form', reading.form)} med",
            "forum": "deltakelse i samarbeidsfora",
            "skriftlig_noen": "skriftlig avtale med minst én instans",
            "kommunalt_samarbeid": "formelt samarbeid med",
        }[reading.indikator]
        names = [self.data.name("instans", p, reading.indikator) for p in reading.partners]
        if reading.partners:
            what += " " + (listing(names) if reading.scope == LISTED else "hver av instansene")
        return f"{what}; {listing(list(reading.groups))}; {reading.aar}"


def resolve(
    clause: Clause, before: Context | None, after: Clause | None, block: Context | None, above: Context, facts: Facts
) -> Resolved:
    """The readings of a clause.

    Parameters: `before`, the clause before it in the sentence; `after`, the next one that names something; `block`, the
    sentence before in the same paragraph; `above`, the headings. Raises `Unresolved`.
    """
    near = [c for c in (before, block) if c]
    subject = _subject(clause, before, after, block)
    inside = bool(before and before.subject) or bool(after and after.indikator)
    leaning = not clause.indikator and (bool(clause.verbs - {"deltok", "deltar"}) if inside else clause.unit)
    indikator, forms = subject
    named_year = bool(clause.now or clause.periods)
    years = tuple(clause.now) or tuple(b for _, b in clause.periods)
    if len(years) > 1:
        raise Unresolved("setningen nevner flere år")
    if not years:
        edition = facts.data.aar if indikator != "kommunalt_samarbeid" else max(facts.years & _years(facts, indikator))
        if before and before.years:
            years = (*before.years, *(after.now if after else ()))
        elif before and not clause.indikator:
            years = (*before.years_open, *(after.now if after else ()))
        elif not clause.indikator and block and block.years and not (after and after.indikator):
            years = block.years
        else:
            later = tuple(after.now) if after else ()
            years = (edition, *later, *(block.years if block else ()), *above.years)
    partners = _partners(clause, indikator, forms, near, after, facts)
    groups, has_subject = _groups(clause, before, after, block, above, facts)
    readings = []
    for (scope, codes), group, year in product(dict.fromkeys(partners), dict.fromkeys(groups), dict.fromkeys(years)):
        form = forms[0] if forms else ""
        named = indikator
        if scope == "noen":
            if form != "skriftlig_avtale":
                raise Unresolved("tallene har ikke «minst én instans» for dette")
            named, form, scope, codes = "skriftlig_noen", "", NONE, ()
        if scope in {EVERY, GENERAL}:
            codes = facts.partners.get((named, year), ())
            if not codes:
                raise Unresolved(f"året {year} er ikke med i tallene")
        readings.append(Reading(named, form, scope, codes, group, year))
    if len(readings) > _MOST:
        raise Unresolved("setningen kan leses på for mange måter")
    said = tuple(years) if named_year or not clause.indikator else ()
    if before and before.years and not said:
        said = before.years
    context = Context(subject, tuple(partners), tuple(groups), said, tuple(years))
    return Resolved(tuple(readings), bool(clause.groups), named_year, has_subject, leaning, context)


def _subject(
    clause: Clause, before: Context | None, after: Clause | None, block: Context | None
) -> tuple[str, tuple[str, ...]]:
    """The indicator and the forms of cooperation that a clause is about. Raises `Unresolved` if that is open."""
    if clause.indikator:
        return clause.indikator, tuple(clause.forms)
    next_ = (after.indikator, tuple(after.forms)) if after and after.indikator else None
    if before and before.subject:
        if next_ and next_ != before.subject and not clause.partners:
            raise Unresolved("setningen sier ikke hvilket ledd dette gjelder")
        return before.subject
    if next_:
        coordinated = clause.unit and not clause.partners
        if block and block.subject != next_ and not coordinated:
            raise Unresolved("setningen sier ikke hvilket ledd dette gjelder")
        return next_
    vague = clause.unit and not clause.verbs & {"deltok", "deltar"} and all(c.kind != "av" for c in clause.claims)
    if vague or not block or not block.subject:
        raise Unresolved("setningen sier ikke hva den gjelder")
    return block.subject


def _years(facts: Facts, indikator: str) -> set[int]:
    return {y for i, y in facts.partners if i == indikator} or {facts.data.aar}


def _partners(
    clause: Clause, indikator: str, forms: tuple, near: Sequence[Context], after: Clause | None, facts: Facts
) -> list[tuple[str, tuple[str, ...]]]:
    if indikator == "forum":
        if clause.partners:
            raise Unresolved("setningen nevner både forum og instanser")
        return [(NONE, ())]
    if clause.scope == "noen_instans" and not clause.partners:
        return [("noen", ())]
    if clause.partners:
        return [(LISTED, tuple(facts.data.in_order("instans", clause.partners)))]
    if clause.scope == "alle_instanser":
        return [(EVERY, ())]
    if indikator == "skriftlig_noen":
        return [(NONE, ())]
    inherited = [o for context in near[:1] for o in context.partners if o[0] != NONE]
    if clause.indikator is None:
        later = [(LISTED, tuple(facts.data.in_order("instans", after.partners)))] if after and after.partners else []
        return [*inherited, *later] or [(GENERAL, ())]
    if clause.scope == "noen_andre":
        return [(GENERAL, ())]
    return [*inherited, (GENERAL, ())]


def _groups(
    clause: Clause, before: Context | None, after: Clause | None, block: Context | None, above: Context, facts: Facts
) -> tuple[list[tuple[str, ...]], bool]:
    """The groups that a clause may speak of, and whether it is known who it speaks of."""
    if clause.groups:
        return [tuple(g for g in (*facts.both, "kommuner") if g in clause.groups)], True
    said = [*(before.groups if before else ())]
    earlier = [*(block.groups if block else ())]
    if clause.same:
        found = said or earlier
        return (found, True) if found else ([facts.both], False)
    if clause.unit:
        return [g for g in [facts.both, *said, *earlier, *above.groups] if g != ("kommuner",)], True
    later = [tuple(after.groups)] if after and after.groups else []
    if said or (earlier and block and block.sure):
        return [*(said or earlier), *later], True
    return [facts.both, *later, *earlier, *above.groups], bool(after and (after.unit or after.groups))
