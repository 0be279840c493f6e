"""Municipalities with validity, and what became of those that are no more: the vendored list in data/raw/register/.

Validity is in whole years, first and last included: Norwegian municipalities change at the turn of a year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.kept_tables import read_kept_table, valid_in
from krisestat.model.register import REGISTER

MUNICIPALITIES = (REGISTER / "kommuner.csv", REGISTER / "kommuneendringer.csv")
_COLUMNS = ("kommunenr", "navn", "fylkesnr", "fylke", "gyldig_fra", "gyldig_til")
_CHANGES = ("aar", "fra_nr", "til_nr", "slag")
# Changes after which it is another municipality, and all that there are.
ANOTHER = ("sammenslaaing", "deling")
_KINDS = (*ANOTHER, "nummer", "navn")


@dataclass(frozen=True)
class Kommuner:
    """The municipalities: rows of kommuner.csv and kommuneendringer.csv.

    A number may stand in several rows, one for each name that it has had.
    """

    rows: Sequence[Mapping]
    changes: Sequence[Mapping]
    _years: dict[int, dict[str, Mapping]] = field(default_factory=dict, repr=False, compare=False)

    def in_year(self, aar: int) -> Mapping[str, Mapping]:
        """The municipalities of a year, by number (four digits)."""
        if aar not in self._years:
            self._years[aar] = {row["kommunenr"]: row for row in self.rows if valid_in(row, aar)}
        return self._years[aar]

    def known(self, nr: str) -> bool:
        """Whether the number has ever been in the list."""
        return any(row["kommunenr"] == nr for row in self.rows)

    def successors(self, nr: str, aar: int) -> tuple[str, ...]:
        """What a municipality has become by a year: itself, the one that it went into, or those that it was split into.

        Parameters: `nr`, its number at some earlier time; `aar`, the year. Returns numbers, sorted; none if unknown.
        """
        if nr in self.in_year(aar):
            return (nr,)
        after = {c["til_nr"] for c in self.changes if c["fra_nr"] == nr != c["til_nr"] and c["aar"] <= aar}
        return tuple(sorted({end for one in after for end in self.successors(one, aar)}))

    def forerunners(self, nr: str, aar: int) -> tuple[str, ...]:
        """What a municipality was in an earlier year: itself, or those that it came from.

        Parameters: `nr`, its number at some later time; `aar`, the year. Returns numbers, sorted; none if unknown.
        """
        if nr in self.in_year(aar):
            return (nr,)
        before = {c["fra_nr"] for c in self.changes if c["til_nr"] == nr != c["fra_nr"] and c["aar"] > aar}
        return tuple(sorted({start for one in before for start in self.forerunners(one, aar)}))


def county_names(kommuner: Kommuner, aar: int) -> dict[str, str]:
    """The counties of a year: name by number, in order of number."""
    return dict(sorted({row["fylkesnr"]: row["fylke"] for row in kommuner.in_year(aar).values()}.items()))


def load_kommuner(register: Path = REGISTER) -> Kommuner:
    """Read the list. Parameters: `register`, the folder. Raises `Problems` with every fault of both files."""
    paths = [register / path.name for path in MUNICIPALITIES]
    rows = read_kept_table(paths[0], _COLUMNS, ("kommunenr", "gyldig_fra"))
    changes = read_kept_table(paths[1], _CHANGES, ("aar", "fra_nr", "til_nr"))
    kommuner = Kommuner(rows, changes)
    problems = ProblemList()
    _check_rows(kommuner, paths[0], problems)
    problems.raise_if_any()
    _check_changes(kommuner, paths[1], problems)
    problems.raise_if_any()
    return kommuner


def _check_rows(kommuner: Kommuner, path: Path, problems: ProblemList) -> None:
    """Numbers are four digits that begin with the county's, and no year has a number twice."""
    until: dict[str, int] = {}
    for row in sorted(kommuner.rows, key=lambda row: (row["kommunenr"], row["gyldig_fra"] or 0)):
        nr, place = row["kommunenr"], f"linje {row['_linje']}"
        if not (len(nr) == 4 and nr.isascii() and nr.isdigit() and nr.startswith(row["fylkesnr"])):
            found = f"kommunenummeret {shown(nr)} i fylke {shown(row['fylkesnr'])}"
            problems.add(path, place, found, "fire sifre, der de to første er fylkesnummeret", "Rett nummeret.")
        if (row["gyldig_fra"] or 0) <= until.get(nr, -1):
            found = f"{nr} to ganger i {row['gyldig_fra'] or 'det første året'}"
            problems.add(path, place, found, "perioder som ikke overlapper", "Rett gyldig_fra eller gyldig_til.")
        until[nr] = row["gyldig_til"] or 9999


def _check_changes(kommuner: Kommuner, path: Path, problems: ProblemList) -> None:
    """Every change is between municipalities that were there before and after it; every number that ends has one."""
    for change in kommuner.changes:
        aar, place = change["aar"] or 0, f"linje {change['_linje']}"
        if change["slag"] not in _KINDS:
            found = f"{shown(change['slag'])}{nearest(change['slag'], _KINDS)}"
            problems.add(path, place, found, f"en av {', '.join(_KINDS)}", "Rett slaget.")
        for column, year in (("fra_nr", aar - 1), ("til_nr", aar)):
            if change[column] not in kommuner.in_year(year):
                found = f"{shown(change[column])}, som ikke er en kommune i {year}"
                fix = "Rett nummeret eller året, eller gyldigheten i kommuner.csv."
                problems.add(path, f"{place}, kolonne «{column}»", found, f"en kommune i {year}", fix)
    ended = {(change["aar"], change["fra_nr"]) for change in kommuner.changes}
    for row in kommuner.rows:
        if row["gyldig_til"] and (row["gyldig_til"] + 1, row["kommunenr"]) not in ended:
            found = f"ingen endring i {row['gyldig_til'] + 1}, men {row['kommunenr']} {row['navn']} er ikke med lenger"
            fix = "Skriv hva kommunen ble til, eller rett gyldigheten i kommuner.csv."
            problems.add(path, row["kommunenr"], found, "en rad for hver kommune som slutter eller skifter navn", fix)
