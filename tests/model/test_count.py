"""Counting: kinds of answer kept apart, nothing lost, published figures marked and never used to change a cell."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krisestat.base.contracts import check
from krisestat.base.errors import Problems
from krisestat.model.count import count, wholes
from krisestat.model.marks import mark_published, printed_figures, published_files
from tests.support.model import edition_model, small_model
from tests.support.project import PROJECT
from tests.support.shared import series

MODEL = edition_model()
ASKED = MODEL.kilder["samarbeid"]
SVAR = ("ja", "nei", "vet_ikke", "ubesvart", "ikke_spurt")


def answers(
    rows: list[tuple], aar: int = 2020, columns=("senter", "sporsmaal", "instans", "samarbeidsform", "svar", "kolonne")
):
    """Frame of answers of women's services of a year."""
    frame = pd.DataFrame(rows, columns=list(columns)).assign(aar=aar, tilbud="kvinner")
    return frame.assign(linje=(frame["svar"] != "ubesvart") * 2)


def services(*ids: str, aar: int = 2020) -> pd.DataFrame:
    return pd.DataFrame({"aar": aar, "senter": ids, "tilbud": "kvinner", "opphav": "mottatt"})


def counted(name: str, *years: pd.DataFrame, units: pd.DataFrame, model=MODEL) -> list[dict]:
    statistic = model[name]
    return count([statistic], model.kilder[statistic.kilde], years, units).cubes[name]


def forum(*given: str, aar: int = 2020) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = [f"S{n:02}" for n in range(len(given))]
    rows = [(s, "forum", "", "", a, "k") for s, a in zip(ids, given, strict=True)]
    return answers(rows, aar), services(*ids, aar=aar)


@series(60)
@given(st.lists(st.sampled_from(SVAR), min_size=1, max_size=60))
def test_every_answer_is_counted_once_and_the_five_add_up(given_answers):
    svar, units = forum(*given_answers)
    (row,) = counted("forum", svar, units=units)
    assert row["verdi"] == given_answers.count("ja") and row["nevner"] == len(given_answers)
    assert [row[a] for a in SVAR[1:]] == [given_answers.count(a) for a in SVAR[1:]]
    check([row], MODEL["forum"].contract, "forum.csv")


@pytest.mark.parametrize(
    ("given_answers", "expected"),
    [
        (["nei", "ja", "ubesvart"], "ja"),
        (["nei", "ubesvart", "vet_ikke"], "ubesvart"),
        (["nei", "vet_ikke", "ikke_spurt"], "vet_ikke"),
        (["ikke_spurt", "nei", "nei"], "nei"),
        (["ikke_spurt", "ikke_spurt", "ikke_spurt"], "ikke_spurt"),
    ],
)
def test_at_least_one_partner_is_never_a_guess(given_answers, expected):
    partners = ["nav", "politi", "barnehus"]
    rows = [
        ("S01", "samarbeidsform", p, "skriftlig_avtale", a, "k") for p, a in zip(partners, given_answers, strict=True)
    ]
    (row,) = counted("skriftlig_noen", answers(rows), units=services("S01"))
    assert {"ja": row["verdi"]} | {a: row[a] for a in SVAR[1:]} == {a: int(a == expected) for a in SVAR}


def test_a_question_that_was_not_in_the_form_has_no_count_and_says_why():
    rows = [
        (s, "samarbeidsform", "nav", form, "ikke_spurt", column)
        for form, column in (("fast_kontakt", ""), ("enkeltsaker", "nav_enkeltsaker"))
        for s in ("S01", "S02")
    ]
    found = counted("samarbeidsform", answers(rows), units=services("S01", "S02"))
    asked, unasked = found
    assert (unasked["verdi"], unasked["nevner"], unasked["status"]) == (None, 2, "ikke_spurt")
    assert (asked["verdi"], asked["status"], asked["samarbeidsform"]) == (0, "", "enkeltsaker")


