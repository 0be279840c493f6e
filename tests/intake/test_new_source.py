"""`make ny-kilde` and `make mottak`: an export is recognised, what is no answer stays outside the project, what must be
decided is a short list, and what is decided builds."""

import csv
import shutil
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from krisestat.agreements.lists import READERS
from krisestat.base.errors import Problems
from krisestat.intake import new_source, receive
from krisestat.intake.decisions import load_decisions
from krisestat.intake.meaning import Wording
from krisestat.intake.sources import DRAFT, OPEN, PROPOSED
from tests.support.model import edition_model
from tests.support.project import PROJECT

FOLDER = "data/raw/2021"
RAW = f"{FOLDER}/samarbeid_p2021.csv"
MANIFEST, CORRECTIONS = f"{FOLDER}/{DRAFT}", f"{FOLDER}/{PROPOSED}"
BOOK = "data/raw/codebooks/samarbeid_p2021.csv"
DRAFTED = BOOK.replace(".csv", ".utkast.csv")
PARTNERS = {"NAV": "nav", "Familievernet": "familievern", "Statens barnehus": "barnehus"}
MODEL = edition_model()


@pytest.fixture
def outside(tmp_path_factory, workspace) -> Path:
    """A folder outside the project, with what was received and the archive."""
    shutil.copyfile(PROJECT / "config.yaml", workspace / "config.yaml")
    return tmp_path_factory.mktemp("ute")


def take_in(workspace, file: Path, sheet: str = "", header: str = "") -> str:
    return new_source.run(file, 2021, sheet, header, str(file.parent.parent / "arkiv"), READERS, workspace.root)


def received(outside: Path, name: str, data: bytes) -> Path:
    file = outside / "mottatt" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    return file


def of_year(workspace, outside, year: int) -> Path:
    raw = next((workspace / f"data/raw/{year}").glob("samarbeid_*"))
    return received(outside, f"{year} svar (1) æøå{raw.suffix.upper()}", raw.read_bytes())


