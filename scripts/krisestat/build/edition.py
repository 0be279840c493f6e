"""What the Snakefile needs to know of an edition before any job runs: its configuration, years, sources and folders.

Light: read at every start of Snakemake, also when there is nothing to do.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from os.path import relpath
from pathlib import Path
from typing import Any

from krisestat.agreements.answers import SOURCE
from krisestat.agreements.assess import RULEBOOK
from krisestat.agreements.checklist import LIST
from krisestat.agreements.collections import COLLECTIONS, Innsamling, load_innsamlinger
from krisestat.agreements.legal_basis import LAWS
from krisestat.agreements.lists import READERS
from krisestat.agreements.municipalities import MUNICIPALITIES, county_names, load_kommuner
from krisestat.base import layout
from krisestat.base.contracts import read_rows
from krisestat.base.errors import ProblemList, Problems, told
from krisestat.figures.content import ON_PAGE, TO_SHARE, TO_TAKE, file_name
from krisestat.formats.download import PackageFiles, package_files
from krisestat.intake.sources import SURVEY, Source, load_sources
from krisestat.model.codebooks import ANSWERS, columns_file
from krisestat.model.config import REVIEWERS, load_config, period, years
from krisestat.model.contracts import KVALITET
from krisestat.model.declared import STANDARDS, Model, Statistic
from krisestat.model.disclosure import POLICY
from krisestat.model.load import SHEETS, declared_files, load_model
from krisestat.model.policy import load_policy
from krisestat.model.quality import checks_of, confirmed
from krisestat.model.register import REGISTER, load_register, register_files
from krisestat.model.signatures import FILE, Signatures, load_signatures
from krisestat.sheets.units import batch_count, told_by_place
from krisestat.tables.words import WORDS, check_words, word_files

# The stages of an edition, in the order of their rules, and those beside it. Those of the agreements between
# municipalities, and those of the fact sheets, are there where its chapters declare what they are made of.
STAGES = (
    *("clean", "agreements", "compute", "draw", "package", "render", "prove", "typeset"),
    *("checklist", "forms", "audit"),
)
BESIDE = ("compare", "reports")
SHEET_STAGES = ("sheet_data", "sheets", "sheet_index", "sheet_audit")
AGREEMENT_STAGES = ("agreements", "checklist", "forms", "reports")
# Pages beside the publication, by how the names of their templates begin: the reviewer's, those on agreements, the fact
# sheets, and those of the site that editions stand on.
REVIEW_PAGES = ("endringer", "etterproving", "kvalitet")
AGREEMENT_PAGES = ("avtale", "sjekkliste")
SHEET_PAGES = ("faktaark", "arkoversikt")
SITE_PAGES = ("nettsted",)
# What a fact sheet has of the frame of every page.
_SHEET_FRAME = ("dokument.html.j2", "belegg.html.j2", "belegg-ark.html.j2", "side.css", "side.js", "trykk.css")


@dataclass(frozen=True)
class Edition:
    """One edition.

    `config` is the merged configuration; `aar`, `years` (the series, first to last) and `period` («p2015-2020») come
    from it; `model` is what its chapters declare; `sources` are the yearly raw files, `finished` the finished tables by
    the names that declarations have for them, and `collections` the filled forms on agreements, by year; `results` is
    where outputs go; `sheet_settings`, how the fact sheets are made;
    `against`, the folder of a run to compare with, «» when none is; `root` is the project's folder; `waiting`, the
    years of a survey that is not here yet, when only the filled forms of the year can be built.
    """

    config: dict
    aar: int
    years: list[int]
    period: str
    sources: list[Source]
    model: Model
    finished: dict[str, Source]
    collections: list[Innsamling]
    results: str
    sheet_settings: dict
    root: Path
    against: str = ""
    waiting: tuple[int, ...] = ()

    @cached_property
    def statistics(self) -> list[str]:
        """The statistics that have data for the edition's years, in order."""
        return [name for name, one in self.model.statistikk.items() if self._has_data(one)]

    def _has_data(self, statistic: Statistic) -> bool:
        """Whether a statistic's source has one of the edition's years: the period of a finished table stands in the
        name of its file."""
        if statistic.tabell:
            period = self.finished[statistic.kilde].period
            return not period or (period[0] <= self.aar and self.years[0] <= period[-1])
        return statistic.kilde == SURVEY or any(self.years[0] <= one.aar for one in self.collections)

    @property
    def from_tables(self) -> list[str]:
        """Those of the statistics that come from finished tables."""
        return [name for name in self.statistics if self.model[name].tabell]

    @property
    def received(self) -> list[Path]:
        """The raw files whose cells are kept as received."""
        return [source.path for source in (*self.sources, *self.finished.values())]

    @property
    def declarations(self) -> list[str]:
        """What says which statistics there are, and what everything is called."""
        lists = [LIST, LAWS] if self.with_agreements else []
        divides = (codes for one in self.model.statistikk.values() for codes in one.per.values())
        lists += register_files()[:1] if any(codes.read_names for codes in divides) else []
        return [str(path) for path in (*declared_files(self.config["kapitler"]), *lists)]

    @property
    def sheet_declarations(self) -> list[str]:
        """What says which statistics fact sheets have, and what everything on them is called."""
        own = [*declared_files([SHEETS])[1:], *register_files(), *MUNICIPALITIES]
        return list(dict.fromkeys([*self.declarations, *map(str, own)]))

    @property
    def sheet_statistics(self) -> list[str]:
        """The statistics that fact sheets tell by place. Ends the program with code 1 and the fault on the terminal if
        the policy that names them cannot be read."""
        if not self.with_survey:
            return []
        with told("faktaark"):
            model = load_model([*self.config["kapitler"], SHEETS], READERS, self.root)
            return told_by_place(model, load_policy(self.root / POLICY, model, self.root)["faktaark"]["indikatorer"])

    @property
    def with_survey(self) -> bool:
        """Whether its chapters count answers of the survey."""
        return SURVEY in self.model.kilder

    @property
    def with_agreements(self) -> bool:
        """Whether its chapters count forms on agreements between municipalities."""
        return SOURCE in self.model.kilder

    @property
    def columns(self) -> list[str]:
        """The codebooks of the yearly files."""
        return [str(ANSWERS), *(str(columns_file(aar)) for aar in self.years)] if self.with_survey else []

    @property
    def templates(self) -> list[str]:
        """What the reviewer's pages are made of: all texts in the written standard, its lexicon, the layout."""
        spraak = self.config["spraak"]
        folders = [spraak, "felles", *(f"{name}/{spraak}" for name in self.config["kapitler"])]
        own = {path for folder in folders for path in (self.root / "templates" / folder).iterdir()}
        own |= {path for page in REVIEW_PAGES for path in (self.root / "templates" / REVIEWERS).glob(f"{page}.*")}
        own.add(self.root / "templates" / REVIEWERS / "tekster.yaml")
        lexicon = self.root / "templates" / "leksikon" / f"{self.config['spraak']}.yaml"
        return [
            str(p.relative_to(self.root))
            for p in [*sorted(own), lexicon]
            if not p.name.startswith((*AGREEMENT_PAGES, *SHEET_PAGES, *SITE_PAGES))
        ]

    @property
    def page_templates(self) -> list[str]:
        """What the publication is made of: the same without the texts of the reviewer's pages."""
        names = (self.config["spraak"], "felles", "leksikon", *self.config["kapitler"])
        own = tuple(f"templates/{folder}/" for folder in names)
        return [n for n in self.templates if n.startswith(own) and not Path(n).name.startswith(REVIEW_PAGES)]

    @property
    def words(self) -> list[str]:
        """What the tables are called, and the words of the chapters."""
        return [str(path) for path in word_files(self.config["kapitler"], self.config["spraak"])]

    @property
    def checklist(self) -> list[str]:
        """What the checklist for agreements says: its points, the legal basis, the rules, the municipalities."""
        return [str(path) for path in (LIST, LAWS, RULEBOOK, *MUNICIPALITIES)]

    @property
    def checklist_words(self) -> list[str]:
        """What answers and target groups are called, in both written standards: forms are read by them."""
        return [f"templates/{standard}/sjekkliste.yaml" for standard in STANDARDS]

    @property
    def checklist_templates(self) -> list[str]:
        """What the checklist's page and forms are made of."""
        words = [*self.checklist_words, f"templates/{self.config['spraak']}/tekster.yaml"]
        frame = [
            f"templates/felles/{name}"
            for name in ("dokument.html.j2", "avtalelov.html.j2", "side.css", "side.js", "trykk.css")
        ]
        own = sorted((self.root / "templates" / "felles").glob("sjekkliste*"))
        return [*words, *frame, *(str(path.relative_to(self.root)) for path in own)]

    @property
    def checklist_config(self) -> dict:
        """The settings that the checklist depends on."""
        kept = {name: self.config[name] for name in ("aar", "spraak", "publikasjon", "hjelp")}
        return {**kept, "avtaler": {"tillegg": self.config["avtaler"]["tillegg"]}}

    @property
    def assessed(self) -> dict[str, str]:
        """Where the form of each agreement in the newest collection comes from, by its id; none before the first."""
        return {form.id: form.opphav for form in self.collections[-1].skjemaer} if self.collections else {}

    @property
    def report_files(self) -> list[str]:
        """The reports on agreements: each as a page and as a PDF, a page for each county, and one for all."""
        counties = county_names(load_kommuner(self.root / REGISTER), self.aar) if self.collections else ()
        names = [f"{id}.{kind}" for id in self.assessed for kind in ("html", "pdf")]
        names += [f"{id}-papir.{kind}" for id in self.assessed for kind in ("docx", "pdf")]
        names += [*(f"fylke-{nr}.html" for nr in counties), "index.html"]
        return [f"{self.results}/avtaler/{name}" for name in names]

    @property
    def report_templates(self) -> list[str]:
        """What the reports on agreements are made of."""
        words = [f"templates/{self.config['spraak']}/{name}.yaml" for name in ("avtaler", "sjekkliste")]
        own = sorted((self.root / "templates" / "felles").glob("avtale*"))
        styles = [f"templates/felles/{name}.css" for name in ("side", "trykk")]
        return [*words, *styles, *(str(path.relative_to(self.root)) for path in own)]

    @property
    def report_config(self) -> dict:
        """The settings that the reports on agreements depend on."""
        told = ("utgiver", "kontakt", "utgave", "sist_oppdatert")
        publisher = {name: self.config["publikasjon"][name] for name in told}
        names = ("aar", "spraak", "kapitler", "avtaler", "hjelp")
        return {**{name: self.config[name] for name in names}, "publikasjon": publisher}

    @property
    def with_sheets(self) -> bool:
        """Whether the fact sheets that are asked for are part of the edition: all of them, where it has them."""
        return self.sheet_settings["med"] and not self.sheet_settings["utvalg"]

    @property
    def stages(self) -> list[str]:
        """The rules in their order: those that the edition is made by, its manifest, and those beside it."""
        of_edition, beside = (SHEET_STAGES, ()) if self.with_sheets else ((), SHEET_STAGES)
        lacking = {*(() if self.with_agreements else AGREEMENT_STAGES), *(() if self.with_survey else SHEET_STAGES)}
        every = (*STAGES, *of_edition, "manifest", *BESIDE, *beside)
        return [stage for stage in every if stage not in lacking]

    @property
    def sheet_work(self) -> str:
        """What the fact sheets are made of: all of them, or some in a folder of their own, so that the others stay."""
        return f"{self.results}/{layout.SOME_SHEETS if self.sheet_settings['utvalg'] else layout.SHEETS}"

    @property
    def sheets(self) -> str:
        """Where the fact sheets go: with the edition when they are part of it, or else beside it."""
        return f"{self.results}/{layout.SHEETS_OUT}" if self.with_sheets else self.sheet_work

    @property
    def sheet_folders(self) -> list[str]:
        """Where fact sheets may lie, when they are all of the edition or some, but for those that it no longer has."""
        places = (layout.SHEETS, layout.SOME_SHEETS, *([layout.SHEETS_OUT] if self.with_sheets else ()))
        return [f"{self.results}/{place}" for place in places if self.with_survey]

    @property
    def page_from_sheets(self) -> str:
        """The publication's page as a fact sheet links to it."""
        return relpath(f"{self.results}/{layout.PAGE}", self.sheets)

    def sheet_list(self, _wildcards: object) -> list[str]:
        """The list of the fact sheets that are part of the edition. Snakemake asks when the manifest is asked for. Ends
        the program with code 1 and the fault on the terminal if the edition has them, and only some are asked for, or
        if its survey is not here."""
        with told("publikasjonen"):
            load_sources(self.waiting, self.root)
        if self.sheet_settings["med"] and (some := self.sheet_settings["utvalg"]):
            problems, wanted = ProblemList(), "alle faktaarkene, som er en del av utgaven"
            fix = "Bygg utgaven uten «utvalg»."
            problems.add("config.yaml", "«faktaark: utvalg:»", f"bare {', '.join(some)}", wanted, fix)
            with told("faktaark"):
                problems.raise_if_any()
        return [f"{self.sheets}/faktaark.json"] if self.with_sheets else []

    def sheet_batches(self, _wildcards: object) -> list[str]:
        """The batches of fact sheets. Snakemake asks when the sheets are asked for, and not before: the registers are
        read for it. Ends the program with code 1 and every fault on the terminal if they cannot be."""
        with told("faktaark"):
            count = len(self.sheet_settings["utvalg"]) or len(load_kommuner(self.root / REGISTER).in_year(self.aar))
            if not self.sheet_settings["utvalg"]:
                count += len({id for id, _ in load_register(self.root / REGISTER, [self.aar]).services(self.aar)})
        batches = batch_count(count, self.sheet_settings["bunt"])
        return [f"{self.sheet_work}/.bunter/bunt-{number:03}.zip" for number in range(1, batches + 1)]

    @property
    def sheet_templates(self) -> list[str]:
        """What the fact sheets are made of."""
        spraak, folder = self.config["spraak"], self.root / "templates"
        own = [path for name in (spraak, "felles") for path in sorted((folder / name).glob("faktaark*"))]
        own.append(folder / SHEETS / spraak / WORDS)
        shared = [*self.words, *(f"templates/{spraak}/{name}" for name in ("hjelp.html.j2", "tekster.yaml"))]
        shared += [f"templates/leksikon/les_{spraak}.yaml", f"templates/leksikon/{spraak}.yaml"]
        frame = [f"templates/felles/{name}" for name in _SHEET_FRAME]
        return [*(str(path.relative_to(self.root)) for path in own), *shared, *frame]

    @property
    def sheet_index_templates(self) -> list[str]:
        """What the page of the fact sheets is made of."""
        own = [f"templates/{self.config['spraak']}/{name}" for name in ("arkoversikt.yaml", "tekster.yaml")]
        own.append(f"templates/{self.config['spraak']}/hjelp.html.j2")
        frame = ("arkoversikt.html.j2", "arkoversikt.css", "dokument.html.j2", "side.css")
        return [*own, *(f"templates/felles/{name}" for name in frame)]

    @property
    def earlier(self) -> list[str]:
        """The files of the run to compare with."""
        return sorted(str(path) for path in Path(self.against).rglob("*") if path.is_file()) if self.against else []

    @property
    def downloads(self) -> PackageFiles:
        """The files for download, and their list; tables that have data alone."""
        ids = [name for name, spec in self.model.tabeller.items() if {*spec.av} & {*self.statistics}]
        return package_files(ids, self.aar, f"{self.results}/")

    @property
    def figures(self) -> list[str]:
        """The figures that have data."""
        return [name for name, spec in self.model.figurer.items() if spec.av.id in self.statistics]

    @property
    def drawings(self) -> list[str]:
        """The figures as they stand in the page, wide and narrow."""
        names = [file_name(fid, rendering, self.aar) for fid in self.figures for rendering in ON_PAGE]
        return [f"{self.results}/{layout.DRAWINGS}/{name}" for name in names]

    @property
    def figure_pages(self) -> list[str]:
        """The page of each figure, beside the files to take away."""
        return [f"{self.results}/{layout.FIGURES}/{fid}.html" for fid in self.figures]

    @property
    def figure_files(self) -> list[str]:
        """The figures to take away, beside the page that links to them."""
        names = [file_name(fid, rendering, self.aar) for fid in self.figures for rendering in TO_TAKE]
        return [f"{self.results}/{layout.FIGURES}/{name}" for name in names]

    @property
    def shared_pictures(self) -> list[str]:
        """The pictures beside links to the pages of the figures."""
        names = [file_name(fid, TO_SHARE, self.aar) for fid in self.figures]
        return [f"{self.results}/{layout.FIGURES}/{name}" for name in names]


