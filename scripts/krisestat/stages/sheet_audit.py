"""Stage `sheet_audit`: stops the build when a fact sheet could not be made, or when a finished one reveals a number of
persons that must be hidden. The sheets that could be made lie on the disk all the same.

The finished files are read with the readers of `audit`. The question is put otherwise than for the publication, since
all of a sheet is about one centre: a hidden number may not stand where persons are spoken of, whether the centre is
named there or not.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.audit.reading import Passage, pdf_lines, units_beside_pages, units_of
from krisestat.audit.secrets import NUMBER, Secrets, code_words, measure_words
from krisestat.base.contracts import read_rows, write_atomic
from krisestat.base.errors import Problem, ProblemList, Problems
from krisestat.base.files import Files
from krisestat.base.personal import personal_marks
from krisestat.model.cubes import read_answers, read_cubes
from krisestat.model.declared import Cubes, Model
from krisestat.model.disclosure import HIDDEN, PERSON
from krisestat.model.load import load_model
from krisestat.model.policy import load_policy
from krisestat.model.single import AGREEMENT, AGREEMENTS, Single, answers_behind, may_be_told
from krisestat.pages.frame import json_text
from krisestat.sheets.batch import read_failures
from krisestat.sheets.contracts import ENHETER

LOG = logging.getLogger(__name__)

# What is no number of anything: a reference, or the services that said yes of those that were asked.
_REFERENCE = re.compile(r"(?:tabell|figur|side|kapittel|§)[ \u00a0]\d+|\d+[ \u00a0]av[ \u00a0]\d+", re.IGNORECASE)
_LAST_NUMBER = re.compile(r" \d+$")
_NO_NAME = re.compile(r"(?!)")
# How many lines above a line of a PDF tell what it is about: the head of a table stands over its rows.
_AROUND = 6
_WORD = re.compile(r"[^\W\d_]{2}")
_OF = re.compile(r"(?<![\w.,])(\d+)\s+av\s+(\d+)(?!\w)")
_SENTENCE = re.compile(r"(?<=[.!?])\s")
# How many sheets a problem names before it counts the rest.
_NAMED = 5
_FIX = "Publiser ikke. Ta det ut av malen, og bygg igjen (docs/metode.md, «Konfidensialitet»)."


@dataclass(frozen=True)
class Hidden:
    """A number of persons that must not be found on the sheets of a centre: what words speak of it, and the number."""

    words: tuple[re.Pattern, ...]
    value: int


@dataclass(frozen=True)
class SheetSecrets:
    """What must not be found on the sheets of each centre: `hidden`, and `open`, how often each published number of
    persons may stand there; both by `senter_id`; and the `names` of centres, the numbers in which count nothing."""

    hidden: Mapping[str, Sequence[Hidden]]
    open: Mapping[str, frozenset[int]]
    names: re.Pattern


def secrets(model: Model, cubes: Cubes, public: Cubes, policy: Mapping[str, Any]) -> SheetSecrets:
    """The numbers of persons that must not be found on a sheet.

    Parameters: `cubes`, the true numbers; `public`, the published ones. What is hidden is every printable cell of an
    institution without a published number, and every cell that the policy protects.
    """
    known = {
        model[name].cell(row)
        for name, rows in public.items()
        for row in rows
        if model[name].enhet.vern == PERSON and row["verdi"] is not None
    }
    found = Secrets(model, cubes, dict.fromkeys(known, 0), policy)
    hidden: dict[str, list[Hidden]] = {}
    for key in sorted(found.secret - known):
        statistic, row = found.rows[key]
        if code := found.institution(key):
            divides = [(n, row[n]) for n, codes in statistic.per.items() if row[n] not in (codes.total, code)]
            patterns = [measure_words(statistic), *(code_words(statistic.per[n], one) for n, one in divides)]
            hidden.setdefault(code, []).append(Hidden(tuple(patterns), found.truth[key]))
    open_: dict[str, set[int]] = {}
    for key in known & found.truth.keys():
        open_.setdefault(found.institution(key), set()).add(found.truth[key])
    called = sorted(found.names, key=len, reverse=True)
    names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, called))})(?!\w)" if called else "(?!)")
    may = {code: frozenset(values | open_.get("", set())) for code, values in open_.items()}
    return SheetSecrets(hidden, may, names)


def sheet_units(name: str, data: bytes) -> Iterator[Passage]:
    """What a reader takes in together on a finished sheet. A line of a PDF is read with those around it in mind."""
    if not name.endswith(".pdf"):
        yield from units_of(name, data, _NO_NAME)
        return
    for lines in without_page_numbers(pdf_lines(data)):
        for n, line in enumerate(lines):
            ahead = lines[n + 1 : n + 2]
            if ahead and ahead[0][:1].isupper() and (_WORD.search(line) or len(NUMBER.findall(line)) > 1):
                ahead = []  # what begins there is something else, and no word for a number that stands alone
            yield Passage(" ".join([*lines[max(0, n - _AROUND) : n], *ahead]), line)
    yield from units_beside_pages(data, _NO_NAME)


def without_page_numbers(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without the page's own number at the end of a line that every page has."""
    if len(pages) < 2:
        return [list(lines) for lines in pages]
    everywhere = set.intersection(*({_LAST_NUMBER.sub("", line) for line in lines} for lines in pages))
    return [
        [stem if (stem := line.removesuffix(f" {number}")) in everywhere else line for line in lines]
        for number, lines in enumerate(pages, 1)
    ]


