"""By what a PDF that was costly to set is kept, so that it is set again only when its bytes would be others."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from krisestat.base.modules import PROJECT, modules
from krisestat.base.store import digest_of_tools
from krisestat.release.manifest import versions

_TYPESETTERS = ("weasyprint", "pydyf", "fonttools")
# PDFs kept of each document: enough to go back and forth between two versions of a text.
KEPT = 3


def tools_digest(fonts: Path) -> str:
    """Digest of all that decides the bytes of a PDF beside its text: the typesetting code, the font files, and the
    versions of what sets it, the system's libraries among them. Parameters: `fonts`, the folder of TTF files."""
    files = (*(PROJECT / name for name in modules("pages.pdf")), *sorted(fonts.glob("*.ttf")))
    return digest_of_tools(json.dumps(versions(_TYPESETTERS)), files)


def pdf_key(tools: str, text: str) -> str:
    """What a PDF is kept by. Parameters: `tools`, from `tools_digest`; `text`, the HTML that it is set from."""
    return hashlib.sha256((tools + text).encode("utf-8")).hexdigest()
