"""The status of a point and the assessment of an agreement, from answers and fields alone."""

import json
from dataclasses import asdict
from itertools import combinations_with_replacement
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krisestat.agreements.assess import RULEBOOK, evaluation_due, load_regler, vurder
from krisestat.agreements.checklist import PUNKTSVAR, load_sjekkliste
from krisestat.agreements.coverage import counts, leaf_answers, status
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.base.errors import Problems
from tests.support.agreement_rows import agreement
from tests.support.project import PROJECT

LISTE, LOVER = load_sjekkliste(root=PROJECT), load_lovgrunnlag(root=PROJECT)
REGLER = load_regler(LISTE.by_id, LOVER, PROJECT)
DATO = "2020-12-31"
# An agreement that no rule has anything to say of.
AVTALE = agreement().rad
DEKKET = {leaf.id: "dekket" for leaf in LISTE.leaves}


def found(avtale: dict | None = None, svar: dict | None = None, dato: str = DATO, liste=LISTE) -> list[str]:
    """The rules that hold for the agreement with some fields and answers changed."""
    made = vurder(AVTALE | (avtale or {}), DEKKET | (svar or {}), liste, LOVER, REGLER, dato)
    return [funn.regel for funn in made.funn]


# --- the status of a point


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        (["dekket", "dekket"], "dekket"),
        (["mangler", "mangler"], "mangler"),
        (["dekket", "mangler"], "delvis"),
        (["delvis", "ubesvart"], "delvis"),
        (["dekket", "ubesvart"], "ubesvart"),
        (["mangler", "ubesvart"], "ubesvart"),
        (["dekket", "ikke_relevant", "ikke_spurt"], "dekket"),
        (["ikke_relevant", "ikke_spurt"], "ikke_relevant"),
        (["ikke_spurt", "ikke_spurt"], "ikke_spurt"),
        *(([one], one) for one in PUNKTSVAR),
    ],
)
def test_status_by_the_rule(answers, wanted):
    assert status(answers) == wanted


def test_status_of_every_combination_of_four_answers():
    """As the rule is written, one clause at a time, and whatever the order."""
    for answers in combinations_with_replacement(PUNKTSVAR, 4):
        kept = [a for a in answers if a not in ("ikke_relevant", "ikke_spurt")]
        if not kept:
            wanted = "ikke_spurt" if all(a == "ikke_spurt" for a in answers) else "ikke_relevant"
        elif "delvis" in kept or ("dekket" in kept and "mangler" in kept):
            wanted = "delvis"
        elif "ubesvart" in kept:
            wanted = "ubesvart"
        else:
            wanted = "dekket" if all(a == "dekket" for a in kept) else "mangler"
        assert status(answers) == status(reversed(answers)) == wanted, answers


@given(st.lists(st.sampled_from(PUNKTSVAR), min_size=1))
def test_what_is_not_relevant_or_not_asked_never_changes_the_rest(answers):
    assert sum(counts(answers).values()) == len(answers) and list(counts(answers)) == list(PUNKTSVAR)
    if {*answers} - {"ikke_relevant", "ikke_spurt"}:
        assert status([*answers, "ikke_relevant", "ikke_spurt"]) == status(answers)


def test_a_leaf_that_the_legal_basis_does_not_ask_is_not_relevant_whatever_was_answered():
    point = LISTE.by_id["lovhjemmel"]
    conditional = [leaf for leaf in point.leaves if leaf.lovgrunnlag]
    answers = leaf_answers(point, dict.fromkeys((leaf.id for leaf in conditional), "mangler"), "avtale")
    assert answers.count("ikke_relevant") == len(conditional) and answers.count("ubesvart") == 1
    assert "ikke_relevant" not in leaf_answers(point, {}, "")


# --- the assessment


