"""Stage `typeset`: the print edition → the PDF (PDF/A-2a and PDF/UA-1)."""

from __future__ import annotations

from krisestat.base.contracts import write_atomic
from krisestat.base.files import Files
from krisestat.pages.pdf import typeset


def run(inn: Files, ut: Files) -> None:
    """Typeset one document.

    Parameters: `inn`, `html`, the print edition; `ut`, `pdf`. Raises `Problems` for everything that WeasyPrint warned
    about; then nothing is written.
    """
    write_atomic(ut.pdf, typeset(inn.html.read_text(encoding="utf-8"), inn.html.name, inn.fonts))
