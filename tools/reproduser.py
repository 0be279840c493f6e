"""Builds the edition and the reports beside it twice, as differently as one machine allows, and compares every file.
Run as `make reproduser`.

The second build has another folder, core count, hash seed, time zone, locale, home, temporary folder,
SOURCE_DATE_EPOCH, clock, umask, fonts of the machine with the names of the project's own, and a user who may write
nowhere else. What the machine does not allow is said in one line and left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[1]
# What a clone does not have.
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".snakemake", "results", "logs", "__pycache__"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"),
)
TARGETS = ("publication", "avtaler")
CLOCK = "@1979-06-30 23:59:58"
NOBODY = 65534
# Nobody, with the right to read everything (Python may lie in root's home) and to write nothing but its own.
_READS = "-all,+dac_read_search"
AS_NOBODY = [
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *(f"--{which}={_READS}" for which in ("inh-caps", "ambient-caps", "bounding-set")),
]
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
  <alias binding="same"><family>Source Serif 4</family><prefer><family>Source Sans 3</family></prefer></alias>
</fontconfig>
"""


@dataclass
class Surroundings:
    """What is around a build: environment variables, words before the command, umask, user, and what was left out."""

    env: dict[str, str]
    before: list[str] = field(default_factory=list)
    umask: int = 0o022
    user: int | None = None
    cores: int = 2
    left_out: list[str] = field(default_factory=list)


def plain() -> Surroundings:
    """The least that a build needs."""
    return Surroundings({"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"})


