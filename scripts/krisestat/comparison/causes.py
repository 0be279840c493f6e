"""Which change in the inputs made a number, a sentence, a figure or a file differ.

A cause is an input that the rules on the way to the output read, and whose change touches what stands there: the
answers behind a number, the row or the key of a codebook that speaks of it, the setting or line that holds the words.
Such a cause is *found*. A change of which rows and words say nothing (of code, or of a file whose text is not at hand)
is the *only possible* one, or one of several, all named. All else is *unknown*, and *partly* known is said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from krisestat.avtaler.navn import GRUPPE
from krisestat.comparison.changes import Change
from krisestat.comparison.words import changed_words, without_years, words

FOUND, ONLY, POSSIBLE, PARTLY, UNKNOWN = "funnet", "eneste mulige", "mulige", "delvis", "ukjent"
# From the surest to the least sure; of two causes together, the lesser counts.
GROUNDS = (FOUND, ONLY, POSSIBLE, PARTLY, UNKNOWN)
DIMENSIONS = ("indikator", "gruppe", "instans", "samarbeidsform", "aar")
PANEL = "_panel"
# What the rules behind a kind of output read, as «kind file key», beside the data that are followed row by row.
_SHARED = r"kode .*|laas .*"
_YEARS = r"innstilling \S+ (?:foerste_)?aar"
_CODES = r"kodebok data/raw/codebooks/(?!konfidensialitet)[^/]+ .*"
_POLICY = r"kodebok data/raw/codebooks/konfidensialitet\.yaml"
# Templates and styles of the pages of reviewers reach nothing that is published, nor do those of one page another.
_TEMPLATES = r"mal templates/(?!\w+/(?:endringer|etterproving|kvalitet|ark|faktaark|{})).*"
READS = {
    name: re.compile(f"(?:{pattern}|{_SHARED})", re.DOTALL)
    for name, pattern in {
        "tall": rf"{_CODES}|{_POLICY} (?:institusjoner.*)?|publisert data/publisert/samarbeid.*|annet .*",
        "personer": rf"{_POLICY} (?:personer.*)?|register data/raw/register/.*|publisert data/publisert/personer.*",
        "avtaletall": rf"kodebok \S+/sjekkliste/.*|{_POLICY} (?:avtaler.*)?|register data/raw/register/kommune.*",
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
    "tall": ("clean", "compute"),
    "personer": ("persons",),
    "avtaletall": ("agreements",),
    "tekst": ("render",),
    "sjekkliste": ("checklist", "forms"),
    "figur": ("draw",),
    "side": ("render", "typeset"),
    "stil": ("render", "typeset"),
    "pdf": ("typeset",),
}
NUMBERS = ("tall", "personer", "avtaletall")
# Codebooks whose rows are what numbers are about, and keys of an indicator that only describe it.
_CODE_LISTS = {"instanser.csv": "instans", "samarbeidsformer.csv": "samarbeidsform", "grupper.csv": "gruppe"}
_DESCRIBE = {"beskrivelse", "figur", "varsle_over"}
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


def kind_of_cell(name: str) -> str:
    """Which way a number came: «tall», «personer» or «avtaletall»."""
    group = name.split("/")[1]
    return "personer" if group.startswith("personer") else "avtaletall" if group == GRUPPE else "tall"


def merged(*groups: Iterable[Change]) -> tuple[Change, ...]:
    """Changes, each once, in the order in which they are told."""
    return tuple(sorted({change for group in groups for change in group}, key=lambda c: c.rank))


def counts_answer(cell: Mapping, declared: Mapping, key: tuple[str, ...]) -> bool:
    """Whether a cell counts an answer. Parameters: `cell` by `DIMENSIONS`; `declared`, its indicator; `key`, as in
    `changes.ANSWER_KEY`. A panel looks at every year of each service."""
    aar, _, tilbud, question, instans, form = key
    panel = cell["gruppe"].endswith(PANEL) or declared.get("utvalg") == "panel"
    if cell["gruppe"].removesuffix(PANEL) != tilbud or declared.get("sporsmaal", cell["indikator"]) != question:
        return False
    if str(cell["aar"]) != aar and not panel:
        return False
    wanted = cell["samarbeidsform"] or declared.get("samarbeidsform", "")
    return panel or (cell["instans"] in ("", instans) and wanted in ("", form))


def cell_parts(name: str) -> dict[str, str]:
    """The dimensions of a cell by its name."""
    return dict(zip(DIMENSIONS, name.split("/"), strict=True))


@dataclass(frozen=True)
class Causes:
    """All that is known of what differs.

    `inputs`, changes in settings and files; `answers`, changes of each answer that differs, by its key; `services`,
    changes of the register by (aar, tilbud, senter_id); `direct`, what changed counts of persons and of agreements, by
    cell; `cells`, names of the cells whose numbers differ; `indicators`, their declarations; `known`, whether both runs
    have a manifest; `reaches`, whether a file of code belongs to a stage; `years`, the first and the last of each run.
    """

    inputs: tuple[Change, ...]
    answers: Mapping[tuple, tuple[Change, ...]]
    services: Mapping[tuple, tuple[Change, ...]]
    direct: Mapping[str, Cause]
    cells: frozenset[str]
    indicators: Mapping[str, Mapping]
    known: bool
    reaches: Callable[[str, str], bool]
    years: tuple[tuple[int, int], tuple[int, int]]
    _known: dict[str, Cause] = field(default_factory=dict, compare=False)

    def candidates(self, kind: str) -> Cause:
        """The inputs that differ and that the rules behind a kind of output read, where neither rows nor words tell
        what they touch."""
        return ranked(
            change
            for change in self.inputs
            if self.known
            and READS[kind].fullmatch(f"{change.slag} {change.fil} {'.'.join(change.om)}")
            and not _tells(change, kind)
            and (change.slag != "kode" or any(self.reaches(stage, change.fil) for stage in STAGES[kind]))
        )

    def of_cell(self, name: str) -> Cause:
        """What changed a number. A number stands in many places; it is looked into once."""
        if name not in self._known:
            own = self.direct[name] if name in self.direct else self._of_cell(cell_parts(name))
            self._known[name] = own if own.changes else self.candidates(kind_of_cell(name))
        return self._known[name]

    def _of_cell(self, cell: Mapping[str, str]) -> Cause:
        declared = self.indicators.get(cell["indikator"], {})
        panel = cell["gruppe"].endswith(PANEL) or declared.get("utvalg") == "panel"
        mine = [*self.settings("aar", "foerste_aar").changes] if panel else []
        for key, changes in self.answers.items():
            if counts_answer(cell, declared, key):
                mine += changes
        for (aar, tilbud, _), changes in self.services.items():
            if tilbud == cell["gruppe"].removesuffix(PANEL) and (aar == cell["aar"] or panel):
                mine += changes
        return sure([*mine, *(c for c in self.inputs if c.slag == "kodebok" and _rules_cell(c, cell, declared))])

    def of_cells(self, names: Iterable[str]) -> Cause:
        """What changed those of some numbers that differ."""
        cause = NOTHING
        for name in sorted(set(names) & self.cells):
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
    if kind in NUMBERS:
        return bool(change.rader) or (bool(change.om) and not change.fil.endswith("/konfidensialitet.yaml"))
    if change.slag == "mal":  # of what decides which lines are there, the words say nothing
        return change.gammel is not None and change.ny is not None and "{%" not in change.gammel + change.ny
    return bool(change.rader) or (change.slag == "kodebok" and bool(change.om)) or _is_plain(change)


def _sides(change: Change) -> tuple[str | None, str | None]:
    return change.gammel, change.ny


def _rules_cell(change: Change, cell: Mapping[str, str], declared: Mapping) -> bool:
    """Whether a row or a key of a codebook says how a cell is counted, or that there is one, and speaks of it."""
    if change.fil.endswith("/indikatorer.yaml"):
        return change.om[:1] == (cell["indikator"],) and not _DESCRIBE & set(change.om[1:2])
    listed = _CODE_LISTS.get(change.fil.rsplit("/", 1)[-1])
    if listed is None or cell[listed] == "":
        return False
    return change.touches(cell["aar"], **{listed: cell[listed]}, kilde=declared.get("kilde", "samarbeid"))


def condition_cells(condition: str, cells: Iterable[str]) -> list[str]:
    """The cells that a condition of a choice between sentences speaks of: «økende» om samarbeidsform/kvinner+menn/nav/
    skriftlig_avtale/2020». The year is the last that it looks at."""
    asked = condition.rsplit(" om ", 1)[-1].split("/")
    if len(asked) < 2:
        return []
    indicator, groups, *rest = asked
    year = int(rest[-1]) if rest and rest[-1].isdecimal() else None
    codes = {code for part in rest for code in part.split("+")}
    found = []
    for name in cells:
        cell = cell_parts(name)
        fits = cell["indikator"] == indicator and cell["gruppe"] in groups.split("+")
        wide = not codes - {str(year)} or "alle" in codes
        about = all(not cell[d] or wide or cell[d] in codes for d in ("instans", "samarbeidsform"))
        if fits and about and (year is None or int(cell["aar"]) <= year):
            found.append(name)
    return found
