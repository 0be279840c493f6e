"""What the templates of a fact sheet get beside the statements: the centre's services and how they answered, tables and
the figure's content. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import NBSP, SIGNS, number, numbers_in
from krisestat.sheets.contracts import FAKTAARK, SVAR
from krisestat.sheets.figure import Innhold, PartnerRow
from krisestat.sheets.numbers import ANTALL_KOMMUNER, FORM, PARTNER, PUNKTER, SAMARBEIDER

# The statistics that sheets tell of beside the one of each form, which has the name of its dimension.
COOPERATES, FORUM, WRITTEN = "samarbeid", "forum", "skriftlig_noen"
PERSONS = "senter_personer"

SheetKey = tuple[Any, ...]


@dataclass(frozen=True)
class Tall:
    """The numbers of a sheet and of the country, by indicator, group, partner, form and year."""

    rader: Mapping[SheetKey, Row]
    aar: int

    def row(self, indikator: str, gruppe: str, partner: str = "", form: str = "", aar: int = 0) -> Row | None:
        """A row; of the edition's year unless another is given."""
        return self.rader.get((indikator, gruppe, partner, form, aar or self.aar))

    def told(self, indikator: str, gruppe: str, partner: str = "", form: str = "", aar: int = 0) -> bool:
        """Whether there is a number that may be told."""
        row = self.row(indikator, gruppe, partner, form, aar)
        return row is not None and not row["status"] and row["antall"] is not None


def key_of(row: Row) -> SheetKey:
    """What names a row."""
    return tuple(row[name] or "" for name in FAKTAARK.key[1:])


def answer(row: Row | None) -> str:
    """What a service answered: one of `SVAR`, the status of a row without a number, or «mangler»."""
    if row is None or row["status"]:
        return str(row["status"]) if row else "mangler"
    return next((name for name in SVAR if row["antall" if name == "ja" else name]), "mangler")


@dataclass(frozen=True)
class Tilbud:
    """A service of the centre, as the templates see it.

    `gruppe` is that of the country, `eget` the service's own, `like` that of comparable centres (empty when it is not
    told) and `instanser` that of the partners it cooperates with. `svar` are its answers by partner, `former` by form
    and partner; `taus` is whether it answered nothing on partners, `fora` and `avtaler` what it answered on forums and
    on having a written agreement with anybody; `i_fjor` whether the number of partners can be held against the year
    before, `nytt` whether the service has no numbers before this year.
    """

    gruppe: str
    eget: str
    like: str
    instanser: str
    svar: Mapping[str, str]
    former: Mapping[str, Mapping[str, str]]
    fora: str
    avtaler: str
    i_fjor: bool
    nytt: bool

    @property
    def taus(self) -> bool:
        """Whether it answered nothing on partners."""
        return not {*self.svar.values()} & {"ja", "nei", "vet_ikke"}

    def om(self, *svar: str) -> list[str]:
        """The partners on which it gave one of these answers."""
        return [code for code, given in self.svar.items() if given in svar]

    def om_form(self, form: str, *svar: str) -> list[str]:
        """The partners on which it gave one of these answers for a form of cooperation."""
        return [code for code, given in self.former.get(form, {}).items() if given in svar]


def services(
    tall: Tall, kinds: Iterable[str], partners: Iterable[str], forms: Iterable[str], first_year: int
) -> list[Tilbud]:
    """The services that the centre has in the edition's year.

    Parameters: `kinds` of services, `partners` and `forms`, codes in their order; `first_year`, of the series.
    """
    return [_service(tall, kind, partners, forms, first_year) for kind in kinds if _has(tall, kind, tall.aar)]


def _has(tall: Tall, gruppe: str, aar: int) -> bool:
    return any(key[1] == f"senter_{gruppe}" and key[4] == aar for key in tall.rader)


def _service(tall: Tall, gruppe: str, partners: Iterable[str], forms: Iterable[str], first_year: int) -> Tilbud:
    eget, like, instanser = f"senter_{gruppe}", f"like_{gruppe}", f"instanser_{gruppe}"

    def given(indikator: str, form: str = "") -> dict[str, str]:
        rows = {code: tall.row(indikator, eget, code, form) for code in partners}
        return {code: answer(row) for code, row in rows.items() if row is not None and not row["status"]}

    counts = [tall.row(SAMARBEIDER, instanser, aar=aar) for aar in (tall.aar, tall.aar - 1)]
    whole = all(row and not (row["status"] or row["vet_ikke"] or row["ubesvart"]) for row in counts)
    return Tilbud(
        gruppe,
        eget,
        like if all(tall.told(COOPERATES, like, code) for code in given(COOPERATES)) else "",
        instanser,
        given(COOPERATES),
        {form: answers for form in forms if (answers := given(FORM, form))},
        answer(tall.row(FORUM, eget)),
        answer(tall.row(WRITTEN, eget)),
        whole and tall.aar > first_year,
        tall.aar > first_year and not any(_has(tall, gruppe, aar) for aar in range(first_year, tall.aar)),
    )


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


