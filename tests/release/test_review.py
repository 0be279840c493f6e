"""Freezing an edition, and what is left to look at before it may be published."""

import io
import json
import shutil
from collections import Counter

import pytest

from krisestat.base.errors import Problems
from krisestat.build.inventory import published_tables
from krisestat.model.quality import Check
from krisestat.model.signatures import FILE, add_lines, load_signatures, written
from krisestat.release import freeze, publish, review
from krisestat.statements.record import question
from krisestat.statements.units import BY_ALL, Unit
from tests.support.project import PROJECT, Workspace
from tests.support.results import EVIDENCE, TABLES, built, statement

KARI = '- {id: a, hash: "0123456789ab", av: Kari Nordmann, dato: 2026-11-30}'


@pytest.fixture
def edition(workspace) -> Workspace:
    shutil.copy(PROJECT / "config.yaml", workspace.root)
    workspace.edit(FILE.as_posix(), lambda text: written(text, []))  # nothing is signed
    built(workspace.root)
    return workspace


def accept(edition: Workspace, *lines: str) -> None:
    text = "\n".join(["godkjent:", *lines, "bekreftet: []"])
    (edition / "data/signaturer.yaml").write_text(f"{text}\n", encoding="utf-8")


def signed(id: str, text: str) -> str:
    return review.acceptance(id, text).replace("av: …, dato: …", "av: Kari Nordmann, dato: 2026-11-30")


def test_the_record_is_text_without_answers_and_beside_it_lies_what_goes_out(edition):
    """Of an edition that has the fact sheets, their numbers and the list of them too."""
    sheets = ("faktaark/utdata/faktaark-tall.csv", "ut/faktaark/faktaark.json", "ut/faktaark/senter-s01.html")
    for path in (edition / "results/2020" / name for name in sheets):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a\n", encoding="utf-8")
    built(edition.root)
    assert freeze.run("2020", edition.root).startswith("publisert/2020: 37 filer, fra en mappe uten git.")
    folders = [edition / name for name in ("publisert/2020", "results/2020")]
    kept, made = ({p.relative_to(one).as_posix() for p in one.rglob("*.*")} for one in folders)
    out = {name for name in made if name.startswith("ut/")}
    assert kept - out == {
        *("config.yaml", "faktaark/faktaark.json", "faktaark/utdata/faktaark-tall.csv", "hovedpunkter.json"),
        *("manifest.json", "paastander.json", "rettelser-publisert.yaml", "tabeller/instanser_p2020.csv"),
        *(f"{name}.csv" for name in TABLES),
    }
    assert out <= kept and all((folders[0] / name).read_bytes() == (folders[1] / name).read_bytes() for name in out)
    assert published_tables(str(edition.root)) == sorted(
        f"publisert/2020/{name}" for name in kept - out if name.endswith(".csv")
    )
    short = json.loads((edition / "publisert/2020/paastander.json").read_text(encoding="utf-8"))
    assert list(short) == ["a", "b"] and short["a"]["tekst"] == "Tittel | Tekst"


def test_freezing_again_changes_nothing(edition):
    freeze.run("2020", edition.root)
    assert freeze.run("2020", edition.root) == "publisert/2020 er allerede slik."


def test_nothing_is_written_or_taken_away_through_a_link(edition):
    (edition / "publisert").mkdir()
    (edition / "publisert/2020").symlink_to(edition / "data")
    before = sorted((edition / "data").rglob("*"))
    freeze.run("2020", edition.root)
    assert sorted((edition / "data").rglob("*")) == before and not (edition / "publisert/2020").is_symlink()


def test_results_that_were_edited_are_not_frozen(edition):
    edition.edit("results/2020/hovedpunkter.json", lambda t: t + " ")
    with pytest.raises(Problems, match="ikke slik den ble bygget"):
        freeze.run("2020", edition.root)
    assert not (edition / "publisert").exists()


def test_a_record_is_not_replaced_by_other_numbers_without_an_explanation(edition):
    freeze.run("2020", edition.root)
    old = "2020,kvinner,politi,42,43,1,"
    assert old in TABLES["samarbeid"]
    built(edition.root, samarbeid=TABLES["samarbeid"].replace(old, "2020,kvinner,politi,41,43,2,"))
    with pytest.raises(Problems, match="verdi 42, nei 1, som er publisert"):
        freeze.run("2020", edition.root)


