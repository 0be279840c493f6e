"""One build at a time, what a stopped build left behind, and outputs that nobody remembers making."""

import subprocess
import sys

import pytest

from krisestat.build import hold
from tests.support.project import PROJECT


@pytest.fixture(autouse=True)
def let_go_afterwards():
    yield
    hold.let_go()


def test_a_build_that_came_to_its_end_is_not_mentioned(tmp_path, capsys):
    for _ in range(2):
        hold.hold(str(tmp_path))
        hold.let_go()
    assert capsys.readouterr().err == ""


def test_a_build_that_was_stopped_is_told_and_cleared(tmp_path, capsys):
    half = tmp_path / "results/2020/ut/utdata/.tall.csv.ny"
    half.parent.mkdir(parents=True)
    half.touch()
    code = f"from krisestat.build import hold; import os; hold.hold({str(tmp_path)!r}); os._exit(9)"
    env = {"PYTHONPATH": str(PROJECT / "scripts")}
    assert subprocess.run([sys.executable, "-c", code], env=env).returncode == 9
    hold.hold(str(tmp_path))
    assert "Forrige bygging ble avbrutt" in capsys.readouterr().err
    assert not half.exists()


def test_a_second_build_is_refused_in_five_parts(tmp_path, capsys):
    hold.hold(str(tmp_path))
    with pytest.raises(SystemExit):
        hold.hold(str(tmp_path))
    told = capsys.readouterr().err
    assert all(part in told for part in ("en annen bygging som er i gang", "Fant:", "Ventet:", "Gjør:"))


@pytest.fixture
def outputs(tmp_path):
    """Two outputs with a record each, and one without."""
    (tmp_path / "results").mkdir()
    (tmp_path / "logs").mkdir()
    (tmp_path / ".snakemake/metadata").mkdir(parents=True)
    for name in ("a", "b", "c"):
        (tmp_path / "results" / name).touch()
    for record in ("cmVzdWx0cy9h", "cmVzdWx0cy9i"):
        (tmp_path / ".snakemake/metadata" / record).touch()
    return {"results/a": "clean", "results/b": "render", "results/c": "clean", "results/finnes-ikke": "clean"}


def times(root) -> dict[str, bool]:
    return {path.name: path.stat().st_mtime > 1 for path in (root / "results").iterdir()}


def test_outputs_without_a_record_are_made_to_look_old(tmp_path, outputs):
    hold.hold(str(tmp_path))
    hold.distrust(str(tmp_path), outputs)
    assert times(tmp_path) == {"a": True, "b": True, "c": True}, "not while a build is going on"
    hold.let_go()
    hold.distrust(str(tmp_path), outputs)
    assert times(tmp_path) == {"a": True, "b": True, "c": False}


def test_what_failed_is_forgotten(tmp_path, outputs):
    hold.unfinished(tmp_path / "logs/render.log").touch()
    hold.forget(str(tmp_path), outputs)
    hold.distrust(str(tmp_path), outputs)
    assert times(tmp_path) == {"a": True, "b": False, "c": False}
