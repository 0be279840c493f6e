"""Forms that cannot be used: put in an inbox folder, each with its faults and a ready letter to those who sent it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from krisestat.agreements.checklist import Sjekkliste
from krisestat.agreements.page_data import leaf_titles
from krisestat.agreements.skjema import FELT, Utfylt
from krisestat.base.contracts import write_all
from krisestat.base.errors import Problem
from krisestat.base.yaml_files import load_words
from krisestat.model.config import load_config
from krisestat.model.declared import STANDARDS

# More than the texts of any form.
_LARGEST = 2_000_000
INBOX = Path("data/innboks/avtaler")
# Small words that only one of the written standards has.
_MARKS = {
    "nb": r"\b(ikke|hva|hvor|hvem|fra|hvordan|tjenester|kommunene)\b",
    "nn": r"\b(ikkje|kva|kvar|kven|frå|korleis|tenester|kommunane)\b",
}


def by_cause(problems: Sequence[Problem]) -> list[list[Problem]]:
    """The faults of a file, those of one cause together: what was expected and what to do are the same."""
    causes: dict[tuple[str, str], list[Problem]] = {}
    for one in dict.fromkeys(problems):
        causes.setdefault((one.ventet, one.tiltak), []).append(one)
    return list(causes.values())


def once(problems: Sequence[Problem]) -> list[Problem]:
    """The faults of a file, each cause once, with the places of the others of its kind."""
    told = []
    for first, *rest in by_cause(problems):
        found, others = beside(first, rest)
        more = f", og {len(others)} til av samme slag ({'; '.join(one.sted for one in others[:5] if one.sted)})"
        fant = "; ".join(found) + (more if others else "")
        told.append(Problem(first.fil, first.sted, fant, first.ventet, first.tiltak))
    return told


def beside(first: Problem, rest: Sequence[Problem]) -> tuple[list[str], list[Problem]]:
    """What was found at the place of a fault, and the faults of the same cause that are elsewhere."""
    same = [one.fant for one in rest if one.sted == first.sted]
    return [first.fant, *same], [one for one in rest if one.sted != first.sted]


def written_standard(data: bytes, read: Utfylt | None, otherwise: str) -> str:
    """The written standard of a form: what it says itself, or what most of its words are in.

    Parameters: `data`, its bytes; `read`, what stands in it, None when it could not be read; `otherwise`, where neither
    says it.
    """
    if read and read.spraak:
        return read.spraak
    texts = [one.tekst for one in read.felt.values()] if read else []
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(BytesIO(data)) as parts:
                shared = parts.getinfo("xl/sharedStrings.xml")
                texts.append(parts.read(shared).decode("utf-8", "replace") if shared.file_size < _LARGEST else "")
        except (KeyError, OSError, zipfile.BadZipFile):
            pass
    elif not data.startswith(b"%PDF"):
        texts.append(data[:1_000_000].decode("utf-8", "replace"))
    counted = {name: len(re.findall(mark, " ".join(texts).lower())) for name, mark in _MARKS.items()}
    return max(STANDARDS, key=lambda name: (counted[name], name == otherwise))


def kind_of(found: str, as_told: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What kind of fault something found is, with what fills the braces of its text; «annet» when it is none.

    Parameters: `found`, as a problem tells it; `as_told`, the texts of the kinds in the standard of the problems.
    """
    for kind, text in as_told.items():
        parts = re.split(r"\{(\w+)\}", text)
        pattern = "".join(f"(?P<{part}>.*?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
        if match := re.fullmatch(pattern, found, re.DOTALL):
            return kind, match.groupdict()
    return "annet", {}


def worded(found: str, own: Mapping[str, Any], as_told: Mapping[str, str]) -> str:
    """What was found, in the standard of a letter. Parameters: `own`, its words as in `letter`; the others as
    `kind_of`."""
    kind, values = kind_of(found, as_told)
    if "fant" in values:
        values["fant"] = worded(values["fant"], own, as_told)
    return (own["avtaler"]["brev"]["sagt"] if kind in ("tomt", "innhold") else own["skjemafeil"])[kind].format(**values)


def letter(
    name: str, problems: Sequence[Problem], read: Utfylt | None, liste: Sjekkliste, words: Mapping[str, Any]
) -> str:
    """A letter to those who sent a form.

    Parameters: `name`, of the file; `problems`, its faults; `read`, as `written_standard`; `words`, with the parsed
    `sjekkliste`, `avtaler` and `skjemafeil`, the `spraak`, the `dato` of the reception, the configuration (`config`),
    and what faults are called by those who find them (`funn`).
    """
    own, form, config = words["avtaler"]["brev"], words["sjekkliste"], words["config"]
    titles = leaf_titles(liste, words["spraak"])
    fields = {one.sted: key for key, one in read.felt.items()} if read else {}

    def called(one: Problem) -> tuple[str, str]:
        """What a field is called, and what may stand there."""
        if read and one.sted in {work.sted for work in read.arbeid.values()}:
            return form["arbeid"]["tittel"], own["tekst"]
        leaf, _, part = fields.get(one.sted, "").rpartition(".")
        if leaf == "avtale":
            slag = next(felt.slag for felt in FELT if felt.id == part)
            how = {"dato": form["dato_hint"], "lovgrunnlag": own["lovgrunnlag"]}.get(slag, "")
            return form["felt"][part]["navn"], f"{form['felt'][part]['hint']} {how}".strip()
        if leaf in titles:
            return f"{titles[leaf]}: {form['del'][part]}", ", ".join(form["svar"].values()) if part == "svar" else own[
                "tekst"
            ]
        return "", ""

    lines: list[str] = []
    for first, *rest in by_cause(problems):
        name_of, hint = called(first)
        here, elsewhere = beside(first, rest)
        found = "; ".join(worded(one, words, words["funn"]) for one in here)
        about = own["felt" if name_of else "fil"].format(felt=name_of, fant=found, hint=hint).replace("?.", "?")
        kind, values = kind_of(first.fant, words["funn"])
        about = own[kind].format(**values) if kind == "samme_parter" else about
        others = [label for label, _ in map(called, elsewhere) if label not in ("", name_of)]
        about += f" {own['andre']}: {'; '.join(others)}." if others else ""
        lines.append(f"{len(lines) + 1}. {about}")
    publisher, contact = config["publikasjon"]["utgiver"], config["publikasjon"]["kontakt"]
    return "\n".join(
        [
            own["emne"],
            "",
            own["hilsen"],
            "",
            own["innledning"].format(fil=name, dato=words["dato"]),
            "",
            *lines,
            "",
            own["slik"].format(nettadresse=config["publikasjon"]["nettadresse"]),
            "",
            own["avslutning"],
            publisher,
            f"{contact['navn']}, {contact['epost']}",
            "",
        ]
    )


def put_aside(
    faults: Mapping[Path, tuple[Sequence[Problem], Utfylt | None]],
    aar: int,
    received: str,
    liste: Sjekkliste,
    root: Path,
) -> list[str]:
    """Move forms to the inbox of a year, each with its faults (`.feil.txt`) and a letter (`.brev.txt`).

    Parameters: `faults`, of each file and what was read of it; `received`, the day (ISO); `liste`, the newest version.
    Returns Norwegian lines that say what was done.
    """
    folder = root / INBOX / str(aar)
    folder.mkdir(parents=True, exist_ok=True)
    main = load_config(root / "config.yaml", root)["spraak"]
    told: list[str] = []
    words: dict[str, dict[str, Any]] = {}
    for path, (problems, read) in faults.items():
        told_once, where, number = once(problems), folder / path.name, 1
        while where.exists():  # what came before under the same name is kept
            number += 1
            where = folder / f"{path.stem}-{number}{path.suffix}"
        data = (root / path).read_bytes()
        spraak = written_standard(data, read, main)
        if spraak not in words:
            words[spraak] = _words(spraak, received, root)
        write_all(
            {
                where.with_name(f"{where.name}.feil.txt"): "\n\n".join(map(str, told_once)) + "\n",
                where.with_name(f"{where.name}.brev.txt"): letter(path.name, problems, read, liste, words[spraak]),
            }
        )
        (root / path).replace(where)
        told += [
            f"{INBOX / str(aar) / where.name}: ikke brukt, brev og feil ligger ved siden av.",
            *map(str, told_once),
        ]
    return told


def _words(spraak: str, received: str, root: Path) -> dict[str, Any]:
    """What letters of a written standard are made of. Parameters: as `put_aside`."""
    names = ("sjekkliste", "avtaler", "skjemafeil")
    words = {name: load_words(root / "templates" / spraak / f"{name}.yaml") for name in names}
    words["funn"] = load_words(root / "templates" / STANDARDS[0] / "skjemafeil.yaml")
    config = load_config(root / "config.yaml", root, {"spraak": spraak})
    return {**words, "spraak": spraak, "dato": received, "config": config}
