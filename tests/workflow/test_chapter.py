"""Chapters of every shape, made of data, declarations and text as docs/nytt-kapittel.md says, in both written
standards; and another agency's only chapter."""

import hashlib
import html
import json
import re
import shutil

import pytest
import yaml

from krisestat.base.errors import Problems
from krisestat.intake.new_chapter import run
from krisestat.model.load import every_chapter
from tests.support.signed import sign_by_command as sign
from tests.support.workflow import Project, copy_project

pytestmark = [pytest.mark.workflow, pytest.mark.thorough]

SIGNS = {"": "ikke_spurt", "x": "ikke_aktuelt", "-": "0"}
BREAK = [{"fra": 2020, "grunn": {"nb": "Talt etter nye regler.", "nn": "Talt etter nye reglar."}}]
OPEN = {"nb": ["hadde døgnvakt"], "nn": ["hadde døgnvakt"]}
SAID = {"nb": ["var der"], "nn": ["var der"]}


def unit(*forms: str, vern: str = "institusjon") -> dict:
    """A unit whose words are the same in both standards."""
    return {"vern": vern, "nb": [*forms], "nn": [*forms]}


def codes(**names: str) -> dict:
    """A code list whose parts are a whole."""
    return {"navn": "Slag", "koder": names, "total": {"alle": "I alt"}}


def statistic(kilde: str, enhet: str, per: dict[str, str], **said) -> dict:
    """The declaration of a statistic of a table with the columns `Aar` and `Tall` beside those of its dimensions."""
    columns = {"aar": "Aar", "verdi": "Tall", **per, **said.pop("kolonner", {})}
    table = {"kilde": kilde, "kolonner": columns, **said.pop("tabell", {})}
    found = {"beskrivelse": "noe som er talt", "sagt": SAID, "enhet": enhet, "type": "antall", "per": [*per]}
    return {"statistikk": {kilde: {**found, "tabell": table, **said}}}


def counted(id: str, question: dict) -> dict:
    """The declaration of a statistic of the answers to the survey of the edition's first chapter."""
    said = {"nb": ["hadde fast kontakt i <instans>"], "nn": ["hadde fast kontakt i <instans>"]}
    asked = {"kilde": "samarbeid", **question, "teller": "ja", "base": "alle"}
    found = {"beskrivelse": "noe som er spurt om", "sagt": said, "enhet": "tilbud", "type": "antall"}
    return {"statistikk": {id: {**found, "per": ["tilbud", "instans"], "svar": asked}}}


