"""Generated surveys give one table through every format; mutated bytes of good files give `Problems` or a table."""

import csv
import io
import math
import tempfile
import unicodedata
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krisestat.base import yaml_files
from krisestat.base.errors import Problems
from krisestat.base.frames import check_frame, frame_parts
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.intake.decisions import Decisions
from krisestat.intake.raw_file import RawTable, cell_text
from krisestat.intake.read_csv import likely_delimiter, likely_encoding
from krisestat.intake.readers import cells_of, read_sheet
from krisestat.intake.sources import Source
from krisestat.intake.survey import clarify
from krisestat.model.contracts import INNDATA
from krisestat.model.register import Register
from tests.support.model import edition_model
from tests.support.project import PROJECT

pytestmark = pytest.mark.thorough

ASKED = edition_model().kilder["samarbeid"]
PARTNERS = [*ASKED.lists["instans"].koder]
QUESTIONS = sum(math.prod(len(ASKED.lists[name].koder) for name in dims) for dims in ASKED.asked.values())
CODES = {"Ja": "ja", "Nei": "nei", "Vet ikke": "vet_ikke"}
ANSWERS = [{"gyldig_fra": None, "gyldig_til": None, "verdi": v, "svar": s} for v, s in CODES.items()]
QUICK = settings(
    max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
FUZZ = settings(QUICK, max_examples=80)

names = st.text(st.sampled_from("abcÆØÅæøåé \u00a0-;,\"'=<&|\t"), min_size=1, max_size=12).map(lambda s: "S" + s + "x")


def source(kind: str, **how) -> Source:
    path = Path("data/raw/2020/samarbeid_p2020")
    declared = {"encoding": "", "delimiter": "", "sheet": "", "header_rows": 1} | how
    return Source(
        path=path, manifest=path.with_name("kilde.yaml"), format=kind, sha256="", opphav="mottatt", aar=2020, **declared
    )


def as_csv(encoding: str, delimiter: str, newline: str):
    def write(rows: list[list[str]]) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
        return out.getvalue().encode(encoding)

    return source("csv", encoding=encoding, delimiter=delimiter), write


def write_xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.add_worksheet("Les meg").write(0, 0, "Ikke svar")
        sheet = book.add_worksheet("Svar")
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return out.getvalue()


def write_sav(rows: list[list[str]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fil.sav")
        pyreadstat.write_sav(pd.DataFrame(rows[1:], columns=rows[0], dtype="object"), path)
        return path.read_bytes()


FORMATS = {
    "csv-utf8": as_csv("utf-8", ",", "\n"),
    "csv-bom": as_csv("utf-8-sig", "\t", "\r\n"),
    "csv-cp1252": as_csv("cp1252", ";", "\r"),
    "xlsx": (source("xlsx", sheet="Svar"), write_xlsx),
    "sav": (source("sav"), write_sav),
}


@st.composite
def surveys(draw) -> tuple[list[list[str]], list[dict], Register]:
    """A survey: its rows with the header first, its codebook and its register. The last centre does not answer."""
    centres = draw(st.lists(names, min_size=2, max_size=6, unique_by=lambda n: cell_text(n).casefold()))
    columns = [("kolonne_0", "senter", "", "", "")]
    columns += [
        (f"kv_{p}", "samarbeid", "kvinner", p, "") for p in draw(st.lists(st.sampled_from(PARTNERS), unique=True))
    ]
    columns += [("møter", "forum", "kvinner", "", "")]
    answers = st.sampled_from([*CODES, ""])
    rows = [[c[0] for c in columns]]
    rows += [[name, *(draw(answers) for _ in columns[1:])] for name in centres[:-1]]
    book = [dict(zip(("kolonne", "variabel", "tilbud", "instans", "samarbeidsform"), c, strict=True)) for c in columns]
    validity = {"gyldig_fra": None, "gyldig_til": None}
    register = Register(
        sentre=[{"senter_id": f"S{n}", "navn": cell_text(c), **validity} for n, c in enumerate(centres)],
        tilbud=[{"senter_id": f"S{n}", "tilbud": "kvinner", **validity} for n in range(len(centres))],
    )
    return rows, book, register


def table(name: str, rows: list[list[str]], book: list[dict], register: Register) -> str:
    """The survey in one format, read and clarified, as the file's text."""
    how, write = FORMATS[name]
    sheet = read_sheet(how, write(rows))
    if name == "sav":  # SPSS counts its rows from the first answer, the others from the header
        sheet = RawTable(sheet.columns, [n + 1 for n in sheet.lines], sheet.records)
    frame, _ = clarify(cells_of(sheet, how.path), book, ASKED, ANSWERS, register, 2020, how.path, Decisions())
    return "".join(frame_parts(frame, ASKED.contract, "prøve"))


@QUICK
@given(surveys())
def test_a_survey_gives_the_same_table_byte_for_byte_through_every_format(survey):
    rows, book, register = survey
    expected = table("csv-utf8", rows, book, register)
    assert expected.count("\n") == 1 + len(register.tilbud) * QUESTIONS
    for name in FORMATS:
        assert table(name, rows, book, register) == expected, name
    decomposed = [[unicodedata.normalize("NFD", cell) for cell in row] for row in rows]
    for name in ("csv-utf8", "csv-bom", "xlsx", "sav"):
        assert table(name, decomposed, book, register) == expected, name


@QUICK
@given(st.lists(st.lists(st.text("abcæøå ;,\t", max_size=5), min_size=3, max_size=3), min_size=2, max_size=9))
def test_the_delimiter_and_the_encoding_of_a_written_file_are_found(rows):
    rows = [["a", "ø", "b"], *rows]
    for name in ("csv-utf8", "csv-bom", "csv-cp1252"):
        how, write = FORMATS[name]
        data = write(rows)
        assert likely_encoding(data) == how.encoding
        assert likely_delimiter(data.decode(how.encoding), how.delimiter) == how.delimiter


def test_a_table_is_written_as_the_standard_library_writes_it():
    values = ["a", 'b"c', "d,e", "f\ng", " j ", "æ", "", "'", "="]
    frame = pd.DataFrame(
        {"fil": "x", "linje": range(len(values)), "kolonnenr": 1, "kolonne": values[0], "verdi": pd.Series(values)}
    )
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([frame.columns, *frame.itertuples(index=False)])
    assert "".join(frame_parts(frame, INNDATA, "prøve")) == out.getvalue()


def test_a_key_that_comes_twice_is_found_in_any_order():
    rows = [("x", n, 1, "k", "v") for n in (3, 1, 2, 1)]
    frame = pd.DataFrame(rows, columns=list(INNDATA.columns))
    for table in (frame, frame.sort_values("linje")):
        with pytest.raises(Problems, match="to ganger"):
            check_frame(table, INNDATA, "prøve")
    check_frame(frame.iloc[:3], INNDATA, "prøve")
    check_frame(frame.iloc[:0].astype({"linje": "int64", "kolonnenr": "int64"}), INNDATA, "prøve")


GOOD = {
    "csv-bom": (source("csv", encoding="utf-8-sig", delimiter=","), "2020"),
    "csv-cp1252": (source("csv", encoding="cp1252", delimiter=";"), "2018"),
    "xlsx": (source("xlsx", sheet="Svar", header_rows=2), "2015"),
    "sav": (source("sav"), "2019"),
}
edits = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["byte", "cut", "copy", "zero", "quote"]),
        st.integers(0, 255),
        st.integers(1, 400),
    ),
    min_size=1,
    max_size=4,
)


