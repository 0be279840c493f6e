"""The stage `agreements`: forms of four formats, read, checked, counted; nothing lost, no agreement alone in utdata."""

import csv
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from krisestat.agreements import check, pdf_process, receive
from krisestat.agreements.answers import SOURCE, form_answers
from krisestat.agreements.check import check_skjema, load_oppslag, parties_now, same_parties
from krisestat.agreements.checklist import PUNKTSVAR, load_sjekkliste
from krisestat.agreements.collections import Skjemafil, collected_inputs, load_innsamling, load_innsamlinger
from krisestat.agreements.inbox import worded
from krisestat.agreements.read import read_skjemaer
from krisestat.agreements.read_pdf import PdfForms
from krisestat.agreements.skjema import table_ids
from krisestat.base.contracts import read_rows, table_text
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.frames import read_frame
from krisestat.base.yaml_files import load_words, load_yaml
from krisestat.formats.csv_files import csv_files
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, AVTALER_INNDATA, AVTALER_KARANTENE, KVALITET
from krisestat.model.count import count
from krisestat.model.cubes import read_cubes
from krisestat.release import manifest
from krisestat.tables.build import build_tables
from tests.support.model import edition_model, edition_texts
from tests.support.project import PROJECT
from tests.support.stages import run_agreements
from tools.rekonstruer_avtaler.filer import FORMS, WRITERS, blank_rows

RAW = PROJECT / "data/raw"
MODEL = edition_model()
ASKED, COUNTED = MODEL.kilder[SOURCE], MODEL.of_source(SOURCE)


@pytest.fixture(scope="module")
def oppslag():
    return load_oppslag(RAW / "codebooks", RAW / "register", PROJECT / "templates")


@pytest.fixture
def one_form(oppslag):
    """Read and check one form, given as `FORM` in a format; returns the agreement or the text of the problems."""

    def read(form: dict, format: str):
        data = WRITERS[format](form)
        digest = hashlib.sha256(data).hexdigest()
        file = Skjemafil("a001", Path(f"a001.{format}"), format, "2021-03-01", digest, "mottatt", {})
        problems = ProblemList()
        ((_, found),) = read_skjemaer([(file, data)])
        if isinstance(found, Problems):
            return str(found)
        avtale = check_skjema(file, found, 2020, oppslag, problems)
        return avtale or str(Problems(problems.problems))

    return read


def form(**changed) -> dict:
    """A form of version 3, wholly filled in."""
    leaves = [id for id, *_ in blank_rows(3)[1:] if "." not in id and id not in ("skjema", "versjon")]
    avtale = {"navn": "Avtale 01", "parter": ["3027", "3029"], "vertskommune": "3027", "krisesenter": "Senter 04"}
    avtale |= {"lovgrunnlag": "vertskommune_nemnd", "maalgrupper": ["kvinner", "barn"], "signert": "2020-02-29"}
    avtale |= {"varer_til": "", "sist_evaluert": "", "evalueres_hvert": 4, "oppsigelse": ""}
    texts = ("§ 1", "punkt 2, «a»", "=1+1", "-2", "'sitat'", "")
    notes = ("Æ, ø og å; «ja» & nei < 3", "@navn\n- linje to\n\t- linje tre", "+47", "", 'si "hei"')
    answers = ("dekket", "delvis", "mangler", "ikke_relevant", "ubesvart", "")
    punkter = {
        leaf: {
            "svar": answers[n % len(answers)],
            "henvisning": texts[n % len(texts)],
            "merknad": notes[n % len(notes)],
        }
        for n, leaf in enumerate(leaves)
    }
    return {"versjon": 3, "avtale": avtale | changed, "punkter": punkter, "uten": set()}


# The examples.


@pytest.mark.thorough
def test_the_generator_gives_the_committed_files_byte_for_byte(tmp_path):
    env = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONPATH": "scripts"}
    command = [sys.executable, "-m", "tools.rekonstruer_avtaler", "--til", tmp_path]
    subprocess.run(command, cwd=PROJECT, env=env, check=True)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(RAW / "avtaler"): p.read_bytes() for p in (RAW / "avtaler").rglob("*") if p.is_file()}
    assert sorted(made) == sorted(kept)
    assert [str(p) for p in kept if made[p] != kept[p]] == []


