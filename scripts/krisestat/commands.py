"""One command line for what people do with an edition: `python -m krisestat <command>`, or `make <command>`.

Here arguments are read, a room does the work, and what it says is printed. A room is imported when its command runs, so
that no command waits for what another needs.
"""

from __future__ import annotations

import argparse
import datetime
import logging
import os
import re
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from krisestat.base.errors import Problem, Problems, one_problem, shown, told
from krisestat.build.hold import alone

# What argparse says in its help, and what it means.
_WORDS = {
    "usage: ": "Bruk: ",
    "positional arguments:": "argumenter:",
    "options:": "valg:",
    "show this help message and exit": "vis denne hjelpen",
}


class _Parser(argparse.ArgumentParser):
    """Help in Norwegian, and faults in five parts."""

    def format_help(self) -> str:
        text = super().format_help()
        for said, meant in _WORDS.items():
            text = text.replace(said, meant)
        return text

    def error(self, message: str) -> NoReturn:
        found = shown(" ".join(sys.argv[1:]), 200) if sys.argv[1:] else "ingenting"
        usage = " ".join(self.format_usage().split()[1:])
        raise one_problem("kommandolinjen", "", found, usage, f"Se «{self.prog} --help».")


def _argument(
    name: str, what: str, pattern: str = r".*\S.*", read: Callable[[str], Any] = Path, **settings: Any
) -> tuple[str, dict[str, Any]]:
    """An argument, for `add_argument`.

    Parameters: `name`, in capitals in the Makefile; `what` it is, in Norwegian; `pattern`, of its text; `read`, makes
    the value or raises `ValueError`. A wrong text becomes the `Problem` with it, so that all are told at once.
    """
    capitals = name.strip("-").replace("-", "_").upper()

    def value(text: str) -> Any:
        # Where the locale has no Norwegian letters, Python takes them for loose bytes, and paths must stay so.
        words = os.fsencode(text).decode("utf-8", "replace")
        with suppress(ValueError):
            if re.fullmatch(pattern, words):
                return read(text if read is Path else words)
        return Problem("kommandolinjen", capitals, shown(words) if words else "ingenting", what, f"Rett {capitals}.")

    return name, {"type": value, "help": what, "metavar": capitals, **settings}


def _option(
    name: str, what: str, pattern: str = r".*\S.*", read: Callable[[str], Any] = str
) -> tuple[str, dict[str, Any]]:
    """An argument that may be left out, and is None then. Parameters: as `_argument`."""
    return _argument(name, what, pattern, read)


def _date(text: str) -> str:
    return datetime.date.fromisoformat(text).isoformat()


def _in(room: str, function: str = "run") -> Callable[..., str | tuple[str, int]]:
    """The work of a module, which takes the project's folder last."""
    return lambda *values: getattr(import_module(f"krisestat.{room}"), function)(*values, Path())


def _compare(gammel: Path, ny: Path, ut: Path, prosjekt: Path) -> tuple[str, int]:
    from krisestat.stages import compare

    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    compare.LOG.setLevel(logging.INFO)
    differs = compare.run(gammel, ny, ut, prosjekt=prosjekt)
    return f"Les mer: {ut / 'endringer.html'}", int(differs)


def _check_text(path: Path, name: str, machine: bool) -> tuple[str, int]:
    from krisestat.agreements.lists import READERS
    from krisestat.statements.textcheck import run

    return run(path, name, machine, READERS, Path())


def _take_in(path: Path, aar: int, sheet: str | None, header: str | None, archive: str | None) -> str:
    from krisestat.agreements.lists import READERS
    from krisestat.intake.new_source import run

    return run(path, aar, sheet or "", header or "", archive or "", READERS, Path())


class _Command(NamedTuple):
    """What it does, in Norwegian; the work, which gives what it says, with the exit code if that may be another than 0;
    its arguments, in the order of the work; the exit code when something is wrong; whether it writes."""

    what: str
    work: Callable[..., str | tuple[str, int]]
    arguments: list[tuple[str, dict[str, Any]]]
    failed: int = 1
    writes: bool = False


