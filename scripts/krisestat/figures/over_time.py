"""Figures over time: shares and numbers as lines, alone, in small panels or as slopes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import number, percent
from krisestat.figures.canvas import (
    ASCENT,
    CONTINUED,
    DESCENT,
    HEAD,
    MIDDLE,
    NORMAL,
    PROSENT,
    SMALL,
    STRONG,
    TEXT,
    WIDE,
    Canvas,
    Content,
    Faces,
)
from krisestat.figures.content import changes
from krisestat.figures.design import FIGUR
from krisestat.figures.parts import (
    MOST_ROWS,
    cells_of,
    draw_series,
    key_of_series,
    label_column,
    marked_text,
    number_text,
    points_of,
    rest_told,
    share_of,
    sign_read,
    some_years,
    spread,
    ticks_to,
    told_of,
    told_value,
    unbroken,
)
from krisestat.model.declared import FIGURE_KINDS

MOST_SLOPES = 8  # that have their names beside them
FAR = 5  # percentage points that stand out


def _beside_points(heights: Sequence[float], top: float, foot: float) -> list[float]:
    """Where the values of points stand, the highest point first: it above its line, the others below theirs, apart."""
    return spread([y + (10 if n else -10) for n, y in enumerate(heights)], 10, top, foot - 5)


def _grid(count: int, gap: float, width: float) -> tuple[int, float]:
    """Number of columns and width of a panel for `count` small multiples; two abreast where the drawing is narrow."""
    columns = max(1, min(count, 2 if width < WIDE else 3))
    return columns, (width - gap * (columns - 1)) / columns


def lines_per_row(content: Content, faces: Faces, width: float) -> Canvas:
    """One panel per row, one line per series, on one common axis: the first and last percentage at the line's ends, the
    change in words, and a ground under those in which every series went the same way. Sorted by the change of the first
    series. One year alone stands as bars."""
    names, years, paint, words = content["navn"], content["aar"], content["farger"], content["ord"]
    if len(years) == 1:
        return _sorted_bars(content, faces, width)
    groups = list(names["serier"])
    shares: dict[str, dict[tuple[str, int], Fraction]] = {i: {} for i in names["rader"]}
    for (g, i, _, year), row in cells_of(content).items():
        if (share := share_of(row)) is not None:
            shares[i][g, year] = share
    found = changes(content)
    moved = {i: [found.get((i, g)) for g in groups] for i in names["rader"]}
    far = {i for i, own in moved.items() if _same_way(own)}
    first = {i: -1000 if own[0] is None else own[0] for i, own in moved.items()}
    order = sorted(names["rader"], key=lambda i: -first[i])
    if len(order) > MOST_ROWS:
        most = sorted(order, key=lambda i: -max((abs(c) for c in moved[i] if c is not None), default=-1))
        order = [i for i in order if i in most[:MOST_ROWS]]
    said = {i: _change_said(content, groups[0], own[0]) for i, own in moved.items()}
    ticks = ticks_to(max((100 * s for found in shares.values() for s in found.values()), default=0), 5)
    gap = 10.0
    columns, panel = _grid(len(order), gap, width)
    rows, lead = math.ceil(len(order) / columns), 1.15 * SMALL
    titles = {
        i: faces.wrap(names["rader"][i], panel - 10, TEXT, STRONG if i in far else NORMAL, lines=3) for i in order
    }
    below = {i: [line for line in faces.wrap(said[i], panel - 10, SMALL) if said[i]] for i in order}
    head = 11 + 1.12 * TEXT * max(map(len, titles.values())) + lead * max(map(len, below.values()))
    key, foot = key_of_series(Canvas(1, faces, width), content), 15.0
    plot = 52.0 if width < WIDE else min(64.0, max(30.0, (FIGUR["hoyde"] + gap - key) / rows - head - foot - gap - 8))
    pitch = head + 8 + plot + foot + gap
    canvas = Canvas(key + pitch * rows - gap, faces, width)
    key_of_series(canvas, content)
    widest = max((faces[STRONG].width(percent(s), SMALL) for f in shares.values() for s in f.values()), default=0)
    for n, i in enumerate(order):
        left, top = (n % columns) * (panel + gap), key + (n // columns) * pitch
        if i in far:
            canvas.bar(left, top, panel, pitch - gap, "tone", f"framhevet {i}")
        look: dict[str, Any] = {"weight": STRONG} if i in far else {}
        for k, line in enumerate(titles[i]):
            classes = f"overskrift {i}" + CONTINUED * (k > 0)
            canvas.text(left + 5, top + 5 + TEXT * ASCENT + 1.12 * TEXT * k, line, classes, **look)
        y = top + 5 + 1.12 * TEXT * len(titles[i])
        for k, line in enumerate(below[i]):
            classes = f"endring {i}" + CONTINUED * (k > 0)
            canvas.text(left + 5, y + lead * (k + 0.8), line, classes, size=SMALL, colour=paint[groups[0]], **look)
        box = (left + 5 + widest + 9, top + head + 8, panel - 2 * (5 + widest + 9), plot)
        _small_lines(canvas, content, box, i, shares[i], ticks, "tone" if i in far else "papir", n == 0)
    if len(order) < len(names["rader"]):
        canvas.cut(rest_told(canvas, canvas.height, [words["tabellen"]]))
    return canvas


def _change_said(content: Content, serie: str, change: int | None) -> str:
    """A change in words: «Kvinner: opp 18 prosentpoeng»; nothing where there is none to tell."""
    if change is None:
        return ""
    way = "opp" if change > 0 else "ned" if change < 0 else "likt"
    return str(content["ord"][way].format(navn=content["navn"]["serier"][serie], n=abs(change)))


def _same_way(changes: Sequence[int | None]) -> bool:
    """Whether every series went the same way, by as much as can be seen."""
    found = [change for change in changes if change is not None]
    return len(found) == len(changes) and (min(found) >= FAR or max(found) <= -FAR)


def _small_lines(
    canvas: Canvas,
    content: Content,
    box: tuple[float, float, float, float],
    code: str,
    shares: Mapping[tuple[str, int], Fraction],
    ticks: Sequence[int],
    ground: str,
    with_axis: bool,
) -> None:
    """The lines of one panel in a box, with the percentages at their ends on a halo of the panel's ground."""
    left, top, wide, plot = box
    years, paint, groups = content["aar"], content["farger"], list(content["navn"]["serier"])
    foot, right = top + plot, left + wide

    def at(year: int) -> float:
        return left + wide * (year - years[0]) / (years[-1] - years[0])

    def height(share: Fraction) -> float:
        return foot - plot * float(100 * share) / ticks[-1]

    for tick in ticks:
        y = foot - plot * tick / ticks[-1]
        canvas.line([(left - 4, y), (right + 4, y)], "linje" if tick == 0 else "rutenett", "akse")
    if with_axis:
        canvas.text(left - 4, top - 3, f"{ticks[-1]}{PROSENT}", "akse", size=SMALL, colour="dempet", halo=ground)
    if not shares:
        row = cells_of(content).get((groups[0], code, "", years[-1]))
        canvas.text(left, top + plot / 2, sign_read(content, row), f"verdi {code}", size=SMALL, colour="dempet")
    for year in (years[0], years[-1]):
        canvas.text(at(year), foot + 11, str(year), "akse", size=SMALL, colour="dempet", anchor="center")
    lines = {g: points_of(content, at, height, {y: shares.get((g, y)) for y in years}) for g in groups}
    strong = ground == "tone"
    draw_series(canvas, paint, lines, code, width=2.2 if strong else 1.2, every=False)
    _told_points(canvas, content, {(g, y): (at(y), height(s)) for (g, y), s in shares.items()}, code)
    for year, shift, anchor in ((years[0], -6, "right"), (years[-1], 6, "left")):
        here = {g: share for g in groups if (share := shares.get((g, year))) is not None}
        heights = spread([height(s) for s in here.values()], 9.5, top - 2, foot - 1 - DESCENT * SMALL)
        look: dict[str, Any] = {"size": SMALL, "anchor": anchor, "weight": STRONG if strong else NORMAL}
        for (g, share), y in zip(here.items(), heights, strict=True):
            classes = f"verdi {g} {code} a{year}"
            x, middle = at(year) + shift, y + MIDDLE * SMALL
            canvas.text(x, middle, percent(share), classes, colour=paint[g], halo=ground, **look)


