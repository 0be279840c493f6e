"""Draw the figures: from the content that `krisestat.figures.content` gathers to SVG text. Only this loads matplotlib.

Every element is placed in points from the top left corner, with text measured by the repository's own font files, so
that a drawing depends on nothing but its content: not on settings, installed fonts or automatic layout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import matplotlib

from krisestat.base.contracts import Row
from krisestat.base.display import NBSP, number, percent
from krisestat.base.errors import one_problem, shown
from krisestat.figures.canvas import (
    DASHES,
    DESCENT,
    HEAD,
    MIDDLE,
    NARROW,
    NORMAL,
    PROSENT,
    SHARED,
    SMALL,
    STRONG,
    TEXT,
    WIDE,
    Canvas,
    Content,
    Faces,
)
from krisestat.figures.design import FIGUR
from krisestat.model.declared import FIGURE_KINDS

# --- reading the content ---


def _cells(content: Content) -> dict[tuple[str, str, str, int], Row]:
    return {(r["serier"], r["rader"], r["kolonner"], r["aar"]): r for r in content["rader"]}


def _share(row: Row | None) -> Fraction | None:
    """Share of the base, or None when there is no count to show; a base of 0 has the share 0."""
    if row is None or row["verdi"] is None or row["nevner"] is None:
        return None
    return Fraction(row["verdi"], row["nevner"] or 1)


def _sign(content: Content, row: Row | None) -> str:
    """What stands in place of a count."""
    return content["ord"]["finnes_ikke" if row is None else row["status"]]


def _of_base(content: Content, row: Row | None) -> str:
    """«42 av 43», or the sign that stands in its place."""
    if row is None or _share(row) is None:
        return _sign(content, row)
    return f"{number(row['verdi'])}{NBSP}{content['ord']['av']}{NBSP}{number(row['nevner'])}"


def _number(content: Content, value: Fraction | int) -> str:
    """A value with the decimals of its statistic, and its sign of per cent."""
    return number(value, content["desimaler"]) + (PROSENT if content["type"] == "prosent" else "")


def _marked(content: Content, row: Row) -> str:
    """A number with its mark, where it is estimated or the first after a break."""
    return f"{_number(content, row['verdi'])}{NBSP * ('merke' in row)}{row.get('merke', '')}"


def _points(
    content: Content,
    at: Callable[[int], float],
    height: Callable[[Fraction], float],
    shares: Mapping[int, Fraction | None],
) -> list[tuple[float, float] | None]:
    """The points of a line by year; it crosses neither a missing year nor a break in the series."""
    found: list[tuple[float, float] | None] = []
    for year, share in shares.items():
        found += [None] if year in content["brudd"] else []
        found.append(None if share is None else (at(year), height(share)))
    return found


def _by_weight(content: Content, weight: Callable[[str], Fraction | int]) -> list[str]:
    """Partners by falling weight; ties in the codebook's order."""
    return sorted(content["navn"]["rader"], key=lambda code: -weight(code))


def _by_share(content: Content, forms: Sequence[str]) -> list[str]:
    """Partners by falling share of the first form, then of the second …, of the groups together."""
    cells, groups, (aar,) = _cells(content), list(content["navn"]["serier"]), content["aar"]

    def weight(code: str) -> Fraction | int:
        """A base far above any number of services keeps the forms apart."""
        totals = [_total(_share(cells.get((g, code, f, aar))) for g in groups) for f in forms]
        return sum((total / 10 ** (6 * k) for k, total in enumerate(totals)), Fraction(0))

    return _by_weight(content, weight)


def _total(values: Iterable[Fraction | int | None]) -> Fraction | int:
    return sum((v for v in values if v is not None), Fraction(0))


