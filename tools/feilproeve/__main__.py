"""Tries every fault of `tools.feilproeve.cases` on copies of a built edition, and tells how each was answered. Run as
`make feilproeve` (DEL=frys: those that have the word in what is done, or in the command)."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tools.feilproeve.cases import CASES, COMMANDS, EDITS, confirm
from tools.feilproeve.trial import HEALED, REFUSED, WRONG, Answer, Case, State, Trial, Verdict, copied, judge, state
from tools.reproduser import copy

Right = tuple[State, int]
_GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
_COMMIT = (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["gc", "-q"])


class Bench:
    """The built project, and what is right after each command and edit, in a folder that is thrown away."""

    def __init__(self, place: Path):
        self.place, self.built, self.other = place, place / "bygd/prosjekt", place / "svar-bygg alt/prosjekt"

    def trial(self, name: str, edit: str, command: str) -> Trial:
        """A copy of the built project with an edit made, in a folder with a name."""
        root = copied(self.built, self.place / name / "prosjekt")
        EDITS[edit](root)
        return Trial(root, COMMANDS[command], self.built, self.other)

    def build(self) -> Answer:
        """Build the project once, and commit it before, so that every copy is of the same commit."""
        confirm(copy(self.built))
        for words in _COMMIT:
            subprocess.run([*_GIT, *words], cwd=self.built, check=True)
        return Trial(self.built, COMMANDS["bygg alt"], self.built, self.other).ask()

    def right(self, wanted: tuple[str, str]) -> Right:
        """Every file after an edit and a command, when nothing is wrong: after a build, as it is made from empty."""
        edit, command = wanted
        trial = self.trial(f"{edit}-{command}", edit, command)
        before = state(trial.root)
        if trial.command.builds and edit:
            for folder in ("results", ".snakemake", "logs"):
                shutil.rmtree(trial.root / folder)
        code = trial.ask().code if edit or not trial.command.builds else 0
        return {**(before if trial.command.builds else {}), **state(trial.root)}, code

    def judged(self, right: Right, number: int, case: Case) -> Verdict:
        """Try a case. Parameters: `number`, its own."""
        trial = self.trial(f"{number}", case.edit, case.command)
        verdict = judge(case, trial, *right)
        shutil.rmtree(trial.beside)
        return verdict


def tried(cases: list[Case], place: Path) -> list[Verdict]:
    """Try cases, two at a time, and print how each was answered as soon as those before it are.

    Parameters: `place`, an empty folder. Raises `SystemExit` if the project does not build as it is.
    """
    bench = Bench(place)
    if (answer := bench.build()).code:
        print(f"{answer.text}\nProsjektet bygger ikke uten feil heller; se over.", file=sys.stderr)
        raise SystemExit(2)
    wanted = sorted({(case.edit, case.command) for case in cases} | {("svar", "bygg alt")})
    verdicts = []
    with ThreadPoolExecutor(2) as pool:
        rights = dict(zip(wanted, pool.map(bench.right, wanted), strict=True))
        work = [partial(bench.judged, rights[case.edit, case.command], n, case) for n, case in enumerate(cases, 1)]
        for case, verdict in zip(cases, pool.map(lambda one: one(), work), strict=True):
            verdicts.append(verdict)
            line = f"{len(verdicts):>3}  {verdict.name:<7} {case.command:<16} {case.what:<52} {verdict.why}"
            print(line if verdict.name == WRONG else line[:180], flush=True)
    return verdicts


def main() -> int:
    """Command line; returns 1 when an answer is wrong."""
    parser = argparse.ArgumentParser(prog="make feilproeve", description="Prøv feil en for en på en bygd utgave.")
    parser.add_argument("del", nargs="?", default="", help="et ord i det som gjøres, eller i kommandoen")
    word = vars(parser.parse_args())["del"]
    place = Path(tempfile.mkdtemp(prefix="feilproeve-"))
    try:
        verdicts = tried([case for case in CASES if word in f"{case.command} {case.what}"], place)
    finally:
        shutil.rmtree(place)
    for number, verdict in enumerate(verdicts, 1):
        if verdict.name == WRONG:
            print(f"\n--- {number}: {verdict.why}\n{verdict.text[-3000:]}")
    counts = Counter(verdict.name for verdict in verdicts)
    print(f"{len(verdicts)} prøvd / {counts[HEALED]} leget / {counts[REFUSED]} nektet / {counts[WRONG]} galt")
    return int(counts[WRONG] > 0)


if __name__ == "__main__":
    sys.exit(main())
