"""Makes fact sheets: fills the templates of a centre or a municipality, for the page and for the PDF, with statements
that are true by construction.

What the sheets have in common – templates, words, lexicon, fonts, national numbers – is read once by
`load_sheet_maker`. `SheetMaker.make` is pure but for the drawing, and depends on nothing but what it is given.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from krisestat.base.contracts import Row
from krisestat.base.display import capitalised, listing, numbers_in
from krisestat.base.layout import PAGE, SHEETS_OUT
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.figures.svg import with_text
from krisestat.formats.download import address
from krisestat.model.declared import CodeList, Cubes, Model, Statistic, Unit, Words
from krisestat.pages.evidence import Evidence
from krisestat.pages.frame import SCRIPT, environment, print_faces, style_and_script, stylesheet
from krisestat.pages.web_fonts import font_face_css
from krisestat.sheets import content, figure
from krisestat.sheets.figure import Tegner, ticks
from krisestat.sheets.numbers import (
    ANTALL_KOMMUNER,
    FORM,
    PARTNER,
    PUNKTER,
    SAMARBEIDER,
    counted_in,
    national_rows,
    person_statistics,
    shown_statistics,
)
from krisestat.sheets.units import KOMMUNE, SENTER
from krisestat.statements.book import Statements
from krisestat.statements.lexicon import Lexicon, load_lexicon
from krisestat.statements.vocabulary import Vocabulary, load_vocabulary
from krisestat.tables.words import load_texts

TEMPLATE = "faktaark.html.j2"
# The page carries two faces: what stands in the titles' face in the publication stands in the body's here.
_FACES = tuple(face for face in design.NETTSKRIFTER if face[0] == design.SKRIFT["brodtekst"])
_SLOT = "\ue100"
_STYLES = ("side", "trykk", "faktaark", "faktaark-trykk")
_SHOWN = re.compile(r"attr\([^)]*\)")
# What is counted every year, where statements ask for this one and the one before; and what a sheet tells of the
# country.
_SERIES = ("tilbud", PARTNER)
# What the numbers count that only sheets have, and units that are called as a dimension is.
_COUNTED = {SAMARBEIDER: PARTNER, ANTALL_KOMMUNER: "kommune", PUNKTER: "punkt"}
_UNITS = {PARTNER: "partner"}
_NATIONAL = (content.COOPERATES, content.FORUM, content.WRITTEN)


@dataclass(frozen=True)
class FactSheet:
    """A fact sheet: `side`, the page, and `trykk`, the print edition that becomes the PDF."""

    side: str
    trykk: str


@dataclass(frozen=True)
class SheetNames:
    """Names in the written standard, by code: partners and forms as headers begin, partners in running text, what is
    counted of persons. And the kinds of services."""

    instanser: Mapping[str, str]
    former: Mapping[str, str]
    i_tekst: Mapping[str, str]
    maal: Mapping[str, str]
    tilbud: Sequence[str]


@dataclass(frozen=True)
class SheetMaker:
    """Fills the templates, as many times as there are sheets.

    `env`, with the functions of statements; `shared`, what every sheet's templates get, and `media` what they get for
    «side» and «trykk»; `national`, the rows on the country that sheets speak of; `proof`, the template of the evidence;
    `lines`, which line of its template each step of the compiled templates is at, found once for all sheets;
    `styles`, the style by medium, which is checked once and takes the place of the short one that `media` has; the
    rest is what statements are made with.
    """

    env: jinja2.Environment
    shared: Mapping[str, Any]
    media: Mapping[str, Mapping[str, Any]]
    styles: Mapping[str, str]
    national: Sequence[Row]
    model: Model
    names: SheetNames
    lexicon: Lexicon
    words: Vocabulary
    sources: Mapping[str, str]
    proof: jinja2.Template
    draws: Tegner
    config: Mapping[str, Any]
    folder: str
    lines: dict[int, Any] = field(default_factory=dict)

    def make(self, enhet: Row, tall: Sequence[Row], others: Mapping[str, Row]) -> FactSheet:
        """A fact sheet.

        Parameters: `enhet`, its row of `ENHETER`; `tall`, the rows of `FAKTAARK` that it may speak of; `others`, the
        rows of `ENHETER` by sheet. Raises `Problems` when a statement is false or unproven, or the template at fault.
        """
        aar = self.config["aar"]
        rows = [*self.national, *(row for row in tall if row["aar"] <= aar)]
        values = {**self.shared, **self.values(enhet, rows, others)}
        spoken = [row for row in rows if row["aar"] >= aar - 1 or counted_in(row["gruppe"]) not in _SERIES]
        book = Statements(self.model, sheet_cubes(self.model, spoken), self.lexicon, aar, self.folder, self.words)
        book.lines = self.lines
        self.env.globals.update(book.functions())
        proof = Evidence(self.model, self.lexicon, self.shared["t"], self.proof)
        template, made = f"{self.config['spraak']}/{TEMPLATE}", {}
        for medium, own in self.media.items():
            with book.reading(f"{self.folder}/{template}"):
                marked = self.env.get_template(template).render(**values, **own)
            evidence = proof if medium == "side" else None
            whole = book.finish(marked, f"{enhet['ark']}.html", self.sources, evidence)
            made[medium] = whole.replace(own["stil"], self.styles[medium], 1)
        return FactSheet(**made)

    def values(self, enhet: Row, rows: Iterable[Row], others: Mapping[str, Row]) -> dict[str, Any]:
        """What the templates get of one sheet, beside its statements. Parameters: as `make`; `rows`, all of them."""
        words, aar = self.shared["f"], self.config["aar"]
        rows = list(rows)
        tall = content.Tall({content.key_of(row): row for row in rows}, aar)
        names, forms, kinds = self.names.instanser, self.names.former, self.names.tilbud
        tilbud = content.services(tall, kinds, names, forms, self.config["foerste_aar"])
        senter = enhet if enhet["slag"] == SENTER else others.get(enhet["senter_ark"], enhet)
        told = {"aar": aar, "senter": senter["navn"]}
        persons = content.person_years(tall) if enhet["slag"] == SENTER else []
        agreement = content.agreement_year(tall)
        tables = [
            *([content.partner_table(tall, tilbud, names, words, **told)] if tilbud else []),
            *([content.form_table(tilbud, names, forms, words, **told)] if tilbud else []),
            *([content.person_table(tall, self.names.maal, persons, words, **told)] if persons else []),
        ]
        return {
            "enhet": enhet,
            "senter": senter,
            "tilbud": tilbud,
            "uten": [gruppe for gruppe in kinds if tilbud and gruppe not in {one.gruppe for one in tilbud}],
            "kommuner": municipality_names(senter, others, words["og"]),
            "har_kommuner": content.municipalities(tall),
            "har_like": any(one.like for one in tilbud),
            "tabeller": {table.id: table for table in tables},
            "personer": persons,
            "aapen": lambda maal, year: tall.told(maal, content.PERSONS, aar=year),
            "vis_avtale": enhet["slag"] == KOMMUNE and self.shared["innsamling"],
            "avtale_aar": agreement,
            "avtale_aapen": agreement and tall.told("avtale_punkter", "avtale", aar=agreement),
            "avtaler_aapne": agreement and tall.told("avtale_punkter", "avtaler_alle", aar=agreement),
            "bilde": self.picture(content.figure_content(tall, tilbud, names, words), told),
            "rekonstruert": enhet["opphav"] == "rekonstruert" or any(r["opphav"] == "rekonstruert" for r in rows),
        }

    def picture(self, shown: figure.Innhold | None, told: Mapping[str, Any]) -> dict[str, Any] | None:
        """The figure, inline and as an address for the PDF; None when there is nothing to show."""
        if shown is None:
            return None
        svg = self.draws.svg(shown)
        title = self.shared["f"]["figur"]["tittel"].format(**told)
        before, after = with_text(svg, "figur", title, _SLOT).split(_SLOT)
        data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
        return {
            "tittel": title,
            "emne": title.split(". ")[0],
            "foer": Markup(before),
            "etter": Markup(after),
            "adresse": f"data:image/svg+xml;base64,{data}",
            "bound": [*ticks(), *numbers_in([title])],
        }


def municipality_names(senter: Row, others: Mapping[str, Row], og: str) -> list[tuple[str, str, str]]:
    """The municipalities of a centre: the name of each, the address of its page if it has one, and what stands between
    it and the next.

    Parameters: `og`, the word before the last, which has a comma where a name has such a word of its own.
    """
    codes = [code for code in (senter["kommuner"] or "").split(",") if code]
    found = [others.get(f"{KOMMUNE}-{code}", {"navn": code, "ark": ""}) for code in codes]
    comma = "," if any(f" {og} " in row["navn"] for row in found) else ""
    after = [", "] * (len(found) - 2) + [f"{comma} {og} "] * (len(found) > 1) + [""] * bool(found)
    return [(row["navn"], f"{row['ark']}.html" if row["ark"] else "", s) for row, s in zip(found, after, strict=True)]


def sheet_names(model: Model, short: Mapping[str, str], spraak: str, aar: int) -> SheetNames:
    """Names in the order of their lists. Parameters: `short`, shorter names of forms."""
    partners, forms = (model[FORM].per[name] for name in (PARTNER, FORM))
    return SheetNames(
        {code: capitalised(partners.heading(code, spraak)) for code in partners.in_year(aar)},
        {code: forms.heading(code, spraak) for code in forms.koder} | dict(short),
        {code: partners.running(code, spraak) for code in partners.koder},
        {one.id: one.navn[spraak].heading for one in person_statistics(model)},
        list(model[FORM].per["tilbud"].koder),
    )


def sheet_model(model: Model, groups: Mapping[str, Mapping[str, str]], spraak: str) -> Model:
    """What the rows of the sheets count, as statistics: the group of a row is the kind of what is counted.

    Parameters: `model`, of the edition; `groups`, the names of the groups that sheets have of their own, by code.
    """
    services = model[content.COOPERATES].per["tilbud"]
    own = {code: Words(one["kort"], one["navn"]) for code, one in groups.items()}
    named = {code: services.words(code, spraak) for code in services.koder} | own
    kinds = dict.fromkeys(services.koder, "tilbud") | {code: counted_in(code) for code in groups}

    def listed(unit: str) -> CodeList:
        codes = {code: {spraak: words} for code, words in named.items() if kinds[code] == unit}
        return CodeList(_UNITS.get(unit, unit), "", {}, lambda: codes, argument="gruppe")

    units = {name: Unit(name, "institusjon", {spraak: (name,) * 4}) for name in (*_UNITS.values(), *kinds.values())}
    statistics = {
        one.id: replace(one, per={"tilbud": listed("tilbud")} | {d: c for d, c in one.per.items() if d != "tilbud"})
        for one in shown_statistics(model)
    }
    for name, kind in (_COUNTED | {one.id: "person" for one in person_statistics(model)}).items():
        unit = _UNITS.get(kind, kind)
        said = {"type": "antall", "svar": {"teller": "ja", "base": "alle"}}
        answers = model[content.COOPERATES].answers
        statistics[name] = Statistic(name, "", said, {unit: listed(kind)}, units[unit], answers)
    return replace(model, enheter={**model.enheter, **units}, statistikk=statistics)


def sheet_cubes(model: Model, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of a sheet as observations. Parameters: `model`, as `sheet_model` makes it."""
    cubes: dict[str, list[Row]] = {name: [] for name in model.statistikk}
    for row in rows:
        statistic = model[row["indikator"]]
        renamed = {statistic.kinds: row["gruppe"], "verdi": row["antall"], "nevner": row["base"]}
        cubes[statistic.id].append({**row, **renamed})
    return cubes


