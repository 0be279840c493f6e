"""Every statement of the real publication, put to the test in the answers themselves: as many services as its margin
says answer otherwise, everything is counted and rendered anew, and the wording must change or the build must fail.

One fewer must leave the wording true, so that the margin is exact. What happens is told, statement by statement, with
`pytest -rP tests/statements/test_mutation.py`.
"""

import contextlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from krisestat.agreements.names import load_names

from krisestat.base.contracts import read_rows
from krisestat.base.errors import Problems
from krisestat.base.frames import read_frame
from krisestat.base.yaml_files import load_yaml
from krisestat.build.edition import open_edition
from krisestat.model.bridge import cubes_of, national_rows
from krisestat.model.contracts import AGGREGERT, KLARGJORT, PERSONER_UTDATA, TILBUD, TILBUD_PER_AAR, UTDATA
from krisestat.model.count import aggregated_rows, count_indicator
from krisestat.model.disclosure import ALLE, LAND, disclose
from krisestat.model.units import GRUPPE
from krisestat.pages import about, publication
from krisestat.pages import frame as pages_frame
from krisestat.statements.book import Statements
from krisestat.statements.cells import cells_by_key
from krisestat.statements.checks import load_allowed
from krisestat.statements.headlines import choose, load_candidates
from krisestat.statements.lexicon import load_lexicon
from krisestat.statements.record import FACTS
from tests.support.downloads import MODEL
from tests.support.project import PROJECT

pytestmark = pytest.mark.thorough

TEMPLATES = PROJECT / "templates"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
YES_FROM, NO = ("nei", "vet_ikke", "ubesvart", "ikke_spurt"), "nei"
QUESTIONS = {"samarbeid": "samarbeid", "samarbeidsform": "samarbeidsform", "forum": "forum"}
QUESTIONS["skriftlig_noen"] = "samarbeidsform"
KEY = ("indikator", "gruppe", "instans", "samarbeidsform", "aar")


@dataclass(frozen=True)
class Answers:
    """What all services answered, and the municipal source, as the stage `clean` gives them; and published counts of
    persons and of agreements, whose raw rows are another stage's."""

    svar: pd.DataFrame
    tilbud: pd.DataFrame
    kostra: pd.DataFrame
    persons: tuple[Mapping, ...]
    agreements: tuple[Mapping, ...]

    def changed(self, cell: Mapping, by: int) -> "Answers":
        """The same, but `by` more services (fewer, if negative) answered yes to what the cell counts."""
        if cell["gruppe"] == "kommuner":
            kostra = self.kostra.copy()
            mine = (kostra["aar"] == cell["aar"]) & (kostra["instans"] == cell["instans"])
            assert mine.sum() == 1
            kostra.loc[mine, "antall"] += by
            return replace(self, kostra=kostra)
        if cell["gruppe"] == GRUPPE:
            mine = [row for row in self.agreements if key_of(row) == cell["celle"]]
            assert len(mine) == 1
            other = cells_by_key(mine)[tuple(mine[0][c] for c in KEY)].flipped(by)
            assert other is not None, "so many agreements cannot say otherwise"
            counts = {name: getattr(other, name) for name in ("antall", "nei", "vet_ikke", "ubesvart", "ikke_spurt")}
            counts["andel"] = str(other.share)
            changed = [row | counts if row is mine[0] else row for row in self.agreements]
            return replace(self, agreements=tuple(changed))
        if cell["gruppe"] == "personer":
            key = {"maal": cell["indikator"], "aar": cell["aar"], "gruppe": ALLE, "senter_id": LAND}
            mine = [row for row in self.persons if key.items() <= row.items()]
            assert len(mine) == 1
            changed = [row | {"antall": row["antall"] + by} if row is mine[0] else row for row in self.persons]
            return replace(self, persons=tuple(changed))
        svar = self.svar.copy()
        form = "skriftlig_avtale" if cell["indikator"] == "skriftlig_noen" else cell["form"]
        mine = (svar["aar"] == cell["aar"]) & (svar["tilbud"] == cell["gruppe"])
        mine &= svar["sporsmaal"] == QUESTIONS[cell["indikator"]]
        for column, code in (("instans", cell["instans"]), ("samarbeidsform", form)):
            if code:
                mine &= svar[column] == code
        by_service = svar[mine].groupby("senter_id")["svar"].agg(list)
        said_yes = [service for service, answers in by_service.items() if "ja" in answers]
        others = [service for service in by_service.index if service not in said_yes]
        others.sort(key=lambda service: min(YES_FROM.index(answer) for answer in by_service[service]))
        moved = (others if by > 0 else said_yes)[: abs(by)]
        assert len(moved) == abs(by), "so many services cannot answer otherwise"
        for service in moved:
            own = svar.index[mine & (svar["senter_id"] == service)]
            svar.loc[own[:1] if by > 0 else own, "svar"] = "ja" if by > 0 else NO
        return replace(self, svar=svar)