def mutated(data: bytes, changes) -> bytes:
    """The bytes with some of them changed, cut out, doubled or blanked."""
    for where, kind, value, length in changes:
        at = int(where * len(data))
        piece = data[at : at + length]
        new = {
            "byte": bytes([value]) + piece[1:],
            "cut": b"",
            "copy": piece * 2,
            "zero": bytes(len(piece)),
            "quote": b'";,\n' + piece,
        }[kind]
        data = data[:at] + new + data[at + length :]
    return data


def read_or_refuse(how: Source, data: bytes) -> None:
    """Reading gives a whole table or `Problems`; anything else fails the test."""
    try:
        sheet = read_sheet(how, data)
    except Problems as error:
        assert str(error).startswith("Fant ")
    else:
        assert {len(record) for record in sheet.records} == {len(sheet.columns)}
        assert len(sheet.lines) == len(sheet.records) > 0


@pytest.mark.parametrize("name", GOOD)
def test_mutated_files_give_problems_and_nothing_else(name):
    how, year = GOOD[name]
    good = next((PROJECT / "data/raw" / year).glob("samarbeid_*")).read_bytes()

    # SPSS files are read in a process of their own, each of which costs the start of one.
    @settings(FUZZ, max_examples=10 if name == "sav" else 80)
    @given(edits)
    def fuzz(changes):
        read_or_refuse(how, mutated(good, changes))

    fuzz()


