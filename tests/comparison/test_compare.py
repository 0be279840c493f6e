"""Two runs compared: every kind of cause found, what cannot be compared refused, and the three reports."""

import copy
import json
import re
import shutil
import sys
from collections.abc import Callable

import pytest

from krisestat.base.contracts import table_text
from krisestat.base.errors import Problems
from krisestat.base.wording import blocks_of, changed_blocks, marked
from krisestat.base.yaml_files import load_yaml
from krisestat.commands import main
from krisestat.comparison import drawings
from krisestat.comparison.causes import STAGES
from krisestat.comparison.changes import Change, RawCells, cause_of_answer, coding, respondent
from krisestat.comparison.data import spoken_of
from krisestat.comparison.markdown import LIMIT, markdown, redline, safe
from krisestat.comparison.report import compare
from krisestat.model.contracts import INNDATA, KVALITET
from krisestat.pages.frame import json_text
from krisestat.release import freeze
from krisestat.release.old_editions import TALL
from krisestat.release.run import check_comparable, open_run, read_numbers
from krisestat.stages import compare as command
from tests.support.comparison import REPORT
from tests.support.project import PROJECT
from tests.support.small_edition import MODEL, SmallEdition, table

WORDS = load_yaml(PROJECT / "templates/nb/endringer.yaml")[0]
CELL = "samarbeid/tilbud=kvinner/instans=politi"
RAW, LEXICON = "data/raw/2020/samarbeid_p2020.csv", "templates/leksikon/nb.yaml"


def shown(fid, cubes, run):
    return [f"{CELL}/{run.aar}"]


class Pair:
    """An edition before and after."""

    def __init__(self, root):
        self.old, self.new = SmallEdition(root / "for"), SmallEdition(root / "etter")
        self.old.build()
        self.new.build()

    def after(self, file: str, old: str, new: str, **options) -> dict:
        """The comparison once an input of the new edition is edited and the edition built again."""
        self.new.edit(file, old, new)
        self.new.build(**options)
        return self.report()

    def forget(self) -> None:
        """Overwrite the old inputs with the new ones, as in one folder that was built twice."""
        for name in ("data", "templates", "scripts"):
            shutil.copytree(self.new.root / name, self.old.root / name, dirs_exist_ok=True)

    def runs(self):
        return open_run(self.old.results, PROJECT), open_run(self.new.results, PROJECT)

    def report(self, accepted: list[dict] | None = None, published: dict | None = None) -> dict:
        report = compare(*self.runs(), MODEL, shown, command.used_by, accepted, published or {})
        REPORT.validate(report)
        return report


@pytest.fixture
def pair(tmp_path) -> Pair:
    return Pair(tmp_path)


def causes(report: dict, entry: dict) -> list[tuple[str, str, str]]:
    named = {c["id"]: c for c in report["arsaker"]}
    return [(named[i]["slag"], named[i]["fil"], named[i]["sted"]) for i in entry["arsaker"]]


def sentence(report: dict) -> dict:
    assert len(report["paastander"]) == 1
    return report["paastander"][0]


def test_the_same_run_twice_says_no_changes(pair):
    report = pair.report()
    assert report["lik"] and report["dom"].startswith("Ingen endringer. Alle ")
    assert not any(report[part] for part in ("data", "paastander", "tabeller", "figurer", "tekst", "filer", "arsaker"))
    assert "Ingen endringer" in markdown(report, WORDS)


def test_a_raw_answer_is_found_through_number_sentence_table_and_figure(pair):
    report = pair.after(RAW, "S04,Nei", "S04,Ja")
    row = ("raarad", RAW, "linje 5, kolonne «kv_politi»")
    changed = sentence(report)
    assert (changed["gammel"], changed["ny"]) == (
        "De fleste tilbud samarbeidet med politiet i 2020 (3 av 5).",
        "Nesten alle tilbud samarbeidet med politiet i 2020 (4 av 5).",
    )
    assert changed["tall"] == [
        {"celle": f"{CELL}/2020", "gammel": "3 av 5 (2 nei; mottatt)", "ny": "4 av 5 (1 nei; mottatt)"}
    ]
    told = [changed, *report["tabeller"], *report["figurer"], *report["tekst"], *report["hovedpunkter"]["endret"]]
    assert len(told) == 5
    for entry in told:
        assert causes(report, entry) == [row] and entry["grunnlag"] == "funnet"
    assert report["arsaker"][0]["tekst"] == f"{RAW}, linje 5, kolonne «kv_politi»: «Nei» → «Ja»"
    assert report["uten_virkning"] == [] and report["dom"].startswith("Ingen data er tapt. 1 av 2 tall, 1 setning")


def test_several_causes_of_one_number_are_all_named(pair):
    pair.new.edit(RAW, "S04,Nei", "S04,Ja")
    pair.new.edit("data/rettelser.yaml", "svar\n", "svar\nR1 2020 S03 ja\n")
    report = pair.after("data/raw/register/tilbud.csv", "S05\n", "")
    found = causes(report, sentence(report))
    assert {slag for slag, *_ in found} == {"raarad", "rettelse", "register"}
    assert ("register", "data/raw/register/tilbud.csv", "linje 6") in found
    assert ("rettelse", "data/rettelser.yaml", f"rettelse R1 av {RAW}, linje 4, kolonne «kv_politi»") in found
    assert report["dom"].startswith("Data er tapt.")
    lost = {(d["hva"], d["gjelder"]): (d["gammel"], d["ny"], d["tapt"]) for d in report["data"]}
    assert lost["senter", "registeret for samarbeid, 2020"] == (5, 4, ["S05"])
    assert lost["tilbud", "registeret for samarbeid, 2019"] == (5, 4, ["S05 kvinner"])
    assert lost["opplysninger", "samarbeid, 2020"] == (5, 4, [])


def test_a_row_that_left_the_raw_file_is_lost_data(pair):
    report = pair.after(RAW, "S05,Ja\n", "")
    assert causes(report, sentence(report)) == [("raarad", RAW, "linje 6 (S05)")]
    lost = {(d["hva"], d["gjelder"]): d for d in report["data"]}
    assert lost["rader i filen", RAW]["ny"] == 4
    assert lost["senter", "samarbeid, 2020"]["tapt"] == ["S05"]
    assert report["dom"].startswith("Data er tapt.")


