"""A results folder, opened for comparison: what it holds, checked, and read when it is asked for."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from krisestat.base import layout
from krisestat.base.contracts import Contract, Row
from krisestat.base.errors import ProblemList, Problems, one_problem, shown
from krisestat.base.layout import is_part
from krisestat.base.yaml_files import load_yaml
from krisestat.model.contracts import INNDATA
from krisestat.model.declared import Model, Statistic
from krisestat.release.manifest import NAME, read_manifest
from krisestat.release.old_editions import TABLES, observed
from krisestat.release.verify import differences

NEEDED = (
    layout.CONFIG,
    layout.HEADLINES,
    layout.PROOF,
    layout.PAGE,
)
_REBUILD = "Bygg mappen på nytt fra tom (slett den først), og sammenlign igjen."


@dataclass(frozen=True)
class Run:
    """The results of one edition.

    `folder`, where it lies; `name`, what reports call it; `files`, sha256 of each file by path in the folder, without
    the manifest; `manifest`, as read, or None when there is none.
    """

    folder: Path
    name: str
    files: Mapping[str, str]
    manifest: Mapping[str, Any] | None
    _tables: dict = field(default_factory=dict, compare=False)

    def text(self, name: str) -> str:
        """A file as text."""
        return (self.folder / name).read_text(encoding="utf-8")

    def data(self, name: str) -> Any:
        """A JSON file. Raises `Problems` if it is not JSON."""
        try:
            return json.loads(self.text(name))
        except ValueError:
            raise one_problem(
                self.folder / name, "", "noe som ikke er JSON", "filen slik den ble bygd", _REBUILD
            ) from None

    @cached_property
    def config(self) -> dict:
        """The merged configuration."""
        return load_yaml(self.folder / layout.CONFIG)[0] or {}

    @cached_property
    def statements(self) -> dict:
        """The complete evidence."""
        return self.data(layout.PROOF)

    @property
    def aar(self) -> int:
        """The edition's year."""
        return self.config["aar"]

    @property
    def serie(self) -> range:
        """The years of the series."""
        return range(self.config["foerste_aar"], self.aar + 1)

    @cached_property
    def inputs(self) -> dict[str, dict]:
        """Inputs by path, from the manifest; empty without one."""
        return {entry["fil"]: entry for entry in (self.manifest or {}).get("inndata", [])}

    def table(self, name: str, contract: Contract) -> list[Row]:
        """A table, read once, as `read_table` does."""
        if name not in self._tables:
            self._tables[name] = read_table(self.folder / name, contract)
        return self._tables[name]

    def tables(self, folder: str = layout.DATA) -> list[Path]:
        """The tables of numbers. Parameters: `folder`, of what may be published, or of what was counted."""
        return [self.folder / name for name in sorted(self.files) if name.rpartition("/")[0] == folder]

    def coded(self, model: Model, names: Iterable[str]) -> Coded:
        """What was received, and what it became. Parameters: `names`, of tables in `inndata` and `klargjort`."""
        return read_coded((self.folder / name for name in sorted(names)), model)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Any table of the folder, as texts."""
        with (self.folder / name).open(encoding="utf-8", newline="") as handle:
            return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(handle)]

    def keys(self, name: str) -> dict | None:
        """The keys and values of a codebook or a declaration, if the project still has it just as the run read it."""
        own = PurePosixPath(name)
        if own.parent.name not in ("codebooks", "statistikk") or own.suffix != ".yaml" or self.source(name) is None:
            return None
        return load_yaml(self.folder.parents[1] / own)[0]

    def source(self, name: str) -> str | None:
        """The text of an input, if the project that the folder lies in still has it just as the run read it."""
        entry, path = self.inputs.get(name), PurePosixPath(name)
        if entry is None or path.is_absolute() or ".." in path.parts or len(self.folder.parents) < 2:
            return None
        file = self.folder.parents[1] / path
        data = file.read_bytes() if file.is_file() and not file.is_symlink() else b""
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True)
class Coded:
    """What was received, and what it became: `answers`, and the `register` of those who there were to ask, by source,
    `tables` by statistic, and the `raw` cells."""

    answers: dict[str, list[Row]]
    register: dict[str, list[Row]]
    tables: dict[str, list[Row]]
    raw: list[Row]


def read_table(path: Path, contract: Contract) -> list[Row]:
    """A table, also one of an earlier edition. Raises `Problems` when a column that the contract names is not there."""
    with path.open(encoding="utf-8", newline="") as handle:
        header, *lines = [*csv.reader(handle)] or [[]]
    if missing := [c for c in contract.columns if c not in header]:
        raise one_problem(
            path,
            "linje 1",
            f"kolonnene {', '.join(header)}",
            f"også {', '.join(missing)}",
            "Kjøringen er laget av en annen versjon av Krisestat. Bygg begge med den samme, eller "
            "sammenlign to versjoner av lageret med «make sammenlign FRA=… TIL=…».",
        )
    whole = [name for name, column in contract.columns.items() if column.kind is int]
    rows = [dict(zip(header, line, strict=False)) for line in lines]
    for row in rows:
        row.update((name, int(row[name]) if row[name] else None) for name in whole)
    return rows


def read_numbers(paths: Iterable[Path], model: Model) -> Iterator[tuple[Path, int, Statistic, Row]]:
    """Every observation of an edition, with the file and the line that it stands on. Parameters: `paths`, of the tables
    of numbers; what is no table of a declared statistic is left out."""
    for path in paths:
        old = TABLES.get(path.name)
        if not old and (path.suffix != ".csv" or path.stem not in model.statistikk):
            continue
        for line, row in enumerate(read_table(path, old or model[path.stem].contract), 2):
            for statistic, one in observed(model, row) if old else [(model[path.stem], row)]:
                yield path, line, statistic, exact(statistic, one)


def exact(statistic: Statistic, row: Row) -> Row:
    """An observation with fractions as such."""
    if statistic.type == "antall":
        return row
    numbers = {name: row[name] for name in ("verdi", "for_brudd") if row.get(name) not in ("", None)}
    return {**row, **dict.fromkeys(("verdi",)), **{name: Fraction(number) for name, number in numbers.items()}}


def made_tables(manifest: Path) -> set[str]:
    """The names of the tables of numbers that an edition was published with."""
    made = [PurePosixPath(entry["fil"]) for entry in json.loads(manifest.read_text(encoding="utf-8"))["utdata"]]
    return {path.name for path in made if str(path.parent) == layout.DATA and path.suffix == ".csv"}


def read_coded(paths: Iterable[Path], model: Model) -> Coded:
    """Tables of `inndata` and `klargjort`, each known by its name and its columns; others are left out."""
    found = Coded({}, {}, {}, [])
    for path in paths:
        with path.open(encoding="utf-8", newline="") as handle:
            header = next(csv.reader(handle), [])
        kilde = path.stem.partition("_p")[0].removesuffix("-enheter")
        table, asked = model.statistikk.get(path.stem), model.kilder.get(kilde)
        if table and header == list(table.received.columns):
            found.tables[table.id] = [exact(table, row) for row in read_table(path, table.received)]
        elif asked and header == list(asked.contract.columns):
            found.answers.setdefault(kilde, []).extend(read_table(path, asked.contract))
        elif asked and header == list(asked.units.columns):
            found.register[kilde] = read_table(path, asked.units)
        elif header == list(INNDATA.columns):
            found.raw.extend(read_table(path, INNDATA))
    return found


def open_run(folder: Path, root: Path = Path()) -> Run:
    """Open and check a results folder. Parameters: `root`, the project's folder, where the schemas are.

    Raises `Problems` with every fault: not a folder, files that are missing, a manifest of another form, and files that
    are not what the manifest says.
    """
    problems = ProblemList()
    if not folder.is_dir():
        problems.add(
            folder,
            "",
            "ingen mappe" if not folder.exists() else "en fil",
            "en mappe med resultater, som results/2020",
            "Rett stien, eller bygg utgaven først med «make publication».",
        )
        problems.raise_if_any()
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    files = {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}
    files = {name: sha for name, sha in files.items() if is_part(name)}
    missing = [name for name in NEEDED if name not in files]
    missing += [] if any(PurePosixPath(name).match(f"{layout.DATA}/*.csv") for name in files) else [layout.DATA]
    if missing:
        problems.add(
            folder,
            "",
            f"en mappe uten {', '.join(missing)}",
            "alle filene i en ferdig utgave",
            "Bygg utgaven ferdig med «make publication», og sammenlign igjen.",
        )
    manifest = None
    if NAME in files:
        files.pop(NAME)
        try:
            manifest = read_manifest(folder / NAME, root)
            made = {name for entry in manifest["utdata"] if is_part(name := entry["fil"])}
            found = {name: sha for name, sha in files.items() if name in made}
            named = {**manifest, "utdata": [entry for entry in manifest["utdata"] if entry["fil"] in made]}
            problems.extend(differences(named, found, {}, str(folder)))
        except Problems as error:
            problems.extend(error)
    problems.raise_if_any()
    run = Run(folder.absolute(), folder.name, files, manifest)
    _check_years(run)
    return run


def _check_years(run: Run) -> None:
    """Raise `Problems` if the configuration does not say what the edition's years are."""
    if not all(isinstance(run.config.get(key), int) for key in ("aar", "foerste_aar")):
        raise one_problem(
            run.folder / layout.CONFIG, "", "ingen «aar» og «foerste_aar»", "årene utgaven gjelder", _REBUILD
        )


def check_comparable(old: Run, new: Run) -> None:
    """Raise `Problems` if two editions have no year in common, or are written in different languages."""
    problems = ProblemList()
    if not set(old.serie) & set(new.serie):
        problems.add(
            new.name,
            "nøkkelen «aar»",
            f"årene {new.serie[0]}–{new.aar}, mot {old.serie[0]}–{old.aar} i {old.name}",
            "to utgaver med minst ett år felles",
            "Sammenlign med en utgave som ligger nærmere i tid.",
        )
    if old.config.get("spraak") != new.config.get("spraak"):
        problems.add(
            new.name,
            "nøkkelen «spraak»",
            shown(new.config.get("spraak")),
            f"{old.config.get('spraak')}, som i {old.name}",
            "Sammenlign to utgaver på samme målform.",
        )
    problems.raise_if_any()
