"""Make a drawing fit to stand inline in a page: no global style, no foreign ids, text as text, a title and a
description.

Only the standard library: the page and the PDF use this without loading what draws.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2000/svg"
_STYLE_TO_DROP = {
    "stroke-linejoin",
    "stroke-dashoffset",
    "font-family",
}  # the root says them once, or they are the default
_NUMBER = re.compile(r"-?\d+\.\d+")


def _short(text: str) -> str:
    """Coordinates with at most two decimals: 0.01 pt is far below what a screen or a press can show."""

    def shorten(match: re.Match[str]) -> str:
        value = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
        return "0" if value in ("-0", "") else value

    return re.sub(r"\s+", " ", _NUMBER.sub(shorten, text)).strip()


def _place(element: ElementTree.Element) -> dict[str, str]:
    """Where a text begins."""
    return {key: _short(element.get(key, "0")) for key in ("x", "y")}


def _attributes(element: ElementTree.Element, name: str) -> dict[str, str]:
    """Presentation attributes of a drawn element: a style attribute would be refused by a strict content policy."""
    out = {"d": _short(element.get("d", "0"))} if name == "path" else _place(element)
    for declaration in filter(None, element.get("style", "").split(";")):
        key, value = (part.strip() for part in declaration.split(":", 1))
        if key not in _STYLE_TO_DROP and (key, value) != ("text-anchor", "start"):
            out[key] = _short(value).removesuffix("px")
    return out


def flat_svg(raw: str, family: str) -> str:
    """Rewrite an SVG from matplotlib as a flat, self-contained drawing.

    Parameters: `raw`, the text matplotlib wrote (figure artists only: paths and texts, an artist's gid holds its CSS
    classes); `family`, the font family of all text. A text of the class `videre` continues the one before it.
    Returns: `<svg …>…</svg>` without XML declaration, width, height, style, metadata or ids.
    Raises: ValueError when the drawing holds something else than paths and texts.
    """
    source = ElementTree.fromstring(raw)
    root = ElementTree.Element("svg", {"xmlns": NAMESPACE, "viewBox": _short(source.get("viewBox", "")), "role": "img"})
    root.attrib.update({"font-family": f"'{family}', sans-serif", "stroke-linejoin": "round"})

    def walk(parent: ElementTree.Element, classes: str) -> None:
        for child in parent:
            name = child.tag.removeprefix(f"{{{NAMESPACE}}}")
            if name == "g":
                gid = child.get("id", "")
                walk(child, gid.removeprefix("klasse ") if gid.startswith("klasse ") else classes)
            elif name == "text" and "videre" in classes.split():
                whole = root[-1]
                before = whole[-1] if len(whole) else whole
                said = before.text or ""
                before.text = said if said.endswith(("/", "-")) else f"{said} "
                ElementTree.SubElement(whole, "tspan", _place(child)).text = child.text
            elif name in ("path", "text"):
                attributes = {"class": classes} if classes else {}
                ElementTree.SubElement(root, name, attributes | _attributes(child, name)).text = child.text
            elif name == "defs" and all(e.tag == f"{{{NAMESPACE}}}style" for e in child):
                continue  # the style for «*», which would reach out into the page
            elif name != "metadata":
                raise ValueError(f"unexpected <{name}> in a drawing")

    walk(source, "")
    ElementTree.indent(root, space="")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def with_text(svg: str, fid: str, title: str, desc: str = "") -> str:
    """The drawing with its title and description, as assistive technology reads them.

    Parameters: `svg`, a drawing from `flat_svg` or from an earlier call; `fid`, what ids begin with (unique in the
    page, e.g. the file's stem, or the stem and `-trykk`); `title` and `desc`, plain text. An empty `desc` gives no
    `<desc>`.
    Returns: the drawing with `<title id="{fid}-tittel">` first, `<desc id="{fid}-beskrivelse">` second,
    `aria-labelledby` naming them, and the id `{fid}` on its root. What was there before is replaced. Text is escaped.
    """
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(svg)
    for old in [child for child in root if child.tag in (f"{{{NAMESPACE}}}title", f"{{{NAMESPACE}}}desc")]:
        root.remove(old)
    texts = [("title", f"{fid}-tittel", title), ("desc", f"{fid}-beskrivelse", desc)]
    texts = [entry for entry in texts if entry[2]]
    for position, (name, ident, text) in enumerate(texts):
        child = ElementTree.Element(f"{{{NAMESPACE}}}{name}", {"id": ident})
        child.text, child.tail = text, "\n"
        root.insert(position, child)
    root.set("id", fid)
    root.set("aria-labelledby", " ".join(ident for _, ident, _ in texts))
    return ElementTree.tostring(root, encoding="unicode") + "\n"
