"""Every fault in the input gets its five parts in Norwegian, all of them at once, and nothing is written: the faults
of the files that are kept by hand, and of several files together. Those of a raw file are in `bad_files`."""

import re
from pathlib import Path

import pytest

from krisestat.base.errors import Problems
from krisestat.base.kept_tables import read_kept_table

CSV18 = "data/raw/2018/samarbeid_p2018.csv"
CSV20 = "data/raw/2020/samarbeid_p2020.csv"


def parts(text: str) -> list[dict[str, str]]:
    """The problems of an error text, each with its five parts."""
    pattern = re.compile(
        r"\d+\. (?P<hvor>.+)\n  Fant:   (?P<fant>.+)\n  Ventet: (?P<ventet>.+)\n  Gjør:   (?P<gjor>.+)"
    )
    found = [m.groupdict() for m in pattern.finditer(text)]
    assert text.startswith(f"Fant {len(found)} feil:"), text
    return found


def cell(text: str, line: int, column: str, value: str, sep: str = ";") -> str:
    """A CSV text with one cell changed; `line` as an editor counts them."""
    rows = text.split("\r\n")
    at = rows[0].lstrip("\ufeff").split(sep).index(column)
    cells = rows[line - 1].split(sep)
    cells[at] = value
    rows[line - 1] = sep.join(cells)
    return "\r\n".join(rows)


def test_the_committed_data_has_no_problem(committed):
    """A file a year and one for each table as received, the same in codes with one for each statistic of a table, who
    there was to ask, and the checks."""
    written = [[p for p in (committed / name).iterdir() if "avtale" not in p.name] for name in ("inndata", "klargjort")]
    assert [len(files) for files in written] == [8, 11]


def unknown_answer(ws):
    def change(text):
        return cell(cell(text, 17, "politi_kvinner", "Jaa"), 18, "politi_kvinner", "Jaa")

    ws.edit(CSV18, change, "cp1252", "2018")
    return [(f"{CSV18}, linje 17, 18, kolonne «politi_kvinner»", "«Jaa» – mente du «Ja»?")]


def missing_year(ws):
    for path in sorted((ws / "data/raw/2017").iterdir()):
        path.unlink()
    (ws / "data/raw/2017").rmdir()
    return [("data/raw/2017", "ingen mappe for 2017 (finnes: 2015, 2016, 2018, 2019, 2020)")]


def partner_without_a_codebook_row(ws):
    ws.edit("data/raw/codebooks/samarbeid_p2018.csv", lambda t: t.replace("kvinner,politi,", "kvinner,politiet,", 1))
    return [("data/raw/codebooks/samarbeid_p2018.csv, linje", "«politiet» – mente du «politi»?")]


def two_columns_of_one_meaning(ws):
    book = "data/raw/codebooks/samarbeid_p2018.csv"
    ws.edit(book, lambda t: t.replace("samarbeid,kvinner,politi,", "samarbeid,kvinner,nav,", 1))
    return [(f"{book}, linje 25", "«politi_kvinner» med samme betydning som «nav_kvinner»")]


def impossible_base(ws):
    ws.edit("data/raw/register/tilbud.csv", lambda t: t.replace("S02,menn,", "S02,menn,2020,2020\nS90,menn,", 1))
    return [
        ("data/raw/register/sentre.csv, S90, 2015", "0 navn (ingen)"),
    ]


def unknown_municipal_partner(ws):
    ws.edit(
        "data/raw/kostra/kostra_p2017-2019.csv",
        lambda t: t.replace(
            "2018,alle,KOSTRA_kommuner_med_formelt_samarbeid,fastlege",
            "2018,alle,KOSTRA_kommuner_med_formelt_samarbeid,fastlegen",
        ),
        register="kostra",
    )
    return [("data/raw/kostra/kostra_p2017-2019.csv, linje", "«fastlegen» – mente du «Fastlege»?")]


def negative_count(ws):
    name = "data/raw/kostra/kostra_p2017-2019.csv"
    ws.edit(name, lambda t: t.replace("barnevern,254,", "barnevern,-254,"), register="kostra")
    return [(f"{name}, linje", "«-254»")]


def count_with_a_decimal_comma(ws):
    name = "data/raw/kostra/kostra_p2017-2019.csv"
    ws.edit(name, lambda t: t.replace("barnevern,254,", 'barnevern,"25,4",'), register="kostra")
    return [(f"{name}, linje", "«25,4»")]


def municipal_year_twice(ws):
    name = "data/raw/kostra/kostra_p2017-2019.csv"
    ws.edit(name, lambda t: t + t.splitlines()[-1] + "\n", register="kostra")
    return [(f"{name}, linje", "")]


