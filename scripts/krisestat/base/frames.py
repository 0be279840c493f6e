"""The contracts of `contracts.py` for pandas frames: the same declarations, checked column by column."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from krisestat.base.contracts import Contract
from krisestat.base.errors import ProblemList, shown

_BUG = "Dette er en feil i Krisestat, ikke i dataene: meld den med loggen for regelen."
_QUOTED = re.compile('[,"\r\n]')
# Rows that are written at a time: their text stays in the processor's nearest memory.
_ROWS = 1024
_REDO = "Slett filen og bygg på nytt; den skal ikke redigeres for hånd."


def check_frame(frame: pd.DataFrame, contract: Contract, name: str, fix: str = _BUG) -> None:
    """Check a frame against a contract: columns, types, codes, empty fields, key and order.

    Parameters: `name`, the file that errors speak of; `fix`, what to do. Raises `Problems` with the first breach of
    each kind in each column.
    """
    problems = ProblemList()
    if list(frame.columns) != list(contract.columns):
        problems.add(name, "linje 1", ", ".join(map(str, frame.columns)), ", ".join(contract.columns), fix)
        problems.raise_if_any()

    def first(bad: np.ndarray, column: str, expected: str) -> None:
        if bad.any():
            at = int(bad.argmax())
            found = f"{shown(frame[column].iloc[at])} ({int(bad.sum())} rader)"
            problems.add(name, f"linje {at + 2}, kolonne «{column}»", found, expected, fix)

    for column, spec in contract.columns.items():
        values = frame[column]
        if spec.kind is int:
            if not pd.api.types.is_integer_dtype(values):
                problems.add(name, f"kolonne «{column}»", f"typen {values.dtype}", "hele tall", fix)
            else:
                first(values.to_numpy() < 0, column, "et tall som ikke er negativt")
            continue
        # Each different value is looked at once; where all are sound, no row is.
        keys = values.astype("category").cat
        codes = keys.codes.to_numpy()
        first(codes < 0, column, "tekst")
        if not spec.empty:
            first(np.isin(codes, np.flatnonzero(keys.categories == "")), column, "en verdi")
        if spec.codes:
            allowed = [*spec.codes, ""] if spec.empty else list(spec.codes)
            strange = np.flatnonzero(~keys.categories.isin(allowed))
            first(np.isin(codes, [-1, *strange]), column, f"en av {', '.join(spec.codes)}")
    problems.raise_if_any()
    same = _repeats([_ranks(frame[column]) for column in contract.key])
    if same.any():
        at = int(same.argmax())
        key = tuple(frame[list(contract.key)].iloc[at])
        problems.add(name, f"linje {at + 2}", f"nøkkelen {key} to ganger", "én rad per nøkkel", fix)
    problems.raise_if_any()


def constant(text: str, rows: int) -> pd.Categorical[str]:
    """A column with the same text in every row."""
    return pd.Categorical.from_codes(np.zeros(rows, dtype="int8"), pd.Index([text]))


def translate(values: pd.Series, meaning: Mapping) -> pd.Series:
    """What each value means, looked up once per different value; one without a meaning is missing.

    Returns categories in sorted order, as `category` columns have them everywhere here.
    """
    keys = values.astype("category").cat
    told = pd.Categorical([meaning.get(key) for key in keys.categories])
    codes = np.append(told.codes, told.codes.dtype.type(-1))[keys.codes.to_numpy()]
    return pd.Series(pd.Categorical.from_codes(codes, told.categories, validate=False), index=values.index)


def among(values: pd.Series, wanted: Collection) -> np.ndarray:
    """Which values are among the wanted ones, looked up once per different value; a missing one is not."""
    keys = values.astype("category").cat
    return np.append(keys.categories.isin(list(wanted)), False)[keys.codes.to_numpy()]


def numbered(columns: Sequence[pd.Series], numbers: Mapping[tuple, int]) -> np.ndarray:
    """The number of each row's combination of values, looked up once per possible combination; -1 for none."""
    keys = [column.astype("category").cat for column in columns]
    combinations = itertools.product(*([None, *key.categories] for key in keys))
    table = np.array([numbers.get(combination, -1) for combination in combinations], dtype="int64")
    at = np.zeros(len(columns[0]), dtype="int64")
    for key in keys:
        at *= len(key.categories) + 1
        # A missing value has the code -1, and comes before the others.
        at += key.codes.to_numpy() + 1
    return table[at]


def kept(frame: pd.DataFrame, rows: pd.Series | np.ndarray) -> pd.DataFrame:
    """The rows for which `rows` is true: the frame as it is, uncopied, when that is all of them."""
    return frame if rows.all() else frame[rows]


def placed(columns: Sequence[pd.Series]) -> tuple[np.ndarray, list[pd.Index]]:
    """Where each row stands in a table with a place for every combination of the columns' values.

    Returns the places, in the order of the values, and the different values of each column. Raises `ValueError` for a
    missing value, which has no place.
    """
    keys = [column.astype("category").cat for column in columns]
    at = np.zeros(len(columns[0]), dtype="int64")
    for key in keys:
        codes = key.codes.to_numpy()
        if codes.min(initial=0) < 0:
            raise ValueError("a missing value has no place")
        at *= len(key.categories)
        at += codes
    return at, [key.categories for key in keys]


