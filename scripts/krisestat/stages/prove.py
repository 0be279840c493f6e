"""Stage `prove`: the evidence of every statement is counted again from the answers, and laid out for the reviewer."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from json import loads
from os.path import relpath
from typing import Any

from krisestat.agreements.checklist import LIST, load_sjekkliste
from krisestat.agreements.collections import load_innsamlinger
from krisestat.agreements.legal_basis import LAWS, load_lovgrunnlag
from krisestat.agreements.names import with_agreements
from krisestat.base.contracts import read_rows, write_all
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.intake.sources import load_sources
from krisestat.model.codebooks import load_codebook
from krisestat.model.config import REVIEWERS
from krisestat.model.contracts import (
    AGGREGERT,
    AVTALEPUNKTER,
    AVTALER,
    AVTALER_INNDATA,
    INNDATA,
    KLARGJORT,
    KVALITET,
    PERSONER_KLARGJORT,
    TILBUD_PER_AAR,
)
from krisestat.model.quality import checks_of, confirmed
from krisestat.model.signatures import Signatures, load_signatures
from krisestat.pages.evidence import code_names
from krisestat.pages.frame import environment, json_text, style_and_script, stylesheet
from krisestat.pages.web_fonts import font_face_css
from krisestat.proof.page import FILTER_SCRIPT, laid_out, quality_page, shared_values
from krisestat.proof.services import gather, prove
from krisestat.prove_agreements import gather_agreements

LOG = logging.getLogger(__name__)


def run(inn: Files, ut: Files, aar: Sequence[int], config: Mapping[str, Any]) -> None:
    """Count the evidence again and write the complete evidence and the reviewer's pages.

    Parameters: `inn`, `belegg` and `side`, the evidence and the page of `render`, `kvalitet`, tables of what was
    checked, `svar`, `tilbud`, `aggregerte` and `personer`, coded answers and counts, `inndata`, the files as received,
    `avtaler`, `avtalepunkter` and `avtaleinndata`, the same of agreements; `ut`, `paastander`, the evidence, `index`
    and `kvalitetsside`, the pages; `aar`, the years; `config`, the merged configuration. Raises `Problems` with
    everything that the answers do not confirm; then nothing is written.
    """
    evidence = loads(inn.belegg.read_text(encoding="utf-8"))
    lists = inn.codebooks / LIST.parent.name
    liste, lover = load_sjekkliste(lists / LIST.name), load_lovgrunnlag(lists / LAWS.name)
    book, spraak = with_agreements(load_codebook(inn.codebooks), liste, lover), REVIEWERS
    skjemaer = [skjema for collection in load_innsamlinger(max(aar)) for skjema in collection.skjemaer]
    agreements = gather_agreements(
        read_rows(inn.avtaler, AVTALER),
        read_rows(inn.avtalepunkter, AVTALEPUNKTER),
        (row for path in inn.many("avtaleinndata") for row in read_rows(path, AVTALER_INNDATA)),
        liste,
        lover,
        config["avtaler"]["vurdert"],
    )
    answers = gather(
        [row for path in inn.many("svar") for row in read_rows(path, KLARGJORT)],
        read_rows(inn.tilbud, TILBUD_PER_AAR),
        [row for path in inn.many("aggregerte") for row in read_rows(path, AGGREGERT)],
        (row for path in inn.many("inndata") for row in read_rows(path, INNDATA)),
        [*load_sources([*aar, *book.aggregated_sources, "personer"]), *skjemaer],
        read_rows(inn.personer, PERSONER_KLARGJORT),
        agreements,
    )
    proven = prove(evidence, book, answers)
    words = {name: load_words(inn.templates / spraak / f"{name}.yaml") for name in ("etterproving", "tekster")}
    css = [(inn.templates / "felles" / f"{name}.css").read_text(encoding="utf-8") for name in ("side", "etterproving")]
    faces = font_face_css(design.NETTSKRIFTER, inn.fonts, inn.lager / "skrifter")
    style = stylesheet("etterproving", faces, "\n".join(css))
    shown_as = laid_out(
        proven, inn.side.read_text(encoding="utf-8"), inn.side.name, code_names(book, spraak), words["etterproving"]
    )
    env = environment(inn.templates, spraak)
    everywhere = shared_values(proven, config, words) | style_and_script(style, FILTER_SCRIPT)
    everywhere["utgave"] = relpath(inn.side, ut.index.parent)
    checks = [check for path in inn.many("kvalitet") for check in checks_of(read_rows(path, KVALITET))]
    checks = confirmed(checks, (load_signatures(inn.signaturer) or Signatures()).bekreftet)
    checked = quality_page(checks)
    shared = {name: shown_as[name] for name in ("varsler", "rekonstruert")}
    pages = {
        ut.index: env.get_template(f"{spraak}/etterproving.html.j2").render(**everywhere, **shown_as),
        ut.kvalitetsside: env.get_template(f"{spraak}/kvalitet.html.j2").render(**everywhere, **shared, **checked),
    }
    write_all({ut.paastander: json_text(proven), **pages})
    for check in (check for check in checks if check.open):
        LOG.warning("%s: %s (%d): %s. %s", check.gjelder, check.kontroll, check.antall, check.eksempler, check.tiltak)
    LOG.info("%d påstander bekreftet, %d tall talt på nytt", len(proven["paastander"]), len(proven["celler"]))
