"""Stage `checklist`: the page's words, the page and the print editions as text, and the form for spreadsheets."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import html as lxml_html
from python_calamine import CalamineWorkbook

from krisestat.agreements.checklist import load_sjekkliste
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.agreements.page_data import script_data
from krisestat.agreements.skjema import FELT, KOLONNER, VALG, table_ids
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.model.config import load_config
from krisestat.pages import frame
from tests.support.checklist import PROJECT, make
from tests.support.signed import sign_everything

STANDARDS = ("nb", "nn")
SCRIPT = PROJECT / "templates/felles/sjekkliste.js"
# A few words that one standard has and the other lacks.
ONLY = {
    "nb": r"\b(ikke|hva|hvem|hvor|hvordan|noe|dere|jeg|fra|kommunene|avtalene|mangler)\b",
    "nn": r"\b(ikkje|kva|kven|korleis|noko|dykk|frå|kommunane|avtalane|manglar|berre)\b",
}


def words(spraak: str) -> dict:
    return load_yaml(PROJECT / "templates" / spraak / "sjekkliste.yaml")[0]


def texts(node, path=()):
    """Every text of the words, by its path."""
    if isinstance(node, dict):
        return {p: t for key, value in node.items() for p, t in texts(value, (*path, key)).items()}
    if isinstance(node, list):
        return {p: t for n, value in enumerate(node) for p, t in texts(value, (*path, n)).items()}
    return {path: node}


@pytest.fixture(scope="module")
def liste():
    return load_sjekkliste(root=PROJECT)


@pytest.fixture(scope="module")
def page(sjekklisten):
    return lxml_html.fromstring(sjekklisten.side.read_text(encoding="utf-8"))


# --- the words


def test_both_standards_say_the_same_things():
    nb, nn = texts(words("nb")), texts(words("nn"))
    assert nb.keys() == nn.keys()
    assert all(isinstance(text, str) and text.strip() for some in (nb, nn) for text in some.values())
    fields = re.compile(r"\{(\w*)\}")
    assert {p: set(fields.findall(t)) for p, t in nb.items()} == {p: set(fields.findall(t)) for p, t in nn.items()}


@pytest.mark.parametrize(("spraak", "other"), [("nb", "nn"), ("nn", "nb")])
def test_no_word_of_the_other_standard_is_on_the_page(tmp_path, spraak, other):
    made = make(tmp_path, spraak=spraak)
    for file in ("index.html", "lesing.html", "skjema.html"):
        tree = lxml_html.fromstring(made.file(file).read_text(encoding="utf-8"))
        assert tree.get("lang") == spraak
        told = [
            t for script in tree.xpath("//script[@id='data']") for t in texts(json.loads(script.text)["ord"]).values()
        ]
        for element in tree.xpath("//style|//script"):
            element.drop_tree()
        text = " ".join([tree.text_content(), *told])
        attributes = " ".join(str(value) for value in tree.xpath("//@title|//@aria-label|//@content"))
        # neither what is quoted from the source nor the names of what is filled in
        own = re.sub(r"«[^»]*»|\{\w+\}", "", f"{text} {attributes}")
        assert not re.findall(ONLY[other], own, re.IGNORECASE), file
    assert made.side.is_file()


def test_the_script_uses_every_word_that_it_has_and_has_every_word_that_it_uses():
    given = words("nb")["skript"]
    used = set(re.findall(r"\bord\.(\w+)", SCRIPT.read_text(encoding="utf-8")))
    from_data = {"skript", "svar", "felt", "del", "maalgrupper", "regneark", "arbeid"}  # data.ord
    assert used - from_data == given.keys()


# --- the page


def test_the_page_has_every_point_and_the_fields_of_the_agreement(page, liste):
    for leaf in liste.leaves:
        box = page.xpath(f"//*[@id='punkt-{leaf.id}']")[0]
        text = re.sub(r"\s+", " ", box.text_content())
        assert all(part["nb"] in text for part in (leaf.tittel, leaf.hvorfor, leaf.godt))
    named = {name.removeprefix("avtale.") for name in page.xpath("//@name") if name.startswith("avtale.")}
    assert named == {felt.id for felt in FELT}
    assert len(page.xpath("//@id")) == len(set(page.xpath("//@id")))


def test_what_needs_javascript_is_out_of_the_way_without_it(page):
    """Every field, button and progress is hidden, or inside something hidden, until the script takes it out; those of
    the points stand in a template."""
    for control in page.xpath("//main//input|//main//select|//main//textarea|//main//button|//progress"):
        around = (control, *control.iterancestors())
        assert [e for e in around if "hidden" in e.attrib or e.tag in ("dialog", "template")], control.name
    assert len(page.xpath("//noscript")) == 2


def test_what_was_put_right_and_what_must_be_checked_is_shown(page, liste):
    text = re.sub(r"\s+", " ", page.text_content())
    moved = [punkt for top in liste.punkter for punkt in top.walk() if punkt.flyttet]
    assert moved and all(text.count(punkt.flyttet["nb"]) == 1 for punkt in moved)
    added = [leaf for leaf in liste.leaves if leaf.opphav == "tillegg"]
    for leaf in added:
        assert "Tillegg" in page.xpath(f"//*[@id='punkt-{leaf.id}']")[0].text_content()
    for kode, lov in load_lovgrunnlag(root=PROJECT).items():
        shown = page.xpath(f"//*[@id='lov-{kode}']")[0].text_content()
        assert all(krav.tekst["nb"] in shown for krav in lov.krav)
        assert ("Kontroller dette" in shown) == bool(lov.kontroller)
        assert ("Ikke for nye avtaler" in shown) == bool(lov.ingen_nye_fra)
    assert "ontrolleres mot" not in text and "må kontrolleres" not in text.lower()


def test_help_and_the_way_out_are_as_on_the_publication(page):
    assert page.xpath("//a[@id='forlat']/@rel") == ["noreferrer nofollow"]
    assert page.xpath("//header//a[@href='#hjelp']") and page.xpath("//section[@id='hjelp']//a[@href='tel:116006']")


def test_the_page_stands_alone_and_runs_only_its_own_script(sjekklisten, page):
    text = sjekklisten.side.read_text(encoding="utf-8")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "connect-src" not in policy
    for element, rule in (("script[not(@type)]", "script-src"), ("style", "style-src")):
        (only,) = page.xpath(f"//{element}")
        digest = base64.b64encode(hashlib.sha256(only.text.encode("utf-8")).digest()).decode("ascii")
        assert f"{rule} 'sha256-{digest}'" in policy
    assert not page.xpath("//@style") and not [a for e in page.iter("*") for a in e.attrib if a.startswith("on")]
    assert not page.xpath("//@src|//link/@href") and len(text.encode("utf-8")) < 400_000


def test_the_script_puts_text_in_as_text_and_speaks_to_nobody():
    text = SCRIPT.read_text(encoding="utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("):
        assert word not in text
    assert "XMLHttpRequest" not in text and "sendBeacon" not in text and "http" not in text


@pytest.mark.parametrize("script", ["sjekkliste.js", "side.js", "frame"])
def test_no_words_for_readers_stand_in_a_script(script):
    """They stand in text files, which the gate reads: a string has no two words beside each other, and no capital."""
    code = {"frame": frame.SCRIPT + frame.SEARCH}.get(script) or (SCRIPT.parent / script).read_text(encoding="utf-8")
    code = re.sub(r"^\s*//.*$|/(?:\\.|\[[^\]]*\]|[^/\n\\ *])+/[gimu]*(?=[.,;)])", "", code, flags=re.MULTILINE)
    strings = re.findall(r""""((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`""", code)
    texts = [re.sub(r"\$\{[^}]*\}", "", "".join(one)) for one in strings]
    words = r"[a-zæøå]{2,} [a-zæøå]{2,}|\b[A-ZÆØÅ][a-zæøå]+|[æøå]\w|\w[æøå]"
    told = {text for text in texts if re.search(words, text) and not re.search(r"[.#>:\[]", text)}
    assert len(texts) > 3 and told <= {"use strict", "Enter", "px auto auto px"}


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """The same without the additions."""
    return make(tmp_path_factory.mktemp("uten-tillegg"), avtaler={"tillegg": False})


