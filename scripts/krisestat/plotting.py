"""Draw the figures: from the content that `krisestat.figures` gathers to SVG text. Only this loads matplotlib.

Every element is placed in points from the top left corner, with text measured by the repository's own font files, so
that a drawing depends on nothing but its content: not on settings, installed fonts or automatic layout.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from krisestat.contracts import Row
from krisestat.design import FARGER, FIGUR, SKRIFT, SKRIFTFILER
from krisestat.display import NBSP, number, percent
from krisestat.errors import Problem, Problems, shown
from krisestat.svg import flat_svg, with_text

WIDE, NARROW = FIGUR["bredde"], FIGUR["smal"]
TEXT, SMALL, HEAD = FIGUR["tekst"], FIGUR["liten"], FIGUR["overskrift"]
NORMAL, STRONG = 400, 600
TITLE, MARGIN = 11.5, 14.0  # of a figure that stands alone: type size of its title, and the margin around it
PNG_DPI = 200
SHARED = (1200, 630)  # pixels of the picture beside a link: the measure of the Open Graph protocol
ASCENT, DESCENT = 0.74, 0.22  # of the type size: the ink box of a line, from the baseline
MIDDLE = 0.33  # from the middle of a line's figures and capitals down to its baseline
PROSENT = f"{NBSP}%"
CONTINUED = " videre"  # class of a line of text that continues the one before: in the file they are one text
DASHES = (3.2, 1.4)  # of the line width: men's lines, so that colour is not needed to tell them apart

Content = dict[str, Any]


class Face:
    """One font file: which characters it has and how wide they are."""

    def __init__(self, path: Path):
        self.path = path
        self._font = FT2Font(str(path))
        self._has = frozenset(self._font.get_charmap())
        self._advance = lru_cache(maxsize=None)(self._measure)

    def _measure(self, char: str) -> float:
        return self._font.load_char(ord(char), LoadFlags.NO_SCALE).horiAdvance / self._font.units_per_EM

    def missing(self, text: str) -> list[str]:
        """Characters of `text` that the font has no glyph for."""
        return sorted({c for c in text if ord(c) not in self._has})

    def width(self, text: str, size: float) -> float:
        """Width in points, without kerning (which only makes it narrower)."""
        return sum(self._advance(c) for c in text if ord(c) in self._has) * size


class Faces(dict[int, Face]):
    """The faces of the body text's family by weight."""

    def __init__(self, folder: Path):
        family = SKRIFT["brodtekst"]
        super().__init__(
            {
                weight: Face(folder / file)
                for name, weight, style, file in SKRIFTFILER
                if (name, style) == (family, "normal")
            }
        )

    def wrap(self, text: str, width: float, size: float, weight: int = NORMAL, lines: int = 2) -> list[str]:
        """Break `text` into at most `lines` lines of at most `width` points; the rest becomes an ellipsis.

        Breaks at spaces and after «/» and «-»; a word that is wider than a line is cut where it must be.
        """
        face = self[weight]
        pieces = text.replace("/", "/\0").replace("-", "-\0").replace(" ", " \0").split("\0")
        out = [""]
        while pieces:
            piece = pieces.pop(0)
            if face.width((out[-1] + piece).rstrip(), size) <= width:
                out[-1] += piece
            elif out[-1]:
                out.append("")
                pieces.insert(0, piece)
            else:
                fits = 1
                while fits < len(piece) and face.width(piece[: fits + 1], size) <= width:
                    fits += 1
                out[-1] = piece[:fits]
                pieces.insert(0, piece[fits:])
            if len(out) > lines:
                last = out[lines - 1].rstrip()
                while last and face.width(last + "…", size) > width:
                    last = last[:-1].rstrip()
                return [*(line.rstrip() for line in out[: lines - 1]), last + "…"]
        return [line.rstrip() for line in out]


