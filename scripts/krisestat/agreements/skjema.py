"""The form (`skjema`): the fields that every format has, in order, and their names in each.

A filled form is the same thing whether it comes as PDF, JSON, CSV or XLSX: values of the agreement's own fields, and
for each leaf of the list an answer, a reference to the clause and a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from krisestat.agreements.checklist import DEKKET, DELVIS, IKKE_RELEVANT, MANGLER, UBESVART, Sjekkliste

# What names the form itself, in JSON and in the first row of a table.
SKJEMA = "krisestat-sjekkliste"
# Answers that a person may give, in the order of the form. Not answered is the empty choice.
VALG = (DEKKET, DELVIS, MANGLER, IKKE_RELEVANT, UBESVART)
# The three things said of a leaf; in PDF the field of a leaf is «<id>__<part>», in JSON a key, in a table a column.
DELER = ("svar", "henvisning", "merknad")
MAALGRUPPER = ("kvinner", "menn", "barn")
# Column headings of the CSV and XLSX form; `id` is a field of the agreement or a leaf. Fields answer in «Svar».
KOLONNER = {"id": "Id", "tekst": "Spørsmål", "svar": "Svar", "henvisning": "Henvisning", "merknad": "Merknad"}


@dataclass(frozen=True)
class Felt:
    """A field of the agreement.

    `id` names it (in PDF «avtale__<id>», in a table «avtale.<id>»); `slag` is «tekst», «kommune», «kommuner»
    (numbers or names with comma between), «lovgrunnlag» (a code), «valg» (codes of `MAALGRUPPER` with comma
    between), «dato» (ISO) or «tall»; `enhet` the unit of a number, and `grenser` the lowest and the highest that it may
    be; `paakrevd` whether an agreement without it is refused; `maks` the most characters.
    """

    id: str
    slag: str
    paakrevd: bool = False
    enhet: str = ""
    maks: int = 200
    grenser: tuple[int, int] = (0, 0)


FELT = (
    Felt("navn", "tekst", paakrevd=True),
    Felt("signert", "dato", paakrevd=True),
    Felt("parter", "kommuner", paakrevd=True, maks=600),
    Felt("vertskommune", "kommune"),
    Felt("krisesenter", "tekst"),
    Felt("lovgrunnlag", "lovgrunnlag", paakrevd=True),
    Felt("maalgrupper", "valg", paakrevd=True),
    Felt("varer_til", "dato"),
    Felt("sist_evaluert", "dato"),
    Felt("evalueres_hvert", "tall", enhet="år", maks=2, grenser=(1, 20)),
    Felt("oppsigelse", "tall", enhet="måneder", maks=3, grenser=(1, 120)),
)
MAX_HENVISNING, MAX_MERKNAD = 100, 1000
# The sheet of a workbook that holds the table.
ARK = "Skjema"


class Innslag(NamedTuple):
    """What stands in one field of a form: the text; where it stands, in words; and its line, or its number in the file
    where that has no lines."""

    tekst: str
    sted: str
    linje: int


@dataclass(frozen=True)
class Utfylt:
    """A filled form as read, before anything is checked.

    `versjon` of the list as it stands in the form; `felt`, what it holds by field («avtale.navn») and part of a leaf
    («formaal.svar»), in the order of the file; `spraak`, the written standard, where the form says it; `arbeid`, what
    is to be done with the agreement, which is not counted.
    """

    versjon: str
    felt: Mapping[str, Innslag]
    spraak: str = ""
    arbeid: Mapping[str, Innslag] = field(default_factory=dict)


def pdf_field(id: str, part: str) -> str:
    """The name of a field in the PDF form. Parameters: `id`, a leaf or «avtale»; `part`, one of `DELER` or a `Felt`."""
    return f"{id}__{part}"


def table_ids(liste: Sjekkliste) -> list[str]:
    """The ids of the rows of the CSV and XLSX form, in order: the form's name and version, the fields, the leaves."""
    return ["skjema", "versjon", *(f"avtale.{felt.id}" for felt in FELT), *(leaf.id for leaf in liste.leaves)]


def form_keys(liste: Sjekkliste) -> list[str]:
    """The keys of `Utfylt.felt` that a form of a version has, in order."""
    parts = (f"{leaf.id}.{part}" for leaf in liste.leaves for part in DELER)
    return [*(f"avtale.{felt.id}" for felt in FELT), *parts]
