"""What drawings share: the content read, and the parts that several are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import NBSP, number, percent
from krisestat.figures.canvas import (
    DASHES,
    HEAD,
    MIDDLE,
    NORMAL,
    PROSENT,
    SMALL,
    STRONG,
    TEXT,
    Canvas,
    Content,
    Faces,
)

Entry = tuple[Callable[[float, float], None], str]
MOST_ROWS = 12  # what is drawn of very many rows; the table has them all


def cells_of(content: Content) -> dict[tuple[str, str, str, int], Row]:
    return {(r["serier"], r["rader"], r["kolonner"], r["aar"]): r for r in content["rader"]}


def share_of(row: Row | None) -> Fraction | None:
    """Share of the base, or None when there is no count to show; a base of 0 has the share 0."""
    if row is None or row["verdi"] is None or row["nevner"] is None:
        return None
    return Fraction(row["verdi"], row["nevner"] or 1)


def sign_of(content: Content, row: Row | None) -> str:
    """What stands in place of a count."""
    return content["ord"]["finnes_ikke" if row is None else row["status"]]


def sign_read(content: Content, row: Row | None) -> str:
    """The sign with what it means, where there is room: «: vises ikke»."""
    sign, words = sign_of(content, row), content["ord"]
    return f"{sign}{NBSP}{words[key].replace(' ', NBSP)}" if (key := f"lest_{sign}") in words else sign


def told_of(content: Content, said: str, year: int | None = None, **codes: str) -> str:
    """What is said of a mark to whoever points at it: the names of its codes, its year, and its numbers."""
    names = content["navn"]
    told = [names[role][code] for role, code in codes.items() if code in names[role]]
    return f"{', '.join([*told, *([str(year)] if year else [])])}: {said}"


def told_share(content: Content, row: Row) -> str:
    """«36 av 43 (84 %)»."""
    share = share_of(row) or Fraction(0)
    of = f"{number(row['verdi'])}{NBSP}{content['ord']['av']}{NBSP}{number(row['nevner'])}"
    return f"{of} ({percent(share)})"


def number_text(content: Content, value: Fraction | int) -> str:
    """A value with the decimals of its statistic, and its sign of per cent."""
    return number(value, content["desimaler"]) + (PROSENT if content["type"] == "prosent" else "")


def marked_text(content: Content, row: Row) -> str:
    """A number with its mark, where it is estimated or the first after a break."""
    return f"{number_text(content, row['verdi'])}{NBSP * ('merke' in row)}{row.get('merke', '')}"


def points_of(
    content: Content,
    at: Callable[[int], float],
    height: Callable[[Fraction], float],
    shares: Mapping[int, Any],
) -> list[tuple[float, float] | None]:
    """The points of a line by year; it crosses neither a missing year nor a break in the series."""
    found: list[tuple[float, float] | None] = []
    for year, share in shares.items():
        found += [None] if year in content["brudd"] else []
        found.append(None if share is None else (at(year), height(share)))
    return found


def total(values: Iterable[Fraction | int | None]) -> Fraction | int:
    return sum((v for v in values if v is not None), Fraction(0))


def base_of_series(content: Content, serie: str) -> str:
    """«, antall av 43 tilbud» when all the group's numbers have that base, otherwise nothing."""
    bases = sorted({r["nevner"] for r in content["rader"] if r["serier"] == serie and r["nevner"] is not None})
    words = content["ord"]
    return f", {words['antall']} {words['av']} {number(bases[0])} {words['enhet']}" if len(bases) == 1 else ""


def ticks_to(highest: Fraction | int, least: int) -> list[int]:
    """Round ticks from 0 to at or above `highest`: two or three steps of at least `least`, little empty space."""
    steps = (digits * 10**k for k in range(8) for digits in (1, 2, 5, 25))
    fitting = [(max(2, math.ceil(Fraction(highest) / step)), step) for step in steps if step >= least]
    count, step = min((entry for entry in fitting if entry[0] <= 3), key=lambda entry: (entry[0] * entry[1], entry[0]))
    return [step * i for i in range(count + 1)]


