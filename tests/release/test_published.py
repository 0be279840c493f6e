"""Published numbers: what a build may change, what must be explained, and what the reader is told."""

import copy
import json
from pathlib import Path

import pytest

from krisestat.base import layout
from krisestat.base.contracts import table_text
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.build.inventory import published_files
from krisestat.release import published
from krisestat.release.old_editions import cell_id
from tests.support.edition import make, page_text
from tests.support.model import edition_cubes, edition_model
from tests.support.project import PROJECT

HIDDEN = "undertrykt"
SERIE = (2015, 2020)
MODEL = edition_model()
OLD = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "tests/eksempel/gammel").iterdir()}
CELL = "samarbeid/tilbud=kvinner/instans=politi/2020"
WORDS, WORDS_NN = (
    {name: load_yaml(PROJECT / f"templates/{spraak}/{name}.yaml")[0] for name in ("tekster", "tabeller")}
    for spraak in ("nb", "nn")
)
PERSON, MEN = "beboere/senter=S07/2020", "beboere/kjonn=menn/2020"


@pytest.fixture(scope="module")
def cubes() -> dict[str, list[dict]]:
    """The numbers of the edition that tests carry."""
    return edition_cubes()


def printed(cubes, edition: int = 2020) -> list[tuple]:
    return [(Path(f"publisert/{edition}/{name}.csv"), MODEL[name], row) for name, rows in cubes.items() for row in rows]


def row_of(cubes, cell: str) -> dict:
    return next(row for name, rows in cubes.items() for row in rows if MODEL[name].cell(row) == cell)


def count(cubes) -> int:
    return sum(map(len, cubes.values()))


def with_count(cubes, yes: int | None, cell: str = CELL) -> dict[str, list[dict]]:
    """The numbers with another one in a cell, and as many fewer no; None hides it."""
    changed = copy.deepcopy(cubes)
    row = row_of(changed, cell)
    if yes is None:
        row |= dict.fromkeys({"verdi", "nevner", *MODEL[cell.split("/")[0]].others} & row.keys())
        row["status"] = HIDDEN
        return changed
    if "nei" in row:
        row["nei"] += row["verdi"] - yes
    row |= {"verdi": yes, "status": ""}
    return changed


def correction(fra: dict, til: dict, celle: str = CELL, **rest) -> dict:
    return {"id": "P1", "tall": [{"celle": celle, "fra": fra, "til": til}], **rest}


def told(now, old, corrections=(), serie=SERIE, edition=2020) -> list[str]:
    rows = [(statistic, row) for _, statistic, row in printed(now)]
    return [str(problem) for problem in published.unexplained(rows, serie, printed(old, edition), corrections).problems]


def test_the_same_numbers_need_no_explanation(cubes):
    assert told(cubes, cubes) == []


def test_an_explanation_lets_it_through_and_only_it(cubes):
    explained = correction({"verdi": 42, "nei": 1}, {"verdi": 41, "nei": 2})
    assert told(with_count(cubes, 41), cubes, [explained]) == []
    (other,) = told(with_count(cubes, 40), cubes, [explained])
    assert "Ventet: verdi 41, nei 2, som er publisert med rettelsene" in other
    (part,) = told(with_count(cubes, 41), cubes, [correction({"verdi": 42}, {"verdi": 41})])
    assert "Fant:   nei 2 i denne byggingen" in part


def test_a_correction_that_no_longer_comes_out_of_the_data_is_told(cubes):
    explained = correction({"verdi": 42, "nei": 1}, {"verdi": 41, "nei": 2})
    (problem,) = told(cubes, cubes, [explained])
    assert "Fant:   verdi 42, nei 1 i denne byggingen" in problem


def without(cubes, wanted) -> dict[str, list[dict]]:
    return {name: [row for row in rows if wanted(MODEL[name], row)] for name, rows in cubes.items()}


def test_a_cell_that_is_gone_or_hidden_is_a_change(cubes):
    fewer = without(cubes, lambda statistic, row: statistic.cell(row) != CELL)
    (problem,) = told(fewer, cubes)
    assert "Fant:   verdi finnes ikke" in problem
    was = published.numbers(MODEL["samarbeid"], row_of(cubes, CELL))
    gone = dict.fromkeys(was, "finnes ikke")
    assert told(fewer, cubes, [correction(was, gone)]) == []
    hidden = with_count(cubes, None)
    (problem,) = told(hidden, cubes)
    assert "verdi undertrykt" in problem
    assert told(hidden, cubes, [correction(was, gone | {"verdi": "undertrykt"})]) == []


