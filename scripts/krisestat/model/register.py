"""The register of centres and services over time: names, events and departments, each with its validity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.kept_tables import normal, read_kept_table, valid_in

REGISTER = Path("data/raw/register")


@dataclass(frozen=True)
class Register:
    """The centre register: names, services and departments of the centres, with validity, and what has happened.

    A department (`avdelinger`) answers in a row of its own for one of its centre's services.
    """

    sentre: list[dict]
    tilbud: list[dict]
    hendelser: list[dict] = field(default_factory=list)
    avdelinger: list[dict] = field(default_factory=list)
    skrivemaater: list[dict] = field(default_factory=list)

    def names(self, aar: int) -> dict[str, str]:
        """Name → `senter_id` for the centres that had a service in a year, by the names of that year."""
        open_ = {s for s, _ in self.services(aar)}
        return {normal(r["navn"]): r["senter_id"] for r in self.sentre if valid_in(r, aar) and r["senter_id"] in open_}

    def known_as(self, aar: int) -> dict[str, str]:
        """What files call the centres that had a service in a year → `senter_id`: their names, and the other spellings
        and codes that are written down; case folded."""
        names = self.names(aar)
        open_ = set(names.values())
        spelled = {r["skrivemaate"]: r["senter_id"] for r in self.skrivemaater if valid_in(r, aar)}
        known = {normal(name).casefold(): senter for name, senter in spelled.items() if senter in open_}
        return known | {name.casefold(): senter for name, senter in names.items()}

    def history(self, name: str, aar: int) -> str:
        """What has happened to a centre that is not called so in a year, in words; «» when the register has never known
        the name."""
        same = [r for r in self.sentre if normal(r["navn"]).casefold() == normal(name).casefold()]
        if not same:
            return ""
        senter = same[-1]["senter_id"]
        now = {one: other for other, one in self.names(aar).items()}
        events = [r for r in self.hendelser if r["senter_id"] == senter and (r["aar"] or 0) <= aar]
        told = [
            r["hendelse"].replace("slaatt_sammen", "slått sammen").replace("_", " ")
            + f" i {r['aar']}"
            + (f" med {now.get(r['til_senter_id'], r['til_senter_id'])}" if r["til_senter_id"] else "")
            for r in events
            if r["hendelse"] not in ("opprettet", "nytt_tilbud", "mistet_tilbud")
        ]
        called = f", som nå heter {shown(now[senter])}" if senter in now else ""
        return f"{senter}{called}" + (f" ({'; '.join(told)})" if told else "")

    def departments(self, aar: int) -> dict[str, tuple[str, str]]:
        """Name → (senter_id, tilbud) for the departments that answer for themselves in a year."""
        return {normal(r["navn"]): (r["senter_id"], r["tilbud"]) for r in self.avdelinger if valid_in(r, aar)}

    def services(self, aar: int) -> list[tuple[str, str]]:
        """(senter_id, tilbud) of every service in a year, sorted: the base of that year."""
        return sorted({(r["senter_id"], r["tilbud"]) for r in self.tilbud if valid_in(r, aar)})

    def span(self) -> range:
        """The years in which the register can have changed: from its second year to the year after its last date."""
        first = min((r["gyldig_fra"] for r in self.tilbud if r["gyldig_fra"]), default=0)
        dates = [r[c] or 0 for r in (*self.tilbud, *self.sentre) for c in ("gyldig_fra", "gyldig_til")]
        return range(first + 1, max((d for d in dates if d >= first), default=first) + 2)


_REGISTER_FILES = ("sentre.csv", "tilbud.csv", "hendelser.csv", "avdelinger.csv", "skrivemaater.csv")


def register_files(folder: Path = REGISTER) -> list[Path]:
    """The files that `load_register` reads."""
    return [folder / name for name in _REGISTER_FILES]


def load_register(folder: Path, aar: Iterable[int]) -> Register:
    """Read the register and check it: each service has a centre with one name in each of the years, no two centres
    or departments share a name, and the events are those that the validity of names and services shows.

    Raises `Problems` with every fault.
    """
    validity = ["gyldig_fra", "gyldig_til"]
    sentre, tilbud, hendelser, avdelinger, skrivemaater = (folder / name for name in _REGISTER_FILES)
    register = Register(
        read_kept_table(sentre, ["senter_id", "navn", *validity], ["senter_id", "gyldig_fra"]),
        read_kept_table(tilbud, ["senter_id", "tilbud", *validity], ["senter_id", "tilbud", "gyldig_fra"]),
        read_kept_table(
            hendelser,
            ["aar", "hendelse", "senter_id", "til_senter_id", "merknad"],
            ["aar", "hendelse", "senter_id", "til_senter_id"],
        ),
        read_kept_table(
            avdelinger, ["senter_id", "tilbud", "navn", *validity], ["senter_id", "tilbud", "navn", "gyldig_fra"]
        ),
        read_kept_table(skrivemaater, ["skrivemaate", "senter_id", *validity], ["skrivemaate", "gyldig_fra"]),
    )
    problems = ProblemList()
    for year in aar:
        _check_names(register, year, folder, problems)
    _check_events(register, hendelser, problems)
    problems.raise_if_any()
    return register


def check_services(register: Register, codes: Collection[str], folder: Path = REGISTER) -> None:
    """Raise `Problems` for each service and department of the register whose code is not among those declared."""
    problems = ProblemList()
    for name, rows in ((_REGISTER_FILES[1], register.tilbud), (_REGISTER_FILES[3], register.avdelinger)):
        for row in (row for row in rows if row["tilbud"] not in codes):
            found, wanted = shown(row["tilbud"]), " eller ".join(codes)
            problems.add(folder / name, f"linje {row['_linje']}", found, wanted, "Rett koden.")
    problems.raise_if_any()


def _check_names(register: Register, year: int, folder: Path, problems: ProblemList) -> None:
    """One name per centre, one centre or department per name, and departments only of services that exist."""
    services = register.services(year)
    owners: dict[str, str] = {}
    named: dict[str, list[str]] = {senter: [] for senter, _ in services}
    for row in register.sentre:
        if row["senter_id"] in named and valid_in(row, year):
            named[row["senter_id"]].append(row["navn"])
    for senter, names in named.items():
        if len(names) != 1:
            problems.add(
                folder / "sentre.csv",
                f"{senter}, {year}",
                f"{len(names)} navn ({', '.join(names) or 'ingen'})",
                "ett navn for hvert år senteret har et tilbud",
                "Rett gyldig_fra og gyldig_til, i sentre.csv eller tilbud.csv.",
            )
        for name in map(normal, names):
            if owners.setdefault(name, senter) != senter:
                problems.add(
                    folder / "sentre.csv",
                    f"{senter}, {year}",
                    f"navnet {shown(name)}, som {owners[name]} også har",
                    "ett senter per navn",
                    "Rett navnet eller gyldigheten.",
                )
    for row in register.avdelinger:
        if not valid_in(row, year):
            continue
        place = f"linje {row['_linje']}, {year}"
        if (row["senter_id"], row["tilbud"]) not in services:
            problems.add(
                folder / "avdelinger.csv",
                place,
                f"en avdeling for {row['tilbud']} i {row['senter_id']}, som ikke har det tilbudet",
                "et tilbud som står i tilbud.csv samme år",
                "Rett gyldigheten, eller legg til tilbudet i tilbud.csv.",
            )
        name = normal(row["navn"])
        if name in owners:
            problems.add(
                folder / "avdelinger.csv",
                place,
                f"navnet {shown(name)}, som {owners[name]} også har",
                "et eget navn for avdelingen",
                "Skriv navnet slik det står i svarene. Svarer senteret under ett navn, trengs ingen avdeling.",
            )
        owners[name] = row["senter_id"]
    _check_spellings(register, year, folder, problems)


def _check_spellings(register: Register, year: int, folder: Path, problems: ProblemList) -> None:
    """A spelling is of a centre of the register, of one alone, and not the name of another."""
    names = {name.casefold(): senter for name, senter in register.names(year).items()}
    known = {row["senter_id"] for row in register.sentre}
    for row in register.skrivemaater:
        if not valid_in(row, year):
            continue
        place, senter = f"linje {row['_linje']}, {year}", row["senter_id"]
        spelled = normal(row["skrivemaate"]).casefold()
        if senter not in known:
            found, wanted = shown(senter) + nearest(senter, known), "et senter i sentre.csv"
            problems.add(folder / "skrivemaater.csv", place, found, wanted, "Rett «senter_id».")
        elif names.setdefault(spelled, senter) != senter:
            found = f"{shown(row['skrivemaate'])}, som også er {names[spelled]}"
            problems.add(
                folder / "skrivemaater.csv", place, found, "ett senter per skrivemåte", "Slett raden, eller rett den."
            )


# What must be true of the register for an event, and the word for it.
_EVENTS = {
    "opprettet": "senteret får sitt første tilbud det året",
    "lagt_ned": "senteret har tilbud året før, og ingen det året",
    "slaatt_sammen": "senteret har tilbud året før, og ingen det året; «til_senter_id» har tilbud det året",
    "delt": "«til_senter_id» får sitt første tilbud det året; senteret har tilbud året før",
    "nytt_navn": "senteret har et annet navn enn året før",
    "nytt_tilbud": "senteret får et tilbud i tillegg til dem det har",
    "mistet_tilbud": "senteret har ett tilbud færre enn året før",
}


def _changes(register: Register, year: int) -> set[tuple[str, str]]:
    """What the validity of names and services shows for a year, as (kind of change, senter_id)."""
    before, now = (dict.fromkeys(s for s, _ in register.services(y)) for y in (year - 1, year))
    services = [set(register.services(y)) for y in (year - 1, year)]
    found = {("ny", s) for s in now if s not in before} | {("borte", s) for s in before if s not in now}
    both = now.keys() & before.keys()
    found |= {("nytt_tilbud", s) for s, _ in services[1] - services[0] if s in both}
    found |= {("mistet_tilbud", s) for s, _ in services[0] - services[1] if s in both}
    names = [{i: n for n, i in register.names(y).items()} for y in (year - 1, year)]
    return found | {("nytt_navn", s) for s in both if names[0].get(s) != names[1].get(s)}


def _told(row: Mapping, changes: set[tuple[str, str]], now: set[str], before: set[str]) -> set[tuple[str, str]]:
    """The changes that an event explains; empty when the register does not show what it says."""
    senter, to = row["senter_id"], row["til_senter_id"]
    if row["hendelse"] in ("nytt_navn", "nytt_tilbud", "mistet_tilbud"):
        wanted = {(row["hendelse"], senter)}
    elif row["hendelse"] == "opprettet":
        wanted = {("ny", senter)}
    elif row["hendelse"] == "delt":
        wanted = {("ny", to)} if senter in before else set()
        return (wanted | ({("borte", senter)} & changes)) if wanted and wanted <= changes else set()
    else:
        wanted = {("borte", senter)}
        if (to or row["hendelse"] == "slaatt_sammen") and to not in now:
            return set()
        if wanted <= changes:  # centres may merge into a new one
            return wanted | ({("ny", to)} & changes if row["hendelse"] == "slaatt_sammen" else set())
    return wanted if wanted <= changes else set()


def _check_events(register: Register, path: Path, problems: ProblemList) -> None:
    """Every event agrees with the validity of names and services, and every change in them has an event."""
    words = {
        "ny": ("senteret er nytt", "opprettet, eller delt eller slaatt_sammen med det som «til_senter_id»"),
        "borte": ("senteret har ikke lenger noe tilbud", "lagt_ned, slaatt_sammen eller delt"),
        "nytt_navn": ("senteret har fått nytt navn", "nytt_navn"),
        "nytt_tilbud": ("senteret har fått et tilbud til", "nytt_tilbud"),
        "mistet_tilbud": ("senteret har mistet et tilbud", "mistet_tilbud"),
    }
    explained: set[tuple[int, str, str]] = set()
    for row in register.hendelser:
        place, year = f"linje {row['_linje']}", row["aar"]
        if row["hendelse"] not in _EVENTS or year is None:
            found = shown(row["hendelse"]) + nearest(row["hendelse"], _EVENTS) if year else "ingen verdi i «aar»"
            problems.add(path, place, found, f"et år og en av {', '.join(_EVENTS)}", "Rett verdien.")
            continue
        before, now = ({s for s, _ in register.services(y)} for y in (year - 1, year))
        told = _told(row, _changes(register, year), now, before)
        if not told:
            to = f" til {row['til_senter_id']}" if row["til_senter_id"] else ""
            problems.add(
                path,
                place,
                f"«{row['hendelse']}» for {row['senter_id']}{to} i {year}, som sentre.csv og tilbud.csv ikke viser",
                _EVENTS[row["hendelse"]],
                "Rett hendelsen, eller gyldig_fra og gyldig_til i sentre.csv og tilbud.csv.",
            )
        explained |= {(year, *change) for change in told}
    for year in register.span():
        for change, senter in sorted(_changes(register, year)):
            if (year, change, senter) not in explained:
                what, events = words[change]
                problems.add(
                    path,
                    f"{senter}, {year}",
                    f"ingen hendelse, men {what} etter gyldigheten i sentre.csv og tilbud.csv",
                    f"en hendelse: {events}",
                    "Skriv hendelsen i hendelser.csv, eller rett gyldigheten hvis den er feil.",
                )
