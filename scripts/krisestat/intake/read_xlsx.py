"""XLSX as received: what the file unpacks to is bounded and checked before the library sees it.

The parts of the package are unpacked and walked with a parser that refuses document types, and only what was checked
is handed on. Formulas and error values are refused: what they stood for when the file was sent cannot be known.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from krisestat.base.errors import ProblemList, shown
from krisestat.intake.raw_file import MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED, RawTable, Texts, cell_text, one, some
from krisestat.intake.sources import Source

_PARTS = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/\.rels|xl/(?!media/|drawings/|charts/).*\.(?:xml|rels))", re.IGNORECASE
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class _Unsafe(Exception):
    """A part of the package that is not read; its text says why."""


@dataclass
class _Package:
    """What stands in the parts: sheets in order with their part and whether they are hidden, and of each sheet part the
    cells with formulas or errors."""

    sheets: dict[str, tuple[str, bool]] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    formulas: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


def _walk(data: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Call `start` with the local name and attributes of every element. Raises `_Unsafe` for a document type."""

    def doctype(*_: object) -> None:
        raise _Unsafe("en dokumenttype, som en arbeidsbok aldri har (DOCTYPE)")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.Parse(data, True)


def place_of(reference: str) -> tuple[int, int]:
    """Row and column of a cell, from 1, by what it is called: «B3» is (3, 2). Raises `ValueError` for no reference."""
    if not (place := _REFERENCE.fullmatch(reference)):
        raise ValueError(reference)
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - 64
    return int(place[2]), column


def _called(row: int, column: int) -> str:
    """What a cell is called."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _walk_sheet(name: str, data: bytes, package: _Package) -> None:
    """Note the cells of a sheet that cannot be used, and refuse one that is larger than any survey."""
    row = column = widest = cells = 0
    cell = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, widest, cells, cell
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            cells += 1
            column += 1
            if "r" in attributes:
                row, column = place_of(attributes["r"])
            cell = _called(row, column)  # some programs leave it out
            if attributes.get("t") == "e":
                package.errors.setdefault(name, []).append(cell)
        elif tag == "f":
            package.formulas.setdefault(name, []).append(cell)
        elif tag in ("v", "t"):
            widest = max(widest, column)
            if column > MAX_COLUMNS or row * widest > MAX_CELLS:
                raise _Unsafe(f"innhold helt ut til {cell or f'rad {row}'}")
        if cells > MAX_CELLS:
            raise _Unsafe(f"mer enn {MAX_CELLS} celler")

    _walk(data, start)


def _walk_workbook(data: bytes, package: _Package) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            part = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            package.sheets[cell_text(attributes.get("name", ""))] = (part, hidden)

    _walk(data, start)


def _walk_relations(data: bytes, package: _Package) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
            package.targets[attributes.get("Id", "")] = target

    _walk(data, start)


def _unpack(data: bytes) -> tuple[bytes, _Package]:
    """The package with its checked parts alone, and what stands in them."""
    package, kept = _Package(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(kept, "w") as safe:
        wanted = [p for p in parts.infolist() if _PARTS.fullmatch(p.filename)]
        if sum(p.file_size for p in wanted) > MAX_UNPACKED:
            raise _Unsafe(f"mer enn {MAX_UNPACKED // 1_000_000} MB når den pakkes ut")
        for part in wanted:
            name, text = part.filename, parts.read(part)
            if name.casefold() == "xl/workbook.xml":
                _walk_workbook(text, package)
            elif name.casefold() == "xl/_rels/workbook.xml.rels":
                _walk_relations(text, package)
            else:  # any part may be a sheet, wherever it lies: the workbook's relations say which
                _walk_sheet(name, text, package)
            safe.writestr(zipfile.ZipInfo(name), text)  # with no date: the clock may say what zip cannot
    return kept.getvalue(), package


def open_workbook(source: Source, data: bytes):
    """The workbook, and its sheets: name → (part, hidden). Raises `Problems` if it cannot be read safely."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        safe, package = _unpack(data)
        return CalamineWorkbook.from_filelike(io.BytesIO(safe)), package
    except _Unsafe as error:
        raise one(source, "hele filen", f"en arbeidsbok med {error}", "en vanlig arbeidsbok") from None
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, KeyError, OSError,
        expat.ExpatError, CalamineError,
    ) as error:  # fmt: skip
        raise one(source, "hele filen", f"ikke en lesbar arbeidsbok ({_reason(error)})", "en hel XLSX-fil") from None


