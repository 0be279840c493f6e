"""Stage `clean`: raw files → `inndata` (every cell as received) → `klargjort` (one coded answer, or one number of a
finished table, a row).

What people have decided to put right or to leave out (`intake.corrections`) is done between the two and noted.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import Contract, table_text, write_each
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.files import Files
from krisestat.base.frames import frame_parts
from krisestat.intake.decisions import Decisions, check_files, load_decisions
from krisestat.intake.finished import check_protection, clarify_finished
from krisestat.intake.readers import read_raw
from krisestat.intake.sources import RAW, SURVEY, Source, load_sources
from krisestat.intake.survey import check_labels, clarify
from krisestat.model.codebooks import columns_file, load_answers, load_columns
from krisestat.model.contracts import INNDATA, KVALITET
from krisestat.model.declared import Questions
from krisestat.model.load import load_model
from krisestat.model.quality import Check, rows_of
from krisestat.model.register import Register, check_services, load_register

File = tuple[Path, str | Iterator[str]]
log = logging.getLogger(__name__)


def _file(path: Path, frame: pd.DataFrame, contract: Contract) -> File:
    """What `write_each` writes of a frame."""
    return path, frame_parts(frame, contract, str(path))


def _services(sources: Iterable[Source], register: Register) -> pd.DataFrame:
    """The services of each year that answers came from: who could answer."""
    return pd.DataFrame(
        [(s.aar, senter, tilbud, s.opphav) for s in sources if s.aar for senter, tilbud in register.services(s.aar)],
        columns=["aar", "senter", "tilbud", "opphav"],
    )


def _known(asked: Questions, folder: Path, aar: Sequence[int]) -> tuple[list[dict], Register]:
    """What the values of the survey mean, and who is in the register."""
    centres = load_register(folder, aar)
    check_services(centres, asked.lists["tilbud"].koder)
    return load_answers(asked), centres


def run(inn: Files, ut: Files, aar: Sequence[int], kapitler: Sequence[str]) -> None:
    """Read, check and clarify every year of the series and the finished tables.

    Parameters: `inn`, `rettelser`, the decided corrections, and the project's folders; `ut`, `inndata`, the files as
    received, `svar`, the coded answers of each year, `enheter`, who could answer, `tabeller`, the finished tables by
    statistic, and `kontroller`; `aar`, the years; `kapitler`, those of the edition. Raises `Problems` with the faults
    of all files at once, and then writes none.
    """
    problems = ProblemList()
    model = load_model(kapitler, READERS)
    asked = model.kilder.get(SURVEY)
    svarkoder, centres = _known(asked, inn.register, aar) if asked else ([], Register([], []))
    decisions = load_decisions(inn.rettelser)
    problems.problems += check_files(decisions, sorted(RAW.glob("*/*.*"))).problems
    yearly = load_sources(aar) if asked else []
    tables = dict(zip(model.tables, load_sources(model.tables), strict=True))
    check_protection(model, dict.fromkeys([SURVEY], yearly[0]) | tables if asked else tables)
    checks = [Check("hendelser mot registeret", inn.register.as_posix(), len(centres.hendelser))] if asked else []
    received = {path.stem: path for path in ut.many("inndata")}
    coded = {path.name: path for path in (*ut.many("svar"), *ut.many("tabeller"))}
    count: Counter[str] = Counter()

    def of_year(source: Source, raw: pd.DataFrame, labels: Mapping, mine: Decisions) -> Iterator[File]:
        year, asked = source.aar or 0, model.kilder[SURVEY]
        columns = load_columns(columns_file(year, inn.codebooks), year, asked)
        problems.problems += check_labels(labels, columns, svarkoder, year, source.path).problems
        clear, found = clarify(raw, columns, asked, svarkoder, centres, year, source.path, mine)
        checks.extend(found)
        count["svar"] += len(clear)
        yield _file(coded[f"{SURVEY}_p{year}.csv"], clear, asked.contract)

    def of_table(kilde: str, source: Source, raw: pd.DataFrame, mine: Decisions) -> Iterator[File]:
        rows, found = clarify_finished(raw, model.of_source(kilde), source, mine, aar[-1])
        checks.extend(found)
        for name, own in rows.items():
            if path := coded.get(f"{name}.csv"):  # there is none for a table that begins after the edition's year
                yield path, table_text(own, model[name].received, str(path))

    def files() -> Iterator[File]:
        # One year at a time is in memory: it is written before the next is read.
        for kilde, source in [*((SURVEY, source) for source in yearly), *tables.items()]:
            try:
                raw, notes, labels = read_raw(source)
                problems.problems += notes
                count["celler"] += len(raw)
                mine = decisions.of(source.path)
                yield from of_table(kilde, source, raw, mine) if kilde in tables else of_year(source, raw, labels, mine)
                yield _file(received[source.path.stem], raw, INNDATA)
            except Problems as error:
                problems.extend(error)
        problems.raise_if_any()
        for path in ut.many("enheter"):
            yield _file(path, _services(yearly, centres), model.kilder[SURVEY].units)
        yield ut.kontroller, table_text(rows_of(checks), KVALITET, str(ut.kontroller))

    write_each(files())
    log.info("%d filer, %d celler lest; %d svar klargjort", len(yearly) + len(tables), count["celler"], count["svar"])
