"""Whether a sentence with bound spans is proven: phrase by phrase, and clause by clause.

What stands beside a span belongs to the words of exactly its cells, or to a short closed list. What narrows its
cells (measure, kind, code, year) is named: in the sentence, in the heading above it, or in the proven sentence before
with the same measure. Spans that go with a claim (base, year, period, list) agree with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from krisestat.model.declared import ALL
from krisestat.statements.cells import Cell
from krisestat.statements.data import Data
from krisestat.statements.markup import unseen
from krisestat.statements.order import CLAIMS, COMPANIONS, in_order
from krisestat.statements.record import FACTS, Record
from krisestat.statements.rules import difference, share_difference
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


# What a phrase is to the order of its sentence by what it is to its claim; and words of the closed list by their role.
_ALWAYS = {"enhet": "U", "slag": "G", "begge": "B", "alle": "K", "noen": "K", "sted": "S"}
_ALWAYS |= {"verb": "V", "rest": "M", "hver": "K", "avgrenset": "U", "ytterst": "x", "foer": "Y"}
_ROLES = {"av": "a", "det": "e", "artikkel": "t", "og": "o"}
_SHARES = {"av", "prosent", "mengde", "omtrent"}
# Functions that tell shares, and those that do where there is a base.
_OF_SHARES = {"prosent", "prosentpoeng", "mengde", "omtrent", "hyppighet", "vanlighet"}
_BY_BASE = {"fra_til", "trend", "rekord", "sammenlikn"}
# Functions that tell how a number changed, and those that tell one: a change that says no measure is of such a number.
_CHANGES = {"fra_til", "endret_med", "endring", "utvikling", "vanlighet", "prosentpoeng", "rekord"}
_TELLING = {"antall", "av", "prosent", *_CHANGES}

# What a sentence must say in so many words, by what says it.
_UNSAID = {"hver": "at det gjelder hver av dem", "avgrenset": "hvilke det gjelder", "funksjon": "at alle er talt"}

# What a phrase is to a claim («maal», its «verb» and the «rest» of it, «del», «enhet», «slag», «kode», «alle», «noen»,
# «ord», «funksjon»), and of what.
Phrase = tuple[str, Any]


# The words that may stand in proven sentences of one written standard, beside the names that the model gives: the part
# `bevis` of a list of words, whose keys are explained there and in workflow/schemas/kapittel.schema.yaml.
Words = Mapping[str, Any]


class Claim:
    """What one span is about: what of its cells its clause must name, and may name."""

    def __init__(self, record: Record, words: Words, data: Data):
        self.record, self.words, self.data = record, words, data
        self.cells: list[Cell] = record.subjects
        self.every = [cell for unit in record.units for cell in unit]
        self.compared = record.word is not None and record.word.family == "sammenlikning"
        subjects = self.every if self.compared else self.cells
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
        self.years = {max(self.series)} if self.compared or len(self.series) > 1 else newest
        self.bases = {cell.base_key for cell in self.every}

    @property
    def what(self) -> tuple:
        """What sets the claim apart from others."""
        return self.measures, self.kinds, self.codes, self.years

    @property
    def musts(self) -> set[Phrase]:
        """What its sentence says in so many words: whom it is narrowed to; and of several codes, that it is so for each
        of them: «under halvparten har avtale» with each, and most with one."""
        function = self.record.function
        asked = not self.joint and (function == "hyppighet" or CLAIMS.get(function) in ("Q", "Z"))
        found = {("hver", name) for name, codes in self.codes.items() if asked and len(codes) > 1}
        return found | {("avgrenset", c.statistikk.id) for c in self.every if c.statistikk.avgrenset}

    @property
    def joint(self) -> bool:
        """Whether what is so for each of several codes is so for all of them at once: none does, or all do."""
        return all(cell.verdi in (0, cell.nevner) for cell in self.cells)

    @property
    def common(self) -> bool:
        """Whether the claim says that something is usual."""
        word, usual = self.record.word, self.record.function == "hyppighet" and not self.record.negative
        return usual and word is not None and Fraction(1) in (word.true_in or ())

    @property
    def apart(self) -> set[str]:
        """The dimensions in which a count is of a part, and nothing is said of the whole."""
        alone = self.record.function not in _SHARES and all(cell.nevner is None for cell in self.cells)
        lists = {name: codes for cell in self.cells for name, codes in cell.statistikk.per.items()}
        return {name for name in self.codes if alone and name in lists and lists[name].total}

    def whole(self, dimension: str) -> bool:
        """Whether the claim has every code of a dimension."""
        named = frozenset(cell.statistikk.id for cell in self.cells)
        known = self.data.codes_of(named, frozenset(self.years), dimension)
        totals = {c.statistikk.per[dimension].total for c in self.cells if dimension in c.statistikk.per}
        return self.codes.get(dimension, set()) >= known - totals - {""}

    def letter(self, phrase: Phrase, words: Sequence[str]) -> str:
        """What a phrase is to the order of a sentence, as `in_order` has it."""
        (kind, of), roles, first = phrase, self.words["roller"], words[0]
        is_verb = first in roles["verb"] or (kind == "maal" and of not in self.words["maal"])
        at = first in roles["sted"]
        match kind:
            case "kode":
                return self._code_letter(*of)
            case "maal" if words in self._named_units:
                return "N"
            case "enhet" if self.by_unit and not self.of_shares:
                return "N"
            case "maal" | "del" | "funksjon" if first in (*roles["antall"], *roles["andel"]):
                return "F" if kind == "funksjon" else "M"
            case "maal":
                return "w" if is_verb or first in roles["kopula"] else "R" if first == "som" else "M"
            case "del" if first == "som":
                return "R"
            case "del" | "funksjon" | "ord" if first in roles["kopula"]:
                return "c"
            case "del" | "funksjon" if is_verb:
                return "V"
            case "del" if words[-1] in roles["verb"]:  # «krisesentrene hadde»
                return "D"
            case "funksjon":
                return (">" if self.compared else "m") if first in roles["side"] else "p" if at else "D"
            case "del":  # «på krisesentrene», «med»; «deltakelsen»
                place = len(words) > 1 and words[-1] not in roles["sted"]
                return "d" if not at else "S" if place else "p"
            case "ord":
                return next((letter for role, letter in _ROLES.items() if first in roles[role]), "i")
        return _ALWAYS[kind]

    @cached_property
    def _named_units(self) -> set[tuple[str, ...]]:
        return {split_phrase(form) for unit in self.units for form in self._called(unit)}

    @cached_property
    def _acting(self) -> bool:
        """Whether what is counted does what is measured, so that a kind of it is a part of it: women lived there, and
        had stays."""
        told = [name for measure in self.measures for name in self.words["maal"].get(measure, {}).get("navn", ())]
        return not told or any(split_phrase(name)[0] in self.words["roller"]["verb"] for name in told)

    def _code_letter(self, dimension: str, code: str) -> str:
        if dimension in self.data.about:
            return "S"
        lists = [c.statistikk for c in self.cells if dimension in c.statistikk.per]
        if lists and lists[0].per[dimension].total and not lists[0].svar:
            if not self._acting:
                return "k" if self.record.function == "antall" else "K"
            return "P" if self.record.function in _SHARES else "H"
        return "T" if code in self.data.kinds else "K"

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], Phrase]:
        """The phrases that the claim accounts for."""
        found: dict[tuple[str, ...], Phrase] = {}
        other = [] if self.of_both else self.words["roller"]["antall" if self.of_shares else "andel"]
        for kind, of, texts in self._phrases():
            for text in texts:
                if (words := split_phrase(text))[0] not in other:
                    found.setdefault(words, (kind, of))
        return found

    @property
    def of_shares(self) -> bool:
        """Whether the claim is of shares and not of counts."""
        record, based = self.record, all(cell.nevner is not None for cell in self.every)
        return record.function in _OF_SHARES or (
            based and record.function in _BY_BASE and not record.query.get("antall")
        )

    @property
    def of_both(self) -> bool:
        """Whether the claim is of shares as well as of counts: both have gone the way that it says."""
        word, based = self.record.word, all(cell.nevner is not None for cell in self.every)
        went = word is not None and word.family == "retning" and self.record.function == "utvikling"
        return went and based and all(share_difference(u) * difference(u) > 0 for u in self.record.units)

    def _phrases(self) -> Iterable[tuple[str, Any, Iterable[str]]]:
        words, standard, negative = self.words, self.data.standard, self.record.negative
        for measure in sorted(self.measures):
            said = self.said(measure)
            yield "maal", measure, said.get("nei" if negative else "navn", ())
            yield "del", measure, said.get("del", ())
            for part in () if negative else ("verb", "rest"):
                yield part, measure, said.get(part, ())
        for unit in sorted(self.units):
            yield "enhet", unit, self._called(unit)
        every_kind = bool(self.kinds) and set(self.data.kinds) <= self.kinds
        yield "begge", None, words["begge"] if every_kind else ()
        for kind in sorted({cell.slag for cell in self.every if cell.statistikk.kinds}):
            yield "slag", kind, words["slag"].get(kind, ())
        for dimension, code in self._codes():
            lists = [c.statistikk.per[dimension] for c in self.every if dimension in c.statistikk.per]
            names = [name for codes in lists[:1] for name in codes.words(code, standard)]
            for of, end in (self.data.model.unit_in(name, standard) for name in [*names]):
                names += [f"{form} {end}" for told in (of.every_form(standard) if of else ()) for form in told]
            yield "kode", (dimension, code), [*names, *words["koder"].get(dimension, {}).get(code, ())]
        for cell in self.every:
            yield "avgrenset", cell.statistikk.id, cell.statistikk.avgrenset.get(standard, ())
        for dimension in sorted({*words["alle"], *words["noen"], *words["hver"]} & set(self.codes)):
            told = {kind: words[kind].get(dimension, ()) for kind in ("hver", "alle", "noen")}
            if self.common:  # what is usual with each of them, is so with others, and not with all of them at once
                told["hver"] = (*told["hver"], *words["andre"].get(dimension, ()))
                told["alle"] = told["alle"] if self.joint else ()
            wide = () if self.whole(dimension) else told["alle"]
            for kind in told if len(self.codes[dimension]) > 1 else ():
                yield kind, dimension, [one for one in told[kind] if one not in wide]
        for dimension, code in self.data.about.items():
            yield "sted", dimension, words["sted"].get(dimension, ()) if code in self.codes.get(dimension, ()) else ()
        yield "funksjon", None, words["funksjoner"].get(self.record.function, ())
        yield "ytterst", None, words["funksjoner"].get(self._end, ())
        yield "foer", None, words["roller"]["foer"]
        yield "ord", None, words["funksjonsord"]

    @property
    def _end(self) -> str:
        """The end of all codes that the claim lists, where counts rank as shares do; «» where it lists others."""
        told, bases = self.record.query, {(cell.slag, cell.nevner) for cell in self.every}
        several = [told[name] for name in self.codes if told.get(name) == ALL or isinstance(told.get(name), list)]
        of_all = several == [ALL] and not told.get("utenom") and len(bases) == len({slag for slag, _ in bases})
        return next((end for end in ("hoyeste", "laveste") if of_all and told.get(end)), "")

    def _called(self, unit: str) -> list[str]:
        """What is counted, in words; of one place, what the publication is about is spoken of as one."""
        every = self.data.model.enheter[unit].every_form(self.data.standard)
        at_place = any(self.codes.get(dimension) == {code} for dimension, code in self.data.about.items())
        if at_place and unit == self.data.unit:
            counted = 0 if self.record.function == "antall" else 1
            return [form for forms in every for form in forms[counted:2]]
        return [*(form for forms in every for form in forms), *self.words["enheter"].get(unit, ())]

    def said(self, measure: str) -> Mapping[str, Any]:
        """The words of a measure; where no list has them, those of its declaration: its name unless that is of what is
        counted, how it is said, the verb (`verb`) before the subject too («i fjor hadde 3 av 4 senter døgnvakt»), and
        money by its name."""
        if measure in self.words["maal"]:
            return self.words["maal"][measure]
        one, standard = self.data.model[measure], self.data.standard
        units = {form for forms in one.enhet.every_form(standard) for form in forms}
        called = [name for name in (one.navn[standard] if "navn" in one.said else ()) if name.lower() not in units]
        frames = one.said.get("sagt", {}).get(standard, ())
        said = [part.strip() for frame in frames for part in re.split("<.*?>", frame) if part.strip()]
        split = [frame.split("<")[0].strip().partition(" ") for frame in frames]
        apart = {verb: rest for verb, _, rest in split if rest and verb not in self.words["funksjonsord"]}
        money = [one.type] if one.type == "kroner" else []
        return {"navn": [*called, *said], "del": money, "verb": [*apart], "rest": [*apart.values()]}

    @property
    def by_unit(self) -> set[str]:
        """The measures that what is counted says: no list has words for them, and no other statistic counts it."""
        return {name for name in self.measures & self.data.alone_in_unit if name not in self.words["maal"]}

    def _codes(self) -> list[tuple[str, str]]:
        """Every code of the claim's cells, those that it is compared with too."""
        told = ((c, part) for c in (self.every if self.compared else self.cells) for part in c.parts[1:])
        found = {part: None for cell, part in told if part[0] != cell.statistikk.kinds}
        wholes = {(d, c): None for d in self.data.about for c in sorted(self.codes.get(d, ()))}
        return list(found | wholes)


