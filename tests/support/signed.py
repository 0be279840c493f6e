"""A project in which somebody stands for every text, for tests of something else."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.model.signatures import FILE, written
from krisestat.pages.signer import Signer, run, sign
from krisestat.statements.signing import Edition, Held
from krisestat.statements.sources import units_of
from tests.support.project import Workspace


def sign_everything(root: Path, config: Mapping[str, Any], templates: Path | None = None) -> None:
    """Write a register that signs every text which can be signed. Parameters: `root`, the project's folder; `config`,
    the merged configuration; `templates`, where they are elsewhere."""
    units = {unit.hash: unit for unit in units_of(root, templates or root / "templates", config)}
    edition = Edition.of(config)
    signer = Signer("prøven", edition.date, "Det er en prøve.", edition.date)
    able = [(Held(unit, None), signer) for unit in units.values() if not unit.fault]
    text = "eksempel: []\ngodkjent: []\nbekreftet: []\n"
    write_atomic(root / FILE, written(text, sign([], able, edition, lambda unit: "")))


def sign_other_wording(root: Path, fil: str, old: str, new: str) -> None:
    """Let somebody stand for another wording of the names in a text file too, and leave the file as it was. Parameters:
    `fil`, the file; `old`, which is `new` the first time that it stands there."""
    path = root / fil
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    run("2020", fil, None, None, "prøven", "2026-11-30", "Det er en prøve.", None, root)
    path.write_text(text, encoding="utf-8")


def sign_by_command(project: Workspace, name: str) -> None:
    """Let somebody stand for every text of an edition that nobody stands for."""

    def signer(*given: str) -> str:
        command = [sys.executable, "-m", "krisestat", "signer", name, *given]
        env = {**os.environ, "PYTHONPATH": "scripts"}
        return subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True).stdout

    told, who = signer("--fil", "."), ["--av", "Eksempelredaksjonen", "--dato", "2026-11-30"]
    ids = re.findall("(?m)^  ([0-9a-f]{12})  .*enkeltvis", told)
    listed = project / "logs/liste.tsv"
    listed.parent.mkdir(exist_ok=True)
    listed.write_text("setning\tgrunn\n" + "".join(f"{one}\tLest mot kilden.\n" for one in ids), encoding="utf-8")
    signer("--liste", str(listed), *who)
    signer("--fil", ".", *who, "--grunn", "Lest mot kilden.", "--slaatt-opp", "2026-11-30")
