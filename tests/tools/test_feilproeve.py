"""That the harness of faults tells what is wrong from what is healed and what is refused, whatever it is tried on."""

import pytest

from tools.feilproeve.__main__ import CASES, DATA
from tools.feilproeve.trial import HEALED, REFUSED, WRONG, Case, Trial, judge, state

# Makes one file from another, names what was altered, and refuses when it has nothing to read.
COPIES = """
import sys
from pathlib import Path
came, out = Path("inn"), Path("results/ut")
if not came.exists():
    sys.exit("1. inn\\n  Fant:   ingenting\\n  Ventet: en fil\\n  Gjør:   Legg den på plass.")
text = came.read_text("utf-8")
if out.exists() and out.read_text("utf-8") != text:
    print("  results/ut: endret")
out.write_text(text, "utf-8")
"""
ALTERED = "halve results/ut"


@pytest.mark.parametrize(
    ("how", "verdict", "why"),
    [
        (ALTERED, HEALED, ""),
        (f"{ALTERED}; killed open '*results/ut' \"$@\"", HEALED, ""),
        ("rm inn", REFUSED, "ingenting"),
        (f'{ALTERED}; echo results/ut # "$@"', WRONG, "ikke som"),
        (f'{ALTERED}; "$@" > /dev/null', WRONG, "ikke navngitt: results/ut"),
        ("garble inn", WRONG, "en traceback på skjermen"),
        (':; exit 1 # "$@"', WRONG, "nektet uten"),
        (':; rm results/ut # "$@"', WRONG, "halvskrevet eller tapt"),
        ("rm finnes-ikke", WRONG, "dette gikk ikke"),
        ("killed open '*finnes-ikke' \"$@\"", WRONG, "nektet uten"),
    ],
)
def test_the_verdict_of(tmp_path, how, verdict, why):
    root = tmp_path / "prosjekt"
    for file, text in {"scripts/snakemake.py": COPIES, "inn": "32 av 43\n", "results/ut": "32 av 43\n"}.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")
    found = judge(Case("", "", how), Trial(root, "alt", root), state(root))
    assert found.name == verdict and found.why.startswith(why), found


def test_each_case_goes_by_names_that_are_there_and_none_is_tried_twice():

    assert {case.edit for case in CASES} == DATA["endringer"].keys()
    assert len({case[1:] for case in CASES}) == len(CASES) >= 60
