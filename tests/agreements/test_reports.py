"""The reports on agreements: every number counted again from the rows, every text of the form back as it was written,
nothing of it run as anything else, in both written standards."""

import csv
import io
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdf
import pytest
import yaml
from lxml import html as lxml_html

from krisestat.agreements import report
from krisestat.agreements.checklist import PUNKTSVAR
from krisestat.agreements.coverage import leaf_answers, status
from krisestat.agreements.report import collect, counties, earlier, visible
from krisestat.base.contracts import read_rows, unguarded, write_all, write_rows
from krisestat.base.errors import Problems
from krisestat.model.config import load_config
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, AVTALER_KARANTENE
from krisestat.model.cubes import cube_files
from krisestat.model.disclosure import disclose
from krisestat.pages.pdf import typeset_all
from krisestat.stages import reports
from tests.support.agreement_rows import HOSTILE, LISTE, agreement, examples, of_every_kind
from tests.support.browser import open_page
from tests.support.disclosure import MODEL, POLICY, centres
from tests.support.judges import axe, nu, output, plain_pdf, verapdf
from tests.support.project import PROJECT
from tests.support.stages import run

EXAMPLES = examples()
WORDS = {
    spraak: {
        name: yaml.safe_load((PROJECT / f"templates/{spraak}/{name}.yaml").read_text(encoding="utf-8"))
        for name in ("avtaler", "sjekkliste")
    }
    for spraak in ("nb", "nn")
}
CONFIG = load_config(PROJECT / "config.yaml", PROJECT)


@pytest.fixture(scope="session")
def makers():
    """What fills the templates, by written standard."""
    made = {}
    for spraak in ("nb", "nn"):
        config = {**CONFIG, "spraak": spraak}
        made[spraak] = reports.load_report_maker(
            PROJECT, config, 2020, reports.load_grunnlag(PROJECT, config, "2020-12-31")
        )
    return made


@pytest.fixture(scope="session")
def pages(makers):
    """Every example as a page, in bokmål and nynorsk: the text and the tree."""
    return {
        (name, spraak): (page := maker.report(one, before)["side"], lxml_html.fromstring(page))
        for name, (one, before) in EXAMPLES.items()
        for spraak, maker in makers.items()
    }


def shown(element) -> str:
    """The text of an element, spaces made even."""
    return re.sub(r"\s+", " ", element.text_content()).strip()


def cells(tree, table: str) -> dict[str, list[str]]:
    """The cells of each row of a table, by what the row is about."""
    rows = tree.xpath(f"//table[@id='{table}']//tr[@data-punkt]")
    return {row.get("data-punkt"): [shown(cell) for cell in row.xpath("./td")] for row in rows}


def recounted(one) -> dict[str, list[str]]:
    """The effective answers that each numbered point is judged by, straight from the rows of `AVTALEPUNKTER`."""
    given = effective(one)
    basis = one.rad["lovgrunnlag"]
    aside = {leaf.id for leaf in LISTE.leaves if leaf.vekt > 1 and leaf.asked_under(basis)}
    told = {id: "ubesvart" if svar == "ikke_relevant" and id in aside else svar for id, svar in given.items()}
    return {
        top.id: [told[leaf.id] for leaf in top.leaves if leaf.opphav == top.opphav or top.opphav == "tillegg"]
        for top in LISTE.punkter
    }


def effective(one) -> dict[str, str]:
    """The effective answer to each leaf, the additions among them."""
    answers = {row["punkt"]: row["svar"] for row in one.svar.values()}
    return {leaf.id: leaf_answers(leaf, answers, one.rad["lovgrunnlag"])[0] for leaf in LISTE.leaves}


# --- numbers