def revealed(units: Sequence[Passage], senter: str, known: SheetSecrets) -> bool:
    """Whether what stands on a finished sheet tells a hidden number. Parameters: `senter`, the id of the centre that
    all of it is about; `known`, from `secrets`."""
    may = known.open.get(senter, frozenset())
    for unit in units:
        counting = _REFERENCE.sub(" ", known.names.sub(" ", unit.text))
        told = {int(re.sub(r"\D", "", hit)) for hit in NUMBER.findall(counting)} - may
        if told:
            said = f"{unit.context} {unit.text}".lower().replace("personvern", "")  # a word on every sheet
            for one in known.hidden.get(senter, ()):
                if one.value in told and all(words.search(said) for words in one.words):
                    return True
    return False


def points_told(units: Sequence[Passage], name: str, data: bytes) -> set[tuple[int, int]]:
    """How many points of how many a finished sheet says are covered, as it stands there. Parameters: `units`, from
    `sheet_units`; `name` and `data`, the file: a sentence of a PDF goes over several lines."""
    blocks = [" ".join(lines) for lines in pdf_lines(data)] if name.endswith(".pdf") else [unit.text for unit in units]
    said = (one for block in blocks for one in _SENTENCE.split(block) if "punkt" in one.lower())
    return {(int(yes), int(of)) for one in said for yes, of in _OF.findall(one)}


def points_open(
    model: Model, public: Cubes, behind: Mapping[str, Mapping[int, Single]], policy: Mapping[str, Any]
) -> dict[str, set[tuple[int, int]]]:
    """What the audit of the edition takes a sheet to tell of agreements, and so what it may tell: by agreement, how
    many points of how many where no answer follows, and by «» the sum of a table that hides nothing of the country.

    Parameters: `public`, the published numbers; `behind`, from `answers_behind`.
    """
    found: dict[str, set[tuple[int, int]]] = {"": set()}
    for name in policy[AGREEMENTS]["per_avtale"]:
        for aar, single in behind.get(name, {}).items():
            for code in {one[0] for one in single.counted}:
                own = [yes for one, yes in single.counted.items() if one[0] == code]
                if may_be_told(sum(own), len(own)):
                    found.setdefault(code, set()).add((sum(own), len(own)))
            totals = {dimension: codes.total for dimension, codes in model[name].per.items() if codes.total}
            whole = [row for row in public.get(name, ()) if row["aar"] == aar and totals.items() <= row.items()]
            if all(row["status"] != HIDDEN for row in whole):
                found[""].add((sum(single.counted.values()), len(single.counted)))
    return found


