"""The evidence of each statement as readers meet it: the rule in words and drawn, its numbers, and what they bear."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import jinja2
from markupsafe import Markup

from krisestat.base.display import capitalised, number, percent
from krisestat.base.errors import Problem
from krisestat.figures.content import code_colour
from krisestat.model.declared import Model
from krisestat.statements.book import Statements
from krisestat.statements.lexicon import ROUNDED, SHARE_FAMILIES, Interval, Lexicon
from krisestat.statements.record import NUMERIC

# Series that the evidence shows beside those that are named, how few more are shown with them, and how many are shown
# at most; there may be many more behind a word.
_BESIDE, _FEW, _MOST = 2, 2, 12
# The functions that name those with the highest numbers, and those with the lowest.
_EXTREMES = {"hoyest": -1, "vanligst": -1, "lavest": 1}
# Functions that tell a number: none of them bears that it changes.
_EXACT = NUMERIC | {"endring", "endret_med", "prosentpoeng"}
# The cells of a series, by year.
Series = list[Mapping[str, Any]]
# Where the evidence of a card is to stand, with the number of its record.
CARD = re.compile("<!-- belegg ([0-9]+) -->")
LINK = re.compile(r'(<a class="paastand" href="#belegg-)([^"]*)"')
# A strip is drawn this wide, a bar in a table so wide; a label takes its room.
_STRIP, _BAR, _LABEL = 300, 96, 34


def evidence_file(
    book: Statements, warnings: Iterable[Problem], policy: str, signed: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The evidence of the edition as it is written. Parameters: `policy`, the id of the confidentiality policy;
    `signed`, the texts that somebody stands for, as `signing.rows`."""
    return {
        "aar": book.aar,
        "leksikon": book.lexicon.version,
        "konfidensialitet": policy,
        "varsler": [asdict(warning) for warning in warnings],
        "paastander": book.evidence(),
        "signert": [*signed],
    }