def open_edition(root: str, overrides: Mapping) -> Edition:
    """The edition that `config.yaml` and the command line ask for.

    Parameters: `root`, the project's folder; `overrides`, what `--config` gave. Raises `Problems` with the faults of
    the configuration or of a source's manifest.
    """
    folder = Path(root)
    given = dict(overrides)
    # What to compare with says nothing of the edition, and must not make its stages run again.
    against = str(given.pop("mot", ""))
    config = load_config(folder / "config.yaml", folder, given)
    config["kapitler"], waiting = _here(config, folder)
    problems = ProblemList()
    model = Model({}, {}, {}, {}, {})
    try:
        model = load_model(config["kapitler"], READERS, folder)
        tables = {name: (spec, model[spec.av[0]].enhet) for name, spec in model.tabeller.items()}
        check_words(folder, config["kapitler"], config.get("maalformer", STANDARDS), tables)
    except Problems as error:
        problems.extend(error)
    problems.raise_if_any()
    yearly = years(config) if SURVEY in model.kilder else []
    sources = load_sources([*yearly, *model.tables], folder)
    collections = load_innsamlinger(config["aar"], folder) if SOURCE in model.kilder else []
    _refuse_lacking(config, model)
    # How the sheets are made says nothing of what the edition tells.
    sheet_settings = config.pop("faktaark", {"med": False, "bunt": 50, "utvalg": []})
    edition = Edition(
        config=config,
        aar=config["aar"],
        years=years(config),
        period=period(config),
        sources=sources[: len(yearly)],
        model=model,
        finished=dict(zip(model.tables, sources[len(yearly) :], strict=True)),
        collections=collections,
        results=f"{layout.RESULTS}/{config['publikasjon']['utgave']}",
        sheet_settings=sheet_settings,
        root=folder,
        against=against,
        waiting=waiting,
    )
    if not edition.statistics:
        found, wanted = f"bare kapitler uten tall for {edition.aar} eller årene før", "minst ett kapittel med tall"
        problems.add("config.yaml", "nøkkelen «kapitler»", found, wanted, "Rett «aar», eller ta med et annet kapittel.")
    problems.raise_if_any()
    return edition


