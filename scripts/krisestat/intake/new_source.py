"""Takes in a new year's answers as the survey tool gives them: what is needed of them is laid in the project, the
rest in an archive outside it, and the year's `kilde.yaml`, codebook and corrections are drafted.

Run as `make ny-kilde FIL=svar.xlsx AAR=2021`. What a person must decide is listed in the draft of `kilde.yaml`, in a
key that the build refuses, and in the terminal. Nothing is decided by likeness alone. A second run replaces the drafts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from krisestat.base.contracts import write_all
from krisestat.base.errors import ProblemList, Problems, one_problem, shown
from krisestat.base.kept_tables import header_of, read_kept_table, valid_in
from krisestat.base.personal import personal_marks
from krisestat.base.yaml_files import load_yaml
from krisestat.intake.archive import archive_folder, keep
from krisestat.intake.decisions import Decisions, load_decisions
from krisestat.intake.delivery import Table, choose
from krisestat.intake.foreign import read_delivery
from krisestat.intake.meaning import Wording
from krisestat.intake.raw_file import FAULT, FORMULA, RawTable, some
from krisestat.intake.readers import cells_of, check_table
from krisestat.intake.rows import Found, draft_corrections, look_at_rows
from krisestat.intake.sources import DRAFT, OPEN, PROPOSED, RAW, SURVEY, Source
from krisestat.intake.survey import clarify
from krisestat.model.codebooks import (
    ANSWERS,
    CODEBOOKS,
    LABELS,
    RESPONDENT,
    TEXT,
    UNUSED,
    columns_file,
    labels_of,
    labels_text,
    load_answers,
)
from krisestat.model.declared import Questions, Reader
from krisestat.model.load import load_model
from krisestat.model.register import REGISTER, Register, load_register

# An answer that nobody is told of by: a word or a number, or what stands for a cell that is no text.
_WORD = re.compile(rf"\S{{1,20}}|(?:{FORMULA}|{FAULT})\S{{0,20}}|\d{{4}}-\d\d-\d\d [\d:.]{{1,15}}")
# What tools call their questions when nobody names them.
_NUMBERED = re.compile(r"[a-z]{0,8}_?\d+(?:[_.x]\d+)*", re.IGNORECASE)
WORDS = CODEBOOKS / "sporsmaalsord.csv"
# What no file tells.
_ALWAYS = "opphav: skriv «mottatt» for virkelige svar eller «rekonstruert» for eksempeldata, på linjen over."
_NOBODY = (
    "ingen kolonne har navnene på sentrene. Er det koder eller andre navn, føres de i "
    "data/raw/register/skrivemaater.csv, og «make ny-kilde» kjøres på nytt."
)


def _book_of(aar: int, root: Path) -> tuple[int, list[dict]]:
    """The codebook to build on: the year's own, or the newest of the ten years before. Raises `Problems`."""
    for year in range(aar, aar - 11, -1):
        path = root / columns_file(year)
        if path.is_file():
            return year, read_kept_table(path, header_of(path), ["kolonne"])
    wanted, fix = "en kodebok å bygge på", "Lag kodeboken for hånd."
    raise one_problem(columns_file(aar), "", "ingen kodebok fra de ti årene før", wanted, fix)


