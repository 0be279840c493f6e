"""What a column asks, read in the words of its question.

A text has a meaning only when every word of it is one that such a question may hold: a code of the dimensions, a word
that the declaration says of the statistic, or one in `sporsmaalsord.csv`. A text with any other word («ikke», «hvor
fornøyd») has none, and is a person's to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from krisestat.model.codebooks import HAS_SERVICE
from krisestat.model.declared import STANDARDS, Model, Questions

# What tools write before a question: «3. », «Q4_1: ».
_NUMBER = re.compile(r"\s*(?:[a-z]{1,3}[_.]?)?\d[\d_.]*[a-z]?[.:)]?\s+", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W\d_]+")
# What stands between several answers in one cell.
_BETWEEN = re.compile(r"\s*[;|\n]\s*|,\s+")
# What a noun may end with in one of its forms, and not in another.
_ENDINGS = ("", "a", "e", "en", "ene", "er", "et", "n", "ne", "r", "s", "t")
# Shorter words have no forms here: «navn» is no form of «nav».
_SHORTEST = 4

Tokens = tuple[str, ...]


def tokens(text: str) -> Tokens:
    """The words of a text, case folded; numbers are none, nor is what a question is numbered with."""
    return tuple(_TOKEN.findall(_NUMBER.sub("", text, count=1).casefold() if _NUMBER.match(text) else text.casefold()))


def _same(one: str, other: str) -> bool:
    """Whether two words are forms of one."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _SHORTEST and long.startswith(short) and long[len(short) :] in _ENDINGS)


def _among(word: str, words: Iterable[str]) -> bool:
    return any(_same(word, other) for other in words)


class Wording:
    """The words of the questions of a source in a year.

    Parameters: `model`, what is declared; `asked`, the questions; `aar`, the year; `extra`, rows of
    `sporsmaalsord.csv`: a word, and the variable of the questions that may hold it, or «» for all.
    """

    def __init__(self, model: Model, asked: Questions, aar: int, extra: Sequence[Mapping[str, str]]):
        self.asked, self.places = asked, (*asked.enhet[1:], *asked.bakgrunn, *asked.dims)
        found = set()
        for name in self.places:
            codes = asked.lists[name]
            for code in codes.in_year(aar):
                said = [code.replace("_", " ")]
                said += [form for s in STANDARDS for form in codes.words(code, s)]
                found |= {(tokens(form), name, code) for form in said}
        self.phrases = sorted(found, key=lambda p: (-len(p[0]), p))
        self.services = {word for form, name, _ in found if name in asked.enhet[1:] for word in form}
        self.common = {row["ord"] for row in extra if not row["variabel"]}
        self.own: dict[str, set[str]] = {name: set() for name in (*asked.asked, HAS_SERVICE)}
        for name in asked.asked:
            if statistic := model.statistikk.get(name):
                told = [w for s in STANDARDS for w in statistic.navn[s]]
                self.own[name] |= {word for text in told for word in tokens(text)}
        for row in extra:
            if row["variabel"] in self.own:
                self.own[row["variabel"]].add(row["ord"])

    def _codes(self, words: Tokens) -> tuple[dict[str, set[str]], Tokens]:
        """The codes that a text names, by list, and the words that are left."""
        left, found = list(words), dict[str, set[str]]()
        for phrase, name, code in self.phrases:
            n = len(phrase)
            at = next((i for i in range(len(left) - n + 1) if all(map(_same, left[i : i + n], phrase))), None)
            while at is not None:
                found.setdefault(name, set()).add(code)
                left[at : at + n] = []
                at = next((i for i in range(len(left) - n + 1) if all(map(_same, left[i : i + n], phrase))), None)
        return found, tuple(left)

    def several(self, values: Iterable[str]) -> bool:
        """Whether the values of a column are lists of codes: several answers in a cell."""
        parts = [[part for part in _BETWEEN.split(value) if part] for value in values]
        named = all(self._codes(tokens(part))[0] for part in {part for own in parts for part in own})
        return named and any(len(own) > 1 for own in parts)

    def names(self, text: str, codes: Mapping[str, str]) -> bool:
        """Whether a text is a name of one of some codes, and nothing else: the box that was ticked, by its name.
        Parameters: `codes`, by list."""
        found, left = self._codes(tokens(text))
        return not left and len(found) == 1 and all(own == {codes.get(name)} for name, own in found.items())

    def strange(self, text: str) -> Tokens:
        """The words of a text that no question may hold."""
        words = {*self.common, *(word for own in self.own.values() for word in own)}
        return tuple(word for word in self._codes(tokens(text))[1] if not _among(word, words))

    def meaning(self, text: str) -> dict[str, str]:
        """What a question asks: `variabel` and a code in each of its dimensions. Empty when the text is not plainly
        one of the questions."""
        words = tokens(text)
        if self.services and not any(_among(word, self.services) for word in words):
            return {}  # most texts of a file are no questions, and are known so at once
        found, left = self._codes(words)
        if any(len(codes) > 1 for codes in found.values()) or (
            self.asked.enhet[1:] and self.asked.enhet[1] not in found
        ):
            return {}
        dims = {name for name in found if name in self.asked.dims}
        fits = []
        for question, own in self.own.items():
            if dims != set(self.asked.asked.get(question, ())):
                continue
            if not all(_among(word, self.common) or _among(word, own) for word in left):
                continue
            # A question of no more than a service is known by a word that only it has.
            if dims or any(_among(word, own) and not _among(word, self.common) for word in left):
                fits.append(question)
        if len(fits) != 1:
            return {}
        return {"variabel": fits[0]} | {name: next(iter(found.get(name, {""}))) for name in self.places}
