"""What a finished page must obey. Each rule is a function from what stands on the page to what is wrong with it.

The numbers are those of the specification: 3 `entailment`, 5 `bases`. Rules 1, 2, 4 and 6 are the reader's
(`unproven`): all that is said of a number is proven of the same one. 7 (trend words need a trend) and 8 (hidden cells
poison) are enforced where the words are made. `changed` and `torn` see to that what is bound still says what data said,
`generated` to the numbers in what code made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from krisestat.base.errors import Problem, shown
from krisestat.statements.cells import Cell
from krisestat.statements.markup import END, MARKED, SEP, START, Block, bound_records, opens_sentence
from krisestat.statements.reader import CONTRADICTED, PROVEN, Bound, Verdict
from krisestat.statements.record import FACTS, NUMERIC, Place, Record

# What the reader of text says of a sentence that is not proven.
_READ = {True: "stemmer med tallene", None: "kan ikke avgjøre den"}
_DIGITS = re.compile(r"\d+")
_COUNTS = {"antall", "av", "unntak", "opplisting"}


@dataclass(frozen=True)
class Finding:
    """Something on the page that a rule does not allow, and the `place` in the templates where that is known."""

    section: str
    element: str
    found: str
    expected: str
    action: str
    place: Place | None = None


class Loose(NamedTuple):
    """A sentence that is not proven: `why`, and the text before it that it leans on, where that is the only reason."""

    why: Problem
    leans: str


def spaces(text: str) -> str:
    """The text with every run of white space, no-break spaces among them, as one space."""
    return " ".join(text.split())


def _at(block: Block, found: str, expected: str, action: str, place: Place | None = None) -> Finding:
    return Finding(block.section, block.element, found, expected, action, place)


def entailment(
    blocks: Sequence[Block], records: Sequence[Record], kind_words: Callable[[Cell], str]
) -> Iterator[Finding]:
    """Rule 3: what headings and headline points say follows from the body, and names the kinds that it is about unless
    it holds for all.

    Parameters: `kind_words`, the word for the kind of what a cell counts.
    """
    body = {s.record for b, s in bound_records(blocks) if not b.headline and "@" not in b.element and not b.bound_to}
    told = [records[i] for i in sorted(body)]
    numeric = {c.key for r in told if r.function in NUMERIC for c in r.cells}
    worded: dict[str, list[Record]] = {}
    for record in told:
        for cell in record.cells if record.word else ():
            worded.setdefault(cell.key, []).append(record)
    reported: dict[tuple, set[str]] = {}
    for record in told:
        for cell in record.cells:
            reported.setdefault(cell.without(cell.statistikk.kinds), set()).add(cell.slag)

    def supported(head: Record, cell: Cell) -> bool:
        if cell.key in numeric:
            return True
        others = worded.get(cell.key, [])
        alike = [r.word for r in others if r.word is not None and r.negative == head.negative]
        return head.word is not None and any(word.implies(head.word) for word in alike)

    for block in blocks:
        if not block.headline:
            continue
        for span in block.spans:
            head = records[span.record]
            if head.function in FACTS:
                continue
            sentence = block.sentence(span.start, span.end)
            if lacking := [c for c in head.cells if not supported(head, c)]:
                names = ", ".join(dict.fromkeys(c.key for c in lacking))
                yield _at(
                    block,
                    f"«{sentence}», som ikke følger av brødteksten ({names})",
                    "at brødteksten sier det samme om de samme tallene",
                    "Si det i brødteksten også, eller gjør overskriften smalere.",
                    place=head.place,
                )
            spoken = {c.slag: kind_words(c) for c in head.cells}
            everyone = set().union(*(reported.get(c.without(c.statistikk.kinds), spoken) for c in head.cells))
            unnamed = [word for _, word in sorted(spoken.items()) if not re.search(rf"\b{word}", sentence.lower())]
            if not everyone <= set(spoken) and unnamed:
                yield _at(
                    block,
                    f"«{sentence}», som bare gjelder {', '.join(sorted(spoken))}",
                    f"at setningen gjelder alle ({', '.join(sorted(everyone))}) eller sier hvem",
                    f"Skriv «{unnamed[0]}» i setningen, eller si noe om alle.",
                    place=head.place,
                )


def generated(blocks: Sequence[Block], bound: Mapping[str, set[str]]) -> Iterator[Finding]:
    """Numbers in a table or figure that code made are among the texts that it was made of."""
    for block in blocks:
        if not block.bound_to or block.element not in ("td", "th", "text"):
            continue
        if block.bound_to not in bound:
            found = f"data-bundet=«{block.bound_to}», som ingen svarer for"
            yield _at(block, found, "et kall av «bundet»", 'Skriv {{ bundet("…", tall) }} i elementet.')
            continue
        known = {number for text in bound[block.bound_to] for number in _DIGITS.findall(text)}
        bare = "".join(c for at, c in enumerate(block.text) if not any(s.start <= at < s.end for s in block.spans))
        if strange := [number for number in _DIGITS.findall(bare) if number not in known]:
            yield _at(
                block,
                f"«{strange[0]}» i «{spaces(block.text)}»",
                f"et av tallene som «{block.bound_to}» er laget av",
                "Skriv tallet med en funksjon, eller la koden lage det.",
            )


def dressed(blocks: Sequence[Block], records: Sequence[Record]) -> Iterator[Finding]:
    """A sentence with a claim has no word in what may hide it, strike it or make it another's: a reader of text sees
    the same words, and the reader of the page does not."""
    for block, span in bound_records(blocks):
        first, last = next((a, b) for a, b in block.sentences() if a <= span.start < b)
        tag = next((tag for start, end, tag in block.dressed if start < last and end > first), "")
        record = records[span.record]
        if tag and (record.function not in FACTS or record.units):
            yield _at(
                block,
                f"{tag} i en setning med tall: «{block.sentence(span.start, span.end)}»",
                "lenker, uthevinger og forkortelser, uten noe som skjuler, stryker eller siterer",
                "Ta det bort, eller skriv setningen uten tall.",
                place=record.place,
            )


def styled(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Numbers, and more than a word, that a style prints: no reader of text sees them in their sentence."""
    for block in blocks:
        if (block.element == "style" or block.element.endswith("@style")) and re.search(r"\d|\w\W+\w", block.text):
            yield _at(block, f"«{spaces(block.text)}» i et stilark", "tekst i malene", "Skriv teksten i en mal.")


