"""Tables that people keep by hand, read strictly: names and codes with validity.

Validity (`gyldig_fra`, `gyldig_til`) is in whole years, first and last included; an empty field is open.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from krisestat.base.contracts import is_name
from krisestat.base.errors import ProblemList, shown
from krisestat.base.yaml_files import read_text

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_GROUPS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_NUMBERS = {"gyldig_fra", "gyldig_til", "rekkefolge", "aar", "rad", "spalte"}
# Columns that repeat what stands in a raw file, and go no further than to be held against it.
_AS_RECEIVED = {"kolonne", "verdi", "verdier", "sporsmaal", "skrivemaate"}


def valid_in(row: Mapping, aar: int) -> bool:
    """Whether a row with validity holds in a year."""
    return (row["gyldig_fra"] or aar) <= aar <= (row["gyldig_til"] or aar)


def header_of(path: Path) -> list[str]:
    """The columns of a table that is kept by hand. Raises `Problems` when it cannot be read."""
    return next(csv.reader(read_text(path, "en tabell").splitlines()), [])


def read_kept_table(path: Path, columns: Sequence[str], key: Sequence[str]) -> list[dict]:
    """Read a CSV table that is kept by hand.

    Parameters: `columns`, all its columns in order; `key`, those that together name a row. Columns of numbers come as
    int or None, the rest as str; each row has its line in `_linje`. Raises `Problems` with every fault, among them what
    is no name (`is_name`) and does not come from a raw file.
    """
    lines = read_text(path, f"en tabell med {', '.join(columns)}").splitlines()
    problems = ProblemList()
    rows: list[dict] = []
    reader = csv.reader(lines)
    header = next(reader, [])
    if header != list(columns):
        problems.add(path, "linje 1", ", ".join(header) or "en tom fil", ", ".join(columns), "Rett overskriftene.")
        problems.raise_if_any()
    seen: dict[tuple, int] = {}
    for cells in reader:
        place = f"linje {reader.line_num}"
        if not cells:
            continue
        if len(cells) != len(header):
            problems.add(path, place, f"{len(cells)} felt", f"{len(header)} felt", "Se etter komma som mangler.")
            continue
        row: dict = dict(zip(header, cells, strict=True))
        for column in _NUMBERS.intersection(header):
            if row[column] and not row[column].isdecimal():
                problems.add(path, f"{place}, kolonne «{column}»", shown(row[column]), "et helt tall", "Rett verdien.")
                row[column] = ""
            row[column] = int(row[column]) if row[column] else None
        for column in header:
            if isinstance(row[column], str) and row[column] and column not in _AS_RECEIVED and not is_name(row[column]):
                problems.add(
                    path,
                    f"{place}, kolonne «{column}»",
                    shown(row[column]),
                    "noe som begynner med en bokstav eller et siffer, uten tegn som ikke vises",
                    "Skriv om teksten. Et regneark kunne kjørt den som en formel i tabellene som publiseres.",
                )
        name = tuple(row[k] for k in key)
        if name in seen:
            problems.add(
                path,
                place,
                f"{shown(' '.join(map(str, name)))} en gang til (linje {seen[name]})",
                "én rad",
                "Slett den ene.",
            )
        seen[name] = reader.line_num
        rows.append(row | {"_linje": reader.line_num})
    problems.raise_if_any()
    return rows


def normal(text: str) -> str:
    """A name as it is compared: Unicode NFC, every run of white space one space, none at the ends. Nothing else."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def exact_number(text: str) -> str:
    """A number as people write it, with a decimal comma or spaces between groups, as an exact one: «1 234,5» is
    «1234.5»; «» when it is none."""
    digits = _GROUPS.sub("", normal(text)).replace(",", ".", 1)
    return digits if _NUMBER.fullmatch(digits) else ""
