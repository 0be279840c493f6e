"""Stage `clean`: raw files → `inndata` (every cell as received) → `klargjort` (one answer per year, centre, service,
question, partner and form of cooperation, in the codebook's codes).

Nothing is guessed and nothing is dropped: a column, name or answer that the codebooks and the register do not know is a
problem, and every service of the register has an answer, if only `ubesvart`.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from krisestat.codebooks import (
    Codebook,
    Register,
    columns_file,
    load_codebook,
    load_columns,
    load_register,
    valid_in,
)
from krisestat.contracts import INNDATA, KLARGJORT, KOSTRA, TILBUD, TILBUD_PER_AAR, write_all
from krisestat.errors import ProblemList, Problems, did_you_mean, shown
from krisestat.frames import frame_text
from krisestat.readers import read_raw
from krisestat.sources import Source, load_sources

log = logging.getLogger(__name__)

_QUESTIONS = ("forum", "samarbeid", "samarbeidsform")
_MEANING = ["variabel", "tilbud", "instans", "samarbeidsform"]
_ASKED = ["senter_id", *_MEANING]
_SHOWN_LINES = 5


def _places(lines: Sequence[int], column: str) -> str:
    """Where a fault stands; a fault that repeats down a column is told once, with its first lines."""
    first = ", ".join(map(str, lines[:_SHOWN_LINES]))
    more = f" og {len(lines) - _SHOWN_LINES} til" if len(lines) > _SHOWN_LINES else ""
    return f"linje {first}{more}" + (f", kolonne «{column}»" if column else "")


def check_columns(present: Sequence[str], columns: Sequence[dict], source: Path, codebook: Path) -> ProblemList:
    """Compare a file's columns with its codebook, both ways.

    Parameters: `present`, the columns of the file; `columns`, the codebook's rows; `source`, `codebook`, their paths.
    Returns a problem for every column that only one of them has, with suggestions.
    """
    problems = ProblemList()
    known = [r["kolonne"] for r in columns]
    extra = [c for c in present if c not in set(known)]
    missing = [c for c in known if c not in set(present)]
    for column in missing:
        hint = did_you_mean(column, extra)
        problems.add(
            source,
            "overskriften",
            f"ingen kolonne {shown(column)}" + (f" – {hint}" if hint else ""),
            f"alle de {len(known)} kolonnene i {codebook}",
            "Be om en fil med kolonnen, eller rett kodeboken hvis spørsmålet har skiftet navn eller ikke ble stilt.",
        )
    for column in extra:
        hint = did_you_mean(column, missing)
        problems.add(
            source,
            f"kolonne {list(present).index(column) + 1}",
            f"kolonnen {shown(column)}, som ikke har noen rad i kodeboken" + (f" – {hint}" if hint else ""),
            f"bare kolonner som står i {codebook}",
            "Legg til en rad i kodeboken; en ny instans trenger også en rad i instanser.csv. "
            "Skal kolonnen ikke brukes, er variabelen «uten_betydning».",
        )
    return problems


def name_centres(cells: pd.DataFrame, register: Register, aar: int, source: Path) -> tuple[pd.Series, ProblemList]:
    """Identify the centre of each record.

    Parameters: `cells`, the `inndata` rows of the column with the centre's name (one per record). Returns `senter_id`
    by line, and a problem for each name that the register does not know in that year or that comes twice.
    """
    problems = ProblemList()
    names = register.names(aar)
    seen: dict[str, int] = {}
    ids: dict[int, str] = {}
    column = str(cells["kolonne"].iloc[0]) if len(cells) else ""
    for line, name in zip(cells["linje"], cells["verdi"], strict=True):
        senter = names.get(name)
        if senter is None:
            hint = did_you_mean(name, names)
            problems.add(
                source,
                _places([line], column),
                f"senteret {shown(name)}, som ikke står i registeret for {aar}" + (f" – {hint}" if hint else ""),
                "navnet på et senter som hadde et tilbud det året",
                "Er senteret nytt eller har skiftet navn, rettes sentre.csv og tilbud.csv i data/raw/register.",
            )
        elif senter in seen:
            problems.add(
                source,
                _places([line], column),
                f"senteret {shown(name)} ({senter}) en gang til (først på linje {seen[senter]})",
                "én rad per senter",
                "Finn ut hvilken rad som gjelder, og be om en fil med bare den.",
            )
        else:
            seen[senter] = line
            ids[line] = senter
    return pd.Series(ids, dtype="str", name="senter_id"), problems


def code_answers(cells: pd.DataFrame, codes: dict[str, str], source: Path) -> tuple[pd.DataFrame, ProblemList]:
    """Give each cell its answer in the codebook's codes.

    Parameters: `cells`, `inndata` rows of questions; `codes`, value → answer for the year. Returns the cells whose
    value is known, with the column `svar` (an empty cell is `ubesvart`), and a problem per unknown value and column.
    """
    problems = ProblemList()
    answers = cells["verdi"].map({"": "ubesvart"} | codes)
    unknown = cells[answers.isna()]
    for (column, value), group in unknown.groupby(["kolonne", "verdi"], sort=True):
        hint = did_you_mean(value, codes)
        problems.add(
            source,
            _places(list(group["linje"]), column),
            shown(value) + (f" – {hint}" if hint else ""),
            f"{', '.join(codes)} eller tomt felt",
            "Be senteret avklare svaret og avsenderen om en rettet fil. "
            "Er det en ny svarkode, hører den hjemme i data/raw/codebooks/svarkoder.csv.",
        )
    return cells.assign(svar=answers)[answers.notna()], problems


def check_services(answers: pd.DataFrame, register: Register, aar: int, source: Path) -> ProblemList:
    """Compare the services that the file speaks of with the register: the base must be possible.

    Parameters: `answers`, coded cells with `senter_id`. Returns a problem where a centre says that it has a service
    that the register does not give it (or the other way), and where it answers for a service that it does not have.
    """
    problems = ProblemList()
    services = set(register.services(aar))
    told = answers[answers["variabel"] == "har_tilbud"]
    for row in told.itertuples():
        has = (row.senter_id, row.tilbud) in services
        if (row.svar == "ja") != has:
            problems.add(
                source,
                _places([row.linje], row.kolonne),
                f"{row.senter_id} svarer {shown(row.verdi)} på om det har tilbud til {row.tilbud}",
                f"{'Ja' if has else 'Nei'}, slik registeret sier for {aar}",
                "Rett data/raw/register/tilbud.csv hvis senteret har rett; ellers be om en rettet fil. "
                "Basen for prosentene kommer fra registeret.",
            )
    spoken = answers[answers["variabel"].isin(_QUESTIONS) & (answers["svar"] != "ubesvart")]
    outside = spoken[[(s, t) not in services for s, t in zip(spoken["senter_id"], spoken["tilbud"], strict=True)]]
    for (senter, tilbud), group in outside.groupby(["senter_id", "tilbud"], sort=True):
        problems.add(
            source,
            _places([int(group["linje"].iloc[0])], str(group["kolonne"].iloc[0])),
            f"{len(group)} svar fra {senter} for tilbud til {tilbud}",
            f"tomme felt, for senteret har ikke tilbud til {tilbud} i {aar}",
            "Rett data/raw/register/tilbud.csv hvis senteret har tilbudet; ellers be om en rettet fil.",
        )
    return problems


def complete(answers: pd.DataFrame, register: Register, codebook: Codebook, aar: int) -> pd.DataFrame:
    """One row for every service of the register and every question of the codebook.

    Parameters: `answers`, coded cells with `senter_id`, of questions alone. A question that the year's file did not ask
    becomes `ikke_spurt`; a service whose centre did not answer, `ubesvart`. Returns the columns of `KLARGJORT` without
    `aar` and `fil`.
    """
    partners = codebook.instans_codes(aar=aar)
    forms = [r["samarbeidsform"] for r in codebook.samarbeidsformer]
    questions = [
        ("forum", "", ""),
        *(("samarbeid", p, "") for p in partners),
        *(("samarbeidsform", p, f) for p, f in itertools.product(partners, forms)),
    ]
    grid = pd.DataFrame(
        [(s, q, t, p, f) for (s, t), (q, p, f) in itertools.product(register.services(aar), questions)], columns=_ASKED
    )
    full = grid.merge(answers[[*_ASKED, "svar", "linje", "kolonne"]], on=_ASKED, how="left", validate="1:1")
    silent = ~full["senter_id"].isin(answers["senter_id"])
    full["svar"] = full["svar"].fillna("ikke_spurt").mask(silent, "ubesvart")
    return full.fillna({"linje": 0, "kolonne": ""}).astype({"linje": "int64"}).rename(columns={"variabel": "sporsmaal"})


def filter_forms(rows: pd.DataFrame, source: Path) -> tuple[pd.DataFrame, ProblemList]:
    """Apply the survey's filter: forms of cooperation are asked only of those that cooperate.

    Parameters: `rows`, as `complete` gives them. Returns them with an empty form as `ikke_spurt` where the service
    did not answer that it cooperates, and a problem for each form that is claimed without cooperation. A centre that
    did not answer at all (its rows have no line) stays `ubesvart`.
    """
    problems = ProblemList()
    key = ["senter_id", "tilbud", "instans"]
    gate = rows[rows["sporsmaal"] == "samarbeid"].set_index(key)["svar"]
    is_form = rows["sporsmaal"] == "samarbeidsform"
    gates = gate.reindex(pd.MultiIndex.from_frame(rows[key])).to_numpy()
    wrong = rows[is_form & (rows["svar"] == "ja") & (gates != "ja")]
    for row in wrong.itertuples():
        problems.add(
            source,
            _places([row.linje], row.kolonne),
            f"{row.senter_id} svarer ja på {row.samarbeidsform} med {row.instans}, men ikke ja på at de samarbeider",
            "ja på samarbeid når en samarbeidsform er krysset av",
            "Be senteret avklare svaret og avsenderen om en rettet fil.",
        )
    filtered = is_form & (gates != "ja") & (rows["svar"] == "ubesvart") & (rows["linje"] > 0)
    return rows.assign(svar=rows["svar"].mask(filtered, "ikke_spurt")), problems


def clarify(
    inndata: pd.DataFrame,
    columns: Sequence[dict],
    codebook: Codebook,
    register: Register,
    aar: int,
    source: Path,
) -> tuple[pd.DataFrame, list[str]]:
    """One year from `inndata` to `klargjort`.

    Parameters: `inndata`, the year's cells; `columns`, the year's codebook; `source`, the raw file that errors speak
    of. Returns a frame as the contract `KLARGJORT`, and warnings. Raises `Problems` with every fault of the file.
    """
    problems = check_columns(list(dict.fromkeys(inndata["kolonne"])), columns, source, columns_file(aar))
    meaning = pd.DataFrame(columns)[["kolonne", *_MEANING]]
    cells = inndata.merge(meaning, on="kolonne", how="inner", validate="m:1")
    ids, faults = name_centres(cells[cells["variabel"] == "senter"], register, aar, source)
    problems.problems += faults.problems
    codes = {r["verdi"]: r["svar"] for r in codebook.svarkoder if valid_in(r, aar)}
    answers, faults = code_answers(cells[cells["variabel"].isin([*_QUESTIONS, "har_tilbud"])], codes, source)
    problems.problems += faults.problems
    answers = answers.assign(senter_id=answers["linje"].map(ids)).dropna(subset="senter_id")
    problems.problems += check_services(answers, register, aar, source).problems
    rows = complete(answers[answers["variabel"].isin(_QUESTIONS)], register, codebook, aar)
    rows, faults = filter_forms(rows, source)
    problems.problems += faults.problems
    problems.raise_if_any()
    absent = sorted({s for s, _ in register.services(aar)} - set(ids))
    warnings = [
        f"{source}: {len(absent)} av sentrene i registeret har ikke svart ({', '.join(absent)}); de regnes som ubesvart"
    ]
    return rows.assign(aar=aar, fil=source.as_posix()), warnings if absent else []


def clarify_kostra(inndata: pd.DataFrame, codebook: Codebook, source: Source) -> pd.DataFrame:
    """Statistics Norway's table of municipalities, a source of another unit that is never mixed with the centres'.

    Parameters: `inndata`, the cells of the published table. Returns a frame as the contract `KOSTRA`. Raises `Problems`
    for a partner that the codebook does not name, a cell that is no count, or a row that comes twice.
    """
    problems = ProblemList()
    wide = inndata.pivot(index="linje", columns="kolonne", values="verdi").reset_index()
    needed = ["year", "indicator", "partner", "value"]
    if missing := [c for c in needed if c not in wide]:
        problems.add(
            source.path,
            "overskriften",
            f"ingen kolonne {', '.join(missing)}",
            ", ".join(needed),
            "Be om filen på nytt.",
        )
        problems.raise_if_any()
    names = {r["navn_nb"].casefold(): r["instans"] for r in codebook.instanser if r["kilde"] == "kostra"}
    wide["instans"] = wide["partner"].str.casefold().map(names)
    for row in wide[wide["instans"].isna()].itertuples():
        hint = did_you_mean(row.partner.casefold(), names)
        problems.add(
            source.path,
            _places([row.linje], "partner"),
            shown(row.partner) + (f" – {hint}" if hint else ""),
            "en instans med kilde «kostra» i data/raw/codebooks/instanser.csv",
            "Legg til en rad i instanser.csv.",
        )
    for column in ("year", "value"):
        for row in wide[~wide[column].str.fullmatch(r"\d{1,6}")].to_dict("records"):
            problems.add(
                source.path, _places([row["linje"]], column), shown(row[column]), "et helt tall", "Rett kilden."
            )
    for row in wide[wide.duplicated(["year", "partner"])].itertuples():
        problems.add(
            source.path,
            _places([row.linje], ""),
            f"{shown(row.partner)} for {row.year} en gang til",
            "én rad per år og instans",
            "Slett raden som ikke gjelder.",
        )
    problems.raise_if_any()
    return pd.DataFrame(
        {
            "aar": wide["year"].astype("int64"),
            "instans": wide["instans"],
            "antall": wide["value"].astype("int64"),
            "opphav": source.opphav,
            "fil": source.path.as_posix(),
            "linje": wide["linje"],
        }
    )


def run(aar: Sequence[int], codebooks: Path, register: Path, inndata: Path, klargjort: Path, period: str) -> None:
    """Read, check and clarify every year of the series and the municipal source.

    Parameters: `aar`, the years; `codebooks`, `register`, their folders; `inndata`, `klargjort`, the folders to write
    to; `period`, the series as it stands in file names. Raises `Problems` with the faults of all files at once, before
    anything is written.
    """
    problems = ProblemList()
    book = load_codebook(codebooks)
    centres = load_register(register, aar)
    sources = load_sources([*aar, "kostra"])
    raw: dict[str, pd.DataFrame] = {}
    clear: dict[int, pd.DataFrame] = {}
    kostra = None
    for source in sources:
        name = source.path.stem
        try:
            raw[name], notes = read_raw(source)
            problems.problems += notes
            if source.manifest.parent.name == "kostra":
                kostra = clarify_kostra(raw[name], book, source)
                kostra_name = name
            else:
                columns = load_columns(columns_file(source.aar, codebooks), source.aar, book)
                clear[source.aar], warnings = clarify(raw[name], columns, book, centres, source.aar, source.path)
                for warning in warnings:
                    log.warning(warning)
        except Problems as error:
            problems.extend(error)
    problems.raise_if_any()
    services = pd.DataFrame(
        [(s.aar, senter, tilbud, s.opphav) for s in sources if s.aar for senter, tilbud in centres.services(s.aar)],
        columns=["aar", "senter_id", "tilbud", "opphav"],
    )
    tables = {inndata / f"{name}.csv": (frame, INNDATA) for name, frame in raw.items()}
    tables |= {klargjort / f"samarbeid_p{year}.csv": (frame, KLARGJORT) for year, frame in clear.items()}
    tables[klargjort / f"tilbud_{period}.csv"] = (services, TILBUD_PER_AAR)
    tables[klargjort / f"{kostra_name}.csv"] = (kostra, KOSTRA)
    write_all({path: frame_text(frame, contract, str(path)) for path, (frame, contract) in tables.items()})
    per_tilbud = services["tilbud"].value_counts()
    log.info(
        "%d filer, %d celler lest; %d svar klargjort for %s",
        len(raw),
        sum(map(len, raw.values())),
        sum(map(len, clear.values())),
        ", ".join(f"{per_tilbud[t]} tilbud til {t}" for t in TILBUD),
    )
