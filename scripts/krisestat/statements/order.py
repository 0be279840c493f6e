"""The order of the phrases of a proven sentence: what is said of what.

The same phrases in another order are another claim: «74 prosent av tilbudene deltok i samarbeidsfora», «74 prosent av
dem i samarbeidsfora var tilbudene». So a stretch of a sentence, a letter for each phrase, must be one of the frames
that are licensed here. In them what a share is of stands right behind it, or right behind «av» before the verb; a
quantity has a verb; and what is done stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# What a function's text is to its sentence: a quantity, what became of a measure, what is more or most, a list that is
# numbered, a list that holds, how many there are, an answer. The rest are companions.
CLAIMS = {
    **dict.fromkeys(("antall", "av", "prosent", "mengde", "omtrent", "unntak"), "Q"),
    **dict.fromkeys(("fra_til", "endret_med", "endring", "utvikling", "trend", "vanlighet", "hyppighet"), "C"),
    **{"rekord": "C", "prosentpoeng": "C", "superlativ": "X", "endring_ord": "X", "sammenlikn": "X"},
    **dict.fromkeys(("instanser", "unntatt"), "L"),
    **{"base": "A", "baser": "A", "opplisting": "O", "svarte": "W"},
}
COMPANIONS = {"aarstall": "Y", "periode": "Y", "base": "b", "baser": "b", "fortsatt": "h"}
# Phrases: U what is counted (N: its name says the measure too), P a part of a whole (H: that is counted), G and B kinds, T a kind that is
# asked, S the place of the page, M a noun of the measure, V a verb (w: or a noun), K codes, Y years, F «andelen» or
# «antallet», p a preposition, a «av», e «det», t an article, R a relative clause, > a side of a comparison, o «og»,
# D what only its function says.
_SHORTER = [
    (r"([UN])[GB]+", r"\1"),
    (r"G+", "U"),
    (r"o*([UNKTS])(?:o?\1)+", r"\1"),
    (r"[p>]*Y(?:[op]*Y)*", "Y"),
    (r"(?<=[aQX])t|(?<=[Vw])h|(?<=a)b(?=[UN])", ""),
]
_DONE = "[pMwKBYS]*"
_NOUN = "(?:F(?:[PH]a?[UN]?|a?[UN])?(?:[pR>][pMwKBYSUN]*)?|[Mw][apMwKBYSR>UN]*)"
_FULL = [
    f"[YS]*Qa?[UN][YS]*[Vw][PH]?{_DONE}",  # 32 av 43 tilbud deltok i samarbeidsfora
    f"[YS]*QH[YS]*w{_DONE}",  # 1 529 kvinner bodde på krisesenter
    f"[YS]*a[UN]p*[Vw]e?Q[PH]?{_DONE}",  # av tilbudene deltok 32 av 43 i samarbeidsfora
    f"[YS]+[Vw]p?Qa?[UN]{_DONE}",  # i 2020 deltok 32 av 43 tilbud i samarbeidsfora
    f"[YS]*(?:eV|Ve)Qa?(?:N|U[pKBYS]*[Mw]){_DONE}",  # det var 32 tilbud i samarbeidsfora
    "[YS]*p?M(?:pK)?[VwYS]+Qa?[UN][YS]*",  # i samarbeidsfora deltok 32 av 43 tilbud
    f"[YS]*F(?:[PH]a?[UN]?|a?[UN])?(?:[pR>]{_DONE})?[YS]*VQ[PH]?[YSB]*",  # andelen av tilbudene i samarbeidsfora er 74 prosent
    "[YS]*M[YS]*[Vw]Q[YS]*|[YS]+VM[YS]*Q[YS]*",  # antallet beboere var 1 668
    "[ST][YS]*[Vw]M?p?Q[UN]?[YS]*|Y[Vw]TM?p?Q[UN]?",  # tilbudet samarbeidet med 9 av 9 instanser
    "[YS]*(?:Ve|eV|D)A[UN]?[YS]*",  # det var 43 tilbud
    f"[YS]*{_NOUN}V*[CX][pMwKBYSUN>o]*|[YS]*V{_NOUN}[CX][pMwKBYSUN>]*|[YS]*(?:eV|Ve)[CX][pMwKBYSUN>o]*",
    f"[YS]*(?:Ve?)?X(?:a?[UN])?Y?(?:>[ap]*[UNK])?[>R]?[VwpM]{_DONE}O?Y?(?:>{_DONE})?",  # flest tilbud hadde …
    f"[UN][YS]*[Vw]{_DONE}L{_DONE}|[YS]+[Vw][UN]pL{_DONE}",  # tilbudene samarbeidet med NAV og politiet
    "S[Vw][UN]pOY?|a[UN]Y?[Vw]DO|[YS]*DO",  # av tilbudene samarbeidet dette antallet med instansene: NAV (43) …
    "o?[UNTS]W|[et]W",
]
# What leans on a stretch of the same sentence that is whole.
_LEANING = "[>Y]*(?:Ve|pK)?(?:a[UN])?[QA]a?[UN]?[PH]?[pMKBYS]*|[CX][pMwKBYSUN>]*O?Y?|DO|X[Vwp]?[pMKBYS]*OY?"
_LABEL = re.compile("Qa?[UN]?[YS]*|C[YS]*")
_WHOLE, _PART = (re.compile(f"(?:Qa?[UN]?)?(?:{frames})(?:Q[YS]*)?") for frames in ("|".join(_FULL), _LEANING))


def in_order(stretches: Iterable[Sequence[str]]) -> bool:
    """Whether a sentence is in an order that is licensed. Parameters: `stretches`, with nothing that sets their claims
    apart, each as the letters of its phrases."""
    rows = []
    for letters in stretches:
        row = "".join(letters)
        for pattern, shorter in _SHORTER:
            row = re.sub(pattern, shorter, row)
        rows.append(row.strip("o>" if "Q" in row else "o"))
    whole = [bool(_WHOLE.fullmatch(row)) for row in rows]
    leaning = any(whole) and all(ok or _PART.fullmatch(row) for row, ok in zip(rows, whole, strict=True))
    return leaning or all(_LABEL.fullmatch(row) for row in rows)
