"""Signed-off review: which statements and warnings of an edition people have looked at, and which are left.

The register (`model.signatures`) names each accepted statement by its id and the hash of its text, so that a later
change of the text is not accepted with it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from krisestat.base.contracts import read_rows
from krisestat.base.errors import ProblemList
from krisestat.base.layout import CHECKS, RESULTS
from krisestat.base.wording import alike
from krisestat.model.contracts import KVALITET
from krisestat.model.quality import Check, checks_of, confirmed
from krisestat.model.signatures import FILE, Signatures, answered, load_signatures, reason, received
from krisestat.release import freeze, history
from krisestat.release.published import EDITIONS
from krisestat.statements.record import unnumbered

ShortStatements = Mapping[str, Mapping[str, str]]


def changed_statements(now: ShortStatements, before: ShortStatements) -> dict[str, tuple[str, str]]:
    """Statements that say what their question was not answered with before: id -> (old text or «», new text).

    Parameters: `now` and `before`, as `freeze.short_statements` gives them, also of editions of different years. Where
    several ask the same, a text that came is set against the one that went that is most like it, if it is half alike.
    A question that was not asked before is sought by the years as they stand, for a source that has no newer ones; a
    text that stood under one that nobody asks now is the same statement by another id.
    """
    asked = _texts(before, lambda id: before[id]["spoersmaal"])
    as_named = _texts(before, unnumbered)
    found: dict[str, tuple[str, str]] = {}
    asking = _texts(now, lambda id: now[id]["spoersmaal"])
    left = {hash: text for question, texts in asked.items() if question not in asking for hash, text in texts.items()}
    for question, texts in asking.items():
        ids = [id for id in sorted(now) if now[id]["spoersmaal"] == question]
        known = asked.get(question) or as_named.get(unnumbered(ids[0])) or {h: left[h] for h in texts if h in left}
        went = [text for hash, text in known.items() if hash not in texts]
        old: dict[str, str] = {}
        for hash, text in texts.items():
            if hash not in known:
                near = [one for one in went if len(known) == len(texts) == 1 or alike(one, text) >= 1 / 2]
                old[hash] = max(near, key=partial(alike, text), default="")
                went = [one for one in went if one != old[hash]]
        found |= {id: (old[now[id]["hash"]], now[id]["tekst"]) for id in ids if now[id]["hash"] in old}
    return dict(sorted(found.items()))


def _texts(statements: ShortStatements, name: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Texts by their hash, by name. Parameters: `name`, of an id."""
    found: dict[str, dict[str, str]] = {}
    for id, statement in sorted(statements.items()):
        found.setdefault(name(id), {})[statement["hash"]] = statement["tekst"]
    return found


def unaccepted(
    now: ShortStatements, before: ShortStatements, accepted: Iterable[Mapping[str, str]] | None
) -> dict[str, tuple[str, str]]:
    """Those of `changed_statements` that nobody has accepted. Parameters: `accepted`, as the register has them."""
    signed = {(entry["id"], entry["hash"]) for entry in accepted or ()}
    return {id: texts for id, texts in changed_statements(now, before).items() if (id, now[id]["hash"]) not in signed}


@dataclass(frozen=True)
class Review:
    """What was looked at of an edition, and what is left.

    `base`, the published edition that it is held against («» when none has been published); `statements` that are left,
    as `unaccepted` gives them; `warnings` that nobody has confirmed; `names` of those who accepted and confirmed the
    rest, with how many each; `idle`, lines of the register that confirm what is no warning of this edition; `own`,
    those of the statements that only who signed them has accepted; `examples`, signers who are none, where the edition
    has numbers that were received.
    """

    base: str
    statements: dict[str, tuple[str, str]]
    warnings: list[Check]
    names: Counter[history.Name]
    idle: list[int]
    own: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """How many statements and warnings nobody has looked at."""
        return len(self.statements) + len(self.warnings) + len(self.examples)


def run(name: str, root: Path, published: Path | None = None) -> Review:
    """Look at how far the review of an edition has come.

    Parameters: `name`, its name; `root`, the project's folder; `published`, the one where the records of published
    editions are, when that is another. Raises `Problems` if the register, a published edition or what is read of the
    results is wrong.
    """
    results, register = root / RESULTS / name, load_signatures(root / FILE, root) or Signatures()
    base, known = freeze.published_statements(name, published or root)
    evidence = freeze.evidence_of(results, root)
    now = freeze.statements_of(results, evidence)
    signers = {freeze.signed_id(row): row["av"] for row in evidence.get("signert", ())}
    own = frozenset(one["id"] for one in register.godkjent if _same(one["av"], signers.get(one["id"])))
    godkjent = [one for one in register.godkjent if not _same(one["av"], signers.get(one["id"]))]
    signed_by = evidence.get("signert", ()) if received(root, name) else ()
    examples = {row["av"] for row in signed_by if row["eksempel"]}
    checks = [check for file in CHECKS for check in checks_of(read_rows(results / file, KVALITET))]
    checks = confirmed(checks, register.bekreftet)
    looked_at = {(check.kontroll, check.gjelder) for check in checks if check.bekreftet}
    used = [one for one in godkjent if one["hash"] == now.get(one["id"], {}).get("hash")]
    confirming = [one for one in register.bekreftet if (one["kontroll"], one["gjelder"]) in looked_at]
    lines = history.authors(root, FILE)
    return Review(
        base,
        unaccepted(now, known, godkjent),
        [check for check in checks if check.open],
        Counter(history.name_of(entry, lines) for entry in [*used, *confirming]),
        [one["_linjer"][0] for one in register.bekreftet if one not in confirming],
        own,
        tuple(sorted(examples)),
    )


