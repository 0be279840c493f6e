"""Confidentiality: what may leave `statistikk` for `utdata`, under two regimes that are never mixed.

Institutions are public: their national counts pass as they are. Counts of persons are hidden where they are small, and
so are the cells that would reveal them (secondary suppression). Which ones is solved exactly: the cheapest set for
which no one who knows everything published can place a hidden number within a narrower span than the policy allows.

The proof is by linear programs (HiGHS). The choice is an integer program over the cells, to which each attack that
still succeeds adds the inequality that stops it, until none does (Fischetti and Salazar: cutting planes from the
attacker's dual). HiGHS is imported only when something must be hidden. Source: docs/metode.md, «Konfidensialitet».
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList

LAND = ""
ALLE = "alle"
PARTS = ("kvinner", "menn", "ikke_registrert")
COUNTED = ("beboere", "opphold")
_POLICY_FILE = "data/raw/codebooks/konfidensialitet.yaml"
# One unit of cost against all the lots that break ties together: fewer than 2**8 extra cells, lots under 2**10.
_UNIT, _LOTS = 2**18, 2**10
_TOLERANCE = 1e-6


class Key(NamedTuple):
    """What names a count of persons: year, centre (`LAND` for the whole country), registered sex and measure."""

    aar: int
    senter_id: str
    gruppe: str
    maal: str


@dataclass(frozen=True)
class Tables:
    """Tables that share cells.

    `cells`, all cells, published or not; `sums`, a total and its parts; `at_most`, pairs of which the first is never
    larger than the second. Every cell is a whole number from 0.
    """

    cells: tuple[Key, ...]
    sums: tuple[tuple[Key, tuple[Key, ...]], ...]
    at_most: tuple[tuple[Key, Key], ...]


def disclose(
    rows: Sequence[Row],
    indicators: Mapping[str, Mapping],
    policy: Mapping[str, Any],
    regime: str = "institusjoner",
    name_of_table: str = "statistikk/tall.csv",
) -> list[Row]:
    """The regime of institutions: national counts of allowed units pass as they are, 1 and «all» included.

    Parameters: `rows` as the contract `TALL`; `indicators`, what is counted, by name, each with its `enhet`; `policy`,
    the parsed policy, and `regime`, the part of it that holds for the rows; `name_of_table`, for the errors. Raises
    `Problems` for a unit or a breakdown that is not on the policy's list.
    """
    problems, allowed = ProblemList(), policy[regime]
    units = {name: declared["enhet"] for name, declared in indicators.items()}
    broken = {(str(r["indikator"]), d) for r in rows for d in ("instans", "samarbeidsform") if r.get(d)}
    for name in sorted({str(r["indikator"]) for r in rows}):
        if units.get(name) not in allowed["enheter"]:
            problems.add(
                name_of_table,
                f"indikatoren «{name}»",
                f"tall om enheten «{units.get(name, 'ukjent')}», som ikke er i reglene for {regime}",
                f"en av {', '.join(allowed['enheter'])}",
                f"Tall om personer går gjennom steget «persons». En ny enhet for institusjoner føres i {_POLICY_FILE}.",
            )
    for name, dimension in sorted(broken):
        if dimension not in allowed["inndelinger"]:
            problems.add(
                name_of_table,
                f"indikatoren «{name}»",
                f"en inndeling etter {dimension}",
                f"en av {', '.join(allowed['inndelinger'])}",
                f"Ta bort inndelingen, eller før den opp i {_POLICY_FILE}.",
            )
    problems.raise_if_any()
    return list(rows)


def person_tables(aar: int, sentre: Sequence[str]) -> Tables:
    """The tables of a year: country and centres, by registered sex, residents and stays; a resident has a stay."""
    places, groups = (LAND, *sentre), (*PARTS, ALLE)
    cells = tuple(Key(aar, s, g, m) for s in places for g in groups for m in COUNTED)
    within = tuple((Key(aar, s, ALLE, m), tuple(Key(aar, s, g, m) for g in PARTS)) for s in places for m in COUNTED)
    across = tuple((Key(aar, LAND, g, m), tuple(Key(aar, s, g, m) for s in sentre)) for g in groups for m in COUNTED)
    at_most = tuple((Key(aar, s, g, COUNTED[0]), Key(aar, s, g, COUNTED[1])) for s in places for g in groups)
    return Tables(cells, within + across, at_most)


def published_cells(cells: Iterable[Key], policy: Mapping[str, Any]) -> set[Key]:
    """Those of the cells that the policy lets tables print, before any is hidden."""
    allowed = policy["personer"]["inndelinger"]
    return {c for c in cells if c.gruppe in allowed["senter" if c.senter_id else "land"]}


def primary(values: Mapping[Key, int], policy: Mapping[str, Any]) -> dict[Key, int]:
    """The cells that must be protected, each with the span that an attacker must be left with.

    Parameters: `values`, the true numbers. Small counts anywhere, and every printed number of a centre with few stays.
    """
    rules = policy["personer"]
    lowest = 0 if rules["nuller"] == "skjules" else 1
    spans = {c: rules["spenn"]["antall"] for c, n in values.items() if lowest <= n < rules["minste_antall"]}
    for cell in values:
        stays = values[cell._replace(gruppe=ALLE, maal="opphold")]
        if cell.senter_id and stays < rules["minste_opphold"] and cell.gruppe in rules["inndelinger"]["senter"]:
            spans[cell] = max(rules["spenn"]["senter"], spans.get(cell, 0))
    return spans


def costs(cells: Iterable[Key], policy: Mapping[str, Any]) -> dict[Key, int]:
    """What hiding each cell costs: the policy's cost, and a fixed lot by the cell's name that no two sets share."""

    def lot(cell: Key) -> int:
        return int.from_bytes(hashlib.sha256("|".join(map(str, cell)).encode("utf-8")).digest()[:4], "big") % _LOTS

    table = policy["personer"]["kostnad"]
    return {c: table["senter" if c.senter_id else "land"][c.gruppe] * _UNIT + lot(c) for c in cells}


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
    hiding each of them; `known`, cells that others have printed, so that hiding them protects nothing. Cells that are
    not printed are unknown to the attacker anyway. Raises `ArithmeticError` if not even hiding all protects them.
    """
    candidates = set(printed)
    given = (set(tables.cells) - candidates) | set(spans)
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


