"""Ways to get a false sentence past the checks. Every template here must not build; what only looks like one must."""

import re

import pytest

from krisestat.statements.markup import css_texts, read_page
from tests.support.statement_pages import book, changed, page, refused, verdicts

HIDDEN = [
    # numbers and words in pieces
    "<p>Det er 4<b>2</b> sentre.</p>",
    "<p>Det er 4<x-y>2</x-y> sentre.</p>",
    "<p>a<del></del>lle</p>",
    "<p>Det er fl<wbr>ere nå.</p>",
    "<p>flere<br>sentre</p>",
    "<p>De<br>fleste sentrene</p>",
    "<p>flere<b>sentre</b></p>",
    "<p>flere<img src='x'>sentre</p>",
    "<svg><text>4<tspan>2</tspan></text></svg>",
    "<svg><text><![CDATA[Alle deltar]]></text></svg>",
    # attributes
    "<img alt=Alle>",
    "<img/alt='Alle'>",
    '<img ALT = "Alle">',
    '<img src="x"alt="Alle">',
    '<ol start="42"><li>a</li></ol>',
    '<ul><li value="42">a</li></ul>',
    '<input type="button" value="Alle">',
    '<th abbr="Alle">a</th>',
    '<p aria-valuenow="42">a</p>',
    '<p aria-label="Alle">a</p>',
    '<iframe srcdoc="Alle deltar"></iframe>',
    '<style>p::after{content:attr(data-x)}</style><p data-x="Alle deltar">a</p>',
    '<p style="--x:attr(data-y)" data-y="42">a</p>',
    '<meta name="description" content="Flertallet deltar">',
    '<meta name="twitter:title" content="Alle">',
    # styles and scripts that print
    "<style>p::after{content:'Alle deltar'}</style>",
    '<style>p::after{content:"A\\6cle"}</style>',
    '<style>:root{--x:"42 av 43"} p::before{content:var(--x)}</style>',
    '<style>:root{--y:"42";--x:var(--y)} p::before{content:var(--x)}</style>',
    '<style>ul{list-style-type:"42 "}</style>',
    '<style>@page{@top-left{content:"Alle deltar"}}</style>',
    "<p style=\"content:'Alle'\">a</p>",
    '<script type="application/ld+json">{"description": "Alle deltar"}</script>',
    "<script>var x = '</script><p>Alle deltar</p>",
    # comments and signs that are text to a browser
    "<!--> Alle --><p>a</p>",
    "<!-- a --!> Alle <!-- b -->",
    "<p>det er < alle ></p>",
    "<template>Alle</template>",
    "<noscript>Alle</noscript>",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_text_that_hides_is_read(text):
    blocks = read_page(text, lambda number, said: said, lambda number: None)[1]
    assert re.search("alle|flere|fleste|flertallet|42", " ".join("".join(b.text.split()) for b in blocks), re.I)


# Characters that are not seen, or pass for others; what words and order can do to a number is in saker/ordfolge.tsv.
BENT = [
    'av til\u00adbudene til kvinner {{ antall("forum", "kvinner") }} deltok',
    'd\u0435ltok {{ antall("forum", "kvinner") }}',
    '\u202e{{ antall("forum", "kvinner") }}\u202c',
    '«{{ mengde("samarbeid", begge, "nav", hva="krisesentertilbudene") }} samarbeidet med NAV»',
    'Av krisesentertilbudene til kvinner deltok {{ av("forum", "kvinner") }}',  # in what?
    '{{ mengde("samarbeid", begge, "nav", hva="krisesentertilboda") }} samarbeidde med NAV',  # the other standard
]


@pytest.mark.parametrize("text", BENT)
def test_true_numbers_in_a_false_sentence_are_not_proven(text):
    assert "bevist" not in verdicts(f"<p>{text}.</p>") and verdicts(f"<p>{text}.</p>")


CHANGED = [
    # bound text that is changed on its way
    ('{{ antall("forum", "kvinner") | replace("2", "3") }}', "der funksjonen «antall» skrev «32»"),
    ('{{ mengde("forum", "kvinner") | replace("de fleste", "alle") }}', "skrev «de fleste»"),
    ('{{ mengde("forum", "kvinner") | truncate(6, True, "") }}', "avklippet"),
    ('<style>p::after{content:"{{ antall("forum", "kvinner") }}"}</style>', "gjemt"),
    ('{{ fast(antall("forum", "kvinner"), "et tall") }}', ""),
    ('<s>{{ antall("forum", "kvinner") }} tilbud</s>', "<s> i en setning med tall: «Her: 32 tilbud.»"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), CHANGED)
def test_bound_text_that_is_changed_does_not_build(text, found):
    assert found in refused(f"<h1>Tittel</h1>\n<p>Her: {text}.</p>")


HARMLESS = [
    "<p>Krisesenter\u00adtilbudenes sam&shy;arbeid med politiet.</p>",
    "<p>Kryssreferanse<br>uten tall.</p>",
    '<style>p{font:400 12px/1.5 "Source Serif 4"} q{quotes:"«" "»"} @font-face{src:url("a42.woff2") format("woff2")}'
    ' a[href^="42"]{--bredde:"42"} .x::after{content:counter(page) leader(" ")}</style>',
    '<svg viewBox="0 0 42 42"><path d="M42 42"/></svg>',
    '<p data-x="42" style="width:42px">a</p>',
    '<p>I {{ aarstall(i_fjor) }} deltok {{ av("forum", "kvinner", aar=i_fjor) }} (kvinner).</p>',
    '<p>Perioden {{ aarstall(foerste_aar) }}–{{ aarstall() }}.</p>',
    '<table><tr><td>{{ antall("forum", "kvinner", aar=i_fjor) }}</td></tr></table>',
    '<p>{{ mengde("samarbeid", "kvinner", "nav") }}: {{ av("samarbeid", "kvinner", "nav") }}, '
    '{{ antall("forum", "kvinner") }}.</p>',
    "<p>Tallene er ikke lagt sammen.</p>",
    '<p>«{{ mengde("forum", "kvinner", hva="tilbudene") }}» – slik er det.</p>',
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_claim_builds(text):
    page(text)


def test_an_exception_that_is_none_breaks_the_wording_too():
    own = book(changed("samarbeid", "menn", "overgrepsmottak", verdi=19, nei=20, vet_ikke=0, ubesvart=0))
    page('<p>Det er vidt {{ unntatt("samarbeid", "menn", ord="utbredt") }}.</p>', statements=own)
    (entry,) = own.evidence()
    assert entry["tekst"] == "alle instansene unntatt overgrepsmottak"
    assert entry["margin"] == {"sentre": 1, "celle": "samarbeid/tilbud=menn/instans=overgrepsmottak/2020", "endring": 1}


def test_bases_are_asked_for_only_where_they_differ():
    text = '<p>Av tilbudene deltok {{ antall("forum", "kvinner") }}, mot {{ antall("forum", "kvinner", aar=i_fjor) }} i {{ aarstall(i_fjor) }}.</p>'  # noqa: E501
    assert "uten basene (kvinner 2019)" in refused(text) and "uten basene (kvinner 2020)" in refused(text)
    page(text, changed("forum", "kvinner", aar=2019, nevner=43, nei=14, vet_ikke=0, ubesvart=0))
    page(text.replace("i {{ aarstall(i_fjor) }}", 'i {{ aarstall(i_fjor) }} ({{ baser("kvinner") }})'))


def test_texts_of_styles_are_those_that_are_printed():
    assert css_texts('a{content:"x" attr(y) \'z\'} /* content:"w" */ b{font-family:"v"}') == ["x", "z"]
    assert css_texts('a{content:"\\31 2\\"3"}') == ['12"3']
    assert css_texts('a{--a:"u";--b:var(--a);--c:"t";content:var(--b)}') == ["u"]
