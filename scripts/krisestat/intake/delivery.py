"""Which of the tables of a delivery holds the answers, where its column names are, and what the others say of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from krisestat.base.errors import nearest, one_problem, shown
from krisestat.intake.foreign import Sheet
from krisestat.intake.meaning import Wording
from krisestat.intake.raw_file import ASK_AGAIN, some

# Titles, dates and empty rows may stand above the names of columns, and these may stand in more than one row.
_ABOVE, _DEEPEST = 15, 3
# Names of columns that hold the words of a question, in the tables that tools describe their questions with.
_TEXT = re.compile(r"text|tekst|spørsmål|sporsmal|etikett|label|beskrivelse|title|tittel", re.IGNORECASE)
# What tools call what is not a question.
_OF_TOOL = re.compile(r"background|bakgrunn|bakgrunnsvariabel|system|metadata", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """The answers of a delivery: names of columns, lines and cells of rows, and the line of the names (`header`); what
    each column asks (`texts`), what that is without the choice among several (`subjects`), and what its values mean
    (`labels`); what it was read as, and why; and the columns that are the tool's own, and no questions (`of_tool`);
    other sheets that look like answers (`rivals`)."""

    columns: list[str]
    lines: list[int]
    records: list[list[str]]
    header: int
    how: str
    why: str
    texts: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    of_tool: frozenset[str] = frozenset()
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Way:
    """One way to read a sheet: rows of names, from `first` to before `last`, and how many of the names are known."""

    sheet: Sheet
    first: int
    last: int
    columns: list[str]
    known: int


def choose(
    sheets: Sequence[Sheet], known: Collection[str], wording: Wording, sheet: str = "", header: str = ""
) -> Table:
    """Find the answers.

    They stand where most names of columns are known: by last year's codebook (`known`), by the words of a question, or
    because another sheet describes them. Parameters: `sheet`, `header`, the sheet and the rows («4», «3-4») that a
    person has chosen. Raises `Problems` when a choice is not there, or lines do not have the fields of the names.
    """
    seen = [s for s in sheets if s.rows and not s.hidden]
    if sheet and not (seen := [s for s in sheets if sheet in (s.name, s.file)]):
        names = [s.name or s.file for s in sheets]
        raise one_problem(sheets[0].file, "ARK", shown(sheet) + nearest(sheet, names), ", ".join(names), "Rett ARK.")
    if not seen:
        raise one_problem(sheets[0].file, "", "bare skjulte ark", "et ark med svar", ASK_AGAIN)
    meant: dict[str, bool] = {}
    ways = [way for s in seen for way in _ways(s, sheets, known, wording, meant, header)]
    if not ways:
        found = f"ingen rad {header} med navn på kolonner" if header else "ingen rad med navn på kolonner over svar"
        raise one_problem(
            seen[0].file, seen[0].title, found, "navn på kolonner, og svar under", "Rett RAD, eller filen."
        )
    best = max(ways, key=lambda way: (way.known, len(way.columns), way.first - way.last, -way.first))
    return _table(best, sheets, ways)


def _ways(
    sheet: Sheet,
    sheets: Sequence[Sheet],
    known: Collection[str],
    wording: Wording,
    meant: dict[str, bool],
    header: str,
) -> Iterable[_Way]:
    """The ways to read a sheet. Parameters: `meant`, whether a text is a question, worked out once."""
    others = [
        {row[n] for row in other.rows if n < len(row)}
        for other in sheets
        if other is not sheet
        for n in range(min(4, max(map(len, other.rows), default=0)))
    ]
    chosen = [int(n) for n in header.split("-")] if header else []
    for first in range(min(len(sheet.rows) - 1, _ABOVE)):
        for last in range(first + 1, min(first + _DEEPEST, len(sheet.rows) - 1) + 1):
            if chosen and [sheet.lines[first], sheet.lines[last - 1]] != [chosen[0], chosen[-1]]:
                continue
            columns = _names(sheet, first, last)
            named = {column for column in columns if column}
            for column in named - meant.keys():
                meant[column] = column in known or bool(wording.meaning(sheet.texts.get(column, column)))
            score = max([sum(meant[c] for c in named), *(len(named & values) for values in others)])
            if len(named) > 1 or chosen:
                yield _Way(sheet, first, last, columns, score)


def _names(sheet: Sheet, first: int, last: int) -> list[str]:
    """The names of columns that some rows make up; a merged cell speaks for every column below it."""
    heads = [list(row) for row in sheet.rows[first:last]]
    width = max(map(len, heads))
    heads = [head + [""] * (width - len(head)) for head in heads]
    at = {line - 1: head for line, head in zip(sheet.lines[first:last], heads, strict=True)}
    for top, left, bottom, right in sheet.merged:
        for row in range(top, bottom + 1):
            if row in at and top in at:
                at[row][left : right + 1] = [at[top][left]] * len(at[row][left : right + 1])
    return [" | ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*heads, strict=True)]


def _table(way: _Way, sheets: Sequence[Sheet], ways: Sequence[_Way]) -> Table:
    """The answers as read in a way, without columns that have neither name nor value."""
    sheet = way.sheet
    body = [(line, row) for line, row in zip(sheet.lines[way.last :], sheet.rows[way.last :], strict=True) if any(row)]
    top = sheet.lines[way.last - 1]
    merged = [f"rad {first + 1}" for first, left, last, right in sheet.merged if last >= top]
    if merged:
        found, fix = (
            f"celler slått sammen under overskriftene ({some(merged)})",
            "Be avsenderen om én celle for hvert svar.",
        )
        raise one_problem(sheet.file, sheet.title, found, "én celle for hvert svar", fix)
    named = max(n for n, column in enumerate(way.columns, 1) if column)
    wrong = [line for line, row in body if any(row[named:]) or (sheet.how[:3] == "CSV" and len(row) < named)]
    if wrong:
        found = f"flere eller færre felt enn de {named} med navn"
        fix = "Se etter et skilletegn for mye eller for lite på linjen, og be avsenderen om en fil der det er rettet."
        raise one_problem(sheet.file, f"linje {some(wrong)}", found, f"{named} felt på hver linje", fix)
    records = [[*row[:named], *[""] * (named - len(row))] for _, row in body]
    used = [n for n in range(named) if way.columns[n] or any(record[n] for record in records)]
    columns = _unlike([way.columns[n] or f"(uten navn, nr. {n + 1})" for n in used])
    texts, subjects, labels, of_tool = _described(columns, sheet, sheets)
    where = f"rad {sheet.lines[way.first]}" + (f"-{top}" if way.last - way.first > 1 else "")
    name = f", arket {shown(sheet.name)}" if sheet.name else ""
    others = [
        shown(s.name or s.file)[1:-1] + (f" ({s.how})" if not s.rows else " (skjult)" if s.hidden else "")
        for s in sheets
        if s is not sheet
    ]
    others = [f"Beskrevet av {', '.join(others)}." if texts and not sheet.texts else f"Også der: {', '.join(others)}."]
    why = f"{way.known} av {len(columns)} kolonnenavn er kjent derfra. " + (others[0] if len(sheets) > 1 else "")
    return Table(
        columns,
        [line for line, _ in body],
        [[record[n] for n in used] for record in records],
        top,
        f"{sheet.how}{name}, overskrifter på {where}",
        why.strip() + " Er det feil, velg selv med ARK= og RAD=.",
        texts,
        subjects,
        labels,
        of_tool,
        tuple(dict.fromkeys(w.sheet.title for w in ways if w.sheet is not sheet and w.known >= max(2, way.known / 4))),
    )


def _unlike(columns: Sequence[str]) -> list[str]:
    """Names of columns, each different: a question that is asked again is told from the first by a number."""
    seen: dict[str, int] = {}
    unlike = []
    for column in columns:
        seen[column] = seen.get(column, 0) + 1
        unlike.append(column if seen[column] == 1 else f"{column} ({seen[column]})")
    return unlike


def _described(
    columns: Sequence[str], own: Sheet, sheets: Sequence[Sheet]
) -> tuple[dict[str, str], dict[str, str], dict[str, dict[str, str]], frozenset[str]]:
    """What the file, or other sheets of the delivery, say of the columns: what is asked, the same without the choice
    among several, what values mean, and which are the tool's own.

    A sheet describes where one of its columns holds names of the answers'. With three columns it says what values
    mean; with more, what is asked, in columns that are named so.
    """
    texts, subjects, of_tool = dict(own.texts), dict[str, str](), set()
    labels = {column: dict(told) for column, told in own.labels.items()}
    names = set(columns)
    for sheet in sheets:
        width = max(map(len, sheet.rows), default=0)
        full = [[*row, *[""] * (width - len(row))] for row in sheet.rows]
        at = max(range(width), key=lambda n: len({row[n] for row in full} & names), default=0)
        if sheet is own or not width or 2 * sum(row[at] in names for row in full) < len(full):
            continue
        if len([n for n in range(width) if sum(bool(row[n]) for row in full) > 1]) == 3:
            for row in full:
                cells = [cell for n, cell in enumerate(row) if n != at]
                if row[at] in names and all(cells[:2]):
                    labels.setdefault(row[at], {})[cells[0]] = cells[1]
            continue
        words = [n for n in range(width) if n != at and _TEXT.search(full[0][n])]
        for row in full[1:]:
            if any(_OF_TOOL.fullmatch(cell) for cell in row):
                of_tool.add(row[at])
            said = list(dict.fromkeys(row[n] for n in words if row[n]))
            if row[at] in names and said:
                texts[row[at]], subjects[row[at]] = " – ".join(said), said[0]
    return texts, subjects, labels, frozenset(of_tool)
