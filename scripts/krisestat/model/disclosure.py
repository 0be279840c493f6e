"""Confidentiality: what may leave `statistikk` for `utdata`. The protection of a number follows what it counts.

Institutions are public: their numbers pass as they are. Counts of persons are hidden where they are small, and so are
the cells that would reveal them (secondary suppression). Which ones is solved exactly, for all statistics on persons of
a year together: the cheapest set for which no one who knows everything published can place a hidden number within a
narrower span than the policy allows. Numbers on agreements are hidden where they would show a single one.

The proof is by linear programs (HiGHS). The choice is an integer program over the cells, to which each attack that
still succeeds adds the inequality that stops it, until none does (Fischetti and Salazar: cutting planes from the
attacker's dual). HiGHS is imported only when something must be hidden. Source: docs/metode.md, «Konfidensialitet».
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList
from krisestat.model.declared import Cubes, Model, Statistic
from krisestat.model.single import (
    AGREEMENT,
    AGREEMENTS,
    Place,
    Single,
    choose_places,
    place_of,
    same_question,
    with_others,
)

POLICY = "data/raw/codebooks/konfidensialitet.yaml"
PERSON = "person"
HIDDEN, PUBLISHED = "undertrykt", "publisert"
# One unit of cost against all the lots that break ties together: fewer than 2**8 extra cells, lots under 2**10.
_UNIT, _LOTS = 2**18, 2**10
_TOLERANCE = 1e-6
# What it costs to hide a cell of a marginal that the policy does not name.
_COST = 100

# The id of a cell names it; its statistic, codes and year are looked up where they are needed.
Key = str
# Cells with their statistic and observation.
Rows = Mapping[Key, tuple[Statistic, Row]]


@dataclass(frozen=True)
class Out:
    """What published editions have told of the numbers of today: `numbers`, the last one of each cell that was not
    corrected since, and `withdrawn`, the cells whose number was taken back."""

    numbers: Mapping[Key, int]
    withdrawn: frozenset[Key] = frozenset()

    def tells(self, cell: Key, number: int | None) -> bool:
        """Whether a number of a cell is out."""
        return number is not None and self.numbers.get(cell) == number


NOTHING_OUT = Out({})


@dataclass(frozen=True)
class Tables:
    """Tables that share cells.

    `cells`, all cells, published or not; `sums`, a total and its parts; `at_most`, pairs of which the first is never
    larger than the second. Every cell is a whole number from 0.
    """

    cells: tuple[Key, ...]
    sums: tuple[tuple[Key, tuple[Key, ...]], ...]
    at_most: tuple[tuple[Key, Key], ...]


@dataclass(frozen=True)
class Persons:
    """The numbers of persons of one year, as the protection sees them.

    `values`, the true number of every cell; `rows`, its statistic and observation; `tables`, how they hang together;
    `printed`, the cells that the declarations let tables print; `known`, cells that are out: in print, or in an edition
    that was published; `withdrawn`, those that are not to be repeated.
    """

    values: Mapping[Key, int]
    rows: Rows
    tables: Tables
    printed: frozenset[Key]
    known: frozenset[Key]
    withdrawn: frozenset[Key]

    def whole(self, key: Key, name: str, statistic: Statistic) -> Key:
        """The cell of a statistic at a cell's code of one dimension, and at the whole of the others."""
        _, row = self.rows[key]
        place = {d: codes.total for d, codes in statistic.per.items()} | {name: row[name], "aar": row["aar"]}
        return statistic.cell(place)


