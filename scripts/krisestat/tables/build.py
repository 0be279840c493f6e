"""Tables of the publication and of its downloads: observations in, cells with headers, signs and origin out.

What a table shows is declared in `data/statistikk`; its title, question and source stand in
`templates/<spraak>/tabeller.yaml`; names of dimensions and codes come from the declaration. One `Table` serves the
page, the PDF and every download: they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby, product
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
    percent,
    year_range,
)
from krisestat.base.errors import ProblemList
from krisestat.model.declared import (
    ESTIMATE,
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

# Whose share of what the rows of a table are is not the same for all of them.
_OF_EACH = ("svart", "gjelder")
# The codes of a column, and its measure.
Way = tuple[Mapping[str, Any], str]


@dataclass(frozen=True)
class TableCell:
    """One cell: `text` as shown, the `value` behind it (None for a sign), its `measure` and the data `row`. The measure
    «av» is a count that is told with its base («3 av 4»); `decimals` are those of its number in files, and `marked`
    says whether the text has a mark beside the number."""

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
    `question` and `source` the note; `origin` the sentences on where the numbers come from; `signs` the standard signs
    that it uses; `years` shown; `rows` the observations that it shows, each with the id of its statistic.
    """

    id: str
    av: tuple[Statistic, ...]
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


def has_reconstructed(rows: Iterable[Row]) -> bool:
    """Whether any row is reconstructed example data. This alone decides if the notices are shown."""
    return any(row["opphav"] == "rekonstruert" for row in rows)


def build_tables(model: Model, cubes: Cubes, texts: Mapping, spraak: str, aar: int) -> list[Table]:
    """All tables of the edition.

    Parameters: `model`; `cubes`, what may be published; `texts`, the parsed `templates/<spraak>/tabeller.yaml`;
    `spraak`, `nb` or `nn`; `aar`, the edition. Returns the tables in the order of the declarations, those without data
    left out. Raises `Problems` for a table without words.
    """
    built, problems = [], ProblemList()
    for spec in model.tabeller.values():
        rows = shown_rows(model, cubes, spec, aar)
        if any(rows) and spec.id not in texts["tabeller"]:
            problems.add(
                f"templates/{spraak}/tabeller.yaml",
                "tabeller",
                f"ingen ord for tabellen «{spec.id}»",
                "hva, inndeling, enhet, sporsmaal og kilde for hver tabell",
                f"Legg til «{spec.id}:» under «tabeller:», slik de andre tabellene har det.",
            )
        elif any(rows):
            built.append(_Builder(model, cubes, spec, rows, texts, spraak).table())
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
    named = {dimension for column in spec.across for dimension in column} - {MEASURE}
    for name, codes in statistic.per.items():
        if name in spec.der:
            fits = row[name] == spec.der[name]
        elif name in spec.kolonner:
            fits = row[name] != codes.total
        else:
            fits = name in (panel.rader, spec.blokker, *named) or row[name] == codes.total
        if not fits:
            return False
    own = named & {STATISTIC, YEAR, *statistic.per}
    ways = [{name: column.get(name, statistic.per[name].total) for name in own} for column in spec.across]
    return not ways or any(all(str(row.get(name)) == code for name, code in way.items()) for way in ways)


