"""The functions that editors use in templates: each answers from data and hands a `Record` to the book.

Names and parameters are Norwegian, because editors write them; docs/skrive-paastander.md is their manual. Every
function takes the query first (indikator, gruppe, instans, form, aar) and `stor`, which overrides the capital at the
start of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from krisestat.display import NBSP, listing, number, year_range
from krisestat.errors import did_you_mean, shown
from krisestat.statements.cells import ALL, Cell, Query, Unproven
from krisestat.statements.data import Data, need_base, numbers_of
from krisestat.statements.lexicon import RULE_FAMILIES, SHARE_FAMILIES, Lexicon, Word
from krisestat.statements.markup import Bundet
from krisestat.statements.record import Record
from krisestat.statements.rules import Unit, difference, level, same_base, share_difference

NAMES = (
    *("antall", "base", "baser", "av", "prosent", "prosentpoeng", "mengde", "hyppighet", "unntak"),
    *("endring", "endring_ord", "vanlighet", "trend", "stabil", "sammenlikn", "superlativ"),
    *("instanser", "opplisting", "unntatt", "vanligst", "hoyest", "lavest"),
    *("aarstall", "periode", "navn", "fast", "gjelder"),
)


class Functions:
    """Answers in text. `note` takes a record without its place and gives its number."""

    data: Data
    lexicon: Lexicon
    note: Callable[[Record], int]

    # -- numbers

    def antall(self, indikator, gruppe=None, instans=None, form=None, aar=None, stor=None):
        """«32»: the count."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        count = _same(cells).tall
        return self._number(
            "antall", number(count), query, cells, lambda u: u[0].antall == count, value=count, stor=stor
        )

    def av(self, indikator, gruppe=None, instans=None, form=None, aar=None, stor=None):
        """«32 av 43»: the count and its base."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        need_base(cells)
        count = _same(cells).antall
        bases = frozenset(c.base_key for c in cells)
        return self._number(
            "av",
            self._of(cells[0]),
            query,
            cells,
            lambda u: u[0].antall == count,
            value=count,
            stor=stor,
            says_bases=bases,
        )

    def base(self, gruppe, aar=None, stor=None):
        """«43»: the number of services in a group."""
        cell = self.data.base(gruppe, self.data.year(aar))
        return self._bases("base", number(cell.av), [cell], stor, cell.base)

    def baser(self, gruppe, fra=None, aar=None, stor=None):
        """«43 tilbud i 2020 og 44 i 2019»: the bases of two years."""
        now = self.data.base(gruppe, self.data.year(aar))
        then = self.data.base(gruppe, self.data.year(self.data.aar - 1 if fra is None else fra))
        return self._bases("baser", self._two_bases("baser", now, then), [now, then], stor)

    def prosent(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, desimaler=0, tegn=False, stor=None
    ):  # a share is rounded once, and never to 0 or 100 unless it is exactly that
        """«74 prosent»: the share."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        need_base(cells)
        _same(cells)
        unit = "%" if tegn else self.lexicon.phrases["prosent"]

        def text(cell: Cell) -> str:
            digits, ends = desimaler, (0, 1)
            while cell.share not in ends and number(cell.share * 100, digits) in [
                number(e * 100, digits) for e in ends
            ]:
                digits += 1
            return f"{number(cell.share * 100, digits)}{NBSP}{unit}"

        said = text(cells[0])
        return self._number("prosent", said, query, cells, lambda u: text(u[0]) == said, stor=stor)

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
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        units = self._units("vanlighet", cells, fra)
        phrases = self.lexicon.phrases

        def text(unit: Unit) -> str:
            change = share_difference(unit) * 100
            size = f"{number(abs(change), desimaler)}{NBSP}{phrases['prosentpoeng']}"
            direction = phrases["uendret" if not change else "hoyere" if change > 0 else "lavere"]
            told = direction.format(aar=unit[1].aar)
            return size if bare_tall else f"{size} {told}" if change else told

        said = text(units[0])
        _same_change(units, text)
        return self._number(
            "prosentpoeng", said, query, units, lambda u: text(u) == said, stor=stor, fra=units[0][1].aar
        )

    def unntak(self, indikator, gruppe=None, instans=None, form=None, aar=None, stor=None):
        """«alle unntatt 1»: how few do not."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        need_base(cells)
        cell = _same(cells)
        left = cell.av - cell.tall
        if not 0 < left * 2 < cell.av or not cell.all_answered:
            raise Unproven(f"«alle unntatt {left}» ({numbers_of(cells)})", "få unntak, og svar fra alle", "Bruk «av».")
        everyone = self.lexicon.families["mengde"][0].forms[0]
        text = self.lexicon.phrases["unntatt"].format(alle=everyone, liste=number(left))
        return self._number("unntak", text, query, cells, lambda u: u[0].av - u[0].tall == left, left, stor)

    # -- words

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
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        need_base(cells)
        phrases = self.lexicon.phrases
        units = [(c.answered() if av_dem_som_svarte else c,) for c in cells]
        word, said = self._word("mengde", units, ord)
        text, after = said, hva
        if av_dem_som_svarte and not hva:
            text = f"{said} {phrases['av_dem_som_svarte']}"
        elif av_dem_som_svarte:
            after = f"{hva} {phrases['som_svarte']}"
        if hva and word.partitive:
            after = f"{phrases['av']} {after}"
        return self._worded("mengde", text, query, word, said, units, after=after, stor=stor)

    def hyppighet(self, indikator, gruppe=None, instans=None, form=None, aar=None, ord=None, stor=None):
        """«utbredt», «sjelden»: how usual it is."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        units = self._units("hyppighet", cells)
        word, said = self._word("hyppighet", units, ord)
        return self._worded("hyppighet", said, query, word, said, units, stor=stor)

    def endring(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, ord=None, baser=True, stor=None
    ):
        """«3 flere enn i 2019 (32 av 43 mot 29 av 44)»: the change in count, with both bases where they differ."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        units = self._units("endring", cells, fra)
        _same_change(units, difference)
        change = difference(units[0])
        rule = "likt" if not change else "opp" if change > 0 else "ned"
        word = next(w for w in self.lexicon.families["endring"] if w.rule == rule)
        if ord is not None and ord not in word.forms:
            self._refuse(ord, "endring", units, word.forms)
        size = f"{number(abs(change))}{NBSP}" if change else ""
        text = f"{size}{word.forms[0]} {word.link.format(aar=units[0][1].aar)}"
        both, bases = self._say_bases(units, with_counts=True) if baser else ("", frozenset())
        return self._worded(
            "endring",
            text + both,
            query,
            word,
            word.forms[0],
            units,
            holds=lambda u: difference(u) == change,
            value=change,
            stor=stor,
            needs_bases=_bases_that_differ(units),
            says_bases=bases,
        )

    def endring_ord(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, ord=None, baser=True, stor=None
    ):
        """«litt færre enn i 2019»: the change in words, for each of the cells, with both bases where they differ."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        units = self._units("endring", cells, fra)
        word, said = self._word("endring", units, ord)
        text = f"{said} {word.link.format(aar=units[0][1].aar)}"
        both, bases = self._say_bases(units, with_counts=False) if baser else ("", frozenset())
        needs = _bases_that_differ(units)
        return self._worded(
            "endring_ord", text + both, query, word, said, units, stor=stor, needs_bases=needs, says_bases=bases
        )

    def vanlighet(self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, ord=None, stor=None):
        """«mer vanlig enn i 2015»: the change in share."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        units = self._units("vanlighet", cells, fra)
        word, said = self._word("vanlighet", units, ord)
        text = f"{said} {word.link.format(aar=units[0][1].aar)}"
        return self._worded("vanlighet", text, query, word, said, units, stor=stor)

    def trend(self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, til=None, ord=None, stor=None):
        """«økende», «stabilt»: what three years or more say together."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar if til is None else til)
        units = self._units("trend", cells, fra)
        word, said = self._word("trend", units, ord)
        return self._worded("trend", said, query, word, said, units, stor=stor)

    def stabil(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, fra=None, til=None, ord=None, stor=None
    ):
        """«små endringer»: little between the highest and the lowest year."""
        word = next(w for w in self.lexicon.families["trend"] if w.rule == "stabilt")
        return self.trend(indikator, gruppe, instans, form, aar, fra, til, ord or word.forms[-1], stor)

    def sammenlikn(self, indikator, gruppe=None, instans=None, form=None, aar=None, mot=None, ord=None, stor=None):
        """«en større andel»: one group, form or partner against another, in shares."""
        query, cells = self._ask(indikator, gruppe, instans, form, aar)
        units = self._units("sammenlikning", cells, mot=mot)
        word, said = self._word("sammenlikning", units, ord)
        return self._worded("sammenlikn", said, query, word, said, units, stor=stor)

    def superlativ(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, over="form", er=None, ord=None, stor=None
    ):
        """«mest utbredt»: a word about one code (`er`) among all of its kind, or about several that are equal."""
        query = self._query(indikator, gruppe, instans, form, aar)
        wanted = [er] if isinstance(er, str) or er is None else list(er)
        units = []
        for combination in self.data.combinations(query, over):
            codes = [getattr(c, over) for c in combination]
            if not wanted or any(code not in codes for code in wanted):
                strange = next((code for code in wanted if code not in codes), er)
                hint = did_you_mean(str(strange), codes)
                raise Unproven(f"er={shown(strange)} {hint}".strip(), f"en av: {', '.join(codes)}", "Rett «er».", True)
            named = [c for c in combination if getattr(c, over) in wanted]
            rest = [c for c in combination if c not in named]
            if not rest or any(level(c) != level(named[0]) for c in named):
                told = numbers_of(named)
                raise Unproven(f"ikke den samme plassen for {told}", "det samme tallet, og noen andre", "Rett «er».")
            units += [(c, *rest) for c in named]
        word, said = self._word("ytterst", units, ord)
        return self._worded("superlativ", said, query, word, said, units, stor=stor, told={"over": over, "er": er})

    # -- lists

    def instanser(
        self,
        indikator,
        gruppe=None,
        form=None,
        aar=None,
        ord=None,
        likt_med=None,
        fra=None,
        mot=None,
        blant=None,
        stor=None,
    ):
        """«NAV og barneverntjenesten»: partners of which a word is true, or that have the same numbers as one of
        them."""
        query, cells = self._by_partner(indikator, gruppe, form, aar, blant)
        if (ord is None) == (likt_med is None):
            raise Unproven("«instanser» uten ett vilkår", "enten ord=… eller likt_med=…", "Skriv ett av dem.", True)
        word = None
        if ord is not None:
            word = self._find(ord)
            if word.family in ("endring", "vanlighet"):  # a partner that is new has nothing to be compared with
                cells = {i: own for i, own in cells.items() if all(self.data.asked_in(c, fra) for c in own)}
            units = {i: self._units(word.family, own, fra, mot) for i, own in cells.items()}
            rule, holds = f"«{ord.lower()}» – {word.told}", lambda u: word.holds(u, self.lexicon.limits)
            chosen = [i for i in cells if all(holds(u) and word.in_house(u, self.lexicon.limits) for u in units[i])]
        else:
            if likt_med not in cells:
                raise Unproven(f"likt_med={shown(likt_med)}", f"en av: {', '.join(cells)}", "Rett «likt_med».", True)
            same = {(c.gruppe, c.antall, c.base) for c in cells[likt_med]}
            units = {i: [(c,) for c in own] for i, own in cells.items()}
            rule, holds = f"samme tall som {likt_med}", lambda u: (u[0].gruppe, u[0].antall, u[0].base) in same
            chosen = [i for i in cells if all(holds(u) for u in units[i])]
        if not chosen:
            raise Unproven(
                f"ingen instanser som «{ord}» er sant for ({numbers_of(c for own in cells.values() for c in own)})",
                "minst én",
                "Velg et annet ord, eller velg mellom setninger med «variant» og «gjelder».",
            )
        claim = [u for i in chosen for u in units[i]]
        return self._say(
            "instanser",
            self._listed(chosen, cells),
            query,
            claim,
            codes=chosen,
            holds=holds,
            word=word,
            form=ord or "",
            rule=rule,
            stor=stor,
            told=_given(ord=ord, likt_med=likt_med, fra=fra, mot=mot),
        )

    def opplisting(
        self, indikator, gruppe=None, form=None, aar=None, utenom=None, med_base=False, blant=None, stor=None
    ):
        """«boligkontor (39), barnehus (38) og overgrepsmottak (36)»: partners with counts, equal counts together. Where
        bases differ, each is told with its own, and the highest share comes first."""
        query, cells = self._by_partner(indikator, gruppe, form, aar, blant)
        word = self._find(utenom) if utenom else None
        if word and not word.true_in:
            raise Unproven(f"utenom={shown(utenom)}", "et mengdeord", "Velg et annet ord.", True)
        told_of = {i: own for i, own in cells.items() if not (word and self._true_of_all(word, own))}
        each = len({c.base for own in told_of.values() for c in own}) > 1
        groups: dict[tuple, list[str]] = {}
        for partner, own in told_of.items():
            cell = _same(own)
            groups.setdefault((cell.share, cell.base) if each else (cell.antall,), []).append(partner)
        if not groups:
            raise Unproven("en tom opplisting", "minst én instans", "Ta bort utenom, eller bruk «instanser».")
        parts: list[str] = []
        for _, members in sorted(groups.items(), reverse=True):
            first = cells[members[0]][0]
            told = self._of(first) if each or (med_base and not parts) else number(first.tall)
            parts.append(f"{self._listed(members, cells)} ({told})")
        og = self.lexicon.phrases["og"]
        text = listing(parts, og)
        if len(parts) > 1 and f" {og} " in parts[-1]:  # «boligkontor (36), og barnehus og overgrepsmottak (35)»
            text = f"{', '.join(parts[:-1])}, {og} {parts[-1]}"
        used = [c for _, members in sorted(groups.items(), reverse=True) for i in members for c in cells[i]]
        counts = {c.key: c.antall for c in used}
        bases = frozenset(c.base_key for c in used) if med_base or each else frozenset()
        return self._number(
            "opplisting",
            text,
            query,
            used,
            lambda u: counts[u[0].key] == u[0].antall,
            stor=stor,
            codes=[c.instans for c in used],
            told=_given(utenom=utenom),
            says_bases=bases,
        )

    def unntatt(self, indikator, gruppe=None, form=None, aar=None, ord=None, fra=None, mot=None, stor=None):
        """«alle instansene unntatt barnehus»: the few partners of which a word is not true."""
        query, cells = self._by_partner(indikator, gruppe, form, aar)
        if self.data.unit(next(iter(cells.values()))[0].gruppe) == "avtale":
            raise Unproven(
                "«unntatt» om punkter i sjekklisten", "instanser", "Bruk «instanser» eller «opplisting».", True
            )
        word = self._find(ord)
        units = {i: self._units(word.family, own, fra, mot) for i, own in cells.items()}
        true = {i: [word.holds(u, self.lexicon.limits) for u in units[i]] for i in cells}
        chosen = [i for i in cells if all(true[i])]
        left = [i for i in cells if not all(true[i])]
        if len(left) * 2 >= len(cells):
            raise Unproven(f"«{ord}» om bare {len(chosen)} av {len(cells)} instanser", "få unntak", "Bruk «instanser».")
        everyone = self.lexicon.phrases["alle_instansene"]
        text = (
            self.lexicon.phrases["unntatt"].format(alle=everyone, liste=self._listed(left, cells)) if left else everyone
        )
        return self._say(
            "unntatt",
            text,
            query,
            [u for i in chosen for u in units[i]],
            exceptions=tuple(tuple(units[i]) for i in left),
            codes=left,
            holds=lambda u: word.holds(u, self.lexicon.limits),
            word=word,
            form=ord,
            rule=f"«{ord}» – {word.told}",
            stor=stor,
            told=_given(ord=ord, fra=fra, mot=mot),
        )

    def vanligst(self, indikator, gruppe=None, instans=None, form=None, aar=None, over="form", stor=None):
        """«samarbeid om enkeltsaker»: the most common; a tie names all."""
        return self._extreme("vanligst", self._query(indikator, gruppe, instans, form, aar), over, stor)

    def hoyest(self, indikator, gruppe=None, instans=None, form=None, aar=None, over="instans", stor=None):
        """The name or names with the highest number."""
        return self._extreme("hoyest", self._query(indikator, gruppe, instans, form, aar), over, stor)

    def lavest(self, indikator, gruppe=None, instans=None, form=None, aar=None, over="instans", stor=None):
        """The name or names with the lowest number."""
        return self._extreme("lavest", self._query(indikator, gruppe, instans, form, aar), over, stor)

    # -- facts and conditions

    def aarstall(self, aar=None, stor=None):
        """«2020»: a year that the data has."""
        year = self.data.year(aar)
        return self._fact("aarstall", str(year), "et år i dataene", {"aar": year}, stor, year)

    def periode(self, indikator=None, gruppe=None, instans=None, form=None, fra=None, til=None, stor=None):
        """«2015–2020»: the years in which something was asked."""
        found = self.data.years_asked(Query(indikator, gruppe, instans, form))
        if not found:
            raise Unproven("en periode uten treff", "noe det er spurt om", "Rett funksjonskallet.", True)
        first = found[0] if fra is None else self.data.year(fra)
        last = min(found[-1], self.data.aar) if til is None else self.data.year(til)
        if not {first, last} <= set(found):
            raise Unproven(f"perioden {first}–{last}", f"år i {year_range(found)}", "Rett fra eller til.", True)
        query = Query(indikator, gruppe, instans, form).told() | {"aar": [first, last]}
        text = year_range(y for y in found if first <= y <= last)
        return self._fact("periode", text, "årene det ble spurt", query, stor)

    def navn(self, kode, indikator="", stor=None):
        """«politiet»: the name of a partner, form or group; no statement. With `indikator`, as its source says it."""
        name = self.data.any_name(kode, indikator)
        return Markup(escape(name[:1].upper() + name[1:] if stor else name))

    def fast(self, verdi, grunn, stor=False):
        """A text from the configuration that is not statistics (telephone, law, date), and why it may stand there."""
        text = str(verdi)
        if hit := self.lexicon.guarded.search(text):
            raise Unproven(
                f"«{hit[0]}» i en fast opplysning", "tall, datoer og navn", "Bruk en funksjon som regner.", True
            )
        return self._fact("fast", text, str(grunn), {}, stor)

    def gjelder(
        self, indikator, gruppe=None, instans=None, form=None, aar=None, ord=None, fra=None, til=None, mot=None
    ) -> bool:
        """Whether a word is true of every cell asked for; a condition for sentences."""
        word = self._find(ord)
        query, cells = self._ask(indikator, gruppe, instans, form, aar if til is None else til)
        units = self._units(word.family, cells, fra, mot)
        outcome = all(word.holds(u, self.lexicon.limits) for u in units)
        told = query.told() | _given(fra=fra, mot=mot)
        flat = "/".join("+".join(map(str, v)) if isinstance(v, list) else str(v) for v in told.values())
        self.note(
            Record(
                "gjelder",
                f"«{ord}» om {flat}",
                tuple(units),
                lambda u: word.holds(u, self.lexicon.limits),
                rule=word.told,
                word=word,
                form=ord,
                query=told,
                outcome=outcome,
            )
        )
        return outcome

    # -- asking

    def _query(self, indikator, gruppe, instans, form, aar) -> Query:
        return Query(indikator, gruppe, instans, form, self.data.year(aar))

    def _ask(self, indikator, gruppe, instans, form, aar) -> tuple[Query, list[Cell]]:
        query = self._query(indikator, gruppe, instans, form, aar)
        return query, self.data.select(query)

    def _by_partner(self, indikator, gruppe, form, aar, blant=None) -> tuple[Query, dict[str, list[Cell]]]:
        query, cells = self._ask(indikator, gruppe, ALL if blant is None else blant, form, aar)
        return query, {i: [c for c in cells if c.instans == i] for i in dict.fromkeys(c.instans for c in cells)}

    def _units(self, family: str, cells: Sequence[Cell], fra: int | None = None, mot: str | None = None) -> list[Unit]:
        """What a word of a family is judged on, one unit for each cell."""
        units: list[Unit]
        if family in SHARE_FAMILIES:
            units = [(c,) for c in cells]
        elif family in ("endring", "vanlighet"):
            units = [(c, self.data.earlier(c, fra)) for c in cells]
        elif family == "trend":
            units = [self.data.series(c, fra) for c in cells]
        elif family == "sammenlikning":
            if mot is None:
                raise Unproven(
                    "en sammenlikning uten «mot»", "hvem det sammenliknes med", "Skriv mot=… i kallet.", True
                )
            units = [(c, self.data.other(c, mot)) for c in cells]
        else:
            raise Unproven("et ord for den høyeste eller laveste", "et annet ord", "Bruk «superlativ».", True)
        if family not in ("endring", "trend"):
            need_base(c for unit in units for c in unit)
        return units

    def _find(self, ord: str) -> Word:
        word = self.lexicon.find(str(ord))
        if word is None:
            hint = did_you_mean(str(ord), self.lexicon.forms())
            raise Unproven(
                f"ordet {shown(ord)}" + (f" – {hint}" if hint else ""),
                "et ord som står i leksikonet",
                "Velg et annet ord, eller legg det til i templates/leksikon/.",
                True,
            )
        return word

    def _true(self, family: str, units: Sequence[Unit]) -> list[Word]:
        """Words of a family that are true of every unit, the strongest first."""
        limits = self.lexicon.limits
        return [w for w in self.lexicon.families[family] if all(w.holds(u, limits) for u in units)]

    def _true_of_all(self, word: Word, cells: Sequence[Cell]) -> bool:
        return all(word.holds((c,), self.lexicon.limits) for c in cells)

    def _word(self, family: str, units: Sequence[Unit], held: str | None) -> tuple[Word, str]:
        """The editor's word if it is true, else the strongest true one that house style wants here."""
        true, limits = self._true(family, units), self.lexicon.limits
        if held is not None:
            word = self._find(held)
            if word.family != family:
                raise Unproven(
                    f"ordet {shown(held)}", f"et ord for {family}", "Velg et annet ord eller en annen funksjon.", True
                )
            if word not in true:
                self._refuse(held, family, units)
            return word, held.lower()
        for word in true:
            if not word.held_only and all(word.in_house(u, limits) for u in units):
                return word, word.forms[0]
        if true and family in RULE_FAMILIES:
            return true[0], true[0].forms[0]
        self._refuse("", family, units)
        raise AssertionError("unreachable")

    def _refuse(self, held: str, family: str, units: Sequence[Unit], true: Sequence[str] | None = None) -> None:
        """Raise for a word that is not true, with those that are, the strongest first; if none, one for each cell."""
        if true is None:
            true = [f for w in self._true(family, units) for f in w.forms]
        told = ", ".join(f"«{w}»" for w in true)
        fix = f"Skriv noe som er sant: {told}."
        if not true:
            first = {u: self._true(family, [u])[:1] for u in units}
            each = "; ".join(f"{numbers_of(u[:1])}: «{w[0].forms[0]}»" for u, w in list(first.items())[:8] if w)
            fix = (
                f"Del opp påstanden. Sant for hver: {each}." if each else "Ta bort påstanden; ikke noe ord er sant her."
            )
        numbers = numbers_of(c for u in units for c in u)
        raise Unproven(
            f"«{held}» ({numbers})" if held else f"ikke noe ord som passer for alle ({numbers})",
            f"at «{held}» stemmer med tallene" if held else "ett ord som passer for hver av dem",
            fix,
        )

    # -- telling

    def _say(
        self, function, text, query, units, *, holds=None, after="", value=None, codes=(), stor=None, told=None, **more
    ) -> Bundet:
        """Record a statement and give its text. `told` is added to the query in the evidence."""
        record = Record(
            function,
            text,
            tuple(units),
            holds or (lambda u: True),
            query=query.told() | (told or {}),
            capital=stor,
            **more,
        )
        return Bundet(self.note(record), text, after, value, codes)

    def _number(
        self, function, text, query, cells, holds, value=None, stor=None, fra=None, told=None, **more
    ) -> Bundet:
        units = [c if not isinstance(c, Cell) else (c,) for c in cells]
        told = (told or {}) | _given(fra=fra)
        return self._say(
            function, text, query, units, holds=holds, value=value, stor=stor, told=told, rule="tallet selv", **more
        )

    def _worded(self, function, text, query, word, said, units, *, holds=None, told=None, **more) -> Bundet:
        limits = self.lexicon.limits
        compared = {"endring": 1, "vanlighet": 1, "trend": 0}.get(word.family)
        fra = None if compared is None else units[0][compared].aar
        others = (
            {u[1].gruppe for u in units} - {u[0].gruppe for u in units} if word.family == "sammenlikning" else set()
        )
        return self._say(
            function,
            text,
            query,
            units,
            holds=holds or (lambda u: word.holds(u, limits)),
            word=word,
            form=said,
            rule=word.told,
            in_house=all(word.in_house(u, limits) for u in units),
            alternatives=tuple(f for w in self._true(word.family, units) for f in w.forms),
            told=(told or {}) | _given(fra=fra, mot=sorted(others) or None),
            **more,
        )

    def _fact(self, function: str, text: str, rule: str, query: Mapping, stor: bool | None, value=None) -> Bundet:
        return Bundet(self.note(Record(function, text, rule=rule, query=query, capital=stor)), text, "", value)

    def _bases(self, function: str, text: str, cells: Sequence[Cell], stor, value=None) -> Bundet:
        years = [c.aar for c in cells]
        query = {"gruppe": cells[0].gruppe, "aar": years[0] if len(years) == 1 else years}
        said = frozenset(c.base_key for c in cells)
        counts_services = self.data.unit(cells[0].gruppe) == "tilbud"
        rule = "tilbudene i registeret" if counts_services else "alle som er talt i innsamlingen"
        record = Record(function, text, (tuple(cells),), rule=rule, query=query, capital=stor, says_bases=said)
        return Bundet(self.note(record), text, "", value)

    def _of(self, cell: Cell) -> str:
        return f"{number(cell.tall)}{NBSP}{self.lexicon.phrases['av']}{NBSP}{number(cell.av)}"

    def _two_bases(self, phrase: str, now: Cell, then: Cell) -> str:
        unit = self.lexicon.phrases["enhet"][self.data.unit(now.gruppe)]
        told = {"naa": number(now.av), "da": number(then.av), "aar": now.aar, "fra": then.aar}
        return self.lexicon.phrases[phrase].format(enhet=unit, **told)

    def _say_bases(self, units: Sequence[Unit], with_counts: bool) -> tuple[str, frozenset]:
        """What a change in count adds when the bases differ, and which bases that says."""
        bases = _bases_that_differ(units)
        if not bases:
            return "", bases
        now, then = units[0]
        if with_counts and len(units) == 1:
            return " " + self.lexicon.phrases["mot"].format(naa=self._of(now), da=self._of(then)), bases
        if len({(u[0].base, u[1].base) for u in units}) == 1:
            return " " + self._two_bases("baser_kort", now, then), bases
        raise Unproven(
            "ulike baser i samme påstand: " + numbers_of(c for u in units for c in u),
            "én base for hvert år",
            "Skriv en påstand for hver gruppe, eller bruk «vanlighet», som regner i andel.",
        )

    def _listed(self, codes: Sequence[str], cells: Mapping[str, Sequence[Cell]]) -> str:
        indikator = next(iter(cells.values()))[0].indikator
        return self._joined([self.data.name("instans", c, indikator) for c in codes])

    def _joined(self, names: Sequence[str]) -> str:
        """Names as a list; with a comma before the last where a name has an «og» of its own."""
        og = self.lexicon.phrases["og"]
        if len(names) > 1 and any(f" {og} " in name for name in names):
            return f"{', '.join(names[:-1])}, {og} {names[-1]}"
        return listing(names, og)

    def _extreme(self, function: str, query: Query, over: str, stor) -> Bundet:
        sets = self.data.combinations(query, over)

        def winners(unit: Sequence[Cell]) -> list[str]:
            values = [level(c) for c in unit]
            best = min(values) if function == "lavest" else max(values)
            return [getattr(c, over) for c, v in zip(unit, values, strict=True) if v == best]

        chosen = winners(sets[0])
        if any(winners(s) != chosen for s in sets):
            unlike = [sets[0], *(s for s in sets if winners(s) != chosen)]
            asked = [d for d in ("gruppe", "instans", "form") if d != over]
            told = [
                f"{'/'.join(filter(None, (getattr(s[0], d) for d in asked)))}: {', '.join(winners(s))}" for s in unlike
            ]
            found = "; ".join(told[:8]) + (f"; og {len(told) - 8} til" if len(told) > 8 else "")
            raise Unproven(f"ikke den samme for alle ({found})", "den samme for alle", "Del opp påstanden.")
        asked_of = query.indikator
        names = [self.data.name(over, c, asked_of) for c in self.data.in_order(over, chosen, asked_of)]
        return self._say(
            function,
            self._joined(names),
            query,
            [tuple(s) for s in sets],
            codes=chosen,
            holds=lambda u: winners(u) == chosen,
            rule="det laveste tallet" if function == "lavest" else "det høyeste tallet",
            stor=stor,
            told={"over": over},
        )


def _given(**parameters: Any) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _same(cells: Sequence[Cell]) -> Cell:
    """The cell whose numbers all share. Groups are never added up, so unlike numbers cannot be told as one."""
    if len({(c.antall, c.base) for c in cells}) > 1:
        raise Unproven(
            f"ulike tall i samme påstand ({numbers_of(cells)})", "det samme tallet for alle", "Skriv dem hver for seg."
        )
    return cells[0]


def _same_change(units: Sequence[Unit], change: Callable[[Unit], Any]) -> None:
    if len({change(u) for u in units}) > 1:
        numbers = numbers_of(c for u in units for c in u)
        raise Unproven(f"ulike endringer i samme påstand ({numbers})", "den samme endringen", "Skriv dem hver for seg.")


def _bases_that_differ(units: Iterable[Unit]) -> frozenset[tuple[str, int, int | None]]:
    units = list(units)
    if all(same_base(u) for u in units):
        return frozenset()
    return frozenset(c.base_key for u in units for c in u)
