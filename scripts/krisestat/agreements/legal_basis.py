"""The legal basis of agreements between municipalities, as data with validity: forms of cooperation, what each asks
for, and what replaced it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.yaml_files import check_schema, load_yaml

CHECKLIST_FOLDER = Path("data/raw/codebooks/sjekkliste")
LAWS = CHECKLIST_FOLDER / "lovgrunnlag.yaml"
SCHEMA = Path("workflow/schemas/lovgrunnlag.schema.yaml")
# In the order that they must come in.
_DAYS = ("gyldig_fra", "ingen_nye_fra", "overgang_til")


@dataclass(frozen=True)
class Krav:
    """A formal requirement: `tekst` by written standard, `hjemmel` («§ 20-4»), and where it was read (`merke`): in the
    act («lov»), in the ministry's guide («veileder») or elsewhere («andre»)."""

    tekst: Mapping[str, str]
    hjemmel: str
    merke: str


@dataclass(frozen=True)
class Lovgrunnlag:
    """A legal basis for cooperation.

    `kode` names it in data; `navn` and `kort` by written standard; `lov` and `hjemmel` the act and the section. Three
    days (ISO, «» when there is none) tell three things apart: `gyldig_fra`, the first day that an agreement may be
    founded on it; `ingen_nye_fra`, the first day that no new one may; `overgang_til`, the last day that those there
    were may stand. `erstattet_av` are codes of what they had to be converted to, `viderefoert_i` of what the form goes
    on under without being converted. `krav` is what it asks for, `merknad` what more there is to know, and `kontroller`
    what was not found in the acts, for the parties to look at.
    """

    kode: str
    navn: Mapping[str, str]
    kort: Mapping[str, str]
    lov: Mapping[str, str]
    hjemmel: str
    gyldig_fra: str
    ingen_nye_fra: str
    overgang_til: str
    erstattet_av: tuple[str, ...]
    viderefoert_i: tuple[str, ...]
    krav: tuple[Krav, ...]
    merknad: Mapping[str, str]
    kontroller: Mapping[str, str]

    def ended(self, dato: str) -> bool:
        """Whether no agreement could stand on it any longer on a day (ISO)."""
        return "" < self.overgang_til < dato

    def closed(self, dato: str) -> bool:
        """Whether no new agreement could be founded on it on a day (ISO)."""
        return "" < self.ingen_nye_fra <= dato


@dataclass(frozen=True)
class Lovendring:
    """A change of an act that points of the checklist speak of: the first day (ISO) that it was in force, `lov` and
    `tekst` by written standard, and the ids of the points."""

    fra: str
    lov: Mapping[str, str]
    hjemmel: str
    punkter: tuple[str, ...]
    tekst: Mapping[str, str]


def _read(path: Path, root: Path) -> tuple[dict[str, Any], Mapping]:
    data, lines = load_yaml(root / path)
    check_schema(data, root / SCHEMA, str(path), lines)
    return data, lines


def load_lovgrunnlag(path: Path = LAWS, root: Path = Path()) -> dict[str, Lovgrunnlag]:
    """The forms of cooperation by code, in the order of the file. Raises `Problems` with every fault."""
    data, lines = _read(path, root)
    problems, found = ProblemList(), {}
    codes = [one["kode"] for one in data["lovgrunnlag"]]
    for number, one in enumerate(data["lovgrunnlag"]):
        place = f"linje {lines[('lovgrunnlag', number)][0]}"
        if codes.count(one["kode"]) > 1:
            problems.add(path, place, f"koden {shown(one['kode'])} flere ganger", "hver kode én gang", "Rett koden.")
        days = [(key, one[key]) for key in _DAYS if key in one]
        for _, day in days:
            if not _is_day(day):
                problems.add(path, place, f"datoen {shown(day)}", "en dag i kalenderen", "Rett datoen.")
        for (first, one_day), (second, later) in pairwise(days):
            if one_day > later:
                told = f"{first} {one_day}, men {second} {later}"
                problems.add(path, place, told, "den første dagen før den siste", "Rett datoene.")
        after = {key: tuple(one.get(key, ())) for key in ("erstattet_av", "viderefoert_i")}
        for code in (*after["erstattet_av"], *after["viderefoert_i"]):
            if code not in codes:
                problems.add(path, place, f"erstattet av {shown(code)}", "en kode i listen", "Rett koden.")
        found[one["kode"]] = Lovgrunnlag(
            **{key: one[key] for key in ("kode", "navn", "kort", "lov")},
            **{key: one.get(key, "") for key in ("hjemmel", *_DAYS)},
            erstattet_av=after["erstattet_av"],
            viderefoert_i=after["viderefoert_i"],
            krav=tuple(Krav(k["tekst"], k.get("hjemmel", ""), k.get("merke", "lov")) for k in one.get("krav", ())),
            **{key: one.get(key, {}) for key in ("merknad", "kontroller")},
        )
    problems.raise_if_any()
    return found


def load_endringer(punkter: Collection[str], root: Path = Path()) -> tuple[Lovendring, ...]:
    """The changes of the acts, in order of time. Parameters: `punkter`, every id of the newest list. Raises `Problems`
    with every fault."""
    data, lines = _read(LAWS, root)
    problems = ProblemList()
    for number, one in enumerate(data["endringer"]):
        place = f"linje {lines[('endringer', number)][0]}"
        if not _is_day(one["fra"]):
            problems.add(LAWS, place, f"datoen {shown(one['fra'])}", "en dag i kalenderen", "Rett datoen.")
        for name in one["punkter"]:
            if name not in punkter:
                found = f"punktet {shown(name)}{nearest(name, punkter)}"
                problems.add(LAWS, place, found, "en id i sjekklisten", "Rett navnet.")
    problems.raise_if_any()
    changes = (Lovendring(**{**one, "punkter": tuple(one["punkter"])}) for one in data["endringer"])
    return tuple(sorted(changes, key=lambda one: one.fra))


def laws_read(root: Path = Path()) -> str:
    """The day (ISO) that the texts of the acts were up to date with when they were read."""
    return _read(LAWS, root)[0]["lest"]


def _is_day(text: str) -> bool:
    """Whether a text is a day in the calendar, as ISO."""
    with suppress(ValueError):
        return date.fromisoformat(text).isoformat() == text
    return False
