"""What fact sheets may tell: who belongs where, whose answers are compared, what is hidden, and that all of it adds up
to the national numbers."""

import csv
import io
import os
import re
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
from krisestat.model.cubes import read_cubes
from krisestat.model.register import load_register
from krisestat.sheets.batch import write_zip
from krisestat.sheets.contracts import ENHETER, PARTNERS
from krisestat.sheets.membership import Tilhorighet, check_agreements, load_tilhorighet
from krisestat.sheets.numbers import by_place, coverage, disclosed, of_places
from krisestat.sheets.units import batch, batch_count, chosen, newest_agreement, size_class, units
from tests.support.model import edition_cubes
from tests.support.project import PROJECT
from tests.support.sheet_numbers import EDITION, make
from tests.support.sheet_pages import model
from tests.support.sheet_pages import row as observation
from tests.support.stages import YEARS

POLICY = yaml.safe_load((PROJECT / "data/raw/codebooks/konfidensialitet.yaml").read_text(encoding="utf-8"))
REGISTER = PROJECT / "data/raw/register"


@pytest.fixture(scope="module")
def enheter(faktaark_tall):
    return read_rows(faktaark_tall / "enheter.csv", ENHETER)


@pytest.fixture(scope="module")
def cubes(faktaark_tall):
    return read_cubes(model(), (faktaark_tall / "tall").glob("*.csv"))


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
    "a suggestion": (lambda text: text.replace("0301,S02", "0301,s02"), "mente du «S02»?"),
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


def test_the_answers_of_all_centres_add_up_to_the_national_numbers(cubes):
    seen = 0
    for name in ("samarbeid", "samarbeidsform", "forum", "skriftlig_noen"):
        one, summed = model()[name], {}
        numbers = ("verdi", "nevner", *one.others)
        for row in cubes[name]:
            if re.fullmatch(r"S\d+", row["senter"]) and row["aar"] == 2020:
                place = tuple(row[d] for d in one.per if d != "senter")
                summed.setdefault(place, Counter()).update({name: row[name] for name in numbers})
        public = [row for row in edition_cubes()[name] if row["aar"] == 2020]
        assert summed == {tuple(r[d] for d in one.per if d != "senter"): {n: r[n] for n in numbers} for r in public}
        seen += len(summed)
    assert seen > 90


def test_comparable_centres_are_those_of_about_the_same_size(enheter, cubes):
    group = {row["kode"]: f"jevnstore_{row['like_fra']}" for row in enheter if row["slag"] == "senter"}
    summed: dict[tuple, Counter] = {}
    told = {}
    for one in (row for row in cubes["samarbeid"] if row["aar"] == 2020):
        key, numbers = (one["tilbud"], one["instans"]), {name: one[name] for name in ("verdi", "nevner", "nei")}
        if one["senter"] in group:
            summed.setdefault((*key, group[one["senter"]]), Counter()).update(numbers)
        else:
            told[*key, one["senter"]] = numbers
            assert one["nevner"] >= POLICY["faktaark"]["minste_gruppe"]
    assert told == summed and len(told) == 2 * 9 * 3


def test_the_number_of_partners_is_that_of_the_answers(cubes):
    own: dict[tuple, Counter] = {}
    for one in cubes["samarbeid"]:
        if not one["senter"].startswith("jevnstore") and not one["ikke_spurt"]:
            key = one["tilbud"], one["senter"], one["aar"]
            own.setdefault(key, Counter()).update(verdi=one["verdi"], nevner=1, ubesvart=one["ubesvart"])
    told = {(r["tilbud"], r["senter"], r["aar"]): r for r in cubes[PARTNERS]}
    assert told.keys() == own.keys()
    assert all(told[key][name] == own[key][name] for key in own for name in ("verdi", "nevner", "ubesvart"))


def test_a_small_group_is_hidden_and_what_the_policy_does_not_name_is_refused():
    at = {"tilbud": "menn", "instans": "politi"}

    def told(svar, name="samarbeid", **rules):
        one = observation(name, svar, place="jevnstore_1", **at)
        own = {column: one[column] for column in model()[name].columns}
        (shown,) = disclosed(model(), {name: [own]}, {"faktaark": {**POLICY["faktaark"], **rules}})[name]
        return shown

    few = told(["ja", "nei", "nei", "nei"])
    assert few["status"] == "undertrykt" and not any(few[n] for n in ("verdi", "nevner", "nei"))
    assert told(["ja", "nei", "nei", "nei", "nei"])["verdi"] == 1
    for wrong in ({"indikatorer": []}, {"enheter": ["instans"]}):
        with pytest.raises(Problems, match=r"tall om tilbud \(«samarbeid»\), som ikke er i reglene for faktaark"):
            told(["ja"], **wrong)
    with pytest.raises(Problems, match="dekkede_punkter"):
        disclosed(model(), {"dekkede_punkter": []}, {"faktaark": {**POLICY["faktaark"], "avtale": []}})