def meanings(
    table: Table, before: Sequence[Mapping], wording: Wording, respondent: str
) -> tuple[list[dict], list[str], list[str]]:
    """Find the meaning of each column.

    What last year's codebook says of the same question holds, or of the same name where either has no text, and then
    what the words of the question say. Two columns never get the same meaning. Parameters: `before`, rows of the
    codebook; `respondent`, the column of the centres' names. Returns a row of the codebook for each column, with an
    empty `variabel` where no meaning was found, the columns of the codebook that were not found again, and what must be
    asked.
    """
    places = wording.places
    nothing = dict.fromkeys(("variabel", *places), "")
    by_text = {row[TEXT].casefold(): row for row in before if row.get(TEXT)}
    by_name = {row["kolonne"]: row for row in before}
    rows, used, blind, asked = [], set(), [], []
    for column in table.columns:
        text = table.texts.get(column, "")
        named = by_name.get(column)
        if named and text and named.get(TEXT) and named[TEXT].casefold() != text.casefold():
            named = None  # tools number their questions anew each year
        if named and named.get(TEXT) and not text and _NUMBERED.fullmatch(column):
            blind.append(column)
        row = by_text.get(text.casefold()) or named
        told = {k: row.get(k, "") for k in nothing} if row else wording.meaning(text or column)
        if row:
            used.add(row["kolonne"])
        if column == respondent:
            told = {"variabel": RESPONDENT}
        rows.append(
            {"kolonne": column} | nothing | told | {TEXT: text, LABELS: labels_text(table.labels.get(column, {}))}
        )
    meant: dict[tuple, list[dict]] = {}
    for row in rows:
        if row["variabel"] not in ("", UNUSED):
            meant.setdefault(tuple(row[name] for name in nothing), []).append(row)
    for same in (same for same in meant.values() if len(same) > 1):
        what = " ".join(same[0][name] for name in nothing if same[0][name])
        asked.append(
            f"{some([row['kolonne'] for row in same])} spør om det samme ({what}), så ingen av dem har fått betydning. "
            "Gi den som gjelder, betydning i kodeboken."
        )
        for row in same:
            row |= nothing | {"variabel": UNUSED}
    if blind:
        asked.append(
            f"{len(blind)} kolonner ({some(blind)}) heter det samme som i fjor, men filen sier ikke hva de spør om, og "
            "verktøyet kan ha gitt dem nye numre. Ta med arket eller filen som beskriver dem, eller se over dem."
        )
    there = {tuple(row[name] for name in nothing) for row in rows}
    gone = [row for row in before if row["variabel"] != UNUSED and tuple(row.get(n, "") for n in nothing) not in there]
    return rows, [row["kolonne"] for row in gone if row["variabel"] != RESPONDENT and row["kolonne"] not in used], asked


def boxes(table: Table, rows: Sequence[dict], known: Known) -> list[str]:
    """Write what a tick is where it is the name of its box, and ask what an empty cell is where every answer is a tick.
    Parameters: `rows`, the codebook's draft, which is changed, as the tool's labels of `table` are."""
    columns, other, asked = list[str](), False, known.asked
    words = {answer: value for value, answer in reversed(known.codes.items())}
    for n, row in ((n, row) for n, row in enumerate(rows) if row["variabel"] in asked.only_if):
        cells = {record[n] for record in table.records if not record[n].isdecimal() or record[n] in known.codes}
        yes, *others = [code for code in asked.answers[row["variabel"]].forrang if code in words] or [""]
        no = others[-1] if others else ""
        for tick in cells - {"", *known.codes, *labels_of(row)}:
            if yes and known.wording.names(tick, row):
                table.labels[row["kolonne"]] = {tick: words[yes]}
                row[LABELS] = labels_text(table.labels[row["kolonne"]])
        given = {known.codes.get(label, label) for label in (labels_of(row).get(cell, cell) for cell in cells)}
        columns += [row["kolonne"]] if given == {"", yes} else []
        other |= not no or no in given
    if other or not columns:
        return []
    return [
        f"{len(columns)} kolonner ({some(columns[:1])} …) har bare kryss og tomme felt, og tomt regnes som ubesvart. "
        "Betyr det at det ikke er krysset av, rettes de i én post i rettelser.utkast.yaml: «variabel», «fra: ''», "
        f"«til: {words[no]}» og «antall» (docs/mottak.md)."
    ]


def respondent_column(table: Table, names: Iterable[str]) -> str:
    """The column that holds most of the names of centres, or «» when none holds a half of its cells."""
    known = {name.casefold() for name in names}
    counts = {
        column: sum(cell.casefold() in known for cell in cells)
        for column, cells in zip(table.columns, zip(*table.records, strict=True), strict=True)
    }
    best = max(counts, key=lambda column: counts[column], default="")
    return best if best and 2 * counts[best] >= len(table.records) else ""