def unproven(judged: Iterable[tuple[Block, str, Sequence[Bound], Verdict]]) -> Iterator[Finding]:
    """Sentences with numbers that the reader does not find proven, and those that data contradicts."""
    for block, text, spans, verdict in judged:
        place = next((span.record.place for span in spans), None)
        said = shown(spaces(text), 200)
        if verdict.outcome == CONTRADICTED:
            cells = [f"{c.key}: {c.verdi}" for one in verdict.claims if one.holds is False for c in one.cells[:3]]
            found = f"{said}, som tallene motsier ({', '.join(cells or verdict.why[:1])})"
            yield _at(block, found, "det som tallene sier", "Rett setningen.", place)
        elif verdict.outcome != PROVEN:
            yield _at(
                block,
                f"{said} – {'; '.join(verdict.why[:3])}",
                "en setning der hvert ord hører til tallet i sitt ledd",
                f"Skriv den med ordene for målet og det som er talt{_suggested(spans)}. Leseren: "
                f"{_READ[verdict.truth]}. Eller signer den: make signer.",
                place=place,
            )


def _suggested(spans: Sequence[Bound]) -> str:
    """The call that gives the numbers of a sentence in full, filled in."""
    for cell in (span.record.units[0][0] for span in spans if span.record.units):
        asked = [
            code for code, codes in zip(cell.koder, cell.statistikk.per.values(), strict=True) if code != codes.total
        ]
        told = ", ".join(f'"{one}"' for one in (cell.statistikk.id, *asked))
        return f", for eksempel {{{{ {'antall' if cell.nevner is None else 'av'}({told}) }}}}"
    return ""