@pytest.mark.parametrize("file", ["index.html", "lesing.html", "skjema.html", "skjema.csv", "sjekkliste.json"])
def test_the_additions_can_be_left_out(short, file, liste):
    text = short.file(file).read_text(encoding="utf-8-sig")
    if file == "index.html":  # older forms may have answers to them, which the script then can name
        text = lxml_html.fromstring(text).xpath("//main")[0].text_content()
    added = [leaf for leaf in liste.leaves if leaf.opphav == "tillegg"]
    assert added and not [leaf.id for leaf in added if leaf.hvorfor["nb"] in text or f"\n{leaf.id};" in text]
    kept = load_sjekkliste(tillegg=False, root=PROJECT).leaves
    assert all(leaf.id in text or leaf.hvorfor["nb"] in text for leaf in kept)


def test_the_list_as_data_is_the_list(sjekklisten, liste):
    data = json.loads(sjekklisten.file("sjekkliste.json").read_text(encoding="utf-8"))
    assert data["versjon"] == liste.versjon

    def leaves(points):
        return [leaf for p in points for leaf in (leaves(p["underpunkter"]) if p["underpunkter"] else [p])]

    found = leaves(data["punkter"])
    assert [leaf["id"] for leaf in found] == [leaf.id for leaf in liste.leaves]
    assert all(leaf[part].keys() == set(STANDARDS) for leaf in found for part in ("tittel", "hvorfor", "godt"))


def test_the_same_files_again_are_the_same_bytes(sjekklisten, tmp_path):
    assert make(tmp_path).read() == sjekklisten.read()


# --- what may go wrong


