"""The finished PDF, read by those who know: veraPDF and poppler."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html

from krisestat.model.config import settings_of
from tests.support.judges import blanks, output, plain_pdf, verapdf
from tests.support.project import PROJECT
from tests.support.stages import run
from tools.steps import bind, steps

TEXT_MM = 297 - 24 - 26  # of a page, between its margins


def elements(pdf: pikepdf.Pdf) -> list:
    """Every structure element, in reading order."""
    return elements_of(pdf.Root.StructTreeRoot)


def elements_of(top: pikepdf.Dictionary) -> list:
    """A structure element and all within it, in reading order."""
    found, waiting = [], [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Dictionary) and "/K" in node:
            kids = list(node.K) if isinstance(node.K, pikepdf.Array) else [node.K]
            waiting += [kid for kid in reversed(kids) if isinstance(kid, pikepdf.Dictionary)]
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
    return found


@pytest.fixture(scope="module")
def pdf(trykt):
    with pikepdf.open(trykt.pdf) as opened:
        yield opened


@pytest.mark.document
def test_the_file_is_pdf_a_2a_and_pdf_ua_1(trykt):
    assert verapdf("ua1,2a", trykt.pdf) == []


@pytest.mark.document
def test_shortcuts_change_no_byte_and_are_for_one_edition_of_the_library(trykt, tmp_path, monkeypatch, caplog):
    from krisestat.pages import faster_pdf

    assert plain_pdf(tmp_path, trykt.trykk) == [trykt.pdf.read_bytes()]
    assert faster_pdf.install()
    monkeypatch.setitem(faster_pdf.WRITTEN_FOR, faster_pdf.css, "en annen")
    with caplog.at_level("INFO"):
        assert not faster_pdf.install()
    assert [record.getMessage().split(" er ")[0] for record in caplog.records] == ["weasyprint.css"]


@pytest.mark.document
def test_only_the_fonts_of_the_project_are_in_it_and_all_are_embedded(trykt):
    for line in output("pdffonts", trykt.pdf).splitlines()[2:]:
        assert re.match(r"[A-Z]{6}\+Source-S(ans-3|erif-4)", line), line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line  # embedded, subset, with unicode


@pytest.mark.document
def test_metadata_come_from_the_page_and_there_is_no_date(trykt, pdf):
    info = dict(line.split(":", 1) for line in output("pdfinfo", trykt.pdf).splitlines() if ":" in line)
    assert info["Title"].strip() == "Krisesentertilbudenes samarbeid med andre instanser 2020"
    assert info["Tagged"].strip() == "yes" and "CreationDate" not in info and "ModDate" not in info
    assert pdf.Root.Lang == "nb" and pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.docinfo["/Subject"]


def flat(text: str) -> str:
    """Text without white space and hyphens: where lines break is not what is read."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def decoded(font: pikepdf.Dictionary) -> dict[int, str]:
    """What the two-byte codes of a font stand for."""
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", table)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def marked_texts(pdf: pikepdf.Pdf) -> dict[tuple[int, int], str]:
    """The text of each piece of marked content, by page object and number."""
    fonts, found = {}, {}
    for page in pdf.pages:
        marks, codes = [], {}
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "BDC":
                marks.append(operands[1].get("/MCID") if isinstance(operands[1], pikepdf.Dictionary) else None)
            elif name in ("BMC", "EMC"):
                marks.append(None) if name == "BMC" else marks.pop()
            elif name == "Tf":
                font = page.Resources.Font[str(operands[0])]
                codes = fonts.setdefault(font.objgen, decoded(font))
            elif name in ("Tj", "TJ"):
                runs = operands[0] if name == "TJ" else operands
                codepoints = b"".join(bytes(run) for run in runs if isinstance(run, pikepdf.String))
                text = "".join(codes[high << 8 | low] for high, low in zip(*[iter(codepoints)] * 2, strict=True))
                number = next((mark for mark in reversed(marks) if mark is not None), None)
                if number is not None:
                    key = (page.objgen[0], int(number))
                    found[key] = found.get(key, "") + text
    return found


def read_aloud(pdf: pikepdf.Pdf) -> str:
    """The document's text in the order of its structure, without list marks."""
    texts, said = marked_texts(pdf), []
    waiting = [(pdf.Root.StructTreeRoot, None)]
    while waiting:
        node, page = waiting.pop()
        if isinstance(node, int):
            said.append(texts.get((page, node), ""))
        elif isinstance(node, pikepdf.Dictionary) and "/K" in node and node.get("/S") != "/Lbl":
            page = node.Pg.objgen[0] if "/Pg" in node else page
            kids = list(node.K) if isinstance(node.K, pikepdf.Array) else [node.K]
            waiting += [(kid, page) for kid in reversed(kids)]
    return flat("".join(said))


