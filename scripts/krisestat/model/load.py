"""The files of `data/statistikk`, read strictly: every fault of all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList, Problems, nearest, shown
from krisestat.base.kept_tables import read_kept_table, valid_in
from krisestat.base.yaml_files import Lines, check_schema, load_yaml
from krisestat.model.declared import (
    ALL,
    MEAN,
    STANDARDS,
    SUM,
    CodeList,
    Model,
    Named,
    Questions,
    Reader,
    Statistic,
    Unit,
    Words,
    words,
)
from krisestat.model.shown import Shown

FOLDER = Path("data/statistikk")
SCHEMA = Path("workflow/schemas/statistikk.schema.yaml")
TOGETHER = Path("workflow/schemas/samsvar.schema.yaml")
SHARED = "felles"
# What fact sheets count beside the chapters: in no publication.
SHEETS = "faktaark"
NOTHING_ABOVE = "ingen"
_NUMBERS = ("verdi", "nevner", "for_brudd")
# The column with the codes of each register that a list may name.
_IDS = {"sentre.csv": "senter_id"}


def declared_files(kapitler: Sequence[str], folder: Path = FOLDER) -> list[Path]:
    """The files that `load_model` reads, beside those that plug-ins and registers read."""
    return [folder / f"{name}.yaml" for name in (SHARED, *kapitler)]


def every_chapter(root: Path = Path()) -> list[str]:
    """Every chapter that is declared, whether an edition has it or not."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yaml") if path.stem not in (SHARED, SHEETS))


def load_model(kapitler: Sequence[str], readers: Mapping[str, Reader], root: Path = Path()) -> Model:
    """Read and check the declarations of some chapters.

    Parameters: `kapitler`, their names, in order; `readers`, plug-ins by the name that a declaration has for them;
    `root`, the project's folder. Raises `Problems` with every fault of all files.
    """
    return _Loading(readers, root).load(kapitler)


