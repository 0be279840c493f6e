"""A chapter of several shapes, made of data, a declaration and text as docs/nytt-kapittel.md says."""

import hashlib
import html
import re

import pytest

from tests.support.workflow import copy_project

pytestmark = [pytest.mark.workflow, pytest.mark.thorough]

SAID = "beskrivelse: noe, sagt: {nb: [var der], nn: [var der]}"
DECLARED = f"""
enheter:
  rom: {{vern: institusjon, nb: [rom, rommet, rom, rommene], nn: [rom, rommet, rom, romma]}}
kodelister:
  type: {{navn: Romtype, koder: {{enkelt: Enkeltrom, storre: Større rom}}, total: {{alle: I alt}}}}
statistikk:
  rom: {{{SAID}, enhet: rom, type: antall, per: [tilbud, type],
    tabell: {{kilde: rom, kolonner: {{aar: Aar, tilbud: Hvem, type: Type, verdi: Tall}}}}}}
  deler: {{{SAID}, enhet: rom, type: prosent, per: [type], avvik: 1,
    tabell: {{kilde: deler, kolonner: {{aar: Aar, type: Type, verdi: Tall}}}}}}
  penger: {{{SAID}, enhet: rom, type: kroner, per: [], faktor: 1000,
    tabell: {{kilde: penger, kolonner: {{aar: Aar, verdi: Tall}}}}}}
  folk: {{{SAID}, enhet: beboer, type: antall, per: [], vises: [[]], hoyst: ingen,
    brudd: [{{fra: 2020, grunn: {{nb: Talt én gang., nn: Talt éin gong.}}}}],
    tabell: {{kilde: folk, kolonner: {{aar: Aar, verdi: Tall, for_brudd: Gammel}}}}}}
tabeller:
  rom: {{av: [rom], blokker: tilbud, rader: [type], kolonner: [aar]}}
  deler: {{av: [deler], rader: [type], kolonner: [aar]}}
  penger: {{av: [penger], rader: [statistikk], kolonner: [aar]}}
  folk: {{av: [folk], rader: [aar], kolonner: [maal], maal: [antall, for_brudd]}}
figurer:
  rom: {{av: rom, slag: soyler_per_rad, rader: type, der: {{tilbud: menn}}, tabell: rom, tittel: {{nb: "Rom. {{aar}}.", nn: Rom}}}}
"""  # noqa: E501
TABLES = {
    "rom": "Aar;Hvem;Type;Tall\n2020;Kvinner;enkelt;9\n2020;Kvinner;storre;..\n2020;Menn;enkelt;6\n2020;Menn;storre;1",
    "deler": "Aar;Type;Tall\n2020;Enkeltrom;83\n2020;Større rom;18",
    "penger": "Aar;Tall\n2020;12345",
    "folk": "Aar;Tall;Gammel\n2019;1650;\n2020;1529;1819",
}
SOURCE = """fil: {0}\nformat: csv\ntegnsett: utf-8\nskilletegn: ";"\nmottatt: "2021-03-17"\nmottatt_av: Kari
sha256: {1}\nopphav: rekonstruert\nom: {2}\n"""
TEXT = """{%- import "felles/byggeklosser.html.j2" as bygg with context %}
<section id="nytt" aria-labelledby="nytt-tittel"><h2 id="nytt-tittel">Rom</h2>
<p>Enkeltrom: {{ prosent("deler", "enkelt") }}. Større rom: {{ antall("deler", "storre") }}.</p>
<p>{{ antall("penger") }} kroner.</p>
{% call bygg.figur("rom", "rom") %}{{ antall("rom", "menn", "storre") }} rom.{% endcall %}
{{ bygg.tabell("deler") }}{{ bygg.tabell("penger") }}{{ bygg.tabell("folk") }}</section>
"""


def add_chapter(project):
    for id, text in TABLES.items():
        file, digest = project / f"data/raw/{id}/{id}_p2019-2020.csv", hashlib.sha256(text.encode()).hexdigest()
        file.parent.mkdir()
        file.write_bytes(text.encode())
        told = SOURCE.format(file.name, digest, "person" if id == "folk" else "institusjon")
        (file.parent / "kilde.yaml").write_text(told, encoding="utf-8")
    (project / "data/statistikk/nytt.yaml").write_text(DECLARED, encoding="utf-8")
    project.edit("config.yaml", lambda text: text.replace("beboere, avtaler]", "beboere, avtaler, nytt]"))
    words = "".join(f"  {id}: {{hva: A, inndeling: b, enhet: C, sporsmaal: D., kilde: E}}\n" for id in TABLES)
    old = '{% include spraak ~ "/kommuner.html.j2" %}'
    project.edit("templates/nb/tabeller.yaml", lambda text: text + words)
    project.edit(
        "templates/samarbeid/nb/tekst.html.j2", lambda text: text.replace(old, old + old.replace("kommuner", "nytt"))
    )
    (project / "templates/nb/nytt.html.j2").write_text(TEXT, encoding="utf-8")


def test_a_chapter_of_every_shape_is_built_and_a_fault_in_it_leaves_the_edition_as_it_was(tmp_path):
    project = copy_project(tmp_path)
    add_chapter(project)
    project.build()
    page = (project / "results/2020/ut/publikasjon/index.html").read_text(encoding="utf-8")
    page = " ".join(html.unescape(re.sub("<[^>]+>", " ", page[page.index('id="nytt"') :])).split())
    for told in ("Enkeltrom: 83 prosent .", "12 345 000 kroner", "1 529 | 1 819", "83 %", "Talt én gang."):
        assert told in page, told
    before = project.digests()
    project.edit("data/statistikk/nytt.yaml", lambda text: text.replace("rader: [type], kol", "rader: [rom], kol"))
    done = project.snakemake()
    assert done.returncode and "dimensjonen «rom»" in done.stderr and not project.changed(before)
