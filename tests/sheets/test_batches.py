"""Batches of fact sheets: made from what the rule names and nothing else, one fault leaves the others, nothing old is
left, and no hidden number of persons comes through."""

import hashlib
import json
import logging
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from krisestat.agreements.municipalities import load_kommuner
from krisestat.audit.reading import Passage
from krisestat.base.contracts import read_rows, write_rows
from krisestat.base.errors import Problem, Problems
from krisestat.base.kept_tables import read_kept_table
from krisestat.base.yaml_files import load_yaml
from krisestat.build.edition import open_edition
from krisestat.build.job import job
from krisestat.model.cubes import cube_files
from krisestat.sheets.batch import Batch, read_batch, read_failures, write_batch
from krisestat.sheets.contracts import ENHETER
from krisestat.stages import sheet_audit, sheet_index, sheets
from tests.support.browser import again, open_page
from tests.support.judges import axe, nu
from tests.support.model import COUNTS, edition_cubes, edition_model
from tests.support.project import PROJECT
from tests.support.stages import run

pytestmark = pytest.mark.document
EDITION = open_edition(str(PROJECT), {})
DATA = ("data/raw/codebooks/konfidensialitet.yaml", "data/raw/register/fylkeskart.csv", "data/signaturer.yaml")
# A good one, one that the typesetter refuses, and another good one.
HIDDEN = {"beboere": 13, "opphold": 17}
GOOD, NO_GLYPH, LAST = "kommune-0301", "kommune-1101", "senter-s02"


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A project that has the inputs of the rule `sheets`, the schemas that hold for them, and no other file."""
    folder = tmp_path_factory.mktemp("prosjekt")
    fonts = {str(path.relative_to(PROJECT)) for path in (PROJECT / "templates/fonts").rglob("*") if path.is_file()}
    (folder / "workflow").symlink_to(PROJECT / "workflow")
    for name in {*EDITION.sheet_templates, *EDITION.sheet_index_templates, *EDITION.sheet_declarations, *DATA, *fonts}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def enheter(faktaark_tall, root) -> Path:
    """Three sheets, of which one has a name that the fonts of the PDF cannot print."""
    first, last = (row for row in read_rows(faktaark_tall / "enheter.csv", ENHETER) if row["ark"] in (GOOD, LAST))
    spoilt = first | {"ark": NO_GLYPH, "kode": "1101", "navn": "By\U0001f600"}
    write_rows(root / "enheter.csv", [first, spoilt, last], ENHETER)
    return root / "enheter.csv"


def make(root: Path, enheter: Path, tall: Path, number: int = 1, size: int = 25, utvalg: tuple = ()) -> Path:
    """Run the stage; returns the batch."""
    batch = root / f"faktaark/.bunter/bunt-{number:03}.zip"
    given = {"enheter": enheter, "tall": sorted(tall.glob("*.csv")), "utdata": COUNTS}
    run("sheets", root, root, bunt=batch, number=number, size=size, utvalg=utvalg, **given)
    return batch


@pytest.fixture(scope="module")
def bunt(root, enheter, faktaark_tall) -> Path:
    return make(root, enheter, faktaark_tall / "tall")


def lay_out(root: Path, enheter: Path, bunt: Path) -> Path:
    """Run the stage `sheet_index`; returns the folder."""
    folder = bunt.parents[1]
    run("sheet_index", folder.parent, root, bunter=[bunt], enheter=enheter)
    return folder


def look_through(folder: Path, enheter: Path, truth: list[Path], svar: Iterable[Path] = ()) -> str:
    """Run the stage `sheet_audit`; returns the text of its problems. Parameters: `svar`, answers of agreements."""
    try:
        batches = sorted((folder / ".bunter").glob("*.zip"))
        given = {"bunter": batches, "enheter": enheter, "statistikk": truth, "utdata": COUNTS, "svar": [*svar]}
        run("sheet_audit", folder.parent, PROJECT, **given)
    except Problems as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> list[Path]:
    """The true numbers of persons: those that are published, and for each hidden one a number that is small."""
    folder, true = tmp_path_factory.mktemp("sant"), {}
    for name, small in HIDDEN.items():
        rows = edition_cubes()[name]
        true[name] = [row if row["verdi"] is not None else row | {"verdi": small, "status": ""} for row in rows]
    files = cube_files(edition_model(), true, [folder / f"{name}.csv" for name in HIDDEN])
    for path, text in files.items():
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(files)


@pytest.fixture
def laid_out(root, enheter, bunt, tmp_path) -> Path:
    """The sheets as readers get them, in a folder to break."""
    (tmp_path / "faktaark/.bunter").mkdir(parents=True)
    shutil.copy(bunt, tmp_path / "faktaark/.bunter")
    return lay_out(root, enheter, tmp_path / "faktaark/.bunter" / bunt.name)


# Making them.


def test_a_sheet_that_cannot_be_made_leaves_the_others(bunt):
    made = read_batch(bunt)
    assert list(made.sheets) == [GOOD, LAST] and list(made.failures) == [NO_GLYPH]
    assert all(page.startswith(b"<!DOCTYPE html>") and pdf.startswith(b"%PDF") for page, pdf in made.sheets.values())
    assert read_failures(bunt) == made.failures
    assert all(all((one.fil, one.fant, one.ventet, one.tiltak)) for one in made.failures[NO_GLYPH])


def test_a_second_time_gives_the_same_bytes_without_setting_a_pdf(bunt, root, enheter, faktaark_tall, caplog):
    before = bunt.read_bytes()
    with caplog.at_level(logging.INFO, "krisestat"):
        make(root, enheter, faktaark_tall / "tall")
    assert bunt.read_bytes() == before
    assert "2 PDF-er hentet fra lageret" in caplog.text
    assert {path.name for path in (root / "results/.lager/faktaark").iterdir()} == {GOOD, LAST}


def test_whatever_goes_wrong_with_one_sheet_is_told_of_it(caplog):
    class Maker:
        """Makes text of sheets, and has a fault of its own for one."""

        def make(self, enhet):
            if enhet["ark"] == NO_GLYPH:
                raise ZeroDivisionError("delt på null")
            return type("Sheet", (), {"side": enhet["navn"], "trykk": enhet["ark"]})

    rows = [{"ark": ark, "navn": f"Æ {ark}", "slag": "senter"} for ark in (GOOD, NO_GLYPH, LAST)]
    with caplog.at_level(logging.INFO):
        made = sheets.make_batch(rows, Maker(), lambda ark, text: text.encode())
    assert made.sheets == {ark: (f"Æ {ark}".encode(), ark.encode()) for ark in (GOOD, LAST)}
    (problem,) = made.failures[NO_GLYPH]
    assert problem.fil == f"faktaark/{NO_GLYPH}" and "ZeroDivisionError «delt på null»" in problem.fant
    spor = [record for record in caplog.records if "Traceback" in record.getMessage()]
    assert len(spor) == 1 and not spor[0].name.startswith("krisestat"), "in the log file, not on the terminal"


@pytest.fixture
def handlers():
    """The root logger's handlers, put back after the test."""
    before = logging.root.handlers[:]
    yield
    logging.root.handlers[:] = before


