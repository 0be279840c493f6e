"""The parts of the fonts that pages carry with them (`templates/fonts/nett`), and the digests of all fonts.

Run as `python -m tools.skrifter`, after a font, or what a page may hold, has changed.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from krisestat.build.rights import FONT_DIGESTS
from krisestat.figures.design import NETTSKRIFTER, SKRIFTFILER, for_web

_RANGES = ((0x20, 0x7E), (0xA0, 0xFF))
_LETTERS = "ČčĐđŊŋŠšŦŧŽžǤǥǦǧǨǩǮǯŒœ"
_SPACES = "\u2009\u200a\u202f"
_SIGNS = "\u2011\u2013\u2014‘’‚“”„•…€←↑→↓\u2212≠≤≥▲▼▬"
CHARACTERS = "".join(chr(c) for first, last in _RANGES for c in range(first, last + 1)) + _LETTERS + _SPACES + _SIGNS
"""Every character that the page's fonts have."""

FEATURES = ("ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum")


def part(font: Path) -> bytes:
    """`CHARACTERS` and `FEATURES` of a TTF file as WOFF2; the time stamp in it is left as it is."""
    options = subset.Options(layout_features=list(FEATURES), flavor="woff2", hinting=False, desubroutinize=True)
    options.notdef_outline = True
    face = TTFont(font, recalcTimestamp=False)
    worker = subset.Subsetter(options)
    worker.populate(text=CHARACTERS)
    worker.subset(face)
    face.flavor = "woff2"
    out = io.BytesIO()
    face.save(out)
    return out.getvalue()


def made(fonts: Path) -> dict[str, bytes]:
    """The files that lie in the folder of fonts beside the TTF files, by their paths there."""
    parts = {for_web(file): part(fonts / file) for *_, file in NETTSKRIFTER}
    all_fonts = {file: (fonts / file).read_bytes() for *_, file in SKRIFTFILER} | parts
    digests = "".join(f"{hashlib.sha256(data).hexdigest()}  {file}\n" for file, data in sorted(all_fonts.items()))
    return parts | {FONT_DIGESTS: digests.encode("ascii")}


if __name__ == "__main__":
    for name, data in made(Path("templates/fonts")).items():
        Path("templates/fonts", name).write_bytes(data)