def spread(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Heights at least `gap` apart inside [top, bottom], in the same order, as near the wanted ones as that allows."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [wanted[i] for i in order]
    for i in range(1, len(placed)):
        if (lack := gap - (placed[i] - placed[i - 1])) > 0:
            placed[i - 1] -= lack / 2
            placed[i] += lack / 2
    for i in range(len(placed)):
        placed[i] = max(placed[i], top if i == 0 else placed[i - 1] + gap)
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], bottom if i == len(placed) - 1 else placed[i + 1] - gap)
    return [placed[order.index(i)] for i in range(len(wanted))]


def unbroken(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The unbroken runs of a line: a missing year leaves a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def some_years(years: Sequence[int], slot: float, needed: float) -> list[int]:
    """The years that get a label: every one if there is room, otherwise the first and the last."""
    return list(years) if slot >= needed or len(years) < 3 else [years[0], years[-1]]


def draw_series(
    canvas: Canvas,
    paint: Mapping[str, str],
    runs_of: dict[str, list[tuple[float, float] | None]],
    classes: str,
    width: float,
    every: bool,
) -> None:
    """Lines over time, the first group on top: solid with discs, or dashed with diamonds, so that colour is not needed.

    `every`: a mark on every point; otherwise on the ends and on points without a neighbour.
    """
    dashes = DASHES if len(runs_of) > 1 else {}
    for g, points in reversed(runs_of.items()):
        for run in unbroken(points):
            if len(run) > 1:
                canvas.line(run, paint[g], f"linje {g} {classes}", width=width, dashes=dashes.get(paint[g]))
    for g, points in reversed(runs_of.items()):
        marked = [p for run in unbroken(points) for p in run if every or len(run) == 1 or p in (points[0], points[-1])]
        for point in marked:
            canvas.mark(*point, paint[g], f"punkt {g} {classes}")


def key_of_series(canvas: Canvas, content: Content) -> float:
    """The names of series above a drawing, each after a piece of its line with its mark; returns where they end."""
    paint, x, top, series = content["farger"], 0.0, 0.0, content["navn"]["serier"]
    dashes = DASHES if len(series) > 1 else {}
    for g, name in series.items():
        lines = canvas.faces.wrap(name, canvas.width - 25, HEAD, STRONG, lines=1)
        wide = 25 + canvas.faces[STRONG].width(lines[0], HEAD)
        if x and x + wide > canvas.width:
            x, top = 0.0, top + 15
        y = top + 7.5
        canvas.line([(x, y), (x + 20, y)], paint[g], f"noekkel {g}", width=1.9, dashes=dashes.get(paint[g]))
        canvas.mark(x + 10, y, paint[g], f"noekkel {g}")
        canvas.text(x + 25, y + MIDDLE * HEAD, lines[0], f"gruppe {g}", size=HEAD, weight=STRONG, colour=paint[g])
        x += wide + 22
    return top + 22.0


def label_column(faces: Faces, names: Iterable[str], limit: float) -> float:
    """Width of a column of names: as wide as the widest, but at most `limit`."""
    return min(limit, max(faces[STRONG].width(name, TEXT) for name in names)) + 10


def sample_key(canvas: Canvas, top: float, entries: Sequence[Entry], sample: float = 14.0) -> float:
    """A row of samples with what they mean, on as many lines as they need from `top`; returns where it ends."""
    x = 0.0
    for draw_sample, text in entries:
        wide = sample + 5 + canvas.faces[NORMAL].width(text, SMALL)
        if x and x + wide > canvas.width:
            x, top = 0.0, top + 14
        draw_sample(x, top)
        canvas.text(x + sample + 5, top + 9, text, "tegnforklaring", size=SMALL)
        x += wide + 13
    return top + 14


def told_value(content: Content, row: Row) -> str:
    """A number as it is said: with its base where it has one."""
    return told_share(content, row) if row["nevner"] else marked_text(content, row)


def rest_told(canvas: Canvas, top: float, told: Sequence[str]) -> float:
    """What is said under a drawing of those that it does not show, from `top`; returns where it ends."""
    for line in [line for one in told for line in canvas.faces.wrap(one, canvas.width, SMALL, lines=4)]:
        top += 11
        canvas.text(0, top, line, "flere", size=SMALL, colour="dempet")
    return top + 4