def test_a_new_answer_code_is_a_codebook_row_and_not_the_raw_file(pair):
    report = pair.after("data/raw/codebooks/svarkoder.csv", "Nei,nei", "Nei,ja")
    assert causes(report, sentence(report)) == [("kodebok", "data/raw/codebooks/svarkoder.csv", "linje 3")]
    assert sentence(report)["grunnlag"] == "funnet"


def test_a_label_is_found_by_its_row(pair):
    report = pair.after("data/raw/codebooks/instanser.csv", "politiet", "politidistriktet")
    row = ("kodebok", "data/raw/codebooks/instanser.csv", "linje 2")
    assert causes(report, sentence(report)) == [row] and report["tabeller"] == []
    assert causes(report, report["figurer"][0]) == [row] and report["figurer"][0]["tekst_ny"] == ["politidistriktet"]


DECLARED = "data/statistikk/samarbeid.yaml"


@pytest.mark.parametrize(
    ("old", "new", "key", "ground"),
    [
        ("base: alle", "base: svart", "statistikk.samarbeid.svar.base", "funnet"),
        ("politi: Politi", "politi: Politiet", "", "ukjent"),
        ("beskrivelse: tilbud som", "beskrivelse: de som", "", "ukjent"),
    ],
    ids=["how it is counted", "what a code is called", "what it is about"],
)
def test_a_declaration_is_the_cause_of_a_number_where_it_says_how_it_is_counted(pair, old, new, key, ground):
    declared = "statistikk:\n  samarbeid:\n    beskrivelse: tilbud som\n    svar:\n      base: alle\n"
    declared += "kodelister:\n  instans:\n    koder:\n      politi: Politi\n"
    for edition in (pair.old, pair.new):
        edition.write(DECLARED, declared)
    pair.old.build()
    pair.new.edit(DECLARED, old, new)

    def of_four(edition: SmallEdition) -> None:
        for name in ("tall.csv", "tabeller/instanser-maskin_p2020.csv"):
            edition.edit(f"results/2020/ut/utdata/{name}", ",2020,3,5,", ",2020,3,4,")

    pair.new.build(after=of_four)
    report = pair.report()
    (kept,) = report["holdt_seg"][:1]
    assert kept["tall"][0]["ny"].startswith("3 av 4")
    (table,) = report["tabeller"]
    assert causes(report, table) == ([("kodebok", DECLARED, f"nøkkelen «{key}»")] if key else [])
    assert table["grunnlag"] == ground


def test_a_statistic_that_is_gone_is_lost_data_and_one_in_a_table_of_its_own_is_the_same(pair):
    statistic = MODEL["samarbeid"]

    def own_table(edition: SmallEdition) -> None:
        """As editions are now: a table of each statistic."""
        rows = [row for _, _, _, row in read_numbers([edition.results / "ut/utdata/tall.csv"], MODEL)]
        (edition.results / "ut/utdata/tall.csv").unlink()
        edition.out("ut/utdata/samarbeid.csv", table_text(rows, statistic.contract, "samarbeid"))

    pair.new.build(after=own_table)
    report = pair.report()
    assert report["antall"] == {"tall": 0, "av": 2} and report["data"] == []
    (pair.new.results / "ut/utdata/samarbeid.csv").unlink()
    pair.new.build(after=lambda e: e.out("ut/utdata/tall.csv", table(TALL, [])))
    report = pair.report()
    (lost,) = (entry for entry in report["data"] if entry["hva"] == "tall")
    assert lost["gjelder"] == "samarbeid" and len(lost["tapt"]) == 2 and report["dom"].startswith("Data er tapt.")


def test_a_setting_is_found_by_its_key(pair):
    report = pair.after("config.yaml", "en@example.org", "to@example.org")
    assert report["paastander"] == []
    assert causes(report, report["tekst"][0]) == [("innstilling", "config.yaml", "nøkkelen «publikasjon.epost»")]
    assert ["ny", "to@example.org."] in [[kind, text.strip()] for kind, text in report["tekst"][0]["merket"]]


def test_a_setting_for_headline_points(pair):
    report = pair.after("config.yaml", "antall: 1", "antall: 0")
    (went,) = report["hovedpunkter"]["borte"]
    assert causes(report, went) == [("innstilling", "config.yaml", "nøkkelen «hovedpunkter.antall»")]


@pytest.mark.parametrize("kept", [True, False], ids=["both texts at hand", "hashes alone"])
def test_an_entry_of_the_lexicon(pair, kept):
    pair.new.edit(LEXICON, "nesten alle: 7/10", "nesten alle: 1/2")
    pair.new.build()
    if not kept:
        pair.forget()
    report = pair.report()
    ((slag, file, place),) = causes(report, sentence(report))
    assert (slag, file) == ("leksikon", LEXICON)
    assert place == ("linje 1" if kept else "")
    assert sentence(report)["grunnlag"] == ("funnet" if kept else "eneste mulige")
    assert sentence(report)["tall"] == []


@pytest.mark.parametrize("kept", [True, False], ids=["both texts at hand", "hashes alone"])
def test_a_line_of_a_template(pair, kept):
    file = "templates/nb/publikasjon.html.j2"
    pair.new.edit(file, "samarbeidet med", "hadde samarbeid med")
    pair.new.build()
    if not kept:
        pair.forget()
    report = pair.report()
    assert causes(report, sentence(report)) == [("mal", file, "linje 1" if kept else "")]
    assert sentence(report)["grunnlag"] == ("funnet" if kept else "eneste mulige")
    assert [part[0] for part in sentence(report)["merket"]] == ["lik", "borte", "ny", "lik"]


def test_code_is_the_cause_only_where_nothing_else_can_be(pair):
    report = pair.after("scripts/krisestat/pages/publication.py", "'.'", "' – det er alt.'")
    assert causes(report, sentence(report)) == [("kode", "scripts/krisestat/pages/publication.py", "")]
    assert sentence(report)["grunnlag"] == "eneste mulige"
    assert report["figurer"] == [] and report["tabeller"] == []


def test_code_that_draws_changes_the_figure_alone(pair):
    report = pair.after("scripts/krisestat/figures/charts.py", "100", "120")
    (figure,) = report["figurer"]
    assert causes(report, figure) == [("kode", "scripts/krisestat/figures/charts.py", "")] and not figure["samme_ramme"]
    assert report["paastander"] == [] and report["tekst"] == []