def numbers_are_right(one, tree, spraak: str) -> None:
    """Every number of a report, counted again from the rows."""
    answers, words = recounted(one), WORDS[spraak]["sjekkliste"]["svar"]
    columns = [shown(h) for h in tree.xpath("//table[@id='dekningstabell']//thead//th")][3:-1]
    asked = any("ikke_spurt" in given for given in answers.values())
    assert columns == [words[s] for s in PUNKTSVAR if s != "ikke_spurt" or asked]
    table = cells(tree, "dekningstabell")
    assert list(table) == list(answers)
    rows = tree.xpath("//table[@id='dekningstabell']//tr[@data-punkt]")
    bars = {row.get("data-punkt"): row.xpath(".//span/span/@class") for row in rows}
    for punkt, (said, _, *numbers, total) in table.items():
        assert bars[punkt] == sorted(answers[punkt], key=PUNKTSVAR.index)
        assert said == words[status(answers[punkt])]
        counted = Counter(words[answer] for answer in answers[punkt])
        assert numbers == [str(counted[column]) for column in columns] and total == str(len(answers[punkt]))
    standing = Counter(status(given) for given in answers.values())
    keys = {li.get("data-status"): li.xpath("./b/text()")[0] for li in tree.xpath("//ul[@class='noekler']/li")}
    assert keys == {s: str(standing[s]) for s in ("dekket", "delvis", "mangler", "ubesvart")}
    lead = re.findall(r"\d+", shown(tree.xpath("//p[@class='ingress']")[0]))
    applies = len(answers) - standing["ikke_relevant"] - standing["ikke_spurt"]
    assert lead == [str(standing["dekket"]), str(applies)]


def lists_are_right(one, tree) -> None:
    """What is missing, partly covered and not answered is listed, the gravest first, with why and how."""
    given = effective(one)
    for kind in ("mangler", "delvis", "ubesvart"):
        listed = [e.get("data-punkt") for e in tree.xpath(f"//section[@data-del='{kind}']//*[@data-punkt]")]
        wanted = [leaf for leaf in LISTE.leaves if given[leaf.id] == kind]
        assert listed == [leaf.id for leaf in sorted(wanted, key=lambda leaf: -leaf.vekt)]
        weights = WORDS["nb"]["sjekkliste"]["vekt"]
        for element in tree.xpath(f"//section[@data-del='{kind}']//*[@data-punkt]"):
            assert weights[LISTE.by_id[element.get("data-punkt")].vekt] in shown(element)
    missing = {e.get("data-punkt"): shown(e) for e in tree.xpath("//section[@data-del='mangler']//article")}
    for id, text in missing.items():
        assert LISTE.by_id[id].hvorfor["nb"] in text and LISTE.by_id[id].godt["nb"] in text


@pytest.mark.parametrize("spraak", ["nb", "nn"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_number_is_counted_again_from_the_rows(pages, name, spraak):
    numbers_are_right(EXAMPLES[name][0], pages[name, spraak][1], spraak)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_missing_partly_covered_and_not_answered_is_listed_gravest_first(pages, name):
    lists_are_right(EXAMPLES[name][0], pages[name, "nb"][1])


@pytest.fixture(scope="session")
def received(committed):
    """The project's own forms of 2020, read by the stage before: agreements by year and id."""
    folder = committed / "klargjort"
    return collect(read_rows(folder / "avtaler.csv", AVTALER), read_rows(folder / "avtalepunkter.csv", AVTALEPUNKTER))


@pytest.mark.thorough
def test_every_report_on_the_project_s_own_agreements_is_counted_again(received, makers):
    assert len(received[2020]) >= 25
    changed = 0
    for one in received[2020].values():
        before = earlier(received, one.rad)
        tree = lxml_html.fromstring(makers["nb"].report(one, before)["side"])
        numbers_are_right(one, tree, "nb")
        lists_are_right(one, tree)
        texts_are_whole(one, tree)
        changed += bool(tree.xpath("//table[@id='endret-svar']"))
    assert changed >= 3


def filled(path: Path) -> dict[str, dict[str, str]]:
    """Answer, clause and note by leaf, as they stand in a form: read by other means than the pipeline's."""
    if path.suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))["punkter"]
    if path.suffix == ".pdf":
        fields = {name: str(field.get("/V", "")) for name, field in pypdf.PdfReader(path).get_fields().items()}
        ids = {name.split("__")[0] for name in fields if name.endswith("__merknad")}
        return {id: {part: fields[f"{id}__{part}"] for part in ("svar", "henvisning", "merknad")} for id in ids}
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";")
    return {
        r["Id"]: {"svar": r["Svar"], "henvisning": unguarded(r["Henvisning"]), "merknad": unguarded(r["Merknad"])}
        for r in rows
    }


