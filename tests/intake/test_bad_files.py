"""The corpus of broken raw files: each is refused with the expected text, none crashes, passes in silence, or is dear.

The whole corpus is made and read in one process (`bad_files/lag.py`), which also says what it cost. One fault of each
kind is in the quick set too, and read here.
"""

import json
import re
import subprocess
import sys

import pytest

from tests.intake.bad_files.lag import ACCEPTED, EXPECTED, FAULTS, run_one
from tests.support.project import PROJECT

QUICK = (
    *("cp1252_oppgitt_som_utf8", "utf8_oppgitt_som_cp1252", "tom_fil", "bare_overskrifter", "ett_felt_for_mye"),
    *("lik_overskrift_to_ganger", "sporsmaal_har_skiftet_navn", "ny_kolonne", "avkortet_arbeidsbok", "ukjent_ark"),
    *("ukjent_senter", "samme_senter_to_ganger", "senternavn_med_terminalkoder"),
    *("tilbud_som_senteret_ikke_har", "svar_for_et_tilbud_som_senteret_ikke_har", "samarbeidsform_uten_samarbeid"),
    *("rettet_for_haand_etter_mottak", "raafilen_mangler"),
)


@pytest.fixture(scope="module")
def results() -> dict[str, dict]:
    done = subprocess.run(
        [sys.executable, "tests/intake/bad_files/lag.py"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_the_corpus_is_large_and_has_one_text_per_fault():
    assert len(FAULTS) >= 60
    assert {path.stem for path in EXPECTED.glob("*.txt")} == set(FAULTS)
    stored = [p for p in EXPECTED.parent.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert sum(p.stat().st_size for p in stored) < 1_000_000


@pytest.mark.parametrize("name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.thorough) for n in FAULTS])
def test_a_broken_file_is_refused_with_its_text(name, request, tmp_path, monkeypatch):
    if name in QUICK:
        monkeypatch.chdir(tmp_path)
        found = run_one(name, *FAULTS[name], tmp_path)
    else:
        found = request.getfixturevalue("results")[name]
    said = found["text"]
    assert said + "\n" == (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")
    assert said.startswith("Fant ") and "Traceback" not in said
    assert all(said.count(f"\n  {part}") == said.count("\n  Fant:") for part in ("Ventet:", "Gjør:"))
    assert not re.search(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f]", said)
    assert found["written"] == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", ACCEPTED)
def test_a_harmless_variant_gives_the_same_table(name, results):
    year = ACCEPTED[name][0]
    assert results[name]["text"] == ""
    assert results[name]["rows"] == results[f"god_{year}"]["rows"] != []


@pytest.mark.thorough
def test_no_file_takes_more_than_ten_seconds_or_500_mb(results):
    assert {name: r["seconds"] for name, r in results.items() if r["seconds"] > 10} == {}
    assert max(r["peak"] for r in results.values()) < 500
