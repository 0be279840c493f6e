"""Publishing, as make does it: what is in the way is told at once, and who looked at the edition is known by git."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from krisestat.commands import main
from krisestat.intake.archive import ARCHIVE, INBOX, LOCAL
from krisestat.release import history, publish
from tests.support.project import PROJECT, Workspace, commit, git
from tests.support.results import TABLES, built, statement

WARNING = 'andel mot i fjor,2020 forum menn,1,1,ADVARSEL,"9 prosentpoeng, mot 4",Undersøk.\n'
REGISTER = "data/signaturer.yaml"


def krisestat(root: Path, *arguments: str, before: str = "") -> subprocess.CompletedProcess:
    """A command, as make runs it, in a process that is forked from this one, which has loaded what commands need.
    Parameters: `before`, Python that the process runs first."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        if not (child := os.fork()):
            _become(root, arguments, before, out.fileno(), err.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = [file.seek(0) or file.read().decode("utf-8") for file in (out, err)]
    return subprocess.CompletedProcess(arguments, code, *said)


def _become(root: Path, arguments: Sequence[str], before: str, out: int, err: int) -> NoReturn:
    """Run a command with the least around it, and end the process."""
    code: Any = 1
    try:
        os.chdir(root)
        path = os.environ["PATH"]
        os.environ.clear()
        os.environ.update(PATH=path, HOME=str(root))
        sys.argv, sys.stdout, sys.stderr = ["krisestat", *arguments], os.fdopen(out, "w"), os.fdopen(err, "w")
        exec(before, {})
        code = main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@pytest.fixture
def edition(workspace) -> Workspace:
    """Built and committed, with a warning, and nothing looked at."""
    shutil.copy(PROJECT / "config.yaml", workspace.root)
    (workspace / REGISTER).write_text("godkjent: []\nbekreftet: []\n", encoding="utf-8")
    (workspace / ".gitignore").write_text("results/\n.*.ny\n", encoding="utf-8")
    commit(workspace.root, "Kari Nordmann")
    built(workspace.root, warnings=WARNING)
    return workspace


def look_at_all(edition: Workspace, listed: str) -> None:
    """Put the lines that `make gjennomgang` gives in the register, the last first."""
    who = "av: Kari Nordmann, dato: 2026-11-30"
    lines = [line.strip().replace("av: …, dato: …", who) for line in listed.split("\n")]
    given = {kind: "\n".join(n for n in reversed(lines) if n.startswith(f"- {{{key}")) for kind, key in KINDS.items()}
    text = "".join(f"{kind}:\n{entries.replace('…', 'Ett nytt forum.')}\n" for kind, entries in given.items())
    (edition / REGISTER).write_text(text, encoding="utf-8")


KINDS = {"godkjent": "id", "bekreftet": "kontroll"}


def test_the_way_to_a_published_edition_is_told_step_by_step(edition, monkeypatch):
    refused = krisestat(edition.root, "publiser", "2020")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr and not (edition / "publisert").exists()
    for told in ("ingen utgave publisert før 2020", "«make frys AAR=2020»", "påstanden «a»", "påstanden «b»", "9 pros"):
        assert told in refused.stderr
    assert refused.stderr.count("Gjør:") == 4 and refused.stderr.endswith(
        'Neste: make gjennomgang AAR=2020 AV="…" DATO=…\n\n'
    )

    for sitting in ("j\nq\n", "j\nEtt nytt forum.\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(sitting))
        publish.look("2020", "Kari Nordmann", "2026-11-30", edition.root)
    seen = krisestat(edition.root, "gjennomgang", "2020").stdout
    assert "Sett på av Kari Nordmann, oppgitt: ikke lagt inn i git (3)." in seen
    assert seen.endswith(f"\nNeste: git add {REGISTER} && git commit\n")
    listed = re.findall("id: (.)", (edition / REGISTER).read_text(encoding="utf-8"))
    assert listed == ["a", "b"], "sorted by the command"
    commit(edition.root, "Kari Nordmann")
    refused = krisestat(edition.root, "publiser", "2020")
    assert f"{REGISTER}\n  Fant:   endret siden bygget" in refused.stderr and refused.stderr.count("Gjør:") == 1
    assert refused.stderr.endswith("\nNeste: make publication\n\n")

    built(edition.root, warnings=WARNING)
    assert krisestat(edition.root, "gjennomgang", "2020").stdout.endswith("\nNeste: make publiser AAR=2020\n")
    done = krisestat(edition.root, "publiser", "2020")
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=edition.root, text=True)[:12]
    assert done.stdout.startswith(f"publisert/2020: 33 filer, fra commit {head}. Legg mappen inn i git.")
    assert done.stdout.endswith("\nSett på av Kari Nordmann, git (3).\n") and done.returncode == 0
    again = krisestat(edition.root, "publiser", "2020")
    assert again.returncode == 0 and "er allerede slik.\nSett på av Kari Nordmann, git (3)." in again.stdout, (
        "the frozen edition itself does not count"
    )
    built(edition.root, warnings=WARNING)
    (edition / "publisert/2020/beboere.csv").unlink()
    again = krisestat(edition.root, "publiser", "2020")
    assert again.returncode == 0 and (edition / "publisert/2020/beboere.csv").is_file(), "nor does half of it"


def test_all_that_is_in_the_way_is_told_at_once(edition):
    edition.edit("results/2020/hovedpunkter.json", lambda text: text + " ")
    edition.edit("data/tilgjengelighet.yaml", lambda text: text + "# endret\n")
    told = krisestat(edition.root, "publiser", "2020").stderr
    for place, found in (
        ("results/2020/hovedpunkter.json", "ikke slik den ble bygget"),
        ("data/tilgjengelighet.yaml", "endret siden bygget"),
        ("data/signaturer.yaml, påstanden «a»", "«Tittel | Tekst», som ingen har godkjent"),
        ("data/signaturer.yaml, andel mot i fjor, 2020 forum menn", "9 prosentpoeng, mot 4"),
        ("data/tilgjengelighet.yaml", "endret, og ikke lagt inn i git"),
    ):
        assert f". {place}\n  Fant:   {found}" in told
    assert told.endswith("\nNeste: make publication\n\n")
    (edition / "results/2020/etterproving/belegg.json").write_text("{", encoding="utf-8")
    told = krisestat(edition.root, "publiser", "2020").stderr
    assert "belegg.json" in told and "påstanden" not in told and "Traceback" not in told


@pytest.mark.parametrize("make", ["endret kode", "ny", "utelatt", "usett", "uten git", "bygget før", "notat"])
def test_what_the_edition_is_made_from_is_committed(edition, make):
    (edition / "scripts").mkdir()
    (edition / "scripts/kode.py").touch()
    if make == "endret kode":
        commit(edition.root, "Kari Nordmann")
        (edition / "scripts/kode.py").write_text("1\n", encoding="utf-8")
    elif make in ("ny", "utelatt"):
        git(edition.root, "rm", "-q", "--cached", "data/tilgjengelighet.yaml")
        if make == "utelatt":
            (edition / ".git/info/exclude").write_text("tilgjengelighet.yaml\n", encoding="utf-8")
        git(edition.root, "commit", "-qm", "Ikke med")
    elif make == "usett":
        git(edition.root, "update-index", "--assume-unchanged", "data/tilgjengelighet.yaml")
    elif make == "uten git":
        shutil.rmtree(edition / ".git")
    elif make == "bygget før":
        edition.edit("data/tilgjengelighet.yaml", lambda text: f"{text}# endret\n")
        built(edition.root)
        commit(edition.root, "Kari Nordmann")
    told = krisestat(edition.root, "publiser", "2020").stderr
    places = {"endret kode": "scripts/kode.py", "uten git": ".git"}
    places |= {"bygget før": "results/2020/manifest.json, nøkkelen «kode.commit»"}
    fine = make == "notat"
    assert (f". {places.get(make, 'data/tilgjengelighet.yaml')}\n" in told) is not fine
    assert ("inn i git" in told or "ligger i git" in told) is not fine


@pytest.mark.thorough
def test_what_was_only_written_in_the_record_is_read_by_nobody_and_explains_no_number(edition):
    """Of the edition itself, or of one before it."""
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=edition.root)
    for record in ("2020", "2019"):
        assert krisestat(edition.root, "frys", "2020").returncode == 0
        (edition / "publisert/2020").rename(edition / "publisert" / record)
        told = krisestat(edition.root, "publiser", "2020")
        assert told.returncode == 1 and "påstanden «a»" in told.stderr and "«make frys AAR=2020»" in told.stderr
        assert ("2020/paastander.json\n  Fant:   ikke slik den ligger i git" in told.stderr) is (record == "2020")
        commit(edition.root, "Kari Nordmann")
        told = krisestat(edition.root, "publiser", "2020").stderr
        assert "påstanden «a»" not in told and "ADVARSEL" not in told and "9 prosentpoeng, mot 4" in told
        git(edition.root, "reset", "-q", "--hard", head.decode().strip())
    look_at_all(edition, krisestat(edition.root, "gjennomgang", "2020").stdout)
    built(edition.root, warnings=WARNING)
    assert krisestat(edition.root, "frys", "2020").returncode == 0
    commit(edition.root, "Kari Nordmann")
    other = TABLES["samarbeid"].replace("2020,kvinner,politi,42,43,1,", "2020,kvinner,politi,41,43,2,")
    built(edition.root, samarbeid=other, warnings=WARNING)
    shutil.copy(edition / "results/2020/ut/utdata/samarbeid.csv", edition / "publisert/2020")
    built(edition.root, samarbeid=other, warnings=WARNING)
    told = krisestat(edition.root, "publiser", "2020")
    assert told.returncode == 1 and "verdi 42, nei 1, som er publisert" in told.stderr


