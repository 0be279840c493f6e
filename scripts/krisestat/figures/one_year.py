"""Figures of one year: who lacks what is counted, how usual it is, and how a whole is divided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import EN_DASH, NBSP, number, round_half_away
from krisestat.figures.canvas import (
    CELL_GAP,
    CONTINUED,
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
from krisestat.figures.content import lacking, wholes
from krisestat.figures.design import FIGUR
from krisestat.figures.parts import (
    MOST_ROWS,
    Entry,
    base_of_series,
    cells_of,
    label_column,
    number_text,
    rest_told,
    sample_key,
    share_of,
    sign_of,
    sign_read,
    told_of,
    told_share,
)

# Opacity of the five steps of a share. Ink can be read on the first four and paper on the last, in both palettes:
# between 0.55 and 0.95 neither can.
STEPS = (0.07, 0.17, 0.31, 0.50, 1.0)
STEPS_TOLD = (f"0{EN_DASH}19", f"20{EN_DASH}39", f"40{EN_DASH}59", f"60{EN_DASH}79", f"80{EN_DASH}100{PROSENT}")
LEAST_COLUMN = 31.0  # of a heat table, in points
MOST_STACKED = 20


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


def gap(content: Content, faces: Faces, width: float) -> Canvas:
    """Who lacks what is counted: in each row a cell for each of the base, where those that lack it stand out; beside
    it «7 av 43». The rows with the widest gaps, and a line on the others."""
    cells, names, (aar,), paint = cells_of(content), content["navn"], content["aar"], content["farger"]
    groups, words, narrow = list(names["serier"]), content["ord"], width < WIDE
    known = {(g, i): row for (g, i, _, _), row in cells.items() if share_of(row) is not None}
    spots = [(g, i) for g in groups for i in names["rader"]]
    lacks = {spot: lacking(known[spot])[0] if spot in known else -1 for spot in spots}
    order = sorted(names["rader"], key=lambda i: [-lacks[g, i] for g in groups])
    order, rest = order[:MOST_ROWS], order[MOST_ROWS:]
    highest = max(lacks.values())
    labels = {
        (g, i): f"{number(n)}{NBSP}{words['av']}{NBSP}{number(cells[g, i, '', aar]['nevner'])}"
        if n >= 0
        else sign_read(content, cells.get((g, i, "", aar)))
        for (g, i), n in lacks.items()
    }
    bases = [r["nevner"] for r in content["rader"] if r["nevner"]]
    value = max(faces[STRONG].width(labels[g, i], TEXT) for g in groups for i in order) + 5
    left = 0.0 if narrow else label_column(faces, names["rader"].values(), 150)
    panel = width if narrow else (width - left - 12 * (len(groups) - 1)) / len(groups)
    pitch = min(8.0, (panel - value) / max(bases, default=1))
    track = pitch * max(bases, default=1)
    canvas = Canvas(1000, faces, width)

    top = _gap_key(canvas, content)
    for k, g in enumerate(groups):
        x, y = (0, top + 9 + 13 * k) if narrow else (left + k * (panel + 12), top + 9)
        canvas.text(x, y, names["serier"][g], f"gruppe {g}", size=HEAD, weight=STRONG, colour=paint[g])
    top += 13.0 * len(groups) + 6 if narrow else 16.0
    room = width if narrow else left - 8
    named = {i: faces.wrap(names["rader"][i], room, TEXT, STRONG, lines=3) for i in order}
    deepest = max(map(len, named.values()))
    above = 7.0 + 10 * deepest if narrow else 0.0
    pitch_y = above + 15.0 * len(groups) if narrow else max(20.0, 1.12 * SMALL * deepest + 1)
    places = [
        (0.0, above + 4 + 15 * k) if narrow else (left + k * (panel + 12), pitch_y / 2) for k in range(len(groups))
    ]
    for n, i in enumerate(order):
        y = top + pitch_y * n
        weight = STRONG if highest > 0 and 2 * max(lacks[g, i] for g in groups) >= highest else NORMAL
        middle, size = y + (above - 3) / 2 if narrow else y + pitch_y / 2, TEXT if len(named[i]) == 1 else SMALL
        canvas.lines(0, middle, named[i], f"navn {i}", weight=weight, size=size)
        for g, (x, below) in zip(groups, places, strict=True):
            row = cells.get((g, i, "", aar)) if lacks[g, i] >= 0 else None
            _gap_row(canvas, content, row, (g, i), (x, y + below), (pitch, track))
            look: dict[str, Any] = {"weight": STRONG, "colour": paint[g]} if lacks[g, i] > 0 else {"colour": "dempet"}
            canvas.text(x + track + 4, y + below + MIDDLE * TEXT, labels[g, i], f"verdi {g} {i}", **look)
        if not narrow:
            canvas.line([(0, y + pitch_y), (width, y + pitch_y)], "rutenett", "skille")
    foot = top + pitch_y * len(order) + 2
    if rest:
        told = {lacks[g, i] for g in groups for i in rest}
        said = words["tabellen"] if -1 in told else words["flere"].format(hoyest=number(max(told)))
        foot = rest_told(canvas, foot, [said])
    canvas.cut(foot)
    return canvas


def _gap_key(canvas: Canvas, content: Content) -> float:
    """What the cells mean, each in the colours of two series; returns where it ends."""
    paint = [content["farger"][g] for g in list(content["navn"]["serier"])[:2]]

    def sample(part: str) -> Callable[[float, float], None]:
        def cells(x: float, y: float) -> None:
            for n, colour in enumerate(paint):
                _cell_row(canvas, (x + 5.2 * n, y + 6), [(part, 1)], 4.6, colour, "noekkel")

        return cells

    named = [(part, content["svar"][part]) for part in ("sikre", "usikre", "teller")]
    return sample_key(canvas, 0.0, [(sample(part), name) for part, name in named if name], 11.0) + 4


def _gap_row(
    canvas: Canvas,
    content: Content,
    row: Row | None,
    codes: tuple[str, str],
    at: tuple[float, float],
    sizes: tuple[float, float],
) -> None:
    """The cells of one base, with what is said of them; a ground where the numbers are not shown."""
    (g, i), (x, middle), (pitch, track) = codes, at, sizes
    if row is None:
        canvas.bar(x, middle - 3.7, track, 7.4, "tone", f"skjult-tall {g} {i}")
        return
    _cell_row(canvas, at, _gap_parts(row), pitch, content["farger"][g], f"{g} {i}")
    said = told_of(content, _told_gap(content, row), rader=i, serier=g)
    canvas.bar(x, middle - 7, track, 14, "papir", f"flate {g} {i}", opacity=0, told=said)


def _gap_parts(row: Row) -> list[tuple[str, int]]:
    """How many are counted, are not, and are not sure; together they are the base."""
    _, sure, unsure = lacking(row)
    return [("teller", row["verdi"]), ("sikre", sure), ("usikre", unsure)]


def _told_gap(content: Content, row: Row) -> str:
    """«Ja 36 av 43 (84 %), nei 6, vet ikke eller ubesvart 1»."""
    said = [f"{content['svar']['teller']} {told_share(content, row)}"]
    for part, count in _gap_parts(row)[1:]:
        if content["svar"][part]:
            said.append(f"{content['svar'][part].lower()} {number(count)}")
    return ", ".join(said)


def heat(content: Content, faces: Faces, width: float) -> Canvas:
    """Numbers in a grid, a block for each series; the ground of a number says its share, in five steps. Blocks stand
    beside each other where there is room, and a block with more columns than that is split."""
    cells, names, (aar,), paint = cells_of(content), content["navn"], content["aar"], content["farger"]
    groups, forms, rows_shown = list(names["serier"]), list(names["kolonner"]), list(names["rader"])
    left = label_column(faces, names["rader"].values(), 130 if width == WIDE else 86)
    beside = (width - left - 12 * (len(groups) - 1)) / (len(groups) * len(forms)) >= LEAST_COLUMN
    most = len(forms) if beside else min(len(forms), int((width - left) // LEAST_COLUMN))
    blocks = [(g, forms[n : n + most]) for g in groups for n in range(0, len(forms), most)]
    room = (width - left - 12 * (len(groups) - 1)) / len(groups) if beside else width - left
    column = min(60.0, room / most)
    titles = {f: faces.wrap(content["korte"].get(f, names["kolonner"][f]), column - 3, SMALL, lines=4) for f in forms}
    size = TEXT if width == WIDE else SMALL
    names_of = {i: faces.wrap(names["rader"][i], left - 6, size, lines=3) for i in rows_shown}
    deepest = max(map(len, names_of.values()))
    pitch = max(min(21.0, max(17.0, (FIGUR["hoyde"] - 90) / len(rows_shown))), 1.12 * SMALL * deepest + 1)
    canvas, top, foot = Canvas(9000, faces, width), 0.0, 0.0
    for n, (g, own) in enumerate(blocks):
        x = left + n * (room + 12) if beside else left
        top = 0.0 if beside else foot + 12 * bool(n)
        heading = faces.wrap(names["serier"][g] + base_of_series(content, g), room if beside else width, TEXT, STRONG)
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
                canvas.lines(0, y + pitch / 2, names_of[i], f"navn {i}", size=size if deepest == 1 else SMALL)
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
    (g, i, f), (x, y, wide, tall), share = codes, box, share_of(row)
    classes, middle = f"{g} {i} {f}", x + wide / 2
    if row is None or share is None:
        lines = canvas.faces.wrap(sign_of(content, row), wide, SMALL)
        canvas.lines(middle, y + tall / 2, lines, f"verdi {classes}", size=SMALL, colour="dempet", anchor="center")
        return
    step = min(5, int(round_half_away(share * 100)) // 20 + 1)
    said = told_of(content, told_share(content, row), rader=i, serier=g, kolonner=f)
    colour = content["farger"][g]
    canvas.bar(x, y, wide, tall, colour, f"trinn t{step} {classes}", opacity=STEPS[step - 1], told=said)
    look: dict[str, Any] = {"weight": STRONG, "anchor": "center", "colour": "papir" if step == 5 else "blekk"}
    canvas.text(middle, y + tall / 2 + MIDDLE * TEXT, number(row["verdi"]), f"verdi {classes}", **look)


def stacked(content: Content, faces: Faces, width: float) -> Canvas:
    """Rows of parts of a whole, as wide as they are all of it; the row with least of the first part on top."""
    cells, names, (aar,), narrow = cells_of(content), content["navn"], content["aar"], width < WIDE
    (group,), words = names["serier"], content["ord"]
    looks, parts = content["deler"], list(content["deler"])
    of = wholes(content)

    def least(code: str) -> tuple[bool, Fraction]:
        whole, first = of[code], cells.get((group, code, parts[0], aar))
        return whole is None, Fraction(first["verdi"]) / whole if whole and first else Fraction(0)

    order = sorted(names["rader"], key=least)
    order, rest = order[:MOST_STACKED], order[MOST_STACKED:]
    told = {i: f"{words['av']}{NBSP}{number_text(content, whole)}" for i, whole in of.items() if whole is not None}
    right = max((faces[NORMAL].width(text, TEXT) for text in told.values()), default=0) + 8
    left = 0.0 if narrow else label_column(faces, names["rader"].values(), 190)
    track, lead = width - left - right, 1.15 * TEXT
    canvas, colour = Canvas(9000, faces, width), content["farger"][group]
    samples = [
        (lambda x, y, p=p: _part(canvas, (x, y + 1, 12, 9), looks[p], colour, f"noekkel {p}"), names["kolonner"][p])
        for p in parts
    ]
    y = sample_key(canvas, 0.0, samples, 12.0) + 4
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
        y = rest_told(canvas, y, [words["tabellen"]])
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
        text = sign_read(content, without) if whole is None else number(0)
        canvas.text(x + 7, middle + MIDDLE * TEXT, text, f"verdi {code}", colour="dempet")
        return
    colour = content["farger"][next(iter(content["navn"]["serier"]))]
    for part, row in rows.items():
        value = row["verdi"] if row else 0
        wide = track * float(Fraction(value) / Fraction(whole))
        look, classes, text = content["deler"][part], f"{code} {part}", number_text(content, value)
        said = told_of(
            content, f"{text}{NBSP}{content['ord']['av']}{NBSP}{number_text(content, whole)}", rader=code, kolonner=part
        )
        _part(canvas, (x, middle - tall / 2, max(wide - 1.2, min(wide, 0.8)), tall), look, colour, classes, said)
        if value and wide > canvas.faces[STRONG].width(text, TEXT) + 3:
            ink: dict[str, Any] = {
                "weight": STRONG,
                "anchor": "center",
                "colour": "papir" if look == "fylt" else "blekk",
            }
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
