"""The list of municipalities: counts that are published, changes that meet, and what a number has become."""

import shutil
from pathlib import Path

import pytest

from krisestat.agreements.municipalities import MUNICIPALITIES, load_kommuner
from krisestat.base.errors import Problems

# Published by Statistics Norway.
COUNTS = {2012: 429, 2013: 428, 2016: 428, 2017: 426, 2018: 422, 2019: 422, 2020: 356, 2023: 356, 2024: 357, 2026: 357}
COUNTIES = {2017: 19, 2018: 18, 2019: 18, 2020: 11, 2023: 11, 2024: 15}


@pytest.fixture(scope="module")
def kommuner():
    return load_kommuner()


@pytest.fixture
def register(tmp_path: Path) -> Path:
    for path in MUNICIPALITIES:
        shutil.copy(path, tmp_path)
    return tmp_path


def test_counts(kommuner):
    assert {aar: len(kommuner.in_year(aar)) for aar in COUNTS} == COUNTS
    assert {aar: len({row["fylkesnr"] for row in kommuner.in_year(aar).values()}) for aar in COUNTIES} == COUNTIES


def test_a_name_stands_once_a_year(kommuner):
    for aar in COUNTS:
        names = [row["navn"] for row in kommuner.in_year(aar).values()]
        assert len(names) == len(set(names)), aar


@pytest.mark.parametrize(
    ("nr", "aar", "become"),
    [
        ("0301", 2024, ("0301",)),
        ("1103", 2020, ("1103",)),  # took in two others and kept its number
        ("0101", 2019, ("0101",)),
        ("0101", 2023, ("3001",)),
        ("0101", 2024, ("3101",)),
        ("1624", 2018, ("5054",)),
        ("1567", 2019, ("5061",)),
        ("1703", 2020, ("5007",)),  # a new number, a new name and a merger
        ("1850", 2020, ("1806", "1875")),
        ("5012", 2020, ("5055", "5056", "5059")),
        ("1507", 2024, ("1508", "1580")),
        ("9999", 2020, ()),
        ("3101", 2019, ()),
    ],
)
def test_successors(kommuner, nr, aar, become):
    assert kommuner.successors(nr, aar) == become


def test_every_number_has_become_something_today(kommuner):
    for row in kommuner.rows:
        assert kommuner.successors(row["kommunenr"], 2026), row


def test_splits_are_told(kommuner):
    split = {(c["aar"], c["fra_nr"]) for c in kommuner.changes if c["slag"] == "deling"}
    assert split == {(2020, "1850"), (2020, "5012"), (2024, "1507")}


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("kommuner.csv", "0301,Oslo,03", "301,Oslo,03", "«301»"),
        ("kommuner.csv", "0301,Oslo,03", "0301,Oslo,46", "«46»"),
        ("kommuner.csv", "1903,Harstad,19,Troms,2013,2017", "1903,Harstad,19,Troms,2013,2019", "1903 to ganger"),
        ("kommuneendringer.csv", "2024,1507,1580,deling\n", "2024,1507,1580,delt\n", "«delt»"),
        ("kommuneendringer.csv", "2017,0719,0710,sammenslaaing\n", "", "0719 Andebu"),
        ("kommuneendringer.csv", "2017,0719,0710,", "2017,0718,0710,", "«0718»"),
    ],
)
def test_faults_are_told(register, name, old, new, told):
    path = register / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Problems) as error:
        load_kommuner(register)
    problem = error.value.problems[0]
    assert told in problem.fant and problem.ventet and problem.tiltak and problem.fil.endswith(name)


def test_all_faults_at_once(register):
    path = register / "kommuneendringer.csv"
    text = path.read_text(encoding="utf-8").replace(",deling\n", ",delt\n")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as error:
        load_kommuner(register)
    assert len(error.value.problems) == 7
