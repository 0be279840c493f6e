"""SPSS files as received: codes as they are stored, user-missing codes kept apart from empty cells."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

from krisestat.base.errors import ProblemList, shown
from krisestat.intake import sav_process
from krisestat.intake.raw_file import ASK_AGAIN, MAX_CELLS, MAX_UNPACKED, RawTable, cell_text, one, some, too_large
from krisestat.intake.sources import Source


def _multiple_response(
    source: Source, sets: Mapping[str, tuple[bool, Sequence[str]]], columns: Mapping[str, list[str]]
) -> None:
    """Refuse multiple-response sets whose empty cells could mean «not chosen» as well as «not answered».

    Parameters: `sets`, name → whether each of its variables is an answer of its own, and the variables; `columns`,
    name → cells.
    """
    problems = ProblemList()
    for name, (dichotomy, variables) in sorted(sets.items()):
        present = [c for c in variables if c in columns]
        place = f"flersvarssettet {shown(name)}"
        if not dichotomy:
            problems.add(
                source.path,
                place,
                f"svar lagret som kategorier i {some(present)}",
                "én kolonne per svaralternativ",
                "Be avsenderen om filen på nytt, med settet delt i én variabel per alternativ.",
            )
            continue
        half = [n for n, r in enumerate(zip(*(columns[c] for c in present), strict=True), 1) if any(r) and not all(r)]
        if half:
            problems.add(
                source.path,
                f"{place}, linje {some(half)}",
                "tomme felt ved siden av svar som er krysset av; de kan bety «ikke valgt» og «ikke besvart»",
                "en kode for hvert alternativ, også for det som ikke er valgt",
                "Be avsenderen om filen på nytt, med egen kode for «ikke valgt».",
            )
    problems.raise_if_any()


def _read(source: Source, data: bytes) -> dict:
    """What `savprocess` found. A file that ends the process is as unreadable as one that it cannot make out."""
    encoding = source.encoding.removesuffix("-sig")
    command = [sys.executable, "-I", sav_process.__file__, encoding, str(MAX_CELLS), str(MAX_UNPACKED)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        return {"error": "filen er så skadet at leseren stoppet"}
    return json.loads(done.stdout)


def read_sav(source: Source, data: bytes) -> RawTable:
    """Read an SPSS file. Raises `Problems` when it cannot be read, or when what is empty has more than one meaning."""
    found = _read(source, data)
    if "too_large" in found:
        rows, columns = found["too_large"]
        raise too_large(source, "hele filen", f"{rows} rader og {columns} kolonner")
    if "error" in found:
        reason = cell_text(found["error"])[:100]
        encoding = "convert" in reason or "decode" in reason
        raise one(
            source,
            "hele filen",
            f"ikke en lesbar SPSS-fil ({reason})",
            "en hel SAV-fil" + (", med tekst i tegnsettet som filen oppgir" if encoding else ""),
            f"Skriv «tegnsett: cp1252» i {source.manifest} hvis det er tegnsettet; ellers be om filen på nytt."
            if encoding
            else ASK_AGAIN,
        )
    names = [cell_text(name) for name in found["names"]]
    cells = [[cell_text(value) for value in column] for column in found["columns"]]
    records = [list(record) for record in zip(*cells, strict=True)]
    _multiple_response(source, found["sets"], dict(zip(names, cells, strict=True)))
    labels = {
        cell_text(name): {cell_text(value): cell_text(label) for value, label in of_column}
        for name, of_column in found["labels"]
    }
    numbered = [(n, record) for n, record in enumerate(records, 1) if any(record)]
    texts = {cell_text(name): cell_text(text) for name, text in found["texts"].items()}
    return RawTable(names, [n for n, _ in numbered], [record for _, record in numbered], labels, texts)
