"""One valid and one broken table per clause of each contract: refused by the stage that wrote it."""

import pytest

from krisestat.base import contracts
from krisestat.base.contracts import guarded, read_rows, table_text, unguarded, write_all, write_each
from krisestat.base.errors import Problems
from krisestat.model import contracts as tables
from krisestat.model.contracts import (
    AGGREGERT,
    AVTALEPUNKTER,
    AVTALER,
    AVTALER_INNDATA,
    AVTALER_KARANTENE,
    ENHETER,
    FAKTAARK,
    INNDATA,
    KLARGJORT,
    KVALITET,
    PERSONER,
    PERSONER_KLARGJORT,
    PERSONER_UTDATA,
    TALL,
    TILBUD_PER_AAR,
    UTDATA,
)

PERSONS = {
    "aar": 2020,
    "senter_id": "S01",
    "senter": "Senter 01",
    "gruppe": "alle",
    "maal": "opphold",
    "antall": 20,
    "status": "",
    "opphav": "mottatt",
}
VALID = {
    "inndata": (INNDATA, {"fil": "a.csv", "linje": 2, "kolonnenr": 1, "kolonne": "nav", "verdi": ""}),
    "klargjort": (
        KLARGJORT,
        {
            "aar": 2020,
            "senter_id": "S01",
            "tilbud": "kvinner",
            "sporsmaal": "samarbeid",
            "instans": "nav",
            "samarbeidsform": "",
            "svar": "ja",
            "fil": "a.csv",
            "linje": 2,
            "kolonne": "nav",
            "rettelse": "",
        },
    ),
    "tilbud": (TILBUD_PER_AAR, {"aar": 2020, "senter_id": "S01", "tilbud": "menn", "opphav": "mottatt"}),
    "aggregert": (
        AGGREGERT,
        {
            "indikator": "kommunalt_samarbeid",
            "gruppe": "kommuner",
            "instans": "nav",
            "aar": 2019,
            "antall": 214,
            "base": None,
            "status": "",
            "opphav": "publisert",
            "fil": "k.csv",
            "linje": 2,
            "kolonne": "value",
            "rettelse": "",
        },
    ),
    "personer_klargjort": (
        PERSONER_KLARGJORT,
        {
            "aar": 2020,
            "senter_id": "S01",
            "gruppe": "kvinner",
            "beboere": 15,
            "opphold": 20,
            "senter": "Senter 01",
            "opphav": "mottatt",
            "fil": "p.csv",
            "linje": 2,
        },
    ),
    "personer": (PERSONER, PERSONS),
    "personer_utdata": (PERSONER_UTDATA, PERSONS | {"antall": None, "status": "undertrykt"}),
    "kvalitet": (
        KVALITET,
        {
            "kontroll": "sentre uten svar",
            "gjelder": "a.csv",
            "undersokt": 43,
            "antall": 1,
            "resultat": "ADVARSEL",
            "eksempler": "S04",
            "tiltak": "Purr.",
        },
    ),
    "avtaler": (
        AVTALER,
        {
            "aar": 2020,
            "avtale_id": "a001",
            "navn": "=Avtale 01",
            "versjon": 3,
            "lovgrunnlag": "iks",
            "vertskommune": "",
            "parter": "0301,3011",
            "krisesenter": "Senter 01",
            "maalgrupper": "kvinner,menn",
            "signert": "2020-01-01",
            "varer_til": "",
            "sist_evaluert": "",
            "evalueres_hvert": 4,
            "oppsigelse": None,
            "opphav": "mottatt",
            "format": "pdf",
            "fil": "a001.pdf",
        },
    ),
    "avtalepunkter": (
        AVTALEPUNKTER,
        {
            "aar": 2020,
            "avtale_id": "a001",
            "punkt": "formaal",
            "svar": "dekket",
            "henvisning": "- § 1",
            "merknad": "'sitat'\nog mer",
            "fil": "a001.pdf",
            "sted": "feltet «formaal__svar»",
        },
    ),
    "avtaler_karantene": (
        AVTALER_KARANTENE,
        {
            "aar": 2020,
            "avtale_id": "a002",
            "format": "csv",
            "fil": "a002.csv",
            "regel": "bestemt",
            "grunn": "Sendt to ganger.",
            "bestemt_av": "Kari Nordmann",
            "dato": "2021-02-01",
        },
    ),
    "avtaler_inndata": (
        AVTALER_INNDATA,
        {"fil": "a.json", "linje": 2, "kolonnenr": 3, "kolonne": "avtale.navn", "verdi": "@navn"},
    ),
    "tall": (
        TALL,
        {
            "indikator": "samarbeid",
            "gruppe": "kvinner",
            "instans": "politi",
            "samarbeidsform": "",
            "aar": 2020,
            "antall": 42,
            "base": 43,
            "andel": "42/43",
            "nei": 1,
            "vet_ikke": 0,
            "ubesvart": 0,
            "ikke_spurt": 0,
            "status": "",
            "opphav": "publisert",
        },
    ),
}
VALID |= {
    "faktaark_enheter": (
        ENHETER,
        {
            "ark": "senter-s01",
            "slag": "senter",
            "kode": "S01",
            "navn": "Senter 01",
            "fylke": "Oslo",
            "senter_ark": "",
            "kommuner": "0301",
            "avtale": "",
            "like_fra": 1,
            "like_til": None,
            "opphav": "rekonstruert",
        },
    ),
    "faktaark_tall": (
        FAKTAARK,
        {
            "ark": "senter-s01",
            **VALID["tall"][1],
            "gruppe": "senter_kvinner",
            "antall": 1,
            "base": 1,
            "andel": "1",
            "nei": 0,
            "opphav": "mottatt",
        },
    ),
}
CLAUSES = [
    (name, column, clause)
    for name, (contract, _) in VALID.items()
    for column, spec in contract.columns.items()
    for clause in ("type", *(["codes"] if spec.codes else []), *([] if spec.empty else ["empty"]))
]
BROKEN_ROWS = {
    "the answers do not add up to the base": {"nei": 2},
    "the share is not the fraction": {"andel": "41/43"},
    "no count and no reason": {"antall": None, "andel": None},
    "a count beside a reason for none": {"status": "undertrykt"},
}


