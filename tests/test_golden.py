"""The whole run as text: from the committed raw files to the numbers, the headline points and (in test_publication) the
page. Whoever changes a number on purpose copies the new file over the old and shows both in review."""

import json

import pytest

from tests.support.model import COUNTS
from tests.support.project import EXAMPLE, PROJECT, ROOT
from tools import eksempel


def test_the_example_that_other_repositories_test_the_program_on_is_the_one_that_lies_here():
    if PROJECT != ROOT:
        pytest.skip("this repository has an edition of its own")
    packed, here = dict(eksempel.unpacked(EXAMPLE)), eksempel.content(ROOT)
    other = sorted(name for name in packed.keys() | here.keys() if packed.get(name) != here.get(name))
    assert not other, f"{eksempel.FILE} is of other files than these: run «make eksempel», and commit it"


def test_the_raw_files_give_the_numbers_that_every_other_golden_builds_on(committed):
    made = {path.name: path.read_text(encoding="utf-8") for path in (committed / "ut/utdata").iterdir()}
    assert made == {path.name: path.read_text(encoding="utf-8") for path in COUNTS}


def test_counts_of_institutions_are_published_as_they_are(committed):
    for name in ("samarbeid", "samarbeidsform", "kommunalt_samarbeid"):
        kept, out = (committed / f"{folder}/{name}.csv" for folder in ("statistikk", "ut/utdata"))
        assert kept.read_bytes() == out.read_bytes()


@pytest.fixture
def points(utgave) -> dict:
    return json.loads(utgave.hovedpunkter.read_text(encoding="utf-8"))


def test_the_headline_points_of_2020(points):
    assert [p["tekst"] for p in points["hovedpunkter"]] == [
        "Alle krisesentertilbudene samarbeidet med NAV og barneverntjenesten",
        "Skriftlig avtale med NAV var vanligere enn i 2015",
        "De aller fleste krisesentertilbudene samarbeidet med boligkontor",
    ]
    assert all(p["tall"] and p["begrunnelse"] and p["paastander"] for p in points["hovedpunkter"])


def test_no_headline_point_of_2020_says_that_all_cooperate_with_the_police(points):
    assert not [p for p in points["hovedpunkter"] if "olitiet" in p["tekst"] and "lle " in p["tekst"]]