def test_new_cells_and_years_outside_the_series_are_no_changes(cubes):
    assert told(cubes, without(cubes, lambda _, row: row["aar"] != 2020)) == []
    assert told(without(cubes, lambda _, row: row["aar"] > 2016), cubes, serie=(2017, 2020)) == []


def test_the_panel_is_compared_with_its_own_edition_alone(cubes):
    row = next(row for row in cubes["samarbeid_panel"] if row["nei"])
    changed = with_count(cubes, row["verdi"] + 1, MODEL["samarbeid_panel"].cell(row))
    assert len(told(changed, cubes)) == 1
    assert told(changed, cubes, serie=(2015, 2021)) == []


def test_what_an_earlier_edition_did_not_say_is_held_against_nothing(cubes):
    before = copy.deepcopy(cubes)
    row_of(before, CELL)["vet_ikke"] = None
    assert told(cubes, before) == [] and told(with_count(cubes, 41), before)


def test_a_correction_of_what_was_never_published(cubes):
    wrong = correction({"verdi": 42}, {"verdi": 41}, CELL.replace("politi", "politiet"))
    (problem,) = told(cubes, cubes, [wrong])
    assert f"mente du «{CELL}»?" in problem


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("samarbeid_panel/kvinner_panel/politi//2020", "samarbeid_panel/tilbud=kvinner/instans=politi/2020"),
        (
            "samarbeidsform/menn/nav/fast_kontakt/2020",
            "samarbeidsform/tilbud=menn/instans=nav/samarbeidsform=fast_kontakt/2020",
        ),
        ("kommunalt_samarbeid/kommuner/nav//2019", "kommunalt_samarbeid/instans=nav/2019"),
        ("beboere/personer///2020", "beboere/2020"),
        ("opphold/personer_menn/S07//2020", "opphold/senter=S07/kjonn=menn/2020"),
        ("avtale_delvis/avtaler/bolig/iks/2020", "avtalepunkt/punkt=bolig/lovgrunnlag=iks/dekning=delvis/2020"),
        ("avtale_lovgrunnlag/avtaler//iks/2020", "avtale_lovgrunnlag/lovgrunnlag=iks/2020"),
        ("avtale_foreldet/avtaler///2020", "avtale_foreldet/2020"),
        ("ukjent/kvinner///2020", "ukjent/kvinner///2020"),
    ],
)
def test_the_id_of_a_cell_of_an_earlier_edition(old, new):
    assert cell_id(MODEL, old) == new == cell_id(MODEL, new)


GOOD = """
rettelser:
  - id: P1
    hva: Samarbeid med politiet for tilbud til kvinner
    hvorfor: Senteret hadde krysset feil.
    alvorlighet: mindre alvorlig
    dato: 2026-11-30
    bestemt_av: Kari Nordmann
    tall:
      - {celle: samarbeid/tilbud=kvinner/instans=politi/2020, fra: {verdi: 42, nei: 1}, til: {verdi: 41, nei: 2}}
"""


def test_the_register_is_read(workspace):
    assert published.load_corrections(MODEL) == [], "the register that comes with the project"
    (workspace / "data/rettelser-publisert.yaml").write_text(GOOD, encoding="utf-8")
    (entry,) = published.load_corrections(MODEL)
    assert entry["tall"][0]["til"] == {"verdi": 41, "nei": 2}


