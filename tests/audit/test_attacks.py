"""Attacks on what is published: each is tried over the finished files, by linear program or by going through every
possible answer. What holds against them is `model.disclosure` and `model.single`; what lets go is refused by the audit.
"""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krisestat.audit.secrets import audit
from krisestat.base.contracts import read_rows
from krisestat.base.errors import Problems
from krisestat.base.yaml_files import load_yaml
from krisestat.model.count import wholes
from krisestat.model.cubes import cube_files, read_answers, read_cubes
from krisestat.model.disclosure import NOTHING_OUT, Out, disclose, persons, primary
from krisestat.model.policy import load_policy
from krisestat.model.single import (
    AGREEMENT,
    Single,
    answers_behind,
    choose_places,
    derived,
    may_be_told,
    place_of,
    revealed,
)
from krisestat.release.published import told_before
from krisestat.sheets.contracts import ENHETER
from tests.support import sheet_pages
from tests.support.disclosure import MODEL, POLICY, centres
from tests.support.model import small_model
from tests.support.project import PROJECT
from tests.support.shared import series

STAYS = ("opphold/kjonn=menn/2020", "opphold/kjonn=kvinner/2020", "opphold/2020")
# What an edition had told before a centre was found to have had far fewer stays.
BEFORE = centres((40, 50), (50, 60), (40, 45), (61, 73))


def finished(cubes, model=MODEL):
    """The files of some numbers, as an edition has them."""
    files = cube_files(model, cubes, [Path(f"ut/utdata/{name}.csv") for name in cubes])
    return {path.as_posix(): text.encode() for path, text in files.items()}


def look(public, truth, out=NOTHING_OUT, model=MODEL):
    return audit(finished(public, model), {}, model, truth, out, POLICY, (), {})


def without_helpers(truth, out, model=MODEL):
    """What would be published if only what is small itself were hidden."""
    spans = {cell for own in persons(model, truth, out).values() for cell in primary(own, model, POLICY)}
    none = {"verdi": None, "status": "undertrykt"}
    return {
        name: [row | none if model[name].cell(row) in spans else row for row in rows if model[name].printed(row)]
        for name, rows in truth.items()
    }


def revealing(public, truth, wanted, model=MODEL):
    """What is published, with the numbers of some hidden cells told."""
    of = {model[name].cell(row): row for name, rows in truth.items() for row in rows}
    told = {n: [of[model[n].cell(r)] if wanted(r) else r for r in rows] for n, rows in public.items()}
    assert told != public
    return told


def numbers_out(cubes, *cells):
    told = {MODEL[name].cell(row): row["verdi"] for name, rows in cubes.items() for row in rows}
    return Out({cell: told[cell] for cell in cells or told})


def changed(number, **more):
    """The corrected numbers of a whole edition that had told `BEFORE`: what differs is withdrawn."""
    truth = centres((40, 50), (50, 60), number, (61, 73))
    told = numbers_out(BEFORE).numbers
    now = numbers_out(truth).numbers
    return truth, Out(told, frozenset(k for k, n in told.items() if now[k] != n))


FEW = {
    "the only centre": (centres((15, 18)), NOTHING_OUT),
    "one small centre": (centres((15, 18), (40, 50), (30, 40)), NOTHING_OUT),
    "two small centres": (centres((15, 18), (9, 12), (30, 40), (50, 60)), NOTHING_OUT),
    "two centres in all, one small": (centres((15, 18), (40, 50)), NOTHING_OUT),
    "a small group of the country": (centres((40, 57, 2, 3), (31, 44, 0, 0), (61, 73, 0, 0)), NOTHING_OUT),
    "small groups at two centres": (centres((40, 57, 1, 1), (31, 44, 1, 2), (61, 73, 9, 9)), NOTHING_OUT),
    "the rest group beside what is printed": (
        centres((40, 50, 1, 1, 2, 2), (50, 60, 9, 10), (30, 40), printed=STAYS[:1]),
        NOTHING_OUT,
    ),
    "two of three sums in print": (
        centres((40, 50, 1, 1, 2, 2), (50, 60, 9, 10), (30, 40), printed=STAYS[:2]),
        NOTHING_OUT,
    ),
    "a small centre, and an edition that told of another": (
        centres((15, 18), (40, 50), (30, 40), (50, 60)),
        numbers_out(
            centres((15, 18), (40, 50), (30, 40), (50, 60)), "opphold/senter=S02/2020", "beboere/senter=S02/2020"
        ),
    ),
    "an edition that told what is not printed any more": (
        centres((12, 14, 4, 5), (40, 50, 4, 5), (30, 40, 4, 5)),
        numbers_out(centres((12, 14, 4, 5)), "opphold/senter=S01/kjonn=menn/2020"),
    ),
    "a corrected edition beside the first": changed((15, 18)),
}


