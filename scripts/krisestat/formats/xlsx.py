"""A workbook for people: a sheet of contents, a sheet that explains the signs, and a sheet for each table.

Made to be read by a screen reader: one table a sheet, each a named table with one row of different headers, no merged
or empty cells inside it, a title in the first cell, numbers as numbers and signs as text. The layout follows the advice
of the UK Government Analysis Function on spreadsheets for publication.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from krisestat.base.display import SIGNS
from krisestat.base.text import plain_text
from krisestat.formats.csv_files import flat_head
from krisestat.formats.cube import rounded
from krisestat.tables.build import Table, TableCell

# What the file format allows.
SHEET_NAME, HEADER, TEXT = 31, 255, 32767
_WIDEST = 60
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO"}
_DATED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Worksheet:
    """A sheet: its name; the lines above the table, the first of them its title; the table's name, headers and rows."""

    name: str
    above: tuple[str, ...]
    table: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...]


def worksheet_names(wanted: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """Names that a workbook can have: no more than 31 characters, all different whatever the case, in the order given.

    Parameters: `taken`, names that other sheets have.
    """
    names: list[str] = []
    for name in wanted:
        names.append(_different(_FORBIDDEN.sub(" ", plain_text(name)), [*taken, *names], SHEET_NAME))
    return names


def unique_headers(wanted: Sequence[str]) -> list[str]:
    """Headers as a named table must have them: different whatever the case, none empty, none over 255 characters."""
    headers: list[str] = []
    for header in wanted:
        headers.append(_different(plain_text(header).strip() or "–", headers, HEADER))
    return headers


def _different(text: str, taken: Sequence[str], limit: int) -> str:
    """The text within its limit, with a number after it if it is taken."""
    seen = {name.lower() for name in taken}
    found, number = text[:limit].rstrip(), 1
    while found.lower() in seen:
        number += 1
        mark = f" ({number})"
        found = text[: limit - len(mark)].rstrip() + mark
    return found


def table_sheet(table: Table, name: str, words: Mapping[str, Any], signs: Mapping[str, str], notice: str) -> Worksheet:
    """The sheet of a table.

    Parameters: `words`, of the workbook; `signs`, what each standard sign means; `notice`, printed on reconstructed
    data.
    """
    told = words["ark"]
    above = [
        table.title,
        *([notice] if table.reconstructed and notice else []),
        f"{told['base']}: {table.bases}",
        f"{told['sporsmaal']}: {table.question}",
        f"{told['kilde']}: {table.source}",
        f"{told['opphav']}: {table.origin}",
        *(f"{told['tegn']} {sign} {signs[sign]}" for sign in table.signs),
    ]
    rows = [
        (*([block.header] if block.header else []), line.header, *map(_value, line.cells))
        for block in table.blocks
        for line in block.lines
    ]
    return Worksheet(name, tuple(above), _table_name(table.id), tuple(unique_headers(flat_head(table))), tuple(rows))


def _table_name(id: str) -> str:
    return "tabell_" + re.sub(r"\W", "_", id)


def _value(cell: TableCell) -> str | int | float:
    """The number of a cell, or the text of one that is no number alone."""
    told = cell.plain
    return told if isinstance(told, str) else rounded(told, cell.decimals)


def sheets(tables: Sequence[Table], texts: Mapping, words: Mapping, facts: Mapping[str, str]) -> list[Worksheet]:
    """Every sheet of the workbook, in order.

    Parameters: `tables`; `texts`, of `tables.words`, and `words`, the parsed nedlasting.yaml; `facts`, the edition's
    `tittel`, `utgiver`, `kontakt`, `lisens`, `oppdatert` and `nettadresse`.
    """
    told, notice, signs = words["arbeidsbok"], words["merknad"].strip(), dict(texts["felles"]["tegn"])
    rare = dict.fromkeys(sign for table in tables for sign in table.signs if sign not in signs)
    signs |= {sign: texts["felles"]["merker"][sign] for sign in rare}
    first, second = told["innhold"], told["tegn"]
    own = [first["ark"], second["ark"]]
    names = worksheet_names([table.id for table in tables], own)
    reconstructed = any(table.reconstructed for table in tables)
    contents = Worksheet(
        first["ark"],
        (
            facts["tittel"],
            first["ledetekst"],
            *([notice] if reconstructed else []),
            *(f"{first[name]}: {facts[name]}" for name in ("utgiver", "kontakt", "lisens", "oppdatert", "nettadresse")),
        ),
        "innhold",
        tuple(first["hode"]),
        tuple((name, plain_text(table.title)) for name, table in zip(names, tables, strict=True)),
    )
    explained = Worksheet(
        second["ark"], (second["tittel"],), "standardtegn", tuple(second["hode"]), tuple(signs.items())
    )
    pairs = zip(tables, names, strict=True)
    return [contents, explained, *(table_sheet(table, name, told, signs, notice) for table, name in pairs)]


def workbook(pages: Sequence[Worksheet], facts: Mapping[str, str], spraak: str) -> bytes:
    """The workbook, the same bytes for the same sheets.

    Parameters: `pages`, the contents first; `facts`, as `sheets`, `oppdatert` an ISO date; `spraak`, the written
    standard.
    """
    import xlsxwriter

    out = io.BytesIO()
    # Nothing is guessed from what a text looks like: a label that begins with «=» is a label.
    as_it_is = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **as_it_is})
    book.set_properties(
        {
            "title": facts["tittel"],
            "author": facts["utgiver"],
            "created": datetime.fromisoformat(facts["oppdatert"]),
        }
    )
    formats = {
        "tittel": book.add_format({"bold": True, "font_size": 14}),
        "hode": book.add_format({"bold": True, "bottom": 1, "align": "left"}),
        "tegn": book.add_format({"align": "right"}),
        "hel": book.add_format({"num_format": "#,##0"}),
        **{f"desimal {n}": book.add_format({"num_format": f"0.{'0' * n}"}) for n in (1, 2, 3)},
        "lenke": book.add_format({"underline": 1, "font_color": "#0B4F6C"}),
    }
    for page in pages:
        _write(book.add_worksheet(page.name), page, formats, linked=page is pages[0])
    book.close()
    return with_language(out.getvalue(), _LANGUAGES[spraak])


