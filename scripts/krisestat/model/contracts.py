"""The tables that cross a stage, each declared once: columns, types, codes, key and order (their form is
`base.contracts`)."""

from __future__ import annotations

from fractions import Fraction

from krisestat.base.contracts import Column, Contract, Row
from krisestat.base.errors import shown

SVAR = ("ja", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
# The groups of a fact sheet, beside those of the country.
ARKGRUPPER = (
    *("avtale", "avtaler_alle", "instanser_kvinner", "instanser_menn", "like_kvinner", "like_menn"),
    *("senter_kommuner", "senter_kvinner", "senter_menn", "senter_personer"),
)
OPPHAV = ("mottatt", "publisert", "rekonstruert")
STATUS = ("", "ikke_spurt", "mangler", "undertrykt")


def _adds_up(row: Row) -> str | None:
    """The five kinds of answer are together the base, or the base and those who did not answer: nothing is lost between
    raw file and table. A source that is a table already has no answers to add."""
    yes, no, unknown, *silent = (row[name] for name in ("antall", "nei", "vet_ikke", "ubesvart", "ikke_spurt"))
    parts = [yes, no, unknown, *silent]
    if row["base"] is None or row["status"] != "" or all(p is None for p in parts[1:]):
        return None
    if any(p is None for p in parts) or row["base"] not in (sum(parts), sum(parts) - sum(silent)):
        return (
            f"ja + nei + vet ikke + ubesvart + ikke spurt = {' + '.join(map(str, parts))}, men basen er {row['base']}"
        )
    return None


def _exact_share(row: Row) -> str | None:
    """The share is the exact fraction of count and base, and is there when both are."""
    share = str(Fraction(row["antall"], row["base"])) if row["antall"] is not None and row["base"] else None
    return None if row["andel"] == share else f"andel er {row['andel']}, men antall/base er {share}"


def _count_or_status(row: Row) -> str | None:
    """A cell without a count says why."""
    if (row["antall"] is None) == (row["status"] == ""):
        return f"antall er {row['antall']} med status {shown(row['status'])}"
    return None


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
        "opphav": Column(codes=OPPHAV),
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
# Fact sheets: one for each centre and each municipality, and the numbers that each may speak of beside the country's.
ENHETER = Contract(
    "faktaark_enheter",
    {
        "ark": _STR,
        "slag": Column(codes=("kommune", "senter")),
        "kode": _STR,
        "navn": _STR,
        "fylke": _STR,
        "senter_ark": _OPTIONAL,
        "kommuner": _OPTIONAL,
        "avtale": _OPTIONAL,
        "like_fra": _INT,
        "like_til": _COUNT,
        "opphav": Column(codes=OPPHAV),
    },
    ("ark",),
)
FAKTAARK = Contract(
    "faktaark_tall",
    {
        **{"ark": _STR, "indikator": _STR, "gruppe": Column(codes=ARKGRUPPER), "instans": _OPTIONAL},
        **{"samarbeidsform": _OPTIONAL, "aar": _INT, "antall": _COUNT, "base": _COUNT, "andel": _OPTIONAL},
        **dict.fromkeys(("nei", "vet_ikke", "ubesvart", "ikke_spurt"), _COUNT),
        **{"status": Column(codes=STATUS, empty=True), "opphav": Column(codes=OPPHAV)},
    },
    ("ark", "indikator", "gruppe", "instans", "samarbeidsform", "aar"),
    (_adds_up, _exact_share, _count_or_status),
)
# Fields of forms as received. `linje` is the line in a table; in PDF and JSON, which have none, the field's number.
AVTALER_INNDATA = Contract("avtaler_inndata", {**INNDATA.columns, "verdi": _FREE_OPTIONAL}, INNDATA.key)
