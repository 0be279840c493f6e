"""What every rule's script does around its stage: open the log, tell the terminal what happens, and turn `Problems`
into five-part errors there, with the full traceback in the log."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from krisestat.errors import Problems


@contextmanager
def job(name: str, log_file: str) -> Iterator[None]:
    """Run one job.

    Parameters: `name`, the rule's name as the terminal shows it; `log_file`, where messages and tracebacks go. Messages
    of level INFO and above from the project's own loggers go to the terminal too. Exits with code 1 after `Problems`.
    """
    path = Path(log_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(path, mode="w", encoding="utf-8")
    to_file.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.addFilter(logging.Filter("krisestat"))
    to_terminal.setFormatter(_Terminal(name))
    logging.basicConfig(level=logging.INFO, handlers=[to_file, to_terminal], force=True)
    try:
        yield
    except Problems as error:
        to_file.stream.write(f"{error}\n\n{traceback.format_exc()}")
        print(f"\n{error}\n\nDetaljer står i {path}.\n", file=sys.stderr)
        raise SystemExit(1) from None
    except Exception:
        to_file.stream.write(traceback.format_exc())
        print(
            f"\nUventet feil i «{name}». Dette er en feil i Krisestat, ikke i dataene.\n"
            f"  Gjør:   Meld den, og legg ved {path}.\n",
            file=sys.stderr,
        )
        raise SystemExit(1) from None
    finally:
        logging.shutdown()


class _Terminal(logging.Formatter):
    """«  clean: 7 filer lest», with warnings marked."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def format(self, record: logging.LogRecord) -> str:
        mark = "ADVARSEL: " if record.levelno >= logging.WARNING else ""
        return f"  {self.name}: {mark}{record.getMessage()}"
