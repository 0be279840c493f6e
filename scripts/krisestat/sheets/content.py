"""What the templates of a fact sheet get beside the statements: the centre's services and how they answered, tables and
the figure's content. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from krisestat.base.display import NBSP, SIGNS, number, numbers_in
from krisestat.figures.content import code_colour
from krisestat.figures.design import SERIER
from krisestat.model.disclosure import PERSON
from krisestat.pages.keyfigures import Drawn, drawn
from krisestat.sheets.contracts import (
    AGREED,
    BY_HAND,
    COOPERATES,
    FORM,
    HOW_MANY,
    KOMMUNE,
    MEMBERS,
    PARTNER,
    PARTNERS,
    PLACE,
    POINTS,
    SERVICES,
    SPREAD,
)
from krisestat.sheets.figure import Innhold, PartnerRow
from krisestat.statements.cells import Cell
from krisestat.statements.data import Data


@dataclass(frozen=True)
class Told:
    """The numbers of a sheet and of the country. `senter`, the centre's code, and `like`, that of the group that it is
    compared with."""

    data: Data
    senter: str
    like: str

    def cell(self, name: str, aar: int = 0, /, **codes: str) -> Cell | None:
        """A cell, of the country unless a place is given, and of the edition's year unless another is."""
        one = self.data.model[name]
        place = tuple(codes.get(dimension, listed.total) for dimension, listed in one.per.items())
        return self.data.series.get((name, place), {}).get(aar or self.data.aar)

    def own(self, name: str, aar: int = 0, /, **codes: str) -> Cell | None:
        """A cell of the centre."""
        return self.cell(name, aar, **{PLACE: self.senter}, **codes)

    def told(self, name: str, aar: int = 0, **codes: str) -> bool:
        """Whether the centre has a number that may be told."""
        cell = self.own(name, aar, **codes)
        return cell is not None and cell.open


def answer(cell: Cell | None) -> str:
    """What a service answered: the counted answer, another, the status of a cell without a number, or «mangler»."""
    if cell is None or not cell.open:
        return cell.status if cell else "mangler"
    counted = str(cell.statistikk.svar["teller"])
    return counted if cell.verdi else next((code for code, number in cell.svar if number), "mangler")


@dataclass(frozen=True)
class Tilbud:
    """A service of the centre, as the templates see it.

    `gruppe` is its kind, and `farge` its role of colour; `like`, whether comparable centres are told; `svar` its
    answers by partner, `former` by form and partner; `i_fjor` whether the number of partners can be held against the
    year before, `nytt` whether the centre did not have the service that year.
    """

    gruppe: str
    farge: str
    like: bool
    svar: Mapping[str, str]
    former: Mapping[str, Mapping[str, str]]
    i_fjor: bool
    nytt: bool

    @property
    def taus(self) -> bool:
        """Whether it answered nothing on partners."""
        return not {*self.svar.values()} & {"ja", "nei", "vet_ikke"}

    def om(self, svar: str, form: str = "") -> list[str]:
        """The partners on which it gave an answer, of a form of cooperation if one is given."""
        answers = self.former.get(form, {}) if form else self.svar
        return [code for code, given in answers.items() if given == svar]


def services(told: Told, partners: Iterable[str], forms: Iterable[str]) -> list[Tilbud]:
    """The services that the centre has in the edition's year. Parameters: `partners` and `forms`, codes in order."""
    statistic = told.data.model[SERVICES]
    kinds = [{statistic.kinds: kind} for kind in statistic.per[statistic.kinds].koder]
    return [
        _service(told, kind, partners, forms) for kind in kinds if (one := told.own(SERVICES, **kind)) and one.verdi
    ]


def _service(told: Told, kind: Mapping[str, str], partners: Iterable[str], forms: Iterable[str]) -> Tilbud:
    before = told.data.aar - 1

    def given(name: str, **codes: str) -> dict[str, str]:
        cells = {code: told.own(name, **kind, **{PARTNER: code}, **codes) for code in partners}
        return {code: answer(cell) for code, cell in cells.items() if cell is not None and cell.open}

    def whole(aar: int) -> bool:
        cell = told.own(PARTNERS, aar, **kind)
        return cell is not None and cell.open and cell.all_answered

    def alike(code: str) -> bool:
        cell = told.cell(COOPERATES, **kind, **{PARTNER: code, PLACE: told.like})
        return cell is not None and cell.open

    svar, there = given(COOPERATES), told.own(SERVICES, before, **kind)
    former = {form: answers for form in forms if (answers := given(FORM, **{FORM: form}))}
    return Tilbud(
        gruppe=next(iter(kind.values())),
        farge=code_colour(told.data.model[SERVICES].per, kind),
        like=all(map(alike, svar)),
        svar=svar,
        former=former,
        i_fjor=whole(told.data.aar) and whole(before),
        nytt=there is not None and not there.verdi,
    )


