"""The example edition in one file: data, texts and settings, which the tests of the program are made for.

`make eksempel` writes `tests/eksempel/utgave.tar.xz` of what lies in the repository; the same files give the same
bytes. A repository with the data of another year or agency tests the program on that. Packed as one, for the filled PDF
forms hold the same fonts six times.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FILE = Path("tests/eksempel/utgave.tar.xz")
PARTS = ("config.yaml", "data", "publisert", "templates")


def content(root: Path) -> dict[str, bytes]:
    """What the example is made of, as git knows it. Parameters: `root`, the project's folder."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *PARTS]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode()
    files = [name for name in sorted(listed.split("\0")) if name and (root / name).is_file()]
    return {name: (root / name).read_bytes() for name in files if not name.endswith(".ttf")}


def packed(files: dict[str, bytes]) -> bytes:
    """The file: without clock, user or order of a disk. The settings come first, and what is alike together."""
    whole = io.BytesIO()
    order = sorted(files, key=lambda name: (name != "config.yaml", name.rpartition(".")[2], name))
    with tarfile.open(fileobj=whole, mode="w:xz", preset=9) as archive:
        for name in order:
            entry = tarfile.TarInfo(name)
            entry.size = len(files[name])
            archive.addfile(entry, io.BytesIO(files[name]))
    return whole.getvalue()


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files in it, one by one, the settings first. Parameters: `path`, where it lies."""
    with tarfile.open(path, "r|xz") as archive:
        for entry in archive:
            if member := archive.extractfile(entry):
                yield entry.name, member.read()


if __name__ == "__main__":
    (PROJECT / FILE).write_bytes(packed(content(PROJECT)))
    print(f"{FILE}: eksempelutgaven, slik den er i lageret")
