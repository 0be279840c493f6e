"""Tables of repeated text: looked up, numbered, put together and written as the plain reader and writer would."""

import itertools

import numpy as np
import pandas as pd
import pytest

from krisestat.base.contracts import Column, Contract, table_text
from krisestat.base.errors import Problems
from krisestat.base.frames import (
    among,
    concat_frames,
    constant,
    different,
    frame_parts,
    kept,
    numbered,
    placed,
    read_frame,
    translate,
)

ODD = ["", "a,b", 'si "ja"', "æøå", "to\nlinjer", " ", "Z", "a"]
SVAR, TILBUD = ("ja", "nei", "vet_ikke", "ubesvart", "ikke_spurt"), ("kvinner", "menn")
KLARGJORT = Contract(
    "svar",
    {
        **{"aar": Column(int), "senter_id": Column(), "tilbud": Column(codes=TILBUD), "sporsmaal": Column()},
        **{"instans": Column(empty=True), "samarbeidsform": Column(empty=True), "svar": Column(codes=SVAR)},
        **{"fil": Column(), "linje": Column(int), "kolonne": Column(empty=True), "rettelse": Column(empty=True)},
    },
    ("aar", "senter_id", "tilbud", "sporsmaal", "instans", "samarbeidsform"),
)


def rows(aar=2020):
    """Every service of twelve centres with a question on each of the odd partners, answers and columns by turns."""
    return [
        {
            "aar": aar,
            "senter_id": f"S{n:02}",
            "tilbud": tilbud,
            "sporsmaal": "samarbeid",
            "instans": instans,
            "samarbeidsform": "",
            "svar": SVAR[(n + k) % 5],
            "fil": "data/raw/fil, med komma.csv",
            "linje": n + 2,
            "kolonne": ODD[(n + k) % len(ODD)],
            "rettelse": "",
        }
        for n, tilbud, (k, instans) in itertools.product(range(12), TILBUD, enumerate(ODD))
    ]


@pytest.mark.parametrize("kind", ["str", object, "category"])
@pytest.mark.parametrize("shuffled", [False, True])
def test_a_frame_is_written_as_its_rows_are(kind, shuffled):
    frame = pd.DataFrame(rows()).astype({c: kind for c, s in KLARGJORT.columns.items() if s.kind is str})
    if shuffled:
        frame = frame.iloc[np.arange(len(frame)) * 7 % len(frame)]
    assert "".join(frame_parts(frame, KLARGJORT, "t.csv")) == table_text(rows(), KLARGJORT, "t.csv")


def test_years_that_are_read_and_put_together_are_the_rows_of_all(tmp_path):
    frames = []
    for aar in (2019, 2020):
        path = tmp_path / f"{aar}.csv"
        path.write_text(table_text(rows(aar), KLARGJORT, "t.csv"), encoding="utf-8", newline="")
        frames.append(read_frame(path, KLARGJORT))
    every = concat_frames(frames)
    assert "".join(frame_parts(every, KLARGJORT, "t.csv")) == table_text([*rows(2019), *rows(2020)], KLARGJORT, "t.csv")


@pytest.mark.parametrize("column", ["senter_id", "svar", "kolonne"])
def test_missing_text_is_refused_and_never_written_as_another_value(column):
    frame = pd.DataFrame(rows()).astype({column: "category"})
    frame.loc[3, column] = None
    with pytest.raises(Problems, match=column):
        frame_parts(frame, KLARGJORT, "t.csv")


def test_values_are_looked_up_once_and_unknown_ones_are_missing():
    values = pd.Series(["Ja", "", "Kanskje", "Ja"], index=[5, 6, 7, 9], dtype="category")
    told = translate(values, {"Ja": "ja", "": "ubesvart"})
    assert told.index.tolist() == [5, 6, 7, 9]
    assert told.astype(object).where(told.notna(), None).tolist() == ["ja", "ubesvart", None, "ja"]
    assert translate(told, {"ja": "x", "ubesvart": "x"}).isna().tolist() == [False, False, True, False]


def test_combinations_have_their_number_and_others_none():
    senter = pd.Series(["S01", "S02", "S02", None, "S01"], dtype="category")
    tilbud = pd.Series(["kvinner", "menn", "kvinner", "menn", None], dtype="category")
    services = {("S01", "kvinner"): 0, ("S02", "menn"): 1}
    assert numbered([senter, tilbud], services).tolist() == [0, 1, -1, -1, -1]
    assert numbered([senter[:0], tilbud[:0]], services).tolist() == []


def test_a_constant_column_may_have_no_rows():
    assert list(constant("", 2)) == ["", ""]
    assert list(constant("x", 0)) == []


def test_a_large_table_is_written_in_parts_that_are_together_the_whole():
    many = [row | {"aar": aar} for aar in range(2001, 2021) for row in rows()]
    parts = list(frame_parts(pd.DataFrame(many), KLARGJORT, "t.csv"))
    assert len(parts) > 3 and max(part.count("\n") for part in parts) < len(many) / 2
    assert "".join(parts) == table_text(many, KLARGJORT, "t.csv")


def test_a_broken_table_is_refused_before_its_first_part():
    frame = pd.DataFrame(rows()).assign(svar="kanskje")
    with pytest.raises(Problems, match="kanskje"):
        frame_parts(frame, KLARGJORT, "t.csv")


def test_all_rows_are_kept_without_a_copy_and_others_by_their_place():
    frame = pd.DataFrame({"a": [1, 2, 3]})
    assert kept(frame, frame["a"] > 0) is frame
    assert kept(frame, np.array([True, False, True]))["a"].tolist() == [1, 3]


def test_values_are_found_among_others_and_missing_ones_are_not():
    values = pd.Series(["ja", None, "nei", "ja"], dtype="category")
    assert among(values, ["ja", "ubesvart"]).tolist() == [True, False, False, True]
    assert among(values[:0], ["ja"]).tolist() == []


def test_each_combination_has_a_place_in_the_order_of_its_values():
    senter = pd.Series(["S02", "S01", "S02"], dtype="category")
    aar = pd.Series([2020, 2020, 2019])
    at, values = placed([aar, senter])
    assert at.tolist() == [3, 2, 1]
    assert [list(v) for v in values] == [[2019, 2020], ["S01", "S02"]]
    assert different([aar, senter]) == [(2019, "S02"), (2020, "S01"), (2020, "S02")]
    assert different([aar[:0], senter[:0]]) == []
    with pytest.raises(ValueError, match="missing"):
        placed([senter.where(senter == "S01")])


def test_an_empty_number_is_refused_when_a_table_is_read(tmp_path):
    text = table_text(rows(), KLARGJORT, "t.csv").replace(",2,", ",,", 1)
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match="Slett filen"):
        read_frame(tmp_path / "t.csv", KLARGJORT)
