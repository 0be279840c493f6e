"""Draw the figures: from the content that `krisestat.figures.content` gathers to SVG text. Only this loads matplotlib.

Every element is placed in points from the top left corner, with text measured by the repository's own font files, so
that a drawing depends on nothing but its content: not on settings, installed fonts or automatic layout.
"""

from __future__ import annotations

from collections.abc import Callable

import matplotlib

from krisestat.base.errors import one_problem, shown
from krisestat.figures import one_year, over_time
from krisestat.figures.canvas import (
    NARROW,
    WIDE,
    Canvas,
    Content,
    Faces,
)
from krisestat.figures.content import TO_SHARE
from krisestat.model.declared import FIGURE_KINDS

# The drawer of each kind in `FIGURE_KINDS`.
DRAWERS: dict[str, Callable[[Content, Faces, float], Canvas]] = {
    "gap": one_year.gap,
    "varme": one_year.heat,
    "stablet": one_year.stacked,
    "linjer": over_time.over_time,
    "linjer_per_rad": over_time.lines_per_row,
    "serie": over_time.over_time,
    "helning": over_time.slopes,
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
        (canvas.card if rendering == TO_SHARE else canvas.frame)(content["tittel"], content["noter"])
        return canvas.file(rendering, content["tittel"])
