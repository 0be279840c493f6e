"""The register's events, corrections, quarantine and the checks of the quality report."""

import re
from pathlib import Path

import pandas as pd
import pytest

from krisestat.base.contracts import read_rows
from krisestat.base.errors import Problems
from krisestat.base.kept_tables import normal
from krisestat.intake.survey import name_centres
from krisestat.model.contracts import KVALITET
from krisestat.model.quality import Check, against_last_year, check_bases, checks_of, confirmed
from krisestat.model.register import Register, load_register
from krisestat.proof.page import quality_page
from tests.support.model import edition_model
from tests.support.project import PROJECT

CSV20 = "data/raw/2020/samarbeid_p2020.csv"
REGISTER = Path("data/raw/register")
WHO = "grunn: Bekreftet av senteret på telefon.\n    bestemt_av: Kari Nordmann\n    dato: 2021-03-20\n"


def raw_cell(line: int, column: str, path: Path = PROJECT / CSV20) -> str:
    rows = [row.split(",") for row in path.read_text(encoding="utf-8-sig").split("\n")]
    return rows[line - 1][[c.strip() for c in rows[0]].index(column)].strip()


def decide(workspace, kind: str, *entries: str) -> None:
    """Write entries of one kind into data/rettelser.yaml."""
    lines = "\n".join(f"  - {e}" for e in entries)
    workspace.edit("data/rettelser.yaml", lambda t: t.replace(f"\n{kind}: []", f"\n{kind}:\n{lines}"))


def correction(id="R1", line=3, column="kv_politi", fra=None, til="Vet ikke", **other) -> str:
    fra = raw_cell(line, column) if fra is None and column == "kv_politi" else fra
    where = f"senter_id: {other['senter']}" if "senter" in other else f"linje: {line}"
    return (
        f'id: {id}\n    fil: {other.get("fil", CSV20)}\n    {where}\n    kolonne: {column}\n    fra: "{fra}"\n'
        f'    til: "{til}"\n    {WHO}'
    )


def checked(workspace) -> dict[tuple[str, str], Check]:
    rows = read_rows(workspace / "results/klargjort/kontroller.csv", KVALITET)
    return {(c.kontroll, c.gjelder): c for c in checks_of(rows)}


# -- the register


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.replace("2019,slaatt_sammen,S45,S31", "2018,slaatt_sammen,S45,S31"), "«slaatt_sammen» for S45"),
        (lambda t: t.replace("2016,opprettet,S46", "2016,oprettet,S46"), "mente du «opprettet»"),
        (lambda t: t.replace("2018,nytt_navn,S21,,Het «Søndre senter 21» til og med 2017.\n", ""), "fått nytt navn"),
        (lambda t: t.replace("2017,nytt_tilbud,S39", "2017,nytt_tilbud,S38"), "«nytt_tilbud» for S38"),
        (lambda t: t.replace("S44,S12", "S44,S99"), "«slaatt_sammen» for S44 til S99"),
        (lambda t: t + "2018,mistet_tilbud,S01,,\n", "«mistet_tilbud» for S01"),
    ],
)
def test_an_event_and_the_validity_must_agree(workspace, change, told):
    workspace.edit("data/raw/register/hendelser.csv", change)
    with pytest.raises(Problems) as error:
        load_register(REGISTER, range(2015, 2021))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [("S47,menn,2015,2019", "S47,menn,2015,2018"), ("S46,kvinner,2016,", "S46,kvinner,2015,")],
)
def test_a_change_of_validity_without_an_event_is_told(workspace, before, after):
    workspace.edit("data/raw/register/tilbud.csv", lambda t: t.replace(before, after))
    with pytest.raises(Problems, match="ingen hendelse"):
        load_register(REGISTER, range(2016, 2018))


