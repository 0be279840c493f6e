"""Stage `render`: `utdata`, drawings and the editors' templates become the page and the print edition.

Both are made from the same template and the same statements. Nothing is written before every check has passed, and then
every file is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jinja2 import Environment

from krisestat.base.contracts import write_all
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.files import Files
from krisestat.figures import design
from krisestat.model.config import config_text
from krisestat.pages import about
from krisestat.pages.evidence import PageEvidence, evidence_file
from krisestat.pages.figure_page import FACES, figure_page, shared_pictures
from krisestat.pages.frame import json_text, print_faces
from krisestat.pages.keyfigures import CARDS, key_figures
from krisestat.pages.opened import Opened, open_edition
from krisestat.pages.publication import page_values
from krisestat.pages.web_fonts import font_face_css
from krisestat.statements import signing
from krisestat.statements.book import Statements
from krisestat.statements.headlines import Headline, headline_rows
from krisestat.statements.sources import PAGE, held, units_of
from krisestat.tables.words import ABOUT

LOG = logging.getLogger(__name__)


def documents(
    book: Statements,
    env: Environment,
    shared: Mapping[str, Any],
    common: Mapping[str, str],
    faces: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """The page, the print edition, the list of evidence and the accessibility statement with the marks of their
    statements, one at a time, as `run` calls the files that they become.

    Parameters: `shared`, what the templates get whatever the medium; `common`, style sheets and script by file name;
    `faces`, the rules of the fonts by medium.
    """
    for medium in ("side", "trykk"):
        css = common["trykk.css"] if medium == "trykk" else f"{common['side.css']}\n{common['figur.css']}"
        values = page_values(medium, shared, faces[medium], css, f"{common['side.js']}\n{common['figur.js']}")
        yield medium, book.render(env, f"{shared['spraak']}/utgave.html.j2", **values)
    values = page_values("side", {**shared, "figurer": {}}, faces["side"], common["side.css"], common["side.js"])
    yield "bevis", book.render(env, "felles/bevis.html.j2", **values)
    yield "erklaering", book.render(env, f"{shared['spraak']}/tilgjengelighet.html.j2", **values)


@contextmanager
def beside(book: Statements) -> Iterator[None]:
    """A file that cannot be read, together with what the book has found so far, which may be the same."""
    try:
        yield
    except Problems as error:
        told = {(str(p.fil), p.sted) for p in book.problems}
        new = [p for p in error.problems if not any(f.endswith(p.fil) and s == p.sted for f, s in told)]
        raise Problems([*book.problems, *new]) from error


@contextmanager
def collected(opened: Opened, inn: Files, config: Mapping[str, Any], signed: list[dict[str, Any]]) -> Iterator[None]:
    """What is wrong while the pages are finished, together with their sentences that are neither proven nor signed as
    they are rendered. Parameters: `signed`, what is signed so far, to which such sentences are added."""
    problems = ProblemList()
    try:
        yield
    except Problems as error:
        problems.extend(error)
    loose = opened.unproven()
    standing, rendered = held(inn, config, loose, opened.against)
    problems.problems += signing.unproven(standing, loose, config["publikasjon"]["utgave"])
    problems.raise_if_any()
    signed += rendered


def choose_front(opened: Opened, inn: Files, config: Mapping[str, Any]) -> list[Headline]:
    """Choose the headline points and the key figures of an edition, and put them among what its templates get. Returns
    the points. Parameters: as `run`."""
    book, shared = opened.book, opened.values
    chosen = opened.headline_points(inn.templates, config["hovedpunkter"])
    shared["hovedpunkter"] = [headline.text for headline in chosen]
    told = [kapittel["id"] for kapittel in shared["kapitler"]]
    cards = config.get("noekkeltall", CARDS)
    numbers = [one for one in opened.model.noekkeltall if one.kapittel in told]
    shared["noekkeltall"] = key_figures(book, numbers, shared["t"]["kort"], cards["antall"], cards["fest"])
    return chosen


def run(inn: Files, ut: Files, config: Mapping[str, Any], faktaark: bool) -> None:
    """Make the page, the print edition, the list of evidence, the accessibility statement and their evidence.

    Parameters: `inn`, `utdata`, the published numbers, `policy`, `kvalitet`, what was checked, `publisert`, the numbers
    of each published edition, `rettelser`, the register of what has changed since, `signaturer`, that of signatures,
    `figures`, the drawings, `nedlasting`, the list of the files for download, and `tilgjengelighet`, the facts of the
    accessibility statement; `ut`, `side`, `trykk`, `bevis`, `erklaering`, `deling`, what the pictures
    beside links show, `hovedpunkter`, `belegg` and `config_ut`;
    `config`, the merged configuration; `faktaark`, whether fact sheets are part of the edition. Raises `Problems` when
    a statement is false or unproven, a published number has changed without a word, «Om statistikken» lacks something,
    or a template is at fault; then no file is written or changed.
    """
    spraak, opened = config["spraak"], open_edition(inn, config)
    book, env, shared = opened.book, opened.env, opened.values
    local, felles = inn.templates / spraak, inn.templates / "felles"
    own = [inn.templates / name / spraak for name in config["kapitler"]]
    written = [p for folder in (local, felles, *own) for p in folder.iterdir() if p.suffix in (".j2", ".yaml")]
    sources = {str(p): p.read_text(encoding="utf-8") for p in sorted(written)}
    chosen = choose_front(opened, inn, config)
    shared["faktaark"] = faktaark
    with beside(book):
        units = units_of(inn.prosjekt, inn.templates, config, PAGE)
    standing, signed = held(inn, config, units, opened.against)
    proof = PageEvidence(book, env, shared["t"], signed)
    names = ("side.css", "trykk.css", "side.js", "figur.css", "figur.js", "figurside.css")
    common = {name: (felles / name).read_text(encoding="utf-8") for name in names}
    faces = {"side": font_face_css(design.NETTSKRIFTER, inn.fonts), "trykk": print_faces()}
    book.problems += signing.problems(standing, config["publikasjon"]["utgave"])
    finished = {}
    with collected(opened, inn, config, signed):
        for name, marked in documents(book, env, shared, common, faces):
            path = getattr(ut, name)
            if name in ("side", "trykk"):
                marked = about.contents(marked, shared["kapitler"], sources)
            finished[path] = proof.placed(book.finish(marked, path.name, proof.of(name)))
            if name in ("side", "trykk"):
                about.check_required(finished[path], [str(folder / ABOUT) for folder in own])
    own_faces = font_face_css(FACES, inn.fonts)
    for path in ut.many("figursider"):
        finished[path] = figure_page(path.stem, finished[ut.side], env, shared, common, own_faces)
    warnings = list(dict.fromkeys(book.warnings))
    for warning in warnings:
        LOG.warning("%s", warning)
    write_all(
        {
            **finished,
            ut.deling: json_text(shared_pictures(finished[ut.side], shared)),
            ut.hovedpunkter: json_text({"aar": config["aar"], "hovedpunkter": headline_rows(book, chosen)}),
            ut.belegg: json_text(evidence_file(book, warnings, opened.words["konfidensialitet"]["id"], signed)),
            ut.config_ut: config_text(config),
        }
    )
