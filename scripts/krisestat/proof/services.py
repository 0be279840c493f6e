"""Every number of the evidence counted again from the answers, down to file, column and line.

The count here shares no code with `model.count`: two ways to the same number prove more than one. Rows of single
centres are for the reviewer only, which is why the renderer, who publishes, never opens them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from krisestat.agreements.collections import Skjemafil
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, shown
from krisestat.base.kept_tables import valid_in
from krisestat.intake.sources import Source
from krisestat.model.codebooks import Codebook
from krisestat.model.contracts import (
    SVAR,
)
from krisestat.model.units import KILDE
from krisestat.prove_agreements import Agreements, prove_agreement_cell

# A service with several answers to one question («at least one partner») counts by the first of these that it has.
_SPEAKS_FIRST = ("ja", "ubesvart", "vet_ikke", "nei", "ikke_spurt")
REBUILD = "Slett mappen results/<aar> og bygg på nytt. Kommer feilen igjen, er den i Krisestat: meld den med loggen."


@dataclass(frozen=True)
class Answers:
    """What the evidence is counted again from.

    `asked`: rows of `klargjort` by (aar, tilbud, sporsmaal, instans, samarbeidsform); `services`: `senter_id` of the
    services in the register by (aar, tilbud); `finished`: rows of finished tables by (indikator, gruppe, instans, aar);
    `raw`: value as received by (fil, linje, kolonne); `sources`: raw files by path; `persons`: rows of
    `PERSONER_KLARGJORT`; `agreements`: what numbers on agreements are counted from.
    """

    asked: Mapping[tuple, Sequence[Row]]
    services: Mapping[tuple, frozenset[str]]
    finished: Mapping[tuple, Row]
    raw: Mapping[tuple, str]
    sources: Mapping[str, Source | Skjemafil]
    persons: Sequence[Row] = ()
    agreements: Agreements | None = None


def gather(
    answers: Iterable[Row],
    services: Iterable[Row],
    finished: Iterable[Row],
    raw: Iterable[Row],
    sources: Iterable[Source | Skjemafil],
    persons: Sequence[Row] = (),
    agreements: Agreements | None = None,
) -> Answers:
    """Index the tables: rows of `KLARGJORT`, `TILBUD_PER_AAR`, `AGGREGERT` and `INNDATA`, the sources, rows of
    `PERSONER_KLARGJORT`, and what is known of agreements."""
    asked: dict[tuple, list[Row]] = {}
    for row in answers:
        key = (row["aar"], row["tilbud"], row["sporsmaal"], row["instans"], row["samarbeidsform"])
        asked.setdefault(key, []).append(row)
    centres: dict[tuple, set[str]] = {}
    for row in services:
        centres.setdefault((row["aar"], row["tilbud"]), set()).add(row["senter_id"])
    return Answers(
        asked,
        {key: frozenset(found) for key, found in centres.items()},
        {(row["indikator"], row["gruppe"], row["instans"], row["aar"]): row for row in finished},
        {(row["fil"], row["linje"], row["kolonne"]): row["verdi"] for row in raw},
        {source.path.as_posix(): source for source in sources},
        persons,
        agreements,
    )


def ranges(lines: Iterable[int]) -> str:
    """Line numbers in short: «2-4, 7»."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and runs[-1][1] == line - 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def counted_rows(cell: Mapping, declared: Mapping, answers: Answers) -> list[Row]:
    """The rows of `klargjort` that a cell counts. Parameters: `cell`, as in the evidence; `declared`, its indicator."""
    form = cell["form"] if "samarbeidsform" in declared["per"] else declared.get("samarbeidsform")
    instans = cell["instans"] if "instans" in declared["per"] else None
    place = (cell["aar"], cell["gruppe"], declared["sporsmaal"])
    return [
        row
        for key, rows in answers.asked.items()
        if key[:3] == place and instans in (None, key[3]) and form in (None, key[4])
        for row in rows
    ]


def by_service(rows: Iterable[Row]) -> dict[str, tuple[str, int]]:
    """Each service's answer and the line that it stands on (0 when its centre did not answer), by `senter_id`."""
    told: dict[str, list[Row]] = {}
    for row in rows:
        told.setdefault(row["senter_id"], []).append(row)
    return {
        centre: (min((r["svar"] for r in own), key=_SPEAKS_FIRST.index), max(r["linje"] for r in own))
        for centre, own in sorted(told.items())
    }


