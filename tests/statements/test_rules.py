"""The rules that a finished page must obey: each has a page that must not build."""

import cProfile
import json
import pstats
import re

import pytest
from jsonschema import Draft202012Validator

from krisestat.base.yaml_files import load_yaml
from tests.support.statement_pages import NB, PROJECT, book, changed, environment, page, refused

BODY = '<p>Samarbeid med NAV: {{ av("samarbeid", "kvinner", "nav") }} og {{ av("samarbeid", "menn", "nav") }}.</p>\n'


# -- the page that the project starts from


def test_the_false_headline_of_the_first_page_does_not_build():
    body = '<p>{{ av("samarbeid", "kvinner", "politi") }} og {{ av("samarbeid", "menn", "politi") }}.</p>'
    head = (
        '<h1>{{ mengde("samarbeid", begge, "politi", hva="krisesentrene", ord="alle") }} samarbeider med politiet</h1>'
    )
    text = refused(f"{head}\n{body}")
    assert "templates/side.j2, linje 1" in text
    assert "«Alle krisesentrene samarbeider med politiet»" in text
    assert "kvinner/politi 2020: 42 av 43; menn/politi 2020: 39 av 39" in text
    assert "kvinner/politi 2020: 42 av 43: «nesten alle»; menn/politi 2020: 39 av 39: «alle»" in text
    men = (
        '<h1>{{ mengde("samarbeid", "menn", "politi", hva="krisesentrene", ord="alle") }} samarbeider med politiet</h1>'
    )
    assert "som bare gjelder menn" in refused(f"{men}\n{body}")
    named = men.replace("krisesentrene", "sentrene for menn")
    assert "Alle sentrene for menn samarbeider med politiet" in page(f"{named}\n{body}")


def test_rising_number_of_centres_is_not_supported_by_two_points():
    assert "«økende»" in refused('<h2>{{ trend("forum", begge, fra=i_fjor, ord="økende") }} antall deltar</h2>')


def test_generated_tables_answer_for_their_numbers():
    table = '<table {{ bundet("t", tall) }}><tr><th>2020</th><td>%s</td></tr></table>'
    numbers = ["2020", "32", "Av 43 tilbud"]
    page(table % "32", tall=numbers)
    page(table % "Av 43 tilbud", tall=numbers)
    assert "«33»" in refused(table % "33", tall=numbers)
    assert "ingen svarer for" in refused('<table data-bundet="u"><tr><td>32</td></tr></table>')
    assert "«33» skrevet i malen, i «bundet»" in refused(
        '<table {{ bundet("t", ["33"]) }}><tr><td>33</td></tr></table>'
    )


# -- bound text in its places


def test_bound_text_is_a_link_in_text_and_plain_elsewhere():
    html = page(
        '<title>{{ av("forum", "kvinner") }} sentre for kvinner</title><body><p>Der {{ av("forum", "kvinner") }}.</p>'
        '<p><a href="#x">{{ av("forum", "kvinner") }}</a></p><img alt="{{ av("forum", "kvinner") }}">'
        '<svg><text>{{ av("forum", "kvinner") }}</text></svg></body><!-- belegg -->',
        evidence=lambda entries: f"<ul>{[e['id'] for e in entries]}</ul>",
    )
    assert html.startswith("<title>32\u00a0av\u00a043 sentre")
    name = "av-forum-kvinner-2020-2"
    assert f'<p>Der <a class="paastand" href="#belegg-{name}" id="p-{name}">32\u00a0av\u00a043</a>.</p>' in html
    assert '<a href="#x">32\u00a0av\u00a043</a>' in html and 'alt="32\u00a0av\u00a043"' in html
    assert "<text>32\u00a0av\u00a043</text>" in html
    assert "<ul>['av-forum-kvinner-2020'," in html
    assert not re.search("[\ue000-\uf8ff]", html)


