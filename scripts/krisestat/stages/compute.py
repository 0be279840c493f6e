"""Stage `compute`: `klargjort` → `statistikk` (one long table of counts) → `utdata` (what may be published)."""

from __future__ import annotations

import logging

from krisestat.base.contracts import read_rows, table_text, write_all
from krisestat.base.files import Files
from krisestat.base.frames import read_frame
from krisestat.base.yaml_files import load_words
from krisestat.model.codebooks import load_codebook
from krisestat.model.contracts import AGGREGERT, KLARGJORT, KVALITET, TALL, TILBUD_PER_AAR, UTDATA
from krisestat.model.count import aggregated_rows, count_years
from krisestat.model.disclosure import disclose
from krisestat.model.marks import checks_of_statistics, mark_published, published_counts
from krisestat.model.quality import checks_of, rows_of

log = logging.getLogger(__name__)


def run(inn: Files, ut: Files) -> None:
    """Count, apply the confidentiality policy and write the statistics.

    Parameters: `inn`, `svar`, the years' `klargjort` files, `tilbud`, the services per year, `aggregerte`, finished
    tables, `kontroller`, what `clean` checked, `published`, the list of published figures, and `policy`; `ut`,
    `statistikk`, `utdata` and `kvalitet`.
    """
    book = load_codebook(inn.codebooks)
    services = read_frame(inn.tilbud, TILBUD_PER_AAR)
    yearly = (read_frame(path, KLARGJORT) for path in inn.many("svar"))
    rows, answered = count_years(yearly, services, book.indikatorer)
    rows += [row for path in inn.many("aggregerte") for row in aggregated_rows(read_rows(path, AGGREGERT))]
    printed = published_counts(inn.published, book)
    rows, unlike = mark_published(rows, printed)
    checks = checks_of(read_rows(inn.kontroller, KVALITET))
    checks += checks_of_statistics(rows, answered, services, book.indikatorer, printed, unlike)
    public = disclose(rows, {**book.indikatorer, **book.aggregerte}, load_words(inn.policy))
    files = {
        ut.statistikk: table_text(rows, TALL, str(ut.statistikk)),
        ut.utdata: table_text(public, UTDATA, str(ut.utdata)),
        ut.kvalitet: table_text(rows_of(checks), KVALITET, str(ut.kvalitet)),
    }
    write_all(files)
    log.info("%d tall regnet ut", len(rows))
