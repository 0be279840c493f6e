"""Where the CPU time of an edition and the reports beside it goes: import, Snakemake, pandas, matplotlib, layout …

Run as `python -m benchmark.profil`; takes two to three minutes on two quiet cores. Builds a copy of the project from
empty, then after a changed answer and a changed sentence. Each stage runs in a process of its own, as a job does, and
is asked again and again where it is; a place counts as what it is nearest to, and the CPU time of the stage is shared
out by these. What Snakemake costs is the rest of a build with it. Prints a table in Markdown, and with `--skriv` puts
it in docs/ytelse.md.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from benchmark.maaling import copy_project, measure, put_between
from benchmark.one_process import STAGES, work
from benchmark.utgave import PAGE, PDF, WHOLE, change_cell, change_sentence
from tools.steps import write_steps

# How often a stage is asked, in seconds of CPU; most systems have a coarser clock, and ask as often as they can.
EVERY = 0.001
# What a place in the code counts as: the first that fits, asked from the innermost frame and out.
PLACES = (
    ("import", ("<frozen importlib", "<frozen zipimport", "/importlib/")),
    (
        "WeasyPrint: skriving av PDF",
        ("/weasyprint/pdf/", "/weasyprint/draw/", "/pydyf/", "/pdf_finish.py", "/fontTools/"),
    ),
    ("WeasyPrint: oppsett", ("/weasyprint/", "/tinyhtml5/", "/cssselect2/", "/tinycss2/")),
    ("matplotlib", ("/matplotlib/", "/PIL/")),
    ("pandas", ("/pandas/", "/numpy/", "/pyarrow/")),
    ("maler (Jinja)", ("/jinja2/", "/markupsafe/")),
    ("påstander", ("/krisestat/statements/",)),
    ("regneark", ("/xlsxwriter/", "/openpyxl/", "/zipfile.py")),
    ("gransking av ferdige filer", ("/krisestat/audit", "/pypdfium2", "/highspy", "/krisestat/base/personal.py")),
    ("annet i stegene", ("/krisestat/",)),
)
REST = PLACES[-1][0]
DOCUMENT = Path("docs/ytelse.md")
BEGIN, END = "<!-- profil: start -->", "<!-- profil: slutt -->"
START, SNAKEMAKE = "oppstart av Python", "Snakemake"
FROM_CELL = ("clean", "compute", "draw", "package", "render", "prove", "typeset", "audit")
FROM_SENTENCE = ("render", "prove", "typeset", "audit")


class Sampler:
    """Counts what the process is at, and takes its CPU time."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.seconds = 0.0

    def _look(self, number: int, frame: FrameType | None) -> None:
        while frame is not None:
            file = frame.f_code.co_filename
            if kind := next((kind for kind, parts in PLACES if any(part in file for part in parts)), ""):
                self.found[kind] += 1
                return
            frame = frame.f_back
        self.found[REST] += 1

    def __enter__(self) -> Sampler:
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        self._start = time.process_time()
        return self

    def __exit__(self, *failure: object) -> None:
        self.seconds += time.process_time() - self._start
        signal.setitimer(signal.ITIMER_PROF, 0)

    def told(self) -> dict[str, float]:
        """CPU seconds by kind; all of the time counts as the rest when there was none to ask."""
        asked = sum(self.found.values())
        if not asked:
            return {REST: self.seconds}
        return {kind: self.seconds * count / asked for kind, count in self.found.items()}


def one_stage(name: str) -> None:
    """Load and run one stage, and print where its time went."""
    sampler = Sampler()
    with sampler:
        run = work(name)
        run()
    print(json.dumps(sampler.told()))


def scenario(project: Path, names: Sequence[str], start: float) -> tuple[Counter[str], float]:
    """CPU seconds of some stages, by kind, and what a job of each costs in all. Parameters: `start`, what it costs to
    start one."""
    told: Counter[str] = Counter()
    for name in names:
        command = [sys.executable, "-m", "benchmark.profil", "--steg", name]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
        told.update(json.loads(done.stdout.splitlines()[-1]))
        told[START] += start
    return told, sum(told.values())


def profile(folder: Path) -> dict[str, Counter[str]]:
    """CPU seconds by kind for each way to build."""
    snakemake = [sys.executable, "-m", "snakemake"]
    quiet = ["--cores", "2", "--quiet", "all"]
    built, staged = copy_project(folder / "bygd"), copy_project(folder / "steg")
    write_steps(staged)
    start = min(measure([sys.executable, "-c", "import snakemake.script"], built).cpu for _ in range(5))
    ways: dict[str, tuple[Sequence[str], Sequence[str]]] = {
        "fra tomt": (STAGES, WHOLE),
        "ingenting": ((), WHOLE),
        "ett svar": (FROM_CELL, WHOLE),
        "en setning, alt": (FROM_SENTENCE, WHOLE),
        "en setning, siden": (("render",), (PAGE,)),
        "en setning, PDF": (("render", "typeset"), (PDF,)),
    }
    found = {}
    for number, (way, (names, targets)) in enumerate(ways.items()):
        for project in (built, staged):
            if way == "ett svar":
                change_cell(project)
            elif way.startswith("en setning"):
                change_sentence(project, number + 1)
        print(f"{way} …", file=sys.stderr)
        whole = measure([*snakemake, *targets, *quiet], built).cpu
        told, jobs = scenario(staged, names, start)
        told[SNAKEMAKE] = max(0.0, whole - jobs)
        found[way] = told
    return found


def table(found: dict[str, Counter[str]]) -> str:
    """The profile as Markdown."""
    kinds = [START, SNAKEMAKE, *(kind for kind, _ in PLACES)]

    def shown(seconds: float) -> str:
        return f"{seconds:.2f}".replace(".", ",") if seconds >= 0.005 else ""

    rows = [[kind, *(shown(told[kind]) for told in found.values())] for kind in kinds]
    rows.append(["**i alt**", *(f"**{shown(sum(told.values()))}**" for told in found.values())])
    head = ["CPU-sekunder", *found]
    lines = [head, ["---", *("---:" for _ in found)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure and print, or run one stage."""
    parser = argparse.ArgumentParser(description="Vis hvor CPU-tiden går.")
    parser.add_argument("--skriv", action="store_true", help=f"skriv tabellen i {DOCUMENT} også")
    parser.add_argument("--steg", help="ett steg i mappen du står i, slik målingen selv kjører det")
    asked = parser.parse_args()
    if asked.steg:
        one_stage(asked.steg)
        return
    with tempfile.TemporaryDirectory() as folder:
        found = table(profile(Path(folder)))
    print(found)
    if asked.skriv:
        put_between(DOCUMENT, BEGIN, END, found)


main()