class Canvas:
    """A drawing surface of `width` points by `height` points; y grows downwards, later elements lie on top."""

    def __init__(self, height: float, faces: Faces, width: float = WIDE):
        self.height, self.faces, self.width = height, faces, width
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72, frameon=False)
        self._place = Affine2D().scale(1, -1).translate(0, height)
        self._points = self._place + Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans
        self.boxes: list[tuple[float, float, float, float, str]] = []

    def _add(self, artist: Any, classes: str) -> None:
        artist.set(transform=self._points, zorder=len(self.figure.get_children()), gid=f"klasse {classes.strip()}")
        self.figure.add_artist(artist)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        classes: str = "",
        *,
        size: float = TEXT,
        weight: int = NORMAL,
        colour: str = "blekk",
        anchor: str = "left",
    ) -> None:
        """One line of text with its baseline at `y`. Raises `Problems` if a glyph is missing."""
        face = self.faces[weight]
        if missing := face.missing(text):
            names = ", ".join(f"U+{ord(c):04X}" for c in missing)
            raise Problems(
                [
                    Problem(
                        face.path.name,
                        names,
                        shown(text),
                        "tegn som skriften har",
                        "Rett navnet i kodeboken, eller legg inn en skrift som har tegnet.",
                    )
                ]
            )
        width = face.width(text, size)
        left = x - {"left": 0.0, "center": width / 2, "right": width}[anchor]
        self.boxes.append((left, y - ASCENT * size, left + width, y + DESCENT * size, text))
        font = FontProperties(family=SKRIFT["brodtekst"], weight=weight, size=size, fname=str(face.path))
        self._add(
            Text(x, y, text, color=FARGER[colour], ha=anchor, va="baseline", fontproperties=font, parse_math=False),
            classes,
        )

    def lines(
        self, x: float, middle: float, lines: Sequence[str], classes: str = "", *, size: float = TEXT, **look: Any
    ) -> None:
        """Several lines of text, centred on the height `middle`."""
        lead = 1.12 * size
        for i, line in enumerate(lines):
            y = middle + MIDDLE * size + (i - (len(lines) - 1) / 2) * lead
            self.text(x, y, line, classes + CONTINUED * (i > 0), size=size, **look)

    def heading(self, x: float, foot: float, lines: Sequence[str], classes: str, *, size: float = TEXT) -> None:
        """A strong heading of several lines, the last with its baseline at `foot`."""
        for i, line in enumerate(lines):
            y = foot - 1.12 * size * (len(lines) - 1 - i)
            self.text(x, y, line, classes + CONTINUED * (i > 0), size=size, weight=STRONG)

    def bar(self, x: float, y: float, width: float, height: float, colour: str, classes: str = "") -> None:
        """A filled rectangle with its top left corner at (x, y); nothing when it has no width or height."""
        if width > 0 and height > 0:
            self._add(
                Rectangle((x, y), width, height, facecolor=FARGER[colour], edgecolor="none", linewidth=0), classes
            )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        classes: str = "",
        *,
        width: float = 0.6,
        dashes: Any = None,
    ) -> None:
        """A line through the points."""
        xs, ys = zip(*points, strict=True)
        style: dict[str, Any] = {"linestyle": (0, dashes)} if dashes else {}
        self._add(Line2D(xs, ys, color=FARGER[colour], linewidth=width, **style), classes)

    def mark(self, x: float, y: float, gruppe: str, classes: str = "", *, size: float = 5.2) -> None:
        """The point mark of a group, with a white rim so that it stands out where lines meet: a disc, or a diamond."""
        look: dict[str, Any] = {"facecolor": FARGER[gruppe], "edgecolor": FARGER["papir"], "linewidth": 0.8}
        if gruppe == "menn":
            r = size * 0.74
            self._add(Polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], closed=True, **look), classes)
        else:
            self._add(Ellipse((x, y), size, size, **look), classes)

    def frame(self, title: str, notes: Sequence[str], shape: float = 0.0) -> None:
        """Put a title above the drawing, notes under it, and a white margin around it all, which is wider where the
        whole must be `shape` times as high as it is wide."""
        above = self.faces.wrap(title, self.width, TITLE, STRONG, lines=4)
        below = [line for note in notes for line in self.faces.wrap(note, self.width, SMALL, lines=6)]
        head, foot = 1.25 * TITLE * len(above) + 8, 1.35 * SMALL * len(below) + 12
        for n, line in enumerate(above):
            self.text(0, 1.25 * TITLE * (n + 0.8) - head, line, size=TITLE, weight=STRONG)
        for n, line in enumerate(below):
            self.text(0, self.height + 12 + 1.35 * SMALL * (n + 0.6), line, size=SMALL, colour="dempet")
        width, height = self.width + 2 * MARGIN, head + self.height + foot + 2 * MARGIN
        whole = (max(width, height / shape), max(height, width * shape)) if shape else (width, height)
        self._place.translate((whole[0] - self.width) / 2, foot + MARGIN + (whole[1] - height) / 2)
        self.figure.set_size_inches(whole[0] / 72, whole[1] / 72)
        self.figure.set(facecolor=FARGER["papir"], frameon=True)

    def file(self, rendering: str, title: str) -> bytes:
        """The drawing as a file of its own, `svg`, `png` or `deling`, with its title in the metadata and no date."""
        out = io.BytesIO()
        if rendering != "svg":
            # half a pixel more, since the number of pixels is cut and not rounded
            self.figure.set_dpi(PNG_DPI if rendering == "png" else (SHARED[0] + 0.5) / self.figure.get_size_inches()[0])
            FigureCanvasAgg(self.figure).print_png(out, metadata={"Software": None, "Title": title})
            return out.getvalue()
        for artist in self.figure.get_children():
            artist.set_gid(None)  # the classes are for the page
        text = io.StringIO()
        FigureCanvasSVG(self.figure).print_svg(text, metadata={"Title": title, "Creator": None, "Date": None})
        return text.getvalue().encode()

    def svg(self, fid: str, title: str) -> str:
        """The finished drawing. Raises `Problems` if a text reaches outside the canvas."""
        outside = [
            t
            for left, top, right, bottom, t in self.boxes
            if left < 0 or top < 0 or right > self.width or bottom > self.height
        ]
        if outside:
            raise Problems(
                [
                    Problem(
                        f"figurer/{fid}.svg", "", shown(t), "tekst innenfor figuren", "Kort ned navnet i kodeboken."
                    )
                    for t in outside
                ]
            )
        out = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(self.figure).print_svg(out, metadata=nothing)
        return with_text(flat_svg(out.getvalue(), SKRIFT["brodtekst"]), fid, title)


