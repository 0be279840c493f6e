"""How numbers are written for readers of Norwegian, in one place. Rounding happens here and only here.

Decimal comma, no-break space between groups of three digits, U+2212 as minus, en dash in ranges: Språkrådet's rules,
the same in bokmål and nynorsk. Babel gives the same forms, but rounds half to even, writes an ASCII minus and costs
more to import than the whole module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"

# Standard signs, by the status of a cell; what they mean is told by the templates.
SIGNS = {"ikke_spurt": ".", "mangler": "..", "undertrykt": ":", "ikke_aktuelt": "x"}
# Marks beside a number: that it is estimated, that those before it cannot be compared with it.
MARKS = {"anslag": "*", "brudd": "|"}
# Decimals of a percentage in files.
PERCENT_DECIMALS = 1

_NUMBER = re.compile(r"\d+(?:[\s.,]\d+)*")


def round_half_away(value: Fraction | int, decimals: int = 0) -> Fraction:
    """`value` rounded to `decimals` places (0 or more), halves away from zero, exactly."""
    scale = 10**decimals
    scaled = abs(Fraction(value)) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, scale)


def number(value: Fraction | int, decimals: int = 0, *, group: str = NBSP, comma: str = ",", minus: str = MINUS) -> str:
    """`value` as Norwegian text: `number(12345)` is «12 345», `number(Fraction(-1, 4), 1)` is «−0,3»."""
    rounded = round_half_away(value, decimals)
    digits = str(abs(rounded.numerator) * 10**decimals // rounded.denominator).rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    grouped = f"{int(whole):,}".replace(",", group)
    return (minus if rounded < 0 else "") + grouped + (comma + part if part else "")


def percent(share: Fraction, decimals: int = 0) -> str:
    """A share as text for tables and figures: «74 %», the space not breaking."""
    return f"{number(share * 100, decimals)}{NBSP}%"


def year_range(years: Iterable[int]) -> str:
    """Years as text: «2020», «2015–2020», or «2015, 2017–2019» where there are gaps."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}{EN_DASH}{r[-1]}" for r in runs)


def listing(words: Sequence[str], joiner: str = "og") -> str:
    """«A», «A og B», «A, B og C»."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def capitalised(text: str) -> str:
    """The text with its first letter as a capital; the rest is left alone («NAV» stays «NAV»)."""
    return text[:1].upper() + text[1:]


def numbers_in(texts: Iterable[str]) -> list[str]:
    """The numbers that stand in texts, each once: «32 av 43» gives 32 and 43."""
    return list(dict.fromkeys(found for text in texts for found in _NUMBER.findall(text)))
