"""The reviewer's evidence: counted again from the rows, findable by hand, and laid out on a page."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import html as lxml_html
from python_calamine import CalamineWorkbook

from krisestat.agreements.lists import READERS
from krisestat.base.errors import Problems
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_yaml
from krisestat.intake.sources import load_sources
from krisestat.model.load import load_model
from krisestat.proof import page as proof_page
from krisestat.proof import recount
from tests.support.browser import open_page
from tests.support.edition import pages
from tests.support.judges import axe, nu
from tests.support.project import PROJECT
from tests.support.stages import run

YEARS = range(2015, 2021)
MODEL = load_model(load_yaml(PROJECT / "config.yaml")[0]["kapitler"], READERS, PROJECT)
FORUM = "forum/tilbud=kvinner/2020"


@dataclass(frozen=True)
class Proof:
    """A folder with all that `prove` reads, and what it writes."""

    root: Path

    @property
    def edition(self) -> Files:
        return pages(self.root)

    @property
    def index(self) -> Path:
        return self.root / "etterproving" / "index.html"

    @property
    def document(self) -> dict:
        return json.loads((self.root / "etterproving" / "paastander.json").read_text(encoding="utf-8"))

    @property
    def cells(self) -> dict[str, dict]:
        return {cell["celle"]: cell for cell in self.document["celler"]}

    def run(self) -> None:
        """Prove, from the project's folder."""
        run("prove", self.root)

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Change a file of the folder."""
        before = (self.root / name).read_text(encoding="utf-8")
        assert change(before) != before
        (self.root / name).write_text(change(before), encoding="utf-8")

    def told(self) -> str:
        """The problems that the proof finds; nothing is written then."""
        before = self.index.read_bytes()
        with pytest.raises(Problems) as caught:
            self.run()
        assert self.index.read_bytes() == before
        return str(caught.value)


@pytest.fixture(scope="module")
def proven(utgave, committed, tmp_path_factory):
    """A proof of the committed raw files, which tests copy and do not touch."""
    root = tmp_path_factory.mktemp("prove")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        shutil.copytree(committed, root, dirs_exist_ok=True)
        shutil.copytree(utgave.side.parents[2], root, dirs_exist_ok=True)
        proof = Proof(root)
        proof.run()
        yield proof


@pytest.fixture
def copied(proven, tmp_path) -> Proof:
    shutil.copytree(proven.root, tmp_path / "kopi")
    return Proof(tmp_path / "kopi")


@pytest.fixture(scope="module")
def page(proven):
    return lxml_html.fromstring(proven.index.read_text(encoding="utf-8"))


def numbers(text: str) -> list[int]:
    """«2-4, 7» as 2, 3, 4, 7."""
    ends = [[int(n) for n in part.split("-")] for part in text.split(", ") if part]
    return [n for end in ends for n in range(end[0], end[-1] + 1)]


# -- the evidence


@pytest.mark.parametrize("name", ["belegg", "paastander"])
def test_the_evidence_follows_its_published_schema(proven, name):
    schema, _ = load_yaml(PROJECT / "workflow" / "schemas" / f"{name}.schema.json")
    Draft202012Validator.check_schema(schema)
    document = proven.document if name == "paastander" else json.loads(proven.edition.belegg.read_text("utf-8"))
    assert not list(Draft202012Validator(schema).iter_errors(document))


def test_all_statements_are_there_sorted_and_each_cell_once(proven):
    document, evidence = proven.document, json.loads(proven.edition.belegg.read_text("utf-8"))
    assert [p["id"] for p in document["paastander"]] == sorted(p["id"] for p in evidence["paastander"])
    names = [cell["celle"] for cell in document["celler"]]
    assert names == sorted(set(names)) == sorted({name for p in document["paastander"] for name in p["celler"]})
    assert {file for p in document["paastander"] for file in p["filer"]} == {f["fil"] for f in document["filer"]}


def test_lines_columns_and_values_are_found_in_the_raw_files_by_hand(proven):
    """As an editor counts: the first line of a CSV file and the first row of a sheet are 1."""
    raw = {}
    for source in load_sources([*YEARS, "kostra"]):
        if source.format == "csv":
            text = source.path.read_bytes().decode(source.encoding)
            header, *rows = csv.reader(io.StringIO(text), delimiter=source.delimiter)
            raw[source.path.as_posix()] = (header, dict(enumerate(rows, 2)))
        elif source.format == "xlsx":
            upper, lower, *rows = CalamineWorkbook.from_path(source.path).get_sheet_by_name(source.sheet).to_python()
            upper = [next(u for u in reversed(upper[: n + 1]) if u) for n in range(len(upper))]
            header = [f"{u} | {under}" for u, under in zip(upper, lower, strict=True)]
            raw[source.path.as_posix()] = (header, dict(enumerate(rows, 3)))
    looked_up = 0
    for cell in proven.cells.values():
        if cell["fil"] not in raw:
            continue
        header, rows = raw[cell["fil"]]
        for column in cell["kolonner"]:
            at = header.index(column["kolonne"])
            for value in column["verdier"]:
                lines = numbers(value["linjer"])
                assert {str(rows[line][at]).strip() for line in lines} == {value["verdi"]}
                assert len(lines) == value["antall"]
                looked_up += len(lines)
    assert looked_up > 5000


def test_a_cell_shows_where_its_count_comes_from(proven):
    cell = proven.cells[FORUM]
    by_answer = {answer["svar"]: answer["antall"] for answer in cell["etter_svar"]}
    assert (cell["verdi"], cell["nevner"]) == (32, 43) and by_answer["ja"] == 32 and sum(by_answer.values()) == 43
    (column,) = cell["kolonner"]
    assert column["kolonne"] == "kv_deltar_på_forum"
    assert {(v["verdi"], v["svar"]) for v in column["verdier"]} >= {("Ja", "ja"), ("Nei", "nei")}
    several = proven.cells["skriftlig_noen/tilbud=kvinner/2020"]
    assert len(several["kolonner"]) == 9 and {a["svar"]: a["antall"] for a in several["etter_svar"]}["ja"] == 21
    municipal = proven.cells["kommunalt_samarbeid/instans=barnevern/2019"]
    assert municipal["kolonner"][0]["verdier"][0]["verdi"] == str(municipal["verdi"])
    sums = {file["fil"]: file["sha256"] for file in proven.document["filer"]}
    assert sums[cell["fil"]] == load_sources([2020])[0].sha256


# -- what must not pass


def test_a_changed_answer_is_found_by_count_and_by_codebook(copied):
    copied.edit(
        "klargjort/samarbeid_p2020.csv", lambda t: t.replace("S01,kvinner,forum,,,ja", "S01,kvinner,forum,,,nei")
    )
    told = copied.told()
    assert f"{FORUM}, «verdi»" in told and "32 i belegget, men 31 talt på nytt" in told
    assert "«nei» i klargjort, men «Ja» i inndata" in told and "samarbeid_p2020.csv, linje 2" in told
    assert all(part in told for part in ("Fant:", "Ventet:", "Gjør:"))


@pytest.mark.thorough
def test_a_row_that_is_gone_and_a_service_that_came_are_found(copied):
    copied.edit("klargjort/samarbeid_p2020.csv", lambda t: re.sub(r"2020,S01,kvinner,forum,.*\n", "", t))
    assert "rader som ikke svarer til registeret (S01)" in copied.told()
    copied.edit("klargjort/samarbeid-enheter.csv", lambda t: t + "2020,S99,menn,rekonstruert\n")
    assert "39 i belegget, men 40 talt på nytt" in copied.told()


@pytest.mark.thorough
def test_a_changed_number_in_the_evidence_or_the_municipal_source_is_found(copied):
    def change(text: str) -> str:
        evidence = json.loads(text)
        statement = next(p for p in evidence["paastander"] if p["id"] == "av-forum-kvinner-2020")
        statement["celler"][0] |= {"verdi": 33}
        return json.dumps(evidence)

    copied.edit("etterproving/belegg.json", change)
    copied.edit("klargjort/kommunalt_samarbeid.csv", lambda t: t.replace("2019,barnevern,231", "2019,barnevern,232"))
    told = copied.told()
    assert "to ulike tall for samme celle" in told and "33 i belegget, men 32" in told
    assert "231 i belegget, men 232" in told and "232 i klargjort, men «231» i inndata" in told


def test_a_statement_that_the_publication_does_not_prove_is_found(copied):
    copied.edit("ut/publikasjon/bevis.html", lambda t: re.sub(r'id="(p|belegg)-av-forum-kvinner-2020"', "", t))
    assert "#belegg-av-forum-kvinner-2020" in copied.told()


# -- the page


def test_every_statement_has_an_article_with_the_id_of_the_publication(proven, page):
    ids = {f"belegg-{p['id']}" for p in proven.document["paastander"]}
    assert {a.get("id") for a in page.xpath("//article")} == ids
    publication = lxml_html.fromstring(proven.edition.side.read_text(encoding="utf-8"))
    sheets = {*publication.xpath("//div[@class='belegg']/@id")}
    assert sheets and sheets <= ids


def test_every_link_of_both_pages_leads_somewhere(proven, page):
    targets = {"": set(page.xpath("//@id"))}
    publication, evidence = (
        lxml_html.fromstring(path.read_text(encoding="utf-8")) for path in (proven.edition.side, proven.edition.bevis)
    )
    targets["../ut/publikasjon/index.html"] = set(publication.xpath("//@id"))
    targets["../ut/publikasjon/bevis.html"] = set(evidence.xpath("//@id"))
    for link in page.xpath("//a/@href"):
        file, _, name = link.partition("#")
        assert file in targets and (not name or name in targets[file]), link
    bound = publication.xpath("//a[@class='paastand']/@href")
    assert len(bound) > 40 and {link.removeprefix("#") for link in bound} <= targets["../ut/publikasjon/index.html"]
    assert "etterproving/" not in "".join(publication.xpath("//a/@href"))


def test_the_page_is_marked_self_contained_and_well_formed(proven, page):
    text = proven.index.read_text(encoding="utf-8")
    assert "Til intern kontroll – ikke for publisering" in text and "Rekonstruerte eksempeldata" in text
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//link|//img|//iframe|//script[@src]") and "http" not in "".join(
        page.xpath("//@src|//@href")
    )
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy and "unsafe" not in policy
    levels = [int(h.tag[1]) for h in page.xpath("//h1|//h2|//h3|//h4")]
    assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert len(page.xpath("//main")) == 1 and len(page.xpath("//@id")) == len(set(page.xpath("//@id")))
    assert all(e.xpath("ancestor::label") for e in page.xpath("//select"))


def test_a_statement_is_told_in_words(page):
    def text(id: str) -> str:
        (article,) = page.xpath(f"//article[@id='{id}']")
        return re.sub(r"\s+", " ", article.text_content().replace("\u00a0", " "))

    told = text("belegg-omtrent-forum-kvinner.menn-2020")
    assert "Andelen er minst 72 prosent og høyst 78 prosent (leksikon nb-5)." in told
    assert "i kommunen: krisesentertilbud til kvinner, 2020: 32 av 43 (publisert)" in told
    assert "Usann hvis 1 krisesentertilbud" in told and "«tre firedeler»" in told
    assert "kolonne kv_deltar_på_forum" in told and "«Ja» → ja, 32 krisesentertilbud: linje " in told


@pytest.mark.thorough
def test_warnings_and_hostile_text_are_shown_as_text(copied):
    hostile = '<script>alert(1)</script><b id="x">'

    def change(text: str) -> str:
        evidence = json.loads(text)
        warning = {"ventet": "andelen er over 50 prosent", "tiltak": "Vurder «få».", "sted": "linje 3"}
        evidence["varsler"] = [{"fil": "templates/nb/x.j2", "fant": f"«de fleste» i «{hostile}»", **warning}]
        for statement in evidence["paastander"]:
            statement["i_husstilen"] = False
            statement["tekst"] = statement["tekst"] + hostile
            statement["steder"][0] |= {"setning": hostile + statement["tekst"], "seksjon": hostile}
        return json.dumps(evidence)

    copied.edit("etterproving/belegg.json", change)
    for name in ("klargjort", "inndata"):
        file = f"{name}/samarbeid_p2020.csv"
        copied.edit(file, lambda t: t.replace("kv_deltar_på_forum", "kv_<script>_forum"))
    copied.run()
    page = lxml_html.fromstring(copied.index.read_text(encoding="utf-8"))
    assert len(page.xpath("//script")) == 1 and not page.xpath("//*[@id='x']")
    shown = page.text_content()
    assert hostile in shown and "kv_<script>_forum" in shown
    assert "Husstilen: andelen er over 50 prosent." in shown
    assert shown.count("Utenfor husstilen") == len(page.xpath("//article"))


# -- the parts


def test_every_rule_and_kind_of_the_evidence_has_words(proven):
    words, _ = load_yaml(PROJECT / "templates/nb/etterproving.yaml")
    statements = proven.document["paastander"]
    assert {p["funksjon"] for p in statements} <= words["slag"].keys()
    assert not [p["regel"] for p in statements if re.search(r"[<>=|]", p["regel"])]


@pytest.mark.parametrize(
    ("margin", "words"),
    [
        (None, "Ingen endring i svarene gjør ordlyden usann."),
        (
            {"sentre": 1, "celle": FORUM, "endring": 1},
            "Usann hvis 1 krisesentertilbud til svarer ja: tilbud som deltar i et etablert samarbeidsforum i kommunen: "
            "krisesentertilbud til kvinner, 2020.",
        ),
        (
            {"sentre": 5, "celle": "samarbeid/tilbud=menn/instans=politi/2019", "endring": -3},
            "Usann hvis 5 krisesentertilbud svarer annerledes, flest av dem her: tilbud som samarbeider med instansen: "
            "krisesentertilbud til menn, politiet, 2019.",
        ),
        (
            {"sentre": 2, "celle": "beboere/2019", "endring": 2},
            "Usann hvis tallet blir 2 høyere: personer som bodde på et krisesenter i løpet av året: 2019.",
        ),
    ],
)
def test_a_margin_in_words_also_for_cells_that_the_text_does_not_name(margin, words):
    assert proof_page.margin_words({"margin": margin}, MODEL, False) == words


def test_the_bound_text_is_marked_where_it_stands_once_whatever_its_spaces():
    assert (
        proof_page.marked_sentence("Det er 32 av 43 <i>", "32\u00a0av\u00a043")
        == "Det er <mark>32 av 43</mark> &lt;i&gt;"
    )
    assert proof_page.marked_sentence("74 % og 74 %", "74 %") == "74 % og 74 %"


def test_a_corrected_answer_names_its_correction_and_need_not_match_the_file():
    row = {"aar": 2020, "fil": "a.csv", "linje": 3, "kolonne": "k", "svar": "ja", "rettelse": "R1"}
    received = recount.Received(raw={("a.csv", 3, "k"): "Nei"}, codes={2020: {"Nei": "nei"}})
    (column,) = recount.columns_of(MODEL["forum"], [row], received)
    assert column["verdier"] == [{"verdi": "Nei", "svar": "ja", "antall": 1, "linjer": "3", "rettelse": "R1"}]
    assert not recount.check_values(MODEL["forum"], [row], received).problems
    assert recount.check_values(MODEL["forum"], [row | {"rettelse": ""}], received).problems
    called = replace(received, labels={(2020, "k"): {"Nei": "Ja"}}, codes={2020: {"Ja": "ja"}})
    assert not recount.check_values(MODEL["forum"], [row | {"rettelse": ""}], called).problems


@pytest.mark.parametrize(("lines", "text"), [([7, 2, 3, 4], "2-4, 7"), ([1], "1"), ([], ""), ([5, 6], "5-6")])
def test_lines_in_short(lines, text):
    assert recount.ranges(lines) == text
    assert numbers(text) == sorted(lines)


# -- in Chromium

SHOWN = '() => [...document.querySelectorAll("article")].filter(a => a.getClientRects().length).length'


@pytest.mark.browser
def test_the_filter_shows_what_fits_and_says_how_many(proven, nettleser):
    statements = proven.document["paastander"]
    one = [p for p in statements if p["margin"] and p["margin"]["sentre"] == 1]
    both = [p for p in one if p["steder"][0]["seksjon"] == "fora"]
    with open_page(nettleser, proven.index) as page:
        assert page.evaluate(SHOWN) == len(statements)
        page.select_option('select[name="margin"]', "1")
        assert page.evaluate(SHOWN) == len(one)
        assert page.text_content("#antall-vist") == f"Viser {len(one)} av {len(statements)} påstander."
        page.select_option('select[name="seksjon"]', "fora")
        assert page.evaluate(SHOWN) == len(both)
        parts = '() => [...document.querySelectorAll(".del")].filter(d => !d.hidden).map(d => d.id)'
        assert page.evaluate(parts) == ["del-fora"]
        page.click("button[type=reset]")
        page.wait_for_function(f"({SHOWN})() === {len(statements)}")


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_without_javascript_everything_is_there_and_nothing_sticks_out(proven, nettleser, width):
    with open_page(nettleser, proven.index, width=width, js=False) as page:
        page.evaluate('() => document.querySelectorAll("details").forEach(d => d.open = true)')
        assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.evaluate(SHOWN) == len(proven.document["paastander"])
        assert page.evaluate('() => document.getElementById("filter").getClientRects().length') == 0


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", "kvalitet"])
def test_the_reviewer_s_pages_pass_the_checkers(proven, nettleser, name):
    path = proven.root / "etterproving" / f"{name}.html"
    assert nu(path) == []
    with open_page(nettleser, path) as page:
        assert axe(page) == []
