"""Raw files as received → one table form (`inndata`): every cell with its file, line and column, nothing interpreted.

All text is normalised to Unicode NFC and freed of surrounding white space; an empty cell stays, as an empty value.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from krisestat.errors import ProblemList, Problems, shown
from krisestat.sources import Source

# An answered survey is far smaller; a file that unpacks to more is not one.
MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Sheet:
    """A file read as it stands: column names, and for each record its line in the file and its cells as text."""

    columns: list[str]
    lines: list[int]
    records: list[Sequence[str]]


def _text(value: object) -> str:
    """A cell as text: whole numbers without decimals, NFC, no surrounding white space."""
    if value is None:
        return ""
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        value = int(value) if value.is_integer() else value
    return unicodedata.normalize("NFC", str(value)).strip()


def _one(source: Source, place: str, found: str, expected: str, fix: str) -> Problems:
    problems = ProblemList()
    problems.add(source.path, place, found, expected, fix)
    return Problems(problems.problems)


def _decode(source: Source, data: bytes) -> str:
    """The text of a CSV file in its declared encoding; a declaration that does not fit the bytes is refused."""
    declared = source.encoding
    try:
        data.decode("utf-8")
        likely = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        likely = "cp1252"
    plain = data.isascii()
    fits = declared == likely or (plain and declared in ("utf-8", "cp1252"))
    if fits:
        try:
            return data.decode(declared)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise _one(
                source,
                f"linje {line}",
                f"byten 0x{data[error.start]:02x}, som ikke er et tegn i {declared}",
                f"tekst i tegnsettet {declared}",
                "Be avsenderen om filen på nytt, eksportert som UTF-8.",
            ) from None
    raise _one(
        source,
        "hele filen",
        f"bytene er {likely}, men kilde.yaml sier {declared}",
        f"en fil i tegnsettet {declared}",
        f"Skriv «tegnsett: {likely}» i {source.manifest}, hvis det er filen slik den ble mottatt.",
    )


def _read_csv(source: Source, data: bytes) -> Sheet:
    text = _decode(source, data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=source.delimiter)
    lines, records, problems = [], [], ProblemList()
    columns = [_text(c) for c in next(reader, [])]
    line = reader.line_num + 1
    for cells in reader:
        if any(c.strip() for c in cells):
            if len(cells) == len(columns):
                lines.append(line)
                records.append([_text(c) for c in cells])
            else:
                problems.add(
                    source.path,
                    f"linje {line}",
                    f"{len(cells)} felt",
                    f"{len(columns)} felt, som i overskriften, skilt med {shown(source.delimiter)}",
                    "Se etter et skilletegn for mye eller for lite på linjen, og «skilletegn:» i kilde.yaml.",
                )
        line = reader.line_num + 1
    problems.raise_if_any()
    return Sheet(columns, lines, records)


def _read_xlsx(source: Source, data: bytes) -> Sheet:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(p.file_size for p in parts.infolist()) > MAX_BYTES:
                raise _one(
                    source, "", f"mer enn {MAX_BYTES} byte utpakket", "en vanlig arbeidsbok", "Be om filen på nytt."
                )
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (zipfile.BadZipFile, CalamineError) as error:
        raise _one(
            source, "", f"ikke en lesbar arbeidsbok ({error})", "en XLSX-fil", "Be avsenderen om filen på nytt."
        ) from None
    if source.sheet not in book.sheet_names:
        raise _one(
            source,
            "",
            f"arkene {', '.join(book.sheet_names)}",
            f"arket {shown(source.sheet)}",
            f"Rett «ark:» i {source.manifest}.",
        )
    sheet = book.get_sheet_by_name(source.sheet)
    grid = [[_text(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
    # A merged header cell holds its text in the upper left corner alone; it speaks for every column below it.
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top < source.header_rows:
            for row in range(top, min(bottom, source.header_rows - 1) + 1):
                for column in range(left, right + 1):
                    grid[row][column] = grid[top][left]
    heads = grid[: source.header_rows]
    columns = [" | ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*heads, strict=True)]
    numbered = [(n, row) for n, row in enumerate(grid[source.header_rows :], source.header_rows + 1) if any(row)]
    return Sheet(columns, [n for n, _ in numbered], [row for _, row in numbered])


def _read_sav(source: Source, data: bytes) -> Sheet:
    import pyreadstat

    try:
        # User-missing codes are answers of a kind and are kept; what they mean stands in the codebook.
        values, _ = pyreadstat.read_sav(io.BytesIO(data), user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, ValueError) as error:
        raise _one(
            source, "", f"ikke en lesbar SPSS-fil ({error})", "en SAV-fil", "Be avsenderen om filen på nytt."
        ) from None
    columns = [[_text(v) for v in column] for column in values.values()]
    records = [list(r) for r in zip(*columns, strict=True)]
    return Sheet([_text(c) for c in values], list(range(1, len(records) + 1)), records)


_READERS: dict[str, Callable[[Source, bytes], Sheet]] = {"csv": _read_csv, "xlsx": _read_xlsx, "sav": _read_sav}


def _check_header(source: Source, columns: list[str]) -> None:
    problems = ProblemList()
    for number, column in enumerate(columns, 1):
        if not column:
            problems.add(
                source.path, f"kolonne {number}", "en tom overskrift", "et kolonnenavn", "Gi kolonnen sitt navn."
            )
        elif column in columns[: number - 1]:
            first = columns.index(column) + 1
            problems.add(
                source.path,
                f"kolonne {number}",
                f"overskriften {shown(column)} en gang til (først i kolonne {first})",
                "hver overskrift én gang",
                "Be avsenderen om en fil der hver kolonne har sitt eget navn.",
            )
    problems.raise_if_any()


def read_raw(source: Source, root: Path = Path()) -> tuple[pd.DataFrame, list]:
    """Read a raw file to `inndata`.

    Parameters: `source`, the file and how to read it; `root`, the project's folder. Returns the table (one row per
    cell: fil, linje, kolonnenr, kolonne, verdi) and a list of problems that do not stop the reading (a checksum that
    differs from the one the file was received with). Raises `Problems` if the file cannot be read as declared.
    """
    data = (root / source.path).read_bytes()
    notes = ProblemList()
    digest = hashlib.sha256(data).hexdigest()
    if digest != source.sha256:
        notes.add(
            source.path,
            "hele filen",
            f"kontrollsummen {digest[:12]}…",
            f"{source.sha256[:12]}…, slik filen var da den ble mottatt",
            "Er filen en ny leveranse, kjør «make mottak»; ellers hent tilbake filen slik den ble mottatt.",
        )
    if not data.strip():
        raise Problems([*notes.problems, *_one(source, "", "en tom fil", "svar", "Be om filen på nytt.").problems])
    try:
        sheet = _READERS[source.format](source, data)
        _check_header(source, sheet.columns)
        if not sheet.records:
            raise _one(source, "", "overskrifter uten svar under", "minst én rad med svar", "Be om filen på nytt.")
    except Problems as error:
        raise Problems([*notes.problems, *error.problems]) from None
    n, m = len(sheet.lines), len(sheet.columns)
    frame = pd.DataFrame(
        {
            "fil": source.path.as_posix(),
            "linje": np.repeat(np.asarray(sheet.lines, dtype="int64"), m),
            "kolonnenr": np.tile(np.arange(1, m + 1, dtype="int64"), n),
            "kolonne": sheet.columns * n,
            "verdi": [cell for record in sheet.records for cell in record],
        }
    )
    return frame, notes.problems
