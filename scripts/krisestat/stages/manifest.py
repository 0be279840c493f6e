"""Stage `manifest`: everything that went in and came out, by digest, with the rule that made it and the versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.base.errors import ProblemList
from krisestat.base.files import Files
from krisestat.base.layout import OUT, lying, strangers
from krisestat.model.config import config_text
from krisestat.release.manifest import (
    SCHEMA_ID,
    code_state,
    digest,
    kind,
    locked_packages,
    manifest_text,
    not_built,
    versions,
)


def _foreign(folder: Path, known: Iterable[str]) -> ProblemList:
    """A problem for each file in a folder that no rule wrote, or each folder of such. Rules write no links."""
    problems, wanted = ProblemList(), "bare det som hører til utgaven, slik reglene og config.yaml sier"
    found = lying(folder).values()
    links = {str(path) for path in found if path.is_symlink()}
    for place, count in strangers(map(str, found), {*known} - links).items():
        problems.add(place, "", not_built(count), wanted, "Flytt eller slett det, og bygg igjen.")
    return problems


def run(
    inn: Files,
    ut: Files,
    aar: int,
    config: Mapping[str, Any],
    innstillinger: str,
    bygget: Mapping[str, str],
    ved_siden: Mapping[str, str],
    lest: Mapping[str, Collection[str]],
    results: str,
    utdata: Mapping[str, str],
    git_status: str,
) -> None:
    """Write the manifest, if all that it names is what was built and what it was built from, and nothing else lies in
    the folder that goes out.

    Parameters: `inn`, `inndata` and `modules`, the edition's input files, and `lock`, the lock file of the packages;
    `ut`, `manifest`; `aar`, the edition's year; `config`, its merged configuration; `innstillinger`, sha256 of
    `config.yaml` when that was read; `bygget`, sha256 of each file as its rule wrote it; `ved_siden`, an output of the
    job that wrote each file that is no output; `lest`, each sha256 that an input had when a rule read it; `results`,
    the folder of the outputs; `utdata`, the rule of each output file; `git_status`, as `code_state` takes it. Raises
    `Problems` with every file to go out that no rule wrote, every output that is another than its rule wrote, and every
    input that is another than was read.
    """
    named = {path.as_posix(): path for path in (*inn.many("inndata"), *inn.many("modules"))}
    inputs = {file: named[file].read_bytes() for file in sorted(named)}
    utdata = {**utdata, **{file: utdata[output] for file, output in ved_siden.items()}}
    outputs = {file: Path(file).read_bytes() for file in sorted(utdata)}
    used, problems = {**lest, "config.yaml": {innstillinger}}, _foreign(Path(results, OUT), utdata)
    for file, data in outputs.items():
        if digest(data) != bygget.get(file):
            found = f"noe annet enn det regelen «{utdata[file]}» skrev"
            problems.add(file, "", found, "filen slik den ble bygget", "Bygg på nytt: da lages den på nytt.")
    for file, data in inputs.items():
        if {*used.get(file, ())} - {digest(data)}:
            found = "noe annet enn det utgaven er bygget av"
            problems.add(file, "", found, "den samme filen gjennom hele byggingen", "Bygg på nytt, med filen i ro.")
    problems.raise_if_any()
    content = {
        "skjema": SCHEMA_ID,
        "aar": aar,
        "inndata": [
            {"fil": file, "sha256": digest(data), "byte": len(data), "slag": kind(file)}
            for file, data in inputs.items()
        ],
        "utdata": [
            {
                "fil": file.removeprefix(f"{results}/"),
                "sha256": bygget[file],
                "byte": len(data),
                "regel": utdata[file],
            }
            for file, data in outputs.items()
        ],
        "versjoner": versions(locked_packages(inn.lock.read_text(encoding="utf-8"))),
        "konfigurasjon_sha256": digest(config_text(config).encode("utf-8")),
        "kode": code_state(git_status),
    }
    write_atomic(ut.manifest, manifest_text(content))
