"""Sign the example editions of this repository as their example editors, with a reason for each kind of text.

Run as `python -m tools.signer_eksempel 2026-11-30`, after texts have changed. The editors of a real edition sign for
themselves, with `make signer`. What the data contradicts, and what cannot be signed as it stands, is listed and left.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.model.config import load_config
from krisestat.model.signatures import FILE, Signatures, load_signatures, written
from krisestat.pages.signer import Signer, sign
from krisestat.pages.trying import rendered
from krisestat.statements.signing import Edition, hold
from krisestat.statements.sources import product_of, units_of
from krisestat.statements.units import BY_ONE, LABEL, LOOKED_UP, Unit

WHO = "Eksempelredaksjonen"
YEARS = {"": (2020, 2019, 2018), "beboere": (2024, 2023, 2022, 2021, 2020)}
EDITIONS = [
    {"publikasjon": name, "aar": aar, "spraak": spraak} if name else {"aar": aar, "spraak": spraak}
    for name, years in YEARS.items()
    for aar in years
    for spraak in ("nb", "nn")
]
# The last day when the values of the configuration were looked up that do not say it themselves.
LOOKED_UP_ON = "2026-11-21"
OF_KIND = {
    "overskrift": "Sier hva delen handler om, og ikke noe om tallene.",
    "alternativtekst": "Sier hva slags bilde det er; tallene står i setningen etter.",
    "tittel": "Navnet på publikasjonen.",
    "beskrivelse": "Sier hva siden har, og ikke noe om tallene.",
    "tabelltittel": "Sier hvordan tabellen er delt inn.",
    "tekst": "En knapp som sier hvilken tabell den viser.",
}
OF_PRODUCT = {
    "sjekkliste": "Veiledning til sjekklisten; tall om avtaler står ikke der.",
    "avtaler": "Veiledning til partene; svarene er deres egne.",
    "faktaark": "Forklaringer og ledetekster på faktaarkene.",
    "nettsted": "Ledetekster på nettstedets forside.",
    "publikasjon": "Forklaringer, metode og ledetekster, slik de er i koden og kildene.",
}


def reason(unit: Unit) -> str:
    """Why a text can stand."""
    if unit.signeres == LABEL:
        return "Navn fra modellen, og det kode setter sammen av dem."
    if unit.signeres == LOOKED_UP:
        return "Slått opp der opplysningen er gitt."
    if unit.signeres == BY_ONE:
        return OF_KIND.get(unit.slag, "Forklarer hva som telles, og ikke hvor mye.")
    return OF_PRODUCT[product_of(unit.fil.rsplit("/", 1)[-1])]


def looked_up(unit: Unit, config: Mapping[str, Any]) -> str:
    """The day when a value of the configuration was looked up, as its part of it says."""
    part = config.get(unit.tekst.split(".")[0], {})
    return str(part.get("kontrollert", LOOKED_UP_ON)) if isinstance(part, Mapping) else LOOKED_UP_ON


def main(dato: str, root: Path = Path()) -> None:
    """Sign each edition, and say what is left."""
    for said in EDITIONS:
        config = load_config(root / "config.yaml", root, said)
        register = load_signatures(root / FILE, root) or Signatures()
        edition = Edition.of(config)
        loose, against = rendered(root, config)
        held = hold([*units_of(root, root / "templates", config), *loose], register, edition)
        left = [one for one in held if one.entry is None]
        faults = {one.unit: one.unit.fault or (one.unit.signeres != LABEL and against(one.unit)) for one in left}
        able = [one for one in left if not faults[one.unit]]
        signers = ((one, Signer(WHO, dato, reason(one.unit), looked_up(one.unit, config))) for one in able)
        signed = sign(register.signert, signers, edition, lambda unit: "")
        write_atomic(root / FILE, written((root / FILE).read_text(encoding="utf-8"), signed))
        print(f"{config['publikasjon']['utgave']}: {len(able)} signert, {len(left) - len(able)} igjen")
        for unit, fault in faults.items():
            if fault:
                print(f"  {unit.fil}, {unit.sted}: «{unit.tekst}»: {fault}")


if __name__ == "__main__":
    main(sys.argv[1])
