"""Calls of the editors' functions as they were before the declared model, as they are written now.

Statistics in disguise went: agreements, municipalities and persons were groups, points of a checklist stood where
partners do, and each answer about a point was an indicator of its own. docs/funksjoner-gammel-til-ny.md is the table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from krisestat.base.errors import Problem, Problems, shown
from krisestat.statements.functions import NAMES

_PARAMETERS = ("indikator", "gruppe", "instans", "form", "aar")
# What the codes of a call were, in order, where that is not all of `_PARAMETERS`.
_OTHERS = {
    **dict.fromkeys(("instanser", "opplisting", "unntatt"), ("indikator", "gruppe", "form", "aar")),
    **dict.fromkeys(("base", "baser"), ("gruppe", "aar")),
    "periode": _PARAMETERS[:4],
    "navn": ("kode", "indikator"),
}
# An indicator that was an answer about a point is a statistic with that answer.
_ANSWERS = {f"avtale_{answer}": answer for answer in ("dekket", "delvis", "mangler", "ikke_relevant", "ikke_spurt")}
_POINTS, _LEAVES = "avtalepunkt", "avtaleunderpunkt"
_STATISTICS = dict.fromkeys(_ANSWERS, _POINTS) | {"avtale_underpunkt": _LEAVES}
# Dimensions by what they were called, where they are others now, and groups that were something else.
_AGREEMENTS, _PERSONS = "avtaler", "personer"
_DIMENSIONS = {_AGREEMENTS: {"instans": "punkt", "form": "lovgrunnlag"}, _PERSONS: {"instans": "senter"}}
_WHOLE = ("kommuner", _AGREEMENTS, _PERSONS)
_BASES = {_AGREEMENTS: '"avtale"'}
_PANEL = "samarbeid_panel"
_CALL = re.compile(rf"(?<![\w.])(?:{'|'.join(NAMES)})\(")
_OPENS, _CLOSES = "([{", ")]}"


def rewritten(text: str) -> tuple[str, int]:
    """A text with each call that has changed written anew, and how many there were; all else stands as it did."""
    parts, at, changed = [], 0, 0
    for start, end in _calls(text):
        new = _call(text[start:end])
        parts += [text[at:start], new]
        changed += new != text[start:end]
        at = end
    return "".join([*parts, text[at:]]), changed


def _calls(text: str) -> Iterator[tuple[int, int]]:
    """Where each call begins and ends; calls inside a call are part of it."""
    at = 0
    while hit := _CALL.search(text, at):
        depth, quote, at = 1, "", hit.end()
        while depth and at < len(text):
            sign = text[at]
            if quote:
                quote = "" if sign == quote else quote
            elif sign in "\"'":
                quote = sign
            else:
                depth += (sign in _OPENS) - (sign in _CLOSES)
            at += 1
        if depth:  # not a call after all: an open bracket in running text
            at = hit.end()
        else:
            yield hit.start(), at


def _call(text: str) -> str:
    try:
        call = ast.parse(text, mode="eval").body
    except SyntaxError:
        return text
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Name)
        or any(k.arg is None for k in call.keywords)
    ):
        return text
    parameters = _OTHERS.get(call.func.id, _PARAMETERS)
    if len(call.args) > len(parameters):
        return text
    source = {
        id(node): ast.get_source_segment(text, node) or "" for node in ast.walk(call) if isinstance(node, ast.expr)
    }
    given = dict(zip(parameters, (source[id(node)] for node in call.args), strict=False))
    keywords = {str(keyword.arg): source[id(keyword.value)] for keyword in call.keywords}
    new = _asked(call.func.id, given, keywords)
    return text if new is None else f"{call.func.id}({', '.join(new)})"


def _literal(told: str) -> str:
    """The text of a literal; «» for anything else."""
    return told[1:-1] if re.fullmatch(r"\"[^\"]*\"|'[^']*'", told) else ""


def _asked(function: str, given: Mapping[str, str], keywords: Mapping[str, str]) -> list[str] | None:
    """The arguments of a call as they are now; None where they are what they were."""
    named = {name: told for name, told in {**given, **keywords}.items() if name in _PARAMETERS and told != "None"}
    indicator, group = _literal(named.get("indikator", "")), _literal(named.get("gruppe", ""))
    whole = group in _WHOLE or group.startswith(f"{_PERSONS}_")
    source = _AGREEMENTS if indicator in _STATISTICS or group == _AGREEMENTS else group.split("_")[0]
    called = dict(_DIMENSIONS.get(source, {}))
    if _STATISTICS.get(indicator) == _LEAVES:
        called["instans"] = "underpunkt"
    panel = group.endswith("_panel")
    late = "aar" in given or any(told == "None" for told in given.values())
    unknown = bool(called) and "gruppe" in named and not whole  # a variable: what it holds cannot be told
    if unknown or not (whole or panel or called or late or "indikator" in keywords):
        return None
    if function in ("base", "baser"):
        kind = (
            f'"samarbeid_panel", "{group.removesuffix("_panel")}"'
            if panel
            else _BASES.get(group, named.get("gruppe", ""))
        )
        return [kind, *(f"{name}={told}" for name, told in _rest(named, keywords, ("aar",)))]
    codes, more = [], {}
    for name in _PARAMETERS[:4]:
        if name in named and name != "indikator" and not (name == "gruppe" and whole):
            told = f'"{group.removesuffix("_panel")}"' if name == "gruppe" and panel else named[name]
            new = called.get(name, name)
            in_place = name in given and not more and (name != "form" or new == "form") and function != "navn"
            codes += [told] if in_place else []
            more |= {} if in_place else {new: told}
    if group.startswith(f"{_PERSONS}_"):
        more["kjonn"] = f'"{group.removeprefix(f"{_PERSONS}_")}"'
    if indicator in _ANSWERS:
        more["dekning"] = f'"{_ANSWERS[indicator]}"'
    first = [f'"{_STATISTICS[indicator]}"'] if indicator in _STATISTICS else [t for t in [named.get("indikator")] if t]
    if function == "navn":
        return [given.get("kode") or keywords["kode"], *first]
    over = {"over": f'"{called[_literal(keywords["over"])]}"'} if _literal(keywords.get("over", "")) in called else {}
    rest = _rest(named, {**keywords, **over}, ("aar",))
    return [*first, *codes, *(f"{name}={told}" for name, told in (*more.items(), *rest))]


def _rest(named: Mapping[str, str], keywords: Mapping[str, str], kept: tuple[str, ...]) -> list[tuple[str, str]]:
    """The arguments that are no codes: a year that stood in its place, then the keywords in their order."""
    early = [(name, named[name]) for name in kept if name in named and name not in keywords]
    return [*early, *((name, told) for name, told in keywords.items() if name not in _PARAMETERS[:4])]


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
