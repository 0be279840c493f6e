"""Templates, candidates and lexicons that are at fault: every fault in five parts, with file and line, all at once."""

import pytest

from krisestat.base.errors import Problems
from krisestat.pages import frame
from krisestat.statements.headlines import choose, load_candidates
from tests.support.statement_pages import CUBES, book, changed, environment, page, refused


def faults(text, **more):
    """The places and findings of the problems of a page."""
    with pytest.raises(Problems) as caught:
        page(text, **more)
    return [(p.fil, p.sted, p.fant) for p in caught.value.problems]


def test_a_code_that_a_refused_question_did_not_give_is_told_where_it_was_to_be_used():
    text = """
        <p>Uten tall.</p>
        {% set lavest = lavest("samarbeid", begge) %}
        <p>{{ navn(lavest.koder[0]) }} hadde {{ av("samarbeid", "kvinner", lavest.koder[0]) }}.</p>
        {% for kode in lavest.koder %}<p>{{ navn(kode) }}</p>{% endfor %}
        <p>{{ av("forumm", "kvinner") }}</p>
    """
    found = faults(text)
    assert [place for _, place, _ in found] == ["linje 4", "linje 6"]
    assert "ikke den samme for alle (kvinner: overgrepsmottak; menn: barnehus, overgrepsmottak)" in found[0][2]
    assert "«⟨navn⟩ hadde ⟨av⟩.»" in found[0][2]


@pytest.mark.parametrize("change", ["upper", "reverse", "truncate(9, True, '')"])
def test_a_filter_that_changes_bound_text_does_not_build(change):
    with pytest.raises(Problems):
        page(f'<p>Det er {{{{ mengde("forum", "kvinner", hva="3 av 2") | {change} }}}}.</p>')


def test_a_filter_that_changes_nothing_is_harmless():
    html = page('<p>Der {{ av("forum", "kvinner") | trim }} og {{ "%s" | format(av("forum", "menn")) }}.</p>')
    assert html == "<p>Der 32\u00a0av\u00a043 og 29\u00a0av\u00a039.</p>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<p>{{ antall("forum", "kvinner") + 1 }}</p>', "unsupported operand"),
        ('<p>{{ antall("forum", "kvinner").verdi / 0 }}</p>', "division by zero"),
        ('{% include "finnes-ikke.j2" %}', "finnes-ikke.j2"),
        ("<p>{{ config.ukjent.verdi }}</p>", "ukjent"),
    ],
)
def test_what_jinja_cannot_do_is_told_with_its_line(text, found):
    (problem,) = faults(f"<h1>Tittel</h1>\n{text}", config={})
    assert problem[:2] == ("templates/side.j2", "linje 2") and found in problem[2]


def test_a_number_in_the_template_is_no_fixed_text():
    found = refused(
        "<p>{{ fast('43', 'telefonnummer') }}</p>\n<p>{{ fast(x | replace('1', '43'), 'dato') }}</p>", x="1"
    )
    assert "«43» skrevet i malen, i «fast»" in found
    assert "linje 1" in found and "linje 2" in found and "config.yaml" in found


def test_unknown_functions_in_included_templates_are_told_with_the_others():
    own = book()
    env = environment(own, side='{{ anntall(1) }}{% include spraak ~ ".j2" %}', nb="<p>\n{{ mengdee(1) }}</p>")
    with pytest.raises(Problems) as caught:
        own.render(env, "side.j2", spraak="nb")
    assert [(p.fil, p.sted) for p in caught.value.problems] == [
        ("templates/side.j2", "linje 1"),
        ("templates/nb.j2", "linje 2"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ antall.__globals__ }}", "unsafe"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ antall | attr('__code__') }}", "unsafe"),
        ("{{ '{0.__class__}'.format(i_aar) }}", "unsafe"),
        ("{{ i_aar.to_bytes(2) }}", "unsafe"),
        ("{{ _bok.evidence() }}", "«_bok»"),
        ("{% set _x = 1 %}", "«_x»"),
    ],
)
def test_a_template_is_text_and_reaches_no_python(text, found, tmp_path):
    (tmp_path / "side.j2").write_text(f"<p>{text}</p>", encoding="utf-8")
    own = book()
    with pytest.raises(Problems, match=found):
        own.render(own.install(frame.environment(tmp_path, "nb")), "side.j2")


def candidates(tmp_path, text):
    path = tmp_path / "hovedpunkter.yaml"
    path.write_text(text, encoding="utf-8")
    return load_candidates(path)


def test_faults_of_headline_candidates_come_at_once_with_their_lines(tmp_path):
    text = (
        '- id: a\n  tema: x\n  naar: \'gjeldr("forum")\'\n  tekst: \'{{ anntall("forum", "kvinner") }}\'\n'
        "- id: b\n  tema: y\n  naar: 'gjelder(\"forum\", ord='\n  tekst: '{{ antall( }}'\n"
        '- id: c\n  tema: z\n  tekst: \'{{ fast("43", "tall") }} deltok\'\n'
    )
    own = book()
    with pytest.raises(Problems) as caught:
        choose(own, environment(own), candidates(tmp_path, text), 1)
    assert [p.sted for p in sorted(caught.value.problems)] == [f"linje {n}" for n in (11, 3, 4, 7, 8)]


@pytest.mark.parametrize(
    ("bad", "found"),
    [("- bare tekst\n", "bare tekst"), ("a: b\n", "liste"), ("- {id: a, tema: b, tekst: c, vekt: to}\n", "0.vekt")],
)
def test_candidates_that_are_not_rows_of_keys_are_told(bad, found, tmp_path):
    with pytest.raises(Problems, match=found):
        candidates(tmp_path, bad)


def test_the_base_of_a_group_comes_from_a_cell_that_may_be_spoken_of():
    closed = {"verdi": None, "nei": None, "vet_ikke": None, "ubesvart": None, "ikke_spurt": None}
    rows = changed("forum", "kvinner", status="ikke_spurt", **closed)
    assert "43" in page('<p>Det var {{ base("kvinner") }} tilbud.</p>', rows)
    hidden = {
        name: [row | closed | {"status": "undertrykt"} if row.get("tilbud") == "kvinner" else row for row in rows]
        for name, rows in CUBES.items()
    }
    assert "bare skjulte tall" in str(refused('<p>Det var {{ base("kvinner") }} tilbud.</p>', hidden))
