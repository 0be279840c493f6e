"""Takes in a new year's file: copies it to its place and drafts its `kilde.yaml` and codebook from the year before.

Run as `make ny-kilde FIL=svar.xlsx AAR=2021`. What a person must decide is left open in the drafts, in a key and a
column (`maa_avgjores`) that the build refuses, and listed in the terminal. Nothing is decided by likeness alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from krisestat.base.contracts import write_all
from krisestat.base.errors import Problems, nearest, one_problem, shown
from krisestat.base.kept_tables import header_of, normal, read_kept_table, valid_in
from krisestat.intake.raw_file import ASK_AGAIN, FORMATS, RawTable, likely_format, some
from krisestat.intake.read_csv import decode, likely_delimiter, likely_encoding
from krisestat.intake.read_xlsx import open_workbook
from krisestat.intake.readers import read_sheet
from krisestat.intake.sources import MAX_BYTES, RAW, Source
from krisestat.model.codebooks import ANSWERS, RESPONDENT, UNUSED, columns_file
from krisestat.model.register import REGISTER, load_register

_OPEN = "maa_avgjores"
# What no file tells.
_ALWAYS = (
    "opphav: «mottatt» for virkelige svar, «rekonstruert» for eksempeldata",
    "om: «institusjon» når det er sentrene som svarer for seg selv, «person» når personer telles",
    "mottatt og mottatt_av: «make mottak» skriver dem",
)
_ALIKE = 75
_HEADER_ROWS = (1, 2, 3)


def detect(source: Source, data: bytes, known: Iterable[str]) -> tuple[Source, RawTable, list[str]]:
    """Find out how a file is to be read.

    Parameters: `source`, with path and format; `data`, the file's bytes; `known`, the columns of the year before, which
    tell the sheet with the answers from others. Returns the source as it can be declared, the sheet as read so, and
    what a person must decide. Raises `Problems` when there is no way to read it.
    """
    if source.format == "csv":
        source = replace(source, encoding=likely_encoding(data))
        source = replace(source, delimiter=likely_delimiter(decode(source, data)) or ";")
        return source, read_sheet(source, data), []
    if source.format == "sav":
        return source, read_sheet(source, data), []
    _, package = open_workbook(source, data)
    visible = [name for name, (_, hidden) in package.sheets.items() if not hidden]
    hidden = [name for name in package.sheets if name not in visible]
    ways: list[tuple[int, Source, RawTable]] = []
    faults: list[Problems] = []
    for name in visible:
        for rows in _HEADER_ROWS:
            way = replace(source, sheet=name, header_rows=rows)
            try:
                sheet = read_sheet(way, data)
            except Problems as error:
                faults.append(error)
            else:
                ways.append((len(set(known).intersection(sheet.columns)), way, sheet))
    if not ways:
        raise faults[0] if faults else one_problem(source.path, "", "ingen synlige ark", "et ark med svar", ASK_AGAIN)
    alike, way, sheet = max(ways, key=lambda w: w[0])
    undecided = []
    if not alike:
        undecided.append(
            f"overskriftsrader: utkastet sier {way.header_rows}; ingen overskrift er lik fjorårets. Se i filen."
        )
    if len({w.sheet for _, w, _ in ways}) > 1:
        undecided.append(f"ark: utkastet sier {shown(way.sheet)}; arkene er {', '.join(visible)}.")
    if hidden:
        undecided.append(f"ark: arbeidsboken har skjulte ark ({', '.join(hidden)}), som ikke leses. Er det riktig?")
    return way, sheet, undecided


def match(columns: Sequence[str], before: Sequence[dict]) -> tuple[list[dict], list[str]]:
    """Find the meaning of each column in the codebook of the year before.

    Parameters: `columns`, of the new file; `before`, rows of the codebook. Returns a draft row for each column, where
    what is not an exact match says in `maa_avgjores` what must be decided, and the columns that are gone.
    """
    from rapidfuzz import fuzz

    known = {row["kolonne"]: {name: value for name, value in row.items() if name != "_linje"} for row in before}
    nothing = dict.fromkeys(next(iter(known.values()), {}), "")
    left = [c for c in known if c not in set(columns)]
    new = [c for c in columns if c not in known]
    pairs = sorted(((fuzz.ratio(c, k), c, k) for c in new for k in left), key=lambda p: (-p[0], p[1], p[2]))
    nearest: dict[str, tuple[str, int]] = {}
    for score, column, candidate in pairs:
        if score >= _ALIKE and column not in nearest and candidate not in {k for k, _ in nearest.values()}:
            nearest[column] = candidate, round(score)
    rows = []
    for column in columns:
        like, score = nearest.get(column, ("", 0))
        meaning = known.get(column) or known.get(like) or nothing
        question = "" if column in known else "ny kolonne: hva betyr den?"
        if like:
            question = f"ligner {shown(like)} i fjor ({score} %): er det samme spørsmål?"
        rows.append({**meaning, "kolonne": column, _OPEN: question})
    return rows, [c for c in left if c not in {k for k, _ in nearest.values()}]


def unknown_values(
    sheet: RawTable, rows: Sequence[dict], svarkoder: Sequence[dict], names: Iterable[str], aar: int
) -> list[str]:
    """What the file says that neither register nor answer codes know, as sentences.

    Parameters: `rows`, the draft of the codebook; `svarkoder`, what values mean; `names`, the centres that the register
    knows in the year.
    """
    found = []
    known = {normal(name) for name in names}
    codes = {r["verdi"] for r in svarkoder if valid_in(r, aar)} | {""}
    values: dict[str, list[str]] = {}
    for row, cells in zip(rows, zip(*sheet.records, strict=True), strict=True):
        if row["variabel"] == RESPONDENT:
            for name in sorted({c for c in cells if normal(c) not in known}):
                found.append(f"senteret {shown(name)} står ikke i registeret for {aar}" + nearest(name, names))
        elif row["variabel"] not in ("", UNUSED):
            for value in set(cells) - codes:
                values.setdefault(value, []).append(row["kolonne"])
    for value in sorted(values):
        found.append(f"svaret {shown(value)} står ikke i svarkoder.csv for {aar} (kolonnen {some(values[value])})")
    return found


def draft_manifest(source: Source, undecided: Sequence[str]) -> str:
    """The draft of `kilde.yaml`, with what must be decided in a key that the build does not know."""
    keys: dict[str, object] = {"aar": source.aar, "fil": source.path.name, "format": source.format}
    if source.format == "csv":
        keys |= {"tegnsett": source.encoding, "skilletegn": source.delimiter}
    if source.format == "xlsx":
        keys |= {"ark": source.sheet, "overskriftsrader": source.header_rows}
    keys |= {"sha256": source.sha256, _OPEN: list(undecided)}
    return yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=1000)


def draft_codebook(rows: Sequence[dict]) -> str:
    """The draft of the year's codebook as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [_OPEN], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _refuse_taken(root: Path, paths: Iterable[Path], aar: int) -> None:
    """Raise `Problems` if one of the files that a year is taken in as is there already."""
    for path in paths:
        if (root / path).exists():
            raise one_problem(
                path,
                "",
                f"filen finnes fra før, så {aar} er allerede tatt inn",
                "et år uten utkast og kildeopplysninger",
                "Slett utkastene for å lage dem på nytt. Er det en ny leveranse, erstatter du rådatafilen og kjører "
                "«make mottak».",
            )


