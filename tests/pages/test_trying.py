"""Trying sentences: each line becomes what the build would make of it at its place, with stable columns."""

import csv
import shutil
import time
from dataclasses import fields, replace
from pathlib import Path

import pytest

from krisestat.base.errors import Problems
from krisestat.base.files import Files
from krisestat.model.config import load_config
from krisestat.pages.trying import COLUMNS, FAULT, Tried, loose, read_lines, try_all
from krisestat.statements.reader import CONTRADICTED, PROVEN, UNSIGNED
from krisestat.statements.rewrite import rewritten
from krisestat.statements.units import BY_ALL, BY_ONE
from tests.support.edition import make
from tests.support.project import PROJECT
from tests.support.shared import once
from tests.support.stages import bound

CASE_FILES = PROJECT / "tests" / "statements" / "saker"
CONFIG = load_config(PROJECT / "config.yaml", PROJECT)
# Standard, place and text of a line, what becomes of it, how it is signed, and a word of why or of what is rendered.
CASES = [
    ("nb", "avsnitt i samarbeidsfora", 'Av tilbudene til kvinner deltok {{ av("forum", "kvinner") }} i samarbeidsfora.',
     "bevist", "", "32 av 43"),
    ("nb", "avsnitt i instanser", '{{ mengde("samarbeid", "kvinner", "politi", ord="alle") }} samarbeidet.',
     "motsagt", "", "42"),
    ("nb", "avsnitt i instanser", '{{ mengde("samarbeid", "kvinner", "polti") }} samarbeidet.', "feil", "", "politi"),
    ("nb", "avsnitt i instanser", '{{ mengd("samarbeid") }}', "feil", "", "mengde"),
    ("nb", "avsnitt i instanser", "{{ ", "feil", "", "lese"),
    ("nb", "avsnitt i instanser", '{{ av("forum", "menn", aar=2019, aar=2020) }}', "feil", "", "aar"),
    ("nb", "avsnitt i instanse", "Tekst.", "feil", "", "instanser"),
    ("nb", "overskrifft", "Tekst.", "feil", "", "overskrift"),
    ("sv", "ingress", "Text.", "feil", "", "sv"),
    ("nb", "avsnitt i instanser", "Utviklingen er positiv.", "usignert", "enkeltvis", ""),
    ("nb", "avsnitt i beboere", "Utviklingen er positiv.", "usignert", "enkeltvis", ""),
    *(("nb", kind, "Utviklingen er positiv", "usignert", "enkeltvis", "")
      for kind in ("overskrift", "hovedpunkt", "ingress", "tittel", "beskrivelse", "alternativtekst", "tabelltittel")),
    *(("nb", kind, "Ring politiet hvis det haster.", "usignert", "samlet", "")
      for kind in ("om statistikken", "konfigurasjon", "faktaark", "sjekkliste", "rapport", "note")),
    ("nb", "merke", "fast kontaktperson", "merke", "", ""),
    ("nb", "overskrift", "fast kontaktperson", "usignert", "enkeltvis", ""),
    ("nn", "avsnitt i skriftlige avtaler", "Utviklinga er positiv.", "usignert", "enkeltvis", ""),
    ("nb", "avsnitt i instanser", '{{ antall("samarbeid", "kvinner", "politi", ikke=True, hva="tilbud til kvinner",'
     ' bokstaver=True) }} samarbeidet ikke med politiet.', "bevist", "", "Ett tilbud"),
    ("nb", "avsnitt i instanser", '{{ antall("samarbeid", "kvinner", "politi", ikke=True, hva="tilbud til kvinner") }}'
     " samarbeidet med politiet.", "motsagt", "", ""),
    ("nb", "avsnitt i skriftlige avtaler", '{{ mengde("samarbeidsform", begge, "boligkontor", form="skriftlig_avtale",'
     ' ikke=True, ord="de fleste", hva="tilbudene") }} har {{ fortsatt("samarbeidsform", begge, "boligkontor",'
     ' form="skriftlig_avtale", ikke=True, ord="de fleste") }} ikke skriftlig avtale med boligkontor.',
     "bevist", "", "fortsatt ikke"),
    ("nb", "avsnitt i samarbeidsfora", 'Tilbudene deltok {{ fortsatt("forum", begge, ord="de fleste") }} i fora.',
     "usignert", "enkeltvis", "ingen påstand"),
    ("nb", "avsnitt i samarbeidsfora", '{{ mengde("forum", begge, ord="de fleste", hva="tilbudene") }} deltok'
     ' {{ fortsatt("forum", begge, ord="over halvparten") }} i samarbeidsfora.', "usignert", "enkeltvis", "fortsatt"),
    ("nb", "avsnitt i instanser", 'Det er {{ sammenlikn("samarbeid", "kvinner", "nav", mot="menn",'
     ' ord="små forskjeller") }} mellom tilbudene til kvinner og tilbudene til menn i samarbeidet.',
     "usignert", "enkeltvis", "nav"),
    ("nb", "avsnitt i instanser", '{{ superlativ("samarbeid", "kvinner", er="overgrepsmottak", ord="færrest") }} tilbud'
     ' til kvinner samarbeidet med {{ opplisting("samarbeid", "kvinner", laveste=1) }}.', "bevist", "", "(36)"),
    ("nb", "avsnitt om personer", 'Av beboerne var {{ prosent("beboere", kjonn="kvinner") }} registrert som kvinner.',
     "bevist", "", "92"),
    ("nb", "avsnitt om personer", 'Av oppholdene var {{ prosent("beboere", kjonn="kvinner") }} registrert som kvinner.',
     "usignert", "enkeltvis", "oppholdene"),
    ("nn", "avsnitt i samarbeidsfora",
     'Delen av tilboda til kvinner i samarbeidsfora {{ fra_til("forum", "kvinner") }}.',
     "bevist", "", "auka frå 66 til 74"),
]  # fmt: skip


