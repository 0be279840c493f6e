"""`make spor HVA=…`: the way from a statement, or a number, to the answers as received, with the rule at each hop."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from krisestat.codebooks import Codebook, load_codebook
from krisestat.comparison.causes import DIMENSIONS, cell_parts, counts_answer
from krisestat.comparison.changes import ANSWER_KEY
from krisestat.comparison.runs import Run, header_of, kind_of, open_run
from krisestat.config import load_config
from krisestat.contracts import AGGREGERT, INNDATA, KLARGJORT, TALL
from krisestat.errors import ProblemList, Problems, did_you_mean, report, shown
from krisestat.prove import plain_rule, ranges

CODEBOOKS = Path("data/raw/codebooks")
_FORM_OF_PLACE = {".csv": "linje", ".xlsx": "rad", ".sav": "post"}


def find(run: Run, what: str) -> tuple[list[Mapping], list[str]]:
    """The statements and the cells that a name asks for: an id, a cell, or a text on the page.

    Raises `Problems` with the nearest name when there is none.
    """
    statements = run.statements["paastander"]
    cells = [_cell(row) for row in run.table("utdata/tall.csv", TALL)]
    if what in cells:
        return [], [what]
    asked = what.strip(" «»")
    by_id = [s for s in statements if s["id"] == asked]
    found = by_id or [s for s in statements if asked and asked in s["tekst"]]
    if not found:
        hint = did_you_mean(asked, [*(s["id"] for s in statements), *cells])
        problems = ProblemList()
        problems.add(
            run.name,
            "",
            shown(what) + (f" – {hint}" if hint else ""),
            "id-en til en påstand, teksten i den, eller en celle («samarbeid/kvinner/politi//2020»)",
            "Se etterproving/index.html, der hver påstand har sin id og sine celler.",
        )
        raise Problems(problems.problems)
    return found, list(dict.fromkeys(name for s in found for name in s["celler"]))


def told_statement(statement: Mapping) -> list[str]:
    """The hops from the page to the numbers."""
    lines = [f"«{statement['tekst']}»  ({statement['id']})"]
    for place in {(p["side"], p["seksjon"], p["setning"]): p for p in statement["steder"]}.values():
        section = f", del «{place['seksjon']}»" if place["seksjon"] else ""
        lines.append(f"  står i  publikasjon/{place['side']}{section}: «{place['setning']}»")
    for file, line in dict.fromkeys((p["mal"], p["linje"]) for p in statement["steder"]):
        lines.append(
            f"  skrevet av {file}" + (f", linje {line}" if line else "") + f"  (steg: render, {statement['funksjon']})"
        )
    word = f"«{statement['ord']}» i leksikon {statement['leksikon']}: " if statement["ord"] else ""
    lines.append(f"  sant fordi {word}{plain_rule(statement['regel'])}")
    for choice in statement["varianter"]:
        asked = "; ".join(f"{c['vilkaar']}: {'ja' if c['gjelder'] else 'nei'}" for c in choice["vilkaar"])
        lines.append(f"  valgt som «{choice['navn']}», variant {choice['nummer']}" + (f" ({asked})" if asked else ""))
    return lines


def told_cell(run: Run, name: str, book: Codebook, every: bool) -> list[str]:
    """The hops from a number to its raw rows. Parameters: `every`, tell each row rather than each value."""
    cell = cell_parts(name)
    lines = [name]
    for step, file in (("utdata", "utdata/tall.csv"), ("statistikk", "statistikk/tall.csv")):
        for number, row in enumerate(run.table(file, TALL), 2):
            if _cell(row) == name:
                base = f" av {row['base']}" if row["base"] else ""
                told = row["status"].replace("_", " ") or f"{row['antall']}{base}"
                rule = "det som kan publiseres" if step == "utdata" else "talt"
                lines.append(f"  {file}, linje {number}: {told} ({row['opphav']})  (steg: compute, {rule})")
    rows = behind(run, cell, book)
    if not rows:
        return [*lines, "  Ingen rader i klargjort: tallet kommer fra en annen kilde, eller var ikke spurt om."]
    answers: dict[str, int] = {}
    for _, own, _ in rows:
        answers[own["svar"]] = answers.get(own["svar"], 0) + 1
    files = sorted({file for file, _, _ in rows})
    if cell["indikator"] in book.indikatorer:
        summed = ", ".join(f"{svar.replace('_', ' ')} {n}" for svar, n in sorted(answers.items()))
        lines.append(f"  {', '.join(files)}: {summed}  (steg: clean, svarkoder.csv)")
    else:
        lines.append(f"  {', '.join(files)}: {', '.join(answers)}  (steg: clean, ferdig tabell)")
    return [*lines, *(_each(rows) if every else _by_value(rows))]


def behind(run: Run, cell: Mapping[str, str], book: Codebook) -> list[tuple[str, Mapping[str, str], str | None]]:
    """The rows that a cell counts: (file in `klargjort`, row, value as received or None when there was no record)."""
    declared = book.indikatorer.get(cell["indikator"])
    contract = KLARGJORT if declared else AGGREGERT
    found = []
    for name in sorted(n for n in run.files if n.startswith("klargjort/")):
        if kind_of(name, header_of(run, name)) is not contract:
            continue
        for row in run.table(name, contract):
            if declared:
                if not counts_answer(cell, declared, tuple(row[c] for c in ANSWER_KEY)):
                    continue
            elif [row[c] for c in ("indikator", "gruppe", "instans", "aar")] != [
                cell[c] for c in ("indikator", "gruppe", "instans", "aar")
            ]:
                continue
            found.append((name, row if declared else {**row, "senter_id": "", "svar": row["antall"]}))
    raw: dict[tuple[str, str, str], str] = {}
    for name in {file.replace("klargjort/", "inndata/") for file, _ in found} & run.files.keys():
        raw |= {(r["fil"], r["linje"], r["kolonne"]): r["verdi"] for r in run.table(name, INNDATA)}
    return [(file, row, raw.get((row["fil"], row["linje"], row["kolonne"]))) for file, row in found]


def _value(row: Mapping[str, str], value: str | None) -> str:
    """An answer as received, and what it became."""
    if row["linje"] == "0":
        return f"ingen rad i filen → {row['svar'].replace('_', ' ')}"
    received = shown(value) if value else "tomt felt"
    corrected = f" (rettet: {row['rettelse']}, data/rettelser.yaml)" if row["rettelse"] else ""
    return f"{received} → {row['svar'].replace('_', ' ')}{corrected}"


def _place(row: Mapping[str, str]) -> str:
    return _FORM_OF_PLACE.get(Path(row["fil"]).suffix, "linje")


def _each(rows: Iterable[tuple[str, Mapping[str, str], str | None]]) -> list[str]:
    told = []
    for _, row, value in sorted(
        rows, key=lambda r: (r[1]["fil"], int(r[1]["linje"]), r[1]["kolonne"], r[1]["senter_id"])
    ):
        where = (
            f"{row['fil']}, {_place(row)} {row['linje']}, kolonne «{row['kolonne']}»"
            if row["linje"] != "0"
            else row["fil"]
        )
        told.append(f"    {where}: {row['senter_id']} {_value(row, value)}".replace(":  ", ": "))
    return told


def _by_value(rows: Iterable[tuple[str, Mapping[str, str], str | None]]) -> list[str]:
    grouped: dict[tuple[str, str, str], list[Mapping[str, str]]] = {}
    for _, row, value in rows:
        grouped.setdefault((row["fil"], row["kolonne"], _value(row, value)), []).append(row)
    told = []
    for (file, column, value), own in sorted(grouped.items()):
        places = ranges(int(r["linje"]) for r in own if r["linje"] != "0").replace("-", "–")
        where = f", {_place(own[0])} {places}" if places else f": {', '.join(sorted(r['senter_id'] for r in own))}"
        told.append(f"    {file}, kolonne «{column}»: {value}{where}")
    return told


def _cell(row: Mapping[str, str]) -> str:
    names = [d if d != "form" else "samarbeidsform" for d in DIMENSIONS]
    return "/".join(row[name] for name in names)


def trace(run: Run, what: str, book: Codebook, every: bool = False) -> str:
    """The whole way, as text. Parameters: `what`, as `find`; `every`, tell each row also for several cells."""
    statements, cells = find(run, what)
    lines = [line for statement in statements for line in (*told_statement(statement), "")]
    for name in cells:
        lines += [*told_cell(run, name, book, every or len(cells) == 1), ""]
    return "\n".join(lines).rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0, or 2 when there is no such statement or cell."""
    parser = argparse.ArgumentParser(prog="make spor", description="Følg en påstand eller et tall til råsvarene.")
    parser.add_argument("hva", help="id-en til en påstand, tekst i en påstand, eller en celle")
    parser.add_argument("mappe", nargs="?", type=Path, help="mappen med resultater (utgaven i config.yaml)")
    parser.add_argument("--alle", action="store_true", help="vis hver rad, også når påstanden har flere tall")
    given = parser.parse_args(arguments)

    def work() -> str:
        folder = given.mappe or Path("results", str(load_config(Path("config.yaml"), Path())["aar"]))
        return trace(open_run(folder), given.hva, load_codebook(CODEBOOKS), given.alle)

    return report(work, failed=2)


if __name__ == "__main__":
    raise SystemExit(main())
