"""The contracts of `contracts.py` for pandas frames: the same declarations, checked column by column."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from krisestat.contracts import Contract
from krisestat.errors import ProblemList, shown

_BUG = "Dette er en feil i Krisestat, ikke i dataene: meld den med loggen for regelen."
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
    if keys.duplicated().any():
        at = int(keys.duplicated().to_numpy().argmax())
        problems.add(name, f"linje {at + 2}", f"nøkkelen {tuple(keys.iloc[at])} to ganger", "én rad per nøkkel", fix)
    problems.raise_if_any()


def frame_text(frame: pd.DataFrame, contract: Contract, name: str) -> str:
    """The frame as CSV text (comma, LF): sorted by key, checked, columns in the contract's order.

    Parameters: `name`, the file that errors speak of. Raises `Problems` if the contract is broken.
    """
    frame = frame[list(contract.columns)].sort_values(list(contract.key), kind="stable", ignore_index=True)
    check_frame(frame, contract, name)
    return frame.to_csv(index=False, lineterminator="\n")


def read_frame(path: Path, contract: Contract) -> pd.DataFrame:
    """Read and check a table: `int` columns as int64, all else as text with empty fields as «»."""
    kinds = {c: ("int64" if s.kind is int else "str") for c, s in contract.columns.items()}
    problems = ProblemList()
    try:
        frame = pd.read_csv(path, dtype=kinds, keep_default_na=False, encoding="utf-8")
    except ValueError as error:
        problems.add(path, "", f"en tabell som ikke lar seg lese ({error})", f"tabellen «{contract.name}»", _REDO)
        problems.raise_if_any()
    check_frame(frame, contract, str(path), _REDO)
    return frame
