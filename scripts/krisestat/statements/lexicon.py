"""The lexicon: which words say what, as versioned data with exact ranges, refused when it has a hole or contradicts
itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from krisestat.base.errors import Problem, ProblemList, Problems
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.statements.cells import Cell
from krisestat.statements.rules import HOUSE, RULES, as_part, moved, relative

SHARE_FAMILIES = ("mengde", "hyppighet")
RULE_FAMILIES = ("endring", "vanlighet", "trend", "sammenlikning", "ytterst")
# Words for a change beside the number that it is counted from: as a noun or a participle, and as a verb.
RELATIVE_FAMILIES = ("utvikling", "retning")
# Shares as fractions that people say, with what may stand before them: «nær 3 av 4».
ROUNDED = "avrunding"
# Which form of the noun follows a fraction, as an index of `model.declared.Unit.forms`: «hvert femte tilbud», «9 av 10
# tilbud», «halvparten av tilbudene»; of the last, some are never said without a word before them.
FRACTIONS = {"entall": 0, "flertall": 2, "av": 3, "av_med_ledd": 3}
LIMITS = (
    *("litt_antall", "litt_andel", "litt_endring", "noe_endring", "trend_punkter", "trend_fall", "stabilt_antall"),
    *("stabilt_andel", "vanligere_hus", "omtrent_lik", "smaa_forskjeller", "ledelse_hus"),
)
# The parts that each phrase must have.
PHRASES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("og", "av", "av_dem_som_svarte", "som_svarte", "prosent", "prosentpoeng", "fortsatt"), ()),
    **dict.fromkeys(("hoyere", "lavere", "uendret"), ("aar",)),
    **dict.fromkeys(("baser", "baser_kort"), ("naa", "enhet", "aar", "da", "fra")),
    "unntatt": ("alle", "liste"),
    "mot": ("naa", "da"),
    "paa": ("naa",),
    "fra_til": ("da", "naa"),
    "fra_til_aar": ("da", "fra", "naa", "aar"),
    "paa_aar": ("naa", "fra", "aar"),
    "med": ("tall",),
    "i_perioden": ("periode",),
    "siden": ("aar",),
}
# Phrases by what they are about: all codes of a dimension.
PHRASES_OF = ("alle_av", "svarte")
# What the ranges of words are told with, beside a text for each rule.
RANGES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("andel", "endring"), ("omraade",)),
    **dict.fromkeys(("lik", "minst", "over", "hoyst", "under"), ("andel",)),
    **dict.fromkeys(("og", "alle_svart"), ()),
}
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:/[1-9][0-9]*)?"
_RANGE = re.compile(rf"^(?:({_NUMBER}) *(<=|<) *)?[pdr] *(?:(<=|<|=) *({_NUMBER}))?$")
_AROUND = re.compile(rf"^\|[pdr](?: - ({_NUMBER}))?\| *<= *({_NUMBER})$")
_UNBOUNDED = Fraction(10**9)


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
        """Read «p = 1», «0.90 <= p < 1» or «|p - 1/3| <= 0.03»; r, a relative change, and d, the distance from a
        fraction, are written in the same way. Raises ValueError for anything else."""
        clean = text.replace("≤", "<=").replace("\u2212", "-").strip()
        if hit := _AROUND.match(clean):
            middle, width = fraction(hit[1] or 0), fraction(hit[2])
            return cls(middle - width, True, middle + width, True)
        hit = _RANGE.match(clean)
        if not hit or not (hit[1] or hit[4]):
            raise ValueError(text)
        if hit[3] == "=":
            return cls(fraction(hit[4]), True, fraction(hit[4]), True)
        least, most = (0, 1) if "p" in clean else (-_UNBOUNDED, _UNBOUNDED)
        low, high = fraction(hit[1] or least), fraction(hit[4] or most)
        if low > high:
            raise ValueError(text)
        return cls(low, hit[2] != "<", high, hit[3] != "<")

    def __contains__(self, share: Fraction) -> bool:
        above = self.low < share or (self.low_closed and share == self.low)
        return above and (share < self.high or (self.high_closed and share == self.high))

    def told(self, words: Mapping[str, str]) -> str:
        """The range in words. Parameters: `words`, those of `RANGES`."""

        def end(word: str, share: Fraction) -> str:
            return words[word].format(andel=f"{float(share * 100):.3g}".replace(".", ",").replace("-", "\u2212"))

        if self.low == self.high:
            return end("lik", self.low)
        least = end("minst" if self.low_closed else "over", self.low) if self.low > 1 - _UNBOUNDED else ""
        most = end("hoyst" if self.high_closed else "under", self.high) if self.high < _UNBOUNDED - 1 else ""
        return f" {words['og']} ".join(filter(None, (least, most)))

    def within(self, other: Interval) -> bool:
        """Whether every share here is also in `other`."""
        low = self.low > other.low or (self.low == other.low and (other.low_closed or not self.low_closed))
        high = self.high < other.high or (self.high == other.high and (other.high_closed or not self.high_closed))
        return low and high

    def around(self, middle: Fraction) -> Interval:
        """The shares whose distance from `middle` is in the range."""
        return Interval(self.low + middle, self.low_closed, self.high + middle, self.high_closed)

    def meets(self, other: Interval) -> bool:
        """Whether some share is in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (low == high and low in self and low in other)


