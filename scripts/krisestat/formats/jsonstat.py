"""JSON-stat 2.0: a cube as a dataset with codes, labels, units, values and the sign of each cell without a number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from krisestat.formats.cube import Axis, Cube
from krisestat.model.declared import MEASURE, YEAR


def dataset(cube: Cube, signs: Mapping[str, str], updated: str) -> dict[str, Any]:
    """The dataset, by the specification of JSON-stat 2.0 (json-stat.org/full).

    Parameters: `cube`; `signs`, what each standard sign means; `updated`, the edition's date, ISO 8601. `status` has
    the place of a cell in `value` as its key; what the signs mean stands under `extension`.
    """
    seen = list(cube.observations())
    status = {str(place): cell.sign for place, cell in enumerate(seen) if cell.sign}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": cube.title,
        "source": cube.source,
        "updated": updated,
        "note": list(cube.notes),
        "id": [axis.id for axis in cube.axes],
        "size": [len(axis.categories) for axis in cube.axes],
        "role": {"time": [YEAR], "metric": [MEASURE]},
        "dimension": {axis.id: _dimension(axis, cube) for axis in cube.axes},
        "value": [cell.value for cell in seen],
        **({"status": status} if status else {}),
        "extension": {"status": {"label": {sign: signs[sign] for sign in dict.fromkeys(status.values())}}},
    }


def _dimension(axis: Axis, cube: Cube) -> dict[str, Any]:
    category: dict[str, Any] = {
        "index": [code for code, _ in axis.categories],
        "label": dict(axis.categories),
    }
    if axis.id == MEASURE:
        category["unit"] = {
            code: {"label": cube.units[code], "decimals": cube.decimals[code]} for code, _ in axis.categories
        }
    return {"label": axis.label, "category": category}


def dataset_text(cube: Cube, signs: Mapping[str, str], updated: str) -> str:
    """The dataset as JSON text. Parameters: as `dataset`."""
    return json.dumps(dataset(cube, signs, updated), ensure_ascii=False, separators=(",", ":")) + "\n"
