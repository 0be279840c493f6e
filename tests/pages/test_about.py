"""What the edition says about itself: «Om statistikken», the accessibility statement and the metadata of the page."""

import json
import re
import shutil

import pytest
import yaml
from lxml import html as lxml_html
from PIL import Image

from krisestat.base import layout
from krisestat.base.errors import Problems
from krisestat.model.config import load_config
from krisestat.pages import about
from tests.support.browser import open_page
from tests.support.downloads import MODEL
from tests.support.edition import make
from tests.support.judges import axe, nu
from tests.support.project import PROJECT

FACTS = PROJECT / "data" / "tilgjengelighet.yaml"
OM = "".join(f'<h4 id="om-{key}">{what}</h4><p>Noe.</p>' for key, what in about.REQUIRED.items())
WHOLE = f"<section>{OM}</section>"


def row(aar, status="", form="", tilbud="kvinner", **counts):
    answers = dict.fromkeys(("ubesvart", "vet_ikke"), 0) | {"nevner": 10} | counts
    return {"tilbud": tilbud, "instans": "nav", "samarbeidsform": form, "aar": aar, "status": status} | answers


# --- «Om statistikken» ---


def test_a_whole_part_is_enough_and_definitions_may_stand_in_a_list():
    about.check_required(WHOLE, "om.j2")
    listed = WHOLE.replace('<h4 id="om-navn">navnet på statistikken</h4><p>Noe.</p>', "")
    listed = listed.replace("</section>", '<dl><dt id="om-navn">Navn</dt><dd>Noe</dd></dl></section>')
    about.check_required(listed, "om.j2")


@pytest.mark.parametrize("key", about.REQUIRED)
def test_a_heading_that_lacks_is_told_in_five_parts(key):
    with pytest.raises(Problems) as caught:
        about.check_required(WHOLE.replace(f'id="om-{key}"', ""), ["om.j2"])
    (problem,) = caught.value.problems
    assert (problem.fil, problem.sted) == ("om.j2", f"«om-{key}»")
    assert about.REQUIRED[key] in problem.ventet and problem.fant and key in problem.tiltak


@pytest.mark.parametrize("told", ["", " \n ", "&nbsp;", "<p></p>", "<!-- Noe. -->"])
def test_a_heading_without_text_and_all_faults_at_once(told):
    text = WHOLE.replace("<p>Noe.</p>", told, 2)
    with pytest.raises(Problems) as caught:
        about.check_required(text, ["om.j2"])
    assert [problem.sted for problem in caught.value.problems] == ["«om-definisjoner»", "«om-navn»"]
    assert all("uten tekst under" in problem.fant for problem in caught.value.problems)


@pytest.mark.parametrize("spraak", ["nb", "nn"])
def test_the_templates_have_every_heading(spraak):
    text = (PROJECT / "templates" / spraak / "om-statistikken.html.j2").read_text(encoding="utf-8")
    assert re.findall(r'id="om-([\w-]+)"', text.replace('id="om-tittel"', "")) == list(about.REQUIRED)


def test_an_edition_without_a_mandatory_heading_does_not_build(utgave, tmp_path):
    shutil.copytree(PROJECT / "templates", tmp_path / "templates")
    path = tmp_path / "templates" / "nb" / "om-statistikken.html.j2"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('<h4 id="om-formaal">Formål</h4>', ""), encoding="utf-8")
    with pytest.raises(Problems, match="formål, som «Om statistikken» må si noe om"):
        make(tmp_path / "ut", templates=tmp_path / "templates", drawn=utgave)
    assert not (tmp_path / "ut" / layout.PAGE).exists()


@pytest.mark.parametrize("field", ["tittel", "utgiver", "kontakt", "lisens", "sist_oppdatert", "neste_oppdatering"])
def test_a_mandatory_field_that_lacks_stops_the_configuration(field, tmp_path):
    given = yaml.safe_load((PROJECT / "config.yaml").read_text(encoding="utf-8"))
    del given["publikasjon"][field]
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps(given, default=str), encoding="utf-8")
    with pytest.raises(Problems, match=f"ingen nøkkel «{field}»"):
        load_config(path, PROJECT)


def test_numbers_of_response_corrections_and_breaks():
    cubes = {"samarbeid": [row(2020, ubesvart=1, vet_ikke=2), row(2019, ubesvart=9)], "forum": [row(2020)]}
    told = about.response(MODEL, cubes, ("samarbeid", "forum"), 2020)
    assert (told["ubesvart"], told["vet_ikke"], told["spurt"], told["svart"]) == ("1", "2", "20", "95,0")
    assert about.response(MODEL, {"forum": []}, ["forum"], 2020)["svart"] == ""
    checks = [{"kontroll": "rettelse"}, {"kontroll": "karantene"}, {"kontroll": "rettelse"}, {"kontroll": "annet"}]
    assert (about.corrected(checks)["rettelse"], about.corrected(checks)["karantene"]) == ("2", "1")
    years = range(2015, 2021)
    forms = [row(aar, form="fast_kontakt", status="ikke_spurt" if aar < 2017 else "") for aar in years]
    forms += [row(aar, form="enkeltsaker") for aar in years]
    asked = {"samarbeidsform": forms, "samarbeid": [row(aar) for aar in years if aar != 2018], "avtale_foreldet": []}
    found = about.breaks(MODEL, asked, "samarbeid", "nb", (2015, 2020))
    told = [(one["hva"], one["aar"]) for one in found]
    assert told == [("Samarbeid med instansen", "2018"), ("Fast kontaktperson", "2015–2016")]
    assert about.breaks(MODEL, {"forum": [row(2020)]}, "samarbeid", "nb", (2020, 2020)) == []