@dataclass(frozen=True)
class Word:
    """One row of the lexicon: synonyms (`forms`, the first is the one that data chooses) and when they are true.

    `noun` is which form of the noun follows, as an index of `model.declared.Unit.forms`; `anchor`, the fraction that
    the share is rounded to; `change_in`, the relative changes that it is true of, where it is a word for a change;
    `told`, when it is true, in words.
    """

    family: str
    forms: tuple[str, ...]
    true_in: Interval | None = None
    house_in: Interval | None = None
    all_answered: bool = False
    partitive: bool = False
    held_only: bool = False
    rule: str = ""
    link: str = ""
    told: str = ""
    noun: int = 3
    anchor: Fraction = Fraction(0)
    change_in: Interval | None = None

    def holds(self, unit: tuple[Cell, ...], limits: Mapping) -> bool:
        """Whether the word is true of a unit: one cell for shares, else the cells that its rule compares."""
        if self.change_in is not None:
            change = (moved if self.family == "retning" else relative)(unit)
            return change is not None and change in self.change_in and (not self.rule or RULES[self.rule](unit, limits))
        if self.true_in is None:
            return RULES[self.rule](unit, limits)
        cell = as_part(unit)
        return cell.share in self.true_in and (not self.all_answered or cell.all_answered)

    def in_house(self, unit: tuple[Cell, ...], limits: Mapping) -> bool:
        """Whether house style wants the word here; only asked where the word is true."""
        if self.change_in is not None:
            return True
        if self.house_in is None:
            return HOUSE.get(self.rule, RULES[self.rule])(unit, limits)
        return as_part(unit).share in self.house_in

    def understates(self, unit: tuple[Cell, ...]) -> bool:
        """Whether the share is still further from a half than house style wants the word for."""
        house, share = self.house_in, as_part(unit).share if self.house_in else Fraction(0)
        return house is not None and (share > house.high >= Fraction(1, 2) or share < house.low <= Fraction(1, 2))

    def implies(self, other: Word) -> bool:
        """Whether this word being true of a unit makes `other` true of it."""
        if self.true_in is not None and other.true_in is not None:
            return self.true_in.within(other.true_in) and (self.all_answered or not other.all_answered)
        if self.change_in is not None and other.change_in is not None:
            return self.change_in.within(other.change_in) and other.rule in ("", self.rule)
        return self.family == other.family and (self.rule, other.rule) in _WEAKER | {(self.rule, self.rule)}