def _base_of_series(content: Content, serie: str) -> str:
    """«, antall av 43 tilbud» when all the group's numbers have that base, otherwise nothing."""
    bases = sorted({r["nevner"] for r in content["rader"] if r["serier"] == serie and r["nevner"] is not None})
    words = content["ord"]
    return f", {words['antall']} {words['av']} {number(bases[0])} {words['enhet']}" if len(bases) == 1 else ""


def _ticks(highest: Fraction | int, least: int) -> list[int]:
    """Round ticks from 0 to at or above `highest`: two or three steps of at least `least`, little empty space."""
    steps = (digits * 10**k for k in range(8) for digits in (1, 2, 5, 25))
    fitting = [(max(2, math.ceil(Fraction(highest) / step)), step) for step in steps if step >= least]
    count, step = min((entry for entry in fitting if entry[0] <= 3), key=lambda entry: (entry[0] * entry[1], entry[0]))
    return [step * i for i in range(count + 1)]


def _spread(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
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


def _segments(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The unbroken runs of a line: a missing year leaves a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _some_years(years: Sequence[int], slot: float, needed: float) -> list[int]:
    """The years that get a label: every one if there is room, otherwise the first and the last."""
    return list(years) if slot >= needed or len(years) < 3 else [years[0], years[-1]]


def _series(
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
    for g, points in reversed(runs_of.items()):
        for run in _segments(points):
            if len(run) > 1:
                canvas.line(run, paint[g], f"linje {g} {classes}", width=width, dashes=DASHES.get(paint[g]))
    for g, points in reversed(runs_of.items()):
        marked = [p for run in _segments(points) for p in run if every or len(run) == 1 or p in (points[0], points[-1])]
        for point in marked:
            canvas.mark(*point, paint[g], f"punkt {g} {classes}")


def _key_of_lines(canvas: Canvas, content: Content, x: float) -> None:
    """The groups' names above a drawing, each after a piece of its line, from `x`."""
    paint = content["farger"]
    for g, name in content["navn"]["serier"].items():
        canvas.line([(x, 7.5), (x + 20, 7.5)], paint[g], f"linje {g}", width=1.9, dashes=DASHES.get(paint[g]))
        canvas.mark(x + 10, 7.5, paint[g], f"punkt {g}")
        canvas.text(x + 25, 7.5 + MIDDLE * HEAD, name, f"gruppe {g}", size=HEAD, weight=STRONG, colour=paint[g])
        x += 25 + canvas.faces[STRONG].width(name, HEAD) + 22


def _label_column(faces: Faces, names: Iterable[str], limit: float) -> float:
    """Width of a column of names: as wide as the widest, but at most `limit`."""
    return min(limit, max(faces[NORMAL].width(name, TEXT) for name in names)) + 10


def _share_axis(
    canvas: Canvas, x: float, track: float, ends: tuple[float, float], numbers: float, grid: str = "rutenett"
) -> None:
    """Lines at 0, 50 and 100 per cent of a track from `x`, between two heights, with their numbers at a third."""
    for tick, anchor, unit in ((0, "left", ""), (50, "center", ""), (100, "right", PROSENT)):
        at = x + track * tick / 100
        canvas.line([(at, end) for end in ends], "linje" if tick == 0 else grid, "akse")
        canvas.text(at, numbers, f"{tick}{unit}", "akse", size=SMALL, colour="dempet", anchor=anchor)


# --- the figures ---


def _bars(content: Content, faces: Faces) -> Canvas:
    """One panel per group, one bar per partner on a track that is the whole base; «42 av 43» beside the track."""
    cells, names, (aar,), paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups = list(names["serier"])
    rows_shown = _by_share(content, [""])
    top, bottom, gap = 20.0, 20.0, 16.0
    pitch = min(24.0, max(12.4, (FIGUR["hoyde"] - top - bottom) / len(rows_shown)))
    height, lines = min(12.5, pitch * 0.6), 2 if pitch >= 21 else 1
    canvas = Canvas(top + bottom + pitch * len(rows_shown), faces)
    foot = top + pitch * len(rows_shown)

    labels = {(g, i): _of_base(content, cells.get((g, i, "", aar))) for g in groups for i in rows_shown}
    left = _label_column(faces, names["rader"].values(), 130)
    value = max(faces[NORMAL].width(t, TEXT) for t in labels.values()) + 7
    panel = (WIDE - left - gap * (len(groups) - 1)) / len(groups)
    track = panel - value
    for n, i in enumerate(rows_shown):
        middle = top + pitch * (n + 0.5)
        canvas.lines(0, middle, faces.wrap(names["rader"][i], left - 8, TEXT, lines=lines), f"navn {i}")
    for k, g in enumerate(groups):
        x = left + k * (panel + gap)
        canvas.text(x, 11, names["serier"][g], f"gruppe {g}", size=HEAD, weight=STRONG, colour=paint[g])
        for n, i in enumerate(rows_shown):
            if _share(cells.get((g, i, "", aar))) is not None:
                canvas.bar(x, top + pitch * (n + 0.5) - height / 2, track, height, "tone", "spor")
        _share_axis(canvas, x, track, (top - 2, foot + 2), foot + 13)
        for n, i in enumerate(rows_shown):
            row, middle = cells.get((g, i, "", aar)), top + pitch * (n + 0.5)
            share, classes = _share(row), f"{g} {i}"
            if share is not None:
                canvas.bar(x, middle - height / 2, track * float(share), height, paint[g], f"stolpe {classes}")
            canvas.text(x + track + 6, middle + MIDDLE * TEXT, labels[g, i], f"verdi {classes}")
    return canvas


def _bars_in_columns(content: Content, faces: Faces) -> Canvas:
    """One column per form of cooperation, one row per partner, in each a thin bar per group with its count."""
    cells, names, (aar,), paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups, forms = list(names["serier"]), list(names["kolonner"])
    rows_shown = _by_share(content, forms)
    left, gap = _label_column(faces, names["rader"].values(), 112), 10.0
    column = (WIDE - left - gap * (len(forms) - 1)) / len(forms)
    counts = [number(r["verdi"]) if _share(r) is not None else "" for r in content["rader"]]
    track = column - max(faces[NORMAL].width(t, SMALL) for t in counts) - 5
    titles = {f: faces.wrap(names["kolonner"][f], column, SMALL, STRONG, lines=3) for f in forms}
    lead = 1.12 * SMALL
    top = 24.0 + lead * max(len(t) for t in titles.values()) + 6
    bar, bottom = 7.2, 18.0
    pitch = min(27.0, max(9.6 * len(groups) + 3, (FIGUR["hoyde"] - top - bottom) / len(rows_shown)))
    foot = top + pitch * len(rows_shown)
    canvas = Canvas(foot + bottom, faces)

    x = left
    for g in groups:
        base = _base_of_series(content, g)
        canvas.bar(x, 4.2, 14, bar, paint[g], f"stolpe {g}")
        canvas.text(x + 18, 11, names["serier"][g], f"gruppe {g}", weight=STRONG, colour=paint[g])
        after = x + 18 + faces[STRONG].width(names["serier"][g], TEXT)
        canvas.text(after, 11, base, f"base {g}", colour="dempet")
        x = after + faces[NORMAL].width(base, TEXT) + 18
    for k, f in enumerate(forms):
        x = left + k * (column + gap)
        canvas.heading(x, top - 7, titles[f], f"overskrift {f}", size=SMALL)
        _share_axis(canvas, x, track, (top - 2, foot), foot + 11)
        for n, i in enumerate(rows_shown):
            middle = top + pitch * (n + 0.5)
            for m, g in enumerate(groups):
                row = cells.get((g, i, f, aar))
                share, classes = _share(row), f"{g} {i} {f}"
                y = middle + (m - (len(groups) - 1) / 2) * 9.6
                length = track * float(share or 0)
                canvas.bar(x, y - bar / 2, length, bar, paint[g], f"stolpe {classes}")
                text = _sign(content, row) if row is None or share is None else number(row["verdi"])
                colour = "dempet" if share is None else paint[g]
                canvas.text(x + length + 3.5, y + MIDDLE * SMALL, text, f"verdi {classes}", size=SMALL, colour=colour)
    for n, i in enumerate(rows_shown):
        middle = top + pitch * (n + 0.5)
        canvas.lines(0, middle, faces.wrap(names["rader"][i], left - 8, TEXT, lines=2), f"navn {i}")
        if n:
            canvas.line([(0, middle - pitch / 2), (WIDE, middle - pitch / 2)], "rutenett", "skille")
    return canvas


def _bars_narrow(content: Content, faces: Faces) -> Canvas:
    """Partners below each other, each with its name above a thin bar per group; forms of cooperation two abreast."""
    cells, names, (aar,), paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups, forms = list(names["serier"]), list(names["kolonner"]) or [""]
    rows_shown = _by_share(content, forms)
    abreast, gap, bar, step = min(2, len(forms)), 14.0, 7.2, 9.8
    column = (NARROW - gap * (abreast - 1)) / abreast
    of_base = forms == [""]

    def label(row: Row | None) -> str:
        if of_base or row is None or _share(row) is None:
            return _of_base(content, row)
        return number(row["verdi"])

    labels = {(g, i, f): label(cells.get((g, i, f, aar))) for g in groups for i in rows_shown for f in forms}
    # A sign stands where its bar would have begun, so only the texts after a bar need room.
    after_bar = [t for (g, i, f), t in labels.items() if _share(cells.get((g, i, f, aar))) is not None]
    track = column - max((faces[NORMAL].width(t, SMALL) for t in after_bar), default=0) - 5
    titles = {f: faces.wrap(names["kolonner"][f], column, TEXT, STRONG, lines=3) if f else [] for f in forms}
    lead = 1.12 * TEXT
    key = 15.0 * len(groups) + 4
    head = max(lead * max(len(t) for t in titles.values()) + 6, 2)
    pitch = 15 + step * len(groups) + 3
    block = head + pitch * len(rows_shown) + 20
    canvas = Canvas(key + block * math.ceil(len(forms) / abreast), faces, NARROW)

    for n, g in enumerate(groups):
        base = "" if of_base else _base_of_series(content, g)
        canvas.bar(0, 4.2 + 15 * n, 14, bar, paint[g], f"stolpe {g}")
        canvas.text(18, 11 + 15 * n, names["serier"][g], f"gruppe {g}", weight=STRONG, colour=paint[g])
        after = 18 + faces[STRONG].width(names["serier"][g], TEXT)
        canvas.text(after, 11 + 15 * n, base, f"base {g}", colour="dempet")
    for k, f in enumerate(forms):
        x, top = (k % abreast) * (column + gap), key + (k // abreast) * block
        canvas.heading(x, top + head - 4, titles[f], f"overskrift {f}")
        foot = top + head + pitch * len(rows_shown)
        for n, i in enumerate(rows_shown):
            y = top + head + pitch * n
            canvas.text(x, y + 11, faces.wrap(names["rader"][i], column, TEXT, lines=1)[0], f"navn {i}")
            for m, g in enumerate(groups):
                row, at = cells.get((g, i, f, aar)), y + 15 + step * m
                share, classes = _share(row), f"{g} {i} {f}".strip()
                length = track * float(share or 0)
                if share is not None:
                    canvas.bar(x, at, track, bar, "tone", "spor")
                    canvas.bar(x, at, length, bar, paint[g], f"stolpe {classes}")
                left = x + (track if of_base and share is not None else length) + 4
                colour = "dempet" if share is None else paint[g]
                canvas.text(
                    left, at + bar / 2 + MIDDLE * SMALL, labels[g, i, f], f"verdi {classes}", size=SMALL, colour=colour
                )
        _share_axis(canvas, x, track, (foot, foot + 3), foot + 12, grid="linje")
    return canvas


def _lines(content: Content, faces: Faces, width: float) -> Canvas:
    """One line per group, every point with its percentage, and the number of services under each year.

    The groups' names stand beside the lines' ends, or above the lines where the drawing is narrow.
    """
    cells, names, years, paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups = list(names["serier"])
    narrow = width < WIDE
    top, plot, left = 38.0 if narrow else 20.0, 150.0, 30.0 if narrow else 34.0
    right = 12.0 if narrow else max(faces[STRONG].width(names["serier"][g], HEAD) for g in groups) + 32
    foot = top + plot
    table = foot + 36
    canvas = Canvas(table + 13 * len(groups) + 4, faces, width)
    indent = max(
        10.0 if narrow else 18.0, max(faces[NORMAL].width(names["serier"][g], SMALL) for g in groups) + 14 - left
    )
    span = width - left - right - indent

    def at(year: int) -> float:
        return left + indent + (span * (year - years[0]) / (years[-1] - years[0]) if len(years) > 1 else span / 2)

    def height(share: Fraction) -> float:
        return foot - plot * float(share)

    for tick in (0, 25, 50, 75, 100):
        y = height(Fraction(tick, 100))
        canvas.line([(left, y), (width - right, y)], "linje" if tick == 0 else "rutenett", "akse")
        text = f"{tick}{PROSENT if tick == 100 else ''}"
        canvas.text(left - 6, y + MIDDLE * SMALL, text, "akse", size=SMALL, colour="dempet", anchor="right")
    slot = span / max(1, len(years) - 1)
    labelled = _some_years(years, slot, 30)
    for year in labelled:
        canvas.text(at(year), foot + 14, str(year), "akse", size=TEXT, colour="blekk", anchor="center")

    shares = {
        (g, year): share
        for g in groups
        for year in years
        if (share := _share(cells.get((g, "", "", year)))) is not None
    }
    lines = {g: _points(content, at, height, {y: shares.get((g, y)) for y in years}) for g in groups}
    _series(canvas, paint, lines, "", width=2.2, every=True)
    for year in labelled:
        here = {g: shares[g, year] for g in groups if (g, year) in shares}
        present = sorted(here, key=here.__getitem__, reverse=True)
        for g, middle in zip(present, _beside_points([height(here[g]) for g in present], foot), strict=True):
            text, y = percent(here[g]), middle + MIDDLE * TEXT
            canvas.text(at(year), y, text, f"verdi {g} a{year}", weight=STRONG, colour=paint[g], anchor="center")
    ends = {g: max(year for year in years if (g, year) in shares) for g in groups if any(g == s for s, _ in shares)}
    if narrow:
        _key_of_lines(canvas, content, 0)
    else:
        for g, y in zip(ends, _spread([height(shares[end]) for end in ends.items()], 12, top, foot), strict=True):
            look = {"size": HEAD, "weight": STRONG, "colour": paint[g]}
            canvas.text(width - right + 26, y + MIDDLE * HEAD, names["serier"][g], f"gruppe {g}", **look)

    _bases(canvas, content, table, {year: at(year) for year in labelled})
    return canvas


def _beside_points(heights: Sequence[float], foot: float) -> list[float]:
    """Where the values of points stand, the highest point first: it above its line, the others below theirs."""
    middles = [y + (10 if n else -10) for n, y in enumerate(heights)]
    if middles and middles[-1] > foot - 4:  # no room under the lower line: both stand above it
        return [min(middles[0], middles[-1] - 30), middles[-1] - 20][-len(middles) :]
    return middles


def _bases(canvas: Canvas, content: Content, top: float, columns: Mapping[int, float]) -> None:
    """A table of the bases from `top`: a row per group, the years in columns by their middle."""
    cells, paint = _cells(content), content["farger"]
    canvas.text(0, top - 9, content["ord"]["antall_i_alt"], "base", size=SMALL, colour="dempet")
    for n, (g, name) in enumerate(content["navn"]["serier"].items()):
        y = top + 4 + 13 * n
        canvas.text(0, y, name, f"base {g}", size=SMALL, colour=paint[g])
        for year, x in columns.items():
            row = cells.get((g, "", "", year))
            text = number(row["nevner"]) if row and row["nevner"] is not None else _sign(content, row)
            canvas.text(x, y, text, f"base {g} a{year}", size=SMALL, colour=paint[g], anchor="center")


def _grid(count: int, axis: float, gap: float, most: int, width: float) -> tuple[int, float]:
    """Number of columns and width of a panel for `count` small multiples; two abreast where the drawing is narrow."""
    columns = min(count, 2 if width < WIDE else most if count <= most * 3 else most + 1)
    return columns, (width - axis - gap * (columns - 1)) / columns


def _lines_per_row(content: Content, faces: Faces, width: float) -> Canvas:
    """One panel per partner, one line per group, on one common axis; the first and last percentage at the line's
    ends."""
    cells, names, years, paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups = list(names["serier"])
    shares = {key: share for key, row in cells.items() if (share := _share(row)) is not None}
    rows_shown = _by_weight(content, lambda i: _total(shares.get((g, i, "", years[-1])) for g in groups))
    ticks = _ticks(max((100 * s for s in shares.values()), default=0), 5)
    narrow = width < WIDE
    axis, gap = (28.0, 10.0) if narrow else (30.0, 14.0)
    shown_shares = [percent(s) for s in shares.values()]
    margin = max((faces[STRONG].width(t, SMALL) for t in shown_shares), default=0) + 8
    columns, panel = _grid(len(rows_shown), axis, gap, 3, width)
    rows = math.ceil(len(rows_shown) / columns)
    titles = {i: faces.wrap(names["rader"][i], panel, TEXT, STRONG) for i in rows_shown}
    lead = 1.12 * TEXT
    head, years_below, key = 8 + lead * max(len(t) for t in titles.values()), 14.0, 20.0
    plot = 60.0 if narrow else min(70.0, max(38.0, (FIGUR["hoyde"] - key) / rows - head - years_below - 7))
    pitch = head + plot + years_below + 7
    canvas = Canvas(key + pitch * rows - 7, faces, width)
    _key_of_lines(canvas, content, 0 if narrow else axis)
    for n, i in enumerate(rows_shown):
        left, top = axis + (n % columns) * (panel + gap), key + (n // columns) * pitch
        foot = top + head + plot

        canvas.heading(left, top + head - 8, titles[i], f"overskrift {i}")
        for tick in ticks:
            y = foot - plot * tick / ticks[-1]
            canvas.line([(left, y), (left + panel, y)], "linje" if tick == 0 else "rutenett", "akse")
            if n % columns == 0:
                text = f"{tick}{PROSENT if tick == ticks[-1] else ''}"
                canvas.text(left - 5, y + MIDDLE * SMALL, text, "akse", size=SMALL, colour="dempet", anchor="right")
        first, last = left + margin, left + panel - margin

        def at(year: int, first: float = first, last: float = last) -> float:
            return first + (last - first) * ((year - years[0]) / (years[-1] - years[0]) if len(years) > 1 else 0.5)

        def height(share: Fraction, foot: float = foot) -> float:
            return foot - plot * float(100 * share) / ticks[-1]

        for year in dict.fromkeys((years[0], years[-1])):
            canvas.text(at(year), foot + 11, str(year), "akse", size=SMALL, colour="dempet", anchor="center")
        lines = {g: _points(content, at, height, {y: shares.get((g, i, "", y)) for y in years}) for g in groups}
        _series(canvas, paint, lines, i, width=1.7, every=False)
        for year, shift, anchor in ((years[0], -6, "right"), (years[-1], 6, "left"))[
            -len(set(years[:1] + years[-1:])) :
        ]:
            here = {g: share for g in groups if (share := shares.get((g, i, "", year))) is not None}
            heights = _spread([height(s) for s in here.values()], 9.0, top + head + 2, foot - 1 - DESCENT * SMALL)
            look: dict[str, Any] = {"size": SMALL, "weight": STRONG, "anchor": anchor}
            for (g, share), y in zip(here.items(), heights, strict=True):
                classes = f"verdi {g} {i} a{year}"
                canvas.text(at(year) + shift, y + MIDDLE * SMALL, percent(share), classes, colour=paint[g], **look)
    return canvas


def _columns_per_row(content: Content, faces: Faces, width: float) -> Canvas:
    """One panel per partner, or a single one, with one column per year: another unit, so another shape and another
    colour. A line stands before the first year after a break in the series."""
    cells, names, years, paint = _cells(content), content["navn"], content["aar"], content["farger"]
    (group,) = names["serier"]
    colour = paint[group]

    def count(code: str, year: int) -> Fraction | int | None:
        return (cells.get((group, code, "", year)) or {"verdi": None})["verdi"]

    rows_shown = _by_weight(content, lambda i: count(i, years[-1]) or 0) or [""]
    ticks = _ticks(max((r["verdi"] or 0 for r in content["rader"]), default=0), 1)
    axis, gap = max(26.0, 6 + max(faces[NORMAL].width(number(tick), SMALL) for tick in ticks)), 16.0
    columns, panel = _grid(len(rows_shown), axis, gap, 4, width)
    rows = math.ceil(len(rows_shown) / columns)
    titles = {i: faces.wrap(name, panel, TEXT, STRONG) for i, name in (names["rader"] or {"": ""}).items()}
    lead = 1.12 * TEXT
    head, years_below, between = 12 + lead * max(len(t) for t in titles.values()), 14.0, 12.0
    key = 22.0
    room = (FIGUR["hoyde"] + between - key - 1) / rows - head - years_below - between
    plot = 60.0 if width < WIDE else min(84.0, max(46.0, room))
    plot *= 2 if len(rows_shown) == 1 else 1
    pitch = head + plot + years_below + between
    canvas = Canvas(key + pitch * rows - between + 1, faces, width)
    canvas.bar(axis, 4.2, 14, 7.2, colour, f"stolpe {group}")
    canvas.text(axis + 18, 11, names["serier"][group], f"gruppe {group}", size=HEAD, weight=STRONG, colour=colour)
    slot = panel / len(years)
    widest = max(faces[STRONG].width(_number(content, r["verdi"] or 0), TEXT) for r in content["rader"])
    labelled = _some_years(years, slot, max(widest, faces[NORMAL].width("2020", SMALL)) + 3)
    for n, i in enumerate(rows_shown):
        left, top = axis + (n % columns) * (panel + gap), key + (n // columns) * pitch
        foot = top + head + plot
        canvas.heading(left, top + head - 12, titles[i], f"overskrift {i}")
        for tick in ticks[1:]:
            y = foot - plot * tick / ticks[-1]
            canvas.line([(left, y), (left + panel, y)], "rutenett", "akse")
        for tick in ticks if n % columns == 0 else []:
            y = foot - plot * tick / ticks[-1]
            canvas.text(left - 5, y + MIDDLE * SMALL, number(tick), "akse", size=SMALL, colour="dempet", anchor="right")
        for k, year in enumerate(years):
            middle, value = left + slot * (k + 0.5), count(i, year)
            tall = plot * (value or 0) / ticks[-1]
            wide = min(24.0, slot * 0.68)
            canvas.bar(middle - wide / 2, foot - tall, wide, tall, colour, f"stolpe {group} {i} a{year}")
            if year in labelled:
                side = {years[0]: "left", years[-1]: "right"} if len(labelled) < len(years) else {}
                anchor = side.get(year, "center")
                edge = {"left": left, "right": left + panel, "center": middle}[anchor]
                row = cells.get((group, i, "", year))
                text = _sign(content, row) if row is None or value is None else _marked(content, row)
                look = {"weight": STRONG, "colour": colour, "anchor": anchor}
                canvas.text(edge, foot - tall - 3.5, text, f"verdi {group} {i} a{year}", **look)
                canvas.text(edge, foot + 11, str(year), "akse", size=SMALL, colour="dempet", anchor=anchor)
            if year in content["brudd"]:
                before = [(left + slot * k, top + head - 8), (left + slot * k, foot + 14)]
                canvas.line(before, "blekk", "brudd", width=1.2, dashes=(3, 2))
        canvas.line([(left, foot), (left + panel, foot)], "linje", "akse")
    return canvas


# The drawer of each kind in `FIGURE_KINDS`.
DRAWERS: dict[str, Callable[[Content, Faces, float], Canvas]] = {
    "stolper": lambda content, faces, width: (_bars if width == WIDE else _bars_narrow)(content, faces),
    "stolper_i_kolonner": lambda content, faces, width: (_bars_in_columns if width == WIDE else _bars_narrow)(
        content, faces
    ),
    "linjer": _lines,
    "linjer_per_rad": _lines_per_row,
    "soyler": _columns_per_row,
    "soyler_per_rad": _columns_per_row,
}


def canvas_of(content: Content, faces: Faces, width: float = WIDE) -> Canvas:
    """The drawing of `content` (from `figures.content`) as a canvas of `width`, WIDE or NARROW: its `figure` is
    matplotlib's, its `boxes` are the texts'. Raises `Problems` for a kind of figure that nothing here draws, and for
    content that does not fill what its kind needs."""
    slag, place = content["slag"], f"figur {content['figur']}"
    if slag not in DRAWERS:
        found = f"slaget {shown(slag)}, som ikke har noen tegner"
        fix = "Rett slaget i data/statistikk, eller legg tegneren til i DRAWERS i figures/charts.py."
        raise one_problem("figures/charts.py", place, found, f"en av {', '.join(DRAWERS)}", fix)
    kind = FIGURE_KINDS[slag]
    lacking = [role for role in kind.roller if not content["navn"][role]]
    lacking += ["ett år"] if kind.ett_aar and len(content["aar"]) != 1 else []
    if lacking:
        wanted = ", ".join((*kind.roller, *["ett år"] * kind.ett_aar))
        fix = "Velg et annet slag, eller rett hva figuren viser."
        raise one_problem("data/statistikk", place, f"ikke {' og '.join(lacking)}", f"{wanted} for {shown(slag)}", fix)
    return DRAWERS[slag](content, faces, width)


def draw(content: Content, faces: Faces, rendering: str = "bred") -> bytes:
    """One rendering of `content` as a file: the same bytes whatever the settings, fonts and place of the machine.

    Parameters: `rendering`, one of `figures.RENDERINGS`: `bred` and `smal` are SVG for the page, without title and with
    text as text; the others are for those who take the figure elsewhere, with its title, bases, source and origin in
    the picture, and with outlines in place of letters, so that it looks the same where the font is not at hand.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "krisestat", "path.simplify": False})
        if rendering in ("bred", "smal"):
            fid = content["figur"] if rendering == "bred" else f"{content['figur']}-smal"
            return (
                canvas_of(content, faces, WIDE if rendering == "bred" else NARROW).svg(fid, content["tittel"]).encode()
            )
        matplotlib.rcParams["svg.fonttype"] = "path"
        canvas = canvas_of(content, faces)
        canvas.frame(content["tittel"], content["noter"], SHARED[1] / SHARED[0] if rendering == "deling" else 0.0)
        return canvas.file(rendering, content["tittel"])
