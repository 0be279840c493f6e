"""Stage `sheets`: one batch of fact sheets, each as a page and as a PDF, made in one warm process.

A sheet that cannot be made does not stop the others: what is wrong with it follows the batch, and `sheet_audit` stops
the build with the faults of all batches. PDFs are kept by what they are made of, in a folder for each sheet.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.base.contracts import Row, read_rows
from krisestat.base.errors import Problem, Problems, shown
from krisestat.base.files import Files
from krisestat.base.store import fetch, keep
from krisestat.model.cubes import read_cubes
from krisestat.model.load import SHEETS, load_model
from krisestat.model.policy import load_policy
from krisestat.pages.kept_pdf import KEPT, pdf_key, tools_digest
from krisestat.pages.pdf import typesetter
from krisestat.sheets.batch import Batch, write_batch
from krisestat.sheets.contracts import ENHETER
from krisestat.sheets.numbers import by_place, sheet_model
from krisestat.sheets.page import SheetMaker, load_sheet_maker
from krisestat.sheets.units import batch, chosen

LOG = logging.getLogger(__name__)
# What only the log file is told: the terminal shows the project's own loggers.
_FILE_ONLY = logging.getLogger("sheets.spor")


class Typesetter:
    """Sets PDFs, or fetches those that have been set before. WeasyPrint is loaded when the first must be set.

    Parameters: `fonts`, the folder of TTF files; `store`, the folder of what is kept, with one folder a sheet; `stack`,
    which closes the typesetter in the end.
    """

    def __init__(self, fonts: Path, store: Path, stack: ExitStack):
        self._fonts, self._store, self._stack = fonts, store, stack
        self._tools = tools_digest(fonts)
        self._warm: Callable[[str, str], bytes] | None = None
        self.fetched = 0

    def pdf(self, ark: str, text: str) -> bytes:
        """The PDF of a sheet's print edition. Raises `Problems` for everything that the typesetter warned about."""
        key = pdf_key(self._tools, text)
        kept = fetch(self._store / ark, "pdf", key)
        if kept is not None:
            self.fetched += 1
            return kept
        if self._warm is None:
            self._warm = self._stack.enter_context(typesetter(self._fonts))
        data = self._warm(text, f"{ark}.pdf")
        keep(self._store / ark, "pdf", key, data, KEPT)
        return data


def make_batch(enheter: Sequence[Row], maker: SheetMaker, pdf: Callable[[str, str], bytes], name: str = "") -> Batch:
    """Make some sheets, as many as can be made.

    Parameters: `enheter`, rows of `ENHETER`; `pdf`, sets a sheet's print edition; `name`, what the terminal calls the
    batch.
    """

    def told(done: int) -> None:
        LOG.info("%s%d av %d faktaark", name, done, len(enheter), extra={"fremdrift": (done, len(enheter))})

    made: dict[str, tuple[bytes, bytes]] = {}
    failures: dict[str, list[Problem]] = {}
    for done, enhet in enumerate(enheter):
        ark = enhet["ark"]
        told(done)
        try:
            sheet = maker.make(enhet)
            made[ark] = sheet.side.encode("utf-8"), pdf(ark, sheet.trykk)
        except Exception as error:  # whatever is wrong with one sheet, the others are made
            failures[ark] = error.problems if isinstance(error, Problems) else [_unexpected(ark, error)]
            LOG.warning("%s ble ikke laget", ark)
            _FILE_ONLY.error("%s", traceback.format_exc())
    told(len(enheter))
    return Batch(made, failures)


def _unexpected(ark: str, error: Exception) -> Problem:
    found = f"uventet feil: {type(error).__name__} {shown(error, 200)}"
    fix = "Dette er en feil i Krisestat, ikke i dataene: meld den, og legg ved loggene for sheets."
    return Problem(f"faktaark/{ark}", "", found, "et faktaark", fix)


def sheet_maker(inn: Files, config: Mapping[str, Any], publikasjon: str, enheter: Sequence[Row]) -> SheetMaker:
    """What makes the sheets of some units. Parameters: as `run`; `enheter`, rows of `ENHETER`."""
    declared = load_model([*config["kapitler"], SHEETS], READERS, inn.prosjekt)
    public = read_cubes(declared, inn.many("utdata"))
    model = sheet_model(declared, load_policy(inn.policy, declared, inn.prosjekt))
    rows = by_place(model, read_cubes(model, inn.many("tall")), public, config["aar"])
    collected = (row["aar"] for row in public.get("avtalepunkt", ()) if row["aar"] <= config["aar"])
    return load_sheet_maker(inn.prosjekt, config, model, rows, enheter, max(collected, default=0), publikasjon)


def run(
    inn: Files,
    ut: Files,
    config: Mapping[str, Any],
    publikasjon: str,
    number: int,
    size: int,
    utvalg: Sequence[str],
) -> None:
    """Make a batch of fact sheets.

    Parameters: `inn`, `enheter` and `tall`, of the stage `sheet_data`, `utdata`, the published
    numbers, `policy`, and `lager`, where PDFs are kept; `ut`, `bunt`; `config`, the merged configuration;
    `publikasjon`, where the page of the publication lies, seen from the sheets; `number` of the batch, from 1, and
    `size`, of each; `utvalg`, ids of the sheets that are asked for, all when there are none. Raises `Problems` when no
    sheet at all can be made: for faults of the templates' folder or the codebooks, and ids in `utvalg` that are
    unknown.
    """
    found = read_rows(inn.enheter, ENHETER)
    maker = sheet_maker(inn, config, publikasjon, found)
    with ExitStack() as stack:
        one = Typesetter(inn.fonts, inn.lager / "faktaark", stack)
        made = make_batch(batch(chosen(found, utvalg), number, size), maker, one.pdf, f"bunt {number}: ")
    write_batch(ut.bunt, made)
    told = f"bunt {number}: {len(made.sheets)} faktaark, {one.fetched} PDF-er hentet fra lageret"
    LOG.info("%s%s", told, f", {len(made.failures)} ble ikke laget" if made.failures else "")
