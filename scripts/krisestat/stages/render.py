"""Stage `render`: `utdata`, drawings and the editors' templates become the page and the print edition.

Both are made from the same template and the same statements. Nothing is written before every check has passed, and then
every file is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment

from krisestat.base.contracts import write_all
from krisestat.base.files import Files
from krisestat.figures import design
from krisestat.model.config import config_text
from krisestat.pages import about
from krisestat.pages.evidence import evidence_file, evidence_html
from krisestat.pages.frame import json_text, print_faces
from krisestat.pages.opened import open_edition
from krisestat.pages.publication import page_values
from krisestat.pages.web_fonts import font_face_css
from krisestat.statements.book import Statements
from krisestat.statements.headlines import choose, headline_rows, load_candidates
from krisestat.statements.sources import PAGE, held
from krisestat.tables.words import ABOUT, POINTS

LOG = logging.getLogger(__name__)


def documents(
    book: Statements,
    env: Environment,
    shared: Mapping[str, Any],
    common: Mapping[str, str],
    faces: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """The page, the print edition and the accessibility statement with the marks of their statements, one at a time, as
    `run` calls the files that they become.

    Parameters: `shared`, what the templates get whatever the medium; `common`, style sheets and script by file name;
    `faces`, the rules of the fonts by medium.
    """
    for medium in ("side", "trykk"):
        values = page_values(medium, shared, faces[medium], common[f"{medium}.css"], common["side.js"])
        yield medium, book.render(env, f"{shared['spraak']}/utgave.html.j2", **values)
    values = page_values("side", shared, faces["side"], common["side.css"])
    yield "erklaering", book.render(env, f"{shared['spraak']}/tilgjengelighet.html.j2", **values)


def run(inn: Files, ut: Files, config: Mapping[str, Any]) -> None:
    """Make the page, the print edition, the accessibility statement and their evidence.

    Parameters: `inn`, `utdata`, the published numbers, `policy`, `kvalitet`, what was
    checked, `publisert`, the numbers of each published edition, `rettelser`, the register of what has changed since,
    `signaturer`, that of signatures,
    `figures`, the drawings, `nedlasting`, the list of the files for download, and `tilgjengelighet`, the facts of the
    accessibility statement; `ut`, `side`, `trykk`, `erklaering`, `hovedpunkter`, `belegg` and `config_ut`; `config`,
    the merged configuration. Raises `Problems` when a statement is false or unproven, a published number has changed
    without a word, «Om statistikken» lacks something, or a template is at fault; then no file is written or changed.
    """
    spraak, opened = config["spraak"], open_edition(inn, config)
    book, env, shared = opened.book, opened.env, opened.values
    local, felles = inn.templates / spraak, inn.templates / "felles"
    own = [inn.templates / name / spraak for name in config["kapitler"]]
    written = [p for folder in (local, felles, *own) for p in folder.iterdir() if p.suffix in (".j2", ".yaml")]
    sources = {str(p): p.read_text(encoding="utf-8") for p in sorted(written)}
    wanted, told = config["hovedpunkter"], [kapittel["id"] for kapittel in shared["kapitler"]]
    files = [inn.templates / name / spraak / POINTS for name in told]
    candidates = [one for path in files if path.is_file() for one in load_candidates(path)]
    count = min(wanted["antall"], len({one.topic for one in candidates}))
    chosen = choose(book, env, candidates, count, wanted["fest"], **shared)
    shared["hovedpunkter"] = [headline.text for headline in chosen]
    _, signed = held(inn, config, PAGE)
    proof = evidence_html(env.get_template(f"{spraak}/belegg.html.j2"), opened.model, spraak, signed)
    names = ("side.css", "trykk.css", "side.js")
    common = {name: (felles / name).read_text(encoding="utf-8") for name in names}
    faces = {"side": font_face_css(design.NETTSKRIFTER, inn.fonts, inn.lager / "skrifter"), "trykk": print_faces()}
    pages = {}
    for name, marked in documents(book, env, shared, common, faces):
        path = getattr(ut, name)
        pages[path] = book.finish(marked, path.name, sources, proof if name == "side" else None)
        if name != "erklaering":
            about.check_required(pages[path], [str(folder / ABOUT) for folder in own])
    book.refuse_unproven()
    warnings = list(dict.fromkeys(book.warnings))
    for warning in warnings:
        LOG.warning("%s", warning)
    write_all(
        {
            **pages,
            ut.hovedpunkter: json_text({"aar": config["aar"], "hovedpunkter": headline_rows(book, chosen)}),
            ut.belegg: json_text(evidence_file(book, warnings, opened.words["konfidensialitet"]["id"], signed)),
            ut.config_ut: config_text(config),
        }
    )
