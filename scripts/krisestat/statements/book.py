"""The book of statements: template functions that answer from data, and the evidence of everything they said.

One `Statements` serves one edition. Its functions are made for editors (Norwegian names, see docs/skrive-paastander.md); each
call is recorded as a `Record`. `finish` reads the rendered page, enforces the rules of docs/skrive-paastander.md on it, and
places every record; `evidence` then gives what was published, with its proof.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes
from markupsafe import Markup, escape

from krisestat.display import EN_DASH, NBSP, listing, number, year_range
from krisestat.errors import Problem, ProblemList, Problems, did_you_mean, shown
from krisestat.statements import checks
from krisestat.statements.cells import DIMENSIONS, Cell, cells_by_key
from krisestat.statements.lexicon import RULE_FAMILIES, SHARE_FAMILIES, Lexicon, Word
from krisestat.statements.markup import MARKED, Block, Bundet, bound_records, read_page
from krisestat.statements.record import Place, Record, Unproven, cell_evidence, cell_name
from krisestat.statements.rules import RULE_TEXT, Unit, difference, levels, same_base, share_difference
from krisestat.statements.tags import VariantTag

One = str | int | None
Many = One | Sequence[str]

FUNCTIONS = (
    "antall base av prosent prosentpoeng mengde hyppighet unntak endring endring_ord vanlighet trend stabil instanser opplisting "
    "unntatt vanligst hoyest lavest superlativ sammenlikn aarstall periode baser navn fast gjelder"
).split()


class Statements:
    """Records what templates say about the data of one edition.

    Parameters: `rows`, rows of the contract UTDATA; `names`, the codebook (`instanser`, `samarbeidsformer`, `grupper` as lists of
    rows); `lexicon`; `aar`, the year of the edition; `folder`, the template folder as errors name it.
    """

    def __init__(self, rows: Iterable[Mapping], names: Any, lexicon: Lexicon, aar: int, folder: str = "templates"):
        self.cells = cells_by_key(rows)
        self.lexicon, self.aar, self.folder = lexicon, aar, folder
        self.records: list[Record] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.bound: dict[str, set[str] | None] = {}
        self._names = names
        self._published: dict[str, dict] = {}
        self._signatures: dict[str, tuple] = {}
        self._ids_of: dict[int, str] = {}
        self._asked: list[int] = []
        self._inside: list[dict] = []
        self._place: Place | None = None
        self._codes = {d: {c.key[i] for c in self.cells.values()} for i, d in enumerate(DIMENSIONS)}
        self._order, self._called, self._unit_of = self._read_names(names)

    # -- names ---------------------------------------------------------------------------------------------------

    def _read_names(self, names: Any) -> tuple[dict, dict, dict]:
        kind = self.lexicon.standard
        order: dict[tuple[str, str], int] = {}
        called: dict[tuple[str, str], str] = {}
        for row in names.instanser:
            for unit in ("kommune",) if row["kilde"] == "kostra" else ("tilbud",):
                called[(unit, row["instans"])] = row[f"bestemt_{kind}"]
                order[(unit, row["instans"])] = row["rekkefolge"]
        for row in names.samarbeidsformer:
            name = row[f"navn_{kind}"]
            called[("form", row["samarbeidsform"])] = name[:1].lower() + name[1:]
            order[("form", row["samarbeidsform"])] = row["rekkefolge"]
        for place, row in enumerate(names.grupper):
            called[("gruppe", row["gruppe"])] = row[f"navn_{kind}"]
            order[("gruppe", row["gruppe"])] = place
        return order, called, {row["gruppe"]: row["enhet"] for row in names.grupper}

    def _name(self, dimension: str, code: str, gruppe: str = "") -> str:
        scope = self._unit_of.get(gruppe, "tilbud") if dimension == "instans" else dimension
        return self._called.get((scope, code), code)

    def _sorted(self, dimension: str, codes: Iterable[str], gruppe: str = "") -> list[str]:
        scope = self._unit_of.get(gruppe, "tilbud") if dimension == "instans" else dimension
        return sorted(set(codes), key=lambda c: (self._order.get((scope, c), 999), c))

    # -- finding cells -------------------------------------------------------------------------------------------

    def _open(self, key: tuple) -> Cell:
        cell = self.cells.get(key)
        if cell is None:
            self._explain_missing(key)
        if not cell.open:
            raise Unproven(
                f"cellen {cell_name(key)} ({cell.status or 'uten tall'})",
                "et tall som kan offentliggjøres",
                "Skriv om noe annet: et skjult eller manglende tall kan ikke omtales.",
                query=True,
            )
        return cell

    def _explain_missing(self, key: tuple) -> None:
        """Raise for a query that matches nothing, naming the part that is wrong."""
        for position, (dimension, code) in enumerate(zip(DIMENSIONS, key, strict=True)):
            near = {k[position] for k in self.cells if k[:position] == key[:position]}
            if code in near:
                continue
            hint = did_you_mean(str(code), [str(n) for n in near if n]) if code else ""
            choices = ", ".join(str(n) or "ingen" for n in sorted(near, key=str)) or "ingen"
            found = f"{dimension} {shown(code)}" if code else f"ingen {dimension}"
            raise Unproven(
                found + (f" – {hint}" if hint else ""),
                f"en av: {choices}",
                f"Rett «{dimension}» i funksjonskallet.",
                query=True,
            )

    def _codes_of(self, dimension: str, asked: Many, **near: Any) -> list[str]:
        """The codes that a parameter means: itself, the list, or all that the data has beside the parameters in `near`."""
        if asked is None:
            return [""]
        if asked != "alle":
            return [asked] if isinstance(asked, str) else list(asked)
        place = DIMENSIONS.index(dimension)
        wanted = [(DIMENSIONS.index(d), set(v)) for d, v in near.items()]
        found = {k[place] for k in self.cells if k[place] and all(k[i] in v for i, v in wanted)}
        gruppe = next(iter(near.get("gruppe", [""])))
        return self._sorted(dimension, found, gruppe)

    def _select(self, indikator: str, gruppe: Many, instans: Many, form: Many, aar: One) -> list[Cell]:
        year = self._year(aar)
        groups = self._codes_of("gruppe", gruppe, indikator=[indikator], aar=[year])
        partners = self._codes_of("instans", instans, indikator=[indikator], gruppe=groups, aar=[year])
        forms = self._codes_of("form", form, indikator=[indikator], gruppe=groups, aar=[year])
        cells = [self._open((indikator, g, i, f, year)) for g in groups for i in partners for f in forms]
        if not cells:
            raise Unproven("en spørring uten treff", "minst ett tall", "Rett funksjonskallet.", query=True)
        return cells

    def _year(self, aar: One) -> int:
        year = self.aar if aar is None else aar
        if year not in self._codes["aar"]:
            years = year_range(self._codes["aar"])
            raise Unproven(
                f"året {shown(year)}", f"et år i {years}", "Bruk i_aar, i_fjor eller forste_aar.", query=True
            )
        return year

    def _series(self, cell: Cell, fra: One) -> Unit:
        """The cell's years up to its own, from `fra` or from the first year in which it was asked."""
        years = sorted(k[4] for k in self.cells if k[:4] == cell.key[:4] and k[4] <= cell.aar)
        if fra is None:
            first = next(y for y in years if self.cells[(*cell.key[:4], y)].status != "ikke_spurt")
        else:
            first = self._year(fra)
        return tuple(self._open((*cell.key[:4], y)) for y in sorted({first, *(y for y in years if y >= first)}))

    def _units(self, word_family: str, cells: Sequence[Cell], fra: One = None, mot: str | None = None) -> list[Unit]:
        """The units that a word of a family is judged on, one for each cell."""
        if word_family in ("mengde", "hyppighet", "vanlighet", "sammenlikning"):
            self._need_base(cells)
        if word_family in SHARE_FAMILIES:
            return [(c,) for c in cells]
        if word_family in ("endring", "vanlighet"):
            before = self._year(self.aar - 1 if fra is None else fra)
            units = [(c, self._open((*c.key[:4], before))) for c in cells]
            if word_family == "vanlighet":
                self._need_base([c for unit in units for c in unit])
            return units
        if word_family == "trend":
            return [self._series(c, fra) for c in cells]
        if word_family == "sammenlikning":
            if mot is None:
                raise Unproven(
                    "en sammenlikning uten «mot»", "hvem det sammenliknes med", "Skriv mot=… i kallet.", query=True
                )
            return [(c, self._open(self._other(c, mot))) for c in cells]
        raise Unproven("et ord for den høyeste eller laveste", "et annet ord", "Bruk «superlativ».", query=True)

    def _other(self, cell: Cell, mot: str) -> tuple:
        """The key with the group, form or partner exchanged for `mot`."""
        for dimension in ("gruppe", "form", "instans"):
            if mot in self._codes[dimension]:
                return tuple(mot if d == dimension else v for d, v in zip(DIMENSIONS, cell.key, strict=True))
        return (cell.indikator, mot, *cell.key[2:])

    def _need_base(self, cells: Iterable[Cell]) -> None:
        if lacking := [c for c in cells if c.base is None]:
            raise Unproven(
                f"{cell_name(lacking[0].key)}, som ikke har noen base",
                "et tall med base, så andelen er kjent",
                "Bruk antall eller endring i antall; kilden oppgir ikke hvor mange som kunne ha svart ja.",
                query=True,
            )

    def _same(self, cells: Sequence[Cell]) -> Cell:
        """The cell whose numbers all share. Raises when they differ: then they cannot be told as one number."""
        if len({(c.antall, c.base) for c in cells}) > 1:
            raise Unproven(
                "ulike tall i samme påstand: " + _numbers(cells), "det samme tallet for alle", "Skriv dem hver for seg."
            )
        return cells[0]

    # -- recording -----------------------------------------------------------------------------------------------

    def _note(self, record: Record) -> int:
        record.variants = tuple(dict(v) for v in self._inside)
        self.records.append(record)
        return len(self.records) - 1

    def _say(self, function: str, text: str, after: str = "", value: int | None = None, codes=(), **evidence) -> Bundet:
        record = Record(function, self._here(), text, **evidence)
        return Bundet(self._note(record), text, after, value, codes)

    def _here(self) -> Place:
        """The template line that is being rendered."""
        if self._place:
            return self._place
        frame = sys._getframe(1)
        while frame is not None:
            template = frame.f_globals.get("__jinja_template__")
            if isinstance(template, Template):
                return Place(f"{self.folder}/{template.name}", template.get_corresponding_lineno(frame.f_lineno))
            frame = frame.f_back
        return Place("", 0)

    @contextmanager
    def at(self, fil: str, linje: int):
        """Let what is said within stand at a given place, for sentences that are not in a template file."""
        before, self._place = self._place, Place(fil, linje)
        try:
            yield
        finally:
            self._place = before

    def _guarded(self, name: str, function: Callable) -> Callable:
        """A template function that records what is wrong instead of stopping at the first."""
        signature = inspect.signature(function)

        def call(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except Unproven as error:
                failure = error
            except TypeError:
                try:
                    signature.bind(*args, **kwargs)
                except TypeError as error:
                    hint = next(
                        (did_you_mean(k, signature.parameters) for k in kwargs if k not in signature.parameters), ""
                    )
                    failure = Unproven(
                        f"et kall av «{name}» som ikke går ({error})" + (f" – {hint}" if hint else ""),
                        f"{name}({', '.join(signature.parameters)})",
                        "Rett kallet; se docs/skrive-paastander.md.",
                        query=True,
                    )
                else:
                    raise
            if name == "gjelder":
                self._fail(self._here(), failure)
                return False
            return self._say(name, f"⟨{name}⟩", problem=failure)

        return call

    def _fail(self, place: Place, error: Unproven, sentence: str = "") -> None:
        found = f"«{sentence}» – {error.fant}" if sentence else error.fant
        self.problems.append(Problem(place.fil or "(tekst)", str(place), found, error.ventet, error.tiltak))

    # -- the environment for templates ---------------------------------------------------------------------------

    def functions(self) -> dict[str, Any]:
        """Everything that a template may use, by name."""
        groups = [g for g, unit in self._unit_of.items() if unit == "tilbud" and g in self._codes["gruppe"]]
        years = [k[4] for k in self.cells if k[1] in groups] or [self.aar]
        return {
            **{name: self._guarded(name, getattr(self, name)) for name in FUNCTIONS},
            "bundet": self.bundet,
            "begge": groups,
            "i_aar": self.aar,
            "i_fjor": self.aar - 1,
            "forste_aar": min(years),
            "_bok": self,
        }

    def environment(self, folder: Path) -> Environment:
        """A Jinja environment over a folder of templates, with the functions and `{% variant %}`."""
        environment = Environment(
            loader=FileSystemLoader(folder, encoding="utf-8"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            extensions=[VariantTag],
        )
        environment.globals.update(self.functions())
        return environment

    def render(self, environment: Environment, template: str, **values: Any) -> str:
        """Render a template of `environment` (see above); the result still has marks and must pass `finish`.

        Raises `Problems` for what Jinja cannot do: all unknown names at once, or a fault of syntax.
        """
        problems = ProblemList()
        try:
            self._check_names(environment, template, set(values), problems)
            problems.raise_if_any()
            return environment.get_template(template).render(**values)
        except TemplateSyntaxError as error:
            problems.add(
                f"{self.folder}/{error.name or template}", f"linje {error.lineno}", f"noe Jinja ikke forstår ({error.message})",
                "en mal som kan leses", "Se etter klammer, anførselstegn og endblokker.",
            )  # fmt: skip
        except UndefinedError as error:
            problems.add(f"{self.folder}/{template}", "", str(error), "et navn som finnes", "Rett navnet i malen.")
        problems.problems += self.problems
        raise Problems(problems.problems)

    def _check_names(self, environment: Environment, name: str, given: set[str], problems: ProblemList) -> None:
        known = set(environment.globals) | given | {"loop", "caller", "self", "super", "varargs", "kwargs"}
        waiting, seen = [name], set()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            source = environment.loader.get_source(environment, current)[0]
            tree = environment.parse(source, current, current)
            for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
                if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str):
                    waiting.append(node.template.value)
            stored = {n.name for n in tree.find_all(nodes.Name) if n.ctx in ("store", "param")}
            stored |= {n.name for n in tree.find_all(nodes.Macro)} | {n.target for n in tree.find_all(nodes.Import)}
            for node in tree.find_all(nodes.FromImport):
                stored |= {n if isinstance(n, str) else n[1] for n in node.names}
            for call in tree.find_all(nodes.Call):
                callee = call.node
                if isinstance(callee, nodes.Name) and callee.name not in known | stored:
                    hint = did_you_mean(callee.name, FUNCTIONS)
                    problems.add(
                        f"{self.folder}/{current}", f"linje {call.lineno}",
                        f"den ukjente funksjonen «{callee.name}»" + (f" – {hint}" if hint else ""),
                        "en av funksjonene i docs/skrive-paastander.md", "Rett navnet.",
                    )  # fmt: skip

    # -- variants ------------------------------------------------------------------------------------------------

    def start_variant(self, name: str) -> str:
        """Begin a choice between sentences: conditions asked from here on belong to it."""
        self._asked = []
        return ""

    def enter(self, name: str, branch: int) -> str:
        """Begin the branch that was chosen."""
        asked = [{"vilkaar": self.records[i].text, "gjelder": self.records[i].outcome} for i in self._asked]
        self._inside.append({"navn": name, "nummer": branch, "vilkaar": asked})
        self._asked = []
        return ""

    def leave(self) -> str:
        """End the branch."""
        self._inside.pop()
        return ""

    # -- numbers -------------------------------------------------------------------------------------------------

    def antall(self, indikator, gruppe=None, instans=None, form=None, aar=None, stor=None):
        """«32»: the count."""
        cells = self._select(indikator, gruppe, instans, form, aar)
        count = self._same(cells).antall
        return self._number("antall", number(count), cells, lambda u: u[0].antall == count, value=count, stor=stor)

    def av(self, indikator, gruppe=None, instans=None, form=None, aar=None, stor=None):
        """«32 av 43»: the count and its base."""
        cells = self._select(indikator, gruppe, instans, form, aar)
        self._need_base(cells)
        cell = self._same(cells)
        text = f"{number(cell.antall)}{NBSP}{self.lexicon.phrases['av']}{NBSP}{number(cell.base)}"
        says = frozenset((c.gruppe, c.aar) for c in cells)
        return self._number(
            "av", text, cells, lambda u: u[0].antall == cell.antall, value=cell.antall, stor=stor, says_bases=says
        )

    def base(self, gruppe, aar=None, stor=None):
        """«43»: the number of services in a group."""
        cell = self._base(gruppe, self._year(aar))
        return self._say(
            "base", number(cell.base), value=cell.base, units=((cell,),), query={"gruppe": gruppe, "aar": cell.aar},
            rule="antallet tilbud i registeret", says_bases=frozenset({(gruppe, cell.aar)}), capital=stor,
        )  # fmt: skip

    def _base(self, gruppe: str, aar: int) -> Cell:
        found = [c for k, c in sorted(self.cells.items()) if k[1] == gruppe and k[4] == aar and c.base is not None]
        if not found:
            hint = did_you_mean(str(gruppe), self._codes["gruppe"])
            raise Unproven(
                f"ingen base for gruppen {shown(gruppe)} {hint}".strip(), "en gruppe med base", "Rett.", query=True
            )
        if len({c.base for c in found}) > 1:
            raise Unproven(f"ulike baser for {gruppe} i {aar}", "én base", "Rett statistikken før teksten.", query=True)
        return found[0]

    def baser(self, gruppe, fra=None, aar=None, stor=None):
        """«43 tilbud i 2020 og 44 i 2019»: the bases of two years."""
        now, then = (
            self._base(gruppe, self._year(aar)),
            self._base(gruppe, self._year(self.aar - 1 if fra is None else fra)),
        )
        return self._say(
            "baser", self._bases("baser", now, then), units=((now, then),), capital=stor,
            query={"gruppe": gruppe, "aar": [now.aar, then.aar]}, rule="antallet tilbud i registeret",
            says_bases=frozenset({(gruppe, now.aar), (gruppe, then.aar)}),
        )  # fmt: skip

    def _bases(self, phrase: str, now: Cell, then: Cell) -> str:
        unit = self.lexicon.phrases["enhet"][self._unit_of[now.gruppe]]
        return self.lexicon.phrases[phrase].format(
            naa=number(now.base), da=number(then.base), aar=now.aar, fra=then.aar, enhet=unit
        )

    def prosent(self, indikator, gruppe=None, instans=None, form=None, aar=None, desimaler=0, tegn=False, stor=None):
        """«74 prosent»: the share, rounded once, never to 0 or 100 unless it is exactly that."""
        cells = self._select(indikator, gruppe, instans, form, aar)
        self._need_base(cells)
        self._same(cells)

        def text(cell: Cell) -> str:
            digits = desimaler
            while cell.share not in (0, 1) and number(cell.share * 100, digits) in {
                number(0, digits),
                number(100, digits),
            }:
                digits += 1
            return f"{number(cell.share * 100, digits)}{NBSP}{'%' if tegn else self.lexicon.phrases['prosent']}"

        said = text(cells[0])
        return self._number("prosent", said, cells, lambda u: text(u[0]) == said, stor=stor)

    def prosentpoeng(
        self,
        indikator,
        gruppe=None,
        instans=None,
        form=None,
        aar=None,
        fra=None,
        desimaler=0,
        bare_tall=False,
        stor=None,
    ):
        """«9 prosentpoeng høyere enn i 2019»: the difference between two shares, rounded once."""
        cells = self._select(indikator, gruppe, instans, form, aar)
        units = self._units("vanlighet", cells, fra)
        phrases = self.lexicon.phrases

        def text(unit: Unit) -> str:
            change = share_difference(unit) * 100
            size = number(abs(change), desimaler)
            direction = phrases["uendret" if not change else "hoyere" if change > 0 else "lavere"].format(
                aar=unit[1].aar
            )
            if not change and not bare_tall:
                return direction
            return f"{size}{NBSP}{phrases['prosentpoeng']}" + ("" if bare_tall else f" {direction}")

        said = text(units[0])
        if any(text(u) != said for u in units):
            raise Unproven(
                "ulike endringer: " + _numbers([c for u in units for c in u]), "den samme", "Skriv dem hver for seg."
            )
        return self._number(
            "prosentpoeng", said, cells, lambda u: text(u) == said, units=units, stor=stor, fra=units[0][1].aar
        )

    def unntak(self, indikator, gruppe=None, instans=None, form=None, aar=None, stor=None):
        """«alle unntatt 1»: how many do not."""
        cells = self._select(indikator, gruppe, instans, form, aar)
        self._need_base(cells)
        cell = self._same(cells)
        left = cell.base - cell.antall
        if not 0 < left * 2 < cell.base or not cell.all_answered:
            raise Unproven(
                f"«alle unntatt {left}» ({_numbers(cells)})", "få unntak, og svar fra alle", "Bruk «mengde» eller «av»."
            )
        text = self.lexicon.phrases["unntatt"].format(
            alle=self.lexicon.families["mengde"][0].forms[0], liste=number(left)
        )
        return self._number("unntak", text, cells, lambda u: u[0].base - u[0].antall == left, value=left, stor=stor)

    def _number(
        self,
        function: str,
        text: str,
        cells: Sequence[Cell],
        holds,
        *,
        units=None,
        value=None,
        stor=None,
        fra=None,
        **more,
    ):
        return self._say(
            function, text, value=value, units=tuple(units or [(c,) for c in cells]), holds=holds, rule="tallet selv",
            query=_query(cells, fra), capital=stor, **more,
        )  # fmt: skip

    # -- words ---------------------------------------------------------------------------------------------------

    def mengde(
        self,
        indikator,
        gruppe=None,
        instans=None,
        form=None,
        aar=None,
        ord=None,
        hva="",
        av_dem_som_svarte=False,
        stor=None,
    ):
        """«nesten alle»: the strongest true quantifier, or the editor's, which must be true."""
        cells = self._select(indikator, gruppe, instans, form, aar)
        self._need_base(cells)
        if av_dem_som_svarte:
            cells = [c.answered() for c in cells]
        phrases = self.lexicon.phrases
        word, form_ = self._word(("mengde",), [(c,) for c in cells], ord)
        text, after = form_, hva
        if av_dem_som_svarte:
            text, after = (
                (f"{form_} {phrases['av_dem_som_svarte']}", "")
                if not hva
                else (form_, f"{hva} {phrases['som_svarte']}")
            )
        if hva and word.partitive:
            after = f"{phrases['av']} {after}"
        return self._worded("mengde", text, word, form_, [(c,) for c in cells], after=after, stor=stor)

    def hyppighet(self, indikator, gruppe=None, instans=None, form=None, aar=None, ord=None, stor=None):
        """«utbredt», «sjelden»: how usual it is."""
        units = self._units("hyppighet", self._select(indikator, gruppe, instans, form, aar))
        word, form_ = self._word(("hyppighet",), units, ord)
        return self._worded("hyppighet", form_, word, form_, units, stor=stor)

    def endring(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, ord=None, baser=True, stor=None
    ):
        """«3 flere enn i 2019 (32 av 43 mot 29 av 44)»: the exact change in count, with both bases where they differ."""
        units = self._units("endring", self._select(indikator, gruppe, instans, form, aar), fra)
        change = difference(units[0])
        if any(difference(u) != change for u in units):
            raise Unproven(
                "ulike endringer: " + _numbers([c for u in units for c in u]), "den samme", "Skriv dem hver for seg."
            )
        rule = "likt" if not change else "opp" if change > 0 else "ned"
        word = next(w for w in self.lexicon.families["endring"] if w.rule == rule)
        if ord is not None and ord not in word.forms:
            self._refuse(ord, [word.forms[0]], units)
        text = (
            f"{number(abs(change))}{NBSP}" if change else ""
        ) + f"{word.forms[0]} {word.link.format(aar=units[0][1].aar)}"
        return self._changed("endring", text, word, units, lambda u: difference(u) == change, baser, stor, change)

    def endring_ord(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, ord=None, baser=True, stor=None
    ):
        """«litt færre enn i 2019»: the change in words, for each of the cells, with both bases where they differ."""
        units = self._units("endring", self._select(indikator, gruppe, instans, form, aar), fra)
        word, form_ = self._word(("endring",), units, ord)
        text = f"{form_} {word.link.format(aar=units[0][1].aar)}"
        return self._changed("endring_ord", text, word, units, None, baser, stor, None, form_)

    def _changed(self, function, text, word, units, holds, baser, stor, value, form_="") -> Bundet:
        """A change in count: it says both bases where they differ, or asks the sentence to."""
        bases = frozenset((c.gruppe, c.aar) for u in units for c in u)
        differ = any(not same_base(u) for u in units)
        said = frozenset()
        if differ and baser:
            now, then = units[0]
            av = self.lexicon.phrases["av"]
            if function == "endring" and len(units) == 1:
                naa, da = (f"{number(c.antall)}{NBSP}{av}{NBSP}{number(c.base)}" for c in (now, then))
                text += " " + self.lexicon.phrases["mot"].format(naa=naa, da=da)
            elif len({(u[0].base, u[1].base) for u in units}) == 1:
                text += " " + self._bases("baser_kort", now, then)
            else:
                raise Unproven(
                    "ulike baser i samme påstand: " + _numbers([c for u in units for c in u]),
                    "én base for hvert år", "Skriv en påstand for hver gruppe, eller bruk «vanlighet», som regner i andel.",
                )  # fmt: skip
            said = bases
        return self._worded(
            function, text, word, form_ or word.forms[0], units, holds=holds, stor=stor, value=value,
            needs_bases=bases if differ else frozenset(), says_bases=said,
        )  # fmt: skip

    def vanlighet(self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, ord=None, stor=None):
        """«mer vanlig enn i 2015»: the change in share."""
        units = self._units("vanlighet", self._select(indikator, gruppe, instans, form, aar), fra)
        word, form_ = self._word(("vanlighet",), units, ord)
        text = f"{form_} {word.link.format(aar=units[0][1].aar)}"
        return self._worded("vanlighet", text, word, form_, units, stor=stor)

    def trend(self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, til=None, ord=None, stor=None):
        """«økende», «stabilt»: what three years or more say together."""
        units = self._units("trend", self._select(indikator, gruppe, instans, form, til or aar), fra)
        word, form_ = self._word(("trend",), units, ord)
        return self._worded("trend", form_, word, form_, units, stor=stor)

    def stabil(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, til=None, ord=None, stor=None
    ):
        """«små endringer»: little difference between the highest and the lowest year."""
        word = next(w for w in self.lexicon.families["trend"] if w.rule == "stabilt")
        return self.trend(indikator, gruppe, instans, form, aar, fra, til, ord or word.forms[-1], stor)

    def sammenlikn(self, indikator, gruppe=None, instans=None, form=None, aar=None, mot=None, ord=None, stor=None):
        """«en større andel»: one group, partner or form against another, in shares."""
        units = self._units("sammenlikning", self._select(indikator, gruppe, instans, form, aar), mot=mot)
        word, form_ = self._word(("sammenlikning",), units, ord)
        return self._worded("sammenlikn", form_, word, form_, units, stor=stor)

    def superlativ(
        self,
        indikator,
        gruppe=None,
        instans=None,
        form=None,
        aar=None,
        over="form",
        er=None,
        ord="mest utbredt",
        stor=None,
    ):
        """«mest utbredt»: a word that the editor holds about one code among all."""
        word = self._find(ord)
        if word.family != "ytterst":
            raise Unproven(
                f"ordet {shown(ord)}", "et ord for den høyeste eller laveste", "Velg et annet ord.", query=True
            )
        units = []
        for combination in self._combinations(indikator, gruppe, instans, form, aar, over):
            named = [c for c in combination if getattr(c, over) == er]
            if not named:
                self._explain_missing(
                    tuple(er if d == over else v for d, v in zip(DIMENSIONS, combination[0].key, strict=True))
                )
            units.append((named[0], *(c for c in combination if c is not named[0])))
        word, form_ = self._word(("ytterst",), units, ord)
        return self._worded("superlativ", form_, word, form_, units, stor=stor)

    def _find(self, ord: str) -> Word:
        word = self.lexicon.find(str(ord))
        if word is None:
            hint = did_you_mean(str(ord), self.lexicon.forms())
            raise Unproven(
                f"ordet {shown(ord)}" + (f" – {hint}" if hint else ""), "et ord som står i leksikonet",
                "Velg et annet ord, eller legg det til i templates/leksikon/.", query=True,
            )  # fmt: skip
        return word

    def _true_words(self, families: Sequence[str], units: Sequence[Unit]) -> list[Word]:
        """Words that are true of every unit, the strongest first."""
        limits = self.lexicon.limits
        return [w for f in families for w in self.lexicon.families[f] if all(w.holds(u, limits) for u in units)]

    def _word(self, families: Sequence[str], units: Sequence[Unit], held: str | None) -> tuple[Word, str]:
        """The word to use: the editor's if it is true, else the strongest true one that house style wants here."""
        true = self._true_words(families, units)
        limits = self.lexicon.limits
        if held is not None:
            word = self._find(held)
            if word.family not in families:
                raise Unproven(
                    f"ordet {shown(held)}",
                    f"et ord for {' eller '.join(families)}",
                    "Velg en annen funksjon.",
                    query=True,
                )
            if word not in true:
                self._refuse(held, [f for w in true for f in w.forms], units)
            return word, held.lower()
        for word in true:
            if not word.held_only and all(word.in_house(u, limits) for u in units):
                return word, word.forms[0]
        if true and families[0] in RULE_FAMILIES:
            return true[0], true[0].forms[0]
        self._refuse("", [f for w in true for f in w.forms], units)
        raise AssertionError("unreachable")

    def _refuse(self, held: str, true: Sequence[str], units: Sequence[Unit]) -> None:
        numbers = _numbers([c for u in units for c in u])
        choices = ", ".join(f"«{w}»" for w in true)
        raise Unproven(
            f"{f'«{held}»' if held else 'ingen ord som gjelder alle'} ({numbers})",
            f"at «{held}» stemmer med tallene" if held else "ett ord som er sant for hver av dem",
            f"Skriv noe som er sant: {choices}."
            if choices
            else "Ingen ord er sanne for alle disse; del opp påstanden.",
        )

    def _worded(
        self, function, text, word, form_, units, *, holds=None, after="", value=None, codes=(), stor=None, **more
    ) -> Bundet:
        limits = self.lexicon.limits
        family = [word.family]
        in_house = all(word.in_house(u, limits) for u in units)
        return self._say(
            function, text, after, value, codes, units=tuple(units), holds=holds or (lambda u: word.holds(u, limits)),
            word=word, form=form_, rule=word.range_text or RULE_TEXT[word.rule], in_house=in_house,
            query=_unit_query(word.family, units),
            alternatives=tuple(f for w in self._true_words(family, units) for f in w.forms), capital=stor, **more,
        )  # fmt: skip

    # -- lists ---------------------------------------------------------------------------------------------------

    def _partners(self, indikator, gruppe, form, aar) -> tuple[list[str], dict[str, list[Cell]]]:
        cells = self._select(indikator, gruppe, "alle", form, aar)
        by_partner: dict[str, list[Cell]] = {}
        for cell in cells:
            by_partner.setdefault(cell.instans, []).append(cell)
        return list(by_partner), by_partner

    def _listed(self, codes: Sequence[str], gruppe: str) -> str:
        return listing([self._name("instans", c, gruppe) for c in codes], self.lexicon.phrases["og"])

    def instanser(
        self, indikator, gruppe=None, form=None, aar=None, ord=None, likt_med=None, fra=None, mot=None, stor=None
    ):
        """«NAV og barneverntjenesten»: the partners of which a word is true, or that have the same numbers as one of them."""
        partners, cells = self._partners(indikator, gruppe, form, aar)
        if (ord is None) == (likt_med is None):
            raise Unproven(
                "«instanser» uten ett vilkår", "enten ord=… eller likt_med=…", "Skriv ett av dem.", query=True
            )
        limits = self.lexicon.limits
        if ord is not None:
            word = self._find(ord)
            units = {i: self._units(word.family, cells[i], fra, mot) for i in partners}
            chosen = [i for i in partners if all(word.holds(u, limits) and word.in_house(u, limits) for u in units[i])]
            rule, holds = f"«{ord.lower()}»: {word.range_text or RULE_TEXT[word.rule]}", lambda u: word.holds(u, limits)
        else:
            if likt_med not in cells:
                self._explain_missing((indikator, cells[partners[0]][0].gruppe, likt_med, form or "", self._year(aar)))
            word, numbers = None, [(c.antall, c.base) for c in cells[likt_med]]
            units = {i: [(c,) for c in cells[i]] for i in partners}
            chosen = [i for i in partners if [(c.antall, c.base) for c in cells[i]] == numbers]
            rule, holds = f"samme tall som {likt_med}", lambda u: (u[0].antall, u[0].base) in numbers
        if not chosen:
            raise Unproven(
                f"ingen instanser som «{ord}» er sant for ({_numbers([c for i in partners for c in cells[i]])})",
                "minst én", "Velg et annet ord, eller bruk «variant» med «gjelder».",
            )  # fmt: skip
        first = cells[partners[0]][0].gruppe
        return self._say(
            "instanser", self._listed(chosen, first), codes=chosen, units=tuple(u for i in chosen for u in units[i]), holds=holds,
            word=word, form=ord or "", rule=rule, query=_query([c for i in partners for c in cells[i]], fra), capital=stor,
        )  # fmt: skip

    def opplisting(self, indikator, gruppe=None, form=None, aar=None, utenom=None, med_base=False, stor=None):
        """«boligkontor (39), barnehus (38) og overgrepsmottak (36)»: partners with counts, equal counts together."""
        partners, cells = self._partners(indikator, gruppe, form, aar)
        groups: dict[tuple, list[str]] = {}
        word = self._find(utenom) if utenom else None
        if utenom and not word.true_in:
            raise Unproven(f"utenom={shown(utenom)}", "et mengdeord", "Velg et annet ord.", query=True)
        for partner in partners:
            cell = self._same(cells[partner])
            if not (word and word.holds((cell,), self.lexicon.limits)):
                groups.setdefault((cell.antall, cell.base), []).append(partner)
        if not groups:
            raise Unproven("en tom opplisting", "minst én instans", "Ta bort utenom, eller bruk «instanser».")
        first, av = cells[partners[0]][0].gruppe, self.lexicon.phrases["av"]
        parts = []
        for place, ((count, base), members) in enumerate(sorted(groups.items(), key=lambda g: -g[0][0])):
            told = f"{number(count)}{NBSP}{av}{NBSP}{number(base)}" if med_base and not place else number(count)
            parts.append(f"{self._listed(members, first)} ({told})")
        used = [c for members in groups.values() for i in members for c in cells[i]]
        counts = {c.key: c.antall for c in used}
        og = self.lexicon.phrases["og"]
        text = listing(parts, og)
        if len(parts) > 1 and f" {og} " in parts[-1]:  # «boligkontor (36), og barnehus og overgrepsmottak (35)»
            text = f"{', '.join(parts[:-1])}, {og} {parts[-1]}"
        codes = [i for members in groups.values() for i in members]
        return self._number("opplisting", text, used, lambda u: counts[u[0].key] == u[0].antall, stor=stor, codes=codes)

    def unntatt(self, indikator, gruppe=None, form=None, aar=None, ord=None, fra=None, mot=None, stor=None):
        """«alle instansene unntatt barnehus»: the few partners of which a word is not true."""
        partners, cells = self._partners(indikator, gruppe, form, aar)
        word = self._find(ord)
        limits = self.lexicon.limits
        units = {i: self._units(word.family, cells[i], fra, mot) for i in partners}
        chosen = [i for i in partners if all(word.holds(u, limits) for u in units[i])]
        left = [i for i in partners if i not in chosen]
        if len(left) * 2 >= len(partners):
            raise Unproven(
                f"«{ord}» er bare sant for {len(chosen)} av {len(partners)} instanser",
                "få unntak",
                "Bruk «instanser» i stedet.",
            )
        everyone = self.lexicon.phrases["alle_instansene"]
        said = self._listed(left, cells[partners[0]][0].gruppe) if left else ""
        text = self.lexicon.phrases["unntatt"].format(alle=everyone, liste=said) if left else everyone
        return self._say(
            "unntatt", text, codes=left, units=tuple(u for i in chosen for u in units[i]), holds=lambda u: word.holds(u, limits),
            word=word, form=ord, rule=f"«{ord}»: {word.range_text or RULE_TEXT[word.rule]}",
            query=_query([c for i in partners for c in cells[i]], fra), capital=stor,
        )  # fmt: skip

    def _combinations(self, indikator, gruppe, instans, form, aar, over) -> list[list[Cell]]:
        """The cells in sets that differ only in `over`."""
        if over not in ("instans", "form", "gruppe"):
            raise Unproven(f"over={shown(over)}", "instans, form eller gruppe", "Rett «over».", query=True)
        asked = {"gruppe": gruppe, "instans": instans, "form": form}
        asked[over] = asked[over] or "alle"
        sets: dict[tuple, list[Cell]] = {}
        for cell in self._select(indikator, asked["gruppe"], asked["instans"], asked["form"], aar):
            sets.setdefault(tuple(v for d, v in zip(DIMENSIONS, cell.key, strict=True) if d != over), []).append(cell)
        return list(sets.values())

    def _extreme(self, function, most: bool, indikator, gruppe, instans, form, aar, over, stor) -> Bundet:
        sets = self._combinations(indikator, gruppe, instans, form, aar, over)

        def winners(unit: Sequence[Cell]) -> list[str]:
            values = levels(tuple(unit)) if len({c.base for c in unit}) == 1 else [c.share for c in unit]
            best = max(values) if most else min(values)
            return [getattr(c, over) for c, v in zip(unit, values, strict=True) if v == best]

        chosen = winners(sets[0])
        if any(winners(s) != chosen for s in sets):
            raise Unproven(
                "ikke den samme for alle: " + ", ".join("/".join(winners(s)) for s in sets),
                "den samme for alle",
                "Del opp påstanden.",
            )
        names = [self._name(over, c, sets[0][0].gruppe) for c in self._sorted(over, chosen, sets[0][0].gruppe)]
        return self._say(
            function, listing(names, self.lexicon.phrases["og"]), codes=chosen, units=tuple(tuple(s) for s in sets),
            holds=lambda u: winners(u) == chosen, rule="det høyeste tallet" if most else "det laveste tallet",
            query=_query([c for s in sets for c in s]), capital=stor,
        )  # fmt: skip

    def vanligst(self, indikator, gruppe=None, instans=None, form=None, aar=None, over="form", stor=None):
        """«samarbeid om enkeltsaker»: the most common; a tie names all."""
        return self._extreme("vanligst", True, indikator, gruppe, instans, form, aar, over, stor)

    def hoyest(self, indikator, gruppe=None, instans=None, form=None, aar=None, over="instans", stor=None):
        """The name or names with the highest number."""
        return self._extreme("hoyest", True, indikator, gruppe, instans, form, aar, over, stor)

    def lavest(self, indikator, gruppe=None, instans=None, form=None, aar=None, over="instans", stor=None):
        """The name or names with the lowest number."""
        return self._extreme("lavest", False, indikator, gruppe, instans, form, aar, over, stor)

    # -- facts and conditions ------------------------------------------------------------------------------------

    def aarstall(self, aar=None, stor=None):
        """«2020»: a year that the data has."""
        year = self._year(aar)
        return self._say("aarstall", str(year), value=year, rule="et år i dataene", query={"aar": year}, capital=stor)

    def periode(self, indikator=None, gruppe=None, instans=None, form=None, fra=None, til=None, stor=None):
        """«2015–2020»: the years in which something was asked."""
        wanted = [v for v in (indikator, gruppe, instans, form)]
        found = {
            k[4]
            for k, c in self.cells.items()
            if c.status != "ikke_spurt"
            and all(
                w in (None, "alle") or (v == w if isinstance(w, str) else v in w)
                for v, w in zip(k, wanted, strict=False)
            )
        }
        first, last = min(found, default=0) if fra is None else self._year(fra), self._year(til)
        if not {first, last} <= found:
            raise Unproven(
                f"perioden {first}{EN_DASH}{last}", f"år i {year_range(found)}", "Rett fra eller til.", query=True
            )
        text = year_range(y for y in found if first <= y <= last)
        query = {"indikator": indikator, "gruppe": gruppe, "instans": instans, "form": form, "aar": [first, last]}
        return self._say("periode", text, rule="årene det ble spurt", query=query, capital=stor)

    def navn(self, kode, stor=None):
        """«politiet»: the name of a partner, form or group; no statement."""
        for scope in ("tilbud", "form", "gruppe", "kommune"):
            if (scope, kode) in self._called:
                return Markup(escape(self._called[(scope, kode)]))
        hint = did_you_mean(str(kode), [code for _, code in self._called])
        raise Unproven(
            f"koden {shown(kode)}" + (f" – {hint}" if hint else ""), "en kode i kodebøkene", "Rett koden.", query=True
        )

    def fast(self, verdi, grunn, stor=None):
        """A number from the configuration that is not statistics (telephone, law, date), with the reason it may stand there."""
        text = str(verdi)
        if hit := checks.claim_word(text, self.lexicon):
            raise Unproven(
                f"«{hit}» i en fast opplysning", "tall, datoer og navn", "Bruk en funksjon som regner.", query=True
            )
        return self._say("fast", text, rule=str(grunn), query={}, capital=False if stor is None else stor)

    def gjelder(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, ord=None, fra=None, til=None, mot=None
    ) -> bool:
        """Whether a word is true of every cell asked for; a condition for sentences."""
        word = self._find(ord)
        units = self._units(word.family, self._select(indikator, gruppe, instans, form, til or aar), fra, mot)
        limits = self.lexicon.limits
        outcome = all(word.holds(u, limits) for u in units)
        query = _unit_query(word.family, units)
        text = f"«{ord}» om {'/'.join(_flat(v) for v in query.values() if v)}"
        record = Record("gjelder", self._here(), text, tuple(units), lambda u: word.holds(u, limits), word=word, form=ord,
                        rule=word.range_text or RULE_TEXT[word.rule], query=query, outcome=outcome)  # fmt: skip
        self._asked.append(self._note(record))
        return outcome

    def bundet(self, id: str, tall: Iterable[str] | None = None) -> Markup:
        """The attribute `data-bundet` for a table or figure that code made from the data.

        Parameters: `tall`, the texts with numbers that may stand in it; None when only code can write there.
        """
        known = self.bound.get(id, set())
        self.bound[id] = None if tall is None or known is None else known | {checks.spaces(str(t)) for t in tall}
        return Markup(f'data-bundet="{escape(id)}"')

    # -- the finished page ---------------------------------------------------------------------------------------

    def finish(
        self, html: str, side: str, tillatt: Sequence[checks.Allowed] = (), lenker: bool = True,
        belegg: Callable[[list[dict]], str] | None = None, kilder: Mapping[str, str] | None = None,
    ) -> str:  # fmt: skip
        """Enforce the rules on a rendered page and give it its final form.

        Parameters: `html`, as rendered, with marks; `side`, the page's name in the evidence; `tillatt`, the allow-list;
        `lenker`, whether bound spans link to their evidence; `belegg`, renders the page's evidence in place of
        `<!-- belegg -->`; `kilder`, template sources by path, in which errors look up lines. Raises `Problems` with all faults.
        """
        ids = self._ids(html)
        self._ids_of |= {k: v for k, v in ids.items() if k not in self._ids_of}

        def link(number: int, shown_text: str) -> str:
            return (
                f'<a class="paastand" href="#belegg-{ids[number]}">{shown_text}</a>'
                if lenker and number in ids
                else shown_text
            )

        html, blocks = read_page(html, link, lambda number: self.records[number].capital)
        self._report_claims(blocks)
        found = [
            *checks.coverage(blocks, tillatt, self.lexicon, self.bound),
            *checks.entailment(blocks, self.records, self._group_words()),
            *checks.bases(blocks, self.records),
            *checks.hedges(blocks, self.records, self.lexicon),
        ]
        self.problems += [checks.located(f, side, kilder or {}) for f in found]
        self.warnings += checks.house_style(blocks, self.records, side)
        self._publish(blocks, ids, side)
        self.problems += checks.consistency(list(self._published.values()), self.lexicon)
        if self.problems:
            raise Problems(self.problems)
        if belegg:
            on_page = dict.fromkeys(ids[s.record] for _, s in bound_records(blocks) if s.record in ids)
            html = html.replace("<!-- belegg -->", belegg([self._published[i] for i in on_page]))
        return html

    def _ids(self, html: str) -> dict[int, str]:
        """An id for each record on the page: its name, numbered where the same is asked again, the same on every page."""
        ids: dict[int, str] = {}
        taken: set[str] = set()
        for hit in MARKED.finditer(html):
            index = int(hit[1])
            record = self.records[index]
            if index in ids or record.function == "fast" or record.problem:
                continue
            name, count = record.name(), 1
            while True:
                candidate = name if count == 1 else f"{name}-{count}"
                if candidate not in taken and self._signatures.get(candidate, record.signature) == record.signature:
                    break
                count += 1
            ids[index] = candidate
            taken.add(candidate)
            self._signatures[candidate] = record.signature
        return ids

    def _report_claims(self, blocks: list[Block]) -> None:
        """Turn what failed while rendering into problems, with the sentence where it was to stand."""
        sentences: dict[int, str] = {}
        for block, span in bound_records(blocks):
            sentences.setdefault(span.record, block.sentence(span.start, span.end))
        for index, record in enumerate(self.records):
            if record.problem and (record.problem.query or index in sentences):
                self._fail(record.place, record.problem, sentences.get(index, ""))
                record.problem = None

    def _group_words(self) -> dict[str, str]:
        """The word that names each group in a sentence."""
        kind = self.lexicon.standard
        return {r["gruppe"]: r[f"kort_{kind}"].lower() for r in self._names.grupper}

    def _publish(self, blocks: list[Block], ids: dict[int, str], side: str) -> None:
        for block, span in bound_records(blocks):
            if span.record not in ids:
                continue
            record = self.records[span.record]
            place = {"side": side, "seksjon": block.section, "element": block.element, "mal": record.place.fil,
                     "linje": record.place.linje, "setning": block.sentence(span.start, span.end)}  # fmt: skip
            entry = self._published.setdefault(ids[span.record], {})
            if not entry:
                entry |= self._evidence(ids[span.record], record, block.text[span.start : span.end])
            if place not in entry["steder"]:
                entry["steder"].append(place)

    def _evidence(self, id: str, record: Record, text: str) -> dict:
        cells = record.cells
        return {
            "id": id,
            "funksjon": record.function,
            "tekst": text,
            "ord": record.form or None,
            "regel": record.rule,
            "leksikon": self.lexicon.version,
            "spoerring": dict(record.query),
            "celler": [cell_evidence(c) for c in cells],
            "margin": record.margin(),
            "i_husstilen": record.in_house,
            "alternativer": list(record.alternatives),
            "varianter": [dict(v) for v in record.variants],
            "opphav": sorted({c.opphav for c in cells}),
            "steder": [],
        }

    def last_year(self) -> Statements | None:
        """An empty book on the same data for the edition of the year before, or None when the data has no such year."""
        if self.aar - 1 not in self._codes["aar"]:
            return None
        rows = [c._asdict() | {"samarbeidsform": c.form} for c in self.cells.values() if c.aar < self.aar]
        return Statements(rows, self._names, self.lexicon, self.aar - 1, self.folder)

    def published_id(self, record: int) -> str:
        """The id under which a record was published."""
        return self._ids_of[record]

    def evidence(self) -> list[dict]:
        """Everything that was published, with its proof, sorted by id."""
        return [self._published[i] for i in sorted(self._published)]


def _flat(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def _query(cells: Sequence[Cell], fra: One = None) -> dict:
    """What was asked, as data: each dimension a value, or a list where there are several."""
    query: dict[str, Any] = {}
    for place, dimension in enumerate(DIMENSIONS):
        values = list(dict.fromkeys(c.key[place] for c in cells))
        query[dimension] = values[0] if len(values) == 1 else values
    if fra is not None:
        query["fra"] = fra
    return query


def _unit_query(family: str, units: Sequence[Unit]) -> dict:
    """What was asked of words that are judged on several cells: the cell of the year spoken of, and the year compared with."""
    if family == "trend":
        return _query([u[-1] for u in units], units[0][0].aar)
    return _query([u[0] for u in units], units[0][1].aar if family in ("endring", "vanlighet") else None)


def _numbers(cells: Sequence[Cell]) -> str:
    """Cells in short form for an error: «kvinner/politi 2020: 42 av 43»."""
    told = []
    for cell in dict.fromkeys(cells):
        name = "/".join(filter(None, cell.key[1:4])) + f" {cell.aar}"
        told.append(f"{name}: {cell.antall}" + (f" av {cell.base}" if cell.base is not None else ""))
    return "; ".join(told[:8]) + (f"; og {len(told) - 8} til" if len(told) > 8 else "")
