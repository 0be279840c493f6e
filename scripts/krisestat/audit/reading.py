"""What a reader sees in a finished file, of any format: its texts, each with the row or element that it stands in."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from krisestat.audit.cube_files import jsonstat_texts, px_texts

_TAG = re.compile(r"<!--(.*?)-->|<(/?)([a-zA-Z][\w:-]*)([^>]*)>|([^<]+)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DATA_URI = re.compile(r"data:([\w/+.-]*)[^,\"')]*;base64,([A-Za-z0-9+/=]*)")
_DATA_BLOCK = re.compile(r"""<script\b[^>]*type=["'][\w/+.-]*json["'][^>]*>(.*?)</script>""", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
# These run on in a sentence; every other element ends what was said before it.
_INLINE = {"a", "b", "em", "i", "mark", "span", "strong", "sub", "sup", "tspan", "th", "td", "code", "abbr", "time"}
_SHAPES = set("d points transform viewbox style x y x1 x2 y1 y2 cx cy width height".split())
DIGIT = re.compile(r"\d")
_ROW_IN_PDF = re.compile(r"^(?:[\d\u00a0\u202f:., ]+)$")


class Passage(NamedTuple):
    """What a reader takes in together: a row, a sentence, an attribute, an object; `context` is what stands over it."""

    context: str
    text: str


# -- reading finished files


def markup_units(text: str) -> Iterator[Passage]:
    """The units of HTML or SVG: blocks, rows with their caption, attributes, comments, scripts, drawings within."""
    for kind, data in _DATA_URI.findall(text):
        if "svg" in kind or "html" in kind or "text" in kind:
            yield from markup_units(b64decode(data).decode("utf-8", "replace"))
    text = _DATA_URI.sub("", _STYLE.sub("", text))
    for block in _DATA_BLOCK.findall(text):
        with suppress(json.JSONDecodeError):  # what is no JSON stays where it is, and is read as the text that it is
            yield from json_units(json.loads(block))
            text = text.replace(block, "")
    caption, heading, said, drawing = "", "", [], []
    for comment, closing, name, attributes, run in _TAG.findall(text):
        if run:
            said.append(run)
            continue
        if comment:
            yield Passage("", html.unescape(comment))
            continue
        tag = name.lower()
        if tag in ("td", "th"):
            said.append(" | ")
        if tag not in _INLINE:
            block = html.unescape("".join(said)).strip()
            said = []
            if block:
                if closing and tag == "caption":
                    caption = block
                if closing and re.fullmatch(r"h[1-6]", tag):
                    heading = block
                drawing.append(block)
                yield Passage(f"{heading} {caption}", block)
            if closing and tag == "table":
                caption = ""
            if tag == "svg":
                if closing and drawing:
                    yield Passage("", " | ".join(drawing))
                drawing = []
        if "=" in attributes:
            for attribute, one, other in _ATTRIBUTE.findall(attributes):
                if attribute.lower() not in _SHAPES and (one or other):
                    yield Passage("", html.unescape(one or other))
    if said:
        yield Passage("", html.unescape("".join(said)))


def csv_units(text: str) -> Iterator[Passage]:
    """The rows of a table; the lines before the first with several columns, and the headers, are their context."""
    text = text.lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if text.count(";") > text.count(",") else ","))
    context: list[str] = []
    for row in rows:
        yield Passage(" ".join(context), " | ".join(row))
        if len(context) < 2 and any(row):
            context.append(" ".join(row))


def json_units(data: Any, path: str = "") -> Iterator[Passage]:
    """The objects of a JSON text, each with the scalars that it holds itself; the keys above are the context."""
    if isinstance(data, Mapping):
        scalars = [f"{k}: {v}" for k, v in data.items() if not isinstance(v, Mapping | list)]
        scalars += [
            f"{k}: {v}"
            for k, v in data.items()
            if isinstance(v, list) and not any(isinstance(x, Mapping | list) for x in v)
        ]
        yield Passage(path, " | ".join(scalars))
        for key, value in data.items():
            yield from json_units(value, f"{path} {key}") if isinstance(value, Mapping | list) else ()
    elif isinstance(data, list):
        for value in data:
            yield from (
                json_units(value, path) if isinstance(value, Mapping | list) else iter([Passage(path, str(value))])
            )


def line_units(text: str) -> Iterator[Passage]:
    """The lines of any other text."""
    return (Passage("", line) for line in text.splitlines() if line.strip())