def test_mutated_parts_of_a_workbook_give_problems_and_nothing_else():
    """As above inside the zip, where a change of the packed bytes seldom reaches."""
    import zipfile

    how, year = GOOD["xlsx"]
    with zipfile.ZipFile(next((PROJECT / "data/raw" / year).glob("samarbeid_*"))) as book:
        parts = {name: book.read(name) for name in book.namelist()}

    @FUZZ
    @given(st.sampled_from(sorted(parts)), edits)
    def fuzz(name, changes):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as book:
            for part, data in (parts | {name: mutated(parts[name], changes)}).items():
                book.writestr(part, data)
        read_or_refuse(how, out.getvalue())

    fuzz()


@FUZZ
@given(data=st.binary(max_size=300), kind=st.sampled_from(["csv-bom", "csv-cp1252", "xlsx"]))
def test_arbitrary_bytes_give_problems_and_nothing_else(data, kind):
    read_or_refuse(GOOD[kind][0], data)


def test_mutated_yaml_gives_problems_and_nothing_else(tmp_path):
    good = (PROJECT / "data/raw/2018/kilde.yaml").read_bytes()
    path = tmp_path / "kilde.yaml"

    @FUZZ
    @given(
        st.lists(
            st.tuples(
                st.floats(0, 1, exclude_max=True),
                st.sampled_from(
                    ["[", "{", "? ", ": ", "&a ", "*a", "!!x ", "- ", "\t", "'", "\n", "|", "%", "\0", "é"]
                ),
            ),
            min_size=1,
            max_size=5,
        )
    )
    def fuzz(changes):
        text = good.decode("utf-8")
        for where, piece in changes:
            at = int(where * len(text))
            text = text[:at] + piece + text[at:]
        path.write_text(text, encoding="utf-8")
        try:
            load_yaml(path)
        except Problems as error:
            assert str(error).startswith("Fant ")

    fuzz()


def test_what_was_found_valid_is_not_checked_again_and_nothing_else_is_let_through(tmp_path, monkeypatch):
    checked = []
    real = yaml_files._check
    monkeypatch.setattr(yaml_files, "_check", lambda data, *rest: (checked.append(data), real(data, *rest)))
    monkeypatch.setattr(yaml_files, "_VALID", tmp_path / "gyldig")
    schema = tmp_path / "tall.schema.yaml"
    schema.write_text("type: object\nproperties: {aar: {type: integer}}\n", encoding="utf-8")
    for _ in range(2):
        check_schema({"aar": 2020}, schema, "f.yaml", {})
    assert checked == [{"aar": 2020}]
    for forged in (b"", b"gyldig"):
        next((tmp_path / "gyldig").iterdir()).write_bytes(forged)
        check_schema({"aar": 2020}, schema, "f.yaml", {})
    assert checked == [{"aar": 2020}] * 3
    for wrong in ({"aar": "2020"}, {"aar": 2020.5}):
        for _ in range(2):  # what is wrong is told every time
            with pytest.raises(Problems):
                check_schema(wrong, schema, "f.yaml", {})
    # The same data, and a schema that has become stricter.
    schema.write_text("type: object\nproperties: {aar: {type: integer, minimum: 2021}}\n", encoding="utf-8")
    with pytest.raises(Problems):
        check_schema({"aar": 2020}, schema, "f.yaml", {})
    # Other versions of what checks.
    monkeypatch.setattr(yaml_files, "_checker", lambda: b"annet")
    schema.write_text("type: object\nproperties: {aar: {type: integer}}\n", encoding="utf-8")
    check_schema({"aar": 2020}, schema, "f.yaml", {})
    assert len(checked) == 9


def test_marks_are_few_and_a_folder_that_cannot_be_written_stops_nobody(tmp_path, monkeypatch):
    marks = tmp_path / "gyldig"
    monkeypatch.setattr(yaml_files, "_VALID", marks)
    monkeypatch.setattr(yaml_files, "_MOST", 3)
    for number in range(9):
        check_schema(number, {"type": "integer"}, "f.yaml", {})
        assert len([*marks.iterdir()]) <= 3
    monkeypatch.setattr(yaml_files, "_VALID", schema_file := tmp_path / "fil")
    schema_file.write_text("ikke en mappe", encoding="utf-8")
    check_schema(1, {"type": "integer"}, "f.yaml", {})


def test_each_key_has_its_line(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\nb:\n  - c: no\n  - d\n", encoding="utf-8")
    data, lines = load_yaml(path)
    assert data == {"a": 1, "b": [{"c": False}, "d"]}
    assert lines[("b", 0, "c")] == (3, "no") and lines[("b", 1)] == (4, "d") and lines.get(("x",)) is None
