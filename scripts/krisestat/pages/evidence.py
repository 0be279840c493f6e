"""The evidence that a page prints with each of its statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import jinja2

from krisestat.base.errors import Problem
from krisestat.model.codebooks import Codebook
from krisestat.statements.book import Statements

NameOf = Callable[[Mapping[str, Any], str], str]


def evidence_file(book: Statements, warnings: Iterable[Problem], policy: str) -> dict[str, Any]:
    """The evidence of the edition as it is written. Parameters: `policy`, the id of the confidentiality policy."""
    return {
        "aar": book.aar,
        "leksikon": book.lexicon.version,
        "konfidensialitet": policy,
        "varsler": [asdict(warning) for warning in warnings],
        "paastander": book.evidence(),
    }


def evidence_html(
    template: jinja2.Template, name_of: NameOf, unit_of: Callable[[str], str]
) -> Callable[[list[dict]], str]:
    """What `finish` calls to print the evidence of a page. Parameters: its template; `name_of`, as `code_names` gives
    it; `unit_of`, the unit of a group."""
    return lambda entries: template.render(belegg=entries, navn_paa=name_of, enhet_av=unit_of)


def code_names(codebook: Codebook, spraak: str) -> NameOf:
    """What tells the name of the code that a cell of the evidence has in a dimension (`gruppe`, `instans`, `form`). A
    partner is named by the source of the indicator: two sources may have one code."""
    partners = {(row["kilde"], row["instans"]): row[f"navn_{spraak}"] for row in codebook.instanser}
    named = {("form", row["samarbeidsform"]): row[f"navn_{spraak}"] for row in codebook.samarbeidsformer}
    named |= {("gruppe", row["gruppe"]): row[f"navn_{spraak}"] for row in codebook.grupper}

    def name_of(cell: Mapping[str, Any], dimension: str) -> str:
        code = str(cell[dimension])
        own = partners.get((codebook.source_of(cell["indikator"]), code))
        return (own if dimension == "instans" else named.get((dimension, code))) or code

    return name_of