class Edition:
    """The edition of the configuration, from answers to text, in memory."""

    def __init__(self, committed: Path):
        with contextlib.chdir(PROJECT):
            edition = open_edition(".", {})
            self.codebook = load_names(Path("data/raw/codebooks"))
        self.config, self.aar = edition.config, edition.aar
        clear = committed / "klargjort"
        yearly = [read_frame(clear / f"samarbeid_p{aar}.csv", KLARGJORT) for aar in edition.years]
        self.answers = Answers(
            pd.concat(yearly, ignore_index=True),
            read_frame(clear / f"tilbud_{edition.period}.csv", TILBUD_PER_AAR),
            pd.DataFrame(read_rows(clear / f"{edition.aggregated[0].path.stem}.csv", AGGREGERT)),
            tuple(read_rows(PROJECT / "tests" / "eksempel" / "personer.csv", PERSONER_UTDATA)),
            tuple(read_rows(PROJECT / "tests" / "eksempel" / "avtaler.csv", UTDATA)),
        )
        self.lexicon = load_lexicon(TEMPLATES / "leksikon" / "nb.yaml")
        self.words = {name: load_yaml(TEMPLATES / "nb" / f"{name}.yaml")[0] for name in ("tabeller", "tekster")}
        self.policy = load_yaml(PROJECT / "data" / "raw" / "codebooks" / "konfidensialitet.yaml")[0]
        self.words["konfidensialitet"] = self.policy
        self.files = load_yaml(TEMPLATES / "nb" / "nedlasting.yaml")[0]
        self.candidates = load_candidates(TEMPLATES / "nb" / "hovedpunkter.yaml")
        self.allowed = load_allowed(TEMPLATES / "nb" / "tillatt.yaml")
        self.environment = pages_frame.environment(TEMPLATES, "nb")
        self.counted = {
            (aar, tilbud): self._count(self.answers, aar, tilbud)
            for aar, tilbud in sorted(set(self.answers.svar[["aar", "tilbud"]].itertuples(index=False, name=None)))
        }

    def _count(self, answers: Answers, aar: int, tilbud: str) -> list[dict]:
        svar, services = (
            frame[(frame["aar"] == aar) & (frame["tilbud"] == tilbud)] for frame in (answers.svar, answers.tilbud)
        )
        declared = self.codebook.indikatorer.items()
        return [row for name, what in declared for row in count_indicator(svar, services, name, what)]

    def rows(self, answers: Answers, aar: int = 0, tilbud: str = "") -> list[dict]:
        """Counts of the answers; only those of a year and a group are counted anew, if given."""
        counted = self.counted | ({(aar, tilbud): self._count(answers, aar, tilbud)} if tilbud else {})
        rows = [row for part in counted.values() for row in part] + aggregated_rows(answers.kostra.to_dict("records"))
        declared = {**self.codebook.indikatorer, **self.codebook.aggregerte}
        public = disclose(rows, declared, self.policy)
        return [*public, *answers.agreements, *national_rows(answers.persons, self.aar)]

    def book(self, rows: list[dict]) -> Statements:
        """An empty book on these counts."""
        return Statements(rows, self.codebook, self.lexicon, self.aar)

    def page(self, rows: list[dict]) -> Statements:
        """The book of the page that these counts give. Drawings are left out: they say nothing in words."""
        book = self.book(rows)
        env = book.install(self.environment)
        drawings = dict.fromkeys((f"{fid}.svg" for fid in MODEL.figurer), DRAWING)
        counts = [row for row in rows if not row["gruppe"].startswith("personer")]
        cubes = cubes_of(MODEL, counts, self.answers.persons)
        shared = publication.shared_values(MODEL, cubes, self.config, self.words, drawings)
        shared |= {"rettelser": {"poster": []}, "rettet": about.corrected(()), "sjekkliste_versjon": 1}
        shared |= publication.download_values([], self.files, self.config, True)
        wanted = self.config["hovedpunkter"]
        chosen = choose(book, env, self.candidates, wanted["antall"], wanted["fest"], **shared)
        shared["hovedpunkter"] = [headline.text for headline in chosen]
        values = publication.page_values("side", shared, "", "")
        book.finish(book.render(env, "nb/publikasjon.html.j2", **values), "index.html", self.allowed)
        return book


@pytest.fixture(scope="module")
def edition(committed) -> Edition:
    return Edition(committed)


@pytest.fixture(scope="module")
def published(edition) -> Statements:
    return edition.page(edition.rows(edition.answers))


@pytest.fixture(scope="module")
def evidence(published) -> list[dict]:
    return published.evidence()


def places(entry: Mapping) -> set[tuple[str, str]]:
    return {(place["mal"], f"linje {place['linje']}") for place in entry["steder"]}


def key_of(row: Mapping) -> str:
    return "/".join(str(row[c]) for c in KEY)