def test_an_agreement_that_covers_all_has_nothing_to_look_at():
    made = vurder(AVTALE, DEKKET, LISTE, LOVER, REGLER, DATO)
    assert not (made.funn or made.mangler or made.delvis or made.ubesvart)
    assert [point["status"] for point in made.punkter.values()] == ["dekket"] * len(LISTE.punkter)


def test_what_is_missing_comes_gravest_first_then_in_the_order_of_the_list():
    made = vurder(AVTALE, dict.fromkeys(DEKKET, "mangler"), LISTE, LOVER, REGLER, DATO)
    places = {leaf.id: number for number, leaf in enumerate(LISTE.leaves)}
    asked = [leaf.id for leaf in LISTE.leaves if leaf.asked_under(AVTALE["lovgrunnlag"])]
    assert sorted(made.mangler) == sorted(asked)
    keys = [(-LISTE.by_id[id].vekt, places[id]) for id in made.mangler]
    assert keys == sorted(keys)


def test_a_point_of_the_source_is_judged_without_the_additions_under_it():
    point = LISTE.by_id["samarbeid"]
    added = [leaf.id for leaf in point.leaves if leaf.opphav == "tillegg"]
    made = vurder(AVTALE, DEKKET | dict.fromkeys(added, "mangler"), LISTE, LOVER, REGLER, DATO)
    assert made.punkter[point.id]["status"] == "dekket" and made.punkter[point.id]["mangler"] == 0
    assert set(made.mangler) == set(added)
    of_additions = [top for top in LISTE.punkter if top.opphav == "tillegg"]
    made = vurder(AVTALE, DEKKET | {of_additions[0].id: "mangler"}, LISTE, LOVER, REGLER, DATO)
    assert made.punkter[of_additions[0].id]["status"] == "mangler"


@given(st.fixed_dictionaries(dict.fromkeys(DEKKET, st.sampled_from([*PUNKTSVAR, ""]))), st.sampled_from(sorted(LOVER)))
def test_every_leaf_is_counted_once_and_the_assessment_is_plain_data(svar, basis):
    told = asdict(vurder(AVTALE | {"lovgrunnlag": basis}, svar, LISTE, LOVER, REGLER, DATO))
    made = json.loads(json.dumps(told))
    assert {name: tuple(said) if isinstance(said, list) else said for name, said in made.items()} == told
    assert list(made["punkter"]) == [top.id for top in LISTE.punkter]
    total = {one: sum(point[one] for point in made["punkter"].values()) for one in PUNKTSVAR}
    beside = [leaf.id for top in LISTE.punkter for leaf in top.leaves if leaf.opphav != top.opphav]
    assert sum(total.values()) == len(LISTE.leaves) - len(beside)
    for kind, lists in (("mangler", ["mangler"]), ("delvis", ["delvis"]), ("ubesvart", ["ubesvart", "fritatt"])):
        assert len([id for name in lists for id in made[name] if id not in beside]) == total[kind]
    weights = [funn["vekt"] for funn in made["funn"]]
    assert weights == sorted(weights, reverse=True)


