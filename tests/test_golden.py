"""The whole run as text: from the committed raw files to the numbers, the headline points and (in test_publication) the
page. Whoever changes a number on purpose copies the new file over the old and shows both in review."""

import json
from pathlib import Path

import pytest

from tests.support.edition import AGREEMENTS, COUNTS
from tests.support.project import PROJECT


def test_the_raw_files_give_the_numbers_that_every_other_golden_builds_on(workspace):
    from krisestat import compute

    assert workspace.clean() == ""
    klargjort = Path("results/klargjort")
    compute.run(
        svar=sorted(klargjort.glob("samarbeid_p*.csv")),
        tilbud=klargjort / "tilbud_p2015-2020.csv",
        aggregerte=[klargjort / "kostra_p2017-2019.csv"],
        kontroller=klargjort / "kontroller_p2015-2020.csv",
        published=Path("data/publisert/samarbeid_2020.csv"),
        codebooks=Path("data/raw/codebooks"),
        texts=PROJECT / "templates/nb/tabeller.yaml",
        statistikk=Path("results/statistikk/tall.csv"),
        utdata=Path("results/utdata/tall.csv"),
        kvalitet=Path("results/etterproving/kvalitet.csv"),
        tables=Path("results/utdata/tabeller"),
        aar=2020,
        language="nb",
    )
    assert Path("results/utdata/tall.csv").read_text(encoding="utf-8") == COUNTS.read_text(encoding="utf-8")
    assert Path("results/statistikk/tall.csv").read_bytes() == Path("results/utdata/tall.csv").read_bytes()


def test_the_committed_forms_give_the_numbers_on_agreements(tmp_path, monkeypatch):
    from krisestat import agreements

    monkeypatch.chdir(PROJECT)
    agreements.run(
        codebooks=Path("data/raw/codebooks"),
        register=Path("data/raw/register"),
        policy=Path("data/raw/codebooks/konfidensialitet.yaml"),
        texts=Path("templates/nb/tabeller.yaml"),
        inndata=[tmp_path / f"inndata/avtaler_p{aar}.csv" for aar in (2018, 2020)],
        avtaler=tmp_path / "klargjort/avtaler.csv",
        punkter=tmp_path / "klargjort/avtalepunkter.csv",
        karantene=tmp_path / "klargjort/avtaler-karantene.csv",
        kontroller=tmp_path / "klargjort/avtaler-kontroller.csv",
        statistikk=tmp_path / "statistikk/avtaler.csv",
        utdata=tmp_path / "utdata/avtaler.csv",
        tables=tmp_path / "utdata/tabeller",
        aar=2020,
        vurdert="2020-12-31",
        tillegg=True,
        language="nb",
    )
    assert (tmp_path / "utdata/avtaler.csv").read_text(encoding="utf-8") == AGREEMENTS.read_text(encoding="utf-8")


@pytest.fixture
def points(utgave) -> dict:
    return json.loads(utgave.hovedpunkter.read_text(encoding="utf-8"))


def test_the_headline_points_of_2020(points):
    assert [p["tekst"] for p in points["hovedpunkter"]] == [
        "Alle krisesentertilbudene samarbeidet med NAV og barneverntjenesten",
        "Skriftlig avtale med NAV er mer vanlig enn i 2015",
        "Få av samarbeidsavtalene mellom kommuner dekket alt om samarbeidet mellom kommunens tjenester og "
        "krisesenteret, og hjelp til å skaffe bolig",
    ]
    assert all(p["tall"] and p["begrunnelse"] and p["paastander"] for p in points["hovedpunkter"])


def test_no_headline_point_of_2020_says_that_all_cooperate_with_the_police(points):
    assert not [p for p in points["hovedpunkter"] if "olitiet" in p["tekst"] and "lle " in p["tekst"]]
