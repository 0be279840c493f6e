"""What each job read and wrote, by the digest of its content. What is trusted rests on it, and on no file's time.

There is a record for each output, beside Snakemake's own records. A job takes away those of what it is to write before
it begins, and writes them when it has come well through: what failed or was killed has none, and is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from krisestat.base.errors import ProblemList
from krisestat.base.layout import lying

_FOLDER = Path(".snakemake/krisestat")
_PIECE = 1 << 20
# Files named on the terminal; of a whole folder that is gone, nobody reads all.
_NAMED = 20


def digest(file: str) -> str:
    """sha256 of a file's content; «» when it cannot be read."""
    total = hashlib.sha256()
    try:
        with Path(file).open("rb", buffering=0) as source:
            while piece := source.read(_PIECE):
                total.update(piece)
    except OSError:
        return ""
    return total.hexdigest()


def read(output: str, root: Path = Path()) -> dict[str, Any]:
    """The record of an output, by its path in the project; empty when there is none, or it is not as it was written.

    Returns `sha256`, and for the first output of a job `inndata`, sha256 by path of each file that the job read, and
    `utdata`, paths of all that it wrote.
    """
    try:
        seal, body = (root / _place(output)).read_bytes().split(b"\n", 1)
    except (OSError, ValueError):
        return {}
    return json.loads(body) if seal == _seal(output, body) else {}


def made(outputs: Collection[str]) -> dict[str, dict[str, Any]]:
    """What the rules of an edition recorded: `bygget`, sha256 by path of each of the outputs that has a record, and of
    what was written beside them; `ved_siden`, an output of the job that wrote each of the latter; and `lest`, by path
    of each file that was read to make them, every sha256 that it then had."""
    records = {file: found for file in outputs if (found := read(file))}
    written = {file: output for output, record in records.items() for file in record.get("utdata", ())}
    beside = {file: output for file, output in written.items() if file not in outputs}
    records |= {file: found for file in beside if (found := read(file))}
    used: dict[str, set[str]] = {}
    for record in records.values():
        for file, sha256 in record.get("inndata", {}).items():
            used.setdefault(file, set()).add(sha256)
    made = {file: record["sha256"] for file, record in records.items()}
    return {"bygget": made, "ved_siden": beside, "lest": used}


@contextmanager
def recorded(inputs: Iterable[str], outputs: Iterable[str]) -> Iterator[list[str]]:
    """Around the work of a job: record it when it comes well through.

    Parameters: paths of what the job reads and writes. Gives a list for what it wrote beside its outputs. Raises
    `Problems` before the work if an input is not as the rule that made it wrote it.
    """
    written = [_name(file) for file in outputs]
    for file in written:
        _place(file).unlink(missing_ok=True)
    used = {(name := _name(file)): digest(name) for file in inputs}
    _refuse_altered(used)
    beside: list[str] = []
    yield beside
    written += [_name(file) for file in beside]
    whole = {"inndata": used, "utdata": written}
    for file in reversed(written):  # the first is the last to be there, for it speaks of them all
        _write(file, {"sha256": digest(file), **(whole if file == written[0] else {})})


def clear(folder: str, outputs: Iterable[str], beside: Collection[str]) -> None:
    """Take away what rules once wrote in the folder of an edition, and it no longer has: of a chapter that was taken
    out, say. Only what lies there as it was recorded goes; the rest is somebody's own. It is told on the terminal.

    Parameters: `outputs`, of every rule that there is; `beside`, folders whose files no list of outputs names.
    """
    kept, gone = {_name(file) for file in outputs}, []
    for path in lying(Path(folder)).values():
        file = path.as_posix()
        if file not in kept and not file.startswith(tuple(f"{one}/" for one in beside)):
            if (record := read(file)) and record["sha256"] == digest(file):
                gone.append(file)
                path.unlink()
                _place(file).unlink()
    for place in sorted({parent for file in gone for parent in Path(file).parents}, reverse=True):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()
    _listed("Er ikke lenger del av utgaven, og er tatt bort:", gone)


