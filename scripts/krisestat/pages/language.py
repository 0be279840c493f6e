"""The language of a finished page: spelling, words that house style avoids, words that stand twice, long sentences, and
how heavy the text is to read.

Run as `make spraak` (AAR=2020). Spelling is hunspell's, with the dictionary of the page's written standard and the
project's own words; where hunspell is not installed, that is told and the rest is done.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from krisestat.base import layout
from krisestat.base.errors import Problem, Problems, shown
from krisestat.base.wording import blocks_of
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.model.config import load_config, settings_of

SCHEMA = Path("workflow/schemas/stil.schema.yaml")
PAGES = (layout.PAGE, layout.PROOFS, layout.ACCESSIBILITY, layout.CHECKLIST_PAGE)
DICTIONARIES = {"nb": "nb_NO", "nn": "nn_NO"}
LONG_SENTENCE = 35
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[«A-ZÆØÅ])")
_TWICE = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
_QUOTED = re.compile(r"«[^»]*»")
# What is written for machines or names a place, not words of a language.
_NO_WORDS = re.compile(
    r"\S+@\S+|https?://\S+|\b[\w-]+\.(?:no|org|csv|json|xlsx|pdf|svg|png|ttl|px)\b|\b[\w-]+_p[\d-]+\b|\b[0-9a-f]{12,}\b"
)


@dataclass(frozen=True)
class Style:
    """What house style says of a written standard: `avoided`, pattern -> what to write; `words` that are right although
    the dictionary lacks them; `twice`, words that may follow themselves."""

    avoided: Mapping[str, str]
    words: frozenset[str]
    twice: frozenset[str]


@dataclass(frozen=True)
class PageLanguage:
    """The language of one page: words, sentences, LIX, and the long sentences."""

    words: int
    sentences: int
    lix: int
    long: tuple[str, ...]


def load_style(templates: Path, spraak: str, root: Path = Path()) -> Style:
    """Read `leksikon/stil_<spraak>.yaml`. Raises `Problems` with every fault."""
    path = templates / "leksikon" / f"stil_{spraak}.yaml"
    data, lines = load_yaml(path)
    check_schema(data, root / SCHEMA, str(path), lines)
    avoided = {one["moenster"]: one["skriv"] for one in data["unngaa"]}
    return Style(avoided, frozenset(data["ord"].split()), frozenset(data["to_ganger"]))


def sentences(blocks: Iterable[str]) -> list[str]:
    """The sentences of running text: blocks that end as a sentence does."""
    return [part for block in blocks if block[-1:] in ".!?" for part in _SENTENCE.split(block) if _WORD.search(part)]


def measure(blocks: Sequence[str]) -> PageLanguage:
    """How heavy a text is: LIX is words a sentence plus the percentage of words with more than six letters (Björnsson
    1968). Parameters: `blocks`, paragraphs and headings."""
    told = sentences(blocks)
    counted = [_WORD.findall(one) for one in told]
    words = [word for one in counted for word in one]
    heavy = sum(len(word) > 6 for word in words)
    lix = round(len(words) / len(told) + 100 * heavy / len(words)) if words else 0
    long = tuple(one for one, found in zip(told, counted, strict=True) if len(found) > LONG_SENTENCE)
    return PageLanguage(len(words), len(told), lix, long)


def own_words(page: str) -> list[tuple[str, str]]:
    """The running text of a page, (section, text) of each block, without what it quotes: that is in others' words."""
    return [(section, _QUOTED.sub("«»", text)) for section, text in blocks_of(page)]


def faults(name: str, blocks: Iterable[tuple[str, str]], style: Style) -> list[Problem]:
    """Words that house style avoids, and words that stand twice.

    Parameters: `name`, the page; `blocks`, (section, text) of each.
    """
    found = []
    for section, text in blocks:
        place = f"delen «{section}»" if section else "tittelen og opplysningene om siden"
        for hit in _TWICE.finditer(text):
            if hit[1].lower() not in style.twice:
                around = text[max(0, hit.start() - 20) : hit.end() + 20]
                found.append(
                    Problem(name, place, f"{shown(hit[0])} i {shown(around)}", "ordet én gang", "Ta bort ett.")
                )
        for pattern, instead in style.avoided.items():
            for hit in re.finditer(pattern, text, re.IGNORECASE):
                around = text[max(0, hit.start() - 20) : hit.end() + 20]
                found.append(Problem(name, place, f"{shown(hit[0])} i {shown(around)}", instead, "Skriv om i malen."))
    return found


def to_spell(blocks: Iterable[tuple[str, str]], style: Style) -> dict[str, str]:
    """The words of a page that the dictionary must know, and the section where each stands first."""
    words: dict[str, str] = {}
    for section, text in blocks:
        for word in _WORD.findall(_NO_WORDS.sub(" ", text)):
            if word not in style.words and word.lower() not in style.words:
                words.setdefault(word, section)
    return words


def misspelt(words: Mapping[str, str], spraak: str) -> list[str] | None:
    """Those of the words that hunspell does not know, sorted; None where it is not installed."""
    program = shutil.which("hunspell")
    if program is None:
        return None
    command = [program, "-i", "utf-8", "-d", DICTIONARIES[spraak], "-l"]
    done = subprocess.run(command, input="\n".join(words), capture_output=True, text=True, encoding="utf-8", check=True)
    return sorted(set(done.stdout.split()) & words.keys())


def check_page(name: str, page: str, style: Style, spraak: str) -> tuple[PageLanguage, list[Problem], bool]:
    """The language of one page: its measures, its faults, and whether spelling was looked at."""
    blocks = own_words(page)
    wrong = faults(name, blocks, style)
    words = to_spell(blocks, style)
    unknown = misspelt(words, spraak)
    wrong += [
        Problem(
            name,
            f"delen «{words[word]}»" if words[word] else "tittelen og opplysningene om siden",
            shown(word),
            f"et ord i ordboken for {spraak}",
            f"Rett ordet i malen, eller før det opp under «ord» i templates/leksikon/stil_{spraak}.yaml.",
        )
        for word in unknown or ()
    ]
    return measure([text for _, text in blocks]), wrong, unknown is not None


def run(name: str, root: Path) -> str:
    """Look at the language of an edition's pages.

    Parameters: `name`, the edition's, that of `config.yaml` when «»; `root`, the project's folder. Returns the report.
    Raises `Problems` with every fault.
    """
    config: Mapping[str, Any] = load_config(root / "config.yaml", root, settings_of(name))
    spraak, folder = config["spraak"], Path(layout.RESULTS) / config["publikasjon"]["utgave"]
    style = load_style(root / "templates", spraak, root)
    told, wrong = [], []
    for page in PAGES:
        path = folder / page
        if not (root / path).is_file():
            wrong.append(Problem(str(path), "", "ingen fil", "en ferdig side", "Kjør «make publication» først."))
            continue
        report, found, spelt = check_page(str(path), (root / path).read_text(encoding="utf-8"), style, spraak)
        wrong += found
        told.append(f"{path}: {report.words} ord i {report.sentences} setninger, LIX {report.lix}")
        told += [f"  lang setning: {shown(one, 160)}" for one in report.long]
        if not spelt:
            told.append("  Rettskrivingen er ikke kontrollert: hunspell mangler (Debian: hunspell og hunspell-no).")
    if wrong:
        raise Problems(wrong)
    return "\n".join(told)
