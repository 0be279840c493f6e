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
from krisestat.intake.sources import SURVEY
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER
from krisestat.model.cubes import read_cubes
from krisestat.model.load import load_model
from krisestat.model.policy import load_policy
from krisestat.model.register import load_register
from krisestat.sheets.contracts import ENHETER, FAKTAARK
from krisestat.sheets.membership import check_agreements, load_tilhorighet
from krisestat.sheets.numbers import agreement_rows, sheet_rows
from krisestat.sheets.units import units

LOG = logging.getLogger(__name__)


def run(inn: Files, ut: Files, years: Sequence[int], tillegg: bool, kapitler: Sequence[str]) -> None:
    """Find the sheets of an edition and their numbers.

    Parameters: `inn`, `svar`, the years' coded answers, `avtaler` and `punkter`, the coded forms on agreements,
    `utdata`, the published numbers, and `policy`; `ut`, `enheter` and `tall`; `years` of the series, the last of which
    is the edition's; `tillegg`, whether the checklist's additions are counted; `kapitler`, those of the edition. Raises
    `Problems` with the faults of the list of membership, and for what the policy does not let a sheet tell; then
    nothing is written.
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
    model = load_model(kapitler, READERS, inn.prosjekt)
    policy = load_policy(inn.policy, model, inn.prosjekt)
    found = units(kommuner, register, tilhorighet, newest, policy["faktaark"]["grenser"], aar)
    liste = load_sjekkliste(tillegg=tillegg, root=inn.prosjekt)
    cubes, asked = read_cubes(model, inn.many("utdata")), model.kilder[SURVEY]
    rows = sheet_rows(
        (row for path in inn.many("svar") for row in read_rows(path, asked.contract)),
        model,
        policy,
        cubes,
        found,
        tilhorighet,
        agreement_rows(found, newest, points, cubes.get("avtalepunkt", ()), liste),
        aar,
    )
    files = {
        ut.enheter: table_text(found, ENHETER, str(ut.enheter)),
        ut.tall: table_text(rows, FAKTAARK, str(ut.tall)),
    }
    write_all(files)
    LOG.info("%d faktaark, %d tall", len(found), len(rows))
