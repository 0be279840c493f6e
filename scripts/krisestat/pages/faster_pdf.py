"""What makes WeasyPrint faster without changing a byte of what it makes: what it works out again and again is worked
out once.

All of it, or nothing: the files of the libraries that functions are replaced in are held by their digests, and where
one is another than these were written for, the libraries are left as they are. What each gives, and what belongs in
the libraries themselves, stands in docs/decisions/0044.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

import pydyf
import weasyprint
from weasyprint import css
from weasyprint.css import computed_values, properties
from weasyprint.draw import text as drawing
from weasyprint.layout import inline, percent, preferred, table
from weasyprint.text import constants, fonts, line_break
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p

LOG = logging.getLogger(__name__)

# The beginning of the digest of each file that something is replaced in, or that what replaces it leans on.
WRITTEN_FOR = {
    weasyprint: "7cd0f4ae8569eac9",
    pydyf: "0b10add9e640961d",
    css: "77ad7287f90d7cfa",
    computed_values: "0dec45caf60428b1",
    properties: "872a2e5602b5f52d",
    drawing: "c9a450aa209277e7",
    inline: "0e7c1569330f5473",
    percent: "bac190e240dce17b",
    preferred: "a7973703cd8ac5fa",
    table: "3a5b6442410f18e6",
    constants: "82d0bdd876f3722d",
    fonts: "59d74d0c161349b8",
    line_break: "1f5a855ad992e0be",
}
_WRAPPED = ("normal", "pre-wrap", "pre-line")
# Properties that have their initial value, as it stands, where no rule has set them.
_PLAIN = frozenset(
    key
    for key in properties.INITIAL_VALUES.keys() - properties.INHERITED - css.INITIAL_NOT_COMPUTED
    if key not in ("position", "float", "display", "page") and not key.startswith("text_decoration_")
)
# The names by which a rule sets a side or a size without saying which it is.
_LOGICAL = frozenset(
    name(block="ttb", inline=way) for name in computed_values.PHYSICAL_FUNCTIONS.values() for way in ("ltr", "rtl")
)
_FACE = ("font_style", "font_stretch", "font_weight", "font_size", "font_variant_caps", "font_variation_settings")
_FEATURES = (
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings"),
)
# Rules of the library's style that give every element five styles more, for notes that no document of ours has.
_NOTES = ("footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback")
_DRAWN = ("set_font_size", "set_text_rise", "show_text")
_original: dict[str, Any] = {}


def first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> tuple:
    """The first line of a text, found once for each style and width. A text that is not wrapped has the same first line
    in any width. Parameters and returns: as `split_first_line`."""
    known = style.__dict__.setdefault("_first_lines", {})
    free = max_width is None or style["white_space"] not in _WRAPPED
    key = (text, spacing) if free else (text, spacing, max_width, is_line_start, minimum)
    found = known.get(key)
    if found is None:
        whole = _original["split_first_line"]
        found = known[key] = whole(text, style, context, max_width, spacing, is_line_start, minimum)
    layout = line_break.Layout.__new__(line_break.Layout)
    layout.__dict__.update(found[0].__dict__, max_width=max_width)
    return layout, *found[1:]


def setup(layout: Any, style: Any) -> None:
    """Make a Pango layout for a style: its context is made once for each language, and what describes its font once for
    each font. Parameters: as `Layout.setup`."""
    if style["text_decoration_line"] != "none" or style["font_language_override"] != "normal":
        _original["setup"](layout, style)
        return
    layout.style, layout.first_line_direction = style, 0
    layout.ascent = layout.underline_position = layout.strikethrough_position = None
    kept = style.font_config.__dict__.setdefault("_kept", {})
    spoken, face = (style["direction"], style["lang"]), (*style["font_family"], *(style[name] for name in _FACE))
    if spoken not in kept:
        kept[spoken] = _context(style)
    if face not in kept:
        kept[face] = fonts.get_font_description(style)
    context, layout.language = kept[spoken]
    layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, kept[face])
    varied = tuple(style[name] for name in _FEATURES)
    if varied not in kept:
        features = fonts.font_features(*varied)
        kept[varied] = ",".join(f"{name} {value}" for name, value in features.items()).encode()
    if kept[varied]:
        # the list owns its attribute, and is let go with the layout: the library lets neither go
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        pango.pango_attr_list_insert(attributes, pango.pango_attr_font_features_new(kept[varied]))
        pango.pango_layout_set_attributes(layout.layout, attributes)


def _context(style: Any) -> tuple[Any, Any]:
    """The Pango context and language of a style."""
    made = pango.pango_font_map_create_context(style.font_config.font_map)
    context, language = ffi.gc(made, gobject.g_object_unref), pango.pango_language_get_default()
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, constants.PANGO_DIRECTION[style["direction"]])
    if style["lang"]:
        language = pango.pango_language_from_string(unicode_to_char_p(style["lang"])[0])
        pango.pango_context_set_language(context, language)
    return context, language


def reactivate(layout: Any, style: Any) -> None:
    """Leave the making of a line that is to be drawn until it is known that it was not drawn before."""
    layout.style = style


def deactivate(layout: Any) -> None:
    """Let go of what belongs to Pango."""
    for name in ("layout", "language", "style"):
        layout.__dict__.pop(name, None)


class _Watched:
    """A stream that remembers what is drawn on it."""

    def __init__(self, stream: Any):
        self._stream = stream
        self.calls: list[tuple[str, tuple]] = []

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self._stream, name)
        if name not in _DRAWN:
            return whole

        def told(*given: Any) -> None:
            self.calls.append((name, given))
            whole(*given)

        return told


def draw_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: str, matrix: Any) -> list:
    """Draw a line of text: what it is drawn by is found once for each text and style in a document. Parameters and
    returns: as `draw_first_line`."""
    layout, style, emojis = textbox.pango_layout, textbox.style, []
    known = style.__dict__.setdefault("_drawn", {})
    key = (id(stream._fonts), layout.text, layout.justification_spacing)
    if text_overflow == "ellipsis" or block_ellipsis != "none" or key not in known:
        setup(layout, style)
        layout.set_text(layout.text, justify=True)
        watched = _Watched(stream)
        emojis = _original["draw_first_line"](watched, textbox, text_overflow, block_ellipsis, matrix)
        if watched.calls and not emojis and text_overflow != "ellipsis" and block_ellipsis == "none":
            known[key] = watched.calls
        return emojis
    stream.set_text_matrix(*matrix.values)
    for name, given in known[key]:
        getattr(stream, name)(*given)
    return []


def missing(style: Any, key: str) -> Any:
    """The computed value of a property: one that no rule has set is inherited or initial. Parameters and returns: as
    `ComputedStyle.__missing__`."""
    rules = style.cascaded
    if key not in rules and (key not in computed_values.PHYSICAL_FUNCTIONS or rules.keys().isdisjoint(_LOGICAL)):
        if key in _PLAIN:
            value = style[key] = properties.INITIAL_VALUES[key]
            return value
        if key in properties.INHERITED and style.parent_style is not None:
            value = style[key] = style.parent_style[key]
            return value
    return _original["__missing__"](style, key)


def resolve_length(box: Any, name: str, refer_to: Any) -> None:
    """Set a used length from a computed one, most often in px. Parameters: as `resolve_one_percentage`."""
    value = box.style[name]
    if type(value) is properties.Dimension and value.unit != "%":
        setattr(box, name, value.value)
    else:
        _original["resolve_one_percentage"](box, name, refer_to)


def to_bytes(item: Any) -> bytes:
    """What an item is in a PDF; the kinds that there are most of, first."""
    kind = type(item)
    if kind is bytes:
        return item
    if kind is str:
        return item.encode("ascii")
    return b"%d" % item if kind is int else _original["_to_bytes"](item)


def write(pdf: Any, *given: Any, **named: Any) -> None:
    """Write a PDF. Its identifier is the digest of all its objects: each is made, and compressed, once. Parameters: as
    `pydyf.PDF.write`."""
    for item in pdf.objects[1:]:
        item.made = item.data
    try:
        _original["write"](pdf, *given, **named)
    finally:
        for item in pdf.objects[1:]:
            item.__dict__.pop("made", None)


def _once(data: property) -> property:
    """The data of an object, from what was made of it where that is kept."""
    assert data.fget
    make = data.fget
    return property(lambda item: item.__dict__["made"] if "made" in item.__dict__ else make(item))


def install() -> bool:
    """Put these functions in the place of the libraries'. Returns whether the libraries are those that they were
    written for; others are left as they are, which is said in the log."""
    others = [module.__name__ for module, digest in WRITTEN_FOR.items() if _digest(module) != digest]
    if others:
        LOG.info("%s er en annen utgave enn hurtigveiene er skrevet for; PDF-ene settes uten dem", ", ".join(others))
    if others or _original:
        return not others
    for owner, name, new in (
        (inline, "split_first_line", first_line),
        (preferred, "split_first_line", first_line),
        (line_break.Layout, "setup", setup),
        (line_break.Layout, "reactivate", reactivate),
        (line_break.Layout, "deactivate", deactivate),
        (drawing, "draw_first_line", draw_line),
        (css.ComputedStyle, "__missing__", missing),
        *((module, "resolve_one_percentage", resolve_length) for module in (inline, percent, table)),
        (pydyf, "_to_bytes", to_bytes),
        (pydyf.PDF, "write", write),
    ):
        _original.setdefault(name, getattr(owner, name))
        setattr(owner, name, new)
    for kind in (pydyf.Dictionary, pydyf.Stream, pydyf.String, pydyf.Array):
        kind.data = _once(kind.data)
    everywhere = weasyprint.UA_STYLESHEET.matcher.other_selectors
    everywhere[:] = [selector for selector in everywhere if selector[3] not in _NOTES]
    return True


def _digest(module: Any) -> str:
    return hashlib.sha256(Path(module.__file__).read_bytes()).hexdigest()[:16]
