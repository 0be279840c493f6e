"""The comparison of two runs, put together in the form of workflow/schemas/endringer.schema.json."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from krisestat.base import layout
from krisestat.base.contracts import Row
from krisestat.base.display import listing, number
from krisestat.base.wording import alike, blocks_of, changed_blocks, marked, one_space, texts_gone_and_new
from krisestat.comparison import changes, data, drawings
from krisestat.comparison.causes import (
    FOUND,
    NOTHING,
    OPEN,
    OPEN_TO_ALL,
    PARTLY,
    UNKNOWN,
    Cause,
    Causes,
    condition_cells,
    merged,
    sure,
)
from krisestat.comparison.changes import Change, Key
from krisestat.comparison.signed import review_verdict, told_review
from krisestat.intake.sources import RAW
from krisestat.model.contracts import KVALITET
from krisestat.model.declared import STATUS, Cubes, Model, Statistic
from krisestat.release.old_editions import cell_id, cell_of_row
from krisestat.release.published import EDITIONS
from krisestat.release.review import ShortStatements
from krisestat.release.run import Coded, Run, read_numbers
from krisestat.statements.record import question, unnumbered

SCHEMA_ID = "krisestat-endringer-1"
# What stands in place of the number of a cell that is hidden now, and of a text that said it.
HIDDEN, HIDDEN_TEXT = "skjult nå", "(skjult: den sa noe om et tall som ikke vises nå)"
# Parts of an edition that leave the house; the rest is on the way there, or for the reviewer.
PUBLISHED = {layout.OUT, layout.DRAWINGS, layout.HEADLINES}
# Pages whose running text is compared, and what their words may come from, as in `READS`.
COMPARED_PAGES = {layout.PAGE: "tekst", layout.CHECKLIST_PAGE: "sjekkliste"}
# The words by which notes tell where numbers come from.
_ORIGIN_WORDS = re.compile(r"\b(rekonstruert|publisert|mottatt)", re.IGNORECASE)
# What is in a number always, also in one of an earlier edition.
_ALWAYS = ("verdi", "nevner", "for_brudd", "status", "opphav")
# Folders of what was received, and what it became.
_RECEIVED = ("inndata", "klargjort")
_SIZE = re.compile(r" \(\d+(?:,\d+)?\s(?:byte|kB|MB)\)")
_FILE_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)(?![\d-])")
# The cells that a figure of a run shows; None when that is not known.
Figures = Callable[[str, Cubes, Run], Iterable[str] | None]


class Comparison:
    """Gathers the parts of a comparison, and numbers the causes that they name.

    Parameters: `old`, `new`, the runs; `model`, what is declared of their chapters; `figures`, the cells that a figure
    shows; `reaches`, whether a stage uses a file of code.
    """

    def __init__(self, old: Run, new: Run, model: Model, figures: Figures, reaches: Callable[[str, str], bool]):
        self.old, self.new, self.model, self.figures = old, new, model, figures
        self.years = sorted(set(old.serie) & set(new.serie))
        self.differs = {n for n in old.files.keys() | new.files.keys() if old.files.get(n) != new.files.get(n)}
        self.named: dict[Change, None] = {}
        self.effects: list[tuple[dict, Cause]] = []
        self.vern = {one.kilde: one.enhet.vern for one in model.statistikk.values()}
        self.inputs = self._inputs()
        self.numbers = self._numbers(old), self._numbers(new)
        self.hidden = self._hidden()
        self.data, self.raw = self._data()
        self.answers, services = self._answers()
        self.cells = {
            name: (before, after)
            for name in self.shared_cells()
            for before, after in [[side.get(name) for side in self.numbers]]
            if _differ(before, after)
        }
        self.causes = Causes(
            model,
            self.inputs,
            self.answers,
            services,
            self.cells,
            old.manifest is not None and new.manifest is not None,
            reaches,
            ((old.serie[0], old.aar), (new.serie[0], new.aar)),
        )
        self.said_by = [[self._as_now(s) for s in run.statements["paastander"]] for run in (old, new)]
        # Sentences of the old edition that say what is hidden now.
        self.secret = {one_space(_sentence(s)) for s in self.said_by[0] if self.hidden & set(s["celler"])}

    def _as_now(self, statement: Mapping) -> Mapping:
        """A statement with the ids that its cells have now."""
        return {**statement, "celler": [cell_id(self.model, name) for name in statement["celler"]]}

    # -- what differs in the inputs

    def _inputs(self) -> tuple[Change, ...]:
        """Changes in settings and, where both runs have a manifest, in files."""
        found = changes.keys_changed("innstilling", "config.yaml", self.old.config, self.new.config)
        guarded = [one for one in self.model.statistikk.values() if one.enhet.vern != OPEN_TO_ALL]
        printed = {f"data/publisert/{one.said['publisert']['fil']}" for one in guarded if "publisert" in one.said}
        if self.old.manifest is not None and self.new.manifest is not None:
            before, after = _by_edition(self.old.inputs), _by_edition(self.new.inputs)
            for name in sorted(before.keys() | after.keys()):
                entry, last = after.get(name) or before[name], before.get(name)
                if name == "config.yaml" or (last and name in after and last["sha256"] == entry["sha256"]):
                    continue
                if set(map(int, _FILE_YEAR.findall(name))) & (set(self.old.serie) ^ set(self.new.serie)):
                    continue  # what came or went with a year is told as that year's data
                kind = entry.get("slag", "annet")
                keys = [run.keys(name) for run in (self.old, self.new)]
                if all(keys):
                    found += changes.keys_changed("kodebok", name, *keys)
                elif last is None or name not in after:
                    slag = changes.file_changed(name, kind, None, None)[0].slag
                    what = "utgaven" if slag == "publisert" else "ny fil" if last is None else "fil"
                    was, is_now = (None, what) if last is None else (what, None)
                    found.append(Change(slag, name, "", was, is_now))
                else:
                    texts = self.old.source(name), self.new.source(name)
                    found += changes.file_changed(name, kind, *texts, secret=name in printed)
            versions = [manifest.get("versjoner") or {} for manifest in (self.old.manifest, self.new.manifest)]
            for tool in sorted(versions[0].keys() | versions[1].keys()):
                was, is_now = (None if v.get(tool) is None else str(v[tool]) for v in versions)
                if was != is_now:
                    found.append(Change("laas", "versjoner", tool, was, is_now))
        return tuple(found)

    def _data(self) -> tuple[list[dict], changes.RawCells]:
        """Data lost or gained, and the cells as received."""
        runs = (self.old, self.new)
        own = [[n for n in sorted(self.differs & run.files.keys()) if n.split("/")[0] in _RECEIVED] for run in runs]
        sides: list[Coded] = [run.coded(self.model, names) for run, names in zip(runs, own, strict=True)]
        self.received = [_by_file(side.raw) for side in sides]
        self.services = [[{"kilde": k, **row} for k, rows in side.register.items() for row in rows] for side in sides]
        self.coded = [
            [{"kilde": kilde, **row} for kilde, rows in side.answers.items() for row in rows]
            + [changes.as_answer(row, self.model[name]) for name, rows in side.tables.items() for row in rows]
            for side in sides
        ]
        lists = [one.answers.roller for one in self.model.statistikk.values() if one.answers]
        silent = {code for roles in lists for code, role in roles.items() if role != "utenfor"} | set(STATUS[2:])
        checks = [
            [r for n in sorted(run.files) if n.startswith("klargjort/kontroller") for r in run.table(n, KVALITET)]
            for run in runs
        ]
        aside = [{f"{r['gjelder']}: {r['eksempler']}" for r in rows if r["kontroll"] == "karantene"} for rows in checks]
        files = [{n for n in run.files if n.startswith("inndata/")} for run in runs]
        found = data.gone_and_new("datafiler", "inndata", *files) + data.received(*self.received)
        for kilde, one in self.model.kilder.items():
            within = {name: one.enhet[: n + 1] for n, name in enumerate(one.enhet)}
            found += data.spoken_of(f"registeret for {kilde}", _of_source(kilde, self.services), within)
        for kilde in self.vern:
            mine = _of_source(kilde, self.coded)
            found += data.spoken_of(kilde, mine, self._speaks_of(kilde, mine), silent)
        # A row that is set aside is lost; one that is in use again has come.
        for entry in data.gone_and_new("rader i karantene", "data/rettelser.yaml", *aside):
            found.append(entry | {"tapt": entry["nye"], "nye": entry["tapt"]})
        for name in self.model.statistikk:
            cells = [{c for c in side if c.split("/")[0] == name and _year(c) in self.years} for side in self.numbers]
            found += data.gone_and_new("tall", name, *cells)
        return found, changes.RawCells(*(changes.raw_cells(side.raw) for side in sides))

    def _speaks_of(self, kilde: str, sides: Sequence[changes.Rows]) -> dict[str, tuple[str, ...]]:
        """What answers of a source, or a table, can speak of: who answered, each dimension, and what is asked."""
        first, *within = self._units(kilde) or ("",)
        said = {*changes.SAID, "kilde", "aar", "sporsmaal", first, *within}
        named = [name for name in dict.fromkeys(c for rows in sides for row in rows for c in row) if name not in said]
        single = {name: (name,) for name in (first, *named) if name}
        return {**single, "spørsmål": ("sporsmaal", *named, *within)}

    def _units(self, kilde: str) -> tuple[str, ...]:
        """The columns that name who answers a source; none for a finished table."""
        return self.model.kilder[kilde].enhet if kilde in self.model.kilder else ()

    def _answers(self) -> tuple[dict, dict]:
        """Causes of each answer and respondent that differs, of sources that both runs have."""
        self.raw_files = {file for side in self.received for file in side}
        register = [c for c in self.inputs if c.slag == "register"]
        services: dict[Key, tuple[Change, ...]] = {}
        for kilde, one in self.model.kilder.items():
            mine = _of_source(kilde, self.services)
            if self.vern[kilde] == OPEN_TO_ALL and all(mine):
                services |= changes.services_changed(mine, self.years, register, one.enhet)
        used, still = ({self._sender(r) for r in rows if r["linje"]} for rows in self.coded)
        both = {row["kilde"] for row in self.coded[0]} & {row["kilde"] for row in self.coded[1]}
        differing = {
            key: pair
            for key, pair in changes.answers_changed(self.coded, self.years).items()
            if dict(key)["kilde"] in both
        }
        found = {key: self._of_answer(*pair, services, used & still) for key, pair in differing.items()}
        # An answer behind a filter follows it: its own cell may be as empty as before.
        asked = {_about(key): own for key, own in found.items()}
        for key, known in found.items():
            if not known:
                own = (asked.get(_about(key) - {part}, ()) for part in _about(key))
                found[key] = next(filter(None, own), ()) or changes.coding(self.inputs, *differing[key])
        return found, services

    def _of_answer(
        self, old: Row | None, new: Row | None, services: Mapping[Key, tuple[Change, ...]], answered: Collection[Key]
    ) -> tuple[Change, ...]:
        """What changed an answer. Of persons and forms it says where, and never what is said: it may be a hidden
        number."""
        row = new or old or {}
        same_raw, vern = row["fil"] not in self.raw_files, self.vern[row["kilde"]]
        if vern == OPEN_TO_ALL:
            units = self._units(row["kilde"])
            return tuple(changes.cause_of_answer(old, new, self.raw, services, same_raw, answered, units))
        if old is None or new is None:
            what = "raden" if vern == "person" else "skjemaet"
            was, is_now = (None, what) if new else (what, None)
            return (Change("raarad", row["fil"], ", ".join(code for _, code in self._sender(row)[2:]), was, is_now),)
        if old["rettelse"] != new["rettelse"]:
            ids = filter(None, (old["rettelse"], new["rettelse"]))
            return tuple(Change("rettelse", "data/rettelser.yaml", f"rettelse {id}") for id in ids)
        place = f"linje {row['linje']}, kolonne" if vern == "person" else "svaret på"
        return () if same_raw else (Change("raarad", row["fil"], f"{place} «{row['kolonne']}»"),)

    def _sender(self, row: Row) -> Key:
        """Who sent the record that an answer stands in, and the year; of a table, the row itself."""
        units = self._units(row["kilde"])
        return changes.respondent(row, units[:1]) if units else changes.key_of(row)

    # -- numbers

    def _numbers(self, run: Run) -> dict[str, Row]:
        """Numbers that may be published, by cell."""
        return {statistic.cell(row): row for _, _, statistic, row in read_numbers(run.tables(), self.model)}

    def _hidden(self) -> frozenset[str]:
        """Cells whose numbers may not be told, nor those of the old edition: hidden in the new one, or of persons and
        agreements and no longer there."""
        before, after = self.numbers
        gone = {c for c in before.keys() - after.keys() if self.model.place(c)[0].enhet.vern != OPEN_TO_ALL}
        return frozenset(gone | {name for name, row in after.items() if row["status"] == "undertrykt"})

    def shared_cells(self) -> list[str]:
        """All numbers of the years that both runs have."""
        both = self.numbers[0].keys() | self.numbers[1].keys()
        return [name for name in sorted(both) if _year(name) in self.years]

    def told_cells(self, names: Iterable[str]) -> list[dict]:
        """Those of some numbers that differ, before and now."""
        return [
            {"celle": name, "gammel": self._old(name, _count), "ny": self._told(name, self.cells[name][1], _count)}
            for name in sorted(set(names) & self.cells.keys())
        ]

    def _told(self, name: str, row: Row | None, told: Callable[[Statistic, Row], str]) -> str | None:
        """A number as text, or why there is none. Parameters: `told`, how."""
        statistic = self.model.place(name)[0]
        return None if row is None else str(row["status"]).replace("_", " ") if row["status"] else told(statistic, row)

    def _old(self, name: str, told: Callable[[Statistic, Row], str]) -> str | None:
        """A number of the old edition as text, unless it may not be told now."""
        row = self.numbers[0].get(name)
        return HIDDEN if row and not row["status"] and name in self.hidden else self._told(name, row, told)

    def _without_hidden(self, text: str | None) -> str | None:
        """A text of the old edition, unless it says what is hidden now."""
        return HIDDEN_TEXT if text and any(said in one_space(text) for said in self.secret) else text

    def tables(self) -> list[dict]:
        """Numbers that differ, per table for download."""
        pairs: dict[str, list[str | None]] = {}
        for side, run in enumerate((self.old, self.new)):
            for name in run.files:
                if hit := re.fullmatch(rf"{layout.TABLES}/(.+)-maskin_p[\d-]+\.csv", name):
                    pairs.setdefault(hit[1], [None, None])[side] = name
        found = []
        for table, names in sorted(pairs.items()):
            if names[0] == names[1] and names[0] not in self.differs:
                continue
            runs = (self.old, self.new)
            sides = [{} if n is None else self._table_rows(run, n) for run, n in zip(runs, names, strict=True)]
            rows, cause = [], NOTHING
            for key in sorted(sides[0].keys() | sides[1].keys()):
                old, new = (side.get(key, "") for side in sides)
                told = [old and self._old(old, _shown), new and self._told(new, self.numbers[1].get(new), _shown)]
                renamed = self._names(new) if old == new else ()
                if told[0] == told[1] and not renamed:
                    continue
                cells = [[name] if name else [] for name in (old, new)]
                cause |= self.causes.of_cells([*cells[0], *cells[1]]) | self.causes.of_years(*cells)
                gap = "" if HIDDEN in told or told[0] == told[1] else self._gap(old, new)
                for change, *called in renamed:
                    told = [f"{text} ({name})" for text, name in zip(told, called, strict=True)]
                    cause |= sure(change)
                rows.append({"rad": new or old, "gammel": told[0] or None, "ny": told[1] or None, "differanse": gap})
            if rows:
                title = _title(self.new, names[1]) if names[1] else _title(self.old, names[0] or "")
                entry = {"tabell": table, "tittel": title, "antall": len(rows), "rader": rows}
                found.append(self._with_cause(entry, cause))
        return found

    def _gap(self, *names: str) -> str:
        """How much more a number is now than before."""
        rows = [side.get(name) for side, name in zip(self.numbers, names, strict=True)]
        before, after = (row["verdi"] if row else None for row in rows)
        if before is None or after is None:
            return ""
        decimals = self.model.place(names[1])[0].desimaler
        return ("+" if after > before else "") + number(after - before, decimals)

    def _names(self, name: str) -> list[tuple[list[Change], str, str]]:
        """What the register calls the units of a cell, before and now, where that differs, and its rows that do."""
        statistic, place, aar = self.model.place(name)
        found = []
        for id in (place[dimension] for dimension, codes in statistic.per.items() if codes.read_names):
            mine = [
                c for c in self.inputs if c.slag == "register" and id in {v for r in c.rader if r for v in r.values()}
            ]
            sides = zip(*(c.sides(str(aar), True) for c in mine), strict=True)
            names = [next((row["navn"] for row in side if row and row.get("navn")), "") for side in sides]
            found += [(mine, names[0], names[1])] if len(set(names)) == 2 and all(names) else []
        return found

    def _table_rows(self, run: Run, name: str) -> dict[str, str]:
        """The cells of a table by their place: those of a table of the edition's year alone by all but the year."""
        cells = [cell for row in run.rows(name) if (cell := cell_of_row(self.model, row))]
        alone = {_year(cell) for cell in cells} == {run.aar}
        return {cell.rpartition("/")[0] if alone else cell: cell for cell in cells}

    # -- statements

    def statements(self) -> list[dict]:
        """Sentences that changed, with the statements in them, in the order of the page."""
        before, after = self._by_question()
        sentences: dict[tuple[str | None, str | None], dict[str, Any]] = {}
        self.kept: list[dict] = []
        for id in sorted(before.keys() | after.keys()):
            old, new = before.get(id), after.get(id)
            said = (_sentence(old) if old else None, _sentence(new) if new else None)
            if old and new and said[0] == said[1] and old["tekst"] == new["tekst"]:
                moved = self.told_cells((*old["celler"], *new["celler"]))
                if moved:
                    self.kept.append({"id": new["id"], "tekst": new["tekst"], "tall": moved})
                continue
            group = sentences.setdefault(said, {"par": []})
            group["par"].append((old, new))
        groups = _paired(sentences)
        texts = [_texts_by_sentence(said) for said in self.said_by]
        order = {id: n for n, id in enumerate(_order(self.new) + _order(self.old))}
        found = []
        points = self.came_or_went()
        for (said, now), pairs in groups:
            if said == now or {one_space(text) for text in (said, now) if text} <= points:
                continue  # the same sentence by another id, or a headline point
            present = [s for pair in pairs for s in reversed(pair) if s]
            first = present[0]["steder"][0]
            moved = [s for o, n in pairs if not (o and n and o["tekst"] == n["tekst"]) for s in (o, n) if s]
            cells = {c for s in moved or present for c in s["celler"]}
            entry = {
                "paastander": [self._told_statement(old, new) for old, new in pairs],
                "seksjon": first["seksjon"],
                "mal": first["mal"],
                "linje": first["linje"],
                "gammel": self._without_hidden(said),
                "ny": now,
                "merket": self._marked(said, now),
                "tall": self.told_cells(cells),
            }
            cause = self._of_statements(pairs, said, now, texts)
            place = min(order.get(s["id"], len(order)) for s in present)
            texts_said = (said and one_space(said), now and one_space(now))
            found.append((place, str(now), str(said), texts_said, self._with_cause(entry, cause)))
        found.sort(key=lambda one: one[:3])
        self.said = [one[3] for one in found]
        return [one[4] for one in found]

    def _by_question(self) -> tuple[dict[str, Mapping], dict[str, Mapping]]:
        """Statements of two runs by question. Years are told from the edition's, so that two editions ask the same;
        what only one of them asks then is known by the years as they stand, for a source that has no newer ones."""
        series = [(run.serie[0], run.aar) for run in (self.old, self.new)]
        sides = zip(self.said_by, series, strict=True)
        asked = [_placed(said, partial(question, serie=serie)) for said, serie in sides]
        shared = asked[0].keys() & asked[1].keys()
        alone = [_placed((s for key, s in side.items() if key not in shared), unnumbered) for side in asked]
        before, after = (
            {key: side[key] for key in shared} | {f"={key}": s for key, s in rest.items()}
            for side, rest in zip(asked, alone, strict=True)
        )
        return before, after

    def _of_statements(
        self, pairs: Sequence[tuple], said: str | None, now: str | None, texts: Sequence[Mapping]
    ) -> Cause:
        """What changed a sentence: the numbers behind its statements, the conditions that chose it, its words' entries
        in the lexicon, and what changed the words around them."""
        cause = NOTHING
        chosen = False
        for old, new in pairs:
            cells = {c for s in (old, new) if s for c in s["celler"]}
            years = self.causes.of_years(*(s["celler"] if s else () for s in (old, new)))
            if old and new and old["tekst"] != new["tekst"]:
                own = self.causes.of_cells(cells) | years
                word = self.causes.of_word(old, new)
                own |= word if word.ground == FOUND or not own.changes else NOTHING
                cause |= own if own.changes else self.causes.of_words(old["tekst"], new["tekst"])
            variants = [s["varianter"] if s else [] for s in (old, new)]
            if [_choices(v) for v in variants[:1]] != [_choices(v) for v in variants[1:]]:
                asked = [c["vilkaar"] for v in variants for one in v for c in one["vilkaar"]]
                behind = {cell for text in asked for cell in condition_cells(text, self.cells, self.model)}
                own = self.causes.of_cells(behind | cells) | years
                chosen = chosen or bool(own.changes)
                cause |= own
        fixed = [
            _without(sentence or "", side.get(sentence, ())) for sentence, side in zip((said, now), texts, strict=True)
        ]
        if fixed[0] != fixed[1] and not chosen:
            present = [s for pair in pairs for s in reversed(pair) if s]
            own = self.causes.of_words(fixed[0], fixed[1], template=present[0]["steder"][0]["mal"])
            cause |= own if own.changes else self.causes.of_cells(c for s in present for c in s["celler"])
        return cause if cause.changes else self.causes.candidates("tekst")

    def came_or_went(self) -> set[str]:
        """Texts of headline points that came or went, which are told as that alone."""
        sides = [{one_space(point["tekst"]) for point in self._points(run)} for run in (self.old, self.new)]
        return sides[0] ^ sides[1]

    def headlines(self) -> dict[str, list[dict]]:
        """Headline points that came, went, or are said otherwise."""
        before, after = ({h["id"]: h for h in self._points(run)} for run in (self.old, self.new))
        texts = {i: tuple(side[i]["tekst"] if i in side else None for side in (before, after)) for i in before | after}
        contest = [side[i] for i, said in texts.items() if None in said for side in (before, after) if i in side]
        whole = self.causes.of_cells(c for h in contest for c in h["celler"])
        whole |= self._of_points(before.values(), after.values()) | self.causes.settings("hovedpunkter")
        found: dict[str, list[dict]] = {"nye": [], "borte": [], "endret": []}
        for id, (old, new) in texts.items():
            if old == new:
                continue
            cause, rest = whole, self.causes.candidates("tekst")
            if old and new:
                cause = self.causes.of_cells(c for side in (before, after) for c in side[id]["celler"])
                cause |= self._of_points([before[id]], [after[id]])
                rest = self.causes.of_words(old, new)
            entry = {"id": id, "gammel": old and self._old_point(before[id]), "ny": new}
            part = "nye" if old is None else "borte" if new is None else "endret"
            found[part].append(self._with_cause(entry, cause if cause.changes else rest))
        return found

    def _points(self, run: Run) -> list[dict]:
        """The headline points of a run, with the ids that their cells have now."""
        points = run.data(layout.HEADLINES)["hovedpunkter"]
        return [point | {"celler": [cell_id(self.model, c["celle"]) for c in point["tall"]]} for point in points]

    def _of_points(self, *sides: Iterable[Mapping]) -> Cause:
        """The settings for the years, where headline points look at other years. Parameters: points before and now."""
        return self.causes.of_years(*([c for h in side for c in h["celler"]] for side in sides))

    def _old_point(self, point: Mapping) -> str:
        """The text of a headline point of the old edition, unless it says what is hidden now."""
        return HIDDEN_TEXT if self.hidden & set(point["celler"]) else point["tekst"]

    def _marked(self, old: str | None, new: str | None) -> list[list[str]]:
        """Two texts as marked words; the old one stands apart where it says what is hidden now."""
        if self._without_hidden(old) == old:
            return [list(part) for part in marked(old or "", new or "")]
        return [["borte", HIDDEN_TEXT], *([["ny", f" {new}"]] if new else [])]

    def _told_statement(self, old: Mapping | None, new: Mapping | None) -> dict:
        secret = bool(old and self.hidden & set(old["celler"]))
        return {
            "id": (new or old or {})["id"],
            "endring": "ny" if old is None else "borte" if new is None else "endret",
            "gammel": HIDDEN_TEXT if secret else old and old["tekst"],
            "ny": new and new["tekst"],
            "regel_gammel": old and old["regel"],
            "regel_ny": new and new["regel"],
        }

    # -- pictures, text, files

    def pictures(self) -> list[dict]:
        """Figures whose picture changed: titles and descriptions are text, and compared as that."""
        found = []
        named = {PurePosixPath(n).stem: n for n in self.differs if re.fullmatch(rf"{layout.DRAWINGS}/[^/]+\.svg", n)}
        told: set[str] = set()
        cubes: list[dict[str, list[Row]]] = [{}, {}]
        for own, numbers in zip(cubes, self.numbers, strict=True):
            for cell, row in numbers.items():
                own.setdefault(cell.split("/")[0], []).append(row)
        for fid, name in sorted(named.items(), key=lambda item: (_of_figure(item[0]), item[0])):
            sides = [drawings.bare_drawing(run.text(name)) if name in run.files else "" for run in (self.old, self.new)]
            # The narrow rendering of a figure is told where the wide one is the same.
            if (sides[0] == sides[1] != "") or _of_figure(fid) in told:
                continue
            told.add(_of_figure(fid))
            gone, came = texts_gone_and_new(*map(drawings.texts, sides))
            shown = [self.figures(_of_figure(fid), *side) for side in zip(cubes, (self.old, self.new), strict=True)]
            cells = [set(side or ()) for side in shown]
            # A drawing whose numbers are not known may show any of those that could be told before.
            secret = bool(self.hidden & cells[0])
            secret |= shown[0] is None and any(self._old(name, _count) == HIDDEN for name in self.hidden)
            cause = self.causes.of_cells(cells[0] | cells[1]) | self.causes.of_years(*cells)
            if not cause.changes:
                cause = self.causes.of_words(" ".join(gone), " ".join(came), "figur")
            entry = {
                "figur": fid,
                "gammel": name in self.old.files,
                "ny": name in self.new.files,
                "samme_ramme": drawings.frame(sides[0]) == drawings.frame(sides[1]),
                "skjult": secret,
                "tekst_borte": [HIDDEN_TEXT] if secret else gone,
                "tekst_ny": came,
                "tall": self.told_cells(cells[0] | cells[1]),
            }
            found.append(self._with_cause(entry, cause))
        return found

    def text(self, sentences: Sequence[Mapping]) -> list[dict]:
        """Running text that changed, as marked words. Parameters: `sentences`, the entries of `statements`."""
        causes = {id(entry): cause for entry, cause in self.effects}
        by_sentence = {said: causes[id(entry)] for said, entry in zip(self.said, sentences, strict=True)}
        told = self.came_or_went()
        found = []
        blocks = [
            (kind, *block)
            for page, kind in COMPARED_PAGES.items()
            if page in self.differs
            for block in changed_blocks(
                *(
                    _without_sizes(blocks_of(run.text(page))) if page in run.files else []
                    for run in (self.old, self.new)
                )
            )
        ]
        for kind, section, old, new in blocks:
            cause = NOTHING
            if {old, new} - {None} <= told:
                continue
            rest = [one_space(text or "") for text in (old, new)]
            for (said, now), known in by_sentence.items():
                if any(text and text in block for text, block in zip((said, now), rest, strict=True)):
                    cause |= known
                    rest = [block.replace(text or "\0", "") for text, block in zip((said, now), rest, strict=True)]
            if rest[0] != rest[1] and cause.changes:
                own = self.causes.of_words(rest[0], rest[1], kind)
                cause |= own if own.changes else OPEN
            if not cause.changes:
                cause = self.causes.of_words(old or "", new or "", kind)
                if cause.ground != FOUND and all(_ORIGIN_WORDS.search(text or "") for text in (old, new)):
                    origin = self.causes.of_cells(self._origin_changed())
                    cause = origin if origin.changes else cause
            found.append(self._with_cause({"seksjon": section, "merket": self._marked(old, new)}, cause))
        return found

    def _origin_changed(self) -> list[str]:
        """Numbers that come from elsewhere than before."""
        return [name for name, (old, new) in self.cells.items() if old and new and old["opphav"] != new["opphav"]]

    def appearance(self) -> list[dict]:
        """The styles of the page and the print edition, and the typesetting of the PDF, where they differ alone."""
        found = []
        for name in (layout.PAGE, layout.PRINTED):
            if name not in self.differs or name not in self.old.files.keys() & self.new.files.keys():
                continue
            styles = [re.findall(r"<style>(.*?)</style>", run.text(name), re.DOTALL) for run in (self.old, self.new)]
            if styles[0] != styles[1]:
                found.append(self._with_cause({"fil": name, "hva": "stilen"}, self.causes.candidates("stil")))
        pdf = layout.PDF
        if pdf in self.differs and layout.PRINTED not in self.differs:
            found.append(self._with_cause({"fil": pdf, "hva": "ombrekkingen"}, self.causes.candidates("pdf")))
        return found

    def changed_files(self) -> list[dict]:
        """Every output that differs, new or gone, with its bytes' fate."""
        fate = {name: "ny" if name not in self.old.files else "borte" for name in self.differs}
        fate |= dict.fromkeys(self.old.files.keys() & self.new.files.keys() & self.differs, "endret")
        return [{"fil": name, "endring": fate[name]} for name in sorted(fate)]

    def _with_cause(self, entry: dict, cause: Cause) -> dict:
        for change in cause.changes:
            self.named.setdefault(change)
        self.effects.append((entry, cause))
        return entry

    def idle_cells(self) -> list[Change]:
        """Cells as received that differ and changed no answer, in records that both runs have."""
        used = {(c.fil, c.sted) for own in self.answers.values() for c in own}
        # A record is a respondent's, or holds one number of a finished table.
        keys = [{(r["fil"], r["linje"]): self._sender(r) for r in rows} for rows in self.coded]
        vern = {f"{RAW.as_posix()}/{kilde}": vern for kilde, vern in self.vern.items()}
        found = []
        for (file, line, column), old, new in self.raw.apart(keys):
            where = f"linje {line}, kolonne «{column}»"
            kind = next((v for folder, v in vern.items() if file.startswith(f"{folder}/")), OPEN_TO_ALL)
            if kind == "person" or (file, where) in used:
                continue
            found.append(Change("raarad", file, where, *((old, new) if kind == OPEN_TO_ALL else (None, None))))
        return found


