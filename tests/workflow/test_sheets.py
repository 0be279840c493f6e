"""The target `faktaark`, run by Snakemake: what reruns, what heals, and that no missing sheet is silent."""

import json
import re
import shutil

import pytest

from tests.support.workflow import Project, copy_project

pytestmark = pytest.mark.workflow

ASKED = ["kommune-0301", "senter-s07"]
UPSTREAM = ["agreements", "clean", "compute"]
OWN = ["sheet_audit", "sheet_data", "sheet_index", "sheets"]


def make(project: Project, asked: list[str] | None = None) -> tuple[list[str], str]:
    """Ask for some sheets; returns the rules that ran, sorted, and what the terminal said. Fails if the exit code does
    not tell whether anything was wrong."""
    chosen = json.dumps({"utvalg": asked or ASKED})
    done = project.snakemake("--config", f"faktaark={chosen}", "--", "faktaark")
    ran = sorted(set(re.findall(r"^localrule (\w+):", done.stderr, re.MULTILINE)) - {"faktaark"})
    assert done.returncode == (1 if "Fant " in done.stderr else 0), done.stderr[-3000:]
    return ran, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    """Two sheets, each a batch of its own. Tests copy it."""
    project = copy_project(tmp_path_factory.mktemp("bygd"))
    project.edit("config.yaml", lambda text: text.replace("  bunt: 50 ", "  bunt: 1 "))
    ran, said = make(project)
    assert ran == sorted(UPSTREAM + OWN), said[-3000:]
    assert "Faktaark:     2 ark: results/2020/faktaark-utvalg/index.html" in said
    return project


@pytest.fixture
def project(built, tmp_path) -> Project:
    shutil.copytree(built.root, tmp_path / "kopi", symlinks=True)
    return Project(tmp_path / "kopi")


def sheets_of(project: Project) -> dict[str, bytes]:
    folder = project / "results/2020/faktaark-utvalg"
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_sheets_are_there_and_a_second_run_does_nothing(project):
    before = sheets_of(project)
    loose = {f"{ark}.{kind}" for ark in ASKED for kind in ("html", "pdf")}
    inner = {"bunt-001.zip", "bunt-002.zip", "revisjon.json"}
    assert before.keys() == loose | inner | {"index.html", "faktaark.json", "faktaark_p2020.zip"}
    assert make(project)[0] == []
    assert sheets_of(project) == before


def test_what_someone_deletes_or_alters_comes_back_with_the_same_bytes(project):
    before, folder = sheets_of(project), project / "results/2020/faktaark-utvalg"
    (folder / "senter-s07.pdf").unlink()
    (folder / "kommune-0301.html").write_text("noe annet", encoding="utf-8")
    ran, said = make(project)
    assert ran == ["sheet_audit", "sheet_index"]
    assert "faktaark-utvalg/senter-s07.pdf: borte\n" in said and "faktaark-utvalg/kommune-0301.html: endret\n" in said
    assert sheets_of(project) == before
    (folder / ".bunter/bunt-002.zip").unlink()
    (folder / "index.html").unlink()
    ran, said = make(project)
    assert ran == ["sheet_audit", "sheet_index", "sheets"]
    assert "1 PDF-er hentet fra lageret" in said
    assert sheets_of(project) == before


def test_a_sheet_that_cannot_be_made_is_told_each_time_until_it_can(project):
    register = "data/raw/register/kommuner.csv"
    before, plain = sheets_of(project), (project / register).read_bytes()
    # A character that no font of the project has, in the name of one municipality.
    project.edit(register, lambda text: text.replace("0301,Oslo,", "0301,Oslo\U0001f600,"))
    first, said = make(project)
    assert set(OWN) <= set(first)
    assert "Fant 1 feil" in said and "kommune-0301" in said and "Bygget stoppet" in said
    assert "RuleException" not in said and "Cannot restore" not in said  # told once, and in Norwegian
    left = sheets_of(project)
    assert "senter-s07.pdf" in left and "kommune-0301.pdf" not in left and "kommune-0301.html" not in left
    assert "Traceback" in (project / "logs/sheets-001.log").read_text(encoding="utf-8")
    again, said = make(project)
    assert "sheet_audit" in again and "Fant 1 feil" in said, "the next run may not say that all is well"
    (project / register).write_bytes(plain)
    assert "sheets" in make(project)[0]
    assert sheets_of(project) == before


def test_an_unknown_sheet_stops_with_a_suggestion(project):
    before = sheets_of(project)
    said = make(project, ["senter-s7"])[1]
    assert "faktaarket «senter-s7» – mente du «senter-s" in said
    assert sheets_of(project)["senter-s07.pdf"] == before["senter-s07.pdf"]
