"""The register of what people have signed, accepted and confirmed, `data/signaturer.yaml`: who, and when.

How a name is known does not stand there: git is asked when it is shown (`release.history`).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from krisestat.base.contracts import write_atomic
from krisestat.base.errors import ProblemList, shown
from krisestat.base.layout import DATA, RESULTS
from krisestat.base.yaml_files import Lines, check_schema, load_yaml
from krisestat.model.register import REGISTER

FILE = Path("data/signaturer.yaml")
SCHEMA = Path("workflow/schemas/signaturer.schema.yaml")
# What an entry is about, by the key of its list: no two entries are about the same.
SUBJECT = {"godkjent": ("id", "hash"), "bekreftet": ("kontroll", "gjelder")}


# What an entry of signatures says before what is signed, in the order that it is written and sorted by.
_HEAD = ("fil", "spraak", "signeres", "utgave", "slaatt_opp", "grunn", "av", "dato")

# How many names stand on a line.
_IN_ROW = 7
# The shortest reason that the register takes.
LEAST = 10


@dataclass(frozen=True)
class Signatures:
    """What the register says, as read: `godkjent`, statements that were read and accepted, `bekreftet`, warnings that
    were looked into; `signert`, texts that data does not prove, by file; `eksempel`, names of signers who are examples:
    what they sign is never published with received data. Each entry has the numbers of its lines in `_linjer`."""

    eksempel: list[str] = field(default_factory=list)
    signert: list[dict[str, Any]] = field(default_factory=list)
    godkjent: list[dict[str, Any]] = field(default_factory=list)
    bekreftet: list[dict[str, Any]] = field(default_factory=list)


def load_signatures(path: Path = FILE, root: Path = Path()) -> Signatures | None:
    """Read the register; None when there is none: then nothing is accepted or confirmed.

    Parameters: `path`, of the register; `root`, the project folder with the schema. Raises `Problems` with every fault,
    an entry that is there twice among them.
    """
    if not path.exists():
        return None
    problems = ProblemList()
    data, lines = load_yaml(path)
    check_schema(data, root / SCHEMA, str(FILE), lines)
    found = {kind: _entries(kind, data[kind], lines, problems) for kind in SUBJECT}
    signed = data.get("signert", [])
    _signed_twice(signed, lines, problems)
    problems.raise_if_any()
    return Signatures(data.get("eksempel", []), signed, **found)


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


def said(entry: Mapping[str, Any]) -> dict[str, str]:
    """What an entry signs: the text of each by its hash; of names, only the hash stands there."""
    return entry.get("setninger") or dict.fromkeys(entry.get("navn", ()), "")


def _signed_twice(signed: list[dict], lines: Lines, problems: ProblemList) -> None:
    """Tell of texts that are signed more than once for the same edition; gives each entry its lines."""
    seen: dict[tuple, int] = {}
    for number, entry in enumerate(signed):
        entry["_linjer"] = [lines[("signert", number, "av")][0]]
        for hash, text in said(entry).items():
            line = lines.get(("signert", number, "setninger", hash), lines[("signert", number)])[0]
            subject = (entry["fil"], entry.get("utgave"), hash)
            if subject in seen:
                found = f"{shown(text or hash)} signert en gang til (først på linje {seen[subject]})"
                problems.add(FILE, f"linje {line}", found, "én signatur for hver tekst", "Slett den ene.")
            seen.setdefault(subject, line)


def written(text: str, signed: list[dict[str, Any]]) -> str:
    """The text of the register with other signatures in it: sorted, a line for each text. Parameters: `signed`, all of
    them, as `Signatures.signert`; those that sign nothing are left out."""
    lines = ["signert:"]
    for entry in sorted((one for one in signed if said(one)), key=lambda one: [str(one.get(key, "")) for key in _HEAD]):
        head = [f"{key}: {_scalar(entry[key])}" for key in _HEAD if key in entry]
        lines += [f"- {head[0]}", *(f"  {one}" for one in head[1:])]
        if "navn" in entry:
            lines.append("  navn:")
            hashes = [f'"{hash}"' for hash in sorted(entry["navn"])]
            rows = [", ".join(hashes[at : at + _IN_ROW]) for at in range(0, len(hashes), _IN_ROW)]
            lines[-1] += f" [{(chr(10) + 4 * ' ').join(f'{row},' for row in rows)}]"
        else:
            lines.append("  setninger:")
            pairs = sorted(entry["setninger"].items(), key=lambda one: (one[1], one[0]))
            lines += [f'    "{hash}": {_scalar(said)}' for hash, said in pairs]
    section = "\n".join(lines if len(lines) > 1 else ["signert: []"]) + "\n"
    rest = re.sub(r"(?ms)^signert:.*?(?=^[a-z]+:|\Z)", "", text if text.endswith("\n") else f"{text}\n")
    return f"{rest}{section}"


def _scalar(value: Any) -> str:
    plain = isinstance(value, int) or re.fullmatch(r"\d{4}-\d\d-\d\d|[a-z]+(/[\w./-]+)?", str(value))
    return str(value) if plain else json.dumps(" ".join(str(value).split()), ensure_ascii=False)


def in_order(text: str, signatures: Signatures) -> str:
    """The text of the register with the lines of each list sorted; a list with comments between is left as it is.

    Parameters: `signatures`, as read from it.
    """
    head, *sections = re.split(r"(?m)^(?=[a-z]+:)", text if text.endswith("\n") else f"{text}\n")
    done = [head]
    for section in sections:
        key, *entries = re.split(r"(?m)^(?= *- )", section)
        name = section.split(":")[0]
        whole = name in SUBJECT and len(entries) == len(getattr(signatures, name))
        sortable = whole and not re.search(r"(?m)^\s*#", section)
        done += [key, *sorted(entries)] if sortable else [section]
    return "".join(done)


def received(root: Path, name: str) -> bool:
    """Whether an edition, as it is built, has numbers that were received; before it is, whether a source says that its
    were. Then what an example signed is signed by nobody. Parameters: `root`, the project's folder; `name`."""
    built = [*(root / RESULTS / name / DATA).glob("*.csv")]
    told = [*(root / REGISTER.parent).glob("*/kilde.yaml")]
    return any((b",mottatt" if built else b"\nopphav: mottatt") in path.read_bytes() for path in built or told)


