"""The rules that a finished page must obey. Each is a function from what stands on the page to what is wrong with it.

The numbers are those of the specification: 1 and 2 `coverage`, 3 `entailment`, 4 `consistency`, 5 `bases`, 6
`hedges`. Rule 7 (trend words need a trend) and 8 (hidden cells poison) are enforced where the words are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from krisestat.errors import Problem, ProblemList, shown
from krisestat.statements.cells import Cell
from krisestat.statements.lexicon import Lexicon
from krisestat.statements.markup import Block, bound_records, opens_sentence
from krisestat.statements.record import EXACT, FACTS, NUMERIC, Place, Record
from krisestat.yamlfiles import load_yaml

_DIGITS = re.compile(r"\d+(?:[.,]\d+|[\u00a0\u202f]\d{3}(?!\d))*")


@dataclass(frozen=True)
class Allowed:
    """A wording that may stand unbound, and why."""

    pattern: re.Pattern
    reason: str


@dataclass(frozen=True)
class Finding:
    """Something on the page that a rule does not allow; `snippet` is searched for in the templates when `place` is
    unknown."""

    section: str
    element: str
    found: str
    expected: str
    action: str
    snippet: str = ""
    place: Place | None = None


def spaces(text: str) -> str:
    """The text with every run of white space, no-break spaces among them, as one space."""
    return " ".join(text.split())


def load_allowed(path: Path) -> list[Allowed]:
    """Read an allow-list: rows with `tekst` or `moenster` (a regular expression), and `grunn`. Raises `Problems`."""
    rows, lines = load_yaml(path)
    problems, allowed = ProblemList(), []
    for number, row in enumerate(rows or []):
        place = f"linje {lines[(number,)][0]}"
        if (
            not isinstance(row, dict)
            or not row.get("grunn")
            or ("tekst" in row) == ("moenster" in row)
            or len(row) != 2
        ):
            problems.add(path, place, shown(row), "«tekst» eller «moenster», og «grunn»", "Skriv begge deler.")
            continue
        try:
            pattern = row.get("moenster") or re.escape(spaces(row["tekst"])).replace(r"\ ", r"\s+")
            allowed.append(Allowed(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), row["grunn"]))
        except re.error as error:
            problems.add(
                path, place, f"et mønster som ikke kan leses ({error})", "et regulært uttrykk", "Rett mønsteret."
            )
    problems.raise_if_any()
    return allowed


def claims(text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where a text has digits or words that only data may write, in order."""
    return sorted((m.start(), m.end()) for pattern in (_DIGITS, lexicon.guarded) for m in pattern.finditer(text))


def coverage(
    blocks: Sequence[Block], allowed: Sequence[Allowed], lexicon: Lexicon, bound: Mapping[str, set[str]]
) -> list[Finding]:
    """Rules 1 and 2: digits and words that claim something stand in a bound span, on the allow-list, or among the
    texts that a generated table or figure was made of."""
    findings = []
    for block in blocks:
        spans = [(s.start, s.end) for s in block.spans]
        free = [(a, b) for a, b in claims(block.text, lexicon) if not _within(a, b, spans)]
        if not free:
            continue
        if block.bound_to and block.bound_to not in bound:
            findings.append(
                Finding(
                    block.section,
                    block.element,
                    f"data-bundet=«{block.bound_to}», som ingen svarer for",
                    "et kall av «bundet»",
                    'Skriv {{ bundet("…", tall) }} i elementet.',
                )
            )
            continue
        permitted = [m.span() for rule in allowed for m in rule.pattern.finditer(block.text)]
        for start, end in free:
            if _within(start, end, permitted) or _generated(block, start, end, bound.get(block.bound_to, set())):
                continue
            word, sentence = spaces(block.text[start:end]), block.sentence(start, end)
            findings.append(
                Finding(
                    block.section,
                    block.element,
                    f"«{word}» uten belegg i «{sentence}»",
                    f"et av tallene som «{block.bound_to}» er laget av"
                    if block.bound_to
                    else "at tall, mengdeord, sammenlikninger og trendord kommer fra en funksjon",
                    f"Skriv «{word}» med en funksjon (docs/skrive-paastander.md), eller før vendingen opp i "
                    "tillatt.yaml med en grunn.",
                    _unbound(block, start, end),
                )
            )
    return findings


def _within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a <= start and end <= b for a, b in spans)


def _generated(block: Block, start: int, end: int, texts: set[str]) -> bool:
    """Whether a claim in a generated element is one of its texts, or stands within one that is there."""
    word, whole = spaces(block.text[start:end]), spaces(block.text)
    if word in texts or whole in texts:
        return True
    return any(
        _within(start, end, [m.span()])
        for text in sorted(texts)
        if word in text
        for m in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)".replace(r"\ ", r"\s+"), block.text)
    )


