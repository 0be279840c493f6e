"""Published numbers: what a build may change, what must be explained, and what the reader is told."""

import copy
from pathlib import Path

import pytest

from conftest import PROJECT
from krisestat import published
from krisestat.codebooks import load_codebook
from krisestat.contracts import UTDATA, read_rows
from krisestat.errors import Problems
from krisestat.inventory import published_files

SERIE = (2015, 2020)
CELL = "samarbeid/kvinner/politi//2020"
WORDS = {
    "felt": {name: name for name in ("antall", "base", "nei", "vet_ikke", "ubesvart", "ikke_spurt")},
    "uten_tall": {"ikke_spurt": ".", "mangler": "..", "undertrykt": ":", "finnes ikke": "ingen"},
}


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    return read_rows(PROJECT / "tests" / "eksempel" / "tall.csv", UTDATA)


def with_count(rows: list[dict], yes: int, cell: str = CELL) -> list[dict]:
    """The rows with another number of yes in a cell, and as many fewer no."""
    changed = copy.deepcopy(rows)
    row = next(row for row in changed if published.cell(row) == cell)
    row["nei"] += row["antall"] - yes
    row["antall"] = yes
    return changed


def correction(fra: dict, til: dict, celle: str = CELL, **rest) -> dict:
    return {"id": "P1", "tall": [{"celle": celle, "fra": fra, "til": til}], **rest}


def told(now, old, corrections=(), serie=SERIE, edition=2020) -> list[str]:
    return [str(problem) for problem in published.check(now, serie, {edition: old}, corrections).problems]


def test_the_same_numbers_need_no_explanation(rows):
    assert told(rows, rows) == []


def test_a_number_that_differs_is_told_with_cell_old_and_new(rows):
    (problem,) = told(with_count(rows, 41), rows)
    assert problem.startswith(f"publisert/2020/tall.csv, {CELL}\n")
    assert "Fant:   antall 41, nei 2 i denne byggingen" in problem
    assert "Ventet: antall 42, nei 1, som er publisert" in problem
    assert f"{{celle: {CELL}, fra: {{antall: 42, nei: 1}}, til: {{antall: 41, nei: 2}}}}" in problem


def test_an_explanation_lets_it_through_and_only_it(rows):
    explained = correction({"antall": 42, "nei": 1}, {"antall": 41, "nei": 2})
    assert told(with_count(rows, 41), rows, [explained]) == []
    (other,) = told(with_count(rows, 40), rows, [explained])
    assert "Ventet: antall 41, nei 2, som er publisert med rettelsene" in other
    (part,) = told(with_count(rows, 41), rows, [correction({"antall": 42}, {"antall": 41})])
    assert "Fant:   nei 2 i denne byggingen" in part


def test_a_correction_that_no_longer_comes_out_of_the_data_is_told(rows):
    explained = correction({"antall": 42, "nei": 1}, {"antall": 41, "nei": 2})
    (problem,) = told(rows, rows, [explained])
    assert "Fant:   antall 42, nei 1 i denne byggingen" in problem


def test_corrections_follow_each_other(rows):
    twice = [
        correction({"antall": 42, "nei": 1}, {"antall": 41, "nei": 2}),
        correction({"antall": 41, "nei": 2}, {"antall": 40, "nei": 3}),
    ]
    assert told(with_count(rows, 40), rows, twice) == []


def test_an_edition_that_was_published_again_keeps_its_corrections(rows):
    explained = correction({"antall": 42, "nei": 1}, {"antall": 41, "nei": 2})
    assert told(with_count(rows, 41), with_count(rows, 41), [explained]) == []


def test_a_cell_that_is_gone_or_hidden_is_a_change(rows):
    fewer = [row for row in rows if published.cell(row) != CELL]
    (problem,) = told(fewer, rows)
    assert "Fant:   antall finnes ikke" in problem
    gone = dict.fromkeys(published.numbers(next(r for r in rows if published.cell(r) == CELL)), "finnes ikke")
    was = published.numbers(next(row for row in rows if published.cell(row) == CELL))
    assert told(fewer, rows, [correction(was, gone)]) == []
    hidden = copy.deepcopy(rows)
    row = next(row for row in hidden if published.cell(row) == CELL)
    row |= dict.fromkeys(("antall", "base", "andel", "nei", "vet_ikke", "ubesvart", "ikke_spurt"))
    row["status"] = "undertrykt"
    (problem,) = told(hidden, rows)
    assert "antall undertrykt" in problem
    assert told(hidden, rows, [correction(was, gone | {"antall": "undertrykt"})]) == []


def test_new_cells_and_years_outside_the_series_are_no_changes(rows):
    assert told(rows, [row for row in rows if row["aar"] != 2020]) == []
    assert told([row for row in rows if row["aar"] > 2016], rows, serie=(2017, 2020)) == []