HIDE_EACH_OTHER = ("two small centres", "small groups at two centres", "a corrected edition beside the first")


@pytest.mark.parametrize("name", FEW)
def test_a_hidden_count_of_persons_holds_and_would_not_by_itself(name):
    truth, out = FEW[name]
    report = look(disclose(MODEL, truth, POLICY, out), truth, out)
    assert report["vernede_tall"] and report["smaleste_spenn"] >= 3
    if name not in HIDE_EACH_OTHER:
        with pytest.raises(Problems, match=r"nok til å regne ut"):
            look(without_helpers(truth, out), truth, out)


def test_a_corrected_number_is_withdrawn_and_does_not_follow_from_the_difference():
    """The other centres are out, and right; so the new number would be the new total less theirs."""
    truth, out = changed((15, 18))
    public = {MODEL[n].cell(r): r for n, rows in disclose(MODEL, truth, POLICY, out).items() for r in rows}
    assert public["opphold/senter=S02/2020"]["verdi"] == 60, "what is out and right is told"
    assert {public[cell]["status"] for cell in ("opphold/senter=S03/2020", "opphold/2020")} == {"undertrykt"}
    opened = revealing(disclose(MODEL, truth, POLICY, out), truth, lambda row: row["senter"] == "landet")
    with pytest.raises(Problems, match="nok til å regne ut opphold/senter=S03"):
        look(opened, truth, out)


def test_a_number_that_is_taken_back_is_not_repeated_though_it_is_true(tmp_path):
    """It is out, and cannot be protected; the edition that says so can be published all the same."""
    frozen = tmp_path / "publisert/2020/opphold.csv"
    frozen.parent.mkdir(parents=True)
    rows = [r for r in BEFORE["opphold"] if r["kjonn"] == "alle"]
    frozen.write_bytes(cube_files(MODEL, {"opphold": rows}, [frozen])[frozen].encode())
    cell = "opphold/senter=S03/2020"
    taken = [{"tall": [{"celle": cell, "fra": {"verdi": 45}, "til": {"verdi": "undertrykt"}}]}]
    out = told_before([frozen], MODEL, taken)
    assert out.withdrawn == {cell} and out.numbers[cell] == 45
    public = disclose(MODEL, BEFORE, POLICY, out)
    assert [MODEL["opphold"].cell(r) for r in public["opphold"] if r["status"]] == [cell]
    assert look(public, BEFORE, out)["trukket_tilbake"] == 1


def test_the_edition_of_an_earlier_year_on_the_disk_and_this_one_do_not_tell_together(tmp_path):
    """It hid another centre beside the small one than would be chosen today: both tell all but the small one."""
    then = centres((15, 18), (40, 50), (30, 40), (50, 60))
    truth = {name: [*({**row, "aar": 2019} for row in rows), *rows] for name, rows in then.items()}
    of_then = {name: [row for row in rows if row["aar"] == 2019] for name, rows in truth.items()}
    today = disclose(MODEL, of_then, POLICY)["opphold"]
    chosen = {row["senter"] for row in today if row["status"] and row["kjonn"] == "alle"}
    other = min({"S02", "S03", "S04"} - chosen)
    none, public = {"verdi": None, "status": "undertrykt"}, without_helpers(of_then, NOTHING_OUT)
    files = [tmp_path / f"publisert/2019/{name}.csv" for name in then]
    files[0].parent.mkdir(parents=True)
    frozen = {n: [r | none if r["senter"] == other else r for r in rows] for n, rows in public.items()}
    for path, text in cube_files(MODEL, frozen, files).items():
        path.write_bytes(text.encode())
    out = told_before(files, MODEL, [])
    assert look(frozen, of_then)["smaleste_spenn"] >= 3, "it held when it was alone"
    assert look(disclose(MODEL, truth, POLICY, out), truth, out)["smaleste_spenn"] >= 3
    with pytest.raises(Problems, match="nok til å regne ut opphold/senter=S01/2019"):
        look(disclose(MODEL, truth, POLICY), truth, out)


