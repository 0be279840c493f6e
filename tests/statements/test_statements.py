"""Template functions and lexicon: the strongest true word, exact numbers, nothing that data does not support."""

from fractions import Fraction

import pytest
import yaml

from krisestat.base.errors import Problems
from krisestat.statements.functions import NAMES
from krisestat.statements.lexicon import Interval, load_lexicon
from krisestat.statements.rules import RULES, kendall_s, margin
from tests.support.statement_pages import CUBES, LEXICON, NB, a_cell, book, changed, page, refused, said

CHOOSABLE = {family: [w for w in NB.families[family] if not w.held_only] for family in ("mengde", "hyppighet")}
# The table of the specification, by share; written out here so that a change of the lexicon is seen.
TRUE = {
    "alle": lambda p: p == 1,
    "nesten alle": lambda p: Fraction(9, 10) <= p < 1,
    "de aller fleste": lambda p: Fraction(8, 10) <= p < 1,
    "de fleste": lambda p: Fraction(1, 2) < p < 1,
    "flertallet": lambda p: Fraction(1, 2) < p < 1,
    "rundt halvparten": lambda p: abs(p - Fraction(1, 2)) <= Fraction(1, 20),
    "halvparten": lambda p: p == Fraction(1, 2),
    "under halvparten": lambda p: 0 < p < Fraction(1, 2),
    "et mindretall": lambda p: 0 < p < Fraction(1, 2),
    "få": lambda p: 0 < p <= Fraction(1, 4),
    "ingen": lambda p: p == 0,
}
UP = [
    "ingen",
    "få",
    "et mindretall",
    "under halvparten",
    "rundt halvparten",
    "halvparten",
    "flertallet",
    "de fleste",
    "de aller fleste",
    "nesten alle",
    "alle",
]


def cell(antall, base, ubesvart=0):
    return a_cell(antall, base, ubesvart=ubesvart)


def chosen(unit):
    return next(w for w in CHOOSABLE["mengde"] if w.holds(unit, NB.limits) and w.in_house(unit, NB.limits)).forms[0]


def test_for_every_count_up_to_a_hundred_the_word_is_true_the_strongest_and_monotone():
    for n in range(1, 101):
        words = [chosen((cell(k, n),)) for k in range(n + 1)]
        for k, word in enumerate(words):
            assert TRUE[word](Fraction(k, n)), (k, n, word)
            stronger = CHOOSABLE["mengde"][: next(i for i, w in enumerate(CHOOSABLE["mengde"]) if word in w.forms)]
            unit = (cell(k, n),)
            assert not any(w.holds(unit, NB.limits) and w.in_house(unit, NB.limits) for w in stronger), (k, n, word)
        ranks = [UP.index(w) for w in words if w != "halvparten"]
        assert ranks == sorted(ranks), n


def test_no_word_holds_outside_the_range_of_the_specification():
    for n in range(1, 101):
        for k in range(n + 1):
            for word in NB.families["mengde"]:
                if word.forms[0] in TRUE:
                    assert word.holds((cell(k, n),), NB.limits) == TRUE[word.forms[0]](Fraction(k, n)), (
                        k,
                        n,
                        word.forms,
                    )


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("alle", 43, 43),
        ("nesten alle", 40, 42),
        ("de aller fleste", 37, 41),
        ("de fleste", 28, 40),
        ("flertallet", 23, 32),
        ("rundt halvparten", 20, 23),
        ("under halvparten", 11, 20),
        ("få", 1, 6),
        ("ingen", 0, 0),
    ],
)
def test_house_ranges_for_43_services_are_those_of_the_specification(word, first, last):
    units = [(cell(k, 43),) for k in range(44)]
    inside = [
        k for k, u in enumerate(units) if NB.find(word).holds(u, NB.limits) and NB.find(word).in_house(u, NB.limits)
    ]
    assert (inside[0], inside[-1]) == (first, last)


def test_all_and_none_need_an_answer_from_every_service():
    silent = changed("forum", "kvinner", verdi=0, nei=42, ubesvart=1, vet_ikke=0)
    assert "«ingen»" in refused('<p>{{ mengde("forum", "kvinner", ord="ingen") }} deltok.</p>', silent)
    answered = said('mengde("forum", "kvinner", av_dem_som_svarte=True)', silent)
    assert answered == "ingen av dem som svarte"
    rest = changed("forum", "kvinner", verdi=42, nei=0, ubesvart=1, vet_ikke=0)
    assert said('mengde("forum", "kvinner")', rest) == "nesten alle"
    assert (
        said('mengde("forum", "kvinner", hva="tilbudene", av_dem_som_svarte=True)', rest) == "alle tilbudene som svarte"
    )


