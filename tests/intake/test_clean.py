"""Reading and clarifying: five kinds of answer kept apart, every format to the same table, nothing dropped."""

import collections
import csv
import io

import pandas as pd
import pytest
import xlsxwriter

from krisestat.base.errors import Problems
from krisestat.intake.readers import read_raw
from krisestat.intake.sources import load_sources
from krisestat.intake.survey import complete, put_only_if
from krisestat.model.codebooks import load_columns
from krisestat.model.register import Register, load_register
from tests.support.model import edition_model, small_model
from tests.support.project import PROJECT

CHAPTER = """
kodelister:
  instans: {navn: Instans, koder: {nav: NAV, politi: Politi, utgaatt: Utgått}, gjelder: {utgaatt: [2015, 2019]}}
  samarbeidsform: {navn: Form, koder: {enkeltsaker: Enkeltsaker, fast_kontakt: Fast kontakt}}
kilder:
  samarbeid: {enhet: [senter, tilbud]}
statistikk:
  forum: {beskrivelse: x, sagt: {nb: [x], nn: [x]}, enhet: tilbud, type: antall, per: [tilbud],
    svar: {kilde: samarbeid, teller: ja, base: alle}}
  samarbeid: {beskrivelse: x, sagt: {nb: [x], nn: [x]}, enhet: tilbud, type: antall, per: [tilbud, instans],
    svar: {kilde: samarbeid, teller: ja, base: alle}}
  samarbeidsform: {beskrivelse: x, sagt: {nb: [x], nn: [x]}, enhet: tilbud, type: antall,
    per: [tilbud, instans, samarbeidsform], svar: {kilde: samarbeid, bare_ved: samarbeid, teller: ja, base: alle}}
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The questions of a small survey."""
    return small_model(tmp_path_factory.mktemp("liten"), samarbeid=CHAPTER).kilder["samarbeid"]


REGISTER = Register(
    sentre=[{"senter_id": s, "navn": s, "gyldig_fra": None, "gyldig_til": None} for s in ("S01", "S02")],
    tilbud=[
        {"senter_id": "S01", "tilbud": "kvinner", "gyldig_fra": None, "gyldig_til": None},
        {"senter_id": "S02", "tilbud": "menn", "gyldig_fra": 2018, "gyldig_til": 2020},
    ],
)


def answer(senter, tilbud, variabel, instans, form, svar, linje=2):
    return {
        "senter": senter,
        "variabel": variabel,
        "tilbud": tilbud,
        "instans": instans,
        "samarbeidsform": form,
        "svar": svar,
        "linje": linje,
        "kolonne": f"{instans}_{form}",
        "rettelse": "",
    }


KEY = ["senter", "sporsmaal", "instans", "samarbeidsform"]


def test_every_service_of_the_register_gets_every_question_once(asked):
    asked_of_men = answer("S01", "menn", "samarbeid", "nav", "", "ubesvart")  # a service it does not have
    one = [answer("S01", "kvinner", "samarbeid", kind, "", "ja") for kind in ("nav", "politi")]
    answers = pd.DataFrame([*one, asked_of_men])
    rows = complete(answers, REGISTER, asked, 2020)
    assert len(rows) == 2 * (1 + 2 + 2 * 2)
    svar = rows.set_index(KEY)["svar"]
    assert svar["S01", "samarbeid", "nav", ""] == "ja"
    assert svar["S02", "samarbeid", "nav", ""] == "ubesvart"  # the centre did not answer at all
    # The file had no such column: nobody was asked, the silent neither; nor men, of what women alone were.
    assert {svar[s, "forum", "", ""] for s in ("S01", "S02")} == {"ikke_spurt"}
    assert (svar["S01", "samarbeid", "politi", ""], svar["S02", "samarbeid", "politi", ""]) == ("ja", "ikke_spurt")
    assert "utgaatt" not in set(rows["instans"])


@pytest.mark.parametrize(
    ("gate", "form", "expected"),
    [
        ("ja", "ubesvart", "ubesvart"),
        ("ja", "nei", "nei"),
        ("nei", "ubesvart", "ikke_spurt"),
        ("vet_ikke", "ubesvart", "ikke_spurt"),
        ("nei", "nei", "ikke_spurt"),  # a box that nobody was to tick
        (None, "ja", "ja"),  # a question that was not asked keeps nobody out
        (None, "nei", "nei"),
    ],
)
def test_a_question_is_put_only_where_the_one_before_it_was_answered_so(gate, form, expected, asked):
    answers = pd.DataFrame(
        [
            *([answer("S01", "kvinner", "samarbeid", "nav", "", gate)] if gate else []),
            answer("S01", "kvinner", "samarbeidsform", "nav", "enkeltsaker", form),
        ]
    )
    rows, problems = put_only_if(complete(answers, REGISTER, asked, 2020), asked, "fil.csv")
    got = rows.set_index(KEY)["svar"]
    assert got["S01", "samarbeidsform", "nav", "enkeltsaker"] == expected
    assert not problems.problems


