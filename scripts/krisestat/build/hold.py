"""One build at a time in a folder, and what is left behind by one that was stopped.

The system lets go of the lock when the process that holds it ends, however it ends. What stands in the lock file says
whether the last build came to its end.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from krisestat.base.errors import ProblemList, Problems

_LOCK = Path(".snakemake/krisestat.lock")
# Older than any input, and not 0: Snakemake takes an output from second 0 as one whose age it does not know.
_LONG_AGO = 1
_GOING = "en bygging er i gang\n"
_held: list[IO[str]] = []


def hold(root: str) -> None:
    """Begin a build: take the folder, and clear away what a build that was stopped left half-written.

    Parameters: `root`, the project's folder. Ends the program with code 1 if another build is going on there, or if the
    folder cannot be written in.
    """
    path, problems, handle = Path(root) / _LOCK, ProblemList(), None
    try:
        path.parent.mkdir(exist_ok=True)
        handle = path.open("a+", encoding="utf-8")
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        problems.add(
            _LOCK,
            "",
            "en annen bygging som er i gang i denne mappen",
            "én bygging om gangen",
            "Vent til den er ferdig, eller bygg i en annen kopi av lageret.",
        )
    except OSError as error:
        problems.add(_LOCK, "", error.strerror or str(error), "en mappe du kan skrive i", "Gi deg selv skrivetilgang.")
    if handle is None or problems.problems:
        if handle is not None:
            handle.close()
        print(f"\n{Problems(problems.problems)}\n", file=sys.stderr)
        raise SystemExit(1)
    handle.seek(0)
    if handle.read():
        left = sorted(Path(root).glob("results/**/.*.ny"))
        for file in left:
            file.unlink()
        print("Forrige bygging ble avbrutt. Det som ikke ble ferdig, lages nå på nytt.", file=sys.stderr)
    _write(handle, _GOING)
    _held.append(handle)


def distrust(root: str, outputs: Iterable[str]) -> None:
    """Make outputs that Snakemake has no record of making look older than anything, so that they are made again: what
    was forgotten, and results that were copied from elsewhere. Nothing is touched while a build is going on.

    Parameters: `root`, the project's folder; `outputs`, by their path in it.
    """
    if _is_held(root):
        return
    for file in outputs:
        path = Path(root) / file
        if path.is_file() and not _record(root, file).is_file():
            os.utime(path, (_LONG_AGO, _LONG_AGO))


def distrust_list(root: str, listing: str) -> None:
    """Forget how a list of files was made, and make it look older than anything, when a file that it names is missing
    beside it, so that they are laid out again: what no rule names as an output, Snakemake does not miss. Nothing is
    touched during a build.

    Parameters: `root`, the project's folder; `listing`, the JSON list of `sheet_index`, by its path in it.
    """
    path = Path(root) / listing
    if not path.is_file() or _is_held(root):
        return
    there = {file.name for file in path.parent.iterdir()}
    named = json.loads(path.read_text(encoding="utf-8"))["ark"]
    if any(sheet[kind]["fil"] not in there for sheet in named for kind in ("html", "pdf")):
        _record(root, listing).unlink(missing_ok=True)
        os.utime(path, (_LONG_AGO, _LONG_AGO))


def forget(root: str, outputs: Mapping[str, str]) -> None:
    """Take away Snakemake's record of what failed. Parameters: as `distrust`, with the rule of each output.

    When a job fails, Snakemake puts the former outputs back as new files, and records the job as done: the next build
    would say that all is well, and the fault would be gone from sight.
    """
    for file, rule in outputs.items():
        if unfinished(Path(root) / "logs" / f"{rule}.log").is_file():
            _record(root, file).unlink(missing_ok=True)


def unfinished(log: Path) -> Path:
    """The file that is there from a job's start until it has come well through. Parameters: `log`, the job's log."""
    return log.with_suffix(".ikke-ferdig")


def _record(root: str, file: str) -> Path:
    """Snakemake's record of how a file was made: it is named by the path in base64."""
    return Path(root) / ".snakemake" / "metadata" / base64.urlsafe_b64encode(file.encode("utf-8")).decode("ascii")


def _is_held(root: str) -> bool:
    """Whether a build is going on in the folder."""
    try:
        with (Path(root) / _LOCK).open(encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def let_go() -> None:
    """End a build that came to its end, well or not: nothing is left half-written."""
    while _held:
        handle = _held.pop()
        _write(handle, "")
        handle.close()


def _write(handle: IO[str], text: str) -> None:
    handle.truncate(0)
    handle.write(text)
    handle.flush()
