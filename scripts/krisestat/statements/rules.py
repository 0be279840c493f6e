"""Rules for words that compare, and the margin of any claim. Exact arithmetic; no rounding.

A *unit* is the tuple of cells that one claim is about: (now, then) for change, (first, …, last) for a trend, (one,
other) for a comparison, (the named one, *the rest) for an extreme. A statement about several partners or groups has
one unit for each, and must hold for every unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import floor
from typing import Any

from krisestat.model.declared import PERCENT
from krisestat.statements.cells import Cell

Unit = tuple[Cell, ...]


def difference(unit: Unit) -> Any:
    """Change in count from the second cell to the first."""
    return unit[0].tall - unit[1].tall


def share_difference(unit: Unit) -> Fraction:
    """Change in share from the second cell to the first."""
    return unit[0].share - unit[1].share


def as_part(unit: Unit) -> Cell:
    """The cell that a share is of: alone in its unit, or beside the whole that it is a part of."""
    return unit[0] if len(unit) == 1 else unit[0]._replace(nevner=unit[1].tall)


def moved(unit: Unit) -> Fraction | None:
    """Change in count; None where the share went another way."""
    against = unit[0].nevner is not None and share_difference(unit) * difference(unit) < 0
    return None if against else Fraction(difference(unit))


def relative(unit: Unit) -> Fraction | None:
    """Change in count beside the count that it is from; None from 0, and where the share went another way."""
    change = moved(unit)
    return None if change is None or not unit[1].tall else change / unit[1].tall


def same_base(unit: Unit) -> bool:
    """Whether all cells of a unit have one base. Cells without a base are compared as counts."""
    return len({c.nevner for c in unit}) == 1


def levels(unit: Unit) -> list[Fraction]:
    """What a series is judged on: counts, or shares (in units of the last base) when the base changed."""
    if same_base(unit):
        return [Fraction(c.tall) for c in unit]
    return [c.share * unit[-1].av for c in unit]


def kendall_s(values: Sequence[Fraction]) -> int:
    """Kendall's S: pairs that rise less pairs that fall."""
    return sum((b > a) - (b < a) for a, b in combinations(values, 2))


def _little(unit: Unit, limits: Mapping) -> bool:
    """Whether a change is little: beside those who could have answered, or beside what it was where nobody says."""
    size = limits["litt_endring"] * unit[1].tall if unit[0].nevner is None else limits["litt_andel"] * unit[0].nevner
    return 0 < abs(difference(unit)) <= max(limits["litt_antall"], size)


def _some(unit: Unit, limits: Mapping) -> bool:
    return _little(unit, limits) or abs(difference(unit)) <= limits["noe_endring"] * unit[1].tall


def _shares(unit: Unit) -> bool:
    """Whether the shares are known: of a base, or because what came is one."""
    return all(c.nevner is not None or c.statistikk.type == PERCENT for c in unit)


def _percent(cell: Cell) -> int:
    """The share in whole percent, as it is printed."""
    return floor(cell.share * 100 + Fraction(1, 2))


def _more(one: Cell, other: Cell) -> bool:
    """Whether a cell has more than another, and no smaller share."""
    return one.tall > other.tall and (one.nevner is None or one.share >= other.share)


def _rising(values: Sequence[Fraction], limits: Mapping) -> bool:
    return (
        len(values) >= limits["trend_punkter"]
        and values[-1] > values[0]
        and all(a - b <= limits["trend_fall"] for a, b in pairwise(values))
        and kendall_s(values) > 0
    )


def _stable(unit: Unit, limits: Mapping) -> bool:
    values = levels(unit)
    room = max(limits["stabilt_antall"], limits["stabilt_andel"] * (unit[-1].nevner or 0))
    return len(values) >= limits["trend_punkter"] and max(values) - min(values) <= room


def _varying(unit: Unit, limits: Mapping) -> bool:
    values = levels(unit)
    steps = {(b > a) - (b < a) for a, b in pairwise(values)}
    return len(values) >= limits["trend_punkter"] and {1, -1} <= steps


def level(cell: Cell) -> Fraction:
    """What a cell is ranked by: its share, or its count where it has no base."""
    return Fraction(cell.tall) if cell.nevner is None else cell.share


def _above(one: Cell, other: Cell) -> bool:
    """Whether a cell is ranked above another: by the products where both have a base, which is the same and sooner."""
    if one.nevner and other.nevner:
        return one.tall * other.nevner > other.tall * one.nevner
    return level(one) > level(other)


def _highest(unit: Unit) -> bool:
    return all(_above(unit[0], c) for c in unit[1:])


def _lowest(unit: Unit) -> bool:
    return all(_above(c, unit[0]) for c in unit[1:])