def compare(
    old: Run,
    new: Run,
    model: Model,
    figures: Figures,
    reaches: Callable[[str, str], bool],
    accepted: Iterable[Mapping[str, str]] | None,
    published: ShortStatements,
) -> dict:
    """The whole comparison. Parameters: as `Comparison` and `told_review`."""
    report = Comparison(old, new, model, figures, reaches)
    statements = report.statements()
    review = told_review(old, new, accepted, published)
    for entry in review["ikke_godkjent"]:
        entry["gammel"] = report._without_hidden(entry["gammel"])
    left = {entry["id"] for entry in review["ikke_godkjent"]}
    for statement in (s for entry in statements for s in entry["paastander"]):
        statement["godkjent"] = None if statement["endring"] == "borte" else statement["id"] not in left
    parts: dict[str, Any] = {
        "data": report.data,
        "paastander": statements,
        "hovedpunkter": report.headlines(),
        "tabeller": report.tables(),
        "figurer": report.pictures(),
        "tekst": report.text(statements),
        "utseende": report.appearance(),
    }
    if not report.effects and any(name.split("/")[0] in PUBLISHED for name in report.differs):
        parts["utseende"].append(report._with_cause({"fil": "", "hva": "filene"}, _rest(report)))
    causes = sorted(report.named, key=lambda c: c.rank)
    ids = {change: f"A{n}" for n, change in enumerate(causes, 1)}
    for entry, cause in report.effects:
        entry["arsaker"] = [ids[c] for c in cause.changes]
        entry["grunnlag"] = cause.ground if cause.changes else UNKNOWN
    idle = _idle(report, ids)
    counted = {"tall": len(report.cells), "av": len(report.shared_cells())}
    return {
        "skjema": SCHEMA_ID,
        "lik": not report.differs,
        "dom": " ".join(filter(None, (verdict(report, parts, counted), review_verdict(review)))),
        "gammel": _told_run(old),
        "ny": _told_run(new),
        "antall": counted,
        "gjennomgang": review,
        **parts,
        "arsaker": [{"id": ids[c], **_told_change(c)} for c in causes],
        "holdt_seg": report.kept,
        "uten_virkning": [_told_change(c) for c in idle],
        "filer": report.changed_files(),
        "ikke_avgjort": _undecided(old, new),
    }


