"""The publication with doit: the same scripts and the same jobs as under Snakemake."""

import pickle
from collections.abc import Iterator
from pathlib import Path

STEPS = pickle.loads(Path("steps.pickle").read_bytes())
DOIT_CONFIG = {"dep_file": ".doit.db", "verbosity": 0}


def task_steg() -> Iterator[dict]:
    """One task a stage."""
    for name, step in STEPS.items():
        yield {
            "name": name,
            "file_dep": step["input"][0],
            "targets": step["output"][0],
            "actions": [[".venv/bin/python", "benchmark/peers/stage.py", name]],
        }
