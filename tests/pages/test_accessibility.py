"""The page as those who read it meet it: in a real browser, with keyboard, zoom, forced colours, dark mode and without
scripts; and read by checkers that are not ours (axe-core, the Nu Html Checker)."""

import gzip
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from lxml import html as lxml_html
from PIL import Image

from krisestat.stages import compare
from tests.support.browser import open_page
from tests.support.edition import page_text
from tests.support.judges import axe, nu, output
from tests.support.project import PROJECT
from tests.support.small_edition import SmallEdition

# Word spacing, letter spacing, line height and space after paragraphs as WCAG 1.4.12 asks a page to bear.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
      word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
# What reaches outside the window, apart from what scrolls in a frame of its own or is for screen readers alone.
OUTSIDE = """() => {
  const root = document.documentElement;
  document.querySelectorAll("details").forEach((d) => { d.open = true; });
  const framed = ".rulle, .noekkeltall ul, .skjult, .hopp";
  const wide = [...document.querySelectorAll("body *")].filter((e) => !e.closest(framed)
    && e.getBoundingClientRect().right > root.clientWidth + 1)
    .map((e) => e.tagName + " " + e.textContent.slice(0, 40));
  if (root.scrollWidth > root.clientWidth) wide.push("the page scrolls sideways");
  return wide;
}"""
# Texts in the page that reach out of their line's box, where something would be cut off.
CUT = """() => [...document.querySelectorAll("button, select, summary, nav a, .topp a, th, td, caption, figcaption")]
  .filter((e) => e.getClientRects().length && getComputedStyle(e).overflow !== "visible"
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)).map((e) => e.outerHTML)"""
# Where the keyboard is, how it is shown there, and whether the place can be seen: not under the line at the top.
FOCUS = """() => {
  const at = document.activeElement, e = at.type === "radio" ? at.nextElementSibling : at;
  const style = getComputedStyle(e), place = e.getClientRects()[0];
  if (at === document.body) return null;
  const x = place.left + Math.min(place.width, 20) / 2, y = place.top + place.height / 2;
  const found = document.elementFromPoint(x, y);
  return { at: [...document.querySelectorAll("*")].indexOf(at), name: at.outerHTML.slice(0, 90),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: !!found && (e.contains(found) || found.contains(e)), size: [place.width, place.height] };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, select, summary, :checked, [tabindex='0']")]
  .filter((e) => !e.matches("option"))
  .filter((e) => e.checkVisibility({ visibilityProperty: true })).length"""
TEXT = """() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("svg, .avlest, .framhev").forEach((e) => e.remove());
  return main.textContent.replace(/\\s+/g, " ");
}"""


