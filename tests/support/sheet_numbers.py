"""The numbers of the fact sheets, made once for the tests that look at them: the project's own data through the stages
that the sheets are made from."""

import shutil
from contextlib import chdir
from pathlib import Path

import pytest

from tests.support.project import PROJECT

EXAMPLE = PROJECT / "tests/eksempel"
YEARS = list(range(2015, 2021))


@pytest.fixture(scope="session")
def faktaark_tall(tmp_path_factory) -> Path:
    """The project's own data through the stages that the sheets are made from, and through `sheet_data`."""
    from test_agreements import run

    from krisestat import clean

    root = tmp_path_factory.mktemp("faktaarktall")
    shutil.copytree(PROJECT / "data", root / "data")
    shutil.copytree(PROJECT / "workflow/schemas", root / "workflow/schemas")
    with chdir(root):
        clean.run(
            aar=YEARS,
            codebooks=Path("data/raw/codebooks"),
            register=Path("data/raw/register"),
            inndata=Path("inndata"),
            klargjort=Path("klargjort"),
            period="p2015-2020",
        )
        run(root)
    make(root)
    return root


def make(root: Path) -> None:
    """Run `sheet_data` on what lies in a folder."""
    from krisestat import sheet_data

    sheet_data.run(
        svar=[root / f"klargjort/samarbeid_p{aar}.csv" for aar in YEARS],
        avtaler=root / "klargjort/avtaler.csv",
        punkter=root / "klargjort/avtalepunkter.csv",
        landstall=EXAMPLE / "tall.csv",
        avtaletall=root / "utdata/avtaler.csv",
        personer=EXAMPLE / "personer.csv",
        root=root,
        years=YEARS,
        tillegg=True,
        enheter=root / "enheter.csv",
        tall=root / "tall.csv",
    )
