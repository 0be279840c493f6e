"""Reconstructed answers of the centres: exact counts from `maaltall.csv`, spread over the centres by fixed scores.

A score is a sha256 of a seed and some names, so that there is no state and no random generator: the same question to
the same centre always draws the same lot. Most of a centre's rank is its own and stays from year to year, and the men's
and women's services of a centre share it; a little differs by year and by service, as real answers do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

SEED = "krisestat-4"
WRITTEN, UNWRITTEN = "skriftlig_avtale", "ikke_skriftlig_avtale"
IKKE_VIST = "ikke_vist"

# How much of a rank is the centre's own for a kind of question, its own for one question, the year's, the service's.
_WEIGHTS = {"kind": 10, "question": 14, "year": 2, "service": 1}
# Of those who do not answer Ja: percent who leave the question open, and percent who answer Vet ikke.
_BLANK, _DONT_KNOW = 10, 12

Question = tuple[str, str, str]  # variabel, instans, samarbeidsform
Targets = Mapping[tuple[Question, str, int], int]  # question, tilbud, aar → number of Ja
Answers = dict[tuple[str, str, Question], str]  # senter_id, tilbud, question → svar


def score(*names: object) -> int:
    """A fixed number from 0 to 2³²−1 for a list of names."""
    text = "|".join(map(str, (SEED, *names)))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big")


def rank(senter: str, tilbud: str, aar: int, question: Question) -> int:
    """How early a service is among those who answer Ja: higher is earlier."""
    kind = question[2] or question[0]
    return (
        _WEIGHTS["kind"] * score("kind", senter, kind)
        + _WEIGHTS["question"] * score("question", senter, *question)
        + _WEIGHTS["year"] * score("year", senter, *question, aar)
        + _WEIGHTS["service"] * score("service", senter, *question, tilbud)
    )


def say_yes(
    sentre: Iterable[str], tilbud: str, aar: int, question: Question, count: int, first: Iterable[str] = ()
) -> set[str]:
    """The `count` centres of `sentre` that answer Ja: those in `first`, then by rank.

    Raises `ValueError` if there are too few.
    """
    first = set(first)
    order = sorted(sentre, key=lambda s: (s not in first, -rank(s, tilbud, aar, question), s))
    if count > len(order):
        raise ValueError(f"{aar} {tilbud} {question}: {count} Ja, men bare {len(order)} kan svare Ja")
    return set(order[:count])


def no_answer(senter: str, tilbud: str, aar: int, question: Question) -> str:
    """What a service that does not answer Ja answers: `nei`, `vet_ikke` or `ubesvart`."""
    lot = score("no", senter, tilbud, aar, *question) % 100
    return "ubesvart" if lot < _BLANK else "vet_ikke" if lot < _BLANK + _DONT_KNOW else "nei"


def choose_yes(
    sentre: Iterable[str], tilbud: str, aar: int, questions: Iterable[Question], targets: Targets
) -> dict[Question, set[str]]:
    """The centres that answer Ja to each question, as many as the target says.

    Forms of cooperation stay within those that cooperate, and an unwritten agreement is for those without a written
    one. Written agreements stay within so many centres as have at least one: the partner with most agreements comes
    last, and takes those centres first that have none yet.
    """

    def yes(question: Question, candidates: Iterable[str], first: Iterable[str] = ()) -> set[str]:
        return say_yes(candidates, tilbud, aar, question, targets[question, tilbud, aar], first)

    said = {q: yes(q, sentre) for q in questions if q[0] in ("forum", "samarbeid")}
    written = (q for q in questions if q[2] == WRITTEN)
    *others, last = sorted(written, key=lambda q: (targets[q, tilbud, aar], q))
    pool = yes(("skriftlig_noen", "", ""), said["samarbeid", last[1], ""])
    said |= {q: yes(q, pool & said["samarbeid", q[1], ""]) for q in others}
    said[last] = yes(last, pool, first=pool.difference(*(said[q] for q in others)))
    for question in questions:
        if question not in said:
            _, partner, form = question
            written_too = said["samarbeidsform", partner, WRITTEN] if form == UNWRITTEN else set()
            said[question] = yes(question, said["samarbeid", partner, ""] - written_too)
    return said


def answer_year(sentre: list[str], tilbud: str, aar: int, questions: list[Question], targets: Targets) -> Answers:
    """All answers of one year's services of one kind.

    Parameters: `sentre`, ids of the centres with the service; `questions`, what the year's form asked; `targets`, the
    number of Ja to each. Returns an answer for every centre and question; `ikke_vist` where the form hides the question
    because the service does not cooperate with the partner.
    """
    said = choose_yes(sentre, tilbud, aar, questions, targets)

    def answer(senter: str, question: Question) -> str:
        variabel, partner, _ = question
        if senter in said[question]:
            return "ja"
        if variabel == "samarbeidsform" and senter not in said["samarbeid", partner, ""]:
            return IKKE_VIST
        return no_answer(senter, tilbud, aar, question)

    return {(senter, tilbud, question): answer(senter, question) for senter in sentre for question in questions}
