"""The checklist as data: every point with its sub-points, in both written standards, with versions and conditions.

A point that has sub-points is a heading over them; a point that has none is answered, and is called a leaf. Ids are
slugs that are never given to anything else, so that an answer keeps its meaning when the list is numbered anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from krisestat.agreements.legal_basis import CHECKLIST_FOLDER, LAWS, load_lovgrunnlag
from krisestat.base.errors import ProblemList, Problems, nearest, shown
from krisestat.base.yaml_files import check_schema, load_yaml

LIST = CHECKLIST_FOLDER / "sjekkliste.yaml"
SCHEMA = Path("workflow/schemas/sjekkliste.schema.yaml")

# What may be said of a leaf; `ikke_spurt` is for one that the form's version of the list did not have.
DEKKET, DELVIS, MANGLER, IKKE_RELEVANT, UBESVART, IKKE_SPURT = PUNKTSVAR = (
    "dekket",
    "delvis",
    "mangler",
    "ikke_relevant",
    "ubesvart",
    "ikke_spurt",
)
# What a point is when neither it nor the one above it says.
_INHERITED = {"ansvar": "begge", "vekt": 2, "opphav": "kilden", "fra_versjon": 1, "til_versjon": None}


@dataclass(frozen=True)
class Punkt:
    """A point of the list.

    Texts are mappings from written standard («nb», «nn») to text. `id` is the slug; `nummer` how the list prints it
    («6.2.1»); `tittel` what it is called in tables, `heter` the same with the source's words of duty; `hvorfor` why it
    matters and `godt` what a good clause says; `kilde` the line of the source, «» for an addition; `ansvar` one of
    «kommunen», «krisesenteret», «begge»; `vekt` 1 to 3, how grave it is that it is missing; `opphav` «kilden» or
    «tillegg» (an addition that can be switched off); `lovgrunnlag` the codes of legal basis under which it is asked,
    empty for all; `fra_versjon` and `til_versjon` the versions that have it; `flyttet` what was put right against the
    source, or nothing; `klausul` a text that an agreement may have, and `klausuler` others in its place, each with the
    codes of the legal bases under which it is; `underpunkter` its sub-points in order.
    """

    id: str
    nummer: str
    tittel: Mapping[str, str]
    heter: Mapping[str, str]
    kilde: str
    hvorfor: Mapping[str, str]
    godt: Mapping[str, str]
    ansvar: str
    vekt: int
    opphav: str
    lovgrunnlag: tuple[str, ...]
    fra_versjon: int
    til_versjon: int | None
    flyttet: Mapping[str, str]
    klausul: Mapping[str, str]
    klausuler: tuple[Mapping[str, Any], ...]
    underpunkter: tuple[Punkt, ...]

    @cached_property
    def leaves(self) -> tuple[Punkt, ...]:
        """The points under this one that are answered; itself when it has none under it."""
        return tuple(leaf for sub in self.underpunkter for leaf in sub.leaves) or (self,)

    def walk(self) -> Iterator[Punkt]:
        """This point and all under it, in the order of the list."""
        yield self
        for sub in self.underpunkter:
            yield from sub.walk()

    def asked_under(self, lovgrunnlag: str) -> bool:
        """Whether the point is asked of an agreement with this legal basis; all are while it is not known («»)."""
        return not self.lovgrunnlag or not lovgrunnlag or lovgrunnlag in self.lovgrunnlag

    def clause(self, lovgrunnlag: str) -> Mapping[str, str]:
        """The text for an agreement with this legal basis, by written standard."""
        own = (one["tekst"] for one in self.klausuler if lovgrunnlag in one["lovgrunnlag"])
        return next(own, self.klausul)


@dataclass(frozen=True)
class Sjekkliste:
    """A version of the list: its number, what changed in each version (texts by version), and its points in order."""

    versjon: int
    versjoner: Mapping[int, Mapping[str, Any]]
    punkter: tuple[Punkt, ...]
    by_id: Mapping[str, Punkt] = field(default_factory=dict)

    @cached_property
    def leaves(self) -> tuple[Punkt, ...]:
        """Every point that is answered, in order."""
        return tuple(leaf for punkt in self.punkter for leaf in punkt.leaves)

    def top_of(self, id: str) -> Punkt:
        """The numbered point (1 to 11) that a point stands under."""
        return next(top for top in self.punkter if any(p.id == id for p in top.walk()))


def load_sjekkliste(
    path: Path = LIST, versjon: int | None = None, tillegg: bool = True, root: Path = Path()
) -> Sjekkliste:
    """Read the list.

    Parameters: `path`, of sjekkliste.yaml, with the legal basis beside it; `versjon`, the version to give, the newest
    when none is given; `tillegg`, whether the marked additions are with it; `root`, the project's folder. Raises
    `Problems` with every fault, also for a version that never was and for points changed without a new version.
    """
    data, lines = load_yaml(root / path)
    check_schema(data, root / SCHEMA, str(path), lines)
    problems = ProblemList()
    versions = dict(sorted((int(number), told) for number, told in data["versjoner"].items()))
    try:
        codes = load_lovgrunnlag(path.with_name(LAWS.name), root)
    except Problems as error:
        problems.extend(error)
        codes = {}
    _check_points(data["punkter"], path, lines, versions, codes, problems)
    _check_versions(data["punkter"], path, lines, versions, problems)
    wanted = max(versions) if versjon is None else versjon
    if wanted not in versions:
        known = ", ".join(map(str, versions))
        problems.add(path, "nøkkelen «versjoner»", f"versjon {wanted}", f"en av {known}", "Rett versjonen.")
    problems.raise_if_any()
    points = _points(data["punkter"], "", None, wanted, tillegg)
    return Sjekkliste(wanted, versions, points, {p.id: p for top in points for p in top.walk()})


def fingerprint(punkter: Sequence[Punkt]) -> str:
    """What tells one version of the list from another: sixteen hexadecimal digits of SHA-256.

    Parameters: `punkter`, the points of a version with its additions. Counts what an answer answers (which points there
    are, where they stand, what they are called, whether they depend on the legal basis), not how they are explained.
    """
    told = [
        (p.id, p.nummer, dict(sorted(p.tittel.items())), p.opphav, bool(p.lovgrunnlag), not p.underpunkter)
        for top in punkter
        for p in top.walk()
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode("ascii")).hexdigest()[:16]


def _points(
    declared: Sequence[Mapping[str, Any]], prefix: str, above: Punkt | None, versjon: int, tillegg: bool
) -> tuple[Punkt, ...]:
    """The points of one level that a version has, numbered in order; what a sub-point does not say is as above it."""
    points: list[Punkt] = []
    for one in declared:
        punkt = Punkt(
            id=one["id"],
            nummer=f"{prefix}{len(points) + 1}",
            tittel=one["tittel"],
            heter=one.get("heter", one["tittel"]),
            kilde=one.get("kilde", ""),
            hvorfor=one.get("hvorfor", {}),
            godt=one.get("godt", {}),
            lovgrunnlag=tuple(one.get("lovgrunnlag", getattr(above, "lovgrunnlag", ()))),
            **{name: one.get(name, getattr(above, name, default)) for name, default in _INHERITED.items()},
            flyttet=one.get("flyttet", {}),
            klausul=one.get("klausul", {}),
            klausuler=tuple(one.get("klausuler", ())),
            underpunkter=(),
        )
        there = punkt.fra_versjon <= versjon <= (punkt.til_versjon or versjon)
        if not there or (punkt.opphav == "tillegg" and not tillegg):
            continue
        subs = _points(one.get("underpunkter", ()), f"{punkt.nummer}.", punkt, versjon, tillegg)
        if one.get("underpunkter") and not subs:
            continue
        points.append(replace(punkt, underpunkter=subs))
    return tuple(points)


def _check_points(
    declared: Sequence[Mapping[str, Any]],
    path: Path,
    lines: Mapping,
    versions: Mapping[int, Any],
    codes: Mapping[str, Any],
    problems: ProblemList,
) -> None:
    """Ids are unique, versions and legal bases are known, and every leaf says why and how in both written standards."""
    seen: dict[str, str] = {}

    def visit(some: Sequence[Mapping[str, Any]], place: tuple) -> None:
        for number, one in enumerate(some):
            at, name = f"linje {lines.get((*place, number), (0, ''))[0]}", f"punktet {shown(one['id'])}"
            if one["id"] in seen:
                found = f"id-en {shown(one['id'])} en gang til (først på {seen[one['id']]})"
                problems.add(path, at, found, "hver id én gang", "Gi punktet en egen id.")
            seen.setdefault(one["id"], at)
            for key in ("fra_versjon", "til_versjon"):
                if one.get(key, 1) not in versions:
                    found = f"{name} med «{key}» {one[key]}"
                    problems.add(path, at, found, f"en av {', '.join(map(str, versions))}", "Rett versjonen.")
            told = [*one.get("lovgrunnlag", ()), *(c for k in one.get("klausuler", ()) for c in k["lovgrunnlag"])]
            for code in [code for code in told if codes and code not in codes]:
                found = f"{name} med lovgrunnlaget {shown(code)}{nearest(code, codes)}"
                problems.add(path, at, found, f"en av {', '.join(codes)}", f"Rett koden, eller før den i {LAWS.name}.")
            subs = one.get("underpunkter", ())
            for text in () if subs else ("hvorfor", "godt", "klausul"):
                if missing := {"nb", "nn"} - one.get(text, {}).keys():
                    found = f"{name} uten «{text}» på {', '.join(sorted(missing))}"
                    problems.add(path, at, found, "en forklaring på begge målformer", f"Skriv «{text}».")
            visit(subs, (*place, number, "underpunkter"))

    visit(declared, ("punkter",))


def _check_versions(
    declared: Sequence[Mapping[str, Any]],
    path: Path,
    lines: Mapping,
    versions: Mapping[int, Mapping[str, Any]],
    problems: ProblemList,
) -> None:
    """Versions follow each other in time, and the points of each are those that it was given out with."""
    latest = 0
    for number, told in versions.items():
        place = f"linje {lines.get(('versjoner', str(number)), (0, ''))[0]}, versjon {number}"
        if told["fra_aar"] <= latest:
            found = f"fra_aar {told['fra_aar']}, men versjonen før er fra {latest}"
            problems.add(path, place, found, "et senere år", "Rett «fra_aar».")
        latest = told["fra_aar"]
        found = fingerprint(_points(declared, "", None, number, tillegg=True))
        if found != told["avtrykk"]:
            fix = (
                "Er punktene endret, lager du en ny versjon og lar de gamle stå. Er bare en skrivefeil rettet, eller "
                f'er versjonen ny og ikke tatt i bruk, skriver du «avtrykk: "{found}"».'
            )
            problems.add(path, place, f"punkter med avtrykket {found}", f"avtrykket {told['avtrykk']}", fix)
