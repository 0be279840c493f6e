"""Agreements between municipalities and services of the centres are never counted together: not in a question, not in a
sentence, and not under a word that could mean either."""

from dataclasses import replace
from fractions import Fraction

import pytest

from krisestat.agreements.names import load_names
from krisestat.base.errors import Problems
from krisestat.model.units import GRUPPE
from krisestat.pages.evidence import code_names
from krisestat.statements.book import Statements
from krisestat.statements.cells import Unproven
from krisestat.statements.headlines import Candidate, choose
from tests.support.statement_pages import NB, PROJECT, ROWS, environment

NAMES = load_names(PROJECT / "data" / "raw" / "codebooks")
OURS = "samarbeidsavtalene mellom kommuner"
SERVICES = 'av("samarbeid", "kvinner", "boligkontor")'
AGREEMENTS = 'av("avtale_dekket", "avtaler", "bolig")'


def count(indikator, antall, base, instans="", form="", aar=2020, ubesvart=0):
    """A row of utdata on agreements."""
    rest = {"nei": base - antall - ubesvart, "vet_ikke": 0, "ubesvart": ubesvart, "ikke_spurt": 0}
    share = str(Fraction(antall, base))
    return {
        **{"indikator": indikator, "gruppe": GRUPPE, "instans": instans, "samarbeidsform": form, "aar": aar},
        **{"antall": antall, "base": base, "andel": share, **rest, "status": "", "opphav": "rekonstruert"},
    }


OWN = [
    count("avtale_dekket", 15, 25, "bolig"),
    count("avtale_dekket", 22, 24, "skole"),
    count("avtale_dekket", 12, 24, "vilkaar"),
    count("avtale_dekket", 25, 25, "formaal"),
    count("avtale_dekket", 9, 15, "bolig", aar=2018),
    count("avtale_dekket", 12, 14, "skole", aar=2018),
    count("avtale_foreldet", 5, 25),
    count("avtale_foreldet", 6, 15, aar=2018),
    count("avtale_lovgrunnlag", 4, 25, form="iks"),
]


def page(text, allowed=()):
    book = Statements([*ROWS, *OWN], NAMES, NB, 2020)
    own = environment(book, side=text)
    return book.finish(book.render(own, "side.j2"), "index.html", allowed, {"templates/side.j2": text})


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
    assert said('av("avtale_dekket", "avtaler", "bolig")') == "15\u00a0av\u00a025"
    assert said('lavest("avtale_dekket", "avtaler")') == "avtalevilkår"
    assert said('hoyest("avtale_lovgrunnlag", "avtaler", over="form")') == "interkommunalt selskap (IKS)"
    assert said('baser("avtaler", fra=2018)') == "25 avtaler i 2020 og 15 i 2018"


def test_the_same_code_of_two_sources_is_named_and_placed_by_the_source_of_the_indicator():
    """Also where both count the same unit: a second finished table of municipalities renames nobody of the first."""
    other = {"kilde": "rapport", "instans": "skole", "navn_nb": "Eier", "bestemt_nb": "skoleeieren", "rekkefolge": 99}
    more = {"eldre_rapport": {"kilde": "rapport", "enhet": "kommune"}}
    names = replace(NAMES, instanser=[*NAMES.instanser, other], aggregerte=NAMES.aggregerte | more)
    data, told_in_evidence = Statements([*ROWS, *OWN], names, NB, 2020).data, code_names(names, "nb")
    for indikator, header, text in (
        ("avtale_dekket", "Undervisning og skoleskyss", "undervisning og skoleskyss"),
        ("kommunalt_samarbeid", "Skole/skolehelsetjeneste", "skole og skolehelsetjeneste"),
        ("eldre_rapport", "Eier", "skoleeieren"),
    ):
        assert data.name("instans", "skole", indikator) == text
        assert told_in_evidence({"indikator": indikator, "instans": "skole"}, "instans") == header
    assert data.any_name("skole", "kommunalt_samarbeid") == "skole og skolehelsetjeneste"
    assert data.in_order("instans", ["helse_omsorg", "skole"], "kommunalt_samarbeid") == ["skole", "helse_omsorg"]
    with pytest.raises(Unproven, match="som kildene kaller «skole og skolehelsetjeneste» og «skoleeieren» og") as told:
        data.any_name("skole")
    assert 'navn("skole", indikator="…")' in told.value.tiltak
    for asked in (("skole", "samarbeid"), ("skole", "kommunalt"), ("skolee",)):
        with pytest.raises(Unproven):
            data.any_name(*asked)


def test_points_with_different_bases_are_each_told_with_its_own():
    told = said('opplisting("avtale_dekket", "avtaler", utenom="alle")').replace("\u00a0", " ")
    assert (
        told == "undervisning og skoleskyss (22 av 24), hjelp til å skaffe bolig (15 av 25) og avtalevilkår (12 av 24)"
    )