def _told_points(
    canvas: Canvas, content: Content, points: Mapping[tuple[str, int], tuple[float, float]], code: str
) -> None:
    """An unseen mark over the points of each year, for whoever points at them."""
    cells, names = cells_of(content), content["navn"]["serier"]
    for year in dict.fromkeys(year for _, year in sorted(points, key=lambda spot: spot[1])):
        here = {g: at for (g, of), at in points.items() if of == year}
        numbers = {g: told_value(content, cells[g, code, "", year]) for g in here}
        each = [f"{names[g]} {text}" if len(names) > 1 else text for g, text in numbers.items()]
        x, ys = next(iter(here.values()))[0], [y for _, y in here.values()]
        classes, said = (
            " ".join(filter(None, ["flate", code, f"a{year}"])),
            told_of(content, ", ".join(each), year, rader=code),
        )
        canvas.bar(x - 4, min(ys) - 4, 8, max(ys) - min(ys) + 8, "papir", classes, opacity=0, told=said)


def over_time(content: Content, faces: Faces, width: float) -> Canvas:
    """Numbers or shares over time, a line for each series, or one. A break is a line across, with its year, and the
    lines stop at it; what is counted in the new way stands on a ground of its own. A number as it was counted before
    the break is a hollow mark with a text of its own, and no line goes to it."""
    cells, years, paint = cells_of(content), content["aar"], content["farger"]
    groups, shares = list(content["navn"]["serier"]), FIGURE_KINDS[content["slag"]].andel
    values = {(g, year): value for (g, _, _, year), row in cells.items() if (value := _shown(content, row)) is not None}
    old = {(g, year): row["for_brudd"] for (g, _, _, year), row in cells.items() if "for_brudd" in row}
    highest = max((*values.values(), *old.values()), default=0)
    ticks = [0, 25, 50, 75, 100] if shares else ticks_to(highest, 1)
    texts = {spot: _said(content, cells[spot[0], "", "", spot[1]]) for spot in values}
    key = key_of_series(Canvas(1, faces, width), content)
    told = {text: faces.wrap(text, width * 0.55, SMALL, lines=4) for _, text in content["hendelser"]}
    noted = key + 12 * (len(_broken(content)) > 0)
    plot, top = 150.0, noted + 11 * sum(map(len, told.values())) + 8
    axis = max(faces[NORMAL].width(number(tick), SMALL) for tick in ticks) + 6 + 10 * shares
    widest = max((faces[STRONG].width(text, SMALL) for text in texts.values()), default=0)
    edge = max(widest, faces[NORMAL].width("2020", SMALL)) / 2
    left, right, foot = axis + edge, width - edge - 4, top + plot
    canvas = Canvas(foot + 18, faces, width)
    key_of_series(canvas, content)
    step = (right - left) / max(1, len(years) - 1)

    def at(year: int) -> float:
        return left + (step * (year - years[0]) if len(years) > 1 else step / 2)

    def height(value: Fraction | int) -> float:
        return foot - plot * float(value) / ticks[-1]

    _breaks(canvas, content, at, (key, foot), (axis, width))
    for year, text in content["hendelser"]:
        noted = _event(canvas, at(year), (noted, foot), told[text])
    for tick in ticks:
        y, text = height(tick), number(tick) + PROSENT * (shares and tick == ticks[-1])
        canvas.line([(axis, y), (width, y)], "rutenett" if tick else "linje", "akse")
        canvas.text(axis - 4, y + MIDDLE * SMALL, text, "akse", size=SMALL, colour="dempet", anchor="right")
    for year in some_years(years, step, faces[NORMAL].width("2020", SMALL) + 3):
        canvas.text(at(year), foot + 12, str(year), "akse", size=SMALL, colour="dempet", anchor="center")
    lines = {g: points_of(content, at, height, {y: values.get((g, y)) for y in years}) for g in groups}
    draw_series(canvas, paint, lines, "", width=2.2, every=True)
    _told_points(canvas, content, {(g, y): (at(y), height(v)) for (g, y), v in values.items()}, "")
    for year in _telling(content, step >= widest + 4):
        here = {g: height(values[g, year]) for g in groups if (g, year) in values}
        order = sorted(here, key=here.__getitem__)
        for g, y in zip(order, _beside_points([here[g] for g in order], top - 8, foot), strict=True):
            look: dict[str, Any] = {"size": SMALL, "weight": STRONG, "colour": paint[g], "anchor": "center"}
            classes = f"verdi {g} a{year}"
            canvas.text(at(year), y + MIDDLE * SMALL, texts[g, year], classes, halo=_ground(content, year), **look)
    if not values:
        sign = sign_read(content, next(iter(cells.values()), None))
        canvas.text((left + right) / 2, top + plot / 2, sign, "verdi", colour="dempet", anchor="center")
    _as_before(canvas, content, {spot: (at(spot[1]), height(value)) for spot, value in old.items()}, at, foot)
    return canvas


