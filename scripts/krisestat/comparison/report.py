"""The comparison of two runs, put together in the form of workflow/schemas/endringer.schema.json."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from krisestat.avtaler.navn import GRUPPE
from krisestat.comparison import changes, data, drawings
from krisestat.comparison.causes import FOUND, NOTHING, ONLY, POSSIBLE, UNKNOWN, Cause, Causes, condition_cells, merged
from krisestat.comparison.changes import Change
from krisestat.comparison.runs import Run, header_of, kind_of
from krisestat.comparison.signed import review_verdict, told_review
from krisestat.comparison.words import alike, blocks_of, changed_blocks, marked, one_space, texts_gone_and_new
from krisestat.contracts import AGGREGERT, INNDATA, KLARGJORT, KVALITET, TALL, TILBUD_PER_AAR
from krisestat.disclosure import COUNTED
from krisestat.display import listing, number
from krisestat.person_tables import count_rows
from krisestat.published import EDITIONS
from krisestat.review import ShortStatements
from krisestat.sources import RAW
from krisestat.statements.record import question, unnumbered

SCHEMA_ID = "krisestat-endringer-1"
CELL_KEY = ("indikator", "gruppe", "instans", "samarbeidsform", "aar")
COUNTS = ("antall", "base", "nei", "vet_ikke", "ubesvart", "ikke_spurt", "status", "opphav")
# Parts of an edition that leave the house; the rest is on the way there, or for the reviewer.
PUBLISHED = set("publikasjon figurer utdata nedlasting sjekkliste hovedpunkter.json datapackage.json".split())
# Pages whose running text is compared, and what their words may come from, as in `REACH`.
COMPARED_PAGES = {"publikasjon/index.html": "tekst", "sjekkliste/index.html": "sjekkliste"}
_NOT_OF_PERSONS = ("base", "andel", "nei", "vet_ikke", "ubesvart", "ikke_spurt")
# The words by which notes tell where numbers come from.
_ORIGIN_WORDS = re.compile(r"\b(rekonstruert|publisert|mottatt)", re.IGNORECASE)
PERSONS, AGREEMENTS = "utdata/personer.csv", "utdata/avtaler.csv"
# What forms on agreements became: the agreements, and their answers; and the columns that say where, not what.
_FORMS = ("klargjort/avtaler.csv", "klargjort/avtalepunkter.csv")
_WHERE = {"fil", "sted", "format", "henvisning", "merknad"}
# Columns of a table that hold its numbers; the others say what they are about.
VALUES = {"antall", "base", "prosent", "status", "opphav"}
_SIZE = re.compile(r" \(\d+(?:,\d+)?\s(?:byte|kB|MB)\)")
_FILE_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)(?![\d-])")
Figures = Callable[[str, Sequence[dict], int, tuple[int, int]], list[dict] | None]


class Comparison:
    """Gathers the parts of a comparison, and numbers the causes that they name.

    Parameters: `old`, `new`, the runs; `indicators`, declarations by code; `figures`, (figure, rows, year, series) ->
    the rows that it shows, or None when that is not known; `reaches`, whether a stage uses a file of code.
    """

    def __init__(
        self,
        old: Run,
        new: Run,
        indicators: Mapping[str, Mapping],
        figures: Figures,
        reaches: Callable[[str, str], bool],
    ):
        self.old, self.new, self.figures = old, new, figures
        self.years = sorted(set(old.serie) & set(new.serie))
        self.other_year = old.aar != new.aar
        self.differs = {n for n in old.files.keys() | new.files.keys() if old.files.get(n) != new.files.get(n)}
        self.named: dict[Change, None] = {}
        self.effects: list[tuple[dict, Cause]] = []
        self.data, self.raw = self._data()
        answers, services, tables = self._answers()
        self.all_answers = answers
        self.persons = self._persons()
        self.cells, persons = self._cells(), self._person_cells()
        self.cells |= persons
        self.agreements, inputs = self._agreements(), self._inputs()
        days = [c for c in inputs if c.slag == "innstilling" and c.om[:1] == (GRUPPE,)]
        direct = {name: self._of_persons(new or old or {}) for name, (old, new) in persons.items()}
        direct |= {name: self._of_agreements(name, days) for name in self.cells if name.split("/")[1] == GRUPPE}
        self.causes = Causes(
            inputs,
            answers,
            services,
            tables,
            direct,
            frozenset(self.cells),
            indicators,
            old.manifest is not None and new.manifest is not None,
            reaches,
        )

    # -- what differs in the inputs

    def _inputs(self) -> tuple[Change, ...]:
        """Changes in settings and, where both runs have a manifest, in files."""
        found = changes.settings_changed(self.old.config, self.new.config)
        if self.old.manifest is not None and self.new.manifest is not None:
            before, after = self.old.inputs, self.new.inputs
            records = _records(before), _records(after)
            for name in sorted(records[0].keys() | records[1].keys()):
                if records[0].get(name) != records[1].get(name):
                    was, is_now = ("utgaven" if name in side else None for side in records)
                    both = was and is_now
                    found.append(Change("publisert", name, "", None if both else was, None if both else is_now))
            for name in sorted(before.keys() | after.keys()):
                entry, last = after.get(name) or before[name], before.get(name)
                if (
                    name == "config.yaml"
                    or name.startswith(f"{EDITIONS}/")
                    or (last and after.get(name) and last["sha256"] == entry["sha256"])
                ):
                    continue
                if set(map(int, _FILE_YEAR.findall(name))) & (set(self.old.serie) ^ set(self.new.serie)):
                    continue  # what came or went with a year is told as that year's data
                kind = entry.get("slag", "annet")
                if last is None or name not in after:
                    slag = changes.file_changed(name, kind, None, None)[0].slag
                    was, is_now = (None, "ny fil") if last is None else ("fil", None)
                    found.append(Change(slag, name, "", was, is_now))
                else:
                    found += changes.file_changed(name, kind, self.old.source(name), self.new.source(name))
            versions = [manifest.get("versjoner") or {} for manifest in (self.old.manifest, self.new.manifest)]
            for tool in sorted(versions[0].keys() | versions[1].keys()):
                was, is_now = (None if v.get(tool) is None else str(v[tool]) for v in versions)
                if was != is_now:
                    found.append(Change("laas", "versjoner", tool, was, is_now))
        return tuple(found)

    def _tables(self, folder: str, contract: Any) -> tuple[dict, dict]:
        """Rows by file of the tables of a kind that are not the same in both runs."""
        sides = []
        for run in (self.old, self.new):
            names = [n for n in run.files if n.startswith(f"{folder}/") and n in self.differs]
            names = [n for n in names if kind_of(n, header_of(run, n)) is contract]
            sides.append({name: run.table(name, contract) for name in sorted(names)})
        return sides[0], sides[1]

    def _data(self) -> tuple[list[dict], changes.RawCells]:
        """Data lost or gained, and the cells as received."""
        received = self._tables("inndata", INNDATA)
        self.received = received
        self.coded = self._tables("klargjort", KLARGJORT)
        self.services = [
            [r for rows in side.values() for r in rows] for side in self._tables("klargjort", TILBUD_PER_AAR)
        ]
        checks = [
            [r for n in sorted(run.files) if n.startswith("klargjort/kontroller") for r in run.table(n, KVALITET)]
            for run in (self.old, self.new)
        ]
        aside = [{f"{r['gjelder']}: {r['eksempler']}" for r in rows if r["kontroll"] == "karantene"} for rows in checks]
        files = [{n for n in run.files if n.startswith("inndata/")} for run in (self.old, self.new)]
        found = data.register_changes(*self.services) + data.gone_and_new("datafiler", "inndata", *files)
        found += data.received(*received) + data.coded(*self.coded)
        found += data.gone_and_new("rader i karantene", "data/rettelser.yaml", *aside)
        cells = [changes.raw_cells([r for rows in side.values() for r in rows]) for side in received]
        return found, changes.RawCells(*cells)

    def _answers(self) -> tuple[dict, dict, dict]:
        """Causes of each answer, service and cell of a finished table that differs."""
        raw_files = {r["fil"] for side in self.received for rows in side.values() for r in rows[:1]}
        services = changes.services_changed(self.services[0], self.services[1], self.years)
        rows = [[r for rows in side.values() for r in rows] for side in self.coded]
        differing = {key: (old, new) for key, old, new in changes.answers_changed(rows[0], rows[1], self.years)}
        found: dict[tuple, tuple[Change, ...]] = {}
        for key, (old, new) in differing.items():
            same_raw = (new or old or {})["fil"] not in raw_files
            found[key] = tuple(changes.cause_of_answer(old, new, self.raw, services, same_raw))
        # An answer on a form follows the filter: its own cell may be as empty as before.
        for key, known in found.items():
            if not known and key[3] == "samarbeidsform":
                found[key] = found.get((*key[:3], "samarbeid", key[4], ""), ())
        tables: dict[str, tuple[Change, ...]] = {}
        sides = self._tables("klargjort", AGGREGERT)
        before, after = (
            {
                "/".join((r["indikator"], r["gruppe"], r["instans"], "", r["aar"])): r
                for rows in side.values()
                for r in rows
            }
            for side in sides
        )
        for name in sorted(before.keys() & after.keys()):
            old, new = before[name], after[name]
            if [old[c] for c in ("antall", "status", "rettelse")] != [new[c] for c in ("antall", "status", "rettelse")]:
                row = {"senter_id": "", "tilbud": "", "sporsmaal": "", "samarbeidsform": ""}
                was, is_now = (row | r | {"svar": r["antall"]} for r in (old, new))
                cause = changes.cause_of_answer(was, is_now, self.raw, {}, new["fil"] not in raw_files)
                tables[name] = tuple(cause)
        return found, services, tables

    # -- numbers

    def _cells(self) -> dict[str, tuple[Mapping | None, Mapping | None]]:
        """Numbers that differ in the years that both runs have: before confidentiality, or after."""
        found: dict[str, tuple[Mapping | None, Mapping | None]] = {}
        for name in ("statistikk/tall.csv", "utdata/tall.csv", AGREEMENTS):
            if name not in self.differs or not all(name in run.files for run in (self.old, self.new)):
                continue
            before, after = ({_cell_name(r): r for r in run.table(name, TALL)} for run in (self.old, self.new))
            for cell in sorted(before.keys() | after.keys()):
                old, new = before.get(cell), after.get(cell)
                shared = int(cell.rsplit("/", 1)[1]) in self.years
                if shared and _counts(old) != _counts(new):
                    found[cell] = (old, new)
        return found

    def _person_cells(self) -> dict[str, tuple[Mapping | None, Mapping | None]]:
        """Counts of persons that differ, of those that may be published, in the years that both runs have."""
        if PERSONS not in self.differs or not all(PERSONS in run.files for run in (self.old, self.new)):
            return {}
        before, after = (
            {_cell_name(r): {**r, **dict.fromkeys(_NOT_OF_PERSONS, "")} for r in count_rows(run.rows(PERSONS))}
            for run in (self.old, self.new)
        )
        return {
            name: (before.get(name), after.get(name))
            for name in sorted(before.keys() | after.keys())
            if int(name.rsplit("/", 1)[1]) in self.years and _counts(before.get(name)) != _counts(after.get(name))
        }

    def told_cells(self, names: Iterable[str]) -> list[dict]:
        """Those of some numbers that differ, before and now."""
        return [
            {"celle": name, "gammel": _count(self.cells[name][0]), "ny": _count(self.cells[name][1])}
            for name in sorted(set(names) & self.cells.keys())
        ]

    def tables(self) -> list[dict]:
        """Numbers that differ, per table for download."""
        pairs: dict[str, list[str | None]] = {}
        for side, run in enumerate((self.old, self.new)):
            for name in run.files:
                if hit := re.fullmatch(r"utdata/tabeller/(.+)-maskin_p[\d-]+\.csv", name):
                    pairs.setdefault(hit[1], [None, None])[side] = name
        found = []
        for table, names in sorted(pairs.items()):
            if names[0] == names[1] and names[0] not in self.differs:
                continue
            sides = [
                {} if n is None else self._table_rows(run, n)
                for run, n in zip((self.old, self.new), names, strict=True)
            ]
            rows, cause = [], NOTHING
            for key in sorted(sides[0].keys() | sides[1].keys()):
                old, new = (side.get(key) for side in sides)
                if _shown(old) == _shown(new):
                    continue
                present = [row for row in (old, new) if row]
                cells = [_cell_name(row) for row in present]
                if "maal" in present[-1]:
                    own = self._of_persons(count_rows(present[-1:])[0]) | self._year()
                else:
                    own = self.causes.of_cells(cells) | self._year()
                cause |= own
                name = "/".join(filter(None, key)) if "maal" in present[-1] else cells[-1]
                rows.append(
                    {"rad": name, "gammel": _shown(old), "ny": _shown(new), "differanse": _difference(old, new)}
                )
            if rows:
                title = _title(self.new, names[1]) if names[1] else _title(self.old, names[0] or "")
                entry = {"tabell": table, "tittel": title, "antall": len(rows), "rader": rows}
                found.append(self._with_cause(entry, cause if cause.changes else self.causes.candidates("tall")))
        return found

    def _table_rows(self, run: Run, name: str) -> dict[tuple, dict[str, str]]:
        """Rows of a table by their place: a table of the edition's year alone by everything but the year."""
        rows = run.rows(name)
        years = {row.get("aar") for row in rows}
        key = [c for c in (rows[0] if rows else ()) if c not in VALUES]
        return {tuple("" if c == "aar" and years == {str(run.aar)} else row[c] for c in key): row for row in rows}

    def _persons(self) -> dict[tuple[str, str, str, str], Change]:
        """Counts of persons that differ, by (aar, senter_id, gruppe, maal): where, and never how many. They are what
        confidentiality hides."""
        sides = []
        for run in (self.old, self.new):
            names = [n for n in sorted(run.files) if n.startswith("klargjort/") and n in self.differs]
            rows = [r for n in names if {"beboere", "opphold"} <= set(header_of(run, n)) for r in run.rows(n)]
            sides.append({(r["aar"], r["senter_id"], r["gruppe"], m): (r, r[m]) for r in rows for m in COUNTED})
        found = {}
        for key in sorted(sides[0].keys() | sides[1].keys()):
            old, new = (side.get(key) for side in sides)
            present = [row for row, _ in filter(None, (old, new))]
            if (old and old[1]) != (new and new[1]) and int(key[0]) in self.years:
                found[key] = Change("raarad", present[-1]["fil"], f"linje {present[-1]['linje']}, {key[3]}")
        return found

    def _of_persons(self, row: Mapping[str, str]) -> Cause:
        """What changed a count of persons: the counts that it sums; where it was hidden or shown for the sake of
        others, all that differ. Parameters: `row`, as `count_rows` gives it."""
        group = str(row["gruppe"]).removeprefix("personer").removeprefix("_")
        mine = [
            change
            for (aar, centre, own, measure), change in self.persons.items()
            if (aar, measure) == (str(row["aar"]), row["indikator"])
            and row["instans"] in ("", centre)
            and group in ("", own)
        ]
        return Cause(merged(mine or self.persons.values()), FOUND if mine else POSSIBLE) if self.persons else NOTHING

    def _agreements(self) -> dict[tuple[str, str, str], Change]:
        """Agreements and their answers that differ, by (aar, avtale_id, punkt or «»)."""
        found: dict[tuple[str, str, str], Change] = {}
        for name in self.differs & set(_FORMS):
            sides = [
                {(r["aar"], r["avtale_id"], r.get("punkt", "")): r for r in run.rows(name)} if name in run.files else {}
                for run in (self.old, self.new)
            ]
            for key in sorted(sides[0].keys() | sides[1].keys()):
                old, new = (side.get(key) for side in sides)
                row = new or old or {}
                if not old or not new:
                    was, is_now = (None, "avtalen") if new else ("avtalen", None)
                    found[(*key[:2], "")] = Change("raarad", row["fil"], key[1], was, is_now)
                elif "punkt" in row and old["svar"] != new["svar"]:
                    found[key] = Change("raarad", row["fil"], row["sted"], old["svar"], new["svar"])
                elif other := [c for c in row if c not in _WHERE and c != "svar" and old.get(c) != new.get(c)]:
                    was, is_now = ("; ".join(side.get(c, "") for c in other) for side in (old, new))
                    found[key] = Change("raarad", row["fil"], ", ".join(other), was, is_now)
        return found

    def _of_agreements(self, name: str, days: Sequence[Change]) -> Cause:
        """What changed a count of agreements: their forms of that year that differ, on that point or as a whole; else
        the day that they are assessed for. Parameters: `name`, of the cell; `days`, changes of that day."""
        _, _, point, _, year = name.split("/")
        mine = [
            change
            for (aar, _, own), change in self.agreements.items()
            if aar == year and (not own or not point or f"{own}-".startswith(f"{point}-"))
        ]
        return Cause(merged(mine or days), FOUND) if mine or days else NOTHING

    # -- statements

    def statements(self) -> list[dict]:
        """Sentences that changed, with the statements in them, in the order of the page."""
        before, after = _by_question(self.old, self.new)
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
        texts = [_texts_by_sentence(run) for run in (self.old, self.new)]
        order = {id: n for n, id in enumerate(_order(self.new) + _order(self.old))}
        found = []
        points = self.came_or_went()
        for (said, now), pairs in groups:
            if {one_space(text) for text in (said, now) if text} <= points:
                continue
            present = [s for pair in pairs for s in reversed(pair) if s]
            first = present[0]["steder"][0]
            moved = [s for o, n in pairs if not (o and n and o["tekst"] == n["tekst"]) for s in (o, n) if s]
            cells = {c for s in moved or present for c in s["celler"]}
            entry = {
                "paastander": [_told_statement(old, new) for old, new in pairs],
                "seksjon": first["seksjon"],
                "mal": first["mal"],
                "linje": first["linje"],
                "gammel": said,
                "ny": now,
                "merket": [list(part) for part in marked(said or "", now or "")],
                "tall": self.told_cells(cells),
            }
            cause = self._of_statements(pairs, said, now, texts)
            found.append((min(order.get(s["id"], len(order)) for s in present), self._with_cause(entry, cause)))
        return [entry for _, entry in sorted(found, key=lambda f: (f[0], str(f[1]["ny"]), str(f[1]["gammel"])))]

    def _of_statements(
        self, pairs: Sequence[tuple], said: str | None, now: str | None, texts: Sequence[Mapping]
    ) -> Cause:
        """What changed a sentence: the numbers behind its statements, the conditions that chose it, its words' entries
        in the lexicon, and what changed the words around them."""
        cause = NOTHING
        chosen = False
        for old, new in pairs:
            cells = {c for s in (old, new) if s for c in s["celler"]}
            if old and new and old["tekst"] != new["tekst"]:
                own = self.causes.of_cells(cells)
                word = self.causes.of_word(old, new)
                own |= word if word.ground == FOUND or not own.changes else NOTHING
                cause |= own if own.changes else self.causes.of_words(old["tekst"], new["tekst"])
            variants = [s["varianter"] if s else [] for s in (old, new)]
            if [_choices(v) for v in variants[:1]] != [_choices(v) for v in variants[1:]]:
                asked = [c["vilkaar"] for v in variants for one in v for c in one["vilkaar"]]
                behind = {cell for text in asked for cell in condition_cells(text, self.cells)}
                own = self.causes.of_cells(behind | cells)
                chosen = chosen or bool(own.changes)
                cause |= own
        fixed = [
            _without(sentence or "", side.get(sentence, ())) for sentence, side in zip((said, now), texts, strict=True)
        ]
        if fixed[0] != fixed[1] and not chosen and not self.other_year:
            present = [s for pair in pairs for s in reversed(pair) if s]
            own = self.causes.of_words(fixed[0], fixed[1], template=present[0]["steder"][0]["mal"])
            cause |= own if own.changes else self.causes.of_cells(c for s in present for c in s["celler"])
        if self.other_year:
            return cause | self._year()
        return cause if cause.changes else self.causes.candidates("tekst")

    def _year(self) -> Cause:
        """The edition's year, where it differs."""
        return self.causes.settings("aar") if self.other_year else NOTHING

    def came_or_went(self) -> set[str]:
        """Texts of headline points that came or went, which are told as that alone."""
        sides = [
            {one_space(h["tekst"]) for h in run.data("hovedpunkter.json")["hovedpunkter"]}
            for run in (self.old, self.new)
        ]
        return sides[0] ^ sides[1]

    def headlines(self) -> dict[str, list[dict]]:
        """Headline points that came, went, or are said otherwise."""
        before, after = (
            {h["id"]: h for h in run.data("hovedpunkter.json")["hovedpunkter"]} for run in (self.old, self.new)
        )
        went, came = [i for i in before if i not in after], [i for i in after if i not in before]
        other = [i for i in before if i in after and before[i]["tekst"] != after[i]["tekst"]]
        contest = [h for i, h in (*before.items(), *after.items()) if i in (*went, *came)]
        whole = self.causes.of_cells(c["celle"] for h in contest for c in h["tall"])
        whole |= self.causes.settings("hovedpunkter") | self._year()
        found: dict[str, list[dict]] = {"nye": [], "borte": [], "endret": []}
        for part, ids in (("nye", came), ("borte", went)):
            for id in ids:
                point = (after if part == "nye" else before)[id]
                old, new = (None, point["tekst"]) if part == "nye" else (point["tekst"], None)
                cause = whole
                if not cause.changes:
                    everything = merged(*self.all_answers.values(), self.causes.candidates("tekst").changes)
                    cause = Cause(everything, "mulige" if everything else UNKNOWN)
                found[part].append(self._with_cause({"id": id, "gammel": old, "ny": new}, cause))
        for id in other:
            old, new = before[id], after[id]
            cause = self.causes.of_cells(c["celle"] for h in (old, new) for c in h["tall"]) | self._year()
            cause = cause if cause.changes else self.causes.of_words(old["tekst"], new["tekst"])
            found["endret"].append(self._with_cause({"id": id, "gammel": old["tekst"], "ny": new["tekst"]}, cause))
        return found

    # -- pictures, text, files

    def pictures(self) -> list[dict]:
        """Figures whose picture changed: titles and descriptions are text, and compared as that."""
        found = []
        rows = [[_typed(r) for r in run.table("utdata/tall.csv", TALL)] for run in (self.old, self.new)]
        named = {PurePosixPath(n).stem: n for n in self.differs if re.fullmatch(r"figurer/[^/]+\.svg", n)}
        told: set[str] = set()
        for fid, name in sorted(named.items(), key=lambda item: (_of_figure(item[0]), item[0])):
            sides = [drawings.bare_drawing(run.text(name)) if name in run.files else "" for run in (self.old, self.new)]
            # The narrow rendering of a figure is told where the wide one is the same.
            if sides[0] == sides[1] or _of_figure(fid) in told:
                continue
            told.add(_of_figure(fid))
            gone, came = texts_gone_and_new(*map(drawings.texts, sides))
            shown = [
                self.figures(_of_figure(fid), own, run.aar, (run.serie[0], run.aar))
                for run, own in zip((self.old, self.new), rows, strict=True)
            ]
            cells = {_cell_name(row) for side in shown for row in side or ()}
            cause = self.causes.of_cells(cells) | self._year()
            if not cause.changes:
                cause = self.causes.of_words(" ".join(gone), " ".join(came), "figur")
            entry = {
                "figur": fid,
                "gammel": bool(sides[0]),
                "ny": bool(sides[1]),
                "samme_ramme": drawings.frame(sides[0]) == drawings.frame(sides[1]),
                "tekst_borte": gone,
                "tekst_ny": came,
                "tall": self.told_cells(cells),
            }
            found.append(self._with_cause(entry, cause))
        return found

    def text(self, sentences: Sequence[Mapping]) -> list[dict]:
        """Running text that changed, as marked words. Parameters: `sentences`, the entries of `statements`."""
        by_entry = {id(entry): cause for entry, cause in self.effects}
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
            for entry in sentences:
                if any(
                    side and said and one_space(said) in side
                    for side, said in ((old, entry["gammel"]), (new, entry["ny"]))
                ):
                    cause |= by_entry[id(entry)]
            cause |= self._year()
            if not cause.changes and all(_ORIGIN_WORDS.search(text or "") for text in (old, new)):
                cause = self.causes.of_cells(self._origin_changed())
            if not cause.changes:
                cause = self.causes.of_words(old or "", new or "", kind)
            entry = {"seksjon": section, "merket": [list(part) for part in marked(old or "", new or "")]}
            found.append(self._with_cause(entry, cause))
        return found

    def _origin_changed(self) -> list[str]:
        """Numbers that come from elsewhere than before."""
        return [name for name, (old, new) in self.cells.items() if old and new and old["opphav"] != new["opphav"]]

    def appearance(self) -> list[dict]:
        """The styles of the page and the print edition, and the typesetting of the PDF, where they differ alone."""
        found = []
        for name in ("publikasjon/index.html", "publikasjon/trykk.html"):
            if name not in self.differs or name not in self.old.files.keys() & self.new.files.keys():
                continue
            styles = [re.findall(r"<style>(.*?)</style>", run.text(name), re.DOTALL) for run in (self.old, self.new)]
            if styles[0] != styles[1]:
                left = self.causes.candidates("side")
                own = tuple(c for c in left.changes if c.slag in ("stil", "skrift", "kode", "laas"))
                ground = ONLY if len({c.fil for c in own}) == 1 else POSSIBLE
                found.append(self._with_cause({"fil": name, "hva": "stilen"}, Cause(own, ground)))
        pdf = "publikasjon/publikasjon.pdf"
        if pdf in self.differs and "publikasjon/trykk.html" not in self.differs:
            found.append(self._with_cause({"fil": pdf, "hva": "ombrekkingen"}, self.causes.candidates("pdf")))
        return found

    def changed_files(self) -> list[dict]:
        """Every output that differs, new or gone, with its bytes' fate."""
        fate = {(True, True): "endret", (True, False): "borte", (False, True): "ny"}
        return [
            {"fil": name, "endring": fate[(name in self.old.files, name in self.new.files)]}
            for name in sorted(self.differs)
        ]

    def _with_cause(self, entry: dict, cause: Cause) -> dict:
        for change in cause.changes:
            self.named.setdefault(change)
        self.effects.append((entry, cause))
        return entry

    def idle_cells(self) -> list[Change]:
        """Cells as received that differ and changed no answer, in records that both runs have."""
        used = {(c.fil, c.sted) for own in (*self.all_answers.values(), *self.causes.tables.values()) for c in own}
        found = []
        for place in sorted(self.raw.gammel.keys() & self.raw.ny.keys(), key=lambda p: (p[0], int(p[1]), p[2])):
            file, line, column = place
            where = f"linje {line}, kolonne «{column}»"
            if file.startswith(f"{RAW.as_posix()}/personer/"):
                continue
            if self.raw.gammel[place] != self.raw.ny[place] and (file, where) not in used:
                found.append(Change("raarad", file, where, self.raw.gammel[place], self.raw.ny[place]))
        return found


