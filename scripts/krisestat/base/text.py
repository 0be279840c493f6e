"""Text without markup, and text that a spreadsheet does not run as a formula."""

from __future__ import annotations

from krisestat.base.contracts import FORMULA_STARTS
from krisestat.base.display import NBSP


def plain_text(text: str) -> str:
    """A text with control characters, line breaks among them, as spaces."""
    return "".join(char if char.isprintable() or char in NBSP else " " for char in text)


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula when it opens CSV: plain, an apostrophe before a start that would
    be one."""
    return f"'{plain_text(text)}" if text.startswith(FORMULA_STARTS) else plain_text(text)
