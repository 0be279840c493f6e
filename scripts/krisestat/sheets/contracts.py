"""The tables that fact sheets are made of: which there are, and the numbers that each may speak of beside the
country's."""

from __future__ import annotations

from fractions import Fraction

from krisestat.base.contracts import Column, Contract, Row
from krisestat.base.errors import shown
from krisestat.model.contracts import OPPHAV, STATUS

# What a service may answer, the counted one first.
SVAR = ("ja", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
# The groups of a fact sheet, beside those of the country.
ARKGRUPPER = (
    *("avtale", "avtaler_alle", "instanser_kvinner", "instanser_menn", "like_kvinner", "like_menn"),
    *("senter_kommuner", "senter_kvinner", "senter_menn", "senter_personer"),
)


def _adds_up(row: Row) -> str | None:
    """The five kinds of answer are together the base, or the base and those who did not answer: nothing is lost between
    raw file and table. A source that is a table already has no answers to add."""
    yes, no, unknown, *silent = (row[name] for name in ("antall", *SVAR[1:]))
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
        **dict.fromkeys(SVAR[1:], _COUNT),
        **{"status": Column(codes=STATUS, empty=True), "opphav": Column(codes=OPPHAV)},
    },
    ("ark", "indikator", "gruppe", "instans", "samarbeidsform", "aar"),
    (_adds_up, _exact_share, _count_or_status),
)
