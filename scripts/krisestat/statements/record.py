"""One recorded statement: what was said, of which cells, by which rule, and how far it is from being false."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from krisestat.statements.cells import Cell, Unproven
from krisestat.statements.lexicon import Word
from krisestat.statements.rules import Unit, margin

# Functions that tell the number itself; from it every true wording about the cell follows.
NUMERIC = {"antall", "av", "prosent", "unntak", "opplisting", "fra_til"}
# Functions that speak of the first cell of a unit; the others are what it is beside.
OF_FIRST = NUMERIC - {"fra_til"} | {"mengde", "omtrent", "hyppighet"}
# Functions that say nothing about the answers.
FACTS = {"aarstall", "periode", "base", "baser", "fast"}
# The number that an id has among those that ask the same, and a year in it.
_NAMESAKE = re.compile(r"-\d{1,3}$")
_YEAR = re.compile(r"(?<=[-.])(?:19|20)\d\d(?=[-.]|$)")


@dataclass(frozen=True)
class Place:
    """A line in the templates; empty when a function was called from elsewhere."""

    fil: str = ""
    linje: int = 0

    def __str__(self) -> str:
        return f"linje {self.linje}" if self.linje else ""


@dataclass
class Record:
    """What the book keeps of one call.

    `units` with `holds` are the claim: it must hold of each unit. `exceptions` are those of which it must not: of each,
    at least one unit. `word` and `form` are the word used, as lexicon row
    and as written. `needs_bases` and `says_bases` are the bases (`Cell.base_key`) that the paragraph must tell, and
    those that this span tells. `negative` is a claim about those who do not: of its cells, what is left of the base.
    `variants` are the choices between sentences that led here; `outcome` is that of a
    condition; `understated`, whether its word says less than its cells do, all of them.
    """

    function: str
    text: str
    units: tuple[Unit, ...] = ()
    holds: Callable[[Unit], bool] = lambda unit: True
    exceptions: tuple[tuple[Unit, ...], ...] = ()
    rule: str = ""
    word: Word | None = None
    form: str = ""
    query: Mapping = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    in_house: bool = True
    understated: bool = False
    capital: bool | None = None
    needs_bases: frozenset[tuple[str, int, int | None]] = frozenset()
    says_bases: frozenset[tuple[str, int, int | None]] = frozenset()
    negative: bool = False
    variants: tuple[Mapping, ...] = ()
    outcome: bool | None = None
    problem: Unproven | None = None
    place: Place = Place()

    @property
    def cells(self) -> list[Cell]:
        """The cells of all units, each once, in order."""
        return list({c.key: c for unit in self.units for c in unit}.values())

    @property
    def subjects(self) -> list[Cell]:
        """The cells that the statement is about: not those that an extreme is set above, nor the whole of a part."""
        first = self.function in OF_FIRST or (self.word and self.word.family == "ytterst")
        return [u[0] for u in self.units] if first else self.cells

    @property
    def signature(self) -> tuple:
        """What makes two calls the same question."""
        return (self.function, self.form, repr(sorted(self.query.items())))

    def name(self) -> str:
        """The id that the statement would like: readable, and from the question alone, never from the answer."""
        keys = list(self.query)
        asked = [self.query[key] for key in keys[: keys.index("aar") + 1 if "aar" in keys else len(keys)]]
        parts = [".".join(map(str, v)) if isinstance(v, list) else str(v) for v in asked]
        return "-".join([self.function, *parts]).replace("_", "-")

    def margin(self) -> dict | None:
        """How many centres would have to answer otherwise before the wording is false, and the cell where it breaks
        first. For a series that goes both ways it may take changes in several cells; the largest is told."""
        found = None
        if self.function not in FACTS:
            broken = margin(self.units, self.holds, self.word.rule if self.word else "")
            lost = (margin(*_as_one(units, self.holds)) for units in self.exceptions)
            found = min(filter(None, (broken, *lost)), key=lambda way: way[0], default=None)
        if found is None:
            return None
        centres, key, change = found
        return {"sentre": centres, "celle": key, "endring": change}


def question(id: str, serie: tuple[int, int]) -> str:
    """What a statement asks, whatever the edition: its id with each year told from the edition's («0», «-1») or as the
    first of the series («f»), and without its number.

    Parameters: `serie`, the edition's first and last year.
    """
    first, last = serie

    def told(hit: re.Match[str]) -> str:
        year = int(hit[0])
        return "f" if year == first != last else str(year - last)

    return _YEAR.sub(told, unnumbered(id))


def unnumbered(id: str) -> str:
    """An id without its number among those that ask the same."""
    return _NAMESAKE.sub("", id)


def _as_one(units: tuple[Unit, ...], holds: Callable[[Unit], bool]) -> tuple[list[Unit], Callable[[Unit], bool]]:
    """An exception as a claim of its own: the cells of all its units, and that `holds` fails for at least one."""
    ends = list(accumulate((len(u) for u in units), initial=0))
    return [tuple(c for u in units for c in u)], lambda whole: not all(holds(whole[a:b]) for a, b in pairwise(ends))


def cell_evidence(cell: Cell) -> dict:
    """A cell as it stands in the evidence."""
    whole = cell.verdi is None or cell.verdi == int(cell.verdi)
    return {
        "celle": cell.key,
        "statistikk": cell.statistikk.id,
        "koder": dict(zip(cell.statistikk.per, cell.koder, strict=True)),
        "aar": cell.aar,
        "verdi": str(cell.verdi) if not whole else None if cell.verdi is None else int(cell.verdi),
        "nevner": cell.nevner,
        "svar": dict(cell.svar) if cell.statistikk.others else {},
        "andel": None if cell.nevner is None else str(cell.share),
        "opphav": cell.opphav,
    }


def evidence_of(id: str, record: Record, text: str, version: str) -> dict:
    """The evidence of a published record. Parameters: `text`, as it stands on the page; `version`, of the lexicon."""
    cells = record.cells
    return {
        "id": id,
        "funksjon": record.function,
        "tekst": text,
        "ord": record.form or None,
        "regel": record.rule,
        "leksikon": version,
        "spoerring": dict(record.query),
        "celler": [cell_evidence(c) for c in cells],
        "margin": record.margin(),
        "i_husstilen": record.in_house,
        "alternativer": list(record.alternatives),
        "varianter": [dict(v) for v in record.variants],
        "opphav": sorted({c.opphav for c in cells}),
        "steder": [],
    }
