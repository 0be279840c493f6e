"""Tables as cubes: every combination of categories has a cell, in one order, for the formats that machines read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from krisestat.avtaler.navn import KILDE
from krisestat.codebooks import Codebook
from krisestat.contracts import Row
from krisestat.disclosure import LAND
from krisestat.display import SIGNS, round_half_away
from krisestat.tables import Labels, Table, labels, plain_text

MEASURE, TIME = "maal", "aar"
PERCENT_DECIMALS = 1
# A category for what a dimension does not divide.
UNDIVIDED = "alle"
_DIMENSIONS = ("indikator", "gruppe", "instans", "samarbeidsform")
_PERSON_DIMENSIONS = ("senter_id", "gruppe")


@dataclass(frozen=True)
class Axis:
    """A dimension: its id and label, and its categories as code and label, in order."""

    id: str
    label: str
    categories: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Observation:
    """What stands in a cell: a number, or None and the sign that says why there is none."""

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


def cubes(
    tables: Sequence[Table], codebook: Codebook, texts: Mapping, words: Mapping, spraak: str, aar: int
) -> list[Cube]:
    """A cube for each table.

    Parameters: `tables`, of any kind; `codebook`, for names, those of agreements too (`avtaler.navn`); `texts` and
    `words`, the parsed tabeller.yaml and nedlasting.yaml; `spraak` and `aar`, as for `tables.labels`.
    """
    return [
        _person_cube(table, texts, words)
        if "maal" in table.rows[0]
        else _cube(table, codebook, texts, words, spraak, aar)
        for table in tables
    ]


def _cube(table: Table, codebook: Codebook, texts: Mapping, words: Mapping, spraak: str, aar: int) -> Cube:
    names = _names(table, codebook, words, spraak, aar)
    used = [name for name in _DIMENSIONS if any(row[name] for row in table.rows)]
    if len({row["indikator"] for row in table.rows}) == 1:
        used.remove("indikator")
    labelled = dict(words["dimensjoner"])
    if table.rows[0]["gruppe"] == KILDE:
        used.remove("gruppe")
        labelled |= {"instans": texts["avtaler"]["hode"]["punkt"]}
        labelled |= {"samarbeidsform": texts["avtaler"]["hode"]["lovgrunnlag"]}
    cells: dict[tuple[str, ...], Observation] = {}
    for row in table.rows:
        codes = tuple(str(row[name] or UNDIVIDED) for name in used)
        for measure, seen in _measures(row).items():
            cells[(*codes, measure, str(row["aar"]))] = seen
    known = [m for m in words["maaltall"] if any(codes[-2] == m and cells[codes].value is not None for codes in cells)]
    axes = [Axis(name, labelled[name], _categories(name, table.rows, names, labelled[UNDIVIDED])) for name in used]
    return _finished(table, axes, {codes: seen for codes, seen in cells.items() if codes[-2] in known}, known, words)


def _measures(row: Row) -> dict[str, Observation]:
    """The numbers of a row of `UTDATA`. The base is known also where nobody was asked."""
    sign = SIGNS.get(str(row["status"]), SIGNS["mangler"])
    share = None if row["andel"] is None else round_half_away(Fraction(str(row["andel"])) * 100, PERCENT_DECIMALS)
    return {
        "antall": _seen(row["antall"], sign),
        "base": _seen(row["base"], sign),
        "prosent": _seen(None if share is None else float(share), sign),
    }


def _seen(value: Any, sign: str) -> Observation:
    return Observation(None, sign) if value is None else Observation(value)


def _names(table: Table, codebook: Codebook, words: Mapping, spraak: str, aar: int) -> Labels:
    """Names of all that the table is divided by."""
    found = labels(codebook, str(table.rows[0]["indikator"]), spraak, aar).names
    return Labels({**found, "indikator": words["indikatorer"]})


def _categories(name: str, rows: Sequence[Row], names: Labels, undivided: str) -> tuple[tuple[str, str], ...]:
    used = {row[name] for row in rows}
    divided = [(str(code), plain_text(names.of(name, code))) for code in names.ordered(name, used - {"", None})]
    return (*divided, *([(UNDIVIDED, undivided)] if used & {"", None} else []))


def _person_cube(table: Table, texts: Mapping, words: Mapping) -> Cube:
    """A table of persons; the country is told apart from the centres by the table, not by a code."""
    told = texts["personer"]
    used = [name for name in _PERSON_DIMENSIONS if name != "senter_id" or table.rows[0]["senter_id"] != LAND]
    cells = {
        (*(str(row[name]) for name in used), str(row["maal"]), str(row["aar"])): _seen(
            row["antall"], SIGNS.get(str(row["status"]), SIGNS["mangler"])
        )
        for row in table.rows
    }
    axes = []
    for name in used:
        found = {str(row[name]): str(row["senter"]) for row in table.rows}
        if name == "gruppe":
            found = {code: label for code, label in told["gruppe"].items() if code in found}
        label = told["hode"]["senter" if name == "senter_id" else "gruppe"]
        axes.append(Axis(name, label, tuple((code, plain_text(text)) for code, text in found.items())))
    known = [m for m in words["maaltall"] if any(codes[-2] == m for codes in cells)]
    return _finished(table, axes, cells, known, words)


def _finished(
    table: Table,
    axes: Sequence[Axis],
    cells: Mapping[tuple[str, ...], Observation],
    measures: Sequence[str],
    words: Mapping,
) -> Cube:
    told = {m: words["maaltall"][m] for m in measures}
    notice = words["merknad"].strip() if table.reconstructed else ""
    return Cube(
        id=table.id,
        title=plain_text(table.title),
        source=plain_text(table.source),
        notes=tuple(plain_text(text) for text in (notice, table.bases, table.question, table.origin) if text),
        axes=(
            *axes,
            Axis(MEASURE, words["dimensjoner"][MEASURE], tuple((m, told[m]["navn"]) for m in measures)),
            Axis(TIME, words["dimensjoner"][TIME], tuple((str(year), str(year)) for year in table.years)),
        ),
        cells=cells,
        units={m: told[m]["enhet"] for m in measures},
        decimals={m: PERCENT_DECIMALS if m == "prosent" else 0 for m in measures},
    )
