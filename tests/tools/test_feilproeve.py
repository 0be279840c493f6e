"""That the harness of faults tells what is wrong from what is healed and what is refused, whatever it is tried on."""

import pytest

from tools.feilproeve import faults as f
from tools.feilproeve.trial import HEALED, REFUSED, WRONG, Answer, Case, Command, Trial, judge, state

# A command that makes one file from another, names what was altered, and refuses when it has nothing to read.
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
ALTERED = f.change("results/ut", f.cut)


@pytest.mark.parametrize(
    ("case", "verdict", "why"),
    [
        (Case("endret", "", ALTERED), HEALED, "results/ut: endret"),
        (Case("drept", "", ALTERED, f.killed(f.WRITES, "*results/ut")), HEALED, "results/ut: endret"),
        (Case("borte", "", f.delete("inn")), REFUSED, "ingenting"),
        (Case("urettet", "", ALTERED, lambda trial: Answer(0, "results/ut")), WRONG, "ikke som"),
        (Case("taus", "", ALTERED, lambda trial: trial.ask()._replace(text="")), WRONG, "ikke navngitt: results/ut"),
        (Case("ikke tekst", "", f.change("inn", f.binary)), WRONG, "en traceback på skjermen; nektet uten"),
        (
            Case("tapt", "", how=lambda trial: f.delete("results/ut")(trial) or Answer(1, "")),
            WRONG,
            "halvskrevet eller",
        ),
        (Case("ingen feil", "", f.delete("finnes-ikke")), WRONG, "feilen kom aldri"),
    ],
    ids=lambda case: case.what if isinstance(case, Case) else "",
)
def test_the_verdict_of(tmp_path, case, verdict, why):
    root = tmp_path / "prosjekt"
    for file, text in {"scripts/kopier.py": COPIES, "inn": "32 av 43\n", "results/ut": "32 av 43\n"}.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")
    found = judge(case, Trial(root, Command(("kopier",), builds=True), root, root), state(root))
    assert found.name == verdict and found.why.startswith(why), found
