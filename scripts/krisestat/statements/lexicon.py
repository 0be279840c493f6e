"""The lexicon: which words say what, as versioned data with exact ranges, refused when it has a hole or contradicts
itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from krisestat.base.errors import Problem, ProblemList, Problems, nearest, shown
from krisestat.base.yaml_files import load_yaml
from krisestat.statements.cells import Cell
from krisestat.statements.rules import HOUSE, RULES, as_part, moved, relative

SHARE_FAMILIES = ("mengde", "hyppighet")
RULE_FAMILIES = ("endring", "vanlighet", "trend", "sammenlikning", "ytterst")
# Words for a change beside the number that it is counted from: as a noun or a participle, and as a verb.
RELATIVE_FAMILIES = ("utvikling", "retning")
# Shares as fractions that people say, with what may stand before them: «nær 3 av 4».
ROUNDED = "avrunding"
SHARE_KEYS = ("ord", "sant", "hus", "alle_svart", "av", "bare_holdt")
RULE_KEYS = ("ord", "regel", "ledd")
RELATIVE_KEYS = ("ord", "sant", "mer_enn_litt", "ledd")
# Which form of the noun follows a fraction, as an index of `model.declared.Unit.forms`: «hvert femte tilbud», «9 av 10
# tilbud», «halvparten av tilbudene»; of the last, some are never said without a word before them.
FRACTIONS = {"entall": 0, "flertall": 2, "av": 3, "av_med_ledd": 3}
LIMITS = (
    *(
        "litt_antall",
        "litt_andel",
        "litt_endring",
        "noe_endring",
        "trend_punkter",
        "trend_fall",
        "stabilt_antall",
        "stabilt_andel",
    ),
    *("vanligere_hus", "omtrent_lik", "smaa_forskjeller", "ledelse_hus"),
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
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?"
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
    """Read and check a lexicon. Raises `Problems` with every fault:
    unknown or missing keys or rules, a word, limit or range that cannot be read, a form given twice, a share that no
    word covers, a word stronger than one that stands before it.
    """
    data, lines = load_yaml(path)
    if not isinstance(data, dict):
        raise Problems([Problem(str(path), "linje 1", "ingen nøkler", "et leksikon", "Skriv nøklene fra nb.yaml.")])
    read = _Reader(path, data, lines)
    read.told = read.phrases("regler", {**RANGES, **dict.fromkeys(RULES, ())})
    families = {family: read.family(family) for family in (*SHARE_FAMILIES, *RULE_FAMILIES, *RELATIVE_FAMILIES)}
    families[ROUNDED] = read.rounded()
    for family in SHARE_FAMILIES:
        if len(families[family]) == len(data.get(family) or ()):  # else holes come from what could not be read
            read.coherent(family, families[family])
    limits = {key: read.limit(key) for key in LIMITS}
    phrases = read.phrases("ordstilling", PHRASES, (*PHRASES_OF, "tallord"))
    read.top()
    read.problems.raise_if_any()
    return Lexicon(str(data["versjon"]), data["maalform"], families, limits, phrases)


class _Reader:
    """Reads the parts of a lexicon and notes every fault with its line."""

    def __init__(self, path: Path, data: dict, lines: Mapping[tuple, tuple[int, str]]):
        self.path, self.data, self.lines = path, data, lines
        self.problems = ProblemList()
        self.told: dict[str, str] = {}
        self.seen: dict[tuple[str, str], str] = {}

    def note(self, where: tuple, found: str, expected: str, action: str) -> None:
        """Note a fault at a key, or at the nearest key above it that is there."""
        while where not in self.lines:
            where = where[:-1]
        self.problems.add(self.path, f"linje {self.lines[where][0]}", found, expected, action)

    def top(self) -> None:
        """Check the keys of the file, and what stands beside the lists."""
        families = (*SHARE_FAMILIES, *RULE_FAMILIES, *RELATIVE_FAMILIES, ROUNDED)
        self.known(("grenser",), LIMITS, required=False)
        self.known((), ("versjon", "maalform", *families, "grenser", "ordstilling", "regler"))
        if self.data.get("maalform", "nb") not in ("nb", "nn"):
            self.note(("maalform",), shown(self.data["maalform"]), "nb eller nn", "Rett målformen.")

    def known(self, where: tuple, names: Sequence[str], required: bool = True) -> None:
        """Check which keys stand in a mapping."""
        given = self._at(where)
        for key in [n for n in names if required and n not in given]:
            self.note(where, f"ingen nøkkel «{key}»", f"«{key}:»", "Legg den til.")
        for key in [k for k in given if k not in names]:
            found = f"den ukjente nøkkelen {shown(key)}" + nearest(str(key), names)
            self.note((*where, str(key)), found, f"bare {', '.join(names)}", "Rett navnet eller ta nøkkelen bort.")

    def _at(self, where: tuple) -> dict:
        found: Any = self.data
        for key in where:
            found = found[key] if isinstance(found, list) else found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def words(self, *where: str | int) -> list[str]:
        """A list of words. YAML reads some words without quotes as something else."""
        found = self.data
        for key in where:
            found = found[key] if isinstance(found, list) else found.get(key, [])
        if not isinstance(found, list):
            self.note(where, f"{shown(found)} i stedet for en liste", "ord i [klammer]", "Sett ordene i klammer.")
            return []
        for number, word in enumerate(found):
            if not isinstance(word, str) or not word.strip():
                raw = self.lines.get((*where, number), (0, ""))[1]
                self.note(
                    (*where, number),
                    f"{raw or 'et tomt felt'} uten anførselstegn, som YAML ikke leser som et ord",
                    "et ord",
                    f'Skriv "{raw}" i anførselstegn.' if raw else "Skriv ordet, eller ta bort kommaet.",
                )
        return [word for word in found if isinstance(word, str) and word.strip()]

    def limit(self, key: str) -> Fraction:
        """One of the limits that rules use, as an exact fraction."""
        value = self._at(("grenser",)).get(key)
        try:
            if isinstance(value, str | int) and not isinstance(value, bool) and (number := fraction(value)) >= 0:
                return number
        except (ValueError, ZeroDivisionError):
            pass
        self.note(
            ("grenser", key),
            f"«{key}: {value}»",
            "et tall fra 0 og opp, brøker i anførselstegn",
            "Skriv et slikt tall.",
        )
        return Fraction(0)

    def phrases(self, part: str, fields: Mapping[str, Sequence[str]], more: Sequence[str] = ()) -> dict:
        """How the phrases of a part of the file are put together. Parameters: `fields`, by phrase; `more`, the keys
        beside them."""
        self.known((part,), (*fields, *more))
        least = {key: "".join(f"{{{f}}}" for f in own) for key, own in fields.items()}
        given = {**least, **self._at((part,))}
        for key, own in fields.items():
            if not isinstance(given[key], str) or set(re.findall(r"{(.*?)}", given[key])) != set(own):
                told = ", ".join(f"{{{f}}}" for f in own)
                self.note(
                    (part, key),
                    f"«{key}: {given[key]}»",
                    f"en tekst med {told}" if own else "en tekst uten felt i krøllparenteser",
                    "Rett teksten.",
                )
                given[key] = least[key]
        for key in {*PHRASES_OF} & {*more}:
            if not isinstance(given.get(key, {}), dict):
                self.note((part, key), f"«{key}: {given[key]}»", "ord etter navn", "Skriv dem slik nb.yaml gjør.")
        return given

    def family(self, family: str) -> tuple[Word, ...]:
        """The words of a family, in the file's order."""
        rows = self.data.get(family, [])
        if not isinstance(rows, list):
            self.note((family,), f"«{family}» som ikke er en liste", "en rad for hvert ord", "Begynn hver rad med «-».")
            rows = []
        words = []
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                self.note((family, number), shown(row), "en rad med «ord»", "Skriv raden slik nb.yaml gjør.")
                continue
            read, keys = self._kind(family)
            self.known((family, number), keys, required=False)
            forms = self.words(family, number, "ord")
            if not row.get("ord"):
                self.note((family, number), "en rad uten «ord»", "minst ett ord", "Skriv ordet.")
            place = f"linje {self.lines[(family, number)][0]}"
            for form in forms:
                if (family, form) in self.seen:
                    found = f"«{form}» en gang til ({self.seen[family, form]})"
                    self.note((family, number), found, "hvert ord én gang i en liste", "Slett det ene.")
                self.seen[family, form] = place
            word = read(family, number, row, forms)
            words += [word] if word and forms else []
        return tuple(words)

    def _kind(self, family: str) -> tuple[Callable, Sequence[str]]:
        """How a row of a family is read, and the keys that it may have."""
        if family in RELATIVE_FAMILIES:
            return self.by_change, RELATIVE_KEYS
        return (self.by_share, SHARE_KEYS) if family in SHARE_FAMILIES else (self.by_rule, RULE_KEYS)

    def by_rule(self, family: str, number: int, row: dict, forms: Sequence[str]) -> Word | None:
        """A word that a rule decides."""
        rule, link = row.get("regel"), row.get("ledd", "")
        if rule not in RULES:
            found = f"regelen {shown(rule)}" + nearest(str(rule), RULES)
            self.note((family, number, "regel"), found, "en kjent regel", "Rett regelen.")
            return None
        if family in ("endring", "vanlighet") and "{aar}" not in str(link):
            self.note((family, number, "ledd"), f"«ledd: {link}»", "et ledd med {aar}", "Skriv «enn i {aar}».")
        return Word(family, tuple(forms), rule=rule, link=str(link), told=self.told[rule])

    def range(self, where: tuple, row: Mapping, form: str = "0.90 <= p < 1") -> list[Interval]:
        """The range that stands at a key; none, and a fault, where it cannot be read."""
        try:
            return [Interval.parse(str(row.get(where[-1], "")))]
        except (ValueError, ZeroDivisionError):
            found, fix = f"«{where[-1]}: {row.get(where[-1], '')}»", "Skriv området på den formen."
            self.note(where, found, f"et område som «{form}»", fix)
            return []

    def by_change(self, family: str, number: int, row: dict, forms: Sequence[str]) -> Word | None:
        """A word that a range of relative changes decides, and for some that the change is more than a little."""
        found = self.range((family, number, "sant"), row, "0.10 <= r")
        if not found:
            return None
        rule, link = "mer_enn_litt" if row.get("mer_enn_litt") else "", str(row.get("ledd", ""))
        told = self.in_words("endring", found[0], rule)
        return Word(family, tuple(forms), rule=rule, link=link, told=told, change_in=found[0])

    def in_words(self, what: str, where: Interval, also: str = "") -> str:
        """When a word is true. Parameters: `what` is in the range, as `RANGES` calls it; `also`, what else is asked."""
        told = self.told[what].format(omraade=where.told(self.told))
        return f"{told}, {self.told['og']} {self.told[also]}" if also else told

    def rounded(self) -> tuple[Word, ...]:
        """The fractions, each with each word that may stand before it; the file's order, the nearest words first."""
        given, words, taken = self._at((ROUNDED,)), [], {form for family, form in self.seen if family == "mengde"}
        self.known((ROUNDED,), ("ledd", *FRACTIONS))
        for number, row in enumerate(given.get("ledd") or ()):
            (near,) = self.range((ROUNDED, "ledd", number, "sant"), row, "0 < d <= 0.05") or (None,)
            for kind, share, forms in self.fractions(given):
                said = [f"{before} {form}".strip() for before in row["ord"] for form in forms]
                if near and not set(said) & taken and not (kind == "av_med_ledd" and "" in row["ord"]):
                    where = near.around(fraction(share))
                    held = bool(row.get("bare_holdt"))
                    more: dict[str, Any] = {
                        "told": self.in_words("andel", where),
                        "noun": FRACTIONS[kind],
                        "anchor": fraction(share),
                    }
                    words.append(Word(ROUNDED, tuple(said), where, where, False, kind[:2] == "av", held, **more))
        return tuple(words)

    def fractions(self, given: Mapping) -> Iterator[tuple[str, str, list[str]]]:
        """Each fraction of the file: its kind, its share and its forms."""
        for kind in FRACTIONS:
            for share in self._at((ROUNDED, kind)):
                yield kind, str(share), self.words(ROUNDED, kind, share)

    def by_share(self, family: str, number: int, row: dict, forms: Sequence[str]) -> Word | None:
        """A word that a range of shares decides."""
        ranges = [one for key in ("sant", "hus") for one in self.range((family, number, key), row)]
        flags = [row.get(key, False) for key in ("alle_svart", "av", "bare_holdt")]
        for key, flag in zip(("alle_svart", "av", "bare_holdt"), flags, strict=True):
            if not isinstance(flag, bool):
                self.note((family, number, key), f"«{key}: {flag}»", "true eller false", "Skriv true eller false.")
        if len(ranges) < 2:
            return None
        told = self.in_words("andel", ranges[0], "alle_svart" if flags[0] else "")
        answered, partitive, held = map(bool, flags)
        return Word(family, tuple(forms), ranges[0], ranges[1], answered, partitive, held, told=told)

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
            number = next(n for n, row in enumerate(rows) if isinstance(row, dict) and first.forms[0] in row["ord"])
            self.note(
                (family, number),
                f"«{first.forms[0]}», "
                + (f"et svakere ord foran «{second.forms[0]}»" if second else "med et husområde utenfor det sanne"),
                "det sterkeste ordet først" if second else "et husområde innenfor det sanne",
                "Bytt rekkefølge." if second else "Snevre inn husområdet.",
            )
