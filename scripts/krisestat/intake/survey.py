"""Answers to a survey: cells as received become one coded answer per year, centre, service and question, with the
dimensions that the question is asked by.

Nothing is guessed and nothing is dropped: a column, name or answer that the codebooks and the register do not know is a
problem, and every service of the register has an answer, if only `ubesvart`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from krisestat.base.errors import ProblemList, nearest, one_problem, shown
from krisestat.base.frames import among, constant, different, kept, numbered, placed, translate
from krisestat.base.kept_tables import exact_number, normal, valid_in
from krisestat.intake.corrections import correct, set_aside
from krisestat.intake.decisions import Decisions, chosen
from krisestat.intake.raw_file import FAULT, FORMULA, MOST_SHOWN, some
from krisestat.model.codebooks import HAS_SERVICE, LABELS, RESPONDENT, UNUSED, columns_file, labels_of
from krisestat.model.declared import STANDARDS, Questions
from krisestat.model.quality import Check, warn_if
from krisestat.model.register import Register

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?: [\d:.]+)?")
NOT_ASKED, SILENT = "ikke_spurt", "ubesvart"
_ASK = "Be senteret avklare svaret og avsenderen om en rettet fil, eller rett cellen i data/rettelser.yaml."


def places(lines: Sequence[int], column: str) -> str:
    """Where a fault stands; a fault that repeats down a column is told once, with its first lines."""
    return f"linje {some(lines)}" + (f", kolonne «{column}»" if column else "")


def check_columns(present: Sequence[str], columns: Sequence[dict], source: Path, codebook: Path) -> ProblemList:
    """Compare a file's columns with its codebook, both ways.

    Parameters: `present`, the columns of the file; `columns`, the codebook's rows; `source`, `codebook`, their paths.
    Returns a problem for every column that only one of them has, with suggestions.
    """
    problems = ProblemList()
    known, there = {r["kolonne"] for r in columns}, set(present)
    extra = [c for c in present if c not in known]
    missing = [r["kolonne"] for r in columns if r["kolonne"] not in there]
    for many in _together(missing):
        problems.add(
            source,
            "overskriften",
            f"ingen kolonne {shown(many[0])}" + nearest(many[0], extra)
            if len(many) == 1
            else f"ikke {len(many)} av kolonnene: {some(many)}",
            f"alle de {len(known)} kolonnene i {codebook}",
            "Be om en fil med kolonnen, eller rett kodeboken hvis spørsmålet har skiftet navn eller ikke ble stilt.",
        )
    for many in _together(extra):
        problems.add(
            source,
            f"kolonne {some([list(present).index(column) + 1 for column in many])}",
            f"kolonnen {shown(many[0])}, som ikke har noen rad i kodeboken" + nearest(many[0], missing)
            if len(many) == 1
            else f"{len(many)} kolonner som ikke har noen rad i kodeboken: {some(many)}",
            f"bare kolonner som står i {codebook}",
            "Legg til en rad i kodeboken; en ny kode trenger også en plass i sin kodeliste. "
            "Skal kolonnen ikke brukes, er variabelen «uten_betydning».",
        )
    return problems


def _together(columns: Sequence[str]) -> list[Sequence[str]]:
    """A few columns are told one by one; many are one fault."""
    return [columns] if len(columns) > MOST_SHOWN else [[column] for column in columns]


def name_centres(cells: pd.DataFrame, register: Register, aar: int, source: Path) -> tuple[pd.DataFrame, ProblemList]:
    """Identify the centre of each record. Names match exactly once Unicode and white space are normal.

    Parameters: `cells`, the `inndata` rows of the column with the centre's name (one per record). Returns, by line,
    `senter` and `del` (the service that the record answers for, when it comes from a department; else «»), and a
    problem for each name that the register does not know in that year or that answers for the same a second time.
    """
    problems = ProblemList()
    names = owners_of(register, aar)
    known = {**register.names(aar), **register.departments(aar)}
    written = {normal(str(name)).casefold() for name in cells["verdi"]}
    absent = [name for name in known if name.casefold() not in written]
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    unknown: dict[str, list[int]] = {}
    owners: dict[int, tuple[str, str]] = {}
    column = str(cells["kolonne"].iloc[0]) if len(cells) else ""
    for line, name in zip(cells["linje"], cells["verdi"], strict=True):
        owner = names.get(normal(name).casefold())
        if owner is None:
            unknown.setdefault(name, []).append(line)
            continue
        senter, part = owner
        first = min((n for p, n in seen[senter].items() if not p or not part or p == part), default=0)
        if first:
            problems.add(
                source,
                places([line], column),
                f"senteret {shown(name)} ({senter}) en gang til (først på linje {first})",
                "én rad per senter, eller én per avdeling som står i avdelinger.csv",
                "Finn ut hvilken rad som gjelder, og be om en fil med bare den, "
                "eller sett den andre i karantene i data/rettelser.yaml.",
            )
        else:
            seen[senter][part] = line
            owners[line] = owner
    if unknown:
        told = [f"{shown(name)}{_known_otherwise(name, register, aar, absent)}" for name in unknown]
        problems.add(
            source,
            places(sorted(itertools.chain.from_iterable(unknown.values())), column),
            f"{'senteret' if len(told) == 1 else f'{len(told)} sentre'} som ikke står i registeret for {aar}: "
            + "; ".join(told),
            "navnet på et senter som hadde et tilbud det året",
            "Er det en annen skrivemåte eller en kode, føres den i data/raw/register/skrivemaater.csv. Er senteret "
            "nytt eller har skiftet navn, rettes sentre.csv, tilbud.csv og hendelser.csv samme sted. "
            "Er raden ikke et svar, settes den i karantene i data/rettelser.yaml.",
        )
    found = pd.DataFrame.from_dict(owners, orient="index", columns=["senter", "del"], dtype="str")
    return found, problems


def _known_otherwise(name: str, register: Register, aar: int, absent: Sequence[str]) -> str:
    """What the register knows of a name that is not one of the year's: what happened to its centre, or which of those
    that have not answered is called nearly so."""
    told = register.history(name, aar)
    return f" ({told})" if told else nearest(name, absent, same_numbers=True)


def code_answers(
    cells: pd.DataFrame, asked: Questions, codes: Mapping[str, str], labels: Mapping[str, Mapping], source: Path
) -> tuple[pd.DataFrame, ProblemList]:
    """Give each cell its answer in the codes of its question's list, or as an exact number.

    Parameters: `cells`, `inndata` rows of questions; `codes`, value → answer for the year; `labels`, what the survey
    tool says that values mean, by column. Returns the cells whose
    value is known, with the column `svar` (an empty cell is `ubesvart`), and a problem per unknown value and column.
    """
    problems = ProblemList()
    values = list(cells["verdi"].astype("category").cat.categories)
    meanings = _meanings(asked, codes, values)
    told = [translate(cells["verdi"], {"": SILENT} | meaning) for _, meaning in meanings]
    every = sorted({answer for answers in told for answer in answers.cat.categories})
    answers = told[0].cat.set_categories(every)
    for (questions, _), own in zip(meanings[1:], told[1:], strict=True):
        mine = among(cells["variabel"], questions)
        joined = np.where(mine, own.cat.set_categories(every).cat.codes, answers.cat.codes)
        answers = pd.Series(pd.Categorical.from_codes(joined, pd.Index(every)), index=cells.index)
    unknown = cells.loc[answers.isna(), ["kolonne", "verdi", "linje", "variabel", "raa"]].astype(
        {"kolonne": "str", "verdi": "str"}
    )
    kind = {q: n for n, (questions, _) in enumerate(meanings[1:]) for q in questions}
    unknown = unknown.assign(slag=[kind.get(question, -1) for question in unknown["variabel"]])
    for (_, value), group in unknown.groupby(["slag", "verdi"], sort=True):
        question = group["variabel"].iloc[0]
        known = next((meaning for questions, meaning in meanings[1:] if question in questions), meanings[0][1])
        number = question in asked.numeric
        problems.add(
            source,
            spread(group),
            shown(value) + ("" if number else nearest(value, known)),
            f"{'et tall' if number else ', '.join(known)} eller tomt felt",
            _what_to_do(str(value), number, labels.get(group["kolonne"].iloc[0], {}), str(group["raa"].iloc[0])),
        )
    return kept(cells.assign(svar=answers), answers.notna()), problems


def spread(cells: pd.DataFrame) -> str:
    """Where a fault stands that is told once: its lines, and its column, or how many it has."""
    columns = list(dict.fromkeys(map(str, cells["kolonne"])))
    lines = sorted(set(cells["linje"]))
    return (
        places(lines, columns[0])
        if len(columns) == 1
        else f"linje {some(lines)}, {len(columns)} kolonner: {some(columns)}"
    )


def _what_to_do(value: str, number: bool, labels: Mapping[str, str], raw: str) -> str:
    """What to do with a value that is no answer. Parameters: `labels`, what the survey tool says of the values of the
    column; `raw`, the value as received."""
    if value.startswith((FORMULA, FAULT)):
        return "Be avsenderen om verdien, og rett cellen i data/rettelser.yaml."
    if _DATE.fullmatch(value):
        return f"Regnearket har trolig gjort om svaret til en dato. {_ASK}"
    if raw in labels:
        return "Det er et av svarene i skjemaet: skriv hva det betyr, i data/raw/codebooks/svarkoder.csv."
    return (
        _ASK
        if number or labels
        else f"{_ASK} Er det en ny svarkode, hører den hjemme i data/raw/codebooks/svarkoder.csv."
    )


def _meanings(
    asked: Questions, codes: Mapping[str, str], values: Sequence[str]
) -> list[tuple[list[str], dict[str, str]]]:
    """The questions of each list of answers, and what values mean there; first those that most questions have.

    What `codes` says of a list holds; a list that it says nothing of is written with the names of its codes. A number
    is kept as an exact one.
    """
    found: dict[tuple[str, bool], list[str]] = {}
    for question, listed in asked.answers.items():
        found.setdefault((listed.id, question in asked.numeric), []).append(question)
    meanings = []
    for (_, number), questions in sorted(found.items(), key=lambda one: -len(one[1])):
        listed = asked.answers[questions[0]]
        own = {value: answer for value, answer in codes.items() if answer in listed.koder}
        if number:
            own = {value: exact for value in values if (exact := exact_number(value))}
        elif not own:
            own = {listed.heading(c, s): c for c in listed.koder if c not in listed.roller for s in STANDARDS}
        meanings.append((questions, own))
    return meanings


def check_labels(
    labels: Mapping[str, Mapping[str, str]], columns: Sequence[dict], svarkoder: Sequence[dict], aar: int, source: Path
) -> ProblemList:
    """Compare what the file itself says that values mean with the codebook.

    Parameters: `labels`, column → value → label, as an SPSS file has them; `columns`, the year's codebook; `svarkoder`,
    what values mean. Returns a problem for each value whose label names another answer than the codebook does; a label
    in other words says nothing.
    """
    problems = ProblemList()
    codes = {r["verdi"]: r["svar"] for r in svarkoder if valid_in(r, aar)}
    words = {r["verdi"].casefold(): r["svar"] for r in svarkoder}
    words |= {svar.replace("_", " "): svar for svar in set(words.values())}
    wrong: dict[tuple[str, str, str], list[str]] = {}
    for column in (r["kolonne"] for r in columns if r["variabel"] not in (RESPONDENT, UNUSED)):
        for value, label in labels.get(column, {}).items():
            meant = words.get(label.casefold())
            if meant and value in codes and codes[value] != meant:
                wrong.setdefault((value, label, codes[value]), []).append(column)
    for (value, label, svar), where in wrong.items():
        problems.add(
            source,
            f"variabelen {some(where)}",
            f"verdien {shown(value)} med etiketten {shown(label)} i filen, men «{svar}» i svarkoder.csv",
            "samme betydning begge steder",
            "Finn ut hva verdien betyr i årets fil, og rett svarkoder.csv eller be om en rettet fil.",
        )
    return problems


def check_services(answers: pd.DataFrame, asked: Questions, register: Register, aar: int, source: Path) -> ProblemList:
    """Compare the services that the file speaks of with the register: the base must be possible.

    Parameters: `answers`, coded cells with `senter`. Returns a problem where a centre says that it has a service
    that the register does not give it (or the other way), and where it answers for a service that it does not have.
    """
    problems = ProblemList()
    services = {service: number for number, service in enumerate(register.services(aar))}
    told = answers[answers["variabel"] == HAS_SERVICE]
    has = numbered([told["senter"], told["tilbud"]], services) >= 0
    told = told.assign(har=has)[(told["svar"] == "ja").to_numpy() != has]
    for (tilbud, value, has), group in told.groupby(["tilbud", "verdi", "har"], sort=True, observed=True):
        problems.add(
            source,
            spread(group),
            f"{_centres(group)} svarer {shown(value)} på om det har tilbud til {tilbud}",
            f"{'Ja' if has else 'Nei'}, slik registeret sier for {aar}",
            "Rett data/raw/register/tilbud.csv hvis senteret har rett; ellers be om en rettet fil, eller rett "
            "cellen i data/rettelser.yaml. Basen for prosentene kommer fra registeret."
            if value
            else "Purr på senteret. Har det ikke svart på noe, settes raden i karantene i data/rettelser.yaml, og det "
            "regnes som ubesvart.",
        )
    # A box that was not ticked says nothing where the question was not put.
    spoken = (answers["variabel"] != HAS_SERVICE).to_numpy() & ~among(answers["svar"], ["ubesvart"])
    for question in asked.only_if:
        spoken &= ~((answers["variabel"] == question).to_numpy() & among(answers["svar"], asked.no(question)))
    outside = answers[spoken & (numbered([answers["senter"], answers["tilbud"]], services) < 0)]
    for (tilbud, _), group in outside.groupby(["tilbud", "svar"], sort=True, observed=True):
        values = sorted(set(group["raa"]))
        rule = f'«uten_tilbud: true», «tilbud: {tilbud}», «fra: "{values[0]}"», «til: ""» og «antall: {len(group)}»'
        problems.add(
            source,
            spread(group),
            f"{len(group)} svar ({', '.join(map(shown, values))}) fra {_centres(group)} for tilbud til {tilbud}",
            f"tomme felt, for senteret har ikke tilbud til {tilbud} i {aar}",
            "Rett data/raw/register/tilbud.csv hvis senteret har tilbudet; ellers be om en rettet fil, eller rett "
            f"cellene i data/rettelser.yaml, alle i én post: {rule}.",
        )
    return problems


def _centres(cells: pd.DataFrame) -> str:
    """The centres of some cells."""
    return some(sorted(set(cells["senter"])))


def answers_within_services(answers: pd.DataFrame, source: Path) -> tuple[pd.DataFrame, ProblemList]:
    """Keep what each record may answer for.

    Parameters: `answers`, coded cells with `senter` and `del`. Returns the cells without a department's empty cells
    for services that are not its own, and a problem for each department that fills them in.
    """
    problems = ProblemList()
    foreign = (answers["del"] != "").to_numpy() & (
        answers["del"].astype(str) != answers["tilbud"].astype(str)
    ).to_numpy()
    spoken = answers[foreign & (answers["variabel"] != HAS_SERVICE).to_numpy() & ~among(answers["svar"], ["ubesvart"])]
    for (line, senter, part), group in spoken.groupby(["linje", "senter", "del"], sort=True):
        problems.add(
            source,
            places([line], str(group["kolonne"].iloc[0])),
            f"{len(group)} svar for et annet tilbud fra avdelingen for {part} i {senter}",
            f"svar bare for {part}, slik avdelinger.csv sier",
            "Rett data/raw/register/avdelinger.csv hvis avdelingen svarer for begge; ellers be om en rettet fil.",
        )
    return kept(answers, ~foreign), problems


def complete(answers: pd.DataFrame, register: Register, asked: Questions, aar: int) -> pd.DataFrame:
    """One row for every service of the register and every question, with all codes of its dimensions in the year.

    Parameters: `answers`, coded cells with `senter`, of questions alone. A question that the year's file did not ask
    becomes `ikke_spurt` for all, a question of one kind of service for all of that kind; one that it asked, `ubesvart`
    for a service whose centre did not answer. Returns the columns of the contract of `asked`, without `aar` and `fil`.
    """
    questions = sorted(
        (question, *(codes[dims.index(name)] if name in dims else "" for name in asked.dims))
        for question, dims in asked.asked.items()
        for codes in itertools.product(*(asked.lists[name].in_year(aar) for name in dims))
    )
    services = register.services(aar)
    # Every service has every question, so a row's place is known and need not be searched for, as a join would.
    by = numbered([answers["senter"], answers["tilbud"]], {service: n for n, service in enumerate(services)})
    question = [answers[column] for column in ("variabel", *asked.dims)]
    which = numbered(question, {question: n for n, question in enumerate(questions)})
    # Which questions the file has of each kind of service, whoever answered them.
    kinds = {(tilbud,): n for n, tilbud in enumerate(sorted({tilbud for _, tilbud in services}))}
    kind = numbered([answers["tilbud"]], kinds)
    put = np.zeros((len(kinds), len(questions)), dtype=bool)
    put[kind[kind >= 0], which[kind >= 0]] = True
    theirs, which, by = kept(answers, by >= 0), which[by >= 0], by[by >= 0]
    size = len(services) * len(questions)
    at = by * len(questions) + which
    if (which < 0).any() or (np.bincount(at, minlength=size) > 1).any():
        raise ValueError("an answer of a service to no question, or two to one")
    by_service = pd.DataFrame(services, columns=["senter", "tilbud"], dtype="category")
    by_question = pd.DataFrame(questions, columns=["sporsmaal", *asked.dims], dtype="category")
    key = {column: values.array.repeat(len(questions)) for column, values in by_service.items()}
    key |= {
        column: values.array.take(np.tile(by_question.index, len(services))) for column, values in by_question.items()
    }
    svar = _placed(theirs["svar"], at, NOT_ASKED, size, asked.svar)
    heard = set(different([answers["senter"], answers["tilbud"]]))
    centres = {senter for senter, _ in heard}
    divided = {senter for senter, _ in register.departments(aar).values()}
    silent = [s not in centres or (s in divided and (s, t) not in heard) for s, t in services]
    of_service = put[[kinds[(tilbud,)] for _, tilbud in services]].ravel()
    svar[np.repeat(np.array(silent, dtype=bool), len(questions)) & of_service] = SILENT
    linje = np.zeros(size, dtype="int64")
    linje[at] = theirs["linje"]
    told = {column: _placed(theirs[column], at, "", size) for column in ("kolonne", "rettelse")}
    return pd.DataFrame(key | {"svar": svar, "linje": linje} | told)


def _placed(values: pd.Series, at: np.ndarray, empty: str, size: int, categories: Sequence[str] = ()) -> pd.Categorical:
    """A column of `size` rows with the values at their places, and `empty` elsewhere."""
    values = values.astype("category")
    every = sorted({*values.cat.categories, empty, *categories})
    codes = np.full(size, every.index(empty))
    codes[at] = values.cat.set_categories(every).cat.codes
    return pd.Categorical.from_codes(codes, pd.Index(every))


def put_only_if(rows: pd.DataFrame, asked: Questions, source: Path) -> tuple[pd.DataFrame, ProblemList]:
    """Apply the survey's filters: a question that is put only where another had the counted answer.

    Parameters: `rows`, as `complete` gives them. Returns them with an empty answer, or a box that was not ticked, as
    `ikke_spurt` where the question was not to be put, and a problem for each that has the counted answer all the same.
    Where the other question was not asked, it kept nobody out. A centre that did not answer at all (its rows have no
    line) stays `ubesvart`.
    """
    problems = ProblemList()
    svar = rows["svar"].array.copy()
    for question, first in asked.only_if.items():
        yes = next(iter(asked.answers[first].koder))
        shared = [name for name in asked.asked[first] if name in asked.asked[question]]
        pair, values = placed([rows["senter"], rows["tilbud"], *(rows[name] for name in shared)])
        opened = np.zeros(math.prod(map(len, values)), dtype=bool)
        opened[pair[(rows["sporsmaal"] == first).to_numpy() & among(rows["svar"], [yes, NOT_ASKED])]] = True
        closed = (rows["sporsmaal"] == question).to_numpy() & ~opened[pair]
        wrong = rows[closed & (rows["svar"] == yes)]
        if len(wrong):
            of = sorted({" ".join(row) for row in wrong[list(asked.asked[question])].itertuples(index=False)})
            problems.add(
                source,
                spread(wrong),
                f"{_centres(wrong)} svarer {yes} på {question} ({some(of)}), men ikke {yes} på {first}",
                f"{yes} på {first} når {question} er krysset av",
                _ASK,
            )
        svar[closed & among(rows["svar"], [SILENT, *asked.no(question)]) & (rows["linje"] > 0).to_numpy()] = NOT_ASKED
    return rows.assign(svar=svar), problems


def clarify(
    inndata: pd.DataFrame,
    columns: Sequence[dict],
    asked: Questions,
    svarkoder: Sequence[dict],
    register: Register,
    aar: int,
    source: Path,
    decisions: Decisions,
) -> tuple[pd.DataFrame, list[Check]]:
    """One year from `inndata` to `klargjort`.

    Parameters: `inndata`, the year's cells; `columns`, the year's codebook; `asked`, the questions of the source;
    `svarkoder`, what values mean; `source`, the raw file that errors speak of; `decisions`, those on the file. Returns
    a frame as the contract of `asked`, and what was checked. Raises `Problems` with every fault of the file.
    """
    unlike = check_columns(list(inndata["kolonne"].unique()), columns, source, columns_file(aar))
    problems = ProblemList()
    problems.extend(unlike)
    named = next(r["kolonne"] for r in columns if r["variabel"] == RESPONDENT)
    used, aside = problems.of(set_aside(inndata, decisions, named))
    own = _lines_of(used[used["kolonne"] == named], register, aar)
    corrected = problems.of(correct(used, decisions, own, columns, register.services(aar)))
    meaning = {what: {r["kolonne"]: r[what] for r in columns} for what in ("variabel", "tilbud", *asked.dims)}
    cells = corrected[["linje", "kolonne", "verdi", "rettelse"]]
    cells = cells.assign(verdi=_in_words(cells, columns), raa=cells["verdi"])
    cells = cells.assign(**{what: translate(cells["kolonne"], told) for what, told in meaning.items()})
    cells = kept(cells, cells["variabel"].notna())
    owners = problems.of(name_centres(cells[cells["variabel"] == RESPONDENT], register, aar, source))
    codes = {r["verdi"]: r["svar"] for r in svarkoder if valid_in(r, aar)}
    answers = cells[~among(cells["variabel"], [RESPONDENT, UNUSED])]
    told = {row["kolonne"]: labels_of(row) for row in columns}
    answers = problems.of(code_answers(answers, asked, codes, told, source))
    # Without the file's columns or any of its centres, the checks that follow would only repeat that fault.
    if unlike.problems or owners.empty:
        problems.raise_if_any()
    lines = answers["linje"].astype("category")
    answers = answers.assign(**{str(what): translate(lines, owners[what].to_dict()) for what in owners})
    answers = kept(answers, answers["senter"].notna())
    answers = problems.of(answers_within_services(answers, source))
    problems.extend(check_services(answers, asked, register, aar, source))
    questions = kept(answers, answers["variabel"] != HAS_SERVICE)
    rows = problems.of(put_only_if(complete(questions, register, asked, aar), asked, source))
    problems.raise_if_any()
    rows = rows.assign(aar=aar, fil=constant(source.as_posix(), len(rows)))
    return rows, checks_of_file(inndata, aside, owners, questions, rows, asked, decisions, source)


def _in_words(cells: pd.DataFrame, columns: Sequence[dict]) -> pd.Series:
    """The values of cells in the words of the survey tool, where the codebook has what its codes mean."""
    values = cells["verdi"].astype(object)
    described: dict[str, list[dict]] = {}
    for row in columns:
        if row.get(LABELS):
            described.setdefault(row[LABELS], []).append(row)
    for rows in described.values():
        mine = among(cells["kolonne"], [row["kolonne"] for row in rows])
        values[mine] = values[mine].replace(labels_of(rows[0]))
    return values.astype("category") if described else cells["verdi"]


def owners_of(register: Register, aar: int) -> dict[str, tuple[str, str]]:
    """What files call centres and departments, case folded: centre, and the service of a department."""
    parts = {name.casefold(): owner for name, owner in register.departments(aar).items()}
    return {name: (senter, "") for name, senter in register.known_as(aar).items()} | parts


def _lines_of(cells: pd.DataFrame, register: Register, aar: int) -> dict[str, list[int]]:
    """The lines of each centre that the register knows, for corrections that name a centre."""
    names = owners_of(register, aar)
    lines: dict[str, list[int]] = {}
    for line, name in zip(cells["linje"], cells["verdi"], strict=True):
        if owner := names.get(normal(name).casefold()):
            lines.setdefault(owner[0], []).append(line)
    return lines


def checks_of_file(
    inndata: pd.DataFrame,
    aside: Sequence[int],
    owners: pd.DataFrame,
    questions: pd.DataFrame,
    rows: pd.DataFrame,
    asked: Questions,
    decisions: Decisions,
    source: Path,
) -> list[Check]:
    """The checks of one file that raised no problem, as rows of the quality report.

    Parameters: `inndata`, all its cells; `aside`, lines in quarantine; `owners`, the centre of each line that was used;
    `questions`, its coded cells; `rows`, its `klargjort`; `decisions`, those on the file. Raises `Problems` if the rows
    that came in are not those that were used and those that were set aside.
    """
    name = source.as_posix()
    lines = inndata["linje"].unique()
    _add_up(list(lines), list(owners.index), aside, source)
    centres = set(rows["senter"].unique())
    absent = sorted(centres - set(owners["senter"]))
    blank, batteries = _blank(rows, asked)
    filtered = among(rows["sporsmaal"], list(asked.only_if)) & (rows["svar"] == "ja").to_numpy()
    checks = [
        Check("form: hver rad har alle kolonner", name, len(inndata)),
        Check("kolonner mot kodeboken", name, inndata["kolonne"].nunique()),
        Check("sentre mot registeret", name, len(owners)),
        Check("svarkoder mot kodeboken", name, len(questions)),
        Check("svar bare for tilbud som finnes", name, len(different([rows["senter"], rows["tilbud"]]))),
        Check("spørsmål bare der de ble stilt", name, int(filtered.sum())),
        Check(
            "rader inn = brukt + karantene",
            name,
            len(lines),
            len(aside),
            eksempler=f"{len(lines)} rader inn = {len(owners)} brukt + {len(aside)} i karantene",
        ),
        warn_if(
            absent,
            "sentre uten svar",
            name,
            len(centres),
            "De regnes som ubesvart. Purr på svaret, eller bekreft i data/signaturer.yaml at det ikke kommer.",
        ),
        warn_if(
            blank,
            "hele spørsmålet tomt",
            name,
            batteries,
            "Det regnes som ubesvart, ikke som nei. Spør senteret, eller bekreft i data/signaturer.yaml.",
        ),
    ]
    return [*checks, *decided(decisions, name)]


def _blank(rows: pd.DataFrame, asked: Questions) -> tuple[list[str], int]:
    """Who left a question of several parts wholly empty, each in words, and how many were asked one."""
    told, count = [], 0
    for question in (q for q, dims in asked.asked.items() if dims and q not in asked.only_if):
        battery = rows[(rows["sporsmaal"] == question) & (rows["linje"] > 0)]
        battery = battery.assign(tomt=battery["svar"] == SILENT)
        empty = battery.groupby(["senter", "tilbud", "linje"], sort=True, observed=True)["tomt"].all()
        count += len(empty)
        told += [
            f"linje {line}: {senter}, tilbud til {tilbud}, {question}" for senter, tilbud, line in empty[empty].index
        ]
    return told, count


def _add_up(lines: Sequence[int], used: Sequence[int], aside: Sequence[int], source: Path) -> None:
    """Raise `Problems` unless the lines that came in are those that were used and those that were set aside."""
    if sorted(lines) != sorted([*used, *aside]):
        raise one_problem(
            source,
            "",
            f"{len(lines)} rader inn, men {len(used)} brukt og {len(aside)} i karantene",
            "at alle rader er brukt eller i karantene",
            "Dette er en feil i Krisestat: meld den med loggen.",
        )


def decided(decisions: Decisions, name: str) -> list[Check]:
    """Every correction and every record in quarantine of a file, as rows of the quality report."""
    checks = []
    for entry in decisions.rettelser:
        told = f"{name}, {chosen(entry)}: fra «{entry['fra']}» til «{entry['til']}». "
        count = entry.get("antall", 1)
        checks.append(Check("rettelse", entry["id"], count, count, eksempler=told + _reason(entry)))
    for entry in decisions.karantene:
        told = f"{name}, linje {entry['linje']}, {shown(entry['navn'])}. "
        checks.append(Check("karantene", entry["id"], 1, 1, eksempler=told + _reason(entry)))
    return checks


def _reason(entry: dict) -> str:
    return f"{entry['grunn']} ({entry['bestemt_av']}, {entry['dato']})"
