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
from krisestat.base.display import EN_DASH, NBSP, number, percent, round_half_away
from krisestat.base.errors import one_problem, shown
from krisestat.figures.canvas import (
    ASCENT,
    CELL_GAP,
    CONTINUED,
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
from krisestat.figures.content import changes, lacking, wholes
from krisestat.figures.design import FIGUR
from krisestat.model.declared import FIGURE_KINDS

# Opacity of the five steps of a share. Ink can be read on the first four and paper on the last, in both palettes:
# between 0.55 and 0.95 neither can.
STEPS = (0.07, 0.17, 0.31, 0.50, 1.0)
STEPS_TOLD = (f"0{EN_DASH}19", f"20{EN_DASH}39", f"40{EN_DASH}59", f"60{EN_DASH}79", f"80{EN_DASH}100{PROSENT}")
LEAST_COLUMN = 31.0  # of a heat table, in points
MOST_ROWS, MOST_STACKED, MOST_SLOPES = 12, 20, 8  # what is drawn of very many rows; the table has them all
FAR = 5  # percentage points that stand out

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


def _sign_read(content: Content, row: Row | None) -> str:
    """The sign with what it means, where there is room: «: vises ikke»."""
    sign, words = _sign(content, row), content["ord"]
    return f"{sign}{NBSP}{words[key].replace(' ', NBSP)}" if (key := f"lest_{sign}") in words else sign


def _told(content: Content, said: str, year: int | None = None, **codes: str) -> str:
    """What is said of a mark to whoever points at it: the names of its codes, its year, and its numbers."""
    names = content["navn"]
    told = [names[role][code] for role, code in codes.items() if code in names[role]]
    return f"{', '.join([*told, *([str(year)] if year else [])])}: {said}"


def _told_share(content: Content, row: Row) -> str:
    """«36 av 43 (84 %)»."""
    share = _share(row) or Fraction(0)
    of = f"{number(row['verdi'])}{NBSP}{content['ord']['av']}{NBSP}{number(row['nevner'])}"
    return f"{of} ({percent(share)})"


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
    dashes = DASHES if len(runs_of) > 1 else {}
    for g, points in reversed(runs_of.items()):
        for run in _segments(points):
            if len(run) > 1:
                canvas.line(run, paint[g], f"linje {g} {classes}", width=width, dashes=dashes.get(paint[g]))
    for g, points in reversed(runs_of.items()):
        marked = [p for run in _segments(points) for p in run if every or len(run) == 1 or p in (points[0], points[-1])]
        for point in marked:
            canvas.mark(*point, paint[g], f"punkt {g} {classes}")


def _key_of_series(canvas: Canvas, content: Content) -> float:
    """The names of series above a drawing, each after a piece of its line with its mark; returns where they end."""
    paint, x, top, series = content["farger"], 0.0, 0.0, content["navn"]["serier"]
    dashes = DASHES if len(series) > 1 else {}
    for g, name in series.items():
        lines = canvas.faces.wrap(name, canvas.width - 25, HEAD, STRONG, lines=1)
        wide = 25 + canvas.faces[STRONG].width(lines[0], HEAD)
        if x and x + wide > canvas.width:
            x, top = 0.0, top + 15
        y = top + 7.5
        canvas.line([(x, y), (x + 20, y)], paint[g], f"linje {g}", width=1.9, dashes=dashes.get(paint[g]))
        canvas.mark(x + 10, y, paint[g], f"punkt {g}")
        canvas.text(x + 25, y + MIDDLE * HEAD, lines[0], f"gruppe {g}", size=HEAD, weight=STRONG, colour=paint[g])
        x += wide + 22
    return top + 22.0


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


Entry = tuple[Callable[[float, float], None], str]


def _key(canvas: Canvas, top: float, entries: Sequence[Entry], sample: float = 14.0) -> float:
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


def _cell_row(
    canvas: Canvas, at: tuple[float, float], parts: Sequence[tuple[str, int]], pitch: float, colour: str, classes: str
) -> None:
    """One cell for each of those who answered, or, where these would be too narrow to tell apart, one of each kind:
    pale for those that are counted, high and filled for those that are not, high and open for those who are not
    sure."""
    x, top = at
    for part, count in parts:
        wide, tall = pitch * count, 12.0 if part != "teller" else 7.4
        y, gap = top - tall / 2, CELL_GAP if pitch >= 1.8 else 0.0
        opacity = 0.2 if part == "teller" else 1.0
        if part == "usikre" and count:
            for n in range(count if gap else 1):
                step = pitch if gap else wide
                canvas.bar(x + n * pitch, y, step * (1 - gap), tall, "papir", f"aapen {classes}", edge=colour)
        elif gap:
            canvas.cells(x, y, count, pitch, tall, colour, f"{part} {classes}", opacity=opacity)
        else:
            canvas.bar(x, y, wide, tall, colour, f"{part} {classes}", opacity=opacity)
        x += wide


def _gap(content: Content, faces: Faces, width: float) -> Canvas:
    """Who lacks what is counted: in each row a cell for each of the base, where those that lack it stand out; beside
    it «7 av 43». The rows with the widest gaps, and a line on the others."""
    cells, names, (aar,), paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups, words, narrow = list(names["serier"]), content["ord"], width < WIDE
    lacks = {
        (g, i): row["nevner"] - row["verdi"] if (row := cells.get((g, i, "", aar))) and _share(row) is not None else -1
        for g in groups
        for i in names["rader"]
    }
    order = sorted(names["rader"], key=lambda i: [-lacks[g, i] for g in groups])
    order, rest = order[:MOST_ROWS], order[MOST_ROWS:]
    highest = max(lacks.values())
    labels = {
        (g, i): f"{number(n)}{NBSP}{words['av']}{NBSP}{number(cells[g, i, '', aar]['nevner'])}"
        if n >= 0
        else _sign_read(content, cells.get((g, i, "", aar)))
        for (g, i), n in lacks.items()
    }
    bases = [r["nevner"] for r in content["rader"] if r["nevner"]]
    value = max(faces[STRONG].width(labels[g, i], TEXT) for g in groups for i in order) + 5
    left = 0.0 if narrow else _label_column(faces, names["rader"].values(), 112)
    panel = width if narrow else (width - left - 12 * (len(groups) - 1)) / len(groups)
    pitch = min(8.0, (panel - value) / max(bases, default=1))
    track = pitch * max(bases, default=1)
    samples = [(part, content["svar"][part]) for part in ("sikre", "usikre", "teller") if content["svar"][part]]
    canvas = Canvas(1000, faces, width)

    def sample(part: str) -> Callable[[float, float], None]:
        def cell(x: float, y: float) -> None:
            for n, g in enumerate(groups[:2]):
                _cell_row(canvas, (x + 5.2 * n, y + 6), [(part, 1)], 4.6, paint[g], f"noekkel {g}")

        return cell

    top = _key(canvas, 0.0, [(sample(part), name) for part, name in samples], 11.0) + 4
    for k, g in enumerate(groups):
        x, y = (0, top + 9 + 13 * k) if narrow else (left + k * (panel + 12), top + 9)
        canvas.text(x, y, names["serier"][g], f"gruppe {g}", size=HEAD, weight=STRONG, colour=paint[g])
    top += 13.0 * len(groups) + 6 if narrow else 16.0
    pitch_y = 17.0 + 15.0 * len(groups) if narrow else 20.0
    for n, i in enumerate(order):
        y = top + pitch_y * n
        strong = STRONG if highest > 0 and 2 * max(lacks[g, i] for g in groups) >= highest else NORMAL
        if narrow:
            canvas.text(
                0, y + 10, faces.wrap(names["rader"][i], width, TEXT, strong, lines=1)[0], f"navn {i}", weight=strong
            )
        else:
            lines = faces.wrap(names["rader"][i], left - 8, TEXT if n < MOST_ROWS else SMALL, strong)
            canvas.lines(0, y + pitch_y / 2, lines, f"navn {i}", weight=strong, size=TEXT if len(lines) == 1 else SMALL)
        for k, g in enumerate(groups):
            row, classes = cells.get((g, i, "", aar)), f"{g} {i}"
            x, middle = (0.0, y + 21 + 15 * k) if narrow else (left + k * (panel + 12), y + pitch_y / 2)
            if lacks[g, i] >= 0:
                _cell_row(canvas, (x, middle), _gap_parts(row or {}), pitch, paint[g], classes)
                said = _told(content, _told_gap(content, row or {}), rader=i, serier=g)
                canvas.bar(x, middle - 7, track, 14, "papir", f"flate {classes}", opacity=0, told=said)
            else:
                canvas.bar(x, middle - 3.7, track, 7.4, "tone", f"skjult-tall {classes}")
            look: dict[str, Any] = {"weight": STRONG, "colour": paint[g]} if lacks[g, i] > 0 else {"colour": "dempet"}
            canvas.text(x + track + 4, middle + MIDDLE * TEXT, labels[g, i], f"verdi {classes}", **look)
        if not narrow:
            canvas.line([(0, y + pitch_y), (width, y + pitch_y)], "rutenett", "skille")
    foot = top + pitch_y * len(order) + 2
    if rest:
        most = max(0, *(lacks[g, i] for g in groups for i in rest))
        for line in faces.wrap(words["flere"].format(hoyest=number(most)), width, SMALL):
            foot += 1.2 * SMALL
            canvas.text(0, foot, line, "flere", size=SMALL, colour="dempet")
        foot += 4
    canvas.cut(foot)
    return canvas


def _gap_parts(row: Row) -> list[tuple[str, int]]:
    """How many are counted, are not, and are not sure; together they are the base."""
    _, sure, unsure = lacking(row)
    return [("teller", row["verdi"]), ("sikre", sure), ("usikre", unsure)]


def _told_gap(content: Content, row: Row) -> str:
    """«Ja 36 av 43 (84 %), nei 6, vet ikke eller ubesvart 1»."""
    said = [f"{content['svar']['teller']} {_told_share(content, row)}"]
    for part, count in _gap_parts(row)[1:]:
        if content["svar"][part]:
            said.append(f"{content['svar'][part].lower()} {number(count)}")
    return ", ".join(said)


def _heat(content: Content, faces: Faces, width: float) -> Canvas:
    """Numbers in a grid, a block for each series; the ground of a number says its share, in five steps. Blocks stand
    beside each other where there is room, and a block with more columns than that is split."""
    cells, names, (aar,), paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups, forms, rows_shown = list(names["serier"]), list(names["kolonner"]), list(names["rader"])
    left = _label_column(faces, names["rader"].values(), 112 if width == WIDE else 86)
    beside = (width - left - 12 * (len(groups) - 1)) / (len(groups) * len(forms)) >= LEAST_COLUMN
    most = len(forms) if beside else min(len(forms), int((width - left) // LEAST_COLUMN))
    blocks = [(g, forms[n : n + most]) for g in groups for n in range(0, len(forms), most)]
    room = (width - left - 12 * (len(groups) - 1)) / len(groups) if beside else width - left
    column = min(60.0, room / most)
    titles = {f: faces.wrap(names["kolonner"][f], column - 3, SMALL, lines=4) for f in forms}
    pitch = min(21.0, max(17.0, (FIGUR["hoyde"] - 90) / len(rows_shown)))
    names_of = {i: faces.wrap(names["rader"][i], left - 6, TEXT if width == WIDE else SMALL) for i in rows_shown}
    canvas, top, foot = Canvas(9000, faces, width), 0.0, 0.0
    for n, (g, own) in enumerate(blocks):
        x = left + n * (room + 12) if beside else left
        top = 0.0 if beside else foot + 12 * bool(n)
        heading = faces.wrap(names["serier"][g] + _base_of_series(content, g), room if beside else width, TEXT, STRONG)
        head = top + 11 * len(heading) + 3
        for k, line in enumerate(heading):
            look = {"weight": STRONG, "colour": paint[g]}
            canvas.text(x if beside else 0, top + 9 + 11 * k, line, f"gruppe {g}" + CONTINUED * (k > 0), **look)
        body = head + 9.6 * max(len(titles[f]) for f in (forms if beside else own)) + 6
        for k, f in enumerate(own):
            middle = x + column * (k + 0.5)
            for m, line in enumerate(titles[f]):
                foot_of, classes = body - 5 - 9.6 * (len(titles[f]) - 1 - m), f"overskrift {f}" + CONTINUED * (m > 0)
                canvas.text(middle, foot_of, line, classes, size=SMALL, colour="dempet", anchor="center")
        for m, i in enumerate(rows_shown):
            y = body + pitch * m
            if not beside or not n:
                size = TEXT if width == WIDE and len(names_of[i]) == 1 else SMALL
                canvas.lines(0, y + pitch / 2, names_of[i], f"navn {i}", size=size)
            for k, f in enumerate(own):
                box = (x + column * k + 0.7, y + 0.7, column - 1.4, pitch - 1.4)
                _heat_cell(canvas, content, cells.get((g, i, f, aar)), (g, i, f), box)
        foot = body + pitch * len(rows_shown)
    samples = [
        (lambda x, y, t=t: canvas.bar(x, y + 1, 9, 9, "blekk", f"trinn t{t}", opacity=STEPS[t - 1], edge="linje"), said)
        for t, said in enumerate(STEPS_TOLD, 1)
    ]
    canvas.text(0, foot + 17, content["ord"]["andel"], "tegnforklaring", size=SMALL, colour="dempet")
    canvas.cut(_key_after(canvas, foot + 8, samples, faces[NORMAL].width(content["ord"]["andel"], SMALL) + 8))
    return canvas


def _key_after(canvas: Canvas, top: float, entries: Sequence[Entry], indent: float) -> float:
    """A key of small squares on one line after a word."""
    x = indent
    for draw_sample, text in entries:
        draw_sample(x, top)
        canvas.text(x + 12, top + 9, text, "akse", size=SMALL)
        x += 12 + canvas.faces[NORMAL].width(text, SMALL) + (6 if canvas.width < WIDE else 13)
    return top + 13


def _heat_cell(
    canvas: Canvas,
    content: Content,
    row: Row | None,
    codes: tuple[str, str, str],
    box: tuple[float, float, float, float],
) -> None:
    """A number on a ground of its step, or the sign that stands in its place on none."""
    (g, i, f), (x, y, wide, tall), share = codes, box, _share(row)
    classes, middle = f"{g} {i} {f}", x + wide / 2
    if row is None or share is None:
        lines = canvas.faces.wrap(_sign(content, row), wide, SMALL)
        canvas.lines(middle, y + tall / 2, lines, f"verdi {classes}", size=SMALL, colour="dempet", anchor="center")
        return
    step = min(5, int(round_half_away(share * 100)) // 20 + 1)
    said = _told(content, _told_share(content, row), rader=i, serier=g, kolonner=f)
    colour = content["farger"][g]
    canvas.bar(x, y, wide, tall, colour, f"trinn t{step} {classes}", opacity=STEPS[step - 1], told=said)
    look: dict[str, Any] = {"weight": STRONG, "anchor": "center", "colour": "papir" if step == 5 else "blekk"}
    canvas.text(middle, y + tall / 2 + MIDDLE * TEXT, number(row["verdi"]), f"verdi {classes}", **look)


def _stacked(content: Content, faces: Faces, width: float) -> Canvas:
    """Rows of parts of a whole, as wide as they are all of it; the row with least of the first part on top."""
    cells, names, (aar,), narrow = _cells(content), content["navn"], content["aar"], width < WIDE
    (group,), words = names["serier"], content["ord"]
    looks, parts = content["deler"], list(content["deler"])
    of = wholes(content)

    def least(code: str) -> tuple[bool, Fraction]:
        whole, first = of[code], cells.get((group, code, parts[0], aar))
        return whole is None, Fraction(first["verdi"]) / whole if whole and first else Fraction(0)

    order = sorted(names["rader"], key=least)
    order, rest = order[:MOST_STACKED], order[MOST_STACKED:]
    told = {i: f"{words['av']}{NBSP}{_number(content, whole)}" for i, whole in of.items() if whole is not None}
    right = max((faces[NORMAL].width(text, TEXT) for text in told.values()), default=0) + 8
    left = 0.0 if narrow else _label_column(faces, names["rader"].values(), 190)
    track, lead = width - left - right, 1.15 * TEXT
    canvas, colour = Canvas(9000, faces, width), content["farger"][group]
    samples = [
        (lambda x, y, p=p: _part(canvas, (x, y + 1, 12, 9), looks[p], colour, f"noekkel {p}"), names["kolonner"][p])
        for p in parts
    ]
    y = _key(canvas, 0.0, samples, 12.0) + 4
    room, tall = (FIGUR["hoyde"] - y) / max(1, len(order)), 14.0
    for i in order:
        lines = faces.wrap(names["rader"][i], width if narrow else left - 8, TEXT, lines=2)
        high = lead * len(lines) + tall + 10 if narrow else max(min(24.0, room), 16.5, lead * len(lines) + 2)
        middle = y + lead * len(lines) + 3 + tall / 2 if narrow else y + high / 2
        canvas.lines(0, y + lead * len(lines) / 2 if narrow else middle, lines, f"navn {i}")
        own = {p: cells.get((group, i, p, aar)) for p in parts}
        _stack(canvas, content, (left, middle, track, tall), i, own, of[i])
        if i in told:
            canvas.text(width, middle + MIDDLE * TEXT, told[i], f"base {i}", colour="dempet", anchor="right")
        y += high
    if rest:
        y += 1.2 * SMALL
        canvas.text(0, y, words["tabellen"], "flere", size=SMALL, colour="dempet")
    canvas.cut(y + 3)
    return canvas


def _stack(
    canvas: Canvas,
    content: Content,
    box: tuple[float, float, float, float],
    code: str,
    rows: Mapping[str, Row | None],
    whole: Fraction | int | None,
) -> None:
    """One row of parts, each with its number where that has room; the sign where there is none."""
    x, middle, track, tall = box
    if not whole:
        canvas.bar(x, middle - tall / 2, track, tall, "tone", f"skjult-tall {code}")
        without = next((row for row in rows.values() if row is None or row["verdi"] is None), None)
        text = _sign_read(content, without) if whole is None else number(0)
        canvas.text(x + 7, middle + MIDDLE * TEXT, text, f"verdi {code}", colour="dempet")
        return
    colour = content["farger"][next(iter(content["navn"]["serier"]))]
    for part, row in rows.items():
        value = row["verdi"] if row else 0
        wide = track * float(Fraction(value) / Fraction(whole))
        look, classes, text = content["deler"][part], f"{code} {part}", _number(content, value)
        said = _told(
            content, f"{text}{NBSP}{content['ord']['av']}{NBSP}{_number(content, whole)}", rader=code, kolonner=part
        )
        _part(canvas, (x, middle - tall / 2, max(wide - 1.2, min(wide, 0.8)), tall), look, colour, classes, said)
        if value and wide > canvas.faces[STRONG].width(text, TEXT) + 3:
            ink = {"weight": STRONG, "anchor": "center", "colour": "papir" if look == "fylt" else "blekk"}
            canvas.text(x + (wide - 1.2) / 2, middle + MIDDLE * TEXT, text, f"verdi {classes}", **ink)
        x += wide


def _part(
    canvas: Canvas, box: tuple[float, float, float, float], look: str, colour: str, classes: str, told: str = ""
) -> None:
    """A part of a whole: filled, lighter, open with an edge, or dotted."""
    if look in ("fylt", "delvis"):
        canvas.bar(*box, colour, f"{look} {classes}", opacity=1 if look == "fylt" else 0.6, told=told)
    else:
        edge, dashes = (colour, None) if look == "aapen" else ("linje", (1.5, 1.5))
        canvas.bar(*box, "papir", f"{look} {classes}", edge=edge, dashes=dashes, told=told)


def _lines(content: Content, faces: Faces, width: float) -> Canvas:
    """One line per group, every point with its percentage, and the number of services under each year.

    The groups' names stand beside the lines' ends, or above the lines where the drawing is narrow.
    """
    cells, names, years, paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups = list(names["serier"])
    narrow = width < WIDE
    key = _key_of_series(Canvas(1, faces, width), content) if narrow else 0.0
    top, plot, left = key + 16 if narrow else 20.0, 150.0, 30.0 if narrow else 34.0
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
    _told_points(canvas, content, {(g, y): (at(y), height(s)) for (g, y), s in shares.items()}, "")
    for year in labelled:
        here = {g: shares[g, year] for g in groups if (g, year) in shares}
        present = sorted(here, key=here.__getitem__, reverse=True)
        for g, middle in zip(present, _beside_points([height(here[g]) for g in present], foot), strict=True):
            text, y = percent(here[g]), middle + MIDDLE * TEXT
            look = {"weight": STRONG, "colour": paint[g], "halo": "papir"}
            canvas.text(at(year), y, text, f"verdi {g} a{year}", anchor="center", **look)
    ends = {g: max(year for year in years if (g, year) in shares) for g in groups if any(g == s for s, _ in shares)}
    if narrow:
        _key_of_series(canvas, content)
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


def _grid(count: int, gap: float, width: float) -> tuple[int, float]:
    """Number of columns and width of a panel for `count` small multiples; two abreast where the drawing is narrow."""
    columns = max(1, min(count, 2 if width < WIDE else 3))
    return columns, (width - gap * (columns - 1)) / columns


def _lines_per_row(content: Content, faces: Faces, width: float) -> Canvas:
    """One panel per row, one line per series, on one common axis: the first and last percentage at the line's ends, the
    change in words, and a ground under those in which every series went the same way. Sorted by the change of the first
    series. One year alone has no lines, and stands as points."""
    names, years, paint, words = content["navn"], content["aar"], content["farger"], content["ord"]
    if len(years) == 1:
        return _dots(content, faces, width)
    groups = list(names["serier"])
    shares: dict[str, dict[tuple[str, int], Fraction]] = {i: {} for i in names["rader"]}
    for (g, i, _, year), row in _cells(content).items():
        if (share := _share(row)) is not None:
            shares[i][g, year] = share
    found = changes(content)
    moved = {i: [found.get((i, g)) for g in groups] for i in names["rader"]}
    far = {i for i, own in moved.items() if _same_way(own)}
    order = sorted(names["rader"], key=lambda i: -1000 if moved[i][0] is None else moved[i][0], reverse=True)
    if len(order) > MOST_ROWS:
        most = sorted(order, key=lambda i: -max((abs(c) for c in moved[i] if c is not None), default=-1))
        order = [i for i in order if i in most[:MOST_ROWS]]
    said = {i: _change_said(content, groups[0], own[0]) for i, own in moved.items()}
    ticks = _ticks(max((100 * s for found in shares.values() for s in found.values()), default=0), 5)
    gap = 10.0
    columns, panel = _grid(len(order), gap, width)
    rows, lead = math.ceil(len(order) / columns), 1.15 * SMALL
    titles = {i: faces.wrap(names["rader"][i], panel - 10, TEXT, STRONG if i in far else NORMAL) for i in order}
    below = {i: [line for line in faces.wrap(said[i], panel - 10, SMALL) if said[i]] for i in order}
    head = 11 + 1.12 * TEXT * max(map(len, titles.values())) + lead * max(map(len, below.values()))
    key, foot = _key_of_series(Canvas(1, faces, width), content), 15.0
    plot = 52.0 if width < WIDE else min(64.0, max(30.0, (FIGUR["hoyde"] + gap - key) / rows - head - foot - gap - 8))
    pitch = head + 8 + plot + foot + gap
    canvas = Canvas(key + pitch * rows - gap, faces, width)
    _key_of_series(canvas, content)
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
        canvas.text(0, canvas.height + 10, words["tabellen"], "flere", size=SMALL, colour="dempet")
        canvas.cut(canvas.height + 13)
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
    for year in (years[0], years[-1]):
        canvas.text(at(year), foot + 11, str(year), "akse", size=SMALL, colour="dempet", anchor="center")
    lines = {g: _points(content, at, height, {y: shares.get((g, y)) for y in years}) for g in groups}
    strong = ground == "tone"
    _series(canvas, paint, lines, code, width=2.2 if strong else 1.2, every=False)
    _told_points(canvas, content, {(g, y): (at(y), height(s)) for (g, y), s in shares.items()}, code)
    for year, shift, anchor in ((years[0], -6, "right"), (years[-1], 6, "left")):
        here = {g: share for g in groups if (share := shares.get((g, year))) is not None}
        heights = _spread([height(s) for s in here.values()], 9.5, top - 2, foot - 1 - DESCENT * SMALL)
        look: dict[str, Any] = {"size": SMALL, "anchor": anchor, "weight": STRONG if strong else NORMAL}
        for (g, share), y in zip(here.items(), heights, strict=True):
            classes = f"verdi {g} {code} a{year}"
            x, middle = at(year) + shift, y + MIDDLE * SMALL
            canvas.text(x, middle, percent(share), classes, colour=paint[g], halo=ground, **look)


def _told_points(
    canvas: Canvas, content: Content, points: Mapping[tuple[str, int], tuple[float, float]], code: str
) -> None:
    """An unseen mark over the points of each year, for whoever points at them."""
    cells, names = _cells(content), content["navn"]["serier"]
    for year in dict.fromkeys(year for _, year in sorted(points, key=lambda spot: spot[1])):
        here = {g: at for (g, of), at in points.items() if of == year}
        numbers = {g: _told_value(content, cells[g, code, "", year]) for g in here}
        each = [f"{names[g]} {text}" if len(names) > 1 else text for g, text in numbers.items()]
        x, ys = next(iter(here.values()))[0], [y for _, y in here.values()]
        classes, said = (
            " ".join(filter(None, ["flate", code, f"a{year}"])),
            _told(content, ", ".join(each), year, rader=code),
        )
        canvas.bar(x - 4, min(ys) - 4, 8, max(ys) - min(ys) + 8, "papir", classes, opacity=0, told=said)


def _told_value(content: Content, row: Row) -> str:
    """A number as it is said: with its base where it has one."""
    return _told_share(content, row) if row["nevner"] else _marked(content, row)


def _dots(content: Content, faces: Faces, width: float) -> Canvas:
    """One year of rows and series: a mark for each share on one common axis."""
    cells, names, (aar,), paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups, narrow = list(names["serier"]), width < WIDE
    first = groups[0]
    order = sorted(names["rader"], key=lambda i: -(_share(cells.get((first, i, "", aar))) or -1))
    left = _label_column(faces, names["rader"].values(), 92 if narrow else 150)
    track, pitch = width - left - 78, 22.0
    top = _key_of_series(Canvas(1, faces, width), content)
    foot = top + pitch * len(order)
    canvas = Canvas(foot + 18, faces, width)
    _key_of_series(canvas, content)
    _share_axis(canvas, left + 36, track, (top, foot), foot + 12)
    for n, i in enumerate(order):
        middle = top + pitch * (n + 0.5)
        lines = faces.wrap(names["rader"][i], left - 6, SMALL if narrow else TEXT)
        canvas.lines(0, middle, lines, f"navn {i}", size=SMALL if narrow or len(lines) > 1 else TEXT)
        known = {g: share for g in groups if (share := _share(cells.get((g, i, "", aar)))) is not None}
        if not known:
            canvas.text(
                left,
                middle + MIDDLE * SMALL,
                _sign_read(content, cells.get((first, i, "", aar))),
                f"verdi {i}",
                size=SMALL,
            )
        low, high = min(known.values(), default=0), max(known.values(), default=0)
        for k, (g, share) in enumerate(known.items()):
            x, classes = left + 36 + track * float(share), f"{g} {i}"
            y = middle + (k - (len(known) - 1) / 2) * 5.5 * (track * float(high - low) < 9)
            said = _told(content, _told_share(content, cells[g, i, "", aar]), rader=i, serier=g)
            canvas.mark(x, y, paint[g], f"punkt {classes}", size=6, told=said)
        for k, share in enumerate(dict.fromkeys((low, high)) if known else []):
            own = [g for g in known if known[g] == share]
            x, anchor = left + 36 + track * float(share), "left" if k or low == high else "right"
            look: dict[str, Any] = {"size": SMALL, "weight": STRONG, "anchor": anchor, "halo": "papir"}
            look["colour"] = paint[own[0]] if len(own) == 1 else "blekk"
            x += 6 if anchor == "left" else -6
            canvas.text(x, middle + MIDDLE * SMALL, percent(Fraction(share)), f"verdi {' '.join(own)} {i}", **look)
    return canvas


def _over_time(content: Content, faces: Faces, width: float) -> Canvas:
    """Numbers over time, a line for each series, or one. A break is a line across, with its year, and the lines stop at
    it; what is counted in the new way stands on a ground of its own. A number as it was counted before the break is a
    hollow mark with a text of its own, and no line goes to it."""
    cells, names, years, paint = _cells(content), content["navn"], content["aar"], content["farger"]
    groups, narrow = list(names["serier"]), width < WIDE
    values = {(g, year): row["verdi"] for (g, _, _, year), row in cells.items() if row["verdi"] is not None}
    old = {(g, year): row["for_brudd"] for (g, _, _, year), row in cells.items() if "for_brudd" in row}
    ticks = _ticks(max((*values.values(), *old.values()), default=0), 1)
    key = _key_of_series(Canvas(1, faces, width), content)
    plot = 150.0 if narrow else 160.0
    top = key + 12 * (len(_broken(content)) > 0) + 8
    axis = max(faces[NORMAL].width(number(tick), SMALL) for tick in ticks) + 6
    widest = max((faces[STRONG].width(_number(content, v), SMALL) for v in values.values()), default=0)
    edge = max(widest, faces[NORMAL].width("2020", SMALL)) / 2
    left, right, foot = axis + edge, width - edge - 4, top + plot
    canvas = Canvas(foot + 18, faces, width)
    _key_of_series(canvas, content)

    def at(year: int) -> float:
        return left + (
            (right - left) * (year - years[0]) / (years[-1] - years[0]) if len(years) > 1 else (right - left) / 2
        )

    def height(value: Fraction) -> float:
        return foot - plot * float(value) / ticks[-1]

    _breaks(canvas, content, at, (key, foot), (axis, width))
    for tick in ticks:
        y = height(Fraction(tick))
        canvas.line([(axis, y), (width, y)], "rutenett" if tick else "linje", "akse")
        canvas.text(axis - 4, y + MIDDLE * SMALL, number(tick), "akse", size=SMALL, colour="dempet", anchor="right")
    slot = (right - left) / max(1, len(years) - 1)
    for year in _some_years(years, slot, faces[NORMAL].width("2020", SMALL) + 3):
        canvas.text(at(year), foot + 12, str(year), "akse", size=SMALL, colour="dempet", anchor="center")
    lines = {g: _points(content, at, height, {y: values.get((g, y)) for y in years}) for g in groups}
    _series(canvas, paint, lines, "", width=2.2, every=True)
    _told_points(canvas, content, {(g, y): (at(y), height(v)) for (g, y), v in values.items()}, "")
    labelled = _telling(content, slot >= widest + 4)
    for year in labelled:
        here = {g: values[g, year] for g in groups if (g, year) in values}
        order = sorted(here, key=here.__getitem__, reverse=True)
        for g, y in zip(order, _beside_points([height(here[g]) for g in order], foot), strict=True):
            text, classes = _marked(content, cells[g, "", "", year]), f"verdi {g} a{year}"
            look: dict[str, Any] = {"size": SMALL, "weight": STRONG, "colour": paint[g], "anchor": "center"}
            canvas.text(at(year), y + MIDDLE * SMALL, text, classes, halo=_ground(content, year), **look)
    _as_before(canvas, content, {spot: (at(spot[1]), height(value)) for spot, value in old.items()}, foot)
    return canvas


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


def _as_before(
    canvas: Canvas, content: Content, points: Mapping[tuple[str, int], tuple[float, float]], foot: float
) -> None:
    """Numbers as they were counted before a break: a hollow mark, a dotted line, and a text under the lines."""
    cells, words, faces = _cells(content), content["ord"], canvas.faces
    taken = -1.0
    for (g, year), (x, y) in sorted(points.items(), key=lambda one: one[1]):
        value = _number(content, cells[g, "", "", year]["for_brudd"])
        said = words["som_foer"].format(verdi=value, aar=year)
        lines = faces.wrap(said, 84, SMALL, STRONG, lines=3)
        wide = max(faces[STRONG].width(line, SMALL) for line in lines)
        middle = min(max(x, wide / 2 + 2), canvas.width - wide / 2 - 2)
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
        canvas.mark(x, y, content["farger"][g], f"punkt for-brudd {g}", size=7.5, told=said, hollow="papir")
        look: dict[str, Any] = {"size": SMALL, "weight": STRONG, "anchor": "center", "halo": _ground(content, year)}
        for n, line in enumerate(lines):
            classes = f"verdi for-brudd {g} a{year}" + CONTINUED * (n > 0)
            canvas.text(middle, place + 8 + 10 * n, line, classes, colour="blekk", **look)


def _slopes(content: Content, faces: Faces, width: float) -> Canvas:
    """Rows over time as lines on one axis, each with its number at both ends and its name beside the last; those that
    went another way than most are strong. One year alone stands as bars."""
    names, years, words = content["navn"], content["aar"], content["ord"]
    (group,), cells = names["serier"], _cells(content)
    values = {(i, y): row["verdi"] for (_, i, _, y), row in cells.items() if row["verdi"] is not None}
    if len(years) == 1:
        return _sorted_bars(content, faces, width)
    shown_rows = sorted((i for i in names["rader"] if (i, years[-1]) in values), key=lambda i: -values[i, years[-1]])
    without = [i for i in names["rader"] if i not in shown_rows]
    strong = _other_way(values, shown_rows, years)
    named = shown_rows if len(shown_rows) <= MOST_SLOPES else [i for i in shown_rows if i in strong]
    highest = max(values.values(), default=0)
    narrow, colour = width < WIDE, content["farger"][group]
    text = {spot: _number(content, value) for spot, value in values.items()}
    wide = max((faces[STRONG].width(one, SMALL) for one in text.values()), default=0)
    labels = {i: faces.wrap(names["rader"][i], 92 if narrow else 150, SMALL, STRONG, lines=2) for i in named}
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

    for year in _some_years(years, (right - left) / (len(years) - 1), 26):
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
    below = foot + 16
    rest = [words["tabellen"]] if len(named) < len(shown_rows) else []
    if without:
        sign = _sign_read(content, cells.get((group, without[0], "", years[-1])))
        rest.append(f"{sign} ({years[-1]}): {', '.join(names['rader'][i] for i in without)}")
    for line in [line for one in rest for line in faces.wrap(one, width, SMALL, lines=4)]:
        below += 11
        canvas.text(0, below, line, "flere", size=SMALL, colour="dempet")
    canvas.cut(below + 4)
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
    for run in _segments(_points(content, at, height, line)):
        if len(run) > 1:
            canvas.line(run, colour, f"linje {group} {code}", width=2.4 if strong else 1.2)
    for year, value in line.items():
        if value is not None:
            size = 5.6 if strong else 3.8
            row = _cells(content)[group, code, "", year]
            said = _told(content, _told_value(content, row), year, rader=code)
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
        for i, y in zip(own, _spread([height(values[i, year]) for i in own], apart, top, foot - 9.6), strict=True):
            weight = STRONG if i in strong or year == years[-1] else NORMAL
            look: dict[str, Any] = {"size": SMALL, "weight": weight, "anchor": anchor, "halo": "papir"}
            text = _number(content, values[i, year])
            canvas.text(x, y + MIDDLE * SMALL, text, f"verdi {group} {i} a{year}", colour=colour, **look)
            if year == years[-1]:
                beside = x + max(canvas.faces[STRONG].width(_number(content, values[k, year]), SMALL) for k in own) + 5
                canvas.lines(beside, y, labels[i], f"navn {i}", size=SMALL, weight=STRONG if i in strong else NORMAL)


def _sorted_bars(content: Content, faces: Faces, width: float) -> Canvas:
    """One year of rows: a bar for each number, the highest on top."""
    cells, names, (aar,), (group,) = _cells(content), content["navn"], content["aar"], content["navn"]["serier"]
    rows = {i: cells.get((group, i, "", aar)) for i in names["rader"]}
    values = {i: row["verdi"] for i, row in rows.items() if row and row["verdi"] is not None}
    order = sorted(rows, key=lambda i: (i not in values, -(values.get(i) or 0)))
    narrow, colour, highest = width < WIDE, content["farger"][group], max(values.values(), default=0)
    text = {i: _marked(content, rows[i] or {}) if i in values else _sign_read(content, rows[i]) for i in order}
    left = 0.0 if narrow else _label_column(faces, names["rader"].values(), 170)
    track = width - left - max(faces[STRONG].width(one, TEXT) for one in text.values()) - 6
    pitch, top = 28.0 if narrow else 19.0, 18.0
    canvas = Canvas(top + pitch * len(order) + 2, faces, width)
    canvas.text(0, 9, names["serier"][group], f"gruppe {group}", size=HEAD, weight=STRONG, colour=colour)
    for n, i in enumerate(order):
        y = top + pitch * n
        middle = y + 20 if narrow else y + pitch / 2
        lines = faces.wrap(names["rader"][i], width if narrow else left - 8, TEXT, lines=1 if narrow else 2)
        canvas.lines(0, y + 7 if narrow else middle, lines, f"navn {i}", size=TEXT if len(lines) == 1 else SMALL)
        long = track * float(Fraction(values[i]) / Fraction(highest)) if values.get(i) and highest > 0 else 0.0
        told = _told(content, _told_value(content, rows[i] or {}), rader=i) if i in values else ""
        canvas.bar(left, middle - 5, max(long, 0), 10, colour, f"stolpe {group} {i}", told=told)
        look: dict[str, Any] = {"weight": STRONG, "colour": colour} if i in values else {"colour": "dempet"}
        canvas.text(left + max(long, 0) + 4, middle + MIDDLE * TEXT, text[i], f"verdi {group} {i} a{aar}", **look)
    canvas.line([(left, top), (left, top + pitch * len(order))], "linje", "akse")
    return canvas


# The drawer of each kind in `FIGURE_KINDS`.
DRAWERS: dict[str, Callable[[Content, Faces, float], Canvas]] = {
    "gap": _gap,
    "varme": _heat,
    "stablet": _stacked,
    "linjer": _lines,
    "linjer_per_rad": _lines_per_row,
    "serie": _over_time,
    "helning": _slopes,
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
    without = [role for role in kind.roller if not content["navn"][role]]
    without += ["ett år"] if kind.ett_aar and len(content["aar"]) != 1 else []
    if without:
        wanted = ", ".join((*kind.roller, *["ett år"] * kind.ett_aar))
        fix = "Velg et annet slag, eller rett hva figuren viser."
        raise one_problem("data/statistikk", place, f"ikke {' og '.join(without)}", f"{wanted} for {shown(slag)}", fix)
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
