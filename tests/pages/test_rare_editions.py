"""Bad input as the reader meets it: editions of data that nobody hopes for are built whole, and nothing in them sticks
out, lies over something else or is gone; a character that the fonts lack stops the build and is named."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html as lxml_html

from krisestat.base.errors import Problems
from krisestat.base.files import Files
from tests.support.browser import open_page
from tests.support.judges import output
from tests.support.rare_editions import LONG, MARKUP, RARE, Rare, build

SIDE, ENDS = 15 / 25.4 * 72, 6 / 25.4 * 72  # points: margins that no word may reach into, running heads among them
SEEN = 4  # points: no word that is to be seen is set lower


@pytest.fixture(scope="module", params=RARE)
def rare(request, tmp_path_factory) -> tuple[str, Files]:
    return request.param, build(tmp_path_factory.mktemp("sjelden"), RARE[request.param])


def pages(path: Path) -> list[tuple[float, float, list[tuple[float, float, float, float, str]]]]:
    """Width and height of each page of a PDF, and its words with the boxes that they stand in, in points."""
    found = []
    for page in lxml_html.fromstring(output("pdftotext", "-bbox", path, "-")).iter("page"):
        words = [
            (*(float(word.get(name)) for name in ("xmin", "ymin", "xmax", "ymax")), word.text or "")
            for word in page.iter("word")
        ]
        found.append((float(page.get("width")), float(page.get("height")), words))
    return found


def hidden_in_print(path: Path) -> list[str]:
    """The texts of a print edition that only screen readers meet."""
    return lxml_html.fromstring(path.read_text(encoding="utf-8")).xpath("//*[@class='skjult']//text()")


def over_each_other(words: list[tuple[float, float, float, float, str]]) -> list[tuple[str, str]]:
    """Words that share more than a fourth of the smaller one's box."""
    found = []
    lines = sorted(words, key=lambda word: word[1])
    for n, (left, top, right, bottom, text) in enumerate(lines):
        for other in lines[n + 1 :]:
            if other[1] >= bottom:
                break
            across = min(right, other[2]) - max(left, other[0])
            down = min(bottom, other[3]) - max(top, other[1])
            smaller = min((right - left) * (bottom - top), (other[2] - other[0]) * (other[3] - other[1]))
            if across > 0 and down > 0 and across * down > smaller / 4:
                found.append((text, other[4]))
    return found


@pytest.mark.thorough
@pytest.mark.document
def test_in_print_nothing_sticks_out_and_nothing_lies_over_anything(rare):
    name, files = rare
    found = pages(files.pdf)
    assert len(found) > 10
    unseen = set(" ".join(hidden_in_print(files.trykk)).split())
    for number, (width, height, words) in enumerate(found, 1):
        outside = [w for w in words if w[0] < SIDE or w[2] > width - SIDE or w[1] < ENDS or w[3] > height - ENDS]
        assert not outside, (name, number, outside[:3])
        # What is for screen readers alone is set in a point and transparent, so it may lie anywhere.
        small = {word[4] for word in words if word[3] - word[1] < SEEN}
        assert small <= unseen, (name, number)
        assert not over_each_other([word for word in words if word[3] - word[1] >= SEEN]), (name, number)
        assert number == 1 or words, (name, number)


@pytest.mark.thorough
@pytest.mark.document
def test_in_print_nothing_is_gone(rare):
    """Every cell of every table of the page stands in the print edition's text, in its order."""
    name, files = rare
    said = re.sub(r"\s+", "", output("pdftotext", "-raw", files.pdf, "-"))
    tree = lxml_html.fromstring(files.trykk.read_text(encoding="utf-8"))
    rows = tree.xpath("//table//tbody/tr")
    assert len(rows) > 100
    for row in rows:
        told = "".join(re.sub(r"\s+", "", cell.text_content()) for cell in row.xpath("./th|./td"))
        if LONG not in told:
            assert told in said, (name, told)
    assert (LONG[:40] in said) == ("1 000" in name)
    assert (re.sub(r"\s+", "", MARKUP) in said) == ("oppmerking" in name)


@pytest.mark.thorough
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_on_the_page_nothing_sticks_out(rare, nettleser, width):
    """With every table open only figures, tables and the cards scroll, and no markup of a name becomes an element."""
    _, files = rare
    with open_page(nettleser, files.side, width=width) as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        wide = page.evaluate(
            """framed => [...document.querySelectorAll('main *')].filter(e => !e.closest(framed)
            && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40))""",
            ".rulle, .noekkeltall ul, .skjult, .hopp, svg",
        )
        assert wide == [] and page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("[onclick]").count() == 0


@pytest.mark.parametrize(
    ("name", "glyph"),
    [("Politi \u05d0\u05d1", "U+05D0"), ("Politi \u2606", "U+2606")],
    ids=["right to left", "a star"],
)
def test_a_character_that_the_fonts_lack_stops_the_build_and_is_named(name, glyph, tmp_path):
    with pytest.raises(Problems, match=re.escape(glyph)) as caught:
        build(tmp_path, Rare(names={"politi": name}), typeset=False)
    assert "Rett navnet i kodeboken" in str(caught.value)
    assert not list((tmp_path / "ut").rglob("*.html"))


def test_boxes_over_each_other_are_found():
    words = [(0.0, 0.0, 10.0, 10.0, "a"), (5.0, 2.0, 15.0, 12.0, "b"), (30.0, 0.0, 40.0, 10.0, "c")]
    assert over_each_other(words) == [("a", "b")]
    assert all(not over_each_other([one, two]) for one, two in pairwise([words[0], words[2]]))
