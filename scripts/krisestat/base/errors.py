"""Problems that a statistician can act on: five parts each, in Norwegian, all of a step at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in the input.

    Parameters: `fil` (path within the project), `sted` (line, column or key; may be empty), `fant` (what was found),
    `ventet` (what was expected), `tiltak` (what to do). All are Norwegian text for the statistician.
    """

    fil: str
    sted: str
    fant: str
    ventet: str
    tiltak: str

    def __str__(self) -> str:
        sted = f", {self.sted}" if self.sted else ""
        return f"{self.fil}{sted}\n  Fant:   {self.fant}\n  Ventet: {self.ventet}\n  Gjør:   {self.tiltak}"


class Problems(Exception):
    """One or more problems; its text is what the terminal shows."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(dict.fromkeys(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        n = len(self.problems)
        head = "Fant 1 feil:" if n == 1 else f"Fant {n} feil:"
        return "\n\n".join([head, *(f"{i}. {p}" for i, p in enumerate(self.problems, 1))])


class ProblemList:
    """Collects problems so that all of a step can be raised at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, fil: object, sted: str, fant: str, ventet: str, tiltak: str) -> None:
        """Note one problem; parts as in `Problem`."""
        self.problems.append(Problem(str(fil), sted, fant, ventet, tiltak))

    def extend(self, error: Problems) -> None:
        """Take over the problems of an error raised further in."""
        self.problems.extend(error.problems)

    def raise_if_any(self) -> None:
        """Raise `Problems` with all that was collected, if anything was."""
        if self.problems:
            raise Problems(self.problems)


def report(work: Callable[[], str], failed: int = 1) -> int:
    """Do a command's work and print what it says; returns the exit code.

    Parameters: `work`, returns a Norwegian text for the terminal; `failed`, the code when it raises `Problems`, whose
    text is printed instead.
    """
    try:
        print(work())
    except Problems as error:
        print(f"\n{error}\n", file=sys.stderr)
        return failed
    return 0


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """«mente du «x»?» for the nearest candidate, or an empty text when none is near.

    Similarity is rapidfuzz's `WRatio`, at least 70 of 100; ties go to the first in the alphabet.
    """
    from rapidfuzz import fuzz, process  # only needed once something is wrong

    hit = process.extractOne(word, sorted(set(candidates)), scorer=fuzz.WRatio, score_cutoff=70)
    return f"mente du «{hit[0]}»?" if hit else ""


def shown(value: object, limit: int = 60) -> str:
    """A raw value in guillemets, safe for a terminal: control characters escaped, long text cut."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(value))
    return f"«{text[:limit]}…»" if len(text) > limit else f"«{text}»"