def compare(
    old: Run,
    new: Run,
    indicators: Mapping,
    figures: Figures,
    reaches: Callable[[str, str], bool],
    accepted: Iterable[Mapping[str, str]] | None,
    published: ShortStatements,
) -> dict:
    """The whole comparison. Parameters: as `Comparison` and `told_review`."""
    report = Comparison(old, new, indicators, figures, reaches)
    statements = report.statements()
    review = told_review(old, new, accepted, published)
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
        entry["arsaker"], entry["grunnlag"] = (
            [ids[c] for c in cause.changes],
            cause.ground if cause.changes else UNKNOWN,
        )
    counted = {"tall": len(report.cells), "av": _all_cells(old, new, report.years)}
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
        "uten_virkning": [_told_change(c) for c in _idle(report)],
        "filer": report.changed_files(),
        "ikke_avgjort": _undecided(old, new),
    }


def _idle(report: Comparison) -> tuple[Change, ...]:
    """What differs and is the cause of nothing, without the files that stand beside a cause or hold one."""
    files = {c.fil for c in report.named}

    def told_by_another(c: Change) -> bool:
        in_register = c.slag == "register" and any(f.startswith("data/raw/register") for f in files)
        new_text = c.slag in ("leksikon", "rettelse") and c.gammel is None
        manifest = c.fil.endswith("/kilde.yaml") and any(_beside(c.fil, f) for f in files)
        return in_register or manifest or ((new_text or c.slag in ("raafil", "register")) and c.fil in files)

    inputs = [c for c in report.causes.inputs if c not in report.named and not told_by_another(c)]
    beside = [*report.persons.values(), *report.agreements.values()]
    answers = merged(*report.all_answers.values(), *report.causes.tables.values(), beside)
    return merged(inputs, report.idle_cells()[:200], (c for c in answers if c not in report.named))


