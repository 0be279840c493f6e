"""What several test files share: a project folder of one's own to break."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

# What many test files look at is made once for the run: an edition, the checklist, a browser.
pytest_plugins = ["browser", "faktaarkene", "utgave", "sjekklisten"]
PROJECT = Path(__file__).parents[1]


# Marks of the tests that take longest, those that mostly wait first.
_LONGEST_FIRST = ("klynge", "workflow", "browser", "document")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with the longest tests come first, so that no core is without work at the end. A file runs in one
    process (`--dist loadfile`), and xdist would begin with those that have the most tests, which are the short ones."""
    place: dict[Path, int] = {}
    for item in items:
        marks = [n for n, mark in enumerate(_LONGEST_FIRST) if item.get_closest_marker(mark)]
        place[item.path] = min([place.get(item.path, len(_LONGEST_FIRST)), *marks])
    items.sort(key=lambda item: place[item.path])


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

    def clean(self, years: Iterable[int] = range(2015, 2021)) -> str:
        """Run the stage `clean` for some years; returns the text of its problems, or «» when there are none."""
        from krisestat.base.errors import Problems
        from krisestat.stages import clean as stages_clean

        try:
            stages_clean.run(
                aar=list(years),
                codebooks=Path("data/raw/codebooks"),
                register=Path("data/raw/register"),
                inndata=Path("results/inndata"),
                klargjort=Path("results/klargjort"),
                period="p2015-2020",
            )
        except Problems as error:
            return str(error)
        return ""

    def written(self) -> list[str]:
        """Every file under results."""
        return sorted(str(p.relative_to(self.root)) for p in (self.root / "results").rglob("*") if p.is_file())


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    shutil.copytree(PROJECT / "workflow" / "schemas", tmp_path / "workflow" / "schemas")
    monkeypatch.chdir(tmp_path)
    return Workspace(tmp_path)