def with_other_answers(edition: Edition, cell: Mapping, by: int) -> list[dict] | Problems:
    """The evidence of the page when `by` more services are counted in a cell, or why it does not build."""
    aar, tilbud = (cell["aar"], cell["gruppe"]) if cell["gruppe"] in TILBUD else (0, "")
    rows = edition.rows(edition.answers.changed(cell, by), aar, tilbud)
    (after,) = [r for r in rows if key_of(r) == cell["celle"]]
    assert (after["antall"], after["base"]) == (cell["antall"] + by, cell["base"])
    try:
        return edition.page(rows).evidence()
    except Problems as error:
        return error


def section(evidence: list[dict], entry: Mapping) -> set[str]:
    """The sentences that stand in the same sections as a statement."""
    sections = {place["seksjon"] for place in entry["steder"]}
    return {p["setning"] for e in evidence for p in e["steder"] if p["seksjon"] in sections}


def outcome(entry: Mapping, before: list[dict], after: list[dict] | Problems) -> str:
    """What became of a statement: «overlever» when the same words, about the same, stand in the same place."""
    if isinstance(after, Problems):
        own = [p for p in after.problems if (p.fil, p.sted) in places(entry)]
        return f"stopper: {own[0].fant}" if own else f"stopper et annet sted: {after}"
    here = [e for e in after if e["funksjon"] == entry["funksjon"] and places(e) & places(entry)]
    same = [e for e in here if e["spoerring"] == entry["spoerring"]]
    if entry["tekst"] in [e["tekst"] for e in same] or section(before, entry) == section(after, entry):
        return "overlever"
    if same:
        return f"ny ordlyd: «{same[0]['tekst']}»"
    return "gjelder nå noe annet" if here else "borte: en annen setning er valgt"


def test_the_page_has_many_statements_and_only_facts_have_no_margin(evidence):
    assert len([e for e in evidence if e["margin"]]) >= 50
    assert {e["funksjon"] for e in evidence if not e["margin"]} <= FACTS


def test_every_statement_falls_when_as_many_answer_otherwise_as_its_margin_says(edition, evidence):
    pages: dict[tuple, list[dict] | Problems] = {}
    told = []
    for entry in (e for e in evidence if e["margin"]):
        by = entry["margin"]["endring"]
        assert abs(by) == entry["margin"]["sentre"]
        (cell,) = [c for c in entry["celler"] if c["celle"] == entry["margin"]["celle"]]
        if (cell["celle"], by) not in pages:
            pages[cell["celle"], by] = with_other_answers(edition, cell, by)
        told.append((f"{entry['id']}: {cell['celle']} {by:+d}", outcome(entry, evidence, pages[cell["celle"], by])))
    alive = [t for t in told if t[1] == "overlever" or "et annet sted" in t[1]]
    print(f"{len(told) - len(alive)} av {len(told)} falt, {len(alive)} overlevde ({len(pages)} sider bygd på nytt)")
    print(*(f"{statement} – {what}" for statement, what in told), sep="\n")
    assert not alive


def asked_again(book: Statements, entry: Mapping):
    """The same call on another book, with the word of the statement held; raises `Unproven` when it is false."""
    function = getattr(book, entry["funksjon"])
    given = entry["spoerring"] | ({"ord": entry["ord"]} if entry["ord"] else {})
    if isinstance(given.get("mot"), list):
        given |= {"mot": given["mot"][0]}
    return function(**{name: value for name, value in given.items() if name in inspect.signature(function).parameters})


def test_one_fewer_leaves_the_wording_true_wherever_they_answer_otherwise(edition, evidence):
    rows = edition.rows(edition.answers)
    place = {key_of(row): number for number, row in enumerate(rows)}
    claims = {}
    for entry in (e for e in evidence if e["margin"] and e["margin"]["sentre"] > 1):
        claims.setdefault((entry["funksjon"], entry["ord"], str(entry["spoerring"])), entry)
    assert len(claims) >= 8
    tried = 0
    for entry in claims.values():
        for cell, sign in product(entry["celler"], (-1, 1)):
            by, row = sign * (entry["margin"]["sentre"] - 1), rows[place[cell["celle"]]]
            if row["base"] is not None and not (0 <= row["antall"] + by <= row["base"] and row["nei"] >= by):
                continue
            other = row | {"antall": row["antall"] + by, "nei": row["base"] and row["nei"] - by}
            book = edition.book([other if r is row else r for r in rows])
            tried += 1
            if entry["funksjon"] != "instanser":
                asked_again(book, entry)
                continue
            # House style may leave a partner out that the word is still true of.
            before, asked = asked_again(edition.book(rows), entry).koder, entry["spoerring"]
            query = {name: asked.get(name) for name in ("indikator", "gruppe", "form", "aar")}
            if "ord" in asked:
                held = book.gjelder(**query, instans=before, ord=asked["ord"], fra=asked.get("fra"))
            else:
                held = set(before) <= set(asked_again(book, entry).koder)
            assert held, (entry["id"], cell["celle"], by)
    print(f"{len(claims)} påstander, {tried} endringer: alle fortsatt sanne")
    assert tried >= 200
