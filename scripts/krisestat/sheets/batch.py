"""Fact sheets on the disk: a batch of them in one file, and all of them in one for readers. Same sheets, same bytes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from krisestat.base.contracts import open_to_all
from krisestat.base.errors import Problem

_FAILURES = "feil.json"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Batch:
    """What one job made: `sheets`, the page and the PDF by id; `failures`, the problems by the id of a sheet that could
    not be made."""

    sheets: dict[str, tuple[bytes, bytes]]
    failures: dict[str, list[Problem]]


def write_zip(path: Path, entries: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip file, whole or not at all: entries in the order given, without the time, packed unless they are PDFs.

    Parameters: `entries`, name and bytes, taken one at a time.
    """
    beside = path.with_name(f".{path.name}.ny")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(beside, "w") as archive:
            for name, data in entries:
                entry = zipfile.ZipInfo(name, _LONG_AGO)
                entry.create_system, entry.external_attr = 3, 0o644 << 16
                archive.writestr(entry, data, zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED)
        open_to_all(beside, path)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_batch(path: Path, batch: Batch) -> None:
    """Write what one job made."""
    told = {ark: [asdict(problem) for problem in problems] for ark, problems in sorted(batch.failures.items())}

    def entries() -> Iterator[tuple[str, bytes]]:
        yield _FAILURES, json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8")
        for ark, (page, pdf) in sorted(batch.sheets.items()):
            yield f"{ark}.html", page
            yield f"{ark}.pdf", pdf

    write_zip(path, entries())


def read_batch(path: Path) -> Batch:
    """Read what one job made."""
    with zipfile.ZipFile(path) as archive:
        names = [name.removesuffix(".html") for name in archive.namelist() if name.endswith(".html")]
        sheets = {ark: (archive.read(f"{ark}.html"), archive.read(f"{ark}.pdf")) for ark in names}
    return Batch(sheets, read_failures(path))


def read_failures(path: Path) -> dict[str, list[Problem]]:
    """The problems of a batch alone, by sheet."""
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read(_FAILURES))
    return {ark: [Problem(**one) for one in problems] for ark, problems in told.items()}
