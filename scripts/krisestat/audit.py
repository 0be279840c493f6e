"""Stage `audit`: opens the finished files of a run as a reader would, and stops the build if they reveal what must not
be revealed.

Three questions. Does the number of a hidden cell stand anywhere where it can be tied to its cell? Can anyone who knows
all that is published work a hidden number out more closely than the policy allows? Is there an address, a telephone
number or another mark of a person? The files are read with readers of their own: what the renderer meant is not asked.
"""

from __future__ import annotations

import csv
import html
import io
import json
import logging
import re
import zipfile
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.contracts import PERSONER, Row, read_rows, write_atomic
from krisestat.cubefiles import jsonstat_texts, px_texts
from krisestat.disclosure import ALLE, LAND, Attacker, Key, not_repeated, person_tables, primary, published_cells
from krisestat.errors import ProblemList
from krisestat.personal import personal_marks
from krisestat.persons import published_persons
from krisestat.verify import is_part
from krisestat.yamlfiles import load_yaml

LOG = logging.getLogger(__name__)

# Internal states: they hold the true numbers and are never published. The manifest holds names, versions and checksums.
INTERNAL = ("inndata", "klargjort", "statistikk")
_SKIPPED = ("manifest.json", "revisjon.json")
# Where answers of single institutions may stand beside their names: there, only what speaks of persons is refused.
_REVIEWER = ("etterproving/", "avtaler/")