# --- reading the content ---


def _cells(content: Content) -> dict[tuple[str, str, str, int], Row]:
    return {(r["gruppe"], r["instans"], r["samarbeidsform"], r["aar"]): r for r in content["rader"]}


def _share(row: Row | None) -> Fraction | None:
    """Share of the base, or None when there is no count to show; a base of 0 has the share 0."""
    if row is None or row["antall"] is None or row["base"] is None:
        return None
    return Fraction(row["antall"], row["base"] or 1)


def _sign(content: Content, row: Row | None) -> str:
    """What stands in place of a count."""
    return content["ord"]["finnes_ikke" if row is None else row["status"]]


def _of_base(content: Content, row: Row | None) -> str:
    """«42 av 43», or the sign that stands in its place."""
    if row is None or _share(row) is None:
        return _sign(content, row)
    return f"{number(row['antall'])}{NBSP}{content['ord']['av']}{NBSP}{number(row['base'])}"


def _sorted_partners(content: Content, weight: Callable[[str], Fraction | int]) -> list[str]:
    """Partners by falling weight; ties in the codebook's order."""
    return sorted(content["navn"]["instans"], key=lambda instans: -weight(instans))


def _partners_by_share(content: Content, forms: Sequence[str]) -> list[str]:
    """Partners by falling share of the first form, then of the second …, of the groups together."""
    cells, groups, (aar,) = _cells(content), list(content["navn"]["gruppe"]), content["aar"]

    def weight(instans: str) -> Fraction | int:
        """A base far above any number of services keeps the forms apart."""
        totals = [_total(_share(cells.get((g, instans, f, aar))) for g in groups) for f in forms]
        return sum((total / 10 ** (6 * k) for k, total in enumerate(totals)), Fraction(0))

    return _sorted_partners(content, weight)


