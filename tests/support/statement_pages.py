"""What the tests of statements share: a book on the example numbers, and pages written as an editor would."""

from functools import cache
from textwrap import dedent

from jinja2 import DictLoader, Environment, StrictUndefined

from krisestat.base.errors import Problems
from krisestat.model.declared import Cubes
from krisestat.statements.book import Statements
from krisestat.statements.cells import Cell
from krisestat.statements.data import Data
from krisestat.statements.lexicon import load_lexicon
from krisestat.statements.markup import read_page
from krisestat.statements.vocabulary import load_vocabulary
from tests.support.model import edition_cubes, edition_model
from tests.support.project import PROJECT

LEXICON = PROJECT / "templates" / "leksikon" / "nb.yaml"
MODEL = edition_model()
CUBES = edition_cubes()
NB = load_lexicon(LEXICON)
WORDS = load_vocabulary(LEXICON.parent, NB, MODEL)


def changed(statistikk: str, *koder: str, aar: int = 2020, cubes: Cubes = CUBES, **values) -> Cubes:
    """The example numbers with one cell changed; `nei` follows `verdi` unless given."""
    statistic, rows, hits = MODEL[statistikk], [], 0
    for row in cubes[statistikk]:
        if (statistic.at(row), row["aar"]) == (koder, aar):
            hits += 1
            row = row | values
            if values.get("verdi") is not None and row.get("nevner") and "nei" not in values:
                row["nei"] = row["nevner"] - row["verdi"] - sum(row[n] for n in statistic.others if n != "nei")
        rows.append(row)
    assert hits == 1, "the example has no such cell"
    return {**cubes, statistikk: rows}


def a_cell(verdi: int, nevner: int | None = None, aar: int = 2020, **svar: int) -> Cell:
    """A cell of services; `nei` is the rest of the base."""
    rest = (nevner or verdi) - verdi - sum(svar.values())
    return Cell(MODEL["forum"], ("kvinner",), aar, verdi, nevner, (("nei", rest), *svar.items()), "", "publisert")


@cache
def example(standard: str, aar: int) -> Data:
    """The example numbers as statements ask for them, gathered once: a book only reads them."""
    return Data(MODEL, CUBES, standard, aar)


def book(cubes=None, aar=2020, lexicon=NB) -> Statements:
    made = Statements(MODEL, cubes or {}, lexicon, aar, words=WORDS if lexicon is NB else None)
    if cubes is None:
        made.data = example(lexicon.standard, aar)
    return made


def environment(statements: Statements, **templates: str) -> Environment:
    loader = DictLoader({f"{name}.j2": text for name, text in templates.items()})
    return statements.install(Environment(loader=loader, autoescape=True, undefined=StrictUndefined))


def page(text: str, cubes=None, *, statements=None, evidence=None, **values) -> str:
    """A page made of a template; raises what the build would raise."""
    own = statements or book(cubes)
    text = dedent(text)
    marked = own.render(environment(own, side=text), "side.j2", **values)
    return own.finish(marked, "index.html", evidence)


def verdicts(text: str, cubes=None, own: Statements | None = None) -> list[str]:
    """What the reader says of each sentence with a bound span of a page."""
    own = own or book(cubes)
    marked = own.render(environment(own, side=text), "side.j2")
    _, blocks = read_page(marked, lambda number, said: said, lambda number: own.records[number].capital)
    return [verdict.outcome for *_, verdict in own.judged(blocks)]


def said(call: str, cubes=None) -> str:
    """What one call gives, as plain text."""
    html = page(f"<table><tr><td>{{{{ {call} }}}}</td></tr></table>", cubes, config={"hjelp": {"politi_nod": "112"}})
    return html[len("<table><tr><td>") : -len("</td></tr></table>")]


def refused(text: str, cubes=None, **more) -> str:
    """The text of the problems of a page that must not build."""
    try:
        page(text, cubes, **more)
    except Problems as error:
        return str(error)
    raise AssertionError("the page was built")
