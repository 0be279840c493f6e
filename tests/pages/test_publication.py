"""Tables, downloads, templates and the page: pure functions, and the page as it is rendered from a small edition."""

import base64
import hashlib
import json
import re
import shutil
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from krisestat.base.display import MINUS, NBSP, listing, number, percent, round_half_away, year_range
from krisestat.base.errors import Problems
from krisestat.figures import design
from krisestat.pages import cover, frame, publication
from krisestat.tables.build import build_tables
from tests.support.downloads import MODEL
from tests.support.edition import make, page_text, pages
from tests.support.model import COUNTS, edition_texts, with_files
from tests.support.observations import SERVICES, renamed
from tests.support.project import PROJECT
from tools import skrifter

TEMPLATES = PROJECT / "templates"
WORDS = edition_texts()


# --- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (12345, 0, f"12{NBSP}345"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(-5, 2), 0, f"{MINUS}3"),
        (Fraction(-1, 4), 1, f"{MINUS}0,3"),
        (Fraction(1, 20), 2, "0,05"),
        (Fraction(-1, 100), 0, "0"),
        (0, 1, "0,0"),
    ],
)
def test_numbers_are_written_in_norwegian_and_halves_go_away_from_zero(value, decimals, text):
    assert number(value, decimals) == text


@given(st.fractions(max_denominator=1000, min_value=-1000, max_value=1000), st.integers(0, 3))
def test_rounding_is_never_further_away_than_half_a_step(value, decimals):
    rounded = round_half_away(value, decimals)
    assert abs(rounded - value) <= Fraction(1, 2 * 10**decimals)
    assert round_half_away(-value, decimals) == -rounded


def test_ranges_lists_and_percentages():
    assert year_range([2020, 2015, 2016]) == "2015–2016, 2020"
    assert listing(["A"]) == "A" and listing(["A", "B", "C"]) == "A, B og C"
    assert percent(Fraction(32, 43)) == f"74{NBSP}%"


# --- templates -----------------------------------------------------------------------------------------------------

# The checklist tells nothing of data: its numbers are those of a form (sizes of fields, example dates).
TEMPLATE_FILES = sorted(
    path
    for path in (*(TEMPLATES / "nb").glob("*"), *(TEMPLATES / "nn").glob("*"), *(TEMPLATES / "felles").glob("*.j2"))
    if not path.name.startswith("sjekkliste")
)
# Digits that are not data: heading levels, spans and scopes in markup, what XML and feeds demand, and slices and
# defaults in expressions.
NOT_DATA = re.compile(
    r"</?h[1-6]|{%.*?%}|{#.*?#}|^\s*#.*$|utf-8|initial-scale=1|tabindex=\"-?\d\""
    r"|<\?xml version=\S+|xmlns=\"[^\"]*\"|T00:00:00Z|content=\"0; url=|viewBox=\"0 0 [^\"]* 1\"|height=\"1\"",
    re.M | re.S,
)


