"""Codebooks and the centre register: the tables that people keep by hand, read strictly.

Validity (`gyldig_fra`, `gyldig_til`) is in whole years, first and last included; an empty field is open.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from krisestat.contracts import PANEL, STATUS, SVAR, TILBUD, is_name
from krisestat.errors import ProblemList, Problems, did_you_mean, shown
from krisestat.yamlfiles import check_schema, load_yaml, read_text

CODEBOOKS = Path("data/raw/codebooks")
REGISTER = Path("data/raw/register")

_NUMBERS = {"gyldig_fra", "gyldig_til", "rekkefolge", "aar"}
# Columns that repeat what stands in a raw file, and go no further than to be held against it.
_AS_RECEIVED = {"kolonne", "verdi"}
_VARIABLES = ("senter", "har_tilbud", "forum", "samarbeid", "samarbeidsform", "uten_betydning")
_CODES = {"pattern": "^[a-z][a-z0-9_-]*$", "description": "en kode av små bokstaver, sifre og streker"}
_INDICATORS = {
    "type": "object",
    "propertyNames": _CODES,
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "required": ["sporsmaal", "per", "enhet", "beskrivelse"],
        "properties": {
            "sporsmaal": {"enum": ["forum", "samarbeid", "samarbeidsform"], "description": "spørsmålet det telles på"},
            "samarbeidsform": {"type": "string", "description": "bare denne samarbeidsformen"},
            "per": {
                "type": "array",
                "items": {"enum": ["instans", "samarbeidsform"]},
                "description": "hva tallene fordeles på, i tillegg til år og tilbud",
            },
            "enhet": {"enum": ["tilbud"], "description": "hva som telles"},
            "base": {
                "enum": ["alle", "svart"],
                "description": "hvem andelen er av: alle tilbud i registeret, eller bare dem som svarte",
            },
            "utvalg": {
                "enum": ["alle", "panel"],
                "description": "hvilke tilbud som telles: alle, eller bare de samme tilbudene hvert år",
            },
            "varsle_over": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100,
                "description": "hvor mange prosentpoeng en andel kan endre seg fra i fjor før noen må se på den",
            },
            "beskrivelse": {"type": "string", "description": "hva tallet sier"},
        },
    },
}
_TITLE = {"type": "string", "minLength": 1, "description": "tittelen på figuren, med {aar} for årene"}
_COLUMN = {"type": "string", "minLength": 1, "description": "navnet på en kolonne i filen"}
# How a table from elsewhere is read: the indicator is its own, and so is the unit that it counts.
_AGGREGATED = {
    "type": "object",
    "propertyNames": _CODES,
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "required": ["slag", "kilde", "gruppe", "enhet", "kolonner", "instanser", "beskrivelse"],
        "properties": {
            "slag": {"enum": ["aggregert"], "description": "en ferdig tabell, ikke svar per senter"},
            "kilde": {
                "type": "string",
                "pattern": "^[a-z][a-z0-9_]*$",
                "description": "mappen i data/raw, og kilden i instanser.csv",
            },
            "gruppe": {"enum": ["kommuner", "sentre"], "description": "raden i grupper.csv"},
            "enhet": {"enum": ["kommune", "senter"], "description": "hva som telles"},
            "kolonner": {
                "type": "object",
                "additionalProperties": False,
                "required": ["aar", "instans", "antall"],
                "description": "hvilken kolonne som er hva",
                "properties": dict.fromkeys(("aar", "instans", "antall", "base"), _COLUMN),
            },
            "instanser": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": "string"},
                "description": "hva instansene heter i tabellen, og koden til hver i instanser.csv",
            },
            "uten_betydning": {
                "type": "array",
                "items": {"type": "string"},
                "description": "kolonner som ikke brukes",
            },
            "tegn": {
                "type": "object",
                "additionalProperties": {"enum": [s for s in STATUS if s]},
                "description": "hva tegn i stedet for tall betyr, når det er noe annet enn standarden",
            },
            "figur": {
                "type": "object",
                "additionalProperties": False,
                "required": ["nb"],
                "properties": {"nb": _TITLE, "nn": _TITLE},
                "description": "tittelen på figuren; uten den blir det ingen figur",
            },
            "beskrivelse": {"type": "string", "description": "hva tallet sier"},
        },
    },
}


def valid_in(row: Mapping, aar: int) -> bool:
    """Whether a row with validity holds in a year."""
    return (row["gyldig_fra"] or aar) <= aar <= (row["gyldig_til"] or aar)


def read_kept_table(path: Path, columns: Sequence[str], key: Sequence[str]) -> list[dict]:
    """Read a CSV table that is kept by hand.

    Parameters: `columns`, all its columns in order; `key`, those that together name a row. Columns of numbers come as
    int or None, the rest as str; each row has its line in `_linje`. Raises `Problems` with every fault, among them what
    is no name (`is_name`) and does not come from a raw file.
    """
    lines = read_text(path, f"en tabell med {', '.join(columns)}").splitlines()
    problems = ProblemList()
    rows: list[dict] = []
    reader = csv.reader(lines)
    header = next(reader, [])
    if header != list(columns):
        problems.add(path, "linje 1", ", ".join(header) or "en tom fil", ", ".join(columns), "Rett overskriftene.")
        problems.raise_if_any()
    seen: dict[tuple, int] = {}
    for cells in reader:
        place = f"linje {reader.line_num}"
        if not cells:
            continue
        if len(cells) != len(header):
            problems.add(path, place, f"{len(cells)} felt", f"{len(header)} felt", "Se etter komma som mangler.")
            continue
        row: dict = dict(zip(header, cells, strict=True))
        for column in _NUMBERS.intersection(header):
            if row[column] and not row[column].isdecimal():
                problems.add(path, f"{place}, kolonne «{column}»", shown(row[column]), "et helt tall", "Rett verdien.")
                row[column] = ""
            row[column] = int(row[column]) if row[column] else None
        for column in header:
            if isinstance(row[column], str) and row[column] and column not in _AS_RECEIVED and not is_name(row[column]):
                problems.add(
                    path,
                    f"{place}, kolonne «{column}»",
                    shown(row[column]),
                    "noe som begynner med en bokstav eller et siffer, uten tegn som ikke vises",
                    "Skriv om teksten. Et regneark kunne kjørt den som en formel i tabellene som publiseres.",
                )
        name = tuple(row[k] for k in key)
        if name in seen:
            problems.add(
                path,
                place,
                f"{shown(' '.join(map(str, name)))} en gang til (linje {seen[name]})",
                "én rad",
                "Slett den ene.",
            )
        seen[name] = reader.line_num
        rows.append(row | {"_linje": reader.line_num})
    problems.raise_if_any()
    return rows


@dataclass(frozen=True)
class Codebook:
    """The codebooks that name things: partners, forms of cooperation, groups, answer codes and indicators.

    `instanser`, `samarbeidsformer`, `grupper`, `svarkoder` are lists of dict rows in the order of their files;
    `indikatorer` maps an indicator's code to its declaration, and `aggregerte` those that come as finished tables;
    `kilder` the source of an indicator that is neither of the answers of centres nor a finished table.
    """

    instanser: list[dict]
    samarbeidsformer: list[dict]
    grupper: list[dict]
    svarkoder: list[dict]
    indikatorer: dict[str, dict]
    aggregerte: dict[str, dict] = field(default_factory=dict)
    kilder: dict[str, str] = field(default_factory=dict)

    @property
    def aggregated_sources(self) -> list[str]:
        """Folders of `data/raw` that hold finished tables, sorted."""
        return sorted({declared["kilde"] for declared in self.aggregerte.values()})

    def source_of(self, indikator: str) -> str:
        """The source whose partners an indicator names: each source has names and an order of its own."""
        return self.aggregerte.get(indikator, {}).get("kilde") or self.kilder.get(indikator, "samarbeid")

    def instans_codes(self, kilde: str = "samarbeid", aar: int | None = None) -> list[str]:
        """Codes of the partners of a source, in the codebook's order; of one year if given."""
        rows = [r for r in self.instanser if r["kilde"] == kilde and (aar is None or valid_in(r, aar))]
        return [r["instans"] for r in sorted(rows, key=lambda r: r["rekkefolge"])]