def _total(values: Iterable[Fraction | int | None]) -> Fraction | int:
    return sum((v for v in values if v is not None), Fraction(0))


def _base_of_group(content: Content, gruppe: str) -> str:
    """«, antall av 43 tilbud» when all the group's numbers have that base, otherwise nothing."""
    bases = sorted({r["base"] for r in content["rader"] if r["gruppe"] == gruppe and r["base"] is not None})
    words = content["ord"]
    return f", {words['antall']} {words['av']} {number(bases[0])} {words['tilbud']}" if len(bases) == 1 else ""


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
    canvas: Canvas, runs_of: dict[str, list[tuple[float, float] | None]], classes: str, width: float, every: bool
) -> None:
    """Lines over time, the first group on top: solid with discs, or dashed with diamonds, so that colour is not needed.

    `every`: a mark on every point; otherwise on the ends and on points without a neighbour.
    """
    for g, points in reversed(runs_of.items()):
        for run in _segments(points):
            if len(run) > 1:
                canvas.line(run, g, f"linje {g} {classes}", width=width, dashes=DASHES if g == "menn" else None)
    for g, points in reversed(runs_of.items()):
        marked = [p for run in _segments(points) for p in run if every or len(run) == 1 or p in (points[0], points[-1])]
        for point in marked:
            canvas.mark(*point, g, f"punkt {g} {classes}")


def _key_of_lines(canvas: Canvas, content: Content, x: float) -> None:
    """The groups' names above a drawing, each after a piece of its line, from `x`."""
    for g, name in content["navn"]["gruppe"].items():
        canvas.line([(x, 7.5), (x + 20, 7.5)], g, f"linje {g}", width=1.9, dashes=DASHES if g == "menn" else None)
        canvas.mark(x + 10, 7.5, g, f"punkt {g}")
        canvas.text(x + 25, 7.5 + MIDDLE * HEAD, name, f"gruppe {g}", size=HEAD, weight=STRONG, colour=g)
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


def _partners(content: Content, faces: Faces) -> Canvas:
    """One panel per group, one bar per partner on a track that is the whole base; «42 av 43» beside the track."""
    cells, names, (aar,) = _cells(content), content["navn"], content["aar"]
    groups = list(names["gruppe"])
    partners = _partners_by_share(content, [""])
    top, bottom, gap = 20.0, 20.0, 16.0
    pitch = min(24.0, max(12.4, (FIGUR["hoyde"] - top - bottom) / len(partners)))
    height, lines = min(12.5, pitch * 0.6), 2 if pitch >= 21 else 1
    canvas = Canvas(top + bottom + pitch * len(partners), faces)
    foot = top + pitch * len(partners)

    labels = {(g, i): _of_base(content, cells.get((g, i, "", aar))) for g in groups for i in partners}
    left = _label_column(faces, names["instans"].values(), 130)
    value = max(faces[NORMAL].width(t, TEXT) for t in labels.values()) + 7
    panel = (WIDE - left - gap * (len(groups) - 1)) / len(groups)
    track = panel - value
    for n, i in enumerate(partners):
        middle = top + pitch * (n + 0.5)
        canvas.lines(0, middle, faces.wrap(names["instans"][i], left - 8, TEXT, lines=lines), f"navn {i}")
    for k, g in enumerate(groups):
        x = left + k * (panel + gap)
        canvas.text(x, 11, names["gruppe"][g], f"gruppe {g}", size=HEAD, weight=STRONG, colour=g)
        for n, i in enumerate(partners):
            if _share(cells.get((g, i, "", aar))) is not None:
                canvas.bar(x, top + pitch * (n + 0.5) - height / 2, track, height, "tone", "spor")
        _share_axis(canvas, x, track, (top - 2, foot + 2), foot + 13)
        for n, i in enumerate(partners):
            row, middle = cells.get((g, i, "", aar)), top + pitch * (n + 0.5)
            share, classes = _share(row), f"{g} {i}"
            if share is not None:
                canvas.bar(x, middle - height / 2, track * float(share), height, g, f"stolpe {classes}")
            canvas.text(x + track + 6, middle + MIDDLE * TEXT, labels[g, i], f"verdi {classes}")
    return canvas


