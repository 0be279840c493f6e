"""Stage `typeset`: the print edition → the PDF (PDF/A-2a and PDF/UA-1)."""

from __future__ import annotations

from pathlib import Path

from krisestat.base.contracts import write_atomic
from krisestat.pages.pdf import typeset


def run(html: Path, pdf: Path, fonts: Path) -> None:
    """Typeset one document.

    Parameters: `html`, the print edition; `pdf`, where to write; `fonts`, the folder of TTF files. Raises `Problems`
    for everything that WeasyPrint warned about; then nothing is written.
    """
    write_atomic(pdf, typeset(html.read_text(encoding="utf-8"), html.name, fonts))
