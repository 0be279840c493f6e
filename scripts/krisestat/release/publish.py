"""The way to a published edition: what is left to look at (`make gjennomgang AAR=2020`), and the last step, which is
refused until nothing is in the way (`make publiser AAR=2020`). Either says the next command."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from krisestat.base.contracts import write_all
from krisestat.base.errors import ProblemList, Problems
from krisestat.base.layout import CHECKS, CONFIG, EVIDENCE
from krisestat.model.config import load_config, settings_of
from krisestat.model.signatures import FILE, add_lines, sort_register
from krisestat.release import freeze, history, review, verify
from krisestat.release.manifest import NAME
from krisestat.release.published import EDITIONS

# What an edition is made by, whether or not its manifest names it: how it is reviewed and published too.
_MAKES = re.compile(r"Snakefile|Makefile|config\.yaml|[^/]+\.lock|(data|publisert|scripts|templates|workflow)/.*")
# What the review reads of the results.
_READ = (CONFIG, EVIDENCE, *CHECKS)
# Files told in one command; who has more, adds them all.
_NAMED = 5


def listing(name: str, root: Path) -> str:
    """What is left to look at, in lines for the register, who looked at the rest, and the next command. The register is
    sorted first.

    Parameters: `name`, the edition's; `root`, the project's folder. Raises `Problems` as `review.run`, and if the
    results are not as they were built.
    """
    standing = _standing(name, root)
    if standing.outputs.problems:
        standing.problems().raise_if_any(build_command(name, root))
    sort_register(root / FILE, root)
    with _as_committed(root) as published:
        found = review.run(name, root, published)
    parts = [f"Endret siden {name} ble bygget: {', '.join(standing.inputs)}."] if standing.inputs else []
    parts += [f"{one.fil}: {one.fant}." for one in _unread(name, found, root).problems]
    parts += review.left_lines(name, found)
    if not found.left:
        same = f" eller som i {EDITIONS}/{found.base}" if found.base else ""
        parts.append(f"Hver påstand i {name} er godkjent i {FILE}{same}, og hver advarsel er bekreftet.")
    parts += review.names(found)
    if found.idle:
        parts.append(f"Bekrefter ingen advarsel i {name}: {FILE}, linje {', '.join(map(str, found.idle))}.")
    return "\n".join([*parts, f"Neste: {_next(name, root, standing, found, _uncommitted(name, standing, root)[1])}"])


def look(name: str, av: str | None, dato: str | None, root: Path) -> str:
    """As `listing`; with a name and a day, each statement and warning that is left is asked about first, and what is
    said yes to is written in the register. Parameters: `av`, who looked; `dato`, when; others and errors as `listing`.
    """
    if not (av and dato):
        return listing(name, root)
    standing = _standing(name, root)
    read = [file for file in standing.inputs if file != str(FILE)]  # who reads may stop, and go on another day
    replace(standing, inputs=read).problems().raise_if_any(build_command(name, root))
    with _as_committed(root) as published:
        found = review.run(name, root, published)
    accepted, confirmed = review.asked(found, json.dumps(av, ensure_ascii=False), dato)
    add_lines(root / FILE, {"godkjent": accepted, "bekreftet": confirmed})
    return listing(name, root)


def run(name: str, root: Path) -> str:
    """Freeze an edition that is as it was built, from what is committed, and that was looked at by someone.

    Parameters: as `listing`. Returns what `freeze.run` says, and who looked at the edition. Raises `Problems` with all
    that is in the way, and the next command.
    """
    standing = _standing(name, root)
    problems, found = standing.problems(), None
    with _as_committed(root) as published:
        if not {problem.fil for problem in standing.outputs.problems} & {f"{standing.folder}/{file}" for file in _READ}:
            try:
                found = review.run(name, root, published)
                problems.problems += review.problems(name, found).problems + _unread(name, found, root).problems
            except Problems as error:
                problems.extend(error)
        uncommitted, files = _uncommitted(name, standing, root)
        problems.problems += uncommitted.problems + _elsewhere(name, standing, root).problems
        problems.raise_if_any(_next(name, root, standing, found, files))
        done = freeze.run(name, root, history.commit(root), published)
    return "\n".join([done, *(review.names(found) if found else ())])


@contextmanager
def _as_committed(root: Path) -> Iterator[Path]:
    """The records of the published editions as they are committed, in a folder for the while: what was only written
    there is read by nobody, also when it is of the edition itself."""
    with TemporaryDirectory() as folder:
        records = history.committed(root, EDITIONS, ("*.csv", freeze.STATEMENTS))
        write_all({Path(folder, file): text for file, text in records.items()})
        yield Path(folder)


def _unread(name: str, found: review.Review, root: Path) -> ProblemList:
    """The problem of a record of the edition itself that is not committed, where something is left to look at."""
    problems, record = ProblemList(), f"{EDITIONS}/{name}/{freeze.STATEMENTS}"
    if found.left and record in (history.uncommitted(root) or {}):
        fix = "Legg den inn hvis den er fra «make frys». Ellers: hent den tilbake fra git."
        wanted = "påstandene i utgaven som ble publisert"
        problems.add(record, "", "ikke slik den ligger i git, og teller ikke som lest", wanted, fix)
    return problems


def _standing(name: str, root: Path) -> verify.Standing:
    """How the results stand. The record of the edition itself may be another than they were held against: it is what
    is written here, and may have been written in part before that was stopped."""
    standing = verify.standing(name, root)
    return replace(standing, inputs=[file for file in standing.inputs if not _own(name, file)])


def _own(name: str, file: str) -> bool:
    """Whether a file is of the frozen edition of a name."""
    return file.startswith(f"{EDITIONS}/{name}/")


def _uncommitted(name: str, standing: verify.Standing, root: Path) -> tuple[ProblemList, list[str]]:
    """A problem for each file that the edition is made by or from and that is not committed as it is; and their names.
    What it is frozen as does not count: it is made from the others."""
    problems, state = ProblemList(), history.uncommitted(root)
    if state is None:
        fix = "Legg prosjektet inn i git, eller publiser fra mappen der det ligger i git."
        problems.add(".git", "", "ingen commit å holde utgaven mot", "et prosjekt som ligger i git", fix)
        return problems, []
    inputs = {entry["fil"] for entry in standing.manifest["inndata"]}
    files = {file for file, followed in state.items() if file in inputs or (followed and _MAKES.fullmatch(file))}
    kept_out = tuple(folder for folder in state if folder.endswith("/"))
    files |= {file for file in inputs if file.startswith(kept_out)}
    names = sorted(file for file in files if not _own(name, file))
    for file in names:
        what = "endret, og ikke lagt inn i git" if state.get(file) else "ikke lagt inn i git"
        fix = f"Legg den inn: git add {shlex.quote(file)} && git commit"
        problems.add(file, "", what, "filen slik den ligger i git, så utgaven kan bygges igjen", fix)
    return problems, names


def _elsewhere(name: str, standing: verify.Standing, root: Path) -> ProblemList:
    """The problem of a manifest that names a commit which the edition cannot be built from again; none where it is
    written again anyhow, for an input has changed."""
    problems, named = ProblemList(), standing.manifest["kode"]["commit"] or ""
    changed = history.changed(root, named)
    inputs = {entry["fil"] for entry in standing.manifest["inndata"]}
    other = [file for file in sorted((changed or set()) & inputs) if not _own(name, file)]
    if not standing.inputs and (changed is None or other):
        unlike = f", der {', '.join(other)} er annerledes" if other else ", som ikke er i dette lageret"
        found = f"commit {named[:12]}{unlike}" if named else "ingen commit"
        fix = "Legg alt inn i git, og lag manifestet på nytt: slett filen, og bygg."
        place = "nøkkelen «kode.commit»"
        problems.add(f"{standing.folder}/{NAME}", place, found, "en commit som utgaven kan bygges på nytt fra", fix)
    return problems


def build_command(name: str, root: Path) -> str:
    """The command that builds an edition."""
    if name == load_config(root / "config.yaml", root)["publikasjon"]["utgave"]:
        return "make publication"
    return f"make publication {' '.join(f'{key.upper()}={value}' for key, value in settings_of(name).items())}"


def next_command(name: str, root: Path) -> str:
    """The one command that brings an edition that is built nearer to being published. Parameters and errors: as
    `listing`, but what is wrong with its record is told by the command."""
    standing = _standing(name, root)
    try:
        with _as_committed(root) as published:
            found = review.run(name, root, published)
    except Problems:
        found = None
    return _next(name, root, standing, found, _uncommitted(name, standing, root)[1])


def _next(name: str, root: Path, standing: verify.Standing, found: review.Review | None, files: list[str]) -> str:
    """The one command that brings an edition nearer to being published.

    Parameters: `found`, None when the review could not be read; `files`, those that are not committed. What is signed
    is built last: after the commit, the manifest says what the edition was made from.
    """
    if standing.outputs.problems or {*standing.inputs} - {str(FILE)}:
        return build_command(name, root)
    if found and found.examples:
        return f"make signer AAR={name}"
    if found is None or found.left:
        return f'make gjennomgang AAR={name} AV="…" DATO=…'
    if files:
        return f"git add {'-A' if len(files) > _NAMED else shlex.join(files)} && git commit"
    if standing.inputs:
        return build_command(name, root)
    again = _elsewhere(name, standing, root).problems
    return f"rm {standing.folder}/{NAME} && {build_command(name, root)}" if again else f"make publiser AAR={name}"