def _idle(report: Comparison, ids: Mapping[Change, str]) -> list[Change]:
    """What differs in the inputs and changed nothing. Parameters: `ids`, of the changes that are causes."""
    named = {c.fil for c in ids}
    folders = {file.rpartition("/")[0] for file in named}
    # A file of which something is named is not told again as a whole, nor what is said of it beside.
    idle = [
        c
        for c in report.inputs
        if c not in ids
        and not (c.fil in named and c.gammel is None and c.ny is None)
        and not (c.fil.endswith("/kilde.yaml") and c.fil.rpartition("/")[0] in folders)
        and not (c.slag == "register" and "data/raw/register" in folders | named)
    ]
    answers = merged(*report.answers.values())
    return list(merged(idle, report.idle_cells(), (c for c in answers if c not in ids)))


def _rest(report: Comparison) -> Cause:
    """What may have changed files in which nothing that a reader meets has changed."""
    answers = merged(*report.answers.values(), *report.causes.services.values())
    return sure(answers) if answers else report.causes.candidates("side")


def verdict(report: Comparison, parts: Mapping[str, Any], counted: Mapping[str, int]) -> str:
    """The first line: what came of it all."""
    if not report.differs:
        return f"Ingen endringer. Alle {number(len(report.new.files))} filene er like, byte for byte."
    lost = [e for e in parts["data"] if e["tapt"] or (e["ny"] < e["gammel"] and not e["nye"])]
    told = ["Data er tapt." if lost else "Ingen data er tapt."]
    points = sum(len(parts["hovedpunkter"][part]) for part in ("nye", "borte", "endret"))
    amounts = [
        _many(counted["tall"], f"av {number(counted['av'])} tall", f"av {number(counted['av'])} tall"),
        _many(len(parts["paastander"]), "setning", "setninger"),
        _many(points, "hovedpunkt", "hovedpunkter"),
        "" if counted["tall"] else _many(len(parts["tabeller"]), "tabell", "tabeller"),
        _many(len(parts["figurer"]), "figur", "figurer"),
        _many(len(parts["tekst"]), "avsnitt", "avsnitt"),
    ]
    amounts = [a for a in amounts if a]
    if amounts:
        told.append(f"{listing(amounts)} er endret.")
    else:
        told.append(
            f"Ingen tall, setninger eller figurer er endret, men {_many(len(report.differs), 'fil', 'filer')} er det."
        )
    open_ = sum(1 for _, cause in report.effects if not cause.changes or cause.ground in (PARTLY, UNKNOWN))
    if open_:
        told.append(f"For {_many(open_, 'endring', 'endringer')} kunne årsaken ikke avgjøres.")
    return " ".join(told)


