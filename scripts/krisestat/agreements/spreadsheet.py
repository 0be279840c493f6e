"""The empty questionnaire for spreadsheets: the same table as CSV and as a workbook with lists to choose from."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from krisestat.agreements.checklist import Sjekkliste
from krisestat.agreements.legal_basis import Lovgrunnlag
from krisestat.agreements.page_data import leaf_titles
from krisestat.agreements.skjema import (
    ARK,
    FELT,
    KOLONNER,
    MAALGRUPPER,
    MAX_HENVISNING,
    MAX_MERKNAD,
    SKJEMA,
    VALG,
    table_ids,
)
from krisestat.base.contracts import guarded
from krisestat.formats.csv_files import BOM

# The spreadsheet's own format of text, by its number.
_TEXT = 49
_WIDTHS = {"id": 30, "tekst": 62, "svar": 26, "henvisning": 28, "merknad": 60}


def questionnaire_rows(liste: Sjekkliste, words: Mapping[str, Any], spraak: str) -> list[dict[str, str]]:
    """The rows of the empty questionnaire, as `table_ids` orders them, with the keys of `KOLONNER`.

    Parameters: `words`, the texts of `sjekkliste.yaml`; `spraak`, the written standard.
    """
    texts = dict(words["regneark"]["rader"])
    texts |= {
        f"avtale.{felt.id}": f"{words['felt'][felt.id]['navn']}. {words['felt'][felt.id]['hint']}" for felt in FELT
    }
    texts |= leaf_titles(liste, spraak)
    fixed = {"skjema": SKJEMA, "versjon": str(liste.versjon)}
    return [
        {"id": id, "tekst": texts[id], "svar": fixed.get(id, ""), "henvisning": "", "merknad": ""}
        for id in table_ids(liste)
    ]


def csv_questionnaire(rows: Sequence[Mapping[str, str]]) -> str:
    """The empty questionnaire as CSV for Norwegian spreadsheets: BOM, semicolon, CR LF. Parameters: `rows`, as
    `questionnaire_rows`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(KOLONNER.values())
    writer.writerows([guarded(row[key]) for key in KOLONNER] for row in rows)
    return BOM + out.getvalue()


def xlsx_questionnaire(
    rows: Sequence[Mapping[str, str]],
    liste: Sjekkliste,
    lover: Mapping[str, Lovgrunnlag],
    words: Mapping[str, Any],
    spraak: str,
    dato: str,
) -> bytes:
    """The empty questionnaire as a workbook, without macros.

    The first sheet has the table, every cell of it text so that «0301» keeps its zero, and lists to choose from where
    there are codes; the second explains the codes. Parameters: `rows`, as `questionnaire_rows`; `dato`, the day that
    the file says it was made (ISO), since it must not come from the clock.
    """
    import xlsxwriter  # costs too much to load for those who only want the rows

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": words["tittel"],
            "subject": words["versjon"].format(versjon=liste.versjon),
            "keywords": f"{SKJEMA}, versjon {liste.versjon}",
            "created": datetime.datetime.fromisoformat(dato),
        }
    )
    text = book.add_format({"num_format": _TEXT, "text_wrap": True, "valign": "top"})
    fixed = book.add_format({"num_format": _TEXT, "text_wrap": True, "valign": "top", "font_color": "#55616d"})
    sheet = book.add_worksheet(ARK)
    guide = book.add_worksheet(words["regneark"]["veiledning"])
    ranges = _write_guide(book, guide, liste, lover, words, spraak)
    for column, key in enumerate(KOLONNER):
        sheet.set_column(column, column, _WIDTHS[key], fixed if key in ("id", "tekst") else text)
    sheet.add_table(
        0,
        0,
        len(rows),
        len(KOLONNER) - 1,
        {
            "name": "skjema",
            "style": "Table Style Light 1",
            "autofilter": False,
            "columns": [{"header": heading} for heading in KOLONNER.values()],
        },
    )
    for line, row in enumerate(rows, 1):
        for column, key in enumerate(KOLONNER):
            given = row["id"] in ("skjema", "versjon")
            sheet.write_string(line, column, row[key], fixed if given or key in ("id", "tekst") else text)
        for column, rule in _validation(row["id"], liste, ranges, words):
            sheet.data_validation(line, column, line, column, rule)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.activate()
    book.close()
    return out.getvalue()


def _validation(
    id: str, liste: Sjekkliste, ranges: Mapping[str, str], words: Mapping[str, Any]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the cells of a row are held to, by column: the answer to its codes, what is told of a point to a length."""
    kind = next((felt.slag for felt in FELT if id == f"avtale.{felt.id}"), "svar")
    if kind in ranges and id not in ("skjema", "versjon", "avtale.maalgrupper"):
        told = {"error_title": words["regneark"]["feil_tittel"], "error_message": words["regneark"]["feil"]}
        yield 2, {"validate": "list", "source": f"={ranges[kind]}", **told}
    for column, most in ((3, MAX_HENVISNING), (4, MAX_MERKNAD)) if id in liste.by_id else ():
        yield column, {"validate": "length", "criteria": "<=", "value": most, "error_message": str(most)}


def _write_guide(
    book: Any, sheet: Any, liste: Sjekkliste, lover: Mapping[str, Lovgrunnlag], words: Mapping[str, Any], spraak: str
) -> dict[str, str]:
    """Write the guide; returns the name of the range of codes by kind of field («svar», «lovgrunnlag»)."""
    own, heads = words["regneark"], words["regneark"]["overskrifter"]
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34, wrap)
    sheet.set_column(1, 1, 100, wrap)
    sheet.write_string(0, 0, words["kort"], bold)
    for line, told in enumerate((own["ingress"], words["skriv_ikke"], words["slik"]["skjema"][2]), 1):
        sheet.write_string(line, 0, told, book.add_format({}))
    parts = (
        ("svar", own["svar"], [(code, f"{words['svar'][code]}. {words['svar_hjelp'][code]}") for code in VALG]),
        ("lovgrunnlag", own["lovgrunnlag"], [(lov.kode, _law(lov, words, spraak)) for lov in lover.values()]),
        ("maalgrupper", own["maalgrupper"], [(code, words["maalgrupper"][code]) for code in MAALGRUPPER]),
    )
    line, ranges = 5, {}
    for kind, title, codes in parts:
        sheet.write_string(line, 0, title, bold)
        sheet.write_string(line + 1, 0, heads["kode"], bold)
        sheet.write_string(line + 1, 1, heads["betyr"], bold)
        first = line + 2
        for row, (code, told) in enumerate(codes, first):
            sheet.write_string(row, 0, code, wrap)
            sheet.write_string(row, 1, told, wrap)
        name = f"koder_{kind}"
        book.define_name(name, f"='{own['veiledning']}'!$A${first + 1}:$A${first + len(codes)}")
        ranges[kind], line = name, first + len(codes) + 1
    return ranges


def _law(lov: Lovgrunnlag, words: Mapping[str, Any], spraak: str) -> str:
    """What a code of legal basis means, with a mark on what no new agreement may be founded on."""
    outdated = f" ({words['lov']['stengt'].lower()})" if lov.ingen_nye_fra else ""
    return f"{lov.navn[spraak]}{outdated}"
