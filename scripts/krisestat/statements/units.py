"""Units of text: what goes out of the house, sentence by sentence at its source, and how each is signed.

A unit is a sentence of a template, a leaf of a text file, a value of the configuration, a version of the checklist or a
name in a declaration. A sentence that always has a span of data is the reader's to prove; a name is a label; what is
left is signed. Sources are read, and never what they become, so that one reading holds for every product.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from krisestat.base.errors import Problem, Problems
from krisestat.statements.functions import NAMES
from krisestat.statements.markup import END, SEP, START, Block, read_page, unseen
from krisestat.tables.words import SENTENCES

# How a text that data does not prove is signed: each for itself, for one edition and with a reason, or many at a time;
# names are signed together, and what was looked up with the day when that was done.
BY_ONE, BY_ALL, LABEL, LOOKED_UP = "enkeltvis", "samlet", "merke", "slått opp"
# Kinds of text by how they are signed; a paragraph is signed by where it stands.
_BY_ALL = {"konfigurasjon", "faktaark", "sjekkliste", "rapport", "note", "merke", "tekst"}
KINDS = {
    *("avsnitt", "overskrift", "hovedpunkt", "ingress", "tittel", "beskrivelse", "alternativtekst", "tabelltittel"),
    *_BY_ALL,
}
# Where the text is a name that code fetches from the model, or composes of such names.
CODE_WRITES = {"merke", "tabelltittel"}
# Sections of a page that tell of law, method and use, and of no results.
_NO_RESULTS = {"plikt", "hjelp", "om", "tegn", "nedlasting", "rettelser", "kontakt", "etterproving", "bunn"}
# Templates and text files that do, by how their names begin: fact sheets, reports, the checklist, the site, and what
# every page is put together from.
_NO_RESULTS_FILES = (
    *("faktaark", "arkoversikt", "avtale", "sjekkliste", "nettsted", "dokument", "byggeklosser", "metadata"),
    *("nedlasting", "hjelp", "om-", "om.", "tilgjengelighet", "belegg"),
)
# What a title of a table or figure is put together from, and what a chapter says of itself.
_TITLES = {"hva", "inndeling", "enhet", "beskrivelse"}
_TITLES_IN = ("tabeller.yaml", "ord.yaml")
# Where a template chooses by this name which part of the page it is asked for, the part is a section.
_PART = "del"
_LEAD = {"ingress", "beskrivelse"}
# Functions whose text is a claim about data: a sentence that always has one is proven, or does not build.
_CLAIMS = {*NAMES} - {"navn", "gjelder", "aarstall", "periode", "fast"}
_ASKING = {*_CLAIMS, "gjelder"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "caption", "figcaption", "summary"}
_KIND_OF = {"title": "tittel", "meta@content": "beskrivelse", "desc": "alternativtekst", "img@alt": "alternativtekst"}
# Elements that stand for what code puts a text into: the names of blocks that are one, and the text of a figure.
_AS_ELEMENT = {"tittel": "title"}
# Blocks of a template that stand beside the sections: as one of their own.
_AS_SECTION = {"innhold", "bunn", "beskrivelse"}
_WORD = re.compile(r"[^\W_]")
_SOFT = "\u00ad"
_LONGEST = 1000
# How what is wrong with a text begins, where it is the text alone.
HIDDEN, TOO_LONG = "tegn som ikke ses", "for lang"
_FILLED = re.compile(r"\{\{.*?\}\}|\{\w*\}")  # what is filled in
# Words that only the one written standard has.
_ONLY = {
    "nb": re.compile(r"(?<!\w)(ikke|fra|hva|hvem|hvordan|hvilke|bare|noe|noen)(?!\w)", re.I),
    "nn": re.compile(r"(?<!\w)(ikkje|frå|kva|kven|korleis|berre|noko|nokon|dei)(?!\w)", re.I),
}
_PLACE = re.compile("\ue003(\\d+)\ue004")
# Where in a piece of a template a text may begin: at its own beginning, after a tag, and in what is read aloud.
_BEGINS = re.compile(r"^|(?<=>)|(?<=\b(?:alt)=\")|(?<=\b(?:title|label)=\")|(?<=\bcontent=\")")
# Pieces of a template in which the tag begins that an expression stands in.
_NEAR = 30
_OTHER = {"nb": "nn", "nn": "nb"}
_LONGEST_LABEL = 12
_FINITE = (
    r"er|var|har|hadde|ble|blir|blei|blitt|bør|får|fikk|fekk|gir|gjelder|gjeld|kan|kunne|må|skal|skulle|vil|finnes|finst"
    r"|står|viser|viste|teller|tel|bygger|byggjer"
)
# Where a declaration says what a measure is in a clause.
_SAID = "sagt"


@dataclass(frozen=True, order=True)
class Unit:
    """A text at its source: file, line, place in words, standard («» where it is the same in both), kind, how it is
    signed, and the text. `fault` says why it cannot be signed as it stands."""

    fil: str
    linje: int
    sted: str
    spraak: str
    slag: str
    signeres: str
    tekst: str
    fault: str = ""

    @property
    def hash(self) -> str:
        """What a signature binds to: the text, spaces of any kind equal, where it stands and how it is signed."""
        said = "\n".join((self.fil, self.signeres, " ".join(self.tekst.split())))
        return hashlib.sha256(said.encode("utf-8")).hexdigest()[:12]


def how_signed(kind: str, section: str, named: bool = False) -> str:
    """How a text of a kind in a section is signed. Parameters: `section`, «» for none; `named`, whether it is a name,
    as most buttons and entries in the contents are, which are then signed with others."""
    of_section = kind in ("avsnitt", "overskrift") and section in _NO_RESULTS
    return BY_ALL if kind in _BY_ALL or of_section or (kind == "innhold" and named) else BY_ONE


@dataclass(frozen=True)
class Names:
    """What a label may hold and what it may not: patterns of names that are `declared`, and of `claiming` words."""

    declared: re.Pattern
    claiming: re.Pattern


def names_of(declared: Iterable[Unit] = (), claiming: Iterable[str] = ()) -> Names:
    """The names that declarations give, and what a measure is said with where a noun comes before («som deltok i …»);
    no other finite verb of it is a name, nor is a word of the lexicon, `claiming`."""
    forms, verbs = set(), set()
    for unit in declared:
        form = re.sub(r"<\w+>", r"\\w+", re.escape(" ".join(unit.tekst.split())))
        said = _SAID in unit.sted.split(".")
        forms.add(rf"som {form}" if said else form)
        verbs |= {unit.tekst.split()[0]} if said else set()
    known = sorted(forms, key=len, reverse=True)
    words = sorted({*map(re.escape, {*verbs, *claiming} - {""}), _FINITE}, key=len, reverse=True)
    return Names(_any_of(known), _any_of(words))


def _any_of(forms: Iterable[str]) -> re.Pattern:
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms) or '(?!)'})(?!\w)", re.I)


def is_label(text: str, names: Names) -> bool:
    """Whether a text is a name and not a sentence: at most twelve words, no end of a sentence, and, beside the names
    that are declared, no digit, no finite verb and no word that claims."""
    rest = names.declared.sub(" ", text)
    plain = not re.search(r"\d|[.!?…](?:\s|$)|[:;]\s", rest) and not names.claiming.search(rest)
    return plain and len(text.split()) <= _LONGEST_LABEL


def _together(units: Iterable[tuple[object, Unit]]) -> list[Unit]:
    """Units of which those that are signed with others are one where they stand in one place, as a paragraph or the
    texts under one key do: a text a line, and no longer than any text may be. Parameters: `units`, each with its place.
    """
    found: list[Unit] = []
    begun: dict[object, int] = {}
    for place, unit in units:
        joins = unit.signeres == BY_ALL and not unit.fault
        at = begun.get(place) if joins else None
        whole = "" if at is None else f"{found[at].tekst}\n{unit.tekst}"
        if at is not None and len(whole) <= _LONGEST:
            found[at] = replace(found[at], tekst=whole)
            continue
        if joins:
            begun[place] = len(found)
        found.append(unit)
    return found


# -- templates


@dataclass(frozen=True)
class _Origin:
    """Where a piece of a template stands: its line, and the branches that lead to it, each (choice, way, of data)."""

    line: int
    path: tuple[tuple[int, int, bool], ...]


class _Template:
    """The text of a template with its expressions as spans and its pieces marked by where they stand."""

    def __init__(self, tree: nodes.Template):
        self.origins: list[_Origin] = []
        self.spans: list[tuple[nodes.Expr, tuple]] = []
        self.out: list[str] = []
        self.written: list[tuple[str, int, bool]] = []  # with their lines, and whether they are given to a macro
        self.choices = self.tried = 0
        self.whole: dict[int, int] = {}  # choice -> how many ways it has, where one is always taken
        self.data: set[str] = set()  # names of what follows from data,
        self.said: set[str] = set()  # and of those the ones that are text with a claim
        self.walk(tree.body, ())

    def walk(self, body: Iterable[nodes.Node], path: tuple) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        self.piece(part, path)
                case nodes.If():
                    self.choice(node, path)
                case nodes.For():
                    self.choices += 1
                    self.strings(node.iter, False)
                    self.walk(node.body, (*path, (self.choices, 0, self.of_data(node.iter))))
                    self.walk(node.else_, path)
                case nodes.With():
                    for value in node.values:
                        self.strings(value, False)
                    self.walk(node.body, path)
                case nodes.Assign():
                    self.strings(node.node, False)
                    named = [node.target, *node.target.find_all(nodes.Name)]
                    names = {one.name for one in named if isinstance(one, nodes.Name)}
                    self.data |= names if self.of_data(node.node) else set()
                    said = node.node.expr1 if isinstance(node.node, nodes.CondExpr) else node.node
                    self.said |= names if _called(said) in _CLAIMS else set()
                case nodes.CallBlock() if _of_book(node.call) == "attempt":
                    self.choices += 1
                    self.tried = self.choices
                    self.walk(node.body, (*path, (self.tried, 0, True)))
                case nodes.CallBlock():
                    self.strings(node.call, False)
                    self.within("desc", node.body, path)
                case nodes.Block() if node.name in _AS_ELEMENT and node.body:
                    self.within(_AS_ELEMENT[node.name], node.body, path)
                case nodes.Block() if node.name in _AS_SECTION and node.body:
                    self.within("section", node.body, path, f' id="{node.name}"')
                case _:
                    self.walk((child for child in node.iter_child_nodes() if isinstance(child, nodes.Stmt)), path)

    def within(self, element: str, body: Sequence[nodes.Node], path: tuple, given: str = "") -> None:
        self.out.append(f"<{element}{given}>")
        self.walk(body, path)
        self.out.append(f"</{element}>")

    def choice(self, node: nodes.If, path: tuple) -> None:
        """An `if` with its other ways: each is walked on a path of its own. What is used when a branch cannot be said
        is the other way of that branch."""
        if isinstance(node.test, nodes.Not) and _of_book(node.test.node) == "said":
            self.whole[self.tried] = 2
            self.walk(node.body, (*path, (self.tried, 1, True)))
            return
        self.choices += 1
        number, of_data = self.choices, self.of_data(node.test)
        of_data = of_data or any(self.of_data(other.test) for other in node.elif_)
        ways = [(_part(one.test), one.body) for one in (node, *node.elif_)] + [("", node.else_)] * bool(node.else_)
        self.whole[number] = len(ways) if node.else_ else 0
        for way, (part, body) in enumerate(ways):
            if part:
                self.within("section", body, (*path, (number, way, of_data)), f' id="{part}"')
            else:
                self.walk(body, (*path, (number, way, of_data)))

    def piece(self, part: nodes.Expr, path: tuple) -> None:
        if isinstance(part, nodes.TemplateData):
            text, at = part.data, 0
            for hit in _BEGINS.finditer(text):
                lead = re.match(r"\s*", text[hit.end() :])
                line = part.lineno + text.count("\n", 0, hit.end() + (lead.end() if lead else 0))
                self.out.append(f"{text[at : hit.end()]}\ue003{len(self.origins)}\ue004")
                self.origins.append(_Origin(line, path))
                at = hit.end()
            self.out.append(text[at:])
            return
        before = "".join(self.out[-_NEAR:])
        self.strings(part, before.rfind("<") <= before.rfind(">"))
        self.out.append(f"{START}{len(self.spans)}{SEP}\u27e8{len(self.spans)}\u27e9{END}")
        self.spans.append((part, path))

    def strings(self, node: nodes.Node | None, shown: bool = True, given: bool = False) -> None:
        """Texts that an expression writes itself, outside what it asks of data and of lists. Parameters: `shown`,
        whether every word counts, or those with a space; `given`, whether it is given to a macro."""
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            if shown or re.search(r"\s", node.value.strip()):
                self.written.append((node.value, node.lineno, given))
        match node:
            case nodes.Compare() | nodes.Test() | None:
                return
            case nodes.Getitem():
                self.strings(node.node, shown, given)
            case nodes.CondExpr():
                self.strings(node.expr1, shown, given)
                self.strings(node.expr2, shown, given)
            case nodes.Filter():
                self.strings(node.node, shown, given)
                for one in node.args:
                    self.strings(one, False, given)
            case nodes.Call() if _called(node) not in NAMES:
                for one in (*node.args, *(named.value for named in node.kwargs)):
                    self.strings(one, False, given=True)
            case nodes.Call():
                return
            case _:
                for child in node.iter_child_nodes():
                    self.strings(child, shown, given)

    def claims(self, node: nodes.Node) -> bool:
        """Whether an expression prints a claim about data."""
        while isinstance(node, nodes.Filter) and node.node is not None:
            node = node.node
        return _called(node) in _CLAIMS or (isinstance(node, nodes.Name) and node.name in self.said)

    def of_data(self, node: nodes.Node) -> bool:
        """Whether what an expression gives follows from data."""
        inside = [node, *node.find_all(nodes.Node)]
        asks = any(_called(one) in _ASKING for one in inside)
        return asks or any(isinstance(one, nodes.Name) and one.name in self.data for one in inside)


def _of_book(node: nodes.Node) -> str:
    """What of the book of statements a tag asks for; «» for anything else."""
    asked = isinstance(node, nodes.Call) and isinstance(node.node, nodes.ExtensionAttribute) and node.node.name == "ask"
    told = node.args[1] if asked and isinstance(node, nodes.Call) else None
    return str(told.value) if isinstance(told, nodes.Const) else ""


def _part(test: nodes.Node) -> str:
    """The part of the page that a template is asked for where a test holds; «» when it asks for something else."""
    match test:
        case nodes.Compare(expr=nodes.Name(name=name), ops=[nodes.Operand(op="eq", expr=nodes.Const(value=str(part)))]):
            return part if name == _PART else ""
        case nodes.And(left=left):
            return _part(left)
    return ""


def _called(node: nodes.Node) -> str:
    """The function that an expression calls, its filters apart; «» for none."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    return node.node.name if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) else ""


