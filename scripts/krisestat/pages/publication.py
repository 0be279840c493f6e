"""What the publication's page is put together from: tables, figures, numbering and the values of its templates."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from krisestat.agreements.lists import source_points
from krisestat.base import layout
from krisestat.base.contracts import Row
from krisestat.base.display import number, numbers_in, percent
from krisestat.figures import content as drawn
from krisestat.figures.svg import NAMESPACE, data_address, with_text
from krisestat.formats import schemaorg
from krisestat.formats.download import Download, address, size
from krisestat.model.declared import Cubes, Model
from krisestat.pages import about
from krisestat.pages.cover import cover
from krisestat.pages.frame import SCRIPT, style_and_script, stylesheet, without_remarks
from krisestat.tables.build import Table, build_tables, has_reconstructed
from krisestat.tables.words import ABOUT, TEXT

_CLASS, _SAID = re.compile(r' class="([^"]*)"'), re.compile(r'class="([^"]*)"[^>]*>\s*<title>')
_STYLED = ("delvis", "flate", "navn", "overskrift", "trinn")  # classes of drawings that rules or the script know
_SLOT = "\ue100"
# A figure that is built into another page has the height of its page there: the wide drawing, or on a phone the narrow.
_FRAME = 'style="width:100%;height:clamp({bred}rem,(42rem - 100vw)*999,{smal}rem);border:0"'
# Of the page of a figure, in rem: what a point of its drawing takes at most, and what all the rest does.
_POINT, _AROUND, _BOX = {"bred": 0.0914, "smal": 0.1195}, 24.4, re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')


@dataclass(frozen=True)
class PageFigure:
    """A figure as the template sees it.

    `title` is its statistical title and `subject` the first part of it; `drawings` are the inline drawings, wide and
    narrow: name of the rendering, and what stands before and after the place of its description; `source` is the wide
    one as a `data:` address for the PDF; `files` are the files to take away and `data` those with its numbers, by
    format, `shared` the picture beside a link, and `page` its own page, `address` where that is published and `embed`
    the line that builds it into another; `names` are those of the codes that it shows, by role, and `order` those of
    its rows from the top; `bound` are the numbers that it may show; `shown`, all that it shows, and `table`, the id of
    the table with the same numbers.
    """

    title: str
    subject: str
    drawings: list[tuple[str, Markup, Markup]]
    source: str
    files: dict[str, str]
    data: dict[str, str]
    shared: str
    page: str
    address: str
    embed: str
    names: Mapping[str, Mapping[str, str]]
    order: list[str]
    bound: list[str]
    shown: Mapping[str, Any]
    table: str


def page_figure(
    fid: str, drawings: Mapping[str, str], shown: Mapping[str, Any], aar: int, tabell: str = "", folder: str = ""
) -> PageFigure:
    """A figure for both media.

    Parameters: `fid`, its name; `drawings`, the SVG text by rendering, `bred` first; `shown`, what `figures.content`
    says that it shows; `aar`, the edition; `tabell`, the table with its numbers; `folder`, where the page
    is published. Ids in the page begin with `fid`.
    """
    subject = shown["tittel"].split(". ")[0]
    whole = {rendering: with_text(svg, f"{fid}-{rendering}", subject, _SLOT) for rendering, svg in drawings.items()}
    light = {rendering: svg.split(_SLOT) for rendering, svg in _lighter(whole, shown["navn"]["rader"]).items()}
    inline = [(rendering, Markup(before), Markup(after)) for rendering, (before, after) in light.items()]
    return PageFigure(
        title=shown["tittel"],
        subject=subject,
        drawings=inline,
        source=data_address(drawings["bred"]),
        files={rendering: f"figurer/{drawn.file_name(fid, rendering, aar)}" for rendering in drawn.TO_TAKE},
        data={
            "csv": posixpath.relpath(f"{layout.TABLES}/{tabell}_p{aar}.csv", posixpath.dirname(layout.PAGE)),
            "xlsx": posixpath.relpath(f"{layout.DOWNLOADS}/tabeller_p{aar}.xlsx", posixpath.dirname(layout.PAGE)),
        },
        shared=f"figurer/{drawn.file_name(fid, drawn.TO_SHARE, aar)}",
        page=f"figurer/{fid}.html",
        address=(place := f"{folder}figurer/{fid}.html"),
        embed=f'<iframe src="{place}" title="{shown["tittel"]}" {_framed(drawings)} loading="lazy"></iframe>',
        names=shown["navn"],
        order=_row_order(drawings["bred"], shown["navn"]["rader"]),
        bound=list(dict.fromkeys(text for svg in drawings.values() for text in figure_numbers(svg, shown))),
        shown=shown,
        table=tabell,
    )


def _framed(drawings: Mapping[str, str]) -> str:
    """The style of a frame with the page of a figure in it."""
    high = {form: float(_BOX.findall(drawings.get(form, drawings["bred"]))[0]) * _POINT[form] for form in _POINT}
    return _FRAME.format(**{form: ceil(tall + _AROUND) for form, tall in high.items()})


def _lighter(drawings: Mapping[str, str], rows: Container[str]) -> dict[str, str]:
    """Drawings with the classes alone that the page has a use for: what style rules know, the row that a mark is of,
    and, for a mark of which something is said, a number that it has in both drawings."""
    said = [classes for svg in drawings.values() for classes in _SAID.findall(svg)]
    numbers = {classes: f"m{number}" for number, classes in enumerate(dict.fromkeys(said))}

    def named(found: re.Match[str]) -> str:
        first, *codes = found[1].split()
        names = [first] * (first in _STYLED) + [code for code in codes if code in rows]
        names += [numbers[found[1]]] if found[1] in numbers else []
        return f' class="{" ".join(names)}"' if names else ""

    tight = {rendering: svg.replace(">\n<", "><").replace(" />", "/>") for rendering, svg in drawings.items()}
    return {rendering: _CLASS.sub(named, svg) for rendering, svg in tight.items()}


def _row_order(drawing: str, names: Mapping[str, str]) -> list[str]:
    """The names of a drawing's rows in the order in which they stand in it, then those that it has no room for."""
    classes = [element.get("class", "").split() for element in ElementTree.fromstring(drawing).iter()]
    drawn_codes = [found[1] for found in classes if found[:1] in (["navn"], ["overskrift"]) and found[1:2]]
    return [names[code] for code in dict.fromkeys((*drawn_codes, *names)) if code in names]


