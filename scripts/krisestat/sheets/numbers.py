"""What a fact sheet may tell beside the national numbers, as rows of the contract `FAKTAARK`. Pure.

The answers are those that the national counts are made of: over all services they add up to them, which tests hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from krisestat.agreements.checklist import DEKKET, IKKE_RELEVANT, IKKE_SPURT, UBESVART, Sjekkliste
from krisestat.agreements.coverage import own_answers, status
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList
from krisestat.model.declared import Cubes, Model, Statistic
from krisestat.model.disclosure import PERSON
from krisestat.model.single import may_be_told
from krisestat.sheets.contracts import FAKTAARK, SVAR
from krisestat.sheets.membership import Tilhorighet
from krisestat.sheets.units import KOMMUNE, SENTER

# What divides the answers of services on a sheet: columns of its table, and dimensions of the statistics.
PARTNER, FORM = _DIVIDES = FAKTAARK.key[3:5]
# What the groups of a sheet count, by how they begin, and those that are otherwise.
_KINDS = {"senter": "tilbud", "like": "tilbud", "instanser": PARTNER, "avtale": "punkt", "avtaler": "punkt"}
_GROUPS = {"senter_kommuner": "kommune", "senter_personer": "person"}
SAMARBEIDER, ANTALL_KOMMUNER, PUNKTER = "samarbeider", "kommuner", "avtale_punkter"
_FILE = "data/raw/codebooks/konfidensialitet.yaml"

Cell = tuple[Any, ...]  # statistic, partner, form and year
ServiceAnswers = dict[tuple[str, Cell], dict[str, str]]  # the answer of each centre, by kind of service and cell


def counted_in(gruppe: str) -> str:
    """What a group of a sheet counts."""
    return _GROUPS.get(gruppe) or _KINDS[gruppe.split("_")[0]]


def national_rows(model: Model, cubes: Cubes) -> list[Row]:
    """The numbers of the country that sheets speak of, in the form of their own: those of services, and of persons."""
    rows = []
    for statistic in shown_statistics(model):
        for row in cubes.get(statistic.id, ()):
            cell = (statistic.id, *(row.get(name, "") for name in _DIVIDES), row["aar"])
            numbers = {"antall": row["verdi"], "base": row["nevner"], **{svar: row[svar] for svar in SVAR[1:]}}
            rows.append(row_of("", row["tilbud"], cell, numbers, row["opphav"], row["status"]))
    return rows


def shown_statistics(model: Model) -> list[Statistic]:
    """The statistics of the answers of services that sheets show: not those of a panel."""
    return [one for one in model.of_source("samarbeid") if not one.panel]


def service_answers(answers: Iterable[Row], statistics: Iterable[Statistic]) -> ServiceAnswers:
    """What each service answers to each statistic. Parameters: `answers`, coded answers of the survey."""
    asked: dict[str, list[Statistic]] = {}
    for one in statistics:
        asked.setdefault(one.svar.get("sporsmaal", one.id), []).append(one)
    found: ServiceAnswers = {}
    for row in answers:
        for one in asked.get(row["sporsmaal"], ()):
            if any(row[name] != code for name, code in one.svar.get("der", {}).items()):
                continue
            order = one.answers.forrang if one.answers else ()
            cell = (one.id, *(row[name] if name in one.per else "" for name in _DIVIDES), row["aar"])
            by_centre = found.setdefault((row["tilbud"], cell), {})
            senter, svar = row["senter"], row["svar"]
            if senter not in by_centre or order.index(svar) < order.index(by_centre[senter]):
                by_centre[senter] = svar
    return found


def row_of(ark: str, gruppe: str, cell: Cell, numbers: Mapping[str, int | None], opphav: str, status: str = "") -> Row:
    """A row of `FAKTAARK`. Parameters: `numbers`, those that there are."""
    row: Row = dict.fromkeys(FAKTAARK.columns)
    row |= dict(zip(FAKTAARK.key, (ark, cell[0], gruppe, *cell[1:]), strict=True))
    row |= {**numbers, "status": status, "opphav": opphav}
    if row["antall"] is not None and row["base"]:
        row["andel"] = str(Fraction(row["antall"], row["base"]))
    return row


def counted(answers: Sequence[str], base: str, unasked: bool) -> tuple[dict[str, int | None], str]:
    """The numbers of some services' answers, and their status. Parameters: `base`, whom they are of; `unasked`, whether
    the question was in nobody's form that year."""
    count = Counter(answers)
    silent = count["ubesvart"] + count["ikke_spurt"] if base == "svart" and not unasked else 0
    numbers: dict[str, int | None] = {svar: count[svar] for svar in SVAR[1:]}
    numbers |= {"antall": None if unasked else count["ja"], "base": len(answers) - silent}
    return numbers, "ikke_spurt" if unasked else ""


