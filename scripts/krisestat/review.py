"""Signed-off review: which changed statements the reviewers have accepted, and the edition that may be published.

`gjennomgang.yaml` names each accepted statement by its id and the hash of its text, so that a later change of the text
is not accepted with it. Run as `make gjennomgang AAR=2020` (what is left to read) and `make publiser AAR=2020`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from krisestat import freeze, verify
from krisestat.command import Parser, year
from krisestat.comparison.words import alike
from krisestat.errors import ProblemList
from krisestat.published import EDITIONS
from krisestat.statements.record import unnumbered
from krisestat.yamlfiles import check_schema, load_yaml

FILE = Path("gjennomgang.yaml")
SCHEMA = Path("workflow/schemas/gjennomgang.schema.yaml")

ShortStatements = Mapping[str, Mapping[str, str]]


def load_accepted(folder: Path = Path(), root: Path = Path()) -> list[dict] | None:
    """What `gjennomgang.yaml` says, or None when there is no such file: then nothing is accepted.

    Parameters: `folder`, the project folder with the file; `root`, the one with the schema. Raises `Problems` with
    every fault.
    """
    if not (folder / FILE).exists():
        return None
    data, lines = load_yaml(folder / FILE)
    check_schema(data, root / SCHEMA, str(FILE), lines)
    return data["godkjent"]


def changed_statements(now: ShortStatements, before: ShortStatements) -> dict[str, tuple[str, str]]:
    """Statements that say what their question was not answered with before: id -> (old text or «», new text).

    Parameters: `now` and `before`, as `freeze.short_statements` gives them, also of editions of different years. Where
    several ask the same, a text that came is set against the one that went that is most like it, if it is half alike.
    A question that was not asked before is sought by the years as they stand, for a source that has no newer ones.
    """
    asked = _texts(before, lambda id: before[id]["spoersmaal"])
    as_named = _texts(before, unnumbered)
    found: dict[str, tuple[str, str]] = {}
    for question, texts in _texts(now, lambda id: now[id]["spoersmaal"]).items():
        ids = [id for id in sorted(now) if now[id]["spoersmaal"] == question]
        known = asked.get(question) or as_named.get(unnumbered(ids[0]), {})
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
    """Those of `changed_statements` that nobody has accepted. Parameters: `accepted`, as `load_accepted` gives them."""
    signed = {(entry["id"], entry["hash"]) for entry in accepted or ()}
    return {id: texts for id, texts in changed_statements(now, before).items() if (id, now[id]["hash"]) not in signed}


def run(aar: int, root: Path) -> tuple[int | None, dict[str, tuple[str, str]]]:
    """What is left to accept of an edition.

    Parameters: `aar`, its year; `root`, the project's folder. Returns the published edition that it is held against
    (None when nothing has been published) and the statements, as `unaccepted` gives them. Raises `Problems` if the
    results are not as they were built, or `gjennomgang.yaml` is wrong.
    """
    verify.run(aar, root)
    accepted = load_accepted(root, root)
    base, published = freeze.published_statements(aar, root)
    if base is None:
        return None, {}
    return base, unaccepted(freeze.statements_of(root / "results" / str(aar)), published, accepted)


def problems(base: int | None, left: Mapping[str, tuple[str, str]]) -> ProblemList:
    """A problem for each statement that is left to accept. Parameters: as `run` returns them."""
    found = ProblemList()
    for id, (old, new) in left.items():
        found.add(
            FILE,
            f"påstanden «{id}»",
            f"«{new}», som ingen har godkjent",
            f"«{old}», som i {EDITIONS}/{base}, eller en godkjenning" if old else "en godkjenning av den nye påstanden",
            f"Les den. Er den riktig, legg til: {acceptance(id, new)}",
        )
    return found


def acceptance(id: str, text: str) -> str:
    """The line that accepts a text, for `gjennomgang.yaml`."""
    return f'- {{id: {id}, hash: "{freeze.text_hash(text)}", av: …, dato: …}}'


def _listing(aar: int, base: int | None, left: Mapping[str, tuple[str, str]]) -> str:
    if base is None:
        return "Ingen utgave er publisert før, så det er ingenting å sammenlikne med."
    if not left:
        return f"Alle påstander i {aar} er som i {EDITIONS}/{base} eller godkjent i {FILE}."
    parts = [f"{len(left)} påstander er ikke godkjent. Legg det du har lest og godkjent, under «godkjent» i {FILE}:"]
    sentences: dict[tuple[str, str], list[str]] = {}
    for id, texts in left.items():
        sentences.setdefault(texts, []).append(f"  {acceptance(id, texts[1])}")
    for (old, new), lines in sentences.items():
        parts += [*([f"  # var: {old}"] if old else []), f"  # er:  {new}", *lines]
    return "\n".join(parts)


def main() -> int:
    """Command line; returns the exit code."""
    parser = Parser(prog="make gjennomgang", description="Hvilke påstander som er igjen å godkjenne.")
    parser.add_argument("aar", type=year, help="utgavens år")
    parser.add_argument("--publiser", action="store_true", help="frys utgaven hvis alt er godkjent")
    return parser.run(lambda by: _publish(by.aar) if by.publiser else _listing(by.aar, *run(by.aar, Path())))


def _publish(aar: int) -> str:
    """Freeze an edition whose changes are all accepted; raises `Problems` for those that are not."""
    problems(*run(aar, Path())).raise_if_any()
    return freeze.run(aar, Path())


if __name__ == "__main__":
    sys.exit(main())
