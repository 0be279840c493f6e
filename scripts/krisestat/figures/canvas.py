"""What every drawing is made on: sizes, faces, and a canvas that writes SVG and PNG alike."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Polygon, Rectangle
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from krisestat.base.display import NBSP
from krisestat.base.errors import Problem, Problems, one_problem, shown
from krisestat.figures.design import FARGER, FIGUR, SERIER, SKRIFT, SKRIFTFILER
from krisestat.figures.svg import HALO, RIM, TOLD, flat_svg, with_text

WIDE, NARROW = FIGUR["bredde"], FIGUR["smal"]
TEXT, SMALL, HEAD = FIGUR["tekst"], FIGUR["liten"], FIGUR["overskrift"]
NORMAL, STRONG = 400, 600
TITLE, MARGIN = 11.5, 14.0  # of a figure that stands alone: type size of its title, and the margin around it
PNG_DPI = 200
SHARED = (1200, 630)  # pixels of the picture beside a link: the measure of the Open Graph protocol
ASCENT, DESCENT = 0.74, 0.22  # of the type size: the ink box of a line, from the baseline
MIDDLE = 0.33  # from the middle of a line's figures and capitals down to its baseline
PROSENT = f"{NBSP}%"
LONG_WORD = 60  # letters: longer ones are no words
EDGE, CELL_GAP = 1.0, 0.27  # width of the edge of what is hollow; what is open of each cell in a row
# What lies on what: a rim never covers a text. What looks the same lies together, so that it is said once.
GROUNDS, GRID, SHAPES, HALOS, TEXTS = -20_000, -10_000, 0, 10_000, 20_000
_LAYERS = {"framhevet": GROUNDS, "ny-telling": GROUNDS, "akse": GRID, "skille": GRID}
CONTINUED = " videre"  # class of a line of text that continues the one before: in the file they are one text
# Of the line width, after the first series, so that colour is not needed to tell lines apart.
DASHES = dict(zip(SERIER[1:], ((3.2, 1.4), (1.0, 1.2)), strict=True))

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

        Breaks at spaces and after «/» and «-»; a word that is wider than a line is hyphenated, or cut where it must be.
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
                first, rest = _divided(piece, lambda part: face.width(part, size) <= width)
                out[-1] = first
                pieces.insert(0, rest)
            if len(out) > lines:
                last = out[lines - 1].rstrip()
                while last and face.width(last + "…", size) > width:
                    last = last[:-1].rstrip()
                return [*(line.rstrip() for line in out[: lines - 1]), last + "…"]
        return [line.rstrip() for line in out]


@cache
def _hyphens() -> Any:
    """The patterns of hyphenation, which cost as much to read as a drawing costs: few words need them."""
    from pyphen import Pyphen

    return Pyphen(lang="nb_NO", left=3, right=3)


def _divided(word: str, fits: Callable[[str], bool]) -> tuple[str, str]:
    """A word in two: at the hyphen nearest its middle of those that fit, or where it must be cut."""
    ways = [way for way in _hyphens().iterate(word) if fits(f"{way[0]}-")] if len(word) < LONG_WORD else []
    if ways:
        first, rest = min(ways, key=lambda way: abs(len(way[0]) - len(way[1])))
        return f"{first}-", rest
    end = 1
    while end < len(word) and fits(word[: end + 1]):
        end += 1
    return word[:end], word[end:]


class Canvas:
    """A drawing surface of `width` points by `height` points; y grows downwards, later elements lie on top."""

    def __init__(self, height: float, faces: Faces, width: float = WIDE):
        self.height, self.faces, self.width = height, faces, width
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72, frameon=False)
        self._place = Affine2D().scale(1, -1).translate(0, height)
        self._points = self._place + Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans
        self.boxes: list[tuple[float, float, float, float, str]] = []

    def _add(self, artist: Any, classes: str, told: str = "", layer: int | None = None) -> None:
        # The narrow rendering has the same marks under the same classes: what is said of them stands once.
        gid = f"klasse {classes.strip()}{TOLD + told if told and self.width == WIDE else ''}"
        layer = _LAYERS.get(classes.split(" ")[0], SHAPES) if layer is None else layer
        artist.set(transform=self._points, zorder=layer + len(self.figure.get_children()), gid=gid)
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
        halo: str = "",
    ) -> None:
        """One line of text with its baseline at `y`; `halo`, the ground that its rim has the colour of. Raises
        `Problems` if a glyph is missing."""
        face = self.faces[weight]
        if missing := face.missing(text):
            names = ", ".join(f"U+{ord(c):04X}" for c in missing)
            fix = "Rett navnet i kodeboken, eller legg inn en skrift som har tegnet."
            raise one_problem(face.path.name, names, shown(text), "tegn som skriften har", fix)
        width = face.width(text, size)
        left = x - {"left": 0.0, "center": width / 2, "right": width}[anchor]
        self.boxes.append((left, y - ASCENT * size, left + width, y + DESCENT * size, text))
        font = FontProperties(family=SKRIFT["brodtekst"], weight=weight, size=size, fname=str(face.path))
        look: dict[str, Any] = {"ha": anchor, "va": "baseline", "fontproperties": font, "parse_math": False}
        if halo:
            self._add(Text(x, y, text, color=FARGER[halo], **look), RIM, layer=HALOS)
        self._add(Text(x, y, text, color=FARGER[colour], **look), classes, layer=TEXTS)

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

    def bar(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        classes: str = "",
        *,
        opacity: float = 1,
        edge: str = "",
        dashes: Any = None,
        told: str = "",
    ) -> None:
        """A filled rectangle with its top left corner at (x, y), with an edge inside it where it has one; nothing when
        it has no width or height. `told` is what is said of it to whoever points at it."""
        if width <= 0 or height <= 0:
            return
        inset = EDGE / 2 if edge else 0.0
        box = ((x + inset, y + inset), max(width - 2 * inset, 0.01), height - 2 * inset)
        rim: dict[str, Any] = {"edgecolor": FARGER[edge], "linewidth": EDGE} if edge else {"edgecolor": "none"}
        rim |= {"linestyle": (0, dashes)} if dashes else {}
        rgb = (*to_rgb(FARGER[colour]), opacity)
        self._add(Rectangle(*box, facecolor=rgb, **{"linewidth": 0} | rim), classes, told)

    def cells(
        self,
        x: float,
        y: float,
        count: int,
        pitch: float,
        height: float,
        colour: str,
        classes: str = "",
        *,
        gap: float = CELL_GAP,
        opacity: float = 1,
        told: str = "",
    ) -> None:
        """`count` equal cells in a row from (x, y), each `pitch` from the next: one line, dashed by its own width."""
        if count:
            wide, middle = pitch * (1 - gap), y + height / 2
            dashes = None if count == 1 else (wide / height, pitch * gap / height)
            ends = [(x, middle), (x + pitch * count - pitch * gap, middle)]
            self.line(ends, colour, classes, width=height, dashes=dashes, opacity=opacity, told=told)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        classes: str = "",
        *,
        width: float = 0.6,
        dashes: Any = None,
        opacity: float = 1,
        told: str = "",
    ) -> None:
        """A line through the points."""
        xs, ys = zip(*points, strict=True)
        style: dict[str, Any] = {"linestyle": (0, dashes)} if dashes else {"solid_capstyle": "butt"}
        rgb = (*to_rgb(FARGER[colour]), opacity)
        self._add(Line2D(xs, ys, color=rgb, linewidth=width, **style), classes, told)

    def mark(
        self, x: float, y: float, colour: str, classes: str = "", *, size: float = 5.2, told: str = "", hollow: str = ""
    ) -> None:
        """The point mark of a series, with a rim so that it stands out where lines meet: a disc, a diamond or a square.
        `hollow`, the ground that is seen through a diamond of that colour."""
        look: dict[str, Any] = {"facecolor": FARGER[colour], "edgecolor": FARGER["papir"], "linewidth": 0.8}
        if hollow:
            look = {"facecolor": FARGER[hollow], "edgecolor": FARGER[colour], "linewidth": EDGE}
        if hollow or colour == SERIER[1]:
            r = size * 0.74
            shape: Any = Polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], closed=True, **look)
        elif colour == SERIER[2]:
            shape = Rectangle((x - size / 2, y - size / 2), size, size, **look)
        else:
            shape = Ellipse((x, y), size, size, **look)
        self._add(shape, classes, told)

    def cut(self, height: float) -> None:
        """Make the drawing `height` points high: for one that is known only when everything is placed."""
        self._place.translate(0, height - self.height)
        self.height = height
        self.figure.set_size_inches(self.width / 72, height / 72)

    def frame(self, title: str, notes: Sequence[str]) -> None:
        """Put a title above the drawing, notes under it, and a white margin around it all."""
        above = self.faces.wrap(title, self.width, TITLE, STRONG, lines=4)
        below = [line for note in notes for line in self.faces.wrap(note, self.width, SMALL, lines=6)]
        head, foot = 1.25 * TITLE * len(above) + 8, 1.35 * SMALL * len(below) + 12
        for n, line in enumerate(above):
            self.text(0, 1.25 * TITLE * (n + 0.8) - head, line, size=TITLE, weight=STRONG)
        for n, line in enumerate(below):
            self.text(0, self.height + 12 + 1.35 * SMALL * (n + 0.6), line, size=SMALL, colour="dempet")
        self._grow((self.width + 2 * MARGIN, head + self.height + foot + 2 * MARGIN), foot)

    def card(self, finding: str, notes: Sequence[str]) -> None:
        """Make a picture to share of the drawing, with the shape of `SHARED`: a finding above it as large as can be
        read on a phone, notes under it, and last who sends it. Sizes are parts of the width, which grows until all has
        room."""
        shape, wide = SHARED[1] / SHARED[0], self.width
        while True:
            large, small, margin = wide * 46 / SHARED[0], max(SMALL, wide * 21 / SHARED[0]), wide * 44 / SHARED[0]
            above = self.faces.wrap(finding, wide - 2 * margin, large, STRONG, lines=3)
            below = [line for note in notes[:-1] for line in self.faces.wrap(note, wide - 2 * margin, small)]
            head, foot = 1.2 * large * len(above) + 0.6 * large, 1.35 * small * (len(below) + 1.6)
            if max((head + self.height + foot + 2 * margin) / shape, self.width + 2 * margin) <= wide:
                break
            wide += 4
        left, spare = (self.width - wide) / 2 + margin, wide * shape - head - self.height - foot - 2 * margin
        for n, line in enumerate(above):
            self.text(left, 1.2 * large * (n + 0.8) - head - spare / 2, line, size=large, weight=STRONG)
        for n, line in enumerate([*below, notes[-1]]):
            last = n == len(below)
            y = self.height + spare / 2 + 1.35 * small * (n + 1 + 0.3 * last)
            look: dict[str, Any] = {"weight": STRONG} if last else {"colour": "dempet"}
            self.text(left, y, line, size=small, **look)
        self._grow((wide, wide * shape), foot + spare / 2 + margin - MARGIN)

    def _grow(self, whole: tuple[float, float], foot: float) -> None:
        """Make the drawing part of a larger one. Parameters: `whole`, its width and height; `foot`, how much of that is
        under the drawing, beside the margin."""
        self._place.translate((whole[0] - self.width) / 2, foot + MARGIN)
        self.figure.set_size_inches(whole[0] / 72, whole[1] / 72)
        self.figure.set(facecolor=FARGER["papir"], frameon=True)

    def file(self, rendering: str, title: str) -> bytes:
        """The drawing as a file of its own, `svg`, `png` or `deling`, with its title in the metadata and no date."""
        for artist in self.figure.get_children():
            if isinstance(artist, Text) and artist.get_gid() == f"klasse {RIM}":
                artist.set_path_effects([Stroke(linewidth=HALO, foreground=artist.get_color())])
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
            wanted, fix = "tekst innenfor figuren", "Kort ned navnet i kodeboken."
            raise Problems(Problem(f"figurer/{fid}.svg", "", shown(t), wanted, fix) for t in outside)
        out = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(self.figure).print_svg(out, metadata=nothing)
        return with_text(flat_svg(out.getvalue(), SKRIFT["brodtekst"]), fid, title)
