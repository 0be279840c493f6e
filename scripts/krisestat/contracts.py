"""Every table that crosses a stage, declared once: columns, types, codes, key and order; and the only readers and
writers of them. A table that breaks its contract is refused by the stage that made it, not by the one that reads it.

Files are CSV with comma, UTF-8 and LF, written to the side and moved into place, so that none is ever half-written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from krisestat.errors import ProblemList, shown

# What a column holds is said by the contract, and held by it when the row is read and written.
Row = dict[str, Any]

SVAR = ("ja", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
# Which answer speaks for a service when several are taken together («at least one partner»), the lowest that is there:
# one `ja` is enough, a `nei` needs that nothing is unknown, and a question that was not put says nothing.
FORRANG = {"ja": 0, "ubesvart": 1, "vet_ikke": 2, "nei": 3, "ikke_spurt": 4}
TILBUD = ("kvinner", "menn")
PANEL = "_panel"
GRUPPER = ("avtaler", "kommuner", "kvinner", f"kvinner{PANEL}", "menn", f"menn{PANEL}", "sentre")
# The groups of a fact sheet, beside those of the country.
ARKGRUPPER = (
    *("avtale", "avtaler_alle", "instanser_kvinner", "instanser_menn", "like_kvinner", "like_menn"),
    *("senter_kommuner", "senter_kvinner", "senter_menn", "senter_personer"),
)
OPPHAV = ("mottatt", "publisert", "rekonstruert")
STATUS = ("", "ikke_spurt", "mangler", "undertrykt")
# A spreadsheet runs a text that begins with one of these as a formula.
# What cannot begin a name (`is_name`), and is guarded in text that others wrote (`guarded`).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class Column:
    """A column: `kind` is `str` or `int`; `codes` the allowed values; `empty` whether it may be left out; `free`
    whether it holds text that others wrote, which the file guards against being run as a formula (`guarded`)."""

    kind: type = str
    codes: tuple[str, ...] = ()
    empty: bool = False
    free: bool = False


@dataclass(frozen=True)
class Contract:
    """A table: its name, columns in order, key columns (unique, and the order of rows) and checks of whole rows.

    A check takes a row and returns None or a Norwegian sentence that says what is wrong with it.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    checks: tuple[Callable[[Row], str | None], ...] = field(default=())


def _adds_up(row: Row) -> str | None:
    """The five kinds of answer are together the base, or the base and those who did not answer: nothing is lost between
    raw file and table. A source that is a table already has no answers to add."""
    yes, no, unknown, *silent = (row[name] for name in ("antall", "nei", "vet_ikke", "ubesvart", "ikke_spurt"))
    parts = [yes, no, unknown, *silent]
    if row["base"] is None or row["status"] != "" or all(p is None for p in parts[1:]):
        return None
    if any(p is None for p in parts) or row["base"] not in (sum(parts), sum(parts) - sum(silent)):
        return (
            f"ja + nei + vet ikke + ubesvart + ikke spurt = {' + '.join(map(str, parts))}, men basen er {row['base']}"
        )
    return None


def _exact_share(row: Row) -> str | None:
    """The share is the exact fraction of count and base, and is there when both are."""
    share = str(Fraction(row["antall"], row["base"])) if row["antall"] is not None and row["base"] else None
    return None if row["andel"] == share else f"andel er {row['andel']}, men antall/base er {share}"


def _count_or_status(row: Row) -> str | None:
    """A cell without a count says why."""
    if (row["antall"] is None) == (row["status"] == ""):
        return f"antall er {row['antall']} med status {shown(row['status'])}"
    return None


_STR, _OPTIONAL, _INT, _COUNT = Column(), Column(empty=True), Column(int), Column(int, empty=True)
_FREE, _FREE_OPTIONAL = Column(free=True), Column(empty=True, free=True)