def codebook_files(folder: Path = CODEBOOKS) -> list[Path]:
    """The files that `load_codebook` reads."""
    names = ("instanser.csv", "samarbeidsformer.csv", "grupper.csv", "svarkoder.csv", "indikatorer.yaml")
    return [folder / name for name in names]


def load_codebook(folder: Path = CODEBOOKS) -> Codebook:
    """Read the codebooks. Raises `Problems` with the faults of all of them."""
    problems = ProblemList()
    names = ["navn_nb", "bestemt_nb", "navn_nn", "bestemt_nn", "gyldig_fra", "gyldig_til", "rekkefolge"]
    tables = {
        "instanser": (["kilde", "instans", *names], ["kilde", "instans"]),
        "samarbeidsformer": (["samarbeidsform", *(n for n in names if "bestemt" not in n)], ["samarbeidsform"]),
        "grupper": (["gruppe", "enhet", "navn_nb", "kort_nb", "navn_nn", "kort_nn"], ["gruppe"]),
        "svarkoder": (["gyldig_fra", "gyldig_til", "verdi", "svar"], ["gyldig_fra", "verdi"]),
    }
    read: dict[str, list[dict]] = {}
    for name, (columns, key) in tables.items():
        try:
            read[name] = read_kept_table(folder / f"{name}.csv", columns, key)
        except Problems as error:
            problems.extend(error)
        for row in read.get(name, ()):
            for column in (c for c in columns if c.endswith(("_nb", "_nn")) and not row[c].strip()):
                place = f"linje {row['_linje']}, kolonne «{column}»"
                problems.add(folder / f"{name}.csv", place, "et tomt felt", "et navn", "Skriv navnet.")
    indicators: dict[str, dict] = {}
    aggregated: dict[str, dict] = {}
    path = folder / "indikatorer.yaml"
    try:
        declared, lines = load_yaml(path)
        for name, one in declared.items():
            (aggregated if isinstance(one, Mapping) and "slag" in one else indicators)[name] = one
        for some, schema in ((indicators, _INDICATORS), (aggregated, _AGGREGATED)):
            try:
                check_schema(some, schema, str(path), lines)
            except Problems as error:
                problems.extend(error)
        if not problems.problems:
            _check_groups(path, read, indicators, aggregated, lines, problems)
    except Problems as error:
        problems.extend(error)
    for row in read.get("svarkoder", []):
        if row["svar"] not in SVAR:
            problems.add(
                folder / "svarkoder.csv",
                f"linje {row['_linje']}",
                shown(row["svar"]),
                ", ".join(SVAR),
                "Rett svarkoden.",
            )
    problems.raise_if_any()
    partners, forms, groups, answers = (read[name] for name in tables)
    return Codebook(partners, forms, groups, answers, indicators, aggregated)