@pytest.mark.parametrize("ending", ["json", "csv", "pdf"])
def test_every_answer_clause_and_note_of_a_form_comes_through_to_the_report(received, makers, ending):
    """From the file, as the page or the PDF form gave it, through the pipeline to the report."""
    words, seen = WORDS["nb"]["sjekkliste"]["svar"], 0
    for id, one in received[2020].items():
        path = PROJECT / one.rad["fil"]
        if path.suffix != f".{ending}":
            continue
        given, tree = filled(path), lxml_html.fromstring(makers["nb"].report(one, None)["side"])
        for punkt, told in cells(tree, "svartabell").items():
            if punkt not in given:
                assert told[0].startswith(words["ikke_spurt"]), (id, punkt)
                continue
            answer, *texts = (given[punkt][part] for part in ("svar", "henvisning", "merknad"))
            assert told[0].startswith(words[answer or "ubesvart"]), (id, punkt)
            assert told[1:] == [re.sub(r"\s+", " ", visible(text)).strip() for text in texts], (id, punkt)
            seen += any(texts)
    assert seen >= 20


# --- texts


def texts_are_whole(one, tree) -> None:
    """Every answer, clause and note stands in the table of answers as it was written."""
    table = tree.xpath("//table[@id='svartabell']")[0]
    rows = {row.get("data-punkt"): row.xpath("./td") for row in table.xpath(".//tr[@data-punkt]")}
    assert list(rows) == [leaf.id for leaf in LISTE.leaves] and rows.keys() == one.svar.keys()
    for id, (answer, clause, note) in rows.items():
        given = one.svar[id]
        assert shown(answer).startswith(WORDS["nb"]["sjekkliste"]["svar"][given["svar"]])
        assert clause.text_content() == visible(given["henvisning"]) and note.text_content() == visible(
            given["merknad"]
        )
    assert shown(tree.xpath("//h1")[0]) == re.sub(r"\s+", " ", visible(one.rad["navn"]))


@pytest.mark.parametrize("name", EXAMPLES)
def test_answers_clauses_and_notes_come_back_as_they_were_written(pages, name):
    texts_are_whole(EXAMPLES[name][0], pages[name, "nb"][1])


def test_answers_to_leaves_that_the_list_does_not_have_are_shown_too(makers):
    one = agreement(svar=of_every_kind())
    gone = next(iter(one.svar.values())) | {"punkt": "et-punkt-som-er-borte", "merknad": "Husk dette."}
    tree = lxml_html.fromstring(makers["nb"].report(type(one)(one.rad, one.svar | {gone["punkt"]: gone}), None)["side"])
    assert shown(tree.xpath("//tr[@data-punkt='et-punkt-som-er-borte']")[0]).endswith("Husk dette.")


@pytest.mark.parametrize("name", ["fiendtlig", "lange ord"])
def test_text_from_forms_is_only_text(pages, makers, name):
    page, tree = pages[name, "nb"]
    clean, _ = pages["alt", "nb"]
    tags = {e.tag for e in tree.iter() if isinstance(e.tag, str)}
    assert tags <= {e.tag for p in pages.values() for e in p[1].iter() if isinstance(e.tag, str)} - {"script"}
    assert not tree.xpath("//script|//iframe|//object|//*[@onclick]|//*[@style]")
    assert not [a for e in tree.iter() for a in e.attrib if a.startswith("on")]
    assert page.count("</style>") == clean.count("</style>")
    assert "\u202e" not in page and "\x07" not in page
    for link in tree.xpath("//a/@href"):
        assert link.startswith(("#", "mailto:"))
    printed = makers["nb"].report(*EXAMPLES[name])["trykk"]
    assert "\u202e" not in printed and "\U0001f600" not in printed and "\u05d0" not in printed


