"""Agreements counted again for the reviewer: two ways to a number agree, and what differs is told with its place."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krisestat.agreements.answers import SOURCE, form_answers, form_units
from krisestat.agreements.checklist import PUNKTSVAR, load_sjekkliste
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.agreements.recount import gather_forms, reread
from krisestat.model.count import count
from krisestat.proof.recount import prove_forms
from krisestat.statements.cells import cells_of
from krisestat.statements.record import cell_evidence
from tests.support.model import edition_model
from tests.support.project import PROJECT
from tests.support.shared import series

LIST, LAWS, DAY = load_sjekkliste(root=PROJECT), load_lovgrunnlag(root=PROJECT), "2020-12-31"
MODEL = edition_model()
ASKED = MODEL.kilder[SOURCE]
LEAVES = [leaf.id for leaf in LIST.leaves]
DAYS = ("2012-02-29", "2015-12-31", "2016-02-29", "2018-12-31", "2019-01-01", "2020-06-30")


def agreement(number: int, aar: int = 2020, **values) -> dict:
    fields = {"lovgrunnlag": "iks", "signert": "2015-12-31", "sist_evaluert": "", "evalueres_hvert": None}
    return {"aar": aar, "avtale_id": f"a{number:03}", "opphav": "mottatt", "fil": f"{aar}/a{number:03}.json"} | (
        fields | values
    )


def answered(rows, answers) -> list[dict]:
    """Rows of AVTALEPUNKTER. Parameters: `answers`, by agreement, one for each leaf."""
    return [
        {name: row[name] for name in ("aar", "avtale_id", "fil")}
        | {"punkt": leaf, "svar": svar, "sted": f"punkter.{leaf}.svar"}
        for row, given in zip(rows, answers, strict=True)
        for leaf, svar in zip(LEAVES, given, strict=True)
    ]


def received(rows, points) -> list[dict]:
    """Rows of AVTALER_INNDATA, as forms that people filled in."""
    cells = [
        {"fil": row["fil"], "kolonne": f"avtale.{name}", "verdi": "" if row[name] is None else str(row[name])}
        for row in rows
        for name in ("lovgrunnlag", "signert", "sist_evaluert", "evalueres_hvert")
    ]
    return cells + [
        {"fil": p["fil"], "kolonne": f"{p['punkt']}.svar", "verdi": "" if p["svar"] == "ubesvart" else p["svar"]}
        for p in points
        if p["svar"] != "ikke_spurt"
    ]


def told(rows, points, inndata=None, change=None):
    """What the proof says of every number that may be spoken of. Parameters: `change`, of each cell."""
    known = gather_forms(rows, points, inndata or received(rows, points), LIST, LAWS, DAY)
    answers = pd.DataFrame(form_answers(rows, points, LIST, LAWS, DAY, ASKED))
    cubes = count(MODEL.of_source(SOURCE), ASKED, [answers], pd.DataFrame(form_units(rows))).cubes
    cells = [cell_evidence(cell) for cell in cells_of(MODEL, cubes) if cell.nevner and not cell.status]
    proven = [
        prove_forms(
            MODEL[cell["statistikk"]], cell | (change(cell) if change else {}), lambda s, c: reread(s, c, known)
        )
        for cell in cells
    ]
    return [cell for cell, _ in proven], [problem for _, problems in proven for problem in problems.problems]


some_agreements = st.lists(
    st.tuples(
        st.sampled_from(sorted(LAWS)),
        st.sampled_from(DAYS),
        st.sampled_from(("", *DAYS)),
        st.sampled_from((None, 1, 4)),
        st.lists(st.sampled_from(PUNKTSVAR), min_size=len(LEAVES), max_size=len(LEAVES)),
    ),
    min_size=1,
    max_size=6,
)


@given(some_agreements, st.sampled_from((2018, 2020)))
@series(15)
def test_the_two_ways_to_every_number_agree(given_forms, aar):
    names = ("lovgrunnlag", "signert", "sist_evaluert", "evalueres_hvert")
    rows = [
        agreement(number, aar, **dict(zip(names, fields, strict=True)))
        for number, (*fields, _) in enumerate(given_forms)
    ]
    points = answered(rows, [answers for *_, answers in given_forms])
    cells, problems = told(rows, points)
    assert cells and not problems


@pytest.fixture
def forms():
    rows = [agreement(1), agreement(2, evalueres_hvert=4), agreement(3, lovgrunnlag="vertskommune_1992")]
    return rows, answered(rows, [["dekket"] * len(LEAVES), ["mangler"] * len(LEAVES), ["ubesvart"] * len(LEAVES)])


@pytest.mark.parametrize("name", ["verdi", "nevner", "nei", "ubesvart"])
def test_a_number_that_is_not_what_the_forms_say_is_told(forms, name):
    def change(cell):
        if name in cell:
            return {name: cell[name] + 1}
        return {"svar": {code: n + (code == name) for code, n in cell["svar"].items() if n is not None}}

    _, problems = told(*forms, change=change)
    assert problems and all(f"«{name}»" in p.sted and "talt på nytt" in p.fant for p in problems)


def test_an_answer_that_is_not_what_was_received_is_told_with_its_place(forms):
    inndata = received(*forms)
    other = [c | {"verdi": "delvis"} if c["kolonne"] == "bolig-plikt.svar" else c for c in inndata]
    _, problems = told(*forms, inndata=other)
    assert ("2020/a001.json", "punkter.bolig-plikt.svar") in {(p.fil, p.sted) for p in problems}
    assert "«dekket» i klargjort, men «delvis» i inndata" in {p.fant for p in problems}
    _, problems = told(*forms, inndata=[c for c in inndata if c["kolonne"] != "bolig-plikt.svar"])
    assert "«dekket» i klargjort, men «ingen celle» i inndata" in {p.fant for p in problems}


def test_a_field_that_is_not_what_was_received_is_told(forms):
    other = [c | {"verdi": "3"} if c["kolonne"] == "avtale.evalueres_hvert" else c for c in received(*forms)]
    _, problems = told(*forms, inndata=other)
    assert {p.sted for p in problems} == {"feltet «evalueres_hvert»"}


def test_numbers_and_days_may_be_written_in_another_way_than_they_are_kept(forms):
    ways = {"4": "04", "2015-12-31": "31.12.2015"}
    other = [c | {"verdi": ways.get(c["verdi"], c["verdi"])} for c in received(*forms)]
    assert not told(*forms, inndata=other)[1]


def test_each_agreement_is_told_with_what_it_counted_for_its_file_and_the_fields(forms):
    cells, _ = told(*forms)
    by_name = {cell["celle"]: cell for cell in cells}
    housing = by_name["avtalepunkt/punkt=bolig/dekning=dekket/2020"]["skjemaer"]
    assert [(a["enhet"], a["svar"]) for a in housing] == [
        ("a001", "dekket"),
        ("a002", "mangler"),
        ("a003", "ubesvart"),
    ]
    assert housing[0]["fil"] == "2020/a001.json"
    assert [f["felt"] for f in housing[0]["felt"]] == ["bolig-varsling", "bolig-plikt"]
    overdue = by_name["avtale_evaluering/2020"]["skjemaer"]
    assert [a["svar"] for a in overdue] == ["nei", "ja", "nei"] and overdue[1]["felt"][0]["verdi"] == "2015-12-31"
    outdated = by_name["avtale_foreldet/2020"]["skjemaer"]
    assert [a["svar"] for a in outdated] == ["nei", "nei", "ja"]