# Beside those in the guide for editors.
CALLS = [
    ('mengde("samarbeid", begge, "nav", ord="alle")', "alle"),
    ('mengde("forum", "kvinner", ord="om lag tre firedeler", hva="tilbudene")', "om lag tre firedeler av tilbudene"),
    ('hyppighet("samarbeid", begge, "alle")', "utbredt"),
    ('endring("samarbeid", "kvinner", "nav")', "like mange som i 2019 (43\u00a0av\u00a043 mot 43\u00a0av\u00a044)"),
    ('endring("forum", "kvinner", fra=2017, aar=2016)', "2\u00a0flere enn i 2017"),
    ('endring("kommunalt_samarbeid", "nav", aar=2019, fra=2018)', "14\u00a0færre enn i 2018"),
    (
        'trend("samarbeidsform", "kvinner", "nav", form="skriftlig_avtale", ord="mer og mer vanlig")',
        "mer og mer vanlig",
    ),
    ('trend("forum", "kvinner")', "varierende"),
    ('instanser("samarbeid", begge, ord="alle")', "NAV og barneverntjenesten"),
    (
        'opplisting("samarbeid", "kvinner", utenom="nesten alle")',
        "NAV og barneverntjenesten (43), barnehus (38) og overgrepsmottak (36)",
    ),
    (
        'unntatt("samarbeid", "menn", ord="alle")',
        "alle instansene unntatt psykisk helsetjeneste, boligkontor, barnehus og overgrepsmottak",
    ),
    ('hoyest("kommunalt_samarbeid", aar=i_fjor)', "barnevernet"),
    ('sammenlikn("samarbeid", "kvinner", "overgrepsmottak", mot="nav")', "en mindre andel"),
    ('periode("samarbeidsform", "kvinner", form="fast_kontakt")', "2017–2020"),
]


@pytest.mark.parametrize(("call", "text"), CALLS, ids=lambda v: v[:60])
def test_a_function_says(call, text):
    assert said(call) == text


NYNORSK = [
    ('antall("samarbeid", "menn", "politi", ikke=True, hva="tilboda til menn")', "ingen tilbod til menn"),
    (
        'antall("samarbeid", "kvinner", "politi", ikke=True, hva="tilboda til kvinner", bokstaver=True)',
        "eitt tilbod til",
    ),
    ('omtrent("forum", begge, hva="tilboda")', "3 av 4 tilbod"),
    ('mengde("forum", begge, ord="nær tre firedelar", hva="tilboda")', "nær tre firedelar av tilboda"),
    ('fra_til("forum", "kvinner", ord="auka")', "auka frå 66 til 74 prosent"),
    ('utvikling("beboere", fra=2019)', "noko nedgang frå 2019"),
    ('rekord("forum", "kvinner")', "høgast i perioden 2015–2020"),
    ('fortsatt("forum", "kvinner", ord="dei fleste")', "framleis"),
    ('hyppighet("samarbeid", begge, "alle")', "utbreitt"),
]


@pytest.mark.parametrize(("call", "text"), NYNORSK, ids=lambda v: v[:60])
def test_a_function_says_in_nynorsk(call, text):
    own = book(lexicon=load_lexicon(LEXICON.with_name("nn.yaml")))
    cell = page(f"<table><tr><td>{{{{ {call} }}}}</td></tr></table>", statements=own)
    assert text in cell.lower().replace("\u00a0", " ")


# What is false, or not quite so, of the example.
FALSE = [
    'omtrent("forum", begge, ord="drøyt 3 av 4")',
    'omtrent("forum", begge, ord="nær halvparten")',
    'mengde("samarbeid", "kvinner", "boligkontor", ord="8 av 10")',
    'mengde("skriftlig_noen", begge, ord="de fleste", ikke=True)',
    'fra_til("beboere", fra=2020)',
    'fra_til("beboere", fra=2019, ord="økte")',
    'fra_til("forum", begge)',
    'utvikling("beboere", fra=2019, ord="liten nedgang")',
    'utvikling("beboere", fra=2019, ord="markant nedgang")',
    'utvikling("samarbeid", "kvinner", "nav", ord="har økt")',
    'rekord("forum", "menn")',
    'rekord("forum", begge, ord="høyest")',
    'rekord("forum", "kvinner", ord="lavest", fra=2016)',
    'fortsatt("samarbeid", "kvinner", "nav", ord="alle")',
    'sammenlikn("kommunalt_samarbeid", "fastlege", mot="nav", aar=2019, ord="flere")',
    'sammenlikn("samarbeid", "kvinner", "overgrepsmottak", mot="nav", ord="små forskjeller")',
]


