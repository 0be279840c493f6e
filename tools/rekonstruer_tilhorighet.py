"""Make the reconstructed membership again: `python -m tools.rekonstruer_tilhorighet [--til FOLDER]`, in the project.

Who belongs where is invented; the municipalities are real, and what the reconstructed agreements say is kept. In the
last year the centres are spread over the former counties by their number of municipalities. Within a county a
municipality goes to the centre with the nearest number, since neighbours mostly have numbers near each other: those of
the year before, when the counties were smaller. The years before are worked backwards through the changes of
municipalities and the events of centres.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from krisestat.avtaler.kommuner import Kommuner, load_kommuner
from krisestat.codebooks import Register, load_register
from krisestat.faktaark.tilhorighet import COLUMNS, MEMBERSHIP, centres_of_agreements
from tools.rekonstruer.svar import score

AGREEMENTS = Path("tools/rekonstruer_avtaler/avtaler.yaml")
REGISTER = Path("data/raw/register")
YEARS = range(2015, 2021)

Members = dict[str, str]  # kommunenr → senter_id


def declared(year: int, kommuner: Kommuner, register: Register) -> Members:
    """The centre of each municipality that is party to an agreement of a collection; the first agreement counts."""
    book = yaml.safe_load(AGREEMENTS.read_text(encoding="utf-8"))
    forms = [{**one, **one["aar"][year]} for one in book["avtaler"] if year in one["aar"]]
    used = [one for one in forms if "karantene" not in one]
    rows = [{**one, "avtale_id": one["id"], "parter": ",".join(one["parter"])} for one in used]
    found = centres_of_agreements(rows, kommuner, register, year)
    return {nr: next(iter(by_id.values())) for nr, by_id in found.items()}


def spread(fixed: Members, centres: Sequence[str], kommuner: Kommuner, year: int) -> Members:
    """Every municipality of a year with a centre.

    Parameters: `fixed`, those that are given; `centres`, all of the year's. A centre that is not given goes to the
    county with the most municipalities for each centre, and takes its seat as far from the others as it can.
    """
    former = {nr: kommuner.forerunners(nr, year - 1)[0] for nr in kommuner.in_year(year)}
    inside: dict[str, list[str]] = {}
    for nr in sorted(former, key=lambda nr: (former[nr], nr)):
        inside.setdefault(former[nr][:2], []).append(nr)
    seats = {fylke: {nr: fixed[nr] for nr in own if nr in fixed} for fylke, own in inside.items()}

    def crowd(fylke: str) -> tuple:
        there = len(set(seats[fylke].values()))
        return (there > 0, -len(inside[fylke]) / (there + 1), fylke)

    for senter in (one for one in centres if one not in fixed.values()):
        fylke = min(seats, key=crowd)
        free = [nr for nr in inside[fylke] if nr not in seats[fylke]]
        order = {nr: place for place, nr in enumerate(inside[fylke])}
        taken = [order[nr] for nr in seats[fylke]]

        def far(nr: str, order: Mapping[str, int] = order, taken: Sequence[int] = taken) -> tuple:
            return (min((abs(order[nr] - other) for other in taken), default=0), score("sete", nr))

        seats[fylke][max(free, key=far)] = senter
    members: Members = {}
    for fylke, own in inside.items():
        order = {nr: place for place, nr in enumerate(own)}
        for nr in own:
            nearest = min(seats[fylke], key=lambda seat: (abs(order[seat] - order[nr]), seat))
            members[nr] = seats[fylke][nearest]
    return members


def before(members: Members, year: int, fixed: Members, register: Register, kommuner: Kommuner) -> Members:
    """The membership of the year before: what a municipality became tells where it was, and centres that have closed
    since get back the last half of the municipalities of the one that took over, at least one.

    Parameters: `members`, of `year`; `fixed`, those that are given for the year before.
    """
    earlier = {nr: members[kommuner.successors(nr, year)[0]] for nr in sorted(kommuner.in_year(year - 1))} | fixed
    opened = [row["senter_id"] for row in register.hendelser if (row["aar"], row["hendelse"]) == (year, "opprettet")]
    for senter in opened:
        others = {nr: one for nr, one in earlier.items() if one not in opened}
        for nr in [nr for nr, one in earlier.items() if one == senter]:
            earlier[nr] = others[min(others, key=lambda other: (abs(int(other) - int(nr)), other))]
    for row in register.hendelser:
        if row["aar"] == year and row["hendelse"] in ("slaatt_sammen", "lagt_ned"):
            free = [nr for nr, one in earlier.items() if one == row["til_senter_id"] and nr not in fixed]
            share = 1 if row["hendelse"] == "lagt_ned" else max(1, len(free) // 2)
            earlier |= dict.fromkeys(free[-share:], row["senter_id"])
    return earlier


def table(years: Mapping[int, Members]) -> str:
    """The list as CSV: one row for each run of years in which a municipality belongs to a centre; the last is open."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    last = max(years)
    for nr in sorted({nr for members in years.values() for nr in members}):
        runs: list[list] = []
        for year in sorted(year for year in years if nr in years[year]):
            if runs and (runs[-1][0], runs[-1][2]) == (years[year][nr], year - 1):
                runs[-1][2] = year
            else:
                runs.append([years[year][nr], year, year])
        writer.writerows([nr, senter, first, "" if end == last else end] for senter, first, end in runs)
    return out.getvalue()


def membership() -> dict[int, Members]:
    """The membership of every year."""
    kommuner, register = load_kommuner(REGISTER), load_register(REGISTER, YEARS)
    last = YEARS[-1]
    # The collection of 2018 counts for what it says of municipalities that no later form has.
    given = {2018: declared(2018, kommuner, register), last: declared(last, kommuner, register)}
    later = {end: senter for nr, senter in given[2018].items() for end in kommuner.successors(nr, last)}
    centres = sorted({senter for senter, _ in register.services(last)})
    years = {last: spread(later | given[last], centres, kommuner, last)}
    for year in reversed(YEARS[1:]):
        fixed = {
            nr: senter
            for nr in kommuner.in_year(year - 1)
            for told, senter in given[2018].items()
            if nr in (*kommuner.successors(told, year - 1), *kommuner.forerunners(told, year - 1))
        }
        years[year - 1] = before(years[year], year, fixed, register, kommuner)
    return years


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.rekonstruer_tilhorighet", description=__doc__)
    parser.add_argument("--til", type=Path, default=REGISTER, help="mappen som listen skrives i")
    path = parser.parse_args().til / MEMBERSHIP[0].name
    path.write_text(table(membership()), encoding="utf-8", newline="\n")
