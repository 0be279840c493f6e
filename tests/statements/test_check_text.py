"""The check of texts written elsewhere: the published page of 2020 sentence by sentence, true and false sentences,
words of the lexicon over all numbers, and hostile text.

`published_page_2020.txt` is the text of the page that was published for 2020, as a reader met it.
"""

import json
import shutil
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from krisestat.statements.textcheck.check import CONTRADICTED, SUPPORTED, UNDECIDED, UNSUPPORTED, check_text
from krisestat.statements.textcheck.report import as_json, as_text
from krisestat.statements.textcheck.source import read_blocks
from krisestat.statements.textcheck.terms import Roles, load_terms

from krisestat.agreements.lists import READERS
from krisestat.base.errors import Problems
from krisestat.statements.data import Data
from krisestat.statements.rules import RULES
from krisestat.statements.textcheck import command as command
from tests.support.edition import PROJECT, page_text
from tests.support.model import COUNTS
from tests.support.shared import series
from tests.support.statement_pages import CUBES, MODEL, NB, changed

DATA = Data(MODEL, CUBES, "nb", 2020)
TERM_FILE = PROJECT / "templates" / "leksikon" / "tekstkontroll_nb.yaml"
TERMS = load_terms(TERM_FILE, NB, DATA)
PAGE = (PROJECT / "tests" / "statements" / "published_page_2020.txt").read_text(encoding="utf-8")
WRONG = {CONTRADICTED, UNSUPPORTED}

# Every sentence of the published page: line, how it begins, and what became of each of its claims.
PUBLISHED = [
    (1, "Krisesentrene har et utbredt samarbeid med a", [("utbredt", SUPPORTED), ("mest vanlig", SUPPORTED)]),
    (1, "Samarbeidet er sjelden formalisert gjennom s", [("sjelden", UNDECIDED)]),
    (3, "Hovedpunkter", []),
    (5, "Alle krisesentrene samarbeider med politiet", [("Alle", CONTRADICTED)]),
    (7, "De fleste krisesentrene samarbeider med boli", [("De fleste", SUPPORTED)]),
    (9, "Det har blitt mer vanlig med skriftlige sama", [("mer vanlig", UNDECIDED)]),
    (11, "Utbredt samarbeid men sjeldent formalisert", [("Utbredt", SUPPORTED), ("sjeldent", UNDECIDED)]),
    (13, "Krisesenterloven pålegger kommunene å sørge ", []),
    (15, "Økende antall sentre deltar i etablerte sama", [("Økende", UNSUPPORTED)]),
    (17, "Av sentrene for kvinner deltok 32 av de 43 s", [("32 av de 43", SUPPORTED)]),
    (17, "Dette er 3 flere enn i 2019.", [("3 flere", SUPPORTED)]),
    (17, "Av sentrene med tilbud til menn, oppgir 29 a", [("29 av 39", SUPPORTED)]),
    (19, "Krisesentrene med tilbud til kvinner og menn", [("utbredt", SUPPORTED)]),
    (19, "Alle krisesentrene med tilbud til kvinner de", [("Alle", SUPPORTED), ("42 av 43", SUPPORTED)]),
    (
        19,
        "De fleste deltok også i samarbeid med boligk",
        [("De fleste", SUPPORTED), ("39", SUPPORTED), ("38", SUPPORTED), ("36", SUPPORTED)],
    ),
    (21, "Blant krisesentrene med tilbud til menn, del", [("alle", SUPPORTED)]),
    (
        21,
        "De fleste deltok også i samarbeid med psykis",
        [("De fleste", SUPPORTED), ("38 av 39", SUPPORTED), ("36", SUPPORTED), ("35", SUPPORTED), ("35", SUPPORTED)],
    ),
    (23, "Sammenlignet med 2019, var det litt færre se", [("litt færre", SUPPORTED)]),
    (23, "Dersom vi sammenlignet også med årene 2015 t", [("små endringer", SUPPORTED)]),
    (25, "Mest utbredt med samarbeid om enkeltsaker", [("Mest utbredt", SUPPORTED)]),
    (27, "Det var mest utbredt med samarbeid om enkelt", [("mest utbredt", SUPPORTED)]),
    (
        27,
        "Rundt halvparten av krisesentertilbudene had",
        [("Rundt halvparten", SUPPORTED), ("en tilsvarende andel", SUPPORTED)],
    ),
    (29, "De fleste har ikke skriftlige avtaler", [("De fleste", UNDECIDED)]),
    (31, "I perioden 2015 til 2020 har det blitt mer v", [("mer vanlig", SUPPORTED)]),
    (31, "De fleste har imidlertid fortsatt ikke-skrif", [("De fleste", SUPPORTED)]),
    (33, "Trenger du hjelp?", []),
    (35, "Trenger du eller noen du kjenner hjelp mot v", [("noen", UNDECIDED)]),
    (37, "Trenger du mer informasjon, kan du gå inn på", [("mer", UNDECIDED)]),
]


