"""A file as somebody sent it, whatever it is: every sheet of it as text, read in a process of its own that may die.

Nothing is known of such a file, so nothing is refused that can be shown: which sheet and which row holds the answers is
found later, by what stands there. What cannot be text (formulas, error values) stands as a text that is no answer.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from krisestat.base.errors import Problem, ProblemList, Problems, one_problem, shown
from krisestat.intake.raw_file import (
    ASK_AGAIN,
    FAULT,
    FORMATS,
    FORMULA,
    REMEDIES,
    Texts,
    cell_text,
    foreign_text,
    likely_format,
)
from krisestat.intake.read_csv import csv_rows, decode, likely_delimiter, likely_encoding
from krisestat.intake.read_sav import read_sav
from krisestat.intake.read_xlsx import open_workbook, place_of
from krisestat.intake.sources import MAX_BYTES, Source

# What a file may cost.
SECONDS = 10
_MEMORY = 700_000_000
# Four times the largest survey that is foreseen.
_CELLS = 600_000
# What a sheet was read as that could not be.
UNREAD = "ulest"
SCRIPTS = Path(__file__).parents[2]


@dataclass
class Sheet:
    """One table of a delivery.

    `file`, its file's name; `name`, the sheet's, or «»; `how`, what it was read as, in words; `hidden`, whether who
    sent it could not see it; `lines`, the line of each row; `rows`, all cells as text; `merged`, cells that are one
    (top, left, bottom, right); `texts`, what the file calls its columns, and `labels`, what it says that their values
    mean.
    """

    file: str
    name: str
    how: str
    hidden: bool
    lines: Sequence[int]
    rows: Sequence[Sequence[str]]
    merged: Sequence[Sequence[int]] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What a person calls it."""
        return f"arket {shown(self.name)}" if self.name else self.file


def _of_csv(source: Source, data: bytes) -> Iterator[Sheet]:
    source = replace(source, encoding=likely_encoding(data))
    text = decode(source, data)
    source = replace(source, delimiter=likely_delimiter(text) or ";")
    texts, cells = Texts(), 0
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, row in csv_rows(source, text):
        if (cells := cells + len(row)) > _CELLS:
            raise _too_many(source.path)
        record = [texts[cell] for cell in row]
        if any(record) and not (line == 1 and text[:4].lower() == "sep="):
            lines.append(line)
            rows.append(record)
    named = {"\t": "tabulator"}.get(source.delimiter, shown(source.delimiter))
    yield Sheet(source.path.name, "", f"CSV i {source.encoding}, skilt med {named}", False, lines, rows)


def _of_xlsx(source: Source, data: bytes) -> Iterator[Sheet]:
    from python_calamine import CalamineError

    book, package = open_workbook(source, data)
    texts = Texts()
    for name in book.sheet_names:
        part, hidden = package.sheets.get(cell_text(name), ("", False))
        try:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
        except (CalamineError, ValueError, OSError):
            yield Sheet(source.path.name, cell_text(name), UNREAD, hidden, [], [])  # another may hold the answers
            continue
        if sum(map(len, rows)) > _CELLS:
            raise _too_many(source.path)
        grid = [[texts[cell] if type(cell) is str else cell_text(cell) for cell in row] for row in rows]
        for places, mark in ((package.formulas, FORMULA), (package.errors, FAULT)):
            for row, column in map(place_of, places.get(package.targets.get(part, ""), ())):
                if row <= len(grid) and column <= len(grid[row - 1]):
                    grid[row - 1][column - 1] = mark + grid[row - 1][column - 1].removeprefix(FORMULA)
        kept = [(n, row) for n, row in enumerate(grid, 1) if any(row)]
        yield Sheet(
            source.path.name, cell_text(name), "XLSX", hidden, [n for n, _ in kept], [row for _, row in kept], merged
        )


def _too_many(path: Path) -> Problems:
    return one_problem(
        path, "", f"mer enn {_CELLS} celler", f"svar på en undersøkelse, høyst {_CELLS} celler", ASK_AGAIN
    )


