"""docs/nytt-kapittel.md, step by step: a finished table from elsewhere becomes a chapter by data, declaration and
template alone; and what a declaration or a table may have wrong."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import read_rows
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.build.edition import open_edition
from krisestat.figures import charts
from krisestat.figures.canvas import Faces
from krisestat.figures.content import content
from krisestat.model.config import load_config
from krisestat.model.load import load_model
from krisestat.pages import frame, publication
from krisestat.statements.book import Statements
from krisestat.statements.lexicon import load_lexicon
from krisestat.tables.words import load_texts
from tests.support.edition import page_text
from tests.support.model import edition_cubes
from tests.support.project import PROJECT
from tests.support.stages import run

RAW, FILE = Path("data/raw/rapport"), Path("data/raw/rapport/rapport_p2018-2019.csv")
TABLE = "Aar;Instans;Sentre;Alle\n2018;Lensmann;31;45\n2018;NAV;..;45\n2019;Lensmann;33;44\n2019;NAV;40;44\n"
MANIFEST = """fil: rapport_p2018-2019.csv
format: csv
tegnsett: utf-8
skilletegn: ";"
mottatt: 2020-03-01
mottatt_av: prøven
sha256: "%s"
opphav: publisert
om: institusjon
"""
DECLARED = """kodelister:
  instans:
    navn: Instans
    koder: {politi: [Lensmann, lensmannen], nav: NAV}
statistikk:
  gammel_rapport:
    beskrivelse: sentre i en eldre rapport
    navn: En eldre rapport
    sagt: {nb: [skrev om <instans>], nn: [skreiv om <instans>]}
    enhet: senter
    type: antall
    per: [instans]
    tabell: {kilde: rapport, kolonner: {aar: Aar, instans: Instans, verdi: Sentre, nevner: Alle}}
tabeller:
  gammel-rapport: {av: [gammel_rapport], rader: [instans], kolonner: [aar]}
figurer:
  gammel-rapport:
    av: gammel_rapport
    slag: helning
    rader: instans
    tabell: gammel-rapport
    tittel:
      nb: Sentre i en eldre rapport, etter instans. {aar}. Antall
      nn: Senter i ein eldre rapport, etter instans. {aar}. Tal
"""
WORDS = """navn: En eldre rapport
beskrivelse: Sentre i en eldre rapport.
innhold: {rapport: En eldre rapport}
tabeller:
  gammel-rapport:
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
{% for verb in ("skrev", "hørte") %}
<p>I {{ aarstall(sist) }} {{ verb }} {{ av("gammel_rapport", "politi", aar=sist) }} sentre om
{{ navn("politi", "gammel_rapport") }}.</p>
{% endfor %}
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
    (workspace / FILE).write_text(TABLE, encoding="utf-8")
    (workspace / RAW / "kilde.yaml").write_text(MANIFEST % ("0" * 64), encoding="utf-8")
    workspace.register("rapport")
    for spraak in ("nb", "nn"):
        shutil.copytree(PROJECT / "templates/kommuner" / spraak, workspace / "templates/rapport" / spraak)
        (workspace / "templates/rapport" / spraak / "ord.yaml").write_text(WORDS, encoding="utf-8")
        (workspace / "templates/rapport" / spraak / "tekst.html.j2").write_text(CHAPTER, encoding="utf-8")
    workspace.edit("config.yaml", lambda t: t.replace("kapitler: [samarbeid,", "kapitler: [samarbeid, rapport,"))
    (workspace / "data/statistikk/rapport.yaml").write_text(DECLARED, encoding="utf-8")
    return workspace


def finished(model) -> list[dict]:
    """The table as the stage `clean` leaves it."""
    kept, received = Path("results/klargjort/gammel_rapport.csv"), Path("results/inndata/rapport_p2018-2019.csv")
    others = [f"results/inndata/{path.stem}.csv" for path in Path("data/raw").glob("[!r]*/*.csv")]
    given = {
        "aar": [2020],
        "kapitler": ["samarbeid", "rapport"],
        "svar": [Path("results/klargjort/samarbeid_p2020.csv")],
    }
    run("clean", Path("results"), **given, tabeller=[kept], inndata=[received, *map(Path, others)])
    statistic = model["gammel_rapport"]
    return [{name: row[name] for name in statistic.columns} for row in read_rows(kept, statistic.received)]


