"""What is told of each file for download: the list that the page shows, and that the descriptions are made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from krisestat.base import layout
from krisestat.base.display import NBSP, number

# The formats of one table beside CSV, in the order of the page: how the name of its file ends.
TABLE_FORMATS = {"json-stat": ".json", "px": ".px"}
# Media types as registered with IANA; PX has none of its own.
MEDIA = {
    "csv": "text/csv",
    "csv-maskin": "text/csv",
    "json-stat": "application/json",
    "px": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "datapakke": "application/json",
    "dcat": "text/turtle",
}


@dataclass(frozen=True)
class Download:
    """A file for download: `fil`, its path as readers know it; `innhold`, the id of what it holds, the same for every
    format of it; `tittel`, that in words; `format`, a key of `MEDIA`; its size in bytes and its checksum."""

    fil: str
    innhold: str
    tittel: str
    format: str
    byte: int
    sha256: str


@dataclass(frozen=True)
class Dataset:
    """What some files hold, each in its format: its id and title, what a reader must know of it, and the first and last
    year."""

    id: str
    tittel: str
    beskrivelse: str
    aar: tuple[int, int]


class PackageFiles(NamedTuple):
    """What the stage `package` writes, by path: the tables as CSV, the workbook, the tables in other formats, the
    package, the record for catalogues and the list of them all."""

    tabeller: list[str]
    arbeidsbok: str
    former: list[str]
    pakke: str
    katalog: str
    liste: str


def package_files(ids: Collection[str], aar: int, folder: str = "") -> PackageFiles:
    """What the stage `package` writes. Parameters: `ids`, those of the tables; `folder`, of the edition, put before
    every path, with a slash."""
    return PackageFiles(
        tabeller=[f"{folder}{layout.TABLES}/{id}{kind}_p{aar}.csv" for id in ids for kind in ("", "-maskin")],
        arbeidsbok=f"{folder}{layout.DOWNLOADS}/tabeller_p{aar}.xlsx",
        former=[f"{folder}{layout.DOWNLOADS}/{id}_p{aar}{ending}" for id in ids for ending in TABLE_FORMATS.values()],
        pakke=f"{folder}{layout.DATA_PACKAGE}",
        katalog=f"{folder}{layout.DOWNLOADS}/datakatalog_p{aar}.ttl",
        liste=f"{folder}{layout.DOWNLOAD_LIST}",
    )


def download(fil: str, content: Dataset, format: str, data: bytes) -> Download:
    """The entry of a file. Parameters: `fil`, its path in the edition's folder; `content`, what it holds; `format`, a
    key of `MEDIA`; `data`, its bytes."""
    sha256 = hashlib.sha256(data).hexdigest()
    return Download(layout.for_readers(fil), content.id, content.tittel, format, len(data), sha256)


def list_text(downloads: Sequence[Download]) -> str:
    """The list as JSON, a file a line (workflow/schemas/nedlasting.schema.json)."""
    lines = ",\n".join(f"  {json.dumps(asdict(one), ensure_ascii=False)}" for one in downloads)
    return f'{{\n "filer": [\n{lines}\n ]\n}}\n'


def read_list(text: str) -> list[Download]:
    """The list from its JSON. Raises `TypeError` or `KeyError` if it is not of the form that `list_text` writes."""
    content: Any = json.loads(text)
    return [Download(**one) for one in content["filer"]]


def address(publikasjon: Mapping[str, Any], fil: str = "") -> str:
    """Where a file of an edition is published. Parameters: `publikasjon`, from the configuration; `fil`, its path in
    the edition's folder, or as readers know it."""
    return f"{publikasjon['nettadresse'].rstrip('/')}/{publikasjon['utgave']}/{layout.for_readers(fil)}"


def size(byte: int) -> str:
    """A number of bytes as readers see it: «634 byte», «1,7 kB», with a no-break space."""
    return f"{number(byte)}{NBSP}byte" if byte < 1000 else f"{number(Fraction(byte, 1000), 1)}{NBSP}kB"
