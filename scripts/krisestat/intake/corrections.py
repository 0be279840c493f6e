"""Corrections of raw data, decided by people and written in `data/rettelser.yaml`: cells that are put right and records
that are set aside, between `inndata` (which stays as received) and `klargjort`.

Each carries what stands in the file. When that no longer matches, the file has changed since the decision was made, and
nothing is corrected until a person has looked again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.frames import constant, kept
from krisestat.intake.decisions import CHOOSES, Decisions, chosen, one_cell
from krisestat.model.codebooks import HAS_SERVICE


def set_aside(
    inndata: pd.DataFrame, decisions: Decisions, column: str
) -> tuple[tuple[pd.DataFrame, list[int]], ProblemList]:
    """Take the records that are in quarantine out of a file.

    Parameters: `inndata`, the file's cells; `decisions`, those on the file; `column`, the column with the centre's
    name. Returns the cells that are left with the lines that were set aside, and a problem for each line that is not
    there or does not hold the name that the decision was about.
    """
    problems = ProblemList()
    of_centres = inndata[inndata["kolonne"] == column]
    places, values = of_centres["linje"].tolist(), of_centres["verdi"].tolist()
    names = dict(zip(places, values, strict=True))
    lines: list[int] = []
    for entry in decisions.karantene:
        found = names.get(entry["linje"])
        place = f"linje {entry['_linje']} ({entry['id']})"
        where = f"linje {entry['linje']} i {entry['fil']}"
        if found is None:
            wanted = f"en linje fra {min(places, default=0)} til {max(places, default=0)}"
            problems.add(decisions.path, place, f"{where}, som ikke er en rad med svar", wanted, "Rett «linje:».")
        elif found != entry["navn"]:
            wanted = f"{shown(entry['navn'])}, slik det sto da raden ble satt i karantene"
            fix = "Se på filen igjen, og rett eller fjern posten."
            problems.add(decisions.path, place, f"{shown(found)} på {where}", wanted, fix)
        elif entry["linje"] in lines:
            found = f"linje {entry['linje']} en gang til"
            problems.add(decisions.path, place, found, "én post per rad", "Slett den ene.")
        else:
            lines.append(entry["linje"])
    return (kept(inndata, ~inndata["linje"].isin(lines)), sorted(lines)), problems


def correct(
    inndata: pd.DataFrame,
    decisions: Decisions,
    lines_of: Mapping[str, Sequence[int]],
    columns: Sequence[Mapping] = (),
    services: Collection[tuple[str, str]] = (),
) -> tuple[pd.DataFrame, ProblemList]:
    """Put cells right.

    Parameters: `inndata`, a file's cells; `decisions`, those on the file; `lines_of`, the lines of each `senter_id`;
    `columns`, the codebook; `services`, those of the register. Returns the cells with the column `rettelse` (the id of
    the correction, or «»), and a problem for each correction that chooses a line, centre or column that is not there,
    whose `fra` stands in another number of cells than it says, or one of whose cells is another's.
    """
    problems = ProblemList()
    if not decisions.rettelser:
        return inndata.assign(rettelse=constant("", len(inndata))), problems
    cells = inndata.assign(verdi=inndata["verdi"].astype(object), rettelse="")
    there = {"linje": set(cells["linje"]), "kolonne": set(cells["kolonne"]), "senter_id": lines_of}
    there |= {name: {row[name] for row in columns if row.get(name)} for name in ("variabel", "tilbud")}
    owner = {line: senter for senter, lines in lines_of.items() for line in lines}
    for entry in decisions.rettelser:
        place = f"linje {entry['_linje']} ({entry['id']})"
        strange = [name for name in CHOOSES if name in entry and name in there and entry[name] not in there[name]]
        if not strange and one_cell(entry) and "senter_id" in entry and len(lines_of[entry["senter_id"]]) != 1:
            strange = ["senter_id"]
        for name in strange:
            found, wanted = _unlike(entry, name, there)
            problems.add(decisions.path, place, found, wanted, f"Rett «{name}:».")
        if strange:
            continue
        at = _places(cells, entry, lines_of, columns, owner, services)
        now = inndata.loc[at, "verdi"]
        hits = now[(now == entry["fra"]).to_numpy()].index
        wanted = entry.get("antall", 1)
        if len(hits) != wanted or (cells.loc[hits, "rettelse"] != "").any():
            found, expected, fix = _not_so(entry, cells.loc[hits], now, wanted)
            problems.add(decisions.path, place, found, expected, fix)
            continue
        cells.loc[hits, "verdi"] = entry["til"]
        cells.loc[hits, "rettelse"] = entry["id"]
    return cells, problems


def _places(
    cells: pd.DataFrame,
    entry: Mapping[str, Any],
    lines_of: Mapping[str, Sequence[int]],
    columns: Sequence[Mapping],
    owner: Mapping[int, str],
    services: Collection[tuple[str, str]],
) -> pd.Index:
    """The cells that a correction chooses, whatever they hold. Parameters: as `correct`; `owner`, the centre of a
    line."""
    lines = [entry["linje"]] if "linje" in entry else lines_of[entry["senter_id"]] if "senter_id" in entry else None
    mine = cells if lines is None else cells[cells["linje"].isin(lines)]
    if "kolonne" in entry:
        mine = mine[mine["kolonne"] == entry["kolonne"]]
    for name in {"variabel", "tilbud"} & {*entry}:
        mine = mine[mine["kolonne"].isin([row["kolonne"] for row in columns if row.get(name) == entry[name]])]
    if "uten_tilbud" in entry:
        of = {row["kolonne"]: row["tilbud"] for row in columns if row.get("tilbud") and row["variabel"] != HAS_SERVICE}
        pairs = [(owner.get(n), of.get(c)) for n, c in zip(mine["linje"], mine["kolonne"], strict=True)]
        mine = mine[[bool(senter and tilbud) and (senter, tilbud) not in services for senter, tilbud in pairs]]
    return mine.index


def _not_so(entry: Mapping[str, Any], hits: pd.DataFrame, now: pd.Series, wanted: int) -> tuple[str, str, str]:
    """What was found, expected, and to do where a correction does not find the cells that it is of."""
    if len(hits) == wanted:
        other = next(filter(None, hits["rettelse"]))
        return (
            f"en celle som {other} også retter ({chosen(entry)})",
            "én rettelse per celle",
            "Slett den som ikke gjelder.",
        )
    fix = "Filen er ny eller endret: se på cellen igjen, og rett «fra:» eller fjern rettelsen."
    if one_cell(entry):
        found = f"{shown(now.iloc[0])} i {entry['fil']}, {chosen(entry)}"
        return found, f"{shown(entry['fra'])}, slik det sto da rettelsen ble bestemt", fix
    fix = "Se på cellene igjen, og rett «antall:» hvis alle skal rettes."
    return (
        f"{len(hits)} celler med {shown(entry['fra'])} ({chosen(entry)})",
        f"{wanted} celler, slik «antall» sier",
        fix,
    )


def _unlike(entry: Mapping[str, Any], name: str, there: Mapping[str, Collection]) -> tuple[str, str]:
    """What was found and expected where a correction names what the file does not have."""
    if name == "linje":
        lines = there[name]
        found = f"linje {entry['linje']} i {entry['fil']}, som ikke er en rad med svar"
        return found, f"en linje fra {min(lines)} til {max(lines)}"
    if name == "senter_id":
        known: Any = there[name]
        found = f"{entry[name]}, som har {len(known.get(entry[name], ()))} rader i {entry['fil']}"
        return found + ("" if entry[name] in known else nearest(entry[name], known)), "et senter som har én rad i filen"
    kind = "kolonnen" if name == "kolonne" else f"{name}en" if name == "variabel" else "tilbudet"
    wanted = f"en kolonne i {entry['fil']}" if name == "kolonne" else f"en av {', '.join(sorted(there[name]))}"
    return f"{kind} {shown(entry[name])}" + nearest(entry[name], there[name]), wanted