@pytest.fixture(scope="module", name="inn")
def inn_fixture(tmp_path_factory):
    """What the page of an edition is made from, as it was built."""
    folder = once(tmp_path_factory, "utgave", lambda folder: make(folder / "ut")) / "ut"
    rule = bound("render", folder, PROJECT, kvalitet=PROJECT / "tests" / "eksempel" / "kvalitet.csv")
    return rule.inn


def tried(inn, rows):
    return try_all([(n, dict(zip((*COLUMNS, "aar"), row, strict=False))) for n, row in enumerate(rows, 2)],
                   "liste.tsv", inn, CONFIG, PROJECT)  # fmt: skip


def test_each_line_is_what_the_build_would_make_of_it(inn):
    found = tried(inn, [case[:3] for case in CASES])
    for one, (*_, outcome, signed, told) in zip(found, CASES, strict=True):
        assert (one.utfall, one.signeres) == (outcome, signed), one
        assert told in f"{one.tekst} {one.hvorfor}", one
    assert [field.name for field in fields(Tried)] == [
        *("linje", "maalform", "sted", "aar", "utfall", "signeres", "hvorfor", "tekst")
    ]


def of_file(inn, name):
    """The rows of a case file, each with what becomes of it at its place."""
    with (CASE_FILES / f"{name}.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = tried(inn, [(row["maalform"], row["sted"], rewritten(row["tekst"])[0]) for row in rows])
    return list(zip(rows, found, strict=True))


@pytest.mark.parametrize(
    "name", ["usanne", *(pytest.param(name, marks=pytest.mark.thorough) for name in ("byttede-spenn", "friske"))]
)
def test_no_lie_is_proven_no_truth_denied_and_most_lies_are_contradicted(inn, name):
    told = of_file(inn, name)
    assert [row["tekst"] for row, one in told if one.utfall == PROVEN and row["fasit"] != "sann"] == []
    assert [row["tekst"] for row, one in told if one.utfall == CONTRADICTED and row["fasit"] == "sann"] == []
    lies = [one.utfall for row, one in told if row["fasit"] == "usann"]
    assert lies.count(CONTRADICTED) >= 0.8 * len(lies) and FAULT not in lies
    assert sum(one.utfall == FAULT for _, one in told) <= 0.05 * len(told)
    assert not [one.tekst for _, one in told if one.signeres == BY_ALL and one.sted.startswith("avsnitt i ")]


def test_the_same_phrases_in_another_order_are_another_claim(inn):
    """Part and whole, base and number, subject and object, level and change turned round; what is said beside a true
    number; coordinates from elsewhere; and what is nearest to them and true."""
    told = of_file(inn, "ordfolge")
    assert [one.tekst for row, one in told if (one.utfall == PROVEN) != (row["fasit"] == "bevist")] == []
    assert len(told) > 250 and not [one for _, one in told if one.utfall == FAULT]


def test_what_is_true_can_be_written_and_what_says_nothing_of_the_data_is_signed(inn):
    wanted = {"bevist": (PROVEN, ""), "signert": (UNSIGNED, BY_ONE)}
    told = of_file(inn, "sanne")
    assert len(told) == 26
    assert [one for row, one in told if (one.utfall, one.signeres) != wanted[row["fasit"]]] == []


@pytest.mark.thorough
def test_a_line_of_another_year_has_the_numbers_of_that_year(inn):
    text = '{{ av("forum", "kvinner") }} av tilbudene til kvinner deltok i samarbeidsfora.'
    found = tried(inn, [("nb", "avsnitt i samarbeidsfora", text, aar) for aar in ("2019", "2031", "x")])
    assert found[0].tekst.startswith("29 av 44") and found[0].aar == 2019
    assert [one.utfall for one in found[1:]] == ["feil", "feil"] and "2031" in found[1].hvorfor[0]


def test_a_headline_point_that_is_not_proven_is_there_to_be_signed(inn, tmp_path):
    templates = Path(shutil.copytree(PROJECT / "templates", tmp_path / "templates"))
    points = templates / "samarbeid/nb/hovedpunkter.yaml"
    text = points.read_text(encoding="utf-8")
    points.write_text(text.replace('med {{ navn("boligkontor") }}', 'med {{ navn("boligkontor") }} nå'), "utf-8")
    units, against = loose(Files({**inn, "templates": templates}), CONFIG)
    (unit,) = units
    assert unit.fil == "templates/samarbeid/nb/hovedpunkter.yaml" and unit.tekst.endswith("med boligkontor nå")
    several = replace(unit, tekst="Dette er en forklaring.\nAlle tilbudene til menn deltok i samarbeidsfora.")
    assert against(several) and not against(replace(unit, tekst="Dette er en forklaring."))


@pytest.mark.thorough
def test_two_hundred_lines_take_less_than_twenty_seconds(inn):
    before = time.process_time()
    found = tried(inn, [case[:3] for case in CASES] * (200 // len(CASES) + 1))
    assert len(found) >= 200 and time.process_time() - before < 20


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("maalform\tsted\nnb\tingress\n", "uten tekst"),
        ("maalform\tsted\ttekst\nnb\tingress\ta\tb\n", "4 felt"),
        ("", "uten maalform, sted, tekst"),
    ],
)
def test_a_file_that_is_no_such_table_is_told(tmp_path, text, told):
    (tmp_path / "liste.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match=told):
        read_lines(tmp_path / "liste.tsv")
