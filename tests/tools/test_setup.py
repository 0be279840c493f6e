"""Setting up: whichever Python fits and is there, the one that is asked for or none; a build in any folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import PROJECT
from tests.support.workflow import ALL, copy_project

FOLDER = "OneDrive - Bufdir (kopi) «æøå» 'x' & $y"


def set_up(folder: Path, python: str, path: str) -> subprocess.CompletedProcess:
    """`make setup` with a lock that asks for nothing. Parameters: `python`, what is asked for; `path`, where programs
    are looked for."""
    command = ["/bin/bash", str(PROJECT / "tools/venv.sh"), python, "tom.lock"]
    return subprocess.run(command, cwd=folder, env={"PATH": path}, capture_output=True, text=True)


@pytest.mark.thorough
def test_the_python_that_is_asked_for_is_used_or_refused(tmp_path):
    folder, there, old = tmp_path / FOLDER, tmp_path / "bin", tmp_path / "gammel python"
    folder.mkdir()
    there.mkdir()
    (folder / "tom.lock").touch()
    for name in ("rm", "bash"):
        (there / name).symlink_to(shutil.which(name) or name)
    old.write_text("#!/bin/sh\necho 3.10\n", encoding="utf-8")
    old.chmod(0o755)
    for asked, told in (("", "ingen av dem"), (str(old), "er Python 3.10"), ("python9", "«python9», som ikke er")):
        done = set_up(folder, asked, str(there))
        assert done.returncode == 1 and told in done.stderr and "Gjør:" in done.stderr, done.stderr
    assert not (folder / ".venv").exists()
    (there / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
    done = set_up(folder, "", str(there))
    assert done.returncode == 0, done.stderr
    version = [folder / ".venv/bin/python", "-c", "import sys; print(sys.version_info[:2], sys.prefix)"]
    assert subprocess.check_output(version, text=True) == f"{sys.version_info[:2]} {folder / '.venv'}\n"
    assert set_up(folder, str(old), str(there)).returncode == 1, "the one that is set up is not what was asked for"
    assert set_up(folder, "", str(there)).returncode == 0


@pytest.mark.workflow
@pytest.mark.thorough
def test_it_builds_in_a_folder_of_any_name_by_one_who_has_no_home_to_write_in(tmp_path):
    """The interpreter lies there too: Snakemake calls it."""
    project = copy_project(tmp_path / FOLDER)
    (project / ".venv").symlink_to(sys.prefix)
    command = [project / ".venv/bin/python", "-m", "snakemake", "--cores", "2"]
    env = {"PATH": os.defpath, "HOME": "/dev/null/hjem", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr.count("\nlocalrule ") == len(ALL) + 1
