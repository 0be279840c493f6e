"""What the project costs, as ratios within one run: `make benchmark`, or a part of it: `make benchmark DEL=innlesing`.

The parts are measured in rounds, one after the other, and the medians are told with what was promised of them. Nothing
here fails because something is slow. A full measurement of five rounds is kept in `benchmark/siste.json`, and told
against the one that was kept before (`benchmark/vakt.py`). Exit code: 0 when everything could be measured, else 1, and
nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmark import vakt  # puts the project's own code on the path
from benchmark.deler import DELER, Del
from benchmark.maaling import PROJECT, Rad, Verksted, machine, revision, summary, versions
from krisestat.base.errors import Problems

KEPT = PROJECT / "benchmark/siste.json"
BUILD = 35  # seconds, about, for the edition that some parts look at
ENOUGH = 5  # rounds, for a measurement that is kept


class Progress:
    """Tells on standard error what is measured now, and about how long is left.

    Parameters: `seconds`, about how long each step takes, in order; the pace so far corrects it.
    """

    def __init__(self, seconds: Sequence[float]):
        self.seconds, self.done, self.begun = list(seconds), 0, time.monotonic()

    def step(self, what: str) -> None:
        """Tell that the next step begins. Parameters: `what`, in Norwegian."""
        behind, ahead = sum(self.seconds[: self.done]), sum(self.seconds[self.done :])
        pace = (time.monotonic() - self.begun) / behind if behind else 1.0
        self.done += 1
        place = f"{self.done} av {len(self.seconds)}"
        print(f"{place}: {what} (om lag {left(ahead * pace)} igjen)", file=sys.stderr, flush=True)


def left(seconds: float) -> str:
    """A time left, in words that promise no more than is known."""
    return f"{round(seconds)} sekunder" if seconds < 90 else f"{round(seconds / 60)} minutter"


def plan(parts: Mapping[str, Del], rounds: int) -> list[tuple[int, str]]:
    """What is measured when: every part once in each round, fewer times where a part asks for fewer."""
    return [(n, name) for n in range(1, rounds + 1) for name, part in parts.items() if n <= part.runder]


def measure_all(parts: Mapping[str, Del], rounds: int) -> tuple[list[Rad], dict[str, str]]:
    """Measure in rounds.

    Returns the rows of every round, and what went wrong by part: a part that fails is not tried again, and the others
    are measured all the same.
    """
    rows: list[Rad] = []
    failed: dict[str, str] = {}
    steps = plan(parts, rounds)
    built = any(part.bygd for part in parts.values())
    progress = Progress([*([BUILD] if built else []), *(parts[name].sekunder for _, name in steps)])
    with tempfile.TemporaryDirectory(prefix="krisestat-") as folder:
        verksted = Verksted(Path(folder))
        if built:
            progress.step("bygger utgaven som delene ser på")
            try:
                verksted.build()
            except RuntimeError as error:
                failed |= {name: str(error) for name, part in parts.items() if part.bygd}
        for number, name in steps:
            progress.step(f"{parts[name].tittel}, runde {number} av {min(rounds, parts[name].runder)}")
            if name not in failed:
                try:
                    rows += parts[name].maal(verksted)
                except (RuntimeError, OSError, LookupError, ValueError) as error:
                    failed[name] = str(error) or type(error).__name__
    return rows, failed


def measurement(parts: Mapping[str, Del], rows: Sequence[Rad]) -> dict[str, Any]:
    """What is kept: the rows, and what they were measured on. No clock, path or name of a machine."""
    measured = {"deler": sorted(parts), "maskin": machine(), "versjoner": versions(), "rader": summary(rows)}
    return {**revision(), **measured}


def said(new: Mapping[str, Any]) -> str:
    """The measurement for the terminal: what it was measured on, what was promised, and the rest."""
    on, by = new["maskin"], ", ".join(f"{name} {number}" for name, number in new["versjoner"].items())
    lines = [f"{on['prosessor']}, {on['kjerner']} kjerner, {on['minne_gb']} GB, {on['system']}", by]
    lines += [f"Revisjon {new['commit'][:12]}{' med endringer' if new['endret'] else ''}", "", *vakt.goals(new), ""]
    lines += [f"       {vakt.measured(id, row)}" for id, row in new["rader"].items() if "grense" not in row]
    return "\n".join(lines)


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="make benchmark", description="Mål CPU-tid og minne, som forhold i én kjøring."
    )
    parser.add_argument("--runder", type=int, default=ENOUGH, help=f"hvor mange ganger hver del måles ({ENOUGH})")
    parser.add_argument("--del", dest="parts", action="append", choices=DELER, help="bare denne delen; kan gjentas")
    parser.add_argument("--ut", type=Path, help=f"hvor målingen skrives ({KEPT.name}, når alt måles i {ENOUGH} runder)")
    args = parser.parse_args()
    if args.runder < 1:
        parser.error("--runder må være minst 1")
    chosen = {name: part for name, part in DELER.items() if not args.parts or name in args.parts}
    out = args.ut or (KEPT if len(chosen) == len(DELER) and args.runder >= ENOUGH else None)
    try:
        old = vakt.load(KEPT) if KEPT.is_file() else None
    except Problems as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    rows, failed = measure_all(chosen, args.runder)
    new = measurement({name: part for name, part in chosen.items() if name not in failed}, rows)
    print(said(new))
    if old:
        print("\nMot den forrige målingen:", vakt.told(old, new, vakt.compare(old, new)), sep="\n")
    if failed:
        for name, why in failed.items():
            print(f"\nDelen «{name}» kunne ikke måles:\n{why}", file=sys.stderr)
        return 1
    if out:
        vakt.write_atomic(out, json.dumps(new, ensure_ascii=False, indent=1) + "\n")
        print(f"\nMålingen er skrevet til {out.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
