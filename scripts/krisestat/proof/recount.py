"""Every number of the evidence counted again from what was received, down to file, column and line.

The count here shares no code with `model.count`: two ways to the same number prove more than one. The declaration of a
statistic says which of three ways it is counted again: from answers, in a finished table, or by a plug-in that reads
forms. Rows of single respondents are for the reviewer only, which is why the renderer, who publishes, never opens them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from krisestat.agreements.collections import Skjemafil
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList, shown
from krisestat.intake.sources import Source
from krisestat.model.declared import MEAN, SUM, Model, Statistic
from krisestat.release.run import Coded

REBUILD = "Slett mappen results/<aar> og bygg på nytt. Kommer feilen igjen, er den i Krisestat: meld den med loggen."
Cell = Mapping[str, Any]
# A plug-in that reads forms again: what each that a cell counts answers, as `agreements.recount.reread` gives it.
Reread = Callable[[Statistic, Cell], list[dict[str, Any]]]
Proven = tuple[dict[str, Any], ProblemList]
# Answers that are outside each kind of base, by their role.
_OUTSIDE = {"alle": (), "svart": ("taus", "ikke_spurt"), "gjelder": ("utenfor", "ikke_spurt")}


@dataclass(frozen=True)
class Received:
    """What the evidence is counted again from.

    `units`, the columns that name who answers a source; `answers`, coded answers by (source, year, question);
    `register`, who there was to ask, by source and year; `tables`, rows of finished tables by statistic; `raw`, value
    as received by (file, line, column); `codes`, the answer that a value is, by year; `labels`, what the
    survey tool calls the values of a column, by year and column; `sources`, raw files by path; `forms`, plug-ins by
    source; `kept`, the answers of cells that have been counted.
    """

    units: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Mapping[tuple, Sequence[Row]] = field(default_factory=dict)
    register: Mapping[str, Mapping[int, Sequence[Row]]] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    raw: Mapping[tuple, str] = field(default_factory=dict)
    codes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[tuple[int, str], Mapping[str, str]] = field(default_factory=dict)
    sources: Mapping[str, Source | Skjemafil] = field(default_factory=dict)
    forms: Mapping[str, Reread] = field(default_factory=dict)
    kept: dict[tuple, dict[tuple, list[Row]]] = field(default_factory=dict, compare=False)


def gather(model: Model, coded: Coded, **rest: Any) -> Received:
    """Index the tables. Parameters: `rest`, as in `Received`."""
    asked: dict[tuple, list[Row]] = {}
    for kilde, rows in coded.answers.items():
        for row in rows:
            asked.setdefault((kilde, row["aar"], row["sporsmaal"]), []).append(row)
    there: dict[str, dict[int, list[Row]]] = {}
    for kilde, rows in coded.register.items():
        for row in rows:
            there.setdefault(kilde, {}).setdefault(row["aar"], []).append(row)
    units = {kilde: one.enhet for kilde, one in model.kilder.items()}
    raw = {(row["fil"], row["linje"], row["kolonne"]): row["verdi"] for row in coded.raw}
    return Received(units, asked, there, coded.tables, raw, **rest)


def ranges(lines: Iterable[int]) -> str:
    """Line numbers in short: «2-4, 7»."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and runs[-1][1] == line - 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


# -- answers


def _asked(statistic: Statistic, aar: int, received: Received) -> list[Row]:
    """The answers of a year to the question of a statistic."""
    key = (statistic.kilde, aar, statistic.svar.get("sporsmaal", statistic.id))
    where = statistic.svar.get("der", {})
    return [row for row in received.answers.get(key, ()) if all(row[name] == code for name, code in where.items())]


def _parts(statistic: Statistic, cell: Cell) -> dict[str, str]:
    """The codes that narrow a cell: neither a whole, nor the answer itself."""
    return {
        name: code
        for name, code in cell["koder"].items()
        if name != statistic.answer_dim and code != statistic.per[name].total
    }


def unit_of(row: Row, units: Sequence[str]) -> tuple[str, ...]:
    """Who answered."""
    return tuple(row[name] for name in units)


def panel(statistic: Statistic, received: Received) -> set[tuple[str, ...]]:
    """The respondents that there were, and that said something, in every year of the series."""
    silent = {code for code, role in (statistic.answers.roller if statistic.answers else {}).items() if role}
    found: list[set[tuple[str, ...]]] = []
    units = received.units[statistic.kilde]
    for aar, there in received.register.get(statistic.kilde, {}).items():
        heard = {unit_of(row, units) for row in _asked(statistic, aar, received) if row["svar"] not in silent}
        found.append(heard & {unit_of(row, units) for row in there})
    return set.intersection(*found) if found else set()