def bases(blocks: Sequence[Block], records: Sequence[Record]) -> Iterator[Finding]:
    """Rule 5: a comparison of counts over years with different bases has both bases in its paragraph, and so has one
    that sets counts of such years side by side."""
    for block in blocks:
        spoken = [(s, records[s.record]) for s in block.spans]
        said = set().union(*(r.says_bases for _, r in spoken))
        years: dict[tuple, dict[int, int]] = {}
        for _, record in spoken:
            for cell in record.cells if record.function in _COUNTS else ():
                if cell.nevner is not None:
                    years.setdefault((cell.slag, *cell.series), {})[cell.aar] = cell.nevner
        beside = {(k[0], *told) for k, some in years.items() if len(set(some.values())) > 1 for told in some.items()}
        for span, record in spoken:
            own = {c.base_key for c in record.cells} if record.function in _COUNTS else set()
            if missing := sorted((record.needs_bases | (own & beside)) - said, key=lambda b: (b[1], b[0])):
                names = ", ".join(dict.fromkeys(f"{g} {y}" for g, y, _ in missing))
                yield _at(
                    block,
                    f"«{block.sentence(span.start, span.end)}», uten basene ({names})",
                    "begge basene når antall tilbud er endret",
                    "Ta bort baser=False, eller skriv «baser» eller «av» i avsnittet.",
                    place=record.place,
                )


def changed(html: str, records: Sequence[Record]) -> list[Finding]:
    """Bound text that was changed, or torn, after a function wrote it. Parameters: `html`, as rendered, with marks."""
    findings = []
    for number, text in sorted({(int(hit[1]), unescape(hit[2])) for hit in MARKED.finditer(html)}):
        record = records[number] if number < len(records) else Record("ukjent", "")
        if text != record.text:
            found = f"{shown(text)}, der funksjonen «{record.function}» skrev «{record.text}»"
            wanted, fix = "teksten slik funksjonen skrev den", "Ta bort filteret som endrer den."
            findings.append(Finding("", "tekst", found, wanted, fix, record.place))
    return findings + torn(MARKED.sub("", html))


def torn(html: str) -> list[Finding]:
    """Marks of bound text that are left where no text can stand, or that lost their end."""
    hit = re.search(f"[{START}{SEP}{END}]", html)
    if not hit:
        return []
    around = re.sub(f"[{START}{SEP}{END}]", "", html[max(0, hit.start() - 40) : hit.end() + 40])
    found = f"en avklippet eller gjemt påstand ved {shown(spaces(around))}"
    return [Finding("", "tekst", found, "hele påstander, i tekst", "Skriv påstanden i teksten, uten filter.")]


def house_style(blocks: Sequence[Block], records: Sequence[Record], side: str) -> list[Problem]:
    """Warnings for the quality report: words outside their house range, and sentences that begin with a digit."""
    warnings = []
    for block, span in bound_records(blocks):
        record, sentence = records[span.record], block.sentence(span.start, span.end)
        place = (record.place.fil or side, str(record.place))
        if not record.in_house:
            choices = ", ".join(f"«{w}»" for w in record.alternatives if w != record.form)
            found = f"«{record.form}» i «{sentence}», sant, men utenfor husstilen"
            warnings.append(Problem(*place, found, record.rule, f"Vurder {choices}."))
        text = block.text[span.start : span.end]
        if block.element == "p" and text[:1].isdigit() and opens_sentence(block.text[: span.start]):
            found = f"en setning som begynner med et siffer: «{sentence}»"
            warnings.append(Problem(*place, found, "et ord først", "Snu setningen."))
    return list(dict.fromkeys(warnings))


def located(finding: Finding, side: str) -> Problem:
    """A finding as a problem with template file and line, where the call stood; else the place on the page."""
    place = finding.place
    on_page = f"{finding.section or 'siden'}, <{finding.element}>"
    fil, sted = (place.fil, str(place)) if place and place.fil else (side, on_page)
    return Problem(fil, sted, finding.found, finding.expected, finding.action)
