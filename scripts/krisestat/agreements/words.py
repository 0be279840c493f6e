"""What people write, read where it has only one meaning: dates, codes by their names, municipalities by name or number.

The page of the checklist reads the same in the same way (`sjekkliste.js`); a test holds the two together.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from krisestat.agreements.legal_basis import Lovgrunnlag
from krisestat.agreements.municipalities import Kommuner
from krisestat.agreements.skjema import MAALGRUPPER, VALG
from krisestat.base.errors import shown

_MONTHS = ("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des")
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([-./]) ?(\d{1,2})\2 ?(\d{4})(?: 00:00(?::00)?)?")
_IN_WORDS = re.compile(r"(\d{1,2})\.? ?([a-zæøå]{3,9})\.? (\d{4})")
_NUMBER = re.compile(r"([0-9]{1,4})(?:[.,]0+)? ?(\w*)\.?")
# What the unit of a number may be called where it is written.
UNITS = {"år": ("år",), "måneder": ("måneder", "måned", "månader", "månad", "mnd", "mndr")}
_NAME_FIRST = re.compile(r"(\D.*?) ?\((\d{3,4})\)")
_NUMBERED = re.compile(r"(\d{3,4})(?:[ .:–-]+(\D.*))?")


def fold(text: str) -> str:
    """A text without what does not change its meaning: case, white space, underscores, a full stop at the end."""
    return " ".join(text.casefold().replace("_", " ").split()).rstrip(". ")


def spoken(words: Iterable[Mapping[str, Any]], lover: Mapping[str, Lovgrunnlag]) -> dict[str, dict[str, str]]:
    """Codes by what they are called, for «svar», «maalgrupper» and «lovgrunnlag».

    Parameters: `words`, the texts of `sjekkliste.yaml` in each written standard; `lover`, the legal bases by code.
    A name that two codes have is left out.
    """
    told = list(words)
    names: dict[str, list[tuple[str, str]]] = {
        "svar": [(one["svar"][code], code) for one in told for code in VALG],
        "maalgrupper": [(one["maalgrupper"][code], code) for one in told for code in MAALGRUPPER],
        "lovgrunnlag": [(name, law.kode) for law in lover.values() for name in _names_of(law)],
    }
    found: dict[str, dict[str, str]] = {}
    for kind, pairs in names.items():
        meant: dict[str, set[str]] = {}
        for name, code in (*pairs, *((code, code) for _, code in pairs)):
            meant.setdefault(fold(name), set()).add(code)
        found[kind] = {name: codes.pop() for name, codes in sorted(meant.items()) if len(codes) == 1}
    return found


def _names_of(law: Lovgrunnlag) -> Iterator[str]:
    """What a legal basis is called: by its names, whole and without what stands in brackets, and by act and section."""
    for name in (*law.navn.values(), *law.kort.values()):
        yield from (name, re.sub(r" \(.*\)$", "", name))
    for act in law.lov.values():
        yield f"{act.split(' (')[0]} {law.hjemmel}"


def read_number(text: str, unit: str) -> int | None:
    """A whole number, with or without its unit («2 år», «12 mnd.», «2,0»); None for anything else. Parameters: `unit`,
    one of `UNITS`."""
    parts = _NUMBER.fullmatch(text.casefold())
    return int(parts[1]) if parts and parts[2] in ("", *UNITS[unit]) else None


def read_date(text: str) -> str:
    """A date as ISO, or «» when there is no such day or the text may mean two.

    «15/6/2020» has one meaning and «1/2/2020» two; with full stops the day comes first.
    """
    year, month, day = 0, 0, 0
    told = " ".join(text.casefold().split())
    if parts := _ISO.fullmatch(told.upper()):
        year, month, day = map(int, parts.groups())
    elif parts := _DAY_FIRST.fullmatch(told):
        day, month, year = int(parts[1]), int(parts[3]), int(parts[4])
        if parts[2] != "." and day != month and day <= 12:
            return ""
    elif (parts := _IN_WORDS.fullmatch(told)) and parts[2][:3] in _MONTHS:
        day, month, year = int(parts[1]), _MONTHS.index(parts[2][:3]) + 1, int(parts[3])
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


@cache
def municipality_names(navn: str) -> frozenset[str]:
    """What a municipality may be called: its name whole, each language of it, and without what tells it apart."""
    bare = re.sub(r" \(.*\)$", "", navn)
    return frozenset(fold(one) for one in (navn, bare, *bare.split(" - ")))


def read_municipalities(text: str, year: int, kommuner: Kommuner) -> tuple[list[str], list[str]]:
    """Municipalities by name or number, of then or of now → their numbers in a year.

    Parameters: `text`, with comma, semicolon or line break between; `year`, that of the signing. Returns the numbers in
    the order of the text, and in words what could not be read.
    """
    found, faults = [], []
    for part in _parts(text, kommuner):
        numbers, fault = _municipality(part, year, kommuner)
        found += numbers
        faults += [fault] if fault else []
    return found, faults


def _parts(text: str, kommuner: Kommuner) -> Iterator[str]:
    """The municipalities that a text names, one by one."""
    bare = re.sub(r"^kommun(?:ene|ane):? ", "", text.strip(), flags=re.IGNORECASE)
    for part in filter(None, (one.strip() for one in re.split(r"[,;/\n]", bare))):
        if re.fullmatch(r"[\d\s]+", part):
            yield from part.split()
        elif " og " in part and not _rows(_bare(part), kommuner):
            yield from filter(None, re.split(r" og ", part))
        else:
            yield part


def _bare(name: str) -> str:
    return fold(re.sub(r"\s+kommune$", "", name.strip(), flags=re.IGNORECASE))


def _rows(name: str, kommuner: Kommuner) -> list[Mapping]:
    return [row for row in kommuner.rows if name in municipality_names(row["navn"])]


def _municipality(text: str, year: int, kommuner: Kommuner) -> tuple[list[str], str]:
    """One municipality: its number in a year, or what is wrong."""
    given = _NUMBERED.fullmatch(_NAME_FIRST.sub(r"\2 \1", text))
    if given:
        nr = given[1].zfill(4)
        rows = [row for row in kommuner.rows if row["kommunenr"] == nr]
        if not rows:
            return [], f"kommunenummeret {shown(nr)}, som ikke finnes"
        if given[2] and not any(_bare(given[2]) in municipality_names(row["navn"]) for row in rows):
            return [], f"{shown(text)}, men {nr} er {rows[-1]['navn']}"
    elif not (rows := _rows(_bare(text), kommuner)):
        return [], f"{shown(text)}, som ikke er en kommune"
    there = {row["kommunenr"] for row in rows} & kommuner.in_year(year).keys()
    if not given:
        there = {nr for nr in there if kommuner.in_year(year)[nr] in rows} or there
    before_or_after = (kommuner.forerunners, kommuner.successors)
    numbers = there or {nr for row in rows for way in before_or_after for nr in way(row["kommunenr"], year)}
    called = {name for row in rows for name in municipality_names(row["navn"])}
    same = {nr for nr in numbers if called & municipality_names(kommuner.in_year(year)[nr]["navn"])}
    if len(numbers) == 1 or len(same) == 1:
        return list(same or numbers), ""
    named = [f"{nr} {kommuner.in_year(year)[nr]['navn']}" for nr in sorted(numbers)]
    return [], f"{shown(text)}, som i {year} {'kan være ' + ', '.join(named) if named else 'ikke fantes'}"
