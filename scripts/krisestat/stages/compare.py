"""`make sammenlign GAMMEL=… NY=…`: two results folders compared, for the one who reviews an edition.

Writes `endringer.html`, `endringer.md` and `endringer.json`. Ends with 0 when nothing differs, 1 when something does,
and 2 when the two cannot be compared.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import write_all
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.modules import PACKAGE, modules
from krisestat.base.yaml_files import load_words, load_yaml
from krisestat.comparison import drawings
from krisestat.comparison.markdown import markdown
from krisestat.comparison.report import Figures, compare
from krisestat.figures import design
from krisestat.figures.content import shown_rows
from krisestat.model.config import REVIEWERS, edition_name
from krisestat.model.declared import Cubes, Model
from krisestat.model.load import every_chapter, load_model
from krisestat.model.signatures import FILE, load_signatures
from krisestat.pages.frame import environment, json_text, style_and_script, stylesheet
from krisestat.pages.web_fonts import font_face_css
from krisestat.release.freeze import published_statements
from krisestat.release.review import acceptance
from krisestat.release.run import Run, check_comparable, open_run

LOG = logging.getLogger(__name__)
TEMPLATES = Path("templates")
STYLES = ("side", "etterproving", "endringer")
OUTPUT = Path("results/endringer")


def used_by(stage: str, file: str) -> bool:
    """Whether a stage uses a file of code. What is no longer in the project, file or stage, may have been in use."""
    if own := re.fullmatch(r"workflow/rules/(\w+)\.smk", file):
        return own[1] == stage
    if file.startswith("workflow/schemas/"):
        return False  # a schema stops a build, and its defaults are told as settings
    gone = not all(path.exists() for path in (PACKAGE.parents[1] / file, PACKAGE / f"stages/{stage}.py"))
    return gone or file in modules(stage) or file == "Snakefile"


def pictures(report: Mapping[str, Any], old: Run, new: Run) -> dict[str, tuple[Markup, Markup]]:
    """Drawings before and now of each figure that changed; «» for none, and for one that shows what is hidden now."""
    found = {}
    for entry in report["figurer"]:
        name = f"figurer/{entry['figur']}.svg"
        sides = [drawings.bare_drawing(run.text(name)) if name in run.files else "" for run in (old, new)]
        found[entry["figur"]] = (Markup("" if entry["skjult"] else sides[0]), Markup(sides[1]))
    return found


def shown_cells(model: Model) -> Figures:
    """What tells the cells that a figure of a run shows; None for one that is no more."""

    def cells(fid: str, cubes: Cubes, run: Run) -> list[str] | None:
        spec = model.figurer.get(fid)
        rows = shown_rows(spec, cubes, run.aar, (run.serie[0], run.aar)) if spec else []
        return [spec.av.cell(row) for row in rows] if spec else None

    return cells


def page(report: Mapping[str, Any], old: Run, new: Run, templates: Path, style: str, words: Mapping) -> str:
    """`endringer.html`. Parameters: `report`, as `compare` gives it; `templates`, the folder; `style`, its style sheet;
    `words`, those of endringer.yaml."""
    return (
        environment(templates, REVIEWERS)
        .get_template(f"{REVIEWERS}/endringer.html.j2")
        .render(
            r=report,
            arsak={cause["id"]: cause for cause in report["arsaker"]},
            bilder=pictures(report, old, new),
            config=new.config,
            spraak=REVIEWERS,
            ord=words,
            linje=acceptance,
            **style_and_script(style, ""),
        )
    )


def run(
    gammel: Path,
    ny: Path,
    ut: Path = OUTPUT,
    templates: Path = TEMPLATES,
    prosjekt: Path = Path(),
) -> bool:
    """Compare two results folders and write the comparison.

    Parameters: `gammel`, `ny`, the folders; `ut`, the folder to write in; `templates`, a folder of the
    project; `prosjekt`, the project folder with the review and the published editions that belong to the new run.
    Returns whether anything differs. Raises `Problems` when the two cannot be compared; then nothing is written.
    """
    problems, runs = ProblemList(), []
    if not gammel.parts:
        problems.add(
            "--config",
            "nøkkelen «mot»",
            "ingen mappe",
            "mappen med kjøringen som utgaven skal sammenlignes med",
            "Skriv «snakemake endringer --config mot=<mappe>», for eksempel mot=results/2019.",
        )
        problems.raise_if_any()
    for folder in (gammel, ny):
        try:
            runs.append(open_run(folder))
        except Problems as error:
            problems.extend(error)
    try:
        signed = load_signatures(prosjekt / FILE)
    except Problems as error:
        problems.extend(error)
    problems.raise_if_any()
    old, new = runs
    check_comparable(old, new)
    model = load_model(every_chapter(), READERS)
    name = edition_name(new.config, load_yaml(prosjekt / "config.yaml")[0])
    _, published = published_statements(name, prosjekt)
    accepted = signed.godkjent if signed else None
    shown = shown_cells(model)
    report = compare(old, new, model, shown, used_by, accepted, published)
    words = load_words(templates / REVIEWERS / "endringer.yaml")
    faces = font_face_css(design.NETTSKRIFTER, templates / "fonts")
    css = "\n".join((templates / "felles" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    write_all(
        {
            ut / "endringer.html": page(report, old, new, templates, stylesheet("side", faces, css), words),
            ut / "endringer.md": markdown(report, words),
            ut / "endringer.json": json_text(report),
        }
    )
    LOG.info("%s", report["dom"])
    return not report["lik"]
