"""The book of statements: what an edition says about its data, every word of it with its proof.

Templates call the functions of `Functions`; each call becomes a `Record`. `finish` reads the rendered page, enforces
the rules on it, and publishes the records that stand there; `evidence` gives them with their proof.
"""

from __future__ import annotations

import inspect
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from jinja2 import Environment, Template, TemplateError, TemplateNotFound, TemplateSyntaxError, nodes
from markupsafe import Markup, escape

from krisestat.base.errors import Problem, ProblemList, Problems, did_you_mean, nearest, shown
from krisestat.model.declared import Cubes, Model
from krisestat.statements import checks
from krisestat.statements.cells import Absent, Unaskable, Unproven
from krisestat.statements.checks import Loose
from krisestat.statements.data import Data
from krisestat.statements.functions import NAMES, Functions
from krisestat.statements.lexicon import Lexicon
from krisestat.statements.markup import MARKED, Block, Bundet, Unknown, UnknownCodes, bound_records, read_page
from krisestat.statements.reader import CONTRADICTED, UNSIGNED, Bound, Reader, Verdict, Where
from krisestat.statements.record import FACTS, Place, Record, evidence_of
from krisestat.statements.tags import VariantTag
from krisestat.statements.vocabulary import Vocabulary, load_vocabulary

EVIDENCE_HERE = "<!-- belegg -->"
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TITLES = {"title", "figcaption", "caption"}
# What code puts into tables and drawings: held by `data-bundet`, and no sentences.
_CELLS = {"td", "th", "text", "option", "script", "style"}
# Functions whose text nobody proves, and which of their arguments a template therefore may not write itself.
_GIVEN = {"fast": slice(0, 1), "bundet": slice(1, 2)}


