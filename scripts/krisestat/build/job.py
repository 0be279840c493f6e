"""What every rule's script does around its stage: open the log, record what it read and wrote, tell the terminal what
happens and what went wrong, with the full traceback in the log, and hand the stage the files that the rule names."""

from __future__ import annotations

import gc
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os.path import relpath
from pathlib import Path
from typing import Any

from krisestat.base.errors import told
from krisestat.base.files import Files, folders
from krisestat.base.records import recorded

# Seconds between two lines on how far a stage has come.
_EVERY = 5.0


# Containers that are made before the garbage among them is collected: more than any one document or table has, and few
# enough to fit in memory.
_BEFORE_COLLECTION = 2_000_000


# What Snakemake says of a job that has told its own faults and ended as `told` ends it, and of how a build ends.
_SAID = re.compile(
    r"\A\s*(?:RuleException:[\s\S]*returned non-zero exit status 1\.|Cannot restore |Restored previous version of |"
    r"Shutting down, |Exiting because |Complete log|Elapsed time: |WorkflowError:\s*At least one job did not complete)"
)


def tell_faults_once(logger: logging.Logger) -> None:
    """Keep what Snakemake says of faults that are told already off the terminal; its log file has all of it.

    Parameters: `logger`, Snakemake's own. A job that was ended from outside has told nothing, and is told of.
    """

    def helps(record: logging.LogRecord) -> bool:
        return "job_error" not in str(getattr(record, "event", "")) and not _SAID.match(record.getMessage())

    for handler in logger.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(helps)


def bound(snakemake: Any) -> tuple[Files, Files]:
    """The files that a rule's stage reads, the project's folders among them, and those that it writes; by their path in
    the project, though Snakemake gives it in full when the file lies in a store.

    Parameters: `snakemake`, what a script has of its job, with the names of the rule in `input` and `output`.
    """
    read, written = (
        {name: relpath(given) if isinstance(given, str) else [*map(relpath, given)] for name, given in files.items()}
        for files in (snakemake.input, snakemake.output)
    )
    return Files({**read, **folders()}), Files(written)


@contextmanager
def job(snakemake: Any) -> Iterator[list[str]]:
    """Run one job.

    Parameters: `snakemake`, what a script is given: `rule`, its name as the terminal shows it, `input`, `output`, and
    `log`, where messages and tracebacks go. Gives a list for files that the job wrote beside its outputs.
    Messages of level INFO and above from the project's own loggers go to the terminal too. Exits with code 1 after
    `Problems`.
    """
    gc.set_threshold(_BEFORE_COLLECTION)
    name, path = snakemake.rule, Path(snakemake.log[0])
    try:
        with told(name, path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _open_log(name, path)
            with recorded(snakemake.input, snakemake.output) as beside:
                yield beside
    finally:
        logging.shutdown()
        gc.freeze()  # what is left goes with the process, without being gone through once more


def _open_log(name: str, path: Path) -> None:
    """Send messages to the log, and those of the project's own loggers to the terminal. Parameters: `name`, the rule's;
    `path`, the log."""
    to_file = logging.FileHandler(path, mode="w", encoding="utf-8")
    to_file.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.addFilter(logging.Filter("krisestat"))
    progress = _Progress()
    to_terminal.addFilter(progress.shows)
    to_terminal.setFormatter(_Terminal(name))
    logging.basicConfig(level=logging.INFO, handlers=[to_file, to_terminal], force=True)


class _Progress:
    """How far a stage has come, every few seconds, with how fast it goes and the time left.

    A stage tells it as `extra={"fremdrift": (done, all)}`, from 0 on, and knows no clock: the record does.
    """

    def __init__(self) -> None:
        self._start = self._shown = 0.0

    def shows(self, record: logging.LogRecord) -> bool:
        """Whether the terminal shows a record; one on progress gets the rate and the time left."""
        done, total = getattr(record, "fremdrift", (None, 0))
        if done is None:
            return True
        if not done:
            self._start = self._shown = record.created
            return False
        if done < total and record.created - self._shown < _EVERY:
            return False
        self._shown = record.created
        rate = done / max(record.created - self._start, 0.001)
        record.msg += f", {rate:.1f} i sekundet".replace(".", ",")
        if done < total:
            record.msg += f", omtrent {(total - done) / rate:.0f} sekunder igjen"
        return True


class _Terminal(logging.Formatter):
    """«  clean: 7 filer lest», with warnings marked."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def format(self, record: logging.LogRecord) -> str:
        mark = "ADVARSEL: " if record.levelno >= logging.WARNING else ""
        return f"  {self.name}: {mark}{record.getMessage()}"
