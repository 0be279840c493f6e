"""Reads PDF forms in a process of its own: one after another on standard input, a line of JSON for each on output.

A PDF can be made to cost whatever memory and time it is given. Run as a script by `lesing_pdf`; it needs nothing of the
package and can therefore run isolated from its caller's environment. Pages are never drawn and no script is ever run:
only the fields of the form are looked up.
"""

from __future__ import annotations

import io
import json
import logging
import re
import resource
import sys
from typing import Any

CPU_SECONDS = 8
MEMORY = 1_000_000_000
MOST_FIELDS = 2_000
MOST_TEXT = 1_000_000
DEEPEST = 8


# A text may say what language a part of it is in, between two escapes.
_LANGUAGE = re.compile("\x1b[^\x1b]{0,20}\x1b")


class _TwoValues(Exception):
    """A field that is stored as one thing and shown as another."""


class _TooLarge(Exception):
    """More fields or more text than any form has."""


def _text(value: Any) -> str:
    """A value of a field as text: a name or a string as it is, several choices with comma between."""
    from pypdf.generic import ArrayObject, ByteStringObject, NameObject, StreamObject, TextStringObject

    value = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(value, StreamObject):
        value = value.get_data()
    if isinstance(value, ArrayObject):
        return ",".join(_text(one) for one in list(value)[:MOST_FIELDS])
    if isinstance(value, NameObject):
        return str(value).removeprefix("/")
    if isinstance(value, TextStringObject):
        return _LANGUAGE.sub("", str(value))
    if isinstance(value, bytes | ByteStringObject):
        return bytes(value).decode("utf-8", "replace")
    return "" if value is None else str(value)


def _value(field: Any) -> str:
    """What a field holds: of a choice its code, of a tick box «on» or nothing."""
    kind, kids = field.get("/FT"), [kid.get_object() for kid in list(field.get("/Kids") or [])[:MOST_FIELDS]]
    told = [_text(one.get("/V")) for one in (field, *kids) if "/V" in one]
    if kind == "/Btn":  # what a viewer shows is the state of the box
        told += [_text(one["/AS"]) for one in (field, *kids) if "/AS" in one]
    if len(set(told)) > 1:
        raise _TwoValues(f"{_text(field.get('/T'))}: {' og '.join(dict.fromkeys(told))}")
    value = told[0] if told else ""
    if kind == "/Btn":
        return "" if value in ("", "Off") else "on"
    if kind == "/Ch":
        options = field.get("/Opt") or []
        pairs = [[_text(x) for x in one.get_object()] for one in options if isinstance(one.get_object(), list)]
        codes = {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
        return value if value in codes.values() else codes.get(value, value)
    return value


def _fields(acroform: Any) -> list[list[str]]:
    """Name and value of every field, in the order of the form; those under another have its name before their own."""
    found: list[list[str]] = []
    size = 0
    todo = [(field, "", None, 1) for field in reversed(acroform.get("/Fields") or [])]
    while todo:
        reference, above, kind, depth = todo.pop()
        field = reference.get_object()
        if depth > DEEPEST or len(found) + len(todo) > MOST_FIELDS:
            raise _TooLarge
        name = ".".join(filter(None, (above, _text(field.get("/T")))))
        named = [kid for kid in field.get("/Kids") or [] if "/T" in kid.get_object()]
        if named:
            todo += [(kid, name, field.get("/FT", kind), depth + 1) for kid in reversed(named)]
            continue
        if kind and "/FT" not in field:
            field["/FT"] = kind
        if field.get("/FT") == "/Sig":
            continue
        value = _value(field)
        size += len(name) + len(value)
        if size > MOST_TEXT:
            raise _TooLarge
        found.append([name, value])
    return found


def _reader(data: bytes) -> Any:
    """pypdf's reader, made to read only the objects that are asked for: it reads every object of a stream of objects as
    soon as it needs one, which takes most of the time of a form."""
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject, NullObject, read_object

    class Reader(PdfReader):
        streams: dict[int, tuple[bytes, dict[int, int]]]

        def _get_object_from_stream(self, indirect_reference: IndirectObject) -> Any:
            number, _ = self.xref_objStm[indirect_reference.idnum]
            if number not in self.streams:
                stream: Any = IndirectObject(number, 0, self).get_object()
                content, first = stream.get_data(), int(stream["/First"])
                words = [int(word) for word in content[:first].split()]
                places = {id: first + at for id, at in zip(words[::2], words[1::2], strict=False)}
                self.streams[number] = (content, places)
            content, places = self.streams[number]
            if indirect_reference.idnum not in places:
                return NullObject()
            text = io.BytesIO(content)
            text.seek(places[indirect_reference.idnum])
            return read_object(text, self)

    Reader.streams = {}
    return Reader(io.BytesIO(data), strict=False)


def read(data: bytes) -> dict:
    """Read a form.

    Parameters: `data`, the PDF. Returns `felt`, name and value of each field; or `feil`, one of «passord», «xfa»,
    «uten_felt», «for_stor», «to_verdier» and «skadet», with the library's words in `ord`.
    """
    try:
        reader = _reader(data)
        if reader.is_encrypted:
            return {"feil": "passord"}
        root: Any = reader.trailer["/Root"].get_object()
        acroform = root.get("/AcroForm")
        acroform = acroform.get_object() if acroform is not None else {}
        if "/XFA" in acroform:
            return {"feil": "xfa"}
        fields = _fields(acroform)
    except _TwoValues as error:
        return {"feil": "to_verdier", "ord": str(error)}
    except (_TooLarge, MemoryError):
        return {"feil": "for_stor"}
    except RecursionError:
        return {"feil": "skadet", "ord": "henvisninger uten ende"}
    except Exception as error:
        if type(error).__name__ == "DependencyError":  # what is encrypted asks for a library of its own
            return {"feil": "passord"}
        return {"feil": "skadet", "ord": str(error) or type(error).__name__}
    return {"felt": fields} if fields else {"feil": "uten_felt"}


def _give_time() -> None:
    """Let the process use some seconds more, so that no file costs more than its own."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, resource.RLIM_INFINITY))


def main() -> None:
    """Read forms until there are no more, each within bounds of time and memory. A form comes as a line with its length
    in bytes, and then its bytes."""
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while line := sys.stdin.buffer.readline():
        _give_time()
        answer = json.dumps(read(sys.stdin.buffer.read(int(line))))
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
