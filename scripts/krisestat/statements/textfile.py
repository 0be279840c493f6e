"""Plain text and Markdown as paragraphs, with their sentences and lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s{0,8}(?:[-*+•]|\d{1,3}[.)])\s+")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_TABLE = re.compile(r"^\s*\|.*|.*\|.*\|.*")
_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\([^()\n]*\)")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*\)")
_ADDRESS = re.compile(r"<?https?://[^\s<>]+>?")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)|(?<=\S)(\*{1,3}|_{1,3})(?![\w*])|`")
_ENDING = re.compile(r"\((?:e|ne|ene|er|r|n|en)\)(?!\w)")
_SENTENCE_END = re.compile(r"[.!?][»\")]?\s+(?=[«\"(]?[A-ZÆØÅ0-9])")
_LAST_WORD = re.compile(r"([^\s(«]+)$")


@dataclass(frozen=True)
class Sentence:
    """One sentence: its first line in the file (from 1) and its text, spaces made even. `sure` is false where a line
    break may have been the end of a sentence."""

    line: int
    text: str
    sure: bool = True


def without_markdown(line: str) -> str:
    """A line without the marks of Markdown: links and images keep their words, addresses go."""
    line = _LINK.sub(r"\1", _IMAGE.sub(r"\1", line))
    return _EMPHASIS.sub("", _ADDRESS.sub("", line))


def read_blocks(text: str, abbreviations: Collection[str]) -> tuple[list[list[Sentence]], list[int]]:
    """The sentences of each heading and paragraph of a text, and the lines of tables and code, which are not read.

    Parameters: `text`, the file as it is; `abbreviations`, words whose full stop ends no sentence.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    blocks: list[list[Sentence]] = []
    skipped: list[int] = []
    lines: list[tuple[int, str]] = []
    code = False

    def close() -> None:
        if lines:
            blocks.append(_sentences(lines, abbreviations))
            lines.clear()

    for number, line in enumerate(text.split("\n"), 1):
        if _FENCE.match(line) or code:
            code ^= bool(_FENCE.match(line))
            skipped.append(number)
            close()
        elif _TABLE.match(line):
            skipped.append(number)
            close()
        elif hit := _HEADING.match(line):
            close()
            blocks.append(_sentences([(number, without_markdown(hit[1]))], abbreviations))
        elif not line.strip() or _RULE.match(line):
            close()
        else:
            if item := _ITEM.match(line):
                close()
                line = line[item.end() :]
            lines.append((number, without_markdown(line.lstrip(" \t>"))))
    close()
    return [sentences for sentences in blocks if sentences], skipped


def _sentences(lines: list[tuple[int, str]], abbreviations: Collection[str]) -> list[Sentence]:
    starts, parts, at = [], [], 0
    doubts = []
    for (number, line), after in zip(lines, [*lines[1:], None], strict=True):
        text = _ENDING.sub("", " ".join(line.split()))
        starts.append((at, number))
        parts.append(text)
        at += len(text) + 1
        if after and text[-1:] not in {*".,:;!?–-("} and _opens(after[1]):
            doubts.append(at - 1)
    whole = " ".join(parts)
    cuts = [0]
    for hit in _SENTENCE_END.finditer(whole):
        word = _LAST_WORD.search(whole, max(0, hit.start() - 30), hit.start())
        if whole[hit.start()] != "." or not word or word[1].lower() not in abbreviations:
            cuts.append(hit.end())
    found, place, doubt = [], 0, 0
    for start, end in pairwise([*cuts, len(whole)]):
        while place + 1 < len(starts) and starts[place + 1][0] <= start:
            place += 1
        while doubt < len(doubts) and doubts[doubt] < start:
            doubt += 1
        if text := whole[start:end].strip():
            found.append(Sentence(starts[place][1], text, not (doubt < len(doubts) and doubts[doubt] < end)))
    return found


def _opens(line: str) -> bool:
    """Whether a line begins like a sentence: a capital, and not a word all in capitals."""
    word = line.split()[0] if line.split() else ""
    return word[:1].isupper() and not (len(word) > 1 and word.isupper())