def check(text: str, data: Data = DATA):
    return check_text(text, data, TERMS)


def statuses(text: str, data: Data = DATA) -> list[str]:
    return [f.status for f in check(text, data).findings]


# -- the published page


def test_the_published_page_sentence_by_sentence():
    result = check(PAGE)
    found = [
        (s.line, s.text[:44], [(f.text, f.status) for f in result.findings if (f.line, f.sentence) == (s.line, s.text)])
        for block in read_blocks(PAGE, TERMS.abbreviations)[0]
        for s in block.sentences
    ]
    assert found == PUBLISHED
    assert result.counts == {SUPPORTED: 28, UNSUPPORTED: 1, CONTRADICTED: 1, UNDECIDED: 6}


def test_the_published_page_what_the_issue_names():
    result = check(PAGE)
    by_text = {(f.line, f.text): f for f in result.findings}
    police = by_text[(5, "Alle")]
    assert [(c.slag, c.verdi, c.nevner) for c in police.cells] == [("kvinner", 42, 43), ("menn", 39, 39)]
    assert "kvinner/politi «nesten alle»" in police.why
    forum = by_text[(15, "Økende")]
    assert "kvinner 29→32 (opp), menn 31→29 (ned); to år er ingen utvikling" in forum.why
    assert by_text[(17, "3 flere")].remark == "merk: basen er endret fra 44 til 43"
    assert len(result.conflicts) == 1
    conflict = result.conflicts[0]
    assert {f.line for f in conflict.first} == {1, 11} and {f.line for f in conflict.second} == {27}
    assert conflict.cells == (
        "samarbeidsform/tilbud=kvinner/instans=barneverntjenesten/samarbeidsform=skriftlig_avtale/2020",
        "samarbeidsform/tilbud=menn/instans=barneverntjenesten/samarbeidsform=skriftlig_avtale/2020",
    )


def test_every_count_that_the_published_page_prints_is_confirmed_against_its_cell():
    counts = [f for f in check(PAGE).findings if f.kind in {"av", "antall"}]
    told = [(f.text, *(c.told for c in f.cells)) for f in counts]
    assert told == [
        ("32 av de 43", "kvinner"),
        ("29 av 39", "menn"),
        ("42 av 43", "kvinner/familievern", "kvinner/psykisk_helse", "kvinner/politi", "kvinner/rusomsorg"),
        ("39", "kvinner/boligkontor"),
        ("38", "kvinner/barnehus"),
        ("36", "kvinner/overgrepsmottak"),
        ("38 av 39", "menn/psykisk_helse"),
        ("36", "menn/boligkontor"),
        ("35", "menn/overgrepsmottak"),
        ("35", "menn/barnehus"),
    ]
    assert {f.status for f in counts} == {SUPPORTED}


def test_our_own_page_has_nothing_that_is_contradicted(utgave):
    blocks = [line.partition(": ")[2] for line in page_text(utgave.side).splitlines() if not line.startswith("tr:")]
    result = check("\n\n".join(blocks).replace("~", "\u00a0"))
    assert [f for f in result.findings if f.status in WRONG] == []
    assert result.counts[SUPPORTED] >= 15
    assert result.conflicts == ()


# -- sentences that are true, or may be