def test_names_with_an_og_of_their_own_are_kept_apart():
    both = [count("avtale_delvis", 2, 25, "bolig"), count("avtale_delvis", 2, 25, "skole")]
    book = Statements([*ROWS, *OWN, *both], NAMES, NB, 2020)
    told = book.instanser("avtale_delvis", "avtaler", ord="få").tekst
    assert told == "hjelp til å skaffe bolig, og undervisning og skoleskyss"
    assert book.lavest("avtale_delvis", "avtaler").tekst == told


def test_a_change_over_collections_with_other_bases_has_both():
    told = said('endring("avtale_dekket", "avtaler", "bolig", fra=2018)').replace("\u00a0", " ")
    assert told == "6 flere enn i 2018 (15 av 25 mot 9 av 15)"
    text = '{{ endring("avtale_dekket", "avtaler", "skole", fra=2018, baser=False) }} i {{ aarstall(2018) }}'
    bases = 'Det var {{ baser("avtaler", fra=2018) }}.'
    assert "uten basene (avtaler 2018, avtaler 2020)" in refused(section(f"Det er {text}. {bases}"))


# -- (a) no question of two units


@pytest.mark.parametrize(
    "call",
    [
        'av("samarbeid", ["kvinner", "avtaler"], "boligkontor")',
        'mengde("avtale_dekket", ["avtaler", "menn"], "bolig")',
        'sammenlikn("avtale_dekket", "avtaler", "bolig", mot="kvinner")',
        'sammenlikn("samarbeid", "kvinner", "boligkontor", mot="avtaler")',
        'instanser("samarbeid", "kvinner", ord="en større andel", mot="avtaler")',
        'hoyest("kommunalt_samarbeid", ["kommuner", "kvinner"], aar=2019)',
        'antall("beboere", ["personer", "kvinner"])',
        'endring("avtale_dekket", ["avtaler", "kommuner"], "bolig", fra=2018)',
        'trend("forum", begge + ["avtaler"])',
    ],
)
def test_no_function_takes_cells_of_different_units(call):
    told = refused(section(f"{{{{ {call} }}}}."))
    assert "ulike enheter i samme spørsmål" in told and "Still ett spørsmål for hver enhet" in told


def test_a_condition_does_not_either():
    told = refused('{% if gjelder("forum", ["kvinner", "avtaler"], ord="alle") %}x{% endif %}')
    assert "«kvinner» (enheten tilbud) og «avtaler» (enheten avtale)" in told


def test_the_two_groups_of_services_are_one_unit():
    assert "43" in page('<p>{{ mengde("forum", begge) | string }}: {{ base("kvinner") }} og {{ base("menn") }}.</p>')


# -- (b) no sentence with numbers of both


@pytest.mark.parametrize(
    "sentence",
    [
        f"Boligkontoret: {{{{ {SERVICES} }}}} tilbud, og {{{{ {AGREEMENTS} }}}} avtaler",
        f"Av tilbudene er det {{{{ {SERVICES} }}}}; av avtalene {{{{ {AGREEMENTS} }}}}",
        '{{ base("kvinner") }} tilbud og {{ antall("avtale_foreldet", "avtaler") }} avtaler',
        '{{ mengde("forum", "kvinner", hva="tilbudene") }}, og {{ mengde("avtale_dekket", "avtaler", "formaal", hva="avtalene") }}',  # noqa: E501
        '{{ baser("avtaler", fra=2018) }} mot {{ base("menn") }} tilbud',
    ],
)
@pytest.mark.parametrize("element", ["p", "li", "h3", "td", "figcaption", "summary"])
def test_no_sentence_has_numbers_of_both(sentence, element):
    told = refused(f'<section id="del"><h2>{OURS}</h2><{element}>{sentence}.</{element}></section>')
    assert "tall for avtaler og tilbud i samme setning" in told and "Del setningen" in told


@pytest.mark.parametrize("attribute", ["alt", "aria-label", "title"])
def test_not_in_an_attribute_either(attribute):
    told = refused(f"<img {attribute}='{OURS}: {{{{ {SERVICES} }}}} og {{{{ {AGREEMENTS} }}}}'>")
    assert "i samme setning" in told


def test_a_sentence_for_each_may_stand_side_by_side():
    text = f"Av tilbudene er det {{{{ {SERVICES} }}}}. Av avtalene er det {{{{ {AGREEMENTS} }}}}."
    assert "15" in page(section(text, heading=f"Om {OURS}"))


def test_three_other_units_are_held_apart_too():
    told = refused(
        '<p>{{ antall("kommunalt_samarbeid", "kommuner", "barnevern", aar=2019) }} i {{ aarstall(2019) }} og '
        f"{{{{ {SERVICES} }}}}.</p>"
    )
    assert "tall for kommuner og tilbud i samme setning" in told


# -- (c) a term for each


def test_the_word_for_an_agreement_with_a_partner_is_not_used_of_agreements_between_municipalities():
    told = refused(section(f"Skriftlige avtaler: {{{{ {AGREEMENTS} }}}}."))
    assert "«Skriftlige avtaler»" in told and "der tallene gjelder avtaler" in told


