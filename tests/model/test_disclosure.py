"""Confidentiality: two regimes; what is hidden protects, and nothing is hidden that need not be."""

from itertools import combinations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krisestat.base.contracts import check, read_rows
from krisestat.base.errors import Problems
from krisestat.model import contracts
from krisestat.model.contracts import PERSONER_UTDATA
from krisestat.model.disclosure import (
    ALLE,
    LAND,
    Attacker,
    Key,
    Tables,
    choose_hidden,
    costs,
    disclose,
    hide,
    person_tables,
    primary,
    published_cells,
    published_persons,
)
from krisestat.persons import disclosed, statistics, totals
from tests.support.disclosure import POLICY, centres
from tests.support.project import PROJECT
from tests.support.shared import series


def test_national_counts_of_institutions_pass_as_they_are():
    rows = [{"indikator": "forum", "instans": "", "samarbeidsform": "", "antall": n} for n in (0, 1, 43)]
    assert disclose(rows, {"forum": {"enhet": "tilbud"}}, POLICY) == rows


@pytest.mark.parametrize("unit", ["person", "husstand"])
def test_any_other_unit_is_refused_among_institutions(unit):
    with pytest.raises(Problems, match=unit):
        disclose([{"indikator": "beboere"}], {"beboere": {"enhet": unit}}, POLICY)


def test_a_breakdown_that_the_policy_does_not_list_is_refused():
    narrow = {"institusjoner": {"enheter": ["tilbud"], "inndelinger": ["instans"]}}
    with pytest.raises(Problems, match="samarbeidsform"):
        rows = [{"indikator": "x", "instans": "nav", "samarbeidsform": "fast_kontakt"}]
        disclose(rows, {"x": {"enhet": "tilbud"}}, narrow)


def test_small_counts_and_small_centres_must_be_protected_and_zero_is_shown():
    values = totals(centres((15, 18, 0, 0), (40, 50, 2, 3), (30, 40, 0, 0)))
    spans = primary(values, POLICY)
    assert {c.senter_id for c in spans if c.gruppe == ALLE} == {"S01"}
    assert Key(2020, "S02", "menn", "beboere") in spans and Key(2020, "S02", "menn", "opphold") not in spans
    assert Key(2020, LAND, "ikke_registrert", "beboere") not in spans
    strict = POLICY | {"personer": POLICY["personer"] | {"nuller": "skjules"}}
    assert Key(2020, LAND, "ikke_registrert", "beboere") in primary(values, strict)


def test_a_single_small_centre_takes_another_with_it():
    """Its number would otherwise be the country's less the others'."""
    values = totals(centres((15, 18, 0, 0), (40, 50, 5, 6), (30, 40, 4, 5)))
    hidden = hide(values, POLICY)
    assert {c.maal for c in hidden if c.senter_id == "S01"} == {"beboere", "opphold"}
    others = {c for c in hidden if c.senter_id not in (LAND, "S01")}
    assert {c.maal for c in others} == {"beboere", "opphold"} and len(others) == 2


@pytest.mark.parametrize(
    ("elsewhere", "helper"), [((), "menn"), (("menn",), "kvinner"), (("menn", "kvinner"), ALLE)], ids=str
)
def test_what_others_have_printed_is_not_hidden_to_protect_another(elsewhere, helper):
    rows = centres((40, 50, 1, 1), (50, 60, 9, 10), (30, 40, 0, 0))
    rows[2] |= {"beboere": 2, "opphold": 2}
    known = [Key(2020, LAND, gruppe, "opphold") for gruppe in elsewhere]
    hidden = {c.gruppe for c in hide(totals(rows), POLICY, known) if c.senter_id == LAND and c.maal == "opphold"}
    assert hidden == {"ikke_registrert", helper}
    with pytest.raises(Problems, match="ikke kan beskyttes"):
        hide(totals(rows), POLICY, [Key(2020, LAND, gruppe, "opphold") for gruppe in ("menn", "kvinner", ALLE)])


def test_the_published_file_hides_what_it_must_and_tells_no_reason():
    rows = statistics(centres((15, 18, 0, 0), (40, 50, 2, 3), (30, 40, 4, 5)), {})
    public = sorted(disclosed(rows, POLICY), key=lambda r: (r["aar"], r["senter_id"], r["gruppe"], r["maal"]))
    check(public, PERSONER_UTDATA, "personer.csv")
    assert {r["gruppe"] for r in public if r["senter_id"]} == {ALLE}
    assert {(r["antall"] is None, r["status"]) for r in public} == {(True, "undertrykt"), (False, "")}


def test_a_printed_figure_that_is_hidden_does_not_say_that_it_was_printed():
    rows = centres((40, 50, 1, 1), (50, 60, 9, 10), (30, 40, 0, 0))
    rows[2] |= {"beboere": 1, "opphold": 1}
    counted = statistics(rows, {Key(2020, LAND, "ikke_registrert", "beboere"): 1})
    hidden = next(r for r in disclosed(counted, POLICY) if r["gruppe"] == "ikke_registrert" and not r["senter_id"])
    assert (hidden["antall"], hidden["status"], hidden["opphav"]) == (None, "undertrykt", "rekonstruert")