def test_a_finished_table_becomes_a_chapter_without_code(chapter):
    edition = open_edition(".", {})
    assert edition.model["gammel_rapport"].kapittel == "rapport" and "rapport" in edition.finished
    assert "results/2020/figurer/gammel-rapport.svg" in edition.drawings
    assert "results/2020/ut/publikasjon/figurer/gammel-rapport_p2020.png" in edition.figure_files
    assert "results/2020/ut/utdata/tabeller/gammel-rapport_p2020.csv" in edition.downloads.tabeller
    config, model = load_config(Path("config.yaml"), Path()), edition.model
    cubes, texts = edition_cubes(), load_texts(Path("templates"), "nb", config["kapitler"])
    cubes = {**cubes, "gammel_rapport": finished(model)}
    shown = content(model.figurer["gammel-rapport"], cubes, texts, "nb", 2020, (2015, 2020))
    svg = charts.draw(shown, Faces(PROJECT / "templates/fonts")).decode()
    lexicon = load_lexicon(Path("templates/leksikon/nb.yaml"))
    book = Statements(model, cubes, lexicon, 2020, "templates")
    env = book.install(frame.environment(Path("templates"), "nb"))
    words = {"tabeller": texts, "tekster": load_yaml(Path("templates/nb/tekster.yaml"))[0], "konfidensialitet": {}}
    shared = publication.shared_values(model, cubes, config, words, {"gammel-rapport.svg": svg})
    marked = book.render(env, "rapport/nb/tekst.html.j2", **publication.page_values("side", shared, "", ""))
    html = book.finish(marked, "index.html")
    Path("side.html").write_text(html, encoding="utf-8")
    text = page_text(Path("side.html"))
    left = [told.replace("\u00a0", " ") for told in book.unproven if told.endswith("lensmannen.")]
    assert left == ["I 2019 hørte 33 av 44 sentre om lensmannen."], "its own words prove it, with their verb"
    assert "p: I 2019 samarbeidet 33~av~44 sentre med lensmannen, som svarene kaller politiet." in text
    assert "tr: NAV | ..mangler | 40" in text and "tr: Lensmann | 31 | 33" in text
    assert "Kilde: En eldre rapport. Publiserte tall." in text
    assert ">33<" in re.sub(r"\s", "", svg)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Aar;Instans;Sentre;Alle", "Aar;Instans;Sentre;Allle", "mente du «Allle»"),
        ("31;45", "mange;45", "«mange»"),
        ("31;45", "46;45", "46 av 45"),
        ("2018;Lensmann", "2018;Lensman", "mente du «Lensmann»"),
        ("2019;NAV", "2019;Lensmann", "en gang til"),
        ("2018;NAV", "i fjor;NAV", "«i fjor»"),
    ],
)
def test_a_table_that_is_wrong_is_told_in_five_parts(chapter, before, after, told):
    chapter.edit(FILE, lambda t: t.replace(before, after), register="rapport")
    with pytest.raises(Problems) as error:
        finished(open_edition(".", {}).model)
    assert told in str(error.value) and "Gjør:" in str(error.value)
    assert chapter.written() == []


@pytest.mark.parametrize("what", ["tabellen", "figuren"])
def test_a_table_or_figure_whose_name_another_has_is_told_and_takes_no_place(chapter, what):
    name = {"tabellen": "instanser", "figuren": "skriftlige-avtaler"}[what]
    declared = {"tabellen": "tabeller", "figuren": "figurer"}[what]
    old, new = (f"{declared}:\n  {id}:" for id in ("gammel-rapport", name))
    chapter.edit("data/statistikk/rapport.yaml", lambda t: t.replace(old, new))
    with pytest.raises(Problems) as error:
        open_edition(".", {})
    assert f"{what} «{name}», som samarbeid.yaml også har" in str(error.value)


def test_what_the_document_declares_can_be_declared(chapter):
    """The example of the guide, as it stands there."""
    guide = (PROJECT / "docs/nytt-kapittel.md").read_text(encoding="utf-8")
    (example,) = [text for text in re.findall(r"```yaml\n(.*?)```", guide, re.S) if text.startswith("kodelister:")]
    assert yaml.safe_load(example)["tabeller"]
    (chapter / "data/statistikk/rapport.yaml").write_text(example, encoding="utf-8")
    model = load_model(["samarbeid", "rapport"], READERS)
    assert model.tabeller["gammel-rapport"].av == ("gammel_rapport",)
