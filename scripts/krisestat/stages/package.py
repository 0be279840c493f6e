"""Stage `package`: what may be published, in the formats that readers and their programs ask for, each file described.

Every format is made of the same tables as the page. The list of files with size and checksum goes to the page, so that
a changed sentence makes none of them again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.base import layout
from krisestat.base.contracts import write_all
from krisestat.base.files import Files
from krisestat.formats.csv_files import csv_files, machine_columns
from krisestat.formats.cube import Cube, cubes
from krisestat.formats.datapackage import Described, described, package, package_text
from krisestat.formats.dcat import catalogue
from krisestat.formats.download import (
    TABLE_FORMATS,
    Dataset,
    address,
    download,
    list_text,
    package_files,
)
from krisestat.formats.jsonstat import dataset_text
from krisestat.formats.px import px_text
from krisestat.formats.xlsx import sheets, workbook
from krisestat.model.cubes import read_cubes
from krisestat.model.declared import Cubes, Model
from krisestat.model.load import load_model
from krisestat.tables.build import Table, build_tables, has_reconstructed
from krisestat.tables.words import download_words, load_texts

LOG = logging.getLogger(__name__)


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
    tables: Sequence[Table], wholes: Mapping[str, Cubes], words: Mapping[str, Any], model: Model, spraak: str, aar: int
) -> dict[str, Dataset]:
    """What the files hold, by its id: everything first, then each table, and last the descriptions of them all.

    Parameters: `tables`; `wholes`, the observations in each file of `utdata`; `words`, the parsed nedlasting.yaml;
    `spraak` and `aar`, of the edition.
    """
    told = words["samlet"]
    rows = {name: [row for own in found.values() for row in own] for name, found in wholes.items()}
    notice = words["merknad"].strip() if any(map(has_reconstructed, rows.values())) else ""
    about = " ".join(filter(None, [words["beskrivelse"].strip(), notice]))
    years = {name: sorted({row["aar"] for row in own}) or [aar] for name, own in rows.items()}
    every = sorted({year for own in years.values() for year in own})
    titles = {
        name: told.get(name) or told["statistikk"].format(navn=model[name].navn[spraak].heading) for name in wholes
    }
    found = [Dataset("tabeller", told["tabeller"], about, (every[0], every[-1]))]
    found += [Dataset(whole_id(name), titles[name], about, (years[name][0], years[name][-1])) for name in wholes]
    found += [
        Dataset(one.id, one.title, f"{one.question} {one.bases}. {one.origin}", (min(one.years), max(one.years)))
        for one in tables
    ]
    found += [Dataset(name, told[name], about, (every[0], every[-1])) for name in ("datapakke", "katalog")]
    return {one.id: one for one in found}


def whole_id(statistic: str) -> str:
    """The id of everything on a statistic, which is none of a table's."""
    return f"utdata-{statistic.replace('_', '-')}"


def files_of(content: str, wholes: Mapping[str, Any], aar: int) -> dict[str, str]:
    """The files with numbers of what they hold, by format. Parameters: `content`, its id."""
    if content == "tabeller":
        return {"xlsx": f"{layout.DOWNLOADS}/tabeller_p{aar}.xlsx"}
    if whole := next((name for name in wholes if whole_id(name) == content), None):
        return {"csv-maskin": f"{layout.DATA}/{whole}.csv"}
    return {
        "csv": f"{layout.TABLES}/{content}_p{aar}.csv",
        "csv-maskin": f"{layout.TABLES}/{content}-maskin_p{aar}.csv",
        **{format: f"{layout.DOWNLOADS}/{content}_p{aar}{ending}" for format, ending in TABLE_FORMATS.items()},
    }


def columns_of(
    tables: Sequence[Table], wholes: Mapping[str, Cubes], model: Model, words: Mapping[str, Any], spraak: str
) -> dict[str, Described]:
    """The columns of the files that are tables for machines, by what they hold. Parameters: as `contents`."""
    found = {one.id: described(one.av, machine_columns(one.av), words, spraak) for one in tables}
    found |= {whole_id(name): described([model[name]], model[name].columns, words, spraak) for name in wholes}
    return found


def run(inn: Files, ut: Files, publikasjon: Mapping[str, Any], spraak: str, aar: int, kapitler: Sequence[str]) -> None:
    """Make the files for download, their descriptions and the list of them.

    Parameters: `inn`, `utdata`, the files of published numbers, `templates`, the folder of all texts, and `words`,
    nedlasting.yaml; `ut`, as `PackageFiles` has them; `publikasjon`, from the configuration; `spraak`, `aar` and
    `kapitler`, of the edition.
    """
    told, model = load_texts(inn.templates, spraak, kapitler), load_model(kapitler, READERS, inn.prosjekt)
    said = download_words(inn.words, told)
    sources, results = {path.stem: path for path in inn.many("utdata")}, ut.liste.parent
    public = read_cubes(model, sources.values())
    wholes = {name: {name: rows} for name, rows in public.items()}
    built = build_tables(model, public, told, spraak, aar)
    where, about = package_files([table.id for table in built], aar), facts(publikasjon, aar)
    made: dict[str, bytes | str] = {
        path.as_posix(): text
        for path, text in csv_files(built, Path(layout.TABLES), aar, told["felles"]["nedlasting"]).items()
    }
    made[where.arbeidsbok] = workbook(sheets(built, told, said, about), about, spraak)
    signs = {**told["felles"]["tegn"], **told["felles"]["merker"]}
    for cube in cubes(built, said, spraak):
        for format, text in machine_formats(cube, signs, publikasjon, spraak, aar).items():
            made[f"{layout.DOWNLOADS}/{cube.id}_p{aar}{TABLE_FORMATS[format]}"] = text
    known = {file: data.encode("utf-8") if isinstance(data, str) else data for file, data in made.items()}
    known |= {f"{layout.DATA}/{name}.csv": path.read_bytes() for name, path in sources.items()}
    held, columns = contents(built, wholes, said, model, spraak, aar), columns_of(built, wholes, model, said, spraak)
    package_of, record = held.pop("datapakke"), held.pop("katalog")
    listed = [
        download(fil, content, format, known[fil])
        for content in held.values()
        for format, fil in files_of(content.id, wholes, aar).items()
    ]
    of_files = {one.fil: columns[one.innhold] for one in listed if one.format == "csv-maskin"}
    origins = list(dict.fromkeys(table.source for table in built))
    text = package_text(package(listed, of_files, origins, package_of.beskrivelse, said, publikasjon, spraak, aar))
    listed.append(download(where.pakke, package_of, "datapakke", text.encode("utf-8")))
    of_catalogue = catalogue(listed, [package_of, *held.values()], said, publikasjon, spraak, aar)
    listed.append(download(where.katalog, record, "dcat", of_catalogue.encode("utf-8")))
    made |= {where.pakke: text, where.katalog: of_catalogue, where.liste: list_text(listed)}
    write_all({results / fil: data for fil, data in made.items()})
    LOG.info("%d filer til nedlasting skrevet for %d tabeller", len(made), len(built))