def unknown_key_in_the_manifest(ws):
    ws.edit("data/raw/2018/kilde.yaml", lambda t: t.replace("tegnsett:", "tegnset:"))
    return [
        ("data/raw/2018/kilde.yaml, linje", "den ukjente nøkkelen «tegnset» – mente du «tegnsett»?"),
        ("data/raw/2018/kilde.yaml", "ingen nøkkel «tegnsett»"),
    ]


FAULTS = [
    unknown_answer, missing_year, partner_without_a_codebook_row, two_columns_of_one_meaning, impossible_base,
    unknown_municipal_partner, negative_count, count_with_a_decimal_comma, municipal_year_twice,
    unknown_key_in_the_manifest,
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_a_fault_is_told_in_five_parts_and_nothing_is_written(workspace, fault):
    expected = fault(workspace)
    year = re.search(r"20\d\d", expected[0][0])[0]
    problems = parts(workspace.clean([int(year)]))
    for place, found in expected:
        assert any(p["hvor"].startswith(place) and found in p["fant"] for p in problems), problems
    assert all(p["ventet"].strip() and p["gjor"].endswith((".", "».")) for p in problems)
    assert workspace.written() == []


# A name in each table that is kept by hand, and the first line that has it.
KEPT = {
    "register/sentre.csv": "Senter 01,",
    "register/kommuner.csv": "Halden,",
    "register/hendelser.csv": "Nytt senter",
    "codebooks/svarkoder.csv": "vet_ikke",
}


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\uff1d", "'", " ", "\u200b"])
def test_a_name_begins_with_a_letter_or_a_digit(workspace, table, start):
    name = f"data/raw/{table}"
    workspace.edit(name, lambda text: text.replace(KEPT[table], f"{start}{KEPT[table]}", 1))
    columns = (workspace / name).read_text("utf-8").splitlines()[0].split(",")
    with pytest.raises(Problems) as error:
        read_kept_table(workspace / name, columns, columns)
    (problem,) = error.value.problems
    assert "linje" in problem.sted and "begynner med en bokstav eller et siffer" in problem.ventet


def test_what_repeats_a_raw_file_may_begin_with_anything(workspace):
    name = "data/raw/codebooks/samarbeid_p2020.csv"
    workspace.edit(name, lambda text: text.replace("\nkv_nav,", "\n-kv_nav,", 1))
    columns = ["kolonne", "variabel", "tilbud", "instans", "samarbeidsform"]
    assert "-kv_nav" in [row["kolonne"] for row in read_kept_table(workspace / name, columns, ["kolonne"])]


@pytest.mark.thorough
def test_all_faults_of_all_files_come_at_once(workspace):
    workspace.edit(
        CSV18, lambda t: cell(cell(t, 5, "krisesenter", "Senter 4"), 9, "politi_menn", "x"), "cp1252", "2018"
    )
    workspace.edit(CSV20, lambda t: t.replace(",Ja,", ",ja!,", 1), register="2020")
    workspace.edit("data/raw/2015/kilde.yaml", lambda t: t.replace("ark: Svar", "ark: Svarene"))
    told = parts(workspace.clean())
    files = {Path(p["hvor"].split(",")[0]).name for p in told}
    assert files == {"samarbeid_p2015.xlsx", "samarbeid_p2018.csv", "samarbeid_p2020.csv"} and len(told) >= 4


def test_an_earlier_good_result_is_untouched_by_a_bad_file(workspace):
    assert workspace.clean([2018]) == ""
    before = {name: (workspace / name).read_bytes() for name in workspace.written()}
    unknown_answer(workspace)
    assert workspace.clean([2018])
    assert {name: (workspace / name).read_bytes() for name in workspace.written()} == before


def test_a_centre_that_did_not_answer_is_counted_as_unanswered_and_told(workspace):
    workspace.edit(CSV18, lambda t: "\r\n".join(r for n, r in enumerate(t.split("\r\n")) if n != 4), "cp1252", "2018")
    assert workspace.clean([2018]) == ""
    (told,) = (workspace / "results/klargjort").glob("kontroller.csv")
    assert re.search(rf"^sentre uten svar,{CSV18},\d+,1,ADVARSEL,S04,", told.read_text("utf-8"), re.MULTILINE)
    rows = (workspace / "results/klargjort/samarbeid_p2018.csv").read_text(encoding="utf-8").splitlines()
    assert {r.split(",")[6] for r in rows if r.startswith("2018,S04,")} == {"ubesvart"}