def _shown(content: Content, row: Row | None) -> Fraction | int | None:
    """What a row is drawn as: its percentage where the kind shows shares, or else its number."""
    if not FIGURE_KINDS[content["slag"]].andel:
        return row["verdi"] if row else None
    return None if (share := share_of(row)) is None else 100 * share


def _said(content: Content, row: Row) -> str:
    """The same in text."""
    share = share_of(row) if FIGURE_KINDS[content["slag"]].andel else None
    return marked_text(content, row) if share is None else percent(share)


def _broken(content: Content) -> list[int]:
    """The breaks within what is shown."""
    return [year for year in content["brudd"] if content["aar"][0] < year <= content["aar"][-1]]


def _ground(content: Content, year: int) -> str:
    """What the numbers of a year stand on: the ground of a new way of counting, or the paper."""
    return "tone" if any(year >= first for first in _broken(content)) else "papir"


def _telling(content: Content, room: bool) -> list[int]:
    """The years that have their number beside them: all where there is room, or else the ends and those at a break."""
    years = content["aar"]
    beside = {year for first in _broken(content) for year in (first - 1, first)}
    return list(years) if room else sorted({years[0], years[-1]} | (beside if len(years) > 4 else set()))


def _breaks(
    canvas: Canvas, content: Content, at: Callable[[int], float], ends: tuple[float, float], sides: tuple[float, float]
) -> None:
    """The ground of what is counted in a new way, and a line with the year where each new way begins."""
    words, (top, foot), faces = content["ord"], ends, canvas.faces
    for n, year in enumerate(_broken(content)):
        x = (at(year) + at(year - 1)) / 2
        if not n:
            canvas.bar(x, top, sides[1] - x, foot - top, "tone", "ny-telling")
        canvas.line([(x, top), (x, foot)], "linje", "brudd", width=1.0, dashes=(3, 2))
        text = words["brudd"].format(aar=year)
        wide = faces[STRONG].width(text, SMALL)
        anchor, edge = ("right", x - 4) if x - 4 - wide >= sides[0] else ("left", x + 4)
        canvas.text(edge, top + 9, text, "brudd", size=SMALL, weight=STRONG, anchor=anchor)
        told = words["brudd_forklart"]
        if (
            n == len(_broken(content)) - 1
            and anchor == "right"
            and x + 4 + faces[NORMAL].width(told, SMALL) <= sides[1]
        ):
            canvas.text(x + 4, top + 9, told, "brudd", size=SMALL, colour="dempet")


