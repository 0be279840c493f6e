"""What fact sheets may tell: who belongs where, whose answers are compared, what is hidden, and that all of it adds up
to the national numbers."""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections import Counter

import pytest
import yaml

from krisestat.agreements.checklist import load_sjekkliste
from krisestat.agreements.municipalities import load_kommuner
from krisestat.base.contracts import read_rows
from krisestat.base.errors import Problems
from krisestat.model.register import load_register
from krisestat.sheets.batch import write_zip
from krisestat.sheets.contracts import ENHETER, FAKTAARK
from krisestat.sheets.membership import Tilhorighet, check_agreements, load_tilhorighet
from krisestat.sheets.numbers import counted, coverage, disclosed, national_rows, of_sheet, row_of
from krisestat.sheets.units import batch, batch_count, chosen, newest_agreement, size_class, units
from tests.support.model import edition_cubes, edition_model
from tests.support.project import PROJECT
from tests.support.sheet_numbers import make
from tests.support.stages import YEARS

POLICY = yaml.safe_load((PROJECT / "data/raw/codebooks/konfidensialitet.yaml").read_text(encoding="utf-8"))
REGISTER = PROJECT / "data/raw/register"


@pytest.fixture(scope="module")
def enheter(faktaark_tall):
    return read_rows(faktaark_tall / "enheter.csv", ENHETER)


@pytest.fixture(scope="module")
def rows(faktaark_tall):
    return read_rows(faktaark_tall / "tall.csv", FAKTAARK)


@pytest.fixture(scope="module")
def register():
    return load_register(REGISTER, YEARS)


@pytest.fixture(scope="module")
def kommuner():
    return load_kommuner(REGISTER)


# Who belongs where.


@pytest.mark.thorough
def test_the_list_comes_back_from_its_generator(tmp_path):
    command = [sys.executable, "-m", "tools.rekonstruer_tilhorighet", "--til", tmp_path]
    subprocess.run(command, cwd=PROJECT, check=True, timeout=60, env={"PYTHONPATH": "scripts", "PYTHONHASHSEED": "7"})
    assert (tmp_path / "tilhorighet.csv").read_bytes() == (REGISTER / "tilhorighet.csv").read_bytes()


def test_every_municipality_belongs_to_one_centre_that_is_there(kommuner, register):
    found = load_tilhorighet(REGISTER, kommuner, register, YEARS)
    assert found.opphav == "rekonstruert"
    for aar in YEARS:
        assert found.senter[aar].keys() == kommuner.in_year(aar).keys()
        assert found.members(aar).keys() == {senter for senter, _ in register.services(aar)}


