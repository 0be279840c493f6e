"""Frictionless Data Package: one description of every file, with the columns of those that machines read.

The description follows Data Package 1.0 (specs.frictionlessdata.io). Its place is the edition's folder, since a package
may only name files beside it and below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from krisestat.base.contracts import Column, Contract
from krisestat.base.layout import DATA_PACKAGE
from krisestat.formats.download import MEDIA, Download, address
from krisestat.model.contracts import PERSONER_UTDATA, UTDATA

_TYPES = {int: "integer", str: "string"}
# A column of the tables for machines that no contract holds: made of count and base for the reader.
_PERCENT = {"type": "number", "constraints": {"minimum": 0, "maximum": 100}}


def field(name: str, column: Column | None, words: Mapping[str, Any]) -> dict[str, Any]:
    """A column as a field of a table schema.

    Parameters: `column`, as its contract has it, None for the percentage; `words`, the parsed nedlasting.yaml.
    """
    told: dict[str, Any] = {"name": name}
    if column is None:
        return told | _PERCENT | {"description": words["kolonner"][name]}
    constraints: dict[str, Any] = {} if column.empty else {"required": True}
    if codes := [code for code in column.codes if code]:
        constraints["enum"] = codes
    if column.kind is int:
        constraints["minimum"] = 0
    return told | {"type": _TYPES[column.kind], "description": words["kolonner"][name], "constraints": constraints}


def table_schema(header: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a table for machines.

    Parameters: `header`, its first line; `words`, the parsed nedlasting.yaml. Columns are those of the contract that
    has `maal` or not, as the file.
    """
    columns = header.strip().split(",")
    contract: Contract = PERSONER_UTDATA if "maal" in columns else UTDATA
    fields = [field(name, contract.columns.get(name), words) for name in columns]
    return {"fields": fields, "missingValues": [""]}


def package(
    downloads: Sequence[Download],
    headers: Mapping[str, str],
    sources: Sequence[str],
    description: str,
    words: Mapping[str, Any],
    publikasjon: Mapping[str, Any],
    spraak: str,
    aar: int,
) -> dict[str, Any]:
    """The package.

    Parameters: `downloads`, its files; `headers`, the first line of those that are tables for machines, by file;
    `sources`, where the numbers come from; `description`, what they are; `words`, the parsed nedlasting.yaml;
    `publikasjon`, from the configuration; `spraak` and `aar`, of the edition.
    """
    contact, licence = publikasjon["kontakt"], publikasjon["lisens"]
    return {
        "profile": "data-package",
        "name": f"krisesentertilbud-samarbeid-p{aar}",
        "id": address(publikasjon, DATA_PACKAGE),
        "title": f"{publikasjon['tittel']} {aar}",
        "description": description,
        "homepage": address(publikasjon),
        "version": str(aar),
        "created": f"{publikasjon['sist_oppdatert']}T00:00:00Z",
        "keywords": list(words["emneord"]),
        "languages": [spraak],
        "licenses": [{"path": licence["lenke"], "title": licence["navn"]}],
        "sources": [{"title": source} for source in sources],
        "contributors": [
            {"title": publikasjon["utgiver"], "role": "publisher"},
            {"title": contact["navn"], "email": contact["epost"], "role": "maintainer"},
        ],
        "resources": [_resource(one, headers.get(one.fil), words) for one in downloads],
    }


def _resource(one: Download, header: str | None, words: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9._-]+", "-", one.fil.rsplit("/", 1)[-1].lower()),
        "type": "table" if header else "file",
        "path": one.fil,
        "title": f"{one.tittel} ({words['formater'][one.format]})",
        "format": one.fil.rsplit(".", 1)[-1],
        "mediatype": MEDIA[one.format],
        "encoding": "utf-8",
        "bytes": one.byte,
        "hash": f"sha256:{one.sha256}",
    }
    if header:
        told |= {"profile": "tabular-data-resource", "schema": table_schema(header, words)}
    return told


def package_text(content: Mapping[str, Any]) -> str:
    """The package as JSON."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
