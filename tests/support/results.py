"""The results of a small edition as far as it is reviewed, frozen and published."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from krisestat.base.layout import CHECKS
from krisestat.model.contracts import KVALITET
from krisestat.release import manifest
from tests.support.model import COUNTS
from tests.support.project import PROJECT
from tests.support.stages import run


def statement(id: str, *sentences: str, text: str = "42 av 43") -> dict:
    return {"id": id, "tekst": text, "steder": [{"setning": sentence} for sentence in sentences]}


EVIDENCE = [
    statement("b", "Nesten alle samarbeidet med politiet: 42\u00a0av\u00a043."),
    statement("a", "Tittel", "Tekst", "Tittel"),
]


STATUS = "git --git-dir=.git --work-tree=. status --porcelain=v2 --branch 2>/dev/null"
# What the edition says that it was made from.
INPUTS = ["config.yaml", "data/rettelser-publisert.yaml", "data/signaturer.yaml", "data/tilgjengelighet.yaml"]
TABLES = {path.stem: path.read_text(encoding="utf-8") for path in COUNTS}


def built(
    root: Path,
    evidence: list[dict] = EVIDENCE,
    warnings: str = "",
    inputs: Sequence[str] = (),
    spraak: str = "nb",
    **changed: str,
) -> None:
    """A results folder with the files that the record and the review are made of, and its manifest. Parameters:
    `spraak`, its written standard; `inputs`, what it was made from beside `INPUTS`; `changed`, tables of numbers by
    statistic that are otherwise."""
    results = root / "results" / "2020"
    (results / "ut/utdata/tabeller").mkdir(parents=True, exist_ok=True)
    for folder in ("etterproving", "klargjort"):
        (results / folder).mkdir(exist_ok=True)
    for name, text in {**TABLES, **changed}.items():
        (results / f"ut/utdata/{name}.csv").write_text(text, encoding="utf-8")
    (results / "ut/utdata" / "tabeller" / "instanser_p2020.csv").write_text("a\n", encoding="utf-8")
    (results / "hovedpunkter.json").write_text("{}\n", encoding="utf-8")
    said = f"aar: 2020\nfoerste_aar: 2015\nspraak: {spraak}\nkapitler: [samarbeid, avtaler]\n"
    said += "publikasjon: {sist_oppdatert: 2026-11-21}\n"
    (results / "config.yaml").write_text(said, encoding="utf-8")
    (results / "etterproving" / "belegg.json").write_text(json.dumps({"paastander": evidence}), encoding="utf-8")
    for file, rows in zip(CHECKS, (warnings, ""), strict=True):
        (results / file).write_text(f"{','.join(KVALITET.columns)}\n{rows}", encoding="utf-8")
    files = [p for p in results.rglob("*") if p.is_file() and p.name != manifest.NAME]
    made = {str(p.relative_to(root)): "render" for p in files}
    built = {str(p.relative_to(root)): manifest.digest(p.read_bytes()) for p in files}
    published = [str(p.relative_to(root)) for p in root.glob("publisert/*/*.csv")]
    given = {"config": {}, "lest": {}, "ved_siden": {}, "git_status": subprocess.getoutput(STATUS), "modules": []}
    given |= {"inndata": [*INPUTS, *inputs, *published]}
    given |= {"innstillinger": manifest.digest((root / "config.yaml").read_bytes())}
    run("manifest", results, PROJECT, utdata=made, bygget=built, **given)
