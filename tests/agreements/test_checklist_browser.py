"""The checklist in a real browser: filled in, kept, taken out and in again, printed, and read in every way."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from dataclasses import asdict
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import html as lxml_html
from playwright.sync_api import Page

from krisestat.agreements.assess import load_regler, vurder
from krisestat.agreements.check import load_oppslag
from krisestat.agreements.checklist import IKKE_SPURT, load_sjekkliste
from krisestat.agreements.collections import Innsamling, Skjemafil, load_innsamlinger
from krisestat.agreements.page_data import leaf_titles
from krisestat.agreements.read_json import read_json
from krisestat.agreements.read_table import read_csv_skjema
from krisestat.agreements.skjema import MAALGRUPPER, VALG
from krisestat.stages.agreements import receive_skjemaer
from tests.agreements.test_words import DATES, NUMBERS, PARTIES
from tests.support.browser import again, open_page
from tests.support.checklist import PROJECT, make
from tests.support.judges import axe

pytestmark = pytest.mark.browser
CASES = PROJECT / "tests/agreements/tilfeller"
LISTE = load_sjekkliste(root=PROJECT)
OPPSLAG = load_oppslag(PROJECT / "data/raw/codebooks", PROJECT / "data/raw/register", PROJECT / "templates")
ADDED = [leaf.id for leaf in LISTE.leaves if leaf.opphav == "tillegg"]
LAW = "vertskommune_administrativ"
ASKED = [leaf for leaf in LISTE.leaves if leaf.asked_under(LAW)]
# What a spreadsheet, a page or a reader of CSV could take for something else than text.
HARD = '=1+1; "sitat"\n\'@x, «Å» <b>&amp;</b> ]]> {{ 7*7 }}'


def answer(page: Page, leaf: str, svar: str) -> None:
    page.check(f'[name="{leaf}.svar"][value="{svar}"]')


def fill(page: Page) -> None:
    """An agreement with something of everything in it."""
    page.fill("#avtale-navn", "Avtale om krisesenter for Ås og Ærø")
    page.fill("#avtale-signert", "1. mars 2020")
    page.fill("#avtale-parter", "Ås og 0215 Frogn")
    page.locator("#avtale-parter").blur()
    page.select_option("#avtale-vertskommune", "3021")
    page.fill("#avtale-krisesenter", "=Senter; 01")
    page.select_option("#avtale-lovgrunnlag", "vertskommune_administrativ")
    page.check('[name="avtale.maalgrupper"][value="kvinner"]')
    page.check('[name="avtale.maalgrupper"][value="barn"]')
    page.fill("#avtale-evalueres_hvert", "2")
    for n, leaf in enumerate(LISTE.leaves):
        if leaf in ASKED:
            answer(page, leaf.id, VALG[n % len(VALG)])
    page.fill(f"#{LISTE.leaves[0].id}-henvisning", "- punkt 4; «b»")
    page.fill(f"#{LISTE.leaves[0].id}-merknad", HARD)
    page.locator("#vurdert").fill("2023-01-01")
    page.locator("#vurdert").blur()


FORM = {
    "skjema": "krisestat-sjekkliste",
    "versjon": LISTE.versjon,
    "spraak": "nb",
    "avtale": {
        "navn": "Avtale om krisesenter for Ås og Ærø",
        "parter": ["3021", "3022"],
        "vertskommune": "3021",
        "krisesenter": "=Senter; 01",
        "lovgrunnlag": "vertskommune_administrativ",
        "maalgrupper": ["kvinner", "barn"],
        "signert": "2020-03-01",
        "varer_til": "",
        "sist_evaluert": "",
        "evalueres_hvert": 2,
        "oppsigelse": "",
    },
    "punkter": {
        leaf.id: {
            "svar": VALG[n % len(VALG)].replace("ubesvart", "") if leaf in ASKED else "",
            "henvisning": "" if n else "- punkt 4; «b»",
            "merknad": "" if n else HARD,
        }
        for n, leaf in enumerate(LISTE.leaves)
    },
}


def filled(page: Page) -> None:
    """The page as it is when `FORM` was filled in some day before."""
    stored = json.dumps({"form": FORM, "tillegg": True, "vurdert": "2023-01-01"})
    page.evaluate("text => localStorage.setItem('krisestat-sjekkliste', text)", stored)
    again(page)


def taken_out(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.click(button)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def take_in(page: Page, path: Path) -> str:
    """Take in a file; returns what the page then says."""
    page.evaluate("document.getElementById('melding').replaceChildren()")
    page.set_input_files("#hent", path)
    page.wait_for_selector("#melding > *")
    return page.inner_text("#melding")


def as_form(page: Page, folder: Path) -> dict:
    folder.mkdir(exist_ok=True)
    return json.loads(taken_out(page, "#last-json", folder).read_text(encoding="utf-8"))


# --- the assessment


def generated(count: int) -> list[tuple[dict, dict]]:
    """Agreements and answers of every kind: some fields empty, some leaves not asked or not said."""
    chance = random.Random(2020)
    days = ["", "1999-05-31", "2018-01-01", "2019-10-31", "2020-02-29", "2020-12-31", "2024-06-01"]

    def agreement() -> dict:
        return {
            "lovgrunnlag": chance.choice([*OPPSLAG.lover, "", "ukjent"]),
            "vertskommune": chance.choice(["", "0301"]),
            "maalgrupper": ",".join(g for g in MAALGRUPPER if chance.random() < 0.5),
            **{name: chance.choice(days) for name in ("signert", "varer_til", "sist_evaluert")},
            "evalueres_hvert": chance.choice([None, 0, 1, 4]),
            "oppsigelse": chance.choice([None, 0, 12]),
        }

    def answers() -> dict:
        likely = chance.sample([*VALG, IKKE_SPURT, ""], 3)
        return {leaf.id: chance.choice(likely) for leaf in LISTE.leaves if chance.random() < 0.95}

    return [(agreement(), answers()) for _ in range(count)]


def collected() -> list[tuple[dict, dict]]:
    """Every agreement that has been received, as the pipeline reads it."""
    found = []
    for collection in load_innsamlinger(2020, PROJECT):
        forms = [(f, (PROJECT / f.path).read_bytes()) for f in collection.skjemaer if not f.karantene]
        for one in receive_skjemaer(collection, forms, OPPSLAG).avtaler:
            found.append((dict(one.row), {row["punkt"]: row["svar"] for row in one.punkter}))
    return found


def test_the_page_assesses_every_agreement_as_the_pipeline_does(nettleser, sjekklisten):
    rules = load_regler(LISTE.by_id, OPPSLAG.lover, PROJECT)
    examples = collected()
    assert len(examples) >= 25
    cases = [(a, s, d) for a, s in [*examples, *generated(300)] for d in ("2020-12-31", "2024-02-29")]
    wanted = [asdict(vurder(a, s, LISTE, OPPSLAG.lover, rules, d)) for a, s, d in cases]
    assert {one["regel"] for case in wanted for one in (*case["funn"], *case["kontroller"])} == {
        rule.id for rule in rules
    }
    with open_page(nettleser, sjekklisten.side) as page:
        given = page.evaluate(
            """cases => { const { vurder, data } = window.krisestat;
            return cases.map(([a, s, d]) => vurder(a, s, data.liste, data.lover, data.regler, d)); }""",
            cases,
        )
    assert given == json.loads(json.dumps(wanted))


# --- filling in


def test_what_is_filled_in_is_counted_reported_and_kept(nettleser, sjekklisten, tmp_path):
    with open_page(nettleser, sjekklisten.side) as page:
        assert page.inner_text("#fremdrift-tekst") == f"Besvart: 0 av {len(LISTE.leaves)}"
        fill(page)
        given = {leaf.id: VALG[n % len(VALG)] for n, leaf in enumerate(LISTE.leaves)}
        done = sum(given[leaf.id] != "ubesvart" for leaf in ASKED)
        assert page.inner_text("#fremdrift-tekst") == f"Besvart: {done} av {len(ASKED)}"
        first = page.locator(".innhold [data-del]").first.inner_text()
        assert first.replace("\u00a0", " ").endswith("1 av 1")
        report = page.inner_text("#rapport-innhold")
        for told in ("Evalueringen skulle vært gjort", "Dette mangler", "Neste steg"):
            assert told in report
        weights = page.locator("ol.mangler li").all_inner_texts()
        ranks = [("avgjørende", "viktig", "nyttig").index(w.split("Vekt: ")[1].split(")")[0]) for w in weights]
        assert ranks == sorted(ranks) and len(ranks) == sum(given[leaf.id] == "mangler" for leaf in ASKED)
        rows = page.locator("#rapport-innhold tbody tr").all_inner_texts()
        assert len(rows) == len(LISTE.punkter) and rows[0].split("\t")[:2] == [
            "1 " + LISTE.punkter[0].tittel["nb"],
            "Dekket",
        ]
        assert as_form(page, tmp_path / "ut") == FORM
        again(page)
        assert page.input_value(f"#{LISTE.leaves[0].id}-merknad") == HARD
        assert page.inner_text("#rapport-innhold") == report
        assert page.inner_text("#lagret") == "Lagret i denne nettleseren."


def test_the_legal_basis_decides_what_is_asked(nettleser, sjekklisten):
    every = [leaf for leaf in LISTE.leaves if leaf.lovgrunnlag]
    some = [leaf for leaf in every if "iks" in leaf.lovgrunnlag]
    with open_page(nettleser, sjekklisten.side) as page:
        answer(page, some[0].id, "mangler")
        page.select_option("#avtale-lovgrunnlag", "avtale")
        assert len(some) > 3 and not any(page.is_visible(f"#punkt-{leaf.id}") for leaf in every)
        note = page.inner_text("#punkt-lovhjemmel .gjelder-ikke")
        assert all(leaf.tittel["nb"] in note for leaf in every)
        assert page.inner_text("#fremdrift-tekst") == f"Besvart: 0 av {len(LISTE.leaves) - len(every)}"
        page.select_option("#avtale-lovgrunnlag", "iks")
        assert all(page.is_visible(f"#punkt-{leaf.id}") for leaf in some)
        assert page.is_checked(f'[name="{some[0].id}.svar"][value="mangler"]'), "what was answered is not lost"


def test_the_additions_can_be_switched_off(nettleser, sjekklisten, tmp_path):
    with open_page(nettleser, sjekklisten.side) as page:
        answer(page, ADDED[0], "dekket")
        page.uncheck("#tillegg")
        assert not any(page.is_visible(f"#punkt-{id}") for id in ADDED)
        assert not page.is_visible(".innhold [data-del=personopplysninger]")
        assert ADDED[0] not in as_form(page, tmp_path / "uten")["punkter"]
        path = next((tmp_path / "uten").iterdir())
        page.check("#tillegg")
        assert page.is_checked(f'[name="{ADDED[0]}.svar"][value="dekket"]')
        take_in(page, path)
        assert not page.is_checked("#tillegg"), "a form without them is a form with them switched off"
        again(page)
        assert not page.is_checked("#tillegg")


PARTIES_SHOWN = [
    ("2016-03-01", "0301, 1601", ["0301 Oslo", "1601 Trondheim (5001 Trondheim - Tråante i dag)"]),
    ("2016-03-01", "Ringerike, Hole", ["0605 Ringerike (3305 Ringerike i dag)", "0612 Hole (3310 Hole i dag)"]),
    ("2016-03-01", "0301, 1142", ["1142 Rennesøy var kommune til og med 2019. Nå hører området til 1103"]),
    ("2020-03-01", "0301, 9999, Ingensteds", ["9999 er ikke et kommunenummer", "«Ingensteds» er ikke en kommune"]),
    ("2020-03-01", "0301, Oslo kommune", ["0301 Oslo står flere ganger"]),
    ("2020-03-01", "0301", ["minst to parter"]),
]


def test_municipalities_are_told_by_name_and_a_new_number_is_no_new_municipality(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side) as page:
        page.locator("#vurdert").fill("2026-11-30")
        for signed, parties, told in PARTIES_SHOWN:
            page.fill("#avtale-signert", signed)
            page.fill("#avtale-parter", parties)
            said = page.inner_text("#avtale-parter-svar")
            assert all(part in said for part in told), said
            wrong = page.get_attribute("#avtale-parter", "aria-invalid") == "true"
            assert wrong == ("ikke" in said or "flere ganger" in said or "minst" in said)
        page.fill("#avtale-parter", "Oslo, Bærum")
        page.locator("#avtale-parter").blur()
        offered = page.locator("#avtale-vertskommune option").all_inner_texts()
        assert offered == ["Ingen", "0301 Oslo", "3024 Bærum"]


def test_the_page_reads_what_people_write_as_the_intake_does(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side) as page:
        days = page.evaluate("all => all.map(window.krisestat.readDate)", [text for text, _ in DATES])
        assert days == [iso for _, iso in DATES]
        for text, field, _, number in NUMBERS:
            assert page.evaluate("given => window.krisestat.readNumber(...given)", [text, field]) == number, text
        for text, year, wanted in PARTIES:
            found = page.evaluate("([text, year]) => window.krisestat.readParties(text, year)", [text, year])
            if isinstance(wanted, str):
                assert len(found) == 1 and found[0].get("fault"), text
            else:
                assert [one.get("nr") for one in found] == wanted, text


def test_a_table_is_read_as_spreadsheets_save_it(nettleser, sjekklisten, tmp_path):
    """With a line that names the delimiter, as «Unicode-tekst», and with empty rows and columns."""
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        wanted = as_form(page, tmp_path)
        text = taken_out(page, "#last-csv", tmp_path).read_text(encoding="utf-8-sig")
        rows = [[*row, ""] for row in csv.reader(io.StringIO(text), delimiter=";")]
        tabbed, empty = io.StringIO(), ";" * 5
        csv.writer(tabbed, delimiter="\t").writerows(rows)
        wide = "\r\n".join(line + f";\r\n{empty}" if line.endswith(";") else line for line in text.split("\r\n"))
        variants = (f"sep=;\r\n{text}".encode(), tabbed.getvalue().encode("utf-16"), wide.encode())
        for data in variants:
            page.fill("#avtale-navn", "noe annet")
            (tmp_path / "regneark.csv").write_bytes(data)
            assert "er hentet inn" in take_in(page, tmp_path / "regneark.csv")
            assert as_form(page, tmp_path) == wanted


def test_a_municipality_is_found_by_its_name(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side) as page:
        page.fill("#avtale-signert", "2020-03-01")
        page.fill("#finn", "stavanger")
        page.click("#legg-til")
        page.fill("#finn", "Oslo")
        page.press("#finn", "Enter")
        assert page.input_value("#avtale-parter") == "1103, 0301"
        page.fill("#finn", "Ingensteds")
        page.click("#legg-til")
        assert page.inner_text("#melding") == "Velg en kommune fra listen."


# --- out and in


@pytest.mark.parametrize(("button", "read"), [("#last-json", read_json), ("#last-csv", read_csv_skjema)])
def test_a_form_goes_out_into_the_pipeline_and_in_again_without_loss(nettleser, sjekklisten, tmp_path, button, read):
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        path = taken_out(page, button, tmp_path)
        whole = as_form(page, tmp_path / "ut")
    assert path.name.startswith("avtale-om-krisesenter-for-aas-og-aero.")
    fields = {key: one.tekst for key, one in read(path, path.read_bytes()).felt.items()}
    assert fields["formaal.merknad"] == HARD and fields["formaal.henvisning"] == "- punkt 4; «b»"
    assert fields["avtale.parter"].replace(" ", "") == "3021,3022" and fields["avtale.krisesenter"] == "=Senter; 01"
    assert {id: fields[f"{id}.svar"] for id in whole["punkter"]} == {
        id: p["svar"] for id, p in whole["punkter"].items()
    }
    with open_page(nettleser, sjekklisten.side) as page:  # a fresh profile
        assert "er hentet inn" in take_in(page, path)
        assert as_form(page, tmp_path / "inn") == whole
        page.click("#angre")
        assert as_form(page, tmp_path / "angret")["avtale"]["navn"] == ""


def test_the_pipeline_takes_the_exported_form(nettleser, sjekklisten, tmp_path):
    """With text that it takes: it refuses what looks like markup, the page keeps it as text."""
    schema = json.loads((PROJECT / "workflow/schemas/avtaleskjema.schema.json").read_text(encoding="utf-8"))
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        page.fill("#formaal-merknad", "Første linje.\nAndre linje, med «sitat» og 100 %.")
        form = as_form(page, tmp_path / "ut")
        path = next((tmp_path / "ut").iterdir())
    assert not list(Draft202012Validator(schema).iter_errors(form))
    data = path.read_bytes()
    received = Skjemafil("a001", path, "json", "2020-12-31", hashlib.sha256(data).hexdigest(), "mottatt", {})
    (got,) = receive_skjemaer(Innsamling(2020, path, (received,)), [(received, data)], OPPSLAG).avtaler
    notes = {row["punkt"]: row["merknad"] for row in got.punkter}
    assert notes["formaal"] == "Første linje.\nAndre linje, med «sitat» og 100 %."
    assert {row["punkt"]: row["svar"] for row in got.punkter} == {
        id: one["svar"] or "ubesvart" for id, one in form["punkter"].items()
    }


def test_an_older_form_is_read_and_what_is_new_is_told(nettleser, sjekklisten):
    older = load_sjekkliste(versjon=2, root=PROJECT)
    new = [leaf for leaf in LISTE.leaves if leaf.id not in older.by_id]
    path = next(p for p in sorted((PROJECT / "data/raw/avtaler").rglob("*.json")) if '"versjon": 2' in p.read_text())
    with open_page(nettleser, sjekklisten.side) as page:
        said = take_in(page, path)
    assert new and "versjon 2" in said and all(leaf.tittel["nb"] in said for leaf in new)


def test_the_empty_template_filled_in_a_spreadsheet_is_taken_in(nettleser, sjekklisten, tmp_path):
    """As Norwegian spreadsheets save it: Windows' own characters, dates with points."""
    text = sjekklisten.file("skjema.csv").read_text(encoding="utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()]
    for line in lines:
        line[2] = {"avtale.navn": "Blåbærlia", "avtale.signert": "1.3.2020", "skole": "delvis"}.get(line[0], line[2])
    path = tmp_path / "utfylt.csv"
    path.write_bytes("\r\n".join(map(";".join, lines)).encode("cp1252"))
    with open_page(nettleser, sjekklisten.side) as page:
        take_in(page, path)
        assert page.input_value("#avtale-navn") == "Blåbærlia" and page.input_value("#avtale-signert") == "1.3.2020"
        assert page.is_checked('[name="skole.svar"][value="delvis"]')


def bad(**changes) -> str:
    form = {"skjema": "krisestat-sjekkliste", "versjon": 3, "avtale": {}, "punkter": {}} | changes
    return json.dumps(form)


BAD = {
    "ikke_json.json": ("{", "kan ikke leses"),
    "tom.json": ("", "kan ikke leses"),
    "liste.json": ("[1, 2]", "ikke et utfylt skjema"),
    "ingenting.json": ("null", "ikke et utfylt skjema"),
    "annet.json": (bad(skjema="noe annet"), "ikke et utfylt skjema"),
    "versjon.json": (bad(versjon=99), "Versjon «99» av listen er ukjent. Kjente versjoner er 1, 2, 3, 4."),
    "felt.json": (bad(avtale={"passord": "x"}), "Feltet «passord» er ukjent"),
    "arv.json": ('{"skjema":"krisestat-sjekkliste","versjon":3,"avtale":{"__proto__":{}},"punkter":{}}', "__proto__"),
    "punkt.json": (bad(punkter={"toString": {"svar": "dekket"}}), "Punktet «toString» finnes ikke"),
    "svar.json": (bad(punkter={"formaal": {"svar": "dekkket"}}), "«dekkket» kan ikke stå i «1 Formål"),
    "slag.json": (bad(avtale={"navn": {"a": 1}}), "kan ikke stå i «Navnet på avtalen»"),
    "flere.json": (bad(avtale={f"f{n}": "" for n in range(30)}), "Og 10 feil til"),
    "overskrift.csv": ("Id;Spm;Svar;Henvisning;Merknad\r\n", "Overskriftene er ikke"),
    "to_ganger.csv": (
        "Id;Spørsmål;Svar;Henvisning;Merknad\r\nskjema;;krisestat-sjekkliste;;\r\nversjon;;3;;\r\nskole;;;;\r\nskole;;;;",
        "Raden «skole» står to ganger",
    ),
    "aapen.csv": ('Id;Spørsmål;Svar;Henvisning;Merknad\r\n"skole;;;;', "kan ikke leses"),
    "stor.json": ("x" * 2_000_001, "større enn et utfylt skjema"),
}


def test_a_bad_file_is_told_in_words_and_nothing_is_lost(nettleser, sjekklisten, tmp_path):
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        before = as_form(page, tmp_path / "ut")
        for name, (text, told) in BAD.items():
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            said = take_in(page, path)
            assert told in said and f"«{name}» er ikke hentet inn" in said, (name, said)
            assert not page.is_visible("#angre")
        assert as_form(page, tmp_path / "etter") == before


def test_hostile_text_is_shown_as_text(nettleser, sjekklisten, tmp_path):
    hostile = "<img src=x onerror=\"document.title='tatt'\"><script>document.title='tatt'</script>\u202e\u0007{{7*7}}"
    form = json.loads(bad(versjon=LISTE.versjon))
    form["avtale"] = {"navn": hostile, "krisesenter": hostile, "parter": [hostile[:20]]}
    form["punkter"] = {
        leaf.id: {"svar": "mangler", "henvisning": hostile[:90], "merknad": hostile} for leaf in LISTE.leaves
    }
    path = tmp_path / "<img src=x onerror=alert(1)>.json"
    path.write_text(json.dumps(form), encoding="utf-8")
    with open_page(nettleser, sjekklisten.side) as page:
        said = take_in(page, path)
        assert path.name in said
        assert page.title().startswith("Sjekkliste") and page.locator("main img, main script:not([type])").count() == 0
        shown = page.input_value("#formaal-merknad")
        assert "<script>" in shown and not {"\u202e", "\u0007"} & set(shown)
        again(page)
        assert page.title().startswith("Sjekkliste") and page.input_value("#formaal-merknad") == shown


# --- storage


def test_all_that_was_written_can_be_deleted(nettleser, sjekklisten, tmp_path):
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        page.click("#slett")
        page.keyboard.press("Escape")
        assert page.input_value("#avtale-navn") != ""
        page.click("#slett")
        assert page.evaluate("document.activeElement.id") == "avbryt", "the careful choice has the focus"
        page.click("#ja-slett")
        assert page.evaluate("localStorage.length") == 0
        page.click("#angre")
        assert page.input_value("#avtale-navn") == FORM["avtale"]["navn"]
        page.click("#slett")
        page.click("#ja-slett")
        again(page)
        form = as_form(page, tmp_path / "ut")
        assert not any(form["avtale"].values()) and not any(any(p.values()) for p in form["punkter"].values())


def test_the_page_works_where_nothing_can_be_stored(nettleser, sjekklisten):
    refuse = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('nei', 'SecurityError'); } })"
    )
    with open_page(nettleser, sjekklisten.side) as page:
        page.add_init_script(refuse)
        again(page)
        assert "lar ikke siden lagre" in page.text_content("#lagret")
        answer(page, "skole", "dekket")
        assert page.inner_text("#fremdrift-tekst").startswith("Besvart: 1 av")
        page.click("#slett")
        page.click("#ja-slett")
        assert page.inner_text("#melding") == "Avtalen er slettet."