def test_progress_has_count_rate_and_time_left(tmp_path, capsys, handlers, monkeypatch):
    log = logging.getLogger("krisestat.stages.sheets")
    monkeypatch.chdir(tmp_path)
    with job(SimpleNamespace(rule="sheets", input=[], output=["bunt-001.zip"], log=["sheets.log"])):
        for done, later in ((0, 0.0), (1, 1.0), (4, 8.0), (9, 9.0), (10, 10.0)):
            record = log.makeRecord(log.name, logging.INFO, "", 0, "%d av %d faktaark", (done, 10), None)
            record.fremdrift, record.created = (done, 10), 1_000_000 + later
            log.handle(record)
    shown = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert shown == [
        "sheets: 4 av 10 faktaark, 0,5 i sekundet, omtrent 12 sekunder igjen",
        "sheets: 10 av 10 faktaark, 1,0 i sekundet",
    ]
    assert "sekundet" not in (tmp_path / "sheets.log").read_text(encoding="utf-8")


def test_an_unknown_sheet_in_the_configuration_makes_none(root, enheter, faktaark_tall):
    with pytest.raises(Problems, match="«senter-s2» – mente du"):
        make(root, enheter, faktaark_tall / "tall", number=9, utvalg=("senter-s2",))
    assert not (root / "faktaark/.bunter/bunt-009.zip").exists()


def test_a_batch_comes_back_as_it_was_written(tmp_path):
    problem = Problem("mal.html.j2", "linje 1", "«<x>»", "noe annet", "Rett den.")
    whole = Batch({"b-2": ("æ".encode(), b"%PDF\x00"), "a-1": (b"", b"")}, {"c-3": [problem]})
    write_batch(tmp_path / "en.zip", whole)
    write_batch(tmp_path / "to.zip", Batch(dict(reversed(whole.sheets.items())), whole.failures))
    assert read_batch(tmp_path / "en.zip") == whole
    assert (tmp_path / "en.zip").read_bytes() == (tmp_path / "to.zip").read_bytes()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["en.zip", "to.zip"]


