"""Whether what goes in is there and may be read, and whether a build may write where it writes: told before anything is
touched, and not by whatever happens to meet it first. Snakemake takes a file whose inputs are gone to be up to date."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from krisestat.base.errors import ProblemList
from krisestat.build.inventory import Inventory

FONT_DIGESTS = "SHA256SUMS"
_PLACES = ("results", "logs", ".snakemake")
# Snakemake's records, which only the one who wrote them may read, whatever the rights on the folder.
_RECORDS = ".snakemake/metadata"


def check_rights(root: str, files: Inventory) -> None:
    """Raise `Problems` with every input that is gone or cannot be read, every output that is no file, and every place
    where a build could not write, or not replace what is there.

    Parameters: `root`, the project's folder; `files`, those of the edition.
    """
    problems, folder, ask = ProblemList(), Path(root), "be den som eier dem, om tilgang"
    for name in files.inputs:
        if not os.access(folder / name, os.R_OK):
            found, fix = "filen finnes ikke", "Hent den tilbake fra git, eller legg den på plass."
            if os.access(folder / name, os.F_OK):
                found, fix = "ingen tilgang", "Gi deg selv tilgang til å lese filen."
            problems.add(name, "", found, "en fil som kan leses", fix)
    for name in files.outputs:
        if os.path.lexists(folder / name) and not (folder / name).is_file():
            what = "en mappe" if (folder / name).is_dir() else "en lenke til ingenting"
            problems.add(name, "", what, "filen som bygget lager, eller ingenting", "Flytt eller slett den.")
    for place in _PLACES:
        closed = [path for path in _written(folder, place, files) if not _is_open(path)]
        if closed:
            found = f"ingen tilgang til {len(closed)} av filene og mappene, først {os.path.relpath(closed[0], folder)}"
            problems.add(place, "", found, "det du kan skrive i", f"Bygg i din egen kopi av lageret, eller {ask}.")
    problems.raise_if_any()


def check_fonts(files: Iterable[str], fonts: Path) -> None:
    """Raise `Problems` with every font file that is not the one whose digest is kept with them. What sets pages and
    figures takes another font for it without a word, or fails in its own way. Parameters: `files`, their paths;
    `fonts`, the folder that they lie in, with the digests as `sha256sum` writes them."""
    problems = ProblemList()
    lines = (fonts / FONT_DIGESTS).read_text(encoding="utf-8").splitlines()
    kept = {str(fonts / name): digest for digest, name in (line.split("  ", 1) for line in lines)}
    for file in files:
        if hashlib.sha256(Path(file).read_bytes()).hexdigest() != kept.get(file):
            fix = "Hent den tilbake fra git. Er det en ny skrift: kjør «make skrifter»."
            problems.add(file, "", "en skriftfil som er skadet eller ny", f"den som {FONT_DIGESTS} er skrevet av", fix)
    problems.raise_if_any()


def _is_open(path: Path) -> bool:
    """Whether a file or folder may be written in, and a file be given another time, which only its owner may."""
    mine = os.geteuid() in (0, path.stat().st_uid) or path.is_dir()
    return mine and os.access(path, os.R_OK | os.W_OK)


def _written(root: Path, place: str, files: Inventory) -> Iterator[Path]:
    """What is there of a place that a build writes in: its folders, three levels of them, or the one that it will be
    made in; outputs; records."""
    if not (root / place).exists():
        yield root
    for below in ("", "/*", "/*/*", "/*/*/*"):
        yield from filter(Path.is_dir, root.glob(f"{place}{below}"))
    yield from (path for file in files.outputs if file.startswith(place) and (path := root / file).exists())
    if _RECORDS.startswith(place) and (root / _RECORDS).is_dir():
        yield from (root / _RECORDS).iterdir()
