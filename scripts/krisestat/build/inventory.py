"""Every file of an edition, as the rules name them: what goes in from the project, and what each rule makes.

Light: read at every start of Snakemake.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from krisestat.base.layout import OUT

# What no rule names as an input, but the edition is made by.
_BESIDE_THE_RULES = ("Snakefile", "config.yaml", "workflow/rules/*.smk", "workflow/schemas/*", "scripts/*.py")


@dataclass(frozen=True)
class Inventory:
    """`inputs`, files of the project, sorted; `outputs`, the rule that makes each file of the edition, sorted."""

    inputs: list[str]
    outputs: dict[str, str]


def edition_files(rules: Iterable[Any], root: str) -> Inventory:
    """The files of the rules so far.

    Parameters: `rules`, Snakemake's rules; `root`, the project's folder.
    """
    rules = list(rules)
    outputs = {_name(file, root): rule.name for rule in rules for file in rule.output if "{" not in file}
    named = {_name(file, root) for rule in rules for file in rule.input if not callable(file)} - outputs.keys()
    beside = {str(path.relative_to(root)) for pattern in _BESIDE_THE_RULES for path in Path(root).glob(pattern)}
    return Inventory(sorted(named | beside), dict(sorted(outputs.items())))


def _name(file: object, root: str) -> str:
    """A file by its path in the project: Snakemake gives it in full when the file lies in a store."""
    return str(file).removeprefix(f"{root}/")


def published_tables(root: str) -> list[str]:
    """Every table of the record of every published edition; what went out lies beside it, and no build reads that.
    Parameters: `root`, the project's folder."""
    found = [path.relative_to(root) for path in Path(root).glob("publisert/*/**/*.csv")]
    return sorted(str(path) for path in found if path.parts[2] != OUT)


def review_files(root: str) -> list[str]:
    """What says which statements are accepted: the register, and the statements of every published edition; those that
    are there. Parameters: `root`, the project's folder."""
    found = [path for name in ("data/signaturer.yaml", "publisert/*/paastander.json") for path in Path(root).glob(name)]
    return sorted(str(path.relative_to(root)) for path in found)


def published_files(root: str) -> list[str]:
    """The tables of numbers of every published edition, and the manifest that says which they are. Parameters: `root`,
    the project's folder."""
    found = [path for name in ("*.csv", "manifest.json") for path in Path(root).glob(f"publisert/*/{name}")]
    return sorted(str(path.relative_to(root)) for path in found)
