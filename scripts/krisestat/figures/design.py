"""Design tokens: one source of colours, type and space for the page, the PDF and the figures. Plain data, no imports.

Lengths in figures are points (1/72 inch) at the width `FIGUR["bredde"]`, which is the text width of the PDF (166 mm).
On a page column of 640 px one point is 1.36 px, so the smallest text, 8.5 pt, is 11.6 px there; below that width the
page shows the narrow rendering.
"""

from __future__ import annotations

# Contrast against `papir` and `tone` is proved by tests/figures: text at least 4.5:1, marks at least 3:1.
FARGER: dict[str, str] = {
    "papir": "#ffffff",
    "tone": "#eef4f7",
    "blekk": "#1a2530",
    "dempet": "#55616d",
    "linje": "#7a8894",
    "rutenett": "#dbe2e7",
    "serie1": "#0b4f6c",
    "serie2": "#b5500b",
    "serie3": "#5b3a82",
    "lenke": "#0b4f6c",
    "fokus": "#b5500b",
}
"""Colour of each role. Those of series are given by the order of a code list."""

MORKE: dict[str, str] = {
    "papir": "#10171d",
    "tone": "#1a252d",
    "blekk": "#e9eff3",
    "dempet": "#aebac4",
    "linje": "#8494a1",
    "rutenett": "#33424d",
    "serie1": "#7cc4e2",
    "serie2": "#f2a765",
    "serie3": "#c3a6ec",
    "lenke": "#8fd0ea",
    "fokus": "#ffb870",
}
"""The same on pages in dark mode."""

SERIER = ("serie1", "serie2", "serie3")
"""Roles of series in a figure, in turn. The last is for what stands alone."""

SKRIFT: dict[str, str] = {"brodtekst": "Source Sans 3", "titler": "Source Serif 4"}
"""Font family of each role."""

SKRIFTFILER: tuple[tuple[str, int, str, str], ...] = (
    ("Source Sans 3", 400, "normal", "SourceSans3-Regular.ttf"),
    ("Source Sans 3", 400, "italic", "SourceSans3-It.ttf"),
    ("Source Sans 3", 600, "normal", "SourceSans3-Semibold.ttf"),
    ("Source Sans 3", 700, "normal", "SourceSans3-Bold.ttf"),
    ("Source Serif 4", 600, "normal", "SourceSerif4-Semibold.ttf"),
)
"""Every face in `templates/fonts`: family, weight, style, file. Static faces: variable ones are read as their
lightest."""

NETTSKRIFTER = tuple(face for face in SKRIFTFILER if face[1:3] in ((400, "normal"), (600, "normal")))
"""The faces that the web pages carry with them: each weighs on every reader, so what is strong is semibold there."""


def for_web(file: str) -> str:
    """Where the part of a TTF file that pages carry with them lies, in the folder of fonts."""
    return f"nett/{file.removesuffix('.ttf')}.woff2"


def font_files() -> list[str]:
    """Every font file, by its path in the folder of fonts."""
    return [*(file for *_, file in SKRIFTFILER), *(for_web(file) for *_, file in NETTSKRIFTER)]


SKALA: dict[str, tuple[str, str]] = {
    "liten": ("0.875rem", "8.5pt"),
    "brodtekst": ("1.0625rem", "10pt"),
    "ingress": ("1.25rem", "12.5pt"),
    "h3": ("1.1875rem", "11.5pt"),
    "h2": ("1.625rem", "16pt"),
    "h1": ("2.375rem", "27pt"),
}
"""Type scale: size on the page (rem) and on paper (pt)."""

LINJEHOYDE: dict[str, str] = {"brodtekst": "1.55", "titler": "1.2"}
"""Line height of each role, as a factor."""

ROM: dict[str, str] = {
    "1": "0.25rem",
    "2": "0.5rem",
    "3": "0.75rem",
    "4": "1rem",
    "5": "1.5rem",
    "6": "2rem",
    "7": "3rem",
    "8": "4.5rem",
}
"""Steps of space."""

MAAL: dict[str, str] = {
    "ramme": "67.5rem",  # text column, gap, contents and margins: what stands above and below has the same edges
    "spalte": "45rem",
    "lesbredde": "38rem",
    "topp": "3.25rem",
    "papirbredde": "166mm",
    "figurhoyde": "105mm",
}
"""Widths of the page, of the text column, of a readable line and of the printed page, the height of the line at the
top, and the greatest height of a figure on paper."""

FIGUR: dict[str, float] = {
    "bredde": 470.55,  # 166 mm
    "smal": 226.0,  # on a phone of 360 px (328 px beside the margins) the smallest text is 12.3 px, at 320 px 10.8 px
    "hoyde": 297.6,  # 105 mm: a taller figure leaves half a page blank when it does not fit
    "tekst": 9.0,
    "liten": 8.5,
    "overskrift": 9.5,
}
"""Figures: width of the wide and of the narrow rendering, greatest planned height of the wide one, and type sizes, in
points."""


def css_properties() -> str:
    """All tokens as CSS custom properties, one declaration a line, without a selector.

    Returns: e.g. `--farge-serie1: #0b4f6c;`. Page sizes are `--skala-…`, paper sizes `--trykk-…`.
    """
    groups = [
        *((f"farge-{name}", value) for name, value in FARGER.items()),
        *((f"skrift-{name}", f'"{value}"') for name, value in SKRIFT.items()),
        *((f"skala-{name}", page) for name, (page, _) in SKALA.items()),
        *((f"trykk-{name}", paper) for name, (_, paper) in SKALA.items()),
        *((f"linjehoyde-{name}", value) for name, value in LINJEHOYDE.items()),
        *((f"rom-{name}", value) for name, value in ROM.items()),
        *((f"maal-{name}", value) for name, value in MAAL.items()),
    ]
    return "\n".join(f"--{name}: {value};" for name, value in groups)


def dark_properties() -> str:
    """The colours of dark mode, as `css_properties`."""
    return "\n".join(f"--farge-{name}: {value};" for name, value in MORKE.items())