# A rule, and what must be changed in an agreement without faults for that rule alone to hold.
CASES = [
    ("utloept", {"varer_til": "2020-12-30"}, {}),
    ("evaluering-forfalt", {"signert": "2018-12-30", "lovgrunnlag": "avtale"}, {}),
    ("evaluering-forfalt", {"sist_evaluert": "2016-02-29"}, {}),
    ("barn-uten-skole", {}, {"skole": "ikke_relevant"}),
    ("barn-uten-barnevern", {}, {"samarbeid-enkeltsaker-barnevern": "ikke_relevant"}),
    ("skole-uten-barn", {"maalgrupper": "kvinner,menn"}, {}),
    ("vertskommune-mangler", {"vertskommune": ""}, {}),
    ("vertskommune-uten-grunnlag", {"lovgrunnlag": "iks"}, {}),
    ("hjemmel-ikke-relevant", {}, {"lovhjemmel-hjemmel": "ikke_relevant"}),
    ("formaal-ikke-relevant", {}, {"formaal": "ikke_relevant"}),
    (
        "finansiering-ikke-relevant",
        {},
        dict.fromkeys(("finansiering-prinsipp", "finansiering-plikt"), "ikke_relevant"),
    ),
    (
        "vilkaar-ikke-relevant",
        {"evalueres_hvert": None, "oppsigelse": None, "varer_til": ""},
        dict.fromkeys(("vilkaar-evaluering", "vilkaar-oppsigelse", "vilkaar-varighet"), "ikke_relevant"),
    ),
    ("personopplysninger-ikke-relevant", {}, {"personopplysninger": "ikke_relevant"}),
    ("bolig-varsel-uten-plikt", {}, {"bolig-plikt": "mangler"}),
    ("moeter-uten-deltakere", {}, {"samarbeid-generelt-hvem": "mangler"}),
    ("evaluering-uten-intervall", {"evalueres_hvert": None}, {}),
    ("intervall-uten-evaluering", {}, {"vilkaar-evaluering": "mangler"}),
    ("oppsigelse-uten-frist", {"oppsigelse": None}, {}),
    ("frist-uten-oppsigelse", {}, {"vilkaar-oppsigelse": "mangler"}),
    ("varighet-uten-dato", {"varer_til": ""}, {}),
    ("dato-uten-varighet", {}, {"vilkaar-varighet": "mangler"}),
]


@pytest.mark.parametrize(("rule", "avtale", "svar"), CASES)
def test_each_rule_holds_when_what_it_says_does(rule, avtale, svar):
    assert found(avtale, svar) == [rule]


def test_every_rule_is_tried_here():
    by_law = {"foreldet-lovgrunnlag", "lovgrunnlag-kom-senere", "lovgrunnlag-stengt", "omdanning", "viderefoert"}
    assert {rule.id for rule in REGLER} == {rule for rule, *_ in CASES} | by_law


def test_the_last_day_is_still_within():
    assert found({"varer_til": DATO}) == []
    assert found({"sist_evaluert": "2020-12-31", "evalueres_hvert": 1}, dato="2021-12-31") == []
    assert found({"sist_evaluert": "2020-12-31", "evalueres_hvert": 1}, dato="2022-01-01") == ["evaluering-forfalt"]


# A legal basis, the day it was signed and the day of the assessment: what is found, and what is to be looked at.
BY_LAW = [
    ("samkommune", "2014-01-01", "2019-12-31", ["omdanning"], []),
    ("samkommune", "2014-01-01", "2020-12-31", ["foreldet-lovgrunnlag"], []),
    ("samkommune", "2017-01-01", "2018-12-31", ["lovgrunnlag-stengt", "omdanning"], []),
    ("interkommunalt_styre_1992", "2010-01-01", "2018-12-31", [], []),
    ("interkommunalt_styre_1992", "2010-01-01", "2020-12-31", ["omdanning"], []),
    ("interkommunalt_styre_1992", "2010-01-01", "2023-12-31", ["foreldet-lovgrunnlag"], []),
    ("vertskommune_1992", "2015-01-01", "2018-12-31", [], []),
    ("vertskommune_1992", "2015-01-01", "2026-11-30", [], ["viderefoert"]),
    ("vertskommune_1992", "2020-01-01", "2020-12-31", ["lovgrunnlag-stengt"], ["viderefoert"]),
    ("vertskommune_administrativ", "2015-01-01", "2020-12-31", ["lovgrunnlag-kom-senere"], []),
]


@pytest.mark.parametrize(("kode", "signert", "dato", "funn", "kontroller"), BY_LAW)
def test_an_agreement_is_judged_by_the_law_of_its_day(kode, signert, dato, funn, kontroller):
    avtale = AVTALE | {"lovgrunnlag": kode, "signert": signert, "evalueres_hvert": 20, "varer_til": "2030-01-01"}
    made = vurder(avtale, DEKKET, LISTE, LOVER, REGLER, dato)
    assert [one.regel for one in made.funn] == funn or kode == "interkommunalt_styre_1992"
    assert [one.regel for one in made.kontroller] == kontroller
    assert all(one.vekt for one in made.funn) and not any(one.vekt for one in made.kontroller)


