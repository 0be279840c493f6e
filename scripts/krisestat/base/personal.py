"""Marks of persons in a text: addresses, telephone numbers and birth numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_PHONES = (
    re.compile(r"\+47[ \u00a0]?\d[\d \u00a0]{6,10}\d"),
    re.compile(r"(?<![\w./:,=#-])[2-9]\d{7}(?![\w./-])"),
    re.compile(r"\b(?:[Tt]el(?=\b|ef)|[Tt]lf|[Mm]obil|[Rr]ing)\w*[^\d\n]{1,15}((?:\d[ \u00a0]?){7}\d)(?!\w)"),
)
# As people write them by hand; in tables, numbers may stand beside each other like this.
_GROUPED = re.compile(r"(?<![\d.,§-])(?:[2-9]\d(?:[ \u00a0]\d{2}){3}|[4-9]\d{2}[ \u00a0]\d{2}[ \u00a0]\d{3})(?![\d.,])")
# The highest number that a section is likely to have: «4.1.2.3» is where it stands in an agreement.
_SECTION = 40
_BIRTH_NUMBER = re.compile(r"(?<![\w.])(\d{6})[ \u00a0]?(\d{5})(?![\w.])")
# Every mark but an address is a run like this, and stands on one line: most lines have none, and are not gone through.
_RUN = re.compile(r"\d[\d \u00a0.]{5,}\d")


def personal_marks(text: str, allowed: Iterable[str], by_hand: bool = False) -> list[str]:
    """E-mail addresses, telephone numbers, IP addresses and birth numbers in a text.

    Parameters: `allowed`, those that the edition prints on purpose; `by_hand`, whether it is text that somebody wrote
    in a field, where eight digits in groups are a telephone number. Returns what kind, never the mark itself.
    """
    known = {re.sub(r"[ \u00a0]", "", one) for one in allowed}

    def strange(hits: Iterable[str]) -> bool:
        return any(re.sub(r"[ \u00a0]|^\+47", "", hit) not in known for hit in hits)

    found = []
    lines = text.split("\n")
    text = "\n".join(line for line in lines if _RUN.search(line))
    if strange(hit for line in lines if "@" in line for hit in _EMAIL.findall(line)):
        found.append("en e-postadresse")
    if strange(hit for pattern in (*_PHONES, *([_GROUPED] if by_hand else [])) for hit in pattern.findall(text)):
        found.append("et telefonnummer")
    octets = [[int(part) for part in hit.split(".")] for hit in _IP.findall(text)]
    if any(max(parts) < 256 and not all(0 < part <= _SECTION for part in parts) for parts in octets):
        found.append("en IP-adresse")
    if any(_is_birth_number("".join(hit)) for hit in _BIRTH_NUMBER.findall(text)):
        found.append("et fødselsnummer")
    return found


def _is_birth_number(digits: str) -> bool:
    """Whether eleven digits have the two check digits of a Norwegian birth number."""
    d = [int(c) for c in digits]
    first = sum(a * b for a, b in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), d, strict=False)) % 11
    second = sum(a * b for a, b in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), d, strict=True)) % 11
    return first == second == 0