@pytest.mark.parametrize("versjon", [1, 2, 3])
def test_the_blank_forms_have_the_points_of_their_version(versjon):
    """What was handed out is kept as it was; that the points of a version never change is held elsewhere."""
    assert sorted(row[0] for row in blank_rows(versjon)[1:]) == sorted(
        table_ids(load_sjekkliste(RAW / _LIST, versjon, root=PROJECT))
    )


WORDS = edition_texts()
_LIST = Path("codebooks/sjekkliste/sjekkliste.yaml")


def test_the_examples_cover_every_branch(committed, oppslag):
    avtaler = read_rows(committed / "klargjort/avtaler.csv", AVTALER)
    now = [row for row in avtaler if row["aar"] == 2020]
    assert len(now) == 25 and sum(row["aar"] == 2018 for row in avtaler) == 15
    assert {row["lovgrunnlag"] for row in now} == set(oppslag.lover) - {"stiftelse", "kjoep"}
    assert {row["format"] for row in now} == {"csv", "json", "pdf", "xlsx"}
    assert sum(row["versjon"] < 3 for row in now) == 3 and {row["versjon"] for row in avtaler} == {1, 2, 3}
    assert {row["opphav"] for row in avtaler} == {"rekonstruert"}
    answers = {row["svar"] for row in read_rows(committed / "klargjort/avtalepunkter.csv", AVTALEPUNKTER)}
    assert answers == set(PUNKTSVAR)
    merged = [
        row for row in now if len(parties_now(row["parter"], 2020, oppslag.kommuner)) < row["parter"].count(",") + 1
    ]
    gone = {row["avtale_id"] for row in avtaler if row["aar"] == 2018} - {row["avtale_id"] for row in now}
    assert merged and gone == {"a015"}


def test_the_json_examples_keep_their_schema():
    schema = json.loads((PROJECT / "workflow/schemas/avtaleskjema.schema.json").read_text(encoding="utf-8"))
    examples = [*RAW.glob("avtaler/*/*.json")]
    assert len(examples) > 8
    for path in examples:
        Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))


# Reading.


def test_a_form_says_the_same_in_every_format(one_form):
    read = {format: one_form(form(), format) for format in WRITERS}
    rows = {format: avtale.row | {"format": "", "fil": ""} for format, avtale in read.items()}
    assert len({json.dumps(row) for row in rows.values()}) == 1
    assert rows["pdf"]["evalueres_hvert"] == 4 and rows["pdf"]["oppsigelse"] is None
    answers = {
        format: [{k: v for k, v in row.items() if k not in ("fil", "sted")} for row in avtale.punkter]
        for format, avtale in read.items()
    }
    given = form()["punkter"]
    for row in answers["json"]:
        if row["punkt"] not in given:
            assert row["svar"] == "ikke_spurt"
            continue
        said = given[row["punkt"]]
        assert row["svar"] == said["svar"] or (row["svar"], said["svar"]) == ("ubesvart", "")
        assert row["henvisning"] == said["henvisning"]
        assert row["merknad"] == said["merknad"].replace("\t", "")
    assert answers["csv"] == answers["json"] == answers["pdf"] == answers["xlsx"]


def test_every_answer_is_traced_to_its_place(one_form):
    places = {format: one_form(form(), format).punkter[0]["sted"] for format in WRITERS}
    assert places == {
        "csv": "linje 15, kolonne «Svar»",
        "xlsx": "arket «Skjema», linje 15, kolonne «Svar»",
        "json": "nøkkelen «punkter.formaal.svar»",
        "pdf": "feltet «formaal__svar»",
    }


def test_a_pdf_that_ends_the_process_does_not_take_the_next_with_it():
    good = (FORMS / "skjema_v3.pdf").read_bytes()
    with PdfForms() as pdf:
        assert pdf.read(Path("a.pdf"), good).versjon == "3"
        pdf._process.kill()
        with pytest.raises(Problems, match="leseren stoppet"):
            pdf.read(Path("b.pdf"), good)
        assert pdf.read(Path("c.pdf"), good).versjon == "3"


