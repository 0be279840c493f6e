"""What every page of the project is made with, whatever it tells: style and fonts, the content policy, the template
environment, dates and JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import getitem
from pathlib import Path
from typing import Any

import jinja2
from jinja2.runtime import Macro
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from krisestat.base.display import NBSP, capitalised
from krisestat.figures import design

MONTHS = {
    "nb": "januar februar mars april mai juni juli august september oktober november desember".split(),
    "nn": "januar februar mars april mai juni juli august september oktober november desember".split(),
}
# Replaces the page in the history, so that «back» does not return to it. Without JavaScript the link works as a link.
SCRIPT = (
    'document.getElementById("forlat")?.addEventListener("click",function(e){'
    "e.preventDefault();location.replace(this.href)});"
)
# Shows the search and hides the rows that do not have what is written in it. Tables are whole without it.
# Which rows they are stands with the search, in `data-rader`.
SEARCH = """
const box = document.querySelector(".finn"), field = document.getElementById("finn");
const said = document.getElementById("finn-viser"), rows = [...document.querySelectorAll(box.dataset.rader)];
function show() {
  const words = field.value.toLocaleLowerCase("nb").split(/\\s+/).filter(Boolean);
  let n = 0;
  for (const row of rows) {
    const text = row.textContent.toLocaleLowerCase("nb");
    row.hidden = !words.every(word => text.includes(word));
    n += row.hidden ? 0 : 1;
  }
  said.textContent = said.dataset.tekst.replace("{n}", n).replace("{alle}", rows.length);
}
field.addEventListener("input", show);
box.hidden = false;
if (location.hash.startsWith("#finn=")) field.value = decodeURIComponent(location.hash.slice(6));
show();
"""
_ROLES_IN_FIGURES = ("papir", "tone", "blekk", "dempet", "linje", "rutenett", *design.SERIER)


def long_date(iso: str, spraak: str) -> str:
    """«2020-11-21» as «21. november 2020», with no-break spaces."""
    year, month, day = (int(part) for part in str(iso).split("-"))
    return f"{day}.\u00a0{MONTHS[spraak][month - 1]}\u00a0{year}"


def stylesheet(medium: str, faces: str, css: str) -> str:
    """The whole style of one medium.

    Parameters: `faces`, its `@font-face` rules; `css`, its rules. Tokens come from `figures.design`. Figures carry
    their colours as attributes; the rules by attribute let them follow dark mode, which rules that speak of both have.
    """
    tokens, css = design.css_properties(), _without_comments(css)
    if medium == "trykk":
        # the typesetter would read the value of a token again for each style that it stands in
        values = dict(re.findall(r"(--[\w-]+): (.*);", tokens))
        css = re.sub(r"var\((--[\w-]+)\)", lambda use: values.get(use[1], use[0]), css)
        return f"{faces}\n{css}"
    parts = [faces, f":root{{\n{tokens}\n}}"]
    if "color-scheme: light dark" in css:
        parts.append(f"@media screen and (prefers-color-scheme: dark){{:root{{\n{design.dark_properties()}\n}}}}")
    parts.append(css)
    if medium == "side":
        parts += [
            f'svg [{what}="{design.FARGER[role]}"]{{{what}:var(--farge-{role})}}'
            for role in _ROLES_IN_FIGURES
            for what in ("fill", "stroke")
        ]
    return "\n".join(parts)


def _without_comments(css: str) -> str:
    """Style rules without comments, which are for those who write them, and without empty lines and indents."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.S)).strip()


def without_remarks(script: str) -> str:
    """A script without the lines that are comments, without indents and empty lines."""
    return re.sub(r"\n\s*", "\n", re.sub(r"^\s*//.*$", "", script, flags=re.M)).strip()


def print_faces() -> str:
    """`@font-face` rules for the PDF: the typesetter finds the files in the project by name."""
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};src:url(skrift:{file})}}'
        for family, weight, style, file in design.SKRIFTFILER
    )