@pytest.mark.parametrize("command", ["kontroller", "frys", "publiser"])
@pytest.mark.parametrize("kind", ["fil", "lenke til en mappe", "lenke i stedet"])
def test_what_no_rule_wrote_goes_nowhere(edition, command, kind):
    """The audit has not read it."""
    foreign = edition / "results/2020/ut/notat"
    if kind == "fil":
        foreign.write_text("Senter 01: 18 opphold", encoding="utf-8")
    elif kind == "lenke til en mappe":
        foreign.symlink_to(edition / "data")
    else:
        foreign = edition / "results/2020/ut/utdata/avtalepunkt.csv"
        shutil.move(foreign, edition / "avtalepunkt.csv")
        foreign.symlink_to(edition / "avtalepunkt.csv")
    refused = krisestat(edition.root, command, "2020")
    assert refused.returncode == 1 and f"{foreign.relative_to(edition.root)}\n  Fant:" in refused.stderr
    assert not (edition / "publisert").exists()


def entry(*lines: int) -> dict:
    return {"av": "Kari Nordmann", "_linjer": list(lines)}


def test_a_name_is_known_by_the_author_of_the_line_and_the_key_that_it_was_signed_with(tmp_path):
    file, key = tmp_path / "r.yaml", tmp_path / "nokkel"
    assert str(history.name_of(entry(1), history.authors(tmp_path, Path("r.yaml")))).endswith("git kjenner ikke filen")
    git(tmp_path, "init", "-q")
    file.write_text("av kari\n", encoding="utf-8")
    commit(tmp_path, "kari  nordmann")
    file.write_text("av per\nav kari\n", encoding="utf-8")
    commit(tmp_path, "Per Hansen")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (tmp_path / "kjente").write_text(f"x@example.org {key.with_suffix('.pub').read_text()}", encoding="utf-8")
    for setting, value in (("gpg.format", "ssh"), ("user.signingkey", key), ("gpg.ssh.allowedSignersFile", "kjente")):
        git(tmp_path, "config", setting, str(value))
    file.write_text("signert\nav per\nav kari\nny\n", encoding="utf-8")
    git(tmp_path, "commit", "-q", "-a", "-S", "-m", "Signert", author="Kari Nordmann")
    file.write_text("signert\nav per\nav kari\nendret\n", encoding="utf-8")

    known = history.authors(tmp_path, Path("r.yaml"))
    told = [str(history.name_of(entry(*lines), known)) for lines in ((1,), (2,), (3,), (4,), (1, 3), (2, 3))]
    other = "Kari Nordmann, oppgitt: lagt inn av"
    assert told == [
        "Kari Nordmann, signert: nøkkelen til x@example.org",
        f"{other} Per Hansen",
        "Kari Nordmann, git",
        "Kari Nordmann, oppgitt: ikke lagt inn i git",
        "Kari Nordmann, git",
        f"{other} Per Hansen, kari  nordmann",
    ]
    (tmp_path / "kjente").write_text("", encoding="utf-8")
    assert str(history.name_of(entry(1), history.authors(tmp_path, Path("r.yaml")))) == "Kari Nordmann, git"
    git(tmp_path, "clone", "-q", "--depth", "1", tmp_path.as_uri(), str(tmp_path / "kort"))
    assert {author for author, _ in history.authors(tmp_path / "kort", Path("r.yaml"))} == {""}