def not_made(missing: Mapping[str, Sequence[Problem]]) -> list[Problem]:
    """The problems of the sheets that could not be made, each once, with the sheets that have it.

    Parameters: `missing`, the problems of each sheet.
    """
    found: dict[Problem, list[str]] = {}
    for ark, problems in sorted(missing.items()):
        for problem in dict.fromkeys(problems):
            found.setdefault(problem, []).append(ark)
    told = {problem: ", ".join(arks[:_NAMED]) for problem, arks in found.items()}
    more = {problem: len(arks) - _NAMED for problem, arks in found.items()}
    return [
        replace(
            one,
            sted="; ".join(filter(None, (one.sted, told[one] + (f" og {more[one]} ark til" if more[one] > 0 else "")))),
        )
        for one in found
    ]


def run(inn: Files, ut: Files, config: Mapping[str, Any]) -> None:
    """Look through the finished sheets, and write the report.

    Parameters: `inn`, `liste`, the list of the sheets, beside which they lie, `bunter`, the batches, which know what
    could not be made, `enheter`, of the stage `sheet_data`, `statistikk`, the true numbers, `utdata`, the published
    ones, `svar`, the coded answers of agreements, and `policy`; `ut`, `revisjon`; `config`, the merged configuration.
    Raises `Problems` with every sheet that is missing, in its own words, and everything that is revealed: the file and
    the cell, never the number.
    The batches of what is missing are taken away, so that the next build makes them again.
    """
    problems, sheets = ProblemList(), json.loads(inn.liste.read_text(encoding="utf-8"))["ark"]
    enheter = read_rows(inn.enheter, ENHETER)
    centre = {row["ark"]: row["kode"] for row in enheter if row["slag"] == "senter"}
    about = {row["ark"]: centre.get(row["senter_ark"] or row["ark"], "") for row in enheter}
    model = load_model(config["kapitler"], READERS)
    truth = read_cubes(model, inn.many("statistikk"))
    public, policy = read_cubes(model, inn.many("utdata")), load_policy(inn.policy, model)
    known = secrets(model, truth, public, policy)
    behind = answers_behind(model, public, read_answers(model, inn.many("svar"), AGREEMENT), policy)
    points, agreement = points_open(model, public, behind, policy), {row["ark"]: row["avtale"] for row in enheter}
    allowed = [config["publikasjon"]["kontakt"]["epost"], *(str(value) for value in config.get("hjelp", {}).values())]
    for sheet in sheets:
        for kind in ("html", "pdf"):
            path = inn.liste.parent / sheet[kind]["fil"]
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != sheet[kind]["sha256"]:
                fix = "Slett filen, og bygg igjen."
                problems.add(path, "", "en annen fil enn den som ble laget", "filen som listen nevner", fix)
            units = list(dict.fromkeys(sheet_units(path.name, data)))
            if revealed(units, about[sheet["ark"]], known):
                problems.add(path, "", "et skjult tall om personer", "tegnet «:» eller ingenting", _FIX)
            if points_told(units, path.name, data) - points[""] - points.get(agreement.get(sheet["ark"], ""), set()):
                wanted = "hvor mange punkter avtalen dekker, der ikke noe svar følger av det"
                problems.add(path, "", "et tall på punkter som svar i en avtale kan regnes ut av", wanted, _FIX)
            for mark in personal_marks("\n".join(unit.text for unit in units), allowed):
                problems.add(path, "", mark, "ingen opplysninger om personer", _FIX)
    missing: dict[str, list[Problem]] = {}
    for path in inn.many("bunter"):
        if failures := read_failures(path):
            missing |= failures
            path.unlink()
    problems.extend(Problems(not_made(missing)))
    problems.raise_if_any()
    report = {"ark": len(sheets), "skjulte_tall": sum(len(own) for own in known.hidden.values())}
    write_atomic(ut.revisjon, json_text(report))
    LOG.info("%d faktaark sett gjennom", len(sheets))
