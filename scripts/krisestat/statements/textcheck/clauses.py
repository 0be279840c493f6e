"""A sentence as clauses, each with what it names and what it claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from krisestat.statements.lexicon import RULE_FAMILIES, SHARE_FAMILIES, Word
from krisestat.statements.textcheck.terms import Item, Terms

_HEADS = {*SHARE_FAMILIES, *RULE_FAMILIES, "tall", "tilsvarende"}
_LEAD = {"det", "er", "var", "har", "hadde", "blitt", "ble", "fortsatt", "også", "i", "de", "hele", "bare", "kun"}
_FINITE = {"deltok", "deltar", "har", "hadde"}
_PARTICIPLES = {"blitt", "vært", "deltatt", "hatt"}
_VERBS = {"har", "hadde", "er", "var", "finnes", "fantes", "deltok", "deltar"}
_DASH = {"–", "-", "—"}
_ASIDE = {"med", "hos", "til", "for", "i", "på", "fra"}


@dataclass
class Claim:
    """Something that a clause says and that data may prove.

    `kind`: antall, av, unntak, base, prosent, prosentpoeng, mengde, hyppighet, endring, vanlighet, trend, ytterst, or
    vagt (nothing to test it by). `items` is where it stands, first and last; `word` a word of the lexicon; `number` and
    `base` what is printed; `bound` «minst», «over», «hoyst», «under» or «forbehold»; `partners` and `group` those that
    a number in brackets stands right behind; `spelled` a number in letters; `similar` «en
    tilsvarende andel»; `doubt` why it can never be decided.
    """

    kind: str
    items: tuple[int, int]
    word: Word | None = None
    number: str = ""
    base: str = ""
    bound: str = ""
    partners: tuple[str, ...] = ()
    group: str = ""
    spelled: bool = False
    similar: bool = False
    doubt: str = ""

    @property
    def said(self) -> Word:
        """The word of a claim that has one. Raises `ValueError` otherwise."""
        if self.word is None:
            raise ValueError(f"{self.kind} uten ord")
        return self.word


@dataclass
class Clause:
    """A part of a sentence with one predicate. Codes of what it names; None or empty where it names nothing."""

    first: int
    last: int
    statistic: str | None = None
    forms: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    scope: str = ""
    groups: list[str] = field(default_factory=list)
    unit: bool = False
    same: bool = False
    other: bool = False
    now: list[int] = field(default_factory=list)
    then: list[int] = field(default_factory=list)
    periods: list[tuple[int, int]] = field(default_factory=list)
    mode: str = ""
    answered: bool = False
    verbs: frozenset[str] = frozenset()
    doubts: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


def read_clauses(items: Sequence[Item], terms: Terms, groups: Sequence[str]) -> list[Clause]:
    """The clauses of a sentence. Those that claim nothing are part of the next one (the last, of the one before)."""
    depth = _depths(items)
    cuts = [0, *(i for i in range(1, len(items)) if not depth[i] and _cut(items, i)), len(items)]
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in cuts[1:]:
        if any(items[i].kind in _HEADS | {"vagt", "vernet"} for i in range(start, cut)):
            spans.append((start, cut))
            start = cut
    if start < len(items):
        spans = [*spans[:-1], (spans[-1][0], len(items))] if spans else [(0, len(items))]
    return [_clause(items, first, last, depth, terms, groups) for first, last in spans]


def _depths(items: Sequence[Item]) -> list[int]:
    depth, found = 0, []
    for item in items:
        depth = max(0, depth - (item.text == ")"))
        found.append(depth)
        depth += item.text == "("
    return found


def _cut(items: Sequence[Item], i: int) -> bool:
    """Whether a new clause begins at item `i`."""
    text = items[i].text.lower()
    if text in {"mens", ";"}:
        return True
    if text not in {"og", "men", ","} or (text != "," and items[i - 1].text == ","):
        return False
    j = i + 1
    joined = text != ","
    if j < len(items) and items[j].text.lower() in {"og", "men"}:
        j, joined = j + 1, True
    if j < len(items) and items[j].text.lower() in ({"blant", "av"} if joined else {"blant"}):
        return True
    if joined:
        limit = j + 4
        while j < min(len(items), limit) and items[j].text.lower() in _LEAD:
            j += 1
    return j < len(items) and items[j].kind in _HEADS


def _near(items: Sequence[Item], i: int) -> Item:
    return items[i] if 0 <= i < len(items) else Item("tegn", None, "", 0, 0)


def _clause(
    items: Sequence[Item], first: int, last: int, depth: Sequence[int], terms: Terms, groups: Sequence[str]
) -> Clause:
    clause = Clause(first, last)
    for i in range(first, last):
        nearest = [_near(items, i - k) for k in (1, 2)]
        if items[i].kind == "annen_enhet" and any(b.kind in {"tall", "mengde", "endring"} for b in nearest):
            clause.other = True
    verbs = sum(_named_by(items, i, clause, terms, groups) for i in range(first, last))
    clause.partners = list(dict.fromkeys(clause.partners))
    clause.forms, clause.groups = list(dict.fromkeys(clause.forms)), list(dict.fromkeys(clause.groups))
    verbs += _subject(items, clause, terms)
    if clause.other:
        clause.statistic, clause.groups = terms.roles.other, [terms.roles.counted]
    clause.verbs = frozenset(items[i].text.lower() for i in range(first, last)) & _VERBS
    if verbs > 1:
        clause.doubts.append("setningen har flere ledd enn reglene kan skille")
    _years(items, clause)
    _claims(items, clause, depth, terms.bare)
    if any(items[i].kind == "unntatt" for i in range(first, last)) and not any(
        c.kind == "unntak" for c in clause.claims
    ):
        clause.doubts.append("setningen gjør unntak")
    return clause


def _named_by(items: Sequence[Item], i: int, clause: Clause, terms: Terms, groups: Sequence[str]) -> bool:
    """Note in the clause what item `i` names; returns whether it is the verb of a predicate."""
    item, text = items[i], items[i].text.lower()
    before = _near(items, i - 1)
    if item.kind in {"del", "annen_del"}:
        code = terms.others.get(text) if clause.other else item.value if item.kind == "del" else None
        if code:
            clause.partners.append(code)
        else:
            clause.doubts.append(f"«{item.text}» er ikke med i disse tallene")
    elif item.kind == "form":
        clause.forms.append(item.value)
    elif item.kind == "slag":
        clause.groups.append(item.value)
        clause.unit |= text not in terms.bare
    elif item.kind == "begge":
        clause.groups.extend(groups)
    elif item.kind == "enhet":
        clause.unit = True
        clause.same |= before.kind == "samme"
    elif item.kind == "alene":
        clause.statistic = item.value
    elif item.kind == "par":
        clause.statistic = clause.statistic or item.value
        return text == "samarbeider"
    elif item.kind in {"alle_deler", "noen_del", "andre_deler"}:
        clause.scope = clause.scope or item.kind
    elif item.kind in {"antall", "andel"}:
        clause.mode = item.kind
    elif item.kind == "av_dem_som_svarte":
        clause.answered = True
    elif item.kind == "formelt" and not clause.other:
        clause.doubts.append(f"«{item.text}» er ikke noe tilbudene er spurt om")
    elif item.kind == "nektelse":
        clause.doubts.append(f"setningen er nektende («{item.text}»)")
    elif item.kind == "tegn" and item.text == "?":
        clause.doubts.append("setningen er et spørsmål")
    elif text in _FINITE:
        later = {items[k].text.lower() for k in range(i + 1, min(i + 6, clause.last))}
        return not (text in {"har", "hadde"} and later & _PARTICIPLES)
    return False


def _subject(items: Sequence[Item], clause: Clause, terms: Terms) -> bool:
    """Decide whether a clause is about forms of cooperation, and doubt it if it is about two things; returns whether it
    speaks of cooperation more than once."""
    words = {i: items[i].text.lower() for i in range(clause.first, clause.last)}
    shared = [i for i in words if items[i].kind == "par"]
    if clause.forms:
        # «Sentrene med skriftlig avtale samarbeider …» speaks of some of the centres.
        nouns = [i for i in shared if words[i] == "samarbeidet" and (i == clause.first or items[i - 1].kind == "ord")]
        took = not {"deltok", "deltar", "deltatt"}.isdisjoint(words.values())
        if len(nouns) < len(shared) or took or clause.statistic == terms.roles.alone:
            clause.doubts.append(f"setningen nevner både {terms.roles.pair} og {terms.roles.detail}")
        clause.statistic = terms.roles.detail
    elif clause.statistic == terms.roles.alone and (clause.partners or clause.scope or shared):
        clause.doubts.append(f"setningen nevner både {terms.roles.alone} og {terms.roles.pair}")
    else:
        return len(shared) > 1
    return False


def _years(items: Sequence[Item], clause: Clause) -> None:
    i = clause.first
    while i < clause.last:
        if items[i].kind != "aar":
            i += 1
            continue
        year, joint, other = items[i].value, _near(items, i + 1), _near(items, i + 2)
        before = [_near(items, i - k) for k in (1, 2, 3, 4)]
        compared = any(b.kind == "sammenliknet" for b in before)
        between = before[0].text.lower() == "mellom"
        if other.kind == "aar" and i + 2 < clause.last and (joint.text in _DASH or joint.text.lower() in {"til", "og"}):
            if joint.text.lower() == "og" and not between:
                clause.now += [year, other.value]
            elif compared:
                clause.then.append(year)
            else:
                clause.periods.append((year, other.value))
            i += 3
            continue
        words = [b.text.lower() for b in before]
        then = before[0].kind == "enn" or words[0] in {"fra", "siden"} or (words[0] == "mot")
        then |= words[0] == "i" and (before[1].kind in {"enn", "som"})
        (clause.then if then or compared else clause.now).append(year)
        i += 1
    clause.now, clause.then = list(dict.fromkeys(clause.now)), list(dict.fromkeys(clause.then))


def _claims(items: Sequence[Item], clause: Clause, depth: Sequence[int], bare: frozenset[str]) -> None:
    i = clause.first
    while i < clause.last:
        item = items[i]
        claim: Claim | None = None
        if item.kind == "mengde":
            claim = _quantity(items, i, clause.last, bare)
        elif item.kind == "tilsvarende":
            claim = Claim("mengde", (i, i), similar=True)
        elif item.kind == "tall":
            claim = _number(items, i, clause, depth)
        elif item.kind in {"endring", "vanlighet", "trend", "ytterst", "hyppighet"}:
            claim = Claim(item.kind, (i, i), word=item.value)
            if item.kind in {"endring", "vanlighet"}:
                _compared(items, claim, clause)
        elif item.kind in {"vagt", "vernet"}:
            claim = Claim("vagt", (i, i), doubt=f"«{item.text}» har ingen grense i leksikonet")
        elif item.kind == "sammenlikning":
            claim = Claim("vagt", (i, i), doubt="sammenlikninger mellom grupper prøves ikke")
        if claim:
            clause.claims.append(claim)
        i = claim.items[1] + 1 if claim else i + 1


def _compared(items: Sequence[Item], claim: Claim, clause: Clause) -> None:
    """Whether a change has something to be compared with: «enn i 2019», «sammenliknet med 2019», a period."""
    others = [
        i
        for i in range(clause.first, clause.last)
        if items[i].kind == "enn" and not any(_near(items, i + k).kind == "aar" for k in (1, 2))
    ]
    if others:
        claim.doubt = "setningen sammenlikner med noe annet enn et år"
    elif claim.kind == "endring" and not (clause.then or clause.periods):
        claim.doubt = f"«{items[claim.items[0]].text}» sier ikke hva det sammenliknes med"


def _quantity(items: Sequence[Item], i: int, last: int, bare: frozenset[str]) -> Claim:
    claim = Claim("mengde", (i, i), word=items[i].value)
    before = _near(items, i - 1)
    if before.kind == "nektelse" or before.kind == "forbehold":
        claim.doubt = f"«{before.text}» foran «{items[i].text}»"
    if before.text.lower() in _ASIDE:
        claim.doubt = f"«{items[i].text}» sier noe om andre enn sentrene"
    j = i + 1
    while j < last and (items[j].text.lower() in {"de", "av", "alle"} or items[j].kind in {"tall", "enhet", "samme"}):
        if items[j].kind == "enhet":
            break
        j += 1
    after = _near(items, j) if j < last else Item("tegn", None, "", 0, 0)
    text = after.text.lower()
    allowed = after.kind in {"enhet", "ord", "par", "tegn", "som", "av_dem_som_svarte", "unntatt", "aar", "alene"}
    allowed |= after.kind == "slag" and text not in bare
    allowed |= after.kind == "form" and text.startswith("samarbeider")
    if not allowed:
        claim.doubt = claim.doubt or f"«{items[i].text}» sier noe om «{after.text}», ikke om sentrene"
    for k in range(i + 1, min(last, i + 6)):
        if items[k].kind == "unntatt":
            number = _near(items, k + 1)
            if items[i].value.forms[0] == "alle" and number.kind == "tall" and k + 1 < last:
                return Claim("unntak", (i, k + 1), number=number.value)
            break
    return claim


def _number(items: Sequence[Item], i: int, clause: Clause, depth: Sequence[int]) -> Claim:
    before, after = _near(items, i - 1), _near(items, i + 1)
    claim = Claim("antall", (i, i), number=items[i].value, spelled=not items[i].text[0].isdigit())
    j = i + 2
    while (
        after.text.lower() == "av" and j < clause.last and items[j].text.lower() in {"de", "alle", "totalt", "i", "alt"}
    ):
        j += 1
    lead = i - 1
    while lead >= clause.first and items[lead].text.lower() in {"de", "alle", "alt", "i", "totalt", "disse"}:
        lead -= 1
    led = _near(items, lead).text.lower() if lead >= clause.first else ""
    if after.text.lower() == "av" and _near(items, j).kind == "tall" and j < clause.last:
        claim = Claim("av", (i, j), number=items[i].value, base=items[j].value)
    elif after.kind == "prosent" or after.text == "%":
        claim = Claim("prosent", (i, i + 1), number=items[i].value)
    elif after.kind == "prosentpoeng":
        claim = Claim("vagt", (i, i + 1), doubt="forskjeller i prosentpoeng prøves ikke")
    elif after.kind == "endring" and after.value.rule in {"opp", "ned"}:
        claim = Claim("endring", (i, i + 1), word=after.value, number=items[i].value)
        _compared(items, claim, clause)
    elif before.kind == "mengde" or led in {"av", "blant"} or before.text.lower() in {"de", "alle", "disse"}:
        claim.kind = "base"
    elif before.text.lower() in _ASIDE:
        claim.doubt = f"«{before.text} {items[i].text}» er ikke et antall sentre"
    elif after.kind in {"slag", "form", "del", "annen_del", "vernet", "andre_deler", "alle_deler", "alene"}:
        claim.doubt = f"«{items[i].text} {after.text}» er ikke et antall sentre"
    if before.kind in {"forbehold", "minst", "over", "hoyst", "under"}:
        claim.bound, claim.items = before.kind, (i - 1, claim.items[1])
    if depth[i] and claim.kind in {"antall", "av", "prosent"}:
        _attach(items, i, clause, depth, claim)
    return claim


def _attach(items: Sequence[Item], i: int, clause: Clause, depth: Sequence[int], claim: Claim) -> None:
    """Give a number in brackets the partners, or the group, that stand right in front of the bracket."""
    start = i
    while start > clause.first and depth[start - 1]:
        start -= 1
    k = start - 2
    owner = _near(items, k) if k >= clause.first else None
    if owner and owner.kind == "slag":
        claim.group = owner.value
    run: list[Any] = []
    while k >= clause.first and (items[k].kind == "del" or (items[k].text.lower() in {",", "og"} and run)):
        if items[k].kind == "del":
            run.append(items[k].value)
        k -= 1
    claim.partners = tuple(run)
