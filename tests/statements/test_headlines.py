"""Headline points: chosen by explicit rules, true, on different topics, with reasons."""

import pytest

from krisestat.base.errors import Problems
from krisestat.statements.headlines import Candidate, choose, headline_rows, load_candidates
from tests.support.statement_pages import CUBES, book, changed, environment


def candidate(id, text, when="", topic=None, weight=0):
    return Candidate(id, topic or id, text, when, weight, "templates/nb/hovedpunkter.yaml", 7)


NAV = candidate("nav", '{{ mengde("samarbeid", begge, "nav", hva="tilbudene") }} samarbeidet med {{ navn("nav") }}')
POLITI = candidate(
    "politi",
    '{{ mengde("samarbeid", begge, "politi", hva="tilbudene", ord="alle") }} samarbeidet med {{ navn("politi") }}',
    'gjelder("samarbeid", begge, "politi", ord="alle")',
)
FORA = candidate("fora", '{{ mengde("forum", begge, hva="tilbudene") }} deltok i samarbeidsfora')
FORMER = candidate(
    "former", 'Enkeltsaker var {{ superlativ("samarbeidsform", begge, "alle", over="form", er="enkeltsaker") }}'
)


def chosen(candidates, count=2, pinned=(), cubes=None):
    own = book(cubes)
    return choose(own, environment(own), candidates, count, pinned)


def ids(*args, **more):
    return [h.id for h in chosen(*args, **more)]


def test_2020_cannot_say_that_all_cooperate_with_the_police():
    assert ids([POLITI, NAV, FORA, FORMER], 3) == ["nav", "fora", "former"]


def test_nor_can_an_editor_force_it_by_leaving_out_the_condition():
    own = book()
    env = environment(own, side='<ul id="hovedpunkter"><li>{{ punkt }}</li></ul>')
    (point,) = choose(own, env, [candidate("politi", POLITI.text, weight=9)], 1)
    with pytest.raises(Problems) as caught:
        own.finish(own.render(env, "side.j2", punkt=point.text), "index.html")
    assert "«Alle tilbudene samarbeidet med politiet»" in str(caught.value)
    assert "templates/nb/hovedpunkter.yaml, linje 7" in str(caught.value) and "42 av 43" in str(caught.value)


def test_had_all_women_services_cooperated_with_the_police_it_could_be_said():
    rows = changed("samarbeid", "kvinner", "politi", verdi=43)
    assert "politi" in ids([POLITI, NAV, FORA], 3, cubes=rows)


def test_points_for_novelty_universality_and_size_of_change():
    (nav,) = chosen([NAV], 1)
    assert nav.points == 4  # 43 of 44 women's services in 2019
    assert nav.reasons == ("kunne ikke sies i 2019: 2 poeng", "gjelder alle i alle grupper: 2 poeng")
    answered = {"nei": 0, "vet_ikke": 0, "ubesvart": 0}
    every = [row | answered | {"verdi": row["nevner"]} for row in CUBES["samarbeid"]]
    rows = {**CUBES, "samarbeid": every}
    assert chosen([NAV], 1, cubes=rows)[0].reasons == ("gjelder alle i alle grupper: 2 poeng",)
    (fora,) = chosen([FORA], 1)
    assert fora.reasons == ("endring i andel på minst 5 prosentpoeng siden 2019: 1 poeng",)
    great = changed("forum", "kvinner", aar=2019, verdi=20)
    assert "minst 20 prosentpoeng siden 2019: 3 poeng" in " ".join(chosen([FORA], 1, cubes=great)[0].reasons)


def test_pins_come_first_then_points_then_the_order_of_the_file():
    assert ids([FORMER, FORA, NAV], 3) == ["nav", "former", "fora"]
    assert ids([FORMER, FORA, NAV], 2, pinned=["former", "fora"]) == ["former", "fora"]
    heavy = Candidate(**{**FORMER.__dict__, "weight": 9})
    assert ids([heavy, FORA, NAV], 2) == ["former", "nav"]
    tie = [candidate("b", FORMER.text), candidate("a", FORMER.text)]
    assert ids(tie, 2) == ["b", "a"]


def test_two_points_never_share_a_topic():
    same = Candidate(**{**FORA.__dict__, "topic": "nav"})
    assert ids([NAV, same, FORMER], 2) == ["nav", "former"]


def test_too_few_and_unknown_or_false_pins_are_errors():
    with pytest.raises(Problems) as caught:
        chosen([NAV], 2)
    assert "1 hovedpunkter som gjelder" in str(caught.value)
    with pytest.raises(Problems) as caught:
        chosen([NAV, FORA], 1, pinned=["navv"])
    assert "mente du «nav»?" in str(caught.value)
    with pytest.raises(Problems) as caught:
        chosen([POLITI, NAV], 1, pinned=["politi"])
    assert "som ikke gjelder i år" in str(caught.value)


def test_the_rows_tell_numbers_reasons_and_statements():
    own = book()
    body = '<p>{{ antall("samarbeid", "menn", "nav") }} og {{ antall("samarbeid", "kvinner", "nav") }}</p>'
    env = environment(own, side='<ul id="hovedpunkter"><li>{{ p }}</li></ul>' + body)
    points = choose(own, env, [NAV], 1)
    own.finish(own.render(env, "side.j2", p=points[0].text), "index.html")
    (row,) = headline_rows(own, points)
    assert (row["tekst"], row["prioritet"]) == ("Alle tilbudene samarbeidet med NAV", 1)
    told = [(c["koder"]["tilbud"], c["verdi"], c["nevner"]) for c in row["tall"]]
    assert told == [("kvinner", 43, 43), ("menn", 39, 39)]
    assert row["paastander"] == ["mengde-samarbeid-kvinner.menn-nav-2020"]
    place = own.evidence()[-1]["steder"][0]
    assert (place["mal"], place["linje"]) == ("templates/nb/hovedpunkter.yaml", 7)


def test_candidates_are_read_strictly(tmp_path):
    path = tmp_path / "hovedpunkter.yaml"
    path.write_text("- id: a\n  tema: b\n  tekst: c\n- id: a\n  teema: b\n  tekst: c\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load_candidates(path)
    text = str(caught.value)
    assert "ukjente nøkkelen «1.teema»" in text and "ingen nøkkel «tema»" in text and "«a» en gang til" in text
