"""Tables of residents and stays, for the page and its downloads: rows of `PERSONER_UTDATA` in, tables out. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from krisestat.contracts import PERSONER_UTDATA, Row
from krisestat.disclosure import ALLE, COUNTED, LAND
from krisestat.display import SIGNS, number, year_range
from krisestat.tables import Header, Line, RowGroup, Table, TableCell, has_reconstructed, origin_text

NATIONAL, PER_CENTRE = "beboere-og-opphold", "beboere-og-opphold-per-senter"
PERSON_TABLES = (NATIONAL, PER_CENTRE)
_ORDER = ("kvinner", "menn", "ikke_registrert", ALLE)


def last_year(rows: Sequence[Row], aar: int) -> int | None:
    """The last year up to `aar` that there are counts of persons for."""
    return max((row["aar"] for row in rows if row["aar"] <= aar), default=None)


def build_person_tables(rows: Sequence[Row], texts: Mapping, aar: int) -> list[Table]:
    """The national table and the table of centres, or nothing when there are no counts.

    Parameters: `rows` of `PERSONER_UTDATA`; `texts`, the parsed tabeller.yaml; `aar`, the edition's year. The table of
    centres shows the last year that there are counts for.
    """
    last = last_year(rows, aar)
    if last is None:
        return []
    words = texts["personer"]
    national = [row for row in rows if row["senter_id"] == LAND and row["aar"] <= aar]
    centres = [row for row in rows if row["senter_id"] != LAND and row["aar"] == last]
    by_key = {(r["aar"], r["senter_id"], r["gruppe"], r["maal"]): r for r in (*national, *centres)}
    years = sorted({row["aar"] for row in national})
    columns = [(maal, year) for maal in COUNTED for year in years]
    lines = tuple(
        Line(
            words["gruppe"][gruppe],
            tuple(_cell(by_key.get((year, LAND, gruppe, maal))) for maal, year in columns),
            total=gruppe == ALLE,
        )
        for gruppe in _ORDER
    )
    head = (
        (
            Header(words["hode"]["gruppe"], rowspan=2),
            *(Header(words["maal"][maal], colspan=len(years)) for maal in COUNTED),
        ),
        tuple(Header(str(year)) for _, year in columns),
    )
    sentre = sorted({(row["senter"], row["senter_id"]) for row in centres})
    centre_lines = tuple(
        Line(name, tuple(_cell(by_key[last, senter, ALLE, maal]) for maal in COUNTED)) for name, senter in sentre
    )
    centre_head = ((Header(words["hode"]["senter"]), *(Header(words["maal"][maal]) for maal in COUNTED)),)
    total = Line(words["i_alt"], tuple(_cell(by_key[last, LAND, ALLE, maal]) for maal in COUNTED), total=True)
    return [
        _table(NATIONAL, texts, words["hode"]["gruppe"], head, lines, national, years),
        _table(PER_CENTRE, texts, words["hode"]["senter"], centre_head, (*centre_lines, total), centres, [last]),
    ]


def _cell(row: Row | None) -> TableCell:
    if row is None or row["antall"] is None:
        return TableCell(SIGNS[str(row["status"]) if row else "mangler"], None, "antall", row)
    return TableCell(number(row["antall"]), row["antall"], "antall", row)


def _table(
    id: str,
    texts: Mapping,
    stub: str,
    head: tuple[tuple[Header, ...], ...],
    lines: tuple[Line, ...],
    rows: Sequence[Row],
    years: Sequence[int],
) -> Table:
    words, shared = texts["personer"]["tabeller"][id], texts["felles"]
    cells = [cell for line in lines for cell in line.cells]
    partly = {row["opphav"] for row in rows} == {"publisert", "rekonstruert"}
    used = [status for status in SIGNS if any(cell.status == status for cell in cells)]
    return Table(
        id=id,
        title=f"{words['hva']}, {words['inndeling']}. {year_range(years)}. {words['enhet']}",
        stub=stub,
        block_stub="",
        head=head,
        blocks=(RowGroup("", lines),),
        bases=texts["personer"]["enhet"],
        question=words["sporsmaal"],
        source=words["kilde"],
        origin=texts["personer"]["delvis_publisert"] if partly else origin_text(rows, shared["opphav"]),
        reconstructed=has_reconstructed(rows),
        signs=tuple([SIGNS[status] for status in used] + ["0"] * any(cell.value == 0 for cell in cells)),
        years=tuple(years),
        rows=tuple(rows),
    )


def person_machine_text(table: Table) -> str:
    """The table in long form for machines: comma, codes, one row per cell; a hidden one is empty, with its status."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PERSONER_UTDATA.columns)
    for row in table.rows:
        writer.writerow("" if row[c] is None else str(row[c]) for c in PERSONER_UTDATA.columns)
    return out.getvalue()


def national_rows(rows: Sequence[Row], aar: int) -> list[Row]:
    """The national counts in the form that statements ask. Parameters: as `count_rows`; `aar`, the edition's year."""
    return count_rows([row for row in rows if row["senter_id"] == LAND and row["aar"] <= aar])


def count_rows(rows: Iterable[Row]) -> list[Row]:
    """Counts of persons in the form of other numbers (contract `UTDATA`): the measure is the indicator, the centre
    stands where the partner does, and groups have names of their own, so that nobody can take persons for services.

    Parameters: `rows` of `PERSONER_UTDATA`.
    """
    empty = dict.fromkeys(("base", "andel", "nei", "vet_ikke", "ubesvart", "ikke_spurt"))
    return [
        {
            "indikator": row["maal"],
            "gruppe": "personer" if row["gruppe"] == ALLE else f"personer_{row['gruppe']}",
            "instans": row["senter_id"],
            "samarbeidsform": "",
            "aar": row["aar"],
            "antall": row["antall"],
            **empty,
            "status": row["status"],
            "opphav": row["opphav"],
        }
        for row in rows
    ]
