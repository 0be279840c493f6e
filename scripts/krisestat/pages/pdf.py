"""HTML → PDF with fonts of the repository alone, tagged, dated by the document and the same bytes each time."""

from __future__ import annotations

import gc
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList, Problems, shown
from krisestat.figures.design import SKRIFTFILER
from krisestat.pages.flow import place_figures

FONT_SCHEME = "skrift"
# What is read as one: a paragraph of an act, and a period.
_WHOLE = re.compile(r"§[ \u00a0]\d+(?:-\d+)?|\d{4}–\d{4}")
# While figures find their places, page numbers are as wide as they will be: to find them takes a layout more each time.
_TRIAL = 'a::after { content: ", side 00" !important }'

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


def typeset(text: str, name: str, fonts: Path, form: bool = False) -> bytes:
    """The PDF of an HTML text. Parameters: `name`, what errors call the document; `fonts`, the folder of TTF files;
    `form`, whether its fields are to be filled in."""
    return typeset_all({name: text}, fonts, form)[name]


def typeset_all(texts: Mapping[str, str], fonts: Path, form: bool = False) -> dict[str, bytes]:
    """The PDFs of several HTML texts, set in one process.

    Parameters: `texts`, HTML by what errors call the document; `fonts`, the folder of TTF files; `form`, whether their
    fields are to be filled in. Raises `Problems` for everything that WeasyPrint warned about in any of them.
    """
    if not texts:
        return {}
    made: dict[str, bytes] = {}
    problems = ProblemList()
    with typesetter(fonts, form) as one:
        for name, text in texts.items():
            try:
                made[name] = one(text, name)
            except Problems as error:
                problems.extend(error)
    problems.raise_if_any()
    return made


def unbroken(text: str) -> str:
    """An HTML text in which no line ends within a paragraph of an act or a period: «§ 28-1», «2015–2020». What joins
    the parts has no width, and is not in the text of the PDF."""
    head, body, rest = text.partition("<body")

    def whole(found: re.Match[str]) -> str:
        return re.sub("[-–]", "\u2060\\g<0>\u2060", found[0]).replace(" ", "\u00a0")

    return head + body + re.sub(r">[^<>]+", lambda words: _WHOLE.sub(whole, words[0]), rest)


def glyphs(fonts: Path) -> frozenset[str]:
    """The characters that every upright face in a folder has a glyph for. Parameters: `fonts`, the folder."""
    from fontTools.ttLib import TTFont

    found: list[set[int]] = []
    for *_, style, file in SKRIFTFILER:
        if style == "normal":
            with TTFont(fonts / file, lazy=True) as face:
                found.append(set(face.getBestCmap()))
    return frozenset(map(chr, set.intersection(*found)))


@contextmanager
def typesetter(fonts: Path, form: bool = False) -> Iterator[Callable[[str, str], bytes]]:
    """A warm typesetter: what it costs to load WeasyPrint and the fonts is paid once, and a document has the same bytes
    as when it is set alone.

    Parameters: `fonts`, the folder of TTF files; `form`, whether fields are to be filled in. Yields a function of an
    HTML text and the name that errors call it by, which returns the PDF, and raises `Problems` for everything that
    WeasyPrint warned about; the next document can be set all the same.
    """
    with tempfile.TemporaryDirectory() as private, _collected_by_hand():
        yield _typesetter(fonts.resolve(), Path(private), form)


@contextmanager
def _collected_by_hand() -> Iterator[None]:
    """No garbage collection in the middle of a document: a laid-out document is a million objects that all are in use,
    and going through them again and again costs a tenth of the work. What is loaded already is left out for good."""
    was_on = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def _typesetter(fonts: Path, private: Path, form: bool) -> Callable[[str, str], bytes]:
    """Lays out and serialises with the project's fonts alone."""
    config = private / "fonts.conf"
    config.write_text(_FONTCONFIG.format(fonts=fonts, cache=private / "cache"), encoding="utf-8")
    # fontconfig reads this once, when Pango is loaded: it must be set before the import below
    os.environ["FONTCONFIG_FILE"] = str(config)
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    from krisestat.pages import faster_pdf, pdf_finish

    faster_pdf.install()
    options = (
        {"pdf_variant": "pdf/ua-1", "pdf_forms": True, "finisher": pdf_finish.finish_form}
        if form
        else {"pdf_variant": "pdf/a-2a", "finisher": pdf_finish.finish}
    )
    loggers = [logging.getLogger("weasyprint"), logging.getLogger("fontTools")]
    fetcher = _fetcher({path.name: path.read_bytes() for path in sorted(fonts.glob("*.ttf"))})
    shared, documents, trial = FontConfiguration(), count(), CSS(string=_TRIAL)
    sheets: dict[str, CSS] = {}

    def one(text: str, name: str) -> bytes:
        gc.collect()  # what the document before left behind; the last one leaves it to the end of the process
        if next(documents) == 1:
            gc.freeze()  # what the first loaded stays, and is not gone through before each of the others
        recorder, made = _Recorder(), b""
        for logger in loggers:
            logger.addHandler(recorder)
            logger.propagate = False
        try:
            style, text = _style_and_rest(text)
            if style not in sheets:
                sheets.clear()
                sheets[style] = CSS(string=style, font_config=shared, url_fetcher=fetcher)
            document = HTML(string=unbroken(text), base_url="publikasjon:/", url_fetcher=fetcher)
            styles = [sheets[style]]
            place_figures(document.etree_element, lambda: document.render(shared, stylesheets=[*styles, trial]).pages)
            recorder.texts.clear()  # all that there is to warn of is told once more
            made = document.write_pdf(stylesheets=styles, font_config=shared, pdf_tags=True, **options)
        except FatalURLFetchingError as refused:
            recorder.texts.append(str(refused))
        finally:
            for logger in loggers:
                logger.removeHandler(recorder)
        if recorder.texts:
            sheets.clear()  # a fault of the style is told of each document that has it
        _raise(name, recorder.texts)
        return made

    return one


def _style_and_rest(text: str) -> tuple[str, str]:
    """The style of a document, which others often have too, and the document without it."""
    before, _, rest = text.partition("<style>")
    style, end, after = rest.partition("</style>")
    return (style, before + after) if end else ("", text)


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


def _raise(name: str, warnings: Sequence[str]) -> None:
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