def _measure(cell: Cell, words: Words) -> str:
    """The key of what a cell measures: its statistic, with a code where that has words of its own."""
    keys = [f"{cell.statistikk.id}/{code}" for _, code in cell.parts[1:]]
    return next((key for key in keys if key in words["maal"]), cell.statistikk.id)


def prove(text: str, spans: Sequence[Any], headings: Sequence[str], before: Sequence[Claim], words: Words, data: Data
          ) -> tuple[list[Claim], list[str]]:  # fmt: skip
    """The claims of a sentence, and why it is not proven (empty: it is).

    Parameters: `spans`, with `start`, `end` and `record`; `headings` above it; `before`, the claims of the proven
    sentence before it.
    """
    telling = [span for span in spans if span.record.function not in FACTS | _LISTS | {_STILL}]
    claiming = [span for span in telling if not _is_whole(text[: span.start], span.record, telling, words, data)] or [
        span for span in spans if span.record.function in _LISTS | _BASES
    ]
    claims = [Claim(span.record, words, data) for span in claiming if span.record.units]
    if not claims:
        return [], ["setningen har ingen påstand fra en funksjon"]
    marked, at = "", 0
    for span in spans:
        marked += f"{text[at : span.start]} {_SPAN} "
        at = span.end
    row = split_phrase(marked + text[at:])
    ends = {text[place : place + 1] for span in spans if span.record.function not in FACTS
            for place in (max(span.start, 1) - 1, span.end)}  # fmt: skip
    if any(one.end == other.start for one, other in pairwise(spans)) or ends & {"-", "–", "—"}:
        return claims, ["to spenn uten noe mellom, eller en strek inntil et tall"]
    if hidden := unseen(text):
        return claims, [f"et tegn som ikke ses ({hidden})"]
    sentence = _Sentence(row, spans, claiming, claims, headings, before, words, data)
    return claims, sentence.faults()