def kept_columns(table: Table, rows: Sequence[Mapping], words: Iterable[str]) -> list[int]:
    """The columns that enter the project: those with a meaning, and those whose every value is an answer to choose, by
    what the tool says or by the answers that are known (`words`). All others may hold persons, and stay outside."""
    known = {*words, ""}
    kept = []
    for n, row in enumerate(rows):
        values = {record[n] for record in table.records}
        labels = table.labels.get(row["kolonne"], {})
        chosen = values <= known | {*labels, *labels.values()} and (labels or values != {""})
        chosen = chosen and row["kolonne"] not in table.of_tool
        if row["variabel"] not in ("", UNUSED) or chosen:
            kept.append(n)
    return kept


def _name(column: str) -> str:
    """The name of a column that is left out, as it can be shown."""
    return shown(_masked(column))[1:-1]


def _masked(text: str) -> str:
    """A text without marks of persons: what stood there is said, and nothing of it is left."""
    found = personal_marks(text, (), by_hand=True) if any(c.isdigit() or c == "@" for c in text) else []
    return f"fjernet: {', '.join(found)}" if found else text


def stripped(table: Table, rows: Sequence[Mapping], kept: Sequence[int], words: Collection[str]) -> RawTable:
    """The columns that enter the project, each row on the line that it had.

    Of an answer, what is known (`words`, and the tool's), what several have answered, and a word or a number alone come
    in: what is left is text that somebody wrote. Of names of centres, all but marks of persons.
    """
    columns, cells = [rows[n]["kolonne"] for n in kept], []
    for n in kept:
        values = [record[n] for record in table.records]
        labels = table.labels.get(rows[n]["kolonne"], {})
        known = {"", *words, *labels, *labels.values(), *(value for value, n in Counter(values).items() if n > 1)}
        named = rows[n]["variabel"] == RESPONDENT
        cells.append([_masked(v) if named or v in known or _WORD.fullmatch(v) else "fjernet: fritekst" for v in values])
    return RawTable(columns, table.lines, [list(record) for record in zip(*cells, strict=True)])


def raw_text(sheet: RawTable, header: int) -> str:
    """A table as CSV, with every row on its line; `header`, that of the column names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    written = 1
    for line, cells in zip((header, *sheet.lines), (sheet.columns, *sheet.records), strict=True):
        out.write("\n" * (line - written))
        writer.writerow(cells)
        written = line + 1
    return out.getvalue()


def _questions_of_columns(
    table: Table, rows: Sequence[dict], gone: Sequence[str], year: int, kept: set[str], wording: Wording
) -> list[str]:
    """What must be decided of columns: answers to choose that have no meaning and were given by somebody, told once for
    all that use the same unknown words, and questions that are gone."""
    found: dict[tuple, list[str]] = {}
    texts: dict[tuple, str] = {}
    for n, row in enumerate(rows):
        column = row["kolonne"]
        if row["variabel"] or column not in kept:
            continue
        row["variabel"] = UNUSED
        values = {record[n] for record in table.records}
        labels = table.labels.get(column, {})
        if len(values - {""}) > 1 or (not labels and values != {""}):
            text = table.texts.get(column, column)
            subject = wording.strange(text) or (table.subjects.get(column, text),)
            found.setdefault(subject, []).append(column)
            texts.setdefault(subject, text)
    asked = [
        f"{shown(texts[subject], 120)} ({'kolonnen' if len(columns) == 1 else f'{len(columns)} kolonner:'} "
        f"{some(columns)}) ble det svart på, men {shown(' '.join(subject))} er ikke noe som telles. Skal det telles, "
        "får det en kode eller en statistikk i data/statistikk, og «make ny-kilde» kjøres på nytt; ellers er det greit "
        "som det er (uten_betydning)."
        for subject, columns in found.items()
    ]
    columns = zip(table.columns, zip(*table.records, strict=True), strict=True)
    if several := [c for c, values in columns if c not in kept and wording.several({*values})]:
        asked.append(
            f"flere svar i én celle i {some(several)}, så kolonnene er ikke tatt inn. Hent svarene på nytt fra "
            "verktøyet, med én kolonne for hvert svaralternativ."
        )
    if gone:
        asked.append(
            f"spørsmål fra {year} som ikke er funnet i filen: {some(gone)}. Ble de ikke stilt, er det greit som det er "
            "(«ikke spurt»); ellers gir du kolonnene betydning i kodeboken."
        )
    return asked


def _faults(sheet: RawTable, rows: Sequence[dict], known: Known, raw: Path, decided: Decisions) -> list[str]:
    """What the build would say of the answers as they are drafted, one sentence for each fault."""
    columns = [row for row in rows if row["kolonne"] in set(sheet.columns)]
    cells = cells_of(sheet, raw)
    try:
        clarify(cells, columns, known.asked, known.answers, known.register, known.aar, raw, decided)
    except Problems as error:
        return [f"{p.sted + ': ' if p.sted else ''}{p.fant}. Ventet {p.ventet}. {p.tiltak}" for p in error.problems]
    return []


def _manifest(
    aar: int, raw: Path, text: str, table: Table, digests: list[str], gone: list[str], asked: list[str]
) -> str:
    """The draft of `kilde.yaml`, with what must be decided in a key that the build does not know."""
    keys: dict[str, object] = {
        "aar": aar,
        "fil": raw.name,
        "format": "csv",
        "tegnsett": "utf-8",
        "skilletegn": ",",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "sha256_mottatt": digests,
        "lest_som": table.how,
        "fjernet": [_name(column) for column in gone],
        "opphav": "",
        "om": "institusjon",
        OPEN: asked,
    }
    return yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=1000)


def draft_codebook(rows: Sequence[Mapping], columns: Iterable[str]) -> str:
    """The draft of the year's codebook as CSV."""
    out = io.StringIO()
    kept = set(columns)
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if row["kolonne"] in kept)
    return out.getvalue()