@pytest.fixture(scope="module")
def printed(trykt):
    return lxml_html.fromstring(trykt.trykk.read_text(encoding="utf-8"))


@pytest.mark.document
def test_headings_and_bookmarks_are_those_of_the_page_in_order(pdf, printed):
    found = elements(pdf)
    levels = [str(e.S)[1:].lower() for e in found if re.fullmatch(r"/H\d", str(e.S))]
    headings = printed.xpath("//h1|//h2|//h3|//h4")
    assert levels == [h.tag for h in headings]
    assert levels[0] == "h1" and levels.count("h1") == 1
    assert all(int(b[1]) - int(a[1]) <= 1 for a, b in pairwise(levels))
    with pdf.open_outline() as outline:
        titles = [item.title for top in outline.root for item in (top, *top.children)]
    marked = [h for h in headings if h.tag in ("h1", "h2")]
    assert [flat(title) for title in titles] == [flat(h.text_content()) for h in marked]


@pytest.mark.document
def test_figures_and_tables_say_what_they_are(pdf, printed):
    found = elements(pdf)
    alternatives = [flat(str(e.Alt)) for e in found if e.S == "/Figure"]
    assert alternatives == [flat(alt) for alt in printed.xpath("//img/@alt")] and len(alternatives) == 6
    headers = [e for e in found if e.S == "/TH"]
    assert {str(e.A.Scope) for e in headers} == {"/Column", "/Row"}
    assert all(e.A.Headers for e in found if e.S == "/TD")
    captions = [e for e in found if e.S == "/Caption" and e.P.S == "/Table"]
    assert len(captions) == len(printed.xpath("//table/caption"))
    assert {str(e.S) for e in found} >= {"/Sect", "/Table", "/TR", "/TD", "/L", "/LI", "/P", "/Link"}
    for kind in ("/P", "/H1", "/H2", "/Link"):
        assert not [e for e in found if e.S == kind and e.P.S == kind]


@pytest.mark.document
def test_the_order_of_reading_is_that_of_the_page(pdf, printed):
    """The text in the order of the structure is that of the print edition, but for a figure that had no room and has
    let text go before it. Between its words stand only page numbers, and the heads of tables that go on."""
    body = printed.xpath("//body")[0]
    for aside in body.xpath("./div[@class='dokument' or @class='merknad-kort']|.//script"):
        aside.drop_tree()
    spoken, at = read_aloud(pdf), 0
    figures = body.xpath(".//figure")
    parts = [[flat(part.text_content()) for part in figure.xpath("./figcaption|./div|./p")] for figure in figures]
    for figure, (caption, note, where) in zip(figures, parts, strict=True):
        first, last = spoken.index(caption, at), spoken.index(note + where)
        spoken, at = spoken[:first] + spoken[last + len(note + where) :], first
        figure.drop_tree()
    at = 0
    expected = [part for part in map(flat, body.itertext()) if part]
    for part in expected:
        found = spoken.find(part, at)
        between = spoken[at:found]
        assert found >= 0 and len(between) <= 600, (part, spoken[at : at + 200])
        at = found + len(part)
    said, written = len(spoken), sum(map(len, expected))
    assert written <= said <= 1.15 * written


@pytest.mark.document
def test_contents_have_page_numbers_and_every_page_its_number_and_notice(trykt):
    pages = output("pdftotext", "-layout", trykt.pdf, "-").split("\f")[:-1]
    contents = re.findall(r"(\S[^\n]*?\S) {3,}(\d+)(?=\s)", pages[1].partition("Innhold\n")[2])
    assert len(contents) >= 11 and all(2 <= int(number) <= len(pages) for _, number in contents)
    for number, text in enumerate(pages, 1):
        foot = [line for line in text.splitlines() if line.strip()][-1]
        assert "Rekonstruerte eksempeldata" in foot, number
        assert number == 1 or foot.split()[-1] == str(number)
    assert "116 006" in "".join(pages[:2]).replace("\u00a0", " ")


@pytest.fixture(scope="module", params=["2020", "beboere-2023", "beboere-2020"])
def typeset(request, tmp_path_factory) -> tuple[Path, int]:
    """The PDF of an edition, and how many pages it may have."""
    if request.param == "2020":
        return request.getfixturevalue("trykt").pdf, 18
    folder, rules = tmp_path_factory.mktemp(request.param), steps(PROJECT, **settings_of(request.param))
    for stage in ("clean", "compute", "draw", "package", "render", "typeset"):
        work = bind(stage, rules[stage], folder, PROJECT)
        work()
    return work.ut.pdf, 6


