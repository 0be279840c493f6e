"""The print edition: `trykk.html` in, a tagged PDF out that is both PDF/A-2a and PDF/UA-1.

Only what lies in the project is read: fonts by their file name through the address form `skrift:<file>`, pictures as
`data:`. Every other address, and every warning from WeasyPrint, stops the build: a missing glyph, a rule that is not
understood or a link to nothing is an error in the edition.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from krisestat.contracts import write_atomic
from krisestat.errors import ProblemList, shown

FONT_SCHEME = "skrift"

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


class _Recorder(logging.Handler):
    """Keeps WeasyPrint's warnings, so that they can be raised."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def run(html: Path, pdf: Path, fonts: Path) -> None:
    """Typeset one document.

    Parameters: `html`, the print edition; `pdf`, where to write; `fonts`, the folder of TTF files. Raises `Problems`
    for everything that WeasyPrint warned about; then nothing is written.
    """
    write_atomic(pdf, typeset(html.read_text(encoding="utf-8"), html.name, fonts))


def typeset(text: str, name: str, fonts: Path) -> bytes:
    """The PDF of an HTML text. Parameters: `name`, what errors call the document; `fonts`, the folder of TTF files."""
    with tempfile.TemporaryDirectory() as private:
        data, warnings = _typeset(text, fonts.resolve(), Path(private))
    if warnings:
        _raise(warnings, name)
    return data


def _typeset(text: str, fonts: Path, private: Path) -> tuple[bytes, Sequence[str]]:
    """Lay out and serialise with the project's fonts alone; returns the file and the warnings."""
    config = private / "fonts.conf"
    config.write_text(_FONTCONFIG.format(fonts=fonts, cache=private / "cache"), encoding="utf-8")
    # fontconfig reads this once, when Pango is loaded: it must be set before the import below
    os.environ["FONTCONFIG_FILE"] = str(config)
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    from krisestat.pdf_finish import finish

    recorder = _Recorder()
    loggers = [logging.getLogger("weasyprint"), logging.getLogger("fontTools")]
    for logger in loggers:
        logger.addHandler(recorder)
        logger.propagate = False
    try:
        files = {path.name: path.read_bytes() for path in sorted(fonts.glob("*.ttf"))}
        document = HTML(string=text, base_url="publikasjon:/", url_fetcher=_fetcher(files))
        return document.write_pdf(pdf_variant="pdf/a-2a", pdf_tags=True, finisher=finish), recorder.texts
    except FatalURLFetchingError as refused:
        return b"", [*recorder.texts, str(refused)]
    finally:
        for logger in loggers:
            logger.removeHandler(recorder)


def _fetcher(fonts: Mapping[str, bytes]) -> Any:
    """Opens fonts of the project and embedded data; refuses everything else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            scheme, _, rest = url.partition(":")
            if scheme == FONT_SCHEME and rest in fonts:
                return URLFetcherResponse(url, fonts[rest], {"Content-Type": "font/ttf"})
            if scheme == "data":
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"Refused address: {url}")

    return Fetcher(allowed_protocols={"data"}, fail_on_errors=True)


def _raise(warnings: Sequence[str], name: str) -> None:
    problems = ProblemList()
    for text in warnings:
        problems.add(
            name,
            "",
            f"WeasyPrint varsler: {shown(text, 300)}",
            "et dokument som settes uten varsler, bare med skriftene i prosjektet og uten nettadresser",
            "Rett malen eller stilarket som varselet gjelder. Skriv om tegn som mangler i skriftene.",
        )
    problems.raise_if_any()