class Statements(Functions):
    """The book of one edition.

    Parameters: `model`, what is declared; `cubes`, its observations; `lexicon`; `aar`, the year of the edition;
    `folder`, the template folder as errors name it. `problems` and `warnings` are what was found so far; warnings
    belong in the quality report. `unproven` are sentences with numbers that are not proven.
    `lines` tells which line of its template each step of compiled code is at; books that fill the same templates may
    share it. `words`, of its reader, are read from the folder when not given. `about`, what all of a page is about, as
    `Data` has it.
    """

    def __init__(
        self,
        model: Model,
        cubes: Cubes,
        lexicon: Lexicon,
        aar: int,
        folder: str = "templates",
        words: Vocabulary | None = None,
        about: Mapping[str, str] | None = None,
    ):
        self._words, self.folder = words, folder
        self.data = Data(model, cubes, lexicon.standard, aar, about)
        self.lexicon, self.aar = lexicon, aar
        self.records: list[Record] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.bound: dict[str, set[str]] = {}
        self.unproven: dict[str, Loose] = {}
        self._published: dict[str, dict] = {}
        self._signatures: dict[str, tuple] = {}
        self._id_of: dict[int, str] = {}
        self._asked: list[Record] = []
        self._inside: list[dict] = []
        self.said = True
        self._place: Place | None = None
        self._capital: bool | None = None
        self.lines: dict[int, tuple[CodeType, list[int], list[int]]] = {}
        self._names: dict[tuple[str, str], _Names] = {}

    def last_year(self) -> Statements | None:
        """An empty book on the same data for the edition of the year before, or None when the data has no such year."""
        if self.aar - 1 not in self.data.years:
            return None
        cubes = {name: [row for row in rows if row["aar"] < self.aar] for name, rows in self.data.cubes.items()}
        return Statements(self.data.model, cubes, self.lexicon, self.aar - 1, self.folder, self.words())

    def words(self) -> Vocabulary:
        """The words that the reader knows."""
        if self._words is None:
            self._words = load_vocabulary(Path(self.folder, "leksikon"), self.lexicon, self.data.model)
        return self._words

    @cached_property
    def reader(self) -> Reader:
        """The reader of what the edition says."""
        return Reader(self.data, self.words())

    # -- in templates

    def install(self, environment: Environment) -> Environment:
        """Give a Jinja environment the functions, the years, `begge` and `{% variant %}`; returns the environment."""
        environment.add_extension(VariantTag)
        environment.globals.update(self.functions())
        return environment

    def functions(self) -> dict[str, Any]:
        """Everything that a template may use, by name."""
        return {
            **{name: self._guarded(name, getattr(self, name)) for name in NAMES},
            "bundet": self.bundet,
            "begge": [*self.data.kinds],
            "i_aar": self.aar,
            "i_fjor": self.aar - 1,
            "foerste_aar": self.data.first_year(),
            "_bok": self,
        }

    def _guarded(self, name: str, function: Callable) -> Callable:
        """A template function that notes what is wrong instead of stopping at the first."""
        signature = inspect.signature(function)

        def answer(*args, **kwargs):
            unknown = [v for v in (*args, *kwargs.values()) if isinstance(v, Unknown | UnknownCodes)]
            try:
                if unknown:
                    raise unknown[0].reason
                return function(*args, **kwargs)
            except Unproven as error:
                failure = error
            except TypeError:
                try:
                    signature.bind(*args, **kwargs)
                except TypeError as error:
                    failure = _wrong_call(name, signature, kwargs, error)
                else:
                    raise
            if name == "gjelder" and isinstance(failure, Absent):
                self.note(Record(name, f"«{kwargs.get('ord')}», som ikke kan sies", rule=failure.fant, outcome=False))
                return False
            held = kwargs.get("ord")
            text = str(held) if held and not failure.query else f"⟨{name}⟩"
            number = self.note(Record(name, text, problem=failure))
            if name == "gjelder":
                return False
            return Bundet(number, text, str(kwargs.get("hva", "")), koder=UnknownCodes(failure))

        def call(*args, **kwargs):
            with self.capital(kwargs.pop("stor", None) if name != "navn" else None):
                return answer(*args, **kwargs)

        return call

    @contextmanager
    def capital(self, wish: bool | None) -> Iterator[None]:
        """Let what is said within begin with a capital or not, whatever its place; None leaves it to the place."""
        before, self._capital = self._capital, wish
        try:
            yield
        finally:
            self._capital = before

    def render(self, environment: Environment, template: str, **values: Any) -> str:
        """Render a template of an environment that has the functions; the result still has marks and must pass
        `finish`.

        Raises `Problems` for what Jinja cannot do: every unknown function at once, or a fault of syntax.
        """
        with self.reading(f"{self.folder}/{template}"):
            self.check_template(environment, template, values)
            return environment.get_template(template).render(**values)

    @contextmanager
    def reading(self, fil: str) -> Iterator[None]:
        """Turn what Jinja cannot do within into `Problems`, beside those found so far.

        Parameters: `fil`, the file that is being read, for faults that do not say where they are.
        """
        problems = ProblemList()
        try:
            yield
        except TemplateSyntaxError as error:
            place = self._place or Place(f"{self.folder}/{error.name}" if error.name else fil, error.lineno)
            fix = "Se etter klammer, anførselstegn og endblokker."
            problems.add(place.fil, str(place), f"noe som ikke kan leses ({error.message})", "en gyldig mal", fix)
            raise Problems([*problems.problems, *self.problems]) from error
        except (TemplateError, SyntaxError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            place = self._place or self._here_in(error)
            found, fix = f"et uttrykk som ikke kan skrives ut ({error})", "Rett navnet eller uttrykket i malen."
            problems.add(place.fil or fil, str(place), found, "navn som finnes, og tekst", fix)
            raise Problems([*problems.problems, *self.problems]) from error

    def check_expressions(self, environment: Environment, sources: Iterable[tuple[str, Place]], given: Mapping) -> None:
        """Read templates that are not in files. Raises `Problems` with every fault of syntax and unknown function.

        Parameters: `sources`, the text of each and its place; `given`, the names it may use beside the functions.
        """
        problems = ProblemList()
        for text, place in sources:
            with self.at(place.fil, place.linje):
                try:
                    with self.reading(place.fil):
                        self._unknown_calls(environment, _names_in(environment.parse(text)), given, problems)
                except Problems as error:
                    problems.problems += error.problems[:1]
        problems.raise_if_any()

    def check_template(self, environment: Environment, name: str, given: Mapping) -> None:
        """Read a template and those that it names. Raises `Problems` with every unknown function and every fixed text
        that they write themselves.

        Parameters: `given`, the names they may use beside the functions; `spraak` among them, where it names a file,
        and `maler`, the templates that they name by what the edition has.
        """
        problems = ProblemList()
        waiting, seen = [(one, Place()) for one in (name, *given.get("maler", ()))], set()
        while waiting:
            current, place = waiting.pop(0)
            if current in seen:
                continue
            seen.add(current)
            try:
                source = environment.loader.get_source(environment, current)[0] if environment.loader else ""
            except TemplateNotFound:
                found = f"malen {shown(current)}, som ikke finnes"
                problems.add(place.fil or self.folder, str(place), found, "navnet på en mal", "Rett navnet.")
                continue
            if (current, source) not in self._names:
                self._names[current, source] = _names_in(environment.parse(source, current, current))
            names = self._names[current, source]
            for node, line in names.templates:
                if wanted := _template_name(node, given):
                    waiting.append((wanted, Place(f"{self.folder}/{current}", line)))
            self._unknown_calls(environment, names, given, problems, f"{self.folder}/{current}")
        problems.raise_if_any()

    def _unknown_calls(
        self, environment: Environment, names: _Names, given: Mapping, problems: ProblemList, fil: str = ""
    ) -> None:
        """Note every call of a function that is not there, and every fixed text that a template writes itself."""
        known = {*environment.globals, *given, "caller", "super", "loop", "self", "varargs", "kwargs"}
        known |= names.own
        for name in names.hidden:
            place = self._place or Place(fil, name.lineno)
            found = f"navnet «{name.name}», som begynner med «_»"
            problems.add(place.fil, str(place), found, "et navn som maler har", "Ta det bort.")
        for call in names.calls:
            called = call.node.name if isinstance(call.node, nodes.Name) else None
            place = self._place or Place(fil, call.lineno)
            if called and called not in known:
                problems.add(
                    place.fil,
                    str(place),
                    f"den ukjente funksjonen «{called}»" + nearest(called, NAMES),
                    "en av funksjonene i docs/skrive-paastander.md",
                    "Rett navnet.",
                )
            elif called in _GIVEN and (written := [t for a in call.args[_GIVEN[called]] for t in _written(a)]):
                problems.add(
                    place.fil,
                    str(place),
                    f"{shown(written[0])} skrevet i malen, i «{called}»",
                    "en verdi fra config.yaml" if called == "fast" else "tekster som kode har laget av tallene",
                    "Legg opplysningen i config.yaml, eller skriv tallet med en funksjon som regner.",
                )

    # -- recording

    def note(self, record: Record) -> int:
        """Keep a record; gives its number."""
        record.place = self._here()
        record.capital = record.capital if self._capital is None else self._capital
        record.variants = tuple(dict(v) for v in self._inside)
        if record.function == "gjelder":
            self._asked.append(record)
        self.records.append(record)
        return len(self.records) - 1

    def _here(self) -> Place:
        """The template line that is being rendered."""
        if self._place:
            return self._place
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            template = frame.f_globals.get("__jinja_template__")
            if isinstance(template, Template):
                return Place(f"{self.folder}/{template.name}", self._line_of(template, frame))
            frame = frame.f_back
        return Place()

    def _line_of(self, template: Template, frame: FrameType) -> int:
        """The line of a template that a frame of it is at. Python and Jinja both read their whole table of lines for
        each question, which would make the cost of a statement grow with the length of its template."""
        code = frame.f_code
        if id(code) not in self.lines:
            told = [(0, 1), *((row, line) for line, row in template.debug_info)]
            rows = [row for row, _ in told]
            steps = [(start, told[bisect_right(rows, row or 0) - 1][1]) for start, _, row in code.co_lines()]
            self.lines[id(code)] = (code, [start for start, _ in steps], [line for _, line in steps])
        _, starts, lines = self.lines[id(code)]
        return lines[bisect_right(starts, frame.f_lasti) - 1]

    def _here_in(self, error: Exception) -> Place:
        """The innermost template line that an exception passed; Jinja has already rewritten its traceback."""
        place, step = Place(), error.__traceback__
        while step is not None:
            if "__jinja_exception__" in step.tb_frame.f_globals:
                file = step.tb_frame.f_code.co_filename
                place = Place("" if file.startswith("<") else file, step.tb_lineno)
            step = step.tb_next
        return place

    @contextmanager
    def at(self, fil: str, linje: int) -> Iterator[None]:
        """Let what is said within stand at a given place, for sentences that are not in a template file."""
        before, self._place = self._place, Place(fil, linje)
        try:
            yield
        finally:
            self._place = before

    def start_variant(self, name: str) -> None:
        """Begin a choice between sentences: conditions asked from here on belong to it."""
        self._asked = []

    def enter(self, name: str, branch: int) -> None:
        """Begin the branch that was chosen, the first being 1."""
        asked = [{"vilkaar": r.text, "gjelder": r.outcome} for r in self._asked]
        self._inside.append({"navn": name, "nummer": branch, "vilkaar": asked})
        self._asked = []

    def attempt(self, name: str, branch: int, caller: Callable[[], str]) -> Markup:
        """The text of a branch, if all that it says can be said; else nothing, and what it asked is forgotten. A
        question that nobody could answer any year stays, with its fault."""
        first = len(self.records)
        self.enter(name, branch)
        text = caller()
        self.leave()
        faults = [record.problem for record in self.records[first:] if record.problem]
        self.said = not faults or any(fault.query and not isinstance(fault, Absent) for fault in faults)
        if self.said:
            return Markup(text)
        del self.records[first:]
        return Markup()

    def leave(self) -> None:
        """End the branch."""
        self._inside.pop()

    def bundet(self, id: str, tall: Iterable[str]) -> Markup:
        """The attribute `data-bundet` for a table or figure that code made from the data.

        Parameters: `tall`, the texts with numbers or claims that may stand in it.
        """
        self.bound.setdefault(id, set()).update(checks.spaces(str(t)) for t in tall)
        return Markup(f'data-bundet="{escape(id)}"')

    # -- the finished page

    def finish(
        self,
        html: str,
        side: str,
        belegg: Callable[[list[dict]], str] | None = None,
    ) -> str:
        """Enforce the rules on a rendered page, publish what it says, and give it its final form.

        Parameters: `html`, as rendered, with marks; `side`, the page's name in the evidence; `belegg`, renders the
        evidence of the page in place of `<!-- belegg -->` – with it bound spans are links to their evidence, without it
        plain text. Raises `Problems` with everything that is wrong.
        """
        if torn := checks.changed(html, self.records):
            raise Problems([*self.problems, *(checks.located(f, side) for f in torn)])
        ids = self._ids(html)
        linked: set[str] = set()

        def link(number: int, text: str) -> str:
            if not belegg or number not in ids or self.records[number].function in FACTS:
                return text
            own = "" if ids[number] in linked else f' id="p-{ids[number]}"'
            linked.add(ids[number])
            return f'<a class="paastand" href="#belegg-{ids[number]}"{own}>{text}</a>'

        html, blocks = read_page(html, link, lambda number: self.records[number].capital)
        self._report(blocks)
        found = [*self.findings(blocks), *checks.torn(html)]
        judged = [*self.judged(blocks)]
        denied = [one for one in judged if one[-1].outcome == CONTRADICTED]
        found += checks.unproven(denied)
        self.problems += [checks.located(f, side) for f in found]
        for before, one in zip([None, *judged], judged, strict=False):
            leans = before if one[-1].leans else None
            if one[-1].outcome == UNSIGNED and not (leans and leans[-1].outcome == CONTRADICTED):
                (finding,) = checks.unproven([one])
                why = checks.located(finding, side)
                self.unproven.setdefault(checks.spaces(one[1]), Loose(why, checks.spaces(leans[1]) if leans else ""))
        self.warnings += checks.house_style(blocks, self.records, side)
        self._publish(blocks, ids, side)
        if self.problems:
            raise Problems(self.problems)
        if belegg:
            told = {id: None for number, id in ids.items() if self.records[number].function not in FACTS}
            shown = [self._published[id] | {"lenket": id in linked} for id in told]
            html = html.replace(EVIDENCE_HERE, belegg(shown))
        return html

    def findings(self, blocks: Sequence[Block]) -> list[checks.Finding]:
        """What the rules find in some blocks."""
        return [
            *checks.generated(blocks, self.bound),
            *checks.styled(blocks),
            *checks.dressed(blocks, self.records),
            *checks.entailment(blocks, self.records, self.data.kind_words),
            *checks.bases(blocks, self.records),
        ]

    def judged(self, blocks: Sequence[Block], every: bool = False) -> Iterator[tuple[Block, str, list[Bound], Verdict]]:
        """The sentences of a page with a bound span, or `every` one, each with the verdict of the reader."""
        headings: dict[str, str] = {}
        for block in blocks:
            if block.element in _HEADINGS or (block.element in _TITLES and block.bound_to):
                headings[block.bound_to or block.section] = block.text
            if block.element in _CELLS:
                continue
            near = {headings.get(place, "") for place in (block.bound_to, block.section)} - {"", block.text}
            above = tuple(sorted(near)) if block.element not in _HEADINGS else ()
            before: Verdict | None = None
            for start, end in block.sentences():
                own = [s for s in block.spans if start <= s.start < end]
                spans = [Bound(s.start - start, s.end - start, self.records[s.record]) for s in own]
                if not every and not any(span.record.units for span in spans):
                    before = None
                    continue
                where = Where(above, self._shown(block), before)
                before = self.reader.read(block.text[start:end], where, spans)
                yield block, block.text[start:end], spans, before

    def _shown(self, block: Block) -> frozenset[str]:
        """The statistics of the figure or table that a text stands at; none for another text."""
        kind, _, name = block.bound_to.partition("-")
        model = self.data.model
        if kind == "figur" and name in model.figurer:
            return frozenset({model.figurer[name].av.id})
        return frozenset(model.tabeller[name].av if kind == "tabell" and name in model.tabeller else ())

    def _ids(self, html: str) -> dict[int, str]:
        """An id for each record on the page: its name, numbered where the same is asked again; the same on every
        page."""
        ids: dict[int, str] = {}
        last: dict[str, int] = {}
        for hit in MARKED.finditer(html):
            index = int(hit[1])
            record = self.records[index]
            if index in ids or record.problem or record.function == "fast":
                continue
            name, id = record.name(), ""
            while not id or self._signatures.get(id, record.signature) != record.signature:
                last[name] = last.get(name, 0) + 1
                id = name if last[name] == 1 else f"{name}-{last[name]}"
            ids[index] = id
            self._signatures[id] = record.signature
            self._id_of.setdefault(index, id)
        return ids

    def _report(self, blocks: Sequence[Block]) -> None:
        """Make problems of what failed while rendering, each with the sentence it stands in. A false claim that is
        not on the page harms nobody; a question that cannot be asked is always wrong."""
        sentences: dict[int, str] = {}
        for block, span in bound_records(blocks):
            sentences.setdefault(span.record, block.sentence(span.start, span.end))
        for index, record in enumerate(self.records):
            error = record.problem
            if error and (error.query or index in sentences):
                found = f"«{sentences[index]}» – {error.fant}" if index in sentences else error.fant
                fil = record.place.fil or "(tekst)"
                self.problems.append(Problem(fil, str(record.place), found, error.ventet, error.tiltak))

    def _publish(self, blocks: Sequence[Block], ids: Mapping[int, str], side: str) -> None:
        for block, span in bound_records(blocks):
            if span.record not in ids:
                continue
            id, record = ids[span.record], self.records[span.record]
            if id not in self._published:
                text = block.text[span.start : span.end]
                self._published[id] = evidence_of(id, record, text, self.lexicon.version)
            place = {
                "side": side,
                "seksjon": block.section,
                "element": block.element,
                "mal": record.place.fil,
                "linje": record.place.linje,
                "setning": block.sentence(span.start, span.end),
            }
            if place not in self._published[id]["steder"]:
                self._published[id]["steder"].append(place)

    def published_id(self, record: int) -> str:
        """The id under which a record was published."""
        return self._id_of[record]

    def evidence(self) -> list[dict]:
        """Everything that was published, with its proof, sorted by id; the form of
        workflow/schemas/belegg.schema.json."""
        return [self._published[id] for id in sorted(self._published)]


@dataclass(frozen=True)
class _Names:
    """What a template names: the other templates it asks for and where, the names it makes itself, and its calls."""

    templates: list[tuple[nodes.Expr, int]]
    own: frozenset[str]
    calls: list[nodes.Call]
    hidden: list[nodes.Name]


def _names_in(tree: nodes.Template) -> _Names:
    """What a template names, found in one walk in the order of its text."""
    templates: list[tuple[nodes.Expr, int]] = []
    own: set[str] = set()
    calls: list[nodes.Call] = []
    hidden: list[nodes.Name] = []
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        waiting += reversed([*node.iter_child_nodes()])
        match node:
            case nodes.Name(name=name) if name.startswith("_"):
                hidden.append(node)
            case nodes.Name(name=name, ctx="store" | "param"):
                own.add(name)
            case nodes.Call():
                calls.append(node)
            case nodes.Macro(name=name):
                own.add(name)
            case nodes.Include() | nodes.Extends() | nodes.Import() | nodes.FromImport():
                templates.append((vars(node)["template"], node.lineno))
                if isinstance(node, nodes.Import):
                    own.add(node.target)
                elif isinstance(node, nodes.FromImport):
                    own.update(name if isinstance(name, str) else name[1] for name in node.names)
    return _Names(templates, frozenset(own), calls, hidden)


def _written(node: nodes.Expr) -> list[str]:
    """Texts with digits that an expression writes itself."""
    found = [node, *node.find_all(nodes.Const)]
    texts = [str(n.value) for n in found if isinstance(n, nodes.Const)]
    return [text for text in texts if any(c.isdigit() for c in text)]


def _template_name(node: nodes.Expr, given: Mapping) -> str:
    """The name of an included template, as far as it can be told before the page is rendered."""
    if isinstance(node, nodes.Concat):
        return "".join(_template_name(part, given) for part in node.nodes)
    if isinstance(node, nodes.Name):
        return str(given.get(node.name, ""))
    return str(node.value) if isinstance(node, nodes.Const) else ""


def _wrong_call(name: str, signature: inspect.Signature, kwargs: Mapping, error: TypeError) -> Unproven:
    unknown = next((k for k in kwargs if k not in signature.parameters), None)
    hint = did_you_mean(unknown, signature.parameters) if unknown else ""
    found = f"parameteren «{unknown}»" + (f" – {hint}" if hint else "") if unknown else str(error)
    form = f"{name}({', '.join(signature.parameters)})"
    return Unaskable(f"et galt kall av «{name}»: {found}", form, "Rett kallet; se docs/skrive-paastander.md.")
