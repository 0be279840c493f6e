"""What the readers of raw files share: the table that they give, text at the border, bounds, what bytes look like."""

from __future__ import annotations

import datetime
import hashlib
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from krisestat.base.errors import ProblemList, Problems
from krisestat.intake.sources import Source

# Ten times the largest survey that is foreseen (500 centres, 300 questions); a file that holds more is not one.
MAX_CELLS = 2_000_000
MAX_COLUMNS = 16_384
MAX_UNPACKED = 100_000_000
MOST_SHOWN = 5
# What stands where a received cell holds a formula, with what it showed, or an error value: no answer.
FORMULA, FAULT = "formel: ", "feilverdi: "

FORMATS = {"csv": "CSV-fil", "xlsx": "arbeidsbok", "sav": "SPSS-fil"}
ASK_AGAIN = "Be avsenderen om filen på nytt."

# Marks that are not seen and carry no meaning in an answer: zero-width spaces and joints, soft hyphen.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "en eldre eller passordbeskyttet Office-fil",
    b"%PDF": "en PDF-fil",
    b"\x1f\x8b": "en pakket fil (gzip)",
    b"PAR1": "en Parquet-fil",
    b"{\\rtf": "et tekstdokument (RTF)",
}


def check_received(path: Path, data: bytes, sha256: str, command: str, problems: ProblemList) -> None:
    """Note a file whose bytes are not those that were registered when it was received.

    Parameters: `path` and `data`, the file; `sha256`, the registered checksum; `command`, what registers a delivery.
    """
    if (digest := hashlib.sha256(data).hexdigest()) != sha256:
        problems.add(
            path,
            "hele filen",
            f"kontrollsummen {digest[:12]}…",
            f"{sha256[:12]}…, slik filen var da den ble mottatt",
            f"Er filen en ny leveranse, kjør «{command}»; ellers hent tilbake filen slik den ble mottatt.",
        )


