"""Drawings that are kept by the content that they show, so that a run in which that is unchanged draws nothing and does
not even load the drawing library. The store lies outside the outputs and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

from krisestat.base.modules import PROJECT, modules
from krisestat.base.store import digest_of_tools, fetch, keep
from krisestat.figures.design import SKRIFTFILER

# What may be a fraction in the content of a figure.
_NUMBERS = ("verdi", "nevner", "for_brudd")
KEPT = 20
"""Drawings kept per file: enough to go back and forth between editions, and a few megabytes in all."""


def tools_digest(fonts: Path) -> str:
    """Digest of all that decides the bytes beside the content: drawing code, font files, matplotlib's version."""
    files = (*(PROJECT / name for name in modules("figures.charts")), *(fonts / file for *_, file in SKRIFTFILER))
    return digest_of_tools(version("matplotlib"), files)


def drawing_key(contents: Mapping[str, Any], rendering: str, tools: str) -> str:
    """Key of one drawing: the digest of what it shows, in which rendering, and of what draws it."""
    text = json.dumps([tools, rendering, contents], ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def drawings(
    wanted: Mapping[str, tuple[str, Mapping[str, Any]]], fonts: Path, lager: Path
) -> tuple[dict[str, bytes], list[str]]:
    """Drawings, and the names of those that were not in the store.

    Parameters: `wanted`, the rendering and what it shows (`figures.content`), by the name of the file; `fonts`, the
    folder of TTF files; `lager`, where drawings are kept. Raises `Problems` when a figure cannot be drawn.
    """
    store, tools = lager / "tegninger", tools_digest(fonts)
    keys = {name: drawing_key(shown, rendering, tools) for name, (rendering, shown) in wanted.items()}
    kept = {name: fetch(store, name, key) for name, key in keys.items()}
    found = {name: drawing for name, drawing in kept.items() if drawing is not None}
    missing = [name for name in wanted if name not in found]
    if missing:
        from krisestat.figures import canvas, charts

        faces = canvas.Faces(fonts)
        for name in missing:
            rendering, shown = wanted[name]
            found[name] = charts.draw({**shown}, faces, rendering)
        for name in missing:
            keep(store, name, keys[name], found[name], KEPT)
    return found, missing


def read_pictures(text: str) -> dict[str, Any]:
    """What pictures show, by file name, from JSON in which a number that is not whole is a text («1/3»)."""

    def numbers(found: dict[str, Any]) -> dict[str, Any]:
        return {k: Fraction(v) if k in _NUMBERS and isinstance(v, str) else v for k, v in found.items()}

    return json.loads(text, object_hook=numbers)