@pytest.mark.parametrize("path", TEMPLATE_FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_template_has_a_literal_number(path):
    text = NOT_DATA.sub("", path.read_text(encoding="utf-8"))
    prose = re.sub(r"{{.*?}}", "", text, flags=re.S)
    assert not re.findall(r"\b\d[\d ,.]*", prose)
    for expression in re.findall(r"{{(.*?)}}", text, flags=re.S):
        assert not re.findall(r"\d{2,}", expression)  # [:6] is a slice; 43 and 2020 would be data


@pytest.mark.parametrize("css", ["side.css", "trykk.css"])
def test_styles_use_the_tokens_alone(css):
    """Colours stand in design.py. What is inherited within a table or a card may be named in the sheet itself."""
    text = (TEMPLATES / "felles" / css).read_text(encoding="utf-8")
    assert not re.findall(r":\s*#[0-9a-f]{3,6}\b", text)
    used = set(re.findall(r"var\((--[\w-]+)", text))
    own = set(re.findall(r"(--[\w-]+):\s*(?:[\d.]+mm|var\()", text))
    assert used - own <= set(re.findall(r"(--[\w-]+):", design.css_properties()))


def test_unknown_names_in_a_template_are_errors_and_text_is_escaped():
    env = frame.environment(TEMPLATES, "nb")
    assert env.from_string("{{ x }}").render(x="<script>") == "&lt;script&gt;"
    assert env.undefined is jinja2.StrictUndefined
    assert env.from_string("{{ dato('2020-11-01') }}").render() == f"1.{NBSP}november{NBSP}2020"


def test_a_template_is_parsed_once_however_often_it_is_asked_for(monkeypatch):
    parsed = []
    real = jinja2.Environment._parse
    monkeypatch.setattr(jinja2.Environment, "_parse", lambda self, *one: (parsed.append(one[1]), real(self, *one))[1])
    env = frame.environment(TEMPLATES, "nb")
    env.loader = jinja2.DictLoader({"a": "{{ x ~ 'b' }}"})
    env.parse("{{ x ~ 'b' }}", "a", "a")
    assert [env.get_template("a").render(x=x) for x in "cd"] == ["cb", "db"]
    assert parsed == ["a"]
    # What was compiled is not handed out again: the compiler has changed it.
    assert env.parse("{{ x ~ 'b' }}", "a", "a") and parsed == ["a", "a"]


# --- figures, style, fonts -----------------------------------------------------------------------------------------

SHOWN = {"verdi": 42, "nevner": 43, "aar": 2020, "status": ""}
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img">'
    '<text class="akse" x="1" y="1">50</text><text class="verdi" x="1" y="1">42 av 43</text></svg>'
)


def test_a_figure_may_show_the_numbers_of_its_rows_and_its_axis_and_no_others():
    shown = {"tittel": "Noe. 2020. Antall", "aar": [2020], "rader": [SHOWN], "navn": {"rader": {}}, "desimaler": 0}
    shown |= {"slag": "gap", "brudd": [], "hendelser": [(2020, "2020: 7 sentre kom til")]}
    narrow = DRAWING.replace(">50<", ">25<")
    figure = publication.page_figure("noe", {"bred": DRAWING, "smal": narrow}, shown, 2020)
    assert set(figure.bound) == {"2020", "42", "43", "98", "50", "25", "7"}
    assert figure.subject == "Noe" and figure.files["png"] == "figurer/noe_p2020.png"
    for form, before, _ in figure.drawings:
        assert f'<desc id="noe-{form}-beskrivelse">' in before and f'id="noe-{form}"' in before
    assert base64.b64decode(figure.source.split(",")[1]).decode() == DRAWING


