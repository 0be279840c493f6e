"""What the workflow costs, as ratios within one run: `make benchmark`.

Measures CPU time (user and system, of a command and all that it starts) and the peak memory of any one process, with
the operating system's own accounting (`wait4`). The kinds of run are interleaved and the medians compared, so that the
machine's mood touches all of them alike. Nothing here fails on an absolute time; a limit that is broken is said.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Cost:
    """CPU seconds, peak resident memory in MB, and what the command printed."""

    cpu: float
    memory: float
    output: str


def measure(command: list[str], folder: Path) -> Cost:
    """Run a command to its end and return its cost. Raises `RuntimeError` if it fails."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{text[-3000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def copy_project(target: Path) -> Path:
    """A copy of the files that git knows."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, target / name)
    return target


def median(costs: list[Cost]) -> float:
    """Median CPU seconds."""
    return statistics.median(c.cpu for c in costs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make benchmark", description="Mål CPU-tid og minne som forhold.")
    parser.add_argument("--runder", type=int, default=3, help="hvor mange ganger hver slags kjøring måles")
    rounds = parser.parse_args().runder
    snakemake = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all"]
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder, "prosjekt"))
        empty = Path(folder, "tomt")
        empty.mkdir()
        (empty / "Snakefile").write_text("rule all:\n    input: 'finnes'\n", encoding="utf-8")
        (empty / "finnes").write_text("", encoding="utf-8")
        costs: dict[str, list[Cost]] = {k: [] for k in ("workflow", "process", "noop", "start", "sentence", "cell")}
        statements: list[Cost] = []
        for number in range(rounds):
            print(f"runde {number + 1} av {rounds} …", file=sys.stderr)
            shutil.rmtree(project / "results", ignore_errors=True)
            costs["process"].append(measure([sys.executable, "benchmark/one_process.py"], project))
            shutil.rmtree(project / "results")
            shutil.rmtree(project / ".snakemake", ignore_errors=True)
            costs["workflow"].append(measure(snakemake, project))
            costs["noop"].append(measure(snakemake, project))
            costs["start"].append(measure(snakemake, empty))
            statements.append(measure([sys.executable, "benchmark/statements.py"], project))
            template = project / "templates/nb/publikasjon.html.j2"
            template.write_text(template.read_text(encoding="utf-8") + f"{{# {number} #}}\n", encoding="utf-8")
            costs["sentence"].append(measure(snakemake, project))
            register = project / "data/raw/register/tilbud.csv"
            register.write_text(register.read_text(encoding="utf-8") + "\n", encoding="utf-8")
            costs["cell"].append(measure(snakemake, project))
        reports = measure([sys.executable, "benchmark/rapporter.py"], project)
        preview = measure([sys.executable, "benchmark/forhaandsvis.py"], project)
        compared = [measure([sys.executable, "benchmark/compare.py"], project) for _ in range(rounds)]
        report(costs)
        report_comparison(compared)
        report_statements(statements)
        report_reports(reports)
        report_preview(preview)
    intake([measure([sys.executable, "benchmark/intake.py"], PROJECT) for _ in range(rounds)])
    report_forms(measure([sys.executable, "benchmark/avtaler.py"], PROJECT))


def intake(costs: list[Cost]) -> None:
    """Print how fast a large survey goes from CSV to utdata."""
    runs = [json.loads(c.output.splitlines()[-1]) for c in costs]
    rate = statistics.median(run["per_sekund"] for run in runs)
    memory = max(c.memory for c in costs)
    for said, kept in {
        f"fra CSV til utdata: {rate:.0f} svar per CPU-sekund utover import (minst 200 000)": rate >= 200_000,
        f"mest minne med {runs[0]['svar']} svar: {memory:.0f} MB (høyst 1000)": memory <= 1000,
    }.items():
        print(f"{'HOLDT' if kept else 'BRUTT'}  {said}")


def report(costs: dict[str, list[Cost]]) -> None:
    """Print ratios, limits, memory and the share of each stage."""
    cpu = {kind: median(of_kind) for kind, of_kind in costs.items()}
    memory = max(c.memory for of_kind in costs.values() for c in of_kind)
    ratio, extra = cpu["workflow"] / cpu["process"], cpu["noop"] - cpu["start"]
    print(f"CPU-sekunder, median av {len(costs['workflow'])} runder:")
    for kind, name in {
        "process": "hele bygget i én prosess",
        "workflow": "hele bygget med Snakemake",
        "cell": "etter en endring i registeret (alle steg, ingen ny figur)",
        "sentence": "etter en endret setning",
        "noop": "ingenting å gjøre",
        "start": "Snakemakes egen start",
    }.items():
        spread = max(c.cpu for c in costs[kind]) - min(c.cpu for c in costs[kind])
        print(f"  {cpu[kind]:6.2f}  (spredning {spread:.2f})  {cpu[kind] / cpu['process']:5.2f} ganger  {name}")
    print("Andel av bygget i én prosess:")
    stages = [json.loads(c.output.splitlines()[-1]) for c in costs["process"]]
    middle = {name: statistics.median(s[name] for s in stages) for name in stages[0]}
    for name, seconds in middle.items():
        print(f"  {seconds / sum(middle.values()):6.1%}  {name} ({seconds:.2f} s)")
    for said, kept in {
        f"hele bygget: {ratio:.2f} ganger én prosess (høyst 1,6)": ratio <= 1.6,
        f"ingenting å gjøre: {extra:.2f} CPU-sekunder over Snakemakes start (høyst 0,5)": extra <= 0.5,
        f"mest minne i én prosess: {memory:.0f} MB (høyst 400)": memory <= 400,
    }.items():
        print(f"{'HOLDT' if kept else 'BRUTT'}  {said}")


def report_comparison(costs: list[Cost]) -> None:
    """Print what it costs to compare two runs that differ in nearly everything."""
    runs = [json.loads(c.output.splitlines()[-1]) for c in costs]
    seconds, figures = statistics.median(run["sekunder"] for run in runs), runs[0]["figurer"]
    limit = 3 + 0.05 * figures
    told = f"{runs[0]['tall']} tall, {runs[0]['setninger']} setninger og {figures} figurer endret"
    kept = "HOLDT" if seconds <= limit else "BRUTT"
    print(f"{kept}  sammenligning: {seconds:.2f} CPU-sekunder, {told} (høyst {limit:.2f})")


def report_statements(costs: list[Cost]) -> None:
    """Print what the statements of the page cost, and ten thousand of them."""
    runs = [json.loads(c.output.splitlines()[-1]) for c in costs]
    middle = sorted(runs, key=lambda run: run["side_sekunder"])[len(runs) // 2]
    page, seconds = middle["side"], middle["side_sekunder"]
    many, longer, ratio = middle["mange"], middle["mange_sekunder"], middle["forhold"]
    for said, kept in {
        f"påstander: {page} vurdert og kontrollert på {seconds:.2f} CPU-sekunder utenom import (under 1)": seconds < 1,
        f"påstander: {many} på {longer:.1f} CPU-sekunder; hver koster {ratio:.2f} ganger en blant en tidel så mange "
        "(høyst 1,5)": ratio <= 1.5,
    }.items():
        print(f"{'HOLDT' if kept else 'BRUTT'}  {said}")


def report_forms(cost: Cost) -> None:
    """Print what it costs to read and check many filled forms."""
    run = json.loads(cost.output.splitlines()[-1])
    count, seconds = run["skjemaer"], run["sekunder"]
    kept = "HOLDT" if seconds < 10 else "BRUTT"
    print(f"{kept}  {count} skjemaer om avtaler lest og kontrollert på {seconds:.1f} CPU-sekunder (under 10)")
    each = ", ".join(f"{kind.removeprefix('per_')} {run[kind]:.2f} s" for kind in run if kind.startswith("per_"))
    print(f"       en firedel i hvert format: {each}")


def report_reports(cost: Cost) -> None:
    """Print what the reports on many agreements cost, and the PDFs of some of them."""
    run = json.loads(cost.output.splitlines()[-1])
    seconds, kept = run["sekunder"], "HOLDT" if run["sekunder"] < 10 else "BRUTT"
    print(f"{kept}  {run['rapporter']} rapporter om avtaler på {seconds:.1f} CPU-sekunder utover lesing (under 10)")
    print(f"       {run['pdf']} av dem som PDF i én prosess: {run['pdf_sekunder']:.1f} CPU-sekunder")


def report_preview(cost: Cost) -> None:
    """Print how soon a saved sentence is seen in the preview; wall time, for it is a person who waits."""
    run = json.loads(cost.output.splitlines()[-1])
    kept = "HOLDT" if run["sekunder"] < 2 else "BRUTT"
    print(f"{kept}  lagret setning vist i forhåndsvisningen etter {run['sekunder']:.2f} s (under 2)")


main()
