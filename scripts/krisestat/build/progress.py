"""How far a build has come, in words on the terminal, for who asked Snakemake to be quiet about rules."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping

# What a step does. A rule that is not here only gathers what others made.
_DOES = {
    "clean": "leser filene, retter dem etter reglene og sier hva hvert svar betyr",
    "agreements": "leser skjemaene",
    "compute": "regner ut tallene, og skjuler dem som må skjules",
    "draw": "tegner figurene",
    "package": "lager filene til nedlasting",
    "render": "skriver sidene, og beviser setningene",
    "prove": "teller hvert tall på nytt fra det som ble mottatt",
    "typeset": "setter PDF-en",
    "checklist": "lager sjekklisten",
    "forms": "setter sjekklisten og skjemaet som PDF",
    "audit": "ser etter at de ferdige filene ikke røper noe",
    "manifest": "skriver manifestet",
    "reports": "lager rapportene til partene",
    "sheet_data": "finner tallene til faktaarkene",
    "sheets": "lager en bunt faktaark",
    "sheet_index": "samler faktaarkene",
    "sheet_audit": "ser etter at faktaarkene ikke røper noe",
    "compare": "sammenligner med den andre kjøringen",
}


class Steps(logging.Handler):
    """Tells of each step when it begins, by number, and how long it took; of all of them at the end."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._total, self._begun, self._done, self._start = 0, 0, 0, 0.0
        self._going: dict[object, tuple[str, float]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Tell what a record of Snakemake's says of the build's way."""
        match str(getattr(record, "event", "")):
            case "run_info":
                self._plan(getattr(record, "stats", {}), record.created)
            case "job_info":
                self._begin(getattr(record, "jobid", None), getattr(record, "rule_name", ""), record.created)
            case "job_finished":
                self._end(getattr(record, "job_id", None), record.created)

    def _plan(self, stats: Mapping[str, int], now: float) -> None:
        self._total, self._start = sum(count for rule, count in stats.items() if rule in _DOES), now

    def _begin(self, job: object, rule: str, now: float) -> None:
        if rule in _DOES:
            self._begun += 1
            self._going[job] = rule, now
            print(f"Steg {self._begun} av {self._total}, {rule}: {_DOES[rule]}", file=sys.stderr)

    def _end(self, job: object, now: float) -> None:
        if job in self._going:
            rule, since = self._going.pop(job)
            self._done += 1
            print(f"  {rule}: ferdig etter {_told(now - since)}", file=sys.stderr)
            if self._done == self._total:
                print(f"Alle {self._total} steg er ferdige etter {_told(now - self._start)}.", file=sys.stderr)


def _told(seconds: float) -> str:
    """How long something took, as people say it."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s" if rest else "under ett sekund"


def tell_progress(logger: logging.Logger) -> None:
    """Tell of the steps instead of what Snakemake says of its jobs, where the terminal is quiet about rules alone.

    Its log file has the rest. Parameters: `logger`, Snakemake's.
    """
    for handler in logger.handlers:
        quiet = {str(one).rpartition(".")[2].lower() for said in handler.filters for one in getattr(said, "quiet", ())}
        if "rules" in quiet and "all" not in quiet and not isinstance(handler, logging.FileHandler):
            handler.setLevel(logging.WARNING)
            logger.addHandler(Steps())
            return
