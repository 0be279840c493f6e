"""Finished tables: numbers as received become observations of the statistics that are declared of them, each with its
place in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, nearest, shown
from krisestat.base.kept_tables import exact_number, normal
from krisestat.intake.corrections import Decisions, correct, set_aside
from krisestat.intake.sources import Source
from krisestat.intake.survey import decided, places
from krisestat.model.declared import ESTIMATE, STANDARDS, CodeList, Model, Statistic
from krisestat.model.quality import Check

# What stands in place of a number in official tables, by the standard of Norwegian statistics.
SIGNS = {".": "ikke_spurt", "..": "mangler", ":": "undertrykt", "": "mangler"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_ASK = "Be om filen på nytt, eller rett cellen i data/rettelser.yaml."


def clarify_finished(
    inndata: pd.DataFrame, statistics: Sequence[Statistic], source: Source, decisions: Decisions, aar: int
) -> tuple[dict[str, list[Row]], list[Check]]:
    """A finished table, up to a year.

    Parameters: `inndata`, the cells of the table; `statistics`, those that it holds; `decisions`, those on the file;
    `aar`, the edition's year. Returns observations as the contract `received` of each statistic, and what was checked.
    Raises `Problems` for a column that is not declared, a name that no code list has in that year, a cell that is
    neither a number nor a sign, a cell that comes twice, a row that nothing is declared of, parts that are not all
    there or do not add up, and a number that is larger than what it is part of.
    """
    problems = ProblemList()
    present = list(inndata["kolonne"].unique())
    _check_columns(present, statistics, source, problems)
    problems.raise_if_any()
    first = next(iter(statistics[0].tabell["kolonner"].values()))
    used, aside = problems.of(set_aside(inndata, decisions, first))
    cells = problems.of(correct(used, decisions, {}))
    wide = cells.pivot(index="linje", columns="kolonne", values="verdi")
    fixed = cells.pivot(index="linje", columns="kolonne", values="rettelse")
    sides: list[Any] = [wide.to_dict("records"), fixed.to_dict("records")]
    records = list(zip(map(int, wide.index), *sides, strict=True))
    taken: set[int] = set()
    found = {one.id: _Reading(one, source, problems).read(records, taken) for one in statistics}
    for line, record, _ in records:
        if line not in taken:
            told = ", ".join(f"{column}: {shown(value)}" for column, value in list(record.items())[:3])
            fix = "Rett «der:» i data/statistikk, eller sett raden i karantene i data/rettelser.yaml."
            problems.add(source.path, places([line], ""), f"en rad ingenting er erklært om ({told})", "bruk", fix)
    _check_above(statistics, found, source, problems)
    found = {name: [row for row in rows if row["aar"] <= aar] for name, rows in found.items()}
    if not any(found.values()) and (source.period or (aar,))[0] <= aar:
        wanted, fix = "tall fra det første året i navnet på filen", "Be om filen på nytt, eller rett navnet."
        problems.add(source.path, "", f"ingen tall for {aar} eller årene før", wanted, fix)
    problems.raise_if_any()
    file, lines = source.path.as_posix(), inndata["linje"].nunique()
    told = f"{lines} rader inn = {lines - len(aside)} brukt + {len(aside)} i karantene"
    numbers = sum(map(len, found.values()))
    signs = sum(row["verdi"] is None for rows in found.values() for row in rows)
    checks = [
        Check("kolonner mot erklæringen", file, len(present)),
        Check("tall eller tegn", file, numbers, signs, eksempler=f"{signs} tegn" if signs else ""),
        Check("rader inn = brukt + karantene", file, lines, len(aside), eksempler=told),
        *decided(decisions, file),
    ]
    return found, checks


def check_protection(model: Model, sources: Mapping[str, Source]) -> None:
    """Hold what each source says that it is about against the protection of what is counted.

    Parameters: `sources`, by the name that declarations have for them. Raises `Problems` where they differ: then
    persons would pass as institutions, or the other way.
    """
    problems = ProblemList()
    for statistic in model.statistikk.values():
        source = sources.get(statistic.kilde)
        if source and source.om != statistic.enhet.vern:
            problems.add(
                source.manifest,
                "nøkkelen «om»",
                f"«{source.om}», men «{statistic.id}» teller {statistic.enhet.forms['nb'][2]}, "
                f"med vernet «{statistic.enhet.vern}»",
                "det samme begge steder",
                "Finn ut hva tallene teller: rett «om:» her, eller «enhet:» i data/statistikk.",
            )
    problems.raise_if_any()


def _check_columns(
    present: Sequence[str], statistics: Sequence[Statistic], source: Source, problems: ProblemList
) -> None:
    said = [one.tabell for one in statistics]
    known = {c for one in said for c in (*one["kolonner"].values(), *one.get("der", ()), *one.get("uten", ()))}
    for column in sorted(known ^ set(present)):
        what, others = ("ingen kolonne", {*present}) if column in known else ("kolonnen", known)
        problems.add(
            source.path,
            "overskriften",
            f"{what} {shown(column)}" + nearest(column, others ^ (known & {*present})),
            f"kolonnene som er erklært: {', '.join(sorted(known))}",
            f"Rett «kolonner» eller «uten» for {', '.join(one.id for one in statistics)} i data/statistikk, "
            "eller be om filen på nytt.",
        )


class _Reading:
    """One statistic as it is read from a table; faults are added to `problems`."""

    def __init__(self, statistic: Statistic, source: Source, problems: ProblemList):
        self.statistic, self.source, self.problems = statistic, source, problems
        self.said = statistic.tabell
        self.signs = SIGNS | self.said.get("tegn", {})
        self.names: dict[tuple[str, int], dict[str, str]] = {}

    def _fault(self, line: int, column: str, found: str, expected: str, fix: str) -> None:
        self.problems.add(self.source.path, places([line], column), found, expected, fix)

    def read(self, records: Sequence[tuple[int, dict[str, str], dict[str, str]]], taken: set[int]) -> list[Row]:
        """The observations. Parameters: `records`, line, cells and corrections by column; `taken`, gets their lines."""
        columns, rows = self.said["kolonner"], dict[tuple, Row]()
        before = len(self.problems.problems)
        first, last = self.source.period or (0, 9999)
        for line, record, fixed in records:
            if any(normal(record[c]) != str(value) for c, value in self.said.get("der", {}).items()):
                continue
            taken.add(line)
            aar = normal(record[columns["aar"]])
            if not _YEAR.fullmatch(aar) or not first <= int(aar) <= last:
                years = f"et årstall fra {first} til {last}, som i navnet på filen" if first else "et årstall"
                self._fault(line, columns["aar"], shown(aar), years, _ASK)
                continue
            place = {name: self._code(line, record, name, int(aar)) for name in self.statistic.per}
            if not all(place.values()):
                continue
            row = {"aar": int(aar), **place} | self._numbers(line, record)
            key = (*place.values(), int(aar))
            if key in rows:
                found = f"{self.statistic.cell(row)} en gang til (først på linje {rows[key]['linje']})"
                fix = "Sett raden som ikke gjelder, i karantene i data/rettelser.yaml."
                self._fault(line, "", found, "én rad for hver celle", fix)
                continue
            row |= {"opphav": self.source.opphav, "fil": self.source.path.as_posix(), "linje": line}
            row |= {"kolonne": columns["verdi"], "rettelse": fixed[columns["verdi"]]}
            rows[key] = {name: row[name] for name in self.statistic.received.columns}
        if len(self.problems.problems) == before:
            self._check_parts(list(rows.values()))
        return sorted(rows.values(), key=self.statistic.order)

    def _code(self, line: int, record: Mapping[str, str], name: str, aar: int) -> str:
        """The code that a row has in a dimension; the whole where the table does not divide; «» for a fault."""
        codes, column = self.statistic.per[name], self.said["kolonner"].get(name)
        if column is None:
            return codes.total
        if (name, aar) not in self.names:
            self.names[name, aar] = codes.by_name(aar)
        known = self.names[name, aar]
        text = normal(record[column])
        code = known.get(text.casefold(), "")
        if (code and codes.holds(code, aar)) or (code and code == codes.total):
            return code
        called = (codes.heading(one, standard, aar) for one in codes.in_year(aar) for standard in STANDARDS)
        found = shown(text) + ("" if code else nearest(text, called))
        fix = "Legg koden eller navnet til i listen, rett gyldigheten, eller be om filen på nytt."
        self._fault(line, column, found, f"et navn i listen «{name}» som gjelder i {aar}", fix)
        return ""

    def _numbers(self, line: int, record: Mapping[str, str]) -> dict[str, Any]:
        columns, told = self.said["kolonner"], dict[str, Any]()
        status = ""
        for name in ("verdi", "nevner", "for_brudd"):
            if name not in columns:
                continue
            text = normal(record[columns[name]])
            whole = name == "nevner" or self.statistic.type == "antall"
            value, sign = self._number(text, whole)
            if value is None and sign is None:
                kind = "et helt tall" if whole else "et tall"
                signs = ", ".join(s or "tomt" for s in self.signs)
                self._fault(line, columns[name], shown(text), f"{kind} eller et av tegnene {signs}", _ASK)
            told[name] = value
            status = (sign or "") if name == "verdi" else status
        base, value = told.get("nevner"), told["verdi"]
        if isinstance(value, int) and base is not None and value > base:
            self._fault(line, columns["verdi"], f"{value} av {base}", "høyst basen", "Be om filen på nytt.")
        told |= {"for_brudd": told.get("for_brudd"), "nevner": base, "status": status}
        return told

    def _number(self, text: str, whole: bool) -> tuple[int | Fraction | None, str | None]:
        """A cell's value and status; None and None when it is neither a number nor a sign."""
        if text in self.signs:
            meant = self.signs[text]
            return (0, "") if meant == "0" else (None, meant)
        mark = next((s for s, meant in self.signs.items() if meant == ESTIMATE and s and text.endswith(s)), "")
        digits = exact_number(text.removesuffix(mark))
        factor = int(self.statistic.said.get("faktor", 1))
        if not digits or (whole and not digits.isdigit()):
            return None, None
        return (int(digits) if whole else Fraction(digits)) * factor, ESTIMATE if mark else ""

    def _check_parts(self, rows: Sequence[Row]) -> None:
        """Where a whole is to be made, every part is there; where it is given, the parts add up to it."""
        allowed = Fraction(str(self.statistic.said.get("avvik", 0)))
        for name in self.statistic.divided:
            codes, groups = self.statistic.per[name], dict[tuple, dict[str, Row]]()
            for row in rows:
                others = tuple(row[d] for d in self.statistic.per if d != name)
                groups.setdefault((row["aar"], *others), {})[row[name]] = row
            for (aar, *rest), own in groups.items():
                where = " ".join([str(aar), *rest])
                self._check_group(name, codes, where, aar, own, allowed)

    def _check_group(
        self, name: str, codes: CodeList, where: str, aar: int, own: Mapping[str, Row], allowed: Fraction
    ) -> None:
        parts = {code: row for code, row in own.items() if code != codes.total}
        wanted = codes.in_year(aar)
        lacking = [code for code in wanted if code not in parts]
        if name in self.said["kolonner"] and parts and codes.total not in own and lacking:
            found = f"{where} mangler {', '.join(lacking[:5])}" + (" …" if len(lacking) > 5 else "")
            fix = "Be om radene. Ble de ikke talt, skal de stå med tegnet for at tallet mangler."
            self.problems.add(
                self.source.path, "", found, f"én rad for hver kode i «{name}», også når tallet er 0", fix
            )
        values = [row["verdi"] for row in parts.values()]
        whole = own[codes.total]["verdi"] if codes.total in own else None
        if self.statistic.type == "prosent" and whole is None:
            whole = Fraction(100)
        if whole is None or None in values or lacking or not values:
            return
        if abs(sum(values) - whole) > allowed:
            found = f"{where}: delene etter «{name}» blir {sum(values)}, men helheten er {whole}"
            fix = "Finn ut hvilket tall som er galt, eller erklær «avvik:» for avrunding."
            self.problems.add(self.source.path, "", found, "deler som blir helheten", fix)


def _check_above(
    statistics: Sequence[Statistic], found: Mapping[str, Sequence[Row]], source: Source, problems: ProblemList
) -> None:
    """Hold each number against the one that it is never larger than."""
    for statistic in statistics:
        above = statistic.said.get("hoyst")
        larger = {(*statistic.at(row), row["aar"]): row["verdi"] for row in found.get(above or "", ())}
        for row in found[statistic.id] if larger else ():
            most, value = larger.get((*statistic.at(row), row["aar"])), row["verdi"]
            if most is None or value is None or (value <= most and (value == 0) == (most == 0)):
                continue
            told = f"{value} {statistic.id} med {most} {above}"
            wanted = f"aldri flere enn {above}, og ingen av dem uten den andre"
            fix = "Be den som leverte tallene, avklare dem."
            problems.add(source.path, places([row["linje"]], row["kolonne"]), told, wanted, fix)