# Laying them out.


def test_only_good_sheets_are_laid_out_and_none_is_old(root, enheter, laid_out):
    (laid_out / f"{NO_GLYPH}.html").write_text("fra i går", encoding="utf-8")
    (laid_out / "min-egen-fil.html").write_text("står i fred", encoding="utf-8")
    lay_out(root, enheter, laid_out / ".bunter/bunt-001.zip")
    files = {path.name for path in laid_out.iterdir() if path.is_file()}
    good = {f"{ark}.{kind}" for ark in (GOOD, LAST) for kind in ("html", "pdf")}
    assert files == good | {"index.html", "faktaark.json", "faktaark_p2020.zip", "min-egen-fil.html"}
    told = json.loads((laid_out / "faktaark.json").read_text(encoding="utf-8"))
    listed = {one[kind]["fil"]: one[kind]["sha256"] for one in told["ark"] for kind in ("html", "pdf")}
    assert listed == {name: hashlib.sha256((laid_out / name).read_bytes()).hexdigest() for name in good}
    with zipfile.ZipFile(laid_out / "faktaark_p2020.zip") as archive:
        assert {name.removeprefix("faktaark_p2020/") for name in archive.namelist()} == good | {"index.html"}
        assert archive.read(f"faktaark_p2020/{GOOD}.pdf") == (laid_out / f"{GOOD}.pdf").read_bytes()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_overview_links_to_what_is_there_and_asks_for_nothing_from_elsewhere(laid_out):
    text = (laid_out / "index.html").read_text(encoding="utf-8")
    links = set(re.findall(r'<a href="([^":#]+)"', text))
    assert {link for link in links if not link.startswith("..")} == {
        *(f"{ark}.{kind}" for ark in (GOOD, LAST) for kind in ("html", "pdf")),
        *("faktaark.json", "faktaark_p2020.zip"),
    }
    assert not re.search(r'src="|<link|url\((?!data:)', text)
    assert "Eksempeldata" in text and 'id="forlat"' in text and 'id="hjelp"' in text


@pytest.mark.parametrize("aar", [2015, 2018, 2020])
def test_every_county_has_a_tile_of_its_own_and_its_municipalities(aar):
    rows = [
        {"ark": f"kommune-{nr}", "slag": "kommune", "kode": nr, "fylke": one["fylke"], "senter_ark": "senter-s01"}
        for nr, one in load_kommuner(PROJECT / "data/raw/register").in_year(aar).items()
    ]
    tiles = read_kept_table(PROJECT / "data/raw/register/fylkeskart.csv", ("fylke", "rad", "spalte"), ("fylke",))
    found = sheet_index.counties(rows, {row["ark"]: {} for row in rows}, tiles)
    assert sum(one["kommuner"] for one in found) == len(rows) and {one["sentre"] for one in found} == {1}
    places = [one["flis"] for one in found]
    assert places == sorted(places) and len({*places}) == len(places) and all(places), "from the north, each its own"


def test_names_stand_in_the_order_of_the_norwegian_alphabet():
    names = ["Åfjord", "Øygarden", "Ærlig", "Zz", "Árdal", "Alver", "aure", "Šibenik", "Sola"]
    assert sorted(names, key=sheet_index.alphabetical) == [
        *("Alver", "Árdal", "aure", "Šibenik", "Sola", "Zz", "Ærlig", "Øygarden", "Åfjord")
    ]


@pytest.mark.parametrize("spraak", ["nb", "nn"])
def test_both_standards_have_words_for_the_overview(spraak):
    words = {one: load_yaml(PROJECT / f"templates/{one}/arkoversikt.yaml")[0] for one in ("nb", spraak)}
    assert shape(words[spraak]) == shape(words["nb"])


def shape(words):
    """The keys of words, level by level, and what is filled in."""
    if isinstance(words, dict):
        return {key: shape(value) for key, value in words.items()}
    return len(words) if isinstance(words, list) else re.findall(r"{\w+}", words)


@pytest.fixture(scope="module")
def overview(root, faktaark_tall, tmp_path_factory) -> Path:
    """The overview of all sheets."""
    rows, folder = read_rows(faktaark_tall / "enheter.csv", ENHETER), tmp_path_factory.mktemp("oversikt")
    write_batch(folder / "faktaark/.bunter/bunt-001.zip", Batch({row["ark"]: (b"", b"") for row in rows}, {}))
    lay_out(root, faktaark_tall / "enheter.csv", folder / "faktaark/.bunter/bunt-001.zip")
    return folder / "faktaark/index.html"


