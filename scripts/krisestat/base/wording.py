"""What a page says, block by block, and which words changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser

BLOCKS = set("p li dt dd h1 h2 h3 h4 figcaption caption summary title".split())
# Drawings and tables are compared for themselves; the evidence on the page by statement; code is no prose.
SKIPPED = {"style", "script", "svg", "table", "nav", "code"}
EVIDENCE = "etterproving"
Part = tuple[str, str]


class _Reader(HTMLParser):
    """Collects (section, text) of each block of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._sections: list[str] = [""]
        self._skipping: list[str] = []
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if self._skipping:
            if tag == self._skipping[0]:
                self._skipping.append(tag)
        elif tag in SKIPPED or (tag == "section" and named.get("id") == EVIDENCE):
            self._skipping = [tag]
        elif tag == "section":
            self._sections.append(named.get("id") or self._sections[-1])
        elif tag in BLOCKS:
            self._end()
            self._text = []
        elif tag == "meta" and named.get("name") in ("description", "author"):
            self.found.append(("", one_space(named.get("content") or "")))

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping[0]:
                self._skipping.pop()
        elif tag == "section" and len(self._sections) > 1:
            self._sections.pop()
        elif tag in BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._skipping:
            self._text.append(data)

    def _end(self) -> None:
        if self._text is not None and (text := one_space("".join(self._text))):
            self.found.append((self._sections[-1], text))
        self._text = None


def one_space(text: str) -> str:
    """The text with every run of spaces as one; no-break spaces become ordinary."""
    return re.sub(r"\s+", " ", text).strip()


def blocks_of(page: str) -> list[tuple[str, str]]:
    """The running text of a page: (id of the section, text) of each paragraph, heading and list item, in order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def marked(old: str, new: str) -> list[Part]:
    """The words of two texts as parts: («lik» | «borte» | «ny», text), which together read as either text."""
    before, after = (re.findall(r"\s*\S+", text) for text in (old, new))
    parts: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("lik", "".join(before[a:b])))
            continue
        parts += [(name, text) for name, text in (("borte", "".join(before[a:b])), ("ny", "".join(after[c:d]))) if text]
    return parts


def without_years(text: str) -> str:
    """The text with a sign in place of each year."""
    return re.sub(r"\b(?:19|20)\d\d\b", "†", text)


def words(text: str) -> set[str]:
    """The words and numbers of a text."""
    return set(re.findall(r"\w+", text.casefold()))


def changed_words(old: str, new: str) -> tuple[set[str], set[str]]:
    """Words that are only in the old text, and only in the new one."""
    before, after = words(old), words(new)
    return before - after, after - before


def changed_blocks(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> list[tuple[str, str | None, str | None]]:
    """The blocks that differ: (section, old text, new text), None where there is none. Blocks that stand in place of
    one another are paired where they share at least a third of their words."""
    found: list[tuple[str, str | None, str | None]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        rest = list(new[c:d])
        for section, text in old[a:b]:
            pair = max(rest, key=lambda block: alike(text, block[1]), default=None)
            if pair and alike(text, pair[1]) >= 1 / 3:
                rest.remove(pair)
                found.append((pair[0], text, pair[1]))
            else:
                found.append((section, text, None))
        found += [(section, None, text) for section, text in rest]
    return found


def alike(one: str, other: str) -> float:
    """How much of the words of the longer of two texts is in both: 0 to 1."""
    a, b = words(one), words(other)
    return len(a & b) / max(len(a), len(b), 1)


def texts_gone_and_new(old: Iterable[str], new: Iterable[str]) -> tuple[list[str], list[str]]:
    """Texts only in the one, and only in the other, in their order, each once."""
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    return [t for t in before if t not in after], [t for t in after if t not in before]
