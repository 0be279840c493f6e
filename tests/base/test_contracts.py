"""One valid and one broken table per clause of each contract: refused by the stage that wrote it."""

import pytest

from krisestat.base import contracts
from krisestat.base.contracts import guarded, read_rows, table_text, unguarded, write_all, write_each
from krisestat.base.errors import Problems
from krisestat.model import contracts as tables
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, AVTALER_INNDATA, AVTALER_KARANTENE, INNDATA, KVALITET
from krisestat.sheets import contracts as of_sheets
from krisestat.sheets.contracts import ENHETER
from tests.support.model import edition_model

MODEL = edition_model()
ASKED, TALL, RECEIVED = MODEL.kilder["samarbeid"], MODEL["samarbeid"].contract, MODEL["kommunalt_samarbeid"].received
VALID = {
    contract.name: (contract, dict(zip(contract.columns, values, strict=True)))
    for contract, *values in (
        (INNDATA, "a.csv", 2, 1, "nav", ""),
        (ASKED.contract, 2020, "S01", "kvinner", "samarbeid", "nav", "", "ja", "a.csv", 2, "nav", ""),
        (ASKED.units, 2020, "S01", "menn", "mottatt"),
        (RECEIVED, 2019, "nav", 214, "", "publisert", "k.csv", 2, "value", ""),
        (TALL, 2020, "kvinner", "politi", 42, 43, 1, 0, 0, 0, "", "publisert"),
        (MODEL["opphold"].contract, 2020, "S01", "alle", None, "undertrykt", "mottatt"),
        (KVALITET, "sentre uten svar", "a.csv", 43, 1, "ADVARSEL", "S04", "Purr."),
        (
            AVTALER,
            *(2020, "a001", "=Avtale 01", 3, "iks", "", "0301,3011", "Senter 01", "kvinner,menn", "2020-01-01", ""),
            *("", 4, None, "mottatt", "pdf", "a001.pdf"),
        ),
        (
            AVTALEPUNKTER,
            *(2020, "a001", "formaal", "dekket", "- § 1", "'sitat'\nog mer", "a001.pdf", "feltet «formaal__svar»"),
        ),
        (
            AVTALER_KARANTENE,
            *(2020, "a002", "csv", "a002.csv", "bestemt", "Sendt to ganger.", "Kari Nordmann", "2021-02-01"),
        ),
        (AVTALER_INNDATA, "a.json", 2, 3, "avtale.navn", "@navn"),
        (ENHETER, "senter-s01", "senter", "S01", "Senter 01", "Oslo", "", "0301", "", 1, None, "rekonstruert"),
    )
}
CLAUSES = [
    (name, column, clause)
    for name, (contract, _) in VALID.items()
    for column, spec in contract.columns.items()
    for clause in ("type", *(["codes"] if spec.codes else []), *([] if spec.empty else ["empty"]))
]
BROKEN_ROWS = {
    "the answers do not add up to the base": (TALL, {"nei": 2}),
    "no count and no reason": (TALL, {"verdi": None}),
    "a count beside a reason for none": (TALL, {"status": "undertrykt"}),
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


@pytest.mark.parametrize(("contract", "change"), BROKEN_ROWS.values(), ids=BROKEN_ROWS)
def test_a_row_that_contradicts_itself_is_refused(contract, change):
    with pytest.raises(Problems):
        table_text([VALID[contract.name][1] | change], contract, "t.csv")


@pytest.mark.parametrize("name", VALID)
def test_a_key_stands_once(name):
    contract, row = VALID[name]
    with pytest.raises(Problems, match="to ganger"):
        table_text([row, row], contract, "t.csv")


def test_columns_come_in_the_contracts_order():
    contract, row = VALID[RECEIVED.name]
    with pytest.raises(Problems, match="Ventet: aar, instans"):
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
        frame_parts(pd.DataFrame([VALID[ASKED.units.name][1]] * 2), ASKED.units, "t.csv")


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


@pytest.mark.parametrize("text", ["=1+1", "- § 4", "'sitat'", "''=1", "+47", "@navn", "\uff1d1", "vanlig", "", "a=b"])
def test_free_text_is_never_a_formula_in_a_file_and_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(contracts.FORMULA_STARTS)


def test_every_contract_of_the_module_is_tested_here():
    named = [*vars(tables).values(), *vars(of_sheets).values()]
    declared = {c.name for c in named if isinstance(c, contracts.Contract)}
    assert declared <= set(VALID)
