"""Which words a text may use, from the model and the term list, and a sentence as a row of known things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.base.errors import ProblemList
from krisestat.base.yaml_files import Lines, check_schema, load_yaml
from krisestat.statements.data import Data
from krisestat.statements.lexicon import RULE_FAMILIES, SHARE_FAMILIES, Lexicon

_KEYS = (
    *("versjon", "koder", "andre_koder", "begge_slag", "statistikk", "tegn", "varianter"),
    *("tallord", "forkortelser", "kjente_ord"),
)
_SIGNS = (
    *("enhet", "alle_deler", "noen_del", "andre_deler", "av_dem_som_svarte", "antall", "andel", "sammenliknet"),
    *("tilsvarende", "unntatt", "nektelse", "vagt", "minst", "over", "hoyst", "under", "enn", "som", "samme"),
    *("prosent", "prosentpoeng", "formelt", "fyll"),
)
_TABLE = {"type": "object", "additionalProperties": False}
_SIGN = {**_TABLE, "required": [*_SIGNS], "properties": {key: {"type": "array"} for key in _SIGNS}}
_SCHEMA = {**_TABLE, "required": [*_KEYS], "properties": {**{key: {} for key in _KEYS}, "tegn": _SIGN}}
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
class Roles:
    """What the statistics are to a sentence about what the publication is about, as their dimensions tell.

    `kind`, `part` and `form` are dimensions: the kind of what is counted, what it has to do with, and how. `alone` is
    the statistic by kind, `pair` by kind and part, `detail` by all three, and `any_of` those by kind that tell, of a
    form, whether it holds for any part. `other` counts something else by part, and `counted` is what.
    """

    kind: str = ""
    part: str = ""
    form: str = ""
    alone: str = ""
    pair: str = ""
    detail: str = ""
    other: str = ""
    counted: str = ""
    any_of: Mapping[str, str] = field(default_factory=dict)


def roles_of(data: Data) -> Roles:
    """The roles of the statistics of an edition; what has none is not read."""
    own = [one for one in data.model.statistikk.values() if one.enhet.id == data.unit and one.kinds and not one.panel]
    by_size = {len(one.per): one for one in reversed(own) if not one.svar.get("minst_en")}
    pair, detail = by_size.get(2), by_size.get(3)
    part = next((name for name in pair.per if name != pair.kinds), "") if pair else ""
    form = next((name for name in detail.per if name not in (detail.kinds, part)), "") if detail else ""
    others = [one for one in data.model.statistikk.values() if one.enhet.id != data.unit and list(one.per) == [part]]
    any_of = {one.svar.get("der", {}).get(form): one.id for one in own if len(one.per) == 1 and "minst_en" in one.svar}
    return Roles(
        kind=own[0].kinds if own else "",
        part=part,
        form=form,
        alone=by_size[1].id if 1 in by_size else "",
        pair=pair.id if pair else "",
        detail=detail.id if detail else "",
        other=others[0].id if others else "",
        counted=others[0].enhet.id if others else "",
        any_of=any_of,
    )


@dataclass(frozen=True)
class Terms:
    """The words of the model, of the term list and of the lexicon as one table of phrases, found by their first word,
    the longest first.

    `others` are the codes by word of the parts of what is counted elsewhere; `bare` the words for kinds that are not
    theirs alone; `alike` the forms whose names end as that of another.
    """

    phrases: Mapping[str, list[tuple[tuple[str, ...], str, Any]]]
    others: Mapping[str, str]
    bare: frozenset[str]
    alike: frozenset[str]
    roles: Roles
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


def load_terms(path: Path, lexicon: Lexicon, data: Data) -> Terms:
    """Read and check the term list.

    Parameters: `path`, the YAML file; `lexicon`, of the same written standard; `data`, of the edition, whose model has
    the names of codes and of what is counted. Raises `Problems` with every fault: unknown keys and codes, variants of
    words that the lexicon does not have, a phrase that means two things.
    """
    said, lines = load_yaml(path)
    check_schema(said, _SCHEMA, str(path), lines)
    read = _Reading(path, said, lines, lexicon, data)
    read.add(said["kjente_ord"].split(), "ord", None, ("kjente_ord",))
    own = read.names()
    others = read.elsewhere()
    read.signs()
    read.problems.raise_if_any()
    by_first: dict[str, list] = {}
    for phrase, meaning in sorted(read.table.items(), key=lambda one: -len(one[0])):
        by_first.setdefault(phrase[0], []).append((phrase, *meaning))
    ends = {code: {split_phrase(phrase)[-1] for phrase in phrases} for code, phrases in own["form"].items()}
    alike = {one for one, last in ends.items() for other, those in ends.items() if one != other and last & those}
    return Terms(
        phrases=by_first,
        others=others,
        bare=frozenset(phrases[0].lower() for phrases in own["slag"].values()),
        alike=frozenset(alike),
        roles=read.roles,
        number_words=said["tallord"],
        abbreviations=frozenset(said["forkortelser"]),
        lexicon=lexicon,
    )


class _Reading:
    """The term list as it is read into a table: what each phrase means. What is read later may say it anew."""

    def __init__(self, path: Path, said: Mapping[str, Any], lines: Lines, lexicon: Lexicon, data: Data):
        self.path, self.said, self.lines, self.lexicon, self.data = path, said, lines, lexicon, data
        self.problems, self.roles = ProblemList(), roles_of(data)
        self.table: dict[tuple[str, ...], tuple[str, Any]] = {}

    def note(self, place: tuple, found: str, expected: str, action: str) -> None:
        """Note a fault at a key."""
        at = f"linje {self.lines[place][0]}" if place in self.lines else ""
        self.problems.add(self.path, at, found, expected, action)

    def add(self, phrases: Iterable[str], kind: str, value: Any, place: tuple, over: bool = False) -> None:
        """Give phrases a meaning. Parameters: `over`, even if they have one."""
        for phrase in map(split_phrase, phrases):
            if not over and self.table.get(phrase, (kind, value)) != (kind, value):
                self.note(place, f"«{' '.join(phrase)}» med to betydninger", "én", "Slett den ene.")
            self.table[phrase] = (kind, value)

    def names(self) -> dict[str, dict[str, list[str]]]:
        """The codes of the dimensions, by kind of item: the phrases of each."""
        roles = self.roles
        kinds = {roles.part: (roles.pair, "del"), roles.form: (roles.detail, "form"), roles.kind: (roles.pair, "slag")}
        for dimension in self.said["koder"]:
            if dimension not in kinds:
                self.note(("koder", dimension), f"«{dimension}»", ", ".join(kinds), "Rett navnet.")
        found = {}
        for dimension, (statistic, kind) in kinds.items():
            place = ("koder", dimension)
            found[kind] = self._phrases(statistic, dimension, self.said["koder"].get(dimension, {}), place)
            for code, phrases in found[kind].items():
                self.add(phrases, kind, code, (*place, code))
        return found

    def _phrases(self, statistic: str, dimension: str, written: Mapping, place: tuple) -> dict[str, list[str]]:
        """The phrases of each code of a dimension: its names, of kinds the heading alone, and those of the list."""
        codes = self.data.model[statistic].per[dimension].koder if statistic else {}
        for code in [code for code in written if code not in codes]:
            self.note((*place, code), f"koden «{code}»", ", ".join(codes) or "ingen", "Rett koden.")
        few = 1 if dimension == self.roles.kind else 2
        return {code: [*own[self.lexicon.standard][:few], *written.get(code, ())] for code, own in codes.items()}

    def elsewhere(self) -> dict[str, str]:
        """What another statistic calls its parts, by phrase; elsewhere such a word is not known."""
        other, place = self.roles.other, ("andre_koder", self.roles.other)
        phrases = self._phrases(other, self.roles.part, self.said["andre_koder"].get(other, {}), place)
        found = {" ".join(split_phrase(phrase)): code for code, own in phrases.items() for phrase in own}
        for phrase in sorted(found):
            if split_phrase(phrase) not in self.table:
                self.add([phrase], "annen_del", found[phrase], place)
        return found

    def signs(self) -> None:
        """What a word is a sign of: a statistic, what is counted, a kind of claim, a word of the lexicon."""
        said, roles, standard = self.said, self.roles, self.lexicon.standard
        self.add(said["begge_slag"], "begge", None, ("begge_slag",))
        kinds = {roles.alone: "alene", roles.pair: "par"}
        for statistic, phrases in said["statistikk"].items():
            if statistic not in kinds:
                known = ", ".join(filter(None, kinds))
                self.note(("statistikk", statistic), f"statistikken «{statistic}»", known, "Rett navnet.")
            self.add(phrases, kinds.get(statistic, ""), statistic, ("statistikk", statistic), over=True)
        units = self.data.model.enheter
        self.add(units[self.data.unit].forms[standard] if self.data.unit else (), "enhet", None, (), over=True)
        self.add(units[roles.counted].forms[standard][2:] if roles.counted else (), "annen_enhet", None, (), over=True)
        for kind, phrases in said["tegn"].items():
            self.add(phrases, kind, None, ("tegn", kind), over=True)
        for family in reversed((*SHARE_FAMILIES, *RULE_FAMILIES)):
            for word in self.lexicon.families[family]:
                self.add(word.forms, family, word, ("varianter",), over=True)
        for form, variants in said["varianter"].items():
            if word_of := self.lexicon.find(form):
                self.add(variants, word_of.family, word_of, ("varianter", form), over=True)
            else:
                self.note(("varianter", form), f"«{form}»", "et ord i leksikonet", "Rett ordet.")
