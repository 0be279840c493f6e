"""What git knows of the project: what is not committed, and who wrote each line of a file. Asked by commands when
something is to be shown or published, and never by a stage."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Git's answer on a signature that is good and whose key is trusted.
_GOOD = "G"
_UNKNOWN = "0" * 40


@dataclass(frozen=True, order=True)
class Name:
    """A person in the register, and how the name is known: `kjent_ved` is «signert» (the author of the commit that
    added the entry, who signed it; `mer` says with whose key), «git» (its author) or «oppgitt» (only written; `mer`
    says why)."""

    av: str
    kjent_ved: str
    mer: str = ""

    def __str__(self) -> str:
        return f"{self.av}, {self.kjent_ved}" + (f": {self.mer}" if self.mer else "")


def _git(root: Path, *arguments: str) -> str | None:
    """What git says; None where there is no git, or no repository in the very folder."""
    command = ["git", "--no-optional-locks", "--git-dir=.git", "--work-tree=.", *arguments]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def commit(root: Path) -> str:
    """The commit that the folder is at; «» where there is none."""
    return (_git(root, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip()


def uncommitted(root: Path) -> dict[str, bool] | None:
    """What is not as in the commit, or not known to be, by path in the project: whether git follows it. A folder that
    git keeps out ends with «/». None where there is no commit to hold it against."""
    told = _git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching")
    if told is None or not commit(root):
        return None
    found = {line[3:]: line[:2] not in ("??", "!!") for line in told.split("\0") if line}
    # Files that git was told not to look at have another mark than «H»: nobody knows how they are.
    unseen = (_git(root, "ls-files", "-v", "-z") or "").split("\0")
    return found | {line[2:]: True for line in unseen if line and not line.startswith("H ")}


def committed(root: Path, folder: Path, patterns: Iterable[str]) -> dict[str, str]:
    """The files of some patterns in the folders of one of the project, as text, by their path in the project, as they
    are in the last commit. Empty where there is none."""
    listed = (_git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", str(folder)) or "").split("\0")
    inside = [Path(file) for file in listed if Path(file).parent.parent == folder]
    found = [str(file) for file in inside if any(file.match(pattern) for pattern in patterns)]
    return {file: _git(root, "show", f"HEAD:{file}") or "" for file in found}


def changed(root: Path, commit: str) -> set[str] | None:
    """Files that are another in the last commit than in an earlier one, or in one of the two alone; None where git does
    not know the earlier."""
    told = _git(root, "diff-tree", "-r", "-z", "--name-only", commit, "HEAD", "--") if commit else None
    return None if told is None else set(told.split("\0")) - {""}


def authors(root: Path, file: Path) -> list[tuple[str, str]]:
    """Who wrote each line of a file, in order: the author of the commit that it came with («» for one that is not
    committed, or from before the history begins), and whose key that was signed with («» when it was not). Empty where
    git knows nothing of the file."""
    told = _git(root, "blame", "-w", "-M", "--line-porcelain", "--encoding=UTF-8", "--", file.as_posix())
    if told is None:
        return []
    shallow = (_git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true"
    lines = []
    # A line of the file itself begins with a tab, and ends what is said of it.
    for part in re.split(r"(?m)^\t.*\n?", told)[:-1]:
        author = re.search(r"^author (.*)$", part, re.MULTILINE)
        first = shallow and re.search(r"^boundary$", part, re.MULTILINE)
        lines.append((part[:40], author[1] if author and not first and part[:40] != _UNKNOWN else ""))
    signer = _signers(root, {sha for sha, author in lines if author})
    return [(author, signer.get(sha, "")) for sha, author in lines]


def _signers(root: Path, commits: set[str]) -> dict[str, str]:
    """The owner of the key, of each of some commits that its author has signed with a key that git trusts."""
    if not commits:
        return {}
    told = _git(root, "log", "--no-walk=unsorted", "--format=%H%x00%G?%x00%ae%x00%GS", *sorted(commits), "--") or ""
    found = (line.split("\0") for line in told.splitlines())
    return {sha: signer for sha, state, email, signer in found if state == _GOOD and email and email in signer}


def name_of(entry: Mapping[str, Any], lines: list[tuple[str, str]]) -> Name:
    """How the name in an entry of the register is known.

    Parameters: `entry`, with the numbers of its lines in `_linjer`; `lines`, as `authors` gives them.
    """
    wrote = {lines[number - 1] for number in entry["_linjer"] if number <= len(lines)}
    if not wrote or "" in (names := {author for author, _ in wrote}):
        return Name(entry["av"], "oppgitt", "ikke lagt inn i git" if lines else "git kjenner ikke filen")
    if {" ".join(name.split()).casefold() for name in names} != {" ".join(entry["av"].split()).casefold()}:
        return Name(entry["av"], "oppgitt", f"lagt inn av {', '.join(sorted(names))}")
    signers = sorted({signer for _, signer in wrote})
    how = ("signert", f"nøkkelen til {', '.join(signers)}") if all(signers) else ("git",)
    return Name(entry["av"], *how)