def test_a_full_store_is_told_and_nothing_is_taken_for_another_tab(nettleser, sjekklisten):
    full = """() => { for (let n = 5_200_000; n > 1000; n = Math.floor(n * 0.9))
        try { localStorage.setItem('x' + n, 'x'.repeat(n)); } catch {} }"""
    with open_page(nettleser, sjekklisten.side) as page:
        page.evaluate(full)
        page.fill("#formaal-merknad", "y" * 300_000)
        assert "lar ikke siden lagre" in page.text_content("#lagret")
        page.evaluate(
            "Object.keys(localStorage).filter(key => key.startsWith('x')).forEach(key => localStorage.removeItem(key))"
        )
        page.fill("#formaal-merknad", "kort")
        assert page.inner_text("#lagret") == "Lagret i denne nettleseren." and not page.is_visible("#konflikt")
        again(page)
        assert page.input_value("#formaal-merknad") == "kort"


def test_what_cannot_be_read_from_storage_does_not_stop_the_page(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side) as page:
        for stored in ("{", "[]", '{"form": {"skjema": "annet"}}', '{"form": null}', '"x"'):
            page.evaluate("text => localStorage.setItem('krisestat-sjekkliste', text)", stored)
            again(page)
            assert page.text_content("#fremdrift-tekst").startswith("Besvart: 0 av")
            assert page.evaluate("localStorage.getItem('krisestat-sjekkliste')") == stored, "nothing is lost"


