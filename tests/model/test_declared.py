"""The declarations of the edition's chapters: what is counted is said in data."""

import shutil

import pytest

from krisestat.agreements.lists import READERS
from krisestat.base.errors import Problems
from krisestat.model.declared import FIGURE_KINDS
from krisestat.model.load import load_model
from tests.support.project import PROJECT

CHAPTERS = ["samarbeid", "kommuner", "avtaler", "beboere"]


@pytest.fixture(scope="module")
def model():
    return load_model(CHAPTERS, READERS, PROJECT)


def test_a_statistic_has_its_own_columns_and_cells(model):
    assert model["samarbeid"].columns[:4] == ("aar", "tilbud", "instans", "verdi")
    assert model["beboere"].columns == ("aar", "senter", "kjonn", "verdi", "status", "opphav")
    row = {"aar": 2020, "senter": "landet", "kjonn": "alle", "verdi": 1668, "status": "", "opphav": "publisert"}
    assert model["beboere"].cell(row) == "beboere/2020"
    assert model["beboere"].cell({**row, "kjonn": "menn"}) == "beboere/kjonn=menn/2020"
    assert model["beboere"].printed(row) and not model["beboere"].printed({**row, "senter": "S01", "kjonn": "menn"})


def test_the_words_of_a_code_are_those_of_its_list(model):
    own, others = model["samarbeid"].per["instans"], model["kommunalt_samarbeid"].per["instans"]
    assert own.running("familievern", "nb") == "familievernet" and own.heading("boligkontor", "nn") == "Bustadkontor"
    assert "barnevern" in others.koder and "barnevern" not in own.koder
    assert own.running("nav", "nb") == "NAV" and own.heading("nav", "nb") == "NAV"
    assert others.in_year(2016) == [] and others.in_year(2018) == list(others.koder)


def test_names_of_units_change_over_time(model):
    centres = model["beboere"].per["senter"]
    assert (centres.heading("S34", "nb", 2015), centres.heading("S34", "nb", 2016)) == (
        "Senter på Åsen 34",
        "Senter 34",
    )
    assert not centres.holds("S46", 2015) and centres.holds("S46", 2016) and centres.holds("landet", 2015)
    assert centres.by_name(2015)["senter på åsen 34"] == "S34"


ONE = """statistikk: {ny: {beskrivelse: noe, sagt: {nb: [var], nn: [var]}, enhet: kommune, type: antall, per: [],
  tabell: {kilde: x, kolonner: {aar: A, verdi: B}}, %s}}"""
