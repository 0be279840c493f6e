"""The print edition as a Typst document: the same headings, texts, lists, figures, tables, links and running heads."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from xml.etree.ElementTree import Element

import tinyhtml5

_XHTML = "{http://www.w3.org/1999/xhtml}"
_HEADINGS = {f"h{level}": level for level in range(1, 5)}
_PREAMBLE = """
#set document(title: {title})
#set page(paper: "a4", margin: (x: 22mm, top: 24mm, bottom: 26mm),
  header: context {{ if counter(page).get().first() > 1 [#text(8.5pt, fill: luma(40%))[#{title}]] }},
  footer: context [#text(8pt, fill: luma(40%))[#{notice}] #h(1fr) #text(9pt, weight: 600)[#counter(page).display()]])
#set text(font: "Source Sans 3", size: 11pt, lang: "nb", hyphenate: false)
#set par(leading: 0.62em, spacing: 0.9em)
#set table(stroke: none, inset: (x: 1.6mm, y: 0.9mm), align: (x, y) => if x == 0 {{ left }} else {{ right }})
#show heading.where(level: 1): set text(34pt, font: "Source Serif 4")
#show heading.where(level: 2): set text(19pt, font: "Source Serif 4")
#show heading.where(level: 2): set block(above: 9mm, below: 4mm)
#show figure.where(kind: table): set block(breakable: true)
#show figure.caption: set align(left)
#show figure.caption: set text(9.5pt, weight: 600)
#set figure.caption(position: top)
#set figure(supplement: none, numbering: none, outlined: false)
#show table: set text(9pt)
#let small(body) = text(9pt, fill: luma(40%), body)
"""


def to_typst(html: str) -> tuple[str, dict[str, bytes]]:
    """A Typst text and its pictures, by file name.

    Parameters: `html`, the print edition. What it has that Typst's own layout has no word for, such as the colour of
    the cover, is left out; all that is read is kept.
    """
    root = tinyhtml5.parse(html, namespace_html_elements=True)
    body = root.find(f"{_XHTML}body")
    pictures: dict[str, bytes] = {}
    blocks = _Blocks({e.get("id", "") for e in body.iter() if isinstance(e.tag, str)}, pictures)
    title = "".join(root.find(f"{_XHTML}head/{_XHTML}title").itertext())
    notice = next("".join(e.itertext()) for e in body.iter() if e.get("class") == "merknad-kort")
    text = "\n".join(blocks.of(body))
    return _PREAMBLE.format(title=json.dumps(title), notice=json.dumps(notice)) + text, pictures


class _Blocks:
    """Turns elements into Typst, one block at a time."""

    def __init__(self, ids: set[str], pictures: dict[str, bytes]):
        self.ids, self.pictures = ids, pictures

    def of(self, parent: Element) -> Iterable[str]:
        """The blocks in an element."""
        for child in parent:
            yield from self.block(child)

    def block(self, e: Element) -> Iterable[str]:
        """One element's blocks."""
        name, kind = _tag(e), e.get("class", "")
        if kind in ("dokument", "merknad-kort"):
            return
        if name in _HEADINGS:
            yield f"#heading(level: {_HEADINGS[name]})[{self.inline(e)}]{self.label(e)}"
        elif name == "p":
            yield f"#par[{self.inline(e)}]" if "note" not in kind else f"#small[{self.inline(e)}]"
        elif name in ("ul", "ol"):
            items = ", ".join(f"[{self.inline(item)}]" for item in e)
            yield f"#list({items})"
        elif name == "dl":
            parts = list(e)
            pairs = zip(parts[::2], parts[1::2], strict=True)
            terms = ", ".join(f"terms.item[{self.inline(dt)}][{self.inline(dd)}]" for dt, dd in pairs)
            yield f"#terms({terms})"
        elif name == "figure":
            yield from self.figure(e)
        elif name == "table":
            yield self.table(e)
        elif name == "div" and "note" in kind.split():
            yield "#small[" + " ".join(self.inline(part) for part in e) + "]"
        else:
            if name in ("section", "div") and kind in ("omslag", "forside", "kolofon"):
                yield from self.of(e)
                yield "#pagebreak(weak: true)"
            else:
                yield f"#metadata(none){self.label(e)}" if e.get("id") else ""
                yield from self.of(e)

    def figure(self, e: Element) -> Iterable[str]:
        """A figure with its picture, caption and notes."""
        image = e.find(f".//{_XHTML}img")
        caption = e.find(f"{_XHTML}figcaption")
        name = f"figur-{len(self.pictures)}.svg"
        self.pictures[name] = base64.b64decode(image.get("src").partition("base64,")[2])
        picture = f"image({json.dumps(name)}, width: 166mm, alt: {json.dumps(image.get('alt'), ensure_ascii=False)})"
        yield f"#figure({picture}, kind: image, caption: [{self.inline(caption)}]){self.label(e)}"
        for part in e:
            if part not in (image, caption):
                yield from self.block(part)

    def table(self, e: Element) -> str:
        """A table with its caption, header rows and spans."""
        rows = list(e.iter(f"{_XHTML}tr"))
        columns = sum(int(cell.get("colspan", 1)) for cell in rows[0])
        heads = list(e.find(f"{_XHTML}thead"))
        head = ", ".join(self.cell(cell, True) for row in heads for cell in row)
        lines = []
        for row in rows[len(heads) :]:
            group = row.get("class") == "gruppe"
            cells = [self.cell(cell, group) for cell in row]
            missing = columns - sum(int(cell.get("colspan", 1)) for cell in row)
            lines.append(", ".join(cells + ["[]"] * missing) + ", table.hline(stroke: 0.4pt + luma(80%))")
        sizes = "(" + ", ".join(["2.4fr", *["1fr"] * (columns - 1)]) + ",)"
        made = f"table(columns: {sizes}, table.header({head}, table.hline(stroke: 1pt)),\n" + ",\n".join(lines) + ")"
        caption = self.inline(e.find(f"{_XHTML}caption"))
        return f"#figure({made}, kind: table, caption: [{caption}]){self.label(e)}"

    def cell(self, e: Element, strong: bool) -> str:
        """One cell."""
        spans = {name: e.get(name) for name in ("colspan", "rowspan") if e.get(name, "1") != "1"}
        text = f"[{self.inline(e)}]" if not strong else f"[#strong[{self.inline(e)}]]"
        given = ", ".join(f"{name}: {value}" for name, value in spans.items())
        return f"table.cell({given}){text}" if spans else text

    def inline(self, e: Element) -> str:
        """The text in an element, with links."""
        made = [_text(e.text)]
        for child in e:
            inner, target = self.inline(child), child.get("href", "")
            if target.startswith("#") and target[1:] in self.ids:
                page = f"#context counter(page).at(<{target[1:]}>).first()"
                made.append(f"#link(<{target[1:]}>)[{inner}, side {page}]")
            elif target and not target.startswith("#"):
                made.append(f"#link({json.dumps(target)})[{inner}]")
            elif _tag(child) == "strong":
                made.append(f"#strong[{inner}]")
            else:
                made.append(inner)
            made.append(_text(child.tail))
        return "".join(made)

    def label(self, e: Element) -> str:
        """What links to an element refer to."""
        return f" <{e.get('id')}>" if e.get("id") else ""


def _tag(e: Element) -> str:
    return str(e.tag).removeprefix(_XHTML)


def _text(text: str | None) -> str:
    """Text as a Typst string, so that no sign in it is markup."""
    if not text or not text.strip(" \n"):
        return " " if text else ""
    return f"#{json.dumps(' '.join(text.split(' ')).replace(chr(10), ' '), ensure_ascii=False)};"
