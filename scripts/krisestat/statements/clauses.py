"""A sentence as clauses with one claim each: what it names, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from krisestat.statements.lexicon import Word
from krisestat.statements.vocabulary import Item, Vocabulary

# One letter for each kind of item, so that the order of items can be searched as text.
_LETTERS = {
    kind: row.split()[0]
    for row in """
    U enhet enhet_en enhet_uklar
    G slag
    K kode
    M maal
    Z nei
    Q mengde
    R broek
    T tall
    Y aar
    O opp ned
    I likt omtrent_likt
    D doblet halvert
    F flere faerre
    H stoerre mindre foran
    V vanligere sjeldnere
    X flest faerrest
    L like_mange like_stor
    E enn
    @ mot
    S som
    N ikke
    n verken
    J usant
    b bare hele
    P prosent
    B minst over litt_over hoyst under litt_under rundt
    p prosentpoeng
    a andel antall
    m mellom
    f fra
    t til
    s siden
    v av
    y aaret_foer aar_foer
    z aaret_etter i_aar
    h hvert_aar
    i ingen_aar aldri
    A alle_deler ingen_deler
    d noen_deler
    q disse
    w med
    ^ rekord bunn
    o og
    ; men
    = som_foer
    , komma
    : kolon
    - strek
    . slutt
    ) lukk
    e en
    x fyll
    """.strip().splitlines()
    for kind in row.split()[1:]
}
_YEARS = re.compile(r"(?P<period>[fm]?Y[-to]Y)|(?P<then>[EfsS@]x?Y|[ES@]x?y|sy)|(?P<now>Y|y|z)")
_HEADS = {
    "av": re.compile(r"(?P<b>B?)b?(?P<one>[Te])vx?(?P<two>T)(?!P)"),
    "mellom": re.compile(r"m(?P<one>T)[ot](?P<two>T)P?"),
    "prosent": re.compile(r"(?P<b>B?)b?(?P<one>T)P"),
    "prosentpoeng": re.compile(r"(?P<b>B?)b?(?P<one>T)p(?P<word>H?)"),
    "flere": re.compile(r"(?P<b>B?)(?:(?P<one>T)[UG]*)?(?P<word>F)"),
    "mengde": re.compile(r"N?x?(?P<word>Q)(?:[vxq]*(?P<two>T)(?!P))?"),
    "broek": re.compile(r"(?P<b>B?)b?(?P<one>R)"),
    "endring": re.compile(r"(?P<word>O)"),
    "ganger": re.compile(r"(?P<word>D)"),
    "likt": re.compile(r"(?P<word>I)"),
    "stoerre": re.compile(r"(?P<word>[HV])"),
    "ytterst": re.compile(r"(?P<word>X)"),
    "rekord": re.compile(r"(?P<word>\^)"),
    "like": re.compile(r"(?P<word>L)"),
    "base": re.compile(r"v[xq]*(?P<one>T)(?=U)"),
    "antall": re.compile(r"(?P<b>B?)b?(?P<one>T)"),
}
# The unit of a change from one number to another that are both told with their bases.
WITH_BASES = "med base"
_COUNTED = ("antall", "av", "mengde", "broek", "prosent")
_OVER_TIME = ("endring", "ganger", "likt", "flere", "stoerre", "like", "prosentpoeng")
_PARTS = ("alle_deler", "noen_deler")
_OF_PERSONS = {"kjonn", "dekning"}
_UPWARD = {"opp", "flere", "stoerre", "vanligere", "foran", "flest", "doblet", "rekord"}
# What follows a word for a change and belongs to it: «fra 13 til 20», «med 64», «med over ti prosent».
_STEPS = re.compile(
    r"f(?P<one>T)(?P<of>(?:vT)?)(?P<u1>P?)[KUGx]*(?P<then>Y?)[KUGx]*t(?P<two>T)(?:vT)?(?P<u2>P?)"
    r"|w(?P<b>B?)b?(?P<by>[Te])(?P<u>[Pp]?)(?!v)|t(?P<b2>B?)(?P<to>T)(?P<u3>P?)"
)


@dataclass(frozen=True)
class Head:
    """What a clause claims.

    `kind`: a key of the patterns above, or «antall» for a plain number; `word` a quantifier of the lexicon, and whether
    it is `vague`; `sign` of a change or a comparison; `one` and `two` its numbers; `bound` the kind of word before the
    number; `unit` of the number of a change («antall», «prosent», «prosentpoeng»), and the year `then` that it is from.
    """

    kind: str
    text: str
    word: Word | None = None
    vague: bool = False
    sign: int = 0
    one: Fraction | None = None
    two: Fraction | None = None
    bound: str = ""
    unit: str = ""
    name: str = ""
    then: int = 0


@dataclass
class Names:
    """What a stretch of text names: units, kinds («*» for all), codes and measures, each with what it may be."""

    units: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    codes: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    measures: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class Clause:
    """One claim with what it names; `after` is what stands after «enn» or «som» of a comparison.

    `now`, `then` and `period` are the years; `every` is «hvert» or «ingen» of the years of a period; `parts` is «alle»,
    «noen» or «ingen» where the codes are not named; `mode` «andel» or «antall»; `back`, whether it begins with «da», of
    the year before it, and `next`, how many years after it («året før» is -1); `aside`, whether it is of what is
    compared with; `partial`, «av tilbudene …», or a word that may mean something else; `leaning`, whether what it
    speaks of was said in the sentence before, and `sure`, whether what leans on it surely means it; `doubts` are why it
    can not be decided.
    """

    head: Head
    text: str
    names: Names
    after: Names | None = None
    now: list[int] = field(default_factory=list)
    then: list[int] = field(default_factory=list)
    period: tuple[int, int] | None = None
    every: str = ""
    parts: str = ""
    mode: str = ""
    negative: bool = False
    denied: bool = False
    neither: bool = False
    only: bool = False
    back: bool = False
    aside: bool = False
    next: int = 0
    sure: bool = False
    partial: bool = False
    leaning: bool = False
    doubts: list[str] = field(default_factory=list)


def letters(items: Sequence[Item]) -> str:
    """The kinds of items, a letter each."""
    return "".join(_LETTERS.get(item.kind, "?") for item in items)


def read_clauses(
    text: str, words: Vocabulary, aar: int, before: Clause | None = None
) -> tuple[list[Clause], list[str]]:
    """The claims of a sentence, and why nothing of it can be decided (empty: it may be).

    Parameters: `text`; `words` that are known; `aar`, of the edition, which «i fjor» is counted from; `before`, the
    last clause of the sentence before it, which it may lean on.
    """
    items = [item for item in words.items(text) if item.text != "("]
    doubts = _doubts(items)
    denied = bool(items) and items[0].kind == "usant"
    items = _brackets_last([item for item in items if item.kind != "usant"])
    row = letters(items)
    heads = _heads(items, row) or _general(items, row)
    doubts += ["«verken» gjelder flere påstander"] * ("n" in row and len(heads) > 1)
    doubts += ["en endring er sammenliknet med en annen"] * bool(re.search("[OD][xv]*HE", row))
    again = before is not None and not heads and "=" in row  # «Slik var det også i fjor»
    if before and again:
        heads = [(before.head, {row.index("=")})]
    clauses = []
    for within, (head, taken) in zip(_stretches(row, heads), heads, strict=True):
        clause = _clause(items, row, within, head, set(taken), text, aar)
        clause.denied ^= denied
        clauses.append(clause)
    clauses = _joined(clauses, aar)
    if before:
        for clause in clauses:
            (_borrow if again else _lean)(clause, before)
    return clauses, doubts


def _brackets_last(items: list[Item]) -> list[Item]:
    """What stands behind the last bracket belongs to the whole sentence: it is read first."""
    row = letters(items)
    end = row.rfind(")") + 1
    tail = row[end:]
    return [*items[end:], *items[:end]] if end and not set("TQRODFXLHVI^") & set(tail) else items


def _doubts(items: Sequence[Item]) -> list[str]:
    unknown = list(dict.fromkeys(item.text for item in items if item.kind == "ukjent"))
    doubts = [f"ord som leseren ikke kjenner: {', '.join(f'«{word}»' for word in unknown[:3])}"] if unknown else []
    if items and items[0].kind == "strek":
        doubts.append("setningen er et sitat")
    return doubts


def _heads(items: Sequence[Item], row: str) -> list[tuple[Head, set[int]]]:
    """What is claimed, in order, each with where it stands. Years and what a change swallows are none."""
    years = {i for hit in _YEARS.finditer(row) for i in range(*hit.span())}
    found: list[tuple[Head, set[int]]] = []
    used, at = set(years), 0
    while at < len(row):
        counted = at not in used and not (row[at] == "T" and row[at - 1 : at] == "q")
        at += 1
        for kind, pattern in _HEADS.items() if counted else ():
            if hit := pattern.match(row, at - 1):
                head, taken = _head(kind, hit, items), {i for i in range(*hit.span()) if row[i] not in "UG"}
                stop = next((i for i in range(hit.end(), len(row)) if row[i] in "OFQXL;"), len(row))
                if head.kind in ("endring", "ganger") and (more := _STEPS.search(row, hit.end(), stop)):
                    head, more_taken = _stepped(head, more, items), {*range(*more.span())}
                    taken |= more_taken
                    used |= more_taken
                found.append((head, taken))
                at = hit.end()
                break
    return found


def _general(items: Sequence[Item], row: str) -> list[tuple[Head, set[int]]]:
    """A sentence that says something of what is counted without saying of how many: «Krisesentrene har …»."""
    place = row.find("U")
    told = 0 <= place <= row.count("x", 0, 1) and ("M" in row or "K" in row) and not set("Nvq:?") & set(row)
    return [(Head("generelt", items[place].text), {place})] if told else []


def _value(items: Sequence[Item], hit: re.Match, group: str) -> Fraction | None:
    if group not in hit.re.groupindex or not hit[group]:
        return None
    item = items[hit.start(group)]
    return Fraction(1) if item.kind == "en" else item.value


def _head(kind: str, hit: re.Match, items: Sequence[Item]) -> Head:
    groups = hit.re.groupindex
    word = items[hit.start("word")] if "word" in groups and hit["word"] else None
    bound = items[hit.start("b")].kind if "b" in groups and hit["b"] else ""
    quantifier, vague = word.value if word and word.kind == "mengde" else (None, False)
    sign = 0 if word is None else 1 if word.kind in _UPWARD else -1
    text = " ".join(item.text for item in items[hit.start() : hit.end()])
    name = word.kind if word else ""
    return Head(
        kind, text, quantifier, vague, sign, _value(items, hit, "one"), _value(items, hit, "two"), bound, name=name
    )


def _stepped(head: Head, more: re.Match, items: Sequence[Item]) -> Head:
    """A change with its numbers: from one to another, or by how much. What each is of is not held against the data."""
    units = {"P": "prosent", "p": "prosentpoeng"}
    head = replace(head, then=items[more.start("then")].value if more["then"] else 0)
    if more["of"]:
        return replace(head, unit=WITH_BASES)
    if more["to"]:
        bound = items[more.start("b2")].kind if more["b2"] else ""
        return replace(head, two=_value(items, more, "to"), bound=bound, unit=f"til {units.get(more['u3'], 'antall')}")
    if more["by"]:
        bound = items[more.start("b")].kind if more["b"] else ""
        return replace(head, one=_value(items, more, "by"), bound=bound, unit=units.get(more["u"], "antall"))
    unit = units.get(more["u1"] or more["u2"], "antall")
    return replace(head, one=_value(items, more, "one"), two=_value(items, more, "two"), unit=f"fra {unit}")


def _stretches(row: str, heads: Sequence[tuple[Head, set[int]]]) -> list[tuple[int, int]]:
    """Where the clause of each head begins and ends."""
    cuts = [0]
    for (_, before), (_, after) in pairwise(heads):
        start = min(after)
        end = max(i for i in before if i < start) + 1
        places = [i for i in range(end, start) if row[i] in ",;o:@"]
        own = [i for i in places if not re.fullmatch("[KGU][,o][KG]", row[i - 1 : i + 2])] or places
        closed = row.find(")", end, start)
        cuts.append(closed if closed >= 0 else own[-1] if own else start)
    return list(zip(cuts, [*cuts[1:], len(row)], strict=False)) if heads else []


def _clause(
    items: Sequence[Item], row: str, within: tuple[int, int], head: Head, taken: set[int], text: str, aar: int
) -> Clause:
    first, last = within
    start, end = min(taken), max(taken) + 1
    clause = Clause(head, text[items[first].start : items[last - 1].end], Names())
    clause.denied = any(items[i].kind == "ikke" for i in taken)
    clause.aside = row[first] == "@" or bool(re.search("Of$", row[:first]))  # «opp fra 66 prosent i 2019»
    if head.kind == "base" and row[end : end + 2] == "US":
        clause.doubts.append("tallet gjelder bare noen av dem")
    last_word = re.search(r"[xwv]Q$", row[:end]) and row[end : end + 1] in ("", ".", ",")
    if head.kind == "mengde" and not head.vague and last_word:
        clause.doubts.append(f"«{head.text}» sier noe om andre")
    if head.kind == "generelt":
        _note(clause, items[start], clause.names)
    if head.kind in (*_COUNTED, "flere", "like") and items[end : end + 1] and items[end].kind in _PARTS:
        clause.doubts.append(f"«{head.text} {items[end].text}» er ikke et antall av det som er talt")
    frequency = head.vague or (head.word is not None and head.word.family == "hyppighet")
    if head.kind in _COUNTED and not frequency and end < len(items) and items[end].kind == "kode":
        if not {d for d, _ in items[end].value} & _OF_PERSONS:
            clause.doubts.append(f"«{head.text} {items[end].text}» er ikke et antall som er talt")
    for hit in _YEARS.finditer(row, first, last):
        if not taken.intersection(range(*hit.span())):
            taken.update(range(*hit.span()))
            _year(clause, hit, items, aar)
    clause.then += [head.then] if head.then else []
    compared = head.kind in ("flere", "stoerre", "like", "prosentpoeng")
    signs = "S" if head.kind == "like" else "E@"
    clause.partial = any(row[i] == "U" and re.search(r"v[xqT]*$", row[:i]) for i in range(first, last))
    side = next((i for i in range(end, last) if row[i] in signs and i not in taken), None) if compared else None
    side = end - 1 if head.name == "foran" else side
    clause.after = Names() if side is not None else None
    for i in range(first, last):
        if items[i].kind == "ikke" and i < start and i not in taken:
            clause.denied = not clause.denied
        elif i not in taken:
            _note(clause, items[i], clause.names if clause.after is None or i <= (side or 0) else clause.after)
    if clause.after is not None:
        _shared(clause.names, clause.after)
    return clause


def _shared(names: Names, after: Names) -> None:
    """Give both sides of a comparison what stands behind it and is not what sets them apart."""
    if not any(vars(names).values()):  # «…, 5 flere enn med politiet»: the first side was said in the clause before
        return
    names.measures += [] if names.measures else after.measures
    for code in list(after.codes):
        if (names.kinds and after.kinds) or not _overlaps(code, names.codes):
            names.codes.append(code)
            after.codes.remove(code)
    if after.codes and not names.kinds:  # «med politiet enn med NAV i tilbudene til kvinner»: the kind is of both
        names.kinds, after.kinds = after.kinds, []


def _year(clause: Clause, hit: re.Match, items: Sequence[Item], aar: int) -> None:
    years = [item.value for item in items[hit.start() : hit.end()] if item.kind == "aar"]
    kinds = {item.kind for item in items[hit.start() : hit.end()]}
    if hit.lastgroup == "period" and "og" in kinds and "mellom" not in kinds:
        clause.now += years
    elif hit.lastgroup == "period":
        clause.period = (years[0], years[1])
    elif hit.lastgroup == "then" and (clause.head.kind in _OVER_TIME or kinds & {"siden", "enn", "som"}):
        clause.then += years or [aar - 1]
        clause.next = -1 if "aar_foer" in kinds else 0
    elif kinds & {"aaret_etter", "aar_foer"}:
        clause.next = 1 if "aaret_etter" in kinds else -1
    else:
        clause.now += years or [aar - 1 if "aaret_foer" in kinds else aar]


def _note(clause: Clause, item: Item, names: Names) -> None:
    """Note what an item names, or why it leaves the clause in doubt."""
    match item.kind:
        case "enhet_en" if not clause.head.vague:
            clause.doubts.append(f"«{item.text}» er én bestemt")
        case "enhet" | "enhet_en" | "enhet_uklar":
            clause.partial |= item.kind == "enhet_uklar"
            names.units.append(item.value[0])
            names.kinds += [item.value[1]] if item.value[1] else []
        case "slag":
            names.kinds.append(item.value)
        case "kode":
            names.codes.append(item.value)
        case "maal":
            names.measures.append(item.value)
        case "nei":
            clause.negative = not clause.negative
        case "ikke":
            clause.negative = not clause.negative
        case "verken":
            clause.neither = True
        case "da":
            clause.back = True
        case "hvert_aar":
            clause.every = "hvert"
        case "ingen_aar" | "aldri":
            clause.every = "ingen"
        case "alle_deler" | "noen_deler" | "ingen_deler":
            clause.parts = clause.parts or item.kind.removesuffix("_deler")
        case "andel" | "antall":
            clause.mode = item.kind
        case "bare":
            clause.only = True
        case "hele" | "prosent" | "prosentpoeng" | "broek" | "mengde" | "minst" | "rundt" | "litt_under" | "hoyst":
            clause.doubts.append(f"«{item.text}» er ikke forstått")


def _joined(clauses: list[Clause], aar: int) -> list[Clause]:
    """Clauses with what they leave out taken from the one before, else the one after. Parameters: `aar`, of the
    edition."""
    _distribute(clauses)
    bare = [not any(vars(c.names).values()) and not (c.now or c.period) for c in clauses]
    for one, other in pairwise(clauses):  # «74 prosent av …, mot 66 prosent av … i 2019»: the year is of both
        other.aside &= not ((one.names.kinds and other.names.kinds) or (one.names.codes and other.names.codes))
        if other.aside and not (one.now or one.period) and max(other.now, default=0) >= aar:
            one.doubts.append("setningen sier ikke hvilket år den gjelder")
    for place, clause in enumerate(clauses):
        before = clauses[place - 1] if place else None
        after = clauses[place + 1] if place + 1 < len(clauses) else None
        if bare[place] and clause.head.kind == "antall" and after and after.head.kind == "flere" and bare[place + 1]:
            clause.doubts.append("tallet er en av flere endringer")
        if clause.next and (clause.then or not clause.now):
            base = clause.now or (before.now if before else []) or ([aar] if clause.next < 0 else [])
            where = clause.then if clause.then else clause.now
            where[:] = [year + clause.next for year in base[-1:]]
        if before and clause.aside and not clause.names.measures:  # «8 deltok ikke, mot 9 i 2019»
            clause.negative, clause.denied = before.negative, before.denied
        if clause.back and clause.head.kind in _OVER_TIME:
            clause.doubts.append("setningen sier ikke hvilket år den gjelder")
        elif before and clause.back and not clause.now:
            clause.now = list(before.then or before.now)
        if before and clause.head.name == "like_mange" and not (clause.after or clause.then or clause.period):
            clause.head = before.head
        if before and clause.head.kind == "stoerre" and before.after and not clause.after:
            clause.after = before.after
        compared = clauses[place - 2] if place > 1 and bare[place] and bare[place - 1] else None
        if compared and (compared.after or compared.then) and compared.head.kind in ("flere", "stoerre", "endring"):
            _other_side(clause, compared)
        alone = bare[place] and clause.head.kind in _OVER_TIME  # «3 flere …» is of what stands before it
        for other in (*reversed(clauses[:place]), *(() if alone else clauses[place + 1 :])):
            _borrow(clause, other)
    return clauses


def _distribute(clauses: list[Clause]) -> None:
    """«… 32 av 43 og 29 av 39 av tilbudene til kvinner og menn»: as many numbers as names, each its own in order."""
    numbers = [
        clause for clause in clauses if clause.head.kind in ("av", "antall", "prosent") and not clause.head.bound
    ]
    if len(numbers) < 2 or len(numbers) != len(clauses):
        return
    kinds, codes = ([c for c in clauses if getattr(c.names, what)] for what in ("kinds", "codes"))
    if len(kinds) == 1 and len(listed := list(dict.fromkeys(kinds[0].names.kinds))) == len(numbers):
        for clause, kind in zip(numbers, listed, strict=True):
            clause.names.kinds = [kind]
    elif len(codes) == 1:
        named = codes[0].names.codes
        own = [code for code in named if _overlaps(code, named[-1:])]
        for clause, code in zip(numbers, own, strict=False) if len(own) == len(numbers) else ():
            clause.names.codes = [*(one for one in named if one not in own), code]


def _other_side(clause: Clause, compared: Clause) -> None:
    """«… flere enn …: 21 mot 18»: the second number is of what is compared with."""
    if compared.after:
        clause.names.kinds, clause.names.codes = list(compared.after.kinds), list(compared.after.codes)
    clause.now, clause.aside = list(compared.then), True


def _lean(clause: Clause, before: Clause) -> None:
    """Take from the sentence before what a clause does not say itself: what it speaks of, or only of which kind."""
    own = clause.names
    if own.units and not set(own.units) & set(before.names.units) and not (own.measures or own.codes):
        return
    if not (own.measures or own.codes):
        kinds, units = own.kinds, own.units
        _borrow(clause, before)
        borrowed = own.measures != [] or own.codes != [] or (kinds, units) != (own.kinds, own.units)
        clause.leaning = borrowed and not before.sure
    elif not own.kinds and before.names.kinds and not (own.units and before.sure):
        own.kinds, clause.leaning = list(before.names.kinds), not before.sure


def _borrow(clause: Clause, other: Clause) -> None:
    own = clause.names
    if not own.units and not (own.kinds and clause.after):
        own.units = list(other.names.units)
    own.kinds = own.kinds or list(other.names.kinds)
    own.measures = own.measures or list(other.names.measures)
    own.codes += [code for code in other.names.codes if not _overlaps(code, own.codes)]
    if other.aside:
        pass
    elif not clause.now and not clause.period and not clause.then:
        clause.now, clause.period = list(other.now), other.period
        clause.then = list(other.then) if clause.head.kind in _OVER_TIME else []
    elif clause.then and not clause.now and not clause.period and min(other.now, default=0) > max(clause.then):
        clause.now = list(other.now)
    clause.parts = clause.parts or other.parts


def _overlaps(code: tuple[tuple[str, str], ...], codes: Sequence[tuple[tuple[str, str], ...]]) -> bool:
    """Whether a code stands in a dimension that others already name."""
    named = {dimension for options in codes for dimension, _ in options}
    return any(dimension in named for dimension, _ in code)
