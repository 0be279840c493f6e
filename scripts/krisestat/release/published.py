"""What has been published stays as it was published, or the change is explained to the reader.

`publisert/<aar>/` holds the record of an edition that was published. A build whose numbers are others, of services or
of persons, is refused unless `data/rettelser-publisert.yaml` explains each of them; the publication prints the
explanations, and never a number that is hidden now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import NBSP, capitalised, number
from krisestat.base.errors import ProblemList, nearest
from krisestat.base.yaml_files import check_ids, check_schema, load_yaml
from krisestat.model.config import localised, settings_of
from krisestat.model.declared import Cubes, Model, Statistic
from krisestat.model.disclosure import Out
from krisestat.release.manifest import NAME
from krisestat.release.old_editions import as_now
from krisestat.release.run import made_tables, read_numbers

EDITIONS = Path("publisert")
CORRECTIONS = Path("data/rettelser-publisert.yaml")
SCHEMA = Path("workflow/schemas/rettelser-publisert.schema.yaml")

_ABSENT = "finnes ikke"
_HIDDEN = "undertrykt"

Numbers = dict[str, "int | Fraction | str"]
# A published number: the file that it stands in, its statistic, and the row.
Printed = tuple[Path, Statistic, Row]


def load_corrections(model: Model, path: Path = CORRECTIONS, root: Path = Path()) -> list[dict]:
    """Read the corrections of what has been published, those of earlier editions with the ids and names of today.

    Raises `Problems` with every fault: unknown keys, an id twice, a number that is corrected to what it was.
    """
    data, lines = load_yaml(root / path)
    check_schema(data, root / SCHEMA, str(path), lines)
    ids = ((entry["id"], lines[("rettelser", n)][0]) for n, entry in enumerate(data["rettelser"]))
    problems = check_ids(ids, path)
    for n, entry in enumerate(data["rettelser"]):
        for k, change in enumerate(entry["tall"]):
            if change["fra"].keys() != change["til"].keys() or change["fra"] == change["til"]:
                problems.add(
                    path,
                    f"linje {lines[('rettelser', n, 'tall', k)][0]} ({entry['id']})",
                    f"fra {_told(change['fra'])} til {_told(change['til'])}",
                    "de samme tallene i «fra» og «til», og minst ett som er endret",
                    "Skriv hvert tall slik det sto og slik det er nå.",
                )
    problems.raise_if_any()
    return [entry | {"tall": [as_now(model, change) for change in entry["tall"]]} for entry in data["rettelser"]]


@dataclass(frozen=True)
class Held:
    """What an edition has in common with those that were published: how many published numbers it repeats
    (`gjentatt`), and the names of the cells that are hidden (`skjult`)."""

    gjentatt: int
    skjult: frozenset[str]


def run(
    model: Model,
    cubes: Cubes,
    serie: tuple[int, int],
    published: Sequence[Path],
    corrections: Sequence[Mapping[str, Any]],
) -> Held:
    """Hold the numbers of an edition against those that have been published.

    Parameters: `cubes`, what may be published now; `serie`, first and last year; `published`, the tables of each
    published edition, and its manifest; `corrections`, as read. Raises `Problems` with every number that differs
    unexplained, every record that is not whole, and every correction of what was never published.
    """
    incomplete(published).raise_if_any()
    editions = read_record(published, model)
    now = [(model[name], row) for name, rows in cubes.items() for row in rows]
    unexplained(now, serie, editions, corrections).raise_if_any()
    known = {s.cell(row): row for _, s, row in editions if serie[0] <= row["aar"] <= serie[1]}
    standing = known | {s.cell(row): row for s, row in now}
    return Held(len(known), frozenset(name for name, row in standing.items() if row["status"] == _HIDDEN))


def incomplete(published: Iterable[Path]) -> ProblemList:
    """A problem for each table of numbers that a published edition had, and its record lacks."""
    problems, found = ProblemList(), set(published)
    for folder in sorted({path.parent for path in found}):
        wanted = made_tables(folder / NAME) if folder / NAME in found else {NAME}
        for name in sorted(name for name in wanted if folder / name not in found):
            problems.add(
                EDITIONS / folder.name / name,
                "",
                "filen finnes ikke",
                "tallene som er publisert i utgaven",
                f"Hent den tilbake fra git, eller frys utgaven på nytt: «make frys AAR={folder.name}».",
            )
    return problems


def read_record(published: Iterable[Path], model: Model) -> list[Printed]:
    """The numbers of published editions. Parameters: `published`, their tables; other files are left out."""
    return [(path, statistic, row) for path, _, statistic, row in read_numbers(sorted(published), model)]


def told_before(published: Iterable[Path], model: Model, corrections: Sequence[Mapping[str, Any]]) -> Out:
    """What published editions have told of what is protected, as it stands by the corrections.

    Parameters: `published`, their tables; `corrections`, as read. A number that was corrected to none is withdrawn.
    """
    told: dict[str, int] = {}
    withdrawn: set[str] = set()
    for _, statistic, row in read_record(published, model):
        if statistic.enhet.vern == "institusjon" or row["verdi"] is None:
            continue
        cell = statistic.cell(row)
        now = explained(cell, numbers(statistic, row), corrections)["verdi"]
        told[cell] = int(row["verdi"] if isinstance(now, str) else now)
        withdrawn |= {cell} if isinstance(now, str) else set()
    return Out(told, frozenset(withdrawn))


def numbers(statistic: Statistic, row: Row) -> Numbers:
    """What a cell says: its numbers, or in their place the word for why there is none."""
    if row["verdi"] is None:
        return {"verdi": str(row["status"])}
    known = [name for name in statistic.columns if name not in ("aar", *statistic.per, "status", "opphav")]
    return {name: row[name] for name in known if row[name] is not None}


def unexplained(
    rows: Sequence[tuple[Statistic, Row]],
    serie: tuple[int, int],
    editions: Iterable[Printed],
    corrections: Sequence[Mapping[str, Any]],
) -> ProblemList:
    """What `run` raises. Parameters: `rows`, the numbers of now; `editions`, as `read_record` gives them; the rest as
    there.

    Cells outside the series are not looked at. Cells of a panel are those of an edition of the same year alone: who
    answered every year is another question with another last year. Persons are counted for a few years back; years that
    a later edition no longer has, are not looked at either. What an edition did not say is held against nothing.
    """
    now = {statistic.cell(row): numbers(statistic, row) for statistic, row in rows}
    problems = ProblemList()
    known = set(now)
    founded: set[tuple[int, int]] = set()
    counted = min((row["aar"] for statistic, row in rows if statistic.enhet.vern == "person"), default=serie[1])
    for file, statistic, row in editions:
        edition = settings_of(file.parent.name)["aar"]
        if not serie[0] <= row["aar"] <= serie[1] or (statistic.panel and edition != serie[1]):
            continue
        name, was = statistic.cell(row), numbers(statistic, row)
        known.add(name)
        founded |= founds(name, was, corrections)
        if statistic.enhet.vern == "person" and edition != serie[1] and row["aar"] < counted:
            continue
        expected = explained(name, was, corrections)
        is_now = now.get(name, {"verdi": _ABSENT})
        is_now = {field: value for field, value in is_now.items() if field in ("verdi", *expected)}
        if expected != is_now:
            before, after = _changed(expected, is_now)
            problems.add(
                EDITIONS / file.parent.name / file.name,
                name,
                f"{_told(after)} i denne byggingen",
                f"{_told(before)}, som er publisert" + (" med rettelsene" if expected != was else ""),
                f"Er det nye riktig, forklar det i {CORRECTIONS}: "
                f"{{celle: {name}, fra: {_yaml(before)}, til: {_yaml(after)}}}. Ellers er noe galt i dataene.",
            )
    problems.problems += _unfounded(corrections, serie, known, founded).problems
    return problems


def _unfounded(
    corrections: Sequence[Mapping[str, Any]], serie: tuple[int, int], known: set[str], founded: set[tuple[int, int]]
) -> ProblemList:
    """Corrections of the series' years that are of no published cell, or that none of the editions bears out."""
    problems = ProblemList()
    for n, entry in enumerate(corrections):
        for k, change in enumerate(entry["tall"]):
            name = change["celle"]
            if not serie[0] <= int(name.rsplit("/", 1)[1]) <= serie[1]:
                continue
            if name not in known:
                problems.add(
                    CORRECTIONS,
                    entry["id"],
                    f"cellen «{name}»" + nearest(name, known),
                    "en celle som er publisert",
                    "Rett «celle:».",
                )
            elif (n, k) not in founded:
                problems.add(
                    CORRECTIONS,
                    f"{entry['id']}, {name}",
                    f"fra {_told(change['fra'])} til {_told(change['til'])}",
                    "tall som har stått i en publisert utgave, i den rekkefølgen de ble rettet",
                    f"Se {EDITIONS}/, og skriv «fra» slik tallet sto der. Er cellen aldri publisert, slett linjen.",
                )
    return problems