def test_a_word_takes_a_capital_first_in_a_sentence_only():
    word = '{{ mengde("samarbeid", "menn", "nav") }}'
    html = page(f"<p>{word} av dem. {word} av dem, {word}.</p><p>«{word}»</p><table><tr><td>{word}</td></tr></table>")
    assert html == "<p>Alle av dem. Alle av dem, alle.</p><p>«Alle»</p><table><tr><td>alle</td></tr></table>"
    assert page(f"<p><strong>{word}</strong></p>") == "<p><strong>Alle</strong></p>"
    assert page(f"<p>{word[:-4]}, stor=False) }}}}</p>") == "<p>alle</p>"


def test_names_with_markup_are_escaped():
    html = page('<p title="{{ fast(verdi, "prøve") }}">{{ fast(verdi, "prøve") }}</p>', verdi='<5 & "6"')
    assert html == '<p title="&lt;5 &amp; &#34;6&#34;">&lt;5 &amp; &#34;6&#34;</p>'


# -- rule 3: entailment


def test_a_heading_must_follow_from_the_body():
    heading = '<h2>{{ mengde("samarbeid", begge, "nav", hva="tilbudene") }} samarbeider med NAV</h2>'
    assert "ikke følger av brødteksten" in refused(heading)
    assert "ikke følger av brødteksten (samarbeid/tilbud=menn/instans=nav/2020)" in refused(
        f'{heading}<p>{{{{ av("samarbeid", "kvinner", "nav") }}}} for kvinner.</p>'
    )
    page(heading + BODY)
    weaker = '<p>{{ mengde("samarbeid", begge, "nav") }} med NAV.</p>'
    page(f'<h2>{{{{ hyppighet("samarbeid", begge, "nav", ord="utbredt") }}}} samarbeid med NAV</h2>{weaker}')


def test_a_weaker_word_in_the_body_does_not_carry_a_stronger_one_in_the_heading():
    heading = '<h2>{{ mengde("forum", begge, ord="om lag tre firedeler") }} deltok</h2>'
    assert "ikke følger" in refused(heading + '<p>{{ mengde("forum", begge, ord="de fleste") }} deltok.</p>')
    page(heading + '<p>{{ mengde("forum", begge, ord="om lag tre firedeler") }} deltok.</p>')


def test_contents_and_alternative_texts_are_no_body():
    heading = '<h2>{{ antall("forum", "kvinner") }} sentre for kvinner</h2>'
    assert "ikke følger" in refused(f'{heading}<nav><ul><li>{{{{ av("forum", "kvinner") }}}}</li></ul></nav>')
    assert "ikke følger" in refused(f'{heading}<img alt="{{{{ av("forum", "kvinner") }}}}">')


def test_a_headline_point_names_its_group_unless_it_holds_for_all():
    text = '<ul id="hovedpunkter"><li>{{ mengde("forum", "kvinner", hva="tilbudene") }} deltok</li></ul>'
    body = '<p>{{ av("forum", "kvinner") }} og {{ av("forum", "menn") }}.</p>'
    assert "som bare gjelder kvinner" in refused(text + body)
    page(text.replace('hva="tilbudene"', 'hva="tilbudene til kvinner"') + body)
    page(text + '<p>{{ av("forum", "kvinner") }} deltok.</p>')


# -- rule 5: bases


def test_a_comparison_over_different_bases_says_both():
    silent = '<p>Det er {{ endring("forum", "kvinner", baser=False) }}.</p>'
    assert "uten basene (kvinner 2019, kvinner 2020)" in refused(silent)
    both = '<p>Det er {{ endring_ord("samarbeid", begge, "barnehus", baser=False) }}.</p>'
    assert "uten basene (kvinner 2019, menn 2019, kvinner 2020, menn 2020)" in refused(both)
    page(
        '<p>Av tilbudene deltok {{ av("forum", "kvinner") }}, {{ endring("forum", "kvinner", baser=False) }}, '
        'da {{ av("forum", "kvinner", aar=i_fjor) }} deltok.</p>'
    )
    page(silent.replace(".</p>", ' ({{ baser("kvinner") }}).</p>'))
    same = changed("forum", "kvinner", aar=2019, nevner=43, nei=14, vet_ikke=0, ubesvart=0)
    assert "(" not in page('<p>Det er {{ endring("forum", "kvinner", baser=False) }}.</p>', same)
    assert "ulike baser" in refused('<p>{{ endring_ord("samarbeid", begge, "boligkontor") }}</p>')
    page('<p>Det er {{ vanlighet("forum", "kvinner") }}.</p>')


