"""How far an agreement covers a point: its status from the answers to the leaves under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from krisestat.agreements.checklist import (
    DEKKET,
    DELVIS,
    IKKE_RELEVANT,
    IKKE_SPURT,
    MANGLER,
    PUNKTSVAR,
    UBESVART,
    Punkt,
)


def leaf_answers(punkt: Punkt, svar: Mapping[str, str], lovgrunnlag: str) -> list[str]:
    """The answers that count for a point, one for each leaf under it, in order.

    Parameters: `punkt`, a point at any level; `svar`, answer by leaf, where none or an empty one is `ubesvart`;
    `lovgrunnlag`, the code of the agreement's legal basis, «» when it is not known. A leaf that is not asked under the
    legal basis is `ikke_relevant`, whatever the form says of it.
    """
    return [
        (svar.get(leaf.id) or UBESVART) if leaf.asked_under(lovgrunnlag) else IKKE_RELEVANT for leaf in punkt.leaves
    ]


def own_answers(punkt: Punkt, svar: Mapping[str, str], lovgrunnlag: str) -> list[str]:
    """The answers that a point is judged by: those of `leaf_answers` to leaves of its own origin. A point of the source
    is not covered any less because an addition under it is missing, nor any more because the parties have set a
    weighty leaf aside: that is as good as no answer. Parameters: as `leaf_answers`."""
    given = zip(punkt.leaves, leaf_answers(punkt, svar, lovgrunnlag), strict=True)
    return [UBESVART if exempt(leaf, one, lovgrunnlag) else one for leaf, one in given if leaf.opphav == punkt.opphav]


def exempt(leaf: Punkt, answer: str, lovgrunnlag: str) -> bool:
    """Whether the parties have set aside a leaf that weighs and that is asked under their legal basis."""
    return answer == IKKE_RELEVANT and leaf.vekt > 1 and leaf.asked_under(lovgrunnlag)


def given_under(punkt: Punkt, svar: Mapping[str, str], lovgrunnlag: str) -> list[str]:
    """What the parties have answered beneath a point, to leaves of its origin that are asked under the legal basis."""
    own = (leaf for leaf in punkt.leaves if leaf.opphav == punkt.opphav and leaf.asked_under(lovgrunnlag))
    return [svar.get(leaf.id) or UBESVART for leaf in own]


def status(answers: Iterable[str]) -> str:
    """The status of a point from the answers to its leaves, one of `PUNKTSVAR`.

    What was not asked or is not relevant does not count. What is left decides: `delvis` when anything is, or when some
    is covered and some missing; else `ubesvart` when anything is; else `dekket` when all is; else `mangler`. When
    nothing is left the point is `ikke_spurt` if no leaf was asked, and `ikke_relevant` otherwise.
    """
    given = set(answers)
    left = given - {IKKE_RELEVANT, IKKE_SPURT}
    if not left:
        return IKKE_SPURT if given == {IKKE_SPURT} else IKKE_RELEVANT
    if DELVIS in left or {DEKKET, MANGLER} <= left:
        return DELVIS
    return next(one for one in (UBESVART, DEKKET, MANGLER) if one in left)


def counts(answers: Iterable[str]) -> dict[str, int]:
    """How many leaves have each answer, in the order of `PUNKTSVAR`, zeros with them."""
    found = Counter(answers)
    return {one: found[one] for one in PUNKTSVAR}


def applying(counted: Mapping[str, int]) -> int:
    """How many of those in `counts` count: what is not relevant or was not asked does not."""
    return sum(counted.values()) - counted[IKKE_RELEVANT] - counted[IKKE_SPURT]
