"""The one way in for every command of the Makefile: arguments are read, the work is done and told, and what is wrong
with either is told in five parts."""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Callable, Sequence
from typing import NoReturn

from krisestat.contracts import is_name
from krisestat.errors import Problem, Problems, shown, told

# What argparse says, and what it means.
_WORDS = {
    "the following arguments are required:": "mangler",
    "unrecognized arguments:": "ukjent:",
    "argument": "valget",
    "expected one argument": "uten verdi",
}


class Parser(argparse.ArgumentParser):
    """The arguments of a command. Parameters: as `ArgumentParser`; `prog` is «make » and its name."""

    def error(self, message: str) -> NoReturn:
        """Raise `Problems` with what is wrong with the arguments."""
        for said, meant in _WORDS.items():
            message = message.replace(said, meant)
        usage = " ".join(self.format_usage().split()[1:])
        raise Problems([Problem(self.prog, "", message, usage, "Skriv kommandoen slik den står i Makefile.")])

    def run(
        self,
        work: Callable[[argparse.Namespace], str | tuple[str, int]],
        arguments: Sequence[str] | None = None,
        failed: int = 1,
    ) -> int:
        """Do the command and print what it says; returns the exit code.

        Parameters: `work`, gives a Norwegian text from the arguments, with the exit code if that may be another than 0;
        `arguments`, those of the command line when None; `failed`, the code when something is wrong, which is told in
        five parts.
        """
        try:
            with told(self.prog.removeprefix("make "), failed=failed):
                done = work(self.parse_args(arguments))
                text, code = (done, 0) if isinstance(done, str) else done
                print(text, end="" if text.endswith("\n") else "\n")
        except SystemExit as end:
            return int(end.code or 0)
        return code


def _refused(name: str, text: str, expected: str) -> Problems:
    return Problems([Problem(name, "", shown(words(text)), expected, f"Skriv for eksempel {name}={_EXAMPLES[name]}.")])


_EXAMPLES = {"AAR": "2020", "MOTTATT": "2021-03-01", "AV": '"Kari Nordmann"'}


def year(text: str) -> int:
    """A year on the command line, as in `config.yaml`. Raises `Problems` for anything else."""
    if not (text.isascii() and text.isdecimal() and 2008 <= int(text) <= 2100):
        raise _refused("AAR", text, "et årstall fra 2008 til 2100")
    return int(text)


def date(text: str) -> str:
    """The ISO date that a file was received on the command line. Raises `Problems` for anything else."""
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise _refused("MOTTATT", text, "en dato") from None


def words(text: str) -> str:
    """Text on the command line: in the locale of C, Python takes its Norwegian letters for loose bytes."""
    return os.fsencode(text).decode("utf-8", "replace")


def receiver(text: str) -> str:
    """Who does something, on the command line. Raises `Problems` for what does not begin as a name."""
    if not is_name(words(text)):
        raise _refused("AV", text, "et navn, som begynner med en bokstav eller et siffer")
    return words(text)