def template_units(
    fil: str, spraak: str, source: str, env: Environment, names: Names, kind: str = "", line: int = 1
) -> list[Unit]:
    """The units of a template. Parameters: `fil`, its path; `spraak`, its standard; `env`, in which it can be parsed;
    `names`, those that are declared; `kind`, of its text where that is one; `line`, where it begins in its file."""
    found = _template_units(fil, spraak, source, env, names, kind, line)
    return _together((place, _checked(replace(unit, tekst=unit.tekst.replace(_SOFT, "")))) for place, unit in found)


def _checked(unit: Unit) -> Unit:
    """A unit with what is wrong with any text; one in the other written standard is signed for itself."""
    hidden = unseen(unit.tekst)
    fault = (
        f"{HIDDEN}: {hidden}" if hidden else f"{TOO_LONG}: {len(unit.tekst)} tegn" if len(unit.tekst) > _LONGEST else ""
    )
    return replace(unit, signeres=BY_ONE if strange_word(unit) else unit.signeres, fault=unit.fault or fault)


def strange_word(unit: Unit) -> str:
    """A word of a unit that only the other written standard has; «» for none."""
    hit = _ONLY[_OTHER[unit.spraak]].search(_FILLED.sub(" ", unit.tekst)) if unit.slag != "konfigurasjon" else None
    return hit[0] if hit else ""


