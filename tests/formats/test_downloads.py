"""The files for download, each read by a tool that is not the project's and held cell by cell against the tables."""

import dataclasses
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from fractions import Fraction
from itertools import product
from math import isnan
from pathlib import Path

import jsonschema
import pytest
import rdflib
from lxml import html
from pyaxis import pyaxis
from pyjstat import pyjstat
from python_calamine import CalamineWorkbook

from krisestat.base.display import SIGNS, round_half_away
from krisestat.base.yaml_files import load_yaml
from krisestat.formats import dcat, schemaorg, xlsx
from krisestat.formats.cube import Axis, Cube, Observation, cubes
from krisestat.formats.download import read_list, size
from krisestat.formats.jsonstat import dataset_text
from krisestat.formats.px import px_text
from krisestat.model.config import load_config
from krisestat.tables.words import download_words
from tests.support.downloads import MODEL, packaged, tables_of
from tests.support.model import edition_texts
from tests.support.project import PROJECT

CONFIG = load_config(PROJECT / "config.yaml", PROJECT)
AAR = CONFIG["aar"]
TEXTS = edition_texts()
WORDS = load_yaml(PROJECT / "templates/nb/nedlasting.yaml")[0]
TABLES = {table.id: table for table in tables_of(TEXTS, "nb", AAR)}
CUBES = {cube.id: cube for cube in cubes(list(TABLES.values()), WORDS, "nb")}
SIGN_TEXTS = TEXTS["felles"]["tegn"]
HIDDEN = "beboere-og-opphold-per-senter"


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Path:
    """What goes out of an edition with its files for download."""
    folder = tmp_path_factory.mktemp("nedlasting")
    packaged(folder, PROJECT / "templates", CONFIG)
    return folder / "ut"


def number_or_sign(value, measure, row):
    """What must stand in a cell, from the data row alone: a number (percentages with one decimal) or a sign."""
    if value is None:
        return SIGNS[row["status"] if row and row["status"] else "mangler"]
    return float(round_half_away(Fraction(value) * 100, 1)) if measure == "prosent" else int(value)


def rows_in_full(table):
    """Every number of a table's observations by codes, measure and year, as the machine forms must have it."""
    found, several = {}, len(table.av) > 1
    for row in table.rows:
        value, base = row["verdi"], row.get("nevner")
        share = Fraction(value, base) if value is not None and base else None
        for measure, seen in {"verdi": value, "nevner": base, "prosent": share}.items():
            if measure == "verdi" or "nevner" in row:
                codes = {name: row.get(name) or "alle" for one in table.av for name in one.per}
                prefix = row["statistikk"] if measure == "verdi" else f"{row['statistikk']}_{measure}"
                codes |= {"maal": prefix if several else measure}
                found[tuple(codes.items()), str(row["aar"])] = number_or_sign(seen, measure, row)
    return found


def expected(table, axes):
    """What every cell of a cube must hold, by its codes; a cell that the data do not have is missing if they have it
    for another year, and not possible otherwise. Parameters: `axes`, their ids, the year last."""
    found = {
        tuple((dict(key) | {"aar": aar})[name] for name in axes): value
        for (key, aar), value in rows_in_full(table).items()
    }
    asked = {codes[:-1] for codes in found}
    return lambda codes: found.get(tuple(codes), SIGNS["mangler" if tuple(codes)[:-1] in asked else "ikke_spurt"])


# -- the workbook


@pytest.fixture(scope="session")
def book(results):
    return CalamineWorkbook.from_path(results / f"nedlasting/tabeller_p{AAR}.xlsx")


