"""The data of an edition as statements ask for it: cells by question, series, names, and what is wrong with a
question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any

from krisestat.base.display import year_range
from krisestat.base.errors import nearest, shown
from krisestat.model.declared import ALL, PERCENT, CodeList, Cubes, Model, Statistic, words
from krisestat.statements.cells import Absent, Cell, Query, Series, Unaskable, Unproven, cell_name, cells_of
from krisestat.statements.rules import Unit

# What a call may say beside codes, for suggestions.
_KEYWORDS = ("aar", "blant", "er", "fra", "hva", "mot", "ord", "over", "stor", "til", "utenom")


class Data:
    """Cells and names of an edition.

    Parameters: `model`, what is declared; `cubes`, its observations; `standard`, «nb» or «nn»; `aar`, the year of the
    edition; `about`, the code in each dimension that all of a page is about. `series` are the cells of each series by
    year, in order; `years`, those that anything has.
    """

    def __init__(self, model: Model, cubes: Cubes, standard: str, aar: int, about: Mapping[str, str] | None = None):
        self.model, self.cubes, self.standard, self.aar, self.about = model, cubes, standard, aar, about or {}
        self.series: dict[Series, dict[int, Cell]] = {}
        self._of_year: dict[tuple[str, int], list[Cell]] = {}
        self._codes_of: dict[tuple, set[str]] = {}
        for cell in sorted(cells_of(model, cubes), key=lambda cell: cell.aar):
            self.series.setdefault(cell.series, {})[cell.aar] = cell
            self._of_year.setdefault((cell.statistikk.id, cell.aar), []).append(cell)
        self.years = sorted({aar for _, aar in self._of_year})
        # What the publication is about: that of its first statistic.
        self.unit = next((one.enhet.id for one in model.statistikk.values()), "")

    @property
    def cells(self) -> Iterable[Cell]:
        """Every cell, hidden ones too."""
        return (cell for years in self.series.values() for cell in years.values())

    def open_years(self, statistic: Statistic) -> list[int]:
        """The years in which a statistic has a number that may be spoken of."""
        return [aar for aar in self.years if any(c.open for c in self._of_year.get((statistic.id, aar), ()))]

    def codes_of(self, names: frozenset[str], years: frozenset[int], dimension: str) -> set[str]:
        """The codes of a dimension that the cells of some statistics have in some years."""
        key = names, years, dimension
        if key not in self._codes_of:
            own = (c for name in names for year in years for c in self._of_year.get((name, year), ()))
            self._codes_of[key] = {c.code(dimension) for c in own}
        return self._codes_of[key]

    # -- names

    def name(self, statistic: Statistic, dimension: str, code: str) -> str:
        """The name of a code in running text."""
        return statistic.per[dimension].running(code, self.standard)

    def _lists(self, unit: str = "") -> list[CodeList]:
        """The code lists of the statistics, of a unit if given, each once and in order."""
        statistics = [one for one in self.model.statistikk.values() if unit in ("", one.enhet.id)]
        return list({id(codes): codes for one in statistics for codes in one.per.values()}.values())

    def any_name(self, code: str, statistic: str = "") -> str:
        """The name of a code: that of the statistic if one is given, else that of what the publication is about before
        those of others. Raises `Unproven` for an unknown code, and one that others name differently."""
        own = list(self.statistic(statistic).per.values()) if statistic else self._lists(self.unit)
        every = own if statistic else self._lists()
        told = [codes.running(code, self.standard) for codes in own if code in codes.place][:1]
        told = told or sorted({codes.running(code, self.standard) for codes in every if code in codes.place})
        if len(told) == 1:
            return told[0]
        if told:
            fix = f'Skriv hvilken statistikk det er navnet i: navn("{code}", "…").'
            names = " og ".join(map(shown, told))
            raise Unaskable(f"koden {shown(code)}, som statistikkene kaller {names}", "ett navn", fix)
        hint = nearest(code, [known for codes in every for known in codes.place])
        raise Unaskable(f"koden {shown(code)}{hint}", "en kode i kodelistene", "Rett koden.")

    @cached_property
    def declared_words(self) -> set[str]:
        """The names of codes, but for wholes, and the reasons of breaks."""
        found = {
            words(b["grunn"])[self.standard].heading
            for s in self.model.statistikk.values()
            for b in s.said.get("brudd", ())
        }
        for codes in self._lists():
            found |= {text for named in codes.koder.values() for text in named[self.standard]}
            for aar in self.years if codes.read_names else ():
                found |= {codes.heading(code, self.standard, aar) for code in codes.in_year(aar)}
        return found

    def kind_words(self, cell: Cell) -> str:
        """The word that names the kind of what a cell counts in a sentence."""
        statistic = cell.statistikk
        if not statistic.kinds:
            return statistic.enhet.forms[self.standard][2]
        return statistic.per[statistic.kinds].heading(cell.slag, self.standard).lower()

    @cached_property
    def alone_in_unit(self) -> set[str]:
        """The statistics whose unit no other counts, or that alone are of money; panels of one are not others."""
        every = self.model.statistikk.values()
        units = {one.id: "kroner" if one.type == "kroner" else one.enhet.id for one in every}
        counted = [units[one.id] for one in every if not one.panel]
        return {name for name, unit in units.items() if counted.count(unit) == 1}

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of what the publication is about that the data has, in order."""
        own = [one for one in self.model.statistikk.values() if one.kinds and one.enhet.id == self.unit]
        found = {cell.slag for cell in self.cells if cell.statistikk in own}
        return own[0].per[own[0].kinds].in_order(found) if own else []

    def first_year(self) -> int:
        """The first year of the series on what the publication is about."""
        own = {name for name, one in self.model.statistikk.items() if one.enhet.id == self.unit}
        return min((aar for name, aar in self._of_year if name in own), default=self.aar)

    # -- questions

    def year(self, aar: int | None) -> int:
        """A year that the data has; the edition's when none is given."""
        year = self.aar if aar is None else aar
        if year not in self.years:
            years, early = year_range(self.years), isinstance(year, int) and self.years and year < self.years[0]
            raise (Absent if early else Unaskable)(
                f"året {shown(year)}", f"et år i {years}", "Bruk i_aar, i_fjor eller foerste_aar."
            )
        return year

    def statistic(self, name: str) -> Statistic:
        """A statistic by its id. Raises `Unproven` for one that is not declared."""
        if name not in self.model.statistikk:
            known = list(self.model.statistikk)
            found = f"statistikken {shown(name)}{nearest(name, known)}"
            raise Unaskable(found, f"en av: {', '.join(known)}", "Rett navnet i funksjonskallet.")
        return self.model[name]

    def dimension(self, statistic: Statistic, word: str, what: str) -> str:
        """The dimension that an editor means by a word: its name, or what editors call it. Parameters: `what` the word
        is, for an error. Raises `Unproven`."""
        called = {codes.argument or name: name for name, codes in statistic.per.items()}
        if word in statistic.per or word in called:
            return called.get(word, word)
        hint, told = nearest(word, [*called, *_KEYWORDS]), ", ".join(called) or "ingen"
        raise Unaskable(f"{what} {shown(word)}{hint}", f"en dimensjon i {statistic.id}: {told}", "Rett navnet.")

    def query(
        self, name: str, codes: Sequence[Any], named: Mapping[str, Any], aar: int | None, each: str = ""
    ) -> Query:
        """A question as an editor wrote it.

        Parameters: `codes` in the order of the dimensions but for `each`, the one whose parts the answer lists; `named`
        by what editors call a dimension. Raises `Unproven` for what the statistic does not have.
        """
        statistic = self.statistic(name)
        free = [dimension for dimension in statistic.per if dimension != each]
        if len(codes) > len(free):
            told = f"{name}({', '.join(free)})" if free else f"bare {shown(name)}"
            raise Unaskable(f"koden {shown(codes[len(free)])}, som er én for mye", told, "Ta den bort.")
        asked = dict(zip(free, codes, strict=False))
        for word, code in named.items():
            dimension = self.dimension(statistic, word, "parameteren")
            if asked.get(dimension) is not None:
                raise Unaskable(f"«{word}» to ganger", "hver dimensjon én gang", "Ta bort den ene.")
            asked[dimension] = code
        given = {name: asked[name] for name in statistic.per if asked.get(name) not in (None, "")}
        return Query(statistic, given, 0 if aar == 0 else self.year(aar), each)

    def listed(self, statistic: Statistic, asked: Mapping[str, Any], over: str | None) -> str:
        """The dimension whose parts an answer lists or ranks: `over`, else the last that is not asked for, or that is
        asked for as several; one without a whole comes first. Raises `Unproven`."""
        if over is not None:
            return self.dimension(statistic, over, "over=")
        parts = [name for name, codes in statistic.per.items() if not codes.total and name != statistic.answer_dim]
        several = [name for name in parts if name in asked and (asked[name] == ALL or not isinstance(asked[name], str))]
        ways = ([name for name in parts if name not in asked], several, [n for n in statistic.per if n not in asked])
        if not any(ways):
            raise Unaskable(f"ingenting å velge mellom i {statistic.id}", "flere koder", "Rett funksjonskallet.")
        return next(way[-1] for way in ways if way)

    # -- cells

    def cell(self, statistic: Statistic, codes: tuple[str, ...], aar: int) -> Cell:
        """A cell. Raises `Unproven` when there is none, or when it is hidden or missing (rule 8)."""
        cell = self.series.get((statistic.id, codes), {}).get(aar)
        if cell is None:
            raise self._no_such(statistic, codes, aar)
        if not cell.open:
            fix = "Skriv om noe annet: et tall som er skjult, mangler eller er et anslag, kan ikke omtales."
            if cell.status == "ikke_spurt":  # the question may be put again next year, and its text stays
                when = f'{{% if siste_aar["{statistic.id}"] == i_aar %}}'
                fix = f"Det ble ikke spurt om i {aar}. Sett {when} foran delen og {{% endif %}} etter den."
            found = f"cellen {cell_name(statistic, codes, aar)} ({cell.status or 'uten tall'})"
            raise Absent(found, "et tall som kan offentliggjøres", fix)
        return cell

    def _no_such(self, statistic: Statistic, codes: Sequence[str], aar: int) -> Unproven:
        """What is wrong with codes that match nothing: the first that does not fit those before it, or is not there."""
        asked = (*codes, str(aar))
        known = [(*c.koder, str(c.aar)) for c in self.cells if c.statistikk is statistic]
        lists = list(statistic.per.values())
        right = all(code in listed.place for code, listed in zip(codes, lists, strict=True))
        if not known:
            return Absent(f"{statistic.id}, som ikke har tall", "en statistikk med tall", "Velg en annen.")
        for place, dimension in enumerate((*statistic.per, "aar")):
            near, code = {one[place] for one in known if one[:place] == asked[:place]}, asked[place]
            if code not in near:
                in_order = statistic.per[dimension].in_order if dimension in statistic.per else sorted
                choices = ", ".join(in_order(near))
                found = f"{dimension} {shown(code)}{nearest(code, near)}" if code else f"ingen {dimension}"
                fix = f"Rett «{dimension}» i funksjonskallet."
                return (Absent if right else Unaskable)(found, f"en av: {choices or 'ingen'}", fix)
        raise LookupError(codes)

    def _codes(self, query: Query) -> list[Sequence[str]]:
        """The codes that a question means in each dimension; «every» one is of the cells that it otherwise means, and
        was asked about, if any was."""
        meant: dict[int, Sequence[str]] = {}
        lists = list(query.statistikk.per.items())
        for place, (dimension, codes) in enumerate(lists):
            asked = query.koder.get(dimension)
            if asked is None and dimension != query.each:
                meant[place] = [codes.total]  # «» where there is no whole: then `_no_such` tells what to choose between
            elif asked not in (None, ALL) or (codes.total and dimension != query.each):
                meant[place] = [asked] if isinstance(asked, str) else list(asked or ())
        year = self._of_year.get((query.statistikk.id, query.aar), ())
        near = [c for c in year if all(c.koder[place] in codes for place, codes in meant.items())] or year
        near = [c for c in near if c.status != "ikke_spurt"] or near
        for place, (_, codes) in enumerate(lists):
            if place not in meant:
                meant[place] = codes.in_order({c.koder[place] for c in near} - {codes.total})
        return [meant[place] for place in range(len(lists))]

    def select(self, query: Query) -> list[Cell]:
        """The cells of a question, each open, in the order of the code lists."""
        rows = product(*self._codes(query))
        cells = [self.cell(query.statistikk, row, query.aar) for row in rows]
        if not cells:
            raise Absent(
                f"«{ALL}» uten noe å velge mellom ({query.statistikk.id}, {query.aar})",
                "en statistikk som er fordelt på det du spør om, og et år den finnes for",
                "Rett funksjonskallet.",
            )
        return cells

    def first_asked(self, cell: Cell) -> int:
        """The first year in which what a cell tells was asked, as it was counted in the cell's own year."""
        asked = (year for year, one in self.series[cell.series].items() if one.status != "ikke_spurt")
        return max(next(asked), *(year for year in cell.statistikk.breaks if year <= cell.aar), 0)

    def up_to(self, cell: Cell, fra: int | None) -> Unit:
        """The years of a cell up to its own, from `fra` or from the first year in which it was asked."""
        first = self.first_asked(cell) if fra is None else self.year(fra)
        years = sorted({first, *(year for year in self.series[cell.series] if first <= year <= cell.aar)})
        return tuple(self.cell(cell.statistikk, cell.koder, year) for year in years)

    def earlier(self, cell: Cell, fra: int | None) -> Cell:
        """The same cell in `fra`, or a year before the edition's: another year than its own."""
        if (year := self.year(self.aar - 1 if fra is None else fra)) == cell.aar:
            raise Absent(f"en endring fra {year} til {year}", "to ulike år", "Skriv et annet år i «fra».")
        return self.cell(cell.statistikk, cell.koder, year)

    def whole(self, cell: Cell) -> Cell | None:
        """The whole that a cell without a base is a part of, where its parts are one in the only dimension that it is
        narrowed in: of the women who lived there, all who did."""
        lists = list(cell.statistikk.per.values())
        narrowed = [place for place, codes in enumerate(lists) if cell.koder[place] != codes.total]
        if cell.nevner is not None or cell.statistikk.type == PERCENT or len(narrowed) != 1:
            return None
        (place,) = narrowed
        total = lists[place].total
        if not total:
            return None
        return self.cell(cell.statistikk, (*cell.koder[:place], total, *cell.koder[place + 1 :]), cell.aar)

    def in_form(self, noun: str, cell: Cell, form: int) -> str:
        """What is counted in another form: «tilbudene til kvinner» as «tilbud til kvinner»; what has one form stands as
        it is. Parameters: `form`, an index of the unit's forms."""
        for forms in cell.statistikk.enhet.every_form(self.standard):
            for word in sorted(forms, key=len, reverse=True):
                if noun == word or noun.startswith(f"{word} "):
                    return forms[form] + noun[len(word) :]
        return noun

    def asked_in(self, cell: Cell, fra: int | None) -> bool:
        """Whether the cell's question was put in `fra`, or in the year before the edition's. A hidden cell was."""
        before = self.series[cell.series].get(self.year(self.aar - 1 if fra is None else fra))
        return before is not None and before.status != "ikke_spurt"

    def other(self, cell: Cell, mot: str) -> Cell:
        """The same cell with another code in the dimension that has it."""
        lists = list(cell.statistikk.per.values())
        for place, codes in enumerate(lists):
            if mot in codes.place:
                return self.cell(cell.statistikk, (*cell.koder[:place], mot, *cell.koder[place + 1 :]), cell.aar)
        hint = nearest(mot, [code for codes in lists for code in codes.place])
        raise Unaskable(f"mot={shown(mot)}{hint}", f"en kode i {cell.statistikk.id}", "Rett «mot».")

    def combinations(self, query: Query, over: str) -> list[list[Cell]]:
        """The cells of a query in sets that differ only in the dimension `over`, which means all of it unless given."""
        sets: dict[tuple, list[Cell]] = {}
        for cell in self.select(query._replace(each=over)):
            sets.setdefault(cell.without(over), []).append(cell)
        return list(sets.values())

    def base(self, name: str, codes: Sequence[Any], named: Mapping[str, Any], aar: int | None) -> tuple[Cell, dict]:
        """A cell with the base of a statistic, or of all that is counted, and the question.

        Parameters: as `query`; `name` is a statistic, or what is counted, by its kind if it has any: then every one is
        meant, whatever it was asked. Raises `Unproven` when there is no base, or not one.
        """
        year = self.year(aar)
        if name not in self.model.statistikk and (codes or named):
            raise Unaskable(f"koder etter {shown(name)}", "en statistikk først", "Skriv hvilken statistikk.")
        if name in self.model.statistikk:
            query = self.query(name, codes, named, aar)
            wanted = {d: c.total for d, c in query.statistikk.per.items() if c.total} | dict(query.koder)
            near, told = self._of_year.get((name, year), []), query.told()
            found = [c for c in near if all(c.code(d) == code for d, code in wanted.items())]
        else:
            every = (one for one in self.model.statistikk.values() if one.svar.get("base") == "alle" and not one.panel)
            found = [c for one in every for c in self._of_year.get((one.id, year), ()) if c.slag == name]
            told = {(found and found[0].statistikk.kinds) or "enhet": name, "aar": year}
        found = [c for c in sorted(found, key=lambda c: (len(c.koder), c.key)) if c.nevner is not None]
        if not found:
            hint = nearest(name, [*self.kinds, *self.model.enheter, *self.model.statistikk])
            raise Unaskable(f"ingen base for {shown(name)}{hint}", "noe som har en base", "Rett navnet.")
        if len({c.nevner for c in found}) > 1:
            raise Unaskable(f"ulike baser for {name} i {year}", "én base", "Si hva basen er av.")
        if not (open_cells := [c for c in found if c.open]):
            reason = f"bare skjulte tall eller spørsmål som ikke ble stilt, for {name} i {year}"
            raise Absent(reason, "en base som kan vises", "Skriv om noe annet, eller om et annet år.")
        return open_cells[0], told

    def years_asked(self, query: Query | None) -> list[int]:
        """The years in which something was asked, of all that the query names."""
        wanted = {d: [c] if isinstance(c, str) else c for d, c in query.koder.items() if c != ALL} if query else {}
        return sorted(
            {
                cell.aar
                for cell in self.cells
                if cell.status != "ikke_spurt"
                and (query is None or cell.statistikk is query.statistikk)
                and all(cell.code(dimension) in codes for dimension, codes in wanted.items())
            }
        )