def _event(canvas: Canvas, x: float, ends: tuple[float, float], lines: Sequence[str]) -> float:
    """What happened in a year, over the plot, with a line down to it; returns where its text ends."""
    top, foot = ends
    canvas.line([(x, top + 2), (x, foot)], "dempet", "hendelse", width=0.7, dashes=(1, 2))
    wide = max(canvas.faces[NORMAL].width(line, SMALL) for line in lines)
    left = x + 4 if x + 4 + wide <= canvas.width else max(0.0, x - 4 - wide)
    for n, line in enumerate(lines):
        classes = "hendelse" + CONTINUED * (n > 0)
        canvas.text(left, top + 9 + 11 * n, line, classes, size=SMALL, colour="dempet", halo="papir")
    return top + 11 * len(lines)


def _as_before(
    canvas: Canvas,
    content: Content,
    points: Mapping[tuple[str, int], tuple[float, float]],
    at: Callable[[int], float],
    foot: float,
) -> None:
    """Numbers as they were counted before a break: a hollow mark, a dotted line, and a text under the lines, on the
    ground of the new way of counting."""
    cells, words, faces = cells_of(content), content["ord"], canvas.faces
    taken = -1.0
    for (g, year), (x, y) in sorted(points.items(), key=lambda one: one[1]):
        value = number_text(content, cells[g, "", "", year]["for_brudd"])
        said = words["som_foer"].format(verdi=value, aar=year)
        lines = faces.wrap(said, 84, SMALL, STRONG, lines=3)
        wide = max(faces[STRONG].width(line, SMALL) for line in lines)
        edge = max(((at(first) + at(first - 1)) / 2 for first in _broken(content) if first <= year), default=0.0)
        middle = min(max(x, edge + wide / 2 + 3), canvas.width - wide / 2 - 2)
        place = y + 34 if y + 34 + 10 * len(lines) < foot else y - 34 - 10 * len(lines)
        if middle - wide / 2 < taken:  # no room beside the one before: its number is told when it is pointed at
            lines = []
        else:
            taken = middle + wide / 2 + 4
            canvas.line(
                [(x, y), (x, place - 2 if place > y else place + 10 * len(lines))],
                "dempet",
                "til",
                dashes=(1, 2),
                width=0.9,
            )
        canvas.mark(x, y, content["farger"][g], f"punkt for-brudd {g} a{year}", size=7.5, told=said, hollow="papir")
        look: dict[str, Any] = {"size": SMALL, "weight": STRONG, "anchor": "center", "halo": _ground(content, year)}
        for n, line in enumerate(lines):
            classes = f"verdi for-brudd {g} a{year}" + CONTINUED * (n > 0)
            canvas.text(middle, place + 8 + 10 * n, line, classes, colour="blekk", **look)


