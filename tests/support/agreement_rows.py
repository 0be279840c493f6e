"""Agreements for the tests of the reports: rows as the stage `agreements` writes them, with every branch among them."""

from __future__ import annotations

from typing import Any

from krisestat.agreements.checklist import Sjekkliste, load_sjekkliste
from krisestat.agreements.report import Avtale
from tests.support.project import PROJECT

LISTE = load_sjekkliste(root=PROJECT)
HOSTILE = (
    "<script>alert(1)</script> =1+1 \u202eomvendt\u202c {{ 7*7 }} {n} \x07 \"'&amp; \U0001f600 ]]> <!-- \u05d0\u05d1\n"
    "linje to: javascript:alert(1) '--></style></svg>"
)
CYCLE = ("dekket", "delvis", "mangler", "ikke_relevant", "ubesvart")


def agreement(
    id: str = "a001", aar: int = 2020, svar: dict[str, Any] | None = None, versjon: int | None = None, **fields: Any
) -> Avtale:
    """An agreement that covers every point, with some of its answers and fields changed.

    Parameters: `svar`, by leaf an answer, or an answer, a clause and a note; `versjon` of the list that the form has.
    """
    rad = {
        "aar": aar,
        "avtale_id": id,
        "navn": f"Avtale {id[1:]}",
        "versjon": versjon or LISTE.versjon,
        "lovgrunnlag": "vertskommune_administrativ",
        "vertskommune": "1103",
        "parter": "1103,1120,1124",
        "krisesenter": "Senter 01",
        "maalgrupper": "kvinner,menn,barn",
        "signert": "2020-02-01",
        "varer_til": "2024-01-31",
        "sist_evaluert": "",
        "evalueres_hvert": 2,
        "oppsigelse": 12,
        "opphav": "rekonstruert",
        "format": "json",
        "fil": f"data/raw/avtaler/{aar}/avtale-{id}.json",
    } | fields
    older = {leaf.id for leaf in load_sjekkliste(versjon=versjon, root=PROJECT).leaves} if versjon else None
    rows = {}
    for leaf in LISTE.leaves:
        given = (svar or {}).get(leaf.id, "dekket")
        answer, clause, note = (given, "", "") if isinstance(given, str) else given
        if older is not None and leaf.id not in older:
            answer, clause, note = "ikke_spurt", "", ""
        rows[leaf.id] = {
            "aar": aar,
            "avtale_id": id,
            "punkt": leaf.id,
            "svar": answer,
            "henvisning": clause,
            "merknad": note,
            "fil": rad["fil"],
            "sted": f"punkter.{leaf.id}",
        }
    return Avtale(rad, dict(sorted(rows.items())))


def of_every_kind(liste: Sjekkliste = LISTE, step: int = 1) -> dict[str, Any]:
    """Answers of every kind, each with a clause and a note. Parameters: `step`, where the cycle of answers begins."""
    return {
        leaf.id: (CYCLE[(number + step) % len(CYCLE)], f"punkt {number}, ledd {step}", f"Merknad om {leaf.id}.")
        for number, leaf in enumerate(liste.leaves)
    }


def examples() -> dict[str, tuple[Avtale, Avtale | None]]:
    """Agreements by what is special about them, each with the same one in the collection before, or none."""
    missing = dict.fromkeys((leaf.id for leaf in LISTE.leaves), "mangler")
    old = {"lovgrunnlag": "samkommune", "signert": "2012-03-01", "varer_til": "2019-12-31"}
    return {
        "alt": (agreement("a001"), None),
        "ingenting": (agreement("a002", svar=missing), None),
        "ubesvart": (agreement("a003", svar=dict.fromkeys(missing, "ubesvart")), None),
        "alle slag": (
            agreement("a004", svar=of_every_kind()),
            agreement("a004", 2018, svar=of_every_kind(step=2), versjon=2, signert="2014-05-01", sist_evaluert=""),
        ),
        "foreldet": (agreement("a005", svar=of_every_kind(step=3), parter="1102,1103,1141", **old), None),
        "styre": (agreement("a006", lovgrunnlag="interkommunalt_styre_1992", signert="2010-01-01"), None),
        "vert": (agreement("a014", lovgrunnlag="vertskommune_1992", signert="2015-01-01"), None),
        "uten form": (agreement("a007", svar=of_every_kind(), lovgrunnlag="avtale", vertskommune=""), None),
        "eldst": (agreement("a008", svar=of_every_kind(), versjon=1), agreement("a008", 2018, versjon=1)),
        "fiendtlig": (
            agreement(
                "a009",
                svar=dict.fromkeys(missing, ("delvis", HOSTILE[:100], HOSTILE)),
                navn=f"Avtale {HOSTILE}",
                krisesenter=HOSTILE,
            ),
            None,
        ),
        "uendret": (agreement("a010"), agreement("a010", 2018)),
        "barn": (agreement("a011", svar={"skole": "ikke_relevant"}, varer_til="", oppsigelse=None), None),
        "raad": (agreement("a012", lovgrunnlag="interkommunalt_politisk_raad", opphav="mottatt"), None),
        "lange ord": (agreement("a013", svar={"formaal": ("mangler", "", "Æ" * 900)}, navn="Ø" * 180), None),
    }
