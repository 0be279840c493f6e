"""Draw every figure that is not already in the store of drawings, and write all of them.

A drawing is kept by the content that it shows, so that a run in which that content is unchanged draws nothing and does
not even load the drawing library. The store lies outside the outputs and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import write_all
from krisestat.base.files import Files
from krisestat.base.modules import PROJECT, modules
from krisestat.base.store import digest_of_tools, fetch, keep
from krisestat.figures.content import ON_PAGE, RENDERINGS, TO_SHARE, content, file_name
from krisestat.figures.design import SKRIFTFILER
from krisestat.model.cubes import read_cubes
from krisestat.model.load import load_model
from krisestat.tables.build import Table, build_tables
from krisestat.tables.words import load_texts

LOG = logging.getLogger("krisestat.stages.draw")

KEPT = 20
"""Drawings kept per file: enough to go back and forth between editions, and a few megabytes in all."""


@dataclass(frozen=True)
class DrawResult:
    """What a run did: file stems of the figures that were drawn and of those that were taken from the store."""

    drawn: tuple[str, ...]
    reused: tuple[str, ...]


def tools_digest(fonts: Path) -> str:
    """Digest of all that decides the bytes beside the content: drawing code, font files, matplotlib's version."""
    files = (*(PROJECT / name for name in modules("figures.charts")), *(fonts / file for *_, file in SKRIFTFILER))
    return digest_of_tools(version("matplotlib"), files)


def drawing_key(contents: Mapping[str, Any], rendering: str, tools: str) -> str:
    """Key of one drawing: the digest of what it shows, in which rendering, and of what draws it."""
    text = json.dumps([tools, rendering, contents], ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


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
    avsender: Sequence[str],
) -> DrawResult:
    """Write every figure of the publication in every rendering that is asked for.

    Parameters: `inn`, `utdata`, the files of published numbers, `templates`, the folder of all texts, and `lager`,
    where drawings are kept; `ut`, `figurer`, each with its name as `figures.file_name` gives it; `language`, `nb` or
    `nn`; `aar` and `kapitler`, of the edition; `serie`, first and last year of the time series; `avsender`, who sends
    the pictures that are shared, and from where.
    Returns: which figures were drawn and which were taken from the store; the log says the same.
    Raises: Problems when a figure cannot be drawn. Then no file is written or changed.
    """
    model, words = load_model(kapitler, READERS, inn.prosjekt), load_texts(inn.templates, language, kapitler)
    cubes = read_cubes(model, inn.many("utdata"))
    figures, store = {path.name: path for path in ut.many("figurer")}, inn.lager / "tegninger"
    tables = {table.id: table for table in build_tables(model, cubes, words, language, aar)}
    tools, wanted = tools_digest(inn.fonts), {}
    for fid, spec in model.figurer.items():
        renderings = {
            rendering: name for rendering in RENDERINGS if (name := file_name(fid, rendering, aar)) in figures
        }
        if not renderings:
            continue
        shown, table = content(spec, cubes, words, language, aar, serie), tables[spec.tabell]
        notes = notes_of(table, shown, words["felles"])
        for rendering, name in renderings.items():
            sender = [" · ".join(avsender)] if rendering == TO_SHARE else []
            whole = shown if rendering in ON_PAGE else shown | {"noter": [*notes, *sender]}
            wanted[name] = (fid, rendering, whole, drawing_key(whole, rendering, tools))
    kept = {name: fetch(store, name, key) for name, (*_, key) in wanted.items()}
    found = {name: drawing for name, drawing in kept.items() if drawing is not None}
    missing = [name for name in kept if name not in found]
    if missing:
        from krisestat.figures import canvas, charts

        faces = canvas.Faces(inn.fonts)
        for name in missing:
            _, rendering, shown, _ = wanted[name]
            found[name] = charts.draw(shown, faces, rendering)
        for name in missing:
            keep(store, name, wanted[name][-1], found[name], KEPT)
    write_all({figures[name]: drawing for name, drawing in found.items()})
    drawn = tuple(dict.fromkeys(wanted[name][0] for name in missing))
    report = DrawResult(drawn, tuple(fid for fid in dict.fromkeys(w[0] for w in wanted.values()) if fid not in drawn))
    LOG.info("Tegnet: %s", ", ".join(report.drawn) or "ingen")
    LOG.info("Uendret, hentet fra lageret: %s", ", ".join(report.reused) or "ingen")
    return report
