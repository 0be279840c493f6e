"""The way the tests look at pages: what goes wrong in a page is told, and each page is opened as it was asked for."""

import pytest

from tests.support.browser import open_page

pytestmark = pytest.mark.browser


@pytest.fixture
def page_file(tmp_path):
    def write(body: str):
        path = tmp_path / "side.html"
        path.write_text(f'<!DOCTYPE html><html lang="nb"><title>Prøve</title>{body}</html>', encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<script>throw new Error('skriptfeil')</script>", "skriptfeil"),
        ("<script>console.error('konsollfeil')</script>", "konsollfeil"),
        ('<img alt="" src="https://example.org/x.png">', "request: https://example.org/x.png"),
        ("<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><script>1</script>", "script-src"),
    ],
)
def test_what_goes_wrong_in_a_page_is_told(nettleser, page_file, body, told):
    with pytest.raises(AssertionError, match=told), open_page(nettleser, page_file(body)):
        pass


def test_a_page_is_opened_as_the_reader_has_set_it(nettleser, page_file):
    path = page_file("<script>document.title = 'kjørt'</script>")
    asked = "q => matchMedia(q).matches"
    with open_page(nettleser, path, width=360, scheme="dark", forced=True, reduced_motion="reduce") as page:
        queries = ("(width: 360px)", "(prefers-color-scheme: dark)", "(forced-colors: active)")
        assert all(page.evaluate(asked, q) for q in (*queries, "(prefers-reduced-motion: reduce)"))
        assert page.title() == "kjørt"
    with open_page(nettleser, path, js=False) as page:
        assert page.title() == "Prøve" and not page.evaluate(asked, "(forced-colors: active)")
