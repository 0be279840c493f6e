"""What an edition and the reports beside it cost with Snakemake: from empty, with nothing to do, after a changed
sentence and a changed answer.

Each round measures all of them once, one after the other and against what the goal names, so that the machine's mood
touches both alike: the same work in one warm process, Snakemake's own start, Python's start, WeasyPrint's layout.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from benchmark.maaling import PROJECT, Cost, Verksted, measure, python
from tools.steps import write_steps

TEXT = Path("templates/samarbeid/nb/tekst.html.j2")
# How a sentence there may end, the longest first: each is proven by the same number.
WORDINGS = (
    *("i etablerte samarbeidsfora i kommunen", "i samarbeidsfora i kommunen"),
    *("i etablerte samarbeidsfora", "i samarbeidsfora"),
)
RAW = Path("data/raw/2020/samarbeid_p2020.csv")
MANIFEST = RAW.with_name("kilde.yaml")
COLUMN = "kv_deltar_på_forum"
PAGE, PDF = "results/2020/ut/publikasjon/index.html", "results/2020/ut/publikasjon/publikasjon.pdf"
# A start is short beside what disturbs it: it is measured more than once in a round.
STARTS = 3
# The whole build; the default is without the reports.
WHOLE = ("publication", "avtaler")


def change_cell(project: Path, column: str = COLUMN, old: str = "Nei", new: str = "Ja") -> None:
    """Change one answer in the raw file of 2020, and the checksum it is received with: ordinarily, the first women's
    service that took part in no forum now does.

    Parameters: `column`, of the answer; `old` and `new`, what stands and is to stand there. Raises `RuntimeError` when
    there is no such answer.
    """
    before = (project / RAW).read_bytes()
    lines = before.decode("utf-8-sig").split("\r\n")
    at = lines[0].split(",").index(column)
    rows = (n for n, line in enumerate(lines) if n and '"' not in line and line.split(",")[at:][:1] == [old])
    if not (number := next(rows, 0)):
        raise RuntimeError(f"{RAW}: no «{old}» in {column}")
    cells = lines[number].split(",")
    lines[number] = ",".join([*cells[:at], new, *cells[at + 1 :]])
    after = "\r\n".join(lines).encode("utf-8-sig")
    (project / RAW).write_bytes(after)
    digests = [hashlib.sha256(data).hexdigest() for data in (before, after)]
    manifest = project / MANIFEST
    text = manifest.read_text(encoding="utf-8")
    if digests[0] not in text:
        raise RuntimeError(f"{MANIFEST}: the checksum of {RAW.name} is not there")
    manifest.write_text(text.replace(*digests), encoding="utf-8")


def change_sentence(project: Path, number: int) -> None:
    """Give a sentence another of some wordings that are as true."""
    text = (project / TEXT).read_text(encoding="utf-8")
    stands = next((wording for wording in WORDINGS if f"{wording}.\n" in text), None)
    if stands is None:
        raise RuntimeError(f"{TEXT}: no sentence that ends with {WORDINGS[0]!r}")
    other = WORDINGS[number % len(WORDINGS)]
    (project / TEXT).write_text(text.replace(f"{stands}.\n", f"{other}.\n", 1), encoding="utf-8")


def fresh(project: Path) -> None:
    """Take away everything that was built, and restore what was changed."""
    for folder in ("results", ".snakemake"):
        shutil.rmtree(project / folder, ignore_errors=True)
    for name in (TEXT, RAW, MANIFEST):
        shutil.copy2(PROJECT / name, project / name)


def least(command: list[str], folder: Path) -> float:
    """CPU seconds of a short command: the median of a few runs."""
    return sorted(measure(command, folder).cpu for _ in range(STARTS))[STARTS // 2]


def maal(verksted: Verksted) -> dict[str, float]:
    """What one round found, as `deler.yaml` names it."""
    project, costs = verksted.prosjekt, {}

    def build(name: str, *words: str) -> Cost:
        costs[name] = measure(verksted.snakemake(*words), project)
        return costs[name]

    fresh(project)
    write_steps(project)
    process = measure(python("benchmark/one_process.py"), project)
    layout = measure(python("benchmark/oppsett.py"), project).told["sekunder"]
    fresh(project)
    without = build("without")
    fresh(project)
    clean = build("clean", *WHOLE)
    idle = least(verksted.snakemake(*WHOLE), project)
    start = least(verksted.snakemake(), verksted.tomt)
    bare = least([sys.executable, "-c", ""], project)
    change_sentence(project, 1)
    page = build("page", PAGE)
    change_sentence(project, 2)
    pdf = build("pdf", PDF)
    change_sentence(project, 3)
    sentence = build("sentence", *WHOLE)
    change_cell(project)
    cell = build("cell", *WHOLE)
    stages = {name: seconds for name, seconds in process.told.items() if name != "reports"}
    return {
        "bygg": clean.cpu / process.cpu,
        "uten_rapporter": without.cpu / sum(stages.values()),
        "ingenting": idle - start,
        "ingenting_mot_start": idle / start,
        "side": page.cpu - (start + bare),
        "side_mot_start": page.cpu / (start + bare),
        "pdf": pdf.cpu - start - layout,
        "pdf_mot_start": pdf.cpu / (start + layout),
        "pdf_utover_oppsett": pdf.cpu - layout,
        "pdf_mot_oppsett": pdf.cpu / layout,
        "setning": sentence.cpu / clean.cpu,
        "svar": cell.cpu / clean.cpu,
        "minne": max(cost.memory for cost in costs.values()),
        "prosess": process.cpu,
    }
