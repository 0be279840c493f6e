"""Frictionless Data Package: one description of every file, with the columns of those that machines read.

The description follows Data Package 1.0 (specs.frictionlessdata.io). Its place is the edition's folder, since a package
may only name files beside it and below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Column
from krisestat.base.layout import DATA_PACKAGE
from krisestat.formats.download import MEDIA, Download, address
from krisestat.model.declared import STATISTIC, Statistic

_TYPES = {int: "integer", str: "string", Fraction: "number"}
# The percentage, which no contract holds: made of count and base for the reader.
_PERCENT = {"type": "number", "constraints": {"minimum": 0, "maximum": 100}}
# A column, None for the percentage, and what it says.
Described = Mapping[str, tuple[Column | None, str]]


def described(av: Sequence[Statistic], columns: Sequence[str], words: Mapping[str, Any], spraak: str) -> Described:
    """The columns of a file on some statistics, with what they say in words.

    Parameters: `columns`, their names, in order; `words`, the parsed nedlasting.yaml; `spraak`, the written standard.
    """
    said, found = words["kolonner"], dict[str, tuple[Column | None, str]]()
    answers = {code: one.answers.koder[code] for one in av if one.answers for code in one.others}
    for name in columns:
        held = [one.contract.columns[name] for one in av if name in one.contract.columns]
        if name == STATISTIC:
            found[name] = Column(codes=tuple(one.id for one in av)), said[name]
        elif not held:
            found[name] = None, said[name]
        else:
            codes = tuple(dict.fromkeys(code for column in held for code in column.codes))
            lists = [one.per[name] for one in av if name in one.per]
            told = lists[0].navn[spraak].heading if lists else said.get(name) or said["svar"]
            told += f": {answers[name][spraak].running}" if name in answers and name not in said else ""
            if name == "verdi":
                counted = (f"{one.navn[spraak].heading} ({one.enhet.forms[spraak][2]})" for one in av)
                told = f"{told}: {'; '.join(dict.fromkeys(counted))}"
            empty = len(held) < len(av) or any(column.empty for column in held)
            exact = STATISTIC not in columns and held[0].kind is Fraction  # a mean may be «7/3»
            found[name] = Column(str if exact else held[0].kind, codes, empty), told
    return found


def table_schema(columns: Described) -> dict[str, Any]:
    """The schema of a table for machines."""
    fields = [_field(name, column, told) for name, (column, told) in columns.items()]
    return {"fields": fields, "missingValues": [""]}


def _field(name: str, column: Column | None, told: str) -> dict[str, Any]:
    if column is None:
        return {"name": name, **_PERCENT, "description": told}
    constraints: dict[str, Any] = {} if column.empty else {"required": True}
    if codes := [code for code in column.codes if code]:
        constraints["enum"] = codes
    if column.kind is int:
        constraints["minimum"] = 0
    return {"name": name, "type": _TYPES[column.kind], "description": told, "constraints": constraints}


def _name(text: str) -> str:
    """A text as a package may be called."""
    plain = text.lower().translate({ord("æ"): "ae", ord("ø"): "o", ord("å"): "a"})
    return re.sub(r"[^a-z0-9._-]+", "-", plain)


def package(
    downloads: Sequence[Download],
    columns: Mapping[str, Described],
    sources: Sequence[str],
    description: str,
    words: Mapping[str, Any],
    publikasjon: Mapping[str, Any],
    spraak: str,
    aar: int,
) -> dict[str, Any]:
    """The package.

    Parameters: `downloads`, its files; `columns`, of those that are tables for machines, by file;
    `sources`, where the numbers come from; `description`, what they are; `words`, the parsed nedlasting.yaml;
    `publikasjon`, from the configuration; `spraak` and `aar`, of the edition.
    """
    contact, licence = publikasjon["kontakt"], publikasjon["lisens"]
    return {
        "profile": "data-package",
        "name": f"{_name(publikasjon['tittel'])}-p{aar}",
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
        "resources": [_resource(one, columns.get(one.fil), words) for one in downloads],
    }


def _resource(one: Download, columns: Described | None, words: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": _name(one.fil.rsplit("/", 1)[-1]),
        "type": "table" if columns else "file",
        "path": one.fil,
        "title": f"{one.tittel} ({words['formater'][one.format]})",
        "format": one.fil.rsplit(".", 1)[-1],
        "mediatype": MEDIA[one.format],
        "encoding": "utf-8",
        "bytes": one.byte,
        "hash": f"sha256:{one.sha256}",
    }
    if columns:
        told |= {"profile": "tabular-data-resource", "schema": table_schema(columns)}
    return told


def package_text(content: Mapping[str, Any]) -> str:
    """The package as JSON."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
