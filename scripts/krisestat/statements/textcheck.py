"""Checks a text written elsewhere against the numbers of an edition, sentence by sentence, with the one reader."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from krisestat.base import layout
from krisestat.base.display import year_range
from krisestat.base.errors import Problem, Problems
from krisestat.base.yaml_files import read_text
from krisestat.model.config import load_config, settings_of
from krisestat.model.cubes import read_cubes
from krisestat.model.declared import Reader as ListReader
from krisestat.model.load import load_model
from krisestat.statements.clauses import Clause
from krisestat.statements.data import Data, numbers_of
from krisestat.statements.lexicon import load_lexicon
from krisestat.statements.reader import Read, Reader
from krisestat.statements.textfile import Sentence, read_blocks
from krisestat.statements.vocabulary import load_vocabulary

SUPPORTED, CONTRADICTED, UNDECIDED, NOTHING = "støttes", "motsies", "ikke avgjort", "ingen påstand"
_STATUS = {True: SUPPORTED, False: CONTRADICTED, None: UNDECIDED}
_STATUSES = (SUPPORTED, CONTRADICTED, UNDECIDED)
_WIDTH, _INDENT = 110, " " * 16


@dataclass(frozen=True)
class Checked:
    """A sentence, and what was read in it."""

    sentence: Sentence
    read: Read

    @property
    def status(self) -> str:
        """What became of the sentence as a whole."""
        return _STATUS[self.read.truth] if self.read.said else NOTHING


def check_text(text: str, reader: Reader) -> tuple[list[Checked], list[int]]:
    """Every sentence of a text with what the reader says of it, and the lines of tables and code, which are not read.

    Parameters: `text`, plain text or Markdown; `reader`, of an edition. The same input gives the same result.
    """
    blocks, skipped = read_blocks(text, reader.words.abbreviations)
    found: list[Checked] = []
    for block in blocks:
        before: Clause | None = None
        for sentence in block:
            read = reader.claims(sentence.text, before)
            if not sentence.sure and read.said:
                why = "linjeskiftet kan være slutten på en setning; sett punktum eller en tom linje"
                read = read._replace(truth=None, why=(*read.why, why))
            before = read.last
            found.append(Checked(sentence, read))
    return found, skipped


def counts(checked: Sequence[Checked]) -> dict[str, int]:
    """How many of the sentences that claim something have each status."""
    return {status: sum(one.status == status for one in checked) for status in _STATUSES}


def run(path: Path, name: str, machine: bool, readers: Mapping[str, ListReader], root: Path) -> tuple[str, int]:
    """Check a file.

    Parameters: `path`, plain text or Markdown; `name`, the edition's, that of `config.yaml` when «»; `machine`,
    JSON instead of text; `readers`, of code lists, as `load_model`; `root`, the project's folder. Returns the report
    and the exit code: 0, or 1 when data contradicts something. Raises `Problems` for a file that cannot be read and for
    numbers that are not built.
    """
    config = load_config(root / "config.yaml", root, settings_of(name))
    source = Path(layout.RESULTS) / config["publikasjon"]["utgave"] / layout.DATA
    text, files = read_text(path, "en tekstfil (ren tekst eller Markdown)"), sorted((root / source).glob("*.csv"))
    if not files:
        asked = " ".join(f"{key}={value}" for key, value in settings_of(name).items())
        build = f"«snakemake --cores 4 --config {asked}»" if asked else "«make publication»"
        wanted, fix = f"tallene for {config['aar']}", f"Kjør {build} først."
        raise Problems([Problem(str(source), "", "ingen filer", wanted, fix)])
    lexicons, model = root / "templates" / "leksikon", load_model(config["kapitler"], readers, root)
    lexicon = load_lexicon(lexicons / f"{config['spraak']}.yaml")
    data = Data(model, read_cubes(model, files), config["spraak"], config["aar"])
    checked, skipped = check_text(text, Reader(data, load_vocabulary(lexicons, lexicon, model)))
    report = (as_json if machine else as_text)(checked, skipped, str(path), source.as_posix())
    return report, int(counts(checked)[CONTRADICTED] > 0)


def printable(text: str) -> str:
    """Text that cannot steer a terminal: what is not printable is written as its code."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _short(text: str, limit: int = 400) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def _wrapped(text: str) -> str:
    return textwrap.fill(printable(text), _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def as_text(checked: Sequence[Checked], skipped: Sequence[int], name: str, source: str) -> str:
    """The report: every sentence that claims something, with its claims and the numbers behind them, and a summary.

    Parameters: `name`, the file that was read; `source`, the folder with the numbers.
    """
    lines = [f"{printable(name)} mot {source}", ""]
    for one in checked:
        if one.status == NOTHING:
            continue
        lines.append(f"linje {one.sentence.line}: {printable(_short(one.sentence.text))}")
        for said in one.read.said:
            about = f" – {printable(said.told)}" if said.told else ""
            lines.append(f"  {_STATUS[said.holds].upper():<13} «{printable(_short(said.text, 80))}»{about}")
            lines += [_wrapped(numbers_of(said.cells))] if said.cells else []
        lines += [_wrapped("; ".join(one.read.why))] if one.read.why else []
        lines.append("")
    if skipped:
        lines += [f"Tabeller og kode leses ikke (linje {year_range(skipped)}).", ""]
    told = counts(checked)
    if not any(told.values()):
        lines += ["Fant ingen påstander om tall.", ""]
    lines.append("Oppsummering: " + ", ".join(f"{status} {number}" for status, number in told.items()))
    if told[CONTRADICTED]:
        lines.append("Rett det som motsies.")
    if told[UNDECIDED]:
        lines.append("Det som ikke er avgjort, må et menneske se på.")
    return "\n".join(lines) + "\n"


def as_json(checked: Sequence[Checked], skipped: Sequence[int], name: str, source: str) -> str:
    """The same as JSON, keys sorted: a row for each sentence that claims something."""
    rows = [
        {
            "linje": one.sentence.line,
            "setning": one.sentence.text,
            "status": one.status,
            "grunn": list(one.read.why),
            "paastander": [
                {
                    "paastand": said.text,
                    "lest_som": said.told,
                    "status": _STATUS[said.holds],
                    "celler": [{"celle": c.key, "verdi": c.verdi, "nevner": c.nevner} for c in said.cells],
                }
                for said in one.read.said
            ],
        }
        for one in checked
        if one.status != NOTHING
    ]
    document = {
        "fil": name,
        "data": source,
        "oppsummering": counts(checked),
        "setninger": rows,
        "ikke_lest": [*skipped],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, default=float) + "\n"