def test_the_panel_is_the_services_that_existed_and_answered_every_year():
    def asked(*given, aar):
        rows = [(f"S{n}", "samarbeid", "politi", "", a, "k") for n, a in enumerate(given)]
        return answers(rows, aar), services(*(f"S{n}" for n in range(len(given))), aar=aar)

    (first, before), (then, now) = (
        asked("ja", "nei", "ja", "ubesvart", aar=2019),
        asked("ja", "ja", "ubesvart", "ja", "ja", aar=2020),
    )
    units = pd.concat([before, now], ignore_index=True)
    rows = counted("samarbeid_panel", first, then, units=units)
    assert [(r["aar"], r["verdi"], r["nevner"]) for r in rows] == [(2019, 1, 2), (2020, 2, 2)]
    both = count([MODEL["samarbeid"]], ASKED, [first, then], units)
    assert [(r["aar"], r["verdi"], r["nevner"]) for r in both.cubes["samarbeid"]] == [(2019, 2, 4), (2020, 4, 5)]
    assert both.answered == {(2019, "kvinner"): 3, (2020, "kvinner"): 4}


def test_a_question_that_is_nowhere_has_no_observations():
    svar, units = forum("ja", "nei")
    assert counted("samarbeid", svar, units=units) == []
    assert counted("samarbeid_panel", svar[:0], units=units[:0]) == []


CHAPTER = {
    "kodelister": {
        "skala": {"navn": "Svar", "koder": {"ja": "Ja", "nei": "Nei", "taus": "Taus", "utenfor": "Utenfor"},
                  "roller": {"taus": "taus", "utenfor": "utenfor"}},
        "tiltak": {"navn": "Tiltak", "koder": {"samtale": "Samtale", "gruppe": "Gruppe"}, "total": {"alt": "Alt"}},
        "sted": {"navn": "Sted", "koder": {"by": "By", "land": "Land"}, "total": {"begge": "Begge"}},
    },
    "kilder": {"hjelp": {"enhet": ["senter"], "bakgrunn": ["sted"]}},
}  # fmt: skip
WORDS = {"beskrivelse": "noe", "sagt": {"nb": ["ga tilbud"], "nn": ["gav tilbod"]}, "enhet": "senter"}


def declared(folder, base="alle", **statistic):
    said = WORDS | {"type": "antall", "per": []} | statistic
    said["svar"] = {"kilde": "hjelp", "liste": "skala", "teller": "ja", "base": base} | said.get("svar", {})
    said["svar"] = {key: value for key, value in said["svar"].items() if value}
    return small_model(folder, hjelp=CHAPTER | {"statistikk": {"hjelp": said}})


def help_answers(model, *given):
    """Answers of centres S0, S1 …, every other in town: (answer, code of tiltak)."""
    rows = [
        {"aar": 2020, "senter": f"S{n}", "sted": ("by", "land")[n % 2], "sporsmaal": "hjelp", "svar": a, "linje": 2}
        | {"kolonne": "k", **dict.fromkeys(model.kilder["hjelp"].dims, code)}
        for n, (a, code) in enumerate(given)
    ]
    units = [{name: row[name] for name in ("aar", "senter", "sted")} | {"opphav": "mottatt"} for row in rows]
    return counted("hjelp", pd.DataFrame(rows), units=pd.DataFrame(units), model=model)


@pytest.mark.parametrize(("base", "wanted"), [("alle", 4), ("svart", 3), ("gjelder", 3)])
def test_the_base_is_all_those_who_answered_or_those_that_it_concerns(base, wanted, tmp_path):
    (row,) = help_answers(declared(tmp_path, base), ("ja", ""), ("ja", ""), ("taus", ""), ("utenfor", ""))
    assert (row["verdi"], row["nevner"], row["taus"], row["utenfor"]) == (2, wanted, 1, 1)


def test_parts_that_are_a_whole_are_counted_in_it(tmp_path):
    rows = help_answers(declared(tmp_path, per=["sted"]), ("ja", ""), ("ja", ""), ("nei", ""))
    assert [(r["sted"], r["verdi"], r["nevner"]) for r in rows] == [("by", 1, 2), ("land", 1, 1), ("begge", 2, 3)]