_WEAKER = {
    *(("litt_opp", "noe_opp"), ("litt_opp", "opp"), ("noe_opp", "opp")),
    *(("litt_ned", "noe_ned"), ("litt_ned", "ned"), ("noe_ned", "ned")),
    *(("lik_andel", "omtrent_lik_andel"), ("lik_andel", "nesten_lik_andel"), ("omtrent_lik_andel", "nesten_lik_andel")),
}


@dataclass(frozen=True)
class Lexicon:
    """All words of one written standard. `families` keeps the file's order, the strongest word first."""

    version: str
    standard: str
    families: dict[str, tuple[Word, ...]]
    limits: dict[str, Fraction]
    phrases: dict

    def find(self, text: str, families: Collection[str] = ()) -> Word | None:
        """The word that has `text` among its forms, of some families or of any."""
        within = [self.families[name] for name in families] or self.families.values()
        return next((w for words in within for w in words if text.lower() in w.forms), None)

    def forms(self) -> list[str]:
        """Every form of every word."""
        return [f for words in self.families.values() for w in words for f in w.forms]


def gaps(words: tuple[Word, ...]) -> list[Fraction]:
    """Shares from 0 to 1 where no word can be chosen; one per gap. Ends and middles of all ranges decide it exactly."""
    usable = [(w.house_in, w.true_in) for w in words if not w.held_only and w.house_in and w.true_in]
    ends = sorted(
        {Fraction(0), Fraction(1)} | {e for house, _ in usable for e in (house.low, house.high) if 0 <= e <= 1}
    )
    probes = sorted({*ends, *((a + b) / 2 for a, b in pairwise(ends))})
    return [p for p in probes if not any(p in house and p in true for house, true in usable)]


def contradictions(words: tuple[Word, ...]) -> list[tuple[Word, Word | None]]:
    """Words whose house range leaves the truth range (with None), and pairs where the weaker stands before the
    stronger."""
    found: list[tuple[Word, Word | None]] = [
        (w, None) for w in words if w.house_in and w.true_in and not w.house_in.within(w.true_in)
    ]
    for i, a in enumerate(words):
        for b in words[i + 1 :]:
            if a.true_in and b.true_in and b.true_in.within(a.true_in) and b.true_in != a.true_in:
                found.append((a, b))
    return found


def load_lexicon(path: Path) -> Lexicon:
    """Read and check a lexicon. Raises `Problems` with every fault of its form, else of what it says: a range that
    ends before it begins, a form given twice, a share that no word covers, a word stronger than one before it.
    """
    data, lines = load_yaml(path)
    if not isinstance(data, dict):
        raise Problems([Problem(str(path), "linje 1", "ingen nøkler", "et leksikon", "Skriv nøklene fra nb.yaml.")])
    check_schema(data, _SCHEMA, str(path), lines)
    read = _Reader(path, data, lines)
    families = {family: read.family(family) for family in (*SHARE_FAMILIES, *RULE_FAMILIES, *RELATIVE_FAMILIES)}
    families[ROUNDED] = read.rounded()
    for family in SHARE_FAMILIES:
        if len(families[family]) == len(data[family]):  # else holes come from what could not be read
            read.coherent(family, families[family])
    read.problems.raise_if_any()
    limits = {key: fraction(data["grenser"][key]) for key in LIMITS}
    return Lexicon(data["versjon"], data["maalform"], families, limits, data["ordstilling"])


def _phrase(fields: Sequence[str]) -> dict[str, Any]:
    """A text with some fields in braces, and no others."""
    told = ", ".join(f"{{{name}}}" for name in fields)
    each = "".join(rf"(?=.*\{{{name}\}})" for name in fields) + r"([^{}]|\{(" + "|".join(fields) + r")\})*$"
    said = f"en tekst med {told}" if fields else "en tekst uten felt i krøllparenteser"
    return {"type": "string", "pattern": f"^{each}", "description": said}


