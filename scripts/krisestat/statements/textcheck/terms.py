"""Which words a text may use, from the model and the term list, and a sentence as a row of known things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.base.errors import ProblemList, did_you_mean
from krisestat.base.yaml_files import load_yaml
from krisestat.statements.data import Data
from krisestat.statements.lexicon import Lexicon

_KEYS = {
    *("versjon", "koder", "andre_koder", "begge_slag", "statistikk", "tegn", "varianter"),
    *("tallord", "forkortelser", "kjente_ord"),
}
_SIGNS = {
    *("enhet", "alle_deler", "noen_del", "andre_deler", "av_dem_som_svarte", "antall", "andel", "sammenliknet"),
    *("tilsvarende", "unntatt", "nektelse", "vagt", "minst", "over", "hoyst", "under", "enn", "som", "samme"),
    *("prosent", "prosentpoeng", "formelt", "fyll"),
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
    problems, roles = ProblemList(), roles_of(data)
    for key in sorted(_KEYS ^ set(said)):
        found = f"den ukjente nøkkelen «{key}» {did_you_mean(key, _KEYS)}".strip() if key in said else f"ingen «{key}»"
        problems.add(path, "", found, ", ".join(sorted(_KEYS)), "Rett nøkkelen.")
    problems.raise_if_any()
    table: dict[tuple[str, ...], tuple[str, Any]] = {}

    def note(place: tuple, found: str, expected: str, action: str) -> None:
        problems.add(path, f"linje {lines[place][0]}" if place in lines else "", found, expected, action)

    def add(phrases: Iterable[str], kind: str, value: Any, place: tuple, over: bool = False) -> None:
        for phrase in map(split_phrase, phrases):
            if not over and table.get(phrase, (kind, value)) != (kind, value):
                note(place, f"«{' '.join(phrase)}» med to betydninger", "én", "Slett den ene.")
            table[phrase] = (kind, value)

    def named(statistic: str, dimension: str, written: Mapping[str, list[str]], place: tuple) -> dict[str, list[str]]:
        """The phrases of each code of a dimension: its names, of kinds the heading alone, and those of the list."""
        codes = data.model[statistic].per[dimension] if statistic else None
        for code in [code for code in written if not codes or code not in codes.koder]:
            choices = ", ".join(codes.koder) if codes else "ingen"
            note((*place, code), f"koden «{code}»", choices, "Rett koden.")
        names = {code: codes.words(code, lexicon.standard) for code in codes.koder} if codes else {}
        used = {code: own[:1] if dimension == roles.kind else own for code, own in names.items()}
        return {code: [*own, *written.get(code, ())] for code, own in used.items()}

    add(said["kjente_ord"].split(), "ord", None, ("kjente_ord",))
    for kind in sorted(_SIGNS ^ set(said["tegn"])):
        problems.add(path, "«tegn»", f"«{kind}»", ", ".join(sorted(_SIGNS)), "Rett nøkkelen.")
    dimensions = {roles.part: (roles.pair, "del"), roles.form: (roles.detail, "form"), roles.kind: (roles.pair, "slag")}
    phrases = {}
    for dimension in said["koder"]:
        if dimension not in dimensions:
            note(("koder", dimension), f"«{dimension}»", ", ".join(dimensions), "Rett navnet.")
    for dimension, (statistic, kind) in dimensions.items():
        place = ("koder", dimension)
        phrases[kind] = named(statistic, dimension, said["koder"].get(dimension, {}), place)
        for code, own in phrases[kind].items():
            add(own, kind, code, (*place, code))
    # What another statistic calls its parts; elsewhere such a word is not known.
    elsewhere = named(roles.other, roles.part, said["andre_koder"].get(roles.other, {}), ("andre_koder", roles.other))
    others = {" ".join(split_phrase(phrase)): code for code, own in elsewhere.items() for phrase in own}
    for phrase in sorted(others):
        if split_phrase(phrase) not in table:
            add([phrase], "annen_del", others[phrase], ("andre_koder",))
    add(said["begge_slag"], "begge", None, ("begge_slag",))
    for statistic, own in said["statistikk"].items():
        if statistic not in (roles.alone, roles.pair):
            known = ", ".join(filter(None, (roles.alone, roles.pair)))
            note(("statistikk", statistic), f"statistikken «{statistic}»", known, "Rett navnet.")
        add(own, "alene" if statistic == roles.alone else "par", statistic, ("statistikk", statistic), over=True)
    for unit, kind in ((data.unit, "enhet"), (roles.counted, "annen_enhet")):
        forms = data.model.enheter[unit].forms[lexicon.standard] if unit else ()
        add(forms if kind == "enhet" else forms[2:], kind, None, ("tegn", "enhet"), over=True)
    for kind, own in said["tegn"].items():
        if kind in _SIGNS:
            add(own, kind, None, ("tegn", kind), over=True)
    for family, words in lexicon.families.items():
        for word in words:
            add(word.forms, family, word, ("varianter",), over=True)
    for form, variants in said["varianter"].items():
        if word_of := lexicon.find(form):
            add(variants, word_of.family, word_of, ("varianter", form), over=True)
        else:
            note(("varianter", form), f"«{form}»", "et ord i leksikonet", "Rett ordet.")
    problems.raise_if_any()
    by_first: dict[str, list] = {}
    for words_of, meaning in table.items():
        by_first.setdefault(words_of[0], []).append((words_of, *meaning))
    for options in by_first.values():
        options.sort(key=lambda o: -len(o[0]))
    ends = {code: {split_phrase(phrase)[-1] for phrase in own} for code, own in phrases["form"].items()}
    alike = {one for one, own in ends.items() for other, those in ends.items() if one != other and own & those}
    headings = data.model[roles.pair].per[roles.kind].koder if roles.pair else {}
    return Terms(
        phrases=by_first,
        others=others,
        bare=frozenset(named[lexicon.standard].heading.lower() for named in headings.values()),
        alike=frozenset(alike),
        roles=roles,
        number_words=said["tallord"],
        abbreviations=frozenset(said["forkortelser"]),
        lexicon=lexicon,
    )
