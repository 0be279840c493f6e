"""Draw every figure that is not already in the store of drawings, and write all of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import write_all
from krisestat.base.files import Files
from krisestat.figures.content import ON_PAGE, RENDERINGS, content, file_name
from krisestat.figures.kept import drawings
from krisestat.model.cubes import read_cubes
from krisestat.model.load import load_model
from krisestat.tables.build import Table, build_tables
from krisestat.tables.words import load_texts

LOG = logging.getLogger("krisestat.stages.draw")


@dataclass(frozen=True)
class DrawResult:
    """What a run did: file stems of the figures that were drawn and of those that were taken from the store."""

    drawn: tuple[str, ...]
    reused: tuple[str, ...]


def notes_of(table: Table, shown: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """What stands under a figure that is taken away. Parameters: `table`, that with the same numbers; `shown`, what the
    figure shows; `said`, the words that all tables share. Returns the bases with what marks mean, and the source with
    the origin."""
    marks = dict.fromkeys(row["merke"] for row in shown["rader"] if "merke" in row)
    told = [f"{mark} = {said['merker'][mark]}" for mark in marks]
    bases = " ".join([f"{table.bases}.", *table.breaks, *told])
    return [bases, f"{said['figur']['kilde']}: {table.source}. {table.origin}"]


def run(
    inn: Files,
    ut: Files,
    language: str,
    aar: int,
    serie: tuple[int, int],
    kapitler: Sequence[str],
) -> DrawResult:
    """Write every figure of the publication in every rendering that is asked for.

    Parameters: `inn`, `utdata`, the files of published numbers, `templates`, the folder of all texts, and `lager`,
    where drawings are kept; `ut`, `figurer`, each with its name as `figures.file_name` gives it; `language`, `nb` or
    `nn`; `aar` and `kapitler`, of the edition; `serie`, first and last year of the time series.
    Returns: which figures were drawn and which were taken from the store; the log says the same.
    Raises: Problems when a figure cannot be drawn. Then no file is written or changed.
    """
    model, words = load_model(kapitler, READERS, inn.prosjekt), load_texts(inn.templates, language, kapitler)
    cubes = read_cubes(model, inn.many("utdata"))
    figures = {path.name: path for path in ut.many("figurer")}
    tables = {table.id: table for table in build_tables(model, cubes, words, language, aar)}
    wanted, of = {}, {}
    for fid, spec in model.figurer.items():
        renderings = {name: form for form in RENDERINGS if (name := file_name(fid, form, aar)) in figures}
        if not renderings:
            continue
        shown, table = content(spec, cubes, words, language, aar, serie), tables[spec.tabell]
        framed = shown | {"noter": notes_of(table, shown, words["felles"])}
        of |= dict.fromkeys(renderings, fid)
        wanted |= {name: (form, shown if form in ON_PAGE else framed) for name, form in renderings.items()}
    found, missing = drawings(wanted, inn.fonts, inn.lager)
    write_all({figures[name]: drawing for name, drawing in found.items()})
    drawn = tuple(dict.fromkeys(of[name] for name in missing))
    report = DrawResult(drawn, tuple(fid for fid in dict.fromkeys(of.values()) if fid not in drawn))
    LOG.info("Tegnet: %s", ", ".join(report.drawn) or "ingen")
    LOG.info("Uendret, hentet fra lageret: %s", ", ".join(report.reused) or "ingen")
    return report