def test_the_evaluation_is_counted_from_the_last_one_or_from_the_signing():
    assert evaluation_due(AVTALE) == "2022-02-01"
    assert evaluation_due(AVTALE | {"sist_evaluert": "2021-03-04"}) == "2023-03-04"
    assert evaluation_due(AVTALE | {"evalueres_hvert": None}) == ""
    assert evaluation_due(AVTALE | {"sist_evaluert": "2016-02-29"}) == "2018-02-28"
    assert evaluation_due(AVTALE | {"sist_evaluert": "2016-02-29", "evalueres_hvert": 4}) == "2020-02-29"


def test_rules_of_additions_are_silent_when_the_additions_are_switched_off():
    without = load_sjekkliste(tillegg=False, root=PROJECT)
    assert "personopplysninger" not in without.by_id
    assert found({}, {"personopplysninger": "ikke_relevant"}, liste=without) == []


def test_a_legal_basis_that_is_not_in_the_list_is_no_finding():
    assert found({"lovgrunnlag": "annet"}) == []


# --- the rules as a file


def test_the_rules_say_what_is_wrong_and_what_to_do_in_both_standards_without_numbers():
    for rule in REGLER:
        for texts in (rule.tittel, rule.tekst, rule.tiltak):
            assert set(texts) == {"nb", "nn"} and all(texts.values())
            assert not any(c.isdigit() for text in texts.values() for c in text)
        for told in ("tekst", "tiltak"):
            assert all(text.endswith(".") for text in getattr(rule, told).values())
        nn = f" {rule.tittel['nn']} {rule.tekst['nn']} {rule.tiltak['nn']} ".lower()
        for word in ("ikke", "ikkje noen", "hvor", "hva", "hvilke", "noe", "bolig", "kommuner", "blir sagt opp"):
            assert f" {word} " not in nn, (rule.id, word)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("punkt: vilkaar-evaluering", "punkt: vilkaar-evalering"), "mente du «vilkaar-evaluering»"),
        (("kommunalt_oppgavefellesskap, iks]", "iks, iksx]"), "lovgrunnlaget «iksx»"),
        (("id: utloept", "id: foreldet-lovgrunnlag"), "en gang til"),
        (("slag: utloept", "slag: utløpt"), "en av foreldet_lovgrunnlag"),
        (("  slag: utloept\n", "  slag: utloept\n  maalgruppe: barn\n"), "bare motsigelser"),
        (("  felt: {vertskommune: utfylt}\n", ""), "en motsigelse med «naar» eller «felt»"),
        (("svar: [ikke_relevant]", "svar: [irrelevant]"), "dekket, delvis"),
        (("  vekt: 3\n", ""), "«vekt»"),
    ],
)
def test_broken_rules_are_told_in_five_parts(tmp_path, change, told):
    for name in (RULEBOOK, Path("workflow/schemas/avtaleregler.schema.yaml")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((PROJECT / name).read_text(encoding="utf-8"), encoding="utf-8")
    text = (tmp_path / RULEBOOK).read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / RULEBOOK).write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(Problems, match="Fant") as caught:
        load_regler(LISTE.by_id, LOVER, tmp_path)
    assert told in str(caught.value) and "regler.yaml, linje" in str(caught.value)


def test_the_assessment_does_not_depend_on_the_order_of_the_answers():
    svar = dict.fromkeys(DEKKET, "mangler")
    turned = dict(reversed(svar.items()))
    one, other = (vurder(AVTALE, given, LISTE, LOVER, REGLER, DATO) for given in (svar, turned))
    assert asdict(one) == asdict(other)
