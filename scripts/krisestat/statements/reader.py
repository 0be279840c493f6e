"""The one reader of text: what a sentence at its place says of the data, and whether data proves or contradicts it.

The gate of the edition's own text, the trying of sentences and the check of texts written elsewhere ask here. A
sentence with bound spans may be proven; one without spans may only be contradicted, or be for somebody to sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from krisestat.statements.cells import Cell
from krisestat.statements.clauses import Clause, Head, Names, read_clauses
from krisestat.statements.data import Data
from krisestat.statements.gate import Claim, prove
from krisestat.statements.judging import Judge, every
from krisestat.statements.record import FACTS, Record
from krisestat.statements.vocabulary import Vocabulary

PROVEN, CONTRADICTED, UNSIGNED = "bevist", "motsagt", "usignert"
_TYPED = "tallene sier det samme, men er skrevet for hånd: skriv dem med en funksjon, så er setningen bevist"
_LONGEST = 1500  # signs: nobody writes a longer sentence


@dataclass(frozen=True)
class Bound:
    """A bound span within a sentence: where it begins and ends, and the record of the function that wrote it.

    Of its record the gate asks: `units`, the cells of the claim, the subject first in each, then what it is compared
    with; `word`; `query`; `negative`, for a claim about those who do not (the complement of the count).
    """

    start: int
    end: int
    record: Record


@dataclass(frozen=True)
class Where:
    """Where a sentence stands.

    `headings` above it, the nearest last; `statistics` that the figure or table beside it shows, if it is the text of
    one; `before`, the verdict on the sentence before it in the same paragraph.
    """

    headings: tuple[str, ...] = ()
    statistics: frozenset[str] = frozenset()
    before: Verdict | None = None


@dataclass(frozen=True)
class Said:
    """One claim that was read: its text, how it was understood, the cells, and whether it holds (None: not decided)."""

    text: str
    told: str
    cells: tuple[Cell, ...]
    holds: bool | None


@dataclass(frozen=True)
class Verdict:
    """What became of a sentence: `outcome` («bevist», «motsagt» or «usignert»), why, and the claims that were read.

    `truth` is what the text alone says of the data: true, false, or neither; `proof` the claims that were proven, and
    `meant` those that would be. `leans`, whether it would be proven if the sentence before it were; `last`, its last
    clause, which the next sentence may lean on.
    """

    outcome: str
    why: tuple[str, ...] = ()
    claims: tuple[Said, ...] = ()
    truth: bool | None = None
    proof: tuple[Claim, ...] = ()
    meant: tuple[Claim, ...] = ()
    leans: bool = False
    last: Clause | None = None


class Read(NamedTuple):
    """What a text says by itself: whether it holds, why not or why that is not decided, its claims, and the last
    clause, which the next sentence may lean on."""

    truth: bool | None
    why: tuple[str, ...]
    said: tuple[Said, ...]
    last: Clause | None


class Reader:
    """Reads sentences of one written standard against the data of one edition."""

    def __init__(self, data: Data, words: Vocabulary):
        self.data, self.words, self.proven = data, words, words.proof
        self.judge = Judge(data, words)
        self._read: dict[tuple[str, str], Read] = {}
        self._verdicts: dict[tuple, tuple[Verdict | None, Verdict]] = {}

    def read(self, text: str, where: Where, spans: Sequence[Bound] = ()) -> Verdict:
        """The verdict on one sentence.

        Parameters: `text`, as the reader of the page meets it; `where` it stands; `spans`, its bound parts. The same
        sentence at the same place, on the page and on paper, is read once.
        """
        asked = tuple((span.start, span.end, span.record.signature, span.record.text) for span in spans)
        key = text, where.headings, where.statistics, id(where.before), asked
        if key not in self._verdicts:  # what stood before is kept with the answer, so that its id stays its own
            self._verdicts[key] = where.before, self._verdict(text, where, spans)
        return self._verdicts[key][1]

    def _verdict(self, text: str, where: Where, spans: Sequence[Bound]) -> Verdict:
        """The verdict on one sentence. Parameters: as `read`."""
        plain = _without_bases(text, spans, all_of_them=False)
        truth, why, said, end = self.claims(plain, where.before.last if where.before else None)
        if truth is None and (about := self._about(spans)):
            truth, why, said, _ = self.claims(_without_bases(text, spans), about)
        if strange := self._not_shown(text, where):
            return Verdict(CONTRADICTED, (f"figuren viser ikke {strange}",), said, False)
        if truth is False:
            meant = self._proved(text, where, spans, ())[0] if spans else ()
            return Verdict(CONTRADICTED, why, said, truth, meant=tuple(meant), last=end)
        if not any(span.record.function not in FACTS or span.record.units for span in spans):
            return Verdict(UNSIGNED, (_TYPED,) if truth else why, said, truth, last=end)
        last = where.before or Verdict(PROVEN)
        claims, faults = self._proved(text, where, spans, last.proof)
        if not faults:
            return Verdict(PROVEN, why, said, truth, tuple(claims), tuple(claims), last=end)
        leans = last.outcome != PROVEN and not self._proved(text, where, spans, last.meant)[1]
        return Verdict(UNSIGNED, tuple(faults), said, truth, (), tuple(claims), leans, end)

    def _proved(
        self, text: str, where: Where, spans: Sequence[Bound], before: Sequence[Claim]
    ) -> tuple[list[Claim], list[str]]:
        """As `prove`, and of what the figure shows that the text stands at."""
        claims, faults = prove(text, spans, where.headings, before, self.proven, self.data)
        if not faults and where.statistics:
            others = {c.statistikk.id for claim in claims for c in claim.cells} - where.statistics
            faults = [f"figuren viser ikke {', '.join(sorted(others))}"] if others else []
        return claims, faults

    def _not_shown(self, text: str, where: Where) -> str:
        """What is counted by the words of a description of a figure and not by the figure; «» for nothing."""
        items = self.words.items(text) if where.statistics else []
        if not items or items[0].text.lower() not in self.words.charts:
            return ""
        units = {self.data.model[name].enhet.id for name in where.statistics}
        units |= {"senter"} if self.data.unit in units else set()
        return next((item.text for item in items if item.kind == "enhet" and item.value[0] not in units), "")

    def _about(self, spans: Sequence[Bound]) -> Clause | None:
        """What the spans of a sentence speak of, where that is one thing: a clause that leaves it out means that."""
        records = [span.record for span in spans if span.record.function not in FACTS]
        cells = [cell for record in records for unit in record.units for cell in unit[:1]]
        one = cells[0].statistikk if cells else None
        if one is None or any(cell.statistikk is not one for cell in cells):
            return None
        names = Names([one.enhet.id], list(dict.fromkeys(c.slag for c in cells if one.kinds)), [], [(one.id,)])
        for dimension, codes in one.per.items():
            told = {cell.code(dimension) for cell in cells}
            if dimension != one.kinds and told != {codes.total}:
                names.codes += [((dimension, code),) for code in codes.in_order(told)]
        return Clause(Head("spenn", ""), "", names, sure=True)

    def claims(self, text: str, before: Clause | None = None) -> Read:
        """What a text says of the data by itself. Parameters: `before`, the last clause of the sentence before it."""
        key = text, repr(before.names) if before else ""
        if key not in self._read:
            self._read[key] = self._claims(" ".join(text.split()), before)
        return self._read[key]

    def _claims(self, text: str, before: Clause | None) -> Read:
        if len(text) > _LONGEST:
            return Read(None, (f"setningen har mer enn {_LONGEST} tegn",), (), before)
        clauses, doubts = read_clauses(text, self.words, self.data.aar, before)
        judged = [self.judge.judge(clause) for clause in clauses]
        said = tuple(
            Said(clause.head.text, _told(clause), one.cells, None if doubts else one.truth)
            for clause, one in zip(clauses, judged, strict=True)
        )
        why = tuple(dict.fromkeys([*doubts, *(one.why for one in judged if one.why)]))
        truth = None if doubts or not judged else every(one.truth for one in judged)
        return Read(truth, why, said, clauses[-1] if clauses else None if doubts else before)


def _without_bases(text: str, spans: Sequence[Bound], all_of_them: bool = True) -> str:
    """A sentence without the numbers that only say of how many: they are no counts of what it speaks of. Parameters:
    `all_of_them`, and not only those that a word for a change has in brackets."""
    for span in spans:
        cut = max(span.record.text.find(" ("), 0) if span.record.function in ("utvikling", "endring_ord") else 0
        if cut or (all_of_them and span.record.function in FACTS and span.record.units):
            text = text[: span.start + cut] + " " * (span.end - span.start - cut) + text[span.end :]
    return text


def _told(clause: Clause) -> str:
    """How a clause was understood, in short: its words for what it names."""
    names = clause.names
    codes = [code for options in names.codes for _, code in options[:1]]
    told = [*map(" eller ".join, names.measures), *names.units, *names.kinds, *codes, *map(str, clause.now)]
    return "/".join(dict.fromkeys(told))
