"""Tables of the publication and of its downloads: rows of `utdata` in, cells with headers, signs and origin out.

What a table shows is declared in `TABLES`; its words are in `templates/<spraak>/tabeller.yaml`; names of partners,
forms and groups come from the codebooks. One `Table` serves the page, the PDF and both downloads: they cannot differ.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from krisestat.codebooks import Codebook
from krisestat.contracts import FORMULA_STARTS, Row
from krisestat.display import EN_DASH, NBSP, SIGNS, capitalised, number, percent, year_range
from krisestat.errors import ProblemList

BOM = "\ufeff"
MEASURES = ("antall", "base", "prosent")


@dataclass(frozen=True)
class Spec:
    """Declares a table.

    Parameters: `id` (also its file name); `indikator`, and `samarbeidsform` when only one form is shown; `stub`, the
    dimension of the row headers; `columns`, one or two dimensions (`maal` is the measures); `blocks`, a dimension that
    splits the rows into groups; `measures` among `MEASURES`; `edition_only`, whether only the edition's year is shown;
    `base_row`, whether each block ends with the number of units that were asked.
    """

    id: str
    indikator: str
    stub: str
    columns: tuple[str, ...]
    blocks: str = ""
    samarbeidsform: str = ""
    measures: tuple[str, ...] = ("antall",)
    edition_only: bool = False
    base_row: bool = False


def _series(id: str, indikator: str, samarbeidsform: str = "") -> Spec:
    """A table of partners by year, a block for each group."""
    return Spec(id, indikator, "instans", ("aar",), "gruppe", samarbeidsform, base_row=True)


# In the order of the page.
TABLES = (
    Spec("samarbeidsfora", "forum", "aar", ("gruppe", "maal"), measures=MEASURES),
    Spec("instanser", "samarbeid", "instans", ("gruppe", "maal"), measures=("antall", "prosent"), edition_only=True),
    Spec(
        "samarbeidsformer",
        "samarbeidsform",
        "instans",
        ("samarbeidsform",),
        blocks="gruppe",
        edition_only=True,
        base_row=True,
    ),
    Spec("minst-en-avtale", "skriftlig_noen", "aar", ("gruppe", "maal"), measures=MEASURES),
    _series("skriftlige-avtaler", "samarbeidsform", "skriftlig_avtale"),
    _series("instanser-over-tid", "samarbeid"),
    _series("instanser-samme-tilbud", "samarbeid_panel"),
    _series("faste-kontaktpersoner", "samarbeidsform", "fast_kontakt"),
)


def table_specs(codebook: object) -> tuple[Spec, ...]:
    """Every table: those of `TABLES`, and one for each finished table that `indikatorer.yaml` declares."""
    declared = sorted(getattr(codebook, "aggregerte", {}))
    return (*TABLES, *(Spec(name.replace("_", "-"), name, "instans", ("aar",)) for name in declared))


@dataclass(frozen=True)
class TableCell:
    """One cell: `text` as shown, the `value` behind it (None for a sign), its `measure` and the data `row`. The measure
    «av» is a count that is told with its base («3 av 4»)."""

    text: str
    value: Fraction | int | None
    measure: str
    row: Row | None

    @property
    def status(self) -> str:
        """Why there is no number: a key of `SIGNS`, or an empty text."""
        if self.value is not None:
            return ""
        return str(self.row["status"]) if self.row and self.row["status"] else "mangler"


@dataclass(frozen=True)
class Header:
    """A column header: its text and how many columns and rows it spans."""

    text: str
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Line:
    """A row of a table: its header and its cells. `total` marks the row that holds the base."""

    header: str
    cells: tuple[TableCell, ...]
    total: bool = False


@dataclass(frozen=True)
class RowGroup:
    """Rows that stand together under a heading (empty when the table has only one block)."""

    header: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """A finished table.

    `title` is the statistical title without its number; `head` the levels of column headers; `stub` and `block_stub`
    the headings over the headers of rows and blocks; `bases` the text of the base(s); `question` and `source` the note;
    `origin` the sentences on where the numbers come from; `signs` the standard signs that it uses; `years` shown;
    `rows` the data behind the cells.
    """

    id: str
    title: str
    stub: str
    block_stub: str
    head: tuple[tuple[Header, ...], ...]
    blocks: tuple[RowGroup, ...]
    bases: str
    question: str
    source: str
    origin: str
    reconstructed: bool
    signs: tuple[str, ...]
    years: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """The number of columns, the row header among them."""
        return 1 + sum(h.colspan for h in self.head[0][1:])


@dataclass(frozen=True)
class Labels:
    """Names by dimension and code, in the order of the codebooks."""

    names: Mapping[str, Mapping[str, str]]

    def ordered(self, dimension: str, codes: set) -> list:
        """The codes that occur, in the codebook's order; years by size."""
        if dimension == "aar":
            return sorted(codes)
        return [code for code in self.names[dimension] if code in codes]

    def of(self, dimension: str, code: object) -> str:
        """The name of a code, as a header begins with it."""
        return str(code) if dimension == "aar" else capitalised(self.names[dimension][str(code)])


