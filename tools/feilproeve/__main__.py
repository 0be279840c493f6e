"""Tries every fault of `feil.yaml` on copies of a built edition, and tells how each was answered. Run as
`make feilproeve` (DEL=frys: those that have the word in what is done, or in the command)."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from tools.feilproeve.trial import ASKED, HEALED, HERE, REFUSED, WRONG, Case, State, Trial, Verdict, judge, state
from tools.reproduser import copy

DATA = yaml.safe_load((HERE / "feil.yaml").read_text(encoding="utf-8"))
CASES = [
    Case(what, command, how, group.get("endring", ""), group.get("fil", ""))
    for group in DATA["feil"]
    for command in group["kommando"]
    for what, how in group["hva"].items()
]
ALL, MOUNTS = "bygg alt", ("small_disk", "read_only", "full_tmp")


class Bench:
    """The built project in a folder that is thrown away, and what is right after each edit and command."""

    def __init__(self, place: Path):
        self.place, self.rights = place, dict[tuple[str, str], State]()
        self.first, self.other = Trial(place / "bygd", DATA["kommandoer"][ALL], place), place / f"svar-{ALL}/prosjekt"
        copy(self.first.root)
        # Somebody has confirmed the warning of the edition, as of the one two years before.
        self.first.happen("""sed -i '$p; s/"2018"/"2020"/' data/signaturer.yaml; git init -q; commit .; git gc -q""")
        self.first.happen(ASKED)

    def trial(self, name: str, edit: str, command: str) -> Trial:
        """A copy of the built project with an edit made, in a folder with a name."""
        trial = Trial(self.place / name / "prosjekt", DATA["kommandoer"][command], self.other)
        trial.root.parent.mkdir()
        subprocess.run(["cp", "-a", "--reflink=auto", self.first.root, trial.root], check=True)
        trial.happen(DATA["endringer"][edit])
        return trial

    def find_right(self, wanted: tuple[str, str]) -> None:
        """Every file after an edit and a command, when nothing is wrong: after a build, as it is made from empty."""
        trial = self.trial("-".join(wanted), *wanted)
        before = state(trial.root)
        if "snakemake" in trial.command:
            trial.happen(f"rm -r results .snakemake logs; {ASKED}" if wanted[0] else ASKED)
            self.rights[wanted] = before | state(trial.root)
        else:
            trial.happen(ASKED)
            self.rights[wanted] = state(trial.root)

    def judged(self, number: int, case: Case) -> Verdict:
        """Try a case. Parameters: `number`, its own."""
        trial = self.trial(f"{number}", case.edit, case.command)
        verdict = judge(case, trial, self.rights[case.edit, case.command])
        shutil.rmtree(trial.root.parent)
        return verdict


def tried(cases: list[Case], place: Path) -> list[Verdict]:
    """Try cases, two at a time, and print how each was answered as soon as those before it are. Parameters: `place`, an
    empty folder. Raises `Wrong` if something is wrong without a fault."""
    bench, verdicts = Bench(place), list[Verdict]()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bench.find_right, sorted({(case.edit, case.command) for case in cases} | {("svar", ALL)})))
        for case, verdict in zip(cases, pool.map(bench.judged, range(len(cases)), cases), strict=True):
            verdicts.append(verdict)
            line = f"{len(verdicts):>3}  {verdict.name:<7} {case.command:<15} {case.what:<52} {verdict.why}"
            print(line if verdict.name == WRONG else line[:160], flush=True)
    return verdicts


def main() -> int:
    """Command line; returns 1 when an answer is wrong."""
    parser = argparse.ArgumentParser(prog="make feilproeve", description="Prøv feil en for en på en bygd utgave.")
    parser.add_argument("del", nargs="?", default="", help="et ord i det som gjøres, eller i kommandoen")
    word = vars(parser.parse_args())["del"]
    cases = [case for case in CASES if word in f"{case.command} {case.what}"]
    if subprocess.run(["unshare", "--mount", "--map-root-user", "true"], capture_output=True).returncode:
        print("Uten egne monteringer: disker som er fulle eller bare kan leses, prøves ikke.", file=sys.stderr)
        cases = [case for case in cases if not case.how.startswith(MOUNTS)]
    with tempfile.TemporaryDirectory(prefix="feilproeve-") as place:
        verdicts = tried(cases, Path(place))
    for number, verdict in enumerate(verdicts, 1):
        if verdict.name == WRONG:
            print(f"\n--- {number}: {verdict.why}\n{verdict.text[-3000:]}")
    counts = Counter(verdict.name for verdict in verdicts)
    print(f"{len(verdicts)} prøvd / {counts[HEALED]} leget / {counts[REFUSED]} nektet / {counts[WRONG]} galt")
    return int(counts[WRONG] > 0)


if __name__ == "__main__":
    sys.exit(main())
