"""What can happen: to files, before a command, and around it while it runs. The cases are put together of these."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tools.feilproeve.trial import KILLED, Answer, Fault, How, Missed, Trial, copied, ended, state
from tools.reproduser import AS_NOBODY, NOBODY, may_be_nobody

OLDER, EQUAL, FUTURE = -(10**8), 0, 10**8
Change = Callable[[bytes], bytes]


def _files(root: Path, pattern: str) -> list[Path]:
    found = [path for path in sorted(root.glob(pattern)) if path.is_file()]
    if not found:
        raise Missed(f"ingen fil heter {pattern}")
    return found


# What becomes of the bytes of a file.
def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def empty(data: bytes) -> bytes:
    return b""


def damage(data: bytes) -> bytes:
    """One bit is another, in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def binary(data: bytes) -> bytes:
    return b"\x00\xff\xfe" + data


def text(old: str, new: str) -> Change:
    return lambda data: data.replace(old.encode(), new.encode())


# What happens to files before the command.
def change(pattern: str, how: Change, seconds: int | None = None, most: int | None = None) -> Fault:
    """Files get other bytes, in place. Parameters: `pattern`, of their names; `seconds`, their new time against the one
    that they had, now when None; `most`, how many of them."""

    def fault(trial: Trial) -> None:
        files = [path for path in _files(trial.root, pattern) if how(path.read_bytes()) != path.read_bytes()]
        if not files:
            raise Missed(f"ingen {pattern} blir en annen")
        for path in files[:most]:
            before = path.stat().st_mtime_ns
            path.write_bytes(how(path.read_bytes()))
            if seconds is not None:
                os.utime(path, ns=(before + seconds * 10**9,) * 2)

    return fault


def retime(pattern: str, seconds: int) -> Fault:
    """Files get another time than they had when all was built."""

    def fault(trial: Trial) -> None:
        for path in _files(trial.root, pattern):
            built = trial.built / path.relative_to(trial.root)
            os.utime(path, ns=(built.stat().st_mtime_ns + seconds * 10**9,) * 2)

    return fault


def delete(pattern: str) -> Fault:
    """Files, or whole folders, are gone."""

    def fault(trial: Trial) -> None:
        found = sorted(trial.root.glob(pattern))
        if not found:
            raise Missed(f"ingenting heter {pattern}")
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    return fault


def swap(pattern: str) -> Fault:
    """The first and the last of some files change places."""

    def fault(trial: Trial) -> None:
        first, last = (_files(trial.root, pattern)[n] for n in (0, -1))
        kept = first.read_bytes()
        first.write_bytes(last.read_bytes())
        last.write_bytes(kept)

    return fault


def instead(pattern: str, make: Callable[[Path], object]) -> Fault:
    """Something else lies where the first of some files lay. Parameters: `make`, of its path."""

    def fault(trial: Trial) -> None:
        path = _files(trial.root, pattern)[0]
        path.unlink()
        make(path)

    return fault


def put(file: str, data: bytes) -> Fault:
    """A file that lies there."""

    def fault(trial: Trial) -> None:
        (trial.root / file).parent.mkdir(parents=True, exist_ok=True)
        (trial.root / file).write_bytes(data)

    return fault


def from_other(*names: str) -> Fault:
    """Folders of another edition lie in the place of this one's."""

    def fault(trial: Trial) -> None:
        for name in names:
            shutil.rmtree(trial.root / name)
            copied(trial.other / name, trial.root / name)

    return fault


# What happens around a command while it runs. A point is an audit event and the pattern of a file that it is about.
WRITES, MOVES, DELETES = "open", "os.rename", "os.remove"


def killed(event: str, pattern: str) -> How:
    """The command and all that it started are killed just before a point."""

    def how(trial: Trial) -> Answer:
        answer = trial.ask(point=("drep", event, pattern))
        if answer.code != KILLED:
            raise Missed(f"ingen prosess kom til {event} {pattern}; {answer.text[-1500:]}")
        return answer

    return how


