"""Newer packages: the locks made anew, what of the system is another, and what old and new make of the edition, held
against each other file by file.

Run as `make oppdater`. Both are built from empty in folders of their own, of what is committed; frozen editions are
read by them and touched by neither. The new locks are laid in the project when both could be built.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from krisestat.base.errors import one_problem, told
from krisestat.release.manifest import NAME, read_manifest, versions
from krisestat.release.published import EDITIONS

PROJECT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-klynge.lock")
_IDENTITY = {
    f"GIT_{who}_{what}": said
    for who in ("AUTHOR", "COMMITTER")
    for what, said in (("NAME", "Krisestat"), ("EMAIL", "krisestat@example.org"))
}


def _git(root: Path, *words: str, **env: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, env={**os.environ, **env}, capture_output=True, text=True)
    if done.returncode:
        raise one_problem(".git", "", done.stderr.strip() or f"git {words[0]} stoppet", "et lager med git", "Rett det.")
    return done.stdout.strip()


def changes(old: Mapping[str, str | None], new: Mapping[str, str | None]) -> list[str]:
    """What is another, came or went, a line each. Parameters: `old` and `new`, versions by name."""
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return [f"  {name}: {old.get(name) or 'ikke der'} → {new.get(name) or 'ikke der'}" for name in names]


def pinned(lock: str) -> dict[str, str | None]:
    """The version of each package. Parameters: `lock`, the text of a lock file."""
    return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock))


def system_changes(root: Path) -> list[str]:
    """What is another on this machine than where the newest frozen edition was built, of what no lock names."""
    frozen = sorted((root / EDITIONS).glob(f"20[0-9][0-9]/{NAME}"))
    if not frozen:
        return []
    now, then = versions([]), read_manifest(frozen[-1], root)["versjoner"]
    return changes({name: then.get(name) for name in now}, now)


def renewed(root: Path, folder: Path) -> None:
    """Make newer locks in a folder. Parameters: `root`, the project's folder, whose locks they begin from."""
    for path in [*root.glob("requirements*.in"), *root.glob("requirements*.lock")]:
        shutil.copy(path, folder)
    places = f"{root / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", str(root / "tools/lock.sh"), "--upgrade"]
    if subprocess.run(command, cwd=folder, env={**os.environ, "PATH": places}).returncode:
        raise one_problem(
            "tools/lock.sh", "", "låsefiler som ikke lot seg lage", "nye låsefiler", "Se over, og prøv igjen."
        )


def committed(root: Path, new: Path, folder: Path) -> str:
    """A commit on no branch, of what is committed with other locks. Parameters: `new`, their folder; `folder`, for the
    while."""
    index = {"GIT_INDEX_FILE": str(folder / "index")}
    _git(root, "read-tree", "HEAD", **index)
    for name in LOCKS:
        blob = _git(root, "hash-object", "-w", str(new / name))
        _git(root, "update-index", "--cacheinfo", f"100644,{blob},{name}", **index)
    tree = _git(root, "write-tree", **index)
    return _git(root, "commit-tree", tree, "-p", "HEAD", "-m", "Nye pakker", **_IDENTITY)


def run(given: Path | None, cores: int, root: Path = PROJECT) -> int:
    """Renew, build old and new, and tell. Parameters: `given`, a folder with new locks, where somebody has made them;
    `cores`, for each build. Returns the exit code: 0 when the new locks lie in the project. Raises `Problems`."""
    system = system_changes(root)
    print(
        "\n".join(["Systemet, siden den siste frosne utgaven:", *(system or ["  som før, eller ingen frossen utgave"])])
    )
    if _git(root, "status", "--porcelain", "--", *LOCKS):
        raise one_problem(
            "requirements*.lock",
            "",
            "endret, og ikke lagt inn i git",
            "låsefilene slik de ligger i git",
            "Legg dem inn, eller hent dem tilbake: git checkout requirements*.lock",
        )
    with TemporaryDirectory() as temporary:
        new = given or Path(temporary)
        if not given:
            renewed(root, new)
        told = {name: [(one / name).read_text(encoding="utf-8") for one in (root, new)] for name in LOCKS}
        if all(old == now for old, now in told.values()):
            print("Pakkene er de nyeste. Ingenting er endret.")
            return 0
        packages = changes(*map(pinned, told[LOCKS[1]]))
        print("\n".join(["Pakkene:", *(packages or ["  de samme"])]), flush=True)
        command = ["bash", "tools/compare-revisions.sh", "HEAD", committed(root, new, Path(temporary)), str(cores)]
        if (code := subprocess.run(command, cwd=root).returncode) > 1:
            print("De nye pakkene er ikke tatt i bruk.", file=sys.stderr)
            return code
        for name in LOCKS:
            shutil.copyfile(new / name, root / name)
    differs = "Se results/endringer/endringer.html. " if code else "Hver byte i utgaven er den samme. "
    print(
        f"{differs}De nye låsefilene ligger klare: «make test», og legg dem inn i git. Vil du ikke ha dem: "
        "git checkout requirements*.lock"
    )
    return 0


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laas", type=Path, help="en mappe med nye låsefiler, laget et annet sted")
    parser.add_argument("--kjerner", type=int, default=4)
    given = parser.parse_args()
    with told("oppdater", failed=2):
        return run(given.laas, given.kjerner)


if __name__ == "__main__":
    sys.exit(main())
