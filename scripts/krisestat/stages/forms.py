"""Stage `forms`: the print editions of the checklist become PDF, one to read (PDF/A-2a and PDF/UA-1) and one to fill in
(PDF/UA-1)."""

from __future__ import annotations

from krisestat.base.contracts import write_all
from krisestat.base.files import Files
from krisestat.pages.pdf import typeset


def run(inn: Files, ut: Files) -> None:
    """Typeset both, in one process because starting WeasyPrint costs more than the pages.

    Parameters: `inn`, `lesing` and `skjema`, the print editions as HTML; `ut`, `sjekkliste_pdf` and `skjema_pdf`.
    Raises `Problems` for everything that WeasyPrint warned about; then nothing is written.
    """
    read, fill = (path.read_text(encoding="utf-8") for path in (inn.lesing, inn.skjema))
    write_all(
        {
            ut.sjekkliste_pdf: typeset(read, inn.lesing.name, inn.fonts),
            ut.skjema_pdf: typeset(fill, inn.skjema.name, inn.fonts, form=True),
        }
    )