STRANGE = ("2.5", "31.02.2020", "1/2/2020", "ikke en dato", "-1", "999", "=1+1", "x" * 1500, "«æøå» <b>")


def test_no_word_is_lost_whatever_stands_in_any_field(nettleser, sjekklisten, tmp_path):
    """Every field with every strange value, over a reload, out and in again; what is wrong is told at the field."""
    fields = [f"#avtale-{id}" for id in ("navn", "parter", "krisesenter", "signert", "varer_til", "evalueres_hvert")]
    fields += ["#formaal-henvisning", "#formaal-merknad", "#ikraft", "#vedlegg"]
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        for value in STRANGE:
            for field in fields:
                page.fill(field, value)
            again(page)
            assert [page.input_value(field) for field in fields] == [value] * len(fields), value
            assert page.input_value("#avtale-oppsigelse") == "" and page.is_checked(
                '[name="formaal.svar"][value="dekket"]'
            )
            path = taken_out(page, "#last-json", tmp_path)
            assert "fylles ut eller rettes" in page.inner_text("#melding")
            page.fill("#formaal-merknad", "noe annet")
            assert "er hentet inn" in take_in(page, path)
            after = {field: page.input_value(field) for field in fields if field != "#avtale-parter"}
            assert set(after.values()) == {value}, value
        page.fill("#avtale-evalueres_hvert", "2.5")
        assert page.get_attribute("#avtale-evalueres_hvert", "aria-invalid") == "true"
        assert "«2.5» er ikke et helt tall fra 1 til 20" in page.inner_text("#avtale-evalueres_hvert-svar")
        page.fill("#formaal-merknad", "x" * 1001)
        assert "på 1001 tegn. Det er plass til 1000. Ingenting er kuttet" in page.inner_text("#formaal-merknad-svar")
        assert page.get_attribute("#avtale-navn", "required") is not None


