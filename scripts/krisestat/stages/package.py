"""Stage `package`: what may be published, in the formats that readers and their programs ask for, each file described.

Every format is made of the same tables as the page. The list of files with size and checksum goes to the page, so that
a changed sentence makes none of them again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from krisestat.agreements.names import load_names
from krisestat.avtale_tables import build_agreement_tables
from krisestat.base import layout
from krisestat.base.contracts import Row, read_rows, write_all
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_words
from krisestat.formats.cube import Cube, cubes
from krisestat.formats.datapackage import package, package_text
from krisestat.formats.dcat import catalogue
from krisestat.formats.download import (
    TABLE_FORMATS,
    Dataset,
    Download,
    address,
    download,
    list_text,
    package_files,
)
from krisestat.formats.jsonstat import dataset_text
from krisestat.formats.px import px_text
from krisestat.formats.xlsx import sheets, workbook
from krisestat.model.contracts import PERSONER_UTDATA, UTDATA
from krisestat.person_tables import build_person_tables
from krisestat.tables.build import Table, build_tables, has_reconstructed

LOG = logging.getLogger(__name__)

# The files of `utdata` that hold everything of a kind, and what they keep.
WHOLE = {"tall": UTDATA, "personer": PERSONER_UTDATA, "avtaler": UTDATA}


def facts(publikasjon: Mapping[str, Any], aar: int) -> dict[str, str]:
    """What a workbook says of its edition. Parameters: `publikasjon`, from the configuration."""
    contact, licence = publikasjon["kontakt"], publikasjon["lisens"]
    return {
        "tittel": f"{publikasjon['tittel']} {aar}",
        "utgiver": publikasjon["utgiver"],
        "kontakt": f"{contact['navn']}, {contact['epost']}",
        "lisens": f"{licence['navn']}, {licence['lenke']}",
        "oppdatert": publikasjon["sist_oppdatert"],
        "nettadresse": address(publikasjon),
    }


def machine_formats(
    cube: Cube, signs: Mapping[str, str], publikasjon: Mapping[str, Any], spraak: str, aar: int
) -> dict:
    """A table in the formats for machines, by format. Parameters: as in `jsonstat` and `px`."""
    return {
        "json-stat": dataset_text(cube, signs, publikasjon["sist_oppdatert"]),
        "px": px_text(cube, signs, publikasjon, spraak, aar),
    }


def contents(
    tables: Sequence[Table], rows: Mapping[str, Sequence[Row]], words: Mapping[str, Any], aar: int
) -> list[Dataset]:
    """What the files hold: everything first, then each table.

    Parameters: `tables`; `rows` of `WHOLE`, by name; `words`, the parsed nedlasting.yaml; `aar`, the edition's year.
    """
    told = words["samlet"]
    notice = words["merknad"].strip() if any(map(has_reconstructed, rows.values())) else ""
    about = " ".join(filter(None, [words["beskrivelse"].strip(), notice]))
    whole = [Dataset(name, text, about, _span(rows.get(name, rows["tall"]), aar)) for name, text in told.items()]
    single = [
        Dataset(
            table.id,
            table.title,
            f"{table.question} {table.bases}. {table.origin}",
            (min(table.years), max(table.years)),
        )
        for table in tables
    ]
    return [*whole, *single]


def _span(rows: Sequence[Row], aar: int) -> tuple[int, int]:
    years = [int(row["aar"] or aar) for row in rows] or [aar]
    return min(years), max(years)


def entries(known: Mapping[str, bytes], held: Sequence[Dataset], aar: int) -> list[Download]:
    """The entry of every file with numbers: what holds everything first, then each table in its formats.

    Parameters: `known`, the files by path; `held`, what they hold, as `contents`; `aar`, the edition's year.
    """
    files = {"tabeller": {"xlsx": f"{layout.DOWNLOADS}/tabeller_p{aar}.xlsx"}}
    files |= {name: {"csv-maskin": f"{layout.DATA}/{name}.csv"} for name in WHOLE}
    listed = []
    for content in held:
        formats = files.get(content.id) or {
            "csv": f"{layout.TABLES}/{content.id}_p{aar}.csv",
            "csv-maskin": f"{layout.TABLES}/{content.id}-maskin_p{aar}.csv",
            **{format: f"{layout.DOWNLOADS}/{content.id}_p{aar}{ending}" for format, ending in TABLE_FORMATS.items()},
        }
        listed += [download(fil, content, format, known[fil]) for format, fil in formats.items()]
    return listed


def run(inn: Files, ut: Files, publikasjon: Mapping[str, Any], spraak: str, aar: int) -> None:
    """Make the files for download, their descriptions and the list of them.

    Parameters: `inn`, `utdata`, `personer` and `avtaler`, the published numbers, `tables`, their tables as CSV, for
    people and for machines, `texts` and `words`, tabeller.yaml and nedlasting.yaml; `ut`, as `PackageFiles` has them;
    `publikasjon`, from the configuration; `spraak` and `aar`, of the edition.
    """
    told, said = load_words(inn.texts), load_words(inn.words)
    sources = {"tall": inn.utdata, "personer": inn.personer, "avtaler": inn.avtaler}
    codebook, results = load_names(inn.codebooks), ut.liste.parent
    rows = {name: read_rows(path, WHOLE[name]) for name, path in sources.items()}
    built = [
        *build_tables(rows["tall"], codebook, told, spraak, aar),
        *build_person_tables(rows["personer"], told, aar),
        *build_agreement_tables(rows["avtaler"], codebook, told, spraak, aar),
    ]
    finished = (*sources.values(), *inn.many("tables"))
    given = {path.relative_to(results).as_posix(): path.read_bytes() for path in finished}
    where, about = package_files([table.id for table in built], aar), facts(publikasjon, aar)
    made: dict[str, bytes] = {where.arbeidsbok: workbook(sheets(built, told, said, about), about, spraak)}
    signs = told["felles"]["tegn"]
    for cube in cubes(built, codebook, told, said, spraak, aar):
        for format, text in machine_formats(cube, signs, publikasjon, spraak, aar).items():
            made[f"{layout.DOWNLOADS}/{cube.id}_p{aar}{TABLE_FORMATS[format]}"] = text.encode("utf-8")
    held = {content.id: content for content in contents(built, rows, said, aar)}
    described, record = held.pop("datapakke"), held.pop("katalog")
    listed = entries(given | made, list(held.values()), aar)
    texts_of = {layout.for_readers(fil): data for fil, data in given.items()}
    headers = {one.fil: texts_of[one.fil].split(b"\n", 1)[0].decode() for one in listed if one.format == "csv-maskin"}
    origins = list(dict.fromkeys(table.source for table in built))
    of_package = package(listed, headers, origins, described.beskrivelse, said, publikasjon, spraak, aar)
    made[where.pakke] = package_text(of_package).encode("utf-8")
    listed.append(download(where.pakke, described, "datapakke", made[where.pakke]))
    of_catalogue = catalogue(listed, [described, *held.values()], said, publikasjon, spraak, aar)
    made[where.katalog] = of_catalogue.encode("utf-8")
    listed.append(download(where.katalog, record, "dcat", made[where.katalog]))
    made[where.liste] = list_text(listed).encode("utf-8")
    write_all({results / fil: data for fil, data in made.items()})
    LOG.info("%d filer til nedlasting skrevet for %d tabeller", len(made), len(built))
