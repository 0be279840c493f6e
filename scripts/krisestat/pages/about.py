"""What the edition says about itself: the part «Om statistikken», which has headings that it may not lack and numbers
that come from the data, and the accessibility statement, which is made from what was tested and what is known to be
wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from krisestat.base.contracts import Row
from krisestat.base.display import number, numbers_in, year_range
from krisestat.base.errors import ProblemList
from krisestat.base.modules import PROJECT
from krisestat.base.yaml_files import check_schema, load_yaml
from krisestat.model.config import localised
from krisestat.model.declared import Cubes, Model, words
from krisestat.tables.words import WORDS

SCHEMA = Path("workflow/schemas/tilgjengelighet.schema.yaml")

REQUIRED = {
    "definisjoner": "definisjoner",
    "navn": "navnet på statistikken",
    "ansvarlig": "hvem som er ansvarlig",
    "hyppighet": "hvor ofte den kommer",
    "regionalt-nivaa": "regionalt nivå",
    "formaal": "formål",
    "brukere": "brukere",
    "likebehandling": "likebehandling av brukerne",
    "annen-statistikk": "forholdet til annen statistikk",
    "lovgrunnlag": "lovgrunnlag",
    "omfang": "omfang",
    "kilder": "kilder og innsamling",
    "kontroll": "kontroll og retting",
    "beregning": "beregning",
    "konfidensialitet": "konfidensialitet",
    "sammenlikning": "sammenlikning over tid",
    "feilkilder": "feilkilder",
    "revisjon": "revisjon",
}
"""What «Om statistikken» must tell of: the id of the heading, without «om-», and what is told under it. The list is
that of Statistics Norway's documentation of a statistic."""

_HEADINGS = (
    re.compile(r'<h[2-6] id="om-([\w-]+)"[^>]*>(.*?)</h[2-6]>(.*?)(?=<h[2-6]|</section>)', re.S),
    re.compile(r'<dt id="om-([\w-]+)"[^>]*>(.*?)</dt>(.*?)(?=<dt|</dl>)', re.S),
)
_LINE = re.compile(r'<li><a href="#([^"]+)">[^<]*</a></li>\n')
_TAG = re.compile(r"<[^>]*>|\s+|&nbsp;")


def check_required(html: str, files: Sequence[str]) -> None:
    """Hold that «Om statistikken» has every mandatory heading, with a text under it.

    Parameters: `html`, the finished page; `files`, those of the chapters, where it can be written. Raises `Problems`
    with all that lack.
    """
    problems = ProblemList()
    hits = [hit for pattern in _HEADINGS for hit in pattern.finditer(html)]
    found = {hit[1]: (_TAG.sub("", hit[2]), _TAG.sub("", hit[3])) for hit in hits}
    for key, what in REQUIRED.items():
        heading, told = found.get(key, ("", ""))
        if not heading or not told:
            problems.add(
                ", ".join(files),
                f"«om-{key}»",
                f"overskriften «{heading}» uten tekst under" if heading else "ingen overskrift med denne id-en",
                f"{what}, som «Om statistikken» må si noe om",
                f'Skriv teksten i en av filene, etter {{% elif del == "{key}" %}}.',
            )
    problems.raise_if_any()


def contents(html: str, chapters: Sequence[Mapping[str, Any]], sources: Mapping[str, str]) -> str:
    """A page whose list of contents has the parts that stand on it: one of what was not asked about is left out.

    Parameters: `html`, the page as it is rendered; `chapters`, with `id` and `innhold`; `sources`, the text of each
    template by its path. Raises `Problems` with every line of a part that the text of its chapter never has.
    """
    problems, there = ProblemList(), set(re.findall(r'\sid="([^"]+)"', html))
    for chapter in chapters:
        (path, text), *_ = [(p, t) for p, t in sources.items() if p.endswith(chapter["tekst"])]
        for id in (id for id in chapter["innhold"] if id not in there and f'id="{id}"' not in text):
            place, fix = f"innhold.{id}", f'Rett id-en, eller skriv <section id="{id}" …> i {path}.'
            problems.add(str(Path(path).with_name(WORDS)), place, "en linje uten noen del", "id-en til en del", fix)
    problems.raise_if_any()
    return _LINE.sub(lambda hit: hit[0] if hit[1] in there else "", html)


