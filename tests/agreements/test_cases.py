"""Forms that the intake once failed, each for its kind: read, or refused in words."""

import hashlib
import resource
import time
from pathlib import Path

import pytest

from krisestat.agreements.check import check_skjema, load_oppslag
from krisestat.agreements.collections import Skjemafil
from krisestat.agreements.pdf_process import _value
from krisestat.agreements.read import read_skjemaer
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.personal import personal_marks
from tests.support.project import PROJECT

FOLDER = Path(__file__).parent / "tilfeller"
READ = {
    "c30_dato.csv": ("3443,3446,3447", "2020-06-15"),
    "c35_nrnavn.csv": ("3806,3807,3808", "2020-06-15"),
    "x17_ord.xlsx": ("3407,3411,3412", "2020-06-15"),
    "skjema-henvisning-04feb.csv": ("0806,0811,0814", "2012-09-03"),
    "skjema-henvisning-punkt-4.1.2.3.csv": ("0806,0811,0814", "2012-09-03"),
    **dict.fromkeys(
        (f"skjema-{what}.pdf" for what in ("signert", "svar-i-widget", "felt-under-forelder", "spraakkode-i-tekst")),
        ("0101,0118,0119,0121", "2013-05-21"),
    ),
}
REFUSED = {
    "p10_passord.pdf": "beskyttet med passord",
    "skjema-ark-utenfor-worksheets.xlsx": "innhold helt ut til XFD1048576",
    "eksport-2.5.json": "«2.5»",
}


@pytest.fixture(scope="module")
def oppslag():
    return load_oppslag(*(PROJECT / name for name in ("data/raw/codebooks", "data/raw/register", "templates")))


def received(name: str, oppslag):
    path = FOLDER / name
    data = path.read_bytes()
    form = Skjemafil("a001", path, path.suffix[1:], "2021-03-01", hashlib.sha256(data).hexdigest(), "mottatt", {})
    ((_, read),) = read_skjemaer([(form, data)])
    if isinstance(read, Problems):
        return None, str(read)
    problems = ProblemList()
    return check_skjema(form, read, 2020, oppslag, problems), "\n".join(map(str, problems.problems))


def test_every_case_has_its_outcome():
    assert {path.name for path in FOLDER.iterdir()} == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READ)
def test_what_has_one_meaning_is_read(name, oppslag):
    found, said = received(name, oppslag)
    assert found, said
    assert (found.row["parter"], found.row["signert"]) == READ[name]
    answers = {row["punkt"]: row for row in found.punkter}
    assert {row["svar"] for row in answers.values()} > {"dekket", "ikke_spurt"}
    assert "\x1b" not in str(found.row["navn"])
    dated = found.advarsler.get("en henvisning som trolig er blitt en dato", ())
    assert any("04.feb" in told for told in dated) == (name == "skjema-henvisning-04feb.csv")
    if name == "skjema-svar-i-widget.pdf":
        assert answers["finansiering-prinsipp"]["svar"] == "dekket"
        assert answers["finansiering-prinsipp"]["henvisning"] == "§ 1"


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told_at_once_and_cheaply(name, oppslag):
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, said = received(name, oppslag)
    assert found is None and REFUSED[name] in said and "Gjør:" in said
    assert time.monotonic() - started < 5 and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_field_that_shows_another_value_than_it_stores_is_refused_with_both():
    assert _value({"/FT": "/Tx", "/T": "a", "/Kids": []} | {"/V": "x"}) == "x"

    class Kid(dict):
        def get_object(self):
            return self

    with pytest.raises(Exception, match="a: x og y"):
        _value({"/FT": "/Tx", "/T": "a", "/V": "x", "/Kids": [Kid({"/V": "y"})]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 22 33 44 55", True),
        ("22 33 44 55", True),
        ("mobil 928 45 678", True),
        ("928 45 678", True),
        ("+47 22334455", True),
        ("punkt 4.1.2.3", False),
        ("192.168.0.1", True),
        ("§ 4 og 2020 2021", False),
        ("100 000 kroner", False),
    ],
)
def test_marks_of_persons_in_what_people_write(text, found):
    assert bool(personal_marks(text, (), by_hand=True)) is found
