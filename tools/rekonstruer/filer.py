"""Raw files as survey tools export them, with the same bytes each time: XLSX, CSV and SPSS.

All take `columns` (the rows of the year's codebook) and `rows` (one dict per centre: kolonne → text, number, or one of
the answers ja, nei, vet_ikke, ubesvart, ikke_vist).
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import xlsxwriter

Column = Mapping[str, str]
Row = Mapping[str, Any]

_TEXT = {"ja": "Ja", "nei": "Nei", "vet_ikke": "Vet ikke", "ubesvart": None, "ikke_vist": None}
_CODE = {"ja": 1.0, "nei": 2.0, "vet_ikke": 8.0, "ubesvart": 9.0, "ikke_vist": None}
_CODE_LABELS: dict[int | float, str] = {1: "Ja", 2: "Nei", 8: "Vet ikke", 9: "Ubesvart"}

# The header of an SPSS file holds the time of writing; a fixed one makes the bytes the same each time.
_SAV_TIME_AT, _SAV_TIME = 92, b"16 Mar 2007:00:00"


def _texts(columns: Sequence[Column], row: Row) -> list[object]:
    values = (row[c["kolonne"]] for c in columns)
    return [_TEXT.get(v, v) if isinstance(v, str) else v for v in values]


def write_csv(path: Path, columns: Sequence[Column], rows: Sequence[Row], encoding: str, delimiter: str) -> None:
    """Write a CSV file with Windows line ends, as an export from a survey tool has them."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(c["kolonne"] for c in columns)
        writer.writerows(_texts(columns, row) for row in rows)


def write_xlsx(path: Path, columns: Sequence[Column], rows: Sequence[Row], sheet: str, guide: str = "") -> None:
    """Write a workbook with two header rows, the upper one merged over the columns that it covers.

    Parameters: `sheet`, the name of the sheet with the answers; `guide`, text of a sheet in front of it, if any.
    """
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": datetime.datetime(2016, 1, 1, tzinfo=datetime.UTC)})
    if guide:
        book.add_worksheet("Veiledning").write(0, 0, guide)
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True})
    headers = [c["kolonne"].split(" | ") for c in columns]
    for upper, run in groupby(enumerate(headers), key=lambda item: item[1][0]):
        numbers = [number for number, _ in run]
        if len(numbers) > 1:
            page.merge_range(0, numbers[0], 0, numbers[-1], upper, bold)
        else:
            page.write(0, numbers[0], upper, bold)
    page.write_row(1, 0, [lower for _, lower in headers], bold)
    for number, row in enumerate(rows, 2):
        page.write_row(number, 0, _texts(columns, row))
    book.close()


def write_sav(path: Path, columns: Sequence[Column], rows: Sequence[Row], labels: Mapping[str, str]) -> None:
    """Write an SPSS file: codes with value labels, 9 as user-missing, system-missing where a question was not shown.

    Parameters: `labels`, the wording of each variable.
    """
    coded = [c["kolonne"] for c in columns if c["variabel"] not in ("senter", "uten_betydning")]
    table = {
        c["kolonne"]: [_CODE[row[c["kolonne"]]] if c["kolonne"] in coded else row[c["kolonne"]] for row in rows]
        for c in columns
    }
    frame = pd.DataFrame(table).astype(dict.fromkeys(coded, "float64"))
    pyreadstat.write_sav(
        frame,
        path,
        file_label="Samarbeid med andre instanser",
        column_labels=dict(labels),
        variable_value_labels=dict.fromkeys(coded, _CODE_LABELS),
        missing_ranges={name: [9] for name in coded},
        variable_measure=dict.fromkeys(coded, "nominal"),
    )
    content = bytearray(path.read_bytes())
    content[_SAV_TIME_AT : _SAV_TIME_AT + len(_SAV_TIME)] = _SAV_TIME
    path.write_bytes(content)
