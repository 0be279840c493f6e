"""The register of what people have accepted and confirmed, `data/signaturer.yaml`: each entry says who, and when.

How a name is known does not stand there: git is asked when it is shown (`release.history`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.base.errors import ProblemList, shown
from krisestat.base.yaml_files import Lines, check_schema, load_yaml

FILE = Path("data/signaturer.yaml")
SCHEMA = Path("workflow/schemas/signaturer.schema.yaml")
_BEFORE = Path("gjennomgang.yaml")
# What an entry is about, by the key of its list: no two entries are about the same.
SUBJECT = {"godkjent": ("id", "hash"), "bekreftet": ("kontroll", "gjelder")}


@dataclass(frozen=True)
class Signatures:
    """What the register says, as read: `godkjent`, statements that were read and accepted, `bekreftet`, warnings that
    were looked into. Each entry has the numbers of its lines in `_linjer`."""

    godkjent: list[dict[str, Any]] = field(default_factory=list)
    bekreftet: list[dict[str, Any]] = field(default_factory=list)


def load_signatures(path: Path = FILE, root: Path = Path()) -> Signatures | None:
    """Read the register; None when there is none: then nothing is accepted or confirmed.

    Parameters: `path`, of the register; `root`, the project folder with the schema. Raises `Problems` with every fault,
    an entry that is there twice and the file that was used before among them.
    """
    problems = ProblemList()
    if (path.parent.parent / _BEFORE).exists():
        fix = f"Flytt postene under «godkjent» dit, og slett filen: git rm {_BEFORE}"
        problems.add(_BEFORE, "", "filen fra før godkjenninger sto i registeret", f"«godkjent» i {FILE}", fix)
    if path.exists():
        data, lines = load_yaml(path)
        check_schema(data, root / SCHEMA, str(FILE), lines)
        found = {kind: _entries(kind, data[kind], lines, problems) for kind in SUBJECT}
        problems.raise_if_any()
        return Signatures(**found)
    problems.raise_if_any()
    return None


def _entries(kind: str, listed: list[dict], lines: Lines, problems: ProblemList) -> list[dict[str, Any]]:
    """The entries of a list, each with its lines; one that is there twice is told."""
    seen: dict[tuple, int] = {}
    for number, entry in enumerate(listed):
        own = sorted({lines[(kind, number, key)][0] for key in entry})
        subject = tuple(entry[key] for key in SUBJECT[kind])
        if subject in seen:
            found = f"{shown(', '.join(subject))} en gang til (først på linje {seen[subject]})"
            problems.add(FILE, f"linje {own[0]}", found, "én post for hver", "Slett den ene.")
        seen.setdefault(subject, own[0])
        entry["_linjer"] = own
    return listed


def refuse_moved(data: Any, lines: Lines, file: Path, gjelder: str = "") -> None:
    """Tell who still has confirmations in another file what has become of them.

    Parameters: `data`, `lines`, as `load_yaml` gives them; `gjelder`, what the confirmations there are of, where their
    place says it. Raises `Problems`.
    """
    problems = ProblemList()
    if isinstance(data, dict) and "bekreftet" in data:
        more = f', med gjelder: "{gjelder}"' if gjelder else ""
        fix = f"Flytt postene dit, der «bestemt_av» heter «av»{more}, og slett nøkkelen."
        problems.add(file, f"linje {lines[('bekreftet',)][0]}", "nøkkelen «bekreftet»", f"«bekreftet» i {FILE}", fix)
    problems.raise_if_any()


def in_order(text: str, signatures: Signatures) -> str:
    """The text of the register with the lines of each list sorted; a list with comments between is left as it is.

    Parameters: `signatures`, as read from it.
    """
    head, *sections = re.split(r"(?m)^(?=[a-z]+:)", text if text.endswith("\n") else f"{text}\n")
    done = [head]
    for section in sections:
        key, *entries = re.split(r"(?m)^(?= *- )", section)
        whole = len(entries) == len(getattr(signatures, section.split(":")[0]))
        sortable = whole and not re.search(r"(?m)^\s*#", section)
        done += [key, *sorted(entries)] if sortable else [section]
    return "".join(done)


def sort_register(path: Path, root: Path) -> None:
    """Sort the register where it lies. Parameters and errors: as `load_signatures`."""
    if signatures := load_signatures(path, root):
        text = path.read_text(encoding="utf-8-sig")
        if (sorted_text := in_order(text, signatures)) != text:
            write_atomic(path, sorted_text)