@pytest.mark.document
def test_the_overview_is_valid_html(overview):
    assert nu(overview) == []


@pytest.mark.browser
def test_the_overview_is_accessible_and_searched_without_a_network(nettleser, overview):
    with open_page(nettleser, overview, width=320, scheme="dark") as page:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_label("Finn et senter").fill("oslo")
        assert page.get_by_role("status").inner_text() == "Viser 2 av 399 faktaark"
        assert page.locator(".arktabell tbody tr:not(.fylke):visible").count() == 2
        assert page.locator(".fylke:visible").count() == 1
        page.evaluate("location.hash = 'finn=Voss'")
        again(page)
        assert page.get_by_role("status").inner_text() == "Viser 1 av 399 faktaark", "from the front page"
    with open_page(nettleser, overview, js=False) as page:
        assert page.locator(".arktabell tbody tr:not(.fylke):visible").count() == 399
        page.get_by_role("link", name="Vestland", exact=True).first.click()
        assert page.url.endswith("#fylke-46") and page.get_by_role("link", name="Voss", exact=True).is_visible()
        assert not page.locator(".finn").is_visible()


# Looking through them.


def test_what_could_not_be_made_stops_the_build_and_is_made_again(laid_out, enheter, truth):
    told = look_through(laid_out, enheter, truth)
    assert "Fant 1 feil" in told and NO_GLYPH in told and "WeasyPrint varsler" in told
    assert not list((laid_out / ".bunter").iterdir()), "the batch is gone, and there is no report"
    assert (laid_out / f"{GOOD}.html").is_file()


def good_alone(folder: Path) -> None:
    """Leave the sheets that could be made, as if there were no others."""
    path = folder / ".bunter/bunt-001.zip"
    write_batch(path, Batch(read_batch(path).sheets, {}))


def test_good_sheets_pass(laid_out, enheter, truth):
    good_alone(laid_out)
    assert look_through(laid_out, enheter, truth) == ""
    assert json.loads((laid_out / ".bunter/revisjon.json").read_text(encoding="utf-8"))["ark"] == 2


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("<p>I 2019 hadde senteret 13 beboere.</p>", "et skjult tall om personer"),
        ("<table><caption>Beboere og opphold</caption><tr><td>17</td></tr></table>", "et skjult tall om personer"),
        ('<img alt="Senteret hadde 17 opphold">', "et skjult tall om personer"),
        ("<!-- 13 beboere -->", "et skjult tall om personer"),
        ("<p>Ring Kari på telefon 91 23 45 67.</p>", "et telefonnummer"),
        ("<p>13 av 14 tilbud samarbeidet med politiet.</p>", ""),
        ("<p>Tabell 13. Beboere</p>", ""),
    ],
)
def test_a_sheet_that_reveals_a_number_of_persons_stops_the_build(said, found, laid_out, enheter, truth):
    senter = next(row["senter"] for row in edition_cubes()["opphold"] if row["status"])
    rows = [row | ({"kode": senter} if row["ark"] == LAST else {}) for row in read_rows(enheter, ENHETER)]
    write_rows(laid_out / "enheter.csv", rows, ENHETER)
    good_alone(laid_out)
    for ark in (GOOD, LAST):  # the municipality's sheet is about the centre as much as the centre's own
        page, listing = laid_out / f"{ark}.html", laid_out / "faktaark.json"
        before = page.read_bytes()
        page.write_bytes(before.replace(b"</main>", f"{said}</main>".encode()))
        assert page.read_bytes() != before
        told = json.loads(listing.read_text(encoding="utf-8"))
        for one in told["ark"]:
            one["html"]["sha256"] = hashlib.sha256((laid_out / one["html"]["fil"]).read_bytes()).hexdigest()
        listing.write_text(json.dumps(told), encoding="utf-8")
        problems = look_through(laid_out, laid_out / "enheter.csv", truth)
        assert (f"{ark}.html" in problems and found in problems) if found else problems == ""
        assert "13" not in re.sub(r"/[^ ]*", "", problems) or not found, "the number itself is not told"
        page.write_bytes(before)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("Av punktene i sjekklisten var 3 av 13 dekket.", True),
        ("Av punkta i sjekklista, der 117 av 317 punkt er dekte.", True),
        ("Avtalen samarbeider med 12 av 13 instanser. Punktene står i sjekklisten.", True),
        ("Av punktene i sjekklisten var 4 av 13 dekket.", False),
        ("Av de punktene som er nye, var 1\u00a0av\u00a02 dekket.", False),
        ("Av punktene i sjekklisten var 13 av 13 dekket.", False),
    ],
)
def test_what_a_sheet_tells_of_an_agreement_is_read_from_the_sheet(said, held, laid_out, enheter, truth, faktaark_tall):
    """Of a001 that is 3 of 13, and of all agreements 117 of 317: from other numbers an answer may follow."""
    rows = [row | ({"avtale": "a001"} if row["ark"] == GOOD else {}) for row in read_rows(enheter, ENHETER)]
    write_rows(laid_out / "enheter.csv", rows, ENHETER)
    good_alone(laid_out)
    page, listing = laid_out / f"{GOOD}.html", laid_out / "faktaark.json"
    page.write_bytes(page.read_bytes().replace(b"</main>", f"<p>{said}</p></main>".encode()))
    told = json.loads(listing.read_text(encoding="utf-8"))
    for one in told["ark"]:
        one["html"]["sha256"] = hashlib.sha256((laid_out / one["html"]["fil"]).read_bytes()).hexdigest()
    listing.write_text(json.dumps(told), encoding="utf-8")
    svar = sorted((faktaark_tall / "klargjort").glob("avtaler_p*.csv"))
    problems = look_through(laid_out, laid_out / "enheter.csv", truth, svar)
    assert (problems == "") if held else f"{GOOD}.html" in problems and "et tall på punkter" in problems


