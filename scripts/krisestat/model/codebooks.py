"""Codebooks: the tables that people keep by hand, read strictly (`base.kept_tables`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from krisestat.base.errors import ProblemList, Problems, did_you_mean, shown
from krisestat.base.kept_tables import read_kept_table, valid_in
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.model.contracts import PANEL, STATUS, SVAR, TILBUD

CODEBOOKS = Path("data/raw/codebooks")

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
