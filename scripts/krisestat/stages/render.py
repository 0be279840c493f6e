"""Stage `render`: `utdata`, drawings and the editors' templates become the page and the print edition.

Both are made from the same template and the same statements. Nothing is written before every check has passed, and then
every file is.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from krisestat.agreements.checklist import LIST, load_sjekkliste
from krisestat.agreements.legal_basis import LAWS, load_lovgrunnlag
from krisestat.agreements.names import with_agreements
from krisestat.base.contracts import read_rows, write_all
from krisestat.base.yaml_files import load_yaml
from krisestat.figures import design
from krisestat.formats.download import read_list
from krisestat.model.codebooks import load_codebook
from krisestat.model.config import config_text
from krisestat.model.contracts import KVALITET, PERSONER_UTDATA, UTDATA
from krisestat.pages import about
from krisestat.pages.evidence import code_names, evidence_file, evidence_html
from krisestat.pages.frame import environment, json_text, print_faces
from krisestat.pages.publication import download_values, page_values, shared_values
from krisestat.pages.web_fonts import font_face_css
from krisestat.person_tables import national_rows
from krisestat.release import published
from krisestat.release.published import correction_log, load_corrections
from krisestat.statements.book import Statements
from krisestat.statements.checks import load_allowed
from krisestat.statements.headlines import choose, headline_rows, load_candidates
from krisestat.statements.lexicon import load_lexicon
from krisestat.tables.build import has_reconstructed

LOG = logging.getLogger(__name__)


def run(
    utdata: Path,
    personer: Path,
    avtaler: Path,
    kvalitet: Path,
    publisert: Sequence[Path],
    rettelser: Path,
    nedlasting: Path,
    tilgjengelighet: Path,
    codebooks: Path,
    templates: Path,
    figures: Mapping[str, Path],
    config: Mapping[str, Any],
    store: Path,
    side: Path,
    trykk: Path,
    erklaering: Path,
    hovedpunkter: Path,
    belegg: Path,
    config_ut: Path,
) -> None:
    """Make the page, the print edition, the accessibility statement and their evidence.

    Parameters: `utdata`, the published numbers (contract UTDATA), `personer`, those of persons, and `avtaler`, those of
    agreements between municipalities (contract UTDATA); `kvalitet`, what was checked; `publisert`, the numbers of each
    published edition, and `rettelser`, the register of what has changed since; `nedlasting`, the list of the files for
    download; `tilgjengelighet`, the facts of the accessibility statement; `codebooks` and `templates`, folders;
    `figures`, name of the drawing -> SVG file; `config`, the merged configuration; `store`, the folder of web fonts
    that are kept between runs; the rest are the files to write. Raises `Problems` when a statement is false or
    unproven, a published number has changed without a word, «Om statistikken» lacks something, or a template is at
    fault. Then no file is written or changed. One piece: every file is named, told of and opened here, and what is
    done with them is not.
    """
    spraak, aar = config["spraak"], config["aar"]
    facts = about.accessibility(tilgjengelighet, spraak)
    lists = codebooks / LIST.parent.name
    liste = load_sjekkliste(lists / LIST.name)
    codebook = with_agreements(load_codebook(codebooks), liste, load_lovgrunnlag(lists / LAWS.name))
    persons = read_rows(personer, PERSONER_UTDATA)
    counted, corrected = read_rows(utdata, UTDATA), load_corrections(rettelser)
    serie = (config["foerste_aar"], aar)
    counted += read_rows(avtaler, UTDATA)
    held = published.run(counted, persons, serie, publisert, corrected)
    rows = [*counted, *national_rows(persons, aar)]
    local = templates / spraak
    words = {name: load_yaml(local / f"{name}.yaml")[0] for name in ("tabeller", "tekster", "nedlasting")}
    words["konfidensialitet"] = load_yaml(codebooks / "konfidensialitet.yaml")[0]
    written = [p for name in (spraak, "felles") for p in (templates / name).iterdir() if p.suffix in (".j2", ".yaml")]
    sources = {str(p): p.read_text(encoding="utf-8") for p in sorted(written) if p.name != "tillatt.yaml"}
    drawings = {name: path.read_text(encoding="utf-8") for name, path in sorted(figures.items())}
    book = Statements(rows, codebook, load_lexicon(templates / "leksikon" / f"{spraak}.yaml"), aar, str(templates))
    env = book.install(environment(templates, spraak))
    shared = shared_values(rows, codebook, config, words, drawings, persons)
    centres = {row["senter_id"]: row["senter"] for row in persons}
    listed = read_list(nedlasting.read_text(encoding="utf-8"))
    shared |= download_values(listed, words["nedlasting"], config, shared["rekonstruert"] or has_reconstructed(persons))
    shared["rettelser"] = correction_log(corrected, serie, held, codebook, centres, words, spraak)
    shared["rettet"] = about.corrected(read_rows(kvalitet, KVALITET))
    shared["sjekkliste_versjon"] = liste.versjon
    wanted = config["hovedpunkter"]
    chosen = choose(book, env, load_candidates(local / "hovedpunkter.yaml"), wanted["antall"], wanted["fest"], **shared)
    shared["hovedpunkter"] = [headline.text for headline in chosen]
    allowed = load_allowed(local / "tillatt.yaml")
    proof = evidence_html(env.get_template(f"{spraak}/belegg.html.j2"), code_names(codebook, spraak), book.data.unit)
    faces = {"side": font_face_css(design.NETTSKRIFTER, templates / "fonts", store), "trykk": print_faces()}
    names = ("side.css", "trykk.css", "side.js")
    common = {name: (templates / "felles" / name).read_text(encoding="utf-8") for name in names}
    pages = {}
    for medium, path in (("side", side), ("trykk", trykk)):
        values = page_values(medium, shared, faces[medium], common[f"{medium}.css"], common["side.js"])
        marked = book.render(env, f"{spraak}/publikasjon.html.j2", **values)
        pages[path] = book.finish(marked, path.name, allowed, sources, proof if medium == "side" else None)
        about.check_required(pages[path], f"{local}/om-statistikken.html.j2")
    values = page_values("side", shared, faces["side"], common["side.css"]) | {"erklaering": facts}
    marked = book.render(env, f"{spraak}/tilgjengelighet.html.j2", **values)
    pages[erklaering] = book.finish(marked, erklaering.name, allowed, sources)
    warnings = list(dict.fromkeys(book.warnings))
    for warning in warnings:
        LOG.warning("%s", warning)
    write_all(
        {
            **pages,
            hovedpunkter: json_text({"aar": aar, "hovedpunkter": headline_rows(book, chosen)}),
            belegg: json_text(evidence_file(book, warnings, words["konfidensialitet"]["id"])),
            config_ut: config_text(config),
        }
    )
