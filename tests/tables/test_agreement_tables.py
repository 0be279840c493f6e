"""Tables of agreements: what they show of which rows, apart from all that is counted in another unit."""

import csv
import io
from fractions import Fraction

import pytest
import yaml

from krisestat.agreements.names import load_names
from krisestat.avtale_tables import AGREEMENT_TABLES, agreement_years, build_agreement_tables
from krisestat.base.display import NBSP
from krisestat.formats import csv_files
from krisestat.model.units import GRUPPE
from tests.support.project import PROJECT

NAMES = load_names(PROJECT / "data" / "raw" / "codebooks")
WORDS = {
    standard: yaml.safe_load((PROJECT / "templates" / standard / "tabeller.yaml").read_text(encoding="utf-8"))
    for standard in ("nb", "nn")
}


def row(indikator, instans, form, aar, antall, base, ubesvart=0, opphav="rekonstruert", status=""):
    rest = {"nei": 0, "vet_ikke": 0, "ubesvart": 0, "ikke_spurt": base}
    if not status:
        rest = {"nei": base - antall - ubesvart, "vet_ikke": 0, "ubesvart": ubesvart, "ikke_spurt": 0}
    return {
        **{"indikator": indikator, "gruppe": GRUPPE, "instans": instans, "samarbeidsform": form, "aar": aar},
        **{"antall": antall, "base": base, "andel": None if status else str(Fraction(antall, base)), **rest},
        **{"status": status, "opphav": opphav},
    }


ROWS = [
    row("avtale_dekket", "formaal", "", 2018, 10, 15),
    row("avtale_dekket", "formaal", "", 2020, 20, 24, ubesvart=1),
    row("avtale_delvis", "formaal", "", 2020, 2, 24, ubesvart=1),
    row("avtale_mangler", "formaal", "", 2020, 1, 24, ubesvart=1),
    row("avtale_ikke_relevant", "formaal", "", 2020, 1, 25),
    row("avtale_ikke_spurt", "formaal", "", 2020, 0, 25),
    row("avtale_dekket", "formaal", "iks", 2020, 3, 4),
    row("avtale_dekket", "uenighet", "", 2020, 0, 25),
    row("avtale_dekket", "uenighet", "", 2018, None, 15, status="ikke_spurt"),
    row("avtale_dekket", "uenighet", "iks", 2020, None, None, status="undertrykt"),
    row("avtale_dekket", "uenighet", "vertskommune_nemnd", 2020, 0, 21),
    row("avtale_lovgrunnlag", "", "iks", 2018, 3, 15),
    row("avtale_lovgrunnlag", "", "iks", 2020, 4, 25),
    row("avtale_lovgrunnlag", "", "vertskommune_nemnd", 2020, 21, 25),
    row("avtale_foreldet", "", "", 2018, 6, 15),
    row("avtale_foreldet", "", "", 2020, 5, 25),
    row("avtale_evaluering", "", "", 2020, 7, 25),
]


def built(rows=ROWS, standard="nb", aar=2020):
    return {table.id: table for table in build_agreement_tables(rows, NAMES, WORDS[standard], standard, aar)}


def lines(table):
    return {line.header: [cell.text for cell in line.cells] for block in table.blocks for line in block.lines}


def test_coverage_tells_each_status_and_the_agreements_that_the_point_concerns():
    table = built()["avtaler-dekning"]
    first = lines(table)[f"1. {_name('formaal')}"]
    assert first == ["20", f"83{NBSP}%", "2", "1", "1", "24", "1", "0"]
    assert table.title.endswith("2020. Antall og prosent") and f"N{NBSP}={NBSP}25 (2020)" in table.bases
    assert table.signs == (".", "0")  # what no row tells, and a zero


def _name(code):
    return next(r["navn_nb"] for r in NAMES.instanser if r["kilde"] == GRUPPE and r["instans"] == code)


def test_additions_stand_apart_from_the_points_of_the_source():
    blocks = [(block.header, len(block.lines)) for block in built()["avtaler-dekning"].blocks]
    assert blocks == [(WORDS["nb"]["avtaler"]["blokk"]["kilden"], 1), (WORDS["nb"]["avtaler"]["blokk"]["tillegg"], 1)]


def test_collections_stand_side_by_side_with_their_own_bases():
    table = built()["avtaler-over-tid"]
    assert lines(table)[f"1. {_name('formaal')}"] == ["10", f"67{NBSP}%", "15", "20", f"83{NBSP}%", "24"]
    assert "N = 15 (2018); N = 25 (2020)" in table.bases.replace(NBSP, " ")
    assert [h.text for h in table.head[0][1:]] == ["2018", "2020"]
    unasked = lines(table)[f"13. {_name('uenighet')}"]
    assert unasked == [".", ".", ".", "0", f"0{NBSP}%", "25"]


def test_legal_bases_add_up_to_all_agreements_and_what_needs_a_new_look_stands_apart():
    first, second = built()["avtaler-lovgrunnlag"].blocks
    assert [cell.text for cell in first.lines[-1].cells] == ["15", f"100{NBSP}%", "25", f"100{NBSP}%"]
    assert sum(line.cells[2].value for line in first.lines[:-1]) == first.lines[-1].cells[2].value
    assert [line.cells[2].text for line in second.lines] == ["5", "7"]


def test_coverage_by_legal_basis_is_told_with_its_base_also_in_spreadsheets():
    table = built()["avtaler-dekning-lovgrunnlag"]
    assert lines(table) == {
        f"1. {_name('formaal')}": [".", f"3{NBSP}av{NBSP}4"],
        f"13. {_name('uenighet')}": [f"0{NBSP}av{NBSP}21", ":"],
    }
    assert table.signs == (".", ":", "0")
    hidden = [r | {"status": "undertrykt"} if r["samarbeidsform"] == "iks" and r["instans"] else r for r in ROWS]
    assert lines(built(hidden)["avtaler-dekning-lovgrunnlag"])[f"1. {_name('formaal')}"] == ["."]
    text = csv_files.to_excel_csv_text(table)
    assert ";3 av 4" in text
    machine = list(csv.DictReader(io.StringIO(csv_files.to_machine_csv_text(table))))
    assert {(m["instans"], m["samarbeidsform"], m["antall"], m["base"]) for m in machine} >= {
        ("formaal", "iks", "3", "4")
    }


@pytest.mark.parametrize("standard", ["nb", "nn"])
def test_every_table_has_its_words_in_both_standards_and_names_the_unit(standard):
    made = built(standard=standard)
    assert tuple(made) == AGREEMENT_TABLES
    unit = {"nb": "Samarbeidsavtaler mellom kommuner", "nn": "Samarbeidsavtalar mellom kommunar"}[standard]
    assert all(table.title.startswith(unit) and table.question and table.reconstructed for table in made.values())


def test_rows_of_other_units_are_never_in_them():
    strange = ROWS[0] | {"gruppe": "kvinner"}
    made = built([*ROWS, strange])
    assert {row["gruppe"] for table in made.values() for row in table.rows} == {GRUPPE}
    assert made == built()


def test_there_is_no_table_without_a_collection_and_none_looks_ahead():
    assert built(aar=2017) == {} and built(rows=[]) == {}
    assert agreement_years(ROWS, 2019) == [2018]
    assert built(aar=2019)["avtaler-over-tid"].years == (2018,)


def test_the_notice_follows_the_rows():
    received = [row | {"opphav": "mottatt"} for row in ROWS]
    assert not any(table.reconstructed for table in built(received).values())
    assert "rekonstruert" not in "".join(table.origin for table in built(received).values())