def need_base(cells: Iterable[Cell], told: bool = False) -> None:
    """Raise `Unproven` if a cell has no base: then there is no share to speak of, but one that came as such, where
    `told` says that it will do."""
    for cell in cells:
        percent = cell.statistikk.type == PERCENT
        if cell.nevner is None and not (told and percent):
            raise Unaskable(
                f"{cell.key}, som ikke har noen base",
                "et tall med base, så andelen er kjent",
                "Bruk prosent eller prosentpoeng; kilden oppgir andelen, men ikke av hvor mange."
                if percent
                else "Bruk antall eller endring i antall; kilden oppgir ikke hvor mange som kunne ha svart ja.",
            )


def same_count(unit: Unit) -> None:
    """Raise `Unproven` if years are compared in which the statistic was not counted in the same way."""
    years, one = [cell.aar for cell in unit], unit[0].statistikk
    if over := next((fra for fra in one.breaks if min(years) < fra <= max(years)), 0):
        raise Absent(
            f"{one.id} i {min(years)} og {max(years)}, over bruddet i {over}",
            "år som er talt på samme måte",
            f"Sammenlikn med {over} eller senere, eller ta det bort.",
        )


def numbers_of(cells: Iterable[Cell]) -> str:
    """Cells in short form for an error: «kvinner/politi 2020: 42 av 43»."""
    told = [
        f"{cell.told} {cell.aar}: {cell.verdi}" + (f" av {cell.nevner}" if cell.nevner is not None else "")
        for cell in dict.fromkeys(cells)
    ]
    return "; ".join(told[:8]) + (f"; og {len(told) - 8} til" if len(told) > 8 else "")