def labels(codebook: Codebook, indikator: str, spraak: str, aar: int) -> Labels:
    """Names for one indicator's dimensions, in the written standard `spraak`, as they were in the year `aar`.

    Parameters: `codebook` with the rows of the codebooks as `instanser`, `samarbeidsformer` and `grupper`.
    """
    instanser = [row for row in codebook.instanser if row["kilde"] == codebook.source_of(indikator)]
    return Labels(
        {
            "instans": _names(instanser, "instans", f"navn_{spraak}", aar),
            "samarbeidsform": _names(codebook.samarbeidsformer, "samarbeidsform", f"navn_{spraak}", aar),
            "gruppe": {row["gruppe"]: row[f"kort_{spraak}"] for row in codebook.grupper},
            "gruppe_navn": {row["gruppe"]: row[f"navn_{spraak}"] for row in codebook.grupper},
        }
    )


def _names(rows: Sequence[Mapping], code: str, name: str, aar: int) -> dict[str, str]:
    """Code to name in order; where a code has had several names, the one of the year `aar` wins."""
    ordered = sorted(rows, key=lambda row: (int(row["rekkefolge"]), int(row["gyldig_fra"] or 0)))
    current = [row for row in ordered if int(row["gyldig_fra"] or 0) <= aar <= int(row["gyldig_til"] or 9999)]
    return {row[code]: row[name] for row in ordered} | {row[code]: row[name] for row in current}


def has_reconstructed(rows: Sequence[Row]) -> bool:
    """Whether any row is reconstructed example data. This alone decides if the notices are shown."""
    return any(row["opphav"] == "rekonstruert" for row in rows)


def build_tables(rows: Sequence[Row], codebook: Codebook, texts: Mapping, spraak: str, aar: int) -> list[Table]:
    """All tables of the edition.

    Parameters: `rows` of `utdata`; `codebook`; `texts`, the parsed `templates/<spraak>/tabeller.yaml`; `spraak`, `nb`
    or `nn`; `aar`, the edition. Returns the tables in the order of `table_specs`, those without data left out. Raises
    `Problems` for a table without words.
    """
    built, problems = [], ProblemList()
    for spec in table_specs(codebook):
        wanted = [row for row in rows if _belongs(row, spec, aar)]
        if wanted and spec.id not in texts["tabeller"]:
            problems.add(
                f"templates/{spraak}/tabeller.yaml",
                "tabeller",
                f"ingen ord for tabellen «{spec.id}»",
                "hva, inndeling, enhet, sporsmaal og kilde for hver tabell",
                f"Legg til «{spec.id}:» under «tabeller:», slik de andre tabellene har det.",
            )
        elif wanted:
            declared = codebook.indikatorer.get(spec.indikator, {})
            built.append(_build(spec, wanted, labels(codebook, spec.indikator, spraak, aar), texts, declared))
    problems.raise_if_any()
    return built


def _belongs(row: Row, spec: Spec, aar: int) -> bool:
    right_form = not spec.samarbeidsform or row["samarbeidsform"] == spec.samarbeidsform
    return row["indikator"] == spec.indikator and right_form and (row["aar"] == aar or not spec.edition_only)


def _build(spec: Spec, rows: Sequence[Row], names: Labels, texts: Mapping, declared: Mapping) -> Table:
    words, shared = texts["tabeller"][spec.id], texts["felles"]
    who = "panel" if declared.get("utvalg", "alle") == "panel" else declared.get("base", "alle")
    by_key = {_key(row, spec): row for row in rows}
    dimensions = [d for d in spec.columns if d != "maal"]
    column_codes = _product([names.ordered(d, {row[d] for row in rows}) for d in dimensions])
    block_codes = names.ordered(spec.blocks, {row[spec.blocks] for row in rows}) if spec.blocks else [None]
    stub_codes = names.ordered(spec.stub, {row[spec.stub] for row in rows})
    blocks = []
    for block in block_codes:
        lines = []
        for stub in stub_codes:
            found = [by_key.get(_want(spec, block, stub, codes)) for codes in column_codes]
            if any(found):
                cells = tuple(_cell(row, measure) for row in found for measure in spec.measures)
                lines.append(Line(names.of(spec.stub, stub), cells))
        if spec.base_row and who != "svart":
            first = [_first_with_base(rows, spec, block, codes) for codes in column_codes]
            lines.append(Line(shared["i_alt"], tuple(_cell(row, "base") for row in first), total=True))
        blocks.append(RowGroup(names.of(f"{spec.blocks}_navn", block) if spec.blocks else "", tuple(lines)))
    years = tuple(sorted({row["aar"] for row in rows}))
    shown = [cell for block in blocks for line in block.lines for cell in line.cells]
    used = [status for status in SIGNS if any(cell.status == status for cell in shown)]
    signs = tuple([SIGNS[status] for status in used] + ["0"] * any(cell.value == 0 for cell in shown))
    return Table(
        id=spec.id,
        title=f"{words['hva']}, {words['inndeling']}. {year_range(years)}. {words['enhet']}",
        stub=shared["hode"][spec.stub],
        block_stub=shared["hode"].get(spec.blocks, ""),
        head=_head(spec, column_codes, names, shared),
        blocks=tuple(blocks),
        bases=_bases(rows, names, shared, who),
        question=words["sporsmaal"],
        source=words["kilde"],
        origin=origin_text(rows, shared["opphav"]),
        reconstructed=has_reconstructed(rows),
        signs=signs,
        years=years,
        rows=tuple(rows),
    )