def disclose(page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


# --- the checkers ---


@pytest.mark.browser
@pytest.mark.parametrize(
    "look", [{}, {"width": 360}, {"scheme": "dark"}, {"forced": True}], ids=lambda look: "-".join(map(str, look))
)
def test_axe_finds_nothing(nettleser, utgave, look):
    """With everything disclosed; in the wide page also with every table in its figure's place and a box of evidence."""
    with open_page(nettleser, utgave.side, **look) as page:
        disclose(page)
        assert axe(page) == []
        if not look:
            for choice in page.locator(".bytt label:last-child").all():
                choice.click()
            page.locator("#fora a.paastand").first.click()
            assert page.locator(".belegg:visible").count() == 1
            assert axe(page) == []


@pytest.mark.document
def test_the_nu_html_checker_finds_nothing(utgave):
    assert nu(utgave.side) == [] and nu(utgave.bevis) == []


@pytest.mark.browser
def test_the_comparison_passes_the_checkers(nettleser, tmp_path):
    old, new = SmallEdition(tmp_path / "for"), SmallEdition(tmp_path / "etter")
    old.build()
    new.edit("data/raw/2020/samarbeid_p2020.csv", "S03,Nei", "S03,Ja")
    new.build()
    compare.run(
        old.results,
        new.results,
        tmp_path / "ut",
        templates=PROJECT / "templates",
        prosjekt=new.root,
    )
    path = tmp_path / "ut" / "endringer.html"
    assert nu(path) == []
    for look in ({}, {"width": 360, "scheme": "dark"}):
        with open_page(nettleser, path, **look) as page:
            disclose(page)
            assert axe(page) == []


# --- size ---


def test_the_page_is_light(utgave):
    """The first view is the whole file: it needs no other."""
    page = utgave.side.read_bytes()
    assert len(page) < 500_000 and len(gzip.compress(page, 9, mtime=0)) < 120_000


# --- windows, zoom, spacing, settings ---


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 400, 768, 1280, 2560])
def test_nothing_sticks_out(nettleser, utgave, width):
    """320 CSS pixels is also 1280 at 400 % zoom. Wide tables scroll in frames that the keyboard reaches; one rendering
    of each figure is shown, large enough to read; nothing is lost with the spacing of WCAG 1.4.12."""
    with open_page(nettleser, utgave.side, width=width) as page:
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate("[...document.fonts].map((f) => f.status).includes('error')") is False
        frames = (
            "[...document.querySelectorAll('.rulle')].every((e) => e.scrollWidth <= e.clientWidth || e.tabIndex === 0)"
        )
        assert page.evaluate(frames)
        shown = page.locator("figure svg").evaluate_all(
            """all => all.filter((e) => e.checkVisibility()).map((e) => ({ figure: e.closest("figure").id,
              scale: e.getBoundingClientRect().width / e.viewBox.baseVal.width }))"""
        )
        assert len({one["figure"] for one in shown}) == len(shown) == page.locator("figure").count()
        least = 10.5 if width < 360 else 11.5
        assert all(8.5 * one["scale"] >= least for one in shown)
        page.evaluate(SPACING)
        assert page.evaluate(OUTSIDE) == [] and page.evaluate(CUT) == []


@pytest.mark.browser
def test_nothing_moves_for_those_who_ask_for_less_motion(nettleser, utgave):
    with open_page(nettleser, utgave.side, reduced_motion="reduce") as page:
        page.locator("label[for$=-tabell]").first.click()
        page.locator("#fora a.paastand").first.click()
        assert page.evaluate("document.getAnimations().length") == 0
        moving = (
            "[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0)"
        )
        assert page.evaluate(f"{moving}.length") == 0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def shades(page, folder: Path) -> bytes:
    """The grey tones of the page's first figure as it is shown."""
    page.locator("figure").first.screenshot(path=folder / "figur.png")
    with Image.open(folder / "figur.png") as image:
        return image.convert("L").tobytes()


@pytest.mark.browser
def test_dark_mode_turns_page_and_figures_around(nettleser, utgave, tmp_path):
    ground = "getComputedStyle(document.body).backgroundColor"
    with open_page(nettleser, utgave.side) as page:
        light, first = shades(page, tmp_path), page.evaluate(ground)
    with open_page(nettleser, utgave.side, scheme="dark") as page:
        dark, second = shades(page, tmp_path), page.evaluate(ground)
    assert first == "rgb(255, 255, 255)" and max(map(int, second[4:-1].split(", "))) < 40
    assert sorted(light)[len(light) // 2] > 240 and sorted(dark)[len(dark) // 2] < 40
    assert max(dark) > 200  # the text is light


# --- the keyboard ---


@pytest.mark.browser
def test_the_keyboard_reaches_everything_in_order_and_is_seen_there(nettleser, utgave):
    """Every link and control once, in the order of the document, with a ring around it, in sight, and past the end."""
    with open_page(nettleser, utgave.side, height=700) as page:
        expected, met = page.evaluate(REACHABLE), []
        for _ in range(expected + 5):
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUS)
            if at is None:
                break
            met.append(at)
        assert len(met) == expected and "hopp" in met[0]["name"]
        assert [one["at"] for one in met] == sorted({one["at"] for one in met})
        assert [one["name"] for one in met if not (one["ring"] and one["seen"])] == []
        small = [
            one["name"] for one in met if min(one["size"]) < 24 and ("<button" in one["name"] or "<sel" in one["name"])
        ]
        assert small == []
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        back = page.evaluate(FOCUS)
        assert back["seen"] and back["at"] in [one["at"] for one in met[-3:]]