def _many(n: int, one: str, several: str) -> str:
    return "" if n == 0 else f"{number(n)} {one if n == 1 else several}"


def _undecided(old: Run, new: Run) -> list[str]:
    """What could not be found out, and why."""
    runs = {"Den gamle kjøringen": old, "Den nye kjøringen": new}
    return [
        f"{which} har ikke manifest.json. Hvilke maler, stiler, skrifter, leksikon, kodebøker og hvilken kode den ble "
        "laget av, kunne ikke avgjøres."
        for which, run in runs.items()
        if run.manifest is None
    ]


def _by_edition(inputs: Mapping[str, Mapping]) -> dict[str, Mapping]:
    """Inputs by name; the files of a published edition as one, by its folder."""
    found: dict[str, Mapping] = {}
    for name, entry in sorted(inputs.items()):
        if name.startswith(f"{EDITIONS}/"):
            name = "/".join(name.split("/")[:2])
            entry = {"slag": "publisert", "sha256": found.get(name, {}).get("sha256", "") + entry["sha256"]}
        found[name] = entry
    return found


def _told_run(run: Run) -> dict:
    code = (run.manifest or {}).get("kode") or {}
    return {"aar": run.aar, "manifest": run.manifest is not None, "commit": code.get("commit"), "filer": len(run.files)}


