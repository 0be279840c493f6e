"""Whether a claim holds in one reading: True, False, or None where another way to count would turn the answer.

A list of partners may mean each of them or all at once, «krisesentrene» the services of each group or all of them, and
«avtaler» without a partner those with each or with any. False is said only when no such meaning makes the claim true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from krisestat.base.display import round_half_away
from krisestat.statements.cells import Cell, Series
from krisestat.statements.rules import RULES, difference, same_base, share_difference
from krisestat.statements.textcheck.clauses import Claim, Clause
from krisestat.statements.textcheck.scope import EVERY, GENERAL, LISTED, Facts, Reading, Resolved, Unresolved

Test = Callable[[int, int], bool]


class Judged(NamedTuple):
    """The answer for one reading. `weak` marks a trend word that data neither gives nor turns around."""

    truth: bool | None
    cells: tuple[Cell, ...]
    why: str = ""
    remark: str = ""
    weak: bool = False


def judge(claim: Claim, clause: Clause, reading: Reading, resolved: Resolved, facts: Facts, alone: bool) -> Judged:
    """Whether a claim holds in one reading. `alone` is false where the clause has other claims that may share out its
    partners between them. Raises `Unresolved`."""
    if claim.kind in {"endring", "vanlighet", "trend"}:
        return _over_time(claim, clause, reading, facts)
    if claim.kind == "ytterst":
        return _extreme(claim, clause, reading, facts)
    if claim.kind == "base":
        return _base(claim, reading, resolved, facts)
    if claim.partners:
        run = [_share(claim, reading._replace(partners=p, scope=LISTED), resolved, facts, clause, True) for p in
               dict.fromkeys((claim.partners, claim.partners[:1]))]  # fmt: skip
        return next((r for r in run if r.truth), run[-1])
    return _share(claim, reading, resolved, facts, clause, alone)


def _share(claim: Claim, reading: Reading, resolved: Resolved, facts: Facts, clause: Clause, alone: bool) -> Judged:
    named = resolved.named_group or bool(claim.group)
    if claim.kind == "av" and not named:
        fitting = tuple(g for g in reading.groups if str(facts.bases.get((g, reading.aar))) == claim.base)
        if not fitting:
            fitting = tuple(g for g in facts.both if str(facts.bases.get((g, reading.aar))) == claim.base)
        if not fitting:
            raise Unresolved(f"ingen av gruppene har {claim.base} tilbud i {reading.aar}")
        reading = reading._replace(groups=fitting)
    groups = facts.cells(reading)
    cells = tuple(c for group in groups for c in group)
    if any(c.nevner is None for c in cells) and claim.kind != "antall":
        raise Unresolved("kilden sier ikke hvor mange kommuner som er spurt")
    if clause.answered:
        groups = [[c.answered() for c in group] for group in groups]
    test = _test(claim)
    if test is None:
        raise Unresolved(f"«{claim.number}» er ikke et helt antall")
    each = [c for group in groups for c in group]
    holds = all(test(c.tall, c.nevner or 0) and (not _needs_all(claim) or c.all_answered) for c in each)
    if holds and reading.scope == EVERY:
        holds = all(test(j, g[0].nevner or 0) for g in groups for j in _joint(g))
    if holds and reading.scope == GENERAL and (extra := _any_written(reading, facts)):
        holds = all(test(c.tall, c.av) for c in extra)
    if holds:
        return Judged(True, cells)
    if claim.bound == "forbehold":
        return Judged(None, cells, "et omtrentlig tall kan ikke prøves mot et nøyaktig")
    if claim.kind in {"av", "prosent"} and (why := _near_miss(claim, groups, resolved, facts)):
        return Judged(None, cells, why)
    exact = None if claim.word is None or claim.word.all_answered else claim.word.true_in
    if exact is not None and exact.low == exact.high:
        if all(abs(c.share - exact.low) <= Fraction(1, 20) for c in each):
            return Judged(None, cells, "omtrent, men ikke nøyaktig")
    possible = _possible(claim, reading, groups, test, named, alone)
    if not possible:
        return Judged(False, cells)
    if _needs_all(claim) and test(1, 1) and any(c.tall < c.av and _silent([c]) for c in each):
        return Judged(None, cells, "ingen har svart nei, men ikke alle har svart")
    return Judged(None, cells, _some(cells, each, test, facts))


def _some(cells: Sequence[Cell], counted: Sequence[Cell], test: Test, facts: Facts) -> str:
    """Which of several numbers a claim fits, for one that fits only some."""
    fits = [test(c.tall, c.nevner or 0) for c in counted]
    if all(fits) or not any(fits) or len({c.code(facts.roles.part) for c in cells}) < 2:
        return ""
    return _told_apart(cells, fits, facts)


def _told_apart(cells: Sequence[Cell], fits: Sequence[bool], facts: Facts) -> str:
    """«stemmer for NAV (kvinner), men ikke for politiet (menn)», a few of each."""

    def names(wanted: bool) -> str:
        found = [
            f"{facts.partner(c)} ({c.slag}) {c.verdi}" for c, fit in zip(cells, fits, strict=True) if fit is wanted
        ]
        return ", ".join(found[:4]) + (f" og {len(found) - 4} til" if len(found) > 4 else "")

    return f"stemmer for {names(True)}, men ikke for {names(False)}"


def _needs_all(claim: Claim) -> bool:
    return claim.word is not None and claim.word.all_answered


def _test(claim: Claim) -> Test | None:
    """A claim about a share or a count as a question to (yes, base); None for a count that is no whole number."""
    if claim.word is not None and (range_ := claim.word.true_in) is not None:
        return lambda k, n: Fraction(k, n) in range_
    number = Fraction(claim.number)
    if claim.kind == "prosent":
        decimals = len(claim.number.partition(".")[2])
        value: Callable[[int, int], Fraction | int] = lambda k, n: round_half_away(Fraction(100 * k, n), decimals)  # noqa: E731
    elif number.denominator != 1:
        return None
    elif claim.kind == "unntak":
        return lambda k, n: n - k == number
    else:
        value = lambda k, n: k  # noqa: E731
    compare = {
        "minst": lambda a: a >= number,
        "over": lambda a: a > number,
        "hoyst": lambda a: a <= number,
        "under": lambda a: a < number,
    }.get(claim.bound, lambda a: a == number)
    if claim.kind == "av":
        return lambda k, n: compare(k) and str(n) == claim.base
    return lambda k, n: compare(value(k, n))


def _near_miss(claim: Claim, groups: Sequence[Sequence[Cell]], resolved: Resolved, facts: Facts) -> str:
    """Why a count or a percentage that does not fit may still be right in another sense; empty when it may not."""
    cells = [c for group in groups for c in group]
    if claim.kind == "prosent":
        unit = Fraction(1, 10 ** len(claim.number.partition(".")[2]))
        if any(abs(100 * c.share - Fraction(claim.number)) < unit for c in cells):
            return "tallet kan være avrundet på en annen måte"
        answered = [c.answered() for c in cells if c.answered().nevner]
        if any(abs(100 * c.share - Fraction(claim.number)) < unit for c in answered):
            return "tallet stemmer for dem som har svart, men setningen sier det ikke"
        return ""
    for c in cells:
        said = {c.answered().nevner, c.av - c.silent}
        if claim.base in set(map(str, said)) and claim.base != str(c.nevner):
            return "basen kan være dem som har svart; setningen sier det ikke"
    if not resolved.named_year:
        for c in cells:
            for year, other in sorted(facts.series[c.series].items()):
                if (str(other.verdi), str(other.nevner)) == (claim.number, claim.base):
                    return f"tallene er de for {year}; setningen sier ikke hvilket år den gjelder"
    return ""


def _joint(group: Sequence[Cell]) -> range:
    """How many services may have said yes to all of several partners."""
    base = group[0].nevner
    counts = [c.tall for c in group]
    return range(max(0, sum(counts) - (len(counts) - 1) * (base or 0)) if base else 0, min(counts) + 1)


def _any_written(reading: Reading, facts: Facts) -> list[Cell]:
    if reading.form not in facts.roles.any_of:
        return []
    return [facts.cell(facts.roles.any_of[reading.form], g, "", "", reading.aar) for g in reading.groups]


def _counts(group: Sequence[Cell], reading: Reading) -> list[int]:
    """Every count that a group may have in some meaning of the reading."""
    counts, base = [c.tall for c in group], group[0].nevner
    found = set(_joint(group)) if len(group) > 1 else set(counts)
    if reading.scope == GENERAL:
        found |= set(range(min(found), min(base or sum(counts), sum(counts)) + 1))
    return sorted(found)


def _silent(group: Sequence[Cell]) -> bool:
    """Whether none said no: those who did not answer, or did not know, may be with the rest."""
    return all(c.tall + c.silent == c.nevner for c in group)


def _possible(claim: Claim, reading: Reading, groups: list, test: Test, named: bool, alone: bool) -> bool:
    """Whether some meaning makes the claim true."""
    each = [[test(c.tall, c.nevner or 0) for c in group] for group in groups]
    within = [
        all(told)
        or any(test(j, group[0].nevner or 0) for j in _counts(group, reading))
        or (_needs_all(claim) and test(1, 1) and _silent(group))
        for told, group in zip(each, groups, strict=True)
    ]
    if not alone and (any(any(told) for told in each) or any(within)):
        return True
    if claim.kind == "antall" and not named and len(groups) > 1:
        low = max(min(_counts(g, reading)) for g in groups)
        high = sum(max(_counts(g, reading)) for g in groups)
        return any(within) or any(test(j, 0) for j in range(low, high + 1))
    if all(within):
        return True
    if len(groups) > 1 and claim.kind != "av":
        options = [_counts(g, reading) for g in groups]
        base = sum(g[0].nevner or 0 for g in groups)
        return any(test(j, base) for j in range(sum(o[0] for o in options), sum(o[-1] for o in options) + 1))
    return False


def _base(claim: Claim, reading: Reading, resolved: Resolved, facts: Facts) -> Judged:
    cells = tuple(group[0] for group in facts.cells(reading))
    bases = [str(c.nevner) for c in cells]
    if all(b == claim.number for b in bases) or (not resolved.named_group and claim.number in bases):
        return Judged(True, tuple(c for c in cells if str(c.nevner) == claim.number))
    if not resolved.named_group or not resolved.named_year or len(bases) > 1:
        raise Unresolved(f"{claim.number} er ikke antallet tilbud i noen av gruppene det kan gjelde")
    return Judged(False, cells)


def _starts(clause: Clause, reading: Reading, facts: Facts, points: int) -> tuple[list[int], bool]:
    """The years that a change may be counted from, and whether the sentence names it."""
    if clause.periods or clause.then:
        found = [a for a, _ in clause.periods] or clause.then
        if len(found) > 1:
            raise Unresolved("setningen sammenlikner med flere år")
        return found, True
    series = facts.series[facts.cells(reading)[0][0].series]
    return [y for y, c in series.items() if c.open and y <= reading.aar - points + 1], False


def _unit(cell: Cell, start: int, facts: Facts) -> tuple[Cell, ...]:
    if start >= cell.aar:
        raise Unresolved(f"{start} er ikke før {cell.aar}")
    group, partner, form = (cell.code(name) for name in (facts.roles.kind, facts.roles.part, facts.roles.form))
    years = range(start, cell.aar + 1)
    return tuple(facts.cell(cell.statistikk.id, group, partner, form, year) for year in years)


def _over_time(claim: Claim, clause: Clause, reading: Reading, facts: Facts) -> Judged:
    groups = facts.cells(reading)
    trend = claim.kind == "trend"
    years, named = _starts(clause, reading, facts, 3 if trend else 2)
    if not years:
        raise Unresolved("tallene har ikke et år å sammenlikne med")
    now = [c for group in groups for c in group]
    if claim.kind == "vanlighet" and any(c.nevner is None for c in now):
        raise Unresolved("kilden sier ikke hvor mange kommuner som er spurt")
    answers, units = [], []
    for start in years:
        units = [_unit(c, start, facts) for c in now]
        pairs = [(u[-1], u[0]) for u in units]
        answers.append(_trend(claim, clause, units, facts) if trend else _change(claim, pairs, facts))
    spoken = units if len(years) == 1 else [_unit(c, years[0], facts) for c in now]
    cells = tuple(c for u in spoken for c in (u if trend else (u[-1], u[0])))
    remark = "" if claim.kind != "endring" else _changed_base([(u[-1], u[0]) for u in spoken])
    truths = {a for a, _ in answers}
    truth = truths.pop() if len(truths) == 1 else None
    if reading.scope == GENERAL and truth is False and reading.form:
        truth = None
    why = ""
    if truth is None and reading.scope == GENERAL:
        why = "setningen sier ikke hvem det er med, og svaret er ikke det samme for alle"
    elif truth is None and not named and len(years) > 1:
        why = "svaret er ikke det samme for alle år det kan regnes fra"
    if trend and truth is False:
        why = _two_points(now, facts) if any(w for _, w in answers) else ""
    return Judged(truth, cells, why, remark if truth else "", trend and truth is False and any(w for _, w in answers))


def _changed_base(pairs: Iterable[tuple[Cell, Cell]]) -> str:
    changed = dict.fromkeys(
        f"merk: basen er endret fra {b.nevner} til {a.nevner}" for a, b in pairs if not same_base((a, b))
    )
    return "; ".join(changed)


def _change(claim: Claim, pairs: list, facts: Facts) -> tuple[bool | None, bool]:
    rule, limits = claim.said.rule, facts.limits
    if claim.number:
        if Fraction(claim.number).denominator != 1:
            raise Unresolved(f"«{claim.number}» er ikke et helt antall")
        wanted = int(claim.number) * (1 if rule == "opp" else -1)
        answers = [difference(p) == wanted for p in pairs]
        pooled = sum(difference(p) for p in pairs) == wanted
        return (True if all(answers) else None if any(answers) or pooled else False), False
    answers = [RULES[rule](p, limits) for p in pairs]
    if all(answers):
        return True, False
    other = [_may_hold(rule, p, limits) for p in pairs]
    summed = (_summed([p[0] for p in pairs]), _summed([p[1] for p in pairs]))
    if any(other) or (len(pairs) > 1 and _may_hold(rule, summed, limits)):
        return None, False
    return False, False


def _summed(cells: Sequence[Cell]) -> Cell:
    base = None if cells[0].nevner is None else sum(c.av for c in cells)
    return cells[0]._replace(verdi=sum(c.tall for c in cells), nevner=base)


def _may_hold(rule: str, pair: tuple[Cell, Cell], limits: Mapping[str, Fraction]) -> bool:
    """Whether a change holds in count or in share."""
    count = difference(pair)
    share = share_difference(pair) if pair[0].nevner is not None else Fraction(count)
    up = count > 0 or share > 0
    down = count < 0 or share < 0
    little = abs(share) <= limits["litt_andel"] or abs(count) <= max(
        limits["litt_antall"], limits["litt_andel"] * (pair[0].nevner or 0)
    )
    if rule in {"opp", "vanligere"}:
        return up if rule == "opp" else share > 0
    if rule in {"ned", "mindre_vanlig"}:
        return down if rule == "ned" else share < 0
    if rule == "litt_opp":
        return up and little
    if rule == "litt_ned":
        return down and little
    return abs(share) <= limits["litt_andel"] if rule == "like_vanlig" else count == 0 or share == 0


def _modes(unit: tuple[Cell, ...], clause: Clause) -> list[tuple[Cell, ...]]:
    """A series as shares (which only differ from counts when the base changed) and as counts, the named one first."""
    counts = tuple(c._replace(nevner=unit[-1].nevner) for c in unit)
    return {"antall": [counts], "andel": [unit]}.get(clause.mode, [unit, counts])


def _trend(claim: Claim, clause: Clause, units: list, facts: Facts) -> tuple[bool | None, bool]:
    """Whether a trend word holds, and whether the series at least ends on the right side of where it began."""
    rule, limits = claim.said.rule, facts.limits
    told = [[RULES[rule](mode, limits) for mode in _modes(unit, clause)] for unit in units]
    if all(t[0] for t in told):
        return True, False
    if any(any(t) for t in told):
        return None, False
    sign = {"okende": 1, "synkende": -1}.get(rule, 0)
    weak = bool(sign) and any(
        (m[0].nevner and m[-1].nevner and sign * (m[-1].share - m[0].share) > 0) or sign * (m[-1].tall - m[0].tall) > 0
        for m in units
    )
    return False, weak


def _two_points(now: Sequence[Cell], facts: Facts) -> str:
    """What the last two years say, for a trend word that the series does not give."""
    moves = []
    for cell in now[:4]:
        before = facts.series[cell.series].get(cell.aar - 1)
        if before and before.open:
            way = "opp" if cell.tall > before.tall else "ned" if cell.tall < before.tall else "uendret"
            moves.append(f"{cell.slag} {before.verdi}→{cell.verdi} ({way})")
    return f"fra {now[0].aar - 1} til {now[0].aar}: {', '.join(moves)}; to år er ingen utvikling" if moves else ""


def _same_but(cell: Cell, series: Series, dimension: str) -> bool:
    """Whether a series differs from a cell in one dimension at most."""
    told = zip(cell.statistikk.per, cell.koder, series[1], strict=False)
    return series[0] == cell.statistikk.id and all(name == dimension or one == other for name, one, other in told)


def _extreme(claim: Claim, clause: Clause, reading: Reading, facts: Facts) -> Judged:
    """Highest or lowest among the forms, or among the partners, whichever the clause names."""
    sign = 1 if claim.said.rule == "hoyest" else -1
    forms = clause.forms
    ways = []
    if len(forms) == 1 and reading.statistic == facts.roles.detail:
        ways.append("form")
    if reading.scope == LISTED and clause.partners:
        ways.append("part")
    if not ways:
        raise Unresolved(f"setningen sier ikke hva som er «{claim.said.forms[0]}»")
    groups, answers, spoken = facts.cells(reading), [], []
    for way in ways:
        for group in groups:
            named = {c.code(facts.roles.part) for c in group}
            for cell in group:
                dimension = facts.roles.form if way == "form" else facts.roles.part
                besides = {cell.code(dimension)} if way == "form" else named
                beside = [s for key, s in facts.series.items() if _same_but(cell, key, dimension)]
                others = [s[cell.aar] for s in beside if cell.aar in s and s[cell.aar].code(dimension) not in besides]
                others = [o for o in others if o.open]
                ahead = [sign * (cell.tall - o.tall) for o in others]
                answers.append(all(a > 0 for a in ahead) or (None if all(a >= 0 for a in ahead) else False))
                spoken += [cell, *others]
    cells = tuple(dict.fromkeys(spoken))
    if all(a is True for a in answers):
        return Judged(True, cells)
    # «Av politi og barnehus er politi vanligst», «ikke-skriftlige avtaler er vanligst» (av avtalene): fewer compared.
    narrow = len(clause.partners) > 1 or bool(facts.alike.intersection(forms[:1]))
    return Judged(False if all(a is False for a in answers) and not narrow else None, cells)
