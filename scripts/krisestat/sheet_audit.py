"""Stage `sheet_audit`: stops the build when a fact sheet could not be made, or when a finished one reveals a number of
persons that must be hidden. The sheets that could be made lie on the disk all the same.

The finished files are read as `audit` reads those of the publication, with the difference that everything on a sheet is
about its centre, whether it is named in the sentence or not.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from krisestat.audit import Secrets, Unit, units_of
from krisestat.contracts import ENHETER, PERSONER, PERSONER_UTDATA, Row, read_rows, write_atomic
from krisestat.disclosure import Key, primary
from krisestat.errors import Problem, ProblemList, Problems
from krisestat.faktaark.pakke import read_failures
from krisestat.pages import json_text
from krisestat.personal import personal_marks
from krisestat.yamlfiles import load_yaml

LOG = logging.getLogger(__name__)

# How many sheets a problem names before it counts the rest.
_NAMED = 5
_FIX = "Publiser ikke. Ta det ut av malen, og bygg igjen (docs/metode.md, «Konfidensialitet»)."


def secrets(truth_rows: Sequence[Row], public: Sequence[Row], policy: Mapping[str, Any]) -> Secrets:
    """The numbers of persons that must not be found on a sheet.

    Parameters: `truth_rows`, rows of `PERSONER` with the true numbers; `public`, those of `PERSONER_UTDATA`.
    """

    def key(row: Row) -> Key:
        return Key(row["aar"], row["senter_id"], row["gruppe"], row["maal"])

    truth = {key(row): row["antall"] for row in truth_rows}
    known = {key(row) for row in public if row["antall"] is not None}
    printed = policy["personer"]["inndelinger"]
    closed = {c for c in truth if c not in known and c.gruppe in printed["senter" if c.senter_id else "land"]}
    names = {row["senter"]: row["senter_id"] for row in truth_rows if row["senter_id"]}
    return Secrets(truth, names, known & truth.keys(), closed | (primary(truth, policy).keys() - known))


def revealed(name: str, data: bytes, senter: str, hidden: Secrets, allowed: Sequence[str]) -> list[str]:
    """What a finished file reveals, in words.

    Parameters: `name`, the file's; `senter`, the id of the centre that all of it is about, «» for none; `hidden`, from
    `secrets`; `allowed`, addresses and telephone numbers that may stand in it.
    """
    read = list(dict.fromkeys(units_of(name, data, hidden.name)))
    about = (Unit(unit.context, f"{senter} {unit.text}") for unit in read) if senter else read
    found = [cell for unit in about if (cell := hidden.found(unit, reviewer=True))]
    return [*dict.fromkeys(found), *personal_marks("\n".join(unit.text for unit in read), allowed)]


def not_made(missing: Mapping[str, Sequence[Problem]]) -> list[Problem]:
    """The problems of the sheets that could not be made, each once, with the sheets that have it.

    Parameters: `missing`, the problems of each sheet.
    """
    found: dict[Problem, list[str]] = {}
    for ark, problems in sorted(missing.items()):
        for problem in dict.fromkeys(problems):
            found.setdefault(problem, []).append(ark)
    told = {problem: ", ".join(arks[:_NAMED]) for problem, arks in found.items()}
    more = {problem: len(arks) - _NAMED for problem, arks in found.items()}
    return [
        replace(
            one,
            sted="; ".join(filter(None, (one.sted, told[one] + (f" og {more[one]} ark til" if more[one] > 0 else "")))),
        )
        for one in found
    ]


def run(
    liste: Path,
    bunter: Sequence[Path],
    enheter: Path,
    statistikk: Path,
    personer: Path,
    policy: Path,
    config: Mapping[str, Any],
    revisjon: Path,
) -> None:
    """Look through the finished sheets, and write the report.

    Parameters: `liste`, the list of the sheets, beside which they lie; `bunter`, the batches, which know what could not
    be made; `enheter`, of the stage `sheet_data`; `statistikk`, the true numbers of persons, and `personer`, the
    published ones; `policy`, a file; `config`, the merged configuration; `revisjon`, the report to write. Raises
    `Problems` with every sheet that is missing, in its own words, and everything that is revealed: the file and the
    cell, never the number. The batches of what is missing are taken away, so that the next build makes them again.
    """
    problems, sheets = ProblemList(), json.loads(liste.read_text(encoding="utf-8"))["ark"]
    centre = {row["ark"]: row["kode"] for row in read_rows(enheter, ENHETER) if row["slag"] == "senter"}
    about = {row["ark"]: centre.get(row["senter_ark"] or row["ark"], "") for row in read_rows(enheter, ENHETER)}
    hidden = secrets(read_rows(statistikk, PERSONER), read_rows(personer, PERSONER_UTDATA), load_yaml(policy)[0])
    allowed = [config["publikasjon"]["kontakt"]["epost"], *(str(value) for value in config["hjelp"].values())]
    for sheet in sheets:
        for kind in ("html", "pdf"):
            path = liste.parent / sheet[kind]["fil"]
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != sheet[kind]["sha256"]:
                fix = "Slett filen, og bygg igjen."
                problems.add(path, "", "en annen fil enn den som ble laget", "filen som listen nevner", fix)
            for told in revealed(path.name, data, about[sheet["ark"]], hidden, allowed):
                problems.add(path, "", told, "tegnet «:» eller ingenting", _FIX)
    missing: dict[str, list[Problem]] = {}
    for path in bunter:
        if failures := read_failures(path):
            missing |= failures
            path.unlink()
    problems.extend(Problems(not_made(missing)))
    problems.raise_if_any()
    report = {"ark": len(sheets), "skjulte_tall": sum(len(values) for values in hidden.hidden.values())}
    write_atomic(revisjon, json_text(report))
    LOG.info("%d faktaark sett gjennom", len(sheets))