def add_lines(path: Path, more: Mapping[str, Sequence[str]]) -> None:
    """Write more lines in lists of the register, which may be empty or not there. Parameters: `more`, by list."""
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    for kind, lines in more.items():
        own = f"{kind}:\n" + "".join(f"{line}\n" for line in lines)
        if begun := re.search(rf"(?m)^{kind}:.*\n", text):
            text = f"{text[: begun.start()]}{own}{text[begun.end() :]}" if lines else text
        elif lines:
            text = f"{text.rstrip()}\n{own}"
    if any(more.values()):
        write_atomic(path, text)


def answered(told: Iterable[str], question: str) -> str:
    """What somebody answers on the terminal; «q» where they break it off, so that nothing said is lost. Parameters:
    `told`, the lines that they are asked about."""
    print("", *told, f"  {question}: ", sep="\n", end="", flush=True)
    try:
        return sys.stdin.readline().strip()
    except KeyboardInterrupt:
        return "q"


def reason(told: Iterable[str], offers: str, short: Collection[str]) -> str:
    """The reason that somebody gives, long enough for the register, or «» or one of the `short` answers. Parameters:
    `told`, as `answered`; `offers`, what may be answered, in words."""
    question = "Grunn"
    while (answer := answered(told, f"{question} ({offers})")) and answer not in short and len(answer) < LEAST:
        told, question = (), f"En grunn på minst {LEAST} tegn"
    return answer


def sort_register(path: Path, root: Path) -> None:
    """Sort the register where it lies. Parameters and errors: as `load_signatures`."""
    if signatures := load_signatures(path, root):
        text = path.read_text(encoding="utf-8-sig")
        if (sorted_text := in_order(text, signatures)) != text:
            write_atomic(path, sorted_text)
