"""Registers a received raw file: its drafts become the year's, and date, receiver and checksum are written down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from krisestat.base.contracts import write_all
from krisestat.base.errors import ProblemList, Problems, shown
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.intake.decisions import FILE, load_decisions
from krisestat.intake.decisions import SCHEMA as CORRECTIONS
from krisestat.intake.raw_file import check_received
from krisestat.intake.sources import DRAFT, FILE_NAME, OPEN, PROPOSED, RAW, SCHEMA, load_source
from krisestat.model.codebooks import columns_file


def registered(text: str, values: dict[str, str]) -> str:
    """The text of a `kilde.yaml` with new values for some of its top-level keys; the rest stays as it was written."""
    for key, value in values.items():
        line = yaml.safe_dump({key: value}, allow_unicode=True, width=1000).rstrip("\n")
        pattern = re.compile(rf"^{key}:.*$", re.MULTILINE)
        text = pattern.sub(line.replace("\\", r"\\"), text) if pattern.search(text) else f"{text.rstrip()}\n{line}\n"
    return text


def _decided(draft: Path, known: dict[str, str], root: Path) -> str:
    """The text of a drafted `kilde.yaml` without what was open.

    Parameters: `known`, what is written into it now. Raises `Problems` when something is open or wrong, or the answers
    are not those that were taken in.
    """
    data, lines = load_yaml(root / draft)
    data = data if isinstance(data, dict) else {}
    left, problems = data.pop(OPEN, None), ProblemList()
    for n, question in enumerate(left or ()):
        fix = "Avgjør det, og slett linjen."
        problems.add(draft, f"linje {lines[(OPEN, n)][0]}", shown(question, 150), f"ingenting under «{OPEN}»", fix)
    if not data.get("opphav"):
        fix = "Skriv «opphav: mottatt» for virkelige svar, «opphav: rekonstruert» for eksempeldata."
        problems.add(draft, "nøkkelen «opphav»", "ingenting", "hvor svarene kommer fra", fix)
    problems.raise_if_any()
    check_schema(data | known, root / SCHEMA, str(draft), lines)
    raw = draft.with_name(data["fil"])
    if (root / raw).is_file():
        check_received(raw, (root / raw).read_bytes(), data["sha256"], "make ny-kilde", problems)
    problems.raise_if_any()
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)


def _proposed(draft: Path, root: Path) -> dict[str, list[dict]]:
    """The corrections that are drafted. Raises `Problems` for what is none."""
    data, lines = load_yaml(root / draft)
    data = {kind: (data or {}).get(kind) or [] for kind in ("rettelser", "karantene")} | {
        key: value for key, value in (data or {}).items() if value is not None
    }
    schema, _ = load_yaml(root / CORRECTIONS)
    for kind in ("rettelser", "karantene"):
        items = schema["properties"][kind]["items"]
        items["required"] = [key for key in items["required"] if key not in ("id", "bestemt_av", "dato")]
    check_schema(data, schema, str(draft), lines)
    return data


def with_entries(text: str, key: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The text of `data/rettelser.yaml` with more entries under a key, written as those that are there."""
    if not entries:
        return text
    head, _, rest = re.split(rf"(?m)^({key}:)[ ]*(?:\[\])?[ ]*(?:#.*)?\n?", text, maxsplit=1)
    indent = re.match(r"(?:\s*#.*\n|\s*\n)*( *)- ", rest)
    block = yaml.safe_dump([dict(entry) for entry in entries], allow_unicode=True, sort_keys=False, width=1000)
    space = indent[1] if indent else "  "
    return f"{head}{key}:\n" + "".join(f"{space}{line}\n" for line in block.splitlines()) + rest


def _corrections(folder: Path, received: str, receiver: str, root: Path) -> str:
    """The text of `data/rettelser.yaml` with the drafted corrections, each with an id, who decided it, and when."""
    text = (root / FILE).read_text(encoding="utf-8")
    there = load_decisions(root=root)
    for kind, letter in (("rettelser", "R"), ("karantene", "K")):
        taken = max([int(e["id"][1:]) for e in (*there.rettelser, *there.karantene) if e["id"][0] == letter], default=0)
        new = [
            {"id": f"{letter}{taken + n}"} | {k: v for k, v in entry.items() if k != "id"}
            | {"bestemt_av": entry.get("bestemt_av", receiver), "dato": str(entry.get("dato", received))}
            for n, entry in enumerate(_proposed(folder / PROPOSED, root)[kind], 1)
        ]  # fmt: skip
        text = with_entries(text, kind, new)
    return text


def run(name: str, received: str, receiver: str, root: Path) -> str:
    """Register the file of `data/raw/<name>`.

    Parameters: `name`, a year or the name of another source; `received`, the date (YYYY-MM-DD); `receiver`, who took it
    in; `root`, the project's folder. What is drafted for a year, decided and complete, becomes its `kilde.yaml`,
    codebook and corrections. Returns a Norwegian line that says what was done. Raises `Problems`, and then nothing is
    changed.
    """
    folder = RAW / name
    manifest, draft = folder / "kilde.yaml", folder / DRAFT
    drafted = name.isdigit() and (root / draft).is_file()
    known = {"mottatt": received, "mottatt_av": receiver}
    text = _decided(draft, known, root) if drafted else ""
    if not drafted:
        load_yaml(root / manifest)
        text = (root / manifest).read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    file = str(data.get("fil", "")) if isinstance(data, dict) else ""
    problems = ProblemList()
    if not FILE_NAME.fullmatch(file) or not (root / folder / file).is_file():
        problems.add(
            manifest, "nøkkelen «fil»", shown(file), "navnet på en fil i samme mappe", "Rett «fil:» i kilde.yaml."
        )
    problems.raise_if_any()
    digest = hashlib.sha256((root / folder / file).read_bytes()).hexdigest()
    changed = {manifest: registered(text, known | {"sha256": digest})}
    drafts = [draft] if drafted else []
    if drafted and (book := columns_file(int(name)).with_suffix(".utkast.csv")) and (root / book).is_file():
        changed[columns_file(int(name))] = (root / book).read_text(encoding="utf-8")
        drafts.append(book)
    if drafted and (root / folder / PROPOSED).is_file():
        changed[FILE] = _corrections(folder, received, receiver, root)
        drafts.append(folder / PROPOSED)
    before = {path: (root / path).read_bytes() if (root / path).is_file() else None for path in changed}
    write_all({root / path: content for path, content in changed.items()})
    try:
        load_source(manifest, root)
        load_decisions(root=root)
    except Problems:
        write_all({root / path: data for path, data in before.items() if data is not None})
        for path in (path for path, data in before.items() if data is None):
            (root / path).unlink()
        raise
    for path in drafts:
        with suppress(FileNotFoundError):
            (root / path).unlink()
    also = f" Utkastene er blitt {', '.join(map(str, changed))}." if drafts else ""
    return f"{manifest}: registrert {file}, mottatt {received} av {receiver}, kontrollsum {digest[:12]}…{also}"
