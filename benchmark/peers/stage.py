"""Runs stages of the publication outside Snakemake, by the very scripts that Snakemake runs: `stage.py <name>…`.

What a script finds in `snakemake` is taken from `steps.pickle`, which `tools.steps` wrote from the rules.
"""

from __future__ import annotations

import pickle
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace


def run(name: str, steps: dict[str, dict]) -> None:
    """Run one stage's script. Parameters: `name`, the rule; `steps`, what the rules say."""
    from tools.steps import Named

    step = steps[name]
    files = {kind: Named(*step[kind]) for kind in ("input", "output")}
    given = SimpleNamespace(rule=name, **files, params=step["params"][1], log=step["log"][0])
    runpy.run_path("scripts/stage.py", {"snakemake": given})


if __name__ == "__main__":
    sys.path[:0] = ["scripts", "."]
    rules = pickle.loads(Path("steps.pickle").read_bytes())
    for stage in sys.argv[1:] or rules:
        run(stage, rules)