def test_a_record_is_not_replaced_by_other_persons_without_an_explanation(edition):
    freeze.run("2020", edition.root)
    old = "2020,landet,alle,1668,"
    assert old in TABLES["beboere"]
    built(edition.root, beboere=TABLES["beboere"].replace(old, "2020,landet,alle,1667,"))
    with pytest.raises(Problems, match=r"beboere\.csv, beboere/2020\n.*verdi 1667"):
        freeze.run("2020", edition.root)


def test_a_file_that_the_edition_no_longer_has_leaves_the_record(edition):
    freeze.run("2020", edition.root)
    (edition / "publisert/2020/tabeller/gammel_p2020.csv").touch()
    freeze.run("2020", edition.root)
    assert not (edition / "publisert/2020/tabeller/gammel_p2020.csv").exists()


def test_what_is_left_to_accept(edition):
    first = review.run("2020", edition.root)
    assert first.base == "" and list(first.statements) == ["a", "b"], "nothing of the first edition was read before"
    freeze.run("2020", edition.root)
    assert review.run("2020", edition.root).left == 0
    built(edition.root, [statement("a", "Tittel", "Tekst"), statement("b", "Ny."), statement("c", "Enda en.")])
    found = review.run("2020", edition.root)
    left = found.statements
    assert found.base == "2020" and left["c"] == ("", "Enda en.") and left["b"][1] == "Ny." and list(left) == ["b", "c"]
    accept(edition, signed("b", "Ny."))
    assert list(review.run("2020", edition.root).statements) == ["c"]
    accept(edition, signed("b", "Ny."), signed("c", "En annen tekst."))
    assert list(review.run("2020", edition.root).statements) == ["c"], "an acceptance is of one text"


@pytest.mark.parametrize(("said", "left"), [("j\nj\n", []), ("\nj\n", ["a"]), ("q\n", ["a", "b"])])
def test_what_somebody_says_yes_to_is_written_and_nothing_else(edition, monkeypatch, said, left):
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    accepted, confirmed = review.asked(review.run("2020", edition.root), '"Kari: Nordmann"', "2026-11-30")
    add_lines(edition / FILE, {"godkjent": accepted, "bekreftet": confirmed})
    assert list(review.run("2020", edition.root).statements) == left
    assert load_signatures(edition / FILE, edition.root).eksempel == ["Eksempelredaksjonen"]


def test_a_warning_is_confirmed_with_a_reason_that_the_register_takes(edition, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('j\nTre "nye" er meldt.\n\n'))
    warnings = [Check("andel mot i fjor", gjelder, 2) for gjelder in ("2020 forum", "2020 samarbeid")]
    left = review.Review("", {}, warnings, Counter(), [])
    add_lines(edition / FILE, {"bekreftet": review.asked(left, "Kari", "2026-11-30")[1]})
    told = {one["gjelder"]: one["grunn"] for one in load_signatures(edition / FILE, edition.root).bekreftet}
    assert told["2020 forum"] == 'Tre "nye" er meldt.' and "2020 samarbeid" not in told and "2018" in told


def test_what_is_signed_is_accepted_by_another_and_an_example_is_never_enough_for_received_numbers(edition):
    def signs(**more):
        row = {"hash": "0123456789ab", "fil": "templates/nb/tekst.html.j2", "sted": "linje 3", "tekst": "Alt går bra."}
        row |= {"signeres": "enkeltvis", "grunn": "Slik er det.", "av": "Kari Nordmann", "eksempel": False, **more}
        path = edition / "results/2020/etterproving/belegg.json"
        path.write_text(json.dumps({"paastander": [], "signert": [row | {"dato": "2026-11-30"}]}), encoding="utf-8")

    signs()
    found = review.run("2020", edition.root)
    assert found.statements == {"signert-0123456789ab": ("", "Alt går bra.")} and not found.examples
    accept(edition, signed("signert-0123456789ab", "Alt går bra."))
    found = review.run("2020", edition.root)
    assert list(found.statements) == ["signert-0123456789ab"], "who signed does not accept"
    assert "som bare den som signerte, har godkjent" in str(review.problems("2020", found).problems[-1])
    signs(av="Ola Nordmann")
    assert review.run("2020", edition.root).left == 0
    one, other = (
        {"hash": hash, "fil": "a", "tekst": f"Alt går{how} bra."} for hash, how in (("01", ""), ("02", " svært"))
    )
    before, now = (freeze.short_statements({"paastander": [], "signert": [row]}, (2015, 2020)) for row in (one, other))
    assert review.changed_statements(now, before) == {"signert-02": ("Alt går bra.", "Alt går svært bra.")}
    signs(av="Ola Nordmann", eksempel=True)
    assert not review.run("2020", edition.root).examples, "reconstructed numbers are an example too"
    edition.edit("results/2020/ut/utdata/samarbeid.csv", lambda text: text.replace(",rekonstruert\n", ",mottatt\n"))
    found = review.run("2020", edition.root)
    assert found.examples == ("Ola Nordmann",) and found.left == 1
    assert "signert av Ola Nordmann, som er et eksempel" in str(review.problems("2020", found).problems[0])


