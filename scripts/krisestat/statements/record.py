"""One recorded statement: what was said, of which cells, by which rule, and how far it is from being false."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from krisestat.statements.cells import DIMENSIONS, Cell
from krisestat.statements.lexicon import Word
from krisestat.statements.rules import Unit, margin

# Functions that tell the number itself; from it every true wording about the cell follows.
NUMERIC = {"antall", "av", "prosent", "unntak", "opplisting"}
# Functions whose text is a count: nothing may make it approximate.
EXACT = NUMERIC | {"base", "endring", "baser", "prosentpoeng"}
# Functions that say nothing about the answers.
FACTS = {"aarstall", "periode", "base", "baser", "fast", "navn"}


class Unproven(Exception):
    """A statement that the data does not support, or a query that does not work; becomes a `Problem` with its sentence."""

    def __init__(self, fant: str, ventet: str, tiltak: str, query: bool = False):
        super().__init__(fant)
        self.fant, self.ventet, self.tiltak, self.query = fant, ventet, tiltak, query


@dataclass(frozen=True)
class Place:
    """Where in the templates a function was called."""

    fil: str
    linje: int

    def __str__(self) -> str:
        return f"linje {self.linje}" if self.linje else ""


@dataclass
class Record:
    """What the book of statements keeps of one call.

    `units` with `holds` are the claim: it must hold of each unit. `needs_bases` and `says_bases` are the (group, year) pairs
    whose base the sentence must tell, and those that this span tells.
    """

    function: str
    place: Place
    text: str
    units: tuple[Unit, ...] = ()
    holds: Callable[[Unit], bool] = lambda unit: True
    rule: str = ""
    word: Word | None = None
    form: str = ""
    query: Mapping = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    in_house: bool = True
    capital: bool | None = None
    needs_bases: frozenset[tuple[str, int]] = frozenset()
    says_bases: frozenset[tuple[str, int]] = frozenset()
    variants: tuple[Mapping, ...] = ()
    outcome: bool | None = None
    problem: Unproven | None = None

    @property
    def cells(self) -> list[Cell]:
        """The cells of all units, each once, in order."""
        return list({c.key: c for unit in self.units for c in unit}.values())

    @property
    def signature(self) -> tuple:
        """What makes two calls the same question."""
        return (self.function, self.form, repr(sorted(self.query.items())))

    def name(self) -> str:
        """The id that the statement would like: readable, from the query alone, never from what the data answered."""
        parts = [self.function]
        for dimension in DIMENSIONS:
            value = self.query.get(dimension)
            if value not in (None, "", []):
                parts.append(".".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))
        return "-".join(parts).replace("_", "-")

    def margin(self) -> dict | None:
        """The number of centres that would have to answer otherwise before the wording is false, and where it breaks first."""
        if self.function in FACTS or not self.units:
            return None
        found = margin(self.units, self.holds)
        if found is None:
            return None
        centres, key, change = found
        return {"sentre": centres, "celle": cell_name(key), "endring": change}


def cell_name(key: tuple) -> str:
    """A cell's key as text: «samarbeid/kvinner/politi//2020»."""
    return "/".join(map(str, key))


def cell_evidence(cell: Cell) -> dict:
    """A cell as it stands in the evidence."""
    share = None if cell.base is None else str(cell.share)
    return {
        "celle": cell_name(cell.key),
        **dict(zip(DIMENSIONS, cell.key, strict=True)),
        "antall": cell.antall,
        "base": cell.base,
        "andel": share,
        "nei": cell.nei,
        "vet_ikke": cell.vet_ikke,
        "ubesvart": cell.ubesvart,
        "opphav": cell.opphav,
    }
