"""Stage `sheet_data`: which fact sheets there are, and what each may tell beside the national numbers.

Confidentiality is applied here: the sheets are made from these two tables and from `utdata`, and open nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from krisestat.agreements.checklist import load_sjekkliste
from krisestat.agreements.municipalities import load_kommuner
from krisestat.base.contracts import read_rows, table_text, write_all
from krisestat.base.yaml_files import load_yaml
from krisestat.faktaark.tall import agreement_rows, sheet_rows
from krisestat.model.codebooks import load_codebook
from krisestat.model.contracts import AVTALEPUNKTER, AVTALER, ENHETER, FAKTAARK, KLARGJORT, PERSONER_UTDATA, UTDATA
from krisestat.model.register import load_register
from krisestat.sheets.membership import check_agreements, load_tilhorighet
from krisestat.sheets.units import units

LOG = logging.getLogger(__name__)


def run(
    svar: Sequence[Path],
    avtaler: Path,
    punkter: Path,
    landstall: Path,
    avtaletall: Path,
    personer: Path,
    root: Path,
    years: Sequence[int],
    tillegg: bool,
    enheter: Path,
    tall: Path,
) -> None:
    """Find the sheets of an edition and their numbers.

    Parameters: `svar`, the years' `klargjort` files; `avtaler` and `punkter`, the coded forms on agreements;
    `landstall`, `avtaletall` and `personer`, the tables of `utdata`; `root`, the project's folder; `years` of the
    series, the last of which is the edition's; `tillegg`, whether the checklist's additions are counted; `enheter` and
    `tall`, the files to write. Raises `Problems` with the faults of the list of membership, and for what the policy
    does not let a sheet tell; then nothing is written.
    """
    aar, folder, codebooks = years[-1], root / "data/raw/register", root / "data/raw/codebooks"
    kommuner, register = load_kommuner(folder), load_register(folder, years)
    tilhorighet = load_tilhorighet(folder, kommuner, register, years)
    forms = [row for row in read_rows(avtaler, AVTALER) if row["aar"] <= aar]
    check_agreements(tilhorighet, forms, kommuner, register, folder)
    collection = max((row["aar"] for row in forms), default=0)
    newest = [row for row in forms if row["aar"] == collection]
    points = [row for row in read_rows(punkter, AVTALEPUNKTER) if row["aar"] == collection]
    policy = load_yaml(codebooks / "konfidensialitet.yaml")[0]
    found = units(kommuner, register, tilhorighet, newest, policy["faktaark"]["grenser"], aar)
    liste = load_sjekkliste(tillegg=tillegg, root=root)
    rows = sheet_rows(
        (row for path in svar for row in read_rows(path, KLARGJORT)),
        load_codebook(codebooks),
        policy,
        read_rows(landstall, UTDATA),
        found,
        read_rows(personer, PERSONER_UTDATA),
        tilhorighet,
        agreement_rows(found, newest, points, read_rows(avtaletall, UTDATA), liste),
        aar,
    )
    files = {
        enheter: table_text(found, ENHETER, str(enheter)),
        tall: table_text(rows, FAKTAARK, str(tall)),
    }
    write_all(files)
    LOG.info("%d faktaark, %d tall", len(found), len(rows))