def _forms(content: Content, faces: Faces) -> Canvas:
    """One column per form of cooperation, one row per partner, in each a thin bar per group with its count."""
    cells, names, (aar,) = _cells(content), content["navn"], content["aar"]
    groups, forms = list(names["gruppe"]), list(names["samarbeidsform"])
    partners = _partners_by_share(content, forms)
    left, gap = _label_column(faces, names["instans"].values(), 112), 10.0
    column = (WIDE - left - gap * (len(forms) - 1)) / len(forms)
    counts = [number(r["antall"]) if _share(r) is not None else "" for r in content["rader"]]
    track = column - max(faces[NORMAL].width(t, SMALL) for t in counts) - 5
    titles = {f: faces.wrap(names["samarbeidsform"][f], column, SMALL, STRONG, lines=3) for f in forms}
    lead = 1.12 * SMALL
    top = 24.0 + lead * max(len(t) for t in titles.values()) + 6
    bar, bottom = 7.2, 18.0
    pitch = min(27.0, max(9.6 * len(groups) + 3, (FIGUR["hoyde"] - top - bottom) / len(partners)))
    foot = top + pitch * len(partners)
    canvas = Canvas(foot + bottom, faces)

    x = left
    for g in groups:
        base = _base_of_group(content, g)
        canvas.bar(x, 4.2, 14, bar, g, f"stolpe {g}")
        canvas.text(x + 18, 11, names["gruppe"][g], f"gruppe {g}", weight=STRONG, colour=g)
        after = x + 18 + faces[STRONG].width(names["gruppe"][g], TEXT)
        canvas.text(after, 11, base, f"base {g}", colour="dempet")
        x = after + faces[NORMAL].width(base, TEXT) + 18
    for k, f in enumerate(forms):
        x = left + k * (column + gap)
        canvas.heading(x, top - 7, titles[f], f"overskrift {f}", size=SMALL)
        _share_axis(canvas, x, track, (top - 2, foot), foot + 11)
        for n, i in enumerate(partners):
            middle = top + pitch * (n + 0.5)
            for m, g in enumerate(groups):
                row = cells.get((g, i, f, aar))
                share, classes = _share(row), f"{g} {i} {f}"
                y = middle + (m - (len(groups) - 1) / 2) * 9.6
                length = track * float(share or 0)
                canvas.bar(x, y - bar / 2, length, bar, g, f"stolpe {classes}")
                text = _sign(content, row) if row is None or share is None else number(row["antall"])
                colour = "dempet" if share is None else g
                canvas.text(x + length + 3.5, y + MIDDLE * SMALL, text, f"verdi {classes}", size=SMALL, colour=colour)
    for n, i in enumerate(partners):
        middle = top + pitch * (n + 0.5)
        canvas.lines(0, middle, faces.wrap(names["instans"][i], left - 8, TEXT, lines=2), f"navn {i}")
        if n:
            canvas.line([(0, middle - pitch / 2), (WIDE, middle - pitch / 2)], "rutenett", "skille")
    return canvas


