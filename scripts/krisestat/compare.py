"""`make sammenlign GAMMEL=… NY=…`: two results folders compared, for the one who reviews an edition.

Writes `endringer.html`, `endringer.md` and `endringer.json`. Ends with 0 when nothing differs, 1 when something does,
and 2 when the two cannot be compared.
"""

from __future__ import annotations

import logging
import re
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from krisestat import design
from krisestat.codebooks import load_codebook
from krisestat.command import Parser
from krisestat.comparison import drawings
from krisestat.comparison.markdown import markdown
from krisestat.comparison.report import compare
from krisestat.comparison.runs import Run, check_comparable, open_run
from krisestat.config import REVIEWERS
from krisestat.contracts import write_all
from krisestat.errors import ProblemList, Problems
from krisestat.figures import figure_specs
from krisestat.freeze import published_statements
from krisestat.modules import PACKAGE, modules
from krisestat.pages import environment, json_text, style_and_script, stylesheet
from krisestat.review import acceptance, load_accepted
from krisestat.webfonts import font_face_css
from krisestat.yamlfiles import load_yaml

LOG = logging.getLogger(__name__)
CODEBOOKS, TEMPLATES = Path("data/raw/codebooks"), Path("templates")
STYLES = ("side", "etterproving", "endringer")
STORE, OUTPUT = Path("results/.lager/skrifter"), Path("results/endringer")


def used_by(stage: str, file: str) -> bool:
    """Whether a stage uses a file of code. One that is no longer in the project may have been used by any."""
    if own := re.fullmatch(r"(?:scripts|workflow/rules)/(\w+)\.(?:py|smk)", file):
        return own[1] == stage
    if file.startswith("workflow/schemas/"):
        return False  # a schema stops a build, and its defaults are told as settings
    return file in modules(stage) or not (PACKAGE.parents[1] / file).exists() or file == "Snakefile"


def pictures(report: Mapping[str, Any], old: Run, new: Run) -> dict[str, tuple[Markup, Markup]]:
    """Drawings before and now of each figure that changed; «» for none, and for one that shows what is hidden now."""
    found = {}
    for entry in report["figurer"]:
        name = f"figurer/{entry['figur']}.svg"
        sides = [drawings.bare_drawing(run.text(name)) if name in run.files else "" for run in (old, new)]
        found[entry["figur"]] = (Markup("" if entry["skjult"] else sides[0]), Markup(sides[1]))
    return found


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
    codebooks: Path = CODEBOOKS,
    templates: Path = TEMPLATES,
    store: Path = STORE,
    prosjekt: Path = Path(),
) -> bool:
    """Compare two results folders and write the comparison.

    Parameters: `gammel`, `ny`, the folders; `ut`, the folder to write in; `codebooks`, `templates`, folders of the
    project; `store`, the folder of web fonts; `prosjekt`, the project folder with the review and the published editions
    that belong to the new run. Returns whether anything differs. Raises `Problems` when the two cannot be compared;
    then nothing is written.
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
        accepted = load_accepted(prosjekt)
    except Problems as error:
        problems.extend(error)
    problems.raise_if_any()
    old, new = runs
    check_comparable(old, new)
    book = load_codebook(codebooks)
    specs = figure_specs(book)

    def shown_rows(fid: str, rows: Sequence[dict], aar: int, serie: tuple[int, int]) -> list[dict] | None:
        return specs[fid].select(list(rows), aar, serie) if fid in specs else None

    _, published = published_statements(new.aar, prosjekt)
    report = compare(old, new, {**book.indikatorer, **book.aggregerte}, shown_rows, used_by, accepted, published)
    words = load_yaml(templates / REVIEWERS / "endringer.yaml")[0]
    faces = font_face_css(design.NETTSKRIFTER, templates / "fonts", store)
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


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0 when nothing differs, 1 when something does, 2 when the two cannot be compared."""
    parser = Parser(prog="make sammenlign", description="Sammenlign to kjøringer.")
    parser.add_argument("gammel", type=Path, help="mappen med den gamle kjøringen, som results/2019")
    parser.add_argument("ny", type=Path, help="mappen med den nye kjøringen, som results/2020")
    parser.add_argument("--ut", type=Path, default=OUTPUT, help="mappen sammenligningen skrives i (%(default)s)")
    parser.add_argument(
        "--prosjekt", type=Path, default=Path(), help="mappen med gjennomgang.yaml og publisert/ (der du står)"
    )

    def work(given: Namespace) -> tuple[str, int]:
        logging.basicConfig(format="%(message)s", stream=sys.stdout)
        LOG.setLevel(logging.INFO)
        differs = run(given.gammel, given.ny, given.ut, prosjekt=given.prosjekt)
        return f"Les mer: {given.ut / 'endringer.html'}", int(differs)

    return parser.run(work, arguments, failed=2)


if __name__ == "__main__":
    raise SystemExit(main())
