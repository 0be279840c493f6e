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
_POINTS = Path(__file__).parent / "punkt"
_FIVE = re.compile(r"^ *Fant: .*^ *Ventet: .*^ *Gjør: ", re.MULTILINE | re.DOTALL)
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


@dataclass
class Trial:
    """A copy of the built project in a folder of its own, and the command that is asked of it.

    `root` is the copy, with room for other files beside it; `words` the command; `builds`, whether it is Snakemake;
    `built`, the project as it was built; `other`, another edition of it: the one with another answer of 2018.
    """

    root: Path
    words: Sequence[str]
    builds: bool
    built: Path
    other: Path
    altered: list[str] = field(default_factory=list)

    @property
    def beside(self) -> Path:
        return self.root.parent

    def start(self, before: Sequence[str] = (), point: Sequence[str] = ()) -> subprocess.Popen:
        """Begin the command. Parameters: `before`, words before it; `point`, what is done there, and the point."""
        env = least().env | {"HOME": str(self.beside), "TMPDIR": str(self.beside / "tmp"), "PYTHONPATH": "scripts"}
        (self.beside / "tmp").mkdir(exist_ok=True)
        if point:
            self.mark.with_name("punkt.brukt").unlink(missing_ok=True)
            env |= {"PYTHONPATH": f"{_POINTS}:scripts", "FEILPUNKT": json.dumps([*point, str(self.mark)])}
        command = [*before, sys.executable, "-m", *self.words]
        with (self.beside / f"svar-{time.monotonic_ns()}").open("wb") as told:
            process = subprocess.Popen(
                command, cwd=self.root, env=env, stdout=told, stderr=subprocess.STDOUT, start_new_session=True
            )
        process.told = Path(told.name)  # type: ignore[attr-defined]
        return process

    @property
    def mark(self) -> Path:
        return self.beside / "punkt"

    def ask(self, before: Sequence[str] = (), point: Sequence[str] = ()) -> Answer:
        """Run the command to its end. Parameters as `start`."""
        return ended(self.start(before, point))


def ended(process: subprocess.Popen) -> Answer:
    """The answer of a process, when it has come to its end."""
    try:
        code = process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return Answer(1, "", (f"ikke ferdig på {_SECONDS} sekunder",))
    text = process.told.read_text(encoding="utf-8", errors="replace")  # type: ignore[attr-defined]
    faults = ["en traceback på skjermen"] if "Traceback (most recent call last)" in text else []
    faults += ["nektet uten de fem delene"] if code not in (0, -signal.SIGKILL) and not _FIVE.search(text) else []
    return Answer(code, text, tuple(faults))


Fault = Callable[[Trial], object]
How = Callable[[Trial], Answer]


@dataclass(frozen=True)
class Case:
    """A fault, as data: what is done in words; the command that is asked next, by its name in `COMMANDS`; what the
    fault does to the files; how the command is run; and the edit that is made, not built, before it all."""

    what: str
    command: str
    fault: Fault = lambda trial: None
    how: How = Trial.ask
    edit: str = ""


class Verdict(NamedTuple):
    """The verdict, why it is wrong or what was said, and all that was printed."""

    name: str
    why: str
    text: str


def state(root: Path) -> dict[str, bytes]:
    """Every file of the project and its results by path, but for the machinery's own."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if not _ASIDE.match(f"{os.path.relpath(f'{folder}/{one}', root)}/")]
        for path in (Path(folder, name) for name in names):
            found[path.relative_to(root).as_posix()] = _content(path)
    return found


def _content(path: Path) -> bytes:
    try:
        return f"-> {path.readlink()}".encode() if path.is_symlink() else path.read_bytes()
    except PermissionError:
        return b"(kan ikke leses)"


def copied(root: Path, place: Path) -> Path:
    """A copy of a project with all that it remembers; by reference where the file system can."""
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(root), str(place)], check=True)
    return place


def judge(case: Case, trial: Trial, right: State, code: int = 0) -> Verdict:
    """Try a case and judge the answer.

    Parameters: `trial`, with the edit made; `right`, every file after the command when nothing is wrong, and `code`,
    the exit code that it then has.
    """
    start = state(trial.root)
    answer = Answer(0, "")
    try:
        case.fault(trial)
        faulty = state(trial.root)
        trial.altered = [file for file in start if file[:8] == "results/" and faulty.get(file) != start[file]]
        answer = case.how(trial)
        if wrong := [*answer.faults, *_halves(answer, state(trial.root), (start, faulty, right))]:
            return Verdict(WRONG, "; ".join(wrong), answer.text)
        if answer.code == -signal.SIGKILL:
            name, answer = HEALED, trial.ask()
        elif answer.code == code:
            name = HEALED if code == 0 else REFUSED
        else:
            name, refused = REFUSED, answer
            _undo(trial, start, right)
            answer = trial.ask()
            answer = Answer(answer.code, refused.text + answer.text, answer.faults)
        wrong = [*answer.faults, *([f"sluttet med {answer.code}"] if answer.code != code else [])]
        wrong += _unlike(state(trial.root), right) + _unnamed(trial.altered, answer.text)
    except Missed as error:
        wrong = [f"feilen kom aldri: {error}"]
    return Verdict(WRONG, "; ".join(wrong), answer.text) if wrong else Verdict(name, _gist(answer.text), answer.text)


def _halves(answer: Answer, now: State, whole: Sequence[State]) -> list[str]:
    """Files that are neither as they were nor as they shall be. Half-written ones of a process that was killed lie
    beside their places."""
    killed = answer.code == -signal.SIGKILL
    files = [f for f in sorted({*now, *whole[0]}) if all(now.get(f) != one.get(f) for one in whole)]
    return [f"halvskrevet eller tapt: {f}" for f in files if not (killed and f.endswith(".ny"))]


def _unlike(now: State, right: State) -> list[str]:
    files = [file for file in sorted({*now, *right}) if now.get(file) != right.get(file)]
    return [f"ikke som i en uforstyrret bygging: {', '.join(files[:5])} ({len(files)} filer)"] if files else []


def _unnamed(altered: Sequence[str], text: str) -> list[str]:
    """Of files that somebody altered, those that the terminal does not name. A long list is counted."""
    unnamed = [file for file in altered if file not in text]
    more = re.search(r"… og (\d+) til", text)
    return [f"ikke navngitt: {', '.join(unnamed[:5])}"] if len(unnamed) > (int(more[1]) if more else 0) else []


def _undo(trial: Trial, start: State, right: State) -> None:
    """What a person does when a command has refused: put right what goes in. What a build made is left as it is."""
    good = {f: data for f, data in right.items() if not f.startswith("results/")} if trial.builds else start
    for file, data in state(trial.root).items():
        if file not in good and not (trial.builds and file.startswith("results/")):
            (trial.root / file).unlink()
        elif file in good and data != good[file]:
            (trial.root / file).unlink()
    for file, data in good.items():
        path = trial.root / file
        if path.is_dir():
            shutil.rmtree(path)
        if not path.exists() and not data.startswith(b"-> "):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _gist(text: str) -> str:
    """The line of an answer that says most."""
    found = re.search(
        r"^ *Fant: +(.*)|^  (\S+: (?:endret|borte|det som er .*))$|(Forrige bygging ble avbrutt)", text, 8
    )
    lines = text.strip().splitlines()
    return next(filter(None, found.groups())) if found else lines[-1].strip() if lines else ""
