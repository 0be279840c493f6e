"""docs/nytt-kapittel.md, step by step: a finished table from elsewhere becomes a chapter by data, declaration and
template alone; and what a declaration or a table may have wrong."""

import re
import shutil
from pathlib import Path

import pytest
from krisestat.model.bridge import cubes_of

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import read_rows, write_rows
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.build.edition import open_edition
from krisestat.model.codebooks import load_codebook
from krisestat.model.config import load_config
from krisestat.model.contracts import AGGREGERT, UTDATA
from krisestat.model.count import aggregated_rows
from krisestat.model.load import load_model
from krisestat.pages import frame, publication
from krisestat.statements.book import Statements
from krisestat.statements.checks import load_allowed
from krisestat.statements.lexicon import load_lexicon
from tests.support.edition import page_text
from tests.support.project import PROJECT

CODEBOOKS = Path("data/raw/codebooks")
RAW = Path("data/raw/rapport")
TABLE = "Aar;Instans;Sentre;Alle\n2018;Politi;31;45\n2018;NAV;..;45\n2019;Politi;33;44\n2019;NAV;40;44\n"
MANIFEST = """fil: rapport_p2018-2019.csv
format: csv
tegnsett: utf-8
skilletegn: ";"
mottatt: 2020-03-01
mottatt_av: prøven
sha256: "%s"
opphav: publisert
"""
DECLARATION = """gammel_rapport:
  slag: aggregert
  kilde: rapport
  gruppe: sentre
  enhet: senter
  kolonner: {aar: Aar, instans: Instans, antall: Sentre, base: Alle}
  instanser: {Politi: politi, NAV: nav}
  beskrivelse: sentre i en eldre rapport
"""
DECLARED = """kodelister:
  instans:
    navn: Instans
    koder: {politi: [Lensmann, lensmannen], nav: NAV}
statistikk:
  gammel_rapport:
    beskrivelse: sentre i en eldre rapport
    navn: En eldre rapport
    sagt: {nb: [samarbeidet med <instans>], nn: [samarbeidde med <instans>]}
    enhet: senter
    type: antall
    per: [instans]
    tabell: {kilde: rapport, kolonner: {aar: Aar, instans: Instans, verdi: Sentre, nevner: Alle}}
tabeller:
  gammel-rapport: {av: [gammel_rapport], rader: [instans], kolonner: [aar]}
figurer:
  gammel-rapport:
    av: gammel_rapport
    slag: soyler_per_rad
    rader: instans
    tabell: gammel-rapport
    tittel:
      nb: Sentre i en eldre rapport, etter instans. {aar}. Antall
      nn: Senter i ein eldre rapport, etter instans. {aar}. Tal
"""
WORDS = """  gammel-rapport:
    hva: Krisesentre i en eldre rapport
    inndeling: etter instans
    enhet: Antall sentre
    sporsmaal: Samarbeider senteret med denne instansen?
    kilde: En eldre rapport
"""
CHAPTER = """{%- import "felles/byggeklosser.html.j2" as bygg with context %}
{% set sist = siste_aar["gammel_rapport"] %}
<section id="rapport" aria-labelledby="rapport-tittel">
<h2 id="rapport-tittel">En eldre rapport om sentrene</h2>
<p>I {{ aarstall(sist) }} samarbeidet {{ av("gammel_rapport", "politi", aar=sist) }} sentre med
{{ navn("politi", "gammel_rapport") }}, som svarene kaller {{ navn("politi") }}.</p>
{% call bygg.figur("gammel-rapport", "gammel-rapport") %}
Stolpediagram over sentre etter instans.
{%- endcall %}
</section>
"""


@pytest.fixture
def chapter(workspace):
    """A project to which a table has been added, with the shortest template around it."""
    for name in ("templates", "config.yaml"):
        source = PROJECT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, workspace / name)
    (workspace / RAW).mkdir()
    (workspace / RAW / "rapport_p2018-2019.csv").write_text(TABLE, encoding="utf-8")
    (workspace / RAW / "kilde.yaml").write_text(MANIFEST % ("0" * 64), encoding="utf-8")
    workspace.register("rapport")
    for file, text in {
        "instanser.csv": "rapport,politi,Lensmann,lensmannen,Lensmann,lensmannen,2018,2019,1\n"
        "rapport,nav,NAV,NAV,NAV,NAV,2018,,2\n",
        "grupper.csv": "sentre,senter,krisesentre,Sentre,krisesenter,Senter\n",
        "indikatorer.yaml": DECLARATION,
    }.items():
        path = workspace / CODEBOOKS / file
        if file != "grupper.csv" or "\nsentre," not in path.read_text(encoding="utf-8"):
            path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    workspace.edit("templates/nb/tabeller.yaml", lambda t: t.replace("\ntabeller:\n", f"\ntabeller:\n{WORDS}"))
    workspace.edit("config.yaml", lambda t: t.replace("kapitler: [samarbeid,", "kapitler: [samarbeid, rapport,"))
    (workspace / "data/statistikk/rapport.yaml").write_text(CHAPTER_DECLARED, encoding="utf-8")
    (workspace / "templates/nb/rapport.html.j2").write_text(CHAPTER, encoding="utf-8")
    return workspace


