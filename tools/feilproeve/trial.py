"""One fault tried on a copy of the built project: how the next command answers, and the verdict on it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tools.reproduser import plain as least

HEALED, REFUSED, WRONG = "leget", "nektet", "galt"
KILLED = -signal.SIGKILL
_POINTS = Path(__file__).parent / "punkt"
_FIVE = re.compile(r"^ *Fant: .*^ *Ventet: .*^ *Gjør: ", re.MULTILINE | re.DOTALL)
# What the terminal says of one altered file, and of those that a long list leaves out.
_GIST = re.compile(r"^ *Fant: +(.*)|^  (\S+: (?:endret|borte|det som er .*))$|^(Forrige .*)|^(Ferdig: )", re.MULTILINE)
_MORE = re.compile(r"… og (\d+) til")
# What belongs to the machinery, and says nothing to anybody of an edition.
_ASIDE = re.compile(r"(\.git|\.snakemake|logs|results/\.lager)/|.*__pycache__/")
_SECONDS = 600

State = Mapping[str, bytes]


class Missed(Exception):
    """A fault that never came: there is no such file, or no process came to the point."""


class Answer(NamedTuple):
    """What a command said: its exit code, its words, and what is wrong with how it said it."""

    code: int
    text: str
    faults: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """The verdict, why it is wrong or what was said, and all that was printed."""

    name: str
    why: str
    text: str


class Command(NamedTuple):
    """What is run with Python, and whether that is a build."""

    words: tuple[str, ...]
    builds: bool = False


class Started(NamedTuple):
    """A command that is going on, and the file that it tells to."""

    process: subprocess.Popen
    told: Path


@dataclass(frozen=True)
class Trial:
    """A copy of the built project (`root`, with room for other files beside it) and the command that is asked of it;
    `built` and `other`, the project as it was built, and another edition of it; `seen`, every file after something else
    has happened while the command was going on."""

    root: Path
    command: Command
    built: Path
    other: Path
    seen: list[State] = field(default_factory=list)

    @property
    def beside(self) -> Path:
        """The folder for other files of the trial."""
        return self.root.parent

    @property
    def mark(self) -> Path:
        """A file that is there while a process stands at a point."""
        return self.beside / "punkt"

    def start(self, before: Sequence[str] = (), point: Sequence[str] = ()) -> Started:
        """Begin the command. Parameters: `before`, words before it; `point`, what is done there, and the point."""
        env = least().env | {"HOME": str(self.beside), "TMPDIR": str(self.beside / "tmp"), "PYTHONPATH": "scripts"}
        (self.beside / "tmp").mkdir(exist_ok=True)
        if point:
            env |= {"PYTHONPATH": f"{_POINTS}:scripts", "FEILPUNKT": json.dumps([*point, str(self.mark)])}
        command = [*before, sys.executable, "-m", *self.command.words]
        told = self.beside / f"svar-{time.monotonic_ns()}"
        with told.open("wb") as out:
            process = subprocess.Popen(command, cwd=self.root, env=env, stdout=out, stderr=out, start_new_session=True)
        return Started(process, told)

    def ask(self, before: Sequence[str] = (), point: Sequence[str] = ()) -> Answer:
        """Run the command to its end. Parameters as `start`."""
        return ended(self.start(before, point))


def ended(started: Started) -> Answer:
    """The answer of a command, when it has come to its end."""
    try:
        code = started.process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(started.process.pid, signal.SIGKILL)
        return Answer(started.process.wait(), "", (f"ikke ferdig på {_SECONDS} sekunder",))
    text = started.told.read_text(encoding="utf-8", errors="replace")
    faults = ["en traceback på skjermen"] if "Traceback (most recent call last)" in text else []
    faults += ["nektet uten de fem delene"] if code not in (0, KILLED) and not _FIVE.search(text) else []
    return Answer(code, text, tuple(faults))


Fault = Callable[[Trial], object]
How = Callable[[Trial], Answer]


class Case(NamedTuple):
    """A fault, as data: what is done, in words; the command that is asked next, by its name; what happens to the files
    before; how the command is run; the edit that is made, not built, before it all; and whether what the files are then
    must be named, which it is not when another build wrote it."""

    what: str
    command: str
    fault: Fault | Sequence[Fault] = ()
    how: How = Trial.ask
    edit: str = ""
    named: bool = True


def state(root: Path) -> dict[str, bytes]:
    """Every file of the project and its results by path, but for the machinery's own."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if not _ASIDE.match(f"{os.path.relpath(f'{folder}/{one}', root)}/")]
        for path in (Path(folder, name) for name in names):
            link = path.is_symlink()
            found[str(path.relative_to(root))] = f"-> {path.readlink()}".encode() if link else path.read_bytes()
    return found


