"""Tables of agreements between municipalities, for the page and its downloads: rows of `utdata` in, tables out. Pure.

Agreements have tables of their own: no table has cells of agreements and of anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from krisestat.avtaler.navn import BY_LAW, KILDE, LEFT_OUT, OF_POINT, OUTDATED, OVERDUE
from krisestat.codebooks import Codebook
from krisestat.contracts import Row
from krisestat.display import NBSP, SIGNS, capitalised, number, percent, year_range
from krisestat.tables import Header, Line, RowGroup, Table, TableCell, has_reconstructed, origin_text

COVERED, PARTLY, MISSING = OF_POINT
IRRELEVANT, UNASKED = LEFT_OUT
COVERAGE, OVER_TIME, LAWS, COVERAGE_BY_LAW = AGREEMENT_TABLES = (
    "avtaler-dekning",
    "avtaler-over-tid",
    "avtaler-lovgrunnlag",
    "avtaler-dekning-lovgrunnlag",
)


def agreement_years(rows: Sequence[Row], aar: int) -> list[int]:
    """The years of the collections up to the edition's, the last one last. Parameters: `rows` of utdata."""
    return sorted({row["aar"] for row in rows if row["gruppe"] == KILDE and row["aar"] <= aar})


def build_agreement_tables(
    rows: Sequence[Row], codebook: Codebook, texts: Mapping, spraak: str, aar: int
) -> list[Table]:
    """The tables of agreements in the order of `AGREEMENT_TABLES`, or nothing when there is no collection.

    Parameters: `rows` of utdata, others than those of agreements are left alone; `codebook`, with names of points and
    legal bases (`avtaler.navn`); `texts`, the parsed tabeller.yaml; `spraak`, «nb» or «nn»; `aar`, the edition's year.
    """
    years = agreement_years(rows, aar)
    if not years:
        return []
    own = [row for row in rows if row["gruppe"] == KILDE and row["aar"] <= aar]
    build = _Builder(own, codebook, texts, spraak)
    return [build.coverage(years[-1]), build.over_time(years), build.laws(years), build.by_law(years[-1])]


