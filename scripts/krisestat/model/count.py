"""What is counted: every declared indicator, per year, service and dimension, from the coded answers.

What is counted is declared in `data/raw/codebooks/indikatorer.yaml`; this module has no indicator of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from krisestat.base.contracts import Row
from krisestat.base.frames import among, concat_frames, different, kept, numbered, placed, translate
from krisestat.model.contracts import FORRANG, PANEL, SVAR

_SERVICE = ["aar", "senter_id", "tilbud"]


def panel(svar: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    """The services that were in the register and answered in every year of the series: the same ones every year.

    Parameters: `svar`, answers to one question, as the contract `KLARGJORT`; `services`, as `TILBUD_PER_AAR`. A service
    has answered in a year when at least one answer is neither `ubesvart` nor `ikke_spurt`. Returns the rows of
    `services` that remain.
    """
    years = services["aar"].nunique()
    heard = svar[~among(svar["svar"], ["ubesvart", "ikke_spurt"])]
    there = services[_among(services, different([heard[column] for column in _SERVICE]))]
    every = there.groupby(["senter_id", "tilbud"])["aar"].transform("nunique") == years
    return there[every]


def _among(rows: pd.DataFrame, services: Iterable[tuple]) -> np.ndarray:
    """Which rows are of the services (aar, senter_id, tilbud)."""
    return numbered([rows[column] for column in _SERVICE], dict.fromkeys(services, 0)) == 0


def asked(svar: pd.DataFrame, declared: Mapping) -> pd.DataFrame:
    """The answers to an indicator's question, with the columns of `KLARGJORT` that its count needs."""
    mine = svar["sporsmaal"] == declared["sporsmaal"]
    if "samarbeidsform" in declared:
        mine &= svar["samarbeidsform"] == declared["samarbeidsform"]
    return svar.loc[mine, [*_SERVICE, "sporsmaal", "instans", "samarbeidsform", "svar", "kolonne"]]


def count_years(
    years: Iterable[pd.DataFrame], services: pd.DataFrame, indicators: Mapping[str, Mapping]
) -> tuple[list[Row], dict[tuple[int, str], int]]:
    """Counts of every declared indicator, and how many services have answered anything.

    Parameters: `years`, the answers of each year, as the contract `KLARGJORT`; one year at a time is held, and of the
    others what a panel needs; `services`, as `TILBUD_PER_AAR`; `indicators`, their declarations. Returns rows as the
    contract `TALL`, and the number of services with an answer by (aar, tilbud).
    """
    counted: dict[str, list[Row]] = {name: [] for name in indicators}
    of_panel: dict[str, list[pd.DataFrame]] = {n: [] for n, d in indicators.items() if d.get("utvalg") == "panel"}
    answered: dict[tuple[int, str], int] = {}
    for svar in years:
        heard = kept(svar, svar["linje"] > 0)
        answered |= Counter((aar, tilbud) for aar, _, tilbud in different([heard[column] for column in _SERVICE]))
        own = services[services["aar"].isin(svar["aar"].unique())]
        for name, declared in indicators.items():
            if name in of_panel:
                of_panel[name].append(asked(svar, declared))
            else:
                counted[name] += count_indicator(svar, own, name, declared)
    for name, parts in of_panel.items():
        counted[name] += count_indicator(concat_frames(parts), services, name, indicators[name])
    return [row for rows in counted.values() for row in rows], answered


def count_indicator(svar: pd.DataFrame, services: pd.DataFrame, name: str, declared: Mapping) -> list[Row]:
    """Counts of one declared indicator.

    Parameters: `svar`, as the contract `KLARGJORT`; `services`, as `TILBUD_PER_AAR`: the base; `name`, `declared`, the
    indicator and its declaration. Returns rows as the contract `TALL`: per year, service and declared dimension the
    number of services with each of the five answers. The base is all services of the register, or (`base: svart`) those
    that answered; `utvalg: panel` counts only the services of `panel`, as groups of their own. Source: docs/metode.md,
    «Andel».
    """
    mine = asked(svar, declared)
    group = ""
    if declared.get("utvalg", "alle") == "panel":
        group, services = PANEL, panel(mine, services)
        mine = mine[_among(mine, services[_SERVICE].itertuples(index=False, name=None))]
    answered_only = declared.get("base", "alle") == "svart"
    cell = ["aar", "tilbud", *declared["per"]]
    # Cells and services have a place each in a table with an answer of every service to every cell.
    at, values = placed([mine[column] for column in (*cell, "senter_id")])
    *shape, centres = (len(v) for v in values)
    speaks = np.full(math.prod(shape) * centres, len(FORRANG), dtype="int8")
    np.minimum.at(speaks, at, translate(mine["svar"], FORRANG).to_numpy().astype("int8"))
    of_cell = speaks.reshape(math.prod(shape), centres)
    counts = np.stack([(of_cell == rank).sum(axis=1) for rank in FORRANG.values()], axis=1)
    put = np.zeros(len(counts), dtype=bool)
    put[at[(mine["kolonne"] != "").to_numpy()] // max(centres, 1)] = True
    _, first, sizes = np.unique(placed([services["aar"], services["tilbud"]])[0], return_index=True, return_counts=True)
    enlisted = services[["aar", "tilbud", "opphav"]].iloc[first].itertuples(index=False, name=None)
    bases = {
        (aar, tilbud): (size, opphav) for (aar, tilbud, opphav), size in zip(enlisted, sizes.tolist(), strict=True)
    }
    rows = []
    for number in np.flatnonzero(counts.any(axis=1)):
        codes = map(int, np.unravel_index(number, shape))
        place = {column: v[code] for column, v, code in zip(cell, values, codes, strict=False)}
        count = dict(zip(FORRANG, counts[number].tolist(), strict=True))
        enrolled, opphav = bases[place["aar"], place["tilbud"]]
        # Not one service was asked: the question was not in that year's form, which differs from no one saying yes.
        unasked = not put[number] and count["ikke_spurt"] == enrolled
        silent = count["ubesvart"] + count["ikke_spurt"] if answered_only and not unasked else 0
        base = enrolled - silent
        rows.append(
            {
                "indikator": name,
                "gruppe": place["tilbud"] + group,
                "instans": place.get("instans", ""),
                "samarbeidsform": place.get("samarbeidsform", ""),
                "aar": int(place["aar"]),
                "antall": None if unasked else count["ja"],
                "base": base,
                "andel": None if unasked or not base else str(Fraction(count["ja"], base)),
                **{answer: count[answer] for answer in SVAR[1:]},
                "status": "ikke_spurt" if unasked else "",
                "opphav": opphav,
            }
        )
    return rows


def aggregated_rows(table: Sequence[Row]) -> list[Row]:
    """Rows of a finished table (contract `AGGREGERT`) in the long form; a share where the source has a base."""
    empty = dict.fromkeys(("nei", "vet_ikke", "ubesvart", "ikke_spurt"))
    return [
        {
            "indikator": row["indikator"],
            "gruppe": row["gruppe"],
            "instans": row["instans"],
            "samarbeidsform": "",
            "aar": row["aar"],
            "antall": row["antall"],
            "base": row["base"],
            "andel": str(Fraction(row["antall"], row["base"])) if row["antall"] is not None and row["base"] else None,
            **empty,
            "status": row["status"],
            "opphav": row["opphav"],
        }
        for row in table
    ]
