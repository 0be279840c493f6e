"""Fact sheets of centres and municipalities that no real edition has, for tests: rows made from what each answers."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from krisestat.model.bridge import national_rows
from lxml import html as lxml_html

from krisestat.base.contracts import read_rows
from krisestat.model.codebooks import load_codebook
from krisestat.model.config import load_config
from krisestat.model.contracts import PERSONER_UTDATA, UTDATA
from krisestat.sheets.numbers import counted, row_of
from krisestat.sheets.page import FactSheet, SheetMaker, load_sheet_maker
from tests.support.project import PROJECT

EXAMPLE = PROJECT / "tests/eksempel"
PARTNERS = load_codebook(PROJECT / "data/raw/codebooks").instans_codes(aar=2020)
FORMS = ("enkeltsaker", "fast_kontakt", "skriftlig_avtale", "ikke_skriftlig_avtale")
ALL_YES = dict.fromkeys(PARTNERS, "ja")
CENTRE = {
    **{"ark": "senter-s07", "slag": "senter", "kode": "S07", "navn": "Senter 07", "fylke": "Viken", "senter_ark": ""},
    **{"kommuner": "3005,3006,3007", "avtale": "", "like_fra": 1, "like_til": 5, "opphav": "rekonstruert"},
}
NAMES = {"3005": "Drammen", "3006": "Kongsberg", "3007": "Nore og Uvdal"}
MUNICIPALITIES = {
    f"kommune-{nr}": CENTRE
    | {"ark": f"kommune-{nr}", "slag": "kommune", "kode": nr, "navn": name, "senter_ark": "senter-s07"}
    | {"kommuner": ",".join(other for other in NAMES if other != nr)}
    for nr, name in NAMES.items()
}
OTHERS = {CENTRE["ark"]: CENTRE, **MUNICIPALITIES}


@cache
def national() -> list[dict]:
    """The numbers on the country that the tests carry."""
    persons = national_rows(read_rows(EXAMPLE / "personer.csv", PERSONER_UTDATA), 2020)
    return [*read_rows(EXAMPLE / "tall.csv", UTDATA), *read_rows(EXAMPLE / "avtaler.csv", UTDATA), *persons]


def new_maker(
    store: Path, spraak: str = "nb", root: Path = PROJECT, collections: bool = True, **settings: Any
) -> SheetMaker:
    """A maker on the project's data. Parameters: `collections`, whether there is any collection of agreements."""
    rows = [row for row in national() if collections or row["gruppe"] != "avtaler"]
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": spraak, **settings})
    codebook, page = load_codebook(PROJECT / "data/raw/codebooks"), "../ut/publikasjon/index.html"
    return load_sheet_maker(root, config, codebook, rows, page, store)


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
    found = []
    for aar in years:
        given = answers if aar == years[-1] or before is None else before

        def row(name: str, svar: str, instans: str = "", form: str = "", aar: int = aar) -> dict:
            return row_of("x", f"senter_{gruppe}", (name, instans, form, aar), counted([svar], {}, False)[0], "mottatt")

        found += [row("samarbeid", svar, code) for code, svar in given.items()]
        yes = {"skriftlig_avtale": written, "fast_kontakt": contact}
        found += [
            row("samarbeidsform", "ja" if code in yes.get(form, ()) else "nei", code, form)
            for code in given
            for form in FORMS
        ]
        found += [row("forum", forum), row("skriftlig_noen", "ja" if written else "nei")]
        numbers = counted([svar for svar in given.values() if svar != "ikke_spurt"], {}, False)[0]
        found.append(row_of("x", f"instanser_{gruppe}", ("samarbeider", "", "", aar), numbers, "mottatt"))
    for code in answers:
        numbers, cell = counted(["ja"] * 7 + ["nei"], {}, False)[0], ("samarbeid", code, "", years[-1])
        told = (dict.fromkeys(numbers), "undertrykt") if few else (numbers, "")
        found.append(row_of("x", f"like_{gruppe}", cell, told[0], "mottatt", told[1]))
    return found


def sharing(count: int = 3) -> list[dict]:
    """How many municipalities share the centre."""
    return [row_of("x", "senter_kommuner", ("kommuner", "", "", 2020), {"antall": count}, "rekonstruert")]


def persons(beboere: int | None, opphold: int | None, aar: int = 2020) -> list[dict]:
    """Residents and stays of a year; None is hidden."""
    return [
        row_of(
            "x", "senter_personer", (maal, "", "", aar), {"antall": n}, "mottatt", "" if n is not None else "undertrykt"
        )
        for maal, n in (("beboere", beboere), ("opphold", opphold))
    ]


def agreement(own: tuple[int, int], every: tuple[int, int] | None, aar: int = 2020) -> list[dict]:
    """How much an agreement covers, and all of them (None is hidden)."""
    found = []
    for gruppe, told in (("avtale", own), ("avtaler_alle", every)):
        n, base = told or (None, None)
        rest = base - n if base is not None and n is not None else None
        numbers = {"antall": n, "base": base, "nei": rest, "vet_ikke": 0, "ubesvart": 0, "ikke_spurt": 0}
        empty = dict.fromkeys(numbers)
        status = "" if told else "undertrykt"
        found.append(
            row_of("x", gruppe, ("avtale_punkter", "", "", aar), numbers if told else empty, "mottatt", status)
        )
    return found


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
