"""Writes a filled form in each format, from the blank forms in `skjemaer/` as they were handed out."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krisestat.agreements.skjema import ARK, KOLONNER, MAALGRUPPER, SKJEMA, pdf_field
from krisestat.base.contracts import guarded

FORMS = Path(__file__).with_name("skjemaer")
# The workbook must not hold the time it was written.
_MADE = datetime.datetime(2020, 12, 1)
_NUMBERS = ("evalueres_hvert", "oppsigelse")

Form = Mapping[str, Any]  # versjon; avtale: field → text, number or list; punkter: leaf → svar, henvisning, merknad


def blank_rows(versjon: int) -> list[list[str]]:
    """The rows of the blank table of a version, headings first."""
    text = (FORMS / f"skjema_v{versjon}.csv").read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def leaves(versjon: int) -> list[str]:
    """The leaves that a version asks of, in order."""
    return [id for id, *_ in blank_rows(versjon)[1:] if id not in ("skjema", "versjon") and "." not in id]


def filled_rows(form: Form) -> list[list[str]]:
    """The table of a form with what was filled in."""
    header, *rows = blank_rows(form["versjon"])
    for row in rows:
        kind, _, field = row[0].partition(".")
        if kind == "avtale":
            value = form["avtale"][field]
            row[2] = ", ".join(value) if isinstance(value, list) else str(value)
        elif row[0] in form["punkter"]:
            row[2:5] = [form["punkter"][row[0]][part] for part in ("svar", "henvisning", "merknad")]
    return [header, *(row for row in rows if row[0] not in form["uten"])]


def as_csv(form: Form) -> bytes:
    """The form as a spreadsheet saves it here: semicolons, CR LF, UTF-8 with BOM, no text that is run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in filled_rows(form))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(form: Form) -> bytes:
    """The form as a workbook, every cell text."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet(ARK)
    for line, row in enumerate(filled_rows(form)):
        for column, text in enumerate(row):
            sheet.write_string(line, column, text)
    sheet.set_column(0, len(KOLONNER) - 1, 30)
    book.close()
    return out.getvalue()


def as_json(form: Form) -> bytes:
    """The form as the page exports it."""
    content = {"skjema": SKJEMA, "versjon": form["versjon"], "avtale": form["avtale"], "punkter": form["punkter"]}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def as_pdf(form: Form) -> bytes:
    """The PDF form filled in and saved the way programs do it: what was changed is added to the end of the file."""
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    writer = PdfWriter(FORMS / f"skjema_v{form['versjon']}.pdf", incremental=True)
    values = {pdf_field("avtale", field): value for field, value in form["avtale"].items()}
    groups = values.pop(pdf_field("avtale", "maalgrupper"))
    values |= {pdf_field("avtale", f"maalgrupper__{code}"): code in groups for code in MAALGRUPPER}
    values |= {pdf_field(id, part): text for id, parts in form["punkter"].items() for part, text in parts.items()}
    acroform: Any = writer.root_object["/AcroForm"]
    for reference in acroform["/Fields"]:
        field = reference.get_object()
        value = values.get(field["/T"], "")
        if value is True:
            field[NameObject("/V")] = field[NameObject("/AS")] = NameObject("/on")
        elif value not in ("", False):
            text = ", ".join(value) if isinstance(value, list) else str(value)
            field[NameObject("/V")] = TextStringObject(text)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


WRITERS = {"csv": as_csv, "json": as_json, "pdf": as_pdf, "xlsx": as_xlsx}
