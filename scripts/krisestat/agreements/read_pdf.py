"""The form as PDF: its fields, read in a process of its own that a hostile file may end without harm."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path

from krisestat.agreements import pdf_process
from krisestat.agreements.skjema import FELT, MAALGRUPPER, Innslag, Utfylt, pdf_field
from krisestat.base.errors import one_problem, shown
from krisestat.intake.raw_file import cell_text, lines_text

VERSION_FIELD = pdf_field("skjema", "versjon")
_FORM = "PDF-skjemaet fra sjekklisten, slik det ble lagret etter utfylling"
_ASK = "Be kommunen om selve skjemaet, lagret fra programmet det ble fylt ut i, eller fylt ut på nettsiden."
_FAULTS = {
    "passord": ("en PDF som er beskyttet med passord", f"{_ASK} Skjemaet skal ikke ha passord."),
    "xfa": ("et skjema i et annet format (XFA)", _ASK),
    "uten_felt": (
        "en PDF uten felt som kan fylles ut: skannet, skrevet ut til PDF, låst, eller et annet dokument",
        _ASK,
    ),
    "for_stor": ("mer enn noe skjema har av felt eller tekst", _ASK),
    "stoppet": ("en PDF som er så stor eller skadet at leseren stoppet", _ASK),
}


class PdfForms:
    """Reads forms in one process for all of them, started when the first one comes; used in a `with`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> PdfForms:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, data: bytes) -> dict:
        """What `pdfprosess` found. A file that ends the process gets the answer «stoppet», and the next a new one."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", pdf_process.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        answer, send, receive = b"", self._process.stdin, self._process.stdout
        if send and receive:
            with contextlib.suppress(BrokenPipeError):
                send.write(b"%d\n" % len(data) + data)
                send.flush()
                answer = receive.readline()
        if not answer.endswith(b"\n"):
            self._stop()
            return {"feil": "stoppet"}
        return json.loads(answer)

    def read(self, path: Path, data: bytes) -> Utfylt:
        """Read a form.

        Parameters: `path`, for the errors; `data`, its bytes. Raises `Problems` when it is not a PDF with the form.
        """
        found = self._ask(data)
        if fault := found.get("feil"):
            reason = f"ikke en lesbar PDF ({cell_text(found.get('ord', ''))[:100]})"
            if fault == "to_verdier":
                reason = f"et felt som viser noe annet enn det som er lagret ({cell_text(found['ord'])[:200]})"
            told, fix = _FAULTS.get(fault, (reason, _ASK))
            raise one_problem(path, "hele filen", told, _FORM, fix)
        fields: dict[str, tuple[str, int]] = {}
        for number, (whole, text) in enumerate(found["felt"], 1):
            name = whole.rpartition(".")[2]  # some programs put every field under one
            if name in fields:
                raise one_problem(path, f"feltet {shown(name)}", "samme felt to ganger", _FORM, _ASK)
            fields[name] = (text, number)
        if VERSION_FIELD not in fields:
            names = ", ".join(map(shown, list(fields)[:3]))
            raise one_problem(path, "hele filen", f"et annet skjema: feltene er {names} …", _FORM, _ASK)
        return _form(fields)


def _form(fields: dict[str, tuple[str, int]]) -> Utfylt:
    """The form that named fields make up: the tick boxes of the target groups are one field together."""
    version = lines_text(fields.pop(VERSION_FIELD)[0])
    ticks = {pdf_field("avtale", f"maalgrupper__{code}"): code for code in MAALGRUPPER}
    agreement = {pdf_field("avtale", felt.id): f"avtale.{felt.id}" for felt in FELT}
    felt: dict[str, Innslag] = {}
    if ticks.keys() <= fields.keys():
        chosen = [code for name, code in ticks.items() if fields[name][0]]
        number = fields[next(iter(ticks))][1]
        place = f"feltene {', '.join(map(shown, ticks))}"
        felt["avtale.maalgrupper"] = Innslag(",".join(chosen), place, number)
    for name, (text, number) in fields.items():
        if not (name in ticks and "avtale.maalgrupper" in felt):
            key = agreement.get(name, ".".join(name.rsplit("__", 1)))
            felt[key] = Innslag(lines_text(text), f"feltet {shown(name)}", number)
    return Utfylt(version, dict(sorted(felt.items(), key=lambda item: item[1].linje)))