@pytest.mark.parametrize("product", ["sjekkliste", "avtalerapport", "faktaark", "nettsted"])
def test_what_is_signed_in_every_product_is_there_to_be_accepted(edition, product):
    unit = Unit(f"templates/nb/{product}.html.j2", 1, "linje 1", "nb", "avsnitt", BY_ALL, "Alt går bra.")
    path = edition / unit.fil
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<p>Alt går bra.</p>", encoding="utf-8")
    built(edition.root, inputs=[unit.fil])
    head = {"fil": unit.fil, "spraak": "nb", "signeres": BY_ALL, "grunn": "Slik er det.", "av": "Ola"}
    signed = head | {"dato": "2026-11-30", "setninger": {unit.hash: unit.tekst}}
    (edition / FILE).write_text(written("godkjent: []\nbekreftet: []\n", [signed]), encoding="utf-8")
    assert review.run("2020", edition.root).statements[f"signert-{unit.hash}"] == ("", "Alt går bra.")
    path.write_text("<p>Alt går bra.</p> ", encoding="utf-8")  # another file than the one that the edition is made from
    assert f"signert-{unit.hash}" not in review.run("2020", edition.root).statements


def short(serie: tuple[int, int], *statements: dict) -> dict:
    return freeze.short_statements({"paastander": statements}, serie)


def test_the_same_question_in_the_next_edition_is_known_again():
    before = short(
        (2015, 2020),
        statement("av-forum-kvinner-2020", "32 av 43."),
        statement("av-forum-menn-2020", "Uendret."),
        statement("periode-forum-2015.2020", "I 2015–2020."),
        statement("base-kvinner-2020", "Alle (43)."),
        statement("base-kvinner-2020-2", "Begge (43)."),
        statement("baser-menn-2020.2019", "39 i 2020 og 41 i 2019."),
        statement("antall-kommuner-2019-2", "I 2019 var det 231."),
    )
    now = short(
        (2015, 2021),
        statement("av-forum-kvinner-2021", "33 av 44."),
        statement("av-forum-menn-2021", "Uendret."),
        statement("periode-forum-2015.2021", "I 2015–2021."),
        statement("base-kvinner-2021", "Foran (44)."),
        statement("base-kvinner-2021-2", "Alle (43)."),
        statement("base-kvinner-2021-3", "Begge (44)."),
        statement("baser-menn-2021.2020", "40 i 2021 og 39 i 2020."),
        statement("av-nytt-2021", "Ny."),
        statement("antall-kommuner-2019", "I 2019 var det 231."),
    )
    assert review.changed_statements(now, before) == {
        "av-forum-kvinner-2021": ("32 av 43.", "33 av 44."),
        "av-nytt-2021": ("", "Ny."),
        "base-kvinner-2021": ("", "Foran (44)."),
        "base-kvinner-2021-3": ("Begge (43).", "Begge (44)."),
        "baser-menn-2021.2020": ("39 i 2020 og 41 i 2019.", "40 i 2021 og 39 i 2020."),
        "periode-forum-2015.2021": ("I 2015–2020.", "I 2015–2021."),
    }


@pytest.mark.parametrize(
    ("id", "asked"),
    [
        ("av-forum-kvinner-2020", "av-forum-kvinner-0"),
        ("endring-forum-2020.2019-12", "endring-forum-0.-1"),
        ("periode-samarbeid-2015.2020", "periode-samarbeid-f.0"),
        ("hyppighet-alle-3", "hyppighet-alle"),
        ("hyppighet-alle", "hyppighet-alle"),
    ],
)
def test_a_question_is_told_without_the_edition(id, asked):
    assert question(id, (2015, 2020)) == asked