def _object(properties: Mapping[str, Any], optional: Collection[str] = ()) -> dict[str, Any]:
    needed = [key for key in properties if key not in optional]
    return {"type": "object", "additionalProperties": False, "required": needed, "properties": dict(properties)}


def _rows(properties: Mapping[str, Any], optional: Collection[str] = ()) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties, optional), "description": "en rad for hvert ord"}


_TEXT = {"type": "string", "pattern": r"\S", "description": "et ord"}
_FLAG = {"type": "boolean", "description": "true eller false"}
_WORDS = {"type": "array", "minItems": 1, "items": _TEXT, "description": "ord i [klammer]"}
_PLAIN = {"type": "string"}
_IN = {"type": "string", "pattern": f"{_RANGE.pattern}|{_AROUND.pattern}"}
_IN |= {"description": "et område som «0.90 <= p < 1» eller «0.10 <= r»"}
_FRACTIONS = {"type": "object", "propertyNames": {"pattern": f"^{_NUMBER}$"}, "additionalProperties": _WORDS}
_TOLD = {"type": "object", "additionalProperties": _PLAIN, "description": "ord etter navn"}
_SIZE = {"type": ["integer", "string"], "minimum": 0, "pattern": f"^{_NUMBER}$"}
_SIZE |= {"description": "et tall fra 0 og opp, brøker i anførselstegn"}
_FLAGS = ("alle_svart", "av", "bare_holdt")
_RULE = {"ord": _WORDS, "regel": {"enum": [*RULES], "description": "en kjent regel"}, "ledd": _PLAIN}
_LINKED = _RULE | {"ledd": {"type": "string", "pattern": r"\{aar\}", "description": "et ledd med {aar}"}}
_CHANGE = {"ord": _WORDS, "sant": _IN, "mer_enn_litt": _FLAG, "ledd": _PLAIN}
_NEAR = {"ord": {"type": "array", "items": _PLAIN}, "sant": _IN, "bare_holdt": _FLAG}
_SCHEMA = _object(
    {
        "versjon": _TEXT,
        "maalform": {"enum": ["nb", "nn"]},
        **{name: _rows({"ord": _WORDS, "sant": _IN, "hus": _IN} | dict.fromkeys(_FLAGS, _FLAG), _FLAGS)
           for name in SHARE_FAMILIES},
        **{name: _rows(_RULE, ("ledd",)) for name in RULE_FAMILIES},
        **{name: _rows(_LINKED) for name in ("endring", "vanlighet")},
        **{name: _rows(_CHANGE, ("mer_enn_litt", "ledd")) for name in RELATIVE_FAMILIES},
        ROUNDED: _object({"ledd": _rows(_NEAR, ("bare_holdt",)), **dict.fromkeys(FRACTIONS, _FRACTIONS)}),
        "grenser": _object(dict.fromkeys(LIMITS, _SIZE)),
        "ordstilling": _object({name: _phrase(fields) for name, fields in PHRASES.items()}
                               | dict.fromkeys(PHRASES_OF, _TOLD) | {"tallord": _WORDS}),
        "regler": _object({name: _phrase(fields) for name, fields in (RANGES | dict.fromkeys(RULES, ())).items()}),
    }
)  # fmt: skip


