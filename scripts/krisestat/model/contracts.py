"""The tables that cross a stage, each declared once: columns, types, codes, key and order (their form is
`base.contracts`)."""

from __future__ import annotations

from krisestat.base.contracts import Column, Contract
from krisestat.model.declared import ORIGINS

_STR, _OPTIONAL, _INT, _COUNT = Column(), Column(empty=True), Column(int), Column(int, empty=True)
_FREE, _FREE_OPTIONAL = Column(free=True), Column(empty=True, free=True)

INNDATA = Contract(
    "inndata",
    {"fil": _STR, "linje": _INT, "kolonnenr": _INT, "kolonne": _STR, "verdi": _OPTIONAL},
    ("fil", "linje", "kolonnenr"),
)
KVALITET = Contract(
    "kvalitet",
    {
        "kontroll": _STR,
        "gjelder": _STR,
        "undersokt": _INT,
        "antall": _INT,
        "resultat": Column(codes=("PASS", "ADVARSEL", "FEIL")),
        "eksempler": _FREE_OPTIONAL,
        "tiltak": _FREE_OPTIONAL,
    },
    ("kontroll", "gjelder"),
)
# Agreements between municipalities: a unit of their own, never rows among services or municipalities.
AVTALER = Contract(
    "avtaler",
    {
        "aar": _INT,
        "avtale_id": _STR,
        "navn": _FREE,
        "versjon": _INT,
        "lovgrunnlag": _STR,
        "vertskommune": _OPTIONAL,
        "parter": _STR,
        "krisesenter": _FREE_OPTIONAL,
        "maalgrupper": _STR,
        "signert": _STR,
        "varer_til": _OPTIONAL,
        "sist_evaluert": _OPTIONAL,
        "evalueres_hvert": _COUNT,
        "oppsigelse": _COUNT,
        "opphav": Column(codes=ORIGINS),
        "format": Column(codes=("csv", "json", "pdf", "xlsx")),
        "fil": _STR,
    },
    ("aar", "avtale_id"),
)
AVTALEPUNKTER = Contract(
    "avtalepunkter",
    {
        "aar": _INT,
        "avtale_id": _STR,
        "punkt": _STR,
        "svar": Column(codes=("dekket", "delvis", "mangler", "ikke_relevant", "ubesvart", "ikke_spurt")),
        "henvisning": _FREE_OPTIONAL,
        "merknad": _FREE_OPTIONAL,
        "fil": _STR,
        "sted": _STR,
    },
    ("aar", "avtale_id", "punkt"),
)
# Forms that were received and are not used, each by a rule or by a decision that says why.
AVTALER_KARANTENE = Contract(
    "avtaler_karantene",
    {
        "aar": _INT,
        "avtale_id": _STR,
        "format": Column(codes=("csv", "json", "pdf", "xlsx")),
        "fil": _STR,
        "regel": Column(codes=("bestemt", "uten_svar")),
        "grunn": _FREE,
        "bestemt_av": _FREE_OPTIONAL,
        "dato": _OPTIONAL,
    },
    ("aar", "avtale_id"),
)
# Fields of forms as received. `linje` is the line in a table; in PDF and JSON, which have none, the field's number.
AVTALER_INNDATA = Contract("avtaler_inndata", {**INNDATA.columns, "verdi": _FREE_OPTIONAL}, INNDATA.key)
