"""What goes out of the house: one folder, complete, and nothing else in it, followed link by link."""

import json
import re
from pathlib import Path

import pytest

from krisestat.base import layout
from krisestat.build.edition import open_edition
from tests.support.crawl import crawl
from tests.support.project import PROJECT

pytestmark = pytest.mark.workflow
# Where the edition is published, as its files name it.
HOME = "https://example.org/krisesenterstatistikk/2020/"


@pytest.fixture(scope="module")
def out(built) -> dict[str, Path]:
    """Every file that goes out, by the path that readers know it by."""
    folder = built / "results/2020/ut"
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()}


def test_every_link_leads_to_a_place_in_it(out):
    followed, wrong = crawl(out, HOME)
    assert not wrong and followed > 200


def test_nothing_else_lies_there_than_what_the_manifest_names(out, built):
    manifest = json.loads((built / "results/2020/manifest.json").read_text(encoding="utf-8"))
    named = {entry["fil"] for entry in manifest["utdata"]}
    assert {f"{layout.OUT}/{name}" for name in out} == {name for name in named if name.startswith(f"{layout.OUT}/")}
    parts = {name.split("/")[0] for name in out}
    assert parts == {"publikasjon", "utdata", "nedlasting", "sjekkliste", "datapackage.json"}
    pages = {name for name in out if name.endswith(".html")}
    figures = {name for name in pages if name.startswith("publikasjon/figurer/")}
    assert pages - figures == {f"publikasjon/{name}.html" for name in ("index", "bevis", "tilgjengelighet")} | {
        "sjekkliste/index.html"
    }
    assert {name.replace(".html", "_p2020.svg") for name in figures} == {name for name in out if name.endswith(".svg")}
    places = {value for name, value in vars(layout).items() if name.isupper() and isinstance(value, str)}
    files = {place for place in places if re.search(r"\.\w+$", place) and not place.startswith(layout.SHEETS_OUT)}
    assert len(files) > 10 and files <= named, "the one place that knows where things lie, knows it"


def test_everybody_may_read_it_and_nobody_else_the_rest_whatever_the_mask(out, built):
    """The build was made with the mask 077."""
    folders = {folder for path in out.values() for folder in path.parents if layout.goes_out(folder)}
    assert {path.stat().st_mode & 0o777 for path in out.values()} == {0o644}
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o755} and len(folders) == 7
    assert (built / "results/2020/klargjort/avtaler.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("settings", "sheets", "page", "part"),
    [
        ({"med": False}, "faktaark", "../ut/publikasjon/index.html", False),
        ({"med": True}, "ut/faktaark", "../publikasjon/index.html", True),
        ({"med": True, "utvalg": ["senter-s07"]}, "faktaark-utvalg", "../ut/publikasjon/index.html", False),
    ],
)
def test_the_configuration_alone_says_whether_fact_sheets_go_out(settings, sheets, page, part):
    edition = open_edition(str(PROJECT), {"faktaark": settings})
    assert (edition.sheets, edition.page_from_sheets) == (f"results/2020/{sheets}", page)
    assert ("sheet_index" in edition.stages[: edition.stages.index("manifest")]) == part
    if "utvalg" in settings:  # an edition that has them all, is not built with some
        with pytest.raises(SystemExit):
            edition.sheet_list(None)
    else:
        assert edition.sheet_list(None) == ([f"{edition.sheets}/faktaark.json"] if part else [])