def test_the_workbook_has_contents_signs_and_a_sheet_for_each_table(book):
    assert book.sheet_names == ["Innhold", "Tegn", *TABLES]
    contents = book.get_sheet_by_name("Innhold").to_python()
    assert [row for row in contents if row[0] in TABLES] == [[t.id, t.title] for t in TABLES.values()]
    assert [row[0] for row in contents].count(CONFIG["publikasjon"]["tittel"] + f" {AAR}") == 1
    assert any(WORDS["merknad"].strip() == row[0] for row in contents)
    assert book.get_sheet_by_name("Tegn").to_python()[2:] == [list(pair) for pair in SIGN_TEXTS.items()]


@pytest.mark.parametrize("id", TABLES)
def test_each_cell_of_the_workbook_is_the_cell_of_the_table(book, id):
    table, sheet = TABLES[id], book.get_sheet_by_name(id).to_python()
    above = [row[0] for row in sheet if not any(row[1:])]
    assert above[0] == table.title
    for text in (table.bases, table.question, table.source, table.origin):
        assert any(line.endswith(text) for line in above)
    for sign in table.signs:
        assert f"Tegn {sign} {SIGN_TEXTS[sign]}" in above
    blocks = any(block.header for block in table.blocks)
    lead = 2 if blocks else 1
    lines = [(block.header, line) for block in table.blocks for line in block.lines]
    read = sheet[-len(lines) :]
    assert len(sheet[len(above)]) == lead + len(lines[0][1].cells) == len(set(sheet[len(above)]))
    for (header, line), row in zip(lines, read, strict=True):
        assert row[:lead] == ([header, line.header] if blocks else [line.header])
        for cell, value in zip(line.cells, row[lead:], strict=True):
            if cell.measure == "av":
                assert value == cell.text
                continue
            said = number_or_sign(cell.value, cell.measure, cell.row)
            assert value == said and isinstance(value, str) == isinstance(said, str)


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode("utf-8") for name in file.namelist()}


def test_the_workbook_is_made_to_be_read_aloud_and_holds_no_clock(results):
    data = (results / f"nedlasting/tabeller_p{AAR}.xlsx").read_bytes()
    found = parts(data)
    sheets = {name: text for name, text in found.items() if name.startswith("xl/worksheets/sheet")}
    named = [text for name, text in sorted(found.items()) if name.startswith("xl/tables/")]
    assert len(sheets) == len(named) == len(TABLES) + 2
    assert all(
        text.count("<tablePart ") == 1 and "mergeCell" not in text and "<f>" not in text for text in sheets.values()
    )
    names = [re.search(r'displayName="([^"]+)"', text)[1] for text in named]
    assert len({name.lower() for name in names}) == len(names) and all(re.fullmatch(r"[a-z]\w*", n) for n in names)
    for text in named:
        headers = [h.lower() for h in re.findall(r'<tableColumn id="\d+" name="([^"]+)"', text)]
        assert len(set(headers)) == len(headers)
    core, date = found["docProps/core.xml"], CONFIG["publikasjon"]["sist_oppdatert"]
    assert f"<dc:title>{CONFIG['publikasjon']['tittel']} {AAR}</dc:title>" in core
    assert "<dc:language>nb-NO</dc:language>" in core
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {f"{date}T00:00:00Z"}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


HOSTILE = [
    "=1+1",
    "+47",
    "-2",
    "@SUM(A1)",
    '=HYPERLINK("https://example.org")',
    "a\tb\nc",
    "<b>&\"'",
    "{=1}",
    "x" * 5000,
]


def hostile_sheets():
    rows = tuple((text, n) for n, text in enumerate(HOSTILE))
    pages = [xlsx.Worksheet("Innhold", ("=1+1",), "innhold", ("=A1", "@b"), (("='x'!A1", "=2"),))]
    names = xlsx.worksheet_names(["='x'!A1[]", "Innhold", "lang " * 20, "lang " * 20], ["Innhold"])
    return [*pages, *(xlsx.Worksheet(n, ("@t",), f"tabell_{i}", ("-a", "A"), rows) for i, n in enumerate(names))]


