"""The words that a reader of text knows: those of the model, of the lexicon and of a list, and a sentence as items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.base.errors import ProblemList, nearest
from krisestat.base.yaml_files import Lines, check_schema, load_yaml
from krisestat.model.declared import Model
from krisestat.statements.lexicon import Lexicon
from krisestat.tables.words import SENTENCES, WORDS

_TABLE, _LIST = {"type": "object"}, {"type": "array"}
_TABLES = "bevis mengder broek ordenstall tallord tegn".split()
_LISTS = "forkortelser diagram ikke_presis hver".split()
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["versjon", "maalform", *_TABLES, *_LISTS],
    "properties": {"versjon": {}, "maalform": {}, **dict.fromkeys(_TABLES, _TABLE), **dict.fromkeys(_LISTS, _LIST)},
}
# What the words of chapters add to.
_OF_CHAPTERS: Mapping[str, Any] = {
    **{key: {} for key in ("enheter", "uklare", "en_bestemt", "slag", "enhet_og_slag", "koder", "maal", "videre")},
    **{key: [] for key in ("begge", "nei")},
    "bevis": {"begge": [], **{key: {} for key in "enheter slag koder alle andre noen hver maal sted roller".split()}},
}
TOKEN = re.compile(
    r"(?P<tall>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    r"|(?P<ord>[^\W\d_]+(?:[-’'/][^\W\d_]+)*)|(?P<tegn>\S)"
)
# Signs that a sentence may hold without being doubted, and how they are read.
_SIGNS = {",": "komma", ";": "komma", ":": "kolon", ")": "lukk", "–": "strek", "-": "strek", ".": "slutt"}

# What may stand before a number, and is nothing elsewhere.
BOUNDS = ("minst", "over", "litt_over", "hoyst", "under", "litt_under", "rundt")


class Item(NamedTuple):
    """A word, phrase, number or sign of a sentence: what it is (`kind`), its value, and where it stands."""

    kind: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Vocabulary:
    """The phrases of one written standard by their first word, the longest first: (words, kind, value)."""

    phrases: Mapping[str, list[tuple[tuple[str, ...], str, Any]]]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    every: frozenset[str]
    wider: Mapping[str, tuple[str, ...]]
    vague: frozenset[str]
    proof: Mapping[str, Any]
    abbreviations: frozenset[str]
    charts: frozenset[str]

    def items(self, sentence: str) -> list[Item]:
        """The sentence as items, each by the longest phrase that fits; what is not known has the kind `ukjent`."""
        tokens = list(TOKEN.finditer(sentence))
        words = [t[0].lower() for t in tokens]
        found, at = [], 0
        while at < len(tokens):
            kind, value, size = self._at(tokens, words, at)
            start, end = tokens[at].start(), tokens[at + size - 1].end()
            found.append(Item(kind, value, sentence[start:end], start, end))
            at += size
        return found

    def _at(self, tokens: list[re.Match], words: list[str], at: int) -> tuple[str, Any, int]:
        """What begins at a token: its kind, value, and how many tokens it takes."""
        if words[at] in self.every and at + 1 < len(words) and words[at + 1] in self.ordinals:
            return "broek", Fraction(1, self.ordinals[words[at + 1]]), 2
        if number := self._number(words, at):
            return "tall", *number
        for phrase, kind, value in self.phrases.get(words[at], ()):
            after = at + len(phrase)
            if tuple(words[at:after]) == phrase and (kind not in BOUNDS or self._is_number(tokens, words, after)):
                return kind, value, len(phrase)
        token = tokens[at]
        if token["tall"]:
            digits = re.sub(r"\s", "", token["tall"]).replace(",", ".")
            year = re.fullmatch(r"(?:19|20)\d\d", token["tall"])
            return ("aar", int(digits), 1) if year else ("tall", Fraction(digits), 1)
        return _SIGNS.get(token[0], "ukjent"), None, 1

    def _is_number(self, tokens: list[re.Match], words: list[str], at: int) -> bool:
        """Whether a number, or what is said of one, stands at a token."""
        return at < len(words) and self._at(tokens, words, at)[0] in ("tall", "broek", "en", "bare", "mengde")

    def _number(self, words: list[str], at: int) -> tuple[Fraction, int] | None:
        """A number in letters: «trettini», «to hundre og tjueåtte»; with how many words it takes."""
        low = self._small(words[at])
        if low is None:
            return None
        if at + 1 < len(words) and words[at + 1] == "hundre":
            rest = next((r for r in (3, 2) if at + r < len(words) and (r == 2 or words[at + 2] == "og")), 0)
            more = self._small(words[at + rest]) if rest else None
            return (Fraction(low * 100 + more), rest + 1) if more else (Fraction(low * 100), 2)
        return Fraction(low), 1

    def _small(self, word: str) -> int | None:
        if word in self.numbers:
            return self.numbers[word]
        for tens, value in self.numbers.items():
            rest = word.removeprefix(tens).removeprefix("og")
            if value >= 20 and word.startswith(tens) and 0 < self.numbers.get(rest, 0) < 10:
                return value + self.numbers[rest]
        return None


def split_phrase(text: str) -> tuple[str, ...]:
    """A phrase as the words that a sentence is cut into."""
    return tuple(m[0] for m in TOKEN.finditer(text.lower()))


def load_vocabulary(folder: Path, lexicon: Lexicon, model: Model) -> Vocabulary:
    """Read the list of words of a written standard, and join it with those of the model, its chapters and the lexicon.

    Parameters: `folder`, of the lexicons, which stands beside those of the chapters; `lexicon`, of the written
    standard; `model`, what is declared. Raises `Problems` for keys that are unknown or missing, and for words of what
    is not declared.
    """
    path = folder / f"les_{lexicon.standard}.yaml"
    own, lines = load_yaml(path)
    check_schema(own, _SCHEMA, str(path), lines)
    _check(path, own, lines, lexicon)
    said: Mapping[str, Any] = _joined(_OF_CHAPTERS, own)
    for chapter in model.sagt:
        words = folder.parent / chapter / lexicon.standard / WORDS
        told, lines = load_yaml(words) if words.is_file() else ({}, Lines())
        _check_names(words, told.get(SENTENCES, {}), lines, model)
        said = _joined(said, told.get(SENTENCES, {}))
    kinds = _kinds(model, lexicon.standard)
    said = _joined({"slag": kinds, "bevis": {"slag": kinds}}, said)
    table: dict[tuple[str, ...], tuple[str, Any]] = {}
    for kind, value, phrases in (*_signs(said, lexicon), *_of_model(said, model, lexicon.standard)):
        for phrase in map(split_phrase, phrases):
            old = table.get(phrase)
            both = tuple(dict.fromkeys((*old[1], *value))) if old and old[0] == kind in ("kode", "maal") else value
            if not (old and (old[0] == "maal" or old[0].startswith("enhet")) and kind == "kode"):
                table[phrase] = kind, both
    by_first: dict[str, list] = {}
    for phrase, meaning in sorted(table.items(), key=lambda one: -len(one[0])):
        by_first.setdefault(phrase[0], []).append((phrase, *meaning))
    wider = {name: tuple(more) for name, more in said["videre"].items()}
    every, vague = frozenset(said["hver"]), frozenset(said["ikke_presis"])
    return Vocabulary(
        by_first,
        said["tallord"],
        said["ordenstall"],
        every,
        wider,
        vague,
        said["bevis"],
        frozenset(said["forkortelser"]),
        frozenset(said["diagram"]),
    )


def _kinds(model: Model, standard: str) -> dict[str, list[str]]:
    """What the name of each kind says behind the word for what is counted: «til kvinner» of «tilbud til kvinner»."""
    found: dict[str, list[str]] = {}
    for statistic in (one for one in model.statistikk.values() if one.kinds):
        for code, named in statistic.per[statistic.kinds].koder.items():
            ends = [end for unit, end in (model.unit_in(name, standard) for name in named[standard]) if unit]
            found[code] = list(dict.fromkeys([*found.get(code, ()), *ends]))
    return found


def _declared_measures(said: Mapping, model: Model, standard: str) -> Iterable[tuple[str, Any, Iterable[str]]]:
    """How the declaration alone says a measure that nobody has words for, where it is the only one said so: with
    its verb, and without one that says nothing («hadde»)."""
    small = {word for one in said["tegn"]["fyll"] for word in split_phrase(one)}
    spoken = {name.split("/")[0] for name in (*said["maal"], *said["bevis"]["maal"])}
    used = {phrase for phrases in said["maal"].values() for phrase in phrases}
    found: dict[str, list[str]] = {}
    for one in (one for one in model.statistikk.values() if not one.panel):
        frames = [part.strip() for frame in one.said["sagt"][standard] for part in re.split("<.*?>", frame)]
        rests = [rest for verb, _, rest in (frame.partition(" ") for frame in frames) if verb in small]
        for told in dict.fromkeys((*frames, *rests)):
            found.setdefault(told, []).append(one.id)
    for told, of in found.items():
        if len(of) == 1 and of[0] not in spoken and told not in used and {*split_phrase(told)} - small:
            yield "maal", (of[0],), [told]


def _joined(one: Any, more: Any) -> Any:
    """Two nests of lists as one: what both have is put together, the first first."""
    if isinstance(one, Mapping) and isinstance(more, Mapping):
        return {key: _joined(one.get(key), more.get(key)) for key in (*one, *(key for key in more if key not in one))}
    return one if more is None else more if one is None else [*one, *more]


def _check_names(path: Path, said: Mapping, lines: Lines, model: Model) -> None:
    """Raise `Problems` with every unit and statistic that a chapter has words for and that nobody declares."""
    problems = ProblemList()
    for key, declared in ("enheter", "enheter"), ("maal", "statistikk"):
        known = [name for one in model.sagt.values() for name in one.get(declared, ())]
        places = {(key,): said.get(key, {}), ("bevis", key): said.get("bevis", {}).get(key, {})}
        named = [(place, name) for place, told in places.items() for name in told]
        for place, name in (one for one in named if one[1].split("/")[0] not in known):
            line = lines[(SENTENCES, *place, name)][0]
            found = f"ord for «{name}», som ikke er erklært{nearest(name, known)}"
            problems.add(path, f"linje {line}", found, "noe i data/statistikk", "Rett navnet, eller ta ordene bort.")
    problems.raise_if_any()


def _signs(said: Mapping, lexicon: Lexicon) -> Iterable[tuple[str, Any, Iterable[str]]]:
    """What a word is a sign of, from the list and the lexicon; what comes later is said of a phrase for good."""
    for kind, phrases in said["tegn"].items():
        yield kind, None, phrases
    for phrase, share in said["broek"].items():
        yield "broek", Fraction(share), [phrase]
    for family in ("mengde", "hyppighet"):
        for word in lexicon.families[family]:
            if word.forms[0] not in said["broek"]:
                yield "mengde", (word, False), word.forms
    for form, phrases in said["mengder"].items():
        meant, vague = lexicon.find(form), set(said["ikke_presis"])
        yield "mengde", (meant, False), [p for p in phrases if p not in vague]
        yield "mengde", (meant, True), [p for p in phrases if p in vague]


def _check(path: Path, said: Mapping, lines: Lines, lexicon: Lexicon) -> None:
    """Raise `Problems` with every word that the lexicon does not have, and every phrase that YAML reads as no text."""
    problems = ProblemList()
    for form in said["mengder"]:
        if lexicon.find(form) is None:
            found = f"«{form}»{nearest(form, lexicon.forms())}"
            line = lines["mengder", form][0]
            problems.add(
                path, f"linje {line}", found, "et ord i leksikonet", "Rett ordet, eller legg det til i leksikonet."
            )
    for place, (line, raw) in lines.items():
        value: Any = said
        for key in place:
            value = value[key]
        if isinstance(value, bool):
            fix = f'Skriv "{raw}" i anførselstegn.'
            problems.add(path, f"linje {line}", f"{raw}, som YAML ikke leser som et ord", "et ord", fix)
    problems.raise_if_any()


def _of_model(said: Mapping, model: Model, standard: str) -> Iterable[tuple[str, Any, Iterable[str]]]:
    """Words for what is counted, for codes and for measures."""
    suffixes = {kind: list(endings) for kind, endings in said["slag"].items()}
    taken = {word for key in ("uklare", "enheter", "en_bestemt") for words in said[key].values() for word in words}
    for unit, declared in model.enheter.items():
        forms = declared.forms[standard]
        short = [word for told in declared.every_form(standard)[1:] for word in told if word not in taken]
        ways = {
            "enhet_uklar": said["uklare"].get(unit, ()),
            "enhet_en": [forms[1], *said["en_bestemt"].get(unit, ())],
            "enhet": [forms[0], *forms[2:], *short, *said["enheter"].get(unit, ())],
        }
        for sign, own in ways.items():
            yield sign, (unit, ""), own
            for kind, endings in suffixes.items():
                yield sign, (unit, kind), [f"{word} {ending}" for word in own for ending in endings]
            yield sign, (unit, "*"), [f"{word} {ending}" for word in own for ending in said["begge"]]
    for unit, kinds in said["enhet_og_slag"].items():
        for kind, phrases in kinds.items():
            yield "enhet", (unit, kind), phrases
    for kind, endings in suffixes.items():
        yield "slag", kind, endings
    yield "slag", "*", said["begge"]
    yield "nei", None, said["nei"]
    for statistic, phrases in said["maal"].items():
        yield "maal", (statistic,), phrases
    yield from _declared_measures(said, model, standard)
    divides = {codes.id for statistic in model.statistikk.values() for codes in statistic.per.values()}
    for codes in model.kodelister.values():  # a name of a place that nothing is told by is a name, and no number
        if codes.read_names and codes.id not in divides:
            yield "ukjent", None, [name for named in codes.koder.values() for name in named[standard]]
    for statistic in model.statistikk.values():
        for dimension, codes in statistic.per.items():
            for code, named in codes.koder.items():
                if dimension != statistic.kinds and code != codes.total:
                    more = said["koder"].get(dimension, {}).get(code, ())
                    names = [name for name in named[standard] if name.lower().split()[0] not in said["tegn"]["ikke"]]
                    yield "kode", ((dimension, code),), [*names, *more]
