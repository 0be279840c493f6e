"""Whether a sentence with bound spans is proven: phrase by phrase, and clause by clause.

What stands beside a span belongs to the words of exactly its cells, or to a short closed list. What narrows its
cells (measure, kind, code, year) is named: in the sentence, in the heading above it, or in the proven sentence before
with the same measure. Spans that go with a claim (base, year, period, list) agree with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from krisestat.statements.cells import Cell
from krisestat.statements.data import Data
from krisestat.statements.markup import unseen
from krisestat.statements.record import FACTS, Record
from krisestat.statements.vocabulary import split_phrase

# Functions that go with a claim: they say of which year or base it is, or list its codes.
_BASES = {"base", "baser"}
_LISTS = {"instanser", "unntatt", "vanligst", "hoyest", "lavest"}
# The function that says what was answered, in the words of the declaration: its text names the measure.
_ANSWERED = "svarte"
# The function that says that a claim held in an earlier year too.
_STILL = "fortsatt"
_SPAN = "\ue000"
_QUIET = set(",.:()–;—-")
_REFUSED = set("«»“”\"'?!%‰…/\\*=<>+−±&@#§")


# What a phrase is to a claim («maal», its «verb» and the «rest» of it, «del», «enhet», «slag», «kode», «alle», «noen»,
# «ord», «funksjon»), and of what.
Phrase = tuple[str, Any]


@dataclass(frozen=True)
class Words:
    """The words that may stand in proven sentences of one written standard, beside the names that the model gives.

    `closed` list of function words; `apart`, what sets two clauses apart; `units`, `kinds`, `codes` more words by what
    they name; `both`, all kinds; `all_of` and `some_of` a dimension; `measures` by statistic, or statistic and code:
    lists `navn` (names it), `del` (belongs to it) and `nei` (denies it); `functions` the words of each function;
    `first`, verbs that no sentence may begin with; `since`, what stands before the first year of a change; `about`,
    what the place that a page is about is called there, by dimension.
    """

    closed: Sequence[str]
    apart: Sequence[str]
    units: Mapping[str, Sequence[str]]
    kinds: Mapping[str, Sequence[str]]
    both: Sequence[str]
    codes: Mapping[str, Mapping[str, Sequence[str]]]
    all_of: Mapping[str, Sequence[str]]
    some_of: Mapping[str, Sequence[str]]
    measures: Mapping[str, Mapping[str, Sequence[str]]]
    functions: Mapping[str, Sequence[str]]
    first: Sequence[str]
    since: Sequence[str]
    about: Mapping[str, Sequence[str]]


def words_of(said: Mapping[str, Any]) -> Words:
    """The words of proven sentences from the part `bevis` of a list of words."""
    keys = "funksjonsord skille enheter slag begge koder alle noen maal funksjoner foerst siden sted".split()
    return Words(*(said[key] for key in keys))


class Claim:
    """What one span is about: what of its cells its clause must name, and may name."""

    def __init__(self, record: Record, words: Words, data: Data):
        self.record, self.words, self.data = record, words, data
        self.cells: list[Cell] = record.subjects
        self.every = [cell for unit in record.units for cell in unit]
        compared = record.word is not None and record.word.family == "sammenlikning"
        subjects = self.every if compared else self.cells
        based = record.function in _BASES  # of how many there are, whatever they do
        said = based or record.function == _ANSWERED
        self.measures = set() if said else {_measure(cell, words) for cell in subjects}
        self.units = {cell.statistikk.enhet.id for cell in subjects}
        self.kinds = {cell.slag for cell in self.cells if cell.statistikk.kinds}
        self.codes: dict[str, set[str]] = {}
        for cell in () if based else self.cells:
            for dimension, code in cell.parts[1:]:
                if dimension != cell.statistikk.kinds:
                    self.codes.setdefault(dimension, set()).add(code)
            for dimension in data.about:  # on a page about a place, the whole is named as well
                if whole := cell.code(dimension):
                    self.codes.setdefault(dimension, set()).add(whole)
        self.series = {cell.aar for cell in self.every}
        newest = {unit[-1 if record.word and record.word.family == "trend" else 0].aar for unit in record.units}
        self.years = {max(self.series)} if compared or len(self.series) > 1 else newest
        self.bases = {cell.base_key for cell in self.every}

    @cached_property
    def what(self) -> tuple:
        """What sets the claim apart from others."""
        codes = tuple(sorted((d, tuple(sorted(c))) for d, c in self.codes.items()))
        return frozenset(self.measures), frozenset(self.kinds), codes, frozenset(self.years)

    def whole(self, dimension: str) -> bool:
        """Whether the claim has every code of a dimension."""
        named = frozenset(cell.statistikk.id for cell in self.cells)
        known = self.data.codes_of(named, frozenset(self.years), dimension)
        totals = {c.statistikk.per[dimension].total for c in self.cells if dimension in c.statistikk.per}
        return self.codes.get(dimension, set()) >= known - totals - {""}

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], Phrase]:
        """The phrases that the claim accounts for."""
        found: dict[tuple[str, ...], Phrase] = {}
        for kind, of, texts in self._phrases():
            for text in texts:
                found.setdefault(split_phrase(text), (kind, of))
        return found

    def _phrases(self) -> Iterable[tuple[str, Any, Iterable[str]]]:
        words, standard, negative = self.words, self.data.standard, self.record.negative
        for measure in sorted(self.measures):
            said = words.measures.get(measure) or self._declared(measure)
            yield "maal", measure, said.get("nei" if negative else "navn", ())
            yield "del", measure, said.get("del", ())
            for part in () if negative else ("verb", "rest"):
                yield part, measure, said.get(part, ())
        for unit in sorted(self.units):
            yield "enhet", unit, self._called(unit)
        every_kind = bool(self.kinds) and set(self.data.kinds) <= self.kinds
        yield "begge", None, words.both if every_kind else ()
        for kind in sorted(self.kinds | self._other_kinds()):
            yield "slag", kind, words.kinds.get(kind, ())
        for dimension, code in self._codes():
            lists = [c.statistikk.per[dimension] for c in self.every if dimension in c.statistikk.per]
            names = [name for codes in lists[:1] for name in codes.words(code, standard)]
            for of, end in (self.data.model.unit_in(name, standard) for name in [*names]):
                names += [f"{form} {end}" for told in (of.every_form(standard) if of else ()) for form in told]
            yield "kode", (dimension, code), [*names, *words.codes.get(dimension, {}).get(code, ())]
        for dimension in sorted({*words.all_of, *words.some_of} & set(self.codes)):
            yield "alle", dimension, words.all_of.get(dimension, ()) if self.whole(dimension) else ()
            yield "noen", dimension, words.some_of.get(dimension, ()) if len(self.codes[dimension]) > 1 else ()
        for dimension, code in self.data.about.items():
            yield "sted", dimension, words.about.get(dimension, ()) if code in self.codes.get(dimension, ()) else ()
        yield "funksjon", None, words.functions.get(self.record.function, ())
        yield "ord", None, words.closed

    def _called(self, unit: str) -> list[str]:
        """What is counted, in words; of one place, what the publication is about is spoken of as one."""
        every = self.data.model.enheter[unit].every_form(self.data.standard)
        at_place = any(self.codes.get(dimension) == {code} for dimension, code in self.data.about.items())
        if at_place and unit == self.data.unit:
            counted = 0 if self.record.function == "antall" else 1
            return [form for forms in every for form in forms[counted:2]]
        return [*(form for forms in every for form in forms), *self.words.units.get(unit, ())]

    def _declared(self, measure: str) -> dict[str, list[str]]:
        """The words of a measure that the declaration has alone: its name unless that is of what is counted, how it is
        said, the verb (`verb`) before the subject too («i fjor hadde 3 av 4 senter døgnvakt»), money by its name."""
        one, standard = self.data.model[measure], self.data.standard
        units = {form for forms in one.enhet.every_form(standard) for form in forms}
        called = [name for name in (one.navn[standard] if "navn" in one.said else ()) if name.lower() not in units]
        frames = one.said.get("sagt", {}).get(standard, ())
        said = [part.strip() for frame in frames for part in re.split("<.*?>", frame) if part.strip()]
        split = [frame.split("<")[0].strip().partition(" ") for frame in frames]
        apart = {verb: rest for verb, _, rest in split if rest and verb not in self.words.closed}
        money = [one.type] if one.type == "kroner" else []
        return {"navn": [*called, *said], "del": money, "verb": [*apart], "rest": [*apart.values()]}

    def _other_kinds(self) -> set[str]:
        return {cell.slag for cell in self.every if cell.statistikk.kinds}

    def _codes(self) -> list[tuple[str, str]]:
        """Every code of the claim's cells, those that it is compared with too."""
        compared = self.record.word is not None and self.record.word.family == "sammenlikning"
        found = {
            (dimension, code): None
            for cell in (self.every if compared else self.cells)
            for dimension, code in cell.parts[1:]
            if dimension != cell.statistikk.kinds
        }
        wholes = {(d, c): None for d in self.data.about for c in sorted(self.codes.get(d, ()))}
        return list(found | wholes)


