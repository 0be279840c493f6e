"""What statistics on agreements are called: the points of the checklist and the legal basis, as names in a codebook.

The names are those of the list itself, so that nothing is written twice: a point stands where the answers of centres
have a partner (`instans`), a legal basis where they have a form of cooperation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from krisestat.avtaler.lovgrunnlag import LAWS, Lovgrunnlag, load_lovgrunnlag
from krisestat.avtaler.sjekkliste import (
    DEKKET,
    DELVIS,
    IKKE_RELEVANT,
    IKKE_SPURT,
    LIST,
    MANGLER,
    Punkt,
    Sjekkliste,
    load_sjekkliste,
)
from krisestat.codebooks import CODEBOOKS, Codebook, codebook_files, load_codebook

# The source of the points in the codebook, and the group that is counted (grupper.csv) with its unit.
KILDE = GRUPPE = "avtaler"
ENHET = "avtale"
# Indicators of a point, each with the status that it counts.
OF_POINT = {"avtale_dekket": DEKKET, "avtale_delvis": DELVIS, "avtale_mangler": MANGLER}
# How many agreements were left out of the base of the point, by why.
LEFT_OUT = {"avtale_ikke_relevant": IKKE_RELEVANT, "avtale_ikke_spurt": IKKE_SPURT}
# Leaves have an indicator of their own, so that no list of points has both a point and what stands under it.
OF_LEAF = "avtale_underpunkt"
BY_LAW, OUTDATED, OVERDUE = "avtale_lovgrunnlag", "avtale_foreldet", "avtale_evaluering"
INDIKATORER = (*OF_POINT, *LEFT_OUT, OF_LEAF, BY_LAW, OUTDATED, OVERDUE)
# Legal bases come after the forms of cooperation between a centre and its partners.
_AFTER_FORMS = 100
_STANDARDS = ("nb", "nn")


def in_text(title: str) -> str:
    """A title as it stands inside a sentence: «Formål med samarbeidet» is «formål med samarbeidet», «NAV» stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def counted_points(liste: Sjekkliste) -> list[Punkt]:
    """The points that statistics may name, in order: every numbered point, then every leaf that is not one."""
    return [*liste.punkter, *(leaf for leaf in liste.leaves if leaf not in liste.punkter)]


def with_agreements(book: Codebook, liste: Sjekkliste, lover: Mapping[str, Lovgrunnlag]) -> Codebook:
    """A codebook that also names points and legal bases.

    Parameters: `book`; `liste`, the checklist with its additions; `lover`, legal bases by code. Returns a new codebook,
    in which indicators of agreements name the points. A point also has its `nummer` and `opphav`, a legal basis a
    short name (`kort_nb`, `kort_nn`).
    """
    always = {"gyldig_fra": None, "gyldig_til": None}
    points = [
        {"kilde": KILDE, "instans": punkt.id, **always, "rekkefolge": number}
        | {"nummer": punkt.nummer, "opphav": punkt.opphav}
        | {f"navn_{s}": punkt.tittel[s] for s in _STANDARDS}
        | {f"bestemt_{s}": in_text(punkt.tittel[s]) for s in _STANDARDS}
        for number, punkt in enumerate(counted_points(liste), 1)
    ]
    laws = [
        {"samarbeidsform": kode, **always, "rekkefolge": _AFTER_FORMS + number}
        | {f"navn_{s}": lov.navn[s] for s in _STANDARDS}
        | {f"kort_{s}": lov.kort[s] for s in _STANDARDS}
        for number, (kode, lov) in enumerate(lover.items())
    ]
    return replace(
        book,
        instanser=[*book.instanser, *points],
        samarbeidsformer=[*book.samarbeidsformer, *laws],
        kilder={**book.kilder, **dict.fromkeys(INDIKATORER, KILDE)},
    )


def load_names(folder: Path = CODEBOOKS) -> Codebook:
    """Read the codebooks together with the names of points and legal bases. Raises `Problems` with what is wrong."""
    lists = folder / LIST.parent.name
    return with_agreements(
        load_codebook(folder), load_sjekkliste(lists / LIST.name), load_lovgrunnlag(lists / LAWS.name)
    )


def name_files(folder: Path = CODEBOOKS) -> list[Path]:
    """The files that `load_names` reads."""
    lists = folder / LIST.parent.name
    return [*codebook_files(folder), lists / LAWS.name, lists / LIST.name]
