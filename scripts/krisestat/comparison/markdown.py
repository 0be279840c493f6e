"""The comparison as Markdown for a pull request, within what such a comment may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from krisestat.review import acceptance

LIMIT = 60_000
SHOWN_ROWS = 3
_CUT = "\n\n**Kuttet her:** resten fikk ikke plass. Alt står i endringer.html og endringer.json.\n"
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
    lines = [f"## {words['tittel']}", "", f"**{safe(report['dom'])}**", ""]
    lines += [f"- {safe(text)}" for text in report["ikke_avgjort"]]
    parts = {
        "data": _data(report["data"]),
        "paastander": _statements(report["paastander"], causes, words),
        "hovedpunkter": _headlines(report["hovedpunkter"], causes, words),
        "tabeller": _tables(report["tabeller"], causes, words),
        "figurer": _figures(report["figurer"], causes, words),
        "tekst": [line for e in report["tekst"] for line in (f"- {redline(e['merket'])}", *_because(e, causes, words))],
        "utseende": [line for e in report["utseende"] for line in (f"- {safe(e['hva'])}", *_because(e, causes, words))],
        "gjennomgang": _left(report["gjennomgang"], words["gjennomgang"]),
        "holdt_seg": [f"- «{safe(s['tekst'])}» ({safe(s['id'])}): {_numbers(s['tall'])}" for s in report["holdt_seg"]],
        "uten_virkning": [f"- {safe(c['tekst'])}" for c in report["uten_virkning"]],
        "filer": [f"- `{f['fil'].replace('`', '')}`: {f['endring']}" for f in report["filer"]],
    }
    folded = {"gjennomgang", "holdt_seg", "uten_virkning", "filer"}
    for name, told in parts.items():
        if not told:
            continue
        title = safe(words["deler"][name])
        if name in folded:
            lines += ["", "<details>", f"<summary>{title}</summary>", "", *told, "", "</details>"]
        else:
            lines += ["", f"### {title}", "", *told]
    return fitted(lines)


def fitted(lines: Iterable[str]) -> str:
    """Whole lines, as many as `LIMIT` has room for, and one that says where it was cut; what is open is closed."""
    kept: list[str] = []
    room, size, open_ = LIMIT - len(_CUT) - len("\n\n</details>"), 0, 0
    for line in lines:
        size += len(line) + 1
        if size > room:
            return "\n".join(kept) + ("\n\n</details>" if open_ else "") + _CUT
        kept.append(line)
        open_ += (line == "<details>") - (line == "</details>")
    return "\n".join(kept) + "\n"


def _because(entry: Mapping, causes: Mapping[str, Mapping], words: Mapping) -> list[str]:
    head = words["grunnlag"][entry["grunnlag"]]
    named = [causes[id]["tekst"] for id in entry["arsaker"]]
    if not named:
        return [f"  - {safe(head)}"]
    if len(named) > SHOWN_ROWS:
        named = [*named[:SHOWN_ROWS], f"og {len(named) - SHOWN_ROWS} til"]
    return [f"  - {safe(head)}: {'; '.join(map(safe, named))}"]


def _numbers(numbers: Iterable[Mapping]) -> str:
    told = [f"{safe(n['celle'])}: {safe(n['gammel'])} → {safe(n['ny'])}" for n in numbers]
    more = [f"og {len(told) - SHOWN_ROWS} til"] if len(told) > SHOWN_ROWS else []
    return "; ".join([*told[:SHOWN_ROWS], *more])


def _left(review: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """What is left to accept, with the lines that accept it."""
    listed: list[str] = []
    ordered = sorted(review["ikke_godkjent"], key=lambda s: s["ny"])
    for text, statements in groupby(ordered, key=lambda s: s["ny"]):
        lines = [f"  `{acceptance(s['id'], text).replace('`', '')}`" for s in statements]
        listed += [f"- {safe(text)}", *lines]
    missing = [] if review["fil"] else [safe(words["mangler"]), ""]
    return [*missing, safe(words["gjoer"]), "", *listed] if listed else []


def _data(entries: Sequence[Mapping]) -> list[str]:
    told = []
    for e in entries:
        names = [
            f"{what} {', '.join(map(safe, e[key][:5]))}{' …' if len(e[key]) > 5 else ''}"
            for what, key in (("tapt", "tapt"), ("nye", "nye"))
            if e[key]
        ]
        told.append(
            f"- {safe(e['hva'])}, {safe(e['gjelder'])}: {e['gammel']} → {e['ny']}"
            + (f" ({'; '.join(names)})" if names else "")
        )
    return told


def _statements(entries: Sequence[Mapping], causes: Mapping, words: Mapping) -> list[str]:
    told = []
    for e in entries:
        told.append(f"- {redline(e['merket'])}")
        if e["tall"]:
            told.append(f"  - {_numbers(e['tall'])}")
        if left := [s["id"] for s in e["paastander"] if s["godkjent"] is False]:
            told.append(f"  - {words['gjennomgang']['ikke_godkjent'].capitalize()}: {', '.join(map(safe, left))}")
        told += _because(e, causes, words)
    return told


def _headlines(points: Mapping[str, Sequence[Mapping]], causes: Mapping, words: Mapping) -> list[str]:
    told = []
    for part in ("nye", "borte", "endret"):
        for e in points[part]:
            said = " → ".join(safe(t) for t in (e["gammel"], e["ny"]) if t)
            told += [f"- {words['hovedpunkt'][part]}: {said}", *_because(e, causes, words)]
    return told


def _tables(entries: Sequence[Mapping], causes: Mapping, words: Mapping) -> list[str]:
    told = []
    for e in entries:
        told += [
            f"**{safe(e['tittel'])}** ({e['antall']})",
            "",
            "| rad | gammel | ny | differanse |",
            "|---|---|---|---|",
        ]
        rows = [
            f"| {safe(r['rad'])} | {safe(r['gammel'] or '')} | {safe(r['ny'] or '')} | {safe(r['differanse'])} |"
            for r in e["rader"]
        ]
        told += [
            *rows[:SHOWN_ROWS],
            *([f"| og {len(rows) - SHOWN_ROWS} til | | | |"] if len(rows) > SHOWN_ROWS else []),
            "",
        ]
        told += [line.strip() for line in _because(e, causes, words)] + [""]
    return told


def _figures(entries: Sequence[Mapping], causes: Mapping, words: Mapping) -> list[str]:
    told = []
    for e in entries:
        texts = [
            f"{what}: {', '.join(map(safe, e[key][:8]))}"
            for what, key in (("borte", "tekst_borte"), ("ny", "tekst_ny"))
            if e[key]
        ]
        told += [f"- {safe(e['figur'])}" + (f" ({'; '.join(texts)})" if texts else ""), *_because(e, causes, words)]
    return told
