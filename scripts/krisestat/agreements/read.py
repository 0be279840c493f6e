"""Filled forms as received → what stands in each field, whatever the format. Nothing is interpreted here.

All text is normalised to Unicode NFC with white space as single spaces; line breaks in it are kept. Each format has a
reader of its own (`lesing_tabell`, `lesing_json`, `lesing_pdf`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from krisestat.agreements.collections import Skjemafil
from krisestat.agreements.read_json import read_json
from krisestat.agreements.read_pdf import PdfForms
from krisestat.agreements.read_table import read_csv_skjema, read_xlsx_skjema
from krisestat.agreements.skjema import Utfylt
from krisestat.base.contracts import Row
from krisestat.base.errors import Problem, ProblemList, Problems
from krisestat.intake.raw_file import check_received, likely_format

FORMATS = {"csv": "CSV-fil", "json": "JSON-fil", "pdf": "PDF-fil", "xlsx": "arbeidsbok"}
ASK_AGAIN = "Be kommunen om skjemaet på nytt, fylt ut på nettsiden, i PDF-en eller i malen for regneark."
# The column of each part in the tables, as `inndata` numbers them.
_COLUMN = {"svar": 3, "henvisning": 4, "merknad": 5}


def read_skjemaer(skjemaer: Iterable[tuple[Skjemafil, bytes]]) -> Iterator[tuple[Skjemafil, Utfylt | Problems]]:
    """Read forms one by one.

    Parameters: `skjemaer`, each with the content of its file. Gives for each, in order, what stands in it, or what is
    wrong with it: another content than was received, another format than the name says, or another document.
    """
    with PdfForms() as pdf:
        readers = {"csv": read_csv_skjema, "json": read_json, "pdf": pdf.read, "xlsx": read_xlsx_skjema}
        for skjema, data in skjemaer:
            try:
                _check_content(skjema, data)
                yield skjema, readers[skjema.format](skjema.path, data)
            except Problems as error:
                yield skjema, Problems(_for_skjemaer(problem) for problem in error.problems)


def inndata_rows(path: Path, utfylt: Utfylt) -> list[Row]:
    """A form as rows of the contract `AVTALER_INNDATA`, every field that can be filled in with what stands there."""
    return [
        {
            "fil": path.as_posix(),
            "linje": innslag.linje,
            "kolonnenr": _COLUMN.get(key.rpartition(".")[2], _COLUMN["svar"]),
            "kolonne": key,
            "verdi": innslag.tekst,
        }
        for key, innslag in utfylt.felt.items()
    ]


def _check_content(skjema: Skjemafil, data: bytes) -> None:
    """Raise `Problems` when the bytes are not those that were received, or plainly of another format."""
    problems = ProblemList()
    check_received(skjema.path, data, skjema.sha256, "make mottak-avtaler", problems)
    likely, name = ("pdf", "en PDF-fil") if data.startswith(b"%PDF") else likely_format(data)
    text = skjema.format in ("csv", "json") and likely == "csv"
    if not data.strip():
        problems.add(skjema.path, "hele filen", "en tom fil", "et utfylt skjema", ASK_AGAIN)
    elif likely != skjema.format and not text and not (skjema.format == "pdf" and b"%PDF" in data[:1024]):
        found = f"innholdet er {name}"
        problems.add(skjema.path, "hele filen", found, f"en {FORMATS[skjema.format]}, slik filnavnet sier", ASK_AGAIN)
    problems.raise_if_any()


def _for_skjemaer(problem: Problem) -> Problem:
    """A problem of a reader that forms share with the survey: what to do is to ask the municipality."""
    if "kilde.yaml" in problem.tiltak or "avsenderen" in problem.tiltak:
        return Problem(problem.fil, problem.sted, problem.fant, problem.ventet, ASK_AGAIN)
    return problem