TRUE = """
Nesten alle krisesentrene for kvinner samarbeider med politiet.
42 av 43 krisesentre samarbeider med politiet.
Av 43 krisesentertilbud til kvinner samarbeidet 42 med politiet.
I 2019 samarbeidet 42 av 44 krisesentertilbud til kvinner med politiet.
Alle 39 krisesentertilbud til menn samarbeider med familievernet.
Alle krisesentrene samarbeider med NAV.
Alle sentrene unntatt ett samarbeider med politiet.
Ikke alle krisesentrene samarbeider med politiet.
74 prosent av krisesentertilbudene til kvinner deltok i samarbeidsfora.
Tre av fire krisesentre deltok i samarbeidsfora.
Politiet samarbeider 42 av 43 sentre for kvinner med.
32 av 43 sentre for kvinner og 29 av 39 sentre for menn deltok i samarbeidsfora i 2020.
Nesten alle, 42 av 43, sentre for kvinner samarbeider med politiet.
39 av 43 sentre for kvinner samarbeider med boligkontor, 38 med barnehus og 36 med overgrepsmottak.
Antall sentre for menn som deltok i samarbeidsfora, gikk ned fra 31 i 2019 til 29 i 2020.
Blant tilbudene til menn deltok 29 av 39. Det er 2 færre enn i 2019.
Sentre for kvinner (32 av 43) og menn (29 av 39) deltok i samarbeidsfora.
De fleste sentre som samarbeider med NAV, har ikke-skriftlig avtale med politiet.
Alle krisesentrene i Oslo samarbeider med politiet.
Alle krisesentrene ønsker å samarbeide med politiet.
Med politiet samarbeider 42 av 43, med NAV alle.
43 og 42 sentre for kvinner samarbeider med henholdsvis NAV og politiet.
I 2019 hadde 12 av 44 tilbud til kvinner skriftlig avtale med NAV. I 2020 var det 14 av 43.
Få krisesentre har skriftlig avtale med boligkontor.
Under halvparten av krisesentrene har skriftlig avtale med NAV.
Flere krisesentre for kvinner deltok i samarbeidsfora i 2020 enn i 2019.
Det er 3 flere sentre for kvinner som deltok i samarbeidsfora enn i 2019.
Minst 40 krisesentre samarbeider med politiet.
Over 30 sentre for kvinner deltok i samarbeidsfora.
Ingen sentre for kvinner samarbeider ikke med NAV.
Færre tilbud til menn deltok i samarbeidsfora enn i 2019.
Samarbeid med NAV og barneverntjenesten er mest utbredt.
Skriftlig avtale er vanligst med barneverntjenesten.
Faste kontaktpersoner er vanligst hos politiet.
Bruken av skriftlige avtaler med NAV har vært økende i perioden 2015–2020.
Skriftlig avtale med NAV er mer vanlig enn i 2015.
Det er sjelden med skriftlig avtale med boligkontor.
231 kommuner hadde formelt samarbeid med barnevernet i 2019.
Om lag halvparten av tilbudene har fast kontaktperson hos NAV.
Av dem som svarte, samarbeider alle krisesentrene for kvinner med familievernet.
21 av 43 tilbud til kvinner har skriftlig avtale med minst én instans.
49 prosent av tilbudene til kvinner har skriftlig avtale med minst én instans.
Samarbeidet med politiet er stabilt.
1 668 beboere bodde på krisesentrene.
Rundt halvparten av tilbudene til menn og kvinner hadde fast kontaktperson hos politiet.
De fleste tilbudene til menn deltar i samarbeidsfora, og 38 av 39 samarbeider med psykisk helsetjeneste.
Alle krisesentrene for kvinner med skriftlig avtale med NAV samarbeider med politiet.
32 av 43 sentre for kvinner deltok i samarbeidsfora. 39 sentre har tilbud til menn.
29 av 39 tilbud til menn deltok i samarbeidsfora. I 2020 var det 39 tilbud til menn.
32 av 43 tilbud til kvinner deltok i samarbeidsfora. Det var 1 færre tilbud til kvinner enn i 2019.
Alle sentrene for menn samarbeider med NAV, og nesten alle, 42 av 43 sentre for kvinner, samarbeider med politiet.
32 av 43 sentre for kvinner deltok i samarbeidsfora, og 39 sentre hadde tilbud til menn.
Krisesentrene samarbeider med ni instanser.
Alle krisesentrene samarbeider med minst sju instanser.
Ett av krisesentrene samarbeider med politiet.
Av politi og barnehus er samarbeid med politi mest utbredt.
Ikke-skriftlige avtaler er mest vanlig.
Dersom alle krisesentrene samarbeider med politiet, er det bra.
Halvparten av tilbudene til kvinner har fast kontaktperson hos NAV.
Alle sentrene i etablerte samarbeidsfora samarbeider med andre instanser.
Alle krisesentrene har samarbeidet med politiet siden 2015.
Alle krisesentrene for kvinner samarbeider med familievernet.
Alle krisesentrene samarbeider med familievernet.
Alle krisesentrene samarbeider med NAV eller politiet.
Alle krisesentrene samarbeider med NAV, men ikke alle med politiet.
Over 40 av 43 krisesentre samarbeider med politiet.
Tilbudene til kvinner: 42 samarbeider med politiet.
Krisesentrene for menn hadde et svært utbredt samarbeid med NAV.
De aller fleste krisesentrene samarbeider med barnehus.
I 2019 deltok 29 av 44 tilbud til kvinner i samarbeidsfora.
Færre enn 40 sentre for kvinner samarbeider med boligkontor.
90,7 prosent av sentrene for kvinner samarbeider med boligkontor.
Ca. 75 pst. av krisesentertilbudene til kvinner deltok i samarbeidsfora.
6 av 40 tilbud til kvinner hadde skriftlig avtale med psykisk helsetjeneste.
6 av 36 tilbud til kvinner hadde skriftlig avtale med psykisk helsetjeneste.
Alle krisesentrene har tilbud til kvinner, og 39 har tilbud til menn.
**Alle krisesentrene** samarbeider med [NAV](https://example.org/nav) og barnevernstjenesten.
"""


