"""The workflow itself, run by Snakemake in folders of its own: what reruns, what stays, the same bytes everywhere."""

import csv
import html
import io
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from krisestat.base.contracts import FORMULA_STARTS
from krisestat.model.config import load_config
from krisestat.release import verify
from tests.support.project import PROJECT
from tests.support.signed import sign_everything
from tests.support.workflow import ALL, Project, copy_project
from tools import reproduser
from tools.steps import write_steps

pytestmark = pytest.mark.workflow


@pytest.fixture
def project(built, tmp_path) -> Project:
    return built.copied(tmp_path)


def test_the_outputs_that_others_build_on_are_there(built):
    names = {
        *("ut/publikasjon/index.html", "ut/publikasjon/publikasjon.pdf", "statistikk/forum.csv", "ut/utdata/forum.csv"),
        *("hovedpunkter.json", "config.yaml", "etterproving/paastander.json", "etterproving/index.html"),
        *("ut/datapackage.json", "nedlasting.json", "ut/nedlasting/tabeller_p2020.xlsx"),
    }
    assert names <= {n.removeprefix("results/2020/") for n in built.digests()}
    assert len(list((built / "results/2020/figurer").glob("*.svg"))) >= 5
    assert len(list((built / "results/2020/ut/utdata/tabeller").glob("*.csv"))) >= 10


def test_no_text_of_a_table_is_run_by_a_spreadsheet_and_none_is_altered(built):
    folder = built / "results/2020"
    register = (built / "data/raw/register/sentre.csv").read_text(encoding="utf-8")
    centres = {row["navn"] for row in csv.DictReader(io.StringIO(register))}
    named = set()
    for path in folder.rglob("*.csv"):
        text = path.read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";" if text[0] == "\ufeff" else ","))
        cells = {cell for row in rows for cell in row}
        assert not [c for c in cells if c.startswith(FORMULA_STARTS) and not re.fullmatch(r"-[\d.,]+", c)], path
        named |= cells & centres if path.parent.name == "tabeller" else set()
    assert len(named) > 40
    for path in folder.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml")}
        assert not [name for name, part in parts.items() if "<f>" in part or "<f " in part]
        texts = re.findall(r"<t[^>]*>([^<]*)", "".join(parts.values()))
        assert texts and not [one for one in texts if html.unescape(one).startswith(FORMULA_STARTS)]


def test_the_reports_lie_beside_the_edition_and_touch_nothing_of_it(built, with_reports, tmp_path):
    assert {name.split("/")[0] for name in with_reports.changed(built.digests())} == {"avtaler"}
    project = with_reports.copied(tmp_path)
    assert project.build() == []
    assert "alle" in verify.run("2020", project.root)


def test_a_build_tells_what_it_made_and_how_to_make_the_rest(with_reports, tmp_path):
    """What lies there from another build may be old, and is not told."""
    project = with_reports.copied(tmp_path)
    told = project.snakemake("--quiet", "rules", "--forcerun", "manifest").stderr
    assert re.search("(?m)^Steg 1 av 1, manifest: .*\n  manifest: ferdig etter .*\nAlle 1 steg er ferdige etter ", told)
    assert "jobid" not in told and "Nettside:" in told and "Avtaler:" not in told
    rest = "rapporter om avtaler («make avtaler»), faktaark («make faktaark»). Alt: «make alt»."
    assert f"  Ikke med:     {rest}\n" in told
    told = project.snakemake("--forcerun", "reports", "--", "avtaler").stderr
    assert "Avtaler:      results/2020/avtaler/index.html" in told and "Nettside:" not in told
    assert "  Ikke med:     publikasjonen («make publication»), faktaark («make faktaark»)." in told


