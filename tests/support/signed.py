"""A project in which somebody stands for every text, for tests of something else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.model.signatures import FILE, written
from krisestat.pages.signer import Signer, sign
from krisestat.statements.signing import Edition, Held
from krisestat.statements.sources import units_of


def sign_everything(root: Path, config: Mapping[str, Any], templates: Path | None = None) -> None:
    """Write a register that signs every text which can be signed. Parameters: `root`, the project's folder; `config`,
    the merged configuration; `templates`, where they are elsewhere."""
    units = {unit.hash: unit for unit in units_of(root, templates or root / "templates", config)}
    edition = Edition(config["aar"], str(config["publikasjon"]["sist_oppdatert"]))
    signer = Signer("prøven", edition.date, "Det er en prøve.", edition.date)
    able = [(Held(unit, None), signer) for unit in units.values() if not unit.fault]
    text = "eksempel: []\ngodkjent: []\nbekreftet: []\n"
    write_atomic(root / FILE, written(text, sign([], able, edition, lambda unit: "")))