def _taken(aar: int, file: Path, root: Path) -> None:
    """Raise `Problems` if a year is taken in already, or there is nothing to take in."""
    manifest = RAW / str(aar) / "kilde.yaml"
    if (root / manifest).exists():
        found = f"filen finnes fra før, så {aar} er allerede tatt inn"
        fix = "Er det en ny leveranse, sletter du kilde.yaml først; kodeboken blir brukt på nytt."
        raise one_problem(manifest, "", found, "et år uten kildeopplysninger", fix)
    if not file.exists():
        raise one_problem(file, "", "filen finnes ikke", "den mottatte filen", "Skriv hele stien: FIL=…")


class Known(NamedTuple):
    """What is known before a file is opened: its year, the questions, what values mean, the register, the words of
    questions, and the codebook to build on, with the year that it is of."""

    aar: int
    asked: Questions
    answers: list[dict]
    register: Register
    wording: Wording
    year: int
    before: list[dict]

    @property
    def codes(self) -> dict[str, str]:
        """The answer that a value is, in the year."""
        return {row["verdi"]: row["svar"] for row in self.answers if valid_in(row, self.aar)}


def _known(aar: int, readers: Mapping[str, Reader], root: Path) -> Known:
    """Read what is known. Raises `Problems` when the edition asks nothing, or no codebook is there to build on."""
    year, before = _book_of(aar, root)
    config, _ = load_yaml(root / "config.yaml")
    model = load_model(config["kapitler"], readers, root)
    if not (asked := model.kilder.get(SURVEY)):
        found, fix = "ingen kapitler som spør om noe", "Legg til kapittelet, eller ta inn filen for hånd."
        raise one_problem("config.yaml", "nøkkelen «kapitler»", found, f"et kapittel med kilden «{SURVEY}»", fix)
    there = (root / WORDS).is_file()
    words = read_kept_table(root / WORDS, ["ord", "variabel"], ["ord", "variabel"]) if there else []
    wording = Wording(model, asked, aar, words)
    return Known(
        aar, asked, load_answers(asked, root / ANSWERS), load_register(root / REGISTER, [aar]), wording, year, before
    )