def figure_numbers(drawing: str, shown: Mapping[str, Any]) -> list[str]:
    """The numbers that a drawing may show: counts, bases, percentages and years of its rows, what is lacking of a base,
    what there was before a break, changes in percentage points, and the ticks of its axes (class `akse`), which are not
    data."""
    texts = [str(year) for year in shown["aar"]]
    for row in shown["rader"]:
        texts += [number(row["verdi"], shown["desimaler"])] if row["verdi"] is not None else []
        texts += [number(row["for_brudd"], shown["desimaler"])] if "for_brudd" in row else []
        if "usikre" in row:
            texts += [number(n) for n in drawn.lacking(row)]
        texts += [number(row["nevner"])] if row["nevner"] is not None else []
        if row["verdi"] is not None and row["nevner"]:
            texts.append(percent(Fraction(row["verdi"]) / row["nevner"]))
    texts += [number(whole, shown["desimaler"]) for whole in drawn.wholes(shown).values() if whole is not None]
    texts += [number(abs(change)) for change in drawn.changes(shown).values()]
    texts += [text for _, text in shown["hendelser"]]
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

    def ordered(self, kind: str, names: Iterable[str]) -> list[str]:
        """Names in the order of their numbers."""
        return sorted(names, key=lambda name: self(kind, name))

    def remaining(self, kind: str, more: Iterable[str]) -> list[str]:
        """The names that have a number and are not shown yet, in order, after `more` names got theirs."""
        for name in more:
            self(kind, name)
        return [name for name in self._seen[kind] if (kind, name) not in self._shown]