def _rest(report: Comparison) -> Cause:
    """What may have changed files in which nothing that a reader meets has changed."""
    answers = merged(*report.all_answers.values(), report.causes.services.values())
    return Cause(answers, FOUND) if answers else report.causes.candidates("side", review=True)


def verdict(report: Comparison, parts: Mapping[str, Any], counted: Mapping[str, int]) -> str:
    """The first line: what came of it all."""
    if not report.differs:
        return f"Ingen endringer. Alle {number(len(report.new.files))} filene er like, byte for byte."
    lost = [entry for entry in parts["data"] if entry["tapt"] or entry["ny"] < entry["gammel"]]
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
    open_ = sum(1 for _, cause in report.effects if not cause.changes)
    if open_:
        told.append(f"For {_many(open_, 'endring', 'endringer')} kunne årsaken ikke avgjøres.")
    return " ".join(told)


def _many(n: int, one: str, several: str) -> str:
    return "" if n == 0 else f"{number(n)} {one if n == 1 else several}"


def _undecided(old: Run, new: Run) -> list[str]:
    """What could not be found out, and why."""
    found = []
    for run, which in ((old, "den gamle kjøringen"), (new, "den nye kjøringen")):
        if run.manifest is None:
            found.append(
                f"{which.capitalize()} har ikke manifest.json. Hvilke maler, stiler, skrifter, leksikon, kodebøker og "
                "hvilken kode den ble laget av, kunne ikke avgjøres."
            )
    return found