@pytest.mark.parametrize("sentence", TRUE.strip().splitlines())
def test_a_true_sentence_is_never_called_false(sentence):
    assert not WRONG & set(statuses(sentence)), as_text(check(sentence), "", "")


def test_true_sentences_one_after_another_are_not_called_false():
    result = check(" ".join(TRUE.strip().splitlines()))
    assert [f.sentence for f in result.findings if f.status in WRONG] == []


def test_most_true_sentences_are_confirmed():
    lines = TRUE.strip().splitlines()
    assert len(lines) >= 60
    assert sum(SUPPORTED in statuses(line) for line in lines) >= 35


# -- sentences that are false, each with the claim that is

FALSE = [
    ("Alle krisesentrene for kvinner samarbeider med politiet.", "Alle"),
    ("41 av 43 krisesentre samarbeider med politiet.", "41 av 43"),
    ("Av 44 krisesentertilbud til kvinner samarbeidet 42 med politiet i 2020.", "44"),
    ("I 2019 samarbeidet 43 av 44 krisesentertilbud til kvinner med politiet.", "43 av 44"),
    ("Alle 40 krisesentertilbud til menn samarbeidet med familievernet i 2020.", "40"),
    ("Ingen av krisesentrene samarbeider med NAV.", "Ingen av"),
    ("80 prosent av krisesentertilbudene til kvinner deltok i samarbeidsfora.", "80 prosent"),
    ("31 av 43 sentre for kvinner og 29 av 39 sentre for menn deltok i samarbeidsfora i 2020.", "31 av 43"),
    ("De fleste krisesentrene har skriftlig avtale med NAV.", "De fleste"),
    ("39 av 43 sentre for kvinner samarbeider med boligkontor, 37 med barnehus og 36 med overgrepsmottak.", "37"),
    ("Få krisesentre samarbeider med politiet.", "Få"),
    ("Rundt halvparten av krisesentrene samarbeider med barnehus.", "Rundt halvparten"),
    ("Flere tilbud til menn deltok i samarbeidsfora enn i 2019.", "Flere"),
    ("Det er 4 flere sentre for kvinner som deltok i samarbeidsfora enn i 2019.", "4 flere"),
    ("Skriftlig avtale med NAV er mindre vanlig enn i 2015.", "mindre vanlig"),
    ("Under halvparten av tilbudene til menn deltok i samarbeidsfora.", "Under halvparten"),
    ("Over 35 sentre for kvinner deltok i samarbeidsfora.", "Over 35"),
    ("Samarbeid med overgrepsmottak er mest utbredt.", "mest utbredt"),
    ("Det er sjelden med samarbeid om enkeltsaker med NAV.", "sjelden"),
    ("Skriftlige avtaler med NAV har vært synkende i perioden 2015–2020.", "synkende"),
    ("250 kommuner hadde formelt samarbeid med barnevernet i 2019.", "250"),
    ("Nesten alle tilbudene til kvinner har fast kontaktperson hos NAV.", "Nesten alle"),
    ("25 av 43 tilbud til kvinner har skriftlig avtale med minst én instans.", "25 av 43"),
    ("Alle krisesentrene samarbeider med NAV, politiet og rusomsorg.", "Alle"),
    ("Like mange tilbud til menn deltok i samarbeidsfora som i 2019.", "Like mange"),
    ("Litt færre tilbud til kvinner deltok i samarbeidsfora enn i 2019.", "Litt færre"),
    (
        "De fleste tilbudene til menn har skriftlig avtale med boligkontor (3), barnehus (4) og politiet (8).",
        "De fleste",
    ),
    ("Alle tilbudene til menn samarbeider med psykisk helsetjeneste (38 av 39).", "Alle"),
    ("Alle tilbudene til kvinner unntatt to samarbeider med politiet.", "Alle tilbudene til kvinner unntatt to"),
]


@pytest.mark.parametrize(("sentence", "claim"), FALSE, ids=[s[:60] for s, _ in FALSE])
def test_a_false_claim_is_contradicted_and_nothing_else_in_its_sentence_is(sentence, claim):
    found = {f.text: f.status for f in check(sentence).findings}
    assert found.pop(claim) == CONTRADICTED
    assert not WRONG & set(found.values())


