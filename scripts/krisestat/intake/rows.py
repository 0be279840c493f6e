"""Rows of a delivery that may be no answers: tests, those that were given twice, half, or not at all.

Each comes with an entry for `data/rettelser.yaml`, ready where there is one right thing to do, and as a comment where a
person must choose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from krisestat.base.errors import shown
from krisestat.base.kept_tables import normal
from krisestat.intake.decisions import Decisions
from krisestat.intake.raw_file import RawTable
from krisestat.intake.survey import owners_of
from krisestat.model.codebooks import HAS_SERVICE, RESPONDENT, UNUSED, labels_of
from krisestat.model.declared import Questions
from krisestat.model.register import Register

_TEST = re.compile(r"\b(?:test(?:er|ing|svar|senter|bruker)?|prøve?(?:svar|senter|bruker)?|demo)\d*\b", re.IGNORECASE)
# A row with a smaller part of its questions answered was probably never handed in.
_HALF = 2 / 3


@dataclass(frozen=True)
class Found:
    """`proposed`, each row that may be no answer: its entry for `karantene`, and whether a person must choose first;
    `questions`, what to ask of them."""

    proposed: list[tuple[dict, bool]]
    questions: list[str]

    def join(self, decided: Decisions, raw: Path) -> Decisions:
        """What is decided of a file, with these rows set aside too: those to choose among are asked for already."""
        lines = {entry["linje"] for entry in decided.karantene}
        nobody = {"id": "", "fil": raw.as_posix(), "bestemt_av": "", "dato": "", "_linje": 0}
        own = [entry | nobody for entry, _ in self.proposed]
        own = [entry for entry in own if entry["linje"] not in lines]
        return Decisions(decided.path, decided.rettelser, [*decided.karantene, *own])


def look_at_rows(
    sheet: RawTable, rows: Sequence[Mapping], codes: Mapping[str, str], asked: Questions, register: Register, aar: int
) -> Found:
    """Find the rows. Parameters: `rows`, the codebook's draft; `codes`, the answer that a value is in the year."""
    meaning = {row["kolonne"]: row for row in rows}
    named = next(n for n, column in enumerate(sheet.columns) if meaning[column]["variabel"] == RESPONDENT)
    owners = owners_of(register, aar)
    services = set(register.services(aar))
    answered: dict[int, tuple[str, str, float]] = {}
    counted: set[int] = set()
    for line, record in zip(sheet.lines, sheet.records, strict=True):
        name = record[named]
        senter, part = owners.get(normal(name).casefold(), ("", ""))
        told = [_told(meaning[c], value, codes, asked) for c, value in zip(sheet.columns, record, strict=True)]
        asked_of = {t for t, _, _ in told if part in ("", t) and (not senter or (senter, t) in services)}
        own = [(box, said) for t, box, said in told if box is not None and t in asked_of]
        put = [said for box, said in own if not box]
        share = sum(put) / len(put) if put else 1.0
        meant = [(value, meaning[column]) for column, value in zip(sheet.columns, record, strict=True) if value]
        strange = {value for value, row in meant if value not in {*codes, *labels_of(row), name}}
        counted |= {line} if len(strange) > 1 and all(map(str.isdecimal, strange)) else set()
        answered[line] = name, f"{senter} {part}".strip(), share if any(said for _, said in own) else 0.0
    found = Found([], [])
    usual = sorted(share for _, _, share in answered.values())[len(answered) // 2]
    tests = {n: a for n, a in answered.items() if not a[1] and _TEST.search(a[0])}
    sums = {n: a for n, a in answered.items() if n not in tests and not a[1] and n in counted}
    empty = {n: a for n, a in answered.items() if usual and n not in {**tests, **sums} and not a[2]}
    partial = {n: a for n, a in answered.items() if n not in {**tests, **sums, **empty} and a[2] < _HALF * usual}
    for line, (name, _, _) in tests.items():
        _propose(found, line, name, "En prøve, og ikke svar fra et senter.")
    for line, (name, _, _) in sums.items():
        _propose(found, line, name, "En sumrad, og ikke svar fra et senter.")
    for line, (name, _, _) in empty.items():
        _propose(found, line, name, "Senteret har ikke svart på noe, så raden er tom.")
    if found.proposed:
        lines = ", ".join(f"linje {e['linje']} {shown(e['navn'])}" for e, _ in found.proposed)
        found.questions.append(
            f"prøver, sumrader og tomme rader: {lines}. De er foreslått satt i karantene i rettelser.utkast.yaml; "
            "slett posten for en rad som er et svar. Et senter i karantene regnes som ubesvart: purr på det først."
        )
    for line, (name, _, share) in partial.items():
        _propose(found, line, name, "Svarene ble ikke sendt inn, og er bare begynt på.", choose=True)
        found.questions.append(
            f"linje {line} {shown(name)} har svart på {share:.0%} av spørsmålene sine, så skjemaet er trolig ikke "
            "sendt inn. Skal svarene ikke brukes, tas «#» bort foran posten i rettelser.utkast.yaml."
        )
    _twice(found, sheet, {n: a for n, a in answered.items() if n not in {**tests, **empty}})
    return found


def _told(row: Mapping, value: str, codes: Mapping[str, str], asked: Questions) -> tuple[str, bool | None, bool]:
    """Of a cell: the service that is asked of, whether it is a box to tick (None for what is no question), and whether
    somebody answered there."""
    if row["variabel"] in ("", RESPONDENT, UNUSED, HAS_SERVICE):
        return "", None, False
    service = row[asked.enhet[1]] if len(asked.enhet) > 1 else ""
    box = row["variabel"] in asked.only_if
    answer = codes.get(labels_of(row).get(value, value), value)
    no = asked.no(row["variabel"]) if box else []
    return service, box, answer not in ("", *no)


def _propose(found: Found, line: int, name: str, why: str, choose: bool = False) -> None:
    found.proposed.append(({"linje": line, "navn": name, "grunn": why}, choose))


def _twice(found: Found, sheet: RawTable, answered: Mapping[int, tuple[str, str, float]]) -> None:
    """Note the centres that have more than one row."""
    by_line = dict(zip(sheet.lines, sheet.records, strict=True))
    lines_of: dict[str, list[int]] = {}
    for line, (_, senter, _) in answered.items():
        if senter:
            lines_of.setdefault(senter, []).append(line)
    for lines in (lines for lines in lines_of.values() if len(lines) > 1):
        first, *others = lines
        unlike = sum(len({by_line[line][n] for line in lines}) > 1 for n in range(len(sheet.columns)))
        for line in lines:
            _propose(
                found, line, answered[line][0], "Senteret har svart to ganger; den andre raden gjelder.", choose=True
            )
        found.questions.append(
            f"{shown(answered[first][0])} har svart på linje {first} og {', '.join(map(str, others))}, "
            f"ulikt i {unlike} av {len(sheet.columns)} kolonner. Finn ut hvilken rad som gjelder, og ta «#» bort foran "
            "posten for den andre i rettelser.utkast.yaml."
        )


def draft_corrections(found: Found, raw: Path) -> str:
    """The draft of what enters `data/rettelser.yaml` when the delivery is registered. Those that a person must choose
    are comments."""
    head = (
        "# Forslag til data/rettelser.yaml. «make mottak» legger dem dit, med id, dato og navn. Slett\n"
        "# det som ikke er riktig, og ta «# » bort foran det som skal gjelde. Egne rettelser kan skrives til her; se\n"
        "# docs/metode.md, «Rettelser».\n"
    )
    body = "rettelser:\nkarantene:\n"
    for entry, choose in found.proposed:
        lines = yaml.safe_dump([{"fil": raw.as_posix(), **entry}], allow_unicode=True, sort_keys=False, width=1000)
        body += "".join(f"{'# ' if choose else ''}{line}\n" for line in lines.splitlines())
    return head + body
