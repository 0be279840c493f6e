"""Draw every figure that is not already in the store of drawings, and write all of them.

A drawing is kept by the content that it shows, so that a run in which that content is unchanged draws nothing and does
not even load the drawing library. The store lies outside the outputs and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from krisestat.codebooks import load_codebook
from krisestat.contracts import UTDATA, read_rows, write_all
from krisestat.design import SKRIFTFILER
from krisestat.figures import ON_PAGE, RENDERINGS, content, figure_specs, file_name
from krisestat.modules import PROJECT, modules
from krisestat.store import digest_of_tools, fetch, keep
from krisestat.tables import build_tables
from krisestat.yamlfiles import load_yaml

LOG = logging.getLogger("krisestat.draw")

KEPT = 20
"""Drawings kept per file: enough to go back and forth between editions, and a few megabytes in all."""


@dataclass(frozen=True)
class DrawResult:
    """What a run did: file stems of the figures that were drawn and of those that were taken from the store."""

    drawn: tuple[str, ...]
    reused: tuple[str, ...]


def tools_digest(fonts: Path) -> str:
    """Digest of all that decides the bytes beside the content: drawing code, font files, matplotlib's version."""
    files = (*(PROJECT / name for name in modules("plotting")), *(fonts / file for *_, file in SKRIFTFILER))
    return digest_of_tools(version("matplotlib"), files)


def drawing_key(contents: Mapping[str, Any], rendering: str, tools: str) -> str:
    """Key of one drawing: the digest of what it shows, in which rendering, and of what draws it."""
    text = json.dumps([tools, rendering, contents], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def run(
    utdata: Path,
    codebooks: Path,
    texts: Path,
    fonts: Path,
    store: Path,
    figures: Mapping[str, Path],
    language: str,
    aar: int,
    serie: tuple[int, int],
) -> DrawResult:
    """Write every figure of the publication in every rendering that is asked for.

    Parameters: `utdata`, the published numbers (contract UTDATA); `codebooks` and `fonts`, folders; `texts`, the words
    of the tables, among them bases, sources and origins; `store`, the folder of stored drawings, made if it is not
    there; `figures`, name as `figures.file_name` gives it -> file to write; `language`, `nb` or `nn`; `aar`, the
    edition; `serie`, first and last year of the time series.
    Returns: which figures were drawn and which were taken from the store; the log says the same.
    Raises: Problems when a figure cannot be drawn. Then no file is written or changed.
    """
    codebook, rows = load_codebook(codebooks), read_rows(utdata, UTDATA)
    specs, words = figure_specs(codebook), load_yaml(texts)[0]
    tables = {table.id: table for table in build_tables(rows, codebook, words, language, aar)}
    tools, wanted = tools_digest(fonts), {}
    for fid in specs:
        renderings = {
            rendering: name for rendering in RENDERINGS if (name := file_name(fid, rendering, aar)) in figures
        }
        shown = content(fid, rows, codebook, language, aar, serie) if renderings else {}
        table = tables.get(specs[fid].tabell)
        notes = (
            [f"{table.bases}.", f"{shown['ord']['kilde']}: {table.source}. {table.origin}"]
            if table and renderings
            else []
        )
        for rendering, name in renderings.items():
            whole = shown if rendering in ON_PAGE else shown | {"noter": notes}
            wanted[name] = (fid, rendering, whole, drawing_key(whole, rendering, tools))
    kept = {name: fetch(store, name, key) for name, (*_, key) in wanted.items()}
    found = {name: drawing for name, drawing in kept.items() if drawing is not None}
    missing = [name for name in kept if name not in found]
    if missing:
        from krisestat import plotting  # loads matplotlib, half a second that a run without changes is spared

        faces = plotting.Faces(fonts)
        for name in missing:
            _, rendering, shown, _ = wanted[name]
            found[name] = plotting.draw(shown, faces, rendering)
        for name in missing:
            keep(store, name, wanted[name][-1], found[name], KEPT)
    write_all({figures[name]: drawing for name, drawing in found.items()})
    drawn = tuple(dict.fromkeys(wanted[name][0] for name in missing))
    report = DrawResult(drawn, tuple(fid for fid in dict.fromkeys(w[0] for w in wanted.values()) if fid not in drawn))
    LOG.info("Tegnet: %s", ", ".join(report.drawn) or "ingen")
    LOG.info("Uendret, hentet fra lageret: %s", ", ".join(report.reused) or "ingen")
    return report
