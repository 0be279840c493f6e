"""Fact sheets of centres and municipalities that no real edition has, for tests: rows made from what each answers."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from krisestat.agreements.lists import READERS
from krisestat.base.yaml_files import load_yaml
from krisestat.model.config import load_config
from krisestat.model.declared import Model
from krisestat.model.disclosure import POLICY
from krisestat.model.load import SHEETS, load_model
from krisestat.sheets.numbers import by_place, sheet_model
from krisestat.sheets.page import FactSheet, SheetMaker, load_sheet_maker
from tests.support.model import edition_cubes, edition_model
from tests.support.project import PROJECT

LISTS = edition_model()["samarbeidsform"].per
OWN, ALIKE = "S07", "jevnstore_1"
ALL_YES = dict.fromkeys(LISTS["instans"].in_year(2020), "ja")
CENTRE = {
    **{"ark": "senter-s07", "slag": "senter", "kode": "S07", "navn": "Senter 07", "fylke": "Viken", "senter_ark": ""},
    **{"kommuner": "3005,3006,3007", "avtale": "", "like_fra": 1, "like_til": 5, "opphav": "rekonstruert"},
}


def municipalities(names: Mapping[str, str], centre: Mapping[str, Any] = CENTRE) -> dict[str, dict]:
    """The municipalities of a centre, by sheet. Parameters: `names`, by number."""
    kind = {**centre, "slag": "kommune", "senter_ark": centre["ark"]}
    return {
        f"kommune-{nr}": kind
        | {"ark": f"kommune-{nr}", "kode": nr, "navn": name, "kommuner": ",".join(n for n in names if n != nr)}
        for nr, name in names.items()
    }


MUNICIPALITIES = municipalities({"3005": "Drammen", "3006": "Kongsberg", "3007": "Nore og Uvdal"})
OTHERS = {CENTRE["ark"]: CENTRE, **MUNICIPALITIES}


@cache
def model() -> Model:
    """What sheets are told by."""
    declared = load_model([*(name for name in edition_model().sagt if name != "felles"), SHEETS], READERS, PROJECT)
    return sheet_model(declared, load_yaml(PROJECT / POLICY)[0])


def new_maker(spraak: str = "nb", root: Path = PROJECT, collections: bool = True, **settings: Any) -> SheetMaker:
    """A maker on the project's data. Parameters: `collections`, whether there is any collection of agreements."""
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": spraak, **settings})
    rows = by_place(model(), {}, edition_cubes(), config["aar"])
    year = 2020 if collections else 0
    return load_sheet_maker(root, config, model(), rows, [*OTHERS.values()], year, "../ut/publikasjon/index.html")


def row(name: str, svar: list[str], aar: int = 2020, place: str = OWN, opphav: str = "mottatt", **codes: str) -> dict:
    """What some services at a place answered to a statistic; nothing may be told when nobody is."""
    one, count = model()[name], Counter(svar)
    told = {"verdi": count["ja"], "nevner": len(svar), **{other: count[other] for other in one.others}, "status": ""}
    hidden = dict.fromkeys(told) | {"status": "undertrykt"}
    place_at = {dimension: place for dimension in ("kommune", "senter") if dimension in one.per}
    whole = {dimension: codes.total for dimension, codes in one.per.items()}
    found = {"statistikk": name, "aar": aar, **whole, **place_at, **codes, "opphav": opphav}
    return found | (told if svar else hidden)


def number(name: str, verdi: int | None, aar: int = 2020, place: str = OWN, **codes: str) -> dict:
    """A count of a finished table; None is hidden."""
    told = {"verdi": verdi, "nevner": None, "status": "" if verdi is not None else "undertrykt"}
    return row(name, ["ja"], aar, place, **codes) | told


