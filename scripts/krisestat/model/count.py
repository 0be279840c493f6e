"""What is counted: every declared statistic of a source of answers, in one pass, and the whole of finished tables.

What is counted is declared (`data/statistikk`); nothing here knows a statistic, a dimension or a code.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from krisestat.base.contracts import Row
from krisestat.base.frames import among, concat_frames, different, kept, numbered, placed, translate
from krisestat.model.declared import ESTIMATE, MEAN, SUM, Questions, Statistic

NOT_ASKED, MISSING = "ikke_spurt", "mangler"
_SILENT, _OUTSIDE = "taus", "utenfor"


@dataclass(frozen=True)
class Counted:
    """What a source of answers gave: observations by statistic, and how many of those who could answer said anything,
    by year and place (the columns that divide those who answer)."""

    cubes: dict[str, list[Row]]
    answered: dict[tuple, int]


def count(
    statistics: Sequence[Statistic], asked: Questions, years: Iterable[pd.DataFrame], units: pd.DataFrame
) -> Counted:
    """Count every statistic of a source.

    Parameters: `statistics`, those of the source; `years`, the answers of each year, as the contract of `asked`, of
    which one year at a time is held, and of the others what a panel needs; `units`, who could answer, as its `units`.
    """
    rows: dict[str, list[Row]] = {one.id: [] for one in statistics}
    of_panel: dict[str, list[pd.DataFrame]] = {one.id: [] for one in statistics if one.panel}
    heard: Counter[tuple] = Counter()
    for answers in years:
        said = kept(answers, answers["linje"] > 0)
        who = different([said[column] for column in ("aar", *asked.enhet)])
        heard.update((aar, *places) for aar, _, *places in who)
        own = units[units["aar"].isin(answers["aar"].unique())]
        for one in statistics:
            mine = _asked(one, asked, answers)
            if one.panel:
                of_panel[one.id].append(mine)
            else:
                rows[one.id] += tally(one, asked, mine, own)
    for one in statistics:
        if one.panel:
            mine = concat_frames(of_panel[one.id])
            same = panel(mine, units, asked)
            names = [*_unit(asked)]
            mine = mine[_among(mine, names, same[names].itertuples(index=False, name=None))]
            rows[one.id] = tally(one, asked, mine, same)
    return Counted({name: sorted(own, key=_by_id(statistics)[name].order) for name, own in rows.items()}, dict(heard))


def _by_id(statistics: Sequence[Statistic]) -> dict[str, Statistic]:
    return {one.id: one for one in statistics}


def _unit(asked: Questions) -> tuple[str, ...]:
    return ("aar", *asked.enhet)


def _asked(statistic: Statistic, asked: Questions, answers: pd.DataFrame) -> pd.DataFrame:
    """The answers to a statistic's question, with the columns that its count needs."""
    svar = statistic.svar
    mine = answers["sporsmaal"] == svar.get("sporsmaal", statistic.id)
    for dimension, code in svar.get("der", {}).items():
        mine &= answers[dimension] == code
    columns = [*_unit(asked), *_dims(statistic), "svar", "kolonne"]
    return answers.loc[mine, list(dict.fromkeys(columns))]


def _dims(statistic: Statistic) -> list[str]:
    return [name for name in statistic.per if name != statistic.answer_dim]


def _among(rows: pd.DataFrame, names: Sequence[str], wanted: Iterable[tuple]) -> np.ndarray:
    """Which rows are of the wanted combinations of columns."""
    return numbered([rows[column] for column in names], dict.fromkeys(wanted, 0)) == 0


def panel(answers: pd.DataFrame, units: pd.DataFrame, asked: Questions) -> pd.DataFrame:
    """Those who could answer and did in every year of the series: the same ones every year.

    Parameters: `answers` to one question; `units`, who could answer. One has answered in a year when at least one
    answer is a real one. Returns the rows of `units` that remain.
    """
    roles = next(iter(asked.answers.values())).roller
    heard = answers[~among(answers["svar"], [code for code, role in roles.items() if role in (_SILENT, NOT_ASKED)])]
    names = [*_unit(asked)]
    there = units[_among(units, names, different([heard[column] for column in names]))]
    every = there.groupby(list(asked.enhet), observed=True)["aar"].transform("nunique") == units["aar"].nunique()
    return there[every]


