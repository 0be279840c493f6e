"""Which fact sheets there are, and the names of the statistics and dimensions that they are told by."""

from __future__ import annotations

from krisestat.base.contracts import Column, Contract
from krisestat.model.declared import ORIGINS

# Dimensions of the statistics: the partner, the form of cooperation, the place, and the agreement's municipality.
PARTNER, FORM, PLACE, KOMMUNE = "instans", "samarbeidsform", "senter", "kommune"
# What a sheet tells of: statistics of the survey, and those that sheets have of their own.
COOPERATES, FORUM, WRITTEN = "samarbeid", "forum", "skriftlig_noen"
PARTNERS, SERVICES, MEMBERS, POINTS = "partnere", "egne_tilbud", "senterkommuner", "dekkede_punkter"
# With how many partners a service has a written agreement, and how many services have as many.
AGREED, SPREAD, HOW_MANY, BY_HAND = "avtalepartnere", "avtalefordeling", "antall_instanser", "skriftlig_avtale"
# The list with the name of those that a centre is compared with.
ALIKE = "jevnstore"

_STR, _OPTIONAL, _INT, _COUNT = Column(), Column(empty=True), Column(int), Column(int, empty=True)
# Fact sheets: one for each centre and each municipality.
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
        "opphav": Column(codes=ORIGINS),
    },
    ("ark",),
)
