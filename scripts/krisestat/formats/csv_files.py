"""Tables as CSV: for spreadsheets, and for machines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from krisestat.base.contracts import exact_text
from krisestat.base.display import NBSP, PERCENT_DECIMALS, number
from krisestat.base.text import safe_text
from krisestat.formats.cube import PERCENT, share
from krisestat.model.declared import STATISTIC, YEAR, Statistic
from krisestat.tables.build import Table, TableCell

BOM = "\ufeff"
_LAST = ("status", "opphav")


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
            lines.append([*lead, safe_text(line.header), *map(_plain, line.cells)])
    lines += [[]] + [[safe_text(text)] for text in (table.bases, table.question, table.source, table.origin) if text]
    return BOM + _csv(lines, ";")


def csv_files(tables: Iterable[Table], folder: Path, aar: int, notice: str) -> dict[Path, bytes | str]:
    """The files of tables for download, each in both forms: for spreadsheets, and for machines.

    Parameters: `folder`, where they lie; `aar`, the edition's year; `notice`, as in `to_excel_csv_text`.
    """
    files: dict[Path, bytes | str] = {}
    for table in tables:
        files[folder / f"{table.id}_p{aar}.csv"] = to_excel_csv_text(table, notice)
        files[folder / f"{table.id}-maskin_p{aar}.csv"] = to_machine_csv_text(table)
    return files


def machine_columns(av: Sequence[Statistic]) -> list[str]:
    """The columns of tables for machines: those of the statistics that they show, with the percentage."""
    per = dict.fromkeys(name for one in av for name in one.per)
    known = (YEAR, *per, *_LAST)
    numbers = dict.fromkeys(name for one in av for name in one.columns if name not in known)
    share_after = [name for column in numbers for name in ([column, PERCENT] if column == "nevner" else [column])]
    return [STATISTIC, YEAR, *per, *share_after, *_LAST]


def to_machine_csv_text(table: Table) -> str:
    """The table in long form for machines: comma, decimal point, codes, one row per observation with its status."""
    columns, lines = machine_columns(table.av), []
    for row in table.rows:
        found = share(row)
        of_base = "" if found is None else number(found, PERCENT_DECIMALS, group="", comma=".", minus="-")
        lines.append([_machine(({PERCENT: of_base} | row).get(name)) for name in columns])
    return _csv([columns, *lines], ",")


def _machine(value: Any) -> str:
    """A value exactly, or with ten decimals where it is no decimal number."""
    told = exact_text(value)
    return number(value, 10, group="", comma=".", minus="-") if "/" in told and not isinstance(value, str) else told


def flat_head(table: Table) -> list[str]:
    """The column headers as one line; two levels are joined with a comma."""
    lead = [table.block_stub] if any(block.header for block in table.blocks) else []
    top = [h.text for h in table.head[0][1:] for _ in range(h.colspan)]
    if len(table.head) == 1:
        return [*lead, table.stub, *top]
    both = [f"{over}, {under.text.lower()}" for over, under in zip(top, table.head[1], strict=True)]
    return [*lead, table.stub, *both]


def _plain(cell: TableCell) -> str:
    """A number without spaces or percent sign, or the text of a cell that is no number alone."""
    told = cell.plain
    return told.replace(NBSP, " ") if isinstance(told, str) else number(told, cell.decimals, group="", minus="-")


def _csv(lines: Sequence[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return out.getvalue()