def test_the_committed_counts_are_as_the_policy_says():
    rows = read_rows(PROJECT / "tests/eksempel/personer.csv", PERSONER_UTDATA)
    # Two residents who are not registered, with two stays; the men's stays are printed, so the women's must be hidden.
    assert {(r["aar"], r["gruppe"], r["maal"]) for r in rows if r["status"] and not r["senter_id"]} == {
        *((2020, "ikke_registrert", maal) for maal in ("beboere", "opphold")),
        (2020, "menn", "beboere"),
        (2020, "kvinner", "opphold"),
    }
    shown = {(r["senter_id"], r["aar"]): r["antall"] for r in rows if r["senter_id"] and r["maal"] == "opphold"}
    assert all(n is None or n >= 20 for n in shown.values())
    printed = published_persons((PROJECT / "data/publisert/personer.csv").read_text(encoding="utf-8"))
    told = {Key(r["aar"], r["senter_id"], r["gruppe"], r["maal"]): r["antall"] for r in rows}
    assert all(told[c] in (n, None) for c, n in printed.items())


# -- any small tables


def square(matrix):
    """A table of rows and columns with all its totals, as `Tables` and values; `Key` places stand in for both. A row
    that is never larger than the next, cell by cell, is known to be so."""
    height, width = len(matrix), len(matrix[0])
    at = {(i, j): Key(i, str(j), "", "") for i, j in product(range(height + 1), range(width + 1))}
    sums = [(at[i, width], tuple(at[i, j] for j in range(width))) for i in range(height + 1)]
    sums += [(at[height, j], tuple(at[i, j] for i in range(height))) for j in range(width + 1)]
    values = {at[i, j]: matrix[i][j] for i, j in product(range(height), range(width))}
    for j in range(width):
        values[at[height, j]] = sum(matrix[i][j] for i in range(height))
    for i in range(height + 1):
        values[at[i, width]] = sum(values[at[i, j]] for j in range(width))
    below = [i for i in range(height - 1) if all(a <= b for a, b in zip(matrix[i], matrix[i + 1], strict=True))]
    at_most = tuple((at[i, j], at[i + 1, j]) for i in below for j in range(width))
    return Tables(tuple(sorted(at.values())), tuple(sums), at_most), values


def protects(tables, values, spans, hidden):
    attacker = Attacker(tables, 3 * max(values.values()) + max(spans.values()))
    attacker.know(values, hidden)
    return all(high - low >= spans[c] for c in spans for low, high in [attacker.span(c)])


MATRICES = st.integers(2, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=2, max_size=3)
)


@series(40)
@given(MATRICES)
@example([[2, 9], [1, 1], [2, 1]])
def test_what_is_hidden_protects_and_is_the_cheapest_that_does(matrix):
    tables, values = square(matrix)
    spans = {c: 3 for c, n in values.items() if 0 < n < 3}
    price = {c: 1000 + 37 * n for n, c in enumerate(tables.cells)}
    try:
        hidden = choose_hidden(tables, values, spans, tables.cells, price)
    except ArithmeticError:
        assert not protects(tables, values, spans, set(tables.cells))
        return
    if not spans:
        assert hidden == set()
        return
    assert set(spans) <= hidden and protects(tables, values, spans, hidden)
    assert hidden == choose_hidden(tables, values, spans, tuple(reversed(tables.cells)), price)
    extra = sorted(set(tables.cells) - set(spans))
    cost = sum(price[c] for c in hidden - set(spans))
    for size in range(min(3, len(hidden - set(spans))) + 1):
        for other in combinations(extra, size):
            if sum(price[c] for c in other) < cost:
                assert not protects(tables, values, spans, set(spans) | set(other))


COUNTS = st.tuples(st.integers(1, 40), st.integers(0, 30), st.integers(0, 4), st.integers(0, 3))
KNOWN = st.sets(st.tuples(st.sampled_from(("kvinner", "menn", ALLE)), st.just("opphold")))


@series(20)
@given(st.lists(COUNTS, min_size=3, max_size=8), KNOWN)
def test_no_attacker_places_a_hidden_count_of_persons_closely(drawn, elsewhere):
    rows = centres(*((k, k + e, m, m + x if m else 0) for k, e, m, x in drawn))
    rows[2] |= {"beboere": 2, "opphold": 2}
    values = totals(rows)
    tables = person_tables(2020, sorted({c.senter_id for c in values} - {LAND}))
    spans = primary(values, POLICY)
    known = {Key(2020, LAND, gruppe, maal) for gruppe, maal in elsewhere} - spans.keys()
    try:
        hidden = hide(values, POLICY, known)
    except Problems:
        return
    unknown = (hidden | (set(tables.cells) - published_cells(tables.cells, POLICY))) - known
    assert not spans or protects(tables, values, spans, unknown)


def test_costs_are_the_policy_s_and_no_two_cells_share_one():
    tables = person_tables(2020, [f"S{n:02}" for n in range(1, 44)])
    price = costs(published_cells(tables.cells, POLICY), POLICY)
    cheap = price[Key(2020, "S01", ALLE, "beboere")]
    assert all(n > cheap for c, n in price.items() if c.senter_id == LAND)


def test_each_state_has_the_columns_that_are_known_to_hold_no_text_of_persons():
    """An allow-list: a new column in a state is a decision, made here as well as in the contract."""
    known = {
        *("aar", "antall", "base", "senter_id", "senter", "tilbud", "gruppe", "maal", "beboere", "opphold", "status"),
        *("indikator", "instans", "samarbeidsform", "sporsmaal", "svar", "andel", "nei", "vet_ikke", "ubesvart"),
        *("ikke_spurt", "opphav", "fil", "linje", "kolonne", "rettelse", "enhet"),
    }
    states = ("KLARGJORT", "TILBUD_PER_AAR", "AGGREGERT", "TALL", "UTDATA")
    for name in (*states, "PERSONER_KLARGJORT", "PERSONER", "PERSONER_UTDATA"):
        assert set(getattr(contracts, name).columns) <= known, name
