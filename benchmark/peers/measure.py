"""What a command costs, and what is in the pages that it made."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import resource
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from benchmark import maaling
from benchmark.maaling import Cost

_PR_SET_CHILD_SUBREAPER = 36


def adopt() -> None:
    """Become the parent of processes whose own parent has ended, so that theirs is counted too: a browser leaves such
    behind it. Linux."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(command: list[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command to its end, with all that it started, and return its cost.

    Waits for every child of this process, so it is for a program that has no other.

    Parameters: `environment`, all of it. Raises `RuntimeError`, with the end of what was printed, if it fails.
    """
    before = _children()
    cost = maaling.measure(command, folder, environment)
    return replace(cost, memory=max([cost.memory, *_orphans()]), cpu=_children() - before)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _orphans() -> list[float]:
    """Wait for adopted processes, and return their peak memory in MB."""
    found: list[float] = []
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return found
        found.append(usage.ru_maxrss / 1024)


def digest(files: Iterable[Path], root: Path) -> dict[str, str]:
    """SHA-256 of each file by its path from `root`."""
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def html_text(path: Path) -> str:
    """The text of a page, spaces made one."""
    from lxml import html

    tree = html.fromstring(path.read_text(encoding="utf-8"))
    for hidden in tree.xpath("//script | //style"):
        hidden.drop_tree()
    return _spaced(tree.text_content())


def pdf_text(path: Path) -> str:
    """The text of a PDF, spaces made one. Needs Poppler's `pdftotext`."""
    return _spaced(subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode())


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00ad", ""))


def pdf_facts(path: Path) -> tuple[int, bool]:
    """The number of pages, and whether the document says that it is tagged and has a structure tree."""
    from pypdf import PdfReader

    reader = PdfReader(path)
    root = reader.trailer["/Root"]
    marked = bool(root.get("/MarkInfo", {}).get("/Marked", False))
    return len(reader.pages), marked and "/StructTreeRoot" in root
