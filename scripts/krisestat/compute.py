"""Stage `compute`: `klargjort` → `statistikk` (one long table of counts) → `utdata` (what may be published), and the
tables for download.

What is counted is declared in `data/raw/codebooks/indikatorer.yaml`; this module has no indicator of its own.
"""

from __future__ import annotations

import csv
import logging
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

from krisestat.codebooks import Codebook, load_codebook
from krisestat.contracts import (
    AGGREGERT,
    FORRANG,
    KLARGJORT,
    KVALITET,
    PANEL,
    SVAR,
    TALL,
    TILBUD_PER_AAR,
    UTDATA,
    Row,
    read_rows,
    table_text,
    write_all,
)
from krisestat.corrections import FILE, load_decisions
from krisestat.disclosure import disclose
from krisestat.errors import ProblemList, did_you_mean, shown
from krisestat.frames import among, concat_frames, different, kept, numbered, placed, read_frame, translate
from krisestat.quality import (
    Check,
    against_last_year,
    check_bases,
    checks_of,
    confirmed,
    idle_confirmations,
    rows_of,
    warn_if,
)
from krisestat.tables import build_tables, csv_files
from krisestat.yamlfiles import load_yaml

log = logging.getLogger(__name__)

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


def published_counts(path: Path, codebook: Codebook) -> dict[tuple, tuple[int, int]]:
    """The counts that have been published, by (indikator, gruppe, instans, aar): count and base.

    Parameters: `path`, the list of published figures. Counts of change have no cell of their own and are left out.
    Raises `Problems` for partners that are no codes of `codebook`.
    """
    indicators = {"samarbeider_med": "samarbeid", "deltar_i_samarbeidsfora": "forum"}
    known, problems = {"", *codebook.instans_codes()}, ProblemList()
    counts: dict[tuple, tuple[int, int]] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for row in (reader := csv.DictReader(handle)):
            partner = row["partner"]
            if row["indicator"] in indicators and partner in known:
                key = (indicators[row["indicator"]], row["tilbud"], partner, int(row["year"]))
                counts[key] = (int(row["value"]), int(row["denominator"]))
            elif partner not in known:
                hint = did_you_mean(partner, known)
                found = shown(partner) + (f" – {hint}" if hint else "")
                place = f"linje {reader.line_num}, kolonne «partner»"
                problems.add(path, place, found, "en kode i instanser.csv med kilden «samarbeid»", "Rett koden.")
    problems.raise_if_any()
    return counts


def mark_published(rows: Sequence[Row], published: Mapping[tuple, tuple[int, int]]) -> tuple[list[Row], list[str]]:
    """Mark the cells that are real, published figures.

    A cell is marked only when count and base are those that were published; the published figure itself is never used
    to change a cell. Returns the rows, and a warning for each cell that differs.
    """
    marked, warnings = [], []
    for row in rows:
        key = (row["indikator"], row["gruppe"], row["instans"], row["aar"])
        printed = published.get(key) if not row["samarbeidsform"] else None
        if printed == (row["antall"], row["base"]):
            row = row | {"opphav": "publisert"}
        elif printed:
            where = " ".join(map(str, filter(None, key)))
            warnings.append(
                f"{where}: regnet ut {row['antall']} av {row['base']}, men publisert er {printed[0]} av {printed[1]}; "
                "tallet merkes ikke som publisert"
            )
        marked.append(row)
    return marked, warnings


def _sizes(rows: pd.DataFrame) -> dict[tuple[int, str], int]:
    """How many rows there are of each year and service."""
    years, groups = rows["aar"].tolist(), rows["tilbud"].tolist()
    return dict(sorted(Counter(zip(map(int, years), map(str, groups), strict=True)).items()))


def checks_of_statistics(
    rows: Sequence[Row],
    answered: Mapping[tuple[int, str], int],
    services: pd.DataFrame,
    indicators: Mapping[str, Mapping],
    published: Mapping[tuple, tuple[int, int]],
    unlike: Sequence[str],
) -> list[Check]:
    """The checks of the statistics, as rows of the quality report.

    Parameters: `rows` as the contract `TALL`; `answered`, services with an answer by (aar, tilbud); `services`, the
    register's, as `TILBUD_PER_AAR`; `indicators`; `published`, the published counts, and `unlike`, those that the rows
    differ from. Raises `Problems` for a base that the register does not bear out.
    """
    registered = _sizes(services)
    checks, wrong = check_bases(rows, registered, indicators)
    problems = ProblemList()
    for told in wrong:
        problems.add("statistikk/tall.csv", "", told, "registerets antall", "Dette er en feil i Krisestat: meld den.")
    problems.raise_if_any()
    checks += against_last_year(rows, answered, indicators)
    fix = "Finn ut hvorfor; tallet merkes ikke som publisert. Er det rettet siden, bekreftes det i data/rettelser.yaml."
    return [*checks, warn_if(unlike, "publiserte tall", "data/publisert", len(published), fix)]


def run(
    svar: Sequence[Path],
    tilbud: Path,
    aggregerte: Sequence[Path],
    kontroller: Path,
    published: Path,
    codebooks: Path,
    texts: Path,
    statistikk: Path,
    utdata: Path,
    kvalitet: Path,
    tables: Path,
    aar: int,
    language: str,
    rettelser: Path = FILE,
) -> None:
    """Count, apply the confidentiality policy and write the statistics and their tables.

    Parameters: `svar`, the years' `klargjort` files; `tilbud`, the services per year; `aggregerte`, finished tables;
    `kontroller`, what `clean` checked; `published`, the list of published figures; `codebooks`, a folder; `texts`, the
    words of the tables; `statistikk`, `utdata`, `kvalitet`, the files to write; `tables`, the folder of the tables;
    `aar`, the edition's year; `language`, `nb`; `rettelser`, where people have confirmed warnings.
    """
    book = load_codebook(codebooks)
    services = read_frame(tilbud, TILBUD_PER_AAR)
    rows, answered = count_years((read_frame(path, KLARGJORT) for path in svar), services, book.indikatorer)
    rows += [row for path in aggregerte for row in aggregated_rows(read_rows(path, AGGREGERT))]
    printed = published_counts(published, book)
    rows, unlike = mark_published(rows, printed)
    decisions = load_decisions(rettelser)
    found = checks_of_statistics(rows, answered, services, book.indikatorer, printed, unlike)
    found = confirmed(found, decisions.bekreftet)
    earlier = checks_of(read_rows(kontroller, KVALITET))
    checks = [*earlier, *found]
    checks.append(idle_confirmations(checks, decisions.bekreftet, decisions.path))
    for check in [*found, checks[-1]]:
        if check.open:
            log.warning("%s: %s. %s", check.gjelder, check.eksempler, check.tiltak)
    policy = load_yaml(codebooks / "konfidensialitet.yaml")[0]
    public = disclose(rows, {**book.indikatorer, **book.aggregerte}, policy)
    words = load_yaml(texts)[0]
    finished = build_tables(public, book, words, language, aar)
    files = {
        statistikk: table_text(rows, TALL, str(statistikk)),
        utdata: table_text(public, UTDATA, str(utdata)),
        kvalitet: table_text(rows_of(checks), KVALITET, str(kvalitet)),
    }
    write_all(files | csv_files(finished, tables, aar, words["felles"]["nedlasting"]))
    log.info("%d tall regnet ut, %d tabeller skrevet", len(rows), len(finished))
    open_ = sum(check.open for check in checks)
    log.info("Kvalitet: %d kontroller, %d advarsler: %s", len(checks), open_, kvalitet)
