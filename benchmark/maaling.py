"""How things are measured: the cost of a command, the rows that rounds give, and what machine and versions it was on.

CPU time is user and system time of a command and all that it starts, and memory the peak of any one process, both by
the operating system's own accounting (`wait4`).
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
# What the figures hang on, beside the project's own code.
PACKAGES = ("snakemake", "weasyprint", "matplotlib", "pandas", "pyarrow", "jinja2", "pikepdf", "fonttools")


@dataclass(frozen=True)
class Cost:
    """CPU seconds, peak resident memory in MB, what the command printed, and wall seconds."""

    cpu: float
    memory: float
    output: str
    wall: float

    @property
    def told(self) -> dict[str, Any]:
        """The JSON in the last line of what was printed."""
        return json.loads(self.output.strip().splitlines()[-1])


def measure(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and return its cost. Parameters: `environment`, all of it, this process's own when None.
    Raises `RuntimeError` with its last lines if it fails."""
    with tempfile.TemporaryFile() as out:
        start, words = time.perf_counter(), [str(word) for word in command]
        process = subprocess.Popen(words, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} i {folder}\n{text[-3000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text, wall)


def python(script: str, *words: str) -> list[str]:
    """The command that runs a script with this Python."""
    return [sys.executable, script, *words]


@dataclass(frozen=True)
class Rad:
    """One measured row of one round; lower is always better.

    Parameters: `id`, the part's name, a full stop and the row's; `tekst`, what it is, in Norwegian; `verdi`, the
    measured number, in `enhet` (`ganger`, `sekunder`, `mikrosekunder` or `MB`); `grense`, the most it may be, or None
    when nothing is promised; `forhold`, the ratio that tells the same on another machine, when `verdi` is none itself;
    `omfang`, how much was measured, so that rows of different sizes are not compared.
    """

    id: str
    tekst: str
    verdi: float
    enhet: str = "ganger"
    grense: float | None = None
    forhold: float | None = None
    omfang: str = ""


def summary(rounds: Iterable[Rad]) -> dict[str, dict[str, Any]]:
    """The rows of all rounds as they are kept: medians with the lowest and the highest, by id."""
    by: dict[str, list[Rad]] = {}
    for row in rounds:
        by.setdefault(row.id, []).append(row)
    kept = {}
    for id, rows in sorted(by.items()):
        first = rows[0]
        one: dict[str, Any] = {"tekst": first.tekst, "enhet": first.enhet, "runder": len(rows)}
        one |= _spread([row.verdi for row in rows])
        if first.grense is not None:
            one["grense"] = round(first.grense, 4)
        if first.forhold is not None:
            one["forhold"] = _spread([row.forhold for row in rows if row.forhold is not None])
        if first.omfang:
            one["omfang"] = first.omfang
        kept[id] = one
    return kept


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "verdi": round(statistics.median(values), 4),
        "lavest": round(min(values), 4),
        "hoyest": round(max(values), 4),
    }


def machine() -> dict[str, Any]:
    """What was measured on, in words that name no one's machine: processor, cores, memory and operating system."""
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*: (.+)$", cpuinfo, re.MULTILINE)
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "prosessor": model[1].strip() if model else platform.machine(),
        "kjerner": len(os.sched_getaffinity(0)),
        "minne_gb": round(memory / 2**30),
        "system": system,
    }


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that the figures hang on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def revision() -> Mapping[str, Any]:
    """The commit that was measured, and whether files that git knows were changed after it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()

    # the kept measurement is this command's own, and no part of what it measures
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmark/siste.json")
    return {"commit": git("rev-parse", "HEAD"), "endret": bool(changed)}


def copy_project(target: Path) -> Path:
    """A copy of the files that git knows, as they are in the working tree."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (PROJECT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, target / name)
    return target


def put_between(page: Path, begin: str, end: str, new: str) -> None:
    """Write a text between two marks of a document. Raises `RuntimeError` where they do not stand there once each."""
    text = page.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1:
        raise RuntimeError(f"{page}: «{begin}» og «{end}» skal stå én gang hver")
    page.write_text(f"{text.split(begin)[0]}{begin}\n{new}\n{end}{text.split(end)[1]}", encoding="utf-8")


class Verksted:
    """Where the parts measure: folders of their own under one that is taken away afterwards."""

    def __init__(self, root: Path):
        self.root = root

    def snakemake(self, *words: str) -> list[str]:
        """Snakemake as a user runs it on two cores, with the least said."""
        return [sys.executable, "-m", "snakemake", *words, "--cores", "2", "--quiet", "all"]

    @cached_property
    def prosjekt(self) -> Path:
        """A copy of the project to build and change."""
        return copy_project(self.root / "prosjekt")

    @cached_property
    def bygd(self) -> Path:
        """A copy of the project with its edition built (`build`), to look at and leave as it was."""
        return copy_project(self.root / "bygd")

    def build(self) -> None:
        """Build the edition in `bygd`. Raises `RuntimeError` if it cannot be built."""
        measure(self.snakemake(), self.bygd)

    @cached_property
    def tomt(self) -> Path:
        """A workflow where nothing is to be done: what Snakemake itself costs."""
        folder = self.root / "tomt"
        folder.mkdir()
        (folder / "Snakefile").write_text("rule all:\n    input: 'finnes'\n", encoding="utf-8")
        (folder / "finnes").write_text("", encoding="utf-8")
        return folder

    def maalestokk(self) -> float:
        """CPU seconds of work that never changes (`benchmark/maalestokk.py`): the machine's pace just now, the median
        of three runs."""
        return statistics.median(measure(python("benchmark/maalestokk.py"), PROJECT).cpu for _ in range(3))
