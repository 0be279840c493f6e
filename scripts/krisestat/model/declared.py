"""What is declared in `data/statistikk`: units, code lists and statistics, and the contract that follows from each.

A statistic is a cube of one measure (SDMX, JSON-stat): observations by its own dimensions and by year. Everything that
works on numbers asks the declaration; nothing here knows the name of a chapter, a dimension or a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from krisestat.base.contracts import Column, Contract, Row
from krisestat.base.display import capitalised
from krisestat.base.errors import shown
from krisestat.base.kept_tables import normal

STANDARDS = ("nb", "nn")
# Why there is no number, or what it is beside one; a number that is as it was counted has none.
ESTIMATE, STATUS = "anslag", ("", "anslag", "ikke_aktuelt", "ikke_spurt", "mangler", "undertrykt")
ORIGINS = ("mottatt", "publisert", "rekonstruert")
# Counters beside those that count one answer.
MEAN, SUM = "snitt", "sum"
# The kind of number that is a share as it came, of a base that nobody told.
PERCENT = "prosent"
# What divides a table beside the dimensions of its statistics.
YEAR, MEASURE, STATISTIC = "aar", "maal", "statistikk"
LATEST = "siste"
ALL = "alle"  # in a sentence: every code of a list


class Words(NamedTuple):
    """What something is called, in headings and in running text."""

    heading: str
    running: str


# Words by written standard.
Named = Mapping[str, Words]
# A plug-in that reads the codes, or the groups of codes, that stand in a file of a form of its own.
Reader = Callable[[Path], Mapping[str, Any]]


def words(declared: Any) -> dict[str, Words]:
    """Words as declared: one text serves in both standards and, its first letter aside, in headings and running
    text."""
    both = declared if isinstance(declared, Mapping) else dict.fromkeys(STANDARDS, declared)
    return {standard: _forms(both[standard]) for standard in STANDARDS}


def _forms(told: str | Sequence[str]) -> Words:
    heading, *rest = [told] if isinstance(told, str) else told
    return Words(heading, rest[0] if rest else in_text(heading))


def in_text(heading: str) -> str:
    """A heading as it stands inside a sentence: «Barnehus» is «barnehus», «NAV» stays."""
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]


@dataclass(frozen=True)
class Unit:
    """What is counted: `vern`, the protection of its numbers; `forms`, by standard, indefinite and definite singular,
    indefinite and definite plural; `short`, the same of a shorter word, where there is one that goes in a sentence."""

    id: str
    vern: str
    forms: Mapping[str, Sequence[str]]
    short: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def every_form(self, standard: str) -> list[Sequence[str]]:
        """The four forms of each word that it has."""
        return [told[standard] for told in (self.forms, self.short) if told]

    def neuter(self, standard: str) -> bool:
        """Whether it is neuter: the definite form of a Norwegian noun shows it."""
        return self.forms[standard][1].split()[0].endswith("et")


@dataclass(frozen=True)
class CodeList:
    """A code list.

    `id`, its name in `per`; `kapittel`, whose it is; `navn`, what it is called; `total`, the code of the whole where
    its parts are one, with `total_navn`; `rest`, the part that is left; `roller` of answers that are none; `forrang`,
    the order in which answers speak; `gjelder`, first and last year of codes that do not always hold; `argument`, what
    editors call it; `read` gives the codes with their words, `read_groups` the group of each code, and `gruppenavn` the
    words of groups.
    """

    id: str
    kapittel: str
    navn: Named
    read: Callable[[], Mapping[str, Named]]
    total: str = ""
    total_navn: Named = field(default_factory=dict)
    rest: str = ""
    roller: Mapping[str, str] = field(default_factory=dict)
    forrang: Sequence[str] = ()
    gjelder: Mapping[str, Sequence[int]] = field(default_factory=dict)
    argument: str = ""
    read_groups: Callable[[], Mapping[str, str]] = dict
    gruppenavn: Mapping[str, Named] = field(default_factory=dict)
    gruppe_navn: Named = field(default_factory=dict)
    read_names: Callable[[int], Mapping[str, str]] | None = None

    @cached_property
    def koder(self) -> dict[str, Named]:
        """The parts with their words, in order."""
        return dict(self.read())

    @cached_property
    def grupper(self) -> dict[str, str]:
        """The group of each code, where the list has groups."""
        return dict(self.read_groups())

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each code in the order of the list; the whole comes last."""
        return {code: number for number, code in enumerate((*self.koder, *filter(None, [self.total])))}

    @cached_property
    def unsure(self) -> frozenset[str]:
        """Answers that say neither yes nor no: those that are none, and those that speak after yes and before no."""
        said = [code for code in self.forrang if code not in self.roller]
        return frozenset((*self.roller, *said[1:-1]))

    def words(self, code: str, standard: str) -> Words:
        """What a code is called. Raises `KeyError` for one that is not in the list."""
        named = self.total_navn if code == self.total and self.total else self.koder[code]
        return named[standard]

    def heading(self, code: str, standard: str, aar: int = 0) -> str:
        """The name of a code as a heading has it, of a year where names have changed. Raises `KeyError`."""
        if self.read_names and aar and code != self.total:
            return self.read_names(aar).get(code) or self.words(code, standard).heading
        return self.words(code, standard).heading

    def running(self, code: str, standard: str) -> str:
        """The name of a code in running text. Raises `KeyError` for one that is not in the list."""
        return self.words(code, standard).running

    def holds(self, code: str, aar: int) -> bool:
        """Whether a code is in the list, and holds in a year."""
        if code not in self.place:
            return False
        if self.read_names and code != self.total:
            return code in self.read_names(aar)
        first, *last = self.gjelder.get(code) or (aar,)
        return first <= aar <= (last[0] if last else aar)

    def in_year(self, aar: int) -> list[str]:
        """The parts that hold in a year, in order."""
        return [code for code in self.koder if self.holds(code, aar)]

    def in_order(self, codes: Iterable[str]) -> list[str]:
        """Codes in the order of the list; others after them, by name."""
        return sorted(set(codes), key=lambda code: (self.place.get(code, len(self.place)), code))

    def in_tables(self, codes: Iterable[str], aar: int) -> list[str]:
        """Codes as a table has them: in the order of the list, or by name in a year where names are those of a
        register; the whole is last."""
        order = self.in_order(codes)
        if not self.read_names:
            return order
        return sorted(order, key=lambda code: (code == self.total, self.heading(code, STANDARDS[0], aar), code))

    def by_name(self, aar: int) -> dict[str, str]:
        """What a code may be called in a source of a year, case folded: itself, or its heading in either standard."""
        named = {code.casefold(): code for code in self.place}
        for code in self.place:
            named |= {normal(self.heading(code, standard, aar)).casefold(): code for standard in STANDARDS}
        return named