def persons(model: Model, cubes: Cubes, out: Out = NOTHING_OUT) -> dict[int, Persons]:
    """The numbers of persons by year: all statistics whose unit is a person's, together.

    Parameters: `cubes`, the true numbers; `out`, what editions have told. A number that is out and is not the true one
    tells nothing of it. Raises `Problems` where statistics that count the same disagree.
    """
    years: dict[int, dict[Key, tuple[Statistic, Row]]] = {}
    for statistic in model.statistikk.values():
        if statistic.enhet.vern == PERSON:
            for row in cubes.get(statistic.id, ()):
                if row["verdi"] is not None:
                    years.setdefault(row["aar"], {})[statistic.cell(row)] = (statistic, row)
    found, problems = {}, ProblemList()
    for aar, rows in sorted(years.items()):
        values = {key: int(row["verdi"]) for key, (_, row) in rows.items()}
        printed = frozenset(key for key, (statistic, row) in rows.items() if statistic.printed(row))
        known = {key for key, (_, row) in rows.items() if row["opphav"] == PUBLISHED}
        known |= {key for key, n in values.items() if out.tells(key, n)}
        (same, narrower), at_most = _of_one_unit(rows), tuple(_bounds(rows, model))
        for key, other in same:
            if values[key] != values[other]:
                _told_twice(key, other, values, problems)
        sums = [*_sums(rows, values), *((key, (other,)) for key, other in same)]
        for key, other in narrower:
            if (rest := values[other] - values[key]) >= 0:  # else they are no part of it: others, in the same unit
                sums.append((other, (key, _rest(rows, values, key, other, rest))))
        tables = Tables(tuple(values), tuple(sums), at_most)
        found[aar] = Persons(values, rows, tables, printed, frozenset(known), out.withdrawn & values.keys())
    problems.raise_if_any()
    return found


def _rest(rows: dict[Key, tuple[Statistic, Row]], values: dict[Key, int], of: Key, whole: Key, number: int) -> Key:
    """A cell for what is left of a whole, which no table has: persons all the same. Returns its name."""
    name = f"{whole}/uten/{of}"
    rows[name], values[name] = rows[of], number
    return name


def _sums(rows: dict[Key, tuple[Statistic, Row]], values: dict[Key, int]) -> list[tuple[Key, tuple[Key, ...]]]:
    """A whole and its parts. Parts that nobody has the number of are together a cell of their own (`_rest`)."""
    sums: dict[tuple[Key, str], list[Key]] = {}
    for key, (statistic, row) in rows.items():
        for name in statistic.divided:
            if row[name] != statistic.per[name].total:
                sums.setdefault((statistic.cell({**row, name: statistic.per[name].total}), name), []).append(key)
    found = []
    for (whole, _), parts in sums.items():
        rest = values.get(whole, 0) - sum(values[part] for part in parts)
        if rest > 0:
            parts.append(_rest(rows, values, parts[0], whole, rest))
        if whole in rows and rest >= 0:
            found.append((whole, tuple(parts)))
    return found


def _bounds(rows: Rows, model: Model) -> list[tuple[Key, Key]]:
    """What is never larger than something else."""
    found = []
    for key, (statistic, row) in rows.items():
        above = model.statistikk.get(statistic.said.get("hoyst", ""))
        if above and (larger := above.cell(row)) in rows:
            found.append((key, larger))
    return found


def _of_one_unit(rows: Rows) -> tuple[list[tuple[Key, Key]], list[tuple[Key, Key]]]:
    """Pairs of cells that tell of the same persons: those that tell the same number, and those of which the first is of
    some of them, as its statistic says («avgrenset»)."""
    first: dict[tuple, Key] = {}
    same: list[tuple[Key, Key]] = []
    narrower: list[tuple[Key, Key]] = []
    for every in (True, False):
        for key, (statistic, row) in rows.items():
            if every == bool(statistic.avgrenset):
                continue
            divides = ((name, codes) for name, codes in statistic.per.items() if row[name] != codes.total)
            place = frozenset((codes.kapittel, name, row[name]) for name, codes in divides)
            counted = (statistic.enhet.id, place)
            other = first.setdefault(counted, key) if every else first.get(counted)
            if other and other != key:
                (same if every else narrower).append((key, other))
    return same, narrower