def _is_whole(before: str, record: Record, spans: Sequence[Any], words: Words, data: Data) -> bool:
    """Whether a count is the whole that another span is a part of: «av 1 668 beboere var 1 529 kvinner»."""
    if record.function != "antall" or split_phrase(before)[-1:] not in [(one,) for one in words["roller"]["av"]]:
        return False
    parts = [cell for span in spans for cell in span.record.subjects if span.record is not record]
    return bool(parts) and all(data.whole(cell) in record.cells for cell in parts)


def _of_all(record: Record) -> bool:
    """Whether a list of codes that is said without its word is of those that the measure holds for, of all."""
    word = record.word
    return word is not None and word.true_in is not None and word.all_answered and Fraction(1) in word.true_in


def _letter(record: Record, claim: Claim | None) -> str:
    """What a span is to the order of its sentence; «?» for one that no sentence about data has. Parameters: `claim`,
    that it makes, if any."""
    if claim is None:
        return COMPANIONS.get(record.function, "K" if record.function in _LISTS else "?")
    if record.function == "prosentpoeng" and not record.form:  # a difference, and nothing says of what
        return "?"
    some = record.function == "opplisting" and not any(claim.whole(dimension) for dimension in claim.codes)
    return "E" if some else CLAIMS.get(record.function, "?")


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
        of = dict(zip(self.places, claims, strict=True))
        self.letters = {place: _letter(span.record, of.get(place)) for place, span in zip(places, spans, strict=True)}

    def faults(self) -> list[str]:
        """What keeps the sentence from being proven."""
        found: list[str] = []
        clauses, apart = self._clauses()
        if not apart:
            return ["to påstander uten noe som skiller dem"]
        stretches: list[list[str]] = []
        for claim, (first, last) in zip(self.claims, clauses, strict=True):
            read, unknown, letters = self._read(self.row[first:last], claim, first)
            if stretches and self.row[first] not in self.words["skille"]:
                stretches[-1] += letters
            else:
                stretches.append(letters)
            if unknown:
                found.append("uten dekning: " + ", ".join(f"«{word}»" for word in list(dict.fromkeys(unknown))[:3]))
            found += self._disagreeing(claim, first, last)
            found += self._unnamed(claim, (first, last), read)
            found += self._sides(claim)
            found += self._leaning(claim, letters)
            if claim.record.understated:
                found.append(f"«{claim.record.form}» sier mindre enn tallene")
            if claim.record.function in ("instanser", "unntatt") and not _of_all(claim.record):
                found.append("listen sier ikke hva som er sant for dem")
        if not found and not in_order(stretches):
            found.append("ordene står ikke i en rekkefølge som er kjent: det som telles, og så det de gjør")
        return list(dict.fromkeys(found))

    def _clauses(self) -> tuple[list[tuple[int, int]], bool]:
        """Where the clause of each claim begins and ends, and whether all are set apart."""
        cuts, apart = [0], True
        for number, (one, other) in enumerate(zip(self.places, self.places[1:], strict=False)):
            between = [i for i in range(one + 1, other) if self.row[i] in self.words["skille"]]
            apart = apart and (bool(between) or self.claims[number].what == self.claims[number + 1].what)
            cuts.append(between[-1] if between else one + 1)
        return list(zip(cuts, [*cuts[1:], len(self.row)], strict=True)), apart

    def _read(self, row: Sequence[str], claim: Claim, first: int = 0) -> tuple[list[Phrase], list[str], list[str]]:
        """The phrases of a stretch that a claim accounts for, the longest first, the words that none does, and the
        letters of its order. Parameters: `first`, where in the sentence it begins."""
        found: list[Phrase] = []
        unknown: list[str] = []
        letters: list[str] = []
        at = 0
        while at < len(row):
            ways = (tuple(row[at : at + size]) for size in range(min(16, len(row) - at), 0, -1))
            words = next((words for words in ways if words in claim.phrases), (row[at],))
            if phrase := claim.phrases.get(words):
                found.append(phrase)
                letters.append(claim.letter(phrase, words))
            elif row[at] == _SPAN:
                letters.append(self.letters.get(first + at, "?"))
            elif row[at] not in _QUIET:
                unknown.append(row[at])
            at += len(words)
        return found, unknown, letters

    def _disagreeing(self, claim: Claim, first: int, last: int) -> list[str]:
        """The spans of a claim's clause that do not go with it."""
        found = []
        for place, record in self.companions:
            if not first <= place < last:
                continue
            if record.function == "aarstall":
                start = any(
                    tuple(self.row[:place][-len(one) :]) == one for one in map(split_phrase, self.words["siden"])
                )
                over_years = claim.record.function == "trend"
                years = {min(claim.series)} if start else set() if over_years else claim.years
                right = record.query["aar"] in years
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
        if record.function == "unntatt":  # of those that are left out, the claim does not hold
            return mine == theirs and record.word is claim.record.word
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

    def _unnamed(self, claim: Claim, within: tuple[int, int], read: Sequence[Phrase]) -> list[str]:
        """What narrows the cells of a claim and is not said. Parameters: `within`, its clause; `read`, its phrases."""
        own = self._read(self.row, claim)[0]
        earlier = self.claims[: self.claims.index(claim)]
        inside = any({*one.codes} - {*claim.codes} for one in earlier)  # what is left out is as it was there
        narrower = inside or any({*one.codes} - {*claim.codes} for one in self.before)
        above = [] if narrower else self._read(self.headings, claim)[0]
        negative = claim.record.negative
        same = [one.measures == claim.measures and one.record.negative == negative for one in self.before]
        near = self.before if all(same) and not narrower else ()
        found = []
        said = read if inside or self._mixed(lambda one: (one.measures, one.record.negative)) else own
        other = any(one.measures != claim.measures for one in self.before)  # a heading is not over what is said between
        named = {of for kind, of in [*said, *([] if other else above)] if kind == "maal"}
        named |= {of for kind, of in said if kind == "rest" and ("verb", of) in said}
        money = all(cell.statistikk.type == "kroner" for cell in claim.cells)
        named |= claim.by_unit if money or any(kind == "enhet" for kind, _ in said) else set()
        if lacking := [m for m in claim.measures - named if negative or claim.said(m).get("navn", ())]:
            found += [] if near else [f"målet er ikke nevnt ({', '.join(sorted(lacking))})"]
        kinds = {of for kind, of in (read if self._mixed(lambda one: one.kinds) else own) if kind == "slag"}
        if claim.kinds and claim.kinds != set(self.data.kinds) and not kinds >= claim.kinds:
            said_of = {kind for kind, _ in own}  # «Alle tilbudene samarbeidet» are all of them, whatever was before
            anew = "enhet" in said_of and bool(said_of & {"maal", "del", "verb"})
            if anew or not (near and all(one.kinds == claim.kinds for one in near)):
                found.append(f"det er ikke sagt hvem det gjelder ({', '.join(sorted(claim.kinds - kinds))})")
        for dimension, codes in claim.codes.items():
            found += self._unnamed_codes(claim, dimension, codes, (read, own, above), near)
        found += self._unnamed_years(claim, within, ("foer", None) in read)
        lists = {name for cell in claim.cells for name in cell.statistikk.per}
        parted = {d for one in (*self.before, *earlier) if one.measures != claim.measures for d in one.apart}
        found += ["det er ikke sagt at alle er talt"] if parted & lists - {*claim.codes} else []
        beside = claim.record.function in _BASES and any(one.measures for one in self.before)
        musts = claim.musts | ({("funksjon", None)} if beside else set())
        found += [f"det er ikke sagt {_UNSAID[kind]}" for kind, _ in sorted(musts - {*own}, key=str)]
        if claim.record.function == "superlativ" and {c.slag for c in claim.every if c.statistikk.kinds} != claim.kinds:
            found.append("gruppene er satt opp mot hverandre, og bare den ene er nevnt")
        counted = money or any(kind in ("enhet", "avgrenset") for kind, _ in own)
        needs = CLAIMS.get(claim.record.function) in ("Q", "Z")
        unit_in_name = any(self.words["maal"].get(m, {}).get("enhet") for m in claim.measures)
        if needs and not counted and not near and not unit_in_name:
            found.append("det er ikke sagt hva som er talt")
        return found

    def _leaning(self, claim: Claim, letters: Sequence[str]) -> list[str]:
        """A change that says no measure, and a count that says nothing else, is of the number before it: of a count in
        counts, of a share in shares; and a change with a verb has its measure before it."""
        record, earlier = claim.record, [*self.before, *self.claims[: self.claims.index(claim)]]
        bare = record.function == "antall"
        if not (bare or record.function in _CHANGES) or not earlier or {*letters} & {*"FMdwVR", *("UNPH" * bare)}:
            return []
        verb = record.word is not None and record.word.family == "retning" and record.text.startswith(record.form)
        told = [one for one in earlier if one.record.function in _TELLING][-1:]
        alike = (bare and not told) or any(
            one.of_shares == claim.of_shares or one.record.function == "av" for one in told
        )
        return [] if alike and not verb else [f"«{record.text}» hører ikke til tallet foran"]

    def _mixed(self, what: Callable[[Claim], Any]) -> bool:
        """Whether the claims of the sentence differ in something, so that each must say its own."""
        return any(what(one) != what(self.claims[0]) for one in self.claims[1:])

    def _unnamed_codes(
        self, claim: Claim, dimension: str, codes: set[str], said: tuple, near: Sequence[Claim]
    ) -> list[str]:
        read, own, above = said
        if any(f"{cell.statistikk.id}/{code}" in claim.measures for cell in claim.cells for code in codes):
            return []  # the measure is named by this code
        if codes == {self.data.about.get(dimension)}:
            return []  # what all of the page is about
        if claim.record.function == "superlativ" or any(kind == "maal" for kind, _ in own):
            near = ()
        above = () if any(kind == "maal" for kind, _ in own) else above  # what is named, is so with its codes
        if claim.whole(dimension) or (near and all(one.codes.get(dimension) == codes for one in near)):
            return []
        lists = [r for _, r in self.companions if r.function in _LISTS]
        lists += [one.record for one in self.claims if one.record.function == "opplisting"]
        listed = {cell.code(dimension) for record in lists for cell in record.subjects}
        told = claim.record.function in ("opplisting", _ANSWERED) and dimension not in self.data.about
        told = told or claim.record.function in _LISTS
        told = told or any(self._in_text(record, claim, dimension, codes) for record in lists)
        mixed = self._mixed(lambda one: one.codes.get(dimension, set()))
        named = {of[1] for kind, of in (read if mixed else own) if kind == "kode" and of[0] == dimension}
        named |= {self.data.about[of] for kind, of in own if kind == "sted" and of == dimension}
        over = {of[1] for kind, of in above if kind == "kode" and of[0] == dimension}
        named |= over if not named and self._in_headings(claim, dimension) <= codes else set()
        if told or named | listed >= codes:
            return []
        return [f"{dimension} er ikke nevnt ({', '.join(sorted(codes - named)[:3])})"]

    def _in_headings(self, claim: Claim, dimension: str) -> set[str]:
        """The codes of a dimension that the headings name: one that names others too is of something else."""
        text, standard = f" {' '.join(self.headings)} ", self.data.standard
        lists = [cell.statistikk.per[dimension] for cell in claim.cells if dimension in cell.statistikk.per][:1]
        names = {code: split_phrase(codes.running(code, standard)) for codes in lists for code in codes.koder}
        return {code for code, name in names.items() if f" {' '.join(name)} " in text}

    def _unnamed_years(self, claim: Claim, within: tuple[int, int], back: bool) -> list[str]:
        """The year of a claim that is not that of what was said before, and the one that a change is from when it is
        not the year before. Parameters: `within`, its clause: where years differ, each says its own; `back`, whether it
        says that it is of the year before the claim in front of it."""
        if back:
            front = self.claims[: self.claims.index(claim)][-1:]
            right = [one.years for one in front] == [{year + 1 for year in claim.years}]
            return [] if right and not self._start(claim) else ["året før er ikke året før det som står foran"]
        told = [(place, r.query.get("aar")) for place, r in self.companions if r.function == "aarstall"]
        said = {year for _, year in told} | self._years_shown(self.spans)
        before = set().union(*(one.years for one in self.before)) or {self.data.aar}
        wanted, first = claim.years, within[0]
        if self._mixed(lambda one: one.years) and any(place < first for place, _ in told):
            before = set()
        if self._mixed(lambda one: one.years):
            said = {year for place, year in told if first <= place < within[1]} | self._years_shown([claim])
        found = [] if wanted <= said or wanted == before else sorted(wanted)
        spoken = {year for one in self.before for year in one.series}
        spoken |= {year for _, r in self.companions if r.function == "periode" for year in r.query["aar"]}
        if (start := self._start(claim)) and start not in said | spoken:
            found.append(start)
        return [f"året er ikke nevnt ({', '.join(map(str, found))})"] if found else []

    def _start(self, claim: Claim) -> int:
        """The year that a claim is from, where that must be said; 0 for none. Numbers that went from one to another did
        so since the year before, and what goes one way has done so since it was first asked."""
        function, start = claim.record.function, min(claim.series)
        if function in ("vanlighet", "endring", "endring_ord", "utvikling"):
            return start
        if function in ("fra_til", "endret_med", "prosentpoeng"):
            return start if start < max(claim.series) - 1 else 0
        late = function == "trend" and start > max(self.data.first_asked(cell) for cell in claim.cells)
        return start if late else 0

    @staticmethod
    def _years_shown(spans: Iterable[Any]) -> set[int]:
        """The years that some spans, or claims, tell themselves."""
        tokens = (token for span in spans for token in split_phrase(span.record.text))
        return {int(token) for token in tokens if token.isdigit() and len(token) == 4}

    def _sides(self, claim: Claim) -> list[str]:
        """Of a comparison, the one that it is about stands before «enn» or «som», and the other after; where they are
        alike, both are named."""
        record = claim.record
        if record.word is None or not claim.compared:
            return []
        mine, theirs = ({cell.slag for cell in side} | {code for cell in side for _, code in cell.parts[1:]}
                        for side in ([unit[place] for unit in record.units] for place in (0, 1)))  # fmt: skip

        def named(row: Sequence[str]) -> set[str]:
            ways = {"kode": lambda of: [of[1]], "sted": lambda of: [self.data.about[of]], "slag": lambda of: [of]}
            ways |= {"maal": lambda of: [of.split("/")[-1]], "begge": lambda of: self.data.kinds}
            return {one for kind, of in self._read(row, claim)[0] if kind in ways for one in ways[kind](of)}

        if "lik" in record.word.rule:
            return [] if mine ^ theirs <= named(self.row) else ["det er ikke sagt hvem som sammenliknes"]
        middle = next((i for i, token in enumerate(self.row) if token in ("enn", "som")), len(self.row))
        one, other = named(self.row[:middle]), named(self.row[middle:])
        ordered = mine - theirs <= one and theirs - mine <= other
        if ordered and not (theirs - mine) & one and not (mine - theirs) & other:
            return []
        return ["hvem som sammenliknes, står ikke i orden: først den det gjelder, så «enn» og den andre"]