class _Reader:
    """Reads the words of a lexicon whose form is right, and notes every fault with its line."""

    def __init__(self, path: Path, data: dict, lines: Mapping[tuple, tuple[int, str]]):
        self.path, self.data, self.lines = path, data, lines
        self.told, self.problems = data["regler"], ProblemList()

    def note(self, where: tuple, found: str, expected: str, action: str) -> None:
        """Note a fault at a key."""
        self.problems.add(self.path, f"linje {self.lines[where][0]}", found, expected, action)

    def family(self, family: str) -> tuple[Word, ...]:
        """The words of a family, in the file's order."""
        words: list[Word] = []
        seen: dict[str, int] = {}
        for number, row in enumerate(self.data[family]):
            for form in row["ord"]:
                if (first := seen.setdefault(form, number)) != number:
                    found = f"«{form}» en gang til (linje {self.lines[family, first][0]})"
                    self.note((family, number), found, "hvert ord én gang i en liste", "Slett det ene.")
            words += self.word(family, number, row)
        return tuple(words)

    def word(self, family: str, number: int, row: Mapping) -> list[Word]:
        """The word of a row; none where its range cannot be read."""
        forms, rule, link = tuple(row["ord"]), row.get("regel", ""), row.get("ledd", "")
        if family in RULE_FAMILIES:
            return [Word(family, forms, rule=rule, link=link, told=self.told[rule])]
        ranges = [self.range((family, number, key), row[key]) for key in ("sant", "hus") if key in row]
        if None in ranges:
            return []
        if family in RELATIVE_FAMILIES:
            rule = "mer_enn_litt" if row.get("mer_enn_litt") else ""
            told = self.in_words("endring", ranges[0], rule)
            return [Word(family, forms, rule=rule, link=link, told=told, change_in=ranges[0])]
        answered, partitive, held = (row.get(key, False) for key in _FLAGS)
        told = self.in_words("andel", ranges[0], "alle_svart" if answered else "")
        return [Word(family, forms, ranges[0], ranges[1], answered, partitive, held, told=told)]

    def range(self, where: tuple, text: str) -> Interval | None:
        """The range that stands at a key; none, and a fault, where it ends before it begins."""
        try:
            return Interval.parse(text)
        except ValueError:
            self.note(where, f"«{where[-1]}: {text}»", "det minste tallet først", "Rett området.")
            return None

    def in_words(self, what: str, where: Interval | None, also: str = "") -> str:
        """When a word is true. Parameters: `what` is in the range, as `RANGES` calls it; `also`, what else is asked."""
        told = self.told[what].format(omraade=where.told(self.told) if where else "")
        return f"{told}, {self.told['og']} {self.told[also]}" if also else told

    def rounded(self) -> tuple[Word, ...]:
        """The fractions, each with each word that may stand before it; the file's order, the nearest words first."""
        given, words = self.data[ROUNDED], []
        taken = {form for row in self.data["mengde"] for form in row["ord"]}
        each = [(kind, share, forms) for kind in FRACTIONS for share, forms in given[kind].items()]
        for number, row in enumerate(given["ledd"]):
            near, held = self.range((ROUNDED, "ledd", number, "sant"), row["sant"]), row.get("bare_holdt", False)
            for kind, share, forms in each:
                said = [f"{before} {form}".strip() for before in row["ord"] for form in forms]
                if near and not {*said} & taken and not (kind == "av_med_ledd" and "" in row["ord"]):
                    where = near.around(fraction(share))
                    more: dict[str, Any] = {
                        "noun": FRACTIONS[kind],
                        "anchor": fraction(share),
                        "told": self.in_words("andel", where),
                    }
                    words.append(Word(ROUNDED, tuple(said), where, where, False, kind[:2] == "av", held, **more))
        return tuple(words)

    def coherent(self, family: str, words: tuple[Word, ...]) -> None:
        """Check that the words of a family leave no hole and do not contradict."""
        for share in gaps(words):
            self.note(
                (family,),
                f"ingen ord i «{family}» som kan velges for p = {share}",
                "et ord for hver andel fra 0 til 1",
                "Utvid husområdet til et ord, eller legg til et ord.",
            )
        for first, second in contradictions(words):
            rows = self.data[family]
            number = next(n for n, row in enumerate(rows) if first.forms[0] in row["ord"])
            self.note(
                (family, number),
                f"«{first.forms[0]}», "
                + (f"et svakere ord foran «{second.forms[0]}»" if second else "med et husområde utenfor det sanne"),
                "det sterkeste ordet først" if second else "et husområde innenfor det sanne",
                "Bytt rekkefølge." if second else "Snevre inn husområdet.",
            )
