"""Stage `persons`: residents and stays per centre, on a way of their own from raw file to `utdata`.

Counts of persons and answers of institutions never meet in a table before the page. Nothing here needs pandas: the
source is small, and the stage must be cheap.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from krisestat.base.contracts import Row, table_text, write_all
from krisestat.base.errors import ProblemList, did_you_mean, shown
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_words
from krisestat.intake.raw_file import check_received
from krisestat.intake.read_csv import read_csv
from krisestat.intake.sources import Source, load_source
from krisestat.model.contracts import INNDATA, PERSONER, PERSONER_KLARGJORT, PERSONER_UTDATA
from krisestat.model.disclosure import ALLE, COUNTED, LAND, PARTS, Key, hide, published_cells, published_persons
from krisestat.model.register import Register, load_register

LOG = logging.getLogger(__name__)

COLUMNS = {"År": "aar", "Senter": "senter", "Registrert kjønn": "gruppe", "Beboere": "beboere", "Opphold": "opphold"}
_GROUPS = {"Kvinner": "kvinner", "Menn": "menn", "Ikke registrert": "ikke_registrert"}


def clarify_persons(records: Iterable[tuple[int, Mapping[str, str]]], register: Register, source: Source) -> list[Row]:
    """Records as received → rows of `PERSONER_KLARGJORT`.

    Parameters: `records`, line and cells by column name; `register`, for the centres' ids. Raises `Problems` with every
    name, sex or number that cannot be used, and every row that is missing or comes twice.
    """
    problems, rows = ProblemList(), []
    seen: dict[tuple[int, str, str], int] = {}
    for line, record in records:
        place = f"linje {line}"
        numbers = {name: record[name] for name in ("År", *COLUMNS) if name in ("År", "Beboere", "Opphold")}
        if wrong := {name: text for name, text in numbers.items() if not (text.isascii() and text.isdigit())}:
            for name, text in wrong.items():
                problems.add(source.path, f"{place}, kolonne «{name}»", shown(text), "et helt tall", "Rett kilden.")
            continue
        aar, names = int(record["År"]), register.names(int(record["År"]))
        for name, known in (("Senter", names), ("Registrert kjønn", _GROUPS)):
            if record[name] not in known:
                hint = did_you_mean(record[name], known)
                problems.add(
                    source.path,
                    f"{place}, kolonne «{name}»",
                    shown(record[name]) + (f" – {hint}" if hint else ""),
                    f"et senter i registeret for {aar}" if name == "Senter" else ", ".join(_GROUPS),
                    "Rett kilden, eller registeret hvis navnet er nytt.",
                )
        if record["Senter"] not in names or record["Registrert kjønn"] not in _GROUPS:
            continue
        key = (aar, names[record["Senter"]], _GROUPS[record["Registrert kjønn"]])
        if key in seen:
            problems.add(source.path, place, f"{key} en gang til (først på linje {seen[key]})", "én rad", "Slett en.")
        seen[key] = line
        counted: Row = dict(zip(("aar", "senter_id", "gruppe"), key, strict=True))
        counted |= {"beboere": int(record["Beboere"]), "opphold": int(record["Opphold"]), "senter": record["Senter"]}
        if counted["beboere"] > counted["opphold"] or (counted["beboere"] == 0) != (counted["opphold"] == 0):
            found = f"{counted['beboere']} beboere med {counted['opphold']} opphold"
            problems.add(source.path, place, found, "minst ett opphold per beboer", "Be senteret avklare tallene.")
        rows.append(counted | {"opphav": source.opphav, "fil": source.path.as_posix(), "linje": line})
    for aar in sorted({key[0] for key in seen}):
        for senter in sorted({s for s, _ in register.services(aar)}):
            if missing := [g for g in PARTS if (aar, senter, g) not in seen]:
                found = f"{senter} mangler {', '.join(missing)} i {aar}"
                problems.add(
                    source.path, "", found, "én rad per senter og kjønn, også når tallet er 0", "Be om radene."
                )
    problems.raise_if_any()
    return rows


def totals(rows: Sequence[Row]) -> dict[Key, int]:
    """The true number of every cell of `person_tables`. Parameters: `rows` of `PERSONER_KLARGJORT`."""
    values: dict[Key, int] = {}
    for row in rows:
        for maal in COUNTED:
            for senter in (LAND, row["senter_id"]):
                for gruppe in (row["gruppe"], ALLE):
                    cell = Key(row["aar"], senter, gruppe, maal)
                    values[cell] = values.get(cell, 0) + row[maal]
    return values


def statistics(rows: Sequence[Row], published: Mapping[Key, int]) -> list[Row]:
    """Every cell with its true number, as the contract `PERSONER`.

    Parameters: `rows` of `PERSONER_KLARGJORT`; `published`, printed figures: a cell is marked when it is that.
    """
    names = {(row["aar"], row["senter_id"]): row["senter"] for row in rows}
    origin = {row["aar"]: row["opphav"] for row in rows}
    return [
        {
            "aar": cell.aar,
            "senter_id": cell.senter_id,
            "senter": names.get((cell.aar, cell.senter_id), ""),
            "gruppe": cell.gruppe,
            "maal": cell.maal,
            "antall": count,
            "status": "",
            "opphav": "publisert" if published.get(cell) == count else origin[cell.aar],
        }
        for cell, count in totals(rows).items()
    ]


def disclosed(rows: Sequence[Row], policy: Mapping[str, Any]) -> list[Row]:
    """The step `statistikk` → `utdata`: printed cells alone, the hidden ones without their number.

    A hidden cell has the status `undertrykt` whatever the reason: whether it is small itself, or protects another, is
    not told. Its origin is that of the source, so that it does not tell that the figure was printed elsewhere.
    """
    values = {Key(r["aar"], r["senter_id"], r["gruppe"], r["maal"]): r["antall"] for r in rows}
    known = [cell for cell, row in zip(values, rows, strict=True) if row["opphav"] == "publisert"]
    hidden = hide(values, policy, known)
    printed = published_cells(values, policy)
    origin = {row["aar"]: row["opphav"] for row in rows if row["opphav"] != "publisert"}
    shown_rows = []
    for cell, row in zip(values, rows, strict=True):
        if cell in hidden:
            row = row | {"antall": None, "status": "undertrykt", "opphav": origin.get(cell.aar, row["opphav"])}
        if cell in printed:
            shown_rows.append(row)
    return shown_rows


def run(inn: Files, ut: Files, aar: int) -> None:
    """Read, clarify, count and hide residents and stays up to the edition's year.

    Parameters: `inn`, `manifest`, the source's `kilde.yaml`, `policy` and `published`; `ut`, `inndata`, `klargjort`,
    `statistikk` and `utdata`; `aar`, the edition's year. Raises `Problems`; then nothing is written.
    """
    source, rules = load_source(inn.manifest), load_words(inn.policy)
    data = source.path.read_bytes()
    problems = ProblemList()
    check_received(source.path, data, source.sha256, "make mottak", problems)
    sheet = read_csv(source, data)
    if list(sheet.columns) != list(COLUMNS):
        found = ", ".join(sheet.columns)
        problems.add(source.path, "overskriften", found, ", ".join(COLUMNS), "Be om en fil med bare disse kolonnene.")
    problems.raise_if_any()
    cells = [
        {"fil": source.path.as_posix(), "linje": line, "kolonnenr": n, "kolonne": column, "verdi": value}
        for line, record in zip(sheet.lines, sheet.records, strict=True)
        for n, (column, value) in enumerate(zip(sheet.columns, record, strict=True), 1)
    ]
    records = [
        (line, dict(zip(sheet.columns, r, strict=True))) for line, r in zip(sheet.lines, sheet.records, strict=True)
    ]
    years = sorted({int(record["År"]) for _, record in records if record["År"].isdigit()})
    rows = [r for r in clarify_persons(records, load_register(inn.register, years), source) if r["aar"] <= aar]
    counted = statistics(rows, published_persons(inn.published.read_text(encoding="utf-8")))
    public = disclosed(counted, rules)
    files = {
        ut.inndata: table_text(cells, INNDATA, str(ut.inndata)),
        ut.klargjort: table_text(rows, PERSONER_KLARGJORT, str(ut.klargjort)),
        ut.statistikk: table_text(counted, PERSONER, str(ut.statistikk)),
        ut.utdata: table_text(public, PERSONER_UTDATA, str(ut.utdata)),
    }
    write_all(files)
    hidden = sum(row["status"] != "" for row in public)
    LOG.info("%d tall om personer, %d av dem skjult", len(public), hidden)
