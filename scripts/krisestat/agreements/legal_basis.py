"""The legal basis of agreements between municipalities, as data with validity: forms of cooperation, what each asks
for, and what replaced it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from krisestat.base.errors import ProblemList, shown
from krisestat.base.yaml_files import check_schema, load_yaml

CHECKLIST_FOLDER = Path("data/raw/codebooks/sjekkliste")
LAWS = CHECKLIST_FOLDER / "lovgrunnlag.yaml"
SCHEMA = Path("workflow/schemas/lovgrunnlag.schema.yaml")


@dataclass(frozen=True)
class Krav:
    """A formal requirement: `tekst` by written standard, `hjemmel` («§ 20-4»), and whether it has been checked."""

    tekst: Mapping[str, str]
    hjemmel: str
    kontrollert: bool


@dataclass(frozen=True)
class Lovgrunnlag:
    """A legal basis for cooperation.

    `kode` names it in data; `navn` and `kort` by written standard; `lov` and `hjemmel` the act and the section;
    `gyldig_fra` and `gyldig_til` dates (ISO, first and last day; «» is open); `erstattet_av` codes of what came after;
    `krav` what it asks for; `kontrollert` whether dates and sections have been checked, and `merknad` what remains.
    """

    kode: str
    navn: Mapping[str, str]
    kort: Mapping[str, str]
    lov: Mapping[str, str]
    hjemmel: str
    gyldig_fra: str
    gyldig_til: str
    erstattet_av: tuple[str, ...]
    krav: tuple[Krav, ...]
    kontrollert: bool
    merknad: Mapping[str, str]

    def ended(self, dato: str) -> bool:
        """Whether it was no longer valid on a day (ISO)."""
        return "" < self.gyldig_til < dato


def load_lovgrunnlag(path: Path = LAWS, root: Path = Path()) -> dict[str, Lovgrunnlag]:
    """The forms of cooperation by code, in the order of the file. Raises `Problems` with every fault."""
    data, lines = load_yaml(root / path)
    check_schema(data, root / SCHEMA, str(path), lines)
    problems, found = ProblemList(), {}
    codes = [one["kode"] for one in data["lovgrunnlag"]]
    for number, one in enumerate(data["lovgrunnlag"]):
        place = f"linje {lines[('lovgrunnlag', number)][0]}"
        if codes.count(one["kode"]) > 1:
            problems.add(path, place, f"koden {shown(one['kode'])} flere ganger", "hver kode én gang", "Rett koden.")
        days = [one.get(key, "") for key in ("gyldig_fra", "gyldig_til")]
        for day in [day for day in days if day and not _is_day(day)]:
            problems.add(path, place, f"datoen {shown(day)}", "en dag i kalenderen", "Rett datoen.")
        if all(days) and days[0] > days[1]:
            told = f"gyldig fra {days[0]} til {days[1]}"
            problems.add(path, place, told, "den første dagen før den siste", "Rett datoene.")
        for code in one.get("erstattet_av", ()):
            if code not in codes:
                problems.add(path, place, f"erstattet av {shown(code)}", "en kode i listen", "Rett koden.")
        found[one["kode"]] = Lovgrunnlag(
            **{key: one[key] for key in ("kode", "navn", "kort", "lov", "kontrollert")},
            **{key: one.get(key, "") for key in ("hjemmel", "gyldig_fra", "gyldig_til")},
            erstattet_av=tuple(one.get("erstattet_av", ())),
            krav=tuple(Krav(k["tekst"], k.get("hjemmel", ""), k["kontrollert"]) for k in one.get("krav", ())),
            merknad=one.get("merknad", {}),
        )
    problems.raise_if_any()
    return found


def _is_day(text: str) -> bool:
    """Whether a text is a day in the calendar, as ISO."""
    with suppress(ValueError):
        return date.fromisoformat(text).isoformat() == text
    return False
