"""The figure of how far points are covered: one row a point, one cell for each answer or agreement, as SVG.

Cells come in the order of `PUNKTSVAR`, so that a row is a bar stacked of its cells. Each kind of cell has a shape of
its own beside its colour, and a key names those that are used. Colours are the design's, so that the page's dark mode
follows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import escape

from krisestat.agreements.checklist import DEKKET, DELVIS, IKKE_RELEVANT, MANGLER, PUNKTSVAR, UBESVART
from krisestat.figures.design import FARGER, SERIER, SKRIFT
from krisestat.figures.svg import NAMESPACE

# Widths in units of the drawing: a unit is about 1.1 px or 0.26 mm in a wide one, 0.9 px in a narrow one.
_WIDE, _NARROW = 640, 320
# Room for the name of a row and for what is said of it, in a wide one.
_LABEL, _TOLD = 268, 130
_TEXT, _LINE, _CELL, _HEIGHT, _GAP = 13, 16, 20, 16, 9
# The width of a letter of the typeface at this size, on the generous side.
_LETTER = 6.4


@dataclass(frozen=True)
class PointRow:
    """A row: `navn`, what it is about; `antall`, how many have each answer; `sagt`, the finding in a few words."""

    navn: str
    antall: Mapping[str, int]
    sagt: str


def drawing(
    rows: Sequence[PointRow],
    words: Mapping[str, str],
    narrow: bool = False,
    id: str = "",
    title: str = "",
    desc: str = "",
) -> str:
    """The figure.

    Parameters: `rows`, from the top; `words`, the name of each answer; `narrow`, whether it is for a small screen, with
    the text over the cells; `id`, what ids in it begin with, `title` and `desc`, what a screen reader says. They are
    left out in the PDF, where the picture has its text beside it.
    Returns: `<svg …>…</svg>`, text as text, all of it escaped.
    """
    parts, top = (_narrow if narrow else _wide)(rows)
    used = [answer for answer in PUNKTSVAR if any(row.antall.get(answer) for row in rows)]
    width = _NARROW if narrow else _WIDE
    key, top = _key(used, words, width, top + 4)
    texts = [(name, part, text) for name, part, text in (("title", "tittel", title), ("desc", "tekst", desc)) if text]
    named = [f'<{name} id="{id}-{part}">{escape(text)}</{name}>' for name, part, text in texts]
    labelled = f' aria-labelledby="{" ".join(f"{id}-{part}" for _, part, _ in texts)}"' if texts else ""
    head = (
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {_n(top)}" role="img"{labelled} '
        f'font-family="\'{SKRIFT["brodtekst"]}\', sans-serif" font-size="{_TEXT}">'
    )
    return "\n".join([head, *named, *parts, *key, "</svg>\n"])


def _wide(rows: Sequence[PointRow]) -> tuple[list[str], float]:
    """Name, cells and finding beside each other; returns the parts and where they end."""
    most = max(sum(row.antall.values()) for row in rows)
    cell = min(_CELL, (_WIDE - _LABEL - _TOLD) / most)
    parts: list[str] = []
    top = 0.0
    for row in rows:
        names = textwrap.wrap(row.navn, int((_LABEL - 14) / _LETTER))
        height = max(len(names) * _LINE, _HEIGHT)
        middle = top + (height - _HEIGHT) / 2
        parts += [_text(0, top + _TEXT + n * _LINE, line) for n, line in enumerate(names)]
        parts += _cells(row.antall, _LABEL, middle, cell)
        parts.append(_text(_LABEL + cell * most + 10, middle + _TEXT, row.sagt, "dempet"))
        top += height + _GAP
    return parts, top


def _narrow(rows: Sequence[PointRow]) -> tuple[list[str], float]:
    """Name and finding over the cells."""
    most = max(sum(row.antall.values()) for row in rows)
    parts: list[str] = []
    top = 0.0
    for row in rows:
        for line in textwrap.wrap(row.navn, int(_NARROW / _LETTER)):
            parts.append(_text(0, top + _TEXT, line))
            top += _LINE
        parts.append(_text(0, top + _TEXT, row.sagt, "dempet"))
        parts += _cells(row.antall, 0, top + _LINE + 2, min(_CELL, _NARROW / most))
        top += _LINE + _HEIGHT + 2 + _GAP
    return parts, top


def _key(used: Iterable[str], words: Mapping[str, str], width: float, top: float) -> tuple[list[str], float]:
    """Cells with their names, on as many lines as they need; returns them and where they end."""
    parts: list[str] = []
    x = 0.0
    for answer in used:
        wide = _CELL + 6 + len(words[answer]) * _LETTER + 14
        if x and x + wide > width:
            x, top = 0.0, top + _LINE + 6
        parts += [_shape(answer, x, top, _CELL), _text(x + _CELL + 5, top + _TEXT, words[answer])]
        x += wide
    return parts, top + _HEIGHT + 2


def _cells(antall: Mapping[str, int], x: float, y: float, cell: float) -> list[str]:
    """The cells of a row, from the left; where they would be too narrow to tell apart, one for each kind."""
    parts = []
    for answer in PUNKTSVAR:
        count = antall.get(answer, 0)
        pieces = [cell] * count if cell >= _CELL * 0.7 else [cell * count] if count else []
        for wide in pieces:
            parts.append(_shape(answer, x, y, wide))
            x += wide
    return parts


def _shape(answer: str, x: float, y: float, width: float) -> str:
    """One cell: filled with a tick for `dekket`, half filled for `delvis`, filled with a cross for `mangler`, open for
    `ubesvart`, a line for what is not relevant and a dot for what was not asked."""
    x, y, w, h = x + 0.75, y + 0.75, max(width - 2.5, 0.5), _HEIGHT - 1.5
    middle_x, middle_y = x + w / 2, y + h / 2
    blue, orange, grey, paper = (FARGER[role] for role in (*SERIER[:2], "linje", "papir"))

    def box(fill: str, stroke: str) -> str:
        return (
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" fill="{fill}" stroke="{stroke}" '
            'stroke-width="1.5"/>'
        )

    def line(path: str, colour: str) -> str:
        return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'

    if answer == DEKKET:
        return box(blue, blue) + line(f"M{_n(middle_x - 4)} {_n(middle_y)}l3 3.5l5.5 -7", paper)
    if answer == DELVIS:
        half = f"M{_n(x)} {_n(middle_y)}h{_n(w)}v{_n(h / 2)}h{_n(-w)}z"
        return box(paper, blue) + f'<path d="{half}" fill="{blue}"/>'
    if answer == MANGLER:
        return box(orange, orange) + line(f"M{_n(middle_x - 3.5)} {_n(middle_y - 3.5)}l7 7m0 -7l-7 7", paper)
    if answer == UBESVART:
        return box(paper, grey)
    if answer == IKKE_RELEVANT:
        return line(f"M{_n(x + 2)} {_n(middle_y)}h{_n(max(w - 4, 0.5))}", grey)
    return f'<circle cx="{_n(middle_x)}" cy="{_n(middle_y)}" r="2" fill="{grey}"/>'


def _text(x: float, y: float, text: str, role: str = "blekk") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="{FARGER[role]}">{escape(text)}</text>'


def _n(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