def service(
    gruppe: str,
    answers: Mapping[str, str] = ALL_YES,
    written: tuple[str, ...] = (),
    contact: tuple[str, ...] = (),
    forum: str = "ja",
    years: tuple[int, ...] = (2019, 2020),
    before: Mapping[str, str] | None = None,
    few: bool = False,
) -> list[dict]:
    """The rows of a centre's service.

    Parameters: `answers` by partner, and `before` those of the years before the last (the same unless given);
    `written` and `contact`, partners with whom it has a written agreement, or a contact; `few`, whether the comparable
    services are too few to be told.
    """
    found, yes = [], {"skriftlig_avtale": written, "fast_kontakt": contact}
    for aar in (years[-1] - 1, years[-1]):
        found.append(number("egne_tilbud", int(aar in years), aar, tilbud=gruppe))
    for aar in years:
        at = {"aar": aar, "tilbud": gruppe}
        given = answers if aar == years[-1] or before is None else before
        for code, svar in given.items():
            found.append(row("samarbeid", [svar], **at, instans=code))
            for form in LISTS["samarbeidsform"].koder:
                told = "ja" if code in yes.get(form, ()) else "nei"
                found.append(row("samarbeidsform", [told], **at, instans=code, samarbeidsform=form))
        found += [row("forum", [forum], **at), row("skriftlig_noen", ["ja" if written else "nei"], **at)]
        found.append(row("partnere", [svar for svar in given.values() if svar != "ikke_spurt"], **at))
        found.append(row("avtalepartnere", ["ja" if code in written else "nei" for code in given], **at))
    own = min(len(written), 9)
    for n in range(10):
        spread = {"verdi": 30 - 9 * (n > 0), "nevner": 43} if not n or n == own else {"verdi": 0, "nevner": 43}
        found.append(row("avtalefordeling", ["ja"], years[-1], "", tilbud=gruppe, antall_instanser=f"n{n}") | spread)
    alike = {"aar": years[-1], "place": ALIKE, "tilbud": gruppe}
    said = [] if few else ["ja"] * 7 + ["nei"]
    return [*found, *(row("samarbeid", said, **alike, instans=code) for code in answers)]


def sharing(count: int = 3) -> list[dict]:
    """How many municipalities share the centre."""
    return [number("senterkommuner", count) | {"opphav": "rekonstruert"}]


def persons(beboere: int | None, opphold: int | None, aar: int = 2020) -> list[dict]:
    """Residents and stays of a year; None is hidden."""
    return [number(name, n, aar) for name, n in (("beboere", beboere), ("opphold", opphold))]


def agreement(
    own: tuple[int, int], every: tuple[int, int] | None, aar: int = 2020, kommune: str = "3005"
) -> list[dict]:
    """How many points an agreement covers of those that it has, and all of them (None is hidden)."""

    def points(place: str, told: tuple[int, int] | None) -> dict:
        n, base = told or (0, 0)
        return row("dekkede_punkter", ["ja"] * n + ["nei"] * (base - n), aar, place)

    return [points(kommune, own), points("alle", every)]


def both(answers: Mapping[str, str] = ALL_YES, **more: Any) -> list[dict]:
    """The rows of a centre where both services answer the same."""
    return [*service("kvinner", answers, **more), *service("menn", answers, **more)]


def told(sheet: str) -> str:
    """What a reader meets in the running text of a sheet, without tables, drawings and evidence, one block a line."""
    tree = lxml_html.fromstring(sheet)
    for element in tree.xpath("//style|//script|//svg|//comment()|//table|//details|//header|//nav"):
        element.drop_tree()
    blocks = tree.xpath("//title|//p|//h1|//h2|//dt|//dd|//figcaption")
    return "\n".join(" ".join(re.sub("\u00ad", "", block.text_content()).split()) for block in blocks) + "\n"


def make(maker: SheetMaker, enhet: Mapping[str, Any], rows: list[dict]) -> FactSheet:
    """A sheet among those of `OTHERS`. Parameters: `rows`, of the functions above."""
    return with_rows(maker, rows).make(dict(enhet))


def with_rows(maker: SheetMaker, rows: list[dict]) -> SheetMaker:
    """A maker that has some rows beside those of the country. A kind of service that none is of, is not there."""
    own_kinds = [one["tilbud"] for one in rows if one["statistikk"] == "egne_tilbud"]
    rows = rows + [number("egne_tilbud", 0, tilbud=kind) for kind in ("kvinner", "menn") if kind not in own_kinds]
    found = {name: {code: [*own] for code, own in places.items()} for name, places in maker.rows.items()}
    for one in rows:
        statistic = model()[one["statistikk"]]
        dimension = next((name for name in ("kommune", "senter") if name in statistic.per), "")
        code = "" if not dimension or one[dimension] == statistic.per[dimension].total else one[dimension]
        own = {column: one[column] for column in statistic.columns}
        found.setdefault(statistic.id, {}).setdefault(code, []).append(own)
    return replace(maker, rows=found)
