"""Makes fact sheets: fills the templates of a centre or a municipality, for the page and for the PDF, with statements
that are true by construction.

What the sheets have in common – templates, words, lexicon, fonts, national numbers – is read once by
`load_sheet_maker`. `SheetMaker.make` is pure but for the drawing, and depends on nothing but what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from krisestat.base.contracts import Row
from krisestat.base.display import capitalised, numbers_in
from krisestat.base.errors import Problems
from krisestat.base.layout import PAGE, SHEETS_OUT
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.figures.svg import data_address, with_text
from krisestat.formats.download import address
from krisestat.model.declared import Cubes, Model
from krisestat.pages.evidence import Evidence
from krisestat.pages.frame import (
    SCRIPT,
    environment,
    print_faces,
    style_and_script,
    stylesheet,
    with_own,
    without_remarks,
)
from krisestat.pages.web_fonts import font_face_css
from krisestat.sheets import content, figure
from krisestat.sheets.contracts import FORM, KOMMUNE, PARTNER, PLACE
from krisestat.sheets.figure import Tegner, ticks
from krisestat.sheets.numbers import Placed, like, of_places, person_statistics
from krisestat.sheets.units import SENTER
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


@dataclass(frozen=True)
class FactSheet:
    """A fact sheet: `side`, the page, and `trykk`, the print edition that becomes the PDF."""

    side: str
    trykk: str


@dataclass(frozen=True)
class SheetNames:
    """Names in the written standard, by code: partners and forms as headers begin, partners in running text, and what
    is counted of persons."""

    instanser: Mapping[str, str]
    former: Mapping[str, str]
    i_tekst: Mapping[str, str]
    maal: Mapping[str, str]


@dataclass(frozen=True)
class SheetMaker:
    """Fills the templates, as many times as there are sheets.

    `env`, with the functions of statements; `shared`, what every sheet's templates get, and `media` what they get for
    «side» and «trykk»; `rows`, the numbers that sheets speak of; `others`, rows of `ENHETER` by sheet; `proof`, the
    template of the evidence; `lines`, which line of its template each step of the compiled templates is at, found once
    for all sheets; `styles`, the style by medium, which is checked once and takes the place of the short one that
    `media` has; the rest is what statements are made with.
    """

    env: jinja2.Environment
    shared: Mapping[str, Any]
    media: Mapping[str, Mapping[str, Any]]
    styles: Mapping[str, str]
    rows: Placed
    others: Mapping[str, Row]
    model: Model
    names: SheetNames
    lexicon: Lexicon
    words: Vocabulary
    proof: jinja2.Template
    draws: Tegner
    config: Mapping[str, Any]
    folder: str
    lines: dict[int, Any] = field(default_factory=dict)

    def make(self, enhet: Row) -> FactSheet:
        """A fact sheet.

        Parameters: `enhet`, its row of `ENHETER`. Raises `Problems` when a statement is false or unproven, or the
        template at fault.
        """
        aar, senter = self.config["aar"], self.others.get(enhet["senter_ark"], enhet)
        place = {PLACE: senter["kode"]} | ({KOMMUNE: enhet["kode"]} if enhet["slag"] != SENTER else {})
        cubes = of_places(self.rows, [*place.values(), like(enhet)])
        book = Statements(self.model, cubes, self.lexicon, aar, self.folder, self.words, place)
        book.lines = self.lines
        self.env.globals.update(book.functions())
        told = content.Told(book.data, senter["kode"], like(enhet))
        values = {**self.shared, **self.values(enhet, senter, told, cubes)}
        proof = Evidence(self.model, self.lexicon, self.shared["t"], self.proof)
        template, made = f"{self.config['spraak']}/{TEMPLATE}", {}
        for medium, own in self.media.items():
            with book.reading(f"{self.folder}/{template}"):
                marked = self.env.get_template(template).render(**values, **own)
            evidence = proof if medium == "side" else None
            whole = book.finish(marked, f"{enhet['ark']}.html", evidence)
            made[medium] = whole.replace(own["stil"], self.styles[medium], 1)
        if book.unproven:
            raise Problems([one.why for one in book.unproven.values()])
        return FactSheet(**made)

    def values(self, enhet: Row, senter: Row, told: content.Told, cubes: Cubes) -> dict[str, Any]:
        """What the templates get of one sheet, beside its statements. Parameters: `senter`, the centre's row of
        `ENHETER`; `told`, its numbers; `cubes`, all of them."""
        words, names, forms = self.shared["f"], self.names.instanser, self.names.former
        tilbud = content.services(told, names, forms)
        said = {"aar": self.config["aar"], "senter": senter["navn"]}
        persons = content.person_years(told) if enhet["slag"] == SENTER else []
        aar, own, every = content.agreement(told, enhet["kode"])
        tables = [
            *([content.partner_table(told, tilbud, names, words, **said)] if tilbud else []),
            *([content.form_table(tilbud, names, forms, words, **said)] if tilbud else []),
            *([content.person_table(told, self.names.maal, persons, words, **said)] if persons else []),
        ]
        kinds = [gruppe for gruppe in words["grupper"] if gruppe not in {one.gruppe for one in tilbud}]
        origins = {row["opphav"] for rows in cubes.values() for row in rows}
        return {
            "enhet": enhet,
            "senter": senter,
            "sted": senter["kode"],
            "kort": content.cards(
                told, tilbud, [*self.names.maal][:1] if persons else [], enhet["kode"] if own else ""
            ),
            "fordeling": {one.gruppe: content.spread(told, one.gruppe) for one in tilbud},
            "sjeldne": {one.gruppe: content.rare(told, one) for one in tilbud},
            "tilbud": tilbud,
            "uten": kinds if tilbud else [],
            "kommuner": municipality_names(senter, self.others, words["og"]),
            "har_kommuner": content.municipalities(told),
            "har_like": any(one.like for one in tilbud),
            "tabeller": {table.id: table for table in tables},
            "personer": persons,
            "aapen": told.told,
            "vis_avtale": enhet["slag"] != SENTER and self.shared["innsamling"],
            "avtale_aar": aar,
            "avtale_aapen": own,
            "avtaler_aapne": every,
            "bilde": self.picture(content.figure_content(told, tilbud, names, words), said),
            "rekonstruert": "rekonstruert" in {enhet["opphav"], *origins},
        }

    def picture(self, shown: figure.Innhold | None, told: Mapping[str, Any]) -> dict[str, Any] | None:
        """The figure, inline and as an address for the PDF; None when there is nothing to show."""
        if shown is None:
            return None
        svg = self.draws.svg(shown)
        title = self.shared["f"]["figur"]["tittel"].format(**told)
        before, after = with_text(svg, "figur", title, _SLOT).split(_SLOT)
        return {
            "tittel": title,
            "emne": title.split(". ")[0],
            "foer": Markup(before),
            "etter": Markup(after),
            "adresse": data_address(svg),
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
    )


def brief(style: str) -> Markup:
    """What stands for a style while a page is checked: the attributes that it shows to readers, and no text."""
    return Markup(f"/* {' '.join(dict.fromkeys(_SHOWN.findall(style)))} */")


def shared_words(config: Mapping[str, Any], words: Mapping[str, Any], innsamling: int) -> dict[str, Any]:
    """What the template gets whatever the sheet and the medium. Parameters: as `load_sheet_maker`; `words`, the
    parsed texts by the name of their file."""
    own, tables = words["faktaark"], words["tabeller"]
    return {
        "config": config,
        "spraak": config["spraak"],
        "t": with_own(words["tekster"], {"merknad": own["merknad"]}),
        "f": own,
        "ord_for": own["til"],
        "tegnord": tables["felles"],
        "tabellord": tables["tabeller"],
        "innsamling": innsamling,
    }


def styles_of(css: Mapping[str, str], fonts: Path) -> dict[str, str]:
    """The style of each medium. Parameters: `css`, by the name of its file."""
    faces = {"side": font_face_css(_FACES, fonts), "trykk": print_faces()}
    return {
        "side": stylesheet("side", faces["side"], css["side"] + css["faktaark"]),
        "trykk": stylesheet("trykk", faces["trykk"], css["trykk"] + css["faktaark-trykk"]),
    }


def load_sheet_maker(
    root: Path,
    config: Mapping[str, Any],
    model: Model,
    rows: Placed,
    enheter: Sequence[Row],
    innsamling: int,
    publikasjon: str,
) -> SheetMaker:
    """Templates, words, lexicon and fonts, read once.

    Parameters: `root`, the project's folder; `config`, the merged configuration; `model`, of `sheet_model`; `rows`, of
    `by_place`; `enheter`, rows of `ENHETER`; `innsamling`, the year of the newest collection of agreements, 0 for none;
    `publikasjon`, where the page of the publication lies, seen from the sheets.
    """
    templates, spraak, aar = root / "templates", config["spraak"], config["aar"]
    local, fonts = templates / spraak, root / "templates/fonts"
    words = {name: load_words(local / f"{name}.yaml") for name in ("tekster", "faktaark")}
    words["tabeller"] = load_texts(local.parent, local.name, config["kapitler"])
    own = words["faktaark"]
    css = {name: (templates / "felles" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES}
    styles = styles_of(css, fonts)
    script = f"{SCRIPT}\n{without_remarks((templates / 'felles/side.js').read_text(encoding='utf-8'))}"
    places = {"publikasjon": PAGE, "oversikt": f"{SHEETS_OUT}/index.html"}
    links = {
        "side": {"publikasjon": publikasjon, "oversikt": "index.html"},
        "trykk": {name: address(config["publikasjon"], place) for name, place in places.items()},
    }
    names = sheet_names(model, own["former"], spraak, aar)
    env = environment(templates, spraak)
    env.filters["til"] = own["til"].__getitem__
    lexicon = load_lexicon(templates / "leksikon" / f"{spraak}.yaml")
    words_known = load_vocabulary(templates / "leksikon", lexicon, model)
    empty = Statements(model, {}, lexicon, aar, str(templates), words_known)
    empty.install(env)
    with empty.reading(f"{templates}/{spraak}/{TEMPLATE}"):
        empty.check_template(env, f"{spraak}/{TEMPLATE}", {"spraak": spraak, "aapen": content.Told.told})
    for style in styles.values():
        empty.finish(f"<style>{style}</style>", "faktaark.css")
    return SheetMaker(
        env=env,
        shared=shared_words(config, words, innsamling),
        media={
            medium: {"medium": medium, "lenker": links[medium], **style_and_script(style, script), "stil": brief(style)}
            for medium, style in styles.items()
        },
        styles=styles,
        rows=rows,
        others={row["ark"]: row for row in enheter},
        model=model,
        names=names,
        lexicon=lexicon,
        words=words_known,
        proof=env.get_template("felles/belegg-ark.html.j2"),
        draws=Tegner(fonts),
        config=config,
        folder=str(templates),
    )
