"""The figure of a fact sheet: a row for each partner, with what the centre's services answered beside the share of the
country's services that cooperate with it. Only this loads matplotlib, through `krisestat.figures.charts`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from krisestat.base.display import NBSP

if TYPE_CHECKING:
    from krisestat.figures.canvas import Canvas

# Drawings kept in memory: the municipalities that share a centre show the same.
_KEPT = 128
# In points: a row, what stands above and below the rows, an answer's column, and from the share's middle to each group.
_ROW, _TOP, _FOOT, _ANSWER, _APART = 20.5, 30.0, 20.0, 34.0, 3.4
_TICKS = (0, 50, 100)


class PartnerRow(NamedTuple):
    """A partner: its name, and for each group the share of the country's services that cooperate with it (None where it
    is not told), the answer (`ja`, `nei` or something else) and the answer as the figure says it."""

    navn: str
    landet: tuple[Fraction | None, ...]
    svar: tuple[str, ...]
    sagt: tuple[str, ...]


class Innhold(NamedTuple):
    """What a figure shows: the groups' roles of colour, their names, and a row for each partner, from the top."""

    farger: tuple[str, ...]
    navn: tuple[str, ...]
    rader: tuple[PartnerRow, ...]
    landet: str
    senteret: str


class Tegner:
    """Draws figures that look like those of the edition, each content once.

    Parameters: `fonts`, the folder of TTF files.
    """

    def __init__(self, fonts: Path):
        import matplotlib

        from krisestat.figures.canvas import Faces

        self._matplotlib, self._faces = matplotlib, Faces(fonts)
        self.svg = lru_cache(maxsize=_KEPT)(self._draw)

    def _draw(self, innhold: Innhold) -> str:
        """The figure as SVG, without title and description. Raises `Problems` when a text has no room or no glyph."""
        with self._matplotlib.rc_context():
            self._matplotlib.rcdefaults()
            self._matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "krisestat"})
            return self._canvas(innhold).svg("figur", "")

    def _canvas(self, innhold: Innhold) -> Canvas:
        from krisestat.figures.canvas import NARROW, NORMAL, SMALL, STRONG, Canvas

        faces, groups, rows = self._faces, innhold.farger, innhold.rader
        foot = _TOP + _ROW * len(rows)
        canvas = Canvas(foot + _FOOT, faces, NARROW)
        heading = faces[STRONG].width(innhold.senteret, SMALL)
        answers = max(heading, _ANSWER * len(groups))
        left, right = 88.0, NARROW - answers - 10
        columns = [right + 10 + _ANSWER * n for n in range(len(groups))]

        def at(share: Fraction) -> float:
            return left + 4 + (right - left - 8) * float(share)

        canvas.text(at(Fraction(0)), 11, innhold.landet, "overskrift", size=SMALL, weight=STRONG)
        canvas.text(columns[0], 11, innhold.senteret, "overskrift", size=SMALL, weight=STRONG)
        for g, name, x in zip(groups, innhold.navn, columns, strict=True):
            canvas.text(x, 22, name, f"gruppe {g}", size=SMALL, colour=g)
        for tick in _TICKS:
            x = at(Fraction(tick, 100))
            canvas.line([(x, _TOP - 3), (x, foot)], "linje" if not tick else "rutenett", "akse")
            text = f"{tick}{NBSP}%" if tick == _TICKS[-1] else str(tick)
            canvas.text(x, foot + 12, text, "akse", size=SMALL, colour="dempet", anchor="center")
        for n, row in enumerate(rows):
            middle = _TOP + _ROW * (n + 0.5)
            canvas.line([(0, middle + _ROW / 2), (NARROW, middle + _ROW / 2)], "rutenett", "skille")
            canvas.lines(0, middle, faces.wrap(row.navn, left - 6, SMALL), "navn", size=SMALL)
            for k, g in enumerate(groups):
                y = middle + _APART * (2 * k - len(groups) + 1)
                if (share := row.landet[k]) is not None:
                    canvas.mark(at(share), y, g, f"punkt {g}")
                yes = row.svar[k] == "ja"
                look: dict[str, Any] = {"weight": STRONG, "colour": g} if yes else {"colour": "dempet"}
                said = faces.wrap(row.sagt[k], _ANSWER - 2, SMALL, look.get("weight", NORMAL))
                canvas.lines(columns[k], middle, said, f"verdi {g}", size=SMALL, **look)
        return canvas


def ticks() -> list[str]:
    """The numbers on the figure's axis."""
    return [str(tick) for tick in _TICKS]