def test_what_cannot_be_seen_or_printed_is_shown_by_its_number():
    assert visible("a\u202eb\x07\r\nc\u2028") == "a[U+202E]b[U+0007]\nc[U+2028]"
    assert visible("\U0001f600 æ", frozenset(" æ")) == "[U+1F600] æ"
    assert visible("a\u030a", frozenset("å")) == "å"
    assert visible(HOSTILE).count("[U+") == 3
    assert visible("én\u00a0setning\u00adher, \U0001f600") == "én\u00a0setning\u00adher, \U0001f600"


# --- what needs a look, and what to do


@pytest.mark.parametrize("name", EXAMPLES)
def test_links_go_to_answers_that_are_there_and_steps_end_with_the_form(pages, name):
    tree = pages[name, "nb"][1]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in tree.xpath("//a/@href") if link.startswith("#")} <= set(ids)
    steps = [shown(li) for li in tree.xpath("//ol[@class='steg']/li")]
    assert steps[-1] == WORDS["nb"]["avtaler"]["steg"]["gjenta"]
    levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_an_agreement_without_faults_is_told_so(pages):
    tree = pages["alt", "nb"][1]
    words = WORDS["nb"]["avtaler"]
    assert [shown(li) for li in tree.xpath("//ol[@class='steg']/li")] == [
        words["steg"]["ferdig"],
        words["steg"]["gjenta"],
    ]
    text = shown(tree)
    assert all(words[kind]["ingen"] in text for kind in ("funn", "mangler", "delvis", "ubesvart"))


def test_an_outdated_agreement_is_told_what_replaced_its_basis_and_when_it_should_have_been_evaluated(pages, makers):
    tree = pages["foreldet", "nb"][1]
    rules = [article.get("data-regel") for article in tree.xpath("//article[@class='funn']")]
    assert {"foreldet-lovgrunnlag", "utloept", "evaluering-forfalt"} <= set(rules)
    assert "31. desember 2019" in shown(tree.xpath("//article[@data-regel='foreldet-lovgrunnlag']")[0])
    laws = makers["nb"].by.lover
    for example, after in (("styre", "erstattet_av"), ("vert", "viderefoert_i")):
        basis = shown(pages[example, "nb"][1].xpath("//section[@aria-labelledby='lovgrunnlaget']")[0])
        codes = getattr(laws[EXAMPLES[example][0].rad["lovgrunnlag"]], after)
        assert codes and all(laws[code].navn["nb"].lower() in basis.lower() for code in codes)
    assert not pages["vert", "nb"][1].xpath("//article[@class='funn' and @data-regel='foreldet-lovgrunnlag']")
    assert pages["vert", "nb"][1].xpath("//article[@class='kontroll' and @data-regel='viderefoert']")
    found = shown(tree.xpath("//article[@data-regel='evaluering-forfalt']")[0])
    assert "1. mars 2014" in found
    assert "31. desember 2019" in shown(tree.xpath("//article[@data-regel='utloept']")[0])
    first = shown(tree.xpath("//ol[@class='steg']/li")[0])
    assert first.startswith(next(r.tittel["nb"] for r in makers["nb"].by.regler if r.id == "foreldet-lovgrunnlag"))


def test_parties_have_the_names_of_the_day_of_signing_and_of_now(pages):
    tree = pages["foreldet", "nb"][1]
    assert [shown(li) for li in tree.xpath("//ul[@class='parter']/li")] == [
        "Sandnes",
        "Stavanger",
        "Finnøy (nå Stavanger)",
    ]
    assert any("Finnøy (nå Stavanger)" in shown(li) for li in tree.xpath("//ol[@class='steg']/li"))
    assert "nå" not in shown(pages["alt", "nb"][1].xpath("//ul[@class='parter']")[0])


def test_a_municipality_that_only_has_another_name_is_no_other_party(makers):
    one = agreement(parter="1903,1902", vertskommune="", signert="2016-05-01", lovgrunnlag="avtale")
    tree = lxml_html.fromstring(makers["nb"].report(one, None)["side"])
    told = [shown(li) for li in tree.xpath("//ul[@class='parter']/li")]
    assert told == ["Harstad (nå Harstad - Hárstták)", "Tromsø"]
    assert "Harstad" not in shown(tree.xpath("//ol[@class='steg']")[0])


