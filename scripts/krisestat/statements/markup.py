"""Bound text: how a value that data produced travels through a template and becomes a link, or plain text, on the page.

Templates never see links. A function returns its text between private-use characters that carry the record's number.
They pass unharmed through escaping and into any context (text, attribute, title, SVG); `read_page` finds them in the
finished HTML, where it is known whether a link may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise
from typing import Any, NamedTuple

from markupsafe import Markup, escape

START, SEP, END = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"{START}([0-9]+){SEP}(.*?){END}", re.S)
# As browsers read it: «<» before anything but a letter, «/», «!» or «?» is text, and so is CDATA in a drawing.
_TOKEN = re.compile(
    r"<!---?>|<!--.*?--!?>|<!\[CDATA\[(?P<text>.*?)\]\]>|</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|<[!?/][^>]*>",
    re.S,
)
_TAG = re.compile(r"</?([a-zA-Z][\w:-]*)")
_ATTRIBUTE = re.compile(r"(?<=[\s/\"'])([\w:@.-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+)", re.S)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_CSS_RULE = re.compile(r"(?<![\w-])([\w-]+)\s*:((?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^;{}\"'])*)", re.S)
_CSS_PRINTS = re.compile(r"content|quotes|string-set|list-style(-type)?|(additive-)?symbols|prefix|suffix", re.I)
_CSS_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.S)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.S)
_CSS_NAMED = re.compile(r"var\(\s*(--[\w-]+)")
_CSS_SHOWN = re.compile(r"attr\(\s*([\w-]+)", re.I)

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Elements that begin a text of their own. All others stand within a text, also those that nobody has heard of.
_BLOCK = set(
    "html head body title meta link style script base address article aside blockquote center dd details dialog dir div"
    " dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav noscript"
    " ol optgroup option p pre search section select summary table caption colgroup col thead tbody tfoot tr td th ul"
    " button textarea iframe object template svg text desc foreignobject".split()
)
_RAW = {"script", "style"}
_NOWHERE = -1
# Elements without links in them; and what says so of any other, where the evidence stands beside.
_UNLINKED = "data-ulenket"
_NO_LINK = {"title", "a", "button", "option", "svg", "textarea", "label", "summary", _UNLINKED}
# What a claim about data may stand in, and what may be said of it there: all else may hide it, strike it or quote it.
_PLAIN = _BLOCK - {"blockquote", "dialog", "template", "noscript", "textarea", "iframe", "object", "pre", "select"}
_PLAIN |= set("a em strong abbr b i small span sup sub".split())
_PLAIN_GIVEN = set("id class href lang role tabindex open scope colspan rowspan headers title".split())
_PLAIN_CLASSES = set("tall setning endring pil opp ned likt".split())
_SENTENCE = {*"p li dd h1 h2 h3 h4 h5 h6 figcaption caption blockquote title desc summary".split()}
_HEADLINE = {"h1", "h2", "h3", "h4", "h5", "h6", "title"}
_SECTION = {"section", "article", "header", "footer", "nav", "aside", "main", "figure", "details", "div"}
_TEXT_ATTRIBUTES = set(
    "title alt aria-label aria-description aria-valuetext aria-valuenow aria-roledescription aria-placeholder"
    " aria-braillelabel placeholder label data-label value start summary abbr srcdoc".split()
)
_TECHNICAL_META = set(
    "viewport color-scheme theme-color generator format-detection robots referrer dcterms.created dcterms.modified"
    " dcterms.date article:published_time article:modified_time".split()
)


class Unknown(str):
    """A code that a refused question did not give; what is asked of it is refused for the same `reason`."""

    reason: Exception


class UnknownCodes(list):
    """The codes of a refused question: none to go through, but any of them can be asked for, so that the page is read
    to its end and all its faults come at once."""

    def __init__(self, reason: Exception):
        super().__init__()
        self.reason = reason

    def __getitem__(self, place):
        code = Unknown()
        code.reason = self.reason
        return code


class Bundet(Markup):
    """Text that data produced, safe to print anywhere. `tekst` is the bare text, `verdi` its number, `koder` its
    codes."""

    tekst: str
    verdi: int | None
    koder: Sequence[str]

    def __new__(
        cls,
        number: int | str,
        tekst: str | None = None,
        etter: str = "",
        verdi: int | None = None,
        koder: Sequence[str] = (),
    ) -> Any:
        """Mark `tekst` as bound to record `number`; `etter` follows unbound, after a space.

        Without `tekst`, `number` is a part or a change of such text that a filter made: plain markup.
        """
        if tekst is None:
            return Markup(number)
        new = super().__new__(cls, f"{START}{number}{SEP}{escape(tekst)}{END}{' ' + escape(etter) if etter else ''}")
        new.tekst, new.verdi, new.koder = tekst, verdi, koder
        return new


@dataclass(frozen=True)
class Span:
    """One bound span in a block: where in its plain text, and which record."""

    start: int
    end: int
    record: int


@dataclass
class Block:
    """A piece of visible text with its bound spans: a paragraph, a heading, a cell, an attribute.

    `text` is what the reader meets (entities resolved, bound text included, capitals in place); `element` the tag or
    «img@alt»; `section` the id of the nearest section, else the heading above; `bound_to` the id of a generated table
    or figure that answers for the numbers in it; `cuts` are where tags stand within the text; `dressed` the words that
    stand in what no claim may stand in, with the tag.
    """

    element: str
    section: str
    bound_to: str = ""
    headline: bool = False
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    dressed: list[tuple[int, int, str]] = field(default_factory=list)

    def sentences(self) -> list[tuple[int, int]]:
        """Where the sentences of the block begin and end."""
        cuts = [0, *(m.end() for m in _SENTENCE_END.finditer(self.text)), len(self.text)]
        return list(pairwise(cuts))

    def sentence(self, start: int, end: int) -> str:
        """The sentence around a place in the text, spaces made even."""
        around = [(a, b) for a, b in self.sentences() if a < end and b > start]
        return " ".join(self.text[around[0][0] : around[-1][1]].split())


_UNSEEN = re.compile("[\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_SENTENCE_END = re.compile(r"[.!?][»\")]?\s+(?=[«\"A-ZÆØÅ0-9])")
_OPENS = re.compile(r"(?:^|[.!?][»\")]?\s+)[\s«\"(–]*$")


def unseen(text: str) -> str:
    """The first character of a text that nobody sees, by its number («U+200B»); «» for none. The place where a word may
    break is no such."""
    hit = _UNSEEN.search(text)
    return f"U+{ord(hit[0]):04X}" if hit else ""


def opens_sentence(before: str) -> bool:
    """Whether a word after this text is the first of its sentence."""
    return bool(_OPENS.search(before))


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag, entities unresolved, names in lower case."""
    return {name.lower(): _bare(value) for name, value in _ATTRIBUTE.findall(tag)}


