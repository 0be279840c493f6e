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
from krisestat.contracts import UTDATA, read_rows, write_all, write_atomic
from krisestat.design import SKRIFTFILER
from krisestat.figures import content, figure_specs
from krisestat.modules import PROJECT, modules

LOG = logging.getLogger("krisestat.draw")

KEPT = 20
"""Drawings kept per figure: enough to go back and forth between editions, and a few megabytes in all."""


@dataclass(frozen=True)
class Report:
    """What a run did: file stems of the figures that were drawn and of those that were taken from the store."""

    drawn: tuple[str, ...]
    reused: tuple[str, ...]


def tools_digest(fonts: Path) -> str:
    """Digest of all that decides the bytes beside the content: drawing code, font files, matplotlib's version."""
    digest = hashlib.sha256(version("matplotlib").encode())
    for path in (*(PROJECT / name for name in modules("plotting")), *(fonts / file for *_, file in SKRIFTFILER)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def drawing_key(contents: Mapping[str, Any], tools: str) -> str:
    """Key of one drawing: the digest of what it shows and of what draws it."""
    text = json.dumps([tools, contents], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(svg: bytes) -> str:
    return hashlib.sha256(svg).hexdigest()


def fetch(store: Path, fid: str, key: str) -> bytes | None:
    """The stored drawing, or None. An entry whose bytes no longer have the digest in its name is deleted and not
    used."""
    for path in sorted(store.glob(f"{fid}.{key}.*.svg")):
        svg = path.read_bytes()
        if path.name == f"{fid}.{key}.{_digest(svg)}.svg":
            path.touch()  # newest last when the store is trimmed
            return svg
        LOG.warning("Lagret tegning er skadet og tegnes på nytt: %s", path.name)
        path.unlink()
    return None


def keep(store: Path, fid: str, key: str, svg: bytes) -> None:
    """Store a drawing, and delete the figure's oldest ones beyond `KEPT`."""
    write_atomic(store / f"{fid}.{key}.{_digest(svg)}.svg", svg)
    entries = sorted(store.glob(f"{fid}.*.svg"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    for path in entries[:-KEPT]:
        path.unlink()


def run(
    utdata: Path,
    codebooks: Path,
    fonts: Path,
    store: Path,
    figures: Mapping[str, Path],
    language: str,
    aar: int,
    serie: tuple[int, int],
) -> Report:
    """Write every figure of the publication.

    Parameters: `utdata`, the published numbers (contract UTDATA); `codebooks` and `fonts`, folders; `store`, the
    folder of stored drawings, made if it is not there; `figures`, id of the figure -> file to write; `language`, `nb`
    or `nn`; `aar`, the edition; `serie`, first and last year of the time series.
    Returns: which figures were drawn and which were taken from the store; the log says the same.
    Raises: Problems when a figure cannot be drawn. Then no file is written or changed.
    """
    codebook, rows = load_codebook(codebooks), read_rows(utdata, UTDATA)
    wanted = [fid for fid in figure_specs(codebook) if fid in figures]
    contents = {fid: content(fid, rows, codebook, language, aar, serie) for fid in wanted}
    tools = tools_digest(fonts)
    keys = {fid: drawing_key(shown, tools) for fid, shown in contents.items()}
    found = {fid: fetch(store, fid, key) for fid, key in keys.items()}
    missing = [fid for fid, svg in found.items() if svg is None]
    if missing:
        from krisestat import plotting  # loads matplotlib, half a second that a run without changes is spared

        faces = plotting.Faces(fonts)
        for fid in missing:
            found[fid] = plotting.draw(contents[fid], faces).encode()
        for fid in missing:
            keep(store, fid, keys[fid], found[fid])
    write_all({figures[fid]: svg for fid, svg in found.items()})
    report = Report(tuple(missing), tuple(fid for fid in found if fid not in missing))
    LOG.info("Tegnet: %s", ", ".join(report.drawn) or "ingen")
    LOG.info("Uendret, hentet fra lageret: %s", ", ".join(report.reused) or "ingen")
    return report