def test_a_correction_of_an_earlier_edition_is_read_as_it_would_be_written_now(workspace):
    old = "{celle: avtale_dekket/avtaler/bolig//2020, fra: {antall: 3, nei: 21}, til: {antall: 4, nei: 20}}"
    (workspace / "data/rettelser-publisert.yaml").write_text(GOOD.rpartition("- {")[0] + f"- {old}\n", encoding="utf-8")
    (change,) = published.load_corrections(MODEL)[0]["tall"]
    new = {"celle": "avtalepunkt/punkt=bolig/dekning=dekket/2020", "fra": {"verdi": 3}, "til": {"verdi": 4}}
    assert change == new


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("alvorlighet: mindre alvorlig", "alvorlighet: mindre alvorlg", "mente du «mindre alvorlig»?"),
        ("hvorfor:", "hvorfår:", "mente du «hvorfor»?"),
        ("hvorfor: Senteret", "hvorfor:\n      nb: Senteret", "nn"),
        ("samarbeid/tilbud=kvinner/instans=politi/2020", "politi 2020", "statistikk/dimensjon=kode/…/år"),
        ("til: {verdi: 41, nei: 2}", "til: {verdi: 41}", "de samme tallene i «fra» og «til»"),
        ("til: {verdi: 41, nei: 2}", "til: {verdi: 42, nei: 1}", "minst ett som er endret"),
        ("verdi: 41", "verdi: -1", "et helt tall, en brøk, eller hvorfor det ikke er noe"),
        ("2026-11-30", "30.11.2026", "som 2026-11-21"),
    ],
)
def test_each_fault_of_the_register_is_told(workspace, old, new, part):
    (workspace / "data/rettelser-publisert.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        published.load_corrections(MODEL)
    assert part in str(caught.value)


def test_an_id_twice(workspace):
    entry = GOOD.split("rettelser:\n")[1]
    (workspace / "data/rettelser-publisert.yaml").write_text(GOOD + entry, encoding="utf-8")
    with pytest.raises(Problems, match="«P1» en gang til"):
        published.load_corrections(MODEL)


def test_the_reader_is_told_what_changed_and_how_much():
    entry = {
        "hva": "Samarbeid med politiet",
        "hvorfor": "Senteret hadde krysset feil.",
        "alvorlighet": "mindre alvorlig",
        "dato": "2026-11-30",
        "bestemt_av": "Kari",
    }
    made = [
        correction({"verdi": 42, "nei": 1}, {"verdi": 40, "nei": 3}, **entry),
        correction({"verdi": 5}, {"verdi": 9}, CELL.replace("2020", "2014"), **entry),
    ]
    held = published.Held(1234, frozenset())
    log = published.correction_log(made, SERIE, held, MODEL, WORDS, "nb")
    (post,) = log["poster"]
    count, no = post["tall"]
    assert (count["fra"], count["til"], count["endring"]) == ("42", "40", "\u22122")
    assert no["endring"] == "+2" and "politi" in count["celle"].lower() and count["celle"].endswith("2020")
    assert (log["celler"], log["publisert"], log["storste"]) == ("1", "1\u00a0234", "2")
    assert "Kari" not in str(post["tall"]) and post["alvorlighet"] == "mindre alvorlig"
    both = [one | {"hva": {"nb": "Sammen med", "nn": "Saman med"}} for one in made]
    (post,) = published.correction_log(both, SERIE, held, MODEL, WORDS_NN, "nn")["poster"]
    assert (post["hva"], post["alvorlighet"]) == ("Saman med", "mindre alvorleg"), "each edition has its own words"


def test_published_files_are_found(tmp_path):
    for year in ("2021", "2020"):
        (tmp_path / "publisert" / year / "ut").mkdir(parents=True)
        for name in ("beboere.csv", "manifest.json", "paastander.json", "ut/beboere.csv"):
            (tmp_path / "publisert" / year / name).touch()
    found = [f"publisert/{year}/{name}" for year in (2020, 2021) for name in ("beboere.csv", "manifest.json")]
    assert published_files(str(tmp_path)) == found
    assert published_files(str(tmp_path / "tom")) == []


AGREEMENT = "avtalepunkt/punkt=bolig/dekning=dekket/2020"


class Record:
    """The record of an edition: a table of each statistic, and the manifest that says so."""

    def __init__(self, root: Path):
        self.folder = root / "publisert" / "2020"
        self.folder.mkdir(parents=True)

    @property
    def paths(self) -> list[Path]:
        return sorted(self.folder.iterdir())

    def freeze(self, cubes) -> None:
        files = {}
        for name, rows in cubes.items():
            contract = MODEL[name].contract
            ordered = sorted(rows, key=lambda row: tuple(row[column] for column in contract.key))
            files[f"{name}.csv"] = table_text(ordered, contract, name)
        self.write(files)

    def write(self, files: dict[str, str]) -> None:
        for path in self.paths:
            path.unlink()
        made = [{"fil": f"{layout.DATA}/{name}"} for name in files] + [{"fil": layout.PAGE}]
        for name, text in {**files, "manifest.json": json.dumps({"utdata": made})}.items():
            (self.folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def record(tmp_path, cubes) -> Record:
    made = Record(tmp_path)
    made.freeze(cubes)
    return made


def test_run_reads_the_records(cubes, record):
    found = published.run(MODEL, cubes, SERIE, record.paths, [])
    assert found.gjentatt == count(cubes)
    assert found.skjult == {
        MODEL[name].cell(row) for name, rows in cubes.items() for row in rows if row["status"] == HIDDEN
    }
    assert published.run(MODEL, cubes, SERIE, [], []).gjentatt == 0
    with pytest.raises(Problems, match="verdi 41"):
        published.run(MODEL, with_count(cubes, 41), SERIE, record.paths, [])


def test_an_edition_from_before_the_statistics_had_tables_of_their_own_is_read(cubes, record):
    record.write(OLD)
    assert published.run(MODEL, cubes, SERIE, record.paths, []).gjentatt == count(cubes)
    told = held(with_count(with_count(cubes, 41), 31, PERSON), record)
    assert f"publisert/2020/tall.csv, {CELL}\n" in told and f"publisert/2020/personer.csv, {PERSON}\n" in told


@pytest.mark.parametrize("name", ["samarbeid.csv", "beboere.csv", "avtalepunkt.csv", "manifest.json"])
def test_a_record_that_is_not_whole_is_refused(cubes, record, name):
    left = [path for path in record.paths if path.name != name]
    with pytest.raises(Problems, match=rf"publisert/2020/{name}\n.*filen finnes ikke(?s:.)*make frys AAR=2020"):
        published.run(MODEL, cubes, SERIE, left, [])


# -- every statistic in the same way


def held(cubes, record, corrections=(), serie=SERIE) -> published.Held | str:
    """What a build finds of an edition, or its problems as text."""
    try:
        return published.run(MODEL, cubes, serie, record.paths, corrections)
    except Problems as error:
        return str(error)


@pytest.mark.parametrize("cell", [PERSON, MEN, AGREEMENT, "kommunalt_samarbeid/instans=nav/2019"])
def test_a_number_of_any_statistic_that_differs_is_refused_until_it_is_explained(cubes, record, cell):
    record.freeze(with_count(cubes, 30, cell))
    told = held(with_count(cubes, 31, cell), record)
    assert f"publisert/2020/{cell.split('/')[0]}.csv, {cell}\n" in told and "Ventet: verdi 30, som er publisert" in told
    assert f"{{celle: {cell}, fra: {{verdi: 30}}, til: {{verdi: 31}}}}" in told
    explained = [correction({"verdi": 30}, {"verdi": 31}, cell)]
    assert held(with_count(cubes, 31, cell), record, explained).gjentatt == count(cubes)
    assert "Fant:   verdi 32" in held(with_count(cubes, 32, cell), record, explained)


def test_a_count_that_is_hidden_now_or_was_hidden_before_is_a_change(cubes, record):
    shown, hidden = with_count(cubes, 30, PERSON), with_count(cubes, None, PERSON)
    record.freeze(shown)
    assert "Fant:   verdi undertrykt i denne byggingen" in held(hidden, record)
    record.freeze(hidden)
    assert "Ventet: verdi undertrykt, som er publisert" in held(shown, record)


def test_years_of_persons_that_a_later_edition_no_longer_has(cubes, record):
    def person(statistic) -> bool:
        return statistic.enhet.vern == "person"

    later = without(cubes, lambda statistic, row: not person(statistic) or row["aar"] == 2020)
    assert "finnes ikke i denne byggingen" in held(later, record), "the same edition must have them all"
    others = without(later, lambda statistic, _: not statistic.panel)
    assert isinstance(held(others, record, serie=(2015, 2021)), published.Held)
    fewer = without(others, lambda statistic, row: statistic.cell(row) != PERSON)
    assert "finnes ikke i denne byggingen" in held(fewer, record, serie=(2015, 2021))


def log_of(cubes, record, *corrections: dict) -> dict:
    about = {"hva": "Beboere", "hvorfor": "Talt feil", "alvorlighet": "alvorlig", "dato": "2026-11-30"}
    made = [correction | about for correction in corrections]
    found = published.run(MODEL, cubes, SERIE, record.paths, made)
    return published.correction_log(made, SERIE, found, MODEL, WORDS, "nb")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (PERSON, "Personer som bodde på et krisesenter i løpet av året: Senter 07, 2020"),
        (MEN, "Personer som bodde på et krisesenter i løpet av året: Menn, 2020"),
        (AGREEMENT, "Avtaler etter hvor mye de dekker av et punkt: "),
    ],
)
def test_the_reader_is_told_of_any_statistic_in_the_words_of_its_declaration(cubes, record, cell, told):
    record.freeze(with_count(cubes, 1234, cell))
    log = log_of(with_count(cubes, 1228, cell), record, correction({"verdi": 1234}, {"verdi": 1228}, cell))
    (line,) = log["poster"][0]["tall"]
    assert line["celle"].startswith(told) and line["celle"].endswith(", 2020")
    assert (line["felt"], line["fra"], line["endring"]) == ("antall", "1\u00a0234", "\u22126")