WORDS = {"beskrivelse": "noe", "sagt": {"nb": ["bodde"], "nn": ["budde"]}, "enhet": "beboer", "type": "antall"}
TABLE = {"kilde": "alder", "kolonner": {"aar": "Aar", "alder": "Alder", "verdi": "Tall"}}
AGES = {"alder": {"navn": "Alder", "koder": {"ung": "Ung", "voksen": "Voksen"}, "total": {"alle": "Alle"}}}


def by_age(folder, young, grown, **said):
    """The residents of `FEW`'s first case once more, by age, from another source."""
    said = WORDS | {"per": ["alder"], "vises": [["alder"]], "hoyst": "ingen", "tabell": TABLE} | said
    beboere = (PROJECT / "data/statistikk/beboere.yaml").read_text(encoding="utf-8").split("\ntabeller:")[0]
    model = small_model(folder, beboere=beboere, alder={"kodelister": AGES, "statistikk": {"etter_alder": said}})
    parts = (("ung", young), ("voksen", grown))
    rows = [{"aar": 2020, "alder": a, "verdi": n, "status": "", "opphav": "mottatt"} for a, n in parts]
    return model, {**FEW["one small centre"][0], "etter_alder": wholes(model["etter_alder"], rows)}


def test_two_sources_that_count_the_same_are_protected_together(tmp_path):
    """The total that one of them must hide is not printed by the other."""
    model, truth = by_age(tmp_path, 2, 83)
    own = persons(model, truth)[2020]
    assert ("etter_alder/2020", ("beboere/2020",)) in own.tables.sums or (
        "beboere/2020",
        ("etter_alder/2020",),
    ) in own.tables.sums
    public = disclose(model, truth, POLICY)
    assert look(public, truth, model=model)["smaleste_spenn"] >= 3
    told = {model[n].cell(r): r["verdi"] for n, rows in public.items() for r in rows}
    assert told["etter_alder/alder=ung/2020"] is None
    assert told["beboere/2020"] is None or told["etter_alder/alder=voksen/2020"] is None
    with pytest.raises(Problems, match="nok til å regne ut"):
        look(revealing(public, truth, lambda row: row.get("alder") != "ung", model), truth, model=model)


def test_two_sources_that_disagree_are_refused_unless_one_counts_only_some_of_them(tmp_path):
    model, truth = by_age(tmp_path / "a", 30, 40)
    told = r"(?s)etter_alder/2020.*Fant: .*70.*Ventet: det samme tallet.*Gjør: .*avgrenset"
    with pytest.raises(Problems, match=told):
        disclose(model, truth, POLICY)


def test_the_few_that_a_narrower_count_leaves_out_are_protected(tmp_path):
    """They stand in no table, and are the difference between two."""
    model, truth = by_age(tmp_path, 30, 53, avgrenset="bare de over 12")
    public = disclose(model, truth, POLICY)
    assert look(public, truth, model=model)["smaleste_spenn"] >= 3
    with pytest.raises(Problems, match=r"nok til å regne ut beboere/2020/uten/etter_alder/2020"):
        look(revealing(public, truth, lambda row: row.get("senter") != "S01", model), truth, model=model)


