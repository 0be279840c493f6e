"""What the reconstructed forms say of each leaf, by fixed lots: no state and no random generator.

A lot is a sha256 of a seed and some names, as for the answers of the centres. An agreement keeps its lot for a leaf
from one collection to the next, so that what changes is what the agreement's declared coverage changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from krisestat.agreements.checklist import Punkt
from tools.rekonstruer.svar import score

# Of what is not covered: percent that is partly covered, not answered, and not relevant. The rest is missing.
_PARTLY, _BLANK, _IRRELEVANT = 35, 12, 4
# Percent of the answers that have a reference to the clause, or a note.
_REFERENCE, _NOTE = 70, 15


def lot(*names: object) -> int:
    """A fixed number from 0 to 99 for a list of names."""
    return score("avtale", *names) % 100


def answer(id: str, leaf: str, level: int) -> str:
    """What an agreement says of a leaf. Parameters: `level`, percent chance that it is covered."""
    if lot("dekket", id, leaf) < level:
        return "dekket"
    drawn = lot("ellers", id, leaf)
    for kind, share in (("delvis", _PARTLY), ("", _BLANK), ("ikke_relevant", _IRRELEVANT)):
        if drawn < share:
            return kind
        drawn -= share
    return "mangler"


def leaf_texts(one: Mapping[str, Any], punkt: Punkt, level: int, words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Answer, reference and note of a leaf: what is declared, and otherwise what the lot gives; nothing where the leaf
    is not asked under the agreement's legal basis.

    Parameters: `one`, the agreement as declared for a year; `level`, percent chance that the leaf is covered; `words`,
    references and notes to draw from.
    """
    leaf = punkt.id
    given = {part: one.get(part, {}).get(leaf) for part in ("svar", "henvisning", "merknad")}
    svar = answer(one["id"], leaf, level) if given["svar"] is None else given["svar"]
    if one["dekning"] >= 100:
        svar = "dekket"
    if given["svar"] is None and not punkt.asked_under(one["lovgrunnlag"]):
        return {"svar": "", "henvisning": "", "merknad": ""}
    drawn = {"henvisning": "", "merknad": ""}
    if svar in ("dekket", "delvis") and lot("henvisning", one["id"], leaf) < _REFERENCE:
        choices = words["henvisninger"]
        drawn["henvisning"] = choices[score("hvor", one["id"], leaf) % len(choices)]
    if svar in ("delvis", "mangler") and lot("merknad", one["id"], leaf) < _NOTE:
        choices = words["merknader"]
        drawn["merknad"] = choices[score("hva", one["id"], leaf) % len(choices)]
    return {"svar": svar} | {part: drawn[part] if given[part] is None else given[part] for part in drawn}
