"""The numbers of the fact sheets, made once for the tests that look at them: the project's own data through the stages
that the sheets are made from."""

import shutil
from pathlib import Path

import pytest

from krisestat.build.edition import open_edition
from tests.support.model import COUNTS
from tests.support.project import PROJECT
from tests.support.shared import once
from tests.support.stages import run

EDITION = open_edition(str(PROJECT), {})


@pytest.fixture(scope="session")
def faktaark_tall(committed, tmp_path_factory) -> Path:
    """The project's own data through `sheet_data`: its tables, beside the data and what they were made from."""

    def fill(root: Path) -> None:
        for name in ("data/raw/codebooks", "data/raw/register", "data/statistikk", "workflow/schemas"):
            shutil.copytree(PROJECT / name, root / name)
        shutil.copytree(committed / "klargjort", root / "klargjort")
        shutil.copytree(committed / "ut", root / "ut")
        make(root)

    return once(tmp_path_factory, "faktaarktall", fill)


def make(root: Path) -> None:
    """Run `sheet_data` on what lies in a folder, which is the project's and the edition's."""
    tall = [root / f"tall/{name}.csv" for name in EDITION.sheet_statistics]
    run("sheet_data", root, root, enheter=root / "enheter.csv", tall=tall, utdata=COUNTS)
