"""The benchmark and its guard: what is told when a measurement is worse, and that what is measured is what is said."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmark import run, utgave, vakt
from benchmark.deler import DELER, Del
from benchmark.maaling import Rad, Verksted, machine, measure, revision, summary, versions
from krisestat.base.errors import Problems
from tests.support.project import PROJECT

MACHINE = {"prosessor": "A", "kjerner": 2, "minne_gb": 8, "system": "Debian"}


def row(value: float, spread: float = 0.0, **more: Any) -> dict[str, Any]:
    """A row with its rounds spread evenly round the median."""
    spans = {"verdi": value, "lavest": value - spread, "hoyest": value + spread}
    return {"tekst": "noe", "enhet": "ganger", "runder": 5} | spans | more


def measured(machine: dict | None = None, deler: tuple[str, ...] = ("utgave",), **rows: dict) -> dict[str, Any]:
    """A measurement with rows of the part `utgave`."""
    named = {f"utgave.{name}": one for name, one in rows.items()}
    where = {"maskin": machine or MACHINE, "versjoner": {"python": "3.11.7"}}
    return {"commit": "0" * 40, "endret": False, "deler": list(deler), **where, "rader": named}


def judged(old: dict, new: dict) -> list[tuple[str, str]]:
    return [(one.slag, one.id.removeprefix("utgave.")) for one in vakt.compare(old, new)]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (row(1.0), row(1.16), ["verre"]),
        (row(1.0), row(1.14), []),
        (row(1.16), row(1.0), ["bedre"]),
        (row(1.14), row(1.0), []),
        (row(1.0, 0.05), row(1.18), []),
        (row(1.0, 0.05), row(1.21), ["verre"]),
        (row(1.0), row(1.18, 0.05), []),
        (row(2.0), row(2.0), []),
    ],
)
def test_more_than_fifteen_per_cent_beyond_the_spread_is_told(before, after, told):
    assert judged(measured(bygg=before), measured(bygg=after)) == [(slag, "bygg") for slag in told]


def test_on_another_machine_only_ratios_are_compared():
    before = {"bygg": row(1.0), "minne": row(100, enhet="MB"), "tid": row(2.0, enhet="sekunder", forhold=number(1.0))}
    after = {"bygg": row(1.2), "minne": row(200, enhet="MB"), "tid": row(9.0, enhet="sekunder", forhold=number(1.0))}
    same = [("verre", "minne"), ("verre", "bygg")]
    assert judged(measured(**before), measured(**after)) == same
    elsewhere = measured(machine=MACHINE | {"prosessor": "B"}, **after)
    assert judged(measured(**before), elsewhere) == [("verre", "bygg")]
    assert "bare forhold er sammenlignet" in vakt.told(measured(**before), elsewhere, [])
    after["tid"] = row(9.0, enhet="sekunder", forhold=number(1.5))
    assert ("verre", "tid") in judged(measured(**before), measured(machine=MACHINE | {"prosessor": "B"}, **after))


def number(value: float) -> dict[str, float]:
    return {"verdi": value, "lavest": value, "hoyest": value}


def test_on_the_same_machine_seconds_must_have_grown_too():
    before = measured(tid=row(2.0, enhet="sekunder", forhold=number(1.0)))
    yardstick = measured(tid=row(2.0, enhet="sekunder", forhold=number(1.3)))
    assert judged(before, yardstick) == [] and judged(yardstick, before) == []
    assert judged(before, measured(tid=row(2.6, enhet="sekunder", forhold=number(1.3)))) == [("verre", "tid")]


def test_rows_that_come_and_go_and_rows_of_another_size_are_told():
    before = measured(borte=row(1.0), annet=row(1.0, omfang="400 skjemaer"))
    after = measured(kom=row(1.0), annet=row(5.0, omfang="4000 skjemaer"))
    assert judged(before, after) == [("mangler", "borte"), ("omfang", "annet"), ("ny", "kom")]
    some = measured(deler=("faktaark",))
    assert judged(before, some) == [], "a part that was not asked for is not missed"


def test_the_worst_comes_first_and_the_text_says_how_much():
    before = measured(a=row(1.0), b=row(1.0), c=row(1.0))
    after = measured(a=row(1.2), b=row(1.5), c=row(0.5))
    found = vakt.compare(before, after)
    assert [(one.slag, one.id) for one in found] == [
        ("verre", "utgave.b"),
        ("verre", "utgave.a"),
        ("bedre", "utgave.c"),
    ]
    assert "1,00 → 1,50 ganger (forholdet er 50,0 prosent høyere" in found[0].tekst
    assert vakt.markdown(before, after, found).startswith(
        f"{vakt.MARK}\n### Ytelse\n\n2 målinger er mer enn 15 prosent"
    )
    assert "Ingen måling er mer enn 15 prosent" in vakt.markdown(before, before, [])


def test_a_difference_of_nothing_is_no_ratio():
    before, after = (measured(x=row(value, enhet="sekunder")) for value in (0.0, 0.4))
    assert judged(before, after) == []


def test_what_was_promised_is_said_as_kept_or_broken():
    new = measured(a=row(1.4, grense=1.4), b=row(1.41, grense=1.4), c=row(9.0))
    kept, broken = vakt.goals(new)
    assert kept.startswith("HOLDT  utgave.a: noe: 1,40 ganger (høyst 1,40; 1,40–1,40 i 5 runder)")
    assert broken.startswith("BRUTT  utgave.b")


def guard(*words: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, str(PROJECT / "benchmark/vakt.py"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd="/")


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def test_the_command_warns_writes_the_comment_and_does_not_fail(tmp_path):
    old = write(tmp_path / "gammel.json", measured(bygg=row(1.0, tekst="100 % av alt"), borte=row(1.0)))
    new = write(tmp_path / "ny.json", measured(bygg=row(1.3, tekst="100 % av alt")))
    done = guard(old, new, "--github", "--kommentar", tmp_path / "kommentar.md")
    assert done.returncode == 0 and done.stderr == ""
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("::warning title=Ytelse: utgave.bygg::Tregere eller større enn før: 100 %25 av alt")
    assert second.startswith("::warning title=Ytelse: utgave.borte::Målt før, men ikke nå")
    assert (tmp_path / "kommentar.md").read_text(encoding="utf-8").startswith(vakt.MARK)
    assert "::warning" not in guard(old, new).stdout


@pytest.mark.thorough
def test_a_measurement_is_kept_only_when_nothing_is_worse_and_nothing_left_out(tmp_path):
    old = write(tmp_path / "gammel.json", measured(bygg=row(1.0)))
    before = old.read_bytes()
    for bad in (measured(bygg=row(1.3)), measured(deler=("dag",)), measured()):
        done = guard(old, write(tmp_path / "ny.json", bad), "--behold")
        assert done.returncode == 0 and "for hånd" in done.stdout and old.read_bytes() == before
    new = write(tmp_path / "ny.json", measured(bygg=row(0.7)))
    assert "Den nye målingen er lagt i gammel.json." in guard(old, new, "--behold").stdout
    assert old.read_bytes() == new.read_bytes()


def test_files_that_are_no_measurements_are_told_with_every_fault(tmp_path):
    good = write(tmp_path / "god.json", measured(bygg=row(1.0)))
    bad = measured(bygg=row(1.0, tekst="to\nlinjer"), annen=row(1.0, verdi="mye"))
    done = guard(good, write(tmp_path / "feil.json", bad | {"klokke": "12:00"}))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert all(
        part in done.stderr for part in ("Fant 3 feil", "klokke", "rader.utgave.bygg.tekst", "utgave.annen.verdi")
    )
    assert guard(good, tmp_path / "finnes-ikke.json").returncode == 2
    (tmp_path / "ikke.json").write_text("{", encoding="utf-8")
    assert "ikke er gyldig YAML" in guard(tmp_path / "ikke.json", good).stderr


def test_medians_and_rounds_of_rows():
    rows = [Rad("a.b", "noe", value, "sekunder", 2, forhold=value / 2, omfang="3 ark") for value in (1.0, 5.0, 2.0)]
    assert summary(rows) == {
        "a.b": {
            "tekst": "noe",
            "enhet": "sekunder",
            "runder": 3,
            "verdi": 2.0,
            "lavest": 1.0,
            "hoyest": 5.0,
            "grense": 2,
            "forhold": {"verdi": 1.0, "lavest": 0.5, "hoyest": 2.5},
            "omfang": "3 ark",
        }
    }


@pytest.mark.thorough
def test_a_command_is_measured_with_all_that_it_starts():
    busy = "import time\nwhile time.process_time() < 0.3: pass\n"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])\nprint('{{\"svar\": 1}}')\n"
    cost = measure([sys.executable, "-c", parent], PROJECT)
    assert 0.3 <= cost.cpu < 3 and cost.memory > 5 and cost.told == {"svar": 1}
    with pytest.raises(RuntimeError, match="stopp her"):
        measure([sys.executable, "-c", "raise SystemExit('stopp her')"], PROJECT)


def test_rounds_are_interleaved_and_a_part_that_fails_costs_only_itself(capsys):
    order: list[str] = []

    def good(verksted):
        order.append("god")
        return [Rad("god.rad", "noe", 1.0)]

    def bad(verksted):
        order.append("feil")
        raise RuntimeError("kan ikke måles")

    def once(verksted):
        order.append("enkel")
        return [Rad("enkel.rad", "noe", 1.0)]

    parts = {"god": Del("god", good, 1), "feil": Del("feil", bad, 1), "enkel": Del("enkel", once, 1, runder=1)}
    rows, failed = run.measure_all(parts, 2)
    assert order == ["god", "feil", "enkel", "god"]
    assert [one.id for one in rows] == ["god.rad", "enkel.rad", "god.rad"] and failed == {"feil": "kan ikke måles"}
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 5 and told[2].startswith("3 av 5: enkel, runde 1 av 1 (om lag ") and "igjen" in told[4]


def test_an_edition_that_cannot_be_built_costs_the_parts_that_look_at_it(monkeypatch, capsys):
    monkeypatch.setattr(Verksted, "snakemake", lambda self, *words: [sys.executable, "-c", "raise SystemExit('stopp')"])

    def good(verksted):
        return [Rad("god.rad", "noe", 1.0)]

    rows, failed = run.measure_all({"god": Del("god", good, 1), "ser": Del("ser", good, 1, bygd=True)}, 1)
    assert len(rows) == 1 and "stopp" in failed["ser"]
    assert capsys.readouterr().err.startswith("1 av 3: bygger utgaven")


def test_what_is_kept_names_no_one_s_machine_and_no_clock(tmp_path):
    new = run.measurement({"dag": DELER["dag"]}, [Rad("dag.tid", "noe", 1.0)])
    assert vakt.load(write(tmp_path / "ny.json", new)) == new
    assert new["maskin"] == machine() and new["versjoner"] == versions()
    text = json.dumps(new)
    import platform

    assert platform.node() not in text and str(PROJECT) not in text


def test_the_commit_is_that_of_the_project():
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True).stdout.strip()
    assert revision()["commit"] == head


def test_the_kept_measurement_is_one_of_the_parts_there_are():
    kept = vakt.load(PROJECT / "benchmark/siste.json")
    assert set(kept["deler"]) <= set(DELER) and kept["rader"]
    assert {id.partition(".")[0] for id in kept["rader"]} == set(kept["deler"])


@pytest.mark.parametrize("asked", [("kv_deltar_på_forum", "Nei", "Ja"), ("kv_familievern_fast_kontakt", "Ja", "Nei")])
def test_the_changed_answer_is_one_answer_and_its_checksum(workspace, asked):
    before = (PROJECT / utgave.RAW).read_bytes()
    utgave.change_cell(workspace.root, *asked)
    after = (workspace / str(utgave.RAW)).read_bytes()
    one, other = (data.decode("utf-8-sig").splitlines() for data in (before, after))
    changed = [(old, new) for old, new in zip(one, other, strict=True) if old != new]
    assert len(changed) == 1 and before[:3] == after[:3]
    cells = [(old, new) for old, new in zip(*(line.split(",") for line in changed[0]), strict=True) if old != new]
    assert cells == [asked[1:]]
    assert hashlib.sha256(after).hexdigest() in (workspace / str(utgave.MANIFEST)).read_text(encoding="utf-8")
    assert workspace.clean([2020]) == ""


def test_a_kept_measurement_that_is_at_fault_is_told_before_anything_is_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run, "KEPT", write(tmp_path / "siste.json", {"commit": "x"}))
    monkeypatch.setattr(sys, "argv", ["run", "--del", "dag"])
    assert run.main() == 1
    assert "Ventet:" in capsys.readouterr().err
    with pytest.raises(Problems):
        vakt.load(tmp_path / "siste.json")