def test_the_answer_may_be_what_divides(tmp_path):
    model = declared(tmp_path, per=["skala"], svar={"teller": None})
    rows = help_answers(model, ("ja", ""), ("ja", ""), ("taus", ""))
    assert [(r["skala"], r["verdi"], r["nevner"]) for r in rows][:3] == [("ja", 2, 3), ("nei", 0, 3), ("taus", 1, 3)]


@pytest.mark.parametrize(("counter", "wanted"), [("snitt", Fraction(7, 4)), ("sum", Fraction(7, 2))])
def test_numbers_are_summed_exactly_and_those_who_gave_none_are_left_out(counter, wanted, tmp_path):
    model = declared(tmp_path, type="desimal", desimaler=1, svar={"teller": counter})
    (row,) = help_answers(model, ("1.5", ""), ("2", ""), ("taus", ""))
    assert (row["verdi"], row["nevner"], row["status"]) == (wanted, 2, "")
    (none,) = help_answers(model, ("taus", ""))
    assert (none["verdi"], none["nevner"], none["status"]) == (None, 0, "mangler")


def test_a_finished_table_gets_the_wholes_that_its_parts_make(tmp_path):
    table = {"kilde": "rom", "kolonner": {"aar": "A", "sted": "S", "verdi": "V"}}
    model = small_model(
        tmp_path, rom=CHAPTER | {"statistikk": {"rom": WORDS | {"type": "antall", "per": ["sted"], "tabell": table}}}
    )
    rows = [
        {"aar": 2020, "sted": s, "verdi": n, "status": "", "opphav": "mottatt"} for s, n in (("by", 3), ("land", 4))
    ]
    assert [(r["sted"], r["verdi"]) for r in wholes(model["rom"], rows)] == [("by", 3), ("land", 4), ("begge", 7)]
    unknown = [rows[0], rows[1] | {"verdi": None, "status": "undertrykt"}]
    assert wholes(model["rom"], unknown)[-1] == rows[0] | {"sted": "begge", "verdi": None, "status": "mangler"}
    given = [*rows, rows[0] | {"sted": "begge", "verdi": 8}]
    assert wholes(model["rom"], given)[-1]["verdi"] == 8


# -- published figures


def published():
    return printed_figures(MODEL, [PROJECT / path for path in published_files(MODEL)])


def test_all_published_counts_have_a_cell():
    counts = published()
    assert counts["samarbeid/tilbud=kvinner/instans=politi/2020"] == (42, 43)
    assert counts["forum/tilbud=menn/2020"] == (29, 39)
    assert counts["beboere/2020"] == (1668, None) and counts["beboere/kjonn=menn/2019"] == (147, None)
    assert len(counts) == 51


def test_a_code_that_the_list_of_published_figures_cannot_mean_is_told(tmp_path):
    files = [PROJECT / path for path in published_files(MODEL)]
    path = tmp_path / "samarbeid_2020.csv"
    path.write_text(files[1].read_text(encoding="utf-8").replace(",politi,", ",polti,"), encoding="utf-8")
    with pytest.raises(Problems, match=r"linje 11, kolonne «partner»\n.*«polti» – mente du «politi»") as told:
        printed_figures(MODEL, [files[0], path])
    assert len(told.value.problems) == 2


def test_a_cell_is_marked_published_only_when_it_is_the_published_figure():
    row = {"tilbud": "kvinner", "instans": "politi", "aar": 2020, "nevner": 43, "opphav": "rekonstruert"}
    same, other = (row | {"verdi": n} for n in (42, 41))
    marked, warnings = mark_published(MODEL, {"samarbeid": [same, other]}, published())
    assert [r["opphav"] for r in marked["samarbeid"]] == ["publisert", "rekonstruert"]
    assert [r["verdi"] for r in marked["samarbeid"]] == [42, 41]
    assert len(warnings) == 1 and "publisert er 42 av 43" in warnings[0]