def not_repeated(policy: Mapping[str, Any]) -> set[Key]:
    """The cells that others have printed and we hide all the same."""
    return {Key(c["aar"], LAND, c["gruppe"], c["maal"]) for c in policy["personer"]["trykt_av_andre"]}


def hide(values: Mapping[Key, int], policy: Mapping[str, Any], known: Iterable[Key] = ()) -> set[Key]:
    """The printed cells of all years that must not be shown.

    Parameters: `values`, the true number of every cell of `person_tables`, for each year; `known`, those of them that
    others have printed. Years share no sums, so each is solved by itself. Raises `Problems` if the policy cannot be
    kept even by hiding everything.
    """
    hidden: set[Key] = set()
    useless = set(known) - not_repeated(policy)
    for aar in sorted({c.aar for c in values}):
        own = {c: n for c, n in values.items() if c.aar == aar}
        tables = person_tables(aar, sorted({c.senter_id for c in own} - {LAND}))
        printed = published_cells(own, policy)
        try:
            hidden |= choose_hidden(tables, own, primary(own, policy), printed, costs(printed, policy), useless)
        except ArithmeticError as error:
            problems = ProblemList()
            problems.add(
                "klargjort/personer.csv",
                str(aar),
                f"tall som ikke kan beskyttes ({error})",
                f"at spennene i {_POLICY_FILE} kan holdes når noe skjules",
                "Trykk færre inndelinger for året, eller slå sammen år.",
            )
            problems.raise_if_any()
    return hidden


def published_persons(text: str) -> dict[Key, int]:
    """Printed national figures by cell. Parameters: `text`, of data/publisert/personer.csv."""
    return {
        Key(int(r["aar"]), LAND, r["gruppe"], r["maal"]): int(r["antall"]) for r in csv.DictReader(io.StringIO(text))
    }