def _unbound(block: Block, start: int, end: int) -> str:
    """The hand-written text around a place, as far as the nearest bound spans."""
    left = max((s.end for s in block.spans if s.end <= start), default=0)
    right = min((s.start for s in block.spans if s.start >= end), default=len(block.text))
    before, after = block.text[left:start].split()[-3:], block.text[end:right].split()[:3]
    return " ".join([*before, block.text[start:end], *after])


def entailment(blocks: Sequence[Block], records: Sequence[Record], groups: Mapping[str, str]) -> list[Finding]:
    """Rule 3: what headings and headline points say follows from the body, and names its group unless it holds for
    all."""
    body = {s.record for b, s in bound_records(blocks) if not b.headline and "@" not in b.element and not b.bound_to}
    told = [records[i] for i in sorted(body)]
    numeric = {c.key for r in told if r.function in NUMERIC for c in r.cells}
    worded: dict[tuple, list[Record]] = {}
    for record in told:
        for cell in record.cells if record.word else ():
            worded.setdefault(cell.key, []).append(record)
    reported: dict[tuple, set[str]] = {}
    for record in told:
        for cell in record.cells:
            reported.setdefault((cell.indikator, cell.instans, cell.form), set()).add(cell.gruppe)

    def supported(head: Record, cell: Cell) -> bool:
        if cell.key in numeric:
            return True
        others = worded.get(cell.key, [])
        return head.word is not None and any(r.word.implies(head.word) for r in others)

    findings = []
    for block in blocks:
        if not block.headline:
            continue
        for span in block.spans:
            head = records[span.record]
            if head.function in FACTS:
                continue
            sentence = block.sentence(span.start, span.end)
            if lacking := [c for c in head.cells if not supported(head, c)]:
                names = ", ".join(dict.fromkeys("/".join(filter(None, map(str, c.key))) for c in lacking))
                findings.append(
                    Finding(
                        block.section,
                        block.element,
                        f"«{sentence}», som ikke følger av brødteksten ({names})",
                        "at brødteksten sier det samme om de samme gruppene, instansene og årene",
                        "Si det i brødteksten også, eller gjør overskriften smalere.",
                        place=head.place,
                    )
                )
            spoken = {c.gruppe for c in head.cells}
            everyone = set().union(*(reported.get((c.indikator, c.instans, c.form), spoken) for c in head.cells))
            unnamed = [g for g in sorted(spoken) if not re.search(rf"\b{groups.get(g, g)}", sentence.lower())]
            if not everyone <= spoken and unnamed:
                findings.append(
                    Finding(
                        block.section,
                        block.element,
                        f"«{sentence}», som bare gjelder {', '.join(sorted(spoken))}",
                        f"at setningen gjelder alle ({', '.join(sorted(everyone))}) eller nevner gruppen",
                        f"Skriv «{groups.get(unnamed[0], unnamed[0])}» i setningen, eller si noe om alle gruppene.",
                        place=head.place,
                    )
                )
    return findings


def scope(blocks: Sequence[Block], records: Sequence[Record], terms: Mapping[str, tuple[str, str]]) -> list[Finding]:
    """A sentence names only partners, groups, forms and years that its numbers are about.

    Parameters: `terms`, words in lower case → (dimension, code). Only hand-written words are read, and only in
    sentences with numbers: «alle samarbeider med politiet» over a query on NAV must not build.
    """
    findings = []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(terms, key=len, reverse=True)))})(?!\w)")
    for block in blocks:
        for start, end in block.sentences():
            spans = [s for s in block.spans if start <= s.start < end]
            cells = [c for s in spans if records[s.record].function not in FACTS for c in records[s.record].cells]
            if not cells:
                continue
            spoken = {(d, getattr(c, d)) for c in cells for d in ("gruppe", "instans", "form")}
            spoken |= {("aar", c.aar) for c in cells}
            named = []
            for hit in pattern.finditer(block.text[start:end].lower()):
                at = (start + hit.start(), start + hit.end())
                if not _within(*at, [(s.start, s.end) for s in spans]):
                    named.append((hit[0], *terms[hit[0]]))
            for span in spans:
                year = records[span.record].query.get("aar")
                if records[span.record].function == "aarstall":
                    named.append((str(year), "aar", year))
            for word, dimension, code in named:
                about = {value for d, value in spoken if d == dimension and value}
                if about and code not in about:
                    findings.append(
                        Finding(
                            block.section,
                            block.element,
                            f"«{word}» i «{spaces(block.text[start:end])}», der tallene gjelder "
                            + ", ".join(sorted(map(str, about))),
                            "at setningen og tallene handler om det samme",
                            "Rett setningen eller funksjonskallet.",
                            place=records[spans[0].record].place,
                        )
                    )
    return findings