def test_two_possible_causes_are_both_told_as_possible(pair):
    pair.new.edit("scripts/krisestat/pages/publication.py", "'.'", "'!'")
    pair.new.edit("templates/nb/publikasjon.html.j2", "Skriv til", "Skriv  til")
    pair.new.build()
    pair.forget()
    report = pair.report()
    assert {slag for slag, *_ in causes(report, report["tekst"][0])} == {"mal", "kode"}
    assert report["tekst"][0]["grunnlag"] == "mulige"


def test_style_is_told_as_appearance(pair):
    report = pair.after("templates/felles/side.css", "margin: 0", "margin: 1px")
    assert causes(report, report["utseende"][0]) == [("stil", "templates/felles/side.css", "")]
    assert report["dom"] == "Ingen data er tapt. Ingen tall, setninger eller figurer er endret, men 1 fil er det."


def test_the_typesetting_of_the_pdf(tmp_path):
    pair = Pair(tmp_path)
    pair.old.build(after=lambda e: e.out("ut/publikasjon/publikasjon.pdf", "en"))
    pair.new.edit("scripts/krisestat/pages/publication.py", "punkt", "# om PDF-en\npunkt")
    pair.new.build(after=lambda e: e.out("ut/publikasjon/publikasjon.pdf", "to"))
    (entry,) = pair.report()["utseende"]
    assert entry["hva"] == "ombrekkingen" and entry["grunnlag"] == "ukjent", "no code of that stage differs"


def with_persons(count: int, shown_count: str, centre: str = "Senter 01", national: int = 0, stays: int = 9, **said):
    """What an edition has of persons: one centre's count, which may be hidden, and the sum. Parameters: `said`, of the
    row of the table as received."""

    def write(edition: SmallEdition) -> None:
        file = "data/raw/personer/personer_p2020.csv"
        row = {"aar": 2020, "senter": "S01", "kjonn": "kvinner", "opphav": "mottatt", "fil": file, "linje": 7} | said
        cells = []
        for n, (name, number) in enumerate({"beboere": count, "opphold": stays}.items(), 4):
            cells.append({"fil": file, "linje": 7, "kolonnenr": n, "kolonne": name.capitalize(), "verdi": number})
            own = table(MODEL[name].received, [row | {"verdi": number, "kolonne": name.capitalize()}])
            edition.out(f"klargjort/{name}.csv", own)
        edition.out("inndata/personer_p2020.csv", table(INNDATA, cells))
        rows = (
            f"2020,S01,{centre},alle,beboere,{shown_count},mottatt\n2020,,,alle,beboere,{national or count},,mottatt\n"
        )
        head = "aar,senter_id,senter,gruppe,maal,antall,status,opphav\n"
        edition.out("ut/utdata/personer.csv", head + rows)
        one_more_statement(edition, "antall-beboere-personer-2020", str(national or count), ["beboere/personer///2020"])
        edition.out("ut/utdata/tabeller/personer_p2020.csv", "Beboere. 2020. Antall\n")
        edition.out(
            "ut/utdata/tabeller/personer-maskin_p2020.csv",
            head + rows,
        )

    return write


def test_counts_of_persons_are_told_by_place_and_hidden_ones_never(pair):
    pair.old.build(after=with_persons(7, "7,"))
    pair.new.build(after=with_persons(2, ",undertrykt"))
    report = pair.report()
    (table,) = report["tabeller"]
    assert [(r["rad"], r["gammel"], r["ny"], r["differanse"]) for r in table["rader"]] == [
        ("beboere/2020", "7", "2", "−5"),
        ("beboere/senter=S01/2020", "skjult nå", "undertrykt", ""),
    ]
    row = ("raarad", "data/raw/personer/personer_p2020.csv", "linje 7, kolonne «Beboere»")
    assert causes(report, table) == causes(report, sentence(report)) == [row]
    assert sentence(report)["grunnlag"] == "funnet"
    assert sentence(report)["tall"] == [{"celle": "beboere/2020", "gammel": "7 (mottatt)", "ny": "2 (mottatt)"}]
    assert report["arsaker"][0]["gammel"] is report["arsaker"][0]["ny"] is None
    assert report["dom"].startswith("Ingen data er tapt. 2 av 4 tall og 1 setning er endret.")


POLICY, CENTRES = "data/raw/codebooks/konfidensialitet.yaml", "data/raw/register/sentre.csv"


@pytest.mark.parametrize("kept", [True, False], ids=["both texts at hand", "hashes alone"])
def test_thresholds_for_persons_hide_persons_and_change_no_count_of_services(pair, kept):
    for edition, count in ((pair.old, 3), (pair.new, 6)):
        edition.write(POLICY, f"institusjoner: {{}}\npersoner:\n  minste_antall: {count}\n")
    pair.old.build(after=with_persons(5, "5,"))
    pair.new.edit("data/raw/codebooks/instanser.csv", "politiet", "politiet ")
    pair.new.edit(RAW, "S04,Nei", "S04,Ja")
    pair.new.build(after=with_persons(5, ",undertrykt"))
    if not kept:
        pair.forget()
    report = pair.report()
    services, persons = sorted(report["tabeller"], key=lambda entry: entry["tabell"])
    row = ("raarad", RAW, "linje 5, kolonne «kv_politi»")
    assert causes(report, services) == causes(report, sentence(report)) == [row], "and no row that only names"
    assert causes(report, persons) == [("kodebok", POLICY, "nøkkelen «personer.minste_antall»" if kept else "")]
    assert persons["grunnlag"] == "eneste mulige"


def test_a_count_that_was_hidden_though_no_input_differs_is_unknown(pair):
    pair.old.build(after=with_persons(7, "7,"))
    pair.new.build(after=with_persons(7, ",undertrykt"))
    (entry,) = pair.report()["tabeller"]
    assert entry["grunnlag"] == "ukjent" and entry["arsaker"] == []


