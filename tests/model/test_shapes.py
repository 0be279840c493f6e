"""Statistics of every shape that a chapter may have, from finished tables as received; and what is wrong with a
declaration or its table, each told in five parts."""

import html
import json
import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from krisestat.base.contracts import read_rows, write_rows
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.intake.decisions import Decisions
from krisestat.intake.finished import check_protection, clarify_finished
from krisestat.intake.sources import Source
from krisestat.model.count import wholes
from krisestat.model.disclosure import POLICY, disclose
from krisestat.statements.book import Statements
from krisestat.statements.lexicon import load_lexicon
from tests.support.model import small_model
from tests.support.project import PROJECT
from tests.support.statement_pages import LEXICON, refused
from tests.support.statement_pages import page as page_of

FORMS = {"nb": ["rom", "rommet", "rom", "rommene"], "nn": ["rom", "rommet", "rom", "romma"]}
TWO = {"nb": "Annet", "nn": "Anna"}
CHAPTER = {
    "enheter": {
        "soverom": {"vern": "institusjon", **FORMS},
        "krone": {"vern": "institusjon", **FORMS},
        "ansatt": {"vern": "institusjon", **FORMS},
        "barn": {"vern": "person", **FORMS},
    },
    "kodelister": {
        "romtype": {"navn": "Romtype", "koder": {"enkelt": "Enkeltrom", "familie": "Familierom"},
                    "total": {"alle": "I alt"}},
        "utdanning": {"navn": "Utdanning", "koder": {"hoyere": "Høyere utdanning", "annet": TWO}, "rest": "annet",
                      "total": {"alle": "I alt"}},
    },
}  # fmt: skip
WORDS = {"beskrivelse": "noe som telles", "sagt": {"nb": ["hadde rom"], "nn": ["hadde rom"]}}


def statistic(kolonner, **said):
    own = {"enhet": "soverom", "type": "antall", "per": []} | said
    table = {"kilde": "rapport", "kolonner": {"aar": "Aar", "verdi": "Tall"} | kolonner} | own.pop("tabell", {})
    return WORDS | own | {"tabell": table}


FOLDER = Path("data/raw/rapport")
SOURCE = Source(
    FOLDER / "r_p2018-2022.csv",
    FOLDER / "kilde.yaml",
    "csv",
    "utf-8",
    ";",
    "",
    1,
    "0" * 64,
    "mottatt",
    None,
    "institusjon",
)


def read(folder, said, text, aar=2020):
    """The observations of a statistic from a table with semicolons, through its file, with the wholes that it makes."""
    model = small_model(folder, kapittel=CHAPTER | {"statistikk": {"tall": said}})
    head, *lines = (line.split(";") for line in text.strip().splitlines())
    cells = [
        {"fil": "r.csv", "linje": n, "kolonnenr": k, "kolonne": column, "verdi": value}
        for n, line in enumerate(lines, 2)
        for k, (column, value) in enumerate(zip(head, line, strict=True), 1)
    ]
    found, checks = clarify_finished(pd.DataFrame(cells), [model["tall"]], SOURCE, Decisions(), aar)
    path, contract = folder / "tall.csv", model["tall"].received
    write_rows(path, found["tall"], contract)
    rows = [{name: row[name] for name in model["tall"].columns} for row in read_rows(path, contract)]
    write_rows(path, wholes(model["tall"], rows), model["tall"].contract)
    assert checks
    return sorted(read_rows(path, model["tall"].contract), key=model["tall"].order)


