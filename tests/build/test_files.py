"""Files by name, from the rule through the script to the stage."""

import ast
import copy
from inspect import getsource, signature
from pathlib import Path
from types import SimpleNamespace

import pytest

from krisestat.base.files import Files, folders
from krisestat.base.records import made
from krisestat.build.edition import open_edition
from krisestat.build.job import bound as bound_by_script
from tests.support.project import PROJECT
from tests.support.stages import bound

# `compare` compares two folders, as the command does.
STAGES = sorted({path.stem for path in (PROJECT / "scripts/krisestat/stages").glob("[!_]*.py")} - {"compare"})
# What the script itself adds to the rule's parameters.
BESIDE = {"manifest": {"git_status", *made([])}, "sheets": {"number"}}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_asks_for_the_files_and_parameters_that_its_rule_has(stage):
    work = bound(stage, Path("ut"))
    assert {*signature(work.run).parameters} == {"inn", "ut", *work.params, *BESIDE.get(stage, ())}
    asked = 0
    for node in ast.walk(ast.parse(getsource(work.run))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("inn.many", "inn.folder", "ut.many", "ut.folder"):
            getattr(work, node.func.value.id).many(node.args[0].value)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("inn", "ut"):
            asked += isinstance(getattr(getattr(work, node.value.id), node.attr), Path)
    assert asked


def test_a_name_that_is_not_there_is_told_with_those_that_are():
    files = Files({"utdata": "forum.csv", "svar": ["a/x.csv", Path("a/y.csv")], "ingen": []})
    assert files.utdata == Path("forum.csv") and files.folder("svar") == Path("a") and files.many("ingen") == ()
    for ask in (lambda: files.tall, lambda: files.svar, lambda: files.many("utdata"), lambda: files.many("tall")):
        with pytest.raises(AttributeError, match=r"among utdata, svar \(several\), ingen \(several\)"):
            ask()
    with pytest.raises(AttributeError):
        files.utdata = Path("annet.csv")
    assert copy.copy(files) == files == Files({**files}) != Files({})


def test_a_script_binds_paths_in_the_project_and_the_folder_of_what_its_rule_lists(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read = {"codebooks": ["data/raw/codebooks/svarkoder.csv"], "utdata": f"{tmp_path}/results/2020/utdata/forum.csv"}
    inn, ut = bound_by_script(SimpleNamespace(input=read, output={"figurer": [f"{tmp_path}/a.svg", "b.svg"]}))
    assert inn.utdata == Path("results/2020/utdata/forum.csv") and inn.codebooks == Path("data/raw/codebooks")
    assert {*inn} == {"utdata", *folders()} and ut.many("figurer") == (Path("a.svg"), Path("b.svg"))


def test_an_edition_has_the_statistics_that_its_years_have_numbers_of():
    first, later = (open_edition(str(PROJECT), {"foerste_aar": aar}).statistics for aar in (2015, 2020))
    assert {*first} - {*later} == {"kommunalt_samarbeid"} and "avtalepunkt" in later
