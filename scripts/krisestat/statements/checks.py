"""The rules that a finished page must obey. Each is a function from what stands on the page to what is wrong with it.

The numbers are those of the specification: 1 and 2 `unproven_text`, 3 `entailment`, 4 `consistency`, 5 `bases`, 6
`hedges`. Rule 7 (trend words need a trend) and 8 (hidden cells poison) are enforced where the words are made.
`changed`, `touching`, `negations` and `scope` see to that what is bound still says what data said, once it stands in
its sentence; `mixed_units` and `unit_words` that what is counted in one unit is never taken for what is counted
in another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from krisestat.base.errors import Problem, ProblemList, shown
from krisestat.base.yaml_files import load_yaml
from krisestat.statements.cells import Cell
from krisestat.statements.lexicon import Lexicon
from krisestat.statements.markup import END, MARKED, SEP, START, Block, Span, bound_records, opens_sentence
from krisestat.statements.record import EXACT, FACTS, NUMERIC, Place, Record

# Digits of any script, fractions, numbers raised or in circles, and Roman numerals.
_DIGITS = re.compile(
    r"\d+(?:[.,]\d+|[\u00a0\u202f]\d{3}(?!\d))*"
    r"|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u218b\u2460-\u24ff\u2776-\u2793]+|(?<!\w)[IVXLC]{2,}(?!\w)"
)
# Characters that are not seen: a word with one of them reads as the word without.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2065\ufe00-\ufe0f\ufeff]")
_FAR = re.compile("[^\x00-\u024f]")
_COUNTS = {"antall", "av", "unntak", "opplisting"}
# Functions after whose number the word for what is counted may stand.
_OF_UNIT = {"antall", "av"}
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_PROBES = ("42", "32 av 43", "alle", "ingen", "flere", "de fleste", "økende", "mest utbredt")


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


def names_allowed(texts: Iterable[str], lexicon: Lexicon) -> list[Allowed]:
    """What is declared in words that only data may write otherwise: «Senter 01», «Høyere utdanning». Parameters:
    `texts`, names and reasons; those that say how many («Alle kommuner») are left out, for they could be a claim."""
    many = [form for word in lexicon.families["mengde"] for form in word.forms]
    quantified = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, many))})(?!\w)", re.IGNORECASE)
    told = {spaces(text) for text in texts if claims(text, lexicon) and not quantified.search(text)}
    any_case = {form for text in told for form in (text, text[:1].upper() + text[1:])}
    kept = [re.escape(text).replace(r"\ ", r"\s+") for text in sorted(any_case, key=len, reverse=True)]
    found = [re.compile(rf"(?<!\w){text}(?!\w)") for text in kept]
    return [Allowed(one, "erklært") for one in found if not any(one.search(probe) for probe in _PROBES)]


def load_allowed(path: Path) -> list[Allowed]:
    """Read an allow-list: rows with `tekst` or `moenster` (a regular expression), and `grunn`. Raises `Problems`."""
    rows, lines = load_yaml(path)
    problems, allowed = ProblemList(), []
    if rows and not isinstance(rows, list):
        problems.add(path, "linje 1", "noe annet enn en liste", "en rad for hver vending", "Begynn hver rad med «-».")
        rows = []
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
            text = row.get("moenster") or re.escape(spaces(str(row["tekst"]))).replace(r"\ ", r"\s+")
            pattern = re.compile(rf"(?<!\w)(?:{text})(?!\w)")
            if wide := next((probe for probe in _PROBES if pattern.search(probe)), ""):
                found = f"{shown(row.get('moenster') or row['tekst'])}, som ville tillate «{wide}» overalt"
                problems.add(path, place, found, "en vending med ordene rundt", "Skriv mer av vendingen.")
            allowed.append(Allowed(pattern, str(row["grunn"])))
        except re.error as error:
            problems.add(
                path, place, f"et mønster som ikke kan leses ({error})", "et regulært uttrykk", "Rett mønsteret."
            )
    problems.raise_if_any()
    return allowed


def claims(text: str, lexicon: Lexicon, cuts: Sequence[int] = ()) -> list[tuple[int, int]]:
    """Where a text has digits or words that only data may write, or characters that pass for others, in order.

    Parameters: `cuts`, where tags stand in the text: a word counts also when a tag alone sets it apart.
    """
    found = {(m.start(), m.end()) for m in _FAR.finditer(text) if _strange(m[0])}
    parts = [(0, len(text)), *pairwise([0, *cuts, len(text)])] if cuts else [(0, len(text))]
    for start, end in dict.fromkeys(parts):
        places = (
            [i for i in range(start, end) if not _UNSEEN.match(text[i])] if _UNSEEN.search(text, start, end) else None
        )
        read = text[start:end] if places is None else "".join(text[i] for i in places)
        for pattern in (_DIGITS, lexicon.guarded):
            for m in pattern.finditer(read):
                if places is None:
                    found.add((start + m.start(), start + m.end()))
                else:
                    found.add((places[m.start()], places[m.end() - 1] + 1))
    return sorted(found)


def _at(block: Block, found: str, expected: str, action: str, snippet: str = "", place: Place | None = None) -> Finding:
    return Finding(block.section, block.element, found, expected, action, snippet, place)


def _strange(character: str) -> bool:
    """Letters that look like others, marks that are put on other letters, and characters that turn the order around."""
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind == "Nl" or unicodedata.bidirectional(character) in _TURNING


def unproven_text(
    blocks: Sequence[Block],
    allowed: Sequence[Allowed],
    lexicon: Lexicon,
    bound: Mapping[str, set[str]],
    seen: dict[tuple, list[tuple[int, int]]],
) -> Iterator[Finding]:
    """Rules 1 and 2: digits and words that claim something stand in a bound span, on the allow-list, or among the
    texts that a generated table or figure was made of.

    Parameters: `seen`, the claims of texts that were read before with the same lexicon; those read now are added, for
    the same sentences and cells stand in both media.
    """
    for block in blocks:
        spans = [(s.start, s.end) for s in block.spans]
        read = (block.text, *block.cuts)
        if read not in seen:
            seen[read] = claims(block.text, lexicon, block.cuts)
        free = [(a, b) for a, b in seen[read] if not _within(a, b, spans)]
        if not free:
            continue
        if block.bound_to and block.bound_to not in bound:
            yield _at(
                block,
                f"data-bundet=«{block.bound_to}», som ingen svarer for",
                "et kall av «bundet»",
                'Skriv {{ bundet("…", tall) }} i elementet.',
            )
            continue
        texts = bound.get(block.bound_to, set())
        free = [(a, b) for a, b in free if not _generated(block, a, b, texts)]
        permitted = [m.span() for rule in allowed for m in rule.pattern.finditer(block.text)] if free else []
        for start, end in free:
            if _within(start, end, permitted):
                continue
            word, sentence = spaces(block.text[start:end]), block.sentence(start, end)
            if _FAR.match(word) and _strange(word[0]):
                word = f"{word} (U+{ord(word[0]):04X})"
            yield _at(
                block,
                f"«{word}» uten belegg i «{sentence}»",
                f"et av tallene som «{block.bound_to}» er laget av"
                if block.bound_to
                else "at tall, mengdeord, sammenlikninger og trendord kommer fra en funksjon",
                f"Skriv «{word}» med en funksjon (docs/skrive-paastander.md), eller før vendingen opp i "
                "tillatt.yaml med en grunn.",
                _unbound(block, start, end),
            )


def _within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a <= start and end <= b for a, b in spans)


def _generated(block: Block, start: int, end: int, texts: set[str]) -> bool:
    """Whether a claim in a generated element is one of its texts, or stands within one that is there. Descriptions
    are sentences that editors write: there only a whole text will do."""
    word, whole = spaces(block.text[start:end]), spaces(block.text)
    if whole in texts:
        return True
    if block.element == "desc" or "@" in block.element:
        return False
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


def scope(
    blocks: Sequence[Block],
    records: Sequence[Record],
    terms: Mapping[str, Sequence[tuple[str, str]]],
    aar: int,
    lexicon: Lexicon,
) -> Iterator[Finding]:
    """A sentence names only codes, units and years that its numbers are about, and names their year when it is not the
    edition's.

    Parameters: `terms`, words in lower case → what they may name, as (dimension, code); `aar`, of the edition. Only
    hand-written words are read, and only in sentences with numbers: «alle samarbeider med politiet» over a query on NAV
    must not build. The words for what is counted are `unit_words`' to judge: «kommuner» is no group of its own in
    «samarbeidsavtaler mellom kommuner».
    """
    names = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{names or '(?!)'})(?!\w)")
    for block in blocks:
        bound = [(s.start, s.end) for s in block.spans]
        bound += [hit.span() for words in lexicon.unit_words.values() for hit in words.finditer(block.text)]
        for start, end in block.sentences():
            spans = [s for s in block.spans if start <= s.start < end]
            said = [records[s.record] for s in spans]
            cells = [c for r in said if r.function not in FACTS for c in r.subjects]
            if not cells:
                continue
            spoken: set[tuple[str, Any]] = {part for c in cells for part in c.parts}
            spoken |= {("aar", c.aar) for r in said if r.function not in FACTS for c in r.cells}
            named: list[tuple[str, Sequence[tuple]]] = []
            for hit in pattern.finditer(block.text[start:end].lower()):
                if not _within(start + hit.start(), start + hit.end(), bound):
                    named.append((hit[0], terms[hit[0]]))
            for record in said:
                if record.function in ("aarstall", "periode"):
                    years = record.query["aar"]
                    named += [(str(y), [("aar", y)]) for y in (years if isinstance(years, list) else [years])]
            for word, meant in named:
                about = {code for d, code in spoken if d in {named for named, _ in meant}}
                if about and not spoken.intersection(meant):
                    yield _at(
                        block,
                        f"«{word}» i «{spaces(block.text[start:end])}», der tallene gjelder "
                        + ", ".join(sorted(map(str, about))),
                        "at setningen og tallene handler om det samme",
                        "Rett setningen eller funksjonskallet.",
                        place=records[spans[0].record].place,
                    )
        yield from _unnamed_years(block, records, aar)


def _unnamed_years(block: Block, records: Sequence[Record], aar: int) -> Iterator[Finding]:
    """Sentences of running text about another year than the edition's, in a paragraph that does not name it."""
    for span in block.spans if not block.headline and block.element not in ("td", "th") else ():
        record = records[span.record]
        years = {c.aar for c in record.cells}
        if record.function in FACTS or not years or aar in years or any(str(y) in block.text for y in years):
            continue
        yield _at(
            block,
            f"«{block.sentence(span.start, span.end)}», som gjelder {', '.join(map(str, sorted(years)))}",
            f"året i avsnittet, når det ikke er {aar}",
            "Skriv {{ aarstall(…) }} i setningen.",
            place=record.place,
        )


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


