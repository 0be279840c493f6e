"""The generated surveys that the benchmarks measure are true ones: the stages take them, and count what was written."""

import csv
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.project import PROJECT
from tools.steps import write_steps


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(PROJECT / "benchmark"))
    names = ("generert", "one_process", "stordata")
    yield lambda: [__import__(name) for name in ("generert", "stordata")]
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.thorough
def test_a_generated_survey_is_counted_as_it_was_written(benchmarks, tmp_path, monkeypatch, capsys):
    generert, stordata = benchmarks()
    size = generert.Size(aar=3, tilbud=8, instanser=11, former=5)
    generert.generate(tmp_path, size)
    write_steps(tmp_path)
    monkeypatch.chdir(tmp_path)
    for stage in stordata.STAGES:
        stordata.run(stage, size)
    assert capsys.readouterr().out.count('"cpu"') == len(stordata.STAGES)
    year = size.years[-1]
    with Path(f"data/raw/{year}/samarbeid_p{year}.csv").open(encoding="utf-8", newline="") as handle:
        said = Counter(
            column for row in csv.DictReader(handle, delimiter=";") for column, text in row.items() if text == "Ja"
        )
    with Path(f"results/{year}/ut/utdata/samarbeidsform.csv").open(encoding="utf-8", newline="") as handle:
        forms = [row for row in csv.DictReader(handle) if row["aar"] == str(year)]
    names = [f"{row['tilbud']}_{row['instans']}_{row['samarbeidsform']}" for row in forms]
    assert len(forms) == 2 * size.instanser * size.former and sum(said.values())
    assert [int(row["verdi"]) for row in forms] == [said[name] for name in names]
    assert {row["nevner"] for row in forms} == {str(size.centres)}


def test_the_same_size_gives_the_same_survey(benchmarks, tmp_path):
    generert, _ = benchmarks()
    size = generert.Size(aar=2, tilbud=4, instanser=3, former=2)
    for name in ("a", "b"):
        generert.generate(tmp_path / name, size)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a/data").rglob("*") if p.is_file())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
    assert {f.parent.name for f in files if f.match("raw/20*/samarbeid*")} == {"2024", "2025"}


def test_growth_is_told_from_the_smaller_sizes(benchmarks):
    generert, stordata = benchmarks()
    sizes = [generert.Size(a, t, 20, 10) for a, t in ((3, 2000), (30, 200), (30, 2000))]
    costs = [{"clean": {"cpu": s, "minne": m}} for s, m in ((2.0, 150.0), (4.0, 90.0), (20.0, 160.0))]
    told = stordata.summary(sizes, costs, 2000.0)
    assert told["svar"] == 12_000_000 and told["mikrosekunder"] == round(20 / 12, 3)
    mean = 20 / 12
    assert told["stigning_aar"] == round(18 / 10.8 / mean, 3)
    assert told["stigning_tilbud"] == round(16 / 10.8 / mean, 3)
    assert (told["minne"], told["minne_tidel_aar"], told["minne_tidel_tilbud"]) == (160, 150, 90)
