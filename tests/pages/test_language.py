"""Both written standards: the same publication in each, with nothing of the other left, and language that house style
and a dictionary accept."""

import re
import shutil

import pytest

from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.pages.language import (
    LONG_SENTENCE,
    SCHEMA,
    Style,
    check_page,
    faults,
    load_style,
    measure,
    misspelt,
    own_words,
    run,
    to_spell,
)
from tests.support.checklist import PROJECT
from tests.support.checklist import make as make_checklist
from tests.support.edition import make

TEMPLATES = PROJECT / "templates"
STANDARDS = ("nb", "nn")
STYLE = Style({r"\bi forhold til\b": "enn, mot"}, frozenset({"krisesenterlova"}), frozenset({"som"}))
# Texts of an edition, beside those of the reviewers' pages, which are in bokmål alone.
SHARED = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("**/nn/*"))


def in_standard(name: str, spraak: str) -> str:
    """A template of the second standard, by its name in another."""
    return re.sub(r"(^|/)nn/", rf"\1{spraak}/", name) if spraak == "nb" else re.sub(r"(^|/)nb/", rf"\1{spraak}/", name)


def calls(text: str) -> list[str]:
    """The functions that a template asks, in order: what it says of which data, whatever the words that it says it in
    (those that are held, and what is shown as it stands)."""

    def code(found: re.Match) -> str:
        name, value = found.groups(default="")
        said = name in ("ord=", "hva=") or value in ("mangler", "manglar", "lavere")
        return name if said or not re.fullmatch(r"[a-z0-9_.-]*", value) else found[0]

    asked = re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r'(\w+=)?"([^"]*)"', code, one)) for one in asked]


def shape(node: object) -> object:
    """A text file's keys, whatever its words. What a sentence may call a thing has as many ways as the standard has."""
    if isinstance(node, dict):
        return {key: sorted(value) if key == "setninger" else shape(value) for key, value in node.items()}
    return [shape(one) for one in node] if isinstance(node, list) else type(node).__name__


def test_every_text_of_the_edition_is_in_both_standards():
    reviewers = ("endringer", "etterproving", "kvalitet")
    first = {in_standard(p.relative_to(TEMPLATES).as_posix(), "nn") for p in TEMPLATES.glob("**/nb/*")}
    assert {name for name in first if not name.startswith(tuple(f"nn/{one}" for one in reviewers))} == {*SHARED}


@pytest.mark.parametrize("name", [name for name in SHARED if name.endswith(".j2")])
def test_both_standards_say_the_same_of_the_same_data(name):
    first, second = (calls((TEMPLATES / in_standard(name, s)).read_text(encoding="utf-8")) for s in STANDARDS)
    assert first == second


@pytest.mark.parametrize(
    "name", [n for n in SHARED if n.endswith(".yaml") and not n.endswith(("tillatt.yaml", "hovedpunkter.yaml"))]
)
def test_both_standards_have_the_same_words_to_fill_in(name):
    first, second = (load_yaml(TEMPLATES / in_standard(name, s))[0] for s in STANDARDS)
    assert shape(first) == shape(second)


def test_both_standards_have_the_same_headline_points():
    for path in TEMPLATES.glob("*/nb/hovedpunkter.yaml"):
        files = [path, path.parents[1] / "nn" / path.name]
        first, second = ([(c["id"], c["tema"]) for c in load_yaml(file)[0]] for file in files)
        assert first == second


@pytest.mark.thorough
@pytest.mark.parametrize("spraak", STANDARDS)
def test_the_pages_are_in_their_standard_and_read_well(spraak, tmp_path):
    """The dictionary knows every word, or the project's list does: so nothing of the other standard is left."""
    assert shutil.which("hunspell"), "hunspell is not installed: bash tools/system.sh test"
    style = load_style(TEMPLATES, spraak)
    edition = make(tmp_path / "ut", spraak=spraak)
    checklist = make_checklist(tmp_path / "liste", spraak=spraak)
    for page in (edition.side, edition.trykk, edition.erklaering, checklist.side):
        report, wrong, spelt = check_page(page.name, page.read_text(encoding="utf-8"), style, spraak)
        assert wrong == [] and spelt
        assert 20 < report.lix < 50, page
        assert f'lang="{spraak}"' in page.read_text(encoding="utf-8")


@pytest.mark.thorough
def test_the_other_standard_is_found(tmp_path):
    """The check can fail: a page of bokmål held to nynorsk, and the other way."""
    for spraak, text in (
        ("nn", "Kommunene samarbeider ikke noe mer."),
        ("nb", "Kommunane samarbeider ikkje noko meir."),
    ):
        _, wrong, _ = check_page("side.html", f"<p>{text}</p>", load_style(TEMPLATES, spraak), spraak)
        assert len(wrong) >= 2


def test_words_that_stand_twice_and_words_that_house_style_avoids_are_told_with_their_place():
    page = (
        '<section id="fora"><p>Alle alle tilbud, i forhold til i fjor. Det som som gjelder.</p></section>'
        "<p>Kilden sier «i forhold til».</p>"
    )
    first, second = faults("side.html", own_words(page), STYLE)
    assert (first.sted, first.ventet) == ("delen «fora»", "ordet én gang") and "Alle alle" in first.fant
    assert second.ventet == "enn, mot" and "i forhold til" in second.fant


def test_what_is_no_language_is_not_spelt():
    page = "<p>Skriv til ola@example.org om krisesenterlova, tall_p2020.csv og 0123456789abcdef.</p>"
    assert set(to_spell(own_words(page), STYLE)) == {"Skriv", "til", "om", "og"}


def test_a_text_is_measured_as_lix_is_defined():
    report = measure(["To korte ord. Kommunene samarbeider med hverandre.", "En overskrift"])
    assert (report.words, report.sentences, report.lix) == (7, 2, round(7 / 2 + 100 * 3 / 7))
    assert measure(["ord " * LONG_SENTENCE + "til."]).long and measure([]).lix == 0


def test_spelling_is_hunspells_and_is_told_when_it_is_not_there(monkeypatch):
    assert misspelt({"krisesenter": "", "krissesenter": ""}, "nb") == ["krissesenter"]
    monkeypatch.setenv("PATH", "")
    assert misspelt({"krisesenter": ""}, "nb") is None


def test_a_style_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "leksikon").mkdir()
    (tmp_path / "leksikon" / "stil_nb.yaml").write_text(
        "unngaa: [{moenster: x}]\nto_ganger: []\nord: a\n", encoding="utf-8"
    )
    with pytest.raises(Problems, match="skriv") as error:
        load_style(tmp_path, "nb", PROJECT)
    assert (PROJECT / SCHEMA).is_file() and "moenster" in str(error.value)


def test_pages_that_are_not_built_are_told(tmp_path):
    for name in ("config.yaml", "workflow/schemas", "templates/leksikon"):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (PROJECT / name).is_dir() else shutil.copy)(PROJECT / name, target)
    with pytest.raises(Problems, match="make publication"):
        run("2020", tmp_path)
