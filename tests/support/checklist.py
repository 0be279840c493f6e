"""The checklist's page and forms, made once for the tests that look at them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from krisestat.base.layout import CHECKLIST_PAGE
from krisestat.model.config import load_config
from tests.support.project import PROJECT
from tests.support.shared import once
from tests.support.stages import run


@dataclass(frozen=True)
class Sjekklisten:
    """Where the files are, in the folder of an edition."""

    folder: Path

    @property
    def side(self) -> Path:
        return self.folder / CHECKLIST_PAGE

    @property
    def pdf(self) -> Path:
        return self.file("sjekkliste.pdf")

    @property
    def skjema(self) -> Path:
        return self.file("skjema.pdf")

    def file(self, name: str) -> Path:
        """One of the files, in what goes out or among the print editions."""
        return next(self.folder.rglob(name))

    def read(self) -> dict[str, bytes]:
        """All of the files, by their path in the folder."""
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}


def make(folder: Path, root: Path = PROJECT, pdf: bool = False, **settings: Any) -> Sjekklisten:
    """Make the page and the forms of an edition in `folder`, and the PDFs if asked for. Parameters: `root`, the
    project's folder; `settings`, laid over `config.yaml`."""
    run("checklist", folder, root, config=load_config(root / "config.yaml", root, settings))
    if pdf:
        run("forms", folder, root)
    return Sjekklisten(folder)


@pytest.fixture(scope="session", name="sjekklisten")
def checklist_fixture(tmp_path_factory) -> Sjekklisten:
    """The page and the forms for spreadsheets."""
    return Sjekklisten(once(tmp_path_factory, "sjekkliste", make))


@pytest.fixture(scope="session", name="sjekklisten_pdf")
def checklist_pdf_fixture(tmp_path_factory) -> Sjekklisten:
    """The same with both PDFs."""
    return Sjekklisten(once(tmp_path_factory, "sjekkliste-pdf", lambda to: make(to, pdf=True)))
