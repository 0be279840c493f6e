"""`make spor HVA=…`: the way from a statement, or a number, to the answers as received, with the rule at each hop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat.agreements.answers import SOURCE
from krisestat.agreements.check import load_oppslag
from krisestat.agreements.lists import READERS
from krisestat.agreements.recount import gather_forms, reread
from krisestat.base import layout
from krisestat.base.errors import nearest, one_problem, shown
from krisestat.model.codebooks import CODEBOOKS
from krisestat.model.config import load_config
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, AVTALER_INNDATA
from krisestat.model.declared import Model, Statistic
from krisestat.model.load import every_chapter, load_model
from krisestat.model.register import REGISTER
from krisestat.proof.recount import Received, answer_rows, gather, prove_cell
from krisestat.release.old_editions import cell_id
from krisestat.release.run import Run, open_run, read_numbers

# The pages by the names that the evidence has for them.
_PAGES = {page.rsplit("/", 1)[1]: page for page in (layout.PAGE, layout.PRINTED, layout.PROOFS, layout.ACCESSIBILITY)}
_FORM_OF_PLACE = {".csv": "linje", ".xlsx": "rad", ".sav": "post"}


def find(run: Run, what: str, model: Model) -> tuple[list[Mapping], list[str]]:
    """The statements and the cells that a name asks for: an id, a cell of today or of an earlier edition, or a text on
    the page.

    Raises `Problems` with the nearest name when there is none.
    """
    statements = run.statements["paastander"]
    cells = [statistic.cell(row) for _, _, statistic, row in read_numbers(run.tables(), model)]
    if (name := cell_id(model, what)) in cells:
        return [], [name]
    asked = " ".join(what.strip(" «»").split())
    by_id = [s for s in statements if s["id"] == asked]
    found = by_id or [s for s in statements if asked and asked in " ".join(s["tekst"].split())]
    if not found:
        raise one_problem(
            run.name,
            "",
            shown(what) + nearest(asked, [*(s["id"] for s in statements), *cells]),
            f"id-en til en påstand, teksten i den, eller en celle ({', '.join(f'«{cell}»' for cell in cells[:1])})",
            "Se etterproving/index.html, der hver påstand har sin id og sine celler.",
        )
    return found, list(dict.fromkeys(cell_id(model, name) for s in found for name in s["celler"]))


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
    lines.append(f"  sant fordi {word}{statement['regel']}")
    for choice in statement["varianter"]:
        asked = "; ".join(f"{c['vilkaar']}: {'ja' if c['gjelder'] else 'nei'}" for c in choice["vilkaar"])
        lines.append(f"  valgt som «{choice['navn']}», variant {choice['nummer']}" + (f" ({asked})" if asked else ""))
    return lines


def counted(run: Run, model: Model) -> dict[str, list[str]]:
    """The hops from what may be published to what was counted, by cell. Of persons the true numbers are not told."""
    lines: dict[str, list[str]] = {}
    for folder, rule in {layout.DATA: "det som kan publiseres", "statistikk": "talt"}.items():
        for path, number, statistic, row in read_numbers(run.tables(folder), model):
            if folder == layout.DATA or statistic.enhet.vern != "person":
                base = f" av {row['nevner']}" if row.get("nevner") else ""
                told = str(row["status"] or f"{row['verdi']}{base}").replace("_", " ")
                line = f"  {folder}/{path.name}, linje {number}: {told} ({row['opphav']})  ({rule})"
                lines.setdefault(statistic.cell(row), []).append(line)
    return lines


def told_rows(name: str, model: Model, received: Received, every: bool) -> list[str]:
    """The hops from a count to what was received. Parameters: `name`, of the cell; `every`, tell each row rather than
    each value."""
    statistic, place, aar = model.place(name)
    cell = {"celle": name, "koder": place, "aar": aar, "verdi": None, "nevner": None, "svar": {}}
    proven, _ = prove_cell(statistic, cell, received)
    if "skjemaer" in proven:
        return _told_forms(proven["skjemaer"], every)
    file, answers = proven["fil"], proven["etter_svar"]
    if not file:
        return ["  Ingen rader i klargjort: tallet kommer fra en annen kilde, eller var ikke spurt om."]
    summed = ", ".join(f"{one['svar'].replace('_', ' ')} {one['antall']}" for one in answers)
    lines = [f"  klargjort, {statistic.kilde}: {summed}  (svarkoder.csv)" if summed else "  klargjort, ferdig tabell"]
    if every and answers:
        return [*lines, *_each(statistic, cell, received)]
    for column in proven["kolonner"]:
        for value in column["verdier"]:
            told = _became(value["verdi"], "" if value["svar"] == "antall" else value["svar"], value["rettelse"])
            lines.append(f"    {file}, kolonne «{column['kolonne']}»: {told}, {_place(file, value['linjer'])}")
    for one in (one for one in answers if one["uten_linje"]):
        lines.append(f"    {file}: {_became(None, one['svar'])}: {', '.join(one['uten_linje'])}")
    return lines


def received_by(run: Run, model: Model) -> Received:
    """What the numbers of a run are counted from, with the checklist of the project."""
    names = [name for name in run.files if name.split("/")[0] in ("inndata", "klargjort")]
    forms = {}
    if {"klargjort/avtaler.csv", "klargjort/avtalepunkter.csv"} <= run.files.keys():
        inndata = [name for name in sorted(names) if name.startswith(f"inndata/{SOURCE}_")]
        known = gather_forms(
            run.table("klargjort/avtaler.csv", AVTALER),
            run.table("klargjort/avtalepunkter.csv", AVTALEPUNKTER),
            (row for file in inndata for row in run.table(file, AVTALER_INNDATA)),
            load_oppslag(CODEBOOKS, REGISTER, Path("templates")),
        )
        forms[SOURCE] = lambda statistic, cell: reread(statistic, cell, known)
    return gather(model, run.coded(model, names), forms=forms)


def _told_forms(forms: Iterable[Mapping[str, Any]], every: bool) -> list[str]:
    """What forms answer, and with `every` each field that decided it."""
    kinds: dict[str, list[str]] = {}
    for one in forms:
        kinds.setdefault(one["svar"], []).append(one["enhet"])
    told = "; ".join(f"{kind.replace('_', ' ')} {len(ids)} ({', '.join(ids)})" for kind, ids in sorted(kinds.items()))
    lines = [f"  klargjort, skjemaene: {told}"]
    for one in forms if every else ():
        lines += [f"    {one['fil']}, {f['sted']}: {one['enhet']} {_received(f['verdi'])}" for f in one["felt"]]
    return lines


def _received(value: str) -> str:
    return shown(value) if value else "tomt felt"


def _became(value: str | None, answer: str, correction: str = "") -> str:
    """A value as received, and the answer that it became. Parameters: `value`, None where there is no record."""
    told = "ingen rad i filen" if value is None else _received(value)
    corrected = f" (rettet: {correction}, data/rettelser.yaml)" if correction else ""
    return f"{told} → {answer.replace('_', ' ')}{corrected}" if answer else told + corrected


def _place(file: str, lines: object) -> str:
    return f"{_FORM_OF_PLACE.get(Path(file).suffix, 'linje')} {str(lines).replace('-', '–')}"


def _each(statistic: Statistic, cell: Mapping[str, Any], received: Received) -> list[str]:
    """The answers that a cell counts, one a line."""
    units, told = [name for name in received.units[statistic.kilde] if name not in cell["koder"]], []
    names = ("fil", "linje", "kolonne", *units)
    rows = {tuple(row[name] for name in names): row for row in answer_rows(statistic, cell, received)}
    for (file, line, column, *who), row in sorted(rows.items()):
        where = f", {_place(file, line)}, kolonne «{column}»" if line else ""
        value = received.raw.get((file, line, column), "") if line else None
        told.append(f"    {file}{where}: {' '.join(who)} {_became(value, row['svar'], row['rettelse'])}")
    return told


def trace(run: Run, what: str, model: Model, every: bool = False) -> str:
    """The whole way, as text. Parameters: `what`, as `find`; `every`, tell each row also for several cells."""
    statements, cells = find(run, what, model)
    lines = [line for statement in statements for line in (*told_statement(statement), "")]
    received, numbers = (received_by(run, model), counted(run, model)) if cells else (Received(), {})
    for name in cells:
        lines += [name, *numbers.get(name, ()), *told_rows(name, model, received, every or len(cells) == 1), ""]
    return "\n".join(lines).rstrip()


def run(what: str, folder: Path | None, every: bool, root: Path) -> str:
    """`trace` in a folder of results, that of the edition in `config.yaml` when None. Parameters: `root`, the project's
    folder; the rest as `trace`. Raises `Problems` when there is no such statement or cell, or no such results."""
    folder = folder or root / layout.RESULTS / load_config(root / "config.yaml", root)["publikasjon"]["utgave"]
    return trace(open_run(folder, root), what, load_model(every_chapter(root), READERS, root), every)