# By chapter, whose one statistic, table and figure have its name: what is declared, its table and figure, the received
# rows, what they are about, what the text says, and what a reader meets.
SHAPES = {
    "doegnvakt": (  # yes or no of each service: a count of a base
        statistic("doegnvakt", "tilbud", {"tilbud": "Tilbud"}, kolonner={"nevner": "Alle"}, sagt=OPEN),
        {"rader": ["aar"], "kolonner": ["tilbud", "maal"], "maal": ["antall", "base", "prosent"]},
        {"slag": "linjer", "serier": "tilbud"},
        "Aar;Tilbud;Tall;Alle\n2019;Kvinner;40;44\n2019;Menn;30;41\n2020;Kvinner;41;43\n2020;Menn;28;39\n",
        "institusjon",
        '{{ av("doegnvakt", "kvinner") }} krisesentertilbud til kvinner hadde døgnvakt.',
        ["41 av 43", "95 %"],
    ),
    "rom": (  # rooms by service and kind
        {"enheter": {"soverom": unit("soverom", "soverommet", "soverom", "soverommene")}}
        | {"kodelister": {"romtype": codes(enkelt="Enkeltrom", storre="Store rom")}}
        | statistic("rom", "soverom", {"tilbud": "Hvem", "romtype": "Type"}),
        {"blokker": "tilbud", "rader": ["romtype"], "kolonner": ["aar"]},
        {"slag": "helning", "rader": "romtype", "der": {"tilbud": "menn"}},
        "Aar;Hvem;Type;Tall\n2019;Menn;enkelt;5\n2019;Menn;storre;2\n2020;Kvinner;enkelt;9\n2020;Kvinner;storre;..\n"
        "2020;Menn;enkelt;6\n2020;Menn;storre;1\n",
        "institusjon",
        'Krisesentertilbud til menn, enkeltrom: {{ antall("rom", "menn", "enkelt") }} soverom.',
        ["enkeltrom: 6 soverom", ".. mangler", "I alt | 7 | 7"],
    ),
    "ansatte": (  # staff with decimals
        {"enheter": {"aarsverk": unit("årsverk", "årsverket", "årsverk", "årsverkene")}}
        | {"kodelister": {"stilling": codes(fast="Fast", vikar="Vikar")}}
        | statistic("ansatte", "aarsverk", {"stilling": "Stilling"}, type="desimal", desimaler=1),
        {"rader": ["stilling"], "kolonner": ["aar"]},
        {"slag": "helning", "rader": "stilling"},
        "Aar;Stilling;Tall\n2019;Fast;370,5\n2019;Vikar;61,1\n2020;Fast;380,34\n2020;Vikar;60,5\n",
        "institusjon",
        'Fast: {{ antall("ansatte", "fast") }} årsverk, {{ endring("ansatte", "fast") }}.',
        ["Fast: 380,3 årsverk, 9,8 fl", "440,8"],
    ),
    "utdanning": (  # education as a whole in per cent, rounded
        {"enheter": {"ansatt": unit("ansatt", "ansatte", "ansatte", "ansatte")}}
        | {"kodelister": {"utdanning": codes(hoy="Universitet", annen="Annet")}}
        | statistic("utdanning", "ansatt", {"utdanning": "Type"}, type="prosent", avvik=1),
        {"rader": ["utdanning"], "kolonner": ["aar"]},
        {"slag": "helning", "rader": "utdanning"},
        "Aar;Type;Tall\n2019;Universitet;60\n2019;Annet;40\n2020;Universitet;83\n2020;Annet;18\n",
        "institusjon",
        'Universitet: {{ prosent("utdanning", "hoy") }} av de ansatte.',
        ["83 prosent av", "83 %"],
    ),
    "penger": (  # money of each centre, with hidden cells and blanks that mean different things
        statistic("penger", "senter", {"senter": "Senter"}, type="kroner", faktor=1000, tabell={"tegn": SIGNS}),
        {"rader": ["senter"], "kolonner": ["aar"]},
        {"slag": "serie"},
        "Aar;Senter;Tall\n2019;landet;22000\n2020;Senter 01;12345\n2020;Senter 02;:\n2020;Senter 03;\n"
        "2020;Senter 04;x\n2020;Senter 05;-\n2020;landet;23000\n",
        "institusjon",
        '{{ antall("penger") }} kroner for krisesentrene.',
        ["23 000 000 kroner", "12 345 000", ": vises ikke", ". ikke spurt", "x ikke aktuelt"],
    ),
    "folk": (  # a series of persons with a break
        {"enheter": {"bruker": unit("bruker", "brukeren", "brukere", "brukerne", vern="person")}}
        | statistic("folk", "bruker", {}, kolonner={"for_brudd": "Gammel"}, vises=[[]], hoyst="ingen", brudd=BREAK),
        {"rader": ["aar"], "kolonner": ["maal"], "maal": ["antall", "for_brudd"]},
        {"slag": "serie"},
        "Aar;Tall;Gammel\n2019;1650;\n2020;1529;1819\n",
        "person",
        'Det var {{ antall("folk") }} brukere.',
        ["1 529 |", "1 819", "Talt etter nye regler."],
    ),
    "fastkontakt": (  # counted from answers to a survey of another chapter, and divided by a list of that
        counted("fastkontakt", {"sporsmaal": "samarbeidsform", "der": {"samarbeidsform": "fast_kontakt"}}),
        {"blokker": "tilbud", "rader": ["instans"], "kolonner": ["aar"]},
        {"slag": "helning", "rader": "instans", "der": {"tilbud": "menn"}},
        "",
        "",
        '{{ av("fastkontakt", "kvinner", "politi") }} krisesentertilbud til kvinner hadde fast kontakt i politi.',
        ["NAV", "Politi"],
    ),
}
SOURCE = """fil: {0}\nformat: csv\ntegnsett: utf-8\nskilletegn: ";"\nmottatt: "2021-03-17"\nmottatt_av: Kari
sha256: {1}\nopphav: rekonstruert\nom: {2}\n"""
TEXT = """{%%- import "felles/byggeklosser.html.j2" as bygg with context %%}
<section id="%(id)s" aria-labelledby="%(id)s-tittel"><h2 id="%(id)s-tittel">Om %(id)s</h2>
<p>%(text)s</p>
{%% call bygg.figur("%(id)s", "%(id)s") %%}Søylediagram.{%% endcall %%}</section>
"""