@pytest.mark.parametrize(
    "sentence",
    [
        "Alle krisesentrene i Oslo samarbeider med politiet.",
        "41 av 43 av de største krisesentrene samarbeider med politiet.",
        "Økende antall tilbud til kvinner deltok i samarbeidsfora fra 2019 til 2020.",
        "Om lag 40 av 43 krisesentre samarbeider med politiet.",
        "Mange krisesentre samarbeider med politiet.",
        "De fleste har ikke avtale.",
        "Samarbeider alle krisesentrene med politiet?",
        "42 kvinner samarbeider med politiet.",
    ],
)
def test_what_cannot_be_confirmed_is_not(sentence):
    assert SUPPORTED not in statuses(sentence)


# -- the words of the lexicon over all numbers

CELLS = [c for c in DATA.cells if c.statistikk.id in {"samarbeid", "samarbeidsform"} and c.open and c.aar == 2020]
PARTNERS = sorted({c.code("instans") for c in CELLS})
QUANTITIES = [(w, form) for w in NB.families["mengde"] for form in w.forms]
DEEDS = {
    "": "samarbeidet med {i}",
    "enkeltsaker": "samarbeidet om enkeltsaker med {i}",
    "fast_kontakt": "hadde fast kontaktperson hos {i}",
    "skriftlig_avtale": "hadde skriftlig samarbeidsavtale med {i}",
    "ikke_skriftlig_avtale": "hadde ikke-skriftlig avtale med {i}",
}


def with_cell(cell, antall: int) -> Data:
    """The data with another count in one cell, where all have answered."""
    answers = {"verdi": antall, "nei": cell.av - antall, "vet_ikke": 0, "ubesvart": 0, "ikke_spurt": 0}
    return Data(MODEL, changed(cell.statistikk.id, *cell.koder, **answers), "nb", 2020)


def named(partner: str) -> str:
    return DATA.name(MODEL["samarbeid"], "instans", partner)


def deed_of(cell) -> str:
    return DEEDS[cell.code("samarbeidsform")].format(i=named(cell.code("instans")))


def in_year(group: str, partner: str, form: str, year: int = 2020):
    at = ("samarbeidsform", (group, partner, form)) if form else ("samarbeid", (group, partner))
    return DATA.series[at][year]


@series(150)
@given(st.sampled_from(CELLS), st.sampled_from(QUANTITIES), st.data())
def test_a_quantity_is_judged_by_the_lexicon_for_every_cell_and_count(cell, quantity, more):
    word, form = quantity
    antall = more.draw(st.integers(0, cell.nevner))
    of = " av" if word.partitive else ""
    deed = deed_of(cell)
    sentence = f"{form.capitalize()}{of} krisesentertilbudene til {cell.slag} {deed} i 2020."
    data = with_cell(cell, antall)
    new = data.series[cell.series][2020]
    (status,) = statuses(sentence, data)
    if word.holds((new,), NB.limits):
        assert status == SUPPORTED
    elif word.true_in.low == word.true_in.high == Fraction(1, 2):
        assert status in {CONTRADICTED, UNDECIDED}
    else:
        assert status == CONTRADICTED


@series(100)
@given(st.sampled_from(CELLS), st.integers(0, 46), st.integers(36, 46), st.booleans())
def test_a_count_is_confirmed_only_where_it_and_its_base_are_right(cell, antall, base, brackets):
    deed = deed_of(cell)
    sentence = f"Blant tilbudene til {cell.slag} var det {antall} av {base} som {deed} i 2020."
    if brackets:
        sentence = f"Tilbudene til {cell.slag} {deed} ({antall} av {base})."
    right = (antall, base) == (cell.verdi, cell.nevner)
    (status,) = statuses(sentence)
    assert (status == SUPPORTED) == right
    assert status != CONTRADICTED or not right


@series(100)
@given(st.sampled_from(CELLS), st.sampled_from(NB.families["endring"]), st.integers(2015, 2019))
def test_a_change_that_holds_is_never_called_false(cell, word, year):
    before, deed = DATA.series[cell.series][year], deed_of(cell)
    joint = "som" if word.rule == "likt" else "enn"
    (status,) = statuses(f"{word.forms[0].capitalize()} tilbud til {cell.slag} {deed} i 2020 {joint} i {year}.")
    if not before.open:
        assert status == UNDECIDED
    elif RULES[word.rule]((cell, before), NB.limits):
        assert status == SUPPORTED
    else:
        assert status != SUPPORTED


