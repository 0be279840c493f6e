"""Whole editions compared: the target `endringer`, and two git revisions built from empty."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.utgave import change_cell
from tests.support.comparison import kinds, report_of
from tests.support.project import commit, git
from tests.support.workflow import copy_project

pytestmark = pytest.mark.workflow


def test_the_target_endringer(built, tmp_path):
    project = built.copied(tmp_path)
    shutil.copytree(project / "results/2020", tmp_path / "forrige")
    compared = project.snakemake("endringer", "--config", f"mot={tmp_path / 'forrige'}")
    assert compared.returncode == 0, compared.stderr[-3000:]
    assert report_of(project)["lik"] and "rule render" not in compared.stderr
    change_cell(project.root)
    project.edit(
        "templates/samarbeid/nb/tekst.html.j2", lambda t: t.replace("i etablerte samarbeidsfora", "i samarbeidsfora", 1)
    )
    project.edit("config.yaml", lambda t: t.replace("sist_oppdatert: 2026-11-21", "sist_oppdatert: 2026-11-22"))
    project.edit(
        "templates/felles/side.css", lambda t: t.replace("border-collapse: collapse", "border-collapse:collapse", 1)
    )
    compared = project.snakemake("endringer", "--config", f"mot={tmp_path / 'forrige'}")
    assert compared.returncode == 0, compared.stderr[-3000:]
    report = report_of(project)
    assert not report["lik"] and report["ikke_avgjort"] == []
    found = {kind for entry in report["paastander"] for kind in kinds(report, entry)}
    assert {"raarad", "mal"} <= found
    assert any("innstilling" in kinds(report, entry) for entry in report["tekst"])
    assert any("stil" in kinds(report, entry) for entry in report["utseende"])
    (number,) = {c["celle"] for e in report["paastander"] for c in e["tall"]}
    assert number == "forum/tilbud=kvinner/2020"
    for name in ("endringer.html", "endringer.md"):
        assert "kv_deltar" in (project / "results/endringer" / name).read_text(encoding="utf-8")
    missing = project.snakemake("endringer", "--forcerun", "compare")
    assert missing.returncode == 1 and "nøkkelen «mot»" in missing.stderr


def test_revisions_that_are_not_there_or_do_not_build(tmp_path):
    """Two that do build are compared in tests/tools/test_ci.py."""
    project = copy_project(tmp_path / "p")
    (project / ".venv").symlink_to(Path(sys.prefix))
    git(project.root, "init", "-q")
    (project / ".git/info/exclude").write_text(".venv\n", encoding="utf-8")
    commit(project.root)
    project.edit("config.yaml", lambda t: t.replace("spraak: nb", "spraak: NO"))
    git(project.root, "commit", "-qam", "to")

    def compare(*revisions: str) -> subprocess.CompletedProcess:
        command = ["bash", "tools/compare-revisions.sh", *revisions, "2"]
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        return subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True, timeout=900)

    unknown = compare("finnes-ikke", "HEAD")
    assert unknown.returncode == 2 and "ingen slik revisjon" in unknown.stderr
    broken = compare("HEAD", "HEAD~1")
    assert broken.returncode == 2 and "et bygg som stoppet" in broken.stderr and "logs/sammenlign" in broken.stderr
    listed = subprocess.run(["git", "worktree", "list"], cwd=project.root, capture_output=True, text=True, check=True)
    assert len(listed.stdout.splitlines()) == 1, "no worktree is left behind"
