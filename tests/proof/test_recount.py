"""Every number counted twice: what the counter made of the committed files, and what the proof makes of them."""

import csv
from dataclasses import replace
from fractions import Fraction

import pytest

from krisestat.agreements.check import load_oppslag
from krisestat.agreements.lists import READERS
from krisestat.agreements.recount import gather_forms, reread
from krisestat.base.yaml_files import load_yaml
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, AVTALER_INNDATA
from krisestat.model.load import load_model
from krisestat.proof.recount import Received, gather, panel, prove_cell
from krisestat.release.run import read_coded, read_numbers, read_table
from tests.support.project import PROJECT

CONFIG = load_yaml(PROJECT / "config.yaml")[0]
MODEL = load_model(CONFIG["kapitler"], READERS, PROJECT)


def cell_of(statistic, row) -> dict:
    """An observation as the evidence has it."""
    return {
        "celle": statistic.cell(row),
        "koder": {name: row[name] for name in statistic.per},
        **{name: row.get(name) for name in ("aar", "verdi", "nevner")},
        "svar": {name: row[name] for name in statistic.others},
    }


@pytest.fixture(scope="module")
def received(committed) -> Received:
    coded, forms = committed / "klargjort", sorted((committed / "inndata").glob("avtaler_*.csv"))
    known = gather_forms(
        read_table(coded / "avtaler.csv", AVTALER),
        read_table(coded / "avtalepunkter.csv", AVTALEPUNKTER),
        (row for path in forms for row in read_table(path, AVTALER_INNDATA)),
        load_oppslag(PROJECT / "data/raw/codebooks", PROJECT / "data/raw/register", PROJECT / "templates"),
    )
    with (PROJECT / "data/raw/codebooks/svarkoder.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {
        year: {
            row["verdi"]: row["svar"]
            for row in rows
            if int(row["gyldig_fra"] or 0) <= year <= int(row["gyldig_til"] or year)
        }
        for year in range(2015, 2021)
    }
    paths = [path for folder in ("klargjort", "inndata") for path in sorted((committed / folder).glob("*.csv"))]
    plug_ins = {"avtaler": lambda statistic, cell: reread(statistic, cell, known)}
    return gather(MODEL, read_coded(paths, MODEL), codes=codes, forms=plug_ins)


@pytest.fixture(scope="module")
def counted(committed) -> dict[str, list[dict]]:
    """Every number that there is, by statistic."""
    found: dict[str, list[dict]] = {}
    for _, _, statistic, row in read_numbers(sorted((committed / "statistikk").glob("*.csv")), MODEL):
        if not row["status"] and row["verdi"] is not None:
            found.setdefault(statistic.id, []).append(cell_of(statistic, row))
    return found


def told(statistic: str, cell: dict, received: Received) -> list[str]:
    return [f"{problem.sted}: {problem.fant}" for problem in prove_cell(MODEL[statistic], cell, received)[1].problems]


@pytest.mark.thorough
@pytest.mark.parametrize("statistic", list(MODEL.statistikk))
def test_the_two_ways_to_every_number_agree(counted, received, statistic):
    assert counted[statistic] and not [text for cell in counted[statistic] for text in told(statistic, cell, received)]


@pytest.mark.parametrize("statistic", list(MODEL.statistikk))
def test_a_number_that_is_one_more_is_told(counted, received, statistic):
    for cell in counted[statistic][:3]:
        (text,) = told(statistic, cell | {"verdi": cell["verdi"] + 1}, received)
        assert text == f"{cell['celle']}, «verdi»: {cell['verdi'] + 1} i belegget, men {cell['verdi']} talt på nytt"


def test_who_did_not_answer_one_year_is_in_no_year_of_the_panel(counted, received):
    cell = counted["samarbeid_panel"][0]
    unit = min(panel(MODEL["samarbeid_panel"], received))
    silent = {
        key: [row | {"svar": "ubesvart"} if (row["senter"], row["tilbud"]) == unit else row for row in rows]
        for key, rows in received.answers.items()
        if key[1] == 2017
    }
    other = replace(received, answers={**received.answers, **silent}, kept={})
    for one in (one for one in counted["samarbeid_panel"] if one["koder"]["tilbud"] == unit[1] and one["aar"] == 2020):
        assert told("samarbeid_panel", one, other), "one less"
    assert not told("samarbeid_panel", cell, received)


def test_of_persons_the_lines_are_told_and_never_what_one_says(counted, received):
    cell = next(c for c in counted["beboere"] if c["koder"] == {"senter": "S02", "kjonn": "kvinner"})
    proven, problems = prove_cell(MODEL["beboere"], cell, received)
    (value,) = proven["kolonner"][0]["verdier"]
    assert value["verdi"] == "summen av radene" and value["linjer"] and not problems.problems
    changed = {(f, n, c): "777" if c == "Beboere" else v for (f, n, c), v in received.raw.items()}
    text = str([str(p) for p in prove_cell(MODEL["beboere"], cell, replace(received, raw=changed))[1].problems])
    assert "ikke det samme tallet" in text and "777" not in text


def test_a_finished_table_may_have_the_whole_and_signs_and_numbers_in_another_form(received):
    row = {"aar": 2020, "senter": "landet", "kjonn": "alle", "verdi": Fraction(1234), "nevner": None, "status": ""}
    place = {"opphav": "mottatt", "fil": "a.csv", "linje": 2, "kolonne": "k", "rettelse": ""}
    rows = [row | place, row | place | {"senter": "S01", "verdi": Fraction(9)}]
    cell = {"celle": "beboere/2020", "koder": {"senter": "landet", "kjonn": "alle"}, "aar": 2020, "svar": {}}
    table = Received(tables={"beboere": rows}, raw={("a.csv", 2, "k"): "1\u00a0234,0"})
    assert not told("beboere", cell | {"verdi": 1234, "nevner": None}, table), "the whole, and not its parts beside it"
    assert told("beboere", cell | {"verdi": 9, "nevner": None}, table)
