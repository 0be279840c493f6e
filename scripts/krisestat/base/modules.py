"""Which files a stage's module depends on, found by walking its imports.

Snakemake does not see edits in imported modules: a rule lists these files as an input, so that an edit of a module
reruns exactly the stages that use it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
PROJECT = PACKAGE.parents[1]


# Reading the import lines costs a tenth of parsing the files, and this runs at every start of Snakemake. The package
# imports its own modules by their full names alone, which tests/test_layers.py holds against the syntax trees.
_IMPORT = re.compile(
    r"^\s*(?:from\s+(krisestat[\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)|import\s+(krisestat[\w.]*))", re.MULTILINE
)


@cache
def _package() -> dict[str, Path]:
    """The files of the package by the names of their modules within it; «» is the package itself."""
    places = {path: path.relative_to(PACKAGE).with_suffix("").parts for path in PACKAGE.rglob("*.py")}
    return {".".join(part for part in parts if part != "__init__"): path for path, parts in places.items()}


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    """Files of the package that are run when one file is: what it imports, at the top or inside a function, and the
    packages that this lies in."""
    found: set[str] = set()
    for package, names, module in _IMPORT.findall(path.read_text(encoding="utf-8")):
        name = package or module
        for imported in (name, *(f"{name}.{word}" for word in re.findall(r"\w+", names))):
            parts = imported.split(".")[1:]
            found.update(".".join(parts[:n]) for n in range(len(parts) + 1))
    return tuple(sorted(_package()[name] for name in found & _package().keys()))


@cache
def modules(name: str) -> list[str]:
    """Paths of a module, of all that it imports from the package, and of the script that binds it where it is a stage,
    sorted, from the project. Parameters: `name`, a stage («render») or a module by its place («figures.charts»)."""
    stage = PACKAGE / "stages" / f"{name}.py"
    todo, seen = [stage if stage.is_file() else PACKAGE / f"{name.replace('.', '/')}.py"], set()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += _imports(path)
    if stage.is_file():
        own = PROJECT / "scripts" / f"{name}.py"
        seen.add(own if own.is_file() else PROJECT / "scripts/stage.py")
    return sorted(str(path.relative_to(PROJECT)) for path in seen)
