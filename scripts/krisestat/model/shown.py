"""Tables, figures and key figures as they are declared, checked against the statistics that they show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from krisestat.base.errors import ProblemList
from krisestat.model.declared import (
    FIGURE_KINDS,
    FORMER_KINDS,
    LATEST,
    MEASURE,
    ROLES,
    STATISTIC,
    YEAR,
    FigureSpec,
    KeyFigure,
    Panel,
    Statistic,
    TableSpec,
)


class Shown:
    """Tables, figures and key figures as they are read, the first two by id.

    Parameters: `statistics`, those that are declared; `problems`, where faults are kept; `fault` and `unknown`, which
    tell of them with their place; `broken`, the statistics that are told of already.
    """

    def __init__(
        self,
        statistics: Mapping[str, Statistic],
        problems: ProblemList,
        fault: Callable[[tuple, str, str, str], None],
        unknown: Callable[[tuple, str, str, Iterable[str], str], None],
        broken: Collection[str],
    ):
        self.statistics, self.problems, self.fault, self.unknown = statistics, problems, fault, unknown
        self.broken = set(broken)
        self.tables: dict[str, TableSpec] = {}
        self.figures: dict[str, FigureSpec] = {}
        self.key_figures: list[KeyFigure] = []

    def _taken(self, path: tuple, what: str, name: str, known: Mapping[str, TableSpec | FigureSpec]) -> None:
        if name in known:
            found = f"{what} «{name}», som {known[name].kapittel}.yaml også har"
            self.fault(path, found, "et navn som ikke finnes", f"Gi {what} et annet navn.")

    def _statistics(self, path: tuple, names: Iterable[str]) -> list[Statistic]:
        """The statistics of some names; those that are not declared are told."""
        known, wanted = self.statistics, list(names)
        for name in wanted:
            if name not in known and name not in self.broken:
                self.unknown(path, "statistikken", name, known, "Rett navnet, eller erklær statistikken.")
        return [known[name] for name in wanted if name in known]

    def _placed(self, path: tuple, statistic: Statistic, der: Mapping[str, Any], placed: Iterable[str]) -> None:
        """Every dimension is told apart, fixed, or has a whole."""
        for dimension, code in der.items():
            if dimension in statistic.per and code not in statistic.per[dimension].place:
                known = statistic.per[dimension].place
                self.unknown((*path, "der", dimension), "koden", code, known, "Rett koden.")
        for dimension in [one for one in statistic.per if one not in {*der, *placed}]:
            if not statistic.per[dimension].total:
                found = f"«{dimension}», som «{statistic.id}» er delt etter, og som ikke har noen total"
                fix = f"Del etter {dimension}, eller velg én kode med «der»."
                self.fault(path, found, "en plass til hver dimensjon uten total", fix)

    def table(self, chapter: str, name: str, one: Mapping[str, Any]) -> None:
        """Check and keep a table."""
        path, der, before = ("tabeller", name), one.get("der", {}), len(self.problems.problems)
        self._taken(path, "tabellen", name, self.tables)
        if ("deler" in one) == ("av" in one) or ("av" in one) != ("rader" in one):
            found = ", ".join(key for key in ("av", "rader", "deler") if key in one) or "ingen rader"
            self.fault(path, found, "«av» og «rader», eller «deler»", "Behold én måte å si hva radene er.")
            return
        panels = [
            Panel(id, tuple(part["av"]), part["rader"][0], part.get("baserad", False))
            for id, part in one.get("deler", {"": one}).items()
        ]
        shown = self._statistics(path, dict.fromkeys(name for panel in panels for name in panel.av))
        self._statistics((*path, "base"), [one["base"]] if "base" in one else [])
        if len(self.problems.problems) > before or self.broken & {*(n for p in panels for n in p.av), one.get("base")}:
            self.broken.add(name)
            return
        columns = tuple(one["kolonner"])
        spec = TableSpec(
            id=name,
            kapittel=chapter,
            deler=tuple(panels),
            kolonner=columns,
            maal=tuple(one.get("maal", ("antall",))),
            der=der,
            blokker=one.get("blokker", ""),
            siste=one.get("aar") == LATEST,
            base=one.get("base", ""),
            **{key: one.get(key, False) for key in ("nummerert", "utskrevet", "uten_skjulte")},
        )
        self.tables[name] = spec
        self._check_columns(path, spec, shown)
        for panel in panels:
            across = [key for column in columns for key in ([column] if isinstance(column, str) else column)]
            for statistic in map(self.statistics.__getitem__, panel.av):
                self._placed(path, statistic, der, [*across, panel.rader, *filter(None, [spec.blokker])])
                if panel.baserad and not statistic.with_base:
                    found = f"«baserad» for «{statistic.id}», som ikke har noen base"
                    self.fault(path, found, "en statistikk som er en del av noe", "Ta bort «baserad».")

    def _check_columns(self, path: tuple, spec: TableSpec, shown: Sequence[Statistic]) -> None:
        known = dict.fromkeys((YEAR, STATISTIC, *(d for statistic in shown for d in statistic.per)))
        named = [*spec.kolonner, *(panel.rader for panel in spec.deler), *filter(None, [spec.blokker]), *spec.der]
        for dimension in (one for one in named if isinstance(one, str)):
            if dimension not in known and (dimension != MEASURE or dimension not in spec.kolonner):
                self.unknown(path, "dimensjonen", dimension, [*known, MEASURE], "Rett navnet.")
        for panel in spec.deler:
            axes = [panel.rader, *filter(None, [spec.blokker]), *(one for one in spec.kolonner if isinstance(one, str))]
            for dimension in sorted({one for one in axes if axes.count(one) > 1}):
                found, fix = f"«{dimension}» to ganger", "Ta det ene bort."
                self.fault(path, found, "hver dimensjon på én plass: rader, kolonner eller blokker", fix)
        for column in spec.across:
            for dimension, code in column.items():
                lists = [statistic.per[dimension] for statistic in shown if dimension in statistic.per]
                if dimension != MEASURE and not lists:
                    self.unknown((*path, "kolonner"), "dimensjonen", dimension, known, "Rett navnet.")
                elif dimension != MEASURE and all(code not in codes.place for codes in lists):
                    self.unknown((*path, "kolonner"), "koden", code, lists[0].place, "Rett koden.")
        plain = len(spec.kolonner) - len(spec.across)
        if (plain and spec.across) or plain > 2:
            self.fault(
                (*path, "kolonner"),
                f"{plain} dimensjoner og {len(spec.across)} enkelte kolonner",
                "én eller to dimensjoner, eller enkelte kolonner",
                "Del kolonnene etter færre dimensjoner, eller skriv hver kolonne for seg.",
            )
        if (len(spec.maal) > 1) != (MEASURE in spec.kolonner) or MEASURE in spec.kolonner[:-1]:
            told = ", ".join(spec.maal)
            self.fault((*path, "maal"), told, "«maal» sist blant kolonnene når det er flere", "Rett «kolonner».")
        measures = {*spec.maal, *(column.get(MEASURE, "") for column in spec.across)}
        for statistic in shown:
            wrong = sorted(measures & {"base", "prosent", "av", "ikke_talt"}) if not statistic.with_base else []
            wrong += ["for_brudd"] if "for_brudd" in measures - set(statistic.columns) else []
            for measure in wrong:
                found = f"«{measure}» for «{statistic.id}», som ikke har det"
                self.fault((*path, "maal"), found, "det statistikken har tall for", "Ta det bort.")

    def figure(self, chapter: str, name: str, one: Mapping[str, Any]) -> None:
        """Check and keep a figure."""
        path, der, before = ("figurer", name), one.get("der", {}), len(self.problems.problems)
        self._taken(path, "figuren", name, self.figures)
        found = self._statistics((*path, "av"), [one["av"]])
        if (taken := FORMER_KINDS.get(one["slag"])) is not None:
            fix = f"Skriv «{taken}», som viser det samme."
            self.fault((*path, "slag"), f"«{one['slag']}», som ikke lages lenger", ", ".join(FIGURE_KINDS), fix)
        elif one["slag"] not in FIGURE_KINDS:
            self.unknown((*path, "slag"), "slaget", one["slag"], FIGURE_KINDS, "Velg et av dem.")
        if one["tabell"] not in {*self.tables, *self.broken}:
            self.unknown((*path, "tabell"), "tabellen", one["tabell"], self.tables, "Rett navnet.")
        for standard, title in one["tittel"].items():
            if {"{", "}"} & {*title.replace("{aar}", "")}:
                self.fault(
                    (*path, "tittel", standard), title, "{aar} for årene, og ingen andre klammer", "Rett tittelen."
                )
        if len(self.problems.problems) > before or {one["av"], one["tabell"]} & self.broken:
            return
        (statistic,), kind = found, FIGURE_KINDS[one["slag"]]
        roles = {role: one[role] for role in ROLES if role in one}
        for role in sorted(({*kind.roller} ^ {*roles}) - {*kind.kan}):
            told = f"«{role}: {roles[role]}»" if role in roles else f"ingen «{role}»"
            needs = f"{' og '.join(kind.roller) or 'ingen av dem'}, og ikke mer, for «{one['slag']}»"
            fix = "Ta det bort, eller velg et annet slag." if role in roles else f"Skriv «{role}»."
            self.fault((*path, role), told, needs, fix)
        for role, dimension in [*roles.items(), *(("der", dimension) for dimension in der)]:
            if dimension not in statistic.per:
                self.unknown((*path, role), "dimensjonen", dimension, statistic.per, "Rett navnet.")
        for dimension in sorted({one for one in roles.values() if [*roles.values(), *der].count(one) > 1}):
            told = f"«{dimension}» to ganger"
            self.fault(path, told, "hver dimensjon på én plass i figuren", "Ta det ene bort.")
        if (of := self.tables[one["tabell"]].av) and statistic.id not in of:
            told = f"tabellen «{one['tabell']}», som viser {', '.join(of)}"
            self.fault((*path, "tabell"), told, f"en tabell som viser «{statistic.id}»", "Velg en annen tabell.")
        if kind.andel and not statistic.with_base:
            told = f"«{statistic.id}», som ikke har noen base"
            self.fault((*path, "slag"), told, "en statistikk med andeler", "Velg et slag som viser antall.")
        self._placed(path, statistic, der, roles.values())
        parts = statistic.per.get(roles.get("kolonner", "")) if one["slag"] == "stablet" else None
        if parts and not parts.total and parts is not statistic.answers:
            told, wanted = f"«{roles['kolonner']}», som ikke er deler av en helhet", "svar, eller deler av en helhet"
            self.fault((*path, "kolonner"), told, wanted, "Velg et annet slag, eller skriv «total» i kodelisten.")
        spec = FigureSpec(name, chapter, statistic, one["slag"], roles, der, one["tabell"], one["tittel"])
        self.figures[name] = spec

    def key_figure(self, chapter: str, file: str, number: int, one: Mapping[str, Any]) -> None:
        """Check and keep a candidate for a key figure, the `number`-th of its `file`."""
        path, der, before = ("noekkeltall", number), one.get("der", {}), len(self.problems.problems)
        for statistic in self._statistics((*path, "av"), [one["av"]]):
            for dimension in (name for name in der if name not in statistic.per):
                self.unknown((*path, "der"), "dimensjonen", dimension, statistic.per, "Rett navnet.")
            self._placed(path, statistic, der, ())
            found = KeyFigure(chapter, file, statistic, der, one.get("endring", True))
            if found.id in {other.id for other in self.key_figures}:
                self.fault(path, f"nøkkeltallet «{found.id}» en gang til", "hvert tall én gang", "Ta det ene bort.")
            if len(self.problems.problems) == before:
                self.key_figures.append(found)
