"""The command line: help in Norwegian, what is wrong told in five parts and never with a traceback, and no command that
waits for what another needs."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from krisestat.base.errors import told
from krisestat.commands import COMMANDS, main
from tests.support.project import PROJECT

PARTS = ("Fant:", "Ventet:", "Gjør:")
# Words that are wrong, the exit code, and what is told of them.
WRONG = [
    ("", 2, "kommandolinjen", "ingenting"),
    ("frsy 2020", 2, "«frsy 2020»", "python -m krisestat --help"),
    ("frys", 2, "«frys»", "python -m krisestat frys [-h] AAR"),
    ("frys 2020 --ukjent", 2, "--ukjent"),
    ("frys 2020.0", 2, "AAR", "«2020.0»", "som 2020"),
    ("frys 2020", 1, "manifest.json", "filen finnes ikke"),
    ("gjennomgang x", 2, "AAR"),
    ("gjennomgang 2020", 1, "manifest.json"),
    ("publiser ٢٠٢٠", 2, "AAR"),
    ("publiser 2020", 1, "manifest.json"),
    ("kontroller 0", 2, "AAR"),
    ("kontroller", 1, "config.yaml"),
    ("spraak 20200", 2, "AAR"),
    ("spraak", 1, "config.yaml"),
    ("ny-kilde ingen-fil 2021", 1, "ingen-fil", "filen finnes ikke"),
    ("ny-kilde  21", 2, "FIL", "ingenting", "AAR", "«21»", "Fant 2 feil"),
    ("mottak 20 1._mars _", 2, "Fant 3 feil", "AAR", "MOTTATT", "«1. mars»", "AV"),
    ("mottak ../kostra 2021-02-30 =Kari", 2, "Fant 3 feil", "«2021-02-30»", "«=Kari»"),
    ("mottak kostra 2021-03-01 Kari", 1, "data/raw/kostra/kilde.yaml"),
    ("mottak-avtaler kostra 2021-03-01 Kari", 2, "AAR"),
    ("mottak-avtaler 2020 2021-03-01 Kari", 1, "data/raw/avtaler/2020"),
    ("sjekk-tekst  2020", 2, "FIL", "ingenting"),
    ("sjekk-tekst ingen-fil --json", 2, "config.yaml"),
    ("omskriv ingen-fil", 1, "ingen-fil", "ingen slik fil"),
    ("nettsted 1._desember", 2, "DAG", "«1. desember»"),
    ("utgivelse 2020-xx 2026-02-30", 2, "Fant 2 feil", "AAR", "DAG"),
    ("utgivelse 2020 2026-12-01", 1, "publisert/2020/manifest.json"),
    ("spor ", 2, "HVA"),
    ("spor finnes-ikke ingen-mappe --alle", 2, "ingen-mappe", "ingen mappe"),
    ("sammenlign a b", 2, "Fant 2 feil", "ingen mappe"),
    ("sammenlign  b --ut", 2, "--ut"),
]


@pytest.mark.parametrize(("line", "code", "parts"), [(w, c, p) for w, c, *p in WRONG], ids=[w for w, *_ in WRONG])
def test_what_is_wrong_is_told_in_five_parts_and_by_the_exit_code(line, code, parts, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["krisestat", *(w.replace("_", " ") for w in line.split(" ") if line)])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert end.value.code == code and said.out == ""
    assert {path.name for path in tmp_path.iterdir()} <= {".snakemake"}  # where the lock of the folder lies
    assert all(part in said.err for part in (*PARTS, *parts)), said.err
    assert "Traceback" not in said.err and "usage" not in said.err


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_in_norwegian(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["krisestat", *name.split(), "--help"])
    with pytest.raises(SystemExit, match="0"):
        main()
    text = capsys.readouterr().out
    assert text.startswith(f"Bruk: python -m krisestat {name}") and "vis denne hjelpen" in text
    assert not re.search(r"\b(usage|options|arguments|show|exit)\b", text)
    assert name or all(one in text for one in COMMANDS)


def test_every_command_is_a_target_of_make_with_its_name():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^([\w-]+):.*\n(?:[\tie].*\n)*?\t.*-m krisestat \$@", makefile, re.MULTILINE)
    assert sorted(rules) == sorted(COMMANDS) and makefile.count("-m krisestat") == len(COMMANDS)


def test_no_command_waits_for_what_another_needs(tmp_path):
    """All are run to their first fault, but for the one that reads workbooks."""
    code = (
        "import sys\nfrom krisestat.commands import COMMANDS, main\n"
        "for words in sys.argv[1:]:\n"
        "    sys.argv = ['krisestat', *words.split(' ')]\n"
        "    try:\n        main()\n    except SystemExit as end:\n        assert end.code\n"
        "print(*{'pandas', 'matplotlib', 'weasyprint', 'fontTools'} & set(sys.modules))"
    )
    lines = [line for line, code, *_ in WRONG if (code == 1 or "ingen-" in line) and "ny-kilde" not in line]
    env = {"PYTHONPATH": str(PROJECT / "scripts")}
    done = subprocess.run([sys.executable, "-c", code, *lines], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr


def run(folder, *words: str, **how) -> subprocess.CompletedProcess:
    """A command with the least around it, in the locale of C and without Python's UTF-8 mode."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT / "scripts"), "LC_ALL": "C", "PYTHONUTF8": "0"}
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
    return subprocess.run([sys.executable, "-m", "krisestat", *words], cwd=folder, env=env, encoding="utf-8", **how)