def _all_cells(old: Run, new: Run, years: Sequence[int]) -> int:
    """How many numbers two runs have in the years that both have."""
    rows = [r for run in (old, new) for r in run.table("utdata/tall.csv", TALL)]
    rows += [r for run in (old, new) if PERSONS in run.files for r in count_rows(run.rows(PERSONS))]
    rows += [r for run in (old, new) if AGREEMENTS in run.files for r in run.table(AGREEMENTS, TALL)]
    return len({_cell_name(r) for r in rows if int(r["aar"]) in years})


def _records(inputs: Mapping[str, Mapping]) -> dict[str, list[str]]:
    """Checksums of the published editions among the inputs, by their folder."""
    found: dict[str, list[str]] = {}
    for name, entry in sorted(inputs.items()):
        if name.startswith(f"{EDITIONS}/"):
            found.setdefault("/".join(name.split("/")[:2]), []).append(entry["sha256"])
    return found


def _told_run(run: Run) -> dict:
    code = (run.manifest or {}).get("kode") or {}
    return {"aar": run.aar, "manifest": run.manifest is not None, "commit": code.get("commit"), "filer": len(run.files)}


def _told_change(change: Change) -> dict:
    return {
        "slag": change.slag,
        "fil": change.fil,
        "sted": change.sted,
        "gammel": change.gammel,
        "ny": change.ny,
        "tekst": change.told(),
    }


