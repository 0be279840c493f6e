"""A text, sentence by sentence, against the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from krisestat.statements.cells import Cell
from krisestat.statements.data import Data
from krisestat.statements.lexicon import Lexicon, Word
from krisestat.statements.textcheck.clauses import Claim, Clause, read_clauses
from krisestat.statements.textcheck.judge import Judged, judge
from krisestat.statements.textcheck.scope import LISTED, Context, Facts, Reading, Resolved, Unresolved, resolve
from krisestat.statements.textcheck.source import Sentence, TextBlock, read_blocks
from krisestat.statements.textcheck.terms import Item, Roles, Terms

SUPPORTED, UNSUPPORTED, CONTRADICTED, UNDECIDED = "støttes", "ikke støttet", "motsies", "ikke avgjort"
STATUSES = (SUPPORTED, UNSUPPORTED, CONTRADICTED, UNDECIDED)
_LONGEST = 400  # words and signs: no one writes a longer sentence, and the work on one grows with its square
_LINE = 7  # the level of a line that looks like a heading
_NEEDS_SUBJECT = {"antall", "av", "unntak", "prosent", "mengde"}


@dataclass(frozen=True)
class Outcome:
    """What became of one claim: where it stands, what it was read as, the numbers, and why."""

    line: int
    sentence: str
    text: str
    kind: str
    status: str
    readings: tuple[Reading, ...] = ()
    told: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    why: str = ""
    remark: str = ""
    word: Word | None = None


@dataclass(frozen=True)
class Conflict:
    """Two words about the same number that cannot both be true, with the claims that use them."""

    first: tuple[Outcome, ...]
    second: tuple[Outcome, ...]
    cells: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The two words."""
        return [side[0].word.forms[0] for side in (self.first, self.second) if side[0].word]


@dataclass(frozen=True)
class Result:
    """Everything found in a text: the claims in order, the conflicts, the lines that were not read, and what
    the statistics are."""

    findings: tuple[Outcome, ...]
    conflicts: tuple[Conflict, ...]
    skipped: tuple[int, ...]
    roles: Roles

    @property
    def counts(self) -> Mapping[str, int]:
        """How many claims have each status."""
        return {s: sum(f.status == s for f in self.findings) for s in STATUSES}


