"""Newer packages: what is another is told, both are built, and frozen editions and the folder stay as they are."""

import shutil
import sys
from pathlib import Path

import pytest

from krisestat.release import freeze
from tests.support.project import commit
from tools import oppdater


def test_what_is_another_is_told():
    old = oppdater.pinned("pandas==3.1.1 \\\n    --hash=sha256:1\nlxml==6.1.3 ; python_version < '3.12'\n")
    told = oppdater.changes(old, {"pandas": "3.1.2", "lxml": "6.1.3", "pango": "1.50.12"})
    assert told == ["  pandas: 3.1.1 → 3.1.2", "  pango: ikke der → 1.50.12"]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.workflow
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [("# nye", 0, "De nye låsefilene ligger klare"), ("finnes-ikke==1.0 --hash=sha256:00", 2, "ikke tatt i bruk")],
    ids=["builds", "cannot be set up"],
)
def test_old_and_new_are_built_and_nothing_frozen_is_touched(built, tmp_path, capfd, line, code, told):
    project, new = built.copied(tmp_path), tmp_path / "nye"
    (project / ".venv").symlink_to(sys.prefix)
    freeze.run("2020", project.root)
    commit(project.root)
    new.mkdir()
    for name in oppdater.LOCKS:
        shutil.copy(project / name, new)
    lock = new / "requirements.lock"
    lock.write_text(f"{lock.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    before = files(project / "publisert")
    assert oppdater.run(new, 2, project.root) == code
    said = capfd.readouterr()
    assert told in said.out + said.err
    assert files(project / "publisert") == before
    assert line in (project / "requirements.lock").read_text(encoding="utf-8") or code
    assert line not in (project / "requirements.lock").read_text(encoding="utf-8") or not code