@series(100)
@given(st.sampled_from(CELLS), st.sampled_from(NB.families["trend"]), st.integers(2015, 2018), st.data())
def test_a_trend_that_holds_is_never_called_false(cell, word, start, more):
    form = more.draw(st.sampled_from(word.forms))
    what = {"": "Samarbeid", "enkeltsaker": "Samarbeid om enkeltsaker", "fast_kontakt": "Fast kontaktperson"}
    written = "Skriftlig avtale" if cell.code("samarbeidsform") == "skriftlig_avtale" else "Ikke-skriftlig avtale"
    noun = what.get(cell.code("samarbeidsform")) or written
    unit = [DATA.series[cell.series][y] for y in range(start, 2021)]
    name = named(cell.code("instans"))
    (status,) = statuses(f"{noun} med {name} for tilbud til {cell.slag} var {form} i perioden {start}–2020.")
    if not all(c.open for c in unit):
        assert status == UNDECIDED
    elif RULES[word.rule](tuple(unit), NB.limits):
        assert status == SUPPORTED
    else:
        assert status != SUPPORTED


@series(150)
@given(
    st.lists(st.sampled_from(PARTNERS), min_size=2, max_size=5, unique=True),
    st.sampled_from(["kvinner", "menn", "begge"]),
    st.sampled_from(QUANTITIES),
    st.sampled_from(sorted(DEEDS)),
)
def test_a_list_of_partners_is_confirmed_when_the_word_holds_for_each(partners, group, quantity, form):
    word, text = quantity
    groups = ["kvinner", "menn"] if group == "begge" else [group]
    names = [named(p) for p in partners]
    listed = f"{', '.join(names[:-1])} og {names[-1]}"
    whom = "krisesentrene" if group == "begge" else f"krisesentrene for {group}"
    of = " av" if word.partitive else ""
    cells = [in_year(g, p, form) for g in groups for p in partners]
    (status,) = statuses(f"{text.capitalize()}{of} {whom} {DEEDS[form].format(i=listed)}.")
    holds = all(word.holds((c,), NB.limits) for c in cells)
    assert (status == SUPPORTED) == holds
    assert status != CONTRADICTED or not holds


SELF_CONTAINED = [line for line in TRUE.strip().splitlines() if not line.startswith("Blant tilbudene til menn deltok")]


@series(100)
@given(st.lists(st.sampled_from(SELF_CONTAINED), min_size=2, max_size=4), st.sampled_from([" ", "\n\n", "\n\n- "]))
def test_true_sentences_in_any_order_are_not_called_false(lines, between):
    text = between.join(lines)
    assert [f for f in check(text).findings if f.status in WRONG] == []


@st.composite
def true_clauses(draw) -> str:
    """Two to four true clauses, with what the reader can fill in left out: «39 av 43 sentre for kvinner samarbeidet med
    boligkontor, 38 med barnehus, mens 36 av 39 tilbud til menn …»."""
    text, group, form = "", "", ""
    for _ in range(draw(st.integers(2, 4))):
        whole = not text or draw(st.booleans())
        if whole:
            group, form = draw(st.sampled_from(["kvinner", "menn"])), draw(st.sampled_from(sorted(DEEDS)))
        partner = draw(st.sampled_from(PARTNERS))
        cell = in_year(group, partner, form)
        words = [w for w in NB.families["mengde"] if w.holds((cell,), NB.limits) and not w.partitive]
        amounts = [f"{cell.verdi} av {cell.nevner}", f"{cell.verdi} av de {cell.nevner}", str(cell.verdi)]
        amount = draw(st.sampled_from([*amounts, *(f for w in words for f in w.forms)]))
        name = named(partner)
        deed = DEEDS[form].format(i=name)
        noun = draw(st.sampled_from(["tilbud til", "krisesentertilbudene til", "sentre for"]))
        clause = f"{amount} {noun} {group} {deed}"
        if whole and draw(st.booleans()):
            verb, rest = deed.split(" ", 1)
            clause = f"blant tilbudene til {group} {verb} {amount} {rest}"
        elif not whole:
            clause = draw(st.sampled_from([f"{amount} {deed}", f"{amount} {'hos' if form else 'med'} {name}"]))
        joint = draw(st.sampled_from([", og ", " og ", ", ", ", mens ", ". ", "; ", ", men "])) if text else ""
        text += joint + (clause[0].upper() + clause[1:] if joint in {"", ". "} else clause)
    return text + "."


@series(300)
@given(true_clauses())
def test_true_clauses_with_parts_left_out_are_not_called_false(text):
    assert [f for f in check(text).findings if f.status in WRONG] == []


VOCABULARY = [
    *sorted({" ".join(phrase) for options in TERMS.phrases.values() for phrase, *_ in options}),
    *("42", "43", "39", "2019", "2020", "(38)", ",", ".", "og", "?", "42 av 43", "29 av 39"),
]


@series(150)
@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=25))
def test_any_order_of_known_words_gives_a_report_and_the_same_twice(words):
    text = " ".join(words)
    assert as_json(check(text), "t", "d") == as_json(check(text), "t", "d")


