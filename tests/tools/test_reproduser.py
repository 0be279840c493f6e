"""What `make reproduser` says of two builds that differ."""

from pathlib import Path

import pytest

from tools import reproduser


def a_pdf(text: str) -> bytes:
    """A page of PDF with one line of text."""
    stream = f"BT /F1 12 Tf 10 50 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for n, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + rows + trailer


@pytest.mark.document
@pytest.mark.parametrize(
    ("name", "first", "second", "shown"),
    [
        ("a.pdf", a_pdf("Tall 41"), a_pdf("Tall 42"), ("pdftotext", "-Tall 41", "+Tall 42")),
        (
            "a.svg",
            b"<svg><text>41</text></svg>\n",
            b"<svg><text>42</text></svg>\n",
            ("<svg><text>41<", "<svg><text>42<"),
        ),
        ("a.csv", b"a,41\n", b"a,42\n", ("-a,41", "+a,42")),
    ],
    ids=["pdf", "svg", "csv"],
)
def test_a_difference_is_shown_with_diffoscope(tmp_path, name, first, second, shown):
    for folder, data in (("en", first), ("to", second)):
        (tmp_path / folder / "results").mkdir(parents=True)
        (tmp_path / folder / "results" / name).write_bytes(data)
    told = reproduser.show(tmp_path / "en", tmp_path / "to", name)
    assert all(part in told for part in shown), told


def test_a_file_that_only_one_build_has_is_not_shown():
    assert reproduser.show(Path("en"), Path("to"), "finnes-ikke") == ""


def test_the_same_files_say_nothing():
    assert list(reproduser.differences({"a": b"1"}, {"a": b"1"})) == []


def test_files_that_are_in_one_build_alone():
    assert list(reproduser.differences({"a": b""}, {"b": b""})) == [
        ("a", "finnes bare etter første bygging"),
        ("b", "finnes bare etter andre bygging"),
    ]


def test_text_is_shown_by_line():
    where = reproduser.first_difference("en\nto: å 42\ntre\n".encode(), "en\nto: å 43\ntre\n".encode())
    assert where == "fra linje 2, byte 9 i linjen:\n    «to: å 42»\n    «to: å 43»"


def test_one_text_that_is_the_beginning_of_the_other():
    assert reproduser.first_difference(b"a\n", b"a\nb\n") == "fra linje 2, byte 1 i linjen:\n    «»\n    «b»"


def test_other_files_are_shown_by_byte():
    where = reproduser.first_difference(b"%PDF\xff\x00\x01", b"%PDF\xff\x00\x02")
    assert where == "fra byte 6 av 7 og 7:\n    25 50 44 46 ff 00 01\n    25 50 44 46 ff 00 02"


def test_what_is_kept_for_speed_alone_is_not_compared(tmp_path):
    for name in ("2020/tall.csv", ".lager/x.svg"):
        (tmp_path / "results" / name).parent.mkdir(parents=True)
        (tmp_path / "results" / name).write_bytes(b"1")
    assert reproduser.outputs(tmp_path) == {"2020/tall.csv": b"1"}


def test_the_font_of_the_machine_has_the_name_of_the_projects_own(tmp_path):
    from fontTools.ttLib import TTFont

    reproduser.rogue_font(tmp_path / "fonts")
    names = TTFont(tmp_path / "fonts" / "SourceSans3-Regular.ttf")["name"]
    assert names.getDebugName(1) == "Source Sans 3" and names.getDebugName(6) == "SourceSans3-Regular"
