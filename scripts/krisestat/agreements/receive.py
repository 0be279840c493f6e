"""Registers the filled forms that lie in the folder of a collection: writes its `kilde.yaml`.

An agreement keeps its id from an earlier collection, known by its parties; a file whose name is not safe everywhere is
given the id as its name. Forms that cannot be used go to an inbox (`inbox`), and do not stop the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from krisestat.agreements.check import (
    ADVARSLER,
    Oppslag,
    UsableAgreement,
    check_skjema,
    load_oppslag,
    parties_now,
    same_parties,
)
from krisestat.agreements.collections import (
    COLLECTIONS,
    MANIFEST,
    MAX_BYTES,
    SCHEMA,
    Skjemafil,
    delivered,
    load_innsamling,
    load_innsamlinger,
    refuse_large,
)
from krisestat.agreements.inbox import put_aside
from krisestat.agreements.read import read_skjemaer
from krisestat.agreements.skjema import Utfylt
from krisestat.base.contracts import Row, write_atomic
from krisestat.base.errors import Problem, ProblemList, Problems, one_problem, shown
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.model.codebooks import CODEBOOKS
from krisestat.model.register import REGISTER

# The faults of a file, and what could be read of it.
Faults = dict[Path, tuple[list[Problem], Utfylt | None]]

# As in the schema: no folders, and no names that a shell or a web server could read otherwise.
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\.(csv|json|pdf|xlsx)")


def _check_delivered(folder: Path, root: Path, faults: Faults, problems: ProblemList) -> list[Path]:
    """The forms in a folder, those of a format that can be read; the rest is told, a file under its own name."""
    skjemaer = []
    for path in delivered(root / folder):
        place, format = folder / path.name, path.suffix.lower().removeprefix(".")
        if path.is_symlink() or not path.is_file():
            found = "en lenke til et annet sted" if path.is_symlink() else "noe annet enn en fil"
            problems.add(place, "", found, "selve skjemaet", "Legg filen selv i mappen.")
        elif format not in MAX_BYTES:
            fix = "Be kommunen om selve skjemaet, og flytt filen ut av mappen."
            found, formats = f"endelsen {shown(path.suffix)}", f"en av {', '.join(MAX_BYTES)}"
            faults[place] = ([Problem(str(place), "", found, formats, fix)], None)
        else:
            skjemaer.append(path)
    return skjemaer


def _kept_manifest(folder: Path, aar: int, root: Path) -> dict[str, Any]:
    """The manifest as it is, or an empty one. Raises `Problems` with what is wrong with it."""
    path = folder / MANIFEST
    if not (root / path).is_file():
        return {"aar": aar, "om": "avtale", "skjemaer": []}
    data, lines = load_yaml(root / path)
    check_schema(data, root / SCHEMA, str(path), lines)
    return data


def _read(
    skjemaer: Iterable[tuple[Skjemafil, bytes]], aar: int, oppslag: Oppslag, faults: Faults
) -> list[UsableAgreement]:
    """The agreements that forms hold; every fault of a form is noted under its file, with what was read of it."""
    found: dict[str, tuple[UsableAgreement, Utfylt]] = {}
    for skjema, read in read_skjemaer(skjemaer):
        problems = ProblemList()
        if isinstance(read, Problems):
            faults[skjema.path] = (read.problems, None)
        elif avtale := check_skjema(skjema, read, aar, oppslag, problems):
            found[str(skjema.path)] = (avtale, read)
        else:
            faults[skjema.path] = (problems.problems, read)
    twice = ProblemList()
    same_parties((avtale for avtale, _ in found.values()), oppslag.kommuner, twice)
    for problem in twice.problems:
        if problem.fil in found:
            faults[Path(problem.fil)] = ([problem], found.pop(problem.fil)[1])
    return [avtale for avtale, _ in found.values()]


def known_id(row: Row, aar: int, earlier: Sequence[Row], oppslag: Oppslag) -> str:
    """The id of the agreement that the same parties had for the same people in an earlier collection, or «».

    Parameters: `row` of `AVTALER`; `aar`, the year of its collection; `earlier`, rows of earlier ones, the last first.
    """
    parties, groups = parties_now(str(row["parter"]), aar, oppslag.kommuner), set(str(row["maalgrupper"]).split(","))
    for other in earlier:
        if parties == parties_now(str(other["parter"]), aar, oppslag.kommuner):
            if groups & set(str(other["maalgrupper"]).split(",")):
                return str(other["avtale_id"])
    return ""


def run(aar: int, received: str, receiver: str, root: Path = Path()) -> tuple[str, int]:
    """Register every form of a collection's folder that is new or changed and can be used; put the others aside.

    Parameters: `aar`, the year of the collection; `received`, the date (YYYY-MM-DD); `receiver`, who took them in;
    `root`, the project's folder. Returns Norwegian lines that say what was done, and 1 when a form was put aside, or
    else 0. Raises `Problems` for what is wrong with the folder itself; then nothing has been changed.
    """
    folder, problems = COLLECTIONS / str(aar), ProblemList()
    if not (root / folder).is_dir():
        problems.add(folder, "", "ingen slik mappe", "en mappe med skjemaer", f"Legg skjemaene i {folder}.")
        problems.raise_if_any()
    oppslag = load_oppslag(root / CODEBOOKS, root / REGISTER, root / "templates")
    manifest, faults = _kept_manifest(folder, aar, root), Faults()
    kept = {one["fil"]: one for one in manifest["skjemaer"]}
    _finish_names(root / folder, kept)
    paths = _check_delivered(folder, root, faults, problems)
    for name in sorted(kept.keys() - {path.name for path in paths}):
        fix = f"Legg filen på plass, eller ta den ut av {folder / MANIFEST}."
        problems.add(folder / name, "", "filen finnes ikke", "skjemaet som kilde.yaml nevner", fix)
    problems.raise_if_any()
    entries, contents = _entries(paths, folder, kept, {"mottatt": received, "mottatt_av": receiver}, faults)
    avtaler = _read(contents, aar, oppslag, faults)
    for path in faults:
        entries.pop(path.name, None)
    earlier, ids = _earlier(aar, root, oppslag)
    told = _give_ids(entries, [avtale.row for avtale in avtaler], aar, earlier, ids, oppslag)
    told += [
        f"  se på: {name}: {'; '.join(where)}. {ADVARSLER[name]}"
        for avtale in avtaler
        for name, where in avtale.advarsler.items()
    ]
    renamed = _give_names(entries)
    aside = put_aside(faults, aar, received, oppslag.newest, root) if faults else []
    _write(folder, manifest | {"skjemaer": sorted(entries.values(), key=lambda one: one["id"])}, renamed, root)
    load_innsamling(aar, root)
    changed = sum(name in kept and kept[name]["sha256"] != one["sha256"] for name, one in entries.items())
    new = len(entries.keys() - kept.keys())
    head = f"{folder / MANIFEST}: nye skjemaer: {new}, endret: {changed}, som før: {len(entries) - new - changed}"
    head += f", lagt i innboksen: {len(faults)}." if faults else "."
    moved = [f"  {shown(old)} heter nå {new_name}" for old, new_name in sorted(renamed.items())]
    return "\n".join([head, *told, *moved, *(f"\n{line}" for line in aside)]), int(bool(faults))


def quarantine(aar: int, id: str, reason: str, who: str, day: str, root: Path = Path()) -> str:
    """Decide that a form is not to be used. Parameters: `id`, of its agreement; `reason`, `who` decides and the `day`
    (ISO). Returns what was done. Raises `Problems` when there is no such form."""
    folder = COLLECTIONS / str(aar)
    load_innsamling(aar, root)
    manifest = _kept_manifest(folder, aar, root)
    found = [one for one in manifest["skjemaer"] if one["id"] == id]
    if not found:
        ids = ", ".join(one["id"] for one in manifest["skjemaer"])
        raise one_problem(folder / MANIFEST, "", f"ingen {shown(id)}", f"en av {ids}", "Rett SKJEMA.")
    found[0]["karantene"] = {"grunn": reason, "bestemt_av": who, "dato": day}
    _write(folder, manifest, {}, root)
    load_innsamling(aar, root)
    return f"{folder / MANIFEST}: {id} ({found[0]['fil']}) er i karantene."


def _entries(
    paths: Sequence[Path], folder: Path, kept: Mapping[str, Any], received: Mapping[str, str], faults: Faults
) -> tuple[dict[str, dict[str, Any]], list[tuple[Skjemafil, bytes]]]:
    """The entry of each form, and those that are to be read with their content, known ones first. Parameters:
    `received`, what a new entry says of the reception."""
    entries: dict[str, dict[str, Any]] = {}
    contents: list[tuple[Skjemafil, bytes]] = []
    for path in sorted(paths, key=lambda path: (path.name not in kept, path.name)):
        format, size = path.suffix.lower().removeprefix("."), path.stat().st_size
        entry, problems = kept.get(path.name, {}), ProblemList()
        if "karantene" not in entry and size > MAX_BYTES[format]:
            refuse_large(folder / path.name, format, size, problems)
            faults[folder / path.name] = (problems.problems, None)
            continue
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if entry.get("sha256") != digest:
            entry = {"id": entry.get("id", ""), "fil": path.name, "format": format}
            entry |= {**received, "sha256": digest, "opphav": "mottatt"}
        entries[path.name] = entry
        if "karantene" not in entry:
            skjema = Skjemafil(entry["id"], folder / path.name, format, entry["mottatt"], digest, entry["opphav"], {})
            contents.append((skjema, data))
    return entries, contents


def _earlier(aar: int, root: Path, oppslag: Oppslag) -> tuple[list[Row], set[str]]:
    """The agreements of earlier collections, those of the last first, and every id that is taken. Faults in them are
    left to the build."""
    rows, ids = [], set()
    for one in reversed(load_innsamlinger(aar - 1, root)):
        contents = ((skjema, (root / skjema.path).read_bytes()) for skjema in one.skjemaer if not skjema.karantene)
        rows += [avtale.row for avtale in _read(contents, one.aar, oppslag, Faults())]
        ids |= {skjema.id for skjema in one.skjemaer}
    return rows, ids


def _give_ids(
    entries: Mapping[str, dict[str, Any]],
    rows: Sequence[Row],
    aar: int,
    earlier: Sequence[Row],
    ids: set[str],
    oppslag: Oppslag,
) -> list[str]:
    """Give every new form its id: that of the same parties before, or the next number. Returns what was done."""
    taken = {one["id"] for one in entries.values() if one["id"]}
    last = max((int(id[1:]) for id in ids | taken), default=0)
    told = []
    for row in rows:
        entry = entries[Path(str(row["fil"])).name]
        if entry["id"]:
            continue
        found = known_id(row, aar, earlier, oppslag)
        if not found or found in taken:
            last += 1
            found, why = f"a{last:03}", "ny avtale"
        else:
            why = "samme parter som før"
        entry["id"] = found
        taken.add(found)
        told.append(f"  {shown(entry['fil'])} er {found} ({why})")
    return told


def _give_names(entries: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Give files whose names are not safe everywhere the id as their name. Returns new names by old."""
    names, renamed = set(entries), {}
    for old, entry in entries.items():
        if FILE_NAME.fullmatch(old):
            continue
        number, new = 1, f"{entry['id']}.{entry['format']}"
        while new in names:
            number += 1
            new = f"{entry['id']}-{number}.{entry['format']}"
        names.add(new)
        renamed[old] = entry["fil"] = new
        entry["levert_som"] = "".join(c for c in old if c.isprintable())[:200]
    return renamed


def _write(folder: Path, manifest: Mapping[str, Any], renamed: Mapping[str, str], root: Path) -> None:
    """Write the manifest and rename the files. Stopped in between, the next run goes on (`_finish_names`)."""
    text = yaml.safe_dump(dict(manifest), sort_keys=False, allow_unicode=True, width=120)
    write_atomic(root / folder / MANIFEST, text)
    for old, new in renamed.items():
        (root / folder / old).rename(root / folder / new)


def _finish_names(folder: Path, kept: Mapping[str, Mapping[str, Any]]) -> None:
    """Give files the names that the manifest has for them, where an earlier run was stopped before it did.

    Parameters: `folder`, where they lie; `kept`, the entries of the manifest by file.
    """
    left = [one for one in kept.values() if "levert_som" in one and not (folder / one["fil"]).exists()]
    names = {one["sha256"]: one["fil"] for one in left}
    for path in delivered(folder) if names else ():
        if path.name not in kept and path.is_file() and not path.is_symlink():
            if name := names.pop(hashlib.sha256(path.read_bytes()).hexdigest(), ""):
                path.rename(folder / name)
