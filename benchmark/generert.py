"""Generated surveys of any size for the benchmarks: the project's own codebooks, widened, with register and raw files.

Seeded: the same size gives the same files. Every service answers every question, about a tenth of them with nothing,
and forms of cooperation are answered only by those that cooperate, as the survey's filter has it.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
TILBUD = ("kvinner", "menn")
LAST_YEAR = 2025
_COLUMNS = ["kolonne", "variabel", "tilbud", "instans", "samarbeidsform"]
_SAID = ("Ja", "Nei", "Vet ikke", "")


@dataclass(frozen=True)
class Size:
    """How large a survey is: years, services (two a centre), partners, and forms of cooperation with each."""

    aar: int
    tilbud: int
    instanser: int
    former: int

    @property
    def years(self) -> range:
        """The years, which end with `LAST_YEAR`."""
        return range(LAST_YEAR + 1 - self.aar, LAST_YEAR + 1)

    @property
    def period(self) -> str:
        """The years as they stand in file names."""
        return f"p{self.years[0]}-{self.years[-1]}"

    @property
    def centres(self) -> int:
        """How many centres there are."""
        return self.tilbud // len(TILBUD)

    @property
    def svar(self) -> int:
        """Answers to the questions on forms; those on cooperation itself and on the forum come on top."""
        return self.aar * self.centres * len(TILBUD) * self.instanser * self.former


def generate(root: Path, size: Size) -> None:
    """Write codebooks, register, raw files and configuration in a folder, which becomes a project like this one."""
    for name in ("data", "workflow", "templates", "scripts", "profiles"):
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Snakefile", "config.yaml", "requirements.lock"):
        shutil.copy2(PROJECT / name, root / name)
    for path in (root / "data/raw").glob("20*"):
        shutil.rmtree(path)
    config = (root / "config.yaml").read_text(encoding="utf-8")
    config = config.replace("\naar: 2020 ", f"\naar: {LAST_YEAR} ").replace(": 2015 ", f": {size.years[0]} ")
    (root / "config.yaml").write_text(config, encoding="utf-8")
    partners, forms = _codebooks(root / "data/raw/codebooks", size)
    _register(root / "data/raw/register", size)
    columns = [["senter", "senter", "", "", ""]]
    for tilbud in TILBUD:
        columns.append([f"{tilbud}_forum", "forum", tilbud, "", ""])
        for partner in partners:
            columns.append([f"{tilbud}_{partner}", "samarbeid", tilbud, partner, ""])
            columns += [[f"{tilbud}_{partner}_{f}", "samarbeidsform", tilbud, partner, f] for f in forms]
    for year in size.years:
        _write(root / f"data/raw/codebooks/samarbeid_p{year}.csv", _COLUMNS, columns)
        _year(root / f"data/raw/{year}", year, size, [c[0] for c in columns])


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _letters(number: int) -> str:
    """Names without digits, which no text could take for numbers: AA, AB, …"""
    return chr(65 + number // 26) + chr(65 + number % 26)


def _codebooks(folder: Path, size: Size) -> tuple[list[str], list[str]]:
    """Partners and forms of the survey, both valid in every year; returns their codes."""
    for path in folder.glob("samarbeid_p*.csv"):
        path.unlink()
    rows = _read(folder / "instanser.csv")
    kept = [row for row in rows if row["kilde"] != "samarbeid"]
    own = [row | {"gyldig_fra": "", "gyldig_til": ""} for row in rows if row["kilde"] == "samarbeid"]
    own += [
        {"kilde": "samarbeid", "instans": f"i_{_letters(n).lower()}", "rekkefolge": str(n + 1)}
        | dict.fromkeys(("navn_nb", "bestemt_nb", "navn_nn", "bestemt_nn"), f"{_letters(n)}-etaten")
        for n in range(len(own), size.instanser)
    ]
    own = own[: size.instanser]
    _write(folder / "instanser.csv", list(rows[0]), [[r.get(k, "") for k in rows[0]] for r in (*own, *kept)])
    forms = [row | {"gyldig_fra": ""} for row in _read(folder / "samarbeidsformer.csv")]
    forms += [
        {"samarbeidsform": f"form_{_letters(n).lower()}", "navn_nb": f"Form {_letters(n)}"}
        | {"navn_nn": f"Form {_letters(n)}", "gyldig_fra": "", "gyldig_til": "", "rekkefolge": str(n + 1)}
        for n in range(len(forms), size.former)
    ]
    forms = forms[: size.former]
    _write(folder / "samarbeidsformer.csv", list(forms[0]), [list(r.values()) for r in forms])
    codes = (("Ja", "ja"), ("Nei", "nei"), ("Vet ikke", "vet_ikke"))
    _write(folder / "svarkoder.csv", ["gyldig_fra", "gyldig_til", "verdi", "svar"], [["", "", *c] for c in codes])
    return [row["instans"] for row in own], [row["samarbeidsform"] for row in forms]


def _register(folder: Path, size: Size) -> None:
    """Centres that have both services in every year."""
    ids, first = [f"S{n:05}" for n in range(1, size.centres + 1)], size.years[0]
    validity = ["gyldig_fra", "gyldig_til"]
    _write(folder / "sentre.csv", ["senter_id", "navn", *validity], [[i, f"Senter {i}", first, ""] for i in ids])
    _write(folder / "tilbud.csv", ["senter_id", "tilbud", *validity], [[i, t, first, ""] for i in ids for t in TILBUD])
    for name in ("hendelser.csv", "avdelinger.csv"):
        header = (folder / name).read_text(encoding="utf-8").splitlines()[0]
        (folder / name).write_text(f"{header}\n", encoding="utf-8")


def _year(folder: Path, year: int, size: Size, columns: Sequence[str]) -> None:
    """The raw file of a year, wide as the real ones, and what came with it."""
    import numpy as np
    import yaml

    random = np.random.default_rng(year)
    # Cooperation grows with the years and differs between partners, so that texts have something to say.
    likely = np.clip(np.linspace(0.3, 0.95, size.instanser) + (year - LAST_YEAR) * 0.005, 0.05, 1)
    shape = (size.centres, len(TILBUD), size.instanser)
    gate = np.where(random.random(shape) < likely, 0, random.choice([1, 1, 1, 2, 3], shape))
    forms = random.choice([0, 0, 0, 0, 1, 1, 1, 2, 3], (*shape, size.former))
    forms[gate != 0] = 3
    forum = random.choice([0, 0, 1], (*shape[:2], 1))
    cells = np.concatenate([gate[..., None], forms], axis=-1).reshape(*shape[:2], -1)
    cells = np.concatenate([forum, cells], axis=-1).reshape(size.centres, -1)
    said = np.array(_SAID, dtype=object)
    lines = [f"Senter S{n:05};{';'.join(row)}" for n, row in enumerate(said[cells].tolist(), 1)]
    raw = folder / f"samarbeid_p{year}.csv"
    folder.mkdir(parents=True)
    raw.write_text("\n".join([";".join(columns), *lines, ""]), encoding="utf-8")
    manifest = {"aar": year, "fil": raw.name, "format": "csv", "tegnsett": "utf-8", "skilletegn": ";"}
    manifest |= {"mottatt": f"{year + 1}-02-01", "mottatt_av": "målingen", "opphav": "rekonstruert"}
    manifest |= {"sha256": hashlib.sha256(raw.read_bytes()).hexdigest()}
    (folder / "kilde.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
