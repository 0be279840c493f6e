"""Every statement of the real publication, put to the test in the answers themselves: as many services as its margin
says answer otherwise, everything is counted and rendered anew, and the wording must change or the build must fail.

One fewer must leave the wording true, so that the margin is exact. What happens is told, statement by statement, with
`pytest -rP tests/statements/test_mutation.py`.
"""

import contextlib
import inspect
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from krisestat.base.errors import Problems
from krisestat.base.frames import read_frame
from krisestat.base.yaml_files import load_yaml
from krisestat.build.edition import open_edition
from krisestat.model.count import count
from krisestat.model.declared import Cubes
from krisestat.model.disclosure import disclose
from krisestat.pages import about, publication
from krisestat.pages import frame as pages_frame
from krisestat.pages.keyfigures import key_figures
from krisestat.statements.book import Statements
from krisestat.statements.cells import cells_of
from krisestat.statements.headlines import choose, load_candidates
from krisestat.statements.record import FACTS
from krisestat.tables.words import download_words
from tests.support.model import edition_texts
from tests.support.project import PROJECT
from tests.support.statement_pages import CUBES, MODEL, NB

pytestmark = pytest.mark.thorough

TEMPLATES = PROJECT / "templates"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
SURVEY = "samarbeid"
YES_FROM, NO = ("nei", "vet_ikke", "ubesvart", "ikke_spurt"), "nei"


class Edition:
    """The edition of the configuration, from answers to text, in memory. The numbers of other sources than the survey
    are those that are published."""

    def __init__(self, committed: Path):
        with contextlib.chdir(PROJECT):
            edition = open_edition(".", {})
        self.config, self.aar = edition.config, edition.aar
        clear, self.asked = committed / "klargjort", MODEL.kilder[SURVEY]
        self.units = read_frame(clear / f"{SURVEY}-enheter.csv", self.asked.units)
        self.answers = {
            aar: read_frame(clear / f"{SURVEY}_p{aar}.csv", self.asked.contract).astype({"svar": object})
            for aar in edition.years
        }
        self.counted = [one for one in MODEL.of_source(SURVEY) if not one.panel]
        self.words = {"tabeller": edition_texts(), "tekster": load_yaml(TEMPLATES / "nb" / "tekster.yaml")[0]}
        self.policy = load_yaml(PROJECT / "data" / "raw" / "codebooks" / "konfidensialitet.yaml")[0]
        self.words["konfidensialitet"] = self.policy
        self.files = download_words(TEMPLATES / "nb" / "nedlasting.yaml", edition_texts())
        files = [TEMPLATES / name / "nb/hovedpunkter.yaml" for name in self.config["kapitler"]]
        self.candidates = [one for path in files if path.is_file() for one in load_candidates(path)]
        self.environment = pages_frame.environment(TEMPLATES, "nb")
        self.cubes = {**CUBES, **self._count(self.answers)}

    def _count(self, years: Mapping) -> Cubes:
        units = self.units[self.units["aar"].isin(years)]
        found = count(self.counted, self.asked, years.values(), units).cubes
        return disclose(MODEL, found, self.policy)

    def changed(self, cell: Mapping, by: int) -> Cubes:
        """The numbers when `by` more (fewer, if negative) answered yes to what the cell counts."""
        statistic, codes, aar = MODEL[cell["statistikk"]], cell["koder"], cell["aar"]
        if statistic.kilde != SURVEY:
            (own,) = (c for c in cells_of(MODEL, {statistic.id: CUBES[statistic.id]}) if c.key == cell["celle"])
            other = own.flipped(by)
            assert other is not None, "so many cannot say otherwise"
            said = {"verdi": other.verdi, **(dict(other.svar) if statistic.others else {})}
            rows = [row | said if statistic.cell(row) == own.key else row for row in CUBES[statistic.id]]
            return {**self.cubes, statistic.id: rows}
        svar = self.answers[aar].copy()
        mine = svar["sporsmaal"] == statistic.svar.get("sporsmaal", statistic.id)
        for column, code in {**codes, **statistic.svar.get("der", {})}.items():
            mine &= svar[column] == code
        who = self.asked.enhet[0]
        by_service = svar[mine].groupby(who, observed=True)["svar"].agg(list)
        said_yes = [service for service, answers in by_service.items() if "ja" in answers]
        others = [service for service in by_service.index if service not in said_yes]
        others.sort(key=lambda service: min(YES_FROM.index(answer) for answer in by_service[service]))
        moved = (others if by > 0 else said_yes)[: abs(by)]
        assert len(moved) == abs(by), "so many services cannot answer otherwise"
        for service in moved:
            own = svar.index[mine & (svar[who] == service)]
            svar.loc[own[:1] if by > 0 else own, "svar"] = "ja" if by > 0 else NO
        anew = self._count({aar: svar})
        rest = {name: [row for row in self.cubes[name] if row["aar"] != aar] for name in anew}
        return {**self.cubes, **{name: [*rest[name], *rows] for name, rows in anew.items()}}

    def book(self, cubes: Cubes) -> Statements:
        """An empty book on these numbers."""
        return Statements(MODEL, cubes, NB, self.aar)

    def page(self, cubes: Cubes) -> Statements:
        """The book of the page that these numbers give. Drawings are left out: they say nothing in words."""
        book = self.book(cubes)
        env = book.install(self.environment)
        drawings = dict.fromkeys((f"{fid}.svg" for fid in MODEL.figurer), DRAWING)
        shared = publication.shared_values(MODEL, cubes, self.config, self.words, drawings)
        shared |= {"rettelser": {"poster": []}, "rettet": about.corrected(()), "sjekkliste_versjon": 1}
        shared["faktaark"] = True
        shared |= publication.download_values([], self.files, self.config, True)
        wanted = self.config["hovedpunkter"]
        chosen = choose(book, env, self.candidates, wanted["antall"], wanted["fest"], **shared)
        shared["hovedpunkter"] = [headline.text for headline in chosen]
        told, cards = [chapter["id"] for chapter in shared["kapitler"]], self.config["noekkeltall"]
        numbers = [one for one in MODEL.noekkeltall if one.kapittel in told]
        shared["noekkeltall"] = key_figures(book, numbers, shared["t"]["kort"], cards["antall"], cards["fest"])
        values = publication.page_values("side", shared, "", "")
        book.finish(book.render(env, "nb/utgave.html.j2", **values), "index.html")
        return book


