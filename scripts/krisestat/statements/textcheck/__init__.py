"""The check of texts written elsewhere: does the data support what the sentences say?

`check_text` reads a text; the verdicts are by rules and term lists alone, and «ikke avgjort» wherever there is a doubt.
"""

from krisestat.statements.textcheck.check import check_text
from krisestat.statements.textcheck.report import as_json, as_text
from krisestat.statements.textcheck.terms import load_terms

__all__ = ["as_json", "as_text", "check_text", "load_terms"]
