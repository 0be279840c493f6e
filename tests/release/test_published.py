"""Published numbers: what a build may change, what must be explained, and what the reader is told."""

import copy
from pathlib import Path

import pytest

from krisestat.agreements.names import load_names
from krisestat.base import layout
from krisestat.base.contracts import read_rows, table_text
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.build.inventory import published_files
from krisestat.model.bridge import count_rows
from krisestat.model.codebooks import load_codebook
from krisestat.model.contracts import PERSONER_UTDATA, UTDATA
from krisestat.release import published
from tests.support.edition import make, page_text
from tests.support.project import PROJECT

SERIE = (2015, 2020)
CELL = "samarbeid/kvinner/politi//2020"
WORDS = {name: load_yaml(PROJECT / f"templates/nb/{name}.yaml")[0] for name in ("tekster", "tabeller")}
CENTRES = {"": "", "S07": "Senter 07"}
PERSON = "beboere/personer/S07//2020"


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    return [*read_rows(PROJECT / "tests" / "eksempel" / "tall.csv", UTDATA), AGREEMENTS]


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
    record = Path(f"publisert/{edition}/tall.csv")
    return [str(problem) for problem in published.unexplained(now, serie, {record: old}, corrections).problems]


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
    held = published.Held(1234, frozenset())
    log = published.correction_log(made, SERIE, held, book, CENTRES, WORDS, "nb")
    (post,) = log["poster"]
    count, no = post["tall"]
    assert (count["fra"], count["til"], count["endring"]) == ("42", "40", "\u22122")
    assert no["endring"] == "+2" and "politi" in count["celle"].lower() and count["celle"].endswith("2020")
    assert (log["celler"], log["publisert"], log["storste"]) == ("1", "1\u00a0234", "2")
    assert "Kari" not in str(post["tall"])


def test_published_files_are_found(tmp_path):
    for year in ("2021", "2020"):
        (tmp_path / "publisert" / year).mkdir(parents=True)
        for name in (*published.RECORDS, "paastander.json"):
            (tmp_path / "publisert" / year / name).touch()
    found = [f"publisert/{year}/{name}" for year in (2020, 2021) for name in sorted(published.RECORDS)]
    assert published_files(str(tmp_path)) == found
    assert published_files(str(tmp_path / "tom")) == []


AGREEMENTS = {
    **{"indikator": "avtale_dekket", "gruppe": "avtaler", "instans": "bolig-plikt", "samarbeidsform": "iks"},
    **{"aar": 2020, "antall": 3, "base": 25, "andel": "3/25", "nei": 21, "vet_ikke": 0, "ubesvart": 1, "ikke_spurt": 0},
    **{"status": "", "opphav": "rekonstruert"},
}


@pytest.fixture
def record(tmp_path) -> list[Path]:
    """The record of an edition: its numbers of persons, of agreements and of services."""
    folder = tmp_path / "publisert" / "2020"
    folder.mkdir(parents=True)
    for name in ("tall.csv", "personer.csv"):
        (folder / name).write_bytes((PROJECT / "tests" / "eksempel" / name).read_bytes())
    (folder / "avtaler.csv").write_text(table_text([AGREEMENTS], UTDATA, "avtaler"), encoding="utf-8")
    return [folder / "personer.csv", folder / "tall.csv", folder / "avtaler.csv"]


def test_run_reads_the_records(rows, persons, record):
    held = published.run(rows, persons, SERIE, record, [])
    assert held.gjentatt == len(rows) + len(persons)
    assert held.skjult == {published.cell(r) for r in count_rows(persons) if r["status"]}
    assert published.run(rows, persons, SERIE, [], []).gjentatt == 0
    with pytest.raises(Problems, match="antall 41"):
        published.run(with_count(rows, 41), persons, SERIE, record, [])


@pytest.mark.parametrize("name", published.RECORDS)
def test_a_record_that_is_not_whole_is_refused(rows, persons, record, name):
    left = [path for path in record if path.name != name]
    with pytest.raises(Problems, match=rf"publisert/2020/{name}\n.*filen finnes ikke(?s:.)*make frys AAR=2020"):
        published.run(rows, persons, SERIE, left, [])


