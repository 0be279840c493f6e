"""Stage `forms`: the print editions of the checklist become PDF, one to read (PDF/A-2a and PDF/UA-1) and one to fill in
(PDF/UA-1)."""

from __future__ import annotations

from pathlib import Path

from krisestat.base.contracts import write_all
from krisestat.pages.pdf import typeset


def run(lesing: Path, skjema: Path, sjekkliste_pdf: Path, skjema_pdf: Path, fonts: Path) -> None:
    """Typeset both, in one process because starting WeasyPrint costs more than the pages.

    Parameters: `lesing` and `skjema`, the print editions as HTML; `sjekkliste_pdf` and `skjema_pdf`, where to write;
    `fonts`, the folder of TTF files. Raises `Problems` for everything that WeasyPrint warned about; then nothing is
    written.
    """
    read, fill = (path.read_text(encoding="utf-8") for path in (lesing, skjema))
    write_all(
        {
            sjekkliste_pdf: typeset(read, lesing.name, fonts),
            skjema_pdf: typeset(fill, skjema.name, fonts, form=True),
        }
    )
