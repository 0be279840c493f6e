"""Signatures on units of text: which of them somebody stands for, and what is in the way of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from krisestat.base.errors import Problem, shown
from krisestat.base.wording import alike
from krisestat.model.signatures import FILE, Signatures, said
from krisestat.statements.checks import Loose
from krisestat.statements.units import BY_ONE, HIDDEN, LABEL, LOOKED_UP, TOO_LONG, Unit, strange_word

# Texts of a file that are told one by one; who has more gets their number.
_TOLD = 3
# What is wanted of a text that cannot be signed as it stands, and what to do.
_MEND = {
    HIDDEN: ("tegn som den som leser, ser", "Ta bort tegnet, eller skriv ordet på nytt."),
    TOO_LONG: ("en tekst på høyst 1000 tegn", "Del den i flere setninger."),
}
_ALWAYS = (
    "en setning som står, eller ikke, uansett tall",
    "Gi setningen en funksjon som alltid står der, eller skriv den uten, og uten vilkår om dataene.",
)
_NOT_PROVEN = "tekst som er bevist av dataene, et navn fra modellen, eller en signatur"


@dataclass(frozen=True)
class Edition:
    """What signatures are held against: the `year` of the edition, and its `date`, by which what was looked up grows
    old."""

    year: int
    date: str

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Edition:
        """That of a merged configuration."""
        return cls(config["aar"], str(config["publikasjon"]["sist_oppdatert"]))


@dataclass(frozen=True)
class Held:
    """How a unit stands: the `entry` that signs it, or `why` none does; `before`, one that somebody signed earlier and
    that may be a start: for another edition, or on another wording (`was`)."""

    unit: Unit
    entry: Mapping[str, Any] | None
    why: str = ""
    before: Mapping[str, Any] | None = None
    was: str = ""


def hold(
    units: Iterable[Unit],
    register: Signatures,
    edition: Edition,
    denied: Callable[[Unit], str] = lambda unit: "",
    barred: Collection[str] = (),
) -> list[Held]:
    """How each unit stands. Parameters: `denied`, what the reader of text says against a unit, «» for nothing;
    `barred`, names that do not stand for it, as those of examples when the numbers were received."""
    by_text: dict[tuple[str, str], list[Mapping]] = defaultdict(list)
    for entry in register.signert:
        for hash in said(entry):
            by_text[entry["fil"], hash].append(entry)
    units = [*units]
    used = {(unit.fil, unit.hash) for unit in units}
    left = {key: entries[-1] for key, entries in by_text.items() if key not in used}
    found = [_held(unit, by_text.get((unit.fil, unit.hash), []), left, edition, denied) for unit in units]
    return [
        Held(one.unit, None, f"signert av {one.entry['av']}, som er et eksempel", one.entry)
        if one.entry and one.entry["av"] in barred
        else one
        for one in found
    ]


def _held(
    unit: Unit,
    entries: Sequence[Mapping],
    left: Mapping[tuple[str, str], Mapping],
    edition: Edition,
    denied: Callable[[Unit], str],
) -> Held:
    """How one unit stands. Parameters: `entries` that sign its text; `left`, those that sign what nobody says now."""
    if unit.fault:
        return Held(unit, None, unit.fault)
    if not entries:
        near = [
            (said(entry)[hash], entry)
            for (fil, hash), entry in left.items()
            if fil == unit.fil and entry["spraak"] == unit.spraak
        ]
        was, before = max(near, key=lambda one: alike(one[0], unit.tekst), default=("", {}))
        if was and alike(was, unit.tekst) >= 1 / 2:
            return Held(
                unit, None, f"endret siden {before['av']} signerte {shown(_parting(was, unit.tekst), 100)}", before, was
            )
        word, other = strange_word(unit), {"nb": "nynorsk", "nn": "bokmål"}[unit.spraak]
        return Held(unit, None, "ingen har signert den" + (f", og «{word}» er {other}" if word else ""))
    entry = next((one for one in entries if one.get("utgave") in (None, edition.year)), entries[-1])
    if entry.get("utgave") not in (None, edition.year):
        return Held(unit, None, f"signert for utgaven {entry['utgave']}, ikke for {edition.year}", entry)
    if unit.signeres == LOOKED_UP and _year_later(str(entry["slaatt_opp"])) < edition.date:
        return Held(unit, None, f"sist slått opp {entry['slaatt_opp']}, mer enn ett år før utgaven", entry)
    if unit.signeres != LABEL and (against := denied(unit)):
        return Held(unit, None, f"dataene sier noe annet: {against}", entry)
    return Held(unit, entry)


def _parting(text: str, other: str) -> str:
    """A text from a little before where it parts from another wording of it; the whole where there is none."""
    words = text.split()
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(words, other.split(), strict=False)))
    start = max(0, alike - 4)
    return f"{'… ' * bool(start)}{' '.join(words[start:])}"


def _year_later(date: str) -> str:
    return f"{int(date[:4]) + 1}{date[4:]}"


def problems(held: Sequence[Held], name: str) -> list[Problem]:
    """A problem for each file and cause of what nobody stands for, and for each text that is at fault or was altered.
    Parameters: `name`, the edition's."""
    found: list[Problem] = []
    together: dict[tuple[str, str, bool], list[Held]] = defaultdict(list)
    for one in held:
        if one.entry is None:
            unit = one.unit
            if unit.fault or one.was:
                found.append(_problem([one], name, unit.sted))
            else:
                carried = one.before is not None and one.before.get("utgave") is not None
                fil = "" if carried else unit.fil  # signed for another edition: one thing, wherever
                together[fil, one.why, unit.signeres == BY_ONE].append(one)
    found += [_problem(some, name, some[0].unit.sted) for some in together.values()]
    return found