FILE = _argument("fil", "filen, som svar.xlsx eller notat.md")
YEAR = _argument("aar", "året, som 2020", "20[0-9]{2}", int)
_NAME = "([a-z][a-z0-9_]*-)?20[0-9]{2}(-nb|-nn)?"
NAME = _argument("aar", "utgaven, som 2020 eller 2020-nn", _NAME, str)
DAY = _argument("dag", "dagen nettstedet legges ut, som 2026-12-01", read=_date)
SOURCE = _argument("aar", "året, som 2020, eller navnet på kilden, som kostra", "20[0-9]{2}|[a-z][a-z0-9_]*", str)
CHAPTER = _argument(
    "navn",
    "navnet på kapittelet, av små bokstaver a–z, sifre og understrek, som bibliotek",
    "(?!(felles|fonts|leksikon|nb|nn|KAPITTEL)$)[a-z][a-z0-9_]*",
    str,
)
OR_CONFIGURED = "utgaven, som 2020 eller 2020-nn; ellers den i config.yaml"
EDITION = _argument("aar", OR_CONFIGURED, f"({_NAME})?", str, nargs="?", default="")
RECEIVED = _argument("mottatt", "datoen for mottaket, som 2021-03-01", read=_date)
RECEIVER = _argument("av", "navnet på den som tok imot, som Kari Nordmann", r"[^\W_].*", str)

COMMANDS = {
    "neste": _Command("hvor i årshjulet dere er, og hva som er det neste", _in("build.wheel"), []),
    "ny-kilde": _Command(
        "ta inn årets fil, eller mappen med filene i én leveranse, og lag utkast",
        _take_in,
        [
            FILE,
            YEAR,
            _option("--ark", "arket eller filen med svarene, når det ikke er det som blir funnet"),
            _option("--rad", "raden med navn på kolonner, som 4, eller radene, som 3-4", "[1-9][0-9]?(-[1-9][0-9]?)?"),
            _option("--arkiv", "mappen utenfor lageret der mottatte filer skal ligge; huskes i lokalt.yaml"),
        ],
        writes=True,
    ),
    "nytt-kapittel": _Command("lag filene til et nytt kapittel", _in("intake.new_chapter"), [CHAPTER], writes=True),
    "mottak": _Command("registrer en mottatt fil", _in("intake.receive"), [SOURCE, RECEIVED, RECEIVER], writes=True),
    "mottak-avtaler": _Command(
        "registrer mottatte skjemaer om avtaler (slutter med 1 når noen er lagt i innboksen)",
        _in("agreements.receive"),
        [YEAR, RECEIVED, RECEIVER],
        writes=True,
    ),
    "avtalepapir": _Command(
        "lag saksframlegg og utkast til avtale av en eksport fra sjekklisten", _in("stages.reports", "paper"), [FILE]
    ),
    "karantene-avtale": _Command(
        "bestem at et mottatt skjema om en avtale ikke skal brukes",
        _in("agreements.receive", "quarantine"),
        [
            YEAR,
            _argument("skjema", "avtalens id, som a027", "a[0-9]{3,5}", str),
            _argument("grunn", "hvorfor skjemaet ikke skal brukes", read=str),
            _argument("av", "navnet på den som bestemmer det, som Kari Nordmann", r"[^\W_].*", str),
            _argument("dato", "dagen det blir bestemt, som 2021-03-01", read=_date),
        ],
        writes=True,
    ),
    "sjekk-tekst": _Command(
        "kontroller en tekst mot tallene (slutter med 1 når de ikke støtter den, 2 når noe er galt)",
        _check_text,
        [FILE, EDITION, ("--json", {"action": "store_true", "help": "rapporten som JSON"})],
        failed=2,
    ),
    "proev": _Command(
        "prøv setninger på plassen sin i utgaven: hva som er bevist, og hva som må signeres",
        _in("pages.trying"),
        [FILE, EDITION, ("--json", {"action": "store_true", "help": "svaret som JSON"})],
        failed=2,
    ),
    "omskriv": _Command(
        "skriv om kall av funksjonene i en fil, slik de er nå (docs/funksjoner-gammel-til-ny.md)",
        _in("statements.rewrite"),
        [FILE],
        writes=True,
    ),
    "spraak": _Command("se på språket i den ferdige utgaven", _in("pages.language"), [EDITION]),
    "spor": _Command(
        "følg en påstand eller et tall til råsvarene (slutter med 2 når noe er galt)",
        _in("proof.trace"),
        [
            _argument("hva", "id-en til en påstand, tekst i en påstand, eller en celle", read=str),
            _argument("mappe", "mappen med resultater, som results/2020; ellers utgaven i config.yaml", nargs="?"),
            ("--alle", {"action": "store_true", "help": "vis hver rad, også når påstanden har flere tall"}),
        ],
        failed=2,
    ),
    "sammenlign": _Command(
        "sammenlign to kjøringer (slutter med 1 når noe er ulikt, 2 når noe er galt)",
        _compare,
        [
            _argument("gammel", "mappen med den gamle kjøringen, som results/2019"),
            _argument("ny", "mappen med den nye kjøringen, som results/2020"),
            _argument("--ut", "mappen sammenligningen skrives i (%(default)s)", default="results/endringer"),
            _argument("--prosjekt", "mappen med data/signaturer.yaml og publisert/ (der du står)", default="."),
        ],
        failed=2,
        writes=True,
    ),
    "kontroller": _Command("hold resultatene mot manifestet", _in("release.verify"), [EDITION]),
    "gjennomgang": _Command(
        "vis det som ikke er godkjent og bekreftet, eller svar for hver",
        _in("release.publish", "look"),
        [
            NAME,
            _option("--av", "navnet på den som har lest, som i git", r"[^\W_].*"),
            _option("--dato", "dagen, som 2026-11-30", read=_date),
        ],
        writes=True,
    ),
    "signer": _Command(
        "vis tekst som ingen står for, eller signer den",
        _in("pages.signer"),
        [
            NAME,
            _option("--fil", "filen, der alt utenom resultatdelene signeres"),
            _option("--setning", "kontrollsummen av én tekst, som uten AV viser", "[0-9a-f]{12}"),
            _option("--liste", "en fil med kolonnene setning og grunn", read=Path),
            _option("--av", "navnet på den som signerer, som i git", r"[^\W_].*"),
            _option("--dato", "dagen, som 2026-11-30", read=_date),
            _option("--grunn", "hvorfor teksten kan stå"),
            _option("--slaatt-opp", "dagen verdier i config.yaml ble slått opp", read=_date),
        ],
        writes=True,
    ),
    "publiser": _Command(
        "frys utgaven når alt er sett på og lagt inn i git", _in("release.publish"), [NAME], writes=True
    ),
    "frys": _Command(
        "frys en utgave som er publisert fra før, uten gjennomgang", _in("release.freeze"), [NAME], writes=True
    ),
    "nettsted": _Command("sett nettstedet sammen av de frosne utgavene", _in("pages.site"), [DAY], writes=True),
    "utgivelse": _Command(
        "teksten til utgivelsen av en frossen utgave (slutter med 3 når den går ut senere)",
        _in("pages.site", "release"),
        [NAME, DAY],
    ),
}