def strange(home: Path, clock: bool = True, user: bool = True) -> Surroundings:
    """Everything different from `plain`.

    Parameters: `home`, a new folder for temporary files and fonts, with a home that cannot be written in; `clock` and
    `user`, whether to change those.
    """
    home.mkdir(parents=True)
    (home / "ingen").touch()
    (home / "tmp").mkdir()
    rogue_font(home / ".fonts")
    (home / "fonts.conf").write_text(_FONTS.format(folder=home / ".fonts"), encoding="utf-8")
    around = plain()
    around.env |= {
        "HOME": str(home / "ingen"),
        "TMPDIR": str(home / "tmp"),
        "PYTHONHASHSEED": "424242",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "SOURCE_DATE_EPOCH": "0",
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
    }
    around.umask, around.cores = 0o077, 1
    if clock and (faketime := shutil.which("faketime")):
        around.before += [faketime, "-m", "-f", CLOCK]
        around.env |= {"NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    elif clock:
        around.left_out.append("klokken (mangler faketime: «apt-get install faketime»)")
    if user and may_be_nobody():
        around.before, around.user = [*AS_NOBODY, *around.before], NOBODY
    elif user:
        around.left_out.append("en bruker uten skrivetilgang utenfor mappen (krever root og setpriv)")
    return around


def rogue_font(folder: Path) -> None:
    """A font of the machine that calls itself by the name of one of the project's, and looks otherwise."""
    from fontTools.ttLib import TTFont

    folder.mkdir()
    face = TTFont(PROJECT / "templates" / "fonts" / "SourceSerif4-Semibold.ttf", recalcTimestamp=False)
    names = {1: "Source Sans 3", 2: "Regular", 4: "Source Sans 3", 6: "SourceSans3-Regular"}
    for record in face["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    face.save(folder / "SourceSans3-Regular.ttf")


def may_be_nobody() -> bool:
    """Whether a build can be run as a user without rights."""
    return bool(shutil.which("setpriv")) and not subprocess.run([*AS_NOBODY, "true"], capture_output=True).returncode


def copy(target: Path) -> Path:
    """The project as a new clone has it."""
    shutil.copytree(PROJECT, target, ignore=LEFT_OUT)
    return target


def build(folder: Path, around: Surroundings) -> subprocess.CompletedProcess:
    """Build what is compared (`TARGETS`) in a folder with Snakemake, in given surroundings."""
    if around.user is not None:
        for own in (folder, Path(around.env["HOME"]).parent):
            for path in (own, *own.rglob("*")):
                os.chown(path, around.user, around.user)
    command = [sys.executable, "-m", "snakemake", "--cores", str(around.cores), *TARGETS]
    return subprocess.run(
        [*around.before, *command],
        cwd=folder,
        env=around.env,
        umask=around.umask,
        capture_output=True,
        text=True,
        timeout=600,
    )


def outputs(folder: Path) -> dict[str, bytes]:
    """Every file under `results/` that is not kept between runs for speed alone, by its path there."""
    files = {p.relative_to(folder / "results").as_posix(): p for p in sorted((folder / "results").rglob("*"))}
    return {name: path.read_bytes() for name, path in files.items() if path.is_file() and name[0] != "."}


def differences(first: Mapping[str, bytes], second: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Each file that is not the same, and where it begins to differ."""
    for name in sorted(first.keys() | second.keys()):
        if name not in second or name not in first:
            yield name, f"finnes bare etter {'første' if name in first else 'andre'} bygging"
        elif first[name] != second[name]:
            yield name, first_difference(first[name], second[name])


def first_difference(first: bytes, second: bytes) -> str:
    """Where two files part: the line for text, else the byte, with what stands there in both."""
    at = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    try:
        first.decode("utf-8"), second.decode("utf-8")
    except UnicodeDecodeError:
        one, other = (data[max(0, at - 8) : at + 16].hex(" ") for data in (first, second))
        return f"fra byte {at} av {len(first)} og {len(second)}:\n    {one}\n    {other}"
    line, start = first.count(b"\n", 0, at) + 1, first.rfind(b"\n", 0, at) + 1
    begin = max(start, at - 60)
    one, other = (
        data[begin : at + 60].decode("utf-8", "replace").split("\n")[0 if b"\n" not in data[begin:at] else -1]
        for data in (first, second)
    )
    return f"fra linje {line}, byte {at - start + 1} i linjen:\n    «{one}»\n    «{other}»"


def show(first: Path, second: Path, name: str) -> str:
    """What diffoscope says of a file that both folders have; nothing of one that only one of them has."""
    paths = [folder / "results" / name for folder in (first, second)]
    if not all(path.is_file() for path in paths):
        return ""
    tool = Path(sys.executable).parent / "diffoscope"
    command = [str(tool), "--no-progress", "--max-text-report-size", "20000", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return done.stdout if done.returncode <= 1 else done.stderr


def main() -> int:
    """Command line; returns 0 when every file is the same, 1 when not, 2 when a build fails."""
    parser = argparse.ArgumentParser(prog="make reproduser", description="Bygg to ganger og sammenlikn hver fil.")
    parser.add_argument("--behold", action="store_true", help="la mappene ligge etterpå")
    args = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="reproduser-"))
    place.chmod(0o755)
    ways = [
        ("vanlig", copy(place / "vanlig"), plain()),
        ("fremmed", copy(place / "et annet sted" / "fremmed"), strange(place / "hjemme")),
    ]
    for what in ways[1][2].left_out:
        print(f"Uten {what}.", file=sys.stderr)
    try:
        for name, folder, around in ways:
            print(f"Bygger ({name}) …", file=sys.stderr)
            done = build(folder, around)
            if done.returncode:
                print(f"{done.stderr}\nBygget ({name}) stoppet; se over.", file=sys.stderr)
                return 2
        first, second = (folder for _, folder, _ in ways)
        made = outputs(first)
        different = list(differences(made, outputs(second)))
        for name, where in different:
            print(f"ULIK  {name}\n  {where}\n{show(first, second, name)}")
        if different:
            print(f"{len(different)} av {len(made)} filer er ulike.")
            return 1
        print(f"Alle {len(made)} filer er like, byte for byte.")
        return 0
    finally:
        if args.behold:
            print(f"Mappene ligger i {place}.", file=sys.stderr)
        else:
            shutil.rmtree(place)


if __name__ == "__main__":
    sys.exit(main())