def test_a_pdf_is_read_as_the_library_reads_it():
    """Only the objects that are asked for are read; what they hold must be what the whole reading gives."""
    for path in sorted((RAW / "avtaler/2020").glob("*.pdf"))[:2]:
        whole = PdfReader(path).get_fields()
        read = dict(pdf_process.read(path.read_bytes())["felt"])
        ticks = {name: "" if field.get("/V") in (None, "/Off") else "on" for name, field in whole.items()}
        assert read == {
            name: ticks[name] if field["/FT"] == "/Btn" else str(field.get("/V") or "") for name, field in whole.items()
        }


@pytest.mark.thorough
@given(text=st.text(max_size=60))
def test_any_text_is_refused_or_comes_through_whole(oppslag, text, tmp_path_factory):
    written = form()
    written["punkter"]["formaal"]["merknad"] = text
    data = WRITERS["json"](written)
    digest = hashlib.sha256(data).hexdigest()
    file = Skjemafil("a001", Path("a001.json"), "json", "2021-03-01", digest, "mottatt", {})
    ((_, found),) = read_skjemaer([(file, data)])
    problems = ProblemList()
    avtale = check_skjema(file, found, 2020, oppslag, problems)
    if avtale is None:
        assert all(p.sted == "nøkkelen «punkter.formaal.merknad»" for p in problems.problems)
        return
    path = tmp_path_factory.mktemp("rad") / "t.csv"
    path.write_bytes(table_text(avtale.punkter, AVTALEPUNKTER, "t.csv").encode("utf-8"))
    came = next(row for row in read_rows(path, AVTALEPUNKTER) if row["punkt"] == "formaal")["merknad"]
    letters = [c for c in came if c.isalnum()]
    assert letters == [c for c in unicodedata.normalize("NFC", text) if c.isalnum()]
    cells = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8").split("\n", 1)[1])))
    assert not cells[5].startswith(("=", "+", "-", "@"))


# The whole stage.


def counts(folder: Path) -> dict[str, list[dict]]:
    """The numbers on agreements in a folder."""
    return read_cubes(MODEL, [folder / f"{one.id}.csv" for one in COUNTED])


def test_every_file_keeps_its_contract_and_forms_add_up(committed):
    for name, contract in {
        "inndata/avtaler_p2018.csv": AVTALER_INNDATA,
        "inndata/avtaler_p2020.csv": AVTALER_INNDATA,
        "klargjort/avtaler_p2018.csv": ASKED.contract,
        "klargjort/avtaler_p2020.csv": ASKED.contract,
        "klargjort/avtaler-enheter.csv": ASKED.units,
        "klargjort/avtaler.csv": AVTALER,
        "klargjort/avtalepunkter.csv": AVTALEPUNKTER,
        "klargjort/avtaler-karantene.csv": AVTALER_KARANTENE,
        "klargjort/avtaler-kontroller.csv": KVALITET,
        **{f"{folder}/{one.id}.csv": one.contract for folder in ("statistikk", "ut/utdata") for one in COUNTED},
    }.items():
        assert read_rows(committed / name, contract), name
    used = Counter(row["aar"] for row in read_rows(committed / "klargjort/avtaler.csv", AVTALER))
    aside = Counter(row["aar"] for row in read_rows(committed / "klargjort/avtaler-karantene.csv", AVTALER_KARANTENE))
    for aar in (2018, 2020):
        received = yaml.safe_load((RAW / f"avtaler/{aar}/kilde.yaml").read_text(encoding="utf-8"))["skjemaer"]
        assert len(received) == used[aar] + aside[aar]


def test_the_manifest_knows_what_a_form_and_its_list_are():
    assert manifest.kind("data/raw/avtaler/2020/kilde.yaml") == "kildeopplysning"
    assert manifest.kind("data/raw/avtaler/2020/a001.pdf") == "raadata"


def test_every_form_is_an_input_of_the_rule():
    found = {str(p.relative_to(PROJECT)) for p in (RAW / "avtaler").rglob("*") if p.is_file()}
    assert set(collected_inputs(load_innsamlinger(2020, PROJECT))) == found
    assert all("/2018/" in name for name in collected_inputs(load_innsamlinger(2019, PROJECT)))


