"""Stage `manifest`: everything that went in and came out, by digest, with the rule that made it and the versions."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.base.errors import ProblemList
from krisestat.base.layout import OUT
from krisestat.model.config import config_text
from krisestat.release.manifest import SCHEMA_ID, code_state, digest, kind, locked_packages, manifest_text, versions
from krisestat.sheets.batch import sheet_files


def _foreign(folder: Path, known: Container[str]) -> ProblemList:
    """A problem for each file in a folder that no rule wrote."""
    problems, wanted = ProblemList(), "bare det som hører til utgaven, slik reglene og config.yaml sier"
    for path in sorted(folder.rglob("*")):
        if not path.is_dir() and str(path) not in known:
            problems.add(path, "", "en fil som bygget ikke skrev", wanted, "Flytt eller slett filen, og bygg igjen.")
    return problems


def run(
    aar: int,
    config: Mapping[str, Any],
    inndata: Iterable[str],
    ark: Iterable[Path],
    utdata: Mapping[str, str],
    results: str,
    lock: Path,
    git_status: str,
    manifest: Path,
) -> None:
    """Write the manifest, if nothing lies in the folder that goes out but what it names.

    Parameters: `aar`, the edition's year; `config`, its merged configuration; `inndata`, its input files by their path
    in the project; `ark`, the list of the fact sheets, where they are part of the edition; `utdata`, the rule of each
    output file; `results`, the folder of the outputs; `lock`, the lock file of the packages; `git_status`, as
    `code_state` takes it; `manifest`, where to write. Raises `Problems` with every file there that no rule wrote.
    """
    inputs = {file: Path(file).read_bytes() for file in sorted(set(inndata))}
    utdata = {**utdata, **{str(file): utdata[str(liste)] for liste in ark for file in sheet_files(liste)}}
    _foreign(Path(results, OUT), utdata).raise_if_any()
    outputs = {file.removeprefix(f"{results}/"): (Path(file).read_bytes(), utdata[file]) for file in sorted(utdata)}
    content = {
        "skjema": SCHEMA_ID,
        "aar": aar,
        "inndata": [
            {"fil": file, "sha256": digest(data), "byte": len(data), "slag": kind(file)}
            for file, data in inputs.items()
        ],
        "utdata": [
            {"fil": file, "sha256": digest(data), "byte": len(data), "regel": rule}
            for file, (data, rule) in outputs.items()
        ],
        "versjoner": versions(locked_packages(lock.read_text(encoding="utf-8"))),
        "konfigurasjon_sha256": digest(config_text(config).encode("utf-8")),
        "kode": code_state(git_status),
    }
    write_atomic(manifest, manifest_text(content))
