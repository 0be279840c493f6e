"""One way for tests to look at a page in a real browser: Debian's Chromium through playwright, without network.

Ask for the fixture `nettleser`, mark the tests `browser`, and open pages with `open_page`. One browser serves the whole
run; each page gets a fresh profile of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LOCAL = ("file:", "data:", "blob:", "about:")


@pytest.fixture(scope="session", name="nettleser")
def nettleser_fixture() -> Iterator[Browser]:
    """A browser without a window, shared by every test of the run."""
    from playwright.sync_api import sync_playwright  # costs half a second, and few processes look

    program = shutil.which("chromium")
    assert program, "chromium is not installed: bash tools/system.sh test"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=list(QUIET))
        yield browser
        browser.close()


def _shown(page: Page) -> None:
    """Wait until the fonts are ready and all of the page is shown."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished)).then(() => true)")


def again(page: Page) -> None:
    """Load a page once more, and wait until all of it is shown."""
    page.reload()
    _shown(page)


@contextmanager
def open_page(
    browser: Browser,
    path: Path | str,
    width: int = 1280,
    height: int = 900,
    scheme: str = "light",
    js: bool = True,
    forced: bool = False,
    **context: Any,
) -> Iterator[Page]:
    """Open a page in a fresh profile, and hold that nothing went wrong while it was open.

    Parameters: `path`, a file, or the address of a server on this machine (a fragment or query may follow either as
    text); `width` and `height`, the window in CSS pixels; `scheme`, `light` or `dark`; `js`, whether the page's scripts
    run; `forced`, whether the reader forces colours; `context`, further settings of playwright's `new_context`, e.g.
    `reduced_motion="reduce"` or `permissions=["clipboard-read"]`.
    Yields the page when its fonts are ready and all of it is shown. Raises AssertionError at the end for messages of
    the kind error in the console (what the content policy refuses is among them), for errors that no script caught, and
    for every request that left the machine.
    """
    address = path.absolute().as_uri() if isinstance(path, Path) else path
    with_files = address.startswith(LOCAL)
    colours = "active" if forced else "none"
    opened = browser.new_context(
        **{"viewport": {"width": width, "height": height}, "color_scheme": scheme, "forced_colors": colours},
        **{"java_script_enabled": js, "accept_downloads": True, **context},
    )
    opened.set_offline(with_files)
    faults: list[str] = []

    def requested(url: str) -> None:
        own = url.startswith(LOCAL) or (not with_files and url.startswith(address[: address.find("/", 8)]))
        if not own:
            faults.append(f"request: {url}")

    def said(kind: str, text: str) -> None:
        if kind == "error":
            faults.append(f"console: {text}")

    opened.on("request", lambda request: requested(request.url))
    opened.on("console", lambda message: said(message.type, message.text))
    opened.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    try:
        page = opened.new_page()
        page.goto(address)
        _shown(page)
        yield page
    finally:
        opened.close()
    assert not faults, faults
