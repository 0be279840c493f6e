"""One build at a time, what a stopped build left behind, and what each job recorded of its files."""

import subprocess
import sys
from pathlib import Path

import pytest

from krisestat.base import records
from krisestat.base.errors import Problems
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
    half = tmp_path / "results/2020/ut/utdata/.forum.csv.ny"
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
def made(tmp_path, monkeypatch):
    """A job that made `b` and `c` from `a`, with `d` beside them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_text("a", encoding="utf-8")
    with records.recorded(["a"], ["b", str(tmp_path / "c")]) as beside:
        for name in "bcd":
            (tmp_path / name).write_text(name, encoding="utf-8")
        beside.append("d")
    return tmp_path / ".snakemake/krisestat"


def test_a_job_records_what_it_read_and_wrote(made):
    first = {"sha256": records.digest("b"), "inndata": {"a": records.digest("a")}, "utdata": ["b", "c", "d"]}
    assert records.read("b") == first and records.read("d") == {"sha256": records.digest("d")}
    assert records.made("bc")["lest"] == {"a": {records.digest("a")}}


def test_a_job_that_fails_has_recorded_nothing(made):
    with pytest.raises(ZeroDivisionError), records.recorded(["a"], ["b", "c"]):
        raise ZeroDivisionError
    assert records.read("b") == records.read("c") == {}


def test_an_altered_file_is_used_by_no_later_job(made):
    for name in "ac":  # what no rule made may be edited
        Path(name).write_text("en annen", encoding="utf-8")
    with pytest.raises(Problems, match="c\n  Fant:   ikke slik den ble bygget: endret") as told:
        with records.recorded(["a", "b", "c"], ["e"]):
            raise AssertionError("the work began")
    assert len(told.value.problems) == 1


@pytest.mark.parametrize("change", [lambda b: b.replace(b'": "', b'": "0', 1), lambda b: b[:-5], lambda b: b""])
def test_a_record_that_was_altered_or_is_of_another_file_is_none(made, change):
    (made / "c.json").write_bytes((made / "d.json").read_bytes())
    (made / "b.json").write_bytes(change((made / "b.json").read_bytes()))
    assert records.read("b") == records.read("c") == {}
    with pytest.raises(Problems, match="det som er registrert om filen, er endret"):
        records.recorded(["b"], ["e"]).__enter__()