def told(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_rooms_by_service_and_kind_have_the_total_of_each(tmp_path):
    said = statistic({"tilbud": "Hvem", "romtype": "Type"}, per=["tilbud", "romtype"])
    text = "Aar;Hvem;Type;Tall\n2020;Kvinner;Enkeltrom;120\n2020;Kvinner;Familierom;1 030\n"
    text += "2020;Menn;enkelt;30\n2020;Menn;familie;.."
    assert told(read(tmp_path, said, text), "tilbud", "romtype", "verdi", "status") == [
        ("kvinner", "enkelt", 120, ""),
        ("kvinner", "familie", 1030, ""),
        ("kvinner", "alle", 1150, ""),
        ("menn", "enkelt", 30, ""),
        ("menn", "familie", None, "mangler"),
        ("menn", "alle", None, "mangler"),
    ]


def test_decimals_are_exact(tmp_path):
    rows = read(tmp_path, statistic({}, type="desimal", desimaler=1), "Aar;Tall\n2019;12,35\n2020;-0,5")
    assert told(rows, "verdi") == [(Fraction(247, 20),), (Fraction(-1, 2),)]


def test_percentages_are_a_whole_of_100_within_what_is_allowed(tmp_path):
    said = statistic({"utdanning": "Hva"}, type="prosent", per=["utdanning"], avvik=1, enhet="ansatt")
    rows = read(tmp_path, said, "Aar;Hva;Tall\n2020;Høyere utdanning;63\n2020;Annet;38")
    assert told(rows, "utdanning", "verdi") == [("hoyere", 63), ("annet", 38), ("alle", 100)]
    with pytest.raises(Problems, match="delene etter «utdanning» blir 97, men helheten er 100"):
        read(tmp_path / "b", said, "Aar;Hva;Tall\n2020;Høyere utdanning;63\n2020;Annet;34")


def test_money_of_each_centre_with_blanks_that_mean_different_things(tmp_path):
    signs = {"": "mangler", ":": "undertrykt", "-": "ikke_aktuelt", "0": "0", "*": "anslag"}
    said = statistic(
        {"senter": "Senter"}, type="kroner", per=["senter"], enhet="krone", faktor=1000, tabell={"tegn": signs}
    )
    text = "Aar;Senter;Tall\n" + "\n".join(
        f"2020;Senter {n:02};{value}" for n, value in enumerate(("4 120,5", "", ":", "-", "0", "310*"), 1)
    )
    names = (
        small_model(tmp_path, kapittel=CHAPTER | {"statistikk": {"tall": said}})["tall"].per["senter"].read_names(2020)
    )
    text += "".join(f"\n2020;{name};1" for code, name in names.items() if code > "S06")
    rows = read(tmp_path, said, text)
    assert told(rows[:6], "verdi", "status") == [
        (4120500, ""),
        (None, "mangler"),
        (None, "undertrykt"),
        (None, "ikke_aktuelt"),
        (0, ""),
        (310000, "anslag"),
    ]
    assert told(rows[-1:], "senter", "verdi", "status") == [("landet", None, "mangler")]


def test_a_series_has_its_break_and_the_year_that_is_counted_both_ways(tmp_path):
    said = statistic(
        {"kjonn": "Kjønn", "for_brudd": "Gammel"},
        per=["kjonn"], enhet="barn", vises=[["kjonn"]], hoyst="ingen",
        brudd=[{"fra": 2021, "grunn": "Ny telling."}],
    )  # fmt: skip
    text = "Aar;Kjønn;Tall;Gammel\n2020;alle;1668;\n2021;alle;2110;1979\n2021;Menn;150;\n2022;alle;5;"
    rows = read(tmp_path, said, text, aar=2021)
    assert told(rows, "aar", "kjonn", "verdi", "for_brudd") == [
        (2021, "menn", 150, None),
        (2020, "alle", 1668, None),
        (2021, "alle", 2110, 1979),
    ]


BARN = statistic(
    {"kjonn": "Kjønn", "for_brudd": "Gammel"}, per=["kjonn"], enhet="barn", vises=[["kjonn"]], hoyst="ingen",
    brudd=[{"fra": 2020, "grunn": "Én gang i året."}], tabell={"tegn": {"*": "anslag"}},
)  # fmt: skip
PERSONS = "Aar;Kjønn;Tall;Gammel\n{0};Kvinner;1500{2};\n{0};Menn;140;\n{0};Ikke registrert;9;\n"
PERSONS += "{1};Kvinner;1600;1700\n{1};Menn;150;151\n{1};Ikke registrert;9;{3}"


@pytest.mark.parametrize(("old", "known"), [(9, True), (2, False)])
def test_a_small_number_of_persons_as_it_was_counted_before_a_break_is_not_told(old, known, tmp_path):
    rows = read(tmp_path, BARN, PERSONS.format(2019, 2020, "", old))
    model = small_model(tmp_path, kapittel=CHAPTER | {"statistikk": {"tall": BARN}})
    policy = load_yaml(PROJECT / POLICY)[0]
    public = disclose(model, {"tall": rows}, policy)["tall"]
    assert all((row["for_brudd"] is not None) == known for row in public if row["aar"] == 2020)
    assert all(row["verdi"] is not None for row in public)


def test_a_whole_of_parts_that_are_estimated_is_estimated(tmp_path):
    rows = read(tmp_path, BARN, PERSONS.format(2019, 2020, "*", 9))
    assert told([row for row in rows if row["kjonn"] == "alle"], "verdi", "status") == [(1649, "anslag"), (1759, "")]


SHARES = statistic({"utdanning": "Hva"}, type="prosent", per=["utdanning"], enhet="ansatt")
PARTS = "Aar;Hva;Tall\n2020;Annet;44\n2020;hoyere;56"
TWICE = PARTS + "\n2019;Annet;40\n2019;hoyere;60"
MONEY = statistic({}, type="kroner", enhet="krone", faktor=1000)


@pytest.mark.parametrize(
    ("statistic", "text", "sentence", "wanted"),
    [
        (SHARES, PARTS, '{{ prosent("tall", "hoyere") }} har det.', "56 prosent har"),
        (SHARES, PARTS, 'Høyere utdanning: {{ antall("tall", "hoyere") }}.', "Høyere utdanning: 56 prosent."),
        (SHARES, TWICE, '<td>{{ sammenlikn("tall", "hoyere", mot="annet") }}</td>', "en større andel"),
        (SHARES, PARTS, '{{ mengde("tall", "hoyere") }}', "!Bruk prosent eller prosentpoeng"),
        (SHARES, PARTS, '{{ av("tall", "hoyere") }}', "!Bruk prosent"),
        (SHARES, TWICE, '{{ prosentpoeng("tall", "annet") }}', "4 prosentpoeng høyere enn i 2019"),
        (SHARES, TWICE, '{{ endring("tall", "annet") }}', "!Bruk prosentpoeng"),
        (MONEY, "Aar;Tall\n2020;12", 'De brukte {{ antall("tall") }} kroner.', "12 000 kroner"),
        (MONEY, "Aar;Tall\n2020;12", 'De var {{ antall("tall") }} personer.', "?«personer»"),
        (BARN, PERSONS.format(2018, 2019, "", 9), '{{ endring("tall", aar=2019, fra=2018) }}', "110 flere"),
        (BARN, PERSONS.format(2019, 2020, "", 9), '{{ endring("tall", fra=2019) }}', "!over bruddet i 2020"),
        (BARN, PERSONS.format(2019, 2020, "", 9), '{{ utvikling("tall", fra=2019) }}', "!over bruddet i 2020"),
        (BARN, PERSONS.format(2019, 2020, "", 9), '{{ rekord("tall", fra=2019) }}', "!over bruddet i 2020"),
        (BARN, PERSONS.format(2019, 2020, "", 9), 'Fordi: Én gang i året.', "Én gang i året"),
    ],
)  # fmt: skip
def test_a_number_is_told_as_what_it_is(statistic, text, sentence, wanted, tmp_path):
    rows = read(tmp_path, statistic, text)
    model = small_model(tmp_path, kapittel=CHAPTER | {"statistikk": {"tall": statistic}})
    own = Statements(model, {"tall": rows}, load_lexicon(LEXICON), 2020)
    if wanted.startswith("!"):
        assert wanted[1:] in refused(sentence, statements=own)
        return
    page = page_of(sentence, statements=own)
    if wanted.startswith("?"):
        (fault,) = own.unproven.values()
        assert wanted[1:] in str(fault)
        return
    assert wanted in html.unescape(re.sub("<[^>]+>", "", page)).replace("\u00a0", " ")
    cells = [cell for one in own.evidence() for cell in one["celler"]]
    assert all(isinstance(cell["verdi"], int) for cell in cells)


ROOMS = statistic({"romtype": "Type"}, per=["romtype"])
SOME_ROOMS = statistic({"romtype": "Type"}, per=["romtype"], tabell={"der": {"Type": "Enkeltrom"}})
HEAD = "Aar;Type;Tall\n"


@pytest.mark.parametrize(
    ("said", "text", "wanted"),
    [
        (ROOMS, HEAD + "2020;Enkeltrum;1\n2020;Familierom;2", "«Enkeltrum» – mente du «Enkeltrom»"),
        (ROOMS, HEAD + "2020;Enkeltrom;1,5\n2020;Familierom;2", "et helt tall eller et av tegnene"),
        (ROOMS, HEAD + "2020;Enkeltrom;1", "2020 mangler familie"),
        (ROOMS, HEAD + "2020;Enkeltrom;1\n2020;enkelt;2\n2020;Familierom;2", "en gang til"),
        (ROOMS, HEAD + "2020;Enkeltrom;1\n2020;Familierom;2\n2020;alle;4", "blir 3, men helheten er 4"),
        (ROOMS, "Aar;Type;Tall;Ny\n2020;Enkeltrom;1;x", "kolonnen «Ny»"),
        (ROOMS, HEAD + "20;Enkeltrom;1", "et årstall"),
        (SOME_ROOMS, HEAD + "2020;Familierom;2", "ingenting er erklært om"),
        (statistic({"nevner": "Av"}), "Aar;Tall;Av\n2020;5;4", "5 av 4"),
        (statistic({}), "Aar;Tall\n2031;5", "et årstall fra 2018 til 2022, som i navnet på filen"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_as_declared_is_told(said, text, wanted, tmp_path):
    with pytest.raises(Problems, match=wanted) as error:
        read(tmp_path, said, text)
    assert all(one.ventet and one.tiltak for one in error.value.problems)


def test_persons_are_never_taken_for_institutions(tmp_path):
    said = statistic({}, enhet="barn", vises=[[]], hoyst="ingen")
    model = small_model(tmp_path, kapittel=CHAPTER | {"statistikk": {"tall": said}})
    with pytest.raises(Problems, match="«institusjon», men «tall» teller rom, med vernet «person»"):
        check_protection(model, {"rapport": SOURCE})


def changed(**more):
    return {**CHAPTER, "statistikk": {"tall": statistic({"romtype": "Type"}, **({"per": ["romtype"]} | more))}}


DECLARATIONS = {
    "an unknown key": (changed(formel="a+b"), "den ukjente nøkkelen «statistikk.tall.formel»"),
    "a dimension without a list": (changed(per=["romtyp"]), "«romtyp», som ikke er erklært – mente du «romtype»"),
    "an unknown unit": (changed(enhet="sengeplass"), "enheten «sengeplass», som ikke er erklært"),
    "decimals of a count": (changed(desimaler=1), "et antall med desimaler"),
    "a value before a break without one": (
        {**CHAPTER, "statistikk": {"tall": statistic({"for_brudd": "Gammel"})}},
        "«for_brudd» uten «brudd»",
    ),
    "persons that do not say what is printed": (changed(enhet="barn"), "tall om personer uten «vises»"),
    "a larger one that is not there": (changed(enhet="barn", vises=[[]], hoyst="senger"), "statistikken «senger»"),
    "a marginal of another dimension": (changed(vises=[["tilbud"]]), "dimensjonen «tilbud»"),
    "a column that is nothing": (
        {**CHAPTER, "statistikk": {"tall": statistic({"romtype": "Type", "sted": "S"}, per=["romtype"])}},
        "kolonnen «sted»",
    ),
    "a dimension without a column": (
        {**CHAPTER, "statistikk": {"tall": statistic({}, per=["tilbud"])}},
        "ingen kolonne for «tilbud»",
    ),
    "percentages of persons": (changed(enhet="barn", type="prosent", vises=[[]], hoyst="ingen"), "prosent om personer"),
    "a number in quotes": (changed(faktor="1000"), "teksten «1000»"),
    "a table of a statistic at fault, with a fault of its own": (
        changed(per=["romtyp"]) | {"tabeller": {"a": {"av": ["tall"], "rader": ["aar"], "kolonner": ["romtype"]},
                                                "b": {"av": ["tal"], "rader": ["aar"], "kolonner": ["romtype"]}}},
        "statistikken «tal», som ikke er erklært",
    ),
    "neither answers nor a table": (
        {**CHAPTER, "statistikk": {"tall": WORDS | {"enhet": "soverom", "type": "antall", "per": []}}},
        "verken svar eller tabell",
    ),
    "answers from a source that is not declared": (
        {**CHAPTER, "statistikk": {"tall": WORDS | {"enhet": "soverom", "type": "antall", "per": [],
                                                   "svar": {"kilde": "hjelp", "teller": "ja", "base": "alle"}}}},
        "kilden «hjelp»",
    ),
    "a base of none": (
        {**CHAPTER, "kilder": {"hjelp": {"enhet": ["senter"]}},
         "statistikk": {"tall": WORDS | {"enhet": "soverom", "type": "antall", "per": [],
                                         "svar": {"kilde": "hjelp", "teller": "kanskje", "base": "gjelder"}}}},
        "svaret «kanskje»",
    ),
    "words in one standard": (
        {**CHAPTER, "kodelister": {"x": {"navn": {"nb": "X"}, "koder": {"a": "A"}}}},
        "ingen nøkkel «nn»",
    ),
    "two codes of one name": (
        {"kodelister": {"x": {"navn": "X", "koder": {"a": "A", "b": "A"}}}},
        "to koder som heter «a»",
    ),
    "a part that is called all": (
        {"kodelister": {"x": {"navn": "X", "koder": {"a": "A", "alle": "Alle"}}}},
        "koden «alle» for en del",
    ),
    "a rest that is no code": (
        {"kodelister": {"x": {"navn": "X", "koder": {"a": "A"}, "rest": "b"}}},
        "koden «b», som ikke er erklært",
    ),
    "a unit without protection": ({"enheter": {"x": FORMS}}, "ingen nøkkel «vern»"),
}  # fmt: skip


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_declaration_that_cannot_be_is_told(name, tmp_path):
    said, wanted = DECLARATIONS[name]
    with pytest.raises(Problems, match=wanted) as error:
        small_model(tmp_path, kapittel=said)
    assert all(one.fil == "data/statistikk/kapittel.yaml" and one.ventet and one.tiltak for one in error.value.problems)


def test_every_fault_of_every_file_is_told_at_once(tmp_path):
    said = [
        json.dumps(DECLARATIONS[name][0], ensure_ascii=False) for name in ("decimals of a count", "an unknown unit")
    ]
    with pytest.raises(Problems) as error:
        small_model(tmp_path, en=said[0], to=said[1])
    assert {one.fil for one in error.value.problems} == {"data/statistikk/en.yaml", "data/statistikk/to.yaml"}
