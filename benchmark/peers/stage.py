"""Runs stages of the publication outside Snakemake, by the very scripts that Snakemake runs: `stage.py <name>…`.

What a script finds in `snakemake` is taken from `steg.pickle`, which `regler.smk` wrote from the rules.
"""

from __future__ import annotations

import pickle
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class Named(list):
    """A list some of whose parts have names, as Snakemake gives a script its inputs, outputs and parameters."""

    def __init__(self, parts: list, named: dict[str, Any]):
        super().__init__(parts)
        self.__dict__.update(named)

    def keys(self) -> Iterator[str]:
        """The names."""
        return iter(self.__dict__)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names and parts."""
        return iter(self.__dict__.items())

    def __getitem__(self, key: Any) -> Any:
        return self.__dict__[key] if isinstance(key, str) else super().__getitem__(key)


def run(name: str, steps: dict[str, dict]) -> None:
    """Run one stage's script. Parameters: `name`, the rule; `steps`, what the rules say."""
    given = SimpleNamespace(**{kind: Named(*said) for kind, said in steps[name].items()})
    runpy.run_path(f"scripts/{name}.py", {"snakemake": given})


if __name__ == "__main__":
    sys.path.insert(0, "scripts")
    rules = pickle.loads(Path("steg.pickle").read_bytes())
    for stage in sys.argv[1:] or rules:
        run(stage, rules)
