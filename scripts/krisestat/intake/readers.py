"""Raw files as received → one table form (`inndata`): every cell with its file, line and column, nothing interpreted.

All text is normalised to Unicode NFC, with white space of any kind as single spaces; an empty cell stays, as an empty
value. Each format has a reader of its own (`readcsv`, `readxlsx`, `readsav`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from krisestat.base.errors import Problem, ProblemList, Problems, shown
from krisestat.base.frames import constant
from krisestat.base.personal import personal_marks
from krisestat.intake.raw_file import (
    ASK_AGAIN,
    MAX_COLUMNS,
    RawTable,
    check_format,
    check_received,
    one,
    some,
    too_large,
    without_empty_columns,
)
from krisestat.intake.read_csv import read_csv
from krisestat.intake.read_sav import read_sav
from krisestat.intake.read_xlsx import read_xlsx
from krisestat.intake.sources import Source

_READERS: dict[str, Callable[[Source, bytes], RawTable]] = {"csv": read_csv, "xlsx": read_xlsx, "sav": read_sav}

_LONGEST_HEADER = 300
_SUM = re.compile(
    r"(?:delsum|sum|summer|total|totalt|totalsum|i alt|alle sentre|hele landet)(?: [a-zæøå]+)?\s*:?", re.IGNORECASE
)
# UTF-8 that was read as cp1252 and saved so («Ã¥» for «å»), or letters that an earlier program gave up («�»).
_SPOILT = re.compile("Ã[¥¸¦…˜†]|�")


def _check_header(source: Source, columns: list[str]) -> None:
    problems = ProblemList()
    if len(columns) > MAX_COLUMNS:
        raise too_large(source, "overskriften", f"{len(columns)} kolonner")
    first: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        if not column:
            problems.add(
                source.path,
                f"kolonne {number}",
                "en tom overskrift",
                "et kolonnenavn",
                "Be avsenderen om en fil der hver kolonne har et navn.",
            )
        elif len(column) > _LONGEST_HEADER or not column.isprintable():
            problems.add(
                source.path,
                f"kolonne {number}",
                f"overskriften {shown(column)} på {len(column)} tegn",
                f"høyst {_LONGEST_HEADER} synlige tegn",
                ASK_AGAIN,
            )
        elif column in first:
            rows = "rett «overskriftsrader:» i kilde.yaml hvis arket har flere" if source.format == "xlsx" else ""
            problems.add(
                source.path,
                f"kolonne {number}",
                f"overskriften {shown(column)} en gang til (først i kolonne {first[column]})",
                "hver overskrift én gang",
                "Be avsenderen om en fil der hver kolonne har sitt eget navn" + (f"; {rows}." if rows else "."),
            )
        first.setdefault(column, number)
    problems.raise_if_any()


def _marked(text: str) -> list[str]:
    return personal_marks(text, (), by_hand=True)


def _check_records(source: Source, sheet: RawTable) -> None:
    """Refuse rows that are sums of the others, text that was spoilt before it was sent, and answers with marks of
    persons."""
    problems = ProblemList()
    for line, record in zip(sheet.lines, sheet.records, strict=True):
        name = next(filter(None, record), "")
        if _SUM.fullmatch(name):
            problems.add(
                source.path,
                f"linje {line}",
                f"en sumrad ({shown(name)})",
                "bare svar; summene regnes ut her",
                "Be avsenderen om en fil uten sumrader.",
            )
    texts = {*sheet.columns, *chain(*sheet.records)}
    if source.aar and any(map(_marked, texts)):
        marked = [line for line, record in zip(sheet.lines, sheet.records, strict=True) if any(map(_marked, record))]
        problems.add(
            source.path,
            f"linje {some(marked)}" if marked else "overskriften",
            "en e-postadresse, et telefonnummer eller noe annet om en person",
            "bare svar: opplysninger om personer skal aldri inn i lageret",
            "Flytt filen ut av lageret, og ta den inn med «make ny-kilde». Er den lagt inn i git, meld fra til den som "
            "har ansvar for personvern.",
        )
    spoilt = {text for text in texts if _SPOILT.search(text)}
    if spoilt:
        at = [n for n, r in zip(sheet.lines, sheet.records, strict=True) if not spoilt.isdisjoint(r)]
        problems.add(
            source.path,
            f"linje {some(at)}" if at else "overskriften",
            f"ødelagte tegn, som i {shown(min(spoilt))}",
            "æ, ø og å slik de ble skrevet",
            "Filen er lagret i feil tegnsett før den ble sendt. Be avsenderen om filen på nytt, eksportert som UTF-8.",
        )
    problems.raise_if_any()


def read_sheet(source: Source, data: bytes) -> RawTable:
    """Read the bytes of a raw file as declared.

    Parameters: `source`, how to read it (nothing is opened); `data`, its content. Raises `Problems`, and nothing else,
    if it cannot be read so.
    """
    if not data.strip():
        raise one(source, "", "en tom fil", "svar")
    check_format(source, data)
    sheet = without_empty_columns(_READERS[source.format](source, data))
    check_table(source, sheet)
    return sheet


def check_table(source: Source, sheet: RawTable) -> None:
    """Raise `Problems` for what no table of answers has: names of columns that are not names or stand there twice, no
    rows, sums of the others, text that was spoilt."""
    _check_header(source, sheet.columns)
    if not sheet.records:
        raise one(source, "", "overskrifter uten svar under", "minst én rad med svar")
    _check_records(source, sheet)


class Raw(NamedTuple):
    """A raw file: its cells (the contract `INNDATA`), problems that did not stop the reading, and what the file itself
    says that values mean (column → value → label; SPSS alone)."""

    cells: pd.DataFrame
    notes: list[Problem]
    labels: Mapping[str, Mapping[str, str]]


def read_raw(source: Source, root: Path = Path()) -> Raw:
    """Read a raw file to `inndata`.

    Parameters: `source`, the file and how to read it; `root`, the project's folder. Returns the table (one row per
    cell: fil, linje, kolonnenr, kolonne, verdi) and a list of problems that do not stop the reading (a checksum that
    differs from the one the file was received with). Raises `Problems` if the file cannot be read as declared.
    """
    data = (root / source.path).read_bytes()
    notes = ProblemList()
    check_received(source.path, data, source.sha256, "make mottak", notes)
    try:
        sheet = read_sheet(source, data)
    except Problems as error:
        raise Problems([*notes.problems, *error.problems]) from None
    return Raw(cells_of(sheet, source.path), notes.problems, sheet.labels)


def cells_of(sheet: RawTable, path: Path) -> pd.DataFrame:
    """A sheet as `inndata`: one row per cell (fil, linje, kolonnenr, kolonne, verdi). `path`, the raw file's."""
    n, m = len(sheet.lines), len(sheet.columns)
    texts = sorted({*chain.from_iterable(sheet.records)})
    codes = map({text: code for code, text in enumerate(texts)}.__getitem__, chain.from_iterable(sheet.records))
    return pd.DataFrame(
        {
            "fil": constant(path.as_posix(), n * m),
            "linje": np.repeat(np.asarray(sheet.lines, dtype="int64"), m),
            "kolonnenr": np.tile(np.arange(1, m + 1, dtype="int64"), n),
            "kolonne": pd.Categorical.from_codes(np.tile(np.arange(m), n), pd.Index(sheet.columns)),
            "verdi": pd.Categorical.from_codes(np.fromiter(codes, dtype="int32", count=n * m), pd.Index(texts)),
        }
    )
