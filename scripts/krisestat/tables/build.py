"""Tables of the publication and of its downloads: observations in, cells with headers, signs and origin out.

What a table shows is declared in `data/statistikk`; its title, question and source stand with the words of its chapter
(`tables.words`); names of dimensions and codes come from the declaration. One `Table` serves the
page, the PDF and every download: they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import compress, groupby, product
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import (
    EN_DASH,
    MARKS,
    NBSP,
    PERCENT_DECIMALS,
    SIGNS,
    capitalised,
    number,
    numbers_in,
    percent,
    year_range,
)
from krisestat.base.errors import ProblemList, Problems, one_problem
from krisestat.model.declared import (
    MEASURE,
    ORIGINS,
    STATISTIC,
    YEAR,
    Cubes,
    Model,
    Panel,
    Statistic,
    TableSpec,
    words,
)
from krisestat.tables.words import OF_TABLE, levels, told_lacking

# Bases that differ from row to row.
_OF_EACH = ("svart", "gjelder")
# Characters of the small type beside each other in half the width of a printed page, and what the space between two
# columns takes of them; and the rows of a table that is better read in two columns.
_HALF_PAGE, _BETWEEN, _LONG = 56, 2, 30
# The codes of a column, and its measure.
Way = tuple[Mapping[str, Any], str]


@dataclass(frozen=True)
class TableCell:
    """One cell: `text` as shown, the `value` behind it (None for a sign), its `measure` and the data `row`. The measure
    «av» is a count that is told with its base («3 av 4»), and «ikke_talt» those of the base that are not counted;
    `decimals` are those of its number in files, and `marked` says whether the text has a mark beside the number."""

    text: str
    value: Fraction | int | None
    measure: str
    row: Row | None
    decimals: int = 0
    marked: bool = False

    @property
    def status(self) -> str:
        """Why there is no number: a key of `SIGNS`, or an empty text."""
        if self.value is not None:
            return ""
        return str(self.row["status"]) if self.row and self.row["status"] else "mangler"

    @property
    def plain(self) -> int | Fraction | str:
        """What stands in a file: the number, a percentage as such, or its text where it is no number alone."""
        if self.value is None or self.measure == "av" or self.marked:
            return self.text
        return self.value * 100 if self.measure == "prosent" else self.value


@dataclass(frozen=True)
class Header:
    """A column header: its text and how many columns and rows it spans."""

    text: str
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Line:
    """A row of a table: its header and its cells. `total` marks the row of the whole, or of the base."""

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

    `av`, the statistics that it shows; `title` is the statistical title without its number; `head` the levels of column
    headers; `stub` and `block_stub` the headings over the headers of rows and blocks; `bases` the text of the base(s);
    `breaks` why numbers cannot be compared with those before; `question` and `source` the note; `origin` the sentences
    on where the numbers come from; `signs` the standard signs that it uses; `years` shown; `rows` the observations that
    it shows, each with the id of its statistic.
    """

    id: str
    av: tuple[Statistic, ...]
    title: str
    stub: str
    block_stub: str
    head: tuple[tuple[Header, ...], ...]
    blocks: tuple[RowGroup, ...]
    bases: str
    breaks: tuple[str, ...]
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

    @property
    def on_paper(self) -> str:
        """Where it stands on a printed page: over the whole width («bred»), or in half of it where no word is broken
        then: one beside the next («par»), or in two columns when it is long («lang»)."""
        lines = [line for block in self.blocks for line in block.lines]
        leaves = [h for level in self.head for h in level if h.rowspan > 1 or level is self.head[-1]][1:]
        columns = zip(*(line.cells for line in lines), strict=True)
        stub = max(len(word) for line in lines for word in line.header.split(" "))
        cells = sum(_BETWEEN + max(len(cell.text) for cell in column) for column in columns)
        heads = sum(_BETWEEN + max(map(len, h.text.split(" "))) for h in leaves)
        if stub + max(cells, heads) > _HALF_PAGE:
            return "bred"
        return "lang" if len(lines) > _LONG else "par"

    @cached_property
    def bound(self) -> list[str]:
        """The numbers that may stand in it and its note: those that were made from the observations."""
        lines = [line for block in self.blocks for line in block.lines]
        headers = [header.text for level in self.head for header in level]
        cells = [cell.text for line in lines for cell in line.cells]
        notes = [self.bases, self.origin, *self.breaks, *self.signs, *map(str, self.years)]
        return numbers_in([*headers, *(line.header for line in lines), *cells, *notes])