def _cell_name(row: Mapping) -> str:
    return "/".join(str(row.get(c) or "") for c in CELL_KEY)


def _counts(row: Mapping | None) -> list[str] | None:
    return None if row is None else [row[c] for c in COUNTS]


def _count(row: Mapping | None) -> str | None:
    """A number as text: «41 av 43», «hidden» by its status, None where there is none."""
    if row is None:
        return None
    if row["status"]:
        return row["status"].replace("_", " ")
    told = str(row["antall"]) + (f" av {row['base']}" if row["base"] else "")
    rest = [
        f"{row[c]} {c.replace('_', ' ')}"
        for c in ("nei", "vet_ikke", "ubesvart", "ikke_spurt")
        if row[c] not in ("", "0")
    ]
    return f"{told} ({'; '.join([', '.join(rest), row['opphav']] if rest else [row['opphav']])})"


def _shown(row: Mapping | None) -> str | None:
    if row is None:
        return None
    if row.get("status"):
        return row["status"].replace("_", " ")
    base = f" av {row['base']}" if row.get("base") else ""
    share = f" ({row['prosent'].replace('.', ',')} %)" if row.get("prosent") else ""
    return f"{row.get('antall', '')}{base}{share}"


def _difference(old: Mapping | None, new: Mapping | None) -> str:
    counts = [int(row["antall"]) for row in (old, new) if row and (row.get("antall") or "").isdecimal()]
    if len(counts) < 2:
        return ""
    gap = counts[1] - counts[0]
    return f"+{gap}" if gap > 0 else number(gap)


