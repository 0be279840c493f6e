"""Stage `sheet_data`: which fact sheets there are, and what each may tell beside the national numbers.

Confidentiality is applied here: the sheets are made from these two tables and from `utdata`, and open nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from krisestat.agreements.checklist import load_sjekkliste
from krisestat.agreements.lists import READERS
from krisestat.agreements.municipalities import load_kommuner
from krisestat.base.contracts import read_rows, table_text, write_all
from krisestat.base.files import Files
from krisestat.base.frames import read_frame
from krisestat.intake.sources import SURVEY
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER
from krisestat.model.cubes import cube_files, read_cubes
from krisestat.model.load import SHEETS, load_model
from krisestat.model.policy import load_policy
from krisestat.model.register import load_register
from krisestat.sheets.contracts import ENHETER, POINTS
from krisestat.sheets.membership import check_agreements, load_tilhorighet
from krisestat.sheets.numbers import (
    agreement_rows,
    disclosed,
    register_cubes,
    sheet_model,
    survey_cubes,
)
from krisestat.sheets.units import SENTER, units

LOG = logging.getLogger(__name__)


def run(inn: Files, ut: Files, years: Sequence[int], tillegg: bool, kapitler: Sequence[str]) -> None:
    """Find the sheets of an edition and their numbers.

    Parameters: `inn`, `svar`, the years' coded answers, `could`, those who could answer, `avtaler` and `punkter`, the
    coded forms on agreements, `utdata`, the published numbers, and `policy`; `ut`, `enheter`, and `tall`, a file a
    statistic; `years` of the series, the last of which is the edition's; `tillegg`, whether the checklist's additions
    are counted; `kapitler`, those of the edition. Raises `Problems` with the faults of the list of membership, and for
    what the policy does not let a sheet tell; then nothing is written.
    """
    aar, folder = years[-1], inn.register
    kommuner, register = load_kommuner(folder), load_register(folder, years)
    tilhorighet = load_tilhorighet(folder, kommuner, register, years)
    every = (row for path in inn.many("avtaler") for row in read_rows(path, AVTALER))
    agreements = [row for row in every if row["aar"] <= aar]
    check_agreements(tilhorighet, agreements, kommuner, register, folder)
    collection = max((row["aar"] for row in agreements), default=0)
    newest = [row for row in agreements if row["aar"] == collection]
    points = [row for path in inn.many("punkter") for row in read_rows(path, AVTALEPUNKTER)]
    points = [row for row in points if row["aar"] == collection]
    declared = load_model([*kapitler, SHEETS], READERS, inn.prosjekt)
    policy = load_policy(inn.policy, declared, inn.prosjekt)
    found = units(kommuner, register, tilhorighet, newest, policy["faktaark"]["grenser"], aar)
    centres = [row for row in found if row["slag"] == SENTER]
    model = sheet_model(declared, policy)
    asked, liste = model.kilder[SURVEY], load_sjekkliste(tillegg=tillegg, root=inn.prosjekt)
    answers = (read_frame(path, asked.contract) for path in inn.many("svar"))
    counts = read_cubes(declared, inn.many("utdata")).get("avtalepunkt", ())
    (could,) = inn.many("could")
    cubes = survey_cubes(model, answers, read_frame(could, asked.units), centres, aar)
    cubes |= register_cubes(register, tilhorighet, centres, model)
    cubes[POINTS] = list(agreement_rows(found, newest, points, counts, liste))
    told = disclosed(model, cubes, policy)
    write_all({ut.enheter: table_text(found, ENHETER, str(ut.enheter))} | cube_files(model, told, ut.many("tall")))
    LOG.info("%d faktaark, %d tall", len(found), sum(map(len, told.values())))