def content_policy(style: str, script: str) -> str:
    """A Content-Security-Policy that lets the page use its own style, fonts and script, and nothing else."""

    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"

    return (
        f"default-src 'none'; style-src {hashed(style)}; script-src {hashed(script)}; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def style_and_script(style: str, script: str) -> dict[str, str]:
    """What the frame of every page gets: its style, its script, and the policy that allows these two alone."""
    return {"stil": Markup(style), "skript": Markup(script), "csp": content_policy(style, script)}


@cache
def _is_own(kind: type) -> bool:
    """Whether things of a kind are made for templates: text, lists, and what the project gives them."""
    return issubclass(kind, str | Mapping | list | tuple) or kind.__module__.startswith("krisestat.")


@cache
def _way(kind: type, attribute: str) -> Callable[[Any, str], Any] | None:
    """How a template reads an attribute of its own things; None where Jinja must look at it: a name that begins with
    «_», and text, whose `format` reaches further."""
    if attribute.startswith("_") or not _is_own(kind) or issubclass(kind, str):
        return None
    return getitem if issubclass(kind, Mapping) and not hasattr(kind, attribute) else getattr


class _Environment(SandboxedEnvironment):
    """Templates are text: what they are given may be read by name, and nothing of it called but what text, lists and
    macros can do. A template that is parsed and then compiled is read once; what is compiled is changed by it, and is
    let go."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self._parsed: dict[tuple[str | None, str], jinja2.nodes.Template] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As in Jinja; what is safe to read is read at once."""
        kind: Any = type(obj)
        way = _way(kind, attribute)
        try:
            return way(obj, attribute) if way else super().getattr(obj, attribute)
        except (AttributeError, LookupError):
            return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute: data, and what text and lists can do, but no other function."""
        kind: Any = type(obj)
        if _is_own(kind):
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value) and (isinstance(value, Macro) or not callable(value))

    def call(self, context: jinja2.runtime.Context, obj: Any, *args: Any, **given: Any) -> Any:
        """As in Jinja; a macro, which most calls are of, is called at once."""
        if type(obj) is not Macro:
            return super().call(context, obj, *args, **given)
        for name in ("_block_vars", "_loop_vars"):
            given.pop(name, None)
        return obj(context.eval_ctx, *args, **given)

    def parse(self, source: str, name: str | None = None, filename: str | None = None) -> jinja2.nodes.Template:
        """As in Jinja; the tree is kept for `compile`."""
        self._parsed[name, source] = super().parse(source, name, filename)
        return self._parsed[name, source]

    def compile(self, source: Any, name: str | None = None, *rest: Any, **more: Any) -> Any:
        """As in Jinja."""
        if isinstance(source, str):
            source = self._parsed.pop((name, source), source)
        return super().compile(source, name, *rest, **more)


def environment(templates: Path, spraak: str) -> jinja2.Environment:
    """The template environment: escaping on, unknown names are errors; dates and hard spaces for the layout."""
    env = _Environment(
        loader=jinja2.FileSystemLoader(templates, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters["stor_forbokstav"] = capitalised
    env.filters["hard"] = lambda text: str(text).replace(" ", NBSP)
    env.filters["i_orden"] = _in_order
    env.globals["dato"] = lambda iso: long_date(iso, spraak)
    return env


def with_own(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The words of every page with those of one kind of page over them, in the notice of example data word by word."""
    return {**shared, **own, "merknad": {**shared["merknad"], **own["merknad"]}}


def _in_order(lines: Sequence[Any], names: Sequence[str]) -> list[Any]:
    """Lines of a table in the order of the names that their headers end with; others after them, as they stood."""
    place = {name: number for number, name in enumerate(names)}

    def of(line: Any) -> int:
        return next(
            (place[name] for name in names if line.header in (name, line.header.split(". ", 1)[0] + f". {name}")),
            len(place),
        )

    return sorted(lines, key=of) if place else list(lines)


def json_text(data: Any) -> str:
    """JSON for people and for comparison: indented, letters as they are, one newline at the end."""
    return json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n"