_TAG = re.compile(r"<!--(.*?)-->|<(/?)([a-zA-Z][\w:-]*)([^>]*)>|([^<]+)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DATA_URI = re.compile(r"data:([\w/+.-]*)[^,\"')]*;base64,([A-Za-z0-9+/=]*)")
_DATA_BLOCK = re.compile(r"""<script\b[^>]*type=["'][\w/+.-]*json["'][^>]*>(.*?)</script>""", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
# These run on in a sentence; every other element ends what was said before it.
_INLINE = {"a", "b", "em", "i", "mark", "span", "strong", "sub", "sup", "tspan", "th", "td", "code", "abbr", "time"}
_SHAPES = set("d points transform viewbox style x y x1 x2 y1 y2 cx cy width height".split())
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\w)|(?<!\w)\d+(?!\w)")
PERSON_WORDS = {"beboere": r"beboer|bodde|\bpersoner", "opphold": r"opphold"}
GROUP_WORDS = {
    "kvinner": r"\bkvinne",
    "menn": r"\bmenn\b|\bmannlig",
    "ikke_registrert": r"\bikke[ _]registrert|\buten registrert",
    ALLE: r"\bi alt\b|\balle\b|\bhele landet",
}
_DIGIT = re.compile(r"\d")
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
    import pypdfium2 as pdfium

    return [page.get_textpage().get_text_bounded().splitlines() for page in pdfium.PdfDocument(data)]


def units_beside_pages(data: bytes, names: re.Pattern) -> Iterator[Passage]:
    """What a PDF says beside the text of its pages: metadata, attachments, alternative texts, and what no reader
    shows."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    for key, value in document.get_metadata_dict().items():
        yield Passage(key, value)
    for n in range(document.count_attachments()):
        attachment = document.get_attachment(n)
        yield from units_of(attachment.get_name(), bytes(attachment.get_data()), names)
    for page in document:
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


# -- what must not be found


class Secrets:
    """The numbers that must not be found, by what names their cells.

    Parameters: `truth_rows`, rows of `PERSONER`; `known`, the numbers that are published; `policy`. `truth` has the
    true number of each cell, `spans` the span that each protected cell must have, and `closed` the hidden cells.
    """

    def __init__(self, truth_rows: Sequence[Row], known: Mapping[Key, int], policy: Mapping[str, Any]):
        truth = {Key(r["aar"], r["senter_id"], r["gruppe"], r["maal"]): r["antall"] for r in truth_rows}
        names = {r["senter"]: r["senter_id"] for r in truth_rows if r["senter_id"]}
        self.truth, self.spans = truth, primary(truth, policy)
        self.closed = published_cells(truth, policy) - known.keys()
        self.hidden: dict[str, set[int]] = {}
        self.open: dict[str, Counter[int]] = {}
        self.national: dict[str, dict[str, set[int]]] = {}
        for cell in self.closed | (self.spans.keys() - known.keys()):
            if cell.senter_id == LAND:
                self.national.setdefault(cell.gruppe, {}).setdefault(cell.maal, set()).add(truth[cell])
            else:
                self.hidden.setdefault(cell.senter_id, set()).add(truth[cell])
        for cell in known.keys() & truth.keys():
            place = cell.senter_id if cell.senter_id != LAND else f"land {cell.gruppe}"
            self.open.setdefault(place, Counter())[truth[cell]] += 1
        called = {name: senter for name, senter in names.items() if senter in self.hidden}
        called |= {senter: senter for senter in self.hidden}
        self.called = called
        words = "|".join(map(re.escape, sorted(called, key=len, reverse=True)))
        # The name of one centre may be the beginning of another's: «Senter 12» and «Senter 12 og 44».
        self.name = re.compile(rf"(?<!\w)(?:{words})(?!\w)(?! og \d)") if words else re.compile(r"(?!)")
        self._groups = {group: re.compile(GROUP_WORDS[group], re.IGNORECASE) for group in self.national}
        self._measures = {m: re.compile(words, re.IGNORECASE) for m, words in PERSON_WORDS.items()}

    def found(self, unit: Passage, reviewer: bool) -> str:
        """Which hidden cell a unit reveals, in words, or «». Parameters: `reviewer`, as for the reviewer's files."""
        if not _DIGIT.search(unit.text):
            return ""
        spoken = [m for m, words in self._measures.items() if words.search(unit.text) or words.search(unit.context)]
        if named := {self.called[hit] for hit in self.name.findall(unit.text)}:
            counted = _numbers(self.name.sub(" ", unit.text)) if spoken or not reviewer else Counter()
            for senter in sorted(named):
                for value in self.hidden[senter]:
                    if counted[value] > self.open.get(senter, Counter())[value]:
                        return f"et skjult tall for {senter}"
        if spoken and self.national:
            counted = _numbers(unit.text)
            for group, pattern in self._groups.items():
                values = {v for m in spoken for v in self.national[group].get(m, ())}
                if values & counted.keys() and pattern.search(unit.text):
                    for value in values:
                        if counted[value] > self.open.get(f"land {group}", Counter())[value]:
                            return f"et skjult tall for {group} i hele landet"
        return ""


def _numbers(text: str) -> Counter[int]:
    """The whole numbers of a text, and how often each stands there."""
    return Counter(int(re.sub(r"\D", "", hit)) for hit in NUMBER.findall(text))


# -- the attacker


def published_numbers(tables: Iterable[str]) -> dict[Key, int]:
    """Every number of persons in the machine-readable files. Parameters: `tables`, their texts."""
    needed = {"aar", "senter_id", "gruppe", "maal", "antall"}
    return {
        Key(int(row["aar"]), row["senter_id"], row["gruppe"], row["maal"]): int(row["antall"])
        for text in tables
        for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        if needed <= row.keys() and row["antall"]
    }


def tightest(
    truth: Mapping[Key, int], known: Mapping[Key, int], spans: Mapping[Key, int]
) -> tuple[list[Key], int | None]:
    """The protected cells that an attacker can place more closely than allowed, and the narrowest span left to any.

    Parameters: `truth`, the true numbers (only their size is used); `known`, what the attacker knows; `spans`, the
    protected cells and the span that each must have.
    """
    broken, narrowest = [], None
    for aar in sorted({c.aar for c in spans}):
        sentre = sorted({c.senter_id for c in truth if c.aar == aar} - {LAND})
        attacker = Attacker(person_tables(aar, sentre), 3 * max(n for c, n in truth.items() if c.aar == aar))
        attacker.know(known, ())
        for cell in sorted(c for c in spans if c.aar == aar):
            low, high = attacker.span(cell)
            narrowest = high - low if narrowest is None else min(narrowest, high - low)
            if high - low < spans[cell]:
                broken.append(cell)
    return broken, narrowest


def own_contacts(config: Mapping[str, Any]) -> list[str]:
    """The e-mail addresses and telephone numbers that an edition prints. Parameters: `config`, the merged one."""
    return [config["publikasjon"]["kontakt"]["epost"], *(str(value) for value in config["hjelp"].values())]


def look_through(files: Mapping[str, bytes], secrets: Secrets, allowed: Sequence[str], problems: ProblemList) -> int:
    """Look for hidden numbers and marks of persons in finished files. Returns how many units were read.

    Parameters: `files`, bytes by path within the edition; `allowed`, from `own_contacts`; `problems`, which get all
    that is found: the file and the cell, never the number.
    """
    units = 0
    # The same sentences and rows stand in many files: what reveals nothing in one, reveals nothing in the next.
    harmless: dict[bool, set[Passage]] = {True: set(), False: set()}
    unmarked: set[str] = set()
    for name, data in sorted(files.items()):
        read, reviewer = dict.fromkeys(units_of(name, data, secrets.name)), name.startswith(_REVIEWER)
        units += len(read)
        revealed = {unit: secrets.found(unit, reviewer) for unit in read if unit not in harmless[reviewer]}
        harmless[reviewer].update(unit for unit, cell in revealed.items() if not cell)
        for cell in dict.fromkeys(filter(None, revealed.values())):
            _refuse(problems, name, cell, "tegnet «:» eller ingenting")
        texts = [text for text in dict.fromkeys(unit.text for unit in read) if text not in unmarked]
        marks = personal_marks("\n".join(texts), allowed)
        for mark in marks:
            _refuse(problems, name, mark, "ingen opplysninger om personer")
        if not marks:
            unmarked.update(texts)
    return units


def audit(
    files: Mapping[str, bytes],
    internal: Mapping[str, bytes],
    truth_rows: Sequence[Row],
    printed: Mapping[Key, int],
    policy: Mapping[str, Any],
    allowed: Sequence[str],
) -> dict[str, Any]:
    """Look through the finished files.

    Parameters: `files`, bytes by path within the edition; `internal`, the coded states, where only marks of persons are
    looked for; `truth_rows`, rows of `PERSONER`; `printed`, earlier published figures; `policy`; `allowed`, e-mail
    addresses and telephone numbers that the edition prints. Returns the report. Raises `Problems` with all that is
    revealed: the file and the cell, never the number.
    """
    problems = ProblemList()
    machine = [
        data.decode("utf-8") for name, data in files.items() if name.startswith("utdata/") and name.endswith(".csv")
    ]
    known = published_numbers(machine)
    secrets = Secrets(truth_rows, known, policy)
    truth, spans = secrets.truth, secrets.spans
    units = look_through(files, secrets, allowed, problems)
    for name, data in sorted(internal.items()):
        for mark in personal_marks(data.decode("utf-8", "replace"), allowed):
            _refuse(problems, name, mark, "bare kodede svar etter inndata")
    for key in sorted(spans.keys() & known.keys()):
        _refuse(
            problems,
            "utdata/personer.csv",
            f"et tall som skal skjules: {'/'.join(map(str, key))}",
            "status «undertrykt»",
        )
    elsewhere = not_repeated(policy)
    earlier = {c: n for c, n in printed.items() if c in truth and c not in elsewhere}
    try:
        broken, narrowest = tightest(truth, earlier | known, spans)
        for key in broken:
            _refuse(problems, "utdata", f"nok til å regne ut {'/'.join(map(str, key))}", "et spenn som i reglene")
    except ArithmeticError as error:
        narrowest = None
        _refuse(problems, "utdata", f"tall som ikke går opp ({error})", "summer som stemmer med det som er trykt før")
    problems.raise_if_any()
    return {
        "politikk": policy["id"],
        "filer": sorted(files),
        "enheter_lest": units,
        "skjulte_tall": len(secrets.closed),
        "vernede_tall": len(spans),
        "smaleste_spenn": narrowest,
        "trykt_av_andre": len(elsewhere),
    }


def _refuse(problems: ProblemList, name: str, found: str, wanted: str) -> None:
    problems.add(
        name,
        "",
        found,
        wanted,
        "Publiser ikke. Ta det ut av malen, tabellen eller filen, og bygg igjen (docs/metode.md, «Konfidensialitet»).",
    )


def run(
    results: Path,
    statistikk: Path,
    published: Path,
    editions: Sequence[Path],
    policy: Path,
    config: Mapping[str, Any],
    revisjon: Path,
) -> None:
    """Look through everything in the folder of an edition, and write the report.

    Parameters: `results`, the folder; `statistikk`, the true numbers of persons; `published`, earlier printed figures;
    `editions`, tables of the editions that were published before; `policy`, a file;
    `config`, the merged configuration; `revisjon`, the report to write. Raises `Problems`.
    """
    found = {p.relative_to(results).as_posix(): p for p in sorted(results.rglob("*")) if p.is_file()}
    wanted = {
        name: p
        for name, p in found.items()
        if name not in _SKIPPED and p.name not in _SKIPPED and not p.name.startswith(".")
        if is_part(name)  # what is made beside the edition has an audit of its own
    }
    files = {name: p.read_bytes() for name, p in wanted.items() if name.split("/")[0] not in INTERNAL}
    coded = {name: p.read_bytes() for name, p in wanted.items() if name.split("/")[0] in INTERNAL[1:]}
    report = audit(
        files,
        coded,
        read_rows(statistikk, PERSONER),
        published_numbers(p.read_text(encoding="utf-8") for p in editions)
        | published_persons(published.read_text(encoding="utf-8")),
        load_yaml(policy)[0],
        own_contacts(config),
    )
    write_atomic(revisjon, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    LOG.info("%d filer sett gjennom; smaleste spenn for et skjult tall: %s", len(files), report["smaleste_spenn"])
