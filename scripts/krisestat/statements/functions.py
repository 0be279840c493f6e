"""The functions that editors use in templates: each answers from data and hands a `Record` to the book.

Names and parameters are Norwegian, because editors write them; docs/skrive-paastander.md is their manual. Every
function takes the question first (a statistic, codes in the order of its dimensions or by what editors call them, and
`aar`), and `stor`, which overrides the capital at the start of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from krisestat.base.display import NBSP, listing, number, year_range
from krisestat.base.errors import did_you_mean, nearest, shown
from krisestat.model.declared import ALL, PERCENT
from krisestat.statements.cells import Absent, Cell, Query, Unaskable, Unproven
from krisestat.statements.data import Data, need_base, numbers_of, same_count
from krisestat.statements.lexicon import RELATIVE_FAMILIES, ROUNDED, RULE_FAMILIES, SHARE_FAMILIES, Lexicon, Word
from krisestat.statements.markup import Bundet
from krisestat.statements.record import Record
from krisestat.statements.rules import Unit, as_part, difference, level, relative, same_base, share_difference
from krisestat.statements.vocabulary import Vocabulary

NAMES = (
    *("antall", "base", "baser", "av", "prosent", "prosentpoeng", "mengde", "omtrent", "hyppighet", "unntak"),
    *("endring", "endring_ord", "vanlighet", "trend", "stabil", "sammenlikn", "superlativ", "fortsatt"),
    *("utvikling", "fra_til", "endret_med", "rekord"),
    *("instanser", "opplisting", "unntatt", "vanligst", "hoyest", "lavest", "svarte"),
    *("aarstall", "periode", "navn", "fast", "gjelder"),
)

# What the words may be that a template gives for what is counted, as the reader of text knows them.
_SUBJECT = {"enhet", "enhet_en", "enhet_uklar", "slag", "kode", "og"}


class Functions:
    """Answers in text. `note` takes a record without its place and gives its number."""

    data: Data
    lexicon: Lexicon
    note: Callable[[Record], int]
    words: Callable[[], Vocabulary]

    # -- numbers

    def antall(self, statistikk, *koder, aar=None, ikke=False, hva="", bokstaver=False, **deler):
        """«32», «ett tilbud»: the count; with `ikke` of those who answered no."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        seen = _Seen(ikke)
        units = self._parts(cells) if ikke else [(c,) for c in cells]
        cell = _same([seen(u) for u in units])
        text = self._letters(cell) if bokstaver or (hva and not cell.tall) else self._count(cell)
        after = self._subject(hva, cell, 0 if cell.tall == 1 else 2)
        return self._counted("antall", text, query, units, cell, seen, after=after)

    def av(self, statistikk, *koder, aar=None, ikke=False, hva="", **deler):
        """«32 av 43»: the count and its base; with `ikke` of those who answered no."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        seen, units = _Seen(ikke), self._parts(cells)
        cell = _same([seen(u) for u in units])
        told = {"says_bases": frozenset(seen(u).base_key for u in units), "after": self._subject(hva, cell, 2)}
        return self._counted("av", self._of(cell), query, units, cell, seen, **told)

    def base(self, statistikk, *koder, aar=None, **deler):
        """«43»: how many the shares of a statistic, or of one kind of what is counted, are of."""
        cell, told = self.data.base(statistikk, koder, deler, aar)
        return self._bases("base", number(cell.av), [cell], told, cell.nevner)

    def baser(self, statistikk, *koder, fra=None, aar=None, **deler):
        """«43 tilbud i 2020 og 44 i 2019»: the bases of two years."""
        now, told = self.data.base(statistikk, koder, deler, aar)
        then, _ = self.data.base(statistikk, koder, deler, self.data.aar - 1 if fra is None else fra)
        told |= {"aar": [now.aar, then.aar]}
        return self._bases("baser", self._two_bases("baser", now, then), [now, then], told)

    def prosent(self, statistikk, *koder, aar=None, ikke=False, hva="", desimaler=0, tegn=False, **deler):
        """«74 prosent»: the share, rounded once, and never to 0 or 100 unless it is exactly that."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        seen, units = _Seen(ikke), self._parts(cells, told=True)

        def text(unit: Unit) -> str:
            share, digits, ends = seen(unit).share, desimaler, (0, 1)
            while share not in ends and number(share * 100, digits) in [number(e * 100, digits) for e in ends]:
                digits += 1
            return f"{number(share * 100, digits)}{NBSP}{'%' if tegn else self.lexicon.phrases['prosent']}"

        said = text(units[0])
        if any(text(u) != said for u in units):
            _same([seen(u) for u in units])
        after = f"{self.lexicon.phrases['av']} {self._subject(hva, cells[0], 3)}" if hva else ""
        return self._number("prosent", said, query, units, lambda u: text(u) == said, after=after, seen=seen)

    def prosentpoeng(self, statistikk, *koder, aar=None, fra=None, desimaler=0, bare_tall=False, **deler):
        """«9 prosentpoeng høyere enn i 2019»: the difference between two shares, rounded once."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        units = self._units("vanlighet", cells, fra)
        phrases = self.lexicon.phrases

        def text(unit: Unit) -> str:
            change = share_difference(unit) * 100
            size = f"{number(abs(change), desimaler)}{NBSP}{phrases['prosentpoeng']}"
            direction = phrases["uendret" if not change else "hoyere" if change > 0 else "lavere"]
            told = direction.format(aar=unit[1].aar)
            return size if bare_tall else f"{size} {told}" if change else told

        return self._moved("prosentpoeng", query, units, text, form="" if bare_tall else phrases["prosentpoeng"])

    # -- words

    def mengde(self, statistikk, *koder, aar=None, ord=None, hva="", ikke=False, av_dem_som_svarte=False, **deler):
        """«nesten alle»: the strongest true quantifier, or the editor's, which must be true."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        seen, units = _Seen(ikke, av_dem_som_svarte), self._parts(cells)
        word, said = self._word("mengde", seen.each(units), ord)
        return self._amount("mengde", query, units, word, said, hva, seen)

    def omtrent(self, statistikk, *koder, aar=None, ord=None, hva="", ikke=False, bokstaver=False, **deler):
        """«nær 3 av 4»: the share as the nearest fraction that people say, or the editor's, which must be true."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        seen, units = _Seen(ikke), self._parts(cells)
        judged = seen.each(units)
        if ord is None:
            near = [
                w
                for w in self._true(ROUNDED, judged)
                if not w.held_only and (w.noun == 2 or (w.partitive and 2 * w.anchor == 1))
            ]
            if not near:
                self._refuse("", ROUNDED, judged)
            word = min(near, key=lambda w: max(abs(u[0].share - w.anchor) for u in judged))
            said = word.forms[1 if bokstaver and word.noun == 2 else 0]
        else:
            word, said = self._word(ROUNDED, judged, ord)
        return self._amount("omtrent", query, units, word, said, hva, seen)

    def hyppighet(self, statistikk, *koder, aar=None, ord=None, ikke=False, **deler):
        """«utbredt», «sjelden»: how usual it is."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        seen, units = _Seen(ikke), self._parts(cells)
        word, said = self._word("hyppighet", seen.each(units), ord)
        return self._worded("hyppighet", said, query, word, said, units, seen=seen)

    def unntak(self, statistikk, *koder, aar=None, **deler):
        """«alle unntatt 1»: how few do not."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        need_base(cells)
        cell = _same(cells)
        left = cell.av - cell.tall
        if not 0 < left * 2 < cell.av or not cell.all_answered:
            raise Unproven(f"«alle unntatt {left}» ({numbers_of(cells)})", "få unntak, og svar fra alle", "Bruk «av».")
        everyone = self.lexicon.families["mengde"][0].forms[0]
        text = self.lexicon.phrases["unntatt"].format(alle=everyone, liste=number(left))
        units = [(c,) for c in cells]
        return self._number("unntak", text, query, units, lambda u: u[0].av - u[0].tall == left, left)

    def fortsatt(self, statistikk, *koder, ord, aar=None, fra=None, ikke=False, **deler):
        """«fortsatt»: that a word for a share was true in an earlier year too, the year before unless given."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        seen, word = _Seen(ikke), self._find(ord, (*SHARE_FAMILIES, ROUNDED))
        units = self._units("endring", cells, fra)
        need_base(c for u in units for c in u)

        def holds(unit: Unit) -> bool:
            return all(word.holds((seen((c,)),), self.lexicon.limits) for c in unit)

        if not all(holds(u) for u in units):
            numbers = numbers_of(c for u in units for c in u)
            raise Unproven(f"«fortsatt» om «{ord}» ({numbers})", f"at «{ord}» er sant for begge årene", "Ta det bort.")
        text, rule = self.lexicon.phrases["fortsatt"], f"{word.told}, i begge årene"
        told = _given(ord=ord, fra=units[0][1].aar) | seen.told
        more = {"holds": holds, "rule": rule, "told": told, "negative": ikke}
        return self._say("fortsatt", text, query, units, word=word, **more)

    def endring(self, statistikk, *koder, aar=None, fra=None, ord=None, baser=True, ledd=True, **deler):
        """«3 flere enn i 2019 (32 av 43 mot 29 av 44)»: the change in count, with both bases where they differ."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        units = self._units("endring", cells, fra)
        if cells[0].statistikk.type == PERCENT:
            raise Unaskable(f"{cells[0].key}, som er en andel", "et antall", "Bruk prosentpoeng.")
        _same_change(units, difference)
        change = difference(units[0])
        rule = "likt" if not change else "opp" if change > 0 else "ned"
        word = next(w for w in self.lexicon.families["endring"] if w.rule == rule)
        if ord is not None and ord not in word.forms:
            self._refuse(ord, "endring", units, word.forms)
        size = f"{number(abs(change), cells[0].statistikk.desimaler)}{NBSP}" if change else ""
        text = f"{size}{word.forms[0]} {word.link.format(aar=units[0][1].aar)}" if ledd else f"{size}{word.forms[0]}"
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
            needs_bases=_bases_that_differ(units),
            says_bases=bases,
        )

    def endring_ord(self, statistikk, *koder, aar=None, fra=None, ord=None, baser=True, ledd=True, **deler):
        """«litt færre enn i 2019»: the change in words, for each of the cells, with both bases where they differ."""
        asked = self._ask(statistikk, koder, deler, aar)
        return self._changed("endring_ord", "endring", asked, fra, ord, baser, ledd)

    def utvikling(self, statistikk, *koder, aar=None, fra=None, ord=None, baser=True, ledd=True, **deler):
        """«doblet siden 2015», «markant nedgang fra 2019»: the change beside the count that it is from. A verb as «har
        økt» holds for the share too, and needs no bases."""
        asked = self._ask(statistikk, koder, deler, aar)
        verb = ord is not None and self.lexicon.find(str(ord), ("retning",))
        family = "retning" if verb else "utvikling"
        return self._changed("utvikling", family, asked, fra, ord, baser and not verb, ledd)

    def vanlighet(self, statistikk, *koder, aar=None, fra=None, ord=None, ledd=True, **deler):
        """«mer vanlig enn i 2015»: the change in share."""
        asked = self._ask(statistikk, koder, deler, aar)
        return self._changed("vanlighet", "vanlighet", asked, fra, ord, False, ledd)

    def fra_til(
        self,
        statistikk,
        *koder,
        aar=None,
        fra=None,
        antall=False,
        ord=None,
        verb=True,
        aarene=False,
        desimaler=0,
        **deler,
    ):
        """«økte fra 66 til 74 prosent», «gikk ned fra 1 800 til 1 668»: both numbers; shares where there are bases,
        unless `antall`. Without `verb`, the numbers alone; with `aarene`, each with its year."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        units = self._units("retning", cells, fra)
        counts = antall or cells[0].nevner is None
        view = tuple if counts else _as_shares
        word, said = self._word("retning", [view(u) for u in units], ord)
        bases = _bases_that_differ(units) if counts else frozenset()

        def text(unit: Unit) -> str:
            then, now = self._pair(view(unit), desimaler, bool(bases), not counts, aarene)
            years = {"aar": unit[0].aar, "fra": unit[1].aar}
            phrase = "paa" if view(unit)[0].tall == view(unit)[1].tall else "fra_til"
            told = self.lexicon.phrases[f"{phrase}_aar" if aarene else phrase].format(da=then, naa=now, **years)
            return f"{said} {told}" if verb else told

        told = _given(antall=antall or None)
        return self._moved("fra_til", query, units, text, word=word, form=said, says_bases=bases, told=told)

    def endret_med(self, statistikk, *koder, aar=None, fra=None, ord=None, desimaler=0, **deler):
        """«gikk ned med 7 prosent»: the change in count beside the count that it is from, rounded once."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        units = self._units("retning", cells, fra)
        word, said = self._word("retning", units, ord)

        def text(unit: Unit) -> str:
            size, digits = abs(relative(unit) or Fraction(0)) * 100, desimaler
            while size and not float(f"{float(size):.{digits}f}"):
                digits += 1
            told = f"{number(size, digits)}{NBSP}{self.lexicon.phrases['prosent']}"
            return f"{said} {self.lexicon.phrases['med'].format(tall=told)}" if size else said

        needs = _bases_that_differ(units)
        return self._moved("endret_med", query, units, text, word=word, form=said, needs_bases=needs)

    def rekord(self, statistikk, *koder, aar=None, fra=None, ord=None, **deler):
        """«høyest i perioden 2015–2020», «det laveste siden 2016»: a year among those before it. «siden» is from `fra`,
        or from the last year that was as high, or as low."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        ways = self.lexicon.families["ytterst"][::-1] if ord is None else [self._find(ord, ("ytterst",))]
        for word in ways:
            found = [reach for c in cells if (reach := self._reach(c, fra, word))]
            if len(found) == len(cells) and len({told for _, told in found}) == 1:
                said, units = ord or word.forms[0], [unit for unit, _ in found]
                text = f"{said} {found[0][1]}"
                return self._worded("rekord", text, query, word, said, units, told=_given(fra=fra))
        numbers = numbers_of(c for cell in cells for c in self.data.up_to(cell, fra))
        fix = "Ta bort påstanden, eller velg et annet år i «fra»."
        raise Unproven(f"«{ord or 'høyest'}» ({numbers})", "et år over eller under minst to andre", fix)

    def _reach(self, cell: Cell, fra: int | None, word: Word) -> tuple[Unit, str] | None:
        """A year with those before it that it is above, or below, and how far that goes; None where it is not."""
        years = self.data.up_to(cell, fra)
        same_count(years)
        unit, phrases = [years[-1]], self.lexicon.phrases
        for other in reversed(years[:-1]):
            if not word.holds((years[-1], other), self.lexicon.limits):
                break
            unit.append(other)
        if len(years) < self.lexicon.limits["trend_punkter"] or len(unit) < min(3, len(years)) or years[-1] is years[0]:
            return None
        if len(unit) == len(years) and fra is None:
            return tuple(unit), phrases["i_perioden"].format(periode=year_range(c.aar for c in years))
        if len(unit) >= len(years) - 1 or fra is None:
            since = fra or years[-len(unit) - 1].aar
            return tuple(unit), phrases["siden"].format(aar=since)
        return None

    def trend(self, statistikk, *koder, aar=None, fra=None, til=None, ord=None, **deler):
        """«økende», «stabilt»: what three years or more say together."""
        query, cells = self._ask(statistikk, koder, deler, aar if til is None else til)
        units = self._units("trend", cells, fra)
        word, said = self._word("trend", units, ord)
        return self._worded("trend", said, query, word, said, units)

    def stabil(self, statistikk, *koder, aar=None, fra=None, til=None, ord=None, **deler):
        """«små endringer»: little between the highest and the lowest year."""
        word = next(w for w in self.lexicon.families["trend"] if w.rule == "stabilt")
        return self.trend(statistikk, *koder, aar=aar, fra=fra, til=til, ord=ord or word.forms[-1], **deler)

    def sammenlikn(self, statistikk, *koder, aar=None, mot=None, ord=None, **deler):
        """«en større andel»: one code against another of its dimension, in shares."""
        query, cells = self._ask(statistikk, koder, deler, aar)
        units = self._units("sammenlikning", cells, mot=mot)
        word, said = self._word("sammenlikning", units, ord)
        return self._worded("sammenlikn", said, query, word, said, units)

    def superlativ(self, statistikk, *koder, aar=None, over=None, er=None, ord=None, **deler):
        """«mest utbredt»: a word about one code (`er`) among all of its kind, or about several that are equal."""
        query = self.data.query(statistikk, koder, deler, aar)
        over = self.data.listed(query.statistikk, query.koder, over)
        wanted = [er] if isinstance(er, str) or er is None else list(er)
        units = []
        for combination in self.data.combinations(query, over):
            codes = [c.code(over) for c in combination]
            if not wanted or any(code not in codes for code in wanted):
                strange = next((code for code in wanted if code not in codes), er)
                hint = did_you_mean(str(strange), codes)
                raise Unaskable(f"er={shown(strange)} {hint}".strip(), f"en av: {', '.join(codes)}", "Rett «er».")
            named = [c for c in combination if c.code(over) in wanted]
            rest = [c for c in combination if c not in named]
            if not rest or any(level(c) != level(named[0]) for c in named):
                told = numbers_of(named)
                raise Unproven(f"ikke den samme plassen for {told}", "det samme tallet, og noen andre", "Rett «er».")
            units += [(c, *rest) for c in named]
        word, said = self._word("ytterst", units, ord)
        return self._worded("superlativ", said, query, word, said, units, told={"over": over, "er": er})

    # -- lists

    def instanser(
        self,
        statistikk,
        *koder,
        aar=None,
        ord=None,
        likt_med=None,
        fra=None,
        mot=None,
        blant=None,
        over=None,
        **deler,
    ):
        """«NAV og barneverntjenesten»: codes of which a word is true, or that have the same numbers as one of them."""
        query, cells = self._by_part(statistikk, koder, deler, aar, over, blant)
        if (ord is None) == (likt_med is None):
            raise Unaskable("«instanser» uten ett vilkår", "enten ord=… eller likt_med=…", "Skriv ett av dem.")
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
                raise Unaskable(f"likt_med={shown(likt_med)}", f"en av: {', '.join(cells)}", "Rett «likt_med».")
            same = {_numbers(c, query.each) for c in cells[likt_med]}
            units = {i: [(c,) for c in own] for i, own in cells.items()}
            rule, holds = f"samme tall som {likt_med}", lambda u: _numbers(u[0], query.each) in same
            chosen = [i for i in cells if all(holds(u) for u in units[i])]
        if not chosen:
            raise Unproven(
                f"ingenting som «{ord}» er sant for ({numbers_of(c for own in cells.values() for c in own)})",
                "minst én",
                "Velg et annet ord, eller velg mellom setninger med «variant» og «gjelder».",
            )
        claim = [u for i in chosen for u in units[i]]
        return self._say(
            "instanser",
            self._listed(query, chosen),
            query,
            claim,
            codes=chosen,
            holds=holds,
            word=word,
            form=ord or "",
            rule=rule,
            told=_given(ord=ord, likt_med=likt_med, fra=fra, mot=mot),
        )

    def opplisting(
        self,
        statistikk,
        *koder,
        aar=None,
        utenom=None,
        med_base=False,
        blant=None,
        over=None,
        hoyeste=None,
        laveste=None,
        **deler,
    ):
        """«boligkontor (39), barnehus (38) og overgrepsmottak (36)»: codes with counts, equal counts together. Where
        bases differ, each is told with its own, and the highest share comes first. With `hoyeste` or `laveste`, at most
        so many from that end, above or below all others."""
        query, cells = self._by_part(statistikk, koder, deler, aar, over, blant)
        word = self._find(utenom) if utenom else None
        if word and not word.true_in:
            raise Unaskable(f"utenom={shown(utenom)}", "et mengdeord", "Velg et annet ord.")
        told_of = {i: own for i, own in cells.items() if not (word and self._true_of_all(word, own))}
        each = len({c.nevner for own in told_of.values() for c in own}) > 1
        groups: dict[tuple, list[str]] = {}
        for partner, own in told_of.items():
            cell = _same(own)
            groups.setdefault((cell.share, cell.nevner) if each else (cell.verdi,), []).append(partner)
        if not groups:
            raise Unproven("en tom opplisting", "minst én", "Ta bort utenom, eller bruk «instanser».")
        order, left = _end(sorted(groups.items(), reverse=True), hoyeste, laveste)
        outside = [c for _, members in left for i in members for c in told_of[i]]
        parts: list[str] = []
        for _, members in order:
            first = cells[members[0]][0]
            told = self._of(first) if each or (med_base and not parts) else self._count(first)
            parts.append(f"{self._listed(query, members)} ({told})")
        og = self.lexicon.phrases["og"]
        text = listing(parts, og)
        if len(parts) > 1 and f" {og} " in parts[-1]:  # «boligkontor (36), og barnehus og overgrepsmottak (35)»
            text = f"{', '.join(parts[:-1])}, {og} {parts[-1]}"
        used = [c for _, members in order for i in members for c in cells[i]]
        counts, sign = {c.key: c.verdi for c in used}, -1 if hoyeste is None else 1
        bases = frozenset(c.base_key for c in used) if med_base or each else frozenset()
        return self._number(
            "opplisting",
            text,
            query,
            [(c, *outside) for c in used],
            lambda u: counts[u[0].key] == u[0].verdi and all(sign * (level(u[0]) - level(c)) > 0 for c in u[1:]),
            codes=[c.code(query.each) for c in used],
            told=_given(utenom=utenom, hoyeste=hoyeste, laveste=laveste),
            says_bases=bases,
        )

    def unntatt(self, statistikk, *koder, aar=None, ord=None, fra=None, mot=None, over=None, **deler):
        """«alle instansene unntatt barnehus»: the few codes of which a word is not true."""
        query, cells = self._by_part(statistikk, koder, deler, aar, over)
        everyone = self.lexicon.phrases["alle_av"].get(query.each)
        if everyone is None:
            told = f"«unntatt» om {query.each}, som leksikonet ikke har et ord for alle av"
            known = ", ".join(self.lexicon.phrases["alle_av"])
            raise Unaskable(told, f"en av: {known}", "Bruk «instanser» eller «opplisting».")
        word = self._find(ord)
        units = {i: self._units(word.family, own, fra, mot) for i, own in cells.items()}
        true = {i: [word.holds(u, self.lexicon.limits) for u in units[i]] for i in cells}
        chosen = [i for i in cells if all(true[i])]
        left = [i for i in cells if not all(true[i])]
        if len(left) * 2 >= len(cells):
            raise Unproven(f"«{ord}» om bare {len(chosen)} av {len(cells)}", "få unntak", "Bruk «instanser».")
        but = self.lexicon.phrases["unntatt"]
        text = but.format(alle=everyone, liste=self._listed(query, left)) if left else everyone
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
            told=_given(ord=ord, fra=fra, mot=mot),
        )

    def vanligst(self, statistikk, *koder, aar=None, over=None, **deler):
        """«samarbeid om enkeltsaker»: the most common; a tie names all."""
        return self._extreme("vanligst", self.data.query(statistikk, koder, deler, aar), over)

    def hoyest(self, statistikk, *koder, aar=None, over=None, **deler):
        """The name or names with the highest number."""
        return self._extreme("hoyest", self.data.query(statistikk, koder, deler, aar), over)

    def lavest(self, statistikk, *koder, aar=None, over=None, **deler):
        """The name or names with the lowest number."""
        return self._extreme("lavest", self.data.query(statistikk, koder, deler, aar), over)

    def svarte(self, statistikk, *koder, svar=None, aar=None, blant=None, **deler):
        """«samarbeidet med NAV og politiet», «svarte nei om barnehus»: what one that was asked answered, in words of
        the declaration for the counted answer (unless `svar` is another); of each code that it is the answer to."""
        statistic = self.data.statistic(statistikk)
        named = {self.data.dimension(statistic, word, "parameteren"): code for word, code in deler.items()}
        given = {**dict(zip((d for d in statistic.per), koder, strict=False)), **named}
        free = [d for d, codes in statistic.per.items() if d not in given and not codes.total]
        if free:
            query, cells = self._by_part(statistikk, koder, named, aar, free[-1], blant)
        else:
            query, every = self._ask(statistikk, koder, named, aar)
            cells = {"": every}
        phrases, counted = self.lexicon.phrases["svarte"], statistic.svar.get("teller")
        wanted = svar or (counted if free else _answer(cells[""][0]))
        if wanted not in (counted, *phrases):
            raise Unaskable(f"svar={shown(wanted)}", f"en av: {', '.join(phrases)}", "Rett «svar».")
        chosen = [code for code, own in cells.items() if all(_answer(c) == wanted for c in own)]
        if not chosen:
            numbers = numbers_of(c for own in cells.values() for c in own)
            raise Unproven(f"ikke noe svar «{wanted}» ({numbers})", "minst ett", "Velg et annet svar.")
        names = self._listed(query, chosen) if free else statistic.navn[self.data.standard].running
        text = self._frame(query, names) if wanted == counted else phrases[wanted].format(liste=names)
        more = {"holds": lambda u: _answer(u[0]) == wanted, "rule": f"svaret «{wanted}»"}
        claim = [(c,) for code in chosen for c in cells[code]]
        return self._say("svarte", text, query, claim, codes=chosen if free else (), told={"svar": wanted}, **more)

    def _frame(self, query: Query, names: str) -> str:
        """How the declaration says a measure, with the names of codes where they belong."""
        frame = query.statistikk.said["sagt"][self.data.standard][0].replace(f"<{query.each}>", names)
        for dimension, code in query.koder.items():
            if isinstance(code, str) and f"<{dimension}>" in frame:
                frame = frame.replace(f"<{dimension}>", self.data.name(query.statistikk, dimension, code))
        return frame

    # -- facts and conditions

    def aarstall(self, aar=None):
        """«2020»: a year that the data has."""
        year = self.data.year(aar)
        return self._fact("aarstall", str(year), "et år i dataene", {"aar": year}, year)

    def periode(self, statistikk=None, *koder, fra=None, til=None, **deler):
        """«2015–2020»: the years in which something was asked."""
        asked = None if statistikk is None else self.data.query(statistikk, koder, deler, 0)
        found = self.data.years_asked(asked)
        if not found:
            raise Absent("en periode uten treff", "noe det er spurt om", "Rett funksjonskallet.")
        first = found[0] if fra is None else self.data.year(fra)
        last = min(found[-1], self.data.aar) if til is None else self.data.year(til)
        if not {first, last} <= set(found):
            raise Unaskable(f"perioden {first}–{last}", f"år i {year_range(found)}", "Rett fra eller til.")
        query = (asked.told() if asked else {}) | {"aar": [first, last]}
        text = year_range(y for y in found if first <= y <= last)
        return self._fact("periode", text, "årene det ble spurt", query)

    def navn(self, kode, statistikk="", stor=None):
        """«politiet»: the name of a code; no statement. With `statistikk`, as that one has it."""
        name = self.data.any_name(kode, statistikk)
        return Markup(escape(name[:1].upper() + name[1:] if stor else name))

    def fast(self, verdi, grunn):
        """A text from the configuration that is not statistics (telephone, law, date), and why it may stand there."""
        return self._fact("fast", str(verdi), str(grunn), {}, capital=False)

    def gjelder(
        self, statistikk, *koder, aar=None, ord=None, fra=None, til=None, mot=None, ikke=False, **deler
    ) -> bool:
        """Whether a word is true of every cell asked for; a condition for sentences."""
        word = self._find(ord, ("sammenlikning",) if mot else ())
        query, cells = self._ask(statistikk, koder, deler, aar if til is None else til)
        units, seen = self._units(word.family, cells, fra, mot), _Seen(ikke)
        holds = word.holds if not ikke else lambda u, limits: word.holds((seen(u),), limits)
        outcome = all(holds(u, self.lexicon.limits) for u in units)
        told = query.told() | _given(fra=fra, mot=mot) | seen.told
        flat = "/".join("+".join(map(str, v)) if isinstance(v, list) else str(v) for v in told.values())
        self.note(
            Record(
                "gjelder",
                f"«{ord}» om {flat}",
                tuple(units),
                lambda u: holds(u, self.lexicon.limits),
                rule=word.told,
                word=word,
                form=ord,
                query=told,
                outcome=outcome,
                negative=ikke,
            )
        )
        return outcome

    # -- asking

    def _ask(self, statistikk, koder, deler, aar) -> tuple[Query, list[Cell]]:
        query = self.data.query(statistikk, koder, deler, aar)
        return query, self.data.select(query)

    def _by_part(self, statistikk, koder, deler, aar, over, blant=None) -> tuple[Query, dict[str, list[Cell]]]:
        """The cells of a question by the code in the dimension that the answer lists, `each` of the query."""
        statistic = self.data.statistic(statistikk)
        named = {self.data.dimension(statistic, word, "parameteren"): code for word, code in deler.items()}
        each = self.data.listed(statistic, named, over)
        query = self.data.query(statistikk, koder, named | {each: ALL if blant is None else blant}, aar, each)
        cells = self.data.select(query)
        codes = dict.fromkeys(c.code(each) for c in cells)
        return query, {code: [c for c in cells if c.code(each) == code] for code in codes}

    def _units(self, family: str, cells: Sequence[Cell], fra: int | None = None, mot: str | None = None) -> list[Unit]:
        """What a word of a family is judged on, one unit for each cell."""
        units: list[Unit]
        if family in (*SHARE_FAMILIES, ROUNDED):
            units = self._parts(cells)
        elif family in ("endring", "vanlighet", *RELATIVE_FAMILIES):
            units = [(c, self.data.earlier(c, fra)) for c in cells]
        elif family == "trend":
            units = [self.data.up_to(c, fra) for c in cells]
        elif family == "sammenlikning":
            if mot is None:
                raise Unaskable("en sammenlikning uten «mot»", "hvem det sammenliknes med", "Skriv mot=… i kallet.")
            units = [(c, self.data.other(c, mot)) for c in cells]
        else:
            raise Unaskable("et ord for den høyeste eller laveste", "et annet ord", "Bruk «superlativ».")
        for unit in units:
            same_count(unit)
        if family == "vanlighet" or (family == "sammenlikning" and any(c.nevner for u in units for c in u)):
            need_base((c for unit in units for c in unit), told=True)
        return units

    def _parts(self, cells: Sequence[Cell], told: bool = False) -> list[Unit]:
        """Cells as units for a share: each alone, or with the whole that it is a part of."""
        units: list[Unit] = [(c, whole) if (whole := self.data.whole(c)) else (c,) for c in cells]
        need_base((u[0] for u in units if len(u) == 1), told=told)
        return units

    def _find(self, ord: str, families: Sequence[str] = ()) -> Word:
        word = self.lexicon.find(str(ord), families)
        if word is None:
            raise Unaskable(
                f"ordet {shown(ord)}" + nearest(str(ord), self.lexicon.forms()),
                "et ord som står i leksikonet",
                "Velg et annet ord, eller legg det til i templates/leksikon/.",
            )
        return word

    def _true(self, family: str, units: Sequence[Unit]) -> list[Word]:
        """Words of a family that are true of every unit, the strongest first; of fractions those that are near."""
        limits, words = self.lexicon.limits, self.lexicon.families[family]
        near = [w for w in words if family != ROUNDED or not w.held_only]
        return [w for w in near if all(w.holds(u, limits) for u in units)]

    def _true_of_all(self, word: Word, cells: Sequence[Cell]) -> bool:
        return all(word.holds((c,), self.lexicon.limits) for c in cells)

    def _word(self, family: str, units: Sequence[Unit], held: str | None) -> tuple[Word, str]:
        """The editor's word if it is true, else the strongest true one that house style wants here."""
        true, limits = self._true(family, units), self.lexicon.limits
        if held is not None:
            families = (family, ROUNDED) if family == "mengde" else (family,)
            word = self.lexicon.find(str(held), families)
            if word is None:
                self._find(held)
                raise Unaskable(
                    f"ordet {shown(held)}", f"et ord for {family}", "Velg et annet ord eller en annen funksjon."
                )
            if not all(word.holds(u, limits) for u in units):
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
        self, function, text, query, units, *, holds=None, after="", value=None, codes=(), told=None, **more
    ) -> Bundet:
        """Record a statement and give its text. `told` is added to the query in the evidence."""
        record = Record(
            function,
            text,
            tuple(units),
            holds or (lambda u: True),
            query=query.told() | (told or {}),
            **more,
        )
        return Bundet(self.note(record), text, after, value, codes)

    def _number(
        self, function, text, query, units, holds, value=None, fra=None, told=None, seen=None, **more
    ) -> Bundet:
        told = (told or {}) | _given(fra=fra) | (seen.told if seen else {})
        more |= {"holds": holds, "value": value, "told": told, "negative": bool(seen and seen.ikke)}
        return self._say(function, text, query, units, rule="tallet selv", **more)

    def _counted(self, function, text, query, units, cell, seen, **more) -> Bundet:
        """A count that each of the units has, as it is looked at."""
        more |= {"value": cell.verdi, "seen": seen}
        return self._number(function, text, query, units, lambda u: seen(u).verdi == cell.verdi, **more)

    def _moved(self, function, query, units, text, **more) -> Bundet:
        """A change in numbers, told alike for each of the units by `text`."""
        _same_change(units, text)
        said = text(units[0])
        more |= {"fra": units[0][1].aar}
        return self._number(function, said, query, units, lambda u: text(u) == said, **more)

    def _changed(self, function, family, asked, fra, ord, baser, ledd) -> Bundet:
        """A change in words, with the year that it is from unless the sentence says it (`ledd`)."""
        query, cells = asked
        units = self._units(family, cells, fra)
        word, said = self._word(family, units, ord)
        text = f"{said} {word.link.format(aar=units[0][1].aar)}" if ledd else said
        both, bases = self._say_bases(units, with_counts=False) if baser else ("", frozenset())
        needs = frozenset() if family in ("vanlighet", "retning") else _bases_that_differ(units)
        more = {"needs_bases": needs, "says_bases": bases}
        return self._worded(function, text + both, query, word, said, units, **more)

    def _amount(self, function, query, units, word, said, hva, seen) -> Bundet:
        """A word for a share, and the noun after it in the form that the word asks for."""
        phrases, cell = self.lexicon.phrases, units[0][0]
        text, after = said, self._subject(hva, cell, word.noun)
        if hva and word.noun == 0:
            text = word.forms[word.forms.index(said) // 2 * 2 + cell.statistikk.enhet.neuter(self.data.standard)]
        if seen.svarte and not hva:
            text = f"{said} {phrases['av_dem_som_svarte']}"
        elif seen.svarte:
            after = f"{after} {phrases['som_svarte']}"
        if hva and word.partitive:
            after = f"{phrases['av']} {after}"
        return self._worded(function, text, query, word, said, units, after=after, seen=seen)

    def _subject(self, noun: str, cell: Cell, form: int) -> str:
        """What is counted, as the editor calls it, in another form. Parameters: `form`, as `Data.in_form`. Raises
        `Unproven` for what is no word for it: one for something else that is counted is false."""
        items, unit = self.words().items(noun) if noun else [], cell.statistikk.enhet
        named = {"senter": self.data.unit}
        units = {named.get(item.value[0], item.value[0]) for item in items if item.kind.startswith("enhet")}
        lists = cell.statistikk.per
        own = all(any(d in lists for d, _ in item.value) for item in items if item.kind == "kode")
        if units - {unit.id} or not own or any(item.kind not in _SUBJECT for item in items):
            forms = [form for told in unit.every_form(self.data.standard) for form in told]
            wrong = Unproven if units - {unit.id} else Unaskable
            wanted = f"det som telles: «{forms[-2]}», «{forms[-1]}» og slagene deres"
            raise wrong(f"hva={shown(noun)}{nearest(noun, forms)}", wanted, "Rett «hva», og skriv resten i setningen.")
        return self.data.in_form(noun, cell, form)

    def _letters(self, cell: Cell) -> str:
        """A count as a word, where there is one; none only where everybody answered."""
        letters = self.lexicon.phrases["tallord"]
        if cell.tall >= len(letters) or (not cell.tall and not cell.all_answered):
            return self._count(cell)
        told = letters[int(cell.tall)].split("/")
        return told[-1] if cell.statistikk.enhet.neuter(self.data.standard) else told[0]

    def _pair(self, unit: Unit, digits: int, bases: bool, shares: bool, years: bool) -> tuple[str, str]:
        """Two years of a cell, the first of them first, with so many digits that those that differ do so in print; with
        its `years`, each number has its measure."""
        now, then = (c.tall for c in unit[:2])
        while shares and now != then and number(now, digits) == number(then, digits):
            digits += 1
        if shares:
            first, last = number(then, digits), f"{number(now, digits)}{NBSP}{self.lexicon.phrases['prosent']}"
            return f"{first}{NBSP}{self.lexicon.phrases['prosent']}" if years else first, last
        told = self._of if bases else self._count
        return told(unit[1]), told(unit[0])

    def _worded(self, function, text, query, word, said, units, *, holds=None, told=None, seen=None, **more) -> Bundet:
        limits, family = self.lexicon.limits, word.family
        judged = seen.each(units) if seen else units
        if seen:
            told, more["negative"] = (told or {}) | seen.told, seen.ikke
            holds = lambda u: word.holds((seen(u),), limits)  # noqa: E731
        compared = {"trend": 0, **dict.fromkeys(("endring", "vanlighet", *RELATIVE_FAMILIES), 1)}.get(family)
        fra = None if compared is None else units[0][compared].aar
        others = (
            {code for u in units for code in u[1].koder if code not in u[0].koder} if family == "sammenlikning" else ()
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
            in_house=all(word.in_house(u, limits) for u in judged),
            alternatives=tuple(f for w in self._true(family, judged) for f in w.forms),
            told=(told or {}) | _given(fra=fra, mot=sorted(others) or None),
            **more,
        )

    def _fact(self, function: str, text: str, rule: str, query: Mapping, value=None, **more) -> Bundet:
        return Bundet(self.note(Record(function, text, rule=rule, query=query, **more)), text, "", value)

    def _bases(self, function: str, text: str, cells: Sequence[Cell], query: Mapping, value=None) -> Bundet:
        said = frozenset(c.base_key for c in cells)
        rule = "tilbudene i registeret" if cells[0].statistikk.kinds else "alle som er talt i innsamlingen"
        record = Record(function, text, (tuple(cells),), rule=rule, query=query, says_bases=said)
        return Bundet(self.note(record), text, "", value)

    def unit_name(self, unit: str) -> str:
        """What is counted, in the indefinite plural, by its shortest word."""
        return self.data.model.enheter[unit].every_form(self.data.standard)[-1][2]

    def _count(self, cell: Cell) -> str:
        said = number(cell.tall, cell.statistikk.desimaler)
        return f"{said}{NBSP}{self.lexicon.phrases['prosent']}" if cell.statistikk.type == PERCENT else said

    def _of(self, cell: Cell) -> str:
        need_base([cell])
        none = not cell.tall and cell.all_answered
        of = f"{self.lexicon.phrases['av']}{NBSP}{number(cell.av)}"
        return f"{self._letters(cell)} {of}" if none else f"{self._count(cell)}{NBSP}{of}"

    def _two_bases(self, phrase: str, now: Cell, then: Cell) -> str:
        unit = self.unit_name(now.statistikk.enhet.id)
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
        if len({(u[0].nevner, u[1].nevner) for u in units}) == 1:
            return " " + self._two_bases("baser_kort", now, then), bases
        raise Unproven(
            "ulike baser i samme påstand: " + numbers_of(c for u in units for c in u),
            "én base for hvert år",
            "Skriv en påstand for hver av dem, eller bruk «vanlighet», som regner i andel.",
        )

    def _listed(self, query: Query, codes: Sequence[str]) -> str:
        return self._joined([self.data.name(query.statistikk, query.each, code) for code in codes])

    def _joined(self, names: Sequence[str]) -> str:
        """Names as a list; with a comma before the last where a name has an «og» of its own."""
        og = self.lexicon.phrases["og"]
        if len(names) > 1 and any(f" {og} " in name for name in names):
            return f"{', '.join(names[:-1])}, {og} {names[-1]}"
        return listing(names, og)

    def _extreme(self, function: str, query: Query, over: str | None) -> Bundet:
        query = query._replace(each=self.data.listed(query.statistikk, query.koder, over))
        sets = self.data.combinations(query, query.each)

        def winners(unit: Sequence[Cell]) -> list[str]:
            values = [level(c) for c in unit]
            best = min(values) if function == "lavest" else max(values)
            return [c.code(query.each) for c, v in zip(unit, values, strict=True) if v == best]

        chosen = winners(sets[0])
        if any(winners(s) != chosen for s in sets):
            unlike = [sets[0], *(s for s in sets if winners(s) != chosen)]
            told = [f"{'/'.join(s[0].without(query.each)[1])}: {', '.join(winners(s))}" for s in unlike]
            found = "; ".join(told[:8]) + (f"; og {len(told) - 8} til" if len(told) > 8 else "")
            raise Unproven(f"ikke den samme for alle ({found})", "den samme for alle", "Del opp påstanden.")
        return self._say(
            function,
            self._listed(query, query.statistikk.per[query.each].in_order(chosen)),
            query,
            [tuple(s) for s in sets],
            codes=chosen,
            holds=lambda u: winners(u) == chosen,
            rule="det laveste tallet" if function == "lavest" else "det høyeste tallet",
            told={"over": query.each},
        )


class _Seen(NamedTuple):
    """How a claim about a share looks at its unit: as those who answered no, or with those who answered as the base."""

    ikke: bool = False
    svarte: bool = False

    def __call__(self, unit: Unit) -> Cell:
        cell = as_part(unit)
        cell = cell.answered() if self.svarte else cell
        return cell.denied() if self.ikke else cell

    def each(self, units: Iterable[Unit]) -> list[Unit]:
        """What the words of a claim are judged on."""
        return [(self(unit),) for unit in units]

    @property
    def told(self) -> dict[str, Any]:
        """What it adds to the query."""
        return _given(ikke=self.ikke or None)


def _as_shares(unit: Unit) -> Unit:
    """A unit with its shares, in percent, as numbers of their own."""
    return tuple(c._replace(verdi=c.share * 100, nevner=None) for c in unit)


def _answer(cell: Cell) -> str:
    """What the one that a cell is of answered. Raises `Unaskable` where it is of more."""
    told = {str(cell.statistikk.svar.get("teller")): cell.tall, **dict(cell.svar)}
    if sum(told.values()) != 1 or not cell.statistikk.svar:
        raise Unaskable(f"{cell.key}, som er svarene fra {sum(told.values())}", "svaret fra én", "Bruk «av».")
    return next(code for code, number in told.items() if number)


def _numbers(cell: Cell, each: str) -> tuple:
    return cell.without(each), cell.verdi, cell.nevner


def _given(**parameters: Any) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _same(cells: Sequence[Cell]) -> Cell:
    """The cell whose numbers all share. Groups are never added up, so unlike numbers cannot be told as one."""
    if len({(c.verdi, c.nevner) for c in cells}) > 1:
        raise Unproven(
            f"ulike tall i samme påstand ({numbers_of(cells)})", "det samme tallet for alle", "Skriv dem hver for seg."
        )
    return cells[0]


def _end(order: list, most: int | None, least: int | None) -> tuple[list, list]:
    """The first groups of codes, at most so many codes, and what is left; the last, with `least`; all of them when
    neither is given. Codes that are equal are not parted."""
    if most is None and least is None:
        return order, []
    order = order if least is None else order[::-1]
    taken = 1
    while taken < len(order) and sum(len(members) for _, members in order[: taken + 1]) <= (most or least or 0):
        taken += 1
    return order[:taken], order[taken:]


def _same_change(units: Sequence[Unit], change: Callable[[Unit], Any]) -> None:
    if len({change(u) for u in units}) > 1:
        numbers = numbers_of(c for u in units for c in u)
        raise Unproven(f"ulike endringer i samme påstand ({numbers})", "den samme endringen", "Skriv dem hver for seg.")


def _bases_that_differ(units: Iterable[Unit]) -> frozenset[tuple[str, int, int | None]]:
    units = list(units)
    if all(same_base(u) for u in units):
        return frozenset()
    return frozenset(c.base_key for u in units for c in u)
