"""Tables as cubes: every combination of categories has a cell, in one order, for the formats that machines read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from krisestat.base.contracts import Row
from krisestat.base.display import MARKS, PERCENT_DECIMALS, SIGNS, capitalised, round_half_away
from krisestat.base.text import plain_text
from krisestat.model.declared import MEASURE, STATISTIC, YEAR, Statistic
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


def rounded(value: Fraction | int, decimals: int) -> int | float:
    """A number as files have it, with its decimals."""
    return float(round_half_away(value, decimals)) if decimals else int(round_half_away(value))


def cubes(tables: Sequence[Table], words: Mapping, spraak: str) -> list[Cube]:
    """A cube for each table. Parameters: `words`, the parsed nedlasting.yaml; `spraak`, the written standard."""
    return [_cube(table, words, spraak) for table in tables]


class _Metric(NamedTuple):
    """A measure of a statistic: its code and name, its unit and its decimals."""

    code: str
    name: str
    unit: str
    decimals: int


def _cube(table: Table, words: Mapping, spraak: str) -> Cube:
    lists = {name: codes for one in table.av for name, codes in one.per.items()}
    wholes = {name: codes.total or UNDIVIDED for name, codes in lists.items()}
    placed = [{name: str(row.get(name) or whole) for name, whole in wholes.items()} for row in table.rows]
    divided = [name for name, whole in wholes.items() if any(codes[name] != whole for codes in placed)]
    statistics = {one.id: one for one in table.av}
    metrics = {(one.id, name): metric for one in table.av for name, metric in _metrics(table, one, words, spraak)}
    cells: dict[tuple[str, ...], Observation] = {}
    for row, place in zip(table.rows, placed, strict=True):
        for measure, value in ({PERCENT: share(row)} | row).items():
            if metric := metrics.get((row[STATISTIC], measure)):
                at = (*(place[name] for name in divided), metric.code, str(row[YEAR]))
                cells[at] = _observation(statistics[row[STATISTIC]], row, measure, value, metric.decimals)
    known = {codes[-2] for codes, seen in cells.items() if seen.value is not None}
    # Where every number is hidden, that is what there is to tell.
    told = {metric.code: metric for metric in metrics.values() if metric.code in known or not known}
    notice = words["merknad"].strip() if table.reconstructed else ""

    def axis(name: str) -> Axis:
        codes, last = lists[name], table.years[-1]
        found = codes.in_tables((place[name] for place in placed), last)
        names = {code: capitalised(codes.heading(code, spraak, last)) for code in found if code in codes.place}
        undivided = words["dimensjoner"][UNDIVIDED]
        labels = tuple((code, plain_text(names.get(code, undivided))) for code in found)
        return Axis(name, codes.navn[spraak].heading, labels)

    return Cube(
        id=table.id,
        title=plain_text(table.title),
        source=plain_text(table.source),
        notes=tuple(plain_text(text) for text in (notice, table.bases, table.question, table.origin) if text),
        axes=(
            *map(axis, divided),
            Axis(MEASURE, words["dimensjoner"][MEASURE], tuple((code, one.name) for code, one in told.items())),
            Axis(YEAR, words["dimensjoner"][YEAR], tuple((str(year), str(year)) for year in table.years)),
        ),
        cells={codes: seen for codes, seen in cells.items() if codes[-2] in told},
        units={code: one.unit for code, one in told.items()},
        decimals={code: one.decimals for code, one in told.items()},
    )


def _observation(
    statistic: Statistic, row: Row, measure: str, value: Fraction | int | None, decimals: int
) -> Observation:
    """A number of a row, or the sign that stands in its place. The base is known also where nobody was asked."""
    if value is None:
        return Observation(None, SIGNS[statistic.lacking(row, measure)])
    return Observation(rounded(value, decimals), MARKS.get(statistic.mark(row) if measure == "verdi" else "", ""))


def _metrics(table: Table, statistic: Statistic, words: Mapping, spraak: str) -> Iterator[tuple[str, _Metric]]:
    """The measures of a statistic by column, in order. Where a table has several statistics, their codes and names say
    whose they are."""
    said, counted, several = words["maaltall"], statistic.enhet.forms[spraak][2], len(table.av) > 1
    unit = statistic.maaleenhet[spraak].running if statistic.maaleenhet else counted
    unit = said[statistic.type].lower() if statistic.type in ("prosent", "kroner") else unit
    found = {"verdi": (said[statistic.type], unit, statistic.desimaler)}
    if statistic.with_base:
        found |= {"nevner": (said["nevner"], counted, 0)}
        found |= {PERCENT: (said["prosent"], said["prosent"].lower(), PERCENT_DECIMALS)}
    if "for_brudd" in statistic.columns:
        found["for_brudd"] = (said["for_brudd"], unit, statistic.desimaler)
    for column, (name, unit, decimals) in found.items():
        code = column
        if several:
            own = statistic.navn[spraak].heading
            code = statistic.id if column == "verdi" else f"{statistic.id}_{column}"
            name = own if column == "verdi" else f"{own}, {name.lower()}"
        yield column, _Metric(code, name, unit, decimals)
