"""Checks a text written elsewhere against the numbers of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from krisestat.base import layout
from krisestat.base.errors import Problem, Problems, shown
from krisestat.model.config import load_config, settings_of
from krisestat.model.cubes import read_cubes
from krisestat.model.declared import Reader
from krisestat.model.load import load_model
from krisestat.statements.data import Data
from krisestat.statements.lexicon import load_lexicon
from krisestat.statements.textcheck.check import check_text
from krisestat.statements.textcheck.report import as_json, as_text
from krisestat.statements.textcheck.terms import load_terms

STANDARD = "nb"  # the written standard that the term list knows; the edition may be in another


def run(path: Path, name: str, machine: bool, readers: Mapping[str, Reader], root: Path) -> tuple[str, int]:
    """Check a file.

    Parameters: `path`, plain text or Markdown; `name`, the edition's, that of `config.yaml` when «»; `machine`,
    JSON instead of text; `readers`, of code lists, as `load_model`; `root`, the project's folder. Returns the report
    and the exit code: 0, or 1 when the data does not support something. Raises `Problems` for a file that cannot be
    read and for numbers that are not built.
    """
    config = load_config(root / "config.yaml", root, settings_of(name))
    source = Path(layout.RESULTS) / config["publikasjon"]["utgave"] / layout.DATA
    text, files = _read(path), sorted((root / source).glob("*.csv"))
    if not files:
        asked = " ".join(f"{key}={value}" for key, value in settings_of(name).items())
        build = f"«snakemake --cores 4 --config {asked}»" if asked else "«make publication»"
        wanted, fix = f"tallene for {config['aar']}", f"Kjør {build} først."
        raise Problems([Problem(str(source), "", "ingen filer", wanted, fix)])
    lexicons = root / "templates" / "leksikon"
    model = load_model(config["kapitler"], readers, root)
    lexicon = load_lexicon(lexicons / f"{STANDARD}.yaml", model.enheter)
    data = Data(model, read_cubes(model, files), STANDARD, config["aar"])
    terms = load_terms(lexicons / f"tekstkontroll_{STANDARD}.yaml", lexicon, data)
    result = check_text(text, data, terms)
    wrong = result.counts["motsies"] + result.counts["ikke støttet"]
    report = (as_json if machine else as_text)(result, str(path), source.as_posix())
    return report, int(wrong > 0)


def _problem(path: Path, place: str, found: str, action: str) -> Problems:
    return Problems(
        [Problem(shown(path, 200)[1:-1], place, found, "en tekstfil (ren tekst eller Markdown) i UTF-8", action)]
    )


def _read(path: Path) -> str:
    """The text of a file; a byte order mark is left out. Raises `Problems`."""
    if not path.is_file():
        found = "en mappe" if path.is_dir() else "ingen fil"
        raise _problem(path, "", found, "Skriv stien til en fil: make sjekk-tekst FIL=notat.md")
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byten 0x{raw[error.start]:02x}, som ikke er UTF-8"
        raise _problem(path, f"linje {line}", found, "Lagre filen på nytt med tegnsettet UTF-8.") from None
