"""Problems that a statistician can act on: five parts each, in Norwegian, all of a step at once."""

from __future__ import annotations

import errno
import io
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_ROOM = "Gjør plass, og prøv på nytt. Det som er ferdig, blir ikke laget igjen."
_RIGHTS = "Gi deg selv tilgang, eller be den som eier filen, om det."
_PLACE = "Legg filen på plass, og prøv på nytt."
# What a fault of the system is in words, and what a person can do about it.
_SYSTEM = {
    errno.ENOSPC: ("disken er full", _ROOM),
    errno.EDQUOT: ("disken er full (kvote)", _ROOM),
    errno.EFBIG: ("en fil som er større enn systemet tillater", _ROOM),
    errno.EROFS: ("en disk som bare kan leses", "Bygg på en disk som du kan skrive på."),
    errno.EACCES: ("ingen tilgang", _RIGHTS),
    errno.EPERM: ("ingen tilgang", _RIGHTS),
    errno.ENOENT: ("filen finnes ikke", _PLACE),
    errno.EISDIR: ("en mappe, ikke en fil", _PLACE),
    errno.ENOTDIR: ("en fil der det skulle vært en mappe", _PLACE),
}


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
    """One or more problems; its text is what the terminal shows. Parameters: `neste`, the one command to go on with."""

    def __init__(self, problems: Iterable[Problem], neste: str = ""):
        self.problems = list(dict.fromkeys(problems))
        self.neste = neste
        super().__init__(self.problems)

    def __str__(self) -> str:
        n = len(self.problems)
        head = "Fant 1 feil:" if n == 1 else f"Fant {n} feil:"
        told = [head, *(f"{i}. {p}" for i, p in enumerate(self.problems, 1))]
        return "\n\n".join([*told, f"Neste: {self.neste}"] if self.neste else told)


def one_problem(fil: object, sted: str, fant: str, ventet: str, tiltak: str) -> Problems:
    """A fault that is told alone, to be raised; parts as in `Problem`."""
    return Problems([Problem(str(fil), sted, fant, ventet, tiltak)])


class ProblemList:
    """Collects problems so that all of a step can be raised at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, fil: object, sted: str, fant: str, ventet: str, tiltak: str) -> None:
        """Note one problem; parts as in `Problem`."""
        self.problems.append(Problem(str(fil), sted, fant, ventet, tiltak))

    def extend(self, error: Problems | ProblemList) -> None:
        """Take over the problems of an error raised further in, or of another list."""
        self.problems.extend(error.problems)

    def of(self, made: tuple[T, ProblemList]) -> T:
        """What a step made, whose problems are taken over."""
        self.extend(made[1])
        return made[0]

    def raise_if_any(self, neste: str = "") -> None:
        """Raise `Problems` with all that was collected, if anything was. Parameters: `neste`, as there."""
        if self.problems:
            raise Problems(self.problems, neste)


def of_system(error: OSError) -> Problems:
    """A fault of the disk or of rights on it, for the person who can do something about it."""
    found, fix = _SYSTEM.get(error.errno or 0, (error.strerror or str(error), _PLACE))
    place = str(error.filename or "disken eller mappen for midlertidige filer")
    return one_problem(place, "", found, "en fil som kan leses eller skrives", fix)


@contextmanager
def told(name: str, log: Path | None = None, failed: int = 1) -> Iterator[None]:
    """What the start of a build, every job and every command do around their work: the terminal takes Norwegian letters
    whatever the locale, and what goes wrong is told in five parts.

    Parameters: `name`, for the terminal; `log`, where tracebacks go, a file of logs/ with that name when None and the
    fault is one of the code; `failed`, the exit code that the program then ends with.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        yield
    except KeyboardInterrupt:
        print("\nStoppet.", file=sys.stderr)
        raise SystemExit(130) from None
    except Exception as error:
        fault = of_system(error) if isinstance(error, OSError) else error
        text = f"{fault}\n\nDetaljer står i {log}." if log else str(fault)
        if not isinstance(fault, Problems):
            log = log or Path("logs", f"{name}.log")
            text = f"Uventet feil i «{name}». Dette er en feil i Krisestat, ikke i dataene.\n"
            text += f"  Gjør:   Meld den, og legg ved {log}."
        if log:
            with suppress(OSError):
                log.parent.mkdir(parents=True, exist_ok=True)
                with log.open("a", encoding="utf-8") as file:
                    file.write(f"{fault}\n\n{traceback.format_exc()}")
        print(f"\n{text}\n", file=sys.stderr)
        raise SystemExit(failed) from None


def did_you_mean(word: str, candidates: Iterable[str], same_numbers: bool = False) -> str:
    """«mente du «x»?» for the nearest candidate, or an empty text when none is near.

    Similarity is rapidfuzz's `ratio` whatever the case, at least 70 of 100; ties go to the first in the alphabet.
    Parameters: `same_numbers`, whether one with other numbers in it is another thing, however like it is.
    """
    from rapidfuzz import fuzz, process  # only needed once something is wrong

    alike = sorted(c for c in {*candidates} - {word} if not same_numbers or _numbers(c) == _numbers(word))
    hit = process.extractOne(word, alike, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=70)
    return f"mente du «{hit[0]}»?" if hit else ""


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"[0-9]+", text)]


def nearest(word: object, candidates: Iterable[object], same_numbers: bool = False) -> str:
    """The same, to stand after what was found: « – mente du «x»?»."""
    hint = did_you_mean(str(word), map(str, candidates), same_numbers)
    return f" – {hint}" if hint else ""


def shown(value: object, limit: int = 60) -> str:
    """A raw value in guillemets, safe for a terminal: control characters escaped, long text cut."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(value))
    return f"«{text[:limit]}…»" if len(text) > limit else f"«{text}»"
