"""What must not be found in the finished files, and an attacker who looks for it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from krisestat.audit.reading import DIGIT, Passage, units_of
from krisestat.base import layout
from krisestat.base.errors import ProblemList
from krisestat.base.personal import personal_marks
from krisestat.model.declared import STANDARDS, CodeList, Cubes, Model, Statistic
from krisestat.model.disclosure import NOTHING_OUT, PERSON, Attacker, Key, Out, persons, primary
from krisestat.model.single import AGREEMENT, AGREEMENTS, Place, Single, place_of, revealed, same_question, with_others

# Internal states: they hold the true numbers and are never published. The manifest holds names, versions and checksums.
INTERNAL = ("inndata", "klargjort", "statistikk")
# Where answers of single institutions may stand beside their names: there, only what speaks of persons is refused.
_REVIEWER = ("etterproving/", "avtaler/")
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\w)|(?<!\w)\d+(?!\w)")
# Shorter words are looked for as they are.
_LONG = 6


# -- what must not be found


def measure_words(statistic: Statistic) -> re.Pattern[str]:
    """What speaks of the persons that a statistic counts, in either standard: the words of its unit, and how it is
    said."""
    told = {statistic.id, statistic.enhet.vern}
    for standard in STANDARDS:
        told |= {*statistic.enhet.forms[standard], *(frame.split()[0] for frame in statistic.said["sagt"][standard])}
    return _stems(told)


def code_words(codes: CodeList, code: str) -> re.Pattern[str]:
    """What names a code, in either standard."""
    return _stems({code, *(codes.heading(code, standard) for standard in STANDARDS)})


def _stems(told: Iterable[str]) -> re.Pattern[str]:
    """Words by how they begin: the last letter of a long one is its inflection."""
    stems = {word.lower() if len(word) < _LONG else word.lower()[:-1] for word in told}
    spaced = "|".join(re.escape(stem).replace("_", "[ _]").replace(r"\ ", "[ _]") for stem in sorted(stems))
    return re.compile(rf"(?<!\w)(?:{spaced})", re.IGNORECASE)


class Secrets:
    """The numbers of persons that must not be found, by what names their cells.

    Parameters: `cubes`, the true numbers; `known`, the numbers that are published, by cell; `policy`; `out`, what
    editions have told. `truth` has the true number of each cell, `spans` the span that each protected cell must have,
    `closed` the hidden cells, and `secret` those and the protected ones that have words. Cells of an institution are
    known by its name; others by the words of what they count and of their codes.
    """

    def __init__(
        self, model: Model, cubes: Cubes, known: Mapping[Key, int], policy: Mapping[str, Any], out: Out = NOTHING_OUT
    ):
        self.years = persons(model, cubes, out)
        self.truth = {key: n for own in self.years.values() for key, n in own.values.items()}
        self.rows = {key: told for own in self.years.values() for key, told in own.rows.items()}
        self.spans = {key: n for own in self.years.values() for key, n in primary(own, model, policy).items()}
        self.closed = {key for own in self.years.values() for key in own.printed} - known.keys()
        self.hidden: dict[str, set[int]] = {}
        self.open: dict[tuple, Counter[int]] = {}
        self.national: dict[tuple, dict[str, set[int]]] = {}
        # What is left of a whole and stands in no table has no words of its own.
        every = {key for key, (statistic, row) in self.rows.items() if statistic.cell(row) == key}
        self.secret = (self.closed | (self.spans.keys() - known.keys())) & every
        for key in self.secret:
            if name := self.institution(key):
                self.hidden.setdefault(name, set()).add(self.truth[key])
            else:
                own = self.national.setdefault(self.group(key), {})
                own.setdefault(self.rows[key][0].id, set()).add(self.truth[key])
        for key in known.keys() & self.truth.keys():
            place = (self.institution(key),) if self.institution(key) else self.group(key)
            self.open.setdefault(place, Counter())[self.truth[key]] += 1
        self.names = self._names()
        self.called = {name: code for name, code in self.names.items() if code in self.hidden}
        self.called |= {code: code for code in self.hidden}
        words = "|".join(map(re.escape, sorted(self.called, key=len, reverse=True)))
        # The name of one centre may be the beginning of another's: «Senter 12» and «Senter 12 og 44».
        self.name = re.compile(rf"(?<!\w)(?:{words})(?!\w)(?! og \d)") if words else re.compile(r"(?!)")
        all_lists = {name: codes for statistic, _ in self.rows.values() for name, codes in statistic.per.items()}
        self._groups = {group: [code_words(all_lists[name], code) for name, code in group] for group in self.national}
        counted = {statistic.id: statistic for statistic, _ in self.rows.values()}
        self._measures = {name: measure_words(statistic) for name, statistic in counted.items()}
        self._contexts: dict[str, set[str]] = {}

    def institution(self, key: Key) -> str:
        """The code of the institution that a cell is about; «» for the country."""
        statistic, row = self.rows[key]
        named = (n for n, codes in statistic.per.items() if codes.read_names and row[n] != codes.total)
        return next((row[name] for name in named), "")

    def group(self, key: Key) -> tuple[tuple[str, str], ...]:
        """The dimensions and codes that a cell of the country is known by; those of institutions are at their whole."""
        statistic, row = self.rows[key]
        return tuple((name, row[name]) for name, codes in statistic.per.items() if not codes.read_names)

    def _names(self) -> dict[str, str]:
        """What the institutions are called → their codes."""
        return {
            codes.heading(row[name], STANDARDS[0], row["aar"]): row[name]
            for statistic, row in self.rows.values()
            for name, codes in statistic.per.items()
            if codes.read_names and row[name] != codes.total
        }

    def _said(self, text: str) -> set[str]:
        """The measures that a text speaks of."""
        return {m for m, words in self._measures.items() if words.search(text)}

    def found(self, unit: Passage, reviewer: bool) -> str:
        """Which hidden cell a unit reveals, in words, or «». Parameters: `reviewer`, as for the reviewer's files."""
        if not DIGIT.search(unit.text):
            return ""
        if unit.context not in self._contexts:  # hundreds of rows stand under the same
            self._contexts[unit.context] = self._said(unit.context)
        spoken = self._contexts[unit.context] | self._said(unit.text)
        if named := {self.called[hit] for hit in self.name.findall(unit.text)}:
            counted = numbers(self.name.sub(" ", unit.text)) if spoken or not reviewer else Counter()
            for code in sorted(named):
                for value in self.hidden[code]:
                    if counted[value] > self.open.get((code,), Counter())[value]:
                        return f"et skjult tall for {code}"
        if spoken and self.national:
            counted = numbers(unit.text)
            for group, patterns in self._groups.items():
                values = {v for m in spoken for v in self.national[group].get(m, ())}
                if values & counted.keys() and all(pattern.search(unit.text) for pattern in patterns):
                    for value in values:
                        if counted[value] > self.open.get(group, Counter())[value]:
                            return f"et skjult tall for {' '.join(code for _, code in group)} i hele landet"
        return ""


