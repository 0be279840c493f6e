"""The page's fonts: the parts of the project's TTF files that Norwegian and the Sámi languages need, as WOFF2.

Compressing a face costs about a second, so each result is kept in a store under a key of everything that it depends on.
The store may be deleted at any time: the bytes come back the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from krisestat.base.store import fetch, keep

_RANGES = ((0x20, 0x7E), (0xA0, 0xFF))
_LETTERS = "ČčĐđŊŋŠšŦŧŽžǤǥǦǧǨǩǮǯŒœ"
_SPACES = "\u2009\u200a\u202f"
_SIGNS = "\u2011\u2013\u2014‘’‚“”„•…€←↑→↓\u2212≠≤≥"
CHARACTERS = "".join(chr(c) for first, last in _RANGES for c in range(first, last + 1)) + _LETTERS + _SPACES + _SIGNS
"""Every character that the page's fonts have."""

FEATURES = ("ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum")
# Subsets kept of each face: that of the files as they are, and those of a version or two before.
_KEPT = 3


def font_face_css(faces: Sequence[tuple[str, int, str, str]], fonts: Path, store: Path) -> str:
    """`@font-face` rules with the faces embedded, so that the page needs no other file.

    Parameters: `faces` of (family, weight, style, file); `fonts`, the folder of TTF files; `store`, where subsets are
    kept between runs.
    """
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:block;'
        f"src:url(data:font/woff2;base64,{base64.b64encode(subset(fonts / file, store)).decode('ascii')}) "
        'format("woff2")}'
        for family, weight, style, file in faces
    )


def subset(font: Path, store: Path) -> bytes:
    """One face as WOFF2 with `CHARACTERS` and `FEATURES`, from the store if it is there. Parameters as above."""
    import brotli
    import fontTools  # to ask both what version they are is cheaper than to ask how they were installed

    data = font.read_bytes()
    parts = [CHARACTERS, ",".join(FEATURES), fontTools.version, brotli.__version__]
    key = hashlib.sha256("\0".join(parts).encode("utf-8") + data).hexdigest()
    kept = fetch(store, font.stem, key)
    if kept is None:
        kept = _compress(font)
        keep(store, font.stem, key, kept, _KEPT)
    return kept


def _compress(font: Path) -> bytes:
    """Subset and compress one TTF file; the time stamp in it is left as it is."""
    import io

    from fontTools import subset as subsetting  # costs too much to load when everything is in the store
    from fontTools.ttLib import TTFont

    options = subsetting.Options(layout_features=list(FEATURES), flavor="woff2", hinting=False, desubroutinize=True)
    options.notdef_outline = True
    face = TTFont(font, recalcTimestamp=False)
    worker = subsetting.Subsetter(options)
    worker.populate(text=CHARACTERS)
    worker.subset(face)
    face.flavor = "woff2"
    out = io.BytesIO()
    face.save(out)
    return out.getvalue()