def test_norwegian_letters_come_through_in_a_locale_that_has_none(workspace):
    done = run(workspace.root, "mottak", "2020", "2021-03-01", "Kåre Ødegård")
    assert done.returncode == 0 and done.stdout.count("Kåre Ødegård") == 1, done.stderr
    assert "mottatt_av: Kåre Ødegård\n" in (workspace / "data/raw/2020/kilde.yaml").read_text("utf-8")
    done = run(workspace.root, "mottak", "2020", "i går", "Kåre")
    assert done.returncode == 2 and "«i går»" in done.stderr


def test_who_stops_reading_is_not_told_of_a_fault(workspace):
    reader, writer = os.pipe()
    os.close(reader)
    done = run(workspace.root, "mottak", "2020", "2021-03-01", "Kari", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_around_the_files_is_told_in_five_parts(tmp_path):
    (tmp_path / "config.yaml").mkdir()
    done = run(tmp_path, "kontroller")
    assert done.returncode == 1 and "config.yaml\n  Fant:   en mappe, ikke en fil" in done.stderr
    assert all(part in done.stderr for part in PARTS) and [p.name for p in tmp_path.iterdir()] == ["config.yaml"]


def interrupt() -> None:
    """What Ctrl-C does. Who runs in the background has been told to pass by it, and is told to heed it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("work", "code", "parts", "logged"),
    [
        (lambda: Path("/dev/full").write_bytes(b"x"), 2, ("disken er full", *PARTS), False),
        (lambda: 1 / 0, 2, ("feil i Krisestat", "legg ved logs/prøve.log"), True),
        (interrupt, 130, ("Stoppet.",), False),
    ],
    ids=["a full disk", "a fault of the code", "stopped"],
)
def test_what_happens_to_the_work_is_told_and_only_a_fault_of_the_code_leaves_a_log(
    work, code, parts, logged, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=str(code)), told("prøve", failed=2):
        work()
    text = capsys.readouterr().err
    assert all(part in text for part in parts) and "Traceback" not in text
    assert [path.name for path in tmp_path.rglob("*.log") if "Traceback" in path.read_text("utf-8")] == (
        ["prøve.log"] if logged else []
    )


def test_snakemake_reads_what_it_always_reads_in_a_locale_that_has_none():
    assert (PROJECT / "profiles/default/config.yaml").read_bytes().isascii()
