"""Ways to get a false sentence past the checks. Every template here must not build; what only looks like one must."""

import pytest

from krisestat.base.errors import Problems
from krisestat.statements.checks import load_allowed
from krisestat.statements.lexicon import RULE_FAMILIES, SHARE_FAMILIES, load_lexicon
from krisestat.statements.markup import css_texts
from tests.support.statement_pages import LEXICON, NB, book, changed, page, refused

WORDS = [
    *("tre firedeler", "tre fjerdedeler", "en tredjedel", "hver tredje", "annenhver", "halvdelen halve", "halvparten"),
    *("dobbelt så mange", "fordoblet", "tredoblet", "halvert", "ingen", "samtlige", "nesten ingen", "flertallet"),
    *("42/43", "42 av 43", "førtito", "toogførti", "et par", "en håndfull", "utallige", "mesteparten", "størsteparten"),
    *("stadig flere", "ikke lenger", "for første gang", "tiltar", "avtar", "økte", "vokser", "styrket", "svekket"),
    *("høyest", "størst", "sterkest", "øverst", "tredje", "hyppigst", "gjennomsnittet", "maksimum", "like ofte"),
    *("uten unntak", "utelukkende", "i stor grad", "regelmessig", "XLII", "¾", "⅔", "②", "4²", "٤٢", "42", "null"),
]


@pytest.mark.parametrize("words", WORDS)
def test_a_claim_in_other_words_does_not_build(words):
    assert "uten belegg" in refused(f"<p>Blant tilbudene gjaldt det {words} i landet.</p>")


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
    # characters that are not seen, or pass for others
    "<p>al\u00adle sentre</p>",
    "<p>al&shy;le sentre</p>",
    "<p>al&#8203;le sentre</p>",
    "<p>fle\u200bre</p>",
    "<p>\u200dalle</p>",
    "<p>\u0430lle sentre</p>",
    "<p>f\u0061\u030a sentre</p>",
    "<p>\uff41\uff4c\uff4c\uff45</p>",
    "<p>\U0001d54alle</p>",
    "<p>\u202eella\u202c</p>",
    "<p>&#x61;lle</p>",
    "<p>&frac34; av dem</p>",
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
def test_a_claim_that_hides_does_not_build(text):
    assert "uten belegg" in refused(text)


BENT = [
    # what stands beside bound text makes it another claim
    ('u{{ hyppighet("samarbeid", "kvinner", "nav", ord="vanlig") }}', "«uvanlig»"),
    ('−{{ antall("forum", "kvinner") }}', "«−32»"),
    ('Antallet er på{{ antall("forum", "kvinner") }}tall', "«på32tall»"),
    ('{{ antall("forum", "kvinner") }}{{ antall("forum", "kvinner") }}', "«3232»"),
    ('{{ antall("forum", "kvinner") }},{{ antall("forum", "kvinner") }}', "«32,32»"),
    ('{{ antall("forum", "kvinner") }}&nbsp;{{ antall("forum", "kvinner") }}', "«32 32»"),
    ('{{ antall("forum", "kvinner") }}–{{ antall("forum", "kvinner") }}', "«32–32»"),
    ('lite {{ hyppighet("samarbeid", "kvinner", "nav", ord="utbredt") }}', "«lite utbredt»"),
    ('svært {{ hyppighet("forum", "kvinner") }}', "«svært utbredt»"),
    ('ikke {{ mengde("samarbeid", "kvinner", "nav") }}', "«ikke alle»"),
    ('langt {{ vanlighet("forum", "kvinner", ord="mer vanlig") }}', "«langt mer vanlig enn i 2019»"),
    ('over {{ av("forum", "kvinner") }}', "«over 32 av 43»"),
    ('opp mot {{ antall("forum", "kvinner") }}', "«opp mot 32»"),
    ('{{ antall("forum", "kvinner") }} prosent', "«32 prosent»"),
    ('{{ antall("forum", "kvinner") }} %', "«32 %»"),
    ('{{ prosent("forum", "kvinner", tegn=True) }}-poeng', ""),
    # words that turn the sentence around
    ('{{ mengde("samarbeid", "kvinner", "nav", hva="tilbudene") }} samarbeidet ikke', "«ikke» i"),
    ('{{ mengde("samarbeid", "kvinner", "nav", hva="tilbudene") }} var uten samarbeid', "«uten» i"),
    ('{{ mengde("samarbeid", "kvinner", "nav", hva="tilbudene som ikke samarbeidet") }}', "«ikke» i"),
    ('{{ mengde("samarbeid", "kvinner", "nav") }} bortsett fra kvinnene i nord', "«bortsett fra» i"),
    # the sentence speaks of something else than its numbers
    ('{{ av("samarbeidsform", "kvinner", "nav", form="enkeltsaker") }} har fast kontaktperson', "«fast kontaktperson»"),
    ('{{ navn("fast_kontakt") }} var {{ superlativ("samarbeidsform", begge, "alle", er="enkeltsaker") }}', "kontakt"),
    ('{{ navn("nav") }} lå {{ superlativ("kommunalt_samarbeid", over="instans", er="barnevern", '
     'ord="høyest", aar=2019) }} i {{ aarstall(2019) }}', "«nav»"),
    ('{{ av("forum", "kvinner") }} av alle kommuner', "«kommuner»"),
    ('I perioden {{ periode("samarbeid") }} var deltakelsen {{ trend("samarbeidsform", "kvinner", "politi", '
     'form="fast_kontakt") }}', "«2015»"),
    ('I perioden {{ periode("samarbeid") }} deltok {{ av("forum", "kvinner") }}', "«2015»"),
    ('Av tilbudene deltok {{ av("forum", "kvinner", aar=i_fjor) }}', "som gjelder 2019"),
    ('I {{ aarstall(i_fjor) }} deltok {{ antall("forum", "kvinner", aar=i_fjor) }}. '
     'Nå deltar {{ antall("forum", "kvinner") }}', "uten basene (kvinner 2019)"),
    # bound text that is changed on its way
    ('{{ antall("forum", "kvinner") | replace("2", "3") }}', "der funksjonen «antall» skrev «32»"),
    ('{{ mengde("forum", "kvinner") | replace("de fleste", "alle") }}', "skrev «de fleste»"),
    ('{{ mengde("forum", "kvinner") | truncate(6, True, "") }}', "avklippet"),
    ('<style>p::after{content:"{{ antall("forum", "kvinner") }}"}</style>', "gjemt"),
    ('{{ fast(antall("forum", "kvinner"), "et tall") }}', ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), BENT, ids=[text[:70] for text, _ in BENT])
