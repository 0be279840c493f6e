"""Agreements between municipalities and services of the centres are never counted together: not in a question, not in a
sentence, and not under a word that could mean either."""

import pytest

from krisestat.base.errors import Problems
from krisestat.statements.book import Statements
from krisestat.statements.cells import Unproven
from krisestat.statements.headlines import Candidate, choose
from tests.support.statement_pages import CUBES, MODEL, NB, environment, verdicts

OURS = "samarbeidsavtalene mellom kommuner"
SERVICES = 'av("samarbeid", "kvinner", "boligkontor")'
COVERED = 'dekning="dekket"'
AGREEMENTS = f'av("avtalepunkt", "bolig", {COVERED})'


def count(statistikk, verdi, nevner, *koder, aar=2020):
    """An observation of agreements; what is not the answer is the next one."""
    statistic = MODEL[statistikk]
    place = dict(zip(statistic.per, koder, strict=True))
    others = dict.fromkeys(statistic.others, 0) | ({"nei": nevner - verdi} if statistic.others else {})
    return {**place, "aar": aar, "verdi": verdi, "nevner": nevner, **others, "status": "", "opphav": "rekonstruert"}


def points(*told, aar=2020):
    """Observations of points of the checklist: those that cover each, and those that lack it."""
    rows = [("dekket", point, verdi, nevner) for point, verdi, nevner in told]
    rows += [("mangler", point, nevner - verdi, nevner) for point, verdi, nevner in told]
    return [count("avtalepunkt", verdi, nevner, point, "alle", code, aar=aar) for code, point, verdi, nevner in rows]


POINTS = [
    *points(("bolig", 15, 25), ("skole", 22, 24), ("vilkaar", 12, 24), ("formaal", 25, 25)),
    *points(("bolig", 9, 15), ("skole", 12, 14), aar=2018),
]
OWN = {
    "avtalepunkt": POINTS,
    "avtale_foreldet": [count("avtale_foreldet", 5, 25), count("avtale_foreldet", 6, 15, aar=2018)],
    "avtale_lovgrunnlag": [count("avtale_lovgrunnlag", 4, 25, "iks")],
}


def book(more=()):
    return Statements(MODEL, {**CUBES, **OWN, "avtalepunkt": [*POINTS, *more]}, NB, 2020)


def page(text):
    own = book()
    marked = own.render(environment(own, side=text), "side.j2")
    return own.finish(marked, "index.html")


def refused(text):
    with pytest.raises(Problems) as caught:
        page(text)
    assert all(p.sted and p.fant and p.ventet and p.tiltak for p in caught.value.problems)
    return str(caught.value)


def section(*texts, heading=f"Om {OURS}"):
    """A section whose heading names the unit."""
    return f'<section id="del"><h2>{heading}</h2>{"".join(f"<p>{t}</p>" for t in texts)}</section>'


def said(call):
    return page(section(f"Blant {OURS} er det slik: {{{{ {call} }}}}.")).split("slik: ")[1].split(".</p>")[0]


# -- names


def test_points_and_legal_bases_are_named_by_the_checklist_and_not_by_hand():
    assert said('av("avtalepunkt", "bolig", dekning="dekket")') == "15\u00a0av\u00a025"
    assert said('lavest("avtalepunkt", dekning="dekket")') == "avtalevilkår"
    assert said('hoyest("avtale_lovgrunnlag", over="lovgrunnlag")') == "interkommunalt selskap (IKS)"
    assert said('baser("avtale", fra=2018)') == "25 avtaler i 2020 og 15 i 2018"


def test_the_same_code_of_two_lists_is_named_and_placed_by_the_list_of_the_statistic():
    """Also where both count the same unit: another table of municipalities renames nobody of the first."""
    data = book().data
    for name, dimension, text in (
        ("avtalepunkt", "punkt", "undervisning og skoleskyss"),
        ("kommunalt_samarbeid", "instans", "skole og skolehelsetjeneste"),
    ):
        assert data.name(MODEL[name], dimension, "skole") == text
    assert data.any_name("skole", "kommunalt_samarbeid") == "skole og skolehelsetjeneste"
    with pytest.raises(Unproven, match="som statistikkene kaller «skole og skolehelsetjeneste» og «undervis") as told:
        data.any_name("skole")
    assert 'navn("skole", "…")' in told.value.tiltak
    for asked in (("skole", "samarbeid"), ("skole", "kommunalt"), ("skolee",)):
        with pytest.raises(Unproven):
            data.any_name(*asked)


def test_points_with_different_bases_are_each_told_with_its_own():
    told = said('opplisting("avtalepunkt", dekning="dekket", utenom="alle")').replace("\u00a0", " ")
    assert (
        told == "undervisning og skoleskyss (22 av 24), hjelp til å skaffe bolig (15 av 25) og avtalevilkår (12 av 24)"
    )


def test_names_with_an_og_of_their_own_are_kept_apart():
    few = [count("avtalepunkt", 2, 25, point, "alle", "delvis") for point in ("bolig", "skole")]
    own = book(few)
    told = own.instanser("avtalepunkt", dekning="delvis", ord="få").tekst
    assert told == "hjelp til å skaffe bolig, og undervisning og skoleskyss"
    assert own.lavest("avtalepunkt", dekning="delvis").tekst == told


def test_a_change_over_collections_with_other_bases_has_both():
    told = said('endring("avtalepunkt", "bolig", dekning="dekket", fra=2018)').replace("\u00a0", " ")
    assert told == "6 flere enn i 2018 (15 av 25 mot 9 av 15)"
    text = '{{ endring("avtalepunkt", "skole", dekning="dekket", fra=2018, baser=False) }} i {{ aarstall(2018) }}'
    bases = 'Det var {{ baser("avtale", fra=2018) }}.'
    assert "uten basene (avtale 2018, avtale 2020)" in refused(section(f"Det er {text}. {bases}"))


