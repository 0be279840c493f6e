"""Stage `reports`: each agreement's coded answers become a report to its parties, as a page and as a PDF; one page for
each county and one for all of them.

The reports are for the parties and the directorate, and are not published. All PDFs are set in one process, and kept by
what they are made of, so that only those of changed agreements are set again. The finished files are looked through as
`audit` looks through the edition, before any of them is written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from krisestat.agreements.assess import assessment_day, load_regler
from krisestat.agreements.check import load_oppslag
from krisestat.agreements.checklist import IKKE_SPURT, PUNKTSVAR, load_sjekkliste
from krisestat.agreements.legal_basis import laws_read, load_endringer, load_lovgrunnlag
from krisestat.agreements.lists import READERS
from krisestat.agreements.municipalities import county_names, load_kommuner
from krisestat.agreements.page_data import leaf_titles
from krisestat.agreements.papers import Block, both_papers, docx, put_beside, read_export
from krisestat.agreements.report import (
    Avtale,
    Dekning,
    Grunnlag,
    agreement_report,
    collect,
    counties,
    county_coverage,
    earlier,
    summary,
    visible,
)
from krisestat.audit.secrets import Secrets, look_through, own_contacts, published_numbers
from krisestat.base.contracts import Row, read_rows, write_all
from krisestat.base.display import NBSP, listing, number
from krisestat.base.errors import ProblemList, shown
from krisestat.base.files import Files
from krisestat.base.store import fetch, keep
from krisestat.base.yaml_files import load_words
from krisestat.figures import design
from krisestat.model.codebooks import CODEBOOKS
from krisestat.model.config import load_config
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, AVTALER_KARANTENE
from krisestat.model.cubes import read_cubes
from krisestat.model.load import load_model
from krisestat.model.policy import load_policy
from krisestat.model.register import REGISTER
from krisestat.pages.frame import SEARCH, environment, long_date, print_faces, style_and_script, stylesheet
from krisestat.pages.kept_pdf import KEPT, pdf_key, tools_digest
from krisestat.pages.pdf import glyphs, typeset_all
from krisestat.pages.web_fonts import font_face_css
from krisestat.statements.sources import REPORTS, refuse_unsigned

LOG = logging.getLogger(__name__)

REPORT, SET_ASIDE, LIST = "felles/avtalerapport.html.j2", "felles/avtalekarantene.html.j2", "felles/avtaleliste.html.j2"
PAPER = "felles/avtalepapir.html.j2"
_COLUMNS_OF_ANSWERS = 4


def page_environment(templates: Path, words: Mapping[str, Any], spraak: str) -> jinja2.Environment:
    """The environment of `krisestat.pages.frame` with what the reports need.

    Parameters: `templates`, the folder; `words`, the parsed avtaler.yaml; `spraak`, the written standard. `trygg` shows
    text from a form, with the characters that the medium has (`tegn`); `fyll` fills the braces of a text of our own;
    `antall` counts something in words.
    """
    env = environment(templates, spraak)

    @jinja2.pass_context
    def safe(context: jinja2.runtime.Context, text: str) -> str:
        return visible(text, context["tegn"])

    def counted(n: int, what: str) -> str:
        one, more = words["antall"][what]
        return f"{number(n)}{NBSP}{one if n == 1 else more}"

    env.filters["trygg"] = safe
    env.filters["fyll"] = lambda text, **values: str(text).format(**values)
    env.filters["rekke"] = lambda names: listing(list(names), words["og"])
    env.filters["i_tabell"] = lambda key, table: table.get(key, key)
    env.filters["liten_forbokstav"] = lambda text: text[:1].lower() + text[1:]
    env.globals["antall"] = counted
    return env


def shown_answers(rows: Sequence[Dekning]) -> list[str]:
    """The answers that get a column in a table: all, but `ikke_spurt` only when it stands somewhere."""
    return [svar for svar in PUNKTSVAR if svar != IKKE_SPURT or any(row.antall[svar] for row in rows)]


def free_texts(told: Mapping[str, Any]) -> list[str]:
    """Every text of a report that people have written."""
    leaves = [leaf for _, leaves in told["svar"] for leaf in leaves] + told["utgaatt"]
    own = [told["avtale"][part] or "" for part in ("navn", "krisesenter", "fil")]
    return [*own, *(text for leaf in leaves for text in (leaf.henvisning, leaf.merknad))]


def _once() -> Callable[[Callable[[], str]], str]:
    """What writes the content of a report the first time that it is asked to, and says the same again."""
    kept: list[str] = []

    def content(write: Callable[[], str]) -> str:
        if not kept:
            kept.append(write())
        return kept[0]

    return content


def medium_values(medium: str, faces: str, css: Sequence[str], script: str, letters: Container[str] | None) -> dict:
    """What every template gets for one medium. Parameters: as `pages.stylesheet`; `letters`, the characters that it
    has, all when none are given."""
    style = stylesheet(medium, faces, "\n".join(css))
    return {"medium": medium, **style_and_script(style, script), "tegn": letters}


def set_pdfs(texts: Mapping[str, str], fonts: Path, store: Path) -> dict[str, bytes]:
    """The PDF of each print edition, from the store where it has been set before.

    Parameters: `texts`, HTML by name; `fonts`, the folder of TTF files; `store`, the folder of those that are kept.
    """
    tools = tools_digest(fonts)
    keys = {name: pdf_key(tools, text) for name, text in texts.items()}
    kept = {name: data for name in texts if (data := fetch(store, name, keys[name])) is not None}
    new = typeset_all({name: text for name, text in texts.items() if name not in kept}, fonts)
    for name, data in new.items():
        keep(store, name, keys[name], data, KEPT)
    LOG.info("%d rapporter satt som PDF, %d hentet fra lageret", len(new), len(kept))
    return kept | new


@dataclass(frozen=True)
class ReportMaker:
    """Fills the templates.

    `env`, from `page_environment`; `shared`, what every template gets; `media`, what it gets for «side» and «trykk»,
    and `search` for a page with the search in it; `words` and `ord`, the parsed avtaler.yaml and sjekkliste.yaml; `by`,
    what agreements are assessed by.
    """

    env: jinja2.Environment
    shared: Mapping[str, Any]
    media: Mapping[str, Mapping[str, Any]]
    search: Mapping[str, Any]
    words: Mapping[str, Any]
    ord: Mapping[str, Any]
    by: Grunnlag

    def both(self, template: str, opphav: str, texts: Sequence[str], **values: Any) -> dict[str, str]:
        """A report in both media. Parameters: `opphav`, of its form; `texts`, what people have written in it."""
        made, found = self.env.get_template(template), {}
        content = _once()
        for medium, own in self.media.items():
            unseen = any(visible(text, own["tegn"]) != text for text in texts)
            said = {**self.shared, **own, **values, "en_gang": _once() if unseen else content, "uleselig": unseen}
            found[medium] = made.render(**said, rekonstruert=opphav == "rekonstruert")
        return found

    def report(self, one: Avtale, before: Avtale | None) -> dict[str, str]:
        """The report on an agreement. Parameters: `before`, the same agreement in the collection before."""
        told = agreement_report(one, before, self.by)
        return self.both(REPORT, one.rad["opphav"], free_texts(told), **told, vis=shown_answers(told["dekning"]))

    def paper(self, one: Avtale, work: Mapping[str, str]) -> tuple[str, bytes]:
        """The paper for the council and the draft of the agreement, as HTML for the PDF and as DOCX. Parameters:
        `work`, what is to be done with the agreement."""
        spraak, title = self.by.spraak, f"{self.ord['skript']['papir']['sak']}. {one.rad['navn']}"
        blocks = both_papers(one, work, self.by, self.ord, lambda iso: long_date(iso, spraak))
        values = {**self.shared, **self.media["trykk"], "deler": blocks, "tittel": title}
        html = self.env.get_template(PAPER).render(**values, rekonstruert=one.rad.get("opphav") == "rekonstruert")
        return html, docx(blocks, title, self.shared["config"]["publikasjon"]["utgiver"], spraak)

    def set_aside(self, row: Row, opphav: str) -> dict[str, str]:
        """What stands in the place of a report when the form is not used. Parameters: `row`, of `AVTALER_KARANTENE`."""
        return self.both(SET_ASIDE, opphav, [row["grunn"], row["bestemt_av"] or ""], rad=row)

    def no_paper(self, row: Row, opphav: str) -> tuple[str, bytes]:
        """The same for a form that is not used: why it is not. Parameters: as `set_aside`."""
        own = self.words["karantene"]
        title, html = own["tittel"].format(id=row["avtale_id"]), self.set_aside(row, opphav)["trykk"]
        blocks = [Block("h1", (title,)), Block("p", (own["ingress"],)), Block("p", (row["grunn"],))]
        return html, docx(blocks, title, self.shared["config"]["publikasjon"]["utgiver"], self.by.spraak)

    def listing(self, searched: bool, reconstructed: bool, **values: Any) -> str:
        """A page of agreements. Parameters: `searched`, whether one can search in it."""
        own = self.search if searched else self.media["side"]
        texts = {"intern": self.words["intern_liste"], "merknad": self.words["merknad"]["lang_liste"]}
        return self.env.get_template(LIST).render(
            **{**self.shared, **own, **texts, **values}, rekonstruert=reconstructed
        )


def lists(
    maker: ReportMaker, current: Mapping[str, Avtale], aside: Sequence[Row], opphav: Container[str]
) -> dict[str, str]:
    """The page of all agreements and one for each county of the edition's year, by file name.

    Parameters: `current`, the agreements of the newest collection; `aside`, rows of its forms that are not used;
    `opphav`, where its forms come from.
    """
    by, reconstructed = maker.by, "rekonstruert" in opphav
    lines = {id: summary(one, by) for id, one in current.items()}
    places = {id: counties(one.rad, by) for id, one in current.items()}
    names = county_names(by.kommuner, by.aar) if current or aside else {}
    inside = {nr: [lines[id] for id in lines if nr in places[id]] for nr in names}
    whole: dict[str, Any] = {"dekning": [], "vis": [], "karantene": [], "fylker": []}
    pages = {}
    for nr, name in names.items():
        rows = county_coverage(inside[nr], by.liste) if inside[nr] else []
        told = {"linjer": inside[nr], "fylke": name, "dekning": rows, "vis": shown_answers(rows)}
        pages[f"fylke-{nr}.html"] = maker.listing(False, reconstructed, **(whole | told))
    told = {"linjer": list(lines.values()), "fylke": "", "karantene": list(aside)}
    counties_of_all = [(nr, names[nr], len(inside[nr])) for nr in names]
    index = maker.listing(bool(lines), reconstructed, **(whole | told | {"fylker": counties_of_all}))
    return {**pages, "index.html": index}


def load_grunnlag(root: Path, config: Mapping[str, Any], dato: str) -> Grunnlag:
    """What agreements are assessed by on a day (ISO). Parameters: `root`, the project's folder; `config`, as `run`."""
    lover, whole, spraak = load_lovgrunnlag(root=root), load_sjekkliste(root=root), config["spraak"]
    earlier_versions = [load_sjekkliste(versjon=number, root=root) for number in sorted(whole.versjoner)[:-1]]
    return Grunnlag(
        liste=whole if config["avtaler"]["tillegg"] else load_sjekkliste(tillegg=False, root=root),
        lover=lover,
        endringer=load_endringer(whole.by_id, root),
        lest=laws_read(root),
        regler=load_regler(whole.by_id, lover, root),
        kommuner=load_kommuner(root / "data/raw/register"),
        dato=dato,
        aar=config["aar"],
        spraak=spraak,
        titler={id: title for one in [*earlier_versions, whole] for id, title in leaf_titles(one, spraak).items()},
    )


