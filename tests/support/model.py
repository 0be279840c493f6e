"""The declared model of the edition's chapters, and small ones made of a few lines."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from krisestat.agreements.lists import READERS
from krisestat.base.yaml_files import load_yaml
from krisestat.model.cubes import read_cubes
from krisestat.model.declared import Cubes, Model
from krisestat.model.load import load_model
from krisestat.tables.words import load_texts
from tests.support.project import PROJECT

# What the edition of 2020 publishes: the file of each statistic.
COUNTS = tuple(sorted((PROJECT / "tests/eksempel/utdata").glob("*.csv")))


@cache
def edition_model() -> Model:
    """What the edition of the project declares."""
    return load_model(load_yaml(PROJECT / "config.yaml")[0]["kapitler"], READERS, PROJECT)


@cache
def edition_cubes() -> Cubes:
    """The numbers of the edition that tests carry."""
    return read_cubes(edition_model(), COUNTS)


@cache
def edition_texts(spraak: str = "nb") -> dict:
    """The words of the tables of the edition."""
    return load_texts(PROJECT / "templates", spraak, load_yaml(PROJECT / "config.yaml")[0]["kapitler"])


def with_files(folder: Path, changed: Mapping[str, str]) -> list[Path]:
    """The files of the edition with some of them changed, which lie in a folder. Parameters: `changed`, texts by
    statistic."""
    for name, text in changed.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / path.name if path.stem in changed else path for path in COUNTS]


def small_model(folder: Path, **chapters: dict | str) -> Model:
    """A model of chapters that are given as data or as YAML, beside what all of the project's share."""
    own = folder / "data/statistikk"
    own.mkdir(parents=True, exist_ok=True)
    for name in ("workflow", "data/raw"):
        if not (folder / name).exists():
            (folder / name).symlink_to(PROJECT / name)
    (own / "felles.yaml").write_bytes((PROJECT / "data/statistikk/felles.yaml").read_bytes())
    for name, said in chapters.items():
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        (own / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_model(list(chapters), READERS, folder)
