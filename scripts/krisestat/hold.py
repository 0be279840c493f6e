"""One build at a time in a folder, and what is left behind by one that was stopped.

The system lets go of the lock when the process that holds it ends, however it ends. What stands in the lock file says
whether the last build came to its end.
"""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path
from typing import IO

from krisestat.errors import ProblemList, Problems

_LOCK = Path(".snakemake/krisestat.lock")
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