@pytest.mark.parametrize("damaged", ["{", "[]", '{"a": {"tekst": "b"}}', '{"a": 1}'])
def test_a_record_of_statements_that_was_edited(edition, damaged):
    freeze.run("2020", edition.root)
    (edition / "publisert/2020/paastander.json").write_text(damaged, encoding="utf-8")
    with pytest.raises(Problems, match=r"(?s)publisert/2020/paastander\.json.*Fant:.*Ventet:.*Gjør:"):
        review.run("2020", edition.root)


def test_without_the_file_nothing_is_accepted(edition):
    freeze.run("2020", edition.root)
    built(edition.root, [statement("a", "Tittel", "Tekst"), statement("b", "Ny.")])
    (edition / "data/signaturer.yaml").unlink()
    assert list(review.run("2020", edition.root).statements) == ["b"]


def test_an_edition_is_held_against_the_same_year_or_the_last_before_it():
    assert freeze.last_published("2021", ["2019", "2020", "2020-nn"]) == "2020"
    assert freeze.last_published("2020-nn", ["2019-nn", "2020", "2021-nn"]) == "2019-nn"
    assert freeze.last_published("2018", ["2019"]) == freeze.last_published("2020-nn", ["2020"]) == ""


def test_each_written_standard_has_its_own_record_and_review(edition):
    freeze.run("2020", edition.root)
    built(edition.root, spraak="nn")
    (edition / "results/2020").rename(edition / "results/2020-nn")
    assert review.run("2020-nn", edition.root).base == ""
    assert freeze.run("2020-nn", edition.root).startswith("publisert/2020-nn: 33 filer")
    assert review.run("2020-nn", edition.root).base == "2020-nn"


def test_spaces_do_not_make_another_text():
    assert freeze.text_hash("42\u00a0av\n 43") == freeze.text_hash("42 av 43") != freeze.text_hash("42 av 44")


@pytest.mark.parametrize(
    ("kind", "lines", "told"),
    [
        ("godkjent", "- {id: a, hash: 123456789012, av: Kari, dato: 2026-11-30}", "i anførselstegn"),
        ("godkjent", "- {id: a, hash: '0123456789ab', dato: 2026-11-30}", "ingen nøkkel «av»"),
        ("godkjent", "- {id: a, hash: '0123456789ab', av: Kari, dato: i dag}", "en dato som"),
        ("godkjent", "- {id: a, hash: '0123456789ab', av: Kari, datoo: 2026-11-30}", "mente du «dato»?"),
        ("godkjent", f"{KARI}\n{KARI.replace('11-30', '12-01')}", "«a, 0123456789ab» en gang til (først på linje 2)"),
        ("bekreftet", "- {kontroll: svar, gjelder: 2020, grunn: Ti tegn og mer, av: Kari, dato: 2026-11-30}", "i anf"),
        ("bekreftet", "- {kontroll: svar, gjelder: '2020', grunn: …, av: …, dato: 2026-11-30}", "minst ti tegn"),
    ],
)
def test_each_fault_of_the_register_is_told(edition, kind, lines, told):
    other = "bekreftet" if kind == "godkjent" else "godkjent"
    (edition / "data/signaturer.yaml").write_text(f"{kind}:\n{lines}\n{other}: []\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        review.run("2020", edition.root)
    assert told in str(caught.value)


def test_the_register_is_sorted_and_nothing_in_it_is_lost(edition):
    other = KARI.replace("id: a", "id: b")
    accept(edition, other, KARI)
    publish.listing("2020", edition.root)
    text = (edition / "data/signaturer.yaml").read_text(encoding="utf-8")
    assert text == f"godkjent:\n{KARI}\n{other}\nbekreftet: []\n"
    accept(edition, other, "# Lest i møtet.", KARI)
    text = (edition / "data/signaturer.yaml").read_text(encoding="utf-8")
    publish.listing("2020", edition.root)
    assert (edition / "data/signaturer.yaml").read_text(encoding="utf-8") == text, "a remark stays where it stands"


def test_a_sentence_that_was_published_under_another_id_needs_no_new_acceptance(edition):
    """Ids follow what is asked, and are others once statistics are named in another way."""
    freeze.run("2020", edition.root)
    built(
        edition.root,
        [statement("a", "Tittel", "Tekst"), statement("b-med-nytt-navn", EVIDENCE[0]["steder"][0]["setning"])],
    )
    assert review.run("2020", edition.root).left == 0
