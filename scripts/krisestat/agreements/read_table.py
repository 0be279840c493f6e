"""The form as a table, CSV or XLSX: one row for each field and leaf, found by the id in its first column."""

from __future__ import annotations

from pathlib import Path

from krisestat.agreements.skjema import ARK, DELER, KOLONNER, SKJEMA, Innslag, Utfylt
from krisestat.base.contracts import FORMULA_STARTS
from krisestat.base.errors import ProblemList, nearest, one_problem, shown
from krisestat.intake.raw_file import LinesTexts, RawTable, without_empty_columns
from krisestat.intake.read_csv import decode, likely_delimiter, likely_encoding, read_csv
from krisestat.intake.read_xlsx import read_xlsx
from krisestat.intake.sources import Source

_FIX = "Be kommunen bruke malen uten å endre overskriftene, id-ene eller arkene."


def read_csv_skjema(path: Path, data: bytes) -> Utfylt:
    """Read a CSV form, in the encoding and with the delimiter that the spreadsheet saved it with.

    Parameters: `path`, for the errors; `data`, its bytes. Raises `Problems` when it is not the form.
    """
    source = _source(path, "csv", encoding=likely_encoding(data))
    text = decode(source, data)
    source = _source(path, "csv", encoding=source.encoding, delimiter=likely_delimiter(text, ";"))
    return _of_sheet(path, read_csv(source, data, LinesTexts()), "")


def read_xlsx_skjema(path: Path, data: bytes) -> Utfylt:
    """Read the sheet with the form of a workbook. Parameters and errors as `read_csv_skjema`."""
    return _of_sheet(path, read_xlsx(_source(path, "xlsx"), data, LinesTexts()), f"arket «{ARK}», ")


def _source(path: Path, format: str, encoding: str = "", delimiter: str = "") -> Source:
    """How the readers of raw files are told of a form."""
    return Source(path, path.with_name("kilde.yaml"), format, encoding, delimiter, ARK, 1, "", "", None)


def _of_sheet(path: Path, sheet: RawTable, where: str) -> Utfylt:
    sheet = without_empty_columns(sheet)
    problems = ProblemList()
    felt: dict[str, Innslag] = {}
    wanted = list(KOLONNER.values())
    if sheet.columns != wanted:
        strange = [column for column in sheet.columns if column not in wanted]
        hints = "; ".join(f"{shown(c)}{nearest(c, wanted)}" for c in strange[:5])
        found = f"overskriftene {', '.join(map(shown, sheet.columns[:10]))}" + (f" ({hints})" if hints else "")
        problems.add(path, f"{where}linje 1", found, ", ".join(wanted), _FIX)
        problems.raise_if_any()
    for line, record in zip(sheet.lines, sheet.records, strict=True):
        row = dict(zip(KOLONNER, record, strict=True))
        id = row["id"]
        place = f"{where}linje {line}"
        if not id:
            problems.add(
                path, f"{place}, kolonne «{KOLONNER['id']}»", "tekst på en rad uten id", "en id fra malen", _FIX
            )
            continue
        alone = id in ("skjema", "versjon") or id.startswith("avtale.")
        for part in DELER:
            key = id if alone and part == DELER[0] else f"{id}.{part}"
            text = _without_guard(row[part])
            if key in felt:
                found = f"id-en {shown(id)} en gang til (først på {felt[key].sted})"
                problems.add(path, place, found, "hver id én gang", _FIX)
                break
            if text or not alone or part == DELER[0]:
                felt[key] = Innslag(text, f"{place}, kolonne «{KOLONNER[part]}»", line)
    problems.raise_if_any()
    return form_of(path, felt)


def _without_guard(text: str) -> str:
    """A text without the apostrophe that guards it against being run as a formula."""
    guarded = text.startswith("'") and text[1:].startswith((*FORMULA_STARTS, "'"))
    return text[1:] if guarded else text


def form_of(path: Path, felt: dict[str, Innslag]) -> Utfylt:
    """The form that fields make up. Raises `Problems` when what names the form and its version is not there."""
    name, version = felt.pop("skjema", Innslag("", "", 0)), felt.pop("versjon", Innslag("", "", 0))
    if name.tekst != SKJEMA or not version.tekst:
        found = f"skjemaet {shown(name.tekst)}, versjon {shown(version.tekst)}" if name.tekst or version.tekst else ""
        expected = f"skjemaet «{SKJEMA}» med versjonen av sjekklisten"
        found = found or "et annet skjema enn sjekklisten"
        raise one_problem(path, name.sted or version.sted, found, expected, _FIX)
    return Utfylt(version.tekst, felt)