def numbers(text: str) -> Counter[int]:
    """The whole numbers of a text, and how often each stands there."""
    return Counter(int(re.sub(r"\D", "", hit)) for hit in NUMBER.findall(text))


# -- the attacker


def published_numbers(model: Model, tables: Mapping[str, str], vern: str = PERSON) -> dict[Key, int]:
    """Every number of what has a protection in machine-readable files, by cell.

    Parameters: `tables`, their texts by path; a file is named by its statistic, or its rows name theirs.
    """
    found: dict[Key, int] = {}
    for name, text in tables.items():
        for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"))):
            statistic = model.statistikk.get(row.get("statistikk") or PurePosixPath(name).stem)
            if statistic and statistic.enhet.vern == vern and {*statistic.per, "aar", "verdi"} <= row.keys():
                found |= {statistic.cell(row): int(row["verdi"])} if row["verdi"].isdigit() else {}
    return found


def tightest(secrets: Secrets, known: Mapping[Key, int]) -> tuple[list[Key], int | None]:
    """The protected cells that an attacker can place more closely than allowed, and the narrowest span left to any.

    Parameters: `known`, what the attacker knows, by cell.
    """
    broken, narrowest = [], None
    for own in secrets.years.values():
        spans = {key: secrets.spans[key] for key in own.values if key in secrets.spans}
        if not spans:
            continue
        attacker = Attacker(own.tables, 3 * max(own.values.values()))
        attacker.know(known, ())
        for key in sorted(spans):
            low, high = attacker.span(key)
            narrowest = high - low if narrowest is None else min(narrowest, high - low)
            if high - low < spans[key]:
                broken.append(key)
    return broken, narrowest


