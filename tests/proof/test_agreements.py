"""Forms read again for the reviewer: what each answers is what is counted, and what differs is told with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krisestat.agreements.assess import evaluation_due
from krisestat.agreements.check import load_oppslag
from krisestat.agreements.checklist import PUNKTSVAR, load_sjekkliste
from krisestat.agreements.coverage import own_answers, status
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.agreements.lists import READERS
from krisestat.agreements.recount import gather_forms, reread
from krisestat.model.load import load_model
from krisestat.proof.recount import prove_forms, tally
from tests.support.project import PROJECT
from tests.support.shared import series

LIST, LAWS = load_sjekkliste(root=PROJECT), load_lovgrunnlag(root=PROJECT)
KNOWN = load_oppslag(PROJECT / "data/raw/codebooks", PROJECT / "data/raw/register", PROJECT / "templates")
MODEL = load_model(["avtaler"], READERS, PROJECT)
LEAVES = [leaf.id for leaf in LIST.leaves]
DAYS = ("2012-02-29", "2015-12-31", "2016-02-29", "2018-12-31", "2019-01-01", "2020-06-30")
FIELDS = ("lovgrunnlag", "signert", "sist_evaluert", "evalueres_hvert")


def forms(*given) -> tuple[list, list, list]:
    """Rows of AVTALER, AVTALEPUNKTER and AVTALER_INNDATA. Parameters: of each form its fields, and its answers."""
    rows, points, cells = [], [], []
    for number, (fields, answers) in enumerate(given, 1):
        row = {"aar": 2020, "avtale_id": f"a{number:03}", "fil": f"2020/a{number:03}.json"}
        rows.append(row | dict(zip(FIELDS, fields, strict=True)))
        told = [row | {"punkt": leaf, "svar": svar, "sted": leaf} for leaf, svar in zip(LEAVES, answers, strict=True)]
        points += told
        values = {f"avtale.{name}": "" if rows[-1][name] is None else str(rows[-1][name]) for name in FIELDS}
        values |= {f"{p['punkt']}.svar": "" if p["svar"] == "ubesvart" else p["svar"] for p in told}
        cells += [{"fil": row["fil"], "kolonne": name, "verdi": value} for name, value in values.items()]
    return rows, points, cells


def answers(statistic: str, made, punkt: str = "") -> dict[str, dict]:
    """What each form answers, by its id."""
    question = MODEL[statistic].svar.get("sporsmaal", statistic)
    cell = {"koder": {question: punkt} if punkt else {}, "aar": 2020}
    told = reread(MODEL[statistic], cell, gather_forms(*made, KNOWN))
    return {one["enhet"]: one for one in told}


a_form = st.tuples(
    st.tuples(
        *(st.sampled_from(sorted(LAWS)), st.sampled_from(DAYS), st.sampled_from(("", *DAYS))),
        st.sampled_from((None, 1, 4)),
    ),
    st.lists(st.sampled_from(PUNKTSVAR), min_size=len(LEAVES), max_size=len(LEAVES)),
)


@given(st.lists(a_form, min_size=1, max_size=6))
@series(15)
def test_the_two_ways_to_every_answer_agree(given_forms):
    made = rows, points, _ = forms(*given_forms)
    for row in rows:
        id, law = row["avtale_id"], LAWS[row["lovgrunnlag"]]
        given = {point["punkt"]: point["svar"] for point in points if point["avtale_id"] == id}
        for punkt in LIST.punkter:
            assert answers("avtalepunkt", made, punkt.id)[id]["svar"] == status(
                own_answers(punkt, given, row["lovgrunnlag"])
            )
        due = evaluation_due(row)
        assert answers("avtale_evaluering", made)[id]["svar"] == ("ja" if due and due < "2020-12-31" else "nei")
        outdated = bool(law.overgang_til) and law.overgang_til < "2020-12-31"
        assert answers("avtale_foreldet", made)[id]["svar"] == ("ja" if outdated else "nei")


@pytest.fixture
def three():
    law, old = ("iks", "2015-12-31", ""), ("samkommune", "2015-12-31", "")
    sides = ((*law, None), "dekket"), ((*law, 4), "mangler"), ((*old, None), "ubesvart")
    return forms(*((fields, [answer] * len(LEAVES)) for fields, answer in sides))


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("bolig-plikt.svar", "delvis", {("bolig-plikt", "«dekket» i klargjort, men «delvis» i inndata")}),
        ("bolig-plikt.svar", None, {("bolig-plikt", "«dekket» i klargjort, men «ingen celle» i inndata")}),
        ("avtale.evalueres_hvert", "3", {("feltet «evalueres_hvert»", "«» i klargjort, men «3» i inndata")}),
        ("avtale.signert", "31.12.2015", set()),
        (
            "avtale.signert",
            "2015-12-30",
            {("feltet «signert»", "«2015-12-31» i klargjort, men «2015-12-30» i inndata")},
        ),
    ],
)
def test_what_is_not_what_was_received_is_told_with_its_place(three, column, value, told):
    rows, points, cells = three
    other = [c | {"verdi": value} if (c["fil"], c["kolonne"]) == ("2020/a001.json", column) else c for c in cells]
    known = gather_forms(rows, points, [c for c in other if c["verdi"] is not None], KNOWN)
    found = set()
    for name, koder in (("avtalepunkt", {"punkt": "bolig", "dekning": "dekket"}), ("avtale_evaluering", {})):
        cell = {"celle": name, "koder": {"lovgrunnlag": "alle", **koder} if koder else {}, "aar": 2020}
        right = tally(MODEL[name], cell, [one["svar"] for one in reread(MODEL[name], cell, known)], 3)
        problems = prove_forms(MODEL[name], cell | right, lambda s, c: reread(s, c, known))[1].problems
        assert all(problem.fil == "2020/a001.json" for problem in problems)
        found |= {(problem.sted, problem.fant) for problem in problems}
    assert found == told


def test_each_form_is_told_with_what_it_counted_for_and_the_fields(three):
    housing = answers("avtalepunkt", three, "bolig")
    assert [one["svar"] for one in housing.values()] == ["dekket", "mangler", "ubesvart"]
    assert [f["felt"] for f in housing["a001"]["felt"]] == ["bolig-varsling", "bolig-plikt"]
    overdue = answers("avtale_evaluering", three)
    assert [one["svar"] for one in overdue.values()] == ["nei", "ja", "nei"]
    assert overdue["a002"]["felt"][0]["verdi"] == "2015-12-31"
    assert [one["svar"] for one in answers("avtale_foreldet", three).values()] == ["nei", "nei", "ja"]
