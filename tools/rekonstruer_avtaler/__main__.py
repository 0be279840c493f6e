"""Make the reconstructed forms again: `python -m tools.rekonstruer_avtaler [--til FOLDER]`, in the project's folder."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from krisestat.agreements.checklist import load_sjekkliste
from krisestat.agreements.skjema import FELT
from tools.rekonstruer_avtaler.filer import WRITERS, blank_rows, leaves
from tools.rekonstruer_avtaler.svar import leaf_texts

DECLARED = Path(__file__).with_name("avtaler.yaml")
_OWN = {"id", "dekning", "svar", "henvisning", "merknad", "aar", *(felt.id for felt in FELT)}


def filled_form(declared: Mapping[str, Any], year: Mapping[str, Any], book: Mapping[str, Any]) -> dict[str, Any]:
    """A form of a year, filled in.

    Parameters: `declared`, the agreement; `year`, what its form of the year is like; `book`, the whole declaration.
    """
    one = {key: value for key, value in {**declared, **year}.items() if key in _OWN}
    liste = load_sjekkliste(versjon=year["versjon"], tillegg=year.get("tillegg", True))
    asked = [leaf for leaf in leaves(year["versjon"]) if leaf in liste.by_id]
    usual = {leaf: one["dekning"] + book["vanlig"][liste.top_of(leaf).id] for leaf in asked}
    fields = [row[0].partition(".")[2] for row in blank_rows(year["versjon"]) if row[0].startswith("avtale.")]
    avtale: dict[str, Any] = {field: one.get(field, "") for field in fields}  # in the order of what was handed out
    avtale["navn"] = f"Avtale {declared['id'][2:]}"
    return {
        "versjon": year["versjon"],
        "avtale": avtale,
        "punkter": {leaf: leaf_texts(one, liste.by_id[leaf], usual[leaf], book) for leaf in asked},
        "uten": set(leaves(year["versjon"])) - set(asked),
    }


def write_collections(root: Path) -> None:
    """Write the forms of every collection and its `kilde.yaml` under `root`."""
    book = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    for aar, told in book["innsamlinger"].items():
        folder, entries = root / str(aar), []
        folder.mkdir(parents=True, exist_ok=True)
        for declared in book["avtaler"]:
            if aar not in declared["aar"]:
                continue
            year = declared["aar"][aar]
            data = WRITERS[year["format"]](filled_form(declared, year, book))
            name = f"{declared['id']}.{year['format']}"
            (folder / name).write_bytes(data)
            entry = {"id": declared["id"], "fil": name, "format": year["format"], "mottatt": told["mottatt"]}
            entry |= {"mottatt_av": "Statistikkseksjonen", "sha256": hashlib.sha256(data).hexdigest()}
            entry |= {"opphav": "rekonstruert"}
            entries.append(entry | ({"karantene": year["karantene"]} if "karantene" in year else {}))
        manifest = {"aar": aar, "om": "avtale", "merknad": book["merknad"], "skjemaer": entries}
        text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)
        (folder / "kilde.yaml").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.rekonstruer_avtaler", description=__doc__)
    parser.add_argument("--til", type=Path, default=Path("data/raw/avtaler"), help="mappen som årsmappene skrives i")
    write_collections(parser.parse_args().til)
