"""Freezes an edition that is published: its numbers, tables, statements and manifest, as text, in `publisert/<aar>/`.

Run as `make frys AAR=2020`. The folder is committed. Pages, drawings and answers of single centres are not in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat import verify
from krisestat.command import Parser, year
from krisestat.contracts import write_all
from krisestat.errors import ProblemList, Problems
from krisestat.manifest import NAME, digest, read_manifest
from krisestat.published import EDITIONS, NUMBERS, RECORDS, load_corrections, read_record, unexplained
from krisestat.statements.record import question
from krisestat.yamlfiles import load_yaml

STATEMENTS = "paastander.json"


def text_hash(text: str) -> str:
    """The short name of a wording: what a reviewer accepts is this text and no other. Spaces of any kind are equal."""
    return digest(" ".join(text.split()).encode("utf-8"))[:12]


def short_statements(evidence: Mapping[str, Any], serie: tuple[int, int]) -> dict[str, dict[str, str]]:
    """Every statement of an edition in short: by its id, the sentence that it stands in, the hash of that, and the
    question that it answers, by which it is known again in another edition.

    Parameters: `evidence`, the content of `belegg.json`; `serie`, the edition's first and last year. A statement that
    stands in several sentences has them all.
    """
    short = {}
    for statement in sorted(evidence["paastander"], key=lambda statement: statement["id"]):
        sentences = list(dict.fromkeys(place["setning"] for place in statement["steder"])) or [statement["tekst"]]
        text = " | ".join(sentences)
        asked = question(statement["id"], serie)
        short[statement["id"]] = {"tekst": text, "hash": text_hash(text), "spoersmaal": asked}
    return short


def statements_of(results: Path) -> dict[str, dict[str, str]]:
    """The statements of a finished edition in short. Parameters: `results`, its folder."""
    config = load_yaml(results / "config.yaml")[0]
    evidence = json.loads((results / "etterproving" / "belegg.json").read_text(encoding="utf-8"))
    return short_statements(evidence, (config["foerste_aar"], config["aar"]))


def load_statements(path: Path) -> dict[str, dict[str, str]]:
    """The statements of a frozen edition. Parameters: `path`, of `paastander.json` in its folder. Raises `Problems` if
    it is not as it was frozen."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        whole = all({"tekst", "hash", "spoersmaal"} <= statement.keys() for statement in found.values())
    except (ValueError, AttributeError):
        whole = False
    if not whole:
        problems = ProblemList()
        problems.add(
            f"{EDITIONS}/{path.parent.name}/{path.name}",
            "",
            "noe annet enn påstander med tekst, hash og spørsmål",
            "filen slik den ble skrevet da utgaven ble frosset",
            "Hent den tilbake fra git, eller frys utgaven på nytt fra den versjonen som ble publisert («make frys»).",
        )
        raise Problems(problems.problems)
    return found


def last_published(aar: int, editions: Iterable[int]) -> int | None:
    """The edition that a new one is held against: the same year's, or else the last before it."""
    return max((edition for edition in editions if edition <= aar), default=None)


def published_statements(aar: int, folder: Path) -> tuple[int | None, dict[str, dict[str, str]]]:
    """The published edition that one of `aar` is held against, and its statements; (None, {}) when there is none.

    Parameters: `folder`, the project's. Raises `Problems` if the record is not as it was frozen.
    """
    records = {int(path.parent.name): path for path in sorted(folder.glob(f"{EDITIONS}/*/{STATEMENTS}"))}
    base = last_published(aar, records)
    return base, {} if base is None else load_statements(records[base])


def record(results: Path) -> dict[str, bytes]:
    """The text record of an edition by path in its folder. Parameters: `results`, the folder of the edition."""
    tables = {path.relative_to(results / "utdata").as_posix(): path for path in sorted(results.glob("utdata/**/*.csv"))}
    statements = json.dumps(statements_of(results), ensure_ascii=False, indent=1) + "\n"
    return {
        **{name: path.read_bytes() for name, path in tables.items()},
        "hovedpunkter.json": (results / "hovedpunkter.json").read_bytes(),
        STATEMENTS: statements.encode("utf-8"),
        NAME: (results / NAME).read_bytes(),
    }


def run(aar: int, root: Path) -> str:
    """Freeze the edition of a year from its results.

    Parameters: `root`, the project's folder. Returns a Norwegian line that says what was done. Raises `Problems` if the
    results are not as they were built, or if a number of the record that is there has changed without an explanation.
    """
    verify.run(aar, root)
    results, folder = root / "results" / str(aar), root / EDITIONS / str(aar)
    manifest = read_manifest(results / NAME, root)
    new = record(results)
    if (folder / NUMBERS).is_file():
        files = [path for name in RECORDS if (path := folder / name).is_file()]
        rows = [row for name in RECORDS for row in read_record(results / "utdata" / name)]
        serie = min(row["aar"] for row in rows), aar
        unexplained(
            rows, serie, {file: read_record(file) for file in files}, load_corrections(root=root)
        ).raise_if_any()
    before = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    if {name: path.read_bytes() for name, path in before.items()} == new:
        return f"{EDITIONS}/{aar} er allerede slik."
    write_all({folder / name: data for name, data in new.items()})
    for name in sorted(before.keys() - new.keys()):
        before[name].unlink()
    commit = manifest["kode"]["commit"]
    state = "" if manifest["kode"]["ren"] is not False else " Koden var ikke lagt inn i git da utgaven ble bygget."
    return (
        f"{EDITIONS}/{aar}: {len(new)} filer, fra {f'commit {commit[:12]}' if commit else 'en mappe uten git'}.{state} "
        "Legg mappen inn i git."
    )


def main() -> int:
    """Command line; returns the exit code."""
    parser = Parser(prog="make frys", description="Frys en utgave som er publisert.")
    parser.add_argument("aar", type=year, help="utgavens år")
    return parser.run(lambda given: run(given.aar, Path()))


if __name__ == "__main__":
    sys.exit(main())