@pytest.mark.parametrize("call", FALSE)
def test_a_claim_that_does_not_hold_stops_the_page(call):
    assert "templates/side.j2, linje 1" in refused(f"<p>I år: {{{{ {call} }}}}.</p>")


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        *(("3 av 4", 72, 78), ("nær 3 av 4", 72, 74), ("drøyt tre av fire", 76, 80), ("hvert femte", 17, 23)),
        *(("om lag en tredel", 31, 36), ("godt over halvparten", 53, 65), ("mer enn 8 av 10", 81, 90)),
        *(("drøyt 70 prosent", 71, 75), ("knapt 70 prosent", 67, 69), ("under 70 prosent", 60, 69)),
    ],
)
def test_a_fraction_is_rounded_within_an_exact_range(word, first, last):
    found = NB.find(word, ("mengde", "avrunding"))
    assert [n for n in range(101) if found.holds((cell(n, 100),), NB.limits)] == list(range(first, last + 1))


@pytest.mark.parametrize(
    ("word", "of_fifty"),
    [
        *(("doblet", [100]), ("nesten doblet", range(93, 100)), ("mer enn doblet", range(101, 121))),
        *(("halvert", [25]), ("nesten halvert", range(26, 29)), ("mer enn halvert", range(25))),
        *(("liten økning", range(51, 54)), ("noe økning", range(51, 56)), ("markant økning", range(55, 121))),
        *(("betydelig nedgang", range(41)), ("litt nedgang", range(47, 50)), ("omtrent uendret", range(49, 52))),
        *(("økte", range(51, 121)), ("har gått ned", range(50)), ("noe flere", range(51, 56))),
    ],
)
def test_a_change_is_put_into_words_within_an_exact_range(word, of_fifty):
    found = NB.find(word)
    assert [n for n in range(121) if found.holds((cell(n, None), cell(50, None)), NB.limits)] == list(of_fifty)
    assert not found.holds((cell(3, None), cell(2, None)), NB.limits) or word in ("økte", "noe flere")