def _template_units(
    fil: str, spraak: str, source: str, env: Environment, names: Names, kind: str, line: int
) -> Iterator[tuple[object, Unit]]:
    """Each text with its place, the block that it stands in."""
    try:
        template = _Template(env.parse(source))
    except TemplateSyntaxError as error:
        found, fix = f"noe som ikke kan leses ({error.message})", "Se etter klammer, anførselstegn og endblokker."
        raise Problems([Problem(fil, f"linje {error.lineno + line - 1}", found, "en gyldig mal", fix)]) from error
    written = _expressions(env, source)
    blocks = read_page("".join(template.out), lambda number, text: text, lambda number: None)[1]
    by_file = BY_ALL if _name(fil).startswith(_NO_RESULTS_FILES) else ""
    origin = _Origin(1, ())
    for place, block in enumerate(blocks):
        text, marks = _unmarked(block.text, template.origins)
        marks = [(0, origin), *marks]
        origin = marks[-1][1]
        shadow = re.sub("\u27e8\\d+\u27e9", lambda hit: "A" * len(hit[0]), text)
        for start, end in Block("", "", text=shadow).sentences():
            said = _sentence(template, text, start, end, marks)
            if said is None or (block.element == "meta@content" and " " not in text.strip()):
                continue
            own = kind or _kind(block)
            told = re.sub("\u27e8(\\d+)\u27e9", lambda hit: written[int(hit[1])], text[start:end])
            signed = how_signed(own, block.section, is_label(told, names))
            signed = signed if block.section in _LEAD else by_file or signed
            number = line - 1 + said[0].line
            yield place, Unit(fil, number, f"linje {number}", spraak, own, signed, " ".join(told.split()), said[1])
    for place, (text, number, given) in enumerate(template.written, len(blocks)):
        if _WORD.search(text):
            number += line - 1
            signed = by_file or (how_signed("innhold", "", is_label(text, names)) if given else BY_ONE)
            yield place, Unit(fil, number, f"linje {number}", spraak, "tekst", signed, " ".join(text.split()))