def _same(one: str, other: str | None) -> bool:
    """Whether two names are of the same person."""
    return other is not None and " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def problems(name: str, review: Review) -> ProblemList:
    """A problem for each statement and each warning that is left. Parameters: `name`, the edition's."""
    found = ProblemList()
    if review.statements and not review.base:
        found.add(
            EDITIONS,
            "",
            f"ingen utgave publisert før {name}, så alle påstander i den skal leses",
            "hver påstand lest og godkjent, eller en publisert utgave å sammenlikne med",
            f"Les dem. Er {name} alt publisert, fra før Krisestat holdt rede på det: «make frys AAR={name}».",
        )
    for name_of_example in review.examples:
        what = f"tekster signert av {name_of_example}, som er et eksempel, i en utgave med mottatte tall"
        found.add(
            FILE, "eksempel", what, "tekster som redaksjonen selv står for", f"Signer dem: make signer AAR={name}"
        )
    for id, (old, new) in review.statements.items():
        nobody = "som bare den som signerte, har godkjent" if id in review.own else "som ingen har godkjent"
        found.add(
            FILE,
            f"påstanden «{id}»",
            f"«{new}», {nobody}",
            f"«{old}», som i {EDITIONS}/{review.base}, eller en godkjenning" if old else "en godkjenning",
            f"Les den. Er den riktig, legg til: {acceptance(id, new)}",
        )
    for check in review.warnings:
        fix = f"{check.tiltak} Under «bekreftet»: {confirmation(check)}"
        found.add(FILE, f"{check.kontroll}, {check.gjelder}", check.eksempler, "tall som noen har undersøkt", fix)
    return found


def acceptance(id: str, text: str, av: str = "…", dato: str = "…") -> str:
    """The line that accepts a text, for the register."""
    return f'- {{id: {id}, hash: "{freeze.text_hash(text)}", av: {av}, dato: {dato}}}'


def confirmation(check: Check, grunn: str = "…", av: str = "…", dato: str = "…") -> str:
    """The line that confirms a warning, for the register."""
    told = json.dumps(grunn, ensure_ascii=False)
    return f'- {{kontroll: "{check.kontroll}", gjelder: "{check.gjelder}", grunn: {told}, av: {av}, dato: {dato}}}'


def asked(review: Review, av: str, dato: str) -> tuple[list[str], list[str]]:
    """The lines of the statements that somebody says yes to, sentence by sentence, and of the warnings that they give a
    reason for. Parameters: `av`, who they are; `dato`, the day."""
    accepted: list[str] = []
    confirmed: list[str] = []
    for (old, new), ids in by_sentence(review).items():
        answer = answered([*([f"var: {old}"] if old else []), f"er:  {new}"], "Riktig (j; tom: ikke nå, q: slutt)")
        if answer == "q":
            return accepted, confirmed
        accepted += [acceptance(id, new, av, dato) for id in ids if answer == "j"]
    for check in review.warnings:
        answer = reason([f"{check.kontroll}, {check.gjelder}", check.eksempler], "tom: ikke nå, q: slutt", {"q"})
        if answer == "q":
            return accepted, confirmed
        confirmed += [confirmation(check, answer, av, dato)] if answer else []
    return accepted, confirmed


def by_sentence(review: Review) -> dict[tuple[str, str], list[str]]:
    """The statements that are left, by what their sentence said and says."""
    found: dict[tuple[str, str], list[str]] = {}
    for id, texts in review.statements.items():
        found.setdefault(texts, []).append(id)
    return found


def left_lines(name: str, review: Review) -> list[str]:
    """What is left, as lines for the register, indented as there. Parameters: `name`, the edition's."""
    parts = []
    if review.statements and not review.base:
        parts.append(f"Ingen utgave er publisert før {name}, så hver påstand skal leses. Er {name} alt publisert, fra")
        parts.append(f"før Krisestat holdt rede på det: make frys AAR={name}")
    if review.statements:
        parts.append(f"Påstander som ikke er godkjent: {len(review.statements)}. Legg dem du har lest og godkjent,")
        parts.append(f"under «godkjent» i {FILE}, med navn og dato:")
    for (old, new), ids in by_sentence(review).items():
        told = [*([f"# var: {old}"] if old else []), f"# er:  {new}"]
        parts += [*(line.replace("\n", "\n#      ") for line in told), *(acceptance(id, new) for id in ids)]
    signed_by = "Signert av et eksempel, som ikke er nok med mottatte tall"
    parts += [f"{signed_by}: {one}. Signer selv: make signer AAR={name}" for one in review.examples]
    if review.warnings:
        parts.append(f"Advarsler som ikke er bekreftet: {len(review.warnings)}. Legg dem som er undersøkt og riktige,")
        parts.append(f"under «bekreftet» i {FILE}, med grunn, navn og dato:")
    for check in review.warnings:
        parts += [f"# {check.eksempler}", confirmation(check)]
    return parts


def names(review: Review) -> list[str]:
    """Who looked at what is looked at, and how each name is known."""
    return [f"Sett på av {name} ({count})." for name, count in sorted(review.names.items())]
