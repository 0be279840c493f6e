"""The term list: which words a text may use for partners, groups and forms, and a sentence as a row of known things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.base.errors import ProblemList, did_you_mean
from krisestat.base.yaml_files import load_yaml
from krisestat.statements.lexicon import Lexicon

_KEYS = {
    *(
        "versjon",
        "instanser",
        "kommunale_instanser",
        "samarbeidsformer",
        "grupper",
        "begge_grupper",
        "tegn",
        "varianter",
    ),
    *("tallord", "forkortelser", "kjente_ord"),
}
_SIGNS = {
    *("forum", "samarbeid", "enhet", "kommuner", "alle_instanser", "noen_instans", "noen_andre", "av_dem_som_svarte"),
    *("antall", "andel", "sammenliknet", "tilsvarende", "unntatt", "nektelse", "vagt", "minst", "over", "hoyst"),
    *("under", "enn", "som", "samme", "prosent", "prosentpoeng", "formelt", "fyll"),
}
_BOUNDS = {"minst", "over", "hoyst", "under"}
_TOKEN = re.compile(
    r"(?P<tall>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    r"|(?P<ord>[^\W\d_]+(?:[-’'/][^\W\d_]+)*)"
    r"|(?P<tegn>\S)"
)


class Item(NamedTuple):
    """A word, phrase, number or sign of a sentence: what it is (`kind`), its value, and where it stands."""

    kind: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Terms:
    """The term list and the lexicon as one table of phrases, found by their first word, the longest first."""

    phrases: Mapping[str, list[tuple[tuple[str, ...], str, Any]]]
    municipal: Mapping[str, str]
    number_words: Mapping[str, int]
    abbreviations: frozenset[str]
    lexicon: Lexicon

    def items(self, sentence: str) -> list[Item]:
        """The sentence as items, each by the longest phrase that fits; what is not known has the kind `ukjent`."""
        tokens = list(_TOKEN.finditer(sentence))
        words = [t[0].lower() for t in tokens]
        found, at = [], 0
        while at < len(tokens):
            token = tokens[at]
            for phrase, kind, value in self.phrases.get(words[at], ()):
                after = tokens[at + len(phrase)] if at + len(phrase) < len(tokens) else None
                if kind in _BOUNDS and not (after and (after["tall"] or after[0].lower() in self.number_words)):
                    continue
                if tuple(words[at : at + len(phrase)]) == phrase:
                    end = tokens[at + len(phrase) - 1].end()
                    found.append(Item(kind, value, sentence[token.start() : end], token.start(), end))
                    at += len(phrase)
                    break
            else:
                if hedge := self.lexicon.hedges.match(sentence, token.start()):
                    found.append(Item("forbehold", None, hedge[0], *hedge.span()))
                    while at < len(tokens) and tokens[at].start() < hedge.end():
                        at += 1
                else:
                    found.append(self._single(token))
                    at += 1
        return found

    def _single(self, token: re.Match) -> Item:
        kind, value = "ukjent", token[0].lower()
        if token["tall"]:
            digits = re.sub(r"\s", "", token["tall"]).replace(",", ".")
            kind, value = ("tall", digits)
            if re.fullmatch(r"(?:19|20)\d\d", token["tall"]):
                kind, value = "aar", int(digits)
        elif value in self.number_words:
            kind, value = "tall", str(self.number_words[value])
        elif token["tegn"]:
            kind = "tegn" if value in ",.;:!?()–—-%«»\"'/…" else "ukjent"
        elif self.lexicon.guarded.fullmatch(value):
            kind = "vernet"
        return Item(kind, value, token[0], token.start(), token.end())


def split_phrase(text: str) -> tuple[str, ...]:
    """A phrase as the words that a sentence is cut into."""
    return tuple(m[0] for m in _TOKEN.finditer(text.lower()))


def load_terms(path: Path, lexicon: Lexicon, codes: Mapping[str, Iterable[str]]) -> Terms:
    """Read and check the term list.

    Parameters: `path`, the YAML file; `lexicon`, of the same written standard; `codes`, the codes that the data has of
    `instans`, `form` and `gruppe`. Raises `Problems` with every fault: unknown keys and codes, variants of words that
    the lexicon does not have, a phrase that means two things.
    """
    data, lines = load_yaml(path)
    problems = ProblemList()
    for key in sorted(_KEYS ^ set(data)):
        found = f"den ukjente nøkkelen «{key}» {did_you_mean(key, _KEYS)}".strip() if key in data else f"ingen «{key}»"
        problems.add(path, "", found, ", ".join(sorted(_KEYS)), "Rett nøkkelen.")
    problems.raise_if_any()
    table: dict[tuple[str, ...], tuple[str, Any]] = {}

    def add(phrases: Iterable[str], kind: str, value: Any, place: tuple, over: bool = False) -> None:
        for phrase in map(split_phrase, phrases):
            if not over and table.get(phrase, (kind, value)) != (kind, value):
                problems.add(
                    path, f"linje {lines[place][0]}", f"«{' '.join(phrase)}» med to betydninger", "én", "Slett den ene."
                )
            table[phrase] = (kind, value)

    add(data["kjente_ord"].split(), "ord", None, ("kjente_ord",))
    for kind in sorted(_SIGNS ^ set(data["tegn"])):
        problems.add(path, "«tegn»", f"«{kind}»", ", ".join(sorted(_SIGNS)), "Rett nøkkelen.")
    for dimension, key in (("instans", "instanser"), ("form", "samarbeidsformer"), ("gruppe", "grupper")):
        known = set(codes[dimension])
        for code, phrases in data[key].items():
            if code not in known:
                place = f"linje {lines[(key, code)][0]}"
                problems.add(path, place, f"koden «{code}»", ", ".join(sorted(known)), "Rett koden.")
            add(phrases, dimension, code, (key, code))
    # What the codebook calls the municipal services; elsewhere such a word is not known.
    municipal = {" ".join(split_phrase(p)): c for c, phrases in data["kommunale_instanser"].items() for p in phrases}
    for phrase in sorted(municipal):
        if split_phrase(phrase) not in table:
            add([phrase], "kommunal", municipal[phrase], ("kommunale_instanser",))
    add(data["begge_grupper"], "begge", None, ("begge_grupper",))
    for kind, phrases in data["tegn"].items():
        if kind in _SIGNS:
            add(phrases, kind, None, ("tegn", kind), over=True)
    for family, words in lexicon.families.items():
        for word in words:
            add(word.forms, family, word, ("varianter",), over=True)
    for form, variants in data["varianter"].items():
        if named := lexicon.find(form):
            add(variants, named.family, named, ("varianter", form), over=True)
        else:
            problems.add(
                path, f"linje {lines[('varianter', form)][0]}", f"«{form}»", "et ord i leksikonet", "Rett ordet."
            )
    problems.raise_if_any()
    by_first: dict[str, list] = {}
    for words_of, meaning in table.items():
        by_first.setdefault(words_of[0], []).append((words_of, *meaning))
    for options in by_first.values():
        options.sort(key=lambda o: -len(o[0]))
    abbreviations = frozenset(data["forkortelser"])
    return Terms(by_first, municipal, data["tallord"], abbreviations, lexicon)