def card(told: Told, farge: str, name: str, **codes: str) -> Drawn | None:
    """What the card of a number of the page's place draws; None where there is none to tell."""
    place = tuple(codes.get(dimension, listed.total) for dimension, listed in told.data.model[name].per.items())
    shown = {aar: cell for aar, cell in told.data.series.get((name, place), {}).items() if cell.open}
    return drawn(shown, farge) if shown else None


def cards(told: Told, tilbud: Iterable[Tilbud], persons: Iterable[str], kommune: str) -> dict[str, Drawn]:
    """The cards of a sheet by name: one of each service that answered on agreements, of the first statistic of persons
    (`persons`), and of the agreement that the municipality (`kommune`) is party to."""
    kinds, place = next(iter(told.data.model[AGREED].per)), {PLACE: told.senter}
    heard = [one for one in tilbud if {"ja", "nei", "vet_ikke"} & {*one.former.get(BY_HAND, {}).values()}]
    found = {one.gruppe: card(told, one.farge, AGREED, **place, **{kinds: one.gruppe}) for one in heard}
    if first := next(iter(persons), ""):
        found["personer"] = card(told, "blekk", first, **place)
    found |= {"avtale": card(told, SERIER[-1], POINTS, **{KOMMUNE: kommune})} if kommune else {}
    return {name: one for name, one in found.items() if one}


class Soyle(NamedTuple):
    """A bar: with how many partners, how many services have so many, and whether the centre's is one of them."""

    navn: str
    antall: int
    her: bool


def spread(told: Told, gruppe: str) -> list[Soyle]:
    """How many services of a kind have written agreements with how many partners; none where that is not told."""
    kinds, own = told.data.model[SPREAD].kinds, told.own(AGREED, **{told.data.model[SPREAD].kinds: gruppe})
    names = {code: words["nb"].heading for code, words in told.data.model[SPREAD].per[HOW_MANY].koder.items()}
    cells = {code: told.cell(SPREAD, **{kinds: gruppe, HOW_MANY: code}) for code in names}
    if own is None or not own.open or any(cell is None or not cell.open for cell in cells.values()):
        return []
    return [Soyle(names[code], int(cell.tall), names[code] == str(own.verdi)) for code, cell in cells.items() if cell]


def rare(told: Told, ett: Tilbud) -> list[str]:
    """The partners with whom the service has a written agreement as few in the country have, the rarest first: at most
    a quarter, and at most two."""
    kinds = told.data.model[FORM].kinds

    def share(code: str) -> Fraction:
        cell = told.cell(FORM, **{kinds: ett.gruppe, PARTNER: code, FORM: BY_HAND})
        return cell.share if cell and cell.open and cell.nevner else Fraction(1)

    return sorted((code for code in ett.om("ja", BY_HAND) if share(code) <= Fraction(1, 4)), key=share)[:2]


# --- tables and the figure


@dataclass(frozen=True)
class Tabell:
    """A small table.

    `forst` is what its rows are; `over`, the headers above groups of columns and how many each spans; `hode`, those of
    columns; `rader`, a name and cells, each a text and whether that is a standard sign.
    """

    id: str
    tittel: str
    forst: str
    over: tuple[tuple[str, int], ...]
    hode: tuple[str, ...]
    rader: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]

    @property
    def tegn(self) -> list[str]:
        """The standard signs in it, in the order in which they are explained."""
        used = {text for _, cells in self.rader for text, sign in cells if sign}
        zero = any(text.split(NBSP)[0] == "0" for _, cells in self.rader for text, sign in cells if not sign)
        return [sign for sign in SIGNS.values() if sign in used] + ["0"] * zero

    @property
    def bound(self) -> list[str]:
        """The numbers in title, headers and cells."""
        cells = [text for _, row in self.rader for text, _ in row]
        heads = [text for text, _ in self.over] + [*self.hode]
        return numbers_in([self.tittel, *heads, *(name for name, _ in self.rader), *cells])


def _sign(status: str) -> tuple[str, bool]:
    return SIGNS.get(status, SIGNS["mangler"]), True


def _count(cell: Cell | None, av: str) -> tuple[str, bool]:
    """«38 av 43», «36», or a sign."""
    if cell is None or not cell.open:
        return _sign(cell.status if cell else "mangler")
    base = f"{NBSP}{av}{NBSP}{number(cell.nevner)}" if cell.nevner is not None else ""
    return number(cell.tall) + base, False


def _given(status: str, words: Mapping[str, str]) -> tuple[str, bool]:
    return (words[status], False) if status in words else _sign(status)


