"""Editions of data that nobody hopes for, for the tests that look at them: the counts and the declarations that every
test knows, changed in one way."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import Row, write_all
from krisestat.base.files import Files
from krisestat.model.config import load_config
from krisestat.model.cubes import cube_files
from krisestat.model.declared import Cubes
from krisestat.model.load import load_model
from tests.support.edition import make
from tests.support.model import COUNTS, edition_cubes, edition_model
from tests.support.project import PROJECT
from tests.support.signed import sign_everything

FEW_POINTS = {"hovedpunkter": {"antall": 2, "fest": []}}
OF_SERVICES = [one.id for one in edition_model().statistikk.values() if one.enhet.id == "tilbud"]
MUNICIPAL = "kommunalt_samarbeid"


def same(cubes: Cubes) -> Cubes:
    """The numbers as they are."""
    return cubes


def counted(row: Row, verdi: int, base: int) -> Row:
    """An observation with another count and base, all answers given."""
    if row["status"]:
        return row | {"nevner": base, "ikke_spurt": base}
    return row | {"verdi": verdi, "nevner": base, "nei": base - verdi, "vet_ikke": 0, "ubesvart": 0, "ikke_spurt": 0}


def of_services(change: Callable[[Row], list[Row]]) -> Callable[[Cubes], Cubes]:
    """A change of each observation that counts services into others."""
    return lambda cubes: {
        name: [new for row in rows for new in change(row)] if name in OF_SERVICES else rows
        for name, rows in cubes.items()
    }


def many_partners(count: int) -> Callable[[Cubes], Cubes]:
    """As many partners as asked for: those that come to are as the police."""
    more = [f"instans_{n}" for n in range(10, count + 1)]
    return of_services(lambda row: [row] + [row | {"instans": code} for code in more if row.get("instans") == "politi"])


def one_centre_and_year(cubes: Cubes) -> Cubes:
    """One centre, which cooperates with everyone about single cases and in no other way, and one year, with the last of
    the municipalities as of that year."""
    latest = {name: [row for row in rows if row["aar"] == 2020] for name, rows in cubes.items()}
    latest[MUNICIPAL] = [row | {"aar": 2020} for row in cubes[MUNICIPAL] if row["aar"] == 2019]
    none = [counted(row, 0, 1) for row in latest["skriftlig_noen"]]
    one = of_services(lambda row: [counted(row, int(row.get("samarbeidsform", "enkeltsaker") == "enkeltsaker"), 1)])
    return one(latest) | {"skriftlig_noen": none}


def zero_for_many_years(cubes: Cubes) -> Cubes:
    """Thirty years in which nobody cooperated: those that lack are as 2020."""
    lacking = [aar for aar in range(2008, 2038) if aar not in range(2015, 2021)]

    def change(row: Row) -> list[Row]:
        none = counted(row, 0, row["nevner"])
        return [none] + [none | {"aar": aar} for aar in lacking if row["aar"] == 2020]

    return of_services(change)(cubes)


@dataclass(frozen=True)
class Rare:
    """One edition: `numbers` changes the counts, `names` gives partners other names by code, `more` is how many
    partners are declared in all, `settings` are those of config.yaml that differ."""

    numbers: Callable[[Cubes], Cubes] = same
    names: Mapping[str, str] = field(default_factory=dict)
    more: int = 9
    settings: Mapping[str, Any] = field(default_factory=dict)


def build(folder: Path, rare: Rare, typeset: bool = True) -> Files:
    """Make the edition in `folder`, with no more headline points than rare data can carry."""
    root = folder / "prosjekt"
    shutil.copytree(PROJECT / "data/statistikk", root / "data/statistikk")
    for part in ("workflow", "templates", "data/raw", "data/publisert", "data/tilgjengelighet.yaml"):
        (root / part).symlink_to(PROJECT / part)
    more = {f"instans_{n}": f"Instans nummer {n} med et ganske langt navn" for n in range(10, rare.more + 1)}
    path = root / "data/statistikk/samarbeid.yaml"
    text = path.read_text(encoding="utf-8")
    for code, name in {**more, **rare.names}.items():
        text = re.sub(rf"\n {{6}}{code}: .*", "", text)
        text = text.replace("      nav: NAV\n", f"      nav: NAV\n      {code}: {json.dumps(name)}\n", 1)
    path.write_text(text, encoding="utf-8")
    sign_everything(root, load_config(PROJECT / "config.yaml", PROJECT, {**FEW_POINTS, **rare.settings}))
    model = load_model(["samarbeid", "kommuner", "beboere", "avtaler"], READERS, root)
    counts = [folder / path.name for path in COUNTS]
    write_all(cube_files(model, rare.numbers(edition_cubes()), counts))
    return make(folder / "ut", counts, typeset=typeset, root=root, **FEW_POINTS, **rare.settings)


MARKUP = "Politi <b onclick=\"x\">& 'politi'</b> {{ 1 }}"
LONG = "Wå" * 500

RARE: dict[str, Rare] = {
    "forti instanser, én med oppmerking i navnet": Rare(many_partners(40), {"politi": MARKUP}, more=40),
    "ett senter i ett år": Rare(one_centre_and_year, settings={"foerste_aar": 2020}),
    "bare null i tretti år": Rare(zero_for_many_years, settings={"foerste_aar": 2008, "aar": 2037}),
    "et navn på 1 000 tegn": Rare(names={"politi": LONG}),
}
"""Editions that are built and looked at, by what is rare in them."""
