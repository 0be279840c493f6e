"""The way from a statement or a number to the answers as received."""

import pytest

from conftest import PROJECT
from krisestat import trace
from krisestat.codebooks import Codebook
from krisestat.comparison.runs import open_run
from krisestat.errors import Problems
from small_edition import CELL, SmallEdition

BOOK = Codebook([], [], [], [], {"samarbeid": {"sporsmaal": "samarbeid", "per": ["instans"]}})
RAW = "data/raw/2020/samarbeid_p2020.csv"


@pytest.fixture
def run(tmp_path):
    edition = SmallEdition(tmp_path)
    edition.edit("data/rettelser.yaml", "svar\n", "svar\nR1 2020 S03 ja\n")
    edition.edit(RAW, "S05,Ja\n", "")
    edition.edit(RAW, "S02,Ja", "S02,")
    edition.build()
    return open_run(edition.results, PROJECT)


def test_a_number_to_each_row_with_place_value_and_correction(run):
    text = trace.trace(run, f"{CELL}/2020", BOOK)
    for line in (
        "utdata/tall.csv, linje 3: 2 av 5 (mottatt)  (steg: compute, det som kan publiseres)",
        "klargjort/samarbeid_p2020.csv: ja 2, nei 1, ubesvart 2  (steg: clean, svarkoder.csv)",
        f"{RAW}, linje 2, kolonne «kv_politi»: S01 «Ja» → ja",
        f"{RAW}, linje 3, kolonne «kv_politi»: S02 tomt felt → ubesvart",
        f"{RAW}, linje 4, kolonne «kv_politi»: S03 «Nei» → ja (rettet: R1, data/rettelser.yaml)",
        f"{RAW}: S05 ingen rad i filen → ubesvart",
    ):
        assert line in text


@pytest.mark.parametrize("asked", ["mengde-samarbeid-kvinner-politi-2020", "Et mindretall"])
def test_a_statement_to_its_template_rule_and_rows(run, asked):
    text = trace.trace(run, asked, BOOK)
    assert "«Et mindretall tilbud samarbeidet med politiet i 2020 (2 av 5).»" in text
    assert "skrevet av templates/nb/publikasjon.html.j2, linje 1  (steg: render, mengde)" in text
    assert "sant fordi «et mindretall» i leksikon nb-1" in text and f"{RAW}, linje 2" in text


def test_several_numbers_are_told_by_value(run):
    run.statements["paastander"][0]["celler"].append(f"{CELL}/2019")
    text = trace.trace(run, "av-samarbeid-kvinner-politi-2020", BOOK)
    assert "data/raw/2019/samarbeid_p2019.csv, kolonne «kv_politi»: «Ja» → ja, linje 2–3, 5–6" in text
    assert "S01 «Ja»" in trace.trace(run, "av-samarbeid-kvinner-politi-2020", BOOK, every=True)


def test_an_unknown_name_gets_the_nearest(run):
    with pytest.raises(Problems, match="mente du «samarbeid/kvinner/politi//2020»"):
        trace.trace(run, "samarbeid/kviner/politi//2020", BOOK)
    with pytest.raises(Problems):
        trace.trace(run, "", BOOK)