@series(100)
@given(st.text(max_size=200))
def test_any_text_gives_a_report_without_control_characters(text):
    report = as_text(check(text), text, "d")
    assert all(c.isprintable() or c == "\n" for c in report)
    json.loads(as_json(check(text), "t", "d"))


# -- forms of text


def test_markdown_is_read_as_its_words():
    text = """# Samarbeid

## Tilbud til menn

- **Alle** krisesentertilbudene til menn samarbeider med [politiet](https://example.org/a_b).
1. De fleste tilbudene til menn deltok i `samarbeidsfora`.

| Instans | Kvinner |
|---|---|
| NAV | 41 |

```
42 av 43
```

> Alle krisesentrene samarbeider med politiet.
"""
    result = check(text)
    assert [(f.line, f.text, f.status) for f in result.findings] == [
        (5, "Alle", SUPPORTED),
        (6, "De fleste", SUPPORTED),
        (16, "Alle", UNDECIDED),
    ]
    assert "flere lesemåter" in result.findings[-1].why
    assert result.skipped == (8, 9, 10, 12, 13, 14)
    assert "Tabeller og kode leses ikke (linje 8–10, 12–14)." in as_text(result, "t.md", "d")


def test_a_heading_that_names_a_group_or_a_year_makes_a_bare_sentence_undecided():
    for heading in ("## Tilbud til menn", "Tilbud til menn"):
        assert statuses(f"{heading}\n\nAlle krisesentrene samarbeider med politiet.") == [UNDECIDED]
    for heading in ("## Utgaven for 2019", "Tallene gjelder 2019."):
        assert statuses(f"{heading}\n\nAlle krisesentrene for kvinner samarbeider med NAV.") == [UNDECIDED]
        assert statuses(f"{heading}\n\n41 av 43 krisesentre samarbeider med politiet i 2020.") == [CONTRADICTED]


def test_a_broken_line_is_one_sentence_and_a_doubtful_break_is_said():
    assert statuses("Nesten alle krisesentrene for kvinner\nsamarbeider med\npolitiet.") == [SUPPORTED]
    result = check("Alle krisesentrene for kvinner samarbeider med politiet\nDe fleste samarbeider med boligkontor")
    assert {f.status for f in result.findings} == {UNDECIDED}
    assert "linjeskiftet kan være slutten på en setning" in result.findings[0].why


@pytest.mark.parametrize("text", ["", "\n\n \n", "Dette er en tekst om noe.", "\ufeff"])
def test_a_text_without_claims(text):
    result = check(text)
    assert result.findings == ()
    assert "Fant ingen påstander om tall." in as_text(result, "t.txt", "d")


def test_numbers_of_another_statistic_are_not_decided():
    for text in ("1 668 beboere bodde på krisesentrene.", "Ring 116 006.", "Loven er fra 19. juni 2009 nr. 44."):
        found = statuses(text)
        assert found and set(found) == {UNDECIDED}, text


def test_a_year_that_the_data_does_not_have():
    result = check("I 2012 samarbeidet alle krisesentrene for menn med NAV.")
    assert [(f.status, f.why) for f in result.findings] == [(UNDECIDED, "året 2012 er ikke med i tallene")]
    assert statuses("I 2015 hadde de fleste tilbudene til menn fast kontaktperson hos NAV.") == [UNDECIDED]


def test_control_characters_are_shown_as_codes_and_decide_nothing():
    text = "Alle krisesentrene samar\u200bbeider med politiet\x1b[31m\x07.\u202e"
    result = check(text)
    assert {f.status for f in result.findings} == {UNDECIDED}
    report = as_text(result, "t\x1b.txt", "d")
    assert "\x1b" not in report and "\\x1b" in report and "\u202e" not in report


@pytest.mark.thorough
def test_the_work_grows_with_the_text():
    def seconds(times: int) -> float:
        text = "\n\n".join([PAGE] * times)
        start = time.process_time()
        check(text)
        return time.process_time() - start

    seconds(1)
    small, large = min(seconds(4) for _ in range(3)), min(seconds(32) for _ in range(2))
    assert large < 8 * small * 2


@pytest.mark.thorough
@pytest.mark.parametrize("piece", ["42 av 43, og ", "(42) ", "alle ", "NAV, ", "2019 til ", "ca. ", "1 "])
def test_one_endless_sentence_is_soon_read(piece):
    start = time.process_time()
    result = check("Alle sentre samarbeider med " + piece * 20_000)
    assert time.process_time() - start < 5
    assert not WRONG & {f.status for f in result.findings}


# -- the term list


