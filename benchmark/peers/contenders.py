"""The ways of building the publication that are measured, each in a copy of the project of its own."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmark.maaling import PROJECT, copy_project
from benchmark.utgave import MANIFEST, PAGE, PDF, RAW, WHOLE, change_cell
from tools.steps import FILE, write_steps

PEERS = Path("benchmark/peers")
TOOLS = PROJECT / PEERS / ".venv/bin"
YEAR = 2020
RESULTS = f"results/{YEAR}"
FINISHED = ("avtaler-dekning", "avtaler-lovgrunnlag", "avtaler-dekning-lovgrunnlag", "avtaler-over-tid")
FINISHED += ("beboere-og-opphold", "beboere-og-opphold-per-senter")
SENTENCE = ("i etablerte samarbeidsfora i kommunen", "i samarbeidsfora i kommunen")
CELL = ("deltok 32 av 43", "deltok 33 av 43")
# The stages of the page and its PDF, in order.
STAGES = ("clean", "agreements", "compute", "draw", "package", "render", "typeset")
R_PACKAGES = ("r-base-core", "r-cran-rmarkdown", "r-cran-ggplot2", "r-cran-readxl", "r-cran-haven")
R_PACKAGES += ("r-cran-svglite", "r-cran-codetools", "pandoc")


@dataclass(frozen=True)
class Contender:
    """One way of building.

    `id` and `name`; `command`, which builds what is out of date; `page` and `pdf`, what it makes; `outputs`, globs of
    the files that are to have the same bytes each time; `made`, what a clean build starts without; `source`, the file
    that holds the changed sentence; `missing`, what the machine lacks, in one line, or nothing.
    """

    id: str
    name: str
    command: tuple[str, ...]
    source: str
    page: str = PAGE
    pdf: str = PDF
    outputs: tuple[str, ...] = (PAGE, PDF, f"{RESULTS}/ut/publikasjon/figurer/*", f"{RESULTS}/ut/utdata/**/*.csv")
    made: tuple[str, ...] = ("results", "logs", ".snakemake", ".doit.db")
    missing: str = ""

    def clean(self, folder: Path) -> None:
        """Take away all that was made in a copy, and undo the edits."""
        for name in self.made:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for name in (self.source, RAW, MANIFEST):
            shutil.copy(PROJECT / name, folder / name)

    def change_cell(self, folder: Path) -> None:
        """Change one answer in the raw file of the edition's year, and its checksum in the manifest."""
        change_cell(folder)

    def change_sentence(self, folder: Path) -> None:
        """Change words of one sentence, which is as true as before."""
        path = folder / self.source
        text = path.read_text(encoding="utf-8")
        if text.count(SENTENCE[0]) != 1:
            raise ValueError(f"{self.source}: «{SENTENCE[0]}» står ikke én gang")
        path.write_text(text.replace(*SENTENCE), encoding="utf-8")