def _told_twice(key: Key, other: Key, values: Mapping[Key, int], problems: ProblemList) -> None:
    problems.add(
        "klargjort",
        f"{key} og {other}",
        f"{values[key]} og {values[other]}",
        "det samme tallet: begge teller den samme enheten",
        "Finn ut hvilken kilde som er feil. Teller den ene bare noen av dem, si det med «avgrenset».",
    )


def primary(own: Persons, model: Model, policy: Mapping[str, Any]) -> dict[Key, int]:
    """The cells that must be protected, each with the span that an attacker must be left with: small counts anywhere,
    every printed number of what has little to count in all, and what is withdrawn. What is out, or follows from it,
    cannot be protected; where it leaves less than the span, that is what is left to protect."""
    rules = policy["personer"]
    lowest = 0 if rules["nuller"] == "skjules" else 1
    small = {key for key in own.rows if lowest <= own.values[key] < rules["minste_antall"]} | own.withdrawn
    spans = dict.fromkeys(sorted(small - own.known), rules["spenn"]["antall"])
    for key in own.printed - own.known:
        statistic, row = own.rows[key]
        for name, rule in rules["smaa"].items():
            if name in statistic.per and row[name] != statistic.per[name].total:
                measure = model.statistikk.get(rule["etter"])
                size = own.values.get(own.whole(key, name, measure)) if measure else None
                if size is not None and size < rule["minst"]:
                    spans[key] = max(rules["spenn"]["smaa"], spans.get(key, 0))
    if not spans or not own.known:
        return spans
    attacker = Attacker(own.tables, 3 * max(own.values.values()) + max(spans.values()))
    attacker.know(own.values, set(own.values) - own.known)
    left = {key: high - low for key in sorted(spans) for low, high in [attacker.span(key)]}
    return {key: min(span, left[key]) for key, span in spans.items() if left[key]}


def costs(own: Persons, policy: Mapping[str, Any]) -> dict[Key, int]:
    """What hiding each printed cell costs: the policy's cost of its marginal, and a fixed lot by the cell's name that
    no two sets share."""

    def lot(key: Key) -> int:
        return int.from_bytes(hashlib.sha256(key.encode("utf-8")).digest()[:4], "big") % _LOTS

    def cost(key: Key) -> int:
        statistic, row = own.rows[key]
        divides = [name for name, codes in statistic.per.items() if row[name] != codes.total]
        return int(policy["personer"]["kostnad"].get("+".join(divides) or "i_alt", _COST))

    return {key: cost(key) * _UNIT + lot(key) for key in own.printed}