def _measure(cell: Cell, words: Words) -> str:
    """The key of what a cell measures: its statistic, with a code where that has words of its own."""
    keys = [f"{cell.statistikk.id}/{code}" for _, code in cell.parts[1:]]
    return next((key for key in keys if key in words.measures), cell.statistikk.id)


def prove(text: str, spans: Sequence[Any], headings: Sequence[str], before: Sequence[Claim], words: Words, data: Data
          ) -> tuple[list[Claim], list[str]]:  # fmt: skip
    """The claims of a sentence, and why it is not proven (empty: it is).

    Parameters: `spans`, with `start`, `end` and `record`; `headings` above it; `before`, the claims of the proven
    sentence before it.
    """
    claiming = [span for span in spans if not _companion(span.record)] or [
        span for span in spans if span.record.function not in FACTS | {_STILL} or span.record.function in _BASES
    ]
    claims = [Claim(span.record, words, data) for span in claiming if span.record.units]
    if not claims:
        return [], ["setningen har ingen påstand fra en funksjon"]
    marked, at = "", 0
    for span in spans:
        marked += f"{text[at : span.start]} {_SPAN} "
        at = span.end
    row = split_phrase(marked + text[at:])
    if any(one.end == other.start for one, other in pairwise(spans)):
        return claims, ["to spenn uten noe mellom"]
    if hidden := unseen(text):
        return claims, [f"et tegn som ikke ses ({hidden})"]
    if signs := _REFUSED & set(marked + text[at:]):
        return claims, [f"tegnet «{min(signs)}», som aldri er bevist"]
    sentence = _Sentence(row, spans, claiming, claims, headings, before, words, data)
    return claims, sentence.faults()