def test_the_causes_of_a_renamed_centre_are_its_rows_in_the_register(pair):
    for edition in (pair.old, pair.new):
        edition.write(CENTRES, "senter_id,navn,gyldig_fra,gyldig_til\nS01,Senter 01,2015,\nS02,Senter 02,2015,\n")
    pair.old.build(after=with_persons(7, "7,"))
    pair.new.edit(CENTRES, "S01,Senter 01,2015,\n", "S01,Senter 01,2015,2019\nS01,Senter Nord,2020,\n")
    pair.new.build(after=with_persons(7, "7,", "Senter Nord"))
    report = pair.report()
    (entry,) = report["tabeller"]
    (told,) = entry["rader"]
    assert (told["gammel"], told["ny"], told["differanse"]) == ("7 (Senter 01)", "7 (Senter Nord)", "")
    assert causes(report, entry) == [("register", CENTRES, "linje 2"), ("register", CENTRES, "linje 3")]
    assert entry["grunnlag"] == "funnet" and report["uten_virkning"] == []


SECRET = "7777"


def with_secret(shown_count: str, text: str):
    """An edition whose page, headline points and evidence say the count of one centre."""

    def write(edition: SmallEdition) -> None:
        with_persons(int(SECRET), shown_count, national=8880 + len(text))(edition)
        cells = ["beboere/personer/S01//2020"]
        one_more_statement(edition, "antall-i-senteret-2020", text, cells)
        page = edition.read("results/2020/ut/publikasjon/index.html")
        edition.out("ut/publikasjon/index.html", page.replace("</section>", f"<p>{text} i alt.</p></section>"))
        points = [{"id": "senter", "tekst": f"{text} i senteret", "tall": [{"celle": c} for c in cells]}]
        edition.out("hovedpunkter.json", json.dumps({"hovedpunkter": points}))

    return write


def test_what_is_hidden_now_is_told_in_no_form(pair):
    pair.old.build(after=with_secret(f"{SECRET},", SECRET))
    pair.new.build(after=with_secret(",undertrykt", "Noen"))
    report = pair.report()
    for form in (json_text(report), markdown(report, WORDS), html_of(pair, report)):
        assert SECRET not in form and "skjult" in form and "Noen i alt." in form


def with_drawing(said: str, hidden: bool = False):
    """An edition whose figure says something else than its sentences, and whose number may be hidden."""

    def write(edition: SmallEdition) -> None:
        svg = edition.read("results/2020/figurer/samarbeid.svg")
        edition.out("figurer/samarbeid.svg", svg.replace("3 av 5", said))
        rows = [row for row in edition.rows("results/2020/ut/utdata/tall.csv") if row["aar"] == "2020"]
        gone = {"antall": "", "base": "", "andel": "", "status": "undertrykt"} if hidden else {}
        edition.out("ut/utdata/tall.csv", table(TALL, [row | gone for row in rows]))

    return write


@pytest.mark.parametrize("known", [True, False], ids=["a figure of today", "one that is no more"])
def test_the_old_drawing_of_a_number_that_is_hidden_now_is_shown_in_no_form(pair, known, monkeypatch):
    if not known:
        monkeypatch.setitem(globals(), "shown", lambda *_: None)
    pair.old.build(after=with_drawing(SECRET))
    pair.new.build(after=with_drawing("3 av 5"))
    assert SECRET in html_of(pair, pair.report()) and SECRET in markdown(pair.report(), WORDS)
    pair.new.build(after=with_drawing(":", hidden=True))
    report = pair.report()
    for form in (json_text(report), markdown(report, WORDS), html_of(pair, report)):
        assert SECRET not in form and "skjult" in form


def test_a_row_of_persons_without_effect_is_listed(pair):
    pair.old.build(after=with_persons(7, ",undertrykt"))
    pair.new.build(after=with_persons(7, ",undertrykt", stays=8))
    report = pair.report()
    assert {c["sted"] for c in report["uten_virkning"]} == {"linje 7, kolonne «Opphold»"} and "9" not in str(
        report["uten_virkning"]
    )


def test_a_correction_of_a_number_of_persons_is_its_cause_and_is_not_told(pair):
    pair.old.build(after=with_persons(7, "7,"))
    pair.new.build(after=with_persons(8, "8,", rettelse="R9"))
    report = pair.report()
    assert causes(report, sentence(report)) == [("rettelse", "data/rettelser.yaml", "rettelse R9")]
    assert report["arsaker"][0]["gammel"] is report["arsaker"][0]["ny"] is None


FORM = "data/raw/avtaler/2020/a00{}.csv"


def with_agreements(count: int, *answers: str, read: str = ""):
    """What an edition has of agreements: the answer of each on one point, as received in `read` when that differs, and
    how many cover it."""

    def write(edition: SmallEdition) -> None:
        coded, cells = MODEL.kilder["avtaler"].contract, []
        for n, svar in enumerate(answers, 1):
            row = {"aar": 2020, "avtale": f"a00{n}", "lovgrunnlag": "iks", "sporsmaal": "punkt", "punkt": "bolig"}
            cells.append(row | {"svar": svar, "fil": FORM.format(n), "linje": 1, "kolonne": "bolig"})
        edition.out("klargjort/avtaler_p2020.csv", table(coded, cells))
        received = [
            {"fil": cell["fil"], "linje": 3, "kolonnenr": 1, "kolonne": "bolig.svar", "verdi": read or cell["svar"]}
            for cell in cells
        ]
        edition.out("inndata/avtaler_p2020.csv", table(INNDATA, received))
        row = {"indikator": "avtale_dekket", "gruppe": "avtaler", "instans": "bolig", "aar": 2020, "antall": count}
        edition.out("ut/utdata/avtaler.csv", table(TALL, [row | {"base": 2, "opphav": "mottatt"}]))
        cell = "avtalepunkt/punkt=bolig/dekning=dekket/2020"
        one_more_statement(edition, "antall-avtalepunkt-bolig-dekket-2020", str(count), [cell])

    return write


def test_a_count_of_agreements_is_followed_to_the_form_and_the_field(pair):
    pair.old.build(after=with_agreements(0, "mangler"))
    pair.new.build(after=with_agreements(1, "dekket"))
    report = pair.report()
    (cause,) = report["arsaker"]
    assert cause["tekst"] == f"{FORM.format(1)}, svaret på «bolig» er endret", "and not what it says"
    assert sentence(report)["arsaker"] == [cause["id"]] and sentence(report)["grunnlag"] == "funnet"
    assert sentence(report)["tall"][0]["ny"] == "1 av 2 (mottatt)" and report["antall"] == {"tall": 1, "av": 4}


