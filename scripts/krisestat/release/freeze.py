"""Freezes an edition that is published, in `publisert/<aar>/`: its numbers, tables, statements and manifest as text,
which later builds read, and beside them what goes out, `ut/`, as readers get it; no build reads that.

Run as `make frys AAR=2020`. The folder is committed. Answers of single centres are not in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat.agreements.answers import SOURCE
from krisestat.agreements.lists import READERS
from krisestat.base import layout
from krisestat.base.contracts import write_all
from krisestat.base.errors import ProblemList, one_problem
from krisestat.base.yaml_files import load_yaml
from krisestat.intake.sources import SURVEY
from krisestat.model.load import every_chapter, load_model
from krisestat.release import verify
from krisestat.release.manifest import NAME, digest, read_manifest
from krisestat.release.published import (
    CORRECTIONS,
    EDITIONS,
    load_corrections,
    read_record,
    unexplained,
)
from krisestat.statements.record import question
from krisestat.statements.sources import CHECKLIST, REPORTS, SHEETS, SITE, signed_of

STATEMENTS = "paastander.json"
# What is kept of an edition as it stands: its tables, and of the fact sheets their numbers and the list of them.
_KEPT = re.compile(rf"({layout.DATA}|{layout.SHEETS}/utdata)/.+\.csv|{layout.SHEETS_OUT}/faktaark\.json")


def text_hash(text: str) -> str:
    """The short name of a wording: what a reviewer accepts is this text and no other. Spaces of any kind are equal."""
    return digest(" ".join(text.split()).encode("utf-8"))[:12]


def short_statements(evidence: Mapping[str, Any], serie: tuple[int, int]) -> dict[str, dict[str, str]]:
    """Every statement of an edition in short: by its id, the sentence that it stands in, the hash of that, and the
    question that it answers, by which it is known again in another edition.

    Parameters: `evidence`, the content of `belegg.json`; `serie`, the edition's first and last year. A statement that
    stands in several sentences has them all. Texts that are signed, from before there were none, are among them.
    """
    short = {}
    for statement in sorted(evidence["paastander"], key=lambda statement: statement["id"]):
        sentences = list(dict.fromkeys(place["setning"] for place in statement["steder"])) or [statement["tekst"]]
        text = " | ".join(sentences)
        asked = question(statement["id"], serie)
        short[statement["id"]] = {"tekst": text, "hash": text_hash(text), "spoersmaal": asked}
    for row in evidence.get("signert", ()):
        known = {"tekst": row["tekst"], "hash": text_hash(row["tekst"]), "spoersmaal": f"signert i {row['fil']}"}
        short[signed_id(row)] = known
    return short


def signed_id(row: Mapping[str, Any]) -> str:
    """The id of a signed text among statements. Parameters: `row`, as `signing.rows` gives it."""
    return f"signert-{row['hash']}"


def evidence_of(results: Path, root: Path) -> dict[str, Any]:
    """What a finished edition says: its evidence, with what is signed of the texts that go out beside the publication,
    of files that are as they were when it was built. Parameters: `results`, its folder; `root`, the project's."""
    config = load_yaml(results / layout.CONFIG)[0]
    evidence = json.loads((results / layout.EVIDENCE).read_text(encoding="utf-8"))
    asked = load_model(config["kapitler"], READERS, root).kilder
    products = [SITE, *((CHECKLIST, REPORTS) if SOURCE in asked else ()), *((SHEETS,) if SURVEY in asked else ())]
    made_from = json.loads((results / NAME).read_text(encoding="utf-8"))["inndata"]
    read = {entry["fil"]: entry["sha256"] for entry in made_from}
    rows = [row for product in products for row in signed_of(root, config, product)]
    same = {fil for fil in {row["fil"] for row in rows} if read.get(fil) in (None, digest((root / fil).read_bytes()))}
    return evidence | {"signert": [*evidence.get("signert", ()), *(row for row in rows if row["fil"] in same)]}


