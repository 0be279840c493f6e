"""Which of the numbers are real, published figures, and the checks of the statistics."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.model.declared import Cubes, Model, Statistic
from krisestat.model.quality import Check, warn_if

PUBLISHED = Path("data/publisert")
# What was printed of a cell: its value and, where it was told, its base.
Printed = Mapping[str, tuple[int, int | None]]


def published_files(model: Model) -> list[Path]:
    """The lists of printed figures that the declarations name, sorted."""
    return sorted(
        {PUBLISHED / one.said["publisert"]["fil"] for one in model.statistikk.values() if "publisert" in one.said}
    )


def printed_figures(model: Model, files: Iterable[Path]) -> dict[str, tuple[int, int | None]]:
    """The figures that have been printed, by the id of their cell.

    Parameters: `files`, the lists of `published_files`. Raises `Problems` for what is no code of its list.
    """
    problems = ProblemList()
    found: dict[str, tuple[int, int | None]] = {}
    tables: dict[str, tuple[Path, list[dict[str, str]]]] = {}
    for path in files:
        with path.open(encoding="utf-8", newline="") as handle:
            tables[path.name] = path, list(csv.DictReader(handle))
    for statistic in model.statistikk.values():
        if "publisert" in statistic.said:
            path, rows = tables[statistic.said["publisert"]["fil"]]
            found |= _of_statistic(statistic, path, rows, problems)
    problems.raise_if_any()
    return found


def _of_statistic(
    statistic: Statistic, path: Path, rows: Sequence[Mapping[str, str]], problems: ProblemList
) -> dict[str, tuple[int, int | None]]:
    said, found = statistic.said["publisert"], {}
    columns = said["kolonner"]
    for line, row in enumerate(rows, 2):
        if any(row[column] != str(value) for column, value in said.get("der", {}).items()):
            continue
        aar = int(row[columns["aar"]])
        place: dict[str, str | int] = {"aar": aar}
        for name, codes in statistic.per.items():
            text = row[columns[name]] if name in columns else codes.total
            known = codes.by_name(aar)
            place[name] = known.get(text.casefold(), "")
            if not place[name]:
                told = shown(text) + nearest(text, known)
                where = f"linje {line}, kolonne «{columns.get(name, name)}»"
                problems.add(path, where, told, f"en kode i listen «{name}»", "Rett koden.")
        base = row[columns["nevner"]] if "nevner" in columns else ""
        if all(place.values()):
            found[statistic.cell(place)] = (int(row[columns["verdi"]]), int(base) if base else None)
    return found


def mark_published(model: Model, cubes: Cubes, printed: Printed) -> tuple[dict[str, list[Row]], list[str]]:
    """Mark the cells that are real, published figures.

    A cell is marked only when value and base are those that were published; the published figure itself is never used
    to change a cell. Returns the observations, and a warning for each cell that differs.
    """
    marked: dict[str, list[Row]] = {}
    warnings = []
    for name, rows in cubes.items():
        marked[name] = []
        for row in rows:
            cell = model[name].cell(row)
            if told := printed.get(cell):
                own = (row["verdi"], row["nevner"] if told[1] is not None else None)
                if told == own:
                    row = row | {"opphav": "publisert"}
                else:
                    was, now = (" av ".join(str(n) for n in pair if n is not None) for pair in (told, own))
                    warnings.append(
                        f"{cell}: regnet ut {now or 'ingenting'}, men publisert er {was}; "
                        "tallet merkes ikke som publisert"
                    )
            marked[name].append(row)
    return marked, warnings


def check_published(printed: Printed, cubes: Cubes, model: Model, unlike: Sequence[str]) -> Check:
    """The check of published figures: of those that there is a cell for. Parameters: as `mark_published` takes and
    gives them."""
    count = sum(model[name].cell(row) in printed for name, rows in cubes.items() for row in rows)
    fix = "Finn ut hvorfor; tallet merkes ikke som publisert. Er det rettet siden, bekreft det i data/signaturer.yaml."
    return warn_if(unlike, "publiserte tall", PUBLISHED.as_posix(), count, fix)