def test_the_export_that_made_the_page_forget_is_read(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side) as page:
        assert "er hentet inn" in take_in(page, CASES / "eksport-2.5.json")
        again(page)
        assert page.input_value("#avtale-evalueres_hvert") == "2.5" and page.input_value("#avtale-navn") == "A"
        assert page.get_attribute("#avtale-evalueres_hvert", "aria-invalid") == "true"


def test_several_agreements_and_a_second_tab(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        page.click("#ny-avtale")
        page.fill("#avtale-navn", "Den andre")
        assert page.locator("#avtaler option").all_inner_texts() == [FORM["avtale"]["navn"], "Den andre"]
        again(page)
        assert page.input_value("#avtale-navn") == "Den andre"
        other = page.context.new_page()
        other.goto(sjekklisten.side.absolute().as_uri())
        other.fill("#avtale-navn", "Fra fane to")
        page.wait_for_selector("#konflikt:not([hidden])")
        page.fill("#avtale-krisesenter", "Fra fane en")
        other.reload()
        assert (other.input_value("#avtale-navn"), other.input_value("#avtale-krisesenter")) == ("Fra fane to", "")
        page.click("#behold-mitt")
        assert len(page.locator("#avtaler option").all()) == 3
        page.select_option("#avtaler", index=1)
        assert page.input_value("#avtale-navn") == "Fra fane to"
        page.select_option("#avtaler", index=2)
        assert (page.input_value("#avtale-navn"), page.input_value("#avtale-krisesenter")) == (
            "Den andre",
            "Fra fane en",
        )
        other.close()


def test_gaps_have_an_owner_and_the_papers_say_so(nettleser, sjekklisten, tmp_path):
    """Clauses follow the legal basis; the report comes first on paper, on six pages at most, and a paper on two."""
    from pypdf import PdfReader

    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        answer(page, "bolig-plikt", "mangler")
        page.fill("#bolig-plikt-eier", "Kommunalsjef helse")
        page.fill("#bolig-plikt-frist", "1. mai 2024")
        answer(page, "skole", "ikke_relevant")
        assert "Skriv i merknaden hvorfor" in page.inner_text("#skole-merknad-svar")
        report = page.inner_text("#rapport-innhold")
        assert "Ansvar: Kommunalsjef helse. Frist: 1. mai 2024." in report and "Satt til ikke relevant" in report
        assert "Endringer i lovene siden avtalen" in report and "1. august 2022" in report
        clause = LISTE.by_id["lovhjemmel-krav"].clause
        assert page.text_content("#lovhjemmel-krav-klausul") == clause(LAW)["nb"] != clause("iks")["nb"]
        page.emulate_media(media="print")
        printed = [one.extract_text() for one in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
        assert len(printed) <= 6 and printed[0].strip().startswith("Rapport") and "1. mars 2020" in " ".join(printed)
        page.emulate_media(media="screen")
        (path,) = [taken_out(page, "#last-json", tmp_path)]
        assert json.loads(path.read_text(encoding="utf-8"))["arbeid"]["bolig-plikt-frist"] == "1. mai 2024"
        page.set_input_files("#forrige", next((PROJECT / "data/raw/avtaler/2020").glob("*.json")))
        page.wait_for_selector("#melding > *")
        assert "Endret siden forrige gang" in page.inner_text("#rapport-innhold")
        paper = "[document.body.dataset.trykk, document.getElementById('papir').textContent]"
        page.evaluate(f"window.print = () => {{ window.papir = {paper}; }}")
        for kind, told in (("avtale", clause(LAW)["nb"]), ("sak", "Kommunalsjef helse")):
            page.click(f"#skriv-{kind}")
            shown = page.evaluate("window.papir")
            assert shown[0] == kind and told in shown[1]
        page.evaluate("document.body.dataset.trykk = 'sak'")
        page.emulate_media(media="print")
        assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) <= 2


def test_on_a_phone_the_report_is_one_tap_away_and_the_list_is_walked(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side, width=360, height=740) as page:
        for _ in range(3):
            page.click("#neste-punkt")
        assert page.evaluate("document.activeElement.name") == f"{LISTE.leaves[2].id}.svar"
        page.click("#forrige-punkt")
        assert page.evaluate("document.activeElement.name") == f"{LISTE.leaves[1].id}.svar"
        page.click(".bunnlinje a")
        assert page.evaluate("document.getElementById('rapport').getBoundingClientRect().top < innerHeight")


# --- every way of reading


def test_every_point_has_its_fields_and_each_says_which_point_it_is_of(nettleser, sjekklisten):
    titles = leaf_titles(LISTE, "nb")
    with open_page(nettleser, sjekklisten.side) as page:
        tree = lxml_html.fromstring(page.content())
    for leaf in LISTE.leaves:
        assert tree.xpath(f"//input[@name='{leaf.id}.svar']/@value") == list(VALG)
        for part, tag in (("henvisning", "input"), ("merknad", "textarea"), ("eier", "input"), ("frist", "input")):
            assert tree.xpath(f"//*[@id='{leaf.id}-{part}']")[0].tag == tag
            assert titles[leaf.id] in tree.xpath(f"//label[@for='{leaf.id}-{part}']")[0].text_content()
    assert len(tree.xpath("//@id")) == len(set(tree.xpath("//@id")))


def test_everything_can_be_done_with_the_keyboard(nettleser, sjekklisten):
    """Each control is reached once, in the order of the page, is seen, and there is a way out."""
    visible = "e => e.checkVisibility() && !e.disabled && (e.type !== 'radio' || e.checked)"
    with open_page(nettleser, sjekklisten.side) as page:
        page.evaluate("document.activeElement.blur()")
        controls = "a[href], button, input, select, textarea, summary, [tabindex='0']"
        wanted = page.eval_on_selector_all(
            controls, f"all => all.filter({visible}).map((e, n) => (e.dataset.nr = n, n))"
        )
        reached = []
        for _ in range(len(wanted) + 60):
            page.keyboard.press("Tab")
            state = page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                return [e.dataset.nr ?? null, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]; }"""
            )
            if state[0] is None:
                break
            if not reached or reached[-1] != int(state[0]):  # a date is several stops
                reached.append(int(state[0]))
            assert state[1], page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert reached == wanted
        page.focus('[name="skole.svar"][value="ubesvart"]')
        page.keyboard.press("ArrowUp")
        assert page.is_checked('[name="skole.svar"][value="ikke_relevant"]')
        page.focus("#slett")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.inner_text("#melding") == "Avtalen er slettet."


@pytest.mark.parametrize("width", [320, 768, 2560])
def test_nothing_sticks_out(nettleser, sjekklisten, width):
    with open_page(nettleser, sjekklisten.side, width=width) as page:
        filled(page)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        wide = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility()
            && !e.closest('.rulle, .skjult, .hopp')
            && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(e => e.outerHTML.slice(0, 120))"""
        )
        assert wide == [] and page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_it_is_a_readable_list(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side, js=False) as page:
        shown = page.inner_text("main")
        assert all(leaf.tittel["nb"] in shown and leaf.hvorfor["nb"] in shown for leaf in LISTE.leaves)
        assert page.locator("main :is(input, select, textarea, button, progress):visible").count() == 0
        assert "må nettleseren kunne kjøre JavaScript" in shown
        page.emulate_media(media="print")
        assert page.locator(".rute:visible").count() == 4 * len(LISTE.leaves)
        assert all(leaf.godt["nb"] in page.inner_text("main") for leaf in LISTE.leaves)