def examples_in_the_guide():
    guide = (LEXICON.parents[2] / "docs" / "skrive-paastander-oppslag.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in guide.splitlines() if line.startswith("| `")]
    return [(call.strip("`"), text) for call, text in (r for r in rows if len(r) == 2) if "…" not in text]


@pytest.mark.parametrize(("call", "text"), examples_in_the_guide(), ids=lambda v: v[:60])
def test_the_guide_for_editors_tells_what_the_functions_give(call, text):
    if "baser=False" in call:
        call = f'{call} }}}} og {{{{ baser("kvinner")'
        text += " og 43 tilbud i 2020 og 44 i 2019"
    assert said(call).replace("\u00a0", " ") == text


def test_the_guide_shows_every_function():
    shown = {call.split("(")[0] for call, _ in examples_in_the_guide()} | {"unntatt", "gjelder", "svarte"}
    assert shown == set(NAMES)


def test_rounding_never_makes_nearly_all_into_all():
    nearly = changed("forum", "kvinner", verdi=355, nevner=356, nei=1, vet_ikke=0, ubesvart=0)
    assert said('prosent("forum", "kvinner")', nearly) == "99,7\u00a0prosent"
    assert said('prosent("samarbeid", "kvinner", "nav")') == "100\u00a0prosent"


def test_rounding_is_half_away_from_zero_and_done_once():
    half = changed("forum", "menn", verdi=5, nevner=40, nei=35, vet_ikke=0, ubesvart=0)
    assert said('prosent("forum", "menn")', half) == "13\u00a0prosent"


def test_a_word_for_several_must_hold_for_each():
    assert said('mengde("samarbeid", begge, ["nav", "barneverntjenesten"])') == "alle"
    text = refused('<p>{{ mengde("samarbeid", begge, "politi", ord="alle") }} samarbeider med politiet.</p>')
    assert "«Alle samarbeider med politiet.»" in text and "kvinner/politi 2020: 42 av 43" in text


def test_numbers_of_groups_are_never_added_or_mixed():
    assert "ulike tall i samme påstand" in refused('<p>Til sammen {{ antall("forum", begge) }}.</p>')
    assert "ulike endringer" in refused('<p>Det er {{ endring("forum", begge) }}.</p>')


def test_ties_name_all_and_an_extreme_must_be_the_same_everywhere():
    assert said('hoyest("samarbeid", "menn")') == "NAV, barneverntjenesten, familievernet, politiet og rusomsorg"
    assert "ikke den samme for alle" in refused('<p>{{ lavest("samarbeid", begge) }}</p>')
    tie = '<p>Dette er {{ superlativ("samarbeid", "kvinner", over="instans", er="nav") }}.</p>'
    assert "«mest utbredt»" not in refused(tie) and "ikke noe ord som passer" in refused(tie)


def test_two_points_are_no_trend():
    two = '<p>Deltakelsen er {{ trend("forum", "kvinner", fra=i_fjor, ord="økende") }}.</p>'
    text = refused(two)
    assert "«Deltakelsen er økende.»" in text and "29 av 44" in text
    assert "«økende»" in refused('<p>Deltakelsen er {{ trend("forum", "kvinner", ord="økende") }}.</p>')


@pytest.mark.parametrize(
    ("values", "rising"),
    [
        ([5, 6, 7], True),
        ([5, 6], False),
        ([5, 5, 5], False),
        ([5, 7, 6, 8], True),
        ([5, 8, 6, 9], False),
        ([9, 8, 7], False),
        ([5, 6, 5], False),
        ([5, 4, 6], True),
    ],
)
def test_rising_needs_three_points_no_fall_above_one_and_more_pairs_up_than_down(values, rising):
    unit = tuple(cell(v, 43)._replace(aar=2015 + i) for i, v in enumerate(values))
    assert RULES["okende"](unit, NB.limits) is rising
    mirrored = tuple(c._replace(verdi=43 - c.verdi) for c in unit)
    assert RULES["synkende"](mirrored, NB.limits) is rising


def test_kendalls_s_counts_pairs():
    assert kendall_s([1, 2, 3]) == 3 and kendall_s([3, 1, 2]) == -1 and kendall_s([1, 1]) == 0


def test_a_trend_is_judged_on_shares_when_the_base_changed():
    falling_share = tuple(cell(k, n)._replace(aar=2015 + i) for i, (k, n) in enumerate([(10, 20), (11, 30), (12, 40)]))
    assert not RULES["okende"](falling_share, NB.limits)
    assert RULES["synkende"](falling_share, NB.limits)
    still = tuple(cell(5, n)._replace(aar=2015 + i) for i, n in enumerate([46, 44, 43]))
    word = NB.find("økende")
    assert word.holds(still, NB.limits) and not word.in_house(still, NB.limits)  # only the base moved


def test_margin_is_the_number_of_centres_that_breaks_the_wording():
    most = NB.find("de fleste")
    holds = lambda unit: most.holds(unit, NB.limits)  # noqa: E731
    for n in range(2, 60):
        for k in range(n // 2 + 1, n):
            by, _, change = margin([(cell(k, n),)], holds)
            assert all(most.holds((cell(k + d, n),), NB.limits) for d in range(-by + 1, by) if 0 <= k + d <= n)
            assert not most.holds((cell(k + change, n),), NB.limits)


def test_margin_is_none_when_nothing_can_break_it():
    assert margin([(cell(3, 5),)], lambda unit: True) is None


BAD_QUERIES = [
    ('antall("forumm", "kvinner")', "statistikken «forumm» – mente du «forum»?"),
    ('antall("forum", "kvinne")', "tilbud «kvinne» – mente du «kvinner»?"),
    ('av("samarbeid", "kvinner", "politiet")', "instans «politiet» – mente du «politi»?"),
    ('av("samarbeid", "kvinner")', "ingen instans"),
    ('av("forum", "kvinner", "nav")', "koden «nav», som er én for mye"),
    (
        'av("samarbeidsform", "kvinner", "nav", form="skriftlig_avtal")',
        "samarbeidsform «skriftlig_avtal» – mente du «skriftlig_avtale»?",
    ),
    ('antall("forum", "kvinner", aar=2031)', "året «2031»"),
    ('av("samarbeidsform", "kvinner", "nav", form="fast_kontakt", aar=foerste_aar)', "ikke_spurt"),
    ('prosent("kommunalt_samarbeid", "nav", aar=i_fjor)', "ikke har noen base"),
    ('mengde("forum", "kvinner", ord="dei fleste")', "ordet «dei fleste» – mente du «de fleste»?"),
    ('mengde("forum", "kvinner", ord="økende")', "et ord for mengde"),
    ('antall("forum", "kvinner", år=2019)', "parameteren «år»"),
    ("antall()", "et galt kall av «antall»"),
    ('antall("forum", "kvinner", instans="alle")', "parameteren «instans»"),
    ('navn("politiett")', "koden «politiett»"),
    ('instanser("samarbeid", "kvinner")', "uten ett vilkår"),
    ('sammenlikn("forum", "kvinner")', "uten «mot»"),
    ('base("kvinnerr")', "mente du «kvinner»?"),
    ('superlativ("samarbeidsform", "kvinner", "nav", er="enkeltsak")', "mente du «enkeltsaker»?"),
]


@pytest.mark.parametrize(("call", "found"), BAD_QUERIES, ids=lambda v: v[:50])
def test_a_question_that_cannot_be_asked_stops_the_page(call, found):
    text = refused(f"<h1>Tittel</h1>\n\n<p>Her: {{{{ {call} }}}}.</p>")
    assert found in text and "templates/side.j2, linje 3" in text


def test_all_errors_of_a_page_come_at_once():
    text = refused("<table>" + "".join(f"<tr><td>{{{{ {call} }}}}</td></tr>\n" for call, _ in BAD_QUERIES) + "</table>")
    assert f"Fant {len(BAD_QUERIES)} feil" in text
    assert all(found in text for _, found in BAD_QUERIES)


def test_unknown_functions_are_all_named_with_lines():
    text = refused('<p>{{ anntall("forum") }}</p>\n<p>{{ mengdee("forum") }}</p>\n{% if gjeldr("x") %}{% endif %}')
    assert "linje 1" in text and "mente du «antall»?" in text
    assert "linje 2" in text and "mente du «mengde»?" in text
    assert "linje 3" in text and "mente du «gjelder»?" in text
    assert "linje 2" in refused("<p>a</p>\n<p>{{ ukjent_navn }}</p>")
    assert "linje 2" in refused("<p>a</p>\n<p>{{ antall( }}</p>")


def test_a_hidden_or_missing_cell_poisons_whatever_touches_it():
    for values in ({"status": "undertrykt"}, {"verdi": None}):
        rows = changed("samarbeid", "kvinner", "nav", **values)
        for call in (
            'hyppighet("samarbeid", begge, "alle")',
            'instanser("samarbeid", "kvinner", ord="nesten alle")',
            'hoyest("samarbeid", "kvinner")',
            'stabil("samarbeid", "kvinner", "nav")',
        ):
            assert "samarbeid/tilbud=kvinner/instans=nav/2020" in refused(f"<p>A {{{{ {call} }}}}.</p>", rows)


def test_variants_take_the_first_that_holds_and_the_evidence_says_which():
    text = """
        {% variant "politi" %}
        {% naar gjelder("samarbeid", begge, "politi", ord="alle") %}
        <p>{{ mengde("samarbeid", begge, "politi", ord="alle") }} samarbeider med politiet.</p>
        {% naar gjelder("samarbeid", "menn", "politi", ord="alle") %}
        <p>{{ av("samarbeid", "kvinner", "politi") }} samarbeider med politiet.</p>
        {% ellers %}
        <p>{{ antall("samarbeid", "kvinner", "politi") }}</p>
        {% endvariant %}
    """
    own = book()
    assert "42\u00a0av\u00a043 samarbeider" in page(text, statements=own)
    (entry,) = own.evidence()
    (variant,) = entry["varianter"]
    assert (variant["navn"], variant["nummer"]) == ("politi", 2)
    assert [v["gjelder"] for v in variant["vilkaar"]] == [False, True]


def test_a_branch_of_what_is_true_is_used_when_all_it_says_can_be_said():
    text = """
        {% variant "politi" %}
        {% naar sant %}<p>{{ mengde("samarbeid", begge, "politi", ord="alle") }} samarbeidet med politiet.</p>
        {% naar sant %}<p>{{ av("samarbeidsform", "menn", "nav", form="fast_kontakt", aar=foerste_aar) }} tilbud.</p>
        {% naar sant %}<p>Av tilbudene til kvinner var {{ av("samarbeid", "kvinner", "politi") }} med politiet.</p>
        {% endvariant %}
    """
    own = book()
    assert "42\u00a0av\u00a043 med politiet" in page(text, statements=own) and "tilbud." not in page(text)
    (entry,) = own.evidence()
    assert (entry["varianter"][0]["navn"], entry["varianter"][0]["nummer"]) == ("politi", 3)
    alone = '{% variant "a" %}{% naar sant %}<p>{{ mengde("forum", begge, ord="alle") }} deltok.</p>{% endvariant %}'
    assert page(f"{alone}<p>B</p>") == "<p>B</p>"
    wrong = '{% variant "a" %}{% naar sant %}<p>{{ av("forumm", "kvinner") }}</p>{% endvariant %}'
    assert "mente du «forum»?" in refused(wrong)


def test_a_condition_about_what_was_not_asked_does_not_hold_and_one_with_a_wrong_name_is_refused():
    call = 'gjelder("samarbeidsform", "kvinner", "nav", form="%s", ord="få", aar=foerste_aar)'
    shown = "{%% if %s %%}<p>A</p>{%% else %%}<p>B</p>{%% endif %%}"
    assert page(shown % (call % "fast_kontakt")) == "<p>B</p>"
    assert "fast_kontkt" in refused(shown % (call % "fast_kontkt"))


def test_a_variant_must_begin_with_a_condition():
    assert "uten «naar»" in refused('{% variant "a" %}{% endvariant %}')
    assert "tekst mellom" in refused('{% variant "a" %}hei{% naar true %}b{% endvariant %}')


def lexicon_with(tmp_path, change):
    data = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "nb.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load_lexicon(path)
    return str(caught.value)


def word(data, form):
    return next(w for w in data["mengde"] if form in w["ord"])


def test_a_lexicon_with_a_hole_is_refused(tmp_path):
    text = lexicon_with(tmp_path, lambda d: word(d, "et mindretall").update(hus="0.25 <= p < 0.48"))
    assert "ingen ord i «mengde» som kan velges for p = 1/5" in text


def test_a_lexicon_that_contradicts_itself_is_refused(tmp_path):
    assert "et svakere ord foran «nesten alle»" in lexicon_with(
        tmp_path, lambda d: d["mengde"].insert(0, d["mengde"].pop(d["mengde"].index(word(d, "de fleste"))))
    )
    assert "«få», med et husområde utenfor det sanne" in lexicon_with(
        tmp_path, lambda d: word(d, "få").update(hus="0 < p <= 0.30")
    )


def test_a_lexicon_names_all_its_faults(tmp_path):
    def spoil(data):
        word(data, "få").update(sant="omtrent en firedel")
        data["trend"][1]["regel"] = "okendee"
        word(data, "ingen")["farge"] = "blå"

    text = lexicon_with(tmp_path, spoil)
    for found in ("omtrent en firedel", "mente du «okende»?", "den ukjente nøkkelen «mengde.1.farge»"):
        assert found in text
    assert "«flere» en gang til" in lexicon_with(tmp_path, lambda d: d["endring"][0].update(ord=["flere"]))


def test_intervals_are_exact():
    assert Fraction(9, 10) in Interval.parse("0.90 ≤ p < 1") and Fraction(1) not in Interval.parse("0.90 <= p < 1")
    assert Fraction(3033, 10000) not in Interval.parse("|p − 1/3| <= 0.03")
    assert Fraction(3034, 10000) in Interval.parse("|p - 1/3| <= 0.03")
    assert not Interval.parse("p = 1").meets(Interval.parse("0.9 <= p < 1"))
    with pytest.raises(ValueError):
        Interval.parse("p")


def test_the_same_input_gives_the_same_text_whatever_the_order_of_rows():
    text = "".join(f"<table><tr><td>x {{{{ {call} }}}}</td></tr></table>" for call, _ in CALLS)
    assert page(text, {name: rows[::-1] for name, rows in CUBES.items()}, evidence=str) == page(text, evidence=str)