def run(file: Path, aar: int, sheet: str, header: str, archive: str, readers: Mapping[str, Reader], root: Path) -> str:
    """Take in a delivery: write the answers and the drafts, all or nothing.

    Parameters: `file`, as received, or a folder of files that are one delivery, outside the project; `aar`, its
    year; `sheet` and `header`, the sheet and the row of the column names where a person has chosen them; `archive`,
    the folder where received files are kept, when it is not yet named; `readers`, as `load_model` has them; `root`,
    the project's folder. Returns a Norwegian text of what was done and what must be decided. Raises `Problems` when
    nothing can be read, or the year is taken in.
    """
    _taken(aar, file, root)
    place = archive_folder(archive, file, root)
    known = _known(aar, readers, root)
    sheets, files, problems = read_delivery(file)
    table = choose(sheets, {row["kolonne"] for row in known.before}, known.wording, sheet, header)
    respondent = respondent_column(table, known.register.known_as(aar))
    rows, gone, unsure = meanings(table, known.before, known.wording, respondent)
    unsure += boxes(table, rows, known)
    kept = kept_columns(table, rows, known.codes)
    if not kept:
        found = f"{table.how}: ingen av de {len(table.columns)} kolonnene er kjent"
        fix = "Si hvor svarene står med ARK= og RAD=, eller se om det er riktig fil."
        raise one_problem(file, "", found, "kolonner som i fjor, eller spørsmål", fix)
    small = stripped(table, rows, kept, known.codes)
    raw = RAW / str(aar) / f"samarbeid_p{aar}.csv"
    check_table(Source(raw, raw.with_name("kilde.yaml"), "csv", "utf-8", ",", "", 1, "", "", aar), small)
    unsure += [f"{rival} ser også ut som svar, og er ikke tatt inn. Er det riktig ark?" for rival in table.rivals]
    unsure += _questions_of_columns(table, rows, gone, known.year, set(small.columns), known.wording)
    aside, of_rows = _of_rows(small, rows, known, raw, root) if respondent else (Found([], []), [_NOBODY])
    questions = [_ALWAYS, *unsure, *of_rows]
    text = raw_text(small, table.header)
    out = [column for n, column in enumerate(table.columns) if n not in set(kept)]
    digests = keep(files, place, aar)
    drafts = (raw, raw.with_name(DRAFT), columns_file(aar).with_suffix(".utkast.csv"), raw.with_name(PROPOSED))
    manifest = _manifest(aar, raw, text, table, digests, out, questions)
    written = (text, manifest, draft_codebook(rows, small.columns), draft_corrections(aside, raw))
    write_all({root / path: content for path, content in zip(drafts, written, strict=True)})
    return _told(table, rows, small, out, questions, drafts, problems)


def _of_rows(small: RawTable, rows: Sequence[dict], known: Known, raw: Path, root: Path) -> tuple[Found, list[str]]:
    """The rows that may be no answers, and what must be decided of rows: of those, and what the build would say of the
    others."""
    found = look_at_rows(small, rows, known.codes, known.asked, known.register, known.aar)
    decided = found.join(load_decisions(root=root).of(raw), raw)
    return found, [*found.questions, *_faults(small, rows, known, raw, decided)]


def _told(
    table: Table,
    rows: Sequence[Mapping],
    small: RawTable,
    out: Sequence[str],
    questions: Sequence[str],
    drafts: Sequence[Path],
    problems: ProblemList,
) -> str:
    """What was done and what must be decided, for the terminal."""
    raw, manifest, book, corrections = drafts
    meant = sum(row["variabel"] not in ("", UNUSED) for row in rows)
    lines = [
        f"Lest: {table.how}. {table.why}",
        f"{raw}: {len(small.records)} rader og {len(small.columns)} av {len(table.columns)} kolonner.",
        f"  Ute av lageret, bare i arkivet: {', '.join(map(_name, out))}." if out else "  Ingen kolonner er tatt ut.",
        f"{book}: {meant} kolonner har betydning; se over dem. {corrections}: forslag til rettelser.",
        *(f"\n{problem}" for problem in problems.problems),
        f"\nDette må du avgjøre ({len(questions)}); det står også under «{OPEN}» i {manifest}:",
        *(f"{n:3}. {question}" for n, question in enumerate(questions, 1)),
        f"\nSlett hver linje under «{OPEN}» når den er avgjort, og kjør så «make mottak AAR={raw.parent.name} "
        "MOTTATT=<dato> AV=<navn>». Har du rettet registeret, listene eller kodebøkene, kan du kjøre «make ny-kilde» "
        "på nytt først: det som er avklart, spørres det ikke om igjen.",
    ]
    return "\n".join(lines)