def _parser() -> _Parser:
    make = "Hver kommando er også et mål for make, der argumentene har navn: make frys AAR=2020."
    whole = _Parser(prog="python -m krisestat", description="Kommandoene for en utgave.", epilog=make)
    parsers = whole.add_subparsers(title="kommandoer", metavar="KOMMANDO", dest="kommando", required=True)
    for name, command in COMMANDS.items():
        about = f"{command.what[0].upper()}{command.what[1:]}."
        parser = parsers.add_parser(name, help=command.what, description=about, allow_abbrev=False)
        for argument, settings in command.arguments:
            parser.add_argument(argument, **settings)
    return whole


def main() -> int:
    """Do what the command line says; returns the exit code. Ends the program when something is wrong, told in five
    parts: with 2 when it is an argument, otherwise with the code of the command."""
    with told("krisestat", failed=2):
        given = vars(_parser().parse_args())
        if wrong := [value for value in given.values() if isinstance(value, Problem)]:
            raise Problems(wrong)
    name, command = given["kommando"], COMMANDS[given["kommando"]]
    with told(name, failed=command.failed), alone(Path()) if command.writes else nullcontext():
        done = command.work(*(given[argument.strip("-").replace("-", "_")] for argument, _ in command.arguments))
        text, code = (done, 0) if isinstance(done, str) else done
        try:
            print(text, end="" if text.endswith("\n") else "\n", flush=True)
        except BrokenPipeError:  # who reads has seen enough; what is left must not be written at the end either
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