class _Reader:
    """Reads the blocks of a text in order and remembers what headings and earlier sentences said."""

    def __init__(self, facts: Facts, terms: Terms, lexicon: Lexicon):
        self.facts, self.terms, self.lexicon = facts, terms, lexicon
        self.findings: list[Outcome] = []
        self.headings: list[tuple[int, tuple, tuple]] = []
        self.groups: tuple = ()
        self.years: tuple[int, ...] = ()

    def block(self, block: TextBlock) -> None:
        """Read one heading, paragraph or list item."""
        if block.level:
            named = [c for s in block.sentences for c in self._clauses(s)[1]]
            # A line that claims something is a statement set as a heading: it stands beside the others, not above them.
            level = _LINE if any(c.claims for c in named) else block.level
            self.groups = self.groups if level == _LINE else ()
            self.headings = [h for h in self.headings if h[0] < level or h[0] == level == _LINE]
            groups = tuple(dict.fromkeys(tuple(c.groups) for c in named if c.groups))
            heading = (level, groups, tuple(y for c in named for y in _years(c)))
            if (heading[1] or heading[2]) and heading not in self.headings:
                self.headings.append(heading)
        context: Context | None = None
        for sentence in block.sentences:
            context = self._sentence(sentence, context)

    def _clauses(self, sentence: Sentence) -> tuple[list[Item], list[Clause]]:
        items = self.terms.items(sentence.text)
        return items, read_clauses(items, self.terms, self.facts.both) if len(items) <= _LONGEST else []

    def _above(self) -> Context:
        groups = dict.fromkeys(g for h in self.headings for g in h[1])
        years = dict.fromkeys([*(y for h in self.headings for y in h[2]), *self.years])
        return Context(groups=tuple(dict.fromkeys([*groups, *self.groups])), years=tuple(years))

    def _sentence(self, sentence: Sentence, block: Context | None) -> Context:
        items, clauses = self._clauses(sentence)
        doubts = _doubts(sentence, items)
        if len(items) > _LONGEST:
            why = f"setningen har mer enn {_LONGEST} ord og tegn"
            self.findings.append(Outcome(sentence.line, sentence.text, sentence.text[:40], "vagt", UNDECIDED, why=why))
        if not any(c.claims for c in clauses):
            self.groups = tuple(dict.fromkeys((*self.groups, *(tuple(c.groups) for c in clauses if c.groups))))
            self.years = tuple(dict.fromkeys((*self.years, *(y for c in clauses for y in _years(c)))))[-4:]
        following = _following(clauses)
        before: Context | None = None
        word: Word | None = None
        for place, clause in enumerate(clauses):
            after = following[place]
            resolved, problem = None, ""
            try:
                resolved = resolve(clause, before, after, block, self._above(), self.facts)
                before = resolved.context
            except Unresolved as error:
                problem = str(error)
            for claim in clause.claims:
                if claim.kind in _NEEDS_SUBJECT:
                    claim.word = claim.word or (word if claim.similar else None)
                    word = claim.word
                self._claim(sentence, items, clause, claim, resolved, [*doubts, *([problem] if problem else [])])
            if resolved and before is not None:
                before = _pinned(before, clause, resolved, self.facts)
        named = tuple(tuple(c.groups) for c in clauses if c.groups)
        years = (*(block.years if block else ()), *(y for c in clauses for y in _years(c)))[-4:]
        if doubts or before is None:
            # What follows cannot lean on a sentence that was not understood; what it names stays possible.
            unclear = (*named, *(block.groups if block else ()))[-4:]
            return Context(groups=unclear, years=years, sure=False)
        return Context(before.subject, before.partners, before.groups, tuple(dict.fromkeys((*years, *before.years))))

    def _claim(
        self,
        sentence: Sentence,
        items: Sequence[Item],
        clause: Clause,
        claim: Claim,
        resolved: Resolved | None,
        doubts: list,
    ) -> None:
        first, last = claim.items
        text = sentence.text[items[first].start : items[last].end]
        doubts = [*filter(None, [claim.doubt]), *doubts, *_claim_doubts(claim, clause, resolved, text)]

        def add(status: str, **more: Any) -> None:
            self.findings.append(
                Outcome(sentence.line, sentence.text, text, claim.kind, status, word=claim.word, **more)
            )

        if doubts or resolved is None:
            add(UNDECIDED, why="; ".join(dict.fromkeys(doubts)))
            return
        alone = sum(c.kind != "base" and not c.partners and not c.group for c in clause.claims) < 2
        alone = alone and not (claim.kind in {"antall", "av", "prosent"} and any(c.partners for c in clause.claims))
        judged: list[tuple[Reading, Judged]] = []
        problems = []
        for reading in _fitting(claim, resolved, self.facts):
            if claim.partners:
                reading = reading._replace(scope=LISTED, partners=claim.partners[:1])
            if claim.group:
                reading = reading._replace(groups=(claim.group,))
            try:
                judged.append((reading, judge(claim, clause, reading, resolved, self.facts, alone)))
            except Unresolved as error:
                problems.append(str(error))
        told = tuple(self.facts.told(r) for r, _ in judged)
        cells = tuple(dict.fromkeys(c for _, j in judged for c in j.cells))
        shared = {"readings": tuple(r for r, _ in judged), "told": told, "cells": cells}
        truths = {j.truth for _, j in judged}
        remark = "; ".join(dict.fromkeys(j.remark for _, j in judged if j.remark))
        whys = list(dict.fromkeys(j.why for _, j in judged if j.why))
        if truths == {False} and claim.similar:
            problems.append("«tilsvarende» sier ikke hvor nær")
        elif truths == {False} and (resolved.leaning or (claim.kind == "antall" and claim.spelled)):
            problems.append("setningen kan gjelde noe annet enn det som er nevnt foran" if resolved.leaning else
                            "et tall med bokstaver kan være et eksempel")  # fmt: skip
        if problems or not judged:
            add(UNDECIDED, why="; ".join(dict.fromkeys(problems)), **shared)
        elif truths == {True}:
            add(SUPPORTED, why=_rule(claim), remark=remark, **shared)
        elif truths == {False}:
            weak = all(j.weak for _, j in judged)
            why = "; ".join(filter(None, [_rule(claim), *whys, self._better(claim, cells)]))
            add(UNSUPPORTED if weak else CONTRADICTED, why=why, **shared)
        else:
            add(UNDECIDED, why="; ".join(whys or [_split(judged, told)]), **shared)

    def _better(self, claim: Claim, cells: Sequence[Cell]) -> str:
        """The strongest true words for a quantity that is wrong."""
        if claim.word is None or claim.word.true_in is None or any(c.nevner is None for c in cells[:4]):
            return ""
        words = self.lexicon.families[claim.word.family]
        limits = self.lexicon.limits
        true = []
        for cell in cells[:4]:
            best = next(
                (w for w in words if not w.held_only and w.holds((cell,), limits) and w.in_house((cell,), limits)), None
            )
            if best:
                true.append(f"{cell.told} «{best.forms[0]}»")
        return f"sant ville vært: {', '.join(true)}" if true else ""


def _following(clauses: Sequence[Clause]) -> list[Clause | None]:
    """For each clause, the next one that names what, with whom or whose."""
    found: list[Clause | None] = []
    after: Clause | None = None
    for clause in reversed(clauses):
        found.append(after)
        after = clause if clause.statistic or clause.partners or clause.groups else after
    return found[::-1]


def _years(clause: Clause) -> list[int]:
    return [*clause.now, *(b for _, b in clause.periods)]