def _refuse_lacking(config: Mapping[str, Any], model: Model) -> None:
    """Raise `Problems` if settings lack that the chapters need, or speak of what they do not have."""
    problems = ProblemList()
    if SOURCE in model.kilder and "avtaler" not in config:
        wanted, fix = "dagen avtalene vurderes for, og om tilleggene er med", "Skriv dem, eller ta kapittelet ut."
        problems.add("config.yaml", "", f"ingen nøkkel «avtaler», men et kapittel med «{SOURCE}»", wanted, fix)
    if SURVEY not in model.kilder and config.get("faktaark", {}).get("med"):
        wanted = f"et kapittel med kilden «{SURVEY}», som faktaarkene er laget av"
        problems.add("config.yaml", "«faktaark: med:»", "true", wanted, "Skriv «med: false», eller ta kapittelet med.")
    problems.raise_if_any()


def _here(config: Mapping, root: Path) -> tuple[list[str], tuple[int, ...]]:
    """The chapters that can be built, and the years that the others wait for: in a year that has filled forms but no
    survey, those of the forms alone. Parameters: `config`, the merged configuration."""
    chapters, aar = config["kapitler"], str(config["aar"])
    if (root / "data/raw" / aar).is_dir() or not (root / COLLECTIONS / aar).is_dir():
        return chapters, ()
    of_forms = [name for name in chapters if [*load_model([name], READERS, root).kilder] == [SOURCE]]
    return (of_forms, tuple(years(config))) if of_forms else (chapters, ())