INNDATA = Contract(
    "inndata",
    {"fil": _STR, "linje": _INT, "kolonnenr": _INT, "kolonne": _STR, "verdi": _OPTIONAL},
    ("fil", "linje", "kolonnenr"),
)
KLARGJORT = Contract(
    "klargjort",
    {
        "aar": _INT,
        "senter_id": _STR,
        "tilbud": Column(codes=TILBUD),
        "sporsmaal": Column(codes=("forum", "samarbeid", "samarbeidsform")),
        "instans": _OPTIONAL,
        "samarbeidsform": _OPTIONAL,
        "svar": Column(codes=SVAR),
        "fil": _STR,
        "linje": _INT,
        "kolonne": _OPTIONAL,
        "rettelse": _OPTIONAL,
    },
    ("aar", "senter_id", "tilbud", "sporsmaal", "instans", "samarbeidsform"),
)
TILBUD_PER_AAR = Contract(
    "tilbud",
    {"aar": _INT, "senter_id": _STR, "tilbud": Column(codes=TILBUD), "opphav": Column(codes=OPPHAV)},
    ("aar", "senter_id", "tilbud"),
)
AGGREGERT = Contract(
    "aggregert",
    {
        "indikator": _STR,
        "gruppe": Column(codes=GRUPPER),
        "instans": _STR,
        "aar": _INT,
        "antall": _COUNT,
        "base": _COUNT,
        "status": Column(codes=STATUS, empty=True),
        "opphav": Column(codes=OPPHAV),
        "fil": _STR,
        "linje": _INT,
        "kolonne": _STR,
        "rettelse": _OPTIONAL,
    },
    ("indikator", "gruppe", "instans", "aar"),
    (_count_or_status,),
)
TALL = Contract(
    "tall",
    {
        "indikator": _STR,
        "gruppe": Column(codes=GRUPPER),
        "instans": _OPTIONAL,
        "samarbeidsform": _OPTIONAL,
        "aar": _INT,
        "antall": _COUNT,
        "base": _COUNT,
        "andel": _OPTIONAL,
        "nei": _COUNT,
        "vet_ikke": _COUNT,
        "ubesvart": _COUNT,
        "ikke_spurt": _COUNT,
        "status": Column(codes=STATUS, empty=True),
        "opphav": Column(codes=OPPHAV),
    },
    ("indikator", "gruppe", "instans", "samarbeidsform", "aar"),
    (_adds_up, _exact_share, _count_or_status),
)
# The only state that a renderer may open has the same form; what differs is that confidentiality has been applied.
UTDATA = Contract("utdata", TALL.columns, TALL.key, TALL.checks)
KVALITET = Contract(
    "kvalitet",
    {
        "kontroll": _STR,
        "gjelder": _STR,
        "undersokt": _INT,
        "antall": _INT,
        "resultat": Column(codes=("PASS", "ADVARSEL", "FEIL")),
        "eksempler": _FREE_OPTIONAL,
        "tiltak": _FREE_OPTIONAL,
        "bekreftet": _FREE_OPTIONAL,
    },
    ("kontroll", "gjelder"),
)


def _stays_of_residents(row: Row) -> str | None:
    """Who lived at a centre had at least one stay there, and the other way."""
    if row["beboere"] <= row["opphold"] and (row["beboere"] == 0) == (row["opphold"] == 0):
        return None
    return f"{row['beboere']} beboere med {row['opphold']} opphold"


# Counts of persons have tables of their own: they are never rows among those of services.
PERSONER_KLARGJORT = Contract(
    "personer_klargjort",
    {
        "aar": _INT,
        "senter_id": _STR,
        "gruppe": Column(codes=("ikke_registrert", "kvinner", "menn")),
        "beboere": _INT,
        "opphold": _INT,
        "senter": _STR,
        "opphav": Column(codes=OPPHAV),
        "fil": _STR,
        "linje": _INT,
    },
    ("aar", "senter_id", "gruppe"),
    (_stays_of_residents,),
)
PERSONER = Contract(
    "personer",
    {
        "aar": _INT,
        "senter_id": _OPTIONAL,
        "senter": _OPTIONAL,
        "gruppe": Column(codes=("alle", "ikke_registrert", "kvinner", "menn")),
        "maal": Column(codes=("beboere", "opphold")),
        "antall": _COUNT,
        "status": Column(codes=("", "undertrykt"), empty=True),
        "opphav": Column(codes=OPPHAV),
    },
    ("aar", "senter_id", "gruppe", "maal"),
    (_count_or_status,),
)
PERSONER_UTDATA = Contract("personer_utdata", PERSONER.columns, PERSONER.key, PERSONER.checks)

