"""Which filled forms there are: `data/raw/avtaler/<year>/`, with a `kilde.yaml` that names every one of them.

Light enough for the Snakefile to call when it names the inputs of a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from krisestat.base.errors import ProblemList, Problems, shown
from krisestat.base.yaml_files import check_schema, load_yaml

COLLECTIONS = Path("data/raw/avtaler")
SCHEMA = Path("workflow/schemas/avtalekilde.schema.yaml")
MANIFEST = "kilde.yaml"
# Ten times what a form of each format takes when every note is as long as it may be.
MAX_BYTES = {"csv": 1_000_000, "json": 1_000_000, "pdf": 10_000_000, "xlsx": 5_000_000}
RECEIVE_AGAIN = "Kjør «make mottak-avtaler» for mappen."
# What systems leave beside the files that people put there.
_LEFT_BEHIND = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Skjemafil:
    """A filled form as received.

    `id` of its agreement, the same in every collection; `path`, where it lies; `mottatt`, the day (ISO); `karantene`,
    why it is not to be used, who decided it and when («grunn», «bestemt_av», «dato»), empty when it is used.
    """

    id: str
    path: Path
    format: str
    mottatt: str
    sha256: str
    opphav: str
    karantene: Mapping[str, str]


@dataclass(frozen=True)
class Innsamling:
    """The forms of a year, by id."""

    aar: int
    manifest: Path
    skjemaer: tuple[Skjemafil, ...]


def delivered(folder: Path) -> list[Path]:
    """What people have put in the folder of a collection, sorted: everything but the manifest and hidden files."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.name != MANIFEST and not path.name.startswith((".", "~$")) and path.name not in _LEFT_BEHIND
    )


def load_innsamling(aar: int, root: Path = Path()) -> Innsamling:
    """Read the manifest of a collection, and look that its files are there.

    Parameters: `aar`, its year; `root`, the project's folder. Raises `Problems` with every fault: of the manifest, of
    files that are missing, that are links or far too large, and of files that are not registered.
    """
    folder = COLLECTIONS / str(aar)
    manifest, problems = folder / MANIFEST, ProblemList()
    for part in (COLLECTIONS, folder, manifest):
        _refuse_link(part, root, problems)
    problems.raise_if_any()
    data, lines = load_yaml(root / manifest)
    check_schema(data, root / SCHEMA, str(manifest), lines)
    if data["aar"] != aar:
        problems.add(manifest, "nøkkelen «aar»", shown(data["aar"]), f"{aar}, som er mappens år", "Rett året.")
    seen: dict[str, str] = {}
    for number, one in enumerate(data["skjemaer"]):
        place = f"linje {lines[('skjemaer', number)][0]}"
        for key, text in (("id-en", one["id"]), ("filen", one["fil"])):
            if text in seen:
                found = f"{key} {shown(text)} en gang til (først på {seen[text]})"
                problems.add(manifest, place, found, "hver id og hver fil én gang", "Slett den ene, eller rett den.")
            seen.setdefault(text, place)
        if not one["fil"].endswith(f".{one['format']}"):
            found = f"formatet {shown(one['format'])} for {one['fil']}"
            problems.add(manifest, place, found, "det samme som endelsen i filnavnet", "Rett formatet.")
        _check_file(folder / one["fil"], one, root, problems)
    for path in delivered(root / folder):
        if path.name not in seen:
            found = f"{shown(path.name)}, som ikke er registrert"
            problems.add(manifest, "", found, "bare skjemaer som står i kilde.yaml", RECEIVE_AGAIN)
    problems.raise_if_any()
    skjemaer = (
        Skjemafil(
            path=folder / one["fil"],
            karantene=one.get("karantene", {}),
            **{key: one[key] for key in ("id", "format", "mottatt", "sha256", "opphav")},
        )
        for one in sorted(data["skjemaer"], key=lambda one: one["id"])
    )
    return Innsamling(aar, manifest, tuple(skjemaer))


def load_innsamlinger(aar: int, root: Path = Path()) -> list[Innsamling]:
    """The collections up to a year, in order. Parameters: as `load_innsamling`. Raises `Problems` with the faults of
    all of them, and for what is not a folder of a year."""
    problems, found = ProblemList(), []
    for path in delivered(root / COLLECTIONS) if (root / COLLECTIONS).is_dir() else ():
        if not (path.name.isdecimal() and len(path.name) == 4 and path.is_dir()):
            place = COLLECTIONS / path.name
            problems.add(place, "", shown(path.name), "en mappe for hvert år", f"Legg skjemaene i {COLLECTIONS}/<år>/.")
        elif int(path.name) <= aar and (delivered(path) or (path / MANIFEST).is_file()):
            if not (path / MANIFEST).is_file():
                manifest = COLLECTIONS / path.name / MANIFEST
                problems.add(manifest, "", "filen finnes ikke", "opplysninger om skjemaene i mappen", RECEIVE_AGAIN)
                continue
            try:
                found.append(load_innsamling(int(path.name), root))
            except Problems as error:
                problems.extend(error)
    problems.raise_if_any()
    return found


def collected_inputs(innsamlinger: Iterable[Innsamling]) -> list[str]:
    """Paths of the forms and their manifests, as inputs of a rule."""
    return [str(path) for one in innsamlinger for path in (one.manifest, *(skjema.path for skjema in one.skjemaer))]


def _refuse_link(path: Path, root: Path, problems: ProblemList) -> bool:
    if (root / path).is_symlink():
        fix = "Legg en kopi på plass i stedet for lenken."
        problems.add(path, "", "en lenke til et annet sted", "selve filen, slik at den følger med i lageret", fix)
        return True
    return False


def _check_file(path: Path, one: Mapping, root: Path, problems: ProblemList) -> None:
    """The file is there, is itself, and is not far larger than a form. One that is not used may be of any size."""
    if _refuse_link(path, root, problems):
        return
    if not (root / path).is_file():
        fix = "Legg filen på plass, eller ta den ut av kilde.yaml."
        problems.add(path, "", "filen finnes ikke", "skjemaet som kilde.yaml nevner", fix)
    elif (size := (root / path).stat().st_size) > MAX_BYTES[one["format"]] and "karantene" not in one:
        refuse_large(path, one["format"], size, problems)


def refuse_large(path: Path, format: str, size: int, problems: ProblemList) -> None:
    """Tell of a file that no form gives. Parameters: `size`, in bytes."""
    fix = "Se om det er riktig fil. Er det et skannet dokument, be om selve skjemaet, fylt ut på nett eller i PDF-en."
    limit = f"høyst {MAX_BYTES[format] // 1_000_000} MB"
    problems.add(path, "", f"{size / 1e6:.0f} MB", limit, fix)
