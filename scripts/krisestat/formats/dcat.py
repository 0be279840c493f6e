"""The record for data catalogues: DCAT-AP-NO 3 as Turtle, with the mandatory properties and those that we know.

Each table is a dataset whose files are its distributions. Terms are those of DCAT 3; themes, formats, languages and
access rights are those of the EU's authority tables. The standard: data.norge.no/specification/dcat-ap-no.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from krisestat.base.layout import PAGE, for_readers
from krisestat.formats.download import MEDIA, Dataset, Download, address

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_FORMATS = {
    "csv": "CSV",
    "csv-maskin": "CSV",
    "json-stat": "JSON",
    "px": "TXT",
    "xlsx": "XLSX",
    "datapakke": "JSON",
}
_LANGUAGES = {"nb": "NOB", "nn": "NNO"}
# Population and society.
_THEME = "SOCI"

Statement = tuple[str, Iterable[str]]


def iri(text: str) -> str:
    """An address as Turtle writes it; what may not stand in one is percent-encoded."""
    return f"<{quote(text, safe=':/?#[]@!$&()*+,;=%~._-')}>"


def literal(text: str, kind: str = "") -> str:
    """A text as Turtle writes it. Parameters: `kind`, «@nb» or «^^xsd:date» and the like."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = "".join(char if char.isprintable() else f"\\u{ord(char):04X}" for char in escaped)
    return f'"{plain}"{kind}'


def node(subject: str, statements: Iterable[Statement]) -> str:
    """A subject and what is said of it: each property with its values, those without a value left out."""
    said = [f"    {name} {', '.join(values)}" for name, given in statements if (values := list(given))]
    return f"{subject}\n" + " ;\n".join(said) + " .\n"


def catalogue(
    downloads: Sequence[Download],
    contents: Sequence[Dataset],
    words: Mapping[str, Any],
    publikasjon: Mapping[str, Any],
    spraak: str,
    aar: int,
) -> str:
    """The record of an edition as Turtle.

    Parameters: `downloads`, its files; `contents`, what they hold, the first of them everything; `words`, the parsed
    nedlasting.yaml; `publikasjon`, from the configuration; `spraak` and `aar`, of the edition.
    """
    home, said = address(publikasjon), f"@{spraak}"
    publisher, contact = iri(f"{home}#utgiver"), iri(f"{home}#kontakt")
    title = f"{publikasjon['tittel']} {aar}"
    shared: list[Statement] = [
        ("dct:publisher", [publisher]),
        ("dcat:contactPoint", [contact]),
        ("dct:language", [iri(f"{_AUTHORITY}/language/{_LANGUAGES[spraak]}")]),
        ("dct:spatial", [iri(f"{_AUTHORITY}/country/NOR")]),
        ("dct:modified", [literal(publikasjon["sist_oppdatert"], "^^xsd:date")]),
    ]
    licence: Statement = ("dct:license", [iri(publikasjon["lisens"]["lenke"])])
    nodes = [
        node(
            iri(f"{home}#katalog"),
            [
                ("a", ["dcat:Catalog"]),
                ("dct:title", [literal(title, said)]),
                ("dct:description", [literal(contents[0].beskrivelse, said)]),
                *shared,
                licence,
                ("foaf:homepage", [iri(home)]),
                ("dcat:themeTaxonomy", [iri(f"{_AUTHORITY}/data-theme")]),
                ("dcat:dataset", [iri(f"{home}#{content.id}") for content in contents]),
            ],
        ),
        node(publisher, [("a", ["foaf:Agent"]), ("foaf:name", [literal(publikasjon["utgiver"], said)])]),
        node(
            contact,
            [
                ("a", ["vcard:Organization"]),
                ("vcard:fn", [literal(publikasjon["kontakt"]["navn"], said)]),
                ("vcard:hasEmail", [iri(f"mailto:{publikasjon['kontakt']['epost']}")]),
            ],
        ),
        node(iri(home), [("a", ["foaf:Document"])]),
    ]
    for content in contents:
        files = [one for one in downloads if one.innhold == content.id]
        nodes.append(_dataset(content, files, home, shared, words["emneord"], said))
        nodes += [_distribution(one, home, licence, words, said) for one in files]
    prefixes = "".join(f"@prefix {name}: <{address}> .\n" for name, address in PREFIXES.items())
    return "\n".join([prefixes, *nodes])


def _file_iri(home: str, one: Download) -> str:
    return iri(f"{home}#{re.sub('[^A-Za-z0-9._-]+', '-', one.fil)}")


def _period(first: int, last: int) -> str:
    ends = {"dcat:startDate": f"{first}-01-01", "dcat:endDate": f"{last}-12-31"}
    said = " ; ".join(f"{name} {literal(date, '^^xsd:date')}" for name, date in ends.items())
    return f"[ a dct:PeriodOfTime ; {said} ]"


def _dataset(
    content: Dataset,
    files: Iterable[Download],
    home: str,
    shared: Iterable[Statement],
    keywords: Iterable[str],
    said: str,
) -> str:
    return node(
        iri(f"{home}#{content.id}"),
        [
            ("a", ["dcat:Dataset"]),
            ("dct:title", [literal(content.tittel, said)]),
            ("dct:description", [literal(content.beskrivelse, said)]),
            *shared,
            ("dct:identifier", [literal(f"{home}#{content.id}")]),
            ("dcat:theme", [iri(f"{_AUTHORITY}/data-theme/{_THEME}")]),
            ("dcat:keyword", [literal(word, said) for word in keywords]),
            ("dct:accessRights", [iri(f"{_AUTHORITY}/access-right/PUBLIC")]),
            ("dct:accrualPeriodicity", [iri(f"{_AUTHORITY}/frequency/ANNUAL")]),
            ("dct:temporal", [_period(*content.aar)]),
            ("dcat:landingPage", [iri(f"{home}{for_readers(PAGE)}")]),
            ("dcat:distribution", [_file_iri(home, one) for one in files]),
        ],
    )


def _distribution(one: Download, home: str, licence: Statement, words: Mapping[str, Any], said: str) -> str:
    checksum = f'[ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{one.sha256}"'
    return node(
        _file_iri(home, one),
        [
            ("a", ["dcat:Distribution"]),
            ("dct:title", [literal(f"{one.tittel} ({words['formater'][one.format]})", said)]),
            ("dcat:accessURL", [iri(f"{home}{for_readers(PAGE)}#nedlasting")]),
            ("dcat:downloadURL", [iri(f"{home}{one.fil}")]),
            ("dct:format", [iri(f"{_AUTHORITY}/file-type/{_FORMATS[one.format]}")]),
            ("dcat:mediaType", [iri(f"https://www.iana.org/assignments/media-types/{MEDIA[one.format]}")]),
            licence,
            ("adms:status", [iri(f"{_AUTHORITY}/distribution-status/COMPLETED")]),
            ("dcat:byteSize", [literal(str(one.byte), "^^xsd:nonNegativeInteger")]),
            ("spdx:checksum", [f"{checksum}^^xsd:hexBinary ]"]),
        ],
    )
