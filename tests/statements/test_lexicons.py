"""The lexicons of both written standards: the ranges of the specification, every fault told, and rules that are exact.

Expected values are written out from the specification, so that a change of a lexicon or a rule is seen here.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import settings

from krisestat.base.errors import Problems
from krisestat.statements.lexicon import ROUNDED, SHARE_FAMILIES, gaps, load_lexicon
from krisestat.statements.rules import HOUSE, RULES, margin
from tests.support.statement_pages import LEXICON, NB, a_cell

NN = load_lexicon(LEXICON.with_name("nn.yaml"))
HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
NEAR = Fraction(3, 100)

# word, nynorsk, true where, house style where; the order is that of strength
SHARES = {
    "mengde": [
        ("alle", "alle", lambda p: p == 1, lambda p: p == 1),
        ("ingen", "ingen", lambda p: p == 0, lambda p: p == 0),
        ("halvparten", "halvparten", lambda p: p == HALF, lambda p: p == HALF),
        *(
            (nb, nn, (near := lambda p, f=Fraction(*f): abs(p - f) <= NEAR), near)
            for nb, nn, f in [
                ("om lag en firedel", "om lag ein firedel", (1, 4)),
                ("om lag en tredel", "om lag ein tredel", (1, 3)),
                ("om lag to tredeler", "om lag to tredelar", (2, 3)),
                ("om lag tre firedeler", "om lag tre firedelar", (3, 4)),
            ]
        ),
        ("nesten alle", "nesten alle", lambda p: 9 * TENTH <= p < 1, lambda p: Fraction("0.93") <= p < 1),
        (
            "rundt halvparten",
            "om lag halvparten",
            lambda p: abs(p - HALF) <= TENTH / 2,
            lambda p: abs(p - HALF) <= TENTH / 2,
        ),
        (
            "de aller fleste",
            "dei aller fleste",
            lambda p: 8 * TENTH <= p < 1,
            lambda p: Fraction("0.85") <= p < Fraction("0.97"),
        ),
        ("få", "få", lambda p: 0 < p <= HALF / 2, lambda p: 0 < p <= Fraction("0.15")),
        ("de fleste", "dei fleste", lambda p: HALF < p < 1, lambda p: Fraction("0.65") <= p < Fraction("0.95")),
        ("flertallet", "fleirtalet", lambda p: HALF < p < 1, lambda p: Fraction("0.52") <= p < Fraction("0.75")),
        ("under halvparten", "under halvparten", lambda p: 0 < p < HALF, lambda p: HALF / 2 <= p < Fraction("0.48")),
        ("et mindretall", "eit mindretal", lambda p: 0 < p < HALF, lambda p: Fraction("0.15") < p < Fraction("0.48")),
    ],
    "hyppighet": [
        ("sjelden", "sjeldan", lambda p: p <= HALF / 2, lambda p: p <= Fraction("0.15")),
        ("svært utbredt", "svært utbreitt", lambda p: p >= 8 * TENTH, lambda p: p >= Fraction("0.85")),
        ("utbredt", "utbreitt", lambda p: p > HALF, lambda p: p >= Fraction("0.65")),
        ("vanlig", "vanleg", lambda p: p > HALF, lambda p: p > HALF),
        ("lite utbredt", "lite utbreitt", lambda p: p <= HALF, lambda p: Fraction("0.15") < p <= HALF),
    ],
}  # fmt: skip
HELD_ONLY = {"om lag en firedel", "om lag en tredel", "om lag to tredeler", "om lag tre firedeler"}
# The order that the words of a family come in when the share rises.
RISING = {
    "mengde": [
        *("ingen", "få", "et mindretall", "under halvparten", "rundt halvparten", "halvparten", "rundt halvparten"),
        *("flertallet", "de fleste", "de aller fleste", "nesten alle", "alle"),
    ],
    "hyppighet": ["sjelden", "lite utbredt", "vanlig", "utbredt", "svært utbredt"],
}


def cell(antall, base, aar=2020, ubesvart=0):
    return a_cell(antall, base, aar, ubesvart=ubesvart)


def series(*counts, bases=None):
    bases = bases or [43] * len(counts)
    return tuple(cell(k, n, 2015 + i) for i, (k, n) in enumerate(zip(counts, bases, strict=True)))


@pytest.mark.parametrize("family", SHARE_FAMILIES)
def test_words_for_shares_are_true_and_wanted_where_the_specification_says(family):
    every = sorted({(k, n) for n in range(1, 101) for k in range(n + 1)} | {(k, 1000) for k in range(1001)})
    shares = every[:: 100 // settings.default.max_examples]  # a tenth of them in the quick set
    for (nb, nn, true, house), word, other in zip(
        SHARES[family], NB.families[family], NN.families[family], strict=True
    ):
        assert (word.forms[0], other.forms[0]) == (nb, nn)
        assert word.held_only == (nb in HELD_ONLY)
        assert word.all_answered == (nb in ("alle", "ingen"))
        for k, n in shares:
            unit, p = (cell(k, n),), Fraction(k, n)
            assert word.holds(unit, NB.limits) == other.holds(unit, NN.limits) == true(p), (nb, k, n)
            assert word.in_house(unit, NB.limits) == other.in_house(unit, NN.limits) == house(p), (nb, k, n)


@pytest.mark.parametrize("family", SHARE_FAMILIES)
def test_for_every_count_the_strongest_true_word_is_chosen_and_never_falls_when_the_count_rises(family):
    words = [w for w in NB.families[family] if not w.held_only]
    for n in range(1, 101):
        place = 0
        for k in range(n + 1):
            p = Fraction(k, n)
            fit = [nb for nb, _, true, house in SHARES[family] if true(p) and house(p) and nb not in HELD_ONLY]
            unit = (cell(k, n),)
            chosen = next(w for w in words if w.holds(unit, NB.limits) and w.in_house(unit, NB.limits)).forms[0]
            assert chosen == fit[0], (k, n)
            assert chosen in RISING[family][place:], (k, n, chosen)
            place = RISING[family].index(chosen, place)


def test_missing_answers_take_away_all_and_none_and_nothing_else():
    for n in range(1, 60):
        for k, missing in product(range(n + 1), range(1, 3)):
            if k + missing > n:
                continue
            full, part = (cell(k, n),), (cell(k, n, ubesvart=missing),)
            for word in NB.families["mengde"]:
                expected = word.holds(full, NB.limits) and word.forms[0] not in ("alle", "ingen")
                assert word.holds(part, NB.limits) == expected, (word.forms, k, n, missing)


def test_both_standards_have_the_same_words_ranges_and_limits():
    for family in NB.families:
        same = [
            [
                (w.true_in, w.change_in, w.house_in, w.all_answered, w.partitive, w.held_only, w.rule, len(w.forms))
                for w in words
            ]
            for words in (NB.families[family], NN.families[family])
        ]
        assert same[0] == same[1], family
    assert NB.limits == NN.limits and NB.phrases.keys() == NN.phrases.keys()
    assert (NB.standard, NN.standard) == ("nb", "nn")


def test_the_limits_are_those_of_the_specification():
    assert {name: str(value) for name, value in NB.limits.items()} == {
        "litt_antall": "2",
        "litt_andel": "1/20",
        "litt_endring": "3/50",
        "noe_endring": "1/10",
        "trend_punkter": "3",
        "trend_fall": "1",
        "stabilt_antall": "2",
        "stabilt_andel": "1/20",
        "vanligere_hus": "1/20",
        "omtrent_lik": "1/50",
        "smaa_forskjeller": "7/100",
        "ledelse_hus": "2",
    }


def test_rules_that_compare_two_numbers_are_exact():
    for (a, m), (b, n) in product(product(range(0, 8), (6, 7)), repeat=2):
        if a > m or b > n:
            continue
        unit, d, s = (cell(a, m), cell(b, n, 2019)), a - b, Fraction(a, m) - Fraction(b, n)
        expected = {
            **{"likt": d == 0, "opp": d > 0, "ned": d < 0, "litt_opp": 0 < d <= 2, "litt_ned": -2 <= d < 0},
            **{"like_vanlig": s == 0, "vanligere": s > 0, "mindre_vanlig": s < 0},
            **{"lik_andel": s == 0, "storre_andel": s > 0, "mindre_andel": s < 0},
            "omtrent_lik_andel": abs(s) <= Fraction(2, 100),
            **{"hoyest": s > 0, "lavest": s < 0},
        }
        assert {rule: RULES[rule](unit, NB.limits) for rule in expected} == expected, (a, m, b, n)
        house = {
            **{"vanligere": s >= Fraction(5, 100), "mindre_vanlig": s <= Fraction(-5, 100)},
            **{"hoyest": d >= 2, "lavest": d <= -2},
        }
        assert {rule: HOUSE[rule](unit, NB.limits) for rule in house} == house, (a, m, b, n)


@pytest.mark.parametrize(("base", "most"), [(20, 2), (43, 2), (59, 2), (60, 3), (100, 5), (356, 17), (None, 12)])
def test_a_little_is_two_or_a_twentieth_of_the_services_or_six_of_a_hundred_of_what_has_no_base(base, most):
    middle = 200 if base is None else base // 2
    for change in range(-20, 21):
        if base is not None and not 0 <= middle + change <= base:
            continue
        unit = (cell(middle + change, base), cell(middle, base, 2019))
        assert RULES["litt_opp"](unit, NB.limits) == (0 < change <= most)
        assert RULES["litt_ned"](unit, NB.limits) == (-most <= change < 0)


@pytest.mark.parametrize(("base", "room"), [(20, 2), (43, 2), (60, 3), (100, 5)])
def test_stable_is_two_services_or_a_twentieth_from_the_highest_to_the_lowest_of_three_years(base, room):
    for low, high in product(range(0, 8), repeat=2):
        counts = (8, 8 - low, 8 + high)
        assert RULES["stabilt"](series(*counts, bases=[base] * 3), NB.limits) == (low + high <= room), counts
    assert not RULES["stabilt"](series(8, 8, bases=[base] * 2), NB.limits)
    assert RULES["stabilt"](series(20, 22, 24, bases=[40, 44, 48]), NB.limits)  # the share stands still


def test_trends_over_every_short_series_follow_their_definitions():
    for years in (2, 3, 4):
        for counts in product(range(5), repeat=years):
            unit = series(*counts)
            pairs = [(a, b) for i, a in enumerate(counts) for b in counts[i + 1 :]]
            s = sum((b > a) - (b < a) for a, b in pairs)
            steps = [b - a for a, b in pairwise(counts)]
            rising = years >= 3 and counts[-1] > counts[0] and min(steps) >= -1 and s > 0
            falling = years >= 3 and counts[-1] < counts[0] and max(steps) <= 1 and s < 0
            expected = {
                "okende": rising,
                "synkende": falling,
                "stabilt": years >= 3 and max(counts) - min(counts) <= 2,
                "varierende": years >= 3 and max(steps) > 0 > min(steps),
            }
            assert {rule: RULES[rule](unit, NB.limits) for rule in expected} == expected, counts


def test_an_extreme_is_above_or_below_each_of_the_others():
    for counts in product(range(4), repeat=3):
        unit = series(*counts)
        assert RULES["hoyest"](unit, NB.limits) == (counts[0] > max(counts[1:]))
        assert RULES["lavest"](unit, NB.limits) == (counts[0] < min(counts[1:]))
        assert HOUSE["hoyest"](unit, NB.limits) == (counts[0] - max(counts[1:]) >= 2)
        assert HOUSE["lavest"](unit, NB.limits) == (min(counts[1:]) - counts[0] >= 2)
    assert RULES["hoyest"]((cell(3, None), cell(2, None)), NB.limits)


def fewest(unit, holds, most):
    """The fewest answers that, spread over all the cells, break a claim; None if more than `most`."""
    for changes in sorted(product(range(-most, most + 1), repeat=len(unit)), key=lambda c: sum(map(abs, c))):
        cost = sum(map(abs, changes))
        other = [c.flipped(by) if by else c for c, by in zip(unit, changes, strict=True)]
        if 0 < cost <= most and None not in other and not holds(tuple(other)):
            return cost
    return None


@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_fewer_answers_break_a_claim_when_they_are_spread_over_its_cells(rule):
    years = 4 if rule in ("okende", "synkende", "stabilt", "varierende") else 3 if rule in ("hoyest", "lavest") else 2
    tried = 0
    for counts, bases in product(product(range(0, 6, 1 if years < 4 else 2), repeat=years), ((5,) * 4, (5, 6, 5, 6))):
        unit = series(*counts, bases=bases[:years])

        def holds(u):
            return RULES[rule](u, NB.limits)

        if holds(unit):
            found = margin([unit], holds, rule)
            most = 5 if found is None else found[0]
            if most <= (5 if years < 4 else 3):
                assert fewest(unit, holds, most) == (found and found[0]), (counts, bases)
                tried += 1
    assert tried >= 3


def test_the_margin_of_a_series_that_varies_counts_every_change():
    def found(unit):
        return margin([unit], lambda u: RULES["varierende"](u, NB.limits), "varierende")

    assert found(series(1, 3, 3, 3, bases=[7, 5, 6, 7]))[0] == 2
    assert found(series(0, 9, 0, 9))[0] == 9
    assert found(series(5, 7, 6)) == (1, series(5, 7, 6)[1].key, -1)


# -- faults


def spoilt(tmp_path, *changes):
    """The problems of a lexicon whose text was changed."""
    text = LEXICON.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    path = tmp_path / "nb.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load_lexicon(path)
    return caught.value.problems


FAULTS = [
    ("[få]", "[no]", "no uten anførselstegn"),
    ("[sjelden]", "[3]", "«3»"),
    ("[halvparten], av: true", "[], av: true", "«[]»"),
    ("[halvparten], av: true", "[halvparten], av: kanskje", "«kanskje»"),
    ("- {ord: [halvparten]", "- {ordd: [halvparten]", ".ordd» – mente du «ord»?"),
    ("litt_antall: 2 ", "litt_antall: to ", "«to»"),
    ('litt_andel: "0.05"', "litt_andel: 0.05", "«0.05»"),
    ("  trend_fall: 1 ", "  trend_faall: 1 ", "den ukjente nøkkelen «grenser.trend_faall» – mente du «trend_fall»?"),
    ("  og: og\n", "", "ingen nøkkel «og»"),
    ("{naa} mot {da}", "{na} mot {da}", "«({na} mot {da})»"),
    ('sant: "r = 1"', 'sant: "r er 1"', "«r er 1»"),
    ('{ord: [drøyt, litt over], sant: "0 < d', '{ord: [drøyt, litt over], sant: "0 > d', "«0 > d"),
    ("regel: litt_opp", "regel: litt_op", "«litt_op» – mente du «litt_opp»?"),
    ('ledd: "som i {aar}"', 'ledd: "som i fjor"', "«som i fjor»"),
    ("maalform: nb", "maalform: sv", "«sv»"),
    ("  okende: det er minst tre år,", "  okende_: det er minst tre år,", "ingen nøkkel «okende»"),
    ("  minst: minst {andel} prosent", "  minst: minst {del} prosent", "«minst {del} prosent»"),
    ("versjon: nb-5\n", "", "ingen nøkkel «versjon»"),
    ("[nesten alle], sant: \"0.90 <= p < 1\"", "[nesten alle], sant: \"p >= 0.9\"", "«p >= 0.9»"),
    ("[nesten alle], sant: \"0.90 <= p < 1\"", "[nesten alle], sant: \"0.95 <= p < 0.9\"", "«sant: 0.95 <= p < 0.9»"),
    ("[de fleste], sant", "[nesten alle], sant", "«nesten alle» en gang til"),
    ('hus: "0 < p <= 0.15"', 'hus: "0 < p <= 0.30"', "«få», med et husområde utenfor det sanne"),
    ('hus: "0.15 < p < 0.48"', 'hus: "0.25 < p < 0.48"', "ingen ord i «mengde» som kan velges for p = "),
    ('utbredte], sant: "0.50', 'utbredte], sant: "0.85', "et svakere ord foran «utbredt»"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "found"), FAULTS, ids=[f[2] for f in FAULTS])
def test_a_fault_of_a_lexicon_is_told_in_five_parts_with_its_line(before, after, found, tmp_path):
    told = spoilt(tmp_path, (before, after))
    hits = [p for p in told if found in p.fant]
    assert hits and all(p.sted.startswith("linje ") and p.ventet and p.tiltak for p in told)


def test_all_faults_of_the_form_of_a_lexicon_come_at_once_and_then_those_of_what_it_says(tmp_path):
    said = [
        f for f in FAULTS if any(word in f[2] for word in ("«sant: ", "gang til", "husområde", "velges", "svakere"))
    ]
    ranges = [f for f in said if "«sant: " in f[2] or "gang til" in f[2]]
    for some in ([f for f in FAULTS if f not in said], ranges):
        apart = {before: (before, after, found) for before, after, found in some}
        told = spoilt(tmp_path, *((before, after) for before, after, _ in apart.values()))
        for _, _, found in apart.values():
            assert any(found in p.fant for p in told), found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "ingen nøkler"),
        ("- a\n", "ingen nøkler"),
        ("mengde: alle\n", "«alle»"),
        ("mengde: [alle]\n", "«alle»"),
        ("a: 1\na: 2\n", "en gang til"),
    ],
)
def test_a_file_that_is_no_lexicon_is_told(text, found, tmp_path):
    path = tmp_path / "nb.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match=found):
        load_lexicon(path)


def test_a_hole_is_found_where_a_word_is_taken_away():
    words = [w for w in NB.families["mengde"] if not w.held_only]
    for gone in words:
        left = tuple(w for w in words if w is not gone)
        uncovered = {
            Fraction(k, 1000)
            for k in range(1001)
            if not any(Fraction(k, 1000) in w.true_in and Fraction(k, 1000) in w.house_in for w in left)
        }
        assert bool(gaps(left)) == bool(uncovered), gone.forms
        assert all(not any(p in w.true_in and p in w.house_in for w in left) for p in gaps(left))


def test_a_word_implies_the_weaker_ones_and_no_others():
    def implied(form):
        word = NB.find(form)
        return {w.forms[0] for f, words in NB.families.items() for w in words if f != ROUNDED and word.implies(w)}

    assert implied("litt flere") == {"litt flere", "noe flere", "flere"}
    assert implied("flere") == {"flere"}
    assert implied("litt færre") == {"litt færre", "noe færre", "færre"}
    assert implied("en like stor andel") == {
        *("en like stor andel", "en omtrent like stor andel", "små forskjeller"),
    }
    assert implied("økende") == {"økende"}
    assert implied("alle") == {"alle", "svært utbredt", "utbredt", "vanlig"}
    assert implied("ingen") == {"ingen", "sjelden", "lite utbredt"}
    assert implied("nesten alle") == {
        *("nesten alle", "de aller fleste", "de fleste", "flertallet"),
        *("svært utbredt", "utbredt", "vanlig"),
    }
    assert implied("svært utbredt") == {"svært utbredt", "utbredt", "vanlig"}  # and not «de fleste»: it may be all
    assert implied("halvparten") == {"halvparten", "rundt halvparten", "lite utbredt"}


def test_an_answer_can_only_change_where_there_is_one_to_change():
    assert cell(0, None).flipped(-1) is None and cell(3, None).flipped(40).verdi == 43
    assert cell(0, 5).flipped(-1) is None and cell(5, 5).flipped(1) is None
    told = lambda cell: (cell.verdi, cell.nevner, *dict(cell.svar).values())  # noqa: E731
    assert told(cell(2, 5).flipped(3)) == (5, 5, 0, 0)
    part = cell(2, 6, ubesvart=3)
    assert told(part.flipped(2)) == (4, 6, 0, 2)  # a no says yes first, then one who did not answer
    assert told(part.flipped(-2)) == (0, 6, 3, 3)
    money = part._replace(statistikk=replace(part.statistikk, said={"type": "kroner"}))
    assert margin([(part,)], lambda unit: unit[0].verdi < 4) and not margin([(money,)], lambda unit: unit[0].verdi < 4)


def test_those_who_do_not_know_have_answered_and_take_away_all_and_none():
    part = a_cell(10, 43, vet_ikke=5, ubesvart=6, ikke_spurt=2).answered()
    told = (("nei", 20), ("vet_ikke", 5), ("ubesvart", 0), ("ikke_spurt", 0))
    assert (part.verdi, part.nevner, part.svar) == (10, 35, told)
    assert not part.all_answered and part._replace(svar=told[:1]).all_answered