# Ends the process when it is about to put a file in its place for the n-th time, as if the power went.
KILLED = """
import os, pathlib, signal
def stopped(move, left=iter(range({n}))):
    return lambda *given: move(*given) if next(left, None) is not None else os.kill(os.getpid(), signal.SIGKILL)
pathlib.Path.replace, pathlib.Path.rename = map(stopped, (pathlib.Path.replace, pathlib.Path.rename))
"""


def frozen_before(root: Path) -> None:
    krisestat(root, "frys", "2020")
    built(root, [statement("a", "Ny.")], warnings=WARNING)
    (root / "publisert/2020/tabeller/gammel.csv").touch()


def unsorted(root: Path) -> None:
    line = '- {{id: {}, hash: "0123456789ab", av: Kari, dato: 2026-11-30}}\n'
    (root / REGISTER).write_text(f"godkjent:\n{line.format('b')}{line.format('a')}bekreftet: []\n", encoding="utf-8")


def forms(root: Path) -> None:
    """Two forms as they came, with names that are not safe everywhere."""
    (root / "data/raw/avtaler/2020").mkdir(parents=True)
    for standard in ("nb", "nn"):
        shutil.copytree(PROJECT / "templates" / standard, root / "templates" / standard)
    for name in ("a002", "a008"):
        (form,) = (PROJECT / "data/raw/avtaler/2018").glob(f"{name}.*")
        shutil.copy(form, root / f"data/raw/avtaler/2020/Skjema fra {name}{form.suffix}")