def on_paper(tables: Mapping[str, Table], ids: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """What stands beside each other on paper, in order. Yields where on the page, as `Table.on_paper`, and the ids: two
    for a pair, and one for a table that has a place to itself. Parameters: `tables` by id; `ids`, those shown."""
    for place, same in groupby(ids, key=lambda id: tables[id].on_paper):
        row = list(same)
        step = 2 if place == "par" else 1
        yield from ((place, row[at : at + step]) for at in range(0, len(row), step))


def page_values(medium: str, shared: Mapping[str, Any], faces: str, css: str, script: str = "") -> dict[str, Any]:
    """What the template gets for one medium, beside the statements.

    Parameters: as `stylesheet`; `shared`, for both media; `script`, what the page can do beside leaving it.
    """
    style, script = stylesheet(medium, faces, css), f"{SCRIPT}\n{without_remarks(script)}"
    return {
        **shared,
        "medium": medium,
        "nummer": Numbering(),
        "paa_papir": on_paper,
        **style_and_script(style, script),
    }


def _figure(
    model: Model, fid: str, shown: Mapping[str, Any], drawings: Mapping[str, str], aar: int, folder: str
) -> PageFigure:
    """A figure as the page has it, with each drawing of it that there is."""
    names = {rendering: drawn.file_name(fid, rendering, aar) for rendering in drawn.ON_PAGE}
    own = {rendering: drawings[name] for rendering, name in names.items() if name in drawings}
    return page_figure(fid, own, shown, aar, model.figurer[fid].tabell, folder)


def shared_values(
    model: Model,
    cubes: Cubes,
    config: Mapping[str, Any],
    words: Mapping[str, Mapping],
    drawings: Mapping[str, str],
) -> dict[str, Any]:
    """What the template gets whatever the medium.

    Parameters: `cubes`, what may be published; `words` with the parsed `tabeller`, `tekster` and `konfidensialitet`;
    `drawings`, SVG text by file name. `aar_i` has the last two years with numbers of each chapter, up to the edition's,
    none for a chapter that the edition does not have; `siste_aar` the last of each statistic, None for none, and
    `brudd_aar` the first years of its new ways of counting. `kapitler` are those that have numbers, `uten_tall` the
    names of the others, and `maler` the templates that they name.
    """
    aar, spraak = config["aar"], config["spraak"]
    serie, texts = (config["foerste_aar"], aar), words["tabeller"]
    years = {name: _years(rows, aar) for name, rows in cubes.items()}
    of_chapter: dict[str, set[int]] = defaultdict(set)
    for name, found in years.items():
        of_chapter[model[name].kapittel].update(found)
    shown_in = {
        fid: drawn.content(spec, cubes, texts, spraak, aar, serie)
        for fid, spec in model.figurer.items()
        if any(drawn.file_name(fid, rendering, aar) in drawings for rendering in drawn.ON_PAGE)
    }
    folder = address(config["publikasjon"], f"{posixpath.dirname(layout.PAGE)}/")
    named, told = texts["kapitler"], [name for name in config["kapitler"] if of_chapter[name]]
    built = {one.id: one for one in build_tables(model, cubes, texts, spraak, aar)}
    example = {model[name].kapittel for name, rows in cubes.items() if has_reconstructed(rows)}
    return {
        "config": config,
        "spraak": spraak,
        "kapitler": [chapter_values(name, named[name], spraak) for name in told],
        "maler": [f"{name}/{spraak}/{file}" for name in told for file in (TEXT, ABOUT)],
        "uten_tall": [named[name]["navn"] for name in config["kapitler"] if name not in told],
        "flere": {id: text for name in told for id, text in named[name].get("flere", {}).items() if id in built},
        "opphav": {
            "rekonstruert": [named[name]["navn"] for name in told if name in example],
            "virkelig": [named[name]["navn"] for name in told if name not in example],
        },
        "t": words["tekster"],
        "tegnord": {**texts["felles"], "tegn_brukt": {**texts["felles"]["tegn"], **texts["felles"]["merker"]}},
        "tabeller": built,
        "omslag": cover(shown_in.items()),
        "politikk": words["konfidensialitet"],
        "aar_i": defaultdict(list, {name: sorted(found)[-2:] for name, found in of_chapter.items()}),
        "avtale_punkter": source_points(model, cubes, aar),
        "avtale_punkter_over_tid": source_points(model, cubes, aar, over_time=True),
        "figurer": {fid: _figure(model, fid, shown, drawings, aar, folder) for fid, shown in shown_in.items()},
        "rekonstruert": any(map(has_reconstructed, cubes.values())),
        "frafall_i": lambda *statistics: about.response(model, cubes, statistics, aar),
        "ny_telling": about.counted_anew(model, cubes, spraak, aar),
        "brudd_i": lambda kapittel: about.breaks(model, cubes, kapittel, spraak, serie),
        "siste_aar": {name: max(years.get(name, ()), default=None) for name in model.statistikk},
        "brudd_aar": {name: model[name].breaks for name in cubes},
    }


def _years(rows: Sequence[Row], last: int) -> list[int]:
    """The years, up to the last, that a statistic was asked about."""
    return sorted({row["aar"] for row in rows if row["aar"] <= last and row["status"] != "ikke_spurt"})


def chapter_values(name: str, words: Mapping[str, Any], spraak: str) -> dict[str, Any]:
    """A chapter as the template sees it. Parameters: `words`, those of its folder."""
    own = {key: f"{name}/{spraak}/{file}" for key, file in (("tekst", TEXT), ("om", ABOUT))}
    return {"id": name, "navn": words["navn"], "innhold": words["innhold"], **own}


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
        "adresse": address(publikasjon),
        "datasett": Markup(schemaorg.block(described)),
    }
