"""A folder of what was costly to make, kept by the content that it was made from, so that it is not made again.

A store lies outside the outputs of the workflow and may be deleted at any time: the same bytes come back.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from krisestat.contracts import write_atomic

LOG = logging.getLogger(__name__)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of_tools(versions: str, files: Iterable[Path]) -> str:
    """Digest of all that decides the bytes of what is kept beside its content: versions of the tools, code, fonts."""
    digest = hashlib.sha256(versions.encode("utf-8"))
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def fetch(store: Path, name: str, key: str) -> bytes | None:
    """What was kept under a name and a key, or None. An entry whose bytes no longer have the digest in its name is
    deleted and not used."""
    for path in sorted(store.glob(f"{name}.{key}.*")):
        with suppress(FileNotFoundError):  # another job may have deleted it just now
            data = path.read_bytes()
            if path.name == f"{name}.{key}.{_digest(data)}":
                path.touch()  # newest last when the store is trimmed
                return data
            LOG.warning("Det som lå i lageret, er skadet og lages på nytt: %s", path.name)
            path.unlink()
    return None


def keep(store: Path, name: str, key: str, data: bytes, most: int) -> None:
    """Keep something, and delete the oldest of that name beyond `most`. When two jobs keep the same, one of them may
    not come to it."""
    with suppress(FileNotFoundError):
        write_atomic(store / f"{name}.{key}.{_digest(data)}", data)
        entries = sorted(store.glob(f"{name}.*"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        for path in entries[:-most]:
            path.unlink()