def test_no_text_in_a_workbook_is_run_and_none_is_lost():
    pages = hostile_sheets()
    data = xlsx.workbook(pages, {"tittel": "=1+1", "utgiver": "@x", "oppdatert": "2026-11-21"}, "nn")
    assert not [name for name, text in parts(data).items() if re.search(r"<f\b", text)]
    assert all('TargetMode="External"' not in text for text in parts(data).values())
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == [page.name for page in pages]
    read = book.get_sheet_by_name(pages[1].name).to_python()
    assert read[0][0] == "@t" and read[1] == ["-a", "A"]
    assert [row[0] for row in read[2:]] == [text.replace("\t", " ").replace("\n", " ") for text in HOSTILE]
    assert [row[1] for row in read[2:]] == list(range(len(HOSTILE)))


def test_numbers_and_signs_have_each_their_look_and_columns_the_width_of_their_texts():
    page = xlsx.Worksheet("Innhold", ("t",), "innhold", ("a", "b" * 9, "c", "d"), (("x" * 99, ":", 1, 1.5),))
    pages, facts = [dataclasses.replace(page, name="A", table="a"), page], {"tittel": "t", "utgiver": "u"}
    found = parts(xlsx.workbook(pages, facts | {"oppdatert": "2026-11-21"}, "nb"))
    sheet, styles = found["xl/worksheets/sheet2.xml"], found["xl/styles.xml"]
    number_of = {number: text for text, number in re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles)}
    looks = re.findall(r"<xf .*?(?=<xf|</cellXfs>)", styles.split("<cellXfs")[1])
    text, sign, whole, decimal = re.findall(r'<c r="[A-D]3"(?: s="(\d+)")?', sheet)
    assert text == "" and 'horizontal="right"' in looks[int(sign)]
    assert f'numFmtId="{number_of["#,##0"]}"' in looks[int(whole)]
    assert f'numFmtId="{number_of["0.0"]}"' in looks[int(decimal)]
    assert [int(float(width)) for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)] == [62, 11, 3, 5]


def test_names_and_headers_are_such_as_a_workbook_can_have():
    long = "Samarbeid om enkeltsaker " * 30
    names = xlsx.worksheet_names([long, long, "a/b:c", "INNHOLD"], ["Innhold"])
    assert len({name.lower() for name in [*names, "Innhold"]}) == 5 and all(len(name) <= 31 for name in names)
    assert not [name for name in names if re.search(r"[\[\]:*?/\\]", name)]
    headers = xlsx.unique_headers(["Kvinner", "kvinner", "", "\n", long, long])
    assert len({header.lower() for header in headers}) == 6 and all(0 < len(header) <= 255 for header in headers)
    assert headers[:2] == ["Kvinner", "kvinner (2)"]


# -- cubes


@pytest.mark.parametrize("id", TABLES)
def test_each_cell_of_json_stat_is_the_number_of_the_data(results, id):
    text = (results / f"nedlasting/{id}_p{AAR}.json").read_text(encoding="utf-8")
    from jsonstat_validator import Dataset, validate_jsonstat

    assert validate_jsonstat(json.loads(text))
    model, table = Dataset.model_validate(json.loads(text)), TABLES[id]
    categories = [model.dimension[axis].category.index for axis in model.id]
    read, said = {}, expected(table, model.id)
    for place, codes in enumerate(product(*categories)):
        value = model.value[place]
        read[codes] = (model.status or {})[str(place)] if value is None else value
        assert read[codes] == said(codes)
    numbers = {k: v for k, v in rows_in_full(table).items() if not isinstance(v, str)}
    assert sum(not isinstance(v, str) for v in read.values()) == len(numbers), "nothing is left out"
    assert model.label == table.title and table.source in model.source and table.origin in model.note
    used = set((model.status or {}).values())
    assert model.extension["status"]["label"] == {sign: SIGN_TEXTS[sign] for sign in model.extension["status"]["label"]}
    assert used == set(model.extension["status"]["label"])