def grouped_lines(told: Mapping[str, tuple[str, int]]) -> list[dict]:
    """Services by answer: how many, on which lines, and which of them have no line."""
    found = []
    for answer in SVAR:
        lines = [line for given, line in told.values() if given == answer]
        if lines:
            absent = [centre for centre, (given, line) in told.items() if given == answer and not line]
            found.append(
                {
                    "svar": answer,
                    "antall": len(lines),
                    "linjer": ranges(n for n in lines if n),
                    "uten_linje": absent,
                }
            )
    return found


def columns_of(rows: Iterable[Row], answers: Answers) -> list[dict]:
    """Where a reviewer finds the rows: per column of the raw file, which value on which lines became which answer, and
    by which correction where there is one."""
    found: dict[str, dict[tuple[str, str, str], list[int]]] = {}
    for row in rows:
        if row["linje"]:
            value = answers.raw.get((row["fil"], row["linje"], row["kolonne"]), "")
            kind = (row["svar"], value, row.get("rettelse", ""))
            found.setdefault(row["kolonne"], {}).setdefault(kind, []).append(row["linje"])
    return [
        {
            "kolonne": column,
            "verdier": [
                {"verdi": value, "svar": answer, "antall": len(lines), "linjer": ranges(lines), "rettelse": correction}
                for (answer, value, correction), lines in sorted(
                    values.items(), key=lambda v: (SVAR.index(v[0][0]), *v[0][1:])
                )
            ],
        }
        for column, values in sorted(found.items())
    ]


def check_values(rows: Iterable[Row], codes: Mapping[str, str], answers: Answers) -> ProblemList:
    """Problems where the answer of a row is not what the codebook makes of the value as received.

    Parameters: `codes`, value → answer in the year. An empty cell is `ubesvart`, or `ikke_spurt` behind the filter on
    forms of cooperation. A corrected row holds what people decided, not what stands in the file.
    """
    problems = ProblemList()
    for row in rows:
        if row.get("rettelse"):
            continue
        value = answers.raw.get((row["fil"], row["linje"], row["kolonne"])) if row["linje"] else ""
        answer = codes.get(value) if value else "ubesvart" if value == "" else None
        if row["svar"] != answer and (row["svar"], answer) != ("ikke_spurt", "ubesvart"):
            problems.add(
                row["fil"],
                f"linje {row['linje']}, kolonne «{row['kolonne']}»",
                f"«{row['svar']}» i klargjort, men {'ingen celle' if value is None else shown(value)} i inndata",
                f"«{answer}», slik svarkoder.csv sier" if answer else "en verdi i svarkoder.csv",
                REBUILD,
            )
    return problems


def _differs(cell: Mapping, counted: Mapping[str, Any]) -> ProblemList:
    """Problems for each number of the evidence that the count does not give."""
    problems = ProblemList()
    for name, value in counted.items():
        if cell[name] != value:
            problems.add(
                "belegg.json",
                f"{cell['celle']}, «{name}»",
                f"{cell[name]} i belegget, men {value} talt på nytt fra radene",
                "samme tall",
                REBUILD,
            )
    return problems


def prove_service_cell(cell: Mapping, book: Codebook, answers: Answers) -> tuple[dict, ProblemList]:
    """Count a cell of services again. Returns the cell with its rows, and a problem for all that differs."""
    declared = book.indikatorer[cell["indikator"]]
    rows = counted_rows(cell, declared, answers)
    told = by_service(rows)
    services = answers.services.get((cell["aar"], cell["gruppe"]), frozenset())
    kinds = Counter(answer for answer, _ in told.values())
    silent = kinds["ubesvart"] + kinds["ikke_spurt"] if declared.get("base") == "svart" else 0
    counted = {"antall": kinds["ja"], "base": len(services) - silent}
    problems = _differs(cell, counted | {answer: kinds[answer] for answer in SVAR[1:]})
    if told.keys() != services:
        strange = sorted(told.keys() ^ services)
        problems.add(
            "belegg.json",
            str(cell["celle"]),
            f"rader som ikke svarer til registeret ({', '.join(strange[:5])})",
            "én rad for hvert tilbud i registeret, og ingen andre",
            REBUILD,
        )
    codes = {row["verdi"]: row["svar"] for row in book.svarkoder if valid_in(row, cell["aar"])}
    problems.problems += check_values(rows, codes, answers).problems
    file = rows[0]["fil"] if rows else ""
    return {**cell, "fil": file, "svar": grouped_lines(told), "kolonner": columns_of(rows, answers)}, problems