def test_the_policy_allows_the_page_itself_and_nothing_else():
    policy = frame.content_policy("a{}", frame.SCRIPT)
    digest = base64.b64encode(hashlib.sha256(b"a{}").digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy and policy.startswith("default-src 'none'")
    assert "unsafe" not in policy and "http" not in policy


@pytest.mark.thorough
def test_the_web_fonts_and_digests_are_what_the_faces_give():
    fonts = TEMPLATES / "fonts"
    for name, data in skrifter.made(fonts).items():
        assert (fonts / name).read_bytes() == data and len(data) < 30_000, f"{name}: make skrifter"


def test_a_name_with_markup_stays_text_in_the_table():
    table, *_ = build_tables(renamed('<img src=x onerror="1">'), SERVICES, WORDS, "nb", 2020)
    env = frame.environment(TEMPLATES, "nb")
    env.globals |= {
        "bundet": lambda *_: "",
        "medium": "side",
        "nummer": publication.Numbering(),
        "tabeller": {"x": table},
    }
    env.globals |= {
        "t": {"tabell": "Tabell", "sporsmaal": "S", "kilde": "K", "tegn": "T"},
        "tegnord": WORDS["felles"] | {"tegn_brukt": {"0": ""}},
    }
    source = '{% import "felles/byggeklosser.html.j2" as b with context %}{{ b.tabell("x") }}'
    tree = lxml_html.fromstring(env.from_string(source).render())
    assert not tree.xpath("//img") and tree.xpath('//th[@scope="row"]')[0].text == '<img src=x onerror="1">'


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_reads_as_it_did(utgave):
    """The whole text, notes, tables and evidence among it. A change here is a change that readers see: read it, then
    copy the new text over the old one."""
    golden = Path(__file__).parent / "publication.txt"
    assert page_text(utgave.side) == golden.read_text(encoding="utf-8")


def evidence(path) -> set[str]:
    """What the sheets of evidence and the cards say."""
    inside = "//*[@id='etterproving' or contains(@class, 'kort ')]//p"
    found = lxml_html.fromstring(path.read_text(encoding="utf-8")).xpath(inside)
    return {" ".join(["p:", *one.text_content().replace("\u00a0", "~").split()]) for one in found}


def figure_titles(path) -> list[str]:
    """The titles of the figures of a page, without their numbers."""
    lines = [line for line in page_text(path).splitlines() if line.startswith("figcaption:")]
    return [line.split(". ", 1)[1] for line in lines]


def test_page_and_print_say_the_same(utgave):
    def sentences(path):
        kinds = ("h1:", "h2:", "h3:", "p:", "caption:", "figcaption:", "dd:")
        return {line for line in page_text(path).splitlines() if line.startswith(kinds)}

    (cover,) = lxml_html.fromstring(utgave.trykk.read_text(encoding="utf-8")).xpath("//p[@class='kunsttekst']/text()")
    # Below the ornament stand the title of a figure of the page and its series.
    ornament = "p: " + " ".join(cover.replace("\u00a0", "~").split())
    assert any(ornament[3:].startswith(name) for name in figure_titles(utgave.side))
    differ = (sentences(utgave.side) ^ sentences(utgave.trykk)) - evidence(utgave.side) - {ornament}
    prose = {line for line in differ if not line.startswith("dd:")}
    own = "eksempelutgave|Nettleseren|Filene passer|^p: Kontrollsummer|^p: Last ned (PDF|figuren)"
    own += "|^p: Ord og tall med prikket|^p: Tallene står i tabell|^p: Tabell~|^h2: Om utgaven"
    own += "|^p: Tilgjengelighetserklæring|^p: $|^p: Trenger du hjelp|^p: Denne utgaven inneholder"
    assert all(re.search(own, line) for line in prose)


@pytest.fixture(scope="module")
def tree(utgave):
    return lxml_html.fromstring(utgave.side.read_text(encoding="utf-8"))


def test_the_page_stands_alone(utgave, tree):
    text = utgave.side.read_text(encoding="utf-8")
    assert len(text.encode()) < 500_000
    loaded = tree.xpath("//@src|//link/@href|//image/@href")
    assert not loaded and not re.findall(r"url\((?!data:|skrift:)", text) and not tree.xpath("//*[@style]")
    policy = tree.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
    for kind, element in (("style", tree.xpath("//style")), ("script", tree.xpath("//script[not(@type)]"))):
        assert len(element) == 1
        digest = base64.b64encode(hashlib.sha256(element[0].text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_landmarks_headings_and_names(tree):
    assert tree.get("lang") == "nb"
    for landmark in ("main", "header", "footer", "nav"):
        assert len(tree.xpath(f"//{landmark}")) == 1
    levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for target in tree.xpath('//a[starts-with(@href, "#")]/@href'):
        assert target[1:] in ids
    for named in tree.xpath("//@aria-labelledby|//@aria-describedby"):
        assert set(named.split()) <= set(ids)
    assert tree.xpath("//body/a")[0].get("href") == "#innhold-start"


def test_tables_and_figures_can_be_read_without_seeing_them(tree):
    assert len(tree.xpath("//main//table[caption]")) == len(MODEL.tabeller)
    for table in tree.xpath("//table[caption]"):
        assert table.xpath("./caption") and table.xpath("./thead//th[@scope]")
        assert all(cell.get("scope") for cell in table.xpath(".//th"))
        assert table.getparent().get("tabindex") == "0" and table.getparent().get("role") == "region"
    figures = tree.xpath("//figure")
    assert len(figures) == 6
    for figure in figures:
        drawing = figure.xpath(".//svg")[0]
        assert drawing.get("role") == "img" and len(drawing.xpath("./desc")[0].text) > 60
        assert figure.xpath("./figcaption") and figure.xpath("./following-sibling::div[@class='tallene']//table")


def test_help_and_the_way_out_are_on_the_first_screen(tree):
    top = tree.xpath("//header")[0]
    assert top.xpath('.//a[@href="#hjelp"]') and top.xpath('.//a[@id="forlat"]')[0].get("rel").startswith("noreferrer")
    assert "116\u00a0006" in tree.xpath('//*[@id="hjelp"]')[0].text_content()


@pytest.mark.thorough
def test_the_notice_stands_on_page_and_print_and_nowhere_without_reconstructed_data(utgave, tmp_path):
    for path in (utgave.side, utgave.trykk):
        assert "rekonstruerte eksempeldata" in page_text(path)
    received = make(tmp_path / "ut", with_files(tmp_path, real(COUNTS)))
    for path in (received.side, received.trykk):
        assert "ekonstruert" not in path.read_text(encoding="utf-8")


@pytest.mark.thorough
def test_a_false_sentence_stops_the_page_and_leaves_what_was_there(utgave, tmp_path):
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    page = templates / "samarbeid/nb/tekst.html.j2"
    false = (
        '<p>{{ mengde("samarbeid", begge, "politi", ord="alle", hva="krisesentrene") }} samarbeider med politiet.</p>'
    )
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace('<section id="former"', f'{false}\n<section id="former"'), encoding="utf-8")
    before = pages(tmp_path / "ut").side
    before.parent.mkdir(parents=True)
    before.write_text("som før", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        make(tmp_path / "ut", templates=templates, drawn=utgave)
    told = str(caught.value)
    assert "samarbeider med politiet" in told and "42 av 43" in told.replace(NBSP, " ") and "tekst.html.j2" in told
    assert sorted(p.name for p in (tmp_path / "ut").iterdir()) == ["nedlasting.json", "ut"]
    assert [p.read_text(encoding="utf-8") for p in before.parent.iterdir()] == ["som før"]


# --- agreements ----------------------------------------------------------------------------------------------------


OF_AGREEMENTS = [path for path in COUNTS if path.stem.startswith("avtale")]


def real(files) -> dict[str, str]:
    """The texts of tables of the example as if all in them were received."""
    return {path.stem: path.read_text(encoding="utf-8").replace("rekonstruert", "mottatt") for path in files}


def kept(*years) -> dict[str, str]:
    """The example's tables of agreements with the rows of some collections."""
    found = {}
    for path in OF_AGREEMENTS:
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        found[path.stem] = header + "".join(row for row in rows if row.startswith(tuple(f"{aar}," for aar in years)))
    return found


@pytest.mark.thorough
def test_without_a_collection_there_is_no_section_and_nothing_is_missed(utgave, tmp_path):
    edition = make(tmp_path / "ut", with_files(tmp_path, kept()), drawn=utgave)
    tree = lxml_html.fromstring(edition.side.read_text(encoding="utf-8"))
    assert not tree.xpath(
        '//*[@id="samarbeidsavtaler"]|//a[@href="#samarbeidsavtaler"]|//*[@id="tabell-avtaler-dekning"]'
    )
    told = tree.xpath('//section[@id="om"]')[0].text_content()
    assert told.count("avtaler mellom kommuner") == 1
    assert "ikke tall om dette for årene den har med: Samarbeidsavtaler mellom kommuner." in told
    assert tree.xpath('//section[@id="kommuner"]') and tree.xpath('//section[@id="personer"]')


@pytest.mark.thorough
def test_an_older_collection_is_told_with_its_year_and_alone_carries_the_notice(tmp_path):
    files = with_files(tmp_path, real(set(COUNTS) - set(OF_AGREEMENTS)) | kept(2018))
    edition = make(tmp_path / "ut", files)
    tree = lxml_html.fromstring(edition.side.read_text(encoding="utf-8"))
    (section,) = tree.xpath('//section[@id="samarbeidsavtaler"]')
    assert section.xpath("./h2")[0].text_content().endswith("i 2018")
    assert "Endring siden" not in section.text_content()
    assert all("2018" in p.text_content() for p in section.xpath("./p[a]"))
    assert tree.xpath('//aside[@class="merknad"]')


def test_no_statement_or_sentence_of_the_page_counts_agreements_with_anything_else(utgave):
    beside: dict[str, set[bool]] = {}
    for statement in json.loads(utgave.belegg.read_text(encoding="utf-8"))["paastander"]:
        agreements = {cell["statistikk"].startswith("avtale") for cell in statement["celler"]}
        assert len(agreements) < 2, statement["id"]
        for place in statement["steder"]:
            beside.setdefault(place["setning"], set()).update(agreements)
    assert {True} in beside.values() and {False} in beside.values() and {True, False} not in beside.values()


def test_a_sheet_shows_those_that_its_words_name_and_who_comes_closest(tree):
    """In the order of their numbers, with a name on every row, also that of the whole."""
    sheets = {sheet.get("id"): sheet for sheet in tree.xpath("//div[@class='belegg']")}
    rows = {
        name: [[part.text_content() for part in row.xpath("./th|./td")] for row in sheet.xpath(".//tbody/tr")]
        for name, sheet in sheets.items()
    }
    assert all(cells[0] for own in rows.values() for cells in own)
    named = rows["belegg-superlativ-samarbeid-menn-2020"]
    assert [name for name, _ in named[:3]] == ["Barnehus", "Overgrepsmottak", "Boligkontor"]
    assert [name for name, _ in rows["belegg-prosent-beboere-kvinner-2020"]][1] == "I alt"
    closest = rows["belegg-superlativ-samarbeidsform-kvinner.menn-alle-2020"]
    assert [name for name, _ in closest[:2]] == ["Samarbeid om enkeltsaker", "Ikke-skriftlig avtale"]
    for name, sheet in sheets.items():
        if name.startswith("belegg-instanser-"):
            said = sheet.xpath("string(.//p[@class='tittel'])").casefold()
            told = {word for cells in rows[name] for word in re.findall(r"[a-zæøå]+", cells[0].casefold())}
            assert {*re.findall(r"[a-zæøå]+", said)} - {"og"} <= told


def test_the_cover_has_a_stroke_for_each_that_was_asked_and_none_where_no_figure_says_so():
    shown = {"slag": "gap", "navn": {"serier": {"a": "A"}, "rader": {"x": "X", "y": "Y"}}}
    base = {"serier": "a", "nevner": 43, "usikre": 1}
    rows = [base | {"rader": "x", "verdi": 43}, base | {"rader": "y", "verdi": 36}]
    found = cover.cover([("b", shown | {"slag": "serie", "rader": rows}), ("f", shown | {"rader": rows})])
    assert (found.figur, found.serie) == ("f", "A")
    drawing = base64.b64decode(found.kilde.partition(",")[2]).decode("utf-8")
    lines = [drawing.count(f'y="{y}"') for y in ("0.00", "40.00")]
    assert lines == [43, 43] and drawing.count("#ffd9b8") == 7 and "NaN" not in drawing
    hidden = [row | {"verdi": None} for row in rows]
    many = [row | {"nevner": 9000, "verdi": 8000} for row in rows]
    assert [cover.cover([("f", shown | {"rader": one})]) for one in (hidden, many, [])] == [None] * 3