def _bare(value: str) -> str:
    return value[1:-1] if value[:1] in "\"'" else value


def css_texts(css: str) -> list[str]:
    """The texts that style rules print, escapes resolved: those in properties that print text, and in the variables
    that these name."""
    rules = _CSS_RULE.findall(_CSS_COMMENT.sub(" ", css))
    printed = [value for name, value in rules if _CSS_PRINTS.fullmatch(name)]
    named: set[str] = set()
    while more := {name for value in printed for name in _CSS_NAMED.findall(value)} - named:
        named |= more
        printed += [value for name, value in rules if name in more]
    quoted = (a or b for value in printed for a, b in _CSS_TEXT.findall(value))
    return [_CSS_ESCAPE.sub(lambda hit: chr(int(hit[1], 16)) if hit[1] else hit[2], text) for text in quoted if text]


Link = Callable[[int, str], str]
Capital = Callable[[int], bool | None]


class _Open(NamedTuple):
    """An element that the pass is inside: its tag, its section, what answers for its numbers, whether it lies within
    headline points or contents, whether a link may stand there, and the tag around it that no claim may stand in."""

    tag: str
    section: str
    bound_to: str
    points: bool
    links: bool
    dress: str


class _Page:
    """One pass over a page: cuts it in blocks and writes it again with bound text in its final form."""

    def __init__(self, link: Link, capital: Capital):
        self.link, self.capital = link, capital
        self.out: list[str] = []
        self.blocks: list[Block] = []
        self.open: list[_Open] = []
        self.pieces: list[tuple[int, str, bool, str]] = []  # place in `out` or nowhere, text, link allowed, dress
        self.heading = ""

    def read(self, html: str) -> None:
        self.shown = _TEXT_ATTRIBUTES | {name.lower() for name in _CSS_SHOWN.findall(html)} - {"href", "src"}
        at = 0
        while hit := _TOKEN.search(html, at):
            self.piece(html[at : hit.start()])
            at = hit.end()
            if hit["text"] is not None:
                self.out.append("<![CDATA[")
                self.piece(hit["text"])
                self.out.append("]]>")
                continue
            tag = _TAG.match(hit[0])
            if not tag:
                self.out.append(hit[0])
                continue
            name = tag[1].lower()
            if name in _BLOCK:
                self.flush()
            elif name == "br":
                self.pieces.append((_NOWHERE, "\n", False, ""))
            if hit[0].startswith("</"):
                self.close(name)
                self.out.append(hit[0])
                continue
            self.start(name, hit[0])
            if name in _RAW:  # left alone up to its end tag, but for what it says to readers
                end = re.compile(rf"</{name}\b", re.I).search(html, at)
                stop = end.start() if end else len(html)
                self.raw(name, attributes(hit[0]), html[at:stop])
                at = stop
        self.piece(html[at:])
        self.flush()

    def raw(self, name: str, given: dict[str, str], content: str) -> None:
        """The content of a style or a script, as it is, with a block for each text that it shows to someone."""
        self.out.append(content)
        if name == "style":
            texts = css_texts(MARKED.sub(r"\2", content))
        else:
            texts = [content] if "json" in given.get("type", "") else []
        self.blocks += [Block(name, self.section(), given.get("data-bundet", ""), text=text) for text in texts]

    def piece(self, text: str) -> None:
        if text:
            links, dress = (self.open[-1].links, self.open[-1].dress) if self.open else (True, "")
            self.pieces.append((len(self.out), text, links, dress))
            self.out.append(text)

    def start(self, name: str, tag: str) -> None:
        given = attributes(tag)
        self.out.append(self.in_tag(name, tag, given))
        if name in _VOID or tag.endswith("/>"):
            return
        _, section, bound_to, points, links, dress = self.open[-1] if self.open else _Open("", "", "", False, True, "")
        if name in _SECTION and given.get("id"):
            section = given["id"]
        points = points or name == "nav" or given.get("id") == "hovedpunkter" or "data-hovedpunkter" in given
        links = links and not _NO_LINK & {name, *given}
        bare = dict.fromkeys(re.findall(r"[\w:-]+", _ATTRIBUTE.sub(" ", tag))[1:], "")
        dress = dress or ("" if self.plain(name, given | bare) else tag)
        self.open.append(_Open(name, section, given.get("data-bundet", bound_to), points, links, dress))

    def plain(self, name: str, given: Mapping[str, str]) -> bool:
        """Whether a claim may stand in an element: nothing that may hide it, strike it or make it another's words. What
        stands in a drawing is bound to it."""
        if name == "svg" or any(tag == "svg" for tag, *_ in self.open):
            return True
        said = all(one in _PLAIN_GIVEN or one.startswith(("data-", "aria-label", "aria-desc")) for one in given)
        worn = name in _BLOCK or {*given.get("class", "").split()} <= _PLAIN_CLASSES
        return name in _PLAIN and said and worn

    def close(self, name: str) -> None:
        if any(tag == name for tag, *_ in self.open):
            while self.open.pop()[0] != name:
                pass

    def in_tag(self, name: str, tag: str, given: dict[str, str]) -> str:
        """The tag with bound text in its attributes made plain; a block for each attribute that is read to someone."""
        read = {attribute for attribute in self.shown if attribute in given}
        if name == "meta" and (given.get("name") or given.get("property", "viewport")) not in _TECHNICAL_META:
            read.add("content")
        texts = css_texts(unescape(given["style"])) if "style" in given else []
        self.blocks += [Block(f"{name}@style", self.section(), text=text) for text in texts]
        if not read and START not in tag:
            return tag

        def plain(hit: re.Match) -> str:
            attribute, value, quote = hit[1].lower(), _bare(hit[2]), hit[2][0] if hit[2][0] in "\"'" else ""
            place = f"{name}@{attribute}"
            bound_to = given.get("data-bundet") or (self.open[-1].bound_to if self.open else "")
            block = Block(place, self.section(), bound_to, headline=place == "meta@content")
            text = self.build(block, [(value, False, "")])[0]
            if attribute in read:
                self.blocks.append(block)
            return f"{hit[1]}={quote}{text}{quote}"

        return _ATTRIBUTE.sub(plain, tag)

    def section(self) -> str:
        return (self.open[-1].section if self.open else "") or self.heading

    def flush(self) -> None:
        pieces, self.pieces = self.pieces, []
        if not any(text.strip() for _, text, *_ in pieces):
            return
        tags = [tag for tag, *_ in self.open]
        element = next((t for t in reversed(tags) if t in _BLOCK), "")
        bound_to, points = (self.open[-1].bound_to, self.open[-1].points) if self.open else ("", False)
        block = Block(element, self.section(), bound_to, points or (element in _HEADLINE and "svg" not in tags))
        told = [(text, link, dress) for _, text, link, dress in pieces]
        texts = self.build(block, told, element in _SENTENCE)
        for (place, *_), text in zip(pieces, texts, strict=True):
            if place != _NOWHERE:
                self.out[place] = text
        if element in _HEADLINE and element != "title":
            self.heading = " ".join(block.text.split())
        self.blocks.append(block)

    def build(self, block: Block, pieces: list[tuple[str, bool, str]], sentences: bool = True) -> list[str]:
        """Fill the block from marked HTML texts, each with whether a link may stand there and the tag that no claim may
        stand in; return them with marks resolved."""
        final = []
        for text, link, worn in pieces:
            parts, at, begins = [], 0, len(block.text)
            if block.text:
                block.cuts.append(len(block.text))
            for hit in MARKED.finditer(text):
                parts.append(text[at : hit.start()])
                block.text += unescape(text[at : hit.start()])
                number, shown = int(hit[1]), hit[2]
                wish = self.capital(number)
                if wish or (wish is None and sentences and opens_sentence(block.text)):
                    shown = shown[:1].upper() + shown[1:]
                start = len(block.text)
                block.text += unescape(shown)
                block.spans.append(Span(start, len(block.text), number))
                parts.append(self.link(number, shown) if link else shown)
                at = hit.end()
            parts.append(text[at:])
            block.text += unescape(text[at:])
            if worn and re.search(r"\w", block.text[begins:]):
                block.dressed.append((begins, len(block.text), worn))
            final.append("".join(parts))
        return final


def read_page(html: str, link: Link, capital: Capital) -> tuple[str, list[Block]]:
    """Resolve the marks of a rendered page.

    Parameters: `html`, with marks; `link`, gives the HTML of a bound span in running text from its record number and
    text (called in the order of the page, only where a link may stand); `capital`, the editor's wish for a capital
    (None: by place in the sentence). Returns the finished HTML and its blocks in order.
    """
    page = _Page(link, capital)
    page.read(html)
    return "".join(page.out), page.blocks


def bound_records(blocks: Iterable[Block]) -> Iterator[tuple[Block, Span]]:
    """Every bound span with its block, in the order of the page."""
    return ((block, span) for block in blocks for span in block.spans)
