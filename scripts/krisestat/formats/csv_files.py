"""Tables as CSV: for spreadsheets, and for machines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from krisestat.base.display import NBSP, number
from krisestat.base.text import safe_text
from krisestat.tables.build import Table, TableCell

BOM = "\ufeff"


def to_excel_csv_text(table: Table, notice: str = "") -> str:
    """The table for Norwegian spreadsheets: BOM, semicolon, decimal comma, title above and notes below.

    Parameters: `table`; `notice`, the text on reconstructed data, printed if the table has any. Percentages have one
    decimal. Signs stand as in the printed table.
    """
    lines: list[list[str]] = [[safe_text(table.title)]]
    if table.reconstructed and notice:
        lines.append([safe_text(notice)])
    lines += [[], [safe_text(text) for text in flat_head(table)]]
    for block in table.blocks:
        for line in block.lines:
            lead = [safe_text(block.header)] if block.header else []
            lines.append([*lead, safe_text(line.header), *(_plain(cell, ",") for cell in line.cells)])
    lines += [[]] + [[safe_text(text)] for text in (table.bases, table.question, table.source, table.origin) if text]
    return BOM + _csv(lines, ";")


def csv_files(
    tables: Iterable[Table], folder: Path, aar: int, notice: str, machine: Callable[[Table], str] | None = None
) -> dict[Path, bytes | str]:
    """The files of tables for download, each in both forms: for spreadsheets, and for machines.

    Parameters: `folder`, where they lie; `aar`, the edition's year; `notice`, as in `to_excel_csv_text`; `machine`, the
    form for machines, `to_machine_csv_text` when none is given.
    """
    files: dict[Path, bytes | str] = {}
    for table in tables:
        files[folder / f"{table.id}_p{aar}.csv"] = to_excel_csv_text(table, notice)
        files[folder / f"{table.id}-maskin_p{aar}.csv"] = (machine or to_machine_csv_text)(table)
    return files


def to_machine_csv_text(table: Table) -> str:
    """The table in long form for machines: comma, decimal point, codes, one row per cell of data with its status."""
    columns = (
        "indikator",
        "gruppe",
        "instans",
        "samarbeidsform",
        "aar",
        "antall",
        "base",
        "prosent",
        "status",
        "opphav",
    )
    lines = [list(columns)]
    for row in table.rows:
        share = Fraction(str(row["andel"])) if row["andel"] else None
        shown = row | {"prosent": "" if share is None else number(share * 100, 1, group="", comma=".", minus="-")}
        lines.append(["" if shown[c] is None else str(shown[c]) for c in columns])
    return _csv(lines, ",")


def flat_head(table: Table) -> list[str]:
    """The column headers as one line; two levels are joined with a comma."""
    lead = [table.block_stub] if any(block.header for block in table.blocks) else []
    top = [h.text for h in table.head[0][1:] for _ in range(h.colspan)]
    if len(table.head) == 1:
        return [*lead, table.stub, *top]
    both = [f"{over}, {under.text.lower()}" for over, under in zip(top, table.head[1], strict=True)]
    return [*lead, table.stub, *both]


def _plain(cell: TableCell, comma: str) -> str:
    """A number without spaces or percent sign, or the sign."""
    if cell.value is None:
        return cell.text
    if cell.measure == "prosent":
        return number(cell.value * 100, 1, group="", comma=comma, minus="-")
    return cell.text.replace(NBSP, " ") if cell.measure == "av" else str(cell.value)


def _csv(lines: Sequence[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return out.getvalue()
