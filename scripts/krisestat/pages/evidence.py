"""The evidence that a page prints with each of its statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import jinja2

from krisestat.base.display import capitalised
from krisestat.base.errors import Problem
from krisestat.model.declared import Model
from krisestat.statements.book import Statements

NameOf = Callable[[Mapping[str, Any]], list[str]]


def evidence_file(
    book: Statements, warnings: Iterable[Problem], policy: str, signed: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The evidence of the edition as it is written. Parameters: `policy`, the id of the confidentiality policy;
    `signed`, the texts that somebody stands for, as `signing.rows`."""
    return {
        "aar": book.aar,
        "leksikon": book.lexicon.version,
        "konfidensialitet": policy,
        "varsler": [asdict(warning) for warning in warnings],
        "paastander": book.evidence(),
        "signert": [*signed],
    }


def evidence_html(
    template: jinja2.Template, model: Model, spraak: str, signed: Sequence[Mapping[str, Any]] = ()
) -> Callable[[list[dict]], str]:
    """What `finish` calls to print the evidence of a page. Parameters: its template; what is declared; `signed`, as in
    `evidence_file`."""
    by = Counter((row["av"], row["eksempel"]) for row in signed)
    unit_of = {name: statistic.enhet.id for name, statistic in model.statistikk.items()}
    known = {"navn_paa": cell_names(model, spraak), "enhet_av": unit_of, "signert": sorted(by.items())}
    return lambda entries: template.render(belegg=entries, **known)


def cell_names(model: Model, spraak: str) -> NameOf:
    """What tells the names of what a cell of the evidence counts: its kind, or the unit where that has no kinds; then
    each of its codes that is not the whole, but for the answer."""

    def names_of(cell: Mapping[str, Any]) -> list[str]:
        statistic = model[cell["statistikk"]]
        parts = {name: codes for name, codes in statistic.per.items() if cell["koder"][name] != codes.total}
        told = [] if statistic.kinds else [statistic.enhet.forms[spraak][2]]
        for name, codes in parts.items():
            if name != statistic.answer_dim or codes.total:
                running = name == statistic.kinds or codes.total
                named = (codes.running if running else codes.heading)(cell["koder"][name], spraak)
                told.append(capitalised(named) if codes.total else named)
        return told

    return names_of