def _of_sav(source: Source, data: bytes) -> Iterator[Sheet]:
    read = read_sav(source, data)
    lines = [1, *(line + 1 for line in read.lines)]  # as in a table with the names above the answers
    yield Sheet(source.path.name, "", "SPSS", False, lines, [read.columns, *read.records], (), read.texts, read.labels)


_READERS = {"csv": _of_csv, "xlsx": _of_xlsx, "sav": _of_sav}


def read(path: Path) -> list[Sheet]:
    """Every sheet of a file. Raises `Problems` when it cannot be read."""
    if (size := path.stat().st_size) > MAX_BYTES:
        raise one_problem(path, "", f"{size / 1e6:.0f} MB", f"høyst {MAX_BYTES // 10**6} MB", ASK_AGAIN)
    data = _marked(path.read_bytes())
    kind, name = likely_format(data) if data.strip() else ("", "en tom fil")
    other = foreign_text(data) if kind == "csv" else ""
    if other or not kind:
        name = other or name
        raise one_problem(path, "hele filen", name, ", ".join(FORMATS.values()), REMEDIES.get(name, ASK_AGAIN))
    source = Source(path, path.with_name("kilde.yaml"), kind, "", "", "", 1, "", "", None)
    return [sheet for sheet in _READERS[kind](source, data) if sheet.rows or sheet.how == UNREAD]


def _marked(data: bytes) -> bytes:
    """The bytes of a file; those of a text in UTF-16 with the mark of its order, which some programs leave out."""
    even, odd = data[0:400:2].count(0), data[1:400:2].count(0)
    if not even and 4 * odd > len(data[:400]):
        return b"\xff\xfe" + data
    return b"\xfe\xff" + data if not odd and 4 * even > len(data[:400]) else data


def _read_apart(path: Path) -> list[Sheet]:
    """The same in a process of its own. A file that ends it, or takes too long, is one that cannot be read."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); from krisestat.intake.foreign import main; main()"
    command = [sys.executable, "-c", code, str(SCRIPTS), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=6 * SECONDS)
        told = json.loads(done.stdout) if not done.returncode else {}
    except (subprocess.TimeoutExpired, ValueError):
        told = {}
    if "problems" in told:
        raise Problems(Problem(*parts) for parts in told["problems"])
    if "sheets" not in told:
        found = "en fil som leseren stoppet på: skadet, eller mye større enn svarene på en undersøkelse"
        raise one_problem(path, "hele filen", found, "en hel fil med svar", ASK_AGAIN)
    return [Sheet(**sheet) for sheet in told["sheets"]]


def read_delivery(path: Path) -> tuple[list[Sheet], list[Path], ProblemList]:
    """Everything that was delivered together.

    Parameters: `path`, a file, or a folder of files that are one delivery. Returns its sheets, its files, and what is
    wrong with those that cannot be read, which stop none of the others. Raises `Problems` when nothing can be read.
    """
    files = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] not in ".~") if path.is_dir() else [path]
    problems, sheets = ProblemList(), []
    for file in files:
        try:
            sheets += _read_apart(file)
        except Problems as error:
            problems.extend(error)
    if not files:
        problems.add(path, "", "en tom mappe", "filene i leveransen", "Legg filene der, eller rett FIL.")
    if not any(sheet.rows for sheet in sheets):
        if not problems.problems:
            problems.add(path, "hele filen", "ingen celler med innhold", "svar", ASK_AGAIN)
        problems.raise_if_any()
    return sheets, files, problems


def main() -> None:
    """Read the file that the command line names, within bounds, and write what it holds as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # What it starts may set limits of its own.
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        told: dict = {"sheets": [vars(sheet) for sheet in read(Path(sys.argv[2]))]}
    except Problems as error:
        told = {"problems": [[p.fil, p.sted, p.fant, p.ventet, p.tiltak] for p in error.problems]}
    json.dump(told, sys.stdout)
