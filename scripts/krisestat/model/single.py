"""Answers of single units: which numbers would let somebody work one out from all that is published.

What is known of the answers is how many of some of them are the counted one: a number of a table is about the units of
a group and one question, and what is told of one unit, about all its questions. The attacker is a linear program
(HiGHS). The two kinds of number are two families of sets, within each of which two sets are apart or one within the
other; so its extremes are whole numbers, and it finds all that can be found. Source: docs/metode.md, «Samarbeidsavtaler
mellom kommuner».
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from krisestat.base.contracts import Row
from krisestat.model.declared import Cubes, Model, Questions, Statistic

# The protection of what must not be shown one by one, and what the policy calls its rules.
AGREEMENT, AGREEMENTS = "avtale", "avtaler"
# One unit and the codes of one question.
Answer = tuple[str, ...]
# Where a number of a table stands: the codes of its dimensions without the answer, and the year.
Place = tuple[Any, ...]
# Some answers, and between which numbers of them are the counted one.
Told = tuple[Sequence[Answer], int, int]


@dataclass(frozen=True)
class Single:
    """The answers of one year to the questions of a statistic: `counted`, whether each answer that counts is the
    counted one; `places`, the answers behind each number of its table; `units`, how many units there are at each."""

    counted: dict[Answer, bool] = field(default_factory=dict)
    places: dict[Place, list[Answer]] = field(default_factory=dict)
    units: dict[Place, int] = field(default_factory=dict)

    def of_table(self, places: Iterable[Place]) -> Iterator[Told]:
        """What numbers of the table tell."""
        for place in places:
            yes = sum(self.counted[one] for one in self.places[place])
            yield self.places[place], yes, yes

    def of_units(self) -> Iterator[Told]:
        """What is told of each unit by itself: how many of its answers are the counted one, or, where that is nearly
        all of them or nearly none, that it is."""
        own: dict[str, list[Answer]] = {}
        for one in self.counted:
            own.setdefault(one[0], []).append(one)
        for answers in own.values():
            yes = sum(self.counted[one] for one in answers)
            if may_be_told(yes, len(answers)):
                yield answers, yes, yes
            else:
                yield (answers, 0, 1) if yes <= 1 else (answers, len(answers) - 1, len(answers))


def may_be_told(yes: int, count: int) -> bool:
    """Whether it may be told how many of one unit's answers are the counted one: not when it is all of them or none,
    nor all but one or one, so that it does not follow which from not being told."""
    return 2 <= yes <= count - 2


def place_of(statistic: Statistic, row: Row) -> Place:
    """Where a number stands. Parameters: `row`, an observation."""
    return (*(row[name] for name in statistic.per if name != statistic.answer_dim), row["aar"])


def counted_answer(statistic: Statistic) -> str:
    """The answer that is counted: the declared one, or the first of those that divide the table."""
    return str(statistic.svar.get("teller") or next(iter(statistic.answers.koder if statistic.answers else ())))


def single_answers(
    statistic: Statistic, asked: Questions, rows: Iterable[Row], cube: Iterable[Row]
) -> dict[int, Single]:
    """The answers behind a table, by year.

    Parameters: `asked`, the questions of its source; `rows`, coded answers; `cube`, its true numbers. Answers that
    stand outside the base count for nothing, and are taken to be known.
    """
    roles = statistic.answers.roller if statistic.answers else {}
    outside = {code for code, role in roles.items() if role in ("utenfor", "ikke_spurt")}
    dims = [name for name in statistic.per if name != statistic.answer_dim]
    own = [name for name in dims if name not in asked.bakgrunn]
    question, yes = statistic.svar.get("sporsmaal", statistic.id), counted_answer(statistic)
    found: dict[int, Single] = {}
    by_codes: dict[Place, list[Answer]] = {}
    where = statistic.svar.get("der", {})
    for row in rows if "minst_en" not in statistic.svar else ():  # of those, nothing is known here, and nothing told
        if row["sporsmaal"] == question and all(row[name] == code for name, code in where.items()):
            one = (*(row[name] for name in asked.enhet), *(row[name] for name in own))
            by_codes.setdefault(place_of(statistic, row), []).append(one)
            single = found.setdefault(row["aar"], Single())
            if row["svar"] not in outside:
                single.counted[one] = row["svar"] == yes
    for place in dict.fromkeys(place_of(statistic, row) for row in cube):
        if place[-1] in found:
            single = found[place[-1]]
            wholes = [code == statistic.per[name].total for name, code in zip(dims, place, strict=False)]
            every = [
                one
                for codes, answers in by_codes.items()
                if codes[-1] == place[-1]
                and all(whole or a == b for whole, a, b in zip(wholes, codes, place, strict=False))
                for one in answers
            ]
            single.units[place] = len(every)
            single.places[place] = [one for one in every if one in single.counted]
    return found


def with_others(
    model: Model, behind: Mapping[str, Mapping[int, Single]], name: str, aar: int, told: Iterable[Place]
) -> tuple[Single, set[Place]]:
    """The answers of a statistic and year with what other tables of the same question tell of them, divided otherwise
    (by county beside by legal basis), and the places of those numbers.

    Parameters: `behind`, from `answers_behind`; `told`, the places that are told, each after its statistic.
    """
    single, told = behind[name][aar], set(told)
    found = {
        (other, *place): answers
        for other in same_question(model, behind, name)
        if other != name and aar in behind[other]
        for place, answers in behind[other][aar].places.items()
        if (other, *place) in told and single.counted.keys() >= {*answers}
    }
    return replace(single, places={**single.places, **found}), set(found)


def same_question(model: Model, behind: Iterable[str], name: str) -> list[str]:
    """The statistics that count the same answer to the same question as one of them."""

    def question(of: Statistic) -> tuple[str, str, str]:
        return of.kilde, of.svar.get("sporsmaal", of.id), counted_answer(of)

    return [other for other in behind if question(model[other]) == question(model[name])]


def derived(counted: Mapping[Answer, bool], told: Iterable[Told]) -> set[Answer]:
    """The answers that follow from what is told. Parameters: `counted`, the true answers; `told`, true numbers.

    An answer can be otherwise when there is a way from the true ones along which it moves and no told number leaves its
    bounds. Two such ways together are one, of any length, so one program finds all that can move: each answer has a
    step of at most one, which counts, and what it moves beyond that.
    """
    import highspy
    import numpy as np

    cells = sorted(counted)
    at, count = {one: n for n, one in enumerate(cells)}, len(cells)
    away = np.array([-1.0 if counted[one] else 1.0 for one in cells])
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.addVars(2 * count, np.zeros(2 * count), np.repeat([1.0, highspy.kHighsInf], count))
    model.changeColsCost(count, np.arange(count, dtype=np.int32), -np.ones(count))
    for answers, low, high in told:
        where, yes = np.array(sorted(at[one] for one in answers), dtype=np.int32), sum(counted[one] for one in answers)
        bounds = 0.0 if yes == low else -highspy.kHighsInf, 0.0 if yes == high else highspy.kHighsInf
        model.addRow(*bounds, 2 * len(where), np.append(where, where + count), np.tile(away[where], 2))
    model.run()
    return {cells[n] for n in np.flatnonzero(np.array(model.getSolution().col_value[:count]) < 0.5).tolist()}


def choose_places(single: Single, least: int, out: set[Place], of_units: bool) -> set[Place]:
    """The places of a table whose numbers may be told, so that no answer follows from them.

    Parameters: `least`, how many units and answers a number must be of; `out`, the places that everybody knows;
    `of_units`, whether something is told of each unit by itself. A number is hidden when it is of too few, when the
    answers are all alike, and when one could be worked out from it and what is told already; those of the most answers
    come first.
    """
    shown = out & single.places.keys()
    enough = {place for place, units in single.units.items() if units >= least}
    for place in sorted(enough - shown, key=lambda one: (-len(single.places[one]), str(one))):
        wanted, answers = shown | {place}, {*single.places[place]}
        if answers and not _varied(single, answers, least):  # one that was put to nobody tells nothing of an answer
            continue
        apart = not of_units and all(answers.isdisjoint(single.places[other]) for other in shown)
        if apart or not revealed(single, wanted, out, least, of_units):
            shown = wanted
    return shown


def revealed(single: Single, told: set[Place], out: set[Place], least: int, of_units: bool) -> set[Answer]:
    """The answers that could be worked out, or are of too few to be told, and were not so before.

    Parameters: `told`, the places whose numbers are told; the rest as for `choose_places`.
    """
    out = out & single.places.keys()
    few = _few(single, told, least) - _few(single, out, least)
    beside = single.of_units() if of_units else ()
    found = derived(single.counted, [*single.of_table(told), *beside]).union(*few)
    return found - derived(single.counted, single.of_table(out)) if found and out else found


def _varied(single: Single, answers: Iterable[Answer], least: int) -> bool:
    """Whether answers are enough, and not all alike."""
    told = [single.counted[one] for one in answers]
    return len(told) >= least and any(told) and not all(told)


def _few(single: Single, shown: set[Place], least: int) -> set[frozenset[Answer]]:
    """The few answers that are left of a number when those that are told of some of its answers are taken from it."""
    sets = {place: frozenset(single.places[place]) for place in shown}
    rests = (whole.difference(*(part for part in sets.values() if part < whole)) for whole in sets.values())
    return {rest for rest in rests if 0 < len(rest) < least}


def answers_behind(
    model: Model, cubes: Cubes, answers: Mapping[str, Sequence[Row]], policy: Mapping[str, Any]
) -> dict[str, dict[int, Single]]:
    """The answers behind every table whose numbers must not show a single unit, by statistic and year.

    Parameters: `cubes`, the true numbers; `answers`, coded answers by source; `policy`, which says what is public of
    each unit whatever the tables say.
    """
    return {
        one.id: single_answers(one, model.kilder[one.kilde], answers.get(one.kilde, ()), cubes.get(one.id, ()))
        for one in model.statistikk.values()
        if one.enhet.vern == AGREEMENT and one.svar and one.id not in policy[AGREEMENTS]["offentlig"]
    }