def by_content(dag: Any, file: Any) -> None:
    """Let Snakemake make again what is not as the records say, name on the terminal what was altered after it was
    built, and ask no clock.

    Parameters: Snakemake's classes of the graph of jobs and of a file. It asks the graph which files are incomplete.
    """

    async def incomplete_files(graph: Any) -> list[Any]:
        remembered, look = graph.workflow.persistence, cache(digest)
        found, altered = [], dict[str, str]()
        for job in (job for job in graph.jobs if job.output):
            fresh, faults = _held(map(_name, job.input), [*map(_name, job.output)], look)
            if not fresh or not remembered.has_metadata(job) or await remembered.incomplete(job):
                found += job.output
            altered |= faults
        _tell(altered)
        return found

    async def never(*_: Any) -> bool:
        return False

    # An input is never newer than an output, and no output too old for its inputs.
    answers = (
        (dag, "incomplete_files", incomplete_files),
        (dag, "check_output_mtime", never),
        (file, "is_newer", never),
    )
    for owner, name, answer in answers:
        getattr(owner, name)  # no build starts with a Snakemake that asks in another way
        setattr(owner, name, answer)


def _held(inputs: Iterable[str], outputs: Sequence[str], look: Callable[[str], str]) -> tuple[bool, dict[str, str]]:
    """Whether a job wrote all that lies there from the inputs as they are, and what became of each file that is no
    longer as it was recorded. Parameters: `look`, gives the digest of a file."""
    records = {file: read(file) for file in outputs}
    whole = records[outputs[0]]
    records |= {file: read(file) for file in whole.get("utdata", ()) if file not in records}
    altered = {file: fault for file, record in records.items() if (fault := _fault(file, record, look(file)))}
    fresh = whole.get("inndata") == {file: look(file) for file in inputs}
    return fresh and not altered and all(records.values()), altered


def _fault(file: str, record: Mapping[str, Any], sha256: str) -> str:
    """What became of a file since it was recorded; «» when nothing did, and when it never was."""
    if record:
        return "" if record["sha256"] == sha256 else "endret" if Path(file).exists() else "borte"
    return "det som er registrert om filen, er endret" if _place(file).exists() else ""


def _name(file: str) -> str:
    """A file by its path in the project: Snakemake gives it in full when the file lies in a store."""
    return os.path.relpath(file) if file.startswith("/") else str(file)


def _tell(altered: Mapping[str, str]) -> None:
    told = [f"{file}: {what}" for file, what in sorted(altered.items())]
    _listed("Ikke slik det ble bygget, og lages på nytt:", told)


def _listed(heading: str, files: Sequence[str]) -> None:
    """Tell the terminal of some files, if there are any."""
    if files:
        more = [f"  … og {len(files) - _NAMED} til"] if len(files) > _NAMED else []
        print("\n".join([heading, *(f"  {file}" for file in files[:_NAMED]), *more]), file=sys.stderr)


def _refuse_altered(used: Mapping[str, str]) -> None:
    problems = ProblemList()
    for file, sha256 in used.items():
        if fault := _fault(file, read(file), sha256):
            problems.add(
                file,
                "",
                f"ikke slik den ble bygget: {fault}",
                "filen slik steget som lager den, skrev den",
                "Bygg på nytt: da lages den på nytt. Rett kilden, ikke resultatet.",
            )
    problems.raise_if_any()


def _place(output: str) -> Path:
    return _FOLDER / f"{output}.json"


def _seal(output: str, body: bytes) -> bytes:
    return hashlib.sha256(output.encode("utf-8") + b"\n" + body).hexdigest().encode("ascii")


def _write(output: str, record: dict[str, Any]) -> None:
    place, body = _place(output), json.dumps(record).encode("ascii")
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_suffix(".ny")
    new.write_bytes(_seal(output, body) + b"\n" + body)
    new.replace(place)
