"""What a clause is about: every reading that its words, the sentences before it and the headings above it allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from krisestat.base.display import listing
from krisestat.statements.cells import ALL, Cell, Unproven
from krisestat.statements.data import Data
from krisestat.statements.textcheck.clauses import Clause
from krisestat.statements.textcheck.terms import Roles, Terms

_MOST = 24  # readings of one clause
LISTED, EVERY, GENERAL, NONE = "liste", "alle", "generelt", ""


class Unresolved(Exception):
    """A clause that cannot be turned into a query; the text says why."""


class Reading(NamedTuple):
    """One way to understand a clause as a query. `scope`: partners that are listed, «alle instansene», or unnamed."""

    statistic: str
    form: str
    scope: str
    partners: tuple[str, ...]
    groups: tuple[str, ...]
    aar: int

    def query(self, roles: Roles) -> dict:
        """The reading as it is told in the report."""
        parts = list(self.partners) if self.scope == LISTED else [ALL] * bool(self.partners)
        asked = {roles.kind: list(self.groups), roles.part: parts, roles.form: self.form}
        return {"statistikk": self.statistic, **asked, "aar": self.aar}


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

    def __init__(self, data: Data, terms: Terms):
        self.data, self.roles, self.limits, self.alike = data, terms.roles, terms.lexicon.limits, terms.alike
        self.both, self.series = tuple(data.kinds), data.series
        found: dict[tuple[str, int], set[str]] = {}
        for cell in data.cells:
            if self.roles.part in cell.statistikk.per:
                found.setdefault((cell.statistikk.id, cell.aar), set()).add(cell.code(self.roles.part))
        self.partners = {of: tuple(self.in_order(of[0], codes)) for of, codes in found.items()}
        self.bases = {(c.slag, c.aar): c.nevner for c in data.cells if c.nevner is not None and not c.statistikk.panel}

    def in_order(self, statistic: str, partners: Iterable[str]) -> list[str]:
        """Partners in the order of the statistic's list."""
        codes = self.data.model[statistic].per.get(self.roles.part)
        return codes.in_order(partners) if codes else list(partners)

    def cell(self, statistic: str, group: str, partner: str, form: str, aar: int) -> Cell:
        """An open cell. Raises `Unresolved` for one that is missing or may not be spoken of."""
        place = {self.roles.kind: group, self.roles.part: partner, self.roles.form: form}
        codes = tuple(place.get(dimension, "") for dimension in self.data.model[statistic].per)
        try:
            return self.data.cell(self.data.model[statistic], codes, aar)
        except Unproven as error:
            known = "" if aar in self.data.years else f"året {aar} er ikke med i tallene"
            raise Unresolved(known or f"tallene har ikke dette: {error.fant}") from None

    def cells(self, reading: Reading) -> list[list[Cell]]:
        """The cells of a reading, one list for each group."""
        partners = reading.partners or ("",)
        return [
            [self.cell(reading.statistic, g, p, reading.form, reading.aar) for p in partners] for g in reading.groups
        ]

    def partner(self, cell: Cell) -> str:
        """The name of a cell's partner."""
        return self.data.name(cell.statistikk, self.roles.part, cell.code(self.roles.part))

    def told(self, reading: Reading) -> str:
        """A reading in words, as the statistic is said."""
        statistic = self.data.model[reading.statistic]
        names = [self.data.name(statistic, self.roles.part, partner) for partner in reading.partners]
        has_form = reading.form and self.roles.form in statistic.per
        form = self.data.name(statistic, self.roles.form, reading.form) if has_form else ""
        with_ = listing(names) if reading.scope == LISTED else "hver av dem"
        said = statistic.said["sagt"][self.data.standard][0]
        what = said.replace(f"<{self.roles.part}>", with_).replace(f"<{self.roles.form}>", form)
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
    inside = bool(before and before.subject) or bool(after and after.statistic)
    leaning = not clause.statistic and (bool(clause.verbs - {"deltok", "deltar"}) if inside else clause.unit)
    statistic, forms = subject
    named_year = bool(clause.now or clause.periods)
    years = tuple(clause.now) or tuple(b for _, b in clause.periods)
    if len(years) > 1:
        raise Unresolved("setningen nevner flere år")
    if not years:
        edition = (
            facts.data.aar if statistic != facts.roles.other else max(set(facts.data.years) & _years(facts, statistic))
        )
        if before and before.years:
            years = (*before.years, *(after.now if after else ()))
        elif before and not clause.statistic:
            years = (*before.years_open, *(after.now if after else ()))
        elif not clause.statistic and block and block.years and not (after and after.statistic):
            years = block.years
        else:
            later = tuple(after.now) if after else ()
            years = (edition, *later, *(block.years if block else ()), *above.years)
    partners = _partners(clause, statistic, forms, near, after, facts)
    groups, has_subject = _groups(clause, before, after, block, above, facts)
    readings = []
    for (scope, codes), group, year in product(dict.fromkeys(partners), dict.fromkeys(groups), dict.fromkeys(years)):
        form = forms[0] if forms else ""
        named = statistic
        if scope == "noen":
            if form not in facts.roles.any_of:
                raise Unresolved("tallene har ikke «minst én» for dette")
            named, form, scope, codes = facts.roles.any_of[form], "", NONE, ()
        if scope in {EVERY, GENERAL}:
            codes = facts.partners.get((named, year), ())
            if not codes:
                raise Unresolved(f"året {year} er ikke med i tallene")
        readings.append(Reading(named, form, scope, codes, group, year))
    if len(readings) > _MOST:
        raise Unresolved("setningen kan leses på for mange måter")
    said = tuple(years) if named_year or not clause.statistic else ()
    if before and before.years and not said:
        said = before.years
    context = Context(subject, tuple(partners), tuple(groups), said, tuple(years))
    return Resolved(tuple(readings), bool(clause.groups), named_year, has_subject, leaning, context)