def finished(workspace, years=(2020,)) -> list[dict]:
    assert workspace.clean(years) == ""
    return read_rows(workspace / "results/klargjort/rapport_p2018-2019.csv", AGGREGERT)


def test_a_finished_table_becomes_a_chapter_without_code(chapter):
    edition = open_edition(".", {})
    assert [source.path.parent.name for source in edition.aggregated] == ["kostra", "rapport"]
    assert "results/2020/figurer/gammel-rapport.svg" in edition.drawings
    assert "results/2020/ut/publikasjon/figurer/gammel-rapport_p2020.png" in edition.figure_files
    assert "results/2020/ut/utdata/tabeller/gammel-rapport_p2020.csv" in edition.downloads.tabeller
    rows = read_rows(PROJECT / "tests/eksempel/tall.csv", UTDATA) + aggregated_rows(finished(chapter))
    write_rows(Path("tall.csv"), rows, UTDATA)
    svg = Path("gammel-rapport.svg")
    config, codebook = load_config(Path("config.yaml"), Path()), load_codebook(CODEBOOKS)
    Path("data/statistikk/rapport.yaml").write_text(DECLARED, encoding="utf-8")
    model = load_model([*config["kapitler"], "rapport"], READERS)
    lexicon = load_lexicon(Path("templates/leksikon/nb.yaml"), model.enheter)
    book = Statements(model, cubes_of(model, rows), lexicon, 2020, "templates")
    env = book.install(frame.environment(Path("templates"), "nb"))
    words = {name: load_yaml(Path(f"templates/nb/{name}.yaml"))[0] for name in ("tabeller", "tekster")}
    words["konfidensialitet"] = {}
    drawings = {svg.name: svg.read_text(encoding="utf-8")}
    shared = publication.shared_values(edition.model, cubes_of(edition.model, rows), config, words, drawings)
    marked = book.render(env, "nb/rapport.html.j2", **publication.page_values("side", shared, "", ""))
    html = book.finish(marked, "index.html", load_allowed(Path("templates/nb/tillatt.yaml")), {}, None)
    Path("side.html").write_text(html, encoding="utf-8")
    text = page_text(Path("side.html"))
    assert "p: I 2019 samarbeidet 33~av~44 sentre med lensmannen, som svarene kaller politiet." in text
    assert "tr: NAV | ..mangler | 40" in text and "tr: Lensmann | 31 | 33" in text
    assert "Kilde: En eldre rapport. Publiserte tall." in text
    assert ">33<" in re.sub(r"\s", "", svg.read_text(encoding="utf-8"))


def test_signs_are_read_as_what_they_mean(chapter):
    signs = {".": "ikke_spurt", "..": "mangler", ":": "undertrykt", "": "mangler"}
    for sign, status in signs.items():
        (chapter / RAW / "rapport_p2018-2019.csv").write_text(TABLE.replace("..", sign), encoding="utf-8")
        chapter.register("rapport")
        (row,) = [r for r in finished(chapter) if r["status"]]
        assert (row["instans"], row["antall"], row["base"], row["status"]) == ("nav", None, 45, status)
    chapter.edit(
        "data/raw/codebooks/indikatorer.yaml",
        lambda t: t.replace("base: Alle}\n", 'base: Alle}\n  tegn: {"": ikke_spurt, "x": undertrykt}\n'),
    )
    assert [r["status"] for r in finished(chapter) if r["status"]] == ["ikke_spurt"]


def declared(before, after, file="indikatorer.yaml"):
    return lambda ws: ws.edit(f"data/raw/codebooks/{file}", lambda t: t.replace(before, after))


