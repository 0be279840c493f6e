"""Where the files of an edition lie in its folder, `results/<aar>/`: the one place that knows.

`ut/` is what goes out: complete, and nothing else lies there. What it is made of and reviewed by lies beside it. A name
here is a path in the edition's folder, as manifests have it; readers know what goes out by its path in `ut/`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

RESULTS, OUT = "results", "ut"
# The site that frozen editions stand on, beside the results of editions.
SITE = "nettsted"

PAGE = f"{OUT}/publikasjon/index.html"
PDF = f"{OUT}/publikasjon/publikasjon.pdf"
ACCESSIBILITY = f"{OUT}/publikasjon/tilgjengelighet.html"
PROOFS = f"{OUT}/publikasjon/bevis.html"
FIGURES = f"{OUT}/publikasjon/figurer"
DATA = f"{OUT}/utdata"
TABLES = f"{DATA}/tabeller"
DOWNLOADS = f"{OUT}/nedlasting"
DATA_PACKAGE = f"{OUT}/datapackage.json"
CHECKLIST = f"{OUT}/sjekkliste"
CHECKLIST_PAGE = f"{CHECKLIST}/index.html"

HEADLINES, CONFIG, DOWNLOAD_LIST = "hovedpunkter.json", "config.yaml", "nedlasting.json"
EVIDENCE, PROOF = "etterproving/belegg.json", "etterproving/paastander.json"
DRAWINGS = "figurer"
# What was checked of the data: of the answers, and of the agreements.
CHECKS = ("etterproving/kvalitet.csv", "klargjort/avtaler-kontroller.csv")
# What the PDFs are set from.
PRINT = "trykk"
PRINTED = f"{PRINT}/trykk.html"
SHARED = f"{PRINT}/deling.json"
# The fact sheets where they are no part of the edition, and always what they are made of; some of them alone.
SHEETS, SOME_SHEETS = "faktaark", "faktaark-utvalg"
SHEETS_OUT = f"{OUT}/{SHEETS}"
# Made beside the edition and no part of it: reports to parties, fact sheets, comparisons of runs.
_BESIDE = ("avtaler", SHEETS, SOME_SHEETS, "endringer")


def is_part(file: str) -> bool:
    """Whether a file is part of the edition, and not made beside it."""
    return file.split("/")[0] not in _BESIDE


def for_readers(file: str) -> str:
    """The path by which readers know a file or folder that goes out: the one in `ut/`."""
    return file.removeprefix(f"{OUT}/")


def lying(folder: Path) -> dict[str, Path]:
    """Whatever lies in a folder and the folders in it, and is no folder itself, by its path there; a link to one is
    none. Sorted."""
    found = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix(): path for path in found}


def strangers(files: Iterable[str], known: Iterable[str]) -> dict[str, int]:
    """Those of some files that are not known: how many, by the outermost folder in which nothing is known, as «ut/x/»,
    or by the file where there is no such."""
    known = {*known}
    places = {parent for file in known for parent in Path(file).parents}
    found: Counter[str] = Counter()
    for file in sorted({*files} - known):
        folders = [f"{parent}/" for parent in reversed(Path(file).parents) if parent not in places]
        found[folders[0] if folders else file] += 1
    return found


def goes_out(path: Path) -> bool:
    """Whether a path is what goes out of some edition, or the folder of it, or of the site: `results/<aar>/ut`,
    `results/nettsted` and what lies there."""
    way = path.parts
    return (RESULTS, OUT) in zip(way, way[2:], strict=False) or (RESULTS, SITE) in pairwise(way)