def add_chapter(project: Project, id: str) -> None:
    """What the guide asks for: a table, a declaration, words and text in both standards, and a word in the settings."""
    declared, table, figure, rows, about, text, _ = SHAPES[id]
    if rows:
        folder = project / f"data/raw/{id}"
        folder.mkdir()
        (folder / f"{id}_p2019-2020.csv").write_text(rows, encoding="utf-8")
        told = SOURCE.format(f"{id}_p2019-2020.csv", hashlib.sha256(rows.encode()).hexdigest(), about)
        (folder / "kilde.yaml").write_text(told, encoding="utf-8")
    shown = {"av": id, "tabell": id, "tittel": {"nb": f"Om {id}. {{aar}}.", "nn": f"Om {id}. {{aar}}."}, **figure}
    declared = {**declared, "tabeller": {id: {"av": [id], **table}}, "figurer": {id: shown}}
    place = project / f"data/statistikk/{id}.yaml"
    place.write_text(json.dumps(declared, ensure_ascii=False, indent=1), encoding="utf-8")
    own = {"hva": f"Om {id}", "inndeling": "delt", "enhet": "Tall", "sporsmaal": "Hva?", "kilde": "Kilden"}
    words = {"navn": f"Om {id}", "beskrivelse": "Noe.", "innhold": {id: f"Om {id}"}, "tabeller": {id: own}}
    for spraak in ("nb", "nn"):
        folder = project / f"templates/{id}/{spraak}"
        folder.mkdir(parents=True)
        (folder / "ord.yaml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
        (folder / "om.html.j2").write_text('{% if del == "omfang" %}<p>Det som er talt.</p>{% endif %}\n')
        (folder / "tekst.html.j2").write_text(TEXT % {"id": id, "text": text}, encoding="utf-8")
        text = text.replace("isesentertilbud", "isesentertilbod").replace("isesentrene", "isesentera")  # for nynorsk
    project.edit("config.yaml", lambda was: re.sub(r"(?m)^(kapitler: \[[^]]*)\]", rf"\1, {id}]", was))


def read(page: str, id: str) -> str:
    """The text of a section of a page, for a reader of the screen."""
    section = page[page.index(f' id="{id}" aria-labelledby') :].split("</section>")[0]
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", section)).split())


def test_chapters_of_every_shape_are_built_in_both_standards_and_leave_nothing_behind(tmp_path):
    project = copy_project(tmp_path)
    for id in SHAPES:
        add_chapter(project, id)
    sign(project, "2020")
    sign(project, "2020-nn")
    project.build()
    page = (project / "results/2020/ut/publikasjon/index.html").read_text(encoding="utf-8")
    proven = json.loads((project / "results/2020/etterproving/paastander.json").read_text(encoding="utf-8"))
    listed = {f"{one['fil']}" for one in json.loads((project / "results/2020/nedlasting.json").read_text())["filer"]}
    for id, (*_, told) in SHAPES.items():
        text = re.sub(r"\s*\|\s*", " | ", read(page.replace("</td>", " | </td>").replace("</th>", " | </th>"), id))
        for wanted in told:
            assert wanted in text.replace("\u00a0", " "), (id, wanted, text)
        assert any(cell["celle"].startswith(f"{id}/") for cell in proven["celler"]), id
        assert {f"nedlasting/{id}_p2020.px", f"nedlasting/{id}_p2020.json", f"utdata/{id}.csv"} <= listed
        assert (project / f"results/2020/ut/publikasjon/figurer/{id}_p2020.svg").is_file()
    assert "Talt etter nye regler." in read(page, "om")
    project.build("--config", "spraak=nn")
    before = project.digests()
    project.edit("data/statistikk/rom.yaml", lambda text: text.replace('"blokker": "tilbud"', '"blokker": "rom"'))
    done = project.snakemake()
    assert done.returncode and "dimensjonen «rom»" in done.stderr and not project.changed(before)
    project.edit("config.yaml", lambda text: re.sub(r"(?m)^(kapitler: \[).*?(, penger)", r"\1samarbeid\2", text))
    project.build()
    gone = ("avtale", "beboere", "kommunalt", "opphold", "rom")
    left = {path for path in project.digests() if path.split("/")[-1].startswith(gone)}
    assert not left and len(project.digests()) < len(before)


def other_agency(project: Project) -> None:
    """Every chapter, and all that is about crisis shelters in data and settings, taken out."""
    for name in every_chapter(project.root):
        (project / f"data/statistikk/{name}.yaml").unlink()
        shutil.rmtree(project / "templates" / name)
    (project / "data/statistikk/felles.yaml").write_text("# Det alle kapitler deler.\n", encoding="utf-8")
    for path in [
        *(project / "data/raw").iterdir(),
        *(project / "data/raw/codebooks").iterdir(),
        project / "data/publisert",
    ]:
        if path.is_dir() and path.name != "codebooks":
            shutil.rmtree(path)
        elif path.is_file() and path.name != "konfidensialitet.yaml":
            path.unlink()
    project.edit(
        "config.yaml",
        lambda text: re.sub(r"(?ms)^(publikasjoner|lov|hjelp|les_mer|avtaler|faktaark):.*?(?=^\S|\Z)", "", text),
    )
    own = {
        "tittel": "Folkebibliotek",
        "utgiver": "Biblioteket",
        "nettadresse": "https://example.org/b",
        "neste_oppdatering": "Neste år",
    }
    config = yaml.safe_load((project / "config.yaml").read_text(encoding="utf-8"))
    config |= {"kapitler": ["bibliotek"], "publikasjon": {**config["publikasjon"], **own}}
    config["publikasjon"]["kontakt"]["navn"] = "Redaksjonen"
    config["publikasjon"].pop("stikktittel")
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False, default_flow_style=None)
    (project / "config.yaml").write_text(text.replace("kapitler: [bibliotek]", "kapitler: []"), encoding="utf-8")


def test_another_agency_takes_every_chapter_out_and_puts_its_own_in(tmp_path):
    project = copy_project(tmp_path)
    other_agency(project)
    with pytest.raises(Problems, match="navnet på en del av siden"):
        run("kontakt", project.root)
    assert "små eksempeldata" in run("bibliotek", project.root)
    for spraak in ("nb", "nn"):
        sign(project, "2020" if spraak == "nb" else "2020-nn")
        project.build("--config", f"spraak={spraak}")
    out = [path for path in (project / "results").glob("*/ut/**/*") if path.is_file()]
    assert {path.suffix for path in out} >= {".html", ".pdf", ".csv", ".json", ".px", ".xlsx", ".ttl", ".svg", ".png"}
    for path in (path for path in out if path.suffix in (".html", ".csv", ".json", ".px", ".ttl", ".svg")):
        found = re.search("(?i)krise(?!stat)|sentre|tilbud|vold|116.006|dinutvei", path.read_text(encoding="utf-8"))
        assert not found, (path, found)