def answer_rows(statistic: Statistic, cell: Cell, received: Received) -> list[Row]:
    """The coded answers that a cell counts."""
    parts, units = _parts(statistic, cell), received.units[statistic.kilde]
    kept = received.kept.setdefault((statistic.id, cell["aar"], *parts), {})
    if not kept:
        for row in _asked(statistic, cell["aar"], received):
            kept.setdefault(unit_of(row, [*parts]), []).append(row)
    rows = kept.get(tuple(parts.values()), [])
    if not statistic.panel:
        return rows
    among = panel(statistic, received)
    return [row for row in rows if unit_of(row, units) in among]


def by_unit(statistic: Statistic, rows: Iterable[Row], units: Sequence[str]) -> dict[tuple, tuple[str, int]]:
    """The answer of each respondent and the line that it stands on (0 for one that did not answer): of several, the one
    that speaks first."""
    told: dict[tuple, list[Row]] = {}
    for row in rows:
        told.setdefault(unit_of(row, units), []).append(row)
    first = list(statistic.answers.forrang) if statistic.answers else []
    return {
        unit: (min((r["svar"] for r in own), key=first.index) if len(own) > 1 else own[0]["svar"], own[-1]["linje"])
        for unit, own in sorted(told.items())
    }


def tally(statistic: Statistic, cell: Cell, answers: Sequence[str], size: int) -> dict[str, Any]:
    """What a cell says by its answers. Parameters: `answers`, one of each; `size`, how many there were to ask."""
    kinds, listed = Counter(answers), statistic.answers
    roles, codes, whole = (listed.roller, listed.koder, listed.total) if listed else ({}, {}, "")
    counted = cell["koder"].get(statistic.answer_dim) or statistic.svar["teller"]
    # Those that are outside the base are counted among all.
    outside = () if roles.get(counted) in ("utenfor", "ikke_spurt") else _OUTSIDE[statistic.svar["base"]]
    value: Any = size if counted == whole else kinds[counted]
    if counted in (MEAN, SUM):
        numbers = [Fraction(answer) for answer in answers if answer not in codes]
        value = sum(numbers) / (max(len(numbers), 1) if counted == MEAN else 1)
    base = size - sum(n for code, n in kinds.items() if roles.get(code) in outside)
    return {"verdi": _plain(value), "nevner": base, "svar": {code: kinds[code] for code in statistic.others}}


def _plain(value: int | Fraction) -> int | str:
    """A number as the evidence has it."""
    return int(value) if value == int(value) else str(value)


def _differs(cell: Cell, counted: Mapping[str, Any]) -> ProblemList:
    """A problem for each number of the evidence that the count does not give."""
    problems = ProblemList()
    pairs = [(name, cell[name], counted.get(name)) for name in ("verdi", "nevner")]
    pairs += [(code, n, counted["svar"].get(code)) for code, n in cell["svar"].items() if n is not None]
    for name, told, value in pairs:
        if told != value:
            place, found = f"{cell['celle']}, «{name}»", f"{told} i belegget, men {value} talt på nytt"
            problems.add("belegg.json", place, found, "samme tall", REBUILD)
    return problems


def grouped_lines(statistic: Statistic, told: Mapping[tuple, tuple[str, int]], named: Callable) -> list[dict]:
    """Respondents by answer: how many, on which lines, and which of them have no line. Parameters: `named`, what one is
    called."""
    found = []
    for answer in sorted({answer for answer, _ in told.values()}, key=_order(statistic)):
        lines = [line for given, line in told.values() if given == answer]
        absent = [named(unit) for unit, (given, line) in told.items() if given == answer and not line]
        lined = ranges(n for n in lines if n)
        found.append({"svar": answer, "antall": len(lines), "linjer": lined, "uten_linje": absent})
    return found


def _order(statistic: Statistic) -> Callable[[str], tuple[int, str]]:
    place = statistic.answers.place if statistic.answers else {}
    return lambda answer: (place.get(answer, len(place)), answer)


def columns_of(statistic: Statistic, rows: Iterable[Row], received: Received) -> list[dict]:
    """Where a reviewer finds the rows: per column of the raw file, which value on which lines became which answer, and
    by which correction where there is one."""
    found: dict[str, dict[tuple[str, str, str], list[int]]] = {}
    for row in rows:
        if row["linje"]:
            value = received.raw.get((row["fil"], row["linje"], row["kolonne"]), "")
            kind = (row["svar"], value, row.get("rettelse", ""))
            found.setdefault(row["kolonne"], {}).setdefault(kind, []).append(row["linje"])
    order = _order(statistic)
    return [
        {
            "kolonne": column,
            "verdier": [
                {"verdi": value, "svar": answer, "antall": len(lines), "linjer": ranges(lines), "rettelse": correction}
                for (answer, value, correction), lines in sorted(values.items(), key=lambda v: (order(v[0][0]), v[0]))
            ],
        }
        for column, values in sorted(found.items())
    ]


