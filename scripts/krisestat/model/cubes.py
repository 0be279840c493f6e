"""Observations of statistics as they lie in the files of a stage: one file for each, named by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from krisestat.base.contracts import Row, read_rows, table_text
from krisestat.model.declared import Model


def read_cubes(model: Model, files: Iterable[Path]) -> dict[str, list[Row]]:
    """The observations of each statistic that has a file, in the order of the declarations.

    Raises `Problems` for a file that does not keep the contract of its statistic.
    """
    paths = {path.stem: path for path in files}
    return {
        name: sorted(read_rows(paths[name], statistic.contract), key=statistic.order)
        for name, statistic in model.statistikk.items()
        if name in paths
    }


def cube_files(model: Model, cubes: Mapping[str, Sequence[Row]], files: Iterable[Path]) -> dict[Path, bytes | str]:
    """What each file of a statistic is to hold. Raises `Problems` for what breaks its contract."""
    return {path: table_text(cubes[path.stem], model[path.stem].contract, str(path)) for path in files}
