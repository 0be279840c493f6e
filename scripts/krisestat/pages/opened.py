"""An edition opened for its text: its numbers, its templates, and what these are given, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment

from krisestat.agreements.answers import SOURCE
from krisestat.agreements.checklist import LIST, load_sjekkliste
from krisestat.agreements.lists import READERS
from krisestat.base.contracts import read_rows
from krisestat.base.errors import Problems
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_words
from krisestat.formats.download import read_list
from krisestat.model.contracts import KVALITET
from krisestat.model.cubes import read_cubes
from krisestat.model.declared import Model
from krisestat.model.load import load_model
from krisestat.pages import about
from krisestat.pages.frame import environment
from krisestat.pages.publication import download_values, shared_values
from krisestat.release import published
from krisestat.release.published import correction_log, load_corrections
from krisestat.statements.book import Statements
from krisestat.statements.checks import Loose
from krisestat.statements.headlines import Headline, choose, load_candidates
from krisestat.statements.lexicon import load_lexicon
from krisestat.statements.reader import CONTRADICTED, Where
from krisestat.statements.units import BY_ONE, Unit
from krisestat.tables.words import POINTS, download_words, load_texts


@dataclass(frozen=True)
class Opened:
    """An edition of one year and written standard: what is declared, the book of its statements, the environment of its
    templates with the functions, what they get whatever the medium but the headline points, and the words of its
    files."""

    model: Model
    book: Statements
    env: Environment
    values: dict[str, Any]
    words: Mapping[str, Any]

    def against(self, unit: Unit) -> str:
        """What the reader says against a unit of text at its source, «» for nothing."""
        verdicts = [self.book.reader.read(text, Where()) for text in unit.tekst.split("\n")]
        denied = [verdict for verdict in verdicts if verdict.outcome == CONTRADICTED]
        return "; ".join(denied[0].why) or "leseren sier at det ikke stemmer" if denied else ""

    def headline_points(self, templates: Path, wanted: Mapping[str, Any]) -> list[Headline]:
        """The headline points of the edition; none where they cannot be chosen: the book has why.

        Parameters: `templates`, their folder; `wanted`, how many and which, as the configuration has it. Raises
        `Problems` for a file of candidates that is none.
        """
        told = [kapittel["id"] for kapittel in self.values["kapitler"]]
        files = [templates / name / self.values["spraak"] / POINTS for name in told]
        candidates = [one for path in files if path.is_file() for one in load_candidates(path)]
        count = min(wanted["antall"], len({one.topic for one in candidates}))
        try:
            return choose(self.book, self.env, candidates, count, wanted["fest"], **self.values)
        except Problems as error:
            self.book.problems = [*error.problems]
            return []

    def unproven(self) -> dict[Unit, Loose]:
        """The sentences with numbers that the pages hold so far and the reader does not find proven, as units to be
        signed one by one as they are rendered, each with what is wrong with it."""
        return {self.unit(text, one.why.fil, one.why.sted): one for text, one in self.book.unproven.items()}

    def unit(self, text: str, fil: str, sted: str) -> Unit:
        """A rendered sentence as a unit. Parameters: `fil`, the template as the book tells it."""
        inside = Path(fil).is_relative_to(self.book.folder)
        known = f"templates/{Path(fil).relative_to(self.book.folder).as_posix()}" if inside else fil
        return Unit(known, 0, sted, self.values["spraak"], "avsnitt", BY_ONE, " ".join(text.split()))


def open_edition(inn: Files, config: Mapping[str, Any]) -> Opened:
    """Open an edition.

    Parameters: `inn`, as the stage `render` has them; `config`, the merged configuration: numbers of later years than
    its own are left out. Raises `Problems` for what is at fault in the files.
    """
    spraak, aar, serie = config["spraak"], config["aar"], (config["foerste_aar"], config["aar"])
    facts = about.accessibility(inn.tilgjengelighet, spraak)
    local = inn.templates / spraak
    model = load_model(config["kapitler"], READERS, inn.prosjekt)
    every = read_cubes(model, inn.many("utdata"))
    cubes = {name: [row for row in rows if row["aar"] <= aar] for name, rows in every.items()}
    corrected = load_corrections(model, inn.rettelser)
    held = published.run(model, cubes, serie, inn.many("publisert"), corrected)
    texts = load_texts(inn.templates, spraak, config["kapitler"])
    words = {"tabeller": texts, "nedlasting": download_words(local / "nedlasting.yaml", texts)}
    words |= {"tekster": load_words(local / "tekster.yaml"), "konfidensialitet": load_words(inn.policy)}
    drawings = {path.name: path.read_text(encoding="utf-8") for path in inn.many("figures")}
    lexicon = load_lexicon(inn.templates / "leksikon" / f"{spraak}.yaml")
    book = Statements(model, cubes, lexicon, aar, str(inn.templates))
    env = book.install(environment(inn.templates, spraak))
    values = shared_values(model, cubes, config, words, drawings)
    listed = read_list(inn.nedlasting.read_text(encoding="utf-8"))
    values |= download_values(listed, words["nedlasting"], config, values["rekonstruert"])
    values["rettelser"] = correction_log(corrected, serie, held, model, words, spraak)
    values["rettet"] = about.corrected(read_rows(inn.kvalitet, KVALITET))
    values["erklaering"] = facts
    if SOURCE in model.kilder:
        values["sjekkliste_versjon"] = load_sjekkliste(inn.codebooks / LIST.parent.name / LIST.name).versjon
    return Opened(model, book, env, values, words)