def partner_table(
    told: Told, tilbud: Sequence[Tilbud], names: Mapping[str, str], words: Mapping[str, Any], **said: Any
) -> Tabell:
    """What the centre's services answered on each partner, beside comparable centres and the country.

    Parameters: `names` of the partners by code; `words`, of the sheets; `said`, what the title says.
    """
    columns = words["kolonner"]
    over = tuple((words["grupper"][one.gruppe], 3 if one.like else 2) for one in tilbud)
    hode = tuple(columns[c] for one in tilbud for c in ("senteret", *["like"] * one.like, "landet"))

    def cells(code: str) -> tuple[tuple[str, bool], ...]:
        found = []
        for one in tilbud:
            at = {told.data.model[COOPERATES].kinds: one.gruppe, PARTNER: code}
            found.append(_given(one.svar.get(code, "mangler"), words["svar"]))
            beside = [{PLACE: told.like}] * one.like + [{}]
            found += [_count(told.cell(COOPERATES, **at, **place), words["av"]) for place in beside]
        return tuple(found)

    rows = tuple((names[code], cells(code)) for code in _asked(names, tilbud))
    title = words["tabeller"]["instanser"].format(**said)
    return Tabell("instanser", title, words["kolonnehode"][PARTNER], over, hode, rows)


def _asked(names: Iterable[str], tilbud: Sequence[Tilbud]) -> list[str]:
    """The partners that any of the services was asked about, in the order of `names`."""
    return [code for code in names if any(code in one.svar for one in tilbud)]


def form_table(
    tilbud: Sequence[Tilbud], names: Mapping[str, str], forms: Mapping[str, str], words: Mapping[str, Any], **said: Any
) -> Tabell:
    """What the centre's services answered on each form of cooperation. Parameters: as `partner_table`; `forms`, their
    names by code."""
    shown = [form for form in forms if any(form in one.former for one in tilbud)]
    over = tuple((words["grupper"][one.gruppe], len(shown)) for one in tilbud)
    hode = tuple(forms[form] for form in shown) * len(tilbud)
    columns = [one.former.get(form, {}) for one in tilbud for form in shown]
    rows = tuple(
        (names[code], tuple(_given(answers.get(code, "ikke_spurt"), words["svar"]) for answers in columns))
        for code in _asked(names, tilbud)
    )
    title = words["tabeller"]["former"].format(**said)
    return Tabell("former", title, words["kolonnehode"][PARTNER], over, hode, rows)


def person_table(
    told: Told, measures: Mapping[str, str], years: Sequence[int], words: Mapping[str, Any], **said: Any
) -> Tabell:
    """What is counted of persons at the centre, by year. Parameters: as `partner_table`; `measures`, names by
    statistic."""
    rows = tuple(
        (name, tuple(_count(told.own(maal, aar), words["av"]) for aar in years)) for maal, name in measures.items()
    )
    title = words["tabeller"]["personer"].format(**said)
    return Tabell("personer", title, words["kolonnehode"]["maal"], (), tuple(map(str, years)), rows)


def person_years(told: Told) -> list[int]:
    """The last two years that the centre has numbers of persons for, told or hidden."""
    mine = (c for c in told.data.cells if c.statistikk.enhet.vern == PERSON and c.code(PLACE) == told.senter)
    return sorted({cell.aar for cell in mine})[-2:]


def agreement(told: Told, kommune: str) -> tuple[int, bool, bool]:
    """The collection in which the municipality has an agreement with points that apply to it, 0 when there is none;
    whether its number may be told, and whether that of all may."""
    years = told.data.series.get((POINTS, (kommune,)), {})
    aar = max((aar for aar, cell in years.items() if cell.nevner), default=0)
    every = told.cell(POINTS, aar) if aar else None
    return aar, bool(aar and years[aar].open), every is not None and every.open


def municipalities(told: Told) -> bool:
    """Whether it is known how many municipalities share the centre."""
    return told.told(MEMBERS)


def figure_content(
    told: Told, tilbud: Sequence[Tilbud], names: Mapping[str, str], words: Mapping[str, Any]
) -> Innhold | None:
    """What the figure shows, partners by falling share in the country; None when the centre told nothing of any."""

    def share(gruppe: str, code: str) -> Fraction | None:
        cell = told.cell(COOPERATES, **{told.data.model[COOPERATES].kinds: gruppe, PARTNER: code})
        return cell.share if cell and cell.open and cell.nevner else None

    heard = [one for one in tilbud if not one.taus]
    if not heard:
        return None
    rows = []
    for code in _asked(names, heard):
        given = tuple(one.svar.get(code, "mangler") for one in heard)
        said = tuple(_given(status, words["svar"])[0] for status in given)
        rows.append(PartnerRow(names[code], tuple(share(one.gruppe, code) for one in heard), given, said))
    rows.sort(key=lambda row: -sum((s for s in row.landet if s is not None), Fraction(0)))
    return Innhold(
        tuple(one.farge for one in heard),
        tuple(words["grupper"][one.gruppe] for one in heard),
        tuple(rows),
        words["figur"]["landet"],
        words["figur"]["senteret"],
    )
