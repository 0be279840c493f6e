"""The finished files, read by those who know: veraPDF and poppler for the PDF, Chromium for the page."""

import hashlib
import html
import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html
from PIL import Image

from utgave import make, trykt_fixture, utgave_fixture  # noqa: F401
from validators import verapdf

PROJECT = Path(__file__).parents[1]
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
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


# --- the page in a browser -------------------------------------------------------------------------------------------

MEASURE = """<!doctype html><html><body><iframe id="ramme" style="border:0;width:%d;height:900px"></iframe><script>
const ramme = document.getElementById("ramme");
ramme.onload = async () => {
  const page = ramme.contentDocument, root = page.documentElement;
  await page.fonts.ready;
  page.querySelectorAll("details").forEach(d => { d.open = true; });
  const wide = [...page.querySelectorAll("body *")].filter(e => !e.closest(".rulle, .skjult, .hopp")
    && e.getBoundingClientRect().right > root.clientWidth + 1).map(e => e.tagName + " " + e.textContent.slice(0, 40));
  const loaded = ramme.contentWindow.performance.getEntriesByType("resource").map(r => r.name);
  const regions = [...page.querySelectorAll(".rulle")].every(e => e.scrollWidth <= e.clientWidth || e.tabIndex === 0);
  document.title = JSON.stringify({ scroll: root.scrollWidth, client: root.clientWidth, wide, regions,
    loaded: loaded.filter(name => !name.startsWith("data:")), faces: [...page.fonts].map(f => f.status),
    titles: [...page.querySelectorAll("h1")].map(h => h.getBoundingClientRect().height > 0) });
};
ramme.srcdoc = %s;
</script></body></html>"""


def chromium(folder: Path, *arguments) -> str:
    """What Chromium prints without a window, with a fresh profile."""
    profile = folder / "profil"
    shutil.rmtree(profile, ignore_errors=True)
    return output("chromium", *QUIET, f"--user-data-dir={profile}", *arguments)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 640, 1280, 2560])
def test_nothing_sticks_out_and_nothing_is_fetched(utgave, tmp_path, width):
    """With every table open. At 320 CSS pixels, which is also 1280 at 400 % zoom, only figures and tables scroll."""
    text = json.dumps(utgave.side.read_text(encoding="utf-8")).replace("</", "<\\/")
    frame = tmp_path / "ramme.html"
    frame.write_text(MEASURE.replace("%d", f"{width}px").replace("%s", text), encoding="utf-8")
    shown = chromium(tmp_path, "--virtual-time-budget=8000", "--window-size=2600,1000", "--dump-dom", frame.as_uri())
    found = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", shown, re.S)[1]))
    assert found["scroll"] <= found["client"] <= width and found["wide"] == []
    assert found["loaded"] == [] and found["regions"] and found["titles"] == [True]
    assert "loaded" in found["faces"] and "error" not in found["faces"]


def picture(page: Path, folder: Path, name: str, *flags: str) -> Image.Image:
    """The page as Chromium shows it, 800 pixels wide."""
    file = folder / f"{name}.png"
    chromium(folder, *flags, "--window-size=800,2400", f"--screenshot={file}", page.as_uri())
    with Image.open(file) as image:
        return image.convert("L")


@pytest.mark.browser
def test_without_javascript_the_page_is_the_same(utgave, tmp_path):
    source = utgave.side.read_text(encoding="utf-8")
    text, changed = re.subn(r"script-src \S+ ", "script-src &#39;none&#39;; ", source)
    assert changed == 1
    stopped = tmp_path / "uten.html"
    stopped.write_text(text, encoding="utf-8")
    with_script, without = picture(utgave.side, tmp_path, "med"), picture(stopped, tmp_path, "uten")
    assert without.tobytes() == with_script.tobytes() and len(set(without.tobytes())) > 50


@pytest.mark.browser
def test_dark_mode_turns_page_and_figures_around(utgave, tmp_path):
    """The corner of the page and the text of the figures follow the reader's setting."""
    light = picture(utgave.side, tmp_path, "lys")
    dark = picture(utgave.side, tmp_path, "moerk", "--blink-settings=preferredColorScheme=0")
    assert light.getpixel((10, 1000)) > 240 and dark.getpixel((10, 1000)) < 40
    assert max(dark.tobytes()) > 200  # the text is light