def small_register(hendelser: str, tmp_path: Path) -> Path:
    """A centre that is split in 2020 into itself and another."""
    files = {
        "sentre.csv": "senter_id,navn,gyldig_fra,gyldig_til\nS1,En,2015,\nS2,To,2020,\n",
        "tilbud.csv": "senter_id,tilbud,gyldig_fra,gyldig_til\nS1,kvinner,2015,\nS1,menn,2015,2019\nS2,menn,2020,\n",
        "hendelser.csv": f"aar,hendelse,senter_id,til_senter_id,merknad\n{hendelser}",
        "avdelinger.csv": "senter_id,tilbud,navn,gyldig_fra,gyldig_til\n",
        "skrivemaater.csv": "skrivemaate,senter_id,gyldig_fra,gyldig_til\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_split_is_the_new_centre_and_the_service_that_went(tmp_path):
    folder = small_register("2020,delt,S1,S2,\n2020,mistet_tilbud,S1,,\n", tmp_path)
    assert load_register(folder, [2019, 2020]).services(2020) == [("S1", "kvinner"), ("S2", "menn")]
    with pytest.raises(Problems, match="S1, 2020"):
        load_register(small_register("2020,delt,S1,S2,\n", tmp_path), [2020])


def test_names_match_exactly_once_unicode_and_white_space_are_normal():
    row = {"senter_id": "S1", "gyldig_fra": None, "gyldig_til": None}
    register = Register([row | {"navn": "Senter på Åsen"}], [row | {"tilbud": "kvinner"}])
    assert normal("  Senter\u00a0 pa\u030a  A\u030asen ") == "Senter på Åsen"

    def named(name):
        cells = pd.DataFrame({"linje": [2], "kolonne": ["k"], "verdi": [name]})
        return name_centres(cells, register, 2020, Path("f.csv"))

    assert named("Senter  pa\u030a A\u030asen")[0].loc[2].tolist() == ["S1", ""]
    assert named("senter på åsen")[0].loc[2].tolist() == ["S1", ""]
    owners, problems = named("Sentr på Åsen")
    assert owners.empty and "mente du «Senter på Åsen»" in str(Problems(problems.problems))


def test_two_departments_answer_for_one_centre_each_for_its_service(workspace):
    (workspace / "data/raw/register/avdelinger.csv").write_text(
        "senter_id,tilbud,navn,gyldig_fra,gyldig_til\n"
        "S04,kvinner,Senter 04 kvinner,2020,\nS04,menn,Senter 04 menn,2020,\n",
        encoding="utf-8",
    )

    def split(text, keep_both=False):
        rows = [r.split(",") for r in text.split("\r\n")]
        head = [c.lstrip("\ufeff") for c in rows[0]]
        at = next(n for n, r in enumerate(rows) if "Senter 04" in r)
        name = rows[at].index("Senter 04")
        women, men = list(rows[at]), list(rows[at])
        women[name], men[name] = "Senter 04 kvinner", "Senter 04 menn"
        for n, column in enumerate(head):
            if column.startswith("me_"):
                women[n] = ""
            if column.startswith("kv_") and not keep_both:
                men[n] = ""
        return "\r\n".join(",".join(r) for r in [*rows[:at], women, men, *rows[at + 1 :]])

    prefixes = {c.split("_")[0] for c in (workspace / CSV20).read_text("utf-8-sig").split("\r\n")[0].split(",")}
    assert {"kv", "me"} <= prefixes
    assert workspace.clean([2020]) == ""
    before = (workspace / "results/klargjort/samarbeid_p2020.csv").read_text("utf-8")
    whole = (workspace / CSV20).read_bytes()
    workspace.edit(CSV20, lambda text: split(text, keep_both=True), register="2020")
    assert "svar for et annet tilbud fra avdelingen for menn i S04" in workspace.clean([2020])
    (workspace / CSV20).write_bytes(whole)
    workspace.edit(CSV20, split, register="2020")
    assert workspace.clean([2020]) == ""
    after = (workspace / "results/klargjort/samarbeid_p2020.csv").read_text("utf-8")
    answers = [[row.split(",")[:7] for row in text.split("\n")] for text in (before, after)]
    assert answers[0] == answers[1]
    workspace.edit(CSV20, lambda t: t.replace("Senter 04 menn", "Senter 04 kvinner"), register="2020")
    assert "Senter 04 kvinner» (S04) en gang til" in workspace.clean([2020])


# -- corrections and quarantine


def test_a_correction_changes_klargjort_alone_and_is_listed(workspace):
    assert workspace.clean([2020]) == ""
    inndata = (workspace / "results/inndata/samarbeid_p2020.csv").read_bytes()
    decide(
        workspace,
        "rettelser",
        correction(line=3, column="kv_deltar_på_forum", fra=raw_cell(3, "kv_deltar_på_forum"), til="Vet ikke"),
    )
    assert workspace.clean([2020]) == ""
    assert (workspace / "results/inndata/samarbeid_p2020.csv").read_bytes() == inndata
    rows = (workspace / "results/klargjort/samarbeid_p2020.csv").read_text("utf-8").split("\n")
    assert [r for r in rows if r.endswith(",R1")] == [
        f"2020,S02,kvinner,forum,,,vet_ikke,{CSV20},3,kv_deltar_på_forum,R1"
    ]
    listed = checked(workspace)["rettelse", "R1"]
    assert "til «Vet ikke»" in listed.eksempler and "Kari Nordmann, 2021-03-20" in listed.eksempler


def test_a_correction_may_name_the_centre(workspace):
    decide(
        workspace,
        "rettelser",
        correction(senter="S02", column="kv_deltar_på_forum", fra=raw_cell(3, "kv_deltar_på_forum"), til="Nei"),
    )
    assert workspace.clean([2020]) == ""
    assert ",nei," in next(
        r for r in (workspace / "results/klargjort/samarbeid_p2020.csv").read_text("utf-8").split("\n") if ",R1" in r
    )


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (correction(fra="Kanskje"), "slik det sto da rettelsen ble bestemt"),
        (correction(column="kv_politti", fra="Ja"), "mente du «kv_politi»"),
        (correction(line=900, fra="Ja"), "linje 900"),
        (correction(senter="S99", fra="Ja"), "S99, som har 0 rader"),
        (correction(fil="data/raw/2020/samarbeid_p2002.csv"), "mente du «data/raw/2020/samarbeid_p2020.csv»"),
        (correction() + f"  - {correction('R2')}", "celle som R1 også retter"),
        (correction() + f"  - {correction(line=4)}", "id-en «R1» en gang til"),
        (correction().replace("linje: 3\n", "linje: 3\n    senter_id: S02\n"), "både «linje» og «senter_id»"),
        (correction().replace("grunn:", "grun:"), "mente du «grunn»"),
        (correction(til="Jaa"), "«Jaa» – mente du «Ja»"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(workspace, entry, told):
    decide(workspace, "rettelser", entry)
    text = workspace.clean([2020])
    assert told in text and "Gjør:" in text
    assert workspace.written() == []


def many(where: str, fra: str, til: str, antall: int) -> str:
    return f'id: R1\n    fil: {CSV20}\n    {where}\n    fra: "{fra}"\n    til: "{til}"\n    antall: {antall}\n    {WHO}'


@pytest.mark.parametrize(
    ("where", "fra"),
    [("linje: 3", "Nei"), ("kolonne: kv_barnehus", "Nei"), ("variabel: samarbeid\n    tilbud: menn", "Nei")],
)
def test_a_row_a_column_and_a_kind_are_corrected_where_the_count_holds(workspace, where, fra):
    decide(workspace, "rettelser", many(where, fra, "Vet ikke", 900))
    told = re.search(r"(\d+) celler med «", workspace.clean([2020]))
    assert told and workspace.written() == []
    (workspace / "data/rettelser.yaml").write_text(
        (workspace / "data/rettelser.yaml").read_text("utf-8").replace("antall: 900", f"antall: {told[1]}"), "utf-8"
    )
    assert int(told[1]) > 0 and workspace.clean([2020]) == ""
    rows = (workspace / "results/klargjort/samarbeid_p2020.csv").read_text("utf-8").split("\n")
    assert len([row for row in rows if row.endswith(",R1")]) == int(told[1])


def test_what_was_ticked_for_a_service_that_is_not_there_is_corrected_by_one_rule(workspace):
    def tick(text):
        lines = text.split("\r\n")
        at = lines[0].split(",").index("me_nav")
        for n, line in enumerate(lines):
            if line.startswith(("Senter 05,", "Senter 17,")):
                cells = line.split(",")
                cells[at] = "Nei"
                lines[n] = ",".join(cells)
        return "\r\n".join(lines)

    workspace.edit(CSV20, tick, "utf-8-sig", "2020")
    told = workspace.clean([2020])
    assert told.startswith("Fant 1 feil") and "fra S05, S17 for tilbud til menn" in told and "«antall: 2»" in told
    decide(workspace, "rettelser", many("uten_tilbud: true\n    tilbud: menn", "Nei", "", 2))
    assert workspace.clean([2020]) == ""


def test_other_spellings_and_codes_are_kept_in_one_place_and_a_merged_centre_is_told_with_its_event(workspace):
    def names(text):
        return (
            text.replace("Senter 04,", "senter nr fire,")
            .replace("Senter 05,", "Senter 44,")
            .replace("Senter 06,", "6,")
        )

    workspace.edit(CSV20, names, "utf-8-sig", "2020")
    workspace.edit("data/raw/register/skrivemaater.csv", lambda t: t + "Senter nr fire,S04,2020,\n6,S06,,\n")
    told = workspace.clean([2020])
    assert told.startswith("Fant 1 feil") and "«Senter 44» (S44 (slått sammen i 2019 med Senter 12 og 44))" in told
    workspace.edit("data/raw/register/skrivemaater.csv", lambda t: t + "Senter 44,S05,,\n")
    assert workspace.clean([2020]) == ""
    workspace.edit("data/raw/register/skrivemaater.csv", lambda t: t + "Senter 07,S08,,\nx,S99,,\n")
    told = workspace.clean([2020])
    assert "som også er S07" in told and "«S99»" in told


def quarantine(line, name, id="K1"):
    return f"id: {id}\n    fil: {CSV20}\n    linje: {line}\n    navn: {name}\n    {WHO}"


def with_test_record(workspace) -> int:
    """A record that someone wrote to try the form; returns its line."""
    count = (workspace / CSV20).read_text("utf-8-sig").rstrip("\r\n").count("\n") + 2
    workspace.edit(
        CSV20,
        lambda t: (
            t.rstrip("\r\n") + "\r\n" + t.rstrip("\r\n").split("\r\n")[-1].replace("Senter", "Prøvesenter") + "\r\n"
        ),
        register="2020",
    )
    return count


def test_a_record_in_quarantine_is_left_out_listed_and_accounted_for(workspace):
    line = with_test_record(workspace)
    text = workspace.clean([2020])
    assert "Prøvesenter" in text and "karantene i data/rettelser.yaml" in text
    name = text.split("for 2020: «")[1].split("»")[0]
    decide(workspace, "karantene", quarantine(line, name))
    assert workspace.clean([2020]) == ""
    found = checked(workspace)
    used = found["sentre mot registeret", CSV20].undersokt
    assert found["rader inn = brukt + karantene", CSV20].eksempler == (
        f"{used + 1} rader inn = {used} brukt + 1 i karantene"
    )
    assert found["karantene", "K1"].antall == 1


@pytest.mark.parametrize(("line", "name", "told"), [(3, "Noe annet", "slik det sto da"), (999, "x", "linje 999")])
def test_a_quarantine_that_does_not_fit_is_refused(workspace, line, name, told):
    decide(workspace, "karantene", quarantine(line, name))
    assert told in workspace.clean([2020])


# -- checks


def number(aar, verdi, nevner, tilbud="kvinner", **more):
    rest = {"nei": nevner - (verdi or 0), "vet_ikke": 0, "ubesvart": 0, "ikke_spurt": 0, "status": ""}
    return {"aar": aar, "tilbud": tilbud, "instans": "nav", "verdi": verdi, "nevner": nevner, **rest, **more}


MODEL = edition_model()
TEN_PERCENT = [{(2019, "menn"): 1000, (2020, "menn"): now} for now in (900, 899)]


def against(rows, heard):
    return against_last_year(MODEL, {"samarbeid": rows}, {"samarbeid": heard})


def test_what_moved_from_last_year_is_told_and_can_be_confirmed():
    rows = [number(2019, 40, 44), number(2020, 33, 43), number(2020, 20, 39, "menn")]
    heard = {(2019, "kvinner"): 44, (2020, "kvinner"): 30}
    checks = against(rows, heard)
    warned = [c for c in checks if c.open]
    assert [c.kontroll for c in warned] == ["svar mot i fjor", "andel mot i fjor"]
    assert warned[1].gjelder == "2020 samarbeid kvinner nav" and "33 av 43, mot 40 av 44" in warned[1].eksempler
    assert [len([c for c in against([], counts) if c.open]) for counts in TEN_PERCENT] == [0, 1]
    ten_points = [number(2019, 20, 40), number(2020, 24, 40)], [number(2019, 20, 40), number(2020, 25, 40)]
    assert [len([c for c in against(r, {}) if c.open]) for r in ten_points] == [0, 1]
    entry = {"kontroll": "andel mot i fjor", "gjelder": warned[1].gjelder, "grunn": "Sant."}
    entry |= {"av": "Kari", "dato": "2021-03-20"}
    done = confirmed(checks, [entry])
    assert len([c for c in done if c.open]) == 1
    assert done[checks.index(warned[1])].bekreftet == "Sant. (Kari, 2021-03-20)"
    assert confirmed(checks, [entry | {"gjelder": "2020 samarbeid kvinner nov"}]) == checks
    page = quality_page([*done, Check("rettelse", "R1", 1, 1)])
    assert [len(page[k]) for k in ("aapne", "bekreftede", "rettelser")] == [1, 1, 1]


def test_a_base_that_the_register_does_not_bear_out_is_a_fault():
    def bases(sizes, **rows):
        return check_bases(MODEL, rows, {"samarbeid": sizes})

    assert bases({(2020, "kvinner"): 43}, samarbeid=[number(2020, 40, 43)])[0].undersokt == 1
    with pytest.raises(Problems, match="basen er 44, men 43 kunne svare"):
        bases({(2020, "kvinner"): 43}, samarbeid=[number(2020, 40, 44)])
    with pytest.raises(Problems, match="basen er 13"):
        bases({}, samarbeid_panel=[number(y, 10, b) for y, b in ((2019, 12), (2020, 13))])


def test_an_empty_battery_is_unanswered_not_no_and_is_told(workspace):
    def emptied(text):
        rows = [r.split(",") for r in text.split("\r\n")]
        head = rows[0]
        for n, column in enumerate(head):
            if column.startswith("kv_") and column not in ("kv_tilbud", "kv_har_tilbud"):
                rows[2][n] = ""
        return "\r\n".join(map(",".join, rows))

    workspace.edit(CSV20, emptied, register="2020")
    assert workspace.clean([2020]) == ""
    found = checked(workspace)["hele spørsmålet tomt", CSV20]
    assert found.open and found.eksempler == "linje 3: S02, tilbud til kvinner, samarbeid"
    assert "regnes som ubesvart, ikke som nei" in found.tiltak
    rows = (workspace / "results/klargjort/samarbeid_p2020.csv").read_text("utf-8").split("\n")
    given = {r.split(",")[6] for r in rows if r.startswith("2020,S02,kvinner,samarbeid,")}
    assert given == {"ubesvart"}
