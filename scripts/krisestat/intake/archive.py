"""Where received files are kept as they came: a folder outside the project, named in a setting of the machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import yaml

from krisestat.base.contracts import write_atomic
from krisestat.base.errors import one_problem, shown
from krisestat.base.yaml_files import load_yaml

# The settings of a machine. Git never sees it, and no output does.
LOCAL = Path("lokalt.yaml")
ARCHIVE = "arkiv"
# Where a received file may lie until it is taken in: git sees none of it.
INBOX = Path("data/innboks")


def archive_folder(given: str, received: Path, root: Path) -> Path:
    """The folder of the archive, which is made and remembered when it is new.

    Parameters: `given`, as a person wrote it now, or «»; `received`, the file to keep; `root`, the project's folder.
    Raises `Problems` when no folder is named, or when it or the received file lies where git could take it in.
    """
    project = root.resolve()
    setting = root / LOCAL
    named = given or ((load_yaml(setting)[0] or {}).get(ARCHIVE, "") if setting.is_file() else "")
    if not isinstance(named, str) or not named:
        found, wanted = (
            "ingen mappe for filer som er mottatt",
            "en mappe utenfor lageret, der bare de som skal, har tilgang",
        )
        raise one_problem(
            LOCAL, f"nøkkelen «{ARCHIVE}»", found, wanted, "Skriv den én gang: make ny-kilde … ARKIV=~/arkiv"
        )
    place = Path(named).expanduser()
    if not place.is_absolute() or place.resolve().is_relative_to(project):
        wanted = "en full sti til en mappe utenfor lageret, for filene kan ha opplysninger om personer"
        raise one_problem(LOCAL, f"nøkkelen «{ARCHIVE}»", shown(named), wanted, "Velg en annen mappe.")
    file = received.resolve()
    if file.is_relative_to(project) and not file.is_relative_to(project / INBOX):
        wanted = f"en fil utenfor lageret, eller i {INBOX}, som git ikke ser"
        raise one_problem(received, "", "en fil i lageret, der git kan ta den med", wanted, "Flytt den ut av lageret.")
    place.mkdir(parents=True, exist_ok=True)
    if given:
        write_atomic(setting, yaml.safe_dump({ARCHIVE: str(place)}, allow_unicode=True))
    return place


def keep(files: Iterable[Path], place: Path, aar: int) -> list[str]:
    """Keep received files in the archive, each by its digest and readable by its owner alone.

    Returns their SHA-256. Raises `Problems` when what was kept is not what was received.
    """
    digests = []
    for file in files:
        data = file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        kept = place / f"{aar}-{digest[:16]}{file.suffix.lower()}"
        if not kept.exists() or kept.read_bytes() != data:
            new = kept.with_name(f".{kept.name}.ny")
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(data)
            new.replace(kept)
        if hashlib.sha256(kept.read_bytes()).hexdigest() != digest:
            raise one_problem(file.name, "", "en annen fil i arkivet enn den mottatte", "den samme", "Prøv på nytt.")
        digests.append(digest)
    return digests