def open_numbers(model: Model, cubes: Cubes) -> list[str]:
    """Counts of institutions and their wholes with so many digits that they could pass for a telephone number."""
    rows = (row for name, rows in cubes.items() if model[name].enhet.vern == "institusjon" for row in rows)
    return [str(row["verdi"]) for row in rows if row["verdi"] is not None and row["verdi"] >= 10_000_000]


def own_contacts(config: Mapping[str, Any]) -> list[str]:
    """The e-mail addresses and telephone numbers that an edition prints. Parameters: `config`, the merged one."""
    return [config["publikasjon"]["kontakt"]["epost"], *(str(value) for value in config.get("hjelp", {}).values())]


def look_through(files: Mapping[str, bytes], secrets: Secrets, allowed: Sequence[str], problems: ProblemList) -> int:
    """Look for hidden numbers and marks of persons in finished files. Returns how many units were read.

    Parameters: `files`, bytes by path within the edition; `allowed`, from `own_contacts`; `problems`, which get all
    that is found: the file and the cell, never the number.
    """
    units = 0
    # The same sentences and rows stand in many files: what reveals nothing in one, reveals nothing in the next.
    harmless: dict[bool, set[Passage]] = {True: set(), False: set()}
    unmarked: set[str] = set()
    for name, data in sorted(files.items()):
        read, reviewer = dict.fromkeys(units_of(name, data, secrets.name)), name.startswith(_REVIEWER)
        units += len(read)
        revealed = {unit: secrets.found(unit, reviewer) for unit in read if unit not in harmless[reviewer]}
        harmless[reviewer].update(unit for unit, cell in revealed.items() if not cell)
        for cell in dict.fromkeys(filter(None, revealed.values())):
            _refuse(problems, name, cell, "tegnet «:» eller ingenting")
        texts = [text for text in dict.fromkeys(unit.text for unit in read) if text not in unmarked]
        marks = personal_marks("\n".join(texts), allowed)
        for mark in marks:
            _refuse(problems, name, mark, "ingen opplysninger om personer")
        if not marks:
            unmarked.update(texts)
    return units


def audit(
    files: Mapping[str, bytes],
    internal: Mapping[str, bytes],
    model: Model,
    cubes: Cubes,
    out: Out,
    policy: Mapping[str, Any],
    allowed: Sequence[str],
    behind: Mapping[str, Mapping[int, Single]],
) -> dict[str, Any]:
    """Look through the finished files.

    Parameters: `files`, bytes by path within the edition; `internal`, the coded states, where only marks of persons are
    looked for; `cubes`, the true numbers; `out`, what is in print and in editions that were published; `policy`;
    `allowed`, e-mail addresses and telephone numbers that the edition prints; `behind`, the single answers behind
    tables (`answers_behind`). Returns the report. Raises `Problems` with all that is revealed: the file and the cell,
    never the number.
    """
    problems = ProblemList()
    machine = {
        name: data.decode("utf-8")
        for name, data in files.items()
        if name.startswith(f"{layout.DATA}/") and name.endswith(".csv")
    }
    known = published_numbers(model, machine)
    secrets = Secrets(model, cubes, known, policy, out)
    units = look_through(files, secrets, allowed, problems)
    for name, data in sorted(internal.items()):
        for mark in personal_marks(data.decode("utf-8", "replace"), allowed):
            _refuse(problems, name, mark, "bare kodede svar etter inndata")
    for key in sorted(secrets.spans.keys() & known.keys()):
        _refuse(problems, layout.DATA, f"et tall som skal skjules: {key}", "status «undertrykt»")
    singles = published_numbers(model, machine, AGREEMENT).keys()
    answers = _attack_single(model, cubes, behind, singles, out, policy, problems)
    return {
        "politikk": policy["id"],
        "filer": sorted(files),
        "enheter_lest": units,
        "skjulte_tall": len(secrets.closed),
        "vernede_tall": len(secrets.spans),
        "smaleste_spenn": _attack(secrets, known, out, problems),
        "vernede_svar": answers,
        "trukket_tilbake": len(out.withdrawn & secrets.truth.keys()),
    }


