"""Tables as cubes: every combination of categories has a cell, in one order, for the formats that machines read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from krisestat.base.contracts import Row
from krisestat.base.display import MARKS, PERCENT_DECIMALS, SIGNS, capitalised, round_half_away
from krisestat.base.text import plain_text
from krisestat.model.declared import ESTIMATE, MEASURE, STATISTIC, YEAR, CodeList, Statistic
from krisestat.tables.build import Table

PERCENT = "prosent"
# A category for what a dimension does not divide.
UNDIVIDED = "alle"


@dataclass(frozen=True)
class Axis:
    """A dimension: its id and label, and its categories as code and label, in order."""

    id: str
    label: str
    categories: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Observation:
    """What stands in a cell: a number, perhaps with a mark, or None and the sign that says why there is none."""

    value: int | float | None
    sign: str = ""


@dataclass(frozen=True)
class Cube:
    """A table in long form. The last two of `axes` are the measure and the year; `cells` holds what the data have, by a
    code for each axis; `units` the unit of each measure, and `decimals` how many it has; `notes` what a reader must
    know."""

    id: str
    title: str
    source: str
    notes: tuple[str, ...]
    axes: tuple[Axis, ...]
    cells: Mapping[tuple[str, ...], Observation]
    units: Mapping[str, str]
    decimals: Mapping[str, int]

    def observations(self) -> Iterator[Observation]:
        """Every cell, the last axis varying first. One that the data do not have is missing if they have it for another
        year, and not possible otherwise; its sign says which."""
        asked = {codes[:-1] for codes in self.cells}
        for codes in product(*([code for code, _ in axis.categories] for axis in self.axes)):
            none = Observation(None, SIGNS["mangler" if codes[:-1] in asked else "ikke_spurt"])
            yield self.cells.get(codes, none)


def share(row: Row) -> Fraction | None:
    """The percentage that an observation is of its base, where it has one. Parameters: an observation."""
    value, base = row["verdi"], row.get("nevner")
    return None if value is None or not base else Fraction(100 * value) / base


def cubes(tables: Sequence[Table], words: Mapping, spraak: str) -> list[Cube]:
    """A cube for each table. Parameters: `words`, the parsed nedlasting.yaml; `spraak`, the written standard."""
    return [_cube(table, words, spraak) for table in tables]


def _cube(table: Table, words: Mapping, spraak: str) -> Cube:
    lists = {name: codes for one in table.av for name, codes in one.per.items()}
    divided = {
        name: codes
        for name, codes in lists.items()
        if any(_code(row, name, codes) != _whole(codes) for row in table.rows)
    }
    cells: dict[tuple[str, ...], Observation] = {}
    statistics = {one.id: one for one in table.av}
    for row in table.rows:
        codes = tuple(_code(row, name, listed) for name, listed in divided.items())
        for measure, seen in _measures(statistics[row[STATISTIC]], row).items():
            cells[(*codes, _metric(table, row[STATISTIC], measure), str(row[YEAR]))] = seen
    known = {codes[-2] for codes, seen in cells.items() if seen.value is not None}
    told: dict[str, tuple[str, str, int]] = {}
    for one in table.av:
        told |= {metric: said for metric, said in _metrics(table, one, words, spraak).items() if metric in known}
    notice = words["merknad"].strip() if table.reconstructed else ""
    return Cube(
        id=table.id,
        title=plain_text(table.title),
        source=plain_text(table.source),
        notes=tuple(plain_text(text) for text in (notice, table.bases, table.question, table.origin) if text),
        axes=(
            *(
                Axis(name, codes.navn[spraak].heading, _categories(table, name, codes, words, spraak))
                for name, codes in divided.items()
            ),
            Axis(MEASURE, words["dimensjoner"][MEASURE], tuple((metric, name) for metric, (name, *_) in told.items())),
            Axis(YEAR, words["dimensjoner"][YEAR], tuple((str(year), str(year)) for year in table.years)),
        ),
        cells={codes: seen for codes, seen in cells.items() if codes[-2] in known},
        units={metric: unit for metric, (_, unit, _) in told.items()},
        decimals={metric: decimals for metric, (*_, decimals) in told.items()},
    )


def _whole(codes: CodeList) -> str:
    return codes.total or UNDIVIDED


def _code(row: Row, name: str, codes: CodeList) -> str:
    return str(row.get(name) or _whole(codes))


def _metric(table: Table, statistic: str, measure: str) -> str:
    """The code of a measure: its column, and with several statistics the statistic's, or both."""
    if len(table.av) == 1:
        return measure
    return statistic if measure == "verdi" else f"{statistic}_{measure}"


def _measures(statistic: Statistic, row: Row) -> dict[str, Observation]:
    """The numbers of an observation. The base is known also where nobody was asked."""
    sign = SIGNS.get(row["status"], SIGNS["mangler"])
    mark = MARKS[ESTIMATE] if row["status"] == ESTIMATE else ""
    found: dict[str, tuple[Fraction | int | None, int]] = {
        name: (row[name], statistic.desimaler) for name in ("verdi", "for_brudd") if name in row
    }
    if statistic.with_base:
        found |= {"nevner": (row["nevner"], 0), PERCENT: (share(row), PERCENT_DECIMALS)}
    return {
        name: Observation(None, sign)
        if value is None
        else Observation(rounded(value, decimals), mark * (name == "verdi"))
        for name, (value, decimals) in found.items()
    }


def rounded(value: Fraction | int, decimals: int) -> int | float:
    """A number as files have it, with its decimals."""
    return float(round_half_away(value, decimals)) if decimals else int(round_half_away(value))


def _metrics(table: Table, statistic: Statistic, words: Mapping, spraak: str) -> dict[str, tuple[str, str, int]]:
    """What each measure of a statistic is called, its unit and its decimals, in order."""
    said, counted = words["maaltall"], statistic.enhet.forms[spraak][2]
    unit = statistic.maaleenhet[spraak].running if statistic.maaleenhet else counted
    unit = said[statistic.type].lower() if statistic.type in ("prosent", "kroner") else unit
    found = {
        "verdi": (said[statistic.type], unit, statistic.desimaler),
        "nevner": (said["nevner"], counted, 0),
        PERCENT: (said["prosent"], said["prosent"].lower(), PERCENT_DECIMALS),
        "for_brudd": (said["for_brudd"], unit, statistic.desimaler),
    }
    if len(table.av) == 1:
        return found
    name = statistic.navn[spraak].heading
    return {
        _metric(table, statistic.id, measure): (name if measure == "verdi" else f"{name}, {label.lower()}", *rest)
        for measure, (label, *rest) in found.items()
    }


def _categories(table: Table, name: str, codes: CodeList, words: Mapping, spraak: str) -> tuple[tuple[str, str], ...]:
    used = {_code(row, name, codes) for row in table.rows}

    def label(code: str) -> str:
        named = code in codes.place
        return capitalised(codes.heading(code, spraak, table.years[-1])) if named else words["dimensjoner"][UNDIVIDED]

    return tuple((code, plain_text(label(code))) for code in codes.in_tables(used, table.years[-1]))
