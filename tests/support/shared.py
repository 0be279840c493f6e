"""What is made once for a run, however many processes it has, and how long the series of examples are."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process to ask makes, and that the others wait for and find. Nothing may change it.

    Parameters: `name`, of the folder, the same in every process; `make`, fills the folder, which is there and empty.
    """
    base = factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, done = base / "delt" / name, base / "delt" / f"{name}.ferdig"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / f"{name}.laas").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def series(examples: int) -> settings:
    """The settings of a property that is tried on so many examples in the whole set, and on a tenth of them in the
    quick one (`conftest.py` says which profile holds)."""
    return settings(max_examples=max(1, examples * settings.default.max_examples // 100), deadline=None)
