"""Statements that are true by construction: text made from data, each with its proof, and the rules that a page must
obey.

Stands alone on `base` (errors, display, YAML); needs Jinja2 and PyYAML only.
"""

from krisestat.statements.book import Statements
from krisestat.statements.headlines import choose, headline_rows, load_candidates
from krisestat.statements.lexicon import load_lexicon

__all__ = ["Statements", "choose", "headline_rows", "load_candidates", "load_lexicon"]