def check_values(statistic: Statistic, rows: Iterable[Row], received: Received) -> ProblemList:
    """Problems where the answer of a row is not what the codebook makes of the value as received.

    An empty cell is silence; it, and a box that was not ticked, are not asked behind a filter. A corrected row holds
    what people decided, not what stands in the file.
    """
    problems = ProblemList()
    role = {role: code for code, role in (statistic.answers.roller if statistic.answers else {}).items()}
    said = [code for code in (statistic.answers.forrang if statistic.answers else ()) if code not in role.values()]
    for row in rows:
        if row.get("rettelse"):
            continue
        value = received.raw.get((row["fil"], row["linje"], row["kolonne"])) if row["linje"] else ""
        called = received.labels.get((row["aar"], row["kolonne"]), {}).get(value or "", value or "")
        answer = role.get("taus") if value == "" else received.codes.get(row["aar"], {}).get(called)
        behind = row["svar"] == role.get("ikke_spurt") and answer in (role.get("taus"), *said[-1:])
        if row["svar"] != answer and not behind:
            problems.add(
                row["fil"],
                f"linje {row['linje']}, kolonne «{row['kolonne']}»",
                f"«{row['svar']}» i klargjort, men {'ingen celle' if value is None else shown(value)} i inndata",
                f"«{answer}», slik svarkoder.csv sier" if answer else "en verdi i svarkoder.csv",
                REBUILD,
            )
    return problems


def prove_answers(statistic: Statistic, cell: Cell, received: Received) -> Proven:
    """Count a cell of answers again. Returns the cell with its rows, and a problem for all that differs."""
    rows, units, parts = (
        answer_rows(statistic, cell, received),
        received.units[statistic.kilde],
        _parts(statistic, cell),
    )
    told = by_unit(statistic, rows, units)
    there = {
        unit_of(row, units)
        for row in received.register.get(statistic.kilde, {}).get(cell["aar"], ())
        if all(row.get(name, code) == code for name, code in parts.items())
    }
    if statistic.panel:
        there &= panel(statistic, received)
    problems = _differs(cell, tally(statistic, cell, [answer for answer, _ in told.values()], len(there)))

    def named(unit: tuple) -> str:
        return " ".join(code for name, code in zip(units, unit, strict=True) if name not in parts)

    if strange := sorted(named(unit) for unit in told.keys() ^ there):
        found = f"rader som ikke svarer til registeret ({', '.join(strange[:5])})"
        wanted = "én rad for hver enhet i registeret, og ingen andre"
        problems.add("belegg.json", str(cell["celle"]), found, wanted, REBUILD)
    problems.extend(check_values(statistic, rows, received))
    behind = {"fil": rows[0]["fil"] if rows else "", "etter_svar": grouped_lines(statistic, told, named)}
    return {**cell, **behind, "kolonner": columns_of(statistic, rows, received)}, problems


# -- finished tables


def table_rows(statistic: Statistic, cell: Cell, received: Received) -> list[Row]:
    """The rows of a finished table that a cell is the sum of: the row of the whole where the table has it, or else its
    parts."""
    found = [row for row in received.tables.get(statistic.id, ()) if row["aar"] == cell["aar"]]
    for name, code in cell["koder"].items():
        own = [row for row in found if row[name] == code]
        found = own or (found if code == statistic.per[name].total else [])
    return found


def _as_number(text: str, statistic: Statistic) -> Fraction | None:
    """A number as a table has it written; None for what is none."""
    try:
        plain = "".join(text.split()).replace(",", ".")
        return Fraction(plain) * statistic.said.get("faktor", 1)
    except ValueError:
        return None


