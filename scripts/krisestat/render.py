"""Stage `render`: `utdata`, drawings and the editors' templates become the page and the print edition.

Both are made from the same template and the same statements. Nothing is written before every check has passed, and then
every file is.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jinja2
from markupsafe import Markup

from krisestat import about, design, published
from krisestat import figures as drawn
from krisestat.avtale_tables import COVERED, agreement_years, build_agreement_tables
from krisestat.avtaler.lovgrunnlag import LAWS, load_lovgrunnlag
from krisestat.avtaler.navn import KILDE, with_agreements
from krisestat.avtaler.sjekkliste import LIST, load_sjekkliste
from krisestat.codebooks import Codebook, load_codebook
from krisestat.config import config_text
from krisestat.contracts import KVALITET, PERSONER_UTDATA, UTDATA, Row, read_rows, write_all
from krisestat.display import number, numbers_in, percent
from krisestat.errors import Problem
from krisestat.formats import schemaorg
from krisestat.formats.download import Download, address, read_list, size
from krisestat.pages import SCRIPT, environment, json_text, print_faces, style_and_script, stylesheet
from krisestat.person_tables import build_person_tables, national_rows
from krisestat.published import correction_log, load_corrections
from krisestat.statements import (
    Statements,
    choose,
    headline_rows,
    load_allowed,
    load_candidates,
    load_lexicon,
)
from krisestat.svg import NAMESPACE, with_text
from krisestat.tables import Table, build_tables, has_reconstructed
from krisestat.webfonts import font_face_css
from krisestat.yamlfiles import load_yaml

LOG = logging.getLogger(__name__)
_SLOT = "\ue100"
NameOf = Callable[[Mapping[str, Any], str], str]


@dataclass(frozen=True)
class PageTable:
    """A table as the template sees it: the `Table` and the texts with numbers that may stand in and under it."""

    table: Table
    bound: list[str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)


@dataclass(frozen=True)
class PageFigure:
    """A figure as the template sees it.

    `title` is its statistical title and `subject` the first part of it; `drawings` are the inline drawings, wide and
    narrow: name of the rendering, and what stands before and after the place of its description; `source` is the wide
    one as a `data:` address for the PDF; `files` are the files to take away, by format, and `shared` the picture beside
    a link; `names` are those of the groups and partners that it shows, by dimension and code; `bound` are the numbers
    that it may show.
    """

    title: str
    subject: str
    drawings: list[tuple[str, Markup, Markup]]
    source: str
    files: dict[str, str]
    shared: str
    names: Mapping[str, Mapping[str, str]]
    bound: list[str]


def page_table(table: Table) -> PageTable:
    """A table with the numbers that its element may hold: those that `krisestat.tables` made from the data rows."""
    cells = [cell.text for block in table.blocks for line in block.lines for cell in line.cells]
    headers = [header.text for level in table.head for header in level]
    lines = [line.header for block in table.blocks for line in block.lines]
    notes = [table.bases, table.origin, *table.signs, *(str(year) for year in table.years)]
    return PageTable(table, numbers_in([*headers, *lines, *cells, *notes]))


def page_figure(fid: str, drawings: Mapping[str, str], shown: Mapping[str, Any], aar: int) -> PageFigure:
    """A figure for both media.

    Parameters: `fid`, its name; `drawings`, the SVG text by rendering, `bred` first; `shown`, what `figures.content`
    says that it shows; `aar`, the edition. Ids in the page begin with `fid`.
    """
    subject = shown["tittel"].split(". ")[0]
    inline = []
    for rendering, svg in drawings.items():
        before, after = with_text(svg, f"{fid}-{rendering}", subject, _SLOT).split(_SLOT)
        inline.append((rendering, Markup(before), Markup(after)))
    data = base64.b64encode(drawings["bred"].encode("utf-8")).decode("ascii")
    return PageFigure(
        title=shown["tittel"],
        subject=subject,
        drawings=inline,
        source=f"data:image/svg+xml;base64,{data}",
        files={rendering: f"figurer/{drawn.file_name(fid, rendering, aar)}" for rendering in drawn.TO_TAKE},
        shared=f"figurer/{drawn.file_name(fid, drawn.TO_SHARE, aar)}",
        names=shown["navn"],
        bound=list(dict.fromkeys(text for svg in drawings.values() for text in figure_numbers(svg, shown))),
    )


def figure_numbers(drawing: str, shown: Mapping[str, Any]) -> list[str]:
    """The numbers that a drawing may show: counts, bases, percentages and years of its rows, and the ticks of its axes
    (class `akse`), which are not data."""
    texts = [str(year) for year in shown["aar"]]
    for row in shown["rader"]:
        texts += [number(row[name]) for name in ("antall", "base") if row[name] is not None]
        if row["antall"] is not None and row["base"]:
            texts.append(percent(Fraction(row["antall"], row["base"])))
    axes = ElementTree.fromstring(drawing).iter(f"{{{NAMESPACE}}}text")
    texts += [element.text or "" for element in axes if "akse" in element.get("class", "").split()]
    return numbers_in(texts)


class Numbering:
    """Numbers figures and tables in the order in which the template first speaks of them. The same id keeps its
    number."""

    def __init__(self) -> None:
        self._seen: dict[str, list[str]] = {}
        self._shown: set[tuple[str, str]] = set()

    def __call__(self, kind: str, name: str, shown: bool = False) -> int:
        """The number of the figure or table `name`, from 1. `shown`: it stands here, and is not only referred to."""
        seen = self._seen.setdefault(kind, [])
        if name not in seen:
            seen.append(name)
        if shown:
            self._shown.add((kind, name))
        return seen.index(name) + 1

    def remaining(self, kind: str, more: Iterable[str]) -> list[str]:
        """The names that have a number and are not shown yet, in order, after `more` names got theirs."""
        for name in more:
            self(kind, name)
        return [name for name in self._seen[kind] if (kind, name) not in self._shown]


def page_values(medium: str, shared: Mapping[str, Any], faces: str, css: str, script: str = "") -> dict[str, Any]:
    """What the template gets for one medium, beside the statements.

    Parameters: as `stylesheet`; `shared`, for both media; `script`, what the page can do beside leaving it.
    """
    style, script = stylesheet(medium, faces, css), f"{SCRIPT}\n{script}"
    return {
        **shared,
        "medium": medium,
        "nummer": Numbering(),
        **style_and_script(style, script),
    }


def shared_values(
    rows: Sequence[Row],
    codebook: Codebook,
    config: Mapping[str, Any],
    words: Mapping[str, Mapping],
    drawings: Mapping[str, str],
    persons: Sequence[Row] = (),
) -> dict[str, Any]:
    """What the template gets whatever the medium.

    Parameters: `rows` of `utdata`; `words` with the parsed `tabeller`, `tekster` and `konfidensialitet`; `drawings`,
    SVG text by file name; `persons`, rows of `PERSONER_UTDATA`.
    """
    aar, spraak = config["aar"], config["spraak"]
    serie = (config["foerste_aar"], aar)
    latest = {row["indikator"]: row["aar"] for row in sorted(rows, key=lambda r: r["aar"]) if row["aar"] <= aar}
    tables = build_tables(rows, codebook, words["tabeller"], spraak, aar)
    tables += build_person_tables(persons, words["tabeller"], aar)
    tables += build_agreement_tables(rows, codebook, words["tabeller"], spraak, aar)
    collections = agreement_years(rows, aar)[-2:]
    forms = {row["samarbeidsform"]: row[f"navn_{spraak}"] for row in codebook.samarbeidsformer}
    figures = {}
    for fid in drawn.figure_specs(codebook):
        names = {rendering: drawn.file_name(fid, rendering, aar) for rendering in drawn.ON_PAGE}
        own = {rendering: drawings[name] for rendering, name in names.items() if name in drawings}
        if own:
            shown = drawn.content(fid, rows, codebook, spraak, aar, serie)
            figures[fid] = page_figure(fid, own, shown, aar)
    return {
        "config": config,
        "spraak": spraak,
        "t": words["tekster"],
        "tegnord": words["tabeller"]["felles"],
        "tabeller": {table.id: page_table(table) for table in tables},
        "politikk": words["konfidensialitet"],
        "avtale_aar": collections,
        "avtale_punkter": source_points(rows, codebook, collections[-1]) if collections else [],
        "person_aar": sorted({row["aar"] for row in persons if row["aar"] <= aar})[-2:],
        "figurer": figures,
        "rekonstruert": has_reconstructed(rows),
        "frafall": about.response(rows, aar),
        "brudd": about.breaks(rows, forms | words["tekster"]["spurt"], serie),
        "siste_aar": latest,
    }


def download_values(listed: Sequence[Download], words: Mapping, config: Mapping, reconstructed: bool) -> dict[str, Any]:
    """What the template gets of the files for download.

    Parameters: `listed`, the files; `words`, the parsed nedlasting.yaml; `config`, the merged configuration;
    `reconstructed`, whether any number is example data. `datasett` is the page's description for search engines.
    """
    publikasjon, serie = config["publikasjon"], (config["foerste_aar"], config["aar"])
    notice = words["merknad"].strip() if reconstructed else ""
    described = schemaorg.dataset(listed, words, publikasjon, config["spraak"], serie, notice)
    return {
        "nedlasting": [asdict(one) | {"storrelse": size(one.byte), "kontrollsum": one.sha256} for one in listed],
        "filord": words["side"],
        "formater": words["formater"],
        "emneord": words["emneord"],
        "adresse": address(publikasjon["nettadresse"], config["aar"]),
        "datasett": Markup(schemaorg.block(described)),
    }


def source_points(rows: Sequence[Row], codebook: Codebook, aar: int) -> list[str]:
    """The points of the checklist's source, without the additions, that have numbers for all agreements of a year."""
    of_all = [row for row in rows if (row["indikator"], row["aar"]) == (COVERED, aar) and not row["samarbeidsform"]]
    told = {row["instans"] for row in of_all if row["base"] and not row["status"]}
    points = (row for row in codebook.instanser if row["kilde"] == KILDE and row["opphav"] == "kilden")
    return [row["instans"] for row in sorted(points, key=lambda row: row["rekkefolge"]) if row["instans"] in told]


