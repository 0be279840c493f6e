"""Stage `clean`: raw files → `inndata` (every cell as received) → `klargjort` (one coded answer a row).

What people have decided to put right or to leave out (`intake.corrections`) is done between the two and noted.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from krisestat.base.contracts import Contract, table_text, write_each
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.files import Files
from krisestat.base.frames import frame_parts
from krisestat.intake.corrections import check_files, load_decisions
from krisestat.intake.finished import clarify_aggregated
from krisestat.intake.readers import read_raw
from krisestat.intake.sources import RAW, Source, load_sources
from krisestat.intake.survey import check_labels, clarify
from krisestat.model.codebooks import columns_file, load_codebook, load_columns
from krisestat.model.contracts import AGGREGERT, INNDATA, KLARGJORT, KVALITET, TILBUD, TILBUD_PER_AAR
from krisestat.model.quality import Check, rows_of
from krisestat.model.register import Register, load_register

log = logging.getLogger(__name__)


def _tell(files: int, count: Mapping[str, int], services: pd.DataFrame) -> None:
    """Log how much was read."""
    per_tilbud = services["tilbud"].value_counts()
    told = ", ".join(f"{per_tilbud[t]} tilbud til {t}" for t in TILBUD)
    log.info("%d filer, %d celler lest; %d svar klargjort for %s", files, count["celler"], count["svar"], told)


def _file(path: Path, frame: pd.DataFrame, contract: Contract) -> tuple[Path, Iterator[str]]:
    """What `write_each` writes of a frame."""
    return path, frame_parts(frame, contract, str(path))


def _services(sources: Iterable[Source], register: Register) -> pd.DataFrame:
    """The services of each year that answers came from, as the contract `TILBUD_PER_AAR`."""
    return pd.DataFrame(
        [(s.aar, senter, tilbud, s.opphav) for s in sources if s.aar for senter, tilbud in register.services(s.aar)],
        columns=["aar", "senter_id", "tilbud", "opphav"],
    )


def run(inn: Files, ut: Files, aar: Sequence[int]) -> None:
    """Read, check and clarify every year of the series and the finished tables of others.

    Parameters: `inn`, `rettelser`, the decided corrections, and the project's folders; `ut`, `inndata`, the files as
    received, beside each other, and `tilbud` and `kontroller`, beside which the coded answers of each year and the
    finished tables are written; `aar`, the years. Raises `Problems` with the faults of all files at once, and then
    writes none.
    """
    problems = ProblemList()
    book = load_codebook(inn.codebooks)
    centres = load_register(inn.register, aar)
    decisions = load_decisions(inn.rettelser)
    inndata, klargjort = ut.folder("inndata"), ut.tilbud.parent
    problems.problems += check_files(decisions, sorted(RAW.glob("*/*.*"))).problems
    sources = load_sources([*aar, *book.aggregated_sources])
    services = _services(sources, centres)
    checks = [Check("hendelser mot registeret", inn.register.as_posix(), len(centres.hendelser))]
    count: Counter[str] = Counter()

    def of_source(source: Source) -> Iterator[tuple[Path, str | Iterator[str]]]:
        raw, notes, labels = read_raw(source)
        problems.problems += notes
        mine = decisions.of(source.path)
        folder, name = source.manifest.parent.name, f"{source.path.stem}.csv"
        count["celler"] += len(raw)
        if folder in book.aggregated_sources:
            declared = {i: d for i, d in book.aggregerte.items() if d["kilde"] == folder}
            rows, found = clarify_aggregated(raw, declared, book, source, mine)
            yield klargjort / name, table_text(rows, AGGREGERT, str(klargjort / name))
        else:
            year = source.aar or 0
            columns = load_columns(columns_file(year, inn.codebooks), year, book)
            problems.problems += check_labels(labels, columns, book, year, source.path).problems
            clear, found = clarify(raw, columns, book, centres, year, source.path, mine)
            count["svar"] += len(clear)
            yield _file(klargjort / f"samarbeid_p{year}.csv", clear, KLARGJORT)
        yield _file(inndata / name, raw, INNDATA)
        checks.extend(found)

    def files() -> Iterator[tuple[Path, str | Iterator[str]]]:
        # One year at a time is in memory: it is written before the next is read.
        for source in sources:
            try:
                yield from of_source(source)
            except Problems as error:
                problems.extend(error)
        problems.raise_if_any()
        yield _file(ut.tilbud, services, TILBUD_PER_AAR)
        yield ut.kontroller, table_text(rows_of(checks), KVALITET, str(ut.kontroller))

    write_each(files())
    _tell(len(sources), count, services)
