"""Fact sheets of centres and municipalities that no real edition has, for tests: rows made from what each answers."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from krisestat.model.config import load_config
from krisestat.sheets.numbers import counted, row_of
from krisestat.sheets.page import FactSheet, SheetMaker, load_sheet_maker
from tests.support.model import edition_cubes, edition_model
from tests.support.project import PROJECT

LISTS = edition_model()["samarbeidsform"].per
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


def new_maker(spraak: str = "nb", root: Path = PROJECT, collections: bool = True, **settings: Any) -> SheetMaker:
    """A maker on the project's data. Parameters: `collections`, whether there is any collection of agreements."""
    cubes = {name: rows for name, rows in edition_cubes().items() if collections or not name.startswith("avtale")}
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": spraak, **settings})
    return load_sheet_maker(root, config, edition_model(), cubes, "../ut/publikasjon/index.html")


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

    def row(kind: str, answers: list[str], name: str, code: str = "", form: str = "") -> dict:
        return row_of("x", f"{kind}_{gruppe}", (name, code, form, aar), counted(answers, "alle", False)[0], "mottatt")

    found, yes = [], {"skriftlig_avtale": written, "fast_kontakt": contact}
    for aar in years:
        given = answers if aar == years[-1] or before is None else before
        for code, svar in given.items():
            found.append(row("senter", [svar], "samarbeid", code))
            for form in LISTS["samarbeidsform"].koder:
                told = "ja" if code in yes.get(form, ()) else "nei"
                found.append(row("senter", [told], "samarbeidsform", code, form))
        found += [row("senter", [forum], "forum"), row("senter", ["ja" if written else "nei"], "skriftlig_noen")]
        found.append(row("instanser", [svar for svar in given.values() if svar != "ikke_spurt"], "samarbeider"))
    alike = [row("like", ["ja"] * 7 + ["nei"], "samarbeid", code) for code in answers]
    return [*found, *(map(hidden, alike) if few else alike)]


def hidden(row: Mapping[str, Any]) -> dict:
    """A row whose numbers may not be told."""
    numbers = ("antall", "base", "andel", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
    return {**row, **dict.fromkeys(numbers), "status": "undertrykt"}


def sharing(count: int = 3) -> list[dict]:
    """How many municipalities share the centre."""
    return [row_of("x", "senter_kommuner", ("kommuner", "", "", 2020), {"antall": count}, "rekonstruert")]


def persons(beboere: int | None, opphold: int | None, aar: int = 2020) -> list[dict]:
    """Residents and stays of a year; None is hidden."""
    given = [
        row_of("x", "senter_personer", (name, "", "", aar), {"antall": n}, "mottatt")
        for name, n in (("beboere", beboere), ("opphold", opphold))
    ]
    return [row if row["antall"] is not None else hidden(row) for row in given]


def agreement(own: tuple[int, int], every: tuple[int, int] | None, aar: int = 2020) -> list[dict]:
    """How many points an agreement covers of those that it has, and all of them (None is hidden)."""

    def row(gruppe: str, n: int, base: int) -> dict:
        numbers = counted(["ja"] * n + ["nei"] * (base - n), "alle", False)[0]
        return row_of("x", gruppe, ("avtale_punkter", "", "", aar), numbers, "mottatt")

    return [row("avtale", *own), row("avtaler_alle", *every) if every else hidden(row("avtaler_alle", 0, 0))]


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
    """A sheet among those of `OTHERS`."""
    return maker.make(dict(enhet), rows, OTHERS)