@pytest.mark.filterwarnings("ignore:Shouldn't use this function anymore:DeprecationWarning:pyjstat")
@pytest.mark.parametrize("id", TABLES)
def test_another_reader_of_json_stat_finds_the_same_table(results, id):
    text = (results / f"nedlasting/{id}_p{AAR}.json").read_text(encoding="utf-8")
    frame = pyjstat.Dataset.read(text).write("dataframe", naming="id")
    axes = [axis.id for axis in CUBES[id].axes]
    read = {tuple(map(str, row[axes])): row["value"] for _, row in frame.iterrows()}
    assert len(read) == len(list(CUBES[id].observations()))
    said = expected(TABLES[id], axes)
    for codes, value in read.items():
        assert isnan(value) if isinstance(said(codes), str) else value == said(codes)


@pytest.mark.parametrize("id", TABLES)
def test_each_cell_of_px_is_the_number_of_the_data(results, id):
    file, never = results / f"nedlasting/{id}_p{AAR}.px", r"^$"
    read = pyaxis.parse(str(file), encoding="utf-8", null_values=never, sd_values=never)
    told, frame, table, axes = read["METADATA"], read["DATA"], TABLES[id], CUBES[id].axes
    assert told["TITLE"] == [table.title] and table.origin in told["NOTEX"][0]
    assert [*told["STUB"], *told["HEADING"]] == [axis.label for axis in axes]
    symbols = {f'"{"." * n}"': told[f"DATASYMBOL{n}"][0] for n in (1, 2, 3) if f"DATASYMBOL{n}" in told}
    codes_of = [dict(zip(told[f"VALUES({a.label})"], told[f"CODES({a.label})"], strict=True)) for a in axes]
    cells, said = 0, expected(table, [axis.id for axis in axes])
    for row in frame.itertuples(index=False):
        *labels, value = row
        codes = [codes_of[n][label] for n, label in enumerate(labels)]
        assert (symbols.get(value) or float(value)) == said(codes)
        cells += 1
    assert cells == len(list(CUBES[id].observations()))
    assert {f"{sign} = {SIGN_TEXTS[sign]}" in told["NOTEX"][0] for sign in symbols.values()} <= {True}


def test_the_signs_of_hidden_missing_and_unasked_cells_survive_in_every_form(results, book):
    def hidden(id, form):
        return (results / f"nedlasting/{id}_p{AAR}.{form}").read_text(encoding="utf-8")

    assert any(cell.status == "undertrykt" for line in TABLES[HIDDEN].blocks[0].lines for cell in line.cells)
    assert ":" in json.loads(hidden(HIDDEN, "json"))["status"].values() and '"..."' in hidden(HIDDEN, "px")
    assert any(":" in row for row in book.get_sheet_by_name(HIDDEN).to_python())
    unasked = "faste-kontaktpersoner"
    assert "." in json.loads(hidden(unasked, "json"))["status"].values() and ' "."' in hidden(unasked, "px")
    axes = (Axis("gruppe", 'A "b"; DATA', (("a", 'x"y'),)), Axis("maal", "Mål", (("antall", "Antall"),)))
    cube = Cube(
        "t", "T", "K", ("Hva?", "Alt"), (*axes, Axis("aar", "År", (("2020", "2020"), ("2021", "2021")))), {}, {}, {}
    )
    cube = dataclasses.replace(cube, units={"antall": "antall"}, decimals={"antall": 0})
    cube = dataclasses.replace(cube, cells={("a", "antall", "2020"): Observation(0)})
    assert json.loads(dataset_text(cube, SIGN_TEXTS, "2026-11-21"))["value"] == [0, None]
    text = px_text(cube, SIGN_TEXTS, {"tittel": "T", "utgiver": "U"}, "nb", 2020)
    assert text.endswith('DATA=\n0 "..";\n') and '"x\'y"' in text and 'DATASYMBOL2=".."' in text
    assert 'NOTEX="Hva? Alt. .. = ' in text