class _Builder:
    """One table as it is made."""

    def __init__(
        self, model: Model, cubes: Cubes, spec: TableSpec, rows: Sequence[Sequence[Row]], texts: Mapping, spraak: str
    ):
        self.model, self.cubes, self.spec, self.panels, self.spraak = model, cubes, spec, rows, spraak
        self.rows = [row for of_panel in rows for row in of_panel]
        self.years = sorted({int(row[YEAR]) for row in self.rows})
        self.av = [model[name] for name in spec.av]
        self.words = [texts["tabeller"][spec.id], texts["enheter"].get(self.av[0].enhet.id, {}), texts["felles"]]
        self.lists = {name: codes for one in reversed(self.av) for name, codes in one.per.items()}
        self.axes = [name for name in spec.kolonner if isinstance(name, str) and name != MEASURE]
        self.axes += {name: "" for column in spec.across for name in column if name != MEASURE}

    def said(self, *path: str) -> Any:
        """The words of the table itself, of what it counts, or those that all tables share. Raises `KeyError`."""
        for level in self.words:
            found: Any = level
            for key in path:
                found = found.get(key) if isinstance(found, Mapping) else None
            if found is not None:
                return found
        raise KeyError(".".join(path))

    def table(self) -> Table:
        """The finished table."""
        spec, said = self.spec, self.said
        blocks = [
            block for panel, rows in zip(spec.deler, self.panels, strict=True) for block in self.blocks(panel, rows)
        ]
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
            question=" ".join([said("sporsmaal"), *self.reasons()]),
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
        if dimension in (YEAR, STATISTIC):
            return self.said("hode", dimension)
        return self.lists[dimension].navn[self.spraak].heading

    def heading(self, dimension: str, code: Any) -> str:
        """The name of a code, as a header has it."""
        if dimension == YEAR:
            return str(code)
        if dimension == STATISTIC:
            return self.model[code].navn[self.spraak].heading
        if dimension == MEASURE:
            return self.said("maal", self.av[0].type if code == "antall" else code)
        return capitalised(self.lists[dimension].heading(code, self.spraak, self.years[-1]))

    def in_full(self, dimension: str, code: str) -> str:
        """The name of a code as it begins a sentence, with what narrows the statistic."""
        narrowed = self.av[0].avgrenset
        told = [
            self.lists[dimension].running(code, self.spraak),
            *([narrowed[self.spraak].running] if narrowed else []),
        ]
        return capitalised(", ".join(told))

    def stub_of(self, panel: Panel, code: Any) -> str:
        """The header of a row."""
        if self.spec.utskrevet and panel.rader in self.lists:
            return self.in_full(panel.rader, code)
        place = f"{self.lists[panel.rader].place[code] + 1}. " if self.spec.nummerert else ""
        return place + self.heading(panel.rader, code)

    def codes(self, dimension: str, rows: Iterable[Row]) -> list:
        """The codes that occur, in order: years by size, those of a register by name, others as their list has them;
        the whole is last."""
        used = {row[dimension] for row in rows if dimension in row}
        if dimension == STATISTIC:
            return [one.id for one in self.av if one.id in used]
        if dimension == YEAR:
            return sorted(used)
        return self.lists[dimension].in_tables(used, self.years[-1])

    # -- columns

    @cached_property
    def ways(self) -> list[Way]:
        """The columns."""
        if self.spec.across:
            return [
                (
                    {name: code for name, code in column.items() if name != MEASURE},
                    column.get(MEASURE, self.spec.maal[0]),
                )
                for column in self.spec.across
            ]
        found = [
            dict(zip(self.axes, codes, strict=True))
            for codes in product(*(self.codes(d, self.rows) for d in self.axes))
        ]
        return [(codes, measure) for codes in found if self.told(codes) for measure in self.spec.maal]

    def told(self, codes: Mapping[str, Any]) -> bool:
        """Whether a column is shown: not where it is one in which every number is hidden, and the table leaves those
        out."""
        mine = (row for row in self.rows if all(row.get(name) == code for name, code in codes.items()))
        return not self.spec.uten_skjulte or any(row["status"] != "undertrykt" for row in mine)

    def head(self) -> tuple[tuple[Header, ...], ...]:
        """The levels of column headers."""
        columns, corner = list(map(str, self.spec.kolonner)), self.title_of(self.spec.deler[0].rader)
        if self.spec.across:
            told = []
            for codes, measure in self.ways:
                names = [self.heading(name, code) for name, code in codes.items()]
                shown = [] if measure == "antall" else [self.heading(MEASURE, measure)]
                told.append(shown[0] if measure == "base" else ", ".join([*names, *(name.lower() for name in shown)]))
            return ((Header(corner), *map(Header, told)),)
        levels = [
            [self.heading(name, {**codes, MEASURE: measure}[name]) for codes, measure in self.ways] for name in columns
        ]
        if len(levels) == 1:
            return ((Header(corner), *map(Header, levels[0])),)
        tops = [(top, len(list(same))) for top, same in groupby(levels[0])]
        first = (Header(top, colspan=width) for top, width in tops)
        return ((Header(corner, rowspan=2), *first), tuple(map(Header, levels[1])))

    # -- rows

    def block_stub(self) -> str:
        """The heading over the headers of blocks."""
        if self.spec.blokker:
            return self.title_of(self.spec.blokker)
        if self.spec.deler[0].id:
            return self.said("hode", "del")
        codes = self.lists.get(self.spec.deler[0].rader)
        return codes.gruppe_navn[self.spraak].heading if codes and codes.gruppe_navn else ""

    def blocks(self, panel: Panel, rows: Sequence[Row]) -> list[RowGroup]:
        """The rows of a panel: under its own heading, by blocks, by the groups of their list, or together."""
        codes = self.lists.get(panel.rader)
        if self.spec.blokker:
            return [
                RowGroup(self.in_full(self.spec.blokker, code), self.lines(panel, of_block))
                for code in self.codes(self.spec.blokker, rows)
                if (of_block := [row for row in rows if row[self.spec.blokker] == code])
            ]
        if codes and codes.gruppenavn:
            return [
                RowGroup(name[self.spraak].heading, self.lines(panel, mine))
                for group, name in codes.gruppenavn.items()
                if (mine := [row for row in rows if codes.grupper.get(row[panel.rader]) == group])
            ]
        return [RowGroup(self.said("deler", panel.id) if panel.id else "", self.lines(panel, rows))] if rows else []

    def lines(self, panel: Panel, rows: Sequence[Row]) -> tuple[Line, ...]:
        """A line for each code of the rows' dimension, and one for the base."""
        axes = [panel.rader, *self.axes]
        found = {tuple(row.get(name) for name in axes): row for row in rows}
        known = {self._without_year(axes, key) for key in found}
        total = self.lists[panel.rader].total if panel.rader in self.lists else ""
        lines = []
        for code in self.codes(panel.rader, rows):
            cells = []
            for codes, measure in self.ways:
                key = (code, *(self._code(codes, name) for name in self.axes))
                asked = "mangler" if self._without_year(axes, key) in known else "ikke_spurt"
                cells.append(self.cell(found.get(key) or {"status": asked}, measure))
            lines.append(Line(self.stub_of(panel, code), tuple(cells), total=bool(total) and code == total))
        if panel.baserad and self.model[panel.av[0]].svar.get("base") not in _OF_EACH:
            lines.append(Line(self.said("i_alt"), tuple(self.whole(rows, way) for way in self.ways), total=True))
        return tuple(lines)

    def _code(self, codes: Mapping[str, Any], name: str) -> Any:
        return codes[name] if name in codes else self.lists[name].total

    def _without_year(self, axes: Sequence[str], key: tuple) -> tuple:
        """What an observation is about, whatever the year."""
        return tuple(code for name, code in zip(axes, key, strict=True) if name != YEAR)

    def whole(self, rows: Sequence[Row], way: Way) -> TableCell:
        """The base of a column, which is the same for every row; its share of itself is all."""
        codes, measure = way
        mine = [row for row in rows if all(row.get(name) == code for name, code in codes.items())]
        row = next((row for row in mine if row.get("nevner") is not None), mine[0] if mine else None)
        base = row.get("nevner") if row else None
        if row is None or not base:
            return self.sign(row, measure) if base is None else TableCell(number(0), 0, "base", row)
        if measure == "prosent":
            return TableCell(percent(Fraction(1)), Fraction(1), measure, row, PERCENT_DECIMALS)
        return TableCell(number(base), base, "base", row)

    # -- cells

    def sign(self, row: Row | None, measure: str, status: str = "") -> TableCell:
        """A cell without a number."""
        why = status or (str(row["status"]) if row and row["status"] in SIGNS else "mangler")
        return TableCell(SIGNS[why], None, measure, {**(row or {}), "status": why})

    def cell(self, row: Row, measure: str) -> TableCell:
        """One cell, or the sign that stands in its place. Nobody that it concerns gives no share."""
        base: Any = row.get("nevner")
        value: Any = row.get("for_brudd" if measure == "for_brudd" else "verdi")
        if measure == "base":
            unasked = base is None or row["status"] in ("ikke_spurt", "ikke_aktuelt")
            return self.sign(row, measure) if unasked else TableCell(number(base), base, measure, row)
        if value is None or (measure in ("prosent", "av") and base is None):
            return self.sign(row, measure)
        if measure in ("prosent", "av") and not base:
            return self.sign(row, measure, "ikke_spurt")
        mark, decimals = self.mark(row), self.model[row[STATISTIC]].desimaler
        after = f"{NBSP}{MARKS[mark]}" if mark and measure != "for_brudd" else ""
        told: dict[str, Any] = {"row": row, "decimals": decimals, "marked": bool(after)}
        if measure == "prosent":
            share = Fraction(value) / base
            return TableCell(percent(share) + after, share, measure, **{**told, "decimals": PERCENT_DECIMALS})
        if measure == "av":
            text = f"{number(value)}{NBSP}{self.said('av')}{NBSP}{number(base)}"
            return TableCell(text + after, value, measure, **told)
        if self.model[row[STATISTIC]].type == "prosent":
            share = Fraction(value) / 100
            return TableCell(percent(share, decimals) + after, share, "prosent", **told)
        return TableCell(number(value, decimals) + after, value, measure, **told)

    def mark(self, row: Row | None) -> str:
        """What is marked beside a number: that it is estimated, or the first after a break in the series."""
        if row is None or row.get("verdi") is None:
            return ""
        broken = {one["fra"] for one in self.model[row[STATISTIC]].said.get("brudd", ())}
        return ESTIMATE if row["status"] == ESTIMATE else "brudd" * (row[YEAR] in broken)

    # -- notes

    def bases(self) -> str:
        """Who the base is, and how many in the last year shown: of every group where the table tells groups apart, from
        lowest to highest where the base differs from row to row; or the sentence for sources that print none. Where the
        base is that of another statistic, it is told of every year."""
        of = self.model[self.spec.base] if self.spec.base else self.av[0]
        who = "panel" if of.panel else of.svar.get("base", "kilde")
        if self.spec.base:
            of_years: dict[int, set[int]] = {}
            for row in self.cubes.get(of.id, ()):
                if row["nevner"] is not None and row[YEAR] in self.years:
                    of_years.setdefault(row[YEAR], set()).add(row["nevner"])
            told = [f"{_span(counts)} ({year})" for year, counts in sorted(of_years.items())]
            return f"{self.said('base', who)}: {'; '.join(told)}" if told else self.said("uten_base")
        divided = [name for name in (self.spec.blokker, *self.axes) if name in of.per][:1]
        found: dict[str, set[int]] = {}
        for row in self.rows:
            if row[YEAR] == self.years[-1] and row.get("nevner"):
                found.setdefault(row[divided[0]] if divided else "", set()).add(row["nevner"])
        if not found:
            return self.said("uten_base")
        order = self.lists[divided[0]].in_order(found) if divided else [""]
        groups = "; ".join(f"{self._group(divided, code)}{_span(found[code])}" for code in order)
        return f"{self.said('base', who)}: {groups} ({self.years[-1]})"

    def _group(self, divided: Sequence[str], code: str) -> str:
        narrowed = self.av[0].avgrenset
        names = [self.heading(name, code).lower() for name in divided]
        names += [narrowed[self.spraak].heading] if narrowed else []
        return f"{', '.join(names)} " if names else ""

    def reasons(self) -> list[str]:
        """Why numbers cannot be compared with those before, for each break in the years shown."""
        breaks = [one for statistic in self.av for one in statistic.said.get("brudd", ())]
        told = [words(one["grunn"])[self.spraak].heading for one in breaks if one["fra"] in self.years]
        return list(dict.fromkeys(told))

    def origin(self) -> str:
        """Where the numbers come from: one sentence per origin, with its years where they differ. Where a year has
        several, the words of the table say so; without such words, it is what the least real of them is."""
        years: dict[str, set[int]] = {}
        for row in self.rows:
            years.setdefault(str(row["opphav"]), set()).add(int(row[YEAR]))
        if sum(map(len, years.values())) == len(self.years):
            if len(years) == 1:
                return self.said("opphav", "alle", next(iter(years)))
            return " ".join(self.said("opphav", "aar", o).format(aar=year_range(years[o])) for o in sorted(years))
        try:
            return self.said("opphav", "delt")
        except KeyError:
            return self.said("opphav", "alle", max(years, key=ORIGINS.index))


def _span(counts: Iterable[int]) -> str:
    ends = sorted({min(counts), max(counts)})
    return f"N{NBSP}={NBSP}{EN_DASH.join(map(number, ends))}"
