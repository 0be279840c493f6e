"""Whether the one who builds may read what goes in and write where a build writes: results that another user built are
told before anything is touched, and not by whatever happens to meet them first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from krisestat.errors import ProblemList
from krisestat.inventory import Files

_PLACES = ("results", "logs", ".snakemake")
# Snakemake's records, which only the one who wrote them may read, whatever the rights on the folder.
_RECORDS = ".snakemake/metadata"


def check_rights(root: str, files: Files) -> None:
    """Raise `Problems` with every input that cannot be read, and every place where a build could not write, or not
    replace what is there.

    Parameters: `root`, the project's folder; `files`, those of the edition.
    """
    problems, folder, ask = ProblemList(), Path(root), "be den som eier dem, om tilgang"
    for name in files.inputs:
        if os.access(folder / name, os.F_OK) and not os.access(folder / name, os.R_OK):
            problems.add(name, "", "ingen tilgang", "en fil som kan leses", "Gi deg selv tilgang til å lese filen.")
    for place in _PLACES:
        closed = [path for path in _written(folder, place, files) if not _is_open(path)]
        if closed:
            found = f"ingen tilgang til {len(closed)} av filene og mappene, først {os.path.relpath(closed[0], folder)}"
            problems.add(place, "", found, "det du kan skrive i", f"Bygg i din egen kopi av lageret, eller {ask}.")
    problems.raise_if_any()


def _is_open(path: Path) -> bool:
    """Whether a file or folder may be written in, and a file be given another time, which only its owner may."""
    mine = os.geteuid() in (0, path.stat().st_uid) or path.is_dir()
    return mine and os.access(path, os.R_OK | os.W_OK)


def _written(root: Path, place: str, files: Files) -> Iterator[Path]:
    """What is there of a place that a build writes in: its folders, two levels of them, or the one that it will be made
    in; outputs; records."""
    if not (root / place).exists():
        yield root
    yield from filter(Path.is_dir, (root / place, *(root / place).glob("*"), *(root / place).glob("*/*")))
    yield from (path for file in files.outputs if file.startswith(place) and (path := root / file).exists())
    if _RECORDS.startswith(place) and (root / _RECORDS).is_dir():
        yield from (root / _RECORDS).iterdir()
