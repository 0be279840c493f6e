"""Headline points: candidates with conditions, chosen by explicit rules, with the reasons told.

A candidate's points: 2 if the sentence would have had other words last year, 2 if it says that something holds for
all in every group, 1, 2 or 3 for a change of share of at least 5, 10 or 20 percentage points since last year, and the
editor's `vekt`. Pinned candidates come first, in the order they are pinned; then the most points; at a tie the one
that stands first in the file. Two chosen points never have the same topic, unless both are pinned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from krisestat.base.errors import ProblemList, Problems, did_you_mean
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.statements.book import Statements
from krisestat.statements.cells import Absent
from krisestat.statements.markup import MARKED, read_page
from krisestat.statements.record import FACTS, Place, Record, cell_evidence
from krisestat.statements.tags import TRUE

_TEXT = {"type": "string", "minLength": 1}
_CANDIDATES = {
    "type": "array",
    "description": "en liste med kandidater",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "tema", "tekst"],
        "properties": {**dict.fromkeys(("id", "tema", "tekst", "naar"), _TEXT), "vekt": {"type": "integer"}},
    },
}
NEW, UNIVERSAL = 2, 2
CHANGES = ((Fraction(20, 100), 3), (Fraction(10, 100), 2), (Fraction(5, 100), 1))


@dataclass(frozen=True)
class Candidate:
    """A sentence that may become a headline point. `when` and `text` are Jinja; `line` and `when_line` are where they
    stand in `file`."""

    id: str
    topic: str
    text: str
    when: str = ""
    weight: int = 0
    file: str = ""
    line: int = 0
    when_line: int = 0


@dataclass(frozen=True)
class Headline:
    """A chosen point: `text` still has marks and is printed in the template; the rest is for `hovedpunkter.json`."""

    id: str
    topic: str
    text: Markup
    points: int
    reasons: tuple[str, ...]
    numbers: tuple[dict, ...]
    records: tuple[int, ...]


def load_candidates(path: Path) -> list[Candidate]:
    """Read candidates (rows with `id`, `tema`, `tekst`, and perhaps `naar` and `vekt`). Raises `Problems` with every
    fault."""
    rows, lines = load_yaml(path)
    problems = ProblemList()
    places: dict[str, int] = {}
    try:
        check_schema(rows or [], _CANDIDATES, str(path), lines)
    except Problems as error:
        problems.extend(error)
    named = [(number, row["id"]) for number, row in enumerate(rows or ()) if isinstance(row, dict) and "id" in row]
    for number, name in named:
        if places.setdefault(name, number) != number:
            place = f"linje {lines[(number,)][0]}"
            problems.add(path, place, f"id-en «{name}» en gang til", "hver id én gang", "Gi den et annet navn.")
    problems.raise_if_any()
    found = []
    for number, row in enumerate(rows or ()):
        line, when_line = (lines.get((number, key), (0, ""))[0] for key in ("tekst", "naar"))
        said = row["id"], row["tema"], row["tekst"].strip(), row.get("naar", ""), row.get("vekt", 0)
        found.append(Candidate(*said, str(path), line, when_line))
    return found


def choose(
    book: Statements,
    environment: Environment,
    candidates: Sequence[Candidate],
    count: int,
    pinned: Sequence[str] = (),
    **values: Any,
) -> list[Headline]:
    """The headline points of an edition.

    Parameters: `book` and its `environment`; `candidates`; `count`, how many to choose; `pinned`, ids that the editor
    wants first; `values`, what the sentences may use beside the functions. Raises `Problems` when a pinned candidate is
    unknown or does not hold, when too few hold, or when a sentence with a true condition is false.
    """
    _check_pinned(pinned, [c.id for c in candidates])
    problems = ProblemList()
    texts = [(c.text, Place(c.file, c.line)) for c in candidates]
    conditions = [(f"{{{{ {c.when} }}}}", Place(c.file, c.when_line)) for c in candidates if c.when not in ("", TRUE)]
    book.check_expressions(environment, texts + conditions, values)
    before = book.last_year()
    judged: list[tuple[tuple, Headline]] = []
    for place, candidate in enumerate(candidates):
        if not _holds(book, environment, candidate, values):
            if candidate.id in pinned:
                problems.add(
                    candidate.file,
                    f"linje {candidate.line}",
                    f"det festede hovedpunktet «{candidate.id}», som ikke gjelder i år",
                    "et hovedpunkt som gjelder",
                    "Ta det bort fra hovedpunkter.fest.",
                )
            continue
        headline = _judge(book, before, environment, candidate, candidate.id in pinned, values)
        rank = (pinned.index(candidate.id), 0, 0) if candidate.id in pinned else (len(pinned), -headline.points, place)
        judged.append((rank, headline))
    chosen: list[Headline] = []
    for _, headline in sorted(judged, key=lambda j: j[0]):
        if len(chosen) < count and (headline.id in pinned or headline.topic not in {h.topic for h in chosen}):
            chosen.append(headline)
    if len(chosen) < count:
        name = candidates[0].file if candidates else "hovedpunkter.yaml"
        problems.add(
            name,
            "",
            f"{len(chosen)} hovedpunkter som gjelder, om ulike temaer",
            f"{count}",
            "Skriv flere kandidater, eller be om færre.",
        )
    problems.problems += book.problems
    problems.raise_if_any()
    return chosen


def _check_pinned(pinned: Sequence[str], ids: Sequence[str]) -> None:
    """Raise `Problems` with the pinned ids that no candidate has."""
    problems = ProblemList()
    for name in pinned:
        if name not in ids:
            found = f"«{name}» {did_you_mean(name, ids)}".strip()
            problems.add("config.yaml", "hovedpunkter.fest", found, ", ".join(ids), "Rett id-en.")
    problems.raise_if_any()


def _holds(book: Statements, environment: Environment, candidate: Candidate, values: Mapping) -> bool:
    """Whether it can be said: its condition holds, and its numbers are there."""
    if candidate.when in ("", TRUE):
        first = len(book.records)
        _said(book, environment, candidate, values)
        faults = [record.problem for record in book.records[first:] if record.problem]
        never = candidate.when == TRUE  # «sant»: what is false is left out too
        fine = not any(isinstance(fault, Absent) or (never and not fault.query) for fault in faults)
        if not fine or not never:
            del book.records[first:]
        return fine
    with book.at(candidate.file, candidate.when_line), book.reading(candidate.file):
        return bool(environment.compile_expression(candidate.when, undefined_to_none=False)(**values))


def _said(
    book: Statements, environment: Environment, candidate: Candidate, values: Mapping
) -> tuple[Markup, list[int]]:
    """The sentence, and the records that it made."""
    with book.at(candidate.file, candidate.line), book.reading(candidate.file):
        text = environment.from_string(candidate.text).render(**values)
    return Markup(text), [int(hit[1]) for hit in MARKED.finditer(text)]


def _wording(book: Statements, text: str) -> str:
    """The sentence as read, with each number and year replaced: what is left is what it claims in words."""

    def plain(number: int, shown: str) -> str:
        record = book.records[number]
        return (
            shown if record.word or record.function in ("instanser", "unntatt", "vanligst", "hoyest", "lavest") else "#"
        )

    marked = MARKED.sub(lambda hit: hit[0].replace(hit[2], plain(int(hit[1]), hit[2])), text)
    return read_page(marked, lambda number, shown: shown, lambda number: None)[0]


def _judge(book, before, environment, candidate: Candidate, pin: bool, values: Mapping) -> Headline:
    text, indexes = _said(book, environment, candidate, values)
    records = [book.records[i] for i in indexes]
    reasons, points = [], candidate.weight
    if pin:
        reasons.append("festet av redaktøren")
    if candidate.weight:
        reasons.append(f"vekt fra redaktøren: {candidate.weight} poeng")
    if before and _is_new(book, before, environment, candidate, str(text), values):
        points += NEW
        reasons.append(f"kunne ikke sies i {before.aar}: {NEW} poeng")
    if any(r.word and r.word.all_answered and _every_kind(book, r) for r in records):
        points += UNIVERSAL
        reasons.append(f"gjelder alle i alle grupper: {UNIVERSAL} poeng")
    change = _largest_change(book, records)
    for least, worth in CHANGES:
        if change >= least:
            points += worth
            reasons.append(
                f"endring i andel på minst {int(least * 100)} prosentpoeng siden {book.aar - 1}: {worth} poeng"
            )
            break
    cells = {c.key: c for r in records for c in r.cells}
    return Headline(
        candidate.id,
        candidate.topic,
        text,
        points,
        tuple(reasons),
        tuple(cell_evidence(cells[key]) for key in sorted(cells)),
        tuple(dict.fromkeys(i for i in indexes if book.records[i].function not in FACTS)),
    )


def _is_new(
    book, before: Statements, environment: Environment, candidate: Candidate, text: str, values: Mapping
) -> bool:
    """Whether the sentence could not be said with the same words a year earlier."""
    earlier = environment.overlay()
    asked = len(before.records)
    earlier.globals = {**environment.globals, **before.functions()}
    try:
        held = _holds(before, earlier, candidate, values)
        if any(
            not r.units if r.function == "gjelder" else r.problem and r.problem.query for r in before.records[asked:]
        ):
            return False  # last year has no such numbers, so nothing can be called new
        if not held:
            return not before.problems
        last, indexes = _said(before, earlier, candidate, values)
    except Problems:
        return False
    faults = [problem for i in indexes if (problem := before.records[i].problem)]
    if any(fault.query for fault in faults):
        return False
    return bool(faults) or _wording(before, str(last)) != _wording(book, text)


def _every_kind(book: Statements, record: Record) -> bool:
    """Whether a record speaks of every kind of what is counted that the data has for the same question."""
    asked = {(c.without(c.statistikk.kinds), c.aar) for c in record.cells}
    every = {c.series for c in book.data.cells if (c.without(c.statistikk.kinds), c.aar) in asked}
    return every <= {c.series for c in record.cells}


def _largest_change(book: Statements, records: Sequence[Record]) -> Fraction:
    changes = [Fraction(0)]
    for cell in (c for r in records for c in r.cells if c.aar == book.aar and c.nevner):
        before = book.data.series[cell.series].get(book.aar - 1)
        if before and before.open and before.nevner:
            changes.append(abs(cell.share - before.share))
    return max(changes)


def headline_rows(book: Statements, chosen: Sequence[Headline]) -> list[dict]:
    """The chosen points for `hovedpunkter.json`; asked for when the page is finished, so that ids are known."""
    return [
        {
            "id": h.id,
            "tekst": read_page(f"<p>{h.text}</p>", lambda n, s: s, lambda n: book.records[n].capital)[1][0].text,
            "tema": h.topic,
            "prioritet": place,
            "poeng": h.points,
            "begrunnelse": list(h.reasons),
            "tall": list(h.numbers),
            "paastander": [book.published_id(i) for i in h.records],
        }
        for place, h in enumerate(chosen, 1)
    ]