def rows_of(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def manifest(workspace) -> dict:
    return yaml.safe_load((workspace / MANIFEST).read_text(encoding="utf-8"))


def decide(workspace, **keys: str) -> None:
    told = manifest(workspace) | {"opphav": "rekonstruert", OPEN: []} | keys
    (workspace / MANIFEST).write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


# -- an export as a survey tool gives it, with human faults


QUESTION = "Samarbeider tilbudet til kvinner med følgende instanser? - {}"
FORM = "Hvordan samarbeider tilbudet til kvinner med {}? (flere kryss er mulig)"


def export(centres: list[str]) -> dict[str, list[list[object]]]:
    """The sheets of an export: answers, what is asked, and what values mean."""
    structure: list[list[object]] = [["variableName", "questionType", "questionText", "choiceText"]]
    structure += [["id", "Background", "id", ""], ["senter", "Background", "Krisesenter", ""]]
    structure += [["s_1", "Open", "Hvem har fylt ut skjemaet?", ""]]
    structure += [["s_2", "Closed", "Har senteret krisesentertilbud til kvinner?", ""]]
    labels: list[list[object]] = [["s_2", 1, "Ja"], ["s_2", 2, "Nei"]]
    for n, partner in enumerate([*PARTNERS, "Konfliktrådet"], 1):
        structure += [[f"s_3_{n}", "Closed", QUESTION.format(partner), ""]]
        structure += [[f"s_{n + 3}_1", "Closed", FORM.format(partner), "Skriftlig samarbeidsavtale"]]
        labels += [[f"s_3_{n}", 1, "Ja"], [f"s_3_{n}", 2, "Nei"], [f"s_3_{n}", 4, "Ønsker ikke å svare"]]
        labels += [[f"s_{n + 3}_1", 0, "Ikke valgt"], [f"s_{n + 3}_1", 1, "Valgt"]]
    names = [str(row[0]) for row in structure[1:]]
    answers: list[list[object]] = [names]
    for n, centre in enumerate(centres):
        said: list[object] = [n + 900, centre, "Kari Nordmann, tlf 22 22 22 22", 1]
        answers.append(said + [1, 1] * len(PARTNERS) + [1 + n % 2, 0])
    return {"Dataset": answers, "Structure": structure, "Labels": labels}


def workbook(outside: Path, sheets: dict[str, list[list[object]]]) -> Path:
    file = received(outside, "eksport.xlsx", b"")
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    return file


def centres_of(workspace) -> list[str]:
    names = [row["navn"] for row in rows_of(workspace / "data/raw/register/sentre.csv") if not row["gyldig_til"]]
    return [name for name in names if name != "Senter 47"]


def faulty(workspace) -> dict[str, list[list[object]]]:
    sheets = export(["TEST", *centres_of(workspace), "Sentr 99"])
    answers = sheets["Dataset"]
    answers[2][4] = "=1"  # written as a formula
    answers[3][4] = 4
    answers.insert(5, [*answers[4][:4], 2, 0, *answers[4][6:]])
    answers[7][3:] = [""] + ["", 0] * (len(PARTNERS) + 1)
    answers[8][1] = str(answers[8][1]).upper()
    return sheets


def test_an_export_is_read_by_what_the_tool_says_of_it(workspace, outside):
    text = take_in(workspace, workbook(outside, faulty(workspace)))
    rows = {row["kolonne"]: row for row in rows_of(workspace / DRAFTED)}
    for n, partner in enumerate(PARTNERS.values(), 1):
        assert (rows[f"s_3_{n}"]["variabel"], rows[f"s_3_{n}"]["instans"]) == ("samarbeid", partner)
        assert rows[f"s_{n + 3}_1"]["samarbeidsform"] == "skriftlig_avtale"
    assert rows["s_3_1"]["verdier"] == "1 = Ja | 2 = Nei | 4 = Ønsker ikke å svare"
    assert rows["s_2"]["variabel"] == "har_tilbud" and rows["senter"]["variabel"] == "senter"
    asked = manifest(workspace)[OPEN]
    for part in ("TEST", "svart på linje 5 og 6", "Sentr 99", "konfliktrådet", "«formel: ", "Ønsker ikke å svare"):
        assert sum(part in question for question in asked) == 1, (part, asked)
    assert all(question in text for question in asked) and len(asked) <= 12
    told = (workspace / CORRECTIONS).read_text(encoding="utf-8")
    assert [entry["linje"] for entry in yaml.safe_load(told)["karantene"]] == [2, 8]
    assert told.count("\n# - fil:") == 2  # the rows that a person must choose among


def test_nothing_of_persons_enters_the_project_and_lines_are_kept(workspace, outside):
    sheets = faulty(workspace)
    sheets["Dataset"][9][1] = "Kari Nordmann, kari.nordmann@example.org"
    sheets["Dataset"][10][4] = "Ja, men spør Kari Nordmann først"
    file = workbook(outside, sheets)
    take_in(workspace, file)
    told = manifest(workspace)
    assert told["fjernet"] == ["id", "s_1"] and len(told["sha256_mottatt"]) == 1
    (kept,) = (outside / "arkiv").iterdir()
    assert kept.read_bytes() == file.read_bytes() and kept.stat().st_mode & 0o077 == 0
    written = "".join(p.read_text("utf-8") for p in sorted((workspace / FOLDER).iterdir()))
    assert "Nordmann" not in written and str(outside) not in written and "@" not in written
    lines = (workspace / RAW).read_text(encoding="utf-8").split("\n")
    assert lines[4].startswith(str(sheets["Dataset"][4][1]))


def test_what_is_decided_builds_and_what_is_not_never_does(workspace, outside):
    take_in(workspace, workbook(outside, export(["TEST", *centres_of(workspace)])))
    with pytest.raises(Problems, match="ingenting under «maa_avgjores»"):
        receive.run("2021", "2022-02-01", "Kari Nordmann", workspace.root)
    assert workspace.clean([2021])
    decide(workspace)
    before = (workspace / RAW).read_bytes()
    (workspace / RAW).write_bytes(before.replace(b"Senter 01", b"Senter 02"))
    with pytest.raises(Problems, match="make ny-kilde"):
        receive.run("2021", "2022-02-01", "Kari Nordmann", workspace.root)
    (workspace / RAW).write_bytes(before)
    receive.run("2021", "2022-02-01", "Kari Nordmann", workspace.root)
    assert not list(workspace.root.rglob("*.utkast.*"))
    (entry,) = load_decisions(root=workspace.root).karantene
    assert (entry["linje"], entry["bestemt_av"], entry["dato"], entry["id"]) == (2, "Kari Nordmann", "2022-02-01", "K1")
    names = ("samarbeid_p2021", "kostra_p2017-2019", "personer_p2019-2020")
    given = {
        "svar": [Path("results/klargjort/samarbeid_p2021.csv")],
        "inndata": [Path(f"results/inndata/{name}.csv") for name in names],
    }
    assert workspace.clean([2021], **given) == ""
    rows = (workspace / "results/klargjort/samarbeid_p2021.csv").read_text(encoding="utf-8")
    assert f"2021,S01,kvinner,samarbeidsform,nav,skriftlig_avtale,ja,{RAW},3,s_4_1," in rows


def test_files_of_one_delivery_are_one_and_a_bad_one_stops_none(workspace, outside):
    for name, rows in export(centres_of(workspace)).items():
        text = "".join("\t".join(map(str, row)) + "\t\r\n" for row in rows)
        received(outside, f"{name}.csv", text.encode("utf-16"))
    file = received(outside, "annet.pdf", b"%PDF-1.7")
    text = take_in(workspace, file.parent)
    assert "Beskrevet av Labels.csv, Structure.csv" in text and "en PDF-fil" in text
    assert len(manifest(workspace)["sha256_mottatt"]) == 4
    assert len(rows_of(workspace / DRAFTED)) == 2 + 2 * (len(PARTNERS) + 1)


# -- tables of other kinds


@pytest.mark.parametrize("year", [2019, *(pytest.param(y, marks=pytest.mark.thorough) for y in (2015, 2018, 2020))])
def test_each_format_gives_what_it_gave_and_takes_over_the_meanings(workspace, outside, year):
    if year != 2020:  # the columns have other names each year
        for later in range(year + 1, 2021):
            (workspace / f"data/raw/codebooks/samarbeid_p{later}.csv").unlink()
    file = of_year(workspace, outside, year)
    take_in(workspace, file)
    before = {row["kolonne"]: row for row in rows_of(workspace / f"data/raw/codebooks/samarbeid_p{year}.csv")}
    after = {row["kolonne"]: row for row in rows_of(workspace / DRAFTED)}
    meant = {name for name, row in before.items() if row["variabel"] != "uten_betydning"}
    assert meant <= after.keys() and all(after[name].items() >= before[name].items() for name in meant)


@pytest.mark.parametrize(
    ("start", "line"), [("\ufeff\ufeffsep=,\r\n", 2), ("Samarbeid 2021\r\n", 2), ("a\r\n,,\r\nav kari\r\n", 4)]
)
def test_what_stands_above_the_names_is_no_answer(workspace, outside, start, line):
    text = (workspace / "data/raw/2020/samarbeid_p2020.csv").read_text("utf-8-sig")
    file = received(outside, "svar.csv", (start + text.replace("\n", "\r\n") + "\x1a").encode())
    take_in(workspace, file)
    lines = (workspace / RAW).read_text(encoding="utf-8").split("\n")
    assert lines[: line - 1] == [""] * (line - 1) and lines[line - 1].startswith("krisesenter,")
    assert lines[line].startswith("Senter 01,") and len(manifest(workspace)[OPEN]) == 1


def test_a_choice_is_obeyed_and_a_second_run_replaces_its_drafts(workspace, outside):
    sheets = export(centres_of(workspace))
    file = workbook(outside, {"Gammel": [["x"], *sheets["Dataset"][:9]], **sheets})
    assert "arket «Dataset», overskrifter på rad 1" in take_in(workspace, file)
    assert sum("arket «Gammel» ser også ut som svar" in question for question in manifest(workspace)[OPEN]) == 1
    assert "arket «Gammel», overskrifter på rad 2" in take_in(workspace, file, "Gammel", "2")
    assert (workspace / RAW).read_text("utf-8").startswith("\nsenter,")
    with pytest.raises(Problems, match="mente du «Gammel»"):
        take_in(workspace, file, "Gamle")


def test_nothing_is_taken_in_twice_or_from_where_git_sees_it_or_without_an_archive(workspace, outside):
    file = of_year(workspace, outside, 2020)
    with pytest.raises(Problems, match="ingen mappe for filer som er mottatt"):
        new_source.run(file, 2021, "", "", "", READERS, workspace.root)
    with pytest.raises(Problems, match="utenfor lageret"):
        new_source.run(file, 2021, "", "", str(workspace.root / "arkiv"), READERS, workspace.root)
    inside = workspace.root / "svar.csv"
    shutil.copyfile(file, inside)
    with pytest.raises(Problems, match="en fil i lageret"):
        new_source.run(inside, 2021, "", "", str(outside / "arkiv"), READERS, workspace.root)
    assert not (workspace / FOLDER).exists()
    with pytest.raises(Problems, match="allerede tatt inn"):
        new_source.run(file, 2020, "", "", str(outside / "arkiv"), READERS, workspace.root)


def test_several_answers_in_a_cell_are_asked_for_anew(workspace, outside):
    head = ["Krisesenter", *(QUESTION.format(p) for p in PARTNERS), "Former hos NAV", "Tidsmerke"]
    text = ";".join(head) + "\n"
    for centre in centres_of(workspace):
        text += f'{centre};Ja;Ja;Nei;"Fast kontaktperson;Samarbeid om enkeltsaker";2022-01-02 10:11\n'
    take_in(workspace, received(outside, "svar.csv", text.encode()))
    assert sum("flere svar i én celle i Former hos NAV" in question for question in manifest(workspace)[OPEN]) == 1


# -- what a text asks


WORDS = rows_of(PROJECT / "data/raw/codebooks/sporsmaalsord.csv")
WORDING = Wording(MODEL, MODEL.kilder["samarbeid"], 2021, WORDS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "3. Samarbeider tilbudet til kvinner med følgende instanser? [psykisk helsetjeneste]",
            "samarbeid psykisk_helse",
        ),
        ("Samarbeider tilbodet til menn med barneverntenesta?", "samarbeid barneverntjenesten"),
        (FORM.format("Politiet") + " – Ikke-skriftlig avtale", "samarbeidsform politi ikke_skriftlig_avtale"),
        ("Deltar tilbudet til kvinner i et etablert samarbeidsforum i kommunen?", "forum"),
        ("Har senteret tilbudet til menn?", "har_tilbud"),
        ("Q4_1: Samarbeider tilbudet til menn med NAV?", "samarbeid nav"),
        ("Samarbeider tilbudet til kvinner ikke med NAV?", ""),
        ("Hvor fornøyd er tilbudet til kvinner med samarbeidet med NAV?", ""),
        ("Samarbeider tilbudet til kvinner med NAV og politiet?", ""),
        ("Navn på tilbudet til kvinner", ""),
        ("Samarbeider dere med NAV?", ""),
        ("Tilbudet til kvinner", ""),
    ],
)
def test_a_text_means_only_what_all_its_words_say(text, meant):
    told = WORDING.meaning(text)
    assert " ".join(filter(None, (told.get(k, "") for k in ("variabel", "instans", "samarbeidsform")))) == meant


def test_a_tick_may_be_the_name_of_its_box_and_a_row_of_sums_is_no_answer(workspace, outside):
    form = "Korleis samarbeider tilbodet til kvinner med NAV? (fleire kryss er mogleg) – Fast kontaktperson"
    head = f"Krisesenter;Samarbeider tilbodet til kvinner med desse instansane? - NAV;{form}"
    rows = [f"Senter {n:02};Ja;{'Fast kontaktperson' if n % 2 else ''}" for n in range(1, 12)]
    text = "\n".join([head, *rows, "Talet på svar;40;23"]) + "\n"
    told = take_in(workspace, received(outside, "svar.csv", text.encode()))
    assert {row["kolonne"]: row["verdier"] for row in rows_of(workspace / DRAFTED)}[form] == "Fast kontaktperson = Ja"
    assert "linje 13 «Talet på svar»" in told and "1 kolonner" in told and "tomt regnes som ubesvart" in told
    assert "Ventet" not in told, "nothing is asked of the values"