def founds(name: str, was: Numbers, corrections: Sequence[Mapping[str, Any]]) -> set[tuple[int, int]]:
    """The corrections that a published cell bears out: those that lead to it, and those that lead on from it.

    Returns their places: (number of the entry, number of the change in it).
    """
    mine = [(n, k, c) for n, e in enumerate(corrections) for k, c in enumerate(e["tall"]) if c["celle"] == name]
    found: set[tuple[int, int]] = set()
    value = was
    for n, k, change in reversed(mine):
        if _says(value, change["til"]):
            value = value | change["fra"]
            found.add((n, k))
    value = was
    for n, k, change in mine:
        if _says(value, change["fra"]):
            value = _corrected(value, change["til"])
            found.add((n, k))
    return found


def _says(value: Numbers, part: Numbers) -> bool:
    """Whether a cell has some numbers."""
    return all(value.get(field, _ABSENT) == number for field, number in part.items())


def _corrected(value: Numbers, new: Numbers) -> Numbers:
    """A cell with other numbers in it. Where there is none, there is only the word for why."""
    value = value | new
    if isinstance(value.get("verdi"), str):
        return {"verdi": value["verdi"]}
    return {field: number for field, number in value.items() if number != _ABSENT}


def explained(name: str, was: Numbers, corrections: Iterable[Mapping[str, Any]]) -> Numbers:
    """What a published cell has become by the corrections, in the order in which they stand."""
    value = was
    for change in (change for entry in corrections for change in entry["tall"] if change["celle"] == name):
        if _says(value, change["fra"]):
            value = _corrected(value, change["til"])
    return value


