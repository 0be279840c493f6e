"""Which of the statements that changed nobody has accepted yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from krisestat.base.display import number
from krisestat.model.signatures import FILE
from krisestat.release.freeze import short_statements
from krisestat.release.review import ShortStatements, changed_statements, unaccepted
from krisestat.release.run import Run


def told_review(
    old: Run, new: Run, accepted: Iterable[Mapping[str, str]] | None, published: ShortStatements
) -> dict[str, Any]:
    """The part `gjennomgang` of a comparison: how many statements changed, and those that are left to accept.

    Parameters: `accepted`, what the register says, None without one; `published`, the statements of the published
    edition that the new one is held against. A text that was published needs no acceptance.
    """
    before, now = (short_statements(run.statements, (run.serie[0], run.aar)) for run in (old, new))
    known = {(statement["spoersmaal"], statement["hash"]) for statement in published.values()}
    left = {
        id: texts
        for id, texts in unaccepted(now, before, accepted).items()
        if (now[id]["spoersmaal"], now[id]["hash"]) not in known
    }
    return {
        "fil": accepted is not None,
        "endret": len(changed_statements(now, before)),
        "ikke_godkjent": [
            {"id": id, "hash": now[id]["hash"], "gammel": was or None, "ny": text} for id, (was, text) in left.items()
        ],
    }


def review_verdict(review: Mapping[str, Any]) -> str:
    """What the first line says of the review; «» when no statement changed."""
    total, left = review["endret"], len(review["ikke_godkjent"])
    why = "" if review["fil"] else f", for {FILE} finnes ikke"
    if total <= 1:
        return total * f"Den endrede påstanden er {f'ikke godkjent{why}' if left else 'godkjent'}."
    if not left:
        return f"Alle {number(total)} endrede påstander er godkjent."
    if left == total:
        return f"Ingen av {number(total)} endrede påstander er godkjent{why}."
    return f"{number(left)} av {number(total)} endrede påstander er ikke godkjent{why}."
