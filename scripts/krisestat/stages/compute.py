"""Stage `compute`: `klargjort` → `statistikk` (one long table of counts) → `utdata` (what may be published), and the
tables for download."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from krisestat.base.contracts import read_rows, table_text, write_all
from krisestat.base.frames import read_frame
from krisestat.base.yaml_files import load_yaml
from krisestat.formats.csv_files import csv_files
from krisestat.model.codebooks import load_codebook
from krisestat.model.contracts import AGGREGERT, KLARGJORT, KVALITET, TALL, TILBUD_PER_AAR, UTDATA
from krisestat.model.count import aggregated_rows, count_years
from krisestat.model.disclosure import disclose
from krisestat.model.marks import checks_of_statistics, mark_published, published_counts
from krisestat.model.quality import checks_of, rows_of
from krisestat.tables.build import build_tables

log = logging.getLogger(__name__)


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
) -> None:
    """Count, apply the confidentiality policy and write the statistics and their tables.

    Parameters: `svar`, the years' `klargjort` files; `tilbud`, the services per year; `aggregerte`, finished tables;
    `kontroller`, what `clean` checked; `published`, the list of published figures; `codebooks`, a folder; `texts`, the
    words of the tables; `statistikk`, `utdata`, `kvalitet`, the files to write; `tables`, the folder of the tables;
    `aar`, the edition's year; `language`, `nb`.
    """
    book = load_codebook(codebooks)
    services = read_frame(tilbud, TILBUD_PER_AAR)
    rows, answered = count_years((read_frame(path, KLARGJORT) for path in svar), services, book.indikatorer)
    rows += [row for path in aggregerte for row in aggregated_rows(read_rows(path, AGGREGERT))]
    printed = published_counts(published, book)
    rows, unlike = mark_published(rows, printed)
    checks = checks_of(read_rows(kontroller, KVALITET))
    checks += checks_of_statistics(rows, answered, services, book.indikatorer, printed, unlike)
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
