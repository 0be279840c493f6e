"""Tries every fault of `feil.yaml` on copies of a built edition, and tells how each was answered. Run as
`make feilproeve` (DEL=frys: those that have the word in what is done, or in the command)."""

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from tools.feilproeve.trial import ASKED, HEALED, HERE, REFUSED, WRONG, Case, State, Trial, Verdict, judge, state
from tools.reproduser import TARGETS, copy

DATA = yaml.safe_load((HERE / "feil.yaml").read_text(encoding="utf-8"))
CASES = [
    Case(what, command, how, group.get("endring", ""), group.get("fil", ""))
    for group in DATA["feil"]
    for command in group["kommando"]
    for what, how in group["hva"].items()
]
ALL = " ".join(TARGETS)
# Somebody has confirmed the warning of the edition, as of the one two years before.
_CONFIRMED = (
    """sed -i '/gjelder: "2018"/{p; s/"2018"/"2020"/}' data/signaturer.yaml; git init -q; commit .; git gc -q"""
)


class Bench:
    """The built project in a folder that is thrown away, and what is right after each edit and command."""

    def __init__(self, place: Path):
        self.place, self.rights = place, dict[tuple[str, str], State]()
        self.other, self.first = place / f"svar-{ALL}/prosjekt", place / "bygd/prosjekt"
        Trial(copy(self.first), ALL, self.other).do(f"{_CONFIRMED}; {ASKED}")

    def trial(self, name: str, edit: str, command: str) -> Trial:
        """A copy of the built project with an edit made, in a folder with a name."""
        root = self.place / name / "prosjekt"
        root.parent.mkdir()
        subprocess.run(["cp", "-a", "--reflink=auto", self.first, root], check=True)
        trial = Trial(root, command, self.other)
        trial.do(DATA["endringer"][edit])
        return trial

    def find_right(self, wanted: tuple[str, str]) -> None:
        """Every file after an edit and a command, when nothing is wrong: after a build, as it is made from empty."""
        trial = self.trial("-".join(wanted).replace("/", " "), *wanted)
        before = state(trial.root) if trial.builds else {}
        trial.do(f"rm -r results .snakemake logs; {ASKED}" if trial.builds and wanted[0] else ASKED)
        self.rights[wanted] = before | state(trial.root)

    def judged(self, number: int, case: Case) -> Verdict:
        """Try a case. Parameters: `number`, its own."""
        trial = self.trial(f"{number}", case.edit, case.command)
        verdict = judge(case, trial, self.rights[case.edit, case.command])
        shutil.rmtree(trial.root.parent)
        return verdict


def tried(cases: list[Case], place: Path) -> Counter[str]:
    """Try cases, two at a time, and print how each was answered. Parameters: `place`, an empty folder. Returns how many
    times each verdict was given. Raises `Wrong` if something is wrong without a fault."""
    place.chmod(0o755)  # others come in
    bench, counts = Bench(place), Counter[str]()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bench.find_right, sorted({(case.edit, case.command) for case in cases} | {("svar", ALL)})))
        for case, verdict in zip(cases, pool.map(bench.judged, range(len(cases)), cases), strict=True):
            counts[verdict.name] += 1
            command = case.command.removeprefix("krisestat ")
            line = f"{counts.total():>3}  {verdict.name:<7} {command:<19.19} {case.what:<52} {verdict.why}"
            print(f"{line}\n{verdict.text[-3000:]}" if verdict.name == WRONG else line[:160], flush=True)
    return counts


def main() -> int:
    """Command line; returns 1 when an answer is wrong."""
    cases = [case for case in CASES if "".join(sys.argv[1:]) in f"{case.command} {case.what}"]
    if subprocess.run(["unshare", "--mount", "--map-root-user", "true"], capture_output=True).returncode:
        print("Uten egne monteringer: disker som er fulle eller bare kan leses, prøves ikke.")
        cases = [case for case in cases if not case.how.startswith(("small_disk", "read_only", "full_tmp"))]
    with tempfile.TemporaryDirectory(prefix="feilproeve-") as place:
        counts = tried(cases, Path(place))
    print(f"{counts.total()} prøvd:", ", ".join(f"{counts[name]} {name}" for name in (HEALED, REFUSED, WRONG)))
    return int(counts[WRONG] > 0)


if __name__ == "__main__":
    sys.exit(main())
