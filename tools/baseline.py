"""Whether a change of the code leaves every byte of the editions and the reports beside them as it was: 2018, 2019 and
2020, in both written standards, built from empty at two revisions and compared file by file. Run as
`make grunnlinje FRA=<revision>`.

In `manifest.json` the digests of code, declarations, code lists and `kilde.yaml`, the list of them, and the names of
rules may differ, and the code's own state; everything else is held.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from itertools import product
from pathlib import Path

from tools.reproduser import PROJECT, TARGETS, differences, outputs

EDITIONS = tuple(product((2018, 2019, 2020), ("nb", "nn")))
# Inputs whose bytes may differ: code and what is declared.
_FREE = ("kode", "kodebok", "kildeopplysning")


def held(manifest: bytes) -> bytes:
    """The part of a manifest that a change of the code must leave. Parameters: `manifest`, the file."""
    found = json.loads(manifest)
    del found["kode"], found["kontrollsum"]
    found["inndata"] = [entry for entry in found["inndata"] if entry["slag"] not in _FREE]
    for entry in found["utdata"]:
        entry.pop("regel")
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")


def build(folder: Path, aar: int, spraak: str) -> dict[str, bytes]:
    """The files of an edition, built from empty in a checkout. Raises `SystemExit` with what the build said."""
    for standard in ("", f"-{spraak}"):
        shutil.rmtree(folder / "results" / f"{aar}{standard}", ignore_errors=True)
    command = [sys.executable, "-m", "snakemake", *TARGETS, "--cores", str(os.cpu_count()), "--quiet", "all"]
    command += ["--config", f"aar={aar}", f"spraak={spraak}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        print(f"{done.stderr[-4000:]}\nUtgaven {aar} ({spraak}) stoppet i {folder.name}; se over.", file=sys.stderr)
        raise SystemExit(2)
    return {
        name: held(data) if name.endswith("/manifest.json") else data
        for name, data in outputs(folder).items()
        if name.startswith((f"{aar}/", f"{aar}-{spraak}/"))
    }


def compare(before: Mapping[str, bytes], after: Mapping[str, bytes], edition: str) -> int:
    """Print each file that is not the same. Returns how many there are."""
    different = list(differences(before, after))
    for name, where in different:
        print(f"ULIK  {name} ({edition})\n  {where}")
    return len(different)


def main() -> int:
    """Command line; returns 0 when every file is the same, 1 when not, 2 when a build stops."""
    parser = argparse.ArgumentParser(prog="make grunnlinje", description="Hold hver byte av utgavene mot en revisjon.")
    parser.add_argument("fra", help="revisjonen som gjelder")
    parser.add_argument("til", nargs="?", default="HEAD", help="revisjonen som prøves (%(default)s)")
    args = parser.parse_args()
    place, found, count = Path(tempfile.mkdtemp(prefix="grunnlinje-")), 0, 0
    sides = {"gammel": args.fra, "ny": args.til}
    git = ["git", "-C", str(PROJECT), "worktree"]
    try:
        for side, revision in sides.items():
            if subprocess.run([*git, "add", "--quiet", "--detach", str(place / side), revision]).returncode:
                return 2
        for aar, spraak in EDITIONS:
            print(f"Bygger {aar} på {spraak} …", file=sys.stderr)
            before, after = (build(place / side, aar, spraak) for side in sides)
            found += compare(before, after, spraak)
            count += len(before)
    finally:
        for side in sides:
            subprocess.run([*git, "remove", "--force", str(place / side)], capture_output=True)
        shutil.rmtree(place, ignore_errors=True)
    print(f"{found} av {count} filer er ulike." if found else f"Alle {count} filer er like, byte for byte.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
