"""Tables by declaration: what they show of which observations, with which signs, words and notes, in every form."""

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
import yaml

from krisestat.base import contracts
from krisestat.base.display import NBSP
from krisestat.base.errors import Problems
from krisestat.formats import csv_files
from krisestat.formats.cube import cubes
from krisestat.formats.px import px_text
from krisestat.formats.xlsx import table_sheet
from krisestat.model.declared import Panel, TableSpec
from krisestat.tables import build
from tests.support.downloads import MODEL, tables_of
from tests.support.model import edition_texts
from tests.support.observations import KV, SERVICES, of, renamed, row
from tests.support.project import PROJECT


def words_of(standard, file):
    return yaml.safe_load((PROJECT / "templates" / standard / f"{file}.yaml").read_text(encoding="utf-8"))


WORDS = {standard: edition_texts(standard) for standard in ("nb", "nn")}


def built(cubes, standard="nb", aar=2020, model=MODEL):
    return {table.id: table for table in build.build_tables(model, cubes, WORDS[standard], standard, aar)}


def lines(table):
    return {line.header: [cell.text for cell in line.cells] for block in table.blocks for line in block.lines}


FORMAAL, UENIGHET = {"punkt": "formaal"}, {"punkt": "uenighet"}
COVERED = {"dekning": "dekket"}
FORMS = {
    **of(
        "avtalepunkt",
        ((2018, 10, 15), FORMAAL | COVERED),
        ((2020, 20, 24), FORMAAL | COVERED),
        ((2020, 2, 24), FORMAAL | {"dekning": "delvis"}),
        ((2020, 1, 24), FORMAAL | {"dekning": "mangler"}),
        ((2020, 1, 24), FORMAAL | {"dekning": "ubesvart"}),
        ((2020, 1, 25), FORMAAL | {"dekning": "ikke_relevant"}),
        ((2020, 0, 25), FORMAAL | {"dekning": "ikke_spurt"}),
        ((2020, 3, 4), FORMAAL | COVERED | {"lovgrunnlag": "iks"}),
        ((2020, 0, 25), UENIGHET | COVERED),
        ((2018, None, 15, "ikke_spurt"), UENIGHET | COVERED),
        ((2020, None, None, "undertrykt"), UENIGHET | COVERED | {"lovgrunnlag": "iks"}),
        ((2020, 0, 21), UENIGHET | COVERED | {"lovgrunnlag": "vertskommune_nemnd"}),
    ),
    **of(
        "avtale_lovgrunnlag",
        ((2018, 15, 15), {"lovgrunnlag": "iks"}),
        ((2020, 4, 25), {"lovgrunnlag": "iks"}),
        ((2020, 21, 25), {"lovgrunnlag": "vertskommune_nemnd"}),
    ),
    **of("avtale_foreldet", ((2018, 6, 15), {}), ((2020, 5, 25), {})),
    **of("avtale_evaluering", ((2020, 7, 25), {})),
}


# --- answers -------------------------------------------------------------------------------------------------------


def test_a_table_has_its_numbers_bases_title_and_origin():
    table = built(SERVICES)["instanser"]
    assert table.title.endswith("2020. Antall og prosent")
    shown = ["1", "42", f"98{NBSP}%", "39", "0", f"0{NBSP}%"]  # who are not counted, who are, and their share
    assert [cell.text for cell in table.blocks[0].lines[0].cells] == shown
    assert "kvinner N = 43; menn N = 39 (2020)" in table.bases.replace(NBSP, " ")
    assert table.origin == WORDS["nb"]["felles"]["opphav"]["alle"]["publisert"]
    assert not table.reconstructed and table.signs == ("0",)


def test_years_with_different_origins_are_told_apart():
    table = built(SERVICES)["instanser-over-tid"]
    assert "2019: rekonstruerte" in table.origin and "2020: publiserte" in table.origin
    assert [block.header for block in table.blocks] == ["Krisesentertilbud til kvinner", "Krisesentertilbud til menn"]
    assert [cell.text for cell in table.blocks[0].lines[-1].cells] == ["44", "43"]  # the base, last in each group


def test_a_question_that_was_not_asked_gets_its_sign_and_never_a_number():
    table = built(SERVICES)["faste-kontaktpersoner"]
    first = table.blocks[0].lines[0].cells[0]
    assert (first.text, first.value, first.status) == (".", None, "ikke_spurt")
    assert table.signs == (".",)


def test_a_hidden_cell_is_a_sign_in_every_form_of_the_table():
    table = built(of("samarbeid", ((2020, None, 43, "undertrykt"), KV)))["instanser"]
    assert [c.text for c in table.blocks[0].lines[0].cells] == [":", ":", ":"]
    assert "42" not in csv_files.to_excel_csv_text(table) and "42" not in csv_files.to_machine_csv_text(table)


