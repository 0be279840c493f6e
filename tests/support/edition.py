"""A whole edition, made once for the tests that look at it: figures, page, print edition and PDF from the counts in
`results/` of a build, or from those that the tests carry."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from krisestat.base import layout
from krisestat.base.files import Files
from tests.support.downloads import MODEL, packaged
from tests.support.model import COUNTS
from tests.support.project import PROJECT
from tests.support.shared import once
from tests.support.stages import bound, run


def pages(folder: Path) -> Files:
    """The pages of an edition that lies in a folder and their evidence, and the PDF, as the rules call them."""
    return Files({**bound("render", folder).ut, **bound("typeset", folder).ut})


def make(
    folder: Path,
    counts: Sequence[Path] = COUNTS,
    templates: Path = PROJECT / "templates",
    typeset: bool = False,
    drawn: Files | None = None,
    published: Iterable[Path] = (),
    corrections: Path = PROJECT / "data" / "rettelser-publisert.yaml",
    spraak: str = "nb",
    forms: Iterable[str] = (),
    root: Path = PROJECT,
    **settings: Any,
) -> Files:
    """Draw, render and perhaps typeset an edition of 2020 into `folder`, of the numbers in the files `counts`. Its
    figures are those that have numbers, as in a build. Drawings may be those of another one (`drawn`) where the figures
    show the same, which saves most of the time. `published` and `corrections` are what was published before; `forms`,
    the renderings of each figure beside those of the page; `root`, a project's folder."""
    from krisestat.figures.content import ON_PAGE, TO_SHARE, file_name
    from krisestat.model.config import load_config

    made = drawn.hovedpunkter.parent if drawn else folder
    config = load_config(PROJECT / "config.yaml", PROJECT, {"spraak": spraak, **settings})
    counted = {path.stem for path in counts if len(path.read_text(encoding="utf-8").splitlines()) > 1}
    fids, aar = [name for name, spec in MODEL.figurer.items() if spec.av.id in counted], config["aar"]
    drawings = [made / layout.DRAWINGS / file_name(fid, form, aar) for fid in fids for form in ON_PAGE]
    to_take = [made / layout.FIGURES / file_name(fid, form, aar) for fid in fids for form in forms]
    if not drawn:
        run(
            "draw",
            folder,
            root,
            templates=templates,
            lager=folder.parent / "lager",
            figurer=[*drawings, *to_take],
            language=spraak,
            aar=aar,
            serie=(config["foerste_aar"], aar),
            utdata=counts,
        )
    run(
        "render",
        folder,
        root,
        kvalitet=PROJECT / "tests" / "eksempel" / "kvalitet.csv",
        publisert=list(published),
        rettelser=corrections,
        figures=drawings,
        figursider=[folder / layout.FIGURES / f"{fid}.html" for fid in fids],
        nedlasting=packaged(folder, templates, config, counts, root),
        templates=templates,
        config=config,
        utdata=counts,
    )
    if typeset:
        pictures = [folder / layout.FIGURES / file_name(fid, TO_SHARE, aar) for fid in fids]
        run("typeset", folder, root, figurer=pictures, lager=folder.parent / "lager")
    return pages(folder)


@pytest.fixture(scope="session", name="utgave")
def utgave_fixture(tmp_path_factory) -> Files:
    """An edition with page and print edition."""
    return pages(once(tmp_path_factory, "utgave", lambda folder: make(folder / "ut")) / "ut")


@pytest.fixture(scope="session", name="trykt")
def trykt_fixture(tmp_path_factory) -> Files:
    """The same edition with its PDF and the figures to take away."""
    from krisestat.figures.content import TO_TAKE

    return pages(once(tmp_path_factory, "trykt", lambda f: make(f / "ut", typeset=True, forms=TO_TAKE)) / "ut")


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
