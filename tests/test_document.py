"""The finished PDF, read by those who know: veraPDF and poppler."""

import hashlib
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html

from utgave import make, trykt_fixture  # noqa: F401
from validators import verapdf

PROJECT = Path(__file__).parents[1]
MM_PER_INCH = 25.4
# WeasyPrint leaves its colour profile open for the interpreter to close.
pytestmark = pytest.mark.filterwarnings("ignore:.*sRGB2014.icc:pytest.PytestUnraisableExceptionWarning")


def output(*command) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def elements(pdf: pikepdf.Pdf) -> list:
    """Every structure element, in reading order."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
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
    with pikepdf.open(trykt.publikasjon) as opened:
        yield opened


@pytest.mark.document
def test_the_file_is_pdf_a_2a_and_pdf_ua_1(trykt):
    assert verapdf("ua1,2a", trykt.publikasjon) == []


@pytest.mark.document
def test_only_the_fonts_of_the_project_are_in_it_and_all_are_embedded(trykt):
    for line in output("pdffonts", trykt.publikasjon).splitlines()[2:]:
        assert re.match(r"[A-Z]{6}\+Source-S(ans-3|erif-4)", line), line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line  # embedded, subset, with unicode


@pytest.mark.document
def test_metadata_come_from_the_page_and_there_is_no_date(trykt, pdf):
    info = dict(line.split(":", 1) for line in output("pdfinfo", trykt.publikasjon).splitlines() if ":" in line)
    assert info["Title"].strip() == "Krisesentertilbudenes samarbeid med andre instanser 2020"
    assert info["Tagged"].strip() == "yes" and "CreationDate" not in info and "ModDate" not in info
    assert pdf.Root.Lang == "nb" and pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.docinfo["/Subject"]


@pytest.mark.document
def test_structure_headings_figures_tables_and_bookmarks(trykt, pdf):
    found = elements(pdf)
    levels = [int(str(e.S)[2:]) for e in found if re.fullmatch(r"/H\d", str(e.S))]
    assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    page = lxml_html.fromstring(trykt.trykk.read_text(encoding="utf-8"))
    alternatives = [re.sub(r"\s+", " ", str(e.Alt)).strip() for e in found if e.S == "/Figure"]
    assert alternatives == [re.sub(r"\s+", " ", alt).strip() for alt in page.xpath("//img/@alt")]
    assert all(e.A.Scope in ("/Column", "/Row") for e in found if e.S == "/TH")
    assert {str(e.S) for e in found} >= {"/Table", "/TR", "/TD", "/L", "/LI", "/P", "/Caption"}
    with pdf.open_outline() as outline:
        titles = [item.title for top in outline.root for item in (top, *top.children)]
    headings = [re.sub(r"\s+", " ", h.text_content()).strip() for h in page.xpath("//h1|//h2")]
    assert headings == [re.sub(r"\s+", " ", title) for title in titles]


@pytest.mark.document
def test_contents_have_page_numbers_and_every_page_its_number_and_notice(trykt):
    pages = output("pdftotext", "-layout", trykt.publikasjon, "-").split("\f")[:-1]
    contents = re.findall(r"^ *(\S.*?\S) {3,}(\d+)$", pages[1], re.M)
    assert len(contents) >= 11 and all(2 <= int(number) <= len(pages) for _, number in contents)
    for number, text in enumerate(pages, 1):
        foot = [line for line in text.splitlines() if line.strip()][-1]
        assert "Rekonstruerte eksempeldata" in foot
        assert number == 1 or foot.split()[-1] == str(number)
    assert "116 006" in "".join(pages[:2]).replace("\u00a0", " ")


@pytest.mark.document
def test_no_page_has_an_unplanned_blank(trykt, tmp_path):
    """No more than 70 mm without ink between the running heads, but on the cover and the last page."""
    resolution = 60
    output("pdftoppm", "-r", resolution, "-gray", trykt.publikasjon, tmp_path / "side")
    for path in sorted(tmp_path.glob("side-*.pgm"))[1:-1]:
        _, size, _, data = path.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        top, bottom = (int(mm / MM_PER_INCH * resolution) for mm in (24, 297 - 26))
        longest = run = 0
        for y in range(top, min(bottom, height)):
            run = run + 1 if min(data[y * width : (y + 1) * width]) > 200 else 0
            longest = max(longest, run)
        assert longest / resolution * MM_PER_INCH <= 70, path.name


@pytest.mark.document
def test_the_same_document_again_is_the_same_bytes(trykt, tmp_path):
    again = make(tmp_path / "ut", typeset=True)
    digests = {hashlib.sha256(files.publikasjon.read_bytes()).hexdigest() for files in (trykt, again)}
    assert len(digests) == 1


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
    from krisestat import render, typeset
    from krisestat.errors import Problems

    page, made = tmp_path / "trykk.html", tmp_path / "ut.pdf"
    style = f"{render.print_faces()} body {{ font-family: 'Source Sans 3' }}"
    page.write_text(f'<html lang="nb"><head><title>x</title><style>{style}</style></head><body>{body}</body></html>')
    with pytest.raises(Problems, match=told):
        typeset.run(page, made, PROJECT / "templates" / "fonts")
    assert not made.exists()