def brief(style: str) -> Markup:
    """What stands for a style while a page is checked: the attributes that it shows to readers, and no text."""
    return Markup(f"/* {' '.join(dict.fromkeys(_SHOWN.findall(style)))} */")


def shared_words(config: Mapping[str, Any], words: Mapping[str, Any], cubes: Cubes) -> dict[str, Any]:
    """What the template gets whatever the sheet and the medium. Parameters: as `load_sheet_maker`; `words`, the
    parsed texts by the name of their file."""
    aar, own, tables = config["aar"], words["faktaark"], words["tabeller"]
    collected = (row["aar"] for row in cubes.get("avtalepunkt", ()) if row["aar"] <= aar)
    return {
        "config": config,
        "spraak": config["spraak"],
        "t": words["tekster"] | {"merknad": own["merknad"]},
        "f": own,
        "ord_for": own["til"],
        "tegnord": tables["felles"],
        "tabellord": tables["tabeller"],
        "innsamling": max(collected, default=0),
    }


def load_sheet_maker(
    root: Path, config: Mapping[str, Any], declared: Model, cubes: Cubes, publikasjon: str
) -> SheetMaker:
    """Templates, words, lexicon and fonts, read once.

    Parameters: `root`, the project's folder; `config`, the merged configuration; `declared`, the model of its
    chapters; `cubes`, the published numbers; `publikasjon`, where the page of the publication lies, seen from the
    sheets.
    """
    templates, spraak, aar = root / "templates", config["spraak"], config["aar"]
    local, fonts = templates / spraak, root / "templates/fonts"
    words = {name: load_words(local / f"{name}.yaml") for name in ("tekster", "faktaark")}
    words["tabeller"] = load_texts(local.parent, local.name, config["kapitler"])
    own = words["faktaark"]
    css = {name: (templates / "felles" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES}
    faces = {"side": font_face_css(_FACES, fonts), "trykk": print_faces()}
    styles = {
        "side": stylesheet("side", faces["side"], css["side"] + css["faktaark"]),
        "trykk": stylesheet("trykk", faces["trykk"], css["trykk"] + css["faktaark-trykk"]),
    }
    places = {"publikasjon": PAGE, "oversikt": f"{SHEETS_OUT}/index.html"}
    links = {
        "side": {"publikasjon": publikasjon, "oversikt": "index.html"},
        "trykk": {name: address(config["publikasjon"], place) for name, place in places.items()},
    }
    names = sheet_names(declared, own["former"], spraak, aar)
    env = environment(templates, spraak)
    env.filters["kalt"] = names.i_tekst.__getitem__
    env.filters["til"] = own["til"].__getitem__
    env.filters["rekke"] = lambda texts: listing(list(texts), own["og"])
    lexicon = load_lexicon(templates / "leksikon" / f"{spraak}.yaml")
    model = sheet_model(declared, own["grupper"], spraak)
    words_known = load_vocabulary(templates / "leksikon", lexicon, model)
    empty = Statements(model, {}, lexicon, aar, str(templates), words_known)
    empty.install(env)
    with empty.reading(f"{templates}/{spraak}/{TEMPLATE}"):
        empty.check_template(env, f"{spraak}/{TEMPLATE}", {"spraak": spraak, "aapen": content.Tall.told})
    for style in styles.values():
        empty.finish(f"<style>{style}</style>", "faktaark.css")
    written = [p for name in (spraak, "felles") for p in sorted((templates / name).glob("faktaark*"))]
    return SheetMaker(
        env=env,
        shared=shared_words(config, words, cubes),
        media={
            medium: {"medium": medium, "lenker": links[medium], **style_and_script(style, SCRIPT), "stil": brief(style)}
            for medium, style in styles.items()
        },
        styles=styles,
        national=[r for r in national_rows(declared, cubes) if r["indikator"] in _NATIONAL and r["aar"] == aar],
        model=model,
        names=names,
        lexicon=lexicon,
        words=words_known,
        sources={str(p): p.read_text(encoding="utf-8") for p in written},
        proof=env.get_template("felles/belegg-liste.html.j2"),
        draws=Tegner(fonts),
        config=config,
        folder=str(templates),
    )
