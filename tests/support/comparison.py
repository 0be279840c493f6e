"""A change that a comparison of whole editions must find, and the report that it gives."""

import json

import jsonschema

from tests.support.project import PROJECT
from tests.support.workflow import Project

# Made once: the library's own `validate` checks the schema itself each time, which costs more than the rest.
REPORT = jsonschema.Draft202012Validator(
    json.loads((PROJECT / "workflow/schemas/endringer.schema.json").read_text(encoding="utf-8"))
)


def report_of(project: Project) -> dict:
    report = json.loads((project / "results/endringer/endringer.json").read_text(encoding="utf-8"))
    REPORT.validate(report)
    return report


def kinds(report: dict, entry: dict) -> set[str]:
    return {cause["slag"] for cause in report["arsaker"] if cause["id"] in entry["arsaker"]}
