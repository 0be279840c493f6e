"""Reads an SPSS file in a process of its own: SAV on standard input, JSON on standard output.

The library is written in C, and a damaged file can make it end the process that it runs in. Run as a script by
`readsav`; it needs nothing of the package and can therefore run isolated from its caller's environment.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from typing import Any

CPU_SECONDS = 8
MEMORY = 2_000_000_000


def plain(value: object) -> object:
    """A cell as JSON can hold it: text, number or null; dates as ISO 8601."""
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    return value if value is None or isinstance(value, str) else str(value)


def read(data: bytes, encoding: str, cells: int, width: int) -> dict:
    """Read a file.

    Parameters: `encoding`, the one to use instead of the one that the file names, or «»; `cells`, `width`, the most
    cells, and bytes of all values, that are read. Returns `too_large` (rows and columns as the file says); or names,
    columns, value labels, what variables are called, and multiple-response sets; or `error`, in the library's words.
    """
    import pyreadstat

    declared: dict[str, Any] = {"encoding": encoding} if encoding else {}
    try:
        _, meta = pyreadstat.read_sav(io.BytesIO(data), metadataonly=True, **declared)
        record = max(sum(meta.variable_storage_width.values()), 1)
        rows, columns = max(meta.number_rows or 0, 0), max(meta.number_columns or 0, 1)
        if rows * columns > cells or rows * record > width:
            return {"too_large": [rows, columns]}
        limit = min(cells // columns, width // record) + 1
        # User-missing codes are answers of a kind and are kept; what they mean stands in the codebook.
        values, meta = pyreadstat.read_sav(
            io.BytesIO(data), user_missing=True, output_format="dict", row_limit=limit, **declared
        )
    except Exception as error:
        return {"error": str(error) or type(error).__name__}
    found = max(map(len, values.values()), default=0)
    if found >= limit:
        return {"too_large": [found, columns]}
    return {
        "names": list(values),
        "columns": [[plain(value) for value in column] for column in values.values()],
        "labels": [
            [name, [[plain(value), label] for value, label in labels.items()]]
            for name, labels in meta.variable_value_labels.items()
        ],
        "texts": meta.column_names_to_labels or {},
        "sets": {name: [s["is_dichotomy"], s["variable_list"]] for name, s in (meta.mr_sets or {}).items()},
    }


def main() -> None:
    """Read from standard input within bounds of time and memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    encoding, cells, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    json.dump(read(sys.stdin.buffer.read(), encoding, cells, width), sys.stdout)


if __name__ == "__main__":
    main()