def xlsx_units(data: bytes) -> Iterator[Passage]:
    """The rows of every sheet of a workbook, hidden ones too, and all other texts in it. The rows down to the headers,
    the first with several cells, are the context of those below."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name).decode("utf-8", "replace") for name in book.namelist() if name.endswith(".xml")}
    shared = [
        "".join(re.findall(r"<t[^>]*>([^<]*)</t>", s))
        for s in re.findall(r"<si>.*?</si>", parts.get("xl/sharedStrings.xml", ""), re.DOTALL)
    ]
    for _, text in sorted(parts.items()):
        context, headed = "", False
        for row in re.findall(r"<row\b.*?</row>", text, re.DOTALL):
            cells = re.findall(r"<c\b([^>]*)>(?:<f>[^<]*</f>)?(?:<v>([^<]*)</v>|<is>(.*?)</is>)", row, re.DOTALL)
            told = [
                shared[int(v)] if 't="s"' in kind else v or re.sub("<[^>]*>", "", inline) for kind, v, inline in cells
            ]
            said = " | ".join(html.unescape(cell) for cell in told)
            yield Passage(context, said)
            context, headed = context if headed else f"{context} {said}", headed or len(told) > 1
        if "<row" not in text:
            yield from markup_units(text)


def pdf_units(data: bytes, names: re.Pattern) -> Iterator[Passage]:
    """The text of a PDF: rows and sentences of its pages, alternative texts, metadata and attachments."""
    for lines in pdf_lines(data):
        paragraph: list[str] = []
        for line in lines:
            found = names.match(line)
            if found and _ROW_IN_PDF.match(line[found.end() :].strip() or ":"):
                yield Passage("", line)
                continue
            paragraph.append(line)
            if re.search(r"[.!?:]\s*$", line):
                yield Passage("", " ".join(paragraph))
                paragraph = []
        yield Passage("", " ".join(paragraph))
    yield from units_beside_pages(data, names)


def pdf_lines(data: bytes) -> list[list[str]]:
    """The lines of each page of a PDF."""
    return [page.get_textpage().get_text_bounded().splitlines() for page in _opened(data)[1]]


@lru_cache(maxsize=1)
def _opened(data: bytes) -> tuple[Any, list[Any]]:
    """A PDF and its pages, read once for its text and for what stands beside it."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    return document, list(document)


def units_beside_pages(data: bytes, names: re.Pattern) -> Iterator[Passage]:
    """What a PDF says beside the text of its pages: metadata, attachments, alternative texts, and what no reader
    shows."""
    import pypdfium2 as pdfium

    document, pages = _opened(data)
    for key, value in document.get_metadata_dict().items():
        yield Passage(key, value)
    for n in range(document.count_attachments()):
        attachment = document.get_attachment(n)
        yield from units_of(attachment.get_name(), bytes(attachment.get_data()), names)
    for page in pages:
        yield from (Passage("", text) for text in _alternatives(pdfium, page))
    # XMP, and streams that nothing on a page refers to.
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            stream = zlib.decompress(stream)
        except zlib.error:
            pass
        if b"xmpmeta" in stream[:400] or b"<svg" in stream[:400] or b"<html" in stream[:400]:
            yield from markup_units(stream.decode("utf-8", "replace"))


def _alternatives(pdfium: Any, page: Any) -> Iterator[str]:
    """The alternative texts, actual texts and titles of a page's structure."""
    import ctypes

    raw = pdfium.raw

    def text_of(call: Any, element: Any) -> str:
        size = call(element, None, 0)
        if size <= 2:
            return ""
        buffer = ctypes.create_string_buffer(size)
        call(element, buffer, size)
        return buffer.raw[: size - 2].decode("utf-16-le", "replace")

    def walk(element: Any) -> Iterator[str]:
        for call in (
            raw.FPDF_StructElement_GetAltText,
            raw.FPDF_StructElement_GetActualText,
            raw.FPDF_StructElement_GetTitle,
        ):
            if text := text_of(call, element):
                yield text
        for n in range(raw.FPDF_StructElement_CountChildren(element)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(element, n):
                yield from walk(child)

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    for n in range(raw.FPDF_StructTree_CountChildren(tree)):
        if child := raw.FPDF_StructTree_GetChildAtIndex(tree, n):
            yield from walk(child)
    raw.FPDF_StructTree_Close(tree)


def png_texts(data: bytes) -> list[str]:
    """The texts that a PNG picture carries beside its points: title, author, description, XMP and others.

    What the points show is drawn from the same content as the SVG beside it, which is read. A file that is not built
    as a PNG is one text.
    """
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return [data.decode("utf-8", "replace")]
    texts, at = [], 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        part = data[at + 8 : at + 8 + size]
        if kind not in (b"IHDR", b"PLTE", b"IDAT", b"IEND"):
            texts.append(part.replace(b"\0", b" ").decode("utf-8", "replace"))
        at += 12 + size
        if kind == b"IEND":
            break
    return [*texts, data[at:].decode("utf-8", "replace")]


def units_of(name: str, data: bytes, names: re.Pattern) -> Iterator[Passage]:
    """The units of a file, by its ending. Parameters: `names`, finds the name of a centre at the start of a row."""
    ending = name.rsplit(".", 1)[-1].lower()
    if ending == "pdf":
        return pdf_units(data, names)
    if ending == "xlsx":
        return xlsx_units(data)
    if ending == "png":
        return (unit for text in png_texts(data) for unit in line_units(text))
    text = data.decode("utf-8", "replace")
    match ending:
        case "html" | "svg" | "xml":
            return markup_units(text)
        case "csv":
            return csv_units(text)
        case "json":
            data = json.loads(text)
            cells = jsonstat_texts(data)
            return json_units(data) if cells is None else (Passage(*told) for told in cells)
        case "px":
            cells = px_texts(text)
            return line_units(text) if cells is None else (Passage(*told) for told in cells)
    return line_units(text)