# Agreements between municipalities: a unit of their own, never rows among services or municipalities.
AVTALER = Contract(
    "avtaler",
    {
        "aar": _INT,
        "avtale_id": _STR,
        "navn": _FREE,
        "versjon": _INT,
        "lovgrunnlag": _STR,
        "vertskommune": _OPTIONAL,
        "parter": _STR,
        "krisesenter": _FREE_OPTIONAL,
        "maalgrupper": _STR,
        "signert": _STR,
        "varer_til": _OPTIONAL,
        "sist_evaluert": _OPTIONAL,
        "evalueres_hvert": _COUNT,
        "oppsigelse": _COUNT,
        "opphav": Column(codes=OPPHAV),
        "format": Column(codes=("csv", "json", "pdf", "xlsx")),
        "fil": _STR,
    },
    ("aar", "avtale_id"),
)
AVTALEPUNKTER = Contract(
    "avtalepunkter",
    {
        "aar": _INT,
        "avtale_id": _STR,
        "punkt": _STR,
        "svar": Column(codes=("dekket", "delvis", "mangler", "ikke_relevant", "ubesvart", "ikke_spurt")),
        "henvisning": _FREE_OPTIONAL,
        "merknad": _FREE_OPTIONAL,
        "fil": _STR,
        "sted": _STR,
    },
    ("aar", "avtale_id", "punkt"),
)
# Forms that were received and are not used, each by a rule or by a decision that says why.
AVTALER_KARANTENE = Contract(
    "avtaler_karantene",
    {
        "aar": _INT,
        "avtale_id": _STR,
        "format": Column(codes=("csv", "json", "pdf", "xlsx")),
        "fil": _STR,
        "regel": Column(codes=("bestemt", "uten_svar")),
        "grunn": _FREE,
        "bestemt_av": _FREE_OPTIONAL,
        "dato": _OPTIONAL,
    },
    ("aar", "avtale_id"),
)
# Fact sheets: one for each centre and each municipality, and the numbers that each may speak of beside the country's.
ENHETER = Contract(
    "faktaark_enheter",
    {
        "ark": _STR,
        "slag": Column(codes=("kommune", "senter")),
        "kode": _STR,
        "navn": _STR,
        "fylke": _STR,
        "senter_ark": _OPTIONAL,
        "kommuner": _OPTIONAL,
        "avtale": _OPTIONAL,
        "like_fra": _INT,
        "like_til": _COUNT,
        "opphav": Column(codes=OPPHAV),
    },
    ("ark",),
)
FAKTAARK = Contract(
    "faktaark_tall",
    {"ark": _STR, **TALL.columns, "gruppe": Column(codes=ARKGRUPPER)},
    ("ark", *TALL.key),
    TALL.checks,
)
# Fields of forms as received. `linje` is the line in a table; in PDF and JSON, which have none, the field's number.
AVTALER_INNDATA = Contract("avtaler_inndata", {**INNDATA.columns, "verdi": _FREE_OPTIONAL}, INNDATA.key)


def is_name(text: str) -> bool:
    """Whether a text may name something in a file that leaves: it begins with a letter or a digit, so that no
    spreadsheet takes it for a formula, and holds nothing that is not seen."""
    return text[:1].isalnum() and text.isprintable()


def guarded(text: str) -> str:
    """Free text as a table holds it: an apostrophe before what a spreadsheet would run, and before an apostrophe, so
    that `unguarded` gives back exactly what was written."""
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def unguarded(text: str) -> str:
    """Free text as it was written. Parameters: `text`, as `guarded` gave it."""
    return text.removeprefix("'")


def _key(row: Row, contract: Contract) -> tuple:
    return tuple("" if row[c] is None else row[c] for c in contract.key)


def _place(line: int, column: str = "") -> str:
    return f"linje {line}, kolonne «{column}»" if column else f"linje {line}"