def delivery(root: Path) -> None:
    shutil.copy(PROJECT / "data/raw/2020/samarbeid_p2020.csv", root / "svar.csv")


def archive_of(root: Path) -> Path:
    return root.with_name(f"{root.name}-arkiv")


def archived(root: Path) -> None:
    """A delivery in the inbox, and a folder where what is received is kept: the same for all copies."""
    (root / INBOX).mkdir(parents=True)
    shutil.copy(PROJECT / "data/raw/2020/samarbeid_p2020.csv", root / INBOX / "svar.csv")
    (root / LOCAL).write_text(f"{ARCHIVE}: {archive_of(root)}\n", encoding="utf-8")


def tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file() and ".git/" not in str(p)}


@pytest.mark.parametrize(
    ("prepare", "command"),
    [
        pytest.param(frozen_before, ["frys", "2020"], marks=pytest.mark.thorough),
        (unsorted, ["gjennomgang", "2020"]),
        (delivery, ["mottak", "2020", "2021-03-02", "Kari Nordmann"]),
        pytest.param(archived, ["ny-kilde", f"{INBOX}/svar.csv", "2021"], marks=pytest.mark.thorough),
        pytest.param(forms, ["mottak-avtaler", "2020", "2021-03-02", "Kari Nordmann"], marks=pytest.mark.thorough),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_that_was_killed_is_finished_by_the_next_run(edition, tmp_path_factory, prepare, command):
    prepare(edition.root)
    whole, times = tmp_path_factory.mktemp("hel") / "kopi", 0
    shutil.copytree(edition.root, whole)
    done = krisestat(whole, *command)
    assert done.returncode == 0, done.stderr
    while True:
        shutil.rmtree(archive_of(edition.root), ignore_errors=True)  # outside what is copied
        copy = Path(shutil.copytree(edition.root, tmp_path_factory.mktemp("drept") / "kopi"))
        if krisestat(copy, *command, before=KILLED.format(n=times)).returncode != -signal.SIGKILL:
            break
        finished = krisestat(copy, *command)
        assert (finished.returncode, finished.stderr) == (0, "") and tree(copy) == tree(whole), times
        times += 3 if command[0] == "frys" else 1
    assert times