RULES: dict[str, Callable[[Unit, Mapping], bool]] = {
    "likt": lambda u, g: difference(u) == 0,
    "opp": lambda u, g: difference(u) > 0,
    "ned": lambda u, g: difference(u) < 0,
    "litt_opp": lambda u, g: difference(u) > 0 and _little(u, g),
    "litt_ned": lambda u, g: difference(u) < 0 and _little(u, g),
    "noe_opp": lambda u, g: difference(u) > 0 and _some(u, g),
    "noe_ned": lambda u, g: difference(u) < 0 and _some(u, g),
    "like_vanlig": lambda u, g: share_difference(u) == 0,
    "vanligere": lambda u, g: share_difference(u) > 0,
    "mindre_vanlig": lambda u, g: share_difference(u) < 0,
    "okende": lambda u, g: _rising(levels(u), g),
    "synkende": lambda u, g: _rising([-v for v in levels(u)], g),
    "stabilt": _stable,
    "varierende": _varying,
    "mer_enn_litt": lambda u, g: abs(difference(u)) > g["litt_antall"],
    "lik_andel": lambda u, g: _shares(u) and share_difference(u) == 0,
    "omtrent_lik_andel": lambda u, g: _shares(u) and abs(share_difference(u)) <= g["omtrent_lik"],
    "nesten_lik_andel": lambda u, g: _shares(u) and abs(share_difference(u)) <= g["smaa_forskjeller"],
    "lik_i_prosent": lambda u, g: _shares(u) and len({_percent(c) for c in u}) == 1,
    "storre_andel": lambda u, g: _shares(u) and share_difference(u) > 0,
    "mindre_andel": lambda u, g: _shares(u) and share_difference(u) < 0,
    "flere_enn": lambda u, g: _more(u[0], u[1]),
    "faerre_enn": lambda u, g: _more(u[1], u[0]),
    "like_mange": lambda u, g: difference(u) == 0 and same_base(u),
    "hoyest": lambda u, g: _highest(u),
    "lavest": lambda u, g: _lowest(u),
    "over_alle": lambda u, g: _highest(u),
    "under_alle": lambda u, g: _lowest(u),
    "flest": lambda u, g: all(_more(u[0], c) for c in u[1:]),
    "faerrest": lambda u, g: all(_more(c, u[0]) for c in u[1:]),
}

# Narrower than the truth, where house style asks for more. Rules that are not here have no narrower range.
HOUSE: dict[str, Callable[[Unit, Mapping], bool]] = {
    "vanligere": lambda u, g: share_difference(u) >= g["vanligere_hus"],
    "mindre_vanlig": lambda u, g: -share_difference(u) >= g["vanligere_hus"],
    # A base that shrinks lifts a share by itself: house style asks that the count moved too.
    "okende": lambda u, g: u[-1].tall > u[0].tall,
    "synkende": lambda u, g: u[-1].tall < u[0].tall,
    "hoyest": lambda u, g: all(u[0].tall - c.tall >= g["ledelse_hus"] for c in u[1:]),
    "lavest": lambda u, g: all(c.tall - u[0].tall >= g["ledelse_hus"] for c in u[1:]),
}


def nearest_steady(unit: Unit) -> list[int]:
    """The smallest changes of the counts of a series, in all, after which it goes only one way.

    Returns the change of each cell. Exact, by dynamic programming over the possible counts of each year, in either
    direction.
    """
    found = []
    for sign in (1, -1):
        ways: dict[Fraction, tuple[int, list[int]]] = {}
        for place, cell in enumerate(unit):
            top = max(c.tall for c in unit) if cell.nevner is None else cell.nevner
            before, ways = sorted(ways.items()), {}
            best: tuple[int, list[int]] | None = None if place else (0, [])
            rest = list(before)
            counts = range(top + 1) if sign > 0 else range(top, -1, -1)
            for count in counts:
                level = sign * (Fraction(count) if cell.nevner is None else Fraction(count, cell.nevner))
                while rest and rest[0][0] <= level:
                    best = min(filter(None, (best, rest.pop(0)[1])), key=lambda way: way[0])
                if best is not None:
                    cost, changes = best
                    ways[level] = (cost + abs(count - cell.tall), [*changes, count - cell.tall])
        found.append(min(ways.values(), key=lambda way: way[0]))
    return min(found, key=lambda way: way[0])[1]


def margin(
    units: Iterable[Unit], holds: Callable[[Unit], bool], rule: str = "", most: int = 500
) -> tuple[int, str, int] | None:
    """How many centres would have to answer otherwise before a claim became false; a centre counts once for each cell
    in which it does.

    Changing one cell breaks every claim as soon as spreading the changes does, but for «varierende» (`rule`), which
    falls when a series is made steady. Returns the number, the id of the cell that breaks first, and the change of
    its count; None if no such change exists.
    """
    units = list(units)
    if any(cell.statistikk.type != "antall" for unit in units for cell in unit):
        return None  # nobody answers with such a number
    if rule == "varierende":
        changes, unit = min(((nearest_steady(u), u) for u in units), key=lambda way: sum(map(abs, way[0])))
        place = max(range(len(unit)), key=lambda i: abs(changes[i]))
        return sum(map(abs, changes)), unit[place].key, changes[place]
    for by in range(1, most + 1):
        possible = False
        for unit in units:
            for place, cell in enumerate(unit):
                for change in (-by, by):
                    other = cell.flipped(change)
                    if other is None:
                        continue
                    possible = True
                    if not holds((*unit[:place], other, *unit[place + 1 :])):
                        return by, cell.key, change
        if not possible:
            return None
    return None