def slopes(content: Content, faces: Faces, width: float) -> Canvas:
    """Rows over time as lines on one axis, each with its number at both ends and its name beside the last; those that
    went another way than most are strong. One year alone stands as bars."""
    names, years, words = content["navn"], content["aar"], content["ord"]
    (group,), cells = names["serier"], cells_of(content)
    values = {(i, y): row["verdi"] for (_, i, _, y), row in cells.items() if row["verdi"] is not None}
    if len(years) == 1:
        return _sorted_bars(content, faces, width)
    shown_rows = sorted((i for i in names["rader"] if (i, years[-1]) in values), key=lambda i: -values[i, years[-1]])
    without = [i for i in names["rader"] if i not in shown_rows]
    strong = _other_way(values, shown_rows, years)
    named = shown_rows if len(shown_rows) <= MOST_SLOPES else [i for i in shown_rows if i in strong]
    highest = max(values.values(), default=0)
    narrow, colour = width < WIDE, content["farger"][group]
    text = {spot: number_text(content, value) for spot, value in values.items()}
    wide = max((faces[STRONG].width(one, SMALL) for one in text.values()), default=0)
    labels = {i: faces.wrap(names["rader"][i], 92 if narrow else 150, SMALL, STRONG, lines=3) for i in named}
    beside = max((faces[STRONG].width(line, SMALL) for lines in labels.values() for line in lines), default=0)
    left, right = wide + 8, width - wide - beside - 16
    lines_of = sum(len(lines) for lines in labels.values())
    top, plot = 34.0, max(210.0 if narrow else 225.0, 9.6 * lines_of + 4 * len(named))
    foot = top + plot
    canvas = Canvas(9000, faces, width)
    canvas.text(0, 9, names["serier"][group], f"gruppe {group}", size=HEAD, weight=STRONG, colour=colour)

    def at(year: int) -> float:
        return left + (right - left) * (year - years[0]) / (years[-1] - years[0])

    def height(value: Fraction | int) -> float:
        return foot - plot * float(value) / float(highest or 1)

    for year in some_years(years, (right - left) / (len(years) - 1), 26):
        canvas.text(at(year), 23, str(year), "akse", size=SMALL, colour="dempet", anchor="center")
        canvas.line([(at(year), 27), (at(year), foot)], "rutenett", "akse")
    canvas.line([(left - 5, foot), (right + 5, foot)], "linje", "akse")
    canvas.text(left - 7, foot + MIDDLE * SMALL, "0", "akse", size=SMALL, colour="dempet", anchor="right")
    for first in _broken(content):
        x = (at(first) + at(first - 1)) / 2
        canvas.line([(x, 27), (x, foot)], "blekk", "brudd", width=1.0, dashes=(3, 2))
        canvas.text(x, foot + 11, words["brudd"].format(aar=first), "brudd", size=SMALL, weight=STRONG, anchor="center")
    for i in shown_rows:
        _slope(canvas, content, i, at, height, values, i in strong, i in named)
    _slope_labels(canvas, content, (left, right, top, foot), named, height, values, labels, strong)
    rest = [words["tabellen"]] if len(named) < len(shown_rows) else []
    if without:
        sign = sign_read(content, cells.get((group, without[0], "", years[-1])))
        rest.append(f"{sign} ({years[-1]}): {', '.join(names['rader'][i] for i in without)}")
    canvas.cut(rest_told(canvas, foot + 16, rest))
    return canvas