def has_reconstructed(rows: Iterable[Row]) -> bool:
    """Whether any row is reconstructed example data. This alone decides if the notices are shown."""
    return any(row["opphav"] == "rekonstruert" for row in rows)


def build_tables(model: Model, cubes: Cubes, texts: Mapping, spraak: str, aar: int) -> list[Table]:
    """All tables of the edition.

    Parameters: `model`; `cubes`, what may be published; `texts`, of `tables.words`; `spraak`, `nb` or `nn`;
    `aar`, the edition. Returns the tables in the order of the declarations, those without data
    left out. Raises `Problems` for every table that lacks words.
    """
    built, problems = [], ProblemList()
    for spec in model.tabeller.values():
        panels = shown_rows(model, cubes, spec, aar)
        if any(panels):
            try:
                built.append(_Builder(model, cubes, spec, panels, texts, spraak).table())
            except Problems as error:
                problems.extend(error)
    problems.raise_if_any()
    return built


def shown_rows(model: Model, cubes: Cubes, spec: TableSpec, aar: int) -> list[list[Row]]:
    """The observations that each panel of a table shows, up to a year, each with the id of its statistic. Parameters:
    as `build_tables`."""
    found = [
        [
            {STATISTIC: name, **row}
            for name in panel.av
            for row in cubes.get(name, ())
            if row[YEAR] <= aar and _shows(spec, panel, model[name], row)
        ]
        for panel in spec.deler
    ]
    last = max((row[YEAR] for rows in found for row in rows), default=aar)
    return [[row for row in rows if row[YEAR] == last or not spec.siste] for rows in found]


def _shows(spec: TableSpec, panel: Panel, statistic: Statistic, row: Row) -> bool:
    """Whether a table shows an observation: rows and blocks have every code and the whole, columns the parts alone,
    or those that they name; what has no place is at the whole, or as the declaration says."""

    def fits(name: str, total: str) -> bool:
        if name in spec.der:
            return row[name] == spec.der[name]
        if name in spec.kolonner:
            return row[name] != total
        named = {column.get(name, total) for column in spec.across or ({},)}
        return name in (panel.rader, spec.blokker) or row[name] in named

    return all(fits(name, codes.total) for name, codes in statistic.per.items())


