"""The way from a statement or a number to the answers as received."""

import re
import shutil

import pytest

from krisestat.base.errors import Problems
from krisestat.model.contracts import AVTALEPUNKTER
from krisestat.proof import trace
from krisestat.release.run import open_run, read_numbers
from tests.support.project import PROJECT
from tests.support.small_edition import CELL, MODEL, SmallEdition, table

RAW = "data/raw/2020/samarbeid_p2020.csv"


@pytest.fixture
def run(tmp_path):
    edition = SmallEdition(tmp_path)
    edition.edit("data/rettelser.yaml", "svar\n", "svar\nR1 2020 S03 ja\n")
    edition.edit(RAW, "S05,Ja\n", "")
    edition.edit(RAW, "S02,Ja", "S02,")
    edition.build()
    return open_run(edition.results, PROJECT)


def test_a_number_to_each_row_with_place_value_and_correction(run):
    text = trace.trace(run, f"{CELL}/2020", MODEL)
    for line in (
        "ut/utdata/tall.csv, linje 3: 2 av 5 (mottatt)  (det som kan publiseres)",
        "klargjort, samarbeid: ja 2, nei 1, ubesvart 2  (svarkoder.csv)",
        f"{RAW}, linje 2, kolonne «kv_politi»: S01 «Ja» → ja",
        f"{RAW}, linje 3, kolonne «kv_politi»: S02 tomt felt → ubesvart",
        f"{RAW}, linje 4, kolonne «kv_politi»: S03 «Nei» → ja (rettet: R1, data/rettelser.yaml)",
        f"{RAW}: S05 ingen rad i filen → ubesvart",
    ):
        assert line in text


@pytest.mark.parametrize("asked", ["mengde-samarbeid-kvinner-politi-2020", "Et mindretall"])
def test_a_statement_to_its_template_rule_and_rows(run, asked):
    text = trace.trace(run, asked, MODEL)
    assert "«Et mindretall tilbud samarbeidet med politiet i 2020 (2 av 5).»" in text
    assert "skrevet av templates/nb/publikasjon.html.j2, linje 1  (steg: render, mengde)" in text
    assert "sant fordi «et mindretall» i leksikon nb-1" in text and f"{RAW}, linje 2" in text


def test_several_numbers_are_told_by_value(run):
    run.statements["paastander"][0]["celler"].append(f"{CELL}/2019")
    text = trace.trace(run, "av-samarbeid-kvinner-politi-2020", MODEL)
    assert "data/raw/2019/samarbeid_p2019.csv, kolonne «kv_politi»: «Ja» → ja, linje 2–3, 5–6" in text
    assert "S01 «Ja»" in trace.trace(run, "av-samarbeid-kvinner-politi-2020", MODEL, every=True)


def test_an_unknown_name_gets_the_nearest(run):
    with pytest.raises(Problems, match="mente du «samarbeid/tilbud=kvinner/instans=politi/2020»"):
        trace.trace(run, "samarbeid/tilbud=kviner/instans=politi/2020", MODEL)
    with pytest.raises(Problems):
        trace.trace(run, "", MODEL)


def test_a_count_of_persons_to_its_records_without_what_they_say(tmp_path):
    edition = SmallEdition(tmp_path)

    def persons(edition: SmallEdition) -> None:
        head = "aar,senter_id,senter,gruppe,maal,antall,status,opphav\n"
        edition.out(
            "ut/utdata/personer.csv",
            f"{head}2020,,,alle,beboere,87,,mottatt\n2020,S01,Senter 01,alle,beboere,,undertrykt,mottatt\n",
        )
        same = {"aar": 2020, "opphav": "mottatt", "fil": "data/raw/personer/p.csv", "kolonne": "Beboere"}
        rows = [
            same | {"senter": f"S0{n}", "kjonn": group, "verdi": f"{n}2", "linje": n * 3 + k}
            for n in (1, 2)
            for k, group in enumerate(("kvinner", "menn"))
        ]
        edition.out("klargjort/beboere.csv", table(MODEL["beboere"].received, rows))

    edition.build(after=persons)
    run = open_run(edition.results, PROJECT)
    whole = trace.trace(run, "beboere/2020", MODEL)
    assert "ut/utdata/personer.csv, linje 2: 87 (mottatt)  (det som kan publiseres)" in whole
    assert "data/raw/personer/p.csv, kolonne «Beboere»: «summen av radene», linje 3–4, 6–7" in whole
    hidden = trace.trace(run, "beboere/personer/S01//2020", MODEL)
    assert "linje 3: undertrykt (mottatt)" in hidden and "«summen av radene», linje 3–4" in hidden
    assert "12" not in hidden.replace("2020", "") + whole.replace("2020", "")


# -- agreements between municipalities

HOUSING = "avtalepunkt/punkt=bolig/dekning=dekket/2020"


@pytest.fixture(scope="module")
def with_agreements(committed, tmp_path_factory):
    """A run with the committed forms of 2020 and 2018."""

    def agree(edition: SmallEdition) -> None:
        for path in committed.rglob("*avtale*.csv"):
            to = edition.results / path.relative_to(committed)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)

    edition = SmallEdition(tmp_path_factory.mktemp("avtaler"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        edition.build(after=agree)
        yield open_run(edition.results, PROJECT)


def test_a_number_on_agreements_to_each_form_and_field(with_agreements):
    text = trace.trace(with_agreements, HOUSING, MODEL)
    assert "statistikk/avtalepunkt.csv, linje" in text and "(talt)" in text
    rows = [row for row in with_agreements.table("klargjort/avtalepunkter.csv", AVTALEPUNKTER) if row["aar"] == 2020]
    for row in rows:
        if row["punkt"] in ("bolig-plikt", "bolig-varsling") and row["svar"] not in ("ubesvart", "ikke_spurt"):
            assert f"    {row['fil']}, {row['sted']}: {row['avtale_id']} «{row['svar']}»" in text
    told = re.search(r"dekket (\d+) \(([^)]*)\)", text)
    count = next(row["verdi"] for cell, row in published(with_agreements) if cell == HOUSING)
    assert int(told[1]) == count and len(told[2].split(", ")) == count


def published(run) -> list[tuple[str, dict]]:
    return [(statistic.cell(row), row) for _, _, statistic, row in read_numbers(run.tables(), MODEL)]


def test_a_hidden_number_is_told_as_hidden_first(with_agreements):
    hidden = next(cell for cell, row in published(with_agreements) if row["status"] == "undertrykt")
    lines = trace.trace(with_agreements, hidden, MODEL).splitlines()
    assert "undertrykt" in lines[1] and " av " in lines[2]


@pytest.mark.parametrize("old", ["avtale_dekket/avtaler/bolig//2020", "samarbeid/kvinner/politi//2020"])
def test_a_cell_of_an_earlier_edition_is_found(with_agreements, old):
    new = {"avtale_dekket": HOUSING}.get(old.split("/")[0], "samarbeid/tilbud=kvinner/instans=politi/2020")
    assert trace.find(with_agreements, old, MODEL) == ([], [new])
