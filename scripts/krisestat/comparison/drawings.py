"""Figures for the comparison: the drawing alone, made safe to stand inline in a page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from krisestat.figures.svg import NAMESPACE, RIM

_SHAPES = {"svg", "g", "path", "text", "tspan", "line", "rect", "circle", "ellipse", "polyline", "polygon"}
_ATTRIBUTE = re.compile(r"(?!on)[a-z-]+|viewBox")
_ADDRESS = re.compile(r"url\s*\(|javascript:|data:|expression", re.IGNORECASE)
_MAX_BYTES = 2_000_000


def bare_drawing(svg: str) -> str:
    """The shapes and texts of a drawing as SVG text, without ids, titles, links, styles or anything that could run; «»
    if it is not a drawing, or far too large for one."""
    if len(svg) > _MAX_BYTES or "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        return ""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return ""
    if root.tag != f"{{{NAMESPACE}}}svg":
        return ""
    ElementTree.register_namespace("", NAMESPACE)
    _clean(root)
    root.set("aria-hidden", "true")
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        if not _ATTRIBUTE.fullmatch(name) or name in ("id", "style", "href", "role") or _ADDRESS.search(value):
            del element.attrib[name]
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.removeprefix(f"{{{NAMESPACE}}}") not in _SHAPES:
            element.remove(child)
        else:
            _clean(child)


def texts(svg: str) -> list[str]:
    """The texts of a drawing, in order, without the rims around them."""
    if not svg:
        return []
    found = ElementTree.fromstring(svg).iter(f"{{{NAMESPACE}}}text")
    seen = (element for element in found if element.get("class") != RIM)
    return [text for element in seen if (text := " ".join("".join(element.itertext()).split()))]


def frame(svg: str) -> str:
    """The size of a drawing, as its `viewBox`."""
    return ElementTree.fromstring(svg).get("viewBox", "") if svg else ""