def tell_results(edition: Edition, made: Collection[str]) -> None:
    """Tell the terminal where that lies which was asked for, and how to make the rest.

    Parameters: `made`, the rules whose outputs are there and up to date; what another build made may be old.
    """
    title = edition.config["publikasjon"]["tittel"]
    found = {
        "Legges ut": ("manifest", f"{layout.OUT}/"),
        "Nettside": ("render", layout.PAGE),
        "PDF": ("typeset", layout.PDF),
        "Hovedpunkter": ("render", layout.HEADLINES),
        "Tabeller": ("package", f"{layout.TABLES}/"),
        "Figurer": ("draw", f"{layout.FIGURES}/"),
        "Nedlasting": ("package", f"{layout.DOWNLOADS}/"),
        "Etterprøving": ("prove", "etterproving/index.html"),
        "Sjekkliste": ("checklist", layout.CHECKLIST_PAGE),
        "Avtaler": ("reports", "avtaler/index.html"),
    }
    print(f"\nFerdig: {title} {edition.aar}", file=sys.stderr)
    results = edition.root / edition.results
    for what, (rule, place) in found.items():
        if rule in made:
            print(f"  {what + ':':<14}{edition.results}/{place}", file=sys.stderr)
    if "sheet_index" in made:
        listing = edition.root / edition.sheets / "faktaark.json"
        count = len(json.loads(listing.read_text(encoding="utf-8"))["ark"])
        print(f"  {'Faktaark:':<14}{count} ark: {edition.sheets}/index.html", file=sys.stderr)
    if "prove" in made:
        files = [results / file for file in layout.CHECKS[: 1 + edition.with_agreements]]
        checks = [check for file in files for check in checks_of(read_rows(file, KVALITET))]
        signed = load_signatures(edition.root / FILE, edition.root) or Signatures()
        warnings = sum(check.open for check in confirmed(checks, signed.bekreftet))
        told = f"{len(checks)} kontroller, {warnings} {'advarsel' if warnings == 1 else 'advarsler'}"
        print(f"  {'Kvalitet:':<14}{told}: {edition.results}/etterproving/kvalitet.html", file=sys.stderr)
    rest = {
        "manifest": "publikasjonen («make publication»)",
        "reports": "rapporter om avtaler («make avtaler»)",
        "sheet_audit": "faktaark («make faktaark»)",
    }
    if left := [how for rule, how in rest.items() if rule in edition.stages and rule not in made]:
        print(f"  {'Ikke med:':<14}{', '.join(left)}. Alt: «make alt».", file=sys.stderr)


def failure(edition: Edition) -> None:
    """Tell the terminal that the build stopped, and what became of the results."""
    print(
        "\nBygget stoppet. Feilene står over og i logs/, med hva du kan gjøre.\n"
        f"Det som lå i {edition.results}/ fra forrige vellykkede kjøring av et steg, er urørt.",
        file=sys.stderr,
    )