@dataclass(frozen=True)
class RawTable:
    """A file read as it stands: column names, for each record its line in the file and its cells as text, and what the
    file itself says that values mean (`labels`: column → value → label) and calls its columns (`texts`); SPSS alone."""

    columns: list[str]
    lines: list[int]
    records: Sequence[Sequence[str]]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def cell_text(value: object) -> str:
    """A cell as text: NFC; white space of any kind and length (no-break spaces too) as one space, none at the ends;
    whole numbers without decimals; dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "SANN" if value else "USANN"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        value = int(value) if value.is_integer() else value
    elif isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    return " ".join(unicodedata.normalize("NFC", str(value)).translate(_UNSEEN).split())


class Texts(dict):
    """Text cells as `cell_text` gives them, each different one worked out once: answers repeat."""

    def __missing__(self, raw: str) -> str:
        text = cell_text(raw)
        text = self[raw] = raw if text == raw else text  # one object in memory, where it is the same
        return text


def lines_text(value: object) -> str:
    """A text of several lines: each as `cell_text` gives it, the empty ones left out."""
    return "\n".join(filter(None, map(cell_text, re.split(r"\r\n?|\n", value) if isinstance(value, str) else [value])))


class LinesTexts(Texts):
    """Texts whose lines are kept, as `lines_text` gives them."""

    def __missing__(self, raw: str) -> str:
        text = self[raw] = lines_text(raw)
        return text


def without_empty_columns(sheet: RawTable) -> RawTable:
    """The sheet without columns at its end that have neither a name nor a value, as a trailing delimiter gives."""
    last = max((n for n, column in enumerate(sheet.columns, 1) if column), default=0)
    if last == len(sheet.columns) or any(any(record[last:]) for record in sheet.records):
        return sheet
    return RawTable(sheet.columns[:last], sheet.lines, [record[:last] for record in sheet.records], sheet.labels)


def one(source: Source, place: str, found: str, expected: str, fix: str = ASK_AGAIN) -> Problems:
    """A single problem of a raw file, to be raised."""
    problems = ProblemList()
    problems.add(source.path, place, found, expected, fix)
    return Problems(problems.problems)


def some(places: Sequence[object]) -> str:
    """The first few of many places, and how many more there are."""
    more = f" og {len(places) - MOST_SHOWN} til" if len(places) > MOST_SHOWN else ""
    return ", ".join(map(str, places[:MOST_SHOWN])) + more


def too_large(source: Source, place: str, found: str) -> Problems:
    """The problem of a file that no survey gives, told before it is read into memory."""
    return one(source, place, found, f"høyst {MAX_CELLS} celler i {MAX_COLUMNS} kolonner")


_SAVE_AS = (
    "Åpne filen i programmet den kommer fra, velg «Lagre som» og «Excel-arbeidsbok (.xlsx)» eller «CSV UTF-8», og ta "
    "inn den; eller be avsenderen om det."
)
_EXPORT = "Hent svarene på nytt i verktøyet de kommer fra, eksportert som Excel (.xlsx), CSV eller SPSS (.sav)."
# What to do with a kind of file that cannot be read, by what it is called.
REMEDIES = {
    "et regneark i OpenDocument-format": _SAVE_AS,
    "en binær arbeidsbok (.xlsb)": _SAVE_AS,
    "en eldre eller passordbeskyttet Office-fil": "Ta bort passordet hvis filen har et. " + _SAVE_AS,
    "en flyttbar SPSS-fil (.por)": "Åpne den i SPSS, og lagre den som .sav.",
    "en zip-fil": "Pakk den ut, og ta inn filen i den, eller mappen når det er flere.",
    "en e-post": "Lagre vedlegget, og ta inn det.",
    "et Word-dokument": _EXPORT,
    "en JSON-fil": _EXPORT,
    "en nettside eller XML-fil": _EXPORT,
}
_PARTS = {b"xl/workbook.bin": "en binær arbeidsbok (.xlsb)", b"word/": "et Word-dokument"}
_EMAIL = re.compile(rb"(?:From|Received|Return-Path|MIME-Version|Delivered-To|Subject|Date|To):[^;\n]*\r?\n[\w-]+: ")


def foreign_text(data: bytes) -> str:
    """What a text is, where it is plainly another kind than a table: an e-mail, JSON, or SPSS's portable form; «» when
    it is not."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"SPSS PORT FILE" in data[:600]:
        return "en flyttbar SPSS-fil (.por)"
    if start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]"):
        return "en JSON-fil"
    return "en e-post" if _EMAIL.match(start) else ""


def likely_format(data: bytes) -> tuple[str, str]:
    """What the bytes look like, whatever the file is called.

    Returns the code of the format («csv», «xlsx», «sav», or «» when it is none that can be read) and its name in words.
    """
    if data.startswith((b"$FL2", b"$FL3")):
        return "sav", "en SPSS-fil"
    if data.startswith(b"PK\x03\x04"):
        if b"opendocument" in data[:200]:
            return "", "et regneark i OpenDocument-format"
        for part, name in _PARTS.items():
            if part in data:
                return "", name
        return ("xlsx", "en arbeidsbok") if b"xl/workbook.xml" in data.lower() else ("", "en zip-fil")
    for start, name in _FOREIGN.items():
        if data.startswith(start):
            return "", name
    text = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        return "", "en nettside eller XML-fil"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in data[:4096]:
        return "csv", "en tekstfil"
    return "", "ingen kjent filtype"


def check_format(source: Source, data: bytes) -> None:
    """Raise `Problems` when the bytes are plainly of another format than the declared one, and name the likely one."""
    likely, name = likely_format(data)
    zipped = source.format == "xlsx" and data.startswith(b"PK\x03\x04") and likely == "" and "zip" in name
    if likely == source.format or zipped or (not likely and name == "ingen kjent filtype"):
        return
    readable = f"Skriv «format: {likely}» i {source.manifest}, med det som hører til formatet." if likely else ""
    raise one(
        source,
        "hele filen",
        f"ikke en lesbar {FORMATS[source.format]}: innholdet er {name}",
        f"en {FORMATS[source.format]}, slik «format: {source.format}» i kilde.yaml sier",
        readable or REMEDIES.get(name, ASK_AGAIN),
    )