def tally(statistic: Statistic, asked: Questions, answers: pd.DataFrame, units: pd.DataFrame) -> list[Row]:
    """The observations of one statistic.

    Parameters: `answers`, those to its question; `units`, who could answer: the base. Returns rows of its contract: for
    each place that its dimensions give, how many gave each answer. A place that was put to nobody has no value, which
    differs from one where nobody said yes. Source: docs/metode.md, «Andel».
    """
    dims, listed = _dims(statistic), statistic.answers
    if listed is None:
        raise ValueError(f"{statistic.id} counts no answers")
    together = "minst_en" in statistic.svar
    given = sorted(answers["svar"].astype("category").cat.categories)
    order = list(listed.forrang) if together else given
    at, values = placed([answers[column] for column in ("aar", *dims)])
    shape = [len(v) for v in values]
    rank = translate(answers["svar"], {code: n for n, code in enumerate(order)}).to_numpy().astype("int64")
    put = set(at[(answers["kolonne"] != "").to_numpy()].tolist())
    if together:
        at, rank = _speaks(at, rank, math.prod(shape), answers, asked)
    counts = np.bincount(at * len(order) + rank, minlength=math.prod(shape) * len(order))
    counts = counts.reshape(-1, max(len(order), 1))
    sizes, origins = _sizes(statistic, units, dims)
    cells: dict[tuple, Counter[str]] = {}
    put_to: set[tuple] = set()
    for number in np.flatnonzero(counts.any(axis=1)).tolist():
        aar, *codes = (v[int(c)] for v, c in zip(values, np.unravel_index(number, shape), strict=True))
        told = dict(zip(order, counts[number].tolist(), strict=True))
        for way in _ways(statistic, dict(zip(dims, codes, strict=True))):
            cells.setdefault((int(aar), *way), Counter()).update(told)
            if number in put:
                put_to.add((int(aar), *way))
    rows: list[Row] = []
    for (aar, *codes), by in cells.items():
        place = dict(zip(dims, codes, strict=True))
        every = sizes[(aar, *(place[name] for name in dims if name in units.columns))]
        common = {"aar": aar, **place, "status": "", "opphav": origins[aar]}
        rows += _told(statistic, common, by, every, (aar, *codes) in put_to)
    return [{name: row[name] for name in statistic.columns} for row in rows]


def _speaks(
    at: np.ndarray, rank: np.ndarray, places: int, answers: pd.DataFrame, asked: Questions
) -> tuple[np.ndarray, np.ndarray]:
    """The one answer that speaks for each who answers, in each place: the first in the order of precedence."""
    who, names = placed([answers[column] for column in asked.enhet])
    many = math.prod(len(v) for v in names)
    best = np.full(places * many, np.iinfo("int16").max, dtype="int16")
    np.minimum.at(best, at * many + who, rank.astype("int16"))
    said = np.flatnonzero(best < np.iinfo("int16").max)
    return said // many, best[said].astype("int64")


