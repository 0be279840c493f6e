"""Stage `typeset`: what is made of the finished text. The print edition becomes the PDF (PDF/A-2a and PDF/UA-1), and
what each figure finds becomes the picture beside a link to it."""

from __future__ import annotations

from krisestat.base.contracts import write_all
from krisestat.base.files import Files
from krisestat.figures.content import TO_SHARE
from krisestat.figures.kept import drawings, read_pictures
from krisestat.pages.pdf import typeset


def run(inn: Files, ut: Files) -> None:
    """Typeset the edition, and draw the pictures that are shared.

    Parameters: `inn`, `html`, the print edition, `deling`, what the pictures show, and `lager`, where drawings are
    kept; `ut`, `pdf` and `figurer`, the pictures. Raises `Problems` for everything that WeasyPrint warned about, and
    for a picture that cannot be drawn; then nothing is written.
    """
    shown = read_pictures(inn.deling.read_text(encoding="utf-8"))
    wanted = {path.name: (TO_SHARE, shown[path.name]) for path in ut.many("figurer")}
    found, _ = drawings(wanted, inn.fonts, inn.lager)
    pictures = {path: found[path.name] for path in ut.many("figurer")}
    write_all({**pictures, ut.pdf: typeset(inn.html.read_text(encoding="utf-8"), inn.html.name, inn.fonts)})
