"""The files for download of an edition, made from its counts by the stages' own functions, without Snakemake."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from krisestat import package
from krisestat.codebooks import load_codebook
from krisestat.contracts import PERSONER_UTDATA, UTDATA, read_rows, write_all
from krisestat.person_tables import build_person_tables, person_machine_text
from krisestat.tables import Table, build_tables, to_excel_csv_text, to_machine_csv_text
from krisestat.yamlfiles import load_yaml

PROJECT = Path(__file__).parents[1]
CODEBOOKS = PROJECT / "data" / "raw" / "codebooks"


def tables_of(counts: Path, persons: Path, words: Mapping, spraak: str, aar: int, codebooks: Path) -> list[Table]:
    """Every table of an edition, as the page has them."""
    built = build_tables(read_rows(counts, UTDATA), load_codebook(codebooks), words, spraak, aar)
    return [*built, *build_person_tables(read_rows(persons, PERSONER_UTDATA), words, aar)]


def packaged(
    results: Path, counts: Path, persons: Path, templates: Path, config: Mapping, codebooks: Path = CODEBOOKS
) -> Path:
    """Make the files for download of the counts in `results`; returns their list."""
    aar, spraak = config["aar"], config["spraak"]
    texts = templates / spraak / "tabeller.yaml"
    words = load_yaml(texts)[0]
    files = {}
    for table in tables_of(counts, persons, words, spraak, aar, codebooks):
        machine = person_machine_text if "maal" in table.rows[0] else to_machine_csv_text
        files[f"{table.id}_p{aar}.csv"] = to_excel_csv_text(table, words["felles"]["nedlasting"])
        files[f"{table.id}-maskin_p{aar}.csv"] = machine(table)
    folder = results / "utdata" / "tabeller"
    write_all({folder / name: text for name, text in files.items()})
    for name, path in (("tall.csv", counts), ("personer.csv", persons)):
        shutil.copy(path, results / "utdata" / name)
    package.run(
        utdata=results / "utdata" / "tall.csv",
        personer=results / "utdata" / "personer.csv",
        tables=[folder / name for name in files],
        codebooks=codebooks,
        texts=texts,
        words=templates / spraak / "nedlasting.yaml",
        publikasjon=config["publikasjon"],
        spraak=spraak,
        aar=aar,
        results=results,
    )
    return results / "nedlasting" / "nedlasting.json"
