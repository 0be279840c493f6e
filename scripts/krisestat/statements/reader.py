"""The one reader of text: what a sentence at its place says of the data, and whether data proves or contradicts it.

The gate of the edition's own text, the trying of sentences and the check of texts written elsewhere ask here. A
sentence with bound spans may be proven; one without spans may only be contradicted, or be for somebody to sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from krisestat.statements.cells import Cell
from krisestat.statements.clauses import Clause, read_clauses
from krisestat.statements.data import Data
from krisestat.statements.gate import Claim, prove, words_of
from krisestat.statements.judging import Judge, every
from krisestat.statements.record import FACTS, Record
from krisestat.statements.vocabulary import Vocabulary

PROVEN, CONTRADICTED, UNSIGNED = "bevist", "motsagt", "usignert"
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

    `kind` of unit («avsnitt», «overskrift», «hovedpunkt», «ingress», «tittel», «beskrivelse», «alternativtekst» …);
    `headings` above it, the nearest last; `statistics` that the figure or table beside it shows, if it is the text of
    one; `before`, the verdict on the sentence before it in the same paragraph.
    """

    kind: str = "avsnitt"
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

    `truth` is what the text alone says of the data: true, false, or neither; `proof` the claims that were proven.
    """

    outcome: str
    why: tuple[str, ...] = ()
    claims: tuple[Said, ...] = ()
    truth: bool | None = None
    proof: tuple[Claim, ...] = ()


class Reader:
    """Reads sentences of one written standard against the data of one edition."""

    def __init__(self, data: Data, words: Vocabulary):
        self.data, self.words, self.proven = data, words, words_of(words.proof)
        self.judge = Judge(data, words)
        self._read: dict[str, tuple[bool | None, tuple[str, ...], tuple[Said, ...]]] = {}

    def read(self, text: str, where: Where, spans: Sequence[Bound] = ()) -> Verdict:
        """The verdict on one sentence.

        Parameters: `text`, as the reader of the page meets it; `where` it stands; `spans`, its bound parts.
        """
        truth, why, said = self.claims(text)
        if truth is False:
            return Verdict(CONTRADICTED, why, said, truth)
        if not any(span.record.function not in FACTS or span.record.units for span in spans):
            return Verdict(UNSIGNED, why, said, truth)
        before = where.before.proof if where.before else ()
        claims, faults = prove(text, spans, where.headings, before, self.proven, self.data)
        if not faults and where.statistics:
            strange = {c.statistikk.id for claim in claims for c in claim.cells} - where.statistics
            faults = [f"figuren viser ikke {', '.join(sorted(strange))}"] if strange else []
        proof = () if faults else (*claims, *(one for one in before if one not in claims))
        return Verdict(UNSIGNED if faults else PROVEN, tuple(faults) or why, said, truth, proof)

    def claims(self, text: str) -> tuple[bool | None, tuple[str, ...], tuple[Said, ...]]:
        """What a text says of the data by itself: whether it holds, why, and its claims."""
        if text not in self._read:
            self._read[text] = self._claims(" ".join(text.split()))
        return self._read[text]

    def _claims(self, text: str) -> tuple[bool | None, tuple[str, ...], tuple[Said, ...]]:
        if len(text) > _LONGEST:
            return None, (f"setningen har mer enn {_LONGEST} tegn",), ()
        clauses, doubts = read_clauses(text, self.words, self.data.aar)
        judged = [self.judge.judge(clause) for clause in clauses]
        said = tuple(
            Said(clause.head.text, _told(clause), one.cells, None if doubts else one.truth)
            for clause, one in zip(clauses, judged, strict=True)
        )
        why = tuple(dict.fromkeys([*doubts, *(one.why for one in judged if one.why)]))
        return (None if doubts or not judged else every(one.truth for one in judged)), why, said


def _told(clause: Clause) -> str:
    """How a clause was understood, in short: its words for what it names."""
    names = clause.names
    codes = [code for options in names.codes for _, code in options[:1]]
    return "/".join(dict.fromkeys([*names.measures, *names.units, *names.kinds, *codes, *map(str, clause.now)]))
