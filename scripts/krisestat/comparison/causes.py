"""Which change in the inputs made a number, a sentence, a figure or a file differ.

A cause is *found* when the rows or the words show it: the answers behind a number, the rule of a word, the setting
whose value stood and stands in the text. Where nothing shows it, it is one of the inputs that differ and can reach the
thing: the *only possible* one, or one of several, all named. Without a manifest on both sides it is *unknown*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from krisestat.comparison.changes import Change
from krisestat.comparison.words import changed_words, words
from krisestat.contracts import PANEL
from krisestat.published import CORRECTIONS, EDITIONS
from krisestat.statements.cells import DIMENSIONS

FOUND, ONLY, POSSIBLE, UNKNOWN = "funnet", "eneste mulige", "mulige", "ukjent"
# From the surest to the least sure; of two causes together, the lesser counts.
GROUNDS = (FOUND, ONLY, POSSIBLE, UNKNOWN)
# Kinds of input that can reach a kind of output when the rows behind it do not explain it.
REACH = {
    "tall": {"kodebok", "rettelse", "publisert", "annet", "kode", "laas"},
    "tekst": {"leksikon", "mal", "kodebok", "innstilling", "rettelse", "publisert", "kode", "laas"},
    "sjekkliste": {"mal", "kodebok", "innstilling", "kode", "laas"},
    "figur": {"kodebok", "innstilling", "skrift", "kode", "laas"},
    "pdf": {"skrift", "kode", "laas"},
    "side": {"stil", "skrift", "mal", "leksikon", "kodebok", "innstilling", "rettelse", "publisert", "kode", "laas"},
}
STAGES = {
    "tall": ("clean", "compute"),
    "tekst": ("render",),
    "sjekkliste": ("checklist", "forms"),
    "figur": ("draw",),
    "side": ("render", "typeset"),
    "pdf": ("typeset",),
}
# Templates and styles of the reviewers' pages reach nothing that is published.
_REVIEW = re.compile(r"templates/.*/(?:endringer|etterproving|kvalitet)\.[^/]+")


@dataclass(frozen=True)
class Cause:
    """Changes that made something differ, and how that is known."""

    changes: tuple[Change, ...]
    ground: str

    def __or__(self, other: Cause) -> Cause:
        """Both together, as sure as the less sure of the two."""
        if self.changes and other.changes:
            ground = max(self.ground, other.ground, key=GROUNDS.index)
            return Cause(merged(self.changes, other.changes), ground)
        return self if self.changes else other


NOTHING = Cause((), UNKNOWN)


def merged(*groups: Iterable[Change]) -> tuple[Change, ...]:
    """Changes, each once, in the order in which they are told."""
    return tuple(sorted({change for group in groups for change in group}, key=lambda c: c.rank))


def counts_answer(cell: Mapping, declared: Mapping, key: tuple[str, ...]) -> bool:
    """Whether a cell counts an answer. Parameters: `cell` by `DIMENSIONS`; `declared`, its indicator; `key`, as in
    `changes.ANSWER_KEY`. A panel looks at every year of each service."""
    aar, _, tilbud, question, instans, form = key
    panel = cell["gruppe"].endswith(PANEL) or declared.get("utvalg") == "panel"
    if cell["gruppe"].removesuffix(PANEL) != tilbud or declared.get("sporsmaal") != question:
        return False
    if str(cell["aar"]) != aar and not panel:
        return False
    wanted = cell["form"] or declared.get("samarbeidsform", "")
    return panel or (cell["instans"] in ("", instans) and wanted in ("", form))


def cell_parts(name: str) -> dict[str, str]:
    """The dimensions of a cell by its name."""
    return dict(zip(DIMENSIONS, name.split("/"), strict=True))


@dataclass(frozen=True)
class Causes:
    """All that is known of what differs.

    `inputs`, changes in settings and files; `answers`, changes of each answer that differs, by its key; `services`,
    changes of the register by (aar, tilbud, senter_id); `tables`, changes in finished tables by cell; `direct`, what
    changed counts of persons and of agreements, by cell; `cells`, names of the cells whose numbers differ;
    `indicators`, their declarations; `known`, whether both runs have a manifest; `reaches`, whether a file of code
    belongs to a stage.
    """

    inputs: tuple[Change, ...]
    answers: Mapping[tuple, tuple[Change, ...]]
    services: Mapping[tuple, Change]
    tables: Mapping[str, tuple[Change, ...]]
    direct: Mapping[str, Cause]
    cells: frozenset[str]
    indicators: Mapping[str, Mapping]
    known: bool
    reaches: Callable[[str, str], bool]
    _known: dict[str, Cause] = field(default_factory=dict, compare=False)

    def candidates(self, kind: str, review: bool = False) -> Cause:
        """The inputs that differ and can reach an output of a kind, none of which is shown to be the cause.

        Parameters: `review`, whether templates of the reviewers' pages count.
        """
        found = [
            change
            for change in self.inputs
            if change.slag in REACH[kind]
            and (review or not _REVIEW.fullmatch(change.fil))
            and not (kind == "tall" and _told_beside(change))
            and not (kind == "tekst" and _plain_text(change))
            and (change.slag != "kode" or any(self.reaches(stage, change.fil) for stage in STAGES[kind]))
        ]
        files = {(change.fil, change.om) for change in found}
        if not self.known or not found:
            return Cause(merged(found), UNKNOWN)
        return Cause(merged(found), ONLY if len(files) == 1 else POSSIBLE)

    def of_cell(self, name: str) -> Cause:
        """What changed a number. A number stands in many places; it is looked into once."""
        if name not in self._known:
            self._known[name] = self._of_cell(name)
        return self._known[name]

    def _of_cell(self, name: str) -> Cause:
        cell = cell_parts(name)
        declared = self.indicators.get(cell["indikator"], {})
        if name in self.direct:
            return self.direct[name] if self.direct[name].changes else self.candidates("tall")
        found: list[Change] = list(self.tables.get(name, ()))
        for key, changes in self.answers.items():
            if counts_answer(cell, declared, key):
                found += changes
        for (aar, tilbud, _), change in self.services.items():
            panel = cell["gruppe"].endswith(PANEL) or declared.get("utvalg") == "panel"
            if tilbud == cell["gruppe"].removesuffix(PANEL) and (aar == cell["aar"] or panel):
                found.append(change)
        rules = [c for c in self.inputs if c.slag == "kodebok" and _rules_cell(c, cell)]
        if found or (rules and all(c.gammel is not None or c.ny is not None for c in rules)):
            return Cause(merged(found, rules), FOUND)
        return self.candidates("tall")

    def of_cells(self, names: Iterable[str]) -> Cause:
        """What changed those of some numbers that differ."""
        found = [self.of_cell(name) for name in sorted(set(names) & self.cells)]
        known = [cause for cause in found if cause.changes]
        if not known:
            return NOTHING
        ground = max((cause.ground for cause in known), key=GROUNDS.index)
        return Cause(merged(*(cause.changes for cause in known)), ground)

    def of_words(self, old: str, new: str, kind: str = "tekst", template: str = "") -> Cause:
        """What changed words that no number explains: the settings, labels, entries and lines that hold them.

        Parameters: `old`, `new`, the texts; `kind`, as in `REACH`; `template`, the file that the text stands in.
        """
        gone, came = changed_words(old, new)
        found = []
        for change in self.inputs:
            whole = not change.sted  # what is said of a file that came or went are not its words
            if change.slag not in REACH["tekst"] or _REVIEW.fullmatch(change.fil) or whole:
                continue
            left, entered = changed_words(change.gammel or "", change.ny or "")
            if change.gammel is not None and change.ny is not None and not left | entered and old != new:
                left, entered = words(change.gammel), words(change.ny)
            if gone & left or came & entered:
                found.append(change)
        if found:
            return Cause(merged(found), FOUND)
        rest = self.candidates(kind)
        if self.known and any(change.fil == template for change in rest.changes):
            # The template that holds the sentence stands for the others.
            near = tuple(c for c in rest.changes if c.slag != "mal" or c.fil == template)
            return Cause(near, ONLY if len({c.fil for c in near}) == 1 else POSSIBLE)
        return rest

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
        if mine:
            return Cause(merged(mine), FOUND)
        whole = [change for change in entries if change.gammel is None and change.ny is None]
        named = " og ".join(f"«{word}»" for word in sorted(said))
        if whole and old["ord"] == new["ord"]:
            rules = (old["regel"], new["regel"])
            return Cause((Change("leksikon", whole[0].fil, f"oppslaget {named}", *rules),), FOUND)
        if whole:
            told = (old["ord"], new["ord"])
            others = [c for c in self.candidates("tekst").changes if c.slag != "leksikon"]
            entry = Change("leksikon", whole[0].fil, f"oppslagene {named}", *told)
            return Cause(merged([entry], others), POSSIBLE if others else ONLY)
        return NOTHING

    def settings(self, *roots: str) -> Cause:
        """Changes of settings below some keys."""
        found = [c for c in self.inputs if c.slag == "innstilling" and c.om[:1] and c.om[0] in roots]
        return Cause(merged(found), FOUND) if found else NOTHING


def _plain_text(change: Change) -> bool:
    """Whether a change is of text that pages repeat as it stands: it can only have changed a text with its words."""
    if change.slag == "innstilling":
        return change.om[0] in ("publikasjon", "lov", "hjelp")
    return change.slag == "kodebok" and change.fil.endswith(".csv") and change.gammel is not None


def _told_beside(change: Change) -> bool:
    """Whether a change is of what was published before and the corrections of that, which shape no number."""
    return change.fil == CORRECTIONS.as_posix() or change.fil.startswith(f"{EDITIONS}/")


def _sides(change: Change) -> tuple[str | None, str | None]:
    return change.gammel, change.ny


def _rules_cell(change: Change, cell: Mapping) -> bool:
    """Whether a line of a codebook says how a cell is counted, rather than what it is called."""
    name = change.fil.rsplit("/", 1)[-1]
    return name in ("svarkoder.csv", f"samarbeid_p{cell['aar']}.csv", "konfidensialitet.yaml")


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
        about = all(not cell[d] or wide or cell[d] in codes for d in ("instans", "form"))
        if fits and about and (year is None or int(cell["aar"]) <= year):
            found.append(name)
    return found
