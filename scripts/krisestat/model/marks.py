"""Which of the counts are real, published figures, and the checks of the statistics."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, did_you_mean, shown
from krisestat.model.codebooks import Codebook
from krisestat.model.quality import (
    Check,
    against_last_year,
    check_bases,
    warn_if,
)


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
    fix = "Finn ut hvorfor; tallet merkes ikke som publisert. Er det rettet siden, bekreft det i data/signaturer.yaml."
    return [*checks, warn_if(unlike, "publiserte tall", "data/publisert", len(published), fix)]
