"""docs/aarshjul.md walked for two years by what `make neste` says alone: from an export to a published edition that is
corrected."""

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from krisestat.build import wheel
from krisestat.release import freeze
from tests.support.project import commit
from tests.support.signed import sign_by_command
from tests.support.workflow import Project

pytestmark = [pytest.mark.workflow, pytest.mark.thorough]

WHO, DAY = "Kari Nordmann", "2026-11-30"


def export(project: Project, aar: int, folder: Path) -> Path:
    """What the survey tool gives: the answers of the year before, some of them otherwise, under a name of its own."""
    text = (project / f"data/raw/{aar - 1}/samarbeid_p{aar - 1}.csv").read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    at = header.index("kv_boligkontor")
    for row in rows[aar % 5 :: 5]:
        row[at : at + 5] = ["Nei", "", "", "", ""] if row[at] == "Ja" else row[at : at + 5]
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([header, *rows])
    path = folder / f"Eksport fra verktøyet {aar}.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


class Year:
    """Somebody who does what they are told, and counts it."""

    def __init__(self, project: Project, aar: int, outside: Path):
        self.project, self.aar, self.outside, self.done = project, aar, outside, list[str]()

    def told(self) -> list[str]:
        """What `make neste` says is next."""
        lines = wheel.run(self.project.root).splitlines()
        first = lines.index("Neste:") + 1
        assert "docs/aarshjul.md, punkt " in lines[-1] and lines[0].startswith(f"{self.aar}, steg ")
        return [lines[0].rpartition(": ")[2], *(line.strip() for line in lines[first:-1])]

    def command(self, *words: str) -> str:
        """What a command of the house says."""
        env = {**os.environ, "PYTHONPATH": "scripts"}
        command = [sys.executable, "-m", "krisestat", *words]
        done = subprocess.run(command, cwd=self.project.root, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def walk(self) -> None:
        """Do the next thing until the edition is published."""
        while (said := self.told())[0] != "Etterpå":
            action = said[1]
            assert self.done[-3:] != [action] * 3, f"told again and again: {action}"
            self.done.append(action)
            self.do(action)

    def do(self, action: str) -> None:
        """One thing, as it is told."""
        name = (re.findall(r"AAR=(\S+)", action) or [""])[0]
        if action.startswith("make ny-kilde"):
            file = str(export(self.project, self.aar, self.outside))
            self.command("ny-kilde", file, name, "--arkiv", str(self.outside / "arkiv"))
        elif action.startswith("Avgjør"):
            draft = re.findall(r"data/raw/\S+", action)[0]
            self.project.edit(
                draft, lambda text: text.partition("maa_avgjores:")[0].replace("opphav: ''", "opphav: rekonstruert")
            )
        elif action.startswith("make mottak"):
            self.command("mottak", name, DAY, WHO)
        elif action.startswith("Skriv «aar"):
            self.project.edit("config.yaml", lambda text: re.sub("(?m)^aar: 20..", f"aar: {self.aar}", text))
        elif action.startswith(("Skriv dagen", "Skriv når", "Vurder")):
            self.renew(action)
        elif action.startswith("Oppdater"):
            file = re.findall(r"data/raw/\S+", action)[0]
            self.project.edit(file, lambda text: re.sub('gjelder_til: "20..', f'gjelder_til: "{self.aar}', text))
        elif action.startswith("make signer"):
            sign_by_command(self.project, name)
        elif action.startswith("make publication"):
            settings = {"AAR": "aar", "SPRAAK": "spraak"}
            given = [f"{settings[key]}={value}" for key, value in re.findall(r"(AAR|SPRAAK)=(\S+)", action)]
            self.project.build(*(["--config", *given] if given else []))
        elif action.startswith("make gjennomgang"):
            self.review(self.command("gjennomgang", name))
        elif action.startswith(("git add", "rm ")):
            if action.startswith("rm "):
                (self.project / action.split()[1]).unlink()
            else:
                commit(self.project.root, WHO)
        else:
            assert action.startswith("make publiser"), action
            self.command("publiser", name)

    def renew(self, action: str) -> None:
        """What grows old, looked up anew."""
        day = f"2026-12-0{self.aar - 2020}"
        if "neste_oppdatering" in action:
            self.project.edit(
                "config.yaml",
                lambda text: text.replace(f"{self.aar} er", f"{self.aar + 1} er").replace(
                    f"{self.aar} er samla", f"{self.aar + 1} er samla"
                ),
            )
        elif action.startswith("Vurder"):
            self.project.edit(
                "data/tilgjengelighet.yaml", lambda text: re.sub("(?m)^vurdert: .*", f"vurdert: {day}", text)
            )
        else:
            key = re.findall("«(?:publikasjon|hjelp): ([^»]*)»", action)[0]
            self.project.edit("config.yaml", lambda text: re.sub(f"(?m)^( +{key}): .*", rf"\1: {day}", text))

    def review(self, listed: str) -> None:
        """Accept and confirm all that is listed, by another than who signed."""
        for kind, place in (("id", "godkjent"), ("kontroll", "bekreftet")):
            lines = re.findall(rf"(?m)^(- {{{kind}: .*}})$", listed)
            signed = [
                line.replace("av: …", f"av: {WHO}").replace("dato: …", f"dato: {DAY}").replace('"…"', '"Er undersøkt."')
                for line in lines
            ]
            if signed:
                added = "\n".join([f"{place}:", *signed])
                self.project.edit(
                    "data/signaturer.yaml",
                    lambda text, at=place, new=added: re.sub(rf"(?m)^{at}:(?: \[\])?$", lambda _: new, text, count=1),
                )


def test_two_years_are_walked_by_what_is_told_next(built, tmp_path):
    project = built.copied(tmp_path)
    freeze.run("2020", project.root)
    commit(project.root)
    for aar in (2021, 2022):  # the second in one standard alone
        (project / f"data/raw/{aar}").mkdir()
        if aar == 2022:
            project.edit("config.yaml", lambda text: text.replace("maalformer: [nb, nn]", "maalformer: [nb]", 1))
        year = Year(project, aar, tmp_path)
        year.walk()
        names = [str(aar), f"{aar}-nn"][: 2023 - aar]
        assert [action for action in year.done if action.startswith("make publiser")] == [
            f"make publiser AAR={name}" for name in names
        ]
        assert all((project / f"publisert/{name}/ut/publikasjon/publikasjon.pdf").is_file() for name in names)
        assert f"make ny-kilde FIL=… AAR={aar + 1}" in year.told()[-1]
        assert len({action for action in year.done if action.startswith("make ")}) <= 6 * len(names)
    project.edit("config.yaml", lambda text: text.replace("rettelser: []", "rettelser: [Et navn er rettet.]", 1))
    assert year.told()[:2] == ["Signer teksten", "make signer AAR=2022   (1 tekst uten signatur)"]
    year.do(year.told()[1])
    assert year.told()[:2] == ["Bygg, les og publiser", "make publication"], "what is corrected is published anew"
