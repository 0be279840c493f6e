"""What several test files share: a project folder of one's own to break."""

import gc
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.support.project import PROJECT, Workspace

# What many test files look at is made once for the run: an edition, the checklist, a build, a browser.
pytest_plugins = [
    f"tests.support.{name}" for name in ("browser", "stages", "sheet_numbers", "edition", "checklist", "workflow")
]


# Files of many builds that have nothing in common but what is made once for the run: each of their tests goes to the
# process that is free.
_SHARED = ("tests/workflow/test_rebuilds.py", "tests/workflow/test_workflow.py", "tests/workflow/test_site.py")
# Marks of the tests that take longest, those that mostly wait first.
_LONGEST_FIRST = ("klynge", "workflow", "browser", "document")


def pytest_configure(config: pytest.Config) -> None:
    """The quick set tries each property on a tenth of its examples. One stands in the project that tests look at; who
    starts other processes stays where it is, for they find their tests from there."""
    if hasattr(config, "workerinput") or not config.option.numprocesses:
        os.chdir(PROJECT)
    settings.register_profile("rask", max_examples=10, deadline=None)
    if "not thorough" in config.option.markexpr:
        settings.load_profile("rask")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file whose tests are all left out is not imported: together they cost a second in each process."""
    if collection_path.suffix != ".py":
        return None
    mark = re.search(
        r"^pytestmark = \[?\s*pytest\.mark\.(\w+)", collection_path.read_text(encoding="utf-8"), re.MULTILINE
    )
    return True if mark and f"not {mark[1]}" in config.option.markexpr else None


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage again and again costs an eighth of a run."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with the longest tests come first, so that no core is without work at the end. A file runs in one
    process (`--dist loadfile`), and xdist would begin with those that have the most tests, which are the short ones."""
    place: dict[Path, int] = {}
    for item in items:
        marks = [n for n, mark in enumerate(_LONGEST_FIRST) if item.get_closest_marker(mark)]
        place[item.path] = min([place.get(item.path, len(_LONGEST_FIRST)), *marks])
    items.sort(key=lambda item: place[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """As `--dist loadfile` has it, but for the tests of `_SHARED`: the longest file would else keep one core busy when
    the others are done."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if nodeid.startswith(_SHARED) else super()._split_scope(nodeid)

    return ByFile(config, log) if config.option.dist == "loadfile" else None


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """The data without the forms on agreements, which are half of the files."""
    shutil.copytree(PROJECT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("avtaler"))
    shutil.copytree(PROJECT / "workflow" / "schemas", tmp_path / "workflow" / "schemas")
    monkeypatch.chdir(tmp_path)
    return Workspace(tmp_path)