def run(file: Path, aar: int, root: Path) -> str:
    """Take in a file: write it and the drafts, all or nothing.

    Parameters: `file`, as received, anywhere; `aar`, its year; `root`, the project's folder. Returns a Norwegian text
    of what was done and what must be decided. Raises `Problems` when the file cannot be read, or the year is taken in.
    """
    if not file.is_file():
        raise one_problem(file, "", "filen finnes ikke", "den mottatte filen", "Skriv hele stien: FIL=…")
    if file.stat().st_size > MAX_BYTES:
        raise one_problem(file, "", f"{file.stat().st_size / 1e6:.0f} MB", f"høyst {MAX_BYTES // 10**6} MB", ASK_AGAIN)
    data = file.read_bytes()
    kind, name = likely_format(data) if data.strip() else ("", "en tom fil")
    if not kind:
        raise one_problem(file, "hele filen", name, ", ".join(FORMATS.values()), ASK_AGAIN)
    folder = RAW / str(aar)
    raw, manifest, codebook = folder / f"samarbeid_p{aar}.{kind}", folder / "kilde.utkast.yaml", columns_file(aar)
    draft = codebook.with_suffix(".utkast.csv")
    _refuse_taken(root, (folder / "kilde.yaml", codebook, draft), aar)
    if (root / raw).exists() and (root / raw).read_bytes() != data:
        raise one_problem(
            raw, "", "en annen fil med dette navnet", f"innholdet i {file}", "Flytt den som ikke gjelder."
        )
    earlier = [y for y in range(aar - 1, aar - 11, -1) if (root / columns_file(y)).is_file()]
    if not earlier:
        raise one_problem(
            codebook, "", "ingen kodebok fra de ti årene før", "en kodebok å bygge på", "Lag kodeboken for hånd."
        )
    before = read_kept_table(root / columns_file(earlier[0]), header_of(root / columns_file(earlier[0])), ["kolonne"])
    source = Source(raw, manifest, kind, "", "", "", 1, hashlib.sha256(data).hexdigest(), "", aar)
    source, sheet, undecided = detect(source, data, [row["kolonne"] for row in before])
    rows, gone = match(sheet.columns, before)
    undecided += _ALWAYS
    names = load_register(root / REGISTER, [aar]).names(aar)
    columns = ["gyldig_fra", "gyldig_til", "verdi", "svar"]
    svarkoder = read_kept_table(root / ANSWERS, columns, ["gyldig_fra", "verdi"])
    unknown = unknown_values(sheet, rows, svarkoder, names, aar)
    text = draft_manifest(source, undecided)
    if (root / manifest).exists() and (root / manifest).read_text(encoding="utf-8") != text:
        _refuse_taken(root, [manifest], aar)  # and what an earlier run wrote before it was stopped, is written again
    write_all(
        {
            **({} if (root / raw).exists() else {root / raw: data}),
            root / manifest: text,
            root / draft: draft_codebook(rows),
        }
    )
    open_rows = [f"kolonnen {shown(r['kolonne'])}: {r[_OPEN]}" for r in rows if r[_OPEN]]
    open_rows += [f"kolonnen {shown(c)} fra {earlier[0]} er ikke i filen: ble spørsmålet ikke stilt?" for c in gone]
    return "\n".join(
        [
            f"{raw}: {FORMATS[kind]} med {len(sheet.records)} rader og {len(sheet.columns)} kolonner",
            f"  {len(rows) - sum(bool(r[_OPEN]) for r in rows)} kolonner har samme navn som i {earlier[0]}",
            *_listed(f"Avgjør i {manifest}", undecided),
            *_listed(f"Avgjør i {draft}", open_rows),
            *_listed("Avgjør i registeret og kodebøkene", unknown),
            f"Ta så bort «{_OPEN}» i begge utkastene, og gi dem navnene kilde.yaml og {codebook.name}.",
        ]
    )


def _listed(head: str, items: Sequence[str]) -> list[str]:
    return [f"{head}:", *(f"  - {item}" for item in items)] if items else []
