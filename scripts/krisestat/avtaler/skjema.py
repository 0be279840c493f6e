"""The form: the fields that every format has, in order, and their names in each.

A filled form is the same thing whether it comes as PDF, JSON, CSV or XLSX: values of the agreement's own fields, and
for each leaf of the list an answer, a reference to the clause and a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from krisestat.avtaler.sjekkliste import DEKKET, DELVIS, IKKE_RELEVANT, MANGLER, UBESVART, Sjekkliste

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
    (four-digit numbers with comma between), «lovgrunnlag» (a code), «valg» (codes of `MAALGRUPPER` with comma
    between), «dato» (ISO) or «tall»; `enhet` the unit of a number; `paakrevd` whether an agreement without it is
    refused; `maks` the most characters.
    """

    id: str
    slag: str
    paakrevd: bool = False
    enhet: str = ""
    maks: int = 200


FELT = (
    Felt("navn", "tekst", paakrevd=True),
    Felt("parter", "kommuner", paakrevd=True, maks=600),
    Felt("vertskommune", "kommune"),
    Felt("krisesenter", "tekst"),
    Felt("lovgrunnlag", "lovgrunnlag", paakrevd=True),
    Felt("maalgrupper", "valg", paakrevd=True),
    Felt("signert", "dato", paakrevd=True),
    Felt("varer_til", "dato"),
    Felt("sist_evaluert", "dato"),
    Felt("evalueres_hvert", "tall", enhet="år", maks=2),
    Felt("oppsigelse", "tall", enhet="måneder", maks=3),
)
MAX_HENVISNING, MAX_MERKNAD = 100, 1000


@dataclass(frozen=True)
class Utfylt:
    """A filled form as read, before anything is checked: texts only.

    `versjon` of the list as it stands in the form; `avtale`, text by field; `punkter`, by leaf the texts of `DELER`;
    `steder`, where each stands in its file (field, line or path), by field («avtale.navn») or leaf part
    («formaal.svar»).
    """

    skjema: str
    versjon: str
    avtale: Mapping[str, str]
    punkter: Mapping[str, Mapping[str, str]]
    steder: Mapping[str, str]


def pdf_field(id: str, part: str) -> str:
    """The name of a field in the PDF form. Parameters: `id`, a leaf or «avtale»; `part`, one of `DELER` or a `Felt`."""
    return f"{id}__{part}"


def table_ids(liste: Sjekkliste) -> list[str]:
    """The ids of the rows of the CSV and XLSX form, in order: the form's name and version, the fields, the leaves."""
    return ["skjema", "versjon", *(f"avtale.{felt.id}" for felt in FELT), *(leaf.id for leaf in liste.leaves)]
