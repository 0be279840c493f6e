"""Codebooks and the centre register: the tables that people keep by hand, read strictly.

Validity (`gyldig_fra`, `gyldig_til`) is in whole years, first and last included; an empty field is open.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from krisestat.contracts import SVAR, TILBUD
from krisestat.errors import ProblemList, Problems, did_you_mean, shown
from krisestat.yamlfiles import check_schema, load_yaml

CODEBOOKS = Path("data/raw/codebooks")
REGISTER = Path("data/raw/register")

_NUMBERS = {"gyldig_fra", "gyldig_til", "rekkefolge", "aar"}
_VARIABLES = ("senter", "har_tilbud", "forum", "samarbeid", "samarbeidsform", "uten_betydning")
_INDICATORS = {
    "type": "object",
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
    int or None, the rest as str; each row has its line in `_linje`. Raises `Problems` with every fault.
    """
    problems = ProblemList()
    rows: list[dict] = []
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except FileNotFoundError:
        problems.add(path, "", "filen finnes ikke", f"en tabell med {', '.join(columns)}", "Legg filen på plass.")
        lines = []
    except UnicodeDecodeError as error:
        problems.add(path, f"byte {error.start + 1}", "tegn som ikke er UTF-8", "UTF-8", "Lagre filen som UTF-8.")
        lines = []
    problems.raise_if_any()
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
    `indikatorer` maps an indicator's code to its declaration.
    """

    instanser: list[dict]
    samarbeidsformer: list[dict]
    grupper: list[dict]
    svarkoder: list[dict]
    indikatorer: dict[str, dict]

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
    indicators: dict[str, dict] = {}
    try:
        indicators, lines = load_yaml(folder / "indikatorer.yaml")
        check_schema(indicators, _INDICATORS, str(folder / "indikatorer.yaml"), lines)
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
    return Codebook(**read, indikatorer=indicators)


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


@dataclass(frozen=True)
class Register:
    """The centre register: names and services of the centres, with validity."""

    sentre: list[dict]
    tilbud: list[dict]

    def names(self, aar: int) -> dict[str, str]:
        """Name → `senter_id` for the centres that had a service in a year, by the names of that year."""
        open_ = {s for s, _ in self.services(aar)}
        return {r["navn"]: r["senter_id"] for r in self.sentre if valid_in(r, aar) and r["senter_id"] in open_}

    def services(self, aar: int) -> list[tuple[str, str]]:
        """(senter_id, tilbud) of every service in a year, sorted: the base of that year."""
        return sorted({(r["senter_id"], r["tilbud"]) for r in self.tilbud if valid_in(r, aar)})


def register_files(folder: Path = REGISTER) -> list[Path]:
    """The files that `load_register` reads."""
    return [folder / "sentre.csv", folder / "tilbud.csv"]


def load_register(folder: Path, aar: Iterable[int]) -> Register:
    """Read the register and check it for each of the years: every service has a centre with one name.

    Raises `Problems` with every fault.
    """
    validity = ["gyldig_fra", "gyldig_til"]
    sentre = read_kept_table(folder / "sentre.csv", ["senter_id", "navn", *validity], ["senter_id", "gyldig_fra"])
    tilbud = read_kept_table(
        folder / "tilbud.csv", ["senter_id", "tilbud", *validity], ["senter_id", "tilbud", "gyldig_fra"]
    )
    problems = ProblemList()
    for row in tilbud:
        if row["tilbud"] not in TILBUD:
            problems.add(
                folder / "tilbud.csv",
                f"linje {row['_linje']}",
                shown(row["tilbud"]),
                " eller ".join(TILBUD),
                "Rett koden.",
            )
    register = Register(sentre, tilbud)
    for year in aar:
        for senter in sorted({s for s, _ in register.services(year)}):
            names = [r["navn"] for r in sentre if r["senter_id"] == senter and valid_in(r, year)]
            if len(names) != 1:
                problems.add(
                    folder / "sentre.csv",
                    f"{senter}, {year}",
                    f"{len(names)} navn ({', '.join(names) or 'ingen'})",
                    "ett navn for hvert år senteret har et tilbud",
                    "Rett gyldig_fra og gyldig_til, i sentre.csv eller tilbud.csv.",
                )
    problems.raise_if_any()
    return register
