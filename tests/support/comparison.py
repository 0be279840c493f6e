"""A change that a comparison of whole editions must find, and the report that it gives."""

import json

import jsonschema

from tests.support.project import PROJECT
from tests.support.workflow import Project

RAW = "data/raw/2020/samarbeid_p2020.csv"
SCHEMA = json.loads((PROJECT / "workflow/schemas/endringer.schema.json").read_text(encoding="utf-8"))


def one_more_yes(text: str, column: str = "kv_deltar_på_forum") -> str:
    """The raw file of 2020 where the first that answered no in a column says yes: ordinarily, the first women's service
    that took no part in a forum now does."""
    rows = text.split("\r\n")
    at = rows[0].lstrip("\ufeff").split(",").index(column)
    row = next(n for n, r in enumerate(rows) if n and r.split(",")[at] == "Nei")
    cells = rows[row].split(",")
    cells[at] = "Ja"
    rows[row] = ",".join(cells)
    return "\r\n".join(rows)


def report_of(project: Project) -> dict:
    report = json.loads((project / "results/endringer/endringer.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report


def kinds(report: dict, entry: dict) -> set[str]:
    return {cause["slag"] for cause in report["arsaker"] if cause["id"] in entry["arsaker"]}
