"""The lexicon: which words say what, as versioned data with exact ranges, refused when it has a hole or contradicts
itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from krisestat.errors import ProblemList, did_you_mean, shown
from krisestat.statements.cells import Cell
from krisestat.statements.rules import HOUSE, RULE_TEXT, RULES
from krisestat.yamlfiles import load_yaml

SHARE_FAMILIES = ("mengde", "hyppighet")
RULE_FAMILIES = ("endring", "vanlighet", "trend", "sammenlikning", "ytterst")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?"
_RANGE = re.compile(rf"^(?:({_NUMBER}) *(<=|<) *)?p *(?:(<=|<|=) *({_NUMBER}))?$")
_AROUND = re.compile(rf"^\|p - ({_NUMBER})\| *<= *({_NUMBER})$")


def fraction(text: object) -> Fraction:
    """«0.25», «1/4» or 2 as an exact fraction."""
    top, _, bottom = str(text).partition("/")
    return Fraction(top) / Fraction(bottom or 1)


@dataclass(frozen=True)
class Interval:
    """A range of shares with open or closed ends, exact."""

    low: Fraction
    low_closed: bool
    high: Fraction
    high_closed: bool

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read «p = 1», «0.90 <= p < 1» or «|p - 1/3| <= 0.03». Raises ValueError for anything else."""
        clean = text.replace("≤", "<=").replace("\u2212", "-").strip()
        if hit := _AROUND.match(clean):
            middle, width = fraction(hit[1]), fraction(hit[2])
            return cls(middle - width, True, middle + width, True)
        hit = _RANGE.match(clean)
        if not hit or not (hit[1] or hit[4]):
            raise ValueError(text)
        if hit[3] == "=":
            return cls(fraction(hit[4]), True, fraction(hit[4]), True)
        low, high = fraction(hit[1] or 0), fraction(hit[4] or 1)
        return cls(low, hit[2] != "<", high, hit[3] != "<")

    def __contains__(self, share: Fraction) -> bool:
        above = self.low < share or (self.low_closed and share == self.low)
        return above and (share < self.high or (self.high_closed and share == self.high))

    def within(self, other: Interval) -> bool:
        """Whether every share here is also in `other`."""
        low = self.low > other.low or (self.low == other.low and (other.low_closed or not self.low_closed))
        high = self.high < other.high or (self.high == other.high and (other.high_closed or not self.high_closed))
        return low and high

    def meets(self, other: Interval) -> bool:
        """Whether some share is in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (low == high and low in self and low in other)


@dataclass(frozen=True)
class Word:
    """One row of the lexicon: synonyms (`forms`, the first is the one that data chooses) and when they are true."""

    family: str
    forms: tuple[str, ...]
    true_in: Interval | None = None
    house_in: Interval | None = None
    all_answered: bool = False
    partitive: bool = False
    held_only: bool = False
    rule: str = ""
    link: str = ""
    range_text: str = ""

    @property
    def told(self) -> str:
        """When the word is true, in words."""
        return self.range_text or RULE_TEXT[self.rule]

    def holds(self, unit: tuple[Cell, ...], limits: Mapping) -> bool:
        """Whether the word is true of a unit: one cell for shares, else the cells that its rule compares."""
        if self.true_in is None:
            return RULES[self.rule](unit, limits)
        return unit[0].share in self.true_in and (not self.all_answered or unit[0].all_answered)

    def in_house(self, unit: tuple[Cell, ...], limits: Mapping) -> bool:
        """Whether house style wants the word here; only asked where the word is true."""
        if self.house_in is None:
            return HOUSE.get(self.rule, RULES[self.rule])(unit, limits)
        return unit[0].share in self.house_in

    def implies(self, other: Word) -> bool:
        """Whether this word being true of a unit makes `other` true of it."""
        if self.true_in is not None and other.true_in is not None:
            return self.true_in.within(other.true_in) and (self.all_answered or not other.all_answered)
        return self.family == other.family and (self.rule, other.rule) in _WEAKER | {(self.rule, self.rule)}


_WEAKER = {("litt_opp", "opp"), ("litt_ned", "ned"), ("lik_andel", "omtrent_lik_andel")}


@dataclass(frozen=True)
class Lexicon:
    """All words of one written standard. `families` keeps the file's order, the strongest word first."""

    version: str
    standard: str
    families: dict[str, tuple[Word, ...]]
    limits: dict[str, Fraction]
    phrases: dict
    guarded: re.Pattern
    hedges: re.Pattern

    def find(self, text: str) -> Word | None:
        """The word that has `text` among its forms."""
        return next((w for words in self.families.values() for w in words if text.lower() in w.forms), None)

    def forms(self) -> list[str]:
        """Every form of every word."""
        return [f for words in self.families.values() for w in words for f in w.forms]


def gaps(words: tuple[Word, ...]) -> list[Fraction]:
    """Shares from 0 to 1 where no word can be chosen; one per gap. Ends and middles of all ranges decide it exactly."""
    usable = [w for w in words if not w.held_only and w.house_in]
    ends = sorted(
        {Fraction(0), Fraction(1)} | {e for w in usable for e in (w.house_in.low, w.house_in.high) if 0 <= e <= 1}
    )
    probes = sorted({*ends, *((a + b) / 2 for a, b in pairwise(ends))})
    return [p for p in probes if not any(p in w.house_in and p in w.true_in for w in usable)]


