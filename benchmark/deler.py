"""The parts of the benchmark, as `deler.yaml` declares them: what each measures in a round, and what is promised of
it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmark import utgave
from benchmark.maaling import PROJECT, Rad, Verksted, measure, python


@dataclass(frozen=True)
class Del:
    """One part. Parameters: `tittel`, in Norwegian; `maal`, measures one round; `sekunder`, about how long a round
    takes, for the time left; `runder`, the most rounds it is worth, when it holds medians of its own; `bygd`, whether
    it looks at a built edition."""

    tittel: str
    maal: Callable[[Verksted], list[Rad]]
    sekunder: int
    runder: int = 99
    bygd: bool = False


def _rad(id: str, said: Mapping[str, Any], told: Mapping[str, Any], pace: float) -> Rad:
    """A row. Parameters: `said`, what is declared of it; `told`, what the script found; `pace`, the machine's."""
    verdi, grense = told[said["verdi"]], said.get("grense")
    grense = told[grense] if isinstance(grense, str) else grense
    forhold = verdi / pace if said.get("takt") else told.get(said.get("forhold"))
    return Rad(
        id, said["tekst"], verdi, said.get("enhet", "ganger"), grense, forhold, said.get("omfang", "").format_map(told)
    )


def _declared(name: str, rader: Mapping[str, Mapping], skript: Sequence[str] = (), **said: Any) -> Del:
    """A part that is measured by scripts, or by `utgave.maal` where it names none. Parameters: as declared."""

    def maal(verksted: Verksted) -> list[Rad]:
        folder = verksted.bygd if said.get("bygd") else PROJECT
        commands = [python(f"benchmark/{file}", *words) for file, *words in map(str.split, skript)]
        told = [measure(command, folder).told for command in commands] or [utgave.maal(verksted)]
        pace = verksted.maalestokk()
        return [_rad(f"{name}.{id}", row, told[row.get("skript", 0)], pace) for id, row in rader.items()]

    return Del(maal=maal, **said)


DELER = {
    name: _declared(name, **said)
    for name, said in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")).items()
}