def _name(fil: str) -> str:
    return fil.rsplit("/", 1)[-1]


def _kind(block: Block) -> str:
    if block.section in _LEAD | {"innhold"}:
        return block.section
    if block.element in _KIND_OF:
        return _KIND_OF[block.element]
    return "overskrift" if block.element in _HEADINGS else "avsnitt"


def _expressions(env: Environment, source: str) -> list[str]:
    """The expressions of a template as they are written, in order."""
    found: list[str] = []
    inside = False
    for _, token, value in env.lex(source):
        if token == "variable_begin":
            inside = True
            found.append("{{")
        elif inside:
            found[-1] += value
        inside = inside and token != "variable_end"
    return found


def _unmarked(text: str, origins: Sequence[_Origin]) -> tuple[str, list[tuple[int, _Origin]]]:
    """The text of a block without its marks, and where in it pieces of the template begin."""
    clean, marks, at = "", [], 0
    for hit in _PLACE.finditer(text):
        clean += text[at : hit.start()]
        marks.append((len(clean), origins[int(hit[1])]))
        at = hit.end()
    return clean + text[at:], marks


def _sentence(
    template: _Template, text: str, start: int, end: int, marks: Sequence[tuple[int, _Origin]]
) -> tuple[_Origin, str] | None:
    """Where a sentence begins, and why it cannot be signed as it stands; None for one that says nothing of its own, or
    that always has a span of data."""
    spans = [(hit.start(), hit.end(), int(hit[1])) for hit in re.finditer("\u27e8(\\d+)\u27e9", text[start:end])]
    plain = re.sub("\u27e8\\d+\u27e9", lambda hit: " " * len(hit[0]), text[start:end])
    at = [start + hit.start() for hit in _WORD.finditer(plain)]
    if not at:
        return None
    origins = [next(origin for place, origin in reversed(marks) if place <= one) for one in at]
    claims = [path for *_, number in spans for node, path in [template.spans[number]] if template.claims(node)]
    if all(_always(template, origin.path, claims) for origin in origins):
        return None
    fault = ""
    if claims:
        fault = "et tall eller ord fra dataene som kan falle bort"
    elif any(of_data for origin in origins for *_, of_data in origin.path):
        fault = "dataene velger om setningen skal stå"
    return origins[0], fault