def _subject(
    clause: Clause, before: Context | None, after: Clause | None, block: Context | None
) -> tuple[str, tuple[str, ...]]:
    """The statistic and the forms that a clause is about. Raises `Unresolved` if that is open."""
    if clause.statistic:
        return clause.statistic, tuple(clause.forms)
    next_ = (after.statistic, tuple(after.forms)) if after and after.statistic else None
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


def _years(facts: Facts, statistic: str) -> set[int]:
    return {year for name, year in facts.partners if name == statistic} or {facts.data.aar}


def _partners(
    clause: Clause, statistic: str, forms: tuple, near: Sequence[Context], after: Clause | None, facts: Facts
) -> list[tuple[str, tuple[str, ...]]]:
    if statistic == facts.roles.alone:
        if clause.partners:
            raise Unresolved(f"setningen nevner både {facts.roles.alone} og {facts.roles.part}")
        return [(NONE, ())]
    if clause.scope == "noen_del" and not clause.partners:
        return [("noen", ())]
    if clause.partners:
        return [(LISTED, tuple(facts.in_order(statistic, clause.partners)))]
    if clause.scope == "alle_deler":
        return [(EVERY, ())]
    if statistic in facts.roles.any_of.values():
        return [(NONE, ())]
    inherited = [o for context in near[:1] for o in context.partners if o[0] != NONE]
    if clause.statistic is None:
        later = [(LISTED, tuple(facts.in_order(statistic, after.partners)))] if after and after.partners else []
        return [*inherited, *later] or [(GENERAL, ())]
    if clause.scope == "andre_deler":
        return [(GENERAL, ())]
    return [*inherited, (GENERAL, ())]


def _groups(
    clause: Clause, before: Context | None, after: Clause | None, block: Context | None, above: Context, facts: Facts
) -> tuple[list[tuple[str, ...]], bool]:
    """The groups that a clause may speak of, and whether it is known who it speaks of."""
    if clause.groups:
        return [tuple(g for g in (*facts.both, facts.roles.counted) if g in clause.groups)], True
    said = [*(before.groups if before else ())]
    earlier = [*(block.groups if block else ())]
    if clause.same:
        found = said or earlier
        return (found, True) if found else ([facts.both], False)
    if clause.unit:
        return [g for g in [facts.both, *said, *earlier, *above.groups] if g != (facts.roles.counted,)], True
    later = [tuple(after.groups)] if after and after.groups else []
    if said or (earlier and block and block.sure):
        return [*(said or earlier), *later], True
    return [facts.both, *later, *earlier, *above.groups], bool(after and (after.unit or after.groups))