@pytest.mark.parametrize(
    "said",
    [
        {"navn": "Beboere på senteret"},
        {"navn": {"nb": "Antall opphold", "nn": "Tal på opphald"}},
        {"maaleenhet": "beboere"},
        {"navn": "Antall personer"},
        {"tabell": TABLE | {"kolonner": {"aar": "Aar", "alder": "Alder", "verdi": "Antall beboere"}}},
    ],
    ids=["name", "a word before it", "measure", "any person", "column"],
)
def test_persons_cannot_be_called_institutions(said, tmp_path):
    with pytest.raises(Problems, match=r"(?s)«statistikk\.etter_alder\.enhet».*senter, men tallene heter"):
        by_age(tmp_path, 7, 9, enhet="senter", **said)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("etter: opphold", "etter: opphodl", "«opphodl», som ikke er erklært – mente du «opphold»"),
        ("[avtalepunkt]  ", "[avtalepunktt]  ", "«avtalepunktt», som ikke er erklært"),
        ("  minste_antall: 3                       #", "  minste_antall: 1 #", "avtaler.minste_antall"),
        ("nuller: vises ", "nuller: kanskje ", "personer.nuller"),
        ("kjonn: 100", "kjonnn: 100", "«kjonnn»"),
        ("kostnad:", "trykt_av_andre: [beboere/2020]\n  kostnad:", "den ukjente nøkkelen «personer.trykt_av_andre»"),
    ],
)
def test_a_policy_that_would_protect_nothing_is_refused(before, after, told, tmp_path):
    text = (PROJECT / "data/raw/codebooks/konfidensialitet.yaml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "konfidensialitet.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(Problems) as error:
        load_policy(path, MODEL, PROJECT)
    assert told in str(error.value) and "Gjør:" in str(error.value)


# -- agreements: every world that agrees with what is told


def of(groups, *rows):
    """Answers of units in groups to questions: `rows`, a text of 1 and 0 for each unit, «-» where it stands outside."""
    single = Single()
    for unit, (group, row) in enumerate(zip(groups, rows, strict=True)):
        for question, said in enumerate(row):
            one, at = (f"u{unit}", f"q{question}"), [(f"q{question}", code, 2020) for code in (group, "alle")]
            single.counted.update({one: said == "1"} if said != "-" else {})
            for place in at:
                single.places.setdefault(place, []).extend([one] * (said != "-"))
                single.units[place] = single.units.get(place, 0) + 1
    return single


def worlds(single, told):
    """Every set of answers that agrees with what is told: nothing is shared with the attacker that is tried."""
    cells = sorted(single.counted)
    sums = [({cells.index(one) for one in answers}, low, high) for answers, low, high in told]
    for world in product((0, 1), repeat=len(cells)):
        if all(low <= sum(world[n] for n in where) <= high for where, low, high in sums):
            yield dict(zip(cells, world, strict=True))


def known(single, told):
    every = list(worlds(single, told))
    return {one for one in single.counted if len({world[one] for world in every}) == 1}


GROUPED = {
    "a group that is all alike": ("aaabbb", ("1", "1", "1", "0", "1", "0")),
    "a group of which none does": ("aaabbb", ("0", "0", "0", "0", "1", "1")),
    "a group of two": ("aaaabb", ("1", "0", "1", "1", "0", "1")),
    "a question that concerns two of a group": ("aaabbb", ("-", "0", "1", "0", "1", "0")),
    "what is left of the whole": ("aaabbb", ("1", "0", "1", "1", "1", "1")),
    "sums of units beside sums of groups": ("aaabbb", ("110", "010", "011", "101", "001", "110")),
    "a unit that covers all": ("aaa", ("1111", "1010", "0101")),
    "a unit that covers none": ("aaa", ("0000", "1011", "0111")),
    "all units alike": ("aaaa", ("110", "110", "110", "110")),
}


@pytest.mark.parametrize("of_units", [False, True])
@pytest.mark.parametrize("name", GROUPED)
def test_no_answer_is_the_same_in_every_world_that_agrees_with_what_is_told(name, of_units):
    groups, rows = GROUPED[name]
    single = of(groups, *rows)
    shown = choose_places(single, 3, set(), of_units)
    beside = list(single.of_units()) if of_units else []
    assert not known(single, [*single.of_table(shown), *beside])
    every = set(single.places)
    assert revealed(single, every, set(), 3, of_units) >= known(single, [*single.of_table(every), *beside])
    assert revealed(single, every, set(), 3, of_units) or name.startswith("a unit") > of_units


UNITS = st.lists(st.text("01-", min_size=2, max_size=2), min_size=3, max_size=6)


@series(60)
@given(UNITS, st.data())
def test_the_attacker_finds_what_going_through_every_world_finds(rows, data):
    groups = data.draw(st.lists(st.sampled_from("ab"), min_size=len(rows), max_size=len(rows)))
    single = of(groups, *rows)
    told = [*single.of_table(set(single.places)), *single.of_units()]
    assert derived(single.counted, told) == known(single, told)
    shown = choose_places(single, 3, set(), True)
    assert not known(single, [*single.of_table(shown), *single.of_units()])


def test_what_is_out_is_told_and_the_rest_holds_in_spite_of_it():
    single = of("aaabbb", *GROUPED["sums of units beside sums of groups"][1])
    out = {("q0", "a", 2020)}
    shown = choose_places(single, 3, out, True)
    assert out <= shown and not revealed(single, shown, out, 3, True)


@pytest.mark.parametrize(("yes", "count", "told"), [(0, 9, 0), (1, 9, 0), (2, 9, 1), (7, 9, 1), (8, 9, 0), (9, 9, 0)])
def test_a_sheet_tells_no_sum_from_which_every_answer_follows(yes, count, told):
    assert may_be_told(yes, count) == bool(told)


def by_county(folder, **svar):
    """A model of agreements with a table by county beside the one by legal basis."""
    read = load_yaml(PROJECT / "data/statistikk/avtaler.yaml")[0]
    said = {part: read[part] for part in ("kodelister", "kilder", "statistikk")}
    counties = {"koder": {"o": "Øst", "v": "Vest"}, "total": {"landet": "Landet"}}
    said["kodelister"]["fylke"] = {"navn": "Fylke", **counties}
    said["kilder"]["avtaler"]["bakgrunn"].append("fylke")
    one = said["statistikk"]["avtalepunkt"]
    more = {"navn": "Punkter etter fylke", "per": ["punkt", "fylke", "dekning"], "svar": one["svar"] | svar}
    said["statistikk"]["etter_fylke"] = one | more
    return small_model(folder, avtaler=said)


# The legal basis of each agreement, its county, and whether it covers the point. Each table by itself holds.
CROSSED = {
    "the one that is in a county and of another basis": ("iiiaaaa", "oooovvv", "1101100", True),
    "the difference of two groups of as many": ("iiiiaaaa", "ooovovvv", "11001010", True),
    "counties that cut each basis in two": ("iiiiaaaa", "oovvoovv", "10101001", False),
}


@pytest.mark.parametrize("name", CROSSED)
def test_counties_beside_legal_bases_let_no_agreement_be_worked_out(name, tmp_path):
    """Two tables of one question are protected together, and attacked together."""
    bases, counties, answers, lets_go = CROSSED[name]
    model, codes = by_county(tmp_path), {"i": "iks", "a": "avtale"}
    rows = [
        {"avtale": f"a{n}", "aar": 2020, "sporsmaal": "punkt", "punkt": "skole", "fylke": county}
        | {"lovgrunnlag": codes[basis], "svar": "dekket" if yes == "1" else "mangler"}
        for n, (basis, county, yes) in enumerate(zip(bases, counties, answers, strict=True))
    ]
    truth = {}
    for one in (model["avtalepunkt"], model["etter_fylke"]):
        by = next(d for d in one.per if d not in ("punkt", "dekning"))
        groups = {row[by] for row in rows} | {one.per[by].total}
        truth[one.id] = [
            {"aar": 2020, "punkt": "skole", by: group, "dekning": said, "verdi": sum(r["svar"] == said for r in own)}
            | {"nevner": len(own), "status": "", "opphav": "mottatt"}
            for group in sorted(groups)
            for own in [[row for row in rows if group in (row[by], one.per[by].total)]]
            for said in ("dekket", "mangler")
        ]
    behind = answers_behind(model, truth, {"avtaler": rows}, POLICY)
    public = disclose(model, truth, POLICY, NOTHING_OUT, behind)
    audit(finished(public, model), {}, model, truth, NOTHING_OUT, POLICY, (), behind)
    hidden = {n: sum(bool(row["status"]) for row in own) for n, own in public.items()}
    assert not hidden["avtalepunkt"] and bool(hidden["etter_fylke"]) == lets_go
    if lets_go:
        with pytest.raises(Problems, match="nok til å regne ut svaret på avtalepunkt"):
            audit(finished(truth, model), {}, model, truth, NOTHING_OUT, POLICY, (), behind)


def test_a_panel_of_agreements_is_refused(tmp_path):
    """Beside the total it would tell of the few that are not in it."""
    with pytest.raises(Problems, match=r"(?s)«statistikk\.etter_fylke\.svar\.utvalg».*et panel av avtaler.*Gjør: "):
        by_county(tmp_path, utvalg="panel")


@pytest.fixture(scope="module")
def agreements(committed):
    """The truth of the committed agreements, the answers behind it, and what is published of them."""
    truth, public = (read_cubes(MODEL, (committed / f).glob("*.csv")) for f in ("statistikk", "ut/utdata"))
    rows = read_answers(MODEL, sorted((committed / "klargjort").glob("avtaler_p*.csv")), AGREEMENT)
    return truth, answers_behind(MODEL, truth, rows, POLICY), public


OPENED = {
    "the table as it was": lambda r: r["lovgrunnlag"] in ("iks", "avtale", "vertskommune_administrativ"),
    "a group that is all alike": lambda r: (r["lovgrunnlag"], r["punkt"], r["aar"]) == ("iks", "formaal", 2020),
    "a group of which none does": lambda r: (r["lovgrunnlag"], r["punkt"], r["aar"]) == ("avtale", "bolig", 2020),
    "a small group": lambda r: (r["lovgrunnlag"], r["punkt"], r["aar"]) == ("samkommune", "skole", 2020),
    "the country, where none does": lambda r: (r["lovgrunnlag"], r["punkt"], r["aar"]) == ("alle", "bolig", 2018),
    "another answer than the counted": lambda r: (r["lovgrunnlag"], r["dekning"]) == ("avtale", "mangler"),
}


@pytest.mark.parametrize("name", OPENED)
def test_a_number_that_lets_an_agreement_be_worked_out_is_refused(agreements, name):
    truth, behind, public = agreements
    own = {name: public[name] for name in behind}
    files = finished(revealing(own, truth, lambda row: "punkt" in row and OPENED[name](row)))
    with pytest.raises(Problems, match="nok til å regne ut svaret på avtalepunkt"):
        audit(files, {}, MODEL, truth, NOTHING_OUT, POLICY, (), behind)


def test_the_committed_agreements_hold_and_much_is_still_told(agreements):
    truth, behind, public = agreements
    report = audit(finished(public), {}, MODEL, truth, NOTHING_OUT, POLICY, (), behind)
    assert report["vernede_svar"] == sum(len(one.counted) for years in behind.values() for one in years.values())
    one = behind["avtalepunkt"][2020]
    assert len(derived(one.counted, [*one.of_table(set(one.places)), *one.of_units()])) > 60, "all of it lets go"
    open_ = {place_of(MODEL["avtalepunkt"], r) for r in public["avtalepunkt"] if not r["status"] and r["aar"] == 2020}
    assert len({p for p in open_ if p[1] != "alle"}) >= 26 and len({p for p in open_ if p[1] == "alle"}) == 13


@pytest.mark.thorough
def test_the_sheets_of_all_municipalities_beside_the_table_let_no_answer_be_worked_out(agreements, faktaark_tall):
    """What the finished sheets tell of each agreement, and that they tell nothing of some, beside all that is open."""
    _, behind, public = agreements
    one, unit = behind["avtalepunkt"][2020], {}
    codes = {row["ark"]: row["avtale"] for row in read_rows(faktaark_tall / "enheter.csv", ENHETER)}
    for row in read_rows(faktaark_tall / "tall/dekkede_punkter.csv", sheet_pages.model()["dekkede_punkter"].contract):
        if row["kommune"] != "alle":
            unit.setdefault(codes[f"kommune-{row['kommune']}"], set()).add((row["verdi"], row["nevner"]))
    told = []
    for code, numbers in unit.items():
        answers = [answer for answer in one.counted if answer[0] == code]
        (yes, base), *others = numbers
        assert not others and base == len(answers), "every party tells the same"
        whole = sum(one.counted[answer] for answer in answers)
        few = (0, 1) if whole <= 1 else (base - 1, base)
        told.append((answers, *((yes, yes) if yes is not None else few)))
    rows = [row for row in public["avtalepunkt"] if not row["status"] and row["aar"] == 2020]
    open_ = [place for place in {place_of(MODEL["avtalepunkt"], row) for row in rows} if one.places[place]]
    assert len(told) > 15 and not derived(one.counted, [*one.of_table(open_), *told])
    assert derived(one.counted, [*one.of_table(set(one.places)), *told])
