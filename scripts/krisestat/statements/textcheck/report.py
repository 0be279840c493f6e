"""The result of a check as text for the statistician and as JSON."""

from __future__ import annotations

import json
import textwrap
from itertools import groupby

from krisestat.base.display import year_range
from krisestat.statements.data import numbers_of
from krisestat.statements.textcheck.check import (
    CONTRADICTED,
    STATUSES,
    UNDECIDED,
    UNSUPPORTED,
    Conflict,
    Outcome,
    Result,
)

_WIDTH = 110
_INDENT = " " * 16


def printable(text: str) -> str:
    """Text that cannot steer a terminal: what is not printable is written as its code."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def short(text: str, limit: int = 400) -> str:
    """A text cut to what a reader needs to find it."""
    return text if len(text) <= limit else f"{text[:limit]}…"


def _wrapped(text: str) -> str:
    return textwrap.fill(printable(text), _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _lines(finding: Outcome) -> list[str]:
    about = f" – {finding.told[0]}" if finding.told else ""
    more = f" (og {len(finding.told) - 1} lesemåter til)" if len(finding.told) > 1 else ""
    head = f"  {finding.status.upper():<13} «{printable(short(finding.text, 80))}»{printable(about)}{more}"
    parts = [numbers_of(finding.cells), finding.why, finding.remark]
    return [head, *(_wrapped(p) for p in parts if p)]


def _conflict(conflict: Conflict) -> str:
    one, two = (sorted({f.line for f in side}) for side in (conflict.first, conflict.second))
    words = [
        f"«{word}» (linje {', '.join(map(str, lines))})" for word, lines in zip(conflict.words, (one, two), strict=True)
    ]
    more = f" og {len(conflict.cells) - 4} tall til" if len(conflict.cells) > 4 else ""
    return f"  {words[0]} mot {words[1]}: de kan ikke begge gjelde {', '.join(conflict.cells[:4])}{more}"


def as_text(result: Result, name: str, source: str) -> str:
    """The report: every claim in order under its sentence, the conflicts, and a summary.

    Parameters: `name`, the file that was read; `source`, the data file.
    """
    lines = [f"{printable(name)} mot {source}", ""]
    for (line, sentence), findings in groupby(result.findings, key=lambda f: (f.line, f.sentence)):
        lines.append(f"linje {line}: {printable(short(sentence))}")
        for finding in findings:
            lines += _lines(finding)
        lines.append("")
    if result.conflicts:
        lines += ["Setninger som ikke går sammen:", *map(_conflict, result.conflicts), ""]
    if result.skipped:
        lines += [f"Tabeller og kode leses ikke (linje {year_range(result.skipped)}).", ""]
    if not result.findings:
        lines += ["Fant ingen påstander om tall.", ""]
    counts = result.counts
    lines.append(
        "Oppsummering: " + ", ".join(f"{s} {counts[s]}" for s in STATUSES) + f", uforenlige {len(result.conflicts)}"
    )
    if counts[CONTRADICTED] or counts[UNSUPPORTED]:
        lines.append("Rett det som motsies eller ikke er støttet.")
    if counts[UNDECIDED]:
        lines.append("Det som ikke er avgjort, må et menneske se på.")
    return "\n".join(lines) + "\n"


def as_json(result: Result, name: str, source: str) -> str:
    """The same as JSON, keys sorted."""
    document = {
        "fil": name,
        "data": source,
        "oppsummering": result.counts,
        "paastander": [
            {
                "linje": f.line,
                "setning": f.sentence,
                "paastand": f.text,
                "slag": f.kind,
                "status": f.status,
                "spoerringer": [r.query(result.roles) for r in f.readings],
                "celler": [{"celle": c.key, "verdi": c.verdi, "nevner": c.nevner} for c in f.cells],
                "grunn": f.why,
                "merknad": f.remark,
            }
            for f in result.findings
        ],
        "uforenlige": [
            {
                "ord": c.words,
                "linjer": [sorted({f.line for f in side}) for side in (c.first, c.second)],
                "celler": list(c.cells),
            }
            for c in result.conflicts
        ],
        "ikke_lest": list(result.skipped),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