@pytest.mark.document
def test_the_paper_is_used_and_nothing_that_is_read_as_one_is_broken(typeset, tmp_path):
    """No more than a quarter of a page without ink at its foot, but on the last."""
    pdf, most = typeset
    resolution, texts = 60, output("pdftotext", "-layout", pdf, "-").split("\f")[:-1]
    output("pdftoppm", "-r", resolution, "-f", 2, "-gray", pdf, tmp_path / "side")
    pages = {int(path.stem.split("-")[1]): path for path in tmp_path.glob("side-*.pgm")}
    assert len(pages) + 1 == len(texts) <= most
    title = output("pdfinfo", pdf).split("Title:")[1].split("\n")[0].strip()[:30]
    heads = [text.split("\n", 1)[0] for text in texts[1:]]
    assert all(title in head and head.split("  ")[-1] for head in heads)
    for number, path in sorted(pages.items()):
        within, below = blanks(path, resolution)
        assert within <= 60 and (below <= TEXT_MM / 4 or number == len(texts)), number
    assert not re.search(r"§\s*\n|\d{4}–\n|§ \d+-\n", output("pdftotext", pdf, "-"))


@pytest.mark.document
def test_a_table_begins_with_three_rows_on_its_page(pdf):
    for table in (e for e in elements(pdf) if e.S == "/Table"):
        cells = [[e for e in elements_of(row) if e.S == "/TD"] for row in elements_of(table) if row.S == "/TR"]
        pages = [row[0].Pg.objgen for row in cells if row]
        assert pages.count(pages[0]) >= min(3, len(pages))


@pytest.mark.document
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<h1>Tegn: \u2606</h1>", "notdef"),
        ('<h1>Bilde</h1><p><img alt="x" src="https://example.org/x.png"></p>', "example.org"),
        ('<h1>Stil</h1><p style="text-wrap:balance">x</p>', "text-wrap"),
        ('<h1>Lenke</h1><p><a href="#borte">x</a></p>', "borte"),
    ],
)
def test_what_the_typesetter_warns_about_stops_it(body, told, tmp_path):
    from krisestat.base.errors import Problems
    from krisestat.pages import frame

    page, made, nothing = tmp_path / "trykk.html", tmp_path / "ut.pdf", tmp_path / "deling.json"
    nothing.write_text("{}")
    style = f"{frame.print_faces()} body {{ font-family: 'Source Sans 3' }}"
    page.write_text(f'<html lang="nb"><head><title>x</title><style>{style}</style></head><body>{body}</body></html>')
    with pytest.raises(Problems, match=told):
        run("typeset", tmp_path, PROJECT, html=page, deling=nothing, figurer=[], pdf=made)
    assert not made.exists()


# In a process of its own: pytest holds on to what is warned about, and to all that the warning can reach.
WARM = """
import gc, sys
sys.path.insert(0, "scripts")
from pathlib import Path
from krisestat.pages.frame import print_faces
from krisestat.pages.pdf import typesetter

style = f"{print_faces()} body {{ font-family: 'Source Sans 3'; font-variant-numeric: tabular-nums }}"
rows = "".join(f"<tr><th scope='row'>Rad {n}</th><td>{n}</td></tr>" for n in range(120))
table = f"<table><caption>Tabell</caption><thead><tr><th>Navn</th><th>Tall</th></tr></thead>{rows}</table>"
text = f'<html lang="nb"><head><title>x</title><style>{style}</style></head><body><h1>x</h1>{table}</body></html>'
with typesetter(Path("templates/fonts")) as one:
    assert not gc.isenabled()
    alive, pages = [], []
    for name in map(str, range(24)):
        one(text, name)
        alive.append(len(gc.get_objects()))
        pages.append(int(Path("/proc/self/statm").read_text().split()[1]))
assert gc.isenabled() and gc.get_freeze_count() == 0
assert alive[-1] < 1.02 * alive[1], alive
assert pages[-1] < pages[3] + 256, pages  # 1 MB: the untouched library takes 4
"""


@pytest.mark.document
def test_a_warm_typesetter_collects_its_garbage_and_leaves_the_collector_as_it_was():
    """A long row of documents takes no more memory than a few: a batch of fact sheets is as large as one likes."""
    done = subprocess.run([sys.executable, "-c", WARM], cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
