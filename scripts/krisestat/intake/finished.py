"""Finished tables: a table of counts as received becomes rows of the contract `AGGREGERT`."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, did_you_mean, shown
from krisestat.base.kept_tables import normal
from krisestat.intake.corrections import Decisions, correct, set_aside
from krisestat.intake.sources import Source
from krisestat.intake.survey import decided, places
from krisestat.model.codebooks import Codebook
from krisestat.model.quality import Check

# What stands in place of a number in official tables, by the standard of Norwegian statistics.
_SIGNS = {".": "ikke_spurt", "..": "mangler", ":": "undertrykt", "": "mangler"}


def clarify_aggregated(
    inndata: pd.DataFrame, declared: Mapping[str, Mapping], codebook: Codebook, source: Source, decisions: Decisions
) -> tuple[list[Row], list[Check]]:
    """A finished table from elsewhere, a source of another unit that is never mixed with the centres' answers.

    Parameters: `inndata`, the cells of the table; `declared`, the indicators that it holds; `decisions`, those on the
    file. Returns rows as the contract `AGGREGERT`, and what was checked. Raises `Problems` for a column that is not
    declared, a partner that the codebook does not name in that year, a cell that is neither a count nor a sign, and a
    row that comes twice.
    """
    problems = ProblemList()
    present = list(inndata["kolonne"].unique())
    known = {c for d in declared.values() for c in (*d["kolonner"].values(), *d.get("uten_betydning", ()))}
    for column in sorted(known ^ set(present)):
        missing = column in known
        hint = did_you_mean(column, set(present) - known if missing else known - set(present))
        problems.add(
            source.path,
            "overskriften",
            f"{'ingen kolonne' if missing else 'kolonnen'} {shown(column)}" + (f" – {hint}" if hint else ""),
            f"kolonnene som er erklært i indikatorer.yaml: {', '.join(sorted(known))}",
            "Rett «kolonner» eller «uten_betydning» i data/raw/codebooks/indikatorer.yaml, eller be om filen på nytt.",
        )
    problems.raise_if_any()
    named = next(iter(declared.values()))["kolonner"]["instans"]
    used, aside, faults = set_aside(inndata, decisions, named)
    problems.problems += faults.problems
    cells, faults = correct(used, decisions, {})
    problems.problems += faults.problems
    rows: list[Row] = []
    for name, one in declared.items():
        rows += _aggregated_rows(cells, name, one, codebook, source, problems)
    problems.raise_if_any()
    file, lines = source.path.as_posix(), inndata["linje"].nunique()
    told = f"{lines} rader inn = {lines - len(aside)} brukt + {len(aside)} i karantene"
    signs = [row for row in rows if row["status"]]
    checks = [
        Check("kolonner mot erklæringen", file, len(present)),
        Check("tall eller tegn", file, len(rows), len(signs), eksempler=f"{len(signs)} tegn" if signs else ""),
        Check("rader inn = brukt + karantene", file, lines, len(aside), eksempler=told),
        *decided(decisions, file),
    ]
    return rows, checks


def _aggregated_rows(
    cells: pd.DataFrame, name: str, declared: Mapping, codebook: Codebook, source: Source, problems: ProblemList
) -> list[Row]:
    """The rows of one indicator of a finished table; faults are added to `problems`."""
    columns, signs = declared["kolonner"], _SIGNS | declared.get("tegn", {})
    words = {normal(word).casefold(): code for word, code in declared["instanser"].items()}
    wide = cells.pivot(index="linje", columns="kolonne", values="verdi")
    fixed = cells.pivot(index="linje", columns="kolonne", values="rettelse")[columns["antall"]]
    rows: dict[tuple, Row] = {}
    for line, record in zip(wide.index, wide.to_dict("records"), strict=True):

        def fault(column: str, found: str, expected: str, fix: str, line: int = line) -> None:
            problems.add(source.path, places([line], column), found, expected, fix)

        written = {what: normal(record[column]) for what, column in columns.items()}
        if not re.fullmatch(r"(19|20)\d\d", written["aar"]):
            fault(columns["aar"], shown(written["aar"]), "et årstall", "Be om filen på nytt.")
            continue
        aar = int(written["aar"])
        instans = words.get(written["instans"].casefold(), "")
        if instans not in codebook.instans_codes(declared["kilde"], aar):
            hint = "" if instans else did_you_mean(written["instans"].casefold(), words)
            found = shown(written["instans"]) + (f" – {hint}" if hint else "")
            expected = f"et navn under «{name}: instanser:» i indikatorer.yaml, med en kode som gjelder i {aar}"
            fault(columns["instans"], found, expected, "Legg til navnet der, eller rett gyldigheten i instanser.csv.")
            continue
        counts = {what: _count(written.get(what, "")) for what in ("antall", "base")}
        for what, count in counts.items():
            if what in columns and count is None and written[what] not in signs:
                expected = f"et helt tall eller et av tegnene {', '.join(s or 'tomt' for s in signs)}"
                fix = "Be om filen på nytt, eller rett cellen i data/rettelser.yaml."
                fault(columns[what], shown(written[what]), expected, fix)
        count, base = counts["antall"], counts["base"]
        if count is not None and base is not None and count > base:
            fault(columns["antall"], f"{count} av {base}", "høyst basen", "Be om filen på nytt.")
        key = (name, instans, aar)
        if key in rows:
            found = f"{shown(written['instans'])} for {aar} en gang til (først på linje {rows[key]['linje']})"
            fix = "Sett raden som ikke gjelder, i karantene i data/rettelser.yaml."
            fault("", found, "én rad per år og instans", fix)
            continue
        rows[key] = {
            "indikator": name,
            "gruppe": declared["gruppe"],
            "instans": instans,
            "aar": aar,
            **counts,
            "status": signs.get(written["antall"], "") if count is None else "",
            "opphav": source.opphav,
            "fil": source.path.as_posix(),
            "linje": int(line),
            "kolonne": columns["antall"],
            "rettelse": fixed[line],
        }
    return list(rows.values())


def _count(text: str) -> int | None:
    """A cell's number, or None for a sign."""
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None
