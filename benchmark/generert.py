"""Generated surveys of any size for the benchmarks: the project's own declarations, widened, with register and raw
files.

Seeded: the same size gives the same files. Every service answers every question, about a tenth of them with nothing,
and forms of cooperation are answered only by those that cooperate, as the survey's filter has it.
"""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
TILBUD = ("kvinner", "menn")
CHAPTER = "samarbeid"
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
    def centres(self) -> int:
        """How many centres there are."""
        return self.tilbud // len(TILBUD)

    @property
    def svar(self) -> int:
        """Answers to the questions on forms; those on cooperation itself and on the forum come on top."""
        return self.aar * self.centres * len(TILBUD) * self.instanser * self.former


def generate(root: Path, size: Size) -> None:
    """Write declarations, register, raw files and configuration in a folder, which becomes a project like this one."""
    for name in ("data", "workflow", "templates", "scripts", "profiles"):
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Snakefile", "config.yaml", "requirements.lock"):
        shutil.copy2(PROJECT / name, root / name)
    for path in (root / "data/raw").glob("20*"):
        shutil.rmtree(path)
    config = (root / "config.yaml").read_text(encoding="utf-8")
    config = config.replace("\naar: 2020 ", f"\naar: {LAST_YEAR} ").replace(": 2015 ", f": {size.years[0]} ")
    config = re.sub(r"(?m)^kapitler: \S.*", f"kapitler: [{CHAPTER}]", config)
    (root / "config.yaml").write_text(config, encoding="utf-8")
    partners, forms = _declarations(root / "data", size)
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


def _letters(number: int) -> str:
    """Names without digits, which no text could take for numbers: AA, AB, …"""
    return chr(65 + number // 26) + chr(65 + number % 26)


def _declarations(data: Path, size: Size) -> tuple[list[str], list[str]]:
    """Partners and forms of the survey, valid in every year, and what its answers are called; returns their codes."""
    import yaml

    for path in (data / "raw/codebooks").glob("samarbeid_p*.csv"):
        path.unlink()
    codes = (("Ja", "ja"), ("Nei", "nei"), ("Vet ikke", "vet_ikke"))
    answers = data / "raw/codebooks/svarkoder.csv"
    _write(answers, ["gyldig_fra", "gyldig_til", "verdi", "svar"], [["", "", *c] for c in codes])
    declared = data / f"statistikk/{CHAPTER}.yaml"
    chapter = yaml.safe_load(declared.read_text(encoding="utf-8"))
    lists = chapter["kodelister"]
    partners = _widened(lists["instans"], size.instanser, "i_{}", "{}-etaten")
    forms = _widened(lists["samarbeidsform"], size.former, "form_{}", "Form {}")
    declared.write_text(yaml.safe_dump(chapter, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return partners, forms


def _widened(listed: dict, count: int, code: str, name: str) -> list[str]:
    """Let a code list have so many codes, in every year; returns them. Parameters: `code` and `name` of those that are
    new, with room for their letters."""
    listed.pop("gjelder", None)
    letters = [_letters(number) for number in range(len(listed["koder"]), count)]
    codes = listed["koder"] | {code.format(one.lower()): name.format(one) for one in letters}
    listed["koder"] = dict(list(codes.items())[:count])
    return list(listed["koder"])


def _register(folder: Path, size: Size) -> None:
    """Centres that have both services in every year."""
    ids, first = [f"S{n:05}" for n in range(1, size.centres + 1)], size.years[0]
    validity = ["gyldig_fra", "gyldig_til"]
    _write(folder / "sentre.csv", ["senter_id", "navn", *validity], [[i, f"Senter {i}", first, ""] for i in ids])
    _write(folder / "tilbud.csv", ["senter_id", "tilbud", *validity], [[i, t, first, ""] for i in ids for t in TILBUD])
    for name in ("hendelser.csv", "avdelinger.csv", "skrivemaater.csv"):
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
    manifest |= {"om": "institusjon", "sha256": hashlib.sha256(raw.read_bytes()).hexdigest()}
    (folder / "kilde.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