def evidence_file(book: Statements, warnings: Iterable[Problem], policy: str) -> dict[str, Any]:
    """The evidence of the edition as it is written. Parameters: `policy`, the id of the confidentiality policy."""
    return {
        "aar": book.aar,
        "leksikon": book.lexicon.version,
        "konfidensialitet": policy,
        "varsler": [asdict(warning) for warning in warnings],
        "paastander": book.evidence(),
    }


def evidence_html(
    template: jinja2.Template, name_of: NameOf, unit_of: Callable[[str], str]
) -> Callable[[list[dict]], str]:
    """What `finish` calls to print the evidence of a page. Parameters: its template; `name_of`, as `code_names` gives
    it; `unit_of`, the unit of a group."""
    return lambda entries: template.render(belegg=entries, navn_paa=name_of, enhet_av=unit_of)


def code_names(codebook: Codebook, spraak: str) -> NameOf:
    """What tells the name of the code that a cell of the evidence has in a dimension (`gruppe`, `instans`, `form`). A
    partner is named by the source of the indicator: two sources may have one code."""
    partners = {(row["kilde"], row["instans"]): row[f"navn_{spraak}"] for row in codebook.instanser}
    named = {("form", row["samarbeidsform"]): row[f"navn_{spraak}"] for row in codebook.samarbeidsformer}
    named |= {("gruppe", row["gruppe"]): row[f"navn_{spraak}"] for row in codebook.grupper}

    def name_of(cell: Mapping[str, Any], dimension: str) -> str:
        code = str(cell[dimension])
        own = partners.get((codebook.source_of(cell["indikator"]), code))
        return (own if dimension == "instans" else named.get((dimension, code))) or code

    return name_of


