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


def against_last_year(
    rows: Iterable[Row], answered: Mapping[tuple[int, str], int], indicators: Mapping[str, Mapping]
) -> list[Check]:
    """What moved from one year to the next: records, bases, and shares.

    Parameters: `rows` as the contract `TALL`; `answered`, services with an answer by (aar, tilbud); `indicators`, their
    declarations, whose `varsle_over` is the number of percentage points that a share may move. Returns one check per
    year and kind of record or base, and one per year, indicator, group, partner and form that moved too far; those that
    did not are together one check per year and indicator.
    """
    checks = _moved(answered, "svar mot i fjor", "tilbud med svar")
    cells = {_cell(row): row for row in rows if row["indikator"] in indicators and row["andel"]}
    bases = {(row["aar"], row["gruppe"]): row["base"] for row in cells.values() if _whole(indicators, row)}
    checks += _moved(bases, "base mot i fjor", "tilbud i registeret")
    still: dict[tuple[int, str], int] = {}
    for (name, *rest, year), row in sorted(cells.items()):
        before = cells.get((name, *rest, year - 1))
        if before is None:
            continue
        limit = Fraction(indicators[name].get("varsle_over", MOVED_POINTS), 100)
        moved = Fraction(row["andel"]) - Fraction(before["andel"])
        if abs(moved) <= limit:
            still[(year, name)] = still.get((year, name), 0) + 1
            continue
        points = number(moved * 100, 1)
        told = f"{points} prosentpoeng: {row['antall']} av {row['base']}, mot {before['antall']} av {before['base']}"
        subject = " ".join(filter(None, [str(year), name, *rest]))
        checks.append(Check("andel mot i fjor", subject, 1, 1, WARNING, told, _LOOK))
    return checks + [Check("andel mot i fjor", f"{year} {name}", n) for (year, name), n in sorted(still.items())]


def _cell(row: Row) -> tuple:
    return (row["indikator"], row["gruppe"], row["instans"], row["samarbeidsform"], row["aar"])


def _whole(indicators: Mapping[str, Mapping], row: Row) -> bool:
    """Whether the base of a row is the whole register."""
    declared = indicators[row["indikator"]]
    return declared.get("base", "alle") == "alle" and declared.get("utvalg", "alle") == "alle"


def _moved(counts: Mapping[tuple[int, str], int], kontroll: str, unit: str) -> list[Check]:
    """One check per (year, group) that has a year before it."""
    checks = []
    for (year, group), now in sorted(counts.items()):
        before = counts.get((year - 1, group))
        if before:
            far = abs(now - before) * 100 > MOVED_PERCENT * before
            found = [f"{now} {unit} til {group} i {year}, mot {before} i {year - 1}"] if far else []
            checks.append(warn_if(found, kontroll, f"{year} {group}", now))
    return checks


def check_bases(
    rows: Iterable[Row], services: Mapping[tuple[int, str], int], indicators: Mapping[str, Mapping]
) -> tuple[list[Check], list[str]]:
    """Compare the base of every cell with the register.

    Parameters: `rows` as the contract `TALL`; `services`, the number of services by (aar, tilbud); `indicators`.
    Returns a check per indicator, and a sentence for each cell whose base cannot be right: the base is the register's
    number (policy `alle`), that number without those who did not answer (`svart`), or the same every year (panel).
    """
    checks, wrong = [], []
    for name, declared in indicators.items():
        mine = [row for row in rows if row["indikator"] == name]
        panel: dict[str, set] = {}
        for row in mine:
            answered_only = declared.get("base", "alle") == "svart" and not row["status"]
            silent = row["ubesvart"] + row["ikke_spurt"] if answered_only else 0
            where = " ".join(filter(None, map(str, _cell(row))))
            if declared.get("utvalg", "alle") == "panel":
                panel.setdefault(row["gruppe"], set()).add(row["base"] + silent)
                if len(panel[row["gruppe"]]) > 1:
                    wrong.append(f"{where}: basen er {row['base']}, men panelet er det samme hvert år")
            elif row["base"] + silent != services[(row["aar"], row["gruppe"])]:
                told = f"{row['base']}" + (f" og {silent} uten svar" if silent else "")
                wrong.append(f"{where}: basen er {told}, men registeret har {services[(row['aar'], row['gruppe'])]}")
        checks.append(Check("base mot registeret", name, len(mine)))
    return checks, wrong