def test_a_split_municipality_and_one_that_is_unknown(makers):
    one = agreement(parter="5012,9999", vertskommune="", signert="2018-05-01")
    tree = lxml_html.fromstring(makers["nb"].report(one, None)["side"])
    told = [shown(li) for li in tree.xpath("//ul[@class='parter']/li")]
    assert told == ["Snillfjord (nå delt mellom Heim, Hitra og Orkland)", "9999"]


def test_the_form_of_an_older_list_is_told_and_what_it_did_not_ask_does_not_count(pages):
    one, tree = EXAMPLES["eldst"][0], pages["eldst", "nb"][1]
    asked = {leaf.id for leaf in LISTE.leaves if leaf.asked_under(one.rad["lovgrunnlag"])}
    missing = {row["punkt"] for row in one.svar.values() if row["svar"] == "ikke_spurt"} & asked
    assert missing
    section = tree.xpath("//section[@aria-labelledby='del-ikke-spurt']")[0]
    assert "versjon 1" in shown(section)
    assert {link.removeprefix("#svar-") for link in section.xpath(".//a/@href")} == missing
    assert "del-ikke-spurt" not in pages["alt", "nb"][0]


# --- change since last collection


def test_change_since_the_last_collection_is_counted_from_both(pages):
    (one, before), tree = EXAMPLES["alle slag"], pages["alle slag", "nb"][1]
    words, shown_rows = WORDS["nb"]["sjekkliste"]["svar"], cells(tree, "endret-svar")

    then, now = effective(before), effective(one)
    wanted = {
        id: [words[then[id]], words[now[id]]]
        for id in then
        if then[id] != now[id] and "ikke_spurt" not in (then[id], now[id])
    }
    assert wanted and shown_rows == wanted
    fields = [row.get("data-felt") for row in tree.xpath("//table[@id='endret-felt']//tr[@data-felt]")]
    assert fields == ["signert"]
    new = sum(1 for id in then if then[id] == "ikke_spurt" != now[id])
    section = shown(tree.xpath("//section[@aria-labelledby='endret']")[0])
    assert f"{new} punkter er kommet til" in section.replace("\u00a0", " ") and "Endret siden 2018" in section


def test_no_change_and_no_earlier_collection(pages):
    assert "Ingenting er endret siden 2018." in shown(pages["uendret", "nb"][1])
    assert "Endret siden" not in shown(pages["alt", "nb"][1])


# --- lists


@pytest.fixture(scope="session")
def listed(makers):
    """The page of all examples and those of the counties."""
    current = {one.rad["avtale_id"]: one for one, _ in EXAMPLES.values()}
    aside = [
        {"aar": 2020, "avtale_id": "a099", "format": "csv", "fil": "data/x.csv", "regel": "uten_svar", "grunn": "Tomt."}
        | {"bestemt_av": "", "dato": ""}
    ]
    made = reports.lists(makers["nb"], current, aside, {"rekonstruert"})
    return current, {name: lxml_html.fromstring(text) for name, text in made.items()}


def test_the_index_has_every_agreement_and_every_county_with_their_numbers(listed, makers):
    current, made = listed
    tree = made["index.html"]
    rows = {row.get("data-avtale"): row for row in tree.xpath("//table[@id='avtaletabell']/tbody/tr")}
    assert list(rows) == list(current)
    for id, row in rows.items():
        standing = Counter(status(given) for given in recounted(current[id]).values())
        applies = len(LISTE.punkter) - standing["ikke_relevant"] - standing["ikke_spurt"]
        covered, missing, found = (shown(cell) for cell in row.xpath("./td")[2:5])
        assert covered == f"{standing['dekket']} av {applies}"
        assert missing == str([*effective(current[id]).values()].count("mangler"))
        assert found == str(len(report.agreement_report(current[id], None, makers["nb"].by)["funn"]))
        assert row.xpath(".//a/@href") == [f"{id}.html", f"{id}.pdf"]
    links = tree.xpath("//ul[@class='fylker']//a/@href")
    assert {*links} == {name for name in made if name.startswith("fylke-")} and len(links) == 11
    assert "a099.html" in tree.xpath("//a/@href")


