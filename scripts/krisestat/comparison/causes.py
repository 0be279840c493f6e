"""Which change in the inputs made a number, a sentence, a figure or a file differ.

A cause is an input that the rules on the way to the output read, and whose change touches what stands there: the
answers behind a number, the row or the key of a codebook that speaks of it, the setting or line that holds the words.
Such a cause is *found*. A change of which rows and words say nothing (of code, or of a file whose text is not at hand)
is the *only possible* one, or one of several, all named. All else is *unknown*, and *partly* known is said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from krisestat.base.contracts import Row
from krisestat.base.wording import changed_words, without_years, words
from krisestat.comparison.changes import Change, Key
from krisestat.model.declared import Model, Statistic
from krisestat.model.load import FOLDER

FOUND, ONLY, POSSIBLE, PARTLY, UNKNOWN = "funnet", "eneste mulige", "mulige", "delvis", "ukjent"
# From the surest to the least sure; of two causes together, the lesser counts.
GROUNDS = (FOUND, ONLY, POSSIBLE, PARTLY, UNKNOWN)
# The protection of numbers that anyone may see.
OPEN_TO_ALL = "institusjon"
# What the rules behind a kind of output read, as «kind file key», beside the data that are followed row by row.
_SHARED = r"kode .*|laas .*"
_YEARS = r"innstilling \S+ (?:foerste_)?aar"
_CODES = r"kodebok data/(?:raw/codebooks/(?!konfidensialitet)|statistikk/)[^/]+ .*"
_DECLARED = r"kodebok data/statistikk/[^/]+ .*"
_POLICY = r"kodebok data/raw/codebooks/konfidensialitet\.yaml"
# Templates and styles of the pages of reviewers reach nothing that is published, nor do those of one page another.
_TEMPLATES = r"mal templates/(?!\w+/(?:endringer|etterproving|kvalitet|ark|faktaark|{})).*"
READS = {
    name: re.compile(f"(?:{pattern}|{_SHARED})", re.DOTALL)
    for name, pattern in {
        "institusjon": rf"{_CODES}|{_POLICY} (?:institusjoner.*)?|publisert data/publisert/.*|annet .*",
        "person": rf"{_DECLARED}|{_POLICY} (?:personer.*)?|register data/raw/register/.*|publisert data/publisert/.*",
        "avtale": rf"{_DECLARED}|kodebok \S+/sjekkliste/.*|{_POLICY} (?:avtaler.*)?|register \S+/register/kommune.*",
        "tekst": "|".join(
            [
                _YEARS,
                r"(?:leksikon|kodebok|publisert) .*|rettelse data/(?!rettelser\.).*",
                _TEMPLATES.format("avtale|sjekkliste"),
            ]
        ),
        "sjekkliste": rf"{_YEARS}|kodebok .*|innstilling \S+ avtaler\..*|{_TEMPLATES.format('avtale')}",
        "figur": rf"{_YEARS}|{_CODES}|skrift .*|mal templates/\w+/tabeller\.yaml .*",
        "pdf": r"skrift .*",
        "stil": r"(?:stil|skrift) .*",
        "side": r"(?:stil|skrift|leksikon|kodebok|innstilling|rettelse|publisert|mal) .*",
    }.items()
}
STAGES = {
    "institusjon": ("clean", "compute"),
    "person": ("clean", "compute"),
    "avtale": ("agreements", "compute"),
    "tekst": ("render",),
    "sjekkliste": ("checklist", "forms"),
    "figur": ("draw",),
    "side": ("render", "typeset"),
    "stil": ("render", "typeset"),
    "pdf": ("typeset",),
}
# The rules of confidentiality, by the protection of what is counted.
_RULES = {OPEN_TO_ALL: "institusjoner", "person": "personer", "avtale": "avtaler"}
# What a declaration says of a statistic and of a code list that no number follows from.
_DESCRIBE = {"beskrivelse", "sagt", "avgrenset", "varsle_over", "navn", "grupper", "nb", "nn"}
# Settings that pages repeat as they stand.
_PLAIN = ("publikasjon", "lov", "hjelp")


@dataclass(frozen=True)
class Cause:
    """Changes that made something differ, and how that is known."""

    changes: tuple[Change, ...]
    ground: str

    def __or__(self, other: Cause) -> Cause:
        """Both together, as sure as the less sure of the two."""
        changes, ground = merged(self.changes, other.changes), max(self.ground, other.ground, key=GROUNDS.index)
        return Cause(changes, PARTLY if changes and ground == UNKNOWN else ground)


# Nothing to explain, and something that nothing explains.
NOTHING, OPEN = Cause((), FOUND), Cause((), UNKNOWN)


def ranked(found: Iterable[Change]) -> Cause:
    """Changes none of which is shown to be the cause: the only possible one, one of several, or unknown without any."""
    own = merged(found)
    files = {(change.fil, change.om) for change in own}
    return Cause(own, UNKNOWN if not own else ONLY if len(files) == 1 else POSSIBLE)


def sure(changes: Iterable[Change]) -> Cause:
    """Changes that are shown to be the cause, if there are any."""
    return Cause(merged(changes), FOUND)


def merged(*groups: Iterable[Change]) -> tuple[Change, ...]:
    """Changes, each once, in the order in which they are told."""
    return tuple(sorted({change for group in groups for change in group}, key=lambda c: c.rank))


def counts(statistic: Statistic, place: Mapping[str, str], aar: int, answer: Mapping, units: Collection[str]) -> bool:
    """Whether a cell counts an answer to its question, or a row of its table. Parameters: `place`, its codes; `units`,
    the columns that name who answers. A panel looks at every answer of each of them, of every year."""
    wanted = {**place, **statistic.svar.get("der", {})}
    narrow = {
        name: code
        for name, code in wanted.items()
        if name != statistic.answer_dim and not (name in place and code == statistic.per[name].total)
    }
    if not statistic.panel:
        return answer["aar"] == str(aar) and all(answer.get(name) == code for name, code in narrow.items())
    return all(answer.get(name) == code for name, code in narrow.items() if name in units)


@dataclass(frozen=True)
class Causes:
    """All that is known of what differs.

    `inputs`, changes in settings and files; `answers`, changes of each answer that differs, by its key; `services`,
    changes of the register by respondent and year; `cells`, the numbers that differ, before and now, by name; `known`,
    whether both runs have a manifest; `reaches`, whether a file of code belongs to a stage; `years`, the first and the
    last of each run.
    """

    model: Model
    inputs: tuple[Change, ...]
    answers: Mapping[Key, tuple[Change, ...]]
    services: Mapping[Key, tuple[Change, ...]]
    cells: Mapping[str, tuple[Row | None, Row | None]]
    known: bool
    reaches: Callable[[str, str], bool]
    years: tuple[tuple[int, int], tuple[int, int]]
    _known: dict[str, Cause] = field(default_factory=dict, compare=False)

    def candidates(self, kind: str, statistic: Statistic | None = None) -> Cause:
        """The inputs that differ and that the rules behind a kind of output read, where neither rows nor words tell
        what they touch. Parameters: `kind`, as in `READS`; `statistic`, that the output is a number of."""
        printed = f"data/publisert/{statistic.said.get('publisert', {}).get('fil', '')}" if statistic else ""
        return ranked(
            change
            for change in self.inputs
            if self.known
            and READS[kind].fullmatch(f"{change.slag} {change.fil} {'.'.join(change.om)}")
            and not _tells(change, kind)
            and not (statistic and change.slag == "publisert" and change.fil != printed)
            and (change.slag != "kode" or any(self.reaches(stage, change.fil) for stage in STAGES[kind]))
        )

    def of_cell(self, name: str) -> Cause:
        """What changed a number. A number stands in many places; it is looked into once."""
        if name not in self._known:
            own, statistic = self._of_cell(name), self.model.place(name)[0]
            self._known[name] = own if own.changes else self.candidates(statistic.enhet.vern, statistic)
        return self._known[name]

    @cached_property
    def _asked(self) -> dict[tuple[str, str], list[tuple[Mapping[str, str], tuple[Change, ...]]]]:
        """The answers that differ, by source and question."""
        found: dict[tuple[str, str], list] = {}
        for key, own in self.answers.items():
            answer = dict(key)
            found.setdefault((answer["kilde"], answer["sporsmaal"]), []).append((answer, own))
        return found

    def _of_cell(self, name: str) -> Cause:
        """What a number counts and is counted by; where it was hidden or shown, it may be what is counted beside it."""
        statistic, place, aar = self.model.place(name)
        kilde, vern = statistic.kilde, statistic.enhet.vern
        units = self.model.kilder[kilde].enhet if statistic.svar else ()
        mine = [*self.settings("aar", "foerste_aar").changes] if statistic.panel else []
        for answer, own in self._asked.get((kilde, statistic.svar.get("sporsmaal", statistic.id)), ()):
            mine += own if counts(statistic, place, aar, answer, units) else ()
        for key, own in self.services.items():
            unit = dict(key)
            there = unit["kilde"] == kilde and (statistic.panel or unit["aar"] == str(aar))
            mine += own if there and all(place[name] == code for name, code in key if name in place) else ()
        mine += [c for c in self.inputs if c.slag == "kodebok" and _rules_cell(c, statistic, place)]
        mine = mine or [*self.settings(kilde).changes]
        if vern == OPEN_TO_ALL or len({row["status"] if row else None for row in self.cells[name]}) == 1:
            return sure(mine)
        sources = {one.kilde for one in self.model.statistikk.values() if one.enhet.vern == vern}
        asked = [told for (of, _), answers in self._asked.items() if of in sources for told in answers]
        beside = [change for answer, own in asked if answer["aar"] == str(aar) for change in own]
        policy = [c for c in self.inputs if c.fil.endswith("/konfidensialitet.yaml") and c.om[:1] == (_RULES[vern],)]
        return ranked([*(mine or beside), *policy])

    def of_cells(self, names: Iterable[str]) -> Cause:
        """What changed those of some numbers that differ."""
        cause = NOTHING
        for name in sorted(set(names) & self.cells.keys()):
            cause |= self.of_cell(name)
        return cause

    def of_years(self, old: Iterable[str], new: Iterable[str]) -> Cause:
        """The settings for the edition's years, where a thing looks at other years than before. Parameters: the cells
        that it looked at, and looks at."""
        before, after = ({int(name.rsplit("/", 1)[1]) for name in names} for names in (old, new))
        gone, came = before - after, after - before
        return self.settings(
            *(
                key
                for key, was, now in zip(("foerste_aar", "aar"), *self.years, strict=True)
                if was != now and (was in gone or now in came or {year + now - was for year in gone} & came)
            )
        )

    def of_words(self, old: str, new: str, kind: str = "tekst", template: str = "") -> Cause:
        """What changed words that no number explains: the settings, labels, entries and lines that hold them; the
        edition's year, where no other words differ than years.

        Parameters: `old`, `new`, the texts; `kind`, as in `READS`; `template`, the file that the text stands in.
        """
        bare = without_years(old), without_years(new)
        gone, came = changed_words(old, new)
        shift = self.years[1][1] - self.years[0][1]
        moved = any(str(int(word) + shift) in came for word in gone if without_years(word) != word)
        years = self.settings("aar") if moved else NOTHING
        if old != new and bare[0] == bare[1]:
            years |= self.settings("aar", "foerste_aar")
            return years if years.changes else self.candidates(kind)
        mine = []
        gone, came = changed_words(*bare)
        for change in self.inputs:
            whole = not change.sted  # what is said of a file that came or went are not its words
            if whole or not (_is_plain(change) or READS[kind].fullmatch(f"{change.slag} {change.fil} ")):
                continue
            left, entered = changed_words(change.gammel or "", change.ny or "")
            if change.gammel is not None and change.ny is not None and not left | entered and bare[0] != bare[1]:
                left, entered = words(change.gammel), words(change.ny)
            if gone & left or came & entered:
                mine.append(change)
        rest = sure(mine) if mine else self.candidates(kind)
        if any(change.fil == template for change in rest.changes) and not mine:
            # The template that holds the sentence stands for the others.
            rest = ranked(c for c in rest.changes if c.slag != "mal" or c.fil == template)
        return years | rest

    def of_word(self, old: Mapping, new: Mapping) -> Cause:
        """What changed the rule or the word of a statement whose numbers are the same: entries of the lexicon."""
        said = {word for word in (old["ord"], new["ord"]) if word}
        if not said or (old["regel"], old["ord"]) == (new["regel"], new["ord"]):
            return NOTHING
        entries = [change for change in self.inputs if change.slag == "leksikon"]
        mine = [
            change
            for change in entries
            if any(
                re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text or "") for word in said for text in _sides(change)
            )
        ]
        return sure(mine)

    def settings(self, *roots: str) -> Cause:
        """Changes of settings below some keys."""
        return sure(c for c in self.inputs if c.slag == "innstilling" and c.om[0] in roots)


def _is_plain(change: Change) -> bool:
    """Whether a change is of a setting that pages repeat as it stands."""
    return change.slag == "innstilling" and change.om[0] in _PLAIN


def _tells(change: Change, kind: str) -> bool:
    """Whether rows, keys or words say what a change touches, so that it is found there or is no cause at all."""
    if kind in _RULES:
        return bool(change.rader) or (bool(change.om) and not change.fil.endswith("/konfidensialitet.yaml"))
    if change.slag == "mal":  # of what decides which lines are there, the words say nothing
        return change.gammel is not None and change.ny is not None and "{%" not in change.gammel + change.ny
    return bool(change.rader) or (change.slag == "kodebok" and bool(change.om)) or _is_plain(change)


def _sides(change: Change) -> tuple[str | None, str | None]:
    return change.gammel, change.ny


def _rules_cell(change: Change, statistic: Statistic, place: Mapping[str, str]) -> bool:
    """Whether a key of a declaration says how a cell is counted, or that there is one."""
    folder, _, file = change.fil.rpartition("/")
    if folder != FOLDER.as_posix() or len(change.om) < 3 or change.om[2] in _DESCRIBE:
        return False
    what, name, key, *rest = change.om
    if what != "kodelister":
        return (what, name) in (("statistikk", statistic.id), ("enheter", statistic.enhet.id))
    listed = {dimension: place[dimension] for dimension, codes in statistic.per.items() if codes.id == name}
    own = [codes for codes in (*statistic.per.values(), statistic.answers) if codes and codes.id == name]
    if not any(file in (f"{codes.kapittel}.yaml", "felles.yaml") for codes in own):
        return False
    # What a code is called changes no number; that there is such a code does, and so does when it holds.
    if key == "koder":
        return None in (change.gammel, change.ny) and rest[:1] == [*listed.values()][:1]
    return key != "gjelder" or rest[:1] == [*listed.values()][:1]


def condition_cells(condition: str, cells: Iterable[str], model: Model) -> list[str]:
    """The cells that a condition of a choice between sentences speaks of: «økende» om samarbeidsform/kvinner+menn/nav/
    skriftlig_avtale/2020, with or without the names of dimensions. The year is the last that it looks at."""
    asked, *rest = condition.rsplit(" om ", 1)[-1].split("/")
    year = int(rest[-1]) if rest and rest[-1].isdecimal() else None
    said = {code for part in rest for code in part.rpartition("=")[2].split("+")}
    found = []
    for name in cells:
        statistic, place, aar = model.place(name)
        named = [said & codes.place.keys() for codes in statistic.per.values()]
        fits = all(not codes or place[d] in codes for d, codes in zip(statistic.per, named, strict=True))
        if rest and statistic.id == asked and fits and (year is None or aar <= year):
            found.append(name)
    return found