@pytest.mark.browser
def test_a_figure_is_used_with_the_keyboard_alone(nettleser, utgave):
    with open_page(nettleser, utgave.side) as page:
        card = page.locator(".visning").nth(1)
        card.get_by_role("radio", name="Figur").focus()
        page.keyboard.press("ArrowRight")
        assert card.locator("table").is_visible() and not card.locator("figure").is_visible()
        page.keyboard.press("ArrowLeft")
        assert card.locator("figure").is_visible() and not card.locator("table").is_visible()
        card.locator("select").focus()
        page.keyboard.type("Pol")
        assert "valgt" in card.locator("svg:visible .navn.politi").get_attribute("class")
        card.locator(".tegning").focus()
        page.keyboard.press("ArrowDown")
        first = card.locator(".avlest").text_content()
        page.keyboard.press("ArrowDown")
        assert first.startswith("Overgrepsmottak, Kvinner: Ja 36") and card.locator(".avlest").text_content() != first
        page.keyboard.press("Escape")
        assert card.locator(".avlest").text_content() == ""


# --- what a reader can do ---


@pytest.mark.browser
def test_figure_and_table_take_turns_and_the_address_says_which(nettleser, utgave):
    with open_page(nettleser, utgave.side) as page:
        for card in page.locator(".visning").all():
            figure, table = card.locator("figure"), card.locator("table").first
            for name in ("Tabell", "Figur"):
                card.get_by_text(name, exact=True).click()
                assert (figure.is_visible(), table.is_visible()) == (name == "Figur", name == "Tabell")
                assert page.url.endswith((table if name == "Tabell" else figure).get_attribute("id"))
    for js in (True, False):
        with open_page(nettleser, f"{utgave.side.absolute().as_uri()}#tabell-instanser", js=js) as page:
            assert (
                page.locator("#tabell-instanser").is_visible()
                and not page.locator("#tabell-samarbeidsfora").is_visible()
            )


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_number_is_shown_where_a_reader_points_and_a_row_stands_out_in_its_own_figure(nettleser, utgave, width):
    with open_page(nettleser, utgave.side, width=width) as page:
        card = page.locator("#vis-samarbeidsformer-etter-instans")
        card.locator("svg:visible .trinn.nav").nth(1).hover()
        assert (
            card.locator(".avlest").text_content() == "NAV, Kvinner, Fast kontaktperson: 21\u00a0av\u00a043 (49\u00a0%)"
        )
        card.locator("select").select_option("politi")
        drawing = card.locator("svg:visible")
        assert drawing.locator(".politi").evaluate_all("all => all.every((e) => e.classList.contains('valgt'))")
        assert drawing.locator(".nav").evaluate_all("all => all.every((e) => e.classList.contains('svak'))")
        assert {*card.locator("tr.valgt th").evaluate_all("all => all.map((e) => e.textContent)")} == {"Politi"}
        assert page.locator(".visning:has(.valgt)").count() == 1
        card.locator("select").select_option("")
        assert page.locator(".valgt, .svak").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("look", [{"width": 320}, {"scheme": "dark"}, {"forced": True}, {"js": False}], ids=str)
def test_the_page_of_a_figure_is_light_whole_and_without_faults(nettleser, trykt, look):
    here = trykt.side.parent
    for path in trykt.many("figursider"):
        assert len(path.read_bytes()) < 100_000
        with open_page(nettleser, path, **look) as page:
            assert axe(page) == [] if look.get("js", True) else page.locator("figure").is_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.locator("h1").text_content() in page_text(trykt.side)
            links = page.locator("a[href]").evaluate_all("all => all.map((e) => e.getAttribute('href'))")
            files = {
                (path.parent / link.split("#")[0]).resolve() for link in links if ".html" in link or "_p2020" in link
            }
            assert {here / "index.html", here / f"figurer/{path.stem}_p2020.png"} <= files
            assert "Kopier" not in page.content() and f"figurer/{path.name}" in page.locator("code").text_content()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (320, 400)])