def test_a_table_in_which_every_number_is_hidden_is_told_as_that():
    table = TABLES[HIDDEN]
    rows = tuple(row | {"verdi": None, "status": "undertrykt"} for row in table.rows)
    (cube,) = cubes([dataclasses.replace(table, rows=rows)], WORDS, "nb")
    assert {seen.sign for seen in cube.cells.values()} == {":"} and cube.units
    text = px_text(cube, SIGN_TEXTS, {"tittel": "T", "utgiver": "U"}, "nb", AAR)
    assert set(text.partition("DATA=")[2].strip(" ;\n").split()) == {'"..."'}


@pytest.mark.parametrize(
    "label",
    ["=1+1", "<script>alert(1)</script>", 'et "sitat"; med = og ,', "x" * 5000, "\u202eolitilop", "politi\u0301"],
)
def test_a_hostile_name_of_a_partner_moves_no_number(tmp_path, label):
    from jsonstat_validator import validate_jsonstat

    cube = CUBES["instanser"]
    at = [axis.id for axis in cube.axes].index("instans")
    renamed = tuple((code, label if code == "politi" else name) for code, name in cube.axes[at].categories)
    axes = [*cube.axes]
    axes[at] = dataclasses.replace(axes[at], categories=renamed)
    cube = dataclasses.replace(cube, axes=tuple(axes))
    dataset = json.loads(dataset_text(cube, SIGN_TEXTS, "2026-11-21"))
    assert validate_jsonstat(dataset) and dataset["dimension"]["instans"]["category"]["label"]["politi"] == label
    (tmp_path / "x.px").write_text(px_text(cube, SIGN_TEXTS, {"tittel": label, "utgiver": label}, "nb", AAR), "utf-8")
    frame = pyaxis.parse(str(tmp_path / "x.px"), encoding="utf-8", null_values=r"^$", sd_values=r"^$")["DATA"]
    shown = frame[frame["Instans"] == label.replace('"', "'")]
    codes = [("kvinner", "politi", "verdi", str(AAR)), ("menn", "politi", "verdi", str(AAR))]
    assert [int(n) for n in shown[shown["Måltall"] == "Antall"]["DATA"]] == [cube.cells[code].value for code in codes]


# -- descriptions