def test_the_register_gives_the_base_of_each_year():
    register = load_register(PROJECT / "data/raw/register", range(2015, 2021))
    bases = {y: collections.Counter(t for _, t in register.services(y)) for y in range(2015, 2021)}
    assert (bases[2019]["kvinner"], bases[2019]["menn"]) == (44, 41)
    assert (bases[2020]["kvinner"], bases[2020]["menn"]) == (43, 39)


def test_no_raw_answer_is_lost_on_the_way(committed):
    """Rows in = rows used: each filled-in answer of each raw file is found again, by file, line and column."""
    for year in range(2015, 2021):
        with (committed / f"klargjort/samarbeid_p{year}.csv").open(encoding="utf-8", newline="") as handle:
            used = {(r["linje"], r["kolonne"]): r["svar"] for r in csv.DictReader(handle)}
        with (PROJECT / f"data/raw/codebooks/samarbeid_p{year}.csv").open(encoding="utf-8", newline="") as handle:
            variables = {r["kolonne"]: r["variabel"] for r in csv.DictReader(handle)}
        name = committed / f"inndata/samarbeid_p{year}.csv"
        with name.open(encoding="utf-8", newline="") as handle:
            cells = [
                r for r in csv.DictReader(handle) if variables[r["kolonne"]] in ("forum", "samarbeid", "samarbeidsform")
            ]
        filled = [r for r in cells if r["verdi"]]
        assert filled
        assert all((r["linje"], r["kolonne"]) in used for r in filled)
        codes = {
            "Ja": "ja",
            "Nei": "nei",
            "Vet ikke": "vet_ikke",
            "1": "ja",
            "2": "nei",
            "8": "vet_ikke",
            "9": "ubesvart",
        }
        assert all(used[r["linje"], r["kolonne"]] == codes[r["verdi"]] for r in filled)


HEADER = ["krisesenter", "nav", "politi"]
RECORDS = [["Senter på Åsen", "Ja", ""], ["Sørlig senter; «to»", "Vet ikke", "Nei"]]


def as_csv(path, encoding, delimiter, newline):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows([HEADER, *RECORDS])
    path.write_bytes(out.getvalue().encode(encoding))


def as_xlsx(path, *_):
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Les meg").write(0, 0, "Ikke svar")
        sheet = book.add_worksheet("Svar")
        for n, row in enumerate([HEADER, *RECORDS]):
            sheet.write_row(n, 0, row)


FORMS = [
    ("csv", "utf-8", ",", "\n"),
    ("csv", "utf-8-sig", ";", "\r\n"),
    ("csv", "cp1252", ";", "\r\n"),
    ("csv", "cp1252", "\t", "\r"),
    ("xlsx", "", "", ""),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda f: "-".join(map(repr, f)))
def test_every_format_gives_the_same_table(workspace, form):
    kind, encoding, delimiter, newline = form
    path = workspace / f"data/raw/2020/fil.{kind}"
    (as_csv if kind == "csv" else as_xlsx)(path, encoding, delimiter, newline)
    extra = {"csv": f'tegnsett: {encoding}\nskilletegn: "{delimiter}"', "xlsx": "ark: Svar\noverskriftsrader: 1"}[kind]
    (workspace / "data/raw/2020/kilde.yaml").write_text(
        f"aar: 2020\nfil: fil.{kind}\nformat: {kind}\n{extra}\nmottatt: 2021-02-01\nmottatt_av: prøven\n"
        f"sha256: {'0' * 64}\nopphav: mottatt\nom: institusjon\n".replace("\t", "\\t"),
        encoding="utf-8",
    )
    workspace.register("2020")
    frame, notes, _ = read_raw(load_sources([2020])[0])
    assert not notes
    assert list(frame["verdi"]) == [cell for record in RECORDS for cell in record]
    assert list(frame["kolonne"]) == HEADER * 2
    assert list(frame["linje"]) == [2, 2, 2, 3, 3, 3]


def test_a_codebook_that_uses_an_unknown_code_says_where_to_add_it(workspace):
    path = workspace / "data/raw/codebooks/samarbeid_p2020.csv"
    workspace.edit("data/raw/codebooks/samarbeid_p2020.csv", lambda t: t.replace(",politi,", ",politie,", 1))
    with pytest.raises(Problems, match="i listen «instans» i data/statistikk"):
        load_columns(path, 2020, edition_model().kilder["samarbeid"])


def test_a_codebook_has_only_the_dimensions_that_its_year_asked_by(workspace):
    path = workspace / "data/raw/codebooks/samarbeid_p2020.csv"
    path.write_text("kolonne,variabel,tilbud\nk,senter,\nf,forum,kvinner\n", encoding="utf-8")
    rows = load_columns(path, 2020, edition_model().kilder["samarbeid"])
    assert [(r["variabel"], r["instans"]) for r in rows] == [("senter", ""), ("forum", "")]
