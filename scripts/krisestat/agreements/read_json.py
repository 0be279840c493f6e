"""The form as JSON, as the page of the checklist exports it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from krisestat.agreements.skjema import FELT, SKJEMA, Innslag, Utfylt
from krisestat.base.errors import ProblemList, nearest, one_problem, shown
from krisestat.intake.raw_file import lines_text
from krisestat.model.declared import STANDARDS

_FIX = "Be kommunen eksportere skjemaet fra nettsiden på nytt, uten å redigere filen."
_DEEPEST = 4
_PARTS = ("skjema", "versjon", "spraak", "arbeid", "avtale", "punkter")
# Keys that hold a list of texts, and keys that may hold a number.
_LISTS = {felt.id for felt in FELT if felt.slag in ("kommuner", "valg")}
_NUMBERS = {felt.id for felt in FELT if felt.slag == "tall"}
_MOST = 500


class _Twice(ValueError):
    """A key that an object has twice."""


def read_json(path: Path, data: bytes) -> Utfylt:
    """Read a form that the page exported, as workflow/schemas/avtaleskjema.schema.json has it.

    Parameters: `path`, for the errors; `data`, its bytes. Raises `Problems` when it is not JSON, not the form, or holds
    other things than texts where texts belong.
    """
    content, problems = _parse(path, data), ProblemList()
    if not isinstance(content, dict) or content.get("skjema") != SKJEMA:
        found = shown(content.get("skjema", "")) if isinstance(content, dict) else "noe annet enn et skjema"
        raise one_problem(path, "nøkkelen «skjema»", found, f"«{SKJEMA}»", _FIX)
    if strange := [key for key in content if key not in _PARTS]:
        found = f"nøkkelen {shown(strange[0])}{nearest(strange[0], _PARTS)}"
        problems.add(path, "", found, ", ".join(_PARTS), _FIX)
    version = content.get("versjon")
    if not isinstance(version, int) or isinstance(version, bool):
        problems.add(path, "nøkkelen «versjon»", _told(version), "versjonen av sjekklisten, et helt tall", _FIX)
    felt: dict[str, Innslag] = {}
    for part in ("avtale", "punkter"):
        if not isinstance(content.get(part), dict) or len(content[part]) > _MOST:
            problems.add(path, f"nøkkelen «{part}»", _told(content.get(part)), "et objekt med svarene", _FIX)
    work = content.get("arbeid", {})
    if not isinstance(work, dict) or len(work) > _MOST or not all(isinstance(text, str) for text in work.values()):
        problems.add(path, "nøkkelen «arbeid»", _told(work), "et objekt med tekster", _FIX)
    problems.raise_if_any()
    for key, value in content["avtale"].items():
        _take(felt, ("avtale", key), value, path, problems)
    for leaf, parts in content["punkter"].items():
        if not isinstance(parts, dict) or len(parts) > _MOST:
            problems.add(path, _place(("punkter", leaf)), _told(parts), "svar, henvisning og merknad", _FIX)
            continue
        for key, value in parts.items():
            _take(felt, ("punkter", leaf, key), value, path, problems)
    problems.raise_if_any()
    spraak = content.get("spraak") if content.get("spraak") in STANDARDS else ""
    beside = {key: Innslag(lines_text(text), _place(("arbeid", key)), 0) for key, text in work.items()}
    return Utfylt(str(version), felt, str(spraak), beside)


def _parse(path: Path, data: bytes) -> Any:
    """The content of a JSON text. Raises `Problems` when it is none, is deeper than a form, or has a key twice."""
    place, found = "", ""
    try:
        content = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant, parse_float=str
        )
        if _depth(content) <= _DEEPEST:
            return content
        found = f"mer enn {_DEEPEST} nivåer"
    except UnicodeDecodeError as error:
        place, found = f"byte {error.start + 1}", "tegn som ikke er UTF-8"
    except json.JSONDecodeError as error:
        place, found = f"linje {error.lineno}, tegn {error.colno}", "noe som ikke er JSON"
    except RecursionError:
        found = f"mer enn {_DEEPEST} nivåer"
    except ValueError as error:
        found = str(error) if isinstance(error, _Twice) else "et tall som ikke er et tall, eller som er for langt"
    raise one_problem(path, place, found, "skjemaet som JSON, slik nettsiden skriver det", _FIX)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Twice(f"nøkkelen {shown(twice)} to ganger i samme objekt")
    return content


def _no_constant(_: str) -> Any:
    raise ValueError


def _depth(content: Any) -> int:
    """How many levels of objects and lists there are within each other."""
    level: Iterable[Any] = [content]
    depth = 0
    while inner := [x for x in level if isinstance(x, dict | list)]:
        depth += 1
        level = [value for x in inner for value in (x.values() if isinstance(x, dict) else x)]
        if depth > _DEEPEST:
            break
    return depth


def _take(felt: dict[str, Innslag], keys: tuple[str, ...], value: Any, path: Path, problems: ProblemList) -> None:
    """Note the text of a field, or what is wrong with it."""
    name = keys[-1]
    text = None
    if isinstance(value, str):
        text = lines_text(value)
    elif keys[0] == "avtale" and name in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
    elif keys[0] == "avtale" and name in _LISTS and isinstance(value, list) and all(isinstance(x, str) for x in value):
        text = ",".join(map(lines_text, value))
    if text is None:
        expected = "en liste av tekster" if keys[0] == "avtale" and name in _LISTS else "en tekst"
        problems.add(path, _place(keys), _told(value), expected, _FIX)
        return
    key = ".".join(keys[keys[0] == "punkter" :])
    if key in felt:
        problems.add(
            path, _place(keys), f"{shown(key)} en gang til (først i {felt[key].sted})", "hvert svar én gang", _FIX
        )
    felt[key] = Innslag(text, _place(keys), len(felt) + 1)


def _place(keys: tuple[str, ...]) -> str:
    return f"nøkkelen {shown('.'.join(keys))}"


def _told(value: Any) -> str:
    """A value that is not as it should be, in words."""
    kinds: Mapping[type, str] = {dict: "et objekt", list: "en liste", bool: "sant eller usant", type(None): "ingenting"}
    return kinds.get(type(value)) or shown(value)