def test_an_agreement_that_came_and_a_setting_of_the_checklist(pair):
    pair.old.build(after=with_agreements(0, "mangler"))
    pair.new.build(after=with_agreements(1, "mangler", "dekket"))
    assert causes(pair.report(), sentence(pair.report())) == [("raarad", FORM.format(2), "a002")]
    for edition, added in ((pair.old, "true"), (pair.new, "false")):
        edition.write("config.yaml", edition.read("config.yaml") + f"avtaler:\n  tillegg: {added}\n")
    pair.old.build(after=with_agreements(0, "mangler", read="det samme"))
    pair.new.build(after=with_agreements(1, "dekket", read="det samme"))
    assert causes(pair.report(), sentence(pair.report())) == [
        ("innstilling", "config.yaml", "nøkkelen «avtaler.tillegg»")
    ]


def test_running_text_of_the_other_pages(pair):
    def page(text: str):
        return lambda e: e.out(
            "ut/sjekkliste/index.html", f'<main><section id="punkter"><p>{text}</p></section></main>'
        )

    codebook = "data/raw/codebooks/instanser.csv"
    pair.new.edit(codebook, "politi,politiet\n", "politi,politiet\nskole,skolen\n")
    pair.old.build(after=page("Avtalen nevner politiet.</p><p>Last ned (606 byte)"))
    pair.new.build(after=page("Avtalen nevner politiet og skolen.</p><p>Last ned (39,4&nbsp;kB)"))
    (entry,) = pair.report()["tekst"]
    assert entry["seksjon"] == "punkter" and entry["merket"][-1] == ["ny", " politiet og skolen."]
    assert causes(pair.report(), entry) == [("kodebok", codebook, "linje 3")] and entry["grunnlag"] == "funnet"


def test_what_was_published_before_is_no_cause_of_a_number(pair):
    pair.new.edit(RAW, "S04,Nei", "S04,Ja")
    pair.new.write("publisert/2020/tall.csv", "en\n")
    pair.new.write("publisert/2020/personer.csv", "to\n")
    pair.new.build()
    report = pair.report()
    assert {slag for entry in report["arsaker"] for slag in [entry["slag"]]} == {"raarad"}
    pair.new.edit("templates/nb/publikasjon.html.j2", "Skriv til", "Fra utgaven: skriv til")
    report = pair.after(RAW, "S04,Ja", "S04,Nei")
    assert {slag for slag, *_ in causes(report, report["tekst"][-1])} == {"mal"}
    (record,) = [c for c in report["uten_virkning"] if c["slag"] == "publisert"]
    assert (record["fil"], record["gammel"], record["ny"]) == ("publisert/2020", None, "utgaven")


@pytest.mark.parametrize(
    ("stage", "file", "used"),
    [
        ("render", "scripts/krisestat/pages/publication.py", True),
        ("draw", "scripts/krisestat/pages/publication.py", False),
        ("render", "scripts/krisestat/comparison/report.py", False),
        ("render", "workflow/rules/compare.smk", False),
        ("render", "workflow/rules/render.smk", True),
        ("render", "workflow/schemas/endringer.schema.json", False),
        ("render", "scripts/krisestat/borte_naa.py", True),
        ("draw", "Snakefile", True),
    ],
)
def test_which_stage_uses_a_file_of_code(stage, file, used):
    assert command.used_by(stage, file) is used
    known = {path.stem for path in (PROJECT / "scripts/krisestat/stages").glob("*.py")}
    assert {stage for stages in STAGES.values() for stage in stages} <= known


def test_two_renderings_of_a_figure_are_told_as_one(tmp_path):
    pair = Pair(tmp_path)

    def narrow(edition: SmallEdition, width: int) -> None:
        svg = edition.read("results/2020/figurer/samarbeid.svg")
        edition.out("figurer/samarbeid-smal.svg", svg.replace("viewBox=", f'width="{width}" viewBox='))

    pair.old.build(after=lambda e: narrow(e, 1))
    pair.new.build(after=lambda e: narrow(e, 2))
    assert [f["figur"] for f in pair.report()["figurer"]] == ["samarbeid-smal"]
    pair.new.edit("scripts/krisestat/figures/charts.py", "100", "120")
    pair.new.build(after=lambda e: narrow(e, 2))
    assert [f["figur"] for f in pair.report()["figurer"]] == ["samarbeid"]


def test_changes_without_effect_are_listed(pair):
    pair.new.edit("scripts/krisestat/pages/publication.py", "punkt", "# en kommentar\npunkt")
    report = pair.after(RAW, "S02,Ja", "S02,Ja ")
    assert not report["lik"] and report["paastander"] == [] and report["arsaker"] == []
    told = {(c["slag"], c["sted"]) for c in report["uten_virkning"]}
    assert told >= {("kode", ""), ("raarad", "linje 3, kolonne «kv_politi»")}
    assert report["filer"] == [{"fil": "inndata/samarbeid_p2020.csv", "endring": "endret"}]


def test_a_number_that_moves_without_the_words_is_told_as_holding(pair):
    report = pair.after("data/raw/2019/samarbeid_p2019.csv", "S01,Ja", "S01,Nei")
    assert report["paastander"] == [] and report["antall"] == {"tall": 1, "av": 2}


def test_without_a_manifest_it_says_what_it_cannot_know(pair):
    pair.new.edit(RAW, "S04,Nei", "S04,Ja")
    report = pair.after("scripts/krisestat/pages/publication.py", "'.'", "'!'", manifest_too=False)
    assert "Den nye kjøringen har ikke manifest.json" in report["ikke_avgjort"][0]
    assert causes(report, sentence(report))[0][:2] == ("raarad", RAW), "the rows need no manifest"
    other = next(entry for entry in report["tekst"] if "Skriv" in str(entry["merket"]))
    assert other["arsaker"] == [] and other["grunnlag"] == "ukjent"
    assert "kunne årsaken ikke avgjøres" in report["dom"]


