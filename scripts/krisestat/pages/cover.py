"""The cover of the paper edition: the first figure that shows who lacks what is counted, as an ornament. A line for
each of its rows, a stroke for each of those that were asked; those that lack it are light. It says nothing by itself,
so the figure's title stands below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from krisestat.base.contracts import Row
from krisestat.figures.content import lacking
from krisestat.figures.svg import NAMESPACE, data_address

# The room of the ornament, in mm, and the most rows and strokes that are strokes in it.
_WIDE, _HIGH, _ROWS, _STROKES = 166.0, 80.0, 14, 120
# What stands out on the ground of the cover.
_LIGHT = "#ffd9b8"


@dataclass(frozen=True)
class Cover:
    """An ornament: `figur`, the figure that it shows, `serie`, the series of it by name, and `kilde`, the drawing as an
    address for the typesetter."""

    figur: str
    serie: str
    kilde: str


def cover(figures: Iterable[tuple[str, Mapping[str, Any]]]) -> Cover | None:
    """The ornament of an edition, None where it has no figure of that kind with numbers.

    Parameters: `figures`, the id and the content (`figures.content`) of each, in order.
    """
    for fid, shown in figures:
        series = next(iter(shown["navn"]["serier"]), "")
        rows = [row for row in shown["rader"] if row["serier"] == series and row["verdi"] is not None]
        if shown["slag"] == "gap" and rows and max(row["nevner"] for row in rows) <= _STROKES:
            rows.sort(key=lambda row: (-lacking(row)[0], row["rader"]))
            return Cover(fid, shown["navn"]["serier"][series], data_address(_drawing(rows[:_ROWS])))
    return None


def _drawing(rows: list[Row]) -> str:
    """The strokes, those that lack it at the right."""
    step, tall = _WIDE / max(row["nevner"] for row in rows), _HIGH / len(rows)
    strokes = []
    for line, row in enumerate(rows):
        for place in range(row["nevner"]):
            light = place >= row["nevner"] - lacking(row)[0]
            look = f'fill="{_LIGHT}"' if light else 'fill="#fff" fill-opacity="0.2"'
            at = f'x="{place * step:.2f}" y="{line * tall:.2f}" width="{0.6 * step:.2f}" height="{0.72 * tall:.2f}"'
            strokes.append(f'<rect {at} rx="0.4" {look}/>')
    return f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}">{"".join(strokes)}</svg>'