def _told_change(change: Change) -> dict:
    return {part: getattr(change, part) for part in ("slag", "fil", "sted", "gammel", "ny")} | {"tekst": change.told()}


def _year(cell: str) -> int:
    return int(cell.rpartition("/")[2])


def _about(key: Key) -> frozenset[tuple[str, str]]:
    """What an answer is about, whatever the question."""
    return frozenset(part for part in key if part[0] != "sporsmaal")


def _of_source(kilde: str, sides: Sequence[changes.Rows]) -> list[changes.Rows]:
    return [[row for row in rows if row["kilde"] == kilde] for rows in sides]


def _by_file(cells: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for cell in cells:
        found.setdefault(cell["fil"], []).append(cell)
    return found


def _differ(old: Row | None, new: Row | None) -> bool:
    """Whether a number, or what it is of, is another; what an earlier edition did not say is no difference."""
    if old is None or new is None:
        return old is not new
    return any(old[n] != now for n, now in new.items() if n in _ALWAYS or None not in (old[n], now))


def _count(statistic: Statistic, row: Row) -> str:
    """A number as text, with what it is of and where it comes from: «41 av 43 (2 nei; mottatt)»."""
    told = _plain(statistic, row) + (f" av {row['nevner']}" if row.get("nevner") else "")
    rest = ", ".join(f"{row[code]} {code.replace('_', ' ')}" for code in statistic.others if row[code])
    return f"{told} ({'; '.join(filter(None, [rest, row['opphav']]))})"


def _shown(statistic: Statistic, row: Row) -> str:
    """A number as a table has it: «41 av 43 (95,3 %)»."""
    base = row.get("nevner")
    share = f" av {base} ({number(Fraction(row['verdi'], base) * 100, 1)} %)" if base else ""
    return _plain(statistic, row) + share


def _plain(statistic: Statistic, row: Row) -> str:
    return str(row["verdi"]) if statistic.type == "antall" else number(row["verdi"], statistic.desimaler)


def _title(run: Run, name: str) -> str:
    """The title of a table, from the first line of the file for spreadsheets."""
    plain = name.replace("-maskin_", "_")
    lines = run.text(plain).lstrip("\ufeff").splitlines() if plain in run.files else []
    return lines[0].strip('"; ') if lines else name


def _sentence(statement: Mapping) -> str:
    return statement["steder"][0]["setning"]


def _placed(statements: Iterable[Mapping], name: Callable[[str], str]) -> dict[str, Mapping]:
    """Statements by name, section and place there, so that a new one does not push the others."""
    found: dict[str, Mapping] = {}
    seen: Counter[str] = Counter()
    for statement in sorted(statements, key=lambda s: (_natural(s["id"]), s["id"])):
        first = statement["steder"][0]
        place = f"{name(statement['id'])}@{first['seksjon']}@{first['element']}"
        seen[place] += 1
        found[f"{place}#{seen[place]}"] = statement
    return found


def _natural(id: str) -> tuple[str, int]:
    name = unnumbered(id)
    return name, int(id.removeprefix(f"{name}-")) if id != name else 1


def _order(run: Run) -> list[str]:
    """Ids in the order of the page."""
    page = run.text(layout.PAGE)
    places = {id: n for n, id in enumerate(re.findall(r'\bid="p-([a-z0-9.-]+)"', page))}
    return sorted((s["id"] for s in run.statements["paastander"]), key=lambda id: (places.get(id, len(places)), id))


def _paired(sentences: Mapping[tuple, Mapping]) -> list[tuple[tuple, list[tuple]]]:
    """Groups of statements by sentence; one that went and one that came in the same section are told together."""
    groups = {said: list(group["par"]) for said, group in sentences.items()}
    gone = [said for said in groups if said[1] is None]
    for said in [said for said in groups if said[0] is None]:
        place = groups[said][0][1]["steder"][0]
        mates = [
            mate
            for mate in gone
            if (groups[mate][0][0]["steder"][0]["seksjon"], groups[mate][0][0]["steder"][0]["element"])
            == (place["seksjon"], place["element"])
            and (alike(mate[0], said[1]) >= 1 / 3 or _variant_names(groups[mate]) & _variant_names(groups[said]))
        ]
        if mates:
            mate = min(mates, key=lambda m: abs(groups[m][0][0]["steder"][0]["linje"] - place["linje"]))
            gone.remove(mate)
            key = (mate[0], said[1])
            groups.setdefault(key, []).extend(groups.pop(mate) + groups.pop(said))
    return list(groups.items())


def _variant_names(pairs: Iterable[tuple]) -> set[str]:
    return {v["navn"] for pair in pairs for s in pair if s for v in s["varianter"]}


def _texts_by_sentence(said: Iterable[Mapping]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for statement in said:
        for place in statement["steder"]:
            found.setdefault(place["setning"], []).append(statement["tekst"])
    return found


def _without(sentence: str, texts: Iterable[str]) -> str:
    """A sentence without the texts that code wrote into it."""
    sentence = one_space(sentence)
    for text in sorted(set(texts), key=len, reverse=True):
        sentence = sentence.replace(one_space(text), "…")
    return sentence


def _without_sizes(blocks: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Blocks without the sizes of files, which follow from what is in them."""
    return [(section, _SIZE.sub("", text)) for section, text in blocks]


def _of_figure(name: str) -> str:
    """The figure that a drawing is of: «x» and «x-smal» are two renderings of one."""
    return name.removesuffix("-smal")


def _choices(variants: Iterable[Mapping]) -> list[tuple]:
    return [(v["navn"], v["nummer"]) for v in variants]