def _bars_narrow(content: Content, faces: Faces) -> Canvas:
    """Partners below each other, each with its name above a thin bar per group; forms of cooperation two abreast."""
    cells, names, (aar,) = _cells(content), content["navn"], content["aar"]
    groups, forms = list(names["gruppe"]), list(names["samarbeidsform"]) or [""]
    partners = _partners_by_share(content, forms)
    abreast, gap, bar, step = min(2, len(forms)), 14.0, 7.2, 9.8
    column = (NARROW - gap * (abreast - 1)) / abreast
    of_base = forms == [""]

    def label(row: Row | None) -> str:
        if of_base or row is None or _share(row) is None:
            return _of_base(content, row)
        return number(row["antall"])

    labels = {(g, i, f): label(cells.get((g, i, f, aar))) for g in groups for i in partners for f in forms}
    # A sign stands where its bar would have begun, so only the texts after a bar need room.
    after_bar = [t for (g, i, f), t in labels.items() if _share(cells.get((g, i, f, aar))) is not None]
    track = column - max((faces[NORMAL].width(t, SMALL) for t in after_bar), default=0) - 5
    titles = {f: faces.wrap(names["samarbeidsform"][f], column, TEXT, STRONG, lines=3) if f else [] for f in forms}
    lead = 1.12 * TEXT
    key = 15.0 * len(groups) + 4
    head = max(lead * max(len(t) for t in titles.values()) + 6, 2)
    pitch = 15 + step * len(groups) + 3
    block = head + pitch * len(partners) + 20
    canvas = Canvas(key + block * math.ceil(len(forms) / abreast), faces, NARROW)

    for n, g in enumerate(groups):
        base = "" if of_base else _base_of_group(content, g)
        canvas.bar(0, 4.2 + 15 * n, 14, bar, g, f"stolpe {g}")
        canvas.text(18, 11 + 15 * n, names["gruppe"][g], f"gruppe {g}", weight=STRONG, colour=g)
        after = 18 + faces[STRONG].width(names["gruppe"][g], TEXT)
        canvas.text(after, 11 + 15 * n, base, f"base {g}", colour="dempet")
    for k, f in enumerate(forms):
        x, top = (k % abreast) * (column + gap), key + (k // abreast) * block
        canvas.heading(x, top + head - 4, titles[f], f"overskrift {f}")
        foot = top + head + pitch * len(partners)
        for n, i in enumerate(partners):
            y = top + head + pitch * n
            canvas.text(x, y + 11, faces.wrap(names["instans"][i], column, TEXT, lines=1)[0], f"navn {i}")
            for m, g in enumerate(groups):
                row, at = cells.get((g, i, f, aar)), y + 15 + step * m
                share, classes = _share(row), f"{g} {i} {f}".strip()
                length = track * float(share or 0)
                if share is not None:
                    canvas.bar(x, at, track, bar, "tone", "spor")
                    canvas.bar(x, at, length, bar, g, f"stolpe {classes}")
                left = x + (track if of_base and share is not None else length) + 4
                colour = "dempet" if share is None else g
                canvas.text(
                    left, at + bar / 2 + MIDDLE * SMALL, labels[g, i, f], f"verdi {classes}", size=SMALL, colour=colour
                )
        _share_axis(canvas, x, track, (foot, foot + 3), foot + 12, grid="linje")
    return canvas


def _fora(content: Content, faces: Faces, width: float) -> Canvas:
    """One line per group, every point with its percentage, and the number of services under each year.

    The groups' names stand beside the lines' ends, or above the lines where the drawing is narrow.
    """
    cells, names, years = _cells(content), content["navn"], content["aar"]
    groups = list(names["gruppe"])
    narrow = width < WIDE
    top, plot, left = 38.0 if narrow else 20.0, 150.0, 30.0 if narrow else 34.0
    right = 12.0 if narrow else max(faces[STRONG].width(names["gruppe"][g], HEAD) for g in groups) + 32
    foot = top + plot
    table = foot + 36
    canvas = Canvas(table + 13 * len(groups) + 4, faces, width)
    indent = max(
        10.0 if narrow else 18.0, max(faces[NORMAL].width(names["gruppe"][g], SMALL) for g in groups) + 14 - left
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
    lines = {
        g: [None if (s := shares.get((g, year))) is None else (at(year), height(s)) for year in years] for g in groups
    }
    _series(canvas, lines, "", width=2.2, every=True)
    for year in labelled:
        here = {g: shares[g, year] for g in groups if (g, year) in shares}
        present = sorted(here, key=here.__getitem__, reverse=True)
        for g, middle in zip(present, _beside_lines([height(here[g]) for g in present], foot), strict=True):
            text, y = percent(here[g]), middle + MIDDLE * TEXT
            canvas.text(at(year), y, text, f"verdi {g} a{year}", weight=STRONG, colour=g, anchor="center")
    ends = {g: max(year for year in years if (g, year) in shares) for g in groups if any(g == s for s, _ in shares)}
    if narrow:
        _key_of_lines(canvas, content, 0)
    else:
        for g, y in zip(ends, _spread([height(shares[end]) for end in ends.items()], 12, top, foot), strict=True):
            look = {"size": HEAD, "weight": STRONG, "colour": g}
            canvas.text(width - right + 26, y + MIDDLE * HEAD, names["gruppe"][g], f"gruppe {g}", **look)

    _bases(canvas, content, table, {year: at(year) for year in labelled})
    return canvas


def _beside_lines(heights: Sequence[float], foot: float) -> list[float]:
    """Where the values of points stand, the highest point first: it above its line, the others below theirs."""
    middles = [y + (10 if n else -10) for n, y in enumerate(heights)]
    if middles and middles[-1] > foot - 4:  # no room under the lower line: both stand above it
        return [min(middles[0], middles[-1] - 30), middles[-1] - 20][-len(middles) :]
    return middles


def _bases(canvas: Canvas, content: Content, top: float, columns: Mapping[int, float]) -> None:
    """A table of the bases from `top`: a row per group, the years in columns by their middle."""
    cells = _cells(content)
    canvas.text(0, top - 9, content["ord"]["antall_tilbud"], "base", size=SMALL, colour="dempet")
    for n, (g, name) in enumerate(content["navn"]["gruppe"].items()):
        y = top + 4 + 13 * n
        canvas.text(0, y, name, f"base {g}", size=SMALL, colour=g)
        for year, x in columns.items():
            row = cells.get((g, "", "", year))
            text = number(row["base"]) if row and row["base"] is not None else _sign(content, row)
            canvas.text(x, y, text, f"base {g} a{year}", size=SMALL, colour=g, anchor="center")


def _grid(count: int, axis: float, gap: float, most: int, width: float) -> tuple[int, float]:
    """Number of columns and width of a panel for `count` small multiples; two abreast where the drawing is narrow."""
    columns = min(count, 2 if width < WIDE else most if count <= most * 3 else most + 1)
    return columns, (width - axis - gap * (columns - 1)) / columns


def _agreements(content: Content, faces: Faces, width: float) -> Canvas:
    """One panel per partner, one line per group, on one common axis; the first and last percentage at the line's
    ends."""
    cells, names, years = _cells(content), content["navn"], content["aar"]
    groups = list(names["gruppe"])
    shares = {key: share for key, row in cells.items() if (share := _share(row)) is not None}
    form = content["rader"][0]["samarbeidsform"]
    partners = _sorted_partners(content, lambda i: _total(shares.get((g, i, form, years[-1])) for g in groups))
    ticks = _ticks(max((100 * s for s in shares.values()), default=0), 5)
    narrow = width < WIDE
    axis, gap = (28.0, 10.0) if narrow else (30.0, 14.0)
    shown_shares = [percent(s) for s in shares.values()]
    margin = max((faces[STRONG].width(t, SMALL) for t in shown_shares), default=0) + 8
    columns, panel = _grid(len(partners), axis, gap, 3, width)
    rows = math.ceil(len(partners) / columns)
    titles = {i: faces.wrap(names["instans"][i], panel, TEXT, STRONG) for i in partners}
    lead = 1.12 * TEXT
    head, years_below, key = 8 + lead * max(len(t) for t in titles.values()), 14.0, 20.0
    plot = 60.0 if narrow else min(70.0, max(38.0, (FIGUR["hoyde"] - key) / rows - head - years_below - 7))
    pitch = head + plot + years_below + 7
    canvas = Canvas(key + pitch * rows - 7, faces, width)
    _key_of_lines(canvas, content, 0 if narrow else axis)
    for n, i in enumerate(partners):
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
        lines = {
            g: [None if (s := shares.get((g, i, form, year))) is None else (at(year), height(s)) for year in years]
            for g in groups
        }
        _series(canvas, lines, i, width=1.7, every=False)
        for year, shift, anchor in ((years[0], -6, "right"), (years[-1], 6, "left"))[
            -len(set(years[:1] + years[-1:])) :
        ]:
            here = {g: share for g in groups if (share := shares.get((g, i, form, year))) is not None}
            heights = _spread([height(s) for s in here.values()], 9.0, top + head + 2, foot - 1 - DESCENT * SMALL)
            look: dict[str, Any] = {"size": SMALL, "weight": STRONG, "anchor": anchor}
            for (g, share), y in zip(here.items(), heights, strict=True):
                classes = f"verdi {g} {i} a{year}"
                canvas.text(at(year) + shift, y + MIDDLE * SMALL, percent(share), classes, colour=g, **look)
    return canvas


def _finished_table(content: Content, faces: Faces, width: float) -> Canvas:
    """One panel per partner, one column per year with its count: another unit, so another shape and another colour."""
    cells, names, years = _cells(content), content["navn"], content["aar"]
    (group,) = names["gruppe"]
    colour = group if group in FARGER else "kommuner"

    def count(instans: str, year: int) -> int | None:
        return (cells.get((group, instans, "", year)) or {"antall": None})["antall"]

    partners = _sorted_partners(content, lambda i: count(i, years[-1]) or 0)
    ticks = _ticks(max((r["antall"] or 0 for r in content["rader"]), default=0), 1)
    axis, gap = 26.0, 16.0
    columns, panel = _grid(len(partners), axis, gap, 4, width)
    rows = math.ceil(len(partners) / columns)
    titles = {i: faces.wrap(names["instans"][i], panel, TEXT, STRONG) for i in partners}
    lead = 1.12 * TEXT
    head, years_below, between = 12 + lead * max(len(t) for t in titles.values()), 14.0, 12.0
    key = 22.0
    room = (FIGUR["hoyde"] + between - key - 1) / rows - head - years_below - between
    plot = 60.0 if width < WIDE else min(84.0, max(46.0, room))
    pitch = head + plot + years_below + between
    canvas = Canvas(key + pitch * rows - between + 1, faces, width)
    canvas.bar(axis, 4.2, 14, 7.2, colour, f"stolpe {group}")
    canvas.text(axis + 18, 11, names["gruppe"][group], f"gruppe {group}", size=HEAD, weight=STRONG, colour=colour)
    slot = panel / len(years)
    widest = max(faces[STRONG].width(number(r["antall"] or 0), TEXT) for r in content["rader"])
    labelled = _some_years(years, slot, max(widest, faces[NORMAL].width("2020", SMALL)) + 3)
    for n, i in enumerate(partners):
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
                text = _sign(content, cells.get((group, i, "", year))) if value is None else number(value)
                canvas.text(
                    edge,
                    foot - tall - 3.5,
                    text,
                    f"verdi {group} {i} a{year}",
                    weight=STRONG,
                    colour=colour,
                    anchor=anchor,
                )
                canvas.text(edge, foot + 11, str(year), "akse", size=SMALL, colour="dempet", anchor=anchor)
        canvas.line([(left, foot), (left + panel, foot)], "linje", "akse")
    return canvas


DRAWERS: dict[str, Callable[[Content, Faces, float], Canvas]] = {
    "samarbeid-etter-instans": lambda content, faces, width: (_partners if width == WIDE else _bars_narrow)(
        content, faces
    ),
    "samarbeidsformer-etter-instans": lambda content, faces, width: (_forms if width == WIDE else _bars_narrow)(
        content, faces
    ),
    "deltakelse-i-fora": _fora,
    "skriftlige-avtaler": _agreements,
    "ferdig_tabell": _finished_table,
}


def canvas_of(content: Content, faces: Faces, width: float = WIDE) -> Canvas:
    """The drawing of `content` (from `figures.content`) as a canvas of `width`, WIDE or NARROW: its `figure` is
    matplotlib's, its `boxes` are the texts'. Raises `Problems` for a kind of figure that nothing here draws."""
    if content["slag"] not in DRAWERS:
        found = f"slaget {shown(content['slag'])}, som ikke har noen tegner"
        fix = "Rett slaget i figures.py, eller legg tegneren til i DRAWERS i plotting.py."
        raise Problems([Problem("plotting.py", f"figur {content['figur']}", found, f"en av {', '.join(DRAWERS)}", fix)])
    return DRAWERS[content["slag"]](content, faces, width)


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
