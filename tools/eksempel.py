"""The example edition in one file: data, texts and settings, which the tests of the program are made for.

`make eksempel` writes `tests/eksempel/utgave.zip` of what lies in the repository; the same files give the same bytes. A
repository with the data of another year or agency tests the program on that.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FILE = Path("tests/eksempel/utgave.zip")
PARTS = ("config.yaml", "data", "publisert", "templates")


def content(root: Path) -> dict[str, bytes]:
    """What the example is made of, as git knows it. Parameters: `root`, the project's folder."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *PARTS]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode()
    files = [name for name in sorted(listed.split("\0")) if name and (root / name).is_file()]
    return {name: (root / name).read_bytes() for name in files if not name.endswith(".ttf")}


def packed(files: dict[str, bytes]) -> bytes:
    """The file: without clock, user or order of a disk."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


if __name__ == "__main__":
    (PROJECT / FILE).write_bytes(packed(content(PROJECT)))
    print(f"{FILE}: eksempelutgaven, slik den er i lageret")
