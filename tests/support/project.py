"""The project under test, and a copy of its data to break."""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]


def git(folder: Path, *words: str, author: str = "x") -> str:
    """What git says in a folder, to somebody who has no settings. Parameters: `author`, whose commits are made."""
    identity = ["-c", f"user.name={author}", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, author: str = "x") -> None:
    """Put all that lies in a folder into its git, which is made where there is none."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x", author=author)


class Workspace:
    """A copy of the project's data to break, with the shortest ways to do it."""

    def __init__(self, root: Path):
        self.root = root

    def __truediv__(self, name: str) -> Path:
        return self.root / name

    def register(self, name: str) -> None:
        """Register the raw file of a folder as received, so that only the fault under test is left."""
        from krisestat.intake.receive import run

        run(name, "2021-02-01", "prøven", self.root)

    def edit(self, name: str, change: Callable[[str], str], encoding: str = "utf-8", register: str = "") -> None:
        """Change a text file; `register` is the raw folder to register anew."""
        path = self.root / name
        before = path.read_bytes().decode(encoding)
        after = change(before)
        assert after != before, "the change changed nothing"
        path.write_bytes(after.encode(encoding))
        if register:
            self.register(register)

    def clean(self, years: Iterable[int] = range(2015, 2021), **changed: Any) -> str:
        """Run the stage `clean` for some years; returns the text of its problems, «» for none. Parameters:
        `changed`, as `stages.bound`."""
        from krisestat.base.errors import Problems
        from tests.support.stages import run

        try:
            run("clean", Path("results"), aar=list(years), **changed)
        except Problems as error:
            return str(error)
        return ""

    def written(self) -> list[str]:
        """Every file under results."""
        return sorted(str(p.relative_to(self.root)) for p in (self.root / "results").rglob("*") if p.is_file())
