"""The corpus of broken forms: each is refused with the expected text, none crashes, passes in silence, or is dear.

The corpus and what is said of it are in `bad_forms/`. Some faults are in the quick set too.
"""

import re
import resource

import pytest

from tests.agreements.bad_forms import lag

QUICK = ("json_med_ukjent_noekkel", "json_uten_et_punkt_og_et_felt", "tekst_med_styretegn", "csv_med_ny_rad")
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.thorough) for name in lag.FAULTS]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project to receive forms in, which is the working directory of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(lag.PROJECT)
        lag.prepare(tmp_path_factory.mktemp("prosjekt"))
        yield


def test_the_corpus_is_large_and_has_one_text_per_fault():
    assert len(lag.FAULTS) >= 70
    assert {path.stem for path in lag.EXPECTED.glob("*.txt")} == set(lag.FAULTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_form_is_refused_with_its_text(name, project):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said, avtaler, punkter = lag.said_of(*lag.FAULTS[name])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert said + "\n" == (lag.EXPECTED / f"{name}.txt").read_text(encoding="utf-8")
    assert said.startswith("Fant ") and "Traceback" not in said
    assert all(said.count(f"\n  {part}") == said.count("\n  Fant:") for part in ("Ventet:", "Gjør:"))
    assert not re.search(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", said)
    assert avtaler == punkter == []
    assert after.ru_utime - before.ru_utime < 10 and after.ru_maxrss < 1_100_000


@pytest.mark.thorough
@pytest.mark.parametrize("name", lag.ACCEPTED)
def test_a_harmless_variant_gives_the_same_answers(name, project):
    format, change = lag.ACCEPTED[name]
    good = lag.said_of(format, lambda d: None)
    assert good[0] == "" and good[2]
    assert lag.said_of(format, change) == good