FAULTS = {
    "unknown number": (lambda text: text + "9999,S02,2015,\n", ", 2015–2020\n  Fant:   «9999», som ikke er en kommune"),
    "unknown centre": (lambda text: text.replace("0301,S02", "0301,S2"), "«S2», som ikke er et senter med et tilbud"),
    "a suggestion": (lambda text: text.replace("0301,S02", "0301,Senter S02"), "mente du «S02»?"),
    "two centres": (lambda text: text + "0301,S01,2019,\n", "0301 ved S01, men også ved S02"),
    "a gap": (lambda text: text.replace("0301,S02,2015,", "0301,S02,2015,2018"), "Oslo uten senter"),
    "an empty centre": (lambda text: text.replace("0301,S02,", "0301,S01,"), "ingen kommuner"),
    "a centre that is closed": (lambda text: text.replace("0301,S02,", "0301,S47,"), ", 2020\n  Fant:   «S47», som"),
    "a header": (lambda text: text.replace("senter_id", "senter", 1), "kommunenr, senter, gyldig_fra"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_list_is_told_in_five_parts(fault, tmp_path, kommuner, register):
    change, told = FAULTS[fault]
    text = (REGISTER / "tilhorighet.csv").read_text(encoding="utf-8")
    assert change(text) != text
    (tmp_path / "tilhorighet.csv").write_text(change(text), encoding="utf-8")
    shutil.copy(REGISTER / "tilhorighet-kilde.yaml", tmp_path)
    with pytest.raises(Problems) as error:
        load_tilhorighet(tmp_path, kommuner, register, YEARS)
    assert told in str(error.value)
    assert all(all((one.fil, one.fant, one.ventet, one.tiltak)) for one in error.value.problems)


def test_an_origin_that_is_none_stops_the_build(tmp_path, kommuner, register):
    shutil.copy(REGISTER / "tilhorighet.csv", tmp_path)
    (tmp_path / "tilhorighet-kilde.yaml").write_text("opphav: gjettet\n", encoding="utf-8")
    with pytest.raises(Problems, match="opphav «gjettet»"):
        load_tilhorighet(tmp_path, kommuner, register, YEARS)


def form(id: str, parter: str, krisesenter: str, aar: int = 2020) -> dict:
    return {"avtale_id": id, "parter": parter, "krisesenter": krisesenter, "aar": aar, "signert": "2020-01-01"}


def test_a_form_that_names_another_centre_stops_the_build(kommuner, register):
    found = load_tilhorighet(REGISTER, kommuner, register, YEARS)
    check_agreements(found, [form("a1", "0301", "Senter 02")], kommuner, register, REGISTER)
    check_agreements(found, [form("a1", "0301", "et senter uten navn")], kommuner, register, REGISTER)
    with pytest.raises(Problems, match=r"S02, men skjemaet for a1 sier S01"):
        check_agreements(found, [form("a1", "0301", "Senter 01")], kommuner, register, REGISTER)


def test_a_municipality_with_two_agreements_has_the_one_on_its_centre_then_the_newest():
    signed = {"a1": "2020-01-01", "a2": "2021-01-01", "a3": "2021-01-01"}
    assert newest_agreement({"a1": "S10", "a2": "S11"}, "S10", signed) == "a1"
    assert newest_agreement({"a1": "S10", "a2": "S10", "a3": "S10"}, "S10", signed) == "a3"
    assert newest_agreement({}, "S10", signed) == ""


# Which sheets there are.


def test_there_is_a_sheet_for_each_centre_and_each_municipality(enheter, register, kommuner):
    kinds = Counter(row["slag"] for row in enheter)
    assert kinds == {"kommune": len(kommuner.in_year(2020)), "senter": len({s for s, _ in register.services(2020)})}
    by_ark = {row["ark"]: row for row in enheter}
    for row in enheter:
        if row["slag"] == "kommune":
            own = by_ark[row["senter_ark"]]["kommuner"].split(",")
            assert sorted([row["kode"], *filter(None, row["kommuner"].split(","))]) == own
            assert (row["like_fra"], row["like_til"]) == size_class(len(own), POLICY["faktaark"]["grenser"])


def test_sizes_are_compared_within_their_bounds():
    bounds = [6, 10]
    assert [size_class(n, bounds) for n in (1, 5, 6, 9, 10, 99)] == [*[(1, 5)] * 2, *[(6, 9)] * 2, *[(10, None)] * 2]
    assert size_class(3, []) == (1, None)


def test_a_code_that_cannot_name_a_file_is_refused(register, kommuner, monkeypatch):
    members = {2020: dict.fromkeys(kommuner.in_year(2020), "../S01")}
    monkeypatch.setattr(type(register), "names", lambda self, aar: {"Senter": "../S01"})
    with pytest.raises(Problems, match=r"«../S01»"):
        units(kommuner, register, Tilhorighet(members, "mottatt"), [], [6, 10], 2020)


def test_a_sheet_added_at_the_end_changes_the_last_batch_alone():
    sheets = [f"ark-{n}" for n in range(60)]
    before = [batch(sheets, n, 25) for n in (1, 2, 3)]
    after = [batch([*sheets, "ny"], n, 25) for n in (1, 2, 3)]
    assert [one for some in before for one in some] == sheets and after == [*before[:2], [*before[2], "ny"]]
    assert [batch_count(n, 25) for n in (0, 1, 25, 26, 399)] == [1, 1, 1, 2, 16]


def test_a_zip_file_that_goes_out_is_open_to_all(tmp_path):
    path = tmp_path / "results/2020/ut/faktaark/faktaark.zip"
    before = os.umask(0o077)
    write_zip(path, [])
    os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o644 and path.parent.stat().st_mode & 0o777 == 0o755


def test_an_unknown_sheet_is_told_with_a_suggestion(enheter):
    assert [row["ark"] for row in chosen(enheter, ["senter-s07"])] == ["senter-s07"]
    assert chosen(enheter, []) == enheter
    with pytest.raises(Problems, match=r"«senter-s7» – mente du «senter-s\d\d»\?"):
        chosen(enheter, ["senter-s7"])


# What they tell.


def test_the_answers_of_all_centres_add_up_to_the_national_numbers(rows):
    names = ("antall", "base", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
    national = {
        (r["indikator"], f"senter_{r['gruppe']}", r["instans"], r["samarbeidsform"]): {name: r[name] for name in names}
        for r in national_rows(edition_model(), edition_cubes())
        if r["aar"] == 2020 and not r["status"]
    }
    summed: dict[tuple, Counter] = {}
    for row in rows:
        if row["gruppe"] in ("senter_kvinner", "senter_menn") and row["aar"] == 2020 and not row["status"]:
            key = (row["indikator"], row["gruppe"], row["instans"], row["samarbeidsform"])
            summed.setdefault(key, Counter()).update({name: row[name] for name in names})
    assert len(summed) > 90 and summed == national


def test_comparable_centres_are_those_of_about_the_same_size(enheter, rows):
    centres = {row["ark"]: row for row in enheter if row["slag"] == "senter"}
    own = {
        (row["ark"], row["instans"]): row["antall"]
        for row in rows
        if (row["indikator"], row["gruppe"], row["aar"]) == ("samarbeid", "senter_menn", 2020)
    }
    seen = 0
    for row in rows:
        if (row["indikator"], row["gruppe"]) == ("samarbeid", "like_menn"):
            me = centres[row["ark"]]
            like = [ark for ark, one in centres.items() if one["like_fra"] == me["like_fra"]]
            answers = [own[ark, row["instans"]] for ark in like if (ark, row["instans"]) in own]
            assert (row["antall"], row["base"]) == (sum(answers), len(answers))
            assert row["base"] >= POLICY["faktaark"]["minste_gruppe"]
            seen += 1
    assert seen == 9 * len(centres)


def test_a_question_that_was_not_put_has_no_answer():
    assert counted(["ikke_spurt"], "alle", True) == ({"antall": None, "base": 1} | zeros(ikke_spurt=1), "ikke_spurt")
    assert counted(["ikke_spurt", "ja"], "alle", False) == ({"antall": 1, "base": 2} | zeros(ikke_spurt=1), "")
    assert counted(["ubesvart", "ja"], "svart", False) == ({"antall": 1, "base": 1} | zeros(ubesvart=1), "")


def zeros(**some: int) -> dict:
    return {"nei": 0, "vet_ikke": 0, "ubesvart": 0, "ikke_spurt": 0} | some


def test_a_small_group_is_hidden_and_what_the_policy_does_not_name_is_refused():
    cell, numbers = ("samarbeid", "politi", "", 2020), {"antall": 1, "base": 4} | zeros(nei=3)
    few = row_of("senter-s01", "like_menn", cell, numbers, "mottatt")
    (hidden,) = disclosed([few], POLICY)
    assert hidden["status"] == "undertrykt" and not any(hidden[n] for n in ("antall", "base", "andel", "nei"))
    enough = row_of("senter-s01", "like_menn", cell, numbers | {"base": 5, "nei": 4}, "mottatt")
    assert disclosed([enough], POLICY) == [enough]
    assert disclosed([few | {"gruppe": "senter_menn"}], POLICY)[0]["antall"] == 1
    for changed in ({"indikator": "samarbeid_panel"}, {"gruppe": "avtale", "indikator": "avtale_dekket"}):
        with pytest.raises(Problems, match="som ikke er i reglene for faktaark"):
            disclosed([enough | changed], POLICY)
    without = {**POLICY, "faktaark": {**POLICY["faktaark"], "enheter": ["instans"]}}
    with pytest.raises(Problems, match="tall om tilbud"):
        disclosed([enough], without)


def test_persons_are_as_they_are_published(enheter, rows):
    centres = {row["ark"]: row["kode"] for row in enheter if row["slag"] == "senter"}
    public = {
        (row["senter"], name, row["aar"]): (row["verdi"], row["status"])
        for name in ("beboere", "opphold")
        for row in edition_cubes()[name]
        if row["senter"] in centres.values()
    }
    told = {
        (centres[row["ark"]], row["indikator"], row["aar"]): (row["antall"], row["status"])
        for row in rows
        if row["gruppe"] == "senter_personer"
    }
    assert told == public and "undertrykt" in {status for _, status in told.values()}


def test_an_agreement_is_told_by_how_much_it_covers(faktaark_tall, enheter, rows):
    liste = load_sjekkliste(root=PROJECT)
    leaves = {leaf.id: "dekket" for leaf in liste.leaves}
    avtale = {"lovgrunnlag": "iks"}
    whole = coverage(avtale, leaves, liste)
    assert whole["antall"] == whole["base"] == len(liste.punkter)
    none = coverage(avtale, dict.fromkeys(leaves, "mangler"), liste)
    assert (none["antall"], none["nei"]) == (0, none["base"])
    assert coverage(avtale, {}, liste)["ubesvart"] == whole["base"]
    points = [r for r in rows if r["gruppe"] in ("avtale", "avtaler_alle")]
    assert {r["ark"] for r in points} == {row["ark"] for row in enheter if row["avtale"]}
    assert len({(r["antall"], r["base"]) for r in points if r["gruppe"] == "avtaler_alle"}) == 1
    # Over the agreements, each once, they add up to what is told of all.
    codes = {row["ark"]: row["avtale"] for row in enheter}
    own = [r for r in points if r["gruppe"] == "avtale"]
    assert {bool(r["status"]) for r in own if r["base"]} == {False, True}  # one that covers all, or nearly none
    assert all((r["antall"] is None) == bool(r["status"]) and r["nei"] is None for r in own if r["status"])
    assert all(2 <= r["antall"] <= r["base"] - 2 for r in own if not r["status"])
    by_agreement = {codes[r["ark"]]: (r["antall"], r["base"]) for r in own if not r["status"]}
    with (faktaark_tall / "klargjort/avtaler.csv").open(encoding="utf-8") as handle:
        newest = {row["avtale_id"] for row in csv.DictReader(handle) if row["aar"] == "2020"}
    (total,) = {(r["antall"], r["base"]) for r in points if r["gruppe"] == "avtaler_alle"}
    untold = newest - by_agreement.keys()  # agreements that no municipality's sheet speaks of: a newer one is there
    assert tuple(map(sum, zip(*by_agreement.values(), strict=True))) <= total and len(untold) <= 6


def test_a_municipality_tells_its_own_and_its_centres_numbers(enheter, rows):
    by_sheet: dict[str, list] = {}
    for row in rows:
        by_sheet.setdefault(row["ark"], []).append(row)
    oslo = next(row for row in enheter if row["kode"] == "0301")
    assert {row["ark"] for row in of_sheet(oslo, by_sheet)} == {oslo["senter_ark"]}
    with_one = next(row for row in enheter if row["avtale"])
    assert {row["ark"] for row in of_sheet(with_one, by_sheet)} == {with_one["ark"], with_one["senter_ark"]}
    senter = next(row for row in enheter if row["slag"] == "senter")
    assert {row["ark"] for row in of_sheet(senter, by_sheet)} == {senter["ark"]}


@pytest.fixture
def copy(faktaark_tall, tmp_path):
    """What the tables were made from, and the tables, to make anew."""
    return shutil.copytree(faktaark_tall, tmp_path / "kopi")


@pytest.mark.thorough
def test_the_tables_are_the_same_each_time(faktaark_tall, copy):
    make(copy)
    for name in ("enheter.csv", "tall.csv"):
        assert (copy / name).read_bytes() == (faktaark_tall / name).read_bytes()


def test_agreements_that_say_otherwise_stop_the_tables(copy):
    path = copy / "data/raw/register/tilhorighet.csv"
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    nr = next(row[0] for row in table if row[1] == "S07" and row[0] == "3005")
    path.write_text(path.read_text(encoding="utf-8").replace(f"{nr},S07", f"{nr},S03"), encoding="utf-8")
    (copy / "enheter.csv").unlink()
    with pytest.raises(Problems, match="skjemaet for a002 sier S07"):
        make(copy)
    assert not (copy / "enheter.csv").exists()