def _ways(statistic: Statistic, place: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Where a place counts: at its own codes, and at the wholes that the declaration says they are parts of."""
    ways = ([code, statistic.per[name].total] if name in statistic.divided else [code] for name, code in place.items())
    return product(*ways)


def _sizes(statistic: Statistic, units: pd.DataFrame, dims: Sequence[str]) -> tuple[dict[tuple, int], dict[int, str]]:
    """How many could answer in each year and place, and where each year's answers come from."""
    background = [name for name in dims if name in units.columns]
    columns = [units["aar"], *(units[name] for name in background)]
    found: Counter[tuple] = Counter()
    for (aar, *codes), n in Counter(zip(*(c.tolist() for c in columns), strict=True)).items():
        for way in _ways(statistic, dict(zip(background, codes, strict=True))):
            found[(int(aar), *way)] += n
    kinds: dict[int, set[str]] = {}
    for aar, opphav in different([units["aar"], units["opphav"]]):
        kinds.setdefault(int(aar), set()).add(opphav)
    return found, {aar: "rekonstruert" if "rekonstruert" in own else min(own) for aar, own in kinds.items()}


def _told(statistic: Statistic, row: Mapping[str, Any], by: Counter[str], every: int, put: bool) -> list[Row]:
    """The observations of one place. Parameters: `row`, what they share; `by`, how many gave each answer, of `every`
    who could; `put`, whether the question was put to anybody."""
    listed, svar = statistic.answers, statistic.svar
    if listed is None:
        return []
    role: Counter[str] = Counter()
    for code, n in by.items():
        role[listed.roller.get(code, "svar")] += n
    unasked = not put and role[NOT_ASKED] == every
    left_out = {"alle": 0, "svart": role[_SILENT] + role[NOT_ASKED], "gjelder": role[_OUTSIDE] + role[NOT_ASKED]}
    base = every if unasked else every - left_out[svar["base"]]
    none = {"verdi": None, "status": NOT_ASKED}
    if statistic.answer_dim:
        aside = [code for code, kind in listed.roller.items() if kind in (_OUTSIDE, NOT_ASKED)]
        return [
            {
                **row,
                statistic.answer_dim: code,
                "nevner": every if code in aside else base,
                **(none if unasked and code not in aside else {"verdi": by[code]}),
            }
            for code in listed.koder
        ]
    if svar["teller"] in (MEAN, SUM):
        return [{**row, **(none | {"nevner": every} if unasked else _summed(statistic, by))}]
    others = {code: by[code] for code in statistic.others}
    return [{**row, "nevner": base, **others, **(none if unasked else {"verdi": by[svar["teller"]]})}]


def _summed(statistic: Statistic, by: Counter[str]) -> dict[str, Any]:
    """The sum or the mean of the numbers that were given, exactly, and how many gave one."""
    codes = statistic.answers.koder if statistic.answers else {}
    given = [(Fraction(answer), n) for answer, n in by.items() if answer not in codes and n]
    n = sum(k for _, k in given)
    whole = sum((value * k for value, k in given), Fraction(0))
    if not n:
        return {"verdi": None, "nevner": 0, "status": MISSING}
    value = whole / n if statistic.svar["teller"] == MEAN else whole
    return {"verdi": int(value) if statistic.type == "antall" else value, "nevner": n}


def wholes(statistic: Statistic, rows: Sequence[Row]) -> list[Row]:
    """A finished table with the wholes that its parts make, where the table does not have them.

    Parameters: `rows` of its contract. A whole is known when every part is; of percentages it is 100.
    """
    found = list(rows)
    for name in statistic.divided:
        codes = statistic.per[name]
        groups: dict[tuple, list[Row]] = {}
        for row in found:
            groups.setdefault((row["aar"], *(row[d] for d in statistic.per if d != name)), []).append(row)
        for own in groups.values():
            parts = [row for row in own if row[name] != codes.total]
            if parts and len(parts) == len(own):
                found.append(_whole(statistic, name, parts))
    return sorted(found, key=statistic.order)


def _whole(statistic: Statistic, name: str, parts: Sequence[Row]) -> Row:
    codes, first = statistic.per[name], parts[0]
    there = {row[name] for row in parts}
    complete = there >= set(codes.in_year(first["aar"])) or codes.read_names is not None
    sums: dict[str, Any] = {}
    for column in ("verdi", "nevner", "for_brudd"):
        if column in statistic.columns:
            values = [row[column] for row in parts]
            sums[column] = sum(values) if complete and None not in values else None
    if statistic.type == "prosent":
        sums |= {"verdi": 100}
    kinds = {row["opphav"] for row in parts}
    opphav = "rekonstruert" if "rekonstruert" in kinds else min(kinds)
    known = ESTIMATE if any(row["status"] == ESTIMATE for row in parts) else ""
    status = known if sums["verdi"] is not None else MISSING
    return {**first, name: codes.total, **sums, "status": status, "opphav": opphav}
