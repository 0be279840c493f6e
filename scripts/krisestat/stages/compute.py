"""Stage `compute`: `klargjort` → `statistikk` (every statistic counted, with its true numbers) → `utdata` (what may be
published)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pandas as pd

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import Row, read_rows, table_text, write_all
from krisestat.base.files import Files
from krisestat.base.frames import different, read_frame
from krisestat.model.contracts import KVALITET
from krisestat.model.count import count, wholes
from krisestat.model.cubes import cube_files, read_answers
from krisestat.model.declared import Model, Questions
from krisestat.model.disclosure import disclose
from krisestat.model.load import load_model
from krisestat.model.marks import check_published, mark_published, printed_figures
from krisestat.model.policy import load_policy
from krisestat.model.quality import against_last_year, check_bases, checks_of, rows_of
from krisestat.model.single import AGREEMENT, answers_behind
from krisestat.release.published import load_corrections, told_before

log = logging.getLogger(__name__)


def _counted(model: Model, inn: Files) -> tuple[dict[str, list[Row]], dict[str, dict], dict[str, dict]]:
    """The true numbers of every statistic, those who answered and those who could, by source."""
    cubes: dict[str, list[Row]] = {}
    answered: dict[str, dict] = {}
    sizes: dict[str, dict] = {}
    units = {path.name.split("-")[0]: path for path in inn.many("enheter")}
    for kilde, asked in model.kilder.items():
        could = read_frame(units[kilde], asked.units)
        years = (read_frame(path, asked.contract) for path in inn.many("svar") if path.name.startswith(f"{kilde}_p"))
        found = count(model.of_source(kilde), asked, years, could)
        cubes |= found.cubes
        answered[kilde], sizes[kilde] = found.answered, _sizes(asked, could)
    for path in inn.many("tabeller"):
        statistic = model[path.stem]
        rows = [{name: row.get(name) for name in statistic.columns} for row in read_rows(path, statistic.received)]
        cubes[statistic.id] = wholes(statistic, rows)
    return {name: cubes[name] for name in model.statistikk if name in cubes}, answered, sizes


def _sizes(asked: Questions, units: pd.DataFrame) -> dict[tuple, int]:
    """How many could answer, by year and by where they are placed."""
    sizes: dict[tuple, int] = {}
    for aar, _, *place in different([units[column] for column in ("aar", *asked.enhet, *asked.bakgrunn)]):
        for key in {(aar, *place), (aar,)}:
            sizes[key] = sizes.get(key, 0) + 1
    return sizes


def run(inn: Files, ut: Files, kapitler: Sequence[str]) -> None:
    """Count, apply the confidentiality policy and write the statistics.

    Parameters: `inn`, `svar`, coded answers, a file a source and year, `enheter`, those who could answer, a file a
    source, `tabeller`, finished tables, a file a statistic, `kontroller`, what `clean` checked, `published`, the lists
    of printed figures, `editions` and `rettelser`, what was published before and its corrections, and `policy`; `ut`,
    `statistikk` and `utdata`, a file a statistic, and `kvalitet`; `kapitler`, those of the edition.
    """
    model = load_model(kapitler, READERS)
    counted, answered, sizes = _counted(model, inn)
    printed = printed_figures(model, inn.many("published"))
    marked, unlike = mark_published(model, counted, printed)
    checks = checks_of(read_rows(inn.kontroller, KVALITET))
    of_answers = {name: rows for name, rows in marked.items() if model[name].svar}
    checks += check_bases(model, of_answers, sizes)
    checks += against_last_year(model, of_answers, answered)
    checks.append(check_published(printed, marked, model, unlike))
    out = told_before(inn.many("editions"), model, load_corrections(model, inn.rettelser))
    policy, answers = load_policy(inn.policy, model), read_answers(model, inn.many("svar"), AGREEMENT)
    public = disclose(model, marked, policy, out, answers_behind(model, marked, answers, policy))
    files = cube_files(model, marked, ut.many("statistikk")) | cube_files(model, public, ut.many("utdata"))
    files[ut.kvalitet] = table_text(rows_of(checks), KVALITET, str(ut.kvalitet))
    write_all(files)
    log.info("%d tall regnet ut", sum(map(len, marked.values())))
