"""Editions of data that nobody hopes for, for the tests that look at them: the counts and the codebook that every test
knows, changed in one way."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from krisestat.base.files import Files
from tests.support.edition import COUNTS, PROJECT, make

CODEBOOKS = PROJECT / "data" / "raw" / "codebooks"
Row = dict[str, str]
FEW_POINTS = {"hovedpunkter": {"antall": 2, "fest": []}}
_OF_SERVICES = ("samarbeid", "samarbeid_panel", "samarbeidsform", "forum", "skriftlig_noen")


def same(rows: list[Row]) -> list[Row]:
    """The rows as they are."""
    return rows


def counted(row: Row, antall: int, base: int) -> Row:
    """A row with another count and base, all answers given."""
    if row["status"]:
        return row | {"base": str(base), "ikke_spurt": str(base)}
    told = {"antall": str(antall), "base": str(base), "andel": str(Fraction(antall, base)), "nei": str(base - antall)}
    return row | told | {"vet_ikke": "0", "ubesvart": "0"}


def of_services(change: Callable[[Row], Row]) -> Callable[[list[Row]], list[Row]]:
    """A change of every row that counts services."""
    return lambda rows: [change(row) if row["indikator"] in _OF_SERVICES else row for row in rows]


def many_partners(count: int) -> Callable[[list[Row]], list[Row]]:
    """As many partners as asked for: those that come to are as the police."""

    def change(rows: list[Row]) -> list[Row]:
        police = [row for row in rows if row["instans"] == "politi"]
        return rows + [row | {"instans": f"instans_{n}"} for n in range(10, count + 1) for row in police]

    return change


def one_year(rows: list[Row]) -> list[Row]:
    """Rows of 2020 alone, with the last of the municipalities as of that year."""
    moved = [row | {"aar": "2020"} for row in rows if row["gruppe"] == "kommuner" and row["aar"] == "2019"]
    return [row for row in rows if row["aar"] == "2020"] + moved


def many_years(first: int, last: int) -> Callable[[list[Row]], list[Row]]:
    """Rows of services in every year: those that lack are as in 2020."""

    def change(rows: list[Row]) -> list[Row]:
        latest = [row for row in rows if row["indikator"] in _OF_SERVICES and row["aar"] == "2020"]
        others = [row for row in rows if row["aar"] != "2020" or row["indikator"] not in _OF_SERVICES]
        known = {int(row["aar"]) for row in others if row["indikator"] in _OF_SERVICES}
        return others + [r | {"aar": str(aar)} for aar in range(first, last + 1) if aar not in known for r in latest]

    return change


def one_centre_and_year(rows: list[Row]) -> list[Row]:
    """One centre, which cooperates with everyone about single cases and in no other way, and one year."""
    yes = ("", "enkeltsaker")
    return of_services(lambda row: counted(row, int(row["samarbeidsform"] in yes), 1))(one_year(rows))


def zero_for_many_years(rows: list[Row]) -> list[Row]:
    """Thirty years in which nobody cooperated."""
    return of_services(lambda row: counted(row, 0, int(row["base"])))(many_years(2008, 2037)(rows))


@dataclass(frozen=True)
class Rare:
    """One edition: `rows` changes the counts, `names` gives partners other names by code, `more` is how many partners
    the codebook has in all, `settings` are those of config.yaml that differ."""

    rows: Callable[[list[Row]], list[Row]] = same
    names: Mapping[str, str] = field(default_factory=dict)
    more: int = 9
    settings: Mapping[str, Any] = field(default_factory=dict)


def build(folder: Path, rare: Rare, typeset: bool = True) -> Files:
    """Make the edition in `folder`, with no more headline points than rare data can carry."""
    books = folder / "kodeboeker"
    shutil.copytree(CODEBOOKS, books)
    path = books / "instanser.csv"
    partners = read(path)
    police = next(row for row in partners if row["instans"] == "politi")
    for n in range(10, rare.more + 1):
        name = f"Instans nummer {n} med et ganske langt navn"
        told = dict.fromkeys(("navn_nb", "navn_nn", "bestemt_nb", "bestemt_nn"), name)
        partners.append(police | told | {"instans": f"instans_{n}", "rekkefolge": str(n)})
    for row in partners:
        if row["kilde"] == "samarbeid" and (name := rare.names.get(row["instans"])):
            row |= dict.fromkeys(("navn_nb", "navn_nn", "bestemt_nb", "bestemt_nn"), name)
    write(path, partners)
    counts = folder / "tall.csv"
    rows = rare.rows(read(COUNTS))
    key = ("indikator", "gruppe", "instans", "samarbeidsform", "aar")
    write(counts, sorted(rows, key=lambda row: tuple(row[name] for name in key)))
    return make(folder / "ut", counts, typeset=typeset, codebooks=books, **FEW_POINTS, **rare.settings)


def read(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Iterable[Row]) -> None:
    """Rows to a CSV file, as the project writes them."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


MARKUP = "Politi <b onclick=\"x\">& 'politi'</b> {{ 1 }}"
LONG = "Wå" * 2500

RARE: dict[str, Rare] = {
    "forti instanser, én med oppmerking i navnet": Rare(many_partners(40), {"politi": MARKUP}, more=40),
    "ett senter i ett år": Rare(one_centre_and_year, settings={"foerste_aar": 2020}),
    "bare null i tretti år": Rare(zero_for_many_years, settings={"foerste_aar": 2008, "aar": 2037}),
    "et navn på 5 000 tegn": Rare(names={"politi": LONG}),
}
"""Editions that are built and looked at, by what is rare in them."""