def _product(axes: Sequence[Sequence]) -> list[tuple]:
    combined: list[tuple] = [()]
    for axis in axes:
        combined = [(*done, code) for done in combined for code in axis]
    return combined


def _dimensions(spec: Spec) -> list[str]:
    return [d for d in (spec.blocks, spec.stub, *spec.columns) if d and d != "maal"]


def _key(row: Row, spec: Spec) -> tuple:
    return tuple(row[d] for d in _dimensions(spec))


def _want(spec: Spec, block: object, stub: object, codes: tuple) -> tuple:
    return (*([block] if spec.blocks else []), stub, *codes)


def _cell(row: Row | None, measure: str) -> TableCell:
    """One cell; a cell that the data do not have gets the sign for missing."""
    if row is None or (measure == "antall" and row["antall"] is None) or (measure == "prosent" and not row["andel"]):
        return TableCell(SIGNS[str(row["status"]) if row and row["status"] else "mangler"], None, measure, row)
    if measure == "prosent":
        share = Fraction(str(row["andel"]))
        return TableCell(percent(share), share, measure, row)
    value = row[measure]
    return (
        TableCell(SIGNS["mangler"], None, measure, row)
        if value is None
        else TableCell(number(value), value, measure, row)
    )


def _first_with_base(rows: Sequence[Row], spec: Spec, block: object, codes: tuple) -> Row | None:
    """A row that carries the base of one column; the base is the same for every partner, which the contract holds."""
    dimensions = [d for d in spec.columns if d != "maal"]
    for row in rows:
        if (not spec.blocks or row[spec.blocks] == block) and tuple(row[d] for d in dimensions) == codes:
            return row
    return None


def _head(spec: Spec, codes: Sequence[tuple], names: Labels, shared: Mapping) -> tuple[tuple[Header, ...], ...]:
    dimension = spec.columns[0]
    corner = Header(shared["hode"][spec.stub], rowspan=len(spec.columns))
    top = [Header(names.of(dimension, c[0]), colspan=len(spec.measures)) for c in codes]
    if len(spec.columns) == 1:
        return ((corner, *top),)
    return ((corner, *top), tuple(Header(shared["maal"][m]) for _ in codes for m in spec.measures))


def _bases(rows: Sequence[Row], names: Labels, shared: Mapping, who: str) -> str:
    """Who the base is, and the base of every group in the last year shown (from lowest to highest where those who
    answered differ from row to row), or the sentence for sources that print none."""
    last = max(row["aar"] for row in rows)
    found: dict[str, set[int]] = {}
    for row in rows:
        if row["aar"] == last and row["base"]:
            found.setdefault(str(row["gruppe"]), set()).add(row["base"])
    if not found:
        return shared["uten_base"]
    groups = "; ".join(
        f"{names.of('gruppe', g).lower()} N = {_span(found[g])}".replace(" = ", "\u00a0=\u00a0")
        for g in names.ordered("gruppe", set(found))
    )
    return f"{shared['base'][who]}: {groups} ({last})"


def _span(counts: set[int]) -> str:
    ends = sorted({min(counts), max(counts)})
    return EN_DASH.join(map(number, ends))


def origin_text(rows: Sequence[Row], words: Mapping[str, Mapping[str, str]]) -> str:
    """Where the numbers come from, computed from the rows: one sentence per origin, with its years where they differ.

    Parameters: `rows`; `words`, the sentences by origin, plain (`alle`) and with years (`aar`, which has `{aar}`).
    """
    years: dict[str, set[int]] = {}
    for row in rows:
        years.setdefault(str(row["opphav"]), set()).add(int(row["aar"]))
    if len(years) == 1:
        return words["alle"][next(iter(years))]
    return " ".join(words["aar"][o].format(aar=year_range(years[o])) for o in sorted(years))


def plain_text(text: str) -> str:
    """A text with control characters, line breaks among them, as spaces."""
    return "".join(char if char.isprintable() or char in NBSP else " " for char in text)


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula when it opens CSV: plain, an apostrophe before a start that would
    be one."""
    return f"'{plain_text(text)}" if text.startswith(FORMULA_STARTS) else plain_text(text)


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