def test_last_year_and_this(tmp_path):
    """The year is a cause where years are read, and of nothing that has a nearer one."""
    pair = Pair(tmp_path)
    pair.old.edit("config.yaml", "aar: 2020", "aar: 2019")
    pair.old.write("config.yaml", pair.old.read("config.yaml").replace("foerste_aar: 2020", "foerste_aar: 2019"))
    template = "templates/nb/publikasjon.html.j2"
    pair.new.edit(template, "Skriv til", "Du kan skrive til")
    for edition in (pair.old, pair.new):
        edition.build()
    report = pair.report()
    changed, year = sentence(report), ("innstilling", "config.yaml", "nøkkelen «aar»")
    assert "2019" in changed["gammel"] and "2020" in changed["ny"], "the same question a year later is one sentence"
    assert causes(report, changed) == [year] and changed["grunnlag"] == "funnet"
    first, rewritten = report["tekst"]
    assert causes(report, first) == [year]
    assert causes(report, rewritten) == [("mal", template, "linje 2")] and rewritten["grunnlag"] == "funnet"
    pair.new.edit(template, "samarbeidet med", "hadde samarbeid med")
    pair.new.build()
    report = pair.report()
    assert causes(report, sentence(report)) == [year, ("mal", template, "linje 1")]


def test_a_row_that_only_moved_is_no_change_and_nothing_is_left_out(pair):
    centres = [f"S{n:03}" for n in range(300)]
    for edition in (pair.old, pair.new):
        edition.write("data/raw/register/tilbud.csv", "\n".join(["senter_id", *centres, ""]))
        edition.write(RAW, "\n".join(["senter,kv_politi", *(f"{c},Ja" for c in centres), ""]))
    pair.old.build()
    pair.new.write(RAW, "\n".join(["senter,kv_politi", *(f"{c},Ja" for c in reversed(centres)), ""]))
    report = pair.after("data/raw/codebooks/svarkoder.csv", "Ja,ja\nNei,nei\n", "Nei,nei\nJa,ja\n")
    assert report["dom"].startswith("Ingen data er tapt. Ingen tall, setninger")
    assert [c["tekst"] for c in report["uten_virkning"]] == [f"{RAW} er endret"]
    pair.new.write(RAW, pair.new.read(RAW).replace(",Ja", ",Ja "))
    pair.new.build()
    told = [c["sted"] for c in pair.report()["uten_virkning"] if c["slag"] == "raarad"]
    assert len(told) == 300 and told[0] == "linje 2, kolonne «kv_politi»"


def answer(**different) -> dict:
    same = {"kilde": "samarbeid", "aar": 2020, "senter": "S01", "tilbud": "menn", "sporsmaal": "samarbeid"}
    said = {
        "instans": "nav",
        "samarbeidsform": "",
        "svar": "ja",
        "fil": "a",
        "linje": 2,
        "kolonne": "k",
        "rettelse": "",
    }
    return same | said | {"rettelse": ""} | different


NAMED = {name: (name,) for name in ("senter", "instans", "samarbeidsform")}
NAMED["spørsmål"] = ("sporsmaal", "instans", "samarbeidsform", "tilbud")


@pytest.mark.parametrize(
    ("different", "lost"),
    [
        ({"sporsmaal": "forum", "instans": ""}, {("spørsmål", "forum menn")}),
        ({"instans": "politi"}, {("spørsmål", "samarbeid politi menn"), ("instans", "politi")}),
        ({"senter": "S02"}, {("senter", "S02")}),
        ({"tilbud": "kvinner"}, {("spørsmål", "samarbeid nav kvinner")}),
        ({"aar": 2019}, {("år", "2019")}),
        ({"svar": "ubesvart", "senter": "S02"}, set()),
    ],
    ids=["question", "partner", "centre", "service", "year", "what said nothing"],
)
def test_what_the_data_no_longer_speak_of_is_lost_though_there_are_as_many_rows(different, lost):
    old, new = ([answer(), answer(**{**different, **silent})] for silent in ({}, {"svar": "ubesvart"}))
    found = spoken_of("samarbeid", (old, new), NAMED, {"ubesvart"})
    assert {(entry["hva"], name) for entry in found for name in entry["tapt"]} == lost
    assert not spoken_of("samarbeid", (old, old), NAMED, {"ubesvart"})


def test_a_column_that_is_no_longer_read_is_the_codebooks_doing_and_no_quarantine(pair):
    unread = Change(
        "kodebok", "data/raw/codebooks/samarbeid_p2020.csv", rader=({"kolonne": "k"}, {"kolonne": "k", "b": "1"})
    )
    old, new, units = answer(), answer(svar="ikke_spurt", linje=0, kolonne=""), ("senter", "tilbud")
    read = respondent(old, units[:1])
    assert cause_of_answer(old, new, RawCells({}, {}), {}, True, {read}, units) == []
    assert coding([unread], old, new) == (unread,) and coding([unread], answer(kolonne="l"), new) == ()


def test_a_row_that_is_set_aside_is_lost_and_one_that_is_in_use_again_has_come(pair):
    old, new = answer(), answer(svar="ubesvart", linje=0, kolonne="")
    aside, back = (
        cause_of_answer(*two, RawCells({}, {}), {}, True, set(), ("senter",))[0] for two in ((old, new), (new, old))
    )
    assert aside.told() == "data/rettelser.yaml, raden i a, linje 2: «i bruk» → «i karantene»"
    assert back.told() == "data/rettelser.yaml, raden i a, linje 2: «i karantene» → «i bruk»"

    def with_one_aside(edition: SmallEdition) -> None:
        row = {"kontroll": "karantene", "gjelder": f"{RAW}, linje 5", "eksempler": "K1: S04"}
        edition.out("klargjort/kontroller_p2020.csv", table(KVALITET, [row]))

    for first, then, counts, part in (("old", "new", (1, 0), "nye"), ("new", "old", (0, 1), "tapt")):
        getattr(pair, first).build(after=with_one_aside)
        getattr(pair, then).build(after=lambda e: e.out("klargjort/kontroller_p2020.csv", table(KVALITET, [])))
        report = pair.report()
        (told,) = report["data"]
        assert (told["hva"], told["gammel"], told["ny"]) == ("rader i karantene", *counts)
        assert told[part] == [f"{RAW}, linje 5: K1: S04"] and not told["nye" if part == "tapt" else "tapt"]
        assert report["dom"].startswith("Data er tapt." if part == "tapt" else "Ingen data er tapt.")


# -- what reviewers have accepted

WORD, COUNT = "mengde-samarbeid-kvinner-politi-2020", "av-samarbeid-kvinner-politi-2020"
NOW = "Nesten alle tilbud samarbeidet med politiet i 2020 (4 av 5)."


def acceptances(*ids: str, text: str = NOW) -> list[dict]:
    return [{"id": id, "hash": freeze.text_hash(text), "av": "Kari", "dato": "2026-11-30"} for id in ids]