def _typed(row: Mapping[str, str]) -> dict:
    """A row of text with its year, count and base as numbers."""
    return {**row, **{c: int(row[c]) if row[c] else None for c in ("aar", "antall", "base")}}


def _title(run: Run, name: str) -> str:
    """The title of a table, from the first line of the file for spreadsheets."""
    plain = name.replace("-maskin_", "_")
    lines = run.text(plain).lstrip("\ufeff").splitlines() if plain in run.files else []
    return lines[0].strip('"; ') if lines else name


def _sentence(statement: Mapping) -> str:
    return statement["steder"][0]["setning"]


def _by_question(old: Run, new: Run) -> tuple[dict[str, Mapping], dict[str, Mapping]]:
    """Statements of two runs by question. Years are told from the edition's, so that two editions ask the same; what
    only one of them asks then is known by the years as they stand, for a source that has no newer ones."""
    asked = [
        _placed(run.statements["paastander"], partial(question, serie=(run.serie[0], run.aar))) for run in (old, new)
    ]
    shared = asked[0].keys() & asked[1].keys()
    alone = [_placed((s for key, s in side.items() if key not in shared), unnumbered) for side in asked]
    before, after = (
        {key: side[key] for key in shared} | {f"={key}": s for key, s in rest.items()}
        for side, rest in zip(asked, alone, strict=True)
    )
    return before, after


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
    page = run.text("publikasjon/index.html")
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


def _texts_by_sentence(run: Run) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for statement in run.statements["paastander"]:
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


def _beside(one: str, other: str) -> bool:
    """Whether two files lie in the same folder."""
    return one.rpartition("/")[0] == other.rpartition("/")[0]


def _choices(variants: Iterable[Mapping]) -> list[tuple]:
    return [(v["navn"], v["nummer"]) for v in variants]


def _told_statement(old: Mapping | None, new: Mapping | None) -> dict:
    return {
        "id": (new or old or {})["id"],
        "endring": "ny" if old is None else "borte" if new is None else "endret",
        "gammel": old and old["tekst"],
        "ny": new and new["tekst"],
        "regel_gammel": old and old["regel"],
        "regel_ny": new and new["regel"],
    }