def test_the_evidence_opens_under_the_way_out_and_focus_comes_back(nettleser, utgave, width, height):
    look = {"width": width, "height": height, "permissions": ["clipboard-read", "clipboard-write"]}
    with open_page(nettleser, utgave.side, **look) as page:
        link = page.locator("#fora p a.paastand").last
        sheet = page.locator(link.get_attribute("href").replace("#", "[id='") + "']")
        focused = "document.activeElement.id"
        link.focus()
        page.keyboard.press("Enter")
        assert sheet.is_visible() and page.evaluate(focused) == sheet.get_attribute("id")
        assert link.text_content() in sheet.text_content() and sheet.locator("table").is_visible()
        sheet.get_by_role("button", name="Kopier lenke").click()
        page.get_by_text("Lenken er kopiert.").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{utgave.side.absolute().as_uri()}{link.get_attribute('href')}"
        page.keyboard.press("Escape")
        assert not sheet.is_visible() and page.evaluate(focused) == link.get_attribute("id")
        link.click()
        sheet.get_by_role("link", name="Lukk").click()
        assert not sheet.is_visible() and page.evaluate(focused) == link.get_attribute("id")
    for js in (True, False):
        with open_page(nettleser, copied, width=width, height=height, js=js) as page:
            assert page.locator(".belegg:visible").count() == 1


# Opens every sheet from its word, and says which lie on the word, on the line at the top, or outside the window.
COVERED = """() => [...document.querySelectorAll("a.paastand")].filter((link) => {
  link.scrollIntoView({ block: ["start", "center", "end"][link.id.length % 3], behavior: "instant" });
  link.click();
  const sheet = document.querySelector(".belegg:popover-open"), there = sheet.getBoundingClientRect();
  const on = [...link.getClientRects()].some((word) => word.bottom > there.top + 1 && word.top < there.bottom - 1
    && word.right > there.left && word.left < there.right);
  const out = document.querySelector(".topp").getBoundingClientRect().bottom;
  const word = link.getBoundingClientRect(), seen = word.top >= out - 1 && word.bottom <= innerHeight + 1;
  sheet.hidePopover();
  return on || !seen || there.top < out - 1 || there.bottom > innerHeight + 1 || there.height < 100;
}).map((link) => link.textContent)"""


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1280, 500), (390, 844), (320, 400)])
def test_the_evidence_never_covers_its_word_or_the_way_out(nettleser, utgave, width, height):
    with open_page(nettleser, utgave.side, width=width, height=height) as page:
        assert page.locator("a.paastand").count() > 60 and page.evaluate(COVERED) == []


@pytest.mark.browser
def test_the_first_screen_of_a_phone_has_a_number_and_the_second_a_figure(nettleser, utgave):
    top = "e => e.getBoundingClientRect().top"
    with open_page(nettleser, utgave.side, width=390, height=844) as page:
        card = page.locator(".kort").first.bounding_box()
        assert card["y"] + card["height"] <= 844 and page.locator("figure").first.evaluate(top) < 2 * 844
        assert page.locator(".kort").count() == 4 and not page.locator(".innhold ol").is_visible()
    with open_page(nettleser, utgave.side) as page:
        assert page.locator(".hovedpunkter").evaluate(top) < 900 and page.locator(".innhold ol").is_visible()


SHIFT = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => { for (const one of list.getEntries()) sum += one.hadRecentInput ? 0 : one.value; };
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500);
})"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_is_opened(nettleser, utgave, width):
    for path in (utgave.side, utgave.bevis, utgave.erklaering):
        with open_page(nettleser, path, width=width) as page:
            assert page.evaluate(SHIFT) < 0.05


@pytest.mark.browser
def test_a_link_to_what_is_put_away_brings_it_out(nettleser, utgave):
    hidden = lxml_html.parse(utgave.side).xpath("//section[@id='tabeller']//details//table/@id")[0]
    with open_page(nettleser, f"{utgave.side.absolute().as_uri()}#{hidden}") as page:
        assert page.locator(f"#{hidden}").is_visible()


@pytest.mark.browser
def test_the_contents_follow_the_reader(nettleser, utgave):
    with open_page(nettleser, utgave.side) as page:
        for section in ("avtaler", "fora"):
            page.evaluate(f"document.getElementById('{section}').scrollIntoView()")
            page.locator(f".innhold a[href='#{section}'][aria-current=location]").wait_for()
            assert page.locator(".innhold [aria-current]").count() == 1