def test_true_numbers_in_a_false_sentence_do_not_build(text, found):
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


def test_a_negation_that_is_part_of_a_name_is_allowed_with_a_reason(tmp_path):
    path = tmp_path / "tillatt.yaml"
    path.write_text("- tekst: ikke er skriftlige\n  grunn: navn\n", encoding="utf-8")
    query = '"samarbeidsform", begge, "alle", form="ikke_skriftlig_avtale", ord="vanlig"'
    text = f"<p>Det er {{{{ hyppighet({query}) }}}} at avtaler ikke er skriftlige.</p>"
    assert "«ikke» i" in refused(text)
    page(text, allowed=load_allowed(path))


def test_a_negation_counts_in_its_own_sentence_only(tmp_path):
    claim = '{{ mengde("samarbeid", "kvinner", "nav", hva="tilbudene") }} samarbeidet'
    page(f"<p>Tallene er ikke lagt sammen. {claim}. Det er ikke alt.</p>")
    assert "«ikke» i «Alle tilbudene samarbeidet ikke.»" in refused(f"<p>Først dette. {claim} ikke. Så dette.</p>")
    assert "«ikke» i" in refused(f"<p>Det er ikke slik at {claim}</p>")


def test_an_unbound_word_between_bound_ones_is_found_on_its_line():
    count = '{{ antall("forum", "kvinner") }}'
    text = f"<p>Andre flere steder: {count}.</p>\n<p>Her er {count}\nog flere enn {count} deltok.</p>"
    found = refused(text.replace("Andre flere", "Andre"))
    assert "linje 3" in found and "«flere» uten belegg" in found
    assert "linje 1" in refused(text) and "linje 3" in refused(text)


def test_an_exception_that_is_none_breaks_the_wording_too():
    own = book(changed("samarbeid", "menn", "overgrepsmottak", verdi=19, nei=20, vet_ikke=0, ubesvart=0))
    page('<p>Det er vidt {{ unntatt("samarbeid", "menn", ord="utbredt") }}.</p>', statements=own)
    (entry,) = own.evidence()
    assert entry["tekst"] == "alle instansene unntatt overgrepsmottak"
    assert entry["margin"] == {"sentre": 1, "celle": "samarbeid/tilbud=menn/instans=overgrepsmottak/2020", "endring": 1}


@pytest.mark.parametrize("row", ["tekst: alle", "moenster: '.*'", r"moenster: '\d+ av \d+'", "moenster: '\\w+'"])
def test_an_allow_list_that_would_allow_everything_is_refused(row, tmp_path):
    path = tmp_path / "tillatt.yaml"
    path.write_text(f"- {row}\n  grunn: bekvemt\n", encoding="utf-8")
    with pytest.raises(Problems, match="overalt"):
        load_allowed(path)


def test_bases_are_asked_for_only_where_they_differ():
    text = '<p>Av tilbudene deltok {{ antall("forum", "kvinner") }}, mot {{ antall("forum", "kvinner", aar=i_fjor) }} i {{ aarstall(i_fjor) }}.</p>'  # noqa: E501
    assert "uten basene (kvinner 2019)" in refused(text) and "uten basene (kvinner 2020)" in refused(text)
    page(text, changed("forum", "kvinner", aar=2019, nevner=43, nei=14, vet_ikke=0, ubesvart=0))
    page(text.replace("i {{ aarstall(i_fjor) }}", 'i {{ aarstall(i_fjor) }} ({{ baser("kvinner") }})'))


def test_texts_of_styles_are_those_that_are_printed():
    assert css_texts('a{content:"x" attr(y) \'z\'} /* content:"w" */ b{font-family:"v"}') == ["x", "z"]
    assert css_texts('a{content:"\\31 2\\"3"}') == ['12"3']
    assert css_texts('a{--a:"u";--b:var(--a);--c:"t";content:var(--b)}') == ["u"]


def test_every_word_of_the_lexicon_is_guarded():
    for lexicon in (NB, load_lexicon(LEXICON.with_name("nn.yaml"))):
        said = [w for name in (*SHARE_FAMILIES, *RULE_FAMILIES) for w in lexicon.families[name]]
        assert [form for word in said for form in word.forms if not lexicon.guarded.fullmatch(form)] == []
