"""The publication built with Krisestat and with what users would pick instead: `make benchmark-peers`.

All are built from the same raw files, each in a copy of the project of its own, in interleaved rounds: clean, with
nothing to do, after one changed cell of a raw file, and after one changed sentence. Writes `resultat.json`, the figure
and the tables in `docs/ytelse.md`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from benchmark.maaling import PROJECT, machine, revision
from benchmark.peers import report
from benchmark.peers.contenders import (
    CELL,
    RESULTS,
    SENTENCE,
    TOOLS,
    Contender,
    contenders,
    environment,
    prepare,
)
from benchmark.peers.measure import Cost, adopt, digest, html_text, measure, pdf_facts, pdf_text
from benchmark.peers.versjoner import versions
from benchmark.run import Progress

PRINT = f"{RESULTS}/trykk/trykk.html"


class Series:
    """What is measured of one contender: its costs by scenario, whether the edits were seen in what it made, and
    whether clean builds have the same bytes."""

    def __init__(self, one: Contender, folder: Path):
        self.one, self.folder = one, folder
        self.costs: dict[str, list[Cost]] = defaultdict(list)
        self.fresh: dict[str, bool] = {}
        self.differing: set[str] = set()
        self.first: dict[str, str] = {}

    def build(self) -> Cost:
        """Build what is out of date."""
        return measure(list(self.one.command), self.folder, environment())

    def clean(self) -> Cost:
        """Build from nothing, and hold the files against those of the first clean build."""
        self.one.clean(self.folder)
        cost = self.build()
        files = {path for pattern in self.one.outputs for path in self.folder.glob(pattern)}
        made = digest(files, self.folder)
        self.first = self.first or made
        self.differing |= {n for n in self.first.keys() | made.keys() if self.first.get(n) != made.get(n)}
        self.pages = self.read()
        return cost

    def read(self) -> tuple[str, str]:
        """The text of the page and of the PDF."""
        return html_text(self.folder / self.one.page), pdf_text(self.folder / self.one.pdf)

    def look(self, scenario: str, edit: tuple[str, str]) -> None:
        """Note whether the page and the PDF both show what was changed, and less of what stood there than before."""
        before, self.pages = self.pages, self.read()
        both = zip(before, self.pages, strict=True)
        shown = all(edit[1] in text and text.count(edit[0]) < old.count(edit[0]) for old, text in both)
        self.fresh[scenario] = self.fresh.get(scenario, True) and shown

    def round(self, progress: Progress) -> None:
        """Measure every scenario once."""
        progress.step(f"{self.one.name}: fra tomt")
        self.costs["tomt"].append(self.clean())
        progress.step(f"{self.one.name}: ingenting endret")
        self.costs["uendret"].append(self.build())
        self.one.change_cell(self.folder)
        progress.step(f"{self.one.name}: én celle endret")
        self.costs["celle"].append(self.build())
        self.look("celle", CELL)
        self.one.change_sentence(self.folder)
        progress.step(f"{self.one.name}: én setning endret")
        self.costs["setning"].append(self.build())
        self.look("setning", SENTENCE)

    def result(self) -> dict:
        """What is written of it."""
        pages, tagged = pdf_facts(self.folder / self.one.pdf)
        return {
            "id": self.one.id,
            "navn": self.one.name,
            "like_bytes": not self.differing,
            "ulike_filer": sorted(self.differing),
            "sider": pages,
            "tagget": tagged,
            "scenarier": {
                name: {**summary(self.costs[name]), "vist": self.fresh.get(name)} for name in report.SCENARIOS
            },
        }


def summary(costs: Iterable[Cost]) -> dict:
    """Median and extremes of wall and CPU seconds, and the highest memory in MB."""
    costs = list(costs)
    numbers = {name: sorted(getattr(cost, name) for cost in costs) for name in ("wall", "cpu")}
    told = {
        name: {"median": round(statistics.median(of), 2), "min": round(of[0], 2), "maks": round(of[-1], 2)}
        for name, of in (("vegg", numbers["wall"]), ("cpu", numbers["cpu"]))
    }
    return {**told, "minne": round(max(cost.memory for cost in costs))}


def measure_engine(name: str, html: Path, pdf: Path) -> Cost:
    """Set the print edition with one engine, in a process of its own."""
    python = str(TOOLS / "python") if name == "typst" else sys.executable
    command = [python, "-m", "benchmark.peers.engines", name, str(html), str(pdf)]
    return measure(command, PROJECT, environment())


def engine_result(name: str, costs: list[Cost], pdf: Path) -> dict:
    """What is written of an engine."""
    pages, tagged = pdf_facts(pdf)
    runs = [json.loads(cost.output.splitlines()[-1]) for cost in costs]
    inside = {part: round(statistics.median(run[part] for run in runs), 2) for part in runs[0]}
    return {"id": name, "sider": pages, "tagget": tagged, **summary(costs), "deler": inside}


def main() -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(prog="make benchmark-peers", description="Mål Krisestat mot andre verktøy.")
    parser.add_argument("--runder", type=int, default=5, help="hvor mange ganger alt måles (5)")
    parser.add_argument("--bare", nargs="+", default=[], metavar="ID", help="bare disse, og uten å skrive noe")
    given = parser.parse_args()
    everyone = [one for one in contenders() if not given.bare or one.id in given.bare]
    for one in everyone:
        if one.missing:
            print(f"Hopper over {one.name}: {one.missing}", file=sys.stderr)
    able = [one for one in everyone if not one.missing]
    adopt()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        base = prepare(work / "grunnlag", lambda command, folder: measure(command, folder, environment()))
        series = [Series(one, shutil.copytree(base, work / one.id, symlinks=True)) for one in able]
        each = [10.0, 1.0, 8.0, 5.0] * len(series) + [4.0, 1.0]
        progress = Progress([10.0] * len(series) + each * given.runder)
        for one in series:
            progress.step(f"{one.one.name}: oppvarming")
            one.clean()
        shutil.copy(next(one for one in series if one.one.page.startswith(RESULTS)).folder / PRINT, work / "trykk.html")
        engines: dict[str, list[Cost]] = defaultdict(list)
        for _ in range(given.runder):
            for one in series:
                one.round(progress)
            for engine in report.ENGINES:
                progress.step(f"PDF-en alene med {engine}")
                engines[engine].append(measure_engine(engine, work / "trykk.html", work / f"{engine}.pdf"))
        found = {
            **revision(),
            "runder": given.runder,
            "maskin": machine(),
            "versjoner": versions(),
            "deltakere": [one.result() for one in series],
            "ikke_maalt": {one.name: one.missing for one in everyone if one.missing},
            "pdf": [engine_result(engine, costs, work / f"{engine}.pdf") for engine, costs in engines.items()],
        }
    print(report.tables(found))
    if not given.bare:
        report.write(found, PROJECT)


if __name__ == "__main__":
    main()