def test_the_page_says_what_the_data_say(utgave):
    said = lxml_html.fromstring(utgave.side.read_text(encoding="utf-8")).get_element_by_id("om").text_content()
    flat = re.sub(r"\s+", " ", said)
    assert "Fast kontaktperson: 2015–2016" in flat and "mangler svar på 6 av 820 spørsmål" in flat
    assert "Svarandelen er 99,3 prosent" in flat and "konfidensialitet-" in flat and "slik den lød i 2020" in flat


# --- the accessibility statement ---


@pytest.fixture(scope="module")
def statement(utgave):
    return lxml_html.fromstring(utgave.erklaering.read_text(encoding="utf-8"))


def test_the_statement_tells_of_every_exception_and_how_to_say_so(statement):
    facts = about.accessibility(FACTS, "nb")
    text = re.sub(r"\s+", " ", statement.text_content())
    assert "delvis i samsvar" in text and facts["unntak"]
    for one in facts["unntak"]:
        assert statement.get_element_by_id(f"unntak-{one['id']}") is not None
        assert one["hva"] in text and one["i_stedet"] in text and one["hvorfor"] in text
    for one in facts["proevd"]:
        assert f"{one['hva']}: {one['med']}" in text
    assert "statistikk@example.org" in text and facts["tilsyn"]["lenke"] in statement.xpath("//a/@href")
    assert "21.\u00a0november 2026".replace("\u00a0", " ") in text and facts["ikke_proevd"] in text


def test_the_statement_is_linked_from_the_page_and_leads_back(utgave, statement):
    page = lxml_html.fromstring(utgave.side.read_text(encoding="utf-8"))
    assert "tilgjengelighet.html" in page.xpath("//footer//a/@href")
    assert "index.html" in statement.xpath("//footer//a/@href") and statement.get("lang") == "nb"
    ids = statement.xpath("//@id")
    assert all(target[1:] in ids for target in statement.xpath('//a[starts-with(@href, "#")]/@href'))
    assert len(statement.xpath("//h1")) == 1 and "116\u00a0006" in statement.get_element_by_id("hjelp").text_content()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda facts: facts.pop("vurdert"), "ingen nøkkel «vurdert»"),
        (lambda facts: facts["unntak"][0].pop("i_stedet"), "ingen nøkkel «i_stedet»"),
        (lambda facts: facts["unntak"][0]["hva"].pop("nn"), "ingen nøkkel «nn»"),
        (lambda facts: facts.update(vurdert="i går"), "dagen publikasjonen sist ble vurdert"),
        (lambda facts: facts["proevd"].clear(), "proevd"),
    ],
)
def test_facts_that_lack_something_are_told(change, told, tmp_path):
    facts = yaml.safe_load(FACTS.read_text(encoding="utf-8")) | {"vurdert": "2026-11-21"}
    change(facts)
    path = tmp_path / "tilgjengelighet.yaml"
    path.write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(Problems, match=told):
        about.accessibility(path, "nb")


@pytest.mark.browser
@pytest.mark.parametrize("look", [{}, {"width": 320, "scheme": "dark"}], ids=["wide", "narrow and dark"])
def test_the_statement_passes_axe_and_nothing_sticks_out(nettleser, utgave, look):
    with open_page(nettleser, utgave.erklaering, **look) as page:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.document
def test_the_statement_passes_the_nu_html_checker(utgave):
    assert nu(utgave.erklaering) == []


# --- metadata ---


def test_metadata_say_what_the_page_says(utgave):
    page = lxml_html.fromstring(utgave.side.read_text(encoding="utf-8"))
    given = {m.get("name") or m.get("property"): m.get("content") for m in page.xpath("//meta[@content]")}
    title = page.xpath("//title/text()")[0].strip()
    assert given["og:title"] == given["citation_title"] == title
    assert given["og:description"] == given["description"].strip() and "utbredt i 2020" in given["description"]
    assert given["citation_author"] == given["author"] == "Krisestat (eksempelutgave)"
    assert given["citation_publication_date"] == "2026/11/21" and given["citation_language"] == "nb"
    home = "https://example.org/krisesenterstatistikk/2020/publikasjon/"
    assert given["og:url"] == f"{home}index.html" and given["citation_pdf_url"] == f"{home}publikasjon.pdf"
    assert "krisesenter" in given["keywords"]
    assert given["og:image"].startswith(home)
    cited = re.sub(r"\s+", " ", page.get_element_by_id("kontakt").text_content())
    assert f"Slik siterer du: Krisestat (eksempelutgave). {title}. Publisert 21. november 2026." in cited


@pytest.mark.document
def test_the_picture_of_the_metadata_is_there_and_is_what_its_text_says(trykt):
    page = lxml_html.fromstring(trykt.side.read_text(encoding="utf-8"))
    address, alt = (page.xpath(f"//meta[@property='og:image{part}']/@content")[0] for part in ("", ":alt"))
    with Image.open(trykt.side.parent / address.split("/publikasjon/")[1]) as image:
        assert image.size == (1200, 630) and image.text["Title"] == alt