def _attack(secrets: Secrets, known: Mapping[Key, int], out: Out, problems: ProblemList) -> int | None:
    """Work out what is hidden from all that is out; the narrowest span left to any. Parameters: `known`, the numbers of
    this edition. Raises what `audit` does."""
    try:
        truth = secrets.truth
        earlier = {k: n for k, n in out.numbers.items() if k in truth and (k not in out.withdrawn or n == truth[k])}
        broken, narrowest = tightest(secrets, {**earlier, **known})
        for key in broken:
            _refuse(problems, layout.DATA, f"nok til å regne ut {key}", "et spenn som i reglene")
    except ArithmeticError as error:
        fix = "Er et tall rettet, forklar det i data/rettelser-publisert.yaml; ellers er noe galt i dataene."
        wanted = "summer som stemmer med det som er trykt før"
        problems.add(layout.DATA, "", f"tall som ikke går opp ({error})", wanted, fix)
    problems.raise_if_any()
    return narrowest


def _attack_single(
    model: Model,
    cubes: Cubes,
    behind: Mapping[str, Mapping[int, Single]],
    known: Collection[Key],
    out: Out,
    policy: Mapping[str, Any],
    problems: ProblemList,
) -> int:
    """Work out single answers from all numbers of their tables that are out; how many answers were tried. Parameters:
    `known`, the cells of this edition whose numbers are told; the rest as for `audit`."""
    rules, tried = policy[AGREEMENTS], 0
    told, before = set[Place](), set[Place]()
    for name in behind:
        of = model[name]
        before |= {(name, *place_of(of, row)) for row in cubes.get(name, ()) if out.tells(of.cell(row), row["verdi"])}
        told |= {(name, *place_of(of, row)) for row in cubes.get(name, ()) if of.cell(row) in known}
    told |= before
    singles = [(name, aar, single) for name, years in behind.items() for aar, single in years.items()]
    # What one table tells of some answers, it tells of them in every table that has them.
    said = {frozenset(a) for name, _, one in singles for place, a in one.places.items() if (name, *place) in told}
    for name, aar, single in singles:
        out_before = {place for place in single.places if (name, *place) in before}
        open_ = {place for place, answers in single.places.items() if frozenset(answers) in said}
        joint, beside = with_others(model, behind, name, aar, told)
        open_, out_before = open_ | out_before | beside, out_before | (beside & before)
        of_units = not {*rules["per_avtale"]}.isdisjoint(same_question(model, behind, name))
        found = revealed(joint, open_, out_before, rules["minste_antall"], of_units)
        for question in sorted({one[1:] for one in found}):
            units = sum(one[1:] == question for one in found)
            what = f"nok til å regne ut svaret på {' '.join((name, *question))} {aar} i {units} av skjemaene"
            _refuse(problems, layout.DATA, what, "at ingen enkelt svar følger av det som er ute")
        tried += len(single.counted)
    return tried


def _refuse(problems: ProblemList, name: str, found: str, wanted: str) -> None:
    problems.add(
        name,
        "",
        found,
        wanted,
        "Publiser ikke. Ta det ut av malen, tabellen eller filen, og bygg igjen (docs/metode.md, «Konfidensialitet»).",
    )