def test_the_spreadsheet_form_reads_back_with_comma_and_notice():
    text = csv_files.to_excel_csv_text(built(SERVICES)["instanser-over-tid"], "MERK")
    assert text.startswith(csv_files.BOM) and "\r" not in text
    read = list(csv.reader(io.StringIO(text.removeprefix(csv_files.BOM)), delimiter=";"))
    assert read[1] == ["MERK"] and read[3][:2] == ["Tilbud", "Instans"]
    assert read[4] == ["Krisesentertilbud til kvinner", "Politi", "42", "42"]
    assert "97,7" in csv_files.to_excel_csv_text(built(SERVICES)["instanser"], "MERK")
    assert "MERK" not in csv_files.to_excel_csv_text(built(SERVICES)["instanser"], "MERK")  # all of it is published


def test_the_machine_form_has_the_columns_of_its_statistic_with_status_and_origin():
    table = built(SERVICES)["faste-kontaktpersoner"]
    first, second = csv.DictReader(io.StringIO(csv_files.to_machine_csv_text(table)))
    own = ["statistikk", "aar", "tilbud", "instans", "samarbeidsform", "verdi", "nevner", "prosent"]
    assert [*first] == [*own, "nei", "vet_ikke", "ubesvart", "ikke_spurt", "status", "opphav"]
    assert first["status"] == "ikke_spurt" and first["verdi"] == first["prosent"] == ""
    assert second | {"prosent": "51.2", "opphav": "rekonstruert", "instans": "politi"} == second


@pytest.mark.parametrize(
    ("policy", "told"), [("alle", "Tilbud i registeret, med og uten svar"), ("svart", "Tilbud som svarte")]
)
def test_the_policy_stands_under_the_table(policy, told):
    own = MODEL["samarbeid"]
    changed = replace(own, said={**own.said, "svar": {**own.svar, "base": policy}})
    model = replace(MODEL, statistikk={**MODEL.statistikk, "samarbeid": changed})
    tables = built(SERVICES, model=model)
    assert tables["instanser"].bases.startswith(f"{told}: kvinner N")
    assert (len(tables["instanser-over-tid"].blocks[0].lines) == 2) == (policy == "alle")  # a base that is one


def test_what_narrows_a_statistic_is_told_with_its_groups():
    (table,) = built(of("samarbeid_panel", ((2020, 40, 42), KV))).values()
    assert table.blocks[0].header == "Krisesentertilbud til kvinner, de samme i hele perioden"
    assert table.bases.replace(NBSP, " ").endswith("hele perioden: kvinner, de samme tilbudene N = 42 (2020)")


@pytest.mark.parametrize("start", contracts.FORMULA_STARTS)
def test_no_text_becomes_a_formula_in_a_spreadsheet(start):
    named = renamed(f"{start}HYPERLINK(1)")
    table = built(SERVICES, model=named)["instanser"]
    cells = [c for line in csv.reader(io.StringIO(csv_files.to_excel_csv_text(table)), delimiter=";") for c in line]
    assert not [c for c in cells if c.lstrip("'") != c and not c.startswith("'")]
    assert f"'{start if start.isprintable() else ' '}HYPERLINK(1)" in cells


def test_the_notice_follows_the_rows_alone():
    for rows in (*SERVICES.values(), *FORMS.values()):
        assert build.has_reconstructed(rows)
        assert not build.has_reconstructed([r | {"opphav": "mottatt"} for r in rows])


def test_equal_tables_whatever_the_order_of_the_rows():
    turned = built({name: rows[::-1] for name, rows in SERVICES.items()})
    assert [replace(table, rows=()) for table in turned.values()] == [
        replace(table, rows=()) for table in built(SERVICES).values()
    ]


def test_a_table_without_words_is_told():
    less = {**WORDS["nb"], "tabeller": {}}
    with pytest.raises(
        Problems, match="ingen ord for tabellen «instanser»: «hva», «inndeling», «enhet», «sporsmaal», «kilde»"
    ):
        build.build_tables(MODEL, SERVICES, less, "nb", 2020)


# --- persons -------------------------------------------------------------------------------------------------------


def test_persons_have_the_whole_last_and_units_by_the_name_of_the_year():
    both = {
        name: of(
            name,
            ((2019, 30, None), {"kjonn": "kvinner"}),
            ((2020, None, None, "undertrykt"), {"kjonn": "menn"}),
            ((2020, 40, None), {"opphav": "publisert"}),
            ((2019, 9, None), {"senter": "S01"}),
            ((2020, 8, None), {"senter": "S02"}),
        )[name]
        for name in ("beboere", "opphold")
    }
    national, centres = built(both).values()
    assert [h.text for h in national.head[0][1:]] == ["Beboere", "Opphold"]
    assert [h.text for h in national.head[1]] == ["2019", "2020"] * 2
    assert lines(national) == {"Kvinner": ["30", ".."] * 2, "Menn": ["..", ":"] * 2, "I alt": ["..", "40"] * 2}
    assert [line.total for line in national.blocks[0].lines] == [False, False, True]
    assert lines(centres) == {"Senter 02": ["8", "8"], "Hele landet": ["40", "40"]}
    assert centres.bases == national.bases == WORDS["nb"]["enheter"]["beboer"]["uten_base"]
    assert "publiserte" in national.origin and "publiserte" not in centres.origin


