"""One fault tried on a copy of the built project: how the next command answers, and the verdict on it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.reproduser import AS_NOBODY, may_be_nobody, plain

HEALED, REFUSED, WRONG = "leget", "nektet", "galt"
KILLED = -9
HERE = Path(__file__).parent
_BUILD = ("snakemake", "--cores", "1", "--quiet", "rules", "--")
ASKED = '"$@"'
_FIVE = re.compile(r"^ *Fant: +([^\n]*).*^ *Ventet: .*^ *Gjør: ", re.MULTILINE | re.DOTALL)
# What a long list of files leaves out.
_MORE = re.compile(r"… og (\d+) til")
# What belongs to the machinery, and says nothing to anybody of an edition.
_ASIDE = re.compile(r"(\.git|\.snakemake|logs|results/\.lager)/|.*__pycache__/")

State = Mapping[str, bytes]


class Wrong(Exception):
    """What is wrong with an answer, or with the fault: it never came."""


class Answer(NamedTuple):
    """What a command said: its exit code and its words."""

    code: int
    text: str


class Verdict(NamedTuple):
    """The verdict, why it is wrong or was refused, and all that was printed."""

    name: str
    why: str
    text: str


class Case(NamedTuple):
    """A fault: `what` is done, in words; the `command` that is asked; `how` it is done, in Bash; the `edit` that is
    made, not built, before it, by its name; and `file`, of which `how` may speak."""

    what: str
    command: str
    how: str
    edit: str = ""
    file: str = ""


class Trial(NamedTuple):
    """A copy of the built project (`root`, with room for other files beside it), the command that is asked of it, or
    what Snakemake is to build, and the folder of another edition."""

    root: Path
    command: str
    other: Path

    @property
    def builds(self) -> bool:
        """Whether Snakemake is asked."""
        return not self.command.startswith("krisestat")

    def run(self, script: str, file: str = "") -> Answer:
        """Run something in Bash with the functions of `skall.sh` and the command as its arguments. Parameters: `file`,
        of which the script speaks."""
        beside = self.root.parent
        (beside / "tmp").mkdir(exist_ok=True)
        env = plain().env | {"HOME": str(beside), "TMPDIR": f"{beside}/tmp", "BESIDE": str(beside), "FILE": file}
        env |= {"PYTHONPATH": f"{HERE}/punkt:scripts", "PYTHON": sys.executable, "OTHER": str(self.other)}
        env["NOBODY"] = shlex.join(AS_NOBODY) if may_be_nobody() else ""
        words = ["bash", "-euc", f"source '{HERE}/skall.sh'; {script}", "bash", "timeout", "--foreground", "600"]
        words += [sys.executable, "-m", *(_BUILD if self.builds else ()), *self.command.split()]
        with (beside / "svar").open("wb") as out:
            done = subprocess.run(words, cwd=self.root, env=env, stdout=out, stderr=out, start_new_session=True)
        return Answer(done.returncode, (beside / "svar").read_text(encoding="utf-8", errors="replace"))

    def do(self, script: str) -> None:
        """Run something that must come well through. Raises `Wrong` when it does not."""
        if (answer := self.run(script)).code:
            raise Wrong(f"dette gikk ikke: {script}: {answer.text[-1500:]}")


def state(root: Path) -> dict[str, bytes]:
    """Every file and link of the project and its results by path, but for the machinery's own."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if not _ASIDE.match(f"{os.path.relpath(f'{folder}/{one}', root)}/")]
        for path in (Path(folder, name) for name in (*names, *folders)):
            if path.is_symlink() or not path.is_dir():
                data = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
                found[str(path.relative_to(root))] = data
    return found


def judge(case: Case, trial: Trial, right: State) -> Verdict:
    """Try a case and judge the answer. Parameters: `trial`, with the edit made; `right`, every file after the command
    when nothing is wrong."""
    start, first = state(trial.root), Answer(0, "")
    before, _, around = case.how.rpartition("; ") if ASKED in case.how else (case.how, "", ASKED)
    try:
        trial.do(before or ":")
        faulty = state(trial.root)
        first = trial.run(around, case.file)
        if "Traceback (most recent call last)" in first.text:
            raise Wrong("en traceback på skjermen")
        if first.code not in (0, KILLED) and not _FIVE.search(first.text):
            raise Wrong("nektet uten de fem delene")
        _whole(state(trial.root), (start, faulty, right), first)
        if first.code:
            if first.code != KILLED:
                _undo(trial.root, *((right, "results/") if trial.builds else (start, "\0")))
            again = trial.run(ASKED)
            first = Answer(first.code, first.text + again.text)
            if again.code:
                raise Wrong(f"sluttet så med {again.code}")
        now = state(trial.root)
        if unlike := [file for file in sorted({*now, *right}) if now.get(file) != right.get(file)]:
            raise Wrong(f"ikke som i en uforstyrret kjøring: {', '.join(unlike[:5])} ({len(unlike)} filer)")
        _named([file for file in start if file.startswith("results/") and faulty.get(file) != start[file]], first)
    except Wrong as error:
        return Verdict(WRONG, str(error), first.text)
    five = _FIVE.search(first.text)
    return Verdict(HEALED if first.code in (0, KILLED) else REFUSED, five[1] if five else "", first.text)


def _whole(now: State, states: Sequence[State], answer: Answer) -> None:
    """Each file is as it was or as it shall be, or it is named: somebody altered it meanwhile. Half-written ones of a
    process that was killed lie beside their places."""
    odd = [file for file in sorted({*now, *states[0]}) if all(now.get(file) != one.get(file) for one in states)]
    for file in odd:
        if file not in answer.text and not (answer.code == KILLED and file.endswith(".ny")):
            raise Wrong(f"halvskrevet eller tapt: {file}")


def _named(altered: Sequence[str], answer: Answer) -> None:
    """The terminal names each result that somebody altered, or one where it refuses. A long list is counted."""
    unnamed, more = [file for file in altered if file not in answer.text], _MORE.search(answer.text)
    refused = answer.code not in (0, KILLED)
    if altered and len(unnamed) > (len(altered) - 1 if refused else int(more[1]) if more else 0):
        raise Wrong(f"ikke navngitt: {', '.join(unnamed[:5])}")


def _undo(root: Path, good: State, made: str) -> None:
    """What a person does when a command has refused: puts the files right, and takes away what does not belong, but
    leaves to the next build what a build makes. Parameters: `made`, how the names of such files begin."""
    now = state(root)
    for file in (one for one in {*now, *good} if now.get(one) != good.get(one)):
        path, left = root / file, file in good and file.startswith(made)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif not left:
            path.unlink(missing_ok=True)
        if file in good and not left:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(good[file])
