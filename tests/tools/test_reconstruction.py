"""The reconstructed raw data say what is published: every printed count, every sentence, year by year.

Reads the raw files with readers of its own, so that an error in the pipeline cannot hide an error in the data. Each
sentence of the published page has a test; `docs/metode.md` lists them.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise, product
from pathlib import Path

import pyreadstat
import pytest
import yaml
from python_calamine import CalamineWorkbook

from tests.support.project import PROJECT as ROOT
from tools.rekonstruer.svar import say_yes

RAW = ROOT / "data" / "raw"
YEARS = range(2015, 2021)
TILBUD = ("kvinner", "menn")
INSTANSER = (
    "nav",
    "barneverntjenesten",
    "familievern",
    "psykisk_helse",
    "politi",
    "rusomsorg",
    "boligkontor",
    "barnehus",
    "overgrepsmottak",
)
FORMER = ("enkeltsaker", "fast_kontakt", "skriftlig_avtale", "ikke_skriftlig_avtale")
MORE_WRITTEN = ("nav", "barneverntjenesten", "familievern", "overgrepsmottak")
FEWER_THAN_2019 = ("overgrepsmottak", "barnehus", "boligkontor")
HALF = Fraction(1, 2)

Cell = tuple[str, str, str, str]  # tilbud, variabel, instans, samarbeidsform


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_raw(aar: int) -> list[dict[str, str]]:
    """The rows of a raw file: kolonne → text, empty where the cell is empty."""
    kilde = yaml.safe_load((RAW / str(aar) / "kilde.yaml").read_text(encoding="utf-8"))
    path = RAW / str(aar) / kilde["fil"]
    if kilde["format"] == "csv":
        text = path.read_bytes().decode(kilde["tegnsett"])
        return list(csv.DictReader(text.splitlines(), delimiter=kilde["skilletegn"]))
    if kilde["format"] == "sav":
        columns, meta = pyreadstat.read_sav(path, user_missing=True, output_format="dict")
        labels = meta.variable_value_labels
        named = {k: [labels[k].get(v, "") if k in labels else str(v) for v in values] for k, values in columns.items()}
        return [dict(zip(named, row, strict=True)) for row in zip(*named.values(), strict=True)]
    upper, lower, *rows = CalamineWorkbook.from_path(path).get_sheet_by_name(kilde["ark"]).to_python()
    header, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or group
        header.append(f"{group} | {below}")
    return [dict(zip(header, map(str, row), strict=True)) for row in rows]


class Year:
    """The answers of one year: per centre, and counted."""

    def __init__(self, aar: int) -> None:
        self.columns = table(RAW / "codebooks" / f"samarbeid_p{aar}.csv")
        self.rows = read_raw(aar)
        register = [
            r
            for r in table(RAW / "register" / "tilbud.csv")
            if int(r["gyldig_fra"]) <= aar <= int(r["gyldig_til"] or aar)
        ]
        self.register = {t: {r["senter_id"] for r in register if r["tilbud"] == t} for t in TILBUD}
        self.ids = {
            r["navn"]: r["senter_id"]
            for r in table(RAW / "register" / "sentre.csv")
            if int(r["gyldig_fra"]) <= aar <= int(r["gyldig_til"] or aar)
        }
        name = next(c["kolonne"] for c in self.columns if c["variabel"] == "senter")
        self.sentre = [row[name] for row in self.rows]
        self.answers: dict[Cell, dict[str, str]] = {}
        for c in self.columns:
            if c["variabel"] not in ("senter", "uten_betydning"):
                cell = (c["tilbud"], c["variabel"], c["instans"], c["samarbeidsform"])
                self.answers[cell] = {self.ids[row[name]]: row[c["kolonne"]] for row in self.rows}

    def yes(self, tilbud: str, variabel: str, instans: str = "", form: str = "") -> set[str]:
        return {s for s, answer in self.answers[tilbud, variabel, instans, form].items() if answer == "Ja"}

    def count(self, *cell: str) -> int:
        return len(self.yes(*cell))

    def base(self, tilbud: str) -> int:
        return len(self.register[tilbud])

    def share(self, tilbud: str, *question: str) -> Fraction:
        return Fraction(self.count(tilbud, *question), self.base(tilbud))

    def some_written(self, tilbud: str) -> set[str]:
        """Services with a written agreement with at least one partner."""
        return set().union(*(self.yes(tilbud, "samarbeidsform", i, "skriftlig_avtale") for i in INSTANSER))


@pytest.fixture(scope="module")
def years() -> dict[int, Year]:
    return {aar: Year(aar) for aar in YEARS}


# The lexicon's words, in exact arithmetic.


def shares(years: dict[int, Year], *cell: str) -> list[Fraction]:
    return [years[aar].share(*cell) for aar in YEARS]


def rises(values: list[Fraction], one_centre: Fraction) -> bool:
    """«økende»: higher at the end, no fall above one centre, and more rises than falls among all pairs (Kendall)."""
    pairs = sum((b > a) - (b < a) for a, b in combinations(values, 2))
    return values[-1] > values[0] and pairs > 0 and all(a - b <= one_centre for a, b in pairwise(values))


# The generator.


@pytest.mark.thorough
def test_the_generator_gives_the_committed_files_byte_for_byte(tmp_path):
    env = os.environ | {"PYTHONPATH": "scripts", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-m", "tools.rekonstruer", "--til", tmp_path], cwd=ROOT, env=env, check=True)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(RAW): p.read_bytes() for name in (*YEARS, "personer") for p in (RAW / str(name)).iterdir()}
    assert sorted(made) == sorted(kept)
    assert [str(p) for p in kept if made[p] != kept[p]] == []


@pytest.mark.parametrize("folder", [*map(str, YEARS), "kostra", "personer"])
def test_manifests_have_the_checksum_of_their_file(folder):
    kilde = yaml.safe_load((RAW / folder / "kilde.yaml").read_text(encoding="utf-8"))
    assert kilde["sha256"] == hashlib.sha256((RAW / folder / kilde["fil"]).read_bytes()).hexdigest()
    assert kilde["opphav"] == ("publisert" if folder == "kostra" else "rekonstruert")


@pytest.fixture(scope="module")
def persons() -> list[dict[str, str]]:
    with (RAW / "personer" / "personer_p2019-2020.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


PRINTED = {"beboere_voksne": "Beboere", "opphold_voksne": "Opphold"}


def test_printed_counts_of_persons(persons):
    sexes = {"kvinner": ["Kvinner"], "menn": ["Menn"], "alle": ["Kvinner", "Menn", "Ikke registrert"]}
    held = 0
    for row in table(ROOT / "data" / "publisert" / "beboere_og_barn_2016_2024.csv"):
        counted = [r for r in persons if r["År"] == row["year"] and r["Registrert kjønn"] in sexes[row["tilbud"]]]
        if counted and row["indicator"] in PRINTED:
            assert sum(int(r[PRINTED[row["indicator"]]]) for r in counted) == int(row["value"]), row
            held += 1
    assert held == 8


def test_every_resident_has_at_least_one_stay(persons):
    for row in persons:
        residents, stays = int(row["Beboere"]), int(row["Opphold"])
        assert 0 <= residents <= stays and (residents > 0) == (stays > 0)


def test_more_ja_than_services_that_can_say_ja_is_refused():
    question = ("samarbeid", "nav", "")
    assert say_yes(["S01", "S02"], "menn", 2020, question, 2) == {"S01", "S02"}
    with pytest.raises(ValueError, match="3 Ja, men bare 2 kan svare Ja"):
        say_yes(["S01", "S02"], "menn", 2020, question, 3)


def test_every_count_of_the_target_table_is_in_the_raw_files(years):
    wrong = []
    for row in table(ROOT / "tools" / "rekonstruer" / "maaltall.csv"):
        for aar in YEARS:
            cell = (row["tilbud"], row["variabel"], row["instans"], row["samarbeidsform"])
            if row["variabel"] == "skriftlig_noen":
                found = str(len(years[aar].some_written(row["tilbud"])))
            else:
                found = str(years[aar].count(*cell)) if cell in years[aar].answers else ""
            if found != row[str(aar)]:
                wrong.append((aar, *cell, found, row[str(aar)]))
    assert wrong == []


# The form of the raw files.


@pytest.mark.parametrize("aar", YEARS)
def test_a_raw_file_has_the_form_of_its_codebook_and_register(years, aar):
    """The columns of the codebook in order, a row per centre with a service, and what is asked of nobody blank."""
    year = years[aar]
    assert list(year.rows[0]) == [c["kolonne"] for c in year.columns]
    assert [year.ids[name] for name in year.sentre] == sorted(set().union(*year.register.values()))
    for (tilbud, variabel, instans, _), answers in year.answers.items():
        if variabel == "har_tilbud":
            assert year.yes(tilbud, variabel) == year.register[tilbud]
            continue
        asked = year.yes(tilbud, "samarbeid", instans) if variabel == "samarbeidsform" else year.register[tilbud]
        assert {answers[s] for s in answers if s not in asked} <= {""}
    for tilbud, instans in product(TILBUD, INSTANSER):
        written, unwritten = (year.yes(tilbud, "samarbeidsform", instans, f) for f in FORMER[2:])
        assert not written & unwritten


def test_fixed_contact_is_asked_from_2017(years):
    asked = [aar for aar in YEARS if any(cell[3] == "fast_kontakt" for cell in years[aar].answers)]
    assert asked == [2017, 2018, 2019, 2020]


def test_every_kind_of_answer_occurs_in_2020_and_some_partners_have_full_response(years):
    cells = [
        (cell, Counter(answers[s] for s in years[2020].register[cell[0]]))
        for cell, answers in years[2020].answers.items()
        if cell[1] == "samarbeid"
    ]
    assert set().union(*(answers for _, answers in cells)) == {"Ja", "Nei", "Vet ikke", ""}
    assert {cell[2] for cell, answers in cells if answers[""] == answers["Vet ikke"] == 0} >= {"nav", "politi"}
    assert [cell for cell, answers in cells if answers[""] or answers["Vet ikke"]]


def test_men_and_women_services_of_a_centre_answer_alike_almost_always(years):
    year, unlike, pairs = years[2020], 0, 0
    for instans in INSTANSER:
        for senter in year.register["kvinner"] & year.register["menn"]:
            pairs += 1
            unlike += len({senter in year.yes(t, "samarbeid", instans) for t in TILBUD}) - 1
    assert unlike * 20 < pairs


# Printed counts.

_PRINTED = table(ROOT / "data" / "publisert" / "samarbeid_2020.csv")
_CENTRES = table(ROOT / "data" / "publisert" / "antall_sentre.csv")


def _name(row: dict[str, str]) -> str:
    return "-".join((row["year"], row["tilbud"], row["indicator"], row["partner"], row["value"]))


@pytest.mark.parametrize("row", _PRINTED, ids=_name)
def test_printed_counts(years, row):
    year, tilbud, value = years[int(row["year"])], row["tilbud"], int(row["value"])
    found = {
        "deltar_i_samarbeidsfora": lambda: year.count(tilbud, "forum"),
        "deltar_i_samarbeidsfora_endring_fra_2019": lambda: (
            year.count(tilbud, "forum") - years[2019].count(tilbud, "forum")
        ),
        "samarbeider_med": lambda: year.count(tilbud, "samarbeid", row["partner"]),
        "antall_sentre_med_tilbud": lambda: year.base(tilbud),
    }[row["indicator"]]()
    assert found == value
    if row["denominator"]:
        assert year.base(tilbud) == int(row["denominator"])


# Statistics Norway's 45 for 2018 differs from the 47 of the register's owner; 37 counts places to live, not services.
_OTHER_COUNTS = {("2018", "alle", "45"): 47, ("2020", "menn", "37"): 39}


@pytest.mark.parametrize("row", _CENTRES, ids=_name)
def test_number_of_centres(years, row):
    year, tilbud = years[int(row["year"])], row["tilbud"]
    found = len(year.rows) if tilbud == "alle" else year.base(tilbud)
    assert found == _OTHER_COUNTS.get((row["year"], tilbud, row["value"]), int(row["value"]))


def test_bases_of_all_years(years):
    assert [years[aar].base("kvinner") for aar in YEARS] == [45, 46, 46, 46, 44, 43]
    assert [years[aar].base("menn") for aar in YEARS] == [40, 42, 43, 43, 41, 39]
    assert [len(years[aar].rows) for aar in YEARS] == [46, 47, 47, 47, 45, 43]


# Sentences of the published page.

NEAR, SOME = Fraction(5, 100), Fraction(80, 100)


def form_share(years: dict[int, Year], tilbud: str, instans: str, form: str) -> Fraction:
    return years[2020].share(tilbud, "samarbeidsform", instans, form)


def fewer_than_2019(years: dict[int, Year], instans: str) -> bool:
    """A little fewer of kvinner cooperate with three partners than the year before, and with no other."""
    cell = ("kvinner", "samarbeid", instans)
    fall = years[2019].count(*cell) - years[2020].count(*cell)
    lower = years[2020].share(*cell) < years[2019].share(*cell)
    return (1 <= fall <= 2 and lower) if instans in FEWER_THAN_2019 else (fall <= 0 and not lower)


def small_changes(years: dict[int, Year], tilbud: str, instans: str) -> bool:
    counts = [years[aar].count(tilbud, "samarbeid", instans) for aar in YEARS]
    parts = shares(years, tilbud, "samarbeid", instans)
    return max(counts) - min(counts) <= 2 and max(parts) - min(parts) <= NEAR


def single_cases_lead(years: dict[int, Year], tilbud: str, instans: str) -> bool:
    cells = [(tilbud, "samarbeidsform", instans, form) for form in FORMER]
    counts = [[year.count(*cell) for cell in cells if cell in year.answers] for year in years.values()]
    return all(first - max(rest) >= 2 for first, *rest in counts)


def more_written(years: dict[int, Year], instans: str) -> bool:
    """Written agreements of kvinner rise with four partners, and with no other."""
    parts = shares(years, "kvinner", "samarbeidsform", instans, "skriftlig_avtale")
    if instans not in MORE_WRITTEN:
        return parts[-1] < parts[0]
    return rises(parts, Fraction(1, 46)) and parts[-1] - parts[0] >= NEAR


# What holds for each service and partner.
SENTENCES = {
    "cooperation is widespread": lambda y, t, i: y[2020].share(t, "samarbeid", i) >= SOME,
    "most, and not all, cooperate with boligkontor, barnehus and overgrepsmottak": lambda y, t, i: (
        i not in FEWER_THAN_2019 or HALF < y[2020].share(t, "samarbeid", i) < 1
    ),
    "a little fewer than in 2019": lambda y, t, i: t == "menn" or fewer_than_2019(y, i),
    "small changes since 2015": small_changes,
    "single cases are the most common form": single_cases_lead,
    "about half have a fixed contact at nav and the police only": lambda y, t, i: (
        (abs(form_share(y, t, i, "fast_kontakt") - HALF) <= NEAR) == (i in ("nav", "politi"))
    ),
    "about half have a written agreement with barneverntjenesten only": lambda y, t, i: (
        (abs(form_share(y, t, i, "skriftlig_avtale") - HALF) <= NEAR) == (i == "barneverntjenesten")
    ),
    "most have no written agreement": lambda y, t, i: max(shares(y, t, "samarbeidsform", i, FORMER[2])) < HALF,
    "written agreements have become more common": lambda y, t, i: t == "menn" or more_written(y, i),
    "most have an unwritten agreement": lambda y, t, i: min(shares(y, t, "samarbeidsform", i, FORMER[3])) > HALF,
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_the_page_says_of_each_service_and_partner(years, sentence):
    pairs = product(TILBUD, INSTANSER)
    assert [pair for pair in pairs if not SENTENCES[sentence](years, *pair)] == []


def test_the_headline_that_all_cooperate_with_the_police_is_false_for_kvinner(years):
    answers = Counter(years[2020].answers["kvinner", "samarbeid", "politi", ""].values())
    assert answers == {"Ja": 42, "Nei": 1}
    assert years[2020].share("menn", "samarbeid", "politi") == 1


@pytest.mark.parametrize(("tilbud", "before", "now", "most"), [("kvinner", 29, 32, 46), ("menn", 31, 29, 43)])
def test_forum_has_more_or_fewer_than_in_2019_but_no_trend(years, tilbud, before, now, most):
    assert [years[aar].count(tilbud, "forum") for aar in (2019, 2020)] == [before, now]
    assert (years[2020].share(tilbud, "forum") > years[2019].share(tilbud, "forum")) == (now > before)
    assert not rises(shares(years, tilbud, "forum"), Fraction(1, most))


@pytest.mark.parametrize("tilbud", TILBUD)
def test_cooperation_is_seldom_formalised_but_more_and_more(years, tilbud):
    written = sum(years[2020].count(tilbud, "samarbeidsform", i, "skriftlig_avtale") for i in INSTANSER)
    cooperating = sum(years[2020].count(tilbud, "samarbeid", i) for i in INSTANSER)
    assert Fraction(written, cooperating) <= Fraction(1, 4)
    parts = [Fraction(len(years[aar].some_written(tilbud)), years[aar].base(tilbud)) for aar in YEARS]
    assert rises(parts, Fraction(1, 46)) and parts[-1] - parts[0] >= NEAR and max(parts) < HALF


def test_the_printed_numbers_of_residents_and_children_are_set_in_rows_unaltered():
    """But for the remainder of the sexes, which is printed with the whole and held by the reading of the table."""
    with (ROOT / "data/publisert/beboere_og_barn_2016_2024.csv").open(encoding="utf-8") as file:
        printed = sorted((row["year"], row["tilbud"], row["value"]) for row in csv.DictReader(file))
    rows = []
    for path in (ROOT / "data/raw/beboere_landet", ROOT / "data/raw/barn"):
        with next(path.glob("*.csv")).open(encoding="utf-8") as file:
            rows += list(csv.DictReader(file, delimiter=";"))
    told = [(row["Aar"], row.get("Kjonn", "alle"), row["Antall"]) for row in rows if row["Antall"] != ".."]
    assert sorted(one for one in told if one[1] != "ikke_registrert") == printed