def marks(report: dict) -> dict[str, bool | None]:
    return {s["id"]: s["godkjent"] for s in sentence(report)["paastander"]}


def test_what_nobody_has_accepted_is_counted_and_marked(pair):
    report = pair.after(RAW, "S04,Nei", "S04,Ja")
    assert report["dom"].endswith("Ingen av 2 endrede påstander er godkjent, for data/signaturer.yaml finnes ikke.")
    assert WORDS["gjennomgang"]["mangler"] in html_of(pair, report) and not report["gjennomgang"]["fil"]
    report = pair.report(acceptances(WORD))
    assert report["dom"].endswith("1 av 2 endrede påstander er ikke godkjent.")
    assert marks(report) == {COUNT: False, WORD: True}
    (left,) = report["gjennomgang"]["ikke_godkjent"]
    assert (left["id"], left["ny"]) == (COUNT, NOW) and "3 av 5" in left["gammel"]
    html, text = html_of(pair, report), markdown(report, WORDS)
    line = f'- {{id: {COUNT}, hash: "{left["hash"]}", av: …, dato: …}}'
    assert line in text and line.replace('"', "&#34;") in html
    assert html.count(">ikke godkjent<") == html.count(">godkjent<") == 1 and f"Ikke godkjent: {COUNT}\n" in text
    done = pair.report(acceptances(WORD, COUNT))
    assert done["dom"].endswith("Alle 2 endrede påstander er godkjent.")
    assert WORDS["deler"]["gjennomgang"] not in html_of(pair, done) + markdown(done, WORDS)


def test_an_acceptance_of_another_text_or_another_statement_does_not_count(pair):
    pair.after(RAW, "S04,Nei", "S04,Ja")
    other = [*acceptances(WORD, text=NOW.replace("4", "5")), *acceptances("noe-annet")]
    assert marks(pair.report(other)) == {COUNT: False, WORD: False}


def test_a_text_that_was_published_needs_no_acceptance(pair):
    pair.after(RAW, "S04,Nei", "S04,Ja")
    published = freeze.short_statements(pair.runs()[1].statements, (2019, 2020))
    assert pair.report([], {COUNT: published[COUNT]})["gjennomgang"]["ikke_godkjent"][0]["id"] == WORD


def test_a_statement_that_is_gone_is_neither_accepted_nor_not(pair):
    pair.old.build(after=one_more_statement)
    report = pair.report()
    assert marks(report) == {"antall-forum-2020": None} and report["gjennomgang"]["endret"] == 0
    assert "godkjent" not in report["dom"]


def one_more_statement(
    edition: SmallEdition, id: str = "antall-forum-2020", text: str = "Ni", cells: list[str] | None = None
) -> None:
    path = edition.results / "etterproving/paastander.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    place = data["paastander"][0]["steder"][0] | {"seksjon": "fora", "setning": f"{text} i alt."}
    more = data["paastander"][0] | {"id": id, "tekst": text, "steder": [place], "celler": cells or []}
    path.write_text(json.dumps(data | {"paastander": [*data["paastander"], more]}), encoding="utf-8")


def test_the_command_reads_the_review_of_the_project_that_it_is_given(pair, tmp_path, capsys, monkeypatch):
    (tmp_path / "her").mkdir()
    for name in ("data", "templates", "workflow"):
        (tmp_path / "her" / name).symlink_to(PROJECT / name)
    monkeypatch.chdir(tmp_path / "her")

    def told() -> str:
        return json.loads((tmp_path / "ut/endringer.json").read_text(encoding="utf-8"))["dom"]

    pair.after(RAW, "S04,Nei", "S04,Ja")
    (tmp_path / "config.yaml").write_text(pair.new.read("config.yaml"), encoding="utf-8")
    folders = [str(pair.old.results), str(pair.new.results), "--ut", str(tmp_path / "ut"), "--prosjekt", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["krisestat", "sammenlign", *folders])
    assert main() == 1
    assert "for data/signaturer.yaml finnes ikke" in told()
    lines = "\n".join(f"- {json.dumps(entry)}" for entry in acceptances(WORD, COUNT))
    register = tmp_path / "data/signaturer.yaml"
    register.parent.mkdir()
    register.write_text(f"godkjent:\n{lines}\nbekreftet: []\n", encoding="utf-8")
    assert main() == 1
    assert "Alle 2 endrede påstander er godkjent." in told()
    register.write_text("godkjent: ja\nbekreftet: []\n", encoding="utf-8")
    (tmp_path / "ut/endringer.json").unlink()
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "data/signaturer.yaml" in capsys.readouterr().err and not (tmp_path / "ut/endringer.json").exists()


# -- what cannot be compared


def faults(open_: Callable[[], object]) -> str:
    with pytest.raises(Problems) as caught:
        open_()
    text = str(caught.value)
    assert all(part in text for part in ("Fant:", "Ventet:", "Gjør:"))
    return text


def test_folders_that_are_not_editions(pair, tmp_path):
    assert "ingen mappe" in faults(lambda: open_run(tmp_path / "finnes-ikke", PROJECT))
    assert "en fil" in faults(lambda: open_run(pair.old.results / "config.yaml", PROJECT))
    (pair.old.results / "hovedpunkter.json").unlink()
    assert "uten hovedpunkter.json" in faults(lambda: open_run(pair.old.results, PROJECT))


def test_what_lies_beside_an_edition_is_not_compared(pair):
    """Nor held against a manifest from before it lay beside."""
    pair.old.build(after=lambda edition: edition.out("avtaler/a001.html", "<p>En rapport"))
    (pair.old.results / "avtaler/a001.html").unlink()
    assert pair.report()["lik"]


def test_an_output_or_a_manifest_edited_by_hand(pair):
    table = pair.new.results / "ut/utdata/tall.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",3,", ",5,"), encoding="utf-8")
    assert "ikke slik den ble bygget" in faults(lambda: open_run(pair.new.results, PROJECT))
    manifest = pair.old.results / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"byte": ', '"byte": 1', 1), encoding="utf-8")
    assert "kontrollsum" in faults(lambda: open_run(pair.old.results, PROJECT))
    manifest.write_text('{"skjema": "krisestat-manifest-9"}', encoding="utf-8")
    assert "krisestat-manifest-1" in faults(lambda: open_run(pair.old.results, PROJECT))
    manifest.write_text("{", encoding="utf-8")
    assert "ikke er JSON" in faults(lambda: open_run(pair.old.results, PROJECT))


