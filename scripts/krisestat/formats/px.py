"""PX, the format of PxWeb and of statistical offices: a cube as keywords and a matrix of numbers and signs.

The rules are those of the PX file format, 2013: text in quotation marks, a keyword ends with a semicolon, missing
numbers are rows of dots whose number says which sign is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from krisestat.formats.cube import Cube, Observation

# How each sign stands in the matrix: the format knows rows of dots alone, and shows the third as DATASYMBOL3 says.
DOTS = {".": ".", "..": "..", ":": "...", "x": "...."}
_LANGUAGES = {"nb": "no", "nn": "no"}


def px_text(cube: Cube, signs: Mapping[str, str], words: Mapping[str, str], spraak: str, aar: int) -> str:
    """The cube as PX text.

    Parameters: `cube`; `signs`, what each standard sign means; `words`, the publication's title (`tittel`) and the
    publisher (`utgiver`); `spraak`, the written standard; `aar`, the edition's year. The measure and the year are
    columns, the others rows.
    """
    stub, heading = cube.axes[:-2], cube.axes[-2:]
    measures, years = heading
    seen = list(cube.observations())
    width = len(measures.categories) * len(years.categories)
    used = dict.fromkeys(cell.sign for cell in seen if cell.sign and cell.value is None)
    keywords = [
        ("CHARSET", _quoted("ANSI")),
        ("AXIS-VERSION", _quoted("2013")),
        ("CODEPAGE", _quoted("utf-8")),
        ("LANGUAGE", _quoted(_LANGUAGES[spraak])),
        ("DECIMALS", str(max(cube.decimals.values()))),
        ("SHOWDECIMALS", "0"),
        ("MATRIX", _quoted(cube.id)),
        ("SUBJECT-CODE", _quoted(str(aar))),
        ("SUBJECT-AREA", _quoted(words["tittel"])),
        ("TITLE", _quoted(cube.title)),
        ("DESCRIPTION", _quoted(cube.title)),
        ("CONTENTS", _quoted(cube.title)),
        ("UNITS", _quoted(", ".join(dict.fromkeys(cube.units.values())))),
        ("STUB", _list(axis.label for axis in stub)),
        ("HEADING", _list(axis.label for axis in heading)),
        ("CONTVARIABLE", _quoted(measures.label)),
        *((f'VALUES("{_plain(axis.label)}")', _list(label for _, label in axis.categories)) for axis in cube.axes),
        (f'TIMEVAL("{_plain(years.label)}")', ",".join(["TLIST(A1)", _list(code for code, _ in years.categories)])),
        *((f'CODES("{_plain(axis.label)}")', _list(code for code, _ in axis.categories)) for axis in cube.axes),
        *(
            (f'PRECISION("{_plain(measures.label)}","{_plain(label)}")', str(cube.decimals[code]))
            for code, label in measures.categories
            if cube.decimals[code]
        ),
        *((f'UNITS("{_plain(label)}")', _quoted(cube.units[code])) for code, label in measures.categories),
        ("SOURCE", _quoted(f"{cube.source}. {words['utgiver']}")),
        *((f"DATASYMBOL{len(DOTS[sign])}", _quoted(sign)) for sign in used),
        *_cell_notes(cube, seen, signs),
        ("NOTEX", _quoted(" ".join([*map(_sentence, cube.notes), *(f"{sign} = {signs[sign]}" for sign in used)]))),
    ]
    rows = [" ".join(map(_cell, seen[start : start + width])) for start in range(0, len(seen), width)]
    return "".join(f"{name}={value};\n" for name, value in keywords) + "DATA=\n" + "\n".join(rows) + ";\n"


def _cell_notes(cube: Cube, seen: Sequence[Observation], signs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A note for each number with a mark, which the matrix cannot have."""
    labels = product(*([label for _, label in axis.categories] for axis in cube.axes))
    for names, cell in zip(labels, seen, strict=True):
        if cell.sign and cell.value is not None:
            yield f"CELLNOTE({_list(names)})", _quoted(signs[cell.sign])


def _cell(cell: Observation) -> str:
    return str(cell.value) if cell.value is not None else _quoted(DOTS[cell.sign])


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _plain(text: str) -> str:
    """The format has no way to write a quotation mark within a text."""
    return text.replace('"', "'")


def _quoted(text: str) -> str:
    return f'"{_plain(text)}"'


def _list(texts: Iterable[str]) -> str:
    return ",".join(map(_quoted, texts))