def prove_table(statistic: Statistic, cell: Cell, received: Received) -> Proven:
    """Find a number of a finished table again, or add it up, from the file as received. Returns as `prove_answers`. Of
    persons the reviewer gets the lines, never what one of them says."""
    rows, secret = table_rows(statistic, cell, received), statistic.enhet.vern == "person"
    counted: dict[str, Any] = {"svar": {}}
    for name in ("verdi", "nevner"):
        numbers = [Fraction(row[name]) for row in rows if row.get(name) is not None]
        counted[name] = _plain(sum(numbers, Fraction())) if rows and len(numbers) == len(rows) else None
    problems, values = _differs(cell, counted), []
    for row in rows:
        value = received.raw.get((row["fil"], row["linje"], row["kolonne"]), "")
        values.append((value, row["linje"], row["rettelse"]))
        kept = None if row["verdi"] is None else Fraction(row["verdi"])
        if _as_number(value, statistic) != kept and not row["rettelse"]:
            found = f"{row['verdi']} i klargjort, men {shown(value)} i inndata"
            found = "ikke det samme tallet i klargjort og i inndata" if secret else found
            problems.add(row["fil"], f"linje {row['linje']}, kolonne «{row['kolonne']}»", found, "samme tall", REBUILD)
    told = [{"verdi": v, "svar": "antall", "antall": 1, "linjer": str(n), "rettelse": r} for v, n, r in values]
    if secret:
        lines = ranges(n for _, n, _ in values)
        told = [
            {"verdi": "summen av radene", "svar": "antall", "antall": len(rows), "linjer": lines, "rettelse": ""}
        ] * bool(rows)
    columns = [{"kolonne": rows[0]["kolonne"], "verdier": told}] if rows else []
    return {**cell, "fil": rows[0]["fil"] if rows else "", "etter_svar": [], "kolonner": columns}, problems


# -- forms


def prove_forms(statistic: Statistic, cell: Cell, reread: Reread) -> Proven:
    """Count a cell of forms again. Returns the cell with what each form counted for and where that stands (`skjemaer`),
    and a problem for all that differs."""
    told = reread(statistic, cell)
    problems = _differs(cell, tally(statistic, cell, [one["svar"] for one in told], len(told)))
    for fil, kept in [(form["fil"], kept) for form in told for kept in form["felt"] if not kept["stemmer"]]:
        found = f"{shown(kept['svar'])} i klargjort, men {shown(kept['verdi'])} i inndata"
        problems.add(fil, kept["sted"], found, "det samme", REBUILD)
    forms = [
        one | {"felt": [{name: kept[name] for name in ("felt", "sted", "verdi")} for kept in one["felt"]]}
        for one in told
    ]
    return {**cell, "fil": "", "etter_svar": [], "kolonner": [], "skjemaer": forms}, problems


# -- all of it


def prove_cell(statistic: Statistic, cell: Cell, received: Received) -> Proven:
    """Count a cell again, in the way that its declaration asks for."""
    if statistic.tabell:
        return prove_table(statistic, cell, received)
    if statistic.kilde in received.forms:
        return prove_forms(statistic, cell, received.forms[statistic.kilde])
    return prove_answers(statistic, cell, received)


def prove(evidence: Mapping[str, Any], model: Model, received: Received) -> dict[str, Any]:
    """The complete evidence, in the form of workflow/schemas/paastander.schema.json.

    Parameters: `evidence`, in the form of belegg.schema.json. Each cell is counted again and stands once, with its
    rows; statements name their cells and files. Raises `Problems` for everything that differs.
    """
    problems = ProblemList()
    cells: dict[str, Cell] = {}
    for cell in (cell for statement in evidence["paastander"] for cell in statement["celler"]):
        name = model[cell["statistikk"]].cell({**cell["koder"], "aar": cell["aar"]})
        if cells.setdefault(name, cell) != cell or cell["celle"] != name:
            problems.add("belegg.json", cell["celle"], "to ulike tall for samme celle", "ett tall", REBUILD)
    proven: dict[str, dict] = {}
    for name, cell in sorted(cells.items()):
        proven[name] = problems.of(prove_cell(model[cell["statistikk"]], cell, received))
    problems.raise_if_any()
    used = sorted({file for cell in proven.values() for file in _files_of(cell)})
    files = [
        {"fil": file, "format": source.format, "sha256": source.sha256, "opphav": source.opphav}
        for file, source in ((f, received.sources[f]) for f in used)
    ]
    statements = []
    for statement in sorted(evidence["paastander"], key=lambda s: s["id"]):
        names = [cell["celle"] for cell in statement["celler"]]
        behind = sorted({file for name in names for file in _files_of(proven[name])})
        statements.append(statement | {"celler": names, "filer": behind})
    told = {name: evidence[name] for name in ("aar", "leksikon", "konfidensialitet", "varsler", "signert")}
    return {**told, "filer": files, "celler": list(proven.values()), "paastander": statements}


def _files_of(cell: Cell) -> list[str]:
    """The files as received that a proven cell counts."""
    return [form["fil"] for form in cell.get("skjemaer", ())] or [cell["fil"]]
