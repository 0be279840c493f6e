"""The data of an edition as statements ask for it: cells by query, years of a series, names, and what is wrong with a
question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from krisestat.display import year_range
from krisestat.errors import did_you_mean, shown
from krisestat.statements.cells import ALL, DIMENSIONS, Cell, Query, Unproven, cell_name, cells_by_key
from krisestat.statements.rules import Unit

_FORM, _GROUP = ("form", ""), ("gruppe", "")


class Data:
    """Cells and names of an edition.

    Parameters: `rows`, rows of the contract UTDATA; `names`, the codebook (`instanser`, `samarbeidsformer`, `grupper`
    as lists of rows); `standard`, «nb» or «nn»; `aar`, the year of the edition. `years_of` are the years of a series,
    in order, by its key without the year.
    """

    def __init__(self, rows: Iterable[Mapping], names: Any, standard: str, aar: int):
        self.cells = cells_by_key(rows)
        self.names, self.standard, self.aar = names, standard, aar
        self.years_of: dict[tuple, list[int]] = {}
        for key in sorted(self.cells):
            self.years_of.setdefault(key[:4], []).append(key[4])
        self.codes = {d: sorted({k[i] for k in self.cells}) for i, d in enumerate(DIMENSIONS)}
        self.unit_of = {row["gruppe"]: row["enhet"] for row in names.grupper}
        self._called: dict[tuple[tuple[str, str], str], tuple[int, str]] = {}
        for row in names.instanser:
            scope = ("instans", row["kilde"])
            self._called[(scope, row["instans"])] = (row["rekkefolge"], row[f"bestemt_{standard}"])
        for row in names.samarbeidsformer:
            name = row[f"navn_{standard}"]
            self._called[(_FORM, row["samarbeidsform"])] = (row["rekkefolge"], name[:1].lower() + name[1:])
        for place, row in enumerate(names.grupper):
            self._called[(_GROUP, row["gruppe"])] = (place, row[f"navn_{standard}"])

    # -- names

    def _scope(self, dimension: str, indikator: str) -> tuple[str, str]:
        """Whose names and order a dimension has: partners those of the indicator's source, never another's."""
        return dimension, self.names.source_of(indikator) if dimension == "instans" else ""

    def name(self, dimension: str, code: str, indikator: str = "") -> str:
        """The name of a code in running text; of a partner, as the source of the indicator has it."""
        return self._called.get((self._scope(dimension, indikator), code), (0, code))[1]

    def unit(self, gruppe: str) -> str:
        """What is counted in a group; the panel is some of the services."""
        unit = self.unit_of.get(gruppe, "tilbud")
        return "tilbud" if unit == "panel" else unit

    def one_unit(self, groups: Iterable[str]) -> None:
        """Raise `Unproven` for groups that count different things: they are never put in one question."""
        units: dict[str, list[str]] = {}
        for group in groups:
            if group in self.unit_of:
                units.setdefault(self.unit(group), []).append(group)
        if len(units) > 1:
            told = " og ".join(f"{', '.join(map(shown, own))} (enheten {unit})" for unit, own in units.items())
            raise Unproven(
                f"ulike enheter i samme spørsmål: {told}",
                "grupper som teller det samme",
                "Still ett spørsmål for hver enhet, i hver sin setning: det som telles, er ulikt.",
                True,
            )

    def any_name(self, code: str, indikator: str = "") -> str:
        """The name of a partner, form or group: that of the indicator's source if one is given, else that of the
        answers before those of others. Raises `Unproven` for an unknown code, and one that others name differently."""
        if indikator and indikator not in self.codes["indikator"]:
            hint = _hint(indikator, self.codes["indikator"])
            raise Unproven(f"indikatoren {shown(indikator)}{hint}", "en indikator i tallene", "Rett navnet.", True)
        own = [self._scope("instans", indikator), *([] if indikator else [_FORM, _GROUP])]
        named = {scope: name for (scope, known), (_, name) in self._called.items() if known == code}
        told = [named[scope] for scope in own if scope in named][:1] or ([] if indikator else sorted({*named.values()}))
        if len(told) == 1:
            return told[0]
        if told:
            names = " og ".join(map(shown, told))
            fix = f'Skriv hvem sitt navn det er: navn("{code}", indikator="…").'
            raise Unproven(f"koden {shown(code)}, som kildene kaller {names}", "ett navn", fix, True)
        raise Unproven(
            f"koden {shown(code)}{_hint(code, [c for _, c in self._called])}",
            "en kode i kodebøkene",
            "Rett koden.",
            True,
        )

    def in_order(self, dimension: str, codes: Iterable[str], indikator: str = "") -> list[str]:
        """Codes in the order of their codebook."""
        scope = self._scope(dimension, indikator)
        return sorted(set(codes), key=lambda c: (self._called.get((scope, c), (999, ""))[0], c))

    def group_words(self) -> dict[str, str]:
        """The word that names each group in a sentence."""
        return {row["gruppe"]: row[f"kort_{self.standard}"].lower() for row in self.names.grupper}

    def terms(self) -> dict[str, list[tuple[str, str]]]:
        """Words that name a partner, a form or a group in a sentence, in lower case → what they may name, as
        (dimension, code)."""
        found: dict[str, list[tuple[str, str]]] = {}

        def add(word: str, dimension: str, code: str) -> None:
            if (dimension, code) not in found.setdefault(word.lower(), []):
                found[word.lower()].append((dimension, code))

        for row in self.names.instanser:
            for form in ("navn", "bestemt"):
                add(row[f"{form}_{self.standard}"], "instans", row["instans"])
        for row in self.names.samarbeidsformer:
            add(row[f"navn_{self.standard}"], "form", row["samarbeidsform"])
        for group, word in self.group_words().items():
            add(word, "gruppe", group)
        return found

    def groups(self) -> list[str]:
        """The groups of services that the data has."""
        return [g for g, unit in self.unit_of.items() if unit == "tilbud" and g in self.codes["gruppe"]]

    def first_year(self) -> int:
        """The first year of the series on services."""
        groups = self.groups()
        return min((k[4] for k in self.cells if k[1] in groups), default=self.aar)

    # -- cells

    def year(self, aar: int | None) -> int:
        """A year that the data has; the edition's when none is given."""
        year = self.aar if aar is None else aar
        if year not in self.codes["aar"]:
            years = year_range(self.codes["aar"])
            raise Unproven(f"året {shown(year)}", f"et år i {years}", "Bruk i_aar, i_fjor eller foerste_aar.", True)
        return year

    def cell(self, key: tuple) -> Cell:
        """The cell with this key. Raises `Unproven` when there is none, or when it is hidden or missing (rule 8)."""
        cell = self.cells.get(key)
        if cell is None:
            raise self._no_such(key)
        if not cell.open:
            raise Unproven(
                f"cellen {cell_name(key)} ({cell.status or 'uten tall'})",
                "et tall som kan offentliggjøres",
                "Skriv om noe annet: et skjult eller manglende tall kan ikke omtales.",
                True,
            )
        return cell

    def _no_such(self, key: tuple) -> Unproven:
        """What is wrong with a key that matches nothing: its first part that does not fit those before it."""
        for position, (dimension, code) in enumerate(zip(DIMENSIONS, key, strict=True)):
            near = {k[position] for k in self.cells if k[:position] == key[:position]}
            if code not in near:
                choices = ", ".join(str(n) or "ingen" for n in sorted(near, key=str))
                found = f"{dimension} {shown(code)}" if code else f"ingen {dimension}"
                hint = _hint(code, [n for n in near if n]) if code else ""
                return Unproven(found + hint, f"en av: {choices}", f"Rett «{dimension}» i funksjonskallet.", True)
        raise LookupError(key)

    def _codes(self, dimension: str, asked: Any, query: Query, groups: Sequence[str] = ()) -> list[str]:
        if asked is None or asked == "":
            return [""]
        if asked != ALL:
            return [asked] if isinstance(asked, str) else list(asked)
        place = DIMENSIONS.index(dimension)
        near = (k for k in self.cells if k[0] == query.indikator and k[4] == query.aar)
        found = {k[place] for k in near if k[place] and (not groups or k[1] in groups)}
        return self.in_order(dimension, found, query.indikator)

    def select(self, query: Query) -> list[Cell]:
        """The cells of a query, each open, in the order of the codebooks."""
        groups = self._codes("gruppe", query.gruppe, query)
        self.one_unit(groups)
        partners = self._codes("instans", query.instans, query, groups)
        forms = self._codes("form", query.form, query, groups)
        cells = [self.cell((query.indikator, g, i, f, query.aar)) for g in groups for i in partners for f in forms]
        if not cells:
            raise Unproven(
                f"«{ALL}» uten noe å velge mellom ({query.indikator}, {query.aar})",
                "en indikator som er fordelt på det du spør om, og et år den finnes for",
                "Rett funksjonskallet.",
                True,
            )
        return cells

    def series(self, cell: Cell, fra: int | None) -> Unit:
        """The years of a cell up to its own, from `fra` or from the first year in which it was asked."""
        years = [year for year in self.years_of[cell.key[:4]] if year <= cell.aar]
        if fra is None:
            first = next(y for y in years if self.cells[(*cell.key[:4], y)].status != "ikke_spurt")
        else:
            first = self.year(fra)
        return tuple(self.cell((*cell.key[:4], y)) for y in sorted({first, *(y for y in years if y >= first)}))

    def earlier(self, cell: Cell, fra: int | None) -> Cell:
        """The same cell in `fra`, or a year before the edition's."""
        return self.cell((*cell.key[:4], self.year(self.aar - 1 if fra is None else fra)))

    def asked_in(self, cell: Cell, fra: int | None) -> bool:
        """Whether the cell's question was put in `fra`, or in the year before the edition's. A hidden cell was."""
        before = self.cells.get((*cell.key[:4], self.year(self.aar - 1 if fra is None else fra)))
        return before is not None and before.status != "ikke_spurt"

    def other(self, cell: Cell, mot: str) -> Cell:
        """The same cell for another group, form or partner."""
        for dimension in ("gruppe", "form", "instans"):
            if mot in self.codes[dimension]:
                self.one_unit([cell.gruppe, *([mot] if dimension == "gruppe" else [])])
                return self.cell(tuple(mot if d == dimension else v for d, v in zip(DIMENSIONS, cell.key, strict=True)))
        known = [c for d in ("gruppe", "form", "instans") for c in self.codes[d] if c]
        raise Unproven(f"mot={shown(mot)}{_hint(mot, known)}", "en gruppe, form eller instans", "Rett «mot».", True)

    def combinations(self, query: Query, over: str) -> list[list[Cell]]:
        """The cells of a query in sets that differ only in the dimension `over`, which means all of it unless given."""
        if over not in ("instans", "form", "gruppe"):
            raise Unproven(f"over={shown(over)}", "instans, form eller gruppe", "Rett «over».", True)
        if getattr(query, over) is None:
            query = Query(**{**query._asdict(), over: ALL})
        sets: dict[tuple, list[Cell]] = {}
        for cell in self.select(query):
            sets.setdefault(tuple(v for d, v in zip(DIMENSIONS, cell.key, strict=True) if d != over), []).append(cell)
        return list(sets.values())

    def base(self, gruppe: str, aar: int) -> Cell:
        """A cell with the base of a group and year, after checking that the data has one."""
        found = [c for k, c in sorted(self.cells.items()) if k[1] == gruppe and k[4] == aar and c.base is not None]
        if self.unit(gruppe) == "avtale":  # the base of a point leaves out the agreements that it does not concern
            found = [c for c in found if not c.instans]
        if not found:
            hint = _hint(gruppe, self.codes["gruppe"])
            raise Unproven(f"ingen base for gruppen {shown(gruppe)}{hint}", "en gruppe med base", "Rett gruppen.", True)
        if len({c.base for c in found}) > 1:
            raise Unproven(f"ulike baser for {gruppe} i {aar}", "én base", "Rett statistikken før teksten.", True)
        shown_cells = [c for c in found if c.open]
        if not shown_cells:
            told = f"bare skjulte tall eller spørsmål som ikke ble stilt, for {gruppe} i {aar}"
            raise Unproven(told, "en base som kan vises", "Skriv om en annen gruppe eller et annet år.", True)
        return shown_cells[0]

    def years_asked(self, query: Query) -> list[int]:
        """The years in which something was asked, of all that the query names."""
        wanted = [None if v == ALL else [v] if isinstance(v, str) else v for v in query[:4]]
        return sorted(
            {
                k[4]
                for k, c in self.cells.items()
                if c.status != "ikke_spurt" and all(not w or v in w for v, w in zip(k, wanted, strict=False))
            }
        )


def _hint(code: Any, candidates: Iterable[Any]) -> str:
    hint = did_you_mean(str(code), map(str, candidates))
    return f" – {hint}" if hint else ""


def need_base(cells: Iterable[Cell]) -> None:
    """Raise `Unproven` if a cell has no base: then there is no share to speak of."""
    for cell in cells:
        if cell.base is None:
            raise Unproven(
                f"{cell_name(cell.key)}, som ikke har noen base",
                "et tall med base, så andelen er kjent",
                "Bruk antall eller endring i antall; kilden oppgir ikke hvor mange som kunne ha svart ja.",
                True,
            )


def numbers_of(cells: Iterable[Cell]) -> str:
    """Cells in short form for an error: «kvinner/politi 2020: 42 av 43»."""
    told = []
    for cell in dict.fromkeys(cells):
        name = "/".join(filter(None, cell.key[1:4])) + f" {cell.aar}"
        told.append(f"{name}: {cell.antall}" + (f" av {cell.base}" if cell.base is not None else ""))
    return "; ".join(told[:8]) + (f"; og {len(told) - 8} til" if len(told) > 8 else "")