def test_and_not_the_other_way():
    told = refused(f"<p>Samarbeidsavtaler mellom kommuner: {{{{ {SERVICES} }}}}.</p>")
    assert "«Samarbeidsavtaler mellom kommuner»" in told and "der tallene gjelder tilbud" in told


@pytest.mark.parametrize(
    "word",
    ["samarbeidsavtalene", "Samarbeidsavtaler", "avtaler mellom kommuner", "interkommunale avtaler", "kommuneavtalen"],
)
@pytest.mark.parametrize("around", ["<p>Her står {}.</p>", "<h2>{}</h2>", "<img alt='{}'>", "<title>{}</title>"])
def test_a_word_that_could_mean_either_stands_nowhere(word, around):
    told = refused(around.format(word))
    assert f"«{word}»" in told and "som kan bety flere ting" in told and "«skriftlig samarbeidsavtale»" in told


@pytest.mark.parametrize("word", [*NB.unit_forms["tilbud"], *NB.unit_forms["avtale"]])
def test_the_words_of_the_lexicon_are_unambiguous(word):
    assert page(f"<p>Her står {word}.</p>")


@pytest.mark.parametrize(
    "text",
    [
        f"<h2>Av avtalene er det {{{{ {AGREEMENTS} }}}}</h2><p>{OURS}: {{{{ {AGREEMENTS} }}}}</p>",
        f'<ul id="hovedpunkter"><li>{{{{ {AGREEMENTS} }}}} av dem</li></ul><p>{OURS}: {{{{ {AGREEMENTS} }}}}</p>',
        f"<p>Av avtalene er det {{{{ {AGREEMENTS} }}}}.</p>",
        f'<section id="a"><h2>{OURS}</h2></section><section id="b"><h2>B</h2><p>{{{{ {AGREEMENTS} }}}}.</p></section>',
        f"<section id=\"a\"><h2>{OURS}</h2></section><img alt=\"{{{{ antall('avtale_foreldet', 'avtaler') }}}}\">",
    ],
)
def test_a_number_of_agreements_stands_where_they_are_named(text):
    assert "som ikke sier hva som er talt" in refused(text)


def test_a_paragraph_may_leave_the_name_to_the_heading_of_its_section():
    assert page(section(f"Av avtalene er det {{{{ {AGREEMENTS} }}}}."))


# -- headline points


def test_what_was_not_collected_last_year_is_not_called_new():
    """Agreements are collected in some years only: a condition that could not be asked a year ago says nothing."""
    book = Statements([*ROWS, *OWN], NAMES, NB, 2020)
    own = environment(book, side="")
    asked = 'gjelder("avtale_dekket", "avtaler", "formaal", ord="alle")'
    text = f'{{{{ mengde("avtale_dekket", "avtaler", "formaal", ord="alle", hva="{OURS}") }}}} har formål'
    point = choose(book, own, [Candidate("formaal", "avtaler", text, asked)], 1)[0]
    assert not [reason for reason in point.reasons if "kunne ikke sies" in reason]


# -- several points in one place


def test_points_that_share_a_place_are_named_together_and_unequal_ones_are_not():
    tied = [*OWN, count("avtale_dekket", 12, 24, "bolig", aar=2016), count("avtale_dekket", 5, 10, "skole", aar=2016)]
    tied += [count("avtale_dekket", 9, 10, "vilkaar", aar=2016)]
    book = Statements([*ROWS, *tied], NAMES, NB, 2020)
    asked = {"over": "instans", "ord": "lavest", "aar": 2016}
    assert book.superlativ("avtale_dekket", "avtaler", er=["bolig", "skole"], **asked).tekst == "lavest"
    with pytest.raises(Unproven, match="ikke den samme plassen"):
        book.superlativ("avtale_dekket", "avtaler", er=["bolig", "vilkaar"], **asked)
    with pytest.raises(Unproven, match="ikke den samme plassen"):
        book.superlativ("avtale_dekket", "avtaler", ["bolig", "skole"], er=["bolig", "skole"], **asked)
    with pytest.raises(Unproven, match=r"er=.*mente du «bolig»"):
        book.superlativ("avtale_dekket", "avtaler", er=["boligg"], **asked)
    with pytest.raises(Unproven, match="er="):
        book.superlativ("avtale_dekket", "avtaler", er=[], **asked)


def test_a_list_may_be_of_some_points_only():
    told = said('opplisting("avtale_dekket", "avtaler", blant=["vilkaar", "formaal"])').replace("\u00a0", " ")
    assert told == "formål med samarbeidet (25 av 25) og avtalevilkår (12 av 24)"
    assert said('instanser("avtale_dekket", "avtaler", ord="alle", blant=["vilkaar", "formaal"])').startswith("formål")
    assert "alle instansene" not in refused(section('{{ unntatt("avtale_dekket", "avtaler", ord="de fleste") }}'))