def prove_finished_cell(cell: Mapping, answers: Answers) -> tuple[dict, ProblemList]:
    """Find a number of a finished table again, in the file as received. Returns as `prove_service_cell`."""
    row = answers.finished.get((cell["indikator"], cell["gruppe"], cell["instans"], cell["aar"]))
    if row is None:
        return {**cell, "fil": "", "svar": [], "kolonner": []}, _differs(cell, {"antall": None})
    column = row["kolonne"]
    value = answers.raw.get((row["fil"], row["linje"], column), "")
    problems = _differs(cell, {"antall": row["antall"], "base": row["base"]})
    if value != str(row["antall"]) and not row["rettelse"]:
        problems.add(
            row["fil"],
            f"linje {row['linje']}, kolonne «{column}»",
            f"{row['antall']} i klargjort, men {shown(value)} i inndata",
            "samme tall",
            REBUILD,
        )
    line = {"verdi": value, "svar": "antall", "antall": 1, "linjer": str(row["linje"]), "rettelse": row["rettelse"]}
    columns = [{"kolonne": column, "verdier": [line]}]
    return {**cell, "fil": row["fil"], "svar": [], "kolonner": columns}, problems


def prove_person_cell(cell: Mapping, answers: Answers) -> tuple[dict, ProblemList]:
    """Add up a national number of persons again. The reviewer gets the lines, never a centre's number."""
    group = cell["gruppe"].removeprefix("personer").removeprefix("_")
    rows = [r for r in answers.persons if r["aar"] == cell["aar"] and group in ("", r["gruppe"])]
    problems = _differs(cell, {"antall": sum(row[cell["indikator"]] for row in rows), "base": None})
    lines = ranges(row["linje"] for row in rows)
    found = {"verdi": "summen av radene", "svar": "antall", "antall": len(rows), "linjer": lines, "rettelse": ""}
    columns = [{"kolonne": cell["indikator"].capitalize(), "verdier": [found]}]
    return {**cell, "fil": rows[0]["fil"] if rows else "", "svar": [], "kolonner": columns}, problems


def prove(evidence: Mapping, book: Codebook, answers: Answers) -> dict:
    """The complete evidence, in the form of workflow/schemas/paastander.schema.json.

    Parameters: `evidence`, in the form of belegg.schema.json. Each cell is counted again and stands once, with its
    rows; statements name their cells and files. Raises `Problems` for everything that differs.
    """
    problems = ProblemList()
    cells: dict[str, Mapping] = {}
    for statement in evidence["paastander"]:
        for cell in statement["celler"]:
            if cells.setdefault(cell["celle"], cell) != cell:
                problems.add("belegg.json", cell["celle"], "to ulike tall for samme celle", "ett tall", REBUILD)
    proven: dict[str, dict] = {}
    for name, cell in sorted(cells.items()):
        if cell["gruppe"].startswith("personer"):
            proven[name], faults = prove_person_cell(cell, answers)
        elif cell["gruppe"] == KILDE and answers.agreements:
            proven[name], faults = prove_agreement_cell(cell, answers.agreements)
        elif cell["indikator"] in book.indikatorer:
            proven[name], faults = prove_service_cell(cell, book, answers)
        else:
            proven[name], faults = prove_finished_cell(cell, answers)
        problems.problems += faults.problems
    problems.raise_if_any()
    used = sorted({file for cell in proven.values() for file in _files_of(cell)})
    files = [
        {"fil": file, "format": source.format, "sha256": source.sha256, "opphav": source.opphav}
        for file, source in ((f, answers.sources[f]) for f in used)
    ]
    statements = []
    for statement in sorted(evidence["paastander"], key=lambda s: s["id"]):
        names = [cell["celle"] for cell in statement["celler"]]
        behind = sorted({file for name in names for file in _files_of(proven[name])})
        statements.append(statement | {"celler": names, "filer": behind})
    return {
        "aar": evidence["aar"],
        "leksikon": evidence["leksikon"],
        "konfidensialitet": evidence["konfidensialitet"],
        "varsler": evidence["varsler"],
        "filer": files,
        "celler": list(proven.values()),
        "paastander": statements,
    }


def _files_of(cell: Mapping) -> list[str]:
    """The files as received that a proven cell counts."""
    return [agreement["fil"] for agreement in cell.get("avtaler", ())] or [cell["fil"]]