@pytest.fixture(scope="module")
def edition(committed) -> Edition:
    return Edition(committed)


@pytest.fixture(scope="module")
def published(edition) -> Statements:
    return edition.page(edition.cubes)


@pytest.fixture(scope="module")
def evidence(published) -> list[dict]:
    return published.evidence()


def places(entry: Mapping) -> set[tuple[str, str]]:
    return {(place["mal"], f"linje {place['linje']}") for place in entry["steder"]}


def at(cubes: Cubes, cell: Mapping) -> Mapping:
    """The observation of a cell of the evidence."""
    statistic = MODEL[cell["statistikk"]]
    (row,) = (row for row in cubes[statistic.id] if statistic.cell(row) == cell["celle"])
    return row


def with_other_answers(edition: Edition, cell: Mapping, by: int) -> list[dict] | Problems:
    """The evidence of the page when `by` more services are counted in a cell, or why it does not build."""
    cubes = edition.changed(cell, by)
    after = at(cubes, cell)
    assert (after["verdi"], after.get("nevner")) == (cell["verdi"] + by, cell["nevner"])
    try:
        return edition.page(cubes).evidence()
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
    known = {*inspect.signature(function).parameters, *MODEL[given["statistikk"]].per}
    return function(**{name: value for name, value in given.items() if name in known})


def test_one_fewer_leaves_the_wording_true_wherever_they_answer_otherwise(edition, evidence):
    cubes = edition.cubes
    claims = {}
    for entry in (e for e in evidence if e["margin"] and e["margin"]["sentre"] > 1):
        claims.setdefault((entry["funksjon"], entry["ord"], str(entry["spoerring"])), entry)
    assert len(claims) >= 8
    tried = 0
    for entry in claims.values():
        for cell, sign in product(entry["celler"], (-1, 1)):
            by, row = sign * (entry["margin"]["sentre"] - 1), at(cubes, cell)
            rest = row.get("nei", (row.get("nevner") or row["verdi"]) - row["verdi"])
            if row.get("nevner") is not None and not (0 <= row["verdi"] + by <= row["nevner"] and rest >= by):
                continue
            other = row | {"verdi": row["verdi"] + by} | ({"nei": rest - by} if "nei" in row else {})
            name = cell["statistikk"]
            book = edition.book({**cubes, name: [other if r is row else r for r in cubes[name]]})
            tried += 1
            if entry["funksjon"] != "instanser":
                asked_again(book, entry)
                continue
            # House style may leave a partner out that the word is still true of.
            before, asked = asked_again(edition.book(cubes), entry).koder, entry["spoerring"]
            listed = next(
                d for d in reversed(cell["koder"]) if not isinstance(asked.get(d, ""), str) or asked.get(d) == "alle"
            )
            query = {d: asked[d] for d in ("statistikk", *cell["koder"], "aar") if d in asked} | {listed: before}
            if "ord" in asked:
                held = book.gjelder(**query, ord=asked["ord"], fra=asked.get("fra"))
            else:
                held = set(before) <= set(asked_again(book, entry).koder)
            assert held, (entry["id"], cell["celle"], by)
    print(f"{len(claims)} påstander, {tried} endringer: alle fortsatt sanne")
    assert tried >= 200
