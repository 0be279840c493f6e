"""Observations of statistics as they lie in the files of a stage: one file for each, named by it; and coded answers."""

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


def read_answers(model: Model, files: Iterable[Path], vern: str) -> dict[str, list[Row]]:
    """The coded answers of the sources that count what has a protection, by source. Raises `Problems` for a file that
    does not keep the contract of its source."""
    found: dict[str, list[Row]] = {one.kilde: [] for one in model.statistikk.values() if one.enhet.vern == vern}
    for path in files:
        if (kilde := path.stem.rpartition("_p")[0]) in found:
            found[kilde] += read_rows(path, model.kilder[kilde].contract)
    return found


def cube_files(model: Model, cubes: Mapping[str, Sequence[Row]], files: Iterable[Path]) -> dict[Path, bytes | str]:
    """What each file of a statistic is to hold. Raises `Problems` for what breaks its contract."""
    return {path: table_text(cubes[path.stem], model[path.stem].contract, str(path)) for path in files}