def frictionless_report(folder: Path) -> dict:
    """What the validator's own command says of the package in a folder."""
    command = [str(Path(sys.executable).parent / "frictionless"), "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


@pytest.mark.thorough
def test_the_data_package_describes_every_file_and_is_valid(results):
    report = frictionless_report(results)
    assert report["valid"] and report["stats"]["warnings"] == 0, report["errors"]
    listed = read_list((results.parent / "nedlasting.json").read_text(encoding="utf-8"))
    package = json.loads((results / "datapackage.json").read_text(encoding="utf-8"))
    described = {resource["path"]: resource for resource in package["resources"]}
    assert described.keys() == {one.fil for one in listed if one.format not in ("datapakke", "dcat")}
    assert len(report["tasks"]) == len({resource["name"] for resource in package["resources"]}) == len(described)
    for one in listed:
        if one.fil in described:
            assert described[one.fil]["hash"] == f"sha256:{one.sha256}" and described[one.fil]["bytes"] == one.byte
        assert ("schema" in described.get(one.fil, {})) == (one.format == "csv-maskin")


@pytest.mark.thorough
def test_a_file_that_is_not_as_described_is_found_by_the_validator(results, tmp_path):
    broken = {
        "utdata/forum.csv": ("2015,kvinner,27", "2015,kvinner,28", "hash-count"),
        f"nedlasting/samarbeidsfora_p{AAR}.json": ('"2.0"', '"2.1"', "hash-count"),
        "utdata/beboere.csv": (",menn,", ",hvemsomhelst,", "constraint-error"),
    }
    shutil.copytree(results, tmp_path / "r")
    for name, (old, new, _) in broken.items():
        text = (tmp_path / "r" / name).read_text(encoding="utf-8")
        (tmp_path / "r" / name).write_text(text.replace(old, new), encoding="utf-8")
    report = frictionless_report(tmp_path / "r")
    assert {task["place"] for task in report["tasks"] if not task["valid"]} == broken.keys()
    for task in report["tasks"]:
        if task["place"] in broken:
            assert broken[task["place"]][2] in {error["type"] for error in task["errors"]}


def test_the_list_holds_the_files_as_they_are(results):
    text = (results.parent / "nedlasting.json").read_text(encoding="utf-8")
    schema = json.loads((PROJECT / "workflow/schemas/nedlasting.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(text), schema)
    listed = read_list(text)
    found = {p.relative_to(results).as_posix(): p.read_bytes() for p in results.rglob("*") if p.is_file()}
    assert {one.fil for one in listed} == found.keys()
    for one in listed:
        assert (one.byte, one.sha256) == (len(found[one.fil]), hashlib.sha256(found[one.fil]).hexdigest())
        assert re.fullmatch(
            rf"[a-z-]+_p{AAR}\.(csv|json|px|xlsx|ttl)|({'|'.join(MODEL.statistikk)})\.csv|datapackage\.json",
            Path(one.fil).name,
        )
    assert size(634).replace("\u00a0", " ") == "634 byte" and size(30463).replace("\u00a0", " ") == "30,5 kB"


@pytest.fixture(scope="session")
def record(results) -> rdflib.Graph:
    return rdflib.Graph().parse(results / f"nedlasting/datakatalog_p{AAR}.ttl")


@pytest.fixture(scope="session")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(PROJECT / "tests/formats/dcat_ap_no.ttl")


def validated(graph, shapes):
    """Whether a record is sound, what is wrong with it as a graph, and as text."""
    import pyshacl  # half a second, in the one process that runs this file

    return pyshacl.validate(graph, shacl_graph=shapes, advanced=False)


DCAT, DCT, FOAF = (rdflib.Namespace(dcat.PREFIXES[name]) for name in ("dcat", "dct", "foaf"))


def test_the_record_keeps_dcat_ap_no(record, shapes, results):
    sound, _, report = validated(record, shapes)
    assert sound, report
    listed = read_list((results.parent / "nedlasting.json").read_text(encoding="utf-8"))
    home = f"{CONFIG['publikasjon']['nettadresse']}/{AAR}/"
    urls = {str(url) for url in record.objects(None, DCAT.downloadURL)}
    assert urls == {home + one.fil for one in listed if one.format != "dcat"}
    assert {str(o) for o in record.objects(None, rdflib.URIRef(dcat.PREFIXES["spdx"] + "checksumValue"))} == {
        one.sha256 for one in listed if one.format != "dcat"
    }
    titles = {str(record.value(d, DCT.title)) for d in record.objects(None, DCAT.dataset)}
    assert {table.title for table in TABLES.values()} <= titles


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "what"),
    [
        *(
            (DCAT.Catalog, what)
            for what in (DCT.title, DCT.description, DCT.publisher, DCAT.contactPoint, DCAT.dataset)
        ),
        *((DCAT.Dataset, what) for what in (DCT.title, DCT.description, DCT.publisher, DCAT.contactPoint, DCAT.theme)),
        *((DCAT.Dataset, what) for what in (DCT.identifier, DCAT.distribution)),
        (DCAT.Distribution, DCAT.accessURL),
        (FOAF.Agent, FOAF.name),
    ],
    ids=lambda iri: re.split("[#/]", iri)[-1],
)
def test_a_record_without_a_mandatory_property_is_refused(record, shapes, kind, what):
    subject = sorted(record.subjects(rdflib.RDF.type, kind))[0]
    less = rdflib.Graph()
    for triple in record.cbd(subject):
        less.add(triple)
    for name in (DCT.publisher, DCAT.contactPoint, DCAT.dataset, DCAT.distribution):
        for other in record.objects(subject, name):
            less += record.cbd(other) if name != DCAT.dataset else [(other, rdflib.RDF.type, DCAT.Dataset)]
    less.remove((subject, what, None))
    sound, failures, _ = validated(less, shapes)
    wanted = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert not sound
    assert (None, wanted.resultPath, what) in failures and (None, wanted.focusNode, subject) in failures


def test_no_text_can_break_out_of_the_record():
    text = 'en "tittel" \\ med\nlinje og \t <b>'
    graph = rdflib.Graph().parse(
        data="@prefix dct: <http://purl.org/dc/terms/> .\n"
        + dcat.node(dcat.iri('https://example.org/a> <b"{c}|^`\\ d'), [("dct:title", [dcat.literal(text, "@nb")])]),
        format="turtle",
    )
    ((subject, _, said),) = graph
    assert str(said) == text and str(subject).startswith("https://example.org/a%3E%20%3Cb%22")


def test_the_description_for_search_engines_says_what_the_page_says_and_cannot_end_its_element(results):
    listed = read_list((results.parent / "nedlasting.json").read_text(encoding="utf-8"))
    said = download_words(PROJECT / "templates/nb/nedlasting.yaml", TEXTS)
    about = schemaorg.dataset(listed, said, CONFIG["publikasjon"], "nb", (2015, AAR), WORDS["merknad"])
    assert about["name"] == f"{CONFIG['publikasjon']['tittel']} {AAR}" and about["temporalCoverage"] == f"2015/{AAR}"
    assert "rekonstruerte eksempeldata" in about["description"]
    files = {one.fil: one for one in listed}
    for told in about["distribution"]:
        one = files[told["contentUrl"].removeprefix(about["identifier"])]
        assert (told["sha256"], told["contentSize"]) == (one.sha256, f"{one.byte} B")
    hostile = schemaorg.block({"name": "</script><script>alert(1)</script>&<!--"})
    assert not re.search("[<>&]", hostile) and json.loads(hostile)["name"].startswith("</script>")


def test_page_and_print_list_every_file(utgave):
    listed = {
        one.fil: one for one in read_list((utgave.side.parents[2] / "nedlasting.json").read_text(encoding="utf-8"))
    }
    page = html.fromstring(utgave.side.read_text(encoding="utf-8")).get_element_by_id("nedlasting")
    links = page.xpath(".//a[@download]")
    assert [link.get("href").removeprefix("../") for link in links] == list(
        dict.fromkeys(x.get("href")[3:] for x in links)
    )
    assert {link.get("href")[3:] for link in links} == listed.keys()
    named = [" ".join(link.text_content().split()) for link in links]
    assert len(set(named)) == len(named), "no two links have the same name"
    sums = html.fromstring(utgave.bevis.read_text(encoding="utf-8")).get_element_by_id("kontrollsummer")
    rows = [[cell.text_content() for cell in row.xpath("./th|./td")] for row in sums.xpath(".//tbody/tr")]
    assert rows == [[one.fil, str(one.byte), one.sha256] for one in listed.values()]
    (block,) = page.xpath(".//script[@type='application/ld+json']")
    assert json.loads(block.text)["@type"] == "Dataset"
    printed = html.fromstring(utgave.trykk.read_text(encoding="utf-8")).get_element_by_id("nedlasting").text_content()
    assert all(f"{id}_p{AAR}" in printed for id in TABLES) and f"nedlasting/tabeller_p{AAR}.xlsx" in printed


def test_nynorsk_has_every_word_that_bokmaal_has():
    other = load_yaml(PROJECT / "templates/nn/nedlasting.yaml")[0]

    def keys(data, path=()):
        if isinstance(data, dict):
            return {(*path, key) for key in data} | {
                k for key, value in data.items() for k in keys(value, (*path, key))
            }
        return set()

    assert keys(other) == keys(WORDS)
