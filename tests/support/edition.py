"""A whole edition, made once for the tests that look at it: figures, page, print edition and PDF from the counts in
`results/` of a build, or from those that the tests carry."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from tests.support.downloads import packaged
from tests.support.project import PROJECT
from tests.support.shared import once

COUNTS = PROJECT / "tests" / "eksempel" / "tall.csv"
PERSONS = PROJECT / "tests" / "eksempel" / "personer.csv"
AGREEMENTS = PROJECT / "tests" / "eksempel" / "avtaler.csv"
# Web fonts are kept by content where builds keep them: to compress them anew in each test file costs seconds.
FONTS = PROJECT / "results" / ".lager" / "skrifter"


@dataclass(frozen=True)
class Files:
    """Where the files of an edition are."""

    folder: Path

    def __getattr__(self, name: str) -> Path:
        ending = {"side": "html", "trykk": "html", "erklaering": "html", "publikasjon": "pdf"}.get(name, "json")
        return self.folder / f"{name}.{ending}"


def make(
    folder: Path,
    counts: Path = COUNTS,
    templates: Path = PROJECT / "templates",
    typeset: bool = False,
    persons: Path = PERSONS,
    agreements: Path = AGREEMENTS,
    drawn: Files | None = None,
    published: Iterable[Path] = (),
    corrections: Path = PROJECT / "data" / "rettelser-publisert.yaml",
    spraak: str = "nb",
    forms: Iterable[str] = ("bred", "smal"),
    codebooks: Path = PROJECT / "data" / "raw" / "codebooks",
    **settings: Any,
) -> Files:
    """Draw, render and perhaps typeset an edition of 2020 into `folder`. Drawings may be those of another one
    (`drawn`), which saves most of the time. `published` and `corrections` are what was published before; `forms`, the
    renderings of each figure, by default those of the page."""
    from krisestat.figures.content import ON_PAGE, figure_specs, file_name
    from krisestat.model.codebooks import load_codebook
    from krisestat.model.config import load_config
    from krisestat.stages import draw, render

    made = drawn.folder if drawn else folder
    store = made.parent / "lager"
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": spraak, **settings})
    fids, words = figure_specs(load_codebook(codebooks)), templates / spraak / "tabeller.yaml"
    serie = (config["foerste_aar"], config["aar"])
    renderings = {
        (name := file_name(fid, form, config["aar"])): made / "figurer" / name for fid in fids for form in forms
    }
    fonts, sources = PROJECT / "templates" / "fonts", {"tall": counts, "personer": persons, "avtaler": agreements}
    if not drawn:
        draw.run(counts, codebooks, words, fonts, store, renderings, spraak, config["aar"], serie)
    on_page = {file_name(fid, form, config["aar"]) for fid in fids for form in ON_PAGE}
    files = Files(folder)
    render.run(
        utdata=counts,
        personer=persons,
        avtaler=agreements,
        kvalitet=PROJECT / "tests" / "eksempel" / "kvalitet.csv",
        publisert=list(published),
        rettelser=corrections,
        nedlasting=packaged(folder, sources, templates, config, codebooks),
        tilgjengelighet=PROJECT / "data" / "tilgjengelighet.yaml",
        codebooks=codebooks,
        templates=templates,
        figures={name: path for name, path in renderings.items() if name in on_page},
        config=config,
        store=FONTS,
        side=files.side,
        trykk=files.trykk,
        erklaering=files.erklaering,
        hovedpunkter=files.hovedpunkter,
        belegg=files.belegg,
        config_ut=folder / "config.yaml",
    )
    if typeset:
        from krisestat.stages import typeset as stages_typeset

        stages_typeset.run(files.trykk, files.publikasjon, PROJECT / "templates" / "fonts")
    return files


@pytest.fixture(scope="session", name="utgave")
def utgave_fixture(tmp_path_factory) -> Files:
    """An edition with page and print edition."""
    return Files(once(tmp_path_factory, "utgave", lambda folder: make(folder / "ut")) / "ut")


@pytest.fixture(scope="session", name="trykt")
def trykt_fixture(tmp_path_factory) -> Files:
    """The same edition with its PDF and the figures to take away."""
    from krisestat.figures.content import RENDERINGS

    return Files(once(tmp_path_factory, "trykt", lambda f: make(f / "ut", typeset=True, forms=RENDERINGS)) / "ut")


def page_text(path: Path) -> str:
    """What a reader meets on a page, one block a line: no style, script, drawing or checksum, spaces made even,
    no-break spaces as «~» so that they are seen. Sizes of files are left out: a library of another version may give
    others, and the list of files is held elsewhere."""
    tree = lxml_html.fromstring(path.read_text(encoding="utf-8"))
    for element in tree.xpath("//style|//script|//svg|//comment()|//tr[.//code]"):
        element.drop_tree()
    blocks = "p|li|dt|dd|h1|h2|h3|figcaption|caption|summary|tr|title"
    lines = []
    for element in tree.xpath("|".join(f"//{name}" for name in blocks.split("|"))):
        cells = element.xpath("./th|./td") if element.tag == "tr" else [element]
        texts = [re.sub(r"[ \n]+", " ", cell.text_content()).strip().replace("\u00a0", "~") for cell in cells]
        lines.append(f"{element.tag}: {' | '.join(texts)}")
    return re.sub(r"~\(\d[\d,]*~(?:kB|byte)\)", "~(størrelse)", "\n".join(lines) + "\n")