# --- agreements ----------------------------------------------------------------------------------------------------


def test_coverage_tells_each_status_and_the_agreements_that_the_point_concerns():
    table = built(FORMS)["avtaler-dekning"]
    first = lines(table)[_named("formaal")]
    assert first == ["20", f"83{NBSP}%", "2", "1", "1", "24", "1", "0"]
    assert table.title.endswith("2020. Antall og prosent") and f"N{NBSP}={NBSP}25 (2020)" in table.bases
    assert table.signs == (".", "0")  # what no row tells, and a zero
    told = ["Dekket", "Dekket, prosent", "Delvis dekket", "Mangler", "Ubesvart"]
    assert [h.text for h in table.head[0]][1:6] == told and table.head[0][6].text == "Avtaler punktet gjelder"


def _named(code):
    points = MODEL["avtalepunkt"].per["punkt"]
    return f"{points.place[code] + 1}. {points.heading(code, 'nb')}"


def test_additions_stand_apart_from_the_points_of_the_source():
    blocks = [(block.header, len(block.lines)) for block in built(FORMS)["avtaler-dekning"].blocks]
    assert blocks == [("Punktene i sjekklisten", 1), ("Tillegg", 1)]


def test_collections_stand_side_by_side_with_their_own_bases():
    table = built(FORMS)["avtaler-over-tid"]
    assert lines(table)[_named("formaal")] == ["10", f"67{NBSP}%", "15", "20", f"83{NBSP}%", "24"]
    assert "N = 15 (2018); N = 25 (2020)" in table.bases.replace(NBSP, " ")
    assert [h.text for h in table.head[0][1:]] == ["2018", "2020"]
    assert lines(table)[_named("uenighet")] == [".", ".", ".", "0", f"0{NBSP}%", "25"]


def test_legal_bases_add_up_to_all_agreements_and_what_needs_a_new_look_stands_apart():
    first, second = built(FORMS)["avtaler-lovgrunnlag"].blocks
    assert [cell.text for cell in first.lines[-1].cells] == ["15", f"100{NBSP}%", "25", f"100{NBSP}%"]
    assert sum(line.cells[2].value for line in first.lines[:-1]) == first.lines[-1].cells[2].value
    assert [(line.header, line.cells[2].text) for line in second.lines] == [
        ("Utdatert lovgrunnlag", "5"),
        ("Evalueringen skulle vært gjort", "7"),
    ]


def test_coverage_by_legal_basis_is_told_with_its_base_also_in_spreadsheets():
    table = built(FORMS)["avtaler-dekning-lovgrunnlag"]
    assert lines(table) == {
        _named("formaal"): [".", f"3{NBSP}av{NBSP}4"],
        _named("uenighet"): [f"0{NBSP}av{NBSP}21", ":"],
    }
    assert table.signs == (".", ":", "0")
    points = [
        r | {"status": "undertrykt", "verdi": None} if r["lovgrunnlag"] == "iks" else r for r in FORMS["avtalepunkt"]
    ]
    hidden = built(FORMS | {"avtalepunkt": points})["avtaler-dekning-lovgrunnlag"]
    assert lines(hidden) == {_named("formaal"): ["."], _named("uenighet"): [f"0{NBSP}av{NBSP}21"]}
    assert ";3 av 4" in csv_files.to_excel_csv_text(table)
    machine = list(csv.DictReader(io.StringIO(csv_files.to_machine_csv_text(table))))
    assert {(m["punkt"], m["lovgrunnlag"], m["verdi"], m["nevner"]) for m in machine} >= {("formaal", "iks", "3", "4")}


@pytest.mark.parametrize("standard", ["nb", "nn"])
def test_every_table_has_its_words_in_both_standards_and_names_the_unit(standard):
    made = {table.id: table for table in tables_of(WORDS[standard], standard, 2020)}
    assert [*made] == [*MODEL.tabeller]
    unit = {"nb": "Samarbeidsavtaler mellom kommuner", "nn": "Samarbeidsavtalar mellom kommunar"}[standard]
    of_agreements = [table for table in made.values() if table.av[0].enhet.id == "avtale"]
    assert len(of_agreements) == 4
    assert all(table.title.startswith(unit) and table.question and table.reconstructed for table in of_agreements)
    assert all({one.enhet.vern for one in table.av} == {table.av[0].enhet.vern} for table in made.values())