def _always(template: _Template, path: tuple, claims: Sequence[tuple]) -> bool:
    """Whether a word on a path never stands without a claim."""
    return any(_covered(template, path[:length], claims) for length in range(len(path) + 1))


def _covered(template: _Template, prefix: tuple, claims: Sequence[tuple]) -> bool:
    """Whether a claim stands there whichever way is taken from a place on. Parameters: `claims`, their paths."""
    inside = [path for path in claims if path[: len(prefix)] == prefix]
    if prefix in inside:
        return True
    ways: dict[int, set[tuple]] = {}
    for path in inside:
        step = path[len(prefix)]
        ways.setdefault(step[0], set()).add(step)
    return any(
        len(steps) == template.whole.get(number) and all(_covered(template, (*prefix, one), inside) for one in steps)
        for number, steps in ways.items()
    )


# -- text files


def leaf_units(fil: str, spraak: str, data: Any, lines: Mapping[tuple, tuple[int, str]], names: Names) -> list[Unit]:
    """The units of a text file: its leaves, those under one key together. Parameters: `names`, that are declared."""
    found: list[tuple[object, Unit]] = []
    for path, text in leaves(data, spraak):
        if _WORD.search(text) and path[0] != SENTENCES:
            title = path[-1] in _TITLES and _name(fil) in _TITLES_IN
            signed = LABEL if is_label(text, names) else BY_ONE if title else BY_ALL
            kind = "tabelltittel" if title else "tekst"
            unit = Unit(fil, lines[path][0], ".".join(map(str, path)), spraak, kind, signed, text)
            found.append((path[:-1] or path, _checked(unit)))
    return _together(found)


def leaves(data: Any, spraak: str, path: tuple = ()) -> Iterator[tuple[tuple, str]]:
    """Each text in a nest of mappings and lists, with the way to it; of those that are given in both written standards,
    the ones of one."""
    if isinstance(data, str):
        yield path, data
    inner: Iterable[tuple[Any, Any]] = enumerate(data) if isinstance(data, list) else ()
    if isinstance(data, Mapping):
        inner = ((str(key), value) for key, value in data.items())
    for key, value in inner:
        if key != _OTHER[spraak]:
            yield from leaves(value, spraak, (*path, key))
