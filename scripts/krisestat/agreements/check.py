"""Filled forms as read → rows of the contracts `AVTALER` and `AVTALEPUNKTER`, when nothing in them is wrong.

What cannot be right is a `Problem`; what may be right, but is unusual, is told to a person. Pure.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from krisestat.agreements.checklist import IKKE_SPURT, LIST, UBESVART, Sjekkliste, load_sjekkliste
from krisestat.agreements.collections import Skjemafil
from krisestat.agreements.coverage import exempt
from krisestat.agreements.legal_basis import LAWS, Lovgrunnlag, load_lovgrunnlag
from krisestat.agreements.municipalities import Kommuner, load_kommuner
from krisestat.agreements.skjema import (
    DELER,
    FELT,
    MAALGRUPPER,
    MAX_HENVISNING,
    MAX_MERKNAD,
    VALG,
    Felt,
    Innslag,
    Utfylt,
    form_keys,
)
from krisestat.agreements.words import fold, read_date, read_municipalities, read_number, spoken
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, shown
from krisestat.base.personal import personal_marks
from krisestat.base.yaml_files import load_words
from krisestat.intake.raw_file import some
from krisestat.model.declared import STANDARDS

_ASK = "Be kommunen rette det og sende skjemaet på nytt."
_BY_HAND = "Skjemaet er trolig endret for hånd. Be kommunen om det på nytt, fylt ut i en urørt mal."
# The first crisis shelter opened in 1978.
_FIRST_DAY, _LAST_DAY = "1978-01-01", "2100-12-31"
# What a spreadsheet makes of «4.2»: «04.feb», «4. feb. 2021», «2021-02-04 00:00:00».
_A_DAY = re.compile(
    r"\d{1,2}[.\- ]+(?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[kc]t|nov|de[sc])[a-z.]*[\- ]*(?:\d{2,4})?"
    r"|\d{4}-\d{2}-\d{2}(?: 00:00:00)?",
    re.IGNORECASE,
)
# The first version of the list that asks why a point is not relevant.
_ASKS_WHY = 4
# Marks that turn the direction of text round, by which it can be made to look like another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKUP = re.compile(r"<[a-zA-Z/!?]")


@dataclass(frozen=True)
class Oppslag:
    """What forms are held against: every version of the checklist with its additions, by number; legal bases by code;
    the municipalities; and codes by what they are called in either written standard (`words.spoken`)."""

    lister: Mapping[int, Sjekkliste]
    lover: Mapping[str, Lovgrunnlag]
    kommuner: Kommuner
    koder: Mapping[str, Mapping[str, str]]

    @property
    def newest(self) -> Sjekkliste:
        """The newest version of the checklist."""
        return self.lister[max(self.lister)]


def load_oppslag(codebooks: Path, register: Path, templates: Path) -> Oppslag:
    """Read what forms are held against. Parameters: three folders. Raises `Problems` with what is wrong."""
    path = codebooks / LIST.parent.name
    newest = load_sjekkliste(path / LIST.name)
    lister = {number: load_sjekkliste(path / LIST.name, number) for number in newest.versjoner}
    lover = load_lovgrunnlag(path / LAWS.name)
    words = (load_words(templates / standard / "sjekkliste.yaml") for standard in STANDARDS)
    return Oppslag(lister, lover, load_kommuner(register), spoken(words, lover))


@dataclass(frozen=True)
class UsableAgreement:
    """A form whose content can be used: its row of `AVTALER`, its rows of `AVTALEPUNKTER`, and what a person should
    look at, by the name of the check."""

    row: Row
    punkter: Sequence[Row]
    advarsler: Mapping[str, Sequence[str]] = field(default_factory=dict)


# The checks that warn, each with what to do.
ADVARSLER = {
    "svar på punkt som ikke gjelder": (
        "Svarene er beholdt, men teller ikke med. Se om lovgrunnlaget i skjemaet er riktig."
    ),
    "signert etter innsamlingsåret": "Se om skjemaet hører til neste innsamling.",
    "partene er blitt én kommune": "Avtalen er trolig falt bort. Se om skjemaet skal i karantene (kilde.yaml).",
    "en henvisning som trolig er blitt en dato": (
        "Regnearket har trolig gjort «4.2» til en dato. Spør kommunen hvilket punkt det er, og sett cellene til tekst."
    ),
    "viktig punkt satt til ikke relevant uten begrunnelse": "Punktet regnes som ikke besvart. Spør kommunen hvorfor.",
}
_NOT_ASKED, _LATE, _MERGED, _DATED, _NO_REASON = ADVARSLER


def check_skjema(
    skjema: Skjemafil,
    utfylt: Utfylt,
    aar: int,
    oppslag: Oppslag,
    problems: ProblemList,
) -> UsableAgreement | None:
    """Check what stands in a form.

    Parameters: `skjema`, its file; `utfylt`, what was read; `aar`, the year of the collection; `oppslag`, what it is
    held against; `problems`, takes every fault. Returns the agreement, or None when anything is wrong.
    """
    sound, lister, kommuner = len(problems.problems), oppslag.lister, oppslag.kommuner
    liste = lister.get(int(utfylt.versjon) if re.fullmatch("[0-9]{1,3}", utfylt.versjon) else 0)
    if liste is None:
        found = f"versjon {shown(utfylt.versjon)} av sjekklisten"
        fix = "Er det en ny versjon, må den inn i sjekkliste.yaml. Ellers: be kommunen om skjemaet på nytt."
        problems.add(skjema.path, "", found, f"en av versjonene {', '.join(map(str, sorted(lister)))}", fix)
        return None
    _check_fields(skjema, utfylt, liste, problems)
    _check_texts(skjema, utfylt, problems)
    values: dict[str, str | int | None] = {"signert": ""}
    for felt in FELT:  # the day of signing comes before the parties
        year = int(str(values["signert"])[:4] or aar)
        values[felt.id] = _value(skjema, felt, utfylt, year, oppslag, problems)
    _check_dates(skjema, values, utfylt, problems)
    if values["signert"] and values["parter"]:
        _check_parties(skjema, values, utfylt, problems)
    punkter = [
        _answer(skjema, leaf_id, utfylt, aar, liste.versjon, oppslag, problems)
        for leaf_id in dict.fromkeys(leaf.id for leaf in (*oppslag.newest.leaves, *liste.leaves))
    ]
    if len(problems.problems) > sound:
        return None
    row = {"aar": aar, "avtale_id": skjema.id, "navn": values["navn"], "versjon": liste.versjon}
    row |= {name: values[name] for name in ("lovgrunnlag", "vertskommune", "parter", "krisesenter", "maalgrupper")}
    row |= {name: values[name] for name in ("signert", "varer_til", "sist_evaluert", "evalueres_hvert", "oppsigelse")}
    row |= {"opphav": skjema.opphav, "format": skjema.format, "fil": skjema.path.as_posix()}
    return UsableAgreement(row, punkter, _warnings(row, punkter, aar, liste, kommuner))


def same_parties(avtaler: Iterable[UsableAgreement], kommuner: Kommuner, problems: ProblemList) -> None:
    """Refuse two agreements of a collection for the same municipalities and the same target groups.

    Parties are compared as what they have become by the year of the collection; an agreement on a service for men
    beside one on a service for women and children is not the same agreement.
    """
    seen: list[tuple[frozenset[str], set[str], Row]] = []
    for avtale in avtaler:
        row = avtale.row
        parties = parties_now(str(row["parter"]), int(row["aar"] or 0), kommuner)
        groups = set(str(row["maalgrupper"]).split(","))
        for others, other_groups, other in seen:
            if parties == others and groups & other_groups:
                problems.add(
                    row["fil"],
                    "parter og målgrupper",
                    f"samme parter som {other['fil']}: {row['parter']}",
                    "ett skjema for hver avtale i en innsamling",
                    "Finn ut hvilket som gjelder. Ta det andre ut av mappen, eller før det i karantene i kilde.yaml "
                    "(«karantene:» med grunn, bestemt_av og dato).",
                )
        seen.append((parties, groups, row))


def parties_now(parter: str, aar: int, kommuner: Kommuner) -> frozenset[str]:
    """What the parties have become by a year. Parameters: `parter`, numbers with comma between."""
    return frozenset(now for nr in parter.split(",") for now in kommuner.successors(nr, aar) or (nr,))


def unanswered(avtale: UsableAgreement) -> bool:
    """Whether no point at all was answered: there is nothing to count."""
    return all(row["svar"] in (UBESVART, IKKE_SPURT) for row in avtale.punkter)


def _warnings(
    row: Row, punkter: Sequence[Row], aar: int, liste: Sjekkliste, kommuner: Kommuner
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    idle = [
        f"{row['fil']}, {one['sted']}"
        for one in punkter
        if one["punkt"] in liste.by_id
        and not liste.by_id[str(one["punkt"])].asked_under(str(row["lovgrunnlag"]))
        and (one["svar"] not in (UBESVART, IKKE_SPURT) or one["henvisning"] or one["merknad"])
    ]
    if idle:
        found[_NOT_ASKED] = idle
    given = [one for one in punkter if one["punkt"] in liste.by_id]
    if dated := [f"{one['sted']}: {one['henvisning']}" for one in given if _A_DAY.fullmatch(str(one["henvisning"]))]:
        found[_DATED] = [f"{row['fil']}, {told}" for told in dated]
    without = [
        f"{row['fil']}, {one['sted']}"
        for one in given
        if exempt(liste.by_id[str(one["punkt"])], str(one["svar"]), str(row["lovgrunnlag"])) and not one["merknad"]
    ]
    if without and liste.versjon >= _ASKS_WHY:
        found[_NO_REASON] = without
    if str(row["signert"]) > f"{aar}-12-31":
        found[_LATE] = [f"{row['fil']}: {row['signert']}"]
    if len(now := parties_now(str(row["parter"]), aar, kommuner)) < 2:
        found[_MERGED] = [f"{row['fil']}: {row['parter']} er {', '.join(now)} i {aar}"]
    return found


def _check_fields(skjema: Skjemafil, utfylt: Utfylt, liste: Sjekkliste, problems: ProblemList) -> None:
    """The form has the fields of its version, no more and no fewer; the additions are there together or not at all."""
    expected = form_keys(liste)
    added = [leaf.id for leaf in liste.leaves if leaf.opphav == "tillegg"]
    extra = {key for key in expected if key.rpartition(".")[0] in added}
    optional = extra if not extra & utfylt.felt.keys() else set()
    if missing := [key for key in expected if key not in utfylt.felt and key not in optional]:
        found = f"{len(missing)} felt mangler: {some(missing)}"
        problems.add(skjema.path, "", found, f"alle feltene i versjon {liste.versjon} av skjemaet", _BY_HAND)
    for key in [key for key in utfylt.felt if key not in set(expected)][:5]:
        near = difflib.get_close_matches(key, expected, 1, 0.8)
        found = f"det ukjente feltet {shown(key)}" + (f" – mente du «{near[0]}»?" if near else "")
        problems.add(skjema.path, utfylt.felt[key].sted, found, f"feltene i versjon {liste.versjon}", _BY_HAND)


def _check_texts(skjema: Skjemafil, utfylt: Utfylt, problems: ProblemList) -> None:
    """No text is longer than its field, holds what is not text, or names a person."""
    longest = {f"avtale.{felt.id}": felt.maks if felt.slag in ("tekst", "kommuner") else 200 for felt in FELT}
    of_part = {"henvisning": MAX_HENVISNING, "merknad": MAX_MERKNAD}
    for key, (text, place, _) in (*utfylt.felt.items(), *utfylt.arbeid.items()):
        most = longest.get(key) or of_part.get(key.rpartition(".")[2], 200)
        if len(text) > most:
            fix = "Be kommunen korte ned teksten."
            problems.add(skjema.path, place, f"{len(text)} tegn: {shown(text)}", f"høyst {most} tegn", fix)
        if wrong := _not_text(text):
            problems.add(skjema.path, place, f"{wrong}: {shown(text)}", "vanlig tekst", _ASK)
        for mark in personal_marks(text, (), by_hand=True):
            fix = "Opplysninger om personer skal ikke stå i skjemaet. Be kommunen ta det ut og sende skjemaet på nytt."
            problems.add(skjema.path, place, mark, "ingen opplysninger om personer", fix)


def _not_text(text: str) -> str:
    """What in a text is not text, in words, or «»."""
    if _MARKUP.search(text):
        return "koder (HTML)"
    if "\ufffd" in text:
        return "ødelagte tegn"
    strange = next((c for c in text if not c.isprintable() and c not in "\n\u00a0\u202f"), "")
    if strange in _TURNING:
        return f"et tegn som snur skriveretningen (U+{ord(strange):04X})"
    return f"et styretegn (U+{ord(strange):04X}, {unicodedata.category(strange)})" if strange else ""


def _value(
    skjema: Skjemafil, felt: Felt, utfylt: Utfylt, year: int, oppslag: Oppslag, problems: ProblemList
) -> str | int | None:
    """The value of a field of the agreement; empty (None for a number) when there is none, or when it is wrong.
    Parameters: `year`, that of the signing."""
    text, place, _ = utfylt.felt.get(f"avtale.{felt.id}", Innslag("", "", 0))
    if not text:
        if felt.paakrevd and f"avtale.{felt.id}" in utfylt.felt:
            problems.add(skjema.path, place, f"ikke noe i feltet «{felt.id}»", "et svar", _ASK)
        return None if felt.slag == "tall" else ""
    match felt.slag:
        case "lovgrunnlag":
            return _code(skjema, text, place, oppslag.koder["lovgrunnlag"], oppslag.lover, problems)
        case "valg":
            parts = [one for one in re.split(r"[,;\n]| og ", text) if one.strip()]
            known = [_code(skjema, one, place, oppslag.koder["maalgrupper"], MAALGRUPPER, problems) for one in parts]
            return ",".join(code for code in MAALGRUPPER if code in known)
        case "dato":
            return _date(skjema, text, place, problems)
        case "tall":
            return _number(skjema, felt, text, place, problems)
        case "kommune" | "kommuner":
            numbers, faults = read_municipalities(text, year, oppslag.kommuner)
            if felt.slag == "kommune" and len(numbers) > 1:
                faults = [shown(text)]
            expected = "en kommune" if felt.slag == "kommune" else "kommuner med komma mellom"
            for fault in faults:
                fix = f"{_ASK} Navn og nummer av da avtalen ble signert, eller av nå, kan brukes."
                problems.add(skjema.path, place, fault, expected, fix)
            return "" if faults else ",".join(numbers)
    return _on_one_line(text)


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ")


def _code(
    skjema: Skjemafil, text: str, place: str, names: Mapping[str, str], codes: Collection[str], problems: ProblemList
) -> str:
    """The code that a text is or names; «» when it is none. Parameters: `names`, codes by name; `codes`, to tell."""
    if code := names.get(fold(text), ""):
        return code
    alike = difflib.get_close_matches(fold(text), names, 3, 0.8)
    near = f" – mente du «{alike[0]}»?" if len({names[one] for one in alike}) == 1 else ""
    problems.add(skjema.path, place, f"{shown(text)}{near}", f"en av {', '.join(codes)}", _ASK)
    return ""


def _number(skjema: Skjemafil, felt: Felt, text: str, place: str, problems: ProblemList) -> int | None:
    low, high = felt.grenser
    number = read_number(text, felt.enhet)
    if number is not None and low <= number <= high:
        return number
    problems.add(skjema.path, place, shown(text), f"et helt tall fra {low} til {high} ({felt.enhet})", _ASK)
    return None


def _date(skjema: Skjemafil, text: str, place: str, problems: ProblemList) -> str:
    """A date as ISO, or «» when there is no such day."""
    iso = read_date(text)
    if not _FIRST_DAY <= iso <= _LAST_DAY:
        problems.add(skjema.path, place, shown(text), f"en dato som 2019-04-30, fra {_FIRST_DAY[:4]} av", _ASK)
        return ""
    return iso


def _check_dates(skjema: Skjemafil, values: Mapping, utfylt: Utfylt, problems: ProblemList) -> None:
    """The dates come in an order that they can come in."""
    signed, received = values["signert"], skjema.mottatt
    for name, earliest, latest in (
        ("signert", "", received),
        ("sist_evaluert", signed, received),
        ("varer_til", signed, ""),
    ):
        date = values[name]
        if date and earliest and date < earliest:
            told = f"{date}, før avtalen ble signert {signed}"
        elif date and latest and date > latest:
            told = f"{date}, etter at skjemaet ble mottatt {received}"
        else:
            continue
        problems.add(skjema.path, utfylt.felt[f"avtale.{name}"].sted, told, "datoer i rekkefølge", _ASK)


def _check_parties(skjema: Skjemafil, values: Mapping, utfylt: Utfylt, problems: ProblemList) -> None:
    """There are two parties or more, each once, and the host is one of them."""
    parties = str(values["parter"]).split(",")
    place = utfylt.felt["avtale.parter"].sted
    if twice := sorted({nr for nr in parties if parties.count(nr) > 1}):
        problems.add(skjema.path, place, f"{', '.join(twice)} mer enn én gang", "hver kommune én gang", _ASK)
    elif len(parties) < 2:
        problems.add(skjema.path, place, f"én part ({parties[0]})", "minst to kommuner", _ASK)
    host = values["vertskommune"]
    if host and host not in parties:
        found = f"vertskommunen {host}, som ikke er blant partene {', '.join(parties)}"
        problems.add(skjema.path, utfylt.felt["avtale.vertskommune"].sted, found, "en av partene", _ASK)


def _answer(
    skjema: Skjemafil, leaf: str, utfylt: Utfylt, aar: int, versjon: int, oppslag: Oppslag, problems: ProblemList
) -> Row:
    """What a form says of a leaf: nothing, where its version did not ask."""
    answer, reference, note = (utfylt.felt.get(f"{leaf}.{part}", Innslag("", "", 0)) for part in DELER)
    svar, place, _ = answer
    if f"{leaf}.svar" not in utfylt.felt:
        svar, place = IKKE_SPURT, f"ikke med i skjemaet (versjon {versjon})"
    else:
        svar = (svar and _code(skjema, svar, place, oppslag.koder["svar"], VALG, problems)) or UBESVART
    return {
        "aar": aar,
        "avtale_id": skjema.id,
        "punkt": leaf,
        "svar": svar,
        "henvisning": _on_one_line(reference.tekst),
        "merknad": note.tekst,
        "fil": skjema.path.as_posix(),
        "sted": place,
    }