def environment() -> dict[str, str]:
    """What the commands run in: the project's tools first, then the peers'."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(TOOLS), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": "scripts"}


def contenders() -> list[Contender]:
    """All of them, also those that the machine lacks something for."""
    snakemake, quiet = (".venv/bin/python", "-m", "snakemake", "--cores", "2"), ("--quiet", "all")
    template = "templates/samarbeid/nb/tekst.html.j2"
    return [
        Contender("krisestat", "Krisestat (Snakemake)", (*snakemake, PAGE, PDF, *quiet), template),
        Contender("krisestat-hele", "Krisestat, hele utgaven", (*snakemake, *WHOLE, *quiet), template),
        Contender("skript", "Ett Python-skript", (".venv/bin/python", str(PEERS / "stage.py")), template),
        Contender("make", "GNU make", ("make", "-s", "-j2", "-f", "steg.mk"), template, missing=_lacks("make")),
        Contender(
            "doit",
            "doit",
            (str(TOOLS / "doit"), "-f", str(PEERS / "dodo.py"), "-d", ".", "-n", "2"),
            template,
            missing=_lacks_tool("doit"),
        ),
        _with_makefile("rmarkdown", "R Markdown og WeasyPrint", "publikasjon.Rmd", _lacks_r()),
        _with_makefile(
            "notebook",
            "papermill, nbconvert og Chromium",
            "publikasjon.ipynb",
            _lacks_tool("papermill") or _lacks("chromium"),
        ),
        _with_makefile("quarto", "Quarto", "publikasjon.ipynb", _lacks("quarto")),
    ]


def _with_makefile(id: str, name: str, source: str, missing: str) -> Contender:
    """One that has a folder with a Makefile of its own, and writes in `ut/` there."""
    folder = PEERS / id
    shared = "notebook" if id == "quarto" else id
    return Contender(
        id,
        name,
        ("make", "-s", "-C", str(folder)),
        str(PEERS / shared / source),
        f"{folder}/ut/publikasjon.html",
        f"{folder}/ut/publikasjon.pdf",
        (f"{folder}/ut/*.html", f"{folder}/ut/*.pdf", f"{folder}/ut/figurer/*", f"{folder}/ut/tabeller/*"),
        (f"{folder}/ut", f"{folder}/publikasjon_cache", f"{folder}/publikasjon_files"),
        missing,
    )


def _lacks(command: str) -> str:
    if shutil.which(command):
        return ""
    if command == "quarto":
        return "«quarto» er ikke installert (quarto.org); ikke målt, og verken slått eller slående"
    return f"«{command}» er ikke installert: Debian/Ubuntu: «sudo apt-get install {command}»"


def _lacks_tool(command: str) -> str:
    return "" if (TOOLS / command).exists() else f"«{command}» er ikke installert: «make benchmark-peers» gjør det"


def _lacks_r() -> str:
    names = ("rmarkdown", "ggplot2", "readxl", "haven", "svglite", "codetools")
    test = f"stopifnot(all(sapply(c({', '.join(map(repr, names))}), requireNamespace, quietly = TRUE)))"
    found = shutil.which("Rscript") and shutil.which("pandoc")
    if found and not subprocess.run(["Rscript", "-e", test], capture_output=True).returncode:
        return _lacks_tool("weasyprint")
    return f"R Markdown er ikke installert: Debian/Ubuntu: «sudo apt-get install {' '.join(R_PACKAGES)}»"


def makefile(steps: dict[str, dict]) -> str:
    """The publication as a Makefile: the same scripts and jobs as under Snakemake. Parameters: `steps`, from
    `tools.steps`."""
    rules = [f".PHONY: alt\nalt: {PAGE} {PDF}\n"]
    for name, step in steps.items():
        outputs, inputs = (" ".join(step[kind][0]) for kind in ("output", "input"))
        rules.append(f"{outputs} &: {inputs}\n\t.venv/bin/python {PEERS}/stage.py {name}\n")
    return "\n".join(rules)


def prepare(folder: Path, run: Callable[[list[str], Path], object]) -> Path:
    """A copy with what the peers start from: the jobs of the rules, a Makefile of them, and the tables on agreements
    and persons, which R Markdown and the notebook get finished.

    Parameters: `run`, runs a command in a folder and raises when it fails.
    """
    copy_project(folder)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    write_steps(folder, STAGES)
    steps = pickle.loads((folder / FILE).read_bytes())
    (folder / "steg.mk").write_text(makefile(steps), encoding="utf-8")
    run([".venv/bin/python", str(PEERS / "stage.py"), "clean", "agreements", "compute", "package"], folder)
    finished = folder / PEERS / "ferdig"
    finished.mkdir()
    for name in FINISHED:
        shutil.copy(folder / f"{RESULTS}/ut/utdata/tabeller/{name}_p{YEAR}.csv", finished / f"{name}.csv")
    shutil.rmtree(folder / "results")
    return folder
