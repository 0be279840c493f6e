"""The audit: a number that must be hidden is found in every kind of file, and what may be published passes."""

import base64
import io
import json
from pathlib import Path

import pytest
import xlsxwriter

from krisestat.audit import secrets
from krisestat.base.errors import Problems
from krisestat.formats.csv_files import csv_files
from krisestat.model import disclosure
from krisestat.model.cubes import cube_files
from krisestat.tables.build import build_tables
from tests.support.disclosure import POLICY, centres
from tests.support.downloads import MODEL
from tests.support.model import edition_texts
from tests.support.project import PROJECT
from tests.support.stages import run

# S01 is small; S02 has two men among its residents; S03 must be hidden with S01, or S02 must.
TRUTH = centres((15, 18, 0, 0), (40, 57, 2, 3), (31, 44, 4, 5), (61, 73, 7, 9))
PUBLIC = disclosure.disclose(MODEL, TRUTH, POLICY)
STAYS = "ut/utdata/opphold.csv"
WORDS = edition_texts()
HIDDEN = 18  # stays at S01, «Senter 01»


def pdf(body, **options):
    from weasyprint import HTML

    return HTML(string=f"<html lang=nb><title>t</title><body>{body}").write_pdf(pdf_tags=True, **options)


def numbers(cubes, folder="ut/utdata"):
    """The files of the numbers of persons."""
    files = [Path(folder, f"{name}.csv") for name in ("beboere", "opphold")]
    return {path.as_posix(): text.encode() for path, text in cube_files(MODEL, cubes, files).items()}


def edition():
    """The files of a small edition that reveals nothing."""
    rows, files, tables = [], numbers(PUBLIC), build_tables(MODEL, PUBLIC, WORDS, "nb", 2020)
    csv = csv_files(tables, Path("ut/utdata/tabeller"), 2020, "")
    files |= {path.as_posix(): text.encode() for path, text in csv.items()}
    for table in tables:
        for line in table.blocks[0].lines:
            cells = "".join(f"<td>{cell.text}</td>" for cell in line.cells)
            rows.append(f"<tr><th>{line.header}</th>{cells}</tr>")
    page = f"<h1>Beboere og opphold</h1><table><caption>Tabell 8. Beboere</caption>{''.join(rows)}</table>"
    files["ut/publikasjon/index.html"] = page.encode()
    files["ut/publikasjon/publikasjon.pdf"] = pdf(page)
    files["hovedpunkter.json"] = b'{"aar": 2020, "hovedpunkter": []}'
    files["etterproving/index.html"] = b"<p>Samarbeid: Senter 01, linje 18.</p>"
    files["avtaler/a001.html"] = b"<dd>Senter 01. Se punkt 18.</dd>"
    files["figurer/a.svg"] = b'<svg xmlns="http://www.w3.org/2000/svg"><text>Politi</text><text>42</text></svg>'
    return files


@pytest.fixture(scope="module")
def sound():
    return edition()


def look(files, internal=None, printed=None, allowed=("statistikk@example.org", "116 006")):
    return secrets.audit(files, internal or {}, MODEL, TRUTH, disclosure.Out(printed or {}), POLICY, allowed, {})


def refused(files, **options):
    with pytest.raises(Problems) as error:
        look(files, **options)
    return str(error.value)


def workbook(hidden_sheet=False):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Om").write(0, 0, "Opphold")
    sheet = book.add_worksheet("Tall")
    sheet.write_row(0, 0, ["Senter 01", HIDDEN])
    if hidden_sheet:
        sheet.hide()
    book.close()
    return out.getvalue()


def test_a_sound_edition_passes_and_the_report_holds_no_number_of_a_cell(sound):
    report = look(sound)
    assert (
        report["skjulte_tall"] == sum(r["status"] != "" for rows in PUBLIC.values() for r in rows)
        and report["smaleste_spenn"] == 13
    )
    assert set(report) == {
        *("politikk", "filer", "enheter_lest", "skjulte_tall", "vernede_tall", "smaleste_spenn", "trukket_tilbake"),
        "vernede_svar",
    }


