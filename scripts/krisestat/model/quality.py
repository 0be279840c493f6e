"""The quality report: what was checked of an edition's data, how many were looked at, what was found and what to do.

What cannot be right is a `Problem` and stops the build. A check that finds what may be right, but is unusual, is an
ADVARSEL: a person looks at it, and confirms it with a reason in `data/signaturer.yaml`, or has it put right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction

from krisestat.base.contracts import Row
from krisestat.base.display import number
from krisestat.base.errors import ProblemList
from krisestat.model.declared import Cubes, Model, Statistic

PASS, WARNING = "PASS", "ADVARSEL"
SHOWN_EXAMPLES = 5
# A change from one year to the next that a person should look at: of records and of bases, in percent.
MOVED_PERCENT = 10
# And of a share, in percentage points, for an indicator that does not declare its own.
MOVED_POINTS = 10
_LOOK = "Undersøk om tallet er riktig. Er det det, føres det under «bekreftet» i data/signaturer.yaml med grunn."


@dataclass(frozen=True)
class Check:
    """One check.

    `kontroll`, what is checked; `gjelder`, of what (a file, a year, an indicator); `undersokt`, how many were looked
    at; `antall`, how many stood out; `resultat`; `eksempler`, the first of them with file and line; `tiltak`, what to
    do; `bekreftet`, who found it right, and why, which is no part of the tables but noted by `confirmed`.
    """

    kontroll: str
    gjelder: str
    undersokt: int
    antall: int = 0
    resultat: str = PASS
    eksempler: str = ""
    tiltak: str = ""
    bekreftet: str = ""

    @property
    def open(self) -> bool:
        """Whether a person has yet to look at it."""
        return self.resultat == WARNING and not self.bekreftet


def rows_of(checks: Iterable[Check]) -> list[Row]:
    """The checks as rows of the contract `KVALITET`."""
    return [{name: value for name, value in asdict(check).items() if name != "bekreftet"} for check in checks]


def checks_of(rows: Iterable[Row]) -> list[Check]:
    """Rows of the contract `KVALITET` as checks."""
    return [Check(**row) for row in rows]


def warn_if(
    found: Sequence[str], kontroll: str, gjelder: str, undersokt: int, tiltak: str = _LOOK, apart: str = "; "
) -> Check:
    """A check that passes when nothing was found, and warns with the first examples otherwise."""
    if not found:
        return Check(kontroll, gjelder, undersokt)
    more = f"{apart}og {len(found) - SHOWN_EXAMPLES} til" if len(found) > SHOWN_EXAMPLES else ""
    return Check(kontroll, gjelder, undersokt, len(found), WARNING, apart.join(found[:SHOWN_EXAMPLES]) + more, tiltak)


def confirmed(checks: Iterable[Check], entries: Iterable[Mapping]) -> list[Check]:
    """Note on each warning that a person has confirmed it: `entries` name the `kontroll` and `gjelder` of a warning, as
    the register does (`model.signatures`)."""
    by_key = {(entry["kontroll"], entry["gjelder"]): entry for entry in entries}
    done = []
    for check in checks:
        entry = by_key.get((check.kontroll, check.gjelder)) if check.resultat == WARNING else None
        reason = f"{entry['grunn']} ({entry['av']}, {entry['dato']})" if entry else ""
        done.append(replace(check, bekreftet=reason))
    return done


def against_last_year(model: Model, cubes: Cubes, answered: Mapping[str, Mapping[tuple, int]]) -> list[Check]:
    """What moved from one year to the next: answers, bases, and shares.

    Parameters: `cubes`, of statistics of answers; `answered`, those with an answer by source and by (year, place).
    Returns one check per year and place, and one per observation whose share moved by more than the `varsle_over`
    percentage points of its statistic; those that did not are together one check per year and statistic.
    """
    checks = [check for own in answered.values() for check in _moved(own, "svar mot i fjor", "med svar")]
    bases: dict[tuple, int] = {}
    still: dict[tuple[int, str], int] = {}
    for name, rows in cubes.items():
        statistic = model[name]
        cells = {(statistic.at(row), row["aar"]): row for row in rows if row["verdi"] is not None and row.get("nevner")}
        if statistic.svar.get("base") == "alle" and not statistic.panel and statistic.others:
            bases |= {(row["aar"], *_place(model, statistic, row)): row["nevner"] for row in cells.values()}
        limit = Fraction(statistic.said.get("varsle_over", MOVED_POINTS), 100)
        for (codes, year), row in sorted(cells.items()):
            before = cells.get((codes, year - 1))
            if before is None:
                continue
            moved = Fraction(row["verdi"], row["nevner"]) - Fraction(before["verdi"], before["nevner"])
            if abs(moved) <= limit:
                still[(year, name)] = still.get((year, name), 0) + 1
                continue
            points = number(moved * 100, 1)
            told = f"{row['verdi']} av {row['nevner']}, mot {before['verdi']} av {before['nevner']}"
            subject = " ".join([str(year), name, *codes])
            told = f"{points} prosentpoeng: {told}"
            checks.append(Check("andel mot i fjor", subject, 1, 1, WARNING, told, _LOOK))
    checks += _moved(bases, "base mot i fjor", "i registeret")
    return checks + [Check("andel mot i fjor", f"{year} {name}", n) for (year, name), n in sorted(still.items())]


def _place(model: Model, statistic: Statistic, row: Row) -> tuple[str, ...]:
    """Where an observation stands among those who answer."""
    asked = model.kilder[statistic.kilde]
    return tuple(row[name] for name in statistic.per if name in (*asked.enhet, *asked.bakgrunn))


def _moved(counts: Mapping[tuple, int], kontroll: str, what: str) -> list[Check]:
    """One check per (year, place) that has a year before it."""
    checks = []
    for (year, *place), now in sorted(counts.items()):
        before = counts.get((year - 1, *place))
        if before:
            far = abs(now - before) * 100 > MOVED_PERCENT * before
            where = " ".join(place)
            found = [f"{now} {what} i {year} ({where}), mot {before} i {year - 1}"] if far else []
            checks.append(warn_if(found, kontroll, " ".join([str(year), *place]), now))
    return checks


def check_bases(model: Model, cubes: Cubes, sizes: Mapping[str, Mapping[tuple, int]]) -> list[Check]:
    """Compare the base of every observation with those who could answer.

    Parameters: `cubes`, of statistics of answers; `sizes`, how many could answer, by source and by (year, place).
    Returns a check per statistic. Raises `Problems` for each base that cannot be right: it is all who could answer, or
    all without those that are no answer; of a panel, the same every year.
    """
    checks, problems = [], ProblemList()
    for name, rows in cubes.items():
        statistic = model[name]
        roles = statistic.answers.roller if statistic.answers else {}
        same: dict[tuple, set[int]] = {}
        for row in rows if statistic.others else ():
            base, aside = row["nevner"], dict[str, int]()
            for code, role in roles.items():
                aside[role] = aside.get(role, 0) + (row[code] or 0)
            unasked = aside.get("ikke_spurt", 0)
            left = {"svart": aside.get("taus", 0) + unasked, "gjelder": aside.get("utenfor", 0) + unasked}
            every = base + (0 if row["status"] else left.get(statistic.svar["base"], 0))
            place = _place(model, statistic, row)
            wanted = sizes[statistic.kilde].get((row["aar"], *place))
            if statistic.panel:
                same.setdefault(place, set()).add(every)
                wrong = len(same[place]) > 1
            else:
                wrong = every != wanted
            if wrong:
                found = f"basen er {base}" + ("" if statistic.panel else f", men {wanted} kunne svare")
                fix = "Dette er en feil i Krisestat: meld den."
                problems.add("statistikk", statistic.cell(row), found, "det samme antallet", fix)
        checks.append(Check("base mot registeret", name, len(rows)))
    problems.raise_if_any()
    return checks