def test_a_county_has_the_agreements_of_its_municipalities_and_counts_them(listed, makers):
    current, made = listed
    by = makers["nb"].by
    for name, tree in made.items():
        if name == "index.html":
            continue
        nr = name[6:8]
        inside = [id for id, one in current.items() if nr in counties(one.rad, by)]
        assert [row.get("data-avtale") for row in tree.xpath("//table[@id='avtaletabell']/tbody/tr")] == inside
        table = cells(tree, "dekningstabell")
        columns = [shown(h) for h in tree.xpath("//table[@id='dekningstabell']//thead//th")][2:-1]
        assert bool(table) == bool(inside)
        for punkt, (_, *numbers, total) in table.items():
            standing = Counter(
                WORDS["nb"]["sjekkliste"]["svar"][status(recounted(current[id])[punkt])] for id in inside
            )
            assert numbers == [str(standing[column]) for column in columns] and total == str(len(inside))
    assert "14 avtaler" in shown(made["fylke-11.html"]).replace("\u00a0", " ")
    assert WORDS["nb"]["avtaler"]["liste"]["ingen_fylke"] in shown(made["fylke-03.html"])


def test_a_form_without_answers_is_asked_for_again(makers):
    row = {"aar": 2020, "avtale_id": "a099", "fil": "x.csv", "regel": "uten_svar", "grunn": "Tomt.", "bestemt_av": ""}
    assert WORDS["nb"]["avtaler"]["karantene"]["gjoer"] in makers["nb"].set_aside(row, "mottatt")["side"]


# --- words


def keys(words: dict, above: str = "") -> dict[str, str]:
    """Every text of a file of words, by path."""
    found = {}
    for key, value in words.items():
        path = f"{above}{key}"
        found |= keys(value, f"{path}.") if isinstance(value, dict) else {path: str(value)}
    return found


def test_both_standards_have_the_same_words_with_the_same_braces_and_no_numbers():
    nb, nn = (keys(WORDS[spraak]["avtaler"]) for spraak in ("nb", "nn"))
    assert nb.keys() == nn.keys()
    for path in nb:
        assert sorted(re.findall(r"\{\w+\}", nb[path])) == sorted(re.findall(r"\{\w+\}", nn[path])), path
        assert not re.search(r"\d", nb[path] + nn[path]), path


def test_every_word_is_used():
    templates = " ".join(p.read_text(encoding="utf-8") for p in (PROJECT / "templates/felles").glob("avtale*.j2"))
    code = " ".join(
        (PROJECT / "scripts/krisestat" / name).read_text(encoding="utf-8")
        for name in ("stages/reports.py", "agreements/inbox.py")
    )
    for path in keys(WORDS["nb"]["avtaler"]):
        last = path.split(".")[-1]
        group = path.split(".")[0]
        assert re.search(rf"\b{last}\b", templates + code) or f"t.{group}[" in templates, path