def unproven(held: Iterable[Held], found: Mapping[Unit, Loose], name: str) -> list[Problem]:
    """What is wrong with each sentence with numbers that nobody has signed as it is rendered; of those that only lean
    on one that is told, nothing. Parameters: `found`, what is wrong with each; `name`, the edition's."""
    left = {one.unit.tekst: one.unit for one in held if one.entry is None}
    told = [(unit, found[unit].why) for unit in left.values() if found[unit].leans not in left]
    sign = f" Må den stå slik: make signer AAR={name} SETNING="
    return [replace(why, tiltak=f"{why.tiltak}{sign}{unit.hash} GRUNN=…") for unit, why in told]


def _problem(some: Sequence[Held], name: str, sted: str) -> Problem:
    unit, why = some[0].unit, some[0].why
    texts = ", ".join(shown(_parting(one.unit.tekst, one.was), 100) for one in some[:_TOLD])
    more = f" og {len(some) - _TOLD} til" if len(some) > _TOLD else ""
    if unit.fault:
        return Problem(unit.fil, sted, f"{texts}: {why}", *_MEND.get(why.split(":")[0], _ALWAYS))
    files = {one.unit.fil for one in some}
    more += f" (i {len(files)} filer)" if len(files) > 1 else ""
    sign = f"make signer AAR={name}"
    if unit.signeres != BY_ONE:
        looked_up = " SLAATT_OPP=<dag>" if unit.signeres == LOOKED_UP else ""
        fix = f"Les det, og signer alt i filen: {sign} FIL={unit.fil} AV=<navn> DATO=<dag> GRUNN=…{looked_up}"
    elif len({one.unit.hash for one in some}) > 1:
        fix = f"Skriv dem med funksjoner (docs/skrive-paastander.md), eller signer dem: {sign} AV=<navn> DATO=<dag>"
        fix += " spør om hver, med grunnen fra sist"
    else:
        fix = f"Skriv det med en funksjon (docs/skrive-paastander.md), eller signer: {sign} SETNING={unit.hash}"
    return Problem(unit.fil, sted, f"{texts}{more}: {why}", _NOT_PROVEN, f"{fix} (i {FILE})")


def rows(held: Iterable[Held], register: Signatures) -> list[dict[str, Any]]:
    """What is signed, as it stands with the evidence: each text but names, with who, when, how and why."""
    found = []
    for unit, entry in ((one.unit, one.entry) for one in held if one.unit.signeres != LABEL):
        if entry:
            who = {"av": entry["av"], "eksempel": entry["av"] in register.eksempel, "dato": str(entry["dato"])}
            said_by = {"signeres": unit.signeres, "grunn": entry["grunn"], **who}
            found.append({"hash": unit.hash, "fil": unit.fil, "sted": unit.sted, "tekst": unit.tekst, **said_by})
    return sorted(found, key=lambda row: (row["fil"], row["sted"], row["hash"]))