def own_rows(found: ServiceAnswers, model: Model, national: Sequence[Row], arks: Mapping[str, str]) -> Iterator[Row]:
    """The answers of each centre that has a sheet, and with how many of the partners asked it cooperates.

    Parameters: `national`, rows of `national_rows`, which say what was asked in a year; `arks`, sheet by centre.
    """
    status, origin = _asked(national), _origins(national)
    partners: dict[tuple[str, str, int], list[str]] = {}
    for (tilbud, cell), by_centre in found.items():
        name, aar = cell[0], cell[-1]
        base, told = model[name].svar["base"], status.get((tilbud, cell), "")
        for senter, svar in by_centre.items():
            if senter not in arks:
                continue
            numbers, why = counted([svar], base, told == "ikke_spurt")
            yield row_of(arks[senter], f"senter_{tilbud}", cell, numbers, origin[tilbud, aar], why)
            if name == "samarbeid":
                partners.setdefault((senter, tilbud, aar), []).append(svar)
    for (senter, tilbud, aar), answers in partners.items():
        asked = [svar for svar in answers if svar != "ikke_spurt"]
        numbers, why = counted(asked, "alle", not asked)
        own = (SAMARBEIDER, "", "", aar)
        yield row_of(arks[senter], f"instanser_{tilbud}", own, numbers, origin[tilbud, aar], why)


def comparable_rows(
    found: ServiceAnswers, model: Model, national: Sequence[Row], centres: Sequence[Row], aar: int
) -> Iterator[Row]:
    """The answers of the services of comparable centres in the edition's year, for each centre that has a sheet.

    Parameters: `centres`, rows of `ENHETER`; the centre itself is one of those that it is compared with.
    """
    status, origin = _asked(national), _origins(national)
    alike: dict[tuple, list[Row]] = {}
    for row in centres:
        alike.setdefault((row["like_fra"], row["like_til"]), []).append(row)
    for (tilbud, cell), by_centre in found.items():
        if cell[-1] != aar:
            continue
        told = status.get((tilbud, cell), "")
        for together in alike.values():
            answers = [by_centre[row["kode"]] for row in together if row["kode"] in by_centre]
            if answers:
                numbers, why = counted(answers, model[cell[0]].svar["base"], told == "ikke_spurt")
                for row in together:
                    yield row_of(row["ark"], f"like_{tilbud}", cell, numbers, origin[tilbud, aar], why)


def _asked(national: Sequence[Row]) -> dict[tuple, str]:
    return {(r["gruppe"], tuple(r[name] for name in ("indikator", *_DIVIDES, "aar"))): r["status"] for r in national}


def _origins(national: Sequence[Row]) -> dict[tuple[str, int], str]:
    """Where the answers of each kind of service come from by year. That a count is published says nothing of them."""
    found: dict[tuple[str, int], str] = {}
    for row in national:
        if row["opphav"] != "publisert" or (row["gruppe"], row["aar"]) not in found:
            found[row["gruppe"], row["aar"]] = row["opphav"]
    return found


def person_statistics(model: Model) -> list[Statistic]:
    """The statistics of persons that are counted at each centre."""
    return [one for one in model.statistikk.values() if one.enhet.vern == PERSON and "senter" in one.per]


def person_rows(model: Model, cubes: Cubes, arks: Mapping[str, str], aar: int) -> Iterator[Row]:
    """The counts of persons of each centre as they are published. Parameters: `cubes`, the published numbers."""
    for one in person_statistics(model):
        for row in cubes.get(one.id, ()):
            divides = [d for d, codes in one.per.items() if row[d] != codes.total]
            if divides == ["senter"] and row["senter"] in arks and row["aar"] <= aar:
                cell, numbers = (one.id, "", "", row["aar"]), {"antall": row["verdi"]}
                yield row_of(arks[row["senter"]], "senter_personer", cell, numbers, row["opphav"], row["status"])


def membership_rows(tilhorighet: Tilhorighet, arks: Mapping[str, str]) -> Iterator[Row]:
    """How many municipalities share each centre, year by year."""
    for aar in sorted(tilhorighet.senter):
        for senter, own in tilhorighet.members(aar).items():
            if senter in arks:
                cell = (ANTALL_KOMMUNER, "", "", aar)
                yield row_of(arks[senter], "senter_kommuner", cell, {"antall": len(own)}, tilhorighet.opphav)


def coverage(avtale: Row, answers: Mapping[str, str], liste: Sjekkliste) -> dict[str, int | None]:
    """How many numbered points an agreement covers, of those that apply to it: a point counts as in the statistics.

    Parameters: `avtale`, a row of `AVTALER`; `answers`, by leaf; `liste`, the checklist.
    """
    found = Counter(status(own_answers(punkt, answers, avtale["lovgrunnlag"])) for punkt in liste.punkter)
    base = sum(found.values()) - found[IKKE_RELEVANT] - found[IKKE_SPURT]
    rest = base - found[DEKKET] - found[UBESVART]
    silent = {"ubesvart": found[UBESVART], "ikke_spurt": 0}
    return {"antall": found[DEKKET], "base": base, "nei": rest, "vet_ikke": 0, **silent}


