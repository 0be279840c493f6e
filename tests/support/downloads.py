"""The files for download of an edition, made from its counts by the stages' own functions, without Snakemake."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from krisestat.base import layout
from krisestat.model.cubes import read_cubes
from krisestat.tables.build import Table, build_tables
from tests.support.model import COUNTS, edition_model
from tests.support.project import PROJECT
from tests.support.stages import bound

MODEL = edition_model()


def tables_of(words: Mapping, spraak: str, aar: int) -> list[Table]:
    """Every table of an edition, as the page has them."""
    return build_tables(MODEL, read_cubes(MODEL, COUNTS), words, spraak, aar)


def packaged(
    results: Path, templates: Path, config: Mapping, counts: Iterable[Path] = COUNTS, root: Path = PROJECT
) -> Path:
    """Make the files for download in `results`; returns their list. Parameters: `counts`, the files of `utdata`."""
    folder, spraak = results / layout.DATA, config["spraak"]
    folder.mkdir(parents=True, exist_ok=True)
    utdata = [shutil.copy(path, folder) for path in counts]
    work = bound(
        "package",
        results,
        root,
        utdata=utdata,
        templates=templates,
        words=templates / spraak / "nedlasting.yaml",
        publikasjon=config["publikasjon"],
        spraak=spraak,
        aar=config["aar"],
        kapitler=config["kapitler"],
    )
    work()
    return work.ut.liste