def broken(row: dict, column: str, clause: str) -> dict:
    value = {"type": 1.5, "codes": "noe annet", "empty": None if isinstance(row[column], int) else ""}[clause]
    return row | {column: value}


@pytest.mark.parametrize("name", VALID)
def test_a_valid_row_passes_and_comes_back_as_it_was(name, tmp_path):
    contract, row = VALID[name]
    write_all({tmp_path / "t.csv": table_text([row], contract, "t.csv")})
    assert read_rows(tmp_path / "t.csv", contract) == [row]


@pytest.mark.parametrize(("name", "column", "clause"), CLAUSES)
def test_a_row_that_breaks_one_clause_is_refused(name, column, clause):
    contract, row = VALID[name]
    with pytest.raises(Problems) as error:
        table_text([broken(row, column, clause)], contract, "t.csv")
    assert f"kolonne «{column}»" in str(error.value)


@pytest.mark.parametrize("change", BROKEN_ROWS.values(), ids=BROKEN_ROWS)
def test_a_row_that_contradicts_itself_is_refused(change):
    with pytest.raises(Problems):
        table_text([VALID["tall"][1] | change], TALL, "t.csv")


@pytest.mark.parametrize("name", VALID)
def test_a_key_stands_once(name):
    contract, row = VALID[name]
    with pytest.raises(Problems, match="to ganger"):
        table_text([row, row], contract, "t.csv")


def test_columns_come_in_the_contracts_order():
    contract, row = VALID["aggregert"]
    with pytest.raises(Problems, match="Ventet: indikator, gruppe"):
        table_text([dict(reversed(row.items()))], contract, "t.csv")


@pytest.mark.parametrize("text", ["aar,senter_id\n2019,S01\n", "", "x\n"])
def test_a_file_with_other_columns_is_refused_when_read(text, tmp_path):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match="Slett filen"):
        read_rows(tmp_path / "t.csv", INNDATA)