# -- persons


@pytest.fixture(scope="module")
def persons() -> list[dict]:
    return read_rows(PROJECT / "tests" / "eksempel" / "personer.csv", PERSONER_UTDATA)


def with_person(persons: list[dict], count: int | None, cell: str = PERSON) -> list[dict]:
    """The rows with another number in a cell; None hides it."""
    changed = copy.deepcopy(persons)
    row = next(row for row in changed if published.cell(count_rows([row])[0]) == cell)
    row |= {"antall": count, "status": "" if count is not None else "undertrykt"}
    return changed


def held(rows, persons, record, corrections=(), serie=SERIE) -> published.Held | str:
    """What a build finds of an edition, or its problems as text."""
    try:
        return published.run(rows, persons, serie, record, corrections)
    except Problems as error:
        return str(error)


def freeze(record: list[Path], persons: list[dict]) -> None:
    record[0].write_text(table_text(persons, PERSONER_UTDATA, "personer"), encoding="utf-8")


def test_a_count_of_persons_that_differs_is_refused_until_it_is_explained(rows, persons, record):
    freeze(record, with_person(persons, 30))
    now = with_person(persons, 31)
    told = held(rows, now, record)
    assert f"publisert/2020/personer.csv, {PERSON}\n" in told and "Ventet: antall 30, som er publisert" in told
    assert f"{{celle: {PERSON}, fra: {{antall: 30}}, til: {{antall: 31}}}}" in told
    explained = [correction({"antall": 30}, {"antall": 31}, PERSON)]
    assert held(rows, now, record, explained).gjentatt == len(rows) + len(persons)
    assert "Fant:   antall 32" in held(rows, with_person(persons, 32), record, explained)


def test_a_national_count_of_persons_is_held_too(rows, persons, record):
    told = held(rows, with_person(persons, 1, "beboere/personer_menn///2020"), record)
    assert "publisert/2020/personer.csv, beboere/personer_menn///2020\n" in told


def test_a_count_that_is_hidden_now_or_was_hidden_before_is_a_change(rows, persons, record):
    freeze(record, with_person(persons, 30))
    assert "Fant:   antall undertrykt i denne byggingen" in held(rows, with_person(persons, None), record)
    freeze(record, with_person(persons, None))
    assert "Ventet: antall undertrykt, som er publisert" in held(rows, with_person(persons, 30), record)


def test_years_of_persons_that_a_later_edition_no_longer_has(rows, persons, record):
    later = [row for row in persons if row["aar"] == 2020]
    assert "finnes ikke i denne byggingen" in held(rows, later, record), "the same edition must have them all"
    others = [row for row in rows if not row["gruppe"].endswith("panel")]
    assert isinstance(held(others, later, record, serie=(2015, 2021)), published.Held)
    assert "finnes ikke i denne byggingen" in held(others, later[1:], record, serie=(2015, 2021))


def test_a_count_of_agreements_is_held_and_told_in_its_own_words(rows, persons, record):
    now = [*rows[:-1], AGREEMENTS | {"antall": 4, "andel": "4/25", "nei": 20}]
    name = "avtale_dekket/avtaler/bolig-plikt/iks/2020"
    assert f"publisert/2020/avtaler.csv, {name}\n" in held(now, persons, record)
    (line, _) = log_of(now, persons, record, correction({"antall": 3, "nei": 21}, {"antall": 4, "nei": 20}, name))[
        "poster"
    ][0]["tall"]
    assert line["celle"].startswith("Avtaler som dekker punktet: ") and line["celle"].endswith(", 2020")
    assert (line["felt"], line["fra"], line["til"]) == ("antall", "3", "4") and "Interkommunalt" in line["celle"]


def log_of(rows, persons, record, *corrections: dict) -> dict:
    about = {"hva": "Beboere", "hvorfor": "Talt feil", "alvorlighet": "alvorlig", "dato": "2026-11-30"}
    made = [correction | about for correction in corrections]
    found = published.run(rows, persons, SERIE, record, made)
    book = load_names(PROJECT / "data" / "raw" / "codebooks")
    return published.correction_log(made, SERIE, found, book, CENTRES, WORDS, "nb")


