"""`make spor HVA=…`: the way from a statement, or a number, to the answers as received, with the rule at each hop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from krisestat.agreements.checklist import load_sjekkliste
from krisestat.agreements.legal_basis import load_lovgrunnlag
from krisestat.base import layout
from krisestat.base.errors import ProblemList, Problems, did_you_mean, shown
from krisestat.comparison.causes import cell_parts, counts_answer
from krisestat.comparison.changes import ANSWER_KEY
from krisestat.model.bridge import count_rows
from krisestat.model.codebooks import CODEBOOKS, Codebook, load_codebook
from krisestat.model.config import load_config
from krisestat.model.contracts import AGGREGERT, AVTALEPUNKTER, AVTALER, AVTALER_INNDATA, INNDATA, KLARGJORT, TALL
from krisestat.model.units import GRUPPE
from krisestat.proof.page import plain_rule
from krisestat.proof.services import ranges
from krisestat.prove_agreements import Agreements, gather_agreements, prove_agreement_cell
from krisestat.release.run import Run, header_of, kind_of, open_run
from krisestat.statements.cells import DIMENSIONS

PERSON_SOURCE = "personer"
# The pages by the names that the evidence has for them.
_PAGES = {page.rsplit("/", 1)[1]: page for page in (layout.PAGE, layout.PRINTED, layout.ACCESSIBILITY)}
_FORM_OF_PLACE = {".csv": "linje", ".xlsx": "rad", ".sav": "post"}


def find(run: Run, what: str) -> tuple[list[Mapping], list[str]]:
    """The statements and the cells that a name asks for: an id, a cell, or a text on the page.

    Raises `Problems` with the nearest name when there is none.
    """
    statements = run.statements["paastander"]
    tables = [name for name in (layout.NUMBERS, layout.AGREEMENTS) if name in run.files]
    cells = [_cell(row) for name in tables for row in run.table(name, TALL)]
    cells += [_cell(row) for row in _persons(run)]
    if what in cells:
        return [], [what]
    asked = " ".join(what.strip(" «»").split())
    by_id = [s for s in statements if s["id"] == asked]
    found = by_id or [s for s in statements if asked and asked in " ".join(s["tekst"].split())]
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
        lines.append(f"  står i  {_PAGES[place['side']]}{section}: «{place['setning']}»")
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
    if cell["gruppe"].startswith(PERSON_SOURCE):
        return [name, *told_persons(run, cell)]
    lines = [name, *_counted(run, name, "tall.csv", "compute")]
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


def _counted(run: Run, name: str, file: str, stage: str) -> list[str]:
    """The hops from what may be published to what was counted."""
    lines = []
    for folder, rule in ((layout.DATA, "det som kan publiseres"), ("statistikk", "talt")):
        for number, row in enumerate(run.table(f"{folder}/{file}", TALL), 2):
            if _cell(row) == name:
                base = f" av {row['base']}" if row["base"] else ""
                told = row["status"].replace("_", " ") or f"{row['antall']}{base}"
                lines.append(f"  {folder}/{file}, linje {number}: {told} ({row['opphav']})  (steg: {stage}, {rule})")
    return lines


def _persons(run: Run) -> list[Mapping[str, str]]:
    """Counts of persons that may be published, in the form of other numbers."""
    return list(count_rows(run.rows(layout.PERSONS))) if layout.PERSONS in run.files else []


def told_persons(run: Run, cell: Mapping[str, str]) -> list[str]:
    """The hops from a count of persons to its records. What they say is not told, for it may have to be hidden."""
    lines = []
    for number, row in enumerate(_persons(run), 2):
        if cell_parts(_cell(row)) == cell:
            told = row["status"].replace("_", " ") or row["antall"]
            lines.append(
                f"  {layout.PERSONS}, linje {number}: {told} ({row['opphav']})  (steg: persons, konfidensialitet.yaml)"
            )
    group = cell["gruppe"].removeprefix(PERSON_SOURCE).removeprefix("_")
    for name in sorted(n for n in run.files if n.startswith("klargjort/personer_")):
        mine = [
            row
            for row in run.rows(name)
            if row["aar"] == cell["aar"] and cell["instans"] in ("", row["senter_id"]) and group in ("", row["gruppe"])
        ]
        for file in sorted({row["fil"] for row in mine}):
            places = ranges(int(row["linje"]) for row in mine if row["fil"] == file).replace("-", "–")
            lines.append(f"  {name}: {len(mine)} rader  (steg: persons)")
            lines.append(f"    {file}, linje {places}, kolonne «{cell['indikator'].capitalize()}»")
    return lines


def agreements_of(run: Run) -> Agreements:
    """What the numbers on agreements of a run are counted from, with the checklist of the project."""
    inndata = [file for file in sorted(run.files) if file.startswith("inndata/avtaler_")]
    return gather_agreements(
        run.table("klargjort/avtaler.csv", AVTALER),
        run.table("klargjort/avtalepunkter.csv", AVTALEPUNKTER),
        (row for file in inndata for row in run.table(file, AVTALER_INNDATA)),
        load_sjekkliste(),
        load_lovgrunnlag(),
        run.config["avtaler"]["vurdert"],
    )


def told_agreements(run: Run, name: str, known: Agreements, every: bool) -> list[str]:
    """The hops from a number on agreements to the forms. Parameters: `every`, tell each field rather than each form."""
    rows = [row for row in run.table("statistikk/avtaler.csv", TALL) if _cell(row) == name]
    lines = [name, *_counted(run, name, "avtaler.csv", "agreements")]
    for row in rows:
        numbers = {c: int(row[c]) if row[c] else None for c, spec in TALL.columns.items() if spec.kind is int}
        cell = {**row, **numbers, "form": row["samarbeidsform"], "celle": name}
        agreements = prove_agreement_cell(cell, known)[0]["avtaler"]
        kinds: dict[str, list[str]] = {}
        for one in agreements:
            kinds.setdefault(one["svar"], []).append(one["avtale"])
        told = "; ".join(
            f"{kind.replace('_', ' ')} {len(ids)} ({', '.join(ids)})" for kind, ids in sorted(kinds.items())
        )
        lines.append(f"  klargjort/avtaler.csv, klargjort/avtalepunkter.csv: {told}  (steg: agreements, sjekklisten)")
        for one in agreements if every else ():
            lines += [f"    {one['fil']}, {f['sted']}: {one['avtale']} {_received(f['verdi'])}" for f in one["felt"]]
    return lines


def _received(value: str) -> str:
    return shown(value) if value else "tomt felt"


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
    received = _received(value or "")
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
    every = every or len(cells) == 1
    own = [name for name in cells if cell_parts(name)["gruppe"] == GRUPPE]
    known = agreements_of(run) if own else None
    for name in cells:
        told = told_agreements(run, name, known, every) if known and name in own else told_cell(run, name, book, every)
        lines += [*told, ""]
    return "\n".join(lines).rstrip()


def run(what: str, folder: Path | None, every: bool, root: Path) -> str:
    """`trace` in a folder of results, that of the edition in `config.yaml` when None. Parameters: `root`, the project's
    folder; the rest as `trace`. Raises `Problems` when there is no such statement or cell, or no such results."""
    folder = folder or root / layout.RESULTS / load_config(root / "config.yaml", root)["publikasjon"]["utgave"]
    return trace(open_run(folder, root), what, load_codebook(root / CODEBOOKS), every)
