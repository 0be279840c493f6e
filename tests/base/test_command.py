"""Every command of the Makefile: what is wrong with its arguments or around it is told in five parts, never with a
traceback, in Norwegian letters whatever the locale."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from krisestat.errors import Problem, Problems, told
from tests.support.project import PROJECT

PARTS = ("Fant:", "Ventet:", "Gjør:")
# Words on the command line that are wrong in one place, by the module of the command.
WRONG = [
    ("verify", "abc"),
    ("verify", "2020.0"),
    ("verify", "0"),
    ("trace",),
    ("trace", "finnes-ikke", "ingen-mappe"),
    ("language", "20200"),
    ("review",),
    ("review", "x", "--publiser"),
    ("freeze", "2020.0"),
    ("freeze", "2020", "--ukjent"),
    ("check_text", "ingen-fil"),
    ("check_text", "notat.md", "--aar", "2020.0"),
    ("compare", "a", "b"),
    ("new_source", "ingen-fil", "2021"),
    ("new_source", "fil.csv", "21"),
    ("receive", "20", "2021-03-01", "Kari"),
    ("receive", "../kostra", "2021-03-01", "Kari"),
    ("receive", "2020", "2021-02-30", "Kari"),
    ("receive", "2020", "2021-03-01", "=Kari"),
    ("avtaler.mottak", "2020.0", "2021-03-01", "Kari"),
    ("avtaler.mottak", "2020", "1. mars", "Kari"),
    ("avtaler.mottak", "2020", "2021-03-01", " "),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_word_on_the_command_line_is_told_in_five_parts(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", list(words))
    assert importlib.import_module(f"krisestat.{words[0]}").main() in (1, 2)
    said = capsys.readouterr().err
    assert all(part in said for part in PARTS) and "Traceback" not in said
    assert not list(tmp_path.iterdir())


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess:
    """A command in a folder, with the least around it, in the locale of C and without Python's UTF-8 mode."""
    least = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT / "scripts"), "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", f"krisestat.{words[0]}", *words[1:]]
    return subprocess.run(command, cwd=folder, env=least | env, capture_output=True, encoding="utf-8")


def test_norwegian_letters_come_through_in_a_locale_that_has_none(workspace):
    done = run(workspace.root, "receive", "2020", "2021-03-01", "Kåre Ødegård")
    assert done.returncode == 0 and done.stdout.count("Kåre Ødegård") == 1, done.stderr
    assert "mottatt_av: Kåre Ødegård\n" in (workspace / "data/raw/2020/kilde.yaml").read_text("utf-8")
    done = run(workspace.root, "receive", "2020", "i går", "Kåre")
    assert done.returncode == 1 and "«i går»" in done.stderr and "Gjør:" in done.stderr


def test_snakemake_reads_what_it_always_reads_in_a_locale_that_has_none():
    assert (PROJECT / "profiles/default/config.yaml").read_bytes().isascii()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Problems([Problem("a.csv", "linje 1", "x", "y", "z")]), "a.csv, linje 1"),
        (IsADirectoryError(21, "Is a directory", "config.yaml"), "en mappe, ikke en fil"),
        (OSError(28, "No space left on device"), "disken er full"),
        (OSError(24, "Too many open files"), "Too many open files"),
    ],
    ids=["problems", "folder", "full", "other"],
)
def test_a_fault_that_a_person_can_mend_is_told_in_five_parts_and_leaves_no_log(
    tmp_path, monkeypatch, capsys, fault, said
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end, told("prøve", failed=2):
        raise fault
    text = capsys.readouterr().err
    assert end.value.code == 2 and said in text and all(part in text for part in PARTS)
    assert not list(tmp_path.iterdir())


def test_a_fault_of_the_code_is_told_as_one_with_its_traceback_in_a_log(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    with pytest.raises(SystemExit), told("prøve"):
        raise ZeroDivisionError("null")
    text = capsys.readouterr().err
    assert "feil i Krisestat" in text and "legg ved logs/prøve.log" in text and "Traceback" not in text
    assert "Traceback" in (tmp_path / "logs/prøve.log").read_text("utf-8")


def test_stopping_a_command_is_not_a_fault(capsys):
    with pytest.raises(SystemExit) as end, told("prøve"):
        raise KeyboardInterrupt
    assert end.value.code == 130 and capsys.readouterr().err == "\nStoppet.\n"
