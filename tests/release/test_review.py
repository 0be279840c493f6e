"""Freezing an edition, what is left to accept, and the edition that may be published."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from krisestat import freeze, manifest, review
from krisestat.errors import Problems
from krisestat.statements.record import question
from tests.support.project import PROJECT, Workspace


def statement(id: str, *sentences: str, text: str = "42 av 43") -> dict:
    return {"id": id, "tekst": text, "steder": [{"setning": sentence} for sentence in sentences]}


EVIDENCE = [
    statement("b", "Nesten alle samarbeidet med politiet: 42\u00a0av\u00a043."),
    statement("a", "Tittel", "Tekst", "Tittel"),
]


PERSONS = (PROJECT / "tests/eksempel/personer.csv").read_text(encoding="utf-8")


def built(root: Path, evidence: list[dict], counts: str, persons: str = PERSONS) -> None:
    """A results folder with the files that the record is made of, and its manifest."""
    results = root / "results" / "2020"
    (results / "utdata" / "tabeller").mkdir(parents=True, exist_ok=True)
    (results / "etterproving").mkdir(exist_ok=True)
    (results / "utdata" / "tall.csv").write_text(counts, encoding="utf-8")
    (results / "utdata" / "personer.csv").write_text(persons, encoding="utf-8")
    shutil.copy(PROJECT / "tests/eksempel/avtaler.csv", results / "utdata")
    (results / "utdata" / "tabeller" / "instanser_p2020.csv").write_text("a\n", encoding="utf-8")
    (results / "hovedpunkter.json").write_text("{}\n", encoding="utf-8")
    (results / "config.yaml").write_text("aar: 2020\nfoerste_aar: 2015\n", encoding="utf-8")
    (results / "etterproving" / "belegg.json").write_text(json.dumps({"paastander": evidence}), encoding="utf-8")
    files = [p for p in results.rglob("*") if p.is_file() and p.name != manifest.NAME]
    manifest.run(
        aar=2020,
        config={},
        innstillinger="",
        inndata=[],
        utdata={str(p.relative_to(root)): "render" for p in files},
        bygget={str(p.relative_to(root)): manifest.digest(p.read_bytes()) for p in files},
        lest={},
        results="results/2020",
        lock=PROJECT / "requirements.lock",
        git_status="",
        manifest=results / manifest.NAME,
    )


@pytest.fixture
def edition(workspace) -> Workspace:
    shutil.copy(PROJECT / "gjennomgang.yaml", workspace.root)
    built(workspace.root, EVIDENCE, (PROJECT / "tests/eksempel/tall.csv").read_text(encoding="utf-8"))
    return workspace


def accept(edition: Workspace, *lines: str) -> None:
    (edition / "gjennomgang.yaml").write_text("\n".join(["godkjent:", *lines]) + "\n", encoding="utf-8")


def signed(id: str, text: str) -> str:
    return review.acceptance(id, text).replace("av: …, dato: …", "av: Kari Nordmann, dato: 2026-11-30")


def test_the_record_is_text_without_pages_and_answers(edition):
    assert freeze.run(2020, edition.root).startswith("publisert/2020: 7 filer, fra en mappe uten git.")
    kept = sorted(
        p.relative_to(edition / "publisert/2020").as_posix() for p in (edition / "publisert/2020").rglob("*.*")
    )
    assert kept == [
        *("avtaler.csv", "hovedpunkter.json", "manifest.json", "paastander.json", "personer.csv"),
        *("tabeller/instanser_p2020.csv", "tall.csv"),
    ]
    short = json.loads((edition / "publisert/2020/paastander.json").read_text(encoding="utf-8"))
    assert list(short) == ["a", "b"] and short["a"]["tekst"] == "Tittel | Tekst"


def test_freezing_again_changes_nothing(edition):
    freeze.run(2020, edition.root)
    assert freeze.run(2020, edition.root) == "publisert/2020 er allerede slik."


def test_results_that_were_edited_are_not_frozen(edition):
    edition.edit("results/2020/hovedpunkter.json", lambda t: t + " ")
    with pytest.raises(Problems, match="ikke slik den ble bygget"):
        freeze.run(2020, edition.root)
    assert not (edition / "publisert").exists()


def test_a_record_is_not_replaced_by_other_numbers_without_an_explanation(edition):
    freeze.run(2020, edition.root)
    counts = (edition / "results/2020/utdata/tall.csv").read_text(encoding="utf-8")
    old = "samarbeid,kvinner,politi,,2020,42,43,42/43,1,"
    assert old in counts
    built(edition.root, EVIDENCE, counts.replace(old, "samarbeid,kvinner,politi,,2020,41,43,41/43,2,"))
    with pytest.raises(Problems, match="antall 42, nei 1, som er publisert"):
        freeze.run(2020, edition.root)


def test_a_record_is_not_replaced_by_other_persons_without_an_explanation(edition):
    freeze.run(2020, edition.root)
    counts = (edition / "results/2020/utdata/tall.csv").read_text(encoding="utf-8")
    assert "2020,,,alle,beboere,1668," in PERSONS
    built(edition.root, EVIDENCE, counts, PERSONS.replace("2020,,,alle,beboere,1668,", "2020,,,alle,beboere,1667,"))
    with pytest.raises(Problems, match=r"personer\.csv, beboere/personer///2020\n.*antall 1667"):
        freeze.run(2020, edition.root)


def test_a_file_that_the_edition_no_longer_has_leaves_the_record(edition):
    freeze.run(2020, edition.root)
    (edition / "publisert/2020/tabeller/gammel_p2020.csv").touch()
    freeze.run(2020, edition.root)
    assert not (edition / "publisert/2020/tabeller/gammel_p2020.csv").exists()


def test_what_is_left_to_accept(edition):
    assert review.run(2020, edition.root) == (None, {})
    freeze.run(2020, edition.root)
    assert review.run(2020, edition.root) == (2020, {})
    counts = (edition / "results/2020/utdata/tall.csv").read_text(encoding="utf-8")
    built(edition.root, [statement("a", "Tittel", "Tekst"), statement("b", "Ny."), statement("c", "Enda en.")], counts)
    base, left = review.run(2020, edition.root)
    assert base == 2020 and left["c"] == ("", "Enda en.") and left["b"][1] == "Ny." and list(left) == ["b", "c"]
    accept(edition, signed("b", "Ny."))
    assert list(review.run(2020, edition.root)[1]) == ["c"]
    accept(edition, signed("b", "Ny."), signed("c", "En annen tekst."))
    assert list(review.run(2020, edition.root)[1]) == ["c"], "an acceptance is of one text"


def short(serie: tuple[int, int], *statements: dict) -> dict:
    return freeze.short_statements({"paastander": statements}, serie)


def test_the_same_question_in_the_next_edition_is_known_again():
    before = short(
        (2015, 2020),
        statement("av-forum-kvinner-2020", "32 av 43."),
        statement("av-forum-menn-2020", "Uendret."),
        statement("periode-forum-2015.2020", "I 2015–2020."),
        statement("base-kvinner-2020", "Alle (43)."),
        statement("base-kvinner-2020-2", "Begge (43)."),
        statement("baser-menn-2020.2019", "39 i 2020 og 41 i 2019."),
        statement("antall-kommuner-2019-2", "I 2019 var det 231."),
    )
    now = short(
        (2015, 2021),
        statement("av-forum-kvinner-2021", "33 av 44."),
        statement("av-forum-menn-2021", "Uendret."),
        statement("periode-forum-2015.2021", "I 2015–2021."),
        statement("base-kvinner-2021", "Foran (44)."),
        statement("base-kvinner-2021-2", "Alle (43)."),
        statement("base-kvinner-2021-3", "Begge (44)."),
        statement("baser-menn-2021.2020", "40 i 2021 og 39 i 2020."),
        statement("av-nytt-2021", "Ny."),
        statement("antall-kommuner-2019", "I 2019 var det 231."),
    )
    assert review.changed_statements(now, before) == {
        "av-forum-kvinner-2021": ("32 av 43.", "33 av 44."),
        "av-nytt-2021": ("", "Ny."),
        "base-kvinner-2021": ("", "Foran (44)."),
        "base-kvinner-2021-3": ("Begge (43).", "Begge (44)."),
        "baser-menn-2021.2020": ("39 i 2020 og 41 i 2019.", "40 i 2021 og 39 i 2020."),
        "periode-forum-2015.2021": ("I 2015–2020.", "I 2015–2021."),
    }


@pytest.mark.parametrize(
    ("id", "asked"),
    [
        ("av-forum-kvinner-2020", "av-forum-kvinner-0"),
        ("endring-forum-2020.2019-12", "endring-forum-0.-1"),
        ("periode-samarbeid-2015.2020", "periode-samarbeid-f.0"),
        ("hyppighet-alle-3", "hyppighet-alle"),
        ("hyppighet-alle", "hyppighet-alle"),
    ],
)
def test_a_question_is_told_without_the_edition(id, asked):
    assert question(id, (2015, 2020)) == asked


@pytest.mark.parametrize("damaged", ["{", "[]", '{"a": {"tekst": "b"}}', '{"a": 1}'])
def test_a_record_of_statements_that_was_edited(edition, damaged):
    freeze.run(2020, edition.root)
    (edition / "publisert/2020/paastander.json").write_text(damaged, encoding="utf-8")
    with pytest.raises(Problems, match=r"(?s)publisert/2020/paastander\.json.*Fant:.*Ventet:.*Gjør:"):
        review.run(2020, edition.root)


def test_without_the_file_nothing_is_accepted(edition):
    freeze.run(2020, edition.root)
    counts = (edition / "results/2020/utdata/tall.csv").read_text(encoding="utf-8")
    built(edition.root, [statement("a", "Tittel", "Tekst"), statement("b", "Ny.")], counts)
    (edition / "gjennomgang.yaml").unlink()
    assert list(review.run(2020, edition.root)[1]) == ["b"]


def test_an_edition_is_held_against_the_same_year_or_the_last_before_it():
    assert freeze.last_published(2021, [2019, 2020]) == 2020
    assert freeze.last_published(2020, [2019, 2020, 2021]) == 2020
    assert freeze.last_published(2018, [2019]) is None


def test_spaces_do_not_make_another_text():
    assert freeze.text_hash("42\u00a0av\n 43") == freeze.text_hash("42 av 43") != freeze.text_hash("42 av 44")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("- {id: a, hash: 123456789012, av: Kari, dato: 2026-11-30}", "i anførselstegn"),
        ("- {id: a, hash: '0123456789ab', dato: 2026-11-30}", "ingen nøkkel «av»"),
        ("- {id: a, hash: '0123456789ab', av: Kari, dato: i dag}", "en dato som"),
        ("- {id: a, hash: '0123456789ab', av: Kari, datoo: 2026-11-30}", "mente du «dato»?"),
    ],
)
def test_each_fault_of_the_review_is_told(edition, line, told):
    accept(edition, line)
    with pytest.raises(Problems) as caught:
        review.run(2020, edition.root)
    assert told in str(caught.value)


def test_publishing_is_refused_until_all_is_accepted(edition):
    command = [sys.executable, "-m", "krisestat.review", "2020"]
    options = {"cwd": edition.root, "env": {"PYTHONPATH": str(PROJECT / "scripts")}, "capture_output": True}
    first = subprocess.run([*command, "--publiser"], **options)
    assert first.returncode == 0, "the first edition has nothing to be held against"
    counts = (edition / "results/2020/utdata/tall.csv").read_text(encoding="utf-8")
    built(edition.root, [statement("a", "Tittel", "Tekst"), statement("b", "Ny.")], counts)
    refused = subprocess.run([*command, "--publiser"], **options)
    told = refused.stderr.decode()
    assert refused.returncode == 1 and "«Ny.», som ingen har godkjent" in told and "Traceback" not in told
    listed = subprocess.run(command, **options).stdout.decode()
    line = next(line for line in listed.splitlines() if line.startswith("  - {id: b"))
    accept(edition, line.replace("av: …, dato: …", "av: Kari, dato: 2026-11-30"))
    assert subprocess.run([*command, "--publiser"], **options).returncode == 0