def _other_way(values: Mapping[tuple[str, int], Any], rows: Sequence[str], years: Sequence[int]) -> set[str]:
    """The rows that went another way than most did; among very many, those that changed most."""
    changes = {i: values[i, years[-1]] - values[i, years[0]] for i in rows if (i, years[0]) in values}
    if len(rows) > MOST_SLOPES:
        return set(sorted(changes, key=lambda i: -abs(changes[i]))[:3])
    up = {i for i, change in changes.items() if change > 0}
    down = {i for i, change in changes.items() if change < 0}
    fewer = min(up, down, key=len)
    return fewer if len(fewer) * 3 <= len(changes) else set()


def _slope(
    canvas: Canvas,
    content: Content,
    code: str,
    at: Callable[[int], float],
    height: Callable[[Any], float],
    values: Mapping[tuple[str, int], Any],
    strong: bool,
    named: bool,
) -> None:
    """The line of one row, broken where a year is missing or counted otherwise, with a mark for each year."""
    (group,) = content["navn"]["serier"]
    colour = content["farger"][group] if named else "linje"
    line = {year: values.get((code, year)) for year in content["aar"]}
    for run in unbroken(points_of(content, at, height, line)):
        if len(run) > 1:
            canvas.line(run, colour, f"linje {group} {code}", width=2.4 if strong else 1.2)
    for year, value in line.items():
        if value is not None:
            size = 5.6 if strong else 3.8
            row = cells_of(content)[group, code, "", year]
            said = told_of(content, told_value(content, row), year, rader=code)
            canvas.mark(at(year), height(value), colour, f"punkt {group} {code} a{year}", size=size, told=said)