def test_a_number_that_is_hidden_now_is_never_printed(cubes, record):
    """Not the one that was published by mistake, nor one that was corrected before that."""
    record.freeze(with_count(cubes, 30, PERSON))
    changes = [
        correction({"verdi": 30}, {"verdi": 17}, PERSON),
        correction({"verdi": 17}, {"verdi": "undertrykt"}, PERSON, id="P2"),
    ]
    log = log_of(with_count(cubes, None, PERSON), record, *changes)
    assert not {"30", "17", "13"} & set(str(log["poster"]).replace("'", " ").split()) and log["storste"] == "0"
    assert {line["fra"] for post in log["poster"] for line in post["tall"]} == {":"}
    record.freeze(with_count(cubes, None, PERSON))
    assert "17" not in str(log_of(with_count(cubes, None, PERSON), record, *changes)["poster"])


def test_a_correction_of_what_never_stood_there_is_refused(cubes, record):
    now = with_count(cubes, 30, PERSON)
    record.freeze(now)
    made_up = [correction({"verdi": 2}, {"verdi": 30}, PERSON)]
    assert isinstance(held(now, record, made_up), published.Held), "it may have stood earlier"
    told = held(now, record, [correction({"verdi": 2}, {"verdi": 3}, PERSON)])
    assert f"P1, {PERSON}" in told and "tall som har stått i en publisert utgave" in told


