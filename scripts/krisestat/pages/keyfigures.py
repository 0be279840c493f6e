"""Key figures: cards on the first screen, each a declared number with a sentence, its change and its series, proven.

Candidates are declared in `data/statistikk`. Those that the editor pins come first, in that order; then one of each
chapter, and so on, those of the edition's own year before older ones. Within a chapter the share that has changed the
most since the year before comes first, as for headline points; at a tie the one that is declared first. Two cards are
never of the same statistic, unless both are pinned. A candidate without a number that can be shown is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from krisestat.base.display import capitalised
from krisestat.base.errors import ProblemList, did_you_mean
from krisestat.figures.content import code_colour
from krisestat.figures.svg import NAMESPACE, data_address
from krisestat.model.declared import PERCENT, KeyFigure
from krisestat.statements.book import Statements
from krisestat.statements.cells import Cell, Unproven
from krisestat.statements.headlines import CHANGES
from krisestat.statements.markup import MARKED, Bundet

# How many cards there are and which always, where the configuration does not say.
CARDS: dict[str, Any] = {"antall": 4, "fest": []}
# The sparkline: its width and height, the room for its marks, and how they look where no style reaches in: on paper.
_WIDTH, _HEIGHT, _EDGE = 104, 34, 5
_PEN, _FULL = 'fill="none" stroke="currentColor" stroke-width="0.6"', 'fill="currentColor" stroke="none"'


@dataclass(frozen=True)
class Drawn:
    """What a card draws: `farge`, its role among the colours; `gnist`, the series as a drawing, from year `fra` to
    `til`; `foer`, the year before it, 0 where there is none to hold it against; `retning`, which way it went since."""

    farge: str
    gnist: Markup
    fra: int
    til: int
    foer: int
    retning: str

    @property
    def gnist_kilde(self) -> str:
        """The drawing as an address, for the typesetter."""
        return data_address(self.gnist)


@dataclass(frozen=True)
class Card(Drawn):
    """A key figure as the template sees it: `hva`, what is counted; `tall` with `enhet`; `setning`, a proven sentence;
    `endring`, how it has changed, «» where that cannot be said; `figur`, the one that shows it, «» for none; `belegg`,
    where its evidence is to stand; `opphav`, where its numbers are from."""

    id: str
    hva: str
    tall: Bundet
    enhet: str
    setning: Markup
    endring: Markup | str
    figur: str
    belegg: Markup
    opphav: list[str]
    points: int


def drawn(cells: Mapping[int, Cell], farge: str, shares: bool = False) -> Drawn:
    """What the card of a series draws. Parameters: `cells`, those that may be told, by year, at least one; `farge`, its
    role among the colours; `shares`, whether it is the share that has changed, and not the number."""
    years = sorted(cells)
    til, foer = years[-1], years[-2] if len(years) > 1 else 0
    way = ""
    if foer:
        now, before = cells[til], cells[foer]
        change = now.share - before.share if shares else now.tall - before.tall
        way = "likt" if not change else "opp" if change > 0 else "ned"
    return Drawn(farge, spark([cells[aar] for aar in years]), years[0], til, foer, way)


def key_figures(
    book: Statements,
    candidates: Sequence[KeyFigure],
    words: Mapping[str, str],
    count: int,
    pinned: Sequence[str] = (),
) -> list[Card]:
    """The cards of an edition.

    Parameters: `book`; `candidates`, as they are declared; `words`, how a sentence is put together; `count`, how many
    cards at most; `pinned`, ids that the editor wants first. The book is told of one that is at fault, and of a
    pinned one that is not declared or has no number.
    """
    problems, cards = ProblemList(), {}
    for one in candidates:
        try:
            with book.at(one.file, 0):
                if card := _card(book, one, words):
                    cards[one.id] = card
        except Unproven as error:
            problems.add(one.file, f"noekkeltall, {one.id}", error.fant, error.ventet, error.tiltak)
    known = [one.id for one in candidates]
    for name in (name for name in pinned if name not in cards):
        found = f"«{name}», som ikke har noe tall i denne utgaven" if name in known else f"«{name}»"
        hint = f" {did_you_mean(name, known)}" if name not in known else ""
        expected = f"en av: {', '.join(known) or 'ingen er erklært'}"
        problems.add("config.yaml", "noekkeltall.fest", found + hint, expected, "Rett id-en, eller ta den bort.")
    book.problems += problems.problems
    chosen, of = [cards[name] for name in pinned if name in cards], {one.id: one for one in candidates}
    taken = Counter(of[card.id].kapittel for card in chosen)
    told = {of[card.id].av.id for card in chosen}
    rest = []
    for card in sorted((card for card in cards.values() if card not in chosen), key=lambda card: -card.points):
        if of[card.id].av.id not in told:
            told.add(of[card.id].av.id)
            rest.append((card.til < book.aar, taken[of[card.id].kapittel], card))
            taken[of[card.id].kapittel] += 1
    return [*chosen, *(card for *_, card in sorted(rest, key=lambda one: one[:2]))][:count]


def _card(book: Statements, one: KeyFigure, words: Mapping[str, str]) -> Card | None:
    """A candidate as a card; none where its series has no number that may be shown."""
    model, series = book.data.model, book.data.series.get((one.av.id, one.koder), {})
    shown = {aar: cell for aar, cell in sorted(series.items()) if cell.open and aar <= book.aar}
    if not shown:
        return None
    til = max(shown)
    shown = shown if one.compared else {til: shown[til]}
    role = code_colour(one.av.per, dict(zip(one.av.per, one.koder, strict=True)))
    before = shown.get(max((aar for aar in shown if aar < til), default=0))
    shares = before is not None and _of_shares(one, shown[til], before)
    asked = {codes.argument or name: one.der[name] for name, codes in one.av.per.items() if name in one.der}
    number = (book.av if one.av.with_base else book.antall)(one.av.id, aar=til, **asked)
    changed = _change(book, asked, shown[til], before, shares) if before else ""
    noun, sentence = _noun(one, book.lexicon.standard), _sentence(book, one, words, asked, til)
    return Card(
        **vars(drawn(shown, role, shares)),
        id=one.id,
        hva=capitalised(noun),
        tall=number,
        enhet=book.unit_name(one.av.enhet.id) if one.av.type == "antall" else _measured(one, book.lexicon.standard),
        setning=sentence,
        endring=changed,
        figur=next((f.id for f in model.figurer.values() if f.av is one.av and f.der.items() <= one.der.items()), ""),
        belegg=Markup("<!-- belegg {} -->").format(MARKED.findall(sentence)[0][0]),
        opphav=sorted({cell.opphav for cell in (shown[til], before if changed else None) if cell}),
        points=next((worth for least, worth in CHANGES if _moved(shown, til) >= least), 0),
    )


def _measured(one: KeyFigure, standard: str) -> str:
    """What a number that is no count is in: its own word, money by its name, or what is measured."""
    named, of = one.av.maaleenhet, {"kroner": "kroner", "desimal": one.av.enhet.forms[standard][2]}
    return named[standard].running if named else of.get(one.av.type, "")


def _noun(one: KeyFigure, standard: str) -> str:
    """What is counted, in the indefinite plural: the kind of it, or the code that narrows it and is no part of how the
    measure is said, or the unit."""
    slots = {name for frame in one.av.said["sagt"][standard] for name in re.findall("<(.*?)>", frame)}
    narrowed = [name for name, code in one.der.items() if name not in slots and code != one.av.per[name].total]
    named = one.av.kinds or next(iter(narrowed), "")
    return one.av.per[named].running(one.der[named], standard) if named else one.av.enhet.forms[standard][2]


def _sentence(book: Statements, one: KeyFigure, words: Mapping[str, str], asked: Mapping[str, str], aar: int) -> Markup:
    """What the number says: how many, of what, how the measure is said, and the year. What is no count is named."""
    standard, per, counts = book.lexicon.standard, one.av.per, one.av.type == "antall"
    frames = one.av.said["sagt"][standard]
    fitting = [frame for frame in frames if {*re.findall("<(.*?)>", frame)} <= {*one.der}]
    frame = max(fitting, key=lambda frame: frame.count("<"), default="")
    said = re.sub("<(.*?)>", lambda hit: per[hit[1]].running(one.der[hit[1]], standard), frame)
    own = tuple(form for forms in one.av.enhet.every_form(standard) for form in forms)
    plain = not said or (said.startswith(own) and not one.av.with_base)
    noun = _noun(one, standard)
    value = "verdi" if noun == one.av.enhet.forms[standard][2] else "verdi_for"
    kind = value if not counts else "talt" if plain else "setning"
    other = book.data.model.unit_in(noun, standard)[0] if counts else None
    kind = "delt" if other and other is not one.av.enhet else kind  # told by something else that is counted
    measured = _measured(one, standard)
    say = book.mengde if one.av.with_base and kind == "setning" else book.antall
    with book.capital(kind == "setning" or None):
        many = say(one.av.id, aar=aar, hva=noun if kind == "setning" else "", **asked)
    told = {"antall": many, "sagt": said, "navn": one.av.navn[standard].heading, "aar": book.aarstall(aar)}
    told |= {"maal": measured and f" {measured}", "del": capitalised(noun), "ting": one.av.enhet.forms[standard][2]}
    return Markup(words[kind]).format(**told, enhet=noun)


def _of_shares(one: KeyFigure, now: Cell, before: Cell) -> bool:
    """Whether it is the share that has changed: as many of another base is another share."""
    return one.av.type == PERCENT or (now.tall == before.tall and now.nevner != before.nevner)


def _change(book: Statements, asked: Mapping[str, str], now: Cell, before: Cell, shares: bool) -> Bundet | str:
    """How a number has changed since the one before; «» where that cannot be said."""
    first, said = len(book.records), book.prosentpoeng if shares else book.endring
    try:
        with book.capital(True):
            return said(now.statistikk.id, aar=now.aar, fra=before.aar, **asked)
    except Unproven:
        del book.records[first:]
        return ""


def _moved(shown: Mapping[int, Cell], aar: int) -> Fraction:
    """How much a share has changed since the year before."""
    now, before = shown[aar], shown.get(aar - 1)
    return abs(now.share - before.share) if before and now.nevner and before.nevner else Fraction(0)


def spark(cells: Sequence[Cell]) -> Markup:
    """The open cells of a series as a line over zero, shares up to the whole; the line is not drawn over a year without
    a number, nor over a break. A share of one year alone is a part of the whole; any other number of it is nothing."""
    top, first, last = max(Fraction(cell.tall) for cell in cells) or Fraction(1), cells[0], cells[-1]
    # The usual distance in years between two numbers: what is collected every other year has no holes.
    step = min((b.aar - a.aar for a, b in pairwise(cells)), default=0)

    def place(cell: Cell) -> str:
        level = cell.share if cell.nevner else cell.tall / top
        right = Fraction(cell.aar - first.aar, last.aar - first.aar)
        x, y = _EDGE + right * (_WIDTH - 2 * _EDGE), _HEIGHT - 3 - level * (_HEIGHT - 3 - _EDGE)
        return f"{float(x):.1f} {float(y):.1f}"

    if step:
        breaks, way = first.statistikk.breaks, f"M{place(first)}"
        for before, cell in pairwise(cells):
            apart = cell.aar - before.aar > step or any(before.aar < aar <= cell.aar for aar in breaks)
            way += f"{'M' if apart else 'L'}{place(cell)}"
        x, y = place(last).split()
        shape = f'<path class="linje" d="{way}" stroke-width="2"/><circle cx="{x}" cy="{y}" r="4" {_FULL}/>'
    elif first.nevner:
        shape = f'<path class="akse" d="M0 22H{_WIDTH}v10"/>'
        shape += f'<rect y="22" width="{float(first.share * _WIDTH):.1f}" height="10" {_FULL}/>'
    else:
        return Markup("")
    return Markup(
        f'<svg class="gnist" xmlns="{NAMESPACE}" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" {_PEN}>'
        f'<path class="akse" d="M0 {_HEIGHT - 2}H{_WIDTH}"/>{shape}</svg>'
    )