def _of_all(record: Record) -> bool:
    """Whether a list of codes that is said without its word is of those that the measure holds for, of all."""
    word = record.word
    return word is not None and word.true_in is not None and word.all_answered and Fraction(1) in word.true_in


def _companion(record: Record) -> bool:
    return record.function in FACTS or record.function in _LISTS or record.function == _STILL


class _Sentence:
    """One sentence that is held against its claims."""

    def __init__(self, row, spans, claiming, claims, headings, before, words: Words, data: Data):
        self.row, self.spans, self.claims, self.words, self.data = row, spans, claims, words, data
        self.headings = [token for heading in headings for token in (*split_phrase(heading), ".")]
        self.before = before
        places = [place for place, token in enumerate(row) if token == _SPAN]
        self.companions = [
            (place, span.record) for place, span in zip(places, spans, strict=True) if span not in claiming
        ]
        self.places = [place for place, span in zip(places, spans, strict=True) if span in claiming][: len(claims)]

    def faults(self) -> list[str]:
        """What keeps the sentence from being proven."""
        found = []
        opens = self.row[0] if self.row else ""
        if opens in self.words.first or self.claims[0].phrases.get((opens,), ("",))[0] == "verb":
            found.append("setningen begynner med verbet, som i et spørsmål")
        clauses, apart = self._clauses()
        if not apart:
            return [*found, "to påstander uten noe som skiller dem"]
        for claim, (first, last) in zip(self.claims, clauses, strict=True):
            read, unknown = self._read(self.row[first:last], claim)
            if unknown:
                found.append("uten dekning: " + ", ".join(f"«{word}»" for word in list(dict.fromkeys(unknown))[:3]))
            found += self._disagreeing(claim, first, last)
            found += self._unnamed(claim, read)
            found += self._sides(claim)
            if claim.record.function == "instanser" and not _of_all(claim.record):
                found.append("listen sier ikke hva som er sant for dem")
        return list(dict.fromkeys(found))

    def _clauses(self) -> tuple[list[tuple[int, int]], bool]:
        """Where the clause of each claim begins and ends, and whether all are set apart."""
        cuts, apart = [0], True
        for number, (one, other) in enumerate(zip(self.places, self.places[1:], strict=False)):
            between = [i for i in range(one + 1, other) if self.row[i] in self.words.apart]
            apart = apart and (bool(between) or self.claims[number].what == self.claims[number + 1].what)
            cuts.append(between[-1] if between else one + 1)
        return list(zip(cuts, [*cuts[1:], len(self.row)], strict=True)), apart

    def _read(self, row: Sequence[str], claim: Claim) -> tuple[list[Phrase], list[str]]:
        """The phrases of a stretch that a claim accounts for, the longest first, and the words that none does."""
        found: list[Phrase] = []
        unknown: list[str] = []
        at, last = 0, ""
        while at < len(row):
            if row[at] == _SPAN or row[at] in _QUIET:
                last = "spenn" if row[at] == _SPAN else last
                at += 1
                continue
            size, phrase = self._longest(row, at, claim, last)
            if phrase is None:
                unknown.append(row[at])
            else:
                found.append(phrase)
            joined = phrase is not None and phrase[0] == "ord" and row[at] in self.words.apart
            last = last if joined else phrase[0] if phrase else ""
            at += size
        return found, unknown

    def _longest(self, row: Sequence[str], at: int, claim: Claim, last: str) -> tuple[int, Phrase | None]:
        for size in range(min(16, len(row) - at), 0, -1):
            phrase = claim.phrases.get(tuple(row[at : at + size]))
            joined = at > 0 and row[at - 1] in ("og", ",")
            if phrase and self._fits(phrase, last, joined):
                return size, phrase
        return 1, None

    @staticmethod
    def _fits(phrase: Phrase, last: str, joined: bool) -> bool:
        """A kind stands right behind the word for what is counted, never by itself: «32 kvinner» are no services. And
        what is counted is no item of a list of codes: «med NAV og tilbudene»."""
        if phrase[0] == "enhet":
            return not (joined and last == "kode")
        return phrase[0] != "slag" or last in ("enhet", "slag", "spenn")

    def _disagreeing(self, claim: Claim, first: int, last: int) -> list[str]:
        """The spans of a claim's clause that do not go with it."""
        found = []
        for place, record in self.companions:
            if not first <= place < last:
                continue
            if record.function == "aarstall":
                start = any(tuple(self.row[:place][-len(one) :]) == one for one in map(split_phrase, self.words.since))
                right = record.query["aar"] == min(claim.series) if start else record.query["aar"] in claim.years
                found += [] if right else [f"{record.text} er ikke året som tallet gjelder"]
            elif record.function == "periode":
                found += [] if set(record.query["aar"]) <= claim.series else ["perioden er ikke påstandens"]
            elif record.function in _BASES:
                own = {cell.base_key for cell in record.cells} <= claim.bases
                found += [] if own else ["basen hører ikke til påstanden"]
            elif record.function in _LISTS:
                found += [] if self._same_list(record, claim) else ["listen gjelder noe annet enn påstanden"]
            elif record.function == _STILL:
                same = {unit[0].key for unit in record.units} == {cell.key for cell in claim.cells}
                same = same and record.word is claim.record.word and record.negative == claim.record.negative
                found += [] if same else [f"«{record.text}» gjelder noe annet enn påstanden"]
        return found

    def _same_list(self, record: Record, claim: Claim) -> bool:
        """Whether a list of codes is that of the claim, or what it says of them implies the claim."""
        listed = Claim(record, self.words, self.data)
        if listed.kinds != claim.kinds or listed.measures != claim.measures or listed.years != claim.years:
            return False
        if record.function in ("vanligst", "hoyest", "lavest"):
            return all(self._in_text(record, claim, dimension, codes) for dimension, codes in claim.codes.items())
        mine = {cell.series for cell in claim.cells}
        theirs = {cell.series for cell in record.subjects}
        numbers = {(c.verdi, c.nevner) for c in record.cells}
        same = record.query.get("likt_med") is not None and {(c.verdi, c.nevner) for c in claim.cells} == numbers
        word, other = record.word, claim.record.word
        implied = word is not None and other is not None and (word is other or word.implies(other))
        return mine == theirs or (same and mine <= theirs) or (implied and mine <= theirs)

    def _in_text(self, record: Record, claim: Claim, dimension: str, codes: set[str]) -> bool:
        """Whether the text of a list has the names of some codes, or they are the measure's own."""
        if any(f"{cell.statistikk.id}/{code}" in claim.measures for cell in claim.cells for code in codes):
            return True
        lists = [cell.statistikk.per[dimension] for cell in claim.cells if dimension in cell.statistikk.per]
        return bool(lists) and all(lists[0].running(code, self.data.standard) in record.text for code in codes)

    def _unnamed(self, claim: Claim, read: Sequence[Phrase]) -> list[str]:
        """What narrows the cells of a claim and is not said."""
        own = self._read(self.row, claim)[0]
        above = self._read(self.headings, claim)[0]
        near = [one for one in self.before if one.measures == claim.measures]
        found = []
        named = {of for kind, of in [*own, *above] if kind == "maal"}
        named |= {of for kind, of in own if kind == "rest" and ("verb", of) in own}
        if lacking := [m for m in claim.measures - named if self.words.measures.get(m, {"navn": ()}).get("navn", ()) or
                       getattr(claim.record, "negative", False)]:  # fmt: skip
            found += [] if near else [f"målet er ikke nevnt ({', '.join(sorted(lacking))})"]
        mixed = len({frozenset(one.kinds) for one in self.claims}) > 1
        kinds = {of for kind, of in (read if mixed else own) if kind == "slag"}
        every_kind = set(self.data.kinds)
        if claim.kinds and claim.kinds != every_kind and not kinds >= claim.kinds:
            if not any(one.kinds == claim.kinds for one in near):
                found.append(f"det er ikke sagt hvem det gjelder ({', '.join(sorted(claim.kinds - kinds))})")
        for dimension, codes in claim.codes.items():
            found += self._unnamed_codes(claim, dimension, codes, (read, own, above), near)
        found += self._unnamed_year(claim, near)
        counted = any(kind == "enhet" for kind, _ in own) or all(c.statistikk.type == "kroner" for c in claim.cells)
        needs = claim.record.function in ("antall", "av", "mengde", "prosent", "unntak", "omtrent")
        unit_in_name = any(self.words.measures.get(m, {}).get("enhet") for m in claim.measures)
        if needs and not counted and not near and not unit_in_name:
            found.append("det er ikke sagt hva som er talt")
        return found

    def _unnamed_codes(
        self, claim: Claim, dimension: str, codes: set[str], said: tuple, near: Sequence[Claim]
    ) -> list[str]:
        read, own, above = said
        if any(f"{cell.statistikk.id}/{code}" in claim.measures for cell in claim.cells for code in codes):
            return []  # the measure is named by this code
        if codes == {self.data.about.get(dimension)}:
            return []  # what all of the page is about
        if claim.whole(dimension) or any(one.codes.get(dimension) == codes for one in near):
            return []
        lists = [r for _, r in self.companions if r.function in _LISTS]
        lists += [one.record for one in self.claims if one.record.function == "opplisting"]
        listed = {cell.code(dimension) for record in lists for cell in record.subjects}
        told = claim.record.function in ("opplisting", _ANSWERED) and dimension not in self.data.about
        told = told or claim.record.function in _LISTS
        told = told or any(self._in_text(record, claim, dimension, codes) for record in lists)
        mixed = len({frozenset(one.codes.get(dimension, ())) for one in self.claims}) > 1
        named = {of[1] for kind, of in (read if mixed else own) if kind == "kode" and of[0] == dimension}
        named |= {self.data.about[of] for kind, of in own if kind == "sted" and of == dimension}
        over = {of[1] for kind, of in above if kind == "kode" and of[0] == dimension}
        named |= over if self._in_headings(claim, dimension) <= codes else set()
        if told or named | listed >= codes:
            return []
        return [f"{dimension} er ikke nevnt ({', '.join(sorted(codes - named)[:3])})"]

    def _in_headings(self, claim: Claim, dimension: str) -> set[str]:
        """The codes of a dimension that the headings name: one that names others too is of something else."""
        text, standard = f" {' '.join(self.headings)} ", self.data.standard
        lists = [cell.statistikk.per[dimension] for cell in claim.cells if dimension in cell.statistikk.per][:1]
        names = {code: split_phrase(codes.running(code, standard)) for codes in lists for code in codes.koder}
        return {code for code, name in names.items() if f" {' '.join(name)} " in text}

    def _unnamed_year(self, claim: Claim, near: Sequence[Claim]) -> list[str]:
        said = {r.query.get("aar") for _, r in self.companions if r.function == "aarstall"}
        said |= {int(token) for token in self._shown() if token.isdigit() and len(token) == 4}
        if claim.years <= said:
            return []
        before = set().union(*(one.years for one in self.before[:1]))
        if claim.years == (before or {self.data.aar}):
            return []
        return [f"året er ikke nevnt ({', '.join(map(str, sorted(claim.years)))})"]

    def _shown(self) -> list[str]:
        return [token for span in self.spans for token in split_phrase(span.record.text)]

    def _sides(self, claim: Claim) -> list[str]:
        """Of a comparison, the one that it is about stands before «enn» or «som», and the other after."""
        record = claim.record
        if record.word is None or record.word.family != "sammenlikning" or "lik" in record.word.rule:
            return []
        middle = next((i for i, token in enumerate(self.row) if token in ("enn", "som")), None)
        mine, theirs = ({cell.slag for cell in side} | {code for cell in side for _, code in cell.parts[1:]}
                        for side in (self._side(record, 0), self._side(record, 1)))  # fmt: skip

        def named(row):
            about = self.data.about
            read = [(kind, of) for kind, of in self._read(row, claim)[0] if kind in ("slag", "kode", "maal", "sted")]
            ways = {"kode": lambda of: of[1], "sted": lambda of: about[of]}
            return {ways.get(kind, lambda of: of.split("/")[-1])(of) for kind, of in read}

        if middle is not None:
            one, other = named(self.row[:middle]), named(self.row[middle:])
            if (
                mine - theirs <= one
                and theirs - mine <= other
                and not (theirs - mine) & one
                and not (mine - theirs) & other
            ):
                return []
        return ["hvem som sammenliknes, står ikke i orden: først den det gjelder, så «enn» og den andre"]

    @staticmethod
    def _side(record: Record, place: int) -> list[Cell]:
        return [unit[place] for unit in record.units]
