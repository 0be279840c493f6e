"""Whether a clause holds: true, false, or neither where another way to understand it would turn the answer.

A list of codes may mean each of them or all at once, what is counted each kind or all of them together, and a measure
without its codes any of them. False is said only when no such meaning makes the claim true, true only when every one
does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from krisestat.base.display import round_half_away
from krisestat.model.declared import Statistic
from krisestat.statements.cells import Cell, Unproven
from krisestat.statements.clauses import WITH_BASES, Clause, Head, Names
from krisestat.statements.data import Data
from krisestat.statements.rules import level
from krisestat.statements.vocabulary import Vocabulary

Truth = bool | None
Test = Callable[[Cell], Truth]
_STRICT = Fraction(1, 20)  # how far outside its range a word of degree may still be meant


class Unread(Exception):
    """A clause that is no question to the data; the text says why."""


class Reading(NamedTuple):
    """What a clause asks: a statistic, the codes by dimension (several: each of them), and the kinds."""

    statistic: Statistic
    codes: dict[str, tuple[str, ...]]
    kinds: tuple[str, ...]
    named: bool
    general: bool = False


@dataclass(frozen=True)
class Judged:
    """The answer on a clause, with the cells that it was given from."""

    truth: Truth
    cells: tuple[Cell, ...] = ()
    why: str = ""


def every(truths: Iterable[Truth]) -> Truth:
    """Whether all are true; false as soon as one is."""
    told = list(truths)
    return False if False in told else True if told and None not in told else None


def alike(truths: Iterable[Truth]) -> Truth:
    """The answer that all give."""
    told = set(truths)
    return told.pop() if len(told) == 1 else None


def negated(truth: Truth) -> Truth:
    """The opposite of an answer."""
    return None if truth is None else not truth


def _free(one: Statistic, codes: Mapping[str, Any]) -> list[str]:
    """The dimensions of a statistic without a whole, but for kinds, that no codes are named in."""
    return [d for d, listed in one.per.items() if not listed.total and d not in codes and d != one.kinds]


def _together(clause: Clause) -> Callable[[Iterable[Truth]], Truth]:
    """How the answers for several codes become one."""
    ways: dict[str, Callable[[Iterable[Truth]], Truth]] = {
        "alle": every,
        "ingen": lambda told: every(map(negated, told)),
    }
    return ways.get(clause.parts, alike)


class Judge:
    """Judges clauses against the data of an edition. Parameters: `words`, for which measures stand for which."""

    def __init__(self, data: Data, words: Vocabulary):
        self.data, self.words = data, words

    def judge(self, clause: Clause) -> Judged:
        """The answer on a clause."""
        if clause.doubts:
            return Judged(None, (), clause.doubts[0])
        self.used: list[Cell] = []
        try:
            readings = self.readings(clause)
            if not readings and self._impossible(clause):
                return Judged(False, (), "så mange finnes ikke")
            told = [self._of(clause, reading) for reading in readings]
            if not told:
                raise Unread("setningen sier ikke hva den gjelder")
        except (Unread, Unproven) as error:
            return Judged(None, tuple(self.used), str(error))
        except (ValueError, ZeroDivisionError):  # a share of what has no base, a change from nothing
            return Judged(None, tuple(self.used), "kilden oppgir ikke hvor mange det er av")
        truth = alike(told)
        if clause.only and truth is True and not all(c.nevner and c.share < Fraction(1, 2) for c in self.used):
            truth = None
        truth = negated(truth) if clause.denied else truth
        cells = tuple(dict.fromkeys(self.used))
        if clause.leaning and truth is False:
            return Judged(None, cells, "setningen kan gjelde noe annet enn det som er nevnt foran")
        return Judged(truth, cells)

    # -- what is asked

    def readings(self, clause: Clause) -> list[Reading]:
        """What a clause may ask of the data. Raises `Unread`."""
        names = clause.names
        if clause.head.kind == "base":  # of all there are, whatever the sentence says of some
            names = Names(names.units, names.kinds)
        if not (names.units or names.measures or names.codes):
            raise Unread("setningen sier ikke hva den gjelder")
        unit = self._unit(names)
        if clause.partial and self.counted(clause) and clause.head.kind != "base":
            raise Unread("setningen sier ikke hva de gjør")
        self.lacking = False
        fitting = [self._reading(one, names, clause) for one in self.data.model.statistikk.values()
                   if not one.panel and unit in ("", one.enhet.id)]  # fmt: skip
        found = [reading for reading in fitting if reading]
        if self.lacking:
            raise Unread("setningen sier ikke hvilket svar den gjelder")
        one = all(len(word) == 1 for word in names.measures)
        narrow = [reading for reading in found if one and not reading.general] or found
        exact = [r for r in narrow if any(r.statistic.id in word for word in names.measures)] or narrow
        counted = self.counted(clause) or clause.head.kind == "base"
        return sorted(exact, key=lambda r: len(r.statistic.per))[:1] if counted else exact

    def _impossible(self, clause: Clause) -> bool:
        """Whether a clause tells of more of what the publication is about than there are, whatever it says of them."""
        if clause.head.kind != "antall" or clause.head.bound or self._unit(clause.names) != self.data.unit:
            return False
        bases = [c.nevner for c in self.data.cells if c.statistikk.enhet.id == self.data.unit and c.nevner is not None]
        return bool(bases) and (clause.head.one or 0) > 2 * max(bases)

    def _unit(self, names: Names) -> str:
        units = list(dict.fromkeys(names.units))
        if len(units) > 1:
            units = [unit for unit in units if unit not in (self.data.unit, "senter")]
        if len(units) > 1:
            raise Unread("setningen nevner flere ting som telles")
        return "" if not units else self.data.unit if units[0] == "senter" else units[0]

    def _reading(self, one: Statistic, names: Names, clause: Clause) -> Reading | None:
        """The clause as a question to a statistic; None where it is not one."""
        measures = [{*word, *(wide for m in word for wide in self.words.wider.get(m, ()))} for word in names.measures]
        if not all(one.id in word for word in measures):
            return None
        codes: dict[str, tuple[str, ...]] = {}
        for options in names.codes:
            fits = [(d, c) for d, c in options if d in one.per and c in one.per[d].koder]
            if not fits:
                return None
            codes[fits[0][0]] = tuple(dict.fromkeys((*codes.get(fits[0][0], ()), fits[0][1])))
        kind = one.kinds if one.kinds else next((d for d in one.per if set(names.kinds) & set(one.per[d].koder)), "")
        kinds = tuple(k for k in dict.fromkeys(names.kinds) if k != "*")
        if kinds and not kind:
            return None
        if kinds and not one.kinds:
            codes, kinds = codes | {kind: kinds}, ()
        if one.answer_dim and one.answer_dim not in codes and not one.per[one.answer_dim].total:
            self.lacking = bool(codes)
            return None
        free = _free(one, codes)
        whole = bool(names.units) and not free and (one.svar.get("base") == "alle" or not one.svar)
        if not (measures or whole or self._told_by(one, codes, bool(names.units))):
            return None
        if len(free) > 1 or (free and not measures and not codes):
            return None
        every_kind = tuple(self.data.kinds) if one.kinds else ("",)
        return Reading(one, codes, kinds or every_kind, bool(kinds) or len(every_kind) == 1, bool(free))

    def _told_by(self, one: Statistic, codes: Mapping[str, tuple[str, ...]], named_unit: bool) -> bool:
        """Whether codes alone say which statistic of its unit is meant: no other has them."""
        same = [s for s in self.data.model.statistikk.values() if s.enhet.id == one.enhet.id and not s.panel]
        named = bool(codes) and (named_unit or one.enhet.id == self.data.unit)
        return named and (len(same) == 1 or any(sum(d in s.per for s in same) == 1 for d in codes))

    def counted(self, clause: Clause) -> bool:
        """Whether a clause speaks of how many there are of a unit, and not of what they do."""
        return not clause.names.measures and not clause.names.codes

    def year_of(self, clause: Clause, reading: Reading) -> list[int]:
        """The years that a clause speaks of. Raises `Unread` when it does not tell."""
        if clause.period and (clause.every or clause.head.kind != "ytterst"):
            return [y for y in self._years(reading) if clause.period[0] <= y <= clause.period[1]]
        if clause.now:
            return list(clause.now)
        if clause.period:
            return [clause.period[1]]
        known = self._years(reading)
        if clause.every:
            return known
        if self.data.aar in known:
            return [self.data.aar]
        raise Unread("setningen sier ikke hvilket år den gjelder")

    def _years(self, reading: Reading) -> list[int]:
        return self.data.open_years(reading.statistic)

    # -- cells

    def cell(self, reading: Reading, kind: str, chosen: dict[str, str], aar: int, base: bool = False) -> Cell:
        """An open cell. Raises `Unread` and `Unproven`."""
        one = reading.statistic
        if {*self.data.about} & {*one.per} - {*chosen}:
            raise Unread("setningen sier ikke hvilket sted den gjelder")
        place = {d: codes.total for d, codes in one.per.items()} | ({one.kinds: kind} if one.kinds else {}) | chosen
        cell = self.data.cell(one, tuple(place[d] for d in one.per), aar)
        if base:
            if cell.nevner is not None:
                cell = cell._replace(verdi=cell.nevner, nevner=None, svar=())
        elif cell.nevner is None and not one.kinds and (whole := {d for d in chosen if one.per[d].total}):
            total = self.data.cell(one, tuple(c.total if d in whole else place[d] for d, c in one.per.items()), aar)
            cell = cell._replace(nevner=int(total.tall))
        self.used.append(cell)
        return cell

    def parts(self, reading: Reading) -> list[dict[str, str]]:
        """The choices of codes that a reading names: one for each code of a list, all of a dimension that is free."""
        choices: list[dict[str, str]] = [{}]
        for dimension in (*reading.codes, *_free(reading.statistic, reading.codes)):
            codes = reading.codes.get(dimension) or self._all(reading, dimension)
            choices = [choice | {dimension: code} for choice in choices for code in codes]
        return choices

    def _all(self, reading: Reading, dimension: str) -> tuple[str, ...]:
        codes = reading.statistic.per[dimension]
        found = {c.code(dimension) for c in self.data.cells if c.statistikk is reading.statistic and c.open}
        return tuple(codes.in_order(found))

    # -- answers

    def _of(self, clause: Clause, reading: Reading) -> Truth:
        if clause.negative and clause.head.kind in ("flere", "stoerre", "endring", "ytterst", "like", "likt", "rekord"):
            return negated(self._of(replace(clause, negative=False), reading))
        match clause.head.kind:
            case "endring" | "ganger" | "likt":
                return self._change(clause, reading)
            case "flere" | "stoerre" | "like":
                return self._compared(clause, reading)
            case "ytterst" if not (clause.period and clause.mode):
                return self._extreme(clause, reading)
            case "rekord" | "ytterst":  # «andelen var høyest i perioden»: of its years
                return self._record(clause, reading)
            case "prosentpoeng" if clause.head.name:
                return self._compared(replace(clause, mode="andel"), reading)
            case "prosentpoeng":
                raise Unread("forskjellen er ikke forstått")
        if clause.then:
            raise Unread("setningen sammenlikner med et annet år")
        return self._level(clause, reading)

    def _level(self, clause: Clause, reading: Reading) -> Truth:
        """A quantity of one year, or of each year of a period."""
        years = self.year_of(clause, reading)
        test = self._test(clause)
        told = [self._year(clause, reading, test, aar) for aar in years]
        if clause.every == "ingen":
            return every(negated(truth) for truth in told)
        return every(told) if clause.every else alike(told)

    def _year(self, clause: Clause, reading: Reading, test: Test, aar: int) -> Truth:
        head, base = clause.head, self.counted(clause) or clause.head.kind == "base"
        universal = head.word is not None and head.word.all_answered and Fraction(1) in (head.word.true_in or ())
        up = universal or head.bound in ("minst", "over") or clause.neither or head.kind == "mellom"
        combine = every if up and not reading.general else _together(clause)
        parts = self.parts(reading)
        told, pooled = [], []
        for kind in reading.kinds:
            cells = [self.cell(reading, kind, part, aar, base) for part in parts]
            if head.kind == "mellom":
                told.append(self._between(head, cells))
                continue
            told.append(combine(alike(map(test, self._meant(clause, c))) for c in cells))
            pooled.append([self._meant(clause, c)[0] for c in cells])
        exact = head.word is not None and head.word.all_answered
        if reading.named or exact or head.kind == "mellom":
            return every(told) if exact else alike(told)
        if head.kind in ("antall", "av"):
            return self._any_kind(head, told, pooled)
        whole = combine(test(_summed([cells[i] for cells in pooled])) for i in range(len(parts)))
        return True if set(told) == {True} else False if set(told) == {False} and whole is False else None

    def _any_kind(self, head: Head, told: Sequence[Truth], cells: Sequence[Sequence[Cell]]) -> Truth:
        """A count that may be of any kind, or of all of them together."""
        if True in told:
            return True if set(told) == {True} or head.kind == "av" else None
        if None in told or any(len(one) > 1 for one in cells):
            return None
        counts = [one[0].tall for one in cells]
        if head.kind == "antall" and head.one is not None and max(counts) <= head.one <= sum(counts):
            return None
        return False

    def _meant(self, clause: Clause, cell: Cell) -> list[Cell]:
        """The cell, or for those who do not: all the others, and only those who said so."""
        if not clause.negative:
            return [cell]
        if cell.nevner is None:
            raise Unread("tallet har ingen base")
        rest = cell.nevner - int(cell.tall)
        return [cell._replace(verdi=number) for number in dict.fromkeys((rest, rest - cell.silent))]

    def _between(self, head: Head, cells: Sequence[Cell]) -> Truth:
        low, high = min(c.tall for c in cells), max(c.tall for c in cells)
        if low < (head.one or 0) or high > (head.two or 0):
            return False
        return True if (low, high) == (head.one, head.two) else None

    def _test(self, clause: Clause) -> Test:
        head = clause.head
        test = self._plain(head)
        return (lambda cell: negated(test(cell))) if clause.neither else test

    def _plain(self, head: Head) -> Test:
        match head.kind:
            case "mengde":
                return lambda cell: _worded(head, cell)
            case "generelt":
                return lambda cell: False if _share(cell) <= Fraction(55, 100) else None
            case "broek":
                return lambda cell: _near_share(
                    _share(cell), head.one or Fraction(0), head.bound, exact=head.one == Fraction(1, 2)
                )
            case "prosent":
                return lambda cell: _percent(_share(cell) * 100, head)
            case "av":
                return lambda cell: _of_base(cell, head)
            case "base":
                return lambda cell: cell.tall == head.one
            case "antall":
                room = max(Fraction(1), (head.one or 0) / Fraction(20))
                return lambda cell: _amount(cell.tall, cell, head, room)
        return lambda cell: None

    # -- over time

    def _change(self, clause: Clause, reading: Reading) -> Truth:
        now, then, _ = self._two_years(clause, reading)
        told = [self._pairs(clause, reading, now, start) for start in then]
        if clause.every:
            years = [y for y in self._years(reading) if then[0] <= y <= now]
            steps = [self._pairs(clause, reading, b, a) for a, b in pairwise(years)]
            return every(map(negated, steps) if clause.every == "ingen" else steps)
        return alike(told)

    def _pairs(self, clause: Clause, reading: Reading, now: int, then: int) -> Truth:
        told, base = [], self.counted(clause)
        for kind in reading.kinds:
            pairs = [[self.cell(reading, kind, p, aar, base) for aar in (now, then)] for p in self.parts(reading)]
            told.append(_together(clause)(self._moved(clause, *pair) for pair in pairs))
        return alike(told)

    def _two_years(self, clause: Clause, reading: Reading) -> tuple[int, list[int], bool]:
        if clause.period:
            return clause.period[1], [clause.period[0]], True
        known = self._years(reading)
        now = clause.now[-1] if clause.now else self.data.aar if self.data.aar in known else 0
        if len(clause.now) == 2 and not clause.then:
            return clause.now[1], [clause.now[0]], True
        if not now:
            raise Unread("setningen sier ikke hvilket år den gjelder")
        if clause.then:
            return now, [y if y < now else now - 1 for y in clause.then[:1]], True
        earlier = [y for y in known if y < now]
        if not earlier:
            raise Unread("tallene har ikke et år å sammenlikne med")
        return now, list(dict.fromkeys([earlier[0], earlier[-1]])), False

    def _moved(self, clause: Clause, now: Cell, then: Cell) -> Truth:
        head = clause.head
        if head.unit == WITH_BASES:
            alone = replace(clause, head=replace(head, unit="", one=None, two=None))
            return False if self._moved(alone, now, then) is False else None
        if head.kind == "ganger":
            factor = Fraction(2) if head.sign > 0 else Fraction(1, 2)
            return bounded(Fraction(now.tall), then.tall * factor, head.bound, Fraction(1))
        if head.unit.startswith(("fra", "til")):
            share = head.unit.endswith("prosent")
            ends = [(then, head.one)] * head.unit.startswith("fra") + [(now, head.two)]
            told = [_rounds(_share(c) * 100, n) if share else _shown(c, c.tall) == n for c, n in ends]
            return every(told)
        if head.name == "omtrent_likt":
            return False if abs(relative_move(now, then)) > _STRICT else None
        way = self._way(clause, now, then)
        if head.kind == "likt":
            return None if way is None else way == 0
        if head.one is None:
            return None if way is None else way == head.sign
        if way is not None and way != head.sign:
            return False
        if head.unit == "prosentpoeng":
            return _percent((now.share - then.share) * 100 * head.sign, head)
        size = (now.tall - then.tall) * head.sign
        if head.unit == "prosent":
            return _percent(Fraction(size * 100, then.tall), head)
        return _amount(size, now, head, Fraction(1))

    def _way(self, clause: Clause, now: Cell, then: Cell) -> int | None:
        """Which way a number went, in counts or shares; None where the two differ and the clause does not say."""
        count = (now.tall > then.tall) - (now.tall < then.tall)
        if now.nevner is None or then.nevner is None or clause.mode == "antall":
            return count
        share = (now.share > then.share) - (now.share < then.share)
        return share if clause.mode == "andel" else count if count == share else None

    # -- comparisons

    def _compared(self, clause: Clause, reading: Reading) -> Truth:
        head, after = clause.head, clause.after
        if head.name in ("vanligere", "sjeldnere"):
            clause = replace(clause, mode="andel")
        if head.kind == "stoerre" and not clause.mode:
            clause = replace(clause, mode="andel")
        if head.kind == "flere" and not clause.mode:
            clause = replace(clause, mode="antall")
        if clause.then or clause.period or after is None or not (after.kinds or after.codes or after.units):
            if head.kind == "like" and not clause.then and not clause.period:
                raise Unread("setningen sier ikke hva det er like mange som")
            return self._change(self._as_change(clause), reading)
        other = self._other(clause, reading, after)
        aar = self.year_of(clause, reading)
        told = [self._sides(clause, reading, other, year) for year in aar]
        return every(told) if clause.every else alike(told)

    def _as_change(self, clause: Clause) -> Clause:
        head = clause.head
        kind = "likt" if head.kind == "like" else "endring"
        unit = "prosentpoeng" if head.kind == "prosentpoeng" else "antall"
        return replace(clause, head=replace(head, kind=kind, unit=unit), after=None)

    def _other(self, clause: Clause, reading: Reading, after: Names) -> Reading:
        kinds = tuple(k for k in after.kinds if k != "*")
        if kinds and reading.statistic.kinds:
            return reading._replace(kinds=kinds)
        lists, own = reading.statistic.per, dict[str, tuple[str, ...]]()
        for dimension, code in (one for options in after.codes for one in options):
            if dimension in lists and code in lists[dimension].koder:
                own[dimension] = (*own.get(dimension, ()), code)
        if not own:
            raise Unread("setningen sammenlikner med noe annet")
        return reading._replace(codes=reading.codes | own)

    def _sides(self, clause: Clause, one: Reading, other: Reading, aar: int) -> Truth:
        head = clause.head
        if len(one.kinds) != len(other.kinds) or (one.kinds == other.kinds and one.codes == other.codes):
            raise Unread("setningen sammenlikner ikke to tall")
        told = []
        for mine, theirs in zip(one.kinds, other.kinds, strict=True):
            a = [self.cell(one, mine, part, aar, self.counted(clause)) for part in self.parts(one)]
            b = [self.cell(other, theirs, part, aar, self.counted(clause)) for part in self.parts(other)]
            pairs = list(zip(a, b, strict=True)) if len(a) == len(b) else [(x, y) for x in a for y in b]
            told.append(alike(self._beside(clause, head, x, y) for x, y in pairs))
        return alike(told)

    def _beside(self, clause: Clause, head: Head, one: Cell, other: Cell) -> Truth:
        share = clause.mode == "andel" and one.nevner is not None and other.nevner is not None
        if head.kind == "like":
            if head.name == "like_stor" or share:
                near = abs(one.share - other.share) < Fraction(1, 100)
                return one.share == other.share or (None if near else False)
            return one.tall == other.tall
        a, b = (one.share, other.share) if share else (Fraction(one.tall), Fraction(other.tall))
        if head.one is None:
            return (a > b) if head.sign > 0 else (a < b)
        if head.kind == "prosentpoeng":
            return _percent((one.share - other.share) * 100 * head.sign, head)
        return _amount((a - b) * head.sign, one, head, Fraction(1)) if not share else None

    def _extreme(self, clause: Clause, reading: Reading) -> Truth:
        """The highest or the lowest among the codes of the dimension that is named."""
        one, parts = reading.statistic, clause.parts == "alle"
        named = [d for d in one.per if d in reading.codes and d not in (one.answer_dim, one.kinds)]
        ranked = [d for d in named if len(reading.codes) == 1 or not one.per[d].total]
        dimension = next(iter(reversed(ranked) if parts else ranked), "")
        if not dimension:
            raise Unread("setningen sier ikke hva som er høyest eller lavest")
        codes, told = reading.codes[dimension], []
        for aar in self.year_of(clause, reading):
            for kind in reading.kinds:
                for part in self.parts(reading._replace(codes=reading.codes | {dimension: codes[:1]})):
                    mine = [self.cell(reading, kind, part | {dimension: code}, aar) for code in codes]
                    rest = [code for code in self._all(reading, dimension) if code not in codes]
                    others = [self.cell(reading, kind, part | {dimension: code}, aar) for code in rest]
                    told.append(_ahead(clause.head.sign, mine, others))
        return every(told) if clause.every or parts else alike(told)

    def _record(self, clause: Clause, reading: Reading) -> Truth:
        """The highest or the lowest of the years, in counts and shares."""
        known = self._years(reading)
        own = [y for y in known if not clause.period or clause.period[0] <= y <= clause.period[1]]
        now = [*clause.now, *clause.then][-1:] or [self.data.aar]
        if now[0] not in own or len(own) < 2:
            raise Unread("tallene har ikke året, eller ingen år å sammenlikne med")
        sign, told = clause.head.sign, []
        for kind in reading.kinds:
            for part in self.parts(reading):
                cells = {y: self.cell(reading, kind, part, y, self.counted(clause)) for y in own}
                mine, others = cells[now[0]], [c for y, c in cells.items() if y != now[0]]
                count = all(sign * (mine.tall - c.tall) > 0 for c in others)
                share = all(sign * (level(mine) - level(c)) > 0 for c in others)
                told.append(share if clause.mode == "andel" else count if clause.mode or count == share else None)
        return alike(told)


def relative_move(now: Cell, then: Cell) -> Fraction:
    """How far a number moved: its share where both have a base, else in parts of what it was."""
    if now.nevner and then.nevner:
        return now.share - then.share
    return Fraction(now.tall - then.tall, then.tall or 1)


def _ahead(sign: int, mine: Sequence[Cell], others: Sequence[Cell]) -> Truth:
    ahead = [sign * (level(a) - level(b)) for a in mine for b in others]
    if not ahead:
        raise Unread("det er ikke noe å sammenlikne med")
    if len({level(c) for c in mine}) > 1:
        return None if all(a > 0 for a in ahead) else False
    return True if all(a > 0 for a in ahead) else None if all(a >= 0 for a in ahead) else False


def _share(cell: Cell) -> Fraction:
    if cell.nevner is None:
        raise Unread("kilden oppgir ikke hvor mange det er av")
    return cell.share


def _summed(cells: Sequence[Cell]) -> Cell:
    base = None if cells[0].nevner is None else sum(c.nevner or 0 for c in cells)
    return cells[0]._replace(verdi=sum(c.tall for c in cells), nevner=base, svar=())


def _worded(head: Head, cell: Cell) -> Truth:
    """Whether a quantifier holds of a cell; a word of degree is doubted close to its ends."""
    word, share = head.word, _share(cell)
    if word is None or word.true_in is None:
        return None
    if share in word.true_in:
        return None if head.vague or (word.all_answered and not cell.all_answered and share not in (1,)) else True
    if word.all_answered or head.vague:
        return False if not word.all_answered or share not in word.true_in else None
    if share == 1 and Fraction(1) not in word.true_in:
        return False if word.forms[0].startswith(("nesten", "rundt", "under", "få", "et mind")) else None
    ends = (word.true_in.low, word.true_in.high)
    sharp = Fraction(1, 2) in ends and len({*ends}) == 2 and {*ends} & {Fraction(0), Fraction(1)}
    return False if sharp or all(abs(share - end) > _STRICT for end in ends) else None


def _near_share(share: Fraction, target: Fraction, bound: str, exact: bool = False) -> Truth:
    """Whether a share is a fraction as people say them: «tre av fire» of 74.4 percent."""
    if bound:
        return bounded(share, target, bound, Fraction(3, 100))
    if share == target:
        return True
    away = abs(share - target)
    if exact:
        return None if away <= _STRICT else False
    return True if away <= Fraction(2, 100) else False if away > _STRICT else None


def _rounds(value: Fraction, said: Fraction | None) -> Truth:
    if said is None:
        return None
    digits = 0 if said.denominator == 1 else len(str(float(said)).partition(".")[2])
    if round_half_away(value, digits) == said:
        return True
    return None if abs(value - said) < Fraction(1, 10**digits) else False


def _shown(cell: Cell, value: Fraction | int) -> Fraction:
    """A number of what a cell counts as readers see it: with the decimals that the statistic is shown with."""
    return round_half_away(value, cell.statistikk.desimaler) if cell.statistikk.desimaler else Fraction(value)


def _amount(value: Fraction | int, cell: Cell, head: Head, room: Fraction) -> Truth:
    """Whether a number of what a cell counts is what is said. Parameters: `room`, as in `bounded`."""
    said = head.one or Fraction(0)
    return bounded(Fraction(value) if head.bound else _shown(cell, value), said, head.bound, room)


def _percent(value: Fraction, head: Head) -> Truth:
    said = head.one or Fraction(0)
    if not head.bound:
        return _rounds(value, said)
    if head.bound in ("minst", "over", "hoyst", "under") and round_half_away(value, 0) == said and value != said:
        return None
    return bounded(value, said, head.bound, Fraction(2))


def _of_base(cell: Cell, head: Head) -> Truth:
    if cell.nevner is None:
        raise Unread("kilden oppgir ikke hvor mange det er av")
    one, two = head.one or Fraction(0), head.two or Fraction(1)
    if two == cell.nevner:
        return bounded(Fraction(cell.tall), one, head.bound, Fraction(1))
    if two in (cell.answered().nevner, cell.nevner - cell.silent):
        return None if one == cell.tall else False
    if two <= 10 and one < two:
        return _near_share(cell.share, one / two, head.bound)
    return False


def bounded(value: Fraction, said: Fraction, bound: str, room: Fraction) -> Truth:
    """Whether a number is what is said of it. Parameters: `bound`, the kind of word before the number; `room`, how far
    from it a word like «rundt» reaches: beyond twice that it is wrong, and in between it is doubted."""
    match bound:
        case "":
            return value == said
        case "minst":
            return value >= said
        case "over":
            return value > said
        case "hoyst":
            return value <= said
        case "under":
            return value < said
        case "rundt":
            away = abs(value - said)
            return True if away <= room else None if away <= 2 * room else False
        case "litt_over":
            return False if value < said else None if value == said or value > said + 2 * room else True
        case "litt_under":
            return said - 2 * room <= value < said or (None if said <= value < said + room else False)
    return None
