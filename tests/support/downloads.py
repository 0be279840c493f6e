"""The files for download of an edition, made from its counts by the stages' own functions, without Snakemake."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from krisestat.agreements.names import load_names
from krisestat.avtale_tables import build_agreement_tables
from krisestat.base import layout
from krisestat.base.contracts import read_rows, write_all
from krisestat.base.yaml_files import load_yaml
from krisestat.formats.csv_files import to_excel_csv_text, to_machine_csv_text
from krisestat.model.contracts import PERSONER_UTDATA, UTDATA
from krisestat.person_tables import build_person_tables, person_machine_text
from krisestat.tables.build import Table, build_tables
from tests.support.project import PROJECT
from tests.support.stages import bound

CODEBOOKS = PROJECT / "data" / "raw" / "codebooks"


def tables_of(sources: Mapping[str, Path], words: Mapping, spraak: str, aar: int, codebooks: Path) -> list[Table]:
    """Every table of an edition, as the page has them. Parameters: `sources`, as `packaged`."""
    names = load_names(codebooks)
    return [
        *build_tables(read_rows(sources["tall"], UTDATA), names, words, spraak, aar),
        *build_person_tables(read_rows(sources["personer"], PERSONER_UTDATA), words, aar),
        *build_agreement_tables(read_rows(sources["avtaler"], UTDATA), names, words, spraak, aar),
    ]


def packaged(
    results: Path, sources: Mapping[str, Path], templates: Path, config: Mapping, codebooks: Path = CODEBOOKS
) -> Path:
    """Make the files for download in `results`; returns their list. Parameters: `sources`, the files of `utdata` by
    name (`tall`, `personer`, `avtaler`)."""
    aar, spraak = config["aar"], config["spraak"]
    texts = templates / spraak / "tabeller.yaml"
    words = load_yaml(texts)[0]
    files = {}
    for table in tables_of(sources, words, spraak, aar, codebooks):
        machine = person_machine_text if "maal" in table.rows[0] else to_machine_csv_text
        files[f"{table.id}_p{aar}.csv"] = to_excel_csv_text(table, words["felles"]["nedlasting"])
        files[f"{table.id}-maskin_p{aar}.csv"] = machine(table)
    folder = results / layout.TABLES
    write_all({folder / name: text for name, text in files.items()})
    for name, path in sources.items():
        shutil.copy(path, results / layout.DATA / f"{name}.csv")
    work = bound(
        "package",
        results,
        tables=[folder / name for name in files],
        codebooks=codebooks,
        texts=texts,
        words=templates / spraak / "nedlasting.yaml",
        publikasjon=config["publikasjon"],
        spraak=spraak,
        aar=aar,
    )
    work()
    return work.ut.liste
