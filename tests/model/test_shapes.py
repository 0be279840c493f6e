"""Statistics of every shape that a chapter may have, from finished tables as received; and what is wrong with a
declaration or its table, each told in five parts."""

import json
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from krisestat.base.contracts import read_rows, write_rows
from krisestat.base.errors import Problems
from krisestat.intake.corrections import Decisions
from krisestat.intake.finished import check_protection, clarify_finished
from krisestat.intake.sources import Source
from krisestat.model.count import wholes
from tests.support.model import small_model

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
    FOLDER / "r.csv", FOLDER / "kilde.yaml", "csv", "utf-8", ";", "", 1, "0" * 64, "mottatt", None, "institusjon"
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
    text = "Aar;Kjønn;Tall;Gammel\n2020;alle;1668;\n2022;alle;2110;1979\n2022;Menn;150;\n2023;alle;5;"
    rows = read(tmp_path, said, text, aar=2022)
    assert told(rows, "aar", "kjonn", "verdi", "for_brudd") == [
        (2022, "menn", 150, None),
        (2020, "alle", 1668, None),
        (2022, "alle", 2110, 1979),
    ]


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