class Attacker:
    """Knows how the tables hang together and some of their numbers, and bounds the others by linear programs.

    Parameters: `tables`; `ceiling`, what no cell can exceed. Every number is hidden until `know` tells it.
    """

    def __init__(self, tables: Tables, ceiling: int):
        import highspy
        import numpy as np

        self.cells, self._ceiling = tables.cells, ceiling
        self._place = {cell: n for n, cell in enumerate(tables.cells)}
        place = self._place
        self._rows = [{place[total]: 1.0, **{place[p]: -1.0 for p in parts}} for total, parts in tables.sums]
        self._sums = len(self._rows)
        self._rows += [{place[low]: 1.0, place[high]: -1.0} for low, high in tables.at_most]
        self._optimal = highspy.HighsModelStatus.kOptimal
        model = self._model = _silent(highspy)
        # The linear programs are small, and each differs little from the one before: start where that one ended.
        model.setOptionValue("presolve", "off")
        model.addVars(len(self.cells), np.zeros(len(self.cells)), np.full(len(self.cells), float(ceiling)))
        for n, row in enumerate(self._rows):
            low = 0.0 if n < self._sums else -highspy.kHighsInf
            model.addRow(low, 0.0, len(row), np.array(list(row), dtype=np.int32), np.array(list(row.values())))

    def know(self, values: Mapping[Key, int], hidden: Iterable[Key]) -> None:
        """Let the attacker know every number of `values` but those of `hidden`."""
        unknown = set(hidden)
        for n, cell in enumerate(self.cells):
            if cell in unknown or cell not in values:
                self._model.changeColBounds(n, 0.0, float(self._ceiling))
            else:
                self._model.changeColBounds(n, float(values[cell]), float(values[cell]))

    def span(self, cell: Key) -> tuple[int, int]:
        """The lowest and the highest whole number that the attacker must allow for in a cell.

        Raises `ArithmeticError` if no numbers at all agree with what the attacker knows.
        """
        return _whole(self._extreme(cell, 1.0)[0], self._extreme(cell, -1.0)[0])

    def _extreme(self, cell: Key, direction: float) -> tuple[float, Sequence[float]]:
        """A cell's lowest (1) or highest (-1) value, and the multipliers of the rows that prove it."""
        model, n = self._model, self._place[cell]
        model.changeColCost(n, direction)
        model.run()
        status, found = model.getModelStatus(), model.getSolution()
        model.changeColCost(n, 0.0)
        if status != self._optimal:
            raise ArithmeticError(f"no numbers agree with what is published: {cell}")
        return list(found.col_value)[n], list(found.row_dual)

    def attack(self, cell: Key, span: int, values: Mapping[Key, int]) -> dict[Key, float] | None:
        """What would stop the attack on a cell, or None if it fails as it is.

        Parameters: `span`, what the attacker must be left with; `values`, the true numbers. Returns factors f such that
        the attack succeeds, whatever else is hidden, unless Σ f over the hidden cells is at least 1.
        """
        widths: dict[int, float] = {}
        bounds: list[float] = []
        slack = 0.0
        for direction in (1.0, -1.0):
            value, multipliers = self._extreme(cell, direction)
            bounds.append(value)
            reduced = {self._place[cell]: direction}
            for row, by in zip(self._rows, multipliers, strict=True):
                if abs(by) > _TOLERANCE:
                    for n, factor in row.items():
                        reduced[n] = reduced.get(n, 0.0) - by * factor
                    # Nothing for a sum, which holds exactly.
                    slack += abs(by * sum(factor * values[self.cells[n]] for n, factor in row.items()))
            for n, by in reduced.items():
                # A hidden cell moves the bound by how far it can move from its true value in the direction that helps.
                room = values[self.cells[n]] if by > 0 else self._ceiling - values[self.cells[n]]
                widths[n] = widths.get(n, 0.0) + abs(by) * room
        low, high = _whole(*bounds)
        if high - low >= span:
            return None
        # Bounds that are no whole numbers leave less than they reach; one more than the span leaves it in any case.
        wanted = span + (bounds[1] - bounds[0] >= span - _TOLERANCE) - slack
        return {self.cells[n]: min(1.0, w / wanted) for n, w in widths.items() if w > _TOLERANCE}


def _whole(low: float, high: float) -> tuple[int, int]:
    """The whole numbers within two bounds, which are themselves within the solver's tolerance."""
    return math.ceil(low - _TOLERANCE), math.floor(high + _TOLERANCE)