class _Builder:
    """One table as it is made."""

    def __init__(
        self, model: Model, cubes: Cubes, spec: TableSpec, panels: Sequence[Sequence[Row]], texts: Mapping, spraak: str
    ):
        self.model, self.cubes, self.spec, self.panels, self.spraak = model, cubes, spec, panels, spraak
        self.rows = [row for rows in panels for row in rows]
        self.years = sorted({int(row[YEAR]) for row in self.rows})
        self.av = [model[name] for name in spec.av]
        self.lists = {name: codes for one in reversed(self.av) for name, codes in one.per.items()}
        dims = [name for column in spec.kolonner for name in ([column] if isinstance(column, str) else column)]
        self.axes = [name for name in dict.fromkeys(dims) if name != MEASURE]
        self.words = levels(texts, spec.id, self.av[0].enhet.id)

    def said(self, *path: str, needed: bool = True) -> Any:
        """The words of the table itself, of what it counts, or those that all tables share; None for those that are not
        needed. Raises `Problems` for others that are nowhere."""
        for level in self.words:
            found: Any = level
            for key in path:
                found = found.get(key) if isinstance(found, Mapping) else None
            if found is not None or not needed:
                return found
        raise self.lacking(".".join(path))

    def lacking(self, *names: str) -> Problems:
        """What to say of words that are nowhere."""
        return one_problem(*told_lacking(self.spec.kapittel, self.spraak, self.spec.id, names))

    def table(self) -> Table:
        """The finished table."""
        spec, said = self.spec, self.said
        if missing := [one for one in OF_TABLE if not any(one in level for level in self.words)]:
            raise self.lacking(*missing)
        panels = zip(spec.deler, self.panels, strict=True)
        blocks = [block for panel, rows in panels for block in self.blocks(panel, rows)]
        shown = [cell for block in blocks for line in block.lines for cell in line.cells]
        used = [SIGNS[status] for status in SIGNS if any(cell.status == status for cell in shown)]
        marks = [MARKS[mark] for mark in MARKS if any(cell.marked and self.mark(cell.row) == mark for cell in shown)]
        return Table(
            id=spec.id,
            av=tuple(self.av),
            title=f"{said('hva')}, {said('inndeling')}. {year_range(self.years)}. {said('enhet')}",
            stub=self.title_of(spec.deler[0].rader),
            block_stub=self.block_stub(),
            head=self.head(),
            blocks=tuple(blocks),
            bases=self.bases(),
            breaks=(broken := tuple(self.reasons())),
            question=" ".join([said("sporsmaal"), *broken]),
            source=said("kilde"),
            origin=self.origin(),
            reconstructed=has_reconstructed(self.rows),
            signs=(*used, *["0"] * any(cell.value == 0 for cell in shown), *marks),
            years=tuple(self.years),
            rows=tuple(self.rows),
        )

    # -- names

    def title_of(self, dimension: str) -> str:
        """The heading over the headers of a dimension."""
        own = self.lists.get(dimension)
        return own.navn[self.spraak].heading if own else self.said("hode", dimension)

    def heading(self, dimension: str, code: Any) -> str:
        """The name of a code, as a header has it."""
        if dimension == YEAR:
            return str(code)
        if dimension == STATISTIC:
            return self.model[code].navn[self.spraak].heading
        if dimension == MEASURE:
            return self.said("maal", code)
        return capitalised(self.lists[dimension].heading(code, self.spraak, self.years[-1]))

    def in_full(self, dimension: str, code: str) -> str:
        """The name of a code as it begins a sentence, with what narrows the statistic."""
        narrowed = [named[self.spraak].running for named in [self.av[0].avgrenset] if named]
        return capitalised(", ".join([self.lists[dimension].running(code, self.spraak), *narrowed]))

    def codes(self, dimension: str, rows: Iterable[Row]) -> list:
        """The codes that occur, in order: years by size, others as their list has them in tables."""
        used = {row[dimension] for row in rows if dimension in row}
        if dimension in self.lists:
            return self.lists[dimension].in_tables(used, self.years[-1])
        return sorted(used, key=None if dimension == YEAR else self.spec.av.index)

    # -- columns

    @cached_property
    def ways(self) -> list[Way]:
        """The columns: not those in which every number is hidden, where the table leaves them out."""
        if self.spec.across:
            totals = {name: codes.total for name, codes in self.lists.items()}
            first = self.spec.maal[0]
            return [({d: c.get(d, totals.get(d)) for d in self.axes}, c.get(MEASURE, first)) for c in self.spec.across]
        found = product(*(self.codes(name, self.rows) for name in self.axes))
        columns = [dict(zip(self.axes, codes, strict=True)) for codes in found]
        if self.spec.uten_skjulte:
            columns = [one for one in columns if any(r["status"] != "undertrykt" for r in _at(self.rows, one))]
        return [(codes, measure) for codes in columns for measure in self.spec.maal]

    def head(self) -> tuple[tuple[Header, ...], ...]:
        """The levels of column headers."""
        columns, corner = list(map(str, self.spec.kolonner)), self.title_of(self.spec.deler[0].rader)
        if self.spec.across:
            return ((Header(corner), *(Header(self._alone(column)) for column in self.spec.across)),)
        types = {one.id: one.type for one in self.av}
        kinds = [types[codes.get(STATISTIC, self.av[0].id)] for codes, _ in self.ways]
        ways = zip(self.ways, kinds, strict=True)
        told = [{**codes, MEASURE: kind if measure == "antall" else measure} for (codes, measure), kind in ways]
        levels = [[self.heading(name, codes[name]) for codes in told] for name in columns]
        if len(levels) == 1:
            return ((Header(corner), *map(Header, levels[0])),)
        over = (Header(top, colspan=len(list(same))) for top, same in groupby(levels[0]))
        return ((Header(corner, rowspan=2), *over), tuple(map(Header, levels[1])))

    def _alone(self, column: Mapping[str, str]) -> str:
        """The header of a column that is declared by itself; a base is told by its own name alone."""
        names = [self.heading(name, code) for name, code in column.items()]
        return names[-1] if column.get(MEASURE) == "base" else ", ".join([names[0], *map(str.lower, names[1:])])

    # -- rows

    def block_stub(self) -> str:
        """The heading over the headers of blocks."""
        if self.spec.blokker or self.spec.deler[0].id:
            return self.title_of(self.spec.blokker or "del")
        codes = self.lists.get(self.spec.deler[0].rader)
        return codes.gruppe_navn[self.spraak].heading if codes and codes.gruppe_navn else ""

    def blocks(self, panel: Panel, rows: Sequence[Row]) -> list[RowGroup]:
        """The rows of a panel: under its own heading, by blocks, by the groups of their list, or together."""
        by, codes = self.spec.blokker, self.lists.get(panel.rader)
        parts: list[tuple[str, Sequence[Row]]] = [(self.said("deler", panel.id) if panel.id else "", rows)]
        if by:
            parts = [(self.in_full(by, code), _at(rows, {by: code})) for code in self.codes(by, rows)]
        elif codes and codes.gruppenavn:
            parts = [
                (name[self.spraak].heading, [row for row in rows if codes.grupper.get(row[panel.rader]) == group])
                for group, name in codes.gruppenavn.items()
            ]
        return [RowGroup(header, self.lines(panel, mine)) for header, mine in parts if mine]

    def lines(self, panel: Panel, rows: Sequence[Row]) -> tuple[Line, ...]:
        """A line for each code of the rows' dimension, and one for the base."""
        axes, codes = [panel.rader, *self.axes], self.lists.get(panel.rader)
        total = codes.total if codes else ""
        timeless = [name != YEAR for name in axes]
        found = {tuple(row.get(name) for name in axes): row for row in rows}
        known = {tuple(compress(key, timeless)) for key in found}
        lines = []
        for code in self.codes(panel.rader, rows):
            cells = []
            for way, measure in self.ways:
                key = (code, *way.values())
                none = {"status": "mangler" if tuple(compress(key, timeless)) in known else "ikke_spurt"}
                cells.append(self.cell(found.get(key, none), measure))
            full = self.spec.utskrevet and codes
            header = self.in_full(panel.rader, code) if full else self.heading(panel.rader, code)
            place = f"{codes.place[code] + 1}. " if codes and self.spec.nummerert else ""
            lines.append(Line(place + header, tuple(cells), total=bool(total) and code == total))
        if panel.baserad and self.model[panel.av[0]].svar.get("base") not in _OF_EACH:
            lines.append(Line(self.said("i_alt"), tuple(self.whole(rows, *way) for way in self.ways), total=True))
        return tuple(lines)

    def whole(self, rows: Sequence[Row], codes: Mapping[str, Any], measure: str) -> TableCell:
        """The base of a column, which is the same for every row; its share of itself is all."""
        row = next((row for row in _at(rows, codes) if row["nevner"] is not None), {"status": "mangler"})
        if row.get("nevner") and measure == "prosent":
            return TableCell(percent(Fraction(1)), Fraction(1), measure, row, PERCENT_DECIMALS)
        return self.cell({**row, "status": ""}, "base")

    # -- cells

    def cell(self, row: Row, measure: str) -> TableCell:
        """One cell, or the sign that stands in its place. Nobody that it concerns gives no share."""
        base: Any = row.get("nevner")
        value: Any = {"base": base, "for_brudd": row.get("for_brudd")}.get(measure, row.get("verdi"))
        value = base - value if measure == "ikke_talt" and None not in (base, value) else value
        status = self.model[row[STATISTIC]].lacking(row, measure) if STATISTIC in row else str(row["status"])
        if measure in ("prosent", "av") and value is not None and not base:
            value, status = None, "ikke_spurt" if base == 0 else status
        if value is None or (measure == "base" and status in ("ikke_spurt", "ikke_aktuelt")):
            return TableCell(SIGNS[status], None, measure, {**row, "status": status})
        if measure == "base":
            return TableCell(number(base), base, measure, row)
        mark, statistic = self.mark(row) if measure != "for_brudd" else "", self.model[row[STATISTIC]]
        decimals, after = statistic.desimaler, f"{NBSP}{MARKS[mark]}" if mark else ""
        text = number(value, decimals)
        if measure == "prosent":
            value, decimals = Fraction(value) / base, PERCENT_DECIMALS
            text = percent(value)
        elif measure == "av":
            text = f"{text}{NBSP}{self.said('av')}{NBSP}{number(base)}"
        elif statistic.type == "prosent":
            value, measure, text = Fraction(value) / 100, "prosent", f"{text}{NBSP}%"
        return TableCell(text + after, value, measure, row, decimals, bool(after))

    def mark(self, row: Row | None) -> str:
        """What is marked beside a number."""
        return self.model[row[STATISTIC]].mark(row) if row and row.get("verdi") is not None else ""

    # -- notes

    def bases(self) -> str:
        """Who the base is, and how many in the last year shown: of every group where the table tells groups apart, from
        lowest to highest where the base differs from row to row; or the sentence for sources that print none. Where the
        base is that of another statistic, it is told of every year."""
        of = self.model[self.spec.base] if self.spec.base else self.av[0]
        who, last = "panel" if of.panel else of.svar.get("base", "kilde"), self.years[-1]
        by = next((name for name in (self.spec.blokker, *self.axes) if name in of.per), "")
        rows = [row for row in self.cubes.get(of.id, ()) if row[YEAR] in self.years] if self.spec.base else self.rows
        found: dict[Any, set[int]] = {}
        for row in rows:
            if row.get("nevner") and (self.spec.base or row[YEAR] == last):
                found.setdefault(row[YEAR] if self.spec.base else row.get(by, ""), set()).add(row["nevner"])
        if not found:
            return self.said("uten_base")
        if self.spec.base:
            told = "; ".join(f"{_span(counts)} ({year})" for year, counts in sorted(found.items()))
            return f"{self.said('base', who)}: {told}"
        narrowed = [named[self.spraak].heading for named in [of.avgrenset] if named]
        groups = []
        for code in of.per[by].in_order(found) if by else found:
            names = [*([self.heading(by, code).lower()] if by else []), *narrowed]
            groups.append(" ".join([*filter(None, [", ".join(names)]), _span(found[code])]))
        return f"{self.said('base', who)}: {'; '.join(groups)} ({last})"

    def reasons(self) -> list[str]:
        """Why numbers cannot be compared with those before, for each break in the years shown, and what happened in
        them."""
        breaks = [one for statistic in self.av for one in statistic.said.get("brudd", ())]
        told = [words(one["grunn"])[self.spraak].heading for one in breaks if one["fra"] in self.years]
        told += [text for one in self.av for year, text in one.events(self.spraak) if year in self.years]
        return list(dict.fromkeys(told))

    def origin(self) -> str:
        """Where the numbers come from: one sentence per origin, with its years where they differ. Where a year has some
        that are reconstructed, the words of the table say so; without such words, all are told as such."""
        years: dict[str, set[int]] = {}
        for row in self.rows:
            years.setdefault(str(row["opphav"]), set()).add(int(row[YEAR]))
        least = max(years, key=ORIGINS.index)
        if least == ORIGINS[-1] and sum(map(len, years.values())) > len(self.years):
            return self.said("opphav", "delt", needed=False) or self.said("opphav", "alle", least)
        if len(years) == 1:
            return self.said("opphav", "alle", least)
        return " ".join(self.said("opphav", "aar", o).format(aar=year_range(years[o])) for o in sorted(years))


def _at(rows: Iterable[Row], codes: Mapping[str, Any]) -> list[Row]:
    """The observations of some codes."""
    return [row for row in rows if all(row.get(name) == code for name, code in codes.items())]


def _span(counts: Iterable[int]) -> str:
    ends = sorted({min(counts), max(counts)})
    return f"N{NBSP}={NBSP}{EN_DASH.join(map(number, ends))}"