ASKED = """kodelister: {svarene: {navn: Svar, koder: {ja: Ja, nei: Nei}}}
kilder: {spurt: {enhet: [svarene]}}
statistikk: {ny: {beskrivelse: noe, sagt: {nb: [var], nn: [var]}, enhet: kommune, type: %s, per: [],
  svar: {kilde: spurt, liste: svarene, base: %s}}}"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ukjent: 1", "den ukjente nøkkelen"),
        ("enheter: {rom: {nb: [a, b, c, d], nn: [a, b, c, d]}}", "«vern»"),
        ("enheter: {}", "et kapittel uten statistikk"),
        ("kodelister: {slag: {navn: Slag, koder: {a: A}, rest: a}}", "en rest uten en helhet"),
        (ONE % "brudd: [{fra: 2020, grunn: A}, {fra: 2020, grunn: B}]", "to brudd fra det samme året"),
        (ONE % "avvik: 1", "«avvik» der ingen deler er en helhet"),
        (ONE % "desimaler: 1", "et antall med desimaler"),
        (ASKED % ("prosent", "alle, teller: ja"), "prosent av svar"),
        (ASKED % ("antall", "alle, teller: snitt"), "et gjennomsnitt som er et antall"),
        (ASKED % ("antall", "alle"), "ingen «teller»"),
        (ASKED % ("antall", "gjelder, teller: ja"), "«base: gjelder» der ingen svar står utenfor"),
        (ASKED % ("antall", "alle, teller: ja, minst_en: [svarene]"), "«minst_en» med en svarliste uten «forrang»"),
    ],
)
def test_a_fault_of_a_declaration_is_told(text, told, tmp_path):
    shutil.copytree(PROJECT / "data/statistikk", tmp_path / "data/statistikk")
    shutil.copytree(PROJECT / "workflow/schemas", tmp_path / "workflow/schemas")
    (tmp_path / "data/statistikk/nytt.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match=told):
        load_model(["nytt"], READERS, tmp_path)


TABLE = "tabeller:\n  ny: {av: [forum], rader: [aar], kolonner: [tilbud]}\n"
KEY = "noekkeltall:\n  - {av: skriftlig_noen, der: {tilbud: menn}}\n"
FIGURE = "figurer:\n  ny: {av: forum, slag: linjer, serier: tilbud, tabell: ny, tittel: {nb: A, nn: A}}\n"


def test_tables_and_figures_are_declared_in_the_order_of_the_chapters(model):
    assert list(model.tabeller)[:2] == ["samarbeidsfora", "instanser"] and model.tabeller["instanser"].siste
    assert model.tabeller["avtaler-lovgrunnlag"].av == ("avtale_lovgrunnlag", "avtale_foreldet", "avtale_evaluering")
    shown = {f.slag for f in model.figurer.values()}
    assert list(model.figurer)[-1] == "avtaler-dekning" and {"serie", *shown} == {*FIGURE_KINDS}
    assert {f.tabell for f in model.figurer.values()} <= model.tabeller.keys()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[forum]", "[forumm]", "statistikken «forumm», som ikke er erklært – mente du «forum»"),
        ("[aar]", "[instans]", "dimensjonen «instans», som ikke er erklært"),
        ("[tilbud]", "[tilbudd]", "«tilbudd», som ikke er erklært – mente du «tilbud»"),
        ("[tilbud]", "[aar]", "«tilbud», som «forum» er delt etter, og som ikke har noen total"),
        ("[tilbud]", "[{tilbud: barn}]", "koden «barn», som ikke er erklært"),
        ("[tilbud]", "[tilbud, {maal: base}]", "1 dimensjoner og 1 enkelte kolonner"),
        ("[tilbud]}", "[tilbud], maal: [antall, base]}", "«maal» sist blant kolonnene"),
        ("[tilbud]", "[maal, tilbud]", "«maal» sist blant kolonnene"),
        ("[tilbud]}", "[tilbud], maal: [for_brudd]}", "«for_brudd» for «forum», som ikke har det"),
        ("[forum], rader: [aar]", "[kommunalt_samarbeid], rader: [instans], baserad: true", "«baserad» for «kommunalt"),
        ("rader: [aar], ", "", "«av» og «rader», eller «deler»"),
        ("[tilbud]}", "[tilbud], der: {tilbud: barn}}", "koden «barn»"),
        ("[tilbud]}", "[tilbud], base: foru}", "statistikken «foru»"),
        ("  ny: {av: [forum]", "  instanser: {av: [forum]", "tabellen «instanser», som samarbeid.yaml også har"),
        ("linjer", "linje", "slaget «linje», som ikke er erklært – mente du «linjer»"),
        ("slag: linjer", "slag: soyler", "«soyler», som ikke lages lenger"),
        ("linjer, serier: tilbud", "linjer_per_rad, serier: tilbud, rader: tilbud", "«tilbud» to ganger"),
        (
            "linjer, serier: tilbud",
            "stablet, rader: tilbud, kolonner: tilbud",
            "«tilbud», som ikke er deler av en helhet",
        ),
        ("serier: tilbud", "rader: tilbud", "ingen «serier»\n  Ventet: serier, og ikke mer, for «linjer»"),
        ("serier: tilbud", "serier: tilbud, rader: tilbud", "«rader: tilbud»"),
        ("serier: tilbud", "serier: aar", "dimensjonen «aar»"),
        ("tabell: ny", "tabell: nyy", "tabellen «nyy», som ikke er erklært – mente du «ny»"),
        ("serier: tilbud", "serier: tilbud, der: {instans: nav}", "dimensjonen «instans»"),
        ("tabell: ny", "tabell: instanser", "tabellen «instanser», som viser samarbeid"),
        ("nb: A", "nb: 'A {år}'", "Fant:   A {år}"),
        ("rader: [aar]", "rader: [tilbud]", "«tilbud» to ganger"),
        ("av: forum, slag", "av: kommunalt_samarbeid, slag", "«kommunalt_samarbeid», som ikke har noen base"),
        (
            "skriftlig_noen",
            "skriftlig_noe",
            "statistikken «skriftlig_noe», som ikke er erklært – mente du «skriftlig_noen»",
        ),
        ("tilbud: menn", "tilbud: barn", "koden «barn», som ikke er erklært"),
        ("{tilbud: menn}", "{instans: nav}", "dimensjonen «instans», som ikke er erklært"),
        ("{tilbud: menn}", "{}", "«tilbud», som «skriftlig_noen» er delt etter, og som ikke har noen total"),
        ("menn}", "kvinner}", "nøkkeltallet «skriftlig-noen-kvinner» en gang til"),
    ],
)
def test_a_table_or_figure_that_its_statistic_cannot_fill_is_told(before, after, told, tmp_path):
    shutil.copytree(PROJECT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("20??"))
    shutil.copytree(PROJECT / "workflow/schemas", tmp_path / "workflow/schemas")
    rest = FIGURE + KEY
    text = TABLE.replace(before, after, 1) + rest if before in TABLE else TABLE + rest.replace(before, after)
    (tmp_path / "data/statistikk/nytt.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as error:
        load_model([*CHAPTERS, "nytt"], READERS, tmp_path)
    assert told in str(error.value) and "Gjør:" in str(error.value)
