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
_TAG = re.compile(r"<[^>]*>|\s+|&nbsp;")
_ASKED = ("samarbeid", "forum")
_OF_SERVICES = (*_ASKED, "samarbeidsform", "skriftlig_noen")


def check_required(html: str, name: str) -> None:
    """Hold that «Om statistikken» has every mandatory heading, with a text under it.

    Parameters: `html`, the finished page; `name`, what errors call its template. Raises `Problems` with all that lack.
    """
    problems = ProblemList()
    hits = [hit for pattern in _HEADINGS for hit in pattern.finditer(html)]
    found = {hit[1]: (_TAG.sub("", hit[2]), _TAG.sub("", hit[3])) for hit in hits}
    for key, what in REQUIRED.items():
        heading, told = found.get(key, ("", ""))
        if not heading or not told:
            problems.add(
                name,
                f"«om-{key}»",
                f"overskriften «{heading}» uten tekst under" if heading else "ingen overskrift med denne id-en",
                f"{what}, som «Om statistikken» må si noe om",
                f'Skriv overskriften med id="om-{key}", og teksten rett under den.',
            )
    problems.raise_if_any()


def response(rows: Iterable[Row], aar: int) -> dict[str, Any]:
    """How many of the questions on cooperation and fora were answered in a year, as texts; `svart` is per cent.
    Parameters: rows of `utdata`; `aar`, the year."""
    asked = [row for row in rows if row["aar"] == aar and row["indikator"] in _ASKED and row["base"]]
    missing, unsure = (sum(row[name] or 0 for row in asked) for name in ("ubesvart", "vet_ikke"))
    total = sum(int(row["base"]) for row in asked)
    told = {"ubesvart": number(missing), "vet_ikke": number(unsure), "spurt": number(total)}
    told["svart"] = number(Fraction(100 * (total - missing), total), 1) if total else ""
    return {**told, "bound": numbers_in(told.values())}


def corrected(checks: Iterable[Row]) -> dict[str, Any]:
    """How many answers were corrected and how many records set aside, as texts. Parameters: rows of `KVALITET`."""
    kinds = [row["kontroll"] for row in checks]
    told = {"rettelse": number(kinds.count("rettelse")), "karantene": number(kinds.count("karantene"))}
    return {**told, "bound": numbers_in(told.values())}


def breaks(rows: Sequence[Row], forms: Mapping[str, str], serie: tuple[int, int]) -> list[dict[str, Any]]:
    """The questions that were not asked in some years of the series, with those years.

    Parameters: `rows` of `utdata`; `forms`, the name of each question by indicator, or by form of cooperation where
    the indicator has forms; `serie`, first and last year. A question was not asked in a year when no service was.
    """
    seen: dict[str, dict[int, bool]] = {}
    for row in rows:
        if row["indikator"] in _OF_SERVICES and serie[0] <= row["aar"] <= serie[1]:
            years = seen.setdefault(row["samarbeidsform"] or row["indikator"], {})
            years[row["aar"]] = years.get(row["aar"], False) or row["status"] != "ikke_spurt"
    gaps = {
        code: year_range(aar for aar in range(serie[0], serie[1] + 1) if not years.get(aar))
        for code, years in sorted(seen.items())
    }
    return [{"hva": forms[code], "aar": told, "bound": numbers_in([told])} for code, told in gaps.items() if told]


def accessibility(path: Path, spraak: str) -> dict[str, Any]:
    """What the accessibility statement is made of. Parameters: `path`, the file of facts; `spraak`, the written
    standard. Raises `Problems` with every fault of the file."""
    facts, lines = load_yaml(path)
    check_schema(facts or {}, PROJECT / SCHEMA, str(path), lines)
    return localised(facts, spraak)