def meanwhile(event: str, pattern: str, happens: Fault) -> How:
    """Something happens while the command stands still just before a point; then it goes on."""

    def how(trial: Trial) -> Answer:
        started = trial.start(point=("vent", event, pattern))
        while not trial.mark.exists() and started.process.poll() is None:
            time.sleep(0.02)
        if started.process.poll() is not None:
            raise Missed(f"ingen prosess kom til {event} {pattern}; {ended(started).text[-1500:]}")
        try:
            said = happens(trial)
            trial.seen.append(state(trial.root))
        finally:
            trial.mark.unlink()
        own, other = ended(started), said if isinstance(said, Answer) else Answer(0, "")
        return Answer(max(own.code, other.code), other.text + own.text, own.faults + other.faults)

    return how


@cache
def _own_mounts() -> list[str]:
    """Words that run a command with mounts of its own, which end with it; none where that is not allowed."""
    words = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-e", "-c"]
    test = [*words, "mount -t tmpfs tmpfs /tmp"]
    return words if shutil.which("unshare") and not subprocess.run(test, capture_output=True).returncode else []


_SMALL_DISK = """
mkdir "$1"; mount --bind "$2" "$1"
mount -t tmpfs -o size=$(($(du -sk "$2" | cut -f1) + $3 + 4096))k tmpfs "$2"; cd "$PWD"; cp -a "$1/." "$2"
fallocate -l $(($(df -k --output=avail "$2" | tail -n 1) - $3))k "$2/$4"
own=$1 disk=$2 full=$2/$4; shift 4; code=0; "$@" || code=$?
rm "$full"; find "$own" -mindepth 1 -delete; cp -a "$disk/." "$own"; exit $code"""
_READ_ONLY = 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; cd "$PWD"; shift; exec "$@"'
_FULL_TMP = 'mount -t tmpfs -o size=16k tmpfs "$TMPDIR"; head -c 16384 /dev/zero > "$TMPDIR/fyll"; exec "$@"'


def small_disk(room: int, folder: str = ".") -> How:
    """On a disk with so many kB left, for all of the project or one folder of it; where none may be mounted, no file
    may be larger."""

    def how(trial: Trial) -> Answer:
        aside = {".": ".snakemake/fyll", "results": ".lager/fyll"}[folder]
        words = [*_own_mounts(), _SMALL_DISK, "sh", str(trial.beside / "disk"), folder, str(room), aside]
        return trial.ask(words) if _own_mounts() else small_files(2 * room + 1)(trial)

    return how


def small_files(blocks: int) -> How:
    """No file may be larger than so many blocks of 512 bytes."""
    return lambda trial: trial.ask(["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh"])


def read_only(folder: str) -> How:
    """A folder lies on a disk that can only be read; where none may be mounted, its rights say so."""

    def how(trial: Trial) -> Answer:
        words = [*_own_mounts(), _READ_ONLY, "sh", folder]
        return trial.ask(words) if _own_mounts() else closed(folder)(trial)

    return how


def full_tmp(trial: Trial) -> Answer:
    """There is no room for temporary files."""
    return trial.ask([*_own_mounts(), _FULL_TMP, "sh"]) if _own_mounts() else trial.ask()


def closed(*patterns: str) -> How:
    """Run by somebody who may read all, and write in all but some files and folders."""

    def how(trial: Trial) -> Answer:
        for path in (trial.beside, *trial.beside.rglob("*")) if may_be_nobody() else ():
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        shut = [path for pattern in patterns for path in ([trial.root] if pattern == "." else trial.root.glob(pattern))]
        modes = {path: path.stat().st_mode for path in shut}
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        try:
            return trial.ask(AS_NOBODY if may_be_nobody() else ())
        finally:
            for path, mode in modes.items():
                path.chmod(mode)

    return how