def counted(leaf, svar: str) -> str:
    """An answer as it counts: a weighty one that was set aside is as good as none."""
    return "ubesvart" if svar == "ikke_relevant" and leaf.vekt > 1 else svar


def naive_status(answers: list[str]) -> str:
    """The status of a point, said otherwise than by the module that counts."""
    left = [a for a in answers if a not in ("ikke_relevant", "ikke_spurt")]
    if not left:
        return "ikke_spurt" if all(a == "ikke_spurt" for a in answers) else "ikke_relevant"
    if "delvis" in left or ("dekket" in left and "mangler" in left):
        return "delvis"
    if "ubesvart" in left:
        return "ubesvart"
    return "dekket" if all(a == "dekket" for a in left) else "mangler"


def test_every_count_is_the_number_of_agreements(committed, oppslag):
    """Each cell of the statistics counted again from the answers, in another way."""
    avtaler = read_rows(committed / "klargjort/avtaler.csv", AVTALER)
    svar = {
        (r["aar"], r["avtale_id"], r["punkt"]): r["svar"]
        for r in read_rows(committed / "klargjort/avtalepunkter.csv", AVTALEPUNKTER)
    }
    # What is added under a point of the source is no part of it.
    tops = {top.id: [leaf for leaf in top.leaves if leaf.opphav == top.opphav] for top in oppslag.newest.punkter}
    tops |= {leaf.id: [leaf] for leaf in oppslag.newest.leaves if leaf.id not in tops}

    def overdue(a: dict) -> bool:
        begun = a["sist_evaluert"] or a["signert"]
        due = int(begun[:4]) + (a["evalueres_hvert"] or 99)
        return due < a["aar"] or (due == a["aar"] and begun[4:] < "-12-31")

    aside, seen = ("ikke_relevant", "ikke_spurt"), Counter()
    for name, row in [(name, row) for name, rows in counts(committed / "statistikk").items() for row in rows]:
        law, point = row.get("lovgrunnlag", "alle"), row.get("punkt") or row.get("underpunkt")
        mine = [a for a in avtaler if a["aar"] == row["aar"]]
        if point:
            mine = [a for a in mine if law in ("alle", a["lovgrunnlag"])]
            kind = row.get("dekning", "dekket")
            given = [
                naive_status(
                    [
                        counted(leaf, svar[a["aar"], a["avtale_id"], leaf.id])
                        if leaf.asked_under(a["lovgrunnlag"])
                        else "ikke_relevant"
                        for leaf in tops[point]
                    ]
                )
                for a in mine
            ]
            base = len(given) if kind in aside else sum(one not in aside for one in given)
            wanted = (given.count(kind), base, "")
            if kind not in aside and {*given} == {"ikke_spurt"}:
                wanted = (None, len(given), "ikke_spurt")
            assert all(row[other] == given.count(other) for other in MODEL[name].others)
        else:
            told = {
                "avtale_lovgrunnlag": sum(a["lovgrunnlag"] == law for a in mine),
                "avtale_foreldet": sum(
                    "" < oppslag.lover[a["lovgrunnlag"]].overgang_til < f"{row['aar']}-12-31" for a in mine
                ),
                "avtale_evaluering": sum(map(overdue, mine)),
            }[name]
            wanted = (told, len(mine), "")
        assert (row["verdi"], row["nevner"], row["status"]) == wanted, row
        seen[name, row["status"]] += 1
    assert seen["avtalepunkt", "ikke_spurt"] and {name for name, _ in seen} == {one.id for one in COUNTED}


def test_additions_that_are_off_are_not_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    run_agreements(tmp_path, tillegg=False)
    answered = read_rows(tmp_path / "klargjort/avtaler_p2020.csv", ASKED.contract)
    asked = {row["punkt"] or row["underpunkt"] for row in answered}
    assert "vilkaar" in asked and not asked & {"uenighet", "personopplysninger", "samarbeid-enkeltsaker-politi"}
    kept = {row["punkt"] for row in read_rows(tmp_path / "klargjort/avtalepunkter.csv", AVTALEPUNKTER)}
    assert "uenighet" in kept