def copied(root: Path, place: Path) -> Path:
    """A copy of a folder with all its times; by reference where the file system can."""
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(root), str(place)], check=True)
    return place


def judge(case: Case, trial: Trial, right: State, code: int = 0) -> Verdict:
    """Try a case and judge the answer.

    Parameters: `trial`, with the edit made; `right`, every file after the command when nothing is wrong, and `code`,
    the exit code that it then has.
    """
    start, answer = state(trial.root), Answer(0, "")
    try:
        for fault in case.fault if isinstance(case.fault, Sequence) else [case.fault]:
            fault(trial)
        faulty = state(trial.root)
        answer = case.how(trial)
        name = HEALED if answer.code in (0, KILLED) else REFUSED
        wrong = [*answer.faults, *_halves(answer, state(trial.root), (start, faulty, right, *trial.seen))]
        if answer.code not in (0, code) and not wrong:
            if answer.code != KILLED:
                _undo(trial, start, right)
            again = trial.ask()
            wrong, answer = [*again.faults], Answer(again.code, answer.text + again.text)
        if not wrong:
            last = trial.seen[-1] if trial.seen else faulty
            altered = [file for file in start if file.startswith("results/") and last.get(file) != start[file]]
            wrong = [f"sluttet med {answer.code}"] if answer.code != code else []
            wrong += _unlike(state(trial.root), right)
            wrong += _unnamed(altered, answer.text, name == HEALED) if case.named else []
    except Missed as error:
        wrong = [f"feilen kom aldri: {error}"]
    if wrong:
        return Verdict(WRONG, "; ".join(wrong), answer.text)
    said = _GIST.search(answer.text)
    return Verdict(name, next(filter(None, said.groups())) if said else "", answer.text)


def _halves(answer: Answer, now: State, whole: Sequence[State]) -> list[str]:
    """Files that are neither as they were nor as they shall be. Half-written ones of a process that was killed lie
    beside their places."""
    files = [f for f in sorted({*now, *whole[0]}) if all(now.get(f) != one.get(f) for one in whole)]
    return [f"halvskrevet eller tapt: {f}" for f in files if not (answer.code == KILLED and f.endswith(".ny"))]


def _unlike(now: State, right: State) -> list[str]:
    files = [file for file in sorted({*now, *right}) if now.get(file) != right.get(file)]
    return [f"ikke som i en uforstyrret bygging: {', '.join(files[:5])} ({len(files)} filer)"] if files else []


def _unnamed(altered: Sequence[str], text: str, every: bool) -> list[str]:
    """Of files that somebody altered, those that the terminal does not name. A long list is counted. Parameters:
    `every`, whether each shall be named, or one is enough."""
    unnamed, more = [file for file in altered if file not in text], _MORE.search(text)
    most = (int(more[1]) if more else 0) if every else len(altered) - 1
    return [f"ikke navngitt: {', '.join(unnamed[:5])}"] if altered and len(unnamed) > most else []


def _undo(trial: Trial, start: State, right: State) -> None:
    """What a person does when a command has refused: puts right what goes in, and after a command the results too. What
    a build made is left as it is; a folder in the place of a file is removed."""
    good = right if trial.command.builds else start
    for file in state(trial.root).keys() - good.keys():
        (trial.root / file).unlink()
    for file, data in good.items():
        path = trial.root / file
        if path.is_dir():
            shutil.rmtree(path)
        elif path.is_symlink():
            path.unlink()
        if trial.command.builds and file.startswith("results/"):
            continue
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)