def different(columns: Sequence[pd.Series]) -> list[tuple]:
    """The combinations of values that there are, in their order, each once."""
    at, values = placed(columns)
    there = np.flatnonzero(np.bincount(at, minlength=1)) if len(at) else at
    codes = np.unravel_index(there, [len(v) for v in values])
    return list(zip(*(v[c].tolist() for v, c in zip(values, codes, strict=True)), strict=True))


def concat_frames(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames with the same columns under each other, `category` columns as such."""
    return pd.DataFrame(
        {
            column: union_categoricals([f[column].astype("category") for f in frames], sort_categories=True)
            if not pd.api.types.is_integer_dtype(frames[0][column])
            else np.concatenate([f[column].to_numpy() for f in frames])
            for column in frames[0].columns
        }
    )


def _ranks(values: pd.Series) -> np.ndarray:
    """Numbers that are ordered as the values are: of text, the place of each among the different ones; -1 for none."""
    if pd.api.types.is_integer_dtype(values):
        return values.to_numpy()
    keys = values.astype("category").cat
    order = keys.categories.argsort()
    ranks = np.full(len(order) + 1, -1)
    ranks[order] = np.arange(len(order))
    return ranks[keys.codes.to_numpy()]


def _in_order(columns: Sequence[np.ndarray]) -> tuple[bool, np.ndarray]:
    """Whether rows are in the order of their columns, and which of them (from the second) are as the one before."""
    same, after = np.ones(max(len(columns[0]) - 1, 0), bool), np.zeros(max(len(columns[0]) - 1, 0), bool)
    for column in columns:
        after |= same & (column[1:] > column[:-1])
        same &= column[1:] == column[:-1]
    return bool((after | same).all()), same


def _repeats(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Which rows have the key of an earlier one: in a table in the order of its keys, that of the row before; in
    another order, any."""
    ordered, same = _in_order(columns)
    if ordered:
        return np.append(False, same)[: len(columns[0])]
    return pd.DataFrame(dict(enumerate(columns))).duplicated().to_numpy()


def _sorted(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The frame in the order of its key; nothing is moved when it is in order already."""
    ranks = [_ranks(frame[column]) for column in key]
    return frame if _in_order(ranks)[0] else frame.take(np.lexsort(ranks[::-1]))


def frame_parts(frame: pd.DataFrame, contract: Contract, name: str) -> Iterator[str]:
    """The frame as CSV text (comma, LF), some rows at a time: sorted by key, columns in the contract's order.

    Parameters: `name`, the file that errors speak of. Checked before the first part is given; raises `Problems` if the
    contract is broken.
    """
    texts = [column for column, spec in contract.columns.items() if spec.kind is not int]
    frame = _sorted(frame[list(contract.columns)].astype(dict.fromkeys(texts, "category")), contract.key)
    check_frame(frame, contract, name)
    return _parts(frame)


def _parts(frame: pd.DataFrame) -> Iterator[str]:
    yield ",".join(frame.columns) + "\n"
    fields = _fields(frame)
    for start in range(0, len(frame), _ROWS):
        rows = zip(*(texts[codes[start : start + _ROWS]].tolist() for codes, texts in fields), strict=True)
        yield "\n".join([*map(",".join, rows), ""])


def _fields(frame: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """The columns as CSV fields: which of the different ones each row has, and these.

    A table repeats its values, so each different one is made into text once; and neighbours that have few combinations
    are joined once for each of these, not for each row.
    """
    joined: list[tuple[np.ndarray, list[str]]] = []
    for column in frame.columns:
        keys = frame[column].astype("category").cat
        codes, fields = keys.codes.to_numpy(), [_field(value) for value in keys.categories]
        if joined and len(joined[-1][1]) * len(fields) <= len(frame) // 8:
            before, start = joined.pop()
            codes = before.astype("int64") * len(fields) + codes
            fields = [f"{one},{other}" for one in start for other in fields]
        joined.append((codes, fields))
    return [(codes, np.array(fields, dtype=object)) for codes, fields in joined]


def _field(value: object) -> str:
    """A value as a CSV field, in quotes where the standard library's writer has them."""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def read_frame(path: Path, contract: Contract) -> pd.DataFrame:
    """Read and check a table: `int` columns as int64, all else as categories of text with empty fields as «»."""
    kinds = {c: ("int64" if s.kind is int else "category") for c, s in contract.columns.items()}
    problems = ProblemList()
    try:
        # In one piece: categories that are read in pieces are put together again at twice the cost.
        frame = pd.read_csv(path, dtype=kinds, na_filter=False, encoding="utf-8", low_memory=False)
    except ValueError as error:
        problems.add(path, "", f"en tabell som ikke lar seg lese ({error})", f"tabellen «{contract.name}»", _REDO)
        problems.raise_if_any()
    check_frame(frame, contract, str(path), _REDO)
    return frame