def mixed_units(
    blocks: Sequence[Block], records: Sequence[Record], unit_name: Callable[[str], str]
) -> Iterator[Finding]:
    """No sentence has numbers of two units: agreements between municipalities and services are counted apart.

    Parameters: `unit_name`, what a unit is called. A base is a number too.
    """
    for block in blocks:
        for start, end in block.sentences():
            own = [records[s.record] for s in block.spans if start <= s.start < end]
            found = {c.statistikk.enhet.id: record.place for record in own for c in record.cells}
            if len(found) < 2:
                continue
            names = " og ".join(map(unit_name, sorted(found)))
            yield _at(
                block,
                f"tall for {names} i samme setning: «{spaces(block.text[start:end])}»",
                "tall for det samme i hver setning; det som telles, er ulikt, og kan ikke måles mot hverandre",
                "Del setningen: en for hvert av dem. Si i avsnittet at det er ulike ting som telles.",
                place=next(iter(found.values())),
            )


def unit_words(
    blocks: Sequence[Block], records: Sequence[Record], unit_name: Callable[[str], str], main: str, lexicon: Lexicon
) -> Iterator[Finding]:
    """Each unit goes by its own words (`enhetsord` of the lexicon), and by no word that could mean two of them.

    Words of one unit do not stand in a sentence with numbers of another. A word that could mean either (`tvetydig`)
    stands nowhere, unless it is part of an unambiguous one. A heading or headline point names the unit that it is
    about, where that has words of its own and is not `main`, which the publication is about; a paragraph may leave it
    to a heading of its section. Code breaks the names in a drawing into lines: those are not read for such words.
    """
    named: set[tuple[str, str]] = set()
    for block in blocks:
        if block.headline and "@" not in block.element:
            named |= {(block.section, unit) for unit, words in lexicon.unit_words.items() if words.search(block.text)}
    for block in blocks:
        said = {unit: [m.span() for m in words.finditer(block.text)] for unit, words in lexicon.unit_words.items()}
        plain = [place for places in said.values() for place in places]
        yield from _ambiguous_words(block, plain, lexicon)
        for start, end in block.sentences():
            own = [records[s.record] for s in block.spans if start <= s.start < end]
            about = {c.statistikk.enhet.id: record.place for record in own for c in record.cells}
            if not about:
                continue
            for unit, places in said.items():
                if unit not in about and (strange := [p for p in places if start <= p[0] < end]):
                    names = " og ".join(map(unit_name, sorted(about)))
                    yield _at(
                        block,
                        f"«{spaces(block.text[slice(*strange[0])])}» i «{spaces(block.text[start:end])}», der "
                        f"tallene gjelder {names}",
                        "ordet for det som er talt",
                        f"Skriv ordet som hører til {names}, eller flytt setningen til det den handler om.",
                        place=next(iter(about.values())),
                    )
        spoken = [records[s.record] for s in block.spans]
        told = {c.statistikk.enhet.id: record.place for record in spoken for c in record.cells}
        for unit, place in told.items():
            own_heading = not block.headline and (block.section, unit) in named
            if unit == main or unit not in said or said[unit] or own_heading:
                continue
            yield _at(
                block,
                f"«{spaces(block.text)}», som ikke sier hva som er talt",
                f"ordet for det: {_examples(lexicon, unit)}",
                "Skriv det i overskriften eller hovedpunktet"
                + ("." if block.headline else ", eller i en overskrift i samme del."),
                place=place,
            )


