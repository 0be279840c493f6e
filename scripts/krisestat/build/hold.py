"""One build or command that writes at a time in a folder, and what is left behind by one that was stopped.

The system lets go of the lock when the process that holds it ends, however it ends. What stands in the lock file says
whether the last build came to its end.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from krisestat.base.errors import Problem, Problems, told
from krisestat.base.layout import RESULTS

_LOCK = Path(".snakemake/krisestat.lock")
_GOING = b"en bygging er i gang\n"
# More than an edition, what is kept of the one before, and Snakemake's own records.
_ROOM = 64 << 20
_held: list[IO[bytes]] = []


def hold(root: str) -> None:
    """Begin a build: take the folder, clear away what a build that was stopped left half-written, and see that there is
    room for a build: Snakemake meets a full disk with a traceback.

    Parameters: `root`, the project's folder. Ends the program with code 1 and five parts if another build is going on
    there, if the folder cannot be written in, or if there is no room.
    """
    with told("Snakefile"):
        handle = _take(Path(root) / _LOCK)
        handle.seek(0)
        if handle.read():
            for file in Path(root).glob("results/**/.*.ny"):
                file.unlink()
            print("Forrige bygging ble avbrutt. Det som ikke ble ferdig, lages nå på nytt.", file=sys.stderr)
        handle.truncate(0)
        _need_room(handle, _LOCK)
        results = Path(root) / RESULTS
        if results.is_dir() and results.stat().st_dev != os.fstat(handle.fileno()).st_dev:
            with TemporaryFile(dir=results) as trial:
                _need_room(trial, Path(RESULTS))
        handle.write(_GOING)
        _held.append(handle)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Around a command that writes: nothing else writes in the folder. Raises `Problems` if something does. Parameters:
    `root`, the project's folder."""
    with _take(root / _LOCK):
        yield


def _take(path: Path) -> IO[bytes]:
    """The lock file, taken until it is closed. Raises `Problems` if somebody has it."""
    path.parent.mkdir(exist_ok=True)
    handle = path.open("a+b", buffering=0)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        found = "en annen bygging som er i gang i denne mappen, eller en kommando som skriver i den"
        fix = "Vent til den er ferdig, eller bygg i en annen kopi av lageret."
        raise Problems([Problem(str(_LOCK), "", found, "én om gangen", fix)]) from None
    return handle


def _need_room(file: IO[bytes], place: Path) -> None:
    """See that a build has room on the disk of an open file, which is emptied. Raises `OSError` about the place."""
    if hasattr(os, "posix_fallocate"):  # not everywhere
        try:
            os.posix_fallocate(file.fileno(), 0, _ROOM)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(place)) from None
        finally:
            file.truncate(0)


def let_go() -> None:
    """End a build that came to its end, well or not: nothing is left half-written."""
    while _held:
        handle = _held.pop()
        handle.truncate(0)
        handle.close()
