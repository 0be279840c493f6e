"""Signed-off review: which changed statements the reviewers have accepted, and the edition that may be published.

`gjennomgang.yaml` names each accepted statement by its id and the hash of its text, so that a later change of the text
is not accepted with it. Run as `make gjennomgang AAR=2020` (what is left to read) and `make publiser AAR=2020`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from krisestat import freeze, verify
from krisestat.errors import ProblemList, report
from krisestat.published import FOLDER
from krisestat.yamlfiles import check_schema, load_yaml

FILE = Path("gjennomgang.yaml")
SCHEMA = Path("workflow/schemas/gjennomgang.schema.yaml")

Statements = Mapping[str, Mapping[str, str]]


def load_accepted(root: Path = Path()) -> list[dict]:
    """What `gjennomgang.yaml` says. Parameters: `root`, the project's folder. Raises `Problems` with every fault."""
    data, lines = load_yaml(root / FILE)
    check_schema(data, load_yaml(root / SCHEMA)[0], str(FILE), lines)
    return data["godkjent"]


def unaccepted(now: Statements, published: Statements, accepted: Iterable[Mapping[str, str]]) -> dict[str, tuple]:
    """Statements with a text that was neither published nor accepted: id -> (text that was published or «», new text).

    Parameters: `now` and `published`, as `freeze.short_statements` gives them; `accepted`, as read.
    """
    signed = {(entry["id"], entry["hash"]) for entry in accepted}
    return {
        id: (published.get(id, {}).get("tekst", ""), statement["tekst"])
        for id, statement in sorted(now.items())
        if published.get(id, {}).get("hash") != statement["hash"] and (id, statement["hash"]) not in signed
    }


def last_published(aar: int, editions: Iterable[int]) -> int | None:
    """The edition that a new one is held against: the same year's, or else the last before it."""
    return max((edition for edition in editions if edition <= aar), default=None)


def run(aar: int, root: Path) -> tuple[int | None, dict[str, tuple]]:
    """What is left to accept of an edition.

    Parameters: `aar`, its year; `root`, the project's folder. Returns the published edition that it is held against
    (None when nothing has been published) and the statements, as `unaccepted` gives them. Raises `Problems` if the
    results are not as they were built, or `gjennomgang.yaml` is wrong.
    """
    verify.run(aar, root)
    accepted = load_accepted(root)
    records = {int(path.parent.name): path for path in sorted(root.glob(f"{FOLDER}/*/{freeze.STATEMENTS}"))}
    base = last_published(aar, records)
    if base is None:
        return None, {}
    evidence = json.loads((root / "results" / str(aar) / "etterproving" / "belegg.json").read_text(encoding="utf-8"))
    published = json.loads(records[base].read_text(encoding="utf-8"))
    return base, unaccepted(freeze.short_statements(evidence), published, accepted)


def problems(base: int | None, left: Mapping[str, tuple]) -> ProblemList:
    """A problem for each statement that is left to accept. Parameters: as `run` returns them."""
    found = ProblemList()
    for id, (old, new) in left.items():
        found.add(
            FILE,
            f"påstanden «{id}»",
            f"«{new}», som ingen har godkjent",
            f"«{old}», som i {FOLDER}/{base}, eller en godkjenning" if old else "en godkjenning av den nye påstanden",
            f"Les den. Er den riktig, legg til: {entry(id, new)}",
        )
    return found


def entry(id: str, text: str) -> str:
    """The line that accepts a text, for `gjennomgang.yaml`."""
    return f'- {{id: {id}, hash: "{freeze.text_hash(text)}", av: …, dato: …}}'


def _listing(aar: int, base: int | None, left: Mapping[str, Any]) -> str:
    if base is None:
        return "Ingen utgave er publisert før, så det er ingenting å sammenlikne med."
    if not left:
        return f"Alle påstander i {aar} er som i {FOLDER}/{base} eller godkjent i {FILE}."
    parts = [f"{len(left)} påstander er ikke godkjent. Legg det du har lest og godkjent, under «godkjent» i {FILE}:"]
    for id, (old, new) in left.items():
        parts.append("\n".join([*([f"  # var: {old}"] if old else []), f"  # er:  {new}", f"  {entry(id, new)}"]))
    return "\n".join(parts)


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make gjennomgang", description="Hvilke påstander som er igjen å godkjenne.")
    parser.add_argument("aar", type=int, help="utgavens år")
    parser.add_argument("--publiser", action="store_true", help="frys utgaven hvis alt er godkjent")
    args = parser.parse_args()
    return report(lambda: _publish(args.aar) if args.publiser else _listing(args.aar, *run(args.aar, Path())))


def _publish(aar: int) -> str:
    """Freeze an edition whose changes are all accepted; raises `Problems` for those that are not."""
    problems(*run(aar, Path())).raise_if_any()
    return freeze.run(aar, Path())


if __name__ == "__main__":
    sys.exit(main())
