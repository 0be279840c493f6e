"""What the tests of statements share: a book on the example numbers, and pages written as an editor would."""

import csv
from textwrap import dedent

from jinja2 import DictLoader, Environment, StrictUndefined

from krisestat.base.errors import Problems
from krisestat.model.codebooks import load_codebook
from krisestat.statements.book import Statements
from krisestat.statements.lexicon import load_lexicon
from tests.support.project import PROJECT

LEXICON = PROJECT / "templates" / "leksikon" / "nb.yaml"
NUMBERS = ("aar", "antall", "base", "nei", "vet_ikke", "ubesvart", "ikke_spurt")


def read_rows() -> list[dict]:
    with (PROJECT / "tests" / "eksempel" / "tall.csv").open(encoding="utf-8", newline="") as file:
        return [
            {k: (int(v) if v else None) if k in NUMBERS else v for k, v in row.items()} for row in csv.DictReader(file)
        ]


ROWS = read_rows()
NAMES = load_codebook(PROJECT / "data" / "raw" / "codebooks")
NB = load_lexicon(LEXICON)


def changed(indikator, gruppe, instans="", form="", aar=2020, **values) -> list[dict]:
    """The example numbers with one cell changed; `nei` follows `antall` unless given."""
    rows, hits = [], 0
    for row in ROWS:
        if (row["indikator"], row["gruppe"], row["instans"], row["samarbeidsform"], row["aar"]) == (
            indikator, gruppe, instans, form, aar,
        ):  # fmt: skip
            hits += 1
            row = row | values
            if values.get("antall") is not None and row["base"] and "nei" not in values:
                row["nei"] = row["base"] - row["antall"] - sum(row[n] for n in ("vet_ikke", "ubesvart", "ikke_spurt"))
        rows.append(row)
    assert hits == 1, "the example has no such cell"
    return rows


def book(rows=None, aar=2020, lexicon=NB) -> Statements:
    return Statements(ROWS if rows is None else rows, NAMES, lexicon, aar)


def environment(statements: Statements, **templates: str) -> Environment:
    loader = DictLoader({f"{name}.j2": text for name, text in templates.items()})
    return statements.install(Environment(loader=loader, autoescape=True, undefined=StrictUndefined))


def page(text: str, rows=None, *, statements=None, allowed=(), evidence=None, **values) -> str:
    """A page made of a template; raises what the build would raise."""
    own = statements or book(rows)
    text = dedent(text)
    marked = own.render(environment(own, side=text), "side.j2", **values)
    return own.finish(marked, "index.html", allowed, {"templates/side.j2": text}, evidence)


def said(call: str, rows=None) -> str:
    """What one call gives, as plain text."""
    html = page(f"<table><tr><td>{{{{ {call} }}}}</td></tr></table>", rows, config={"hjelp": {"politi_nod": "112"}})
    return html[len("<table><tr><td>") : -len("</td></tr></table>")]


def refused(text: str, rows=None, **more) -> str:
    """The text of the problems of a page that must not build."""
    try:
        page(text, rows, **more)
    except Problems as error:
        return str(error)
    raise AssertionError("the page was built")
