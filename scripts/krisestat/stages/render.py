"""Stage `render`: `utdata`, drawings and the editors' templates become the page and the print edition.

Both are made from the same template and the same statements. Nothing is written before every check has passed, and then
every file is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment

from krisestat.agreements.answers import SOURCE
from krisestat.agreements.checklist import LIST, load_sjekkliste
from krisestat.agreements.lists import READERS
from krisestat.base.contracts import read_rows, write_all
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.formats.download import read_list
from krisestat.model.config import config_text
from krisestat.model.contracts import KVALITET
from krisestat.model.cubes import read_cubes
from krisestat.model.load import load_model
from krisestat.pages import about
from krisestat.pages.evidence import evidence_file, evidence_html
from krisestat.pages.frame import environment, json_text, print_faces
from krisestat.pages.publication import download_values, page_values, shared_values
from krisestat.pages.web_fonts import font_face_css
from krisestat.release import published
from krisestat.release.published import correction_log, load_corrections
from krisestat.statements.book import Statements
from krisestat.statements.checks import load_allowed
from krisestat.statements.headlines import choose, headline_rows, load_candidates
from krisestat.statements.lexicon import load_lexicon
from krisestat.tables.words import ABOUT, POINTS, download_words, load_texts

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
    `figures`, the drawings, `nedlasting`, the list of the files for download, and `tilgjengelighet`, the facts of the
    accessibility statement; `ut`, `side`, `trykk`, `erklaering`, `hovedpunkter`, `belegg` and `config_ut`; `config`,
    the merged configuration. Raises `Problems` when a statement is false or unproven, a published number has changed
    without a word, «Om statistikken» lacks something, or a template is at fault; then no file is written or changed.
    """
    spraak, aar, serie = config["spraak"], config["aar"], (config["foerste_aar"], config["aar"])
    facts = about.accessibility(inn.tilgjengelighet, spraak)
    local, felles, lists = inn.templates / spraak, inn.templates / "felles", inn.codebooks / LIST.parent.name
    model = load_model(config["kapitler"], READERS, inn.prosjekt)
    cubes, corrected = read_cubes(model, inn.many("utdata")), load_corrections(model, inn.rettelser)
    held = published.run(model, cubes, serie, inn.many("publisert"), corrected)
    texts = load_texts(inn.templates, spraak, config["kapitler"])
    words = {"tabeller": texts, "nedlasting": download_words(local / "nedlasting.yaml", texts)}
    words |= {"tekster": load_words(local / "tekster.yaml"), "konfidensialitet": load_words(inn.policy)}
    own = [inn.templates / name / spraak for name in config["kapitler"]]
    written = [p for folder in (local, felles, *own) for p in folder.iterdir() if p.suffix in (".j2", ".yaml")]
    sources = {str(p): p.read_text(encoding="utf-8") for p in sorted(written) if p.name != "tillatt.yaml"}
    drawings = {path.name: path.read_text(encoding="utf-8") for path in inn.many("figures")}
    lexicon = load_lexicon(inn.templates / "leksikon" / f"{spraak}.yaml", model.enheter)
    book = Statements(model, cubes, lexicon, aar, str(inn.templates))
    env = book.install(environment(inn.templates, spraak))
    shared = shared_values(model, cubes, config, words, drawings)
    listed = read_list(inn.nedlasting.read_text(encoding="utf-8"))
    shared |= download_values(listed, words["nedlasting"], config, shared["rekonstruert"])
    shared["rettelser"] = correction_log(corrected, serie, held, model, words, spraak)
    shared["rettet"] = about.corrected(read_rows(inn.kvalitet, KVALITET))
    shared["erklaering"] = facts
    if SOURCE in model.kilder:
        shared["sjekkliste_versjon"] = load_sjekkliste(lists / LIST.name).versjon
    wanted, told = config["hovedpunkter"], [kapittel["id"] for kapittel in shared["kapitler"]]
    files = [inn.templates / name / spraak / POINTS for name in told]
    candidates = [one for path in files if path.is_file() for one in load_candidates(path)]
    count = min(wanted["antall"], len({one.topic for one in candidates}))
    chosen = choose(book, env, candidates, count, wanted["fest"], **shared)
    shared["hovedpunkter"] = [headline.text for headline in chosen]
    allowed = load_allowed(local / "tillatt.yaml")
    proof = evidence_html(env.get_template(f"{spraak}/belegg.html.j2"), model, spraak)
    names = ("side.css", "trykk.css", "side.js")
    common = {name: (felles / name).read_text(encoding="utf-8") for name in names}
    faces = {"side": font_face_css(design.NETTSKRIFTER, inn.fonts, inn.lager / "skrifter"), "trykk": print_faces()}
    pages = {}
    for name, marked in documents(book, env, shared, common, faces):
        path = getattr(ut, name)
        pages[path] = book.finish(marked, path.name, allowed, sources, proof if name == "side" else None)
        if name != "erklaering":
            about.check_required(pages[path], [str(folder / ABOUT) for folder in own])
    warnings = list(dict.fromkeys(book.warnings))
    for warning in warnings:
        LOG.warning("%s", warning)
    write_all(
        {
            **pages,
            ut.hovedpunkter: json_text({"aar": aar, "hovedpunkter": headline_rows(book, chosen)}),
            ut.belegg: json_text(evidence_file(book, warnings, words["konfidensialitet"]["id"])),
            ut.config_ut: config_text(config),
        }
    )
