"""Every table that crosses a stage, declared once: columns, types, codes, key and order; and the only readers and
writers of them. A table that breaks its contract is refused by the stage that made it, not by the one that reads it.

Files are CSV with comma, UTF-8 and LF, written to the side and moved into place, so that none is ever half-written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList, shown
from krisestat.base.layout import goes_out

# What a column holds is said by the contract, and held by it when the row is read and written.
Row = dict[str, Any]
# A fraction with more decimals than this is told as a fraction.
_DIGITS = 10
# A spreadsheet runs a text that begins with one of these as a formula.
# What cannot begin a name (`is_name`), and is guarded in text that others wrote (`guarded`).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class Column:
    """A column: `kind` is `str`, `int` (from 0) or `Fraction` (any exact number); `codes` the allowed values; `empty`
    whether it may be left out; `free` whether it holds text that others wrote, which the file guards against being run
    as a formula (`guarded`)."""

    kind: type = str
    codes: tuple[str, ...] = ()
    empty: bool = False
    free: bool = False


@dataclass(frozen=True)
class Contract:
    """A table: its name, columns in order, key columns (unique, and the order of rows) and checks of whole rows.

    A check takes a row and returns None or a Norwegian sentence that says what is wrong with it.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    checks: tuple[Callable[[Row], str | None], ...] = field(default=())


def is_name(text: str) -> bool:
    """Whether a text may name something in a file that leaves: it begins with a letter or a digit, so that no
    spreadsheet takes it for a formula, and holds nothing that is not seen."""
    return text[:1].isalnum() and text.isprintable()


def guarded(text: str) -> str:
    """Free text as a table holds it: an apostrophe before what a spreadsheet would run, and before an apostrophe, so
    that `unguarded` gives back exactly what was written."""
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def unguarded(text: str) -> str:
    """Free text as it was written. Parameters: `text`, as `guarded` gave it."""
    return text.removeprefix("'")


def exact_text(value: Any) -> str:
    """A value as a table holds it, exactly: a fraction as a decimal number where it is one («12.5»), else as «7/3»."""
    if not isinstance(value, Fraction):
        return "" if value is None else str(value)
    digits = next((n for n in range(_DIGITS) if (value * 10**n).denominator == 1), None)
    if digits is None:
        return str(value)
    whole, rest = divmod(abs(int(value * 10**digits)), 10**digits)
    return f"{'-' * (value < 0)}{whole}" + (f".{rest:0{digits}}" if digits else "")


def _number(text: str, kind: type) -> int | Fraction | None:
    """A cell of a column of numbers; None when it is no such number."""
    try:
        return kind(text) if text.isascii() and " " not in text and "_" not in text else None
    except (ValueError, ZeroDivisionError):
        return None


def _key(row: Row, contract: Contract) -> tuple:
    return tuple("" if row[c] is None else row[c] for c in contract.key)


def _place(line: int, column: str = "") -> str:
    return f"linje {line}, kolonne «{column}»" if column else f"linje {line}"


def check(rows: Sequence[Row], contract: Contract, name: str) -> None:
    """Check rows against a contract.

    Parameters: `rows`, the table; `name`, the file that errors speak of. Raises `Problems` with every breach.
    """
    problems = ProblemList()
    fix = "Dette er en feil i Krisestat, ikke i dataene: meld den med loggen for regelen."
    columns, previous = list(contract.columns), None
    for line, row in enumerate(rows, 2):
        if list(row) != columns:
            problems.add(name, _place(line), f"kolonnene {', '.join(row)}", ", ".join(columns), fix)
            break
        sound = len(problems.problems)
        for column, spec in contract.columns.items():
            value = row[column]
            if value is None or value == "":
                if not spec.empty:
                    problems.add(name, _place(line, column), "tomt felt", "en verdi", fix)
            elif not isinstance(value, (int, Fraction) if spec.kind is Fraction else spec.kind) or isinstance(
                value, bool
            ):
                problems.add(name, _place(line, column), shown(value), f"en verdi av typen {spec.kind.__name__}", fix)
            elif isinstance(value, int) and spec.kind is int and value < 0:
                problems.add(name, _place(line, column), shown(value), "et tall som ikke er negativt", fix)
            elif spec.codes and value not in spec.codes:
                problems.add(name, _place(line, column), shown(value), f"en av {', '.join(spec.codes)}", fix)
        key = _key(row, contract)
        if previous is not None and key <= previous:
            found = "nøkkelen finnes to ganger" if key == previous else "raden står ute av orden"
            problems.add(name, _place(line), f"{found}: {key}", f"én rad per {', '.join(contract.key)}, i orden", fix)
        previous = key
        for row_check in contract.checks if len(problems.problems) == sound else ():
            if wrong := row_check(row):
                problems.add(
                    name, f"{_place(line)} ({', '.join(str(k) for k in key if k != '')})", wrong, "samsvar", fix
                )
    problems.raise_if_any()


