"""Reconstructed counts of residents and stays per centre: national totals exactly as printed where they are, the rest
spread over the centres by fixed scores. No centre's number is real.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from tools.rekonstruer.aarganger import names_and_services
from tools.rekonstruer.svar import score

# Residents and stays by year and registered sex. Each number that is printed (in data/publisert) is met
# exactly. Chosen: no one is not registered in 2019; the men of 2019 have as many stays each as those of 2020; the two
# who are not registered in 2020 have one stay each. The women have the rest of the printed totals.
TOTALS = {
    2019: {"Kvinner": (1653, 2293), "Menn": (147, 178), "Ikke registrert": (0, 0)},
    2020: {"Kvinner": (1529, 2030), "Menn": (137, 166), "Ikke registrert": (2, 2)},
}
# How uneven the centres are: a centre's part is its score to this power.
_UNEVEN = {"Kvinner": 2, "Menn": 4}
_HEADER = ("År", "Senter", "Registrert kjønn", "Beboere", "Opphold")


def divide(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """`total` divided by weight, the largest remainders first and ties by name: whole numbers with that sum."""
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    order = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in order[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def counts(aar: int) -> dict[tuple[str, str], tuple[int, int]]:
    """Residents and stays of a year by (senter_id, registered sex); every resident has at least one stay."""
    names, services = names_and_services(aar)
    found = {(senter, sex): (0, 0) for senter in names for sex in TOTALS[aar]}
    for sex, tilbud in (("Kvinner", "kvinner"), ("Menn", "menn")):
        # Half of a weight is the centre's own from year to year, as sizes are.
        weights = {
            s: (score("stoerrelse", s, sex) // 2 + score("stoerrelse", s, sex, aar) // 2 + 2**28) ** _UNEVEN[sex]
            for s in services[tilbud]
        }
        persons, stays = TOTALS[aar][sex]
        residents = divide(persons, weights)
        again = divide(stays - persons, {s: n * (score("igjen", s, sex, aar) % 7 + 1) for s, n in residents.items()})
        found |= {(s, sex): (n, n + again[s]) for s, n in residents.items()}
    largest = sorted(names, key=lambda s: (-found[s, "Kvinner"][1], s))
    for senter in largest[: TOTALS[aar]["Ikke registrert"][0]]:
        found[senter, "Ikke registrert"] = (1, 1)
    return found


def table() -> list[Sequence[object]]:
    """The rows of the file: one per year, centre and registered sex."""
    rows: list[Sequence[object]] = []
    for aar in TOTALS:
        names, _ = names_and_services(aar)
        rows += [(aar, names[s], sex, *pair) for (s, sex), pair in counts(aar).items()]
    return rows


def write_persons(root: Path) -> None:
    """Write `root/personer/personer_p2019-2020.csv` and its `kilde.yaml`."""
    path = root / "personer" / "personer_p2019-2020.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(table())
    manifest = {
        "fil": path.name,
        "format": "csv",
        "tegnsett": "utf-8",
        "skilletegn": ";",
        "mottatt": "2021-03-17",
        "mottatt_av": "Statistikkseksjonen",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "opphav": "rekonstruert",
        "om": "person",
        "merknad": (
            "Rekonstruerte eksempeldata, laget med tools/rekonstruer. Tallene per senter er oppdiktet. "
            "Summene for landet er i samsvar med det som er publisert; se docs/metode.md."
        ),
    }
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)
    path.with_name("kilde.yaml").write_text(text, encoding="utf-8", newline="\n")
