"""Confidentiality: the protection follows what is counted; what is hidden protects, and nothing is hidden that need not
be."""

from itertools import combinations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krisestat.base.contracts import check
from krisestat.base.errors import Problems
from krisestat.model.cubes import read_cubes
from krisestat.model.disclosure import (
    Attacker,
    Out,
    Tables,
    choose_hidden,
    costs,
    disclose,
    hide,
    persons,
    primary,
)
from krisestat.model.marks import printed_figures, published_files
from tests.support.disclosure import MODEL, POLICY, centres, of_year
from tests.support.project import PROJECT
from tests.support.shared import series


def hidden(cubes):
    return hide(persons(MODEL, cubes), MODEL, POLICY)


def national(cell: str) -> bool:
    return "senter=" not in cell


def test_numbers_of_institutions_pass_as_they_are():
    cubes = {"forum": [{"aar": 2020, "tilbud": "kvinner", "verdi": n} for n in (0, 1, 43)]}
    assert disclose(MODEL, cubes, POLICY) == cubes


def test_small_counts_and_small_centres_must_be_protected_and_zero_is_shown():
    own = of_year(centres((15, 18, 0, 0), (40, 50, 2, 3), (30, 40, 0, 0)))
    spans = primary(own, MODEL, POLICY)
    assert {c for c in spans if c in own.printed} == {
        "beboere/senter=S01/2020",
        "opphold/senter=S01/2020",
        "beboere/kjonn=menn/2020",
    }
    assert "beboere/senter=S02/kjonn=menn/2020" in spans and "opphold/senter=S02/kjonn=menn/2020" not in spans
    none = "beboere/kjonn=ikke_registrert/2020"
    assert none not in spans
    assert none in primary(own, MODEL, POLICY | {"personer": POLICY["personer"] | {"nuller": "skjules"}})


STAYS = [f"opphold/kjonn={sex}/2020" for sex in ("menn", "kvinner")] + ["opphold/2020"]


@pytest.mark.parametrize("elsewhere", [0, 1, 2])
def test_what_others_have_printed_is_not_hidden_to_protect_another(elsewhere):
    counts = ((40, 50, 1, 1, 2, 2), (50, 60, 9, 10), (30, 40, 0, 0))
    found = hidden(centres(*counts, printed=STAYS[:elsewhere]))
    one, helpers = {"opphold/kjonn=ikke_registrert/2020"}, {c for c in found if national(c) and c.startswith("opphold")}
    assert one < helpers and helpers - one <= {*STAYS[elsewhere:]} and len(helpers) == 2


def test_what_is_out_or_follows_from_it_is_shown_and_the_rest_holds_in_spite_of_it():
    """Whoever printed it: nobody can protect it any more. The reader is not told less than everybody knows."""
    counts = ((40, 50, 1, 1, 2, 2), (50, 60, 9, 10), (15, 18, 0, 0))
    one = "opphold/kjonn=ikke_registrert/2020"
    for cubes, out in (
        (centres(*counts, printed=STAYS), Out({})),
        (centres(*counts), Out({MODEL["opphold"].cell(row): row["verdi"] for row in centres(*counts)["opphold"][-4:]})),
    ):
        public = disclose(MODEL, cubes, POLICY, out)
        shown = {MODEL[name].cell(row): row["verdi"] for name, rows in public.items() for row in rows}
        assert shown[one] == 2 and shown["opphold/senter=S03/2020"] is None
        assert [shown[cell] for cell in STAYS] == [11, 128, 141]


def test_the_published_numbers_hide_what_they_must_and_tell_no_reason():
    public = disclose(MODEL, centres((15, 18, 0, 0), (40, 50, 2, 3), (30, 40, 4, 5)), POLICY)
    for name, rows in public.items():
        check(sorted(rows, key=lambda r: (r["senter"], r["kjonn"])), MODEL[name].contract, name)
        assert {r["kjonn"] for r in rows if r["senter"] != "landet"} == {"alle"}
        assert {(r["verdi"] is None, r["status"]) for r in rows} == {(True, "undertrykt"), (False, "")}


def test_the_committed_counts_are_as_the_policy_says(committed):
    public = read_cubes(MODEL, (committed / "ut/utdata").glob("*.csv"))
    cells = {MODEL[name].cell(row): row for name in ("beboere", "opphold") for row in public[name]}
    # Two who are not registered had two stays; the men's stays are printed, so the women's must be hidden. That they
    # are two follows from what is printed.
    assert {cell for cell, row in cells.items() if row["status"] and national(cell)} == {
        "opphold/kjonn=ikke_registrert/2020",
        "opphold/kjonn=kvinner/2020",
    }
    stays = [row["verdi"] for cell, row in cells.items() if cell.startswith("opphold/senter=")]
    assert all(n is None or n >= 20 for n in stays)
    printed = printed_figures(MODEL, [PROJECT / path for path in published_files(MODEL)])
    own = {cell: n for cell, (n, _) in printed.items() if cell in cells}
    assert len(own) == 8 and all((cells[c]["verdi"], cells[c]["opphav"]) == (n, "publisert") for c, n in own.items())


# -- any small tables


def square(matrix):
    """A table of rows and columns with all its totals, as `Tables` and values. A row
    that is never larger than the next, cell by cell, is known to be so."""
    height, width = len(matrix), len(matrix[0])
    at = {(i, j): f"{i}/{j}" for i, j in product(range(height + 1), range(width + 1))}
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
KNOWN = st.sets(st.sampled_from(STAYS))


@series(20)
@given(st.lists(COUNTS, min_size=3, max_size=8), KNOWN)
def test_no_attacker_places_a_hidden_count_of_persons_closely(drawn, elsewhere):
    counts = [(k, k + e, m, m + x if m else 0) for k, e, m, x in drawn]
    counts[0] = (*counts[0], 2, 2)
    cubes = centres(*counts, printed=elsewhere)
    own = of_year(cubes)
    spans = primary(own, MODEL, POLICY)
    try:
        found = hidden(cubes)
    except Problems:
        return
    unknown = (found | (set(own.tables.cells) - own.printed)) - (own.known - spans.keys())
    assert not spans or protects(own.tables, own.values, spans, unknown)


def test_costs_are_the_policy_s():
    price = costs(of_year(centres(*((9, 9, 9, 9) for _ in range(43)))), POLICY)
    cheap = price["beboere/senter=S01/2020"]
    assert all(n > cheap for c, n in price.items() if national(c))
