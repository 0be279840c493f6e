"""The order of the phrases of a proven sentence: what is said of what.

The same phrases in another order are another claim: «74 prosent av tilbudene deltok i samarbeidsfora», «74 prosent av
dem i samarbeidsfora var tilbudene». So a stretch of a sentence, a letter for each phrase, must be one of the frames
that are licensed here. In them what a share is of stands right behind it, or right behind «av» before the verb; a
quantity has a verb; and what is done stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# What a function's text is to its sentence: a quantity (Z: a share), what became of a measure, what is more or most, a
# list that is numbered, a list that holds, how many there are, an answer. The rest are companions.
CLAIMS = {
    **dict.fromkeys(("antall", "av", "mengde", "omtrent", "unntak"), "Q"),
    **dict.fromkeys(("fra_til", "endret_med", "endring", "utvikling", "trend", "vanlighet", "hyppighet"), "C"),
    **{"prosent": "Z", "rekord": "C", "prosentpoeng": "C", "superlativ": "X", "endring_ord": "X", "sammenlikn": "X"},
    **dict.fromkeys(("instanser", "unntatt"), "L"),
    **{"base": "A", "baser": "A", "opplisting": "O", "svarte": "W"},
}
COMPANIONS = {"aarstall": "Y", "periode": "Y", "base": "b", "baser": "b", "antall": "b", "fortsatt": "h"}
# Phrases: U what is counted (N: its name says the measure too), P a part of a whole (H: that is counted), G and B
# kinds, T a kind that is asked, S the place of the page, M a noun of the measure (d: of doing it), V a verb (w: or a
# noun), c «er», K codes (k: of who has what is counted), Y years, F «andelen» or «antallet», p a preposition (i: of any
# measure), a «av», e «det», t an article, R a relative clause, > a side of a comparison (m: of none), o «og», D what
# only its function says, x what is most by a list's end; E is a list of some, O of all.
_SHORTER = [
    (r"([UN])[GB]+", r"\1"),
    (r"(?<=[QZab])G+", "U"),
    (r"o*([UNKTS])(?:o?[ip]?\1)+", r"\1"),
    (r"[pi>m]*Y(?:[opi]*Y)*", "Y"),
    (r"(?<=[aQZX])t|(?<=c)t(?=C)|(?<=[Vwc])h|(?<=a)b(?=[UN])", ""),
    (r"^h(?=V)", "Y"),
]
# A code without its preposition, or with another's, and what is counted as the one that it is done with.
_TURNED = re.compile("iK|[Vc][QZUNYSBa]*K|p[UN]")
_DONE = "[pMwKBYS]*"
_IS = f"(?:[PHwp]{_DONE})"
_SHARE = "F(?:[PH](?:aN)?|a[UN]|[UN](?=[p>].*[Mw]|R))?"
_NOUN = f"(?:{_SHARE}(?:[pR>][pMwKBYSUN]*)?|[Mw][apMwKBYS>UN]*)"
# What is most or least is so among codes: «mest utbredt i 2020» would be of years.
_AFTER = (("[YS]*", "C", _NOUN, "Y"), ("(?:pU)?S*", "X", _NOUN.replace("Y", ""), ""))
_FULL = [
    f"[YS]*Qa?(?:[UN][YS]*(?:[Vw]{_DONE}|c[pw]{_DONE})|N[YS]*c{_IS})",  # 32 av 43 tilbud deltok
    f"[YS]*QH[YS]*w{_DONE}|(?:[YS]+|[YS]*e)wQH{_DONE}",  # 1 529 kvinner bodde på krisesenter
    "[YS]*xUY?[Vw][pMwBYS]*EY?",  # flest tilbud samarbeidet med politiet (22) og NAV (21)
    f"[YS]*a(?:[UN][pSY]*(?:[Vw]Q{_DONE}|ce?Q(?:[pw]{_DONE}|[YS]*))|N[pSY]*ce?Q{_IS})",  # av tilbudene deltok 32 i fora
    f"(?:[YS]+|[YS]*e)[Vw]e?p?Qa?[UN]{_DONE}|[YS]+cQa?[UN]{_IS}",  # i 2020 deltok 32 av 43 tilbud i fora
    f"[YS]*(?:ec|ce)Qa?(?:N|U[KBYS]*(?:p[pKBYS]*M|w|R)){_DONE}",  # det var 32 tilbud i samarbeidsfora
    "[YS]*(?:p?M(?:pK)?[YS]*[Vw]|pK[YS]*w)Qa?[UN][YS]*",  # i samarbeidsfora deltok 32 av 43 tilbud
    f"[YS]*{_SHARE}(?:[pR>]{_DONE})?[YS]*cQ[PH]?[YSB]*",  # andelen av tilbudene i samarbeidsfora er 74 prosent
    "[YS]*(?:k[YS]*V|[YS]V[YS]*k)Q[NM][YS]*",  # menn hadde 166 opphold
    "[YS]*(?:M|FN)[YS]*[Vwc]Q[YS]*|[YS]+(?:[Vc]M|[Vwc]FN)[YS]*Q[YS]*",  # antallet beboere var 1 668
    "[YS]*w(?:p[KT])?[YS]*cQ[UN]?[YS]*|[YS]*p[KT][YS]*cwQ[UN]?[YS]*",  # oppholdstiden for kvinnene var 33,6 døgn
    "[ST][YS]*[Vw]M?p?Q[UN]?[YS]*|Y[Vw][TS]M?p?Q[UN]?",  # tilbudet samarbeidet med 9 av 9 instanser
    "[YS]*(?:ce|ec|D)A[UN]?[YS]*|[YS]*DQ[UN][YS]*",  # det var 43 tilbud; krisesentrene hadde 1 668 beboere
    "[YS]*(?:ec|ce)[CX][pMwKBYSUN>]*",
    *(f"{early}(?:{noun}[Vc]*|[Vc]{noun}){what}(?:aU)?[pMwKB{year}SUN>]*" for early, what, noun, year in _AFTER),
    # flest tilbud hadde …
    f"(?:[YS]*(?:ce?)?|[YS]+V)X(?:a?[UN])?Y?(?:>[ap]*[UNK])?[>Rm]?[VwpM]{_DONE}[OE]?Y?(?:>{_DONE})?",
    f"[UN][YS]*[Vw]{_DONE}L{_DONE}|[YS]+[Vw][UN]pL{_DONE}",  # tilbudene samarbeidet med NAV og politiet
    "S[Vw][UN]p[OE]Y?|a[UN]Y?[Vw]DO|[YS]*DO",  # av tilbudene samarbeidet dette antallet med instansene: NAV (43) …
    "o?[UNTS]W|[et]W",
]
# What leans on a stretch of the same sentence that is whole; the measure is said in one of them.
_LEANING = "[>Y]*(?:ce|ec|pK)?(?:a[UN])?[QA](?:(?:a?[UN])?[PH]?[pKBYS]*|[PH]?[pMKBYS]*)|[CX][pMwKBYSUN>]*[OE]?Y?|DO"
_LEANING += "|X[Vwp]?[pMKBYS]*[OE]Y?|M[YS]*Q[YS]*"
# A name and its number: «Universitet: 83 prosent av de ansatte», «Tilbud til menn, enkeltrom: 6 soverom».
_LABEL = re.compile("Q(?:a?[UN])?[YS]*|C[YS]*|[UKHTYS]*QN[YS]*|PQaU|QMpN")
_WHOLE, _PART, _LAST = (
    re.compile(f"(?:Q(?:a?[UN])?)?(?:{frames})(?:Q(?:a?[UN])?[YS]*)?")
    for frames in ("|".join(_FULL), _LEANING, "[QA]a?[UN][pMKBYS]*")
)
# What leans on one that is like it: «92 prosent av beboerne var kvinner, og 8 prosent var menn», «deltakelsen var 74
# prosent i tilbudene til kvinner og 74 prosent i tilbudene til menn».
_ACT = re.compile("(?:(?:[YS]+|[YS]*pU[YS]*)cd(?:p[MK])*|[YS]*d(?:p[MK])*[YS]*c)Z(?:p?[UYS])*")
_LIKE = [(re.compile("a[UN].*c.*P"), re.compile("[QZ]cP[YS]*")), (_ACT, re.compile("ZpU[YS]*"))]


def in_order(stretches: Iterable[Sequence[str]]) -> bool:
    """Whether a sentence is in an order that is licensed. Parameters: `stretches`, with nothing that sets their claims
    apart, each as the letters of its phrases."""
    rows = []
    for letters in stretches:
        row = "".join(letters)
        for pattern, shorter in _SHORTER:
            row = re.sub(pattern, shorter, row)
        if _TURNED.search(row):
            return False
        row = row.replace("i", "p")
        rows.append(row.strip("o>m" if {*"QZ"} & {*row} else "o"))
    plain = [re.sub(r"Z(?![UN])", "Q", row).replace("d", "M") for row in rows]  # never «74 prosent tilbud»
    said = [row for row, told in zip(rows, plain, strict=True) if _WHOLE.fullmatch(told) or _ACT.fullmatch(row)]
    like = [way for first, way in _LIKE if any(map(first.search, said))]
    parts = [_PART] if any("M" in row or "d" in row for row in said) else [_PART, _LAST]
    leans = (
        row in said or any(way.fullmatch(row) for way in like) or any(way.fullmatch(told) for way in parts)
        for row, told in zip(rows, plain, strict=True)
    )
    return (bool(said) and all(leans)) or all(map(_LABEL.fullmatch, plain))