def test_corrections_before_and_after_an_edition_was_frozen_anew(cubes, record):
    chain = [
        correction({"verdi": 30}, {"verdi": 31}, PERSON),
        correction({"verdi": 31}, {"verdi": 33}, PERSON, id="P2"),
    ]
    for frozen in (30, 31, 33):
        record.freeze(with_count(cubes, frozen, PERSON))
        assert isinstance(held(with_count(cubes, 33, PERSON), record, chain), published.Held), frozen


# -- through the stage


@pytest.mark.thorough
def test_a_page_is_not_made_until_a_changed_number_is_explained_and_then_tells_it(utgave, cubes, record, tmp_path):
    was = row_of(cubes, PERSON)["verdi"]
    line = f"2020,S07,Senter 07,alle,beboere,{was},"
    assert line in OLD["personer.csv"]
    record.write(OLD | {"personer.csv": OLD["personer.csv"].replace(line, line.replace(str(was), str(was - 1)))})
    explained = tmp_path / "rettelser.yaml"
    explained.write_text("rettelser: []\n", encoding="utf-8")
    before = {"drawn": utgave, "published": record.paths, "corrections": explained}
    with pytest.raises(Problems, match=rf"publisert/2020/personer.csv, {PERSON}"):
        make(tmp_path / "ut", **before)
    assert not (tmp_path / "ut" / layout.PAGE).exists()
    line = f"{{celle: {PERSON}, fra: {{verdi: {was - 1}}}, til: {{verdi: {was}}}}}"
    explained.write_text(GOOD.rpartition("- {")[0] + f"- {line}\n", encoding="utf-8")
    text = page_text(make(tmp_path / "ut", **before).side)
    assert f"Senter 07, 2020 | antall | {was - 1} | {was} | +1" in text
    assert "Senteret hadde krysset feil." in text