def _write(sheet: Any, page: Worksheet, formats: Mapping[str, Any], linked: bool) -> None:
    """One sheet. Parameters: `linked`, whether the first column holds names of sheets to go to."""
    for at, text in enumerate(page.above):
        sheet.write_string(at, 0, plain_text(text)[:TEXT], formats["tittel"] if at == 0 else None)
    top = len(page.above)
    last = top + len(page.rows)
    columns = [{"header": header, "header_format": formats["hode"]} for header in page.headers]
    where = (top, 0, last, len(page.headers) - 1)
    # A table without rows has none to stand on: the format asks for one row under the headers.
    options = {"name": page.table, "columns": columns, "autofilter": False, "style": "Table Style Light 1"}
    sheet.add_table(*(where if page.rows else (top, 0, top + 1, len(page.headers) - 1)), options)
    for at, row in enumerate(page.rows, top + 1):
        for column, value in enumerate(row):
            if linked and column == 0:
                quoted = str(value).replace("'", "''")
                sheet.write_url(at, 0, f"internal:'{quoted}'!A1", formats["lenke"], string=str(value))
            elif isinstance(value, str):
                text = plain_text(value)[:TEXT]
                sheet.write_string(at, column, text, formats["tegn"] if _is_sign(text) else None)
            else:
                decimals = len(str(value).partition(".")[2][:3])
                sheet.write_number(at, column, value, formats[f"desimal {decimals}" if decimals else "hel"])
    for column, header in enumerate(page.headers):
        longest = max([len(header), *(len(str(row[column])) for row in page.rows)])
        sheet.set_column(column, column, min(longest, _WIDEST) + 2)


def _is_sign(text: str) -> bool:
    return text in SIGNS.values()


def with_language(book: bytes, language: str) -> bytes:
    """The workbook with its language among the document's properties, which the writer has no way to say.

    Parameters: `language`, as «nb-NO».
    """
    out, said = io.BytesIO(), f"<dc:language>{language}</dc:language></cp:coreProperties>"
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "docProps/core.xml":
                data = data.replace(b"</cp:coreProperties>", said.encode("utf-8"))
            new.writestr(zipfile.ZipInfo(part, _DATED), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