def _silent(highspy: Any) -> Any:
    """A solver that says nothing and works the same way each time."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    return model


def choose_hidden(
    tables: Tables,
    values: Mapping[Key, int],
    spans: Mapping[Key, int],
    printed: Iterable[Key],
    cost: Mapping[Key, int],
    known: Iterable[Key] = (),
) -> set[Key]:
    """The printed cells to hide: all that must be protected, and the cheapest others that protect them.

    Parameters: `values`, the true numbers of all cells; `spans`, the cells to protect and the span that an attacker
    must be left with; `printed`, the cells that would be printed if nothing were hidden; `cost`, whole numbers, of
    hiding each of them; `known`, cells that are out, so that hiding them protects nothing. Others that are
    not printed are unknown to the attacker anyway. Raises `ArithmeticError` if not even hiding all protects them.
    """
    candidates = set(printed)
    given = (set(tables.cells) - candidates - set(known)) | set(spans)
    if not spans:
        return set()
    free = sorted(candidates - given - set(known))
    attacker = Attacker(tables, 3 * max(values.values()) + max(spans.values()))
    master = _Cover([cost[c] for c in free])
    index = {c: n for n, c in enumerate(free)}
    # A cell that is hidden alone in a sum is known from the others: hiding it is of no use.
    for total, parts in tables.sums:
        for cell in (total, *parts):
            others = [c for c in (total, *parts) if c != cell]
            if cell in index and not any(c in given for c in others):
                master.follow(index[cell], [index[c] for c in others if c in index])
    extra: set[Key] = set()
    while True:
        attacker.know(values, given | extra)
        open_attacks = 0
        for cell in sorted(spans):
            factors = attacker.attack(cell, spans[cell], values)
            if factors is None:
                continue
            open_attacks += 1
            need = 1.0 - sum(f for c, f in factors.items() if c in given)
            if not master.require({index[c]: min(1.0, f / need) for c, f in factors.items() if c in index}):
                raise ArithmeticError(f"the cell cannot be protected: {cell}")
        if not open_attacks:
            return (given & candidates) | extra
        extra = {free[n] for n in master.solve()}


class _Cover:
    """The cheapest set that meets requirements «Σ factors over the set ≥ 1», which may come in parts."""

    def __init__(self, cost: Sequence[int]):
        import highspy
        import numpy as np

        self._np = np
        self._inf = highspy.kHighsInf
        model = self._model = _silent(highspy)
        model.setOptionValue("mip_rel_gap", 0.0)
        model.setOptionValue("mip_abs_gap", 0.5)
        count = len(cost)
        model.addVars(count, np.zeros(count), np.ones(count))
        for n, price in enumerate(cost):
            model.changeColCost(n, float(price))
            model.changeColIntegrality(n, highspy.HighsVarType.kInteger)

    def require(self, factors: Mapping[int, float]) -> bool:
        """Add a requirement; False if nothing could meet it."""
        places, np = sorted(factors), self._np
        if sum(factors.values()) < 1.0 - _TOLERANCE:
            return False
        weights = np.array([factors[n] for n in places])
        self._model.addRow(1.0, self._inf, len(places), np.array(places, dtype=np.int32), weights)
        return True

    def follow(self, member: int, others: Sequence[int]) -> None:
        """A member needs at least one of the others in the set."""
        places, np = [member, *others], self._np
        weights = np.array([-1.0, *[1.0] * len(others)])
        self._model.addRow(0.0, self._inf, len(places), np.array(places, dtype=np.int32), weights)

    def solve(self) -> list[int]:
        """The members of the cheapest set."""
        self._model.run()
        return [n for n, chosen in enumerate(list(self._model.getSolution().col_value)) if chosen > 0.5]


def hide(years: Mapping[int, Persons], model: Model, policy: Mapping[str, Any]) -> set[Key]:
    """The printed cells of all years that must not be shown.

    Years share no sums, so each is solved by itself. Raises `Problems` if the policy cannot be kept even by hiding
    everything.
    """
    hidden: set[Key] = set()
    for aar, own in years.items():
        spans = primary(own, model, policy)
        try:
            hidden |= choose_hidden(own.tables, own.values, spans, own.printed, costs(own, policy), own.known)
            hidden |= own.withdrawn & own.printed
        except ArithmeticError as error:
            problems = ProblemList()
            problems.add(
                "klargjort",
                str(aar),
                f"tall som ikke kan beskyttes ({error})",
                f"at spennene i {POLICY} kan holdes når noe skjules",
                "Trykk færre inndelinger for året («vises» i data/statistikk), eller slå sammen år.",
            )
            problems.raise_if_any()
    return hidden


def disclose(
    model: Model,
    cubes: Cubes,
    policy: Mapping[str, Any],
    out: Out = NOTHING_OUT,
    behind: Mapping[str, Mapping[int, Single]] | None = None,
) -> dict[str, list[Row]]:
    """The step `statistikk` → `utdata`: what may be printed, with the hidden numbers taken out.

    Parameters: `cubes`, the true numbers of every statistic; `out`, what editions have told; `behind`, the single
    answers (`answers_behind`), without which no number of theirs is told. A hidden observation has the status
    `undertrykt` whatever the reason: whether it is small itself, or protects another, is not told. Its origin is that
    of the source. Raises `Problems` as `persons` and `hide`.
    """
    hidden = hide(persons(model, cubes, out), model, policy)
    open_ = _open_places(model, cubes, policy[AGREEMENTS], out, behind or {})
    public: dict[str, list[Row]] = {}
    for name, rows in cubes.items():
        statistic = model[name]
        shown = [row for row in rows if statistic.printed(row)]
        if statistic.enhet.vern == PERSON:
            source = {row["aar"]: row["opphav"] for row in rows if row["opphav"] != PUBLISHED}
            public[name] = [
                _hidden(statistic, row, source.get(row["aar"])) if statistic.cell(row) in hidden else row
                for row in shown
            ]
            public[name] = _as_before(statistic, public[name], rows, policy["personer"])
        elif statistic.enhet.vern == AGREEMENT and name not in policy[AGREEMENTS]["offentlig"]:
            places = open_.get(name, set())
            public[name] = [row if place_of(statistic, row) in places else _hidden(statistic, row) for row in shown]
        else:
            public[name] = shown
    return public


def _open_places(
    model: Model, cubes: Cubes, rules: Mapping[str, Any], out: Out, behind: Mapping[str, Mapping[int, Single]]
) -> dict[str, set[Place]]:
    """Where each table of single units may tell its numbers. One that is hidden in a table is told in no other: a
    question may be asked by two statistics."""
    chosen: dict[str, set[Place]] = {}
    closed: set[frozenset] = set()
    for name, years in behind.items():
        of, least = model[name], rules["minste_antall"]
        told = {place_of(of, row) for row in cubes.get(name, ()) if out.tells(of.cell(row), row["verdi"])}
        of_units = not {*rules["per_avtale"]}.isdisjoint(same_question(model, behind, name))
        for aar, single in years.items():
            before = ((other, *place) for other, places in chosen.items() for place in places)
            joint, beside = with_others(model, behind, name, aar, before)
            found = choose_places(joint, least, told | beside, of_units) - beside
            chosen[name] = chosen.get(name, set()) | found
            closed |= {frozenset(single.places[place]) for place in single.places.keys() - found}
    for name, years in behind.items():
        for single in years.values():
            same = {place for place, answers in single.places.items() if answers and frozenset(answers) in closed}
            chosen[name] = chosen.get(name, set()) - same
    return chosen


def _hidden(statistic: Statistic, row: Row, opphav: str | None = None) -> Row:
    numbers = [c for c in statistic.columns if c not in ("aar", *statistic.per, "status", "opphav")]
    return {**row, **dict.fromkeys(numbers), "status": HIDDEN, "opphav": opphav or row["opphav"]}


def _as_before(statistic: Statistic, shown: Sequence[Row], rows: Sequence[Row], rules: Mapping[str, Any]) -> list[Row]:
    """Numbers as they were counted before a break are not protected by themselves: of a year in which one of them is
    small, or anything is hidden, none is told."""
    if "for_brudd" not in statistic.columns:
        return list(shown)
    small = range(0 if rules["nuller"] == "skjules" else 1, rules["minste_antall"])
    closed = {row["aar"] for row in rows if row["for_brudd"] in small} | {
        r["aar"] for r in shown if r["status"] == HIDDEN
    }
    return [{**row, "for_brudd": None} if row["aar"] in closed else row for row in shown]