# -- (a) no question of two units


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ('av("samarbeid", ["kvinner", "avtaler"], "boligkontor")', "tilbud «avtaler»"),
        ('mengde("avtalepunkt", ["bolig", "menn"], dekning="dekket")', "punkt «menn»"),
        ('mengde("avtalepunkt", "bolig", tilbud="menn", dekning="dekket")', "parameteren «tilbud»"),
        ('sammenlikn("avtalepunkt", "bolig", dekning="dekket", mot="kvinner")', "mot=«kvinner»"),
        ('sammenlikn("samarbeid", "kvinner", "boligkontor", mot="avtale")', "mot=«avtale»"),
        ('instanser("samarbeid", "kvinner", ord="en større andel", mot="avtale")', "mot=«avtale»"),
        ('hoyest("kommunalt_samarbeid", ["kommuner", "kvinner"], aar=2019)', "instans «kommuner»"),
        ('antall("kommunalt_samarbeid", "kommuner", "nav", aar=2019)', "koden «nav», som er én for mye"),
        ('antall("beboere", kjonn=["alle", "bolig"])', "kjonn «bolig»"),
        ('trend("forum", begge + ["avtaler"])', "tilbud «avtaler»"),
        ('base("kvinner", "politi")', "koder etter «kvinner»"),
    ],
)
def test_a_question_is_of_one_statistic_and_so_of_one_unit(call, found):
    assert found in refused(section(f"{{{{ {call} }}}}."))


def test_a_condition_is_too():
    told = refused('{% if gjelder("forum", ["kvinner", "avtaler"], ord="alle") %}x{% endif %}')
    assert "tilbud «avtaler»" in told and "en av: kvinner, menn" in told


def test_the_two_groups_of_services_are_one_unit():
    assert "43" in page('<p>{{ mengde("forum", begge) | string }}: {{ base("kvinner") }} og {{ base("menn") }}.</p>')


# -- (b) no sentence with numbers of both, nor under the words of the other


@pytest.mark.parametrize(
    "sentence",
    [
        f"Boligkontoret: {{{{ {SERVICES} }}}} tilbud, og {{{{ {AGREEMENTS} }}}} avtaler",
        f"Av tilbudene til kvinner samarbeidet {{{{ {SERVICES} }}}} med boligkontor; {{{{ {AGREEMENTS} }}}} avtaler",
        f"Skriftlige avtaler: {{{{ {AGREEMENTS} }}}}",
        f"{OURS.capitalize()}: {{{{ {SERVICES} }}}}",
        f"{{{{ {AGREEMENTS} }}}} av dem dekket alt om hjelp til å skaffe bolig",
    ],
)
def test_what_is_counted_is_said_in_the_words_of_its_own_unit(sentence):
    assert "bevist" not in verdicts(f'<section id="del"><h2>Tallene</h2><p>{sentence}.</p></section>', own=book())


def test_and_then_it_is_proven():
    named = f"Blant {OURS} dekket {{{{ {AGREEMENTS} }}}} alt om hjelp til å skaffe bolig"
    assert verdicts(f"<p>{named}.</p>", own=book()) == ["bevist"]


# -- headline points


def test_what_was_not_collected_last_year_is_not_called_new():
    """Agreements are collected in some years only: a condition that could not be asked a year ago says nothing."""
    own = book()
    env = environment(own, side="")
    asked = 'gjelder("avtalepunkt", "formaal", dekning="dekket", ord="alle")'
    text = f'{{{{ mengde("avtalepunkt", "formaal", dekning="dekket", ord="alle", hva="{OURS}") }}}} har formål'
    point = choose(own, env, [Candidate("formaal", "avtaler", text, asked)], 1)[0]
    assert not [reason for reason in point.reasons if "kunne ikke sies" in reason]


# -- several points in one place


def test_points_that_share_a_place_are_named_together_and_unequal_ones_are_not():
    own = book(points(("bolig", 12, 24), ("skole", 5, 10), ("vilkaar", 9, 10), aar=2016))
    asked = {"over": "punkt", "ord": "lavest", "aar": 2016, "dekning": "dekket"}
    assert own.superlativ("avtalepunkt", er=["bolig", "skole"], **asked).tekst == "lavest"
    with pytest.raises(Unproven, match="ikke den samme plassen"):
        own.superlativ("avtalepunkt", er=["bolig", "vilkaar"], **asked)
    with pytest.raises(Unproven, match="ikke den samme plassen"):
        own.superlativ("avtalepunkt", ["bolig", "skole"], er=["bolig", "skole"], **asked)
    with pytest.raises(Unproven, match=r"er=.*mente du «bolig»"):
        own.superlativ("avtalepunkt", er=["boligg"], **asked)
    with pytest.raises(Unproven, match="er="):
        own.superlativ("avtalepunkt", er=[], **asked)


def test_a_list_may_be_of_some_points_only():
    told = said('opplisting("avtalepunkt", dekning="dekket", blant=["vilkaar", "formaal"])').replace("\u00a0", " ")
    assert told == "formål med samarbeidet (25 av 25) og avtalevilkår (12 av 24)"
    every = said('instanser("avtalepunkt", dekning="dekket", ord="alle", blant=["vilkaar", "formaal"])')
    assert every.startswith("formål")
    assert "alle instansene" not in refused(section('{{ unntatt("avtalepunkt", dekning="dekket", ord="de fleste") }}'))