class _Builder:
    """What the tables share: the rows by what names them, the names in order, the words."""

    def __init__(self, rows: Sequence[Row], codebook: Codebook, texts: Mapping, spraak: str):
        self.rows, self.texts, self.words = rows, texts, texts["avtaler"]
        self.cells = {(r["indikator"], r["instans"] or "", r["samarbeidsform"] or "", r["aar"]): r for r in rows}
        counted = {instans for indikator, instans, *_ in self.cells if indikator == COVERED}
        named = (row for row in codebook.instanser if row["kilde"] == KILDE and row["instans"] in counted)
        self.points = sorted(named, key=lambda row: row["rekkefolge"])
        forms = {form for indikator, _, form, _ in self.cells if indikator == BY_LAW}
        laws = sorted(codebook.samarbeidsformer, key=lambda row: row["rekkefolge"])
        self.laws_used = {row["samarbeidsform"]: row for row in laws if row["samarbeidsform"] in forms}
        self.spraak = spraak

    def coverage(self, aar: int) -> Table:
        """How many agreements cover each point in a year, wholly and in part."""

        def cells(point: str) -> tuple[TableCell, ...]:
            covered, partly, missing, *left_out = (self.cells.get((kind, point, "", aar)) for kind in kinds)
            told = [_cell(covered, "antall"), _cell(covered, "prosent"), _cell(partly, "antall")]
            told += [_cell(missing, "antall"), _cell(covered, "ubesvart"), _cell(covered, "base")]
            return (*told, *(_cell(row, "antall") for row in left_out))

        kinds = (COVERED, PARTLY, MISSING, IRRELEVANT, UNASKED)
        measures = ("dekket", "dekket_prosent", "delvis", "mangler", "ubesvart", "base", "ikke_relevant", "ikke_spurt")
        head = ((Header(self.words["hode"]["punkt"]), *(Header(self.words["maal"][m]) for m in measures)),)
        shown = [row for row in self._of(*kinds) if row["aar"] == aar and not row["samarbeidsform"]]
        return self._table(COVERAGE, "punkt", head, self._by_point(cells), shown)

    def over_time(self, years: Sequence[int]) -> Table:
        """How many agreements cover each point wholly in each collection."""

        def cells(point: str) -> tuple[TableCell, ...]:
            found = [self.cells.get((COVERED, point, "", aar)) for aar in years]
            return tuple(_cell(row, measure) for row in found for measure in ("antall", "prosent", "base"))

        head = self._by_year("punkt", years, ("dekket", "dekket_prosent", "base"))
        shown = [row for row in self._of(COVERED) if not row["samarbeidsform"]]
        return self._table(OVER_TIME, "punkt", head, self._by_point(cells), shown)

    def laws(self, years: Sequence[int]) -> Table:
        """How many agreements have each legal basis, and how many need a new look."""
        measures = ("antall", "prosent")

        def line(header: str, indikator: str, form: str = "") -> Line:
            found = [self.cells.get((indikator, "", form, aar)) for aar in years]
            return Line(header, tuple(_cell(row, measure) for row in found for measure in measures))

        whole = [self.cells.get((OUTDATED, "", "", aar)) for aar in years]
        total = tuple(cell for row in whole for cell in (_cell(row, "base"), _share_of_all(row)))
        blocks = (
            RowGroup(
                self.words["blokk"]["lovgrunnlag"],
                (
                    *(line(self._law(form, "navn"), BY_LAW, form) for form in self.laws_used),
                    Line(self.words["i_alt"], total, total=True),
                ),
            ),
            RowGroup(
                self.words["blokk"]["nytt_blikk"],
                tuple(line(self.words["nytt_blikk"][kind], kind) for kind in (OUTDATED, OVERDUE)),
            ),
        )
        head = self._by_year("lovgrunnlag", years, measures)
        return self._table(LAWS, "lovgrunnlag", head, blocks, self._of(BY_LAW, OUTDATED, OVERDUE))

    def by_law(self, aar: int) -> Table:
        """How many of the agreements with each legal basis cover each point wholly; a basis whose numbers would show a
        single agreement has no column."""
        of = self.words["av"]

        def cells(point: str) -> tuple[TableCell, ...]:
            found = (self.cells.get((COVERED, point, form, aar)) for form in forms)
            return tuple(_cell(row, "av", of) for row in found)

        held = [row for row in self._of(COVERED) if row["aar"] == aar and row["samarbeidsform"]]
        told = {row["samarbeidsform"] for row in held if row["status"] != "undertrykt"}
        forms = [form for form in self.laws_used if form in told]
        head = ((Header(self.words["hode"]["punkt"]), *(Header(self._law(form, "kort")) for form in forms)),)
        return self._table(COVERAGE_BY_LAW, "punkt", head, self._by_point(cells), held, [aar])

    # -- parts

    def _of(self, *indicators: str) -> list[Row]:
        return [row for row in self.rows if row["indikator"] in indicators]

    def _law(self, form: str, name: str) -> str:
        return capitalised(self.laws_used[form][f"{name}_{self.spraak}"])

    def _by_point(self, cells) -> tuple[RowGroup, ...]:
        """A line for each point, those of the source before the additions. Parameters: `cells`, of a point's code."""
        blocks = []
        for origin in ("kilden", "tillegg"):
            lines = tuple(
                Line(f"{row['nummer']}. {row[f'navn_{self.spraak}']}", cells(row["instans"]))
                for row in self.points
                if row["opphav"] == origin
            )
            if lines:
                blocks.append(RowGroup(self.words["blokk"][origin], lines))
        return tuple(blocks)

    def _by_year(self, stub: str, years: Sequence[int], measures: Sequence[str]) -> tuple[tuple[Header, ...], ...]:
        corner = Header(self.words["hode"][stub], rowspan=2)
        return (
            (corner, *(Header(str(aar), colspan=len(measures)) for aar in years)),
            tuple(Header(self.words["maal"][measure]) for _ in years for measure in measures),
        )

    def _table(
        self,
        id: str,
        stub: str,
        head: tuple[tuple[Header, ...], ...],
        blocks: tuple[RowGroup, ...],
        rows: Sequence[Row],
        years: Sequence[int] = (),
    ) -> Table:
        words = self.words["tabeller"][id]
        years = years or sorted({row["aar"] for row in rows})
        cells = [cell for block in blocks for line in block.lines for cell in line.cells]
        used = [status for status in SIGNS if any(cell.status == status for cell in cells)]
        whole = {aar: row["base"] for (kind, *_, aar), row in sorted(self.cells.items()) if kind == OUTDATED}
        bases = "; ".join(f"N{NBSP}={NBSP}{number(whole[aar])} ({aar})" for aar in years if aar in whole)
        return Table(
            id=id,
            title=f"{words['hva']}, {words['inndeling']}. {year_range(years)}. {words['enhet']}",
            stub=self.words["hode"][stub],
            block_stub=self.words["hode"]["blokk"],
            head=head,
            blocks=blocks,
            bases=f"{self.words['base']}: {bases}",
            question=words["sporsmaal"],
            source=self.words["kilde"],
            origin=origin_text(rows, self.words["opphav"]),
            reconstructed=has_reconstructed(rows),
            signs=tuple([SIGNS[status] for status in used] + ["0"] * any(cell.value == 0 for cell in cells)),
            years=tuple(years),
            rows=tuple(rows),
        )


def _cell(row: Row | None, measure: str, of: str = "") -> TableCell:
    """One cell, or a sign where there is no such number. Parameters: `measure`, a column, «prosent» or «av» («3 av 4»,
    with `of` between)."""
    if row is None or (measure in ("prosent", "av") and not (row["status"] or row["base"])):
        return TableCell(SIGNS["ikke_spurt"], None, measure, {"status": "ikke_spurt"})  # no agreement that it concerns
    if row["status"]:
        return TableCell(SIGNS[str(row["status"])], None, measure, row)
    if measure == "prosent":
        share = Fraction(str(row["andel"]))
        return TableCell(percent(share), share, measure, row)
    if measure == "av":
        told = f"{number(row['antall'])}{NBSP}{of}{NBSP}{number(row['base'])}"
        return TableCell(told, row["antall"], measure, row)
    return TableCell(number(row[measure]), row[measure], measure, row)


def _share_of_all(row: Row | None) -> TableCell:
    """The share of the total of itself, which ends a column of shares."""
    base = row["base"] if row else None
    return TableCell(percent(Fraction(1)), Fraction(1), "prosent", row) if base else _cell(None, "prosent")
