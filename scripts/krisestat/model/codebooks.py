"""The codebooks of a survey's files: what each column of a year's file means, and what each value means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.kept_tables import header_of, read_kept_table
from krisestat.model.declared import Questions

CODEBOOKS = Path("data/raw/codebooks")
ANSWERS = CODEBOOKS / "svarkoder.csv"
# What a column may be beside an answer to a question.
RESPONDENT, HAS_SERVICE, UNUSED = "senter", "har_tilbud", "uten_betydning"
# What the survey tool said of a column: its question, and what its values mean («1 = Ja | 2 = Nei»).
TEXT, LABELS = "sporsmaal", "verdier"


def labels_text(labels: Mapping[str, str]) -> str:
    """What values mean, as a codebook has it."""
    return " | ".join(f"{value} = {label.replace('|', '/')}" for value, label in labels.items() if value)


def labels_of(row: Mapping[str, str]) -> dict[str, str]:
    """What the values of a codebook's column mean, in the words of the survey tool."""
    pairs = [pair.partition(" = ") for pair in row.get(LABELS, "").split(" | ")]
    return {value: label for value, sign, label in pairs if sign}


def columns_file(aar: int, folder: Path = CODEBOOKS) -> Path:
    """The codebook of a year's raw file."""
    return folder / f"samarbeid_p{aar}.csv"


def load_answers(asked: Questions, path: Path = ANSWERS) -> list[dict]:
    """What each value of a raw file means, and when: gyldig_fra, gyldig_til, verdi, svar. Parameters: `asked`, the
    questions. Raises `Problems` for what is no answer of theirs."""
    rows = read_kept_table(path, ["gyldig_fra", "gyldig_til", "verdi", "svar"], ["gyldig_fra", "verdi"])
    known, problems = asked.svar, ProblemList()
    for row in rows:
        if row["svar"] not in known:
            problems.add(path, f"linje {row['_linje']}", shown(row["svar"]), ", ".join(known), "Rett svarkoden.")
    problems.raise_if_any()
    return rows


def load_columns(path: Path, aar: int, asked: Questions) -> list[dict]:
    """What each column of a year's raw file means.

    Parameters: `path`, the year's codebook; `aar`, its year; `asked`, the questions. Returns one row per column:
    kolonne, variabel, tilbud and the dimensions of the questions; one that the codebook lacks is empty. Raises
    `Problems` for unknown codes, with suggestions, and for two columns that mean the same.
    """
    places = (*asked.enhet[1:], *asked.bakgrunn, *asked.dims)
    there = [name for name in (*places, TEXT, LABELS) if name in header_of(path)]
    rows = [
        dict.fromkeys(places, "") | row for row in read_kept_table(path, ["kolonne", "variabel", *there], ["kolonne"])
    ]
    problems, meanings = ProblemList(), dict[tuple, str]()
    for row in rows:
        for column in ("variabel", *places):
            allowed = _allowed(column, row, aar, asked)
            if row[column] not in allowed:
                problems.add(
                    path,
                    f"linje {row['_linje']}, kolonne «{column}»",
                    shown(row[column]) + nearest(row[column], allowed),
                    f"en kode som gjelder i {aar}: {', '.join(a or 'tomt' for a in allowed)}",
                    f"Rett koden, eller legg den til i listen «{column}» i data/statistikk.",
                )
        meaning = tuple(row[c] for c in ("variabel", *places))
        if row["variabel"] != UNUSED and meaning in meanings:
            problems.add(
                path,
                f"linje {row['_linje']}",
                f"{shown(row['kolonne'])} med samme betydning som {shown(meanings[meaning])}",
                "én kolonne per spørsmål",
                "Rett kodene på en av linjene.",
            )
        meanings[meaning] = row["kolonne"]
    if RESPONDENT not in {r["variabel"] for r in rows}:
        found = f"ingen kolonne med variabelen «{RESPONDENT}»"
        problems.add(path, "", found, "nøyaktig én", "Merk kolonnen med senterets navn.")
    problems.raise_if_any()
    return rows


def _allowed(column: str, row: Mapping[str, str], aar: int, asked: Questions) -> Sequence[str]:
    """What a field of a codebook's row may hold."""
    if column == "variabel":
        return (RESPONDENT, HAS_SERVICE, *asked.asked, UNUSED)
    if column in asked.enhet:
        return ("",) if row["variabel"] in (RESPONDENT, UNUSED) else asked.lists[column].in_year(aar)
    return asked.lists[column].in_year(aar) if column in asked.asked.get(row["variabel"], ()) else ("",)