def _changed(was: Numbers, is_now: Numbers) -> tuple[Numbers, Numbers]:
    """The numbers of a cell that differ, before and after."""
    names = [name for name in {**was, **is_now} if was.get(name, _ABSENT) != is_now.get(name, _ABSENT)]
    return {n: was.get(n, _ABSENT) for n in names}, {n: is_now.get(n, _ABSENT) for n in names}


def _told(values: Numbers) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "ingen tall"


def _yaml(values: Numbers) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def correction_log(
    corrections: Iterable[Mapping[str, Any]],
    serie: tuple[int, int],
    held: Held,
    model: Model,
    words: Mapping[str, Mapping],
    spraak: str,
) -> dict[str, Any]:
    """What the publication prints of the corrections of its years, as texts.

    Parameters: `serie`, first and last year; `held`, what `run` found; `words`, the parsed texts; `spraak`, «nb».
    Returns `poster`, each with its texts and `tall`
    (cell, number, before, after, change), and the size of the revision: `celler` corrected, of `publisert`, and the
    `storste` change. Everything has a `bound` for its element. Of a cell that is hidden now, no number is told, and
    none counts.
    """
    said = words["tekster"]["rettelser"]
    posts, cells = [], set()
    changes: list[int] = []
    for entry in localised([*corrections], spraak):
        lines: list[dict[str, str]] = []
        for change in entry["tall"]:
            if not serie[0] <= int(change["celle"].rsplit("/", 1)[1]) <= serie[1]:
                continue
            hidden = change["celle"] in held.skjult
            where, fields = _place(change["celle"], model, said, spraak)
            for field in change["fra"]:
                old, new = (_HIDDEN, _HIDDEN) if hidden else (change["fra"][field], change["til"][field])
                gap = None if isinstance(old, str) or isinstance(new, str) else new - old
                changes += [] if gap is None else [abs(gap)]
                lines.append(
                    {
                        "celle": where,
                        "felt": fields[field],
                        "fra": _shown(old, said),
                        "til": _shown(new, said),
                        "endring": "" if gap is None else ("+" if gap > 0 else "") + number(gap),
                    }
                )
            cells.add(change["celle"])
        if lines:
            texts = {key: entry[key] for key in ("id", "hva", "hvorfor", "dato")}
            texts["alvorlighet"] = said["alvorlighet"][entry["alvorlighet"]]
            bound = [*texts.values(), *(text for line in lines for text in line.values())]
            posts.append({**texts, "tall": lines, "bound": bound})
    size = {
        "celler": number(len(cells)),
        "publisert": number(held.gjentatt),
        "storste": number(max(changes, default=0)),
    }
    return {"poster": posts, **size, "bound": list(size.values())}


def _place(name: str, model: Model, said: Mapping[str, Any], spraak: str) -> tuple[str, Mapping[str, str]]:
    """What a cell is about, and what each of its numbers is called. A dimension at its whole is left out."""
    statistic, place, aar = model.place(name)
    codes = [(own, place[dimension]) for dimension, own in statistic.per.items()]
    where = [own.heading(code, spraak, aar) for own, code in codes if code != own.total]
    others = {code: statistic.answers.running(code, spraak) for code in statistic.others if statistic.answers}
    told = f"{capitalised(statistic.said['beskrivelse'])}: {', '.join([*where, str(aar)])}"
    return told, {**said["felt"], **others}


def _shown(value: int | Fraction | str, words: Mapping[str, Any]) -> str:
    return words["uten_tall"][value].replace(" ", NBSP) if isinstance(value, str) else number(value)
