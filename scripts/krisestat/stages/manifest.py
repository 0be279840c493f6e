"""Stage `manifest`: everything that went in and came out, by digest, with the rule that made it and the versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.model.config import config_text
from krisestat.release.manifest import SCHEMA_ID, code_state, digest, kind, locked_packages, manifest_text, versions


def run(
    aar: int,
    config: Mapping[str, Any],
    inndata: Iterable[str],
    utdata: Mapping[str, str],
    results: str,
    lock: Path,
    git_status: str,
    manifest: Path,
) -> None:
    """Write the manifest.

    Parameters: `aar`, the edition's year; `config`, its merged configuration; `inndata`, its input files by their path
    in the project; `utdata`, the rule of each output file; `results`, the folder of the outputs; `lock`, the lock file
    of the packages; `git_status`, as `code_state` takes it; `manifest`, where to write.
    """
    inputs = {file: Path(file).read_bytes() for file in sorted(set(inndata))}
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
