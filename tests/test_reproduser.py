"""What `make reproduser` says of two builds that differ."""

from tools import reproduser


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
