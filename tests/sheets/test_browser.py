"""The fact sheets in a real browser: nothing that axe-core or the Nu Html Checker finds, on wide and narrow screens."""

import pytest

from tests.support import sheet_pages as prove
from tests.support.browser import open_page
from tests.support.judges import axe, nu
from tests.support.sheet_pages import ALL_YES, CENTRE, agreement, both, new_maker, persons, service, sharing

UNITS = {
    "senter": (
        CENTRE,
        [
            *service("kvinner", ALL_YES | {"nav": "vet_ikke", "politi": "nei"}),
            *service("menn"),
            *sharing(),
            *persons(None, None, 2019),
            *persons(3, None),
        ],
    ),
    "kommune": (
        prove.MUNICIPALITIES["kommune-3007"],
        [*both(), *sharing(), *agreement((4, 12), (100, 300), kommune="3007")],
    ),
}


@pytest.fixture(scope="module")
def sider(tmp_path_factory):
    """A sheet on a centre and one on a municipality."""
    folder = tmp_path_factory.mktemp("faktaarksider")
    maker, found = new_maker(), {}
    for name, (enhet, rows) in UNITS.items():
        found[name] = folder / f"{enhet['ark']}.html"
        found[name].write_text(prove.make(maker, enhet, rows).side, encoding="utf-8")
    return found


@pytest.mark.document
def test_the_pages_are_valid_html(sider):
    assert nu(*sider.values()) == []


@pytest.mark.browser
@pytest.mark.parametrize(("name", "width", "scheme"), [("senter", 320, "dark"), ("kommune", 1280, "light")])
def test_a_sheet_is_open_to_all(name, width, scheme, sider, nettleser):
    with open_page(nettleser, sider[name], width=width, scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_a_number_leads_to_its_evidence_also_without_scripts(sider, nettleser):
    with open_page(nettleser, sider["senter"], js=False) as page:
        link = page.locator("a.paastand").first
        target = link.get_attribute("href")
        link.click()
        assert page.url.endswith(target)
        assert page.locator(target).is_visible()


@pytest.mark.browser
def test_the_way_out_leaves_no_way_back(sider, nettleser):
    with open_page(nettleser, sider["kommune"]) as page:
        assert page.locator("#forlat").is_visible()
        page.evaluate("document.getElementById('forlat').href = 'about:blank'")
        before = page.evaluate("history.length")
        page.click("#forlat")
        page.wait_for_url("about:blank")
        assert page.evaluate("history.length") == before