def bases(blocks: Sequence[Block], records: Sequence[Record]) -> list[Finding]:
    """Rule 5: a comparison of counts over years with different bases has both bases in its paragraph."""
    findings = []
    for block in blocks:
        said = set().union(*(records[s.record].says_bases for s in block.spans))
        for span in block.spans:
            record = records[span.record]
            if missing := sorted(record.needs_bases - said, key=lambda b: (b[1], b[0])):
                names = ", ".join(f"{g} {y}" for g, y in missing)
                findings.append(
                    Finding(
                        block.section,
                        block.element,
                        f"«{block.sentence(span.start, span.end)}», uten basene ({names})",
                        "begge basene når antall tilbud er endret",
                        "Ta bort baser=False, eller skriv «baser» eller «av» i avsnittet.",
                        place=record.place,
                    )
                )
    return findings


def hedges(blocks: Sequence[Block], records: Sequence[Record], lexicon: Lexicon) -> list[Finding]:
    """Rule 6: nothing makes an exact number approximate."""
    findings = []
    for block, span in bound_records(blocks):
        before = block.text[: span.start].rstrip()
        if records[span.record].function not in EXACT:
            continue
        for hit in lexicon.hedges.finditer(before):
            if hit.end() == len(before):
                text = spaces(f"{hit[0]} {block.text[span.start : span.end]}")
                findings.append(
                    Finding(
                        block.section,
                        block.element,
                        f"«{text}» i «{block.sentence(span.start, span.end)}»",
                        "et nøyaktig tall uten forbehold",
                        f"Ta bort «{hit[0]}».",
                        place=records[span.record].place,
                    )
                )
    return findings


def consistency(evidence: Sequence[Mapping], lexicon: Lexicon) -> list[Problem]:
    """Rule 4: a cell has one number everywhere, and no two words about it exclude each other."""
    problems = []
    counts: dict[str, tuple] = {}
    words: dict[str, dict[str, Mapping]] = {}
    for entry in evidence:
        for cell in entry["celler"]:
            number = (cell["antall"], cell["base"])
            first = counts.setdefault(cell["celle"], (number, entry["id"]))
            if first[0][0] != number[0]:
                problems.append(_conflict(entry, f"{cell['celle']} er {number[0]}", f"{first[0][0]} i {first[1]}"))
            if entry["ord"]:
                words.setdefault(cell["celle"], {}).setdefault(entry["ord"], entry)
    for cell, said in words.items():
        for (a, first), (b, second) in combinations(said.items(), 2):
            one, two = lexicon.find(a), lexicon.find(b)
            if one and two and one.true_in and two.true_in and not one.true_in.meets(two.true_in):
                problems.append(_conflict(second, f"«{b}» om {cell}", f"«{a}» i {first['id']}"))
    return problems


def _conflict(entry: Mapping, this: str, that: str) -> Problem:
    place = entry["steder"][0] if entry["steder"] else {"mal": "", "linje": 0}
    return Problem(
        place["mal"] or "(tekst)",
        f"linje {place['linje']}",
        f"{this}, men {that}",
        "det samme om samme tall overalt",
        "Rett den ene påstanden.",
    )


def house_style(blocks: Sequence[Block], records: Sequence[Record], side: str) -> list[Problem]:
    """Warnings for the quality report: words outside their house range, and sentences that begin with a digit."""
    warnings = []
    for block, span in bound_records(blocks):
        record, sentence = records[span.record], block.sentence(span.start, span.end)
        place = (record.place.fil or side, str(record.place))
        if not record.in_house:
            choices = ", ".join(f"«{w}»" for w in record.alternatives if w != record.form)
            warnings.append(
                Problem(
                    *place,
                    f"«{record.form}» i «{sentence}», sant, men utenfor husstilen",
                    record.rule,
                    f"Vurder {choices}.",
                )
            )
        text = block.text[span.start : span.end]
        if block.element == "p" and text[:1].isdigit() and opens_sentence(block.text[: span.start]):
            warnings.append(
                Problem(
                    *place, f"en setning som begynner med et siffer: «{sentence}»", "et ord først", "Snu setningen."
                )
            )
    return list(dict.fromkeys(warnings))


def located(finding: Finding, side: str, sources: Mapping[str, str]) -> Problem:
    """A finding as a problem with template file and line: where the call stood, or where its words stand in the
    templates."""
    if finding.place and finding.place.fil:
        fil, sted = finding.place.fil, str(finding.place)
    else:
        fil, sted = _search(finding.snippet, sources) or (side, f"{finding.section or 'siden'}, <{finding.element}>")
    return Problem(fil, sted, finding.found, finding.expected, finding.action)


def _search(snippet: str, sources: Mapping[str, str]) -> tuple[str, str] | None:
    """File and line of the longest part of a snippet that stands in the templates, its middle word always included."""
    words = snippet.split()
    for cut in range(4):
        part = words[cut : len(words) - cut] if cut else words
        pattern = re.compile(r"\s+".join(map(re.escape, part))) if part else None
        for path, source in sorted(sources.items()) if pattern else ():
            if hit := pattern.search(source):
                return path, f"linje {source.count(chr(10), 0, hit.start()) + 1}"
    return None