def test_a_start_with_nothing_to_do_loads_no_frames_figures_or_typesetter(project):
    """What a start costs is mostly what it loads. Snakemake would load pandas to ask whether a setting is a frame."""
    started = project.snakemake("-n", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert started.returncode == 0, started.stderr[-3000:]
    loaded = {line.rsplit("|", 1)[1].strip() for line in started.stderr.splitlines() if line.startswith("import time:")}
    assert "krisestat.build.edition" in loaded
    assert not {"pandas", "matplotlib", "weasyprint", "xlsxwriter", "fontTools"} & loaded


def test_a_bad_raw_file_stops_the_build_and_leaves_the_last_edition(project):
    before = project.digests()
    project.edit("data/raw/2018/samarbeid_p2018.csv", lambda t: t.replace(";Ja;", ";Jaa;", 1), "cp1252", "2018")
    stopped = project.snakemake()
    assert stopped.returncode == 1
    for part in ("samarbeid_p2018.csv, linje", "Fant:   «Jaa» – mente du «Ja»?", "Ventet: Ja, Nei", "Gjør:"):
        assert part in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert "Traceback" in (project / "logs/clean.log").read_text(encoding="utf-8")
    assert project.digests() == before
    assert not list((project / "results").rglob("*.ny"))
    for _ in range(2):
        again = project.snakemake()
        assert again.returncode == 1 and "Fant:   «Jaa»" in again.stderr, (
            "a fault that is still there stops every build"
        )
    project.edit("data/raw/2018/samarbeid_p2018.csv", lambda t: t.replace(";Jaa;", ";Ja;", 1), "cp1252")
    shutil.copy(PROJECT / "data/raw/2018/kilde.yaml", project / "data/raw/2018/kilde.yaml")
    assert "clean" in project.build()
    assert project.digests() == before
    assert project.build() == []


def test_a_missing_year_and_a_bad_setting_stop_before_any_job(project):
    before = project.digests()
    shutil.rmtree(project / "data/raw/2016")
    stopped = project.snakemake()
    assert stopped.returncode == 1
    assert "ingen mappe for 2016" in stopped.stderr and "Traceback" not in stopped.stderr
    project.edit("config.yaml", lambda t: t.replace("spraak: nb", "spraak: NO").replace("hjelp:", "hjlp:"))
    stopped = project.snakemake()
    assert stopped.returncode == 1
    assert "som YAML leser som usant" in stopped.stderr and "mente du «hjelp»?" in stopped.stderr
    stopped = project.snakemake("--config", "aarr=2019")
    assert "mente du «aar»?" in stopped.stderr
    assert project.digests() == before


def test_two_clean_builds_give_the_same_bytes(with_reports, tmp_path):
    """`make reproduser` in short: one build, in everything that it makes strange, against the one that is there."""
    around = reproduser.strange(tmp_path / "hjemme", clock=shutil.which("faketime") is not None, user=False)
    other = copy_project(tmp_path / "et annet sted")
    done = reproduser.build(other.root, around)
    assert done.returncode == 0, done.stderr[-6000:]
    different = dict(reproduser.differences(reproduser.outputs(with_reports.root), reproduser.outputs(other.root)))
    assert different == {}
    assert len(reproduser.outputs(other.root)) > 40


def sign(project: Project) -> None:
    """Somebody stands for all text of the edition."""
    sign_everything(project.root, load_config(project / "config.yaml", project.root))


# A statistic of the same answers.
DECLARED = """
  kontakt_noen:
    navn: Fast kontakt
    beskrivelse: tilbud som har fast kontaktperson hos minst én instans
    sagt: {nb: [hadde fast kontakt], nn: [hadde fast kontakt]}
    enhet: tilbud
    type: antall
    per: [tilbud]
    svar:
      kilde: samarbeid
      sporsmaal: samarbeidsform
      der: {samarbeidsform: fast_kontakt}
      minst_en: [instans]
      teller: ja
      base: alle

tabeller:
"""


def test_a_new_partner_is_a_code_and_columns_and_a_new_statistic_a_declaration(project):
    """A partner that is asked about for the first time needs no edit of code or text."""

    def with_partner(text: str) -> str:
        header, *records = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        forms = ["", "_enkeltsaker", "_fast_kontakt", "_skriftlig", "_ikke_skriftlig"]
        writer.writerow([*header, *(f"{group}_krisetelefon{form}" for group in ("kv", "me") for form in forms)])
        for number, record in enumerate(records):
            cells = ["Ja", "Ja", "Nei", "Nei", "Nei"] if number % 3 else ["Nei", "", "", "", ""]
            has = [record[header.index(f"{group}_har_tilbud")] == "Ja" for group in ("kv", "me")]
            writer.writerow([*record, *(cells if has[0] else [""] * 5), *(cells if has[1] else [""] * 5)])
        return "\ufeff" + out.getvalue()

    def with_columns(text: str) -> str:
        forms = {
            "enkeltsaker": "enkeltsaker",
            "fast_kontakt": "fast_kontakt",
            "skriftlig": "skriftlig_avtale",
            "ikke_skriftlig": "ikke_skriftlig_avtale",
        }
        for code, group in (("kv", "kvinner"), ("me", "menn")):
            text += f"{code}_krisetelefon,samarbeid,{group},krisetelefon,\n"
            for column, form in forms.items():
                text += f"{code}_krisetelefon_{column},samarbeidsform,{group},krisetelefon,{form}\n"
        return text

    last = "      overgrepsmottak: Overgrepsmottak\n"
    new = f"{last}      krisetelefon: Krisetelefon\n    gjelder: {{krisetelefon: [2020]}}\n"
    project.edit("data/statistikk/samarbeid.yaml", lambda t: t.replace(last, new).replace("\ntabeller:\n", DECLARED))
    project.edit("data/raw/codebooks/samarbeid_p2020.csv", with_columns)
    project.edit("data/raw/2020/samarbeid_p2020.csv", with_partner, register="2020")
    sign(project)
    project.build()
    table = (project / "results/2020/ut/utdata/tabeller/instanser_p2020.csv").read_text(encoding="utf-8")
    page = (project / "results/2020/ut/publikasjon/index.html").read_text(encoding="utf-8")
    figure = (project / "results/2020/figurer/samarbeid-etter-instans.svg").read_text(encoding="utf-8")
    assert all("Krisetelefon" in text for text in (table, page, figure))
    text = (project / "results/2020/ut/utdata/kontakt_noen.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 12 and {row["status"] for row in rows if int(row["aar"]) < 2017} == {"ikke_spurt"}


def test_the_checklist_alone_needs_no_answers(tmp_path):
    """The target `sjekkliste` reads no survey: it is built where every answer file is empty."""
    project = copy_project(tmp_path / "liste")
    for path in (project / "data/raw").glob("20*/samarbeid_*"):
        path.write_bytes(b"")
    assert project.build("sjekkliste") == ["checklist", "forms"]
    assert {n.split("/")[2] for n in project.digests()} == {"ut", "trykk"}


def test_an_edition_before_the_first_counts_of_persons_has_no_tables_of_them(project):
    project.build("results/2018/ut/publikasjon/index.html", "--config", "aar=2018")
    tables = {path.name for path in (project / "results/2018/ut/utdata/tabeller").iterdir()}
    assert "instanser_p2018.csv" in tables and not [name for name in tables if name.startswith("beboere")]
    page = (project / "results/2018/ut/publikasjon/index.html").read_text(encoding="utf-8")
    assert "Antallet beboere" not in page and 'id="personer"' not in page


def test_one_process_gives_the_same_bytes_as_the_workflow(built, tmp_path):
    """The benchmark's yardstick does the same work."""
    other = copy_project(tmp_path / "en prosess")
    write_steps(other.root)
    command = [sys.executable, "benchmark/one_process.py", *ALL[: ALL.index("manifest")]]
    done = subprocess.run(command, cwd=other.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    expected = {n: d for n, d in built.digests().items() if n != "results/2020/manifest.json"}
    assert other.digests() == expected
