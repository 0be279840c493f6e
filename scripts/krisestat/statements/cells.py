"""Cells: the numbers that statements speak of, found by indicator, group, partner, form and year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

DIMENSIONS = ("indikator", "gruppe", "instans", "form", "aar")
ALL = "alle"


class Unproven(Exception):
    """A statement that data does not support, or (`query`) a question that cannot be asked of it.

    Carries three of the five parts of a `Problem`; file and line are known where it is caught.
    """

    def __init__(self, fant: str, ventet: str, tiltak: str, query: bool = False):
        super().__init__(fant)
        self.fant, self.ventet, self.tiltak, self.query = fant, ventet, tiltak, query


class Query(NamedTuple):
    """What a function was asked, as the editor wrote it: a code, several codes (each must hold), or «alle»."""

    indikator: str
    gruppe: str | Sequence[str] | None = None
    instans: str | Sequence[str] | None = None
    form: str | Sequence[str] | None = None
    aar: int = 0

    def told(self, fra: int | None = None) -> dict[str, Any]:
        """The query as it stands in the evidence: only what was asked, lists as lists."""
        asked = {d: list(v) if isinstance(v, (list, tuple)) else v for d, v in self._asdict().items() if v}
        return asked if fra is None else asked | {"fra": fra}


class Cell(NamedTuple):
    """One row of `utdata`. Counts in the unit of its group: services, municipalities, agreements …"""

    indikator: str
    gruppe: str
    instans: str
    form: str
    aar: int
    antall: int | None
    base: int | None
    nei: int | None
    vet_ikke: int | None
    ubesvart: int | None
    ikke_spurt: int | None
    status: str
    opphav: str

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What names the cell: indicator, group, partner, form, year."""
        return self[:5]

    @property
    def open(self) -> bool:
        """Whether the number may be spoken of: neither hidden nor missing."""
        return not self.status and self.antall is not None

    @property
    def base_key(self) -> tuple[str, int, int | None]:
        """What names a base in a paragraph: the group, the year and the number itself, for the points of a checklist do
        not all have the same."""
        return self.gruppe, self.aar, self.base

    @property
    def tall(self) -> int:
        """The count of an open cell. Raises `ValueError` for one that has none to speak of."""
        if self.antall is None:
            raise ValueError(cell_name(self.key))
        return self.antall

    @property
    def av(self) -> int:
        """The base of a cell that has one. Raises `ValueError` otherwise."""
        if self.base is None:
            raise ValueError(cell_name(self.key))
        return self.base

    @property
    def share(self) -> Fraction:
        """The exact share; only where there is a base. Raises `Unproven` for a base of 0: nobody was asked."""
        if self.base == 0:
            raise Unproven(f"{cell_name(self.key)}, der basen er 0", "en andel av noe", "Skriv om noe annet.", True)
        return Fraction(self.tall, self.av)

    @property
    def all_answered(self) -> bool:
        """Whether every service answered yes or no."""
        return not (self.vet_ikke or self.ubesvart or self.ikke_spurt)

    def answered(self) -> Cell:
        """The same cell with those who answered as its base."""
        return self._replace(base=self.tall + (self.nei or 0) + (self.vet_ikke or 0), ubesvart=0, ikke_spurt=0)

    def flipped(self, by: int) -> Cell | None:
        """The cell if `by` more services had said yes (fewer if negative), or None where that is impossible."""
        antall = self.tall + by
        if antall < 0 or (self.base is not None and antall > self.base):
            return None
        if self.base is None:
            return self._replace(antall=antall)
        rest = -by
        others: dict[str, Any] = {}
        for name in (
            "nei",
            "vet_ikke",
            "ubesvart",
            "ikke_spurt",
        ):  # a yes comes from a no first; a lost yes becomes a no
            value = max(0, (getattr(self, name) or 0) + rest)
            rest += (getattr(self, name) or 0) - value
            others[name] = value
        return self._replace(antall=antall, **others)


def cells_by_key(rows: Iterable[Mapping]) -> dict[tuple, Cell]:
    """Index rows of the contract UTDATA by what names a cell."""
    names = ("antall", "base", "nei", "vet_ikke", "ubesvart", "ikke_spurt", "status", "opphav")
    cells = (
        Cell(
            r["indikator"], r["gruppe"], r["instans"] or "", r["samarbeidsform"] or "", r["aar"], *(r[n] for n in names)
        )
        for r in rows
    )
    return {c.key: c for c in cells}


def cell_name(key: tuple) -> str:
    """A cell's key as text: «samarbeid/kvinner/politi//2020»."""
    return "/".join(map(str, key))
