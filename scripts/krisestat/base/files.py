"""Files by the names that rules, stages and tests have for them, so that a place is written down once, in the rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Place = str | Path
_FOLDERS = {
    "prosjekt": ".",
    "codebooks": "data/raw/codebooks",
    "register": "data/raw/register",
    "templates": "templates",
    "fonts": "templates/fonts",
    "lager": "results/.lager",
}


class Files(Mapping[str, Path | tuple[Path, ...]]):
    """The files that a stage reads, or those that it writes: `files.utdata` is one, `files.many("svar")` several, and
    `files.folder("svar")` where these lie.

    Parameters: `named`, one place or several by name. Raises `AttributeError` for a name that is not there, or that is
    asked for as one when it is several, or the other way, with the names that are there.
    """

    __slots__ = ("_named",)

    def __init__(self, named: Mapping[str, Place | Iterable[Place]]) -> None:
        self._named = {
            name: Path(given) if isinstance(given, str | Path) else tuple(map(Path, given))
            for name, given in named.items()
        }

    def __getitem__(self, name: str) -> Path | tuple[Path, ...]:
        return self._named[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)

    def __getattr__(self, name: str) -> Path:
        if name.startswith("_"):  # a copy asks before there are any
            raise AttributeError(name)
        found = self._named.get(name)
        if not isinstance(found, Path):
            raise AttributeError(f"no single file «{name}» among {self._told()}")
        return found

    def many(self, name: str) -> tuple[Path, ...]:
        """The files of a name that stands for several, perhaps none."""
        found = self._named.get(name)
        if not isinstance(found, tuple):
            raise AttributeError(f"no list of files «{name}» among {self._told()}")
        return found

    def folder(self, name: str) -> Path:
        """The folder that the first of the files of a name lies in, and so all of them."""
        return self.many(name)[0].parent

    def _told(self) -> str:
        return ", ".join(
            name if isinstance(found, Path) else f"{name} (several)" for name, found in self._named.items()
        )


def folders(root: Path = Path()) -> dict[str, Path]:
    """The folders of a project that stages find files in by their names, and the one that they keep things in between
    runs. Where a rule lists what is read in such a folder (`codebooks`), the stage is given the folder.

    Parameters: `root`, the project's folder, which is `prosjekt` among them.
    """
    return {name: root / place for name, place in _FOLDERS.items()}