def test_the_panel_is_compared_with_its_own_edition_alone(rows):
    name = next(published.cell(row) for row in rows if str(row["gruppe"]).endswith("_panel") and row["nei"])
    count = next(row["antall"] for row in rows if published.cell(row) == name)
    changed = with_count(rows, count + 1, name)
    assert len(told(changed, rows)) == 1
    assert told(changed, rows, serie=(2015, 2021)) == []


def test_a_correction_of_what_was_never_published(rows):
    wrong = correction({"antall": 42}, {"antall": 41}, CELL.replace("politi", "politiet"))
    (problem,) = told(rows, rows, [wrong])
    assert f"mente du «{CELL}»?" in problem


GOOD = """
rettelser:
  - id: P1
    hva: Samarbeid med politiet for tilbud til kvinner
    hvorfor: Senteret hadde krysset feil.
    alvorlighet: mindre alvorlig
    dato: 2026-11-30
    bestemt_av: Kari Nordmann
    tall:
      - {celle: samarbeid/kvinner/politi//2020, fra: {antall: 42, nei: 1}, til: {antall: 41, nei: 2}}
"""


def test_the_register_is_read(workspace):
    assert published.load_corrections() == [], "the register that comes with the project"
    (workspace / "data/rettelser-publisert.yaml").write_text(GOOD, encoding="utf-8")
    (entry,) = published.load_corrections()
    assert entry["tall"][0]["til"] == {"antall": 41, "nei": 2}


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("alvorlighet: mindre alvorlig", "alvorlighet: mindre alvorlg", "mente du «mindre alvorlig»?"),
        ("hvorfor:", "hvorfår:", "mente du «hvorfor»?"),
        ("samarbeid/kvinner/politi//2020", "politi 2020", "indikator/gruppe/instans/form/år"),
        ("til: {antall: 41, nei: 2}", "til: {antall: 41}", "de samme tallene i «fra» og «til»"),
        ("til: {antall: 41, nei: 2}", "til: {antall: 42, nei: 1}", "minst ett som er endret"),
        ("antall: 41", "antall: -1", "et helt tall, eller hvorfor det ikke er noe"),
        ("2026-11-30", "30.11.2026", "som 2026-11-21"),
    ],
)
def test_each_fault_of_the_register_is_told(workspace, old, new, part):
    (workspace / "data/rettelser-publisert.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        published.load_corrections()
    assert part in str(caught.value)


def test_an_id_twice(workspace):
    entry = GOOD.split("rettelser:\n")[1]
    (workspace / "data/rettelser-publisert.yaml").write_text(GOOD + entry, encoding="utf-8")
    with pytest.raises(Problems, match="«P1» en gang til"):
        published.load_corrections()


def test_the_reader_is_told_what_changed_and_how_much(rows):
    book = load_codebook(PROJECT / "data" / "raw" / "codebooks")
    entry = {
        "hva": "Samarbeid med politiet",
        "hvorfor": "Senteret hadde krysset feil.",
        "alvorlighet": "mindre alvorlig",
        "dato": "2026-11-30",
        "bestemt_av": "Kari",
    }
    made = [
        correction({"antall": 42, "nei": 1}, {"antall": 40, "nei": 3}, **entry),
        correction({"antall": 5}, {"antall": 9}, CELL.replace("2020", "2014"), **entry),
    ]
    log = published.correction_log(made, SERIE, 1234, book, WORDS, "nb")
    (post,) = log["poster"]
    count, no = post["tall"]
    assert (count["fra"], count["til"], count["endring"]) == ("42", "40", "\u22122")
    assert no["endring"] == "+2" and "politi" in count["celle"].lower() and count["celle"].endswith("2020")
    assert (log["celler"], log["publisert"], log["storste"]) == ("1", "1\u00a0234", "2")
    assert "Kari" not in str(post["tall"])


def test_published_files_are_found(tmp_path):
    for year in ("2021", "2020"):
        (tmp_path / "publisert" / year).mkdir(parents=True)
        (tmp_path / "publisert" / year / "tall.csv").touch()
    assert published_files(str(tmp_path)) == ["publisert/2020/tall.csv", "publisert/2021/tall.csv"]
    assert published_files(str(tmp_path / "tom")) == []


def test_run_reads_the_records(rows, tmp_path):
    path = tmp_path / "publisert" / "2020" / "tall.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes((PROJECT / "tests" / "eksempel" / "tall.csv").read_bytes())
    assert published.run(rows, SERIE, [path], []) == len(rows)
    assert published.run(rows, SERIE, [], []) == 0
    with pytest.raises(Problems, match="antall 41"):
        published.run(with_count(rows, 41), SERIE, [Path(path)], [])
