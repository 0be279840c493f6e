"""The files for download of an edition, made from its counts by the stages' own functions, without Snakemake."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from krisestat.agreements.lists import READERS
from krisestat.base import layout
from krisestat.model.bridge import read_cubes
from krisestat.model.load import load_model
from krisestat.tables.build import Table, build_tables
from tests.support.project import PROJECT
from tests.support.stages import bound

MODEL = load_model(["samarbeid", "kommuner", "beboere", "avtaler"], READERS, PROJECT)


def tables_of(sources: Mapping[str, Path], words: Mapping, spraak: str, aar: int) -> list[Table]:
    """Every table of an edition, as the page has them. Parameters: `sources`, as `packaged`."""
    return build_tables(MODEL, read_cubes(MODEL, sources.values()), words, spraak, aar)


def packaged(results: Path, sources: Mapping[str, Path], templates: Path, config: Mapping) -> Path:
    """Make the files for download in `results`; returns their list. Parameters: `sources`, the files of `utdata` by
    name (`tall`, `personer`, `avtaler`)."""
    folder, spraak = results / layout.DATA, config["spraak"]
    folder.mkdir(parents=True, exist_ok=True)
    utdata = [shutil.copy(path, folder / f"{name}.csv") for name, path in sources.items()]
    work = bound(
        "package",
        results,
        PROJECT,
        utdata=utdata,
        texts=templates / spraak / "tabeller.yaml",
        words=templates / spraak / "nedlasting.yaml",
        publikasjon=config["publikasjon"],
        spraak=spraak,
        aar=config["aar"],
        kapitler=config["kapitler"],
    )
    work()
    return work.ut.liste