def test_the_reader_is_told_of_persons_in_their_own_words(rows, persons, record):
    freeze(record, with_person(with_person(persons, 30), 1234, "opphold/personer_kvinner///2020"))
    now = with_person(with_person(persons, 28), 1240, "opphold/personer_kvinner///2020")
    changes = [
        correction({"antall": 30}, {"antall": 28}, PERSON),
        correction({"antall": 1234}, {"antall": 1240}, "opphold/personer_kvinner///2020", id="P2"),
    ]
    one, two = (post["tall"][0] for post in log_of(rows, now, record, *changes)["poster"])
    assert one == {"celle": "Senter 07, i alt, 2020", "felt": "beboere", "fra": "30", "til": "28", "endring": "\u22122"}
    assert (two["celle"], two["felt"], two["fra"]) == ("Hele landet, kvinner, 2020", "opphold", "1\u00a0234")


def test_a_number_that_is_hidden_now_is_never_printed(rows, persons, record):
    """Not the one that was published by mistake, nor one that was corrected before that."""
    freeze(record, with_person(persons, 30))
    changes = [
        correction({"antall": 30}, {"antall": 17}, PERSON),
        correction({"antall": 17}, {"antall": "undertrykt"}, PERSON, id="P2"),
    ]
    log = log_of(rows, with_person(persons, None), record, *changes)
    assert not {"30", "17", "13"} & set(str(log["poster"]).replace("'", " ").split()) and log["storste"] == "0"
    assert {line["fra"] for post in log["poster"] for line in post["tall"]} == {":"}
    freeze(record, with_person(persons, None))
    refrozen = log_of(rows, with_person(persons, None), record, *changes)
    assert "17" not in str(refrozen["poster"])


def test_a_correction_of_what_never_stood_there_is_refused(rows, persons, record):
    freeze(record, with_person(persons, 30))
    made_up = [correction({"antall": 2}, {"antall": 30}, PERSON)]
    assert isinstance(held(rows, with_person(persons, 30), record, made_up), published.Held), (
        "it may have stood earlier"
    )
    made_up = [correction({"antall": 2}, {"antall": 3}, PERSON)]
    told = held(rows, with_person(persons, 30), record, made_up)
    assert f"P1, {PERSON}" in told and "tall som har stått i en publisert utgave" in told


def test_corrections_before_and_after_an_edition_was_frozen_anew(rows, persons, record):
    chain = [
        correction({"antall": 30}, {"antall": 31}, PERSON),
        correction({"antall": 31}, {"antall": 33}, PERSON, id="P2"),
    ]
    for frozen in (30, 31, 33):
        freeze(record, with_person(persons, frozen))
        assert isinstance(held(rows, with_person(persons, 33), record, chain), published.Held), frozen


# -- through the stage


def test_a_page_is_not_made_until_a_changed_number_is_explained_and_then_tells_it(utgave, persons, record, tmp_path):
    for path in record:
        path.write_bytes((PROJECT / "tests" / "eksempel" / path.name).read_bytes())
    now = tmp_path / "personer.csv"
    count = next(row["antall"] for row in persons if published.cell(count_rows([row])[0]) == PERSON)
    now.write_text(table_text(with_person(persons, count + 1), PERSONER_UTDATA, "personer"), encoding="utf-8")
    explained = tmp_path / "rettelser.yaml"
    explained.write_text("rettelser: []\n", encoding="utf-8")
    before = {"drawn": utgave, "persons": now, "published": record, "corrections": explained}
    with pytest.raises(Problems, match=rf"publisert/2020/personer.csv, {PERSON}"):
        make(tmp_path / "ut", **before)
    assert not (tmp_path / "ut" / layout.PAGE).exists()
    line = f"{{celle: {PERSON}, fra: {{antall: {count}}}, til: {{antall: {count + 1}}}}}"
    explained.write_text(GOOD.rpartition("- {")[0] + f"- {line}\n", encoding="utf-8")
    text = page_text(make(tmp_path / "ut", **before).side)
    assert f"Senter~07, i alt, 2020 | beboere | {count} | {count + 1} | +1" in text.replace("Senter 07", "Senter~07")
    assert "Senteret hadde krysset feil." in text