@pytest.mark.parametrize("line", ["a.csv,2,en,nav,Ja", "a.csv,2,1", "a.csv,-2,1,nav,Ja"])
def test_a_broken_line_is_refused_when_read(line, tmp_path):
    (tmp_path / "t.csv").write_text(f"{','.join(INNDATA.columns)}\n{line}\n", encoding="utf-8")
    with pytest.raises(Problems, match="linje 2"):
        read_rows(tmp_path / "t.csv", INNDATA)


@pytest.mark.parametrize(
    ("name", "column", "clause"), [c for c in CLAUSES if c[0] in ("inndata", "klargjort", "tilbud")]
)
def test_frames_keep_the_same_contracts(name, column, clause):
    import pandas as pd

    from krisestat.base.frames import frame_parts

    contract, row = VALID[name]
    assert "".join(frame_parts(pd.DataFrame([row]), contract, "t.csv")) == table_text([row], contract, "t.csv")
    if clause == "type" and contract.columns[column].kind is str:
        return  # pandas gives text columns as text
    with pytest.raises(Problems) as error:
        frame_parts(pd.DataFrame([broken(row, column, clause)]), contract, "t.csv")
    assert f"kolonne «{column}»" in str(error.value)


def test_a_frame_with_a_key_twice_is_refused():
    import pandas as pd

    from krisestat.base.frames import frame_parts

    with pytest.raises(Problems, match="to ganger"):
        frame_parts(pd.DataFrame([VALID["tilbud"][1]] * 2), TILBUD_PER_AAR, "t.csv")


def test_all_files_are_written_or_none(tmp_path):
    (tmp_path / "a.csv").write_text("gammel", encoding="utf-8")
    (tmp_path / "b").mkdir()
    with pytest.raises(IsADirectoryError):
        write_all(
            {tmp_path / "ny.csv": "ny", tmp_path / ".b.ny": "x", tmp_path / "b": "ikke en fil"}
            | {tmp_path / "a.csv": "ny"}
        )
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "gammel"
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".ny") and p.name != ".b.ny"]


def test_nothing_is_written_through_a_link_that_lies_beside(tmp_path):
    (tmp_path / "inn.csv").write_text("inn", encoding="utf-8")
    (tmp_path / ".ut.csv.ny").symlink_to(tmp_path / "inn.csv")
    write_all({tmp_path / "ut.csv": "ut"})
    assert (tmp_path / "inn.csv").read_text(encoding="utf-8") == "inn" and not (tmp_path / "ut.csv").is_symlink()


def test_files_are_written_as_they_are_made_and_moved_when_all_are_whole(tmp_path):
    first, then = tmp_path / "a.csv", tmp_path / "mappe" / "b.csv"
    seen = []

    def files(fault):
        yield first, (text for text in ("a\n", "å\n"))
        seen.append(((tmp_path / ".a.csv.ny").read_text(encoding="utf-8"), first.exists()))
        if fault:
            raise Problems([])
        yield then, b"b\n"

    with pytest.raises(Problems):
        write_each(files(fault=True))
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
    write_each(files(fault=False))
    assert seen == [("a\nå\n", False)] * 2
    assert first.read_text(encoding="utf-8") == "a\nå\n" and then.read_bytes() == b"b\n"
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["a.csv", "b.csv"]


def test_what_a_renderer_opens_has_the_form_of_the_statistics():
    assert UTDATA.columns == TALL.columns and UTDATA.checks == TALL.checks


@pytest.mark.parametrize("text", ["=1+1", "- § 4", "'sitat'", "''=1", "+47", "@navn", "\uff1d1", "vanlig", "", "a=b"])
def test_free_text_is_never_a_formula_in_a_file_and_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(contracts.FORMULA_STARTS)


def test_every_contract_of_the_module_is_tested_here():
    declared = {c.name for c in vars(tables).values() if isinstance(c, contracts.Contract)}
    assert declared - {"utdata"} == set(VALID)
