"""Municipalities with validity, and what became of those that are no more: the vendored list in data/raw/register/.

Validity is in whole years, first and last included: Norwegian municipalities change at the turn of a year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from krisestat.codebooks import read_kept_table, valid_in

REGISTER = Path("data/raw/register")
FILES = (REGISTER / "kommuner.csv", REGISTER / "kommuneendringer.csv")
_COLUMNS = ("kommunenr", "navn", "fylkesnr", "fylke", "gyldig_fra", "gyldig_til")
_CHANGES = ("aar", "fra_nr", "til_nr", "slag")


@dataclass(frozen=True)
class Kommuner:
    """The municipalities: rows of kommuner.csv and kommuneendringer.csv.

    A number may stand in several rows, one for each name or county that it has had.
    """

    rows: Sequence[Mapping]
    changes: Sequence[Mapping]

    def in_year(self, aar: int) -> dict[str, Mapping]:
        """The municipalities of a year, by number (four digits)."""
        return {row["kommunenr"]: row for row in self.rows if valid_in(row, aar)}

    def known(self, nr: str) -> bool:
        """Whether the number has ever been in the list."""
        return any(row["kommunenr"] == nr for row in self.rows)

    def successors(self, nr: str, aar: int) -> tuple[str, ...]:
        """What a municipality has become by a year: itself, the one that it went into, or those that it was split into.

        Parameters: `nr`, its number at some earlier time; `aar`, the year. Returns numbers, sorted; none if unknown.
        """
        if nr in self.in_year(aar):
            return (nr,)
        after = sorted({c["til_nr"] for c in self.changes if c["fra_nr"] == nr and c["aar"] <= aar})
        return tuple(sorted({end for one in after for end in self.successors(one, aar)}))


def load_kommuner(register: Path = REGISTER) -> Kommuner:
    """Read the list. Parameters: `register`, the folder. Raises `Problems` with every fault of both files."""
    rows = read_kept_table(register / "kommuner.csv", _COLUMNS, ("kommunenr", "gyldig_fra"))
    changes = read_kept_table(register / "kommuneendringer.csv", _CHANGES, ("aar", "fra_nr", "til_nr"))
    return Kommuner(rows, changes)
