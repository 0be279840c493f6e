"""Sets the print edition with one engine: `engines.py weasyprint|typst HTML PDF`.

Prints CPU seconds as JSON: loading the engine, and setting the document.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FONTS = PROJECT / "templates/fonts"


def weasyprint() -> Callable[[str], bytes]:
    """Krisestat's own typesetter: PDF/A-2a and PDF/UA-1."""
    from krisestat.pages.pdf import typesetter

    setter = typesetter(FONTS)
    one = setter.__enter__()
    return lambda text: one(text, "trykk.html")


def typst() -> Callable[[str], bytes]:
    """Typst with the document made anew from the print edition: PDF/A-2a and PDF/UA-1 too."""
    import typst as engine

    from benchmark.peers.to_typst import to_typst

    folder = Path(tempfile.mkdtemp())

    def one(text: str) -> bytes:
        document, pictures = to_typst(text)
        for name, picture in pictures.items():
            (folder / name).write_bytes(picture)
        (folder / "trykk.typ").write_text(document, encoding="utf-8")
        return engine.compile(
            folder / "trykk.typ", font_paths=[FONTS], ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"]
        )

    return one


def main(name: str, html: str, pdf: str) -> None:
    """Set, write and tell."""
    text, clock = Path(html).read_text(encoding="utf-8"), [time.process_time()]
    one = {"weasyprint": weasyprint, "typst": typst}[name]()
    clock.append(time.process_time())
    made = one(text)
    clock.append(time.process_time())
    Path(pdf).write_bytes(made)
    parts = zip(("lasting", "setting"), clock, clock[1:], strict=False)
    print(json.dumps({part: round(after - before, 3) for part, before, after in parts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
