"""What must not be found in the finished files, and an attacker who looks for it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from krisestat.audit.reading import DIGIT, Passage, units_of
from krisestat.base import layout
from krisestat.base.contracts import Row
from krisestat.base.errors import ProblemList
from krisestat.base.personal import personal_marks
from krisestat.model.disclosure import ALLE, LAND, Attacker, Key, not_repeated, person_tables, primary, published_cells

# Internal states: they hold the true numbers and are never published. The manifest holds names, versions and checksums.
INTERNAL = ("inndata", "klargjort", "statistikk")
# Where answers of single institutions may stand beside their names: there, only what speaks of persons is refused.
_REVIEWER = ("etterproving/", "avtaler/")
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\w)|(?<!\w)\d+(?!\w)")
PERSON_WORDS = {"beboere": r"beboer|bodde|\bpersoner", "opphold": r"opphold"}
GROUP_WORDS = {
    "kvinner": r"\bkvinne",
    "menn": r"\bmenn\b|\bmannlig",
    "ikke_registrert": r"\bikke[ _]registrert|\buten registrert",
    ALLE: r"\bi alt\b|\balle\b|\bhele landet",
}


# -- what must not be found


class Secrets:
    """The numbers that must not be found, by what names their cells.

    Parameters: `truth_rows`, rows of `PERSONER`; `known`, the numbers that are published; `policy`. `truth` has the
    true number of each cell, `spans` the span that each protected cell must have, and `closed` the hidden cells.
    """

    def __init__(self, truth_rows: Sequence[Row], known: Mapping[Key, int], policy: Mapping[str, Any]):
        truth = {Key(r["aar"], r["senter_id"], r["gruppe"], r["maal"]): r["antall"] for r in truth_rows}
        names = {r["senter"]: r["senter_id"] for r in truth_rows if r["senter_id"]}
        self.truth, self.spans = truth, primary(truth, policy)
        self.closed = published_cells(truth, policy) - known.keys()
        self.hidden: dict[str, set[int]] = {}
        self.open: dict[str, Counter[int]] = {}
        self.national: dict[str, dict[str, set[int]]] = {}
        for cell in self.closed | (self.spans.keys() - known.keys()):
            if cell.senter_id == LAND:
                self.national.setdefault(cell.gruppe, {}).setdefault(cell.maal, set()).add(truth[cell])
            else:
                self.hidden.setdefault(cell.senter_id, set()).add(truth[cell])
        for cell in known.keys() & truth.keys():
            place = cell.senter_id if cell.senter_id != LAND else f"land {cell.gruppe}"
            self.open.setdefault(place, Counter())[truth[cell]] += 1
        called = {name: senter for name, senter in names.items() if senter in self.hidden}
        called |= {senter: senter for senter in self.hidden}
        self.called = called
        words = "|".join(map(re.escape, sorted(called, key=len, reverse=True)))
        # The name of one centre may be the beginning of another's: «Senter 12» and «Senter 12 og 44».
        self.name = re.compile(rf"(?<!\w)(?:{words})(?!\w)(?! og \d)") if words else re.compile(r"(?!)")
        self._groups = {group: re.compile(GROUP_WORDS[group], re.IGNORECASE) for group in self.national}
        self._measures = {m: re.compile(words, re.IGNORECASE) for m, words in PERSON_WORDS.items()}

    def found(self, unit: Passage, reviewer: bool) -> str:
        """Which hidden cell a unit reveals, in words, or «». Parameters: `reviewer`, as for the reviewer's files."""
        if not DIGIT.search(unit.text):
            return ""
        spoken = [m for m, words in self._measures.items() if words.search(unit.text) or words.search(unit.context)]
        if named := {self.called[hit] for hit in self.name.findall(unit.text)}:
            counted = _numbers(self.name.sub(" ", unit.text)) if spoken or not reviewer else Counter()
            for senter in sorted(named):
                for value in self.hidden[senter]:
                    if counted[value] > self.open.get(senter, Counter())[value]:
                        return f"et skjult tall for {senter}"
        if spoken and self.national:
            counted = _numbers(unit.text)
            for group, pattern in self._groups.items():
                values = {v for m in spoken for v in self.national[group].get(m, ())}
                if values & counted.keys() and pattern.search(unit.text):
                    for value in values:
                        if counted[value] > self.open.get(f"land {group}", Counter())[value]:
                            return f"et skjult tall for {group} i hele landet"
        return ""


