"""The stages from raw files to `utdata`, run in the working directory, and what they make of the committed files."""

from contextlib import chdir
from pathlib import Path

import pytest

from tests.support.project import PROJECT
from tests.support.shared import once

YEARS = list(range(2015, 2021))
RAW, CODEBOOKS, REGISTER = Path("data/raw"), Path("data/raw/codebooks"), Path("data/raw/register")
POLICY = CODEBOOKS / "konfidensialitet.yaml"
TEXTS = PROJECT / "templates/nb/tabeller.yaml"


def run_clean(to: Path, years: list[int] = YEARS) -> None:
    """Run the stage `clean`. Parameters: `to`, where its files go."""
    from krisestat.stages import clean

    clean.run(
        aar=years,
        codebooks=CODEBOOKS,
        register=REGISTER,
        inndata=to / "inndata",
        klargjort=to / "klargjort",
        period="p2015-2020",
    )


def run_compute(to: Path) -> None:
    """Run the stage `compute` on what `run_clean` wrote there."""
    from krisestat.stages import compute

    compute.run(
        svar=sorted((to / "klargjort").glob("samarbeid_p*.csv")),
        tilbud=to / "klargjort/tilbud_p2015-2020.csv",
        aggregerte=[to / "klargjort/kostra_p2017-2019.csv"],
        kontroller=to / "klargjort/kontroller_p2015-2020.csv",
        published=Path("data/publisert/samarbeid_2020.csv"),
        codebooks=CODEBOOKS,
        texts=TEXTS,
        statistikk=to / "statistikk/tall.csv",
        utdata=to / "ut/utdata/tall.csv",
        kvalitet=to / "etterproving/kvalitet.csv",
        tables=to / "ut/utdata/tabeller",
        aar=2020,
        language="nb",
    )


def run_persons(to: Path) -> None:
    """Run the stage `persons`."""
    from krisestat import persons

    persons.run(
        manifest=RAW / "personer/kilde.yaml",
        register=REGISTER,
        policy=POLICY,
        published=Path("data/publisert/personer.csv"),
        texts=TEXTS,
        inndata=to / "inndata/personer_p2019-2020.csv",
        klargjort=to / "klargjort/personer_p2019-2020.csv",
        statistikk=to / "statistikk/personer.csv",
        utdata=to / "ut/utdata/personer.csv",
        tables=to / "ut/utdata/tabeller",
        aar=2020,
    )


def run_agreements(to: Path, aar: int = 2020, **changed) -> None:
    """Run the stage `agreements`. Parameters: `changed`, other arguments than the edition of the year has."""
    from krisestat.agreements.collections import load_innsamlinger
    from krisestat.stages import agreements

    arguments = {
        "codebooks": CODEBOOKS,
        "register": REGISTER,
        "policy": POLICY,
        "texts": TEXTS,
        "inndata": [to / f"inndata/avtaler_p{one.aar}.csv" for one in load_innsamlinger(aar)],
        "avtaler": to / "klargjort/avtaler.csv",
        "punkter": to / "klargjort/avtalepunkter.csv",
        "karantene": to / "klargjort/avtaler-karantene.csv",
        "kontroller": to / "klargjort/avtaler-kontroller.csv",
        "statistikk": to / "statistikk/avtaler.csv",
        "utdata": to / "ut/utdata/avtaler.csv",
        "tables": to / "ut/utdata/tabeller",
        "aar": aar,
        "vurdert": "2020-12-31",
        "tillegg": True,
        "language": "nb",
    }
    agreements.run(**arguments | changed)


@pytest.fixture(scope="session")
def committed(tmp_path_factory) -> Path:
    """The committed raw files through the stages: folders `inndata`, `klargjort`, `statistikk`, `utdata` and
    `etterproving`, which tests copy and do not touch."""

    def make(folder: Path) -> None:
        with chdir(PROJECT):
            for run in (run_clean, run_compute, run_persons, run_agreements):
                run(folder)

    return once(tmp_path_factory, "lagret", make)