class _Loading:
    """The declarations as they are read, one file after the other: what the shared one says holds in all."""

    def __init__(self, readers: Mapping[str, Reader], root: Path):
        self.readers, self.root, self.problems = readers, root, ProblemList()
        self.units: dict[str, Unit] = {}
        self.lists: dict[tuple[str, str], CodeList] = {}
        self.statistics: dict[str, Statistic] = {}
        self.sources: dict[str, Questions] = {}
        self.said: dict[str, Mapping[str, Any]] = {}
        self.file, self.lines = "", Lines()

    def load(self, kapitler: Sequence[str]) -> Model:
        read: dict[str, tuple[str, Lines]] = {}
        for chapter, path in zip((SHARED, *kapitler), declared_files(kapitler), strict=True):
            self.file = path.as_posix()
            try:
                said, self.lines = load_yaml(self.root / path)
                check_schema(said or {}, self.root / SCHEMA, self.file, self.lines)
            except Problems as error:
                self.problems.extend(error)
                continue
            self.said[chapter] = said or {}
            if chapter != SHARED and not (said or {}).get("statistikk"):
                wanted, fix = (
                    "minst én under «statistikk:»",
                    "Erklær en statistikk, eller ta kapittelet ut av config.yaml.",
                )
                self._fault((), "et kapittel uten statistikk", wanted, fix)
            read[chapter] = (self.file, self.lines)
        # A chapter may count by the lists of another, from the answers to its survey, whichever comes first.
        for step in (self._names, self._statistics, self._sources, self._asked):
            for chapter, (self.file, self.lines) in read.items():
                step(chapter, self.said[chapter])
        if len(read) <= len(kapitler):  # what a file that cannot be read declares, is not known
            self.problems.raise_if_any()
        every = {name for said in self.said.values() for name in said.get("statistikk", {})}
        shown = Shown(self.statistics, self.problems, self._fault, self._unknown, every - {*self.statistics})
        for what, check in (("tabeller", shown.table), ("figurer", shown.figure)):
            for chapter, (self.file, self.lines) in read.items():
                for name, one in self.said[chapter].get(what, {}).items():
                    check(chapter, name, one)
        for chapter, (self.file, self.lines) in read.items():
            for number, one in enumerate(self.said[chapter].get("noekkeltall", ())):
                shown.key_figure(chapter, self.file, number, one)
        self.problems.raise_if_any()
        parts = (self.units, self.lists, self.statistics, self.sources, self.said)
        return Model(*parts, shown.tables, shown.figures, shown.key_figures)

    def _fault(self, path: tuple, found: str, expected: str, fix: str) -> None:
        at = next((self.lines[path[:n]][0] for n in range(len(path), 0, -1) if path[:n] in self.lines), 0)
        place = ", ".join(filter(None, [f"linje {at}" if at else "", f"«{'.'.join(map(str, path))}»"]))
        self.problems.add(self.file, place, found, expected, fix)

    def _unknown(self, path: tuple, what: str, word: str, known: Iterable[str], fix: str) -> None:
        known = list(known)
        found = f"{what} {shown(word)}, som ikke er erklært" + nearest(word, known)
        self._fault(path, found, f"en av {', '.join(known)}", fix)

    def _names(self, chapter: str, said: Mapping[str, Any]) -> None:
        for name, one in said.get("enheter", {}).items():
            if name in self.units:
                self._fault(("enheter", name), f"enheten «{name}» en gang til", "én erklæring", "Ta den ene bort.")
            short = {s: tuple(told) for s, told in one.get("kort", {}).items()}
            self.units[name] = Unit(name, one["vern"], {s: tuple(one[s]) for s in STANDARDS}, short)
        for name, one in said.get("kodelister", {}).items():
            if ("", name) in self.lists and chapter != SHARED:
                fix = f"Gi listen et eget navn, eller bruk den i {SHARED}.yaml."
                self._fault(("kodelister", name), f"listen «{name}», som {SHARED}.yaml også har", "ett navn", fix)
            listed = self._code_list(chapter, name, one)
            if listed:
                self.lists["" if chapter == SHARED else chapter, name] = listed

    def _statistics(self, chapter: str, said: Mapping[str, Any]) -> None:
        for name, one in said.get("statistikk", {}).items():
            self._statistic(chapter, name, one)
        self._agreement(said.get("statistikk", {}))
        for name, one in said.get("statistikk", {}).items():
            self._above(name, one)

    def _sources(self, chapter: str, said: Mapping[str, Any]) -> None:
        for name, one in said.get("kilder", {}).items():
            self._source(chapter, name, one)

    def _asked(self, _chapter: str, said: Mapping[str, Any]) -> None:
        for name, one in said.get("statistikk", {}).items():
            if (asked := one.get("svar", {}).get("kilde")) and asked not in self.sources:
                path = ("statistikk", name, "svar", "kilde")
                self._unknown(path, "kilden", asked, self.sources, "Rett navnet, eller erklær den under «kilder:».")

    # -- code lists

    def _code_list(self, chapter: str, name: str, one: Mapping[str, Any]) -> CodeList | None:
        path = ("kodelister", name)
        ways = [way for way in ("koder", "register", "leser") if way in one]
        if len(ways) != 1:
            found = f"listen har {' og '.join(ways) or 'ingen koder'}"
            self._fault(path, found, "én av koder, register og leser", "Behold én måte å si hvilke koder den har.")
            return None
        wanted = [one.get("leser"), one.get("grupper", {}).get("leser")]
        unknown = [reader for reader in wanted if reader and reader not in self.readers]
        for reader in unknown:
            self._unknown(path, "leseren", reader, self.readers, "Rett navnet.")
        if unknown:
            return None
        read: Callable[[], Mapping[str, Named]]
        names: Callable[[int], Mapping[str, str]] | None = None
        groups: Callable[[], Mapping[str, str]] = dict
        if "register" in one:
            register = _Register(self.root / "data/raw/register" / f"{one['register']}.csv")
            read, names = register.codes, register.names
        elif "leser" in one:
            reader = self.readers[one["leser"]]
            read = lambda: {code: words(told) for code, told in reader(self.root).items()}  # noqa: E731
        else:
            codes = {code: words(told) for code, told in one["koder"].items()}
            self._check_codes(path, one, codes)
            read = lambda: codes  # noqa: E731
        if "grupper" in one:
            grouped = self.readers[one["grupper"]["leser"]]
            groups = lambda: grouped(self.root)  # noqa: E731
        total, total_words = next(iter(one.get("total", {}).items()), ("", None))
        return CodeList(
            id=name,
            kapittel=chapter,
            navn=words(one["navn"]),
            read=read,
            total=total,
            total_navn=words(total_words) if total else {},
            rest=one.get("rest", ""),
            roller=one.get("roller", {}),
            forrang=one.get("forrang", ()),
            gjelder=one.get("gjelder", {}),
            argument=one.get("argument", name),
            read_groups=groups,
            gruppenavn={code: words(told) for code, told in one.get("grupper", {}).get("koder", {}).items()},
            gruppe_navn=words(one["grupper"]["navn"]) if "grupper" in one else {},
            read_names=names,
        )

    def _check_codes(self, path: tuple, one: Mapping[str, Any], codes: Mapping[str, Named]) -> None:
        for key in ("roller", "gjelder"):
            for code in one.get(key, {}):
                if code not in codes:
                    self._unknown((*path, key, code), "koden", code, codes, "Rett koden.")
        if one.get("rest") and "total" not in one:
            fix = "Skriv «total:» med koden for helheten, eller ta bort «rest»."
            self._fault((*path, "rest"), "en rest uten en helhet", "«total:» når delene er en helhet", fix)
        if one.get("rest") and one["rest"] not in codes:
            self._unknown((*path, "rest"), "koden", one["rest"], codes, "Rett koden.")
        for code, years in one.get("gjelder", {}).items():
            if len(years) == 2 and years[0] > years[1]:
                self._fault((*path, "gjelder", code), f"{years[0]} etter {years[1]}", "første år først", "Bytt dem.")
        if "forrang" in one and sorted(one["forrang"]) != sorted(codes):
            told = ", ".join(one["forrang"])
            self._fault((*path, "forrang"), told, "hver kode i listen én gang", "Rett rekkefølgen.")
        if (total := next(iter(one.get("total", {})), "")) in codes:
            self._fault((*path, "total"), f"koden «{total}» for helheten og for en del", "to koder", "Gi den et navn.")
        if ALL in codes:
            fix = "Kall den noe annet, eller skriv den under «total:» hvis den er summen av de andre."
            self._fault((*path, "koder", ALL), f"koden «{ALL}» for en del", "«alle» bare om alle kodene", fix)
        for standard in STANDARDS:
            called = Counter(told[standard].heading.casefold() for told in codes.values())
            for name in sorted(name for name, n in called.items() if n > 1):
                found = f"to koder som heter «{name}» ({standard})"
                self._fault((*path, "koder"), found, "et navn for hver kode", "Gi dem hvert sitt navn.")

    # -- statistics

    def _lists(self, chapter: str, source: str) -> dict[str, CodeList]:
        """The code lists of a statistic: the shared ones, those of the chapter whose survey it counts, and those of its
        own chapter. Parameters: `source`, the survey; «» for a finished table."""
        home = next((name for name, said in self.said.items() if source in said.get("kilder", {})), chapter)
        shared = {name: codes for (of, name), codes in self.lists.items() if of in ("", home)}
        return shared | {name: codes for (of, name), codes in self.lists.items() if of == chapter}

    def _statistic(self, chapter: str, name: str, one: Mapping[str, Any]) -> None:
        path, before = ("statistikk", name), len(self.problems.problems)
        asked = one.get("svar", {})
        known = self._lists(chapter, asked.get("kilde", ""))
        for dimension in one["per"]:
            if dimension not in known:
                self._unknown((*path, "per"), "kodelisten", dimension, known, "Rett navnet, eller erklær listen.")
        if one["enhet"] not in self.units:
            fix = "Rett navnet, eller erklær enheten med vern og bøyning."
            self._unknown((*path, "enhet"), "enheten", one["enhet"], self.units, fix)
        if name in self.statistics:
            other = self.statistics[name].kapittel
            found = f"statistikken «{name}», som {other}.yaml også har"
            self._fault(path, found, "et navn som ikke finnes", "Gi den et annet navn.")
        if ("svar" in one) == ("tabell" in one):
            found = "både svar og tabell" if "svar" in one else "verken svar eller tabell"
            self._fault(path, found, "én av dem", "Si om tallene telles av svar eller står i en ferdig tabell.")
        listed = known.get(asked.get("liste", "ja_nei")) if asked else None
        if asked and listed is None:
            wanted = asked.get("liste", "ja_nei")
            self._unknown((*path, "svar", "liste"), "kodelisten", wanted, known, "Rett navnet.")
        if len(self.problems.problems) > before:
            return
        per = {dimension: known[dimension] for dimension in one["per"]}
        self.statistics[name] = Statistic(name, chapter, one, per, self.units[one["enhet"]], listed)
        self._check_statistic(path, one, self.statistics[name])

    def _check_statistic(self, path: tuple, one: Mapping[str, Any], statistic: Statistic) -> None:
        """What a schema cannot say of a statistic: which names it may use."""
        per, asked, columns = one["per"], one.get("svar", {}), one.get("tabell", {}).get("kolonner", {})
        listed = statistic.answers
        slots = {part.split(">")[0] for s in STANDARDS for told in one["sagt"][s] for part in told.split("<")[1:]}
        for where, named in (("sagt", slots), ("vises", {d for marginal in one.get("vises", ()) for d in marginal})):
            for dimension in sorted(named - set(per)):
                self._unknown((*path, where), "dimensjonen", dimension, per, "Rett navnet, eller før det i «per».")
        for where in ("tabell", "publisert"):
            for column in sorted(set(one.get(where, {}).get("kolonner", {})) - {"aar", *per, *_NUMBERS}):
                known = ["aar", *per, *_NUMBERS]
                self._unknown((*path, where, "kolonner"), "kolonnen", column, known, "Rett navnet.")
        counted = asked.get("teller")
        if counted and listed and counted not in (*listed.koder, MEAN, SUM):
            choices = [*listed.koder, MEAN, SUM]
            self._unknown((*path, "svar", "teller"), "svaret", counted, choices, "Rett svaret.")
        for dimension in per if columns else ():
            if dimension not in columns and not statistic.per[dimension].total:
                found = f"ingen kolonne for «{dimension}», som ikke har noen total"
                fix = f"Skriv hvilken kolonne som er {dimension}, eller ta den ut av «per»."
                self._fault((*path, "tabell", "kolonner"), found, "en kolonne for hver dimensjon", fix)

    def _agreement(self, declared: Iterable[str]) -> None:
        """What may not stand together in the statistics of the file: the schema `TOGETHER`, of what each says and what
        follows from its unit and its lists."""
        facts = {}
        for name in (name for name in declared if name in self.statistics):
            statistic = self.statistics[name]
            listed, both = statistic.answers, {*statistic.svar.get("minst_en", ())} & {*statistic.per}
            facts[name] = {
                **statistic.said,
                "vern": statistic.enhet.vern,
                "heter": self._speaks_of(statistic),
                "delt": bool(statistic.divided),
                "svaret_i_per": bool(statistic.answer_dim),
                "bruddaar": [*statistic.breaks],
                "i_begge": sorted(both),
                "roller": sorted({*listed.roller.values()}) if listed else [],
                "forrang": bool(listed and listed.forrang),
            }
        try:
            check_schema({"statistikk": facts}, self.root / TOGETHER, self.file, self.lines)
        except Problems as error:
            self.problems.extend(error)

    def _speaks_of(self, statistic: Statistic) -> str:
        """What a number of institutions is called, when the first unit that the name speaks of has another protection;
        «» when it has not."""
        of = {form.casefold(): one.vern for one in self.units.values() for s in STANDARDS for form in one.forms[s]}
        of |= dict.fromkeys(("person", "personer", "personar"), "person")
        of |= {form.casefold(): statistic.enhet.vern for s in STANDARDS for form in statistic.enhet.forms[s]}
        named = [statistic.id.replace("_", " "), str(statistic.tabell.get("kolonner", {}).get("verdi", ""))]
        for told in (statistic.navn, statistic.maaleenhet):
            named += [words.heading for words in told.values()]
        for name in named if statistic.enhet.vern == "institusjon" else ():
            found = [word for word in name.casefold().split() if word in of]
            if found and of[found[0]] != statistic.enhet.vern:
                return name
        return ""

    def _source(self, chapter: str, name: str, one: Mapping[str, Any]) -> None:
        path = ("kilder", name)
        if name in self.sources:
            fix = "Gi den et annet navn."
            self._fault(path, f"kilden «{name}», som et annet kapittel også har", "et navn som ikke finnes", fix)
        who = [*one["enhet"], *one.get("bakgrunn", ())]
        asked: dict[str, tuple[str, ...]] = {}
        answers: dict[str, CodeList] = {}
        only_if: dict[str, str] = {}
        numeric: set[str] = set()
        known = self._lists(chapter, name)
        for statistic in self.statistics.values():
            svar = statistic.svar
            if svar.get("kilde") != name or not statistic.answers:
                continue
            own = self._lists(statistic.kapittel, name)
            question = svar.get("sporsmaal", statistic.id)
            used = [*statistic.per, *svar.get("der", ()), *svar.get("minst_en", ())]
            mine = {dim for dim in used if dim not in who and dim != statistic.answer_dim}
            mine |= set(asked.get(question, ()))
            asked[question] = tuple(dim for dim in own if dim in mine)
            if mine - {*asked[question]}:
                at = ("statistikk", statistic.id, "svar")
                strange = ", ".join(sorted(mine - {*asked[question]}))
                self._fault(at, f"«{strange}», som ikke er erklært", "en kodeliste", "Rett navnet.")
            for dim in asked[question]:
                if known.setdefault(dim, own[dim]) is not own[dim]:
                    found = f"listen «{dim}» i {statistic.kapittel}, som {known[dim].kapittel or SHARED}.yaml også har"
                    self._fault(path, found, "én liste av hvert navn i kilden", "Gi den ene et annet navn.")
            answers[question] = statistic.answers
            if svar.get("teller") in (MEAN, SUM):
                numeric.add(question)
            if "bare_ved" in svar:
                only_if[question] = svar["bare_ved"]
        for question, first in only_if.items():
            if first not in asked:
                self._unknown(path, "spørsmålet", first, asked, f"Rett «bare_ved» for «{question}».")
        places = (tuple(one["enhet"]), tuple(one.get("bakgrunn", ())))
        self.sources[name] = Questions(name, *places, asked, answers, frozenset(numeric), only_if, known)

    def _above(self, name: str, one: Mapping[str, Any]) -> None:
        wanted, other = one.get("hoyst"), self.statistics.get(one.get("hoyst", ""))
        if wanted in (None, NOTHING_ABOVE) or name not in self.statistics:
            return
        path = ("statistikk", name, "hoyst")
        if other is None:
            self._unknown(path, "statistikken", wanted, self.statistics, "Rett navnet.")
        elif list(other.per) != one["per"] or wanted == name:
            found = f"«{wanted}», som er fordelt etter {', '.join(other.per)}"
            self._fault(path, found, f"en annen statistikk fordelt etter {', '.join(one['per'])}", "Velg en annen.")


class _Register:
    """The codes of a register of units, in a table with an id, `navn` and validity."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def rows(self) -> list[dict]:
        """The rows, in the order of their ids and of time."""
        id = _IDS[self.path.name]
        rows = read_kept_table(self.path, [id, "navn", "gyldig_fra", "gyldig_til"], [id, "gyldig_fra"])
        return sorted(({**row, "kode": row[id]} for row in rows), key=lambda row: (row[id], row["gyldig_fra"] or 0))

    def codes(self) -> dict[str, Named]:
        """Every code, with its last name."""
        return {row["kode"]: dict.fromkeys(STANDARDS, Words(row["navn"], row["navn"])) for row in self.rows}

    @cache  # noqa: B019 - a register lives as long as the process
    def names(self, aar: int) -> dict[str, str]:
        """The name of each code that holds in a year."""
        return {row["kode"]: row["navn"] for row in self.rows if valid_in(row, aar)}