def _count(row: Row | None, av: str) -> tuple[str, bool]:
    """«38 av 43», «36», or a sign."""
    if row is None or row["status"] or row["antall"] is None:
        return _sign(str(row["status"]) if row else "mangler")
    base = f"{NBSP}{av}{NBSP}{number(row['base'])}" if row["base"] is not None else ""
    return number(row["antall"]) + base, False


def _given(status: str, words: Mapping[str, str]) -> tuple[str, bool]:
    return (words[status], False) if status in words else _sign(status)


def partner_table(
    tall: Tall, tilbud: Sequence[Tilbud], names: Mapping[str, str], words: Mapping[str, Any], **told: Any
) -> Tabell:
    """What the centre's services answered on each partner, beside comparable centres and the country.

    Parameters: `names` of the partners by code; `words`, of the sheets; `told`, what the title says.
    """
    columns = words["kolonner"]
    over = tuple((words["grupper"][one.eget]["kort"], 3 if one.like else 2) for one in tilbud)
    hode = tuple(columns[c] for one in tilbud for c in ("senteret", *["like"] * bool(one.like), "landet"))

    def cells(code: str) -> tuple[tuple[str, bool], ...]:
        found = []
        for one in tilbud:
            found.append(_given(one.svar.get(code, "mangler"), words["svar"]))
            if one.like:
                found.append(_count(tall.row(COOPERATES, one.like, code), words["av"]))
            found.append(_count(tall.row(COOPERATES, one.gruppe, code), words["av"]))
        return tuple(found)

    rows = tuple((names[code], cells(code)) for code in _asked(names, tilbud))
    title = words["tabeller"]["instanser"].format(**told)
    return Tabell("instanser", title, words["kolonnehode"][PARTNER], over, hode, rows)


def _asked(names: Iterable[str], tilbud: Sequence[Tilbud]) -> list[str]:
    """The partners that any of the services was asked about, in the order of `names`."""
    return [code for code in names if any(code in one.svar for one in tilbud)]


def form_table(
    tilbud: Sequence[Tilbud], names: Mapping[str, str], forms: Mapping[str, str], words: Mapping[str, Any], **told: Any
) -> Tabell:
    """What the centre's services answered on each form of cooperation. Parameters: as `partner_table`; `forms`, their
    names by code."""
    shown = [form for form in forms if any(form in one.former for one in tilbud)]
    over = tuple((words["grupper"][one.eget]["kort"], len(shown)) for one in tilbud)
    hode = tuple(forms[form] for form in shown) * len(tilbud)
    columns = [one.former.get(form, {}) for one in tilbud for form in shown]
    rows = tuple(
        (names[code], tuple(_given(answers.get(code, "ikke_spurt"), words["svar"]) for answers in columns))
        for code in _asked(names, tilbud)
    )
    title = words["tabeller"]["former"].format(**told)
    return Tabell("former", title, words["kolonnehode"][PARTNER], over, hode, rows)


def person_table(
    tall: Tall, measures: Mapping[str, str], years: Sequence[int], words: Mapping[str, Any], **told: Any
) -> Tabell:
    """What is counted of persons at the centre, by year. Parameters: as `partner_table`; `measures`, names by
    statistic."""
    rows = tuple(
        (name, tuple(_count(tall.row(maal, PERSONS, aar=aar), words["av"]) for aar in years))
        for maal, name in measures.items()
    )
    title = words["tabeller"]["personer"].format(**told)
    return Tabell("personer", title, words["kolonnehode"]["maal"], (), tuple(map(str, years)), rows)


def person_years(tall: Tall) -> list[int]:
    """The last two years that the centre has numbers of persons for, told or hidden."""
    return sorted({key[4] for key in tall.rader if key[1] == PERSONS})[-2:]


def agreement_year(tall: Tall) -> int:
    """The collection in which the municipality has an agreement with points that apply to it; 0 when there is none."""
    years = (key[4] for key, row in tall.rader.items() if key[:2] == (PUNKTER, "avtale") and row["base"])
    return max(years, default=0)


def municipalities(tall: Tall) -> bool:
    """Whether it is known how many municipalities share the centre."""
    return tall.told(ANTALL_KOMMUNER, "senter_kommuner")


def figure_content(
    tall: Tall, tilbud: Sequence[Tilbud], names: Mapping[str, str], words: Mapping[str, Any]
) -> Innhold | None:
    """What the figure shows, partners by falling share in the country; None when the centre told nothing of any."""

    def share(gruppe: str, code: str) -> Fraction | None:
        row = tall.row(COOPERATES, gruppe, code)
        return Fraction(row["antall"], row["base"]) if row and row["antall"] is not None and row["base"] else None

    told = [one for one in tilbud if not one.taus]
    if not told:
        return None
    rows = []
    for code in _asked(names, told):
        given = tuple(one.svar.get(code, "mangler") for one in told)
        said = tuple(_given(status, words["svar"])[0] for status in given)
        rows.append(PartnerRow(names[code], tuple(share(one.gruppe, code) for one in told), given, said))
    rows.sort(key=lambda row: -sum((s for s in row.landet if s is not None), Fraction(0)))
    return Innhold(
        tuple(one.gruppe for one in told),
        tuple(words["grupper"][one.eget]["kort"] for one in told),
        tuple(rows),
        words["figur"]["landet"],
        words["figur"]["senteret"],
    )
