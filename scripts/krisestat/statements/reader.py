"""The one reader of text: what a sentence at its place says of the data, and whether data proves or contradicts it.

The gate of the edition's own text, the trying of sentences and the check of texts written elsewhere ask here. A
sentence with bound spans may be proven; one without spans may only be contradicted, or be for somebody to sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from krisestat.statements.cells import Cell
from krisestat.statements.data import Data
from krisestat.statements.record import Record
from krisestat.statements.textcheck.check import CONTRADICTED as DENIED
from krisestat.statements.textcheck.check import check_text
from krisestat.statements.textcheck.terms import Terms

PROVEN, CONTRADICTED, UNSIGNED = "bevist", "motsagt", "usignert"


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
    """What became of a sentence: `outcome` («bevist», «motsagt» or «usignert»), why, and the claims that were read."""

    outcome: str
    why: tuple[str, ...] = ()
    claims: tuple[Said, ...] = ()


class Reader:
    """Reads sentences of one written standard against the data of one edition."""

    def __init__(self, data: Data, terms: Terms):
        self.data, self.terms = data, terms

    def read(self, text: str, where: Where, spans: Sequence[Bound] = ()) -> Verdict:
        """The verdict on one sentence.

        Parameters: `text`, as the reader of the page meets it; `where` it stands; `spans`, its bound parts.
        """
        found = check_text(text, self.data, self.terms).findings
        claims = tuple(
            Said(f.text, f.told[0] if f.told else "", f.cells, {"støttes": True, DENIED: False}.get(f.status))
            for f in found
        )
        outcome = CONTRADICTED if any(c.holds is False for c in claims) else UNSIGNED
        return Verdict(outcome, tuple(dict.fromkeys(f.why for f in found if f.why)), claims)
