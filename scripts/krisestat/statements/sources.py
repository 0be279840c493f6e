"""Where the text of every product stands: the files, and the units in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment

from krisestat.base.errors import Problems
from krisestat.base.files import Files
from krisestat.base.yaml_files import load_yaml
from krisestat.model.load import SHEETS as SHEET_CHAPTER
from krisestat.model.signatures import FILE, Signatures, load_signatures
from krisestat.statements.markup import css_texts
from krisestat.statements.signing import Edition, Held, hold, problems, rows
from krisestat.statements.tags import VariantTag
from krisestat.statements.units import (
    BY_ALL,
    BY_ONE,
    LABEL,
    LOOKED_UP,
    Names,
    Unit,
    leaf_units,
    leaves,
    names_of,
    template_units,
)

# Pages that do not leave the house, by how the names of their templates begin.
INTERNAL = ("endringer", "etterproving", "kvalitet", "tillatt")
# What goes out, and how the names of its templates and text files begin; all others are those of the publication.
PAGE, CHECKLIST, REPORTS, SHEETS, SITE = "publikasjon", "sjekkliste", "avtaler", "faktaark", "nettsted"
PRODUCTS = {
    CHECKLIST: ("sjekkliste",),
    REPORTS: ("avtale", "skjemafeil"),
    SHEETS: ("faktaark", "arkoversikt"),
    SITE: ("nettsted",),
}
CONFIG, CHAPTERS, VERSIONS = Path("config.yaml"), Path("data/statistikk"), Path("data/raw/codebooks/sjekkliste")
_SHARED = "felles"  # what all chapters declare together
# Text files with both standards: what the accessibility statement says, and what was put right after publishing.
CORRECTIONS = Path("data/rettelser-publisert.yaml")
_BOTH = (Path("data/tilgjengelighet.yaml"), CORRECTIONS)
# What is no text of a correction; how grave it is, is said in words of its own.
_UNTOLD = {"id", "dato", "tall", "bestemt_av", "alvorlighet"}
# What the configuration says to readers, and how that is signed: what the publication is called, as any title.
_SAID = ("publikasjon", "lov", "hjelp", "les_mer")
_TITLE = ("publikasjon", "tittel")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CANDIDATES = "hovedpunkter.yaml"


def held(
    inn: Files, config: Mapping[str, Any], units: Iterable[Unit], denied: Callable[[Unit], str] = lambda unit: ""
) -> tuple[list[Held], list[dict[str, Any]]]:
    """How some units stand, and what is signed of them, for the evidence.

    Parameters: `inn`, with `signaturer`, the register, and the folders; `config`, the merged configuration; `units` and
    `denied` as `signing.hold`. Raises `Problems` for a file that cannot be read.
    """
    register = load_signatures(inn.signaturer, inn.prosjekt) or Signatures()
    found = hold(units, register, Edition.of(config), denied)
    return found, rows(found, register)


def refuse_unsigned(inn: Files, config: Mapping[str, Any], product: str) -> None:
    """Raise `Problems` for each text of a product that nobody stands for. Parameters: as `held` and `units_of`."""
    units = units_of(inn.prosjekt, inn.templates, config, product)
    if wrong := problems(held(inn, config, units)[0], config["publikasjon"]["utgave"]):
        raise Problems(wrong)


def signed_of(root: Path, config: Mapping[str, Any], product: str) -> list[dict[str, Any]]:
    """What is signed of a product, as `signing.rows` gives it. Parameters: as `units_of`."""
    register = load_signatures(root / FILE, root) or Signatures()
    return rows(hold(units_of(root, root / "templates", config, product), register, Edition.of(config)), register)


def units_of(root: Path, templates: Path, config: Mapping[str, Any], product: str = "") -> list[Unit]:
    """Every unit of text of an edition's products, in the order of the files.

    Parameters: `root`, the project's folder; `templates`, that of the templates; `config`, the merged configuration;
    `product`, one of `PRODUCTS`, all of them when «». Raises `Problems` for a file that cannot be read.
    """
    spraak, whole, chapters = config["spraak"], product in ("", PAGE), config.get("kapitler", ())
    none, files = names_of(), sorted((root / CHAPTERS).glob("*.yaml"))
    declared = [unit for path in files for unit in _of_both(path, root, spraak, none)]
    lexicon = templates / "leksikon" / f"{spraak}.yaml"
    words = load_yaml(lexicon)[0] if lexicon.is_file() else {}
    names = names_of(declared, (text for path, text in leaves(words, spraak) if "ord" in path))
    found = [
        *_of_templates(
            templates, [spraak, "felles", *(f"{name}/{spraak}" for name in chapters)], spraak, names, product
        )
    ]
    if whole:
        own = {(CHAPTERS / f"{name}.yaml").as_posix() for name in (_SHARED, *chapters)}
        labels = (unit for unit in declared if unit.fil in own)
        found += [*_of_config(config), *(replace(unit, slag="merke", signeres=LABEL) for unit in labels)]
        found += [
            unit for path in _BOTH if (root / path).is_file() for unit in _of_both(root / path, root, spraak, names)
        ]
    if product in ("", SHEETS):
        of_sheets = (CHAPTERS / f"{SHEET_CHAPTER}.yaml").as_posix()
        found += [replace(unit, slag="merke", signeres=LABEL) for unit in declared if unit.fil == of_sheets]
    if product in ("", CHECKLIST):
        found += [_version(path, root, spraak) for path in sorted((root / VERSIONS).glob("*.yaml"))]
    return found


def product_of(name: str) -> str:
    """The product that a template or text file is of. Parameters: its name."""
    return next((product for product, names in PRODUCTS.items() if name.startswith(names)), PAGE)


def _of_templates(templates: Path, given: Iterable[str], spraak: str, names: Names, product: str) -> Iterator[Unit]:
    """The units of the templates and text files in some folders. Parameters: `given`, the folders; as `units_of`."""
    env = Environment(extensions=[VariantTag], trim_blocks=True, lstrip_blocks=True, autoescape=True)
    for folder in given:
        for path in sorted((templates / folder).glob("*")):
            fil = Path("templates", path.relative_to(templates)).as_posix()
            if path.name.startswith(INTERNAL) or product not in ("", product_of(path.name)):
                continue
            if path.suffix == ".j2":
                yield from template_units(fil, spraak, path.read_text(encoding="utf-8"), env, names)
            elif path.suffix == ".css":
                for text in css_texts(path.read_text(encoding="utf-8")):
                    if re.search(r"[^\W\d_]{2}", text):
                        yield Unit(fil, 1, "stil", spraak, "tekst", BY_ALL, text)
            elif path.suffix == ".yaml":
                data, lines = load_yaml(path)
                if path.name == _CANDIDATES:
                    yield from _of_candidates(fil, spraak, data, lines, env, names)
                else:
                    yield from leaf_units(fil, spraak, data, lines, names)


def _of_candidates(
    fil: str, spraak: str, data: Any, lines: Mapping[tuple, tuple[int, str]], env: Environment, names: Names
) -> Iterator[Unit]:
    for number, one in enumerate(data or ()):
        line = lines[(number, "tekst")][0]
        yield from template_units(fil, spraak, one["tekst"], env, names, "hovedpunkt", line)


def _of_config(config: Mapping[str, Any]) -> Iterator[Unit]:
    """Values of the configuration that readers meet. Telephone numbers are among them, days of the edition are not."""
    told = {key: config[key] for key in _SAID if key in config}
    for path, text in leaves(told, config["spraak"]):
        if path != ("publikasjon", "utgave") and not _DATE.fullmatch(text):
            kind, signed = ("tittel", BY_ONE) if path == _TITLE else ("konfigurasjon", LOOKED_UP)
            place = ".".join(map(str, path))
            yield Unit(CONFIG.as_posix(), 0, f"nøkkelen «{place}»", config["spraak"], kind, signed, f"{place}: {text}")


def _of_both(path: Path, root: Path, spraak: str, names: Names) -> list[Unit]:
    """The units of a text file in which a text may be given in both written standards, in one of them."""
    data, lines = load_yaml(path)
    if path.name == CORRECTIONS.name:
        data = _without(data, _UNTOLD)
    return leaf_units(path.relative_to(root).as_posix(), spraak, data, lines, names)


def _without(data: Any, keys: Collection[str]) -> Any:
    """A nest of mappings and lists without what stands under some keys."""
    if isinstance(data, Mapping):
        return {key: _without(inner, keys) for key, inner in data.items() if key not in keys}
    return [_without(one, keys) for one in data] if isinstance(data, list) else data


def _version(path: Path, root: Path, spraak: str) -> Unit:
    """All texts of a file as one unit: a version of the checklist, of its legal basis or of its rules."""
    texts = [text for _, text in leaves(load_yaml(path)[0], spraak)]
    digest = hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()[:12]
    text = f"{len(texts)} tekster med avtrykk {digest}"
    return Unit(path.relative_to(root).as_posix(), 1, "hele filen", spraak, "sjekkliste", BY_ALL, text)