def _slope_labels(
    canvas: Canvas,
    content: Content,
    box: tuple[float, float, float, float],
    named: Sequence[str],
    height: Callable[[Any], float],
    values: Mapping[tuple[str, int], Any],
    labels: Mapping[str, Sequence[str]],
    strong: set[str],
) -> None:
    """The numbers at the ends of lines, and the names beside the last, apart from each other."""
    left, right, top, foot = box
    years, (group,) = content["aar"], content["navn"]["serier"]
    colour, lead = content["farger"][group], 9.6
    ends = (
        (years[0], left - 6, "right", 9.8),
        (years[-1], right + 6, "left", lead * max(map(len, labels.values()), default=1) + 2),
    )
    for year, x, anchor, apart in ends:
        own = [i for i in named if (i, year) in values]
        apart = min(apart, (foot - top) / max(1, len(own)))
        for i, y in zip(own, spread([height(values[i, year]) for i in own], apart, top, foot - 9.6), strict=True):
            weight = STRONG if i in strong or year == years[-1] else NORMAL
            look: dict[str, Any] = {"size": SMALL, "weight": weight, "anchor": anchor, "halo": "papir"}
            text = marked_text(content, cells_of(content)[group, i, "", year])
            canvas.text(x, y + MIDDLE * SMALL, text, f"verdi {group} {i} a{year}", colour=colour, **look)
            if year == years[-1]:
                beside = (
                    x + max(canvas.faces[STRONG].width(number_text(content, values[k, year]), SMALL) for k in own) + 5
                )
                canvas.lines(beside, y, labels[i], f"navn {i}", size=SMALL, weight=STRONG if i in strong else NORMAL)


def _sorted_bars(content: Content, faces: Faces, width: float) -> Canvas:
    """One year of rows: a bar for each series, the row with the highest of the first series on top."""
    cells, names, (aar,), narrow = cells_of(content), content["navn"], content["aar"], width < WIDE
    groups, paint = list(names["serier"]), content["farger"]
    rows = {(i, g): cells.get((g, i, "", aar)) for i in names["rader"] for g in groups}
    values = {spot: value for spot, row in rows.items() if (value := _shown(content, row)) is not None}
    order = sorted(names["rader"], key=lambda i: -values.get((i, groups[0]), -1))
    text = {
        spot: _said(content, row) if row and spot in values else sign_read(content, row) for spot, row in rows.items()
    }
    left, step = 0.0 if narrow else label_column(faces, names["rader"].values(), 170), 12.0
    track = width - left - max(faces[STRONG].width(one, TEXT) for one in text.values()) - 6
    highest, above = 100 if FIGURE_KINDS[content["slag"]].andel else max(values.values(), default=0), 13.0 * narrow
    top, pitch = key_of_series(Canvas(1, faces, width), content), above + step * len(groups) + 6
    canvas = Canvas(top + pitch * len(order) + 2, faces, width)
    key_of_series(canvas, content)
    for n, i in enumerate(order):
        y = top + pitch * n
        lines = faces.wrap(names["rader"][i], width if narrow else left - 8, TEXT, lines=1 if narrow else 2)
        size = TEXT if len(lines) == 1 else min(SMALL, pitch / 2.3)
        canvas.lines(0, y + 7 if narrow else y + pitch / 2, lines, f"navn {i}", size=size)
        for k, g in enumerate(groups):
            row, middle = rows[i, g], y + above + 3 + step * (k + 0.5)
            long = (
                max(track * float(values[i, g] / Fraction(highest)), 0) if values.get((i, g)) and highest > 0 else 0.0
            )
            told = told_of(content, told_value(content, row), rader=i, serier=g) if row and (i, g) in values else ""
            canvas.bar(left, middle - 4.5, long, 9, paint[g], f"stolpe {g} {i}", told=told)
            look: dict[str, Any] = {"weight": STRONG, "colour": paint[g]} if (i, g) in values else {"colour": "dempet"}
            canvas.text(left + long + 4, middle + MIDDLE * TEXT, text[i, g], f"verdi {g} {i} a{aar}", **look)
    canvas.line([(left, top), (left, top + pitch * len(order))], "linje", "akse")
    return canvas
