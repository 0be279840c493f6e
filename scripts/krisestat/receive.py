"""Registers a received raw file: writes its checksum, date and receiver into `kilde.yaml`.

Run as `make mottak AAR=2021 MOTTATT=2022-02-01 AV="Kari Nordmann"`.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

import yaml

from krisestat.command import Parser, date, receiver, year
from krisestat.contracts import write_atomic
from krisestat.errors import ProblemList, Problems, shown
from krisestat.sources import FILE_NAME, RAW, load_source
from krisestat.yamlfiles import load_yaml

# A folder of data/raw that is not of one year: the name of a finished table, as in the codebook.
_SOURCE = re.compile(r"[a-z][a-z0-9_]*")


def registered(text: str, values: dict[str, str]) -> str:
    """The text of a `kilde.yaml` with new values for some of its top-level keys; the rest stays as it was written."""
    for key, value in values.items():
        line = yaml.safe_dump({key: value}, allow_unicode=True, width=1000).rstrip("\n")
        pattern = re.compile(rf"^{key}:.*$", re.MULTILINE)
        text = pattern.sub(line.replace("\\", r"\\"), text) if pattern.search(text) else f"{text.rstrip()}\n{line}\n"
    return text


def run(name: str, received: str, receiver: str, root: Path) -> str:
    """Register the file of `data/raw/<name>`.

    Parameters: `name`, a year or the name of another source; `received`, the date (YYYY-MM-DD); `receiver`, who took it
    in; `root`, the project's folder. Returns a Norwegian line that says what was done. Raises `Problems`.
    """
    manifest = RAW / name / "kilde.yaml"
    data, _ = load_yaml(root / manifest)
    file = str(data.get("fil", "")) if isinstance(data, dict) else ""
    problems = ProblemList()
    if not FILE_NAME.fullmatch(file) or not (root / manifest.with_name(file)).is_file():
        problems.add(
            manifest, "nøkkelen «fil»", shown(file), "navnet på en fil i samme mappe", "Rett «fil:» i kilde.yaml."
        )
    problems.raise_if_any()
    raw = root / manifest.with_name(file)
    values = {
        "mottatt": received,
        "mottatt_av": receiver,
        "sha256": hashlib.sha256(raw.read_bytes()).hexdigest(),
    }
    before = (root / manifest).read_text(encoding="utf-8")
    write_atomic(root / manifest, registered(before, values))
    try:
        load_source(manifest, root)
    except Problems:
        write_atomic(root / manifest, before)
        raise
    return f"{manifest}: registrert {raw.name}, mottatt {received} av {receiver}, kontrollsum {values['sha256'][:12]}…"


def _folder(text: str) -> str:
    """The folder of data/raw that is asked for. Raises `Problems`."""
    return text if _SOURCE.fullmatch(text) else str(year(text))


def main() -> int:
    """Command line; returns the exit code."""
    parser = Parser(prog="make mottak", description="Registrer en mottatt rådatafil.")
    parser.add_argument("aar", type=_folder, help="året, eller navnet på kilden, som «kostra»")
    parser.add_argument("mottatt", type=date, help="datoen filen ble mottatt, for eksempel 2022-02-01")
    parser.add_argument("av", type=receiver, help="hvem som tok imot filen")
    return parser.run(lambda given: run(given.aar, given.mottatt, given.av, Path()))


if __name__ == "__main__":
    sys.exit(main())