@pytest.fixture
def copy(tmp_path):
    """What the stage reads, to be broken."""
    root = tmp_path / "prosjekt"
    for name in ("data/raw/codebooks/sjekkliste", "data/raw/register", "templates", "workflow/schemas"):
        shutil.copytree(PROJECT / name, root / name)
    shutil.copy(PROJECT / "config.yaml", root)
    sign_everything(root, load_config(root / "config.yaml", root))
    return root


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_text_that_nobody_stands_for_stops_the_stage(copy, tmp_path):
    edit(copy / "templates/nb/sjekkliste.yaml", "skriv_ikke: ", "skriv_ikke: Nei. ")
    with pytest.raises(Problems, match=r"endret siden prøven signerte .*\n.*\n.*make signer"):
        make(tmp_path / "ut", root=copy)
    assert not (tmp_path / "ut").exists() or not [*(tmp_path / "ut").rglob("*.html")]


def test_text_of_the_list_is_never_markup(copy, tmp_path):
    hostile = "</script><img src=x onerror=alert(1)> & <b>«A»</b>"
    first = load_sjekkliste(root=PROJECT).leaves[0].hvorfor["nb"]
    edit(copy / "data/raw/codebooks/sjekkliste/sjekkliste.yaml", first, f"'{hostile}'")
    sign_everything(copy, load_config(copy / "config.yaml", copy))
    made = make(tmp_path / "ut", root=copy)
    for file in ("index.html", "lesing.html", "skjema.html"):
        tree = lxml_html.fromstring(made.file(file).read_text(encoding="utf-8"))
        assert not tree.xpath("//img|//main//b[text()='«A»']")
        assert hostile in re.sub(r"\s+", " ", tree.xpath("//body")[0].text_content())


def test_data_inside_the_page_cannot_end_its_element():
    text = script_data({"a": "</script><!--<script>&amp;\u2028"})
    assert not set("<>&") & set(text) and json.loads(text)["a"] == "</script><!--<script>&amp;\u2028"


def test_a_broken_list_stops_the_stage_and_leaves_what_was_there(copy, tmp_path):
    made = make(tmp_path / "ut", root=copy)
    before = made.read()
    edit(copy / "data/raw/codebooks/sjekkliste/regler.yaml", "punkt: skole\n", "punkt: skolen\n")
    sign_everything(copy, load_config(copy / "config.yaml", copy))
    with pytest.raises(Problems, match=r"skolen.*mente du «skole»"):
        make(tmp_path / "ut", root=copy)
    assert made.read() == before


# --- the form for spreadsheets


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_csv_form_has_a_row_for_every_field_and_point(sjekklisten, liste):
    data = sjekklisten.file("skjema.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == data.count(b"\n")
    head, *rows = cells(data.decode("utf-8-sig"))
    assert head == list(KOLONNER.values()) == ["Id", "Spørsmål", "Svar", "Henvisning", "Merknad"]
    assert [row[0] for row in rows] == table_ids(liste)
    assert [row[2] for row in rows[:2]] == ["krisestat-sjekkliste", str(liste.versjon)]
    assert all(row[1] for row in rows) and not any("".join(row[2:]) for row in rows[2:])
    assert "6.2.1 Samarbeid i enkeltsaker: NAV" in [row[1] for row in rows]


def test_the_workbook_has_the_same_table(sjekklisten):
    book = CalamineWorkbook.from_path(sjekklisten.file("skjema.xlsx"))
    assert book.sheet_names == ["Skjema", "Veiledning"]
    table = book.get_sheet_by_name("Skjema").to_python(skip_empty_area=False)
    assert table == cells(sjekklisten.file("skjema.csv").read_text(encoding="utf-8-sig"))


def test_the_workbook_lets_people_choose_and_keeps_zeros(sjekklisten, liste):
    with zipfile.ZipFile(sjekklisten.file("skjema.xlsx")) as book:
        names = book.namelist()
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        styles, workbook = (book.read(f"xl/{n}.xml").decode("utf-8") for n in ("styles", "workbook"))
        core = book.read("docProps/core.xml").decode("utf-8")
    assert not [name for name in names if "vba" in name.lower() or "externalLink" in name] and "<f>" not in sheet
    lists = re.findall(r'<dataValidation type="list"[^>]*sqref="C(\d+)"[^>]*><formula1>(\w+)<', sheet)
    ids = table_ids(liste)
    offered = {ids[int(row) - 2]: name for row, name in lists}
    assert offered == {leaf.id: "koder_svar" for leaf in liste.leaves} | {"avtale.lovgrunnlag": "koder_lovgrunnlag"}
    ranges = dict(re.findall(r'<definedName name="(\w+)">([^<]+)<', workbook))
    guide = CalamineWorkbook.from_path(sjekklisten.file("skjema.xlsx")).get_sheet_by_name("Veiledning")
    column = [row[0] for row in guide.to_python(skip_empty_area=False)]
    for name, wanted in (("koder_svar", list(VALG)), ("koder_lovgrunnlag", list(load_lovgrunnlag(root=PROJECT)))):
        first, last = map(int, re.findall(r"\$A\$(\d+)", ranges[name]))
        assert column[first - 1 : last] == wanted
    assert 'numFmtId="49"' in styles  # text
    assert "2026-11-21" in core and "<dc:title>" in core
