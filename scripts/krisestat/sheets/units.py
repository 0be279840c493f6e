"""Which fact sheets there are: one for each centre and each municipality of the edition's year, and what each is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from krisestat.agreements.municipalities import Kommuner
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.intake.sources import SURVEY
from krisestat.model.declared import Model
from krisestat.model.load import SHEETS
from krisestat.model.register import Register
from krisestat.sheets.membership import Tilhorighet, centres_of_agreements

SENTER, KOMMUNE = "senter", "kommune"
_FILE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def sheet_id(slag: str, kode: str) -> str:
    """The id of a sheet, which names its files: «senter-s07», «kommune-0301»."""
    return f"{slag}-{kode.lower()}"


def told_by_place(model: Model, allowed: Sequence[str]) -> list[str]:
    """The statistics that sheets tell by place, in order. Parameters: `allowed`, those of services that the policy
    lets them."""
    own = [one.id for one in model.statistikk.values() if one.kapittel == SHEETS]
    return [one.id for one in model.of_source(SURVEY) if one.id in allowed and one.id not in own] + own


def size_class(count: int, bounds: Sequence[int]) -> tuple[int, int | None]:
    """The fewest and the most municipalities of the centres that one with `count` is compared with; None is no end.

    Parameters: `bounds`, the fewest of each class but the first, rising.
    """
    starts = [1, *bounds]
    place = max(n for n, start in enumerate(starts) if start <= count)
    return starts[place], starts[place + 1] - 1 if place + 1 < len(starts) else None


def newest_agreement(centres: Mapping[str, str], senter: str, signed: Mapping[str, str]) -> str:
    """The agreement that a municipality's sheet speaks of: the newest, of those on its centre if there are any.

    Parameters: `centres`, the centre by agreement id; `senter`, the municipality's; `signed`, the day (ISO) by id.
    """
    return max(centres, key=lambda id: (centres[id] == senter, signed[id], id), default="")


def units(
    kommuner: Kommuner,
    register: Register,
    tilhorighet: Tilhorighet,
    avtaler: Iterable[Row],
    bounds: Sequence[int],
    aar: int,
) -> list[Row]:
    """The sheets of an edition.

    Parameters: `avtaler`, rows of the contract `AVTALER`, of the newest collection; `bounds`, as `size_class`; `aar`,
    the edition's year. Returns rows of the contract `ENHETER`. Raises `Problems` for codes that cannot name a file.
    """
    avtaler, names = list(avtaler), {senter: name for name, senter in register.names(aar).items()}
    places, members = kommuner.in_year(aar), tilhorighet.members(aar)
    agreements = centres_of_agreements(avtaler, kommuner, register, aar)
    signed = {row["avtale_id"]: row["signert"] for row in avtaler}
    found: list[Row] = []
    for senter, own in members.items():
        first, last = size_class(len(own), bounds)
        common = {"like_fra": first, "like_til": last, "opphav": tilhorighet.opphav}
        counties = Counter(places[nr]["fylke"] for nr in own)
        ark = sheet_id(SENTER, senter)
        found.append(
            {"ark": ark, "slag": SENTER, "kode": senter, "navn": names[senter], "fylke": counties.most_common(1)[0][0]}
            | {"senter_ark": "", "kommuner": ",".join(own), "avtale": ""}
            | common
        )
        for nr in own:
            others = ",".join(other for other in own if other != nr)
            avtale = newest_agreement(agreements.get(nr, {}), senter, signed)
            found.append(
                {"ark": sheet_id(KOMMUNE, nr), "slag": KOMMUNE, "kode": nr, "navn": places[nr]["navn"]}
                | {"fylke": places[nr]["fylke"], "senter_ark": ark, "kommuner": others, "avtale": avtale}
                | common
            )
    _check_names(found)
    return sorted(found, key=lambda row: row["ark"])


def _check_names(found: Sequence[Row]) -> None:
    problems, count = ProblemList(), Counter(row["ark"] for row in found)
    for row in found:
        if not _FILE_NAME.fullmatch(row["ark"]) or count[row["ark"]] > 1:
            told = f"koden {shown(row['kode'])}" + (" to ganger" if count[row["ark"]] > 1 else "")
            fix = "Gi senteret en kode med bare bokstavene a–z, tall og bindestrek, ulik alle andre."
            problems.add("data/raw/register", "", told, "en kode som kan være filnavn", fix)
    problems.raise_if_any()


def chosen(found: Sequence[Row], utvalg: Sequence[str]) -> list[Row]:
    """The sheets to make. Parameters: `utvalg`, ids, all when there are none. Raises `Problems` for unknown ids."""
    known, problems = {row["ark"] for row in found}, ProblemList()
    for ark in utvalg:
        if ark not in known:
            told = f"faktaarket {shown(ark)}" + nearest(ark, known)
            fix = "Rett navnet. Alle faktaark står i faktaark/utdata/faktaark-enheter.csv."
            problems.add("config.yaml", "«faktaark: utvalg:»", told, "et senter eller en kommune i utgavens år", fix)
    problems.raise_if_any()
    return [row for row in found if not utvalg or row["ark"] in utvalg]


def batch(found: Sequence[Any], number: int, size: int) -> list[Any]:
    """The sheets of a batch, in order. Parameters: `number`, from 1; `size`, of each batch. A sheet that is added at
    the end changes the last batch alone."""
    return list(found[(number - 1) * size : number * size])


def batch_count(sheets: int, size: int) -> int:
    """How many batches some sheets make, at least one."""
    return max(1, -(-sheets // size))