@dataclass(frozen=True, eq=False)
class Statistic:
    """A statistic: one measure of one unit.

    `said`, the declaration as it stands in the file; `per`, its dimensions by name, in order; `answers`, the list of
    its answers where it counts any.
    """

    id: str
    kapittel: str
    said: Mapping[str, Any]
    per: Mapping[str, CodeList]
    enhet: Unit
    answers: CodeList | None = None

    @property
    def svar(self) -> Mapping[str, Any]:
        """How it counts answers; empty for a finished table."""
        return self.said.get("svar", {})

    @property
    def tabell(self) -> Mapping[str, Any]:
        """How it reads a finished table; empty for answers."""
        return self.said.get("tabell", {})

    @property
    def kilde(self) -> str:
        """The source that it comes from."""
        return str((self.svar or self.tabell)["kilde"])

    @property
    def type(self) -> str:
        """What kind of number it is: `antall`, `desimal`, `prosent` or `kroner`."""
        return str(self.said["type"])

    @property
    def desimaler(self) -> int:
        """How many decimals are shown."""
        return int(self.said.get("desimaler", 0))

    @property
    def panel(self) -> bool:
        """Whether only the units are counted that were there and answered every year."""
        return self.svar.get("utvalg") == "panel"

    @cached_property
    def navn(self) -> Named:
        """What it is called: its name, or what it counts."""
        forms = self.enhet.forms
        return words(self.said.get("navn") or {s: [capitalised(forms[s][2]), forms[s][2]] for s in STANDARDS})

    @cached_property
    def maaleenhet(self) -> Named:
        """The unit of its numbers, where it is not what is counted; empty where it is."""
        return words(self.said["maaleenhet"]) if "maaleenhet" in self.said else {}

    @cached_property
    def avgrenset(self) -> Named:
        """What narrows it, in words; empty where nothing does."""
        return words(self.said["avgrenset"]) if "avgrenset" in self.said else {}

    @cached_property
    def answer_dim(self) -> str:
        """The dimension that is the answer itself; «» where one answer is counted."""
        return next((name for name, codes in self.per.items() if codes is self.answers), "")

    @cached_property
    def others(self) -> tuple[str, ...]:
        """The answers beside the one that is counted: a column each."""
        counted = self.svar.get("teller")
        known = self.answers.koder if self.answers and counted in self.answers.koder else ()
        return tuple(code for code in known if code != counted)

    @cached_property
    def divided(self) -> tuple[str, ...]:
        """The dimensions whose parts are a whole."""
        return tuple(name for name, codes in self.per.items() if codes.total and name != self.answer_dim)

    @cached_property
    def kinds(self) -> str:
        """The dimension that has the name of what is counted, and says which of them; «» where there is none."""
        return self.enhet.id if self.enhet.id in self.per and not self.per[self.enhet.id].total else ""

    @property
    def with_base(self) -> bool:
        """Whether its observations are of a known number."""
        return bool(self.svar) or "nevner" in self.tabell.get("kolonner", {})

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its table: no other can stand there, and none means two things."""
        numbers = ["verdi", *["nevner"] * self.with_base, *self.others, *["for_brudd"] * ("brudd" in self.said)]
        return ("aar", *self.per, *numbers, "status", "opphav")

    @cached_property
    def contract(self) -> Contract:
        """The contract of its table, by its own dimensions and year."""
        number = Column(int if self.type == "antall" else Fraction, empty=True)
        columns = {name: Column(codes=tuple(codes.place)) for name, codes in self.per.items()}
        columns |= {"aar": Column(int), "verdi": number, "for_brudd": number, "nevner": Column(int, empty=True)}
        columns |= {other: Column(int, empty=True) for other in self.others}
        columns |= {"status": Column(codes=STATUS, empty=True), "opphav": Column(codes=ORIGINS)}
        checks = (self._value_or_status, self._of_base)
        return Contract(self.id, {name: columns[name] for name in self.columns}, (*self.per, "aar"), checks)

    def _value_or_status(self, row: Row) -> str | None:
        if (row["verdi"] is None) == (row["status"] in STATUS[2:]):
            return None
        return f"verdi er {row['verdi']} med status {shown(row['status'])}"

    def _of_base(self, row: Row) -> str | None:
        """The answers are together the base, or the base and those that are no answer: nothing is lost on the way."""
        base, value = row.get("nevner"), row["verdi"]
        if base is None or value is None:
            return None
        if isinstance(value, int) and value > base and not self.answer_dim:
            return f"{value} av {base}"
        if not self.others:
            return None
        roles = self.answers.roller if self.answers else {}
        parts = {other: row[other] for other in self.others}
        every = value + sum(parts.values())
        aside = {role: sum(n for code, n in parts.items() if roles.get(code) == role) for role in set(roles.values())}
        silent, outside = (aside.get(role, 0) for role in ("taus", "utenfor"))
        unasked = aside.get("ikke_spurt", 0)
        if base in (every, every - silent - unasked, every - outside - unasked):
            return None
        told = " + ".join(map(str, (value, *parts.values())))
        return f"{self.svar['teller']} + {' + '.join(parts)} = {told}, men basen er {base}"

    @cached_property
    def received(self) -> Contract:
        """The contract of a finished table as it came, with the place of each number; no number is made of others."""
        own = {name: column for name, column in self.contract.columns.items() if name not in self.others}
        place = {"fil": Column(), "linje": Column(int), "kolonne": Column(), "rettelse": Column(empty=True)}
        return Contract(f"{self.id}-mottatt", own | place, self.contract.key, (self._value_or_status, self._of_base))

    @cached_property
    def breaks(self) -> tuple[int, ...]:
        """The first years of each new way of counting."""
        return tuple(one["fra"] for one in self.said.get("brudd", ()))

    def events(self, standard: str) -> tuple[tuple[int, str], ...]:
        """What happened that who reads the series should know, as it stands in figures and notes: the year, and a text
        that begins with it. Parameters: `standard`, nb or nn."""
        told = [(one["aar"], words(one["tekst"])[standard].heading) for one in self.said.get("hendelser", ())]
        return tuple((year, f"{year}: {text}") for year, text in sorted(told))

    def mark(self, row: Row | None) -> str:
        """What is marked beside a number: that it is estimated, or the first after a break in the series."""
        if row is None or row.get("verdi") is None:
            return ""
        return ESTIMATE if row["status"] == ESTIMATE else "brudd" * (row["aar"] in self.breaks)

    def lacking(self, row: Row, measure: str) -> str:
        """Why a measure of an observation has no number; before a break there is none as it was counted before it."""
        early = measure == "for_brudd" and row["verdi"] is not None and row["aar"] < min(self.breaks)
        return "ikke_aktuelt" if early else str(row["status"]) if row["status"] in STATUS[2:] else "mangler"

    def at(self, row: Row) -> tuple[str, ...]:
        """The codes of an observation, in the order of its dimensions."""
        return tuple(row[name] for name in self.per)

    def order(self, row: Row) -> tuple:
        """Where an observation stands among the others: in the order of the code lists, and of years."""
        return (*(codes.place.get(row[name], len(codes.place)) for name, codes in self.per.items()), row["aar"])

    def cell(self, row: Row) -> str:
        """The id of an observation: `statistic/dimension=code/…/year`; a dimension at its whole is left out, so that
        one that is added later with a whole changes no id."""
        told = [f"{name}={row[name]}" for name, codes in self.per.items() if row[name] != codes.total]
        return "/".join([self.id, *told, str(row["aar"])])

    def printed(self, row: Row) -> bool:
        """Whether an observation is one of the marginals that are printed: all, where the declaration names none."""
        divides = {name for name, codes in self.per.items() if row[name] != codes.total}
        return "vises" not in self.said or any(divides <= set(shown_by) for shown_by in self.said["vises"])


class Panel(NamedTuple):
    """Rows of a table: `av`, the statistics that they show; `rader`, the dimension of their headers; `baserad`, whether
    the base stands under them. A table has one, without an id, or several with one each."""

    id: str
    av: tuple[str, ...]
    rader: str
    baserad: bool


@dataclass(frozen=True)
class TableSpec:
    """A table.

    `deler`, its panels; `kolonner`, one or two dimensions (`YEAR`, `MEASURE` and `STATISTIC` among them), or each
    column by its codes and measure; `maal`, the measures of every column; `der`, the codes that it is about; `blokker`,
    a dimension that splits its rows; `siste`, whether it shows the last year alone; `base`, the statistic whose base
    its note tells, where it is not its own; `nummerert`, whether rows have the number of their place in the list;
    `utskrevet`, whether their headers are the names in running text; `uten_skjulte`, whether a column in which every
    number is hidden is left out.
    """

    id: str
    kapittel: str
    deler: tuple[Panel, ...]
    kolonner: tuple[str | Mapping[str, str], ...]
    maal: tuple[str, ...] = ("antall",)
    der: Mapping[str, str] = field(default_factory=dict)
    blokker: str = ""
    siste: bool = False
    base: str = ""
    nummerert: bool = False
    utskrevet: bool = False
    uten_skjulte: bool = False

    @property
    def av(self) -> tuple[str, ...]:
        """The statistics that it shows, in order."""
        return tuple(dict.fromkeys(name for panel in self.deler for name in panel.av))

    @property
    def across(self) -> tuple[Mapping[str, str], ...]:
        """The columns, where each is declared by itself."""
        return tuple(column for column in self.kolonner if not isinstance(column, str))


class FigureKind(NamedTuple):
    """What a kind of figure needs: `roller`, the parts that dimensions have in it, and `kan`, those that they may have;
    `ett_aar`, whether it shows one year and not a series; `andel`, whether its numbers are shares of a base."""

    roller: tuple[str, ...]
    kan: tuple[str, ...] = ()
    ett_aar: bool = False
    andel: bool = False


# The kinds of figures; `figures.charts` has a drawer for each.
FIGURE_KINDS = {
    "gap": FigureKind(("rader", "serier"), ett_aar=True, andel=True),
    "varme": FigureKind(("rader", "serier", "kolonner"), ett_aar=True, andel=True),
    "stablet": FigureKind(("rader", "kolonner"), ett_aar=True),
    "linjer": FigureKind(("serier",), andel=True),
    "linjer_per_rad": FigureKind(("rader", "serier"), andel=True),
    "serie": FigureKind((), ("serier",)),
    "helning": FigureKind(("rader",)),
}
# What took over for kinds that were.
FORMER_KINDS = {"stolper": "gap", "stolper_i_kolonner": "varme", "soyler": "serie", "soyler_per_rad": "helning"}
ROLES = ("rader", "serier", "kolonner")


@dataclass(frozen=True)
class FigureSpec:
    """A figure: `av`, its statistic; `slag`, its kind; `roller`, the dimension in each role that the kind needs;
    `der`, the codes that it is about; `tabell`, the table with the same numbers, whose note is its own; `tittel`, its
    statistical title by standard, with `{aar}` for the years shown."""

    id: str
    kapittel: str
    av: Statistic
    slag: str
    roller: Mapping[str, str]
    der: Mapping[str, str]
    tabell: str
    tittel: Mapping[str, str]

    @property
    def kind(self) -> FigureKind:
        """What its kind needs."""
        return FIGURE_KINDS[self.slag]


@dataclass(frozen=True)
class KeyFigure:
    """A candidate for a key figure: one number of a statistic. `file`, where it is declared; `der`, the code in each
    dimension, but for those at their whole; `compared`, whether it can be held against the numbers before it."""

    kapittel: str
    file: str
    av: Statistic
    der: Mapping[str, str]
    compared: bool = True

    @property
    def id(self) -> str:
        """What it is called: the statistic and its codes."""
        return "-".join([self.av.id, *(self.der[name] for name in self.av.per if name in self.der)]).replace("_", "-")

    @property
    def koder(self) -> tuple[str, ...]:
        """Its codes in the order of the dimensions."""
        return tuple(self.der.get(name, codes.total) for name, codes in self.av.per.items())


@dataclass(frozen=True)
class Questions:
    """What a source of answers asks.

    `enhet`, the columns that together name who answers, and `bakgrunn`, where these are placed; `asked`, the dimensions
    of each question beside those, and `answers`, the list of its answers; `numeric`, the questions that are answered by
    a number; `only_if`, the question that must have had the counted answer, for those that are not put to all; `lists`,
    the code lists of all these columns that have one.
    """

    kilde: str
    enhet: tuple[str, ...]
    bakgrunn: tuple[str, ...]
    asked: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, CodeList]
    numeric: frozenset[str]
    only_if: Mapping[str, str]
    lists: Mapping[str, CodeList]

    @cached_property
    def dims(self) -> tuple[str, ...]:
        """The dimensions of all questions, each once."""
        return tuple(dict.fromkeys(name for dims in self.asked.values() for name in dims))

    @cached_property
    def svar(self) -> tuple[str, ...]:
        """The codes of all answers, sorted."""
        return tuple(sorted({code for codes in self.answers.values() for code in codes.koder}))

    def no(self, question: str) -> list[str]:
        """The answer of a box that was not ticked: the last that its list has, where it has one."""
        listed = self.answers[question]
        return [code for code in listed.forrang if code not in listed.roller][-1:]

    @cached_property
    def contract(self) -> Contract:
        """The contract of coded answers: one to each question, of each that could be asked."""
        return Contract(
            self.kilde,
            {
                "aar": Column(int),
                **{name: self._column(name) for name in (*self.enhet, *self.bakgrunn)},
                "sporsmaal": Column(codes=tuple(self.asked)),
                **{name: self._column(name, empty=True) for name in self.dims},
                "svar": Column(codes=() if self.numeric else self.svar),
                "fil": Column(),
                "linje": Column(int),
                "kolonne": Column(empty=True),
                "rettelse": Column(empty=True),
            },
            ("aar", *self.enhet, "sporsmaal", *self.dims),
        )

    @cached_property
    def units(self) -> Contract:
        """The contract of those who could answer, each year: the base."""
        names = {name: self._column(name) for name in (*self.enhet, *self.bakgrunn)}
        columns = {"aar": Column(int), **names, "opphav": Column(codes=ORIGINS)}
        return Contract(f"{self.kilde}-enheter", columns, ("aar", *self.enhet))

    def _column(self, name: str, empty: bool = False) -> Column:
        codes = self.lists.get(name)
        return Column(codes=tuple(codes.koder) if codes and not codes.read_names else (), empty=empty)


@dataclass(frozen=True)
class Model:
    """Everything that is declared of some chapters, by id: `enheter`, `kodelister` (by chapter and name),
    `statistikk`, `kilder`, the sources of answers, `sagt`, what each file says, by chapter, `tabeller`, `figurer`, and
    `noekkeltall`, the candidates. Chapters, statistics, tables and figures are in their order."""

    enheter: Mapping[str, Unit]
    kodelister: Mapping[tuple[str, str], CodeList]
    statistikk: Mapping[str, Statistic]
    kilder: Mapping[str, Questions]
    sagt: Mapping[str, Mapping[str, Any]]
    tabeller: Mapping[str, TableSpec] = field(default_factory=dict)
    figurer: Mapping[str, FigureSpec] = field(default_factory=dict)
    noekkeltall: Sequence[KeyFigure] = ()

    def __getitem__(self, statistic: str) -> Statistic:
        return self.statistikk[statistic]

    def of_source(self, kilde: str) -> list[Statistic]:
        """The statistics that come from a source, in order."""
        return [one for one in self.statistikk.values() if one.kilde == kilde]

    def unit_in(self, name: str, standard: str) -> tuple[Unit | None, str]:
        """The unit that a name begins with, and what it says behind: «tilbud», «til kvinner»."""
        for unit in self.enheter.values():
            for form in (form for told in unit.every_form(standard) for form in told):
                if name.startswith(f"{form} "):
                    return unit, name.removeprefix(f"{form} ")
        return None, ""

    def place(self, cell: str) -> tuple[Statistic, dict[str, str], int]:
        """What a cell id names: the statistic, the code of each of its dimensions, in order, and the year. Raises
        `KeyError` for a statistic that is not declared, `ValueError` for a dimension without a code."""
        name, *told, aar = cell.split("/")
        statistic, said = self[name], dict(part.split("=", 1) for part in told)
        if missing := [d for d, codes in statistic.per.items() if not (said.get(d) or codes.total)]:
            raise ValueError(f"{cell}: {', '.join(missing)}")
        return statistic, {d: said.get(d) or codes.total for d, codes in statistic.per.items()}, int(aar)

    @property
    def tables(self) -> list[str]:
        """The sources that are finished tables, sorted."""
        return sorted({one.kilde for one in self.statistikk.values() if one.tabell})


# Observations of each statistic, by its id.
Cubes = Mapping[str, Sequence[Row]]
