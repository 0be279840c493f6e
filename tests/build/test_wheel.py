"""Where in the year's wheel a repository is, and what is next: seen in the files alone."""

import re
import shutil
from datetime import date

import pytest
import yaml

from krisestat.build.wheel import STEPS, Wheel, wheel_of
from krisestat.model.config import config_text
from tests.support.project import PROJECT, Workspace


@pytest.fixture
def project(workspace) -> Workspace:
    shutil.copy(PROJECT / "config.yaml", workspace / "config.yaml")
    return workspace


def wheel(project: Workspace, aar: int = 2021) -> Wheel:
    found = wheel_of(project.root)
    return Wheel(found.root, found.config, aar)


def test_the_guide_has_each_step_under_its_number():
    headings = re.findall(r"(?m)^## (\d+)\. (.*)$", (PROJECT / "docs/aarshjul.md").read_text(encoding="utf-8"))
    assert headings == [(str(number), title) for number, (title, _) in enumerate(STEPS, 1)]


def test_answers_are_taken_in_decided_and_registered(project):
    assert wheel_of(project.root).aar == 2020 and wheel(project, 2020).received() == []
    assert wheel(project).received() == ["make ny-kilde FIL=… AAR=2021"]
    folder = project / "data/raw/2021"
    shutil.copytree(project / "data/raw/2020", folder)
    assert wheel_of(project.root).aar == 2021
    told = yaml.safe_load((folder / "kilde.yaml").read_text(encoding="utf-8"))
    draft = folder / "kilde.utkast.yaml"
    (folder / "kilde.yaml").unlink()
    for asked in (["opphav", "om"], []):
        draft.write_text(yaml.safe_dump({**told, "aar": 2021, "maa_avgjores": asked}), encoding="utf-8")
        register = 'make mottak AAR=2021 MOTTATT=… AV="…"'
        assert [one[:45] for one in wheel(project).received()] == [
            *["Avgjør det som står under «maa_avgjores» i da"][: len(asked)],
            register,
        ]
    draft.write_text("- noe annet\n", encoding="utf-8")
    assert wheel(project).received() == [register]
    draft.rename(folder / "kilde.yaml")
    assert wheel(project).received() == [register]
    (folder / "kilde.yaml").write_text(yaml.safe_dump({**told, "aar": 2021}, default_style='"'), encoding="utf-8")
    assert wheel(project).received() == [register], "a year that is no number"
    shutil.copy(project / "data/raw/2020/kilde.yaml", folder / "kilde.yaml")
    assert wheel(project).received() == []


def test_what_grows_old_is_renewed_since_the_last_edition(project):
    assert wheel(project).year_set() == ["Skriv «aar: 2021» i config.yaml."]
    kept = project / "publisert/2020"
    kept.mkdir(parents=True)
    (kept / "config.yaml").write_text(config_text(wheel(project).config), encoding="utf-8")
    (kept / "manifest.json").touch()
    told = wheel(project).year_set()
    assert [re.findall("«([^»]*)»", one)[-1] for one in told[1:4]] == [
        "publikasjon: sist_oppdatert",
        "publikasjon: neste_oppdatering",
        "hjelp: kontrollert",
    ] and told[4].startswith("Vurder tilgjengeligheten")
    today = date(2027, 1, 2).isoformat()
    project.edit("config.yaml", lambda text: re.sub("(?m)(sist_oppdatert|kontrollert): .*$", rf"\1: {today}", text))
    project.edit(
        "config.yaml", lambda text: text.replace("aar: 2020 ", "aar: 2021 ").replace("for 2021 er", "for 2022 er")
    )
    project.edit("data/tilgjengelighet.yaml", lambda text: re.sub("(?m)^vurdert: .*$", f"vurdert: {today}", text))
    assert wheel(project).year_set() == []


def test_a_list_that_says_until_when_it_holds_is_renewed(project):
    assert wheel(project, 2020).registers() == []
    [told] = wheel(project).registers()
    assert told.startswith("Oppdater tilhorighet.csv for 2021") and "gjelder til 2020-12-31" in told