def load_report_maker(root: Path, config: Mapping[str, Any], innsamling: int, by: Grunnlag) -> ReportMaker:
    """Templates, words, style and fonts, read once. Parameters: as `run`; `by`, what agreements are assessed by."""
    templates, fonts = root / "templates", root / "templates/fonts"
    words, ord = (load_words(templates / by.spraak / f"{name}.yaml") for name in ("avtaler", "sjekkliste"))
    css = {
        name: (templates / "felles" / f"{name}.css").read_text(encoding="utf-8")
        for name in ("side", "trykk", "avtaler", "avtaler-trykk")
    }
    faces = font_face_css(design.NETTSKRIFTER, fonts)
    on_page = (faces, (css["side"], css["avtaler"]))
    return ReportMaker(
        env=page_environment(templates, words, by.spraak),
        shared={
            "config": config,
            "spraak": by.spraak,
            "t": words,
            "ord": ord,
            "lover": by.lover,
            "versjon": by.liste.versjon,
            "vurdert": by.dato,
            "intern": words["intern"],
            "merknad": words["merknad"]["lang"],
            "kolonner": _COLUMNS_OF_ANSWERS,
            "aar": innsamling,
            "en_gang": lambda write: write(),
        },
        media={
            "side": medium_values("side", *on_page, "", None),
            "trykk": medium_values("trykk", print_faces(), (css["trykk"], css["avtaler-trykk"]), "", glyphs(fonts)),
        },
        search=medium_values("side", *on_page, SEARCH, None),
        words=words,
        ord=ord,
        by=by,
    )