def agreement_rows(
    kommuner: Iterable[Row], avtaler: Sequence[Row], punkter: Iterable[Row], counts: Iterable[Row], liste: Sjekkliste
) -> Iterator[Row]:
    """The coverage of each municipality's agreement, and of all agreements of the collection together.

    Parameters: `kommuner`, rows of `ENHETER`; `avtaler` and `punkter`, of the newest collection; `counts`, published
    numbers of points, by how far they are covered.
    """
    if not avtaler:
        return
    aar, by_id = avtaler[0]["aar"], {row["avtale_id"]: row for row in avtaler}
    answers: dict[str, dict[str, str]] = {}
    for row in punkter:
        answers.setdefault(row["avtale_id"], {})[row["punkt"]] = row["svar"]
    of_all = [row for row in counts if (row["dekning"], row["lovgrunnlag"], row["aar"]) == (DEKKET, "alle", aar)]
    silent = {
        row["punkt"]: row["verdi"] for row in counts if row["dekning"] == UBESVART and row["lovgrunnlag"] == "alle"
    }
    hidden = any(row["status"] == "undertrykt" for row in of_all)
    open_ = [row for row in of_all if not row["status"]]
    total: dict[str, int] = {}
    if not hidden:
        covered, base = (sum(row[name] for row in open_) for name in ("verdi", "nevner"))
        quiet = sum(silent[row["punkt"]] for row in open_)
        total = {"antall": covered, "base": base, "ubesvart": quiet, "nei": base - covered - quiet}
        total |= {"vet_ikke": 0, "ikke_spurt": 0}
    cell = (PUNKTER, "", "", aar)
    for one in kommuner:
        if one["avtale"]:
            avtale = by_id[one["avtale"]]
            numbers = coverage(avtale, answers.get(one["avtale"], {}), liste)
            yield row_of(one["ark"], "avtale", cell, numbers, avtale["opphav"])
            why = "undertrykt" if hidden else ""
            yield row_of(one["ark"], "avtaler_alle", cell, total, avtale["opphav"], why)


def disclosed(rows: Iterable[Row], policy: Mapping[str, Any]) -> list[Row]:
    """What may stand on a sheet: what the policy lists, with the numbers of groups of too few services hidden, and of
    agreements whose single answers would follow.

    Parameters: `rows`, of `FAKTAARK`; `policy`, the parsed policy. Raises `Problems` for a unit or an indicator that is
    not on the list. Persons come hidden as they are published, and nothing here opens them.
    """
    rules, problems = policy["faktaark"], ProblemList()
    allowed = {"tilbud": rules["indikatorer"], "punkt": rules["avtale"]}
    numbers = dict.fromkeys(("antall", "base", "andel", *SVAR[1:]))
    found, refused = [], set()
    for row in rows:
        enhet = counted_in(row["gruppe"])
        if enhet not in rules["enheter"] or row["indikator"] not in allowed.get(enhet, (row["indikator"],)):
            refused.add((enhet, row["indikator"]))
        few = row["gruppe"].startswith("like_") and _services(row) < rules["minste_gruppe"]
        own = row["gruppe"] == "avtale" and not may_be_told(row["antall"], row["base"])
        base = {"base": row["base"]} if own else {}  # how many points there are is no secret
        found.append(row | numbers | base | {"status": "undertrykt"} if few or own else row)
    for enhet, indikator in sorted(refused):
        told = f"tall om {enhet} («{indikator}»), som ikke er i reglene for faktaark"
        fix = f"Ta tallet ut av faktaarkene, eller før det opp i {_FILE}."
        problems.add("faktaark-tall.csv", f"indikatoren «{indikator}»", told, "det som reglene nevner", fix)
    problems.raise_if_any()
    return found


def _services(row: Row) -> int:
    """How many services a row counts, whatever they answered."""
    return sum(row[name] or 0 for name in ("antall", *SVAR[1:]))


def sheet_rows(
    answers: Iterable[Row],
    model: Model,
    policy: Mapping[str, Any],
    cubes: Cubes,
    enheter: Sequence[Row],
    tilhorighet: Tilhorighet,
    agreements: Iterable[Row],
    aar: int,
) -> list[Row]:
    """Everything that stands on the sheets of an edition, hidden where it must be.

    Parameters: as the functions above; `cubes`, the published numbers; `agreements`, from `agreement_rows`.
    """
    allowed = policy["faktaark"]["indikatorer"]
    centres = [row for row in enheter if row["slag"] == SENTER]
    arks = {row["kode"]: row["ark"] for row in centres}
    found = service_answers(answers, [one for one in shown_statistics(model) if one.id in allowed])
    national = national_rows(model, cubes)
    rows = [
        *own_rows(found, model, national, arks),
        *comparable_rows(found, model, national, centres, aar),
        *person_rows(model, cubes, arks, aar),
        *membership_rows(tilhorighet, arks),
        *agreements,
    ]
    return disclosed(rows, policy)


def of_sheet(enhet: Row, rows: Mapping[str, Sequence[Row]]) -> list[Row]:
    """The rows that a sheet speaks of: its own, and for a municipality those of its centre.

    Parameters: `enhet`, a row of `ENHETER`; `rows`, by sheet.
    """
    centre = rows.get(enhet["senter_ark"], ()) if enhet["slag"] == KOMMUNE else ()
    return [*centre, *rows.get(enhet["ark"], ())]
