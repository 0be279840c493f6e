"""Stage `prove`: the evidence of every statement is counted again from the answers, and laid out for the reviewer."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from json import loads
from os.path import relpath
from pathlib import Path
from typing import Any

from krisestat.agreements.answers import SOURCE
from krisestat.agreements.check import load_oppslag
from krisestat.agreements.collections import load_innsamlinger
from krisestat.agreements.lists import READERS
from krisestat.agreements.recount import gather_forms, reread
from krisestat.base.contracts import read_rows, write_all
from krisestat.base.files import Files
from krisestat.base.kept_tables import valid_in
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.intake.sources import SURVEY, load_sources
from krisestat.model.codebooks import columns_file, labels_of, load_answers, load_columns
from krisestat.model.config import REVIEWERS
from krisestat.model.contracts import (
    AVTALEPUNKTER,
    AVTALER,
    AVTALER_INNDATA,
    KVALITET,
)
from krisestat.model.declared import Questions
from krisestat.model.load import load_model
from krisestat.model.quality import checks_of, confirmed
from krisestat.model.signatures import Signatures, load_signatures
from krisestat.pages.frame import environment, json_text, style_and_script, stylesheet
from krisestat.pages.web_fonts import font_face_css
from krisestat.proof.page import FILTER_SCRIPT, laid_out, quality_page, shared_values
from krisestat.proof.recount import gather, prove
from krisestat.release.run import read_coded

LOG = logging.getLogger(__name__)


def _labels(aar: Sequence[int], asked: Questions, folder: Path) -> Iterator[tuple[tuple[int, str], dict[str, str]]]:
    """What the survey tool calls the values of each column that the codebooks describe so."""
    for year in aar:
        for row in load_columns(columns_file(year, folder), year, asked):
            if labels := labels_of(row):
                yield (year, row["kolonne"]), labels


def run(inn: Files, ut: Files, aar: Sequence[int], config: Mapping[str, Any]) -> None:
    """Count the evidence again and write the complete evidence and the reviewer's pages.

    Parameters: `inn`, `belegg`, `side` and `bevis`, the evidence and the pages of `render`, `kvalitet`, tables of what
    was checked, `svar`, `enheter` and `tabeller`, coded answers, who could answer and finished tables, `inndata`, the
    files as received, `avtaler`, `avtalepunkter` and `avtaleinndata`, the same of agreements; `ut`, `paastander`, the
    evidence, `index` and `kvalitetsside`, the pages; `aar`, the years; `config`, the merged configuration. Raises
    `Problems` with everything that the answers do not confirm; then nothing is written.
    """
    model, spraak = load_model(config["kapitler"], READERS, inn.prosjekt), REVIEWERS
    evidence = loads(inn.belegg.read_text(encoding="utf-8"))
    asked, forms = model.kilder.get(SURVEY), {}
    svarkoder = load_answers(asked) if asked else []
    files: list[Any] = load_sources([*(aar if asked else ()), *model.tables])
    if SOURCE in model.kilder:
        avtaler = [row for path in inn.many("avtaler") for row in read_rows(path, AVTALER)]
        punkter = [row for path in inn.many("avtalepunkter") for row in read_rows(path, AVTALEPUNKTER)]
        inndata = (row for path in inn.many("avtaleinndata") for row in read_rows(path, AVTALER_INNDATA))
        oppslag = load_oppslag(inn.codebooks, inn.register, inn.templates)
        known = gather_forms(avtaler, punkter, inndata, oppslag)
        forms[SOURCE] = lambda statistic, cell: reread(statistic, cell, known)
        files += [skjema for collection in load_innsamlinger(max(aar)) for skjema in collection.skjemaer]
    tables = [*inn.many("svar"), *inn.many("enheter"), *inn.many("tabeller"), *inn.many("inndata")]
    received = gather(
        model,
        read_coded(tables, model),
        codes={year: {row["verdi"]: row["svar"] for row in svarkoder if valid_in(row, year)} for year in aar},
        labels=dict(_labels(aar, asked, inn.codebooks)) if asked else {},
        sources={one.path.as_posix(): one for one in files},
        forms=forms,
    )
    proven = prove(evidence, model, received)
    words = {name: load_words(inn.templates / spraak / f"{name}.yaml") for name in ("etterproving", "tekster")}
    css = [(inn.templates / "felles" / f"{name}.css").read_text(encoding="utf-8") for name in ("side", "etterproving")]
    faces = font_face_css(design.NETTSKRIFTER, inn.fonts)
    style = stylesheet("etterproving", faces, "\n".join(css))
    pages = {relpath(path, ut.index.parent): path.read_text(encoding="utf-8") for path in (inn.side, inn.bevis)}
    shown_as = laid_out(proven, pages, model, words["etterproving"])
    env = environment(inn.templates, spraak)
    everywhere = shared_values(proven, config, words) | style_and_script(style, FILTER_SCRIPT)
    everywhere["utgave"] = next(iter(pages))
    checks = [check for path in inn.many("kvalitet") for check in checks_of(read_rows(path, KVALITET))]
    checks = confirmed(checks, (load_signatures(inn.signaturer) or Signatures()).bekreftet)
    checked = quality_page(checks)
    shared = {name: shown_as[name] for name in ("varsler", "rekonstruert")}
    made = {
        ut.index: env.get_template(f"{spraak}/etterproving.html.j2").render(**everywhere, **shown_as),
        ut.kvalitetsside: env.get_template(f"{spraak}/kvalitet.html.j2").render(**everywhere, **shared, **checked),
    }
    write_all({ut.paastander: json_text(proven), **made})
    for check in (check for check in checks if check.open):
        LOG.warning("%s: %s (%d): %s. %s", check.gjelder, check.kontroll, check.antall, check.eksempler, check.tiltak)
    LOG.info("%d påstander bekreftet, %d tall talt på nytt", len(proven["paastander"]), len(proven["celler"]))
