"""The print edition: `trykk.html` in, a tagged PDF out that is both PDF/A-2a and PDF/UA-1. A form is PDF/UA-1 alone:
what a reader fills in has no place in an archive file.

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
from krisestat.design import SKRIFTFILER
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


def typeset(text: str, name: str, fonts: Path, form: bool = False) -> bytes:
    """The PDF of an HTML text. Parameters: `name`, what errors call the document; `fonts`, the folder of TTF files;
    `form`, whether its fields are to be filled in."""
    return typeset_all({name: text}, fonts, form)[name]


def typeset_all(texts: Mapping[str, str], fonts: Path, form: bool = False) -> dict[str, bytes]:
    """The PDFs of several HTML texts, set in one process: what it costs to load the typesetter and the fonts is paid
    once, and a document has the same bytes as when it is set alone.

    Parameters: `texts`, HTML by what errors call the document; `fonts`, the folder of TTF files; `form`, whether their
    fields are to be filled in. Raises `Problems` for everything that WeasyPrint warned about in any of them.
    """
    if not texts:
        return {}
    with tempfile.TemporaryDirectory() as private:
        made, warnings = _typeset(texts, fonts.resolve(), Path(private), form)
    _raise(warnings)
    return made


def glyphs(fonts: Path) -> frozenset[str]:
    """The characters that every upright face in a folder has a glyph for. Parameters: `fonts`, the folder."""
    from fontTools.ttLib import TTFont

    found: list[set[int]] = []
    for *_, style, file in SKRIFTFILER:
        if style == "normal":
            with TTFont(fonts / file, lazy=True) as face:
                found.append(set(face.getBestCmap()))
    return frozenset(map(chr, set.intersection(*found)))


def _typeset(
    texts: Mapping[str, str], fonts: Path, private: Path, form: bool
) -> tuple[dict[str, bytes], dict[str, list[str]]]:
    """Lay out and serialise with the project's fonts alone; returns the files and the warnings by document."""
    config = private / "fonts.conf"
    config.write_text(_FONTCONFIG.format(fonts=fonts, cache=private / "cache"), encoding="utf-8")
    # fontconfig reads this once, when Pango is loaded: it must be set before the import below
    os.environ["FONTCONFIG_FILE"] = str(config)
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    from krisestat import pdf_finish

    options = (
        {"pdf_variant": "pdf/ua-1", "pdf_forms": True, "finisher": pdf_finish.finish_form}
        if form
        else {"pdf_variant": "pdf/a-2a", "finisher": pdf_finish.finish}
    )
    loggers = [logging.getLogger("weasyprint"), logging.getLogger("fontTools")]
    fetcher = _fetcher({path.name: path.read_bytes() for path in sorted(fonts.glob("*.ttf"))})
    shared = FontConfiguration()
    made: dict[str, bytes] = {}
    warnings: dict[str, list[str]] = {}
    for name, text in texts.items():
        recorder = _Recorder()
        for logger in loggers:
            logger.addHandler(recorder)
            logger.propagate = False
        try:
            document = HTML(string=text, base_url="publikasjon:/", url_fetcher=fetcher)
            made[name] = document.write_pdf(font_config=shared, pdf_tags=True, **options)
        except FatalURLFetchingError as refused:
            recorder.texts.append(str(refused))
        finally:
            for logger in loggers:
                logger.removeHandler(recorder)
        warnings[name] = recorder.texts
    return made, warnings


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


def _raise(warnings: Mapping[str, Sequence[str]]) -> None:
    problems = ProblemList()
    for name, texts in warnings.items():
        for text in texts:
            problems.add(
                name,
                "",
                f"WeasyPrint varsler: {shown(text, 300)}",
                "et dokument som settes uten varsler, bare med skriftene i prosjektet og uten nettadresser",
                "Rett malen eller stilarket som varselet gjelder. Skriv om tegn som mangler i skriftene.",
            )
    problems.raise_if_any()
