"""Small pictures of the finished edition for the README: `python -m tools.bilder` (`make bilder`).

The page as Debian's Chromium shows it, without network, and two pages of the PDF as poppler draws them, in the colours
that the pictures need and no more: small enough for a repository.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from krisestat.command import Parser, year
from krisestat.config import load_config
from krisestat.contracts import write_all
from krisestat.errors import Problem, Problems

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "docs" / "bilder"
LARGEST = 150_000
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class Look(NamedTuple):
    """Width and height of the window in CSS pixels, colour scheme, and what to show first (nothing is the top)."""

    width: int
    height: int
    scheme: Literal["light", "dark"]
    part: str


LOOKS = {
    "side-bred": Look(1280, 900, "light", ""),
    "side-smal": Look(390, 900, "light", "#instanser .visning"),
    "side-moerk": Look(1280, 900, "dark", "#avtaler"),
}
PRINTED = (("pdf-omslag", 1), ("pdf-figur", 6))
COLOURS = 128


def shown(browser: Browser, page: Path, look: Look) -> Image.Image:
    """The page in a window, from the look's part on, under the line that stays at the top."""
    viewport = ViewportSize(width=look.width, height=look.height)
    opened = browser.new_context(viewport=viewport, color_scheme=look.scheme)
    opened.set_offline(True)
    view = opened.new_page()
    view.goto(page.absolute().as_uri())
    view.evaluate("document.fonts.ready.then(() => true)")
    if look.part:
        view.evaluate("part => scrollTo(0, document.querySelector(part).getBoundingClientRect().top - 80)", look.part)
    picture = view.screenshot()
    opened.close()
    return Image.open(io.BytesIO(picture))


def printed(pdf: Path, number: int) -> Image.Image:
    """One page of the PDF, 560 pixels wide."""
    command = ["pdftoppm", "-png", "-f", str(number), "-l", str(number), "-scale-to-x", "560", "-scale-to-y", "-1", pdf]
    done = subprocess.run([str(part) for part in command], capture_output=True, check=True, timeout=60)
    return Image.open(io.BytesIO(done.stdout))


def small(picture: Image.Image) -> bytes:
    """A picture as a small PNG file."""
    out = io.BytesIO()
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def pictures(results: Path) -> dict[str, bytes]:
    """Every picture by file name. Raises `Problems` when the edition is not built or a program is missing."""
    page, pdf = (results / "publikasjon" / name for name in ("index.html", "publikasjon.pdf"))
    chromium = shutil.which("chromium")
    lacking = [str(path) for path in (page, pdf) if not path.is_file()]
    lacking += [name for name in ("chromium", "pdftoppm") if not shutil.which(name)]
    if lacking:
        fix = "Bygg utgaven med make publication, og programmene med bash tools/system.sh test."
        raise Problems([Problem(one, "", "finnes ikke", "en ferdig utgave og programmene", fix) for one in lacking])
    found = {name: printed(pdf, number) for name, number in PRINTED}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(QUIET))
        found |= {name: shown(browser, page, look) for name, look in LOOKS.items()}
        browser.close()
    return {f"{name}.png": small(picture) for name, picture in sorted(found.items())}


def run(results: Path, folder: Path) -> str:
    """Write the pictures of the edition in `results` to `folder`; returns what was written, in words."""
    made = pictures(results)
    large = {name: len(file) for name, file in made.items() if len(file) > LARGEST}
    if large:
        fix = "Ta færre farger eller et mindre vindu i tools/bilder.py."
        raise Problems([Problem(name, "", f"{size} byte", f"høyst {LARGEST}", fix) for name, size in large.items()])
    write_all({folder / name: file for name, file in made.items()})
    return "\n".join(f"{folder / name} ({len(file)} byte)" for name, file in made.items())


def main() -> int:
    """The command line; returns the exit code."""
    parser = Parser(prog="make bilder")
    parser.add_argument("aar", nargs="?", type=year, default=None, help="året utgaven gjelder")

    def work(given: argparse.Namespace) -> str:
        aar = given.aar or load_config(PROJECT / "config.yaml", PROJECT)["aar"]
        return run(PROJECT / "results" / str(aar), FOLDER)

    return parser.run(work)


if __name__ == "__main__":
    sys.exit(main())