def statements_of(results: Path, evidence: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The statements of a finished edition in short. Parameters: `results`, its folder; `evidence`, what it says."""
    config = load_yaml(results / layout.CONFIG)[0]
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
        raise one_problem(
            f"{EDITIONS}/{path.parent.name}/{path.name}",
            "",
            "noe annet enn påstander med tekst, hash og spørsmål",
            "filen slik den ble skrevet da utgaven ble frosset",
            "Hent den tilbake fra git, eller frys utgaven på nytt fra den versjonen som ble publisert («make frys»).",
        )
    return found


def last_published(name: str, editions: Iterable[str]) -> str:
    """The edition that a new one is held against, by name: the same year's, or else the last before it, in the same
    written standard; «» when there is none."""
    standard = name[4:]
    return max((edition for edition in editions if edition[4:] == standard and edition <= name), default="")


def published_statements(name: str, folder: Path) -> tuple[str, dict[str, dict[str, str]]]:
    """The published edition that one of a name is held against, and its statements; («», {}) when there is none.

    Parameters: `folder`, the project's. Raises `Problems` if the record is not as it was frozen.
    """
    records = {path.parent.name: path for path in sorted(folder.glob(f"{EDITIONS}/*/{STATEMENTS}"))}
    base = last_published(name, records)
    return base, load_statements(records[base]) if base else {}


def held(manifest: Mapping[str, Any]) -> dict[str, str]:
    """sha256 of what readers and the site get of a frozen edition, by path in its folder: what goes out, what the
    edition was set up as, and the register of corrections that it was built with. Parameters: `manifest`, its own."""
    made, read = ({entry["fil"]: entry["sha256"] for entry in manifest[name]} for name in ("utdata", "inndata"))
    found = {file: sha for file, sha in made.items() if file.startswith(f"{layout.OUT}/") or file == layout.CONFIG}
    return found | {Path(file).name: sha for file, sha in read.items() if file == str(CORRECTIONS)}


def altered(files: Mapping[str, bytes], manifest: Mapping[str, Any], folder: str) -> ProblemList:
    """A problem for each file that is not what an edition sent out and was built with.

    Parameters: `files`, those of its frozen folder; `manifest`, its own; `folder`, what it is called in the problems.
    """
    problems, wanted = ProblemList(), held(manifest)
    also = {CORRECTIONS.name, layout.CONFIG, *(file for file in files if file.startswith(f"{layout.OUT}/"))}
    for file in sorted(wanted.keys() | also):
        if file not in files or wanted.get(file) != digest(files[file]):
            problems.add(
                f"{folder}/{file}",
                "",
                "filen finnes ikke" if file not in files else "en fil som ikke er slik utgaven ble bygget",
                f"{'ingen fil' if file not in wanted else wanted[file][:12] + '…'}, som i {NAME}",
                "Hent mappen tilbake fra git, eller bygg utgaven på nytt og frys den («make publiser»).",
            )
    return problems


def record(results: Path, manifest: Mapping[str, Any], corrections: bytes, root: Path) -> dict[str, bytes]:
    """What is frozen of an edition, by path in its folder. Parameters: `results`, the folder of the edition; its
    `manifest`, which says what is part of it; `corrections`, the register of what is published; `root`, the
    project's folder."""
    kept = [entry["fil"] for entry in manifest["utdata"] if _KEPT.fullmatch(entry["fil"])]
    tables = {layout.for_readers(file.removeprefix(f"{layout.DATA}/")): results / file for file in kept}
    statements = json.dumps(statements_of(results, evidence_of(results, root)), ensure_ascii=False, indent=1) + "\n"
    out = [file for file in held(manifest) if file != CORRECTIONS.name]
    return {
        **{name: path.read_bytes() for name, path in tables.items()},
        **{file: (results / file).read_bytes() for file in (*out, layout.HEADLINES, NAME)},
        STATEMENTS: statements.encode("utf-8"),
        CORRECTIONS.name: corrections,
    }


def run(name: str, root: Path, commit: str = "", published: Path | None = None) -> str:
    """Freeze an edition from its results.

    Parameters: `name`, the edition's; `root`, the project's folder; `commit`, the one that has all that the edition is
    made from, «» when that was not looked into; `published`, as in `review.run`. Returns a Norwegian line that says
    what was done. Raises `Problems` if the results are not as they were built, or the register of corrections is
    another now, or if a number of the published record has changed without an explanation. What was stopped underway is
    done by the next run.
    """
    verify.run(name, root)
    results, folder = root / layout.RESULTS / name, root / EDITIONS / name
    manifest = read_manifest(results / NAME, root)
    new = record(results, manifest, (root / CORRECTIONS).read_bytes(), root)
    altered(new, manifest, f"{EDITIONS}/{name}").raise_if_any()
    if printed := sorted(((published or root) / EDITIONS / name).glob("*.csv")):
        model = load_model(every_chapter(root), READERS, root)
        rows = [(statistic, row) for _, statistic, row in read_record((results / layout.DATA).glob("*.csv"), model)]
        serie = min(row["aar"] for _, row in rows), manifest["aar"]
        corrections = load_corrections(model, root=root)
        unexplained(rows, serie, read_record(printed, model), corrections).raise_if_any()
    for path in [one for one in (folder, *layout.lying(folder).values()) if one.is_symlink()]:
        path.unlink()  # what is written or taken away through one lies somewhere else
    before = layout.lying(folder)
    if {file: path.read_bytes() for file, path in before.items()} == new:
        return f"{EDITIONS}/{name} er allerede slik."
    write_all({folder / file: data for file, data in new.items()})
    for file in sorted(before.keys() - new.keys()):
        before[file].unlink(missing_ok=True)
    state = " Koden var ikke lagt inn i git da utgaven ble bygget."
    state = "" if commit or manifest["kode"]["ren"] is not False else state
    commit = commit or manifest["kode"]["commit"]
    return (
        f"{EDITIONS}/{name}: {len(new)} filer, fra {f'commit {commit[:12]}' if commit else 'en mappe uten git'}."
        f"{state} Legg mappen inn i git."
    )