def _numbers(text: str) -> Counter[int]:
    """The whole numbers of a text, and how often each stands there."""
    return Counter(int(re.sub(r"\D", "", hit)) for hit in NUMBER.findall(text))


# -- the attacker


def published_numbers(tables: Iterable[str]) -> dict[Key, int]:
    """Every number of persons in the machine-readable files. Parameters: `tables`, their texts."""
    needed = {"aar", "senter_id", "gruppe", "maal", "antall"}
    return {
        Key(int(row["aar"]), row["senter_id"], row["gruppe"], row["maal"]): int(row["antall"])
        for text in tables
        for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        if needed <= row.keys() and row["antall"]
    }


def tightest(
    truth: Mapping[Key, int], known: Mapping[Key, int], spans: Mapping[Key, int]
) -> tuple[list[Key], int | None]:
    """The protected cells that an attacker can place more closely than allowed, and the narrowest span left to any.

    Parameters: `truth`, the true numbers (only their size is used); `known`, what the attacker knows; `spans`, the
    protected cells and the span that each must have.
    """
    broken, narrowest = [], None
    for aar in sorted({c.aar for c in spans}):
        sentre = sorted({c.senter_id for c in truth if c.aar == aar} - {LAND})
        attacker = Attacker(person_tables(aar, sentre), 3 * max(n for c, n in truth.items() if c.aar == aar))
        attacker.know(known, ())
        for cell in sorted(c for c in spans if c.aar == aar):
            low, high = attacker.span(cell)
            narrowest = high - low if narrowest is None else min(narrowest, high - low)
            if high - low < spans[cell]:
                broken.append(cell)
    return broken, narrowest


def own_contacts(config: Mapping[str, Any]) -> list[str]:
    """The e-mail addresses and telephone numbers that an edition prints. Parameters: `config`, the merged one."""
    return [config["publikasjon"]["kontakt"]["epost"], *(str(value) for value in config["hjelp"].values())]


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
    truth_rows: Sequence[Row],
    printed: Mapping[Key, int],
    policy: Mapping[str, Any],
    allowed: Sequence[str],
) -> dict[str, Any]:
    """Look through the finished files.

    Parameters: `files`, bytes by path within the edition; `internal`, the coded states, where only marks of persons are
    looked for; `truth_rows`, rows of `PERSONER`; `printed`, earlier published figures; `policy`; `allowed`, e-mail
    addresses and telephone numbers that the edition prints. Returns the report. Raises `Problems` with all that is
    revealed: the file and the cell, never the number.
    """
    problems = ProblemList()
    machine = [
        data.decode("utf-8")
        for name, data in files.items()
        if name.startswith(f"{layout.DATA}/") and name.endswith(".csv")
    ]
    known = published_numbers(machine)
    secrets = Secrets(truth_rows, known, policy)
    truth, spans = secrets.truth, secrets.spans
    units = look_through(files, secrets, allowed, problems)
    for name, data in sorted(internal.items()):
        for mark in personal_marks(data.decode("utf-8", "replace"), allowed):
            _refuse(problems, name, mark, "bare kodede svar etter inndata")
    for key in sorted(spans.keys() & known.keys()):
        _refuse(
            problems,
            layout.PERSONS,
            f"et tall som skal skjules: {'/'.join(map(str, key))}",
            "status «undertrykt»",
        )
    elsewhere = not_repeated(policy)
    earlier = {c: n for c, n in printed.items() if c in truth and c not in elsewhere}
    try:
        broken, narrowest = tightest(truth, earlier | known, spans)
        for key in broken:
            _refuse(problems, layout.DATA, f"nok til å regne ut {'/'.join(map(str, key))}", "et spenn som i reglene")
    except ArithmeticError as error:
        narrowest = None
        _refuse(
            problems, layout.DATA, f"tall som ikke går opp ({error})", "summer som stemmer med det som er trykt før"
        )
    problems.raise_if_any()
    return {
        "politikk": policy["id"],
        "filer": sorted(files),
        "enheter_lest": units,
        "skjulte_tall": len(secrets.closed),
        "vernede_tall": len(spans),
        "smaleste_spenn": narrowest,
        "trykt_av_andre": len(elsewhere),
    }


def _refuse(problems: ProblemList, name: str, found: str, wanted: str) -> None:
    problems.add(
        name,
        "",
        found,
        wanted,
        "Publiser ikke. Ta det ut av malen, tabellen eller filen, og bygg igjen (docs/metode.md, «Konfidensialitet»).",
    )
