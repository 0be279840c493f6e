"""Key figures: chosen by rules, never of a hidden number, never over a break, and drawn from what there is."""

import pytest

from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_words
from krisestat.model.declared import KeyFigure
from krisestat.pages.keyfigures import key_figures
from tests.support.project import PROJECT
from tests.support.statement_pages import CUBES, MODEL, book, changed, page

WORDS = load_words(PROJECT / "templates/nb/tekster.yaml")["kort"]


def key(statistic: str, **der: str) -> KeyFigure:
    return KeyFigure(MODEL[statistic].kapittel, "data/statistikk/x.yaml", MODEL[statistic], der)


FORUM, SOME, STAYED = key("forum", tilbud="kvinner"), key("skriftlig_noen", tilbud="kvinner"), key("beboere")
MEN, TOWNS = key("forum", tilbud="menn"), key("kommunalt_samarbeid", instans="nav")


def cards(candidates, count=4, pinned=(), cubes=None):
    own = book(cubes)
    found = key_figures(own, candidates, WORDS, count, pinned)
    if own.problems:  # told with what else is wrong on the page
        raise Problems(own.problems)
    return found


def ids(*given, **more):
    return [card.id for card in cards(*given, **more)]


def test_each_chapter_has_one_before_any_has_two_and_older_years_come_last():
    assert ids([TOWNS, FORUM, MEN, SOME, STAYED]) == [
        "forum-kvinner", "beboere", "skriftlig-noen-kvinner", "kommunalt-samarbeid-nav"
    ]  # fmt: skip
    assert ids([FORUM, SOME, MEN], 2, ["forum-menn", "forum-kvinner"]) == ["forum-menn", "forum-kvinner"]


def test_a_number_that_is_hidden_is_neither_shown_nor_drawn():
    hidden = [row | {"verdi": None, "status": "undertrykt"} for row in CUBES["forum"] if row["tilbud"] == "kvinner"]
    assert ids([FORUM, MEN], cubes={**CUBES, "forum": hidden}) == []
    with pytest.raises(Problems, match="«forum-kvinner», som ikke har noe tall i denne utgaven"):
        cards([FORUM], pinned=["forum-kvinner"], cubes={**CUBES, "forum": hidden})
    with pytest.raises(Problems, match="mente du «forum-kvinner»"):
        cards([FORUM], pinned=["forum-kvinne"])
    gap = changed("forum", "kvinner", aar=2018, verdi=None, status="mangler")
    assert cards([FORUM], cubes=gap)[0].gnist.count("M") - cards([FORUM])[0].gnist.count("M") == 1


def test_a_number_of_one_year_is_a_part_of_the_whole_or_not_drawn_and_says_nothing_of_change():
    one = {**CUBES, **{id: [row for row in CUBES[id] if row["aar"] == 2020] for id in ("forum", "beboere")}}
    shared, counted = cards([FORUM, STAYED], cubes=one)
    for card in (shared, counted):
        assert (card.fra, card.til, card.endring, card.retning) == (2020, 2020, "", "")
    assert 'width="77.4"' in shared.gnist and "L" not in shared.gnist, "32 of 43 of its width of 104"
    assert not counted.gnist


@pytest.mark.parametrize("one", [FORUM, SOME, STAYED, TOWNS, key("samarbeid", tilbud="kvinner", instans="nav")])
def test_what_a_card_says_is_proven(one):
    own = book()
    (card,) = key_figures(own, [one], WORDS, 1)
    text = "<div>{{ kort.setning }}. {{ kort.tall }} {{ kort.enhet }}. {{ kort.endring }}.</div>"
    assert page(text, statements=own, kort=card) and own.unproven == {}