def test_on_paper_stands_what_was_written(nettleser, sjekklisten):
    with open_page(nettleser, sjekklisten.side) as page:
        filled(page)
        page.emulate_media(media="print")
        shown = page.inner_text("main")
        for told in ("Svar: Dekket. Hvor i avtalen: - punkt 4; «b».", "=1+1;", "3021 Ås, 3022 Frogn", "Kvinner, Barn"):
            assert told in shown
        assert page.locator("main :is(input, select, textarea, button):visible").count() == 0
        assert page.locator(".rute:visible").count() == 0 and page.is_visible("#rapport-innhold table")
        assert len(page.pdf()) > 50_000


@pytest.mark.parametrize(
    "view", [{}, {"width": 320}, {"scheme": "dark"}, {"forced": True}], ids=["wide", "narrow", "dark", "forced"]
)
def test_axe_finds_nothing(nettleser, sjekklisten, view):
    with open_page(nettleser, sjekklisten.side, **view) as page:
        filled(page)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert axe(page) == []
        if not view:
            page.click("#slett")
            assert axe(page) == [], "the dialog"


def test_the_page_in_nynorsk_works_the_same(nettleser, tmp_path):
    made = make(tmp_path / "nn", spraak="nn")
    with open_page(nettleser, made.side) as page:
        filled(page)
        assert "Evalueringa skulle ha vore gjord" in page.text_content("#rapport-innhold")
        assert page.text_content("#fremdrift-tekst").startswith("Svart på:")
