"""Reads statistical cubes as a stranger does: JSON-stat and PX, each cell with the words of all its categories.

Nothing is shared with the modules that write them, and a file that is not what it says is left to others to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

# What stands over a text, and the text.
Told = tuple[str, str]

_KEYWORD = re.compile(r'\s*([A-Z][A-Z0-9-]*)(?:\[[^\]]*\])?(?:\(([^)]*)\))?=((?:"[^"]*"|[^";])*);')
_TEXT = re.compile(r'"([^"]*)"')
_DATA = re.compile(r"(?:\A|;|\n)\s*DATA=(.*?);?\s*\Z", re.DOTALL)
_ONE_BY_ONE = ("VALUES", "CODES", "TIMEVAL")


def jsonstat_texts(data: Any) -> Iterator[Told] | None:
    """Every cell, category and other text of a JSON-stat dataset, or None when the data are not one. Parameters:
    `data`, parsed JSON."""
    if not isinstance(data, Mapping) or data.get("class") != "dataset":
        return None
    ids, values, dimensions = data.get("id"), data.get("value"), data.get("dimension")
    if not (isinstance(ids, list) and isinstance(values, list) and isinstance(dimensions, Mapping)):
        return None
    axes = [_categories(dimensions.get(id)) for id in ids]
    if not all(axes) or prod(map(len, axes)) != len(values):
        return None
    rest = {key: value for key, value in data.items() if key not in ("value", "dimension")}
    return _texts(str(data.get("label", "")), axes, values, [*_strings(rest), *_strings(dimensions)])


def _categories(dimension: Any) -> list[str]:
    """The codes of a dimension with their labels, in order; nothing when it has another form."""
    category = dimension.get("category") if isinstance(dimension, Mapping) else None
    if not isinstance(category, Mapping):
        return []
    index, labels = category.get("index"), category.get("label")
    labels = labels if isinstance(labels, Mapping) else {}
    if isinstance(index, Mapping):
        codes = [code for code, _ in sorted(index.items(), key=lambda pair: str(pair[1]).zfill(9))]
    else:
        codes = index if isinstance(index, list) else list(labels)
    return [f"{code} {labels.get(code, '')}" for code in codes]


def _strings(data: Any) -> Iterator[str]:
    """Every key and every value, each with its key."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if isinstance(value, Mapping | list):
                yield str(key)
                yield from _strings(value)
            else:
                yield f"{key}: {value}"
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value) if isinstance(value, Mapping | list) else [str(value)]


def px_texts(text: str) -> Iterator[Told] | None:
    """Every cell, category and other text of a PX file, or None when the text is not one."""
    found = _DATA.search(text)
    if not found:
        return None
    keywords = {(name, about.strip('"')): value for name, about, value in _KEYWORD.findall(text[: found.start(1)])}
    variables = [name for side in ("STUB", "HEADING") for name in _TEXT.findall(keywords.get((side, ""), ""))]
    axes = []
    for name in variables:
        values = _TEXT.findall(keywords.get(("VALUES", name), ""))
        codes = _TEXT.findall(keywords.get(("CODES", name), "")) or values
        axes.append([f"{code} {label}" for code, label in zip(codes, values, strict=False)])
    cells = found[1].replace('"', "").split()
    if not axes or prod(map(len, axes)) != len(cells):
        return None
    rest: list[str] = []
    for (name, about), value in keywords.items():
        texts = _TEXT.findall(value)
        rest += texts if name in _ONE_BY_ONE else [f"{name} {about} {' '.join(texts) or value}"]
    return _texts(" ".join(_TEXT.findall(keywords.get(("TITLE", ""), ""))), axes, cells, rest)


def _texts(title: str, axes: Sequence[Sequence[str]], values: Sequence[Any], rest: Sequence[str]) -> Iterator[Told]:
    for categories, value in zip(product(*axes), values, strict=True):
        yield title, " | ".join([*categories, str(value)])
    for text in rest:
        yield "", text
