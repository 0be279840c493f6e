"""The page of one figure, to link to and to build into other pages: the figure as it stands in the publication, under
the heading of its part, with its table and files, and nothing else. It is cut from the finished page, so that all it
says is proven there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from krisestat.figures import design
from krisestat.formats.download import address
from krisestat.pages.frame import style_and_script, stylesheet, without_remarks
from krisestat.pages.publication import PageFigure

FACES = tuple(face for face in design.NETTSKRIFTER if face[0] == design.SKRIFT["brodtekst"])
"""The faces that the page of a figure carries."""
_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.S)
# Where the links of a figure lead, seen from the folder that its page lies in.
_LINKS = (('href="#', 'href="../index.html#'), ('href="figurer/', 'href="'), ('href="../', 'href="../../'))
_DRAWING = re.compile(r"<svg.*?</svg>", re.S)
# A class that tells the row of a mark alone: nothing is made to stand out on the page of a figure.
_ROW = re.compile(r' class="(?!flate|trinn|delvis)(?![^"]*\bm\d)[^"]*"')


def _cut(fid: str, page: str) -> tuple[str, str]:
    """The heading of the part that a figure stands in and the figure, from the finished page; «» where the text does
    not show it."""
    found = re.search(rf'<article class="visning" id="vis-{re.escape(fid)}".*?</article>', page, re.S)
    return ("", "") if found is None else (_HEADING.findall(page[: found.start()])[-1], found[0])


def shared_pictures(page: str, shared: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What the picture beside a link to each figure shows, by its file name: what the part of the text that it stands
    in has found, the figure, its statistical title, where the numbers come from, and who sends it.

    Parameters: as `figure_page`.
    """
    publication, told = shared["config"]["publikasjon"], {}
    sender = f"{publication['utgiver']} · {address(publication).removesuffix('/')}"
    for fid, fig in shared["figurer"].items():
        title, table = f"{fig.title}.", shared["tabeller"][fig.table]
        finding = " ".join(Markup(_cut(fid, page)[0]).striptags().split()) or fig.title
        source = f"{shared['t']['kilde']}: {table.source}. {table.origin}"
        told[posixpath.basename(fig.shared)] = fig.shown | {"tittel": finding, "noter": [title, source, sender]}
    return told


def figure_page(
    fid: str, page: str, env: Environment, shared: Mapping[str, Any], common: Mapping[str, str], faces: str
) -> str:
    """The page of the figure `fid`.

    Parameters: `page`, the finished page of the publication; `shared`, what its template got; `common`, style sheets
    and script by file name; `faces`, the rules of the fonts. A figure that the text does not show has its title and
    files alone.
    """
    fig: PageFigure = shared["figurer"][fid]
    heading, own = _cut(fid, page)
    for old, new in reversed(_LINKS):
        heading, own = heading.replace(old, new), own.replace(old, new)
    files = "".join(f'<p><a href="{name.split("/")[-1]}">{escape(kind)}</a></p>' for kind, name in fig.files.items())
    css = f"{common['figurside.css']}\n{common['figur.css']}"
    return env.get_template("felles/figurside.html.j2").render(
        **shared,
        id=fid,
        fig=fig,
        tittel=fig.title,
        overskrift=Markup(heading.strip()) or fig.title,
        figuren=Markup(_DRAWING.sub(lambda found: _ROW.sub("", found[0]), own) or files),
        **style_and_script(stylesheet("side", faces, css), without_remarks(common["figur.js"])),
    )
