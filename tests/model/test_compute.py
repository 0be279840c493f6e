"""Counting: five kinds of answer kept apart, nothing lost, published figures marked and never used to change a cell."""

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krisestat.base.contracts import check
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.model.codebooks import load_codebook
from krisestat.model.contracts import SVAR, TALL
from krisestat.model.count import count_indicator
from krisestat.model.disclosure import disclose
from krisestat.model.marks import mark_published, published_counts
from tests.support.project import PROJECT
from tests.support.shared import series

POLICY = load_yaml(PROJECT / "data/raw/codebooks/konfidensialitet.yaml")[0]
FORUM = {"sporsmaal": "forum", "per": []}
NOEN = {"sporsmaal": "samarbeidsform", "samarbeidsform": "skriftlig_avtale", "per": []}
FORM = {"sporsmaal": "samarbeidsform", "per": ["instans", "samarbeidsform"]}


def answers(rows: list[tuple]) -> pd.DataFrame:
    """Frame of (senter_id, sporsmaal, instans, samarbeidsform, svar, kolonne) for women's services of 2020."""
    columns = ["senter_id", "sporsmaal", "instans", "samarbeidsform", "svar", "kolonne"]
    return pd.DataFrame(rows, columns=columns).assign(aar=2020, tilbud="kvinner")


def services(*ids: str) -> pd.DataFrame:
    return pd.DataFrame({"aar": 2020, "senter_id": ids, "tilbud": "kvinner", "opphav": "mottatt"})


@series(60)
@given(st.lists(st.sampled_from(SVAR), min_size=1, max_size=60))
def test_every_answer_is_counted_once_and_the_five_add_up(given_answers):
    ids = [f"S{n:02}" for n in range(len(given_answers))]
    svar = answers([(s, "forum", "", "", a, "k") for s, a in zip(ids, given_answers, strict=True)])
    (row,) = count_indicator(svar, services(*ids), "forum", FORUM)
    assert row["antall"] == given_answers.count("ja")
    assert [row[a] for a in SVAR[1:]] == [given_answers.count(a) for a in SVAR[1:]]
    assert Fraction(row["andel"]) == Fraction(given_answers.count("ja"), len(given_answers))
    check([row], TALL, "tall.csv")


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
    svar = answers(
        [("S01", "samarbeidsform", p, "skriftlig_avtale", a, "k") for p, a in zip(partners, given_answers, strict=True)]
    )
    (row,) = count_indicator(svar, services("S01"), "skriftlig_noen", NOEN)
    got = {"ja": row["antall"]} | {a: row[a] for a in SVAR[1:]}
    assert got == {a: int(a == expected) for a in SVAR}


def test_a_question_that_was_not_in_the_form_has_no_count_and_says_why():
    svar = answers(
        [
            ("S01", "samarbeidsform", "nav", "fast_kontakt", "ikke_spurt", ""),
            ("S02", "samarbeidsform", "nav", "fast_kontakt", "ikke_spurt", ""),
            ("S01", "samarbeidsform", "nav", "enkeltsaker", "ikke_spurt", "nav_enkeltsaker"),
            ("S02", "samarbeidsform", "nav", "enkeltsaker", "ikke_spurt", "nav_enkeltsaker"),
        ]
    )
    asked, unasked = count_indicator(svar, services("S01", "S02"), "samarbeidsform", FORM)
    assert (unasked["antall"], unasked["andel"], unasked["status"]) == (None, None, "ikke_spurt")
    assert (asked["antall"], asked["andel"], asked["status"]) == (0, "0", "")


PUBLISHED = PROJECT / "data/publisert/samarbeid_2020.csv"


def published(path=PUBLISHED, label="{}"):
    book = load_codebook(PROJECT / "data/raw/codebooks")
    renamed = [row | {"navn_nb": label.format(row["navn_nb"])} for row in book.instanser]
    return published_counts(path, replace(book, instanser=renamed))


def test_a_partner_that_the_list_of_published_figures_cannot_mean_is_told(tmp_path):
    path = tmp_path / "trykt.csv"
    path.write_text(PUBLISHED.read_text(encoding="utf-8").replace(",politi,", ",polti,"), encoding="utf-8")
    with pytest.raises(Problems, match=r"linje 11, kolonne «partner»\n.*«polti» – mente du «politi»") as told:
        published(path)
    assert len(told.value.problems) == 2


@pytest.mark.parametrize("label", ["{}", "{} i kommunen"])
def test_all_published_counts_have_a_cell_whatever_partners_are_called(label):
    counts = published(label=label)
    assert len(counts) == 20
    assert counts["samarbeid", "kvinner", "politi", 2020] == (42, 43)
    assert counts["forum", "menn", "", 2020] == (29, 39)


def test_a_cell_is_marked_published_only_when_it_is_the_published_figure():
    row = {"indikator": "samarbeid", "gruppe": "kvinner", "instans": "politi", "samarbeidsform": "", "aar": 2020}
    same, other = (row | {"antall": n, "base": 43, "opphav": "rekonstruert"} for n in (42, 41))
    rows, warnings = mark_published([same, other], published())
    assert [r["opphav"] for r in rows] == ["publisert", "rekonstruert"]
    assert [r["antall"] for r in rows] == [42, 41]
    assert len(warnings) == 1 and "publisert er 42 av 43" in warnings[0]


def test_an_indicator_of_persons_does_not_leave_the_statistics():
    with pytest.raises(Problems, match="beboere"):
        disclose([{"indikator": "beboere"}], load_codebook(PROJECT / "data/raw/codebooks").indikatorer, POLICY)