def test_a_file_that_was_changed_since_stops_the_build(laid_out, enheter, truth):
    good_alone(laid_out)
    (laid_out / f"{GOOD}.html").write_bytes((laid_out / f"{GOOD}.html").read_bytes() + b" ")
    assert "en annen fil enn den som ble laget" in look_through(laid_out, enheter, truth)


def test_a_line_of_a_pdf_is_read_with_the_head_of_its_table():
    hidden = {"S01": [sheet_audit.Hidden((sheet_audit.measure_words(edition_model()["opphold"]),), 17)]}
    known = sheet_audit.SheetSecrets(hidden, {"S01": frozenset({90})}, re.compile("Senter 17"))
    assert sheet_audit.revealed([Passage("Beboere opphold", "2019 17")], "S01", known)
    assert not sheet_audit.revealed([Passage("Beboere opphold", "2019 90")], "S01", known)
    assert not sheet_audit.revealed([Passage("Instans", "NAV 17")], "S01", known)
    assert not sheet_audit.revealed([Passage("Av hensyn til Personvernet", "Lov 17. juni")], "S01", known)
    assert not sheet_audit.revealed([Passage("Beboere opphold", "2019 17")], "S02", known)
    assert sheet_audit.revealed([Passage("Beboere opphold", "Senter 17: 17")], "S01", known)
    assert not sheet_audit.revealed([Passage("Beboere opphold", "Senter 17. Antall")], "S01", known)


@pytest.mark.parametrize(
    ("line", "found"), [("4", True), ("17 av 4", False), ("▼ 4 færre enn i 2019", False), ("Antall 4 i", False)]
)
def test_what_begins_on_the_next_line_is_said_of_a_number_that_stands_alone_only(monkeypatch, line, found):
    monkeypatch.setattr(sheet_audit, "pdf_lines", lambda data: [[line, "Beboere og opphold"]])
    monkeypatch.setattr(sheet_audit, "units_beside_pages", lambda data, name: [])
    first = next(sheet_audit.sheet_units("a.pdf", b""))
    assert ("Beboere" in first.context) == found


def test_the_number_of_a_page_is_no_number_of_persons():
    pages = [["Eksempel. 1", "Opphold 1"], ["Eksempel. 2", "Opphold 2"], ["Eksempel. 3", "Beboere 1"]]
    told = [["Eksempel.", line] for line in ("Opphold 1", "Opphold 2", "Beboere 1")]
    assert sheet_audit.without_page_numbers(pages) == told
    assert sheet_audit.without_page_numbers([["Opphold 1"]]) == [["Opphold 1"]]


def test_a_fault_that_many_sheets_have_is_told_once():
    problem = Problem("mal.html.j2", "linje 1", "x", "y", "z")
    other = Problem("mal.html.j2", "", "x", "y", "z")
    told = sheet_audit.not_made({f"kommune-{n}": [problem] for n in range(1, 8)} | {"senter-s01": [other]})
    assert [one.sted for one in told] == [
        "linje 1; kommune-1, kommune-2, kommune-3, kommune-4, kommune-5 og 2 ark til",
        "senter-s01",
    ]
