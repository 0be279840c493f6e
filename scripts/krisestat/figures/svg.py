"""Make a drawing fit to stand inline in a page: no global style, no foreign ids, text as text, a title and a
description.

Only the standard library: the page and the PDF use this without loading what draws.
"""

from __future__ import annotations

import base64
import re
from itertools import groupby
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2000/svg"
_STYLE_TO_DROP = {
    "stroke-linejoin",
    "stroke-dashoffset",
    "font-family",
}  # the root says them once, or they are the default
RIM = "rand"
"""Class of a text that is only a rim around the same text over it, so that it can be read on a line."""
HALO = 2.6  # width of that rim
_FEW = 2  # elements that are not worth a group
_LOOKS = ("fill", "stroke", "stroke-width", "font-size", "font-weight", "text-anchor")
_CURVES_OF_A_CIRCLE = 8  # as the drawing library makes an ellipse
TOLD = "\ue101"  # between the classes of a shape and what is said of it
_NUMBER = re.compile(r"-?\d+\.\d+")


def data_address(svg: str) -> str:
    """A drawing as a `data:` address."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"


def _short(text: str) -> str:
    """Coordinates with at most one decimal: 0.1 pt is below what a reader can see on a screen or on paper."""

    def shorten(match: re.Match[str]) -> str:
        value = f"{float(match[0]):.1f}".removesuffix(".0")
        return "0" if value in ("-0", "") else value

    return re.sub(r"\s+", " ", _NUMBER.sub(shorten, text)).strip()


def _shape(path: str) -> tuple[str, dict[str, str]]:
    """The element that a path is, and its geometry, as short as it can be said: a circle where it is drawn as one of
    curves, an upright box by its sides."""
    numbers = [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", path)]
    xs, ys = numbers[::2], numbers[1::2]
    if path.count("C") == _CURVES_OF_A_CIRCLE:
        middle, r = [(min(side) + max(side)) / 2 for side in (xs, ys)], (max(xs) - min(xs)) / 2
        return "circle", {name: _short(f"{n:.2f}") for name, n in zip(("cx", "cy", "r"), (*middle, r), strict=True)}
    upright = len(xs) in (4, 5) and xs[:4] == [xs[0], xs[1], xs[1], xs[0]] and ys[:4] == [ys[0], ys[0], ys[2], ys[2]]
    if path.endswith("z") and "C" not in path and upright:
        x, wide, y, tall = (_short(f"{n:.2f}") for n in (xs[0], xs[1], ys[0], ys[2]))
        return "path", {"d": f"M{x} {y}H{wide}V{tall}H{x}z"}
    return "path", {"d": re.sub(r" ?([MLCz]) ?", r"\1", path)}


def _place(element: ElementTree.Element) -> dict[str, str]:
    """Where a text begins."""
    return {key: _short(element.get(key, "0")) for key in ("x", "y")}


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    """Presentation attributes of a drawn element: a style attribute would be refused by a strict content policy."""
    out = {}
    for declaration in filter(None, element.get("style", "").split(";")):
        key, value = (part.strip() for part in declaration.split(":", 1))
        if key not in _STYLE_TO_DROP and (key, value) not in (("text-anchor", "start"), ("stroke-width", "1")):
            out[key] = value if "opacity" in key else _short(value).removesuffix("px")
    return out


def _look(element: ElementTree.Element) -> tuple[str | None, ...]:
    """What an element most often shares with those beside it."""
    names = ("font-weight", "text-anchor", "stroke-width") if element.tag == "text" else ("fill",)
    return (str(element.tag == "text"), *map(element.get, names))


def _share_looks(root: ElementTree.Element) -> None:
    """Say once what elements look like: the commonest size of text on the root, and on a group what several elements
    in a row have alike."""
    sizes = [element.get("font-size", "") for element in root if element.tag == "text"]
    common = max(sorted({*sizes}), key=sizes.count, default="")
    root.set("font-size", common)
    elements = list(root)
    root[:] = []
    for element in elements:
        if element.get("font-size") == common:
            del element.attrib["font-size"]
    for _, same in groupby(elements, _look):
        run = list(same)
        alike = {
            name: value
            for name, value in run[0].attrib.items()
            if name in _LOOKS and all(element.get(name) == value for element in run)
        }
        if len(run) < _FEW or not alike:
            root.extend(run)
            continue
        ElementTree.SubElement(root, "g", alike).extend(run)
        for element in run:
            element.attrib = {name: value for name, value in element.attrib.items() if name not in alike}


def flat_svg(raw: str, family: str) -> str:
    """Rewrite an SVG from matplotlib as a flat, self-contained drawing.

    Parameters: `raw`, the text matplotlib wrote (figure artists only: paths and texts, an artist's gid holds its CSS
    classes and, after `TOLD`, what is said of a shape); `family`, the font family of all text. A text of the class
    `videre` continues the one before it.
    Returns: `<svg …>…</svg>` without XML declaration, width, height, style, metadata or ids; what elements in a row
    share stands on a group around them.
    Raises: ValueError when the drawing holds something else than paths and texts.
    """
    source = ElementTree.fromstring(raw)
    root = ElementTree.Element("svg", {"xmlns": NAMESPACE, "viewBox": _short(source.get("viewBox", "")), "role": "img"})
    root.attrib.update({"font-family": f"'{family}', sans-serif", "stroke-linejoin": "round"})

    def walk(parent: ElementTree.Element, classes: str) -> None:
        for child in parent:
            name, (names, _, told) = child.tag.removeprefix(f"{{{NAMESPACE}}}"), classes.partition(TOLD)
            if name == "g":
                gid = child.get("id", "")
                walk(child, gid.removeprefix("klasse ") if gid.startswith("klasse ") else classes)
            elif name == "text" and "videre" in names.split():
                whole = root[-1]
                before = whole[-1] if len(whole) else whole
                said = before.text or ""
                before.text = said if said.endswith(("/", "-")) else f"{said} "
                ElementTree.SubElement(whole, "tspan", _place(child)).text = child.text
            elif name in ("path", "text"):
                name, placed = _shape(_short(child.get("d", "0"))) if name == "path" else (name, _place(child))
                attributes = {**({"class": names} if names else {}), **placed, **_attributes(child)}
                if names == RIM:
                    attributes |= {"stroke": attributes["fill"], "stroke-width": str(HALO)}
                drawn = ElementTree.SubElement(root, name, attributes)
                drawn.text = child.text
                if told:
                    ElementTree.SubElement(drawn, "title").text = told
            elif name == "defs" and all(e.tag == f"{{{NAMESPACE}}}style" for e in child):
                continue  # the style for «*», which would reach out into the page
            elif name != "metadata":
                raise ValueError(f"unexpected <{name}> in a drawing")

    walk(source, "")
    _share_looks(root)
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
