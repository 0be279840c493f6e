"""Stage `agreements`: filled forms on agreements between municipalities, from the files as received to coded answers.

They are counted with all other answers (`compute`). Nothing here needs pandas.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from krisestat.agreements.answers import SOURCE, form_answers, form_units
from krisestat.agreements.check import (
    ADVARSLER,
    Oppslag,
    UsableAgreement,
    check_skjema,
    load_oppslag,
    same_parties,
    unanswered,
)
from krisestat.agreements.checklist import LIST, load_sjekkliste
from krisestat.agreements.collections import Innsamling, Skjemafil, load_innsamlinger
from krisestat.agreements.lists import READERS
from krisestat.agreements.read import inndata_rows, read_skjemaer
from krisestat.base.contracts import Row, table_text, write_all
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.files import Files
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, AVTALER_INNDATA, AVTALER_KARANTENE, KVALITET
from krisestat.model.load import load_model
from krisestat.model.quality import Check, rows_of, warn_if

LOG = logging.getLogger(__name__)

_EMPTY = "skjemaer uten svar"
_ADDS_UP = "skjemaer inn = brukt + i karantene"


@dataclass
class Mottatt:
    """What a collection gave: the fields as received, the agreements that are used, the forms that are not, and what
    was checked."""

    celler: list[Row] = field(default_factory=list)
    avtaler: list[UsableAgreement] = field(default_factory=list)
    karantene: list[Row] = field(default_factory=list)
    kontroller: list[Check] = field(default_factory=list)


def receive_skjemaer(innsamling: Innsamling, skjemaer: Iterable[tuple[Skjemafil, bytes]], oppslag: Oppslag) -> Mottatt:
    """Read and check the forms of a collection.

    Parameters: `skjemaer`, those that are to be used, each with its content. Raises `Problems` with every fault of all
    of them. One in which nothing was answered is put in quarantine, and so is one that a person has decided on.
    """
    problems, got = ProblemList(), Mottatt()
    for skjema, found in read_skjemaer(skjemaer):
        if isinstance(found, Problems):
            problems.extend(found)
            continue
        got.celler += inndata_rows(skjema.path, found)
        avtale = check_skjema(skjema, found, innsamling.aar, oppslag, problems)
        if avtale and unanswered(avtale):
            reason = {"grunn": "Ingen av punktene er besvart.", "bestemt_av": "", "dato": ""}
            got.karantene.append(_quarantined(innsamling.aar, skjema, "uten_svar", reason))
        elif avtale:
            got.avtaler.append(avtale)
    same_parties(got.avtaler, oppslag.kommuner, problems)
    problems.raise_if_any()
    empty = [row["fil"] for row in got.karantene]
    got.karantene += [
        _quarantined(innsamling.aar, skjema, "bestemt", skjema.karantene)
        for skjema in innsamling.skjemaer
        if skjema.karantene
    ]
    got.kontroller = _checks(innsamling, got, [str(name) for name in empty])
    return got


def _quarantined(aar: int, skjema: Skjemafil, rule: str, reason: Mapping[str, str]) -> Row:
    named = {"aar": aar, "avtale_id": skjema.id, "format": skjema.format, "fil": skjema.path.as_posix(), "regel": rule}
    return named | {key: reason[key] for key in ("grunn", "bestemt_av", "dato")}


def _checks(innsamling: Innsamling, got: Mottatt, empty: Sequence[str]) -> list[Check]:
    """What was checked of a collection."""
    year, count = str(innsamling.aar), len(got.avtaler)
    if len(innsamling.skjemaer) != count + len(got.karantene):
        raise ArithmeticError(f"{len(innsamling.skjemaer)} forms, {count} used, {len(got.karantene)} in quarantine")
    checks = [Check(_ADDS_UP, year, len(innsamling.skjemaer))]
    fix = "Skjemaet står i avtaler-karantene.csv. Be kommunen fylle det ut og sende det på nytt."
    checks.append(warn_if(empty, _EMPTY, year, len(innsamling.skjemaer), fix))
    for name, fix in ADVARSLER.items():
        found = [told for avtale in got.avtaler for told in avtale.advarsler.get(name, ())]
        checks.append(warn_if(found, name, year, count, fix))
    return checks


def run(inn: Files, ut: Files, aar: int, tillegg: bool, kapitler: Sequence[str]) -> None:
    """Read and check every collection up to the edition's year.

    Parameters: `inn`, the project's folders; `ut`, `inndata` and `svar`, one file a collection in order, `enheter`, the
    agreements that answer, `avtaler`, `punkter`, `karantene` and `kontroller`, coded and checked; `aar`, the edition's
    year; `tillegg`, whether the list's additions are counted; `kapitler`, those of the edition. Raises `Problems`; then
    nothing is written.
    """
    oppslag, problems = load_oppslag(inn.codebooks, inn.register, inn.templates), ProblemList()
    asked = load_model(kapitler, READERS).kilder[SOURCE]
    collections: list[tuple[Innsamling, Mottatt]] = []
    for innsamling in load_innsamlinger(aar):
        used = ((skjema, skjema.path.read_bytes()) for skjema in innsamling.skjemaer if not skjema.karantene)
        try:
            collections.append((innsamling, receive_skjemaer(innsamling, used, oppslag)))
        except Problems as error:
            problems.extend(error)
    problems.raise_if_any()
    every = [avtale for _, got in collections for avtale in got.avtaler]
    rows, points = [avtale.row for avtale in every], [row for avtale in every for row in avtale.punkter]
    checks = [check for _, got in collections for check in got.kontroller]
    aside = [row for _, got in collections for row in got.karantene]
    liste = load_sjekkliste(inn.codebooks / LIST.parent.name / LIST.name, tillegg=tillegg)
    answers = form_answers(rows, points, liste, oppslag.lover, asked)
    files: dict[Path, bytes | str] = {}
    for place, received, (one, got) in zip(ut.many("svar"), ut.many("inndata"), collections, strict=True):
        own = [row for row in answers if row["aar"] == one.aar]
        files[place] = table_text(own, asked.contract, str(place))
        files[received] = table_text(got.celler, AVTALER_INNDATA, str(received))
    files |= {
        ut.enheter: table_text(form_units(rows), asked.units, str(ut.enheter)),
        ut.avtaler: table_text(rows, AVTALER, str(ut.avtaler)),
        ut.punkter: table_text(points, AVTALEPUNKTER, str(ut.punkter)),
        ut.karantene: table_text(aside, AVTALER_KARANTENE, str(ut.karantene)),
        ut.kontroller: table_text(rows_of(checks), KVALITET, str(ut.kontroller)),
    }
    write_all(files)
    for check in checks:
        if check.open:
            LOG.warning("%s, %s: %s. %s", check.kontroll, check.gjelder, check.eksempler, check.tiltak)
    LOG.info("%d skjemaer brukt, %d i karantene, fra %d innsamlinger", len(rows), len(aside), len(collections))