def test_there_is_no_table_without_data_and_none_looks_ahead():
    assert built(FORMS, aar=2017) == {} and built({}) == {}
    assert built(FORMS, aar=2019)["avtaler-over-tid"].years == (2018,)


# --- other numbers than counts -------------------------------------------------------------------------------------


def of_type(type, **said):
    """A model with a table of a statistic of another type, by kind of service and year."""
    own = MODEL["forum"]
    columns = {"aar": "A", "tilbud": "T", "verdi": "V"} | ({"for_brudd": "F"} if "brudd" in said else {})
    told = {"type": type, "tabell": {"kilde": "k", "kolonner": columns}, "navn": "Ny", **said}
    statistic = replace(own, id="ny", said=told, answers=None)
    spec = TableSpec("samarbeidsfora", "ny", (Panel("", ("ny",), "aar", False),), ("tilbud", "maal"), ("antall",))
    maal = ("antall", "for_brudd") if "brudd" in said else ("antall",)
    kolonner = ("tilbud", "maal") if "brudd" in said else ("tilbud",)
    return replace(
        MODEL,
        statistikk={"ny": statistic},
        tabeller={"samarbeidsfora": replace(spec, maal=maal, kolonner=kolonner)},
    )


@pytest.mark.parametrize(
    ("type", "decimals", "value", "text", "file", "machine"),
    [
        ("desimal", 1, Fraction(25, 2), "12,5", "12,5", "12.5"),
        ("desimal", 2, Fraction(-1, 8), "−0,13", "-0,13", "-0.125"),
        ("kroner", 0, 1234567, f"1{NBSP}234{NBSP}567", "1234567", "1234567"),
        ("prosent", 1, Fraction(125, 2), f"62,5{NBSP}%", "62,5", "62.5"),
        ("prosent", 0, 40, f"40{NBSP}%", "40", "40"),
    ],
)
def test_decimals_money_and_percentages_are_shown_as_what_they_are(type, decimals, value, text, file, machine):
    model = of_type(type, desimaler=decimals)
    (table,) = built({"ny": [row(model["ny"], 2020, value, tilbud="menn")]}, model=model).values()
    (cell,) = table.blocks[0].lines[0].cells
    assert cell.text == text and table.bases == WORDS["nb"]["felles"]["uten_base"]
    assert f"2020;{file}\n" in csv_files.to_excel_csv_text(table)
    assert f"ny,2020,menn,{machine},," in csv_files.to_machine_csv_text(table)
    (cube,) = cubes([table], words_of("nb", "nedlasting"), "nb")
    assert cube.decimals == {"verdi": decimals} and cube.cells["menn", "verdi", "2020"].value == pytest.approx(
        float(value), abs=0.006
    )
    units = {"desimal": "krisesentertilbud", "kroner": "kroner", "prosent": "prosent"}
    assert cube.units == {"verdi": units[type]}
    sheet = table_sheet(table, "Ark", words_of("nb", "nedlasting")["arbeidsbok"], {}, "")
    assert sheet.rows[0][1] == pytest.approx(float(value), abs=0.006)


def test_estimates_breaks_and_what_does_not_apply_are_marked_and_explained():
    model = of_type("antall", brudd=[{"fra": 2020, "grunn": "Ny telling."}])
    rows = [
        row(model["ny"], 2019, 10, status="anslag", tilbud="kvinner", for_brudd=None),
        row(model["ny"], 2020, 8, tilbud="kvinner", for_brudd=11),
        row(model["ny"], 2020, None, status="ikke_aktuelt", tilbud="menn", for_brudd=None),
    ]
    (table,) = built({"ny": rows}, model=model).values()
    assert lines(table) == {"2019": [f"10{NBSP}*", "x", "..", ".."], "2020": [f"8{NBSP}|", "11", "x", "x"]}
    assert table.signs == ("..", "x", "*", "|") and table.question.endswith("Ny telling.")
    assert [h.text for h in table.head[1]][:2] == ["Antall", "Før bruddet"]
    assert "2019;10 *;" in csv_files.to_excel_csv_text(table)
    signs = WORDS["nb"]["felles"]["tegn"] | WORDS["nb"]["felles"]["merker"]
    assert all(signs[sign] for sign in table.signs)
    (cube,) = cubes([table], words_of("nb", "nedlasting"), "nb")
    text = px_text(cube, signs, {"tittel": "T", "utgiver": "U"}, "nb", 2020)
    assert 'CELLNOTE("Kvinner","Antall","2019")="Anslag.";' in text and 'CELLNOTE("Kvinner","Antall","2020")' in text
    assert '"...."' in text
