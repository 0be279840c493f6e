"""Tries sentences: each line of a file at its place in an edition, as the build would judge it there.

Nothing is written. A place is a section of the page («avsnitt i samarbeidsfora»), a part of it («overskrift»), or
another text that goes out («konfigurasjon», «faktaark»). How a text is signed where data does not prove it follows from
the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from krisestat.base import layout
from krisestat.base.errors import Problem, ProblemList, Problems, nearest, shown
from krisestat.base.files import Files, folders
from krisestat.base.yaml_files import read_text
from krisestat.model.config import load_config, settings_of
from krisestat.pages.frame import json_text
from krisestat.pages.opened import Opened, open_edition
from krisestat.pages.publication import page_values
from krisestat.statements.book import Statements
from krisestat.statements.markup import Block, read_page
from krisestat.statements.reader import CONTRADICTED, PROVEN, UNSIGNED, Bound, Verdict, Where
from krisestat.statements.record import FACTS, Place
from krisestat.statements.units import BY_ONE, CODE_WRITES, KINDS, Unit, how_signed

COLUMNS = ("maalform", "sted", "tekst")
LABEL, FAULT = "merke", "feil"
# How each part of a page is marked up, for what is tried there; every other text is a paragraph.
_MARKUP = {
    "overskrift": "<h3>{}</h3>",
    "hovedpunkt": "<ul data-hovedpunkter><li>{}</li></ul>",
    "tittel": "<title>{}</title>",
    "beskrivelse": '<meta name="description" content="{}">',
    "alternativtekst": '<img alt="{}">',
}
_WORST = (PROVEN, LABEL, UNSIGNED, CONTRADICTED, FAULT)
_LINK = re.compile(r'<a href="#([\w-]+)">([^<]*)</a>')


@dataclass(frozen=True)
class Tried:
    """What became of a line: `utfall`; how it is signed, where it may be; why; and the text as rendered."""

    linje: int
    maalform: str
    sted: str
    aar: int
    utfall: str
    signeres: str
    hvorfor: tuple[str, ...]
    tekst: str


class Edition:
    """An edition of one year and written standard, with what its page says around a sentence that is tried."""

    def __init__(self, opened: Opened, figures: Mapping | None):
        self.opened = opened
        self.figures = opened.values["figurer"]
        if figures:  # drawn for another year: what they show does not matter, only that they are there
            opened.values["figurer"] = figures
        opened.values.update(hovedpunkter=[], noekkeltall=[], faktaark=False)

    @cached_property
    def blocks(self) -> list[Block]:
        """The page as it stands, without headline points."""
        book, values = self.opened.book, self.opened.values
        html = book.render(self.opened.env, f"{values['spraak']}/utgave.html.j2", **page_values("side", values, "", ""))
        self.links = _LINK.findall(html)
        return _blocks(book, html)

    @cached_property
    def sections(self) -> dict[str, str]:
        """The section of the page by each name that it has: its id, its name in the contents, and the chapters whose
        numbers stand in it."""
        records, named = self.opened.book.records, {block.section: block.section for block in self.blocks}
        named |= {" ".join(text.split()).casefold(): id for id, text in self.links if id in named}
        for block in self.blocks:
            for cell in (cell for span in block.spans for cell in records[span.record].cells):
                named.setdefault(cell.statistikk.kapittel, block.section)
        return named

    @cached_property
    def labels(self) -> set[str]:
        """The names that the model gives, and what code composes of them: titles and heads of tables and figures."""
        tables, figures = self.opened.values["tabeller"].values(), self.figures.values()
        texts = {*self.opened.book.data.declared_words, *(figure.title for figure in figures)}
        for table in tables:
            heads = [header.text for level in table.head for header in level]
            rows = [line.header for block in table.blocks for line in block.lines]
            texts |= {
                table.title,
                table.stub,
                table.block_stub,
                *heads,
                *rows,
                *(block.header for block in table.blocks),
            }
        return {" ".join(text.split()).casefold() for text in texts if text}

    def headings(self, section: str) -> list[Block]:
        """The headings of a section of the page."""
        return [block for block in self.blocks if block.section == section and re.fullmatch("h[1-6]", block.element)]


def run(path: Path, name: str, machine: bool, root: Path) -> str:
    """Try every line of a file.

    Parameters: `path`, of a table with tabs between the columns of `COLUMNS`, and perhaps `aar`; `name`, the edition's,
    that of `config.yaml` when «»; `machine`, JSON instead of a table; `root`, the project's folder. Raises `Problems`
    for a file that is no such table, and for an edition that is not built.
    """
    lines = read_lines(path)
    config = load_config(root / "config.yaml", root, settings_of(name))
    tried = try_all(lines, str(path), _files(root, config), config, root)
    return json_text([asdict(one) for one in tried]) if machine else _table(tried)


def try_all(
    lines: Iterable[tuple[int, Mapping[str, str]]], fil: str, inn: Files, config: Mapping[str, Any], root: Path
) -> list[Tried]:
    """What becomes of each line. Parameters: `lines`, as `read_lines` gives them; `fil`, their file as it is told;
    `inn`, what the page is made from; `config`, of the edition; `root`, as `run`."""
    main, tried = (config["spraak"], config["aar"]), []
    places = {main: Edition(open_edition(inn, config), None)}
    for number, line in lines:
        spraak, aar = line["maalform"], line.get("aar") or str(config["aar"])
        if fault := _unknown(spraak, aar, config):
            tried.append(Tried(number, spraak, line["sted"], config["aar"], FAULT, "", (fault,), line["tekst"]))
            continue
        key = (spraak, int(aar))
        if key not in places:
            own = load_config(root / "config.yaml", root, {"spraak": spraak, "aar": int(aar)})
            places[key] = Edition(open_edition(inn, own), places[main].figures)
        tried.append(try_line(places[key], places[main], number, line, fil))
    return tried


def rendered(root: Path, config: Mapping[str, Any]) -> tuple[list[Unit], Callable[[Unit], str]]:
    """What `loose` gives of an edition as it was built; nothing, where it is not. Parameters: as `try_all`."""
    try:
        return loose(_files(root, config), config)
    except Problems:
        return [], lambda unit: ""


def loose(inn: Files, config: Mapping[str, Any]) -> tuple[list[Unit], Callable[[Unit], str]]:
    """The sentences with numbers that the page of an edition has and the reader does not find proven, headline points
    among them, as units, and what it says against any unit, as `Opened.against`. Parameters: as `try_all`."""
    place = Edition(open_edition(inn, config), None)
    points = place.opened.headline_points(inn.templates, config["hovedpunkter"])
    place.opened.values["hovedpunkter"] = [point.text for point in points]
    judged = [*place.opened.book.judged(place.blocks)]
    left = ((text, spans[0].record.place) for _, text, spans, verdict in judged if verdict.outcome == UNSIGNED)
    return [place.opened.unit(text, at.fil, str(at)) for text, at in left], place.opened.against


def read_lines(path: Path, named: Sequence[str] = COLUMNS) -> list[tuple[int, dict[str, str]]]:
    """The lines of a table with tabs, each with its number. Parameters: `named`, the columns that it must have. Raises
    `Problems`."""
    text, problems = read_text(path, "en tabell med tabulator mellom kolonnene"), ProblemList()
    head, *rows = text.splitlines() or [""]
    columns = head.split("\t")
    if lacking := [name for name in named if name not in columns]:
        found = f"kolonnene {shown(', '.join(columns), 100)}, uten {', '.join(lacking)}"
        wanted = f"{', '.join(named)}, med tabulator mellom"
        problems.add(path, "linje 1", found, wanted, "Skriv navnene på kolonnene på den første linjen.")
    for number, row in enumerate(rows, 2):
        if row.strip() and row.count("\t") > len(columns) - 1:
            found = f"{row.count(chr(9)) + 1} felt"
            problems.add(path, f"linje {number}", found, f"{len(columns)} felt", "Ta bort tabulatorene i teksten.")
    problems.raise_if_any()
    split = ((number, row.split("\t")) for number, row in enumerate(rows, 2) if row.strip())
    return [(number, dict.fromkeys(named, "") | dict(zip(columns, fields, strict=False))) for number, fields in split]


def _unknown(spraak: str, aar: str, config: Mapping) -> str:
    """What is wrong with the written standard or the year of a line; «» when nothing is."""
    if spraak not in ("nb", "nn"):
        return f"målformen {shown(spraak)}, ikke nb eller nn"
    first, last = config["foerste_aar"], config["aar"]
    known = aar.isascii() and aar.isdigit() and first <= int(aar) <= last
    return "" if known else f"året {shown(aar)}, utenfor {first}–{last}"


def _files(root: Path, config: Mapping) -> Files:
    """What the page of an edition is made from, as it was built. Raises `Problems` when it is not."""
    results = root / layout.RESULTS / config["publikasjon"]["utgave"]
    found = {
        "utdata": sorted((results / layout.DATA).glob("*.csv")),
        "figures": sorted((results / layout.DRAWINGS).glob("*.svg")),
        "publisert": sorted(path for kind in ("*.csv", "manifest.json") for path in root.glob(f"publisert/*/{kind}")),
    }
    named = {"nedlasting": results / layout.DOWNLOAD_LIST, "kvalitet": results / layout.CHECKS[0]}
    if not found["utdata"] or not all(path.is_file() for path in named.values()):
        wanted, fix = f"utgaven {config['publikasjon']['utgave']}, bygd", "Kjør «make publication» først."
        raise Problems([Problem(str(results), "", "en utgave som ikke er bygd", wanted, fix)])
    named |= {"policy": root / "data/raw/codebooks/konfidensialitet.yaml"}
    named |= {
        "rettelser": root / "data/rettelser-publisert.yaml",
        "tilgjengelighet": root / "data/tilgjengelighet.yaml",
    }
    return Files({**folders(root), **found, **named})


def try_line(place: Edition, main: Edition, number: int, line: Mapping[str, str], fil: str) -> Tried:
    """What becomes of a line at its place. Parameters: `main`, the edition as built, whose names of sections are known
    in every year and written standard; `fil`, the file that it stands in, for what is told of it."""
    book, env, values = place.opened.book, place.opened.env, place.opened.values
    kind, section, fault = _where(line["sted"], place, main)
    tried = Tried(number, line["maalform"], line["sted"], book.aar, FAULT, "", (fault,), line["tekst"])
    if fault:
        return tried
    _ = place.blocks  # their records come first, and stay
    known, problems = len(book.records), len(book.problems)
    try:
        with book.at(fil, number), book.reading(fil):
            book.check_expressions(env, [(line["tekst"], Place(fil, number))], values)
            text = env.from_string(line["tekst"]).render(**values)
        markup = _MARKUP.get(kind, "<p>{}</p>")
        marked = markup.format(text.replace('"', "&quot;") if '"{}"' in markup else text)
        new = _blocks(book, f'<section id="{section}">{marked}</section>')
        return _judged(place, tried, kind, section, new, known)
    except Problems as error:
        return replace(tried, hvorfor=tuple(f"{one.fant}. Ventet: {one.ventet}" for one in error.problems))
    finally:
        del book.records[known:], book.problems[problems:]


def _blocks(book: Statements, html: str) -> list[Block]:
    return read_page(html, lambda number, text: text, lambda number: book.records[number].capital)[1]


def _where(sted: str, place: Edition, main: Edition) -> tuple[str, str, str]:
    """The kind of text and the section that a place names, or what is wrong with it."""
    words = " ".join(sted.split()).casefold()
    if words == "om statistikken":
        return "avsnitt", "om", ""
    kind, _, section = re.sub(r" (i|om) ", "\t", words, count=1).partition("\t")
    if kind not in KINDS:
        return "", "", f"stedet {shown(sted)}{nearest(kind, KINDS)}. Ventet: {', '.join(sorted(KINDS))}, og «i» en del"
    _ = place.blocks, main.blocks
    known = main.sections | place.sections
    if section and section not in known:
        return "", "", f"delen {shown(section)}{nearest(section, known)}"
    return kind, known.get(section, ""), ""


def _judged(place: Edition, tried: Tried, kind: str, section: str, new: Sequence[Block], known: int) -> Tried:
    """The verdict on the text of a line. Parameters: `new`, its blocks; `known`, how many records came before its."""
    book, records = place.opened.book, place.opened.book.records
    signed = how_signed(kind, section)
    rendered = " ".join(" ".join(block.text.split()) for block in new)
    tried = replace(tried, tekst=rendered, hvorfor=())
    if kind in CODE_WRITES and rendered.casefold() in place.labels:
        return replace(tried, utfall=LABEL)
    if wrong := [record.problem for record in records[known:] if record.problem]:
        outcome = FAULT if any(one.query for one in wrong) else CONTRADICTED
        return replace(tried, utfall=outcome, hvorfor=tuple(dict.fromkeys(str(one) for one in wrong)))
    headings = tuple(block.text for block in place.headings(section)[:1]) if kind == "avsnitt" else ()
    figures = place.opened.model.figurer.values() if kind == "alternativtekst" else ()
    shown_by = frozenset(spec.av.id for spec in figures)
    verdicts: list[Verdict] = []
    for block in new:
        for start, end in block.sentences():
            spans = [s for s in block.spans if start <= s.start < end]
            bound = [Bound(s.start - start, s.end - start, records[s.record]) for s in spans]
            before = verdicts[-1] if verdicts else None
            where = Where(headings, shown_by, before)
            verdicts.append(place.opened.book.reader.read(block.text[start:end], where, bound))
    if not verdicts:
        return replace(tried, hvorfor=("ingen tekst",))
    worst = max(verdicts, key=lambda verdict: _WORST.index(verdict.outcome))
    claimed = any(record.function not in FACTS for record in records[known:])
    found = [] if worst.outcome == CONTRADICTED else _findings(book, place, new, kind)
    why = tuple(dict.fromkeys([why for verdict in verdicts for why in verdict.why] + found))
    outcome = UNSIGNED if worst.outcome == PROVEN and found else worst.outcome
    mode = (BY_ONE if claimed else signed) if outcome == UNSIGNED else ""
    return replace(tried, utfall=outcome, signeres=mode, hvorfor=why)


def _findings(book: Statements, place: Edition, new: Sequence[Block], kind: str) -> list[str]:
    """What the rules of the page find in some blocks that they do not find without them."""
    around = place.blocks if any(block.headline for block in new) else []
    before = [*book.findings(around)]
    return [one.found for one in book.findings([*around, *new]) if one not in before]


def _table(tried: Sequence[Tried]) -> str:
    """The lines as a table with tabs, and how many became what."""
    rows = ["\t".join(("linje", "maalform", "sted", "aar", "utfall", "signeres", "tekst", "hvorfor"))]
    for one in tried:
        fields = (one.linje, one.maalform, one.sted, one.aar, one.utfall, one.signeres, one.tekst)
        rows.append("\t".join([*map(str, fields), "; ".join(one.hvorfor)]))
    return "\n".join(rows)