def contradictions(words: tuple[Word, ...]) -> list[tuple[Word, Word | None]]:
    """Words whose house range leaves the truth range (with None), and pairs where the weaker stands before the
    stronger."""
    outside = [(w, None) for w in words if not w.house_in.within(w.true_in)]
    order = [
        (a, b)
        for i, a in enumerate(words)
        for b in words[i + 1 :]
        if b.true_in.within(a.true_in) and b.true_in != a.true_in
    ]
    return outside + order


def _pattern(words: list[str]) -> re.Pattern:
    parts = sorted(
        {re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for w in words}, key=lambda p: (-len(p), p)
    )
    return re.compile(rf"(?<![\w\u00ad])(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def load_lexicon(path: Path) -> Lexicon:
    """Read and check a lexicon.

    Raises `Problems` with every fault: unknown keys or rules, ranges that cannot be read, a form given twice, a share
    that no word covers, a word stronger than one that stands before it.
    """
    data, lines = load_yaml(path)
    problems = ProblemList()
    families: dict[str, tuple[Word, ...]] = {}
    top = {
        "versjon",
        "maalform",
        *SHARE_FAMILIES,
        *RULE_FAMILIES,
        "grenser",
        "ordstilling",
        "krever_belegg",
        "forbehold",
    }
    for key in sorted(top - set(data)):
        problems.add(path, "", f"ingen nøkkel «{key}»", f"«{key}:»", "Legg den til.")
    for key in sorted(set(data) - top):
        hint = did_you_mean(key, top)
        problems.add(
            path,
            f"linje {lines[(key,)][0]}",
            f"den ukjente nøkkelen «{key}» {hint}".strip(),
            "en kjent nøkkel",
            "Rett.",
        )
    problems.raise_if_any()
    seen: dict[str, str] = {}
    for family in (*SHARE_FAMILIES, *RULE_FAMILIES):
        words = []
        for number, row in enumerate(data[family]):
            place = f"linje {lines[(family, number)][0]}"
            word = _word(path, place, family, row, problems)
            for form in row.get("ord", []):
                if form in seen:
                    problems.add(
                        path, place, f"«{form}» en gang til ({seen[form]})", "hvert ord én gang", "Slett det ene."
                    )
                seen[form] = place
            if word:
                words.append(word)
        families[family] = tuple(words)
    for family in SHARE_FAMILIES:
        for share in gaps(families[family]):
            problems.add(
                path,
                f"«{family}»",
                f"ingen ord som kan velges for p = {share}",
                "et ord for hver andel fra 0 til 1",
                "Utvid husområdet til et ord, eller legg til et ord.",
            )
        for first, second in contradictions(families[family]):
            problems.add(
                path,
                f"«{family}», «{first.forms[0]}»",
                f"et svakere ord foran «{second.forms[0]}»" if second else "et husområde utenfor det sanne",
                "det sterkeste ordet først" if second else "et husområde innenfor det sanne",
                "Bytt rekkefølge." if second else "Snevre inn husområdet.",
            )
    problems.raise_if_any()
    guarded = [w for words in data["krever_belegg"].values() for w in words] + list(seen)
    return Lexicon(
        version=str(data["versjon"]),
        standard=data["maalform"],
        families=families,
        limits={k: fraction(v) for k, v in data["grenser"].items()},
        phrases=data["ordstilling"],
        guarded=_pattern(guarded),
        hedges=_pattern(data["forbehold"]),
    )


def _word(path: Path, place: str, family: str, row: dict, problems: ProblemList) -> Word | None:
    known = (
        {"ord", "sant", "hus", "alle_svart", "av", "bare_holdt"}
        if family in SHARE_FAMILIES
        else {"ord", "regel", "ledd"}
    )
    for key in sorted(set(row) - known):
        problems.add(path, place, f"nøkkelen «{key}»", ", ".join(sorted(known)), "Rett navnet eller ta den bort.")
    if not row.get("ord"):
        problems.add(path, place, "en rad uten «ord»", "minst ett ord", "Skriv ordet.")
        return None
    if family in RULE_FAMILIES:
        if row.get("regel") not in RULES:
            hint = did_you_mean(str(row.get("regel")), RULES)
            problems.add(
                path, place, f"regelen {shown(row.get('regel'))} {hint}".strip(), "en kjent regel", "Rett regelen."
            )
            return None
        return Word(family, tuple(row["ord"]), rule=row["regel"], link=row.get("ledd", ""))
    ranges = []
    for key in ("sant", "hus"):
        try:
            ranges.append(Interval.parse(str(row.get(key, ""))))
        except ValueError:
            problems.add(
                path,
                place,
                f"«{key}: {row.get(key, '')}»",
                "et område som «0.90 <= p < 1»",
                "Skriv området på den formen.",
            )
    if len(ranges) < 2:
        return None
    flags = (bool(row.get("alle_svart")), bool(row.get("av")), bool(row.get("bare_holdt")))
    told = f"sant der {row['sant']}" + (", og alle har svart" if flags[0] else "")
    return Word(family, tuple(row["ord"]), *ranges, *flags, range_text=told)