def test_an_edition_before_the_first_collection_has_empty_tables(tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    run_agreements(tmp_path, aar=2017)
    cubes = count(COUNTED, ASKED, [], read_frame(tmp_path / "klargjort/avtaler-enheter.csv", ASKED.units)).cubes
    assert not any(cubes.values()) and build_tables(MODEL, cubes, WORDS, "nb", 2017) == []


# Confidentiality.


def test_no_agreement_is_alone_in_what_is_published(committed):
    cubes = counts(committed / "ut/utdata")
    sizes = {(row["aar"], row["lovgrunnlag"]): row["verdi"] for row in cubes["avtale_lovgrunnlag"]}
    by_law = [row for row in cubes["avtalepunkt"] if row["lovgrunnlag"] != "alle"]
    for aar in (2018, 2020):
        shown = {row["lovgrunnlag"] for row in by_law if row["aar"] == aar and row["status"] != "undertrykt"}
        laws = {law for year, law in sizes if year == aar}
        assert min(sizes[aar, law] for law in shown) >= 3 <= sum(sizes[aar, law] for law in laws - shown)
    assert all((row["verdi"], row["nevner"]) == (None, None) for row in by_law if row["status"] == "undertrykt")
    names = {"avtale_id", "navn", "parter", "merknad", "a001", "Avtale 01"}
    made = csv_files(build_tables(MODEL, cubes, WORDS, "nb", 2020), Path(), 2020, "")
    assert len(made) == 2 * 4
    published = [(committed / f"ut/utdata/{name}.csv").read_text(encoding="utf-8") for name in cubes]
    for text in (*published, *made.values()):
        assert not names & {*text.split("\n", 3)[0].split(",")}
        assert "Avtale 0" not in text and "Senter" not in text


# Quarantine and warnings, in a folder of one's own.


@pytest.fixture
def project(workspace):
    """A project whose collection of 2020 holds two forms as JSON."""
    folder = workspace / "data/raw/avtaler/2020"
    folder.mkdir(parents=True)
    for name in ("a002.json", "a006.json"):
        shutil.copy(RAW / "avtaler/2020" / name, folder / name)
    shutil.copy(PROJECT / "config.yaml", workspace / "config.yaml")
    for name in (f"{s}/{n}.yaml" for s in ("nb", "nn") for n in ("sjekkliste", "avtaler", "skjemafeil")):
        (workspace / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / "templates" / name, workspace / "templates" / name)
    receive.run(2020, "2021-03-01", "prøven", workspace.root)
    return workspace


FOLDER = "data/raw/avtaler/2020"


def change_json(project, name: str, change) -> None:
    path = project / f"{FOLDER}/{name}"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def checks(project) -> dict[str, dict]:
    run_agreements(project.root / "results")
    return {row["kontroll"]: row for row in read_rows(project / "results/klargjort/avtaler-kontroller.csv", KVALITET)}


def test_a_form_without_any_answer_is_put_aside_and_told(project):
    def empty(content):
        for one in content["punkter"].values():
            one.update(svar="")

    change_json(project, "a002.json", empty)
    receive.run(2020, "2021-03-02", "prøven", project.root)
    assert checks(project)["skjemaer uten svar"]["resultat"] == "ADVARSEL"
    (aside,) = read_rows(project / "results/klargjort/avtaler-karantene.csv", AVTALER_KARANTENE)
    assert (aside["avtale_id"], aside["regel"]) == ("a001", "uten_svar")
    assert len(read_rows(project / "results/klargjort/avtaler.csv", AVTALER)) == 1


def test_a_form_that_a_person_has_put_aside_is_not_read(project):
    path = project / f"{FOLDER}/a002.json"
    path.write_bytes(b"x" * 2_000_000)
    text = (project / f"{FOLDER}/kilde.yaml").read_text(encoding="utf-8")
    listed = yaml.safe_load(text)
    listed["skjemaer"][0] |= {
        "karantene": {"grunn": "Ødelagt.", "bestemt_av": "Kari Nordmann", "dato": "2021-03-02"},
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    (project / f"{FOLDER}/kilde.yaml").write_text(yaml.safe_dump(listed, sort_keys=False), encoding="utf-8")
    found = checks(project)
    assert found["skjemaer inn = brukt + i karantene"]["undersokt"] == 2
    (aside,) = read_rows(project / "results/klargjort/avtaler-karantene.csv", AVTALER_KARANTENE)
    assert (aside["regel"], aside["grunn"], aside["bestemt_av"]) == ("bestemt", "Ødelagt.", "Kari Nordmann")


def test_warnings_are_told_of_a_collection(project):
    def late(content):
        content["avtale"].update(signert="2021-01-15", parter=["3024", "3025"], sist_evaluert="", lovgrunnlag="avtale")

    change_json(project, "a002.json", late)
    receive.run(2020, "2021-03-02", "prøven", project.root)
    found = checks(project)
    warned = {name for name, row in found.items() if row["resultat"] == "ADVARSEL"}
    assert warned == {"signert etter innsamlingsåret", "svar på punkt som ikke gjelder"}


def test_parties_that_have_become_one_municipality_are_told(project):
    def merged(content):
        content["avtale"].update(parter=["1002", "1021", "1029"], signert="2013-01-01")

    change_json(project, "a002.json", merged)
    receive.run(2020, "2021-03-02", "prøven", project.root)
    assert "4205" in checks(project)["partene er blitt én kommune"]["eksempler"]


def test_two_agreements_of_the_same_parties_for_different_people_are_two(oppslag):
    one = {"aar": 2020, "parter": "0806,0811", "fil": "a.json", "avtale_id": "a001", "maalgrupper": "kvinner,barn"}
    for other, fault in (
        ({"parter": "3807,3812"}, True),
        ({"maalgrupper": "menn"}, False),
        ({"parter": "3807,3813"}, False),
    ):
        problems = ProblemList()
        rows = [one, one | {"fil": "b.json"} | other]
        same_parties([check.UsableAgreement(row, []) for row in rows], oppslag.kommuner, problems)
        assert bool(problems.problems) is fault


def test_nothing_is_written_when_a_form_is_wrong(project):
    change_json(project, "a006.json", lambda content: content["punkter"]["formaal"].update(svar="ja"))
    with pytest.raises(Problems, match="kontrollsummen"):
        run_agreements(project.root / "results")
    assert not (project / "results").exists()


# Receiving.


def entries(project) -> dict[str, dict]:
    listed = yaml.safe_load((project / f"{FOLDER}/kilde.yaml").read_text(encoding="utf-8"))
    return {one["fil"]: one for one in listed["skjemaer"]}


def test_forms_that_are_dropped_in_the_folder_are_registered(project):
    before = entries(project)
    shutil.copy(RAW / "avtaler/2020/a004.pdf", project / f"{FOLDER}/Skjema fra Gjøvik (endelig).PDF")
    shutil.copy(RAW / "avtaler/2020/a010.csv", project / f"{FOLDER}/molde.csv")
    (project / f"{FOLDER}/.DS_Store").write_bytes(b"")
    said, _ = receive.run(2020, "2021-03-09", "Kari Nordmann", project.root)
    assert "nye skjemaer: 2," in said and "Skjema fra Gjøvik (endelig).PDF» heter nå a003.pdf" in said
    found = entries(project)
    assert {name: found[name] for name in before} == before
    assert found["a003.pdf"]["levert_som"] == "Skjema fra Gjøvik (endelig).PDF"
    assert found["molde.csv"] | {"sha256": ""} == {
        **{"id": "a004", "fil": "molde.csv", "format": "csv", "mottatt": "2021-03-09", "sha256": ""},
        **{"mottatt_av": "Kari Nordmann", "opphav": "mottatt"},
    }
    load_innsamling(2020, project.root)
    assert receive.run(2020, "2021-04-01", "noen andre", project.root)[0].count("nye skjemaer: 0, endret: 0") == 1
    assert entries(project) == found


def test_an_agreement_keeps_its_id_from_an_earlier_collection(project):
    """The parties are the same even when they have new numbers and a new agreement."""
    later = project / "data/raw/avtaler/2022"
    later.mkdir()
    shutil.copy(RAW / "avtaler/2018/a006.xlsx", later / "x.xlsx")
    shutil.copy(RAW / "avtaler/2020/a010.csv", later / "y.csv")
    said, _ = receive.run(2022, "2023-03-01", "prøven", project.root)
    assert "«x.xlsx» er a002 (samme parter som før)" in said and "«y.csv» er a003 (ny avtale)" in said


def test_a_changed_form_is_received_anew(project):
    change_json(project, "a002.json", lambda content: content["avtale"].update(navn="Ny avtale"))
    said, _ = receive.run(2020, "2021-05-01", "Ola", project.root)
    assert "nye skjemaer: 0, endret: 1, som før: 1." in said
    one = entries(project)["a002.json"]
    assert (one["id"], one["mottatt"], one["mottatt_av"]) == ("a001", "2021-05-01", "Ola")


INBOX = "data/innboks/avtaler/2020"


@pytest.mark.parametrize(
    ("spoil", "aside", "told"),
    [
        (lambda folder: (folder / "brev.docx").write_bytes(b"PK x"), "brev.docx", "endelsen «.docx»"),
        (lambda folder: (folder / "stor.json").write_bytes(b"x" * 1_000_001), "stor.json", "høyst 1 MB"),
        (lambda folder: shutil.copy(folder / "a002.json", folder / "A.json"), "A.json", "samme parter som"),
        (lambda folder: (folder / "ny.json").write_text("{}"), "ny.json", "«krisestat-sjekkliste»"),
        (
            lambda folder: (folder / "ny.json").write_text(
                (folder / "a002.json").read_text(encoding="utf-8").replace('"versjon": 3', '"versjon": 9')
            ),
            "ny.json",
            "versjon «9»",
        ),
    ],
)
def test_one_that_is_wrong_goes_to_the_inbox_and_does_not_stop_the_others(project, spoil, aside, told):
    folder = project / FOLDER
    shutil.copy(RAW / "avtaler/2020/a010.csv", folder / "Nytt skjema.csv")
    spoil(folder)
    said, code = receive.run(2020, "2021-03-09", "Kari", project.root)
    assert code == 1 and "nye skjemaer: 1, endret: 0, som før: 2, lagt i innboksen: 1." in said and told in said
    assert set(entries(project)) == {"a002.json", "a006.json", "a003.csv"}
    assert not (folder / aside).exists() and (project / INBOX / aside).is_file()
    assert told in (project / INBOX / f"{aside}.feil.txt").read_text(encoding="utf-8")
    assert "Takk for skjemaet" in (project / INBOX / f"{aside}.brev.txt").read_text(encoding="utf-8")
    assert receive.run(2020, "2021-03-10", "Kari", project.root)[1] == 0


def test_a_letter_is_in_the_right_standard_names_the_field_and_tells_a_cause_once(project):
    def wrong(content):
        content["spraak"] = "nn"
        content["avtale"].update(signert="31.02.2020", parter=["3806", "4002"])
        content["punkter"]["formaal"].update(svar="kanskje", merknad="Vi veit ikkje kva som gjeld, ring 22 33 44 55")
        for leaf in ("skole", "bolig-plikt", "bolig-varsling"):
            content["punkter"][leaf].update(svar="kanskje")

    shutil.copy(RAW / "avtaler/2020/a009.json", project / f"{FOLDER}/nn.json")
    change_json(project, "nn.json", wrong)
    said, code = receive.run(2020, "2021-03-09", "Kari", project.root)
    letter = (project / INBOX / "nn.json.brev.txt").read_text(encoding="utf-8")
    assert code == 1 and "Dette må rettast" in letter and "Dato for underskrift. Vi fann «31.02.2020»" in letter
    assert said.count("«kanskje»") == 1 and "og 3 til av samme slag" in said and letter.count("«kanskje»") == 1
    assert "22 33 44 55" not in letter + said


def test_a_letter_says_every_fault_that_there_is_in_its_own_standard():
    """Whatever the corpus of broken forms is told of has its words in both; what has none is told as «annet»."""
    names = ("avtaler", "skjemafeil")
    nb, nn = ({name: load_words(PROJECT / f"templates/{s}/{name}.yaml") for name in names} for s in ("nb", "nn"))
    corpus = Path(__file__).parent / "bad_forms/forventet"
    told = {text for path in corpus.glob("*.txt") for text in re.findall(r"  Fant:   (.*)", path.read_text("utf-8"))}
    of_collection = ("ikke er registrert", "filen finnes ikke", "kontrollsummen", "lenke", "id-en «a002»")
    strange = [one for one in told if not any(mark in one for mark in of_collection)]
    for found in strange:
        assert worded(found, nb, nb["skjemafeil"]) != nb["skjemafeil"]["annet"], found
        nynorsk = re.sub("«[^»]*»", "", worded(found, nn, nb["skjemafeil"]))
        assert not re.search(r"(?<![-\w])(ikke|noe|en|et|mente|mangler|ble|tegn|skadet|feltene)\b", nynorsk), nynorsk
    assert len(strange) > 60 and worded("Stream has ended", nn, nb["skjemafeil"]) == nn["skjemafeil"]["annet"]


def test_a_form_filled_half_in_each_standard_is_read(project):
    def mixed(content):
        for leaf, svar in zip(content["punkter"].values(), itertools.cycle(["Delvis dekt", "Dekket", "MANGLAR"])):
            leaf["svar"] = svar
        content["avtale"].update(signert="1. mars 2020", parter=["Porsgrunn", "3807 Skien", "Notodden kommune"])
        content["avtale"].update(
            vertskommune="Skien", maalgrupper=["Kvinner", "barn"], lovgrunnlag="Vertskommune, administrativt"
        )

    shutil.copy(RAW / "avtaler/2020/a009.json", project / f"{FOLDER}/nn.json")
    change_json(project, "nn.json", mixed)
    said, code = receive.run(2020, "2021-03-09", "Kari", project.root)
    assert code == 0, said
    checks(project)
    row = read_rows(project / "results/klargjort/avtaler.csv", AVTALER)[-1]
    assert (row["parter"], row["vertskommune"], row["maalgrupper"]) == ("3806,3807,3808", "3807", "kvinner,barn")
    assert (row["signert"], row["lovgrunnlag"]) == ("2020-03-01", "vertskommune_administrativ")


def test_a_form_is_put_in_quarantine_by_one_command(project):
    said = receive.quarantine(2020, "a002", "Utkast.", "Kari Nordmann", "2021-03-02", project.root)
    assert "a002 (a006.json) er i karantene" in said
    assert checks(project)["skjemaer inn = brukt + i karantene"]["undersokt"] == 2
    with pytest.raises(Problems, match="a009"):
        receive.quarantine(2020, "a009", "Utkast.", "Kari Nordmann", "2021-03-02", project.root)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "lenke.json").symlink_to("/etc/hostname"), "en lenke til et annet sted"),
        (lambda folder: (folder / "mappe").mkdir(), "noe annet enn en fil"),
        (lambda folder: (folder / "a002.json").unlink(), "filen finnes ikke"),
    ],
)
def test_nothing_is_registered_or_renamed_when_the_folder_is_wrong(project, spoil, told):
    folder = project / FOLDER
    shutil.copy(RAW / "avtaler/2020/a010.csv", folder / "Nytt skjema.csv")
    spoil(folder)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(Problems, match=told):
        receive.run(2020, "2021-03-09", "Kari", project.root)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_the_manifest_schema_explains_every_key():
    schema, _ = load_yaml(PROJECT / "workflow/schemas/avtalekilde.schema.yaml")
    properties = schema["properties"]["skjemaer"]["items"]["properties"]
    assert all("description" in one or "$ref" in one for one in properties.values())


def test_an_agreement_of_a_later_year_is_not_counted_in_an_earlier_edition(oppslag, committed):
    avtaler = read_rows(committed / "klargjort/avtaler.csv", AVTALER)
    punkter = read_rows(committed / "klargjort/avtalepunkter.csv", AVTALEPUNKTER)
    only = [row for row in avtaler if row["aar"] == 2018]
    rows = form_answers(only, punkter, oppslag.newest, oppslag.lover, ASKED)
    assert {row["aar"] for row in rows} == {2018}