def test_other_schemas_years_and_languages(pair):
    def without_a_column(edition):
        path = edition.results / "ut/utdata/tall.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("base", "grunnlag"), encoding="utf-8")

    pair.new.build(after=without_a_column)
    assert "annen versjon av Krisestat" in faults(pair.report)
    pair.new.edit("config.yaml", "aar: 2020\nfoerste_aar: 2019\nspraak: nb", "aar: 2020\nfoerste_aar: 2019\nspraak: nn")
    pair.new.build()
    old, new = pair.runs()
    assert "samme målform" in faults(lambda: check_comparable(old, new))
    new.config.update(foerste_aar=2030, aar=2031, spraak="nb")
    assert "ett år felles" in faults(lambda: check_comparable(old, new))


# -- the reports


HOSTILE = "<script>alert(1)</script> @alle [x](javascript:y) `| **"


def hostile_report(pair) -> dict:
    pair.new.edit("templates/nb/publikasjon.html.j2", "Skriv til", HOSTILE.replace("{", ""))
    pair.new.edit("data/raw/codebooks/instanser.csv", "politiet", '"<img src=x onerror=alert(1)>"')
    return pair.after(RAW, "S04,Nei", "S04,Ja")


def html_of(pair, report) -> str:
    return command.page(report, *pair.runs(), PROJECT / "templates", "p{}", WORDS)


def test_hostile_text_is_only_text(pair):
    report = hostile_report(pair)
    html, text = html_of(pair, report), markdown(report, WORDS)
    for danger in ("<script", "<img", "onerror=alert(1)>"):
        assert danger not in html.replace("&lt;", ""), danger
    assert "&lt;script&gt;" in html and "<script" not in text and "<img" not in text
    assert "@alle" not in text and "[x](" not in text
    assert "default-src &#39;none&#39;" in html


def test_a_drawing_can_neither_run_nor_fetch():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" viewBox="0 0 1 1" onload="a()">'
        '<script>a()</script><style>*{}</style><a x:href="javascript:a()"><text>b</text></a>'
        '<image x:href="http://h/"/><rect id="i" fill="url(http://h/)" onclick="a()" width="1"/><text>«c»</text></svg>'
    )
    shown = drawings.bare_drawing(svg)
    assert not re.search(r"script|style|href|url|on\w+=|id=|image", shown)
    assert drawings.texts(shown) == ["«c»"] and 'width="1"' in shown
    bomb = '<!DOCTYPE s [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    assert drawings.bare_drawing(bomb) == drawings.bare_drawing("<svg") == drawings.bare_drawing("<html/>") == ""


def test_the_markdown_is_cut_with_a_clear_line_between_lines(pair):
    report = pair.after(RAW, "S04,Nei", "S04,Ja")
    assert "Kuttet" not in markdown(report, WORDS)
    many = copy.deepcopy(report)
    many["tekst"] = report["tekst"] * 2000
    many["filer"] = [{"fil": f"fil-{n}", "endring": "ny"} for n in range(5000)]
    text = markdown(many, WORDS)
    assert LIMIT - 2000 < len(text) < LIMIT and text.count("<details>") == text.count("</details>") > 0
    left = [int(n.replace("\xa0", "")) for n in re.findall(r"Kuttet her:\*\* ([\d\xa0]+) av [25]\xa0000 fikk", text)]
    assert left == [2000 - text.count(redline(report["tekst"][0]["merket"])) + 1, 5000 - text.count("`fil-")]
    (figure,) = report["figurer"]
    after = text[text.index("### Figurer") :]
    assert f"- {figure['figur']} (borte: 3 av 5; ny: 4 av 5)\n  - {CELL}/2020: 3 av 5" in after
    assert f"  - Årsak: {RAW}, linje 5" in after[: after.index("### Løpende")]
    assert (
        markdown(report | {"tekst": [report["tekst"][0] | {"merket": [["ny", "x" * LIMIT]]}]}, WORDS).count("1 av 1")
        == 1
    )


def test_the_reports_are_the_same_every_time(pair):
    report = pair.after(RAW, "S04,Nei", "S04,Ja")
    again = pair.report()
    assert json_text(report) == json_text(again)
    assert html_of(pair, report) == html_of(pair, again) and markdown(report, WORDS) == markdown(again, WORDS)
    assert str(pair.old.root) not in json_text(report) + html_of(pair, report)


def test_the_page_says_the_parts_in_order(pair):
    pair.new.edit("templates/felles/side.css", "margin: 0", "margin: 1px")
    pair.new.edit("data/raw/register/tilbud.csv", "S05\n", "")
    report = pair.after(RAW, "S04,Nei", "S04,Ja")
    html, text = html_of(pair, report), markdown(report, WORDS)
    titles = [WORDS["deler"][part] for part in WORDS["deler"] if report.get(part) and any(report[part])]
    assert len(titles) >= 7
    for page in (html, text):
        places = [page.index(title) for title in titles]
        assert places == sorted(places) and page.index(report["dom"][:20]) < places[0]
    assert "<ins>" in html and "<del>" in html and 'class="lag"' in html


def test_marked_words_read_as_either_text():
    old, new = "Alle samarbeidet med NAV i 2019.", "Nesten alle samarbeidet med NAV og politiet."
    parts = marked(old, new)
    assert "".join(t for kind, t in parts if kind != "ny") == old
    assert "".join(t for kind, t in parts if kind != "borte").strip() == new
    assert redline([("lik", "a"), ("borte", " b"), ("ny", " <c>")]) == "a <del>b</del> <ins>&lt;c&gt;</ins>"
    assert safe("a\n# b") == "a \\# b"


def test_blocks_of_a_page():
    page = '<main><section id="a"><h2>En</h2><p>To&nbsp;<b>tre</b></p><svg><text>x</text></svg>'
    page += "<table><tr><td>1</td></tr></table></section>"
    page += '<section id="etterproving"><section><p>nei</p></section></section><p>Slutt</p></main>'
    assert blocks_of(page) == [("a", "En"), ("a", "To tre"), ("", "Slutt")]
    assert changed_blocks([("a", "En to tre")], [("a", "Ny"), ("a", "En to fire")]) == [
        ("a", "En to tre", "En to fire"),
        ("a", None, "Ny"),
    ]