def _reason(error: Exception) -> str:
    """A library's words on one line, or the kind of error when it has none."""
    return cell_text(str(error))[:100] or type(error).__name__


def _check_cells(source: Source, package: _Package, merged: list) -> None:
    part = package.targets.get(package.sheets[source.sheet][0], "")
    problems = ProblemList()
    for cells, kind, expected in (
        (package.formulas.get(part), "formel", "svaret som verdi, ikke som formel"),
        (package.errors.get(part), "feilverdi (#DIV/0!, #N/A og lignende)", "et svar eller et tomt felt"),
        ([f"rad {top + 1}" for (top, _), (bottom, _) in merged if bottom >= source.header_rows],
         "sammenslåing under overskriftene", "én celle per svar"),
    ):  # fmt: skip
        if cells:
            problems.add(
                source.path,
                f"arket {shown(source.sheet)}, {some(cells)}",
                f"{len(cells)} {'celle' if len(cells) == 1 else 'celler'} med {kind}",
                expected,
                "Be avsenderen om filen på nytt, med bare verdier i cellene.",
            )
    problems.raise_if_any()


def read_xlsx(source: Source, data: bytes, texts: Texts | None = None) -> RawTable:
    """Read a sheet of a workbook.

    Parameters: `texts`, how cells become text, when it is not as `cell_text` has it. Raises `Problems` when it is
    not as declared.
    """
    from python_calamine import CalamineError

    book, package = open_workbook(source, data)
    if source.sheet not in package.sheets or source.sheet not in book.sheet_names:
        names = [f"{name} (skjult)" if hidden else name for name, (_, hidden) in package.sheets.items()]
        raise one(
            source,
            "",
            f"arkene {', '.join(names)}",
            f"arket {shown(source.sheet)}",
            f"Rett «ark:» i {source.manifest}.",
        )
    if package.sheets[source.sheet][1]:
        raise one(
            source,
            f"arket {shown(source.sheet)}",
            "et skjult ark",
            "et ark som den som sendte filen kunne se",
            f"Spør avsenderen hvilket ark som gjelder, og rett «ark:» i {source.manifest}.",
        )
    try:
        sheet = book.get_sheet_by_name(source.sheet)
        rows = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, ValueError, OSError) as error:
        raise one(
            source, f"arket {shown(source.sheet)}", f"et ark som ikke lar seg lese ({_reason(error)})", "et helt ark"
        ) from None
    if not rows:
        raise one(source, f"arket {shown(source.sheet)}", "et tomt ark", "overskrifter og svar")
    _check_cells(source, package, merged)
    texts = Texts() if texts is None else texts
    grid = [[texts[cell] if type(cell) is str else cell_text(cell) for cell in row] for row in rows]
    heads = grid[: source.header_rows]
    # A merged header cell holds its text in the upper left corner alone; it speaks for every column below it.
    for (top, left), (bottom, right) in merged:
        for row in heads[top : bottom + 1]:
            row[left : right + 1] = [grid[top][left]] * len(row[left : right + 1])
    columns = [" | ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*heads, strict=True)]
    numbered = [(n, row) for n, row in enumerate(grid[source.header_rows :], source.header_rows + 1) if any(row)]
    return RawTable(columns, [n for n, _ in numbered], [row for _, row in numbered])
