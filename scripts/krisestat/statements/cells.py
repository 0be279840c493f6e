"""Cells: the numbers that statements speak of, each an observation of a statistic by its own dimensions and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from krisestat.model.declared import PERCENT, Cubes, Model, Statistic

# What names a series, in `Data`: its statistic and its codes.
Series = tuple[str, tuple[str, ...]]


class Unproven(Exception):
    """A statement that data does not support.

    Carries three of the five parts of a `Problem`; file and line are known where it is caught.
    """

    query = False

    def __init__(self, fant: str, ventet: str, tiltak: str):
        super().__init__(fant)
        self.fant, self.ventet, self.tiltak = fant, ventet, tiltak


class Unaskable(Unproven):
    """A question that cannot be asked of the data."""

    query = True


class Absent(Unaskable):
    """A question about numbers that are not there: hidden, missing, not asked that year, or counted in another way. The
    question is right, and another year may have the answer."""


class Query(NamedTuple):
    """What a function was asked, as the editor wrote it: by dimension a code, several codes (each must hold), or
    «alle»; a dimension that is not there is at its whole. `each` is the dimension of which every part is meant."""

    statistikk: Statistic
    koder: Mapping[str, str | Sequence[str]]
    aar: int
    each: str = ""

    def told(self) -> dict[str, Any]:
        """The query as it stands in the evidence: only what was asked, lists as lists, up to the year."""
        asked = {name: code if isinstance(code, str) else list(code) for name, code in self.koder.items()}
        return {"statistikk": self.statistikk.id, **asked} | ({"aar": self.aar} if self.aar else {})


@cache
def cell_name(statistikk: Statistic, koder: tuple[str, ...], aar: int) -> str:
    """The id of a cell: «samarbeid/tilbud=kvinner/instans=politi/2020»."""
    return statistikk.cell({**dict(zip(statistikk.per, koder, strict=True)), "aar": aar})


class Cell(NamedTuple):
    """One observation. `koder` are its codes in the order of the dimensions; `svar` the other answers to the same
    question, each with how many gave it."""

    statistikk: Statistic
    koder: tuple[str, ...]
    aar: int
    verdi: int | Fraction | None
    nevner: int | None
    svar: tuple[tuple[str, int], ...]
    status: str
    opphav: str

    @property
    def key(self) -> str:
        """The id of the cell."""
        return cell_name(self.statistikk, self.koder, self.aar)

    @property
    def series(self) -> Series:
        """What names the cell in every year."""
        return self.statistikk.id, self.koder

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What is counted and each code with its dimension; a dimension at its whole is left out."""
        told = zip(self.statistikk.per.items(), self.koder, strict=True)
        return [("", self.statistikk.enhet.id), *((name, code) for (name, codes), code in told if code != codes.total)]

    @property
    def told(self) -> str:
        """The cell in short form for an error: «kvinner/politi»."""
        return "/".join(code for _, code in self.parts[1:]) or self.statistikk.id

    def code(self, dimension: str) -> str:
        """The code in a dimension; «» where the statistic has no such dimension."""
        return dict(zip(self.statistikk.per, self.koder, strict=True)).get(dimension, "")

    def without(self, dimension: str) -> tuple[str, tuple[str, ...]]:
        """The statistic and the codes but for one dimension: what cells have in common that differ in it alone."""
        told = zip(self.statistikk.per, self.koder, strict=True)
        return self.statistikk.id, tuple(code for name, code in told if name != dimension)

    @property
    def slag(self) -> str:
        """Which kind of what is counted, in the dimension that has its name: «kvinner»; else what is counted."""
        return self.code(self.statistikk.kinds) or self.statistikk.enhet.id

    @property
    def open(self) -> bool:
        """Whether the number may be spoken of: neither hidden nor missing."""
        return not self.status and self.verdi is not None

    @property
    def base_key(self) -> tuple[str, int, int | None]:
        """What names a base in a paragraph: the kind, the year and the number itself, for the points of a checklist do
        not all have the same."""
        return self.slag, self.aar, self.nevner

    @property
    def tall(self) -> Any:
        """The number of an open cell, whole or a fraction. Raises `ValueError` for one that has none to speak of."""
        if self.verdi is None:
            raise ValueError(self.key)
        return self.verdi

    @property
    def av(self) -> int:
        """The base of a cell that has one. Raises `ValueError` otherwise."""
        if self.nevner is None:
            raise ValueError(self.key)
        return self.nevner

    @property
    def share(self) -> Fraction:
        """The exact share, where there is a base, or what is told is a share. Raises `Unproven` for a base of 0: nobody
        was asked."""
        if self.statistikk.type == PERCENT:
            return Fraction(self.tall) / 100
        if self.nevner == 0:
            raise Unaskable(f"{self.key}, der basen er 0", "en andel av noe", "Skriv om noe annet.")
        return Fraction(self.tall, self.av)

    @property
    def unsure(self) -> tuple[tuple[str, int], ...]:
        """The answers of the base that say neither yes nor no, each with how many gave it."""
        listed = self.statistikk.answers
        outside = ("utenfor", "ikke_spurt") if self.statistikk.svar.get("base") == "gjelder" else ()
        unsure = [c for c in listed.unsure if listed.roller.get(c) not in outside] if listed else ()
        return tuple((code, number) for code, number in self.svar if code in unsure)

    @property
    def silent(self) -> int:
        """How many of the base did not answer yes or no."""
        return sum(number for _, number in self.unsure)

    def denied(self) -> Cell:
        """The cell of those who answered no: of a count, what is left of the base."""
        return self._replace(verdi=self.av - self.tall - self.silent, svar=self.unsure)

    @property
    def all_answered(self) -> bool:
        """Whether every one of the base answered yes or no."""
        return not self.silent

    def answered(self) -> Cell:
        """The same cell with those who answered as its base."""
        roles = self.statistikk.answers.roller if self.statistikk.answers else {}
        kept = tuple((code, 0 if code in roles else number) for code, number in self.svar)
        return self._replace(nevner=int(self.tall) + sum(number for _, number in kept), svar=kept)

    def flipped(self, by: int) -> Cell | None:
        """The cell if `by` more had said yes (fewer if negative), or None where that is impossible."""
        number = self.tall + by
        if number < 0 or (self.nevner is not None and number > self.nevner):
            return None
        rest, others = -by, []
        for code, said in self.svar:  # a yes comes from a no first; a lost yes becomes a no
            value = max(0, said + rest)
            rest += said - value
            others.append((code, value))
        return self._replace(verdi=number, svar=tuple(others))


def cells_of(model: Model, cubes: Cubes) -> list[Cell]:
    """Observations as cells, by statistic. Where the answer is a dimension, the other answers are those beside it."""
    found = []
    for name, rows in cubes.items():
        statistic, answer = model[name], model[name].answer_dim
        same = [column for column in ("aar", *statistic.per) if column != answer]
        beside: dict[tuple, dict[str, Any]] = {}
        for row in rows if answer else ():
            beside.setdefault(tuple(row[column] for column in same), {})[row[answer]] = row["verdi"]
        for row in rows:
            said = beside[tuple(row[column] for column in same)] if answer else row
            others = [c for c in statistic.per[answer].koder if c != row[answer]] if answer else statistic.others
            numbers = row["verdi"], row.get("nevner"), tuple((code, said.get(code) or 0) for code in others)
            found.append(Cell(statistic, statistic.at(row), row["aar"], *numbers, row["status"], row["opphav"]))
    return found
