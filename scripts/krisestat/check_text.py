"""Checks a text written elsewhere against the numbers of an edition.

Run as `make sjekk-tekst FIL=notat.md`; `FORMAT=json` gives the report for programs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from krisestat.codebooks import CODEBOOKS, load_codebook
from krisestat.command import Parser, year
from krisestat.config import load_config
from krisestat.contracts import UTDATA, read_rows
from krisestat.errors import Problem, Problems, shown
from krisestat.statements.data import Data
from krisestat.statements.lexicon import load_lexicon
from krisestat.statements.textcheck import as_json, as_text, check_text, load_terms

SUPPORTED, CONTRADICTED, FAILED = 0, 1, 2
STANDARD = "nb"  # the written standard that the term list knows; the edition may be in another


def run(path: Path, root: Path, aar: int | None = None, machine: bool = False) -> tuple[str, int]:
    """Check a file.

    Parameters: `path`, plain text or Markdown; `root`, the project's folder; `aar`, the edition's year (that of
    `config.yaml` unless given); `machine`, JSON instead of text. Returns the report and the exit code: 0, or 1 when the
    data does not support something. Raises `Problems` for a file that cannot be read and for numbers that are not
    built.
    """
    config = load_config(root / "config.yaml", root, {} if aar is None else {"aar": aar})
    source = Path("results") / str(config["aar"]) / "utdata" / "tall.csv"
    text = _read(path)
    if not (root / source).is_file():
        build = "«make publication»" if aar is None else f"«snakemake --cores 4 --config aar={aar}»"
        raise Problems([Problem(str(source), "", "ingen fil", f"tallene for {config['aar']}", f"Kjør {build} først.")])
    lexicons = root / "templates" / "leksikon"
    lexicon = load_lexicon(lexicons / f"{STANDARD}.yaml")
    data = Data(read_rows(root / source, UTDATA), load_codebook(root / CODEBOOKS), STANDARD, config["aar"])
    terms = load_terms(lexicons / f"tekstkontroll_{STANDARD}.yaml", lexicon, data.codes)
    result = check_text(text, data, terms)
    wrong = result.counts["motsies"] + result.counts["ikke støttet"]
    report = (as_json if machine else as_text)(result, str(path), source.as_posix())
    return report, CONTRADICTED if wrong else SUPPORTED


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


def main() -> int:
    """Command line; returns the exit code."""
    parser = Parser(prog="make sjekk-tekst", description="Kontroller en tekst mot tallene.")
    parser.add_argument("fil", type=Path, help="teksten som skal kontrolleres")
    parser.add_argument("--aar", type=year, help="utgavens år; ellers det som står i config.yaml")
    parser.add_argument("--json", action="store_true", help="rapporten som JSON")
    return parser.run(lambda given: run(given.fil, Path(), given.aar, given.json), failed=FAILED)


if __name__ == "__main__":
    sys.exit(main())