def _doubts(sentence: Sentence, items: Sequence[Item]) -> list[str]:
    """Why nothing in a sentence can be decided."""
    unknown = list(dict.fromkeys(i.text for i in items if i.kind in {"ukjent", "vernet"}))
    doubts = []
    if unknown:
        more = f" og {len(unknown) - 3} til" if len(unknown) > 3 else ""
        doubts.append("ord som ikke står i termlisten: " + ", ".join(f"«{u}»" for u in unknown[:3]) + more)
    if not sentence.sure:
        doubts.append("linjeskiftet kan være slutten på en setning; sett punktum eller en tom linje")
    return doubts


def _claim_doubts(claim: Claim, clause: Clause, resolved: Resolved | None, text: str) -> list[str]:
    """Why a claim cannot be decided, whatever the rest of its sentence. Parameters: `text`, what the claim says."""
    doubts = list(clause.doubts)
    if claim.kind == "mengde" and claim.word is None:
        doubts.append(f"«{text}» har ikke noe å vise tilbake til")
    if (clause.periods or clause.then) and claim.kind not in {"endring", "vanlighet", "trend"}:
        doubts.append("setningen gjelder flere år")
    if len(clause.forms) > 1:
        doubts.append("setningen nevner flere former")
    if resolved and claim.kind in _NEEDS_SUBJECT and not resolved.has_subject:
        doubts.append("setningen sier ikke hvem den gjelder")
    return doubts


def _fitting(claim: Claim, resolved: Resolved, facts: Facts) -> tuple[Reading, ...]:
    """The readings that have the base which «av 43» names; all of them when none has, or when the year is named."""
    if claim.kind != "av" or resolved.named_year:
        return resolved.readings
    fitting = [
        r
        for r in resolved.readings
        if any(
            str(facts.bases.get((g, r.aar))) == claim.base for g in (r.groups if resolved.named_group else facts.both)
        )
    ]
    return tuple(fitting) or resolved.readings


def _pinned(context: Context, clause: Clause, resolved: Resolved, facts: Facts) -> Context:
    """The context with the group and the year that «av 43» gave away."""
    for claim in clause.claims:
        number = claim.base if claim.kind == "av" else claim.number if claim.kind == "base" else ""
        open_ = dict.fromkeys((g, r.aar) for r in resolved.readings for g in (*r.groups, *facts.both))
        fitting = [(g, y) for g, y in open_ if str(facts.bases.get((g, y))) == number]
        if fitting:
            groups = tuple(dict.fromkeys((g,) for g, _ in fitting))
            years = tuple(dict.fromkeys(y for _, y in fitting))
            return replace(
                context, groups=context.groups if resolved.named_group or len(groups) > 1 else groups, years_open=years
            )
    return context


def _rule(claim: Claim) -> str:
    return f"«{claim.word.forms[0]}»: {claim.word.told}" if claim.word else ""


def _split(judged: Sequence[tuple[Reading, Judged]], told: Sequence[str]) -> str:
    if len(judged) == 1:
        return "noen av tallene passer, andre ikke, eller setningen kan telles på flere måter"
    says = {True: "stemmer", False: "stemmer ikke", None: "kan leses på flere måter"}
    answers = dict.fromkeys(f"{t}: {says[j.truth]}" for (_, j), t in zip(judged, told, strict=True))
    return "flere lesemåter (" + " | ".join(answers) + ")"


def _conflicts(findings: Sequence[Outcome]) -> list[Conflict]:
    """Words about the same number that exclude each other, one for each pair of words."""
    words: dict[str, dict[Word, list[Outcome]]] = {}
    for finding in findings:
        if finding.word and finding.word.true_in is not None:
            for cell in dict.fromkeys(finding.cells):
                said = words.setdefault(cell.key, {}).setdefault(finding.word, [])
                if len(said) < 5:
                    said.append(finding)
    pairs: dict[tuple[Word, Word], tuple[list, list, list]] = {}
    for key, used in sorted(words.items()):
        for one, two in combinations(used, 2):
            if one.true_in and two.true_in and not one.true_in.meets(two.true_in):
                a, b, cells = pairs.setdefault((one, two), ([], [], []))
                a += [f for f in used[one] if f not in a]
                b += [f for f in used[two] if f not in b]
                cells.append(key)
    return [Conflict(tuple(a), tuple(b), tuple(cells)) for a, b, cells in pairs.values()]


def check_text(text: str, data: Data, terms: Terms) -> Result:
    """Check every claim of a text.

    Parameters: `text`, plain text or Markdown; `data`, an edition's numbers; `terms`, the term list with its lexicon.
    The same input gives the same result.
    """
    blocks, skipped = read_blocks(text, terms.abbreviations)
    reader = _Reader(Facts(data, terms), terms, terms.lexicon)
    for block in blocks:
        reader.block(block)
    return Result(tuple(reader.findings), tuple(_conflicts(reader.findings)), tuple(skipped), terms.roles)