def _ambiguous_words(block: Block, plain: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[Finding]:
    """Words that could mean either unit, outside the `plain` places where unambiguous ones stand."""
    drawn = block.element == "text" and block.bound_to
    return [
        Finding(
            block.section,
            block.element,
            f"«{spaces(hit[0])}» i «{block.sentence(*hit.span())}», som kan bety flere ting",
            "et av ordene under «enhetsord» i leksikonet",
            f"Skriv hva det er, for eksempel {_examples(lexicon)}.",
            snippet=_unbound(block, *hit.span()),
        )
        for hit in (() if drawn else lexicon.ambiguous.finditer(block.text))
        if not _within(*hit.span(), plain)
    ]


def _examples(lexicon: Lexicon, unit: str = "") -> str:
    """The first word of a unit, or of each."""
    return " eller ".join(f"«{words[0]}»" for name, words in lexicon.unit_forms.items() if unit in ("", name))


def hedges(blocks: Sequence[Block], records: Sequence[Record], lexicon: Lexicon) -> Iterator[Finding]:
    """Rule 6: nothing makes an exact number approximate or a bound, gives it another measure, or makes a word that data
    chose stronger or weaker."""
    for block, span in bound_records(blocks):
        record, said = records[span.record], block.text[span.start : span.end]
        exact = record.function in EXACT
        before, after = block.text[: span.start].rstrip(), block.text[span.end :].lstrip()
        words = lexicon.hedges if exact else lexicon.degrees if record.function not in FACTS else None
        found = [hit[0] for hit in words.finditer(before) if hit.end() == len(before)] if words else []
        texts, unit = [(word, f"{word} {said}") for word in found[-1:]], None
        if exact and (said[-1:].isdigit() or record.function == "prosent"):
            unit = lexicon.units.match(after.lstrip("-\u2010\u2011"))
        if unit and not (record.function in _OF_UNIT and unit[0].casefold() in _own_words(record)):
            texts.append((unit[0], f"{said} {unit[0]}"))
        for word, text in texts:
            yield _at(
                block,
                f"«{spaces(text)}» i «{block.sentence(span.start, span.end)}»",
                "et nøyaktig tall uten forbehold, og i sin egen målestokk"
                if exact
                else "ordet slik dataene valgte det",
                f"Ta bort «{spaces(word)}».",
                place=record.place,
            )


def _own_words(record: Record) -> set[str]:
    """Words for what a record counts, and for the measure of its numbers."""
    of = {cell.statistikk for cell in record.cells}
    own = {word for one in of for words in one.enhet.forms.values() for word in (*words, one.type)}
    return {word.casefold() for word in own | {named.running for one in of for named in one.maaleenhet.values()}}


def changed(html: str, records: Sequence[Record]) -> list[Finding]:
    """Bound text that was changed, or torn, after a function wrote it. Parameters: `html`, as rendered, with marks."""
    findings, found = [], list(MARKED.finditer(html))
    for number, text in sorted({(int(hit[1]), unescape(hit[2])) for hit in found}):
        record = records[number] if number < len(records) else Record("ukjent", "")
        if text != record.text:
            findings.append(
                Finding(
                    "",
                    "tekst",
                    f"{shown(text)}, der funksjonen «{record.function}» skrev «{record.text}»",
                    "teksten slik funksjonen skrev den",
                    "Ta bort filteret som endrer den.",
                    place=record.place,
                )
            )
    return findings + torn(MARKED.sub("", html))


def torn(html: str) -> list[Finding]:
    """Marks of bound text that are left where no text can stand, or that lost their end."""
    hit = re.search(f"[{START}{SEP}{END}]", html)
    if not hit:
        return []
    around = re.sub(f"[{START}{SEP}{END}]", "", html[max(0, hit.start() - 40) : hit.end() + 40])
    found = f"en avklippet eller gjemt påstand ved {shown(spaces(around))}"
    return [Finding("", "tekst", found, "hele påstander, i tekst", "Skriv påstanden i teksten, uten filter.")]


def touching(blocks: Sequence[Block], records: Sequence[Record]) -> Iterator[Finding]:
    """Bound text that its neighbours make into something else: «u» and «vanlig», «−» and «3», «32» and «43»."""
    for block in blocks:
        last: Span | None = None
        for span in block.spans:
            before, after = block.text[: span.start][-1:], block.text[span.end :][:1]
            said = block.text[span.start : span.end]
            between = block.text[last.end : span.start] if last else " og "
            years = last and records[last.record].function == records[span.record].function == "aarstall"
            unseen = _UNSEEN.match(before or " ") or _UNSEEN.match(after or " ")
            signed = said[:1].isdigit() and before and before in "+-\u2212\u00b1"
            touched = before.isalnum() or after.isalnum() or unseen or signed
            joined = said[:1].isdigit() and last and block.text[last.start : last.end][-1:].isdigit() and not years
            if (touched and not years) or (joined and not re.search(r"\w|[,;:)]\s|\s\(", between)):
                start = last.start if joined and last else span.start
                left = (re.search(r"\w*[^\w\s]?$", block.text[:start]) or [""])[0]
                right = (re.match(r"\w*", block.text[span.end :]) or [""])[0]
                found = spaces(left + block.text[start : span.end] + right)
                yield _at(
                    block,
                    f"{shown(found)} i «{block.sentence(span.start, span.end)}»",
                    "mellomrom og ord mellom det som dataene skriver, og resten",
                    "Skill dem, eller bruk funksjonen som skriver det du mener.",
                    place=records[span.record].place,
                )
            last = span


def negations(
    blocks: Sequence[Block], records: Sequence[Record], allowed: Sequence[Allowed], lexicon: Lexicon
) -> Iterator[Finding]:
    """A sentence with claims has no word that turns them around, unless its wording is on the allow-list."""
    for block in blocks:
        spans = [(s.start, s.end) for s in block.spans]
        claiming = [s for s in block.spans if records[s.record].function not in FACTS]
        permitted = [m.span() for rule in allowed for m in rule.pattern.finditer(block.text)] if claiming else []
        for start, end in block.sentences() if claiming else ():
            own = [s for s in claiming if start <= s.start < end]
            for hit in lexicon.negations.finditer(block.text, start, end) if own else ():
                if not _within(*hit.span(), spans) and not _within(*hit.span(), permitted):
                    yield _at(
                        block,
                        f"«{hit[0]}» i «{spaces(block.text[start:end])}»",
                        "en setning som sier det samme som tallene",
                        f"Si det uten «{hit[0]}», eller før vendingen opp i tillatt.yaml med en grunn.",
                        place=records[own[0].record].place,
                    )


def consistency(evidence: Sequence[Mapping], lexicon: Lexicon) -> list[Problem]:
    """Rule 4: a cell has one number everywhere, and no two words about it exclude each other."""
    problems = []
    counts: dict[str, tuple] = {}
    words: dict[str, dict[str, Mapping]] = {}
    for entry in evidence:
        for cell in entry["celler"]:
            known, where = counts.setdefault(cell["celle"], (cell["verdi"], entry["id"]))
            if known != cell["verdi"]:
                problems.append(_conflict(entry, f"{cell['celle']} er {cell['verdi']}", f"{known} i {where}"))
            if entry["ord"] and not entry["spoerring"].get("ikke"):
                words.setdefault(cell["celle"], {}).setdefault(entry["ord"], entry)
    for name, said in words.items():
        for (a, first), (b, second) in combinations(said.items(), 2):
            one, two = lexicon.find(a), lexicon.find(b)
            if one and two and one.true_in and two.true_in and not one.true_in.meets(two.true_in):
                problems.append(_conflict(second, f"«{b}» om {name}", f"«{a}» i {first['id']}"))
    return problems


def _conflict(entry: Mapping, this: str, that: str) -> Problem:
    place: Mapping = entry["steder"][0] if entry["steder"] else {"mal": "", "linje": 0}
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
    """File and line of the longest part of a snippet that stands in the templates, its middle word always included. A
    word alone must stand in one place only."""
    words = snippet.split()
    for cut in range(4):
        part = words[cut : len(words) - cut] if cut else words
        if not part:
            return None
        spaced = r"\s+".join(map(re.escape, part))
        pattern = re.compile(rf"(?<!\w){spaced}(?!\w)")
        hits = [(path, hit.start()) for path, text in sorted(sources.items()) for hit in pattern.finditer(text)]
        if hits and (len(part) > 1 or len(hits) == 1):
            path, start = hits[0]
            return path, f"linje {sources[path].count(chr(10), 0, start) + 1}"
    return None