def _check_groups(
    path: Path, read: Mapping, indicators: Mapping, aggregated: Mapping, lines: Mapping, problems: ProblemList
) -> None:
    """Each indicator's groups are named and count its unit, and an aggregated source has partners."""
    units = {row["gruppe"]: row["enhet"] for row in read["grupper"]}
    sources = {row["kilde"] for row in read["instanser"]}
    for name, declared in {**indicators, **aggregated}.items():
        place = f"linje {lines[(name,)][0]}, «{name}»"
        panel = PANEL if declared.get("utvalg") == "panel" else ""
        wanted = [declared["gruppe"]] if "gruppe" in declared else [f"{t}{panel}" for t in TILBUD]
        unit = "panel" if panel else declared["enhet"]
        for group in wanted:
            if units.get(group) != unit:
                problems.add(
                    path,
                    place,
                    f"gruppen {shown(group)} med enheten {shown(units.get(group, 'ingen'))}",
                    f"en rad i grupper.csv med enheten «{unit}»",
                    "Rett «enhet:» eller «gruppe:», eller legg til raden i grupper.csv.",
                )
        if "kilde" in declared and declared["kilde"] not in sources:
            hint = did_you_mean(declared["kilde"], sources)
            problems.add(
                path,
                place,
                f"kilden {shown(declared['kilde'])} uten instanser" + (f" – {hint}" if hint else ""),
                "rader i instanser.csv med kilden",
                "Legg til kildens instanser i instanser.csv, eller rett «kilde:».",
            )


def columns_file(aar: int, folder: Path = CODEBOOKS) -> Path:
    """The codebook of a year's raw file."""
    return folder / f"samarbeid_p{aar}.csv"


