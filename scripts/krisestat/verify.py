"""Holds a results folder against its manifest: files changed by hand, missing, or not from the build.

Run as `make kontroller` or `make kontroller AAR=2020`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krisestat.command import Parser, year
from krisestat.config import load_config
from krisestat.errors import ProblemList
from krisestat.manifest import NAME, digest, read_manifest
from krisestat.records import read

# Made beside the edition and not part of it: reports to parties, fact sheets (all or some), comparisons of runs.
_BESIDE = ("avtaler", "faktaark", "faktaark-utvalg", "endringer")


def is_part(file: str) -> bool:
    """Whether a file, by its path in the folder of an edition, is part of the edition, and not made beside it."""
    return file.split("/")[0] not in _BESIDE


def differences(
    manifest: Mapping[str, Any], found: Mapping[str, str], recorded: Mapping[str, str], folder: str
) -> ProblemList:
    """A problem for each output that is not as the manifest says.

    Parameters: `manifest`, as read; `found`, sha256 by path in the folder, of every file but the manifest; `recorded`,
    the sha256 that the rule recorded when it last wrote each of them; `folder`, what it is called in the problems.
    """
    problems = ProblemList()
    made = {entry["fil"]: entry for entry in manifest["utdata"] if is_part(entry["fil"])}
    for file in sorted(made.keys() | found.keys()):
        place, fix = f"{folder}/{file}", "Bygg på nytt: da lages filen på nytt. Rett kilden, ikke resultatet."
        if file not in found:
            written = f"filen som regelen «{made[file]['regel']}» skrev ({made[file]['byte']} byte)"
            problems.add(place, "", "filen finnes ikke", written, fix)
        elif file not in made:
            problems.add(
                place,
                "",
                "en fil som bygget ikke skrev",
                "bare filene i manifestet",
                "Flytt eller slett filen.",
            )
        elif found[file] != (expected := made[file]["sha256"]):
            what = f"kontrollsum {found[file][:12]}…"
            if found[file] == recorded.get(file):
                what, fix = f"laget på nytt etter at manifestet ble skrevet: {what}", "Bygg ferdig: «make publication»."
            else:
                what = f"ikke slik den ble bygget: {what}"
            problems.add(place, "", what, f"{expected[:12]}…, slik regelen «{made[file]['regel']}» skrev det", fix)
    return problems


def run(aar: int, root: Path) -> str:
    """Verify the results of one edition.

    Parameters: `aar`, the edition's year; `root`, the project's folder. Returns a Norwegian text that says that all is
    well, and which inputs have changed since. Raises `Problems` with every output that is not as it was built, and then
    with the changed inputs too.
    """
    folder = f"results/{aar}"
    manifest = read_manifest(root / folder / NAME, root)
    if manifest["aar"] != aar:
        problems = ProblemList()
        problems.add(
            f"{folder}/{NAME}",
            "nøkkelen «aar»",
            f"«{manifest['aar']}»",
            f"{aar}, som er mappens år",
            "Flytt mappen til sitt år, eller bygg på nytt.",
        )
        problems.raise_if_any()
    files = {path.relative_to(root / folder).as_posix(): path for path in sorted((root / folder).rglob("*"))}
    found = {
        name: digest(path.read_bytes())
        for name, path in files.items()
        if path.is_file() and name != NAME and is_part(name)
    }
    inputs = {entry["fil"]: entry["sha256"] for entry in manifest["inndata"]}
    now = {file: digest((root / file).read_bytes()) for file in inputs if (root / file).is_file()}
    changed = [file for file in inputs if now.get(file) != inputs[file]]
    recorded = {file: read(f"{folder}/{file}", root).get("sha256", "") for file in found}
    problems = differences(manifest, found, recorded, folder)
    if problems.problems:
        for file in changed:
            problems.add(file, "", "endret siden bygget", "filen som utgaven er bygget av", "Bygg på nytt med den.")
    problems.raise_if_any()
    text = f"{folder}: alle {len(found)} filer er slik de ble bygget."
    if changed:
        text += f"\nEndret siden bygget, og ikke med i det: {', '.join(changed)}. «make publication» tar det med."
    return text


def main() -> int:
    """Command line; returns the exit code."""
    parser = Parser(prog="make kontroller", description="Hold resultatene mot manifestet.")
    parser.add_argument("aar", nargs="?", type=year, help="utgavens år; ellers året i config.yaml")
    return parser.run(lambda given: run(given.aar or load_config(Path("config.yaml"), Path())["aar"], Path()))


if __name__ == "__main__":
    sys.exit(main())