def response(model: Model, cubes: Cubes, statistics: Iterable[str], aar: int) -> dict[str, Any]:
    """How many of the questions of some statistics were answered in a year, as texts; `svart` is per cent."""
    total = missing = unsure = 0
    for one in map(model.statistikk.__getitem__, statistics):
        roles = one.answers.roller if one.answers else {}
        for row in cubes[one.id]:
            if row["aar"] == aar and row["nevner"]:
                total += row["nevner"]
                missing += sum(row[name] or 0 for name in one.others if roles.get(name) == "taus")
                unsure += row.get("vet_ikke") or 0
    told = {"ubesvart": number(missing), "vet_ikke": number(unsure), "spurt": number(total)}
    told["svart"] = number(Fraction(100 * (total - missing), total), 1) if total else ""
    return {**told, "bound": numbers_in(told.values())}


def corrected(checks: Iterable[Row]) -> dict[str, Any]:
    """How many answers were corrected and how many records set aside, as texts. Parameters: rows of `KVALITET`."""
    kinds = [row["kontroll"] for row in checks]
    told = {"rettelse": number(kinds.count("rettelse")), "karantene": number(kinds.count("karantene"))}
    return {**told, "bound": numbers_in(told.values())}


def breaks(model: Model, cubes: Cubes, kapittel: str, spraak: str, serie: tuple[int, int]) -> list[dict[str, Any]]:
    """The questions of a chapter that were not asked in some years of the series, with those years: a question as a
    whole, or about one code when it was asked of others.

    Parameters: `spraak`, the written standard; `serie`, first and last year. A question was not asked in a year when
    nobody was asked it.
    """
    gaps = {}
    for one in (one for one in model.statistikk.values() if one.kapittel == kapittel and one.svar and not one.panel):
        rows = [row for row in cubes.get(one.id, ()) if serie[0] <= row["aar"] <= serie[1]]
        asked = {row["aar"] for row in rows if row["status"] != "ikke_spurt"}
        if rows:
            gaps[one.navn[spraak].heading] = {*range(serie[0], serie[1] + 1)} - asked
        for name, codes in one.per.items():
            for code in codes.in_order(row[name] for row in rows):
                about = {row["aar"] for row in rows if row[name] == code and row["status"] != "ikke_spurt"}
                gaps[codes.heading(code, spraak)] = gaps.get(codes.heading(code, spraak), set()) | (asked - about)
    told = {heading: year_range(years) for heading, years in gaps.items() if years}
    return [{"hva": heading, "aar": years, "bound": numbers_in([years])} for heading, years in told.items()]


def counted_anew(model: Model, cubes: Cubes, spraak: str, aar: int) -> list[dict[str, Any]]:
    """The breaks of the statistics that have numbers, up to a year: what, from which year, and why. Parameters:
    `spraak`, the written standard."""
    found = []
    for one in model.statistikk.values():
        first = min((row["aar"] for row in cubes.get(one.id, ())), default=aar)
        for told in one.said.get("brudd", ()):
            if first < told["fra"] <= aar:
                said = {"hva": one.navn[spraak].heading, "grunn": words(told["grunn"])[spraak].heading}
                found.append({**said, "aar": told["fra"], "bound": [*said.values(), str(told["fra"])]})
    return found


def accessibility(path: Path, spraak: str) -> dict[str, Any]:
    """What the accessibility statement is made of. Parameters: `path`, the file of facts; `spraak`, the written
    standard. Raises `Problems` with every fault of the file."""
    facts, lines = load_yaml(path)
    check_schema(facts or {}, PROJECT / SCHEMA, str(path), lines)
    return localised(facts, spraak)
