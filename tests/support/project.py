"""The project under test, and a copy of its data to break."""

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from tools import eksempel

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / eksempel.FILE
# What `make setup` makes beside the program.
SET_UP = (".venv", ".venv-klynge")


def listed(root: Path) -> list[str]:
    """The files that git knows or would take in, as a new clone has them; all, where there is no git."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    told = subprocess.run(command, cwd=root, capture_output=True).stdout.decode()
    names = told.split("\0") if (root / ".git").exists() else [str(p.relative_to(root)) for p in root.rglob("*")]
    made = {*SET_UP, ".snakemake", "results", "__pycache__"}
    found = [name for name in names if name and not made.intersection(Path(name).parts)]
    return sorted(name for name in found if (root / name).is_file())


def _example() -> Path:
    """The folder of the project that tests look at: the repository, where its settings are of the example edition, or
    else a copy of its program with the example's data, texts and settings. Tests are of the program, and not of the
    data of whoever has it."""
    _, settings = next(eksempel.unpacked(EXAMPLE))
    given = yaml.safe_load(settings), yaml.safe_load((ROOT / "config.yaml").read_bytes())
    one, other = ((said["aar"], said["kapitler"], said["publikasjon"]["tittel"]) for said in given)
    if one == other:
        return ROOT
    of_example = tuple(f"{part}/" for part in eksempel.PARTS)
    own = [name for name in listed(ROOT) if not f"{name}/".startswith(of_example) or name.endswith(".ttf")]
    program = {name: (ROOT / name).read_bytes() for name in own}
    digest = hashlib.sha256(EXAMPLE.read_bytes() + repr(sorted(program.items())).encode()).hexdigest()[:16]
    place = ROOT / "results/.lager/eksempel" / digest
    place.parent.mkdir(parents=True, exist_ok=True)
    with (place.parent / "laas").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_dir():
            new = place.with_suffix(".ny")
            shutil.rmtree(new, ignore_errors=True)
            for name, data in {**dict(eksempel.unpacked(EXAMPLE)), **program}.items():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                (new / name).write_bytes(data)
                if name in program:
                    shutil.copymode(ROOT / name, new / name)
            for name in SET_UP:
                (new / name).symlink_to(ROOT / name)
            new.rename(place)
    return place


PROJECT = _example()


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
