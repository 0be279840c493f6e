"""A chapter to begin with: its declaration, a small table, words and text, and its place in `config.yaml`."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from krisestat.base.contracts import write_all
from krisestat.base.errors import ProblemList, shown
from krisestat.base.yaml_files import load_yaml
from krisestat.intake.sources import RAW
from krisestat.model.load import FOLDER, every_chapter

STARTER = Path("templates/nytt-kapittel")
_LISTED = re.compile(r"^(kapitler: \[)([^\]\n]*)\]", re.MULTILINE)


def run(name: str, root: Path) -> str:
    """Write the files of a chapter that builds, all or nothing.

    Parameters: `name`, the chapter's; `root`, the project's folder. Returns a Norwegian text of what was written and
    what is to be done. Raises `Problems` when anything has that name, or there is no line of chapters to put it in.
    """
    problems, config = ProblemList(), root / "config.yaml"
    text = config.read_text(encoding="utf-8")
    aar = int(load_yaml(config)[0]["aar"])
    raw, declared = RAW / name, FOLDER / f"{name}.yaml"
    for path in (declared, raw, Path("templates") / name):
        if (root / path).exists():
            taken = ", ".join(
                sorted({*every_chapter(root), *(one.name for one in (root / RAW).iterdir() if one.is_dir())})
            )
            problems.add(
                path, "", f"{shown(name)}, som finnes fra før", f"et navn som ikke er {taken}", "Velg et annet."
            )
    own = f'id="{name.replace("_", "-")}"'
    for path in sorted((root / "templates").glob("**/*.j2")):
        if own in path.read_text(encoding="utf-8"):
            found = f"{shown(name)}, som er navnet på en del av siden"
            problems.add(path.relative_to(root), "", found, "et navn som ikke er i bruk på siden", "Velg et annet.")
    if not _LISTED.search(text):
        wanted = "kapitlene på én linje: «kapitler: [samarbeid]»"
        problems.add("config.yaml", "nøkkelen «kapitler»", "ingen slik linje", wanted, "Skriv listen på én linje.")
    problems.raise_if_any()
    said = {"KAPITTEL": name, "TABELL": name.replace("_", "-"), "AARET": str(aar), "IFJOR": str(aar - 1)}

    def filled(file: str) -> str:
        words = (root / STARTER / file).read_text(encoding="utf-8")
        return re.sub("|".join(said), lambda hit: said[hit[0]], words)

    table = filled("tabell.csv")
    said["KONTROLLSUM"] = hashlib.sha256(table.encode("utf-8")).hexdigest()
    files = {declared: filled("statistikk.yaml"), raw / "kilde.yaml": filled("kilde.yaml")}
    files[raw / f"{name}_p{aar - 1}-{aar}.csv"] = table
    for path in sorted((root / STARTER).glob("n[bn]/*")):
        files[Path("templates") / name / path.relative_to(root / STARTER)] = filled(
            str(path.relative_to(root / STARTER))
        )
    listed = _LISTED.sub(rf"\g<1>\g<2>, {name}]", text, count=1).replace("[, ", "[")
    write_all({root / path: content for path, content in files.items()} | {config: listed})
    done = f"Kapittelet «{name}» er lagt til sist i «kapitler:» i config.yaml, med små eksempeldata."
    receive = f"Legg inn tabellen din, kjør «make mottak AAR={name} MOTTATT=… AV=…»"
    fix = f"{receive}, rett de andre filene, og signer («make signer»). Les docs/nytt-kapittel.md."
    return "\n".join([done, *(f"  {path}" for path in files), fix])