def test_the_term_list_knows_every_partner_form_and_group_of_the_data():
    known = {
        (kind, value) for options in TERMS.phrases.values() for _, kind, value in options if isinstance(value, str)
    }
    for kind, dimension in (("slag", "tilbud"), ("del", "instans"), ("form", "samarbeidsform")):
        assert {(kind, code) for code in MODEL["samarbeidsform"].per[dimension].koder} <= known
    assert set(MODEL["kommunalt_samarbeid"].per["instans"].koder) == set(TERMS.others.values())
    for partner in PARTNERS:
        assert [i.kind for i in TERMS.items(named(partner))] == ["del"], partner


def test_the_model_says_which_statistics_the_sentences_are_about():
    assert TERMS.roles == Roles(
        *(
            "tilbud",
            "instans",
            "samarbeidsform",
            "forum",
            "samarbeid",
            "samarbeidsform",
            "kommunalt_samarbeid",
            "kommune",
        ),
        {"skriftlig_avtale": "skriftlig_noen"},
    )


def test_faults_in_the_term_list_are_told_all_at_once(tmp_path):
    text = TERM_FILE.read_text(encoding="utf-8")
    path = tmp_path / "termer.yaml"
    broken = text.replace("    barnehus: [", "    barnehuus: [", 1).replace("[rusomsorgen", "[politi")
    broken = broken.replace("  sjelden: [", "  sjeldnare: [", 1)
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(Problems) as error:
        load_terms(path, NB, DATA)
    told = str(error.value)
    assert "koden «barnehuus»" in told and "«politi» med to betydninger" in told and "«sjeldnare»" in told
    path.write_text(text.replace("tallord:", "talord:"), encoding="utf-8")
    with pytest.raises(Problems, match="mente du «tallord»"):
        load_terms(path, NB, DATA)


# -- the command


@pytest.fixture
def project(tmp_path) -> Path:
    """A project folder with the numbers of 2020 built."""
    for name in ("raw/codebooks", "raw/register", "statistikk"):
        shutil.copytree(PROJECT / "data" / name, tmp_path / "data" / name)
    shutil.copytree(PROJECT / "workflow" / "schemas", tmp_path / "workflow" / "schemas")
    shutil.copytree(PROJECT / "templates" / "leksikon", tmp_path / "templates" / "leksikon")
    shutil.copy(PROJECT / "config.yaml", tmp_path)
    built = tmp_path / "results" / "2020" / "ut" / "utdata"
    built.mkdir(parents=True)
    for path in COUNTS:
        shutil.copy(path, built)
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "krisestat", "sjekk-tekst", *arguments],
        cwd=project,
        env={"PYTHONPATH": str(PROJECT / "scripts"), "PYTHONHASHSEED": "7", "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )


def test_the_command_tells_by_its_exit_code(project):
    for name, text, code in (("a.txt", "Alle krisesentrene samarbeider med NAV.", 0), ("b.txt", PAGE, 1)):
        (project / name).write_text(text, encoding="utf-8")
        done = run(project, name)
        assert (done.returncode, done.stderr) == (code, b"")
        report, _ = command.run(project / name, "", False, READERS, project)
        assert done.stdout.decode("utf-8") == report.replace(str(project / name), name)
    told = json.loads(run(project, "b.txt", "--json").stdout)
    assert told["oppsummering"] == check(PAGE).counts
    police = next(p for p in told["paastander"] if p["linje"] == 5)
    assert police["spoerringer"] == [
        {
            "statistikk": "samarbeid",
            "tilbud": ["kvinner", "menn"],
            "instans": ["politi"],
            "samarbeidsform": "",
            "aar": 2020,
        }
    ]
    assert told["uforenlige"][0]["linjer"] == [[1, 11], [27]]


def test_what_the_command_cannot_read_has_five_parts(project):
    (project / "latin.txt").write_bytes("Første linje\nAlle på krisesenter".encode("cp1252"))
    (project / "mappe").mkdir()
    (project / "ok.txt").write_text("Alle krisesentrene samarbeider med NAV.", encoding="utf-8")
    cases = [
        ("borte.txt", "", "ingen fil"),
        ("mappe", "", "en mappe"),
        ("latin.txt", "", "0xf8, som ikke er UTF-8"),
        ("ok.txt", "2019", "snakemake --cores 4 --config aar=2019"),
        ("ok.txt", "", "make publication"),
    ]
    for path in COUNTS:
        (project / "results" / "2020" / "ut" / "utdata" / path.name).unlink()
    for name, edition, expected in cases:
        with pytest.raises(Problems) as error:
            command.run(project / name, edition, False, READERS, project)
        for part in (expected, "Fant:", "Ventet:", "Gjør:"):
            assert part in str(error.value), name