def table(before, after):
    def change(ws):
        ws.edit("data/raw/rapport/rapport_p2018-2019.csv", lambda t: t.replace(before, after), register="rapport")

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (declared("enhet: senter", "enhet: kommune"), "gruppen «sentre» med enheten «senter»"),
        (declared("gammel_rapport:", "samarbeid:"), "nøkkelen «samarbeid» en gang til"),
        (declared("Politi: politi", "Politi: politii"), "«Politi»\n  Ventet: et navn under «gammel_rapport: inst"),
        (declared(",NAV,NAV,NAV,", ",NAV,NAV,,", "instanser.csv"), "instanser.csv, linje 2, kolonne «navn_nn»"),
        (declared(",Fast kontaktperson,", ",,", "samarbeidsformer.csv"), "csv, linje 3, kolonne «navn_nb»"),
        (declared(",Kvinner\n", ", \n", "grupper.csv"), "grupper.csv, linje 2, kolonne «kort_nn»"),
        (declared("kilde: rapport", "kilde: raport"), "kilden «raport» uten instanser – mente du «rapport»"),
        (declared("gruppe: sentre", "gruppe: kvinner"), "«kvinner»"),
        (declared("antall: Sentre", "antall: Senter"), "ingen kolonne «Senter» – mente du «Sentre»"),
        (declared("kolonner: {aar: Aar, ", "kolonner: {"), "ingen nøkkel «aar»"),
        (table("Aar;Instans;Sentre;Alle", "Aar;Instans;Sentre;Allle"), "kolonnen «Allle» – mente du «Alle»"),
        (table("31", "mange"), "«mange»"),
        (table("31;45", "46;45"), "46 av 45"),
        (table("2018;Politi", "2018;Politiet"), "«Politiet» – mente du «politi»"),
        (table("2019;NAV", "2020;Politi"), "i indikatorer.yaml, med en kode som gjelder i 2020"),
        (table("2019;NAV", "2019;Politi"), "«Politi» for 2019 en gang til (først på linje 4)"),
        (table("2018;NAV", "i fjor;NAV"), "«i fjor»"),
    ],
)
def test_a_table_or_declaration_that_is_wrong_is_told_in_five_parts(chapter, change, told):
    change(chapter)
    text = chapter.clean([2020])
    assert told in text and "Gjør:" in text
    assert chapter.written() == []


@pytest.mark.parametrize("what", ["tabellen", "figuren"])
def test_a_table_or_figure_whose_name_another_has_is_told_and_takes_no_place(chapter, what):
    name = {"tabellen": "instanser", "figuren": "skriftlige-avtaler"}[what]
    declared = {"tabellen": "tabeller", "figuren": "figurer"}[what]
    chapter.edit(
        "data/statistikk/rapport.yaml",
        lambda t: t.replace(f"{declared}:\n  gammel-rapport:", f"{declared}:\n  {name}:"),
    )
    with pytest.raises(Problems) as error:
        load_model(load_config(Path("config.yaml"), Path())["kapitler"], READERS)
    assert f"{what} «{name}», som samarbeid.yaml også har" in str(error.value)


def test_the_groups_that_the_document_promises_are_those_that_a_table_may_have(chapter):
    text = (PROJECT / "docs/nytt-kapittel.md").read_text(encoding="utf-8")
    promised = re.findall(r"`(\w+)` \(enheten `(\w+)`\)", text)
    assert len(promised) == 2
    chapter.edit(CODEBOOKS / "grupper.csv", lambda t: t + "institusjoner,senter,a,A,a,A\n")
    path, as_is = chapter / CODEBOOKS / "indikatorer.yaml", DECLARATION
    for group, unit in [*promised, ("institusjoner", "senter")]:
        own = DECLARATION.replace("gruppe: sentre\n  enhet: senter", f"gruppe: {group}\n  enhet: {unit}")
        path.write_text(path.read_text(encoding="utf-8").replace(as_is, own), encoding="utf-8")
        as_is, told = own, chapter.clean([2020])
        assert told == "" if (group, unit) in promised else "en av kommuner, sentre" in told


def test_a_series_is_of_one_unit_alone():
    book = load_codebook(PROJECT / "data/raw/codebooks")
    assert not set(book.indikatorer) & set(book.aggregerte)
    units = {row["gruppe"]: row["enhet"] for row in book.grupper}
    seen: dict[str, set[str]] = {}
    for row in read_rows(PROJECT / "tests/eksempel/tall.csv", UTDATA):
        seen.setdefault(row["indikator"], set()).add(units[row["gruppe"]])
    assert all(len(found) == 1 for found in seen.values())
    with pytest.raises(Problems):
        load_codebook(PROJECT / "data/raw")
