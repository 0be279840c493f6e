"""Calls of the editors' functions as they were before the declared model, as they are written now.

Statistics in disguise went: agreements, municipalities and persons were groups, points of a checklist stood where
partners do, and each answer about a point was an indicator of its own. docs/funksjoner-gammel-til-ny.md is the table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

from krisestat.base.errors import Problem, Problems, shown
from krisestat.statements.functions import NAMES

_CODES = ("indikator", "gruppe", "instans", "form")
# What stood in its place in a call, in order, where that was not the codes and the year.
_PLACES = {
    **dict.fromkeys(("instanser", "opplisting", "unntatt"), ("indikator", "gruppe", "form", "aar")),
    **dict.fromkeys(("base", "baser"), ("gruppe", "aar")),
    "navn": ("kode", "indikator"),
}
# An indicator that was an answer about a point is a statistic with that answer.
_ANSWERS = {f"avtale_{answer}": answer for answer in ("dekket", "delvis", "mangler", "ikke_relevant", "ikke_spurt")}
_STATISTICS = dict.fromkeys(_ANSWERS, "avtalepunkt") | {"avtale_underpunkt": "avtaleunderpunkt"}
# What was a group, and dimensions of it that were called something else.
_WHOLE = ("kommuner", "avtaler", "personer")
_DIMENSIONS = {"avtaler": {"instans": "punkt", "form": "lovgrunnlag"}, "personer": {"instans": "senter"}}
_PANEL = "samarbeid_panel"
_CALL = re.compile(rf"(?<![\w.])(?:{'|'.join(NAMES)})\(")


def rewritten(text: str) -> tuple[str, int]:
    """A text with each call that has changed written anew, and how many there were; all else stands as it did."""
    at, changed = 0, 0
    while hit := _CALL.search(text, at):
        end, at = _end(text, hit.end()), hit.end()
        new = _call(text[hit.start() : end])
        if new is not None:
            text, changed = text[: hit.start()] + new + text[end:], changed + 1
    return text, changed


def _end(text: str, at: int) -> int:
    """Where a call ends whose bracket opens before `at`; there, when it never does."""
    depth, quote = 1, ""
    for place in range(at, len(text)):
        sign = text[place]
        if quote or sign in "\"'":
            quote = sign if not quote else "" if sign == quote else quote
            continue
        depth += (sign in "([{") - (sign in ")]}")
        if not depth:
            return place + 1
    return at


def _call(text: str) -> str | None:
    """A call written anew; None where it is not read, or is what it was."""
    try:
        call = ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    places = _PLACES.get(call.func.id, (*_CODES, "aar"))
    if len(call.args) > len(places) or any(keyword.arg is None for keyword in call.keywords):
        return None
    given = dict(zip(places, (ast.get_source_segment(text, node) or "" for node in call.args), strict=False))
    keywords = {str(k.arg): ast.get_source_segment(text, k.value) or "" for k in call.keywords}
    new = _asked(call.func.id, given, keywords)
    return None if new is None else f"{call.func.id}({', '.join(new)})"


def _literal(told: str) -> str:
    """The text of a literal; «» for anything else."""
    return told[1:-1] if re.fullmatch(r"\"[^\"]*\"|'[^']*'", told) else ""


def _asked(function: str, given: Mapping[str, str], keywords: Mapping[str, str]) -> list[str] | None:
    """The arguments of a call as they are now. Parameters: those that stood in their place, and the others, by name."""
    named = {name: told for name, told in {**given, **keywords}.items() if told != "None"}
    indicator, group = _literal(named.get("indikator", "")), _literal(named.get("gruppe", ""))
    first = group if group == _PANEL else group.removesuffix("_panel")
    kind = group.removeprefix("personer_") if group.startswith("personer_") else ""
    whole = group in _WHOLE or bool(kind)
    called = dict(_DIMENSIONS.get("avtaler" if indicator in _STATISTICS else "personer" if kind else group, {}))
    if indicator == "avtale_underpunkt":
        called["instans"] = "underpunkt"
    late = "aar" in given and not _literal(given["aar"])
    if called and "gruppe" in named and not whole:
        return None  # a variable: what it holds cannot be told
    if function in ("base", "baser") and _literal(given.get("aar", "")):
        return None  # codes of a statistic: as it is now
    if not (whole or called or late or group != first or "indikator" in keywords):
        return None
    rest = [(name, told) for name, told in named.items() if name not in (*_CODES, "kode")]
    rest.sort(key=lambda one: one[0] != "aar" or one[0] in keywords)
    if function in ("base", "baser"):
        asked = f'"{_PANEL}", "{first}"' if group != first else '"avtale"' if called else named.get("gruppe", "")
        return [asked, *(f"{name}={told}" for name, told in rest)]
    statistic = f'"{_STATISTICS[indicator]}"' if indicator in _STATISTICS else named.get("indikator")
    codes = [statistic] if statistic else []
    if function == "navn":
        return [named["kode"], *codes]
    more: dict[str, str] = {}
    for name in _CODES[1:]:
        if name in named and not (name == "gruppe" and whole):
            told = f'"{first}"' if name == "gruppe" and group != first else named[name]
            in_place = name in given and not more and called.get(name) != "lovgrunnlag"
            codes += [told] * in_place
            more |= {} if in_place else {called.get(name, name): told}
    more |= {"kjonn": f'"{kind}"'} if kind else {}
    more |= {"dekning": f'"{_ANSWERS[indicator]}"'} if indicator in _ANSWERS else {}
    over = {"over": f'"{called[_literal(named["over"])]}"'} if _literal(named.get("over", "")) in called else {}
    return [*codes, *(f"{name}={told}" for name, told in {**more, **dict(rest), **over}.items())]


def run(path: Path, root: Path) -> str:
    """Write the calls of a file anew, and say how many were others. Raises `Problems` for one that cannot be read."""
    try:
        before = (root / path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = "ingen slik fil" if isinstance(error, OSError) else "noe annet enn UTF-8"
        fix = "Skriv stien til en fil med setninger eller maler."
        raise Problems([Problem(shown(str(path), 200)[1:-1], "", found, "en tekstfil i UTF-8", fix)]) from None
    text, changed = rewritten(before)
    if changed:
        (root / path).write_bytes(text.encode("utf-8"))
    return f"{changed} kall skrevet om i {path}"
