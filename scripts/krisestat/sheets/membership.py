"""Which centre each municipality belongs to: the vendored list in data/raw/register/, with validity in whole years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from krisestat.agreements.municipalities import Kommuner
from krisestat.base.contracts import Row
from krisestat.base.display import year_range
from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.kept_tables import normal, read_kept_table, valid_in
from krisestat.base.yaml_files import load_yaml
from krisestat.model.declared import ORIGINS
from krisestat.model.register import REGISTER, Register

MEMBERSHIP = (REGISTER / "tilhorighet.csv", REGISTER / "tilhorighet-kilde.yaml")
COLUMNS = ("kommunenr", "senter_id", "gyldig_fra", "gyldig_til")


@dataclass(frozen=True)
class Tilhorighet:
    """The membership: `senter`, the centre of each municipality by year and number; `opphav`, where it is from."""

    senter: Mapping[int, Mapping[str, str]]
    opphav: str

    def members(self, aar: int) -> dict[str, list[str]]:
        """The municipalities of each centre in a year, in order of number."""
        found: dict[str, list[str]] = {}
        for nr, senter in sorted(self.senter[aar].items()):
            found.setdefault(senter, []).append(nr)
        return dict(sorted(found.items()))


def load_tilhorighet(folder: Path, kommuner: Kommuner, register: Register, aar: Iterable[int]) -> Tilhorighet:
    """Read the list and hold it against the registers.

    Parameters: `folder`, of the registers; `kommuner` and `register`, as read; `aar`, the years that are asked for.
    Raises `Problems` with every fault: a number or a centre that does not exist in a year, a municipality with two
    centres in a year or with none, and a centre without municipalities.
    """
    path, source = (folder / one.name for one in MEMBERSHIP)
    rows = read_kept_table(path, COLUMNS, ("kommunenr", "senter_id", "gyldig_fra"))
    told, lines = load_yaml(source)
    problems = ProblemList()
    opphav = told.get("opphav") if isinstance(told, Mapping) else None
    if opphav not in ORIGINS:
        place = f"linje {lines[('opphav',)][0]}" if ("opphav",) in lines else ""
        problems.add(source, place, f"opphav {shown(opphav)}", f"en av {', '.join(ORIGINS)}", "Rett «opphav:».")
    years: dict[int, dict[str, str]] = {}
    faults: dict[tuple[str, str, str, str], list[int]] = {}
    for year in aar:
        years[year], wrong = _in_year(year, rows, kommuner, register)
        for fault in wrong:
            faults.setdefault(fault, []).append(year)
    for (place, *parts), when in faults.items():
        problems.add(path, f"{place}, {year_range(when)}", *parts)
    problems.raise_if_any()
    return Tilhorighet(years, str(opphav))


def _in_year(
    year: int, rows: Sequence[Mapping], kommuner: Kommuner, register: Register
) -> tuple[dict[str, str], list[tuple[str, str, str, str]]]:
    """The centre of each municipality in one year, and what is wrong with the rows of that year: the last four parts of
    each problem, without the year."""
    numbers, centres = kommuner.in_year(year), {senter for senter, _ in register.services(year)}
    found: dict[str, str] = {}
    wrong = []
    for row in (row for row in rows if valid_in(row, year)):
        place, nr, senter = f"linje {row['_linje']}", row["kommunenr"], row["senter_id"]
        for code, known, what in ((nr, numbers, "en kommune"), (senter, centres, "et senter med et tilbud")):
            if code not in known:
                told = f"{shown(code)}, som ikke er {what} da" + nearest(code, known)
                fix = "Rett raden eller gyldigheten. Er det registeret som er feil, rettes det."
                wrong.append((place, told, f"{what} i registeret det året", fix))
        if nr in found:
            told = f"{nr} ved {senter}, men også ved {found[nr]}"
            wrong.append((place, told, "ett senter for hver kommune hvert år", "Rett gyldig_fra eller gyldig_til."))
        found[nr] = senter
    for nr in sorted(numbers.keys() - found.keys()):
        fix = "Skriv hvilket senter kommunen hører til, eller rett gyldigheten på linjen som slutter for tidlig."
        wrong.append((nr, f"{numbers[nr]['navn']} uten senter", "ett senter for hver kommune", fix))
    for senter in sorted(centres - set(found.values())):
        fix = "Skriv kommunene som hører til senteret, eller rett gyldigheten i tilbud.csv."
        wrong.append((senter, "ingen kommuner", "minst én kommune ved hvert senter", fix))
    return found, wrong


def centres_of_agreements(avtaler: Iterable[Row], kommuner: Kommuner, register: Register, aar: int) -> dict[str, dict]:
    """The agreements that each municipality of a year is party to, itself or as what its forerunners became.

    Parameters: `avtaler`, rows of the contract `AVTALER`, of one collection; `aar`, the year of the municipalities.
    Returns, by municipality, the centre by agreement id; «» where the form names no centre of the register, under any
    name that it has had.
    """
    names = {normal(row["navn"]): row["senter_id"] for row in register.sentre}
    found: dict[str, dict[str, str]] = {}
    for row in avtaler:
        senter = names.get(normal(row["krisesenter"] or ""), "")
        for part in str(row["parter"]).split(","):
            for nr in kommuner.successors(part.strip(), aar):
                found.setdefault(nr, {})[row["avtale_id"]] = senter
    return found


def check_agreements(
    tilhorighet: Tilhorighet, avtaler: Sequence[Row], kommuner: Kommuner, register: Register, folder: Path
) -> None:
    """Raise `Problems` for each municipality whose agreements all name other centres than the list does.

    Parameters: `avtaler`, rows of the contract `AVTALER`; collections of years that the list was not read for are left
    out; `folder`, of the registers.
    """
    problems = ProblemList()
    for year in sorted({row["aar"] for row in avtaler} & tilhorighet.senter.keys()):
        mine = [row for row in avtaler if row["aar"] == year]
        for nr, by_id in sorted(centres_of_agreements(mine, kommuner, register, year).items()):
            named = {senter for senter in by_id.values() if senter}
            if named and tilhorighet.senter[year][nr] not in named:
                told = f"{tilhorighet.senter[year][nr]}, men skjemaet for {', '.join(by_id)} sier {', '.join(named)}"
                fix = "Rett listen, eller be avsenderen avklare skjemaet."
                problems.add(folder / MEMBERSHIP[0].name, f"{nr}, {year}", told, "senteret som avtalen gjelder", fix)
    problems.raise_if_any()
