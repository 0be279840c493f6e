"""What every rule's script does around its stage: open the log, record what it read and wrote, tell the terminal what
happens, and turn `Problems` into five-part errors there, with the full traceback in the log."""

from __future__ import annotations

import errno
import gc
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from krisestat.errors import Problem, Problems
from krisestat.records import recorded

_DISK = {
    errno.ENOSPC: "disken er full",
    errno.EDQUOT: "disken er full (kvote)",
    errno.EFBIG: "en fil som er større enn systemet tillater",
    errno.EROFS: "en disk som bare kan leses",
    errno.EACCES: "ingen tilgang",
    errno.EPERM: "ingen tilgang",
}

# Seconds between two lines on how far a stage has come.
_EVERY = 5.0


# Containers that are made before the garbage among them is collected: more than any one document or table has, and few
# enough to fit in memory.
_BEFORE_COLLECTION = 2_000_000


@contextmanager
def job(name: str, snakemake: Any) -> Iterator[list[str]]:
    """Run one job.

    Parameters: `name`, the rule's name as the terminal shows it; `snakemake`, what a script is given: `input`,
    `output`, and `log`, where messages and tracebacks go. Gives a list for files that the job wrote beside its outputs.
    Messages of level INFO and above from the project's own loggers go to the terminal too. Exits with code 1 after
    `Problems`.
    """
    gc.set_threshold(_BEFORE_COLLECTION)
    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(path, mode="w", encoding="utf-8")
    to_file.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.addFilter(logging.Filter("krisestat"))
    progress = _Progress()
    to_terminal.addFilter(progress.shows)
    to_terminal.setFormatter(_Terminal(name))
    logging.basicConfig(level=logging.INFO, handlers=[to_file, to_terminal], force=True)
    try:
        with recorded(snakemake.input, snakemake.output) as beside:
            yield beside
    except Problems as error:
        _append(path, f"{error}\n\n{traceback.format_exc()}")
        print(f"\n{error}\n\nDetaljer står i {path}.\n", file=sys.stderr)
        raise SystemExit(1) from None
    except Exception as error:
        _append(path, traceback.format_exc())
        if isinstance(error, OSError) and error.errno in _DISK:
            print(f"\n{_disk(error)}\n\nDetaljer står i {path}.\n", file=sys.stderr)
            raise SystemExit(1) from None
        print(
            f"\nUventet feil i «{name}». Dette er en feil i Krisestat, ikke i dataene.\n"
            f"  Gjør:   Meld den, og legg ved {path}.\n",
            file=sys.stderr,
        )
        raise SystemExit(1) from None
    finally:
        logging.shutdown()
        gc.freeze()  # what is left goes with the process, without being gone through once more


def _append(path: Path, text: str) -> None:
    """Write at the end of a log, after what was written to it so far."""
    with path.open("a", encoding="utf-8") as log:
        log.write(text)


def _disk(error: OSError) -> Problems:
    """A fault of the disk or of rights on it, for the person who can do something about it."""
    fix = "Gjør plass eller gi deg selv tilgang, og bygg på nytt. Det som er bygget ferdig, blir ikke bygget igjen."
    found = _DISK[error.errno or 0]
    return Problems([Problem(str(error.filename or "results"), "", found, "en fil som kan leses eller skrives", fix)])


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
