"""The tables that cross a stage, each declared once: columns, types, codes, key and order (their form is
`base.contracts`)."""

from __future__ import annotations

from fractions import Fraction

from krisestat.base.contracts import Column, Contract, Row
from krisestat.base.errors import shown

SVAR = ("ja", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
# Which answer speaks for a service when several are taken together («at least one partner»), the lowest that is there:
# one `ja` is enough, a `nei` needs that nothing is unknown, and a question that was not put says nothing.
FORRANG = {"ja": 0, "ubesvart": 1, "vet_ikke": 2, "nei": 3, "ikke_spurt": 4}
TILBUD = ("kvinner", "menn")
PANEL = "_panel"
GRUPPER = ("avtaler", "kommuner", "kvinner", f"kvinner{PANEL}", "menn", f"menn{PANEL}", "sentre")
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
KLARGJORT = Contract(
    "klargjort",
    {
        "aar": _INT,
        "senter_id": _STR,
        "tilbud": Column(codes=TILBUD),
        "sporsmaal": Column(codes=("forum", "samarbeid", "samarbeidsform")),
        "instans": _OPTIONAL,
        "samarbeidsform": _OPTIONAL,
        "svar": Column(codes=SVAR),
        "fil": _STR,
        "linje": _INT,
        "kolonne": _OPTIONAL,
        "rettelse": _OPTIONAL,
    },
    ("aar", "senter_id", "tilbud", "sporsmaal", "instans", "samarbeidsform"),
)
TILBUD_PER_AAR = Contract(
    "tilbud",
    {"aar": _INT, "senter_id": _STR, "tilbud": Column(codes=TILBUD), "opphav": Column(codes=OPPHAV)},
    ("aar", "senter_id", "tilbud"),
)
AGGREGERT = Contract(
    "aggregert",
    {
        "indikator": _STR,
        "gruppe": Column(codes=GRUPPER),
        "instans": _STR,
        "aar": _INT,
        "antall": _COUNT,
        "base": _COUNT,
        "status": Column(codes=STATUS, empty=True),
        "opphav": Column(codes=OPPHAV),
        "fil": _STR,
        "linje": _INT,
        "kolonne": _STR,
        "rettelse": _OPTIONAL,
    },
    ("indikator", "gruppe", "instans", "aar"),
    (_count_or_status,),
)
TALL = Contract(
    "tall",
    {
        "indikator": _STR,
        "gruppe": Column(codes=GRUPPER),
        "instans": _OPTIONAL,
        "samarbeidsform": _OPTIONAL,
        "aar": _INT,
        "antall": _COUNT,
        "base": _COUNT,
        "andel": _OPTIONAL,
        "nei": _COUNT,
        "vet_ikke": _COUNT,
        "ubesvart": _COUNT,
        "ikke_spurt": _COUNT,
        "status": Column(codes=STATUS, empty=True),
        "opphav": Column(codes=OPPHAV),
    },
    ("indikator", "gruppe", "instans", "samarbeidsform", "aar"),
    (_adds_up, _exact_share, _count_or_status),
)
# The only state that a renderer may open has the same form; what differs is that confidentiality has been applied.
UTDATA = Contract("utdata", TALL.columns, TALL.key, TALL.checks)
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


def _stays_of_residents(row: Row) -> str | None:
    """Who lived at a centre had at least one stay there, and the other way."""
    if row["beboere"] <= row["opphold"] and (row["beboere"] == 0) == (row["opphold"] == 0):
        return None
    return f"{row['beboere']} beboere med {row['opphold']} opphold"


# Counts of persons have tables of their own: they are never rows among those of services.
PERSONER_KLARGJORT = Contract(
    "personer_klargjort",
    {
        "aar": _INT,
        "senter_id": _STR,
        "gruppe": Column(codes=("ikke_registrert", "kvinner", "menn")),
        "beboere": _INT,
        "opphold": _INT,
        "senter": _STR,
        "opphav": Column(codes=OPPHAV),
        "fil": _STR,
        "linje": _INT,
    },
    ("aar", "senter_id", "gruppe"),
    (_stays_of_residents,),
)
PERSONER = Contract(
    "personer",
    {
        "aar": _INT,
        "senter_id": _OPTIONAL,
        "senter": _OPTIONAL,
        "gruppe": Column(codes=("alle", "ikke_registrert", "kvinner", "menn")),
        "maal": Column(codes=("beboere", "opphold")),
        "antall": _COUNT,
        "status": Column(codes=("", "undertrykt"), empty=True),
        "opphav": Column(codes=OPPHAV),
    },
    ("aar", "senter_id", "gruppe", "maal"),
    (_count_or_status,),
)
PERSONER_UTDATA = Contract("personer_utdata", PERSONER.columns, PERSONER.key, PERSONER.checks)

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
    {"ark": _STR, **TALL.columns, "gruppe": Column(codes=ARKGRUPPER)},
    ("ark", *TALL.key),
    TALL.checks,
)
# Fields of forms as received. `linje` is the line in a table; in PDF and JSON, which have none, the field's number.
AVTALER_INNDATA = Contract("avtaler_inndata", {**INNDATA.columns, "verdi": _FREE_OPTIONAL}, INNDATA.key)