def check(rows: Sequence[Row], contract: Contract, name: str) -> None:
    """Check rows against a contract.

    Parameters: `rows`, the table; `name`, the file that errors speak of. Raises `Problems` with every breach.
    """
    problems = ProblemList()
    fix = "Dette er en feil i Krisestat, ikke i dataene: meld den med loggen for regelen."
    columns, previous = list(contract.columns), None
    for line, row in enumerate(rows, 2):
        if list(row) != columns:
            problems.add(name, _place(line), f"kolonnene {', '.join(row)}", ", ".join(columns), fix)
            break
        sound = len(problems.problems)
        for column, spec in contract.columns.items():
            value = row[column]
            if value is None or value == "":
                if not spec.empty:
                    problems.add(name, _place(line, column), "tomt felt", "en verdi", fix)
            elif not isinstance(value, spec.kind) or isinstance(value, bool):
                problems.add(name, _place(line, column), shown(value), f"en verdi av typen {spec.kind.__name__}", fix)
            elif isinstance(value, int) and value < 0:
                problems.add(name, _place(line, column), shown(value), "et tall som ikke er negativt", fix)
            elif spec.codes and value not in spec.codes:
                problems.add(name, _place(line, column), shown(value), f"en av {', '.join(spec.codes)}", fix)
        key = _key(row, contract)
        if previous is not None and key <= previous:
            found = "nøkkelen finnes to ganger" if key == previous else "raden står ute av orden"
            problems.add(name, _place(line), f"{found}: {key}", f"én rad per {', '.join(contract.key)}, i orden", fix)
        previous = key
        for row_check in contract.checks if len(problems.problems) == sound else ():
            if wrong := row_check(row):
                problems.add(
                    name, f"{_place(line)} ({', '.join(str(k) for k in key if k != '')})", wrong, "samsvar", fix
                )
    problems.raise_if_any()


def write_all(files: Mapping[Path, bytes | str]) -> None:
    """Write all files or none, as `write_each` does."""
    write_each(files.items())


def write_each(files: Iterable[tuple[Path, bytes | str | Iterable[str]]]) -> None:
    """Write all files or none, none of them ever half-written: each is whole on the disk, beside its place, before the
    first is moved there.

    Parameters: `files`, each path with its content; text is written as UTF-8. Each file is written as it comes, and so
    is content that comes in parts: no more than that need be in memory. What their making raises, is raised here, and
    then nothing is written.
    """
    beside: dict[Path, Path] = {}
    try:
        for path, content in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path] = path.with_name(f".{path.name}.ny")
            with beside[path].open("wb") as handle:
                for part in (content,) if isinstance(content, bytes | str) else content:
                    handle.write(part.encode("utf-8") if isinstance(part, str) else part)
        for path, new in beside.items():
            new.replace(path)
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write one file as `write_all` does."""
    write_all({path: data})


def table_text(rows: Iterable[Row], contract: Contract, name: str) -> str:
    """The table as CSV text (comma, LF): sorted by key, checked, columns in the contract's order, None as empty field.

    Parameters: `name`, the file that errors speak of. Raises `Problems` if the contract is broken.
    """
    rows = sorted(rows, key=lambda row: _key(row, contract))
    check(rows, contract, name)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(contract.columns)
    free = {column for column, spec in contract.columns.items() if spec.free}
    writer.writerows([guarded(str(row[c] or "")) if c in free else row[c] for c in contract.columns] for row in rows)
    return out.getvalue()


def write_rows(path: Path, rows: Iterable[Row], contract: Contract) -> None:
    """Sort, check and write a table. Raises `Problems` before anything is written if the contract is broken."""
    write_all({path: table_text(rows, contract, str(path))})


def read_rows(path: Path, contract: Contract) -> list[Row]:
    """Read and check a table: `int` columns as int, empty `int` fields as None, empty text as «» (None for `andel`).

    Raises `Problems` if the file does not keep its contract.
    """
    problems = ProblemList()
    kinds = {c: s.kind for c, s in contract.columns.items()}
    redo = "Slett filen og bygg på nytt; den skal ikke redigeres for hånd."
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        if header != list(contract.columns):
            problems.add(path, "linje 1", ", ".join(header), ", ".join(contract.columns), redo)
            problems.raise_if_any()
        for line, cells in enumerate(reader, 2):
            if len(cells) != len(header):
                problems.add(path, _place(line), f"{len(cells)} felt", f"{len(header)} felt", redo)
                continue
            row: Row = {}
            for column, cell in zip(header, cells, strict=True):
                if kinds[column] is int:
                    if cell and not cell.lstrip("-").isdecimal():
                        problems.add(path, _place(line, column), shown(cell), "et helt tall", redo)
                    row[column] = int(cell) if cell and cell.lstrip("-").isdecimal() else None
                else:
                    row[column] = unguarded(cell) if contract.columns[column].free else cell
            if "andel" in row:
                row["andel"] = row["andel"] or None
            rows.append(row)
    problems.raise_if_any()
    check(rows, contract, str(path))
    return rows