def cube(**changed):
    """A JSON-stat dataset of the stays at two centres, one of them hidden."""
    return {
        "class": "dataset",
        "label": "Opphold",
        "id": ["senter_id", "maal"],
        "size": [2, 1],
        "dimension": {
            "senter_id": {"category": {"index": ["S01", "S02"], "label": {"S01": "Senter 01", "S02": "Senter 02"}}},
            "maal": {"category": {"index": {"opphold": 0}, "label": {"opphold": "Opphold"}}},
        },
        "value": [HIDDEN, 62],
    } | changed


PX = (
    'TITLE="Opphold";\nSTUB="Senter";\nHEADING="Mål";\nVALUES("Senter")="Senter 01","Senter 02";\n'
    'CODES("Senter")="S01","S02";\nVALUES("Mål")="Opphold";\nNOTEX="{}";\nDATA=\n{}\n62;\n'
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


def png(*chunks: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    """A picture as PNG files are built, with chunks of these kinds and contents."""
    built = (len(part).to_bytes(4, "big") + kind + part + bytes(4) for kind, part in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(built) + after


IN_SVG = base64.b64encode(SVG.format("<title>Senter 01: 18 opphold</title>").encode()).decode()
LEAKS = {
    "a sentence": ("ut/publikasjon/x.html", "<p>Senter 01 hadde <b>18</b> opphold.</p>"),
    "an alternative text": ("ut/publikasjon/x.html", '<img alt="Senter 01: 18">'),
    "a label": ("ut/publikasjon/x.html", "<div aria-label='S01 hadde 18 opphold'></div>"),
    "a data attribute": ("ut/publikasjon/x.html", '<td data-tall="S01/18">:</td>'),
    "a comment": ("ut/publikasjon/x.html", "<p>ja</p><!-- Senter 01 18 -->"),
    "a script": ("ut/publikasjon/x.html", '<script>const tall = {"S01": 18};</script>'),
    "a data block": (
        "ut/publikasjon/x.html",
        '<script type="application/json">{"sentre": [{"navn": "Senter 01", "opphold": 18}]}</script>',
    ),
    "a data block that is torn": (
        "ut/publikasjon/x.html",
        '<script type="application/ld+json">{"Senter 01": 18</script>',
    ),
    "a table row": ("ut/publikasjon/x.html", "<table><tr><th>Senter 01</th><td>:</td><td>18</td></tr></table>"),
    "an image in the page": ("ut/publikasjon/x.html", f'<img src="data:image/svg+xml;base64,{IN_SVG}">'),
    "a drawing's title": ("figurer/x.svg", SVG.format("<title>Senter 01: 18</title>")),
    "a drawing's texts": ("figurer/x.svg", SVG.format("<text>Senter 01</text><g><text>18</text></g>")),
    "a picture's title": ("ut/publikasjon/figurer/x.png", png((b"tEXt", b"Title\0Senter 01: 18"))),
    "what follows a picture": ("ut/publikasjon/figurer/x.png", png((b"IEND", b""), after=b"Senter 01: 18")),
    "no picture": ("ut/publikasjon/figurer/x.png", b"Senter 01: 18"),
    "a table for spreadsheets": ("ut/utdata/tabeller/x.csv", "\ufeffOpphold\n\nSenter;Opphold\nSenter 01;18\n"),
    "a table for machines": ("ut/utdata/tabeller/y.csv", "senter,antall\nS01,18\n"),
    "an object": ("hovedpunkter.json", json.dumps({"punkter": [{"senter": "Senter 01", "tall": [3, 18]}]})),
    "the name of a key": ("etterproving/x.json", json.dumps({"opphold": {"celle": "S01", "antall": 18}})),
    "a report to the parties": ("avtaler/a001.html", "<dd>Senter 01 hadde 18 opphold</dd>"),
    "the reviewer's page": ("etterproving/x.html", "<p>opphold/S01: 18 av radene</p>"),
    "a cube": ("ut/nedlasting/x.json", json.dumps(cube())),
    "a cube's note": ("ut/nedlasting/x.json", json.dumps(cube(value=[None, 62], note=["Senter 01: 18"]))),
    "a cube's label": ("ut/nedlasting/x.json", json.dumps(cube(value=[None, 62], label="Senter 01: 18"))),
    "a cube that is torn": ("ut/nedlasting/x.json", json.dumps(cube(value=["Senter 01: 18"]))),
    "a PX file": ("ut/nedlasting/x.px", PX.format("", HIDDEN)),
    "a PX file's note": ("ut/nedlasting/x.px", PX.format("Senter 01: 18", '"..."')),
    "a PX file that is torn": ("ut/nedlasting/x.px", 'VALUES("Senter")="Senter 01"; 18'),
    "a record for catalogues": ("ut/nedlasting/x.ttl", 'a dct:title "Senter 01: 18" .'),
    "settings": ("config.yaml", "merknad: Senter 01 hadde 18 opphold\n"),
    "the country's small group": (
        "ut/publikasjon/x.html",
        "<p>Av beboerne med kjønn ikke registrert: Senter 02, 2 menn</p>",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_number_is_found(sound, leak):
    name, text = LEAKS[leak]
    told = refused({**sound, name: text if isinstance(text, bytes) else text.encode()})
    assert name in told and "et skjult tall for S0" in told
    assert "18" not in told.replace("S01", ""), "the message does not repeat the number"


def test_what_is_revealed_in_two_files_is_told_of_both(sound):
    """Rows that were found harmless are not looked at again; those that reveal something are, wherever they stand."""
    row, mark = "<table><tr><td>Senter 01</td><td>18 beboere</td></tr></table>", "<p>Skriv til kari@example.no.</p>"
    names = ("ut/publikasjon/x.html", "ut/publikasjon/y.html")
    told = refused({**sound, **dict.fromkeys(names, (row + mark).encode())})
    for kind in ("et skjult tall for S01", "en e-postadresse"):
        assert told.count(kind) == len(names), told
    assert all(told.count(name) == 2 for name in names)


def test_what_the_reviewer_may_see_is_not_thereby_harmless_to_the_public(sound):
    """An answer of a centre beside a number that speaks of nothing: for the reviewer alone."""
    row = b"<table><tr><td>Senter 01</td><td>18</td></tr></table>"
    look({**sound, "etterproving/x.html": row})
    told = refused({**sound, "etterproving/x.html": row, "ut/publikasjon/x.html": row})
    assert "ut/publikasjon/x.html" in told and "etterproving/x.html" not in told


def test_the_points_of_a_picture_are_no_text(sound):
    look({**sound, "ut/publikasjon/figurer/x.png": png((b"IDAT", b"S01 18 Senter 01: 18"), (b"IEND", b""))})


@pytest.mark.parametrize("hidden_sheet", [False, True])
def test_a_planted_number_in_a_workbook_is_found(sound, hidden_sheet):
    assert "et skjult tall for S01" in refused({**sound, "ut/utdata/x.xlsx": workbook(hidden_sheet)})


def test_cubes_that_hide_what_is_hidden_pass(sound):
    """The number of another centre, the names of all of them, or a code, is no leak."""
    files = {"ut/nedlasting/x.json": json.dumps(cube(value=[None, 62])).encode()}
    files["ut/nedlasting/x.px"] = PX.format("Opphold", '"..."').encode()
    assert look({**sound, **files})["enheter_lest"] > look(sound)["enheter_lest"]


def test_a_data_block_is_read_object_by_object(sound):
    """A number of one object says nothing of a centre in another."""
    block = '<script type="application/json">{"sentre": [{"navn": "Senter 01"}, {"opphold": 18}]}</script>'
    assert look({**sound, "ut/publikasjon/x.html": block.encode()})


def sheet_of(group, count):
    """A sheet where a row names a group alone, and the headers say what is counted."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Tall")
    sheet.write(0, 0, "På krisesentrene")
    sheet.write_row(1, 0, ["Registrert kjønn", "Beboere"])
    sheet.write_row(2, 0, [group, count])
    book.close()
    return out.getvalue()


# What stands over a count of men, and what does not: a heading and a caption do until the next, a paragraph never does.
UNDER_BEBOERE = (
    "<h2>Beboere</h2><p>Menn: 2</p>",
    "<table><caption>Beboere</caption><tr><th>Menn</th><td>2</td></tr></table>",
)
NOT_UNDER_BEBOERE = (
    "<h2>Beboere</h2><p>Noe.</p><h2>Annet</h2><p>Menn: 2</p>",
    "<table><caption>Beboere</caption><tr><td>Noe</td></tr></table><p>Menn: 2</p>",
    "<p>Beboere</p><p>Menn: 2</p>",
    "<p>Beboere</p><p>Menn: 2</p><svg><text>Noe</text></svg>",
)


def test_a_hidden_number_of_the_country_is_found_under_headers_and_headings():
    truth = centres((15, 18, 0, 0), (40, 57, 2, 3), (31, 44, 0, 0), (61, 73, 0, 0))
    public = disclosure.disclose(MODEL, truth, POLICY)
    assert [r["kjonn"] for r in public["beboere"] if r["senter"] == "landet" and r["status"]]
    files = numbers(public)
    page = "ut/publikasjon/x.html"
    for more in ({"ut/x.xlsx": sheet_of("Menn", ":")}, *({page: text.encode()} for text in NOT_UNDER_BEBOERE)):
        secrets.audit(files | more, {}, MODEL, truth, disclosure.NOTHING_OUT, POLICY, (), {})
    for more in ({"ut/x.xlsx": sheet_of("Menn", 2)}, *({page: text.encode()} for text in UNDER_BEBOERE)):
        with pytest.raises(Problems, match="et skjult tall for menn i hele landet"):
            secrets.audit(files | more, {}, MODEL, truth, disclosure.NOTHING_OUT, POLICY, (), {})


def pdf_with_attachment():
    from weasyprint import Attachment

    data = b"senter,opphold\nSenter 01,18\n"
    return pdf("<p>Se vedlegget.</p>", attachments=[Attachment(string=data, name="tall.csv", description="tall")])


IMAGE = base64.b64encode(SVG.replace("{}", '<rect width="9" height="9"/>').encode()).decode()
IN_PDF = {
    "a sentence": lambda: pdf("<p>I Senter 01 var det i fjor 18 opphold.</p>"),
    "a row": lambda: pdf("<table><tr><td>Senter 01</td><td>18</td></tr></table>"),
    "an alternative text": lambda: pdf(f'<img alt="Senter 01: 18" src="data:image/svg+xml;base64,{IMAGE}">'),
    "metadata": lambda: pdf('<meta name="description" content="Senter 01: 18"><p>ja</p>'),
    "an attachment": pdf_with_attachment,
}


@pytest.mark.parametrize("leak", IN_PDF)
def test_a_planted_number_in_a_pdf_is_found(sound, leak):
    assert "et skjult tall for S01" in refused({**sound, "ut/publikasjon/publikasjon.pdf": IN_PDF[leak]()})


def test_a_cell_that_should_be_hidden_is_refused_in_its_own_place(sound):
    told = refused({**sound, STAYS: sound[STAYS].replace(b"2020,S01,alle,,undertrykt", b"2020,S01,alle,18,")})
    assert "opphold/senter=S01/2020" in told


def hidden_beside() -> dict:
    """The true stays of a centre that is hidden for S01's sake."""
    shut = {row["senter"] for row in PUBLIC["opphold"] if row["status"]} - {"landet", "S01"}
    return next(row for row in TRUTH["opphold"] if row["senter"] in shut and row["kjonn"] == "alle")


def test_what_was_printed_earlier_counts_for_the_attacker(sound):
    true = hidden_beside()
    cell = MODEL["opphold"].cell(true)
    assert "nok til å regne ut" in refused(sound, printed={cell: true["verdi"]})
    assert "tall som ikke går opp" in refused(sound, printed={cell: 5000})


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Skriv til kari.nordmann@example.no.", "en e-postadresse"),
        ("Ring oss på 99 88 77 66.", "et telefonnummer"),
        ("Nummeret er 99887766 på dagtid", "et telefonnummer"),
        ("+47 998 87 766", "et telefonnummer"),
        ("Innsendt fra 192.168.10.24", "en IP-adresse"),
        ("Født: 01010750160", "et fødselsnummer"),
    ],
)
def test_marks_of_persons_are_found_in_outputs_and_coded_states(sound, text, mark):
    assert mark in refused({**sound, "ut/publikasjon/x.html": f"<p>{text}</p>".encode()})
    assert mark in refused(sound, internal={"klargjort/x.csv": f"a,b\n1,{text}\n".encode()})


@pytest.mark.parametrize(
    "text",
    [
        "Skriv til statistikk@example.org eller ring 116 006.",
        "I 2015, 2016, 2017 og 2018 var tallene 43, 44, 45 og 46.",
        "Versjon 2.4.6 og 1.15.1. Kontrollsum 12345678abcdef90. Dato 2020-11-21.",
        "https://example.org/rapport/23217233-tall",
    ],
)
def test_ordinary_text_has_no_marks_of_persons(sound, text):
    look({**sound, "ut/publikasjon/x.html": f"<p>{text}</p>".encode()})


def test_a_run_reads_what_rules_wrote_and_nothing_else_in_the_folder(tmp_path, sound):
    """What else lies there is no part of the edition: the manifest names it, and is not written."""
    folder = tmp_path / "2020"
    leak, report = folder / "ut/glemt.txt", folder / "revisjon.json"
    secret, true = b"Senter 01: 18 opphold", numbers(TRUTH, "statistikk")
    for name, data in {**sound, **true, "ut/glemt.txt": secret}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    printed = [PROJECT / "data/publisert/samarbeid_2020.csv", tmp_path / "beboere_og_barn_2016_2024.csv"]
    printed[1].write_text("year,tilbud,indicator,value\n", encoding="utf-8")
    wrote = [folder / name for name in [*sound, *true]]

    def look_again(*more, editions=()):
        given = {"utgave": [*wrote, *more], "statistikk": [folder / name for name in true], "published": printed}
        run("audit", folder, PROJECT, **given, editions=editions, revisjon=report, results=folder)

    look_again()
    before = report.read_bytes()
    told = json.loads(before)
    assert told["politikk"] == POLICY["id"] and set(told["filer"]) == set(sound)
    leak.unlink()
    look_again()
    assert report.read_bytes() == before, "and it has left no trace"
    leak.write_bytes(secret)
    with pytest.raises(Problems, match="glemt"):
        look_again(leak)
    assert report.read_bytes() == before
    # An earlier edition that is out in the world gave a number that S01 follows from, in a table as they are now or as
    # they were.
    beside = hidden_beside()
    code, n = beside["senter"], beside["verdi"]
    old = (
        f"aar,senter_id,senter,gruppe,maal,antall,status,opphav\n2020,{code},Et senter,alle,opphold,{n},,rekonstruert\n"
    )
    new = f"aar,senter,kjonn,verdi,status,opphav\n2020,{code},alle,{n},,rekonstruert\n"
    for name, text in (("personer.csv", old), ("opphold.csv", new)):
        frozen = tmp_path / "publisert/2020" / name
        frozen.parent.mkdir(parents=True, exist_ok=True)
        frozen.write_text(text, encoding="utf-8")
        with pytest.raises(Problems, match="nok til å regne ut opphold/senter=S01/2020"):
            look_again(editions=[frozen])