def write_all(files: Mapping[Path, bytes | str]) -> None:
    """Write all files or none, as `write_each` does."""
    write_each(files.items())


def write_each(files: Iterable[tuple[Path, bytes | str | Iterable[str]]]) -> None:
    """Write all files or none, none of them ever half-written: each is whole on the disk, beside its place, before the
    first is moved there.

    Parameters: `files`, each path with its content; text is written as UTF-8, and what goes out is made readable by
    all. Each file is written as it comes, and so is content that comes in parts: no more than that need be in memory.
    What their making raises, is raised here, and then nothing is written.
    """
    beside: dict[Path, Path] = {}
    try:
        for path, content in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path] = path.with_name(f".{path.name}.ny")
            beside[path].unlink(missing_ok=True)  # it may be a link
            with beside[path].open("wb") as handle:
                for part in (content,) if isinstance(content, bytes | str) else content:
                    handle.write(part.encode("utf-8") if isinstance(part, str) else part)
        for path, new in beside.items():
            open_to_all(new, path)
            new.replace(path)
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)


def open_to_all(written: Path, path: Path) -> None:
    """Let everybody read a file that goes out and come to it, whatever the user's mask is; others are left as they are.

    Parameters: `written`, the file; `path`, its place.
    """
    if goes_out(path):
        written.chmod(0o644)
        for folder in filter(goes_out, path.parents):
            if folder.stat().st_mode & 0o777 != 0o755:
                folder.chmod(0o755)


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write one file as `write_all` does."""
    write_all({path: data})


def table_text(rows: Iterable[Row], contract: Contract, name: str) -> str:
    """The table as CSV text (comma, LF): sorted by key, checked, columns in the contract's order, None as empty field.

    Parameters: `name`, the file that errors speak of. Raises `Problems` if the contract is broken.
    """
    rows = sorted(rows, key=lambda row: _key(row, contract))
    check(rows, contract, name)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(contract.columns)
    free = {column for column, spec in contract.columns.items() if spec.free}
    for row in rows:
        told = {c: guarded(str(row[c] or "")) if c in free else exact_text(row[c]) for c in contract.columns}
        writer.writerow(told.values())
    return out.getvalue()


def write_rows(path: Path, rows: Iterable[Row], contract: Contract) -> None:
    """Sort, check and write a table. Raises `Problems` before anything is written if the contract is broken."""
    write_all({path: table_text(rows, contract, str(path))})


def read_rows(path: Path, contract: Contract) -> list[Row]:
    """Read and check a table: `int` columns as int, empty `int` fields as None, empty text as «».

    Raises `Problems` if the file does not keep its contract.
    """
    problems = ProblemList()
    kinds = {c: s.kind for c, s in contract.columns.items()}
    redo = "Slett filen og bygg på nytt; den skal ikke redigeres for hånd."
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        if header != list(contract.columns):
            problems.add(path, "linje 1", ", ".join(header), ", ".join(contract.columns), redo)
            problems.raise_if_any()
        for line, cells in enumerate(reader, 2):
            if len(cells) != len(header):
                problems.add(path, _place(line), f"{len(cells)} felt", f"{len(header)} felt", redo)
                continue
            row: Row = {}
            for column, cell in zip(header, cells, strict=True):
                if kinds[column] is not str:
                    row[column] = _number(cell, kinds[column])
                    if cell and row[column] is None:
                        wanted = "et helt tall" if kinds[column] is int else "et tall"
                        problems.add(path, _place(line, column), shown(cell), wanted, redo)
                else:
                    row[column] = unguarded(cell) if contract.columns[column].free else cell
            rows.append(row)
    problems.raise_if_any()
    check(rows, contract, str(path))
    return rows
