"""More than two hundred strange files: those that lie in installed packages, and those that are made here. Each is read
or refused in five parts, at a bounded cost; what is known to stand in it is what is read."""

import csv
import io
import itertools
import multiprocessing
import random
import resource
import sysconfig
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from krisestat.base.errors import Problem, Problems
from krisestat.intake.foreign import Sheet, _read_apart, read, read_delivery

TABLE = [["krisesenter", "på plass", "kv_nav"], ["Senter 01", "Ja", "1"], ["Senter; på, Åsen", 'Nei, "ikke"', "2"]]
PACKAGES = Path(sysconfig.get_paths()["purelib"])


def as_csv(delimiter: str = ",", end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(TABLE)
    return out.getvalue()


def as_xlsx(**options: object) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("Svar")
        for n, row in enumerate(TABLE):
            sheet.write_row(n, 0, row)
    return out.getvalue()


def repacked(data: bytes, names: dict[str, str], change: dict[str, tuple[bytes, bytes]] | None = None) -> bytes:
    """A workbook with other names of its parts, and other words in them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(out, "w") as new:
        for part in parts.namelist():
            old, changed = (change or {}).get(part, (b"", b""))
            new.writestr(names.get(part, part), parts.read(part).replace(old, changed) if old else parts.read(part))
    return out.getvalue()


def as_sav(folder: Path) -> bytes:
    path = folder / "x.sav"
    frame = pd.DataFrame(TABLE[1:], columns=["krisesenter", "plass", "kv_nav"])
    pyreadstat.write_sav(frame, path, column_labels={"plass": "Er det plass?"})
    return path.read_bytes()


def made(folder: Path) -> Iterator[tuple[str, bytes, bool]]:
    """Files with the table in them: name, bytes, and whether it must be read."""
    ends = itertools.cycle(itertools.product(("\n", "\r\n", "\r"), (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    for delimiter in (",", ";", "\t"):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            for end, quoting in itertools.islice(ends, 2):
                text = as_csv(delimiter, end, quoting)
                yield f"{ord(delimiter)}{encoding}{ord(end[0])}{quoting}.csv", text.encode(encoding), True
        start = f"sep={delimiter}\r\n"
        yield f"sep{ord(delimiter)}.csv", (start + as_csv(delimiter)).encode("utf-8-sig"), True
        yield f"slutt{ord(delimiter)}.csv", (as_csv(delimiter) + "\x1a").encode(), True
        yield f"to-bom{ord(delimiter)}.csv", ("\ufeff\ufeff" + as_csv(delimiter)).encode(), True
        yield f"tittel{ord(delimiter)}.csv", ("Svar fra sentrene\r\n\r\n" + as_csv(delimiter)).encode(), True
    for encoding in ("utf-16-le", "utf-16-be", "utf-32", "cp850", "mac-roman", "utf-7", "cp037"):
        yield f"{encoding}.csv", as_csv().encode(encoding), encoding[:6] == "utf-16"
    for at, quote in enumerate(('"', "'", '""', "\0", "\x1b[2J", "\u2028", "\u202e")):
        yield f"tegn{at}.csv", as_csv().replace("Senter 01", f"Senter {quote}01").encode(), False
    book = as_xlsx()
    yield "svar.xlsx", book, True
    yield "konstant-minne.xlsx", as_xlsx(constant_memory=True), True
    sheet, target = "xl/worksheets/sheet1.xml", b"worksheets/sheet1.xml"
    for name in ("xl/ark/ark1.xml", "xl/WORKSHEETS/Sheet1.XML", "ark/ark1.xml", "xl/media/ark.xml", "xl/ark1.bin"):
        there = name.removeprefix("xl/") if name.startswith("xl/") else f"../{name}"
        change = {
            "xl/_rels/workbook.xml.rels": (target, there.encode()),
            "[Content_Types].xml": (sheet.encode(), name.encode()),
        }
        yield f"flyttet-{name.replace('/', '-')}.xlsx", repacked(book, {sheet: name}, change), False
    far = {sheet: (b'<c r="C3"', b'<c r="XFD1048576"')}
    yield "langt-ute.xlsx", repacked(book, {}, far), False
    yield "formel.xlsx", repacked(book, {}, {sheet: (b'<c r="C2" t="s"><v>', b'<c r="C2"><f>1+1</f><v>')}), False
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml", sheet, "[Content_Types].xml"):
        yield f"uten-{Path(part).stem}.xlsx", repacked(book, {part: "borte.txt"}), False
        bomb = (b"<?xml", b'<!DOCTYPE x [<!ENTITY a "b">]><?xml')
        yield f"doctype-{Path(part).stem}.xlsx", repacked(book, {}, {part: bomb}), False
    yield "svar.sav", as_sav(folder), False
    yield "tom.csv", b"", False
    yield "nuller.csv", bytes(10_000), False
    yield "en-linje.csv", b"," * 3_000_000, False
    chance = random.Random(19)
    for n in range(60):  # damaged on the way
        data = bytearray((book, as_sav(folder), as_csv().encode())[n % 3])
        for _ in range(1 + n // 3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield f"skadet{n}", bytes(data[: len(data) - n]), False


def installed() -> list[Path]:
    """The two smallest files of each kind that installed packages hold."""
    kinds: dict[str, list[tuple[int, str]]] = {}
    for path in PACKAGES.rglob("*.*"):
        if path.is_file() and path.stat().st_size < 3_000_000:
            kinds.setdefault(path.suffix.lower(), []).append((path.stat().st_size, str(path)))
    return [Path(path) for files in kinds.values() for _, path in sorted(files)[:2]]


def measured(path: Path) -> tuple[list[Sheet], list[Problem], float, int]:
    """What is read from a file and what is wrong with it, the CPU seconds of its reader, and the most memory (kB) of
    any reader that this process has started. For a process of its own: another has had other children, and the memory
    of a child begins with that of its parent."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        sheets, wrong = _read_apart(path), []
    except Problems as error:
        sheets, wrong = [], list(error.problems)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sheets, wrong, used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, used.ru_maxrss


def without_marks(sheet: Sheet) -> list[list[str]]:
    """What stands in a sheet from the row with the names of columns on."""
    rows = [list(row) for row in sheet.rows]
    start = next((n for n, row in enumerate(rows) if row[:1] == ["krisesenter"]), 0)
    return rows[start:]


@pytest.mark.thorough
def test_two_hundred_strange_files_are_read_rightly_or_refused_at_a_bounded_cost(tmp_path):
    files: dict[Path, bool | None] = dict.fromkeys(installed())
    for name, data, must in made(tmp_path):
        (tmp_path / name).write_bytes(data)
        files[tmp_path / name] = must
    assert len(files) > 200
    unlike = []
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        for path, (sheets, wrong, seconds, most) in zip(files, apart.map(measured, files), strict=True):
            must = files[path]
            assert not wrong or must is not True, (path, wrong)
            assert all(all((p.fil, p.fant, p.ventet, p.tiltak)) for p in wrong), path
            assert seconds < 10 and 0 < most < 500_000, path
            if must and without_marks(sheets[0]) != TABLE:
                unlike.append(path.name)
            # What is no text in any encoding that we know has no column that anybody knows.
            if path.name in ("utf-32.csv", "cp037.csv"):
                assert not any("krisesenter" in row for sheet in sheets for row in sheet.rows)
    assert not unlike


@pytest.mark.parametrize(
    ("name", "data", "found", "fix"),
    [
        ("svar.xlsb", b"PK\x03\x04xl/workbook.bin", "en binær arbeidsbok (.xlsb)", "«Lagre som»"),
        ("svar.ods", b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument", "OpenDocument", "«Lagre som»"),
        ("svar.xls", b"\xd0\xcf\x11\xe0" + bytes(99), "eldre eller passordbeskyttet", "«Lagre som»"),
        ("svar.por", b"ASCII SPSS PORT FILE" + b" " * 99, ".por", "lagre den som .sav"),
        ("svar.json", b'\xef\xbb\xbf [{"senter": "Senter 01"}]', "JSON", "eksportert som Excel"),
        ("svar.csv", b"From: a\r\nSubject: svar\r\n\r\nHei", "en e-post", "Lagre vedlegget"),
        ("svar.zip", b"PK\x03\x04svar.csv", "en zip-fil", "Pakk den ut"),
        ("svar.docx", b"PK\x03\x04word/document.xml", "Word", "eksportert som Excel"),
    ],
)
def test_a_wrong_kind_of_file_is_named_with_what_to_do(tmp_path, name, data, found, fix):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Problems) as error:
        read(tmp_path / name)
    (problem,) = error.value.problems
    assert found in problem.fant and fix in problem.tiltak


@pytest.mark.parametrize("name", [b' r="C2"', b""])
def test_what_is_no_text_is_marked_and_never_an_answer(tmp_path, name):
    sheet = "xl/worksheets/sheet1.xml"
    formula = {sheet: (b'<c r="C2" t="s"><v>', b"<c" + name + b"><f>1+1</f><v>")}
    (tmp_path / "a.xlsx").write_bytes(repacked(as_xlsx(), {}, formula))
    assert read(tmp_path / "a.xlsx")[0].rows[1][2].startswith("formel: ")


def test_a_file_that_ends_the_reader_is_refused_and_stops_no_other(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(as_csv(), encoding="utf-8")
    (tmp_path / "b.csv").write_text(as_csv(), encoding="utf-8")
    real = _read_apart
    dead = tmp_path / "dead" / "krisestat"  # found before the real one, also where PYTHONPATH names that
    dead.mkdir(parents=True)
    (dead / "__init__.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", encoding="utf-8")
    monkeypatch.setattr("krisestat.intake.foreign.SCRIPTS", dead.parent)
    with pytest.raises(Problems, match="en fil som leseren stoppet på"):
        real(tmp_path / "a.csv")
    monkeypatch.undo()
    (tmp_path / "c.csv").write_bytes(bytes(1000))
    sheets, files, problems = read_delivery(tmp_path)
    assert [s.file for s in sheets] == ["a.csv", "b.csv"] and len(files) == 3 and len(problems.problems) == 1
