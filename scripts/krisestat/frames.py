"""The contracts of `contracts.py` for pandas frames: the same declarations, checked column by column."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from krisestat.contracts import Contract
from krisestat.errors import ProblemList, shown

_BUG = "Dette er en feil i Krisestat, ikke i dataene: meld den med loggen for regelen."
_QUOTED = re.compile('[,"\r\n]')
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

    def first(bad: pd.Series, column: str, expected: str) -> None:
        if bad.any():
            at = int(bad.to_numpy().argmax())
            found = f"{shown(frame[column].iloc[at])} ({int(bad.sum())} rader)"
            problems.add(name, f"linje {at + 2}, kolonne «{column}»", found, expected, fix)

    for column, spec in contract.columns.items():
        values = frame[column]
        if spec.kind is int:
            if not pd.api.types.is_integer_dtype(values):
                problems.add(name, f"kolonne «{column}»", f"typen {values.dtype}", "hele tall", fix)
            else:
                first(values < 0, column, "et tall som ikke er negativt")
            continue
        if not spec.empty:
            first(values == "", column, "en verdi")
        if spec.codes:
            allowed = [*spec.codes, ""] if spec.empty else list(spec.codes)
            first(~values.isin(allowed), column, f"en av {', '.join(spec.codes)}")
    problems.raise_if_any()
    keys = frame[list(contract.key)]
    same = _repeats(keys)
    if same.any():
        at = int(same.argmax())
        problems.add(name, f"linje {at + 2}", f"nøkkelen {tuple(keys.iloc[at])} to ganger", "én rad per nøkkel", fix)
    problems.raise_if_any()


def _repeats(keys: pd.DataFrame) -> np.ndarray:
    """Which rows have the key of an earlier one: in a table in the order of its keys, that of the row before; in
    another order, any."""
    columns = [keys[column].to_numpy() for column in keys.columns]
    same, after = np.ones(max(len(keys) - 1, 0), bool), np.zeros(max(len(keys) - 1, 0), bool)
    for column in columns:
        after |= same & (column[1:] > column[:-1])
        same &= column[1:] == column[:-1]
    return np.append(False, same)[: len(keys)] if (after | same).all() else keys.duplicated().to_numpy()


def frame_text(frame: pd.DataFrame, contract: Contract, name: str) -> str:
    """The frame as CSV text (comma, LF): sorted by key, checked, columns in the contract's order.

    Parameters: `name`, the file that errors speak of. Raises `Problems` if the contract is broken.
    """
    frame = frame[list(contract.columns)].sort_values(list(contract.key), kind="stable", ignore_index=True)
    check_frame(frame, contract, name)
    # A table repeats its values, so each different one is made into CSV once; a tenth of the cost of `to_csv`.
    columns = [_fields(frame[column].tolist()) for column in frame.columns]
    lines = [",".join(frame.columns), *map(",".join, zip(*columns, strict=True))]
    return "\n".join(lines) + "\n"


def _fields(values: list) -> list[str]:
    """A column as CSV fields, in quotes where the standard library's writer has them."""
    written = {}
    for value in set(values):
        text = str(value)
        written[value] = '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
    return [written[value] for value in values]


def read_frame(path: Path, contract: Contract) -> pd.DataFrame:
    """Read and check a table: `int` columns as int64, all else as text with empty fields as «»."""
    kinds = {c: ("int64" if s.kind is int else object) for c, s in contract.columns.items()}
    problems = ProblemList()
    try:
        frame = pd.read_csv(path, dtype=kinds, keep_default_na=False, encoding="utf-8")
    except ValueError as error:
        problems.add(path, "", f"en tabell som ikke lar seg lese ({error})", f"tabellen «{contract.name}»", _REDO)
        problems.raise_if_any()
    check_frame(frame, contract, str(path), _REDO)
    return frame