def run(inn: Files, ut: Files, innsamling: int, skjemaer: Mapping[str, str], config: Mapping[str, Any]) -> None:
    """Make the reports of the newest collection, a page for each county and one for all.

    Parameters: `inn`, `avtaler`, `punkter` and `karantene`, tables of the stage `agreements` (contracts AVTALER,
    AVTALEPUNKTER, AVTALER_KARANTENE), `statistikk`, the true numbers, `utdata`, the published ones,
    `policy`, and `lager`, where PDFs are kept; `ut`, `rapporter`, by the name of each; `innsamling`, the year of the
    newest collection, 0 when there is none; `skjemaer`, where the form of each agreement in it comes from, used or not;
    `config`, the merged configuration. Raises `Problems` with the faults of the list, the rules or the registers, for
    everything the typesetter warned about, for everything that a report reveals of persons, and for a text that nobody
    stands for (`signaturer`, the register); then nothing is written.
    """
    refuse_unsigned(inn, config, REPORTS)
    years = collect(read_rows(inn.avtaler, AVTALER), read_rows(inn.punkter, AVTALEPUNKTER))
    current = years.get(innsamling, {})
    aside = {row["avtale_id"]: row for row in read_rows(inn.karantene, AVTALER_KARANTENE) if row["aar"] == innsamling}
    problems = ProblemList()
    for id in sorted({*skjemaer} ^ {*current, *aside}):
        found = f"{shown(id)}, som ikke er i både kilde.yaml og tabellene"
        fix = "Slett tabellen, og bygg på nytt."
        problems.add(inn.avtaler, "", found, "alle skjemaene i den nyeste innsamlingen, og ingen andre", fix)
    problems.raise_if_any()
    by = load_grunnlag(inn.prosjekt, config, assessment_day(innsamling))
    maker = load_report_maker(inn.prosjekt, config, innsamling, by)
    made = {id: maker.report(one, earlier(years, one.rad)) for id, one in current.items()}
    made |= {id: maker.set_aside(row, skjemaer[id]) for id, row in aside.items()}
    papers = {f"{id}-papir": maker.paper(one, {}) for id, one in current.items()}
    papers |= {f"{id}-papir": maker.no_paper(row, skjemaer[id]) for id, row in aside.items()}
    texts = {id: one["trykk"] for id, one in made.items()} | {name: html for name, (html, _) in papers.items()}
    pdfs = set_pdfs(texts, inn.fonts, inn.lager / "avtalerapporter")
    overviews = lists(maker, current, list(aside.values()), set(skjemaer.values()))
    pages = {f"{id}.html": one["side"] for id, one in made.items()} | overviews
    files = {**{name: text.encode("utf-8") for name, text in pages.items()}, **{f"{id}.pdf": pdfs[id] for id in pdfs}}
    model = load_model(config["kapitler"], READERS)
    known = published_numbers(model, {str(path): path.read_text(encoding="utf-8") for path in inn.many("utdata")})
    secrets = Secrets(
        model, read_cubes(model, inn.many("statistikk")), known, load_policy(inn.policy, model, inn.prosjekt)
    )
    look_through({f"avtaler/{name}": data for name, data in files.items()}, secrets, own_contacts(config), problems)
    problems.raise_if_any()
    # what stands in them is what stands in the PDFs, which were looked through
    files |= {f"{name}.docx": data for name, (_, data) in papers.items()}
    write_all({ut.folder("rapporter") / name: data for name, data in files.items()})


def paper(fil: Path, root: Path) -> str:
    """Make the papers of one export of the checklist's page, beside it. Parameters: `fil`, the JSON file; `root`, the
    project's folder. Returns what was made. Raises `Problems` with the faults of the file."""
    oppslag = load_oppslag(root / CODEBOOKS, root / REGISTER, root / "templates")
    one, work, spraak = read_export(fil, oppslag, laws_read(root))
    config = load_config(root / "config.yaml", root, {"spraak": spraak})
    by = load_grunnlag(root, config, laws_read(root))
    store = root / "results/.lager"
    html, data = load_report_maker(root, config, by.aar, by).paper(one, work)
    name = f"{fil.stem}-papir"
    pdf = set_pdfs({name: html}, root / "templates/fonts", store / "avtalerapporter")[name]
    return put_beside(fil, {f"{name}.docx": data, f"{name}.pdf": pdf})