# -- warnings


def test_true_words_outside_the_house_range_are_warnings():
    own = book()
    page(
        '<p>{{ mengde("samarbeid", "kvinner", "politi", ord="de fleste", hva="tilbudene") }} deltok.</p>',
        statements=own,
    )
    (warning,) = own.warnings
    assert "«de fleste» i «De fleste tilbudene deltok.»" in warning.fant and "«nesten alle»" in warning.tiltak
    assert (warning.fil, warning.sted) == ("templates/side.j2", "linje 1")


def test_a_sentence_that_begins_with_a_digit_is_a_warning():
    own = book()
    page('<p>Først. {{ av("forum", "kvinner") }} deltok.</p><p>Det er {{ base("menn") }}.</p>', statements=own)
    (warning,) = own.warnings
    assert "begynner med et siffer: «32 av 43 deltok.»" in warning.fant


# -- evidence


def test_evidence_is_complete_sorted_and_follows_its_schema():
    own = book()
    page(BODY + '<p>Og {{ endring("forum", "kvinner") }} i {{ aarstall() }}.</p>', statements=own)
    evidence = own.evidence()
    assert [e["id"] for e in evidence] == sorted(e["id"] for e in evidence)
    change = next(e for e in evidence if e["funksjon"] == "endring")
    assert change["spoerring"] == {"statistikk": "forum", "tilbud": "kvinner", "aar": 2020, "fra": 2019}
    assert [(c["verdi"], c["nevner"], c["opphav"]) for c in change["celler"]] == [
        (32, 43, "publisert"),
        (29, 44, "rekonstruert"),
    ]
    assert change["margin"] == {"sentre": 1, "celle": "forum/tilbud=kvinner/2020", "endring": -1}
    (place,) = change["steder"]
    assert place["setning"] == "Og 3 flere enn i 2019 (32 av 43 mot 29 av 44) i 2020."
    assert (place["mal"], place["linje"], place["element"]) == ("templates/side.j2", 2, "p")
    schema, _ = load_yaml(PROJECT / "workflow" / "schemas" / "belegg.schema.json")
    document = {
        "aar": 2020,
        "leksikon": NB.version,
        "konfidensialitet": "prøve",
        "varsler": [],
        "paastander": evidence,
        "signert": [],
    }
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(json.loads(json.dumps(document))))


def test_ids_come_from_the_question_and_not_from_the_answer():
    text = '<p>{{ antall("forum", "kvinner") }}, {{ antall("forum", "kvinner") }} {{ mengde("forum", "kvinner") }}</p>'
    first, second = book(), book(changed("forum", "kvinner", verdi=43, nei=0, vet_ikke=0, ubesvart=0))
    page(text, statements=first)
    page(text, statements=second)
    ids = ["antall-forum-kvinner-2020", "antall-forum-kvinner-2020-2", "mengde-forum-kvinner-2020"]
    assert [e["id"] for e in first.evidence()] == [e["id"] for e in second.evidence()] == ids
    assert {e["tekst"] for e in second.evidence()} == {"43", "alle"}


def test_two_pages_of_one_book_share_ids():
    own = book()
    page('<p>{{ av("forum", "kvinner") }}</p>', statements=own)
    marked = own.render(environment(own, trykk='<p>Her {{ av("forum", "kvinner") }}</p>'), "trykk.j2")
    own.finish(marked, "trykk.html")
    (entry,) = own.evidence()
    assert [p["side"] for p in entry["steder"]] == ["index.html", "trykk.html"]


@pytest.mark.thorough
def test_the_cost_of_checking_is_linear_in_the_number_of_statements():
    line = '<li>{{ av("samarbeid", "kvinner", "politi") }} er {{ mengde("samarbeid", "kvinner", "politi") }}</li>'

    def calls(times: int) -> int:
        own = book()
        marked = own.render(environment(own, side=f"<ul>{line * times}</ul>"), "side.j2")
        with cProfile.Profile() as counted:
            own.finish(marked, "index.html")
        return pstats.Stats(counted).total_calls

    assert calls(1000) < 11 * calls(100)