def load_columns(path: Path, aar: int, codebook: Codebook) -> list[dict]:
    """What each column of a year's raw file means.

    Parameters: `path`, the year's codebook; `aar`, its year; `codebook`, for the codes that it may use. Returns one row
    per column: kolonne, variabel, tilbud, instans, samarbeidsform. Raises `Problems` for unknown codes, with
    suggestions, and for two columns that mean the same.
    """
    rows = read_kept_table(path, ["kolonne", "variabel", "tilbud", "instans", "samarbeidsform"], ["kolonne"])
    problems = ProblemList()
    forms = [r["samarbeidsform"] for r in codebook.samarbeidsformer if valid_in(r, aar)]
    partners = codebook.instans_codes(aar=aar)
    needs = {
        "variabel": lambda r: _VARIABLES,
        "tilbud": lambda r: ("",) if r["variabel"] in ("senter", "uten_betydning") else TILBUD,
        "instans": lambda r: partners if r["variabel"] in ("samarbeid", "samarbeidsform") else ("",),
        "samarbeidsform": lambda r: forms if r["variabel"] == "samarbeidsform" else ("",),
    }
    meanings: dict[tuple, str] = {}
    for row in rows:
        for column, allowed in needs.items():
            if row[column] not in allowed(row):
                hint = did_you_mean(row[column], allowed(row))
                where = {"instans": "instanser.csv", "samarbeidsform": "samarbeidsformer.csv"}.get(column)
                problems.add(
                    path,
                    f"linje {row['_linje']}, kolonne «{column}»",
                    shown(row[column]) + (f" – {hint}" if hint else ""),
                    f"en kode som gjelder i {aar}: {', '.join(a or 'tomt' for a in allowed(row))}",
                    f"Rett koden, eller legg til en rad i {path.parent / where}." if where else "Rett koden.",
                )
        meaning = tuple(row[c] for c in ("variabel", "tilbud", "instans", "samarbeidsform"))
        if row["variabel"] != "uten_betydning" and meaning in meanings:
            problems.add(
                path,
                f"linje {row['_linje']}",
                f"{shown(row['kolonne'])} med samme betydning som {shown(meanings[meaning])}",
                "én kolonne per spørsmål",
                "Rett kodene på en av linjene.",
            )
        meanings[meaning] = row["kolonne"]
    if "senter" not in {r["variabel"] for r in rows}:
        problems.add(
            path, "", "ingen kolonne med variabelen «senter»", "nøyaktig én", "Merk kolonnen med senterets navn."
        )
    problems.raise_if_any()
    return rows


def normal(text: str) -> str:
    """A name as it is compared: Unicode NFC, every run of white space one space, none at the ends. Nothing else."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@dataclass(frozen=True)
class Register:
    """The centre register: names, services and departments of the centres, with validity, and what has happened.

    A department (`avdelinger`) answers in a row of its own for one of its centre's services.
    """

    sentre: list[dict]
    tilbud: list[dict]
    hendelser: list[dict] = field(default_factory=list)
    avdelinger: list[dict] = field(default_factory=list)

    def names(self, aar: int) -> dict[str, str]:
        """Name → `senter_id` for the centres that had a service in a year, by the names of that year."""
        open_ = {s for s, _ in self.services(aar)}
        return {normal(r["navn"]): r["senter_id"] for r in self.sentre if valid_in(r, aar) and r["senter_id"] in open_}

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


_REGISTER_FILES = ("sentre.csv", "tilbud.csv", "hendelser.csv", "avdelinger.csv")


def register_files(folder: Path = REGISTER) -> list[Path]:
    """The files that `load_register` reads."""
    return [folder / name for name in _REGISTER_FILES]


def load_register(folder: Path, aar: Iterable[int]) -> Register:
    """Read the register and check it: each service has a centre with one name in each of the years, no two centres
    or departments share a name, and the events are those that the validity of names and services shows.

    Raises `Problems` with every fault.
    """
    validity = ["gyldig_fra", "gyldig_til"]
    sentre, tilbud, hendelser, avdelinger = (folder / name for name in _REGISTER_FILES)
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
    )
    problems = ProblemList()
    for path, rows in ((tilbud, register.tilbud), (avdelinger, register.avdelinger)):
        for row in rows:
            if row["tilbud"] not in TILBUD:
                problems.add(
                    path, f"linje {row['_linje']}", shown(row["tilbud"]), " eller ".join(TILBUD), "Rett koden."
                )
    for year in aar:
        _check_names(register, year, folder, problems)
    _check_events(register, hendelser, problems)
    problems.raise_if_any()
    return register


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
            hint = did_you_mean(row["hendelse"], _EVENTS)
            found = shown(row["hendelse"]) + (f" – {hint}" if hint else "") if year else "ingen verdi i «aar»"
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
