"""The benchmark against other tools: that what is measured is what is said, and that all of them build what we do."""

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.peers import report
from benchmark.peers.contenders import RESULTS, SENTENCE, contenders, environment, makefile, prepare
from benchmark.peers.to_typst import to_typst
from tests.support.project import PROJECT, ROOT

WORK = "import time\nwhile time.process_time() < 0.3: pass"


def one(name: str):
    return next(contender for contender in contenders() if contender.id == name)


def times(cpu: float, wall: float, vist: bool | None = None) -> dict:
    spread = {kind: {"median": v, "min": v, "maks": v} for kind, v in (("cpu", cpu), ("vegg", wall))}
    return {**spread, "minne": 100, "vist": vist}


def measured(**cpu: float) -> dict:
    """A measurement in which each contender needs so much in every scenario."""
    everyone = [
        {
            "id": name,
            "navn": name.capitalize(),
            "like_bytes": name == "krisestat",
            "sider": 22,
            "tagget": True,
            "scenarier": {scenario: times(needed, needed, True) for scenario in report.SCENARIOS},
        }
        for name, needed in cpu.items()
    ]
    engines = [
        {"id": name, "sider": 20, "tagget": True, **times(4, 4), "deler": {"lasting": 1, "setting": 2}}
        for name in report.ENGINES
    ]
    machine = {"prosessor": "P", "kjerner": 2, "minne_gb": 8, "system": "Debian"}
    return {
        "runder": 5,
        "maskin": machine,
        "versjoner": {"Python": "3.11"},
        "deltakere": everyone,
        "ikke_maalt": {"Quarto": "mangler"},
        "pdf": engines,
    }


def measured_apart(code: str) -> subprocess.CompletedProcess:
    """Measure a Python program in a process of its own: the measuring waits for every child that there is."""
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom benchmark.peers.measure import adopt, measure\nadopt()\n"
        f"cost = measure([sys.executable, '-c', {code!r}], Path.cwd(), os.environ)\nprint(cost.cpu, cost.memory)"
    )
    return subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True)


@pytest.mark.thorough
def test_the_cost_of_a_child_that_outlives_its_parent_is_counted():
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WORK!r}], start_new_session=True)"
    cpu, memory = map(float, measured_apart(code).stdout.split())
    assert cpu >= 0.3
    assert memory > 5


def test_a_build_that_fails_is_told_with_what_it_printed():
    assert "galt her" in measured_apart("raise SystemExit('galt her')").stderr


def test_who_is_ahead_is_told_and_quarto_is_never_beaten():
    told = report.tables(measured(krisestat=10, make=8, notebook=12))
    assert "Mindre CPU-tid enn Krisestat, fra tomt: Make." in told
    assert "| Make | 8,0 (8,0–8,0); 0,80 ×" in told
    assert "| Notebook | **nei** | ja | ja | ja | 22 | 100 MB |" in told
    assert "Ikke målt: Quarto: mangler." in told
    assert "10,0 |" in next(line for line in told.splitlines() if line.startswith("| Typst"))


def test_what_is_missing_is_said_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    lacking = {contender.id: contender.missing for contender in contenders()}
    assert not lacking["krisestat"]
    assert "apt-get install r-base-core" in lacking["rmarkdown"]
    assert "verken slått eller slående" in lacking["quarto"]
    assert all("\n" not in said for said in lacking.values())


@pytest.mark.parametrize("contender", [c for c in contenders() if c.id != "krisestat-hele"], ids=lambda c: c.id)
def test_every_source_has_the_sentence_that_is_changed(contender, tmp_path):
    (tmp_path / contender.source).parent.mkdir(parents=True)
    shutil.copy(PROJECT / contender.source, tmp_path / contender.source)
    contender.change_sentence(tmp_path)
    assert SENTENCE[1] in (tmp_path / contender.source).read_text(encoding="utf-8")


def test_all_text_of_the_print_edition_is_in_the_typst_document():
    html = """<html lang="nb"><head><title>Tittel</title></head><body><div class="merknad-kort">Merk</div>
      <h2 id="a">Del #1</h2><p>Se <a href="#t">tabell</a> [1] og <a href="https://example.org">nett</a>.</p>
      <table id="t"><caption>Tab</caption><thead><tr><th rowspan="2">År</th><th colspan="2">Antall</th></tr>
      <tr><th>Kv</th><th>Me</th></tr></thead><tbody><tr class="gruppe"><th colspan="3">Gruppe</th></tr>
      <tr><th>2020</th><td>43</td><td>39</td></tr></tbody></table></body></html>"""
    text, pictures = to_typst(html)
    for said in ('"Del #1"', '" [1] og "', '#link("https://example.org")', "link(<t>)", "counter(page).at(<t>)"):
        assert said in text
    assert "table.cell(rowspan: 2)" in text and "columns: (2.4fr, 1fr, 1fr,)" in text
    assert not pictures


def test_the_figure_has_the_same_bytes_each_time():
    found = measured(krisestat=10, make=8)
    fonts = PROJECT / "templates/fonts"
    assert report.figure(found, fonts) == report.figure(found, fonts)


def test_kept_numbers_are_those_that_are_told():
    found = json.loads((PROJECT / report.RESULT).read_text(encoding="utf-8"))
    page = (PROJECT / report.PAGE).read_text(encoding="utf-8")
    assert report.tables(found) in page
    assert (PROJECT / report.FIGURE).is_file()


@pytest.mark.workflow
@pytest.mark.skipif(PROJECT != ROOT, reason="what is measured is the example edition, in its repository")
def test_the_same_scripts_give_the_same_files_without_snakemake(tmp_path):
    """The jobs that make and doit get are those of the rules: the first stages give a page's numbers, byte for byte."""

    def run(command: list[str], folder: Path) -> None:
        subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)

    base = prepare(tmp_path / "ett", run)
    wanted = [f"{RESULTS}/ut/utdata/{name}.csv" for name in ("samarbeid", "beboere")]
    snakemake = [sys.executable, "-m", "snakemake", "--cores", "2", *wanted, "--quiet", "all"]
    other = Path(shutil.copytree(base, tmp_path / "to", symlinks=True))
    run(["make", "-s", "-j2", "-f", "steg.mk", *wanted], base)
    run(snakemake, other)
    for name in wanted:
        assert (base / name).read_bytes() == (other / name).read_bytes()
    again = subprocess.run(["make", "-q", "-f", "steg.mk", *wanted], cwd=base, check=False)
    assert again.returncode == 0, "make would build again"
    assert makefile(pickle.loads((base / "steps.pickle").read_bytes())).count("peers/stage.py") == 7