@pytest.mark.browser
def test_leaving_replaces_the_page_in_the_history(nettleser, utgave, tmp_path):
    """The neutral page is away from this machine, so a file stands in for it."""
    with open_page(nettleser, utgave.side) as page:
        neutral = tmp_path / "noytral.html"
        neutral.write_text('<!DOCTYPE html><html lang="nb"><title>Nøytral</title></html>', encoding="utf-8")
        length = page.evaluate("history.length")
        page.locator("#forlat").evaluate("(e, to) => { e.href = to; }", neutral.as_uri())
        page.locator("#forlat").click()
        page.wait_for_url("**/noytral.html")
        assert page.evaluate("history.length") == length
        assert page.go_back() is None or "index.html" not in page.url


@pytest.mark.browser
def test_a_figure_is_taken_away_with_its_numbers(nettleser, trykt):
    """From a server, as on the web: a browser does not hand out one file to another."""
    handler = partial(SimpleHTTPRequestHandler, directory=trykt.side.parents[1])
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with open_page(nettleser, f"http://127.0.0.1:{server.server_port}/publikasjon/index.html") as page:
            links = page.locator(".last-ned a")
            assert links.count() == 4 * page.locator("figure").count()
            addresses = links.evaluate_all("all => all.map((e) => e.getAttribute('href'))")
            assert [a for a in addresses if not (trykt.side.parent / a).is_file()] == []
            with page.expect_download() as download:
                page.locator(".last-ned a[href$='.png']").first.click()
            assert download.value.suggested_filename == "deltakelse-i-fora_p2020.png"
            assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
        server.shutdown()


# --- without scripts, on paper ---


@pytest.mark.browser
def test_everything_is_there_without_scripts(nettleser, utgave):
    # The script takes what is said of marks out of the drawing, and fills in the rows that may stand out.
    moved = "document.querySelectorAll('svg :not(svg) > title, .framhev, .avlest').forEach((e) => e.remove())"
    with open_page(nettleser, utgave.side) as page:
        page.evaluate(moved)
        whole = page.evaluate(TEXT)
    with open_page(nettleser, utgave.side, js=False) as page:
        page.evaluate(moved)
        assert page.evaluate(TEXT) == whole
        assert page.locator(".framhev:visible").count() == 0 and page.locator(".belegg:visible").count() == 0
        assert page.locator("figure:visible").count() == page.locator("figure").count()
        page.locator(".bytt label").nth(1).click()
        assert page.locator(".visning table").first.is_visible() and not page.locator("figure").first.is_visible()
        link = page.locator("#fora a.paastand").first
        link.click()
        assert page.url.endswith(link.get_attribute("href")) and page.locator(":target").is_visible()
        assert page.locator("#forlat").get_attribute("href").startswith("https://")


@pytest.mark.browser
def test_every_sheet_of_paper_carries_the_notice_and_they_are_few(nettleser, utgave, tmp_path):
    with open_page(nettleser, utgave.side) as page:
        page.pdf(path=tmp_path / "ark.pdf", prefer_css_page_size=True)
    sheets = output("pdftotext", "-raw", tmp_path / "ark.pdf", "-").split("\f")[:-1]
    assert 6 < len(sheets) <= 12 and all("Eksempeldata." in sheet for sheet in sheets)
    assert "A4" in output("pdfinfo", tmp_path / "ark.pdf")


@pytest.mark.browser
def test_on_paper_every_table_is_shown_and_no_control(nettleser, utgave):
    with open_page(nettleser, utgave.side) as page:
        every = "main table[id^=tabell-]"
        tables, shown = page.locator(every).count(), page.locator(f"{every}:visible").count()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        # what a figure shows, or its table where the reader has chosen that
        assert page.locator(f"{every}:visible").count() == tables - page.locator(".tallene table").count()
        assert page.locator("figure svg:visible").count() == page.locator("figure").count()
        assert page.locator("button:visible, select:visible, main summary:visible, .topp:visible").count() == 0
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator(f"{every}:visible").count() == shown < tables