@dataclass(frozen=True)
class Evidence:
    """What prints evidence. Parameters: `model`, what is declared; `lexicon`, of the written standard; `words`, the
    texts of its `tekster.yaml`, with `bevis`; `template`, which gets `belegg`, the statements as `explained`, and
    `signert`, how many texts each signer stands for; `signed`, as in `evidence_file`."""

    model: Model
    lexicon: Lexicon
    words: Mapping[str, Any]
    template: jinja2.Template
    signed: Sequence[Mapping[str, Any]] = ()

    def __call__(self, entries: Iterable[Mapping[str, Any]]) -> str:
        """The evidence of some statements, as `Statements.evidence` has them."""
        by = Counter((row["av"], row["eksempel"]) for row in self.signed)
        shown = [self.explained(entry) for entry in entries]
        return self.template.render(belegg=shown, signert=sorted(by.items()), t=self.words)

    def explained(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """A statement with what a reader is told of it: `regel`, `tegning`, `tabell`, `flere` and `taaler`."""
        coloured = [
            cell | {"farge": code_colour(self.model[cell["statistikk"]].per, cell["koder"])} for cell in entry["celler"]
        ]
        entry = {**entry, "celler": coloured}
        word = self.lexicon.find(entry["ord"] or "", (*SHARE_FAMILIES, ROUNDED))
        where = word.true_in if word and not entry["spoerring"].get("ikke") else None
        shares = [_share(cell) for cell in entry["celler"]]
        told = [share for share in shares if share is not None]
        strip = where is not None and len(told) == len(shares) > 0
        return {
            **entry,
            "regel": self._rule(entry),
            "tegning": _strip(where, entry["celler"], told) if strip and where else "",
            **self._table(entry, where if strip else None),
            "taaler": self._bears(entry),
        }

    def _rule(self, entry: Mapping[str, Any]) -> str:
        """The rule in a sentence."""
        words, function = self.words["bevis"]["regel"], entry["funksjon"]
        kind = function if function in words else "tall" if function in _EXACT or not entry["ord"] else "ord"
        rule = entry["regel"].split(" – ", 1)[-1]
        return capitalised(words[kind].format(ord=capitalised(entry["ord"] or ""), regel=rule))

    def _bears(self, entry: Mapping[str, Any]) -> str:
        """How much may change before another word is true."""
        words, margin = self.words["bevis"]["taaler"], entry["margin"]
        if not margin or entry["funksjon"] in _EXACT:
            return ""
        cell = next(cell for cell in entry["celler"] if cell["celle"] == margin["celle"])
        left, what = margin["sentre"] - 1, "svar" if self.model[cell["statistikk"]].answers else "tall"
        way = words["ned" if margin["endring"] < 0 else "opp"]
        said = words[what]["ingen" if not left else "ett" if left == 1 else "flere"].format(n=number(left), vei=way)
        names = ", ".join([*self.names(cell), str(cell["aar"])])
        return said if len(entry["celler"]) == 1 else f"{said} {words['strammest'].format(navn=names)}"

    def _table(self, entry: Mapping[str, Any], where: Interval | None) -> dict[str, Any]:
        """The numbers as a small table: one series with a row for each year, or a row for each of those that are named
        and of a few others, as `_rows` has them. Of many years, the first and the last. Parameters: `where`, the shares
        for which the word is true."""
        rows, more = _rows(entry)
        if not rows:
            return {"tabell": None, "flere": ""}
        ends = sorted({cell["aar"] for cells in rows for cell in cells})
        ends = ends if len(ends) < 3 else [ends[0], ends[-1]]
        common, names = _apart([self.names(cells[0]) for cells in rows])
        top = max((_level(cell) for cells in rows for cell in cells), default=Fraction(1))
        told = []
        for own, cells in zip(names, rows, strict=True):
            at = {cell["aar"]: cell for cell in cells}
            texts = [self._number(at.get(aar)) for aar in ends]
            mark = [at[aar] for aar in ends if aar in at] if len(ends) > 1 or not where else []
            told.append((capitalised(", ".join(own) or self.words["bevis"]["hele"]), texts, _bar(mark, top)))
        if len(rows) == 1:
            marks = _bar([rows[0][0], rows[0][-1]], top) if len(ends) > 1 else told[0][2]
            told = [
                (str(aar), [text], marks if aar == ends[-1] else "") for aar, text in zip(ends, told[0][1], strict=True)
            ]
        base = rows[0][0]["nevner"]
        if where and len(rows) == len(ends) == 1 and base:
            told.append((self.words["bevis"]["holder"], [_counts(where, base)], ""))
        head = [str(aar) for aar in ends] if len(rows) > 1 else [""]
        what = ", ".join(common)
        measures = {self.model[cells[0]["statistikk"]].navn[self.lexicon.standard].heading for cells in rows}
        measure = measures.pop() if len(measures) == 1 else ""
        if measure.casefold() != what.casefold():
            what = ": ".join(filter(None, (measure, what)))
        return {
            "tabell": {"hva": capitalised(what), "hode": head, "rader": told},
            "flere": self.words["bevis"]["flere"].format(n=number(more)) if more else "",
        }

    def _number(self, cell: Mapping[str, Any] | None) -> str:
        """A number with its base and its share."""
        if cell is None or cell["verdi"] is None:
            return self.words["bevis"]["mangler"]
        said = number(Fraction(cell["verdi"]), self.model[cell["statistikk"]].desimaler)
        share = _share(cell)
        return (
            said
            if share is None
            else f"{said} {self.lexicon.phrases['av']} {number(cell['nevner'])} ({percent(share)})"
        )

    def names(self, cell: Mapping[str, Any]) -> list[str]:
        """The names of what a cell counts: its kind, or the unit where that has no kinds; then each of its codes that
        is not the whole, but for the answer."""
        statistic, standard = self.model[cell["statistikk"]], self.lexicon.standard
        parts = {name: codes for name, codes in statistic.per.items() if cell["koder"][name] != codes.total}
        told = [] if statistic.kinds else [statistic.enhet.forms[standard][2]]
        for name, codes in parts.items():
            if name != statistic.answer_dim or codes.total:
                told.append(codes.running(cell["koder"][name], standard))
        return told


class PageEvidence:
    """The evidence of an edition's pages: on the page a sheet for each statement that can be opened, and in the cards;
    and a list of all of them on a page of its own.

    Parameters: `book`, whose statements they are; `env`, of the templates; `words` and `signed`, as `Evidence`.
    """

    def __init__(
        self, book: Statements, env: jinja2.Environment, words: Mapping[str, Any], signed: Sequence[Mapping[str, Any]]
    ):
        self.book, self.entries, self.same = book, list[dict[str, Any]](), dict[str, str]()
        self.sheets, self.listed, self.cards = (
            Evidence(book.data.model, book.lexicon, words, env.get_template(f"felles/belegg-{form}.html.j2"), signed)
            for form in ("ark", "liste", "kort")
        )

    def of(self, page: str) -> Callable[[list[dict]], str] | None:
        """What prints the evidence of a page; none for a page without links to it. Parameters: `page`, by the name that
        the stage has for it."""
        return {"side": self._on_page, "bevis": lambda _: self.listed(self.entries)}.get(page)

    def _on_page(self, entries: list[dict]) -> str:
        """The sheets of the page, whose statements the list has too. Those that tell the same are one."""
        self.entries, first = entries, dict[str, str]()
        for entry in (entry for entry in entries if entry["lenket"]):
            told = {key: entry[key] for key in ("ord", "regel", "celler", "margin", "spoerring")}
            self.same[entry["id"]] = first.setdefault(f"{entry['tekst'].casefold()} {told}", entry["id"])
        return self.sheets([entry for entry in entries if self.same.get(entry["id"]) == entry["id"]])

    def placed(self, html: str) -> str:
        """A finished page with the evidence of each card in its place, and links to the sheets that there are."""
        known = {entry["id"]: entry for entry in self.entries}
        html = CARD.sub(lambda hit: self.cards([known[self.book.published_id(int(hit[1]))]]), html)
        return LINK.sub(lambda hit: f'{hit[1]}{self.same.get(hit[2], hit[2])}"', html)


def _rows(entry: Mapping[str, Any]) -> tuple[list[Series], int]:
    """The series that a statement's evidence shows, each by year, and how many more there are: those that the statement
    names, and those that come nearest to them. Where it is held in many places, the one with the least to spare comes
    first; where it names none, so does the series that bears the least."""
    found: dict[tuple, Series] = {}
    for cell in sorted(entry["celler"], key=lambda cell: cell["aar"]):
        found.setdefault((cell["statistikk"], *cell["koder"].values()), []).append(cell)
    bears, asked = (entry["margin"] or {}).get("celle"), entry["spoerring"]
    series = sorted(found.values(), key=lambda one: bears not in [cell["celle"] for cell in one])
    er, mot = asked.get("er", ()), asked.get("mot", ())
    over = next((name for one in series for name, code in one[0]["koder"].items() if code in (*er, *mot)), "")
    here = [one for one in series if _but(over, one) == _but(over, series[0])] if over else series
    way = -1 if "hoyeste" in asked else 1 if "laveste" in asked else _EXTREMES.get(entry["funksjon"], 0)
    if over:
        named = [one for one in here if (one[0]["koder"][over] in er if er else one[0]["koder"][over] not in mot)]
    elif way:
        last = sorted(way * _level(one[-1]) for one in series)[: asked.get("hoyeste") or asked.get("laveste") or 1][-1]
        named = [one for one in series if way * _level(one[-1]) <= last]
    else:
        told = "alle" not in asked.values() and any(isinstance(said, list) for said in asked.values())
        named = series if told or entry["funksjon"] == "instanser" else series[:1]
    near = [one for one in here if one not in named]
    if over or way:
        near.sort(key=lambda one: abs(_level(one[-1]) - _level(named[0][-1])))
    rows = [*named, *near, *(one for one in series if one not in here)]
    shown = min(len(named) + _BESIDE, len(here), _MOST)
    shown = shown if shown + _FEW < len(rows) else len(rows)
    return rows[:shown], len(rows) - shown


def _but(over: str, one: Series) -> dict[str, str]:
    """The codes of a series, but for the one that is compared."""
    return {name: code for name, code in one[0]["koder"].items() if name != over}


def _apart(names: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """What several names have in common, and the rest of each. Names of as many parts may have any part in common,
    others those that they begin with."""
    if len({len(own) for own in names}) == 1:
        same = [len({own[n] for own in names}) == 1 for n in range(len(names[0]))]
    else:
        first = next((n for n in range(len(names[0])) if len({tuple(own[: n + 1]) for own in names}) > 1), 0)
        same = [n < first for n in range(max(map(len, names)))]
    if len(names) == 1:
        return [*names[0]], [[]]
    common = [part for part, shared in zip(names[0], same, strict=False) if shared]
    return common, [[part for part, shared in zip(own, same, strict=False) if not shared] for own in names]


def _share(cell: Mapping[str, Any]) -> Fraction | None:
    return Fraction(cell["andel"]) if cell["andel"] and cell["verdi"] is not None else None


def _level(cell: Mapping[str, Any]) -> Fraction:
    """What a cell is drawn by: its share, or its number where it has none."""
    share = _share(cell)
    return Fraction(cell["verdi"] or 0) if share is None else share


def _counts(where: Interval, base: int) -> str:
    """The counts of a base for which a word is true."""
    low, high = ceil(where.low * base), floor(where.high * base)
    low += Fraction(low, base) == where.low and not where.low_closed
    high -= Fraction(high, base) == where.high and not where.high_closed
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def _strip(where: Interval, cells: Sequence[Mapping[str, Any]], shares: Sequence[Fraction]) -> Markup:
    """The shares from none to all, those for which the word is true as a field, and the shares that there are. The
    numbers stand in the table."""
    low, high = (int(end * _STRIP) for end in (max(where.low, Fraction(0)), min(where.high, Fraction(1))))
    places = {(int(share * _STRIP), cell["farge"]) for cell, share in zip(cells, shares, strict=True)}
    lanes = sorted({role for _, role in places})
    marks = "".join(_mark(x, lanes.index(role), len(lanes), role) for x, role in sorted(places))
    limits = sorted({x for x in (low, high) if 0 < x < _STRIP})
    ends = [(0, "start", "0"), (_STRIP, "end", "100 %")]
    free = [(x, side, text) for x, side, text in ends if all(abs(x - one) > _LABEL for one in limits)]
    bold = "".join(f'<text class="grense" x="{x}" y="40">{number(Fraction(100 * x, _STRIP))}</text>' for x in limits)
    plain = "".join(f'<text class="{side}" x="{x}" y="40">{text}</text>' for x, side, text in free)
    return Markup(
        f'<svg class="stripe" viewBox="-8 0 {_STRIP + 16} 44" aria-hidden="true">'
        f'<path class="spor" d="M0 8h{_STRIP}v10H0z"/><path class="felt" d="M{low} 3h{max(high - low, 2)}v20H{low}z"/>'
        f"{marks}{bold}{plain}</svg>"
    )


def _mark(x: int, lane: int, lanes: int, role: str) -> str:
    """A share in a strip, in a lane of its colour."""
    size, y = (7, 13) if lanes == 1 else (5, 8 + 10 * lane // (lanes - 1))
    return f'<path class="{role}" d="m{x} {y - size} {size} {size}-{size} {size}-{size}-{size}z"/>'


def _bar(cells: Sequence[Mapping[str, Any]], top: Fraction) -> Markup | str:
    """A number as a bar from zero, or two as the way from the first to the last. Parameters: `top`, the greatest number
    beside it; shares go to the whole."""
    if not cells:
        return ""
    whole = Fraction(1) if _share(cells[0]) is not None else top or Fraction(1)
    first, last = (int(_level(cell) / whole * _BAR) for cell in (cells[0], cells[-1]))
    role = cells[0]["farge"]
    inside = f'<path class="{role}" d="M0 4h{max(last, 1)}v8H0z"/>'
    if len(cells) > 1:
        inside = (
            f'<path class="vei {role}" d="M{first} 8H{last}"/><circle class="fra {role}" cx="{first}" cy="8" r="4"/>'
        )
        inside += f'<circle class="{role}" cx="{last}" cy="8" r="5"/>'
    track = f'<path class="spor" d="M0 7h{_BAR}v2H0z"/>'
    return Markup(f'<svg class="stolpe" viewBox="-5 0 {_BAR + 10} 16" aria-hidden="true">{track}{inside}</svg>')