def test_a_distribution_is_of_all_services_and_hidden_where_few_are_counted(cubes):
    own = [row["verdi"] for row in cubes["avtalepartnere"] if row["aar"] == 2020 and row["tilbud"] == "menn"]
    told = {row["antall_instanser"]: row["verdi"] for row in cubes["avtalefordeling"] if row["tilbud"] == "menn"}
    assert told == {f"n{n}": own.count(n) for n in range(10)} and sum(told.values()) == len(own) > 10
    assert {0, 1} < {*told.values()}, "single bars of 0 and 1 are shown: centres are public"
    few = [row | {"nevner": 9} for row in cubes["avtalefordeling"]]
    hidden = disclosed(model(), {"avtalefordeling": few}, POLICY)["avtalefordeling"]
    assert {(row["verdi"], row["nevner"], row["status"]) for row in hidden} == {(None, None, "undertrykt")}


def test_persons_are_as_they_are_published_and_a_sheet_has_its_own_places(cubes):
    rows = by_place(model(), cubes, edition_cubes(), 2020)
    for name in ("beboere", "opphold"):
        assert rows[name]["S07"] == [row for row in edition_cubes()[name] if row["senter"] == "S07"]
    assert {"undertrykt", ""} <= {row["status"] for own in rows["beboere"].values() for row in own}
    mine = of_places(rows, ["S07", "jevnstore_10", "3005"])
    assert {row.get("senter") for own in mine.values() for row in own} == {"S07", "jevnstore_10", "landet", None}
    assert {row["kommune"] for row in mine["dekkede_punkter"]} == {"3005", "alle"}


def test_an_agreement_is_told_by_how_much_it_covers(faktaark_tall, enheter, cubes):
    liste = load_sjekkliste(root=PROJECT)
    leaves = {leaf.id: "dekket" for leaf in liste.leaves}
    avtale = {"lovgrunnlag": "iks"}
    assert coverage(avtale, leaves, liste) == (len(liste.punkter), len(liste.punkter))
    assert coverage(avtale, dict.fromkeys(leaves, "mangler"), liste) == (0, len(liste.punkter))
    (every, *_), own = ([r for r in cubes["dekkede_punkter"] if (r["kommune"] == "alle") == whole] for whole in (1, 0))
    assert {r["kommune"] for r in own} == {row["kode"] for row in enheter if row["avtale"]}
    # Over the agreements, each once, they add up to what is told of all.
    codes = {row["kode"]: row["avtale"] for row in enheter}
    assert {bool(r["status"]) for r in own if r["nevner"]} == {False, True}  # one that covers all, or nearly none
    assert all((r["verdi"] is None) == bool(r["status"]) for r in own)
    assert all(2 <= r["verdi"] <= r["nevner"] - 2 for r in own if not r["status"])
    by_agreement = {codes[r["kommune"]]: (r["verdi"], r["nevner"]) for r in own if not r["status"]}
    with (faktaark_tall / "klargjort/avtaler.csv").open(encoding="utf-8") as handle:
        newest = {row["avtale_id"] for row in csv.DictReader(handle) if row["aar"] == "2020"}
    untold = newest - by_agreement.keys()  # agreements that no municipality's sheet speaks of: a newer one is there
    told = tuple(map(sum, zip(*by_agreement.values(), strict=True)))
    assert told <= (every["verdi"], every["nevner"]) and len(untold) <= 6


@pytest.fixture
def copy(faktaark_tall, tmp_path):
    """What the tables were made from, and the tables, to make anew."""
    return shutil.copytree(faktaark_tall, tmp_path / "kopi")


@pytest.mark.thorough
def test_the_tables_are_the_same_each_time(faktaark_tall, copy):
    make(copy)
    for name in ("enheter.csv", *(f"tall/{one}.csv" for one in EDITION.sheet_statistics)):
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
