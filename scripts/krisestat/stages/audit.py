"""Stage `audit`: the finished files are read as a reader would; it fails if they reveal what must be hidden."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from krisestat.agreements.lists import READERS
from krisestat.audit.secrets import INTERNAL, audit, open_numbers, own_contacts
from krisestat.base.contracts import write_atomic
from krisestat.base.files import Files
from krisestat.model.cubes import read_answers, read_cubes
from krisestat.model.load import load_model
from krisestat.model.marks import printed_figures
from krisestat.model.policy import load_policy
from krisestat.model.single import AGREEMENT, answers_behind
from krisestat.release.published import load_corrections, told_before

LOG = logging.getLogger(__name__)


def run(inn: Files, ut: Files, config: Mapping[str, Any], results: str) -> None:
    """Look through everything that an edition is made of, and write the report. What else lies in its folder is no part
    of it, and is refused by the manifest.

    Parameters: `inn`, `utgave`, the files that rules wrote, `statistikk`, the true numbers, `published`, earlier
    printed figures, `editions` and `rettelser`, tables of editions that were published before and their corrections,
    and `policy`; `ut`, `revisjon`; `config`, the merged configuration; `results`, the folder of the edition.
    Raises `Problems`.
    """
    wanted = {path.relative_to(results).as_posix(): path for path in inn.many("utgave")}
    files = {name: p.read_bytes() for name, p in wanted.items() if name.split("/")[0] not in INTERNAL}
    coded = {name: p.read_bytes() for name, p in wanted.items() if name.split("/")[0] in INTERNAL[1:]}
    model = load_model(config["kapitler"], READERS)
    before = told_before(inn.many("editions"), model, load_corrections(model, inn.rettelser))
    printed = {cell: value for cell, (value, _) in printed_figures(model, inn.many("published")).items()}
    cubes, policy = read_cubes(model, inn.many("statistikk")), load_policy(inn.policy, model)
    report = audit(
        files,
        coded,
        model,
        cubes,
        replace(before, numbers={**printed, **before.numbers}),
        policy,
        [*own_contacts(config), *open_numbers(model, cubes)],
        answers_behind(model, cubes, read_answers(model, (wanted[name] for name in coded), AGREEMENT), policy),
    )
    write_atomic(ut.revisjon, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    spread = report["smaleste_spenn"]
    hidden = "ingen tall er skjult" if spread is None else f"smaleste spenn for et skjult tall: {spread}"
    LOG.info("%d filer sett gjennom; %s", len(files), hidden)