def test_templates_hold_no_numbers_of_their_own():
    for path in (PROJECT / "templates/felles").glob("avtale*.j2"):
        text = re.sub(r"\{[#%{].*?[#%}]\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(r"\d", re.sub(r"</?h\d|=1|<[^>]*>", "", text)), path.name


def test_the_nynorsk_pages_have_no_bokmal_words(pages, listed):
    words = re.compile(r"\b(ikke|hvor|hva|hvilke|noe|noen|avtaler|kommuner|tilbud|fra|siden|partene|svarene)\b")
    for name in ("alt", "ingenting", "foreldet", "eldst", "uten form"):
        tree = lxml_html.fromstring(pages[name, "nn"][0])
        for element in tree.xpath("//style|//*[contains(@class, 'fritekst')]|//footer"):
            element.drop_tree()
        text = re.sub(r"data/raw\S*", "", shown(tree.xpath("//body")[0])).lower()
        assert not words.search(text), (name, words.search(text))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_report_is_for_the_parties_and_tells_that_examples_are_examples(pages, makers, name):
    one, before = EXAMPLES[name]
    made = makers["nb"].report(one, before)
    notice = WORDS["nb"]["avtaler"]["merknad"]["lang"]
    for text in made.values():
        assert "Til partene i avtalen. Ikke til publisering." in text
        assert (notice in text) == (one.rad["opphav"] == "rekonstruert")
    assert made == makers["nb"].report(one, before)


# --- the stage


@pytest.fixture
def tables(tmp_path):
    """The tables of the stage before, with two agreements in two collections and a form that is not used."""

    def write(changed: str = ""):
        kept = [EXAMPLES[name] for name in ("alle slag", "uendret")]
        every = [one for pair in kept for one in pair]
        note = {"merknad": changed} if changed else {}
        rows = {
            "avtaler": ([one.rad for one in every], AVTALER),
            "punkter": ([row | note for one in every for row in one.svar.values()], AVTALEPUNKTER),
            "karantene": (
                [
                    {"aar": 2020, "avtale_id": "a050", "format": "pdf", "fil": "data/raw/avtaler/2020/x.pdf"}
                    | {"regel": "bestemt", "grunn": "Feil skjema.", "bestemt_av": "Kari", "dato": "2021-01-05"}
                ],
                AVTALER_KARANTENE,
            ),
        }
        truth = centres((15, 18, 0, 0), (40, 57, 2, 3), (31, 44, 4, 5), (61, 73, 7, 9))
        for name, (made, contract) in rows.items():
            write_rows(tmp_path / f"{name}.csv", made, contract)
        files = {name: tmp_path / f"{name}.csv" for name in rows}
        for name, cubes in {"statistikk": truth, "utdata": disclose(MODEL, truth, POLICY)}.items():
            files[name] = [tmp_path / name / f"{one}.csv" for one in cubes]
            write_all(cube_files(MODEL, cubes, files[name]))
        return files

    return write


def build(tables: dict, folder: Path, ider=("a004", "a010", "a050")) -> dict[str, bytes]:
    """Run the stage; returns every file that it wrote."""
    kept = {"lager": folder / "lager", "config": CONFIG}
    run("reports", folder, PROJECT, innsamling=2020, skjemaer=dict.fromkeys(ider, "rekonstruert"), **kept, **tables)
    return {path.name: path.read_bytes() for path in sorted((folder / "avtaler").iterdir())}


@pytest.mark.document
def test_the_stage_writes_a_page_and_a_pdf_for_each_and_sets_only_what_has_changed(tables, tmp_path, caplog):
    caplog.set_level("INFO", "krisestat")
    made = build(tables(), tmp_path)
    assert {name for name in made if name.startswith("a")} == {
        f"{id}{kind}" for id in ("a004", "a010", "a050") for kind in (".html", ".pdf", "-papir.docx", "-papir.pdf")
    }
    assert "Feil skjema." in made["a050.html"].decode() and "Kari" in made["a050.html"].decode()
    again = WORDS["nb"]["avtaler"]["karantene"]["gjoer"]
    assert again not in made["a050.html"].decode(), "someone has decided that the form is not to be used"
    assert "6 rapporter satt som PDF, 0 hentet" in caplog.text
    caplog.clear()
    assert build(tables(), tmp_path) == made
    assert "0 rapporter satt som PDF, 6 hentet" in caplog.text


def test_an_agreement_that_is_not_where_it_should_be_stops_the_stage(tables, tmp_path):
    with pytest.raises(Problems, match="«a099»"):
        build(tables(), tmp_path, ("a004", "a010", "a050", "a099"))
    assert not (tmp_path / "ut").exists()


@pytest.mark.filterwarnings("ignore:.*sRGB2014.icc:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.document
@pytest.mark.parametrize("said", ["Senter 01 hadde 18 opphold.", "Ring 99887766."])
def test_a_report_that_reveals_something_of_persons_stops_the_stage(tables, tmp_path, said):
    """A centre may be named beside the number of a point, but not beside a hidden number of persons."""
    with pytest.raises(Problems) as caught:
        build(tables(said), tmp_path)
    assert {"avtaler/a010.html", "avtaler/a010.pdf"} <= {problem.fil for problem in caught.value.problems}
    assert not (tmp_path / "ut").exists()


# --- the finished files, read by those who know


@pytest.mark.document
def test_the_pdfs_are_pdf_a_2a_and_pdf_ua_1_and_the_same_alone_as_together(makers, tmp_path):
    texts = {name: makers["nb"].report(*EXAMPLES[name])["trykk"] for name in ("uendret", "alle slag", "fiendtlig")}
    fonts = PROJECT / "templates" / "fonts"
    made = typeset_all(texts, fonts)
    assert typeset_all({"fiendtlig": texts["fiendtlig"]}, fonts)["fiendtlig"] == made["fiendtlig"]
    files = []
    for name in ("alle slag", "fiendtlig"):
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(made[name])
        with pikepdf.open(files[-1]) as pdf:
            assert str(pdf.docinfo["/Title"]) == lxml_html.fromstring(texts[name]).findtext(".//title")
            assert pdf.Root.Lang == "nb"
            assert not {"/AA", "/OpenAction", "/AcroForm"} & set(pdf.Root) and set(pdf.Root.Names) == {"/Dests"}
    assert verapdf("ua1,2a", *files) == []
    (tmp_path / "trykk.html").write_text(texts["fiendtlig"], encoding="utf-8")
    assert plain_pdf(tmp_path, tmp_path / "trykk.html") == [made["fiendtlig"]], "our shortcuts change no byte"


@pytest.mark.document
def test_a_note_that_is_longer_than_a_page_is_set_whole(makers, tmp_path):
    note = "\n".join(f"linje-{n}." for n in range(1, 200))
    one = agreement(svar={"formaal": ("mangler", "", note), "skole": ("delvis", note[:100], note)})
    path = tmp_path / "lang.pdf"
    path.write_bytes(
        typeset_all({"lang": makers["nb"].report(one, None)["trykk"]}, PROJECT / "templates/fonts")["lang"]
    )
    text = output("pdftotext", path, "-")
    assert all(text.count(f"linje-{n}.\n") >= 4 for n in range(1, 200))


@pytest.fixture(scope="module")
def files(makers, pages, tmp_path_factory):
    """The pages of three examples, of a county and of all, as files beside each other."""
    folder = tmp_path_factory.mktemp("avtaler")
    current = {one.rad["avtale_id"]: one for one, _ in EXAMPLES.values()}
    for name, text in reports.lists(makers["nb"], current, [], {"rekonstruert"}).items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in EXAMPLES:
        (folder / f"{EXAMPLES[name][0].rad['avtale_id']}.html").write_text(pages[name, "nb"][0], encoding="utf-8")
    return folder


@pytest.mark.document
def test_the_pages_are_valid_html(files):
    assert nu(*(files / f"{name}.html" for name in ("a004", "a005", "a009", "index", "fylke-11"))) == []


@pytest.mark.browser
def test_the_pages_are_accessible_and_nothing_sticks_out_on_a_narrow_screen(nettleser, files):
    for name, scheme in (("a004", "light"), ("a009", "dark"), ("fylke-11", "dark")):
        with open_page(nettleser, files / f"{name}.html", width=320, scheme=scheme) as page:
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
    with open_page(nettleser, files / "a005.html") as page:
        assert axe(page) == []
        assert page.locator("#dekningstabell .fordeling .dekket").first.is_visible()


@pytest.mark.browser
def test_the_search_hides_the_other_agreements_and_the_list_is_whole_without_it(nettleser, files):
    with open_page(nettleser, files / "index.html") as page:
        assert axe(page) == []
        page.get_by_label("Finn en avtale").fill("finnøy")
        assert page.locator("#avtaletabell tbody tr:visible").count() == 1
        assert page.get_by_role("status").inner_text() == f"Viser 1 av {len(EXAMPLES)}."
        page.get_by_label("Finn en avtale").fill("")
        assert page.locator("#avtaletabell tbody tr:visible").count() == len(EXAMPLES)
        page.get_by_role("link", name="Avtale 005", exact=True).click()
        assert page.get_by_role("heading", level=1).inner_text() == "Avtale 005"
    with open_page(nettleser, files / "index.html", js=False) as page:
        assert page.locator("#avtaletabell tbody tr:visible").count() == len(EXAMPLES)
        assert not page.get_by_label("Finn en avtale").is_visible()
