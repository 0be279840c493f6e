"""What WeasyPrint leaves out of a tagged PDF/A-2a, added before the file is serialised:

- the PDF/UA-1 identifier in the XMP packet, with the extension schema that PDF/A demands for it;
- `Scope` on every header cell, so that readers that ignore `Headers` still find them;
- one element for what is one in the page: an anonymous box repeats the tag of its element (a heading within a
  heading, a link within a link), and is dissolved;
- running heads and page numbers as real pagination artifacts (WeasyPrint leaves them as marked content that the
  structure tree does not own).

Everything works on pydyf objects, without a clock or random identifiers: the file stays the same byte for byte.
Measured with veraPDF's rules for PDF/A-2a and PDF/UA-1 on WeasyPrint 70.
"""

from __future__ import annotations

import re
from typing import Any

import pydyf

_REFERENCE = re.compile(rb"^(\d+) 0 R$")
_MARKED_ID = re.compile(rb"/MCID (\d+)")
_VERSION_FIELD = "skjema__versjon"
_NEVER_NESTED = {"/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/P", "/Link", "/Caption"}

_PDF_UA = b"""<rdf:Description rdf:about="" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def finish(document: Any, pdf: pydyf.PDF) -> None:
    """Finisher for WeasyPrint's `write_pdf`. Parameters: the laid-out document (unused) and the PDF to complete."""
    dissolve_repeated(pdf)
    add_header_scope(pdf)
    mark_running_heads(pdf)
    declare_pdf_ua(pdf)


def finish_form(document: Any, pdf: pydyf.PDF) -> None:
    """Finisher for a form, which WeasyPrint declares PDF/UA-1 itself. Parameters as for `finish`."""
    dissolve_repeated(pdf)
    add_header_scope(pdf)
    mark_running_heads(pdf)
    lock_version(pdf)


def lock_version(pdf: pydyf.PDF) -> None:
    """Make the field that tells the form's version one that cannot be written in (bit 1 of `Ff`)."""
    for item in pdf.objects:
        if isinstance(item, dict) and getattr(item.get("T"), "string", "") == _VERSION_FIELD:
            item["Ff"] = 1


def dissolve_repeated(pdf: pydyf.PDF) -> None:
    """Give the content of an element that repeats its parent's tag to the parent, which lies on the same page."""
    root = _resolve(pdf, pdf.catalog["StructTreeRoot"])
    stands_for: dict[int, bytes] = {}

    def kids(element: dict, reference: bytes) -> list:
        """The kids of an element when those that repeat its tag are dissolved."""
        found = []
        for kid in element["K"]:
            number = _number(kid)
            inner = pdf.objects[number] if number is not None else None
            never = element["S"] in _NEVER_NESTED
            if number is not None and isinstance(inner, dict) and never and inner.get("S") == element["S"]:
                stands_for[number] = reference
                found += kids(inner, reference)
            else:
                if isinstance(inner, dict) and "S" in inner:
                    inner["P"] = reference
                found.append(kid)
        return found

    waiting = list(root["K"])
    while waiting:
        reference = waiting.pop()
        element = pdf.objects[_number(reference)]
        element["K"][:] = kids(element, reference)
        numbers = [kid for kid in element["K"] if _number(kid) is not None]
        waiting += [kid for kid in numbers if "S" in pdf.objects[_number(kid)]]
    _repoint(_resolve(pdf, root["ParentTree"])["Nums"], stands_for)


def _repoint(numbers: list, stands_for: dict[int, bytes]) -> None:
    """Let the parent tree name the elements that took over the content of others."""
    for position, entry in enumerate(numbers):
        if isinstance(entry, list):
            _repoint(entry, stands_for)
        elif (number := _number(entry)) is not None and number in stands_for:
            numbers[position] = stands_for[number]


def add_header_scope(pdf: pydyf.PDF) -> None:
    """Give every TH `Scope`: `Column` inside a THead, `Row` elsewhere."""
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH":
            attributes = item.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
            attributes["Scope"] = "/Column" if _inside_head(pdf, item) else "/Row"


def mark_running_heads(pdf: pydyf.PDF) -> None:
    """Turn the marked content that no structure element owns into pagination artifacts."""
    root = _resolve(pdf, pdf.catalog["StructTreeRoot"])
    owned = _owned(pdf, root)
    numbers = _resolve(pdf, root["ParentTree"])["Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for number in pdf.pages["Kids"][::3]:  # pydyf keeps each reference as three items: number, generation, «R»
        page = pdf.objects[number]
        references = parents[page["StructParents"]]
        orphans = {i for i, reference in enumerate(references) if _number(reference) not in owned}
        _make_artifacts(_resolve(pdf, page["Contents"]).stream, orphans)
        for orphan in orphans:
            references[orphan] = b"null"


def declare_pdf_ua(pdf: pydyf.PDF) -> None:
    """Add the PDF/UA-1 identifier to the XMP packet."""
    metadata = _resolve(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>") for part in metadata.stream]


def _make_artifacts(stream: list, orphans: set[int]) -> None:
    # pydyf keeps «/Tag», «<</MCID n>>» and «BDC» as three items that follow each other
    for position, operator in enumerate(stream):
        if operator == b"BDC":
            properties = stream[position - 1]
            marked = _MARKED_ID.search(getattr(properties, "data", properties))
            if marked and int(marked[1]) in orphans:
                stream[position - 2] = b"/Artifact"
                stream[position - 1] = b"<</Type /Pagination /Subtype /Header /Attached [/Top]>>"


def _owned(pdf: pydyf.PDF, root: dict) -> set[int]:
    """Numbers of all structure elements that can be reached from the root."""
    seen: set[int] = set()
    waiting = [_number(kid) for kid in root["K"]]
    while waiting:
        number = waiting.pop()
        if number is not None and number not in seen:
            seen.add(number)
            element = pdf.objects[number]
            if isinstance(element, dict):
                waiting += [_number(kid) for kid in element.get("K", ()) if not isinstance(kid, int)]
    return seen


def _inside_head(pdf: pydyf.PDF, cell: dict) -> bool:
    element = cell
    while element.get("S") not in ("/Table", "/THead"):
        element = _resolve(pdf, element["P"])
    return element["S"] == "/THead"


def _number(reference: Any) -> int | None:
    """The object number of a «n 0 R» reference, or None for anything else."""
    found = _REFERENCE.match(bytes(reference)) if isinstance(reference, (bytes, bytearray)) else None
    return int(found[1]) if found else None


def _resolve(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[_number(reference)]
