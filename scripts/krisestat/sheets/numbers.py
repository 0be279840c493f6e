"""What a fact sheet may tell beside the national numbers: the statistics that the policy names, by place, and those
that sheets have of their own. Pure.

The answers of services are counted as those of the country are, by the same counter with one dimension more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from krisestat.agreements.checklist import DEKKET, IKKE_RELEVANT, IKKE_SPURT, Sjekkliste
from krisestat.agreements.coverage import own_answers, status
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList
from krisestat.intake.sources import SURVEY
from krisestat.model.count import NOT_ASKED, count
from krisestat.model.declared import STANDARDS, Cubes, Model, Statistic
from krisestat.model.disclosure import HIDDEN, PERSON, POLICY
from krisestat.model.load import SHEETS
from krisestat.model.register import Register
from krisestat.model.single import may_be_told
from krisestat.sheets.contracts import (
    AGREED,
    ALIKE,
    BY_HAND,
    COOPERATES,
    FORM,
    HOW_MANY,
    KOMMUNE,
    MEMBERS,
    PARTNERS,
    PLACE,
    POINTS,
    SERVICES,
    SPREAD,
)
from krisestat.sheets.membership import Tilhorighet
from krisestat.sheets.units import told_by_place


def like(centre: Row) -> str:
    """The code of those that a centre is compared with. Parameters: `centre`, a row of `ENHETER`."""
    return f"{ALIKE}_{centre['like_fra']}"


def sheet_model(declared: Model, policy: Mapping[str, Any]) -> Model:
    """The model with what sheets tell by place: statistics of services have the place as a dimension more, the country
    as its whole, and groups of comparable centres beside the centres.

    Parameters: `declared`, that of the edition with what sheets have of their own; `policy`, the parsed policy.
    """
    rules = policy["faktaark"]
    places, (words,) = declared.kodelister["", PLACE], declared.kodelister[SHEETS, ALIKE].koder.values()
    groups = {like({"like_fra": first}): words for first in (1, *rules["grenser"])}
    listed = replace(places, read=lambda: {**places.koder, **groups})
    found = dict(declared.statistikk)
    for name in told_by_place(declared, rules["indikatorer"]):
        one = found[name]
        per = {**one.per, PLACE: places} if one.svar else one.per
        found[name] = replace(one, per={dim: listed if dim == PLACE else codes for dim, codes in per.items()})
    return replace(declared, statistikk=found)


def survey_cubes(
    model: Model, years: Iterable[pd.DataFrame], could: pd.DataFrame, centres: Sequence[Row], aar: int
) -> dict[str, list[Row]]:
    """The answers of each centre's services, year by year; of comparable centres in the edition's year; with how many
    of the partners asked each service cooperates, and has a written agreement; and how many have as many.

    Parameters: `model`, of `sheet_model`; `years`, the coded answers of each year; `could`, those who could answer;
    `centres`, rows of `ENHETER`; the centre itself is one of those that it is compared with.
    """
    placed = [one for one in model.of_source(SURVEY) if PLACE in one.per and one.kapittel != SHEETS]
    known = {row["kode"]: row for row in centres}
    cubes = count(placed, model.kilder[SURVEY], years, could).cubes
    for one in placed:
        own = [row for row in cubes[one.id] if row[PLACE] in known]
        newest = (row | {PLACE: like(known[row[PLACE]])} for row in own if row["aar"] == aar)
        cubes[one.id] = own + _summed(one, newest)
    for name, of, code in ((PARTNERS, COOPERATES, ""), (AGREED, FORM, BY_HAND)):
        mine = (row for row in cubes.get(of, ()) if row[PLACE] in known and row.get(FORM, "") == code)
        cubes[name] = _summed(model[name], (row for row in mine if row["status"] != NOT_ASKED))
    cubes[SPREAD] = _spread(model[SPREAD], (row for row in cubes[AGREED] if row["aar"] == aar))
    return cubes


def _spread(statistic: Statistic, services: Iterable[Row]) -> list[Row]:
    """How many services have each number, of each kind. Parameters: `services`, a row for each with its number."""
    found: dict[tuple, Row] = {}
    known = {words[STANDARDS[0]].heading for words in statistic.per[HOW_MANY].koder.values()}
    for row in services:
        if str(row["verdi"]) not in known:
            raise LookupError(f"{HOW_MANY}: {row['verdi']}")
        common = {"aar": row["aar"], statistic.kinds: row[statistic.kinds], "status": "", "opphav": row["opphav"]}
        for code, words in statistic.per[HOW_MANY].koder.items():
            own = found.setdefault((row[statistic.kinds], code), {**common, HOW_MANY: code, "verdi": 0, "nevner": 0})
            own["nevner"] += 1
            own["verdi"] += words[STANDARDS[0]].heading == str(row["verdi"])
    return list(found.values())


def _summed(statistic: Statistic, rows: Iterable[Row]) -> list[Row]:
    """Rows of a statistic that are of the same place as one."""
    numbers = [name for name in ("verdi", "nevner", *statistic.others) if name in statistic.columns]
    found: dict[tuple, Row] = {}
    for row in rows:
        key = tuple(row[name] for name in statistic.contract.key)
        if key not in found:
            found[key] = {name: row[name] for name in statistic.columns}
        elif row["verdi"] is not None:
            found[key] |= {name: found[key][name] + row[name] for name in numbers}
    return list(found.values())


def register_cubes(register: Register, tilhorighet: Tilhorighet, centres: Sequence[Row], model: Model) -> dict:
    """Which services each centre has, year by year, and how many municipalities share it."""
    kinds = model[SERVICES].per[model[SERVICES].kinds].koder
    found: dict[str, list[Row]] = {SERVICES: [], MEMBERS: []}
    common = {"status": "", "opphav": tilhorighet.opphav}
    for aar in sorted(tilhorighet.senter):
        services, members = set(register.services(aar)), tilhorighet.members(aar)
        for centre in (row["kode"] for row in centres):
            if centre in members:
                found[MEMBERS].append({"aar": aar, PLACE: centre, "verdi": len(members[centre])} | common)
            own = ({model[SERVICES].kinds: kind, "verdi": int((centre, kind) in services)} for kind in kinds)
            found[SERVICES] += [{"aar": aar, PLACE: centre} | one | common for one in own]
    return found


def coverage(avtale: Row, answers: Mapping[str, str], liste: Sjekkliste) -> tuple[int, int]:
    """How many numbered points an agreement covers, and how many apply to it: a point counts as in the statistics.

    Parameters: `avtale`, a row of `AVTALER`; `answers`, by leaf; `liste`, the checklist.
    """
    found = Counter(status(own_answers(punkt, answers, avtale["lovgrunnlag"])) for punkt in liste.punkter)
    return found[DEKKET], sum(found.values()) - found[IKKE_RELEVANT] - found[IKKE_SPURT]


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
    open_ = [row for row in of_all if not row["status"]]
    told = {"verdi": sum(row["verdi"] for row in open_), "nevner": sum(row["nevner"] for row in open_), "status": ""}
    if any(row["status"] == HIDDEN for row in of_all):
        told = {"verdi": None, "nevner": None, "status": HIDDEN}
    yield {"aar": aar, KOMMUNE: "alle", "opphav": avtaler[0]["opphav"]} | told
    for one in (row for row in kommuner if row["avtale"]):
        avtale = by_id[one["avtale"]]
        yes, base = coverage(avtale, answers.get(one["avtale"], {}), liste)
        own = {"verdi": yes, "status": ""} if may_be_told(yes, base) else {"verdi": None, "status": HIDDEN}
        yield {"aar": aar, KOMMUNE: one["kode"], "nevner": base, "opphav": avtale["opphav"]} | own


def disclosed(model: Model, cubes: Cubes, policy: Mapping[str, Any]) -> dict[str, list[Row]]:
    """What may stand on sheets: what the policy lists, with the numbers of groups of too few services hidden.

    Parameters: `cubes`, of `sheet_model`; `policy`, the parsed policy. Raises `Problems` for a unit or a statistic that
    is not on the list. Persons come hidden as they are published, and agreements as `agreement_rows` has them.
    """
    rules, problems = policy["faktaark"], ProblemList()
    allowed = {model[SERVICES].enhet.id: rules["indikatorer"], model[POINTS].enhet.id: rules["avtale"]}
    found = {}
    for name, rows in cubes.items():
        statistic, enhet = model[name], model[name].enhet.id
        if enhet not in rules["enheter"] or name not in allowed.get(enhet, (name,)):
            refused = f"tall om {enhet} («{name}»), som ikke er i reglene for faktaark"
            fix = f"Ta tallet ut av faktaarkene, eller før det opp i {POLICY}."
            problems.add("faktaark-tall", f"statistikken «{name}»", refused, "det som reglene nevner", fix)
        hidden = dict.fromkeys(("verdi", "nevner", *statistic.others)) | {"status": HIDDEN}
        told = (row | (hidden if _few(row, statistic, rules) else {}) for row in sorted(rows, key=statistic.order))
        found[name] = [{column: row[column] for column in statistic.columns} for row in told]
    problems.raise_if_any()
    return found


def _few(row: Row, statistic: Statistic, rules: Mapping[str, Any]) -> bool:
    """Whether a row is of too few services, whatever they answered: a group of comparable ones, or a distribution."""
    if HOW_MANY in row:
        return row["nevner"] < rules["minste_fordeling"]
    counted = sum(row[name] or 0 for name in ("verdi", *statistic.others))
    return str(row.get(PLACE, "")).startswith(ALIKE) and counted < rules["minste_gruppe"]


def person_statistics(model: Model) -> list[Statistic]:
    """The statistics of persons that are counted at each centre."""
    return [one for one in model.statistikk.values() if one.enhet.vern == PERSON and PLACE in one.per]


Placed = Mapping[str, Mapping[str, Sequence[Row]]]  # rows by statistic and place, «» for the whole


def by_place(model: Model, by_centre: Cubes, published: Cubes, aar: int) -> dict[str, dict[str, list[Row]]]:
    """The rows that sheets speak of, up to the edition's year; of the chapters' answers, of that year and the one
    before.

    Parameters: `model`, of `sheet_model`; `by_centre`, what `disclosed` gives; `published`, the edition's numbers: of a
    statistic that is told by place, the country is the whole.
    """
    found: dict[str, dict[str, list[Row]]] = {}
    for one in model.statistikk.values():
        dimension = next((name for name in (PLACE, KOMMUNE) if name in one.per), "")
        own_series = one.kapittel == SHEETS
        first = 0 if own_series or not one.svar else aar - 1
        for row in (*published.get(one.id, ()), *by_centre.get(one.id, ())) if dimension or own_series else ():
            if first <= row["aar"] <= aar:
                whole = {dimension: one.per[dimension].total} if dimension else {}
                own = {name: (whole | row)[name] for name in one.columns}
                code = "" if own.get(dimension) == whole.get(dimension) else own[dimension]
                found.setdefault(one.id, {}).setdefault(code, []).append(own)
    return found


def of_places(rows: Placed, codes: Iterable[str]) -> dict[str, list[Row]]:
    """The rows of some places, and of the whole."""
    wanted = dict.fromkeys(["", *codes])
    return {name: [row for code in wanted for row in own.get(code, ())] for name, own in rows.items()}
