"""The comparison as Markdown for a pull request, within what such a comment may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from krisestat.display import number
from krisestat.review import acceptance

# A comment may hold 65 536 characters; the mark by which it is found again needs some.
LIMIT = 60_000
SHOWN_ROWS = 3
_FOLDED = {"gjennomgang", "holdt_seg", "uten_virkning", "filer"}
_SPECIAL = re.compile(r"([\\`*\[\]|~#]|(?<!\w)_|_(?!\w))")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}


def safe(text: Any) -> str:
    """Text that Markdown and HTML leave alone, on one line, without names that would call people."""
    line = _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
    return "".join(_HTML.get(sign, sign) for sign in line)


def redline(parts: Iterable[Sequence[str]]) -> str:
    """Marked words: `<del>` and `<ins>`."""
    tags = {"lik": "{}", "borte": "<del>{}</del>", "ny": "<ins>{}</ins>"}
    told = []
    for kind, text in parts:
        space = " " if text[:1].isspace() else ""
        told.append(space + tags[kind].format(safe(text)))
    return "".join(told).strip()


def markdown(report: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    """`endringer.md`, shorter than `LIMIT` characters. Parameters: `report`, as `compare` gives it; `words`, of
    templates/<språk>/endringer.yaml."""
    causes = {cause["id"]: cause for cause in report["arsaker"]}

    def because(entry: Mapping) -> str:
        return "  - " + _because(entry, causes, words["grunnlag"])

    parts = {
        "data": _data(report["data"]),
        "paastander": [f"{_statement(e, words['gjennomgang'])}\n{because(e)}" for e in report["paastander"]],
        "hovedpunkter": [
            f"- {words['hovedpunkt'][part]}: {' → '.join(safe(t) for t in (e['gammel'], e['ny']) if t)}\n{because(e)}"
            for part in ("nye", "borte", "endret")
            for e in report["hovedpunkter"][part]
        ],
        "tabeller": [f"{_table(e)}\n\n{because(e).strip()}\n" for e in report["tabeller"]],
        "figurer": [f"{_figure(e)}\n{because(e)}" for e in report["figurer"]],
        "tekst": [f"- {redline(e['merket'])}\n{because(e)}" for e in report["tekst"]],
        "utseende": [f"- {safe(e['hva'])}\n{because(e)}" for e in report["utseende"]],
        "gjennomgang": _left(report["gjennomgang"], words["gjennomgang"]),
        "holdt_seg": [f"- «{safe(s['tekst'])}» ({safe(s['id'])}): {_numbers(s['tall'])}" for s in report["holdt_seg"]],
        "uten_virkning": [f"- {safe(c['tekst'])}" for c in report["uten_virkning"]],
        "filer": [f"- `{f['fil'].replace('`', '')}`: {f['endring']}" for f in report["filer"]],
    }
    head = [
        f"## {words['tittel']}",
        "",
        f"**{safe(report['dom'])}**",
        "",
        *([] if report["lik"] else [words["resten"]]),
    ]
    head += ["", *(f"- {safe(text)}" for text in report["ikke_avgjort"])]
    return fitted("\n".join(head).strip(), [(name, words["deler"][name], told) for name, told in parts.items() if told])


def fitted(head: str, parts: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """The parts, each with its share of what `LIMIT` has room for: whole entries, and how many were left out.

    Parameters: `parts`, (name, title, entries).
    """
    frames = []
    for name, title, entries in parts:
        opening, end = (f"### {safe(title)}\n\n", "\n")
        if name in _FOLDED:
            opening, end = f"<details>\n<summary>{safe(title)}</summary>\n\n", "\n\n</details>\n"
        frames.append((opening, end, sum(len(entry) + 1 for entry in entries) + len(opening) + len(end) + 200))
    # The smallest first, so that what one part leaves is shared by the others.
    rooms, left = {}, LIMIT - len(head)
    for n, place in enumerate(sorted(range(len(parts)), key=lambda place: frames[place][2])):
        rooms[place] = min(frames[place][2], left // (len(parts) - n))
        left -= rooms[place]
    told = [head]
    for place, ((_, _, entries), (opening, end, _)) in enumerate(zip(parts, frames, strict=True)):
        kept: list[str] = []
        room = rooms[place] - len(opening) - len(end) - 200
        for entry in entries:
            room -= len(entry) + 1
            if room < 0:
                missing = f"{number(len(entries) - len(kept))} av {number(len(entries))}"
                kept.append(f"\n**Kuttet her:** {missing} fikk ikke plass. De står i endringer.html og endringer.json.")
                break
            kept.append(entry)
        told.append(opening + "\n".join(kept).strip("\n") + end)
    return "\n".join(told)


def some(texts: Sequence[str], most: int = SHOWN_ROWS) -> list[str]:
    """As many texts as are shown, and how many more there are."""
    return [*texts[:most], *([f"og {number(len(texts) - most)} til"] if len(texts) > most else [])]


def _because(entry: Mapping, causes: Mapping[str, Mapping], words: Mapping) -> str:
    named = some([safe(causes[id]["tekst"]) for id in entry["arsaker"]])
    return ": ".join(filter(None, (safe(words[entry["grunnlag"]]), "; ".join(named))))


def _numbers(numbers: Iterable[Mapping]) -> str:
    return "; ".join(some([f"{safe(n['celle'])}: {safe(n['gammel'])} → {safe(n['ny'])}" for n in numbers]))


def _left(review: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """What is left to accept, with the lines that accept it."""
    listed: list[str] = []
    ordered = sorted(review["ikke_godkjent"], key=lambda s: s["ny"])
    for text, statements in groupby(ordered, key=lambda s: s["ny"]):
        lines = [f"  `{acceptance(s['id'], text).replace('`', '')}`" for s in statements]
        listed.append("\n".join([f"- {safe(text)}", *lines]))
    missing = "" if review["fil"] else f"{safe(words['mangler'])}\n\n"
    return [f"{missing}{safe(words['gjoer'])}\n", *listed] if listed else []


def _data(entries: Sequence[Mapping]) -> list[str]:
    told = []
    for e in entries:
        names = [f"{what} {', '.join(some([*map(safe, e[what])], 5))}" for what in ("tapt", "nye") if e[what]]
        more = f" ({'; '.join(names)})" if names else ""
        told.append(f"- {safe(e['hva'])}, {safe(e['gjelder'])}: {e['gammel']} → {e['ny']}{more}")
    return told


def _statement(e: Mapping, words: Mapping) -> str:
    told = [f"- {redline(e['merket'])}"]
    if e["tall"]:
        told.append(f"  - {_numbers(e['tall'])}")
    if left := [safe(s["id"]) for s in e["paastander"] if s["godkjent"] is False]:
        told.append(f"  - {words['ikke_godkjent'].capitalize()}: {', '.join(left)}")
    return "\n".join(told)


def _table(e: Mapping) -> str:
    columns = ("rad", "gammel", "ny", "differanse")
    rows = [" | ".join(safe(row[c] or "") for c in columns) for row in e["rader"]]
    told = ["rad | gammel | ny | differanse", "---|---|---|---", *some(rows)]
    return "\n".join([f"**{safe(e['tittel'])}** ({e['antall']})", "", *(f"| {row} |" for row in told)])


def _figure(e: Mapping) -> str:
    parts = (("borte", "tekst_borte"), ("ny", "tekst_ny"))
    told = [f"{what}: {', '.join(some([*map(safe, e[key])], 8))}" for what, key in parts if e[key]]
    numbers = f"\n  - {_numbers(e['tall'])}" if e["tall"] else ""
    return "".join([f"- {safe(e['figur'])}", f" ({'; '.join(told)})" if told else "", numbers])