def run(
    utdata: Path,
    personer: Path,
    avtaler: Path,
    kvalitet: Path,
    publisert: Sequence[Path],
    rettelser: Path,
    nedlasting: Path,
    tilgjengelighet: Path,
    codebooks: Path,
    templates: Path,
    figures: Mapping[str, Path],
    config: Mapping[str, Any],
    store: Path,
    side: Path,
    trykk: Path,
    erklaering: Path,
    hovedpunkter: Path,
    belegg: Path,
    config_ut: Path,
) -> None:
    """Make the page, the print edition, the accessibility statement and their evidence.

    Parameters: `utdata`, the published numbers (contract UTDATA), `personer`, those of persons, and `avtaler`, those of
    agreements between municipalities (contract UTDATA); `kvalitet`, what was checked; `publisert`, the numbers of each
    published edition, and `rettelser`, the register of what has changed since; `nedlasting`, the list of the files for
    download; `tilgjengelighet`, the facts of the accessibility statement; `codebooks` and `templates`, folders;
    `figures`, name of the drawing -> SVG file; `config`, the merged configuration; `store`, the folder of web fonts
    that are kept between runs; the rest are the files to write. Raises `Problems` when a statement is false or
    unproven, a published number has changed without a word, «Om statistikken» lacks something, or a template is at
    fault. Then no file is written or changed. One piece: every file is named, told of and opened here, and what is
    done with them is not.
    """
    spraak, aar = config["spraak"], config["aar"]
    facts = about.accessibility(tilgjengelighet, spraak)
    lists = codebooks / LIST.parent.name
    liste = load_sjekkliste(lists / LIST.name)
    codebook = with_agreements(load_codebook(codebooks), liste, load_lovgrunnlag(lists / LAWS.name))
    persons = read_rows(personer, PERSONER_UTDATA)
    counted, corrected = read_rows(utdata, UTDATA), load_corrections(rettelser)
    serie = (config["foerste_aar"], aar)
    counted += read_rows(avtaler, UTDATA)
    held = published.run(counted, persons, serie, publisert, corrected)
    rows = [*counted, *national_rows(persons, aar)]
    local = templates / spraak
    words = {name: load_yaml(local / f"{name}.yaml")[0] for name in ("tabeller", "tekster", "nedlasting")}
    words["konfidensialitet"] = load_yaml(codebooks / "konfidensialitet.yaml")[0]
    written = [p for name in (spraak, "felles") for p in (templates / name).iterdir() if p.suffix in (".j2", ".yaml")]
    sources = {str(p): p.read_text(encoding="utf-8") for p in sorted(written) if p.name != "tillatt.yaml"}
    drawings = {name: path.read_text(encoding="utf-8") for name, path in sorted(figures.items())}
    book = Statements(rows, codebook, load_lexicon(templates / "leksikon" / f"{spraak}.yaml"), aar, str(templates))
    env = book.install(environment(templates, spraak))
    shared = shared_values(rows, codebook, config, words, drawings, persons)
    centres = {row["senter_id"]: row["senter"] for row in persons}
    listed = read_list(nedlasting.read_text(encoding="utf-8"))
    shared |= download_values(listed, words["nedlasting"], config, shared["rekonstruert"] or has_reconstructed(persons))
    shared["rettelser"] = correction_log(corrected, serie, held, codebook, centres, words, spraak)
    shared["rettet"] = about.corrected(read_rows(kvalitet, KVALITET))
    shared["sjekkliste_versjon"] = liste.versjon
    wanted = config["hovedpunkter"]
    chosen = choose(book, env, load_candidates(local / "hovedpunkter.yaml"), wanted["antall"], wanted["fest"], **shared)
    shared["hovedpunkter"] = [headline.text for headline in chosen]
    allowed = load_allowed(local / "tillatt.yaml")
    proof = evidence_html(env.get_template(f"{spraak}/belegg.html.j2"), code_names(codebook, spraak), book.data.unit)
    faces = {"side": font_face_css(design.NETTSKRIFTER, templates / "fonts", store), "trykk": print_faces()}
    names = ("side.css", "trykk.css", "side.js")
    common = {name: (templates / "felles" / name).read_text(encoding="utf-8") for name in names}
    pages = {}
    for medium, path in (("side", side), ("trykk", trykk)):
        values = page_values(medium, shared, faces[medium], common[f"{medium}.css"], common["side.js"])
        marked = book.render(env, f"{spraak}/publikasjon.html.j2", **values)
        pages[path] = book.finish(marked, path.name, allowed, sources, proof if medium == "side" else None)
        about.check_required(pages[path], f"{local}/om-statistikken.html.j2")
    values = page_values("side", shared, faces["side"], common["side.css"]) | {"erklaering": facts}
    marked = book.render(env, f"{spraak}/tilgjengelighet.html.j2", **values)
    pages[erklaering] = book.finish(marked, erklaering.name, allowed, sources)
    warnings = list(dict.fromkeys(book.warnings))
    for warning in warnings:
        LOG.warning("%s", warning)
    write_all(
        {
            **pages,
            hovedpunkter: json_text({"aar": aar, "hovedpunkter": headline_rows(book, chosen)}),
            belegg: json_text(evidence_file(book, warnings, words["konfidensialitet"]["id"])),
            config_ut: config_text(config),
        }
    )
